/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_CONFIG_H
#define SPT_CONFIG_H

#include "kernel/hook.h"

bool spt_config_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_config_before_set(struct spt_arch_args *args);
enum spt_hook_verdict spt_config_before(struct spt_arch_args *args);

#endif /* SPT_CONFIG_H */
