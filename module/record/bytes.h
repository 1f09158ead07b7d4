/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The current task's memory, as far as its tracer may read it and it is there, without
 * waiting for anything.
 */
#ifndef SPT_BYTES_H
#define SPT_BYTES_H

#include <linux/types.h>

struct spt_tracee;

bool spt_bytes_allowed(const struct spt_tracee *tracee);
u32 spt_bytes_copy(void *to, unsigned long addr, u32 length);
u32 spt_bytes_copy_string(char *to, unsigned long addr, u32 length,
			  bool *ended);

#endif /* SPT_BYTES_H */
