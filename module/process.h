/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes: found by number, related by descent, and watched for their end.
 */
#ifndef SPT_PROCESS_H
#define SPT_PROCESS_H

#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/**
 * struct spt_watch - have a work queued when a process may have ended
 * @tgid: the process; whoever owns the watch holds a reference
 * @work: the work; asks spt_process_ended() for each that it watches
 * @entry: among those who poll a pidfd of the process
 */
struct spt_watch {
	struct pid *tgid;
	struct work_struct *work;
	struct wait_queue_entry entry;
};

struct task_struct *spt_process_find(pid_t tid);
struct task_struct *spt_process_parent(void);
bool spt_process_ended(struct pid *tgid);
bool spt_process_descends(struct task_struct *task, struct pid *ancestor);
void spt_watch_begin(struct spt_watch *watch, struct pid *tgid,
		     struct work_struct *work);
void spt_watch_end(struct spt_watch *watch);

#endif /* SPT_PROCESS_H */
