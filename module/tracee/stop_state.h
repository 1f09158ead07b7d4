/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fourteen stop states of a tracee, after Fuchsia's Starnix kernel: what a
 * tracee may turn into, and what each state means to its tracer.
 *
 * Pure: knows nothing of tasks, locks or sleeping, so that KUnit can call it
 * anywhere.
 */
#ifndef SPT_STOP_STATE_H
#define SPT_STOP_STATE_H

#include <linux/errno.h>
#include <linux/signal.h>
#include <linux/types.h>
#include <linux/sptrace.h>

/**
 * enum spt_stop_state - where a tracee stands
 *
 * Each stop comes as a pair: "Stopping" is decided but the tracee still runs
 * kernel code, "Stopped" is asleep. A finished state follows its own
 * in-progress one by spt_state_finalize(); every other move goes through
 * spt_state_may_move():
 *
 * - nothing leaves ForceAwake;
 * - ForceWaking goes to ForceAwake alone;
 * - no state moves to itself;
 * - no finished state goes back to its own in-progress one, except that
 *   SIGCONT may wake what is awake already (Awake to Waking).
 *
 * @SPT_WAKING: resumed, not running yet
 * @SPT_AWAKE: running, or free to run
 * @SPT_FORCE_WAKING: killed; on its way out of whatever stop it was in
 * @SPT_FORCE_AWAKE: killed, and no stop can hold it any more
 * @SPT_GROUP_STOPPING: about to enter a group-stop
 * @SPT_GROUP_STOPPED: in a group-stop
 * @SPT_SIGNAL_DELIVERY_STOPPING: about to enter a signal-delivery-stop
 * @SPT_SIGNAL_DELIVERY_STOPPED: in a signal-delivery-stop
 * @SPT_PTRACE_EVENT_STOPPING: about to enter a PTRACE_EVENT stop
 * @SPT_PTRACE_EVENT_STOPPED: in a PTRACE_EVENT stop
 * @SPT_SYSCALL_ENTER_STOPPING: about to enter a syscall-enter-stop
 * @SPT_SYSCALL_ENTER_STOPPED: in a syscall-enter-stop
 * @SPT_SYSCALL_EXIT_STOPPING: about to enter a syscall-exit-stop
 * @SPT_SYSCALL_EXIT_STOPPED: in a syscall-exit-stop
 * @SPT_NR_STATES: how many there are
 */
enum spt_stop_state {
	SPT_WAKING = SPT_STATE_WAKING,
	SPT_AWAKE = SPT_STATE_AWAKE,
	SPT_FORCE_WAKING = SPT_STATE_FORCE_WAKING,
	SPT_FORCE_AWAKE = SPT_STATE_FORCE_AWAKE,
	SPT_GROUP_STOPPING = SPT_STATE_GROUP_STOPPING,
	SPT_GROUP_STOPPED = SPT_STATE_GROUP_STOPPED,
	SPT_SIGNAL_DELIVERY_STOPPING = SPT_STATE_SIGNAL_DELIVERY_STOPPING,
	SPT_SIGNAL_DELIVERY_STOPPED = SPT_STATE_SIGNAL_DELIVERY_STOPPED,
	SPT_PTRACE_EVENT_STOPPING = SPT_STATE_PTRACE_EVENT_STOPPING,
	SPT_PTRACE_EVENT_STOPPED = SPT_STATE_PTRACE_EVENT_STOPPED,
	SPT_SYSCALL_ENTER_STOPPING = SPT_STATE_SYSCALL_ENTER_STOPPING,
	SPT_SYSCALL_ENTER_STOPPED = SPT_STATE_SYSCALL_ENTER_STOPPED,
	SPT_SYSCALL_EXIT_STOPPING = SPT_STATE_SYSCALL_EXIT_STOPPING,
	SPT_SYSCALL_EXIT_STOPPED = SPT_STATE_SYSCALL_EXIT_STOPPED,
	SPT_NR_STATES,
};

/**
 * enum spt_stop_status - what the last resume asks of the next stop
 *
 * @SPT_STATUS_DEFAULT: nothing; go by the stop state
 * @SPT_STATUS_CONTINUING: resumed with a signal: deliver it, do not stop for
 *	it again
 * @SPT_STATUS_LISTENING: PTRACE_LISTEN: stopped, but it takes no requests
 *	and reports every change
 */
enum spt_stop_status {
	SPT_STATUS_DEFAULT,
	SPT_STATUS_CONTINUING,
	SPT_STATUS_LISTENING,
};

/**
 * spt_state_stopping_or_stopped - is @state a stop
 * @state: the state
 *
 * Return: true for the five Stopping and the five Stopped states.
 */
static inline bool spt_state_stopping_or_stopped(enum spt_stop_state state)
{
	return state >= SPT_GROUP_STOPPING && state < SPT_NR_STATES;
}

/**
 * spt_state_in_progress - is @state still on its way to a finished one
 * @state: the state
 *
 * Return: true for Waking, ForceWaking and the five Stopping states.
 */
static inline bool spt_state_in_progress(enum spt_stop_state state)
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
static inline int spt_state_finalize(enum spt_stop_state state)
{
	if (!spt_state_in_progress(state))
		return -EINVAL;

	/* Every in-progress state is followed by its finished one. */
	return state + 1;
}

static inline bool spt_state_is_downgrade(enum spt_stop_state from,
					  enum spt_stop_state to)
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
static inline bool spt_state_may_move(enum spt_stop_state from,
				      enum spt_stop_state to)
{
	if (from == to || from == SPT_FORCE_AWAKE)
		return false;
	if (from == SPT_FORCE_WAKING)
		return to == SPT_FORCE_AWAKE;

	return !spt_state_is_downgrade(from, to);
}

/**
 * spt_state_ptrace_only - can only a traced task be in @state
 * @state: the state
 *
 * Return: true for every stop but the two group ones.
 */
static inline bool spt_state_ptrace_only(enum spt_stop_state state)
{
	return spt_state_stopping_or_stopped(state) &&
	       state != SPT_GROUP_STOPPING && state != SPT_GROUP_STOPPED;
}

/**
 * spt_state_waking_or_awake - does the task run, or is it about to
 * @state: the state
 *
 * Return: true for Waking, Awake, ForceWaking and ForceAwake.
 */
static inline bool spt_state_waking_or_awake(enum spt_stop_state state)
{
	return !spt_state_stopping_or_stopped(state);
}

/**
 * spt_state_wakes_tracee - must a tracee that reaches @state be woken
 * @state: the state
 *
 * Return: true for Waking and ForceWaking.
 */
static inline bool spt_state_wakes_tracee(enum spt_stop_state state)
{
	return state == SPT_WAKING || state == SPT_FORCE_WAKING;
}

/**
 * spt_state_notifies_tracer - is reaching @state news for the tracer
 * @state: the state
 *
 * Return: true for every state that isn't in progress.
 */
static inline bool spt_state_notifies_tracer(enum spt_stop_state state)
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
static inline bool spt_state_takes_requests(enum spt_stop_state state,
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
static inline bool spt_state_waitable(enum spt_stop_state state,
				      enum spt_stop_status status, bool report,
				      bool continued)
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
static inline bool spt_signal_reported(int signr)
{
	return signr != SIGKILL;
}

#endif /* SPT_STOP_STATE_H */
