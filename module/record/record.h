/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tracees do, written to their tracer's ring: system calls from their entry to
 * their exit, signals, forks, execs and exits.
 *
 * Entry and exit of a call that is to be recorded and nothing else are done in the
 * probes' handlers: the arguments, and what they point to, wait beside the tracee, and
 * the exit writes one record. Where that can't be, the hooks do the same.
 */
#ifndef SPT_RECORD_H
#define SPT_RECORD_H

#include <linux/rcupdate.h>
#include <linux/signal_types.h>
#include <linux/types.h>

#include "tracee/tracee.h"

struct pt_regs;

bool spt_record_enter_quick(struct spt_tracee *tracee, struct pt_regs *regs);
void spt_record_enter(struct spt_tracee *tracee, struct pt_regs *regs);
bool spt_record_exit_quick(struct spt_tracee *tracee);
void spt_record_returned(struct spt_tracee *tracee);
void spt_record_exit(struct spt_tracee *tracee);
void spt_record_unfinished(struct spt_tracee *tracee);
void spt_record_signal(struct spt_tracee *tracee, const kernel_siginfo_t *info);
void spt_record_fork(struct spt_tracee *tracee, struct task_struct *child);
void spt_record_exec(struct spt_tracee *tracee, pid_t former);
void spt_record_end(struct spt_tracee *tracee, int status);

/* Is there a ring for the current task, at this moment? In any context. */
static __always_inline bool spt_record_wanted(const struct spt_tracee *tracee)
{
	return rcu_access_pointer(tracee->tracer->stream);
}

#endif /* SPT_RECORD_H */
