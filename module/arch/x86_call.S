/* SPDX-License-Identifier: GPL-2.0 */
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/ibt.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

#include "targets.h"

/*
 * All functions below jump by RET to an address that was pushed, not by an
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
 * A target for a call that is answered without a hook's before(): it returns 0 in
 * place of the hooked function. ENDBR as below.
 */
SYM_FUNC_START(spt_arch_answer)
	ENDBR
	xorl	%eax, %eax
	RET
SYM_FUNC_END(spt_arch_answer)

/*
 * A target for each hook, entered in place of the hooked function with its
 * registers and stack. The number of the hook is in the code: other users of
 * ftrace run between the probe and the target, and keep no scratch register. A
 * BPF trampoline reaches it by an indirect call, hence the ENDBR.
 *
 * Pushes a struct spt_arch_args, asks spt_hook_enter() where to go on, and goes
 * there with the arguments as they are then; for NULL, returns the first
 * argument to the hooked function's caller.
 */
.macro SPT_TARGET number:req
SYM_START(spt_arch_target_\number, SYM_L_LOCAL, SYM_A_ALIGN)
	ENDBR
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%r8
	pushq	%r9
	pushq	$\number
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
	jz	.Lreturn_\number
	pushq	%r11
	UNWIND_HINT_FUNC
	RET
.Lreturn_\number:
	movq	%rdi, %rax
	RET
SYM_FUNC_END(spt_arch_target_\number)

	.pushsection .rodata
	.quad	spt_arch_target_\number
	.popsection
.endm

/* void *const spt_arch_targets[SPT_ARCH_TARGETS], by number */
	.pushsection .rodata
	.balign	8
SYM_DATA_START(spt_arch_targets)
	.popsection

.irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	SPT_TARGET \number
.endr

	.pushsection .rodata
SYM_DATA_END(spt_arch_targets)
	.if (. - spt_arch_targets) != 8 * SPT_ARCH_TARGETS
	.error "SPT_ARCH_TARGETS says another number"
	.endif
	.popsection
