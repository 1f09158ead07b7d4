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
#include <linux/resource.h>
#include <linux/sched/signal.h>
#include <linux/task_work.h>
#include <linux/wait.h>

#include "hook.h"
#include "symbol.h"
#include "tracee.h"
#include "zombie.h"

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

static void zombie_hold(struct spt_tracee *tracee)
{
	(void)___wait_event(tracee->idle,
			    READ_ONCE(tracee->phase) == SPT_GONE,
			    (TASK_IDLE | TASK_FREEZABLE), 0, 0, schedule());
}

static void zombie_report(struct callback_head *work)
{
	struct spt_tracee *tracee = container_of(work, struct spt_tracee,
						 exit_work);
	struct rusage rusage;

	spt_getrusage(tracee->task, RUSAGE_BOTH, &rusage);
	spt_tracee_exited(tracee, zombie_status(tracee->task), &rusage);
	if (!zombie_parent_traces(tracee))
		zombie_hold(tracee);

	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

/**
 * spt_zombie_queue - have an exit reported by the current task's last work
 * @tracee: the current task, or its leader that exited before it
 *
 * Context: the current task is exiting and has task work still to run.
 */
void spt_zombie_queue(struct spt_tracee *tracee)
{
	spt_tracee_get(tracee);
	spt_hooks_enter_flight();
	init_task_work(&tracee->exit_work, zombie_report);
	if (!task_work_add(current, &tracee->exit_work, TWA_NONE))
		return;

	WARN_ON_ONCE(1);
	spt_hooks_leave_flight();
	spt_tracee_put(tracee);
}
