// SPDX-License-Identifier: GPL-2.0
/*
 * PR_SET_PTRACER: whom a process declares to be welcome as its tracer.
 *
 * Unlike Yama's, a declaration belongs to the process and not to the task that
 * leads it, so that an execve(2) by another thread doesn't end it. It ends with
 * the process that made it and with the one that it names.
 */
#include <linux/hashtable.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sptrace.h>

#include "policy/process.h"
#include "policy/ptracer.h"

/**
 * struct ptracer - one declaration
 * @node: in the table, by declarer
 * @rcu: freed after a grace period
 * @declarer: the process that made it; a reference is held
 * @nominee: the process that it names, likewise; NULL when it names anyone
 * @declarer_watch: for the end of @declarer
 * @nominee_watch: for the end of @nominee
 *
 * All constant.
 */
struct ptracer {
	struct hlist_node node;
	struct rcu_head rcu;
	struct pid *declarer;
	struct pid *nominee;
	struct spt_watch declarer_watch;
	struct spt_watch nominee_watch;
};

/* One for each declarer at most; readers use RCU. */
static DEFINE_HASHTABLE(ptracer_table, 6);
static DEFINE_MUTEX(ptracer_mutex);
static unsigned int ptracer_count;	/* ptracer_mutex */

static struct spt_watcher ptracer_watcher;

static struct ptracer *ptracer_lookup(struct pid *declarer)
{
	struct ptracer *ptracer;

	hash_for_each_possible_rcu(ptracer_table, ptracer, node,
				   (unsigned long)declarer,
				   lockdep_is_held(&ptracer_mutex))
		if (ptracer->declarer == declarer)
			return ptracer;

	return NULL;
}

/* A reader may compare with the processes as long as it sees the declaration. */
static void ptracer_free(struct rcu_head *rcu)
{
	struct ptracer *ptracer = container_of(rcu, struct ptracer, rcu);

	put_pid(ptracer->declarer);
	put_pid(ptracer->nominee);
	kfree(ptracer);
}

static void ptracer_remove(struct ptracer *ptracer)
{
	lockdep_assert_held(&ptracer_mutex);

	ptracer_count--;
	hash_del_rcu(&ptracer->node);
	spt_watch_end(&ptracer->declarer_watch);
	if (ptracer->nominee)
		spt_watch_end(&ptracer->nominee_watch);
	call_rcu(&ptracer->rcu, ptracer_free);
}

static bool ptracer_ended(struct ptracer *ptracer)
{
	return spt_process_ended(ptracer->declarer) ||
	       (ptracer->nominee && spt_process_ended(ptracer->nominee));
}

static void ptracer_sweep(struct work_struct *work)
{
	struct spt_watch *watch;

	mutex_lock(&ptracer_mutex);
	while ((watch = spt_watcher_next(&ptracer_watcher)))
		if (ptracer_ended(watch->owner))
			ptracer_remove(watch->owner);
	mutex_unlock(&ptracer_mutex);
}

static void ptracer_withdraw(struct pid *declarer)
{
	struct ptracer *ptracer;

	lockdep_assert_held(&ptracer_mutex);

	ptracer = ptracer_lookup(declarer);
	if (ptracer)
		ptracer_remove(ptracer);
}

/* Watched first, then looked at: an end in between isn't missed. */
static void ptracer_add(struct ptracer *ptracer, struct pid *declarer,
			struct pid *nominee)
{
	lockdep_assert_held(&ptracer_mutex);

	ptracer->declarer = get_pid(declarer);
	ptracer->nominee = get_pid(nominee);
	spt_watch_begin(&ptracer_watcher, &ptracer->declarer_watch, declarer,
			ptracer);
	if (nominee)
		spt_watch_begin(&ptracer_watcher, &ptracer->nominee_watch,
				nominee, ptracer);
	hash_add_rcu(ptracer_table, &ptracer->node, (unsigned long)declarer);
	ptracer_count++;

	if (ptracer_ended(ptracer))
		ptracer_remove(ptracer);
}

static int ptracer_declare(struct pid *declarer, struct pid *nominee)
{
	struct ptracer *ptracer;

	ptracer = kzalloc(sizeof(*ptracer), GFP_KERNEL_ACCOUNT);
	if (!ptracer)
		return -ENOMEM;

	mutex_lock(&ptracer_mutex);
	ptracer_withdraw(declarer);
	ptracer_add(ptracer, declarer, nominee);
	mutex_unlock(&ptracer_mutex);

	return 0;
}

static struct pid *ptracer_find(int number)
{
	struct task_struct *task = spt_process_find(number);
	struct pid *tgid;

	if (!task)
		return NULL;

	tgid = get_task_pid(task, PIDTYPE_TGID);
	put_task_struct(task);
	return tgid;
}

/**
 * spt_ptracer_set - declare a tracer, in place of what was declared before
 * @declarer: the process that declares
 * @number: a process or thread by its number in the caller's pid namespace;
 *	SPT_PTRACER_NONE; or SPT_PTRACER_ANY
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL when there is no such process; -ENOMEM.
 */
int spt_ptracer_set(struct pid *declarer, int number)
{
	struct pid *nominee;
	int err;

	switch (number) {
	case SPT_PTRACER_NONE:
		mutex_lock(&ptracer_mutex);
		ptracer_withdraw(declarer);
		mutex_unlock(&ptracer_mutex);
		return 0;
	case SPT_PTRACER_ANY:
		return ptracer_declare(declarer, NULL);
	}

	nominee = ptracer_find(number);
	if (!nominee)
		return -EINVAL;

	err = ptracer_declare(declarer, nominee);
	put_pid(nominee);
	return err;
}

/**
 * spt_ptracer_covers - is a tracer declared
 * @declarer: the process to be traced
 * @tracer: the process that would trace it
 *
 * Context: any.
 * Return: true when @declarer named @tracer, an ancestor of it, or anyone.
 */
bool spt_ptracer_covers(struct pid *declarer, struct pid *tracer)
{
	struct task_struct *task;
	struct ptracer *ptracer;
	bool covers = false;

	rcu_read_lock();
	ptracer = ptracer_lookup(declarer);
	task = pid_task(tracer, PIDTYPE_TGID);
	if (ptracer && task)
		covers = !ptracer->nominee ||
			 spt_process_descends(task, ptracer->nominee);
	rcu_read_unlock();

	return covers;
}

/**
 * spt_ptracer_count - how many declarations there are
 *
 * Those of processes that have ended are gone after the work that was queued.
 *
 * Context: process context, may sleep.
 */
unsigned int spt_ptracer_count(void)
{
	unsigned int count;

	mutex_lock(&ptracer_mutex);
	count = ptracer_count;
	mutex_unlock(&ptracer_mutex);

	return count;
}

/**
 * spt_ptracer_init - before the first declaration
 *
 * Context: process context.
 */
void spt_ptracer_init(void)
{
	spt_watcher_init(&ptracer_watcher, ptracer_sweep);
}

/**
 * spt_ptracer_exit - forget all declarations
 *
 * Context: process context, may sleep; nobody can declare any more.
 */
void spt_ptracer_exit(void)
{
	struct hlist_node *next;
	struct ptracer *ptracer;
	int bucket;

	mutex_lock(&ptracer_mutex);
	hash_for_each_safe(ptracer_table, bucket, next, ptracer, node)
		ptracer_remove(ptracer);
	mutex_unlock(&ptracer_mutex);
	spt_watcher_exit(&ptracer_watcher);
	rcu_barrier();
}
