/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What holds a tracepoint's listeners while they are called, as __DO_TRACE() does:
 * since 7.0 tracepoint_srcu, before that preemption switched off.
 */
#ifndef SPT_COMPAT_TRACEPOINT_H
#define SPT_COMPAT_TRACEPOINT_H

#include <linux/preempt.h>
#include <linux/srcu.h>
#include <linux/tracepoint.h>

struct spt_tracepoint_guard {
#ifdef SPT_HAS_TRACEPOINT_SRCU
	struct srcu_ctr __percpu *srcu;
#endif
};

static inline struct spt_tracepoint_guard spt_tracepoint_enter(void)
{
	struct spt_tracepoint_guard guard = {};

#ifdef SPT_HAS_TRACEPOINT_SRCU
	guard.srcu = srcu_read_lock_fast_notrace(&tracepoint_srcu);
#else
	preempt_disable_notrace();
#endif
	return guard;
}

static inline void spt_tracepoint_leave(struct spt_tracepoint_guard guard)
{
#ifdef SPT_HAS_TRACEPOINT_SRCU
	srcu_read_unlock_fast_notrace(&tracepoint_srcu, guard.srcu);
#else
	preempt_enable_notrace();
#endif
}

#endif /* SPT_COMPAT_TRACEPOINT_H */
