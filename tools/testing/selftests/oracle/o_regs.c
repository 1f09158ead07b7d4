// SPDX-License-Identifier: GPL-2.0
/*
 * Registers: read, written and refused, and system calls changed by them.
 */
#include "stage.h"

#define PTRACE_PEEKUSER_RAW 3
#define PTRACE_POKEUSER_RAW 6

/* ---- general registers ------------------------------------------------------------- */

/* Puts known values into all registers that are free to use, and adds them up. */
static unsigned long add_known_registers(void)
{
	unsigned long sum;

#ifdef __x86_64__
	asm volatile("push %%rbp\n\t"
		     "push %%rbx\n\t"
		     "mov $0x101, %%rax\n\t"
		     "mov $0x102, %%rbx\n\t"
		     "mov $0x103, %%rcx\n\t"
		     "mov $0x104, %%rdx\n\t"
		     "mov $0x105, %%rsi\n\t"
		     "mov $0x106, %%rdi\n\t"
		     "mov $0x107, %%rbp\n\t"
		     "mov $0x108, %%r8\n\t"
		     "mov $0x109, %%r9\n\t"
		     "mov $0x10a, %%r10\n\t"
		     "mov $0x10b, %%r11\n\t"
		     "mov $0x10c, %%r12\n\t"
		     "mov $0x10d, %%r13\n\t"
		     "mov $0x10e, %%r14\n\t"
		     "mov $0x10f, %%r15\n\t"
		     "int3\n\t"
		     "add %%rbx, %%rax\n\t"
		     "add %%rcx, %%rax\n\t"
		     "add %%rdx, %%rax\n\t"
		     "add %%rsi, %%rax\n\t"
		     "add %%rdi, %%rax\n\t"
		     "add %%rbp, %%rax\n\t"
		     "add %%r8, %%rax\n\t"
		     "add %%r9, %%rax\n\t"
		     "add %%r10, %%rax\n\t"
		     "add %%r11, %%rax\n\t"
		     "add %%r12, %%rax\n\t"
		     "add %%r13, %%rax\n\t"
		     "add %%r14, %%rax\n\t"
		     "add %%r15, %%rax\n\t"
		     "pop %%rbx\n\t"
		     "pop %%rbp\n\t"
		     : "=a"(sum)
		     :
		     : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11",
		       "r12", "r13", "r14", "r15", "memory");
#else
	asm volatile("push %%ebp\n\t"
		     "push %%ebx\n\t"
		     "mov $0x101, %%eax\n\t"
		     "mov $0x102, %%ebx\n\t"
		     "mov $0x103, %%ecx\n\t"
		     "mov $0x104, %%edx\n\t"
		     "mov $0x105, %%esi\n\t"
		     "mov $0x106, %%edi\n\t"
		     "mov $0x107, %%ebp\n\t"
		     "int3\n\t"
		     "add %%ebx, %%eax\n\t"
		     "add %%ecx, %%eax\n\t"
		     "add %%edx, %%eax\n\t"
		     "add %%esi, %%eax\n\t"
		     "add %%edi, %%eax\n\t"
		     "add %%ebp, %%eax\n\t"
		     "pop %%ebx\n\t"
		     "pop %%ebp\n\t"
		     : "=a"(sum)
		     :
		     : "ecx", "edx", "esi", "edi", "memory");
#endif
	return sum;
}

static int act_known_registers(const struct child_end *end, void *arg)
{
	unsigned long sum;

	child_await(end);
	sum = add_known_registers();
	say_line(end, "adds up %lx", sum);
	await_end(end);
	return 5;
}

static const struct shown {
	const char *name;
	size_t offset;
} shown[] = {
	{ "ax", AT(REG(ax)) },	   { "bx", AT(REG(bx)) },
	{ "cx", AT(REG(cx)) },	   { "dx", AT(REG(dx)) },
	{ "si", AT(REG(si)) },	   { "di", AT(REG(di)) },
	{ "bp", AT(REG(bp)) },
#ifdef __x86_64__
	{ "r8", AT(r8) },	   { "r9", AT(r9) },
	{ "r10", AT(r10) },	   { "r11", AT(r11) },
	{ "r12", AT(r12) },	   { "r13", AT(r13) },
	{ "r14", AT(r14) },	   { "r15", AT(r15) },
#endif
	{ "call", AT(REG_CALL) },  { "cs", AT(SEGMENT(cs)) },
	{ "ss", AT(SEGMENT(ss)) }, { "ds", AT(SEGMENT(ds)) },
	{ "es", AT(SEGMENT(es)) }, { "flags", AT(eflags) },
};

static void note_registers(struct stage *s)
{
	struct user_regs_struct regs = { 0 };
	unsigned long value;
	size_t i;

	if (ask(s, PTRACE_GETREGS, 0, (unsigned long)&regs))
		return;
	note(s->out, "tracer:");
	for (i = 0; i < ARRAY_LEN(shown); i++) {
		memcpy(&value, (char *)&regs + shown[i].offset, sizeof(value));
		note(s->out, " %s %lx", shown[i].name, value);
	}
	note(s->out, "\n");
}

static void at_breakpoint(struct stage *s)
{
	cast(s, act_known_registers, NULL);
	seize(s, 0);
	cue(s);
	see(s);
}

SCENARIO(general_registers_read)
{
	at_breakpoint(s);
	note_registers(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(general_registers_written)
{
	struct user_regs_struct regs;

	at_breakpoint(s);
	if (!ask(s, PTRACE_GETREGS, 0, (unsigned long)&regs)) {
		regs.REG(bx) = 0x1000000;
		regs.REG_UNUSED = 0x2000000;
		regs.REG(si) = 0x4000000;
		ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
	}
	note_registers(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(user_registers_poked)
{
	long value = 0;

	at_breakpoint(s);
	ask(s, PTRACE_POKEUSER_RAW, AT(REG(cx)), 0x1000000);
	ask(s, PTRACE_PEEKUSER_RAW, AT(REG(cx)), (unsigned long)&value);
	note(s->out, "tracer: cx %lx\n", value);
	ask(s, PTRACE_POKEUSER_RAW, AT(REG(di)), 0x2000000);
	note_registers(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* ---- what is refused ------------------------------------------------------------------- */

#define KERNEL_TEXT ((unsigned long)0xffffffff81000000ULL)

static const struct poke {
	const char *name;
	unsigned long offset, value;
} pokes[] = {
	{ "cs_kernel", AT(SEGMENT(cs)), 0x10 },
	{ "ss_null", AT(SEGMENT(ss)), 0 },
	{ "ds_user", AT(SEGMENT(ds)), 0x2b },
	{ "ds_kernel", AT(SEGMENT(ds)), 0x18 },
#ifdef __x86_64__
	{ "fs_base", AT(fs_base), 0x10000000 },
	{ "fs_base_of_the_kernel", AT(fs_base), 0xffff800000000000 },
	{ "gs_base", AT(gs_base), 0x10000000 },
#else
	{ "fs_null", AT(xfs), 0 },
	{ "fs_kernel", AT(xfs), 0x10 },
	{ "gs_user", AT(xgs), 0x2b },
	{ "gs_wide", AT(xgs), 0x1002b },
#endif
	{ "ip_of_the_kernel", AT(REG(ip)), KERNEL_TEXT },
	{ "flags_privileged", AT(eflags), -1UL },
	{ "call", AT(REG_CALL), -1UL },
	{ "odd", AT(REG(cx)) + 1, 0 },
	{ "after_the_registers", sizeof(struct user_regs_struct), 0 },
	{ "debug_0", offsetof(struct user, u_debugreg[0]), 0x10000000 },
	{ "debug_0_of_the_kernel", offsetof(struct user, u_debugreg[0]),
	  KERNEL_TEXT },
	{ "debug_4", offsetof(struct user, u_debugreg[4]), 1 },
	{ "debug_7", offsetof(struct user, u_debugreg[7]), 0x101 },
	{ "debug_7_bad", offsetof(struct user, u_debugreg[7]), -1UL },
	{ "last_word", sizeof(struct user) - sizeof(long), 0 },
	{ "behind_the_end", sizeof(struct user), 0 },
	{ "negative", -8UL, 0 },
};

static const char *poke_name(int row)
{
	return pokes[row].name;
}

/* The registers are put back before it runs on. */
SCENARIOS(poke_user, ARRAY_LEN(pokes), poke_name)
{
	struct user_regs_struct regs;
	long before = 0, after = 0;

	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	tr_ptrace_at(&s->tracer, PTRACE_GETREGS, s->tracee, 0, &regs);
	ask(s, PTRACE_PEEKUSER_RAW, pokes[s->row].offset,
	    (unsigned long)&before);
	ask(s, PTRACE_POKEUSER_RAW, pokes[s->row].offset, pokes[s->row].value);
	ask(s, PTRACE_PEEKUSER_RAW, pokes[s->row].offset,
	    (unsigned long)&after);
	note(s->out, "tracer: the word %s\n",
	     after == before			? "is the same" :
	     after == (long)pokes[s->row].value ? "is what was poked" :
						  "is another");
	ask(s, PTRACE_POKEUSER_RAW, offsetof(struct user, u_debugreg[7]), 0);
	ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
	finish(s);
}

/* ---- register sets ------------------------------------------------------------------------ */

static const struct regset {
	const char *name;
	unsigned int type;
	size_t size;
} regsets[] = {
	{ "prstatus", NT_PRSTATUS, sizeof(struct user_regs_struct) },
	{ "prstatus_part", NT_PRSTATUS, 64 },
	{ "prstatus_empty", NT_PRSTATUS, 0 },
	{ "prstatus_odd", NT_PRSTATUS, 63 },
	{ "prstatus_larger", NT_PRSTATUS, 4096 },
	{ "fp", NT_PRFPREG, sizeof(struct user_fpregs_struct) },
	{ "fp_part", NT_PRFPREG, 64 },
	{ "xstate", NT_X86_XSTATE, 4096 },
	{ "xstate_part", NT_X86_XSTATE, 64 },
	{ "tls", NT_386_TLS, 48 },
	{ "fxsr", NT_PRXFPREG, 512 },
	{ "unknown", 0x7777, 64 },
	{ "zero", 0, 64 },
};

static const char *regset_name(int row)
{
	return regsets[row].name;
}

static char buffer[8192];

SCENARIOS(regset, ARRAY_LEN(regsets), regset_name)
{
	const struct regset *set = &regsets[s->row];
	struct iovec place = { buffer, set->size };

	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	if (!ask(s, PTRACE_GETREGSET, set->type, (unsigned long)&place))
		note(s->out, "tracer: %zu bytes\n", place.iov_len);
	ask(s, PTRACE_SETREGSET, set->type, (unsigned long)&place);
	note(s->out, "tracer: %zu bytes\n", place.iov_len);
	finish(s);
}

/* ---- system calls changed ------------------------------------------------------------------ */

static int act_call(const struct child_end *end, void *arg)
{
	long ret;

	child_await(end);
	ret = syscall(SYS_getpid);
	say_line(end, "gets %s",
		 ret == getpid() ? "its number" :
		 ret < 1000	 ? "a small number" :
				   "another number");
	await_end(end);
	return 5;
}

/* In the entry stop of getpid. */
static void at_call(struct stage *s)
{
	cast(s, act_call, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	run_to_next_call(s);
}

static const struct change {
	const char *name;
	long nr; /* at the entry, 0 for no change */
	long result; /* at the exit, 0 for no change */
} changes[] = {
	{ "other_call", SYS_umask, 0 },	  { "no_call", -1, 0 },
	{ "unknown_call", 5000, 0 },	  { "result", 0, 77 },
	{ "no_call_and_result", -1, 77 }, { "error_result", 0, -EPERM },
};

static const char *change_name(int row)
{
	return changes[row].name;
}

SCENARIOS(change_call, ARRAY_LEN(changes), change_name)
{
	const struct change *change = &changes[s->row];

	at_call(s);
	if (change->nr)
		ask(s, PTRACE_POKEUSER_RAW, AT(REG_CALL), change->nr);
	if (change->nr == SYS_umask)
		ask(s, PTRACE_POKEUSER_RAW, AT(REG_ARGUMENT), 022);
	note_call(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	if (change->result)
		ask(s, PTRACE_POKEUSER_RAW, AT(REG(ax)), change->result);
	note_call(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* Seized in the middle of a call: the next stop is the entry, made again. */
SCENARIO(interrupted_call_changed)
{
	cast(s, act_call, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
	ask(s, PTRACE_POKEUSER_RAW, AT(REG_CALL), SYS_getppid);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_POKEUSER_RAW, AT(REG(ax)), 1);
	note_call(s);
	cont(s, 0);
	hear(s);
	finish(s);
}
