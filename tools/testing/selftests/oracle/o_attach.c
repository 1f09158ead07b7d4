// SPDX-License-Identifier: GPL-2.0
/*
 * Beginnings: who may be attached to, in which state, and with what first
 * stop; TRACEME.
 */
#include <pthread.h>
#include "stage.h"

static const struct attachment {
	const char *name;
	unsigned int how;
} attachments[] = {
	{ "SEIZE", PTRACE_SEIZE },
	{ "ATTACH", PTRACE_ATTACH },
};

#define HOW (attachments[s->row].how)

static const char *attachment_name(int row)
{
	return attachments[row].name;
}

/* ---- refused ---------------------------------------------------------------------- */

SCENARIOS(attach_to_oneself, 2, attachment_name)
{
	name_pid(s, getpid(), "tracer");
	ask_of(s, getpid(), HOW, 0, 0);
}

static pid_t own_thread;

static void note_own_thread(struct stage *s)
{
	own_thread = gettid();
}

SCENARIOS(attach_to_ones_own_thread, 2, attachment_name)
{
	name_pid(s, getpid(), "tracer");
	in_lasting_thread(s, note_own_thread);
	ask_of(s, own_thread, HOW, 0, 0);
}

SCENARIOS(attach_to_nobody, 2, attachment_name)
{
	static const pid_t nobodies[] = { 0, -1, 0x7fffffff, -0x7fffffff };
	size_t i;

	for (i = 0; i < ARRAY_LEN(nobodies); i++) {
		note(s->out, "tracer: number %d: %s\n", nobodies[i],
		     error_name(tr_ptrace(&s->tracer, HOW, nobodies[i], 0, 0)));
	}
}

SCENARIOS(attach_to_a_kernel_thread, 2, attachment_name)
{
	char status[2048];

	if (proc_read(2, "status", status, sizeof(status)) ||
	    !strstr(status, "kthreadd"))
		skip(s, "no kernel thread in this pid namespace");
	note(s->out, "tracer: kthreadd: %s\n",
	     error_name(tr_ptrace(&s->tracer, HOW, 2, 0, 0)));
}

SCENARIOS(attach_to_a_zombie, 2, attachment_name)
{
	cast(s, act_wait, NULL);
	cue_end(s);
	if (!WAIT_UNTIL(proc_state(s->tracee) == 'Z'))
		give_up(s, "it doesn't die");
	ask(s, HOW, 0, 0);
	parent_sees(s);
}

SCENARIOS(attach_to_the_reaped, 2, attachment_name)
{
	cast(s, act_wait, NULL);
	cue_end(s);
	parent_sees(s);
	ask(s, HOW, 0, 0);
}

SCENARIOS(attach_twice, 2, attachment_name)
{
	cast(s, act_wait, NULL);
	seize(s, 0);
	ask(s, HOW, 0, 0);
	finish(s);
}

static unsigned int second_how;

static void attach_second(struct stage *s)
{
	ask(s, second_how, 0, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	ask(s, PTRACE_CONT, 0, 0);
	see_nothing(s);
}

SCENARIOS(attach_to_anothers_tracee, 2, attachment_name)
{
	pid_t other;

	cast(s, act_wait, NULL);
	seize(s, 0);
	second_how = HOW;
	other = other_tracer(s, attach_second);
	kill_other_tracer(s, other);
	see_nothing(s);
	finish(s);
}

/* ---- accepted -------------------------------------------------------------------------- */

SCENARIO(seize_stops_nothing)
{
	cast(s, act_wait, NULL);
	seize(s, 0);
	see_nothing(s);
	until_asleep_in(s, s->tracee, SYS_read);
	see_nothing(s);
	finish(s);
}

SCENARIO(sigstop_by_attach)
{
	cast(s, act_wait, NULL);
	attach(s);
	parent_sees_nothing(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	parent_sees_nothing(s);
	finish(s);
}

/* A stop signal of someone else's merges with that of ATTACH. */
static int act_block_then_wait(const struct child_end *end, void *arg)
{
	handle(end, SIGUSR1, SA_RESTART);
	await_end(end);
	return 5;
}

SCENARIO(attach_with_signals_pending)
{
	cast(s, act_block_then_wait, NULL);
	seize_stop(s, 0);
	signal_tracee(s, SIGUSR1);
	ask(s, PTRACE_DETACH, 0, 0);
	hear(s);
	until_asleep_in(s, s->tracee, SYS_read);
	s->let_go = false;
	attach(s);
	finish(s);
}

SCENARIOS(attach_again_after_detach, 2, attachment_name)
{
	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_DETACH, 0, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	s->let_go = false;
	ask(s, HOW, 0, 0);
	if (!s->row)
		ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	finish(s);
}

/* SIGKILL and the attach's stop: death wins. */
SCENARIO(kill_right_after_attach)
{
	cast(s, act_wait, NULL);
	ask(s, PTRACE_ATTACH, 0, 0);
	signal_tracee(s, SIGKILL);
	until_dead(s);
	see(s);
	parent_sees(s);
}

SCENARIO(kill_right_after_interrupt)
{
	cast(s, act_wait, NULL);
	seize(s, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	signal_tracee(s, SIGKILL);
	until_dead(s);
	see(s);
	parent_sees(s);
}

/* A tracee that detaches with a pending interrupt has no stop left. */
SCENARIO(interrupt_twice)
{
	cast(s, act_wait, NULL);
	seize(s, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	cont(s, 0);
	see(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	see_nothing(s);
	finish(s);
}

SCENARIO(interrupt_and_a_signal)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	signal_tracee(s, SIGUSR1);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	cont(s, 0);
	see(s);
	cont(s, 0);
	see(s);
	finish(s);
}

SCENARIO(detach_with_an_interrupt_pending)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, SIGUSR1);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	ask(s, PTRACE_DETACH, 0, SIGUSR1);
	hear(s);
	finish(s);
}

/* ---- threads -------------------------------------------------------------------------- */

static void *wait_in_thread(void *arg)
{
	const struct child_end *end = arg;

	say_line(end, "has thread " PID_FORMAT, gettid());
	await_end(end);
	_exit(5);
}

static int act_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	child_await(end);
	pthread_create(&thread, NULL, wait_in_thread, (void *)end);
	pthread_join(thread, NULL);
	return 1;
}

/* One thread is stopped, the other isn't. */
SCENARIOS(attach_to_one_thread, 2, attachment_name)
{
	pid_t thread;

	cast(s, act_thread, NULL);
	cue(s);
	hear(s);
	thread = pid_of(s, "thread1");
	until_asleep_in(s, thread, SYS_read);
	until_asleep_in(s, s->tracee, SYS_futex);
	ask_of(s, thread, HOW, 0, 0);
	if (!s->row)
		ask_of(s, thread, PTRACE_INTERRUPT, 0, 0);
	see_of(s, thread);
	until_asleep_in(s, s->tracee, SYS_futex);
	see_nothing(s);
	cont_of(s, thread, 0);
	cue_end(s);
	see_of(s, thread);
	parent_sees(s);
}

/*
 * The tracer is a child of its tracee's process: a thread of this one that
 * another tracer, forked from it, attaches to.
 */
static void *parents_thread(void *arg)
{
	int *ends = arg;
	char byte;

	own_thread = gettid();
	return read(ends[0], &byte, 1) == 1 ? NULL : NULL;
}

static void attach_to_parents_thread(struct stage *s)
{
	name_pid(s, own_thread, "parents thread");
	ask_of(s, own_thread, second_how, 0, 0);
	if (second_how == PTRACE_SEIZE)
		ask_of(s, own_thread, PTRACE_INTERRUPT, 0, 0);
	see_of(s, own_thread);
	note_call_of(s, own_thread);
	ask_of(s, own_thread, PTRACE_DETACH, 0, 0);
}

SCENARIOS(attach_to_a_parents_thread, 2, attachment_name)
{
	pthread_t thread;
	int ends[2];

	name_pid(s, getpid(), "tracer");
	if (pipe2(ends, O_CLOEXEC) ||
	    pthread_create(&thread, NULL, parents_thread, ends) ||
	    !WAIT_UNTIL(own_thread && proc_sleeps_in(own_thread, SYS_read)))
		give_up(s, "no thread");
	second_how = HOW;
	kill_other_tracer(s, other_tracer(s, attach_to_parents_thread));
	note(s->out, "tracer: its thread goes on: %s\n",
	     WAIT_UNTIL(proc_sleeps_in(own_thread, SYS_read)) ? "yes" : "no");
}

/* ---- TRACEME ------------------------------------------------------------------------------ */

static int act_trace_me(const struct child_end *end, void *arg)
{
	handle(end, SIGUSR1, SA_RESTART);
	child_await(end);
	trace_me(end);
	raise(SIGSTOP);
	await_end(end);
	return 5;
}

SCENARIO(traceme)
{
	cast_child(s, act_trace_me, NULL);
	cue(s);
	hear(s);
	see(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	send_and_see(s, SIGUSR1);
	pass_on(s);
	hear(s);
	finish(s);
}

/* Attached, not seized. */
SCENARIO(traceme_is_no_seize)
{
	cast_child(s, act_trace_me, NULL);
	cue(s);
	hear(s);
	see(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	ask(s, PTRACE_LISTEN, 0, 0);
	cont(s, SIGSTOP);
	see(s);
	finish(s);
}

static int act_trace_me_twice(const struct child_end *end, void *arg)
{
	child_await(end);
	trace_me(end);
	trace_me(end);
	await_end(end);
	return 5;
}

SCENARIO(traceme_twice)
{
	cast_child(s, act_trace_me_twice, NULL);
	cue(s);
	hear(s);
	hear(s);
	finish(s);
}

static int act_trace_me_late(const struct child_end *end, void *arg)
{
	child_await(end);
	trace_me(end);
	await_end(end);
	return 5;
}

SCENARIO(traceme_of_a_tracee)
{
	cast_child(s, act_trace_me_late, NULL);
	seize(s, 0);
	cue(s);
	hear(s);
	finish(s);
}

SCENARIO(traceme_and_die)
{
	cast_child(s, act_trace_me_late, NULL);
	cue(s);
	hear(s);
	signal_tracee(s, SIGKILL);
	finish(s);
}

/* The parent isn't the tracer of this play, but has become a tracer. */
SCENARIO(traceme_to_another)
{
	cast(s, act_trace_me_late, NULL);
	cue(s);
	hear(s);
	ask(s, PTRACE_SEIZE, 0, 0);
	ask(s, PTRACE_CONT, 0, 0);
	signal_tracee(s, SIGKILL);
	parent_sees(s);
}
