// SPDX-License-Identifier: GPL-2.0
/*
 * Traced zombies: who is told of an exit, when, and what it has cost.
 */
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/socket.h>
#include "spt.h"

static int wait_then_exit(const struct child_end *end, void *arg)
{
	child_await(end);
	return (long)arg;
}

/* ---- the tracer first, the parent after it ----------------------------- */

FIXTURE_OF_THE_SHADOW(held);

/* A parent between the tracer and its tracee; says what it reaps. */
static int parent_of_one(const struct child_end *end, void *arg)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_await(end);
		_exit(3);
	}
	if (write(end->say, &pid, sizeof(pid)) != sizeof(pid))
		return 1;
	if (waitpid(pid, &status, 0) != pid || status != 3 << 8)
		return 2;
	child_say(end, 'd');
	return 0;
}

TEST_F(held, until_the_tracer_has_taken_the_exit)
{
	struct child parent = child_spawn(parent_of_one, NULL);
	struct pollfd said = { .fd = parent.said, .events = POLLIN };
	struct spt_event event;
	pid_t pid;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_TRUE(child_go(&parent));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOWAIT, &event));
	EXPECT_EQ(pid, event.tid);
	EXPECT_EQ(3 << 8, event.status);
	/* The tracer knows and keeps it; the parent sleeps on. */
	EXPECT_TRUE(WAIT_UNTIL(proc_sleeps_in(parent.pid, SYS_wait4)));
	EXPECT_EQ(0, poll(&said, 1, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOHANG, &event));
	EXPECT_EQ('d', child_heard(&parent));
	EXPECT_EQ(0, child_status(&parent));
	child_end(&parent);
}

TEST_F(held, not_by_a_second_sigkill)
{
	struct child parent = child_spawn(parent_of_one, NULL);
	struct spt_event event;
	pid_t pid;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_TRUE(child_go(&parent));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOWAIT, &event));
	EXPECT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOHANG, &event));
	EXPECT_EQ(3 << 8, event.status);
	EXPECT_EQ(0, child_status(&parent));
	child_end(&parent);
}

/* Its children are never zombies: wait(2) ends when the last one has gone. */
static int parent_that_ignores(const struct child_end *end, void *arg)
{
	pid_t pid;

	if (signal(SIGCHLD, SIG_IGN) == SIG_ERR)
		return 1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_await(end);
		_exit(3);
	}
	if (write(end->say, &pid, sizeof(pid)) != sizeof(pid))
		return 1;
	return waitpid(pid, NULL, 0) == -1 && errno == ECHILD ? 0 : 2;
}

TEST_F(held, for_the_tracer_though_the_parent_ignores_it)
{
	struct child parent = child_spawn(parent_that_ignores, NULL);
	struct spt_event event;
	pid_t pid;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_TRUE(child_go(&parent));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOWAIT, &event));
	EXPECT_EQ(pid, event.tid);
	EXPECT_EQ(3 << 8, event.status);
	EXPECT_TRUE(WAIT_UNTIL(proc_sleeps_in(parent.pid, SYS_wait4)));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOHANG, &event));
	EXPECT_EQ(0, child_status(&parent));
	child_end(&parent);
}

/* For whom it isn't dead yet, and who must not be told that it isn't there. */
TEST_F(held, from_a_native_tracer_as_well)
{
	struct child parent = child_spawn(parent_of_one, NULL);
	struct spt_event event;
	int status;
	pid_t pid;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_EQ(0, syscall(SYS_ptrace, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_TRUE(child_go(&parent));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOWAIT, &event));
	EXPECT_EQ(0, waitpid(pid, &status, __WALL | WNOHANG));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOHANG, &event));
	EXPECT_EQ(pid, waitpid(pid, &status, __WALL));
	EXPECT_EQ(3 << 8, status);
	EXPECT_EQ(0, child_status(&parent));
	child_end(&parent);
}

/* ---- what others see of it meanwhile ------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(dead);

/* A parent that looks at SIGUSR1 whether its child has ended. */
static int parent_that_looks(const struct child_end *end, void *arg)
{
	siginfo_t info;
	sigset_t usr1;
	int status;
	pid_t pid;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &usr1, NULL))
		return 1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_await(end);
		_exit(3);
	}
	if (write(end->say, &pid, sizeof(pid)) != sizeof(pid))
		return 1;
	if (sigwaitinfo(&usr1, NULL) != SIGUSR1)
		return 2;
	info.si_pid = 0;
	if (waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT))
		return 3;
	child_say(end, info.si_pid ? 'y' : 'n');
	if (waitpid(pid, &status, 0) != pid || status != 3 << 8)
		return 4;
	return 0;
}

static bool pidfd_is_readable(pid_t pid)
{
	struct pollfd polled = { .events = POLLIN };
	bool readable;

	polled.fd = syscall(SYS_pidfd_open, pid, 0);
	readable = poll(&polled, 1, 0) == 1 && polled.revents & POLLIN;
	close(polled.fd);
	return readable;
}

TEST_F(dead, process_is_a_zombie_to_all_and_no_news_to_its_parent)
{
	struct child parent = child_spawn(parent_that_looks, NULL);
	pid_t pid;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_TRUE(child_go(&parent));
	EXPECT_TRUE(WAIT_UNTIL(proc_state(pid) == 'Z'))
	{
		TH_LOG("it is %c", proc_state(pid));
	}
	EXPECT_TRUE(pidfd_is_readable(pid));
	ASSERT_EQ(0, kill(parent.pid, SIGUSR1));
	EXPECT_EQ('n', child_heard(&parent));
	EXPECT_TRUE(WAIT_UNTIL(proc_sleeps_in(parent.pid, SYS_wait4)));
	EXPECT_EQ('Z', proc_state(pid));

	EXPECT_EQ(3 << 8, tr_wait_status(&self->tracer, pid));
	EXPECT_EQ(0, child_status(&parent));
	child_end(&parent);
}

TEST_F(dead, process_is_its_parents_when_the_tracer_goes)
{
	struct child parent = child_spawn(parent_of_one, NULL);
	pid_t pid;
	int status;
	pid_t tracer = -1;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	fflush(NULL);
	tracer = fork();
	if (!tracer) {
		struct tracer own;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (tracer_open(&own, variant->shadow) ||
		    tr_ptrace(&own, PTRACE_SEIZE, pid, 0, 0))
			_exit(1);
		if (!child_go(&parent) || !WAIT_UNTIL(proc_state(pid) == 'Z'))
			_exit(2);
		raise(SIGKILL);
	}
	ASSERT_EQ(tracer, waitpid(tracer, &status, 0));
	EXPECT_EQ(SIGKILL, status);
	EXPECT_EQ('d', child_heard(&parent));
	EXPECT_EQ(0, child_status(&parent));
	child_end(&parent);
}

static void *exit_when_told(void *arg)
{
	const struct child_end *end = arg;
	pid_t tid = syscall(SYS_gettid);

	if (write(end->say, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	child_await(end);
	return NULL;
}

static int thread_that_exits(const struct child_end *end, void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, exit_when_told, (void *)end))
		return 1;
	/* Its exit isn't seen by this one while the tracer has it. */
	for (;;)
		pause();
}

TEST_F(dead, thread_is_a_zombie)
{
	struct child child = child_spawn(thread_that_exits, NULL);
	pid_t tid;

	ASSERT_EQ(sizeof(tid), read(child.said, &tid, sizeof(tid)));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, tid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	EXPECT_TRUE(WAIT_UNTIL(proc_state(tid) == 'Z'))
	{
		TH_LOG("it is %c", proc_state(tid));
	}
	EXPECT_EQ(0, tr_wait_status(&self->tracer, tid));
	EXPECT_TRUE(WAIT_UNTIL(!proc_state(tid)));
	child_end(&child);
}

/* The thread exits with its number as the last word; the leader is gone by then. */
static int leader_that_exits_first(const struct child_end *end, void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, exit_when_told, (void *)end))
		return 1;
	syscall(SYS_exit, 0);
	return 1;
}

TEST_F(dead, leader_that_exited_first_and_its_thread_are_zombies)
{
	struct child child = child_spawn(leader_that_exits_first, NULL);
	pid_t tid;

	ASSERT_EQ(sizeof(tid), read(child.said, &tid, sizeof(tid)));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, tid, 0, 0));
	ASSERT_TRUE(WAIT_UNTIL(proc_state(child.pid) == 'Z'));
	ASSERT_TRUE(child_go(&child));
	EXPECT_TRUE(WAIT_UNTIL(proc_state(tid) == 'Z'))
	{
		TH_LOG("it is %c", proc_state(tid));
	}
	EXPECT_EQ('Z', proc_state(child.pid));
	EXPECT_EQ(0, tr_wait_status(&self->tracer, tid));
	EXPECT_EQ(0, child_status(&child));
	child_end(&child);
}

/* A file that is in a message that is in a socket is closed by the socket's end. */
static int hide_in_a_socket(int file)
{
	char control[CMSG_SPACE(sizeof(file))] = {};
	struct iovec data = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int ends[2];

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(file));
	memcpy(CMSG_DATA(header), &file, sizeof(file));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ||
	    sendmsg(ends[0], &message, 0) != 1)
		return 1;
	return close(file);
}

static int exit_with_a_hidden_file(const struct child_end *end, void *arg)
{
	int *ends = arg;

	close(ends[0]);
	if (hide_in_a_socket(ends[1]))
		return 1;
	child_await(end);
	return 7;
}

/* A pipe's end-of-file comes before the report, however deep its writer was. */
TEST_F(dead, process_has_no_file_left_when_its_exit_is_reported)
{
	int i;

	for (i = 0; i < 20; i++) {
		struct child child;
		int ends[2];
		char byte;

		ASSERT_EQ(0, pipe2(ends, O_CLOEXEC | O_NONBLOCK));
		child = child_spawn(exit_with_a_hidden_file, ends);
		close(ends[1]);
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid,
				       0, 0));
		ASSERT_TRUE(child_go(&child));
		ASSERT_EQ(7 << 8, tr_wait_status(&self->tracer, child.pid));
		ASSERT_EQ(0, read(ends[0], &byte, 1))
		{
			TH_LOG("round %d: %s", i, strerror(errno));
		}
		close(ends[0]);
		child_end(&child);
	}
}

static int traceme_then_exit(const struct child_end *end, void *arg)
{
	int fd = spt_open();

	if (fd < 0 || spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0))
		return 1;
	close(fd);
	return 9;
}

/* Also in a thread: a group whose thread is held is never seen by its parent. */
static void *traceme_thread(void *arg)
{
	int fd = spt_open();

	if (fd < 0 || spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0))
		_exit(1);
	close(fd);
	return NULL;
}

static int traceme_in_a_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, traceme_thread, NULL))
		return 1;
	pthread_join(thread, NULL);
	return 9;
}

TEST_F(held, not_for_a_parent_that_never_opened_the_device)
{
	struct child child;

	tracer_close(&self->tracer);
	child = child_spawn(traceme_then_exit, NULL);
	EXPECT_EQ(9 << 8, child_status(&child));
	child_end(&child);
	child = child_spawn(traceme_in_a_thread, NULL);
	EXPECT_EQ(9 << 8, child_status(&child));
	child_end(&child);
}

/* ---- groups that exit all at once --------------------------------------- */

#define THREADS 4

struct team {
	const struct child_end *end;
	pthread_barrier_t start;
	bool each; /* every thread ends itself, the leader too */
};

static void *member(void *arg)
{
	struct team *team = arg;
	pid_t tid = syscall(SYS_gettid);

	if (write(team->end->say, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	pthread_barrier_wait(&team->start);
	if (team->each)
		syscall(SYS_exit, 0);
	syscall(SYS_exit_group, 4);
	return NULL;
}

static int team_main(const struct child_end *end, void *arg)
{
	struct team team = { .end = end, .each = !!arg };
	pthread_t thread;
	int i;

	pthread_barrier_init(&team.start, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&thread, NULL, member, &team))
			return 1;
	child_await(end);
	pthread_barrier_wait(&team.start);
	if (team.each)
		syscall(SYS_exit, 0);
	syscall(SYS_exit_group, 4);
	return 2;
}

FIXTURE_OF_THE_SHADOW(group);

/* Each thread is reported once, the leader after all others. */
static int one_group_exits(int fd, bool each, unsigned int traced)
{
	struct child child = child_spawn(team_main, each ? "e" : NULL);
	pid_t tids[THREADS + 1] = { child.pid };
	int reported = 0, expected = 0, i;
	struct spt_event event;

	for (i = 1; i <= THREADS; i++)
		if (read(child.said, &tids[i], sizeof(pid_t)) != sizeof(pid_t))
			return 1;
	for (i = 0; i <= THREADS; i++) {
		if (!(traced & (1U << i)))
			continue;
		if (spt_ptrace(fd, PTRACE_SEIZE, tids[i], 0, 0))
			return 2;
		expected++;
	}
	child_go(&child);
	for (;;) {
		if (spt_wait(fd, P_ALL, 0, WEXITED, &event))
			break;
		if (WIFSTOPPED(event.status) || event.tgid != child.pid)
			return 3;
		reported++;
		if (event.tid == child.pid && reported != expected)
			return 4;
	}
	if (reported != expected)
		return 5;
	if (child_status(&child) != (each ? 0 : 4 << 8))
		return 6;
	close(child.go);
	close(child.said);
	return 0;
}

TEST_F_TIMEOUT(group, exits_at_once_and_each_thread_is_reported_once, 280)
{
	int i;

	for (i = 0; i < rounds(60); i++) {
		int ret = one_group_exits(self->fd, i & 1, i % 3 ? 31 : 1);

		ASSERT_EQ(0, ret)
		{
			TH_LOG("round %d", i);
		}
	}
}

/* ---- the first process of a pid namespace -------------------------------- */

FIXTURE_OF_THE_SHADOW(init);

/* Traces its namespace's init, and never waits. */
static int seize_init(const struct child_end *end)
{
	int fd = spt_open();

	if (fd < 0 || spt_ptrace(fd, PTRACE_SEIZE, 1, 0, 0))
		return 1;
	child_say(end, 's');
	for (;;)
		pause();
}

static int namespace_main(const struct child_end *end, void *arg)
{
	pid_t inner;
	int status;

	if (unshare(CLONE_NEWPID))
		return 100;
	inner = fork();
	if (!inner) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!fork())
			_exit(seize_init(end));
		for (;;)
			pause();
	}
	child_await(end);
	if (kill(inner, SIGKILL) || waitpid(inner, &status, 0) != inner)
		return 1;
	return status == SIGKILL ? 0 : 2;
}

TEST_F(init, is_not_kept_by_a_tracer_in_its_namespace)
{
	struct child child = child_spawn(namespace_main, NULL);
	int heard = child_heard(&child);

	if (heard < 0)
		SKIP(return, "no pid namespaces");
	ASSERT_EQ('s', heard);
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(0, child_status(&child));
	child_end(&child);
}

/*
 * The event of its exit comes before the namespace is taken down: that a tracer in
 * it holds as natively, for as long as the tracer lives.
 */
FIXTURE_OF_BOTH_TRACERS(init_event);

static int announce_exit(const struct child_end *end, bool shadow)
{
	struct tracer tracer;

	if (tracer_open(&tracer, shadow) ||
	    tr_ptrace(&tracer, PTRACE_SEIZE, 1, 0, PTRACE_O_TRACEEXIT))
		return 1;
	child_say(end, 's');
	for (;;)
		pause();
}

static int namespace_with_a_tracer(const struct child_end *end, void *arg)
{
	const bool *shadow = arg;
	pid_t init, tracer;
	int status;

	if (unshare(CLONE_NEWPID))
		return 100;
	init = fork();
	if (!init) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	tracer = fork();
	if (!tracer)
		_exit(announce_exit(end, *shadow));
	child_await(end);
	if (kill(init, SIGKILL) || !WAIT_UNTIL(proc_state(init) == 't'))
		return 1;
	if (kill(init, SIGKILL) || waitpid(init, &status, WNOHANG))
		return 2;
	/* Init waits for whoever of the namespace isn't reaped. */
	if (kill(tracer, SIGKILL) || waitpid(tracer, NULL, 0) != tracer ||
	    waitpid(init, &status, 0) != init)
		return 3;
	return status == SIGKILL ? 0 : 4;
}

TEST_F(init_event, is_held_until_the_tracer_in_its_namespace_dies)
{
	bool shadow = variant->shadow;
	struct child child = child_spawn(namespace_with_a_tracer, &shadow);
	int heard = child_heard(&child);

	if (heard < 0)
		SKIP(return, "no pid namespaces");
	ASSERT_EQ('s', heard);
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(0, child_status(&child));
	child_end(&child);
}

/* ---- what an exit has cost ---------------------------------------------- */

FIXTURE_OF_THE_SHADOW(rusage);

static int burn_then_exit(const struct child_end *end, void *arg)
{
	struct rusage usage;

	do
		getrusage(RUSAGE_SELF, &usage);
	while (usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec <
	       20000);
	child_await(end);
	return 0;
}

static __u64 usec(const struct timeval *time)
{
	return time->tv_sec * 1000000ULL + time->tv_usec;
}

TEST_F(rusage, of_an_exit_is_what_the_parent_is_told)
{
	struct child child = child_spawn(burn_then_exit, NULL);
	struct spt_wait wait = {
		.idtype = P_ALL,
		.options = WEXITED,
		.flags = SPT_WAIT_RUSAGE,
	};
	struct rusage usage;
	int status;

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_WAIT, &wait));
	EXPECT_EQ(SPT_EVENT_RUSAGE, wait.event.flags);
	ASSERT_EQ(child.pid, wait4(child.pid, &status, 0, &usage));
	EXPECT_LE(20000, wait.rusage.utime_usec);
	/* Its last steps came after the report. */
	EXPECT_LE(wait.rusage.utime_usec, usec(&usage.ru_utime));
	EXPECT_LE(wait.rusage.stime_usec, usec(&usage.ru_stime));
	EXPECT_LE(wait.rusage.nvcsw, usage.ru_nvcsw);
	EXPECT_EQ(usage.ru_maxrss, wait.rusage.maxrss_kib);
	EXPECT_EQ(usage.ru_minflt, wait.rusage.minflt);
	child.pid = -1;
}

TEST_F(rusage, of_a_stop_is_that_so_far)
{
	struct child child = child_spawn(burn_then_exit, NULL);
	struct spt_wait wait = {
		.idtype = P_PID,
		.id = child.pid,
		.options = WSTOPPED,
		.flags = SPT_WAIT_RUSAGE,
	};

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_WAIT, &wait));
	EXPECT_EQ(SPT_EVENT_RUSAGE, wait.event.flags);
	EXPECT_LE(20000, wait.rusage.utime_usec);
	EXPECT_LT(0, wait.rusage.maxrss_kib);
	child_end(&child);
}

TEST_F(rusage, is_left_alone_when_it_was_not_asked_for)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct spt_wait wait, before;

	memset(&wait, 0xee, sizeof(wait));
	before = wait;
	wait.idtype = P_ALL;
	wait.options = WSTOPPED;
	wait.flags = 0;
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_WAIT, &wait));
	EXPECT_EQ(0, wait.event.flags);
	EXPECT_EQ(0, memcmp(&wait.syscall, &before.syscall,
			    sizeof(wait) - offsetof(struct spt_wait, syscall)));
	child_end(&child);
}

/* ---- SIGCHLD for the tracer ---------------------------------------------- */

static volatile sig_atomic_t sigchlds;
static siginfo_t sigchld;

static void on_sigchld(int signal, siginfo_t *info, void *context)
{
	sigchld = *info;
	sigchlds++;
}

FIXTURE_OF_THE_SHADOW(sigchld);

static void catch_sigchld(int flags)
{
	struct sigaction action = {
		.sa_sigaction = on_sigchld,
		.sa_flags = SA_SIGINFO | SA_RESTART | flags,
	};

	sigchlds = 0;
	sigaction(SIGCHLD, &action, NULL);
}

/* A grandchild, whose stops and end are natively no business of ours. */
static int grandparent(const struct child_end *end, void *arg)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_await(end);
		_exit(6);
	}
	if (write(end->say, &pid, sizeof(pid)) != sizeof(pid))
		return 1;
	for (;;)
		pause();
}

static void check_sigchld(struct __test_metadata *_metadata, pid_t pid,
			  int code, int status)
{
	EXPECT_TRUE(WAIT_UNTIL(sigchlds == 1));
	EXPECT_EQ(SIGCHLD, sigchld.si_signo);
	EXPECT_EQ(pid, sigchld.si_pid);
	EXPECT_EQ(code, sigchld.si_code);
	EXPECT_EQ(status, sigchld.si_status);
	sigchlds = 0;
}

TEST_F(sigchld, comes_with_each_report_when_asked_for)
{
	struct spt_flags ask = { .flags = SPT_HANDLE_SIGCHLD };
	struct child parent = child_spawn(grandparent, NULL);
	struct spt_event event;
	pid_t pid;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_SET_FLAGS, &ask));
	catch_sigchld(0);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	/* Natively what the group stopped by: nothing. */
	check_sigchld(_metadata, pid, CLD_STOPPED, 0);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SYSCALL, pid, 0, 0));
	ASSERT_TRUE(child_go(&parent));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	check_sigchld(_metadata, pid, CLD_TRAPPED, SIGTRAP);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED, &event));
	check_sigchld(_metadata, pid, CLD_EXITED, 6);
	signal(SIGCHLD, SIG_DFL);
	child_end(&parent);
}

TEST_F(sigchld, of_stops_does_not_come_under_sa_nocldstop)
{
	struct spt_flags ask = { .flags = SPT_HANDLE_SIGCHLD };
	struct child parent = child_spawn(grandparent, NULL);
	struct spt_event event;
	pid_t pid;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_SET_FLAGS, &ask));
	catch_sigchld(SA_NOCLDSTOP);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	EXPECT_EQ(0, sigchlds);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, pid, 0, 0));
	ASSERT_TRUE(child_go(&parent));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED, &event));
	check_sigchld(_metadata, pid, CLD_EXITED, 6);
	signal(SIGCHLD, SIG_DFL);
	child_end(&parent);
}

TEST_F(sigchld, does_not_come_when_not_asked_for)
{
	struct spt_flags ask = { .flags = SPT_HANDLE_SIGCHLD };
	struct child parent = child_spawn(grandparent, NULL);
	struct spt_event event;
	pid_t pid;
	int other;

	ASSERT_EQ(sizeof(pid), read(parent.said, &pid, sizeof(pid)));
	/* What another handle asks for ends with that handle. */
	other = spt_open();
	ASSERT_EQ(0, ioctl(other, SPT_IOC_SET_FLAGS, &ask));
	close(other);
	catch_sigchld(0);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	EXPECT_EQ(0, sigchlds);
	signal(SIGCHLD, SIG_DFL);
	child_end(&parent);
}

TEST_HARNESS_MAIN
