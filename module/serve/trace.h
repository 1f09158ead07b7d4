/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ptrace(2) of a served tracer.
 */
#ifndef SPT_SERVE_TRACE_H
#define SPT_SERVE_TRACE_H

#include "kernel/hook.h"

enum spt_hook_verdict spt_trace_before_ptrace(struct spt_arch_args *args);
bool spt_trace_enter_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_trace_before_enter(struct spt_arch_args *args);

#endif /* SPT_SERVE_TRACE_H */
