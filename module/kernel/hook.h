/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hook engine: kernel functions and tracepoints that the module listens
 * to, most of them only while there is a tracee.
 */
#ifndef SPT_HOOK_H
#define SPT_HOOK_H

#include <linux/kprobes.h>
#include <linux/tracepoint.h>

#include "arch/arch.h"
#include "kernel/symbol.h"

/* What a hook's before() wants of the function that it stands in front of. */
enum spt_hook_verdict {
	SPT_HOOK_CALL,		/* run it, with the arguments as they are now */
	SPT_HOOK_RETURN,	/* don't; return what spt_hook_return() set */
	SPT_HOOK_JUMP,		/* don't; run what spt_hook_jump() set */
};

/* When a hook is armed. */
enum spt_hook_when {
	SPT_WHILE_TRACING,	/* while there is a tracee, and for a while after */
	SPT_WHILE_SERVING,	/* from the first served process until the former are disarmed */
	SPT_WHILE_INSTEAD,	/* while a scope counts in place of Yama's, and for a while after */
	SPT_ALWAYS,		/* as long as the module is there */
};

/**
 * struct spt_hook - a kernel function that is redirected
 * @symbols: names that the function goes by, NULL-terminated; the first one
 *	that this kernel has is taken
 * @why: what is lost without it, for the message of a refused load
 * @before: runs in place of the function, in its caller's context, with
 *	everything that the function itself may do (sleep, for one)
 * @concerns: is this call any of our business; asked at the function's entry
 *	for a marked task, must be a test of few flags, and may not sleep. NULL
 *	when every call of a marked task is
 * @answers: is the function's answer 0, without a run of it or of @before; asked
 *	before @concerns and under the same rules; NULL when it never is. Both are
 *	asked with preemption disabled
 * @others: a call may be our business though the task that makes it isn't
 *	marked: @concerns is asked for every task
 * @kprobe: by a kprobe, always, not by the module's own ftrace_ops
 * @optional: a kernel that lacks the function does without
 * @when: when it is armed
 * @name: the one of @symbols that this kernel has; NULL for an optional one
 *	that it lacks
 * @site: where the function calls ftrace
 * @kp: the kprobe
 * @probed: it is armed by the kprobe; changes only while nothing else is armed
 *
 * What is called at a function's entry may not sleep, so it only sends the task
 * to a target in arch/, which calls @before and then goes on into the function
 * behind its entry. No frame of the module is on the stack while the function
 * itself runs: it may sleep for ever or never return.
 */
struct spt_hook {
	const char *const *symbols;
	const char *why;
	enum spt_hook_verdict (*before)(struct spt_arch_args *args);
	bool (*concerns)(const struct pt_regs *regs);
	bool (*answers)(const struct pt_regs *regs);
	bool others;
	bool kprobe;
	bool optional;
	enum spt_hook_when when;

	const char *name;
	void *site;
	struct kprobe kp;
	bool probed;
};

/**
 * struct spt_tracepoint - a tracepoint that the module listens to
 * @name: its name
 * @probe: called with preemption disabled, up to 7.2; may not sleep
 * @tp: the tracepoint
 */
struct spt_tracepoint {
	const char *name;
	void *probe;
	struct tracepoint *tp;
};

#define SPT_MAX_HOOKS	SPT_ARCH_TARGETS

/**
 * struct spt_hook_table - all that the module listens to
 * @hooks: functions, SPT_MAX_HOOKS at most
 * @nr_hooks: how many
 * @tracepoints: tracepoints
 * @nr_tracepoints: how many
 * @while_unused: called when there has been no tracee for a while, for flights
 *	that may be ended; may sleep
 * @before_landing: called before the last flights are waited for
 * @after_disarming: called when those armed SPT_WHILE_TRACING no longer are, and
 *	can't be again before it returns
 */
struct spt_hook_table {
	struct spt_hook *hooks;
	unsigned int nr_hooks;
	struct spt_tracepoint *tracepoints;
	unsigned int nr_tracepoints;
	void (*while_unused)(void);
	void (*before_landing)(void);
	void (*after_disarming)(void);
};

extern const struct spt_hook_table spt_hook_table;

int spt_hooks_init(const struct spt_hook_table *table);
void spt_hooks_exit(void);
int spt_hooks_get(enum spt_hook_when when);
void spt_hooks_get_more(void);
void spt_hooks_put(void);
bool spt_hooks_found(enum spt_hook_when when);
int spt_hooks_get_instead(void);
void spt_hooks_put_instead(void);
bool spt_hooks_work(void);
void spt_hooks_enter_flight(void);
void spt_hooks_leave_flight(void);
void spt_hooks_grace(void);
bool spt_hooks_pin(void);
void spt_hooks_pin_more(void);
void spt_hooks_unpin(void);
void *spt_hook_enter(struct spt_arch_args *args);

static inline void spt_hook_return(struct spt_arch_args *args, long value)
{
	spt_arch_arg(args, 0) = value;
}

/* Go on in another function, with one argument, that doesn't come back. */
static inline enum spt_hook_verdict spt_hook_jump(struct spt_arch_args *args,
						  enum spt_symbol_id id,
						  long argument)
{
	args->hook = (unsigned long)spt_symbols[id];
	spt_arch_arg(args, 0) = argument;
	return SPT_HOOK_JUMP;
}

/* Run the hooked function itself from its before(). */
static inline long spt_hook_call(struct spt_arch_args *args)
{
	return spt_arch_call(spt_arch_body(spt_hook_table.hooks[args->hook].site),
			     spt_arch_arg(args, 0), spt_arch_arg(args, 1),
			     spt_arch_arg(args, 2), spt_arch_arg(args, 3),
			     spt_arch_arg(args, 4));
}

#endif /* SPT_HOOK_H */
