/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_MEMORY_H
#define SPT_MEMORY_H

#include "tracee/tracee.h"

int spt_memory_peek(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_memory_poke(struct spt_tracee *tracee, u64 addr, u64 data);

#endif /* SPT_MEMORY_H */
