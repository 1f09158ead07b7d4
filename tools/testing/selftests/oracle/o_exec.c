// SPDX-License-Identifier: GPL-2.0
/*
 * execve(2): its event, or the SIGTRAP in its place, and what becomes of other
 * threads.
 */
#include <pthread.h>
#include "stage.h"

static int act_exec(const struct child_end *end, void *arg)
{
	child_await(end);
	execute_program(end);
	return 1;
}

static const struct way {
	const char *name;
	unsigned long options;
	unsigned int how;
} ways[] = {
	{ "seized", 0, PTRACE_SEIZE },
	{ "seized_TRACEEXEC", PTRACE_O_TRACEEXEC, PTRACE_SEIZE },
	{ "attached", 0, PTRACE_ATTACH },
	{ "attached_TRACEEXEC", PTRACE_O_TRACEEXEC, PTRACE_ATTACH },
};

static const char *way_name(int row)
{
	return ways[row].name;
}

static void start(struct stage *s, const struct way *way, child_main act)
{
	cast(s, act, NULL);
	if (way->how == PTRACE_SEIZE) {
		seize(s, way->options);
		return;
	}
	attach(s);
	ask(s, PTRACE_SETOPTIONS, 0, way->options);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
}

/* Seized and without the option, exec goes by unseen. */
static bool exec_stops(const struct way *way)
{
	return way->options || way->how == PTRACE_ATTACH;
}

SCENARIOS(exec, ARRAY_LEN(ways), way_name)
{
	start(s, &ways[s->row], act_exec);
	cue(s);
	if (exec_stops(&ways[s->row])) {
		see(s);
		cont(s, 0);
	}
	hear(s);
	see_nothing(s);
	finish(s);
}

/* The SIGTRAP is a signal like any other: passed on, it kills. */
SCENARIOS(exec_passing_the_trap_on, 2, way_name)
{
	start(s, &ways[s->row + 2], act_exec);
	cue(s);
	see(s);
	cont(s, SIGTRAP);
	finish(s);
}

SCENARIOS(exec_kept_through_detach, ARRAY_LEN(ways), way_name)
{
	start(s, &ways[s->row], act_exec);
	cue(s);
	if (exec_stops(&ways[s->row])) {
		see(s);
	} else {
		hear(s);
		ask(s, PTRACE_INTERRUPT, 0, 0);
		see(s);
	}
	ask(s, PTRACE_DETACH, 0, 0);
	finish_untraced(s);
}

static int act_exec_blocking_sigtrap(const struct child_end *end, void *arg)
{
	block(SIG_BLOCK, SIGTRAP);
	return act_exec(end, arg);
}

/* The signal stays pending where it is blocked. */
SCENARIOS(exec_with_sigtrap_blocked, ARRAY_LEN(ways), way_name)
{
	start(s, &ways[s->row], act_exec_blocking_sigtrap);
	cue(s);
	if (ways[s->row].options) {
		see(s);
		cont(s, 0);
	}
	hear(s);
	see_nothing(s);
	finish(s);
}

static int act_exec_ignoring_sigtrap(const struct child_end *end, void *arg)
{
	signal(SIGTRAP, SIG_IGN);
	return act_exec(end, arg);
}

SCENARIOS(exec_with_sigtrap_ignored, ARRAY_LEN(ways), way_name)
{
	start(s, &ways[s->row], act_exec_ignoring_sigtrap);
	cue(s);
	if (exec_stops(&ways[s->row])) {
		see(s);
		cont(s, SIGTRAP * !ways[s->row].options);
	}
	hear(s);
	see_nothing(s);
	finish(s);
}

static int act_exec_fails(const struct child_end *end, void *arg)
{
	char *argv[] = { "nothing", NULL };

	child_await(end);
	execve("/nonexistent/program", argv, argv + 1);
	say_line(end, "has failed with %s", strerrorname_np(errno));
	await_end(end);
	return 5;
}

SCENARIOS(exec_fails, ARRAY_LEN(ways), way_name)
{
	start(s, &ways[s->row], act_exec_fails);
	cue(s);
	hear(s);
	see_nothing(s);
	finish(s);
}

/* Options stay as they are; so does the tracer. */
static int act_exec_twice(const struct child_end *end, void *arg)
{
	char *argv[] = { "sh", "-c", "exec sh -c 'exit 4'", NULL };

	child_await(end);
	execve("/bin/sh", argv, argv + 3);
	return 1;
}

SCENARIOS(exec_twice, ARRAY_LEN(ways), way_name)
{
	int i;

	start(s, &ways[s->row], act_exec_twice);
	cue(s);
	for (i = 0; i < 2 && exec_stops(&ways[s->row]); i++) {
		see(s);
		cont(s, 0);
	}
	see(s);
	parent_sees(s);
}

/* The stops of the call itself, around the event. */
SCENARIOS(exec_with_syscall_stops, ARRAY_LEN(ways), way_name)
{
	int i;

	start(s, &ways[s->row], act_exec);
	/* For attached ones the signal of the exec comes behind the call. */
	signal_tracee(s, SIGWINCH);
	see(s);
	ask(s, PTRACE_SETOPTIONS, 0,
	    ways[s->row].options | PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	for (i = 0; i < 2; i++) {
		ask(s, PTRACE_SYSCALL, 0, 0);
		see(s);
		note_call(s);
	}
	/* dup2, dup2, and then execve. */
	for (i = 0; i < 2 + 2 + (ways[s->row].options ? 1 : 0); i++) {
		ask(s, PTRACE_SYSCALL, 0, 0);
		see(s);
		note_call(s);
	}
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* ---- from a thread --------------------------------------------------------------- */

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

static pid_t trace_both(struct stage *s, unsigned long options)
{
	pid_t thread;

	cast(s, act_exec_in_thread, NULL);
	cue(s);
	hear(s);
	thread = pid_of(s, "thread1");
	until_asleep_in(s, s->tracee, SYS_futex);
	seize(s, options);
	ask_of(s, thread, PTRACE_SEIZE, 0, options);
	until_asleep_in(s, thread, SYS_read);
	return thread;
}

/* The thread becomes the leader: the event has its old number. */
SCENARIO(exec_in_a_thread)
{
	pid_t thread = trace_both(s, PTRACE_O_TRACEEXEC);

	cue(s);
	see(s);
	see_nothing_of(s, thread);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(exec_in_a_thread_unannounced)
{
	pid_t thread = trace_both(s, 0);

	cue(s);
	hear(s);
	see_nothing_of(s, thread);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	finish(s);
}

/* The old leader ends first, with an event of its own. */
SCENARIO(exec_in_a_thread_with_exit_events)
{
	pid_t thread = trace_both(s, PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT);

	cue(s);
	see(s);
	cont(s, 0);
	see(s);
	see_nothing_of(s, thread);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* Only the thread has a tracer. */
SCENARIO(exec_in_the_only_traced_thread)
{
	pid_t thread;

	cast(s, act_exec_in_thread, NULL);
	cue(s);
	hear(s);
	thread = pid_of(s, "thread1");
	until_asleep_in(s, thread, SYS_read);
	ask_of(s, thread, PTRACE_SEIZE, 0, PTRACE_O_TRACEEXEC);
	cue(s);
	until_report(s);
	see(s);
	see_nothing_of(s, thread);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* Only the leader has one, and its number goes to an untraced thread. */
SCENARIO(exec_beside_the_traced_leader)
{
	cast(s, act_exec_in_thread, NULL);
	cue(s);
	hear(s);
	until_asleep_in(s, s->tracee, SYS_futex);
	seize(s, PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT);
	cue(s);
	see(s);
	cont(s, 0);
	hear(s);
	s->let_go = true;
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

static pid_t trace_the_other_too(struct stage *s, unsigned long options)
{
	pid_t thread;

	cast(s, act_exec_beside_a_thread, NULL);
	cue(s);
	hear(s);
	thread = pid_of(s, "thread1");
	until_asleep_in(s, thread, SYS_pause);
	until_asleep_in(s, s->tracee, SYS_read);
	seize(s, options);
	ask_of(s, thread, PTRACE_SEIZE, 0, options);
	return thread;
}

/* Other threads are killed, and reported as killed by exec: exit code 0. */
SCENARIO(exec_kills_a_thread)
{
	pid_t thread = trace_the_other_too(s, PTRACE_O_TRACEEXEC);

	cue(s);
	see_of(s, thread);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(exec_kills_a_stopped_thread)
{
	pid_t thread = trace_the_other_too(s, PTRACE_O_TRACEEXEC);

	ask_of(s, thread, PTRACE_INTERRUPT, 0, 0);
	see_of(s, thread);
	cue(s);
	see_of(s, thread);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* ---- TRACEME ------------------------------------------------------------------------ */

static int act_trace_me(const struct child_end *end, void *arg)
{
	child_await(end);
	trace_me(end);
	execute_program(end);
	return 1;
}

SCENARIO(exec_after_traceme)
{
	cast_child(s, act_trace_me, NULL);
	cue(s);
	hear(s);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}
