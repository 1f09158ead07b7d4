/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_JOBCTL_H
#define SPT_JOBCTL_H

#include "kernel/hook.h"

struct spt_tracee;

bool spt_jobctl_frozen_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_jobctl_before_frozen(struct spt_arch_args *args);
void spt_jobctl_probe_generate(void *data, int signr,
			       struct kernel_siginfo *info,
			       struct task_struct *task, int group, int result);

void spt_jobctl_wake_stopped(struct spt_tracee *tracee);
void spt_jobctl_rejoin_stop(struct task_struct *task);

/* Of the current task, with its siglock held, which those that sleep drop. */
void spt_jobctl_trap(struct spt_tracee *tracee);
void spt_jobctl_tell_parent(void);
void spt_jobctl_freeze(struct spt_tracee *tracee);
void spt_jobctl_begin_group_stop(int signr);

#endif /* SPT_JOBCTL_H */
