// SPDX-License-Identifier: GPL-2.0
/*
 * A tracee's own configuration of Syscall User Dispatch, set by itself and read or
 * set by a native tracer: while that goes on, ours is out of the way.
 */
#include <linux/kprobes.h>
#include <linux/sched.h>

#include "bond/detach.h"
#include "hooks/config.h"
#include "kernel/mark.h"
#include "stops/dispatch.h"
#include "tracee/tracee.h"

static enum spt_hook_verdict config_call(struct spt_arch_args *args,
					 struct spt_tracee *tracee)
{
	spt_dispatch_lend(tracee);
	spt_hook_return(args, spt_hook_call(args));
	spt_dispatch_unlend(tracee);

	return SPT_HOOK_RETURN;
}

/* set_syscall_user_dispatch(): prctl(PR_SET_SYSCALL_USER_DISPATCH) */
enum spt_hook_verdict spt_config_before_set(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = spt_tracee_find(current);
	enum spt_hook_verdict verdict;

	if (!tracee)
		return SPT_HOOK_CALL;

	verdict = config_call(args, tracee);
	spt_tracee_put(tracee);

	return verdict;
}

/* A tracee in KVM_RUN may be without its mark. */
bool spt_config_concerns(const struct pt_regs *regs)
{
	struct task_struct *task = (void *)spt_arch_entry_arg(regs, 0);

	return spt_marked(task) || spt_dispatch_is_ours(task);
}

NOKPROBE_SYMBOL(spt_config_concerns);

/*
 * syscall_user_dispatch_get_config() and _set_config(), by a native tracer in
 * whose stop the task is. They copy from and to that tracer's memory, whose fault
 * may take its time.
 */
enum spt_hook_verdict spt_config_before(struct spt_arch_args *args)
{
	struct spt_tracee *tracee = spt_tracee_find((void *)spt_arch_arg(args, 0));
	enum spt_hook_verdict verdict = SPT_HOOK_CALL;

	if (!tracee)
		return verdict;

	if (spt_hooks_pin()) {
		verdict = config_call(args, tracee);
		spt_hooks_unpin();
	} else {
		spt_tracee_let_go(tracee);
	}
	spt_tracee_put(tracee);

	return verdict;
}
