// SPDX-License-Identifier: GPL-2.0
/* Reports of tracees: what each is shown as, and how the tracee goes on. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "sptrace.h"
#include "trace.h"

#define SYSCALL_STOP (SIGTRAP | 0x80)

/* Whether anything but calls is shown at this moment. */
static bool shows_events(const struct trace *trace)
{
	return !trace->hidden &&
	       (!trace->options->summary || trace->options->summary_and_calls);
}

static void resume(struct trace *trace, pid_t tid, int signal)
{
	/* ESRCH: it was killed, and reports that next. */
	if (sptrace_syscall(trace->fd, tid, signal) < 0 && errno != ESRCH)
		fprintf(stderr, "sptrace: can't resume %d: %s\n", tid,
			strerror(errno));
}

static bool stops_group(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN ||
	       signal == SIGTTOU;
}

/* The tracee stays stopped until SIGCONT, as if it weren't traced. */
static void handle_group_stop(struct trace *trace, struct tracee *tracee,
			      int signal)
{
	if (shows_events(trace))
		trace->output.format->stopped(&trace->output, tracee, signal);
	/* ESRCH: it was killed, and reports that next. */
	if (sptrace_listen(trace->fd, tracee->tid) < 0 && errno != ESRCH)
		resume(trace, tracee->tid, 0);
}

static void handle_creation(struct trace *trace, struct tracee *tracee,
			    enum creation creation, pid_t child)
{
	/* The child itself may have reported before, or may do so later. */
	trace->output.with_tid = true;
	if (shows_events(trace))
		trace->output.format->created(&trace->output, tracee, creation,
					      child);
}

/*
 * A thread that executes a program ends all others and goes on with the id of
 * the leader. Its call is not done yet.
 */
static void take_over(struct trace *trace, struct tracee *leader, pid_t tid)
{
	struct tracee *former = tracees_find(&trace->tracees, tid);

	if (!former || former == leader)
		return;
	progress_move(trace, former, leader);
	text_suspend(&trace->output, former);
	tracees_remove(&trace->tracees, former);
}

static void handle_exec(struct trace *trace, struct tracee *tracee,
			pid_t former)
{
	trace->hidden = false;
	take_over(trace, tracee, former);
	if (shows_events(trace))
		trace->output.format->executed(&trace->output, tracee, former);
}

/* A stop of PTRACE_EVENT_*. */
static void handle_event(struct trace *trace, struct tracee *tracee,
			 const struct spt_event *event)
{
	switch (event->event) {
	case PTRACE_EVENT_STOP:
		if (stops_group(WSTOPSIG(event->status))) {
			handle_group_stop(trace, tracee,
					  WSTOPSIG(event->status));
			return;
		}
		break;
	case PTRACE_EVENT_FORK:
		handle_creation(trace, tracee, CREATION_FORK, event->message);
		break;
	case PTRACE_EVENT_VFORK:
		handle_creation(trace, tracee, CREATION_VFORK, event->message);
		break;
	case PTRACE_EVENT_CLONE:
		handle_creation(trace, tracee, CREATION_CLONE, event->message);
		break;
	case PTRACE_EVENT_EXEC:
		handle_exec(trace, tracee, event->message);
		break;
	}
	resume(trace, tracee->tid, 0);
}

static void handle_signal(struct trace *trace, struct tracee *tracee,
			  int signal)
{
	siginfo_t info;

	/* It fails for a tracee that was killed and won't get the signal. */
	if (shows_events(trace) &&
	    !(trace->options->hushed >> (signal - 1) & 1) &&
	    !sptrace_getsiginfo(trace->fd, tracee->tid, &info))
		trace->output.format->signalled(&trace->output, tracee, &info);
	resume(trace, tracee->tid, signal);
}

static void handle_stop(struct trace *trace, struct tracee *tracee,
			const struct spt_wait *wait)
{
	int signal = WSTOPSIG(wait->event.status);

	if (wait->event.event) {
		handle_event(trace, tracee, &wait->event);
	} else if (signal == SYSCALL_STOP) {
		if (wait->event.flags & SPT_EVENT_SYSCALL_INFO)
			progress_step(trace, tracee, &wait->syscall);
		resume(trace, tracee->tid, 0);
	} else {
		handle_signal(trace, tracee, signal);
	}
	/* Traced for sure; which stop is the first depends on how far it had come. */
	if (tracee->tid == trace->launch.pid)
		launch_release(&trace->launch);
}

static void handle_end(struct trace *trace, struct tracee *tracee, int status)
{
	progress_abandon(trace, tracee, UNFINISHED_EXIT);
	if (shows_events(trace))
		trace->output.format->ended(&trace->output, tracee, status);
	tracees_remove(&trace->tracees, tracee);
}

struct search {
	const struct tracee *leader;
	pid_t former;
};

static void find_former(struct tracee *tracee, void *closure)
{
	struct search *search = closure;

	if (tracee != search->leader && tracee->tgid == search->leader->tgid &&
	    tracee->call && tracee->call->executes)
		search->former = tracee->tid;
}

/*
 * There was no PTRACE_EVENT_EXEC to name the thread that executed; of others,
 * the ends have been reported.
 */
static void handle_release(struct trace *trace, struct tracee *tracee)
{
	struct search search = { .leader = tracee };

	trace->hidden = false;
	tracees_each(&trace->tracees, find_former, &search);
	take_over(trace, tracee, search.former);
	progress_abandon(trace, tracee, UNFINISHED_DETACHED);
	if (trace->options->summary)
		fprintf(stderr,
			"sptrace: the program that process %d executed gained "
			"privileges, so tracing it stopped\n",
			tracee->tid);
	else
		trace->output.format->released(&trace->output, tracee);
	tracees_remove(&trace->tracees, tracee);
}

void stops_handle(struct trace *trace, const struct spt_wait *wait)
{
	const struct spt_event *event = &wait->event;
	struct tracee *tracee =
		tracees_get(&trace->tracees, event->tid, event->tgid);

	/* An attached thread's was not known so far. */
	tracee->tgid = event->tgid;
	if (trace->tracees.count > 1)
		trace->output.with_tid = true;
	if (event->flags & SPT_EVENT_DETACHED)
		handle_release(trace, tracee);
	else if (WIFSTOPPED(event->status))
		handle_stop(trace, tracee, wait);
	else
		handle_end(trace, tracee, event->status);
}

static void finish_tracee(struct tracee *tracee, void *closure)
{
	progress_abandon(closure, tracee, UNFINISHED_DETACHED);
}

void stops_finish(struct trace *trace)
{
	tracees_each(&trace->tracees, finish_tracee, trace);
}
