// SPDX-License-Identifier: GPL-2.0
/*
 * Options: each one alone, on a tracee that does everything that an option is
 * about; which values are accepted; when they come into force.
 */
#include <pthread.h>
#include "stage.h"

static const struct option {
	const char *name;
	unsigned long bits;
} options[] = {
	{ "none", 0 },
	{ "TRACESYSGOOD", PTRACE_O_TRACESYSGOOD },
	{ "TRACEFORK", PTRACE_O_TRACEFORK },
	{ "TRACEVFORK", PTRACE_O_TRACEVFORK },
	{ "TRACECLONE", PTRACE_O_TRACECLONE },
	{ "TRACEEXEC", PTRACE_O_TRACEEXEC },
	{ "TRACEVFORKDONE", PTRACE_O_TRACEVFORKDONE },
	{ "TRACEEXIT", PTRACE_O_TRACEEXIT },
	{ "EXITKILL", PTRACE_O_EXITKILL },
	{ "all", PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
			 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			 PTRACE_O_TRACEEXEC | PTRACE_O_TRACEVFORKDONE |
			 PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL },
};

#define OPTIONS ((int)ARRAY_LEN(options))

static const char *option_name(int row)
{
	return options[row].name;
}

/* Each child is gone before the next thing, or its tracer sees to that. */
static int act_everything(const struct child_end *end, void *arg)
{
	pid_t pid;

	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	pid = fork();
	if (!pid)
		_exit(1);
	waitpid(pid, NULL, __WALL);
	pid = vfork();
	if (!pid)
		_exit(2);
	waitpid(pid, NULL, __WALL);
	pid = syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (!pid)
		_exit(3);
	waitpid(pid, NULL, __WALL);
	execute_program(end);
	return 1;
}

/* A new task goes its way to its end, with the exit event perhaps. */
static void see_child_off(struct stage *s, pid_t child)
{
	do {
		see_of(s, child);
		if (WIFSTOPPED(s->event.status))
			cont_of(s, child, 0);
	} while (WIFSTOPPED(s->event.status));
}

static bool announces_a_child(unsigned int event)
{
	return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	       event == PTRACE_EVENT_CLONE;
}

static bool comes_next(unsigned long bits, unsigned long option)
{
	return bits & option;
}

static void expect_child(struct stage *s)
{
	unsigned long message = 0;

	see(s);
	if (!announces_a_child(s->event.event))
		give_up(s, "another event");
	tr_ptrace_at(&s->tracer, PTRACE_GETEVENTMSG, s->tracee, 0, &message);
	cont(s, 0);
	see_child_off(s, message);
}

static void expect(struct stage *s)
{
	see(s);
	cont(s, 0);
}

static void see_everything(struct stage *s, unsigned long bits)
{
	cue(s);
	if (comes_next(bits, PTRACE_O_TRACEFORK))
		expect_child(s);
	if (comes_next(bits, PTRACE_O_TRACEVFORK))
		expect_child(s);
	if (comes_next(bits, PTRACE_O_TRACEVFORKDONE))
		expect(s);
	if (comes_next(bits, PTRACE_O_TRACECLONE))
		expect_child(s);
	if (comes_next(bits, PTRACE_O_TRACEEXEC))
		expect(s);
	hear(s);
	see_nothing(s);
	finish(s);
}

SCENARIOS(option_by_seize, OPTIONS, option_name)
{
	cast(s, act_everything, NULL);
	seize(s, options[s->row].bits);
	see_everything(s, options[s->row].bits);
}

SCENARIOS(option_by_setoptions, OPTIONS, option_name)
{
	cast(s, act_everything, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_SETOPTIONS, 0, options[s->row].bits);
	cont(s, 0);
	see_everything(s, options[s->row].bits);
}

/* The second call replaces what the first has set. */
SCENARIOS(option_replaced, OPTIONS, option_name)
{
	cast(s, act_everything, NULL);
	seize_stop(s, PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC);
	ask(s, PTRACE_SETOPTIONS, 0, options[s->row].bits);
	cont(s, 0);
	see_everything(s, options[s->row].bits);
}

/* ---- which values there are --------------------------------------------------- */

static const char *bit_name(int row)
{
	static char name[16];

	snprintf(name, sizeof(name), "bit_%d", row);
	return name;
}

SCENARIOS(seize_with, 34, bit_name)
{
	cast(s, act_wait, NULL);
	if (ask(s, PTRACE_SEIZE, 0, 1UL << s->row)) {
		finish_untraced(s);
		return;
	}
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	finish(s);
}

SCENARIOS(setoptions_with, 34, bit_name)
{
	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_SETOPTIONS, 0, 1UL << s->row);
	finish(s);
}

SCENARIO(seize_with_an_address)
{
	cast(s, act_wait, NULL);
	ask(s, PTRACE_SEIZE, 1, 0);
	ask(s, PTRACE_SEIZE, 1, 1UL << 30);
	finish_untraced(s);
}

/* An unknown one leaves the known ones as they are. */
SCENARIO(refused_options_change_nothing)
{
	cast(s, act_wait, NULL);
	seize_stop(s, PTRACE_O_TRACEEXIT);
	ask(s, PTRACE_SETOPTIONS, 0, 1UL << 30);
	finish(s);
}

/* ---- when they are in force ------------------------------------------------------ */

SCENARIO(sysgood_between_two_stops)
{
	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
	ask(s, PTRACE_SETOPTIONS, 0, PTRACE_O_TRACESYSGOOD);
	note_call(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	note_call(s);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
	finish(s);
}

SCENARIO(exit_event_asked_for_in_a_signal_stop)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, SIGUSR1);
	ask(s, PTRACE_SETOPTIONS, 0, PTRACE_O_TRACEEXIT);
	pass_on(s);
	hear(s);
	finish(s);
}

SCENARIO(options_gone_after_detach)
{
	cast(s, act_wait, NULL);
	seize_stop(s, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL);
	ask(s, PTRACE_DETACH, 0, 0);
	s->let_go = false;
	seize_stop(s, 0);
	finish(s);
}
