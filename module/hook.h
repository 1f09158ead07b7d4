/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The probe engine: kernel functions and tracepoints that the module listens
 * to, most of them only while there is a tracee.
 */
#ifndef SPT_HOOK_H
#define SPT_HOOK_H

#include <linux/kprobes.h>
#include <linux/tracepoint.h>

#include "arch/arch.h"
#include "symbol.h"

/* What a hook's before() wants of the function that it stands in front of. */
enum spt_hook_verdict {
	SPT_HOOK_CALL,		/* run it, with the arguments as they are now */
	SPT_HOOK_RETURN,	/* don't; return what spt_hook_return() set */
	SPT_HOOK_JUMP,		/* don't; run what spt_hook_jump() set */
};

/* When a hook or a tracepoint's probe is armed. */
enum spt_hook_when {
	SPT_WHILE_TRACING,	/* while there is a tracee */
	SPT_WHILE_BUSY,		/* and while there are flights after the last */
	SPT_ALWAYS,		/* as long as the module is there */
};

#define SPT_NR_WHEN	3

/**
 * struct spt_hook - a kernel function that is redirected
 * @symbols: names that the function goes by, NULL-terminated; the first one
 *	that this kernel has is taken
 * @why: what is lost without it, for the message of a refused load
 * @concerns: in the probe: is this call any of our business; must be one
 *	flag test, and may not sleep
 * @before: runs in place of the function, in its caller's context, with
 *	everything that the function itself may do (sleep, for one)
 * @when: when it is armed
 * @kp: the probe
 *
 * The kprobe's handler may not sleep, so it only sends the task to
 * spt_arch_trampoline, which calls @before and then goes on into the
 * function behind its probe. No frame of the module is on the stack while
 * the function itself runs: it may sleep for ever or never return.
 */
struct spt_hook {
	const char *const *symbols;
	const char *why;
	bool (*concerns)(const struct pt_regs *regs);
	enum spt_hook_verdict (*before)(struct spt_arch_args *args);
	enum spt_hook_when when;
	struct kprobe kp;
};

/**
 * struct spt_tracepoint - a tracepoint that the module listens to
 * @name: its name
 * @probe: called with preemption disabled
 * @when: when it is listened to
 * @tp: the tracepoint
 */
struct spt_tracepoint {
	const char *name;
	void *probe;
	enum spt_hook_when when;
	struct tracepoint *tp;
};

#define SPT_MAX_HOOKS	24

/**
 * struct spt_hook_table - all that the module listens to
 * @hooks: functions, SPT_MAX_HOOKS at most
 * @nr_hooks: how many
 * @tracepoints: tracepoints
 * @nr_tracepoints: how many
 * @before_arming: called before those armed SPT_WHILE_TRACING are
 * @before_landing: called before the last flights are waited for
 */
struct spt_hook_table {
	struct spt_hook *hooks;
	unsigned int nr_hooks;
	struct spt_tracepoint *tracepoints;
	unsigned int nr_tracepoints;
	void (*before_arming)(void);
	void (*before_landing)(void);
};

extern const struct spt_hook_table spt_hook_table;

int spt_hooks_init(const struct spt_hook_table *table);
void spt_hooks_exit(void);
int spt_hooks_get(void);
void spt_hooks_put(void);
void spt_hooks_enter_flight(void);
void spt_hooks_leave_flight(void);
bool spt_hooks_tracepoint_used(const char *name);
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
	args->hook = spt_symbols[id];
	spt_arch_arg(args, 0) = argument;
	return SPT_HOOK_JUMP;
}

/* Run the hooked function itself from its before(). */
static inline long spt_hook_call(struct spt_arch_args *args)
{
	struct spt_hook *hook = args->hook;

	return spt_arch_call(spt_arch_body(hook->kp.addr),
			     spt_arch_arg(args, 0), spt_arch_arg(args, 1),
			     spt_arch_arg(args, 2), spt_arch_arg(args, 3),
			     spt_arch_arg(args, 4));
}

#endif /* SPT_HOOK_H */
