// SPDX-License-Identifier: GPL-2.0
/*
 * Another tool on each function that the module hooks: older than the module
 * or younger, removed before it or after. Nobody loses anything by it: the
 * tracer is told what a native one is told, and the tool sees the calls that
 * it sees without the module.
 *
 * The module is inserted again at the end.
 */
#define NEIGHBOURS_MAIN
#include "neighbours.h"
#include "../module.h"

/* What the same work comes to without the module: found out once. */
struct reference {
	bool known;
	int errors[MAX_FUNCTIONS];
	unsigned long counts[MAX_FUNCTIONS];
};

enum kind { NOBODY, FENTRY, FEXIT, PERF, TRACEFS, FUNCTION, NR_KINDS };

static const struct tool *const tools[NR_KINDS] = {
	[NOBODY] = &tool_nobody,   [FENTRY] = &tool_fentry,
	[FEXIT] = &tool_fexit,	   [PERF] = &tool_perf,
	[TRACEFS] = &tool_tracefs, [FUNCTION] = &tool_function,
};

/* Each test has a process of its own; this is of all of them. */
static struct {
	struct functions functions;
	struct reference references[NR_KINDS];
	bool traced_known;
	struct tally tally; /* a native tracer's */
	unsigned long traced[MAX_FUNCTIONS]; /* calls with a tracer */
} * shared;

static __attribute__((constructor)) void make_shared(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		abort();
}

FIXTURE(neighbour)
{
	struct reference *reference;
	struct child worker;
	struct child bystander;
	struct tracer tracer;
	struct watch watch;
	bool attached;
	int log;
};

FIXTURE_VARIANT(neighbour)
{
	enum kind kind;
};

/* For comparison: what fails here is not a neighbour's doing. */
FIXTURE_VARIANT_ADD(neighbour, nobody){
	.kind = NOBODY,
};

FIXTURE_VARIANT_ADD(neighbour, fentry){
	.kind = FENTRY,
};

FIXTURE_VARIANT_ADD(neighbour, fexit){
	.kind = FEXIT,
};

FIXTURE_VARIANT_ADD(neighbour, perf_kprobe){
	.kind = PERF,
};

FIXTURE_VARIANT_ADD(neighbour, tracefs_kprobe){
	.kind = TRACEFS,
};

FIXTURE_VARIANT_ADD(neighbour, function_tracer){
	.kind = FUNCTION,
};

/* ---- the tool comes, counts and goes ------------------------------------------- */

static void arrive(struct __test_metadata *_metadata,
		   FIXTURE_DATA(neighbour) * self)
{
	const struct reference *reference = self->reference;
	unsigned int i;

	ASSERT_TRUE(self->watch.tool->attach(&self->watch));
	self->attached = true;
	if (!reference->known)
		return;
	for (i = 0; i < shared->functions.count; i++) {
		EXPECT_EQ(reference->errors[i], self->watch.errors[i])
		{
			TH_LOG("%s on %s", self->watch.tool->name,
			       shared->functions.names[i]);
		}
	}
}

static void leave(FIXTURE_DATA(neighbour) * self)
{
	if (self->attached)
		self->watch.tool->detach(&self->watch);
	self->attached = false;
}

/* Do the work by `how`, and let the tool tell how many calls it was. */
#define COUNT(counts, how)                                                    \
	do {                                                                  \
		unsigned long count_before[MAX_FUNCTIONS];                    \
		unsigned int count_i;                                         \
		ASSERT_TRUE(                                                  \
			self->watch.tool->count(&self->watch, count_before)); \
		how;                                                          \
		ASSERT_TRUE(self->watch.tool->count(&self->watch, counts));   \
		for (count_i = 0; count_i < MAX_FUNCTIONS; count_i++)         \
			counts[count_i] -= count_before[count_i];             \
	} while (0)

/*
 * Of a tracee the tool sees what the function tracer does, but for what it
 * doesn't see natively either: fexit, the calls that don't return.
 */
static unsigned long expected_count(FIXTURE_DATA(neighbour) * self,
				    unsigned int function, bool traced)
{
	unsigned long count = self->reference->counts[function];

	if (traced)
		count += shared->traced[function] -
			 shared->references[FUNCTION].counts[function];
	return count;
}

static void check_counts(struct __test_metadata *_metadata,
			 FIXTURE_DATA(neighbour) * self,
			 const unsigned long *counts, bool traced,
			 const char *when)
{
	unsigned int i;

	for (i = 0; i < shared->functions.count; i++) {
		if (self->reference->errors[i])
			continue;
		EXPECT_EQ(expected_count(self, i, traced), counts[i])
		{
			TH_LOG("%s, %s", shared->functions.names[i], when);
		}
	}
}

/* ---- the work, seen by the tool or the tracer or both ------------------------------ */

static void work_untraced(struct __test_metadata *_metadata,
			  FIXTURE_DATA(neighbour) * self, const char *when)
{
	unsigned long counts[MAX_FUNCTIONS] = {};

	if (!self->attached) {
		EXPECT_TRUE(work_once(&self->worker))
		{
			TH_LOG("%s", when);
		}
		return;
	}
	COUNT(
		counts,
		ASSERT_TRUE(work_once(&self->worker)) { TH_LOG("%s", when); });
	check_counts(_metadata, self, counts, false, when);
}

static void check_tally(struct __test_metadata *_metadata,
			const struct tally *tally, const char *when)
{
	char native[256], shadow[256];

	tally_print(&shared->tally, native, sizeof(native));
	tally_print(tally, shadow, sizeof(shadow));
	EXPECT_STREQ(native, shadow)
	{
		TH_LOG("%s", when);
	}
}

static void work_traced(struct __test_metadata *_metadata,
			FIXTURE_DATA(neighbour) * self, const char *when)
{
	unsigned long counts[MAX_FUNCTIONS] = {};
	struct tally tally;

	if (!self->attached) {
		ASSERT_EQ(0, worker_trace(&self->tracer, &self->worker, &tally))
		{
			TH_LOG("%s", when);
		}
	} else {
		COUNT(
			counts,
			ASSERT_EQ(0, worker_trace(&self->tracer, &self->worker,
						  &tally)) {
				TH_LOG("%s", when);
			});
		check_counts(_metadata, self, counts, true, when);
	}
	check_tally(_metadata, &tally, when);
}

/* ---- what it is without the module -------------------------------------------------- */

/* Where a tool can be, and how many calls it sees of the work. */
static void find_reference(struct __test_metadata *_metadata,
			   FIXTURE_DATA(neighbour) * self, enum kind kind)
{
	struct reference *reference = &shared->references[kind];
	struct watch *watch = &self->watch;

	if (reference->known)
		return;
	watch->tool = tools[kind];
	ASSERT_TRUE(watch->tool->attach(watch));
	memcpy(reference->errors, watch->errors, sizeof(watch->errors));
	COUNT(reference->counts, ASSERT_TRUE(work_once(&self->worker)));
	watch->tool->detach(watch);
	reference->known = true;
}

/* What a tracer of the work is told, and what the tool sees, if it is there. */
static void trace_work(struct __test_metadata *_metadata,
		       FIXTURE_DATA(neighbour) * self, bool shadow,
		       struct tally *tally, unsigned long *counts)
{
	const struct child *worker = &self->worker;
	struct tracer tracer;

	ASSERT_EQ(0, tracer_open(&tracer, shadow));
	ASSERT_EQ(0, worker_seize(&tracer, worker));
	ASSERT_EQ(0, worker_resume(&tracer, worker));
	if (counts)
		COUNT(counts,
		      ASSERT_EQ(0, worker_trace(&tracer, worker, tally)));
	else
		ASSERT_EQ(0, worker_trace(&tracer, worker, tally));
	ASSERT_EQ(0, worker_interrupt(&tracer, worker));
	ASSERT_EQ(0, tr_ptrace(&tracer, PTRACE_DETACH, worker->pid, 0, 0));
	tracer_close(&tracer);
	ASSERT_TRUE(work_once(worker));
}

/*
 * Functions that are called more often when there is a tracee, by the module's
 * doing: it brings tasks to them that would not go there, or calls them itself.
 */
static bool is_called_more_often(const char *name)
{
	static const char *const names[] = {
		"syscall_user_dispatch",
		"user_single_step_report",
		"get_signal",
		"dequeue_signal",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	/* Nor is it this one that a tracee's group-stop goes to. */
	return !strcmp(name, "cgroup_enter_frozen");
}

/* What is called when the worker is traced: the function tracer sees it all. */
static void find_traced(struct __test_metadata *_metadata,
			FIXTURE_DATA(neighbour) * self)
{
	const struct tool *tool = &tool_function;
	const unsigned long *untraced = shared->references[FUNCTION].counts;
	struct tally tally;
	unsigned int i;

	if (shared->traced_known)
		return;
	find_reference(_metadata, self, FUNCTION);
	trace_work(_metadata, self, false, &shared->tally, NULL);

	ASSERT_EQ(0, insert(""));
	ASSERT_TRUE(tool->attach(&self->watch));
	trace_work(_metadata, self, true, &tally, shared->traced);
	tool->detach(&self->watch);
	ASSERT_EQ(0, take_out_in_time());

	for (i = 0; i < shared->functions.count; i++) {
		if (is_called_more_often(shared->functions.names[i]))
			continue;
		ASSERT_EQ(untraced[i], shared->traced[i])
		{
			TH_LOG("%s", shared->functions.names[i]);
		}
	}
	check_tally(_metadata, &tally, "with the function tracer");
	shared->traced_known = true;
}

/* Without the module, once for each tool. */
static void find_references(struct __test_metadata *_metadata,
			    FIXTURE_DATA(neighbour) * self, enum kind kind)
{
	if (shared->traced_known && shared->references[kind].known)
		return;
	ASSERT_EQ(0, take_out_in_time());
	find_traced(_metadata, self);
	find_reference(_metadata, self, kind);
	ASSERT_EQ(0, insert(""));
}

/* What the numbers were compared with. */
static void tell_reference(struct __test_metadata *_metadata,
			   const struct reference *reference)
{
	char text[256];
	unsigned int i;

	tally_print(&shared->tally, text, sizeof(text));
	TH_LOG("a native tracer is told %s", text);
	for (i = 0; i < shared->functions.count; i++) {
		int err = reference->errors[i];

		TH_LOG("%s: %lu calls untraced, %lu traced%s%s",
		       shared->functions.names[i], reference->counts[i],
		       shared->traced[i], err ? ", skipped: " : "",
		       err ? strerror(-err) : "");
	}
}

FIXTURE_SETUP(neighbour)
{
	const struct tool *tool = tools[variant->kind];

	self->tracer.fd = -1;
	self->worker.pid = -1;
	self->bystander.pid = -1;
	if (access(MODULE, R_OK))
		SKIP(return, "no " MODULE);
	if (tool->missing())
		SKIP(return, "%s", tool->missing());
	if (!is_inserted())
		ASSERT_EQ(0, insert(""));
	if (!shared->functions.count)
		ASSERT_TRUE(functions_read(&shared->functions));
	self->log = log_open();
	self->reference = &shared->references[variant->kind];
	self->worker = child_spawn(work, NULL);
	ASSERT_TRUE(child_waits(&self->worker));
	self->watch.functions = &shared->functions;
	self->watch.worker = self->worker.pid;

	find_references(_metadata, self, variant->kind);
	self->watch.tool = tool;
}

FIXTURE_TEARDOWN(neighbour)
{
	tracer_close(&self->tracer);
	child_end(&self->worker);
	child_end(&self->bystander);
	leave(self);
	EXPECT_FALSE(log_has_report(self->log));
	close(self->log);
	if (_metadata->exit_code != KSFT_PASS)
		tell_reference(_metadata, self->reference);
}

/* The tests leave that to each other, and to this. */
static __attribute__((destructor)) void put_in(void)
{
	if (!access(MODULE, R_OK) && !is_inserted())
		insert("");
}

/* ---- what all the orders have in common ---------------------------------------------- */

/* The hooks are armed for somebody else's sake. */
static void trace_bystander(struct __test_metadata *_metadata,
			    FIXTURE_DATA(neighbour) * self)
{
	/* In this order: its copy of the handle would keep it open. */
	self->bystander = child_spawn(work, NULL);
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, worker_seize(&self->tracer, &self->bystander));
}

static void trace_worker(struct __test_metadata *_metadata,
			 FIXTURE_DATA(neighbour) * self)
{
	if (self->tracer.fd < 0)
		ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, worker_seize(&self->tracer, &self->worker));
}

/* It stands in a stop while the tool goes. */
static void tool_goes_first(struct __test_metadata *_metadata,
			    FIXTURE_DATA(neighbour) * self)
{
	ASSERT_EQ(0, worker_interrupt(&self->tracer, &self->worker));
	leave(self);
	ASSERT_EQ(0, worker_resume(&self->tracer, &self->worker));
	work_traced(_metadata, self, "traced, the tool removed");
	tracer_close(&self->tracer);
	work_untraced(_metadata, self, "let go, the tool removed");
	ASSERT_EQ(0, take_out_in_time());
	work_untraced(_metadata, self, "all removed");
}

static void tool_goes_last(struct __test_metadata *_metadata,
			   FIXTURE_DATA(neighbour) * self)
{
	tracer_close(&self->tracer);
	/* The call that it was let go in ends in a way of its own. */
	ASSERT_TRUE(work_once(&self->worker));
	work_untraced(_metadata, self, "let go");
	ASSERT_EQ(0, take_out_in_time());
	work_untraced(_metadata, self, "the module removed");
	leave(self);
	work_untraced(_metadata, self, "all removed");
}

/* The tool is there already when the hooks are armed. */
static void meet_a_tracer(struct __test_metadata *_metadata,
			  FIXTURE_DATA(neighbour) * self)
{
	work_untraced(_metadata, self, "the module idle");
	trace_bystander(_metadata, self);
	work_untraced(_metadata, self, "another task traced");
	trace_worker(_metadata, self);
	ASSERT_EQ(0, worker_resume(&self->tracer, &self->worker));
	work_traced(_metadata, self, "traced");
}

#define OLDER_THAN_THE_MODULE                                \
	do {                                                 \
		if (is_inserted())                           \
			ASSERT_EQ(0, take_out_in_time());    \
		arrive(_metadata, self);                     \
		work_untraced(_metadata, self, "no module"); \
		ASSERT_EQ(0, insert(""));                    \
		meet_a_tracer(_metadata, self);              \
	} while (0)

#define OLDER_THAN_THE_TRACER                   \
	do {                                    \
		arrive(_metadata, self);        \
		meet_a_tracer(_metadata, self); \
	} while (0)

/* Put on while the worker stands in a stop. */
#define YOUNGER_THAN_THE_TRACER                                            \
	do {                                                               \
		trace_bystander(_metadata, self);                          \
		trace_worker(_metadata, self);                             \
		arrive(_metadata, self);                                   \
		ASSERT_EQ(0, worker_resume(&self->tracer, &self->worker)); \
		work_traced(_metadata, self, "traced");                    \
	} while (0)

/* ---- the orders ------------------------------------------------------------------------ */

TEST_F(neighbour, older_than_the_module_removed_first)
{
	OLDER_THAN_THE_MODULE;
	tool_goes_first(_metadata, self);
}

TEST_F(neighbour, older_than_the_module_removed_last)
{
	OLDER_THAN_THE_MODULE;
	tool_goes_last(_metadata, self);
}

TEST_F(neighbour, older_than_the_tracer_removed_first)
{
	OLDER_THAN_THE_TRACER;
	tool_goes_first(_metadata, self);
}

TEST_F(neighbour, older_than_the_tracer_removed_last)
{
	OLDER_THAN_THE_TRACER;
	tool_goes_last(_metadata, self);
}

TEST_F(neighbour, younger_than_the_tracer_removed_first)
{
	YOUNGER_THAN_THE_TRACER;
	tool_goes_first(_metadata, self);
}

TEST_F(neighbour, younger_than_the_tracer_removed_last)
{
	YOUNGER_THAN_THE_TRACER;
	tool_goes_last(_metadata, self);
}

/* ---- one that answers in the function's place -------------------------------------------- */

/* Nobody comes from the function's entry to the hook then. */
TEST(answered_by_another)
{
	int log, link, i;

	if (access(MODULE, R_OK))
		SKIP(return, "no " MODULE);
	if (tool_fentry.missing())
		SKIP(return, "%s", tool_fentry.missing());
	if (!is_inserted())
		ASSERT_EQ(0, insert(""));
	log = log_open();
	link = bpf_answer_prctl(PR_SET_PTRACER, -ENOLINK);
	ASSERT_LE(0, link);
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(-1, prctl(PR_SET_PTRACER, getppid()));
		EXPECT_EQ(ENOLINK, errno);
	}
	close(link);
	EXPECT_EQ(0, prctl(PR_SET_PTRACER, getppid()));
	EXPECT_EQ(0, take_out_in_time());
	EXPECT_FALSE(log_has_report(log));
	close(log);
}

TEST_HARNESS_MAIN
