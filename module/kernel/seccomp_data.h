/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_SECCOMP_DATA_H
#define SPT_SECCOMP_DATA_H

#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <asm/syscall.h>

/* As the kernel's populate_seccomp_data(): the current task's call, for a filter. */
static __always_inline void spt_seccomp_data(struct seccomp_data *data,
					     struct pt_regs *regs)
{
	unsigned long args[ARRAY_SIZE(data->args)];
	int i;

	data->nr = syscall_get_nr(current, regs);
	data->arch = syscall_get_arch(current);
	data->instruction_pointer = instruction_pointer(regs);
	syscall_get_arguments(current, regs, args);
	for (i = 0; i < ARRAY_SIZE(args); i++)
		data->args[i] = args[i];
}

#endif /* SPT_SECCOMP_DATA_H */
