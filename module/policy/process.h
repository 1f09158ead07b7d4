/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes: found by number, related by descent, and watched for their end.
 */
#ifndef SPT_PROCESS_H
#define SPT_PROCESS_H

#include <linux/list.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/**
 * struct spt_watcher - those who watch processes for their end
 * @work: queued when a process may have ended; calls spt_watcher_next() with
 *	the lock held under which watches begin and end
 * @lock: of @woken; taken with interrupts off
 * @woken: the watches whose process may have
 */
struct spt_watcher {
	struct work_struct work;
	/* Of @woken. */
	spinlock_t lock;
	struct list_head woken;
};

/**
 * struct spt_watch - one process watched
 * @watcher: by whom
 * @owner: for whom
 * @tgid: the process; @owner holds a reference
 * @entry: among those who poll a pidfd of the process
 * @woken: in spt_watcher.woken; its lock
 */
struct spt_watch {
	struct spt_watcher *watcher;
	void *owner;
	struct pid *tgid;
	struct wait_queue_entry entry;
	struct list_head woken;
};

struct task_struct *spt_process_find(pid_t tid);
struct task_struct *spt_process_parent(void);
bool spt_process_ended(struct pid *tgid);
bool spt_process_descends(struct task_struct *task, struct pid *ancestor);
void spt_watcher_init(struct spt_watcher *watcher, work_func_t function);
void spt_watch_begin(struct spt_watcher *watcher, struct spt_watch *watch,
		     struct pid *tgid, void *owner);
void spt_watch_end(struct spt_watch *watch);
struct spt_watch *spt_watcher_next(struct spt_watcher *watcher);
void spt_watcher_exit(struct spt_watcher *watcher);

#endif /* SPT_PROCESS_H */
