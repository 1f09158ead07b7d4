// SPDX-License-Identifier: GPL-2.0
/* What is known of a filter's verdict by a call's number alone. */
#include <kunit/test.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "record/foresee.h"

#define LOAD(member)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define RETURN(value)	BPF_STMT(BPF_RET | BPF_K, (value))
#define JUMP(op, k, yes, no)	BPF_JUMP(BPF_JMP | (op) | BPF_K, (k), (yes), (no))

#define ARCH	AUDIT_ARCH_X86_64
#define FORESEE(nr, ...)						\
({									\
	const struct sock_filter foresee_program[] = { __VA_ARGS__ };	\
									\
	spt_foresee(foresee_program, ARRAY_SIZE(foresee_program), (nr), ARCH);	\
})

static void constant(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, FORESEE(0, RETURN(7)), 7U);
	KUNIT_EXPECT_EQ(test, FORESEE(0, BPF_STMT(BPF_JMP | BPF_JA, 1),
				      RETURN(1), RETURN(2)), 2U);
}

static void by_number(struct kunit *test)
{
	int nr;

	for (nr = 0; nr < 5; nr++) {
		KUNIT_EXPECT_EQ(test, FORESEE(nr, LOAD(nr), JUMP(BPF_JEQ, 3, 0, 1),
					      RETURN(1), RETURN(2)),
				nr == 3 ? 1U : 2U);
		KUNIT_EXPECT_EQ(test, FORESEE(nr, LOAD(nr), JUMP(BPF_JGE, 3, 0, 1),
					      RETURN(1), RETURN(2)),
				nr >= 3 ? 1U : 2U);
		KUNIT_EXPECT_EQ(test, FORESEE(nr, LOAD(nr), JUMP(BPF_JGT, 3, 0, 1),
					      RETURN(1), RETURN(2)),
				nr > 3 ? 1U : 2U);
		KUNIT_EXPECT_EQ(test, FORESEE(nr, LOAD(nr), JUMP(BPF_JSET, 3, 0, 1),
					      RETURN(1), RETURN(2)),
				nr & 3 ? 1U : 2U);
		KUNIT_EXPECT_EQ(test, FORESEE(nr, LOAD(nr),
					      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 1),
					      JUMP(BPF_JEQ, 1, 0, 1),
					      RETURN(1), RETURN(2)),
				nr & 1 ? 1U : 2U);
	}
}

static void by_architecture(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, FORESEE(0, LOAD(arch), JUMP(BPF_JEQ, ARCH, 0, 1),
				      RETURN(1), RETURN(2)), 1U);
	KUNIT_EXPECT_EQ(test, FORESEE(0, LOAD(arch), JUMP(BPF_JEQ, ARCH ^ 1, 0, 1),
				      RETURN(1), RETURN(2)), 2U);
}

/* Only where it comes to that: another number's verdict is known. */
static void by_argument(struct kunit *test)
{
	int nr;

	for (nr = 0; nr < 3; nr++)
		KUNIT_EXPECT_EQ(test, FORESEE(nr, LOAD(nr), JUMP(BPF_JEQ, 1, 0, 3),
					      LOAD(args[0]), JUMP(BPF_JEQ, 0, 0, 1),
					      RETURN(1), RETURN(2)),
				nr == 1 ? SPT_FORESEE_DEPENDS : 2U);
	KUNIT_EXPECT_EQ(test, FORESEE(0, LOAD(instruction_pointer), RETURN(1)),
			SPT_FORESEE_DEPENDS);
}

/* What libseccomp doesn't generate in front of an argument is run, not foreseen. */
static void by_other_instructions(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, FORESEE(0, LOAD(nr), BPF_STMT(BPF_RET | BPF_A, 0)),
			SPT_FORESEE_DEPENDS);
	KUNIT_EXPECT_EQ(test, FORESEE(0, BPF_STMT(BPF_LD | BPF_IMM, 1), RETURN(1)),
			SPT_FORESEE_DEPENDS);
	KUNIT_EXPECT_EQ(test, FORESEE(0, LOAD(nr),
				      BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1),
				      RETURN(1)), SPT_FORESEE_DEPENDS);
}

static struct kunit_case foresee_cases[] = {
	KUNIT_CASE(constant),
	KUNIT_CASE(by_number),
	KUNIT_CASE(by_architecture),
	KUNIT_CASE(by_argument),
	KUNIT_CASE(by_other_instructions),
	{}
};

static struct kunit_suite foresee_suite = {
	.name = "sptrace_foresee",
	.test_cases = foresee_cases,
};

kunit_test_suite(foresee_suite);
