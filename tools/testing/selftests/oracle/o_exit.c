// SPDX-License-Identifier: GPL-2.0
/*
 * Ends: the exit event, wait statuses of threads and groups, and in which
 * order the tracer and the real parent are told.
 */
#include <pthread.h>
#include "stage.h"

/* ---- the ways to end ------------------------------------------------------------ */

static const struct way {
	const char *name;
	int signo;
	bool dumps;
} ways[] = {
	{ "exit", 0, false },
	{ "SIGTERM", SIGTERM, false },
	{ "SIGKILL", SIGKILL, false },
	{ "SIGSEGV", SIGSEGV, false },
	{ "SIGABRT_with_core", SIGABRT, true },
	{ "SIGRTMIN", 34, false },
};

static const char *way_name(int row)
{
	return ways[row].name;
}

static long word = 0x1234;

static int act_end(const struct child_end *end, void *arg)
{
	struct rlimit limit = { 0 };

	if (ways[*(int *)arg].dumps)
		limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
	setrlimit(RLIMIT_CORE, &limit);
	word = 0x5678;
	await_end(end);
	return 5;
}

/* Ask it to end; a signal but SIGKILL stops first. */
static void end_it(struct stage *s)
{
	int signo = ways[s->row].signo;

	if (!signo) {
		cue_end(s);
		return;
	}
	signal_tracee(s, signo);
	if (signo != SIGKILL) {
		see(s);
		cont(s, signo);
	}
}

SCENARIOS(end, ARRAY_LEN(ways), way_name)
{
	cast(s, act_end, &s->row);
	seize(s, 0);
	end_it(s);
	until_dead(s);
	parent_sees_nothing(s);
	see(s);
	parent_sees(s);
	see_nothing(s);
}

/* Its memory and its registers are still there. */
SCENARIOS(end_with_event, ARRAY_LEN(ways), way_name)
{
	struct user_regs_struct regs;
	long value = 0;

	cast(s, act_end, &s->row);
	seize(s, PTRACE_O_TRACEEXIT);
	end_it(s);
	see(s);
	ask(s, PTRACE_PEEKDATA, (unsigned long)&word, (unsigned long)&value);
	note(s->out, "tracer: the word is %lx\n", value);
	if (!ask(s, PTRACE_GETREGS, 0, (unsigned long)&regs))
		note(s->out, "tracer: call %s\n",
		     (long)regs.REG_CALL < 0 ? "none" :
					       call_name(regs.REG_CALL));
	ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
	note_call(s);
	parent_sees_nothing(s);
	cont(s, 0);
	until_dead(s);
	parent_sees_nothing(s);
	see(s);
	parent_sees(s);
}

SCENARIOS(detach_at_the_exit_event, ARRAY_LEN(ways), way_name)
{
	cast(s, act_end, &s->row);
	seize(s, PTRACE_O_TRACEEXIT);
	end_it(s);
	see(s);
	ask(s, PTRACE_DETACH, 0, 0);
	parent_sees(s);
}

/* The tracer is the parent: told once. */
SCENARIOS(end_of_a_child, ARRAY_LEN(ways), way_name)
{
	cast_child(s, act_end, &s->row);
	seize(s, 0);
	end_it(s);
	see(s);
	see_nothing(s);
}

SCENARIOS(end_attached, ARRAY_LEN(ways), way_name)
{
	cast(s, act_end, &s->row);
	attach(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	end_it(s);
	until_dead(s);
	parent_sees_nothing(s);
	see(s);
	parent_sees(s);
}

/* With stops at system calls it is one of those that ends. */
SCENARIO(end_with_syscall_stops)
{
	cast(s, act_wait, NULL);
	seize_stop(s, PTRACE_O_TRACEEXIT | PTRACE_O_TRACESYSGOOD);
	cue_end(s);
	while (!s->dead) {
		ask(s, PTRACE_SYSCALL, 0, 0);
		see(s);
		if (!s->dead)
			note_call(s);
	}
	parent_sees(s);
}

SCENARIO(kill_at_the_exit_event)
{
	cast(s, act_wait, NULL);
	seize(s, PTRACE_O_TRACEEXIT);
	cue_end(s);
	see(s);
	signal_tracee(s, SIGKILL);
	signal_tracee(s, SIGUSR1);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	cont(s, SIGUSR1);
	see(s);
	parent_sees(s);
}

SCENARIO(kill_at_a_signal_of_death)
{
	cast(s, act_wait, NULL);
	seize(s, PTRACE_O_TRACEEXIT);
	send_and_see(s, SIGTERM);
	signal_tracee(s, SIGKILL);
	see(s);
	cont(s, 0);
	see(s);
	parent_sees(s);
}

/* A report that nobody took gives way to the exit. */
SCENARIO(killed_before_the_stop_was_seen)
{
	cast(s, act_wait, NULL);
	seize(s, 0);
	signal_tracee(s, SIGUSR1);
	if (!WAIT_UNTIL(!proc_sleeps_in(s->tracee, SYS_read)))
		give_up(s, "it doesn't stop");
	signal_tracee(s, SIGKILL);
	until_dead(s);
	see(s);
	parent_sees(s);
}

SCENARIO(report_left_there)
{
	cast(s, act_wait, NULL);
	seize(s, 0);
	cue_end(s);
	until_dead(s);
	until_dead(s);
	see_nothing(s);
	see(s);
	see_nothing(s);
	parent_sees(s);
}

/* ---- threads ------------------------------------------------------------------------ */

static void *play_thread(void *arg)
{
	const struct child_end *end = arg;

	say_line(end, "has thread " PID_FORMAT, gettid());
	switch (child_await(end)) {
	case 'g':
		syscall(SYS_exit_group, 9);
		break;
	case 't':
		syscall(SYS_exit, 8);
		break;
	case 's':
		raise(SIGTERM);
		break;
	}
	return NULL;
}

/* After the thread's death nothing in the leader depends on it. */
static int act_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	child_await(end);
	pthread_create(&thread, NULL, play_thread, (void *)end);
	while (true)
		pause();
	return 5;
}

static pid_t trace_thread(struct stage *s, unsigned long options)
{
	pid_t thread;

	cast(s, act_thread, NULL);
	cue(s);
	hear(s);
	thread = pid_of(s, "thread1");
	until_asleep_in(s, thread, SYS_read);
	until_asleep_in(s, s->tracee, SYS_pause);
	seize(s, options);
	ask_of(s, thread, PTRACE_SEIZE, 0, options);
	return thread;
}

static void say_to_thread(struct stage *s, char byte)
{
	if (write(s->go, &byte, 1) != 1)
		give_up(s, "the thread can't be told");
}

SCENARIO(thread_exits)
{
	pid_t thread = trace_thread(s, 0);

	say_to_thread(s, 't');
	see_of(s, thread);
	see_nothing_of(s, thread);
	see_nothing(s);
	parent_sees_nothing(s);
	signal_tracee(s, SIGKILL);
	see(s);
	parent_sees(s);
}

SCENARIO(thread_exits_with_event)
{
	pid_t thread = trace_thread(s, PTRACE_O_TRACEEXIT);

	say_to_thread(s, 't');
	see_of(s, thread);
	see_nothing(s);
	cont_of(s, thread, 0);
	see_of(s, thread);
	see_nothing(s);
	signal_tracee(s, SIGKILL);
	see(s);
	cont(s, 0);
	see(s);
	parent_sees(s);
}

SCENARIO(thread_ends_the_group)
{
	pid_t thread = trace_thread(s, 0);

	say_to_thread(s, 'g');
	see_of(s, thread);
	see(s);
	parent_sees(s);
}

SCENARIO(thread_ends_the_group_with_events)
{
	pid_t thread = trace_thread(s, PTRACE_O_TRACEEXIT);

	say_to_thread(s, 'g');
	see_of(s, thread);
	see(s);
	cont_of(s, thread, 0);
	see_of(s, thread);
	parent_sees_nothing(s);
	cont(s, 0);
	see(s);
	parent_sees(s);
}

SCENARIO(thread_killed_by_its_signal)
{
	pid_t thread = trace_thread(s, 0);

	say_to_thread(s, 's');
	see_of(s, thread);
	pass_on_of(s, thread);
	see_of(s, thread);
	see(s);
	parent_sees(s);
}

/* The leader's end is not reported before the last thread's. */
SCENARIO(leader_ends_last)
{
	pid_t thread = trace_thread(s, 0);

	signal_tracee(s, SIGKILL);
	until_dead_of(s, thread);
	see_nothing(s);
	parent_sees_nothing(s);
	see_of(s, thread);
	until_dead(s);
	parent_sees_nothing(s);
	see(s);
	parent_sees(s);
}

static int act_leader_exits(const struct child_end *end, void *arg)
{
	pthread_t thread;

	child_await(end);
	pthread_create(&thread, NULL, play_thread, (void *)end);
	syscall(SYS_pause);
	syscall(SYS_exit, 6);
	return 5;
}

static pid_t leader_exits_first(struct stage *s, unsigned long options)
{
	pid_t thread;

	cast(s, act_leader_exits, NULL);
	cue(s);
	hear(s);
	thread = pid_of(s, "thread1");
	until_asleep_in(s, thread, SYS_read);
	until_asleep_in(s, s->tracee, SYS_pause);
	seize_stop(s, options);
	ask_of(s, thread, PTRACE_SEIZE, 0, options);
	return thread;
}

/* Another call than the one that it is in: exit instead of pause. */
static void let_leader_exit(struct stage *s)
{
	struct user_regs_struct regs;

	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	tr_ptrace_at(&s->tracer, PTRACE_GETREGS, s->tracee, 0, &regs);
	regs.REG_CALL = SYS_exit;
	regs.REG_ARGUMENT = 6;
	ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
	cont(s, 0);
}

SCENARIO(leader_exits_before_its_thread)
{
	pid_t thread = leader_exits_first(s, PTRACE_O_TRACESYSGOOD);

	let_leader_exit(s);
	if (!WAIT_UNTIL(proc_state(s->tracee) == 'Z'))
		give_up(s, "the leader doesn't exit");
	see_nothing(s);
	parent_sees_nothing(s);
	say_to_thread(s, 't');
	see_of(s, thread);
	see(s);
	parent_sees(s);
}

SCENARIO(leader_exits_with_event)
{
	pid_t thread = leader_exits_first(s, PTRACE_O_TRACESYSGOOD |
						     PTRACE_O_TRACEEXIT);

	let_leader_exit(s);
	see(s);
	cont(s, 0);
	/* 7.3: release_task() of the last thread gives a zombie the group's status. */
	if (!WAIT_UNTIL(proc_state(s->tracee) == 'Z'))
		give_up(s, "the leader doesn't exit");
	see_nothing_of(s, thread);
	say_to_thread(s, 'g');
	see_of(s, thread);
	cont_of(s, thread, 0);
	see_of(s, thread);
	see(s);
	parent_sees(s);
}

/* One of the threads has no tracer. */
SCENARIO(untraced_thread_beside)
{
	cast(s, act_thread, NULL);
	cue(s);
	hear(s);
	until_asleep_in(s, s->tracee, SYS_pause);
	seize(s, 0);
	say_to_thread(s, 'g');
	until_dead(s);
	parent_sees_nothing(s);
	see(s);
	parent_sees(s);
}

SCENARIO(only_the_thread_is_traced)
{
	pid_t thread;

	cast(s, act_thread, NULL);
	cue(s);
	hear(s);
	thread = pid_of(s, "thread1");
	until_asleep_in(s, thread, SYS_read);
	ask_of(s, thread, PTRACE_SEIZE, 0, 0);
	say_to_thread(s, 'g');
	until_dead_of(s, thread);
	parent_sees_nothing(s);
	see_of(s, thread);
	parent_sees(s);
}

static const char *dump_name(int row)
{
	return row ? "with_core" : "without_core";
}

/*
 * The leader dies of a signal while its thread is held at its own end, and stays
 * there. A core dump doesn't wait for that one, since coredump_task_exit() is
 * behind it.
 */
SCENARIOS(dies_beside_a_thread_at_its_exit_event, 2, dump_name)
{
	pid_t thread = trace_thread(s, PTRACE_O_TRACEEXIT);
	rlim_t size = s->row ? RLIM_INFINITY : 0;
	struct rlimit limit = { .rlim_cur = size, .rlim_max = size };

	prlimit(s->tracee, RLIMIT_CORE, &limit, NULL);
	say_to_thread(s, 't');
	see_of(s, thread);
	signal_tracee(s, SIGSEGV);
	see(s);
	cont(s, SIGSEGV);
	see(s);
	see_nothing_of(s, thread);
	cont_of(s, thread, 0);
	see_of(s, thread);
	cont(s, 0);
	see(s);
	parent_sees(s);
}
