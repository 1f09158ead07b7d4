// SPDX-License-Identifier: GPL-2.0
/*
 * Tracees: finding, attaching, letting go.
 */
#include <linux/hashtable.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "bond/zombie.h"
#include "hooks/syscall.h"
#include "kernel/hook.h"
#include "stops/sigmask.h"
#include "stops/stop.h"
#include "tracee/limit.h"
#include "tracee/notify.h"
#include "tracee/tracee.h"

/*
 * The tracees, by task, until their tracer has taken the report of their end.
 * A task is there once at most: it has one shadow tracer.
 */
static DEFINE_HASHTABLE(tracee_table, 10);
/* The same, by thread group. */
static DEFINE_HASHTABLE(tracee_groups, 10);
static DEFINE_SPINLOCK(tracee_table_lock);	/* both */

/**
 * spt_tracee_get - take a reference
 * @tracee: a tracee to which the caller holds one
 *
 * Return: @tracee.
 */
struct spt_tracee *spt_tracee_get(struct spt_tracee *tracee)
{
	refcount_inc(&tracee->refs);
	return tracee;
}

/* With tracer->lock held, or by the last who has a reference. */
static void tracee_uncount(struct spt_tracee *tracee)
{
	if (tracee->counted)
		spt_limit_tracee_gone(tracee->user_cred);
	tracee->counted = false;
}

/**
 * spt_tracee_put - drop a reference
 * @tracee: the tracee
 *
 * Context: any but interrupts. Under tracer->lock, the caller must hold
 * another reference to the tracee or to the tracer.
 */
void spt_tracee_put(struct spt_tracee *tracee)
{
	if (!refcount_dec_and_test(&tracee->refs))
		return;

	/* A child that was never made; it has none itself. */
	if (tracee->own.child)
		spt_tracee_put(tracee->own.child);
	tracee_uncount(tracee);
	put_cred(tracee->user_cred);
	put_cred(tracee->tracer_cred);
	if (tracee->task) {
		put_pid(tracee->tid);
		put_pid(tracee->tgid);
		put_task_struct(tracee->task);
	}
	spt_tracer_put(tracee->tracer);
	kfree_rcu(tracee, rcu);
}

static struct spt_tracee *tracee_lookup(struct task_struct *task)
{
	struct spt_tracee *tracee;

	hash_for_each_possible_rcu(tracee_table, tracee, by_task,
				   (unsigned long)task,
				   lockdep_is_held(&tracee_table_lock))
		if (tracee->task == task)
			return tracee;

	return NULL;
}

/**
 * spt_tracee_find_rcu - the tracee that a task is, for a look
 * @task: the task
 *
 * Context: any, with the RCU read lock held.
 * Return: the tracee, valid while the RCU read lock is held, or NULL.
 */
struct spt_tracee *spt_tracee_find_rcu(struct task_struct *task)
{
	return tracee_lookup(task);
}

/**
 * spt_tracee_find - the tracee that a task is
 * @task: the task
 *
 * Context: any.
 * Return: the tracee with a reference taken, or NULL.
 */
struct spt_tracee *spt_tracee_find(struct task_struct *task)
{
	struct spt_tracee *tracee;

	rcu_read_lock();
	tracee = tracee_lookup(task);
	if (tracee && !refcount_inc_not_zero(&tracee->refs))
		tracee = NULL;
	rcu_read_unlock();

	return tracee;
}

/**
 * spt_tracee_of - the tracee that a request names
 * @tracer: who asks
 * @tid: the thread id in the caller's pid namespace
 *
 * Context: process context.
 * Return: the tracee with a reference taken, or NULL when @tid is not a tracee
 * of @tracer. It may be dead.
 */
struct spt_tracee *spt_tracee_of(struct spt_tracer *tracer, pid_t tid)
{
	struct spt_tracee *tracee = NULL;
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_vpid(tid), PIDTYPE_PID);
	if (task)
		tracee = spt_tracee_find(task);
	rcu_read_unlock();

	if (tracee && tracee->tracer != tracer) {
		spt_tracee_put(tracee);
		return NULL;
	}

	return tracee;
}

/**
 * spt_tracees_for_each - visit every tracee, alive or dead
 * @visit: called with the RCU read lock held; may not sleep
 * @data: passed on
 *
 * Context: any.
 */
void spt_tracees_for_each(void (*visit)(struct spt_tracee *tracee, void *data),
			  void *data)
{
	struct spt_tracee *tracee;
	int bucket;

	rcu_read_lock();
	hash_for_each_rcu(tracee_table, bucket, tracee, by_task)
		visit(tracee, data);
	rcu_read_unlock();
}

/**
 * spt_tracee_of_group - a tracee of a thread group, alive or dead
 * @tgid: the thread group
 * @match: is it that one; called with the RCU read lock held, may not sleep
 * @data: passed on
 *
 * Context: any.
 * Return: the first that matches with a reference taken, or NULL.
 */
struct spt_tracee *
spt_tracee_of_group(struct pid *tgid,
		    bool (*match)(const struct spt_tracee *tracee,
				  const void *data), const void *data)
{
	struct spt_tracee *tracee, *found = NULL;

	rcu_read_lock();
	hash_for_each_possible_rcu(tracee_groups, tracee, by_group,
				   (unsigned long)tgid) {
		if (tracee->tgid == tgid && match(tracee, data) &&
		    refcount_inc_not_zero(&tracee->refs)) {
			found = tracee;
			break;
		}
	}
	rcu_read_unlock();

	return found;
}

/**
 * spt_tracee_alloc - a tracee that has no task yet
 * @tracer: its tracer
 * @tracer_cred: the credentials by which the tracer is judged
 * @user_cred: the tracer's own, for the limit
 *
 * Context: process context, may sleep.
 * Return: the tracee, the caller's to put; -EAGAIN when the tracer's user has
 * too many; -ENOMEM.
 */
struct spt_tracee *spt_tracee_alloc(struct spt_tracer *tracer,
				    const struct cred *tracer_cred,
				    const struct cred *user_cred)
{
	struct spt_tracee *tracee;
	int counted;

	tracee = spt_tracer_zalloc(tracer->memcg, sizeof(*tracee));
	if (!tracee)
		return ERR_PTR(-ENOMEM);
	counted = spt_limit_tracee(user_cred);
	if (counted < 0) {
		kfree(tracee);
		return ERR_PTR(counted);
	}

	tracee->counted = counted;
	tracee->user_cred = get_cred(user_cred);
	refcount_set(&tracee->refs, 1);
	refcount_inc(&tracer->refs);
	tracee->tracer = tracer;
	tracee->tracer_cred = get_cred(tracer_cred);
	tracee->phase = SPT_TRACED;
	tracee->state = SPT_AWAKE;
	INIT_LIST_HEAD(&tracee->of_tracer);
	INIT_LIST_HEAD(&tracee->report_node);
	INIT_HLIST_NODE(&tracee->exit_node);
	INIT_HLIST_NODE(&tracee->fork_node);
	spt_dispatch_init(tracee);
	init_waitqueue_head(&tracee->idle);

	return tracee;
}

/**
 * spt_tracee_set_task - and now it has one
 * @tracee: a tracee that has no task yet
 * @task: the task
 *
 * Context: process context.
 */
void spt_tracee_set_task(struct spt_tracee *tracee, struct task_struct *task)
{
	tracee->task = get_task_struct(task);
	tracee->tid = get_task_pid(task, PIDTYPE_PID);
	tracee->tgid = get_task_pid(task, PIDTYPE_TGID);
	tracee->own.exec_id = READ_ONCE(task->self_exec_id);
	spt_label_get(task, &tracee->own.label);
}

/*
 * The task is no longer traced, whatever is still to be reported of it. Armed
 * hooks belong to tracees whose task is alive; the place in the table to the
 * dead as well, but not to one who lives on and may find another tracer.
 */
static void tracee_sever(struct spt_tracee *tracee, enum spt_tracee_phase phase)
{
	bool alive = tracee->phase < SPT_EXITED;

	lockdep_assert_held(&tracee->tracer->lock);

	WRITE_ONCE(tracee->phase, phase);
	wake_up(&tracee->idle);
	if (alive) {
		spt_stop_cancel_kick(tracee);
		WRITE_ONCE(tracee->trace_syscall, false);
		spt_dispatch_drop(tracee);
		spt_sigmask_unmark(tracee);
		spt_hooks_put();
	}
	if (phase != SPT_EXITED) {
		spin_lock(&tracee_table_lock);
		hash_del_rcu(&tracee->by_task);
		hash_del_rcu(&tracee->by_group);
		spin_unlock(&tracee_table_lock);
		spt_zombie_tracee_gone(tracee);
	}
}

static void tracee_post_last(struct spt_tracee *tracee,
			     const struct spt_report *report)
{
	spt_stop_post_report(tracee, report);
	spt_notify_tracer(tracee);
	wake_up_interruptible_poll(&tracee->tracer->wait, EPOLLIN);
}

/**
 * spt_tracee_forget - the tracer knows all that there is to know
 * @tracee: a tracee; the caller holds a reference
 *
 * Ends the bond. A stopped task goes on.
 *
 * Context: tracer->lock held.
 */
void spt_tracee_forget(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;

	lockdep_assert_held(&tracer->lock);

	if (tracee->phase == SPT_GONE)
		return;

	tracee_sever(tracee, SPT_GONE);
	spt_zombie_cancel(tracee);
	tracee_uncount(tracee);
	spt_stop_drop_report(tracee);
	list_del_init(&tracee->of_tracer);
	spt_tracer_unuse_locked(tracer);
	if (spt_state_stopping_or_stopped(tracee->state))
		spt_stop_set_state(tracee, SPT_WAKING);

	/* Others may be waiting for this one alone: ECHILD, or EPOLLHUP. */
	wake_up_interruptible_poll(&tracer->wait, EPOLLIN | EPOLLHUP);
	spt_tracee_put(tracee);
}

/**
 * spt_tracee_let_go - detach a tracee, wherever it is
 * @tracee: a tracee; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_let_go(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	spt_tracee_forget(tracee);
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_exited - the task is gone for good; tell the tracer
 * @tracee: a tracee; the caller holds a reference
 * @code: the wait status
 * @rusage: what the task has used
 *
 * Context: any but interrupts.
 */
void spt_tracee_exited(struct spt_tracee *tracee, int code,
		       const struct rusage *rusage)
{
	struct spt_report report = { .status = code };

	if (!(code & 0x7f))
		report.cause = CLD_EXITED;
	else
		report.cause = code & 0x80 ? CLD_DUMPED : CLD_KILLED;

	spin_lock(&tracee->tracer->lock);
	if (tracee->phase < SPT_EXITED && !tracee->tracer->handles) {
		/* By TRACEME; its parent does not ask. */
		spt_tracee_forget(tracee);
	} else if (tracee->phase < SPT_EXITED) {
		tracee_sever(tracee, SPT_EXITED);
		spt_stop_kill_state(tracee);
		tracee->rusage = *rusage;
		tracee_post_last(tracee, &report);
	}
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_dying - a leader exits while other threads of its group go on
 * @tracee: a tracee; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_dying(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	if (tracee->phase == SPT_TRACED) {
		WRITE_ONCE(tracee->phase, SPT_DYING);
		spt_stop_cancel_kick(tracee);
		spt_stop_drop_report(tracee);
		spt_stop_kill_state(tracee);
	}
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_exits - a tracee will come to no stop any more
 * @tracee: the current task, or its leader; the caller holds a reference
 *
 * Its end may be reported only after that of its threads has been taken, which
 * a tracer that waits for it in an attach would never do.
 *
 * Context: any but interrupts.
 */
void spt_tracee_exits(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	tracee->trapping = false;
	wake_up(&tracee->idle);
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_lost - the tracer may no longer trace this task
 * @tracee: the current task, running; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_lost(struct spt_tracee *tracee)
{
	static const struct spt_report report;

	spin_lock(&tracee->tracer->lock);
	if (tracee->phase == SPT_TRACED && !tracee->tracer->handles) {
		/* By TRACEME; its parent does not ask. */
		spt_tracee_forget(tracee);
	} else if (tracee->phase == SPT_TRACED) {
		tracee_sever(tracee, SPT_DETACHED);
		tracee_post_last(tracee, &report);
	}
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_renumber - the task took over its leader's thread id
 * @tracee: the current task; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_renumber(struct spt_tracee *tracee)
{
	struct pid *tid = get_task_pid(tracee->task, PIDTYPE_PID);

	spin_lock(&tracee->tracer->lock);
	swap(tid, tracee->tid);
	spin_unlock(&tracee->tracer->lock);
	put_pid(tid);
}

/*
 * An exiting task looks for its tracee once, in spt_lifecycle_probe_exit(),
 * after it has set PF_EXITING. So a link that finds the flag clear afterwards
 * is one that the task will find. The same holds for a tracer's thread group and
 * spt_group_exiting(), which is so before the probe runs.
 */
static bool tracee_link_locked(struct spt_tracee *tracee)
{
	bool free;

	lockdep_assert_held(&tracee->tracer->lock);

	spin_lock(&tracee_table_lock);
	free = !tracee_lookup(tracee->task);
	if (free) {
		hash_add_rcu(tracee_table, &tracee->by_task,
			     (unsigned long)tracee->task);
		hash_add_rcu(tracee_groups, &tracee->by_group,
			     (unsigned long)tracee->tgid);
	}
	spin_unlock(&tracee_table_lock);
	if (!free)
		return false;

	spt_tracee_get(tracee);
	list_add_tail(&tracee->of_tracer, &tracee->tracer->tracees);
	spt_tracer_use_locked(tracee->tracer);
	/* Hooks may act on the mark as soon as it is there. */
	if (!spt_sigmask_mark(tracee))
		spt_tracee_forget(tracee);

	return tracee->phase == SPT_TRACED;
}

/**
 * spt_tracee_link - from then on the task is traced
 * @tracee: a tracee that isn't linked yet
 * @parent: the tracee from which it inherits that, which must still be traced
 *	itself; NULL for one that is attached
 *
 * Context: process context, may sleep.
 * Return: 0; -EPERM when the task is exiting or has a tracer; -EOPNOTSUPP
 * when the hooks can't be armed.
 */
int spt_tracee_link(struct spt_tracee *tracee, const struct spt_tracee *parent)
{
	struct spt_tracer *tracer = tracee->tracer;
	bool linked = false, kept;
	int err;

	err = spt_hooks_get();
	if (err)
		return err;

	spin_lock(&tracer->lock);
	if (!parent || parent->phase == SPT_TRACED)
		linked = tracee_link_locked(tracee);
	kept = tracee->phase == SPT_TRACED;
	spin_unlock(&tracer->lock);
	if (!linked) {
		/* One that was linked for a moment has put it already. */
		if (kept)
			spt_hooks_put();
		return -EPERM;
	}

	/* Pairs with the full barrier of do_exit()'s atomic_dec_and_test(). */
	smp_mb();
	if (READ_ONCE(tracee->task->flags) & PF_EXITING) {
		spt_tracee_let_go(tracee);
		return -EPERM;
	}

	return 0;
}
