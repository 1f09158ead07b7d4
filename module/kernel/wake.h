/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waking a task on the processor that this one is about to leave.
 */
#ifndef SPT_WAKE_H
#define SPT_WAKE_H

#include <linux/cpumask.h>
#include <linux/wait.h>

#include "kernel/symbol.h"

/* Not up to 6.5; and with one processor there is nothing to choose. */
static inline bool spt_can_wake_here(void)
{
	return spt_symbols[SPT_SYM_WAKE_UP_ON_CURRENT_CPU] &&
	       num_online_cpus() > 1;
}

static inline void spt_wake_queue_here(struct wait_queue_head *queue,
				       unsigned int state, void *key)
{
	spt_arch_call(spt_symbols[SPT_SYM_WAKE_UP_ON_CURRENT_CPU],
		      (long)queue, state, (long)key, 0, 0);
}

/*
 * What wake_up_state() does. The kernel has that for queues, so the task is in one
 * for a moment; the flag by which it is done isn't in any header for modules.
 */
static inline void spt_wake_task_here(struct task_struct *task,
				      unsigned int state)
{
	DECLARE_WAIT_QUEUE_HEAD_ONSTACK(queue);
	struct wait_queue_entry entry;

	init_waitqueue_func_entry(&entry, default_wake_function);
	entry.private = task;
	__add_wait_queue(&queue, &entry);
	spt_wake_queue_here(&queue, state, NULL);
}

#endif /* SPT_WAKE_H */
