// SPDX-License-Identifier: GPL-2.0
/*
 * ptrace(2) of a served tracer: the requests of SPT_IOC_PTRACE by another way in.
 *
 * The hook stands in front of the system call's function, behind audit and the
 * syscall tracepoints, which so see the call as any other.
 *
 * A seccomp filter may refuse the call before it comes there. The same task may
 * do the same by ioctl, so it is served all the same: a task that has a filter is
 * served where it enters the call. Then seccomp, audit, the tracepoints and a native
 * tracer don't see it.
 */
#include <linux/ptrace.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <asm/syscall.h>

#include "bond/attach.h"
#include "hooks/syscall.h"
#include "policy/process.h"
#include "requests/request.h"
#include "serve/served.h"
#include "serve/trace.h"
#include "stops/dispatch.h"

/* Return: false when the parent waits natively, and so it traces natively. */
static bool trace_me(long *ret)
{
	struct task_struct *parent = spt_process_parent();
	struct spt_tracer *tracer;
	bool served;

	rcu_read_lock();
	served = spt_served(parent);
	rcu_read_unlock();
	if (!served)
		goto put_parent;

	tracer = spt_served_open(parent);
	*ret = PTR_ERR_OR_ZERO(tracer);
	if (!*ret) {
		*ret = spt_attach_traceme();
		spt_tracer_put(tracer);
	}

put_parent:
	put_task_struct(parent);
	return served;
}

static bool trace_attaches(const struct spt_ptrace *request)
{
	return request->request == PTRACE_ATTACH ||
	       request->request == PTRACE_SEIZE;
}

static long trace_request(const struct spt_ptrace *request)
{
	struct spt_tracer *tracer;
	long ret;

	if (trace_attaches(request))
		tracer = spt_served_open(current);
	else
		tracer = spt_tracer_find(task_tgid(current)) ?: ERR_PTR(-ESRCH);
	if (IS_ERR(tracer))
		return PTR_ERR(tracer);

	ret = spt_request(tracer, request);
	spt_tracer_put(tracer);
	return ret;
}

/* Of the errors that ptrace(2) doesn't have, those that a program understands. */
static long trace_error(const struct spt_ptrace *request, long ret)
{
	bool begins = trace_attaches(request) ||
		      request->request == PTRACE_TRACEME;

	switch (ret) {
	case -EAGAIN:
	case -ENOSPC:
		return begins ? -EPERM : ret;
	case -EOPNOTSUPP:
		if (begins)
			return -EPERM;
		return request->request == PTRACE_SETREGSET ? ret : -EIO;
	default:
		return ret;
	}
}

/* Return: whether it is the shadow's, and so has a result. */
static bool trace_serve(long *ret)
{
	struct spt_ptrace request = {};
	unsigned long call[6];

	syscall_get_arguments(current, current_pt_regs(), call);
	request.request = call[0];
	/* The native argument is a long: one that is none of them is unknown. */
	if (request.request != call[0])
		request.request = U32_MAX;
	request.tid = call[1];
	request.addr = call[2];
	request.data = call[3];

	if (request.request != PTRACE_TRACEME)
		*ret = trace_request(&request);
	else if (!trace_me(ret))
		return false;
	*ret = trace_error(&request, *ret);

	return true;
}

/* In place of ptrace(2), 64-bit or not, for a served thread group. */
enum spt_hook_verdict spt_trace_before_ptrace(struct spt_arch_args *args)
{
	long ret;

	if (!trace_serve(&ret))
		return SPT_HOOK_CALL;

	spt_hook_return(args, ret);
	return SPT_HOOK_RETURN;
}

static __always_inline bool trace_is_filtered_ptrace(const struct pt_regs *regs)
{
	return test_syscall_work(SYSCALL_USER_DISPATCH) &&
	       spt_dispatch_is_served(current) && spt_arch_is_ptrace(regs);
}

/* Of a served task that has a filter, ptrace(2) alone; of a tracee, every call. */
bool spt_trace_enter_concerns(const struct pt_regs *regs)
{
	return spt_syscall_enter_concerns(regs) ||
	       trace_is_filtered_ptrace((void *)spt_arch_entry_arg(regs, 0));
}

NOKPROBE_SYMBOL(spt_trace_enter_concerns);

/*
 * In place of syscall_user_dispatch(), which is first at the entry of a system call:
 * the stop of one that is traced, which may change the call; then the call.
 */
enum spt_hook_verdict spt_trace_before_enter(struct spt_arch_args *args)
{
	struct pt_regs *regs = (void *)spt_arch_arg(args, 0);
	enum spt_hook_verdict verdict = spt_syscall_before_enter(args);
	bool refused = verdict == SPT_HOOK_RETURN && spt_arch_arg(args, 0);
	long ret;

	if (refused || !trace_is_filtered_ptrace(regs) ||
	    !spt_served(current) || !trace_serve(&ret))
		return verdict;

	syscall_set_return_value(current, regs, ret < 0 ? ret : 0, ret);
	/* It isn't to be begun: it is done. */
	spt_hook_return(args, true);
	return SPT_HOOK_RETURN;
}
