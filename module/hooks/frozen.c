// SPDX-License-Identifier: GPL-2.0
/*
 * A tracee on its way to sleep in the kernel's group-stop, or in the kernel's
 * cgroup freezer, since its tracer came when it was in the kernel's get_signal()
 * already.
 */
#include <linux/sched/jobctl.h>
#include <linux/sched/signal.h>

#include "hooks/frozen.h"
#include "kernel/siglock.h"
#include "stops/jobctl.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/*
 * In the kernel's group-stop a tracee is only when it was in the kernel's
 * get_signal() as its tracer came; it is to be in ours instead.
 */
static void frozen_leave_group_stop(struct spt_tracee *tracee)
{
	spin_lock(&tracee->tracer->lock);
	if (spt_traced(tracee)) {
		WRITE_ONCE(tracee->trap_due, true);
		spt_siglock();
		current->jobctl &= ~JOBCTL_STOPPED;
		spt_sigunlock();
		__set_current_state(TASK_RUNNING);
	}
	spin_unlock(&tracee->tracer->lock);
}

/* A trap that is due isn't held up by the kernel's freezer, as natively. */
static void frozen_leave_freezer(struct spt_tracee *tracee)
{
	if (!spt_traced(tracee) || !spt_stop_due(tracee))
		return;

	__set_current_state(TASK_RUNNING);
	spt_siglock();
	spt_jobctl_trap(tracee);
	spt_sigunlock();
}

bool spt_frozen_concerns(const struct pt_regs *regs)
{
	if (current->jobctl & JOBCTL_STOPPED)
		return true;

	/* About to sleep in the freezer, not in a stop of either kind. */
	return current->jobctl & JOBCTL_TRAP_FREEZE &&
	       READ_ONCE(current->__state) & TASK_INTERRUPTIBLE;
}

NOKPROBE_SYMBOL(spt_frozen_concerns);

/*
 * In front of cgroup_enter_frozen(), which is the last thing that a task does
 * before it sleeps in the kernel's group-stop or freezer. It looks again at why
 * it is there when it does not sleep.
 */
enum spt_hook_verdict spt_frozen_before(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = spt_tracee_find(current);

	if (!tracee)
		return SPT_HOOK_CALL;

	if (tracee->parked)
		;
	else if (current->jobctl & JOBCTL_STOPPED)
		frozen_leave_group_stop(tracee);
	else
		frozen_leave_freezer(tracee);
	spt_tracee_put(tracee);

	return SPT_HOOK_CALL;
}
