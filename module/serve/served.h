/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Served thread groups: those whose ptrace(2), wait4(2) and waitid(2) mean the
 * shadow.
 *
 * Each has an entry in a table, with a use of the hooks and a reference to the
 * module, so that nothing is disarmed and nobody removes the module meanwhile.
 * Entries are made by SPT_IOC_SERVE and by fork(2), and go with the group, or when
 * it executes a program that gains privileges.
 *
 * A group that never traces has no more than that. Its handle is opened with its
 * first attach, or its first child's PTRACE_TRACEME.
 */
#ifndef SPT_SERVED_H
#define SPT_SERVED_H

#include <linux/binfmts.h>
#include <linux/sptrace.h>

#include "tracee/tracer.h"

int spt_served_begin(u32 flags);
bool spt_served(struct task_struct *task);
struct spt_tracer *spt_served_open(struct task_struct *task);
int spt_served_list(struct spt_list __user *user, size_t size);

/* Hooks. */
bool spt_served_concerns(const struct pt_regs *regs);
void spt_served_probe_fork(struct task_struct *parent,
			   struct task_struct *child);
void spt_served_probe_exec(struct task_struct *task,
			   const struct linux_binprm *bprm);
void spt_served_probe_exit(struct task_struct *task);

#endif /* SPT_SERVED_H */
