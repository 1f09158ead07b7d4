// SPDX-License-Identifier: GPL-2.0
/*
 * A tracee going to sleep in a stop, and being woken from it.
 *
 * The task sleeps in TASK_TRACED without JOBCTL_TRACED: to the scheduler, the
 * freezer and /proc it is a traced task, and no one wakes it by chance; to
 * native ptrace it is not stopped at all.
 *
 * Who may wake it: a resume or a detach, under the tracer's lock and only
 * while @asleep says that the sleep is ours (the same task state serves native
 * stops, which must not be ended from here); SIGKILL; the freezer's thaw and a
 * native tracer's requests, after which it goes back to sleep.
 */
#include <linux/freezer.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/sched/wake_q.h>

#include "kernel/hook.h"
#include "kernel/symbol.h"
#include "kernel/wake.h"
#include "stops/stop.h"
#include "tracee/notify.h"

static void stop_tell_tracer(struct spt_tracee *tracee)
{
	spt_notify_tracer(tracee);
	spt_notify_wake_sync(tracee, EPOLLIN);
}

static void stop_wake_tracee(struct spt_tracee *tracee)
{
	if (tracee->handover && spt_can_wake_here())
		spt_wake_task_here(tracee->task, __TASK_TRACED);
	else
		spt_wake_up_state(tracee->task, __TASK_TRACED);
}

/**
 * spt_stop_set_state - move a tracee to another stop state
 * @tracee: the tracee
 * @state: the state, which must be a legal move
 *
 * Wakes the tracee, or the tracer when there is something to wait for.
 *
 * Context: tracer->lock held.
 */
void spt_stop_set_state(struct spt_tracee *tracee, enum spt_stop_state state)
{
	lockdep_assert_held(&tracee->tracer->lock);

	if (WARN_ON_ONCE(!spt_state_may_move(tracee->state, state)))
		return;

	tracee->state = state;
	if (spt_state_wakes_tracee(state) && tracee->asleep)
		stop_wake_tracee(tracee);
	if (spt_state_notifies_tracer(state) &&
	    !list_empty(&tracee->report_node))
		stop_tell_tracer(tracee);
}

/**
 * spt_stop_kill_state - nothing can stop this tracee any more
 * @tracee: the tracee
 *
 * Context: tracer->lock held.
 */
void spt_stop_kill_state(struct spt_tracee *tracee)
{
	if (tracee->state == SPT_FORCE_AWAKE)
		return;
	if (tracee->state != SPT_FORCE_WAKING)
		spt_stop_set_state(tracee, SPT_FORCE_WAKING);
	spt_stop_set_state(tracee, SPT_FORCE_AWAKE);
}

/**
 * spt_stop_post_report - have something for the tracer to wait for
 * @tracee: the tracee
 * @report: the report; replaces one that was not consumed
 *
 * The tracer is woken by the state that makes the report waitable.
 *
 * Context: tracer->lock held.
 */
void spt_stop_post_report(struct spt_tracee *tracee,
			  const struct spt_report *report)
{
	lockdep_assert_held(&tracee->tracer->lock);

	tracee->report = *report;
	tracee->report_seq++;
	tracee->claimed = false;
	if (list_empty(&tracee->report_node))
		list_add_tail(&tracee->report_node, &tracee->tracer->reports);
}

/**
 * spt_stop_drop_report - and nothing any more
 * @tracee: the tracee
 *
 * Context: tracer->lock held.
 */
void spt_stop_drop_report(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	list_del_init(&tracee->report_node);
}

/*
 * A tracer that goes away has not chosen a signal. The one that the task
 * stopped for is then delivered; no other stop leaves one behind.
 */
static int stop_default_signal(enum spt_stop_state stopping,
			       const struct spt_report *report)
{
	return stopping == SPT_SIGNAL_DELIVERY_STOPPING ? report->signal : 0;
}

static void stop_enter(struct spt_tracee *tracee, enum spt_stop_state stopping,
		       const struct spt_report *report, kernel_siginfo_t *info)
{
	/* As natively, any stop takes the place of a pending trap. */
	WRITE_ONCE(tracee->trap_due, false);
	WRITE_ONCE(tracee->trace_syscall, false);
	tracee->resume_signal = stop_default_signal(stopping, report);
	WRITE_ONCE(tracee->status, SPT_STATUS_DEFAULT);
	current->last_siginfo = info;
	tracee->has_info = info;

	spt_stop_set_state(tracee, stopping);
	if (spt_signal_reported(report->signal))
		spt_stop_post_report(tracee, report);
}

static void stop_schedule_unlocked(struct spt_tracer *tracer)
	__must_hold(&tracer->lock)
{
	spin_unlock(&tracer->lock);
	schedule();
	spin_lock(&tracer->lock);
}

static int stop_wait_idle(struct spt_tracee *tracee, unsigned int state)
{
	int err;

	lockdep_assert_held(&tracee->tracer->lock);

	if (likely(!tracee->busy))
		return 0;

	tracee->waiters++;
	err = ___wait_event(tracee->idle, !tracee->busy, state, 0, 0,
			    stop_schedule_unlocked(tracee->tracer));
	tracee->waiters--;
	/* Whoever lets others go first, in spt_stop_let_others(). */
	if (!tracee->waiters && waitqueue_active(&tracee->idle))
		wake_up(&tracee->idle);

	return err;
}

/*
 * Look, as at the end of the kernel's ptrace_stop(), what signals came during a
 * sleep, and what a new mask lets through.
 */
static void stop_recalc_signals(struct spt_tracee *tracee)
{
	spin_lock_irq(&spt_sighand(current)->siglock);
	recalc_sigpending();
	if (spt_stop_due(tracee))
		set_thread_flag(TIF_SIGPENDING);
	spin_unlock_irq(&spt_sighand(current)->siglock);
}

/*
 * Not preemptible from the moment the tracer may look until the CPU is given
 * up: a tracer that found the task preempted would have to wait for a tick
 * (see the end of the kernel's ptrace_stop()).
 */
static void stop_schedule(struct spt_tracee *tracee)
	__must_hold(&tracee->tracer->lock)
{
	struct spt_tracer *tracer = tracee->tracer;
	bool hidden;

	/*
	 * A signal for the thread group is not for one that is asleep here, if
	 * there are others: the kernel looks for a thread without this flag
	 * (wants_signal()), and skips a native stop by JOBCTL_TRACED. Only
	 * SIGKILL ends the sleep.
	 */
	hidden = !thread_group_empty(current) &&
		 !test_and_set_thread_flag(TIF_SIGPENDING);
	preempt_disable();
	spin_unlock(&tracer->lock);
	spt_cgroup_enter_frozen();
	spt_schedule_preempt_disabled();
	preempt_enable();
	spt_cgroup_leave_frozen(true);
	spin_lock(&tracer->lock);
	if (hidden || tracee->mask_changed)
		stop_recalc_signals(tracee);
	tracee->mask_changed = false;
}

/*
 * PTRACE_LISTEN left the task stopped, but not in a stop: it comes out of its
 * sleep to report what happened, by stopping again.
 */
static bool stop_must_retrap(struct spt_tracee *tracee)
{
	return tracee->status == SPT_STATUS_LISTENING &&
	       test_bit(SPT_NOTIFY, &tracee->bits);
}

static void stop_sleep(struct spt_tracee *tracee)
{
	for (;;) {
		/*
		 * A resume is ordered by tracer->lock. SIGKILL is added before
		 * signal_wake_up_state() wakes __TASK_TRACED, by the lock that
		 * set_special_state() takes as well: either it finds the task
		 * in that state, or it is pending below.
		 */
		set_special_state(TASK_TRACED);
		if (spt_state_in_progress(tracee->state) &&
		    spt_state_stopping_or_stopped(tracee->state))
			spt_stop_set_state(tracee,
					   spt_state_finalize(tracee->state));

		if (tracee->trapping) {
			tracee->trapping = false;
			wake_up(&tracee->idle);
		}
		if (spt_state_waking_or_awake(tracee->state) ||
		    stop_must_retrap(tracee) || __fatal_signal_pending(current))
			break;

		tracee->asleep = true;
		stop_schedule(tracee);
		tracee->asleep = false;
	}
	__set_current_state(TASK_RUNNING);
}

static void stop_leave(struct spt_tracee *tracee)
{
	/*
	 * A request may be in the middle of reading our registers, or of changing
	 * our mask, though we were let go meanwhile.
	 */
	stop_wait_idle(tracee, TASK_IDLE);
	if (tracee->mask_changed)
		stop_recalc_signals(tracee);
	tracee->mask_changed = false;

	current->last_siginfo = NULL;

	/* As ptrace_disable(): who lets it go lets it run. */
	if (tracee->stepping && tracee->phase != SPT_TRACED) {
		WRITE_ONCE(tracee->stepping, false);
		spt_user_disable_single_step(current);
	}

	if (spt_state_stopping_or_stopped(tracee->state)) {
		/*
		 * Killed, so that the report to wait for is that of the exit,
		 * of which PTRACE_EVENT_EXIT's stop may yet come; or listening
		 * and about to stop anew.
		 */
		if (__fatal_signal_pending(current))
			spt_stop_drop_report(tracee);
		spt_stop_set_state(tracee, SPT_WAKING);
	}
	if (spt_state_in_progress(tracee->state))
		spt_stop_set_state(tracee, spt_state_finalize(tracee->state));
}

/**
 * spt_stop - stop the current task for its tracer
 * @tracee: the current task
 * @stopping: the in-progress state of the stop
 * @report: what the tracer is told
 * @info: the stop's siginfo, which the tracer may change; NULL for a
 *	group-stop of an attached tracee, which has none
 *
 * Returns at once when the tracer is gone, or the task has been killed or has
 * got its credentials from an execve(2) that was not vetted.
 *
 * Context: the tracee itself, in process context with nothing held.
 * Return: the signal that the tracer resumed it with, or 0. Without a tracer
 * to choose one, a signal-delivery-stop returns its own.
 */
int spt_stop(struct spt_tracee *tracee, enum spt_stop_state stopping,
	     const struct spt_report *report, kernel_siginfo_t *info)
{
	struct spt_tracer *tracer = tracee->tracer;
	int signal = stop_default_signal(stopping, report);

	might_sleep();

	/* The tracer may not see a program that spt_access_keep() hasn't vetted. */
	if (tracee->own.exec_id != current->self_exec_id)
		return signal;

	spin_lock(&tracer->lock);
	if (tracee->phase == SPT_TRACED && !__fatal_signal_pending(current)) {
		stop_enter(tracee, stopping, report, info);
		stop_sleep(tracee);
		stop_leave(tracee);
		signal = tracee->resume_signal;
	}
	spin_unlock(&tracer->lock);

	return signal;
}

/**
 * spt_stop_info - the siginfo of a stop that isn't a signal's
 * @info: filled
 * @signr: the signal
 * @code: si_code, which says what stop it is
 *
 * As the kernel's ptrace_do_notify().
 *
 * Context: the tracee itself.
 */
void spt_stop_info(kernel_siginfo_t *info, int signr, int code)
{
	clear_siginfo(info);
	info->si_signo = signr;
	info->si_code = code;
	info->si_pid = task_pid_vnr(current);
	info->si_uid = from_kuid_munged(current_user_ns(), current_uid());
}

/**
 * spt_stop_event - a PTRACE_EVENT stop
 * @tracee: the current task
 * @event: PTRACE_EVENT_*
 * @message: what PTRACE_GETEVENTMSG returns
 *
 * Context: as spt_stop().
 */
void spt_stop_event(struct spt_tracee *tracee, int event, unsigned long message)
{
	int code = SIGTRAP | (event << 8);
	struct spt_report report = {
		.status = (code << 8) | 0x7f,
		.cause = CLD_TRAPPED,
		.signal = SIGTRAP,
		.code = code,
		.event = event,
		.message = message,
	};
	kernel_siginfo_t info;

	spt_stop_info(&info, SIGTRAP, code);
	spt_stop(tracee, SPT_PTRACE_EVENT_STOPPING, &report, &info);
}

/**
 * spt_stop_served - may a request that needs a stop be served
 * @tracee: the tracee
 *
 * Context: tracer->lock held.
 * Return: true when the tracee is stopped, not listening and not killed.
 */
bool spt_stop_served(const struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	return tracee->phase == SPT_TRACED &&
	       spt_state_takes_requests(tracee->state, tracee->status) &&
	       !spt_state_in_progress(tracee->state) &&
	       !__fatal_signal_pending(tracee->task);
}

/**
 * spt_stop_wait_idle - wait until no request is using a stopped tracee
 * @tracee: the tracee
 *
 * Context: tracer->lock held; released and taken again while sleeping.
 * Return: 0, or -ERESTARTSYS when the caller is being killed.
 */
int spt_stop_wait_idle(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	return stop_wait_idle(tracee, TASK_KILLABLE);
}

/**
 * spt_stop_hold - keep a stopped tracee where it is for the length of a request
 * @tracee: the tracee
 *
 * Not even SIGKILL takes a held tracee out of its stop; it does on release.
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH when the tracee is not stopped; -ERESTARTSYS when the
 * caller is being killed.
 */
int spt_stop_hold(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;
	int err;

	spin_lock(&tracer->lock);
	err = spt_stop_wait_idle(tracee);
	if (!err && !spt_stop_served(tracee))
		err = -ESRCH;
	if (!err)
		tracee->busy = true;
	spin_unlock(&tracer->lock);

	return err;
}

/**
 * spt_stop_release - the request is done
 * @tracee: a tracee that spt_stop_hold() holds
 *
 * Context: any process context.
 */
void spt_stop_release(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;

	spin_lock(&tracer->lock);
	tracee->busy = false;
	/* Who waits for it has gone to the queue with the lock held. */
	if (waitqueue_active(&tracee->idle))
		wake_up(&tracee->idle);
	spin_unlock(&tracer->lock);
}

/**
 * spt_stop_let_others - who waited while a request had the tracee has it first
 * @tracee: a tracee that the caller held, and is about to hold again
 *
 * Context: process context, may sleep.
 * Return: 0, or -ERESTARTSYS when the caller is being killed.
 */
int spt_stop_let_others(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;
	int err = 0;

	spin_lock(&tracer->lock);
	if (tracee->waiters)
		err = ___wait_event(tracee->idle, !tracee->waiters,
				    TASK_KILLABLE, 0, 0,
				    stop_schedule_unlocked(tracer));
	spin_unlock(&tracer->lock);

	return err;
}

/**
 * spt_stop_off_cpu - wait until a held tracee has given up its CPU
 * @tracee: a tracee that spt_stop_hold() holds
 * @switches: set to a number that is another one after it ran again
 *
 * Between telling the tracer and sleeping a tracee runs for a moment; what the
 * context switch saves is valid only after that.
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH when the tracee was killed; -EINTR when the caller is.
 */
int spt_stop_off_cpu(struct spt_tracee *tracee, unsigned long *switches)
{
	/* Zero: it was woken, and may go back to sleep at once. */
	for (;;) {
		*switches = spt_wait_task_inactive(tracee->task,
						   __TASK_TRACED | TASK_FROZEN);
		if (*switches)
			return 0;
		if (__fatal_signal_pending(tracee->task))
			return -ESRCH;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
}

/*
 * Its work is done when it has brought the task to get_signal(), where what is
 * due is looked for. Run elsewhere, as io_uring does while it waits, it sees to
 * it that the task doesn't stay there.
 */
static void stop_kicked(struct callback_head *kick)
{
	struct spt_tracee *tracee = container_of(kick, struct spt_tracee, kick);

	spin_lock(&tracee->tracer->lock);
	tracee->kick_queued = false;
	spin_unlock(&tracee->tracer->lock);

	/* One that is to enter its call first has it set there. */
	if (!tracee->own.deferred)
		set_thread_flag(TIF_SIGPENDING);
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

/*
 * A task that was to enter its system call first has put it off, and may not come
 * there. As set_notify_signal().
 */
static void stop_kick_anew(struct task_struct *task)
{
	if (!test_and_set_tsk_thread_flag(task, TIF_NOTIFY_SIGNAL) &&
	    !spt_wake_up_state(task, TASK_INTERRUPTIBLE))
		kick_process(task);
}

/**
 * spt_stop_kick - bring a tracee to where it stops for what is due
 * @tracee: the tracee
 *
 * Interrupts a system call that can be; the kernel restarts it as for any
 * signal without a handler. A stopped tracee comes round when it is resumed.
 *
 * Context: tracer->lock held.
 * Return: 0, or -ESRCH when the task is past its last task work.
 */
int spt_stop_kick(struct spt_tracee *tracee)
{
	int err;

	lockdep_assert_held(&tracee->tracer->lock);

	if (tracee->kick_queued) {
		stop_kick_anew(tracee->task);
		return 0;
	}

	spt_tracee_get(tracee);
	spt_hooks_enter_flight();
	init_task_work(&tracee->kick, stop_kicked);
	err = task_work_add(tracee->task, &tracee->kick, TWA_SIGNAL);
	if (err) {
		spt_hooks_leave_flight();
		spt_tracee_put(tracee);
		return err;
	}

	tracee->kick_queued = true;
	return 0;
}

/*
 * A listening tracee is stopped already: it has only to be so for its tracer,
 * and to say it again.
 */
static void stop_again(struct spt_tracee *tracee)
{
	struct spt_report report = tracee->report;

	WRITE_ONCE(tracee->status, SPT_STATUS_DEFAULT);
	spt_stop_post_report(tracee, &report);
	stop_tell_tracer(tracee);
}

/**
 * spt_stop_trap - have the tracee trap at the next chance, as INTERRUPT does
 * @tracee: the tracee
 *
 * One that listens stops anew at once, with the signal that it stopped with.
 *
 * Context: tracer->lock held.
 * Return: 0, or -ESRCH when the task is past its last task work.
 */
int spt_stop_trap(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	if (tracee->status == SPT_STATUS_LISTENING && tracee->asleep &&
	    !test_bit(SPT_NOTIFY, &tracee->bits) &&
	    !__fatal_signal_pending(tracee->task)) {
		stop_again(tracee);
		return 0;
	}

	WRITE_ONCE(tracee->trap_due, true);
	return spt_stop_kick(tracee);
}

static bool stop_match_work(struct callback_head *cb, void *work)
{
	return cb == work;
}

/**
 * spt_stop_cancel_work - take queued task work back
 * @task: the task
 * @work: the work, which may not be queued
 *
 * Context: any.
 * Return: whether it was queued, and is not any more.
 */
bool spt_stop_cancel_work(struct task_struct *task, struct callback_head *work)
{
	return spt_task_work_cancel_match(task, stop_match_work, work);
}

/**
 * spt_stop_cancel_kick - take a queued kick back
 * @tracee: the tracee
 *
 * One that the task has begun to run finds nothing due and ends.
 *
 * Context: tracer->lock held; the caller holds a reference to the tracee.
 */
void spt_stop_cancel_kick(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	WRITE_ONCE(tracee->trap_due, false);
	if (!tracee->kick_queued)
		return;
	if (!spt_stop_cancel_work(tracee->task, &tracee->kick))
		return;

	tracee->kick_queued = false;
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}
