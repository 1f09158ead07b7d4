// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing Syscall User Dispatch with the tracee; see dispatch.h.
 */
#include <linux/task_work.h>
#include <linux/thread_info.h>

#include "kernel/hook.h"
#include "stops/dispatch.h"
#include "stops/seccomp.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/**
 * spt_dispatch_serve - have a served task come to the entry hook
 * @task: the current task, or one that hasn't run yet
 *
 * One that uses the feature itself is left alone. The flag goes with an execve(2) or
 * the task, and isn't copied by a fork(2), as any other use of it.
 *
 * Context: any.
 */
void spt_dispatch_serve(struct task_struct *task)
{
	if (test_task_syscall_work(task, SYSCALL_USER_DISPATCH))
		return;

	task->syscall_dispatch.offset = 0;
	task->syscall_dispatch.len = ULONG_MAX - 1;
	task->syscall_dispatch.selector = NULL;
	task->syscall_dispatch.on_dispatch = false;
	set_task_syscall_work(task, SYSCALL_USER_DISPATCH);
}

/*
 * The task is stopped, or is current, or has no flag and so doesn't look at its
 * configuration.
 */
static void dispatch_take(struct spt_tracee *tracee)
{
	struct syscall_user_dispatch *config = &tracee->task->syscall_dispatch;
	struct spt_dispatch *dispatch = &tracee->dispatch;

	lockdep_assert_held(&dispatch->lock);

	dispatch->ours = true;
	dispatch->own = test_task_syscall_work(tracee->task,
					       SYSCALL_USER_DISPATCH);
	if (dispatch->own)
		return;

	dispatch->offset = config->offset;
	dispatch->len = config->len;
	/* Somebody else's tracee is never its own; see spt_dispatch_born(). */
	dispatch->selector = spt_dispatch_quick(tracee->task) ? NULL :
								config->selector;
	dispatch->quick = false;
	WRITE_ONCE(config->selector, dispatch->selector);
	/* As syscall_user_dispatch() reads it; see spt_dispatch_is_ours(). */
	config->offset = 0;
	config->len = ULONG_MAX;
	config->on_dispatch = false;
	set_task_syscall_work(tracee->task, SYSCALL_USER_DISPATCH);
}

/*
 * The task may run, and may be on its way from looking at the flag to the
 * hook, which sees then that the flag is gone.
 */
static void dispatch_give_back(struct spt_tracee *tracee)
{
	struct syscall_user_dispatch *config = &tracee->task->syscall_dispatch;
	struct spt_dispatch *dispatch = &tracee->dispatch;

	lockdep_assert_held(&dispatch->lock);

	dispatch->ours = false;
	if (dispatch->own)
		return;

	clear_task_syscall_work(tracee->task, SYSCALL_USER_DISPATCH);
	dispatch->quick = false;
	WRITE_ONCE(config->selector, dispatch->selector);
	WRITE_ONCE(config->offset, dispatch->offset);
	WRITE_ONCE(config->len, dispatch->len);
}

/* Return: whether the flag was withheld up to now. */
static bool dispatch_put_back(struct spt_tracee *tracee)
{
	struct syscall_user_dispatch *config = &tracee->task->syscall_dispatch;
	struct spt_dispatch *dispatch = &tracee->dispatch;

	lockdep_assert_held(&dispatch->lock);

	if (!dispatch->withheld)
		return false;

	dispatch->withheld = false;
	config->offset = dispatch->kept.offset;
	config->len = dispatch->kept.len;
	config->selector = dispatch->kept.selector;
	/* A filter for all threads doesn't set it for one that has a filter already. */
	set_task_syscall_work(tracee->task, SECCOMP);

	return true;
}

/*
 * Only a tracee's filter is asked in the probe's handler: not while the task may be
 * about to enter a call again, nor when its seccomp filters are to be asked as well.
 */
static void dispatch_settle_quick(struct spt_tracee *tracee)
{
	struct spt_dispatch *dispatch = &tracee->dispatch;
	bool quick = dispatch->filtered && !dispatch->again &&
		     !dispatch->watched;

	lockdep_assert_held(&dispatch->lock);

	if (!dispatch->ours || dispatch->own || dispatch->withheld ||
	    quick == dispatch->quick)
		return;

	dispatch->quick = quick;
	WRITE_ONCE(tracee->task->syscall_dispatch.selector,
		   quick ? (char __force __user *)tracee : dispatch->selector);
}

static void dispatch_settle(struct spt_tracee *tracee)
{
	struct spt_dispatch *dispatch = &tracee->dispatch;
	bool wanted = (dispatch->asked || dispatch->again ||
		       dispatch->watched || dispatch->filtered) &&
		      !dispatch->lent;

	lockdep_assert_held(&dispatch->lock);

	if (wanted && !dispatch->ours)
		dispatch_take(tracee);
	else if (!wanted && dispatch->ours)
		dispatch_give_back(tracee);
	dispatch_settle_quick(tracee);
}

/**
 * spt_dispatch_ask - have the tracee come to the entry hook, or not any more
 * @tracee: the tracee; stopped when @on
 * @on: whether to
 *
 * Context: tracer->lock held.
 */
void spt_dispatch_ask(struct spt_tracee *tracee, bool on)
{
	lockdep_assert_held(&tracee->tracer->lock);

	spin_lock(&tracee->dispatch.lock);
	tracee->dispatch.asked = on;
	dispatch_settle(tracee);
	spin_unlock(&tracee->dispatch.lock);
}

/**
 * spt_dispatch_again - the same, for the sake of a system call that is repeated
 * @tracee: the current task
 * @on: whether to
 *
 * Not for one that was let go meanwhile.
 *
 * Context: the task itself.
 */
void spt_dispatch_again(struct spt_tracee *tracee, bool on)
{
	spin_lock(&tracee->tracer->lock);
	spin_lock(&tracee->dispatch.lock);
	tracee->dispatch.again = on && spt_traced(tracee);
	dispatch_settle(tracee);
	spin_unlock(&tracee->dispatch.lock);
	spin_unlock(&tracee->tracer->lock);
}

/**
 * spt_dispatch_watch - have the tracee come to the entry hook for its filters' sake
 * @tracee: the tracee, stopped or current
 * @on: whether to
 *
 * Context: tracer->lock held.
 */
void spt_dispatch_watch(struct spt_tracee *tracee, bool on)
{
	lockdep_assert_held(&tracee->tracer->lock);

	spin_lock(&tracee->dispatch.lock);
	tracee->dispatch.watched = on;
	dispatch_settle(tracee);
	spin_unlock(&tracee->dispatch.lock);
}

/**
 * spt_dispatch_filtered - have the tracee come to the entry hook for its filter's sake
 * @tracee: the tracee, stopped or current
 * @on: whether to
 *
 * Context: tracer->lock held.
 */
void spt_dispatch_filtered(struct spt_tracee *tracee, bool on)
{
	lockdep_assert_held(&tracee->tracer->lock);

	spin_lock(&tracee->dispatch.lock);
	tracee->dispatch.filtered = on;
	dispatch_settle(tracee);
	spin_unlock(&tracee->dispatch.lock);
}

static void dispatch_come_work(struct callback_head *work)
{
	struct spt_tracee *tracee = container_of(work, struct spt_tracee, come);
	struct spt_tracer *tracer = tracee->tracer;

	spin_lock(&tracer->lock);
	tracee->come_queued = false;
	if (spt_traced(tracee))
		spt_dispatch_filtered(tracee,
				      rcu_access_pointer(tracee->filter));
	spin_unlock(&tracer->lock);
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

/**
 * spt_dispatch_come - the same for one that runs, as soon as may be
 * @tracee: a tracee that has just got a filter, or has none any more
 *
 * By the task itself, on its way to user space, for the reason that is told at
 * spt_dispatch_begin(). A call that it is entering just now may begin before. Nor is
 * the configuration given back to one that may be reading it, where kprobes are off.
 *
 * Context: tracer->lock held.
 * Return: 0, or -ESRCH when the task is past its last task work.
 */
int spt_dispatch_come(struct spt_tracee *tracee)
{
	int err;

	lockdep_assert_held(&tracee->tracer->lock);

	if (tracee->come_queued)
		return 0;

	spt_tracee_get(tracee);
	spt_hooks_enter_flight();
	init_task_work(&tracee->come, dispatch_come_work);
	err = task_work_add(tracee->task, &tracee->come, TWA_RESUME);
	if (err) {
		spt_hooks_leave_flight();
		spt_tracee_put(tracee);
		return err;
	}

	tracee->come_queued = true;
	return 0;
}

static void dispatch_cancel_come(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	if (!tracee->come_queued ||
	    !spt_stop_cancel_work(tracee->task, &tracee->come))
		return;

	tracee->come_queued = false;
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

/**
 * spt_dispatch_begin - the same for what a tracee was attached, or born, with
 * @tracee: the current task, between a system call and user space
 *
 * Who attaches to a running task can't: it may be setting its own configuration just
 * now, or be on its way to the entry hook without seccomp's flag, where it is told by
 * the other flag that its last tracer is gone.
 *
 * Context: the task itself.
 */
void spt_dispatch_begin(struct spt_tracee *tracee)
{
	struct spt_tracer *tracer = tracee->tracer;

	spin_lock(&tracer->lock);
	if (spt_traced(tracee) && tracee->options & SPT_SECCOMP_OPTIONS)
		spt_dispatch_watch(tracee, true);
	if (spt_traced(tracee) && rcu_access_pointer(tracee->filter))
		spt_dispatch_filtered(tracee, true);
	spin_unlock(&tracer->lock);
}

/**
 * spt_dispatch_withhold - seccomp isn't to be asked at the next entry
 * @tracee: the current task, which is about to enter a system call again
 *
 * Context: the task itself.
 * Return: false for one that was let go meanwhile.
 */
bool spt_dispatch_withhold(struct spt_tracee *tracee)
{
	struct syscall_user_dispatch *config = &current->syscall_dispatch;
	struct spt_dispatch *dispatch = &tracee->dispatch;
	bool may;

	spin_lock(&tracee->tracer->lock);
	spin_lock(&dispatch->lock);
	may = spt_traced(tracee) && dispatch->ours && !dispatch->own &&
	      !dispatch->lent;
	if (may) {
		dispatch->withheld = true;
		tracee->own.bare = true;
		dispatch->kept = (struct spt_dispatch_kept){
			.offset = config->offset,
			.len = config->len,
			.selector = config->selector,
		};
		/* As syscall_user_dispatch() reads it: no address is let pass. */
		config->offset = 0;
		config->len = 0;
		config->selector = NULL;
		clear_syscall_work(SECCOMP);
	}
	spin_unlock(&dispatch->lock);
	spin_unlock(&tracee->tracer->lock);

	return may;
}

/**
 * spt_dispatch_put_back - seccomp is to be asked again from the next entry on
 * @tracee: the current task
 *
 * Context: the task itself.
 * Return: whether it is asked at this entry. That the flag is back by now doesn't
 * tell: it may have been put back before the kernel looked or after.
 */
enum spt_dispatch_entry spt_dispatch_put_back(struct spt_tracee *tracee)
{
	bool withheld;

	if (!tracee->own.bare)
		return SPT_ENTRY_ASKED;

	tracee->own.bare = false;
	spin_lock(&tracee->dispatch.lock);
	withheld = dispatch_put_back(tracee);
	spin_unlock(&tracee->dispatch.lock);

	return withheld ? SPT_ENTRY_BARE : SPT_ENTRY_UNSURE;
}

/**
 * spt_dispatch_filter - seccomp is to be asked now, outside of any entry
 * @tracee: the current task, in user mode's fault
 *
 * The next entry is SPT_ENTRY_UNSURE: a call that was to be entered again is judged
 * anew.
 *
 * Context: the task itself; doesn't sleep.
 */
void spt_dispatch_filter(struct spt_tracee *tracee)
{
	spin_lock(&tracee->dispatch.lock);
	dispatch_put_back(tracee);
	spin_unlock(&tracee->dispatch.lock);
}

/**
 * spt_dispatch_drop - nobody wants the flag any more
 * @tracee: a tracee that is let go; the caller holds a reference
 *
 * Afterwards no handler finds it any more (spt_dispatch_quick()), but those that have.
 *
 * Context: tracer->lock held.
 */
void spt_dispatch_drop(struct spt_tracee *tracee)
{
	lockdep_assert_held(&tracee->tracer->lock);

	dispatch_cancel_come(tracee);
	spin_lock(&tracee->dispatch.lock);
	dispatch_put_back(tracee);
	tracee->dispatch.asked = false;
	tracee->dispatch.again = false;
	tracee->dispatch.watched = false;
	tracee->dispatch.filtered = false;
	dispatch_settle(tracee);
	spin_unlock(&tracee->dispatch.lock);
}

/**
 * spt_dispatch_is_own - does the tracee use the feature itself
 * @tracee: the current task
 *
 * Context: any but interrupts.
 * Return: true when the kernel is to decide about its system calls.
 */
bool spt_dispatch_is_own(struct spt_tracee *tracee)
{
	struct spt_dispatch *dispatch = &tracee->dispatch;
	bool own;

	/* Only the task itself makes it its own while it runs. */
	if (READ_ONCE(dispatch->ours) && !READ_ONCE(dispatch->own))
		return false;

	spin_lock(&dispatch->lock);
	own = test_syscall_work(SYSCALL_USER_DISPATCH) &&
	      (dispatch->own || !dispatch->ours);
	spin_unlock(&dispatch->lock);

	return own;
}

/**
 * spt_dispatch_executed - the kernel has taken the flag away
 * @tracee: the current task, in an execve(2)
 *
 * The kernel's begin_new_exec() does so, whosever it is, and leaves the
 * configuration.
 *
 * Context: any but interrupts.
 */
void spt_dispatch_executed(struct spt_tracee *tracee)
{
	struct spt_dispatch *dispatch = &tracee->dispatch;

	tracee->own.again.after = 0;
	spin_lock(&dispatch->lock);
	dispatch->again = false;
	if (dispatch->ours) {
		dispatch_give_back(tracee);
		dispatch_settle(tracee);
	}
	spin_unlock(&dispatch->lock);
}

/**
 * spt_dispatch_born - a child may have copied what stands for the selector
 * @child: the new task, which has not run yet
 *
 * Of every fork, since not every child of a tracee comes to spt_dispatch_forked():
 * with kprobes off its parent may have come to kernel_clone() without its mark.
 *
 * Context: any.
 */
void spt_dispatch_born(struct task_struct *child)
{
	if (unlikely(spt_dispatch_quick(child)))
		child->syscall_dispatch.selector = NULL;
}

/**
 * spt_dispatch_forked - a child has copied what stands for the configuration
 * @parent: the current task, or what it was when it began to fork
 * @child: the new task, which has not run yet, nor the flag
 *
 * Context: any but interrupts.
 */
void spt_dispatch_forked(struct spt_tracee *parent, struct task_struct *child)
{
	struct syscall_user_dispatch *config = &child->syscall_dispatch;

	spin_lock(&parent->dispatch.lock);
	if (spt_dispatch_is_ours(child)) {
		config->offset = parent->dispatch.offset;
		config->len = parent->dispatch.len;
		config->selector = parent->dispatch.selector;
	}
	spin_unlock(&parent->dispatch.lock);
}

/**
 * spt_dispatch_lend - the tracee's own configuration is about to be read or set
 * @tracee: a tracee that is current, or in a native tracer's stop
 *
 * Context: any but interrupts.
 */
void spt_dispatch_lend(struct spt_tracee *tracee)
{
	spin_lock(&tracee->dispatch.lock);
	dispatch_put_back(tracee);
	tracee->dispatch.lent++;
	dispatch_settle(tracee);
	spin_unlock(&tracee->dispatch.lock);
}

/**
 * spt_dispatch_unlend - the same is over
 * @tracee: the tracee
 *
 * Context: any but interrupts.
 */
void spt_dispatch_unlend(struct spt_tracee *tracee)
{
	spin_lock(&tracee->dispatch.lock);
	tracee->dispatch.lent--;
	dispatch_settle(tracee);
	spin_unlock(&tracee->dispatch.lock);
}
