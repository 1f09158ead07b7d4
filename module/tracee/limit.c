// SPDX-License-Identifier: GPL-2.0
/*
 * How many tracees and tracers there may be; see limit.h.
 *
 * Holders of CAP_SYS_RESOURCE in the initial user namespace are exempt, as they
 * are from RLIMIT_NPROC, and not counted: the machine's administrator is neither
 * locked out by users nor locks out those who share a uid with him.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <linux/workqueue.h>

#include "kernel/symbol.h"
#include "tracee/limit.h"

static unsigned int max_tracees = 4096;
module_param(max_tracees, uint, 0644);
MODULE_PARM_DESC(max_tracees,
		 "tracees that a user may have in a pid namespace (default 4096)");

static unsigned int max_tracers = 256;
module_param(max_tracers, uint, 0644);
MODULE_PARM_DESC(max_tracers,
		 "tracers that a pid namespace may have, half of them one user's (default 256)");

/* A user with many pid namespaces has no more than in so many. */
#define LIMIT_NAMESPACES	8U

/**
 * enum limit_kind - what is counted
 * @LIMIT_USER: a user's tracees, wherever they are
 * @LIMIT_USER_IN_NS: those in a pid namespace and in those below it
 * @LIMIT_TRACERS: a pid namespace's tracers
 * @LIMIT_TRACERS_OF_USER: a user's among them
 */
enum limit_kind {
	LIMIT_USER,
	LIMIT_USER_IN_NS,
	LIMIT_TRACERS,
	LIMIT_TRACERS_OF_USER,
};

/**
 * struct limit_key - of which kind, and whose
 * @kind: see above
 * @uid: the user; 0 for LIMIT_TRACERS
 * @ns: the pid namespace; NULL for LIMIT_USER
 */
struct limit_key {
	enum limit_kind kind;
	uid_t uid;
	struct pid_namespace *ns;
};

/**
 * struct spt_count - how many there are of one key
 * @node: in the table
 * @freed: in the list of those that are to be freed
 * @key: constant; holds a reference to the pid namespace
 * @above: what is counted at the same time and has a limit of its own, or NULL;
 *	constant, a reference is held
 * @refs: one for each count below, and each charge; limit_lock
 * @count: how many; limit_lock
 */
struct spt_count {
	struct hlist_node node;
	struct llist_node freed;
	struct limit_key key;
	struct spt_count *above;
	unsigned int refs;
	unsigned int count;
};

#define LIMIT_BITS	6

static DEFINE_HASHTABLE(limit_counts, LIMIT_BITS);
static DEFINE_SPINLOCK(limit_lock);	/* the table, and all counts */

/* put_pid_ns() may sleep (unregister_sysctl_table()), whoever drops a count not. */
static LLIST_HEAD(limit_freed);

static void limit_free(struct work_struct *work)
{
	struct llist_node *freed = llist_del_all(&limit_freed);
	struct spt_count *count, *next;

	llist_for_each_entry_safe(count, next, freed, freed) {
		if (count->key.ns)
			put_pid_ns(count->key.ns);
		kfree(count);
	}
}

static DECLARE_WORK(limit_free_work, limit_free);

static unsigned long limit_hash(const struct limit_key *key)
{
	return (unsigned long)key->ns + key->uid * 4UL + key->kind;
}

static struct spt_count *limit_lookup(const struct limit_key *key)
{
	struct spt_count *count;

	lockdep_assert_held(&limit_lock);

	hash_for_each_possible(limit_counts, count, node, limit_hash(key))
		if (count->key.kind == key->kind &&
		    count->key.uid == key->uid && count->key.ns == key->ns)
			return count;

	return NULL;
}

static void limit_drop_locked(struct spt_count *count)
{
	struct spt_count *above;

	lockdep_assert_held(&limit_lock);

	for (; count && !--count->refs; count = above) {
		above = count->above;
		hash_del(&count->node);
		if (llist_add(&count->freed, &limit_freed))
			schedule_work(&limit_free_work);
	}
}

static void limit_drop(struct spt_count *count)
{
	spin_lock(&limit_lock);
	limit_drop_locked(count);
	spin_unlock(&limit_lock);
}

/* Takes over the reference to @above. */
static struct spt_count *limit_get(struct limit_key key,
				   struct spt_count *above)
{
	struct spt_count *count, *made;

	/* One for all that a user has: nobody's alone to pay for. */
	made = kzalloc(sizeof(*made), GFP_KERNEL);
	if (!made) {
		limit_drop(above);
		return ERR_PTR(-ENOMEM);
	}

	spin_lock(&limit_lock);
	count = limit_lookup(&key);
	if (count) {
		limit_drop_locked(above);
	} else {
		count = made;
		count->key = key;
		count->above = above;
		if (key.ns)
			get_pid_ns(key.ns);
		hash_add(limit_counts, &count->node, limit_hash(&key));
		made = NULL;
	}
	count->refs++;
	spin_unlock(&limit_lock);
	kfree(made);

	return count;
}

static unsigned int limit_max(const struct spt_count *count)
{
	unsigned int tracees = READ_ONCE(max_tracees);
	unsigned int tracers = READ_ONCE(max_tracers);

	switch (count->key.kind) {
	case LIMIT_USER:
		return min(tracees, UINT_MAX / LIMIT_NAMESPACES) *
		       LIMIT_NAMESPACES;
	case LIMIT_USER_IN_NS:
		return tracees;
	case LIMIT_TRACERS:
		return tracers;
	case LIMIT_TRACERS_OF_USER:
		return tracers - tracers / 2;
	}

	return 0;
}

static bool limit_fits(const struct spt_count *count)
{
	lockdep_assert_held(&limit_lock);

	for (; count; count = count->above)
		if (count->count >= limit_max(count))
			return false;

	return true;
}

/* Takes over the reference to @count. */
static struct spt_count *limit_charge(struct spt_count *count, int full)
{
	struct spt_count *each;
	bool fits;

	if (IS_ERR(count))
		return count;

	spin_lock(&limit_lock);
	fits = limit_fits(count);
	if (!fits)
		limit_drop_locked(count);
	for (each = count; fits && each; each = each->above)
		each->count++;
	spin_unlock(&limit_lock);

	return fits ? count : ERR_PTR(full);
}

static bool limit_exempt(const struct cred *cred)
{
	return !spt_security_capable(cred, &init_user_ns, CAP_SYS_RESOURCE,
				     CAP_OPT_NOAUDIT);
}

static struct pid_namespace *limit_enclosing(struct pid_namespace *ns,
					     unsigned int level)
{
	while (ns->level > level)
		ns = ns->parent;

	return ns;
}

/*
 * Who is in a container counts for it and for each pid namespace that he has made
 * within it, but not for the initial one, in which other containers are, too.
 */
static struct spt_count *limit_user(uid_t uid, struct pid_namespace *ns)
{
	unsigned int level = min(ns->level, 1U);
	struct limit_key key = { .kind = LIMIT_USER, .uid = uid };
	struct spt_count *count;

	count = limit_get(key, NULL);
	key.kind = LIMIT_USER_IN_NS;
	for (; !IS_ERR(count) && level <= ns->level; level++) {
		key.ns = limit_enclosing(ns, level);
		count = limit_get(key, count);
	}

	return count;
}

/**
 * spt_limit_tracee - count a tracee
 * @cred: the credentials of who causes it; the user counted for is the real one
 * @ns: his pid namespace
 *
 * Context: process context, may sleep.
 * Return: what spt_limit_uncharge() takes; NULL when @cred is exempt; -EAGAIN when
 * the user has as many as he may; -ENOMEM.
 */
struct spt_count *spt_limit_tracee(const struct cred *cred,
				   struct pid_namespace *ns)
{
	if (limit_exempt(cred))
		return NULL;

	return limit_charge(limit_user(__kuid_val(cred->uid), ns), -EAGAIN);
}

/**
 * spt_limit_tracer - count a tracer
 * @cred: the credentials of who makes it one
 * @ns: its pid namespace; each counts for itself
 *
 * Context: process context, may sleep.
 * Return: what spt_limit_uncharge() takes; NULL when @cred is exempt; -ENOSPC when
 * the namespace has as many as it may, or the user half of them; -ENOMEM.
 */
struct spt_count *spt_limit_tracer(const struct cred *cred,
				   struct pid_namespace *ns)
{
	struct limit_key key = { .kind = LIMIT_TRACERS, .ns = ns };
	struct spt_count *count;

	if (limit_exempt(cred))
		return NULL;

	count = limit_get(key, NULL);
	key.kind = LIMIT_TRACERS_OF_USER;
	key.uid = __kuid_val(cred->uid);
	if (!IS_ERR(count))
		count = limit_get(key, count);

	return limit_charge(count, -ENOSPC);
}

/**
 * spt_limit_uncharge - and count it no longer
 * @count: what the function that counted it returned, or NULL
 *
 * Context: any but interrupts.
 */
void spt_limit_uncharge(struct spt_count *count)
{
	struct spt_count *each;

	if (!count)
		return;

	spin_lock(&limit_lock);
	for (each = count; each; each = each->above)
		each->count--;
	limit_drop_locked(count);
	spin_unlock(&limit_lock);
}

/**
 * spt_limit_exit - wait until the last counts are freed
 *
 * Context: process context, may sleep; there is no tracer any more.
 */
void spt_limit_exit(void)
{
	flush_work(&limit_free_work);
}
