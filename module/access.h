/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_ACCESS_H
#define SPT_ACCESS_H

#include <linux/cred.h>
#include <linux/mm_types.h>
#include <linux/sched.h>

int spt_access_attach(struct task_struct *task);
int spt_access_traceme(struct task_struct *parent);
bool spt_access_keep(const struct cred *tracer, struct pid *tgid);
bool spt_access_memory(const struct cred *tracer, struct mm_struct *mm);
bool spt_access_see(struct task_struct *task);

#endif /* SPT_ACCESS_H */
