// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's log says of refused attaches: who wanted whom, not too
 * often, and nothing that the two could forge.
 */
#include <sched.h>
#include "people.h"

/* The kernel's DEFAULT_RATELIMIT_INTERVAL and _BURST */
#define INTERVAL_MS 5000
#define BURST 10

#define RECORD_MAX 8192

FIXTURE(audit)
{
	struct machine machine;
	struct person *user, *target, *child, *root;
	int log;
};

FIXTURE_SETUP(audit)
{
	ASSERT_TRUE(people_begin());
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_RESTRICTED));
	self->user = person_made(NULL, 0, do_become, USER, USER);
	self->target = person_made(NULL, 0, do_become, USER, USER);
	self->root = person_new(NULL, 0);
	self->child = person_new(self->user, 0);
	ASSERT_NE(NULL, self->child);
	self->log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_LE(0, self->log);
}

FIXTURE_TEARDOWN(audit)
{
	close(self->log);
	people_end();
	machine_end(&self->machine);
}

/* The next record's text, without what it has beside; false when there is none. */
static bool read_record(int log, char *text)
{
	char record[RECORD_MAX], *begin;
	ssize_t length;

	do {
		length = read(log, record, sizeof(record) - 1);
	} while (length < 0 && errno == EPIPE);
	if (length <= 0)
		return false;
	record[length] = 0;
	record[strcspn(record, "\n")] = 0;
	begin = strchr(record, ';');
	strcpy(text, begin ? begin + 1 : record);
	return true;
}

/* Pids as they are in the log. */
struct pair {
	const char *access;
	pid_t target, tracer;
};

static bool names_both(const char *text, const struct pair *pair)
{
	char target[64], tracer[64], begin[32];

	snprintf(begin, sizeof(begin), "sptrace: %s of \"", pair->access);
	snprintf(target, sizeof(target), "\"[%d] was attempted by \"",
		 pair->target);
	snprintf(tracer, sizeof(tracer), "\"[%d]", pair->tracer);
	return !strncmp(text, begin, strlen(begin)) && strstr(text, target) &&
	       strstr(strstr(text, target) + strlen(target), tracer);
}

/* How many of the records to come name both. */
static int count_records(int log, const struct pair *pair)
{
	char text[RECORD_MAX];
	int count = 0;

	while (read_record(log, text))
		count += names_both(text, pair);
	return count;
}

static void skip_records(int log)
{
	lseek(log, 0, SEEK_END);
}

static long try(struct person *tracer, struct person *target)
{
	return ask(tracer, do_try_seize, number_for(tracer, target));
}

/* A line may be one too many for now. */
static bool is_logged(int log, struct person *tracer, struct person *target,
		      errand errand)
{
	struct pair pair = { "attach", target->pid, tracer->pid };
	pid_t number = number_for(tracer, target);

	skip_records(log);
	return WAIT_UNTIL(
		(ask(tracer, errand, number), count_records(log, &pair) == 1));
}

TEST_F(audit, tells_who_wanted_whom)
{
	ASSERT_EQ(-EPERM, try(self->user, self->target));
	/* Refused by the scope. */
	EXPECT_TRUE(
		is_logged(self->log, self->user, self->target, do_try_seize));
	EXPECT_TRUE(
		is_logged(self->log, self->user, self->target, do_try_attach));
	/* And by the kernel's access check. */
	ASSERT_EQ(-EPERM, try(self->user, self->root));
	EXPECT_TRUE(is_logged(self->log, self->user, self->root, do_try_seize));
}

TEST_F(audit, tells_who_wanted_to_be_traced)
{
	struct pair pair = { "traceme", self->child->pid, self->user->pid };

	ASSERT_EQ(0, do_set_scope(0, SPT_SCOPE_ADMIN, 0));
	ASSERT_EQ(-EPERM, ask(self->child, do_traceme));
	skip_records(self->log);
	EXPECT_TRUE(WAIT_UNTIL((ask(self->child, do_traceme),
				count_records(self->log, &pair) == 1)));
}

TEST_F(audit, tells_the_machines_numbers)
{
	struct person *root = person_new(NULL, CLONE_NEWPID), *user, *target;

	user = person_made(root, 0, do_become, USER, USER);
	target = person_made(root, 0, do_become, USER, USER);
	ASSERT_NE(NULL, target);
	ASSERT_NE(target->pid, target->number);
	EXPECT_TRUE(is_logged(self->log, user, target, do_try_seize));
}

/* Whether a refusal was logged, which shows that what came before could be. */
static bool logs_now(int log, struct person *tracer, struct person *target)
{
	struct pair pair = { "attach", target->pid, tracer->pid };

	skip_records(log);
	try(tracer, target);
	return count_records(log, &pair) == 1;
}

/* Do something between two refusals that are logged, and count what is. */
static int lines_of(int log, struct person *user, struct person *other,
		    struct person *tracer, struct person *target, errand errand)
{
	struct pair pair = { "attach", target->pid, tracer->pid };
	pid_t number = number_for(tracer, target);
	int lines;

	if (!WAIT_UNTIL(
		    (logs_now(log, user, other) &&
		     (skip_records(log), ask(tracer, errand, number), true) &&
		     ((lines = count_records(log, &pair)), true) &&
		     logs_now(log, user, other))))
		return -1;
	return lines;
}

TEST_F(audit, says_nothing_of_what_is_granted)
{
	ASSERT_EQ(0, try(self->user, self->child));
	EXPECT_EQ(0, lines_of(self->log, self->user, self->target, self->user,
			      self->child, do_try_seize));
	EXPECT_EQ(0, lines_of(self->log, self->user, self->target, self->user,
			      self->child, do_try_attach));
}

TEST_F(audit, says_nothing_of_questions)
{
	ASSERT_EQ(SPT_RULE_ACCESS,
		  FIRST_OF(ask(self->user, do_explain, self->root->pid)));
	EXPECT_EQ(0, lines_of(self->log, self->user, self->target, self->user,
			      self->root, do_explain));
}

/* What nobody's policy refuses isn't worth a line. */
TEST_F(audit, says_nothing_of_the_impossible)
{
	EXPECT_EQ(0, lines_of(self->log, self->user, self->target, self->user,
			      self->user, do_try_seize));
}

TEST_F(audit, says_it_no_more_often_than_it_should)
{
	struct pair pair = { "attach", self->target->pid, self->user->pid };
	long long begun;
	int i, lines;

	/* The first of a new interval. */
	while (logs_now(self->log, self->user, self->target))
		;
	ASSERT_TRUE(WAIT_UNTIL(logs_now(self->log, self->user, self->target)));
	begun = now_ms();
	skip_records(self->log);
	for (i = 0; i < 200; i++)
		ASSERT_EQ(-EPERM, try(self->user, self->target));
	lines = count_records(self->log, &pair);
	EXPECT_LT(0, lines);
	EXPECT_LE(lines, BURST * (1 + (now_ms() - begun) / INTERVAL_MS));
}

/* ---- forgeries ------------------------------------------------------------------ */

static const char forgery[] = "x\n<0>\"[1] \\ y";

static long do_take_name(long a, long b, long c)
{
	return prctl(PR_SET_NAME, forgery) ? -errno : 0;
}

/*
 * The log's reader sees a backslash as \x5c, and a control character of the
 * text itself by a number of its own: neither it nor a quote may be there.
 */
static bool is_forged(const char *text)
{
	const char *quotes = text;
	int count = 0;

	while ((quotes = strchr(quotes, '"'))) {
		count++;
		quotes++;
	}
	return count != 4 || strstr(text, "\\x0a") || strchr(text, '\n');
}

TEST_F(audit, cant_be_forged)
{
	struct pair pair = { "attach", self->target->pid, self->user->pid };
	bool seen = false, forged = false;
	char text[RECORD_MAX];
	long long end = now_ms() + WAIT_LIMIT_MS;

	ASSERT_EQ(0, ask(self->target, do_take_name));
	ASSERT_EQ(0, ask(self->user, do_take_name));
	skip_records(self->log);
	while (!seen && now_ms() < end) {
		ASSERT_EQ(-EPERM, try(self->user, self->target));
		while (read_record(self->log, text)) {
			if (!names_both(text, &pair))
				continue;
			seen = true;
			forged |= is_forged(text);
		}
		nap();
	}
	EXPECT_TRUE(seen);
	EXPECT_FALSE(forged)
	{
		TH_LOG("%s", text);
	}
}

/* ---- nothing but a line --------------------------------------------------------------- */

TEST_F(audit, is_all_that_a_refusal_leaves)
{
	struct spt_status status;
	int fd = spt_open();

	ASSERT_LE(0, fd);
	ASSERT_EQ(-EPERM, ask(self->user, do_try_attach, self->target->pid));
	ASSERT_EQ(-EPERM, try(self->user, self->target));
	EXPECT_FALSE(spt_find(fd, self->target->pid, &status));
	EXPECT_EQ(0, setting_read(FACTS "tracees"));
	/* No stop, and no signal that is still to come. */
	EXPECT_EQ(getpid(), ask(self->target, do_call, SYS_getppid));
	/* It is anybody's who may. */
	EXPECT_EQ(0, do_try_attach(self->target->pid, 0, 0));
	EXPECT_EQ(0, do_try_native_attach(self->target->pid, 0, 0));
	close(fd);
}

TEST_HARNESS_MAIN
