/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mark by which hooks tell a tracee from any other task: SIGSTOP in
 * task->real_blocked, where no task can have it otherwise. See sigmask.h.
 */
#ifndef SPT_MARK_H
#define SPT_MARK_H

#include <linux/sched.h>
#include <linux/signal.h>

static __always_inline bool spt_marked(struct task_struct *task)
{
	return sigismember(&task->real_blocked, SIGSTOP);
}

#endif /* SPT_MARK_H */
