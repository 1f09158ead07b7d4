// SPDX-License-Identifier: GPL-2.0
/*
 * Fork, exec and exit, of tracees and of tracers. The probes run with
 * preemption disabled, in the task that they speak of.
 */
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/security.h>

#include "bond/attach.h"
#include "bond/detach.h"
#include "bond/zombie.h"
#include "hooks/lifecycle.h"
#include "kernel/compat/sched.h"
#include "kernel/hash.h"
#include "kernel/mark.h"
#include "policy/access.h"
#include "record/record.h"
#include "stops/dispatch.h"
#include "stops/exits.h"
#include "stops/sigmask.h"
#include "stops/stop.h"
#include "tracee/notify.h"
#include "tracee/tracee.h"

/*
 * Tasks between kernel_clone() and wake_up_new_task(), as the tracee that each
 * was at the former. Each is a flight, and pins the module: what the child copies
 * from a tracee must be put right in the child, whatever becomes of the bond.
 */
static DEFINE_HASHTABLE(lifecycle_forks, 6);
static DEFINE_SPINLOCK(lifecycle_forks_lock);

/*
 * A child of a tracee has a copy of its mark, unless a tracer that was quicker has
 * come and gone already; and one whose parent was let go meanwhile has one, too.
 */
bool spt_lifecycle_concerns_child(const struct pt_regs *regs)
{
	return spt_marked((void *)spt_arch_entry_arg(regs, 0)) ||
	       !spt_hash_lacks(lifecycle_forks, HASH_BITS(lifecycle_forks),
			       current);
}

NOKPROBE_SYMBOL(spt_lifecycle_concerns_child);

static bool lifecycle_wants(struct spt_tracee *tracee, int event)
{
	return READ_ONCE(tracee->options) & (1U << event);
}

/* A number as the tracer knows it. */
static pid_t lifecycle_number(struct spt_tracee *tracee, struct pid *pid)
{
	return pid_nr_ns(pid, ns_of_pid(tracee->tracer->tgid));
}

/* The kernel's kernel_clone(): which event is it, if any. */
static int lifecycle_clone_event(struct spt_tracee *tracee,
				 const struct kernel_clone_args *clone)
{
	int event;

	if (clone->flags & CLONE_UNTRACED)
		return 0;

	if (clone->flags & CLONE_VFORK)
		event = PTRACE_EVENT_VFORK;
	else if (clone->exit_signal != SIGCHLD)
		event = PTRACE_EVENT_CLONE;
	else
		event = PTRACE_EVENT_FORK;

	return lifecycle_wants(tracee, event) ? event : 0;
}

static int lifecycle_prepare_child(struct spt_tracee *tracee)
{
	struct spt_own *own = &tracee->own;
	struct spt_tracee *child;

	/* Left over from a fork that failed, which may have been somebody else's. */
	if (own->child)
		spt_tracee_put(own->child);
	own->child = NULL;

	child = spt_attach_prepare_child(tracee, !own->clone_event);
	if (IS_ERR(child))
		return PTR_ERR(child);

	own->child = child;
	return 0;
}

/* The caller, the task itself, takes over the reference, the pin and the flight. */
static struct spt_tracee *lifecycle_fork_take(struct task_struct *task)
{
	struct spt_tracee *tracee, *found = NULL;

	/* Only the task itself adds its entry, and most tasks have none. */
	if (spt_hash_lacks(lifecycle_forks, HASH_BITS(lifecycle_forks), task))
		return NULL;

	spin_lock(&lifecycle_forks_lock);
	hash_for_each_possible(lifecycle_forks, tracee, fork_node,
			       (unsigned long)task)
		if (tracee->task == task)
			found = tracee;
	if (found)
		hash_del(&found->fork_node);
	spin_unlock(&lifecycle_forks_lock);

	return found;
}

static void lifecycle_fork_done(struct spt_tracee *tracee)
{
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
	spt_hooks_unpin();
}

static void lifecycle_fork_ends(struct task_struct *task)
{
	struct spt_tracee *tracee = lifecycle_fork_take(task);

	if (tracee)
		lifecycle_fork_done(tracee);
}

/*
 * One that fails has no second hook, but for that at the system call's exit. When
 * the module is being removed, nothing may be copied any more.
 */
static void lifecycle_fork_begins(struct spt_tracee *tracee)
{
	lifecycle_fork_ends(current);
	if (!spt_hooks_pin()) {
		spt_tracee_let_go(tracee);
		return;
	}

	spt_tracee_get(tracee);
	spt_hooks_enter_flight();
	spin_lock(&lifecycle_forks_lock);
	hash_add(lifecycle_forks, &tracee->fork_node, (unsigned long)current);
	spin_unlock(&lifecycle_forks_lock);

	/* Last, since spt_exits_forget() keeps the exits of those in the table. */
	spt_exits_expect(tracee);
}

/*
 * In front of kernel_clone(). What the child needs to be traced is made here,
 * where there is still a way to say that there can't be one.
 */
enum spt_hook_verdict spt_lifecycle_before_clone(struct spt_arch_args *args)
{
	const struct kernel_clone_args *clone = (void *)spt_arch_arg(args, 0);
	struct spt_tracee *tracee = spt_tracee_find(current);
	struct spt_own *own;
	int err = 0;

	if (!tracee)
		return SPT_HOOK_CALL;

	own = &tracee->own;
	own->clone_event = lifecycle_clone_event(tracee, clone);
	own->vfork = clone->flags & CLONE_VFORK;
	own->inherit = own->clone_event || clone->flags & CLONE_PTRACE;
	if (own->inherit)
		err = lifecycle_prepare_child(tracee);
	if (!err)
		lifecycle_fork_begins(tracee);
	spt_tracee_put(tracee);
	if (!err)
		return SPT_HOOK_CALL;

	spt_hook_return(args, err);
	return SPT_HOOK_RETURN;
}

static enum spt_hook_verdict lifecycle_wake(struct spt_tracee *tracee,
					    struct spt_arch_args *args,
					    struct task_struct *child)
{
	pid_t number = lifecycle_number(tracee, task_pid(child));
	struct spt_own *own = &tracee->own;
	int event = own->clone_event;

	spt_record_fork(tracee, child);
	if (own->inherit) {
		spt_attach_adopt_child(tracee, own->child, child);
		own->child = NULL;
		/* Its tracer may be gone, or another have it. */
		spt_sigmask_clear(child);
	}
	if (own->vfork) {
		own->vfork_done = number;
		spt_exits_expect(tracee);
	}
	own->clone_event = 0;
	own->inherit = false;
	own->vfork = false;
	if (!event)
		return SPT_HOOK_CALL;

	spt_hook_call(args);
	spt_stop_event(tracee, event, number);
	/* PTRACE_SYSCALL at the event asks for the exit of this very call. */
	if (READ_ONCE(tracee->trace_syscall))
		spt_exits_expect(tracee);
	return SPT_HOOK_RETURN;
}

/* Put right what copy_process() has copied of dispatch's configuration. */
static void lifecycle_clean_child(struct task_struct *child)
{
	struct spt_tracee *parent = lifecycle_fork_take(current);

	if (!parent)
		return;
	spt_dispatch_forked(parent, child);
	lifecycle_fork_done(parent);
}

/*
 * In place of wake_up_new_task(), in the parent: the child can be seen but has
 * not run. It has a copy of what marks its parent. Those that the kernel makes
 * for itself, such as io_uring's workers, come here too.
 */
enum spt_hook_verdict spt_lifecycle_before_wake(struct spt_arch_args *args)
{
	struct task_struct *child = (void *)spt_arch_arg(args, 0);
	struct spt_tracee *tracee = spt_tracee_find(current);
	enum spt_hook_verdict verdict = SPT_HOOK_CALL;
	bool real = !(child->flags & SPT_PF_WORKER);

	/* One that is to be a tracee is never without: no signal is to kill it now. */
	if (!tracee || !real || !tracee->own.inherit)
		spt_sigmask_clear(child);
	lifecycle_clean_child(child);
	if (!tracee)
		return SPT_HOOK_CALL;

	if (real)
		verdict = lifecycle_wake(tracee, args, child);
	spt_tracee_put(tracee);

	return verdict;
}

static void lifecycle_vfork_done(struct spt_tracee *tracee)
{
	struct pt_regs *regs = task_pt_regs(current);
	pid_t number = tracee->own.vfork_done;
	unsigned long result;

	tracee->own.vfork_done = 0;
	if (!lifecycle_wants(tracee, PTRACE_EVENT_VFORK_DONE))
		return;

	/* Natively the stop comes before there is a result. */
	result = spt_arch_swap_result(regs, -ENOSYS);
	spt_stop_event(tracee, PTRACE_EVENT_VFORK_DONE, number);
	spt_arch_swap_result(regs, result);
}

static void lifecycle_executed(struct spt_tracee *tracee)
{
	bool wanted = lifecycle_wants(tracee, PTRACE_EVENT_EXEC);
	struct spt_tracer *tracer = tracee->tracer;

	tracee->own.exec_due = false;

	/* Not for one that was let go, least of all because of the exec. */
	spin_lock(&tracer->lock);
	if (tracee->phase == SPT_TRACED && !tracee->seized && !wanted)
		send_sig(SIGTRAP, current, 0);
	spin_unlock(&tracer->lock);

	if (wanted)
		spt_stop_event(tracee, PTRACE_EVENT_EXEC, tracee->own.exec_tid);
}

/**
 * spt_lifecycle_before_return - events that come before a syscall-exit-stop
 * @tracee: the current task
 *
 * Context: as spt_stop().
 */
void spt_lifecycle_before_return(struct spt_tracee *tracee)
{
	/* Of a fork that has failed, this is the second hook. */
	lifecycle_fork_ends(current);
	spt_lifecycle_vet(tracee);
	if (tracee->own.vfork_done)
		lifecycle_vfork_done(tracee);
	if (tracee->own.exec_due)
		lifecycle_executed(tracee);
}

/* In front of do_exit(). */
enum spt_hook_verdict spt_lifecycle_before_exit(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = spt_tracee_find(current);

	if (!tracee)
		return SPT_HOOK_CALL;
	tracee->own.exit_code = spt_arch_arg(args, 0);
	spt_tracee_put(tracee);

	return SPT_HOOK_CALL;
}

/* Afterwards spt_stop() takes the program, or the task is no tracee any more. */
static void lifecycle_vet(struct spt_tracee *tracee, bool secure)
{
	struct spt_own *own = &tracee->own;
	struct spt_label label;

	spt_label_get(current, &label);
	if (spt_access_keep(tracee->tracer_cred, tracee->tracer->tgid, secure,
			    !spt_label_same(&label, &own->label))) {
		own->exec_id = current->self_exec_id;
		own->label = label;
	} else {
		spt_tracee_lost(tracee);
	}
}

/**
 * spt_lifecycle_vet - let go of a program that may not be traced
 * @tracee: the current task
 *
 * An execve(2) that fails after it has taken on its new credentials never gets
 * to spt_lifecycle_probe_exec(), but dies with them, and could stop on the way.
 * spt_stop() refuses that; so who is about to stop there asks here before.
 *
 * Context: as spt_stop().
 */
void spt_lifecycle_vet(struct spt_tracee *tracee)
{
	if (tracee->own.exec_id != current->self_exec_id)
		lifecycle_vet(tracee, true);
}

/*
 * A group that is exiting may be held by another tracer, in an event or as a
 * zombie, for as long as that one likes; its own tracees don't wait for that.
 * Each of its threads sees to it, so also to what another of them attached
 * meanwhile.
 */
static void lifecycle_tracer_exits(struct task_struct *task)
{
	struct spt_tracer *tracer;

	if (!spt_group_exiting(task))
		return;

	tracer = spt_tracer_find(task_tgid(task));
	if (!tracer)
		return;

	spt_tracer_let_go(tracer);
	spt_tracer_put(tracer);
}

/*
 * In front of exit_signals(), where do_exit() has just been at native ptrace's
 * PTRACE_EVENT_EXIT: behind the point where a core dump gathers the threads,
 * and with the address space still there.
 */
enum spt_hook_verdict
spt_lifecycle_before_exit_signals(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = spt_tracee_find(current);

	if (!tracee)
		return SPT_HOOK_CALL;
	spt_lifecycle_vet(tracee);
	lifecycle_tracer_exits(current);
	if (lifecycle_wants(tracee, PTRACE_EVENT_EXIT))
		spt_stop_event(tracee, PTRACE_EVENT_EXIT,
			       tracee->own.exit_code);
	spt_tracee_put(tracee);

	return SPT_HOOK_CALL;
}

static bool lifecycle_is_old_leader(const struct spt_tracee *tracee,
				    const void *leader)
{
	return READ_ONCE(tracee->phase) == SPT_DYING && tracee->task != leader;
}

/*
 * A thread that isn't the leader executed a program: it is the leader now, by
 * its number too, and of the old one nothing is ever reported, as natively.
 */
static struct spt_tracee *lifecycle_find_old_leader(void)
{
	return spt_tracee_of_group(task_tgid(current), lifecycle_is_old_leader,
				   current->group_leader);
}

static void lifecycle_forget_old_leader(void)
{
	struct spt_tracee *old_leader = lifecycle_find_old_leader();

	if (!old_leader)
		return;

	spt_tracee_let_go(old_leader);
	spt_tracee_put(old_leader);
}

/* Who waits for its former number has nobody to wait for any more. */
static void lifecycle_renumber(struct spt_tracee *tracee)
{
	spt_tracee_renumber(tracee);
	spin_lock(&tracee->tracer->lock);
	spt_notify_wake(tracee, EPOLLIN);
	spin_unlock(&tracee->tracer->lock);
}

/* A wait for the leader's number is to find the one or the other. */
static void lifecycle_exec_thread(struct spt_tracee *tracee)
{
	struct spt_tracee *old_leader = lifecycle_find_old_leader();

	if (tracee)
		lifecycle_renumber(tracee);
	if (!old_leader)
		return;

	spt_tracee_let_go(old_leader);
	spt_tracee_put(old_leader);
}

void spt_lifecycle_probe_exec(void *data, struct task_struct *task,
			      pid_t old_pid, struct linux_binprm *bprm)
{
	struct spt_tracee *tracee = spt_tracee_find(task);

	if (tracee) {
		tracee->own.exec_tid = lifecycle_number(tracee, tracee->tid);
		tracee->own.exec_due = true;
		spt_dispatch_executed(tracee);
		spt_exits_expect(tracee);
	}
	if (old_pid != task->pid)
		lifecycle_exec_thread(tracee);
	if (!tracee)
		return;

	lifecycle_vet(tracee, bprm->secureexec);
	spt_record_exec(tracee, tracee->own.exec_tid);
	spt_tracee_put(tracee);
}

static void lifecycle_exited(struct task_struct *task)
{
	struct spt_tracee *tracee = spt_tracee_find(task);

	if (!tracee)
		return;

	if (task == current)
		spt_record_end(tracee, tracee->own.exit_code);
	/* de_thread() gave it its leader's number, and then the exec failed. */
	if (tracee->tid != task_pid(task))
		lifecycle_renumber(tracee);
	spt_tracee_exits(tracee);
	spt_zombie_queue(tracee);
	spt_tracee_put(tracee);
}

static void lifecycle_leader_exits_early(struct task_struct *leader)
{
	struct spt_tracee *tracee = spt_tracee_find(leader);

	if (!tracee)
		return;

	spt_record_end(tracee, tracee->own.exit_code);
	spt_tracee_exits(tracee);
	spt_tracee_dying(tracee);
	spt_tracee_put(tracee);
}

static void lifecycle_group_exited(struct task_struct *task)
{
	lifecycle_forget_old_leader();
	if (!thread_group_leader(task))
		lifecycle_exited(task->group_leader);
}

/*
 * Called once for every task, after signal->live was counted down. Whichever
 * of two threads that exit at once comes last here sees zero.
 */
void spt_lifecycle_probe_exit(struct task_struct *task)
{
	bool group_dead = !atomic_read(&task->signal->live);

	spt_exits_task_died(task);
	lifecycle_fork_ends(task);
	lifecycle_tracer_exits(task);
	/* Before its own, since task_work_run() runs the work queued last first. */
	if (group_dead)
		lifecycle_group_exited(task);
	if (thread_group_leader(task) && !group_dead)
		lifecycle_leader_exits_early(task);
	else
		lifecycle_exited(task);
}
