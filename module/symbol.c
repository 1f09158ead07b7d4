// SPDX-License-Identifier: GPL-2.0
/*
 * Finding kernel functions that are not exported: a kprobe that is never
 * armed has its symbol looked up all the same.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/module.h>

#include "symbol.h"

struct symbol_entry {
	const char *name;
	const char *why;
};

static const struct symbol_entry symbol_table[SPT_NR_SYMBOLS] = {
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

static void *symbol_find(const char *name)
{
	struct kprobe kp = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};
	void *addr;

	if (spt_symbol_hidden(name) || register_kprobe(&kp))
		return NULL;

	addr = kp.addr;
	unregister_kprobe(&kp);
	return addr;
}

/**
 * spt_symbols_resolve - find every function of the table
 *
 * Context: process context, may sleep.
 * Return: 0, or -ENOENT after a message that names the missing one.
 */
int spt_symbols_resolve(void)
{
	int i;

	for (i = 0; i < SPT_NR_SYMBOLS; i++) {
		spt_symbols[i] = symbol_find(symbol_table[i].name);
		if (!spt_symbols[i]) {
			pr_err("this kernel has no %s (%s); not loading\n",
			       symbol_table[i].name, symbol_table[i].why);
			return -ENOENT;
		}
	}

	return 0;
}
