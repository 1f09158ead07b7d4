// SPDX-License-Identifier: GPL-2.0
/*
 * SPT_IOC_STATUS: who is traced by whom, as far as the caller may know.
 */
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "policy/access.h"
#include "requests/status.h"
#include "tracee/tracee.h"

/**
 * struct status_snapshot - the tracees at one moment
 * @tracees: each with a reference taken
 * @capacity: how many fit
 * @count: how many there are
 */
struct status_snapshot {
	struct spt_tracee **tracees;
	unsigned int capacity;
	unsigned int count;
};

static void status_count(struct spt_tracee *tracee, void *data)
{
	unsigned int *count = data;

	(*count)++;
}

static void status_collect(struct spt_tracee *tracee, void *data)
{
	struct status_snapshot *all = data;

	if (all->count < all->capacity && refcount_inc_not_zero(&tracee->refs))
		all->tracees[all->count++] = tracee;
}

static int status_snapshot(struct status_snapshot *all)
{
	all->count = 0;
	all->capacity = 0;
	spt_tracees_for_each(status_count, &all->capacity);

	/* A tracee that comes between is one that the caller just missed. */
	all->tracees = kvcalloc(max(all->capacity, 1U), sizeof(*all->tracees),
				GFP_KERNEL_ACCOUNT);
	if (!all->tracees)
		return -ENOMEM;

	spt_tracees_for_each(status_collect, all);
	return 0;
}

static void status_release(struct status_snapshot *all)
{
	while (all->count)
		spt_tracee_put(all->tracees[--all->count]);
	kvfree(all->tracees);
}

static u64 status_pid_ns(struct task_struct *task)
{
	struct pid_namespace *ns;
	u64 inum = 0;

	rcu_read_lock();
	ns = task_active_pid_ns(task);
	if (ns)
		inum = ns->ns.inum;
	rcu_read_unlock();

	return inum;
}

/* Return: whether the caller may see it. */
static bool status_describe(struct spt_tracee *tracee, struct spt_status *entry)
{
	struct spt_tracer *tracer = tracee->tracer;

	if (!spt_access_see(tracee->task))
		return false;

	memset(entry, 0, sizeof(*entry));
	entry->pid_ns = status_pid_ns(tracee->task);

	spin_lock(&tracer->lock);
	entry->tid = pid_vnr(tracee->tid);
	entry->tgid = pid_vnr(tracee->tgid);
	entry->tracer = pid_vnr(tracer->tgid);
	entry->state = tracee->state;
	entry->options = tracee->options;
	if (tracee->seized)
		entry->flags |= SPT_TRACEE_SEIZED;
	if (tracee->status == SPT_STATUS_LISTENING)
		entry->flags |= SPT_TRACEE_LISTENING;
	if (!list_empty(&tracee->report_node))
		entry->flags |= SPT_TRACEE_REPORT;
	if (tracee->phase != SPT_TRACED)
		entry->flags |= SPT_TRACEE_EXITED;
	spin_unlock(&tracer->lock);

	return entry->tid != 0;
}

/**
 * struct status_entries - what the caller may know of them
 * @entries: as many as it has room for
 * @room: how many that is
 * @total: how many there would be
 */
struct status_entries {
	struct spt_status *entries;
	unsigned int room;
	unsigned int total;
};

/* Tracees are held for this, and not while the caller's memory is written. */
static int status_take(struct status_entries *said)
{
	struct status_snapshot all;
	struct spt_status surplus;
	unsigned int i;
	int err;

	err = status_snapshot(&all);
	if (err)
		return err;

	said->room = min(said->room, all.count);
	said->entries = kvcalloc(max(said->room, 1U), sizeof(*said->entries),
				 GFP_KERNEL_ACCOUNT);
	if (!said->entries)
		err = -ENOMEM;
	for (i = 0; i < all.count && !err; i++) {
		bool fits = said->total < said->room;

		if (status_describe(all.tracees[i],
				    fits ? &said->entries[said->total] : &surplus))
			said->total++;
	}
	status_release(&all);

	return err;
}

static int status_store(const struct status_entries *said, void __user *to,
			u32 size)
{
	unsigned int i, count = min(said->room, said->total);
	size_t known = min_t(size_t, sizeof(*said->entries), size);

	for (i = 0; i < count; i++, to += size)
		if (copy_to_user(to, &said->entries[i], known) ||
		    clear_user(to + known, size - known))
			return -EFAULT;

	return 0;
}

/**
 * spt_status - SPT_IOC_STATUS
 * @user: the caller's structure
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0; -EFAULT; -ENOMEM; -EINVAL when a field that must be zero isn't or
 * the caller's entries are too small or larger than a page.
 */
int spt_status(struct spt_list __user *user, size_t size)
{
	struct status_entries said = {};
	struct spt_list list;
	int err;

	err = copy_struct_from_user(&list, sizeof(list), user, size);
	if (err)
		return err;
	if (list.total || list.reserved ||
	    list.entry_size < SPT_STATUS_SIZE_VER0 ||
	    list.entry_size > PAGE_SIZE)
		return -EINVAL;

	said.room = list.capacity;
	err = status_take(&said);
	if (!err)
		err = status_store(&said, u64_to_user_ptr(list.entries),
				   list.entry_size);
	kvfree(said.entries);
	if (err)
		return err;

	list.total = said.total;
	return copy_to_user(user, &list, min(size, sizeof(list))) ? -EFAULT : 0;
}
