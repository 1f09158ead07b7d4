// SPDX-License-Identifier: GPL-2.0
/*
 * Fork, exec and exit, of tracees and of tracers. The probes run with
 * preemption disabled, in the task that they speak of (the parent, for fork).
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "access.h"
#include "lifecycle.h"
#include "syscall.h"
#include "tracee.h"

void spt_lifecycle_probe_fork(void *data, struct task_struct *parent,
			      struct task_struct *child)
{
	spt_syscall_forked(child);
}

static void lifecycle_match_leader(struct spt_tracee *tracee, void *data)
{
	struct spt_tracee **found = data;

	if (READ_ONCE(tracee->phase) == SPT_DYING &&
	    tracee->tgid == task_tgid(current) &&
	    refcount_inc_not_zero(&tracee->refs))
		*found = tracee;
}

/*
 * A thread that isn't the leader executed a program: it is the leader now, by
 * its number too, and of the old one nothing is ever reported, as natively.
 */
static void lifecycle_exec_thread(struct spt_tracee *tracee)
{
	struct spt_tracee *old_leader = NULL;

	spt_tracees_for_each(lifecycle_match_leader, &old_leader);
	if (old_leader) {
		spt_tracee_let_go(old_leader);
		spt_tracee_put(old_leader);
	}
	if (tracee)
		spt_tracee_renumber(tracee);
}

void spt_lifecycle_probe_exec(void *data, struct task_struct *task,
			      pid_t old_pid, struct linux_binprm *bprm)
{
	struct spt_tracee *tracee = spt_tracee_find(task);

	if (old_pid != task->pid)
		lifecycle_exec_thread(tracee);
	if (!tracee)
		return;

	if (!spt_access_keep(tracee->tracer_cred))
		spt_tracee_lost(tracee);
	spt_tracee_put(tracee);
}

/* As the kernel's wait_task_zombie(). */
static int lifecycle_status(struct task_struct *task)
{
	if (task->signal->flags & SIGNAL_GROUP_EXIT)
		return task->signal->group_exit_code;

	return task->exit_code;
}

static void lifecycle_exited(struct task_struct *task)
{
	struct spt_tracee *tracee = spt_tracee_find(task);

	if (!tracee)
		return;

	spt_tracee_exited(tracee, lifecycle_status(task));
	spt_tracee_put(tracee);
}

static void lifecycle_leader_exits_early(struct task_struct *leader)
{
	struct spt_tracee *tracee = spt_tracee_find(leader);

	if (!tracee)
		return;

	spt_tracee_dying(tracee);
	spt_tracee_put(tracee);
}

static void lifecycle_group_exited(struct task_struct *task)
{
	struct spt_tracer *tracer;

	if (!thread_group_leader(task))
		lifecycle_exited(task->group_leader);

	tracer = spt_tracer_find(task_tgid(task));
	if (tracer) {
		spt_tracer_let_go(tracer);
		spt_tracer_put(tracer);
	}
}

/*
 * Called once for every task, after signal->live was counted down. Whichever
 * of two threads that exit at once comes last here sees zero.
 */
void spt_lifecycle_probe_exit(void *data, struct task_struct *task)
{
	bool group_dead = !atomic_read(&task->signal->live);

	spt_syscall_exited(task);
	if (thread_group_leader(task) && !group_dead)
		lifecycle_leader_exits_early(task);
	else
		lifecycle_exited(task);
	if (group_dead)
		lifecycle_group_exited(task);
}
