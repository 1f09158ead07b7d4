// SPDX-License-Identifier: GPL-2.0
/* Signals in places where the module keeps a tracee's state for it. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>

#include "spt.h"

/* From then on, getppid(2) is answered by @verdict. */
static int filter_getppid(unsigned int verdict, unsigned int flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, verdict),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_LEN(code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* ---- sigtimedwait(2) ---------------------------------------------------- */

FIXTURE_OF_THE_SHADOW(sigwait);

static int wait_for_usr1(const struct child_end *end, void *arg)
{
	siginfo_t info;
	sigset_t set, now;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	if (arg)
		sigprocmask(SIG_BLOCK, &set, NULL);
	do
		got = sigwaitinfo(&set, &info);
	while (got < 0 && errno == EINTR);
	/* The mask is what it was. */
	sigprocmask(SIG_SETMASK, NULL, &now);
	if (sigismember(&now, SIGUSR1) != !!arg || sigismember(&now, SIGHUP))
		return 100;
	child_say(end, 'd');
	return got;
}

/* The call was made before there was a tracer, with and without a mask. */
TEST_F(sigwait, of_the_kernel_is_interrupted)
{
	int masked;

	for (masked = 0; masked < 2; masked++) {
		struct child child =
			child_spawn(wait_for_usr1, masked ? "m" : NULL);
		struct spt_event event;

		ASSERT_TRUE(WAIT_UNTIL(
			proc_sleeps_in(child.pid, SYS_rt_sigtimedwait)));
		ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
		ASSERT_EQ(0,
			  spt_ptrace(self->fd, PTRACE_CONT, child.pid, 0, 0));
		ASSERT_TRUE(WAIT_UNTIL(
			proc_sleeps_in(child.pid, SYS_rt_sigtimedwait)));
		ASSERT_EQ(0, kill(child.pid, SIGUSR1));
		ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
		EXPECT_EQ(SIGUSR1 << 8, event.status);
		EXPECT_EQ('d', child_heard(&child));
		EXPECT_EQ(SIGUSR1 << 8, child_status(&child));
		child_end(&child);
	}
}

/* Let go at the moment at which what it waits for comes. */
TEST_F_TIMEOUT(sigwait, outlives_its_tracer, 280)
{
	int i, count = rounds(100);

	for (i = 0; i < count; i++) {
		struct child child;
		struct tracer tracer;

		tracer_close(&self->tracer);
		child = child_spawn(wait_for_usr1, "m");
		ASSERT_EQ(0, tracer_open(&tracer, true));
		ASSERT_EQ(0, tr_seize_stop(&tracer, child.pid, 0));
		ASSERT_EQ(0,
			  spt_ptrace(tracer.fd, PTRACE_CONT, child.pid, 0, 0));
		ASSERT_TRUE(WAIT_UNTIL(
			proc_sleeps_in(child.pid, SYS_rt_sigtimedwait)));
		close(tracer.fd);
		ASSERT_EQ(0, kill(child.pid, SIGTERM));
		ASSERT_EQ(SIGTERM << 8, child_status(&child))
		{
			TH_LOG("round %d", i);
		}
		close(child.go);
		close(child.said);
	}
}

/* ---- signals of the group ------------------------------------------------ */

FIXTURE_OF_BOTH_TRACERS(group);

static const struct child_end *teller;

static void tell(int signr)
{
	child_say(teller, 'h');
}

static void *sleep_on(void *arg)
{
	child_say(teller, 'r');
	for (;;)
		pause();
	return NULL;
}

static int leader_and_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	teller = end;
	signal(SIGUSR1, tell);
	if (pthread_create(&thread, NULL, sleep_on, NULL))
		return 1;
	for (;;)
		pause();
}

TEST_F(group, a_signal_is_not_for_the_one_that_is_stopped)
{
	struct child child = child_spawn(leader_and_thread, NULL);

	ASSERT_EQ('r', child_heard(&child));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	ASSERT_EQ(0, kill(child.pid, SIGUSR1));
	/* By the other thread, while the leader stands. */
	EXPECT_EQ('h', child_heard(&child));
	child_end(&child);
}

/* ---- the first process of a pid namespace -------------------------------- */

FIXTURE_OF_BOTH_TRACERS(init);

struct init {
	int (*run)(const struct child_end *end);
	pid_t pid;
};

static bool kill_from_inside(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(kill(1, SIGTERM) ? 1 : 0);
	return waitpid(pid, &status, 0) == pid && !status;
}

static int trap_twice(const struct child_end *end)
{
	child_await(end);
	asm volatile("int3");
	asm volatile("int3");
	child_say(end, 't');
	child_await(end);
	if (kill_from_inside())
		child_say(end, 'l');
	pause();
	return 0;
}

/* Its numbers are those of this program's namespace. */
static int start_init(const struct child_end *end, void *arg)
{
	struct init *init = arg;
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWPID))
		return 1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(init->run(end));
	}
	init->pid = pid;
	child_say(end, 's');
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* Started and seized, and waiting for child_go(). */
static struct child seized_init(struct __test_metadata *_metadata,
				const struct tracer *tracer, struct init **init,
				int (*run)(const struct child_end *end))
{
	struct child child;

	*init = mmap(NULL, sizeof(**init), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, *init);
	(*init)->run = run;
	child = child_spawn(start_init, *init);
	ASSERT_EQ('s', child_heard(&child));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SEIZE, (*init)->pid, 0, 0));

	return child;
}

static int call_what_kills(const struct child_end *end)
{
	if (filter_getppid(SECCOMP_RET_KILL_PROCESS, 0))
		return 1;
	child_await(end);
	syscall(SYS_getppid);
	return 2;
}

/* Its SIGTRAP has the default action, which would make it mortal if untraced. */
TEST_F(init, stays_unkillable_by_its_own_after_a_forced_signal)
{
	struct tracer *tracer = &self->tracer;
	struct init *init;
	struct child child = seized_init(_metadata, tracer, &init, trap_twice);

	ASSERT_TRUE(child_go(&child));
	/* An init doesn't die of one that is passed on either. */
	ASSERT_EQ(STATUS_STOP(SIGTRAP), tr_wait_status(tracer, init->pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, init->pid, 0, SIGTRAP));
	ASSERT_EQ(STATUS_STOP(SIGTRAP), tr_wait_status(tracer, init->pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_DETACH, init->pid, 0, 0));

	ASSERT_EQ('t', child_heard(&child));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ('l', child_heard(&child));
	/* SIGTERM would have come before that, or never. */
	EXPECT_EQ('S', (WAIT_UNTIL(proc_sleeps_in(init->pid, SYS_pause)),
			proc_state(init->pid)));
	child_end(&child);
}

/* The signal of a forced exit is for no tracer to suppress. */
TEST_F(init, dies_of_a_forced_exit)
{
	struct tracer *tracer = &self->tracer;
	struct init *init;
	struct child child =
		seized_init(_metadata, tracer, &init, call_what_kills);
	long status;

	ASSERT_TRUE(child_go(&child));
	status = tr_wait_status(tracer, init->pid);
	ASSERT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGSYS, WTERMSIG(status));
	/* Natively the tracer, not the parent, has it until then. */
	EXPECT_EQ(SIGSYS << 8, child_status(&child));
	close(child.go);
	close(child.said);
}

/* ---- a filter that comes during a stop ----------------------------------- */

FIXTURE_OF_THE_SHADOW(filter);

static void *install(void *arg)
{
	unsigned int verdict = *(unsigned int *)arg;

	if (child_await(teller) != 'g')
		_exit(1);
	if (filter_getppid(verdict, SECCOMP_FILTER_FLAG_TSYNC))
		_exit(2);
	child_say(teller, 'i');
	for (;;)
		pause();
}

static int call_under_filter(const struct child_end *end, void *arg)
{
	pthread_t thread;

	teller = end;
	if (pthread_create(&thread, NULL, install, arg))
		return 3;
	/* Asked for once it stands in a stop. */
	child_say(end, 'r');
	raise(SIGUSR2);
	return syscall(SYS_getppid) == -1 && errno == EPERM ? 5 : 6;
}

/* Stop the child at the entry of getppid(2), have the filter installed, go on. */
static void filter_during_stop(struct __test_metadata *_metadata,
			       const struct tracer *tracer, struct child *child)
{
	struct ptrace_syscall_info info = {};
	struct spt_event event;

	ASSERT_EQ('r', child_heard(child));
	do {
		ASSERT_EQ(0,
			  tr_ptrace(tracer, PTRACE_SYSCALL, child->pid, 0, 0));
		ASSERT_EQ(0, tr_wait(tracer, child->pid, &event));
		ASSERT_TRUE(WIFSTOPPED(event.status));
		ASSERT_LT(0, tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO,
					  child->pid, sizeof(info), &info));
	} while (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
		 info.entry.nr != SYS_getppid);
	ASSERT_TRUE(child_go(child));
	ASSERT_EQ('i', child_heard(child));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, child->pid, 0, 0));
}

static int traced_call_under_filter(const struct child_end *end, void *arg)
{
	/* Its tracer lets it go on from here. */
	raise(SIGSTOP);
	return call_under_filter(end, arg);
}

static struct child start_under_filter(struct __test_metadata *_metadata,
				       const struct tracer *tracer,
				       unsigned int *verdict)
{
	struct child child = child_spawn(traced_call_under_filter, verdict);
	struct spt_event event;

	EXPECT_TRUE(WAIT_UNTIL(proc_state(child.pid) == 'T'));
	EXPECT_EQ(0, tr_ptrace(tracer, PTRACE_SEIZE, child.pid, 0,
			       PTRACE_O_TRACESYSGOOD));
	EXPECT_EQ(0, tr_wait(tracer, child.pid, &event));
	EXPECT_EQ(0, kill(child.pid, SIGCONT));
	EXPECT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, child.pid, 0, 0));
	return child;
}

TEST_F(filter, holds_for_the_call_that_is_stopped)
{
	unsigned int verdict = SECCOMP_RET_ERRNO | EPERM;
	struct child child;
	struct spt_event event;

	child = start_under_filter(_metadata, &self->tracer, &verdict);
	/* Told of SIGCONT, and stopped for it. */
	do {
		ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
		if (event.status != STATUS_STOP(SIGUSR2))
			ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT,
						child.pid, 0, 0));
	} while (event.status != STATUS_STOP(SIGUSR2));
	filter_during_stop(_metadata, &self->tracer, &child);
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(5 << 8, event.status);
	child_end(&child);
}

/* The removal of the module after all tests shows that nothing is left of it. */
TEST_F(filter, may_kill_the_thread_that_is_stopped)
{
	unsigned int verdict = SECCOMP_RET_KILL_THREAD;
	struct child child;
	struct spt_event event;

	child = start_under_filter(_metadata, &self->tracer, &verdict);
	do {
		ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
		if (event.status != STATUS_STOP(SIGUSR2))
			ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT,
						child.pid, 0, 0));
	} while (event.status != STATUS_STOP(SIGUSR2));
	filter_during_stop(_metadata, &self->tracer, &child);
	/* The leader is gone; its group goes on with the other thread. */
	EXPECT_TRUE(WAIT_UNTIL(proc_state(child.pid) == 'Z'));
	ASSERT_EQ(0, kill(child.pid, SIGKILL));
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(SIGKILL, event.status);
	child_end(&child);
}

TEST_HARNESS_MAIN
