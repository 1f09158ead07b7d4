/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_LIFECYCLE_H
#define SPT_LIFECYCLE_H

#include <linux/binfmts.h>
#include <linux/sched.h>

void spt_lifecycle_probe_fork(void *data, struct task_struct *parent,
			      struct task_struct *child);
void spt_lifecycle_probe_exec(void *data, struct task_struct *task,
			      pid_t old_pid, struct linux_binprm *bprm);
void spt_lifecycle_probe_exit(void *data, struct task_struct *task);

#endif /* SPT_LIFECYCLE_H */
