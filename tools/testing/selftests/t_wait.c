// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting: which report comes to whom and when, what an end looks like to the
 * tracer, and that the real parent notices nothing.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include "spt.h"

static int wait_then_exit(const struct child_end *end, void *arg)
{
	child_await(end);
	return (long)arg;
}

static const struct spt_event no_event;

static struct child seized_child(struct __test_metadata *_metadata, int fd,
				 long code)
{
	struct child child = child_spawn(wait_then_exit, (void *)code);

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, spt_ptrace(fd, PTRACE_SEIZE, child.pid, 0, 0));
	return child;
}

static bool ready(int fd, int events)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, WAIT_LIMIT_MS) == 1 &&
	       (pfd.revents & events) == events;
}

static int ready_now(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	poll(&pfd, 1, 0);
	return pfd.revents;
}

FIXTURE_OF_THE_SHADOW(wait);

TEST_F(wait, wnohang_without_a_report_returns_an_empty_event)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_wait arg = {
		.idtype = P_ALL,
		.options = WEXITED | WSTOPPED | WNOHANG,
		.flags = SPT_WAIT_SYSCALL_INFO,
	};
	struct spt_syscall_info nothing = {};

	memset(&arg.event, 0xee, sizeof(arg.event));
	memset(&arg.syscall, 0xee, sizeof(arg.syscall));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_WAIT, &arg));
	EXPECT_EQ(0, memcmp(&arg.event, &no_event, sizeof(no_event)));
	EXPECT_EQ(0, memcmp(&arg.syscall, &nothing, sizeof(nothing)));
	child_end(&child);
}

TEST_F(wait, wnowait_leaves_the_report)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_event first, again;
	int i;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOWAIT, &first));
	EXPECT_EQ(STATUS_INTERRUPT, first.status);
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0,
				      WSTOPPED | WNOWAIT | WNOHANG, &again));
		EXPECT_EQ(0, memcmp(&first, &again, sizeof(first)));
	}
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &again));
	EXPECT_EQ(0, memcmp(&first, &again, sizeof(first)));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &again));
	EXPECT_EQ(0, again.tid);
	child_end(&child);
}

TEST_F(wait, wnowait_leaves_the_exit)
{
	struct child child = seized_child(_metadata, self->fd, 7);
	struct spt_event event;

	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, spt_wait(self->fd, P_PID, child.pid, WEXITED | WNOWAIT,
			      &event));
	EXPECT_EQ(7 << 8, event.status);
	ASSERT_EQ(0, spt_wait(self->fd, P_PID, child.pid, WEXITED | WNOHANG,
			      &event));
	EXPECT_EQ(7 << 8, event.status);
	EXPECT_EQ(-ECHILD, spt_wait(self->fd, P_PID, child.pid,
				    WEXITED | WNOHANG, &event));
	child_end(&child);
}

TEST_F(wait, event_names_the_tracee_and_its_group)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	EXPECT_EQ(child.pid, event.tid);
	EXPECT_EQ(child.pid, event.tgid);
	EXPECT_EQ(STATUS_INTERRUPT, event.status);
	EXPECT_EQ(CLD_TRAPPED, event.cause);
	EXPECT_EQ(SIGTRAP, event.signal);
	EXPECT_EQ(PTRACE_EVENT_STOP << 8 | SIGTRAP, event.code);
	EXPECT_EQ(PTRACE_EVENT_STOP, event.event);
	EXPECT_EQ(0, event.flags);
	child_end(&child);
}

TEST_F(wait, p_pid_takes_no_other_tracees_report)
{
	struct child first = seized_child(_metadata, self->fd, 0);
	struct child second = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, first.pid, 0, 0));
	ASSERT_TRUE(ready(self->fd, POLLIN));
	ASSERT_EQ(0, spt_wait(self->fd, P_PID, second.pid, WSTOPPED | WNOHANG,
			      &event));
	EXPECT_EQ(0, event.tid);
	ASSERT_EQ(0, spt_wait(self->fd, P_PID, first.pid, WSTOPPED, &event));
	EXPECT_EQ(first.pid, event.tid);
	child_end(&first);
	child_end(&second);
}

TEST_F(wait, p_pgid_takes_its_group_alone)
{
	struct child ours = seized_child(_metadata, self->fd, 0);
	struct child other = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_EQ(0, setpgid(other.pid, other.pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, ours.pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, other.pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_PGID, other.pid, WSTOPPED, &event));
	EXPECT_EQ(other.pid, event.tid);
	ASSERT_EQ(0, spt_wait(self->fd, P_PGID, other.pid, WSTOPPED | WNOHANG,
			      &event));
	EXPECT_EQ(0, event.tid);
	/* 0 is one's own. */
	ASSERT_EQ(0, spt_wait(self->fd, P_PGID, 0, WSTOPPED, &event));
	EXPECT_EQ(ours.pid, event.tid);
	/* A group without a tracee. */
	EXPECT_EQ(-ECHILD,
		  spt_wait(self->fd, P_PGID, 1, WSTOPPED | WNOHANG, &event));
	child_end(&ours);
	child_end(&other);
}

TEST_F(wait, p_all_takes_the_oldest_first)
{
	struct child children[8];
	struct spt_event event;
	int i;

	for (i = 0; i < 8; i++)
		children[i] = seized_child(_metadata, self->fd, 0);
	/* Last to first, each stopped before the next is asked. */
	for (i = 7; i >= 0; i--) {
		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT,
					children[i].pid, 0, 0));
		ASSERT_EQ(0, spt_wait(self->fd, P_PID, children[i].pid,
				      WSTOPPED | WNOWAIT, &event));
	}
	for (i = 7; i >= 0; i--) {
		ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG,
				      &event));
		EXPECT_EQ(children[i].pid, event.tid);
	}
	for (i = 0; i < 8; i++)
		child_end(&children[i]);
}

TEST_F(wait, wstopped_alone_does_not_take_an_exit)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOWAIT, &event));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &event));
	EXPECT_EQ(0, event.tid);
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOHANG, &event));
	EXPECT_EQ(child.pid, event.tid);
	child_end(&child);
}

TEST_F(wait, a_resumed_tracees_report_is_gone)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_TRUE(ready(self->fd, POLLIN));
	/* Resumed without having been waited for, as native ptrace allows. */
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, child.pid, 0, 0));
	EXPECT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &event));
	EXPECT_EQ(0, event.tid);
	EXPECT_EQ(0, ready_now(self->fd));
	child_end(&child);
}

TEST_F(wait, echild_when_the_last_tracee_was_let_go)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH, child.pid, 0, 0));
	EXPECT_EQ(-ECHILD, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	EXPECT_EQ(-ECHILD,
		  spt_wait(self->fd, P_PID, child.pid, WSTOPPED, &event));
	EXPECT_TRUE(child_waits(&child));
	child_end(&child);
}

/* ---- poll --------------------------------------------------------------- */

FIXTURE_OF_THE_SHADOW(polled);

TEST_F(polled, hangs_up_without_a_tracee)
{
	EXPECT_EQ(POLLHUP, ready_now(self->fd));
}

TEST_F(polled, is_silent_while_the_tracee_runs)
{
	struct child child = seized_child(_metadata, self->fd, 0);

	EXPECT_EQ(0, ready_now(self->fd));
	child_end(&child);
}

TEST_F(polled, is_readable_while_a_report_waits)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_TRUE(ready(self->fd, POLLIN));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &event));
	EXPECT_EQ(child.pid, event.tid);
	EXPECT_EQ(0, ready_now(self->fd));
	child_end(&child);
}

TEST_F(polled, is_readable_at_an_exit_and_hangs_up_after_it)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_TRUE(child_go(&child));
	ASSERT_TRUE(ready(self->fd, POLLIN));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOHANG, &event));
	EXPECT_EQ(child.pid, event.tid);
	EXPECT_EQ(POLLHUP, ready_now(self->fd));
	child_end(&child);
}

TEST_F(polled, hangs_up_when_the_last_tracee_is_let_go)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct spt_event event;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH, child.pid, 0, 0));
	EXPECT_TRUE(ready(self->fd, POLLHUP));
	child_end(&child);
}

static int epoll_of(int fd, unsigned int events)
{
	struct epoll_event event = { .events = events };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
		return -1;
	return epoll;
}

TEST_F(polled, edge_triggered_epoll_tells_each_report_once)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	int epoll = epoll_of(self->fd, EPOLLIN | EPOLLET);
	struct epoll_event event;
	struct spt_event report;
	int i;

	ASSERT_LE(0, epoll);
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid,
					0, 0));
		ASSERT_EQ(1, epoll_wait(epoll, &event, 1, WAIT_LIMIT_MS));
		EXPECT_EQ(EPOLLIN, event.events & EPOLLIN);
		/* Told once, though it was not taken. */
		EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
		ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG,
				      &report));
		EXPECT_EQ(child.pid, report.tid);
		ASSERT_EQ(0,
			  spt_ptrace(self->fd, PTRACE_CONT, child.pid, 0, 0));
		ASSERT_TRUE(child_waits(&child));
	}
	close(epoll);
	child_end(&child);
}

TEST_F(polled, level_triggered_epoll_tells_until_taken)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	int epoll = epoll_of(self->fd, EPOLLIN);
	struct epoll_event event;
	struct spt_event report;

	ASSERT_LE(0, epoll);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(1, epoll_wait(epoll, &event, 1, WAIT_LIMIT_MS));
	ASSERT_EQ(1, epoll_wait(epoll, &event, 1, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &report));
	EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	close(epoll);
	child_end(&child);
}

/* ---- several threads ------------------------------------------------------ */

FIXTURE_OF_THE_SHADOW(threads);

#define WAITERS 4
#define STOPS 60

struct waiter {
	pthread_t thread;
	int fd;
	volatile pid_t tid;
	int options;
	long ret;
	int events;
	struct spt_event event;
};

static void *wait_in_a_thread(void *arg)
{
	struct waiter *waiter = arg;

	waiter->tid = syscall(SYS_gettid);
	waiter->ret =
		spt_wait(waiter->fd, P_ALL, 0, waiter->options, &waiter->event);
	return NULL;
}

static bool start_waiter(struct waiter *waiter, int fd)
{
	waiter->fd = fd;
	waiter->options = WEXITED | WSTOPPED;
	waiter->tid = 0;
	if (pthread_create(&waiter->thread, NULL, wait_in_a_thread, waiter))
		return false;
	return WAIT_UNTIL(waiter->tid &&
			  proc_sleeps_in(waiter->tid, SYS_ioctl));
}

TEST_F(threads, another_than_the_one_that_attached_may_wait)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct waiter waiter;

	ASSERT_TRUE(start_waiter(&waiter, self->fd));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, pthread_join(waiter.thread, NULL));
	EXPECT_EQ(0, waiter.ret);
	EXPECT_EQ(child.pid, waiter.event.tid);
	EXPECT_EQ(STATUS_INTERRUPT, waiter.event.status);
	child_end(&child);
}

TEST_F(threads, one_report_wakes_one_of_several_waiters_with_it)
{
	struct child children[WAITERS];
	struct waiter waiters[WAITERS];
	int i, j, seen;

	for (i = 0; i < WAITERS; i++)
		children[i] = seized_child(_metadata, self->fd, 0);
	for (i = 0; i < WAITERS; i++)
		ASSERT_TRUE(start_waiter(&waiters[i], self->fd));
	for (i = 0; i < WAITERS; i++)
		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT,
					children[i].pid, 0, 0));
	for (i = 0; i < WAITERS; i++)
		ASSERT_EQ(0, pthread_join(waiters[i].thread, NULL));
	/* Each tracee's report came to exactly one. */
	for (i = 0; i < WAITERS; i++) {
		for (j = seen = 0; j < WAITERS; j++)
			seen += !waiters[j].ret &&
				waiters[j].event.tid == children[i].pid;
		EXPECT_EQ(1, seen);
		child_end(&children[i]);
	}
}

static volatile int taken;

static void *take_stops(void *arg)
{
	struct waiter *waiter = arg;
	struct spt_event event;

	while (!spt_wait(waiter->fd, P_ALL, 0, WEXITED | WSTOPPED, &event)) {
		if (!WIFSTOPPED(event.status))
			continue;
		waiter->events++;
		__sync_fetch_and_add(&taken, 1);
		if (spt_ptrace(waiter->fd, PTRACE_CONT, event.tid, 0, 0))
			abort();
	}
	return NULL;
}

TEST_F(threads, many_reports_come_to_exactly_one_each)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct waiter waiters[WAITERS] = {};
	int i, sum = 0;

	for (i = 0; i < WAITERS; i++) {
		waiters[i].fd = self->fd;
		ASSERT_EQ(0, pthread_create(&waiters[i].thread, NULL,
					    take_stops, &waiters[i]));
	}
	for (i = 0; i < STOPS; i++) {
		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid,
					0, 0));
		ASSERT_TRUE(WAIT_UNTIL(taken == i + 1));
		/* Back asleep, so that the next INTERRUPT makes a stop of its own. */
		ASSERT_TRUE(child_waits(&child));
	}
	ASSERT_TRUE(child_go(&child));
	for (i = 0; i < WAITERS; i++) {
		ASSERT_EQ(0, pthread_join(waiters[i].thread, NULL));
		sum += waiters[i].events;
	}
	EXPECT_EQ(STOPS, sum);
	child_end(&child);
}

TEST_F(threads, waiters_are_told_when_nothing_is_left)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct waiter waiters[WAITERS];
	struct spt_event event;
	int i;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	for (i = 0; i < WAITERS; i++)
		ASSERT_TRUE(start_waiter(&waiters[i], self->fd));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH, child.pid, 0, 0));
	for (i = 0; i < WAITERS; i++) {
		ASSERT_EQ(0, pthread_join(waiters[i].thread, NULL));
		EXPECT_EQ(-ECHILD, waiters[i].ret);
	}
	child_end(&child);
}

/* ---- signals while waiting -------------------------------------------------- */

FIXTURE_OF_THE_SHADOW(signalled);

static volatile sig_atomic_t handled;

static void handler(int signal)
{
	handled++;
}

static void *signal_a_waiter(void *arg)
{
	pid_t tid = (long)arg;

	if (WAIT_UNTIL(proc_sleeps_in(tid, SYS_ioctl)))
		syscall(SYS_tgkill, getpid(), tid, SIGUSR1);
	return NULL;
}

static void *signal_then_interrupt(void *arg)
{
	long *args = arg;

	signal_a_waiter((void *)args[0]);
	/* Back asleep: the call was restarted. */
	if (WAIT_UNTIL(handled) &&
	    WAIT_UNTIL(proc_sleeps_in(args[0], SYS_ioctl)))
		spt_ptrace(args[1], PTRACE_INTERRUPT, args[2], 0, 0);
	return NULL;
}

TEST_F(signalled, a_handler_ends_the_wait_with_eintr)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct sigaction action = { .sa_handler = handler };
	struct spt_event event;
	pthread_t thread;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, pthread_create(&thread, NULL, signal_a_waiter,
				    (void *)(long)syscall(SYS_gettid)));
	EXPECT_EQ(-EINTR,
		  spt_wait(self->fd, P_ALL, 0, WEXITED | WSTOPPED, &event));
	EXPECT_EQ(1, handled);
	pthread_join(thread, NULL);
	child_end(&child);
}

TEST_F(signalled, with_sa_restart_the_wait_goes_on)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = SA_RESTART };
	long args[3] = { syscall(SYS_gettid), self->fd, child.pid };
	struct spt_event event;
	pthread_t thread;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0,
		  pthread_create(&thread, NULL, signal_then_interrupt, args));
	EXPECT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WSTOPPED, &event));
	EXPECT_EQ(STATUS_INTERRUPT, event.status);
	EXPECT_EQ(1, handled);
	pthread_join(thread, NULL);
	child_end(&child);
}

TEST_F(signalled, a_pending_report_is_not_lost_to_a_signal)
{
	struct child child = seized_child(_metadata, self->fd, 0);
	struct sigaction action = { .sa_handler = handler };
	struct spt_event event;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_TRUE(ready(self->fd, POLLIN));
	raise(SIGUSR1);
	EXPECT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	EXPECT_EQ(child.pid, event.tid);
	child_end(&child);
}

/* ---- ends, by either tracer --------------------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(end);

static int kill_oneself(const struct child_end *end, void *arg)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	child_await(end);
	kill(getpid(), (long)arg);
	for (;;)
		pause();
	return 0;
}

/* Resume from every signal-delivery-stop with its signal until it is dead. */
static long wait_for_end(const struct tracer *tracer, pid_t tid,
			 struct spt_event *event)
{
	long ret;

	for (;;) {
		ret = tr_wait(tracer, tid, event);
		if (ret || !WIFSTOPPED(event->status))
			return ret;
		ret = tr_ptrace(tracer, PTRACE_CONT, tid, 0,
				WSTOPSIG(event->status));
		if (ret)
			return ret;
	}
}

TEST_F(end, exit_codes_are_reported)
{
	static const long codes[] = { 0, 1, 42, 255 };
	struct spt_event event;
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(codes); i++) {
		struct child child =
			child_spawn(wait_then_exit, (void *)codes[i]);

		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid,
				       0, 0));
		ASSERT_TRUE(child_go(&child));
		ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
		EXPECT_EQ(codes[i] << 8, event.status);
		EXPECT_EQ(CLD_EXITED, event.cause);
		EXPECT_EQ(0, event.signal);
		EXPECT_EQ(0, event.code);
		EXPECT_EQ(0, event.event);
		child_end(&child);
	}
}

TEST_F(end, the_killing_signal_is_reported)
{
	static const long signals[] = { SIGKILL, SIGTERM, SIGUSR1, SIGALRM,
					40 };
	struct spt_event event;
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(signals); i++) {
		struct child child =
			child_spawn(kill_oneself, (void *)signals[i]);

		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid,
				       0, 0));
		ASSERT_TRUE(child_go(&child));
		ASSERT_EQ(0, wait_for_end(&self->tracer, child.pid, &event));
		EXPECT_EQ(signals[i], event.status);
		EXPECT_EQ(CLD_KILLED, event.cause);
		child_end(&child);
	}
}

static int dump_core(const struct child_end *end, void *arg)
{
	struct rlimit limit = { 1 << 24, 1 << 24 };

	if (chdir("/tmp") || setrlimit(RLIMIT_CORE, &limit))
		return 1;
	child_await(end);
	kill(getpid(), SIGQUIT);
	for (;;)
		pause();
	return 0;
}

TEST_F(end, a_core_dump_is_reported)
{
	struct child untraced = child_spawn(dump_core, NULL);
	struct child child = child_spawn(dump_core, NULL);
	struct spt_event event;
	int status;

	/* Whether this machine dumps at all, an untraced one tells. */
	ASSERT_TRUE(child_go(&untraced));
	status = child_status(&untraced);
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, wait_for_end(&self->tracer, child.pid, &event));
	EXPECT_EQ(status, event.status);
	EXPECT_EQ(WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED, event.cause);
	child_end(&child);
	if (!WCOREDUMP(status))
		SKIP(return, "this machine dumps no core");
}

/* A second thread, which ends on its own with the group going on. */
static void *short_thread(void *arg)
{
	const struct child_end *end = arg;
	pid_t tid = syscall(SYS_gettid);

	if (write(end->say, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	child_await(end);
	syscall(SYS_exit, 23);
	return NULL;
}

static int with_a_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, short_thread, (void *)end))
		return 1;
	for (;;)
		pause();
	return 0;
}

TEST_F(end, a_threads_end_is_reported_alone)
{
	struct child child = child_spawn(with_a_thread, NULL);
	struct spt_event event;
	pid_t tid;

	ASSERT_EQ(sizeof(tid), read(child.said, &tid, sizeof(tid)));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, tid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, tr_wait(&self->tracer, tid, &event));
	EXPECT_EQ(tid, event.tid);
	EXPECT_EQ(23 << 8, event.status);
	EXPECT_EQ(CLD_EXITED, event.cause);
	if (variant->shadow)
		EXPECT_EQ(child.pid, event.tgid);
	/* The group goes on. */
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	child_end(&child);
}

TEST_F(end, a_group_killed_reports_every_thread)
{
	struct child child = child_spawn(with_a_thread, NULL);
	struct spt_event event;
	pid_t tid;

	ASSERT_EQ(sizeof(tid), read(child.said, &tid, sizeof(tid)));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, tid, 0, 0));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	kill(child.pid, SIGKILL);
	ASSERT_EQ(0, tr_wait(&self->tracer, tid, &event));
	EXPECT_EQ(SIGKILL, event.status);
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(SIGKILL, event.status);
	child_end(&child);
}

/* ---- the real parent --------------------------------------------------------------- */

/*
 * A parent that is not the tracer, and what it saw of its child: traced or
 * not, it must be the same.
 */
struct parent_saw {
	siginfo_t info;
	siginfo_t signal;
	int signals;
	int status;
	int usage_ok;
	pid_t reaped;
};

static struct family {
	volatile pid_t child;
	volatile int reported;
	struct parent_saw saw;
} * family;

static volatile sig_atomic_t sigchlds;
static siginfo_t sigchld_info;

static void on_sigchld(int signal, siginfo_t *info, void *context)
{
	sigchlds++;
	sigchld_info = *info;
}

static int parent_main(const struct child_end *end, void *arg)
{
	struct sigaction action = { .sa_sigaction = on_sigchld,
				    .sa_flags = SA_SIGINFO | SA_RESTART };
	struct rusage usage;
	pid_t pid;

	sigaction(SIGCHLD, &action, NULL);
	pid = fork();
	if (!pid) {
		long how = (long)arg;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_await(end);
		/* Some time on the processor, for rusage. */
		for (volatile int i = 0; i < 1000000; i++)
			;
		if (how < 0)
			kill(getpid(), -how);
		_exit(how);
	}
	family->child = pid;
	if (waitid(P_PID, pid, &family->saw.info, WEXITED | WNOWAIT))
		return 1;
	family->saw.reaped = wait4(pid, &family->saw.status, 0, &usage);
	family->saw.usage_ok =
		usage.ru_maxrss > 0 &&
		usage.ru_utime.tv_sec * 1000000L + usage.ru_utime.tv_usec +
				usage.ru_stime.tv_sec * 1000000L +
				usage.ru_stime.tv_usec >
			0;
	if (waitpid(pid, NULL, 0) != -1 || errno != ECHILD)
		return 2;
	family->saw.signals = sigchlds;
	family->saw.signal = sigchld_info;
	family->reported = 1;
	return 0;
}

FIXTURE_OF_THE_SHADOW(parent);

static bool shared_family(void)
{
	family = mmap(NULL, sizeof(*family), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return family != MAP_FAILED;
}

static void check_parent(struct __test_metadata *_metadata,
			 const struct tracer *tracer, long how)
{
	struct parent_saw untraced;
	struct spt_event event;
	struct child parent;

	ASSERT_TRUE(shared_family());
	parent = child_spawn(parent_main, (void *)how);
	ASSERT_TRUE(child_go(&parent));
	EXPECT_EQ(0, child_status(&parent));
	untraced = family->saw;
	close(parent.go);
	close(parent.said);
	munmap(family, sizeof(*family));

	ASSERT_TRUE(shared_family());
	parent = child_spawn(parent_main, (void *)how);
	ASSERT_TRUE(WAIT_UNTIL(family->child &&
			       proc_sleeps_in(family->child, SYS_read)));
	ASSERT_EQ(0, tr_seize_stop(tracer, family->child, 0));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, family->child, 0, 0));
	ASSERT_TRUE(child_go(&parent));
	ASSERT_EQ(0, wait_for_end(tracer, family->child, &event));
	EXPECT_EQ(untraced.status, event.status);
	EXPECT_EQ(0, child_status(&parent));
	ASSERT_EQ(1, family->reported);

	EXPECT_EQ(untraced.status, family->saw.status);
	EXPECT_EQ(family->child, family->saw.reaped);
	EXPECT_EQ(1, untraced.usage_ok);
	EXPECT_EQ(1, family->saw.usage_ok);
	EXPECT_EQ(1, untraced.signals);
	EXPECT_EQ(1, family->saw.signals);
	EXPECT_EQ(untraced.info.si_signo, family->saw.info.si_signo);
	EXPECT_EQ(untraced.info.si_code, family->saw.info.si_code);
	EXPECT_EQ(untraced.info.si_status, family->saw.info.si_status);
	EXPECT_EQ(untraced.info.si_uid, family->saw.info.si_uid);
	EXPECT_EQ(family->child, family->saw.info.si_pid);
	EXPECT_EQ(untraced.signal.si_code, family->saw.signal.si_code);
	EXPECT_EQ(untraced.signal.si_status, family->saw.signal.si_status);
	EXPECT_EQ(family->child, family->saw.signal.si_pid);
	child_end(&parent);
}

TEST_F(parent, sees_an_exit_as_if_untraced)
{
	check_parent(_metadata, &self->tracer, 3);
}

TEST_F(parent, sees_a_kill_as_if_untraced)
{
	check_parent(_metadata, &self->tracer, -SIGKILL);
}

TEST_F(parent, sees_a_fatal_signal_as_if_untraced)
{
	check_parent(_metadata, &self->tracer, -SIGTERM);
}

TEST_F(parent, sees_nothing_of_a_stop)
{
	struct child parent, *child = &parent;
	int i;

	ASSERT_TRUE(shared_family());
	parent = child_spawn(parent_main, (void *)3L);
	ASSERT_TRUE(WAIT_UNTIL(family->child &&
			       proc_sleeps_in(family->child, SYS_read)));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, tr_seize_stop(&self->tracer, family->child, 0));
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH,
				       family->child, 0, 0));
	}
	EXPECT_EQ(0, family->reported);
	ASSERT_TRUE(child_go(child));
	EXPECT_EQ(0, child_status(child));
	/* The one of its end. */
	EXPECT_EQ(1, family->saw.signals);
	child_end(child);
}

TEST_F(parent, is_told_when_the_tracer_closes_instead)
{
	struct spt_event event;
	struct child parent;

	ASSERT_TRUE(shared_family());
	/* A child's copy would be a handle of ours that stays open. */
	tracer_close(&self->tracer);
	parent = child_spawn(parent_main, (void *)3L);
	ASSERT_TRUE(WAIT_UNTIL(family->child &&
			       proc_sleeps_in(family->child, SYS_read)));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, spt_ptrace(self->tracer.fd, PTRACE_SEIZE, family->child, 0,
				0));
	ASSERT_TRUE(child_go(&parent));
	ASSERT_EQ(0, spt_wait(self->tracer.fd, P_ALL, 0, WEXITED | WNOWAIT,
			      &event));
	tracer_close(&self->tracer);
	EXPECT_EQ(0, child_status(&parent));
	EXPECT_EQ(1, family->saw.signals);
	EXPECT_EQ(3 << 8, family->saw.status);
	child_end(&parent);
}

TEST_F(parent, killed_leaves_the_exit_to_the_tracer)
{
	struct spt_event event;
	struct child parent;

	ASSERT_TRUE(shared_family());
	parent = child_spawn(parent_main, (void *)3L);
	ASSERT_TRUE(WAIT_UNTIL(family->child &&
			       proc_sleeps_in(family->child, SYS_read)));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, family->child, 0, 0));
	/* Its PDEATHSIG kills the child. */
	child_end(&parent);
	ASSERT_EQ(0, tr_wait(&self->tracer, family->child, &event));
	EXPECT_EQ(SIGKILL, event.status);
}

/* ---- pid namespaces ----------------------------------------------------------------- */

FIXTURE_OF_THE_SHADOW(namespace);

static int trace_in_a_namespace(void)
{
	struct tracer tracer;
	struct spt_status status;
	struct spt_event event;
	struct child child;

	if (tracer_open(&tracer, true))
		return 1;
	child = child_spawn(wait_then_exit, (void *)9L);
	if (child.pid > 100)
		return 2;
	if (spt_ptrace(tracer.fd, PTRACE_SEIZE, child.pid, 0, 0))
		return 3;
	if (!spt_find(tracer.fd, child.pid, &status) ||
	    status.tgid != child.pid || status.tracer != getpid())
		return 4;
	if (spt_ptrace(tracer.fd, PTRACE_INTERRUPT, child.pid, 0, 0) ||
	    tr_wait(&tracer, child.pid, &event))
		return 5;
	if (event.tid != child.pid || event.tgid != child.pid)
		return 6;
	if (spt_ptrace(tracer.fd, PTRACE_CONT, child.pid, 0, 0) ||
	    !child_go(&child))
		return 7;
	if (tr_wait(&tracer, child.pid, &event))
		return 8;
	if (event.tid != child.pid || event.tgid != child.pid ||
	    event.status != 9 << 8)
		return 9;
	if (child_status(&child) != 9 << 8)
		return 10;
	return 0;
}

/* Run as pid 1 of a namespace of its own. */
static int in_a_namespace(int (*run)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		pid_t inner;

		if (unshare(CLONE_NEWPID))
			_exit(100);
		inner = fork();
		if (!inner)
			_exit(run());
		if (waitpid(inner, &status, 0) != inner)
			_exit(101);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 102);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 103;
}

TEST_F(namespace, a_tracer_inside_sees_inner_numbers)
{
	int ret = in_a_namespace(trace_in_a_namespace);

	if (ret == 100)
		SKIP(return, "no pid namespaces");
	EXPECT_EQ(0, ret);
}

static int wait_in_a_namespace(const struct child_end *end, void *arg)
{
	pid_t inner;
	int status;

	if (unshare(CLONE_NEWPID))
		return 100;
	inner = fork();
	if (!inner) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_await(end);
		_exit(getpid());
	}
	if (write(end->say, &inner, sizeof(inner)) != sizeof(inner))
		return 1;
	waitpid(inner, &status, 0);
	return WEXITSTATUS(status);
}

TEST_F(namespace, a_tracer_outside_sees_outer_numbers)
{
	struct child child = child_spawn(wait_in_a_namespace, NULL);
	struct spt_event event;
	pid_t tid = 0;

	if (read(child.said, &tid, sizeof(tid)) != sizeof(tid))
		SKIP(return, "no pid namespaces");
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(tid, SYS_read)));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, tid, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, tid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, tr_wait(&self->tracer, tid, &event));
	EXPECT_EQ(tid, event.tid);
	EXPECT_EQ(tid, event.tgid);
	/* It is pid 1 to itself. */
	EXPECT_EQ(1 << 8, event.status);
	EXPECT_EQ(1 << 8, child_status(&child));
	child_end(&child);
}

TEST_HARNESS_MAIN
