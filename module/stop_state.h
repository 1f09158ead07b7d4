/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fourteen stop states of a tracee, after Fuchsia's Starnix kernel.
 *
 * Pure: knows nothing of tasks, locks or sleeping, so that KUnit can call it
 * anywhere.
 */
#ifndef SPT_STOP_STATE_H
#define SPT_STOP_STATE_H

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

bool spt_state_in_progress(enum spt_stop_state state);
int spt_state_finalize(enum spt_stop_state state);
bool spt_state_may_move(enum spt_stop_state from, enum spt_stop_state to);
bool spt_state_ptrace_only(enum spt_stop_state state);
bool spt_state_stopping_or_stopped(enum spt_stop_state state);
bool spt_state_waking_or_awake(enum spt_stop_state state);
bool spt_state_wakes_tracee(enum spt_stop_state state);
bool spt_state_notifies_tracer(enum spt_stop_state state);
bool spt_state_takes_requests(enum spt_stop_state state,
			      enum spt_stop_status status);
bool spt_state_waitable(enum spt_stop_state state, enum spt_stop_status status,
			bool report, bool continued);
bool spt_signal_reported(int signr);

#endif /* SPT_STOP_STATE_H */
