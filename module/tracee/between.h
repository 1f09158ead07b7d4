/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a task carries from one hook to another.
 *
 * Between the two it runs the kernel's code, and much may happen: it dies, its
 * tracer detaches it or dies, the hooks would be disarmed, the module would be
 * removed. Hooks stay armed while there is a tracee or a flight (kernel/hook.c),
 * so "disarmed" below is only about what outlives the bond. Removal lets go of
 * all tracees first, which counts as a detach, then revokes exits, then waits for
 * flights.
 *
 * =============  ==========================  ==================================
 * what           set by                      cleared by
 * =============  ==========================  ==================================
 * mark           spt_sigmask_mark(), under   spt_sigmask_unmark(), likewise; in
 * (real_blocked) tracer->lock and siglock    a copy: spt_sigmask_clear() at
 *                                            wake_up_new_task(), but of a child
 *                                            that becomes a tracee there
 * mask_before,   spt_sigmask_mark()          spt_sigmask_mend(), which is task
 * mend                                       work, or unmark
 * unkillable     spt_sigmask_mark()          never: read while the task is marked
 * passed         signal_hand_over(), in      signal_take_passed(), in front of
 *                front of get_signal()       the dequeue_signal() that
 *                                            get_signal() comes to; unmark
 *                                            sends it again
 * waiting        sigwait_sleep()             the same, after the sleep; unmark
 *                                            puts the mask back
 * parked         sigwait_sleep(),            the same, after the sleep
 *                spt_jobctl_freeze()
 * fork flight,   kernel_clone()              wake_up_new_task(); the exit hook
 * own.clone_*                                when there was no child; the exit
 * own.inherit                                of the task
 * own.vfork
 * own.child      kernel_clone()              wake_up_new_task(), which links it;
 *                                            the next fork when this one fails;
 *                                            the last reference
 * own.vfork_done wake_up_new_task()          the exit hook
 * own.exec_*     sched_process_exec          the exit hook
 * exit entry     entry hook, kernel_clone(), the exit hook, or that of the SIGTRAP
 * (exits.c)      sched_process_exec          that it would become; the exit of
 *                                            the task; removal
 * entry,         entry hook, with the exit   the exit hook
 * entry_known    entry
 * own.again,     entry hook, after a filter  the entry hook, when the task comes
 * dispatch.again came during its stop, or    back or has left the call
 *                the tracer was told of it
 * own.judged,    likewise, with own.again    with it
 * own.told
 * own.reenters   likewise                    the entry hook; get_signal()
 * own.deferred   get_signal(), between,      the entry hook, which has the signal
 *                under siglock               looked for again; the next get_signal()
 * withheld       entry hook                  the next entry hook; a detach; the
 *                                            tracee's configuration lent; a call of
 *                                            the vsyscall page
 * own.bare       with withheld               the next entry hook alone
 * own.filtered   entry hook                  never: filters stay
 * own.verdict,   entry hook, of a tracee     the exit hook; the entry hook, of a
 * own.verdict_by that has a filter           call that has no exit-stop
 * own.recorded   entry hook, in the probe's   the exit hook, likewise; the next entry,
 *                handler or not              of a call that had no exit; the exit of
 *                                            the task
 * exit_parked    exit hook, in the probe's   the entry hook, in the probe's handler
 *                handler
 * come           SPT_IOC_SET_FILTER, of a    the task work; the end of the bond
 *                tracee that runs            takes it back
 * dispatch.quick with dispatch.ours, of a    with it; while own.again is set, or
 *                tracee that has a filter    seccomp's options are
 * dispatch.ours  PTRACE_SYSCALL; seccomp's   PTRACE_CONT, when no such option is
 *                options, by the mend work   set; detach; execve(2) takes the flag,
 *                or PTRACE_SETOPTIONS        and sched_process_exec sets it anew
 * step,          delivery of a signal that   the task work, in front of the next
 * own.step_into  has a handler, stepping     get_signal()
 * own.exit_code  do_exit()                   never
 * exit_work      sched_process_exit; by the  the task work, when no other is left;
 *                work itself, to go behind   the end of the bond takes it back when
 *                others                      it has not begun
 * =============  ==========================  ==================================
 *
 * =============  ==========================================================
 * what           if in between …
 * =============  ==========================================================
 * mark           the task dies: nobody looks any more. Detached: unmark. In a
 *                fork: the child's copy is cleared by the fork's flight, which
 *                the bond doesn't end (t_between, slow_fork). Copies of io_uring's
 *                workers have no flight: copy_process() doesn't sleep in user
 *                memory for them, and hooks outlast it (HOOK_DISARM_DELAY).
 * mend           a flight each; detached: unmark takes the work back
 *                (t_lifetime)
 * unkillable     says how the group was at the attach, under siglock. Detached: not
 *                read any more, since unmark takes the mark under siglock
 * passed         dies: gone with the task. Detached: sent again, so that it isn't
 *                lost (o_delivery, t_signal). No flight: the kernel's get_signal()
 *                needs no hook to go on.
 * waiting,       a flight each (the hook's). Detached: unmark wakes it, and the
 * parked         kernel's own code takes over (t_lifetime, o_signals)
 * fork flight    dies: sched_process_exit. Detached: goes on, so that the child's
 *                copies of the mark and of dispatch's configuration are put right
 *                (t_between). Removal is refused meanwhile, since a fault in user
 *                memory may hold the fork for ever.
 * own.*          belong to the tracee object. One that is let go is not found at
 *                the second hook, and another tracer's object has its own, empty.
 * exit entry     a flight. Dies: sched_process_exit. Detached: the hook finds
 *                nothing to do; of a call that lasts, spt_exits_forget()
 *                drops it when nobody is traced any more (t_module). Removal:
 *                spt_exits_revoke() takes the flags away and waits for who
 *                has read one (t_module). Kprobes off: force_sig_fault() is hooked,
 *                too (t_switches).
 * entry          the exit entry's, which see
 * again          detached: spt_dispatch_drop(); the call is entered again without
 *                a stop. A handler that leaves it by longjmp(3): what is entered
 *                higher up in the stack ends it.
 * deferred       detached: spt_sigmask_unmark() has the signal looked for. Doesn't come
 *                to the entry: the next signal or INTERRUPT brings it to get_signal().
 * withheld       dies: gone with the task. Detached: put back under dispatch.lock;
 *                who was on its way to the hook without the flag enters again
 *                (syscall_before_enter). In a handler: each call but the one that was
 *                judged is sent away at the hook, to be entered with the flag. Kprobes
 *                off: the configuration lets no call pass, SIGSYS.
 * dispatch.ours  dies: gone with the task. Detached: given back; who has looked
 *                at the flag already finds it gone in the hook, and goes on. Not
 *                hooked any more: RCU-tasks' grace period before disarming covers
 *                that. Kprobes off: what stands in its place lets all calls pass, but
 *                of who is detached between the kernel's two looks at it.
 * own.verdict    belongs to one filter: of a tracee that has another by then, or none,
 *                it counts no more (t_filter). A handler comes first: own.again keeps
 *                it.
 * own.recorded   dies: written without a result. Detached: not written. Its ring is
 *                closed: not written; another ring's: without bytes.
 * exit_parked    an exit entry that waits for the next call, so that calls which are
 *                recorded need no lock. Detached: spt_exits_keep_flag() brings the task
 *                to the exit hook. Kprobes off: it counts as due at the SIGTRAP
 *                (t_record). Else as an exit entry.
 * come           a flight, with a reference to the tracee. Dies: run by its last task
 *                work. Detached: taken back.
 * dispatch.quick given back: the handler has answered for the kernel's function, which
 *                would see that (t_filter). A handler that has read it is done with
 *                the tracee, and its filter, before a grace period has passed; both
 *                are freed after one. In a fork: the child's copy is taken away at
 *                sched_process_fork (t_between). Copies of io_uring's workers, which
 *                have no such tracepoint, stay, and never enter a system call.
 * step           a flight, with a reference to the tracee. Dies: run by its last task
 *                work, where it finds nothing to do. Detached: likewise.
 * exit_work      a flight, with a reference to the task that has it. Detached,
 *                removal: taken back, so nobody waits for a close(2) that an
 *                exiting task is in.
 * =============  ==========================================================
 */
#ifndef SPT_BETWEEN_H
#define SPT_BETWEEN_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "kernel/compat/security.h"

struct spt_tracee;

/**
 * struct spt_again - a system call that is entered again
 * @after: where its instruction ends; 0 when there is none
 * @ip: where the tracer wants it to go on
 * @sp: the stack pointer
 * @nr: the number
 * @abi: by which ABI it is, AUDIT_ARCH_*
 * @args: the arguments
 * @result: what the result register was
 * @verdict: what the tracee's filter said of it
 * @verdict_by: which filter that was
 */
struct spt_again {
	unsigned long after;
	unsigned long ip;
	unsigned long sp;
	long nr;
	u32 abi;
	unsigned long args[6];
	unsigned long result;
	u32 verdict;
	u64 verdict_by;
};

/* Unless it is none, something is to be done before another call passes. */
enum spt_recorded_phase {
	SPT_RECORDED_NONE,
	SPT_RECORDED_PENDING,	/* entered, and to be written at its exit */
	SPT_RECORDED_OVER,	/* written or lost; its exit entry may be parked */
};

/**
 * struct spt_recorded - a system call that is to become a record
 * @phase: SPT_RECORDED_*: where the last such call is
 * @arch: by which ABI it is, AUDIT_ARCH_*
 * @nr: its number
 * @args: its arguments
 * @begin: when it was entered
 * @end: when it had returned, where that isn't when it is written; else 0
 * @exec_id: task->self_exec_id then
 * @mm: the address space then, to be compared alone
 * @captured: something is to be taken of what its arguments point to
 * @stream: for which ring that is so
 * @filled: how many of them there are in @bytes
 * @capacity: how many there can be
 * @prepared: for which ring memory for that was asked for
 * @bytes: what arguments pointed to at the entry, as it will be in the record
 */
struct spt_recorded {
	u8 phase;
	bool captured;
	u32 arch;
	u64 nr;
	unsigned long args[6];
	u64 begin;
	u64 end;
	u64 exec_id;
	const void *mm;
	u64 stream;
	u32 filled;
	u32 capacity;
	u64 prepared;
	u8 *bytes;
};

/**
 * struct spt_own - what a tracee keeps for itself between two hooks
 * @child: the tracee object for the child that is being made, NULL for none
 * @clone_event: the PTRACE_EVENT_* that the child's making is, 0 for none
 * @inherit: the child will be a tracee, too
 * @vfork: the child's making is a vfork(2), whose end may be an event
 * @vfork_done: the child's number to the tracer, until that end is reported
 * @exec_due: a program was executed, which is still to be reported
 * @exec_tid: the thread's number to the tracer before it was
 * @exec_id: task->self_exec_id of the program that the tracer is known to be
 *	allowed to trace
 * @label: the task's label, as security modules have it, of that program
 * @step_into: the handler of the signal that is being delivered
 * @exit_code: what do_exit() was called with
 * @filtered: the task has a seccomp filter, of which the kernel knows whenever it
 *	enters a system call
 * @again: the system call that is entered again for a filter's sake
 * @reenters: it has been sent back to user mode for that
 * @deferred: a signal was left for after the entry
 * @judged: the filters by which that call may be begun, NULL for one that they are to
 *	be asked about
 * @told: the tracer knows of that call; else it may be begun while seccomp is suspended
 * @bare: seccomp's flag was withheld since the last entry, whoever has put it back
 * @verdict: SPT_FILTER_*: what the tracee's filter says of the call that it is in, 0
 *	for one that it wasn't asked about here
 * @verdict_by: which filter that was, by spt_filter_id(); 0 for none
 * @recorded: the call that it is in, where that is to be recorded
 */
struct spt_own {
	struct spt_tracee *child;
	int clone_event;
	bool inherit;
	bool vfork;
	pid_t vfork_done;
	bool exec_due;
	pid_t exec_tid;
	u64 exec_id;
	struct spt_label label;
	unsigned long step_into;
	long exit_code;
	bool filtered;
	struct spt_again again;
	bool reenters;
	bool deferred;
	const void *judged;
	bool told;
	bool bare;
	u32 verdict;
	u64 verdict_by;
	struct spt_recorded recorded;
};

/* Syscall User Dispatch's configuration while it lets no call pass. */
struct spt_dispatch_kept {
	unsigned long offset;
	unsigned long len;
	char __user *selector;
};

/**
 * struct spt_dispatch - who wants Syscall User Dispatch's flag on a tracee; see
 *	stops/dispatch.h
 * @lock: everything below, and the task's flag and configuration as far as this
 *	module changes them. Order: inside of tracer->lock
 * @asked: the tracer has asked for syscall-enter-stops
 * @again: the task is to enter a system call again; see hooks/syscall.c
 * @watched: the tracer is to be told of what the task's seccomp filters say
 * @filtered: the tracee has a filter of its tracer's, SPT_IOC_SET_FILTER's
 * @withheld: SYSCALL_WORK_SECCOMP has been taken away; see stops/dispatch.h
 * @kept: the configuration of that time
 * @lent: how many are reading or writing the tracee's own configuration
 * @ours: the flag is ours, or is the tracee's as well as ours
 * @own: the tracee uses the feature itself; then the configuration is its own
 * @offset: the tracee's own, while @ours and not @own
 * @len: likewise
 * @selector: likewise
 * @quick: the tracee itself stands in place of the selector; see spt_dispatch_quick()
 */
struct spt_dispatch {
	/* Of all below; see above. */
	spinlock_t lock;
	bool asked;
	bool again;
	bool watched;
	bool filtered;
	bool withheld;
	struct spt_dispatch_kept kept;
	unsigned int lent;
	bool ours;
	bool own;
	unsigned long offset;
	unsigned long len;
	char __user *selector;
	bool quick;
};

#endif /* SPT_BETWEEN_H */
