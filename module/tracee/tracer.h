/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tracer: a thread group, every thread of which may issue requests and wait.
 */
#ifndef SPT_TRACER_H
#define SPT_TRACER_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/memcontrol.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct spt_count;
struct spt_stream;

/**
 * struct spt_tracer - a thread group that traces, or could
 * @refs: one for each handle and each tracee object
 * @rcu: freed after a grace period
 * @node: in the table of tracers; its lock is in tracer.c
 * @tgid: the thread group; constant, a reference is held
 * @memcg: the memory cgroup that pays for what is made for this tracer; constant,
 *	a reference is held; NULL for none
 * @look: a served tracer's look at tracees and children, which reaps the ones by
 *	the reports of the others. Order: outside of @lock
 * @lock: everything below, and the state of every tracee of this tracer.
 *	Order: @lock, then the table of tracees, then the syscall-work lock,
 *	then siglock, pi_lock and @wait's own. Never taken in interrupts.
 * @tracees: spt_tracee.of_tracer, alive and dead
 * @reports: spt_tracee.report_node, the oldest report first
 * @wait: threads in SPT_IOC_WAIT and poll
 * @handles: open files; when the last one closes, all tracees are let go
 * @sigchld: how many of them ask for SIGCHLD
 * @served: how many of them stand for ptrace(2) and wait4(2); also read without
 *	@lock
 * @users: those, the tracees, and who is about to add one
 * @count: where it counts for the limit, since it has @users; NULL for one that
 *	doesn't
 * @stream: where its tracees are recorded, NULL for nowhere; readers use RCU
 *
 * Found by its thread group, so that TRACEME can name a tracer that has no
 * handle open, and so that a second open joins the first.
 */
struct spt_tracer {
	refcount_t refs;
	struct rcu_head rcu;
	struct hlist_node node;
	struct pid *tgid;
	struct mem_cgroup *memcg;

	/* Of one look at a time; see above. */
	struct mutex look;
	/* Of all below, and of the tracees' state. */
	spinlock_t lock;
	struct list_head tracees;
	struct list_head reports;
	wait_queue_head_t wait;
	unsigned int handles;
	unsigned int sigchld;
	unsigned int served;
	unsigned int users;
	struct spt_count *count;
	struct spt_stream __rcu *stream;
};

/**
 * struct spt_handle - an open file
 * @tracer: the thread group that opened it; constant, a reference is held
 * @flags: SPT_HANDLE_* bits; @tracer->lock
 */
struct spt_handle {
	struct spt_tracer *tracer;
	u32 flags;
};

/* Beside SPT_HANDLE_SIGCHLD, and not for user space to ask for; see serve/. */
#define SPT_HANDLE_SERVES	BIT(31)

/*
 * Dead, or killed and so on its way: not in an execve(2), which ends the other
 * threads, too.
 */
static inline bool spt_group_exiting(const struct task_struct *task)
{
	return READ_ONCE(task->signal->flags) & SIGNAL_GROUP_EXIT ||
	       !atomic_read(&task->signal->live);
}

struct spt_tracer *spt_tracer_of(struct task_struct *task);
struct spt_tracer *spt_tracer_find(struct pid *tgid);
void spt_tracer_put(struct spt_tracer *tracer);
void *spt_tracer_zalloc(struct mem_cgroup *payer, size_t size);
int spt_tracer_use(struct spt_tracer *tracer, const struct cred *cred);
void spt_tracer_use_locked(struct spt_tracer *tracer);
void spt_tracer_unuse(struct spt_tracer *tracer);
void spt_tracer_unuse_locked(struct spt_tracer *tracer);
int spt_tracer_open(struct spt_handle *handle, struct spt_tracer *tracer);
void spt_tracer_set_flags(struct spt_handle *handle, u32 flags);
bool spt_tracer_drop_handle(struct spt_handle *handle);
struct spt_tracer *spt_tracer_any(void);

#endif /* SPT_TRACER_H */
