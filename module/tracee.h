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
#include <linux/sched.h>
#include <linux/task_work.h>
#include <linux/wait.h>

#include "stop_state.h"
#include "tracer.h"

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

/**
 * struct spt_tracee - one traced thread
 * @refs: one for being listed by the tracer, one for each user
 * @rcu: freed after a grace period
 * @by_task: in the table of tracees; its lock is in tracee.c, readers use RCU
 * @of_tracer: in spt_tracer.tracees
 * @report_node: in spt_tracer.reports while a report is pending
 * @tracer: constant, a reference is held
 * @task: constant, a reference is held
 * @tgid: the task's thread group; constant, a reference is held
 * @tracer_cred: the tracer's credentials at the attach; constant, a reference
 *	is held
 * @tid: the thread id; a reference is held. Changes when a thread that isn't
 *	the leader executes a program
 * @phase: what is left of the bond
 * @state: the stop state; changed by spt_stop_set_state() alone
 * @status: what the last resume asked
 * @seized: attached by PTRACE_SEIZE
 * @asleep: the task sleeps in spt_stop(), or is about to with @tracer->lock
 *	held
 * @busy: a request is using the stopped task; it may not go on meanwhile
 * @trace_syscall: stop at the next entry or exit of a system call; also read
 *	by the task itself, which alone runs while others may not change it
 * @sigstop_due: PTRACE_ATTACH's SIGSTOP is still to be reported
 * @interrupt_due: PTRACE_INTERRUPT's stop is still to come
 * @kick_queued: @kick is queued on the task
 * @claimed: a waiter is copying the report out
 * @wakeups: how often the task left its sleep in spt_stop()
 * @options: PTRACE_O_*
 * @resume_signal: the signal that the last resume carried
 * @report_seq: tells a report from a later one
 * @report: the last report; of a stop, valid while the task is stopped
 * @idle: the task, or another request, waiting for @busy to end
 * @kick: task work that brings the task to a stop
 * @exit_node: in the table of tasks that are due at the syscall-exit hook; its
 *	lock is in syscall.c, a reference is held while it is there
 *
 * Fields from @tid to @report are protected by @tracer->lock.
 */
struct spt_tracee {
	refcount_t refs;
	struct rcu_head rcu;
	struct hlist_node by_task;
	struct list_head of_tracer;
	struct list_head report_node;

	struct spt_tracer *tracer;
	struct task_struct *task;
	struct pid *tgid;
	const struct cred *tracer_cred;

	struct pid *tid;
	enum spt_tracee_phase phase;
	enum spt_stop_state state;
	enum spt_stop_status status;
	bool seized;
	bool asleep;
	bool busy;
	bool trace_syscall;
	bool sigstop_due;
	bool interrupt_due;
	bool kick_queued;
	bool claimed;
	unsigned int wakeups;
	unsigned int options;
	int resume_signal;
	u64 report_seq;
	struct spt_report report;

	wait_queue_head_t idle;
	struct callback_head kick;
	struct hlist_node exit_node;
};

struct spt_tracee *spt_tracee_get(struct spt_tracee *tracee);
void spt_tracee_put(struct spt_tracee *tracee);
struct spt_tracee *spt_tracee_find(struct task_struct *task);
struct spt_tracee *spt_tracee_of(struct spt_tracer *tracer, pid_t tid);
void spt_tracees_for_each(void (*visit)(struct spt_tracee *tracee, void *data),
			  void *data);

int spt_tracee_attach(struct spt_tracer *tracer, struct task_struct *task,
		      bool seize, unsigned int options);
int spt_tracee_traceme(void);
void spt_tracee_let_go(struct spt_tracee *tracee);
void spt_tracee_exited(struct spt_tracee *tracee, int code);
void spt_tracee_dying(struct spt_tracee *tracee);
void spt_tracee_lost(struct spt_tracee *tracee);
void spt_tracee_renumber(struct spt_tracee *tracee);
void spt_tracee_forget(struct spt_tracee *tracee);

#endif /* SPT_TRACEE_H */
