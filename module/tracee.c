// SPDX-License-Identifier: GPL-2.0
/*
 * Tracees: finding, attaching, letting go.
 */
#include <linux/hashtable.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sptrace.h>
#include <linux/wait.h>

#include "access.h"
#include "compat.h"
#include "hook.h"
#include "jobctl.h"
#include "limit.h"
#include "notify.h"
#include "process.h"
#include "sigmask.h"
#include "stop.h"
#include "symbol.h"
#include "syscall.h"
#include "tracee.h"
#include "zombie.h"

/*
 * The tracees, by task, until their tracer has taken the report of their end.
 * A task is there once at most: it has one shadow tracer.
 */
static DEFINE_HASHTABLE(tracee_table, 10);
static DEFINE_SPINLOCK(tracee_table_lock);
static atomic_t tracee_dying = ATOMIC_INIT(0);	/* those in SPT_DYING */

/**
 * spt_tracee_get - take a reference
 * @tracee: a tracee to which the caller holds one
 *
 * Return: @tracee.
 */
struct spt_tracee *spt_tracee_get(struct spt_tracee *tracee)
{
	refcount_inc(&tracee->refs);
	return tracee;
}

/**
 * spt_tracee_put - drop a reference
 * @tracee: the tracee
 *
 * Context: any but interrupts. Under tracer->lock, the caller must hold
 * another reference to the tracee or to the tracer.
 */
void spt_tracee_put(struct spt_tracee *tracee)
{
	if (!refcount_dec_and_test(&tracee->refs))
		return;

	/* A child that was never made; it has none itself. */
	if (tracee->own.child)
		spt_tracee_put(tracee->own.child);
	spt_limit_tracee_gone(tracee->tracer_cred);
	put_cred(tracee->tracer_cred);
	if (tracee->task) {
		put_pid(tracee->tid);
		put_pid(tracee->tgid);
		put_task_struct(tracee->task);
	}
	spt_tracer_put(tracee->tracer);
	kfree_rcu(tracee, rcu);
}

static struct spt_tracee *tracee_lookup(struct task_struct *task)
{
	struct spt_tracee *tracee;

	hash_for_each_possible_rcu(tracee_table, tracee, by_task,
				   (unsigned long)task,
				   lockdep_is_held(&tracee_table_lock))
		if (tracee->task == task)
			return tracee;

	return NULL;
}

/**
 * spt_tracee_find_rcu - the tracee that a task is, for a look
 * @task: the task
 *
 * Context: any, with the RCU read lock held.
 * Return: the tracee, valid while the RCU read lock is held, or NULL.
 */
struct spt_tracee *spt_tracee_find_rcu(struct task_struct *task)
{
	return tracee_lookup(task);
}

/**
 * spt_tracee_find - the tracee that a task is
 * @task: the task
 *
 * Context: any.
 * Return: the tracee with a reference taken, or NULL.
 */
struct spt_tracee *spt_tracee_find(struct task_struct *task)
{
	struct spt_tracee *tracee;

	rcu_read_lock();
	tracee = tracee_lookup(task);
	if (tracee && !refcount_inc_not_zero(&tracee->refs))
		tracee = NULL;
	rcu_read_unlock();

	return tracee;
}

/**
 * spt_tracee_of - the tracee that a request names
 * @tracer: who asks
 * @tid: the thread id in the caller's pid namespace
 *
 * Context: process context.
 * Return: the tracee with a reference taken, or NULL when @tid is not a tracee
 * of @tracer. It may be dead.
 */
struct spt_tracee *spt_tracee_of(struct spt_tracer *tracer, pid_t tid)
{
	struct spt_tracee *tracee = NULL;
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_vpid(tid), PIDTYPE_PID);
	if (task)
		tracee = spt_tracee_find(task);
	rcu_read_unlock();

	if (tracee && tracee->tracer != tracer) {
		spt_tracee_put(tracee);
		return NULL;
	}

	return tracee;
}

/**
 * spt_tracees_for_each - visit every tracee, alive or dead
 * @visit: called with the RCU read lock held; may not sleep
 * @data: passed on
 *
 * Context: any.
 */
void spt_tracees_for_each(void (*visit)(struct spt_tracee *tracee, void *data),
			  void *data)
{
	struct spt_tracee *tracee;
	int bucket;

	rcu_read_lock();
	hash_for_each_rcu(tracee_table, bucket, tracee, by_task)
		visit(tracee, data);
	rcu_read_unlock();
}

static struct spt_tracee *tracee_alloc(struct spt_tracer *tracer,
				       const struct cred *tracer_cred)
{
	struct spt_tracee *tracee;
	int err;

	tracee = spt_tracer_zalloc(tracer->memcg, sizeof(*tracee));
	if (!tracee)
		return ERR_PTR(-ENOMEM);
	err = spt_limit_tracee(tracer_cred);
	if (err) {
		kfree(tracee);
		return ERR_PTR(err);
	}

	refcount_set(&tracee->refs, 1);
	refcount_inc(&tracer->refs);
	tracee->tracer = tracer;
	tracee->tracer_cred = get_cred(tracer_cred);
	tracee->phase = SPT_TRACED;
	tracee->state = SPT_AWAKE;
	INIT_LIST_HEAD(&tracee->of_tracer);
	INIT_LIST_HEAD(&tracee->report_node);
	INIT_HLIST_NODE(&tracee->exit_node);
	init_waitqueue_head(&tracee->idle);

	return tracee;
}

static void tracee_set_task(struct spt_tracee *tracee, struct task_struct *task)
{
	tracee->task = get_task_struct(task);
	tracee->tid = get_task_pid(task, PIDTYPE_PID);
	tracee->tgid = get_task_pid(task, PIDTYPE_TGID);
	tracee->own.exec_id = READ_ONCE(task->self_exec_id);
}

/*
 * The task is no longer traced, whatever is still to be reported of it. Armed
 * hooks belong to tracees whose task is alive; the place in the table to the
 * dead as well, but not to one who lives on and may find another tracer.
 */
static void tracee_sever(struct spt_tracee *tracee, enum spt_tracee_phase phase)
{
	bool alive = tracee->phase < SPT_EXITED;

	if (tracee->phase == SPT_DYING)
		atomic_dec(&tracee_dying);

	lockdep_assert_held(&tracee->tracer->lock);

	WRITE_ONCE(tracee->phase, phase);
	wake_up(&tracee->idle);
	if (alive) {
		spt_stop_cancel_kick(tracee);
		spt_syscall_trace(tracee, false);
		spt_sigmask_unmark(tracee);
		spt_hooks_put();
	}
	if (phase != SPT_EXITED) {
		spin_lock(&tracee_table_lock);
		hash_del_rcu(&tracee->by_task);
		spin_unlock(&tracee_table_lock);
		spt_zombie_tracee_gone();
	}
}

static void tracee_post_last(struct spt_tracee *tracee,
			     const struct spt_report *report)
{
	spt_stop_post_report(tracee, report);
	spt_notify_tracer(tracee);
	wake_up_interruptible_poll(&tracee->tracer->wait, EPOLLIN);
}

/**
 * spt_tracee_forget - the tracer knows all that there is to know
 * @tracee: a tracee; the caller holds a reference
 *
 * Ends the bond. A stopped task goes on.
 *
 * Context: tracer->lock held.
 */
void spt_tracee_forget(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;

	lockdep_assert_held(&tracer->lock);

	if (tracee->phase == SPT_GONE)
		return;

	tracee_sever(tracee, SPT_GONE);
	spt_stop_drop_report(tracee);
	list_del_init(&tracee->of_tracer);
	if (spt_state_stopping_or_stopped(tracee->state))
		spt_stop_set_state(tracee, SPT_WAKING);

	/* Others may be waiting for this one alone: ECHILD, or EPOLLHUP. */
	wake_up_interruptible_poll(&tracer->wait, EPOLLIN | EPOLLHUP);
	spt_tracee_put(tracee);
}

/**
 * spt_tracee_let_go - detach a tracee, wherever it is
 * @tracee: a tracee; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_let_go(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	spt_tracee_forget(tracee);
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_exited - the task is gone for good; tell the tracer
 * @tracee: a tracee; the caller holds a reference
 * @code: the wait status
 * @rusage: what the task has used
 *
 * Context: any but interrupts.
 */
void spt_tracee_exited(struct spt_tracee *tracee, int code,
		       const struct rusage *rusage)
{
	struct spt_report report = { .status = code };

	if (!(code & 0x7f))
		report.cause = CLD_EXITED;
	else
		report.cause = code & 0x80 ? CLD_DUMPED : CLD_KILLED;

	spin_lock(&tracee->tracer->lock);
	if (tracee->phase < SPT_EXITED && !tracee->tracer->handles) {
		/* By TRACEME; its parent does not ask. */
		spt_tracee_forget(tracee);
	} else if (tracee->phase < SPT_EXITED) {
		tracee_sever(tracee, SPT_EXITED);
		spt_stop_kill_state(tracee);
		tracee->rusage = *rusage;
		tracee_post_last(tracee, &report);
	}
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_dying - a leader exits while other threads of its group go on
 * @tracee: a tracee; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_dying(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	if (tracee->phase == SPT_TRACED) {
		WRITE_ONCE(tracee->phase, SPT_DYING);
		atomic_inc(&tracee_dying);
		spt_stop_cancel_kick(tracee);
		spt_stop_drop_report(tracee);
		spt_stop_kill_state(tracee);
	}
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_exits - a tracee will come to no stop any more
 * @tracee: the current task, or its leader; the caller holds a reference
 *
 * Its end may be reported only after that of its threads has been taken, which
 * a tracer that waits for it in an attach would never do.
 *
 * Context: any but interrupts.
 */
void spt_tracee_exits(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	tracee->trapping = false;
	wake_up(&tracee->idle);
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracees_dying - is there a tracee that spt_tracee_dying() was told of
 *
 * Context: any.
 * Return: true when there is one.
 */
bool spt_tracees_dying(void)
{
	return atomic_read(&tracee_dying);
}

/**
 * spt_tracee_lost - the tracer may no longer trace this task
 * @tracee: the current task, running; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_lost(struct spt_tracee *tracee)
{
	static const struct spt_report report;

	spin_lock(&tracee->tracer->lock);
	if (tracee->phase == SPT_TRACED) {
		tracee_sever(tracee, SPT_DETACHED);
		tracee_post_last(tracee, &report);
	}
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_tracee_renumber - the task took over its leader's thread id
 * @tracee: the current task; the caller holds a reference
 *
 * Context: any but interrupts.
 */
void spt_tracee_renumber(struct spt_tracee *tracee)
{
	struct pid *tid = get_task_pid(tracee->task, PIDTYPE_PID);

	spin_lock(&tracee->tracer->lock);
	swap(tid, tracee->tid);
	spin_unlock(&tracee->tracer->lock);
	put_pid(tid);
}

/*
 * An exiting task looks for its tracee once, in spt_lifecycle_probe_exit(),
 * after it has set PF_EXITING. So a link that finds the flag clear afterwards
 * is one that the task will find. The same holds for a tracer's thread group,
 * whose @live is zero before the probe runs.
 */
static bool tracee_link_locked(struct spt_tracee *tracee)
{
	bool free;

	lockdep_assert_held(&tracee->tracer->lock);

	spin_lock(&tracee_table_lock);
	free = !tracee_lookup(tracee->task);
	if (free)
		hash_add_rcu(tracee_table, &tracee->by_task,
			     (unsigned long)tracee->task);
	spin_unlock(&tracee_table_lock);
	if (!free)
		return false;

	spt_tracee_get(tracee);
	list_add_tail(&tracee->of_tracer, &tracee->tracer->tracees);
	/* Hooks may act on the mark as soon as it is there. */
	if (!spt_sigmask_mark(tracee))
		spt_tracee_forget(tracee);

	return tracee->phase == SPT_TRACED;
}

/* The task's parent must still be traced for a child to inherit that. */
static int tracee_link(struct spt_tracee *tracee,
		       const struct spt_tracee *parent)
{
	struct spt_tracer *tracer = tracee->tracer;
	bool linked = false, kept;
	int err;

	err = spt_hooks_get();
	if (err)
		return err;

	spin_lock(&tracer->lock);
	if (!parent || parent->phase == SPT_TRACED)
		linked = tracee_link_locked(tracee);
	kept = tracee->phase == SPT_TRACED;
	spin_unlock(&tracer->lock);
	if (!linked) {
		/* One that was linked for a moment has put it already. */
		if (kept)
			spt_hooks_put();
		return -EPERM;
	}

	/* Pairs with the full barrier of do_exit()'s atomic_dec_and_test(). */
	smp_mb();
	if (READ_ONCE(tracee->task->flags) & PF_EXITING) {
		spt_tracee_let_go(tracee);
		return -EPERM;
	}

	return 0;
}

static int tracee_link_other(struct spt_tracee *tracee, u32 *rule)
{
	struct task_struct *task = tracee->task;
	int err;

	/* As in native ptrace: no exec may change credentials meanwhile. */
	if (mutex_lock_interruptible(&task->signal->cred_guard_mutex))
		return -ERESTARTNOINTR;

	err = spt_access_attach(task, true, rule);
	if (!err) {
		tracee->own.exec_id = READ_ONCE(task->self_exec_id);
		err = tracee_link(tracee, NULL);
	}
	mutex_unlock(&task->signal->cred_guard_mutex);

	return err;
}

/*
 * What ptrace_attach() does once it has the task: SIGSTOP for an attached one,
 * and a trap for one that is in a group-stop. The caller never sees such a task
 * between the two stops.
 */
static void tracee_start(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;

	/* What was let go meanwhile may have privileges now. */
	spin_lock(&tracer->lock);
	if (tracee->phase == SPT_TRACED) {
		if (!tracee->seized)
			send_sig(SIGSTOP, tracee->task, 1);
		spt_jobctl_wake_stopped(tracee);
	}
	spin_unlock(&tracer->lock);

	wait_event_killable(tracee->idle, !READ_ONCE(tracee->trapping) ||
			    READ_ONCE(tracee->phase) != SPT_TRACED);
}

static int tracee_attach(struct spt_tracer *tracer, struct task_struct *task,
			 bool seize, unsigned int options, u32 *rule)
{
	struct spt_tracee *tracee;
	int err;

	/* Asked again under the mutex; here, so that a refusal costs little. */
	err = spt_access_attach(task, true, rule);
	if (err)
		return err;

	tracee = tracee_alloc(tracer, current_cred());
	if (IS_ERR(tracee))
		return PTR_ERR(tracee);
	tracee_set_task(tracee, task);
	tracee->seized = seize;
	tracee->options = options;

	err = tracee_link_other(tracee, rule);
	if (!err)
		tracee_start(tracee);

	spt_tracee_put(tracee);
	return err;
}

/**
 * spt_tracee_attach - PTRACE_ATTACH and PTRACE_SEIZE
 * @tracer: the caller's thread group
 * @task: whom to trace
 * @seize: whether not to stop it
 * @options: PTRACE_O_* bits, checked
 *
 * Context: process context, may sleep.
 * Return: 0; -EPERM when it may not be traced, is exiting or is traced
 * already; -EAGAIN when the hooks can't be armed or the user has too many
 * tracees; -ENOMEM; -ERESTARTNOINTR when a signal came while an exec of the
 * task was waited for.
 */
int spt_tracee_attach(struct spt_tracer *tracer, struct task_struct *task,
		      bool seize, unsigned int options)
{
	u32 rule = SPT_RULE_NONE;
	int err;

	err = tracee_attach(tracer, task, seize, options, &rule);
	spt_access_report("attach", task, current, rule);

	return err;
}

/*
 * The credentials are the parent's, not the caller's as in the kernel's
 * ptrace_traceme(): what the caller may execute under its tracer is decided by
 * what the tracer may do.
 */
static int tracee_traceme_under(struct spt_tracer *tracer,
				struct task_struct *parent)
{
	const struct cred *cred = get_task_cred(parent);
	struct spt_tracee *tracee = tracee_alloc(tracer, cred);
	int err;

	put_cred(cred);
	if (IS_ERR(tracee))
		return PTR_ERR(tracee);
	tracee_set_task(tracee, current);

	err = tracee_link(tracee, NULL);

	/*
	 * A parent that died before the link will not look for us any more;
	 * as natively, that counts as being let go right after the return.
	 */
	if (!err && !atomic_read(&parent->signal->live))
		spt_tracee_let_go(tracee);

	spt_tracee_put(tracee);
	return err;
}

/**
 * spt_tracee_traceme - PTRACE_TRACEME: attach the caller to its real parent
 *
 * Context: process context, may sleep.
 * Return: 0; -EPERM when the caller is traced already or may not be traced;
 * what an LSM says; -EAGAIN when the hooks can't be armed or the parent's user
 * has too many tracees; -ENOSPC when there are too many tracers; -ENOMEM.
 */
int spt_tracee_traceme(void)
{
	struct task_struct *parent = spt_process_parent();
	struct spt_tracer *tracer;
	u32 rule;
	int err;

	err = spt_access_traceme(parent, &rule);
	spt_access_report("traceme", current, parent, rule);
	if (err)
		goto put_parent;

	tracer = spt_tracer_of(parent);
	err = PTR_ERR_OR_ZERO(tracer);
	if (!err) {
		err = tracee_traceme_under(tracer, parent);
		spt_tracer_put(tracer);
	} else if (err == -ESRCH) {
		err = 0;	/* reaped: let go right away, as above */
	}

put_parent:
	put_task_struct(parent);
	return err;
}

/**
 * spt_tracee_prepare_child - what a child of a tracee needs to be one itself
 * @parent: the current task
 *
 * Context: process context, may sleep.
 * Return: the child's tracee object, without a task yet; -EAGAIN when the
 * tracer's user has too many tracees; -ENOMEM.
 */
struct spt_tracee *spt_tracee_prepare_child(struct spt_tracee *parent)
{
	return tracee_alloc(parent->tracer, parent->tracer_cred);
}

/**
 * spt_tracee_adopt_child - a tracee's child has the same tracer
 * @parent: the current task
 * @child: what spt_tracee_prepare_child() made; the reference is taken over
 * @task: the child, which has not run yet
 *
 * The kernel's ptrace_init_task(): attached as its parent is, and about to
 * stop before it does anything.
 *
 * Context: process context, may sleep.
 */
void spt_tracee_adopt_child(struct spt_tracee *parent, struct spt_tracee *child,
			    struct task_struct *task)
{
	struct spt_tracer *tracer = child->tracer;
	unsigned long flags;

	tracee_set_task(child, task);
	spin_lock(&tracer->lock);
	child->seized = parent->seized;
	child->options = parent->options;
	spin_unlock(&tracer->lock);

	if (tracee_link(child, parent))
		goto put_child;

	if (child->seized) {
		spin_lock(&tracer->lock);
		if (child->phase == SPT_TRACED)
			spt_stop_trap(child);
		spin_unlock(&tracer->lock);
	} else if (spt_lock_task_sighand(task, &flags)) {
		sigaddset(&task->pending.signal, SIGSTOP);
		set_tsk_thread_flag(task, TIF_SIGPENDING);
		spt_unlock_task_sighand(task, &flags);
	}

put_child:
	spt_tracee_put(child);
}
