// SPDX-License-Identifier: GPL-2.0
/*
 * ptrace(2) of a served tracer: the requests of SPT_IOC_PTRACE by another way in.
 *
 * The hook stands in front of the system call's function, behind seccomp, audit and
 * the syscall tracepoints, which so see the call as any other.
 */
#include <linux/ptrace.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <asm/syscall.h>

#include "bond/attach.h"
#include "policy/process.h"
#include "requests/request.h"
#include "serve/served.h"
#include "serve/trace.h"

/* PTRACE_TRACEME: SPT_HOOK_CALL when the parent waits natively, and so it traces. */
static enum spt_hook_verdict trace_me(long *ret)
{
	struct task_struct *parent = spt_process_parent();
	enum spt_hook_verdict verdict = SPT_HOOK_CALL;
	struct spt_tracer *tracer;

	rcu_read_lock();
	if (spt_served(parent))
		verdict = SPT_HOOK_RETURN;
	rcu_read_unlock();

	if (verdict == SPT_HOOK_RETURN) {
		tracer = spt_served_open(parent);
		*ret = PTR_ERR_OR_ZERO(tracer);
		if (!*ret) {
			*ret = spt_attach_traceme();
			spt_tracer_put(tracer);
		}
	}
	put_task_struct(parent);

	return verdict;
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

/* In place of ptrace(2), 64-bit or not, for a served thread group. */
enum spt_hook_verdict spt_trace_before_ptrace(struct spt_arch_args *args)
{
	struct spt_ptrace request = {};
	unsigned long call[6];
	long ret;

	syscall_get_arguments(current, current_pt_regs(), call);
	request.request = call[0];
	/* The native argument is a long: one that is none of them is unknown. */
	if (request.request != call[0])
		request.request = U32_MAX;
	request.tid = call[1];
	request.addr = call[2];
	request.data = call[3];

	if (request.request == PTRACE_TRACEME) {
		if (trace_me(&ret) == SPT_HOOK_CALL)
			return SPT_HOOK_CALL;
	} else {
		ret = trace_request(&request);
	}

	spt_hook_return(args, trace_error(&request, ret));
	return SPT_HOOK_RETURN;
}
