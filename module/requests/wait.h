/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_WAIT_H
#define SPT_WAIT_H

#include <linux/poll.h>
#include <linux/sptrace.h>

#include "tracee/tracer.h"

struct spt_tracee;

int spt_wait_check(const struct spt_wait *args);
int spt_wait_take(struct spt_tracer *tracer, struct spt_wait *args,
		  bool resumed, struct spt_tracee **tracee, u64 *seq);
void spt_wait_finish(struct spt_tracee *tracee, const struct spt_wait *args,
		     u64 seq, int err);
int spt_wait(struct spt_tracer *tracer, struct spt_wait __user *user,
	     size_t size);
__poll_t spt_wait_poll(struct spt_tracer *tracer, struct file *file,
		       struct poll_table_struct *table);

#endif /* SPT_WAIT_H */
