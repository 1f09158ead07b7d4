// SPDX-License-Identifier: GPL-2.0
/*
 * The scopes of pid namespaces: who may set them, what is inherited, what can't
 * be undone, that they end with their namespace, and which count in place of Yama's.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include "people.h"

#define CAP(name) (1L << (name))

#define MAX_NAMESPACES "/proc/sys/user/max_pid_namespaces"

FIXTURE(scope)
{
	struct machine machine;
	long namespaces;
};

FIXTURE_SETUP(scope)
{
	ASSERT_TRUE(people_begin());
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_RESTRICTED));
	self->namespaces = setting_read(MAX_NAMESPACES);
}

FIXTURE_TEARDOWN(scope)
{
	people_end();
	setting_write(MAX_NAMESPACES, self->namespaces);
	machine_end(&self->machine);
}

/* What a namespace has that was never given a scope. */
static long inherited(unsigned int scope)
{
	return PACKED(scope, scope, 0);
}

static long given(unsigned int scope)
{
	return PACKED(scope, scope, SPT_SCOPE_SET);
}

static struct person *container(struct person *parent)
{
	return person_new(parent, CLONE_NEWPID);
}

/* The first process of a container is 1 to itself. */
static long get_own(struct person *person)
{
	return ask(person, do_get_scope, 0);
}

static long set_own(struct person *person, unsigned int scope)
{
	return ask(person, do_set_scope, 0, scope);
}

/* ---- what is there --------------------------------------------------------- */

TEST_F(scope, of_the_machine_is_the_parameter_at_first)
{
	EXPECT_EQ(setting_read(PARAMETERS "scope"), self->machine.scope);
	EXPECT_EQ(given(1), do_get_scope(0, 0, 0));
	EXPECT_EQ(given(1), do_get_scope(1, 0, 0));
	EXPECT_EQ(given(1), do_get_scope(getpid(), 0, 0));
}

TEST_F(scope, is_the_parents_until_one_is_given)
{
	struct person *outer = container(NULL), *inner = container(outer);

	ASSERT_NE(NULL, inner);
	EXPECT_EQ(inherited(1), get_own(outer));
	EXPECT_EQ(inherited(1), get_own(inner));
	ASSERT_EQ(0, do_set_scope(0, 2, 0));
	EXPECT_EQ(inherited(2), get_own(outer));
	EXPECT_EQ(inherited(2), get_own(inner));
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	EXPECT_EQ(inherited(0), get_own(inner));
	/* From the nearest that has one. */
	ASSERT_EQ(0, set_own(outer, 2));
	EXPECT_EQ(given(2), get_own(outer));
	EXPECT_EQ(inherited(2), get_own(inner));
	ASSERT_EQ(0, set_own(outer, 1));
	EXPECT_EQ(inherited(1), get_own(inner));
	EXPECT_EQ(given(0), do_get_scope(0, 0, 0));
}

TEST_F(scope, given_to_one_stays_its_own)
{
	struct person *outer = container(NULL), *inner = container(outer);

	ASSERT_NE(NULL, inner);
	ASSERT_EQ(0, set_own(inner, 1));
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	EXPECT_EQ(given(1), get_own(inner));
	/* Stricter ones around it count, and aren't its own. */
	ASSERT_EQ(0, do_set_scope(0, 2, 0));
	EXPECT_EQ(PACKED(1, 2, SPT_SCOPE_SET | SPT_SCOPE_ENCLOSED),
		  get_own(inner));
	ASSERT_EQ(0, set_own(outer, 0));
	EXPECT_EQ(PACKED(0, 2, SPT_SCOPE_SET | SPT_SCOPE_ENCLOSED),
		  get_own(outer));
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	EXPECT_EQ(given(0), get_own(outer));
	EXPECT_EQ(given(1), get_own(inner));
}

TEST_F(scope, inherited_from_one_that_is_enclosed_is_enclosed)
{
	struct person *outer = container(NULL), *inner = container(outer);

	ASSERT_NE(NULL, inner);
	ASSERT_EQ(0, set_own(outer, 0));
	EXPECT_EQ(PACKED(0, 1, SPT_SCOPE_ENCLOSED), get_own(inner));
}

TEST_F(scope, of_a_sibling_is_another)
{
	struct person *one = container(NULL), *two = container(NULL);

	ASSERT_NE(NULL, two);
	ASSERT_EQ(0, set_own(one, 2));
	EXPECT_EQ(inherited(1), get_own(two));
	EXPECT_EQ(given(1), do_get_scope(0, 0, 0));
}

/* A chain of namespaces whose scopes change at random, beside a model of it. */
#define DEPTH 6

struct chain {
	struct person *persons[DEPTH];
	int own[DEPTH]; /* -1: never given */
	/* Of the first, from the second: one more than it, 0 for nothing. */
	int said[DEPTH][DEPTH];
};

/* Not below what was said from further out; and from there is the last word. */
static bool model_set(struct chain *chain, int from, int level, int scope)
{
	int *said = chain->said[level];
	int i;

	for (i = 0; i < from && level; i++)
		if (said[i] > scope + 1)
			return false;
	for (; i < DEPTH; i++)
		said[i] = 0;
	said[from] = scope + 1;
	chain->own[level] = scope;
	return true;
}

static long expected_of(const struct chain *chain, int level)
{
	unsigned int own = 0, effective = 0;
	bool found = false;
	int i;

	for (i = level; i >= 0; i--) {
		if (chain->own[i] < 0)
			continue;
		if (!found)
			own = chain->own[i];
		found = true;
		if (chain->own[i] > (int)effective)
			effective = chain->own[i];
	}
	return PACKED(own, effective,
		      (chain->own[level] >= 0 ? SPT_SCOPE_SET : 0) |
			      (effective > own ? SPT_SCOPE_ENCLOSED : 0));
}

/* Whoever is further out sets it, by its number there. */
static long set_from_outside(const struct chain *chain, int from, int level,
			     unsigned int scope)
{
	pid_t number;

	if (from == level)
		return set_own(chain->persons[level], scope);
	if (!from)
		return do_set_scope(chain->persons[level]->pid, scope, 0);
	number = number_for(chain->persons[from], chain->persons[level]);
	return ask(chain->persons[from], do_set_scope, number, scope);
}

TEST_F(scope, that_counts_is_the_strictest_around)
{
	struct chain chain = { .own = { 1, -1, -1, -1, -1, -1 } };
	unsigned int state = 12345;
	int i, level, from, round, scope, refused = 0;

	for (i = 1; i < DEPTH; i++)
		chain.persons[i] = container(chain.persons[i - 1]);
	ASSERT_NE(NULL, chain.persons[DEPTH - 1]);
	for (round = 0; round < rounds(200); round++) {
		state = state * 1103515245 + 12345;
		level = (state >> 16) % DEPTH;
		from = (state >> 20) % (level + 1);
		scope = (state >> 25) % 3;
		if (level) {
			bool lets = model_set(&chain, from, level, scope);

			refused += !lets;
			ASSERT_EQ(lets ? 0 : -EPERM,
				  set_from_outside(&chain, from, level, scope));
		} else {
			ASSERT_TRUE(model_set(&chain, 0, 0, scope));
			ASSERT_EQ(0, do_set_scope(0, scope, 0));
		}
		for (i = 1; i < DEPTH; i++) {
			ASSERT_EQ(expected_of(&chain, i),
				  get_own(chain.persons[i]))
			{
				TH_LOG("round %d, level %d", round, i);
			}
		}
	}
	EXPECT_LT(0, refused);
}

/* ---- which namespace ---------------------------------------------------------- */

TEST_F(scope, of_a_number_is_that_of_the_namespace_it_is_in)
{
	struct person *person = container(NULL);
	struct person *beside = person_new(person, 0);

	ASSERT_NE(NULL, beside);
	/* The container's, by any number in it. */
	ASSERT_EQ(0, do_set_scope(beside->pid, 2, 0));
	EXPECT_EQ(given(2), do_get_scope(person->pid, 0, 0));
	EXPECT_EQ(given(2), ask(person, do_get_scope, beside->number));
	EXPECT_EQ(given(1), do_get_scope(0, 0, 0));
	/* 1 is another's number outside. */
	ASSERT_EQ(0, ask(beside, do_set_scope, 1, 3));
	EXPECT_EQ(given(3), do_get_scope(person->pid, 0, 0));
	EXPECT_EQ(given(1), do_get_scope(1, 0, 0));
}

static long do_get_scope_of_a_thread(long a, long b, long c)
{
	return do_get_scope(syscall(SYS_gettid), 0, 0);
}

TEST_F(scope, of_a_thread_is_that_of_its_process)
{
	struct person *person = container(NULL);

	ASSERT_EQ(0, set_own(person, 2));
	EXPECT_EQ(given(2), ask_thread(person, do_get_scope_of_a_thread));
}

/* One that made a namespace for its children isn't in it. */
TEST_F(scope, of_a_process_isnt_its_childrens)
{
	struct person *parent = person_new(NULL, 0), *child;

	ASSERT_EQ(0, ask(parent, do_call, SYS_unshare, CLONE_NEWPID));
	child = person_new(parent, 0);
	ASSERT_NE(NULL, child);
	ASSERT_EQ(0, set_own(child, 2));
	EXPECT_EQ(given(1), get_own(parent));
	EXPECT_EQ(given(1), do_get_scope(parent->pid, 0, 0));
	ASSERT_EQ(0, set_own(parent, 0));
	EXPECT_EQ(given(0), do_get_scope(0, 0, 0));
	EXPECT_EQ(given(2), get_own(child));
}

TEST_F(scope, of_a_number_from_elsewhere_is_esrch)
{
	struct person *one = container(NULL), *two = container(NULL);
	pid_t foreign[3];
	unsigned int i;

	ASSERT_NE(NULL, two);
	/* The outer numbers of all three are none inside. */
	foreign[0] = getpid();
	foreign[1] = one->pid;
	foreign[2] = two->pid;
	for (i = 0; i < ARRAY_LEN(foreign); i++) {
		ASSERT_LT(50, foreign[i]);
		EXPECT_EQ(-ESRCH, ask(one, do_get_scope, foreign[i]));
		EXPECT_EQ(-ESRCH, ask(one, do_set_scope, foreign[i], 2));
		EXPECT_EQ(-ESRCH, ask(one, do_explain, foreign[i]));
	}
	EXPECT_EQ(-ESRCH, do_get_scope(-1, 0, 0));
	EXPECT_EQ(-ESRCH, do_set_scope(-1, 2, 0));
	EXPECT_EQ(-ESRCH, do_explain(-1, 0, 0));
	EXPECT_EQ(-ESRCH, do_explain(0x7fffffff, 0, 0));
	EXPECT_EQ(given(1), do_get_scope(0, 0, 0));
	EXPECT_EQ(inherited(1), get_own(two));
}

/* ---- who may set ----------------------------------------------------------------- */

TEST_F(scope, of_the_machine_is_its_admins_alone)
{
	static const long all = 0xffffffff;
	struct person *user, *capable, *weak_root, *rootless;

	user = person_made(NULL, 0, do_become, USER, USER);
	capable = person_new(NULL, 0);
	weak_root = person_new(NULL, 0);
	rootless = person_rootless(NULL, 0);
	ASSERT_NE(NULL, rootless);
	ASSERT_EQ(0, ask(capable, do_become_capable, USER, CAP(CAP_SYS_PTRACE),
			 CAP(CAP_SYS_PTRACE)));
	ASSERT_EQ(0,
		  ask(weak_root, do_limit_capabilities,
		      all & ~CAP(CAP_SYS_PTRACE), all & ~CAP(CAP_SYS_PTRACE)));
	EXPECT_EQ(-EPERM, set_own(user, 2));
	EXPECT_EQ(-EPERM, set_own(user, 1));
	EXPECT_EQ(-EPERM, set_own(weak_root, 2));
	/* All-powerful, but not here. */
	EXPECT_EQ(-EPERM, set_own(rootless, 2));
	EXPECT_EQ(given(1), do_get_scope(0, 0, 0));
	/* And everybody may look. */
	EXPECT_EQ(given(1), get_own(user));
	EXPECT_EQ(given(1), get_own(rootless));
	EXPECT_EQ(0, set_own(capable, 2));
	EXPECT_EQ(given(2), do_get_scope(0, 0, 0));
	/* The capability counts when it is in effect. */
	ASSERT_EQ(0,
		  ask(capable, do_limit_capabilities, CAP(CAP_SYS_PTRACE), 0));
	EXPECT_EQ(-EPERM, set_own(capable, 0));
}

TEST_F(scope, of_a_rootless_container_is_its_roots)
{
	struct person *root = person_rootless(NULL, CLONE_NEWPID);
	struct person *user, *guest;

	ASSERT_NE(NULL, root);
	EXPECT_EQ(inherited(1), get_own(root));
	user = person_made(root, 0, do_become, 5, 5);
	guest = person_new(root, CLONE_NEWUSER);
	ASSERT_NE(NULL, guest);
	EXPECT_EQ(-EPERM, set_own(user, 2));
	/* A root of less: it doesn't own the pid namespace. */
	EXPECT_EQ(-EPERM, set_own(guest, 2));
	EXPECT_EQ(0, set_own(root, 2));
	EXPECT_EQ(given(2), get_own(guest));
	/* What it loosens is its own; what counts is the machine's. */
	EXPECT_EQ(0, set_own(root, 0));
	EXPECT_EQ(PACKED(0, 1, SPT_SCOPE_SET | SPT_SCOPE_ENCLOSED),
		  get_own(user));
	ASSERT_EQ(0, ask(root, do_limit_capabilities, 0, 0));
	EXPECT_EQ(-EPERM, set_own(root, 2));
}

TEST_F(scope, of_a_rootless_container_is_its_owners_and_the_admins)
{
	struct person *root = person_rootless(NULL, CLONE_NEWPID);
	struct person *owner, *other;

	ASSERT_NE(NULL, root);
	owner = person_made(NULL, 0, do_become, USER, USER);
	other = person_made(NULL, 0, do_become, OTHER, OTHER);
	ASSERT_NE(NULL, other);
	EXPECT_EQ(-EPERM, ask(other, do_set_scope, root->pid, 2));
	EXPECT_EQ(inherited(1), ask(other, do_get_scope, root->pid));
	EXPECT_EQ(0, ask(owner, do_set_scope, root->pid, 2));
	EXPECT_EQ(given(2), get_own(root));
	EXPECT_EQ(0, do_set_scope(root->pid, 1, 0));
	EXPECT_EQ(given(1), get_own(root));
}

TEST_F(scope, of_roots_container_isnt_a_lesser_roots_inside)
{
	struct person *root = container(NULL), *guest, *inner;

	guest = person_new(root, CLONE_NEWUSER);
	inner = person_new(root, CLONE_NEWUSER | CLONE_NEWPID);
	ASSERT_NE(NULL, guest);
	ASSERT_NE(NULL, inner);
	EXPECT_EQ(-EPERM, set_own(guest, 2));
	EXPECT_EQ(-EPERM, ask(guest, do_set_scope, 1, 2));
	/* Its own it may. */
	EXPECT_EQ(0, set_own(inner, 2));
	EXPECT_EQ(inherited(1), get_own(root));
}

/* What is set from further out is the least that is allowed further in. */
TEST_F(scope, set_by_the_admin_is_a_floor)
{
	struct person *root = person_rootless(NULL, CLONE_NEWPID);
	struct person *inner;

	ASSERT_NE(NULL, root);
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	ASSERT_EQ(0, set_own(root, 2));
	ASSERT_EQ(0, do_set_scope(root->pid, 1, 0));
	EXPECT_EQ(-EPERM, set_own(root, 0));
	EXPECT_EQ(0, set_own(root, 1));
	EXPECT_EQ(0, set_own(root, 2));
	EXPECT_EQ(-EPERM, set_own(root, 0));
	EXPECT_EQ(0, set_own(root, 1));
	EXPECT_EQ(given(1), get_own(root));
	/* Of that namespace alone; but what counts inside is no less. */
	inner = container(root);
	ASSERT_NE(NULL, inner);
	EXPECT_EQ(0, set_own(inner, 0));
	EXPECT_EQ(PACKED(0, 1, SPT_SCOPE_SET | SPT_SCOPE_ENCLOSED),
		  get_own(inner));
	/* Who has set it may take it back. */
	EXPECT_EQ(0, do_set_scope(root->pid, 0, 0));
	EXPECT_EQ(0, set_own(root, 2));
	EXPECT_EQ(0, set_own(root, 0));
}

/* Wherever he is: what he may do there is what the container's root may. */
TEST_F(scope, set_by_the_owner_is_as_if_by_the_root)
{
	struct person *root = person_rootless(NULL, CLONE_NEWPID), *owner;

	ASSERT_NE(NULL, root);
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	owner = person_made(NULL, 0, do_become, USER, USER);
	ASSERT_EQ(0, ask(owner, do_set_scope, root->pid, 1));
	EXPECT_EQ(0, set_own(root, 0));
	EXPECT_EQ(0, set_own(root, 2));
	EXPECT_EQ(0, ask(owner, do_set_scope, root->pid, 0));
	/* What the machine's admin sets binds both. */
	ASSERT_EQ(0, do_set_scope(root->pid, 1, 0));
	EXPECT_EQ(-EPERM, set_own(root, 0));
	EXPECT_EQ(-EPERM, ask(owner, do_set_scope, root->pid, 0));
	EXPECT_EQ(0, ask(owner, do_set_scope, root->pid, 2));
	EXPECT_EQ(0, set_own(root, 1));
	EXPECT_EQ(0, do_set_scope(root->pid, 0, 0));
	EXPECT_EQ(0, set_own(root, 0));
}

/* ---- for good ---------------------------------------------------------------------- */

TEST_F(scope, no_attach_is_for_good)
{
	struct person *person = container(NULL);
	unsigned int scope;

	ASSERT_EQ(0, set_own(person, 3));
	for (scope = 0; scope < 3; scope++) {
		EXPECT_EQ(-EPERM, set_own(person, scope));
		EXPECT_EQ(-EPERM, do_set_scope(person->pid, scope, 0));
	}
	EXPECT_EQ(0, set_own(person, 3));
	EXPECT_EQ(0, do_set_scope(person->pid, 3, 0));
	EXPECT_EQ(given(3), get_own(person));
	EXPECT_EQ(-EPERM, do_try_seize(person->pid, 0, 0));
	EXPECT_EQ(PACKED(SPT_RULE_SCOPE, 3, SPT_SCOPE_SET),
		  do_explain(person->pid, 0, 0));
}

TEST_F(scope, no_attach_of_the_parent_cant_be_lowered_below_it)
{
	struct person *outer = container(NULL);
	struct person *before = container(outer), *after;

	ASSERT_NE(NULL, before);
	ASSERT_EQ(0, set_own(before, 0));
	ASSERT_EQ(0, set_own(outer, 3));
	after = container(outer);
	EXPECT_EQ(inherited(3), get_own(after));
	EXPECT_EQ(-EPERM, set_own(after, 0));
	EXPECT_EQ(-EPERM, do_set_scope(after->pid, 2, 0));
	EXPECT_EQ(inherited(3), get_own(after));
	/* One that has its own may change it, and it doesn't count. */
	EXPECT_EQ(0, set_own(before, 1));
	EXPECT_EQ(PACKED(1, 3, SPT_SCOPE_SET | SPT_SCOPE_ENCLOSED),
		  get_own(before));
	EXPECT_EQ(-EPERM, do_try_seize(before->pid, 0, 0));
	EXPECT_EQ(-EPERM, do_try_seize(after->pid, 0, 0));
}

/* ---- what it does --------------------------------------------------------------------- */

TEST_F(scope, holds_for_attaches_to_come)
{
	struct person *root = container(NULL), *user, *tracee;

	user = person_made(root, 0, do_become, USER, USER);
	tracee = person_made(root, 0, do_become, USER, USER);
	ASSERT_NE(NULL, tracee);
	EXPECT_EQ(-EPERM, ask(user, do_try_seize, tracee->number));
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	EXPECT_EQ(0, ask(user, do_try_seize, tracee->number));
	ASSERT_EQ(0, set_own(root, 1));
	EXPECT_EQ(-EPERM, ask(user, do_try_seize, tracee->number));
	ASSERT_EQ(0, set_own(root, 0));
	EXPECT_EQ(0, ask(user, do_try_seize, tracee->number));
	/* By the tracee's namespace, not the tracer's. */
	EXPECT_EQ(0, do_try_seize(tracee->pid, 0, 0));
	ASSERT_EQ(0, set_own(root, 3));
	EXPECT_EQ(-EPERM, do_try_seize(tracee->pid, 0, 0));
}

TEST_F(scope, leaves_tracees_tracees)
{
	struct person *root = container(NULL), *tracee = person_new(root, 0);

	ASSERT_NE(NULL, tracee);
	ASSERT_EQ(0, ask(root, do_seize, tracee->number, 0));
	ASSERT_EQ(0, set_own(root, 3));
	EXPECT_EQ(0, ask(root, do_request, PTRACE_INTERRUPT, tracee->number));
	EXPECT_EQ(STATUS_INTERRUPT, ask(root, do_wait, tracee->number));
	/* Let go, it can't be had again. */
	ASSERT_EQ(0, ask(root, do_let_go));
	EXPECT_EQ(-EPERM, ask(root, do_seize, tracee->number, 0));
}

/* The tracer's own scope, and that beside it, are nobody else's business. */
TEST_F(scope, of_the_tracer_doesnt_count)
{
	struct person *user = person_made(NULL, 0, do_become, USER, USER);
	struct person *root = container(NULL), *tracee;

	tracee = person_made(root, 0, do_become, USER, USER);
	ASSERT_NE(NULL, tracee);
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	ASSERT_EQ(0, set_own(root, 2));
	EXPECT_EQ(-EPERM, ask(user, do_try_seize, tracee->pid));
	EXPECT_EQ(0, do_try_seize(user->pid, 0, 0));
	ASSERT_EQ(0, set_own(root, 0));
	EXPECT_EQ(0, ask(user, do_try_seize, tracee->pid));
}

/* ---- its end ---------------------------------------------------------------------------- */

/*
 * A namespace may come to lie where one was that has ended; and one that is
 * remembered for ever is one less to be had.
 */
TEST_F(scope, ends_with_the_namespace)
{
	struct person *person;
	int i, count = rounds(300);

	ASSERT_TRUE(setting_write(MAX_NAMESPACES, 20));
	for (i = 0; i < count; i++) {
		ASSERT_TRUE(WAIT_UNTIL((person = container(NULL))))
		{
			TH_LOG("%s for the %dth", strerror(errno), i);
		}
		ASSERT_EQ(inherited(1), get_own(person))
		{
			TH_LOG("the %dth", i);
		}
		ASSERT_EQ(0, set_own(person, i % 4));
		person_end(person);
	}
}

TEST_F(scope, of_many_namespaces_ends_with_each)
{
	struct person *persons[40];
	int round, i;

	for (round = 0; round < rounds(10); round++) {
		for (i = 0; i < ARRAY_LEN(persons); i++) {
			persons[i] = container(i % 3 ? persons[i - 1] : NULL);
			ASSERT_NE(NULL, persons[i]);
			ASSERT_EQ(0, FLAGS_OF(get_own(persons[i])) &
					     SPT_SCOPE_SET);
			if (i % 2)
				ASSERT_EQ(0, set_own(persons[i], 2));
		}
		/* The inner ones of every second are killed with the outer. */
		for (i = ARRAY_LEN(persons) - 1; i >= 0; i--)
			person_end(persons[i]);
	}
	EXPECT_EQ(given(1), do_get_scope(0, 0, 0));
}

/* In a process of its own: 0 when what ended it was that nobody is there. */
static int set_until_gone(pid_t pid)
{
	long ret, count = 0;

	do_close(0, 0, 0);
	do {
		ret = do_set_scope(pid, count++ % 3, 0);
	} while (!ret);
	return ret != -ESRCH;
}

TEST_F(scope, set_while_the_namespace_ends_leaves_nothing)
{
	struct timespec delay = {};
	struct person *person;
	int i, status;
	pid_t setter;

	for (i = 0; i < rounds(60); i++) {
		person = container(NULL);
		ASSERT_NE(NULL, person);
		ASSERT_EQ(inherited(1), get_own(person))
		{
			TH_LOG("the %dth", i);
		}
		setter = fork();
		if (!setter)
			_exit(set_until_gone(person->pid));
		delay.tv_nsec = i * 50000;
		nanosleep(&delay, NULL);
		person_end(person);
		ASSERT_EQ(setter, waitpid(setter, &status, 0));
		ASSERT_EQ(0, status);
	}
}

/* ---- in place of Yama's ------------------------------------------------------------------ */

FIXTURE(instead)
{
	struct machine machine;
	struct person *root; /* of a container */
	struct person *tracer, *tracee; /* unrelated, of one user in it */
};

FIXTURE_SETUP(instead)
{
	if (access(YAMA_SCOPE, W_OK))
		SKIP(return, "no Yama");
	ASSERT_TRUE(people_begin());
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_RESTRICTED));
	ASSERT_TRUE(setting_write(YAMA_SCOPE, 1));
	self->root = container(NULL);
	self->tracer = person_made(self->root, 0, do_become, USER, USER);
	self->tracee = person_made(self->root, 0, do_become, USER, USER);
	ASSERT_NE(NULL, self->tracer);
	ASSERT_NE(NULL, self->tracee);
}

FIXTURE_TEARDOWN(instead)
{
	people_end();
	machine_end(&self->machine);
}

#define IN_PLACE(scope) PACKED(scope, scope, SPT_SCOPE_SET | SPT_SCOPE_INSTEAD)

/* /proc/PID/mem is for whoever may attach. */
static long do_open_memory(long pid, long b, long c)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

#define EXPECT_SHADOW(tracer, tracee, result)                       \
	do {                                                        \
		EXPECT_EQ(result, ask(tracer, do_try_seize,         \
				      number_for(tracer, tracee))); \
		EXPECT_EQ(result, ask(tracer, do_try_attach,        \
				      number_for(tracer, tracee))); \
	} while (0)

/* What Yama refuses goes on being refused to everybody but the shadow. */
#define EXPECT_NOT_NATIVELY(tracer, tracee)                                   \
	do {                                                                  \
		EXPECT_EQ(-EPERM, ask(tracer, do_try_native_seize,            \
				      number_for(tracer, tracee)));           \
		EXPECT_EQ(-EPERM, ask(tracer, do_try_native_attach,           \
				      number_for(tracer, tracee)));           \
		EXPECT_EQ(-EACCES, ask(tracer, do_open_memory, tracee->pid)); \
	} while (0)

TEST_F(instead, counts_for_the_shadow_and_nobody_else)
{
	int yama;

	for (yama = 1; yama <= 2; yama++) {
		ASSERT_TRUE(setting_write(YAMA_SCOPE, yama));
		/* Without it, nothing that is said of the container helps. */
		ASSERT_EQ(0, do_set_scope(0, 0, 0));
		ASSERT_EQ(0, do_set_scope(self->root->pid, 0, 0));
		EXPECT_SHADOW(self->tracer, self->tracee, -EPERM);
		EXPECT_EQ(PACKED(SPT_RULE_ACCESS, 0, SPT_SCOPE_SET),
			  ask(self->tracer, do_explain, self->tracee->number));
		/* With it the machine's scope doesn't count either. */
		ASSERT_EQ(0, do_set_scope(0, 1, 0));
		ASSERT_EQ(0, do_set_instead(self->root->pid, 0, 0));
		EXPECT_EQ(IN_PLACE(0), get_own(self->root));
		EXPECT_EQ(PACKED(SPT_RULE_NONE, 0,
				 SPT_SCOPE_SET | SPT_SCOPE_INSTEAD),
			  ask(self->tracer, do_explain, self->tracee->number));
		EXPECT_SHADOW(self->tracer, self->tracee, 0);
		EXPECT_NOT_NATIVELY(self->tracer, self->tracee);
		/* By Yama's rules, each scope. */
		ASSERT_EQ(0, do_set_instead(self->root->pid, 1, 0));
		EXPECT_SHADOW(self->tracer, self->tracee, -EPERM);
		EXPECT_EQ(PACKED(SPT_RULE_SCOPE, 1,
				 SPT_SCOPE_SET | SPT_SCOPE_INSTEAD),
			  ask(self->tracer, do_explain, self->tracee->number));
		ASSERT_EQ(0,
			  ask(self->tracee, do_declare, self->tracer->number));
		EXPECT_SHADOW(self->tracer, self->tracee, 0);
		EXPECT_NOT_NATIVELY(self->tracer, self->tracee);
		ASSERT_EQ(0, ask(self->tracee, do_declare, SPT_PTRACER_NONE));
		ASSERT_EQ(0, do_set_instead(self->root->pid, 2, 0));
		EXPECT_SHADOW(self->tracer, self->tracee, -EPERM);
		EXPECT_SHADOW(self->root, self->tracee, 0);
		/* And without it again. */
		ASSERT_EQ(0, do_set_scope(self->root->pid, 0, 0));
		EXPECT_SHADOW(self->tracer, self->tracee, -EPERM);
		EXPECT_NOT_NATIVELY(self->tracer, self->tracee);
	}
}

TEST_F(instead, is_of_that_container_alone)
{
	struct person *other = container(NULL), *tracer, *tracee, *outside;

	tracer = person_made(other, 0, do_become, USER, USER);
	tracee = person_made(other, 0, do_become, USER, USER);
	outside = person_made(NULL, 0, do_become, USER, USER);
	ASSERT_NE(NULL, tracee);
	ASSERT_NE(NULL, outside);
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	ASSERT_EQ(0, do_set_instead(self->root->pid, 0, 0));
	EXPECT_SHADOW(tracer, tracee, -EPERM);
	EXPECT_SHADOW(outside, tracee, -EPERM);
	/* It is the tracee's namespace that counts, as ever. */
	EXPECT_SHADOW(outside, self->tracee, 0);
	EXPECT_NOT_NATIVELY(outside, self->tracee);
}

static long do_serve(long a, long b, long c)
{
	struct spt_serve arg = {};
	int fd = spt_open();
	long ret;

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, SPT_IOC_SERVE, &arg) ? -errno : 0;
	close(fd);
	return ret;
}

static long do_ptrace(long request, long pid, long c)
{
	return syscall(SYS_ptrace, request, pid, 0, 0) ? -errno : 0;
}

static long do_wait_for(long pid, long b, long c)
{
	int status;

	return waitpid(pid, &status, __WALL) == pid ? status : -errno;
}

#define EXPECT_MEMORY(result) \
	EXPECT_EQ(result, ask(self->tracer, do_open_memory, self->tracee->pid))

/* A debugger opens /proc/PID/mem of what it traces. */
TEST_F(instead, counts_for_memory_of_a_served_tracers_tracee)
{
	struct person *other =
		person_made(self->root, 0, do_become, USER, USER);
	pid_t number = number_for(self->tracer, self->tracee);

	ASSERT_NE(NULL, other);
	ASSERT_TRUE(setting_write(YAMA_SCOPE, 2));
	ASSERT_EQ(0, do_set_instead(self->root->pid, 0, 0));
	ASSERT_EQ(0, ask(self->tracer, do_serve));
	EXPECT_MEMORY(-EACCES);
	ASSERT_EQ(0, ask(self->tracer, do_ptrace, PTRACE_SEIZE, number));
	EXPECT_MEMORY(0);
	EXPECT_EQ(-EACCES, ask(self->tracer, do_open_memory, other->pid));
	/* As the scope is now, and as Yama's number would have it. */
	ASSERT_EQ(0, do_set_instead(self->root->pid, 1, 0));
	EXPECT_MEMORY(0);
	ASSERT_EQ(0, do_set_instead(self->root->pid, 2, 0));
	EXPECT_MEMORY(-EACCES);
	ASSERT_EQ(0, do_set_scope(self->root->pid, 0, 0));
	EXPECT_MEMORY(-EACCES);
	ASSERT_EQ(0, do_set_instead(self->root->pid, 0, 0));
	EXPECT_MEMORY(0);
	/* And no longer than it is a tracee. */
	ASSERT_EQ(0, ask(self->tracer, do_ptrace, PTRACE_INTERRUPT, number));
	ASSERT_EQ(STATUS_INTERRUPT, ask(self->tracer, do_wait_for, number));
	ASSERT_EQ(0, ask(self->tracer, do_ptrace, PTRACE_DETACH, number));
	EXPECT_MEMORY(-EACCES);
}

/* All that Yama isn't goes on refusing. */
TEST_F(instead, is_in_place_of_nothing_but_yamas)
{
	struct person *other, *secret, *capable;

	other = person_made(self->root, 0, do_become, OTHER, OTHER);
	secret = person_made(self->root, 0, do_become, USER, USER);
	capable = person_new(self->root, 0);
	ASSERT_NE(NULL, capable);
	ASSERT_EQ(0, ask(secret, do_call, SYS_prctl, PR_SET_DUMPABLE, 0));
	ASSERT_EQ(0, ask(capable, do_become_capable, USER, CAP(CAP_SYS_NICE),
			 CAP(CAP_SYS_NICE)));
	ASSERT_EQ(0, do_set_instead(self->root->pid, 0, 0));
	EXPECT_SHADOW(self->tracer, other, -EPERM);
	EXPECT_SHADOW(self->tracer, secret, -EPERM);
	EXPECT_SHADOW(self->tracer, capable, -EPERM);
	EXPECT_SHADOW(self->tracer, self->root, -EPERM);
	EXPECT_EQ(PACKED(SPT_RULE_ACCESS, 0, SPT_SCOPE_SET | SPT_SCOPE_INSTEAD),
		  ask(self->tracer, do_explain, other->number));
	EXPECT_SHADOW(self->tracer, self->tracee, 0);
	EXPECT_SHADOW(capable, self->tracee, 0);
}

TEST_F(instead, reaches_the_namespaces_inside)
{
	struct person *inner = container(self->root);
	struct person *innermost = container(inner), *tracer, *tracee;

	tracer = person_made(innermost, 0, do_become, USER, USER);
	tracee = person_made(innermost, 0, do_become, USER, USER);
	ASSERT_NE(NULL, tracee);
	ASSERT_EQ(0, do_set_instead(self->root->pid, 0, 0));
	EXPECT_EQ(PACKED(0, 0, SPT_SCOPE_INSTEAD), get_own(innermost));
	EXPECT_SHADOW(tracer, tracee, 0);
	EXPECT_NOT_NATIVELY(tracer, tracee);
	/* Stricter ones inside count. */
	ASSERT_EQ(0, set_own(inner, 1));
	EXPECT_EQ(PACKED(1, 1, SPT_SCOPE_INSTEAD), get_own(innermost));
	EXPECT_SHADOW(tracer, tracee, -EPERM);
	EXPECT_SHADOW(self->tracer, self->tracee, 0);
	/* The nearest that is in place of Yama's is the last of them. */
	ASSERT_EQ(0, do_set_instead(innermost->pid, 0, 0));
	EXPECT_EQ(IN_PLACE(0), get_own(innermost));
	EXPECT_SHADOW(tracer, tracee, 0);
	ASSERT_EQ(0, do_set_scope(self->root->pid, 2, 0));
	EXPECT_SHADOW(tracer, tracee, 0);
	EXPECT_SHADOW(self->tracer, self->tracee, -EPERM);
	/* But for one. */
	ASSERT_EQ(0, do_set_scope(self->root->pid, 3, 0));
	EXPECT_EQ(PACKED(0, 3,
			 SPT_SCOPE_SET | SPT_SCOPE_ENCLOSED |
				 SPT_SCOPE_INSTEAD),
		  get_own(innermost));
	EXPECT_SHADOW(tracer, tracee, -EPERM);
	EXPECT_SHADOW(innermost, tracee, -EPERM);
}

TEST_F(instead, of_the_machine_reaches_all)
{
	struct person *tracer, *tracee;

	tracer = person_made(NULL, 0, do_become, USER, USER);
	tracee = person_made(NULL, 0, do_become, USER, USER);
	ASSERT_NE(NULL, tracee);
	ASSERT_EQ(0, do_set_instead(0, 0, 0));
	EXPECT_EQ(IN_PLACE(0), do_get_scope(0, 0, 0));
	EXPECT_SHADOW(tracer, tracee, 0);
	EXPECT_SHADOW(self->tracer, self->tracee, 0);
	EXPECT_NOT_NATIVELY(tracer, tracee);
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	EXPECT_SHADOW(tracer, tracee, -EPERM);
	EXPECT_SHADOW(self->tracer, self->tracee, -EPERM);
}

TEST_F(instead, is_for_the_machines_admin_to_say)
{
	struct person *rootless = person_rootless(NULL, CLONE_NEWPID);
	struct person *owner, *weak_root, *capable;

	owner = person_made(NULL, 0, do_become, USER, USER);
	weak_root = person_new(NULL, 0);
	capable = person_new(NULL, 0);
	ASSERT_NE(NULL, rootless);
	ASSERT_NE(NULL, capable);
	ASSERT_EQ(0,
		  ask(weak_root, do_limit_capabilities,
		      ~0u & ~CAP(CAP_SYS_PTRACE), ~0u & ~CAP(CAP_SYS_PTRACE)));
	ASSERT_EQ(0, ask(capable, do_become_capable, USER, CAP(CAP_SYS_PTRACE),
			 CAP(CAP_SYS_PTRACE)));
	EXPECT_EQ(-EPERM, ask(self->tracer, do_set_instead, 0, 2));
	EXPECT_EQ(-EPERM, ask(owner, do_set_instead, 0, 1));
	EXPECT_EQ(-EPERM, ask(weak_root, do_set_instead, 0, 1));
	/* They may give it a scope, and no more. */
	EXPECT_EQ(-EPERM, ask(rootless, do_set_instead, 0, 2));
	EXPECT_EQ(-EPERM, ask(owner, do_set_instead, rootless->pid, 2));
	EXPECT_EQ(0, ask(owner, do_set_scope, rootless->pid, 2));
	EXPECT_EQ(given(2), get_own(rootless));
	/* Root indeed, but in a container. */
	EXPECT_EQ(-EPERM, ask(self->root, do_set_instead, 0, 0));
	EXPECT_EQ(0, ask(capable, do_set_instead, rootless->pid, 1));
	EXPECT_EQ(IN_PLACE(1), get_own(rootless));
	/* Who may narrow it may take it away, which is that as well. */
	EXPECT_EQ(-EPERM, set_own(rootless, 0));
	EXPECT_EQ(IN_PLACE(1), get_own(rootless));
	EXPECT_EQ(0, set_own(rootless, 1));
	EXPECT_EQ(given(1), get_own(rootless));
	EXPECT_EQ(-EPERM, ask(rootless, do_set_instead, 0, 1));
}

TEST_F(instead, is_the_only_flag_to_set)
{
	struct spt_scope arg = { .flags = SPT_SCOPE_INSTEAD };

	ASSERT_EQ(0, do_open(0, 0, 0));
	for (arg.flags = 1; arg.flags; arg.flags <<= 1) {
		if (arg.flags == SPT_SCOPE_INSTEAD)
			continue;
		EXPECT_EQ(-1, ioctl(own_handle(), SPT_IOC_SET_SCOPE, &arg));
		EXPECT_EQ(EINVAL, errno);
	}
	EXPECT_EQ(given(1), do_get_scope(0, 0, 0));
}

static long do_native_traceme(long a, long b, long c)
{
	return do_call(SYS_ptrace, PTRACE_TRACEME, 0);
}

/* Yama's 2 wants the parent's capability. */
TEST_F(instead, counts_for_traceme)
{
	struct person *child = person_new(self->tracer, 0);
	struct person *of_root = person_new(self->root, 0);

	ASSERT_NE(NULL, child);
	ASSERT_NE(NULL, of_root);
	ASSERT_TRUE(setting_write(YAMA_SCOPE, 2));
	ASSERT_EQ(0, do_set_scope(0, 0, 0));
	EXPECT_EQ(-EPERM, ask(child, do_traceme));
	EXPECT_EQ(PACKED(SPT_RULE_ACCESS, 0, 0), ask(child, do_explain, 0));
	ASSERT_EQ(0, do_set_instead(self->root->pid, 2, 0));
	EXPECT_EQ(-EPERM, ask(child, do_traceme));
	EXPECT_EQ(PACKED(SPT_RULE_SCOPE, 2, SPT_SCOPE_SET | SPT_SCOPE_INSTEAD),
		  ask(child, do_explain, 0));
	EXPECT_EQ(0, ask(of_root, do_traceme));
	ASSERT_EQ(0, do_set_instead(self->root->pid, 1, 0));
	EXPECT_EQ(-EPERM, ask(child, do_native_traceme));
	EXPECT_EQ(PACKED(SPT_RULE_NONE, 1, SPT_SCOPE_SET | SPT_SCOPE_INSTEAD),
		  ask(child, do_explain, 0));
	EXPECT_EQ(0, ask(child, do_traceme));
	EXPECT_EQ(-EPERM, ask(child, do_native_traceme));
}

/* How often it was let; or what else came of it. */
static long try_often(errand errand, pid_t pid, int count)
{
	int granted = 0;
	long ret;

	while (count--) {
		ret = errand(pid, 0, 0);
		if (ret && ret != -EPERM)
			return ret;
		granted += !ret;
	}
	return granted;
}

struct tries {
	pid_t pid;
	int count;
	long granted;
};

static void *try_natively(void *arg)
{
	struct tries *tries = arg;

	tries->granted =
		try_often(do_try_native_seize, tries->pid, tries->count);
	return NULL;
}

/* By two threads of one process: what the shadow lets, unless ptrace(2) does. */
static long do_try_both_often(long pid, long count, long c)
{
	struct tries tries = { .pid = pid, .count = count };
	pthread_t thread;
	long granted;

	if (pthread_create(&thread, NULL, try_natively, &tries))
		return -EAGAIN;
	granted = try_often(do_try_seize, pid, count);
	pthread_join(thread, NULL);
	return tries.granted ? -EEXIST : granted;
}

TEST_F(instead, is_no_way_in_for_others_meanwhile)
{
	struct person *native =
		person_made(self->root, 0, do_become, USER, USER);
	int count = rounds(300);

	ASSERT_NE(NULL, native);
	ASSERT_EQ(0, do_set_instead(self->root->pid, 0, 0));
	ASSERT_TRUE(person_tell(self->tracer, do_try_both_often,
				self->tracee->number, count));
	while (count--)
		ASSERT_EQ(-EPERM, ask(native, do_try_native_seize,
				      self->tracee->number));
	EXPECT_LT(0, person_hear(self->tracer));
}

/* Of the two scopes neither lets it, and no mixture of them is ever seen. */
TEST_F(instead, is_changed_together_with_the_scope)
{
	int i, count = rounds(2000);

	ASSERT_TRUE(person_tell(self->tracer, do_try_both_often,
				self->tracee->number, count));
	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, do_set_scope(self->root->pid, 0, 0));
		ASSERT_EQ(0, do_set_instead(self->root->pid, 2, 0));
	}
	EXPECT_EQ(0, person_hear(self->tracer));
}

/* In a process of its own: until nobody is there. */
static int set_instead_until_gone(pid_t pid)
{
	long ret;

	do_close(0, 0, 0);
	do {
		ret = do_set_instead(pid, 0, 0) ?: do_set_scope(pid, 0, 0);
	} while (!ret);
	return ret != -ESRCH;
}

TEST_F(instead, set_while_the_namespace_ends_leaves_nothing)
{
	struct timespec delay = {};
	struct person *person;
	int i, status;
	pid_t setter;

	for (i = 0; i < rounds(30); i++) {
		person = container(NULL);
		ASSERT_NE(NULL, person);
		ASSERT_EQ(inherited(1), get_own(person));
		setter = fork();
		if (!setter)
			_exit(set_instead_until_gone(person->pid));
		delay.tv_nsec = i * 100000;
		nanosleep(&delay, NULL);
		person_end(person);
		ASSERT_EQ(setter, waitpid(setter, &status, 0));
		ASSERT_EQ(0, status);
	}
	EXPECT_SHADOW(self->tracer, self->tracee, -EPERM);
}

TEST_HARNESS_MAIN
