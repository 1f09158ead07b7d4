// SPDX-License-Identifier: GPL-2.0
/*
 * Who is due at the hook on a system call's exit; see hooks/syscall.h for that.
 */
#include <linux/hashtable.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/thread_info.h>

#include "kernel/hash.h"
#include "kernel/hook.h"
#include "stops/exits.h"
#include "tracee/tracee.h"

/* By task; see exits.h. */
static DEFINE_HASHTABLE(exits, 8);
static DEFINE_SPINLOCK(exits_lock);
static bool exits_revoked;	/* the lock above */

static struct spt_tracee *exit_lookup(struct task_struct *task)
{
	struct spt_tracee *tracee;

	lockdep_assert_held(&exits_lock);

	hash_for_each_possible(exits, tracee, exit_node, (unsigned long)task)
		if (tracee->task == task)
			return tracee;

	return NULL;
}

/**
 * spt_exits_done - what a task was due for at the exit hook has been done
 * @tracee: what spt_exits_take() returned; the reference is dropped
 *
 * Context: any but interrupts.
 */
void spt_exits_done(struct spt_tracee *tracee)
{
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

/**
 * spt_exits_expect - the current task is to come to the exit hook
 * @tracee: the current task, in a system call
 *
 * It may have been another tracer's when it entered that call, and be expected
 * on behalf of that one, who isn't concerned any more.
 *
 * Not when the module is being removed.
 *
 * Context: the task itself, preemptible or not; no lock of ours is held.
 */
void spt_exits_expect(struct spt_tracee *tracee)
{
	struct spt_tracee *former = NULL;

	spin_lock(&exits_lock);
	if (!exits_revoked) {
		former = exit_lookup(current);
		if (former)
			hash_del(&former->exit_node);
		else
			spt_hooks_enter_flight();
		spt_tracee_get(tracee);
		WRITE_ONCE(tracee->exit_stale, false);
		WRITE_ONCE(tracee->exit_parked, false);
		hash_add(exits, &tracee->exit_node, (unsigned long)current);
		set_syscall_work(SYSCALL_EXIT_TRAP);
	}
	spin_unlock(&exits_lock);

	if (former)
		spt_tracee_put(former);
}

/**
 * spt_exits_due - is the task due at the exit hook, now that it got a SIGTRAP
 * @task: the current task
 *
 * One whose entry is parked may have been let go in the middle of a call; or be in one
 * that the probe at the entry hasn't seen, since kprobes are off, and that doesn't look
 * like one any more (rt_sigreturn(2), or any that has lost its number). Then it may also
 * be in user mode, and one SIGTRAP of its own making is lost.
 *
 * Context: any but interrupts.
 * Return: whether it is.
 */
bool spt_exits_due(struct task_struct *task)
{
	struct spt_tracee *tracee;
	bool due;

	if (!spt_exits_expected(task))
		return false;

	spin_lock(&exits_lock);
	tracee = exit_lookup(task);
	due = tracee && (!READ_ONCE(tracee->exit_parked) ||
			 spt_arch_in_syscall(task) || spt_hooks_kprobes_off());
	spin_unlock(&exits_lock);

	return due;
}

/**
 * spt_exits_expected - is the task perhaps due at the exit hook
 * @task: the current task, which alone adds its entry and so knows when it has
 *	none
 *
 * Context: any.
 * Return: false when it isn't.
 */
bool spt_exits_expected(const struct task_struct *task)
{
	return !spt_hash_lacks(exits, HASH_BITS(exits), task);
}

NOKPROBE_SYMBOL(spt_exits_expected);

/**
 * spt_exits_take - the task is at the exit hook, or will never be
 * @task: the current task
 *
 * Context: any but interrupts.
 * Return: the tracee that it was when it became due, for spt_exits_done(), or NULL
 * when it isn't.
 */
struct spt_tracee *spt_exits_take(struct task_struct *task)
{
	struct spt_tracee *tracee;

	if (!spt_exits_expected(task))
		return NULL;

	spin_lock(&exits_lock);
	tracee = exit_lookup(task);
	if (tracee)
		hash_del(&tracee->exit_node);
	if (tracee && !spt_arch_stepping(task))
		clear_task_syscall_work(task, SYSCALL_EXIT_TRAP);
	spin_unlock(&exits_lock);

	return tracee;
}

/**
 * spt_exits_keep_flag - set the flag again that somebody else has cleared
 * @task: a task, which is due at the exit hook or isn't
 *
 * Context: any but interrupts.
 */
void spt_exits_keep_flag(struct task_struct *task)
{
	struct spt_tracee *tracee;

	spin_lock(&exits_lock);
	tracee = exit_lookup(task);
	if (tracee && !tracee->exit_stale && !exits_revoked)
		set_task_syscall_work(task, SYSCALL_EXIT_TRAP);
	spin_unlock(&exits_lock);
}

/**
 * spt_exits_task_died - a task dies; it will not come to the exit hook
 * @task: the current task
 *
 * Context: any but interrupts.
 */
void spt_exits_task_died(struct task_struct *task)
{
	struct spt_tracee *tracee = spt_exits_take(task);

	if (tracee)
		spt_exits_done(tracee);
}

/*
 * Between reading the flag and the hook, the kernel calls nothing that sleeps
 * but the audit of the system call's exit, and that after its return.
 */
static bool exit_audited(struct task_struct *task)
{
#ifdef CONFIG_AUDITSYSCALL
	return task->audit_context &&
	       READ_ONCE(task->__state) == TASK_UNINTERRUPTIBLE &&
	       spt_arch_syscall_returned(task);
#else
	return false;
#endif
}

/*
 * Not one that is needed: of a tracee, or of a fork, which may yet fail, and has
 * a flight of its own.
 */
static bool exit_is_over(const struct spt_tracee *tracee)
{
	return READ_ONCE(tracee->phase) == SPT_GONE &&
	       hlist_unhashed_lockless(&tracee->fork_node);
}

/*
 * The flag is gone for good; who has read it already comes to the hook during
 * the next grace period. Return: whether there is one at all.
 */
static bool exits_make_stale(bool all)
{
	struct spt_tracee *tracee;
	bool any = false;
	int bucket;

	spin_lock(&exits_lock);
	exits_revoked |= all;
	hash_for_each(exits, bucket, tracee, exit_node) {
		if (!all && !exit_is_over(tracee))
			continue;
		WRITE_ONCE(tracee->exit_stale, true);
		if (!spt_arch_stepping(tracee->task))
			clear_task_syscall_work(tracee->task,
						SYSCALL_EXIT_TRAP);
		any = true;
	}
	spin_unlock(&exits_lock);

	return any;
}

/* After a grace period. Return: whether some must be left for another one. */
static bool exits_drop_stale(void)
{
	struct spt_tracee *tracee;
	struct hlist_node *next;
	HLIST_HEAD(dropped);
	bool left = false;
	int bucket;

	spin_lock(&exits_lock);
	hash_for_each_safe(exits, bucket, next, tracee, exit_node) {
		if (!tracee->exit_stale)
			continue;
		if (exit_audited(tracee->task)) {
			left = true;
			continue;
		}
		hash_del(&tracee->exit_node);
		hlist_add_head(&tracee->exit_node, &dropped);
	}
	spin_unlock(&exits_lock);

	hlist_for_each_entry_safe(tracee, next, &dropped, exit_node) {
		hlist_del_init(&tracee->exit_node);
		spt_exits_done(tracee);
	}

	return left;
}

/**
 * spt_exits_forget - of those whose bond has ended
 *
 * A task may stay in a system call for days after its tracer has gone, and would
 * keep the hooks armed.
 *
 * Context: process context, may sleep; takes an RCU-tasks grace period.
 */
void spt_exits_forget(void)
{
	if (!exits_make_stale(false))
		return;

	spt_hooks_grace();
	exits_drop_stale();
}

/**
 * spt_exits_revoke - nobody is to come to the exit hook any more
 *
 * For the module's removal, while tasks that were traced still sleep in a
 * system call. Nobody may be at the entry hook.
 *
 * Context: process context, may sleep; takes a few RCU-tasks grace periods.
 */
void spt_exits_revoke(void)
{
	if (!exits_make_stale(true))
		return;

	do {
		spt_hooks_grace();
	} while (exits_drop_stale());
}
