/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How programs and administrators say who may trace whom, and are told.
 */
#ifndef SPT_POLICY_H
#define SPT_POLICY_H

#include <linux/types.h>

#include "kernel/hook.h"

struct spt_handle;

int spt_policy_get_scope(struct spt_handle *handle, void __user *user,
			 size_t size);
int spt_policy_set_scope(struct spt_handle *handle, void __user *user,
			 size_t size);
int spt_policy_set_ptracer(struct spt_handle *handle, void __user *user,
			   size_t size);
int spt_policy_explain(struct spt_handle *handle, void __user *user,
		       size_t size);
bool spt_policy_prctl_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_policy_before_prctl(struct spt_arch_args *args);

#endif /* SPT_POLICY_H */
