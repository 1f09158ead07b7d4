// SPDX-License-Identifier: GPL-2.0
/*
 * The work: calls of every function that the module hooks, the same number
 * each time. Nothing in it depends on which of two tasks is faster: signals
 * are sent by whom they are for, and SIGCHLD is blocked.
 */
#include <sched.h>

#include "neighbours.h"

static void on_signal(int signal)
{
}

static void wait_for(pid_t pid, int options)
{
	if (syscall(SYS_wait4, pid, NULL, __WALL | options, NULL) != pid)
		_exit(100);
}

static void kill_self(int signal)
{
	syscall(SYS_kill, syscall(SYS_getpid), signal);
}

static void execute_helper(const char *suffix)
{
	char name[32], *argv[] = { "program", NULL }, *envp[] = { NULL };

	snprintf(name, sizeof(name), WORKER_NAME "%s", suffix);
	syscall(SYS_execve, sibling(name), argv, envp);
}

/* What a child does before it exits. */
static void child_nothing(void)
{
}

static void child_handles_a_signal(void)
{
	kill_self(SIGUSR1);
}

static void child_is_killed(void)
{
	kill_self(SIGTERM);
}

static void child_stops(void)
{
	kill_self(SIGSTOP);
}

static void child_executes(void)
{
	execute_helper("");
}

/* Where 32-bit programs don't run, its execve(2) fails each time. */
static void child_executes_32(void)
{
	execute_helper("_32");
}

/* Of calls that are not dispatched after all: by its selector. */
static void child_has_user_dispatch(void)
{
	static volatile char selector = SYSCALL_DISPATCH_FILTER_ALLOW;

	syscall(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0,
		0, &selector);
	syscall(SYS_getppid);
	syscall(SYS_close, -1);
}

static pid_t start(unsigned long flags, void (*run)(void))
{
	pid_t pid = syscall(SYS_clone, flags, 0, NULL, NULL, 0);

	if (!pid) {
		run();
		syscall(SYS_exit_group, 3);
	}
	return pid;
}

static void work_of_children(void)
{
	pid_t pid;

	wait_for(start(SIGCHLD, child_nothing), 0);
	wait_for(start(SIGCHLD, child_handles_a_signal), 0);
	wait_for(start(SIGCHLD, child_is_killed), 0);
	wait_for(start(SIGCHLD, child_has_user_dispatch), 0);
	wait_for(start(SIGCHLD, child_executes), 0);
	wait_for(start(SIGCHLD, child_executes_32), 0);
	/* Not SIGCHLD: it is CLONE's event. */
	wait_for(start(0, child_nothing), 0);

	pid = vfork();
	if (!pid)
		_exit(0);
	wait_for(pid, 0);

	pid = start(SIGCHLD, child_stops);
	wait_for(pid, WUNTRACED);
	syscall(SYS_kill, pid, SIGCONT);
	wait_for(pid, 0);
}

static void work_of_signals(void)
{
	static const struct timespec none;
	unsigned long usr2 = 1UL << (SIGUSR2 - 1);

	kill_self(SIGUSR1);
	kill_self(SIGUSR1);
	/* Blocked: one call gets it, and one finds nothing. */
	kill_self(SIGUSR2);
	syscall(SYS_rt_sigtimedwait, &usr2, NULL, &none, sizeof(usr2));
	syscall(SYS_rt_sigtimedwait, &usr2, NULL, &none, sizeof(usr2));
}

static void work_of_calls(void)
{
	int i;

	for (i = 0; i < 5; i++) {
		syscall(SYS_getppid);
		syscall(SYS_close, -1);
	}
	prctl(PR_SET_PTRACER, syscall(SYS_getppid), 0, 0, 0);
	prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_PTRACER, 0, 0, 0, 0);
}

int work(const struct child_end *end, void *arg)
{
	sigset_t blocked;

	signal(SIGUSR1, on_signal);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigaddset(&blocked, SIGUSR2);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	prctl(PR_SET_NAME, WORKER_NAME, 0, 0, 0);

	while (child_await(end) == 'g') {
		work_of_calls();
		work_of_signals();
		work_of_children();
		child_say(end, 'd');
	}
	return 5;
}

bool work_once(const struct child *worker)
{
	return child_waits(worker) && child_go(worker) &&
	       child_heard(worker) == 'd' && child_waits(worker);
}
