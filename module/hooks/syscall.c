// SPDX-License-Identifier: GPL-2.0
/*
 * Syscall-stops; see syscall.h for how they come about.
 */
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <asm/syscall.h>

#include "hooks/lifecycle.h"
#include "hooks/syscall.h"
#include "kernel/hash.h"
#include "kernel/mark.h"
#include "kernel/symbol.h"
#include "stops/dispatch.h"
#include "stops/sigmask.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/*
 * Tasks with a SYSCALL_WORK_SYSCALL_EXIT_TRAP of ours, by task. Each is a
 * flight (see hook.c): without the hook, the trap would become a SIGTRAP.
 */
static DEFINE_HASHTABLE(syscall_exits, 8);
static DEFINE_SPINLOCK(syscall_exits_lock);
static bool syscall_exits_revoked;	/* the lock above */

/**
 * spt_syscall_trace - stop, or don't, at the next entry or exit
 * @tracee: the tracee; stopped when @on
 * @on: whether to
 *
 * Context: tracer->lock held.
 */
void spt_syscall_trace(struct spt_tracee *tracee, bool on)
{
	lockdep_assert_held(&tracee->tracer->lock);

	WRITE_ONCE(tracee->trace_syscall, on);
	spt_dispatch_ask(tracee, on);
}

static struct spt_tracee *syscall_exit_lookup(struct task_struct *task)
{
	struct spt_tracee *tracee;

	lockdep_assert_held(&syscall_exits_lock);

	hash_for_each_possible(syscall_exits, tracee, exit_node,
			       (unsigned long)task)
		if (tracee->task == task)
			return tracee;

	return NULL;
}

/**
 * spt_syscall_expect_exit - the current task is to come to the exit hook
 * @tracee: the current task, in a system call
 *
 * It may have been another tracer's when it entered that call, and be expected
 * on behalf of that one, who isn't concerned any more.
 *
 * Not when the module is being removed.
 *
 * Context: the task itself, preemptible or not; no lock of ours is held.
 */
void spt_syscall_expect_exit(struct spt_tracee *tracee)
{
	struct spt_tracee *former = NULL;

	spin_lock(&syscall_exits_lock);
	if (!syscall_exits_revoked) {
		former = syscall_exit_lookup(current);
		if (former)
			hash_del(&former->exit_node);
		else
			spt_hooks_enter_flight();
		spt_tracee_get(tracee);
		tracee->exit_stale = false;
		hash_add(syscall_exits, &tracee->exit_node,
			 (unsigned long)current);
		set_syscall_work(SYSCALL_EXIT_TRAP);
	}
	spin_unlock(&syscall_exits_lock);

	if (former)
		spt_tracee_put(former);
}

/* Only the task itself adds its entry, so it knows when it has none. */
static __always_inline bool syscall_exit_expected(const struct task_struct *task)
{
	return !spt_hash_lacks(syscall_exits, HASH_BITS(syscall_exits), task);
}

/* The caller, the task itself, takes over the reference and the flight. */
static struct spt_tracee *syscall_exit_take(struct task_struct *task)
{
	struct spt_tracee *tracee;

	if (!syscall_exit_expected(task))
		return NULL;

	spin_lock(&syscall_exits_lock);
	tracee = syscall_exit_lookup(task);
	if (tracee)
		hash_del(&tracee->exit_node);
	if (tracee && !spt_arch_stepping(task))
		clear_task_syscall_work(task, SYSCALL_EXIT_TRAP);
	spin_unlock(&syscall_exits_lock);

	return tracee;
}

static void syscall_exit_done(struct spt_tracee *tracee)
{
	spt_tracee_put(tracee);
	spt_hooks_leave_flight();
}

static void syscall_stop(struct spt_tracee *tracee,
			 enum spt_stop_state stopping, unsigned long message)
{
	int code = SIGTRAP;
	struct spt_report report;
	kernel_siginfo_t info;
	int signal;

	if (READ_ONCE(tracee->options) & PTRACE_O_TRACESYSGOOD)
		code |= 0x80;

	report = (struct spt_report){
		.status = (code << 8) | 0x7f,
		.cause = CLD_TRAPPED,
		.signal = SIGTRAP,
		.code = code,
		.message = message,
	};
	spt_stop_info(&info, SIGTRAP, code);
	signal = spt_stop(tracee, stopping, &report, &info);

	/* As the kernel's ptrace_report_syscall(). */
	if (signal)
		send_sig(signal, current, 1);
}

/*
 * Have the task enter the same system call again, so that the kernel looks at its
 * flags anew. As for one that Syscall User Dispatch rolls back, nobody is told
 * of its exit (syscall_exit_work()).
 */
static bool syscall_enter_again(struct pt_regs *regs, unsigned long after)
{
	/* Without the flag, as for one just let go, that wouldn't be looked at. */
	if (test_syscall_work(SYSCALL_USER_DISPATCH))
		current->syscall_dispatch.on_dispatch = true;
	spt_arch_enter_again(regs, after);

	return true;
}

/*
 * The kernel has looked at its flags before it came here, and seccomp may have
 * been among them or not. A flag that was there when the task last came by was.
 */
static bool syscall_newly_filtered(struct spt_tracee *tracee)
{
	if (tracee->own.filtered || !test_syscall_work(SECCOMP))
		return false;

	tracee->own.filtered = true;
	return true;
}

/* A filter that came during the stop is to be asked, and no other stop made. */
static void syscall_note_again(struct spt_tracee *tracee, struct pt_regs *regs,
			       unsigned long after)
{
	tracee->own.again = (struct spt_again){
		.after = after,
		.ip = instruction_pointer(regs),
		.sp = user_stack_pointer(regs),
		.nr = syscall_get_nr(current, regs),
		.result = spt_arch_swap_result(regs, 0),
	};
	spt_dispatch_again(tracee, true);
}

/*
 * Is this the system call that was to be entered again? A signal's handler may
 * come first, deeper in the stack. What is higher up has left it for good.
 */
static bool syscall_is_again(struct spt_tracee *tracee, struct pt_regs *regs)
{
	struct spt_again *again = &tracee->own.again;
	bool same;

	if (!again->after || user_stack_pointer(regs) < again->sp ||
	    (on_sig_stack(user_stack_pointer(regs)) &&
	     !on_sig_stack(again->sp)))
		return false;

	same = instruction_pointer(regs) == again->after &&
	       user_stack_pointer(regs) == again->sp &&
	       syscall_get_nr(current, regs) == again->nr;
	if (same) {
		instruction_pointer_set(regs, again->ip);
		spt_arch_swap_result(regs, again->result);
	}
	again->after = 0;
	spt_dispatch_again(tracee, false);

	return same;
}

/* Return: true when the system call is not to be begun. */
static bool syscall_enter_stop(struct spt_tracee *tracee, struct pt_regs *regs)
{
	unsigned long after = instruction_pointer(regs);

	if (syscall_newly_filtered(tracee))
		return syscall_enter_again(regs, after);

	syscall_stop(tracee, SPT_SYSCALL_ENTER_STOPPING,
		     PTRACE_EVENTMSG_SYSCALL_ENTRY);

	/* As natively, the system call isn't begun when it was killed. */
	if (fatal_signal_pending(current))
		return true;
	if (!syscall_newly_filtered(tracee))
		return false;

	syscall_note_again(tracee, regs, after);
	return syscall_enter_again(regs, after);
}

static bool syscall_enter(struct spt_tracee *tracee, struct pt_regs *regs)
{
	if (!syscall_is_again(tracee, regs) &&
	    READ_ONCE(tracee->trace_syscall) &&
	    syscall_enter_stop(tracee, regs))
		return true;

	/* A native tracer's PTRACE_SYSEMU leaves a call without exit-stops. */
	if (READ_ONCE(tracee->trace_syscall) &&
	    !test_syscall_work(SYSCALL_EMU))
		spt_syscall_expect_exit(tracee);

	return false;
}

/*
 * Not a task that uses the feature and isn't traced. A tracee in KVM_RUN may be
 * without its mark, and one that was let go a moment ago without the flag.
 */
bool spt_syscall_enter_concerns(const struct pt_regs *regs)
{
	return spt_marked(current) || !test_syscall_work(SYSCALL_USER_DISPATCH) ||
	       spt_dispatch_is_ours(current);
}

NOKPROBE_SYMBOL(spt_syscall_enter_concerns);

/*
 * In place of syscall_user_dispatch(), which answers whether the system call is
 * not to be begun. The tracer's changes to it take effect because the caller
 * reads the registers again.
 */
enum spt_hook_verdict spt_syscall_before_enter(struct spt_arch_args *args)
{
	struct pt_regs *regs = (void *)spt_arch_arg(args, 0);
	struct spt_tracee *tracee = spt_tracee_find(current);
	bool refused = false;

	if (!tracee) {
		/* It was a tracee when it looked at the flag. */
		if (test_syscall_work(SYSCALL_USER_DISPATCH))
			return SPT_HOOK_CALL;
		spt_hook_return(args, false);
		return SPT_HOOK_RETURN;
	}

	if (!spt_marked(current))
		spt_sigmask_mend(tracee);
	if (spt_dispatch_is_own(tracee)) {
		/* It reads the tracee's memory, whose fault may take its time. */
		if (!spt_hooks_pin()) {
			spt_tracee_let_go(tracee);
			spt_tracee_put(tracee);
			return SPT_HOOK_CALL;
		}
		/* A dispatched call has no stops, as natively. */
		refused = (u8)spt_hook_call(args);
		spt_hooks_unpin();
	}
	spt_hook_return(args, refused || syscall_enter(tracee, regs));
	spt_tracee_put(tracee);

	return SPT_HOOK_RETURN;
}

/*
 * The trap flag makes the kernel forget a native tracer's syscall-exit-stop
 * (ptrace_report_syscall_exit() does the one or the other): make up for it.
 */
static void syscall_exit_native(void)
{
	unsigned int ptrace = READ_ONCE(current->ptrace);
	bool pinned;
	int signal;

	if (!test_syscall_work(SYSCALL_TRACE) || !(ptrace & PT_PTRACED))
		return;

	/* For as long as that tracer likes. */
	pinned = spt_hooks_pin();
	signal = spt_ptrace_notify(SIGTRAP |
				   (ptrace & PT_TRACESYSGOOD ? 0x80 : 0),
				   PTRACE_EVENTMSG_SYSCALL_EXIT);
	if (pinned)
		spt_hooks_unpin();
	if (signal)
		send_sig(signal, current, 1);
}

static void syscall_exit(struct spt_tracee *tracee)
{
	spt_lifecycle_before_return(tracee);
	if (READ_ONCE(tracee->trace_syscall))
		syscall_stop(tracee, SPT_SYSCALL_EXIT_STOPPING,
			     PTRACE_EVENTMSG_SYSCALL_EXIT);
	syscall_exit_done(tracee);
}

/* To whom it may concern, natively traced or not, in the kernel's order. */
static void syscall_exit_reports(struct spt_arch_args *args,
				 struct spt_tracee *tracee)
{
	if (spt_arch_stepping(current))
		spt_hook_call(args);
	else
		syscall_exit_native();

	if (tracee)
		syscall_exit(tracee);
}

/*
 * Not a step of the kernel's own, unless the tracer is to be told too. One that
 * isn't stepped is ours, or was until a moment ago.
 */
bool spt_syscall_exit_concerns(const struct pt_regs *regs)
{
	return !spt_arch_stepping(current) || syscall_exit_expected(current);
}

NOKPROBE_SYMBOL(spt_syscall_exit_concerns);

/*
 * In front of user_single_step_report(). A trap that the kernel's own
 * stepping set is the kernel's; any other is ours, or was until a moment ago.
 */
enum spt_hook_verdict spt_syscall_before_exit(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = syscall_exit_take(current);

	syscall_exit_reports(args, tracee);
	return SPT_HOOK_RETURN;
}

/*
 * The signal that user_single_step_report() sends, when a trap is due. It may be
 * due to one who was a tracee until a moment ago.
 */
bool spt_syscall_trap_concerns(const struct pt_regs *regs)
{
	return spt_arch_entry_arg(regs, 0) == SIGTRAP &&
	       spt_arch_entry_arg(regs, 1) == TRAP_BRKPT &&
	       syscall_exit_expected(current);
}

NOKPROBE_SYMBOL(spt_syscall_trap_concerns);

/*
 * In front of force_sig_fault(), to which user_single_step_report() comes when
 * its own hook is a kprobe and kprobes were switched off meanwhile. No trap of
 * user mode's comes here while an exit is expected.
 */
enum spt_hook_verdict spt_syscall_before_trap(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = syscall_exit_take(current);

	if (!tracee)
		return SPT_HOOK_CALL;

	syscall_exit_reports(args, tracee);
	return SPT_HOOK_RETURN;
}

bool spt_syscall_unstep_concerns(const struct pt_regs *regs)
{
	struct task_struct *task = (void *)spt_arch_entry_arg(regs, 0);

	return test_task_syscall_work(task, SYSCALL_EXIT_TRAP);
}

NOKPROBE_SYMBOL(spt_syscall_unstep_concerns);

/*
 * In front of user_disable_single_step(), which a native tracer's every
 * resume calls and which clears our flag with its own.
 */
enum spt_hook_verdict spt_syscall_before_unstep(struct spt_arch_args *args)
{
	struct task_struct *task = (void *)spt_arch_arg(args, 0);
	struct spt_tracee *tracee;

	spt_hook_call(args);

	spin_lock(&syscall_exits_lock);
	tracee = syscall_exit_lookup(task);
	if (tracee && !tracee->exit_stale && !syscall_exits_revoked)
		set_task_syscall_work(task, SYSCALL_EXIT_TRAP);
	spin_unlock(&syscall_exits_lock);

	return SPT_HOOK_RETURN;
}

/**
 * spt_syscall_exited - a task dies; it will not come to the exit hook
 * @task: the current task
 *
 * Context: any but interrupts.
 */
void spt_syscall_exited(struct task_struct *task)
{
	struct spt_tracee *tracee = syscall_exit_take(task);

	if (tracee)
		syscall_exit_done(tracee);
}

/*
 * Between reading the flag and the hook, the kernel calls nothing that sleeps
 * but the audit of the system call's exit, and that after its return.
 */
static bool syscall_exit_audited(struct task_struct *task)
{
#ifdef CONFIG_AUDITSYSCALL
	return task->audit_context &&
	       READ_ONCE(task->__state) == TASK_UNINTERRUPTIBLE &&
	       spt_arch_syscall_returned(task);
#else
	return false;
#endif
}

/*
 * Not one that is needed: of a tracee, or of a fork, which may yet fail, and has
 * a flight of its own.
 */
static bool syscall_exit_is_over(const struct spt_tracee *tracee)
{
	return READ_ONCE(tracee->phase) == SPT_GONE &&
	       hlist_unhashed_lockless(&tracee->fork_node);
}

/*
 * The flag is gone for good; who has read it already comes to the hook during
 * the next grace period. Return: whether there is one at all.
 */
static bool syscall_exits_make_stale(bool all)
{
	struct spt_tracee *tracee;
	bool any = false;
	int bucket;

	spin_lock(&syscall_exits_lock);
	syscall_exits_revoked |= all;
	hash_for_each(syscall_exits, bucket, tracee, exit_node) {
		if (!all && !syscall_exit_is_over(tracee))
			continue;
		tracee->exit_stale = true;
		if (!spt_arch_stepping(tracee->task))
			clear_task_syscall_work(tracee->task,
						SYSCALL_EXIT_TRAP);
		any = true;
	}
	spin_unlock(&syscall_exits_lock);

	return any;
}

/* After a grace period. Return: whether some must be left for another one. */
static bool syscall_exits_drop_stale(void)
{
	struct spt_tracee *tracee;
	struct hlist_node *next;
	HLIST_HEAD(dropped);
	bool left = false;
	int bucket;

	spin_lock(&syscall_exits_lock);
	hash_for_each_safe(syscall_exits, bucket, next, tracee, exit_node) {
		if (!tracee->exit_stale)
			continue;
		if (syscall_exit_audited(tracee->task)) {
			left = true;
			continue;
		}
		hash_del(&tracee->exit_node);
		hlist_add_head(&tracee->exit_node, &dropped);
	}
	spin_unlock(&syscall_exits_lock);

	hlist_for_each_entry_safe(tracee, next, &dropped, exit_node) {
		hlist_del_init(&tracee->exit_node);
		syscall_exit_done(tracee);
	}

	return left;
}

/**
 * spt_syscall_forget_exits - of those whose bond has ended
 *
 * A task may stay in a system call for days after its tracer has gone, and would
 * keep the hooks armed.
 *
 * Context: process context, may sleep; takes an RCU-tasks grace period.
 */
void spt_syscall_forget_exits(void)
{
	if (!syscall_exits_make_stale(false))
		return;

	spt_hooks_grace();
	syscall_exits_drop_stale();
}

/**
 * spt_syscall_revoke_exits - nobody is to come to the exit hook any more
 *
 * For the module's removal, while tasks that were traced still sleep in a
 * system call. Nobody may be at the entry hook.
 *
 * Context: process context, may sleep; takes a few RCU-tasks grace periods.
 */
void spt_syscall_revoke_exits(void)
{
	if (!syscall_exits_make_stale(true))
		return;

	do {
		spt_hooks_grace();
	} while (syscall_exits_drop_stale());
}

static unsigned int syscall_info_entry(struct task_struct *task,
				       struct pt_regs *regs,
				       struct spt_syscall_info *info)
{
	unsigned long args[ARRAY_SIZE(info->entry.args)];
	int i;

	info->op = PTRACE_SYSCALL_INFO_ENTRY;
	info->entry.nr = syscall_get_nr(task, regs);
	syscall_get_arguments(task, regs, args);
	for (i = 0; i < ARRAY_SIZE(args); i++)
		info->entry.args[i] = args[i];

	return offsetofend(struct spt_syscall_info, entry.args);
}

static unsigned int syscall_info_exit(struct task_struct *task,
				      struct pt_regs *regs,
				      struct spt_syscall_info *info)
{
	long error = syscall_get_error(task, regs);

	info->op = PTRACE_SYSCALL_INFO_EXIT;
	info->exit.is_error = error != 0;
	info->exit.rval = error ?: syscall_get_return_value(task, regs);

	return offsetofend(struct spt_syscall_info, exit.is_error);
}

/**
 * spt_syscall_info - PTRACE_GET_SYSCALL_INFO
 * @tracee: a stopped tracee that can't go on: tracer->lock or a hold says so
 * @info: filled
 *
 * As natively, an entry or exit is told only where PTRACE_O_TRACESYSGOOD
 * makes the stop one that can't be mistaken.
 *
 * Context: any; the user registers are in memory since the task entered.
 * Return: how many bytes of @info there are.
 */
unsigned int spt_syscall_info(struct spt_tracee *tracee,
			      struct spt_syscall_info *info)
{
	struct task_struct *task = tracee->task;
	struct pt_regs *regs = task_pt_regs(task);
	const kernel_siginfo_t *last = task->last_siginfo;

	memset(info, 0, sizeof(*info));
	info->op = PTRACE_SYSCALL_INFO_NONE;
	info->arch = syscall_get_arch(task);
	info->instruction_pointer = instruction_pointer(regs);
	info->stack_pointer = user_stack_pointer(regs);

	if (last && last->si_code == (SIGTRAP | 0x80)) {
		switch (tracee->report.message) {
		case PTRACE_EVENTMSG_SYSCALL_ENTRY:
			return syscall_info_entry(task, regs, info);
		case PTRACE_EVENTMSG_SYSCALL_EXIT:
			return syscall_info_exit(task, regs, info);
		}
	}

	return offsetof(struct spt_syscall_info, entry);
}
