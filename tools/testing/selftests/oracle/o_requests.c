// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that few debuggers make, by what they answer and what becomes of it: a
 * filter's program, the tracee's rseq, Syscall User Dispatch, parts of the
 * registers, and a system call that is changed as a whole.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include "stage.h"

#ifndef PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG
#define PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG 0x4210
#define PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG 0x4211
#endif
#ifndef PTRACE_SET_SYSCALL_INFO
#define PTRACE_SET_SYSCALL_INFO 0x4212
#endif

/* As the kernel has it since 6.4. */
struct dispatch_config {
	uint64_t mode, selector, offset, len;
};

/* ---- seccomp --------------------------------------------------------------------- */

static struct sock_filter program[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static int act_filter(const struct child_end *end, void *arg)
{
	struct sock_fprog filter = { ARRAY_LEN(program), program };
	int *flags = arg;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, *flags, &filter))
		return 1;
	await_end(end);
	return 5;
}

static void read_filters(struct stage *s)
{
	struct sock_filter code[8] = { 0 };
	struct {
		uint64_t index, flags;
	} metadata = { 0 };
	int index;

	seize(s, 0);
	ask(s, PTRACE_SECCOMP_GET_FILTER, 0, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	for (index = 0; index < 2; index++) {
		ask(s, PTRACE_SECCOMP_GET_FILTER, index, 0);
		if (ask(s, PTRACE_SECCOMP_GET_FILTER, index,
			(unsigned long)code) > 0)
			note(s->out, "tracer: %s\n",
			     memcmp(code, program, sizeof(program)) ?
				     "another program" :
				     "the program");
		metadata.index = index;
		if (ask(s, PTRACE_SECCOMP_GET_METADATA, sizeof(metadata),
			(unsigned long)&metadata) > 0)
			note(s->out, "tracer: flags %d\n", (int)metadata.flags);
	}
	ask(s, PTRACE_SECCOMP_GET_FILTER, 0, 8);
	ask(s, PTRACE_SECCOMP_GET_METADATA, 4, (unsigned long)&metadata);
	ask(s, PTRACE_SECCOMP_GET_METADATA, 8, (unsigned long)&metadata);
	ask(s, PTRACE_SECCOMP_GET_METADATA, 8, 8);
	finish(s);
}

static const int filter_flags[] = { 0, SECCOMP_FILTER_FLAG_LOG };

static const char *filter_flags_name(int row)
{
	return row ? "logged" : "plain";
}

SCENARIOS(read_a_filter, 2, filter_flags_name)
{
	cast(s, act_filter, (void *)&filter_flags[s->row]);
	read_filters(s);
}

SCENARIO(read_no_filter)
{
	cast(s, act_wait, NULL);
	read_filters(s);
}

/* ---- rseq --------------------------------------------------------------------------- */

SCENARIO(read_rseq)
{
	struct ptrace_rseq_configuration rseq = { 0 };
	size_t size;

	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	for (size = 0; size <= sizeof(rseq) + 8; size += 8) {
		memset(&rseq, 0, sizeof(rseq));
		ask(s, PTRACE_GET_RSEQ_CONFIGURATION, size,
		    (unsigned long)&rseq);
		note(s->out, "tracer: %s, size %u, signature %#x, flags %u\n",
		     rseq.rseq_abi_pointer ? "some" : "none",
		     rseq.rseq_abi_size, rseq.signature, rseq.flags);
	}
	ask(s, PTRACE_GET_RSEQ_CONFIGURATION, sizeof(rseq), 8);
	finish(s);
}

/* ---- Syscall User Dispatch -------------------------------------------------------- */

static volatile char selector;

static void on_dispatch(int signo, siginfo_t *info, void *context)
{
	selector = 0;
	say_handled(signo, info, context);
}

static int act_dispatched(const struct child_end *end, void *arg)
{
	struct sigaction action = { .sa_sigaction = on_dispatch,
				    .sa_flags = SA_SIGINFO };

	handle(end, SIGUSR1, 0);
	sigaction(SIGSYS, &action, NULL);
	child_await(end);
	selector = 1;
	syscall(SYS_getppid);
	selector = 0;
	say_line(end, "has called");
	await_end(end);
	return 5;
}

static void note_config(struct stage *s)
{
	struct dispatch_config config = { 9, 9, 9, 9 };

	ask(s, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, sizeof(config),
	    (unsigned long)&config);
	note(s->out, "tracer: mode %d, %s, offset %d, length %d\n",
	     (int)config.mode,
	     config.selector == (unsigned long)&selector ? "the selector" :
	     config.selector				 ? "a selector" :
							   "no selector",
	     (int)config.offset, (int)config.len);
}

static bool reads_config(struct stage *s)
{
	struct dispatch_config config;

	return tr_ptrace_at(&s->tracer, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG,
			    s->tracee, sizeof(config), &config) != -EIO;
}

static const char *resume_name(int row)
{
	return row ? "SYSCALL" : "CONT";
}

SCENARIOS(set_dispatch_of_a_tracee, 2, resume_name)
{
	struct dispatch_config on = { 1, (unsigned long)&selector, 0, 0 };
	unsigned int request = s->row ? PTRACE_SYSCALL : PTRACE_CONT;
	int stops = 0;

	cast(s, act_dispatched, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	if (!reads_config(s))
		skip(s, "a kernel that doesn't show it");
	note_config(s);
	ask(s, PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, sizeof(on) - 8,
	    (unsigned long)&on);
	ask(s, PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, sizeof(on), 8);
	on.mode = 7;
	ask(s, PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, sizeof(on),
	    (unsigned long)&on);
	on.mode = 1;
	ask(s, PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, sizeof(on),
	    (unsigned long)&on);
	note_config(s);
	ask(s, request, 0, 0);
	cue(s);
	do {
		see(s);
		if (request == PTRACE_SYSCALL)
			note_call(s);
		note_config(s);
		ask(s, request, 0,
		    WSTOPSIG(s->event.status) == SIGSYS ? SIGSYS : 0);
	} while (request == PTRACE_SYSCALL && stops++ < 9);
	if (request == PTRACE_CONT) {
		hear(s);
		hear(s);
	}
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	note_config(s);
	on = (struct dispatch_config){ 0 };
	ask(s, PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, sizeof(on),
	    (unsigned long)&on);
	note_config(s);
	finish(s);
}

/* ---- registers --------------------------------------------------------------------- */

static char xstate[16384] __attribute__((aligned(64)));

static const struct xstate_case {
	const char *name;
	size_t at;
	uint64_t bits;
} xstate_cases[] = {
	/* Behind the 512 bytes of FXSAVE: which parts there are, and in which form. */
	{ "unchanged", 512, 0 },
	{ "unknown_part", 512, 1ULL << 62 },
	{ "last_part", 512, 1ULL << 63 },
	{ "compacted", 520, 1ULL << 63 },
	{ "reserved", 528, 1 },
	/* MXCSR, whose upper half is reserved. */
	{ "mxcsr", 24, 0xffff0000 },
};

static const char *xstate_name(int row)
{
	return xstate_cases[row].name;
}

SCENARIOS(set_xstate, ARRAY_LEN(xstate_cases), xstate_name)
{
	const struct xstate_case *change = &xstate_cases[s->row];
	struct iovec place = { xstate, sizeof(xstate) };
	uint64_t word;

	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_GETREGSET, NT_X86_XSTATE, (unsigned long)&place);
	memcpy(&word, xstate + change->at, sizeof(word));
	word |= change->bits;
	memcpy(xstate + change->at, &word, sizeof(word));
	ask(s, PTRACE_SETREGSET, NT_X86_XSTATE, (unsigned long)&place);
	finish(s);
}

#ifdef __x86_64__
#include <asm/prctl.h>

SCENARIO(arch_prctl)
{
	static const int codes[] = { ARCH_GET_FS, ARCH_GET_GS, ARCH_SET_GS,
				     ARCH_GET_GS, 0x1234 };
	unsigned long base;
	size_t i;

	cast(s, act_wait, NULL);
	ask(s, PTRACE_ARCH_PRCTL, 0, ARCH_GET_FS);
	seize_stop(s, 0);
	for (i = 0; i < ARRAY_LEN(codes); i++) {
		base = 0x1000;
		ask(s, PTRACE_ARCH_PRCTL,
		    codes[i] == ARCH_SET_GS ? base : (unsigned long)&base,
		    codes[i]);
		note(s->out, "tracer: %s\n", base ? "some" : "none");
	}
	ask(s, PTRACE_ARCH_PRCTL, 8, ARCH_GET_FS);
	ask(s, PTRACE_ARCH_PRCTL, -1UL, ARCH_SET_FS);
	finish(s);
}
#endif

#ifndef PTRACE_GET_THREAD_AREA
#define PTRACE_GET_THREAD_AREA 25
#define PTRACE_SET_THREAD_AREA 26
#endif

/* Six to eight in a 32-bit kernel's table, twelve to fourteen in a 64-bit one's. */
SCENARIO(thread_areas)
{
	unsigned int area[4];
	int entry;

	cast(s, act_wait, NULL);
	seize_stop(s, 0);
	for (entry = 11; entry <= 15; entry++) {
		memset(area, 0, sizeof(area));
		ask(s, PTRACE_GET_THREAD_AREA, entry, (unsigned long)area);
		note(s->out, "tracer: entry %u, %s, limit %#x, flags %#x\n",
		     area[0], area[1] ? "some base" : "no base", area[2],
		     area[3]);
	}
	memset(area, 0, sizeof(area));
	area[0] = 13;
	area[1] = 0x1000;
	area[2] = 0xfff;
	area[3] = 1; /* a 32-bit segment of data */
	ask(s, PTRACE_SET_THREAD_AREA, 13, (unsigned long)area);
	ask(s, PTRACE_SET_THREAD_AREA, 15, (unsigned long)area);
	ask(s, PTRACE_SET_THREAD_AREA, 13, 8);
	ask(s, PTRACE_GET_THREAD_AREA, 13, (unsigned long)area);
	note(s->out, "tracer: base %#x, limit %#x, flags %#x\n", area[1],
	     area[2], area[3]);
	ask(s, PTRACE_GET_THREAD_AREA, 13, 8);
	finish(s);
}

#ifndef PTRACE_GETFPXREGS
#define PTRACE_GETFPXREGS 18
#define PTRACE_SETFPXREGS 19
#endif

/* Of 32-bit tracers alone. */
SCENARIO(extended_registers)
{
	static unsigned char fpx[512];

	cast(s, act_wait, NULL);
	ask(s, PTRACE_GETFPXREGS, 0, (unsigned long)fpx);
	seize_stop(s, 0);
	ask(s, PTRACE_GETFPXREGS, 0, 8);
	ask(s, PTRACE_GETFPXREGS, 0, (unsigned long)fpx);
	/* Of the eighth XMM register. */
	fpx[160 + 7 * 16] ^= 0x5a;
	ask(s, PTRACE_SETFPXREGS, 0, (unsigned long)fpx);
	note(s->out, "tracer: %#x\n", fpx[160 + 7 * 16]);
	memset(fpx, 0, sizeof(fpx));
	ask(s, PTRACE_GETFPXREGS, 0, (unsigned long)fpx);
	note(s->out, "tracer: %#x\n", fpx[160 + 7 * 16]);
	fpx[26] = 0xff;
	ask(s, PTRACE_SETFPXREGS, 0, (unsigned long)fpx);
	finish(s);
}

/* ---- a system call changed as a whole --------------------------------------------- */

static int act_umask(const struct child_end *end, void *arg)
{
	long ret;

	child_await(end);
	ret = syscall(SYS_umask, 022);
	say_line(end, "umask: %ld, errno %d, is %03o", ret, ret < 0 ? errno : 0,
		 (int)syscall(SYS_umask, 0));
	await_end(end);
	return 5;
}

static void take_info(struct stage *s, struct ptrace_syscall_info *info)
{
	memset(info, 0, sizeof(*info));
	if (tr_ptrace_at(&s->tracer, PTRACE_GET_SYSCALL_INFO, s->tracee,
			 sizeof(*info), info) < 0)
		give_up(s, "no system call");
}

static long set_info(struct stage *s, struct ptrace_syscall_info *info)
{
	return ask(s, PTRACE_SET_SYSCALL_INFO, sizeof(*info),
		   (unsigned long)info);
}

static void spoil_info(struct stage *s, const struct ptrace_syscall_info *info)
{
	struct ptrace_syscall_info spoilt;

	ask(s, PTRACE_SET_SYSCALL_INFO, sizeof(spoilt) - 1,
	    (unsigned long)info);
	ask(s, PTRACE_SET_SYSCALL_INFO, sizeof(spoilt), 8);
	spoilt = *info;
	((char *)&spoilt)[1] = 1;
	set_info(s, &spoilt);
	spoilt = *info;
	spoilt.op = PTRACE_SYSCALL_INFO_NONE;
	set_info(s, &spoilt);
	spoilt.op = PTRACE_SYSCALL_INFO_SECCOMP;
	set_info(s, &spoilt);
	spoilt.op = info->op == PTRACE_SYSCALL_INFO_ENTRY ?
			    PTRACE_SYSCALL_INFO_EXIT :
			    PTRACE_SYSCALL_INFO_ENTRY;
	set_info(s, &spoilt);
	spoilt = *info;
	spoilt.entry.nr = 1ULL << 40;
	if (info->op == PTRACE_SYSCALL_INFO_ENTRY)
		set_info(s, &spoilt);
}

static void at_umask(struct stage *s)
{
	struct ptrace_syscall_info info = { 0 };

	cast(s, act_umask, NULL);
	if (tr_ptrace_at(&s->tracer, PTRACE_SET_SYSCALL_INFO, getpid(), 0,
			 &info) == -EIO)
		skip(s, "a kernel that doesn't set it");
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	if (set_info(s, &info) == -EIO)
		skip(s, "a kernel that doesn't set it");
	run_to_next_call(s);
}

static const struct change {
	const char *name;
	long nr;
	unsigned int mask;
	long result;
	bool fails;
} changes[] = {
	{ "nothing", SYS_umask, 022, 022, false },
	{ "argument", SYS_umask, 077, 022, false },
	{ "number", SYS_getppid, 0, 1234, false },
	{ "no_number", -1, 0, 77, false },
	{ "error", SYS_umask, 027, -EDOM, true },
	{ "large", SYS_umask, 027, -5000, false },
};

static const char *change_name(int row)
{
	return changes[row].name;
}

SCENARIOS(set_a_system_call, ARRAY_LEN(changes), change_name)
{
	const struct change *change = &changes[s->row];
	struct ptrace_syscall_info info;

	at_umask(s);
	take_info(s, &info);
	spoil_info(s, &info);
	info.entry.nr = change->nr;
	info.entry.args[0] = change->mask;
	set_info(s, &info);
	note_call(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	take_info(s, &info);
	spoil_info(s, &info);
	info.exit.rval = change->result;
	info.exit.is_error = change->fails;
	set_info(s, &info);
	note_call(s);
	cont(s, 0);
	hear(s);
	finish(s);
}
