// SPDX-License-Identifier: GPL-2.0
/*
 * Processes: found by number, related by descent, and watched for their end.
 */
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "process.h"

/**
 * spt_process_find - a task by its number
 * @tid: a thread id in the caller's pid namespace
 *
 * Context: process context.
 * Return: the task with a reference taken, or NULL.
 */
struct task_struct *spt_process_find(pid_t tid)
{
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_vpid(tid), PIDTYPE_PID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();

	return task;
}

/**
 * spt_process_parent - the caller's real parent
 *
 * Context: process context.
 * Return: the task with a reference taken.
 */
struct task_struct *spt_process_parent(void)
{
	struct task_struct *parent;

	rcu_read_lock();
	parent = rcu_dereference(current->real_parent);
	get_task_struct(parent);
	rcu_read_unlock();

	return parent;
}

/**
 * spt_process_ended - has the last thread of a process exited
 * @tgid: the process; the caller holds a reference
 *
 * Context: any.
 * Return: true when it has, whether or not it was reaped.
 */
bool spt_process_ended(struct pid *tgid)
{
	struct task_struct *leader;
	bool ended;

	rcu_read_lock();
	leader = pid_task(tgid, PIDTYPE_TGID);
	ended = !leader || !atomic_read(&leader->signal->live);
	rcu_read_unlock();

	return ended;
}

/**
 * spt_process_descends - is a task of a process or of a descendant of it
 * @task: the task
 * @ancestor: the process; the caller holds a reference
 *
 * Descent is that of real parents: tracing doesn't change it, the end of a
 * process in between does.
 *
 * Context: any.
 * Return: true when it is.
 */
bool spt_process_descends(struct task_struct *task, struct pid *ancestor)
{
	bool found = false;

	rcu_read_lock();
	/* The boot CPU's idle task, 0, is everyone's last ancestor. */
	while (!found && task->pid > 0) {
		found = task_tgid(task) == ancestor;
		task = rcu_dereference(task->real_parent);
	}
	rcu_read_unlock();

	return found;
}

/*
 * Runs with the tasklist lock held, maybe in the middle of a thread's exit or
 * an execve(2): only the work finds out what it means.
 */
static int watch_wake(struct wait_queue_entry *entry, unsigned int mode,
		      int flags, void *key)
{
	struct spt_watch *watch = container_of(entry, struct spt_watch, entry);

	schedule_work(watch->work);
	return 0;
}

/**
 * spt_watch_begin - begin to watch a process
 * @watch: the watch
 * @tgid: the process; the caller holds a reference until after spt_watch_end()
 * @work: what to queue; may be another watch's, too
 *
 * A process that has ended already is for the caller to look for, afterwards.
 *
 * Context: process context.
 */
void spt_watch_begin(struct spt_watch *watch, struct pid *tgid,
		     struct work_struct *work)
{
	watch->tgid = tgid;
	watch->work = work;
	init_waitqueue_func_entry(&watch->entry, watch_wake);
	add_wait_queue(&tgid->wait_pidfd, &watch->entry);
}

/**
 * spt_watch_end - stop watching
 * @watch: the watch; its work may be queued, but is no longer by it
 *
 * Context: process context.
 */
void spt_watch_end(struct spt_watch *watch)
{
	remove_wait_queue(&watch->tgid->wait_pidfd, &watch->entry);
}
