// SPDX-License-Identifier: GPL-2.0
/*
 * How a task becomes a tracee: ATTACH, SEIZE, TRACEME, and being born to one.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/sptrace.h>
#include <linux/wait.h>

#include "bond/attach.h"
#include "bond/detach.h"
#include "kernel/hook.h"
#include "kernel/symbol.h"
#include "policy/access.h"
#include "policy/process.h"
#include "record/filter.h"
#include "stops/jobctl.h"
#include "stops/sigmask.h"
#include "stops/stop.h"
#include "tracee/tracee.h"
#include "tracee/tracer.h"

/*
 * An exiting task looks for its tracee once, in spt_lifecycle_probe_exit(),
 * after it has set PF_EXITING. So a link that finds the flag clear afterwards
 * is one that the task will find. The same holds for a tracer's thread group and
 * spt_group_exiting(), which is so before the probe runs.
 */
static bool attach_link_locked(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	if (!spt_tracee_list(tracee))
		return false;

	spt_tracee_get(tracee);
	list_add_tail(&tracee->of_tracer, &tracee->tracer->tracees);
	spt_tracer_use_locked(tracee->tracer);
	/* Hooks may act on the mark as soon as it is there. */
	if (!spt_sigmask_mark(tracee))
		spt_tracee_forget(tracee);

	return tracee->phase == SPT_TRACED;
}

/*
 * From then on the task is traced. With @parent, a tracee from which it inherits
 * that, only if that one still is.
 */
static int attach_link(struct spt_tracee *tracee,
		       const struct spt_tracee *parent)
{
	struct spt_tracer *tracer = tracee->tracer;
	bool linked = false, kept;
	int err;

	err = spt_hooks_get(SPT_WHILE_TRACING);
	if (err)
		return err;

	spin_lock(&tracer->lock);
	if (!parent || parent->phase == SPT_TRACED)
		linked = attach_link_locked(tracee);
	kept = tracee->phase == SPT_TRACED;
	spin_unlock(&tracer->lock);
	if (!linked) {
		/* spt_tracee_forget() has put it for one that was linked for a moment. */
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

static int attach_vetted(struct spt_tracee *tracee, u32 *rule)
{
	struct task_struct *task = tracee->task;
	int err;

	/* As in native ptrace: no exec may change credentials meanwhile. */
	if (mutex_lock_interruptible(&task->signal->cred_guard_mutex))
		return -ERESTARTNOINTR;

	err = spt_access_attach(task, true, rule);
	if (!err) {
		tracee->own.exec_id = READ_ONCE(task->self_exec_id);
		spt_label_get(task, &tracee->own.label);
		err = attach_link(tracee, NULL);
	}
	mutex_unlock(&task->signal->cred_guard_mutex);

	return err;
}

/*
 * What ptrace_attach() does once it has the task: SIGSTOP for an attached one,
 * and a trap for one that is in a group-stop. The caller never sees such a task
 * between the two stops.
 */
static void attach_start(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;

	/* One that was detached meanwhile may have gained privileges: no signal. */
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

static int attach_other(struct spt_tracer *tracer, struct task_struct *task,
			bool seize, unsigned int options, u32 *rule)
{
	struct spt_tracee *tracee;
	int err;

	/* Asked again under the mutex; here, so that a refusal costs little. */
	err = spt_access_attach(task, true, rule);
	if (err)
		return err;

	tracee = spt_tracee_alloc(tracer, current_cred(), current_cred(),
				  false);
	if (IS_ERR(tracee))
		return PTR_ERR(tracee);
	spt_tracee_set_task(tracee, task);
	tracee->seized = seize;
	tracee->options = options;

	err = attach_vetted(tracee, rule);
	if (!err)
		attach_start(tracee);

	spt_tracee_put(tracee);
	return err;
}

/**
 * spt_attach - PTRACE_ATTACH and PTRACE_SEIZE
 * @tracer: the caller's thread group
 * @task: whom to trace
 * @seize: whether not to stop it
 * @options: PTRACE_O_* bits, checked
 *
 * Context: process context, may sleep.
 * Return: 0; -EPERM when it may not be traced, is exiting or is traced
 * already; -EOPNOTSUPP when the hooks can't be armed; -EAGAIN when the user has
 * too many tracees; -ENOMEM; -ERESTARTNOINTR when a signal came while an exec of the
 * task was waited for.
 */
int spt_attach(struct spt_tracer *tracer, struct task_struct *task, bool seize,
	       unsigned int options)
{
	u32 rule = SPT_RULE_NONE;
	int err;

	spt_audit_ptrace(task);
	err = attach_other(tracer, task, seize, options, &rule);
	spt_access_report("attach", task, current, rule);

	return err;
}

/*
 * As in the kernel's ptrace_traceme(), the tracer is judged by the caller's
 * credentials from now on: the parent may be a set-uid program for a moment, and
 * must not keep what it could do then (CVE-2019-13272).
 */
static int attach_traceme_as(struct spt_tracer *tracer,
			     struct task_struct *parent,
			     const struct cred *parent_cred)
{
	struct spt_tracee *tracee;
	int err;

	err = spt_tracer_use(tracer, current_cred());
	if (err)
		return err;

	tracee = spt_tracee_alloc(tracer, current_cred(), parent_cred, true);
	err = PTR_ERR_OR_ZERO(tracee);
	if (err)
		goto unuse;

	spt_tracee_set_task(tracee, current);
	err = attach_link(tracee, NULL);

	/*
	 * A parent that was exiting before the link may not look for us any
	 * more; as natively, that counts as being let go right after the return.
	 */
	if (!err && spt_group_exiting(parent))
		spt_tracee_let_go(tracee);
	spt_tracee_put(tracee);

unuse:
	/* The tracee itself is a user now. */
	spt_tracer_unuse(tracer);
	return err;
}

static int attach_traceme_under(struct spt_tracer *tracer,
				struct task_struct *parent)
{
	const struct cred *cred = get_task_cred(parent);
	int err = attach_traceme_as(tracer, parent, cred);

	put_cred(cred);
	return err;
}

/**
 * spt_attach_traceme - PTRACE_TRACEME: attach the caller to its real parent
 *
 * Context: process context, may sleep.
 * Return: 0; -EPERM when the caller is traced already or may not be traced;
 * what an LSM says; -EOPNOTSUPP when the hooks can't be armed; -EAGAIN when the
 * caller's user has too many tracees; -ENOSPC when there are too many tracers;
 * -ENOMEM.
 */
int spt_attach_traceme(void)
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
		err = attach_traceme_under(tracer, parent);
		spt_tracer_put(tracer);
	} else if (err == -ESRCH) {
		err = 0;	/* reaped: let go right away, as above */
	}

put_parent:
	put_task_struct(parent);
	return err;
}

/**
 * spt_attach_prepare_child - what a child of a tracee needs to be one itself
 * @parent: the current task
 * @by_itself: by CLONE_PTRACE, and not by an option of the tracer's
 *
 * Context: process context, may sleep.
 * Return: the child's tracee object, without a task yet; -EAGAIN when the user that
 * it counts for has too many tracees; -ENOMEM.
 */
struct spt_tracee *spt_attach_prepare_child(struct spt_tracee *parent,
					    bool by_itself)
{
	return spt_tracee_alloc(parent->tracer, parent->tracer_cred,
				parent->user_cred, by_itself);
}

/**
 * spt_attach_adopt_child - a tracee's child has the same tracer
 * @parent: the current task
 * @child: what spt_attach_prepare_child() made; the reference is taken over
 * @task: the child, which has not run yet
 *
 * The kernel's ptrace_init_task(): attached as its parent is, and about to
 * stop before it does anything.
 *
 * Context: process context, may sleep.
 */
void spt_attach_adopt_child(struct spt_tracee *parent, struct spt_tracee *child,
			    struct task_struct *task)
{
	struct spt_tracer *tracer = child->tracer;
	unsigned long flags;

	spt_tracee_set_task(child, task);
	spin_lock(&tracer->lock);
	child->seized = parent->seized;
	child->options = parent->options;
	spt_filter_inherit(child, parent);
	spin_unlock(&tracer->lock);

	if (attach_link(child, parent)) {
		spin_lock(&tracer->lock);
		spt_filter_drop(child);
		spin_unlock(&tracer->lock);
		goto put_child;
	}

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
