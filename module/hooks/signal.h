/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signal-delivery-stops.
 *
 * A tracee's get_signal() is done here: what the kernel's own does for a task
 * that is traced natively, with our stops. A signal that dumps core, or that a
 * native tracer is to see as well, is handed over to the kernel's function, and
 * a task that is let go goes on in it; no frame of this module is below it.
 */
#ifndef SPT_SIGNAL_H
#define SPT_SIGNAL_H

#include "kernel/hook.h"

bool spt_signal_dequeue_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_signal_before_get(struct spt_arch_args *args);
enum spt_hook_verdict spt_signal_before_dequeue(struct spt_arch_args *args);
void spt_signal_probe_generate(void *data, int signr,
			       struct kernel_siginfo *info,
			       struct task_struct *task, int group, int result);
void spt_signal_undefer(struct spt_tracee *tracee);

#endif /* SPT_SIGNAL_H */
