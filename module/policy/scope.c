// SPDX-License-Identifier: GPL-2.0
/*
 * Scopes: who may attach beyond what the kernel's own access check says, with
 * Yama's rules, for each pid namespace.
 *
 * A namespace that was never given a scope has its parent's. What counts is the
 * strictest of those given to it and to all that enclose it, so that nothing
 * done inside of a container loosens what holds outside.
 *
 * One that the machine's administrator has said counts in place of Yama's is the
 * last that is asked, from the inside: what encloses it counts no more than Yama's
 * number does, but for SPT_SCOPE_NO_ATTACH.
 *
 * A namespace may be given its scope by its own administrators and by those of
 * each that encloses it. Those further in can't go below what was said from
 * further out; those further out have the last word.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/sptrace.h>

#include "policy/process.h"
#include "policy/ptracer.h"
#include "policy/scope.h"

/* Yama's default, security/yama/yama_lsm.c */
static unsigned int scope_default = SPT_SCOPE_RESTRICTED;
module_param_named(scope, scope_default, uint, 0444);
MODULE_PARM_DESC(scope,
		 "scope of the initial pid namespace when the module is inserted: 0 classic, 1 restricted (default), 2 admin-only, 3 no-attach");

/**
 * struct scope - one that a pid namespace was given
 * @node: in the table, by namespace
 * @rcu: freed after a grace period
 * @ns: the namespace, kept by @init
 * @init: the namespace's init; constant, a reference is held
 * @watch: for its end, which is the namespace's
 * @word: SPT_SCOPE_*, the strictest of @said, and SPT_SCOPE_INSTEAD if it counts in
 *	place of Yama's; changed under scope_mutex and scope_seq
 * @said: one more than the SPT_SCOPE_* set by each level of pid namespaces down
 *	to @ns, 0 for none; scope_mutex
 */
struct scope {
	struct hlist_node node;
	struct rcu_head rcu;
	struct pid_namespace *ns;
	struct pid *init;
	struct spt_watch watch;
	u32 word;
	u8 said[MAX_PID_NS_LEVEL + 1];
};

#define SCOPE_NONE	U32_MAX		/* the word of a namespace that has none */

/* One word, so that whoever reads it sees both as they were set together. */
static_assert(SPT_SCOPE_INSTEAD > SPT_SCOPE_NO_ATTACH);

/* Namespaces that were given one, but for the initial one; readers use RCU. */
static DEFINE_HASHTABLE(scope_table, 6);
static DEFINE_MUTEX(scope_mutex);
static u32 scope_initial;	/* the initial namespace's word; scope_mutex */

/* A reader goes from namespace to namespace, and sees all as they were at one moment. */
static seqcount_mutex_t scope_seq =
	SEQCNT_MUTEX_ZERO(scope_seq, &scope_mutex);

/* What it takes to pass over Yama: held once for each SPT_SCOPE_INSTEAD. */
static int (*scope_pass_get)(void);
static void (*scope_pass_put)(void);

static struct spt_watcher scope_watcher;

static struct scope *scope_lookup(struct pid_namespace *ns)
{
	struct scope *scope;

	hash_for_each_possible_rcu(scope_table, scope, node, (unsigned long)ns,
				   lockdep_is_held(&scope_mutex))
		if (scope->ns == ns)
			return scope;

	return NULL;
}

/* Return: what a namespace was given, or SCOPE_NONE. */
static u32 scope_word(struct pid_namespace *ns)
{
	struct scope *scope;

	if (ns == &init_pid_ns)
		return READ_ONCE(scope_initial);

	scope = scope_lookup(ns);
	return scope ? READ_ONCE(scope->word) : SCOPE_NONE;
}

/* Of one namespace more, further out than those before. */
static void scope_view_add(struct spt_scope_view *view, u32 word, bool first)
{
	u32 value = word & ~SPT_SCOPE_INSTEAD;

	if (first)
		view->own = value;
	if (!view->instead || value == SPT_SCOPE_NO_ATTACH)
		view->effective = max(view->effective, value);
	if (word & SPT_SCOPE_INSTEAD)
		view->instead = true;
}

static void scope_view_rcu(struct pid_namespace *ns,
			   struct spt_scope_view *view)
{
	struct pid_namespace *outer;
	bool found = false;

	*view = (struct spt_scope_view){ .effective = SPT_SCOPE_CLASSIC };
	/* The initial one always has one, and no parent. */
	for (outer = ns; outer; outer = outer->parent) {
		u32 word = scope_word(outer);

		if (word == SCOPE_NONE)
			continue;
		scope_view_add(view, word, !found);
		if (outer == ns)
			view->set = true;
		found = true;
	}
}

/**
 * spt_scope_view - what scope a pid namespace has
 * @ns: the namespace; the caller sees to it that it stays
 * @view: filled, as it is at one moment
 *
 * Context: any but an interrupt's.
 */
void spt_scope_view(struct pid_namespace *ns, struct spt_scope_view *view)
{
	unsigned int seq;

	rcu_read_lock();
	do {
		seq = read_seqcount_begin(&scope_seq);
		scope_view_rcu(ns, view);
	} while (read_seqcount_retry(&scope_seq, seq));
	rcu_read_unlock();
}

/* A reader may compare with the namespace as long as it sees the scope. */
static void scope_free(struct rcu_head *rcu)
{
	struct scope *scope = container_of(rcu, struct scope, rcu);

	put_pid(scope->init);
	kfree(scope);
}

static void scope_remove(struct scope *scope)
{
	lockdep_assert_held(&scope_mutex);

	hash_del_rcu(&scope->node);
	spt_watch_end(&scope->watch);
	if (scope->word & SPT_SCOPE_INSTEAD)
		scope_pass_put();
	call_rcu(&scope->rcu, scope_free);
}

/*
 * Once its init is a zombie, no process is in a namespace or can come to it:
 * zap_pid_ns_processes() sees to that before.
 */
static void scope_sweep(struct work_struct *work)
{
	struct spt_watch *watch;

	mutex_lock(&scope_mutex);
	while ((watch = spt_watcher_next(&scope_watcher)))
		if (spt_process_ended(watch->tgid))
			scope_remove(watch->owner);
	mutex_unlock(&scope_mutex);
}

static struct pid *scope_find_init(struct pid_namespace *ns)
{
	struct pid *init;

	rcu_read_lock();
	init = get_pid(find_pid_ns(1, ns));
	rcu_read_unlock();

	return init;
}

static struct scope *scope_alloc(struct pid_namespace *ns)
{
	struct scope *scope;

	scope = kzalloc(sizeof(*scope), GFP_KERNEL_ACCOUNT);
	if (!scope)
		return ERR_PTR(-ENOMEM);
	scope->init = scope_find_init(ns);
	if (!scope->init) {
		kfree(scope);
		return ERR_PTR(-ESRCH);
	}

	scope->ns = ns;
	return scope;
}

/* Watched first, then looked at: an end in between isn't missed. */
static int scope_add(struct scope *scope, unsigned int level, u32 value,
		     u32 instead)
{
	lockdep_assert_held(&scope_mutex);

	scope->word = value | instead;
	scope->said[level] = value + 1;
	spt_watch_begin(&scope_watcher, &scope->watch, scope->init, scope);
	write_seqcount_begin(&scope_seq);
	hash_add_rcu(scope_table, &scope->node, (unsigned long)scope->ns);
	write_seqcount_end(&scope_seq);
	if (!spt_process_ended(scope->init))
		return 0;

	/* The hold stays the caller's. */
	scope->word = value;
	scope_remove(scope);
	return -ESRCH;
}

/* The hold on what @word's flag needs is handed over; the old one's is given up. */
static void scope_store(u32 *place, u32 word)
{
	u32 old = *place;

	lockdep_assert_held(&scope_mutex);

	write_seqcount_begin(&scope_seq);
	WRITE_ONCE(*place, word);
	write_seqcount_end(&scope_seq);
	if (old & SPT_SCOPE_INSTEAD)
		scope_pass_put();
}

static int scope_change(struct scope *scope, unsigned int level, u32 value,
			u32 instead)
{
	unsigned int outer;

	lockdep_assert_held(&scope_mutex);

	for (outer = 0; outer < level; outer++)
		if (scope->said[outer] > value + 1)
			return -EPERM;

	memset(&scope->said[level], 0, sizeof(scope->said) - level);
	scope->said[level] = value + 1;
	scope_store(&scope->word, value | instead);
	return 0;
}

/* @made is used up when the namespace has none yet. */
static int scope_set_locked(struct pid_namespace *ns, unsigned int level,
			    u32 value, u32 instead, struct scope **made)
{
	struct spt_scope_view view;
	struct scope *scope;

	lockdep_assert_held(&scope_mutex);

	spt_scope_view(ns, &view);
	if (view.own == SPT_SCOPE_NO_ATTACH && value != SPT_SCOPE_NO_ATTACH)
		return -EPERM;

	if (ns == &init_pid_ns) {
		scope_store(&scope_initial, value | instead);
		return 0;
	}
	scope = scope_lookup(ns);
	if (scope)
		return scope_change(scope, level, value, instead);

	scope = *made;
	*made = NULL;
	return scope_add(scope, level, value, instead);
}

/* Takes over the hold on what @instead needs. */
static int scope_set_passing(struct pid_namespace *ns, unsigned int level,
			     u32 value, bool instead, struct scope **made)
{
	u32 flag = instead ? SPT_SCOPE_INSTEAD : 0;
	int err;

	err = scope_set_locked(ns, level, value, flag, made);
	if (err && instead)
		scope_pass_put();

	return err;
}

static void scope_discard(struct scope *made)
{
	if (!made)
		return;

	put_pid(made->init);
	kfree(made);
}

/**
 * spt_scope_set - give a pid namespace a scope
 * @ns: the namespace; the caller sees to it that it stays, and has asked for
 *	the right to do this
 * @level: of the pid namespace whose administrator does it, @ns or one that
 *	encloses it
 * @scope: SPT_SCOPE_*
 * @instead: it counts in place of Yama's number; the caller has asked for the right
 *	to say this, which is another
 *
 * A scope that is set without @instead no longer counts in place of Yama's, whoever
 * sets it: that lets attach nobody who couldn't before.
 *
 * Context: process context, may sleep.
 * Return: 0; -EOPNOTSUPP when Yama can't be passed over; -EINVAL for an unknown
 * scope; -EPERM where it is
 * SPT_SCOPE_NO_ATTACH and would no longer be, or would be less than was set from
 * further out; -ESRCH when the namespace has ended; -ENOMEM.
 */
int spt_scope_set(struct pid_namespace *ns, unsigned int level, u32 scope,
		  bool instead)
{
	struct scope *made = NULL;
	int err = 0;

	if (scope > SPT_SCOPE_NO_ATTACH || level > ns->level)
		return -EINVAL;
	if (ns != &init_pid_ns)
		made = scope_alloc(ns);
	if (IS_ERR(made))
		return PTR_ERR(made);

	mutex_lock(&scope_mutex);
	if (instead)
		err = scope_pass_get();
	if (!err)
		err = scope_set_passing(ns, level, scope, instead, &made);
	mutex_unlock(&scope_mutex);
	scope_discard(made);

	return err;
}

/**
 * spt_scope_view_task - what scope counts for a task
 * @task: the task
 * @view: filled; with the strictest for a task that is gone
 *
 * Context: any but an interrupt's.
 */
void spt_scope_view_task(struct task_struct *task, struct spt_scope_view *view)
{
	struct pid_namespace *ns;

	*view = (struct spt_scope_view){
		.own = SPT_SCOPE_NO_ATTACH,
		.effective = SPT_SCOPE_NO_ATTACH,
	};
	rcu_read_lock();
	ns = task_active_pid_ns(task);
	if (ns)
		spt_scope_view(ns, view);
	rcu_read_unlock();
}

/**
 * spt_scope_attach - does a scope let a tracer attach
 * @scope: SPT_SCOPE_*, the one that counts for @tracee
 * @tracee: whom to trace
 * @tracer: the process that would
 *
 * Context: any.
 * Return: whom it lets.
 */
enum spt_scope_answer spt_scope_attach(u32 scope, struct task_struct *tracee,
				       struct pid *tracer)
{
	struct pid *tgid;
	bool covers;

	switch (scope) {
	case SPT_SCOPE_CLASSIC:
		return SPT_SCOPE_LETS;
	case SPT_SCOPE_RESTRICTED:
		break;
	case SPT_SCOPE_ADMIN:
		return SPT_SCOPE_LETS_CAPABLE;
	default:
		return SPT_SCOPE_REFUSES;
	}

	if (spt_process_descends(tracee, tracer))
		return SPT_SCOPE_LETS;

	rcu_read_lock();
	tgid = task_tgid(tracee);
	covers = tgid && spt_ptracer_covers(tgid, tracer);
	rcu_read_unlock();

	return covers ? SPT_SCOPE_LETS : SPT_SCOPE_LETS_CAPABLE;
}

/**
 * spt_scope_traceme - does a scope let a process be traced by its parent
 * @scope: SPT_SCOPE_*, the one that counts for the process
 *
 * Context: any.
 * Return: whom it lets.
 */
enum spt_scope_answer spt_scope_traceme(u32 scope)
{
	switch (scope) {
	case SPT_SCOPE_CLASSIC:
	case SPT_SCOPE_RESTRICTED:
		/* An ancestor, and asked by the tracee itself. */
		return SPT_SCOPE_LETS;
	case SPT_SCOPE_ADMIN:
		return SPT_SCOPE_LETS_CAPABLE;
	default:
		return SPT_SCOPE_REFUSES;
	}
}

/**
 * spt_scope_init - begin with the scope that the parameter says
 * @get: for one more scope that counts in place of Yama's: 0, or an errno with
 *	which setting it fails; may sleep
 * @put: for one less; may sleep
 *
 * Context: process context.
 * Return: 0, or -EINVAL after a message when there is no such scope.
 */
int spt_scope_init(int (*get)(void), void (*put)(void))
{
	if (scope_default > SPT_SCOPE_NO_ATTACH) {
		pr_err("scope=%u: there are the scopes 0 to %u; not loading\n",
		       scope_default, SPT_SCOPE_NO_ATTACH);
		return -EINVAL;
	}

	spt_watcher_init(&scope_watcher, scope_sweep);
	scope_initial = scope_default;
	scope_pass_get = get;
	scope_pass_put = put;
	return 0;
}

/**
 * spt_scope_exit - forget all scopes
 *
 * Context: process context, may sleep; nobody can set one any more.
 */
void spt_scope_exit(void)
{
	struct hlist_node *next;
	struct scope *scope;
	int bucket;

	mutex_lock(&scope_mutex);
	hash_for_each_safe(scope_table, bucket, next, scope, node)
		scope_remove(scope);
	scope_store(&scope_initial, scope_initial & ~SPT_SCOPE_INSTEAD);
	mutex_unlock(&scope_mutex);
	spt_watcher_exit(&scope_watcher);
	rcu_barrier();
}
