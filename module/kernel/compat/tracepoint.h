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

#ifdef SPT_HAS_TRACEPOINT_SRCU
typedef struct srcu_ctr __percpu *spt_tracepoint_guard;

static inline spt_tracepoint_guard spt_tracepoint_enter(void)
{
	return srcu_read_lock_fast_notrace(&tracepoint_srcu);
}

static inline void spt_tracepoint_leave(spt_tracepoint_guard guard)
{
	srcu_read_unlock_fast_notrace(&tracepoint_srcu, guard);
}
#else
typedef struct {} spt_tracepoint_guard;

static inline spt_tracepoint_guard spt_tracepoint_enter(void)
{
	preempt_disable_notrace();
	return (spt_tracepoint_guard) {};
}

static inline void spt_tracepoint_leave(spt_tracepoint_guard guard)
{
	preempt_enable_notrace();
}
#endif

#endif /* SPT_COMPAT_TRACEPOINT_H */
