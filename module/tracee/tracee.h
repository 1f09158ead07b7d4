/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tracee: one thread under one tracer, from attach to detach, or to the
 * report of its exit.
 */
#ifndef SPT_TRACEE_H
#define SPT_TRACEE_H

#include <linux/cred.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/refcount.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/signal_types.h>
#include <linux/task_work.h>
#include <linux/wait.h>

#include "tracee/between.h"
#include "tracee/stop_state.h"
#include "tracee/tracer.h"

struct spt_filter;

/**
 * enum spt_tracee_phase - what is left of the bond between the two
 * @SPT_TRACED: the task lives and is traced
 * @SPT_DYING: a group leader that exited before other threads of its group;
 *	its exit is reported with the last of them, as natively
 * @SPT_EXITED: the task is gone; its exit waits to be reported
 * @SPT_DETACHED: the module let the task go; that waits to be reported
 * @SPT_GONE: nothing is; the object lives on for those who still hold it
 *
 * Only ever moves down this list.
 */
enum spt_tracee_phase {
	SPT_TRACED,
	SPT_DYING,
	SPT_EXITED,
	SPT_DETACHED,
	SPT_GONE,
};

/**
 * struct spt_report - what a stop, or an end, tells the tracer
 * @status: the wait status
 * @cause: CLD_*, as for waitid(2)
 * @signal: si_signo
 * @code: si_code
 * @event: PTRACE_EVENT_*
 * @message: what PTRACE_GETEVENTMSG returns
 */
struct spt_report {
	int status;
	int cause;
	int signal;
	int code;
	unsigned int event;
	unsigned long message;
};

/* spt_tracee.bits: SIGCONT came, or a group-stop, and is still to be reported */
#define SPT_NOTIFY	0
/* the task is to report its exit, or another to report it for its leader */
#define SPT_EXIT_QUEUED	1

/**
 * struct spt_tracee - one traced thread
 * @refs: one for being listed by the tracer, one for each user
 * @rcu: freed after a grace period
 * @by_task: in the table of tracees; its lock is in tracee.c, readers use RCU
 * @by_group: in the table of tracees by thread group, likewise
 * @of_tracer: in spt_tracer.tracees
 * @report_node: in spt_tracer.reports while a report is pending
 * @tracer: constant, a reference is held
 * @task: constant, a reference is held
 * @tgid: the task's thread group; constant, a reference is held
 * @tracer_cred: the credentials by which the tracer is judged: its own at the
 *	attach, those of the tracee for TRACEME; constant, a reference is held
 * @user_cred: the tracer's own then, for whose user those count that the tracer's
 *	options make tracees; constant, a reference is held
 * @count: where it counts for the limit, NULL for one that doesn't; @tracer->lock
 *	once it is linked
 * @tid: the thread id; a reference is held. Changes when a thread that isn't
 *	the leader executes a program
 * @phase: what is left of the bond
 * @state: the stop state; changed by spt_stop_set_state() alone
 * @status: what the last resume asked
 * @seized: attached by PTRACE_SEIZE
 * @asleep: the task sleeps in spt_stop(), or is about to with @tracer->lock
 *	held
 * @busy: a request is using the stopped task; it may not go on meanwhile
 * @waiters: how many wait for @busy to end
 * @trace_syscall: stop at the next entry or exit of a system call; also read
 *	by the task itself, which alone runs while others may not change it
 * @at_exit: with it, not at an entry; likewise
 * @handover: the last resume was SPT_IOC_NEXT's, whose caller sleeps until the next stop
 * @emulate: with it, the call whose entry it is isn't begun, and has no exit; likewise
 * @stepping: the kernel single-steps the task for this tracer; likewise
 * @trap_due: PTRACE_INTERRUPT's stop is still to come, or one that tells a
 *	new tracer of a group-stop
 * @trapping: an attach waits for the task to come out of the kernel's own
 *	group-stop into ours
 * @kick_queued: @kick is queued on the task
 * @has_info: the stop has a siginfo
 * @mask_changed: a request has set the signal mask of the stopped task
 * @claimed: a waiter is copying the report out
 * @held: dead, and its real parent isn't told before the bond ends
 * @end_is_childs: dead, and the real parent is the tracer, which gets its zombie
 * @options: PTRACE_O_*
 * @resume_signal: the signal that the last resume carried
 * @report_seq: tells a report from a later one
 * @report: the last report; of a stop, valid while the task is stopped
 * @rusage: of a task that exited
 * @idle: the task, or another request, waiting for @busy to end; an attach,
 *	for @trapping to end; a dead task, for @phase to become SPT_GONE; a dead
 *	leader, for its threads to leave the tables
 * @kick: task work that brings the task to a stop
 * @exit_node: in the table of tasks that are due at the syscall-exit hook; its
 *	lock is in stops/exits.c, a reference is held while it is there
 * @exit_stale: it isn't any more, and leaves after a grace period; likewise
 * @bits: SPT_NOTIFY and SPT_EXIT_QUEUED, changed by atomic operations in any context
 * @mask_before: what task->real_blocked was before spt_sigmask_mark();
 *	siglock
 * @unkillable: the task's group had SIGNAL_UNKILLABLE when it was marked, as the
 *	first process of a pid namespace has; siglock
 * @mend: task work that runs spt_sigmask_mend()
 * @mend_queued: it has not run yet; siglock
 * @parked: the task sleeps in this module, but not in a stop; siglock
 * @own: what the task alone reads and writes
 * @passed: the signal that the kernel's get_signal() is to dequeue next, 0 for
 *	none; siglock
 * @passed_info: its siginfo
 * @waiting: the signal mask that sigtimedwait(2) is to put back, or NULL;
 *	siglock
 * @fork_node: in the table of tasks that are in a fork(2); its lock is in
 *	hooks/lifecycle.c, a reference is held while it is there
 * @dispatch: who wants the task to come to the entry hook; has a lock of its own
 * @filter: what is asked there first, NULL for none; changes with @tracer->lock held,
 *	readers use RCU
 * @come: task work that has the task come to the entry hook
 * @come_queued: it is queued; @tracer->lock
 * @step: task work that stops at the first instruction of a signal's handler
 * @step_queued: it is queued; the task alone
 * @exit_work: task work that reports the exit
 * @exit_task: whose work that is, while it is queued or runs; @tracer->lock, a
 *	reference is held
 *
 * @entry: what the task entered its system call with; the task writes it, others read
 *	it while the task is stopped, under @tracer->lock
 * @entry_known: it has, and comes to the syscall-exit hook, which ends that; likewise
 *
 * Fields from @tid to @rusage are protected by @tracer->lock.
 */
struct spt_tracee {
	refcount_t refs;
	struct rcu_head rcu;
	struct hlist_node by_task;
	struct hlist_node by_group;
	struct list_head of_tracer;
	struct list_head report_node;

	struct spt_tracer *tracer;
	struct task_struct *task;
	struct pid *tgid;
	const struct cred *tracer_cred;
	const struct cred *user_cred;
	struct spt_count *count;

	struct pid *tid;
	enum spt_tracee_phase phase;
	enum spt_stop_state state;
	enum spt_stop_status status;
	bool seized;
	bool asleep;
	bool busy;
	unsigned int waiters;
	bool trace_syscall;
	bool at_exit;
	bool handover;
	bool emulate;
	bool stepping;
	bool trap_due;
	bool trapping;
	bool kick_queued;
	bool has_info;
	bool mask_changed;
	bool claimed;
	bool held;
	bool end_is_childs;
	unsigned int options;
	int resume_signal;
	u64 report_seq;
	struct spt_report report;
	struct rusage rusage;

	wait_queue_head_t idle;
	struct callback_head kick;
	struct hlist_node exit_node;
	bool exit_stale;

	unsigned long bits;
	sigset_t mask_before;
	bool unkillable;
	struct callback_head mend;
	bool mend_queued;
	bool parked;

	struct spt_own own;
	struct hlist_node fork_node;
	struct spt_dispatch dispatch;
	struct spt_filter __rcu *filter;
	struct callback_head come;
	bool come_queued;
	int passed;
	kernel_siginfo_t passed_info;
	const sigset_t *waiting;
	struct callback_head step;
	bool step_queued;
	struct callback_head exit_work;
	struct task_struct *exit_task;
	struct spt_entry entry;
	bool entry_known;
};

/* Without tracer->lock, so that it may be over the next moment. */
static inline bool spt_traced(const struct spt_tracee *tracee)
{
	return READ_ONCE(tracee->phase) == SPT_TRACED;
}

struct spt_tracee *spt_tracee_get(struct spt_tracee *tracee);
void spt_tracee_put(struct spt_tracee *tracee);
struct spt_tracee *spt_tracee_find(struct task_struct *task);
struct spt_tracee *spt_tracee_find_rcu(struct task_struct *task);
struct spt_tracee *spt_tracee_of(struct spt_tracer *tracer, pid_t tid);
bool spt_tracee_is_child(const struct spt_tracee *tracee);
void spt_tracees_for_each(void (*visit)(struct spt_tracee *tracee, void *data),
			  void *data);
struct spt_tracee *
spt_tracee_of_group(struct pid *tgid,
		    bool (*match)(const struct spt_tracee *tracee,
				  const void *data), const void *data);

struct spt_tracee *spt_tracee_alloc(struct spt_tracer *tracer,
				    const struct cred *tracer_cred,
				    const struct cred *user_cred,
				    bool by_itself);
void spt_tracee_set_task(struct spt_tracee *tracee, struct task_struct *task);
bool spt_tracee_list(struct spt_tracee *tracee);
void spt_tracee_unlist(struct spt_tracee *tracee);
void spt_tracee_uncount(struct spt_tracee *tracee);
void spt_tracee_renumber(struct spt_tracee *tracee);

#endif /* SPT_TRACEE_H */
