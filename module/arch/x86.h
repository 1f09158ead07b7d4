/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86-64, with ia32 tracees: all that names a register or an instruction.
 */
#ifndef SPT_ARCH_X86_H
#define SPT_ARCH_X86_H

#include <linux/elf.h>
#include <linux/ftrace.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include <asm/compat.h>
#include <asm/unistd.h>
#ifdef CONFIG_IA32_EMULATION
#include <asm/unistd_32_ia32.h>
#endif

#include "targets.h"

/**
 * struct spt_arch_args - the argument registers of a function that was
 *	redirected, as its target pushed them; what a hook changes here the
 *	function gets
 * @hook: the hook's number
 * @arg: the six register arguments, last first
 */
struct spt_arch_args {
	unsigned long hook;
	unsigned long arg[6];
};

#define spt_arch_arg(args, n)	((args)->arg[5 - (n)])

/*
 * The kernel's names of a system call's function, by who calls it: a 64-bit
 * program, a 32-bit one, and one of x32 (CONFIG_X86_X32_ABI).
 */
#define SPT_ARCH_SYSCALL(name)		"__x64_sys_" name
#define SPT_ARCH_COMPAT_SYSCALL(name)	"__ia32_compat_sys_" name
#define SPT_ARCH_X32_SYSCALL(name)	"__x64_compat_sys_" name

/* See x86_call.S. */
extern void *const spt_arch_targets[SPT_ARCH_TARGETS];
long spt_arch_call(void *function, long a, long b, long c, long d, long e);
void spt_arch_answer(void);

/* A function's argument, in a probe at its entry: the first, or the second. */
static inline unsigned long spt_arch_entry_arg(const struct pt_regs *regs,
					       int n)
{
	return n ? regs->si : regs->di;
}

/* From a probe at a function's entry: go to a target instead. */
static inline void spt_arch_redirect(struct pt_regs *regs, unsigned int number)
{
	regs->ip = (unsigned long)spt_arch_targets[number];
}

/* The same: have the function return 0, without running it. */
static inline void spt_arch_answer_zero(struct pt_regs *regs)
{
	regs->ip = (unsigned long)spt_arch_answer;
}

/* Is it a system call that the task has left user mode for, and not a fault? */
static inline bool spt_arch_in_syscall(struct task_struct *task)
{
	return (long)task_pt_regs(task)->orig_ax >= 0;
}

/*
 * The rest of a function behind the patched call at its entry, where no probe
 * is hit again. A kprobe that went through ftrace stands on that call
 * (arch_adjust_kprobe_addr() has skipped an ENDBR already).
 */
static inline void *spt_arch_body(void *probed)
{
	return probed + MCOUNT_INSN_SIZE;
}

/* Does the kernel itself single-step this task (user_enable_single_step())? */
static inline bool spt_arch_stepping(struct task_struct *task)
{
	return test_tsk_thread_flag(task, TIF_SINGLESTEP);
}

/*
 * Has the system call that the task entered last returned? The entry code
 * stores -ENOSYS for a result until there is one.
 */
static inline bool spt_arch_syscall_returned(struct task_struct *task)
{
	return task_pt_regs(task)->ax != (unsigned long)-ENOSYS;
}

/* What a system call's result is for now; see spt_arch_syscall_returned(). */
static inline unsigned long spt_arch_swap_result(struct pt_regs *regs,
						 unsigned long result)
{
	return xchg(&regs->ax, result);
}

/* Is a system call that is being entered ptrace(2), by any of its numbers? */
static __always_inline bool spt_arch_is_ptrace(const struct pt_regs *regs)
{
	int nr = regs->orig_ax;

#ifdef CONFIG_IA32_EMULATION
	if (in_ia32_syscall())
		return nr == __NR_ia32_ptrace;
#endif
	/* Of x32, arch/x86/entry/syscalls/syscall_64.tbl has it. */
	return nr == __NR_ptrace || nr == (__X32_SYSCALL_BIT | 521);
}

/* SYSCALL, SYSENTER's landing pad and INT 80 alike. */
#define SPT_ARCH_SYSCALL_INSN_SIZE	2

/*
 * Have a task that is entering a system call enter it again, with the number and
 * arguments as they are now: as the kernel restarts one after a signal
 * (arch_do_signal_or_restart()). @after is where the instruction ended.
 */
static inline void spt_arch_enter_again(struct pt_regs *regs,
					unsigned long after)
{
	regs->ax = regs->orig_ax;
	regs->ip = after - SPT_ARCH_SYSCALL_INSN_SIZE;
}

/*
 * The regset that a whole-register-file request means, in the caller's view;
 * 0 for a request that is none. As arch_ptrace() and ia32_arch_ptrace() do.
 */
static inline unsigned int spt_arch_regset_of(u32 request, bool *set)
{
	switch (request) {
	case PTRACE_GETREGS:
	case PTRACE_SETREGS:
		*set = request == PTRACE_SETREGS;
		return NT_PRSTATUS;
	case PTRACE_GETFPREGS:
	case PTRACE_SETFPREGS:
		*set = request == PTRACE_SETFPREGS;
		return NT_PRFPREG;
	case PTRACE_GETFPXREGS:
	case PTRACE_SETFPXREGS:
		*set = request == PTRACE_SETFPXREGS;
		return NT_PRXFPREG;
	default:
		return 0;
	}
}

/* Is it one that arch_ptrace() serves of a task that is off its CPU? */
static inline bool spt_arch_serves(u32 request)
{
	switch (request) {
	case PTRACE_PEEKUSR:
	case PTRACE_POKEUSR:
	case PTRACE_GET_THREAD_AREA:
	case PTRACE_SET_THREAD_AREA:
	case PTRACE_ARCH_PRCTL:
		return true;
	default:
		return false;
	}
}

/* Change the system call that a stopped task is entering. */
static inline void spt_arch_set_syscall(struct task_struct *task,
					struct pt_regs *regs, int nr,
					const unsigned long *args)
{
	regs->orig_ax = nr;
	if (nr == -1)
		return;

#ifdef CONFIG_IA32_EMULATION
	if (task->thread_info.status & TS_COMPAT) {
		regs->bx = args[0];
		regs->cx = args[1];
		regs->dx = args[2];
		regs->si = args[3];
		regs->di = args[4];
		regs->bp = args[5];
		return;
	}
#endif
	regs->di = args[0];
	regs->si = args[1];
	regs->dx = args[2];
	regs->r10 = args[3];
	regs->r8 = args[4];
	regs->r9 = args[5];
}

#endif /* SPT_ARCH_X86_H */
