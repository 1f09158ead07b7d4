// SPDX-License-Identifier: GPL-2.0
/*
 * PTRACE_O_TRACESECCOMP and PTRACE_O_SUSPEND_SECCOMP: what a tracer is told of a
 * filter's verdict, and what becomes of the call.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include "stage.h"

#define SYS_OTHER SYS_getpgrp

/* getppid: for the tracer; getpgrp: refused; umask: both, of two filters. */
#define DATA_PPID 17
#define DATA_UMASK 0xffff

static void filter_calls(unsigned int ppid, unsigned int other)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ppid),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_OTHER, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, other),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_umask, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | DATA_UMASK),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_LEN(code), code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void filter_as_usual(void)
{
	filter_calls(SECCOMP_RET_TRACE | DATA_PPID, SECCOMP_RET_ERRNO | EXDEV);
}

static void say_result(const struct child_end *end, const char *name, long ret)
{
	if (ret < 0)
		say_line(end, "%s: errno %d", name, errno);
	else
		say_line(end, "%s: %s", name,
			 ret == 4711	 ? "4711" :
			 ret == getpid() ? "its pid" :
					   "works");
}

static void call_three(const struct child_end *end)
{
	say_result(end, "getppid", syscall(SYS_getppid));
	say_result(end, "getpgrp", syscall(SYS_OTHER));
	say_result(end, "umask", syscall(SYS_umask, 022));
}

static int act_filtered(const struct child_end *end, void *arg)
{
	handle(end, SIGSYS, 0);
	handle(end, SIGUSR1, SA_RESTART);
	filter_as_usual();
	child_await(end);
	call_three(end);
	await_end(end);
	return 5;
}

static void note_info(struct stage *s)
{
	struct ptrace_syscall_info info = { 0 };
	long ret = tr_ptrace_at(&s->tracer, PTRACE_GET_SYSCALL_INFO, s->tracee,
				sizeof(info), &info);

	note(s->out, "tracer: %ld bytes, op %d", ret, info.op);
	if (info.op == PTRACE_SYSCALL_INFO_SECCOMP)
		note(s->out, ", %s, data %#x", call_name(info.seccomp.nr),
		     info.seccomp.ret_data);
	note(s->out, "\n");
}

static void set_call(struct stage *s, long nr, long result)
{
	ask(s, PTRACE_POKEUSR, AT(REG_CALL), nr);
	if (nr == -1)
		ask(s, PTRACE_POKEUSR, AT(REG(ax)), result);
}

/* ---- what the tracer is told ---------------------------------------------------- */

static const struct told {
	const char *name;
	unsigned long options;
	unsigned int resume;
} tolds[] = {
	{ "without", 0, PTRACE_CONT },
	{ "syscall", PTRACE_O_TRACESECCOMP, PTRACE_SYSCALL },
	{ "without_syscall", 0, PTRACE_SYSCALL },
	{ "step", PTRACE_O_TRACESECCOMP, PTRACE_SINGLESTEP },
	{ "sysemu", PTRACE_O_TRACESECCOMP, PTRACE_SYSEMU },
};

static const char *told_name(int row)
{
	return tolds[row].name;
}

SCENARIOS(seccomp_told, ARRAY_LEN(tolds), told_name)
{
	const struct told *told = &tolds[s->row];
	int stops = 0;

	cast(s, act_filtered, NULL);
	seize_stop(s, told->options | PTRACE_O_TRACESYSGOOD);
	cue(s);
	if (!told->options && told->resume == PTRACE_CONT) {
		cont(s, 0);
		hear(s);
		hear(s);
		hear(s);
		finish(s);
		return;
	}
	cont(s, 0);
	if (!told->options) {
		hear(s);
		hear(s);
		hear(s);
		ask(s, PTRACE_INTERRUPT, 0, 0);
	}
	see(s);
	note_info(s);
	/* One whose every call is emulated doesn't come to an end. */
	while (stops++ < (told->resume == PTRACE_SYSEMU ? 4 : 9)) {
		ask(s, told->resume, 0, 0);
		if (!told->options)
			cue_end(s);
		see(s);
		if (!s->stopped)
			break;
		note_info(s);
	}
	signal_tracee(s, SIGKILL);
	if (!s->dead)
		see(s);
	parent_sees(s);
}

/* Set while it runs, by SEIZE, and by SETOPTIONS at a stop. */
static const char *when_set(int row)
{
	return row == 2 ? "attach" : row ? "setoptions" : "seize";
}

SCENARIOS(seccomp_set_by, 3, when_set)
{
	cast(s, act_filtered, NULL);
	if (s->row == 0) {
		seize(s, PTRACE_O_TRACESECCOMP);
	} else if (s->row == 1) {
		seize_stop(s, 0);
		ask(s, PTRACE_SETOPTIONS, 0, PTRACE_O_TRACESECCOMP);
		cont(s, 0);
	} else {
		attach(s);
		ask(s, PTRACE_SETOPTIONS, 0, PTRACE_O_TRACESECCOMP);
		cont(s, 0);
	}
	cue(s);
	see(s);
	note_info(s);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
	cont(s, 0);
	hear(s);
	hear(s);
	hear(s);
	finish(s);
}

/* ---- what becomes of the call --------------------------------------------------------- */

static const struct change {
	const char *name;
	long nr;
	long result;
} changes[] = {
	{ "same", SYS_getppid, 0 },	{ "skipped", -1, 4711 },
	{ "skipped_fails", -1, -EDOM }, { "another", SYS_getpid, 0 },
	{ "refused", SYS_OTHER, 0 },	{ "traced_too", SYS_umask, 0 },
	{ "unknown", 9999, 0 },		{ "below_zero", -5, 33 },
};

static const char *change_name(int row)
{
	return changes[row % 8].name;
}

static const char *change_and_resume(int row)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s/%s", change_name(row),
		 row / 8 ? "SYSCALL" : "CONT");
	return name;
}

SCENARIOS(seccomp_changed_to, 16, change_and_resume)
{
	const struct change *change = &changes[s->row % 8];
	unsigned int request = s->row / 8 ? PTRACE_SYSCALL : PTRACE_CONT;

	cast(s, act_filtered, NULL);
	seize(s, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD);
	cue(s);
	see(s);
	note_info(s);
	if (change->nr != SYS_getppid) {
		set_call(s, change->nr, change->result);
		if (change->nr == -5)
			ask(s, PTRACE_POKEUSR, AT(REG(ax)), change->result);
	}
	note_info(s);
	ask(s, request, 0, 0);
	if (request == PTRACE_SYSCALL) {
		see(s);
		note_info(s);
		cont(s, 0);
	}
	hear(s);
	hear(s);
	see(s);
	note_info(s);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* At the entry stop already; the filters see what it has become. */
SCENARIOS(seccomp_changed_at_entry, 8, change_name)
{
	const struct change *change = &changes[s->row];

	cast(s, act_filtered, NULL);
	seize_stop(s, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD);
	run_to_next_call(s);
	note_info(s);
	set_call(s, change->nr, change->result);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_info(s);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
	cont(s, 0);
	hear(s);
	hear(s);
	hear(s);
	finish(s);
}

static const struct verdict {
	const char *name;
	unsigned int verdict;
} verdicts[] = {
	{ "allow", SECCOMP_RET_ALLOW },
	{ "log", SECCOMP_RET_LOG },
	{ "errno", SECCOMP_RET_ERRNO | EXDEV },
	{ "enosys", SECCOMP_RET_ERRNO | ENOSYS },
	{ "trap", SECCOMP_RET_TRAP | 7 },
	{ "kill_process", SECCOMP_RET_KILL_PROCESS },
	{ "kill_thread", SECCOMP_RET_KILL_THREAD },
};

static const char *verdict_name(int row)
{
	return verdicts[row].name;
}

/* Two filters: the one says TRACE of the call, the other this. */
static int act_two_filters(const struct child_end *end, void *arg)
{
	const struct verdict *verdict = arg;

	handle(end, SIGSYS, 0);
	filter_as_usual();
	filter_calls(verdict->verdict, SECCOMP_RET_ALLOW);
	child_await(end);
	call_three(end);
	await_end(end);
	return 5;
}

/* The tracee is told of to the end, whatever the filters make of it. */
SCENARIOS(seccomp_and_another_filter, ARRAY_LEN(verdicts), verdict_name)
{
	const struct verdict *verdict = &verdicts[s->row];

	cast(s, act_two_filters, (void *)verdict);
	seize(s, PTRACE_O_TRACESECCOMP);
	cue(s);
	cue_end(s);
	do {
		see(s);
		note_info(s);
		if (s->stopped)
			pass_on(s);
	} while (!s->dead);
	parent_sees(s);
	hear_rest(s);
}

/* ---- signals and deaths --------------------------------------------------------------- */

SCENARIO(seccomp_stop_and_a_signal)
{
	cast(s, act_filtered, NULL);
	seize(s, PTRACE_O_TRACESECCOMP);
	cue(s);
	see(s);
	signal_tracee(s, SIGUSR1);
	cont(s, 0);
	see(s);
	note_info(s);
	pass_on(s);
	hear(s);
	hear(s);
	hear(s);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(seccomp_stop_resumed_with_a_signal)
{
	cast(s, act_filtered, NULL);
	seize(s, PTRACE_O_TRACESECCOMP);
	cue(s);
	see(s);
	cont(s, SIGUSR1);
	hear(s);
	hear(s);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(seccomp_stop_and_kill)
{
	cast(s, act_filtered, NULL);
	seize(s, PTRACE_O_TRACESECCOMP);
	cue(s);
	see(s);
	signal_tracee(s, SIGKILL);
	see(s);
	parent_sees(s);
	hear_rest(s);
}

SCENARIO(seccomp_stop_and_detach)
{
	cast(s, act_filtered, NULL);
	seize(s, PTRACE_O_TRACESECCOMP);
	cue(s);
	see(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	cont(s, 0);
	see(s);
	ask(s, PTRACE_DETACH, 0, 0);
	hear(s);
	hear(s);
	hear(s);
	finish(s);
}

/* A handler whose calls are traced as well. */
static const struct child_end *handler_pipe;

static void on_usr1(int signo)
{
	long ret = syscall(SYS_umask, 022);

	say_line(handler_pipe, "handler: umask %s",
		 ret < 0 ? "fails" : "works");
}

static int act_handler_calls(const struct child_end *end, void *arg)
{
	handler_pipe = end;
	signal(SIGUSR1, on_usr1);
	filter_as_usual();
	child_await(end);
	call_three(end);
	await_end(end);
	return 5;
}

SCENARIO(seccomp_calls_of_a_handler)
{
	int stops = 0;

	cast(s, act_handler_calls, NULL);
	seize(s, PTRACE_O_TRACESECCOMP);
	cue(s);
	see(s);
	signal_tracee(s, SIGUSR1);
	do {
		note_info(s);
		pass_on(s);
		see(s);
	} while (stops++ < 2);
	note_info(s);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
	cont(s, 0);
	hear(s);
	hear(s);
	hear(s);
	hear(s);
	finish(s);
}

/* The options go with a fork, and the filter does. */
static int act_forks(const struct child_end *end, void *arg)
{
	pid_t pid;

	block(SIG_BLOCK, SIGCHLD);
	filter_as_usual();
	child_await(end);
	pid = fork();
	if (!pid) {
		syscall(SYS_getppid);
		_exit(3);
	}
	waitpid(pid, NULL, 0);
	say_line(end, "has waited");
	await_end(end);
	return 5;
}

SCENARIO(seccomp_in_a_child)
{
	pid_t child;

	cast(s, act_forks, NULL);
	seize(s, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK);
	cue(s);
	see(s);
	child = announced_child(s);
	cont(s, 0);
	see_of(s, child);
	cont_of(s, child, 0);
	see_of(s, child);
	cont_of(s, child, 0);
	see_of(s, child);
	hear(s);
	finish(s);
}

static int act_executes(const struct child_end *end, void *arg)
{
	filter_as_usual();
	child_await(end);
	execute_program(end);
	return 1;
}

SCENARIO(seccomp_over_an_exec)
{
	cast(s, act_executes, NULL);
	seize(s, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC);
	cue(s);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* exit_group(2) by another thread ends the stop. */
static void *play_exiting_thread(void *arg)
{
	sigset_t set;
	int signo;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigwait(&set, &signo);
	syscall(SYS_exit_group, 9);
	return NULL;
}

static int act_threaded(const struct child_end *end, void *arg)
{
	pthread_t id;

	block(SIG_BLOCK, SIGUSR2);
	pthread_create(&id, NULL, play_exiting_thread, NULL);
	filter_as_usual();
	child_await(end);
	call_three(end);
	await_end(end);
	return 5;
}

SCENARIO(seccomp_stop_and_exit_group)
{
	cast(s, act_threaded, NULL);
	seize(s, PTRACE_O_TRACESECCOMP);
	cue(s);
	see(s);
	kill(s->tracee, SIGUSR2);
	see(s);
	parent_sees(s);
	hear_rest(s);
}

/* ---- suspended ------------------------------------------------------------------------ */

SCENARIO(seccomp_suspended)
{
	cast(s, act_filtered, NULL);
	seize_stop(s, PTRACE_O_SUSPEND_SECCOMP);
	cue(s);
	cont(s, 0);
	hear(s);
	hear(s);
	hear(s);
	finish(s);
}

/* In strict mode, which has no filter to be read, and kills. */
static int act_strict(const struct child_end *end, void *arg)
{
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	child_await(end);
	say_result(end, "getppid", syscall(SYS_getppid));
	await_end(end);
	return 5;
}

SCENARIO(seccomp_suspended_in_strict_mode)
{
	cast(s, act_strict, NULL);
	seize_stop(s, PTRACE_O_SUSPEND_SECCOMP);
	cue(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(seccomp_told_in_strict_mode)
{
	cast(s, act_strict, NULL);
	seize_stop(s, PTRACE_O_TRACESECCOMP);
	cue(s);
	cont(s, 0);
	see(s);
	parent_sees(s);
}

SCENARIO(seccomp_suspended_for_a_while)
{
	cast(s, act_filtered, NULL);
	seize_stop(s, PTRACE_O_SUSPEND_SECCOMP | PTRACE_O_TRACESYSGOOD);
	run_to_next_call(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
	cont(s, 0);
	hear(s);
	hear(s);
	hear(s);
	finish(s);
}

SCENARIO(seccomp_suspended_and_detached)
{
	cast(s, act_filtered, NULL);
	seize_stop(s, PTRACE_O_SUSPEND_SECCOMP);
	ask(s, PTRACE_DETACH, 0, 0);
	cue(s);
	hear(s);
	hear(s);
	hear(s);
	finish(s);
}

static void be_filtered(struct stage *s)
{
	filter_as_usual();
}

/* Not by a tracer that has a filter itself. */
SCENARIO(seccomp_suspended_by_the_filtered)
{
	cast(s, act_wait, NULL);
	be_filtered(s);
	seize(s, PTRACE_O_SUSPEND_SECCOMP);
	seize(s, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	ask(s, PTRACE_SETOPTIONS, 0, PTRACE_O_SUSPEND_SECCOMP);
	finish(s);
}
