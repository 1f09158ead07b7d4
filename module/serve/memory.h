/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/PID/mem of a served tracer's tracees.
 */
#ifndef SPT_SERVE_MEMORY_H
#define SPT_SERVE_MEMORY_H

#include "kernel/hook.h"

bool spt_memory_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_memory_before_mem_rw(struct spt_arch_args *args);
bool spt_memory_yama_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_memory_before_yama(struct spt_arch_args *args);

#endif /* SPT_SERVE_MEMORY_H */
