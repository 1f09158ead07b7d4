/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions, named for the feature it hides,
 * and nowhere else.
 */
#ifndef SPT_COMPAT_H
#define SPT_COMPAT_H

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/version.h>

/*
 * Threads that the kernel runs on behalf of a process, io_uring's workers
 * first among them: never tracees. PF_USER_WORKER came with vhost's workers
 * in 6.4.
 */
#ifdef PF_USER_WORKER
#define SPT_PF_WORKER	(PF_KTHREAD | PF_IO_WORKER | PF_USER_WORKER)
#else
#define SPT_PF_WORKER	(PF_KTHREAD | PF_IO_WORKER)
#endif

/*
 * dequeue_signal() works on current; up to 6.11 it was told so by its first
 * argument. SPT_DEQUEUE_MASK is the argument that says which signals are
 * blocked; the siginfo to fill comes after it.
 */
#if KERNEL_VERSION(6, 12, 0) > LINUX_VERSION_CODE
#define SPT_DEQUEUE_MASK	1
static inline int spt_dequeue_signal(sigset_t *blocked, kernel_siginfo_t *info,
				     enum pid_type *type)
{
	return dequeue_signal(current, blocked, info, type);
}
#else
#define SPT_DEQUEUE_MASK	0
static inline int spt_dequeue_signal(sigset_t *blocked, kernel_siginfo_t *info,
				     enum pid_type *type)
{
	return dequeue_signal(blocked, info, type);
}
#endif

#endif /* SPT_COMPAT_H */
