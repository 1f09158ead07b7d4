/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_MEMORY_H
#define SPT_MEMORY_H

#include <linux/sptrace.h>

#include "tracee/tracee.h"

int spt_memory_peek(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_memory_poke(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_memory_read(struct spt_tracee *tracee, const struct spt_range *range,
		    bool string, u64 seq, u64 *done);
int spt_memory(struct spt_tracer *tracer, struct spt_memory __user *user,
	       size_t size);

#endif /* SPT_MEMORY_H */
