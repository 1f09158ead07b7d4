/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the kernel's that the module passes in its place, so that
 * whoever listens to them hears of a tracee as of any other task.
 */
#ifndef SPT_TRACEPOINT_H
#define SPT_TRACEPOINT_H

#include <linux/signal.h>

int spt_tracepoints_find(void);
void spt_trace_signal_deliver(int signr, kernel_siginfo_t *info,
			      struct k_sigaction *action);

#endif /* SPT_TRACEPOINT_H */
