/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scopes that count in place of Yama's number.
 */
#ifndef SPT_YAMA_H
#define SPT_YAMA_H

#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "kernel/hook.h"

int spt_yama_get(void);
void spt_yama_put(void);
void spt_yama_pass_begin(const struct task_struct *other);
void spt_yama_pass_end(void);
bool spt_yama_is_passed(const struct task_struct *other);
bool spt_yama_yields(void);
bool spt_yama_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_yama_before_check(struct spt_arch_args *args);

#endif /* SPT_YAMA_H */
