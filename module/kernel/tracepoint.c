// SPDX-License-Identifier: GPL-2.0
/*
 * Passing the kernel's tracepoints; see tracepoint.h.
 *
 * trace_signal_deliver() can't be called, since its tracepoint isn't exported:
 * what it does is done here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jump_label.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/signal.h>

#include "arch/arch.h"
#include "kernel/compat/tracepoint.h"
#include "kernel/symbol.h"
#include "kernel/tracepoint.h"

static struct tracepoint *signal_deliver;

static void tracepoint_match(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "signal_deliver") && !spt_symbol_hidden(tp->name))
		signal_deliver = tp;
}

/**
 * spt_tracepoints_find - find them
 *
 * Context: process context, may sleep.
 * Return: 0, or -ENOENT after a message that names the missing one.
 */
int __init spt_tracepoints_find(void)
{
	for_each_kernel_tracepoint(tracepoint_match, NULL);
	if (signal_deliver)
		return 0;

	pr_err("this kernel has no tracepoint signal_deliver; not loading\n");
	return -ENOENT;
}

/**
 * spt_trace_signal_deliver - tell that the current task takes a signal
 * @signr: the signal
 * @info: what came with it
 * @action: what becomes of it
 *
 * Context: any; get_signal() is at this point with siglock held.
 */
void spt_trace_signal_deliver(int signr, kernel_siginfo_t *info,
			      struct k_sigaction *action)
{
	struct spt_tracepoint_guard guard;

	if (!static_key_enabled(&signal_deliver->key))
		return;

	/* __traceiter_signal_deliver() calls those who are there by now. */
	guard = spt_tracepoint_enter();
	spt_arch_call(signal_deliver->iterator, 0, signr, (long)info,
		      (long)action, 0);
	spt_tracepoint_leave(guard);
}

/* An int is passed as a long, and the rest are pointers: here it is compared. */
static void __maybe_unused tracepoint_check(void (*probe)(void *data, int signr,
							  kernel_siginfo_t *info,
							  struct k_sigaction *action))
{
	check_trace_callback_type_signal_deliver(probe);
}
