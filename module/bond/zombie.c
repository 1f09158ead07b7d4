// SPDX-License-Identifier: GPL-2.0
/*
 * Traced zombies: the tracer is told of an exit first, and the real parent when
 * the tracer knows, has detached or has died.
 *
 * A task that exits runs its last task work after all that it had is given
 * back and before its parent can see it; there it reports and waits. It may
 * have been killed by SIGKILL, which would end a killable sleep at once, so it
 * sleeps uninterruptibly. What ends the sleep is spt_tracee_forget(), which the
 * tracer's wait, a detach, its last handle's close and its exit all come to.
 */
#include <linux/freezer.h>
#include <linux/pid.h>
#include <linux/resource.h>
#include <linux/sched/signal.h>
#include <linux/task_work.h>
#include <linux/wait.h>

#include "bond/zombie.h"
#include "kernel/hook.h"
#include "kernel/symbol.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/* As the kernel's wait_task_zombie(). */
static int zombie_status(struct task_struct *task)
{
	if (task->signal->flags & SIGNAL_GROUP_EXIT)
		return task->signal->group_exit_code;

	return task->exit_code;
}

/*
 * A tracer that is the parent needs not wait for itself. Threads other than
 * the leader are nobody's children: the whole group waits for them.
 */
static bool zombie_parent_traces(struct spt_tracee *tracee)
{
	struct task_struct *parent;
	bool traces;

	if (!thread_group_leader(tracee->task))
		return false;

	rcu_read_lock();
	parent = rcu_dereference(tracee->task->real_parent);
	traces = task_tgid(parent) == tracee->tracer->tgid;
	rcu_read_unlock();

	return traces;
}

/*
 * The first process of a pid namespace must not be kept from taking its
 * namespace down, by a tracer in it least of all.
 */
static bool zombie_reaps_namespace(struct spt_tracee *tracee)
{
	return is_child_reaper(tracee->tgid);
}

/* It has its cgroup still, and doesn't keep that from being frozen. */
static void zombie_sleep(void)
{
	spt_cgroup_enter_frozen();
	schedule();
	spt_cgroup_leave_frozen(true);
}

static void zombie_hold(struct spt_tracee *tracee)
{
	if (zombie_parent_traces(tracee) || zombie_reaps_namespace(tracee))
		return;

	(void)___wait_event(tracee->idle,
			    READ_ONCE(tracee->phase) == SPT_GONE,
			    (TASK_IDLE | TASK_FREEZABLE), 0, 0,
			    zombie_sleep());
}

static bool zombie_is_thread(const struct spt_tracee *tracee,
			     const void *leader)
{
	return tracee != leader;
}

static bool zombie_has_threads(const struct spt_tracee *leader)
{
	struct spt_tracee *thread;

	thread = spt_tracee_of_group(leader->tgid, zombie_is_thread, leader);
	if (thread)
		spt_tracee_put(thread);

	return thread;
}

/* As natively, a leader's exit is reported when its threads' have been. */
static void zombie_wait_for_threads(struct spt_tracee *tracee)
{
	if (!thread_group_leader(tracee->task) ||
	    zombie_reaps_namespace(tracee))
		return;

	(void)___wait_event(tracee->idle,
			    READ_ONCE(tracee->phase) == SPT_GONE ||
			    !zombie_has_threads(tracee),
			    (TASK_IDLE | TASK_FREEZABLE), 0, 0,
			    zombie_sleep());
}

/**
 * spt_zombie_tracee_gone - a tracee left the tables
 * @tracee: the tracee
 *
 * Its leader may be waiting for that. A task that was reaped may have a stale
 * pointer to one, which is nothing but a key.
 *
 * Context: any but interrupts.
 */
void spt_zombie_tracee_gone(struct spt_tracee *tracee)
{
	struct spt_tracee *leader;

	rcu_read_lock();
	leader = spt_tracee_find_rcu(READ_ONCE(tracee->task->group_leader));
	if (leader)
		wake_up(&leader->idle);
	rcu_read_unlock();
}

/* Return: whose work it was, whose reference is the caller's now. */
static struct task_struct *zombie_end(struct spt_tracee *tracee)
{
	struct task_struct *task = tracee->exit_task;

	lockdep_assert_held(&tracee->tracer->lock);

	tracee->exit_task = NULL;
	return task;
}

static void zombie_done(struct spt_tracee *tracee, struct task_struct *task)
{
	put_task_struct(task);
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

static void zombie_report(struct callback_head *work)
{
	struct spt_tracee *tracee = container_of(work, struct spt_tracee,
						 exit_work);
	struct task_struct *task;
	struct rusage rusage;

	zombie_wait_for_threads(tracee);
	spt_getrusage(tracee->task, RUSAGE_BOTH, &rusage);
	spt_tracee_exited(tracee, zombie_status(tracee->task), &rusage);
	zombie_hold(tracee);

	spin_lock(&tracee->tracer->lock);
	task = zombie_end(tracee);
	spin_unlock(&tracee->tracer->lock);
	zombie_done(tracee, task);
}

/**
 * spt_zombie_queue - have an exit reported by the current task's last work
 * @tracee: the current task, or its leader that exited before it
 *
 * Context: the current task is exiting and has task work still to run.
 */
void spt_zombie_queue(struct spt_tracee *tracee)
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
	init_task_work(&tracee->exit_work, zombie_report);
	spin_lock(&tracee->tracer->lock);
	tracee->exit_task = get_task_struct(current);
	/* Let go a moment ago, there is nobody to tell. */
	if (tracee->phase == SPT_GONE ||
	    task_work_add(current, &tracee->exit_work, TWA_NONE))
		task = zombie_end(tracee);
	spin_unlock(&tracee->tracer->lock);
	if (task)
		zombie_done(tracee, task);
}

/**
 * spt_zombie_cancel - there is nobody any more to report an exit to
 * @tracee: a tracee whose bond has ended; the caller holds a reference
 *
 * Work that has not begun is taken back: until then the dying task may be in a
 * close(2) that takes long.
 *
 * Context: tracer->lock held.
 */
void spt_zombie_cancel(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	if (tracee->exit_task &&
	    spt_stop_cancel_work(tracee->exit_task, &tracee->exit_work))
		zombie_done(tracee, zombie_end(tracee));
}
