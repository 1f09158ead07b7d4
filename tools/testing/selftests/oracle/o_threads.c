// SPDX-License-Identifier: GPL-2.0
/*
 * Threads in unlike states when one of them executes a program or dies, threads
 * that are born to a tracer, and what it means to be of an orphaned group.
 */
#include <pthread.h>
#include "stage.h"

/* ---- a thread executes a program ------------------------------------------------------ */

static void *exec_in_thread(void *arg)
{
	const struct child_end *end = arg;

	say_line(end, "has thread " PID_FORMAT, gettid());
	child_await(end);
	execute_program(end);
	return NULL;
}

static int act_exec_in_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	child_await(end);
	pthread_create(&thread, NULL, exec_in_thread, (void *)end);
	pthread_join(thread, NULL);
	return 1;
}

static pid_t named_thread(struct stage *s)
{
	pid_t thread = pid_of(s, "thread1");

	if (!thread)
		give_up(s, "no thread");
	return thread;
}

/* de_thread() kills the leader in its stop, whose number the thread takes. */
SCENARIO(exec_in_a_thread_while_the_leader_is_in_group_stop)
{
	pid_t thread;

	cast(s, act_exec_in_thread, NULL);
	cue(s);
	hear(s);
	thread = named_thread(s);
	until_asleep_in(s, s->tracee, SYS_futex);
	until_asleep_in(s, thread, SYS_read);
	seize(s, PTRACE_O_TRACEEXEC);
	ask_of(s, thread, PTRACE_SEIZE, 0, PTRACE_O_TRACEEXEC);
	send_and_see(s, SIGSTOP);
	cont(s, SIGSTOP);
	see(s);
	see_of(s, thread);
	parent_sees(s);
	cont_of(s, thread, 0);
	until_asleep_in(s, thread, SYS_read);
	cue(s);
	/* The report of the leader's stop was taken: the next is the program's. */
	see(s);
	see_nothing_of(s, thread);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(exec_in_a_thread_while_the_leader_is_in_its_event)
{
	pid_t thread;

	cast(s, act_exec_in_thread, NULL);
	seize(s, PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC);
	cue(s);
	see(s);
	thread = announced_child(s);
	see_of(s, thread);
	cont_of(s, thread, 0);
	hear(s);
	until_asleep_in(s, thread, SYS_read);
	cue(s);
	see(s);
	see_nothing_of(s, thread);
	cont(s, 0);
	hear(s);
	finish(s);
}

static void *sleep_in_thread(void *arg)
{
	const struct child_end *end = arg;

	say_line(end, "has thread " PID_FORMAT, gettid());
	while (true)
		pause();
	return NULL;
}

static int act_exec_beside_a_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	child_await(end);
	pthread_create(&thread, NULL, sleep_in_thread, (void *)end);
	child_await(end);
	execute_program(end);
	return 1;
}

/* Neither has a tracer yet. */
static pid_t two_threads(struct stage *s)
{
	pid_t thread;

	cast(s, act_exec_beside_a_thread, NULL);
	cue(s);
	hear(s);
	thread = named_thread(s);
	until_asleep_in(s, thread, SYS_pause);
	until_asleep_in(s, s->tracee, SYS_read);
	return thread;
}

SCENARIO(exec_while_another_thread_listens)
{
	pid_t thread = two_threads(s);

	seize(s, PTRACE_O_TRACEEXEC);
	ask_of(s, thread, PTRACE_SEIZE, 0, 0);
	send_and_see(s, SIGSTOP);
	cont(s, SIGSTOP);
	see(s);
	see_of(s, thread);
	parent_sees(s);
	ask_of(s, thread, PTRACE_LISTEN, 0, 0);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	cue(s);
	see_of(s, thread);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* In the middle of it: de_thread() waits for a thread that is held. */
static void hold_in_the_exec(struct stage *s)
{
	unsigned long options = PTRACE_O_EXITKILL | PTRACE_O_TRACEEXIT;
	pid_t thread = named_thread(s);

	seize(s, options);
	ask_of(s, thread, PTRACE_SEIZE, 0, options);
	cue(s);
	see_of(s, thread);
	see_nothing(s);
}

SCENARIO(exitkill_in_the_middle_of_an_exec)
{
	pid_t other;

	two_threads(s);
	other = other_tracer(s, hold_in_the_exec);
	kill_other_tracer(s, other);
	finish_untraced(s);
}

/* ---- threads that are born to a tracer ---------------------------------------------------- */

#define THREADS 3

static void *await_in_thread(void *arg)
{
	while (true)
		pause();
	return NULL;
}

static int act_threads(const struct child_end *end, void *arg)
{
	pthread_t thread;
	int i;

	child_await(end);
	for (i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, await_in_thread, NULL);
	await_end(end);
	return 5;
}

static const char *start_name(int row)
{
	return row ? "given" : "dropped";
}

/*
 * Attached, so each thread begins with a SIGSTOP of its own. One that is being
 * reported stops nobody any more after SIGCONT, given or not: prepare_signal()
 * clears JOBCTL_STOP_DEQUEUED.
 */
SCENARIOS(threads_of_one_attached, 2, start_name)
{
	pid_t threads[THREADS];
	int i;

	cast(s, act_threads, NULL);
	attach(s);
	ask(s, PTRACE_SETOPTIONS, 0, PTRACE_O_TRACECLONE);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	cue(s);
	for (i = 0; i < THREADS; i++) {
		see(s);
		threads[i] = announced_child(s);
		see_of(s, threads[i]);
		cont(s, 0);
	}
	until_asleep_in(s, s->tracee, SYS_read);
	signal_tracee(s, SIGCONT);
	see(s);
	cont(s, SIGCONT);
	until_asleep_in(s, s->tracee, SYS_read);
	for (i = 0; i < THREADS; i++) {
		cont_of(s, threads[i], s->row ? SIGSTOP : 0);
		until_asleep_in(s, threads[i], SYS_pause);
	}
	signal_tracee(s, SIGKILL);
	for (i = 0; i < THREADS; i++)
		see_of(s, threads[i]);
	see(s);
	parent_sees(s);
}

/* ---- an orphaned group ---------------------------------------------------------------------- */

static int act_orphaned(const struct child_end *end, void *arg)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setsid() < 0)
		return 1;
	await_end(end);
	return 5;
}

static const int terminal_signals[] = { SIGTSTP, SIGTTIN, SIGTTOU, SIGSTOP };

static const char *terminal_name(int row)
{
	return signal_name(terminal_signals[row]);
}

/* is_current_pgrp_orphaned(): nobody could continue it, so it doesn't stop. */
SCENARIOS(stop_of_an_orphaned_group, ARRAY_LEN(terminal_signals), terminal_name)
{
	int signo = terminal_signals[s->row];

	cast(s, act_orphaned, NULL);
	seize(s, 0);
	send_and_see(s, signo);
	cont(s, signo);
	if (signo == SIGSTOP)
		see(s);
	else
		until_asleep_in(s, s->tracee, SYS_read);
	see_nothing(s);
	finish(s);
}
