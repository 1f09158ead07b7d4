// SPDX-License-Identifier: GPL-2.0
/*
 * wait4(2) and waitid(2) of a served tracer: one wait for children and tracees.
 *
 * In place of do_wait(), to which the whole family comes. Each look is at the
 * tracees' reports first, and then at the children by do_wait() itself, which is
 * told not to sleep. In between, the task sleeps on signal->wait_chldexit: there the
 * kernel tells of children, and spt_notify_wake() of tracees.
 *
 * Of a child that is a tracee as well
 *
 *  - stops are the tracee's, and no stop is the child's, as wait_consider_task() has
 *    it; a continuation is the child's;
 *  - the end is the child's: its zombie tells more than the tracee's report, and is
 *    accounted for by wait_task_zombie(). The report is there before the zombie,
 *    so it counts as something to wait for, and goes with the zombie. It is used
 *    only when there will be no zombie, since SIGCHLD is ignored; then the child is
 *    held until it was used, as it would have no number otherwise.
 */
#include <linux/freezer.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>
#include <uapi/linux/wait.h>

#include "bond/detach.h"
#include "bond/zombie.h"
#include "kernel/compat/wait.h"
#include "kernel/hook.h"
#include "kernel/symbol.h"
#include "serve/children.h"
#include "serve/wait.h"
#include "stops/stop.h"
#include "tracee/tracee.h"
#include "tracee/tracer.h"

/* Children whose news is gone when it is asked for, in one look. */
#define WAIT_TRIES		16

/**
 * struct wait_sleeper - a task that waits
 * @entry: in its group's signal->wait_chldexit
 * @woken: something came since it began to look
 */
struct wait_sleeper {
	wait_queue_entry_t entry;
	bool woken;
};

/* Where a dead tracee's end is to be had from. */
enum wait_end {
	WAIT_NOT_YET,
	WAIT_REPORT,
	WAIT_ZOMBIE,
	WAIT_NEITHER,	/* forget the report: a zombie will come */
};

static bool wait_selects(const struct spt_tracee *tracee,
			 const struct spt_wait_opts *wo)
{
	return spt_children_match(tracee->task, tracee->tid, wo);
}

/*
 * A zombie that was held, and whose parent died, comes to the tracer as its child
 * once the bond ends. A thread's doesn't: it is nobody's child. Nor does that of one
 * who ignores SIGCHLD.
 */
static bool wait_becomes_child(const struct spt_tracee *tracee)
{
	return tracee->held && thread_group_leader(tracee->task) &&
	       spt_tracee_is_child(tracee) && !spt_zombie_is_ignored(tracee);
}

static enum wait_end wait_end_of(const struct spt_tracee *tracee)
{
	int state = READ_ONCE(tracee->task->exit_state);

	if (!tracee->end_is_childs)
		return wait_becomes_child(tracee) ? WAIT_NEITHER : WAIT_REPORT;
	if (state == EXIT_DEAD)
		return WAIT_REPORT;
	/* EXIT_TRACE, by zombie_show(), is on its way there. */
	if (state == EXIT_ZOMBIE && thread_group_empty(tracee->task))
		return WAIT_ZOMBIE;

	return WAIT_NOT_YET;
}

static bool wait_ready(const struct spt_tracee *tracee,
		       const struct spt_wait_opts *wo)
{
	if (tracee->claimed)
		return false;

	switch (tracee->phase) {
	case SPT_TRACED:
		/*
		 * As natively, a tracer sees stops whatever it asked for, but none
		 * that SIGKILL is about to end (signal_wake_up()).
		 */
		return spt_state_waitable(tracee->state, tracee->status, true,
					  false) &&
		       !__fatal_signal_pending(tracee->task);
	case SPT_EXITED:
		return wo->wo_flags & WEXITED &&
		       wait_end_of(tracee) != WAIT_NOT_YET;
	default:
		return false;
	}
}

static struct spt_tracee *wait_choose(struct spt_tracer *tracer,
				      const struct spt_wait_opts *wo)
{
	struct spt_tracee *tracee;

	lockdep_assert_held(&tracer->lock);

	list_for_each_entry(tracee, &tracer->reports, report_node)
		if (wait_selects(tracee, wo) && wait_ready(tracee, wo))
			return tracee;

	return NULL;
}

static void wait_fill_info(struct spt_tracee *tracee, struct spt_wait_opts *wo)
{
	struct spt_waitid_info *info = wo->wo_info;
	const struct spt_report *report = &tracee->report;

	info->pid = pid_vnr(tracee->tid);
	info->uid = from_kuid_munged(current_user_ns(),
				     task_uid(tracee->task));
	info->cause = report->cause;
	if (report->cause == CLD_TRAPPED || report->cause == CLD_EXITED)
		info->status = report->status >> 8;
	else
		info->status = report->status & 0x7f;
}

static void wait_consume(struct spt_tracee *tracee)
{
	spt_stop_drop_report(tracee);
	/* As natively, the signal is now for the tracer to pass on. */
	if (spt_state_stopping_or_stopped(tracee->state))
		tracee->resume_signal = 0;
	if (tracee->phase >= SPT_EXITED)
		spt_tracee_forget(tracee);
}

/* Under tracer->lock; what doesn't sleep of wait_task_stopped() and _zombie(). */
static pid_t wait_take(struct spt_tracee *tracee, struct spt_wait_opts *wo)
{
	pid_t pid = pid_vnr(tracee->tid);

	lockdep_assert_held(&tracee->tracer->lock);

	wo->wo_stat = tracee->report.status;
	if (wo->wo_info)
		wait_fill_info(tracee, wo);
	if (wo->wo_rusage && tracee->phase == SPT_EXITED)
		*wo->wo_rusage = tracee->rusage;
	if (!(wo->wo_flags & WNOWAIT))
		wait_consume(tracee);

	return pid;
}

/* do_wait() itself, without its sleep. */
static long wait_natively(struct spt_arch_args *args, struct spt_wait_opts *wo,
			  int flags)
{
	int saved = wo->wo_flags;
	long ret;

	wo->wo_flags = flags | WNOHANG;
	ret = spt_hook_call(args);
	wo->wo_flags = saved;

	return ret;
}

/* Of one child alone. */
static long wait_for_child(struct spt_arch_args *args, struct spt_wait_opts *wo,
			   struct pid *child, int flags)
{
	enum pid_type type = wo->wo_type;
	struct pid *pid = wo->wo_pid;
	long ret;

	wo->wo_type = PIDTYPE_PID;
	wo->wo_pid = child;
	ret = wait_natively(args, wo, flags);
	wo->wo_type = type;
	wo->wo_pid = pid;

	return ret;
}

/*
 * The end of a child that is a tracee, which a tracer gets whatever __WCLONE says.
 * An error says that it has just reaped itself; wait_end_of() sees that next.
 */
static long wait_for_zombie(struct spt_arch_args *args,
			    struct spt_wait_opts *wo,
			    struct spt_tracee *tracee)
{
	long ret;

	ret = wait_for_child(args, wo, tracee->tid,
			     WEXITED | __WALL | (wo->wo_flags & WNOWAIT));
	if (ret > 0 && !(wo->wo_flags & WNOWAIT))
		spt_tracee_let_go(tracee);

	return max(ret, 0L);
}

/* Return: the pid; 0 when there is none, or none any more: look again. */
static long wait_report(struct spt_arch_args *args, struct spt_wait_opts *wo,
			struct spt_tracer *tracer, struct spt_tracee *tracee)
	__must_hold(&tracer->lock)
{
	enum wait_end end = WAIT_REPORT;
	bool stopped;
	long ret = 0;

	lockdep_assert_held(&tracer->lock);

	stopped = tracee->phase == SPT_TRACED;
	if (!stopped)
		end = wait_end_of(tracee);
	spt_tracee_get(tracee);
	if (end == WAIT_REPORT)
		ret = wait_take(tracee, wo);
	else if (end == WAIT_NEITHER)
		spt_tracee_forget(tracee);
	spin_unlock(&tracer->lock);

	if (end == WAIT_ZOMBIE)
		ret = wait_for_zombie(args, wo, tracee);
	else if (ret && stopped && wo->wo_rusage)
		spt_getrusage(tracee->task, RUSAGE_BOTH, wo->wo_rusage);
	spt_tracee_put(tracee);
	spin_lock(&tracer->lock);

	return ret;
}

/*
 * As wait_consider_task(): the dead are waited for with WEXITED; a leader with threads
 * may still be continued.
 */
static bool wait_may_tell(const struct spt_tracee *tracee, int flags)
{
	if (tracee->phase < SPT_EXITED || flags & WEXITED)
		return true;

	return flags & WCONTINUED && thread_group_leader(tracee->task) &&
	       !thread_group_empty(tracee->task);
}

/* Return: whether there is a tracee that may yet have something to tell. */
static bool wait_has_tracee(struct spt_tracer *tracer,
			    const struct spt_wait_opts *wo)
{
	struct spt_tracee *tracee;

	lockdep_assert_held(&tracer->lock);

	list_for_each_entry(tracee, &tracer->tracees, of_tracer)
		if (wait_selects(tracee, wo) &&
		    wait_may_tell(tracee, wo->wo_flags))
			return true;

	return false;
}

/* The reports; in each round one of those that can't be had now goes away. */
static long wait_look_at_tracees(struct spt_arch_args *args,
				 struct spt_wait_opts *wo,
				 struct spt_tracer *tracer, bool *any)
{
	struct spt_tracee *tracee;
	unsigned int tries = 0;
	long ret = 0;

	spin_lock(&tracer->lock);
	while (!ret && tries++ < WAIT_TRIES) {
		tracee = wait_choose(tracer, wo);
		if (!tracee)
			break;
		ret = wait_report(args, wo, tracer, tracee);
	}
	*any = !ret && wait_has_tracee(tracer, wo);
	spin_unlock(&tracer->lock);

	return ret;
}

/* do_wait() would report a tracee's group-stop as its child's: ask one by one. */
static long wait_for_job_control(struct spt_arch_args *args,
				 struct spt_wait_opts *wo,
				 struct spt_tracer *tracer)
{
	int keep = wo->wo_flags & ~(WEXITED | SPT_JOB_CONTROL);
	unsigned int tries = 0;
	struct pid *child;
	long ret = 0;
	int news;

	if (!(wo->wo_flags & SPT_JOB_CONTROL))
		return 0;

	/* Zero: another thread was faster. */
	while (!ret && tries++ < WAIT_TRIES) {
		child = spt_children_find(tracer, wo, &news);
		if (!child)
			break;
		/* That it is eligible has been seen to. */
		ret = wait_for_child(args, wo, child, keep | news | __WALL);
		ret = max(ret, 0L);
		put_pid(child);
	}

	return ret;
}

static struct spt_tracee *wait_find_reaped(struct spt_tracer *tracer, pid_t pid)
{
	struct spt_tracee *tracee;

	lockdep_assert_held(&tracer->lock);

	list_for_each_entry(tracee, &tracer->tracees, of_tracer)
		if (tracee->phase == SPT_EXITED && tracee->end_is_childs &&
		    READ_ONCE(tracee->task->exit_state) == EXIT_DEAD &&
		    pid_vnr(tracee->tid) == pid)
			return tracee;

	return NULL;
}

/* A child was reaped that may have become a zombie after the look at tracees. */
static void wait_forget_reaped(struct spt_tracer *tracer, pid_t pid)
{
	struct spt_tracee *tracee;

	spin_lock(&tracer->lock);
	tracee = wait_find_reaped(tracer, pid);
	if (tracee) {
		spt_tracee_get(tracee);
		spt_tracee_forget(tracee);
	}
	spin_unlock(&tracer->lock);
	if (tracee)
		spt_tracee_put(tracee);
}

/*
 * Of one that traces by ioctl alone, and so waits for its tracees, do_wait() tells all
 * that there is to tell of a child.
 */
static long wait_look_at_children(struct spt_arch_args *args,
				  struct spt_wait_opts *wo,
				  struct spt_tracer *tracer, bool served)
{
	int flags = wo->wo_flags;
	long ret;

	if (served)
		flags &= ~SPT_JOB_CONTROL;
	ret = wait_natively(args, wo, flags);
	/* By PTRACE_TRACEME, the child itself may have made it one just now. */
	if (ret > 0 && !(flags & WNOWAIT) && READ_ONCE(tracer->served))
		wait_forget_reaped(tracer, ret);
	/* A tracee is no child to it with __WCLONE, but its continuation is. */
	if ((ret && ret != -ECHILD) || !served)
		return ret;

	return wait_for_job_control(args, wo, tracer) ?: ret;
}

/*
 * What nearly every look of a debugger is for: a tracee that has stopped, or, when
 * there is nobody else, one that hasn't yet. Nothing is reaped here.
 *
 * Return: the pid; 0 for nothing yet; -EAGAIN when there is more to look at.
 */
static long wait_look_for_stop(struct spt_arch_args *args,
			       struct spt_wait_opts *wo,
			       struct spt_tracer *tracer)
{
	struct spt_tracee *tracee;
	long ret = -EAGAIN;
	bool any;

	spin_lock(&tracer->lock);
	tracee = wait_choose(tracer, wo);
	if (tracee && tracee->phase == SPT_TRACED)
		ret = wait_report(args, wo, tracer, tracee);
	any = !tracee && !(wo->wo_flags & WCONTINUED) &&
	      wait_has_tracee(tracer, wo);
	spin_unlock(&tracer->lock);

	return any && spt_children_are_tracees(tracer) ? 0 : ret;
}

/*
 * Return: the pid that was waited for; 0 for nothing yet; -ECHILD when there will be
 * nothing; another errno of do_wait()'s.
 */
static long wait_look(struct spt_arch_args *args, struct spt_wait_opts *wo,
		      struct spt_tracer *tracer)
{
	bool served, any = false;
	long ret = 0;

	if (READ_ONCE(tracer->served)) {
		ret = wait_look_for_stop(args, wo, tracer);
		if (ret != -EAGAIN)
			return ret;
		ret = 0;
	}

	/* Whoever reaps a child here forgets its report before another looks. */
	mutex_lock(&tracer->look);
	served = READ_ONCE(tracer->served);
	if (served)
		ret = wait_look_at_tracees(args, wo, tracer, &any);
	if (!ret)
		ret = wait_look_at_children(args, wo, tracer, served);
	mutex_unlock(&tracer->look);

	return ret == -ECHILD && any ? 0 : ret;
}

static int wait_wake(struct wait_queue_entry *entry, unsigned int mode,
		     int sync, void *key)
{
	struct wait_sleeper *sleeper = container_of(entry, struct wait_sleeper,
						    entry);

	WRITE_ONCE(sleeper->woken, true);
	/* try_to_wake_up() orders this store before its look at the task's state. */
	return default_wake_function(entry, mode, sync, key);
}

static void wait_sleep(struct wait_sleeper *sleeper)
{
	/* Its barrier orders the store before the look at @woken. */
	set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
	if (!READ_ONCE(sleeper->woken))
		schedule();
	__set_current_state(TASK_RUNNING);
}

static long wait_for_any(struct spt_arch_args *args, struct spt_wait_opts *wo,
			 struct spt_tracer *tracer,
			 struct wait_sleeper *sleeper)
{
	long ret;

	for (;;) {
		/* What comes from here on is seen by the look, or wakes. */
		smp_store_mb(sleeper->woken, false);
		ret = wait_look(args, wo, tracer);
		if (ret || wo->wo_flags & WNOHANG)
			return ret;
		if (signal_pending(current))
			return -ERESTARTSYS;
		wait_sleep(sleeper);
	}
}

/* In place of do_wait(), for a served thread group. */
enum spt_hook_verdict spt_wait_before_do_wait(struct spt_arch_args *args)
{
	struct spt_wait_opts *wo = (void *)spt_arch_arg(args, 0);
	struct spt_tracer *tracer = spt_tracer_find(task_tgid(current));
	struct wait_sleeper sleeper;
	long ret;

	/* A child may make it one by PTRACE_TRACEME while it sleeps. */
	if (!tracer)
		tracer = spt_tracer_of(current);
	if (IS_ERR(tracer))
		return SPT_HOOK_CALL;

	init_waitqueue_func_entry(&sleeper.entry, wait_wake);
	sleeper.entry.private = current;
	add_wait_queue(&current->signal->wait_chldexit, &sleeper.entry);
	ret = wait_for_any(args, wo, tracer, &sleeper);
	remove_wait_queue(&current->signal->wait_chldexit, &sleeper.entry);
	spt_tracer_put(tracer);

	spt_hook_return(args, ret);
	return SPT_HOOK_RETURN;
}
