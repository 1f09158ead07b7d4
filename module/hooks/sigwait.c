// SPDX-License-Identifier: GPL-2.0
/*
 * sigtimedwait(2) of a tracee.
 *
 * The kernel's own keeps the caller's mask in real_blocked while it sleeps, and
 * so takes the mark away that keeps a tracee's signals from being dropped. For
 * a tracee it is done here, with the mask kept on the stack.
 */
#include <linux/compat.h>
#include <linux/freezer.h>
#include <linux/hrtimer.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/signal.h>
#include <linux/time64.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>

#include "bond/detach.h"
#include "hooks/sigwait.h"
#include "kernel/compat/signal.h"
#include "kernel/mark.h"
#include "kernel/symbol.h"
#include "stops/sigmask.h"
#include "tracee/tracee.h"

/* The three layouts of the system call's arguments. */
enum sigwait_layout {
	SIGWAIT_NATIVE,
	SIGWAIT_TIME32,
	SIGWAIT_TIME64,
};

/**
 * struct sigwait - one call
 * @layout: whose
 * @mask: all signals but those that are waited for
 * @info: user pointer to where the siginfo goes, or NULL
 * @forever: there is no timeout
 * @end: when the timeout ends, CLOCK_MONOTONIC
 */
struct sigwait {
	enum sigwait_layout layout;
	sigset_t mask;
	void __user *info;
	bool forever;
	ktime_t end;
};

static int sigwait_get_set(struct sigwait *wait, unsigned long user)
{
	if (wait->layout != SIGWAIT_NATIVE)
		return get_compat_sigset(&wait->mask, (void __user *)user);

	return copy_from_user(&wait->mask, (void __user *)user,
			      sizeof(wait->mask)) ? -EFAULT : 0;
}

static int sigwait_get_time(struct sigwait *wait, unsigned long user)
{
	struct timespec64 time;
	int err;

	wait->forever = !user;
	if (!user)
		return 0;

	if (wait->layout == SIGWAIT_TIME32)
		err = get_old_timespec32(&time, (void __user *)user);
	else
		err = get_timespec64(&time, (void __user *)user);
	if (err)
		return -EFAULT;
	if (!timespec64_valid(&time))
		return -EINVAL;

	wait->end = ktime_add_safe(ktime_get(), timespec64_to_ktime(time));
	return 0;
}

static int sigwait_get(struct sigwait *wait)
{
	unsigned long args[6];
	int err;

	syscall_get_arguments(current, task_pt_regs(current), args);
	if (args[3] != sizeof(sigset_t))
		return -EINVAL;

	err = sigwait_get_set(wait, args[0]);
	if (!err)
		err = sigwait_get_time(wait, args[2]);
	wait->info = (void __user *)args[1];
	sigdelsetmask(&wait->mask, sigmask(SIGKILL) | sigmask(SIGSTOP));
	signotset(&wait->mask);

	return err;
}

static int sigwait_put_info(struct sigwait *wait, kernel_siginfo_t *info)
{
	if (!wait->info)
		return 0;

#ifdef CONFIG_COMPAT
	if (wait->layout != SIGWAIT_NATIVE)
		return spt_copy_siginfo_to_user32(wait->info, info);
#endif
	return spt_copy_siginfo_to_user(wait->info, info);
}

/*
 * Sleep until one of the signals comes. Siglock is held, and dropped for the
 * sleep. Return: 0 when the time is over, -EINTR.
 */
static int sigwait_sleep(struct spt_tracee *tracee, struct sigwait *wait)
	__must_hold(siglock)
{
	struct sighand_struct *sighand = spt_sighand(current);
	sigset_t blocked = current->blocked;
	int ret;

	lockdep_assert_held(&sighand->siglock);

	sigandsets(&current->blocked, &current->blocked, &wait->mask);
	recalc_sigpending();
	tracee->parked = true;
	tracee->waiting = &blocked;
	spin_unlock_irq(&sighand->siglock);

	__set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
	ret = schedule_hrtimeout_range(wait->forever ? NULL : &wait->end,
				       current->timer_slack_ns,
				       HRTIMER_MODE_ABS);

	spt_set_current_blocked(&blocked);
	spin_lock_irq(&sighand->siglock);
	tracee->parked = false;
	tracee->waiting = NULL;

	return ret;
}

/* Return: the signal; 0 when the tracer is gone; -EINTR; -EAGAIN. */
static int sigwait_for(struct spt_tracee *tracee, struct sigwait *wait,
		       kernel_siginfo_t *info)
{
	struct sighand_struct *sighand = spt_sighand(current);
	enum pid_type type;
	int signr, ret = 0;

	spin_lock_irq(&sighand->siglock);
	/* Detached before @waiting told spt_sigmask_unmark() of the mask. */
	if (!spt_traced(tracee)) {
		spin_unlock_irq(&sighand->siglock);
		return 0;
	}
	signr = spt_dequeue_signal(&wait->mask, info, &type);
	if (!signr && (wait->forever ||
		       ktime_after(wait->end, ktime_get()))) {
		ret = sigwait_sleep(tracee, wait);
		signr = spt_dequeue_signal(&wait->mask, info, &type);
	}
	spin_unlock_irq(&sighand->siglock);

	if (signr)
		return signr;
	if (ret && !spt_traced(tracee) &&
	    !signal_pending(current))
		return 0;

	return ret ? -EINTR : -EAGAIN;
}

static enum spt_hook_verdict sigwait_before(struct spt_arch_args *args,
					    enum sigwait_layout layout)
{
	struct sigwait wait = { .layout = layout };
	struct spt_tracee *tracee;
	kernel_siginfo_t info;
	bool pinned;
	int ret;

	tracee = spt_tracee_find(current);
	if (!tracee)
		return SPT_HOOK_CALL;

	if (!spt_hooks_pin()) {
		spt_tracee_let_go(tracee);
		spt_tracee_put(tracee);
		return SPT_HOOK_CALL;
	}
	/* A fault in user memory may take long: removal is refused meanwhile. */
	ret = sigwait_get(&wait);
	spt_hooks_unpin();
	if (!ret) {
		ret = sigwait_for(tracee, &wait, &info);
		/*
		 * The tracer went away. The kernel's own begins anew, and a
		 * timeout with it.
		 */
		if (!ret) {
			spt_tracee_put(tracee);
			return SPT_HOOK_CALL;
		}
	}
	pinned = spt_hooks_pin();
	if (ret > 0 && sigwait_put_info(&wait, &info))
		ret = -EFAULT;
	if (pinned)
		spt_hooks_unpin();
	spt_tracee_put(tracee);

	spt_hook_return(args, ret);
	return SPT_HOOK_RETURN;
}

/* In place of the system call, by its layout. */
enum spt_hook_verdict spt_sigwait_before(struct spt_arch_args *args)
{
	return sigwait_before(args, SIGWAIT_NATIVE);
}

enum spt_hook_verdict spt_sigwait_before_time32(struct spt_arch_args *args)
{
	return sigwait_before(args, SIGWAIT_TIME32);
}

enum spt_hook_verdict spt_sigwait_before_time64(struct spt_arch_args *args)
{
	return sigwait_before(args, SIGWAIT_TIME64);
}
