/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ftrace: the registers that a callback gets.
 *
 * 6.1 to 6.12: struct ftrace_regs has a struct pt_regs. Since 6.13 it is opaque,
 * and arch_ftrace_regs() leads to one.
 *
 * Only the argument registers, the stack pointer and the instruction pointer
 * are valid there where the ops doesn't ask for all (FTRACE_OPS_FL_SAVE_REGS).
 */
#ifndef SPT_COMPAT_FTRACE_H
#define SPT_COMPAT_FTRACE_H

#include <linux/ftrace.h>

#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define SPT_FTRACE_OPS_FL_REGS	0
#else
#define SPT_FTRACE_OPS_FL_REGS	FTRACE_OPS_FL_SAVE_REGS
#endif

static __always_inline struct pt_regs *spt_ftrace_regs(struct ftrace_regs *fregs)
{
#if !defined(CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS)
	return ftrace_get_regs(fregs);
#elif defined(SPT_HAS_FTRACE_REGS)
	return &arch_ftrace_regs(fregs)->regs;
#else
	return &fregs->regs;
#endif
}

#endif /* SPT_COMPAT_FTRACE_H */
