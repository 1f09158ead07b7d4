// SPDX-License-Identifier: GPL-2.0
/*
 * Debug registers are the thread's, whoever writes them: who wins when a native and a
 * shadow tracer want the same one, who is told of a hit, and what a tracer that is gone
 * leaves behind. Each is played natively, too.
 *
 * Breakpoints on instructions only: an emulated machine may report a watchpoint where
 * the kernel itself writes.
 */
#include <stddef.h>
#include "spt.h"

#define DEBUG_REG(n) offsetof(struct user, u_debugreg[n])

/* In register 7: that register n is enabled, for an instruction of this address. */
#define ENABLED(n) (1UL << (2 * (n)))

/* ---- the tracee ------------------------------------------------------------------- */

static volatile int calls;

static __attribute__((noinline, noipa)) void here(void)
{
	calls++;
}

static __attribute__((noinline, noipa)) void there(void)
{
	calls += 2;
}

#define HERE ((unsigned long)here)
#define THERE ((unsigned long)there)

static int call_both(const struct child_end *end, void *arg)
{
	for (;;) {
		switch (child_await(end)) {
		case 'x':
			return execute_sibling(end, "h_calls");
		case 'f':
			if (!fork()) {
				here();
				_exit(0);
			}
			break;
		default:
			here();
			there();
		}
		child_say(end, 'd');
	}
	return 0;
}

/* ---- tracers ---------------------------------------------------------------------- */

static unsigned long debug_reg(const struct tracer *tracer, pid_t pid, int n)
{
	unsigned long value = 0x5a5a5a5a;
	long ret =
		tr_ptrace_at(tracer, PTRACE_PEEKUSR, pid, DEBUG_REG(n), &value);

	return ret ? (unsigned long)ret : value;
}

static long set_debug_reg(const struct tracer *tracer, pid_t pid, int n,
			  unsigned long value)
{
	return tr_ptrace(tracer, PTRACE_POKEUSR, pid, DEBUG_REG(n), value);
}

/* A breakpoint in register n, and none in the others. */
static long set_only(const struct tracer *tracer, pid_t pid, int n,
		     unsigned long address)
{
	return set_debug_reg(tracer, pid, n, address) ?:
		       set_debug_reg(tracer, pid, 7, ENABLED(n));
}

static long stop_it(const struct tracer *tracer, pid_t pid)
{
	long ret = tr_ptrace(tracer, PTRACE_INTERRUPT, pid, 0, 0);

	if (ret)
		return ret;
	ret = tr_wait_status(tracer, pid);
	return ret == STATUS_INTERRUPT ? 0 : ret ?: -EPROTO;
}

static long go_on(const struct tracer *tracer, pid_t pid, int signal)
{
	return tr_ptrace(tracer, PTRACE_CONT, pid, 0, signal);
}

/* 0 when it stands at a breakpoint on this address, which register n is. */
static int stands_at(const struct tracer *tracer, pid_t pid, int n,
		     unsigned long address)
{
	siginfo_t info;

	if (tr_wait_status(tracer, pid) != STATUS_STOP(SIGTRAP))
		return 1;
	memset(&info, 0, sizeof(info));
	if (tr_ptrace_at(tracer, PTRACE_GETSIGINFO, pid, 0, &info))
		return 2;
	if (info.si_signo != SIGTRAP || info.si_code != TRAP_HWBKPT)
		return 3;
	if ((unsigned long)info.si_addr != address)
		return 4;
	return debug_reg(tracer, pid, 6) & (1UL << n) ? 0 : 5;
}

enum way { DIES, IS_KILLED, DETACHES };

/* One that sets a breakpoint, and goes. */
struct leaver {
	bool shadow;
	pid_t pid;
	enum way way;
};

static int set_and_leave(const struct child_end *end, void *arg)
{
	const struct leaver *leaver = arg;
	struct tracer tracer;

	if (tracer_open(&tracer, leaver->shadow) ||
	    tr_seize_stop(&tracer, leaver->pid, 0) ||
	    set_only(&tracer, leaver->pid, 0, HERE))
		return 1;
	if (leaver->way == DETACHES &&
	    tr_ptrace(&tracer, PTRACE_DETACH, leaver->pid, 0, 0))
		return 2;
	if (leaver->way == IS_KILLED)
		raise(SIGKILL);
	return 0;
}

static int leave_one(bool shadow, pid_t pid, enum way way)
{
	struct leaver leaver = { .shadow = shadow, .pid = pid, .way = way };
	struct child child = child_spawn(set_and_leave, &leaver);
	int status = child_status(&child);

	close(child.go);
	close(child.said);
	return status;
}

/* ---- what is left to the tracee, and to the next tracer ----------------------------- */

FIXTURE(left)
{
	struct tracer next;
	struct child child;
};

FIXTURE_VARIANT(left)
{
	bool first; /* whether that is the shadow's, and so on */
	bool next;
};

FIXTURE_VARIANT_ADD(left, by_native_to_native){
	.first = false,
	.next = false,
};

FIXTURE_VARIANT_ADD(left, by_native_to_shadow){
	.first = false,
	.next = true,
};

FIXTURE_VARIANT_ADD(left, by_shadow_to_native){
	.first = true,
	.next = false,
};

FIXTURE_VARIANT_ADD(left, by_shadow_to_shadow){
	.first = true,
	.next = true,
};

FIXTURE_SETUP(left)
{
	ASSERT_EQ(0, tracer_open(&self->next, variant->next));
	self->child = child_spawn(call_both, NULL);
	ASSERT_TRUE(child_waits(&self->child));
}

FIXTURE_TEARDOWN(left)
{
	child_end(&self->child);
	tracer_close(&self->next);
}

TEST_F(left, kills_who_is_traced_no_more)
{
	enum way way;

	for (way = DIES; way <= DETACHES; way++) {
		EXPECT_EQ(way == IS_KILLED ? SIGKILL : 0,
			  leave_one(variant->first, self->child.pid, way));
		ASSERT_TRUE(child_go(&self->child));
		EXPECT_EQ(SIGTRAP, child_status(&self->child) & 0x7f);
		child_end(&self->child);
		self->child = child_spawn(call_both, NULL);
		ASSERT_TRUE(child_waits(&self->child));
	}
}

TEST_F(left, is_the_next_ones)
{
	const struct tracer *next = &self->next;
	pid_t pid = self->child.pid;

	ASSERT_EQ(SIGKILL, leave_one(variant->first, pid, IS_KILLED));
	ASSERT_EQ(0, tr_seize_stop(next, pid, 0));
	EXPECT_EQ(HERE, debug_reg(next, pid, 0));
	EXPECT_EQ(ENABLED(0), debug_reg(next, pid, 7));
	ASSERT_EQ(0, go_on(next, pid, 0));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(0, stands_at(next, pid, 0, HERE));
	/* It may be moved, and taken away. */
	ASSERT_EQ(0, set_debug_reg(next, pid, 0, THERE));
	ASSERT_EQ(0, go_on(next, pid, 0));
	ASSERT_EQ(0, stands_at(next, pid, 0, THERE));
	ASSERT_EQ(0, set_debug_reg(next, pid, 7, 0));
	ASSERT_EQ(0, tr_ptrace(next, PTRACE_DETACH, pid, 0, 0));
	ASSERT_EQ('d', child_heard(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ('d', child_heard(&self->child));
}

TEST_F(left, is_gone_with_an_execve)
{
	const struct tracer *next = &self->next;
	pid_t pid = self->child.pid;

	ASSERT_EQ(0, leave_one(variant->first, pid, DIES));
	ASSERT_EQ(1, write(self->child.go, "x", 1));
	ASSERT_EQ('r', child_heard(&self->child));
	ASSERT_EQ(0, tr_seize_stop(next, pid, 0));
	EXPECT_EQ(0, debug_reg(next, pid, 0));
	EXPECT_EQ(0, debug_reg(next, pid, 7));
}

TEST_F(left, is_not_inherited_by_a_fork)
{
	int status;

	ASSERT_EQ(0, leave_one(variant->first, self->child.pid, DIES));
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	ASSERT_EQ(1, write(self->child.go, "f", 1));
	ASSERT_EQ('d', child_heard(&self->child));
	child_end(&self->child);
	/* The other one, left by its parent. */
	ASSERT_LT(0, waitpid(-1, &status, 0));
	EXPECT_EQ(0, status);
}

/* ---- two at once -------------------------------------------------------------------- */

FIXTURE(both)
{
	struct tracer native, shadow;
	const struct tracer *first, *last;
	struct child child;
	pid_t pid;
};

FIXTURE_VARIANT(both)
{
	bool last; /* whether the shadow writes last */
};

FIXTURE_VARIANT_ADD(both, native_last){
	.last = false,
};

FIXTURE_VARIANT_ADD(both, shadow_last){
	.last = true,
};

FIXTURE_SETUP(both)
{
	ASSERT_EQ(0, tracer_open(&self->native, false));
	ASSERT_EQ(0, tracer_open(&self->shadow, true));
	self->first = variant->last ? &self->native : &self->shadow;
	self->last = variant->last ? &self->shadow : &self->native;
	self->child = child_spawn(call_both, NULL);
	self->pid = self->child.pid;
	ASSERT_TRUE(child_waits(&self->child));
	/* Neither finds it in the other's stop. */
	ASSERT_EQ(0, tr_seize_stop(self->first, self->pid, 0));
	ASSERT_EQ(0, set_only(self->first, self->pid, 0, HERE));
	ASSERT_EQ(0, go_on(self->first, self->pid, 0));
	ASSERT_EQ(0, tr_seize_stop(self->last, self->pid, 0));
}

FIXTURE_TEARDOWN(both)
{
	child_end(&self->child);
	tracer_close(&self->shadow);
	tracer_close(&self->native);
}

/* The shadow's comes first, and what it lets pass is the native one's as well. */
static void both_are_told(struct __test_metadata *_metadata,
			  const struct tracer *shadow,
			  const struct tracer *native, pid_t pid, int n,
			  unsigned long address)
{
	ASSERT_EQ(0, stands_at(shadow, pid, n, address));
	ASSERT_EQ(0, go_on(shadow, pid, SIGTRAP));
	ASSERT_EQ(0, stands_at(native, pid, n, address));
	ASSERT_EQ(0, go_on(native, pid, 0));
}

TEST_F(both, the_last_write_counts)
{
	EXPECT_EQ(HERE, debug_reg(self->last, self->pid, 0));
	EXPECT_EQ(ENABLED(0), debug_reg(self->last, self->pid, 7));
	ASSERT_EQ(0, set_debug_reg(self->last, self->pid, 0, THERE));
	ASSERT_EQ(0, go_on(self->last, self->pid, 0));
	/* The first one sees that. */
	ASSERT_EQ(0, stop_it(self->first, self->pid));
	EXPECT_EQ(THERE, debug_reg(self->first, self->pid, 0));
	ASSERT_EQ(0, go_on(self->first, self->pid, 0));
	ASSERT_TRUE(child_go(&self->child));
	both_are_told(_metadata, &self->shadow, &self->native, self->pid, 0,
		      THERE);
	EXPECT_EQ('d', child_heard(&self->child));
}

TEST_F(both, have_one_register_each)
{
	unsigned long control = debug_reg(self->last, self->pid, 7);

	ASSERT_EQ(0, set_debug_reg(self->last, self->pid, 1, THERE));
	ASSERT_EQ(0, set_debug_reg(self->last, self->pid, 7,
				   control | ENABLED(1)));
	ASSERT_EQ(0, go_on(self->last, self->pid, 0));
	ASSERT_TRUE(child_go(&self->child));
	both_are_told(_metadata, &self->shadow, &self->native, self->pid, 0,
		      HERE);
	both_are_told(_metadata, &self->shadow, &self->native, self->pid, 1,
		      THERE);
	EXPECT_EQ('d', child_heard(&self->child));
}

/* Register 7 is of all four: who leaves the other's bits out takes them away. */
TEST_F(both, share_the_register_that_enables)
{
	ASSERT_EQ(0, set_only(self->last, self->pid, 1, THERE));
	ASSERT_EQ(0, go_on(self->last, self->pid, 0));
	ASSERT_TRUE(child_go(&self->child));
	both_are_told(_metadata, &self->shadow, &self->native, self->pid, 1,
		      THERE);
	EXPECT_EQ('d', child_heard(&self->child));
}

/* A hit of the other's that the shadow suppresses is one that its tracer never hears of. */
TEST_F(both, the_shadow_may_suppress_a_hit)
{
	ASSERT_EQ(0, go_on(self->last, self->pid, 0));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(0, stands_at(&self->shadow, self->pid, 0, HERE));
	ASSERT_EQ(0, go_on(&self->shadow, self->pid, 0));
	/* Without a stop. */
	EXPECT_EQ('d', child_heard(&self->child));
	EXPECT_EQ(0, waitpid(self->pid, NULL, WNOHANG | __WALL));
}

/* The one that stays finds all as it was, and the other's with it. */
TEST_F(both, who_detaches_leaves_all_as_it_was)
{
	ASSERT_EQ(0, set_debug_reg(self->last, self->pid, 1, THERE));
	ASSERT_EQ(0, set_debug_reg(self->last, self->pid, 7,
				   ENABLED(0) | ENABLED(1)));
	ASSERT_EQ(0, tr_ptrace(self->last, PTRACE_DETACH, self->pid, 0, 0));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(0, stands_at(self->first, self->pid, 0, HERE));
	ASSERT_EQ(0, go_on(self->first, self->pid, 0));
	ASSERT_EQ(0, stands_at(self->first, self->pid, 1, THERE));
	EXPECT_EQ(ENABLED(0) | ENABLED(1),
		  debug_reg(self->first, self->pid, 7));
	ASSERT_EQ(0, go_on(self->first, self->pid, 0));
	EXPECT_EQ('d', child_heard(&self->child));
}

TEST_HARNESS_MAIN
