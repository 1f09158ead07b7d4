// SPDX-License-Identifier: GPL-2.0
/*
 * Scopes and declarations. Processes are kernel threads here, which are thread
 * groups of their own, all children of kthreadd; pid namespaces are made up of
 * what the code looks at.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/kthread.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sptrace.h>

#include "policy/ptracer.h"
#include "policy/scope.h"

/* ---- processes ---------------------------------------------------------- */

static int sleep_until_stopped(void *data)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);

	return 0;
}

/* The task outlives the process: a reference is held until release(). */
static struct task_struct *make_process(struct kunit *test, const char *name)
{
	struct task_struct *task = kthread_run(sleep_until_stopped, NULL, name);

	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	return get_task_struct(task);
}

/* kthreadd doesn't wait for its children: they reap themselves. */
static void end_process(struct task_struct *task)
{
	kthread_stop(task);
	while (pid_alive(task))
		usleep_range(1000, 2000);
}

static void end_and_release(struct task_struct *task)
{
	end_process(task);
	put_task_struct(task);
}

static struct pid *process_of(struct task_struct *task)
{
	return task_tgid(task);
}

static int unused_number(void)
{
	int number = 0xFFF;
	struct pid *pid;

	/* The seed's own number, unless a process has it. */
	for (;; number++) {
		pid = find_get_pid(number);
		if (!pid)
			return number;
		put_pid(pid);
	}
}

/* What is left to a work is done soon, and that is all that is promised. */
#define SOON_MS		10000

static bool declarations_become(unsigned int count)
{
	int ms;

	for (ms = 0; ms < SOON_MS; ms++) {
		if (spt_ptracer_count() == count)
			return true;
		usleep_range(1000, 2000);
	}

	return false;
}

/* ---- the rule ----------------------------------------------------------- */

/* By scope: who is let, by who the tracer is: y all, c who is capable, . none. */
struct rule_row {
	u32 scope;
	char unrelated, ancestor, declared, traceme;
};

static const struct rule_row rule_rows[] = {
	{ SPT_SCOPE_CLASSIC, 'y', 'y', 'y', 'y' },
	{ SPT_SCOPE_RESTRICTED, 'c', 'y', 'y', 'y' },
	{ SPT_SCOPE_ADMIN, 'c', 'c', 'c', 'c' },
	{ SPT_SCOPE_NO_ATTACH, '.', '.', '.', '.' },
};

static char letter(enum spt_scope_answer answer)
{
	switch (answer) {
	case SPT_SCOPE_LETS:
		return 'y';
	case SPT_SCOPE_LETS_CAPABLE:
		return 'c';
	case SPT_SCOPE_REFUSES:
		return '.';
	}

	return '?';
}

static void every_scope_by_every_relation(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");
	struct task_struct *tracer = make_process(test, "tracer");
	struct pid *kthreadd = process_of(tracee->real_parent);
	int i;

	for (i = 0; i < ARRAY_SIZE(rule_rows); i++) {
		const struct rule_row *row = &rule_rows[i];

		KUNIT_EXPECT_EQ(test, row->unrelated,
				letter(spt_scope_attach(row->scope, tracee,
							process_of(tracer))));
		KUNIT_EXPECT_EQ(test, row->ancestor,
				letter(spt_scope_attach(row->scope, tracee,
							kthreadd)));
		KUNIT_EXPECT_EQ(test, row->traceme,
				letter(spt_scope_traceme(row->scope)));

		KUNIT_EXPECT_EQ(test,
				spt_ptracer_set(process_of(tracee),
						task_pid_nr(tracer)), 0);
		KUNIT_EXPECT_EQ(test, row->declared,
				letter(spt_scope_attach(row->scope, tracee,
							process_of(tracer))));
		KUNIT_EXPECT_EQ(test,
				spt_ptracer_set(process_of(tracee),
						SPT_PTRACER_NONE), 0);
	}

	end_and_release(tracer);
	end_and_release(tracee);
}

/* Its parent may be gone, too, and isn't looked for. */
static void one_who_was_reaped_descends_from_nobody(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");
	struct pid *kthreadd = process_of(tracee->real_parent);

	end_process(tracee);
	KUNIT_EXPECT_EQ(test, spt_scope_attach(SPT_SCOPE_RESTRICTED, tracee,
					       kthreadd),
			SPT_SCOPE_LETS_CAPABLE);
	put_task_struct(tracee);
}

static void an_unknown_scope_is_the_strictest(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, spt_scope_attach(4, current, process_of(current)),
			SPT_SCOPE_REFUSES);
	KUNIT_EXPECT_EQ(test, spt_scope_traceme(4), SPT_SCOPE_REFUSES);
}

/* ---- declarations ------------------------------------------------------- */

static bool may_attach(struct task_struct *tracee, struct task_struct *tracer)
{
	/* Without CAP_SYS_PTRACE, as the seed's tracer. */
	return spt_scope_attach(SPT_SCOPE_RESTRICTED, tracee,
				process_of(tracer)) == SPT_SCOPE_LETS;
}

/* The seed's test_set_ptracer. */
static void set_ptracer(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");
	struct task_struct *tracer = make_process(test, "tracer");
	struct task_struct *not_tracer = make_process(test, "not-tracer");
	struct pid *declarer = process_of(tracee);

	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, unused_number()),
			-EINVAL);
	KUNIT_EXPECT_FALSE(test, may_attach(tracee, tracer));
	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, task_pid_nr(tracer)),
			0);
	KUNIT_EXPECT_FALSE(test, may_attach(tracee, not_tracer));
	KUNIT_EXPECT_TRUE(test, may_attach(tracee, tracer));

	end_and_release(not_tracer);
	end_and_release(tracer);
	end_and_release(tracee);
}

/* The seed's test_set_ptracer_any. */
static void set_ptracer_any(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");
	struct task_struct *tracer = make_process(test, "tracer");
	struct pid *declarer = process_of(tracee);

	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, unused_number()),
			-EINVAL);
	KUNIT_EXPECT_FALSE(test, may_attach(tracee, tracer));
	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, SPT_PTRACER_ANY), 0);
	KUNIT_EXPECT_TRUE(test, may_attach(tracee, tracer));

	end_and_release(tracer);
	end_and_release(tracee);
}

static void a_declaration_takes_the_place_of_the_last(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");
	struct task_struct *first = make_process(test, "first");
	struct task_struct *second = make_process(test, "second");
	struct pid *declarer = process_of(tracee);

	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, SPT_PTRACER_ANY), 0);
	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, task_pid_nr(first)), 0);
	KUNIT_EXPECT_TRUE(test, may_attach(tracee, first));
	KUNIT_EXPECT_FALSE(test, may_attach(tracee, second));
	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, task_pid_nr(second)),
			0);
	KUNIT_EXPECT_FALSE(test, may_attach(tracee, first));
	KUNIT_EXPECT_TRUE(test, may_attach(tracee, second));

	/* One that can't be made leaves it as it was. */
	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, unused_number()),
			-EINVAL);
	KUNIT_EXPECT_TRUE(test, may_attach(tracee, second));
	KUNIT_EXPECT_EQ(test, spt_ptracer_count(), 1U);
	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, SPT_PTRACER_NONE), 0);
	KUNIT_EXPECT_FALSE(test, may_attach(tracee, second));
	KUNIT_EXPECT_EQ(test, spt_ptracer_count(), 0U);

	end_and_release(second);
	end_and_release(first);
	end_and_release(tracee);
}

static void a_nominee_covers_its_descendants(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");
	struct task_struct *tracer = make_process(test, "tracer");
	struct pid *declarer = process_of(tracee);

	KUNIT_EXPECT_FALSE(test, may_attach(tracee, tracer));
	KUNIT_EXPECT_EQ(test,
			spt_ptracer_set(declarer,
					task_pid_nr(tracer->real_parent)), 0);
	KUNIT_EXPECT_TRUE(test, may_attach(tracee, tracer));
	/* But not the other way round. */
	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, task_pid_nr(tracer)),
			0);
	KUNIT_EXPECT_FALSE(test,
			   spt_ptracer_covers(declarer,
					      process_of(tracer->real_parent)));

	end_and_release(tracer);
	end_and_release(tracee);
}

static void a_declaration_ends_with_its_declarer(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");

	KUNIT_EXPECT_EQ(test,
			spt_ptracer_set(process_of(tracee), SPT_PTRACER_ANY),
			0);
	KUNIT_EXPECT_EQ(test, spt_ptracer_count(), 1U);
	end_and_release(tracee);
	KUNIT_EXPECT_TRUE(test, declarations_become(0));
}

static void a_declaration_ends_with_its_nominee(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");
	struct task_struct *tracer = make_process(test, "tracer");

	KUNIT_EXPECT_EQ(test,
			spt_ptracer_set(process_of(tracee),
					task_pid_nr(tracer)), 0);
	KUNIT_EXPECT_EQ(test, spt_ptracer_count(), 1U);
	end_and_release(tracer);
	KUNIT_EXPECT_TRUE(test, declarations_become(0));
	end_and_release(tracee);
}

static void one_who_has_ended_declares_nothing(struct kunit *test)
{
	struct task_struct *tracee = make_process(test, "tracee");
	struct pid *declarer = get_pid(process_of(tracee));

	end_and_release(tracee);
	KUNIT_EXPECT_EQ(test, spt_ptracer_set(declarer, SPT_PTRACER_ANY), 0);
	KUNIT_EXPECT_EQ(test, spt_ptracer_count(), 0U);
	put_pid(declarer);
}

/* ---- pid namespaces ----------------------------------------------------- */

/**
 * struct nest - two pid namespaces, one in the other
 * @outer: in the initial one
 * @inner: in @outer
 * @outer_init: the init of @outer
 * @inner_init: the init of @inner
 */
struct nest {
	struct pid_namespace outer, inner;
	struct task_struct *outer_init, *inner_init;
};

static struct task_struct *make_namespace(struct kunit *test,
					  struct pid_namespace *ns,
					  struct pid_namespace *parent)
{
	struct task_struct *init = make_process(test, "init");

	idr_init(&ns->idr);
	ns->parent = parent;
	ns->level = parent->level + 1;
	KUNIT_ASSERT_EQ(test,
			idr_alloc(&ns->idr, process_of(init), 1, 2, GFP_KERNEL),
			1);

	return init;
}

static struct nest *make_nest(struct kunit *test)
{
	struct nest *nest = kunit_kzalloc(test, sizeof(*nest), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nest);
	nest->outer_init = make_namespace(test, &nest->outer, &init_pid_ns);
	nest->inner_init = make_namespace(test, &nest->inner, &nest->outer);

	return nest;
}

static bool is_unset(struct pid_namespace *ns)
{
	struct spt_scope_view view;
	int ms;

	for (ms = 0; ms < SOON_MS; ms++) {
		spt_scope_view(ns, &view);
		if (!view.set)
			return true;
		usleep_range(1000, 2000);
	}

	return false;
}

static void end_namespace(struct kunit *test, struct pid_namespace *ns,
			  struct task_struct *init)
{
	end_and_release(init);
	KUNIT_EXPECT_TRUE(test, is_unset(ns));
	idr_destroy(&ns->idr);
}

static void end_nest(struct kunit *test, struct nest *nest)
{
	end_namespace(test, &nest->inner, nest->inner_init);
	end_namespace(test, &nest->outer, nest->outer_init);
}

static void expect_view(struct kunit *test, struct pid_namespace *ns, u32 own,
			u32 effective, bool set)
{
	struct spt_scope_view view;

	spt_scope_view(ns, &view);
	KUNIT_EXPECT_EQ(test, view.own, own);
	KUNIT_EXPECT_EQ(test, view.effective, effective);
	KUNIT_EXPECT_EQ(test, view.set, set);
}

static int set_scope(struct pid_namespace *ns, unsigned int level, u32 scope)
{
	return spt_scope_set(ns, level, scope, false);
}

static int set_instead(struct pid_namespace *ns, u32 scope)
{
	return spt_scope_set(ns, 0, scope, true);
}

static void a_namespace_has_its_parents_scope(struct kunit *test)
{
	struct nest *nest = make_nest(test);

	expect_view(test, &init_pid_ns, 1, 1, true);
	expect_view(test, &nest->inner, 1, 1, false);
	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, 2), 0);
	expect_view(test, &nest->outer, 2, 2, true);
	expect_view(test, &nest->inner, 2, 2, false);
	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, 1), 0);
	expect_view(test, &nest->inner, 1, 1, false);
	expect_view(test, &init_pid_ns, 1, 1, true);
	end_nest(test, nest);
}

/* Every three scopes of initial, outer and inner; 3 is for another case. */
static void the_strictest_counts(struct kunit *test)
{
	struct nest *nest = make_nest(test);
	u32 i, outer, inner;

	for (i = 0; i < 27; i++) {
		outer = i / 3 % 3;
		inner = i / 9;
		KUNIT_ASSERT_EQ(test, set_scope(&init_pid_ns, 0, i % 3), 0);
		KUNIT_ASSERT_EQ(test, set_scope(&nest->outer, 0, outer), 0);
		KUNIT_ASSERT_EQ(test, set_scope(&nest->inner, 0, inner), 0);
		expect_view(test, &init_pid_ns, i % 3, i % 3, true);
		expect_view(test, &nest->outer, outer, max(i % 3, outer), true);
		expect_view(test, &nest->inner, inner,
			    max3(i % 3, outer, inner), true);
	}
	KUNIT_EXPECT_EQ(test, set_scope(&init_pid_ns, 0, 1), 0);
	end_nest(test, nest);
}

static void no_attach_is_for_good(struct kunit *test)
{
	struct nest *nest = make_nest(test);
	u32 scope;

	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, 3), 0);
	for (scope = 0; scope < 3; scope++) {
		KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, scope),
				-EPERM);
		/* It is the inner one's, too. */
		KUNIT_EXPECT_EQ(test, set_scope(&nest->inner, 0, scope),
				-EPERM);
	}
	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, 3), 0);
	KUNIT_EXPECT_EQ(test, set_scope(&nest->inner, 0, 3), 0);
	expect_view(test, &nest->inner, 3, 3, true);
	expect_view(test, &init_pid_ns, 1, 1, true);
	end_nest(test, nest);
}

static void the_outer_has_the_last_word(struct kunit *test)
{
	struct nest *nest = make_nest(test);
	struct pid_namespace *ns = &nest->inner;

	/* From inside, with nobody else's word: up and down. */
	KUNIT_EXPECT_EQ(test, set_scope(ns, 2, 2), 0);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 2, 0), 0);

	/* From one around it: not below that. */
	KUNIT_EXPECT_EQ(test, set_scope(ns, 1, 1), 0);
	expect_view(test, ns, 1, 1, true);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 2, 0), -EPERM);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 2, 2), 0);
	expect_view(test, ns, 2, 2, true);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 2, 1), 0);

	/* From the outermost: for both. */
	KUNIT_EXPECT_EQ(test, set_scope(ns, 0, 2), 0);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 1, 1), -EPERM);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 2, 1), -EPERM);
	expect_view(test, ns, 2, 2, true);

	/* What was said further in is over when one further out speaks. */
	KUNIT_EXPECT_EQ(test, set_scope(ns, 1, 2), 0);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 2, 0), 0);
	/* One in between is heard by those further in, as is the outermost. */
	KUNIT_EXPECT_EQ(test, set_scope(ns, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 1, 2), 0);
	KUNIT_EXPECT_EQ(test, set_scope(ns, 2, 1), -EPERM);

	/* Nobody is further in than the namespace itself. */
	KUNIT_EXPECT_EQ(test, set_scope(ns, 3, 2), -EINVAL);
	end_nest(test, nest);
}

static void there_is_no_scope_four(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set_scope(&init_pid_ns, 0, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_scope(&init_pid_ns, 0, U32_MAX), -EINVAL);
	expect_view(test, &init_pid_ns, 1, 1, true);
}

static void a_scope_ends_with_its_namespace(struct kunit *test)
{
	struct nest *nest = make_nest(test);
	struct pid *init = get_pid(process_of(nest->inner_init));

	KUNIT_EXPECT_EQ(test, set_scope(&nest->inner, 0, 2), 0);
	end_process(nest->inner_init);
	KUNIT_EXPECT_TRUE(test, is_unset(&nest->inner));
	/* Nor can it be given another. */
	KUNIT_EXPECT_EQ(test, set_scope(&nest->inner, 0, 2), -ESRCH);
	expect_view(test, &nest->inner, 1, 1, false);

	put_task_struct(nest->inner_init);
	put_pid(init);
	idr_destroy(&nest->inner.idr);
	end_namespace(test, &nest->outer, nest->outer_init);
}

/* ---- in place of Yama's -------------------------------------------------- */

/* As if hooks were in use for each. */
static int passes;
static int passes_error;

static int get_pass(void)
{
	if (passes_error)
		return passes_error;

	passes++;
	return 0;
}

static void put_pass(void)
{
	passes--;
}

/* The work that forgets a namespace puts its pass last. */
static bool passes_become(int count)
{
	int ms;

	for (ms = 0; ms < SOON_MS; ms++) {
		if (READ_ONCE(passes) == count)
			return true;
		usleep_range(1000, 2000);
	}

	return false;
}

static void expect_instead(struct kunit *test, struct pid_namespace *ns,
			   u32 effective)
{
	struct spt_scope_view view;

	spt_scope_view(ns, &view);
	KUNIT_EXPECT_EQ(test, view.effective, effective);
	KUNIT_EXPECT_TRUE(test, view.instead);
}

static bool counts_instead(struct pid_namespace *ns)
{
	struct spt_scope_view view;

	spt_scope_view(ns, &view);
	return view.instead;
}

static void one_in_place_of_yamas_is_the_last_to_count(struct kunit *test)
{
	struct nest *nest = make_nest(test);

	KUNIT_EXPECT_EQ(test, set_scope(&init_pid_ns, 0, 2), 0);
	KUNIT_EXPECT_EQ(test, set_instead(&nest->outer, 0), 0);
	KUNIT_EXPECT_EQ(test, passes, 1);
	expect_instead(test, &nest->outer, 0);
	expect_instead(test, &nest->inner, 0);
	KUNIT_EXPECT_FALSE(test, counts_instead(&init_pid_ns));
	expect_view(test, &init_pid_ns, 2, 2, true);

	/* Further in, the strictest counts. */
	KUNIT_EXPECT_EQ(test, set_scope(&nest->inner, 2, 1), 0);
	expect_instead(test, &nest->inner, 1);
	KUNIT_EXPECT_EQ(test, set_instead(&nest->outer, 2), 0);
	KUNIT_EXPECT_EQ(test, passes, 1);
	expect_instead(test, &nest->inner, 2);

	/* The nearest is the last. */
	KUNIT_EXPECT_EQ(test, set_instead(&nest->inner, 0), 0);
	KUNIT_EXPECT_EQ(test, passes, 2);
	expect_instead(test, &nest->inner, 0);
	expect_instead(test, &nest->outer, 2);
	KUNIT_EXPECT_EQ(test, set_scope(&nest->inner, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, passes, 1);
	expect_instead(test, &nest->inner, 2);

	/* For all, when it is the initial one's. */
	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, passes, 0);
	KUNIT_EXPECT_FALSE(test, counts_instead(&nest->inner));
	expect_view(test, &nest->inner, 0, 2, true);
	KUNIT_EXPECT_EQ(test, set_instead(&init_pid_ns, 1), 0);
	KUNIT_EXPECT_EQ(test, passes, 1);
	expect_instead(test, &nest->inner, 1);
	expect_instead(test, &init_pid_ns, 1);

	end_nest(test, nest);
	KUNIT_EXPECT_EQ(test, passes, 1);
	KUNIT_EXPECT_EQ(test, set_scope(&init_pid_ns, 0, 1), 0);
	KUNIT_EXPECT_EQ(test, passes, 0);
}

/* Whoever narrows it further in takes it away. */
static void it_is_taken_away_from_further_in(struct kunit *test)
{
	struct nest *nest = make_nest(test);

	KUNIT_EXPECT_EQ(test, set_instead(&nest->outer, 1), 0);
	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 1, 0), -EPERM);
	KUNIT_EXPECT_EQ(test, passes, 1);
	expect_instead(test, &nest->outer, 1);
	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 1, 1), 0);
	KUNIT_EXPECT_EQ(test, passes, 0);
	KUNIT_EXPECT_FALSE(test, counts_instead(&nest->outer));
	end_nest(test, nest);
}

static void no_attach_further_out_holds(struct kunit *test)
{
	struct nest *nest = make_nest(test);

	KUNIT_EXPECT_EQ(test, set_instead(&nest->inner, 0), 0);
	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, 2), 0);
	expect_instead(test, &nest->inner, 0);
	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, 3), 0);
	expect_instead(test, &nest->inner, 3);
	expect_view(test, &nest->inner, 0, 3, true);
	end_nest(test, nest);
	KUNIT_EXPECT_TRUE(test, passes_become(0));
}

static void without_hooks_it_is_refused(struct kunit *test)
{
	struct nest *nest = make_nest(test);

	KUNIT_EXPECT_EQ(test, set_scope(&nest->outer, 0, 2), 0);
	passes_error = -EOPNOTSUPP;
	KUNIT_EXPECT_EQ(test, set_instead(&nest->outer, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, set_instead(&nest->inner, 0), -EOPNOTSUPP);
	passes_error = 0;
	expect_view(test, &nest->outer, 2, 2, true);
	expect_view(test, &nest->inner, 2, 2, false);
	KUNIT_EXPECT_FALSE(test, counts_instead(&nest->inner));
	KUNIT_EXPECT_EQ(test, passes, 0);
	end_nest(test, nest);
}

static void it_ends_with_its_namespace(struct kunit *test)
{
	struct nest *nest = make_nest(test);
	struct pid *init = get_pid(process_of(nest->inner_init));

	KUNIT_EXPECT_EQ(test, set_instead(&nest->inner, 0), 0);
	KUNIT_EXPECT_EQ(test, passes, 1);
	end_process(nest->inner_init);
	KUNIT_EXPECT_TRUE(test, is_unset(&nest->inner));
	KUNIT_EXPECT_TRUE(test, passes_become(0));
	/* What isn't set holds nothing. */
	KUNIT_EXPECT_EQ(test, set_instead(&nest->inner, 0), -ESRCH);
	KUNIT_EXPECT_EQ(test, passes, 0);

	put_task_struct(nest->inner_init);
	put_pid(init);
	idr_destroy(&nest->inner.idr);
	end_namespace(test, &nest->outer, nest->outer_init);
}

static struct kunit_case scope_cases[] = {
	KUNIT_CASE(every_scope_by_every_relation),
	KUNIT_CASE(one_who_was_reaped_descends_from_nobody),
	KUNIT_CASE(an_unknown_scope_is_the_strictest),
	KUNIT_CASE(set_ptracer),
	KUNIT_CASE(set_ptracer_any),
	KUNIT_CASE(a_declaration_takes_the_place_of_the_last),
	KUNIT_CASE(a_nominee_covers_its_descendants),
	KUNIT_CASE(a_declaration_ends_with_its_declarer),
	KUNIT_CASE(a_declaration_ends_with_its_nominee),
	KUNIT_CASE(one_who_has_ended_declares_nothing),
	KUNIT_CASE(a_namespace_has_its_parents_scope),
	KUNIT_CASE(the_strictest_counts),
	KUNIT_CASE(no_attach_is_for_good),
	KUNIT_CASE(the_outer_has_the_last_word),
	KUNIT_CASE(there_is_no_scope_four),
	KUNIT_CASE(a_scope_ends_with_its_namespace),
	KUNIT_CASE(one_in_place_of_yamas_is_the_last_to_count),
	KUNIT_CASE(it_is_taken_away_from_further_in),
	KUNIT_CASE(no_attach_further_out_holds),
	KUNIT_CASE(without_hooks_it_is_refused),
	KUNIT_CASE(it_ends_with_its_namespace),
	{}
};

static int scope_begin(struct kunit *test)
{
	spt_ptracer_init();
	return spt_scope_init(get_pass, put_pass);
}

static void scope_end(struct kunit *test)
{
	spt_ptracer_exit();
	spt_scope_exit();
}

static struct kunit_suite scope_suite = {
	.name = "sptrace_scope",
	.init = scope_begin,
	.exit = scope_end,
	.test_cases = scope_cases,
};

kunit_test_suite(scope_suite);
