// SPDX-License-Identifier: GPL-2.0
/*
 * Scopes that count in place of Yama's number.
 *
 * Yama has one number for the whole machine, and is one of the security modules
 * that the kernel's access checks ask. Where a scope counts in its place, Yama's two
 * checks are answered for it: by hooks, which are armed while there is such a
 * scope. What they answer is one question only, that of the task which is at
 * that moment in spt_access_attach() and its like, about the other task that it
 * asks for there; and, of served tracers, what they ask about a tracee of theirs
 * otherwise (serve/memory.c). Whoever else comes to Yama, native ptrace first of all, is
 * answered by Yama itself. So is everybody where its number is 3.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sptrace.h>

#include "kernel/symbol.h"
#include "policy/yama.h"

/**
 * struct yama_pass - a question that Yama isn't asked
 * @caller: who is in the shadow's own check; NULL when nobody is
 * @other: the first argument of Yama's check: the tracee, or TRACEME's tracer
 *
 * Of the CPU: the caller is there, without preemption, until spt_yama_pass_end().
 */
struct yama_pass {
	const struct task_struct *caller;
	const struct task_struct *other;
};

static DEFINE_PER_CPU(struct yama_pass, yama_pass);

static const int *yama_number(void)
{
	return spt_symbols[SPT_SYM_YAMA_PTRACE_SCOPE];
}

static bool yama_is_there(void)
{
	return yama_number() || spt_hooks_found(SPT_WHILE_INSTEAD);
}

/**
 * spt_yama_get - for one more scope that counts in place of Yama's
 *
 * Without Yama there is nothing to pass over, and so nothing to do.
 *
 * Context: process context, may sleep.
 * Return: 0, or -EOPNOTSUPP when Yama can't be passed over, after a line in the
 * log that says why.
 */
int spt_yama_get(void)
{
	if (!yama_is_there())
		return 0;
	if (yama_number())
		return spt_hooks_get_instead();

	pr_warn_ratelimited("this kernel doesn't tell Yama's number: no scope can count in its place\n");
	return -EOPNOTSUPP;
}

/**
 * spt_yama_put - one such scope less
 *
 * Context: process context, may sleep.
 */
void spt_yama_put(void)
{
	if (yama_is_there())
		spt_hooks_put_instead();
}

/**
 * spt_yama_pass_begin - the caller is about to ask the kernel, and not Yama
 * @other: whom it asks about
 *
 * For a call of ptrace_may_access(), security_ptrace_access_check() or
 * security_ptrace_traceme() by the caller, who has seen that the scope which counts
 * for the tracee does so in place of Yama's. These calls don't sleep.
 *
 * Context: process context; without preemption until spt_yama_pass_end().
 */
void spt_yama_pass_begin(const struct task_struct *other)
{
	preempt_disable();
	this_cpu_write(yama_pass.other, other);
	this_cpu_write(yama_pass.caller, current);
	barrier();
}

/**
 * spt_yama_pass_end - and is done with it
 *
 * Context: as it was at spt_yama_pass_begin().
 */
void spt_yama_pass_end(void)
{
	barrier();
	this_cpu_write(yama_pass.caller, NULL);
	this_cpu_write(yama_pass.other, NULL);
	preempt_enable();
}

/**
 * spt_yama_is_passed - is this the question that Yama isn't asked
 * @other: the first argument of Yama's check
 *
 * A task that sees itself as the caller is in its own pass, on the pass's CPU: it
 * has no preemption from the one end of the pass to the other.
 *
 * Context: any task's, from Yama's entry on.
 * Return: true when the caller is in its own pass, about that task.
 */
bool spt_yama_is_passed(const struct task_struct *other)
{
	return raw_cpu_read(yama_pass.caller) == current && in_task() &&
	       raw_cpu_read(yama_pass.other) == other;
}

NOKPROBE_SYMBOL(spt_yama_is_passed);

/**
 * spt_yama_yields - may a scope count in place of Yama's number at all
 *
 * Context: any, while a hook on Yama is armed.
 * Return: false when the number is 3, which is for good.
 */
bool spt_yama_yields(void)
{
	return READ_ONCE(*yama_number()) < SPT_SCOPE_NO_ATTACH;
}

NOKPROBE_SYMBOL(spt_yama_yields);

/* At the entry of yama_ptrace_traceme(). */
bool spt_yama_concerns(const struct pt_regs *regs)
{
	const void *other = (const void *)spt_arch_entry_arg(regs, 0);

	return spt_yama_is_passed(other) && spt_yama_yields();
}

NOKPROBE_SYMBOL(spt_yama_concerns);

/* What Yama would say with 0 for its number. */
enum spt_hook_verdict spt_yama_before_check(struct spt_arch_args *args)
{
	spt_hook_return(args, 0);
	return SPT_HOOK_RETURN;
}
