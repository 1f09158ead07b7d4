// SPDX-License-Identifier: GPL-2.0
/*
 * Group-stops, traps, SIGCONT and the cgroup freezer: all for which a tracee
 * stops or goes on without a signal being delivered.
 *
 * The functions here follow do_signal_stop(), do_jobctl_trap() and
 * do_freezer_trap() of kernel/signal.c, and attach and unlink of
 * kernel/ptrace.c, in what they do and in which order.
 */
#include <linux/cgroup.h>
#include <linux/freezer.h>
#include <linux/ptrace.h>
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>

#include "kernel/mark.h"
#include "kernel/siglock.h"
#include "kernel/symbol.h"
#include "stops/jobctl.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

static bool jobctl_group_stopped(struct signal_struct *signal)
{
	return signal->group_stop_count || signal->flags & SIGNAL_STOP_STOPPED;
}

/**
 * spt_jobctl_rejoin_stop - have a task take part in its group's stop again
 * @task: a task that is being let go; its siglock is held
 *
 * As the kernel's __ptrace_unlink().
 *
 * Context: siglock held.
 */
void spt_jobctl_rejoin_stop(struct task_struct *task)
{
	lockdep_assert_held(&spt_sighand(task)->siglock);

	if (task->flags & PF_EXITING || !jobctl_group_stopped(task->signal) ||
	    task->jobctl & JOBCTL_STOPPED)
		return;

	task->jobctl |= JOBCTL_STOP_PENDING;
	if (!(task->jobctl & JOBCTL_STOP_SIGMASK))
		task->jobctl |= SIGSTOP;
	spt_signal_wake_up_state(task, 0);
}

/**
 * spt_jobctl_wake_stopped - have a task in the kernel's group-stop come to ours
 * @tracee: a new tracee
 *
 * As the kernel's ptrace_attach().
 *
 * Context: tracer->lock held.
 */
void spt_jobctl_wake_stopped(struct spt_tracee *tracee)
{
	struct task_struct *task = tracee->task;
	unsigned long flags;

	lockdep_assert_held(&tracee->tracer->lock);

	if (!spt_lock_task_sighand(task, &flags))
		return;
	if (task->jobctl & JOBCTL_STOPPED && !task->ptrace &&
	    !(task->flags & PF_EXITING) && !__fatal_signal_pending(task)) {
		WRITE_ONCE(tracee->trap_due, true);
		tracee->trapping = true;
		task->jobctl &= ~JOBCTL_STOPPED;
		spt_signal_wake_up_state(task, __TASK_STOPPED);
	}
	spt_unlock_task_sighand(task, &flags);
}

static void jobctl_trap_report(struct spt_tracee *tracee, int signr,
			       bool group)
{
	struct spt_report report = {
		.cause = CLD_TRAPPED,
		.signal = signr,
		.code = signr,
	};
	enum spt_stop_state stopping;
	kernel_siginfo_t info;

	stopping = group ? SPT_GROUP_STOPPING : SPT_PTRACE_EVENT_STOPPING;
	if (tracee->seized) {
		report.event = PTRACE_EVENT_STOP;
		report.code |= PTRACE_EVENT_STOP << 8;
		spt_stop_info(&info, signr, report.code);
	}
	report.status = (report.code << 8) | 0x7f;
	spt_stop(tracee, stopping, &report, tracee->seized ? &info : NULL);
}

/* Then the stop is told as a tracee's, and not again as a child's. */
static bool jobctl_parent_is_served(const struct spt_tracee *tracee)
{
	return READ_ONCE(tracee->tracer->served) && spt_tracee_is_child(tracee);
}

/**
 * spt_jobctl_trap - stop without a signal
 * @tracee: the current task
 *
 * For a group-stop, for PTRACE_INTERRUPT, or to tell a listening or seized
 * tracee's tracer of SIGCONT.
 *
 * Context: siglock held; dropped for the stop.
 */
void spt_jobctl_trap(struct spt_tracee *tracee)
	__must_hold(siglock)
{
	struct signal_struct *signal = current->signal;
	int signr = current->jobctl & JOBCTL_STOP_SIGMASK;
	bool group = jobctl_group_stopped(signal);
	bool completed = false;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	if (!group && tracee->seized)
		signr = SIGTRAP;
	else if (!signr)
		signr = SIGSTOP;

	/* Beside a native tracer, the kernel counts the native trap. */
	if (current->jobctl & JOBCTL_STOP_PENDING && !current->ptrace)
		completed = spt_task_participate_group_stop(current);
	clear_bit(SPT_NOTIFY, &tracee->bits);
	spt_sigunlock();

	if (completed && !jobctl_parent_is_served(tracee))
		spt_notify_parent_cldstop(current, false, CLD_STOPPED);
	jobctl_trap_report(tracee, signr, group);

	spt_siglock();
	if (!spt_traced(tracee))
		spt_jobctl_rejoin_stop(current);
}

/**
 * spt_jobctl_tell_parent - tell the real parent what SIGCONT left to tell
 *
 * For the first thread of the group that comes by.
 *
 * Context: siglock held; dropped meanwhile.
 */
void spt_jobctl_tell_parent(void)
	__must_hold(siglock)
{
	struct signal_struct *signal = current->signal;
	int why = signal->flags & SIGNAL_CLD_CONTINUED ? CLD_CONTINUED :
							 CLD_STOPPED;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	signal->flags &= ~SIGNAL_CLD_MASK;
	spt_sigunlock();
	spt_notify_parent_cldstop(current, false, why);
	spt_siglock();
}

/**
 * spt_jobctl_freeze - sleep until the cgroup is thawed, or something comes
 * @tracee: the current task
 *
 * The kernel's do_freezer_trap().
 *
 * Context: siglock held; dropped for the sleep.
 */
void spt_jobctl_freeze(struct spt_tracee *tracee)
	__must_hold(siglock)
{
	__set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
	clear_thread_flag(TIF_SIGPENDING);
	tracee->parked = true;
	spt_sigunlock();
	spt_cgroup_enter_frozen();
	schedule();

	clear_notify_signal();
	if (unlikely(task_work_pending(current)))
		spt_task_work_run();
	spt_siglock();
	tracee->parked = false;
}

static void jobctl_wake_for_stop(struct task_struct *task)
{
	if (!(task->ptrace & PT_SEIZED)) {
		spt_signal_wake_up_state(task, 0);
		return;
	}
	/* The kernel's ptrace_trap_notify(). */
	spt_task_set_jobctl_pending(task, JOBCTL_TRAP_NOTIFY);
	spt_signal_wake_up_state(task, task->jobctl & JOBCTL_LISTENING ?
				 __TASK_TRACED : 0);
}

/**
 * spt_jobctl_notify - a task's group stops, or continues
 * @task: the task; if it is a seized tracee, it traps to tell of that
 *
 * Context: @task's siglock held.
 */
void spt_jobctl_notify(struct task_struct *task)
{
	struct spt_tracee *tracee;

	if (!spt_marked(task))
		return;

	rcu_read_lock();
	tracee = spt_tracee_find_rcu(task);
	if (tracee && tracee->seized) {
		set_bit(SPT_NOTIFY, &tracee->bits);
		/* Pairs with that of spt_resume_listen(). */
		smp_mb__after_atomic();
		/* Siglock is held: what sleeps in a native stop is marked so. */
		if (READ_ONCE(tracee->status) == SPT_STATUS_LISTENING &&
		    !task_is_traced(task))
			spt_signal_wake_up_state(task, __TASK_TRACED);
		else
			spt_signal_wake_up_state(task, 0);
	}
	rcu_read_unlock();
}

/**
 * spt_jobctl_begin_group_stop - have the group stop, the current task with it
 * @signr: the stop signal that is being acted on
 *
 * The kernel's do_signal_stop() as far as others are concerned; the current
 * task traps for it next.
 *
 * Context: siglock held.
 */
void spt_jobctl_begin_group_stop(int signr)
{
	unsigned long stop = JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME | signr;
	struct signal_struct *signal = current->signal;
	struct task_struct *task;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	if (current->jobctl & JOBCTL_STOP_PENDING)
		return;
	if (!(current->jobctl & JOBCTL_STOP_DEQUEUED) ||
	    signal->flags & SIGNAL_GROUP_EXIT || signal->group_exec_task)
		return;

	if (!(signal->flags & SIGNAL_STOP_STOPPED))
		signal->group_exit_code = signr;
	signal->group_stop_count = 0;
	if (spt_task_set_jobctl_pending(current, stop))
		signal->group_stop_count++;

	for_each_thread(current, task) {
		if (task == current || task_is_stopped(task) ||
		    !spt_task_set_jobctl_pending(task, stop))
			continue;
		signal->group_stop_count++;
		jobctl_wake_for_stop(task);
		spt_jobctl_notify(task);
	}
}
