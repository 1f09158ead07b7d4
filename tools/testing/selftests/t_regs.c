// SPDX-License-Identifier: GPL-2.0
/* Registers: what is read equals what native ptrace reads, what is written sticks. */
#include <stddef.h>
#include "spt.h"

#ifdef __i386__
#define regs_result eax
#define regs_scratch ebx
#define REG_SCRATCH offsetof(struct user_regs_struct, ebx)
#define USER_CS offsetof(struct user_regs_struct, xcs)
#define REGS_SIZE 68
#define FPREGS_SIZE 108
#else
#define regs_result rax
#define regs_scratch rbx
#define REG_SCRATCH offsetof(struct user_regs_struct, rbx)
#define USER_CS offsetof(struct user_regs_struct, cs)
#define REGS_SIZE 216
#define FPREGS_SIZE 512
#endif

#define WORD sizeof(long)
#define DEBUG_REG(n) (offsetof(struct user, u_debugreg) + (n)*WORD)

/* Every type that some view of x86 has, and some that none has. */
static const unsigned int types[] = {
	NT_PRSTATUS,
	NT_PRFPREG,
	NT_PRPSINFO,
	NT_TASKSTRUCT,
	NT_PRXFPREG,
	0x200 /* NT_386_TLS */,
	0x201 /* NT_386_IOPERM */,
	0x202 /* NT_X86_XSTATE */,
	0x204 /* NT_X86_SHSTK */,
	0x400 /* NT_ARM_VFP */,
	0,
	0x7777,
	0xffffffff,
};

/* ---- everything there is, as native ptrace shows it ------------------------- */

static void note_bytes(struct transcript *transcript,
		       const unsigned char *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		note(transcript, "%02x", bytes[i]);
	note(transcript, "\n");
}

static void note_regset(struct transcript *transcript,
			const struct tracer *tracer, pid_t tid,
			unsigned int type, size_t room)
{
	static unsigned char bytes[16384];
	struct iovec iov = { .iov_base = bytes, .iov_len = room };
	long ret;

	memset(bytes, 0xee, sizeof(bytes));
	ret = tr_ptrace_at(tracer, PTRACE_GETREGSET, tid, type, &iov);
	note(transcript, "regset %x room %zu: %ld length %zu ", type, room, ret,
	     iov.iov_len);
	note_bytes(transcript, bytes, ret ? 8 : iov.iov_len + 8);
}

static void note_registers(struct transcript *transcript,
			   const struct tracer *tracer, pid_t tid)
{
	unsigned char bytes[1024];
	unsigned long offset, word;
	unsigned int i;
	long ret;

	memset(bytes, 0xee, sizeof(bytes));
	ret = tr_ptrace_at(tracer, PTRACE_GETREGS, tid, 0, bytes);
	note(transcript, "GETREGS %ld ", ret);
	note_bytes(transcript, bytes, REGS_SIZE + 8);

	memset(bytes, 0xee, sizeof(bytes));
	ret = tr_ptrace_at(tracer, PTRACE_GETFPREGS, tid, 0, bytes);
	note(transcript, "GETFPREGS %ld ", ret);
	note_bytes(transcript, bytes, FPREGS_SIZE + 8);

	for (i = 0; i < ARRAY_LEN(types); i++) {
		note_regset(transcript, tracer, tid, types[i], 8192);
		note_regset(transcript, tracer, tid, types[i], 16);
		note_regset(transcript, tracer, tid, types[i], 0);
		note_regset(transcript, tracer, tid, types[i], 3);
	}

	for (offset = 0; offset < sizeof(struct user) + 64; offset += WORD) {
		word = 0xeeee;
		ret = tr_ptrace_at(tracer, PTRACE_PEEKUSR, tid, offset, &word);
		note(transcript, "user %lu: %ld %lx\n", offset, ret, word);
	}
}

static bool run(const char *program, long read_nr, bool shadow,
		struct transcript *transcript)
{
	struct tracer tracer;
	struct child child;
	bool done = false;

	memset(transcript, 0, sizeof(*transcript));
	if (tracer_open(&tracer, shadow))
		return false;
	child = child_execute(program);
	if (child.pid > 0 && WAIT_UNTIL(proc_sleeps_in(child.pid, read_nr)) &&
	    !tr_seize_stop(&tracer, child.pid, 0)) {
		note_registers(transcript, &tracer, child.pid);
		done = true;
	}
	child_end(&child);
	tracer_close(&tracer);
	return done;
}

static struct transcript native, shadow;

static bool same_registers(const char *program, long read_nr)
{
	if (!run(program, read_nr, false, &native) ||
	    !run(program, read_nr, true, &shadow)) {
		fprintf(stderr, "# could not be run\n");
		return false;
	}
	if (!strcmp(native.text, shadow.text))
		return true;
	show_difference(native.text, shadow.text);
	return false;
}

FIXTURE_OF_THE_SHADOW(as_native);

TEST_F(as_native, registers_of_a_64_bit_tracee)
{
	EXPECT_TRUE(same_registers("h_calls", 0));
}

TEST_F(as_native, registers_of_a_32_bit_tracee)
{
	if (!program_runs("h_calls_32"))
		SKIP(return, "this kernel runs no 32-bit programs");
	EXPECT_TRUE(same_registers("h_calls_32", 3));
}

/* ---- by either tracer --------------------------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(regs);

static int wait_then_exit(const struct child_end *end, void *arg)
{
	child_await(end);
	return 0;
}

static struct child stopped_child(struct __test_metadata *_metadata,
				  const struct tracer *tracer)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, tr_seize_stop(tracer, child.pid, PTRACE_O_TRACESYSGOOD));
	return child;
}

TEST_F(regs, setregs_is_read_back)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct user_regs_struct regs, again;

	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &regs));
	regs.regs_scratch = 0x1234567;
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETREGS, child.pid, 0,
				  &regs));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &again));
	EXPECT_EQ(0, memcmp(&regs, &again, sizeof(regs)));
	child_end(&child);
}

TEST_F(regs, regset_has_the_size_of_the_tracees_view)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[1024];
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };

	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	EXPECT_EQ(REGS_SIZE, iov.iov_len);
	child_end(&child);
}

TEST_F(regs, regset_of_a_32_bit_tracee_has_68_bytes)
{
	char bytes[1024];
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	struct child child;

	if (!program_runs("h_calls_32"))
		SKIP(return, "this kernel runs no 32-bit programs");
	child = child_execute("h_calls_32");
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	EXPECT_EQ(68, iov.iov_len);
	child_end(&child);
}

TEST_F(regs, regset_of_a_64_bit_tracee_has_216_bytes)
{
	struct child child = child_execute("h_calls");
	char bytes[1024];
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	EXPECT_EQ(216, iov.iov_len);
	child_end(&child);
}

TEST_F(regs, short_vector_gets_what_fits)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	unsigned char bytes[64], whole[REGS_SIZE];
	struct iovec iov = { .iov_base = bytes, .iov_len = 3 * WORD };
	unsigned int i;

	memset(bytes, 0xee, sizeof(bytes));
	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  whole));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	EXPECT_EQ(3 * WORD, iov.iov_len);
	EXPECT_EQ(0, memcmp(bytes, whole, 3 * WORD));
	for (i = 3 * WORD; i < sizeof(bytes); i++)
		EXPECT_EQ(0xee, bytes[i]);
	child_end(&child);
}

TEST_F(regs, short_vector_sets_what_it_has)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct user_regs_struct before, after, expected;
	unsigned long word = 0x7654321;
	struct iovec iov = { .iov_base = &word, .iov_len = WORD };

	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &before));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	EXPECT_EQ(WORD, iov.iov_len);
	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &after));
	expected = before;
	memcpy(&expected, &word, WORD);
	EXPECT_EQ(0, memcmp(&expected, &after, sizeof(after)));
	child_end(&child);
}

TEST_F(regs, empty_vector_does_nothing)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct iovec iov = { .iov_base = NULL, .iov_len = 0 };
	struct user_regs_struct before, after;

	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &before));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	EXPECT_EQ(0, iov.iov_len);
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
	child_end(&child);
}

TEST_F(regs, long_vector_is_cut_to_what_there_is)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[REGS_SIZE + 64];
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };

	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	EXPECT_EQ(REGS_SIZE, iov.iov_len);
	iov.iov_len = sizeof(bytes);
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET, child.pid,
				  NT_PRSTATUS, &iov));
	EXPECT_EQ(REGS_SIZE, iov.iov_len);
	child_end(&child);
}

TEST_F(regs, part_of_a_register_is_einval)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[64] = {};
	unsigned int length;

	for (length = 1; length < WORD; length++) {
		struct iovec iov = { .iov_base = bytes,
				     .iov_len = WORD + length };

		EXPECT_EQ(-EINVAL, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET,
						child.pid, NT_PRSTATUS, &iov));
		EXPECT_EQ(-EINVAL, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET,
						child.pid, NT_PRSTATUS, &iov));
	}
	child_end(&child);
}

TEST_F(regs, unknown_regset_is_einval)
{
	static const unsigned int unknown[] = { 0, NT_PRPSINFO, 0x400, 0x7777,
						0xffffffff };
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[64] = {};
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(unknown); i++) {
		struct iovec iov = { .iov_base = bytes,
				     .iov_len = sizeof(bytes) };

		EXPECT_EQ(-EINVAL, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET,
						child.pid, unknown[i], &iov));
		EXPECT_EQ(-EINVAL, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET,
						child.pid, unknown[i], &iov));
		EXPECT_EQ(sizeof(bytes), iov.iov_len);
	}
	child_end(&child);
}

TEST_F(regs, user_offsets_that_are_none_are_eio)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	static const unsigned long offsets[] = {
		1,	   WORD - 1,
		WORD + 2,  sizeof(struct user) + 1024,
		1UL << 20, ~0UL - WORD + 1,
		~0UL,
	};
	unsigned long word = 0x5555;
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(offsets); i++) {
		EXPECT_EQ(-EIO, tr_ptrace_at(&self->tracer, PTRACE_PEEKUSR,
					     child.pid, offsets[i], &word))
		{
			TH_LOG("offset %lx", offsets[i]);
		}
		EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_POKEUSR,
					  child.pid, offsets[i], 0))
		{
			TH_LOG("offset %lx", offsets[i]);
		}
	}
	EXPECT_EQ(0x5555, word);
	/* Inside struct user, but neither a register nor a debug register. */
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_PEEKUSR, child.pid,
				  offsetof(struct user, u_tsize), &word));
	EXPECT_EQ(0, word);
	child_end(&child);
}

TEST_F(regs, user_word_poked_is_peeked)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	unsigned long word = 0;

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
			       REG_SCRATCH, 0x33445566));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_PEEKUSR, child.pid,
				  REG_SCRATCH, &word));
	EXPECT_EQ(0x33445566, word);
	child_end(&child);
}

TEST_F(regs, segment_that_is_no_user_segment_is_eio)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct user_regs_struct before, after;

	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &before));
	/* The kernel's own code segment. */
	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
				  USER_CS, 0x10));
	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
				  USER_CS, 0));
	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
	child_end(&child);
}

TEST_F(regs, privileged_flags_do_not_stick)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct user_regs_struct before, after;

	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &before));
	after = before;
	/* I/O privilege level 3, interrupts off. */
	after.eflags = (before.eflags | 0x3000) & ~0x200UL;
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETREGS, child.pid, 0,
				  &after));
	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &after));
	EXPECT_EQ(before.eflags, after.eflags);
	child_end(&child);
}

TEST_F(regs, debug_registers_hold_what_was_poked)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	unsigned long word;
	int i;

	for (i = 0; i < 4; i++) {
		EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_POKEUSR,
					  child.pid, DEBUG_REG(i), &word));
		EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_PEEKUSR,
					  child.pid, DEBUG_REG(i), &word));
		EXPECT_EQ((unsigned long)&word, word);
	}
	/* Watch writes of four bytes at the first. */
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
			       DEBUG_REG(7), 0xd0001));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_PEEKUSR, child.pid,
				  DEBUG_REG(7), &word));
	EXPECT_EQ(0xd0001, word & 0xf0003);
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
			       DEBUG_REG(7), 0));
	child_end(&child);
}

TEST_F(regs, debug_registers_do_not_reach_into_the_kernel)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct {
		const char *what;
		int reg;
		unsigned long value;
	} cases[] = {
		{ "reserved 4", 4, 0 },
		{ "reserved 5", 5, 0 },
#ifndef __i386__
		/* A 32-bit tracer can't name one. */
		{ "kernel address", 0, 0xffffffff81000000UL },
#endif
	};
	unsigned int i;
	long ret;

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
			       DEBUG_REG(7), 0));
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		ret = tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
				DEBUG_REG(cases[i].reg), cases[i].value);
		/* An address counts once it is armed. */
		if (!ret && cases[i].reg == 0)
			ret = tr_ptrace(&self->tracer, PTRACE_POKEUSR,
					child.pid, DEBUG_REG(7), 0xd0001);
		EXPECT_GT(0, ret)
		{
			TH_LOG("%s: %ld", cases[i].what, ret);
		}
	}
	child_end(&child);
}

TEST_F(regs, fpregs_set_are_read_back)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct user_fpregs_struct regs, again;

	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETFPREGS, child.pid, 0,
				  &regs));
#ifdef __i386__
	regs.st_space[0] = 0x12345678;
#else
	regs.xmm_space[0] = 0x12345678;
#endif
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETFPREGS, child.pid, 0,
				  &regs));
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETFPREGS, child.pid, 0,
				  &again));
	EXPECT_EQ(0, memcmp(&regs, &again, sizeof(regs)));
	child_end(&child);
}

TEST_F(regs, xstate_set_is_read_back)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	static unsigned char bytes[16384], again[16384];
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	long ret;

	ret = tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid, 0x202,
			   &iov);
	if (ret == -ENODEV)
		SKIP(goto out, "this processor has no XSAVE");
	ASSERT_EQ(0, ret);
	/* xmm1's low word, and the feature bit that says so. */
	bytes[160 + 16] = 0x5a;
	bytes[512] |= 2;
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET, child.pid,
				  0x202, &iov));
	iov.iov_base = again;
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid,
				  0x202, &iov));
	EXPECT_EQ(0, memcmp(bytes, again, iov.iov_len));
out:
	child_end(&child);
}

TEST_F(regs, ioperm_without_a_bitmap_is_as_it_is_natively)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[8192];
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };

	/* The tracee has asked for no port. */
	EXPECT_EQ(-ENXIO, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET,
				       child.pid, 0x201, &iov));
	/* It can't be set by anybody. */
	EXPECT_EQ(-EOPNOTSUPP, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET,
					    child.pid, 0x201, &iov));
	child_end(&child);
}

#ifndef __i386__

TEST_F(regs, invalid_mxcsr_is_einval)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct user_fpregs_struct regs, again;

	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETFPREGS, child.pid, 0,
				  &regs));
	again = regs;
	again.mxcsr = 0xffffffff;
	EXPECT_EQ(-EINVAL, tr_ptrace_at(&self->tracer, PTRACE_SETFPREGS,
					child.pid, 0, &again));
	ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETFPREGS, child.pid, 0,
				  &again));
	EXPECT_EQ(0, memcmp(&regs, &again, sizeof(regs)));
	child_end(&child);
}

TEST_F(regs, fs_base_outside_user_space_is_eio)
{
	struct child child = stopped_child(_metadata, &self->tracer);

	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
				  offsetof(struct user_regs_struct, fs_base),
				  0xffff800000000000UL));
	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
				  offsetof(struct user_regs_struct, gs_base),
				  0xffff800000000000UL));
	child_end(&child);
}

/* Keeps values in registers over a system call and tells whether they stayed. */
static int keep_over_a_call(const struct child_end *end, void *arg)
{
	unsigned long rbx = 0x1111, xmm[2] = { 0x2222, 0x3333 };
	long ret = SYS_getppid;

	child_await(end);
	asm volatile("movdqu %[xmm], %%xmm7\n\t"
		     "syscall\n\t"
		     "movdqu %%xmm7, %[xmm]\n\t"
		     : "+a"(ret), [xmm] "+m"(xmm), "+b"(rbx)
		     :
		     : "rcx", "r11", "xmm7", "memory");
	return (rbx != 0x1111 ? 1 : 0) | (xmm[0] != 0x2222 ? 2 : 0) |
	       (xmm[1] != 0x3333 ? 4 : 0);
}

/* To the entry stop of the call between; the child_await's read(2) is before. */
static struct child keeping_child(struct __test_metadata *_metadata,
				  const struct tracer *tracer)
{
	struct child child = child_spawn(keep_over_a_call, NULL);
	struct user_regs_struct regs = {};
	int i;

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, tr_seize_stop(tracer, child.pid, PTRACE_O_TRACESYSGOOD));
	EXPECT_TRUE(child_go(&child));
	for (i = 0; i < 4 && regs.orig_rax != SYS_getppid; i++) {
		EXPECT_EQ(0,
			  tr_ptrace(tracer, PTRACE_SYSCALL, child.pid, 0, 0));
		EXPECT_EQ(STATUS_SYSGOOD, tr_wait_status(tracer, child.pid));
		EXPECT_EQ(0, tr_ptrace_at(tracer, PTRACE_GETREGS, child.pid, 0,
					  &regs));
	}
	EXPECT_EQ(SYS_getppid, regs.orig_rax);
	return child;
}

static int finish(const struct tracer *tracer, struct child *child)
{
	long ret = tr_ptrace(tracer, PTRACE_CONT, child->pid, 0, 0);

	if (!ret)
		ret = tr_wait_status(tracer, child->pid);
	child_end(child);
	return ret;
}

TEST_F(regs, stay_when_nobody_changes_them)
{
	struct child child = keeping_child(_metadata, &self->tracer);

	EXPECT_EQ(0, finish(&self->tracer, &child));
}

TEST_F(regs, the_tracee_runs_on_with_what_was_set)
{
	struct child child = keeping_child(_metadata, &self->tracer);

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
			       REG_SCRATCH, 0x9999));
	EXPECT_EQ(1 << 8, finish(&self->tracer, &child));
}

TEST_F(regs, the_tracee_runs_on_with_fpregs_set)
{
	struct child child = keeping_child(_metadata, &self->tracer);
	struct user_fpregs_struct regs;

	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETFPREGS, child.pid, 0,
				  &regs));
	EXPECT_EQ(0x2222, regs.xmm_space[7 * 4]);
	EXPECT_EQ(0x3333, regs.xmm_space[7 * 4 + 2]);
	regs.xmm_space[7 * 4] = 0x7777;
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETFPREGS, child.pid, 0,
				  &regs));
	EXPECT_EQ(2 << 8, finish(&self->tracer, &child));
}

TEST_F(regs, the_tracee_runs_on_with_xstate_set)
{
	struct child child = keeping_child(_metadata, &self->tracer);
	static unsigned char bytes[16384];
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	long ret;

	ret = tr_ptrace_at(&self->tracer, PTRACE_GETREGSET, child.pid, 0x202,
			   &iov);
	if (ret == -ENODEV)
		SKIP(goto out, "this processor has no XSAVE");
	EXPECT_EQ(0, ret);
	/* The high half of xmm7. */
	bytes[160 + 7 * 16 + 8] = 0x77;
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET, child.pid,
				  0x202, &iov));
	EXPECT_EQ(4 << 8, finish(&self->tracer, &child));
	return;
out:
	child_end(&child);
}

#endif /* !__i386__ */

TEST_HARNESS_MAIN
