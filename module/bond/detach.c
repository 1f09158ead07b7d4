// SPDX-License-Identifier: GPL-2.0
/*
 * How a bond ends: the tracer detaches, closes its last handle or dies, may trace
 * no more, or has been told of the tracee's exit.
 */
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "bond/detach.h"
#include "bond/exit_work.h"
#include "kernel/hook.h"
#include "record/filter.h"
#include "record/stream.h"
#include "stops/dispatch.h"
#include "stops/exits.h"
#include "stops/sigmask.h"
#include "stops/stop.h"
#include "tracee/notify.h"
#include "tracee/tracee.h"
#include "tracee/tracer.h"

/*
 * The task is no longer traced, whatever is still to be reported of it. Armed
 * hooks belong to tracees whose task is alive; the place in the table to the
 * dead as well, but not to one who lives on and may find another tracer.
 */
static void detach_sever(struct spt_tracee *tracee, enum spt_tracee_phase phase)
{
	bool alive = tracee->phase < SPT_EXITED;

	lockdep_assert_held(&tracee->tracer->lock);

	WRITE_ONCE(tracee->phase, phase);
	wake_up(&tracee->idle);
	if (alive) {
		spt_stop_cancel_kick(tracee);
		WRITE_ONCE(tracee->trace_syscall, false);
		spt_dispatch_drop(tracee);
		spt_filter_drop(tracee);
		/* To take its entry out of the table, which may be parked. */
		spt_exits_keep_flag(tracee->task);
		spt_stream_let_go(tracee);
		spt_sigmask_unmark(tracee);
		spt_hooks_put();
	}
	if (phase != SPT_EXITED)
		spt_tracee_unlist(tracee);
}

static void detach_post_last(struct spt_tracee *tracee,
			     const struct spt_report *report)
{
	spt_stop_post_report(tracee, report);
	/* Of a child's end the kernel is about to tell who is served. */
	if (!tracee->tracer->served || !tracee->end_is_childs)
		spt_notify_tracer(tracee);
	spt_notify_wake(tracee, EPOLLIN);
}

/**
 * spt_tracee_forget - the tracer knows all that there is to know
 * @tracee: a tracee; the caller holds a reference
 *
 * Ends the bond. A stopped task goes on.
 *
 * Context: tracer->lock held.
 */
void spt_tracee_forget(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;

	lockdep_assert_held(&tracer->lock);

	if (tracee->phase == SPT_GONE)
		return;

	detach_sever(tracee, SPT_GONE);
	spt_exit_work_cancel(tracee);
	spt_tracee_uncount(tracee);
	spt_stop_drop_report(tracee);
	list_del_init(&tracee->of_tracer);
	spt_tracer_unuse_locked(tracer);
	tracee->handover = false;
	if (spt_state_stopping_or_stopped(tracee->state))
		spt_stop_set_state(tracee, SPT_WAKING);

	/* With the last tracee, waiters get ECHILD and pollers EPOLLHUP. */
	spt_notify_wake(tracee, EPOLLIN | EPOLLHUP);
	spt_tracee_put(tracee);
}

/**
 * spt_tracee_let_go - detach a tracee, wherever it is
 * @tracee: a tracee; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_let_go(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	spt_tracee_forget(tracee);
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_exited - the task is gone for good; tell the tracer
 * @tracee: a tracee; the caller holds a reference
 * @code: the wait status
 * @rusage: what the task has used
 * @end: what comes next
 *
 * Context: any but interrupts.
 */
void spt_tracee_exited(struct spt_tracee *tracee, int code,
		       const struct rusage *rusage, enum spt_end end)
{
	struct spt_report report = { .status = code };

	if (!(code & 0x7f))
		report.cause = CLD_EXITED;
	else
		report.cause = code & 0x80 ? CLD_DUMPED : CLD_KILLED;

	spin_lock(&tracee->tracer->lock);
	if (tracee->phase < SPT_EXITED && !tracee->tracer->handles) {
		/* By TRACEME; its parent does not ask. */
		spt_tracee_forget(tracee);
	} else if (tracee->phase < SPT_EXITED) {
		detach_sever(tracee, SPT_EXITED);
		spt_stop_kill_state(tracee);
		tracee->rusage = *rusage;
		tracee->held = end == SPT_END_HELD;
		tracee->end_is_childs = end == SPT_END_OF_CHILD;
		detach_post_last(tracee, &report);
	}
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_dying - a leader exits while other threads of its group go on
 * @tracee: a tracee; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_dying(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	if (tracee->phase == SPT_TRACED) {
		WRITE_ONCE(tracee->phase, SPT_DYING);
		spt_stop_cancel_kick(tracee);
		spt_stop_drop_report(tracee);
		spt_stop_kill_state(tracee);
	}
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_exits - a tracee will come to no stop any more
 * @tracee: the current task, or its leader; the caller holds a reference
 *
 * Its end may be reported only after that of its threads has been taken, which
 * a tracer that waits for it in an attach would never do.
 *
 * Context: any but interrupts.
 */
void spt_tracee_exits(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	tracee->trapping = false;
	wake_up(&tracee->idle);
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_lost - the tracer may no longer trace this task
 * @tracee: the current task, running; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_lost(struct spt_tracee *tracee)
{
	static const struct spt_report report;

	spin_lock(&tracee->tracer->lock);
	if (tracee->phase == SPT_TRACED &&
	    (!tracee->tracer->handles || tracee->tracer->served)) {
		/* By TRACEME; its parent does not ask. Or wait4(2) can't tell. */
		spt_tracee_forget(tracee);
	} else if (tracee->phase == SPT_TRACED) {
		detach_sever(tracee, SPT_DETACHED);
		detach_post_last(tracee, &report);
	}
	spin_unlock(&tracee->tracer->lock);
}

/* With @closed, NULL as soon as somebody has opened another handle. */
static struct spt_tracee *detach_first(struct spt_tracer *tracer, bool closed)
{
	struct spt_tracee *tracee = NULL;

	spin_lock(&tracer->lock);
	if (!closed || !tracer->handles)
		tracee = list_first_entry_or_null(&tracer->tracees,
						  struct spt_tracee, of_tracer);
	if (tracee) {
		spt_tracee_get(tracee);
		if (tracee->options & PTRACE_O_EXITKILL &&
		    tracee->phase < SPT_EXITED)
			send_sig(SIGKILL, tracee->task, 1);
		spt_tracee_forget(tracee);
	}
	spin_unlock(&tracer->lock);

	return tracee;
}

/**
 * spt_tracer_let_go - detach all tracees, kill those under EXITKILL
 * @tracer: the tracer; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracer_let_go(struct spt_tracer *tracer)
{
	struct spt_tracee *tracee;

	while ((tracee = detach_first(tracer, false)))
		spt_tracee_put(tracee);
}

static void detach_closed(struct spt_tracer *tracer)
{
	struct spt_tracee *tracee;

	while ((tracee = detach_first(tracer, true)))
		spt_tracee_put(tracee);
}

/**
 * spt_tracer_close - the end of a handle; with the last one, of all tracing
 * @handle: the handle
 *
 * Context: process context.
 */
void spt_tracer_close(struct spt_handle *handle)
{
	struct spt_tracer *tracer = handle->tracer;

	if (spt_tracer_drop_handle(handle))
		detach_closed(tracer);
	spt_tracer_unuse(tracer);
	spt_tracer_put(tracer);
}

/**
 * spt_tracers_let_go - detach every tracee there is
 *
 * For the module's removal: tracees by PTRACE_TRACEME need no open handle.
 *
 * Context: process context; nobody can attach any more.
 */
void spt_tracers_let_go(void)
{
	struct spt_tracer *tracer;

	while ((tracer = spt_tracer_any())) {
		spt_tracer_let_go(tracer);
		spt_tracer_put(tracer);
	}
}
