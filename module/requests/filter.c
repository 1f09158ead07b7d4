// SPDX-License-Identifier: GPL-2.0
/*
 * SPT_IOC_SET_FILTER: giving a tracee a filter, wherever it is.
 */
#include <linux/err.h>
#include <linux/sptrace.h>

#include "kernel/hook.h"
#include "record/filter.h"
#include "requests/filter.h"
#include "stops/dispatch.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

/*
 * Have the task come to the entry hook, or not any more. One that comes there for
 * another reason already is judged by the new filter from now on.
 */
static int set_filter_settle(struct spt_tracee *tracee, bool on, bool stopped)
{
	lockdep_assert_held(&tracee->tracer->lock);

	if (!stopped)
		return spt_dispatch_come(tracee);

	spt_dispatch_filtered(tracee, on);
	return 0;
}

/* @filter is taken over. @stopped: the tracee is held in its stop. */
static int set_filter(struct spt_tracee *tracee, struct spt_filter *filter,
		      bool stopped)
{
	struct spt_tracer *tracer = tracee->tracer;
	int err = -ESRCH;

	spin_lock(&tracer->lock);
	if (spt_traced(tracee))
		err = set_filter_settle(tracee, filter, stopped);
	if (!err)
		spt_filter_give(tracee, filter);
	spin_unlock(&tracer->lock);

	if (err && filter)
		spt_filter_put(filter);

	return err;
}

static int set_filter_anywhere(struct spt_tracee *tracee,
			       struct spt_filter *filter)
{
	bool stopped = !spt_stop_hold(tracee);
	int err;

	err = set_filter(tracee, filter, stopped);
	if (stopped)
		spt_stop_release(tracee);

	return err;
}

static int set_filter_check(const struct spt_set_filter *args)
{
	if (args->flags || args->reserved || (!args->length && args->program))
		return -EINVAL;
	if (args->tid <= 0)
		return -ESRCH;
	if (args->length && !spt_hooks_work())
		return -EOPNOTSUPP;

	return 0;
}

/**
 * spt_request_set_filter - give a tracee a filter, or take it away
 * @tracer: the caller's thread group
 * @args: SPT_IOC_SET_FILTER's
 *
 * Context: process context, may sleep.
 * Return: 0 or a negative errno; see SPT_IOC_SET_FILTER in the ABI's header.
 */
int spt_request_set_filter(struct spt_tracer *tracer,
			   const struct spt_set_filter *args)
{
	struct spt_filter *filter = NULL;
	struct spt_tracee *tracee;
	int err;

	err = set_filter_check(args);
	if (err)
		return err;

	tracee = spt_tracee_of(tracer, args->tid);
	if (!tracee)
		return -ESRCH;

	if (args->length)
		filter = spt_filter_make(args);
	err = PTR_ERR_OR_ZERO(filter);
	if (!err)
		err = set_filter_anywhere(tracee, filter);
	spt_tracee_put(tracee);

	return err;
}
