// SPDX-License-Identifier: GPL-2.0
/*
 * PR_SET_PTRACER: whom a process declares to be welcome as its tracer, by
 * prctl(2) and by ioctl, whether or not a security module listens as well.
 *
 * Tracers and tracees are users without privileges under scope 1 and no
 * relatives, so that it is the declaration that lets one attach.
 */
#include <pthread.h>
#include <sched.h>
#include "people.h"

static bool yama_is_there(void)
{
	return !access(YAMA_SCOPE, F_OK);
}

static struct person *user(struct person *parent)
{
	struct person *person = person_new(parent, 0);

	if (person && ask(person, do_become, USER, USER)) {
		person_end(person);
		person = NULL;
	}
	return person;
}

/* A child of a user is one. */
static struct person *child_of(struct person *parent)
{
	return person_new(parent, 0);
}

static long try(struct person *tracer, struct person *tracee)
{
	return ask(tracer, do_try_seize, number_for(tracer, tracee));
}

static int thread_pipe[2] = { -1, -1 };

static void *stay(void *tid)
{
	char byte;

	*(volatile pid_t *)tid = syscall(SYS_gettid);
	while (read(thread_pipe[0], &byte, 1) < 0 && errno == EINTR)
		;
	return NULL;
}

/* A thread that stays until it is told, or its process ends; its number. */
static long do_make_thread(long a, long b, long c)
{
	static volatile pid_t tid;
	pthread_t thread;

	tid = 0;
	if (thread_pipe[0] < 0 && pipe(thread_pipe))
		return -errno;
	if (pthread_create(&thread, NULL, stay, (void *)&tid))
		return -EAGAIN;
	pthread_detach(thread);
	WAIT_UNTIL(tid);
	return tid;
}

static long do_end_thread(long tid, long b, long c)
{
	if (write(thread_pipe[1], "e", 1) != 1)
		return -errno;
	return WAIT_UNTIL(syscall(SYS_tgkill, getpid(), tid, 0)) ? 0 : -EBUSY;
}

FIXTURE(ptracer)
{
	struct machine machine;
	struct person *tracee, *tracer;
};

FIXTURE_SETUP(ptracer)
{
	ASSERT_TRUE(people_begin());
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_RESTRICTED));
	self->tracee = user(NULL);
	self->tracer = user(NULL);
	ASSERT_NE(NULL, self->tracee);
	ASSERT_NE(NULL, self->tracer);
}

FIXTURE_TEARDOWN(ptracer)
{
	people_end();
	machine_end(&self->machine);
}

/* ---- the two of Starnix ------------------------------------------------------- */

TEST_F(ptracer, lets_the_tracer_that_it_names)
{
	struct person *not_tracer = user(NULL);

	EXPECT_EQ(-EINVAL, ask(self->tracee, do_prctl_declare, NOBODY));
	EXPECT_EQ(-EPERM, ask(self->tracer, do_try_attach, self->tracee->pid));
	EXPECT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(-EPERM, ask(not_tracer, do_try_attach, self->tracee->pid));
	EXPECT_EQ(0, ask(self->tracer, do_try_attach, self->tracee->pid));
}

TEST_F(ptracer, lets_anyone)
{
	EXPECT_EQ(-EINVAL, ask(self->tracee, do_prctl_declare, NOBODY));
	EXPECT_EQ(-EPERM, ask(self->tracer, do_try_attach, self->tracee->pid));
	EXPECT_EQ(0, ask(self->tracee, do_prctl_declare, PR_SET_PTRACER_ANY));
	EXPECT_EQ(0, ask(self->tracer, do_try_attach, self->tracee->pid));
}

/* ---- the ways to declare -------------------------------------------------------- */

FIXTURE(way)
{
	struct machine machine;
	struct person *tracee, *tracer, *other;
};

FIXTURE_VARIANT(way)
{
	errand declare;
	bool in_a_thread;
};

FIXTURE_VARIANT_ADD(way, prctl){
	.declare = do_prctl_declare,
};

FIXTURE_VARIANT_ADD(way, prctl_in_a_thread){
	.declare = do_prctl_declare,
	.in_a_thread = true,
};

FIXTURE_VARIANT_ADD(way, ioctl){
	.declare = do_declare,
};

FIXTURE_VARIANT_ADD(way, ioctl_in_a_thread){
	.declare = do_declare,
	.in_a_thread = true,
};

FIXTURE_SETUP(way)
{
	ASSERT_TRUE(people_begin());
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_RESTRICTED));
	self->tracee = user(NULL);
	self->tracer = user(NULL);
	self->other = user(NULL);
	ASSERT_NE(NULL, self->other);
}

FIXTURE_TEARDOWN(way)
{
	people_end();
	machine_end(&self->machine);
}

#define declare(pid)                                          \
	person_ask(self->tracee, variant->declare, pid, 0, 0, \
		   variant->in_a_thread)

TEST_F(way, names_one)
{
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	ASSERT_EQ(0, declare(self->tracer->pid));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	EXPECT_EQ(-EPERM, try(self->other, self->tracee));
	/* Not the other way round. */
	EXPECT_EQ(-EPERM, try(self->tracee, self->tracer));
}

TEST_F(way, names_another_instead)
{
	ASSERT_EQ(0, declare(self->tracer->pid));
	ASSERT_EQ(0, declare(self->other->pid));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	EXPECT_EQ(0, try(self->other, self->tracee));
	ASSERT_EQ(0, declare(SPT_PTRACER_ANY));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	ASSERT_EQ(0, declare(self->other->pid));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	EXPECT_EQ(1, setting_read(FACTS "declarations"));
}

TEST_F(way, withdraws)
{
	/* What isn't there can be withdrawn. */
	EXPECT_EQ(0, declare(SPT_PTRACER_NONE));
	ASSERT_EQ(0, declare(self->tracer->pid));
	EXPECT_EQ(0, declare(SPT_PTRACER_NONE));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	ASSERT_EQ(0, declare(SPT_PTRACER_ANY));
	EXPECT_EQ(0, declare(SPT_PTRACER_NONE));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	EXPECT_EQ(0, setting_read(FACTS "declarations"));
}

TEST_F(way, fails_without_a_change)
{
	ASSERT_EQ(0, declare(self->tracer->pid));
	EXPECT_EQ(-EINVAL, declare(NOBODY));
	EXPECT_EQ(-EINVAL, declare(-2));
	EXPECT_EQ(-EINVAL, declare(INT_MIN));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	EXPECT_EQ(-EPERM, try(self->other, self->tracee));
}

/* As the kernel's own, which takes a thread for its process. */
TEST_F(way, names_a_process_by_a_thread_of_it)
{
	pid_t tid = ask(self->tracer, do_make_thread);

	ASSERT_LT(0, tid);
	ASSERT_NE(self->tracer->pid, tid);
	ASSERT_EQ(0, declare(tid));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	EXPECT_EQ(-EPERM, try(self->other, self->tracee));
}

TEST_F(way, names_itself)
{
	/* Which helps its descendants. */
	struct person *child = child_of(self->tracee);

	ASSERT_EQ(0, declare(self->tracee->pid));
	EXPECT_EQ(0, try(child, self->tracee));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
}

/* ---- -1 in all its widths ----------------------------------------------------------- */

TEST_F(ptracer, any_is_minus_one_of_any_width)
{
	static const unsigned long numbers[] = { -1UL, 0xffffffffUL };
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(numbers); i++) {
		ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, 0));
		ASSERT_EQ(-EPERM, try(self->tracer, self->tracee));
		EXPECT_EQ(0, ask(self->tracee, do_prctl_declare, numbers[i]));
		EXPECT_EQ(0, try(self->tracer, self->tracee));
	}
}

#if __SIZEOF_LONG__ == 8
/* As Yama reads them: an int, and nobody only when there is nothing else. */
TEST_F(ptracer, reads_wide_numbers_as_yama_does)
{
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(-EINVAL, ask(self->tracee, do_prctl_declare, 1ULL << 32));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, 0));
	EXPECT_EQ(0, ask(self->tracee, do_prctl_declare,
			 1ULL << 32 | self->tracer->pid));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
}
#endif

static long do_other_prctls(long a, long b, long c)
{
	char name[16];

	if (prctl(PR_SET_NAME, "declarer") || prctl(PR_GET_NAME, name) ||
	    strcmp(name, "declarer"))
		return 1;
	if (prctl(0x59616d60, -1L, 0, 0, 0) != -1 || errno != EINVAL)
		return 2;
	if (prctl(PR_GET_DUMPABLE) != 1)
		return 3;
	return 0;
}

TEST_F(ptracer, other_prctls_are_none_of_its_business)
{
	EXPECT_EQ(0, ask(self->tracee, do_other_prctls));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	EXPECT_EQ(0, setting_read(FACTS "declarations"));
}

/* ---- families ------------------------------------------------------------------------ */

TEST_F(ptracer, covers_descendants)
{
	struct person *child = child_of(self->tracer), *grandchild, *later;

	grandchild = child_of(child);
	ASSERT_NE(NULL, grandchild);
	ASSERT_EQ(-EPERM, try(grandchild, self->tracee));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(0, try(child, self->tracee));
	EXPECT_EQ(0, try(grandchild, self->tracee));
	later = child_of(grandchild);
	EXPECT_EQ(0, try(later, self->tracee));
}

TEST_F(ptracer, covers_no_parent_and_no_sibling)
{
	struct person *child = child_of(self->tracer);
	struct person *sibling = child_of(self->tracer);

	ASSERT_NE(NULL, sibling);
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, child->pid));
	EXPECT_EQ(0, try(child, self->tracee));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	EXPECT_EQ(-EPERM, try(sibling, self->tracee));
}

TEST_F(ptracer, isnt_inherited)
{
	struct person *child, *grandchild;

	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	child = child_of(self->tracee);
	grandchild = child_of(child);
	ASSERT_NE(NULL, grandchild);
	EXPECT_EQ(-EPERM, try(self->tracer, child));
	EXPECT_EQ(-EPERM, try(self->tracer, grandchild));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, SPT_PTRACER_ANY));
	EXPECT_EQ(-EPERM, try(self->tracer, child));
	/* Nor does the child's count for the parent. */
	ASSERT_EQ(0, ask(child, do_prctl_declare, self->tracer->pid));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, 0));
	EXPECT_EQ(0, try(self->tracer, child));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
}

TEST_F(ptracer, names_by_descent_as_it_is_now)
{
	struct person *middle = child_of(self->tracer);
	struct person *end = child_of(middle);

	ASSERT_NE(NULL, end);
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(0, try(end, self->tracee));
	/* An orphan is another's child. */
	person_end(middle);
	EXPECT_EQ(-EPERM, try(end, self->tracee));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
}

/* ---- threads and programs ------------------------------------------------------------- */

TEST_F(ptracer, is_the_whole_process)
{
	pid_t tid = ask(self->tracee, do_make_thread);

	ASSERT_LT(0, tid);
	EXPECT_EQ(-EPERM, ask(self->tracer, do_try_seize, tid));
	ASSERT_EQ(0, ask_thread(self->tracee, do_prctl_declare,
				self->tracer->pid));
	EXPECT_EQ(0, ask(self->tracer, do_try_seize, self->tracee->pid));
	EXPECT_EQ(0, ask(self->tracer, do_try_seize, tid));
	/* By any thread of the tracer, too. */
	EXPECT_EQ(0, ask_thread(self->tracer, do_try_seize, tid));
	/* Every thread can withdraw what another declared. */
	ASSERT_EQ(0, ask_thread(self->tracee, do_prctl_declare, 0));
	EXPECT_EQ(-EPERM, ask(self->tracer, do_try_seize, self->tracee->pid));
	EXPECT_EQ(-EPERM, ask(self->tracer, do_try_seize, tid));
}

TEST_F(ptracer, outlives_threads_of_either_side)
{
	pid_t of_tracee, of_tracer;
	int i;

	ASSERT_EQ(0, ask_thread(self->tracee, do_prctl_declare,
				self->tracer->pid));
	for (i = 0; i < 3; i++) {
		of_tracee = ask(self->tracee, do_make_thread);
		of_tracer = ask(self->tracer, do_make_thread);
		ASSERT_LT(0, of_tracer);
		EXPECT_EQ(0, ask(self->tracee, do_end_thread, of_tracee));
		EXPECT_EQ(0, ask(self->tracer, do_end_thread, of_tracer));
		EXPECT_EQ(0, try(self->tracer, self->tracee));
	}
}

/* The thread that the declaration named ends, its process doesn't. */
TEST_F(ptracer, outlives_the_thread_that_it_names)
{
	pid_t tid = ask(self->tracer, do_make_thread);

	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, tid));
	ASSERT_EQ(0, ask(self->tracer, do_end_thread, tid));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
}

static void *execute(void *arg)
{
	do_execute(0, 0, 0);
	_exit(1);
}

/* Executes in a thread that isn't the leader, which goes with all others. */
static long do_execute_in_a_thread(long a, long b, long c)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, execute, NULL))
		return -EAGAIN;
	for (;;)
		pause();
}

TEST_F(ptracer, outlives_programs)
{
	static const errand executes[] = {
		do_execute,
		do_execute_in_a_thread,
		do_execute,
		do_execute_in_a_thread,
	};
	unsigned int i;

	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	for (i = 0; i < ARRAY_LEN(executes); i++) {
		ASSERT_EQ(0, ask(self->tracee, executes[i]));
		EXPECT_EQ(0, try(self->tracer, self->tracee))
		{
			TH_LOG("tracee, %u", i);
		}
		ASSERT_EQ(0, ask(self->tracer, executes[i]));
		EXPECT_EQ(0, try(self->tracer, self->tracee))
		{
			TH_LOG("tracer, %u", i);
		}
	}
	EXPECT_EQ(1, setting_read(FACTS "declarations"));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, 0));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
}

TEST_F(ptracer, made_by_a_thread_outlives_its_program)
{
	ASSERT_EQ(0,
		  ask_thread(self->tracee, do_prctl_declare, SPT_PTRACER_ANY));
	ASSERT_EQ(0, ask(self->tracee, do_execute_in_a_thread));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
}

/* ---- beside native tracing ------------------------------------------------------ */

static long do_native_seize(long pid, long b, long c)
{
	long ret = syscall(SYS_ptrace, (long)PTRACE_SEIZE, pid, 0L, 0L);

	return ret < 0 ? -errno : 0;
}

/* A native tracer takes a parent's place in all but name. */
TEST_F(ptracer, isnt_about_native_tracers)
{
	struct person *parent = user(NULL), *child = child_of(parent);
	struct person *native = user(NULL), *friend = user(NULL);

	ASSERT_NE(NULL, friend);
	ASSERT_EQ(0, ask(native, do_native_seize, child->pid));
	EXPECT_EQ(0, try(parent, child));
	EXPECT_EQ(-EPERM, try(native, child));
	/* Nor is one whom it traces a child of it. */
	ASSERT_EQ(0, ask(native, do_native_seize, friend->pid));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, native->pid));
	EXPECT_EQ(0, try(native, self->tracee));
	EXPECT_EQ(-EPERM, try(friend, self->tracee));
}

/* ---- death ------------------------------------------------------------------------------ */

/* Make a person with a number that another had; false when that didn't go. */
static struct person *user_numbered(pid_t number)
{
	struct person *person;
	int tries;

	for (tries = 0; tries < 50; tries++) {
		if (!setting_write("/proc/sys/kernel/ns_last_pid", number - 1))
			return NULL;
		person = user(NULL);
		if (!person || person->pid == number)
			return person;
		person_end(person);
	}
	return NULL;
}

TEST_F(ptracer, ends_with_the_one_it_names)
{
	pid_t number = self->tracer->pid;
	struct person *child = child_of(self->tracer), *again;

	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, number));
	ASSERT_EQ(0, try(child, self->tracee));
	person_end(self->tracer);
	EXPECT_EQ(-EPERM, try(child, self->tracee));
	EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "declarations")));
	again = user_numbered(number);
	ASSERT_NE(NULL, again);
	EXPECT_EQ(-EPERM, try(again, self->tracee));
}

TEST_F(ptracer, ends_with_the_one_who_made_it)
{
	pid_t number = self->tracee->pid;
	struct person *child, *again;

	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, SPT_PTRACER_ANY));
	child = child_of(self->tracee);
	ASSERT_NE(NULL, child);
	person_end(self->tracee);
	EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "declarations")));
	EXPECT_EQ(-EPERM, try(self->tracer, child));
	again = user_numbered(number);
	ASSERT_NE(NULL, again);
	EXPECT_EQ(-EPERM, try(self->tracer, again));
}

/* Dead is dead, whether or not its parent has noticed. */
TEST_F(ptracer, ends_before_the_dead_are_reaped)
{
	pid_t number = self->tracer->pid;

	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, number));
	ASSERT_EQ(1, setting_read(FACTS "declarations"));
	kill(number, SIGKILL);
	ASSERT_TRUE(WAIT_UNTIL(proc_state(number) == 'Z'));
	EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "declarations")));
	/* It can't be named any more, or it is of no use. */
	if (!ask(self->tracee, do_prctl_declare, number))
		EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "declarations")));
}

static long do_end_leader(long a, long b, long c)
{
	return syscall(SYS_exit, 0);
}

/* A process whose leader has ended is still there. */
TEST_F(ptracer, outlives_the_leader_of_the_one_it_names)
{
	struct person *child = child_of(self->tracer);
	pid_t number = self->tracer->pid;

	ASSERT_LT(0, ask(self->tracer, do_make_thread));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, number));
	ASSERT_TRUE(person_tell(self->tracer, do_end_leader, 0, 0));
	ASSERT_TRUE(WAIT_UNTIL(proc_state(number) == 'Z'));
	EXPECT_EQ(0, try(child, self->tracee));
	EXPECT_EQ(1, setting_read(FACTS "declarations"));
}

TEST_F(ptracer, outlives_the_leader_of_the_one_who_made_it)
{
	pid_t tid = ask(self->tracee, do_make_thread);

	ASSERT_LT(0, tid);
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	ASSERT_TRUE(person_tell(self->tracee, do_end_leader, 0, 0));
	ASSERT_TRUE(WAIT_UNTIL(proc_state(self->tracee->pid) == 'Z'));
	EXPECT_EQ(0, ask(self->tracer, do_try_seize, tid));
	EXPECT_EQ(1, setting_read(FACTS "declarations"));
}

TEST_F(ptracer, many_leave_nothing_behind)
{
	int i, status;
	pid_t pid;

	for (i = 0; i < rounds(1000); i++) {
		pid = fork();
		if (!pid) {
			/* Both sides end, in either order. */
			pid = i % 2 ? getppid() : (int)self->tracee->pid;
			_exit(do_prctl_declare(i % 3 ? pid : -1, 0, 0) != 0);
		}
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_EQ(0, status);
	}
	EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "declarations")));
}

static int declare_and_end(int rounds)
{
	pid_t pid;

	while (rounds-- > 0) {
		pid = fork();
		if (!pid) {
			/* Its child's declaration ends with either of them. */
			if (!fork())
				_exit(do_prctl_declare(getppid(), 0, 0) == 0);
			_exit(do_prctl_declare(getppid(), 0, 0) != 0);
		}
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return 1;
	}
	return 0;
}

TEST_F(ptracer, many_at_once_leave_nothing_behind)
{
	pid_t pids[4];
	int i, status;

	for (i = 0; i < ARRAY_LEN(pids); i++) {
		pids[i] = fork();
		if (!pids[i]) {
			prctl(PR_SET_CHILD_SUBREAPER, 1);
			_exit(declare_and_end(rounds(200)));
		}
	}
	for (i = 0; i < ARRAY_LEN(pids); i++) {
		ASSERT_EQ(pids[i], waitpid(pids[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "declarations")));
}

/* ---- what it doesn't do ------------------------------------------------------------- */

TEST_F(ptracer, gives_nobody_more_than_scope_0_does)
{
	struct person *other = person_made(NULL, 0, do_become, OTHER, OTHER);
	struct person *undumpable = user(NULL);

	ASSERT_NE(NULL, other);
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, SPT_PTRACER_ANY));
	EXPECT_EQ(-EPERM, try(other, self->tracee));
	EXPECT_EQ(SPT_RULE_ACCESS,
		  FIRST_OF(ask(other, do_explain, self->tracee->pid)));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, other->pid));
	EXPECT_EQ(-EPERM, try(other, self->tracee));
	ASSERT_EQ(0, ask(undumpable, do_prctl_declare, SPT_PTRACER_ANY));
	ASSERT_EQ(0, try(self->tracer, undumpable));
	ASSERT_EQ(0, ask(undumpable, do_call, SYS_prctl, PR_SET_DUMPABLE));
	EXPECT_EQ(-EPERM, try(self->tracer, undumpable));
	ASSERT_EQ(0, do_set_scope(0, 2, 0));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, SPT_PTRACER_ANY));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	EXPECT_EQ(SPT_RULE_SCOPE,
		  FIRST_OF(ask(self->tracer, do_explain, self->tracee->pid)));
}

/* Under scope 0 it isn't needed, and is there when it is. */
TEST_F(ptracer, counts_when_the_scope_does)
{
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	ASSERT_EQ(0, do_set_scope(0, 2, 0));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	ASSERT_EQ(0, do_set_scope(0, 1, 0));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
}

/* ---- pid namespaces --------------------------------------------------------------------- */

static struct person *container(void)
{
	return person_new(NULL, CLONE_NEWPID);
}

TEST_F(ptracer, reads_numbers_where_its_maker_lives)
{
	struct person *root = container(), *tracee = user(root);
	struct person *tracer = user(root);

	ASSERT_NE(NULL, tracer);
	ASSERT_LT(50, tracer->pid);
	/* Numbers from outside are nobody's here. */
	EXPECT_EQ(-EINVAL, ask(tracee, do_prctl_declare, tracer->pid));
	EXPECT_EQ(-EINVAL, ask(tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(-EINVAL, ask(tracee, do_declare, self->tracer->pid));
	EXPECT_EQ(-EPERM, try(tracer, tracee));
	ASSERT_EQ(0, ask(tracee, do_prctl_declare, tracer->number));
	EXPECT_EQ(0, try(tracer, tracee));
	EXPECT_EQ(-EPERM, try(self->tracer, tracee));
}

TEST_F(ptracer, lets_anyone_from_outside_too)
{
	struct person *root = container(), *tracee = user(root);

	ASSERT_NE(NULL, tracee);
	EXPECT_EQ(-EPERM, try(self->tracer, tracee));
	ASSERT_EQ(0, ask(tracee, do_prctl_declare, SPT_PTRACER_ANY));
	EXPECT_EQ(0, try(self->tracer, tracee));
}

TEST_F(ptracer, shows_nobody_inside_what_is_outside)
{
	struct person *root = container(), *inside = user(root);

	ASSERT_NE(NULL, inside);
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, inside->pid));
	EXPECT_EQ(-ESRCH, ask(inside, do_try_seize, self->tracee->pid));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
}

TEST_F(ptracer, ends_with_the_container)
{
	struct person *root = container(), *tracee = user(root);
	struct person *tracer = user(root);

	ASSERT_NE(NULL, tracer);
	ASSERT_EQ(0, ask(tracee, do_prctl_declare, tracer->number));
	ASSERT_EQ(0, ask(tracer, do_declare, SPT_PTRACER_ANY));
	ASSERT_EQ(0, ask(self->tracee, do_declare, tracer->pid));
	EXPECT_EQ(3, setting_read(FACTS "declarations"));
	person_end(root);
	EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "declarations")));
}

/* ---- beside a security module, and without one -------------------------------------------- */

TEST_F(ptracer, is_heard_by_yama_as_well)
{
	if (!yama_is_there())
		SKIP(return, "no Yama");
	ASSERT_TRUE(setting_write(YAMA_SCOPE, 1));
	EXPECT_EQ(-EPERM,
		  ask(self->tracer, do_try_native_seize, self->tracee->pid));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	/* Yama doesn't know of this one. */
	ASSERT_EQ(0, ask(self->tracee, do_declare, self->tracer->pid));
	EXPECT_EQ(-EPERM,
		  ask(self->tracer, do_try_native_seize, self->tracee->pid));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	EXPECT_EQ(SPT_RULE_ACCESS,
		  FIRST_OF(ask(self->tracer, do_explain, self->tracee->pid)));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(0, ask(self->tracer, do_try_native_seize, self->tracee->pid));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	ASSERT_EQ(0, ask(self->tracee, do_prctl_declare, 0));
	EXPECT_EQ(-EPERM,
		  ask(self->tracer, do_try_native_seize, self->tracee->pid));
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
}

/* The results are those of Yama where there is one. */
TEST_F(ptracer, succeeds_without_a_security_module_where_it_should)
{
	bool heard = yama_is_there();
	bool should = setting_read(PARAMETERS "prctl");

	ASSERT_TRUE(should);
	ASSERT_TRUE(setting_write(PARAMETERS "prctl", 0));
	EXPECT_EQ(heard ? 0 : -EINVAL,
		  ask(self->tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(heard ? 0 : -EINVAL,
		  ask(self->tracee, do_prctl_declare, SPT_PTRACER_ANY));
	EXPECT_EQ(-EINVAL, ask(self->tracee, do_prctl_declare, NOBODY));
	EXPECT_EQ(heard ? 0 : -EINVAL, ask(self->tracee, do_prctl_declare, 0));
	/* It is heard all the same. */
	ask(self->tracee, do_prctl_declare, self->tracer->pid);
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	ask(self->tracee, do_prctl_declare, 0);
	EXPECT_EQ(-EPERM, try(self->tracer, self->tracee));
	/* The ioctl is another matter. */
	EXPECT_EQ(0, ask(self->tracee, do_declare, self->tracer->pid));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	EXPECT_EQ(0, ask(self->tracee, do_declare, 0));

	ASSERT_TRUE(setting_write(PARAMETERS "prctl", 1));
	EXPECT_EQ(0, ask(self->tracee, do_prctl_declare, self->tracer->pid));
	EXPECT_EQ(0, try(self->tracer, self->tracee));
	EXPECT_EQ(-EINVAL, ask(self->tracee, do_prctl_declare, NOBODY));
	EXPECT_EQ(0, ask(self->tracee, do_prctl_declare, 0));
}

TEST_HARNESS_MAIN
