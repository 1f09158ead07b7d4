// SPDX-License-Identifier: GPL-2.0
/*
 * The table of hooks: everything that the module listens to.
 */
#include <linux/build_bug.h>

#include "hook.h"
#include "jobctl.h"
#include "lifecycle.h"
#include "policy.h"
#include "signal.h"
#include "sigwait.h"
#include "syscall.h"

static bool hook_concerns_all(const struct pt_regs *regs)
{
	return true;
}

NOKPROBE_SYMBOL(hook_concerns_all);

#define HOOK_SYMBOLS(...)	((const char *const[]){ __VA_ARGS__, NULL })

static struct spt_hook hooks[] = {
	{
		.symbols = HOOK_SYMBOLS("syscall_trace_enter",
					"syscall_trace_enter.constprop.0",
					"syscall_trace_enter.isra.0"),
		.why = "syscall-enter-stops",
		.concerns = spt_syscall_enter_concerns,
		.before = spt_syscall_before_enter,
	},
	{
		.symbols = HOOK_SYMBOLS("user_single_step_report"),
		.why = "syscall-exit-stops",
		.concerns = hook_concerns_all,
		.before = spt_syscall_before_exit,
		.when = SPT_WHILE_BUSY,
	},
	{
		.symbols = HOOK_SYMBOLS("user_disable_single_step"),
		.why = "syscall-exit-stops beside a native tracer",
		.concerns = spt_syscall_unstep_concerns,
		.before = spt_syscall_before_unstep,
		.when = SPT_WHILE_BUSY,
	},
	{
		.symbols = HOOK_SYMBOLS("syscall_regfunc"),
		.why = "sharing a flag with the syscall tracepoints",
		.concerns = hook_concerns_all,
		.before = spt_syscall_before_regfunc,
	},
	{
		.symbols = HOOK_SYMBOLS("syscall_unregfunc"),
		.why = "sharing a flag with the syscall tracepoints",
		.concerns = hook_concerns_all,
		.before = spt_syscall_before_unregfunc,
	},
	{
		.symbols = HOOK_SYMBOLS("get_signal"),
		.why = "signal-delivery-stops and group-stops",
		.concerns = spt_signal_get_concerns,
		.before = spt_signal_before_get,
	},
	{
		.symbols = HOOK_SYMBOLS("dequeue_signal"),
		.why = "attaching to a task that is stopped",
		.concerns = spt_signal_dequeue_concerns,
		.before = spt_signal_before_dequeue,
	},
	{
		.symbols = HOOK_SYMBOLS("cgroup_enter_frozen"),
		.why = "attaching to a task that is being stopped",
		.concerns = spt_jobctl_frozen_concerns,
		.before = spt_jobctl_before_frozen,
	},
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_SYSCALL("rt_sigtimedwait")),
		.why = "signals during sigtimedwait(2)",
		.concerns = spt_sigwait_concerns,
		.before = spt_sigwait_before,
	},
#ifdef CONFIG_COMPAT
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_COMPAT_SYSCALL("rt_sigtimedwait_time32")),
		.why = "signals during a 32-bit sigtimedwait(2)",
		.concerns = spt_sigwait_concerns,
		.before = spt_sigwait_before_time32,
	},
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_COMPAT_SYSCALL("rt_sigtimedwait_time64")),
		.why = "signals during a 32-bit sigtimedwait(2)",
		.concerns = spt_sigwait_concerns,
		.before = spt_sigwait_before_time64,
	},
#endif
	{
		.symbols = HOOK_SYMBOLS("kernel_clone"),
		.why = "events of fork, vfork and clone",
		.concerns = spt_lifecycle_concerns_self,
		.before = spt_lifecycle_before_clone,
	},
	{
		.symbols = HOOK_SYMBOLS("wake_up_new_task"),
		.why = "events of fork, vfork and clone",
		.concerns = spt_lifecycle_concerns_child,
		.before = spt_lifecycle_before_wake,
	},
	{
		.symbols = HOOK_SYMBOLS("do_exit"),
		.why = "the message of PTRACE_EVENT_EXIT",
		.concerns = spt_lifecycle_concerns_self,
		.before = spt_lifecycle_before_exit,
	},
	{
		.symbols = HOOK_SYMBOLS("exit_signals"),
		.why = "PTRACE_EVENT_EXIT",
		.concerns = spt_lifecycle_concerns_self,
		.before = spt_lifecycle_before_exit_signals,
	},
	{
		.symbols = HOOK_SYMBOLS("security_task_prctl"),
		.why = "PR_SET_PTRACER of prctl(2)",
		.concerns = spt_policy_prctl_concerns,
		.before = spt_policy_before_prctl,
		.when = SPT_ALWAYS,
	},
};

static struct spt_tracepoint tracepoints[] = {
	{
		.name = "signal_generate",
		.probe = spt_jobctl_probe_generate,
	},
	{
		.name = "sched_process_exec",
		.probe = spt_lifecycle_probe_exec,
	},
	{
		.name = "sched_process_exit",
		.probe = spt_lifecycle_probe_exit,
		.when = SPT_WHILE_BUSY,
	},
	/* Not probed: syscall.c looks at them, since they share a flag with us. */
	{ .name = "sys_enter" },
	{ .name = "sys_exit" },
};

static_assert(ARRAY_SIZE(hooks) <= SPT_MAX_HOOKS);

const struct spt_hook_table spt_hook_table = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
	.tracepoints = tracepoints,
	.nr_tracepoints = ARRAY_SIZE(tracepoints),
	.before_arming = spt_syscall_watch,
	.before_landing = spt_syscall_revoke_exits,
};
