// SPDX-License-Identifier: GPL-2.0
/*
 * Group-stops of one thread: listening, SIGCONT, what the real parent is told,
 * and attaching to what is stopped already. The states of o_states.c have the
 * single requests.
 */
#include "stage.h"

/* ---- listening ------------------------------------------------------------- */

static void in_group_stop(struct stage *s)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, SIGSTOP);
	cont(s, SIGSTOP);
	see(s);
	parent_sees(s);
}

/* A signal doesn't wake a listener; it is delivered after SIGCONT. */
SCENARIO(listener_gets_a_signal)
{
	in_group_stop(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	signal_tracee(s, SIGUSR1);
	see_nothing(s);
	send_and_see(s, SIGCONT);
	pass_on(s);
	parent_sees(s);
	see(s);
	pass_on(s);
	see(s);
	finish(s);
}

SCENARIO(listener_stopped_again)
{
	in_group_stop(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	send_and_see(s, SIGCONT);
	ask(s, PTRACE_LISTEN, 0, 0);
	parent_sees_nothing(s);
	signal_tracee(s, SIGTSTP);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	finish(s);
}

SCENARIO(interrupted_listener_listens_again)
{
	in_group_stop(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	see_nothing(s);
	ask(s, PTRACE_GETEVENTMSG, 0, 0);
	send_and_see(s, SIGCONT);
	finish(s);
}

SCENARIO(listen_twice)
{
	in_group_stop(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	ask(s, PTRACE_LISTEN, 0, 0);
	finish(s);
}

/* The report isn't consumed yet. */
SCENARIO(listen_before_the_report)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, SIGSTOP);
	cont(s, SIGSTOP);
	parent_sees(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	finish(s);
}

/* ---- the parent's view, and SIGCONT ------------------------------------------------ */

/* SIGCONT at once after the stop, not listening. */
SCENARIO(continued_in_group_stop)
{
	in_group_stop(s);
	signal_tracee(s, SIGCONT);
	see_nothing(s);
	cont(s, 0);
	see(s);
	cont(s, 0);
	parent_sees(s);
	see(s);
	cont(s, 0);
	finish(s);
}

/* The tracer drops SIGCONT: it has had its effect when it was sent. */
SCENARIO(sigcont_dropped)
{
	in_group_stop(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	send_and_see(s, SIGCONT);
	cont(s, 0);
	parent_sees(s);
	see(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

SCENARIO(stop_dropped)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, SIGSTOP);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	parent_sees_nothing(s);
	finish(s);
}

SCENARIO(sigcont_cancels_a_stop_signal)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	signal_tracee(s, SIGSTOP);
	signal_tracee(s, SIGCONT);
	finish(s);
}

SCENARIO(stop_signal_cancels_sigcont)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	signal_tracee(s, SIGCONT);
	signal_tracee(s, SIGSTOP);
	finish(s);
}

/* SIGCONT comes while the stop signal is at its tracer: no stop follows. */
SCENARIO(sigcont_at_the_delivery_of_a_stop)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, SIGSTOP);
	signal_tracee(s, SIGCONT);
	cont(s, SIGSTOP);
	see(s);
	cont(s, 0);
	see(s);
	cont(s, 0);
	finish(s);
}

SCENARIO(interrupt_in_group_stop)
{
	in_group_stop(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	cont(s, 0);
	see(s);
	cont(s, 0);
	finish(s);
}

SCENARIO(syscall_out_of_group_stop)
{
	in_group_stop(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
	finish(s);
}

static void in_group_stop_of_a_child(struct stage *s)
{
	cast_child(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, SIGSTOP);
	cont(s, SIGSTOP);
	see(s);
}

SCENARIO(tracer_is_the_parent)
{
	in_group_stop_of_a_child(s);
	see_nothing(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	send_and_see(s, SIGCONT);
	finish(s);
}

/* ---- attaching to what is stopped already ------------------------------------------- */

static void stopped_untraced(struct stage *s)
{
	cast(s, act_handle, NULL);
	signal_tracee(s, SIGTSTP);
	parent_sees(s);
	note_settled(s);
}

SCENARIO(seize_a_stopped_process)
{
	stopped_untraced(s);
	seize(s, 0);
	see(s);
	parent_sees_nothing(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	send_and_see(s, SIGCONT);
	finish(s);
}

SCENARIO(seize_a_stopped_process_and_continue)
{
	stopped_untraced(s);
	seize(s, 0);
	see(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	parent_sees_nothing(s);
	finish(s);
}

SCENARIO(seize_a_stopped_process_and_detach)
{
	stopped_untraced(s);
	seize(s, 0);
	see(s);
	ask(s, PTRACE_DETACH, 0, 0);
	finish(s);
}

/* Its stop is reported, and ATTACH's own SIGSTOP is still to come. */
SCENARIO(attach_to_a_stopped_process)
{
	stopped_untraced(s);
	ask(s, PTRACE_ATTACH, 0, 0);
	see(s);
	cont(s, 0);
	see(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

SCENARIO(attach_to_a_stopped_process_and_detach)
{
	stopped_untraced(s);
	ask(s, PTRACE_ATTACH, 0, 0);
	see(s);
	ask(s, PTRACE_DETACH, 0, 0);
	note_settled(s);
	finish(s);
}

SCENARIO(stop_after_attach)
{
	cast(s, act_handle, NULL);
	attach(s);
	cont(s, SIGSTOP);
	see(s);
	parent_sees(s);
	signal_tracee(s, SIGCONT);
	parent_sees_nothing(s);
	cont(s, 0);
	see(s);
	cont(s, SIGCONT);
	parent_hears(s);
	finish(s);
}
