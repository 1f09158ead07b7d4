// SPDX-License-Identifier: GPL-2.0
/*
 * Syscall-stops; see syscall.h for how they come about.
 */
#include <linux/hashtable.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <asm/syscall.h>

#include "lifecycle.h"
#include "sigmask.h"
#include "stop.h"
#include "symbol.h"
#include "syscall.h"
#include "tracee.h"

/*
 * SYSCALL_WORK_SYSCALL_TRACEPOINT belongs to the kernel's syscall tracepoints,
 * which set it on every task when their first listener comes and clear it on
 * every task when the last one goes. This lock orders that against us.
 */
static DEFINE_SPINLOCK(syscall_work_lock);
static int syscall_listeners;	/* that came while we watched; the lock above */

/*
 * Tasks with a SYSCALL_WORK_SYSCALL_EXIT_TRAP of ours, by task. Each is a
 * flight (see hook.c): without the hook, the trap would become a SIGTRAP.
 */
static DEFINE_HASHTABLE(syscall_exits, 8);
static DEFINE_SPINLOCK(syscall_exits_lock);
static bool syscall_exits_revoked;	/* the lock above */

/* Whoever listens needs SYSCALL_WORK_SYSCALL_TRACEPOINT on every task. */
static bool syscall_tracepoint_used(void)
{
	return spt_hooks_tracepoint_used("sys_enter") ||
	       spt_hooks_tracepoint_used("sys_exit");
}

static void syscall_work_clear(struct task_struct *task)
{
	lockdep_assert_held(&syscall_work_lock);

	if (syscall_listeners <= 0 && !syscall_tracepoint_used())
		clear_task_syscall_work(task, SYSCALL_TRACEPOINT);
}

/**
 * spt_syscall_trace - stop, or don't, at the next entry or exit
 * @tracee: the tracee
 * @on: whether to
 *
 * Context: tracer->lock held.
 */
void spt_syscall_trace(struct spt_tracee *tracee, bool on)
{
	lockdep_assert_held(&tracee->tracer->lock);

	spin_lock(&syscall_work_lock);
	WRITE_ONCE(tracee->trace_syscall, on);
	if (on)
		set_task_syscall_work(tracee->task, SYSCALL_TRACEPOINT);
	else
		syscall_work_clear(tracee->task);
	spin_unlock(&syscall_work_lock);
}

/**
 * spt_syscall_forked - a task was made, perhaps by a tracee
 * @child: the new task, which has copied its parent's flag
 *
 * Context: any but interrupts.
 */
void spt_syscall_forked(struct task_struct *child)
{
	if (!test_task_syscall_work(child, SYSCALL_TRACEPOINT))
		return;

	spin_lock(&syscall_work_lock);
	syscall_work_clear(child);
	spin_unlock(&syscall_work_lock);
}

/**
 * spt_syscall_watch - begin to count the listeners of the syscall tracepoints
 *
 * Those that are there already are seen by syscall_tracepoint_used();
 * what was counted when the hooks were last armed says nothing any more.
 *
 * Context: process context, before the hooks are armed.
 */
void spt_syscall_watch(void)
{
	spin_lock(&syscall_work_lock);
	syscall_listeners = 0;
	spin_unlock(&syscall_work_lock);
}

/* The first listener of a syscall tracepoint comes. */
enum spt_hook_verdict spt_syscall_before_regfunc(struct spt_arch_args *args)
{
	spin_lock(&syscall_work_lock);
	syscall_listeners++;
	spt_hook_return(args, spt_hook_call(args));
	spin_unlock(&syscall_work_lock);

	return SPT_HOOK_RETURN;
}

static void syscall_work_restore(struct spt_tracee *tracee, void *data)
{
	if (READ_ONCE(tracee->trace_syscall))
		set_task_syscall_work(tracee->task, SYSCALL_TRACEPOINT);
}

/* The last one goes, and takes our flag with it: put it back. */
enum spt_hook_verdict spt_syscall_before_unregfunc(struct spt_arch_args *args)
{
	spin_lock(&syscall_work_lock);
	if (syscall_listeners > 0)
		syscall_listeners--;
	spt_hook_call(args);
	spt_tracees_for_each(syscall_work_restore, NULL);
	spin_unlock(&syscall_work_lock);

	return SPT_HOOK_RETURN;
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
		hash_add(syscall_exits, &tracee->exit_node,
			 (unsigned long)current);
		set_syscall_work(SYSCALL_EXIT_TRAP);
	}
	spin_unlock(&syscall_exits_lock);

	if (former)
		spt_tracee_put(former);
}

/* The caller takes over the reference and the flight. */
static struct spt_tracee *syscall_exit_take(struct task_struct *task)
{
	struct spt_tracee *tracee;

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

bool spt_syscall_enter_concerns(const struct pt_regs *regs)
{
	return test_syscall_work(SYSCALL_TRACEPOINT);
}

NOKPROBE_SYMBOL(spt_syscall_enter_concerns);

/*
 * Tasks in a seccomp filter that may end them, below a frame of ours: each has a
 * flight, and a reference to its tracee.
 */
static DEFINE_HASHTABLE(syscall_inside, 4);
static DEFINE_SPINLOCK(syscall_inside_lock);

/* A filter that came during a stop; the kernel's function doesn't know of it. */
static bool syscall_refused(struct spt_tracee *tracee)
{
	int ret;

	spin_lock(&syscall_inside_lock);
	hash_add(syscall_inside, &tracee->inside_node, (unsigned long)current);
	spin_unlock(&syscall_inside_lock);

	ret = spt_secure_computing();

	spin_lock(&syscall_inside_lock);
	hash_del(&tracee->inside_node);
	spin_unlock(&syscall_inside_lock);

	return ret == -1;
}

static struct spt_tracee *syscall_inside_take(struct task_struct *task)
{
	struct spt_tracee *tracee, *found = NULL;

	spin_lock(&syscall_inside_lock);
	hash_for_each_possible(syscall_inside, tracee, inside_node,
			       (unsigned long)task)
		if (tracee->task == task)
			found = tracee;
	if (found)
		hash_del(&found->inside_node);
	spin_unlock(&syscall_inside_lock);

	return found;
}

static enum spt_hook_verdict syscall_enter(struct spt_tracee *tracee,
					   struct spt_arch_args *args)
{
	bool filtered = test_syscall_work(SECCOMP);

	syscall_stop(tracee, SPT_SYSCALL_ENTER_STOPPING,
		     PTRACE_EVENTMSG_SYSCALL_ENTRY);

	/*
	 * As natively, the system call isn't begun when it was killed; nor when
	 * a filter that came during the stop (SECCOMP_FILTER_FLAG_TSYNC)
	 * refuses it, of which the kernel's function doesn't know.
	 */
	if (fatal_signal_pending(current) ||
	    (!filtered && test_syscall_work(SECCOMP) &&
	     syscall_refused(tracee))) {
		spt_hook_return(args, -1);
		return SPT_HOOK_RETURN;
	}

	if (READ_ONCE(tracee->trace_syscall))
		spt_syscall_expect_exit(tracee);
	return SPT_HOOK_CALL;
}

/*
 * In front of syscall_trace_enter(). The tracer's changes to the system call
 * take effect because that function reads the registers again.
 */
enum spt_hook_verdict spt_syscall_before_enter(struct spt_arch_args *args)
{
	enum spt_hook_verdict verdict = SPT_HOOK_CALL;
	struct spt_tracee *tracee = spt_tracee_find(current);

	if (!tracee)
		return SPT_HOOK_CALL;
	if (!spt_sigmask_marked(current))
		spt_sigmask_mend(tracee);
	if (READ_ONCE(tracee->trace_syscall))
		verdict = syscall_enter(tracee, args);
	spt_tracee_put(tracee);

	return verdict;
}

/*
 * The trap flag makes the kernel forget a native tracer's syscall-exit-stop
 * (ptrace_report_syscall_exit() does the one or the other): make up for it.
 */
static void syscall_exit_native(void)
{
	unsigned int ptrace = READ_ONCE(current->ptrace);
	int signal;

	if (!test_syscall_work(SYSCALL_TRACE) || !(ptrace & PT_PTRACED))
		return;

	signal = spt_ptrace_notify(SIGTRAP |
				   (ptrace & PT_TRACESYSGOOD ? 0x80 : 0),
				   PTRACE_EVENTMSG_SYSCALL_EXIT);
	if (signal)
		send_sig(signal, current, 1);
}

/*
 * In front of user_single_step_report(). A trap that the kernel's own
 * stepping set is the kernel's; any other is ours, or was until a moment ago.
 */
enum spt_hook_verdict spt_syscall_before_exit(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = syscall_exit_take(current);

	if (spt_arch_stepping(current))
		spt_hook_call(args);
	else
		syscall_exit_native();

	if (tracee) {
		spt_lifecycle_before_return(tracee);
		if (READ_ONCE(tracee->trace_syscall))
			syscall_stop(tracee, SPT_SYSCALL_EXIT_STOPPING,
				     PTRACE_EVENTMSG_SYSCALL_EXIT);
		syscall_exit_done(tracee);
	}

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

	spt_hook_call(args);

	spin_lock(&syscall_exits_lock);
	if (!syscall_exits_revoked && syscall_exit_lookup(task))
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

	tracee = syscall_inside_take(task);
	if (tracee)
		syscall_exit_done(tracee);
}

static void syscall_exits_clear(void)
{
	struct spt_tracee *tracee;
	int bucket;

	spin_lock(&syscall_exits_lock);
	syscall_exits_revoked = true;
	hash_for_each(syscall_exits, bucket, tracee, exit_node)
		if (!spt_arch_stepping(tracee->task))
			clear_task_syscall_work(tracee->task,
						SYSCALL_EXIT_TRAP);
	spin_unlock(&syscall_exits_lock);
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

static bool syscall_exits_pending(void)
{
	struct spt_tracee *tracee;
	bool pending = false;
	int bucket;

	spin_lock(&syscall_exits_lock);
	hash_for_each(syscall_exits, bucket, tracee, exit_node)
		if (syscall_exit_audited(tracee->task))
			pending = true;
	spin_unlock(&syscall_exits_lock);

	return pending;
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
	struct spt_tracee *tracee;
	struct hlist_node *next;
	HLIST_HEAD(revoked);
	int bucket;

	syscall_exits_clear();
	do {
		synchronize_rcu_tasks();
	} while (syscall_exits_pending());

	spin_lock(&syscall_exits_lock);
	hash_for_each_safe(syscall_exits, bucket, next, tracee, exit_node) {
		hash_del(&tracee->exit_node);
		hlist_add_head(&tracee->exit_node, &revoked);
	}
	spin_unlock(&syscall_exits_lock);

	hlist_for_each_entry_safe(tracee, next, &revoked, exit_node) {
		hlist_del_init(&tracee->exit_node);
		syscall_exit_done(tracee);
	}
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
