/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fork, exec and exit, of tracees and of tracers.
 */
#ifndef SPT_LIFECYCLE_H
#define SPT_LIFECYCLE_H

#include <linux/binfmts.h>
#include <linux/sched.h>

#include "kernel/hook.h"

struct spt_tracee;

bool spt_lifecycle_concerns_child(const struct pt_regs *regs);
enum spt_hook_verdict spt_lifecycle_before_clone(struct spt_arch_args *args);
enum spt_hook_verdict spt_lifecycle_before_wake(struct spt_arch_args *args);
enum spt_hook_verdict spt_lifecycle_before_exit(struct spt_arch_args *args);
enum spt_hook_verdict
spt_lifecycle_before_exit_signals(struct spt_arch_args *args);
void spt_lifecycle_probe_exec(void *data, struct task_struct *task,
			      pid_t old_pid, struct linux_binprm *bprm);
void spt_lifecycle_probe_exit(struct task_struct *task);
void spt_lifecycle_vet(struct spt_tracee *tracee);
void spt_lifecycle_before_return(struct spt_tracee *tracee);

#endif /* SPT_LIFECYCLE_H */
