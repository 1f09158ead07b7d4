// SPDX-License-Identifier: GPL-2.0
/*
 * The children of a served tracer, some of which are tracees: which of them a wait is
 * for, and which has stopped or continued. do_wait() would report a tracee's group-stop
 * as its child's, so it is asked for one of these by its number.
 */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <uapi/linux/wait.h>

#include "kernel/symbol.h"
#include "serve/children.h"
#include "tracee/tracee.h"

/**
 * spt_children_match - is a wait for this task
 * @task: the task
 * @tid: its number, which of a thread that executes a program changes
 * @wo: the wait
 *
 * Context: any.
 * Return: true when it is, whatever its exit signal is.
 */
bool spt_children_match(struct task_struct *task, struct pid *tid,
			const struct spt_wait_opts *wo)
{
	bool matches;

	if (wo->wo_type == PIDTYPE_MAX)
		return true;
	if (wo->wo_type != PIDTYPE_PGID)
		return tid == wo->wo_pid;

	rcu_read_lock();
	matches = task_pgrp(task) == wo->wo_pid;
	rcu_read_unlock();

	return matches;
}

static bool child_is_tracee(struct spt_tracer *tracer, struct task_struct *task)
{
	struct spt_tracee *tracee;
	bool is;

	rcu_read_lock();
	tracee = spt_tracee_find_rcu(task);
	is = tracee && tracee->tracer == tracer;
	rcu_read_unlock();

	return is;
}

/*
 * Has a child stopped or continued, as wait_task_stopped() and _continued() ask? Of a
 * leader that has exited they tell while it has threads.
 */
static bool child_has_news(struct task_struct *child, int flags)
{
	const struct signal_struct *signal = child->signal;
	unsigned int state = READ_ONCE(signal->flags);

	if (child->exit_state &&
	    (child->exit_state != EXIT_ZOMBIE || thread_group_empty(child)))
		return false;
	if (flags & WSTOPPED && state & SIGNAL_STOP_STOPPED &&
	    READ_ONCE(signal->group_exit_code))
		return true;

	return flags & WCONTINUED && state & SIGNAL_STOP_CONTINUED;
}

/* As the kernel's eligible_child(): of a tracee, whatever its exit signal is. */
static bool child_eligible(struct task_struct *child, bool traced,
			   const struct spt_wait_opts *wo)
{
	if (!spt_children_match(child, task_pid(child), wo))
		return false;

	return traced || wo->wo_flags & __WALL ||
	       (child->exit_signal != SIGCHLD) == !!(wo->wo_flags & __WCLONE);
}

/* What there is to be told of a child. Return: options of waitid(2), or 0. */
static int child_news(struct task_struct *child, struct spt_tracer *tracer,
		      const struct spt_wait_opts *wo)
{
	int flags = wo->wo_flags & SPT_JOB_CONTROL;
	bool traced;

	if (!child_has_news(child, flags))
		return 0;
	traced = child_is_tracee(tracer, child);
	if (traced)
		flags &= ~WSTOPPED;

	return child_eligible(child, traced, wo) && child_has_news(child, flags) ?
		       flags : 0;
}

static struct pid *children_find_among(struct task_struct *parent,
				       struct spt_tracer *tracer,
				       const struct spt_wait_opts *wo,
				       int *news)
{
	struct task_struct *child;

	list_for_each_entry(child, &parent->children, sibling) {
		*news = child_news(child, tracer, wo);
		if (*news)
			return get_pid(task_pid(child));
	}

	return NULL;
}

/**
 * spt_children_find - a child that has stopped, and isn't a tracee, or has continued
 * @tracer: the caller's thread group
 * @wo: the wait
 * @news: filled with what to ask of it: WSTOPPED and WCONTINUED, as far as @wo has them
 *
 * Context: process context.
 * Return: its number with a reference taken, or NULL.
 */
struct pid *spt_children_find(struct spt_tracer *tracer,
			      const struct spt_wait_opts *wo, int *news)
{
	rwlock_t *tasklist = spt_symbols[SPT_SYM_TASKLIST_LOCK];
	struct task_struct *parent;
	struct pid *found;

	read_lock(tasklist);
	found = children_find_among(current, tracer, wo, news);
	if (!found && !(wo->wo_flags & __WNOTHREAD)) {
		for_each_thread(current, parent) {
			found = children_find_among(parent, tracer, wo, news);
			if (found)
				break;
		}
	}
	read_unlock(tasklist);

	return found;
}

/* More children than these aren't looked through: do_wait() is asked at once. */
#define CHILDREN_FEW		8

static bool children_all_are_tracees(struct task_struct *parent,
				     struct spt_tracer *tracer,
				     unsigned int *seen)
{
	struct task_struct *child;

	/* It may be a native tracer since before it was served. */
	if (!list_empty(&parent->ptraced))
		return false;

	list_for_each_entry(child, &parent->children, sibling)
		if (++*seen > CHILDREN_FEW || READ_ONCE(child->exit_state) ||
		    !child_is_tracee(tracer, child))
			return false;

	return true;
}

/**
 * spt_children_are_tracees - is there no child but living tracees
 * @tracer: the caller's thread group
 *
 * A debugger's wait nearly always finds that.
 *
 * Context: process context.
 * Return: true when there is none; then do_wait() has nothing to tell but that tracees
 * have continued.
 */
bool spt_children_are_tracees(struct spt_tracer *tracer)
{
	rwlock_t *tasklist = spt_symbols[SPT_SYM_TASKLIST_LOCK];
	struct task_struct *parent;
	unsigned int seen = 0;
	bool only = true;

	read_lock(tasklist);
	for_each_thread(current, parent) {
		only = children_all_are_tracees(parent, tracer, &seen);
		if (!only)
			break;
	}
	read_unlock(tasklist);

	return only;
}
