// SPDX-License-Identifier: GPL-2.0
/*
 * Group-stops of two threads, seized and attached, listening or not.
 */
#include <pthread.h>
#include "stage.h"

/* ---- two threads ------------------------------------------------------------- */

static void *play_thread(void *arg)
{
	const struct child_end *end = arg;

	say_line(end, "has thread " PID_FORMAT, gettid());
	child_await(end);
	say_line(end, "in its thread");
	await_end(end);
	/* Not by returning: pthread_join would not wait for its last moments. */
	_exit(5);
}

/* Once there is a thread the cues are the thread's. */
static int act_two_threads(const struct child_end *end, void *arg)
{
	pthread_t thread;

	handle(end, SIGUSR1, SA_RESTART);
	child_await(end);
	pthread_create(&thread, NULL, play_thread, (void *)end);
	pthread_join(thread, NULL);
	return 5;
}

static pid_t thread_of(struct stage *s)
{
	pid_t thread = pid_of(s, "thread1");

	if (!thread)
		give_up(s, "no thread");
	return thread;
}

static void until_both_sleep(struct stage *s)
{
	until_asleep_in(s, s->tracee, SYS_futex);
	until_asleep_in(s, thread_of(s), SYS_read);
}

static void two_threads(struct stage *s, unsigned int how)
{
	cast(s, act_two_threads, NULL);
	cue(s);
	hear(s);
	until_both_sleep(s);
	ask(s, how, 0, 0);
	if (how == PTRACE_ATTACH) {
		see(s);
		cont(s, 0);
	}
	ask_of(s, thread_of(s), how, 0, 0);
	if (how == PTRACE_ATTACH) {
		see_of(s, thread_of(s));
		cont_of(s, thread_of(s), 0);
	}
	until_both_sleep(s);
}

/* Stopped as a whole: each thread has its own report. */
static void stop_both(struct stage *s, int signo)
{
	send_and_see(s, signo);
	parent_sees_nothing(s);
	cont(s, signo);
	see(s);
	see_of(s, thread_of(s));
	parent_sees(s);
}

static void finish_both(struct stage *s)
{
	cue_end(s);
	see_of(s, thread_of(s));
	see(s);
	parent_sees(s);
	hear_rest(s);
}

static void kill_both(struct stage *s)
{
	signal_tracee(s, SIGKILL);
	see_of(s, thread_of(s));
	see(s);
	parent_sees(s);
	hear_rest(s);
}

static const struct attachment {
	const char *name;
	unsigned int how;
} attachments[] = {
	{ "seized", PTRACE_SEIZE },
	{ "attached", PTRACE_ATTACH },
};

static const char *attachment_name(int row)
{
	return attachments[row].name;
}

SCENARIOS(stop_two_threads, 2, attachment_name)
{
	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGSTOP);
	cont_of(s, thread_of(s), 0);
	cont(s, 0);
	cue(s);
	finish_both(s);
}

SCENARIOS(stop_two_threads_by_tty, 2, attachment_name)
{
	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGTTIN);
	cont(s, 0);
	cont_of(s, thread_of(s), 0);
	cue(s);
	finish_both(s);
}

/* CONT resumes one alone, and the other stays as it is. */
SCENARIOS(continue_one_thread, 2, attachment_name)
{
	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGSTOP);
	cont_of(s, thread_of(s), 0);
	cue(s);
	hear(s);
	see_nothing(s);
	parent_sees_nothing(s);
	cont(s, 0);
	finish_both(s);
}

/* The one that was resumed has a signal of its own meanwhile. */
SCENARIOS(signal_beside_a_stopped_thread, 2, attachment_name)
{
	pid_t thread;

	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGSTOP);
	thread = thread_of(s);
	cont_of(s, thread, 0);
	until_asleep_in(s, thread, SYS_read);
	syscall(SYS_tgkill, s->tracee, thread, SIGUSR1);
	see_of(s, thread);
	pass_on_of(s, thread);
	hear(s);
	see_nothing(s);
	kill_both(s);
}

/* A second stop signal stops the resumed one again. */
SCENARIOS(stop_one_again, 2, attachment_name)
{
	pid_t thread;

	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGSTOP);
	thread = thread_of(s);
	cont_of(s, thread, 0);
	until_asleep_in(s, thread, SYS_read);
	syscall(SYS_tgkill, s->tracee, thread, SIGTSTP);
	see_of(s, thread);
	cont_of(s, thread, SIGTSTP);
	see_of(s, thread);
	kill_both(s);
}

/* One that exits while another is in group-stop takes it along. */
SCENARIOS(exit_beside_a_stopped_thread, 2, attachment_name)
{
	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGSTOP);
	signal_tracee(s, SIGTERM);
	cont_of(s, thread_of(s), 0);
	see_of(s, thread_of(s));
	cont_of(s, thread_of(s), SIGTERM);
	see_of(s, thread_of(s));
	see(s);
	parent_sees(s);
}

SCENARIOS(kill_stopped_threads, 2, attachment_name)
{
	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGSTOP);
	kill_both(s);
}

SCENARIOS(detach_stopped_threads, 2, attachment_name)
{
	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGSTOP);
	ask(s, PTRACE_DETACH, 0, 0);
	ask_of(s, thread_of(s), PTRACE_DETACH, 0, 0);
	note_settled(s);
	signal_tracee(s, SIGCONT);
	parent_sees(s);
	cue(s);
	cue_end(s);
	parent_sees(s);
	hear_rest(s);
}

SCENARIOS(detach_one_of_two_stopped, 2, attachment_name)
{
	two_threads(s, attachments[s->row].how);
	stop_both(s, SIGSTOP);
	ask_of(s, thread_of(s), PTRACE_DETACH, 0, 0);
	if (!WAIT_UNTIL(proc_state(thread_of(s)) == 'T'))
		give_up(s, "the detached thread is not stopped");
	see_nothing(s);
	signal_tracee(s, SIGCONT);
	until_asleep_in(s, thread_of(s), SYS_read);
	signal_tracee(s, SIGKILL);
	see(s);
	parent_sees(s);
}

/* Only one thread has a tracer; both stop. */
SCENARIOS(stop_an_untraced_thread_too, 2, attachment_name)
{
	cast(s, act_two_threads, NULL);
	cue(s);
	hear(s);
	until_both_sleep(s);
	ask_of(s, thread_of(s), attachments[s->row].how, 0, 0);
	if (s->row) {
		see_of(s, thread_of(s));
		cont_of(s, thread_of(s), 0);
	}
	until_both_sleep(s);
	syscall(SYS_tgkill, s->tracee, thread_of(s), SIGSTOP);
	see_of(s, thread_of(s));
	cont_of(s, thread_of(s), SIGSTOP);
	see_of(s, thread_of(s));
	parent_sees(s);
	note_settled(s);
	cont_of(s, thread_of(s), 0);
	cue(s);
	hear(s);
	note_settled(s);
	signal_tracee(s, SIGKILL);
	see_of(s, thread_of(s));
	parent_sees(s);
}

/* ---- listening ----------------------------------------------------------------- */

static void listen_both(struct stage *s)
{
	two_threads(s, PTRACE_SEIZE);
	stop_both(s, SIGSTOP);
	ask(s, PTRACE_LISTEN, 0, 0);
	ask_of(s, thread_of(s), PTRACE_LISTEN, 0, 0);
	see_nothing(s);
	see_nothing_of(s, thread_of(s));
}

SCENARIO(listeners_continued)
{
	listen_both(s);
	signal_tracee(s, SIGCONT);
	see(s);
	see_of(s, thread_of(s));
	kill_both(s);
}

SCENARIO(one_listener_interrupted)
{
	listen_both(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	see_nothing_of(s, thread_of(s));
	ask(s, PTRACE_LISTEN, 0, 0);
	see_nothing(s);
	kill_both(s);
}

SCENARIO(listeners_killed)
{
	listen_both(s);
	kill_both(s);
}

SCENARIO(one_listens_one_runs)
{
	two_threads(s, PTRACE_SEIZE);
	stop_both(s, SIGSTOP);
	ask(s, PTRACE_LISTEN, 0, 0);
	cont_of(s, thread_of(s), 0);
	cue(s);
	hear(s);
	see_nothing(s);
	until_asleep_in(s, thread_of(s), SYS_read);
	ask_of(s, thread_of(s), PTRACE_INTERRUPT, 0, 0);
	see_of(s, thread_of(s));
	kill_both(s);
}
