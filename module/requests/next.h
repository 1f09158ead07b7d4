/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_NEXT_H
#define SPT_NEXT_H

#include <linux/sptrace.h>

#include "tracee/tracer.h"

int spt_next(struct spt_tracer *tracer, struct spt_next __user *user,
	     size_t size);

#endif /* SPT_NEXT_H */
