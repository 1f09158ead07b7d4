// SPDX-License-Identifier: GPL-2.0
/* Reports of tracees: what each is shown as, and how the tracee goes on. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "names.h"
#include "sptrace.h"
#include "trace.h"

#define SYSCALL_STOP (SIGTRAP | 0x80)

static bool is_shown(const struct trace *trace, const struct call *call)
{
	return call && call->shown && !trace->hidden;
}

static void resume(struct trace *trace, pid_t tid, int signal)
{
	/* ESRCH: it was killed, and reports that next. */
	if (sptrace_syscall(trace->fd, tid, signal) < 0 && errno != ESRCH)
		fprintf(stderr, "sptrace: can't resume %d: %s\n", tid,
			strerror(errno));
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec +
	       (now.tv_nsec - start->tv_nsec) / 1e9;
}

static void forget_call(struct trace *trace, struct tracee *tracee)
{
	if (tracee->call)
		trace->executing -= tracee->call->executes;
	tracee->call = NULL;
}

static void count_call(struct call *call, bool error, double seconds)
{
	call->count++;
	call->errors += error;
	call->seconds += seconds;
}

static void enter_call(struct trace *trace, struct tracee *tracee,
		       const struct spt_syscall_info *info)
{
	forget_call(trace, tracee);
	tracee->call = calls_get(&trace->calls, info->arch, info->entry.nr);
	memcpy(tracee->args, info->entry.args, sizeof(tracee->args));
	clock_gettime(CLOCK_MONOTONIC, &tracee->start);
	trace->executing += tracee->call->executes;
}

static void abandon_call(struct trace *trace, struct tracee *tracee,
			 enum unfinished reason)
{
	if (is_shown(trace, tracee->call) && !trace->options->summary)
		trace->output.format->unfinished(&trace->output, tracee,
						 reason);
	forget_call(trace, tracee);
}

struct takeover {
	const struct tracee *leader;
	struct tracee *former;
};

static void find_former(struct tracee *tracee, void *closure)
{
	struct takeover *takeover = closure;
	pid_t tgid = takeover->leader->tgid;

	if (tracee != takeover->leader && tracee->tgid == tgid &&
	    tracee->call && tracee->call->executes &&
	    tgkill(tgid, tracee->tid, 0) < 0 && errno == ESRCH)
		takeover->former = tracee;
}

/*
 * A thread that executes a program ends all others and goes on with the id of
 * the leader, so that its own id is gone when execve returns.
 */
static void take_over(struct trace *trace, struct tracee *leader)
{
	struct takeover takeover = { .leader = leader };
	struct tracee *former;

	if (!trace->executing || leader->tid != leader->tgid ||
	    (leader->call && leader->call->executes))
		return;
	tracees_each(&trace->tracees, find_former, &takeover);
	former = takeover.former;
	if (!former)
		return;
	abandon_call(trace, leader, UNFINISHED_EXIT);
	leader->call = former->call;
	leader->start = former->start;
	memcpy(leader->args, former->args, sizeof(leader->args));
	tracees_remove(&trace->tracees, former);
}

static void leave_call(struct trace *trace, struct tracee *tracee,
		       const struct spt_syscall_info *info)
{
	bool failed = info->exit.is_error;
	struct call *call;
	double seconds;

	if (!failed)
		take_over(trace, tracee);
	call = tracee->call;
	/* A call that had begun before its thread was attached to. */
	if (!call)
		return;
	if (call->executes && !failed)
		trace->hidden = false;
	if (is_shown(trace, call)) {
		seconds = seconds_since(&tracee->start);
		count_call(call,
			   failed && !names_errno_restarts(-info->exit.rval),
			   seconds);
		if (!trace->options->summary)
			trace->output.format->returned(&trace->output, tracee,
						       info->exit.rval, failed,
						       seconds);
	}
	forget_call(trace, tracee);
}

static void handle_syscall(struct trace *trace, struct tracee *tracee,
			   const struct spt_wait *wait)
{
	if (!(wait->event.flags & SPT_EVENT_SYSCALL_INFO))
		return;
	if (wait->syscall.op == PTRACE_SYSCALL_INFO_ENTRY)
		enter_call(trace, tracee, &wait->syscall);
	else if (wait->syscall.op == PTRACE_SYSCALL_INFO_EXIT)
		leave_call(trace, tracee, &wait->syscall);
}

static bool stops_group(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN ||
	       signal == SIGTTOU;
}

/* A stop of PTRACE_EVENT_*. */
static void handle_event(struct trace *trace, struct tracee *tracee,
			 const struct spt_event *event)
{
	/* Left in its group-stop, as if it weren't traced. */
	if (event->event == PTRACE_EVENT_STOP &&
	    stops_group(WSTOPSIG(event->status)) &&
	    !sptrace_listen(trace->fd, tracee->tid))
		return;
	resume(trace, tracee->tid, 0);
	if (tracee->tid == trace->launch.pid)
		launch_release(&trace->launch);
}

static void handle_signal(struct trace *trace, struct tracee *tracee,
			  int signal)
{
	if (!trace->hidden && !trace->options->summary)
		trace->output.format->signalled(&trace->output, tracee, signal);
	resume(trace, tracee->tid, signal);
}

static void handle_stop(struct trace *trace, struct tracee *tracee,
			const struct spt_wait *wait)
{
	int signal = WSTOPSIG(wait->event.status);

	if (wait->event.event) {
		handle_event(trace, tracee, &wait->event);
	} else if (signal == SYSCALL_STOP) {
		handle_syscall(trace, tracee, wait);
		resume(trace, tracee->tid, 0);
	} else {
		handle_signal(trace, tracee, signal);
	}
}

static void handle_end(struct trace *trace, struct tracee *tracee, int status)
{
	abandon_call(trace, tracee, UNFINISHED_EXIT);
	if (!trace->hidden && !trace->options->summary)
		trace->output.format->ended(&trace->output, tracee, status);
	tracees_remove(&trace->tracees, tracee);
}

static void handle_release(struct trace *trace, struct tracee *tracee)
{
	trace->hidden = false;
	take_over(trace, tracee);
	abandon_call(trace, tracee, UNFINISHED_DETACHED);
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
	if (event->flags & SPT_EVENT_DETACHED)
		handle_release(trace, tracee);
	else if (WIFSTOPPED(event->status))
		handle_stop(trace, tracee, wait);
	else
		handle_end(trace, tracee, event->status);
}

static void finish_tracee(struct tracee *tracee, void *closure)
{
	abandon_call(closure, tracee, UNFINISHED_DETACHED);
}

void stops_finish(struct trace *trace)
{
	tracees_each(&trace->tracees, finish_tracee, trace);
}
