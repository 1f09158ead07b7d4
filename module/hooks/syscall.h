/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Syscall-stops.
 *
 * Entry: SYSCALL_WORK_SYSCALL_USER_DISPATCH on the tracee makes the kernel call
 * syscall_user_dispatch() before anything else, which is hooked; native ptrace and
 * seccomp come behind it. See stops/dispatch.h.
 *
 * Exit: a tracee that is to stop at the exit of a system call gets
 * SYSCALL_WORK_SYSCALL_EXIT_TRAP, the flag that single-stepping over a system
 * call uses; the kernel then calls user_single_step_report() exactly where it
 * calls a native tracer, and that is hooked; as is force_sig_fault(), to which it
 * comes next, should kprobes be switched off. See stops/exits.h.
 */
#ifndef SPT_SYSCALL_H
#define SPT_SYSCALL_H

#include "kernel/hook.h"

bool spt_syscall_enter_concerns(const struct pt_regs *regs);
bool spt_syscall_enter_passes(const struct pt_regs *regs);
bool spt_syscall_exit_concerns(const struct pt_regs *regs);
bool spt_syscall_exit_done(const struct pt_regs *regs);
bool spt_syscall_trap_concerns(const struct pt_regs *regs);
bool spt_syscall_unstep_concerns(const struct pt_regs *regs);
enum spt_hook_verdict spt_syscall_before_enter(struct spt_arch_args *args);
enum spt_hook_verdict spt_syscall_before_exit(struct spt_arch_args *args);
enum spt_hook_verdict spt_syscall_before_trap(struct spt_arch_args *args);
enum spt_hook_verdict spt_syscall_before_unstep(struct spt_arch_args *args);

#endif /* SPT_SYSCALL_H */
