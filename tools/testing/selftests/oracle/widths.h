/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scenarios are compiled for x86-64 and for i386: what each names in its own
 * way. A tracer's tracees are of its own width, apart from those of o_width.c.
 */
#ifndef WIDTHS_H
#define WIDTHS_H

#ifdef __x86_64__
#define OTHER_WIDTH "t_oracle_32"

/* Of struct user_regs_struct: ax, bx, … ip, sp; a segment; the call's number. */
#define REG(name) r##name
#define SEGMENT(name) name
#define REG_CALL orig_rax
/* The first argument of a call, and a register that no call uses. */
#define REG_ARGUMENT rdi
#define REG_UNUSED r15

#define SYS_OF_SELECT SYS_select
#else
#define OTHER_WIDTH "t_oracle"

#define REG(name) e##name
#define SEGMENT(name) x##name
#define REG_CALL orig_eax
#define REG_ARGUMENT ebx
#define REG_UNUSED ebp

#define SYS_OF_SELECT SYS__newselect
#endif

/* Where PEEKUSER and POKEUSER find a register. */
#define AT(field) offsetof(struct user_regs_struct, field)

#endif /* WIDTHS_H */
