// SPDX-License-Identifier: GPL-2.0
/*
 * What else looks at a system call before it begins: Syscall User Dispatch, and
 * seccomp filters that come while the call is stopped at its entry.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/reg.h>
#include "stage.h"

/* ---- Syscall User Dispatch ------------------------------------------------------ */

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
#define DISPATCH_OFF 0
#define DISPATCH_ON 1
#define SELECT_ALLOW 0
#define SELECT_BLOCK 1

static volatile char selector;
static volatile int dispatched;

static void on_dispatch(int signo, siginfo_t *info, void *context)
{
	selector = SELECT_ALLOW;
	dispatched = info->si_syscall;
}

static long set_dispatch(int mode)
{
	return syscall(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, mode, 0, 0,
		       mode == DISPATCH_ON ? &selector : NULL);
}

static void dispatch_one(const struct child_end *end)
{
	long parent, self;

	selector = SELECT_BLOCK;
	parent = syscall(SYS_getppid);
	self = syscall(SYS_getpgrp);
	say_line(end, "getppid returned %ld, dispatched was %d; getpgrp %s",
		 parent, dispatched, self > 0 ? "worked" : "failed");
}

static void handle_dispatch(void)
{
	struct sigaction action = { .sa_sigaction = on_dispatch,
				    .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
}

/* Set before the tracer comes, or while it looks. */
static int act_dispatch(const struct child_end *end, void *arg)
{
	bool early = *(bool *)arg;

	handle_dispatch();
	if (early)
		set_dispatch(DISPATCH_ON);
	child_await(end);
	if (!early)
		set_dispatch(DISPATCH_ON);
	dispatch_one(end);
	set_dispatch(DISPATCH_OFF);
	syscall(SYS_getppid);
	set_dispatch(DISPATCH_ON);
	set_dispatch(7);
	dispatch_one(end);
	await_end(end);
	return 5;
}

static const char *when_name(int row)
{
	return row ? "early" : "late";
}

/* The signal that the tracee has stopped for, 0 for none. */
static int stop_signal(struct stage *s)
{
	int signo = WSTOPSIG(s->event.status);

	return s->event.event || signo & 0x80 ? 0 : signo;
}

/* From stop to stop, with the signals that come in between. */
static void trace_calls(struct stage *s, int stops)
{
	while (stops-- && s->stopped) {
		note_call(s);
		ask(s, PTRACE_SYSCALL, 0, stop_signal(s));
		see(s);
	}
}

SCENARIOS(dispatch_with_syscall_stops, 2, when_name)
{
	bool early = s->row;

	cast(s, act_dispatch, &early);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	run_to_next_call(s);
	trace_calls(s, early ? 20 : 22);
	cont(s, stop_signal(s));
	hear(s);
	finish(s);
}

/* The flag is gone in a child, and after an execve(2). */
static int act_dispatch_fork(const struct child_end *end, void *arg)
{
	pid_t pid;

	handle_dispatch();
	set_dispatch(DISPATCH_ON);
	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	pid = fork();
	if (!pid) {
		selector = SELECT_BLOCK;
		syscall(SYS_getppid);
		_exit(dispatched ? 4 : 3);
	}
	waitpid(pid, NULL, 0);
	dispatch_one(end);
	execute_program(end);
	return 1;
}

SCENARIO(dispatch_in_a_child)
{
	unsigned long child = 0;

	cast(s, act_dispatch_fork, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
			      PTRACE_O_TRACEEXEC);
	cue(s);
	cont(s, 0);
	see(s);
	tr_ptrace_at(&s->tracer, PTRACE_GETEVENTMSG, s->tracee, 0, &child);
	see_of(s, child);
	ask_of(s, child, PTRACE_SYSCALL, 0, 0);
	see_of(s, child);
	note_call_of(s, child);
	ask_of(s, child, PTRACE_SYSCALL, 0, 0);
	see_of(s, child);
	note_call_of(s, child);
	cont_of(s, child, 0);
	see_of(s, child);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	trace_calls(s, 12);
	cont(s, stop_signal(s));
	finish(s);
}

/* ---- a filter that comes during the entry-stop ------------------------------ */

static const struct filter_case {
	const char *name;
	unsigned int action;
	unsigned int resume;
	bool skipped; /* the tracer replaces the call by none */
	bool signalled; /* a handler runs before the call is begun */
} filter_cases[] = {
	{ "errno", SECCOMP_RET_ERRNO | EXDEV, PTRACE_SYSCALL },
	{ "errno_cont", SECCOMP_RET_ERRNO | EXDEV, PTRACE_CONT },
	{ "allow", SECCOMP_RET_ALLOW, PTRACE_SYSCALL },
	{ "allow_cont", SECCOMP_RET_ALLOW, PTRACE_CONT },
	{ "trap", SECCOMP_RET_TRAP, PTRACE_SYSCALL },
	{ "trap_cont", SECCOMP_RET_TRAP, PTRACE_CONT },
	{ "skipped", SECCOMP_RET_ALLOW, PTRACE_SYSCALL, .skipped = true },
	{ "skipped_cont", SECCOMP_RET_ALLOW, PTRACE_CONT, .skipped = true },
};

static const char *filter_case_name(int row)
{
	return filter_cases[row].name;
}

static void filter_all_threads(unsigned int action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]),
				      .filter = code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
		&program);
}

struct filter_thread {
	const struct child_end *end;
	unsigned int action;
};

/* SIGUSR2, blocked by all, is its cue. */
static void *play_filter_thread(void *arg)
{
	struct filter_thread *thread = arg;
	sigset_t set;
	int signo;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigwait(&set, &signo);
	filter_all_threads(thread->action);
	say_line(thread->end, "filtered");
	pause();
	return NULL;
}

static int act_filtered(const struct child_end *end, void *arg)
{
	const struct filter_case *filter = arg;
	struct filter_thread thread = { .end = end, .action = filter->action };
	pthread_t id;
	long ret;

	handle(end, SIGSYS, 0);
	block(SIG_BLOCK, SIGUSR2);
	pthread_create(&id, NULL, play_filter_thread, &thread);
	child_await(end);
	ret = syscall(SYS_getppid);
	say_line(end, "getppid %s, errno %d", ret < 0 ? "failed" : "worked",
		 ret < 0 ? errno : 0);
	ret = syscall(SYS_getppid);
	say_line(end, "again %s, errno %d", ret < 0 ? "failed" : "worked",
		 ret < 0 ? errno : 0);
	await_end(end);
	return 5;
}

SCENARIOS(filter_during_the_entry_stop,
	  sizeof(filter_cases) / sizeof(filter_cases[0]), filter_case_name)
{
	const struct filter_case *filter = &filter_cases[s->row];

	cast(s, act_filtered, (void *)filter);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	run_to_next_call(s);
	note_call(s);
	kill(s->tracee, SIGUSR2);
	hear(s);
	if (filter->skipped) {
		ask(s, PTRACE_POKEUSR, AT(REG_CALL), -1);
		ask(s, PTRACE_POKEUSR, AT(REG(ax)), -EDOM);
	}
	ask(s, filter->resume, 0, 0);
	if (filter->resume == PTRACE_SYSCALL) {
		see(s);
		note_call(s);
		trace_calls(s, 4);
		cont(s, stop_signal(s));
	} else if (filter->action == SECCOMP_RET_TRAP) {
		see(s);
		pass_on(s);
	}
	hear(s);
	finish(s);
}
