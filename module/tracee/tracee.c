// SPDX-License-Identifier: GPL-2.0
/*
 * Tracees as data: made, found, referred to, counted, freed.
 */
#include <linux/hashtable.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "tracee/limit.h"
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

/**
 * spt_tracee_uncount - a tracee counts for its user's limit no more
 * @tracee: the tracee
 *
 * Context: tracer->lock held, or the caller has the last reference.
 */
void spt_tracee_uncount(struct spt_tracee *tracee)
{
	spt_limit_uncharge(tracee->count);
	tracee->count = NULL;
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

	/* Prepared for a fork that never came; that object has none itself. */
	if (tracee->own.child)
		spt_tracee_put(tracee->own.child);
	kfree(tracee->own.recorded.bytes);
	spt_tracee_uncount(tracee);
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
 * spt_tracee_is_child - is the tracer a tracee's real parent
 * @tracee: a tracee that is a thread group's leader, or any of its threads, which
 *	all have the same parent
 *
 * The kernel's ptrace_reparented(), the other way round.
 *
 * Context: any.
 * Return: true when it is, at this moment.
 */
bool spt_tracee_is_child(const struct spt_tracee *tracee)
{
	struct task_struct *parent;
	bool is;

	rcu_read_lock();
	parent = rcu_dereference(tracee->task->real_parent);
	is = pid_alive(tracee->task) &&
	     task_tgid(parent) == tracee->tracer->tgid;
	rcu_read_unlock();

	return is;
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
 * @user_cred: the tracer's own
 * @by_itself: the current task causes it, not the tracer, and so is who pays for it
 *	and counts for the limit
 *
 * Context: process context, may sleep.
 * Return: the tracee, the caller's to put; -EAGAIN when the user that it counts for
 * has too many; -ENOMEM.
 */
struct spt_tracee *spt_tracee_alloc(struct spt_tracer *tracer,
				    const struct cred *tracer_cred,
				    const struct cred *user_cred,
				    bool by_itself)
{
	struct spt_tracee *tracee;
	struct spt_count *count;

	tracee = spt_tracer_zalloc(by_itself ? NULL : tracer->memcg,
				   sizeof(*tracee));
	if (!tracee)
		return ERR_PTR(-ENOMEM);
	count = by_itself ? spt_limit_tracee(current_cred(),
					     task_active_pid_ns(current)) :
			    spt_limit_tracee(user_cred,
					     ns_of_pid(tracer->tgid));
	if (IS_ERR(count)) {
		kfree(tracee);
		return ERR_CAST(count);
	}

	tracee->count = count;
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
	spin_lock_init(&tracee->dispatch.lock);
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

/**
 * spt_tracee_list - put a tracee into the tables, by which its task is one
 * @tracee: a tracee that has a task
 *
 * Context: tracer->lock held.
 * Return: false when the task has a tracer.
 */
bool spt_tracee_list(struct spt_tracee *tracee)
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

	return free;
}

/*
 * A leader may be waiting for its threads to leave. A task that was reaped may
 * have a stale pointer to one, which is nothing but a key.
 */
static void tracee_wake_leader(struct spt_tracee *tracee)
{
	struct spt_tracee *leader;

	rcu_read_lock();
	leader = tracee_lookup(READ_ONCE(tracee->task->group_leader));
	if (leader)
		wake_up(&leader->idle);
	rcu_read_unlock();
}

/**
 * spt_tracee_unlist - and take it out of them
 * @tracee: a tracee that spt_tracee_list() put there
 *
 * Context: tracer->lock held.
 */
void spt_tracee_unlist(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	spin_lock(&tracee_table_lock);
	hash_del_rcu(&tracee->by_task);
	hash_del_rcu(&tracee->by_group);
	spin_unlock(&tracee_table_lock);

	tracee_wake_leader(tracee);
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
