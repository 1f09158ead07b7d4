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

#include <linux/audit.h>
#include <linux/nospec.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <asm/seccomp.h>
#include <asm/syscall.h>

#include "tracee/tracee.h"

struct bpf_prog;
struct spt_set_filter;

/* In place of a verdict: the program is to be asked. No verdict has this bit. */
#define SPT_VERDICT_DEPENDS	0x80

/* Calls of kernels to come have numbers up to here; those above are just slower. */
#define SPT_FILTER_CALLS	512

enum spt_filter_abi {
	SPT_FILTER_NATIVE,
	SPT_FILTER_COMPAT,
	SPT_FILTER_ABIS,
};

/**
 * struct spt_filter - a filter, shared by a tracee and the children that inherit it
 * @refs: one for each tracee that has it
 * @rcu: freed after a grace period, since handlers and tracees' own tasks look at it
 *	without a reference
 * @id: tells it from every other that there ever was
 * @prog: the program, compiled; constant
 * @quick: it may be run in the probe's handler; constant
 * @foreseen: by ABI and number: the verdict, or SPT_VERDICT_DEPENDS; constant
 */
struct spt_filter {
	refcount_t refs;
	struct rcu_head rcu;
	u64 id;
	struct bpf_prog *prog;
	bool quick;
	u8 foreseen[SPT_FILTER_ABIS][SPT_FILTER_CALLS];
};

struct spt_filter *spt_filter_make(const struct spt_set_filter *args);
void spt_filter_put(struct spt_filter *filter);
void spt_filter_give(struct spt_tracee *tracee, struct spt_filter *filter);
void spt_filter_inherit(struct spt_tracee *child,
			const struct spt_tracee *parent);
void spt_filter_drop(struct spt_tracee *tracee);
u64 spt_filter_id(const struct spt_tracee *tracee);
int spt_filter_run_quick(const struct spt_tracee *tracee, struct pt_regs *regs);
u64 spt_filter_judge(const struct spt_tracee *tracee, struct pt_regs *regs,
		     u32 *verdict);
void spt_filter_exit(void);

/* Of the current task's call: a verdict, or SPT_VERDICT_DEPENDS. */
static __always_inline u32 spt_filter_foreseen(const struct spt_filter *filter,
					       struct pt_regs *regs)
{
	unsigned int nr = syscall_get_nr(current, regs);
	enum spt_filter_abi abi = SPT_FILTER_NATIVE;

#ifdef SECCOMP_ARCH_COMPAT
	if (syscall_get_arch(current) == SECCOMP_ARCH_COMPAT)
		abi = SPT_FILTER_COMPAT;
#endif

	if (nr >= SPT_FILTER_CALLS)
		return SPT_VERDICT_DEPENDS;

	/* As seccomp_cache_check_allow(): the task chooses it. */
	return filter->foreseen[abi][array_index_nospec(nr, SPT_FILTER_CALLS)];
}

/*
 * What the current task's filter says of a call, in a probe's handler with preemption
 * disabled, which keeps the filter. Return: a verdict; or SPT_VERDICT_DEPENDS, when
 * spt_filter_run_quick() is to be asked.
 */
static __always_inline u32 spt_filter_look(const struct spt_tracee *tracee,
					   struct pt_regs *regs)
{
	/* Without lockdep, which a handler is no place for. */
	const struct spt_filter *filter = rcu_dereference_raw(tracee->filter);

	return filter ? spt_filter_foreseen(filter, regs) : SPT_VERDICT_DEPENDS;
}

#endif /* SPT_FILTER_H */
