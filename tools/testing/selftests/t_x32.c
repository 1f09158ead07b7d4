// SPDX-License-Identifier: GPL-2.0
/*
 * sigtimedwait(2) of a tracee by x32's number, which has a function and a layout
 * of its own. Any 64-bit program may call it, where the kernel was booted with
 * syscall.x32=y.
 */
#include "spt.h"

#define X32_RT_SIGTIMEDWAIT (0x40000000 | 523)

/* Of x32's siginfo_t: 64-bit times behind the status (_sigchld_x32). */
struct x32_siginfo {
	__s32 signo, error, code;
	__s32 pid, uid, status;
	__s64 utime, stime;
	char rest[88];
};

static long x32_wait(int signo, struct x32_siginfo *info, int seconds)
{
	struct {
		long long sec, nsec;
	} timeout = { .sec = seconds };
	unsigned long long set = 1ULL << (signo - 1);
	long ret = syscall(X32_RT_SIGTIMEDWAIT, &set, info,
			   seconds < 0 ? NULL : &timeout, sizeof(set));

	return ret < 0 ? -errno : ret;
}

static bool is_there(void)
{
	return x32_wait(SIGUSR1, NULL, 0) == -EAGAIN;
}

static void block(int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

FIXTURE_OF_BOTH_TRACERS(x32)

static int wait_for_usr1(const struct child_end *end, void *arg)
{
	block(SIGUSR1);
	child_await(end);
	return x32_wait(SIGUSR1, NULL, -1) == SIGUSR1 ? 7 : 8;
}

/* A tracee that falls asleep in it. */
static bool spawn_waiting(const struct tracer *tracer, struct child *child)
{
	*child = child_spawn(wait_for_usr1, NULL);
	return child_waits(child) &&
	       !tr_ptrace(tracer, PTRACE_SEIZE, child->pid, 0, 0) &&
	       child_go(child) &&
	       WAIT_UNTIL(proc_sleeps_in(child->pid, X32_RT_SIGTIMEDWAIT));
}

TEST_F(x32, takes_the_signal_without_a_stop)
{
	struct child child;

	if (!is_there())
		SKIP(return, "no x32: boot with syscall.x32=y");
	ASSERT_TRUE(spawn_waiting(&self->tracer, &child));
	ASSERT_EQ(0, kill(child.pid, SIGUSR1));
	EXPECT_EQ(7 << 8, tr_wait_status(&self->tracer, child.pid));
	child_end(&child);
}

/* What its tracer could not see if only the sleeper's mask counted. */
TEST_F(x32, stops_for_a_signal_that_would_end_it)
{
	struct child child;

	if (!is_there())
		SKIP(return, "no x32: boot with syscall.x32=y");
	ASSERT_TRUE(spawn_waiting(&self->tracer, &child));
	ASSERT_EQ(0, kill(child.pid, SIGTERM));
	ASSERT_EQ(STATUS_STOP(SIGTERM),
		  tr_wait_status(&self->tracer, child.pid));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 0));
	/* Without the signal the call was interrupted all the same. */
	EXPECT_EQ(8 << 8, tr_wait_status(&self->tracer, child.pid));
	child_end(&child);
}

static int read_siginfo(const struct child_end *end, void *arg)
{
	struct x32_siginfo info = {};
	siginfo_t sent = {
		.si_signo = SIGCHLD,
		.si_code = CLD_EXITED,
	};

	sent.si_pid = 11;
	sent.si_uid = 12;
	sent.si_status = 13;
	sent.si_utime = 0x1400000014;
	sent.si_stime = 15;
	block(SIGCHLD);
	child_await(end);
	/* To itself a task may send what only the kernel sends to others. */
	if (syscall(SYS_rt_sigqueueinfo, getpid(), SIGCHLD, &sent) ||
	    x32_wait(SIGCHLD, &info, -1) != SIGCHLD)
		return 1;
	if (info.signo != SIGCHLD || info.code != CLD_EXITED ||
	    info.pid != 11 || info.uid != 12 || info.status != 13)
		return 2;
	return info.utime == 0x1400000014 && info.stime == 15 ? 7 : 3;
}

TEST_F(x32, has_its_own_siginfo)
{
	struct child child;

	if (!is_there())
		SKIP(return, "no x32: boot with syscall.x32=y");
	child = child_spawn(read_siginfo, NULL);
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(7 << 8, tr_wait_status(&self->tracer, child.pid));
	child_end(&child);
}

TEST_HARNESS_MAIN
