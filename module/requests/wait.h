/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_WAIT_H
#define SPT_WAIT_H

#include <linux/poll.h>
#include <linux/sptrace.h>

#include "tracee/tracer.h"

struct spt_tracee;

/**
 * struct spt_wait_for - a wait, whoever it is for
 * @idtype: as of struct spt_wait, as the next four
 * @id: whose report
 * @options: WEXITED and so on
 * @flags: SPT_WAIT_* bits
 * @event: filled with the report
 * @syscall: filled where SPT_WAIT_SYSCALL_INFO asks for it
 */
struct spt_wait_for {
	u32 idtype;
	s32 id;
	u32 options;
	u32 flags;
	struct spt_event *event;
	struct spt_syscall_info *syscall;
};

int spt_wait_check(const struct spt_wait_for *what);
int spt_wait_take(struct spt_tracer *tracer, const struct spt_wait_for *what,
		  bool resumed, struct spt_tracee **tracee, u64 *seq);
void spt_wait_finish(struct spt_tracee *tracee, const struct spt_wait_for *what,
		     u64 seq, int err);
int spt_wait(struct spt_tracer *tracer, struct spt_wait __user *user,
	     size_t size);
__poll_t spt_wait_poll(struct spt_tracer *tracer, struct file *file,
		       struct poll_table_struct *table);

#endif /* SPT_WAIT_H */
