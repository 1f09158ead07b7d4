// SPDX-License-Identifier: GPL-2.0
/*
 * What users of ptrace have run into elsewhere: signals that are forced, left over,
 * many, or given where they mean nothing; requests to a tracee that runs; events
 * that nobody waits for.
 */
#include <sys/mman.h>
#include "stage.h"

/* ---- a trap under a mask that the tracer has set ------------------------------------ */

static int act_trap(const struct child_end *end, void *arg)
{
	handle(end, SIGTRAP, 0);
	child_await(end);
	asm volatile("int3");
	say_line(end, "is behind int3");
	await_end(end);
	return 5;
}

static const struct trap {
	const char *name;
	bool blocked;
	int given;
} traps[] = {
	{ "blocked", true, SIGTRAP },
	{ "blocked_and_dropped", true, 0 },
	{ "unblocked", false, SIGTRAP },
};

static const char *trap_name(int row)
{
	return traps[row].name;
}

/* force_sig_info_to_task(): blocked, it is unblocked and loses its handler. */
SCENARIOS(trap_under_setsigmask, ARRAY_LEN(traps), trap_name)
{
	const struct trap *trap = &traps[s->row];
	uint64_t mask = trap->blocked ? 1ULL << (SIGTRAP - 1) : 0;

	cast(s, act_trap, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_SETSIGMASK, sizeof(mask), (unsigned long)&mask);
	cont(s, 0);
	cue(s);
	see(s);
	mask = 0;
	ask(s, PTRACE_GETSIGMASK, sizeof(mask), (unsigned long)&mask);
	note(s->out, "tracer: the mask is %llx\n", (unsigned long long)mask);
	cont(s, trap->given);
	finish(s);
}

/* ---- a vfork whose child is held ------------------------------------------------------ */

static int act_vfork(const struct child_end *end, void *arg)
{
	pid_t pid;

	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	pid = vfork();
	if (!pid)
		_exit(3);
	say_line(end, "is back from vfork");
	waitpid(pid, NULL, 0);
	await_end(end);
	return 5;
}

static pid_t held_child;

/* The parent waits for it in the kernel, where an INTERRUPT has to wait, too. */
static void hold_vfork_child(struct stage *s)
{
	seize(s, PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE);
	cue(s);
	see(s);
	held_child = announced_child(s);
	see_of(s, held_child);
	cont(s, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see_nothing(s);
}

SCENARIO(interrupted_vfork_continued)
{
	cast(s, act_vfork, NULL);
	hold_vfork_child(s);
	cont_of(s, held_child, 0);
	see_of(s, held_child);
	see(s);
	pass_on(s);
	finish(s);
}

SCENARIO(interrupted_vfork_detached)
{
	cast(s, act_vfork, NULL);
	hold_vfork_child(s);
	/* Not stopped yet, it can't be left first. */
	ask(s, PTRACE_DETACH, 0, 0);
	ask_of(s, held_child, PTRACE_DETACH, 0, 0);
	see(s);
	ask(s, PTRACE_DETACH, 0, 0);
	hear(s);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

SCENARIO(interrupted_vfork_abandoned)
{
	pid_t other;

	cast(s, act_vfork, NULL);
	other = other_tracer(s, hold_vfork_child);
	kill_other_tracer(s, other);
	hear(s);
	until_asleep_in(s, s->tracee, SYS_read);
	finish_untraced(s);
}

/* ---- two that trace each other ----------------------------------------------------------- */

static volatile pid_t *twins;

/* Seizes the other on its first cue; on its second it stops that one, too. */
static int act_twin(const struct child_end *end, void *arg)
{
	const struct tracer *model = arg;
	struct tracer tracer;
	pid_t other;
	long ret;

	/* What tells of the other's stop would stop this one, with nobody to see it. */
	block(SIG_BLOCK, SIGCHLD);
	/* A tracee stops for it all the same, and isn't killed by it when let go. */
	signal(SIGUSR1, SIG_IGN);
	if (tracer_open(&tracer, model->shadow))
		return 1;
	child_await(end);
	other = twins[0] == getpid() ? twins[1] : twins[0];
	ret = tr_ptrace(&tracer, PTRACE_SEIZE, other, 0, 0);
	child_say(end, ret ? 'x' : 's');
	child_await(end);
	ret = tr_ptrace(&tracer, PTRACE_INTERRUPT, other, 0, 0);
	if (!ret)
		ret = tr_wait_status(&tracer, other);
	child_say(end, ret == STATUS_INTERRUPT ? 'i' : 'x');
	while (true)
		pause();
}

static const char *twin_name(int row)
{
	return row ? "the_stopped_one_first" : "the_tracer_first";
}

/* The one stands in a stop of the other's, and that in one of its own making. */
SCENARIOS(twins_trace_each_other, 2, twin_name)
{
	struct child children[2];
	int i;

	twins = mmap(NULL, 2 * sizeof(*twins), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (twins == MAP_FAILED)
		give_up(s, "no memory");
	for (i = 0; i < 2; i++) {
		children[i] = child_spawn(act_twin, &s->tracer);
		twins[i] = children[i].pid;
		if (!child_waits(&children[i]))
			give_up(s, "no twin");
	}
	for (i = 0; i < 2; i++) {
		child_go(&children[i]);
		note(s->out, "twin %d: seized: %c\n", i,
		     child_heard(&children[i]));
		if (!child_waits(&children[i]))
			give_up(s, "a twin doesn't wait");
	}
	child_go(&children[0]);
	note(s->out, "twin 0: interrupted: %c\n", child_heard(&children[0]));
	/* Its tracer is stopped, so this one stays in its stop, too. */
	kill(children[0].pid, SIGUSR1);
	if (!WAIT_UNTIL(proc_state(children[0].pid) == 't'))
		give_up(s, "twin 0 doesn't stop");
	for (i = 0; i < 2; i++)
		kill(children[i ^ s->row].pid, SIGKILL);
	for (i = 0; i < 2; i++)
		note(s->out, "twin %d: %s\n", i,
		     status_text(child_status(&children[i])));
}

/* ---- signals that are left over -------------------------------------------------------------- */

static const char *left_name(int row)
{
	return row ? "with_SIGCONT_behind" : "alone";
}

/* A SIGSTOP that came during the stop stops the tracee once it is let go. */
SCENARIOS(stop_signal_left_at_the_detach, 2, left_name)
{
	cast(s, act_wait, NULL);
	attach(s);
	signal_tracee(s, SIGSTOP);
	if (s->row)
		signal_tracee(s, SIGCONT);
	ask(s, PTRACE_DETACH, 0, 0);
	finish(s);
}

/* And of the one that an ATTACH has sent, before it was seen. */
SCENARIO(attach_while_stopping_is_detached_with_SIGCONT)
{
	cast(s, act_wait, NULL);
	attach(s);
	signal_tracee(s, SIGSTOP);
	ask(s, PTRACE_DETACH, 0, SIGCONT);
	finish(s);
}

/* ---- a flood ----------------------------------------------------------------------------------- */

#define FLOOD 20

static int act_flooded(const struct child_end *end, void *arg)
{
	handle(end, SIGRTMIN + 1, SA_RESTART);
	block(SIG_BLOCK, SIGRTMIN + 1);
	child_await(end);
	block(SIG_UNBLOCK, SIGRTMIN + 1);
	say_line(end, "has had them all");
	await_end(end);
	return 5;
}

/* None is lost, and all come in their order. */
SCENARIO(attach_in_a_flood_of_signals)
{
	union sigval value;
	int i;

	cast(s, act_flooded, NULL);
	for (i = 0; i < FLOOD; i++) {
		value = (union sigval){ .sival_int = i };
		sigqueue(s->tracee, SIGRTMIN + 1, value);
	}
	attach(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	cue(s);
	for (i = 0; i < FLOOD; i++) {
		see(s);
		pass_on(s);
	}
	finish(s);
}

/* ---- requests to one that runs -------------------------------------------------------------- */

static long word;

SCENARIO(requests_while_running)
{
	struct user_regs_struct regs;

	cast(s, act_wait, NULL);
	seize(s, 0);
	ask(s, PTRACE_POKEDATA, (unsigned long)&word, 7);
	ask(s, PTRACE_PEEKDATA, (unsigned long)&word, (unsigned long)&word);
	ask(s, PTRACE_GETREGS, 0, (unsigned long)&regs);
	ask(s, PTRACE_SETOPTIONS, 0, PTRACE_O_TRACEEXIT);
	ask(s, PTRACE_DETACH, 0, 0);
	ask(s, PTRACE_CONT, 0, 0);
	finish(s);
}

/* Nobody has waited for the stop: it is left all the same, and not reported. */
SCENARIO(exit_event_left_unseen)
{
	cast(s, act_wait, NULL);
	seize(s, PTRACE_O_TRACEEXIT);
	cue_end(s);
	until_report(s);
	cont(s, 0);
	until_dead(s);
	parent_sees_nothing(s);
	see(s);
	see_nothing(s);
	parent_sees(s);
}

/* ---- a call of the 32-bit table ------------------------------------------------------------- */

#define I386_GETUID 24
#define I386_UNAME 122 /* fails with EFAULT */

#ifdef __x86_64__
#define LOST_BY_INT80 "memory", "r8", "r9", "r10", "r11"
#else
#define LOST_BY_INT80 "memory"
#endif

static long call_by_int80(long nr)
{
	long ret;

	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(nr), "b"(0L)
		     : LOST_BY_INT80);
	return ret;
}

static int act_int80(const struct child_end *end, void *arg)
{
	child_await(end);
	call_by_int80(I386_GETUID);
	say_line(end, "has %ld", call_by_int80(I386_UNAME));
	await_end(end);
	return 5;
}

static void note_table(struct stage *s)
{
	struct ptrace_syscall_info info;

	memset(&info, 0, sizeof(info));
	tr_ptrace_at(&s->tracer, PTRACE_GET_SYSCALL_INFO, s->tracee,
		     sizeof(info), &info);
	note(s->out, "tracer: op %d of %x", info.op, info.arch);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		note(s->out, ", number %llu",
		     (unsigned long long)info.entry.nr);
	if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		note(s->out, ", error %d", info.exit.is_error);
	note(s->out, "\n");
}

SCENARIO(call_by_int80_traced)
{
	int i;

	cast(s, act_int80, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	run_to_next_call(s);
	note_table(s);
	for (i = 0; i < 3; i++) {
		ask(s, PTRACE_SYSCALL, 0, 0);
		see(s);
		note_table(s);
	}
	cont(s, 0);
	hear(s);
	finish(s);
}

/* ---- signals given where a stop has none ----------------------------------------------------- */

enum place {
	IN_FORK,
	IN_EXEC,
	IN_EXIT,
	IN_ENTRY,
	IN_RETURN,
	IN_INTERRUPT,
	IN_GROUP_STOP,
	PLACES,
};

static const char *place_name(int row)
{
	static const char *const names[] = {
		[IN_FORK] = "fork",
		[IN_EXEC] = "exec",
		[IN_EXIT] = "exit",
		[IN_ENTRY] = "syscall_entry",
		[IN_RETURN] = "syscall_exit",
		[IN_INTERRUPT] = "interrupt",
		[IN_GROUP_STOP] = "group_stop",
	};

	return names[row];
}

static int act_at(const struct child_end *end, void *arg)
{
	pid_t pid;

	handle(end, SIGUSR1, SA_RESTART);
	block(SIG_BLOCK, SIGCHLD);
	if (child_await(end) == END_CUE)
		return 5;
	switch (*(int *)arg) {
	case IN_FORK:
		pid = fork();
		if (!pid)
			_exit(3);
		waitpid(pid, NULL, 0);
		break;
	case IN_EXEC:
		execute_program(end);
		break;
	}
	await_end(end);
	return 5;
}

static void come_to(struct stage *s, enum place place)
{
	pid_t child;

	switch (place) {
	case IN_FORK:
		seize(s, PTRACE_O_TRACEFORK);
		cue(s);
		see(s);
		child = announced_child(s);
		see_of(s, child);
		cont_of(s, child, 0);
		see_of(s, child);
		break;
	case IN_EXEC:
		seize(s, PTRACE_O_TRACEEXEC);
		cue(s);
		see(s);
		break;
	case IN_EXIT:
		seize(s, PTRACE_O_TRACEEXIT);
		cue_end(s);
		see(s);
		break;
	case IN_ENTRY:
	case IN_RETURN:
		seize_stop(s, PTRACE_O_TRACESYSGOOD);
		run_to_next_call(s);
		if (place == IN_ENTRY)
			break;
		ask(s, PTRACE_SYSCALL, 0, 0);
		cue(s);
		see(s);
		break;
	case IN_INTERRUPT:
		seize_stop(s, 0);
		break;
	default:
		seize(s, 0);
		send_and_see(s, SIGSTOP);
		cont(s, SIGSTOP);
		see(s);
		break;
	}
}

/* ptrace_report_syscall() sends it; the other stops forget it. */
SCENARIOS(signal_given_at, PLACES, place_name)
{
	cast(s, act_at, &s->row);
	come_to(s, s->row);
	cont(s, SIGUSR1);
	if (s->row == IN_EXIT) {
		see(s);
		parent_sees(s);
		return;
	}
	if (s->row == IN_ENTRY || s->row == IN_RETURN) {
		see(s);
		pass_on(s);
		hear(s);
	}
	finish(s);
}
