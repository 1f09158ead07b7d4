// SPDX-License-Identifier: GPL-2.0
/* Tracing the worker and all that it starts, and counting what comes of it. */
#include "neighbours.h"

#define OPTIONS                                                               \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |   \
	 PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | \
	 PTRACE_O_TRACEEXIT)

/* A report of any tracee; its tid is 0 when there is none. */
static long next_report(const struct tracer *tracer, struct spt_event *event)
{
	int status;
	pid_t tid;

	memset(event, 0, sizeof(*event));
	if (tracer->shadow)
		return spt_wait(tracer->fd, P_ALL, 0,
				WEXITED | WSTOPPED | WNOHANG, event);
	tid = waitpid(-1, &status, __WALL | WNOHANG);
	if (tid < 0)
		return -errno;
	event->tid = tid;
	event->status = status;
	return 0;
}

static void count_report(struct tally *tally, int status)
{
	int event = status >> 16;

	if (!WIFSTOPPED(status))
		tally->ends++;
	else if (status == STATUS_SYSGOOD)
		tally->calls++;
	else if (event == PTRACE_EVENT_STOP && status != STATUS_INTERRUPT)
		tally->groups++;
	else if (event)
		tally->events[event]++;
	else
		tally->signals++;
}

static long answer(const struct tracer *tracer, const struct spt_event *event)
{
	unsigned int request = PTRACE_SYSCALL;
	int status = event->status, signal = 0;
	long ret;

	if (!WIFSTOPPED(status))
		return 0;
	if (status >> 16 == PTRACE_EVENT_STOP && status != STATUS_INTERRUPT)
		request = PTRACE_LISTEN;
	else if (status >> 16 == 0 && status != STATUS_SYSGOOD)
		signal = WSTOPSIG(status);
	ret = tr_ptrace(tracer, request, event->tid, 0, signal);
	return ret == -ESRCH ? 0 : ret;
}

static bool has_said(const struct child *worker)
{
	struct pollfd pfd = { .fd = worker->said, .events = POLLIN };

	return poll(&pfd, 1, 0) == 1;
}

/*
 * Answer all reports up to where the worker sleeps, waiting for work, having
 * said so if there was any; or to its next stop, where that is wanted.
 */
static long answer_until(const struct tracer *tracer,
			 const struct child *worker, bool worked, bool stop,
			 struct tally *tally)
{
	long long end = now_ms() + WAIT_LIMIT_MS;
	struct spt_event event;
	long ret;

	while (now_ms() < end) {
		ret = next_report(tracer, &event);
		if (ret)
			return ret;
		if (!event.tid) {
			if (!stop && (!worked || has_said(worker)) &&
			    proc_sleeps_in(worker->pid, SYS_read))
				return 0;
			nap();
			continue;
		}
		if (stop && event.tid == worker->pid)
			return WIFSTOPPED(event.status) ? 0 : -ESRCH;
		count_report(tally, event.status);
		ret = answer(tracer, &event);
		if (ret)
			return ret;
		end = now_ms() + WAIT_LIMIT_MS;
	}
	return -ETIMEDOUT;
}

long worker_seize(const struct tracer *tracer, const struct child *worker)
{
	if (!child_waits(worker))
		return -ETIMEDOUT;
	return tr_seize_stop(tracer, worker->pid, OPTIONS);
}

long worker_resume(const struct tracer *tracer, const struct child *worker)
{
	struct tally tally = {};
	long ret = tr_ptrace(tracer, PTRACE_SYSCALL, worker->pid, 0, 0);

	return ret ? ret : answer_until(tracer, worker, false, false, &tally);
}

long worker_interrupt(const struct tracer *tracer, const struct child *worker)
{
	struct tally tally = {};
	long ret = tr_ptrace(tracer, PTRACE_INTERRUPT, worker->pid, 0, 0);

	return ret ? ret : answer_until(tracer, worker, false, true, &tally);
}

long worker_trace(const struct tracer *tracer, const struct child *worker,
		  struct tally *tally)
{
	long ret;

	memset(tally, 0, sizeof(*tally));
	if (!child_go(worker))
		return -EPIPE;
	ret = answer_until(tracer, worker, true, false, tally);
	if (!ret && child_heard(worker) != 'd')
		ret = -EPROTO;
	return ret;
}

void tally_print(const struct tally *tally, char *text, size_t size)
{
	const unsigned int *events = tally->events;

	snprintf(text, size,
		 "calls %u forks %u vforks %u clones %u vfork-dones %u "
		 "execs %u exits %u new %u groups %u signals %u ends %u",
		 tally->calls, events[PTRACE_EVENT_FORK],
		 events[PTRACE_EVENT_VFORK], events[PTRACE_EVENT_CLONE],
		 events[PTRACE_EVENT_VFORK_DONE], events[PTRACE_EVENT_EXEC],
		 events[PTRACE_EVENT_EXIT], events[PTRACE_EVENT_STOP],
		 tally->groups, tally->signals, tally->ends);
}
