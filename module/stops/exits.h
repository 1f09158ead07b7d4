/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is due at the hook on a system call's exit.
 *
 * A task that is has SYSCALL_WORK_SYSCALL_EXIT_TRAP, and an entry in a table with
 * a reference to its tracee: also when that was let go meanwhile. Each is a flight
 * (kernel/hook.c), since without the hook the flag would become a SIGTRAP.
 *
 * The entry of a tracee whose calls are recorded is *parked* while it is in user mode:
 * it stays in the table, so that the handlers of the two probes, which set and look at
 * the flag, need no lock.
 */
#ifndef SPT_EXITS_H
#define SPT_EXITS_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include <linux/types.h>

#include "arch/arch.h"
#include "tracee/tracee.h"

void spt_exits_expect(struct spt_tracee *tracee);
bool spt_exits_expected(const struct task_struct *task);
struct spt_tracee *spt_exits_take(struct task_struct *task);
void spt_exits_done(struct spt_tracee *tracee);
void spt_exits_keep_flag(struct task_struct *task);
void spt_exits_task_died(struct task_struct *task);
bool spt_exits_due(struct task_struct *task);
void spt_exits_forget(void);
void spt_exits_revoke(void);

/*
 * spt_exits_expect() in a probe's handler, with preemption disabled. Return: false when
 * it takes that one.
 */
static __always_inline bool spt_exits_unpark(struct spt_tracee *tracee)
{
	if (hlist_unhashed_lockless(&tracee->exit_node))
		return false;

	WRITE_ONCE(tracee->exit_parked, false);
	if (test_syscall_work(SYSCALL_EXIT_TRAP)) {
		/* Who makes it stale does so before the flag goes. */
		smp_rmb();
	} else {
		set_syscall_work(SYSCALL_EXIT_TRAP);
		/* If not before this, then the flag goes after it. */
		smp_mb__after_atomic();
	}
	if (likely(!READ_ONCE(tracee->exit_stale)))
		return true;

	/* Or it was before, and the entry may be dropped with the flag left on. */
	if (!spt_arch_stepping(current))
		clear_syscall_work(SYSCALL_EXIT_TRAP);
	return false;
}

/* What the current task was due for has been done in the probe's handler. */
static __always_inline void spt_exits_park(struct spt_tracee *tracee)
{
	WRITE_ONCE(tracee->exit_parked, true);
}

/* The current call needs no exit hook; likewise. */
static __always_inline void spt_exits_rest(struct spt_tracee *tracee)
{
	if (READ_ONCE(tracee->exit_parked) &&
	    test_syscall_work(SYSCALL_EXIT_TRAP) && !spt_arch_stepping(current))
		clear_syscall_work(SYSCALL_EXIT_TRAP);
}

#endif /* SPT_EXITS_H */
