// SPDX-License-Identifier: GPL-2.0
/*
 * PTRACE_GET_SYSCALL_INFO, which SPT_IOC_WAIT tells as well, and
 * PTRACE_SET_SYSCALL_INFO.
 */
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/sptrace.h>
#include <linux/string.h>
#include <asm/syscall.h>

#include "arch/arch.h"
#include "requests/syscall_info.h"
#include "tracee/tracee.h"

static unsigned int syscall_info_entry(struct task_struct *task,
				       struct pt_regs *regs,
				       struct spt_syscall_info *info)
{
	unsigned long args[ARRAY_SIZE(info->entry.args)];
	int i;

	info->op = PTRACE_SYSCALL_INFO_ENTRY;
	info->entry.nr = syscall_get_nr(task, regs);
	syscall_get_arguments(task, regs, args);
	for (i = 0; i < ARRAY_SIZE(args); i++)
		info->entry.args[i] = args[i];

	return offsetofend(struct spt_syscall_info, entry.args);
}

static unsigned int syscall_info_seccomp(struct spt_tracee *tracee,
					 struct pt_regs *regs,
					 struct spt_syscall_info *info)
{
	syscall_info_entry(tracee->task, regs, info);
	info->op = PTRACE_SYSCALL_INFO_SECCOMP;
	info->seccomp.ret_data = tracee->report.message;

	return offsetofend(struct spt_syscall_info, seccomp.ret_data);
}

static unsigned int syscall_info_exit(struct task_struct *task,
				      struct pt_regs *regs,
				      struct spt_syscall_info *info)
{
	long error = syscall_get_error(task, regs);

	info->op = PTRACE_SYSCALL_INFO_EXIT;
	info->exit.is_error = error != 0;
	info->exit.rval = error ?: syscall_get_return_value(task, regs);

	return offsetofend(struct spt_syscall_info, exit.is_error);
}

/**
 * spt_syscall_info - PTRACE_GET_SYSCALL_INFO
 * @tracee: a stopped tracee that can't go on: tracer->lock or a hold says so
 * @info: filled
 *
 * As natively, an entry or exit is told only where PTRACE_O_TRACESYSGOOD
 * makes the stop one that can't be mistaken.
 *
 * Context: any; the user registers are in memory since the task entered.
 * Return: how many bytes of @info there are.
 */
unsigned int spt_syscall_info(struct spt_tracee *tracee,
			      struct spt_syscall_info *info)
{
	struct task_struct *task = tracee->task;
	struct pt_regs *regs = task_pt_regs(task);
	const kernel_siginfo_t *last = task->last_siginfo;

	memset(info, 0, sizeof(*info));
	info->op = PTRACE_SYSCALL_INFO_NONE;
	info->arch = syscall_get_arch(task);
	info->instruction_pointer = instruction_pointer(regs);
	info->stack_pointer = user_stack_pointer(regs);

	if (last && last->si_code == (SIGTRAP | 0x80)) {
		switch (tracee->report.message) {
		case PTRACE_EVENTMSG_SYSCALL_ENTRY:
			return syscall_info_entry(task, regs, info);
		case PTRACE_EVENTMSG_SYSCALL_EXIT:
			return syscall_info_exit(task, regs, info);
		}
	}

	if (last && last->si_code == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
		return syscall_info_seccomp(tracee, regs, info);

	return offsetof(struct spt_syscall_info, entry);
}

static int syscall_info_set_entry(struct task_struct *task,
				  struct pt_regs *regs,
				  const struct spt_syscall_info *info)
{
	unsigned long args[ARRAY_SIZE(info->entry.args)];
	int i, nr = info->entry.nr;

	/* As natively, an int, sign-extended or not; an unsigned long, likewise. */
	if (nr != (s64)info->entry.nr)
		return -ERANGE;
	for (i = 0; i < ARRAY_SIZE(args); i++) {
		args[i] = info->entry.args[i];
		if (args[i] != info->entry.args[i])
			return -ERANGE;
	}
	spt_arch_set_syscall(task, regs, nr, args);

	return 0;
}

static int syscall_info_set_exit(struct task_struct *task,
				 struct pt_regs *regs,
				 const struct spt_syscall_info *info)
{
	long rval = info->exit.rval;

	if (rval != info->exit.rval)
		return -ERANGE;
	if (info->exit.is_error)
		syscall_set_return_value(task, regs, rval, 0);
	else
		syscall_set_return_value(task, regs, 0, rval);

	return 0;
}

/**
 * spt_syscall_info_set - PTRACE_SET_SYSCALL_INFO, which came with 6.16
 * @tracee: a stopped tracee that can't go on: a hold says so
 * @info: what the system call is to be; pad is what the kernel calls reserved and
 *	flags
 *
 * As the kernel's ptrace_set_syscall_info().
 *
 * Context: any.
 * Return: 0; -EINVAL when the stop is none of a system call, or of the other kind;
 * -ERANGE for what doesn't fit a register.
 */
int spt_syscall_info_set(struct spt_tracee *tracee,
			 const struct spt_syscall_info *info)
{
	struct pt_regs *regs = task_pt_regs(tracee->task);
	struct spt_syscall_info now;

	if (memchr_inv(info->pad, 0, sizeof(info->pad)))
		return -EINVAL;
	spt_syscall_info(tracee, &now);
	if (now.op != info->op)
		return -EINVAL;

	switch (info->op) {
	case PTRACE_SYSCALL_INFO_ENTRY:
	case PTRACE_SYSCALL_INFO_SECCOMP:
		return syscall_info_set_entry(tracee->task, regs, info);
	case PTRACE_SYSCALL_INFO_EXIT:
		return syscall_info_set_exit(tracee->task, regs, info);
	default:
		return -EINVAL;
	}
}
