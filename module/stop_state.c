// SPDX-License-Identifier: GPL-2.0
/*
 * The stop-state machine: what a tracee may turn into, and what each state
 * means to its tracer.
 */
#include <linux/errno.h>
#include <linux/signal.h>

#include "stop_state.h"

/**
 * spt_state_in_progress - is @state still on its way to a finished one
 * @state: the state
 *
 * Return: true for Waking, ForceWaking and the five Stopping states.
 */
bool spt_state_in_progress(enum spt_stop_state state)
{
	switch (state) {
	case SPT_WAKING:
	case SPT_FORCE_WAKING:
	case SPT_GROUP_STOPPING:
	case SPT_SIGNAL_DELIVERY_STOPPING:
	case SPT_PTRACE_EVENT_STOPPING:
	case SPT_SYSCALL_ENTER_STOPPING:
	case SPT_SYSCALL_EXIT_STOPPING:
		return true;
	default:
		return false;
	}
}

/**
 * spt_state_finalize - the finished state that an in-progress one becomes
 * @state: an in-progress state
 *
 * Return: the finished state, or -EINVAL when @state isn't in progress.
 */
int spt_state_finalize(enum spt_stop_state state)
{
	if (!spt_state_in_progress(state))
		return -EINVAL;

	/* Every in-progress state is followed by its finished one. */
	return state + 1;
}

static bool state_is_downgrade(enum spt_stop_state from, enum spt_stop_state to)
{
	if (from == SPT_AWAKE && to == SPT_WAKING)
		return false;

	return spt_state_finalize(to) == (int)from;
}

/**
 * spt_state_may_move - is the move legal
 * @from: the present state
 * @to: the state wanted
 *
 * Return: true when a tracee in @from may be put into @to.
 */
bool spt_state_may_move(enum spt_stop_state from, enum spt_stop_state to)
{
	if (from == to || from == SPT_FORCE_AWAKE)
		return false;
	if (from == SPT_FORCE_WAKING)
		return to == SPT_FORCE_AWAKE;

	return !state_is_downgrade(from, to);
}

/**
 * spt_state_ptrace_only - can only a traced task be in @state
 * @state: the state
 *
 * Return: true for every stop but the two group ones.
 */
bool spt_state_ptrace_only(enum spt_stop_state state)
{
	return spt_state_stopping_or_stopped(state) &&
	       state != SPT_GROUP_STOPPING && state != SPT_GROUP_STOPPED;
}

/**
 * spt_state_stopping_or_stopped - is @state a stop
 * @state: the state
 *
 * Return: true for the five Stopping and the five Stopped states.
 */
bool spt_state_stopping_or_stopped(enum spt_stop_state state)
{
	return state >= SPT_GROUP_STOPPING && state < SPT_NR_STATES;
}

/**
 * spt_state_waking_or_awake - does the task run, or is it about to
 * @state: the state
 *
 * Return: true for Waking, Awake, ForceWaking and ForceAwake.
 */
bool spt_state_waking_or_awake(enum spt_stop_state state)
{
	return !spt_state_stopping_or_stopped(state);
}

/**
 * spt_state_wakes_tracee - must a tracee that reaches @state be woken
 * @state: the state
 *
 * Return: true for Waking and ForceWaking.
 */
bool spt_state_wakes_tracee(enum spt_stop_state state)
{
	return state == SPT_WAKING || state == SPT_FORCE_WAKING;
}

/**
 * spt_state_notifies_tracer - is reaching @state news for the tracer
 * @state: the state
 *
 * Return: true for every state that isn't in progress.
 */
bool spt_state_notifies_tracer(enum spt_stop_state state)
{
	return !spt_state_in_progress(state);
}

/**
 * spt_state_takes_requests - may a request that needs a stop be served
 * @state: the tracee's state
 * @status: the tracee's status
 *
 * Return: true when the tracee is in a stop, or on its way there, and not
 * listening. What reads or writes the tracee waits until it is asleep.
 */
bool spt_state_takes_requests(enum spt_stop_state state,
			      enum spt_stop_status status)
{
	return spt_state_stopping_or_stopped(state) &&
	       status != SPT_STATUS_LISTENING;
}

/**
 * spt_state_waitable - would a wait return this tracee's report now
 * @state: the tracee's state
 * @status: the tracee's status
 * @report: whether a report is pending
 * @continued: whether the waiter asked for continued children
 *
 * Return: true when the report may be handed out.
 */
bool spt_state_waitable(enum spt_stop_state state, enum spt_stop_status status,
			bool report, bool continued)
{
	if (!report)
		return false;
	if (status == SPT_STATUS_LISTENING)
		return true;
	if (spt_state_in_progress(state))
		return false;

	return continued || spt_state_stopping_or_stopped(state);
}

/**
 * spt_signal_reported - is @signr ever recorded as a stop's report
 * @signr: the signal number
 *
 * A tracer hears of SIGKILL when the tracee has died, never as a stop.
 *
 * Return: false for SIGKILL alone.
 */
bool spt_signal_reported(int signr)
{
	return signr != SIGKILL;
}
