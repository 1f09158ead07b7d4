/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks.
 *
 * PF_USER_WORKER came with vhost's workers in 6.4. The tracepoint
 * sched_process_exit says since 6.16 whether the task was the last of its group.
 */
#ifndef SPT_COMPAT_SCHED_H
#define SPT_COMPAT_SCHED_H

#include <linux/sched.h>

/*
 * Threads that the kernel runs on behalf of a process, io_uring's workers
 * first among them: never tracees.
 */
#ifdef PF_USER_WORKER
#define SPT_PF_WORKER	(PF_KTHREAD | PF_IO_WORKER | PF_USER_WORKER)
#else
#define SPT_PF_WORKER	(PF_KTHREAD | PF_IO_WORKER)
#endif

/* Defines a sched_process_exit probe that tells a function of the task. */
#ifdef SPT_HAS_EXIT_GROUP_DEAD
#define SPT_EXIT_PROBE(name, tell)					\
	static void name(void *data, struct task_struct *task,		\
			 bool group_dead)				\
	{								\
		tell(task);						\
	}
#else
#define SPT_EXIT_PROBE(name, tell)					\
	static void name(void *data, struct task_struct *task)		\
	{								\
		tell(task);						\
	}
#endif

#endif /* SPT_COMPAT_SCHED_H */
