// SPDX-License-Identifier: GPL-2.0
/*
 * The task work by which a dying task reports an exit: its own, or that of its
 * leader that exited before it.
 */
#include <linux/sched/task.h>
#include <linux/task_work.h>

#include "bond/exit_work.h"
#include "kernel/hook.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/* Return: whose work it was, whose reference is the caller's now. */
static struct task_struct *exit_work_end(struct spt_tracee *tracee)
{
	struct task_struct *task = tracee->exit_task;

	lockdep_assert_held(&tracee->tracer->lock);

	tracee->exit_task = NULL;
	return task;
}

static void exit_work_done(struct spt_tracee *tracee, struct task_struct *task)
{
	put_task_struct(task);
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

/**
 * spt_exit_work_queue - add it to the current task's work
 * @tracee: the current task, or its leader that exited before it
 * @run: the work, on @tracee->exit_work; ends with spt_exit_work_ran()
 *
 * Context: the current task is exiting and has task work still to run.
 */
void spt_exit_work_queue(struct spt_tracee *tracee, task_work_func_t run)
{
	struct task_struct *task = NULL;

	/*
	 * Where the last threads exit at once, a leader and one of its threads
	 * may both take it upon them to report the leader.
	 */
	if (test_and_set_bit(SPT_EXIT_QUEUED, &tracee->bits))
		return;

	spt_tracee_get(tracee);
	spt_hooks_enter_flight();
	init_task_work(&tracee->exit_work, run);
	spin_lock(&tracee->tracer->lock);
	tracee->exit_task = get_task_struct(current);
	/* Detached a moment ago: there is nobody to tell. */
	if (tracee->phase == SPT_GONE ||
	    task_work_add(current, &tracee->exit_work, TWA_NONE))
		task = exit_work_end(tracee);
	spin_unlock(&tracee->tracer->lock);
	if (task)
		exit_work_done(tracee, task);
}

/*
 * An exit's work isn't waited for by another's, lest two wait for each other; but a
 * leader's exit is reported after that of the thread that does it.
 */
static bool exit_work_yields(const struct spt_tracee *tracee,
			     const struct callback_head *other)
{
	return other->func != tracee->exit_work.func ||
	       tracee->task != current;
}

/*
 * What follows in this round of task_work_run() is the current task's alone; what was
 * queued meanwhile may be taken back by others, who hold pi_lock then
 * (task_work_cancel_match()).
 */
static bool exit_work_is_followed(const struct spt_tracee *tracee)
{
	const struct callback_head *other = tracee->exit_work.next;
	bool followed = false;

	for (; other && !followed; other = other->next)
		followed = exit_work_yields(tracee, other);

	raw_spin_lock_irq(&current->pi_lock);
	other = READ_ONCE(current->task_works);
	for (; other && !followed; other = other->next)
		followed = exit_work_yields(tracee, other);
	raw_spin_unlock_irq(&current->pi_lock);

	return followed;
}

/**
 * spt_exit_work_postpone - go behind the task's other work, if there is any
 * @tracee: whose work it is; the work itself calls this first
 *
 * Natively an exit is reported after all task work, by which the last files are
 * closed: closing one may queue more.
 *
 * Context: process context, in the work.
 * Return: true when the work will be called again.
 */
bool spt_exit_work_postpone(struct spt_tracee *tracee)
{
	bool postponed = false;

	if (!exit_work_is_followed(tracee))
		return false;

	/* One that was detached meanwhile has nobody to wait for it. */
	spin_lock(&tracee->tracer->lock);
	if (tracee->phase != SPT_GONE)
		postponed = !task_work_add(current, &tracee->exit_work,
					   TWA_NONE);
	spin_unlock(&tracee->tracer->lock);

	return postponed;
}

/**
 * spt_exit_work_ran - what the work does last
 * @tracee: whose work it is; the work's reference is dropped
 *
 * Context: process context.
 */
void spt_exit_work_ran(struct spt_tracee *tracee)
{
	struct task_struct *task;

	spin_lock(&tracee->tracer->lock);
	task = exit_work_end(tracee);
	spin_unlock(&tracee->tracer->lock);
	exit_work_done(tracee, task);
}

/**
 * spt_exit_work_cancel - there is nobody any more to report an exit to
 * @tracee: a tracee whose bond has ended; the caller holds a reference
 *
 * Work that has not begun is taken back: until then the dying task may be in a
 * close(2) that takes long.
 *
 * Context: tracer->lock held.
 */
void spt_exit_work_cancel(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	if (tracee->exit_task &&
	    spt_stop_cancel_work(tracee->exit_task, &tracee->exit_work))
		exit_work_done(tracee, exit_work_end(tracee));
}
