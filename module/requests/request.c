// SPDX-License-Identifier: GPL-2.0
/*
 * The dispatch table of ptrace requests.
 */
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "bond/attach.h"
#include "kernel/hook.h"
#include "kernel/symbol.h"
#include "policy/process.h"
#include "requests/memory.h"
#include "requests/regs.h"
#include "requests/request.h"
#include "requests/resume.h"
#include "requests/siginfo.h"
#include "requests/syscall_info.h"
#include "stops/dispatch.h"
#include "stops/seccomp.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/* Of linux/ptrace.h since 6.4, and since 6.16. */
#define REQUEST_SET_DISPATCH_CONFIG	0x4210
#define REQUEST_GET_DISPATCH_CONFIG	0x4211
#define REQUEST_SET_SYSCALL_INFO	0x4212

/**
 * spt_request_options - what PTRACE_SEIZE and PTRACE_SETOPTIONS take
 *
 * Context: any.
 * Return: PTRACE_O_* bits, the same each time.
 */
u32 spt_request_options(void)
{
	return SPT_OPTIONS | (spt_seccomp_offered() ? SPT_SECCOMP_OPTIONS : 0);
}

/* Has another tracer, by the shadow, suspended the caller's own seccomp? */
static bool request_caller_is_suspended(void)
{
	struct spt_tracee *tracee = spt_tracee_find(current);
	bool is = false;

	if (tracee) {
		is = READ_ONCE(tracee->options) & PTRACE_O_SUSPEND_SECCOMP;
		spt_tracee_put(tracee);
	}

	return is;
}

/* As check_ptrace_options(), which ptrace_attach() calls as well. */
static int request_check_options(u64 options)
{
	if (options & ~(u64)spt_request_options())
		return -EINVAL;
	if (options & SPT_SECCOMP_OPTIONS && !spt_hooks_work())
		return -EOPNOTSUPP;
	if (!(options & PTRACE_O_SUSPEND_SECCOMP))
		return 0;

	if (!capable(CAP_SYS_ADMIN) || seccomp_mode(&current->seccomp) ||
	    current->ptrace & PT_SUSPEND_SECCOMP ||
	    request_caller_is_suspended())
		return -EPERM;

	return 0;
}

static void request_take_options(struct spt_tracee *tracee, u32 options)
{
	spin_lock(&tracee->tracer->lock);
	WRITE_ONCE(tracee->options, options);
	if (spt_traced(tracee))
		spt_dispatch_watch(tracee, options & SPT_SECCOMP_OPTIONS);
	spin_unlock(&tracee->tracer->lock);
}

static int request_setoptions(struct spt_tracee *tracee, u64 addr, u64 data)
{
	int err;

	err = spt_stop_hold(tracee);
	if (err)
		return err;

	err = request_check_options(data);
	if (!err)
		request_take_options(tracee, data);

	spt_stop_release(tracee);
	return err;
}

static int request_geteventmsg(struct spt_tracee *tracee, u64 addr, u64 data)
{
	unsigned long message;
	int err;

	err = spt_stop_hold(tracee);
	if (err)
		return err;
	message = tracee->report.message;
	spt_stop_release(tracee);

	if (in_compat_syscall())
		return put_user((compat_ulong_t)message,
				(compat_ulong_t __user *)u64_to_user_ptr(data));

	return put_user(message, (unsigned long __user *)u64_to_user_ptr(data));
}

static int request_get_syscall_info(struct spt_tracee *tracee, u64 addr,
				    u64 data)
{
	struct spt_syscall_info info;
	unsigned int size;
	int err;

	err = spt_stop_hold(tracee);
	if (err)
		return err;
	size = spt_syscall_info(tracee, &info);
	spt_stop_release(tracee);

	if (copy_to_user(u64_to_user_ptr(data), &info, min_t(u64, size, addr)))
		return -EFAULT;

	return size;
}

/* As natively, the size comes before the memory, and that before the stop's kind. */
static int request_set_syscall_info(struct spt_tracee *tracee, u64 addr,
				    u64 data)
{
	struct spt_syscall_info info;
	int err;

	err = spt_stop_hold(tracee);
	if (err)
		return err;
	spt_stop_release(tracee);

	if (addr < sizeof(info))
		return -EINVAL;
	if (copy_from_user(&info, u64_to_user_ptr(data), sizeof(info)))
		return -EFAULT;

	err = spt_stop_hold(tracee);
	if (err)
		return err;
	err = spt_syscall_info_set(tracee, &info);
	spt_stop_release(tracee);

	return err;
}

/* What the kernel's ptrace_request() does of a task by its own data alone. */
static bool request_is_kernels(u32 request)
{
	switch (request) {
	case PTRACE_SECCOMP_GET_FILTER:
	case PTRACE_SECCOMP_GET_METADATA:
	case PTRACE_GET_RSEQ_CONFIGURATION:
	case REQUEST_SET_DISPATCH_CONFIG:
	case REQUEST_GET_DISPATCH_CONFIG:
		return true;
	default:
		return false;
	}
}

static int request_by_kernel(struct spt_tracee *tracee, u32 request, u64 addr,
			     u64 data)
{
	int ret;

	ret = spt_stop_hold(tracee);
	if (ret)
		return ret;
	ret = spt_arch_ptrace(tracee->task, request, addr, data);
	spt_stop_release(tracee);

	return ret;
}

/* Those that find their tracee by its tid and are the same everywhere. */
static const struct {
	u32 request;
	int (*serve)(struct spt_tracee *tracee, u64 addr, u64 data);
} request_table[] = {
	{ PTRACE_CONT,			spt_resume_cont },
	{ PTRACE_SYSCALL,		spt_resume_syscall },
	{ PTRACE_SINGLESTEP,		spt_resume_step },
	{ PTRACE_SINGLEBLOCK,		spt_resume_block },
	{ PTRACE_SYSEMU,		spt_resume_emulate },
	{ PTRACE_SYSEMU_SINGLESTEP,	spt_resume_emulate_step },
	{ PTRACE_DETACH,		spt_resume_detach },
	{ PTRACE_INTERRUPT,		spt_resume_interrupt },
	{ PTRACE_LISTEN,		spt_resume_listen },
	{ PTRACE_KILL,			spt_resume_kill },
	{ PTRACE_SETOPTIONS,		request_setoptions },
	{ PTRACE_GETEVENTMSG,		request_geteventmsg },
	{ PTRACE_GET_SYSCALL_INFO,	request_get_syscall_info },
	{ REQUEST_SET_SYSCALL_INFO,	request_set_syscall_info },
	{ PTRACE_PEEKTEXT,		spt_memory_peek },
	{ PTRACE_PEEKDATA,		spt_memory_peek },
	{ PTRACE_POKETEXT,		spt_memory_poke },
	{ PTRACE_POKEDATA,		spt_memory_poke },
	{ PTRACE_GETREGSET,		spt_regs_getset },
	{ PTRACE_SETREGSET,		spt_regs_setset },
};

static int request_dispatch(struct spt_tracee *tracee,
			    const struct spt_ptrace *args)
{
	bool set;
	int i, err;

	for (i = 0; i < ARRAY_SIZE(request_table); i++)
		if (request_table[i].request == args->request)
			return request_table[i].serve(tracee, args->addr,
						      args->data);

	if (spt_arch_serves(args->request))
		return spt_regs_arch(tracee, args->request, args->addr,
				     args->data);
	if (request_is_kernels(args->request))
		return request_by_kernel(tracee, args->request, args->addr,
					 args->data);
	if (spt_siginfo_serves(args->request))
		return spt_siginfo_request(tracee, args->request, args->addr,
					   args->data);
	if (spt_arch_regset_of(args->request, &set))
		return spt_regs_all(tracee, args->request, args->data);

	/* As natively, an unknown request needs a stop before it is EIO. */
	err = spt_stop_hold(tracee);
	if (err)
		return err;
	spt_stop_release(tracee);

	return -EIO;
}

static int request_attach(struct spt_tracer *tracer,
			  const struct spt_ptrace *args)
{
	bool seize = args->request == PTRACE_SEIZE;
	struct task_struct *task;
	int err = -EIO;

	task = spt_process_find(args->tid);
	if (!task)
		return -ESRCH;

	if (!seize)
		err = 0;
	else if (!args->addr && !(args->data & ~(u64)PTRACE_O_MASK))
		err = request_check_options(args->data);
	if (!err)
		err = spt_attach(tracer, task, seize,
				 seize ? args->data : 0);

	put_task_struct(task);
	return err;
}

/**
 * spt_request - serve one ptrace request
 * @tracer: the caller's thread group
 * @args: the request
 *
 * Context: process context, may sleep.
 * Return: what ptrace(2) would; see SPT_IOC_PTRACE in the ABI's header.
 */
int spt_request(struct spt_tracer *tracer, const struct spt_ptrace *args)
{
	struct spt_tracee *tracee;
	int ret;

	if (args->request == PTRACE_TRACEME)
		return spt_attach_traceme();
	if (args->tid <= 0)
		return -ESRCH;
	if (args->request == PTRACE_ATTACH || args->request == PTRACE_SEIZE)
		return request_attach(tracer, args);

	tracee = spt_tracee_of(tracer, args->tid);
	if (!tracee)
		return -ESRCH;

	ret = request_dispatch(tracee, args);
	spt_tracee_put(tracee);
	return ret;
}
