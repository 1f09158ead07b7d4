/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions, named for the feature it hides,
 * and nowhere else.
 */
#ifndef SPT_COMPAT_H
#define SPT_COMPAT_H

#include <linux/sched.h>

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

#endif /* SPT_COMPAT_H */
