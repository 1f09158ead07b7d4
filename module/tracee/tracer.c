// SPDX-License-Identifier: GPL-2.0
/*
 * Tracers as data: made, found, opened, referred to, counted, freed.
 */
#include <linux/memcontrol.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sptrace.h>

#include "kernel/hash.h"
#include "tracee/limit.h"
#include "tracee/tracer.h"

/*
 * Tracers by thread group; one whose @refs is zero is on its way out. Readers use
 * RCU.
 */
static DEFINE_HASHTABLE(tracer_table, 6);
static DEFINE_SPINLOCK(tracer_table_lock);

static struct spt_tracer *tracer_lookup(struct pid *tgid)
{
	struct spt_tracer *tracer;

	hash_for_each_possible_rcu(tracer_table, tracer, node,
				   (unsigned long)tgid,
				   lockdep_is_held(&tracer_table_lock))
		if (tracer->tgid == tgid && refcount_inc_not_zero(&tracer->refs))
			return tracer;

	return NULL;
}

/**
 * spt_tracer_zalloc - memory for the sake of a tracer
 * @payer: the memory cgroup that it counts for, whoever the caller is
 * @size: how much
 *
 * Context: process context, may sleep.
 * Return: zeroed memory, or NULL.
 */
void *spt_tracer_zalloc(struct mem_cgroup *payer, size_t size)
{
	struct mem_cgroup *saved = set_active_memcg(payer);
	void *memory = kzalloc(size, GFP_KERNEL_ACCOUNT);

	set_active_memcg(saved);
	return memory;
}

static struct mem_cgroup *tracer_memcg(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	struct mem_cgroup *memcg;

	/* A parent that has exited has no memory cgroup: the caller pays. */
	if (!mm)
		return get_mem_cgroup_from_mm(current->mm);

	memcg = get_mem_cgroup_from_mm(mm);
	mmput(mm);
	return memcg;
}

static void tracer_free(struct spt_tracer *tracer)
{
	mem_cgroup_put(tracer->memcg);
	put_pid(tracer->tgid);
	kfree_rcu(tracer, rcu);
}

static struct spt_tracer *tracer_alloc(struct task_struct *task,
				       struct pid *tgid)
{
	struct mem_cgroup *memcg = tracer_memcg(task);
	struct spt_tracer *tracer = spt_tracer_zalloc(memcg, sizeof(*tracer));

	if (!tracer) {
		mem_cgroup_put(memcg);
		return NULL;
	}

	refcount_set(&tracer->refs, 1);
	tracer->tgid = get_pid(tgid);
	tracer->memcg = memcg;
	mutex_init(&tracer->look);
	spin_lock_init(&tracer->lock);
	INIT_LIST_HEAD(&tracer->tracees);
	INIT_LIST_HEAD(&tracer->reports);
	init_waitqueue_head(&tracer->wait);

	return tracer;
}

/**
 * spt_tracer_find - the tracer that a thread group is
 * @tgid: the thread group
 *
 * Context: any but interrupts.
 * Return: the tracer with a reference taken, or NULL.
 */
struct spt_tracer *spt_tracer_find(struct pid *tgid)
{
	struct spt_tracer *tracer;

	/*
	 * A group that exits may miss one that its child makes for it by TRACEME,
	 * which looks whether the group is exiting after that.
	 */
	if (spt_hash_lacks(tracer_table, HASH_BITS(tracer_table), tgid))
		return NULL;

	rcu_read_lock();
	tracer = tracer_lookup(tgid);
	rcu_read_unlock();

	return tracer;
}

static struct spt_tracer *tracer_make(struct task_struct *task,
				      struct pid *tgid)
{
	struct spt_tracer *made = tracer_alloc(task, tgid);
	struct spt_tracer *tracer;

	if (!made)
		return ERR_PTR(-ENOMEM);

	spin_lock(&tracer_table_lock);
	tracer = tracer_lookup(tgid);
	if (!tracer)
		hash_add_rcu(tracer_table, &made->node,
			     (unsigned long)tgid);
	spin_unlock(&tracer_table_lock);
	if (!tracer)
		return made;

	tracer_free(made);
	return tracer;
}

/**
 * spt_tracer_of - the tracer that a task's thread group is, made when it is none
 * @task: the task
 *
 * Context: process context, may sleep.
 * Return: the tracer with a reference taken; -ESRCH when the task was reaped;
 * -ENOMEM.
 */
struct spt_tracer *spt_tracer_of(struct task_struct *task)
{
	struct pid *tgid = get_task_pid(task, PIDTYPE_TGID);
	struct spt_tracer *tracer;

	if (!tgid)
		return ERR_PTR(-ESRCH);

	tracer = spt_tracer_find(tgid);
	if (!tracer)
		tracer = tracer_make(task, tgid);

	put_pid(tgid);
	return tracer;
}

/**
 * spt_tracer_put - drop a reference
 * @tracer: the tracer
 *
 * Context: any but interrupts; not with tracer->lock held, unless the caller
 * holds another reference.
 */
void spt_tracer_put(struct spt_tracer *tracer)
{
	if (!refcount_dec_and_test(&tracer->refs))
		return;

	spin_lock(&tracer_table_lock);
	hash_del_rcu(&tracer->node);
	spin_unlock(&tracer_table_lock);

	tracer_free(tracer);
}

/**
 * spt_tracer_use_locked - count another user of a tracer that has some
 * @tracer: the tracer
 *
 * Context: tracer->lock held.
 */
void spt_tracer_use_locked(struct spt_tracer *tracer)
{
	lockdep_assert_held(&tracer->lock);

	tracer->users++;
}

/**
 * spt_tracer_unuse_locked - one user less; without any it isn't a tracer
 * @tracer: the tracer; the object may live on, for tasks that are on their way
 *	through the module
 *
 * Context: tracer->lock held.
 */
void spt_tracer_unuse_locked(struct spt_tracer *tracer)
{
	lockdep_assert_held(&tracer->lock);

	if (--tracer->users)
		return;

	spt_limit_uncharge(tracer->count);
	tracer->count = NULL;
}

/**
 * spt_tracer_unuse - the same
 * @tracer: the tracer
 *
 * Context: any but interrupts.
 */
void spt_tracer_unuse(struct spt_tracer *tracer)
{
	spin_lock(&tracer->lock);
	spt_tracer_unuse_locked(tracer);
	spin_unlock(&tracer->lock);
}

/* Return: whether it is counted now, by others if not by us. */
static bool tracer_settle(struct spt_tracer *tracer, struct spt_count *charged)
{
	struct spt_count *spare = NULL;
	bool counted;

	spin_lock(&tracer->lock);
	/* Another may have charged for it meanwhile: once is enough. */
	if (tracer->count)
		spare = charged;
	else
		tracer->count = charged;
	counted = tracer->count;
	spin_unlock(&tracer->lock);

	spt_limit_uncharge(spare);
	return counted;
}

/**
 * spt_tracer_use - count a user, and with the first the tracer
 * @tracer: the tracer
 * @cred: the credentials of who makes it one
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOSPC when its pid namespace, or the user in it, has too many;
 * -ENOMEM.
 */
int spt_tracer_use(struct spt_tracer *tracer, const struct cred *cred)
{
	struct spt_count *count;
	bool counted;

	spin_lock(&tracer->lock);
	tracer->users++;
	counted = tracer->count;
	spin_unlock(&tracer->lock);
	if (counted)
		return 0;

	count = spt_limit_tracer(cred, ns_of_pid(tracer->tgid));
	if (tracer_settle(tracer, IS_ERR(count) ? NULL : count) ||
	    !IS_ERR(count))
		return 0;

	spt_tracer_unuse(tracer);
	return PTR_ERR(count);
}

/**
 * spt_tracer_open - count a handle
 * @handle: the handle
 * @tracer: the caller's; the handle takes over the reference to it
 *
 * Context: process context, may sleep.
 * Return: 0, or as spt_tracer_use(); the reference is the caller's then.
 */
int spt_tracer_open(struct spt_handle *handle, struct spt_tracer *tracer)
{
	int err;

	err = spt_tracer_use(tracer, current_cred());
	if (err)
		return err;

	handle->tracer = tracer;
	spin_lock(&tracer->lock);
	tracer->handles++;
	spin_unlock(&tracer->lock);

	return 0;
}

/**
 * spt_tracer_set_flags - what a handle asks for
 * @handle: the handle
 * @flags: SPT_HANDLE_* bits, checked; or SPT_HANDLE_SERVES among them
 *
 * Context: any but interrupts.
 */
void spt_tracer_set_flags(struct spt_handle *handle, u32 flags)
{
	struct spt_tracer *tracer = handle->tracer;

	spin_lock(&tracer->lock);
	tracer->sigchld += !!(flags & SPT_HANDLE_SIGCHLD);
	tracer->sigchld -= !!(handle->flags & SPT_HANDLE_SIGCHLD);
	WRITE_ONCE(tracer->served,
		   tracer->served + !!(flags & SPT_HANDLE_SERVES) -
			   !!(handle->flags & SPT_HANDLE_SERVES));
	handle->flags = flags;
	spin_unlock(&tracer->lock);
}

/**
 * spt_tracer_drop_handle - the end of a handle
 * @handle: a handle that spt_tracer_open() opened; its tracer is the caller's to
 *	unuse and to put
 *
 * Context: any but interrupts.
 * Return: whether it was the last.
 */
bool spt_tracer_drop_handle(struct spt_handle *handle)
{
	struct spt_tracer *tracer = handle->tracer;
	bool last;

	spt_tracer_set_flags(handle, 0);
	spin_lock(&tracer->lock);
	last = !--tracer->handles;
	spin_unlock(&tracer->lock);

	return last;
}

/**
 * spt_tracer_any - one that has tracees
 *
 * Context: any but interrupts.
 * Return: the tracer with a reference taken, or NULL.
 */
struct spt_tracer *spt_tracer_any(void)
{
	struct spt_tracer *tracer;
	int bucket;

	spin_lock(&tracer_table_lock);
	hash_for_each(tracer_table, bucket, tracer, node)
		if (!list_empty_careful(&tracer->tracees) &&
		    refcount_inc_not_zero(&tracer->refs))
			goto unlock;
	tracer = NULL;
unlock:
	spin_unlock(&tracer_table_lock);

	return tracer;
}
