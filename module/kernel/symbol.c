// SPDX-License-Identifier: GPL-2.0
/*
 * Finding kernel functions that are not exported: a kprobe that is never
 * armed has its symbol looked up all the same.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/module.h>

#include "kernel/symbol.h"

/**
 * struct symbol_entry - a symbol that the kernel does not export
 * @name: its name
 * @why: what it is needed for
 * @alias: its name in other kernels, or NULL
 * @data: no probe can stand on it, so it is looked up by kallsyms
 * @optional: a kernel that lacks it does without
 */
struct symbol_entry {
	const char *name;
	const char *why;
	const char *alias;
	bool data;
	bool optional;
};

static const struct symbol_entry symbol_table[SPT_NR_SYMBOLS] = {
	[SPT_SYM_KALLSYMS_LOOKUP_NAME] = {
		"kallsyms_lookup_name", "finding what is not a function",
	},
	[SPT_SYM_PTRACE_MAY_ACCESS] = {
		"ptrace_may_access", "native ptrace's own access check",
	},
	[SPT_SYM_SECURITY_PTRACE_TRACEME] = {
		"security_ptrace_traceme", "native ptrace's check of TRACEME",
	},
	[SPT_SYM_SECURITY_CAPABLE] = {
		"security_capable", "capabilities of the tracer's credentials",
	},
	[SPT_SYM_WAKE_UP_STATE] = {
		"wake_up_state", "only TASK_TRACED may be woken from a stop",
	},
	[SPT_SYM_WAIT_TASK_INACTIVE] = {
		"wait_task_inactive", "registers are read off the CPU",
	},
	[SPT_SYM_SCHEDULE_PREEMPT_DISABLED] = {
		"schedule_preempt_disabled",
		"no preemption between telling the tracer and sleeping",
	},
	[SPT_SYM_TASK_WORK_CANCEL_MATCH] = {
		"task_work_cancel_match", "detach takes back a pending kick",
	},
	[SPT_SYM_CGROUP_ENTER_FROZEN] = {
		"cgroup_enter_frozen", "a stopped tracee counts as frozen",
	},
	[SPT_SYM_CGROUP_LEAVE_FROZEN] = {
		"cgroup_leave_frozen", "and no longer when it goes on",
	},
	[SPT_SYM_ARCH_PTRACE] = {
		"arch_ptrace", "struct user, debug registers among it",
	},
	[SPT_SYM_COMPAT_ARCH_PTRACE] = {
		"compat_arch_ptrace", "struct user of a 32-bit caller",
	},
	[SPT_SYM_PTRACE_NOTIFY] = {
		"ptrace_notify", "the syscall-exit-stop of a native tracer",
	},
	[SPT_SYM_USER_ENABLE_SINGLE_STEP] = {
		"user_enable_single_step", "PTRACE_SINGLESTEP",
	},
	[SPT_SYM_USER_ENABLE_BLOCK_STEP] = {
		"user_enable_block_step", "PTRACE_SINGLEBLOCK",
	},
	[SPT_SYM_USER_DISABLE_SINGLE_STEP] = {
		"user_disable_single_step", "the end of both",
	},
	[SPT_SYM_TASK_WORK_RUN] = {
		"task_work_run", "get_signal() begins with it",
	},
	[SPT_SYM_UPROBE_DENY_SIGNAL] = {
		"uprobe_deny_signal", "no signal in the middle of a uprobe",
	},
	[SPT_SYM_DO_NOTIFY_PARENT_CLDSTOP] = {
		"do_notify_parent_cldstop",
		"the real parent hears of stops and continues",
	},
	[SPT_SYM_TASK_PARTICIPATE_GROUP_STOP] = {
		"task_participate_group_stop",
		"a tracee in a group-stop counts as stopped",
	},
	[SPT_SYM_TASK_SET_JOBCTL_PENDING] = {
		"task_set_jobctl_pending", "a tracee may begin a group-stop",
	},
	[SPT_SYM_SIGNAL_WAKE_UP_STATE] = {
		"signal_wake_up_state", "and brings other threads to it",
	},
	[SPT_SYM_SEND_SIGNAL_LOCKED] = {
		"send_signal_locked", "signals that are put back",
	},
	[SPT_SYM_DO_SEND_SIG_INFO] = {
		"do_send_sig_info", "SIGCHLD for the tracer",
	},
	[SPT_SYM_LOCK_TASK_SIGHAND] = {
		"__lock_task_sighand", "signal state of a task that may exit",
		.alias = "lock_task_sighand",
	},
	[SPT_SYM_IS_CURRENT_PGRP_ORPHANED] = {
		"is_current_pgrp_orphaned",
		"SIGTSTP does not stop an orphaned process group",
	},
	[SPT_SYM_DO_GROUP_EXIT] = {
		"do_group_exit", "the default action of most signals",
	},
	[SPT_SYM_SET_CURRENT_BLOCKED] = {
		"__set_current_blocked", "the signal mask after sigtimedwait(2)",
	},
	[SPT_SYM_GETRUSAGE] = {
		"getrusage", "the resource usage in reports",
	},
	[SPT_SYM_COPY_SIGINFO_TO_USER] = {
		"copy_siginfo_to_user", "what sigtimedwait(2) returns",
	},
#ifdef CONFIG_COMPAT
	[SPT_SYM_COPY_SIGINFO_TO_USER32] = {
		"copy_siginfo_to_user32", "the same for a 32-bit tracee",
		.alias = "__copy_siginfo_to_user32",	/* without x32 */
	},
#endif
	[SPT_SYM_SECURITY_PTRACE_ACCESS_CHECK] = {
		"security_ptrace_access_check",
		"what security modules say of a program just executed",
	},
	[SPT_SYM_SIGINFO_LAYOUT] = {
		"siginfo_layout", "whether a siginfo has a process id",
	},
	[SPT_SYM_STACK_TRACE_SAVE_TSK] = {
		"stack_trace_save_tsk", "naming who keeps the module",
	},
#ifdef CONFIG_AUDITSYSCALL
	[SPT_SYM_AUDIT_PTRACE] = {
		"__audit_ptrace", "the audit record of an attach",
	},
#endif
	[SPT_SYM_FTRACE_FIND_REC_DIRECT] = {
		"ftrace_find_rec_direct", "sharing functions with BPF",
	},
	[SPT_SYM_GET_KPROBE] = {
		"get_kprobe", "sharing functions with other probes",
		.data = true,	/* no probe can stand on it */
	},
	[SPT_SYM_TASKLIST_LOCK] = {
		"tasklist_lock", "the parent doesn't change while it is told",
		.data = true,
	},
	[SPT_SYM_FTRACE_ENABLED] = {
		"ftrace_enabled", "whether functions can be hooked",
		.data = true,
	},
	[SPT_SYM_KPROBES_ALL_DISARMED] = {
		"kprobes_all_disarmed", "whether a probe can be hit",
		.data = true,
	},
	[SPT_SYM_ACCESS_REMOTE_VM] = {
		"access_remote_vm", "memory of tracees by /proc/PID/mem",
	},
	[SPT_SYM_WAKE_UP_ON_CURRENT_CPU] = {
		"__wake_up_on_current_cpu",	/* since 6.6 */
		"tracer and tracee hand each other the processor",
		.optional = true,
	},
	[SPT_SYM_YAMA_PTRACE_SCOPE] = {
		"ptrace_scope", "Yama's number, which may be 3",
		.data = true,
		.optional = true,
	},
	[SPT_SYM_PROC_MEM_FORCE_OVERRIDE] = {
		"proc_mem_force_override", "whether only tracers may force that",
		.data = true,
		.optional = true,
	},
};

void *spt_symbols[SPT_NR_SYMBOLS];

static char *hide_symbol = "";
module_param(hide_symbol, charp, 0444);
MODULE_PARM_DESC(hide_symbol,
		 "treat this kernel symbol as missing, to test the refusal");

/**
 * spt_symbol_hidden - is @name to be treated as missing
 * @name: a kernel symbol
 *
 * Return: true when the module parameter hide_symbol names it.
 */
bool spt_symbol_hidden(const char *name)
{
	return !strcmp(hide_symbol, name);
}

/* Removed together: each removal waits for a grace period. */
static struct kprobe symbol_probes[SPT_NR_SYMBOLS] __initdata;
static struct kprobe *symbol_found[SPT_NR_SYMBOLS] __initdata;

static int __init symbol_find_function(const char *name, struct kprobe *kp,
				       void **addr)
{
	int err;

	memset(kp, 0, sizeof(*kp));
	kp->symbol_name = name;
	kp->flags = KPROBE_FLAG_DISABLED;
	err = register_kprobe(kp);
	if (!err)
		*addr = kp->addr;

	return err;
}

/**
 * spt_symbol_find - find what some kernels lack
 * @name: a kernel symbol
 *
 * Context: the module's init, after or in spt_symbols_resolve().
 * Return: its address, or NULL.
 */
void *__init spt_symbol_find(const char *name)
{
	void *lookup = spt_symbols[SPT_SYM_KALLSYMS_LOOKUP_NAME];

	if (spt_symbol_hidden(name))
		return NULL;

	return (void *)spt_arch_call(lookup, (long)name, 0, 0, 0, 0);
}

static int __init symbol_find_data(const char *name, void **addr)
{
	*addr = spt_symbol_find(name);

	return *addr ? 0 : -ENOENT;
}

/* Return: 1 when @kp is registered, which is to be undone; 0; -ENOENT. */
static int __init symbol_find(const struct symbol_entry *entry, void **addr,
			      struct kprobe *kp)
{
	if (spt_symbol_hidden(entry->name))
		return -ENOENT;
	if (entry->data)
		return symbol_find_data(entry->name, addr);
	if (!symbol_find_function(entry->name, kp, addr))
		return 1;
	if (entry->alias && !symbol_find_function(entry->alias, kp, addr))
		return 1;

	return -ENOENT;
}

/**
 * spt_symbols_resolve - find every symbol of the table
 *
 * Context: process context, may sleep.
 * Return: 0, or -ENOENT after a message that names the missing one.
 */
int __init spt_symbols_resolve(void)
{
	int i, found = 0, probes = 0;

	for (i = 0; i < SPT_NR_SYMBOLS && found >= 0; i++) {
		const struct symbol_entry *entry = &symbol_table[i];
		struct kprobe *kp = &symbol_probes[probes];

		found = symbol_find(entry, &spt_symbols[i], kp);
		if (found < 0 && entry->optional)
			found = 0;
		if (found > 0)
			symbol_found[probes++] = kp;
		else if (found < 0)
			pr_err("this kernel has no %s (%s); not loading\n",
			       entry->name, entry->why);
	}
	unregister_kprobes(symbol_found, probes);

	return found < 0 ? found : 0;
}
