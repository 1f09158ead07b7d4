// SPDX-License-Identifier: GPL-2.0
/*
 * SPT_IOC_WAIT and poll: choosing the report that a tracer gets.
 */
#include <linux/ptrace.h>
#include <linux/resource.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <uapi/linux/wait.h>

#include "kernel/symbol.h"
#include "bond/detach.h"
#include "requests/syscall_info.h"
#include "requests/wait.h"
#include "stops/stop.h"
#include "tracee/notify.h"
#include "tracee/tracee.h"

#define WAIT_STATES	(WEXITED | WSTOPPED | WCONTINUED)
#define WAIT_OPTIONS	(WAIT_STATES | WNOHANG | WNOWAIT)

/**
 * spt_wait_check - are these arguments of a wait
 * @what: what SPT_IOC_WAIT is given
 *
 * Context: any.
 * Return: 0, or -EINVAL.
 */
int spt_wait_check(const struct spt_wait_for *what)
{
	if (what->options & ~WAIT_OPTIONS || !(what->options & WAIT_STATES))
		return -EINVAL;
	if (what->flags & ~(SPT_WAIT_SYSCALL_INFO | SPT_WAIT_RUSAGE))
		return -EINVAL;

	switch (what->idtype) {
	case P_ALL:
		return 0;
	case P_PID:
		return what->id > 0 ? 0 : -EINVAL;
	case P_PGID:
		return what->id >= 0 ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
}

static bool wait_in_group(const struct spt_tracee *tracee, pid_t id)
{
	struct pid *pgrp;
	bool match;

	rcu_read_lock();
	pgrp = task_pgrp(tracee->task);
	match = pgrp && (id ? pid_vnr(pgrp) == id : pgrp == task_pgrp(current));
	rcu_read_unlock();

	return match;
}

/* As pid_nr_ns(), of which each look at a report needs several. */
static pid_t wait_number(const struct pid *pid, const struct pid_namespace *ns)
{
	const struct upid *number = &pid->numbers[ns->level];

	return ns->level <= pid->level && number->ns == ns ? number->nr : 0;
}

static bool wait_selects(const struct spt_tracee *tracee,
			 const struct spt_wait_for *what)
{
	switch (what->idtype) {
	case P_PID:
		return wait_number(tracee->tid, task_active_pid_ns(current)) ==
		       what->id;
	case P_PGID:
		return wait_in_group(tracee, what->id);
	default:
		return true;
	}
}

static bool wait_ready(const struct spt_tracee *tracee, unsigned int options)
{
	if (tracee->claimed)
		return false;

	switch (tracee->phase) {
	case SPT_TRACED:
		/* As natively, a tracer sees stops whatever it asked for. */
		return spt_state_waitable(tracee->state, tracee->status, true,
					  options & WCONTINUED);
	case SPT_EXITED:
		return options & WEXITED;
	default:
		return tracee->phase == SPT_DETACHED;
	}
}

/* The oldest report that fits; NULL when there is none yet. */
static struct spt_tracee *wait_choose(struct spt_tracer *tracer,
				      const struct spt_wait_for *what)
{
	struct spt_tracee *tracee;

	lockdep_assert_held(&tracer->lock);

	list_for_each_entry(tracee, &tracer->reports, report_node)
		if (wait_ready(tracee, what->options) &&
		    wait_selects(tracee, what))
			return tracee;

	return NULL;
}

static bool wait_has_any(struct spt_tracer *tracer, const struct spt_wait_for *what)
{
	struct spt_tracee *tracee;

	lockdep_assert_held(&tracer->lock);

	list_for_each_entry(tracee, &tracer->tracees, of_tracer)
		if (wait_selects(tracee, what))
			return true;

	return false;
}

/* For the caller, whose namespace is that of all threads of its group. */
static void wait_fill(struct spt_tracee *tracee,
		      const struct spt_wait_for *what)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	const struct spt_report *report = &tracee->report;
	struct spt_event *event = what->event;

	*event = (struct spt_event){
		.tid = wait_number(tracee->tid, ns),
		.tgid = wait_number(tracee->tgid, ns),
		.status = report->status,
		.cause = report->cause,
		.signal = report->signal,
		.code = report->code,
		.event = report->event,
		.message = report->message,
	};

	if (tracee->phase == SPT_DETACHED)
		event->flags |= SPT_EVENT_DETACHED;
	if (tracee->phase == SPT_TRACED &&
	    what->flags & SPT_WAIT_SYSCALL_INFO) {
		spt_syscall_info(tracee, what->syscall);
		event->flags |= SPT_EVENT_SYSCALL_INFO;
	}
}

static u64 wait_usec(const struct __kernel_old_timeval *time)
{
	return (u64)time->tv_sec * USEC_PER_SEC + time->tv_usec;
}

static void wait_fill_rusage(struct spt_wait *args, const struct rusage *rusage)
{
	args->rusage = (struct spt_rusage){
		.utime_usec = wait_usec(&rusage->ru_utime),
		.stime_usec = wait_usec(&rusage->ru_stime),
		.maxrss_kib = rusage->ru_maxrss,
		.minflt = rusage->ru_minflt,
		.majflt = rusage->ru_majflt,
		.inblock = rusage->ru_inblock,
		.oublock = rusage->ru_oublock,
		.nvcsw = rusage->ru_nvcsw,
		.nivcsw = rusage->ru_nivcsw,
	};
	args->event.flags |= SPT_EVENT_RUSAGE;
}

/* Of the living, as they are now; of the dead, as they were. May sleep. */
static void wait_get_rusage(struct spt_tracee *tracee, struct spt_wait *args)
{
	struct rusage rusage;

	if (!(args->flags & SPT_WAIT_RUSAGE))
		return;

	if (args->event.cause == CLD_TRAPPED) {
		spt_getrusage(tracee->task, RUSAGE_BOTH, &rusage);
		wait_fill_rusage(args, &rusage);
	} else if (args->event.cause) {
		wait_fill_rusage(args, &tracee->rusage);
	}
}

/*
 * Fill @what with a report and claim it, so that another thread doesn't get
 * it too while this one copies it out.
 *
 * Return: the tracee with a reference taken; NULL when there is none yet;
 * -ECHILD when there never will be.
 */
static struct spt_tracee *wait_claim(struct spt_tracer *tracer,
				     const struct spt_wait_for *what, u64 *seq)
{
	struct spt_tracee *tracee;

	spin_lock(&tracer->lock);
	tracee = wait_choose(tracer, what);
	if (tracee) {
		spt_tracee_get(tracee);
		wait_fill(tracee, what);
		*seq = tracee->report_seq;
		tracee->claimed = !(what->options & WNOWAIT);
	} else if (!wait_has_any(tracer, what)) {
		tracee = ERR_PTR(-ECHILD);
	}
	spin_unlock(&tracer->lock);

	return tracee;
}

/* The waiter has the report. If a newer one came meanwhile, that one stays. */
static void wait_consume(struct spt_tracee *tracee, u64 seq)
{
	struct spt_tracer *tracer = tracee->tracer;

	spin_lock(&tracer->lock);
	if (tracee->report_seq == seq && tracee->claimed) {
		tracee->claimed = false;
		spt_stop_drop_report(tracee);
		/* As natively, the signal is now for the tracer to pass on. */
		if (spt_state_stopping_or_stopped(tracee->state))
			tracee->resume_signal = 0;
		if (tracee->phase >= SPT_EXITED)
			spt_tracee_forget(tracee);
	}
	spin_unlock(&tracer->lock);
}

/* The report could not be copied out: another waiter may have it. */
static void wait_unclaim(struct spt_tracee *tracee, u64 seq)
{
	struct spt_tracer *tracer = tracee->tracer;

	spin_lock(&tracer->lock);
	if (tracee->report_seq == seq)
		tracee->claimed = false;
	spt_notify_wake(tracee, EPOLLIN);
	spin_unlock(&tracer->lock);
}

/*
 * wait_event_interruptible() without its first look at the condition, and without
 * going to the queue again before it looks once it has been woken.
 */
static int wait_sleep(struct spt_tracer *tracer, const struct spt_wait_for *what,
		      struct spt_tracee **tracee, u64 *seq)
{
	DEFINE_WAIT(entry);
	int err;

	do {
		err = prepare_to_wait_event(&tracer->wait, &entry,
					    TASK_INTERRUPTIBLE);
		*tracee = wait_claim(tracer, what, seq);
		if (*tracee || err)
			break;
		schedule();
		*tracee = wait_claim(tracer, what, seq);
	} while (!*tracee);
	finish_wait(&tracer->wait, &entry);

	return *tracee ? 0 : err;
}

/**
 * spt_wait_take - wait for a report, and claim it
 * @tracer: the caller's thread group
 * @what: what spt_wait_check() has checked
 * @resumed: a tracee has been resumed just now, whose report it will be most likely
 * @tracee: out: whose report it is, with a reference taken for spt_wait_finish(); NULL when
 *	WNOHANG found none, or for an error
 * @seq: out: which report of it
 *
 * Context: process context, may sleep.
 * Return: 0; -ECHILD when there never will be one; -ERESTARTSYS.
 */
int spt_wait_take(struct spt_tracer *tracer, const struct spt_wait_for *what,
		  bool resumed, struct spt_tracee **tracee, u64 *seq)
{
	int err = 0;

	/* One that was set going a moment ago has nothing to report yet. */
	*tracee = resumed ? NULL : wait_claim(tracer, what, seq);
	if (!*tracee && what->options & WNOHANG)
		*tracee = resumed ? wait_claim(tracer, what, seq) : NULL;
	else if (!*tracee)
		err = wait_sleep(tracer, what, tracee, seq);

	err = err ?: PTR_ERR_OR_ZERO(*tracee);
	if (err)
		*tracee = NULL;
	return err;
}

/**
 * spt_wait_finish - the waiter has the report, or can't be given it
 * @tracee: what spt_wait_take() found; the reference is dropped
 * @what: what the wait was for
 * @seq: which report
 * @err: not 0 when the report is to stay waitable
 *
 * Context: process context.
 */
void spt_wait_finish(struct spt_tracee *tracee, const struct spt_wait_for *what,
		     u64 seq, int err)
{
	if (what->options & WNOWAIT)
		;
	else if (err)
		wait_unclaim(tracee, seq);
	else
		wait_consume(tracee, seq);

	spt_tracee_put(tracee);
}

/* What a caller gives comes first, and isn't copied out. */
#define WAIT_GIVEN	offsetof(struct spt_wait, event)

static int wait_copy_in(struct spt_wait *args, struct spt_wait __user *user,
			size_t size)
{
	int zeroed;

	/* As copy_struct_from_user(), without what is only for copying out. */
	if (unlikely(size > sizeof(*args))) {
		zeroed = check_zeroed_user((void __user *)(user + 1),
					   size - sizeof(*args));
		if (zeroed <= 0)
			return zeroed ?: -E2BIG;
	}
	if (copy_from_user(args, user, WAIT_GIVEN))
		return -EFAULT;

	return 0;
}

/* Zeroes where a report may not say anything, so that all that is copied out is set. */
static void wait_clear(struct spt_wait *args)
{
	memset(&args->event, 0, sizeof(args->event));
	if (!args->flags)
		return;
	memset(&args->syscall, 0, sizeof(args->syscall));
	memset(&args->rusage, 0, sizeof(args->rusage));
}

/* The caller is given up to the last member that it asked for. */
static int wait_copy_out(struct spt_wait __user *user,
			 const struct spt_wait *args, size_t size)
{
	size_t end = offsetof(struct spt_wait, syscall);

	if (args->flags & SPT_WAIT_RUSAGE)
		end = sizeof(*args);
	else if (args->flags & SPT_WAIT_SYSCALL_INFO)
		end = offsetof(struct spt_wait, rusage);

	if (copy_to_user(&user->event, &args->event, min(size, end) - WAIT_GIVEN))
		return -EFAULT;

	return 0;
}

static struct spt_wait_for wait_of(struct spt_wait *args)
{
	return (struct spt_wait_for){
		.idtype = args->idtype,
		.id = args->id,
		.options = args->options,
		.flags = args->flags,
		.event = &args->event,
		.syscall = &args->syscall,
	};
}

/**
 * spt_wait - SPT_IOC_WAIT
 * @tracer: the caller's thread group
 * @user: the caller's structure
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0, or an errno as SPT_IOC_WAIT in the ABI's header tells.
 */
int spt_wait(struct spt_tracer *tracer, struct spt_wait __user *user,
	     size_t size)
{
	struct spt_tracee *tracee;
	struct spt_wait_for what;
	struct spt_wait args;
	u64 seq;
	int err;

	err = wait_copy_in(&args, user, size);
	if (err)
		return err;
	what = wait_of(&args);
	err = spt_wait_check(&what);
	if (err)
		return err;

	wait_clear(&args);
	err = spt_wait_take(tracer, &what, false, &tracee, &seq);
	if (err)
		return err;
	if (tracee)
		wait_get_rusage(tracee, &args);

	err = wait_copy_out(user, &args, size);
	if (tracee)
		spt_wait_finish(tracee, &what, seq, err);
	return err;
}

/**
 * spt_wait_poll - poll(2) on a handle
 * @tracer: the caller's thread group
 * @file: the handle
 * @table: for poll_wait()
 *
 * Context: process context.
 * Return: EPOLLIN when a wait would return at once, EPOLLHUP when there is
 * nothing left to wait for.
 */
__poll_t spt_wait_poll(struct spt_tracer *tracer, struct file *file,
		       struct poll_table_struct *table)
{
	static const struct spt_wait_for all = {
		.idtype = P_ALL,
		.options = WEXITED | WSTOPPED,
	};
	__poll_t ready = 0;

	poll_wait(file, &tracer->wait, table);

	spin_lock(&tracer->lock);
	if (wait_choose(tracer, &all))
		ready |= EPOLLIN | EPOLLRDNORM;
	if (list_empty(&tracer->tracees))
		ready |= EPOLLHUP;
	spin_unlock(&tracer->lock);

	return ready;
}
