// SPDX-License-Identifier: GPL-2.0
/*
 * Signal-delivery-stops, group-stops and traps; see signal.h.
 *
 * The functions here follow get_signal(), ptrace_signal(), do_signal_stop()
 * and do_jobctl_trap() of kernel/signal.c in what they do and in which order.
 */
#include <linux/cgroup.h>
#include <linux/freezer.h>
#include <linux/ptrace.h>
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>

#include "compat.h"
#include "sigmask.h"
#include "signal.h"
#include "stop.h"
#include "symbol.h"
#include "tracee.h"

/* signal_next(): the task is no longer ours, or is being killed. */
#define SIGNAL_LEAVE	(-1)

/* As in kernel/signal.c. */
#define SYNCHRONOUS_MASK \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | \
	 sigmask(SIGTRAP) | sigmask(SIGFPE) | sigmask(SIGSYS))

bool spt_signal_get_concerns(const struct pt_regs *regs)
{
	return spt_sigmask_marked(current);
}

NOKPROBE_SYMBOL(spt_signal_get_concerns);

static void signal_lock(void)
	__acquires(siglock)
{
	spin_lock_irq(&spt_sighand(current)->siglock);
}

static void signal_unlock(void)
	__releases(siglock)
{
	spin_unlock_irq(&spt_sighand(current)->siglock);
}

static bool signal_traced(struct spt_tracee *tracee)
{
	return READ_ONCE(tracee->phase) == SPT_TRACED;
}

static bool signal_group_stopped(struct signal_struct *signal)
{
	return signal->group_stop_count || signal->flags & SIGNAL_STOP_STOPPED;
}

/**
 * spt_signal_rejoin_stop - have a task take part in its group's stop again
 * @task: a task that is being let go; its siglock is held
 *
 * As the kernel's __ptrace_unlink().
 *
 * Context: siglock held.
 */
void spt_signal_rejoin_stop(struct task_struct *task)
{
	lockdep_assert_held(&spt_sighand(task)->siglock);

	if (task->flags & PF_EXITING || !signal_group_stopped(task->signal) ||
	    task->jobctl & JOBCTL_STOPPED)
		return;

	task->jobctl |= JOBCTL_STOP_PENDING;
	if (!(task->jobctl & JOBCTL_STOP_SIGMASK))
		task->jobctl |= SIGSTOP;
	spt_signal_wake_up_state(task, 0);
}

/**
 * spt_signal_wake_stopped - have a task in the kernel's group-stop come to ours
 * @tracee: a new tracee
 *
 * As the kernel's ptrace_attach().
 *
 * Context: tracer->lock held.
 */
void spt_signal_wake_stopped(struct spt_tracee *tracee)
{
	struct task_struct *task = tracee->task;
	unsigned long flags;

	lockdep_assert_held(&tracee->tracer->lock);

	if (!spt_lock_task_sighand(task, &flags))
		return;
	if (task->jobctl & JOBCTL_STOPPED && !task->ptrace &&
	    !(task->flags & PF_EXITING) && !__fatal_signal_pending(task)) {
		WRITE_ONCE(tracee->trap_due, true);
		tracee->trapping = true;
		task->jobctl &= ~JOBCTL_STOPPED;
		spt_signal_wake_up_state(task, __TASK_STOPPED);
	}
	spt_unlock_task_sighand(task, &flags);
}

static void signal_trap_report(struct spt_tracee *tracee, int signr,
			       bool group)
{
	struct spt_report report = {
		.cause = CLD_TRAPPED,
		.signal = signr,
		.code = signr,
	};
	enum spt_stop_state stopping;
	kernel_siginfo_t info;

	stopping = group ? SPT_GROUP_STOPPING : SPT_PTRACE_EVENT_STOPPING;
	if (tracee->seized) {
		report.event = PTRACE_EVENT_STOP;
		report.code |= PTRACE_EVENT_STOP << 8;
		spt_stop_info(&info, signr, report.code);
	}
	report.status = (report.code << 8) | 0x7f;
	spt_stop(tracee, stopping, &report, tracee->seized ? &info : NULL);
}

/*
 * A trap for a group-stop, for PTRACE_INTERRUPT, or to tell a listening or
 * seized tracee's tracer of SIGCONT.
 */
static void signal_trap(struct spt_tracee *tracee)
	__must_hold(siglock)
{
	struct signal_struct *signal = current->signal;
	int signr = current->jobctl & JOBCTL_STOP_SIGMASK;
	bool group = signal_group_stopped(signal);
	bool completed = false;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	if (!group && tracee->seized)
		signr = SIGTRAP;
	else if (!signr)
		signr = SIGSTOP;

	/* Beside a native tracer, the kernel counts the native trap. */
	if (current->jobctl & JOBCTL_STOP_PENDING && !current->ptrace)
		completed = spt_task_participate_group_stop(current);
	clear_bit(SPT_NOTIFY, &tracee->bits);
	signal_unlock();

	if (completed)
		spt_notify_parent_cldstop(current, false, CLD_STOPPED);
	signal_trap_report(tracee, signr, group);

	signal_lock();
	if (!signal_traced(tracee))
		spt_signal_rejoin_stop(current);
}

/* The first thread that comes by tells the parent what SIGCONT left to tell. */
static void signal_tell_parent(void)
	__must_hold(siglock)
{
	struct signal_struct *signal = current->signal;
	int why = signal->flags & SIGNAL_CLD_CONTINUED ? CLD_CONTINUED :
							 CLD_STOPPED;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	signal->flags &= ~SIGNAL_CLD_MASK;
	signal_unlock();
	spt_notify_parent_cldstop(current, false, why);
	signal_lock();
}

/* The kernel's do_freezer_trap(): sleep until the cgroup is thawed. */
static void signal_freeze(struct spt_tracee *tracee)
	__must_hold(siglock)
{
	__set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
	clear_thread_flag(TIF_SIGPENDING);
	tracee->parked = true;
	signal_unlock();
	spt_cgroup_enter_frozen();
	schedule();

	clear_notify_signal();
	if (unlikely(task_work_pending(current)))
		spt_task_work_run();
	signal_lock();
	tracee->parked = false;
}

/*
 * Signals that an instruction caused go first. Which one that is gets looked
 * up here; it is taken by blocking all others.
 */
static int signal_dequeue_synchronous(kernel_siginfo_t *info,
				      enum pid_type *type)
{
	unsigned long wanted = current->pending.signal.sig[0] &
			       ~current->blocked.sig[0] & SYNCHRONOUS_MASK;
	struct sigqueue *queued;
	sigset_t all_others;

	if (!wanted)
		return 0;

	list_for_each_entry(queued, &current->pending.list, list) {
		if (queued->info.si_code <= SI_USER ||
		    !(sigmask(queued->info.si_signo) & wanted))
			continue;
		sigfillset(&all_others);
		sigdelset(&all_others, queued->info.si_signo);
		return spt_dequeue_signal(&all_others, info, type);
	}

	return 0;
}

static int signal_dequeue(kernel_siginfo_t *info, enum pid_type *type)
{
	/* A copy: by its address the hook tells the kernel's calls from ours. */
	sigset_t blocked = current->blocked;
	int signr;

	*type = PIDTYPE_PID;
	signr = signal_dequeue_synchronous(info, type);

	return signr ?: spt_dequeue_signal(&blocked, info, type);
}

/*
 * The tracer passed on another signal than came, and so has sent it; with a
 * detach, natively, the parent has.
 */
static void signal_replace(struct spt_tracee *tracee, kernel_siginfo_t *info,
			   int signr)
{
	struct task_struct *parent;

	clear_siginfo(info);
	info->si_signo = signr;
	info->si_errno = 0;
	info->si_code = SI_USER;
	if (signal_traced(tracee)) {
		info->si_pid = pid_vnr(tracee->tracer->tgid);
		info->si_uid = from_kuid_munged(current_user_ns(),
						tracee->tracer_cred->uid);
		return;
	}

	rcu_read_lock();
	parent = rcu_dereference(current->real_parent);
	info->si_pid = task_tgid_vnr(parent);
	info->si_uid = from_kuid_munged(current_user_ns(), task_uid(parent));
	rcu_read_unlock();
}

static int signal_delivery_stop(struct spt_tracee *tracee,
				kernel_siginfo_t *info, int signr,
				enum pid_type type)
	__must_hold(siglock)
{
	struct spt_report report = {
		.status = (signr << 8) | 0x7f,
		.cause = CLD_TRAPPED,
		.signal = signr,
		.code = info->si_code,
	};

	/* See ptrace_signal(): it has a meaning if the signal stops the group. */
	current->jobctl |= JOBCTL_STOP_DEQUEUED;
	signal_unlock();
	signr = spt_stop(tracee, SPT_SIGNAL_DELIVERY_STOPPING, &report, info);
	signal_lock();

	if (!signr)
		return 0;
	if (signr != info->si_signo)
		signal_replace(tracee, info, signr);
	if (sigismember(&current->blocked, signr) ||
	    fatal_signal_pending(current)) {
		spt_send_signal_locked(signr, info, current, type);
		return 0;
	}

	return signr;
}

/* The trap that a native tracer has asked for by PTRACE_SINGLESTEP is its own. */
static bool signal_is_native_step(const kernel_siginfo_t *info)
{
	return current->ptrace && spt_arch_stepping(current) &&
	       info->si_signo == SIGTRAP &&
	       (info->si_code == TRAP_TRACE || info->si_code == TRAP_BRKPT);
}

static void signal_wake_for_stop(struct task_struct *task)
{
	if (!(task->ptrace & PT_SEIZED)) {
		spt_signal_wake_up_state(task, 0);
		return;
	}
	/* The kernel's ptrace_trap_notify(). */
	spt_task_set_jobctl_pending(task, JOBCTL_TRAP_NOTIFY);
	spt_signal_wake_up_state(task, task->jobctl & JOBCTL_LISTENING ?
				 __TASK_TRACED : 0);
}

/* A listening tracee tells of any stop or continue of its group. */
static void signal_notify(struct task_struct *task)
{
	struct spt_tracee *tracee;

	if (!spt_sigmask_marked(task))
		return;

	rcu_read_lock();
	tracee = spt_tracee_find_rcu(task);
	if (tracee && tracee->seized) {
		set_bit(SPT_NOTIFY, &tracee->bits);
		/* Pairs with that of spt_resume_listen(). */
		smp_mb__after_atomic();
		/* Siglock is held: what sleeps in a native stop is marked so. */
		if (READ_ONCE(tracee->status) == SPT_STATUS_LISTENING &&
		    !task_is_traced(task))
			spt_signal_wake_up_state(task, __TASK_TRACED);
		else
			spt_signal_wake_up_state(task, 0);
	}
	rcu_read_unlock();
}

/* The kernel's do_signal_stop() as far as others are concerned. */
static void signal_begin_group_stop(int signr)
{
	unsigned long stop = JOBCTL_STOP_PENDING | JOBCTL_STOP_CONSUME | signr;
	struct signal_struct *signal = current->signal;
	struct task_struct *task;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	if (current->jobctl & JOBCTL_STOP_PENDING)
		return;
	if (!(current->jobctl & JOBCTL_STOP_DEQUEUED) ||
	    signal->flags & SIGNAL_GROUP_EXIT || signal->group_exec_task)
		return;

	if (!(signal->flags & SIGNAL_STOP_STOPPED))
		signal->group_exit_code = signr;
	signal->group_stop_count = 0;
	if (spt_task_set_jobctl_pending(current, stop))
		signal->group_stop_count++;

	for_each_thread(current, task) {
		if (task == current || task_is_stopped(task) ||
		    !spt_task_set_jobctl_pending(task, stop))
			continue;
		signal->group_stop_count++;
		signal_wake_for_stop(task);
		signal_notify(task);
	}
}

/*
 * What becomes of a signal without a handler. Return: whether it is for the
 * caller to act on, which means that it is fatal.
 */
static bool signal_default_is_fatal(int signr)
	__must_hold(siglock)
{
	lockdep_assert_held(&spt_sighand(current)->siglock);

	if (sig_kernel_ignore(signr))
		return false;
	if (current->signal->flags & SIGNAL_UNKILLABLE &&
	    !sig_kernel_only(signr))
		return false;
	if (!sig_kernel_stop(signr))
		return true;

	if (signr != SIGSTOP) {
		bool orphaned;

		signal_unlock();
		orphaned = spt_is_current_pgrp_orphaned();
		signal_lock();
		if (orphaned)
			return false;
	}
	signal_begin_group_stop(signr);
	return false;
}

static struct k_sigaction *signal_action(int signr)
{
	return &spt_sighand(current)->action[signr - 1];
}

/*
 * Stop for all that there is to stop for, and find the next signal to act on.
 * Beside a native tracer all that the shadow's lets pass is to be acted on.
 *
 * Return: a signal that has a handler or is fatal; 0 when there is none;
 * SIGNAL_LEAVE.
 */
static int signal_next(struct spt_tracee *tracee, kernel_siginfo_t *info)
	__must_hold(siglock)
{
	struct signal_struct *signal = current->signal;
	enum pid_type type;
	int signr;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	for (;;) {
		if (!signal_traced(tracee) ||
		    signal->flags & SIGNAL_GROUP_EXIT ||
		    signal->group_exec_task || __fatal_signal_pending(current))
			return SIGNAL_LEAVE;

		if (signal->flags & SIGNAL_CLD_MASK && !current->ptrace) {
			signal_tell_parent();
			continue;
		}
		if (spt_stop_due(tracee) ||
		    current->jobctl & JOBCTL_STOP_PENDING) {
			signal_trap(tracee);
			if (current->ptrace)
				return 0;
			continue;
		}
		if (current->jobctl & JOBCTL_TRAP_FREEZE && !current->ptrace) {
			signal_freeze(tracee);
			continue;
		}
		if (cgroup_task_frozen(current)) {
			signal_unlock();
			spt_cgroup_leave_frozen(false);
			signal_lock();
			continue;
		}

		signr = signal_dequeue(info, &type);
		if (!signr)
			return 0;
		if (signr != SIGKILL && !signal_is_native_step(info) &&
		    !(signal_action(signr)->sa.sa_flags & SA_IMMUTABLE)) {
			signr = signal_delivery_stop(tracee, info, signr, type);
			if (!signr)
				continue;
		}

		if (current->ptrace)
			return signr;
		if (signal_action(signr)->sa.sa_handler == SIG_IGN)
			continue;
		if (signal_action(signr)->sa.sa_handler != SIG_DFL ||
		    signal_default_is_fatal(signr))
			return signr;
	}
}

/*
 * Leave a signal to the kernel's get_signal(): it is what that dequeues next, see
 * spt_signal_before_dequeue(). Looking takes a signal that is pending.
 */
static enum spt_hook_verdict signal_hand_over(struct spt_tracee *tracee,
					      const kernel_siginfo_t *info,
					      int signr)
	__releases(siglock)
{
	lockdep_assert_held(&spt_sighand(current)->siglock);

	tracee->passed = signr;
	if (signr)
		copy_siginfo(&tracee->passed_info, info);
	set_thread_flag(TIF_SIGPENDING);
	signal_unlock();

	return SPT_HOOK_CALL;
}

static enum spt_hook_verdict signal_die(struct spt_tracee *tracee,
					struct spt_arch_args *args,
					kernel_siginfo_t *info, int signr)
	__releases(siglock)
{
	if (sig_kernel_coredump(signr))
		return signal_hand_over(tracee, info, signr);

	signal_unlock();
	if (cgroup_task_frozen(current))
		spt_cgroup_leave_frozen(true);
	current->flags |= PF_SIGNALED;

	return spt_hook_jump(args, SPT_SYM_DO_GROUP_EXIT, signr);
}

static void signal_deliver(struct ksignal *ksig, int signr)
{
	struct k_sigaction *action = signal_action(signr);

	lockdep_assert_held(&spt_sighand(current)->siglock);

	ksig->ka = *action;
	if (action->sa.sa_flags & SA_ONESHOT)
		action->sa.sa_handler = SIG_DFL;
	ksig->sig = signr;
}

static enum spt_hook_verdict signal_get(struct spt_tracee *tracee,
					struct spt_arch_args *args,
					struct ksignal *ksig)
{
	int signr;

	clear_notify_signal();
	if (unlikely(task_work_pending(current)))
		spt_task_work_run();
	spt_sigmask_mend(tracee);

	if (!signal_traced(tracee))
		return SPT_HOOK_CALL;
	if (!task_sigpending(current) && !spt_stop_due(tracee)) {
		spt_hook_return(args, false);
		return SPT_HOOK_RETURN;
	}
	if (current->utask && spt_uprobe_deny_signal()) {
		spt_hook_return(args, false);
		return SPT_HOOK_RETURN;
	}
	try_to_freeze();

	signal_lock();
	if (tracee->passed) {
		/* The kernel took another one first. */
		set_thread_flag(TIF_SIGPENDING);
		signal_unlock();
		return SPT_HOOK_CALL;
	}
	signr = signal_next(tracee, &ksig->info);
	if (signr == SIGNAL_LEAVE) {
		signal_unlock();
		/* It looks at nothing without. */
		set_thread_flag(TIF_SIGPENDING);
		return SPT_HOOK_CALL;
	}
	/* Beside a native tracer all that ours lets pass is for that one. */
	if (current->ptrace)
		return signal_hand_over(tracee, &ksig->info, signr);
	if (signr && signal_action(signr)->sa.sa_handler == SIG_DFL)
		return signal_die(tracee, args, &ksig->info, signr);

	if (signr)
		signal_deliver(ksig, signr);
	signal_unlock();

	spt_hook_return(args, signr > 0);
	return SPT_HOOK_RETURN;
}

/* In place of get_signal(). */
enum spt_hook_verdict spt_signal_before_get(struct spt_arch_args *args)
{
	struct ksignal *ksig = (void *)spt_arch_arg(args, 0);
	struct spt_tracee *tracee = spt_tracee_find(current);
	enum spt_hook_verdict verdict;

	if (!tracee)
		return SPT_HOOK_CALL;
	verdict = signal_get(tracee, args, ksig);
	spt_tracee_put(tracee);

	return verdict;
}

bool spt_signal_dequeue_concerns(const struct pt_regs *regs)
{
	return spt_sigmask_marked(current) &&
	       spt_arch_entry_arg(regs, SPT_DEQUEUE_MASK) ==
	       (unsigned long)&current->blocked;
}

NOKPROBE_SYMBOL(spt_signal_dequeue_concerns);

static int signal_take_passed(struct spt_tracee *tracee, kernel_siginfo_t *info)
{
	int signr = tracee->passed;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	copy_siginfo(info, &tracee->passed_info);
	tracee->passed = 0;

	return signr;
}

/*
 * In place of dequeue_signal() as the kernel's get_signal() calls it: for what
 * was handed over, and what comes after that; and for a tracee that was there
 * already when its tracer came, perhaps to sleep in a group-stop for long.
 * Siglock is held, and may be dropped as for a native tracer's stop.
 */
enum spt_hook_verdict spt_signal_before_dequeue(struct spt_arch_args *args)
{
	kernel_siginfo_t *info = (void *)spt_arch_arg(args,
						      SPT_DEQUEUE_MASK + 1);
	struct spt_tracee *tracee = spt_tracee_find(current);
	int signr;

	if (!tracee)
		return SPT_HOOK_CALL;
	if (tracee->passed)
		signr = signal_take_passed(tracee, info);
	else
		signr = signal_next(tracee, info);
	/* It may be the last one, for which locks are taken. */
	signal_unlock();
	spt_tracee_put(tracee);
	signal_lock();
	if (signr == SIGNAL_LEAVE)
		return SPT_HOOK_CALL;

	spt_hook_return(args, signr);
	return SPT_HOOK_RETURN;
}

bool spt_signal_frozen_concerns(const struct pt_regs *regs)
{
	if (!spt_sigmask_marked(current))
		return false;
	if (current->jobctl & JOBCTL_STOPPED)
		return true;

	/* About to sleep in the freezer, not in a stop of either kind. */
	return current->jobctl & JOBCTL_TRAP_FREEZE &&
	       READ_ONCE(current->__state) & TASK_INTERRUPTIBLE;
}

NOKPROBE_SYMBOL(spt_signal_frozen_concerns);

/*
 * In the kernel's group-stop a tracee is only when it was in the kernel's
 * get_signal() as its tracer came; it is to be in ours instead.
 */
static void signal_leave_group_stop(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	if (signal_traced(tracee)) {
		WRITE_ONCE(tracee->trap_due, true);
		signal_lock();
		current->jobctl &= ~JOBCTL_STOPPED;
		signal_unlock();
		__set_current_state(TASK_RUNNING);
	}
	spin_unlock(&tracee->tracer->lock);
}

/* So is one in the kernel's freezer. As natively, that holds up no trap. */
static void signal_leave_freezer(struct spt_tracee *tracee)
{
	if (!signal_traced(tracee) || !spt_stop_due(tracee))
		return;

	__set_current_state(TASK_RUNNING);
	signal_lock();
	signal_trap(tracee);
	signal_unlock();
}

/*
 * In front of cgroup_enter_frozen(), which is the last thing that a task does
 * before it sleeps in the kernel's group-stop or freezer. It looks again at why
 * it is there when it does not sleep.
 */
enum spt_hook_verdict spt_signal_before_frozen(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = spt_tracee_find(current);

	if (!tracee)
		return SPT_HOOK_CALL;

	if (tracee->parked)
		;
	else if (current->jobctl & JOBCTL_STOPPED)
		signal_leave_group_stop(tracee);
	else
		signal_leave_freezer(tracee);
	spt_tracee_put(tracee);

	return SPT_HOOK_CALL;
}

/*
 * On every signal that is sent, by whom and from where ever, with the target's
 * siglock held. SIGCONT makes a seized tracee trap, stopped or not, as
 * natively.
 */
void spt_signal_probe_generate(void *data, int signr,
			       struct kernel_siginfo *info,
			       struct task_struct *task, int group, int result)
{
	struct task_struct *thread;

	if (signr != SIGCONT)
		return;

	for_each_thread(task, thread)
		signal_notify(thread);
}
