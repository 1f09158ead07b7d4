// SPDX-License-Identifier: GPL-2.0
/*
 * What a tracer does with whom, and what must be true when it does.
 */
#include "tracer.h"

/* What may take a while on a slow machine, but not for ever. */
#define SUSPICION_MS 30000

#define ALL (WEXITED | WSTOPPED)

static void count_stop(const struct spt_event *event)
{
	static const int events[] = {
		[PTRACE_EVENT_FORK] = COUNT_forks,
		[PTRACE_EVENT_VFORK] = COUNT_vforks,
		[PTRACE_EVENT_CLONE] = COUNT_clones,
		[PTRACE_EVENT_EXEC] = COUNT_execs,
		[PTRACE_EVENT_VFORK_DONE] = COUNT_vforkdones,
		[PTRACE_EVENT_EXIT] = COUNT_exitings,
	};

	count(COUNT_stops);
	if (event->event == PTRACE_EVENT_STOP)
		count(event->signal == SIGTRAP ? COUNT_traps : COUNT_groups);
	else if (event->event)
		count(events[event->event]);
	else if (event->status == STATUS_SYSGOOD)
		count(COUNT_syscalls);
	else
		count(COUNT_signals);
}

/* Return: whether it is a stop. */
static bool take(const struct spt_event *event)
{
	if (event->flags & SPT_EVENT_DETACHED) {
		violation("%d was detached by an execve(2)", event->tid);
		return false;
	}
	if (WIFSTOPPED(event->status)) {
		count_stop(event);
		return true;
	}
	count(COUNT_exits);
	ledger_exited(event->tid);
	return false;
}

static long wait_tid(pid_t tid, int options, struct spt_event *event)
{
	memset(event, 0, sizeof(*event));
	return spt_wait(tracer_fd, P_PID, tid, ALL | WNOHANG | options, event);
}

static bool handle_is_gone(long error)
{
	return error == -EBADF || error == -ENOTTY;
}

/* ---- who ------------------------------------------------------------------ */

static void list_ours(struct hunter *hunter)
{
	struct spt_status entries[512];
	unsigned int total = 0, i;
	pid_t self = getpid();

	hunter->nr_ours = 0;
	if (spt_list(tracer_fd, entries, ARRAY_LEN(entries), &total))
		return;
	for (i = 0; i < total && i < ARRAY_LEN(entries); i++)
		if (entries[i].tracer == self &&
		    hunter->nr_ours < ARRAY_LEN(hunter->ours))
			hunter->ours[hunter->nr_ours++] = entries[i].tid;
}

static pid_t any_of_ours(struct hunter *hunter)
{
	if (!hunter->nr_ours || prng_one_in(&hunter->prng, 20))
		list_ours(hunter);
	if (!hunter->nr_ours)
		return 0;
	return hunter->ours[prng_below(&hunter->prng, hunter->nr_ours)];
}

/* ---- attaching ------------------------------------------------------------ */

static unsigned int seize_options(struct prng *prng)
{
	unsigned int options = prng_below(prng, 1 << 7);

	if (prng_one_in(prng, 8))
		options |= PTRACE_O_EXITKILL;
	return options;
}

static bool is_ours(pid_t tid)
{
	struct spt_status status;

	return spt_find(tracer_fd, tid, &status) && status.tracer == getpid();
}

/*
 * Without a lock: this waits for an execve(2) of the group, which waits for its
 * other threads, which wait to be resumed by whoever needs their locks for it.
 */
void hunt_attach(struct hunter *hunter)
{
	pid_t tid = any_worker_thread(&hunter->prng);
	bool seize = !prng_one_in(&hunter->prng, 4);

	/* So many that there is enough of each, and some for the others. */
	list_ours(hunter);
	if (!tid || hunter->nr_ours > 24)
		return;

	if (request(seize ? PTRACE_SEIZE : PTRACE_ATTACH, tid, 0,
		    seize ? seize_options(&hunter->prng) : 0))
		return;
	count(seize ? COUNT_seizes : COUNT_attaches);
	ledger_lock(tid);
	if (is_ours(tid))
		ledger_attached(tid);
	ledger_unlock(tid);
}

/* ---- waiting -------------------------------------------------------------- */

void hunt_wait(struct hunter *hunter)
{
	struct spt_wait args = { .idtype = P_ALL, .options = ALL };

	if (prng_one_in(&hunter->prng, 2))
		args.options |= WNOHANG;
	if (prng_one_in(&hunter->prng, 10))
		args.options |= WCONTINUED;
	if (prng_one_in(&hunter->prng, 10))
		args.options |= WNOWAIT;
	args.flags = prng_below(&hunter->prng, 4);
	if (ioctl(tracer_fd, SPT_IOC_WAIT, &args)) {
		if (errno != ECHILD && errno != EINTR &&
		    !handle_is_gone(-errno))
			violation("a wait for all: %s", strerror(errno));
		return;
	}
	if (!args.event.tid || args.options & WNOWAIT || !take(&args.event))
		return;
	/* Some are forgotten, until they are swept up. */
	if (prng_one_in(&hunter->prng, 10))
		return;

	if (prng_one_in(&hunter->prng, 3))
		request_look(hunter, args.event.tid);
	ledger_lock_shared(args.event.tid);
	request_resume(hunter, args.event.tid, args.event.status);
	ledger_unlock(args.event.tid);
}

void hunt_request(struct hunter *hunter)
{
	pid_t tid = any_of_ours(hunter);

	if (!tid)
		return;
	ledger_lock_shared(tid);
	request_any(hunter, tid);
	ledger_unlock(tid);
}

/* ---- what must be true ---------------------------------------------------- */

static bool listens(pid_t tid)
{
	struct spt_status status;

	return spt_find(tracer_fd, tid, &status) &&
	       status.flags & SPT_TRACEE_LISTENING;
}

/*
 * May this stop follow another one without a resume? One on the way to its end
 * may, and any of another thread that got the number by an execve(2).
 */
static bool may_follow(const struct spt_event *event)
{
	return event->event == PTRACE_EVENT_EXIT ||
	       shared->executed[event->tid];
}

/*
 * A tracee that answers ESRCH in a stop that was just reported is being killed:
 * its end, if not PTRACE_EVENT_EXIT, is the next to come. Its lock is held alone
 * but for the naps: its end may need that of others with the same lock.
 */
static void expect_end(pid_t tid, const struct spt_event *stop)
{
	long long end = now_ms() + SUSPICION_MS;
	struct spt_event event;
	long err;

	while (now_ms() < end && !shared->stop) {
		err = wait_tid(tid, 0, &event);
		if (err || ledger_exit_seen(tid))
			return;
		if (!event.tid) {
			ledger_unlock(tid);
			nap();
			ledger_lock(tid);
			continue;
		}
		if (take(&event) && !may_follow(&event))
			violation("%d: stop 0x%x, ESRCH, stop 0x%x", tid,
				  stop->status, event.status);
		if (WIFSTOPPED(event.status))
			request(PTRACE_CONT, tid, 0, 0);
		return;
	}
	if (!shared->stop)
		violation("%d: stop 0x%x, then ESRCH for ever", tid,
			  stop->status);
}

/* Its lock is held alone: nothing but SIGKILL resumes it. */
static void check_stop(struct hunter *hunter, pid_t tid,
		       const struct spt_event *stop)
{
	struct spt_event again;
	siginfo_t info;
	long err;

	err = request(PTRACE_GETSIGINFO, tid, 0, spt_ptr(&info));
	if (handle_is_gone(err))
		return;
	if (err == -ESRCH) {
		if (!listens(tid))
			expect_end(tid, stop);
		return;
	}
	if (!err && stop->signal && info.si_signo != stop->signal &&
	    !shared->executed[tid])
		violation("%d: stop 0x%x with siginfo of %d", tid, stop->status,
			  info.si_signo);

	if (prng_one_in(&hunter->prng, 3) && !wait_tid(tid, 0, &again) &&
	    again.tid && take(&again) && !may_follow(&again))
		violation("%d: stop 0x%x, and 0x%x without a resume", tid,
			  stop->status, again.status);
}

void hunt_inspect(struct hunter *hunter)
{
	struct spt_event event, peeked = {};
	pid_t tid = any_of_ours(hunter);

	if (!tid)
		return;
	ledger_lock(tid);
	if (prng_one_in(&hunter->prng, 4))
		wait_tid(tid, WNOWAIT, &peeked);
	if (!wait_tid(tid, 0, &event) && event.tid && take(&event)) {
		if (peeked.tid && WIFSTOPPED(peeked.status) &&
		    peeked.status != event.status && !listens(tid) &&
		    !may_follow(&event))
			violation("%d: peeked 0x%x, waited for 0x%x", tid,
				  peeked.status, event.status);
		ledger_attached(tid);
		check_stop(hunter, tid, &event);
		request_look(hunter, tid);
		request_put_back(hunter, tid);
		if (!prng_one_in(&hunter->prng, 10))
			request_resume(hunter, tid, event.status);
	} else if (prng_one_in(&hunter->prng, 4)) {
		/* Whatever it is doing. */
		request_put_back(hunter, tid);
	}
	ledger_unlock(tid);
}

/*
 * A tracee for sure, of which there is no more to come, and whose exit nobody
 * was told of? Another thread may be about to note it down.
 */
static bool is_lost(pid_t tid)
{
	struct spt_event event;
	long err;

	if (!ledger_is_live(tid) || shared->executed[tid])
		return false;
	err = wait_tid(tid, 0, &event);
	if (!err && event.tid) {
		if (take(&event))
			request(PTRACE_CONT, tid, 0, 0);
		return false;
	}
	if (err == -ECHILD)
		return !ledger_exit_seen(tid);
	return !err && !proc_state(tid) && !ledger_exit_seen(tid);
}

static void check_for_loss(pid_t tid)
{
	long long end = now_ms() + SUSPICION_MS;
	bool lost = true;

	while (lost && now_ms() < end && !shared->stop) {
		ledger_lock(tid);
		lost = is_lost(tid);
		ledger_unlock(tid);
		if (lost)
			nap();
	}
	if (lost && !shared->stop)
		violation("the exit of %d was never reported", tid);
}

/* ECHILD for all means that there is none: not even one that is LIVE. */
static void check_echild(void)
{
	struct spt_event event = {};
	pid_t live = 0;
	long err;

	if (!ledger_try_lock_all())
		return;
	err = spt_wait(tracer_fd, P_ALL, 0, ALL | WNOHANG, &event);
	if (err == -ECHILD)
		live = ledger_any_live();
	ledger_unlock_all();
	if (!err && event.tid && take(&event)) {
		ledger_lock_shared(event.tid);
		request(PTRACE_CONT, event.tid, 0, 0);
		ledger_unlock(event.tid);
	}
	if (live)
		check_for_loss(live);
}

void hunt_check(struct hunter *hunter)
{
	pid_t tid = ledger_any_live();

	if (prng_one_in(&hunter->prng, 5))
		check_echild();
	else if (tid)
		check_for_loss(tid);
}

/* ---- keeping them going --------------------------------------------------- */

static bool is_stopped(unsigned int state)
{
	switch (state) {
	case SPT_STATE_GROUP_STOPPED:
	case SPT_STATE_SIGNAL_DELIVERY_STOPPED:
	case SPT_STATE_PTRACE_EVENT_STOPPED:
	case SPT_STATE_SYSCALL_ENTER_STOPPED:
	case SPT_STATE_SYSCALL_EXIT_STOPPED:
		return true;
	}
	return false;
}

/* Resume whoever was forgotten; without a wait for any lock. */
void hunt_sweep(struct hunter *hunter)
{
	struct spt_status entries[512];
	unsigned int total = 0, i;
	pid_t self = getpid();

	if (spt_list(tracer_fd, entries, ARRAY_LEN(entries), &total))
		return;
	for (i = 0; i < total && i < ARRAY_LEN(entries); i++) {
		pid_t tid = entries[i].tid;

		if (entries[i].tracer != self || !is_stopped(entries[i].state))
			continue;
		if (!ledger_try_lock_shared(tid))
			continue;
		if (entries[i].flags & SPT_TRACEE_LISTENING)
			request(PTRACE_INTERRUPT, tid, 0, 0);
		else
			request(PTRACE_CONT, tid, 0, 0);
		ledger_unlock(tid);
	}
}

/* Nothing here sleeps: this is what others wait for. */
void hunt_drain(struct hunter *hunter)
{
	struct spt_event event;
	int i;

	for (i = 0; i < 64; i++) {
		memset(&event, 0, sizeof(event));
		if (spt_wait(tracer_fd, P_ALL, 0, ALL | WNOHANG, &event) ||
		    !event.tid)
			break;
		if (!take(&event) || !ledger_try_lock_shared(event.tid))
			continue;
		request_resume(hunter, event.tid, event.status);
		ledger_unlock(event.tid);
	}
	if (prng_one_in(&hunter->prng, 10))
		hunt_sweep(hunter);
}
