// SPDX-License-Identifier: GPL-2.0
/*
 * Requests about a tracee's signals. The kernel's own code serves them, of a
 * task whose last_siginfo is there: its words, and its layouts for either kind
 * of caller.
 *
 * A siginfo has process ids, which are those of the tracee's pid namespace. A
 * tracer in another one, necessarily an ancestor, sees its own instead.
 */
#include <linux/compat.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/uaccess.h>

#include "kernel/symbol.h"
#include "requests/siginfo.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/**
 * spt_siginfo_serves - is this one of the requests served here
 * @request: PTRACE_*
 *
 * Context: any.
 * Return: true when it is.
 */
bool spt_siginfo_serves(u32 request)
{
	switch (request) {
	case PTRACE_GETSIGINFO:
	case PTRACE_SETSIGINFO:
	case PTRACE_PEEKSIGINFO:
	case PTRACE_GETSIGMASK:
	case PTRACE_SETSIGMASK:
		return true;
	default:
		return false;
	}
}

static bool siginfo_has_pid(int signr, int code)
{
	switch (spt_siginfo_layout(signr, code)) {
	case SIL_KILL:
	case SIL_CHLD:
	case SIL_RT:
		return true;
	default:
		return false;
	}
}

/* A number of one namespace in another; 0 for a process that isn't there. */
static pid_t siginfo_translate(pid_t number, struct pid_namespace *from,
			       struct pid_namespace *to)
{
	pid_t translated;

	rcu_read_lock();
	translated = pid_nr_ns(find_pid_ns(number, from), to);
	rcu_read_unlock();

	return translated;
}

/* NULL when the tracee's numbers are the caller's, as nearly always. */
static struct pid_namespace *siginfo_foreign_ns(struct spt_tracee *tracee)
{
	struct pid_namespace *ns = ns_of_pid(tracee->tgid);

	return ns == task_active_pid_ns(current) ? NULL : ns;
}

static void siginfo_lend(struct spt_tracee *tracee, kernel_siginfo_t *info)
{
	spin_lock(&tracee->tracer->lock);
	tracee->task->last_siginfo = info;
	spin_unlock(&tracee->tracer->lock);
}

/* The kernel is shown a copy in the caller's numbers. */
static int siginfo_get(struct spt_tracee *tracee, struct pid_namespace *ns,
		       u64 addr, u64 data)
{
	kernel_siginfo_t *info = tracee->task->last_siginfo, copy;
	int ret;

	if (info) {
		copy_siginfo(&copy, info);
		if (siginfo_has_pid(copy.si_signo, copy.si_code))
			copy.si_pid =
				siginfo_translate(copy.si_pid, ns,
						  task_active_pid_ns(current));
		siginfo_lend(tracee, &copy);
	}
	ret = spt_arch_ptrace(tracee->task, PTRACE_GETSIGINFO, addr, data);
	siginfo_lend(tracee, info);

	return ret;
}

static int siginfo_set(struct spt_tracee *tracee, struct pid_namespace *ns,
		       u64 addr, u64 data)
{
	kernel_siginfo_t *info = tracee->task->last_siginfo;
	int ret = spt_arch_ptrace(tracee->task, PTRACE_SETSIGINFO, addr, data);

	if (!ret && siginfo_has_pid(info->si_signo, info->si_code))
		info->si_pid = siginfo_translate(info->si_pid,
						 task_active_pid_ns(current),
						 ns);
	return ret;
}

static int siginfo_rewrite(struct pid_namespace *ns, siginfo_t __user *user)
{
	int signr, code;
	pid_t number;

	if (get_user(signr, &user->si_signo) || get_user(code, &user->si_code))
		return -EFAULT;
	if (!siginfo_has_pid(signr, code))
		return 0;
	if (get_user(number, &user->si_pid))
		return -EFAULT;

	number = siginfo_translate(number, ns, task_active_pid_ns(current));
	return put_user(number, &user->si_pid);
}

#ifdef CONFIG_COMPAT
static int siginfo_rewrite_compat(struct pid_namespace *ns,
				  struct compat_siginfo __user *user)
{
	compat_pid_t number;
	int signr, code;

	if (get_user(signr, &user->si_signo) || get_user(code, &user->si_code))
		return -EFAULT;
	if (!siginfo_has_pid(signr, code))
		return 0;
	if (get_user(number, &user->si_pid))
		return -EFAULT;

	number = siginfo_translate(number, ns, task_active_pid_ns(current));
	return put_user(number, &user->si_pid);
}
#endif

/* The kernel copies from the queue: what it has copied is rewritten. */
static int siginfo_peek(struct spt_tracee *tracee, struct pid_namespace *ns,
			u64 addr, u64 data)
{
	int ret = spt_arch_ptrace(tracee->task, PTRACE_PEEKSIGINFO, addr, data);
	int i, err = 0;

	for (i = 0; i < ret && !err; i++) {
#ifdef CONFIG_COMPAT
		if (in_compat_syscall()) {
			struct compat_siginfo __user *compat;

			compat = u64_to_user_ptr(data);
			err = siginfo_rewrite_compat(ns, compat + i);
			continue;
		}
#endif
		err = siginfo_rewrite(ns, (siginfo_t __user *)
					  u64_to_user_ptr(data) + i);
	}

	return err ?: ret;
}

static int siginfo_serve(struct spt_tracee *tracee, u32 request, u64 addr,
			 u64 data)
{
	struct pid_namespace *ns = siginfo_foreign_ns(tracee);
	int ret;

	if (ns && request == PTRACE_GETSIGINFO)
		return siginfo_get(tracee, ns, addr, data);
	if (ns && request == PTRACE_SETSIGINFO)
		return siginfo_set(tracee, ns, addr, data);
	if (ns && request == PTRACE_PEEKSIGINFO)
		return siginfo_peek(tracee, ns, addr, data);

	ret = spt_arch_ptrace(tracee->task, request, addr, data);
	if (request == PTRACE_SETSIGMASK && !ret)
		tracee->mask_changed = true;

	return ret;
}

/**
 * spt_siginfo_request - GETSIGINFO, SETSIGINFO, PEEKSIGINFO, GET- and SETSIGMASK
 * @tracee: the tracee
 * @request: which of them
 * @addr: as for ptrace(2)
 * @data: as for ptrace(2)
 *
 * Context: process context, may sleep.
 * Return: what ptrace(2) does, -ESRCH when the tracee isn't stopped.
 */
int spt_siginfo_request(struct spt_tracee *tracee, u32 request, u64 addr,
			u64 data)
{
	int ret;

	ret = spt_stop_hold(tracee);
	if (ret)
		return ret;
	ret = siginfo_serve(tracee, request, addr, data);
	spt_stop_release(tracee);

	return ret;
}
