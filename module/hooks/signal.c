// SPDX-License-Identifier: GPL-2.0
/*
 * Signal-delivery-stops; see signal.h.
 *
 * The functions here follow get_signal() and ptrace_signal() of kernel/signal.c
 * in what they do and in which order.
 */
#include <linux/cgroup.h>
#include <linux/freezer.h>
#include <linux/ptrace.h>
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/task_work.h>

#include "hooks/lifecycle.h"
#include "hooks/signal.h"
#include "kernel/compat/signal.h"
#include "kernel/mark.h"
#include "kernel/siglock.h"
#include "kernel/symbol.h"
#include "kernel/tracepoint.h"
#include "record/record.h"
#include "stops/jobctl.h"
#include "stops/sigmask.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/* signal_next(): the task is no longer ours, or is being killed. */
#define SIGNAL_LEAVE	(-1)

/* As in kernel/signal.c. */
#define SYNCHRONOUS_MASK \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | \
	 sigmask(SIGTRAP) | sigmask(SIGFPE) | sigmask(SIGSYS))

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
	struct task_struct *sender = NULL;

	clear_siginfo(info);
	info->si_signo = signr;
	info->si_errno = 0;
	info->si_code = SI_USER;

	rcu_read_lock();
	if (spt_traced(tracee))
		sender = pid_task(tracee->tracer->tgid, PIDTYPE_TGID);
	if (!sender)
		sender = rcu_dereference(current->real_parent);
	info->si_pid = task_tgid_vnr(sender);
	info->si_uid = from_kuid_munged(current_user_ns(), task_uid(sender));
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
	spt_sigunlock();
	spt_record_signal(tracee, info);
	signr = spt_stop(tracee, SPT_SIGNAL_DELIVERY_STOPPING, &report, info);
	spt_siglock();

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
static bool signal_is_native_step(const struct spt_tracee *tracee,
				  const kernel_siginfo_t *info)
{
	return current->ptrace && spt_arch_stepping(current) &&
	       !READ_ONCE(tracee->stepping) &&
	       info->si_signo == SIGTRAP &&
	       (info->si_code == TRAP_TRACE || info->si_code == TRAP_BRKPT);
}

static struct k_sigaction *signal_action(int signr)
{
	return &spt_sighand(current)->action[signr - 1];
}

static void signal_stepped(struct callback_head *step)
{
	struct spt_tracee *tracee = container_of(step, struct spt_tracee, step);
	static const struct spt_report report = {
		.status = (SIGTRAP << 8) | 0x7f,
		.cause = CLD_TRAPPED,
		.signal = SIGTRAP,
		.code = SIGTRAP,
	};
	kernel_siginfo_t info;

	tracee->step_queued = false;
	/* Not without a frame for the handler, which makes it a SIGSEGV. */
	if (READ_ONCE(tracee->stepping) &&
	    instruction_pointer(current_pt_regs()) == tracee->own.step_into) {
		spt_stop_info(&info, SIGTRAP, SIGTRAP);
		spt_stop(tracee, SPT_PTRACE_EVENT_STOPPING, &report, &info);
	}
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

/*
 * A step into a handler ends at its first instruction: signal_delivered() calls
 * ptrace_notify(), which does nothing without a native tracer, but runs task work
 * first of all. Whatever comes in between, the next get_signal() runs it.
 */
static void signal_step_into(struct spt_tracee *tracee, int signr)
{
	__sighandler_t handler = signal_action(signr)->sa.sa_handler;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	if (!READ_ONCE(tracee->stepping) || handler == SIG_DFL ||
	    handler == SIG_IGN)
		return;

	tracee->own.step_into = (__force unsigned long)handler;
	if (tracee->step_queued)
		return;

	spt_tracee_get(tracee);
	spt_hooks_enter_flight();
	init_task_work(&tracee->step, signal_stepped);
	tracee->step_queued = !task_work_add(current, &tracee->step, TWA_RESUME);
	if (!tracee->step_queued) {
		spt_hooks_leave_flight();
		spt_tracee_put(tracee);
	}
}

/* Whether a signal does nothing, or stops the group at most. */
static bool signal_is_harmless(int signr)
{
	__sighandler_t handler = signal_action(signr)->sa.sa_handler;

	if (handler == SIG_IGN)
		return true;
	if (handler != SIG_DFL)
		return false;
	if (current->signal->flags & SIGNAL_UNKILLABLE &&
	    !sig_kernel_only(signr))
		return true;

	return sig_kernel_ignore(signr) || sig_kernel_stop(signr);
}

/* Of those, what get_signal() does at once. */
static void signal_do_harmless(int signr, kernel_siginfo_t *info)
	__must_hold(siglock)
{
	struct k_sigaction *action = signal_action(signr);
	bool orphaned = false;

	lockdep_assert_held(&spt_sighand(current)->siglock);

	spt_trace_signal_deliver(signr, info, action);
	if (action->sa.sa_handler == SIG_IGN || !sig_kernel_stop(signr) ||
	    (current->signal->flags & SIGNAL_UNKILLABLE &&
	     !sig_kernel_only(signr)))
		return;

	if (signr != SIGSTOP) {
		spt_sigunlock();
		orphaned = spt_is_current_pgrp_orphaned();
		spt_siglock();
	}
	if (!orphaned)
		spt_jobctl_begin_group_stop(signr);
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
		if (!spt_traced(tracee) ||
		    signal->flags & SIGNAL_GROUP_EXIT ||
		    signal->group_exec_task || __fatal_signal_pending(current))
			return SIGNAL_LEAVE;

		if (signal->flags & SIGNAL_CLD_MASK && !current->ptrace) {
			spt_jobctl_tell_parent();
			continue;
		}
		if (spt_stop_due(tracee) ||
		    current->jobctl & JOBCTL_STOP_PENDING) {
			spt_jobctl_trap(tracee);
			if (current->ptrace)
				return 0;
			continue;
		}
		if (current->jobctl & JOBCTL_TRAP_FREEZE && !current->ptrace) {
			spt_jobctl_freeze(tracee);
			continue;
		}
		if (cgroup_task_frozen(current)) {
			spt_sigunlock();
			spt_cgroup_leave_frozen(false);
			spt_siglock();
			continue;
		}

		signr = signal_dequeue(info, &type);
		if (!signr)
			return 0;
		if (signr != SIGKILL && !signal_is_native_step(tracee, info) &&
		    !(signal_action(signr)->sa.sa_flags & SA_IMMUTABLE)) {
			signr = signal_delivery_stop(tracee, info, signr, type);
			if (!signr)
				continue;
		}

		if (current->ptrace)
			return signr;
		if (!signal_is_harmless(signr))
			return signr;
		signal_do_harmless(signr, info);
	}
}

/*
 * Leave a signal to the kernel's get_signal(): it is what that dequeues next, see
 * spt_signal_before_dequeue(). Looking takes a signal that is pending.
 */
static enum spt_hook_verdict signal_hand_over(struct spt_tracee *tracee,
					      kernel_siginfo_t *info,
					      int signr)
	__releases(siglock)
{
	lockdep_assert_held(&spt_sighand(current)->siglock);

	/*
	 * One that was let go at the stop has no mark, without which nobody looks
	 * for what was passed. spt_sigmask_unmark() comes after the new phase, so
	 * it sees to one that is let go from here on.
	 */
	if (signr && !spt_traced(tracee)) {
		spt_send_signal_locked(signr, info, current,
				       PIDTYPE_PID);
	} else if (signr) {
		tracee->passed = signr;
		copy_siginfo(&tracee->passed_info, info);
	}
	set_thread_flag(TIF_SIGPENDING);
	spt_sigunlock();

	return SPT_HOOK_CALL;
}

static enum spt_hook_verdict signal_die(struct spt_tracee *tracee,
					struct spt_arch_args *args,
					kernel_siginfo_t *info, int signr)
	__releases(siglock)
{
	if (sig_kernel_coredump(signr))
		return signal_hand_over(tracee, info, signr);

	spt_trace_signal_deliver(signr, info, signal_action(signr));
	spt_sigunlock();
	if (cgroup_task_frozen(current))
		spt_cgroup_leave_frozen(true);
	current->flags |= PF_SIGNALED;

	return spt_hook_jump(args, SPT_SYM_DO_GROUP_EXIT, signr);
}

static void signal_deliver(struct spt_tracee *tracee, struct ksignal *ksig,
			   int signr)
{
	struct k_sigaction *action = signal_action(signr);

	lockdep_assert_held(&spt_sighand(current)->siglock);

	signal_step_into(tracee, signr);
	spt_trace_signal_deliver(signr, &ksig->info, action);
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

	if (!spt_traced(tracee))
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

	spt_siglock();
	if (tracee->passed) {
		/* get_signal() took a synchronous one first; hand over again. */
		set_thread_flag(TIF_SIGPENDING);
		spt_sigunlock();
		return SPT_HOOK_CALL;
	}
	signr = signal_next(tracee, &ksig->info);
	if (signr == SIGNAL_LEAVE) {
		spt_sigunlock();
		/* get_signal() returns at once without the flag. */
		set_thread_flag(TIF_SIGPENDING);
		return SPT_HOOK_CALL;
	}
	/* A native tracer sees the signals that the shadow's lets pass. */
	if (current->ptrace)
		return signal_hand_over(tracee, &ksig->info, signr);
	if (signr && signal_action(signr)->sa.sa_handler == SIG_DFL)
		return signal_die(tracee, args, &ksig->info, signr);

	if (signr)
		signal_deliver(tracee, ksig, signr);
	spt_sigunlock();

	spt_hook_return(args, signr > 0);
	return SPT_HOOK_RETURN;
}

/*
 * A task that is sent back to enter its system call again is to have its signals at
 * the call, as natively, and not in front of it. Once: should it not come to the call,
 * since the instruction is gone, it has them the next time.
 */
static bool signal_defer(struct spt_tracee *tracee)
{
	if (!tracee->own.reenters)
		return false;

	tracee->own.reenters = false;
	spt_siglock();
	/*
	 * Who is let go from here on has them looked for by spt_sigmask_unmark(). An
	 * instruction that has brought a signal upon the task would only do so again.
	 */
	if (spt_traced(tracee) && !fatal_signal_pending(current) &&
	    !(current->pending.signal.sig[0] & SYNCHRONOUS_MASK)) {
		tracee->own.deferred = true;
		/* So are task works, of which one may bring it to a stop. */
		clear_thread_flag(TIF_SIGPENDING);
		clear_notify_signal();
	}
	spt_sigunlock();

	return tracee->own.deferred;
}

/**
 * spt_signal_undefer - the task is at the entry of a system call
 * @tracee: the current task
 *
 * Context: the task itself.
 */
void spt_signal_undefer(struct spt_tracee *tracee)
{
	tracee->own.reenters = false;
	if (!tracee->own.deferred)
		return;

	tracee->own.deferred = false;
	set_thread_flag(TIF_SIGPENDING);
	if (task_work_pending(current))
		set_thread_flag(TIF_NOTIFY_SIGNAL);
}

/* In place of get_signal(). */
enum spt_hook_verdict spt_signal_before_get(struct spt_arch_args *args)
{
	struct ksignal *ksig = (void *)spt_arch_arg(args, 0);
	struct spt_tracee *tracee = spt_tracee_find(current);
	enum spt_hook_verdict verdict;

	if (!tracee)
		return SPT_HOOK_CALL;
	if (signal_defer(tracee)) {
		spt_tracee_put(tracee);
		spt_hook_return(args, false);
		return SPT_HOOK_RETURN;
	}
	tracee->own.deferred = false;
	spt_lifecycle_vet(tracee);
	verdict = signal_get(tracee, args, ksig);
	spt_tracee_put(tracee);

	return verdict;
}

bool spt_signal_dequeue_concerns(const struct pt_regs *regs)
{
	return spt_arch_entry_arg(regs, SPT_DEQUEUE_MASK) ==
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
	if (signr > 0)
		signal_step_into(tracee, signr);
	/* Dropping the last reference takes locks that siglock goes inside of. */
	spt_sigunlock();
	spt_tracee_put(tracee);
	spt_siglock();
	if (signr == SIGNAL_LEAVE)
		return SPT_HOOK_CALL;

	spt_hook_return(args, signr);
	return SPT_HOOK_RETURN;
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

	spt_sigmask_keep_unkillable(task, info, group);
	if (signr != SIGCONT)
		return;

	for_each_thread(task, thread)
		spt_jobctl_notify(thread);
}
