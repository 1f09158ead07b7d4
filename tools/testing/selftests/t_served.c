// SPDX-License-Identifier: GPL-2.0
/*
 * Served tracers in bad luck: killed, executing, forking, without their leader, in two
 * waits at once, interrupted; children that reap themselves or come from elsewhere.
 *
 * Most cases are run twice by the same code, natively (".native" tells what is right)
 * and served. What a tracer sees of ordinary tracees is the oracle's: its third player
 * is served.
 */
#include <pthread.h>
#include <sys/mman.h>
#include "program.h"

static long trace(unsigned int request, pid_t pid, unsigned long addr,
		  unsigned long data)
{
	long ret = syscall(SYS_ptrace, (long)request, (long)pid, addr, data);

	return ret < 0 ? -errno : ret;
}

static int serve(void)
{
	struct spt_serve args = { 0 };
	int fd = spt_open(), ret;

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, SPT_IOC_SERVE, &args) ? -errno : 0;
	close(fd);
	return ret;
}

/* A debugger is a child of the test, so that the test itself isn't served. */
struct debugger {
	bool served;
	int (*run)(const struct child_end *end);
};

static int be_debugger(const struct child_end *end, void *arg)
{
	const struct debugger *debugger = arg;

	if (debugger->served && serve())
		return 100;
	return debugger->run(end);
}

static struct child start_debugger(bool served,
				   int (*run)(const struct child_end *end))
{
	struct debugger debugger = { served, run };

	return child_spawn(be_debugger, &debugger);
}

static int debug(bool served, int (*run)(const struct child_end *end))
{
	struct child child = start_debugger(served, run);
	int status = child_status(&child);

	child_end(&child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -status;
}

FIXTURE(either){};

FIXTURE_VARIANT(either)
{
	bool served;
};

FIXTURE_VARIANT_ADD(either, native){
	.served = false,
};

FIXTURE_VARIANT_ADD(either, served){
	.served = true,
};

FIXTURE_SETUP(either)
{
	int fd = spt_open();

	ASSERT_LE(0, fd);
	close(fd);
}

FIXTURE_TEARDOWN(either)
{
}

/* Ends the debugger with the line that tells what was wrong. */
#define NEED(condition)                                                        \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "# line %d: %s, errno %d\n", __LINE__, \
				#condition, errno);                            \
			_exit(1);                                              \
		}                                                              \
	} while (0)

/* ---- what is traced ------------------------------------------------------------------ */

static pid_t start_sleeper(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static pid_t start_traced(int status)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (trace(PTRACE_TRACEME, 0, 0, 0))
		_exit(99);
	raise(SIGSTOP);
	_exit(status);
}

/* ---- the tracer ends -------------------------------------------------------------- */

static pid_t *shared_pid;

static bool share_pid(void)
{
	shared_pid = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared_pid != MAP_FAILED;
}

static int hold_sibling(const struct child_end *end, unsigned long options)
{
	int status;

	NEED(!trace(PTRACE_SEIZE, *shared_pid, 0, options));
	NEED(!trace(PTRACE_INTERRUPT, *shared_pid, 0, 0));
	NEED(waitpid(*shared_pid, &status, __WALL) == *shared_pid);
	NEED(status == STATUS_INTERRUPT);
	child_say(end, 'h');
	pause();
	return 0;
}

static int hold_plain(const struct child_end *end)
{
	return hold_sibling(end, 0);
}

static int hold_exitkill(const struct child_end *end)
{
	return hold_sibling(end, PTRACE_O_EXITKILL);
}

static int sleep_on(const struct child_end *end, void *arg)
{
	for (;;)
		pause();
	return 0;
}

TEST_F(either, killed_lets_go)
{
	struct child target, debugger;

	ASSERT_TRUE(share_pid());
	target = child_spawn(sleep_on, NULL);
	*shared_pid = target.pid;
	debugger = start_debugger(variant->served, hold_plain);
	ASSERT_EQ('h', child_heard(&debugger));
	EXPECT_EQ('t', proc_state(target.pid));
	child_end(&debugger);
	EXPECT_TRUE(WAIT_UNTIL(proc_state(target.pid) == 'S'));
	child_end(&target);
}

TEST_F(either, killed_kills_under_exitkill)
{
	struct child target, debugger;

	ASSERT_TRUE(share_pid());
	target = child_spawn(sleep_on, NULL);
	*shared_pid = target.pid;
	debugger = start_debugger(variant->served, hold_exitkill);
	ASSERT_EQ('h', child_heard(&debugger));
	child_end(&debugger);
	EXPECT_EQ(SIGKILL, child_status(&target));
}

/* ---- it executes a program, or loses its leader ---------------------------------- */

static char *const again_argv[] = { "t_served", "--again", NULL };

static int execute(const struct child_end *end)
{
	char text[32];
	pid_t pid = start_traced(7);
	int status;

	NEED(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	snprintf(text, sizeof(text), "%d", pid);
	setenv("T_SERVED_PID", text, 1);
	/* A daemon closes what it doesn't know. */
	syscall(SYS_close_range, 3, ~0U, 0);
	execv("/proc/self/exe", again_argv);
	return 2;
}

static int after_exec(void)
{
	pid_t pid = atoi(getenv("T_SERVED_PID") ?: "0");
	int status;

	NEED(!trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT));
	NEED(!trace(PTRACE_CONT, pid, 0, 0));
	NEED(waitpid(pid, &status, 0) == pid);
	NEED(status == STATUS_EVENT(PTRACE_EVENT_EXIT, SIGTRAP));
	NEED(!trace(PTRACE_CONT, pid, 0, 0));
	NEED(waitpid(pid, &status, 0) == pid);
	NEED(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	return 0;
}

TEST_F(either, executes_and_closes_all)
{
	EXPECT_EQ(0, debug(variant->served, execute));
}

static void *trace_without_leader(void *arg)
{
	pthread_t leader = *(pthread_t *)arg;
	pid_t pid;
	int status;

	pthread_join(leader, NULL);
	NEED(WAIT_UNTIL(proc_state(getpid()) == 'Z'));
	pid = start_traced(3);
	NEED(waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status));
	NEED(!trace(PTRACE_CONT, pid, 0, 0));
	NEED(waitpid(pid, &status, __WALL) == pid && WIFEXITED(status));
	_exit(WEXITSTATUS(status) == 3 ? 0 : 2);
}

static int lose_leader(const struct child_end *end)
{
	static pthread_t self;
	pthread_t thread;

	self = pthread_self();
	pthread_create(&thread, NULL, trace_without_leader, &self);
	pthread_exit(NULL);
}

TEST_F(either, loses_its_leader)
{
	EXPECT_EQ(0, debug(variant->served, lose_leader));
}

/* ---- it forks while it waits; two threads wait at once ---------------------------- */

static void *wait_in_thread(void *arg)
{
	int status;
	pid_t pid = waitpid(-1, &status, __WALL);

	return (void *)(long)(pid > 0 && WIFSTOPPED(status) ? pid : -1);
}

static int fork_while_waiting(const struct child_end *end)
{
	pthread_t thread;
	pid_t pid, other;
	void *seen;
	int status;

	pid = start_sleeper();
	NEED(!trace(PTRACE_SEIZE, pid, 0, 0));
	/* Of a native tracer only the thread that attached may wait so. */
	pthread_create(&thread, NULL, wait_in_thread, NULL);
	other = fork();
	if (!other) {
		/* Nobody's tracer yet, and without children. */
		NEED(waitpid(-1, &status, __WALL) == -1 && errno == ECHILD);
		NEED(trace(PTRACE_INTERRUPT, pid, 0, 0) == -ESRCH);
		pid = start_traced(4);
		NEED(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
		kill(pid, SIGKILL);
		_exit(0);
	}
	NEED(WAIT_UNTIL(proc_state(other) == 'Z' || !proc_state(other)));
	NEED(!trace(PTRACE_INTERRUPT, pid, 0, 0));
	pthread_join(thread, &seen);
	/* It may have had the child's end. */
	if ((long)seen == -1)
		NEED(waitpid(pid, &status, __WALL) == pid &&
		     status == STATUS_INTERRUPT);
	else
		NEED((long)seen == pid && waitpid(other, &status, 0) == other &&
		     !status);
	kill(pid, SIGKILL);
	return 0;
}

TEST_F(either, forks_while_it_waits)
{
	EXPECT_EQ(0, debug(variant->served, fork_while_waiting));
}

#define STOPS 40

static int seen_of[2];
static pid_t two[2];
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;

static void *take_reports(void *arg)
{
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		i = pid == two[1];
		if (!WIFSTOPPED(status))
			continue;
		pthread_mutex_lock(&seen_lock);
		seen_of[i]++;
		pthread_mutex_unlock(&seen_lock);
		/* Each stop is had once, or this is ESRCH. */
		NEED(!trace(seen_of[i] < STOPS ? PTRACE_SYSCALL : PTRACE_KILL,
			    pid, 0, 0));
	}
	NEED(errno == ECHILD);
	return NULL;
}

static pid_t start_caller(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	trace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	for (;;)
		syscall(SYS_getppid);
}

/* Natively only the attaching thread may ask: the shadow alone. */
static int wait_twice_at_once(const struct child_end *end)
{
	pthread_t threads[2];
	int i;

	for (i = 0; i < 2; i++)
		two[i] = start_caller();
	for (i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, take_reports, NULL);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	NEED(seen_of[0] >= STOPS && seen_of[1] >= STOPS);
	return 0;
}

TEST(two_threads_wait_at_once)
{
	EXPECT_EQ(0, debug(true, wait_twice_at_once));
}

/* ---- signals ------------------------------------------------------------------------ */

static volatile int handled;

static void on_signal(int signo)
{
	handled++;
}

static pid_t start_signaller(int signo)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	NEED(WAIT_UNTIL(proc_sleeps_in(parent, SYS_wait4)));
	kill(parent, signo);
	_exit(0);
}

static int be_interrupted(int flags, const struct child_end *end)
{
	struct sigaction action = { .sa_handler = on_signal,
				    .sa_flags = flags };
	pid_t pid = start_sleeper(), signaller;
	int status, ret;

	sigaction(SIGUSR1, &action, NULL);
	NEED(!trace(PTRACE_SEIZE, pid, 0, 0));
	signaller = start_signaller(SIGUSR1);
	if (flags & SA_RESTART)
		/* What ends the wait is the stop that comes behind the signal. */
		NEED(!trace(PTRACE_SETOPTIONS, pid, 0, 0) || errno);
	ret = waitpid(flags & SA_RESTART ? signaller : pid, &status, __WALL);
	NEED(handled == 1);
	if (flags & SA_RESTART)
		NEED(ret == signaller);
	else
		NEED(ret == -1 && errno == EINTR);
	kill(pid, SIGKILL);
	return 0;
}

static int be_interrupted_plain(const struct child_end *end)
{
	return be_interrupted(0, end);
}

static int be_interrupted_restart(const struct child_end *end)
{
	return be_interrupted(SA_RESTART, end);
}

TEST_F(either, a_signal_ends_the_wait)
{
	EXPECT_EQ(0, debug(variant->served, be_interrupted_plain));
}

TEST_F(either, a_signal_restarts_the_wait)
{
	EXPECT_EQ(0, debug(variant->served, be_interrupted_restart));
}

/* One SIGCHLD an event, also while it is blocked as in its handler. */
static int count_sigchld(const struct child_end *end)
{
	struct timespec limit = { .tv_sec = 20 }, none = { 0 };
	siginfo_t info;
	sigset_t set;
	int i, status;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pid = start_caller();
	for (i = 0; i < 10; i++) {
		NEED(sigtimedwait(&set, &info, &limit) == SIGCHLD);
		NEED(info.si_code == CLD_TRAPPED && info.si_pid == pid);
		NEED(info.si_uid == getuid());
		NEED(info.si_status == (i ? SIGTRAP : SIGSTOP));
		NEED(sigtimedwait(&set, &info, &none) == -1);
		NEED(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
		NEED(!trace(PTRACE_SYSCALL, pid, 0, 0));
	}
	NEED(sigtimedwait(&set, &info, &limit) == SIGCHLD);
	kill(pid, SIGKILL);
	NEED(waitid(P_PID, pid, &info, WEXITED) == 0);
	NEED(info.si_code == CLD_KILLED && info.si_status == SIGKILL);
	return 0;
}

TEST_F(either, one_sigchld_an_event)
{
	EXPECT_EQ(0, debug(variant->served, count_sigchld));
}

static int ignore_sigchld(const struct child_end *end)
{
	siginfo_t info = { 0 };
	int status;
	pid_t pid;

	signal(SIGCHLD, SIG_IGN);
	pid = start_traced(6);
	NEED(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	NEED(!trace(PTRACE_CONT, pid, 0, 0));
	NEED(waitpid(pid, &status, 0) == pid);
	NEED(WIFEXITED(status) && WEXITSTATUS(status) == 6);
	NEED(waitpid(pid, &status, 0) == -1 && errno == ECHILD);
	/* One that isn't traced reaps itself. */
	pid = fork();
	if (!pid)
		_exit(3);
	NEED(waitid(P_PID, pid, &info, WEXITED) == -1 && errno == ECHILD);
	return 0;
}

TEST_F(either, children_reap_themselves)
{
	EXPECT_EQ(0, debug(variant->served, ignore_sigchld));
}

/* ---- each end is had once ---------------------------------------------------------- */

static int take_many_ends(const struct child_end *end)
{
	int i, status, ends = 0, count = rounds(60);
	pid_t pid;

	for (i = 0; i < count; i++) {
		if (i % 3) {
			NEED(start_traced(i & 63) > 0);
		} else {
			pid = fork();
			if (!pid)
				_exit(i & 63);
		}
	}
	while ((pid = waitpid(-1, &status, 0)) > 0) {
		if (WIFSTOPPED(status))
			NEED(!trace(PTRACE_CONT, pid, 0, 0));
		else
			ends++;
	}
	NEED(errno == ECHILD);
	NEED(ends == count);
	return 0;
}

TEST_F(either, each_end_is_had_once)
{
	EXPECT_EQ(0, debug(variant->served, take_many_ends));
}

static void *end_soon(void *arg)
{
	return NULL;
}

static int run_threads(void)
{
	pthread_t thread;
	int i;

	trace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	for (i = 0; i < 5; i++) {
		pthread_create(&thread, NULL, end_soon, NULL);
		pthread_join(thread, NULL);
	}
	_exit(0);
}

static int take_ends_of_threads(const struct child_end *end)
{
	int status, threads = 0;
	pid_t leader = fork(), pid;

	if (!leader)
		run_threads();
	NEED(waitpid(leader, &status, 0) == leader && WIFSTOPPED(status));
	NEED(!trace(PTRACE_SETOPTIONS, leader, 0, PTRACE_O_TRACECLONE));
	NEED(!trace(PTRACE_CONT, leader, 0, 0));
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			NEED(!trace(PTRACE_CONT, pid, 0, 0));
		else if (pid != leader)
			threads++;
		else
			break;
	}
	NEED(pid == leader && !status && threads == 5);
	NEED(waitpid(-1, &status, __WALL) == -1 && errno == ECHILD);
	return 0;
}

TEST_F(either, the_end_of_each_thread_is_had)
{
	EXPECT_EQ(0, debug(variant->served, take_ends_of_threads));
}

/* A tracee that isn't its child becomes one. */
static int reap_grandchild(const struct child_end *end)
{
	int status, ends = 0;
	pid_t middle, pid;

	NEED(share_pid());
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	middle = fork();
	if (!middle) {
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			*shared_pid = getpid();
		}
		for (;;)
			pause();
	}
	NEED(WAIT_UNTIL(*shared_pid));
	NEED(!trace(PTRACE_SEIZE, *shared_pid, 0, 0));
	kill(middle, SIGKILL);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		NEED(!WIFSTOPPED(status) || !trace(PTRACE_CONT, pid, 0, 0));
		if (pid == *shared_pid)
			ends++;
	}
	NEED(errno == ECHILD && ends >= 1);
	return ends == 1 || WIFSTOPPED(status) ? 0 : 3;
}

TEST_F(either, a_subreaper_has_the_end_once)
{
	EXPECT_EQ(0, debug(variant->served, reap_grandchild));
}

/* ---- how one waits ------------------------------------------------------------------ */

static int wait_in_all_ways(const struct child_end *end)
{
	struct rusage usage = { 0 };
	siginfo_t info = { 0 };
	pid_t pid = start_caller();
	int status, pidfd;

	NEED(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	NEED(waitpid(pid, &status, WNOHANG) == 0);
	NEED(!trace(PTRACE_SYSCALL, pid, 0, 0));
	NEED(!waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT));
	NEED(info.si_code == CLD_TRAPPED && info.si_status == SIGTRAP);
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	NEED(!waitid(P_PIDFD, pidfd, &info, WSTOPPED | WNOWAIT));
	NEED(info.si_pid == pid);
	NEED(!waitid(P_PGID, getpgrp(), &info, WSTOPPED | WNOWAIT));
	NEED(wait4(pid, &status, __WCLONE | WNOHANG, NULL) == pid ||
	     errno == ECHILD);
	NEED(wait4(-1, &status, WNOHANG, &usage) >= 0 || errno == ECHILD);
	/* Its own group-stop is the tracee's, and told once. */
	kill(pid, SIGKILL);
	NEED(wait4(pid, &status, 0, &usage) == pid && WIFSIGNALED(status));
	NEED(usage.ru_minflt > 0);
	NEED(waitpid(pid, &status, 0) == -1 && errno == ECHILD);
	NEED(waitid(P_PIDFD, pidfd, &info, WEXITED) == -1 && errno == ECHILD);
	NEED(waitid(P_PID, pid, &info, 0) == -1 && errno == EINVAL);
	return 0;
}

TEST_F(either, waits_in_all_ways)
{
	EXPECT_EQ(0, debug(variant->served, wait_in_all_ways));
}

/* ---- who is served ---------------------------------------------------------------- */

static int trace_by_traceme(const struct child_end *end)
{
	pid_t pid = start_traced(1);
	char text[4096];
	int status;

	NEED(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	NEED(!proc_read(pid, "status", text, sizeof(text)));
	NEED(strstr(text, "\nTracerPid:\t0\n"));
	kill(pid, SIGKILL);
	return 0;
}

TEST(traceme_is_the_shadows)
{
	EXPECT_EQ(0, debug(true, trace_by_traceme));
}

static int say_and_wait(const struct child_end *end)
{
	child_say(end, 's');
	child_await(end);
	return 0;
}

static bool is_listed(int fd, pid_t pid)
{
	struct spt_served entries[64];
	struct spt_list list = {
		.entries = spt_ptr(entries),
		.capacity = ARRAY_LEN(entries),
		.entry_size = sizeof(entries[0]),
	};
	unsigned int i;

	if (ioctl(fd, SPT_IOC_SERVED, &list))
		return false;
	for (i = 0; i < list.total && i < ARRAY_LEN(entries); i++) {
		if (entries[i].tgid == pid)
			return true;
	}
	return false;
}

/* The file is closed: only who is served keeps the module. */
TEST(removal_is_refused_meanwhile)
{
	struct child debugger = start_debugger(true, say_and_wait);
	int fd;

	ASSERT_EQ('s', child_heard(&debugger));
	EXPECT_EQ(-1, syscall(SYS_delete_module, "sptrace", O_NONBLOCK));
	EXPECT_EQ(EWOULDBLOCK, errno);
	fd = spt_open();
	EXPECT_TRUE(is_listed(fd, debugger.pid));
	child_end(&debugger);
	EXPECT_FALSE(is_listed(fd, debugger.pid));
	close(fd);
}

TEST(bad_requests)
{
	struct spt_serve args = { .flags = 1U << 31 };
	int fd = spt_open();

	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, ioctl(fd, SPT_IOC_SERVE, &args));
	EXPECT_EQ(EINVAL, errno);
	args = (struct spt_serve){ .reserved = 1 };
	EXPECT_EQ(-1, ioctl(fd, SPT_IOC_SERVE, &args));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, ioctl(fd, SPT_IOC_SERVE, NULL));
	EXPECT_EQ(EFAULT, errno);
	close(fd);
}

/* ---- a program with privileges ------------------------------------------------------- */

static int execute_privileged(const struct child_end *end)
{
	char *argv[] = { program, "--is-served", NULL };

	NEED(!setgid(1234) && !setuid(1234));
	execv(program, argv);
	return 3;
}

TEST(a_program_with_privileges_is_not_served)
{
	int fd = spt_open(), status;

	ASSERT_TRUE(program_make("t_served", 04755, 0, 0));
	status = debug(true, execute_privileged);
	program_remove();
	EXPECT_EQ(0, status);
	close(fd);
}

/* As a set-uid program: whether a TRACEME in a child is seen natively. */
static int is_served(void)
{
	pid_t pid = start_traced(1);
	char text[4096];
	int status;

	NEED(geteuid() == 0);
	NEED(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	NEED(!proc_read(pid, "status", text, sizeof(text)));
	kill(pid, SIGKILL);
	return strstr(text, "\nTracerPid:\t0\n") ? 1 : 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--again"))
		return after_exec();
	if (argc == 2 && !strcmp(argv[1], "--is-served"))
		return is_served();
	return test_harness_run(argc, argv);
}
