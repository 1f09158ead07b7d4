// SPDX-License-Identifier: GPL-2.0
/*
 * Telling a tracer that there is something to wait for: SIGCHLD where it asked for
 * that, and whoever sleeps in a wait.
 */
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/time64.h>

#include "kernel/symbol.h"
#include "kernel/wake.h"
#include "tracee/notify.h"
#include "tracee/tracee.h"

static void notify_fill(struct spt_tracee *tracee, struct task_struct *tracer,
			kernel_siginfo_t *info)
{
	const struct spt_report *report = &tracee->report;
	struct task_struct *task = tracee->task;

	clear_siginfo(info);
	info->si_signo = SIGCHLD;
	info->si_pid = pid_nr_ns(tracee->tid, task_active_pid_ns(tracer));
	info->si_uid = from_kuid_munged(task_cred_xxx(tracer, user_ns),
					task_uid(task));
	info->si_utime = div_u64(task->utime, NSEC_PER_SEC / USER_HZ);
	info->si_stime = div_u64(task->stime, NSEC_PER_SEC / USER_HZ);
	info->si_code = report->cause;

	if (report->cause == CLD_EXITED)
		info->si_status = (report->status >> 8) & 0xff;
	else if (report->cause != CLD_TRAPPED)
		info->si_status = report->status & 0x7f;
	else
		info->si_status = (report->status >> 8) & 0x7f;

	/* As natively, traps that have to do with job control say so. */
	if (report->cause == CLD_TRAPPED &&
	    (report->event == PTRACE_EVENT_STOP || !tracee->has_info)) {
		info->si_code = CLD_STOPPED;
		/* What the group stopped by: for INTERRUPT's own stop, nothing. */
		info->si_status = READ_ONCE(task->signal->group_exit_code) &
				  0x7f;
	}
}

/*
 * Would the signal be thrown away by the kernel's sig_ignored()? Asked here, since
 * most tracers leave SIGCHLD as it is, and every stop comes by.
 */
static bool notify_ignored(struct task_struct *tracer, __sighandler_t handler)
{
	if (handler == SIG_IGN)
		return true;

	return handler == SIG_DFL && !tracer->ptrace &&
	       !sigismember(&tracer->blocked, SIGCHLD) &&
	       !sigismember(&tracer->real_blocked, SIGCHLD);
}

/* As do_notify_parent_cldstop(): SIG_IGN, or SA_NOCLDSTOP and a stop. */
static bool notify_unwanted(struct task_struct *tracer, bool stop)
{
	struct k_sigaction *action;
	unsigned long flags;
	bool unwanted;

	if (!spt_lock_task_sighand(tracer, &flags))
		return true;
	action = &spt_sighand(tracer)->action[SIGCHLD - 1];
	unwanted = notify_ignored(tracer, action->sa.sa_handler) ||
		   (stop && action->sa.sa_flags & SA_NOCLDSTOP);
	spt_unlock_task_sighand(tracer, &flags);

	return unwanted;
}

/**
 * spt_notify_tracer - there is a new report
 * @tracee: the tracee that has it
 *
 * Context: tracer->lock held.
 */
void spt_notify_tracer(struct spt_tracee *tracee)
{
	struct task_struct *tracer;
	kernel_siginfo_t info;

	lockdep_assert_held(&tracee->tracer->lock);

	if (!tracee->tracer->sigchld)
		return;

	rcu_read_lock();
	tracer = pid_task(tracee->tracer->tgid, PIDTYPE_TGID);
	if (tracer &&
	    !notify_unwanted(tracer, tracee->report.cause == CLD_TRAPPED)) {
		notify_fill(tracee, tracer, &info);
		spt_do_send_sig_info(SIGCHLD, &info, tracer, PIDTYPE_TGID);
	}
	rcu_read_unlock();
}

/*
 * Whoever waits is in a queue before it looks for reports, under tracer->lock: with
 * that held, an empty queue is one that nobody sleeps in.
 */
static struct wait_queue_head *notify_served(struct spt_tracee *tracee)
{
	struct task_struct *tracer = NULL;

	lockdep_assert_held(&tracee->tracer->lock);

	if (tracee->tracer->served)
		tracer = pid_task(tracee->tracer->tgid, PIDTYPE_TGID);
	if (!tracer)
		return NULL;
	/* Under the lock, see above. */
	if (!waitqueue_active(&tracer->signal->wait_chldexit))
		return NULL;

	return &tracer->signal->wait_chldexit;
}

static void notify_wake(struct spt_tracee *tracee, __poll_t events, bool sync)
{
	struct wait_queue_head *waiters = &tracee->tracer->wait;

	/* Under the lock, see above. */
	if (!waitqueue_active(waiters))
		;
	else if (sync && tracee->handover && spt_can_wake_here())
		spt_wake_queue_here(waiters, TASK_INTERRUPTIBLE,
				    poll_to_key(events));
	else if (sync)
		wake_up_interruptible_sync_poll(waiters, events);
	else
		wake_up_interruptible_poll(waiters, events);

	/*
	 * Threads of a served tracer sleep where the kernel tells of children. The
	 * key is what its __wake_up_parent() passes on.
	 */
	rcu_read_lock();
	waiters = notify_served(tracee);
	if (waiters)
		__wake_up_sync_key(waiters, TASK_INTERRUPTIBLE, tracee->task);
	rcu_read_unlock();
}

/**
 * spt_notify_wake - wake whoever waits for a tracee's tracer to be told
 * @tracee: the tracee
 * @events: EPOLL* bits, for who polls
 *
 * Context: tracer->lock held.
 */
void spt_notify_wake(struct spt_tracee *tracee, __poll_t events)
{
	notify_wake(tracee, events, false);
}

/**
 * spt_notify_wake_sync - the same, by one who is about to sleep
 * @tracee: the tracee
 * @events: EPOLL* bits, for who polls
 *
 * Context: tracer->lock held.
 */
void spt_notify_wake_sync(struct spt_tracee *tracee, __poll_t events)
{
	notify_wake(tracee, events, true);
}
