// SPDX-License-Identifier: GPL-2.0
/*
 * Tracers: finding, opening, closing, and letting everyone go.
 */
#include <linux/hashtable.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sptrace.h>

#include "tracee.h"
#include "tracer.h"

/* Tracers by thread group; one whose @refs is zero is on its way out. */
static DEFINE_HASHTABLE(tracer_table, 6);
static DEFINE_SPINLOCK(tracer_table_lock);

static struct spt_tracer *tracer_lookup(struct pid *tgid)
{
	struct spt_tracer *tracer;

	lockdep_assert_held(&tracer_table_lock);

	hash_for_each_possible(tracer_table, tracer, node, (unsigned long)tgid)
		if (tracer->tgid == tgid && refcount_inc_not_zero(&tracer->refs))
			return tracer;

	return NULL;
}

static struct spt_tracer *tracer_alloc(struct pid *tgid)
{
	struct spt_tracer *tracer;

	tracer = kzalloc(sizeof(*tracer), GFP_KERNEL_ACCOUNT);
	if (!tracer)
		return NULL;

	refcount_set(&tracer->refs, 1);
	tracer->tgid = get_pid(tgid);
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

	spin_lock(&tracer_table_lock);
	tracer = tracer_lookup(tgid);
	spin_unlock(&tracer_table_lock);

	return tracer;
}

/**
 * spt_tracer_of - the same, made when there is none
 * @tgid: the thread group
 *
 * Context: process context, may sleep.
 * Return: the tracer with a reference taken, or NULL for lack of memory.
 */
struct spt_tracer *spt_tracer_of(struct pid *tgid)
{
	struct spt_tracer *made = tracer_alloc(tgid);
	struct spt_tracer *tracer;

	if (!made)
		return NULL;

	spin_lock(&tracer_table_lock);
	tracer = tracer_lookup(tgid);
	if (!tracer) {
		hash_add(tracer_table, &made->node, (unsigned long)tgid);
		tracer = made;
	}
	spin_unlock(&tracer_table_lock);

	if (tracer != made) {
		put_pid(made->tgid);
		kfree(made);
	}

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
	hash_del(&tracer->node);
	spin_unlock(&tracer_table_lock);

	put_pid(tracer->tgid);
	kfree_rcu(tracer, rcu);
}

/* With @closed, none once there is a handle again. */
static struct spt_tracee *tracer_first_tracee(struct spt_tracer *tracer,
					      bool closed)
{
	struct spt_tracee *tracee = NULL;

	spin_lock(&tracer->lock);
	if (!closed || !tracer->handles)
		tracee = list_first_entry_or_null(&tracer->tracees,
						  struct spt_tracee, of_tracer);
	if (tracee) {
		spt_tracee_get(tracee);
		if (tracee->options & PTRACE_O_EXITKILL &&
		    tracee->phase < SPT_EXITED)
			send_sig(SIGKILL, tracee->task, 1);
		spt_tracee_forget(tracee);
	}
	spin_unlock(&tracer->lock);

	return tracee;
}

/**
 * spt_tracer_let_go - detach all tracees, kill those under EXITKILL
 * @tracer: the tracer; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracer_let_go(struct spt_tracer *tracer)
{
	struct spt_tracee *tracee;

	while ((tracee = tracer_first_tracee(tracer, false)))
		spt_tracee_put(tracee);
}

static void tracer_closed(struct spt_tracer *tracer)
{
	struct spt_tracee *tracee;

	while ((tracee = tracer_first_tracee(tracer, true)))
		spt_tracee_put(tracee);
}

/**
 * spt_tracer_open - count a handle
 * @handle: the handle
 * @tracer: its tracer; the handle takes over the caller's reference
 *
 * Context: any but interrupts.
 */
void spt_tracer_open(struct spt_handle *handle, struct spt_tracer *tracer)
{
	handle->tracer = tracer;
	spin_lock(&tracer->lock);
	tracer->handles++;
	spin_unlock(&tracer->lock);
}

/**
 * spt_tracer_set_flags - what a handle asks for
 * @handle: the handle
 * @flags: SPT_HANDLE_* bits, checked
 *
 * Context: any but interrupts.
 */
void spt_tracer_set_flags(struct spt_handle *handle, u32 flags)
{
	struct spt_tracer *tracer = handle->tracer;

	spin_lock(&tracer->lock);
	tracer->sigchld += !!(flags & SPT_HANDLE_SIGCHLD);
	tracer->sigchld -= !!(handle->flags & SPT_HANDLE_SIGCHLD);
	handle->flags = flags;
	spin_unlock(&tracer->lock);
}

/**
 * spt_tracer_close - the end of a handle; with the last one, of all tracing
 * @handle: the handle
 *
 * Context: process context.
 */
void spt_tracer_close(struct spt_handle *handle)
{
	struct spt_tracer *tracer = handle->tracer;
	bool last;

	spt_tracer_set_flags(handle, 0);
	spin_lock(&tracer->lock);
	last = !--tracer->handles;
	spin_unlock(&tracer->lock);

	if (last)
		tracer_closed(tracer);
	spt_tracer_put(tracer);
}

static struct spt_tracer *tracer_any(void)
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

/**
 * spt_tracers_let_go - detach every tracee there is
 *
 * For the module's removal: tracees by PTRACE_TRACEME need no open handle.
 *
 * Context: process context; nobody can attach any more.
 */
void spt_tracers_let_go(void)
{
	struct spt_tracer *tracer;

	while ((tracer = tracer_any())) {
		spt_tracer_let_go(tracer);
		spt_tracer_put(tracer);
	}
}
