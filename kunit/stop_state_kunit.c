// SPDX-License-Identifier: GPL-2.0
/*
 * The stop-state machine against tables written out by hand: the rules of
 * stop_state.h are not applied a second time here.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/signal.h>

#include "tracee/stop_state.h"

/* One character per state in the rows below, in the order of the enum. */
#define NR_STATES 14

struct state_row {
	enum spt_stop_state state;
	const char *name;
	/* 'y' where the row's state may become the column's, '.' where not. */
	const char *may_move;
	int finalized;
	/* Whether a wait returns a pending report, by status (D, C, L). */
	const char *waitable;
	const char *waitable_continued;
	/* Whether a request that needs a stop is served, by status. */
	const char *takes_requests;
	bool in_progress;
	bool ptrace_only;
	bool stop;
	bool wakes_tracee;
};

/*
 * Columns of may_move, two a stop:
 *
 *   Waking Awake ForceWaking ForceAwake | Group | Signal | Event | Enter | Exit
 */
static const struct state_row rows[] = {
	{
		.state = SPT_WAKING,
		.name = "Waking",
		.may_move = ".yyyyyyyyyyyyy",
		.finalized = SPT_AWAKE,
		.waitable = "..y",
		.waitable_continued = "..y",
		.takes_requests = "...",
		.in_progress = true,
		.ptrace_only = false,
		.stop = false,
		.wakes_tracee = true,
	},
	{
		/* The one downgrade there is: SIGCONT wakes what is awake. */
		.state = SPT_AWAKE,
		.name = "Awake",
		.may_move = "y.yyyyyyyyyyyy",
		.finalized = -EINVAL,
		.waitable = "..y",
		.waitable_continued = "yyy",
		.takes_requests = "...",
		.in_progress = false,
		.ptrace_only = false,
		.stop = false,
		.wakes_tracee = false,
	},
	{
		.state = SPT_FORCE_WAKING,
		.name = "ForceWaking",
		.may_move = "...y..........",
		.finalized = SPT_FORCE_AWAKE,
		.waitable = "..y",
		.waitable_continued = "..y",
		.takes_requests = "...",
		.in_progress = true,
		.ptrace_only = false,
		.stop = false,
		.wakes_tracee = true,
	},
	{
		.state = SPT_FORCE_AWAKE,
		.name = "ForceAwake",
		.may_move = "..............",
		.finalized = -EINVAL,
		.waitable = "..y",
		.waitable_continued = "yyy",
		.takes_requests = "...",
		.in_progress = false,
		.ptrace_only = false,
		.stop = false,
		.wakes_tracee = false,
	},
	{
		.state = SPT_GROUP_STOPPING,
		.name = "GroupStopping",
		.may_move = "yyyy.yyyyyyyyy",
		.finalized = SPT_GROUP_STOPPED,
		.waitable = "..y",
		.waitable_continued = "..y",
		.takes_requests = "yy.",
		.in_progress = true,
		.ptrace_only = false,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_GROUP_STOPPED,
		.name = "GroupStopped",
		.may_move = "yyyy..yyyyyyyy",
		.finalized = -EINVAL,
		.waitable = "yyy",
		.waitable_continued = "yyy",
		.takes_requests = "yy.",
		.in_progress = false,
		.ptrace_only = false,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_SIGNAL_DELIVERY_STOPPING,
		.name = "SignalDeliveryStopping",
		.may_move = "yyyyyy.yyyyyyy",
		.finalized = SPT_SIGNAL_DELIVERY_STOPPED,
		.waitable = "..y",
		.waitable_continued = "..y",
		.takes_requests = "yy.",
		.in_progress = true,
		.ptrace_only = true,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_SIGNAL_DELIVERY_STOPPED,
		.name = "SignalDeliveryStopped",
		.may_move = "yyyyyy..yyyyyy",
		.finalized = -EINVAL,
		.waitable = "yyy",
		.waitable_continued = "yyy",
		.takes_requests = "yy.",
		.in_progress = false,
		.ptrace_only = true,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_PTRACE_EVENT_STOPPING,
		.name = "PtraceEventStopping",
		.may_move = "yyyyyyyy.yyyyy",
		.finalized = SPT_PTRACE_EVENT_STOPPED,
		.waitable = "..y",
		.waitable_continued = "..y",
		.takes_requests = "yy.",
		.in_progress = true,
		.ptrace_only = true,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_PTRACE_EVENT_STOPPED,
		.name = "PtraceEventStopped",
		.may_move = "yyyyyyyy..yyyy",
		.finalized = -EINVAL,
		.waitable = "yyy",
		.waitable_continued = "yyy",
		.takes_requests = "yy.",
		.in_progress = false,
		.ptrace_only = true,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_SYSCALL_ENTER_STOPPING,
		.name = "SyscallEnterStopping",
		.may_move = "yyyyyyyyyy.yyy",
		.finalized = SPT_SYSCALL_ENTER_STOPPED,
		.waitable = "..y",
		.waitable_continued = "..y",
		.takes_requests = "yy.",
		.in_progress = true,
		.ptrace_only = true,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_SYSCALL_ENTER_STOPPED,
		.name = "SyscallEnterStopped",
		.may_move = "yyyyyyyyyy..yy",
		.finalized = -EINVAL,
		.waitable = "yyy",
		.waitable_continued = "yyy",
		.takes_requests = "yy.",
		.in_progress = false,
		.ptrace_only = true,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_SYSCALL_EXIT_STOPPING,
		.name = "SyscallExitStopping",
		.may_move = "yyyyyyyyyyyy.y",
		.finalized = SPT_SYSCALL_EXIT_STOPPED,
		.waitable = "..y",
		.waitable_continued = "..y",
		.takes_requests = "yy.",
		.in_progress = true,
		.ptrace_only = true,
		.stop = true,
		.wakes_tracee = false,
	},
	{
		.state = SPT_SYSCALL_EXIT_STOPPED,
		.name = "SyscallExitStopped",
		.may_move = "yyyyyyyyyyyy..",
		.finalized = -EINVAL,
		.waitable = "yyy",
		.waitable_continued = "yyy",
		.takes_requests = "yy.",
		.in_progress = false,
		.ptrace_only = true,
		.stop = true,
		.wakes_tracee = false,
	},
};

/* The columns of waitable and takes_requests. */
static const enum spt_stop_status statuses[] = {
	SPT_STATUS_DEFAULT,
	SPT_STATUS_CONTINUING,
	SPT_STATUS_LISTENING,
};

static void row_desc(const struct state_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(row, rows, row_desc);

static void tables_cover_every_state(struct kunit *test)
{
	int i;

	/* Fourteen states, each row at its state's place. */
	KUNIT_ASSERT_EQ(test, (int)SPT_NR_STATES, NR_STATES);
	KUNIT_ASSERT_EQ(test, (int)ARRAY_SIZE(rows), NR_STATES);
	for (i = 0; i < NR_STATES; i++) {
		KUNIT_EXPECT_EQ(test, (int)rows[i].state, i);
		KUNIT_EXPECT_EQ(test, (int)strlen(rows[i].may_move), NR_STATES);
	}
}

static void may_move(struct kunit *test)
{
	const struct state_row *row = test->param_value;
	int to;

	/* The row's state becomes the states marked, and no other. */
	for (to = 0; to < NR_STATES; to++)
		KUNIT_EXPECT_EQ_MSG(test, spt_state_may_move(row->state, to),
				    row->may_move[to] == 'y',
				    "from %s to %s", row->name, rows[to].name);
}

static void finalize(struct kunit *test)
{
	const struct state_row *row = test->param_value;

	/* In progress: its finished state. Finished: -EINVAL. */
	KUNIT_EXPECT_EQ(test, spt_state_finalize(row->state), row->finalized);
}

static void in_progress(struct kunit *test)
{
	const struct state_row *row = test->param_value;

	/* Waking, ForceWaking and the five Stopping. */
	KUNIT_EXPECT_EQ(test, spt_state_in_progress(row->state),
			row->in_progress);
}

static void ptrace_only(struct kunit *test)
{
	const struct state_row *row = test->param_value;

	/* Every stop but the two of a group. */
	KUNIT_EXPECT_EQ(test, spt_state_ptrace_only(row->state),
			row->ptrace_only);
}

static void stopping_or_stopped(struct kunit *test)
{
	const struct state_row *row = test->param_value;

	/* The ten stops. */
	KUNIT_EXPECT_EQ(test, spt_state_stopping_or_stopped(row->state),
			row->stop);
}

static void waking_or_awake(struct kunit *test)
{
	const struct state_row *row = test->param_value;

	/* The four that are no stop. */
	KUNIT_EXPECT_EQ(test, spt_state_waking_or_awake(row->state),
			!row->stop);
}

static void wakes_tracee(struct kunit *test)
{
	const struct state_row *row = test->param_value;

	/* Waking and ForceWaking. */
	KUNIT_EXPECT_EQ(test, spt_state_wakes_tracee(row->state),
			row->wakes_tracee);
}

static void notifies_tracer(struct kunit *test)
{
	const struct state_row *row = test->param_value;

	/* Every state that is not in progress. */
	KUNIT_EXPECT_EQ(test, spt_state_notifies_tracer(row->state),
			!row->in_progress);
}

static void takes_requests(struct kunit *test)
{
	const struct state_row *row = test->param_value;
	int i;

	/* In a stop and not listening. */
	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    spt_state_takes_requests(row->state,
							     statuses[i]),
				    row->takes_requests[i] == 'y',
				    "%s, status %d", row->name, statuses[i]);
}

static void waitable_with_report(struct kunit *test)
{
	const struct state_row *row = test->param_value;
	int i;

	/* Stopped, or whatever the state when listening. */
	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    spt_state_waitable(row->state, statuses[i],
						       true, false),
				    row->waitable[i] == 'y',
				    "%s, status %d", row->name, statuses[i]);
}

static void waitable_with_report_of_continued(struct kunit *test)
{
	const struct state_row *row = test->param_value;
	int i;

	/* As above, and what is awake as well. */
	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    spt_state_waitable(row->state, statuses[i],
						       true, true),
				    row->waitable_continued[i] == 'y',
				    "%s, status %d", row->name, statuses[i]);
}

static void waitable_without_report(struct kunit *test)
{
	const struct state_row *row = test->param_value;
	int i;

	/* Never, whatever the status and the waiter's wish. */
	for (i = 0; i < ARRAY_SIZE(statuses); i++) {
		KUNIT_EXPECT_FALSE(test,
				   spt_state_waitable(row->state, statuses[i],
						      false, false));
		KUNIT_EXPECT_FALSE(test,
				   spt_state_waitable(row->state, statuses[i],
						      false, true));
	}
}

static void sigkill_is_never_reported(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, spt_signal_reported(SIGKILL));
}

static void other_signals_are_reported(struct kunit *test)
{
	int signr;

	/* 9 is SIGKILL; 64 is the last there is. */
	for (signr = 1; signr <= 64; signr++) {
		if (signr == 9)
			continue;
		KUNIT_EXPECT_TRUE_MSG(test, spt_signal_reported(signr),
				      "signal %d", signr);
	}
}

static void numbers_are_those_of_the_abi(struct kunit *test)
{
	/* The states' numbers reach user space in struct spt_status. */
	KUNIT_EXPECT_EQ(test, (int)SPT_WAKING, 0);
	KUNIT_EXPECT_EQ(test, (int)SPT_AWAKE, 1);
	KUNIT_EXPECT_EQ(test, (int)SPT_FORCE_WAKING, 2);
	KUNIT_EXPECT_EQ(test, (int)SPT_FORCE_AWAKE, 3);
	KUNIT_EXPECT_EQ(test, (int)SPT_GROUP_STOPPING, 4);
	KUNIT_EXPECT_EQ(test, (int)SPT_GROUP_STOPPED, 5);
	KUNIT_EXPECT_EQ(test, (int)SPT_SIGNAL_DELIVERY_STOPPING, 6);
	KUNIT_EXPECT_EQ(test, (int)SPT_SIGNAL_DELIVERY_STOPPED, 7);
	KUNIT_EXPECT_EQ(test, (int)SPT_PTRACE_EVENT_STOPPING, 8);
	KUNIT_EXPECT_EQ(test, (int)SPT_PTRACE_EVENT_STOPPED, 9);
	KUNIT_EXPECT_EQ(test, (int)SPT_SYSCALL_ENTER_STOPPING, 10);
	KUNIT_EXPECT_EQ(test, (int)SPT_SYSCALL_ENTER_STOPPED, 11);
	KUNIT_EXPECT_EQ(test, (int)SPT_SYSCALL_EXIT_STOPPING, 12);
	KUNIT_EXPECT_EQ(test, (int)SPT_SYSCALL_EXIT_STOPPED, 13);
}

static struct kunit_case stop_state_cases[] = {
	KUNIT_CASE(tables_cover_every_state),
	KUNIT_CASE(numbers_are_those_of_the_abi),
	KUNIT_CASE_PARAM(may_move, row_gen_params),
	KUNIT_CASE_PARAM(finalize, row_gen_params),
	KUNIT_CASE_PARAM(in_progress, row_gen_params),
	KUNIT_CASE_PARAM(ptrace_only, row_gen_params),
	KUNIT_CASE_PARAM(stopping_or_stopped, row_gen_params),
	KUNIT_CASE_PARAM(waking_or_awake, row_gen_params),
	KUNIT_CASE_PARAM(wakes_tracee, row_gen_params),
	KUNIT_CASE_PARAM(notifies_tracer, row_gen_params),
	KUNIT_CASE_PARAM(takes_requests, row_gen_params),
	KUNIT_CASE_PARAM(waitable_with_report, row_gen_params),
	KUNIT_CASE_PARAM(waitable_with_report_of_continued, row_gen_params),
	KUNIT_CASE_PARAM(waitable_without_report, row_gen_params),
	KUNIT_CASE(sigkill_is_never_reported),
	KUNIT_CASE(other_signals_are_reported),
	{}
};

static struct kunit_suite stop_state_suite = {
	.name = "sptrace_stop_state",
	.test_cases = stop_state_cases,
};

kunit_test_suite(stop_state_suite);
