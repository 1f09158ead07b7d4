/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_ACCESS_H
#define SPT_ACCESS_H

#include <linux/cred.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/types.h>

int spt_access_attach(struct task_struct *task, bool audit, u32 *rule);
int spt_access_traceme(struct task_struct *parent, u32 *rule);
void spt_access_report(const char *access, struct task_struct *tracee,
		       struct task_struct *tracer, u32 rule);
bool spt_access_keep(const struct cred *attached, struct pid *tgid, bool secure,
		     bool relabelled);
bool spt_access_memory(const struct cred *tracer, struct task_struct *task,
		       struct mm_struct *mm);
bool spt_access_see(struct task_struct *task);

#endif /* SPT_ACCESS_H */
