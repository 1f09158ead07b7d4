// SPDX-License-Identifier: GPL-2.0
/*
 * libsptrace: what each function adds to its ioctl. The ioctls themselves have
 * tests of their own.
 */
#include "program.h"
#include "sptrace.h"

#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>

#define USER 1000

FIXTURE(library)
{
	struct child child;
	int fd;
};

FIXTURE_SETUP(library)
{
	self->child.pid = -1;
	self->fd = sptrace_open(NULL);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(library)
{
	sptrace_close(self->fd);
	child_end(&self->child);
}

static const struct child_end *teller;

static void tell_value(int signal, siginfo_t *info, void *context)
{
	child_say(teller, info->si_int);
}

/* Handles SIGUSR1, blocks SIGUSR2, and waits. */
static int wait_for_signals(const struct child_end *end, void *arg)
{
	struct sigaction action = {
		.sa_sigaction = tell_value,
		.sa_flags = SA_SIGINFO | SA_RESTART,
	};
	sigset_t mask;

	teller = end;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	sigaction(SIGUSR1, &action, NULL);
	child_say(end, 'r');
	child_await(end);
	return 0;
}

static bool start(struct child *child)
{
	*child = child_spawn(wait_for_signals, NULL);
	return child->pid > 0 && child_heard(child) == 'r';
}

static bool send_value(pid_t pid, int signal, int value)
{
	union sigval sigval = { .sival_int = value };

	return !sigqueue(pid, signal, sigval);
}

/* The wait status of the child's next report. */
static int next_status(int fd, pid_t pid)
{
	int status = -1;

	return sptrace_wait4(fd, pid, &status, 0, NULL) == pid ? status : -1;
}

static bool seize_stopped(int fd, pid_t pid)
{
	return !sptrace_seize(fd, pid, 0) && !sptrace_interrupt(fd, pid) &&
	       next_status(fd, pid) == STATUS_INTERRUPT;
}

/* In a process of its own: what @run returned. */
static int apart(int (*run)(int arg), int arg)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(run(arg));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(library, siginfo_is_read_and_changed)
{
	siginfo_t info;
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_EQ(0, sptrace_seize(self->fd, pid, 0));
	ASSERT_TRUE(send_value(pid, SIGUSR1, 1));
	ASSERT_EQ(STATUS_STOP(SIGUSR1), next_status(self->fd, pid));

	ASSERT_EQ(0, sptrace_getsiginfo(self->fd, pid, &info));
	EXPECT_EQ(SIGUSR1, info.si_signo);
	EXPECT_EQ(SI_QUEUE, info.si_code);
	EXPECT_EQ(getpid(), info.si_pid);
	EXPECT_EQ(1, info.si_int);

	info.si_int = 2;
	EXPECT_EQ(0, sptrace_setsiginfo(self->fd, pid, &info));
	EXPECT_EQ(0, sptrace_cont(self->fd, pid, SIGUSR1));
	EXPECT_EQ(2, child_heard(&self->child));
}

TEST_F(library, siginfo_of_a_running_tracee)
{
	siginfo_t info;

	ASSERT_TRUE(start(&self->child));
	ASSERT_EQ(0, sptrace_seize(self->fd, self->child.pid, 0));
	EXPECT_EQ(-1, sptrace_getsiginfo(self->fd, self->child.pid, &info));
	EXPECT_EQ(ESRCH, errno);
}

TEST_F(library, pending_signals_are_seen)
{
	siginfo_t infos[2];
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_TRUE(send_value(pid, SIGUSR2, 7));
	ASSERT_TRUE(seize_stopped(self->fd, pid));

	EXPECT_EQ(1, sptrace_peeksiginfo(self->fd, pid, 0,
					 PTRACE_PEEKSIGINFO_SHARED, infos, 2));
	EXPECT_EQ(SIGUSR2, infos[0].si_signo);
	EXPECT_EQ(7, infos[0].si_int);
	EXPECT_EQ(0, sptrace_peeksiginfo(self->fd, pid, 1,
					 PTRACE_PEEKSIGINFO_SHARED, infos, 2));
	EXPECT_EQ(0, sptrace_peeksiginfo(self->fd, pid, 0, 0, infos, 2));
	EXPECT_EQ(-1, sptrace_peeksiginfo(self->fd, pid, 0, 2, infos, 2));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, sptrace_peeksiginfo(self->fd, pid, 0, 0, infos, -1));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, signal_mask_is_read_and_changed)
{
	sigset_t mask;
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_TRUE(send_value(pid, SIGUSR2, 7));
	ASSERT_TRUE(seize_stopped(self->fd, pid));

	sigfillset(&mask);
	ASSERT_EQ(0, sptrace_getsigmask(self->fd, pid, &mask));
	EXPECT_EQ(1, sigismember(&mask, SIGUSR2));
	EXPECT_EQ(0, sigismember(&mask, SIGUSR1));

	sigemptyset(&mask);
	ASSERT_EQ(0, sptrace_setsigmask(self->fd, pid, &mask));
	ASSERT_EQ(0, sptrace_cont(self->fd, pid, 0));
	EXPECT_EQ(STATUS_STOP(SIGUSR2), next_status(self->fd, pid));
}

static volatile unsigned long in_data = 'a';

/* Waits, and tells what the word has become. */
static int tell_word(const struct child_end *end, void *arg)
{
	child_say(end, 'r');
	child_await(end);
	child_say(end, in_data);
	child_await(end);
	return 0;
}

TEST_F(library, words_are_written)
{
	unsigned long word = 0;
	pid_t pid;

	self->child = child_spawn(tell_word, NULL);
	ASSERT_EQ('r', child_heard(&self->child));
	pid = self->child.pid;
	ASSERT_TRUE(seize_stopped(self->fd, pid));

	EXPECT_EQ(0, sptrace_poke(self->fd, PTRACE_POKETEXT, pid,
				  (uintptr_t)&in_data, -1UL));
	EXPECT_EQ(0, sptrace_peek(self->fd, PTRACE_PEEKDATA, pid,
				  (uintptr_t)&in_data, &word));
	EXPECT_EQ(-1UL, word);
	EXPECT_EQ(0, sptrace_poke(self->fd, PTRACE_POKEDATA, pid,
				  (uintptr_t)&in_data, 'b'));
	ASSERT_EQ(0, sptrace_cont(self->fd, pid, 0));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ('b', child_heard(&self->child));
	EXPECT_EQ('a', in_data);
}

TEST_F(library, from_one_stop_to_the_next)
{
	struct spt_next next = {
		.request = PTRACE_SYSCALL,
		.flags = SPT_NEXT_AT_EXIT,
		.idtype = P_ALL,
		.options = WEXITED | WSTOPPED,
	};
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_TRUE(seize_stopped(self->fd, pid));
	ASSERT_TRUE(child_go(&self->child));
	next.tid = pid;
	EXPECT_EQ(pid, sptrace_next(self->fd, &next));
	EXPECT_EQ(0, next.tid);
	EXPECT_EQ(SYS_read, next.entry.nr);
	next.options |= WNOHANG;
	EXPECT_EQ(0, sptrace_next(self->fd, &next));
	next.tid = getpid();
	EXPECT_EQ(-1, sptrace_next(self->fd, &next));
	EXPECT_EQ(ESRCH, errno);
}

TEST_F(library, pieces_of_memory_are_read_and_written)
{
	static struct spt_range many[SPT_MEMORY_MAX_RANGES + 1];
	char other = 0, hole;
	struct spt_range ranges[] = {
		{ .addr = (uintptr_t)&in_data, .size = 1 },
		{ .addr = 8, .buffer = (uintptr_t)&hole, .size = 1 },
	};
	pid_t pid;

	self->child = child_spawn(tell_word, NULL);
	ASSERT_EQ('r', child_heard(&self->child));
	pid = self->child.pid;
	ASSERT_TRUE(seize_stopped(self->fd, pid));

	ranges[0].buffer = (uintptr_t) "m";
	EXPECT_EQ(1, sptrace_write_memory(self->fd, pid, ranges, 2));
	ranges[0].buffer = (uintptr_t)&other;
	EXPECT_EQ(1, sptrace_read_memory(self->fd, pid, ranges, 2));
	EXPECT_EQ('m', other);
	EXPECT_EQ(0, sptrace_read_memory(self->fd, pid, NULL, 0));
	EXPECT_EQ(-1, sptrace_read_memory(self->fd, pid, ranges + 1, 1));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(-1, sptrace_read_memory(self->fd, pid, NULL, 1));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, sptrace_read_memory(self->fd, pid, many, SIZE_MAX));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, sptrace_read_memory(self->fd, 1, ranges, 1));
	EXPECT_EQ(ESRCH, errno);

	ASSERT_EQ(0, sptrace_cont(self->fd, pid, 0));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ('m', child_heard(&self->child));
	EXPECT_EQ('a', in_data);
}

#define R12 offsetof(struct user, regs.r12)

TEST_F(library, words_of_registers_are_written)
{
	unsigned long before = 0, word = 0;
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_TRUE(seize_stopped(self->fd, pid));
	ASSERT_EQ(0, sptrace_peek(self->fd, PTRACE_PEEKUSR, pid, R12, &before));
	EXPECT_EQ(0, sptrace_poke(self->fd, PTRACE_POKEUSR, pid, R12, ~before));
	EXPECT_EQ(0, sptrace_peek(self->fd, PTRACE_PEEKUSR, pid, R12, &word));
	EXPECT_EQ(~before, word);
	EXPECT_EQ(0, sptrace_poke(self->fd, PTRACE_POKEUSR, pid, R12, before));
}

TEST_F(library, words_that_cannot_be_written)
{
	uintptr_t address = (uintptr_t)&in_data;
	unsigned long word = 0;
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_EQ(0, sptrace_seize(self->fd, pid, 0));
	EXPECT_EQ(-1, sptrace_poke(self->fd, PTRACE_POKEDATA, pid, address, 1));
	EXPECT_EQ(ESRCH, errno);
	ASSERT_EQ(0, sptrace_interrupt(self->fd, pid));
	ASSERT_EQ(STATUS_INTERRUPT, next_status(self->fd, pid));

	EXPECT_EQ(-1, sptrace_poke(self->fd, PTRACE_POKEDATA, pid, 0, 1));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(-1, sptrace_poke(self->fd, PTRACE_POKEUSR, pid, R12 + 1, 1));
	EXPECT_EQ(EIO, errno);
	errno = 0;
	EXPECT_EQ(-1, sptrace_poke(self->fd, PTRACE_PEEKDATA, pid, address,
				   (uintptr_t)&word));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(0, word);
	errno = 0;
	EXPECT_EQ(-1, sptrace_poke(self->fd, PTRACE_CONT, pid, 0, 0));
	EXPECT_EQ(EIO, errno);
}

TEST_F(library, registers_are_read_and_changed)
{
	struct user_regs_struct regs[2] = {}, changed = {};
	struct iovec iov = { .iov_base = regs, .iov_len = sizeof(regs) };
	unsigned long before = 0, word = 0;
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_TRUE(seize_stopped(self->fd, pid));
	ASSERT_EQ(0, sptrace_peek(self->fd, PTRACE_PEEKUSR, pid, R12, &before));
	ASSERT_EQ(0, sptrace_getregset(self->fd, pid, NT_PRSTATUS, &iov));
	EXPECT_EQ(sizeof(regs[0]), iov.iov_len);
	EXPECT_EQ(before, regs[0].r12);

	regs[0].r12 = ~before;
	iov.iov_len = sizeof(regs);
	EXPECT_EQ(0, sptrace_setregset(self->fd, pid, NT_PRSTATUS, &iov));
	EXPECT_EQ(sizeof(regs[0]), iov.iov_len);
	iov.iov_base = &changed;
	EXPECT_EQ(0, sptrace_getregset(self->fd, pid, NT_PRSTATUS, &iov));
	EXPECT_EQ(sizeof(changed), iov.iov_len);
	EXPECT_EQ(0, memcmp(regs, &changed, sizeof(changed)));

	/* The first ones, up to this one. */
	changed.r12 = before;
	iov.iov_len = R12 + sizeof(before);
	EXPECT_EQ(0, sptrace_setregset(self->fd, pid, NT_PRSTATUS, &iov));
	EXPECT_EQ(R12 + sizeof(before), iov.iov_len);
	EXPECT_EQ(0, sptrace_peek(self->fd, PTRACE_PEEKUSR, pid, R12, &word));
	EXPECT_EQ(before, word);
}

TEST_F(library, registers_that_are_not_there)
{
	struct user_regs_struct regs;
	struct iovec iov = { .iov_base = &regs, .iov_len = sizeof(regs) };
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_EQ(0, sptrace_seize(self->fd, pid, 0));
	EXPECT_EQ(-1, sptrace_getregset(self->fd, pid, NT_PRSTATUS, &iov));
	EXPECT_EQ(ESRCH, errno);
	EXPECT_EQ(-1, sptrace_setregset(self->fd, pid, NT_PRSTATUS, &iov));
	EXPECT_EQ(ESRCH, errno);
	ASSERT_EQ(0, sptrace_interrupt(self->fd, pid));
	ASSERT_EQ(STATUS_INTERRUPT, next_status(self->fd, pid));

	EXPECT_EQ(-1, sptrace_getregset(self->fd, pid, 0x7777, &iov));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, sptrace_setregset(self->fd, pid, 0x7777, &iov));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, sptrace_getregset(self->fd, pid, NT_PRSTATUS, NULL));
	EXPECT_EQ(EFAULT, errno);
	iov.iov_len = 3;
	EXPECT_EQ(-1, sptrace_getregset(self->fd, pid, NT_PRSTATUS, &iov));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(3, iov.iov_len);
}

TEST_F(library, wait4_names_tracees_as_natively)
{
	struct rusage usage = { 0 };
	int status = -1;
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_EQ(0, sptrace_seize(self->fd, pid, 0));
	EXPECT_EQ(0, sptrace_wait4(self->fd, -1, &status, WNOHANG, NULL));
	EXPECT_EQ(0, sptrace_wait4(self->fd, 0, &status, WNOHANG, NULL));
	EXPECT_EQ(0, sptrace_wait4(self->fd, -getpgrp(), NULL, WNOHANG, NULL));
	EXPECT_EQ(-1, sptrace_wait4(self->fd, getpid(), NULL, WNOHANG, NULL));
	EXPECT_EQ(ECHILD, errno);

	ASSERT_EQ(0, sptrace_interrupt(self->fd, pid));
	EXPECT_EQ(pid, sptrace_wait4(self->fd, -1, &status, 0, &usage));
	EXPECT_EQ(STATUS_INTERRUPT, status);
	EXPECT_LT(0, usage.ru_maxrss);
	EXPECT_LT(0, usage.ru_minflt);
	kill(pid, SIGKILL);
	EXPECT_EQ(pid, sptrace_wait4(self->fd, 0, &status, 0, &usage));
	EXPECT_EQ(SIGKILL, status);
	EXPECT_LT(0, usage.ru_maxrss);
	EXPECT_EQ(-1, sptrace_wait4(self->fd, -1, &status, 0, NULL));
	EXPECT_EQ(ECHILD, errno);
}

static bool become_user(void)
{
	/* The change of ids makes a process undumpable. */
	return !setgroups(0, NULL) && !setresgid(USER, USER, USER) &&
	       !setresuid(USER, USER, USER) && !prctl(PR_SET_DUMPABLE, 1);
}

static int execute_program(const struct child_end *end, void *arg)
{
	char *argv[] = { program, NULL }, *envp[] = { NULL };

	child_await(end);
	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0)
		return 120;
	execve(program, argv, envp);
	return 121;
}

/* A user's handle, and a child that executes what the user may not trace. */
static int trace_as_a_user(struct child *child)
{
	int fd = sptrace_open(NULL);

	if (fd < 0 || !become_user())
		return -1;
	*child = child_spawn(execute_program, NULL);
	return child->pid > 0 && !sptrace_seize(fd, child->pid, 0) ? fd : -1;
}

static int wait_beside_one_let_go(int unused)
{
	struct child child, other;
	int fd = trace_as_a_user(&child), status = -1;

	if (fd < 0 || !start(&other) || sptrace_seize(fd, other.pid, 0))
		return 1;
	child_go(&child);
	if (child_heard(&child) != 'R')
		return 2;
	if (sptrace_wait4(fd, -1, &status, WNOHANG, NULL) || status != -1)
		return 3;
	if (sptrace_interrupt(fd, other.pid) ||
	    sptrace_wait4(fd, -1, &status, 0, NULL) != other.pid ||
	    status != STATUS_INTERRUPT)
		return 4;
	child_end(&other);
	child_go(&child);
	return child_status(&child) == 7 << 8 ? 0 : 5;
}

TEST_F(library, wait4_says_nothing_of_one_that_was_let_go)
{
	ASSERT_TRUE(program_make("h_exec", 04755, 0, 0));
	EXPECT_EQ(0, apart(wait_beside_one_let_go, 0));
	program_remove();
}

static int wait_for_one_let_go(int options)
{
	struct child child;
	int fd = trace_as_a_user(&child), status = -1;

	if (fd < 0)
		return 1;
	child_go(&child);
	if (options & WNOHANG && child_heard(&child) != 'R')
		return 2;
	if (sptrace_wait4(fd, child.pid, &status, options, NULL) != -1 ||
	    errno != ECHILD || status != -1)
		return 3;
	child_go(&child);
	return child_status(&child) == 7 << 8 ? 0 : 4;
}

TEST_F(library, wait4_ends_when_the_last_was_let_go)
{
	ASSERT_TRUE(program_make("h_exec", 04755, 0, 0));
	EXPECT_EQ(0, apart(wait_for_one_let_go, 0));
	EXPECT_EQ(0, apart(wait_for_one_let_go, WNOHANG));
	program_remove();
}

TEST_F(library, wait4_leaves_no_report_behind)
{
	EXPECT_EQ(-1, sptrace_wait4(self->fd, -1, NULL, WNOWAIT, NULL));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, a_listening_tracee_tells_of_sigcont)
{
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	ASSERT_EQ(0, sptrace_seize(self->fd, pid, 0));
	kill(pid, SIGSTOP);
	ASSERT_EQ(STATUS_STOP(SIGSTOP), next_status(self->fd, pid));
	EXPECT_EQ(-1, sptrace_listen(self->fd, pid));
	EXPECT_EQ(EIO, errno);
	ASSERT_EQ(0, sptrace_cont(self->fd, pid, SIGSTOP));
	ASSERT_EQ(STATUS_EVENT(PTRACE_EVENT_STOP, SIGSTOP),
		  next_status(self->fd, pid));
	ASSERT_EQ(0, sptrace_listen(self->fd, pid));
	kill(pid, SIGCONT);
	EXPECT_EQ(STATUS_INTERRUPT, next_status(self->fd, pid));
}

TEST_F(library, a_handle_asks_for_sigchld)
{
	struct timespec limit = { .tv_sec = WAIT_LIMIT_MS / 1000 };
	siginfo_t info;
	sigset_t mask;
	pid_t pid;

	ASSERT_TRUE(start(&self->child));
	pid = self->child.pid;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	EXPECT_EQ(-1, sptrace_set_flags(self->fd, 1U << 31));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, sptrace_set_flags(self->fd, SPT_HANDLE_SIGCHLD));
	ASSERT_EQ(0, sptrace_seize(self->fd, pid, 0));
	ASSERT_EQ(0, sptrace_interrupt(self->fd, pid));
	ASSERT_EQ(SIGCHLD, sigtimedwait(&mask, &info, &limit));
	EXPECT_EQ(pid, info.si_pid);
	/* As natively, of every stop that PTRACE_EVENT_STOP reports. */
	EXPECT_EQ(CLD_STOPPED, info.si_code);
}

/* A child in a pid namespace of its own, whose scope is nobody else's. */
static bool start_in_namespace(struct child *child)
{
	child->go = -1;
	child->said = -1;
	if (unshare(CLONE_NEWPID))
		return false;
	child->pid = fork();
	if (!child->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return child->pid > 0;
}

TEST_F(library, scopes_are_read_and_set)
{
	struct spt_scope outer, scope;
	pid_t pid;

	ASSERT_TRUE(start_in_namespace(&self->child));
	pid = self->child.pid;
	ASSERT_EQ(0, sptrace_get_scope(self->fd, 0, &outer));
	EXPECT_EQ(SPT_SCOPE_SET, outer.flags);

	memset(&scope, 0xff, sizeof(scope));
	ASSERT_EQ(0, sptrace_get_scope(self->fd, pid, &scope));
	EXPECT_EQ(outer.scope, scope.scope);
	EXPECT_EQ(outer.scope, scope.effective);
	EXPECT_EQ(0, scope.flags);

	ASSERT_EQ(0, sptrace_set_scope(self->fd, pid, SPT_SCOPE_NO_ATTACH));
	ASSERT_EQ(0, sptrace_get_scope(self->fd, pid, &scope));
	EXPECT_EQ(SPT_SCOPE_NO_ATTACH, scope.scope);
	EXPECT_EQ(SPT_SCOPE_NO_ATTACH, scope.effective);
	EXPECT_EQ(SPT_SCOPE_SET, scope.flags);
	EXPECT_EQ(-1, sptrace_set_scope(self->fd, pid, SPT_SCOPE_ADMIN));
	EXPECT_EQ(EPERM, errno);

	ASSERT_EQ(0, sptrace_get_scope(self->fd, 0, &scope));
	EXPECT_EQ(outer.scope, scope.scope);
}

TEST_F(library, scopes_count_in_place_of_yamas)
{
	struct spt_scope scope;
	pid_t pid;

	ASSERT_TRUE(start_in_namespace(&self->child));
	pid = self->child.pid;
	ASSERT_EQ(0, sptrace_set_scope_instead(self->fd, pid,
					       SPT_SCOPE_RESTRICTED));
	ASSERT_EQ(0, sptrace_get_scope(self->fd, pid, &scope));
	EXPECT_EQ(SPT_SCOPE_RESTRICTED, scope.scope);
	EXPECT_EQ(SPT_SCOPE_RESTRICTED, scope.effective);
	EXPECT_EQ(SPT_SCOPE_SET | SPT_SCOPE_INSTEAD, scope.flags);
	ASSERT_EQ(0, sptrace_set_scope(self->fd, pid, SPT_SCOPE_RESTRICTED));
	ASSERT_EQ(0, sptrace_get_scope(self->fd, pid, &scope));
	EXPECT_EQ(SPT_SCOPE_SET, scope.flags);
	EXPECT_EQ(-1, sptrace_set_scope_instead(self->fd, INT_MAX,
						SPT_SCOPE_ADMIN));
	EXPECT_EQ(ESRCH, errno);
}

TEST_F(library, scopes_that_are_not_there)
{
	struct spt_scope scope;

	EXPECT_EQ(-1, sptrace_get_scope(self->fd, INT_MAX, &scope));
	EXPECT_EQ(ESRCH, errno);
	EXPECT_EQ(-1, sptrace_set_scope(self->fd, INT_MAX, SPT_SCOPE_ADMIN));
	EXPECT_EQ(ESRCH, errno);
	EXPECT_EQ(-1, sptrace_set_scope(self->fd, 0, SPT_SCOPE_NO_ATTACH + 1));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, tracers_are_declared)
{
	EXPECT_EQ(0, sptrace_set_ptracer(self->fd, SPT_PTRACER_ANY));
	EXPECT_EQ(0, sptrace_set_ptracer(self->fd, getppid()));
	EXPECT_EQ(0, sptrace_set_ptracer(self->fd, SPT_PTRACER_NONE));
	EXPECT_EQ(-1, sptrace_set_ptracer(self->fd, INT_MAX));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, refusals_are_explained)
{
	struct spt_explain explain;
	pid_t pid;

	ASSERT_TRUE(start_in_namespace(&self->child));
	pid = self->child.pid;
	memset(&explain, 0xff, sizeof(explain));
	ASSERT_EQ(0, sptrace_explain(self->fd, pid, &explain));
	EXPECT_EQ(SPT_RULE_NONE, explain.rule);
	EXPECT_EQ(0, explain.flags);

	ASSERT_EQ(0, sptrace_explain(self->fd, getpid(), &explain));
	EXPECT_EQ(SPT_RULE_SELF, explain.rule);

	ASSERT_EQ(0, sptrace_set_scope(self->fd, pid, SPT_SCOPE_NO_ATTACH));
	EXPECT_EQ(-1, sptrace_seize(self->fd, pid, 0));
	EXPECT_EQ(EPERM, errno);
	ASSERT_EQ(0, sptrace_explain(self->fd, pid, &explain));
	EXPECT_EQ(SPT_RULE_SCOPE, explain.rule);
	EXPECT_EQ(SPT_SCOPE_NO_ATTACH, explain.scope);
	EXPECT_EQ(SPT_SCOPE_SET, explain.flags);

	EXPECT_EQ(-1, sptrace_explain(self->fd, INT_MAX, &explain));
	EXPECT_EQ(ESRCH, errno);
}

TEST_F(library, being_traced_by_the_parent_is_explained)
{
	struct spt_explain explain;

	ASSERT_EQ(0, sptrace_explain(self->fd, 0, &explain));
	EXPECT_EQ(SPT_RULE_NONE, explain.rule);
}

/* A filter by which the child's exit_group(2) stops. */
TEST_F(library, filters_calls)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | SPT_FILTER_ENTRY),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_LEN(code), code };
	struct sock_fprog empty = { 0, code };
	pid_t tid;

	ASSERT_TRUE(start(&self->child));
	tid = self->child.pid;
	EXPECT_EQ(-1, sptrace_set_filter(self->fd, tid, &program));
	EXPECT_EQ(ESRCH, errno);
	ASSERT_EQ(0, sptrace_seize(self->fd, tid, PTRACE_O_TRACESYSGOOD));
	EXPECT_EQ(-1, sptrace_set_filter(self->fd, tid, &empty));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, sptrace_set_filter(self->fd, tid, &program));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(STATUS_SYSGOOD, next_status(self->fd, tid));
	EXPECT_EQ(0, sptrace_set_filter(self->fd, tid, NULL));
	EXPECT_EQ(0, sptrace_cont(self->fd, tid, 0));
	EXPECT_EQ(0, next_status(self->fd, tid));
}

/* The caller's entry in the list of the served, tgid 0 when there is none. */
static struct spt_served own_entry(int fd)
{
	struct spt_served *list, own = { 0 };
	size_t count, i;

	if (sptrace_list_served(fd, &list, &count))
		return own;
	for (i = 0; i < count; i++)
		if (list[i].tgid == getpid())
			own = list[i];
	free(list);
	return own;
}

static ino_t own_pid_namespace(void)
{
	struct stat status;

	return stat("/proc/self/ns/pid", &status) ? 0 : status.st_ino;
}

static bool is_untraced_natively(pid_t pid)
{
	char text[4096];

	return proc_read(pid, "status", text, sizeof(text)) >= 0 &&
	       strstr(text, "TracerPid:\t0\n");
}

static int be_served(int unused)
{
	struct child child;
	int fd = sptrace_open(NULL), status;

	if (fd < 0 || !start(&child))
		return 1;
	if (own_entry(fd).tgid)
		return 2;
	if (sptrace_serve(fd, 0) || sptrace_serve(fd, 0))
		return 3;
	if (syscall(SYS_ptrace, PTRACE_SEIZE, child.pid, 0L, 0L) ||
	    syscall(SYS_ptrace, PTRACE_INTERRUPT, child.pid, 0L, 0L) ||
	    waitpid(child.pid, &status, 0) != child.pid ||
	    status != STATUS_INTERRUPT)
		return 4;
	if (!is_untraced_natively(child.pid))
		return 5;
	if (own_entry(fd).tgid != getpid() || own_entry(fd).tracees != 1 ||
	    own_entry(fd).pid_ns != own_pid_namespace())
		return 6;
	if (syscall(SYS_ptrace, PTRACE_DETACH, child.pid, 0L, 0L) ||
	    own_entry(fd).tracees)
		return 7;
	child_end(&child);
	return 0;
}

TEST_F(library, served_processes_trace_and_are_listed)
{
	struct spt_served *list = (void *)1;
	size_t count = 1;

	EXPECT_EQ(0, apart(be_served, 0));
	ASSERT_EQ(0, sptrace_list_served(self->fd, &list, &count));
	EXPECT_EQ(0, count);
	EXPECT_EQ(NULL, list);
}

/* More than the list has room for at first. */
#define MANY 40

static int be_served_with_many_children(int unused)
{
	struct spt_served *list;
	pid_t children[MANY];
	int fd = sptrace_open(NULL), i, ret = 0;
	size_t count = 0;

	if (fd < 0 || sptrace_serve(fd, 0))
		return 1;
	for (i = 0; i < MANY; i++) {
		children[i] = fork();
		if (!children[i])
			for (;;)
				pause();
	}
	if (sptrace_list_served(fd, &list, &count) || count != MANY + 1)
		ret = 2;
	for (i = 0; i < MANY; i++) {
		kill(children[i], SIGKILL);
		if (waitpid(children[i], NULL, 0) != children[i])
			ret = 3;
	}
	return ret;
}

TEST_F(library, children_are_served_and_all_listed)
{
	EXPECT_EQ(0, apart(be_served_with_many_children, 0));
}

static int serve_by_a_parents_handle(int fd)
{
	return sptrace_serve(fd, 0) ? errno : 0;
}

TEST_F(library, serving_wants_a_handle_of_ones_own)
{
	struct spt_served *list;
	size_t count;
	int file = open("/dev/null", O_RDWR | O_CLOEXEC);

	EXPECT_EQ(-1, sptrace_serve(file, 0));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(-1, sptrace_list_served(file, &list, &count));
	EXPECT_EQ(ENOTTY, errno);
	close(file);
	EXPECT_EQ(-1, sptrace_serve(file, 0));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(EPERM, apart(serve_by_a_parents_handle, self->fd));
}

/* Bit 0 of @closed is descriptor 0, and so on. */
static int open_without(int closed)
{
	struct spt_info info;
	int fd, i;

	for (i = 0; i < 3; i++)
		if (closed & 1 << i)
			close(i);
	fd = sptrace_open(NULL);
	if (fd < 3)
		return 1;
	if (fcntl(fd, F_GETFD) != FD_CLOEXEC || sptrace_info(fd, &info))
		return 2;
	for (i = 0; i < 3; i++)
		if (closed & 1 << i && fcntl(i, F_GETFD) != -1)
			return 3;
	return sptrace_close(fd);
}

TEST(handles_are_never_standard_streams)
{
	int closed;

	for (closed = 0; closed < 8; closed++)
		EXPECT_EQ(0, apart(open_without, closed));
}

static int open_where_others_are_forbidden(int unused)
{
	struct rlimit limit = { 3, 3 };

	close(0);
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return 1;
	if (sptrace_open(NULL) != -1 || errno != EMFILE)
		return 2;
	return fcntl(0, F_GETFD) == -1 ? 0 : 3;
}

TEST(handles_want_a_descriptor_of_their_own)
{
	EXPECT_EQ(0, apart(open_where_others_are_forbidden, 0));
}

TEST(scopes_have_names)
{
	EXPECT_STREQ("classic", sptrace_scope_name(SPT_SCOPE_CLASSIC));
	EXPECT_STREQ("restricted", sptrace_scope_name(SPT_SCOPE_RESTRICTED));
	EXPECT_STREQ("admin-only", sptrace_scope_name(SPT_SCOPE_ADMIN));
	EXPECT_STREQ("no-attach", sptrace_scope_name(SPT_SCOPE_NO_ATTACH));
	EXPECT_STREQ("unknown", sptrace_scope_name(SPT_SCOPE_NO_ATTACH + 1));
}

TEST(the_release_is_that_of_the_package)
{
	EXPECT_STREQ(PACKAGE_VERSION, sptrace_version());
}

TEST_HARNESS_MAIN
