/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Syscall User Dispatch, whose flag makes the kernel call a function of its own
 * first of all at the entry of a system call, where syscall-enter-stops are.
 *
 * SYSCALL_WORK_SYSCALL_USER_DISPATCH is set on tracees that are to stop, and only
 * tasks that have it come to syscall_user_dispatch(); seccomp filters, audit and
 * tracepoints have flags of their own. A tracee may use the feature itself. So
 * while the flag is ours its configuration is put aside: prctl(2), and the native
 * ptrace requests that read and write it, see and change what is the tracee's own.
 * What stands in its place lets every system call pass, should the hook be
 * missed.
 *
 * A tracee that has a seccomp filter may be about to enter a call again that the filter
 * isn't asked about any more: its tracer was told, or has suspended seccomp. Then
 * SYSCALL_WORK_SECCOMP is *withheld*, from the entry hook up to the next, which puts it
 * back first of all and sends away whatever else the task enters. Meanwhile the
 * configuration lets no call pass, should the hook be missed. The vsyscall page, which
 * has no such entry, has the flag put back as well (hooks/vsyscall.c).
 *
 * A tracee that has a filter of its tracer's comes to the entry hook's probe at each
 * call, and goes on from there when the filter lets it. So that it costs little, the
 * probe's handler finds the tracee in the configuration, whose selector nobody reads
 * while every address is let pass.
 */
#ifndef SPT_DISPATCH_H
#define SPT_DISPATCH_H

#include <linux/limits.h>
#include <linux/sched.h>
#include <linux/syscall_user_dispatch.h>

struct spt_tracee;

/* What stands in place of a configuration: every address is let pass. */
static __always_inline bool spt_dispatch_is_ours(struct task_struct *task)
{
	return !task->syscall_dispatch.offset &&
	       task->syscall_dispatch.len == ULONG_MAX;
}

/*
 * The configuration of a served task that has a seccomp filter, which could refuse
 * ptrace(2): it comes to the entry hook as well, and every address is let pass.
 * It is the task's own as far as a tracer's use of the feature goes.
 */
static __always_inline bool spt_dispatch_is_served(struct task_struct *task)
{
	return !task->syscall_dispatch.offset &&
	       task->syscall_dispatch.len == ULONG_MAX - 1;
}

/*
 * The tracee that a task is, when it has a filter and nothing but that has a say at
 * the entry of its system calls; else NULL. A task's own selector is an address of
 * user space (set_syscall_user_dispatch() asks access_ok()), which is never negative.
 *
 * Context: the task itself, with preemption disabled, which keeps the tracee.
 */
static __always_inline struct spt_tracee *
spt_dispatch_quick(const struct task_struct *task)
{
	long selector = (__force long)READ_ONCE(task->syscall_dispatch.selector);

	return selector < 0 ? (struct spt_tracee *)selector : NULL;
}

/* Whether the kernel asks seccomp at the entry that a task has come to. */
enum spt_dispatch_entry {
	SPT_ENTRY_ASKED,
	SPT_ENTRY_BARE,		/* its flag was gone when the kernel looked */
	SPT_ENTRY_UNSURE,	/* the flag was put back by somebody else meanwhile */
};

void spt_dispatch_serve(struct task_struct *task);
void spt_dispatch_ask(struct spt_tracee *tracee, bool on);
void spt_dispatch_again(struct spt_tracee *tracee, bool on);
void spt_dispatch_begin(struct spt_tracee *tracee);
void spt_dispatch_watch(struct spt_tracee *tracee, bool on);
void spt_dispatch_filtered(struct spt_tracee *tracee, bool on);
int spt_dispatch_come(struct spt_tracee *tracee);
bool spt_dispatch_withhold(struct spt_tracee *tracee);
enum spt_dispatch_entry spt_dispatch_put_back(struct spt_tracee *tracee);
void spt_dispatch_filter(struct spt_tracee *tracee);
void spt_dispatch_drop(struct spt_tracee *tracee);
bool spt_dispatch_is_own(struct spt_tracee *tracee);
void spt_dispatch_executed(struct spt_tracee *tracee);
void spt_dispatch_born(struct task_struct *child);
void spt_dispatch_forked(struct spt_tracee *parent, struct task_struct *child);
void spt_dispatch_lend(struct spt_tracee *tracee);
void spt_dispatch_unlend(struct spt_tracee *tracee);

#endif /* SPT_DISPATCH_H */
