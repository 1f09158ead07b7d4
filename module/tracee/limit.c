// SPDX-License-Identifier: GPL-2.0
/*
 * How many tracees a user may have, and how many tracers a pid namespace.
 *
 * Holders of CAP_SYS_RESOURCE in the initial user namespace are exempt, as they
 * are from RLIMIT_NPROC, and not counted: the machine's administrator is neither
 * locked out by users nor locks out those who share a uid with him. Memory is
 * not counted here: it is accounted to the tracer's memory cgroup.
 */
#include <linux/capability.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "kernel/symbol.h"
#include "tracee/limit.h"

static unsigned int max_tracees = 4096;
module_param(max_tracees, uint, 0644);
MODULE_PARM_DESC(max_tracees, "tracees that a user may have (default 4096)");

static unsigned int max_tracers = 256;
module_param(max_tracers, uint, 0644);
MODULE_PARM_DESC(max_tracers,
		 "tracers that a pid namespace may have (default 256)");

/**
 * struct limit_count - how many there are of one kind and one owner
 * @node: in the table of its kind
 * @owner: a uid, or a pid namespace's address
 * @count: not zero; limit_lock
 */
struct limit_count {
	struct hlist_node node;
	unsigned long owner;
	unsigned int count;
};

#define LIMIT_BITS	6

static DEFINE_HASHTABLE(limit_tracees, LIMIT_BITS);
static DEFINE_HASHTABLE(limit_tracers, LIMIT_BITS);
static DEFINE_SPINLOCK(limit_lock);

static struct hlist_head *limit_bucket(struct hlist_head *table,
				       unsigned long owner)
{
	return &table[hash_min(owner, LIMIT_BITS)];
}

static struct limit_count *limit_lookup(struct hlist_head *table,
					unsigned long owner)
{
	struct limit_count *count;

	lockdep_assert_held(&limit_lock);

	hlist_for_each_entry(count, limit_bucket(table, owner), node)
		if (count->owner == owner)
			return count;

	return NULL;
}

/* Return: whether @made is in the table now. */
static bool limit_charge_locked(struct hlist_head *table, unsigned long owner,
				unsigned int max, struct limit_count *made,
				bool *fits)
{
	struct limit_count *count = limit_lookup(table, owner);

	*fits = (count ? count->count : 0) < max;
	if (*fits && count)
		count->count++;
	if (!*fits || count)
		return false;

	made->owner = owner;
	made->count = 1;
	hlist_add_head(&made->node, limit_bucket(table, owner));
	return true;
}

static int limit_charge(struct hlist_head *table, unsigned long owner,
			unsigned int max, int full)
{
	struct limit_count *made;
	bool fits, used;

	/* One for all tracees of a user: nobody's alone to pay for. */
	made = kzalloc(sizeof(*made), GFP_KERNEL);
	if (!made)
		return -ENOMEM;

	spin_lock(&limit_lock);
	used = limit_charge_locked(table, owner, max, made, &fits);
	spin_unlock(&limit_lock);
	if (!used)
		kfree(made);

	return fits ? 0 : full;
}

static void limit_uncharge(struct hlist_head *table, unsigned long owner)
{
	struct limit_count *count;

	spin_lock(&limit_lock);
	count = limit_lookup(table, owner);
	if (!WARN_ON_ONCE(!count) && !--count->count)
		hlist_del(&count->node);
	else
		count = NULL;
	spin_unlock(&limit_lock);

	kfree(count);
}

static bool limit_exempt(const struct cred *cred)
{
	return !spt_security_capable(cred, &init_user_ns, CAP_SYS_RESOURCE,
				     CAP_OPT_NOAUDIT);
}

/**
 * spt_limit_tracee - count a tracee
 * @user: its tracer's credentials; the user counted for is the real one
 *
 * Context: process context, may sleep.
 * Return: 1 when it is counted, 0 when @user is exempt; -EAGAIN when there are
 * max_tracees; -ENOMEM.
 */
int spt_limit_tracee(const struct cred *user)
{
	if (limit_exempt(user))
		return 0;

	return limit_charge(limit_tracees, __kuid_val(user->uid),
			    READ_ONCE(max_tracees), -EAGAIN) ?: 1;
}

/**
 * spt_limit_tracee_gone - and count it no longer
 * @user: as before
 *
 * Context: any but interrupts.
 */
void spt_limit_tracee_gone(const struct cred *user)
{
	limit_uncharge(limit_tracees, __kuid_val(user->uid));
}

/**
 * spt_limit_tracer - count a tracer
 * @ns: its pid namespace; each counts for itself
 * @cred: its credentials
 *
 * Context: process context, may sleep.
 * Return: 1 when it is counted, 0 when @cred is exempt; -ENOSPC when there are
 * max_tracers; -ENOMEM.
 */
int spt_limit_tracer(struct pid_namespace *ns, const struct cred *cred)
{
	if (limit_exempt(cred))
		return 0;

	return limit_charge(limit_tracers, (unsigned long)ns,
			    READ_ONCE(max_tracers), -ENOSPC) ?: 1;
}

/**
 * spt_limit_tracer_gone - and count it no longer
 * @ns: as before
 *
 * Context: any but interrupts.
 */
void spt_limit_tracer_gone(struct pid_namespace *ns)
{
	limit_uncharge(limit_tracers, (unsigned long)ns);
}
