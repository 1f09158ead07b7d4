/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mark on a tracee that keeps its signals from being dropped, or from
 * killing it, when they are sent.
 *
 * The kernel drops an ignored signal, and kills at once for a fatal one with
 * the default action, unless the task blocks it, is traced natively, or has it
 * in task->real_blocked. So a tracee has all signals there but SIGKILL, and
 * SIGSTOP among them, which no task can block, tells that it is one.
 */
#ifndef SPT_SIGMASK_H
#define SPT_SIGMASK_H

#include "kernel/mark.h"

struct spt_tracee;

bool spt_sigmask_mark(struct spt_tracee *tracee);
void spt_sigmask_unmark(struct spt_tracee *tracee);
void spt_sigmask_keep_unkillable(struct task_struct *task,
				 const struct kernel_siginfo *info, bool group);
void spt_sigmask_clear(struct task_struct *child);
void spt_sigmask_sweep(void);
void spt_sigmask_mend(struct spt_tracee *tracee);

#endif /* SPT_SIGMASK_H */
