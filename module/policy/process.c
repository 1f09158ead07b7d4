// SPDX-License-Identifier: GPL-2.0
/*
 * Processes: found by number, related by descent, and watched for their end.
 */
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "policy/process.h"

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
 * spt_process_ended - is all of a process dead
 * @tgid: the process; the caller holds a reference
 *
 * As pidfd_poll() has it. A process whose last thread has only begun to exit may
 * be at that for long, and the pid namespace of an init with it.
 *
 * Context: any.
 * Return: true when it is, whether or not it was reaped.
 */
bool spt_process_ended(struct pid *tgid)
{
	struct task_struct *leader;
	bool ended;

	rcu_read_lock();
	leader = pid_task(tgid, PIDTYPE_TGID);
	ended = !leader || (READ_ONCE(leader->exit_state) &&
			    thread_group_empty(leader));
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
	/* One that was reaped keeps a parent that may be gone. */
	if (!pid_alive(task))
		goto unlock;
	/* The boot CPU's idle task, 0, is everyone's last ancestor. */
	while (!found && task->pid > 0) {
		found = task_tgid(task) == ancestor;
		task = rcu_dereference(task->real_parent);
	}
unlock:
	rcu_read_unlock();

	return found;
}

/**
 * spt_watcher_init - before the first watch
 * @watcher: who is to watch
 * @function: its work
 *
 * Context: process context.
 */
void spt_watcher_init(struct spt_watcher *watcher, work_func_t function)
{
	INIT_WORK(&watcher->work, function);
	spin_lock_init(&watcher->lock);
	INIT_LIST_HEAD(&watcher->woken);
}

/*
 * Runs with the tasklist lock held, maybe in the middle of a thread's exit or
 * an execve(2): only the work finds out what it means.
 */
static int watch_wake(struct wait_queue_entry *entry, unsigned int mode,
		      int flags, void *key)
{
	struct spt_watch *watch = container_of(entry, struct spt_watch, entry);
	struct spt_watcher *watcher = watch->watcher;
	unsigned long irq;

	spin_lock_irqsave(&watcher->lock, irq);
	if (list_empty(&watch->woken))
		list_add_tail(&watch->woken, &watcher->woken);
	spin_unlock_irqrestore(&watcher->lock, irq);
	queue_work(system_unbound_wq, &watcher->work);

	return 0;
}

/**
 * spt_watch_begin - begin to watch a process
 * @watcher: who watches
 * @watch: the watch
 * @tgid: the process; the caller holds a reference until after spt_watch_end()
 * @owner: kept in @watch
 *
 * A process that has ended already is for the caller to look for, afterwards.
 *
 * Context: process context; the lock of @watcher's work.
 */
void spt_watch_begin(struct spt_watcher *watcher, struct spt_watch *watch,
		     struct pid *tgid, void *owner)
{
	watch->watcher = watcher;
	watch->owner = owner;
	watch->tgid = tgid;
	INIT_LIST_HEAD(&watch->woken);
	init_waitqueue_func_entry(&watch->entry, watch_wake);
	add_wait_queue(&tgid->wait_pidfd, &watch->entry);
}

/**
 * spt_watch_end - stop watching
 * @watch: the watch; spt_watcher_next() doesn't return it any more
 *
 * Context: process context; the lock of the watcher's work.
 */
void spt_watch_end(struct spt_watch *watch)
{
	struct spt_watcher *watcher = watch->watcher;

	remove_wait_queue(&watch->tgid->wait_pidfd, &watch->entry);
	spin_lock_irq(&watcher->lock);
	list_del_init(&watch->woken);
	spin_unlock_irq(&watcher->lock);
}

/**
 * spt_watcher_next - a process that may have ended
 * @watcher: who watches
 *
 * Context: process context; the lock of @watcher's work.
 * Return: its watch, or NULL when there is no other.
 */
struct spt_watch *spt_watcher_next(struct spt_watcher *watcher)
{
	struct spt_watch *watch;

	spin_lock_irq(&watcher->lock);
	watch = list_first_entry_or_null(&watcher->woken, struct spt_watch,
					 woken);
	if (watch)
		list_del_init(&watch->woken);
	spin_unlock_irq(&watcher->lock);

	return watch;
}

/**
 * spt_watcher_exit - the last watch has ended
 * @watcher: who watched
 *
 * Context: process context, may sleep; without the lock of @watcher's work.
 */
void spt_watcher_exit(struct spt_watcher *watcher)
{
	cancel_work_sync(&watcher->work);
}
