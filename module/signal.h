/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signal-delivery-stops, group-stops and traps.
 *
 * A tracee's get_signal() is done here: what the kernel's own does for a task
 * that is traced natively, with our stops. Nothing sleeps in the kernel's
 * function below a frame of this module, and the two meet in two places only:
 * a fatal signal is handed back, and a task that is let go goes on in the
 * kernel's.
 */
#ifndef SPT_SIGNAL_H
#define SPT_SIGNAL_H

#include "hook.h"

struct spt_tracee;

bool spt_signal_get_concerns(const struct pt_regs *regs);
bool spt_signal_dequeue_concerns(const struct pt_regs *regs);
bool spt_signal_frozen_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_signal_before_get(struct spt_arch_args *args);
enum spt_hook_verdict spt_signal_before_dequeue(struct spt_arch_args *args);
enum spt_hook_verdict spt_signal_before_frozen(struct spt_arch_args *args);
void spt_signal_probe_generate(void *data, int signr,
			       struct kernel_siginfo *info,
			       struct task_struct *task, int group, int result);

void spt_signal_exited(struct task_struct *task);
void spt_signal_wake_stopped(struct spt_tracee *tracee);
void spt_signal_rejoin_stop(struct task_struct *task);

#endif /* SPT_SIGNAL_H */
