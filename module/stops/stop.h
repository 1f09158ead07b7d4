/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tracee going to sleep in a stop, and being woken from it.
 */
#ifndef SPT_STOP_H
#define SPT_STOP_H

#include "tracee/tracee.h"

int spt_stop(struct spt_tracee *tracee, enum spt_stop_state stopping,
	     const struct spt_report *report, kernel_siginfo_t *info);
void spt_stop_info(kernel_siginfo_t *info, int signr, int code);
void spt_stop_event(struct spt_tracee *tracee, int event,
		    unsigned long message);
void spt_stop_set_state(struct spt_tracee *tracee, enum spt_stop_state state);
void spt_stop_kill_state(struct spt_tracee *tracee);
void spt_stop_post_report(struct spt_tracee *tracee,
			  const struct spt_report *report);
void spt_stop_drop_report(struct spt_tracee *tracee);

bool spt_stop_served(const struct spt_tracee *tracee);
int spt_stop_wait_idle(struct spt_tracee *tracee);
int spt_stop_hold(struct spt_tracee *tracee);
void spt_stop_release(struct spt_tracee *tracee);
int spt_stop_let_others(struct spt_tracee *tracee);
int spt_stop_off_cpu(struct spt_tracee *tracee, unsigned long *switches);

/* Is there a trap to come, for PTRACE_INTERRUPT or to tell of SIGCONT? */
static inline bool spt_stop_due(const struct spt_tracee *tracee)
{
	return READ_ONCE(tracee->trap_due) ||
	       test_bit(SPT_NOTIFY, &tracee->bits);
}

int spt_stop_kick(struct spt_tracee *tracee);
int spt_stop_trap(struct spt_tracee *tracee);
bool spt_stop_cancel_work(struct task_struct *task, struct callback_head *work);
void spt_stop_cancel_kick(struct spt_tracee *tracee);

#endif /* SPT_STOP_H */
