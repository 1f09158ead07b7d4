/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters: which of a tracee's system calls stop, or are recorded, asked at the
 * entry of each call before anything else.
 *
 * A filter is classic BPF over struct seccomp_data, checked and compiled by the
 * kernel. What it says whatever the arguments are is known from a table. That, and
 * short programs, are asked in the probe's handler, so that a call that passes isn't
 * redirected: see spt_dispatch_quick(). Longer ones are run at the entry hook.
 */
#ifndef SPT_FILTER_H
#define SPT_FILTER_H

#include <linux/types.h>

struct pt_regs;
struct spt_filter;
struct spt_set_filter;
struct spt_tracee;

struct spt_filter *spt_filter_make(const struct spt_set_filter *args);
void spt_filter_put(struct spt_filter *filter);
void spt_filter_give(struct spt_tracee *tracee, struct spt_filter *filter);
void spt_filter_inherit(struct spt_tracee *child,
			const struct spt_tracee *parent);
void spt_filter_drop(struct spt_tracee *tracee);
u64 spt_filter_id(const struct spt_tracee *tracee);
int spt_filter_quick(const struct spt_tracee *tracee, struct pt_regs *regs);
u64 spt_filter_judge(const struct spt_tracee *tracee, struct pt_regs *regs,
		     u32 *verdict);
void spt_filter_exit(void);

#endif /* SPT_FILTER_H */
