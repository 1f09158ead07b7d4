// SPDX-License-Identifier: GPL-2.0
/*
 * The tracer itself: its threads, its death, and EXITKILL.
 */
#include <pthread.h>
#include "stage.h"

/* ---- a tracer that dies -------------------------------------------------------------- */

static void dies_running(struct stage *s)
{
	seize(s, 0);
}

static void dies_with_exitkill(struct stage *s)
{
	seize(s, PTRACE_O_EXITKILL);
}

static void dies_in_signal_stop(struct stage *s)
{
	seize(s, 0);
	send_and_see(s, SIGUSR1);
}

static void dies_in_signal_stop_of_death(struct stage *s)
{
	seize(s, 0);
	send_and_see(s, SIGTERM);
}

static void dies_in_signal_stop_unseen(struct stage *s)
{
	seize(s, 0);
	signal_tracee(s, SIGUSR1);
	until_report(s);
}

static void dies_attached(struct stage *s)
{
	attach(s);
}

static void dies_in_interrupt_stop(struct stage *s)
{
	seize_stop(s, 0);
}

static void dies_in_interrupt_stop_with_exitkill(struct stage *s)
{
	seize_stop(s, PTRACE_O_EXITKILL);
}

static void dies_in_group_stop(struct stage *s)
{
	seize(s, 0);
	send_and_see(s, SIGSTOP);
	cont(s, SIGSTOP);
	see(s);
}

static void dies_listening(struct stage *s)
{
	dies_in_group_stop(s);
	ask(s, PTRACE_LISTEN, 0, 0);
}

static void dies_after_continuing_a_group_stop(struct stage *s)
{
	dies_in_group_stop(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
}

static void dies_in_syscall_entry(struct stage *s)
{
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
}

static void dies_in_syscall_exit(struct stage *s)
{
	dies_in_syscall_entry(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	note_call(s);
}

static void dies_with_a_syscall_stop_to_come(struct stage *s)
{
	dies_in_syscall_entry(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	until_asleep_in(s, s->tracee, SYS_read);
}

#define DEATH(name)         \
	{                   \
#name, name \
	}

static const struct death {
	const char *name;
	void (*play)(struct stage *s);
} deaths[] = {
	DEATH(dies_running),
	DEATH(dies_with_exitkill),
	DEATH(dies_in_signal_stop),
	DEATH(dies_in_signal_stop_of_death),
	DEATH(dies_in_signal_stop_unseen),
	DEATH(dies_attached),
	DEATH(dies_in_interrupt_stop),
	DEATH(dies_in_interrupt_stop_with_exitkill),
	DEATH(dies_in_group_stop),
	DEATH(dies_listening),
	DEATH(dies_after_continuing_a_group_stop),
	DEATH(dies_in_syscall_entry),
	DEATH(dies_in_syscall_exit),
	DEATH(dies_with_a_syscall_stop_to_come),
};

static const char *death_name(int row)
{
	return deaths[row].name;
}

SCENARIOS(tracer, ARRAY_LEN(deaths), death_name)
{
	pid_t other;

	cast(s, act_handle, NULL);
	other = other_tracer(s, deaths[s->row].play);
	kill_other_tracer(s, other);
	finish_untraced(s);
}

static void dies_with_a_dead_tracee(struct stage *s)
{
	seize(s, 0);
	cue_end(s);
	until_dead(s);
}

/* The parent has waited for that. */
SCENARIO(tracer_dies_with_a_dead_tracee)
{
	pid_t other;

	cast(s, act_handle, NULL);
	other = other_tracer(s, dies_with_a_dead_tracee);
	parent_sees_nothing(s);
	kill_other_tracer(s, other);
	parent_sees(s);
}

static void dies_at_the_exit_event(struct stage *s)
{
	seize(s, PTRACE_O_TRACEEXIT);
	cue_end(s);
	see(s);
}

SCENARIO(tracer_dies_at_the_exit_event)
{
	pid_t other;

	cast(s, act_handle, NULL);
	other = other_tracer(s, dies_at_the_exit_event);
	parent_sees_nothing(s);
	kill_other_tracer(s, other);
	parent_sees(s);
}

static int act_fork(const struct child_end *end, void *arg)
{
	pid_t pid;

	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	pid = fork();
	if (!pid) {
		say_line(end, "in the child");
		_exit(3);
	}
	waitpid(pid, NULL, 0);
	await_end(end);
	return 5;
}

static void dies_at_the_fork(struct stage *s)
{
	seize(s, PTRACE_O_TRACEFORK);
	cue(s);
	see(s);
}

SCENARIO(tracer_dies_at_the_fork)
{
	pid_t other;

	cast(s, act_fork, NULL);
	other = other_tracer(s, dies_at_the_fork);
	kill_other_tracer(s, other);
	hear(s);
	until_asleep_in(s, s->tracee, SYS_read);
	finish_untraced(s);
}

static void exits_by_itself(struct stage *s)
{
	seize_stop(s, PTRACE_O_EXITKILL);
	_exit(6);
}

SCENARIO(exitkill_when_the_tracer_exits)
{
	pid_t other;

	cast(s, act_wait, NULL);
	other = other_tracer(s, exits_by_itself);
	kill_other_tracer(s, other);
	finish_untraced(s);
}

static void detaches_and_dies(struct stage *s)
{
	seize_stop(s, PTRACE_O_EXITKILL);
	ask(s, PTRACE_DETACH, 0, 0);
}

SCENARIO(exitkill_and_detach)
{
	pid_t other;

	cast(s, act_wait, NULL);
	other = other_tracer(s, detaches_and_dies);
	kill_other_tracer(s, other);
	finish_untraced(s);
}

/* Set or taken back later than at the attach. */
static void sets_exitkill_later(struct stage *s)
{
	seize_stop(s, 0);
	ask(s, PTRACE_SETOPTIONS, 0, PTRACE_O_EXITKILL);
	cont(s, 0);
}

SCENARIO(exitkill_set_later)
{
	pid_t other;

	cast(s, act_wait, NULL);
	other = other_tracer(s, sets_exitkill_later);
	kill_other_tracer(s, other);
	finish_untraced(s);
}

static void takes_exitkill_back(struct stage *s)
{
	seize_stop(s, PTRACE_O_EXITKILL);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
}

SCENARIO(exitkill_taken_back)
{
	pid_t other;

	cast(s, act_wait, NULL);
	other = other_tracer(s, takes_exitkill_back);
	kill_other_tracer(s, other);
	finish_untraced(s);
}

static void has_an_inherited_tracee(struct stage *s)
{
	unsigned long message = 0;

	seize(s, PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK);
	cue(s);
	see(s);
	tr_ptrace_at(&s->tracer, PTRACE_GETEVENTMSG, s->tracee, 0, &message);
	see_of(s, message);
}

/* An inherited tracee has the option, too. */
SCENARIO(exitkill_of_a_child)
{
	pid_t other;

	cast(s, act_fork, NULL);
	other = other_tracer(s, has_an_inherited_tracee);
	kill_other_tracer(s, other);
	parent_sees(s);
	hear_rest(s);
}

/* ---- threads of the tracer ---------------------------------------------------------------- */

static void seize_with_exitkill(struct stage *s)
{
	seize(s, PTRACE_O_EXITKILL);
}

static void seize_in_a_thread(struct stage *s)
{
	in_lasting_thread(s, seize_with_exitkill);
}

/* Natively a thread is the tracer; its group's death is its own. */
SCENARIO(exitkill_by_a_thread)
{
	pid_t other;

	cast(s, act_wait, NULL);
	other = other_tracer(s, seize_in_a_thread);
	kill_other_tracer(s, other);
	finish_untraced(s);
}

static void seize_in_a_thread_and_exit(struct stage *s)
{
	in_lasting_thread(s, seize_with_exitkill);
	_exit(6);
}

SCENARIO(exitkill_by_a_thread_when_the_tracer_exits)
{
	pid_t other;

	cast(s, act_wait, NULL);
	other = other_tracer(s, seize_in_a_thread_and_exit);
	kill_other_tracer(s, other);
	finish_untraced(s);
}

static void trace_to_the_end(struct stage *s)
{
	seize_stop(s, 0);
	cont(s, 0);
	cue_end(s);
	see(s);
}

SCENARIO(traced_by_a_thread)
{
	cast(s, act_wait, NULL);
	in_other_thread(s, trace_to_the_end);
	parent_sees(s);
}

/* Waiting is not bound to a thread natively either. */
static void see_it(struct stage *s)
{
	until_report(s);
}

SCENARIO(wait_in_another_thread)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	signal_tracee(s, SIGUSR1);
	in_other_thread(s, see_it);
	see(s);
	finish(s);
}

static void ask_in_thread(struct stage *s)
{
	long value = 0;

	ask(s, PTRACE_PEEKDATA, (unsigned long)&wait_limit_ms,
	    (unsigned long)&value);
	ask(s, PTRACE_CONT, 0, 0);
}

/* On the list of differences. */
SCENARIO(request_from_another_thread)
{
	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	in_other_thread(s, ask_in_thread);
	finish(s);
}

static void seize_only(struct stage *s)
{
	seize(s, 0);
}

/* On the list of differences. */
SCENARIO(attaching_thread_ends)
{
	cast(s, act_wait, NULL);
	in_other_thread(s, seize_only);
	see_nothing(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
}
