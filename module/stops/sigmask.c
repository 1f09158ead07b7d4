// SPDX-License-Identifier: GPL-2.0
/*
 * Marking tracees in task->real_blocked; see sigmask.h for why.
 *
 * sigtimedwait(2) and KVM_RUN use that field for what it is meant for: the
 * signal mask that they put back when they return, upon which they empty it.
 * A tracer may come in the middle of one. Then what they will put back is the
 * mark, which can be told: set_current_blocked() takes SIGSTOP out of every mask
 * of user space's, and kernel threads and io_uring's workers, which block it, are
 * never tracees. The task mends its mask before it returns to user space.
 */
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/task_work.h>

#include "kernel/hook.h"
#include "kernel/symbol.h"
#include "stops/dispatch.h"
#include "stops/jobctl.h"
#include "stops/sigmask.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

static void sigmask_fill(struct task_struct *task)
{
	sigfillset(&task->real_blocked);
	sigdelset(&task->real_blocked, SIGKILL);
}

static void sigmask_mend_work(struct callback_head *work)
{
	struct spt_tracee *tracee = container_of(work, struct spt_tracee, mend);

	spt_sigmask_mend(tracee);
	spt_dispatch_begin(tracee);
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

/**
 * spt_sigmask_mark - mark a task as a tracee
 * @tracee: the tracee, which is in the table already
 *
 * Context: tracer->lock held.
 * Return: false when the task is gone.
 */
bool spt_sigmask_mark(struct spt_tracee *tracee)
{
	struct task_struct *task = tracee->task;
	unsigned long flags;

	lockdep_assert_held(&tracee->tracer->lock);

	if (!spt_lock_task_sighand(task, &flags))
		return false;
	/* One that is just being born may have a copy of its parent's mark. */
	if (spt_marked(task))
		sigemptyset(&tracee->mask_before);
	else
		tracee->mask_before = task->real_blocked;
	tracee->unkillable = task->signal->flags & SIGNAL_UNKILLABLE;
	tracee->mend_queued = true;
	sigmask_fill(task);
	spt_unlock_task_sighand(task, &flags);

	spt_tracee_get(tracee);
	spt_hooks_enter_flight();
	init_task_work(&tracee->mend, sigmask_mend_work);
	/* Doesn't disturb a system call; it will be run on the way out. */
	if (!task_work_add(task, &tracee->mend, TWA_RESUME))
		return true;

	spt_hooks_leave_flight();
	spt_tracee_put(tracee);
	return false;
}

/**
 * spt_sigmask_unmark - take the mark away
 * @tracee: a tracee that spt_sigmask_mark() marked
 *
 * Context: tracer->lock held, and tracee->phase no longer SPT_TRACED; the
 * caller holds a reference to the tracee.
 */
void spt_sigmask_unmark(struct spt_tracee *tracee)
{
	struct task_struct *task = tracee->task;
	unsigned long flags;

	lockdep_assert_held(&tracee->tracer->lock);

	if (spt_stop_cancel_work(task, &tracee->mend)) {
		spt_tracee_put(tracee);
		spt_hooks_leave_flight();
	}

	if (!spt_lock_task_sighand(task, &flags))
		return;

	if (tracee->passed)
		spt_send_signal_locked(tracee->passed, &tracee->passed_info,
				       task, PIDTYPE_PID);
	tracee->passed = 0;
	if (tracee->waiting) {
		/* sigtimedwait(2) waits for blocked signals: they stay blocked. */
		task->blocked = *tracee->waiting;
		sigemptyset(&task->real_blocked);
	} else if (sigismember(&task->blocked, SIGSTOP)) {
		/* sigtimedwait(2) or KVM_RUN has put the mark back as its mask. */
		task->blocked = tracee->mask_before;
		sigemptyset(&task->real_blocked);
		spt_signal_wake_up_state(task, 0);
	} else if (spt_marked(task)) {
		/* Before spt_sigmask_mend(), a system call may yet put this back. */
		if (tracee->mend_queued)
			task->real_blocked = tracee->mask_before;
		else
			sigemptyset(&task->real_blocked);
	}
	/* Without a tracee at the entry hook, nobody has them looked for there. */
	if (tracee->own.deferred)
		spt_signal_wake_up_state(task, 0);
	/* Out of the module's sleep, into the kernel's own. */
	if (tracee->parked)
		spt_signal_wake_up_state(task, 0);
	spt_jobctl_rejoin_stop(task);
	spt_unlock_task_sighand(task, &flags);
}

/*
 * HANDLER_EXIT of force_sig_info_to_task(), as for seccomp: the group is to die of
 * it, traced or not.
 */
static bool sigmask_exit_forced(struct task_struct *task)
{
	struct sighand_struct *sighand = spt_sighand(task);
	int i;

	lockdep_assert_held(&sighand->siglock);

	for (i = 0; i < _NSIG; i++)
		if (sighand->action[i].sa.sa_flags & SA_IMMUTABLE)
			return true;

	return false;
}

/* Those that the current task brings upon itself, as all forced ones on x86. */
static bool sigmask_forced(struct task_struct *task,
			   const struct kernel_siginfo *info, bool group)
{
	return task == current && !group && info > SEND_SIG_PRIV &&
	       info->si_code > 0;
}

/**
 * spt_sigmask_keep_unkillable - undo what a forced signal did to an init
 * @task: to whom a signal was sent just now, perhaps a tracee
 * @info: the signal's, or one of SEND_SIG_*
 * @group: it was sent to the whole group
 *
 * The kernel's force_sig_info_to_task() takes SIGNAL_UNKILLABLE from a group for
 * a signal with the default action, so that it dies of it, but not from a task
 * that is traced natively: its tracer may suppress the signal, and the first
 * process of a pid namespace must not become mortal by that. It holds siglock
 * until after the signal_generate tracepoint, so nobody sees the flag missing.
 *
 * Context: @task's siglock held.
 */
void spt_sigmask_keep_unkillable(struct task_struct *task,
				 const struct kernel_siginfo *info, bool group)
{
	struct signal_struct *signal = task->signal;
	struct spt_tracee *tracee;

	lockdep_assert_held(&spt_sighand(task)->siglock);

	/* A thread that isn't traced may have taken the flag for good. */
	if (!spt_marked(task) || !sigmask_forced(task, info, group) ||
	    signal->flags & (SIGNAL_UNKILLABLE | SIGNAL_GROUP_EXIT))
		return;

	rcu_read_lock();
	tracee = spt_tracee_find_rcu(task);
	if (tracee && tracee->unkillable && !sigmask_exit_forced(task))
		signal->flags |= SIGNAL_UNKILLABLE;
	rcu_read_unlock();
}

/**
 * spt_sigmask_clear - a task has copied the mark
 * @child: the task
 *
 * One that is a tracee by now keeps it: who has found its number may have attached
 * to it already. It is in the table before it is marked, and siglock is held for
 * that.
 *
 * Context: any but interrupts.
 */
void spt_sigmask_clear(struct task_struct *child)
{
	unsigned long flags;

	if (!spt_lock_task_sighand(child, &flags))
		return;
	rcu_read_lock();
	if (!spt_tracee_find_rcu(child))
		sigemptyset(&child->real_blocked);
	rcu_read_unlock();
	spt_unlock_task_sighand(child, &flags);
}

/**
 * spt_sigmask_sweep - take away every mark that a task has copied
 *
 * One that was made while its parent became a tracee, and then waited in the
 * kernel for longer than the hooks were armed.
 *
 * Context: process context; there is no tracee, nor can there be one before it
 * returns.
 */
void spt_sigmask_sweep(void)
{
	struct task_struct *process, *task;

	rcu_read_lock();
	for_each_process_thread(process, task)
		if (unlikely(spt_marked(task)))
			spt_sigmask_clear(task);
	rcu_read_unlock();
}

/**
 * spt_sigmask_mend - put the mark, and the signal mask, right
 * @tracee: the current task, between a system call and user space
 *
 * Context: process context.
 */
void spt_sigmask_mend(struct spt_tracee *tracee)
{
	struct sighand_struct *sighand = spt_sighand(current);
	bool polluted;
	sigset_t mask;

	spin_lock_irq(&sighand->siglock);
	polluted = sigismember(&current->blocked, SIGSTOP);
	mask = tracee->mask_before;
	/* KVM_RUN runs task work in its loop, and puts the mask back only later. */
	if (polluted || sigisemptyset(&mask))
		tracee->mend_queued = false;
	if (polluted || !spt_marked(current)) {
		sigemptyset(&tracee->mask_before);
		/* One that was detached meanwhile has no mark any more. */
		if (spt_traced(tracee))
			sigmask_fill(current);
	}
	spin_unlock_irq(&sighand->siglock);

	if (!polluted)
		return;
	spt_set_current_blocked(&mask);
	/* set_current_blocked() has set TIF_SIGPENDING by the signals alone. */
	if (spt_stop_due(tracee))
		set_thread_flag(TIF_SIGPENDING);
}
