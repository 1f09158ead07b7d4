/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals.
 *
 * Up to 6.11 dequeue_signal() was told by its first argument that it works on
 * current. SPT_DEQUEUE_MASK is the argument that says which signals are blocked;
 * the siginfo to fill comes after it.
 *
 * __lock_task_sighand() is called lock_task_sighand() in 7.3; see symbol.c, which
 * knows both names.
 */
#ifndef SPT_COMPAT_SIGNAL_H
#define SPT_COMPAT_SIGNAL_H

#include <linux/sched/signal.h>

#ifdef SPT_HAS_DEQUEUE_CURRENT
#define SPT_DEQUEUE_MASK	0
static inline int spt_dequeue_signal(sigset_t *blocked, kernel_siginfo_t *info,
				     enum pid_type *type)
{
	return dequeue_signal(blocked, info, type);
}
#else
#define SPT_DEQUEUE_MASK	1
static inline int spt_dequeue_signal(sigset_t *blocked, kernel_siginfo_t *info,
				     enum pid_type *type)
{
	return dequeue_signal(current, blocked, info, type);
}
#endif

#endif /* SPT_COMPAT_SIGNAL_H */
