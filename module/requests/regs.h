/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_REGS_H
#define SPT_REGS_H

#include "tracee/tracee.h"

int spt_regs_read(struct spt_tracee *tracee, u32 type, u64 buffer, u32 *size);
int spt_regs_arch(struct spt_tracee *tracee, u32 request, u64 addr, u64 data);
int spt_regs_all(struct spt_tracee *tracee, u32 request, u64 data);
int spt_regs_getset(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_regs_setset(struct spt_tracee *tracee, u64 addr, u64 data);

#endif /* SPT_REGS_H */
