// SPDX-License-Identifier: GPL-2.0
/*
 * Served thread groups as data: made, inherited, found, listed, ended.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "bond/detach.h"
#include "kernel/hash.h"
#include "kernel/hook.h"
#include "policy/access.h"
#include "serve/served.h"
#include "stops/dispatch.h"

/**
 * struct served - a served thread group
 * @node: in the table, changed with its lock held, read under RCU
 * @rcu: freed after a grace period
 * @tgid: the group; constant, a reference is held
 * @flags: SPT_SERVE_* bits, which are only ever added; the table's lock, read under
 *	RCU
 * @handle: what makes it a tracer; NULL until it first traces; the table's lock
 */
struct served {
	struct hlist_node node;
	struct rcu_head rcu;
	struct pid *tgid;
	u32 flags;
	struct spt_handle *handle;
};

static DEFINE_HASHTABLE(served_table, 8);
/* Taken in tracepoints' probes; inside of nothing, and nothing inside of it. */
static DEFINE_SPINLOCK(served_lock);

static struct served *served_lookup(const struct pid *tgid)
{
	struct served *served;

	hash_for_each_possible_rcu(served_table, served, node,
				   (unsigned long)tgid,
				   lockdep_is_held(&served_lock))
		if (served->tgid == tgid)
			return served;

	return NULL;
}

NOKPROBE_SYMBOL(served_lookup);

static __always_inline bool served_has(const struct pid *tgid)
{
	bool has;

	if (spt_hash_lacks(served_table, HASH_BITS(served_table), tgid))
		return false;

	rcu_read_lock();
	has = served_lookup(tgid);
	rcu_read_unlock();

	return has;
}

/**
 * spt_served - is a task's thread group served
 * @task: the task; alive, or the caller holds a reference
 *
 * Context: any, with the RCU read lock held where @task isn't current.
 * Return: true when it is, at this moment.
 */
bool spt_served(struct task_struct *task)
{
	return served_has(task_tgid(task));
}

/* Of the functions that serve: nobody else's call is their business. */
bool spt_served_concerns(const struct pt_regs *regs)
{
	return served_has(task_tgid(current));
}

NOKPROBE_SYMBOL(spt_served_concerns);

/* Return: its SPT_SERVE_* bits; 0 also for one that isn't served. */
static u32 served_flags(const struct pid *tgid)
{
	struct served *served;
	u32 flags = 0;

	rcu_read_lock();
	served = served_lookup(tgid);
	if (served)
		flags = READ_ONCE(served->flags);
	rcu_read_unlock();

	return flags;
}

/* The caller has pinned the module and uses the hooks on behalf of the entry. */
static struct served *served_alloc(struct pid *tgid, u32 flags, gfp_t gfp)
{
	struct served *served = kzalloc(sizeof(*served), gfp | __GFP_ACCOUNT);

	if (!served)
		return NULL;

	served->tgid = get_pid(tgid);
	served->flags = flags;
	return served;
}

/* Return: false when the group is served already. */
static bool served_add(struct served *served)
{
	struct served *there;

	spin_lock(&served_lock);
	there = served_lookup(served->tgid);
	if (there)
		WRITE_ONCE(there->flags, there->flags | served->flags);
	else
		hash_add_rcu(served_table, &served->node,
			     (unsigned long)served->tgid);
	spin_unlock(&served_lock);

	return !there;
}

static void served_close(struct spt_handle *handle)
{
	if (!handle)
		return;

	spt_tracer_close(handle);
	kfree(handle);
}

static void served_free(struct served *served)
{
	served_close(served->handle);
	put_pid(served->tgid);
	kfree_rcu(served, rcu);
	spt_hooks_put();
	spt_hooks_unpin();
}

static void served_end(struct pid *tgid)
{
	struct served *served;

	if (spt_hash_lacks(served_table, HASH_BITS(served_table), tgid))
		return;

	spin_lock(&served_lock);
	served = served_lookup(tgid);
	if (served)
		hash_del_rcu(&served->node);
	spin_unlock(&served_lock);

	if (served)
		served_free(served);
}

/*
 * A filter may refuse ptrace(2); see trace.c. One that comes later is seen when the
 * task makes another, or executes a program.
 */
static void served_past_filters(struct task_struct *task)
{
	if (test_task_syscall_work(task, SECCOMP) &&
	    served_flags(task_tgid(task)) & SPT_SERVE_PAST_FILTERS)
		spt_dispatch_serve(task);
}

/**
 * spt_served_begin - SPT_IOC_SERVE: serve the caller's thread group
 * @flags: SPT_SERVE_* bits, checked
 *
 * Context: process context, may sleep; the caller has a handle open.
 * Return: 0, also when it is served already; -EOPNOTSUPP when the hooks can't be
 * armed; -ENOMEM.
 */
int spt_served_begin(u32 flags)
{
	struct served *served;
	int err;

	/* The caller's handle keeps the module. */
	if (!spt_hooks_pin())
		return -EOPNOTSUPP;
	err = spt_hooks_get(SPT_WHILE_SERVING);
	if (err)
		goto unpin;

	err = -ENOMEM;
	served = served_alloc(task_tgid(current), flags, GFP_KERNEL);
	if (!served)
		goto put_hooks;
	if (!served_add(served))
		served_free(served);
	served_past_filters(current);

	return 0;

put_hooks:
	spt_hooks_put();
unpin:
	spt_hooks_unpin();
	return err;
}

/* Return: whether the group's entry has one now, and so doesn't need @handle. */
static bool served_settle(struct pid *tgid, struct spt_handle **handle)
{
	struct served *served;
	bool open = false;

	spin_lock(&served_lock);
	served = served_lookup(tgid);
	if (served && !served->handle && *handle) {
		served->handle = *handle;
		*handle = NULL;
	}
	if (served)
		open = served->handle;
	spin_unlock(&served_lock);

	return open;
}

static int served_open(struct spt_tracer *tracer)
{
	struct spt_handle *handle = NULL;
	int err;

	if (served_settle(tracer->tgid, &handle))
		return 0;

	handle = kzalloc(sizeof(*handle), GFP_KERNEL_ACCOUNT);
	if (!handle)
		return -ENOMEM;
	/* The handle's reference. */
	refcount_inc(&tracer->refs);
	err = spt_tracer_open(handle, tracer);
	if (err) {
		spt_tracer_put(tracer);
		kfree(handle);
		return err;
	}
	spt_tracer_set_flags(handle, SPT_HANDLE_SIGCHLD | SPT_HANDLE_SERVES);

	/* Another thread may have opened one, or the group be gone. */
	served_settle(tracer->tgid, &handle);
	served_close(handle);

	return 0;
}

/**
 * spt_served_open - a served thread group is to trace
 * @task: of the group; the caller, or its parent, to which a reference is held
 *
 * Context: process context, may sleep.
 * Return: the tracer that it is, with a reference taken; -ESRCH when the task was
 * reaped; -ENOSPC as spt_tracer_use(); -ENOMEM.
 */
struct spt_tracer *spt_served_open(struct task_struct *task)
{
	struct spt_tracer *tracer = spt_tracer_of(task);
	int err;

	if (IS_ERR(tracer))
		return tracer;

	err = served_open(tracer);
	if (!err)
		return tracer;

	spt_tracer_put(tracer);
	return ERR_PTR(err);
}

static void served_inherit(struct task_struct *parent,
			   struct task_struct *child)
{
	struct served *served;

	served = served_alloc(task_tgid(child), served_flags(task_tgid(parent)),
			      GFP_ATOMIC);
	if (!served) {
		pr_warn_ratelimited("no memory to serve %s[%d], whose ptrace(2) is native\n",
				    child->comm, task_pid_nr(child));
		return;
	}

	/* Its parent's entry keeps both. */
	spt_hooks_pin_more();
	spt_hooks_get_more();
	served_add(served);
}

/* On every fork(2), with the child not running yet. */
void spt_served_probe_fork(struct task_struct *parent,
			   struct task_struct *child)
{
	if (!served_has(task_tgid(parent)))
		return;

	if (thread_group_leader(child))
		served_inherit(parent, child);
	served_past_filters(child);
}

/* begin_new_exec() has taken Syscall User Dispatch's flag away. */
void spt_served_probe_exec(struct task_struct *task,
			   const struct linux_binprm *bprm)
{
	if (!served_has(task_tgid(task)))
		return;

	if (bprm->secureexec)
		served_end(task_tgid(task));
	else
		served_past_filters(task);
}

/* Called for every task, after signal->live was counted down. */
void spt_served_probe_exit(struct task_struct *task)
{
	if (!atomic_read(&task->signal->live))
		served_end(task_tgid(task));
}

/**
 * struct served_list - who is served, at one moment
 * @tgids: each with a reference taken
 * @room: how many fit
 * @count: how many there are
 */
struct served_list {
	struct pid **tgids;
	unsigned int room;
	unsigned int count;
};

static void served_collect(struct served_list *all)
{
	struct served *served;
	int bucket;

	all->count = 0;
	spin_lock(&served_lock);
	hash_for_each(served_table, bucket, served, node) {
		if (all->count < all->room)
			all->tgids[all->count] = get_pid(served->tgid);
		all->count++;
	}
	spin_unlock(&served_lock);
}

/* Who comes meanwhile is one that the caller just missed. */
static int served_snapshot(struct served_list *all)
{
	all->room = 0;
	served_collect(all);

	all->room = all->count;
	all->tgids = kvcalloc(max(all->room, 1U), sizeof(*all->tgids),
			      GFP_KERNEL_ACCOUNT);
	if (!all->tgids)
		return -ENOMEM;

	served_collect(all);
	all->count = min(all->count, all->room);
	return 0;
}

static unsigned int served_tracees(struct pid *tgid)
{
	struct spt_tracer *tracer = spt_tracer_find(tgid);
	struct list_head *node;
	unsigned int count = 0;

	if (!tracer)
		return 0;

	spin_lock(&tracer->lock);
	list_for_each(node, &tracer->tracees)
		count++;
	spin_unlock(&tracer->lock);
	spt_tracer_put(tracer);

	return count;
}

/* Return: whether the caller may see it. */
static bool served_describe(struct pid *tgid, struct spt_served *entry)
{
	struct task_struct *task = get_pid_task(tgid, PIDTYPE_TGID);
	bool seen;

	if (!task)
		return false;
	seen = pid_vnr(tgid) && spt_access_see(task);
	put_task_struct(task);
	if (!seen)
		return false;

	*entry = (struct spt_served){
		.tgid = pid_vnr(tgid),
		.tracees = served_tracees(tgid),
		.pid_ns = ns_of_pid(tgid)->ns.inum,
	};
	return true;
}

static int served_store(const struct served_list *all, struct spt_list *list)
{
	void __user *to = u64_to_user_ptr(list->entries);
	size_t size = list->entry_size;
	struct spt_served entry;
	size_t known = min(size, sizeof(entry));
	unsigned int i;

	for (i = 0; i < all->count; i++) {
		if (!served_describe(all->tgids[i], &entry))
			continue;
		if (list->total++ >= list->capacity)
			continue;
		if (copy_to_user(to, &entry, known) ||
		    clear_user(to + known, size - known))
			return -EFAULT;
		to += size;
	}

	return 0;
}

/**
 * spt_served_list - SPT_IOC_SERVED
 * @user: the caller's structure
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0; -EFAULT; -ENOMEM; -EINVAL when a field that must be zero isn't or
 * the caller's entries are too small or larger than a page.
 */
int spt_served_list(struct spt_list __user *user, size_t size)
{
	struct served_list all;
	struct spt_list list;
	int err;

	err = copy_struct_from_user(&list, sizeof(list), user, size);
	if (err)
		return err;
	if (list.total || list.reserved ||
	    list.entry_size < SPT_SERVED_SIZE_VER0 ||
	    list.entry_size > PAGE_SIZE)
		return -EINVAL;

	err = served_snapshot(&all);
	if (err)
		return err;
	err = served_store(&all, &list);
	while (all.count)
		put_pid(all.tgids[--all.count]);
	kvfree(all.tgids);
	if (err)
		return err;

	return copy_to_user(user, &list, min(size, sizeof(list))) ? -EFAULT : 0;
}
