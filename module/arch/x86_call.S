/* SPDX-License-Identifier: GPL-2.0 */
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

/*
 * Both functions below jump by RET to an address that was pushed, not by an
 * indirect JMP or CALL: the kernel removes the ENDBR of functions whose
 * address it does not take itself (ibt_selftest, apply_seal_endbr()), and an
 * indirect branch to such a one is a #CP where the CPU tracks them.
 */

/*
 * long spt_arch_call(void *function, long a, long b, long c, long d, long e)
 */
SYM_FUNC_START(spt_arch_call)
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	movq	%r8, %rcx
	movq	%r9, %r8
	pushq	%rax
	UNWIND_HINT_FUNC
	RET
SYM_FUNC_END(spt_arch_call)

/*
 * Entered in place of a probed function, with its registers and stack, and
 * the struct spt_hook in r10. Pushes a struct spt_arch_args, asks
 * spt_hook_enter() where to go on, and goes there with the arguments as they
 * are then; for NULL, returns arg[5] (the first argument's place) to the
 * probed function's caller.
 */
SYM_FUNC_START(spt_arch_trampoline)
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%r8
	pushq	%r9
	pushq	%r10
	movq	%rsp, %rdi
	call	spt_hook_enter
	movq	%rax, %r11
	popq	%rax
	popq	%r9
	popq	%r8
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	testq	%r11, %r11
	jz	.Lreturn
	pushq	%r11
	UNWIND_HINT_FUNC
	RET
.Lreturn:
	movq	%rdi, %rax
	RET
SYM_FUNC_END(spt_arch_trampoline)
