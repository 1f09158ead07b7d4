/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_JOBCTL_H
#define SPT_JOBCTL_H

struct spt_tracee;
struct task_struct;

void spt_jobctl_wake_stopped(struct spt_tracee *tracee);
void spt_jobctl_rejoin_stop(struct task_struct *task);
void spt_jobctl_notify(struct task_struct *task);

/* Of the current task, with its siglock held, which those that sleep drop. */
void spt_jobctl_trap(struct spt_tracee *tracee);
void spt_jobctl_tell_parent(void);
void spt_jobctl_freeze(struct spt_tracee *tracee);
void spt_jobctl_begin_group_stop(int signr);

#endif /* SPT_JOBCTL_H */
