// SPDX-License-Identifier: GPL-2.0
/*
 * Syscall-stops; see syscall.h for how they come about.
 */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/sptrace.h>
#include <asm/syscall.h>

#include "bond/detach.h"
#include "hooks/lifecycle.h"
#include "hooks/signal.h"
#include "hooks/syscall.h"
#include "kernel/mark.h"
#include "kernel/symbol.h"
#include "record/filter.h"
#include "stops/dispatch.h"
#include "stops/exits.h"
#include "stops/seccomp.h"
#include "stops/sigmask.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

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
static void syscall_enter_again(struct pt_regs *regs, unsigned long after)
{
	/* Without the flag, syscall_exit_work() wouldn't reset it. */
	if (test_syscall_work(SYSCALL_USER_DISPATCH))
		current->syscall_dispatch.on_dispatch = true;
	spt_arch_enter_again(regs, after);
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
			       unsigned long after, const void *judged,
			       bool told)
{
	tracee->own.again = (struct spt_again){
		.after = after,
		.ip = instruction_pointer(regs),
		.sp = user_stack_pointer(regs),
		.nr = syscall_get_nr(current, regs),
		.abi = syscall_get_arch(current),
		.result = spt_arch_swap_result(regs, 0),
		.verdict = tracee->own.verdict,
		.verdict_by = tracee->own.verdict_by,
	};
	syscall_get_arguments(current, regs, tracee->own.again.args);
	tracee->own.judged = judged;
	tracee->own.told = told;
	tracee->own.reenters = true;
	spt_dispatch_again(tracee, true);
}

/*
 * Between the two entries user space may run: a fault's handler, what rseq(2) aborts
 * to, or whatever another thread puts in the instruction's place. So it may come back
 * with other arguments than those that were judged.
 */
static bool syscall_is_same(const struct spt_again *again, struct pt_regs *regs)
{
	unsigned long args[ARRAY_SIZE(again->args)];

	syscall_get_arguments(current, regs, args);

	return instruction_pointer(regs) == again->after &&
	       user_stack_pointer(regs) == again->sp &&
	       syscall_get_nr(current, regs) == again->nr &&
	       syscall_get_arch(current) == again->abi &&
	       !memcmp(args, again->args, sizeof(args));
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

	same = syscall_is_same(again, regs);
	if (same) {
		instruction_pointer_set(regs, again->ip);
		spt_arch_swap_result(regs, again->result);
		tracee->own.verdict = again->verdict;
		tracee->own.verdict_by = again->verdict_by;
	}
	again->after = 0;
	tracee->own.judged = NULL;
	tracee->own.told = false;
	spt_dispatch_again(tracee, false);

	return same;
}

/* What becomes of a system call at whose entry the task has stopped. */
enum syscall_fate {
	SYSCALL_BEGINS,
	SYSCALL_SKIPPED,	/* it isn't begun, and has an exit if one is asked for */
	SYSCALL_REFUSED,	/* it isn't begun, or entered again */
};

static enum syscall_fate syscall_enter_stop(struct spt_tracee *tracee,
					    struct pt_regs *regs)
{
	unsigned long after = instruction_pointer(regs);
	/* As natively, what counts is how the task came here. */
	bool emulated = READ_ONCE(tracee->emulate);

	syscall_stop(tracee, SPT_SYSCALL_ENTER_STOPPING,
		     PTRACE_EVENTMSG_SYSCALL_ENTRY);

	/* As natively, the system call isn't begun when it was killed. */
	if (fatal_signal_pending(current))
		return SYSCALL_REFUSED;
	if (emulated)
		return SYSCALL_SKIPPED;
	if (!syscall_newly_filtered(tracee))
		return SYSCALL_BEGINS;

	syscall_note_again(tracee, regs, after, NULL, false);
	syscall_enter_again(regs, after);
	return SYSCALL_REFUSED;
}

static bool syscall_suspends(const struct spt_tracee *tracee)
{
	return READ_ONCE(tracee->options) & PTRACE_O_SUSPEND_SECCOMP;
}

/*
 * Suspended is seccomp in whatever mode, as in __secure_computing(). A native tracer
 * that asks for the events of filters is told by the kernel, and may be alone.
 */
static bool syscall_asks_filters(const struct spt_tracee *tracee)
{
	if (!test_syscall_work(SECCOMP))
		return false;
	if (syscall_suspends(tracee))
		return true;

	return READ_ONCE(tracee->options) & PTRACE_O_TRACESECCOMP &&
	       spt_seccomp_filters(current) &&
	       !(READ_ONCE(current->ptrace) &
		 PT_EVENT_FLAG(PTRACE_EVENT_SECCOMP));
}

/*
 * The kernel isn't to ask the filters, which would refuse the call: enter it again
 * without seccomp's flag.
 */
static enum syscall_fate syscall_pass(struct spt_tracee *tracee,
				      struct pt_regs *regs,
				      unsigned long after, const void *filter,
				      bool told)
{
	/*
	 * One that uses Syscall User Dispatch itself comes to the kernel's function without
	 * the hook's interest once it is let go, with seccomp's flag withheld or not. The
	 * kernel has its call, and refuses it.
	 */
	if (spt_dispatch_is_own(tracee))
		return SYSCALL_BEGINS;

	syscall_note_again(tracee, regs, after, filter, told);
	syscall_enter_again(regs, after);
	if (!spt_dispatch_withhold(tracee)) {
		tracee->own.judged = NULL;
		tracee->own.told = false;
	}

	return SYSCALL_REFUSED;
}

/*
 * In front of the kernel's __seccomp_filter(), whose SECCOMP_RET_TRACE this is: a
 * number below zero skips the call, and any other is judged anew. What the filters
 * say then is the kernel's to do, but for a second SECCOMP_RET_TRACE, which lets the
 * call pass. @told: the tracer knows of this call.
 */
static enum syscall_fate syscall_filter(struct spt_tracee *tracee,
					struct pt_regs *regs,
					unsigned long after, bool told)
{
	const void *filter = spt_seccomp_filter(current);
	u16 data;

	if (syscall_suspends(tracee))
		return syscall_pass(tracee, regs, after, filter, told);
	if (!spt_seccomp_traces(filter, regs, &data))
		return SYSCALL_BEGINS;
	if (!told) {
		spt_stop_event(tracee, PTRACE_EVENT_SECCOMP, data);
		if (fatal_signal_pending(current))
			return SYSCALL_REFUSED;
		if (syscall_get_nr(current, regs) < 0)
			return SYSCALL_SKIPPED;
		filter = spt_seccomp_filter(current);
		if (!spt_seccomp_traces(filter, regs, &data))
			return SYSCALL_BEGINS;
	}

	return syscall_pass(tracee, regs, after, filter, true);
}

/*
 * A tracee that has a filter stops where that says so, and else where its tracer's last
 * resume does. What another filter has said counts no more.
 */
static bool syscall_stops(const struct spt_tracee *tracee, u32 where)
{
	u64 filter = spt_filter_id(tracee);

	if (!filter)
		return READ_ONCE(tracee->trace_syscall);

	return tracee->own.verdict_by == filter && tracee->own.verdict & where;
}

static bool syscall_stops_at_exit(const struct spt_tracee *tracee)
{
	return syscall_stops(tracee, SPT_FILTER_EXIT) &&
	       !READ_ONCE(tracee->emulate);
}

/*
 * As report_single_step(): an emulated call has no end that a step could meet. One
 * that a filter lets pass isn't emulated.
 */
static bool syscall_hides_step(const struct spt_tracee *tracee)
{
	return tracee && READ_ONCE(tracee->emulate) &&
	       READ_ONCE(tracee->stepping) &&
	       (!spt_filter_id(tracee) ||
		tracee->own.verdict & SPT_FILTER_ENTRY);
}

static enum syscall_fate syscall_decide(struct spt_tracee *tracee,
					struct pt_regs *regs,
					enum spt_dispatch_entry entry)
{
	const void *judged = tracee->own.judged;
	bool told = tracee->own.told;
	enum syscall_fate fate = SYSCALL_BEGINS;
	unsigned long after = instruction_pointer(regs);
	bool again = syscall_is_again(tracee, regs);

	/*
	 * Of a filter that came just now the kernel doesn't know at this entry; nor of any,
	 * when the flag was withheld for a tracer that is gone.
	 */
	if (entry == SPT_ENTRY_ASKED && syscall_newly_filtered(tracee)) {
		syscall_enter_again(regs, after);
		return SYSCALL_REFUSED;
	}
	/* A handler came first, or has left the call that was judged. */
	if (entry != SPT_ENTRY_ASKED && !again) {
		syscall_enter_again(regs, after);
		return SYSCALL_REFUSED;
	}
	if (entry == SPT_ENTRY_BARE && judged == spt_seccomp_filter(current) &&
	    (told || syscall_suspends(tracee)))
		return SYSCALL_BEGINS;
	if (entry != SPT_ENTRY_ASKED) {
		syscall_note_again(tracee, regs, after, judged, told);
		syscall_enter_again(regs, after);
		return SYSCALL_REFUSED;
	}

	if (!again)
		tracee->own.verdict_by = spt_filter_judge(tracee, regs,
							  &tracee->own.verdict);
	if (!again && syscall_stops(tracee, SPT_FILTER_ENTRY) &&
	    !READ_ONCE(tracee->at_exit))
		fate = syscall_enter_stop(tracee, regs);
	if (fate == SYSCALL_BEGINS && syscall_asks_filters(tracee))
		fate = syscall_filter(tracee, regs, after, again && told);

	return fate;
}

/* For the report of an exit to whom no entry was reported. */
static void syscall_note_entry(struct spt_tracee *tracee, struct pt_regs *regs)
{
	unsigned long args[ARRAY_SIZE(tracee->entry.args)];
	int i;

	tracee->entry.nr = syscall_get_nr(current, regs);
	syscall_get_arguments(current, regs, args);
	for (i = 0; i < ARRAY_SIZE(args); i++)
		tracee->entry.args[i] = args[i];
	tracee->entry_known = true;
}

/* Return: true when the system call is not to be begun. */
static bool syscall_enter(struct spt_tracee *tracee, struct pt_regs *regs,
			  enum spt_dispatch_entry entry)
{
	enum syscall_fate fate;

	tracee->entry_known = false;
	fate = syscall_decide(tracee, regs, entry);
	if (fate == SYSCALL_REFUSED) {
		tracee->own.verdict = 0;
		return true;
	}

	/* A native tracer's PTRACE_SYSEMU leaves a call without exit-stops. */
	if ((syscall_stops_at_exit(tracee) && !test_syscall_work(SYSCALL_EMU)) ||
	    syscall_hides_step(tracee)) {
		if (READ_ONCE(tracee->at_exit) || tracee->own.verdict)
			syscall_note_entry(tracee, regs);
		spt_exits_expect(tracee);
	} else {
		tracee->own.verdict = 0;
	}

	return fate == SYSCALL_SKIPPED;
}

/*
 * A call that the tracee's filter lets pass, of one that comes here for that alone. The
 * kernel's function isn't to be run: it would read the configuration, which may be
 * given back to the task just now (dispatch_give_back()).
 */
bool spt_syscall_enter_passes(const struct pt_regs *regs)
{
	struct spt_tracee *tracee = spt_dispatch_quick(current);

	return tracee && spt_marked(current) &&
	       spt_filter_passes(tracee, (void *)spt_arch_entry_arg(regs, 0));
}

NOKPROBE_SYMBOL(spt_syscall_enter_passes);

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
 * Seccomp's flag may have been withheld when the kernel looked: enter once more.
 * Return: true when the call isn't to be begun now.
 */
static bool syscall_enter_bare(struct pt_regs *regs)
{
	if (!test_syscall_work(SECCOMP))
		return false;

	syscall_enter_again(regs, instruction_pointer(regs));
	return true;
}

/*
 * In place of syscall_user_dispatch(), which answers whether the system call is
 * not to be begun. The tracer's changes to it take effect because the caller
 * reads the registers again.
 */
enum spt_hook_verdict spt_syscall_before_enter(struct spt_arch_args *args)
{
	struct pt_regs *regs = (void *)spt_arch_arg(args, 0);
	struct spt_tracee *tracee = spt_tracee_find(current);
	enum spt_dispatch_entry entry;
	bool refused = false;

	if (!tracee) {
		/* Detached between the kernel's look at the flag and here. */
		if (test_syscall_work(SYSCALL_USER_DISPATCH))
			return SPT_HOOK_CALL;
		spt_hook_return(args, syscall_enter_bare(regs));
		return SPT_HOOK_RETURN;
	}

	if (!spt_marked(current))
		spt_sigmask_mend(tracee);
	spt_signal_undefer(tracee);
	entry = spt_dispatch_put_back(tracee);
	if (spt_dispatch_is_own(tracee)) {
		/* Not to be removed during a fault in user memory, which may last. */
		if (!spt_hooks_pin()) {
			spt_tracee_let_go(tracee);
			spt_tracee_put(tracee);
			return SPT_HOOK_CALL;
		}
		/* A dispatched call has no stops, as natively. */
		refused = (u8)spt_hook_call(args);
		spt_hooks_unpin();
	}
	spt_hook_return(args, refused || syscall_enter(tracee, regs, entry));
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

	/* Not to be removed during the stop, which lasts as that tracer likes. */
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
	if (syscall_stops_at_exit(tracee))
		syscall_stop(tracee, SPT_SYSCALL_EXIT_STOPPING,
			     PTRACE_EVENTMSG_SYSCALL_EXIT);
	tracee->entry_known = false;
	tracee->own.verdict = 0;
	spt_exits_done(tracee);
}

/*
 * First the events of the call, at any of which the tracer may ask for a step; then
 * a step's trap or a native syscall-exit-stop, then the shadow's.
 */
static void syscall_exit_reports(struct spt_arch_args *args,
				 struct spt_tracee *tracee)
{
	if (tracee)
		spt_lifecycle_before_return(tracee);
	if (!spt_arch_stepping(current))
		syscall_exit_native();
	else if (!syscall_hides_step(tracee))
		spt_hook_call(args);

	if (tracee)
		syscall_exit(tracee);
}

/*
 * Not a step of the kernel's own, unless the tracer is to be told too. One that
 * isn't stepped is ours, or was until a moment ago.
 */
bool spt_syscall_exit_concerns(const struct pt_regs *regs)
{
	return !spt_arch_stepping(current) || spt_exits_expected(current);
}

NOKPROBE_SYMBOL(spt_syscall_exit_concerns);

/*
 * In front of user_single_step_report(). A trap that the kernel's own
 * stepping set is the kernel's; any other is ours, or was until a moment ago.
 */
enum spt_hook_verdict spt_syscall_before_exit(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = spt_exits_take(current);

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
	       spt_exits_expected(current);
}

NOKPROBE_SYMBOL(spt_syscall_trap_concerns);

/*
 * In front of force_sig_fault(), to which user_single_step_report() comes when
 * its own hook is a kprobe and kprobes were switched off meanwhile. No trap of
 * user mode's comes here while an exit is expected.
 */
enum spt_hook_verdict spt_syscall_before_trap(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = spt_exits_take(current);

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

	spt_hook_call(args);
	spt_exits_keep_flag(task);

	return SPT_HOOK_RETURN;
}
