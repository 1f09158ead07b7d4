/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_FROZEN_H
#define SPT_FROZEN_H

#include "kernel/hook.h"

bool spt_frozen_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_frozen_before(struct spt_arch_args *args);

#endif /* SPT_FROZEN_H */
