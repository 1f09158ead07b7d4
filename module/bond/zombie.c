// SPDX-License-Identifier: GPL-2.0
/*
 * Traced zombies: the tracer is told of an exit first, and the real parent when
 * the tracer knows, has detached or has died.
 *
 * A task that exits runs its last task work after all that it had is given
 * back and before its parent can see it; there it reports and waits. What ends the
 * sleep is spt_tracee_forget(), which the tracer's wait, a detach, its last
 * handle's close and its exit all come to; no signal does.
 */
#include <linux/freezer.h>
#include <linux/pid.h>
#include <linux/resource.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "bond/detach.h"
#include "bond/exit_work.h"
#include "bond/zombie.h"
#include "kernel/symbol.h"
#include "tracee/tracee.h"
#include "tracee/tracer.h"

/* As the kernel's wait_task_zombie(). */
static int zombie_status(struct task_struct *task)
{
	if (task->signal->flags & SIGNAL_GROUP_EXIT)
		return task->signal->group_exit_code;

	return task->exit_code;
}

/*
 * A tracer that is the parent needs not wait for itself, but where a zombie would be
 * gone before it has waited. Threads other than the leader are nobody's children: the
 * whole group waits for them.
 */
static bool zombie_parent_traces(struct spt_tracee *tracee)
{
	return thread_group_leader(tracee->task) && spt_tracee_is_child(tracee);
}

/*
 * The first process of a pid namespace must not be kept from taking its
 * namespace down, by a tracer in it least of all.
 */
static bool zombie_reaps_namespace(struct spt_tracee *tracee)
{
	return is_child_reaper(tracee->tgid);
}

/*
 * Have /proc show the current task as a zombie, though exit_notify(), which says
 * so natively, comes after the hold and overwrites this. EXIT_TRACE is what
 * wait_task_zombie() sets on a zombie that the tracer knows of and the parent
 * doesn't: the parent's do_wait() sleeps on. reparent_leader(), release_task() and
 * the end of a native tracer compare with EXIT_ZOMBIE and leave it alone. Others
 * ask whether there is any state, as for a zombie. Among them is de_thread(), which
 * would take a leader's for EXIT_ZOMBIE: a leader comes here when its group is dead,
 * so that no thread of it is in an execve(2).
 *
 * A native tracer's do_wait() would take EXIT_TRACE for its own and answer ECHILD.
 * Under tasklist_lock none can come: ptrace_attach() refuses who has a state.
 */
static void zombie_show(struct spt_tracee *tracee)
{
	rwlock_t *tasklist = spt_symbols[SPT_SYM_TASKLIST_LOCK];

	/* zap_pid_ns_processes() waits before exit_notify() has seen to it. */
	if (zombie_reaps_namespace(tracee))
		return;

	read_lock(tasklist);
	if (!current->ptrace)
		WRITE_ONCE(current->exit_state, EXIT_TRACE);
	read_unlock(tasklist);
}

/*
 * It has its cgroup still, and doesn't keep that from being frozen. A fatal signal
 * may be pending, and the freezer sets TIF_SIGPENDING: neither ends the sleep.
 */
static void zombie_sleep(void)
{
	clear_thread_flag(TIF_SIGPENDING);
	clear_notify_signal();
	spt_cgroup_enter_frozen();
	schedule();
	spt_cgroup_leave_frozen(true);
}

/*
 * wait_event() in a state that is neither TASK_UNINTERRUPTIBLE, which counts for
 * the load, nor TASK_IDLE, which /proc shows instead of the exit state.
 */
static void zombie_wait(struct spt_tracee *tracee,
			bool (*over)(const struct spt_tracee *tracee))
{
	DEFINE_WAIT(wait);

	for (;;) {
		prepare_to_wait(&tracee->idle, &wait,
				TASK_INTERRUPTIBLE | TASK_FREEZABLE);
		if (over(tracee))
			break;
		zombie_sleep();
	}
	finish_wait(&tracee->idle, &wait);
}

static bool zombie_is_let_go(const struct spt_tracee *tracee)
{
	return READ_ONCE(tracee->phase) == SPT_GONE;
}

static bool zombie_ignored_by(struct task_struct *parent)
{
	struct k_sigaction *action;
	unsigned long flags;
	bool ignored;

	if (!spt_lock_task_sighand(parent, &flags))
		return false;
	action = &spt_sighand(parent)->action[SIGCHLD - 1];
	ignored = action->sa.sa_handler == SIG_IGN ||
		  action->sa.sa_flags & SA_NOCLDWAIT;
	spt_unlock_task_sighand(parent, &flags);

	return ignored;
}

/**
 * spt_zombie_is_ignored - would it reap itself, being a served tracer's child
 * @tracee: a tracee whose real parent is the tracer
 *
 * Natively do_notify_parent() has no tracee do that, before it was waited for.
 *
 * Context: any but interrupts; tracer->lock may be held.
 * Return: true when exit_notify() would leave no zombie, as things are.
 */
bool spt_zombie_is_ignored(const struct spt_tracee *tracee)
{
	const struct spt_tracer *tracer = tracee->tracer;
	struct task_struct *parent;
	bool ignored;

	if (!READ_ONCE(tracer->served) || tracee->task->exit_signal != SIGCHLD)
		return false;

	rcu_read_lock();
	parent = pid_task(tracer->tgid, PIDTYPE_TGID);
	ignored = parent && zombie_ignored_by(parent);
	rcu_read_unlock();

	return ignored;
}

static enum spt_end zombie_end(struct spt_tracee *tracee)
{
	bool reaps = zombie_reaps_namespace(tracee);

	if (zombie_parent_traces(tracee) &&
	    (reaps || !spt_zombie_is_ignored(tracee)))
		return SPT_END_OF_CHILD;

	return reaps ? SPT_END : SPT_END_HELD;
}

static bool zombie_is_thread(const struct spt_tracee *tracee,
			     const void *leader)
{
	return tracee != leader;
}

static bool zombie_has_threads(const struct spt_tracee *leader)
{
	struct spt_tracee *thread;

	thread = spt_tracee_of_group(leader->tgid, zombie_is_thread, leader);
	if (thread)
		spt_tracee_put(thread);

	return thread;
}

static bool zombie_is_last(const struct spt_tracee *leader)
{
	return zombie_is_let_go(leader) || !zombie_has_threads(leader);
}

/* As natively, a leader's exit is reported when its threads' have been. */
static void zombie_wait_for_threads(struct spt_tracee *tracee)
{
	if (!thread_group_leader(tracee->task) ||
	    zombie_reaps_namespace(tracee))
		return;

	zombie_wait(tracee, zombie_is_last);
}

static void zombie_report(struct callback_head *work)
{
	struct spt_tracee *tracee = container_of(work, struct spt_tracee,
						 exit_work);
	struct rusage rusage;
	enum spt_end end;

	if (spt_exit_work_postpone(tracee))
		return;

	zombie_show(tracee);
	zombie_wait_for_threads(tracee);
	spt_getrusage(tracee->task, RUSAGE_BOTH, &rusage);
	end = zombie_end(tracee);
	spt_tracee_exited(tracee, zombie_status(tracee->task), &rusage, end);
	if (end == SPT_END_HELD)
		zombie_wait(tracee, zombie_is_let_go);
	spt_exit_work_ran(tracee);
}

/**
 * spt_zombie_queue - have an exit reported by the current task's last work
 * @tracee: the current task, or its leader that exited before it
 *
 * Context: the current task is exiting and has task work still to run.
 */
void spt_zombie_queue(struct spt_tracee *tracee)
{
	spt_exit_work_queue(tracee, zombie_report);
}
