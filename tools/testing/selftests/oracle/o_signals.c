// SPDX-License-Identifier: GPL-2.0
/*
 * Signal-delivery-stops: each signal, its default action, and what becomes of
 * one that the tracer passes, drops or replaces.
 */
#include "stage.h"

/* All but SIGKILL; of the real-time signals two. */
#define STANDARD_SIGNALS 31
#define SIGNALS (STANDARD_SIGNALS + 2)

/* Row 0 is SIGHUP; SIGKILL's place is SIGRTMIN's; glibc keeps 32 and 33. */
static int signal_of(int row)
{
	if (row + 1 == SIGKILL)
		return SIGRTMIN;
	return row < STANDARD_SIGNALS ? row + 1 :
					SIGRTMIN + 1 + row - STANDARD_SIGNALS;
}

static const char *signal_row(int row)
{
	return signal_name(signal_of(row));
}

/* ---- each signal --------------------------------------------------------------- */

static int act_default(const struct child_end *end, void *arg)
{
	struct rlimit none = { 0 };

	setrlimit(RLIMIT_CORE, &none);
	await_end(end);
	return 5;
}

static int act_dump(const struct child_end *end, void *arg)
{
	struct rlimit large = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_CORE, &large);
	await_end(end);
	return 5;
}

/* Its default action, with the tracer passing it on. */
SCENARIOS(pass_signal, SIGNALS, signal_row)
{
	cast(s, act_default, NULL);
	seize(s, 0);
	send_and_see(s, signal_of(s->row));
	finish(s);
}

SCENARIOS(drop_signal, SIGNALS, signal_row)
{
	cast(s, act_default, NULL);
	seize(s, 0);
	send_and_see(s, signal_of(s->row));
	cont(s, 0);
	finish(s);
}

/* Let go at the stop, with the signal. */
SCENARIOS(detach_with_signal, SIGNALS, signal_row)
{
	cast(s, act_default, NULL);
	seize(s, 0);
	send_and_see(s, signal_of(s->row));
	ask(s, PTRACE_DETACH, 0, signal_of(s->row));
	finish(s);
}

static void die_at_the_signal(struct stage *s)
{
	seize(s, 0);
	send_and_see(s, signal_of(s->row));
}

SCENARIOS(signal_of_a_dead_tracer, SIGNALS, signal_row)
{
	cast(s, act_default, NULL);
	kill_other_tracer(s, other_tracer(s, die_at_the_signal));
	finish_untraced(s);
}

static int act_handle_any(const struct child_end *end, void *arg)
{
	handle(end, *(int *)arg, SA_RESTART);
	await_end(end);
	return 5;
}

SCENARIOS(handle_signal, SIGNALS, signal_row)
{
	int signo = signal_of(s->row);

	cast(s, act_handle_any, &signo);
	seize(s, 0);
	send_and_see(s, signo);
	finish(s);
}

static int act_ignore(const struct child_end *end, void *arg)
{
	signal(*(int *)arg, SIG_IGN);
	await_end(end);
	return 5;
}

SCENARIOS(ignore_signal, SIGNALS, signal_row)
{
	int signo = signal_of(s->row);

	cast(s, act_ignore, &signo);
	seize(s, 0);
	send_and_see(s, signo);
	finish(s);
}

/* ---- default actions ---------------------------------------------------------------- */

static const int dumping[] = { SIGQUIT, SIGILL, SIGABRT, SIGFPE,  SIGSEGV,
			       SIGBUS,	SIGSYS, SIGTRAP, SIGXCPU, SIGXFSZ };

static const char *dumping_name(int row)
{
	return signal_name(dumping[row]);
}

SCENARIOS(dump_core, ARRAY_LEN(dumping), dumping_name)
{
	cast(s, act_dump, NULL);
	seize(s, 0);
	send_and_see(s, dumping[s->row]);
	cont(s, dumping[s->row]);
	see(s);
	parent_sees(s);
}

static const int stopping[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };

static const char *stopping_name(int row)
{
	return signal_name(stopping[row]);
}

SCENARIOS(stop_and_continue, ARRAY_LEN(stopping), stopping_name)
{
	cast(s, act_wait, NULL);
	seize(s, 0);
	send_and_see(s, stopping[s->row]);
	cont(s, stopping[s->row]);
	see(s);
	parent_sees(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	send_and_see(s, SIGCONT);
	cont(s, 0);
	parent_sees(s);
	see(s);
	finish(s);
}

/* ---- replacing -------------------------------------------------------------------- */

static const struct replacement {
	const char *name;
	int sent, passed;
} replacements[] = {
	{ "handled_by_handled", SIGUSR1, SIGUSR2 },
	{ "handled_by_rt", SIGUSR1, 35 },
	{ "handled_by_fatal", SIGUSR1, SIGTERM },
	{ "handled_by_kill", SIGUSR1, SIGKILL },
	{ "handled_by_ignored", SIGUSR1, SIGWINCH },
	{ "handled_by_stop", SIGUSR1, SIGSTOP },
	{ "fatal_by_handled", SIGTERM, SIGUSR2 },
	{ "ignored_by_handled", SIGCHLD, SIGUSR1 },
	{ "stop_by_handled", SIGSTOP, SIGUSR1 },
	{ "stop_by_cont", SIGTSTP, SIGCONT },
};

static const char *replacement_name(int row)
{
	return replacements[row].name;
}

SCENARIOS(replace, ARRAY_LEN(replacements), replacement_name)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, replacements[s->row].sent);
	cont(s, replacements[s->row].passed);
	finish(s);
}

/* A signal given at a stop that no signal caused is ignored. */
SCENARIO(signal_given_at_interrupt)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	cont(s, SIGUSR1);
	finish(s);
}

SCENARIO(signal_given_at_syscall_entry)
{
	cast(s, act_handle, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, SIGUSR1);
	see(s);
	finish(s);
}

SCENARIO(signal_given_at_syscall_exit)
{
	cast(s, act_handle, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	cont(s, SIGUSR1);
	see(s);
	finish(s);
}
