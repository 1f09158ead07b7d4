// SPDX-License-Identifier: GPL-2.0
/*
 * Running a filter on a number alone; see foresee.h. Pure: KUnit calls it in UML.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "record/foresee.h"

static bool foresee_compare(const struct sock_filter *insn, u32 value)
{
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return value == insn->k;
	case BPF_JGE:
		return value >= insn->k;
	case BPF_JGT:
		return value > insn->k;
	default:
		return value & insn->k;
	}
}

/**
 * spt_foresee - what a filter says of a call, as far as its number tells
 * @program: a program that the kernel's bpf_check_classic() has accepted, so that
 *	its jumps go forward and it ends with a return
 * @length: how many instructions it has
 * @nr: the call's number
 * @arch: AUDIT_ARCH_* of the call
 *
 * As the kernel's seccomp_is_const_allow(), it knows those instructions that
 * libseccomp's programs have before they look at an argument.
 *
 * Context: any.
 * Return: the value that the program returns, or SPT_FORESEE_DEPENDS.
 */
u32 spt_foresee(const struct sock_filter *program, unsigned int length, int nr,
		u32 arch)
{
	const struct sock_filter *insn;
	unsigned int pc;
	u32 value = 0;

	for (pc = 0; pc < length; pc++) {
		insn = &program[pc];
		switch (insn->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (insn->k == offsetof(struct seccomp_data, nr))
				value = nr;
			else if (insn->k == offsetof(struct seccomp_data, arch))
				value = arch;
			else
				return SPT_FORESEE_DEPENDS;
			break;
		case BPF_RET | BPF_K:
			return insn->k;
		case BPF_JMP | BPF_JA:
			pc += insn->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
		case BPF_JMP | BPF_JGE | BPF_K:
		case BPF_JMP | BPF_JGT | BPF_K:
		case BPF_JMP | BPF_JSET | BPF_K:
			pc += foresee_compare(insn, value) ? insn->jt : insn->jf;
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			value &= insn->k;
			break;
		default:
			return SPT_FORESEE_DEPENDS;
		}
	}

	return SPT_FORESEE_DEPENDS;
}
