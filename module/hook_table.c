// SPDX-License-Identifier: GPL-2.0
/*
 * The table of hooks: everything that the module listens to.
 */
#include <linux/build_bug.h>
#include <linux/mm_types.h>
#include <trace/events/sched.h>
#include <trace/events/signal.h>

#include "hooks/config.h"
#include "hooks/frozen.h"
#include "hooks/lifecycle.h"
#include "hooks/signal.h"
#include "hooks/sigwait.h"
#include "hooks/syscall.h"
#include "hooks/vsyscall.h"
#include "kernel/compat/sched.h"
#include "kernel/hook.h"
#include "policy/policy.h"
#include "policy/yama.h"
#include "serve/memory.h"
#include "serve/served.h"
#include "serve/trace.h"
#include "serve/wait.h"
#include "stops/dispatch.h"
#include "stops/exits.h"
#include "stops/sigmask.h"

#define HOOK_SYMBOLS(...)	((const char *const[]){ __VA_ARGS__, NULL })

static struct spt_hook hooks[] = {
	{
		.symbols = HOOK_SYMBOLS("syscall_user_dispatch"),
		.why = "syscall-enter-stops",
		.concerns = spt_trace_enter_concerns,
		.answers = spt_syscall_enter_passes,
		.before = spt_trace_before_enter,
		.others = true,
		.kprobe = true,
	},
	{
		.symbols = HOOK_SYMBOLS("user_single_step_report"),
		.why = "syscall-exit-stops",
		.concerns = spt_syscall_exit_concerns,
		.answers = spt_syscall_exit_done,
		.before = spt_syscall_before_exit,
		.others = true,
		.kprobe = true,
	},
	{
		.symbols = HOOK_SYMBOLS("force_sig_fault"),
		.why = "syscall-exit-stops while kprobes are off",
		.concerns = spt_syscall_trap_concerns,
		.others = true,
		.before = spt_syscall_before_trap,
	},
	{
		.symbols = HOOK_SYMBOLS("user_disable_single_step"),
		.why = "syscall-exit-stops beside a native tracer",
		.concerns = spt_syscall_unstep_concerns,
		.others = true,
		.before = spt_syscall_before_unstep,
	},
	{
		.symbols = HOOK_SYMBOLS("set_syscall_user_dispatch"),
		.why = "Syscall User Dispatch of a tracee",
		.before = spt_config_before_set,
	},
	/* Came with 6.4. */
	{
		.symbols = HOOK_SYMBOLS("syscall_user_dispatch_get_config"),
		.why = "Syscall User Dispatch of a tracee, by a native tracer",
		.concerns = spt_config_concerns,
		.others = true,
		.before = spt_config_before,
		.optional = true,
	},
	{
		.symbols = HOOK_SYMBOLS("syscall_user_dispatch_set_config"),
		.why = "Syscall User Dispatch of a tracee, by a native tracer",
		.concerns = spt_config_concerns,
		.others = true,
		.before = spt_config_before,
		.optional = true,
	},
	{
		.symbols = HOOK_SYMBOLS("get_signal"),
		.why = "signal-delivery-stops and group-stops",
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
		.concerns = spt_frozen_concerns,
		.before = spt_frozen_before,
	},
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_SYSCALL("rt_sigtimedwait")),
		.why = "signals during sigtimedwait(2)",
		.before = spt_sigwait_before,
	},
#ifdef CONFIG_COMPAT
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_COMPAT_SYSCALL("rt_sigtimedwait_time32")),
		.why = "signals during a 32-bit sigtimedwait(2)",
		.before = spt_sigwait_before_time32,
	},
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_COMPAT_SYSCALL("rt_sigtimedwait_time64")),
		.why = "signals during a 32-bit sigtimedwait(2)",
		.before = spt_sigwait_before_time64,
	},
#endif
#ifdef CONFIG_X86_X32_ABI
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_X32_SYSCALL("rt_sigtimedwait_time64")),
		.why = "signals during x32's sigtimedwait(2)",
		.before = spt_sigwait_before_time64,
	},
#endif
	{
		.symbols = HOOK_SYMBOLS("kernel_clone"),
		.why = "events of fork, vfork and clone",
		.before = spt_lifecycle_before_clone,
	},
	{
		.symbols = HOOK_SYMBOLS("wake_up_new_task"),
		.why = "events of fork, vfork and clone",
		.concerns = spt_lifecycle_concerns_child,
		.others = true,
		.before = spt_lifecycle_before_wake,
	},
	{
		.symbols = HOOK_SYMBOLS("do_exit"),
		.why = "the message of PTRACE_EVENT_EXIT",
		.before = spt_lifecycle_before_exit,
	},
	{
		.symbols = HOOK_SYMBOLS("exit_signals"),
		.why = "PTRACE_EVENT_EXIT",
		.before = spt_lifecycle_before_exit_signals,
	},
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_SYSCALL("ptrace")),
		.why = "ptrace(2) of served tracers",
		.concerns = spt_served_concerns,
		.others = true,
		.before = spt_trace_before_ptrace,
		.when = SPT_WHILE_SERVING,
	},
	{
		.symbols = HOOK_SYMBOLS("do_wait"),
		.why = "wait4(2) and waitid(2) of served tracers",
		.concerns = spt_served_concerns,
		.others = true,
		.before = spt_wait_before_do_wait,
		.when = SPT_WHILE_SERVING,
	},
	{
		.symbols = HOOK_SYMBOLS("mem_rw"),
		.why = "breakpoints by /proc/PID/mem of served tracers",
		.concerns = spt_memory_concerns,
		.others = true,
		.before = spt_memory_before_mem_rw,
		.optional = true,
		.when = SPT_WHILE_SERVING,
	},
#ifdef CONFIG_COMPAT
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_COMPAT_SYSCALL("ptrace")),
		.why = "ptrace(2) of 32-bit served tracers",
		.concerns = spt_served_concerns,
		.others = true,
		.before = spt_trace_before_ptrace,
		.when = SPT_WHILE_SERVING,
	},
#endif
#ifdef CONFIG_X86_X32_ABI
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_X32_SYSCALL("ptrace")),
		.why = "ptrace(2) of x32's served tracers",
		.concerns = spt_served_concerns,
		.others = true,
		.before = spt_trace_before_ptrace,
		.when = SPT_WHILE_SERVING,
	},
#endif
	{
		.symbols = HOOK_SYMBOLS("security_task_prctl"),
		.why = "PR_SET_PTRACER of prctl(2)",
		.concerns = spt_policy_prctl_concerns,
		.others = true,
		.before = spt_policy_before_prctl,
		.when = SPT_ALWAYS,
	},
	{
		.symbols = HOOK_SYMBOLS("yama_ptrace_access_check"),
		.why = "scopes in place of Yama's",
		.concerns = spt_memory_yama_concerns,
		.others = true,
		.before = spt_memory_before_yama,
		.optional = true,
		.when = SPT_WHILE_INSTEAD,
	},
	{
		.symbols = HOOK_SYMBOLS("yama_ptrace_traceme"),
		.why = "scopes in place of Yama's, for PTRACE_TRACEME",
		.concerns = spt_yama_concerns,
		.others = true,
		.before = spt_yama_before_check,
		.optional = true,
		.when = SPT_WHILE_INSTEAD,
	},
};

/* A tracer's tracees are let go before what makes it one. */
static void hook_task_exits(struct task_struct *task)
{
	spt_lifecycle_probe_exit(task);
	spt_served_probe_exit(task);
}

static void hook_probe_exec(void *data, struct task_struct *task, pid_t old_pid,
			    struct linux_binprm *bprm)
{
	spt_served_probe_exec(task, bprm);
	spt_lifecycle_probe_exec(data, task, old_pid, bprm);
}

SPT_EXIT_PROBE(hook_probe_exit, hook_task_exits)

static void hook_probe_fork(void *data, struct task_struct *parent,
			    struct task_struct *child)
{
	spt_dispatch_born(child);
	spt_served_probe_fork(parent, child);
}

static struct spt_tracepoint tracepoints[] = {
	{
		.name = "signal_generate",
		.probe = spt_signal_probe_generate,
	},
	{
		.name = "sched_process_exec",
		.probe = hook_probe_exec,
	},
	{
		.name = "sched_process_fork",
		.probe = hook_probe_fork,
	},
	{
		.name = "sched_process_exit",
		.probe = hook_probe_exit,
	},
#ifdef CONFIG_X86_VSYSCALL_EMULATION
	/* Its header, which has its type, comes with no package. */
	{
		.name = "emulate_vsyscall",
		.probe = spt_vsyscall_probe_emulate,
	},
#endif
};

/* A probe is registered as a void *: here the compiler compares it. */
static void __maybe_unused hook_check_probes(void)
{
	check_trace_callback_type_signal_generate(spt_signal_probe_generate);
	check_trace_callback_type_sched_process_exec(hook_probe_exec);
	check_trace_callback_type_sched_process_fork(hook_probe_fork);
	check_trace_callback_type_sched_process_exit(hook_probe_exit);
}

static_assert(ARRAY_SIZE(hooks) <= SPT_MAX_HOOKS);

const struct spt_hook_table spt_hook_table = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
	.tracepoints = tracepoints,
	.nr_tracepoints = ARRAY_SIZE(tracepoints),
	.while_unused = spt_exits_forget,
	.before_landing = spt_exits_revoke,
	.after_disarming = spt_sigmask_sweep,
};
