// SPDX-License-Identifier: GPL-2.0
/*
 * Ends and beginnings: tracers that die at any moment, tracees that are killed
 * or execute in the middle, attach and detach again and again.
 */
#include <dirent.h>
#include <linux/sched.h>
#include "busy.h"

/* ---- tracers that go in one way or another ------------------------------------ */

struct role {
	enum where where;
	unsigned long options;
	pid_t target;
	bool keep; /* another process keeps the handle open */
};

static int tracer_main(const struct child_end *end, void *arg)
{
	const struct role *role = arg;
	struct tracer tracer;

	if (tracer_open(&tracer, true))
		return 1;
	if (bring(&tracer, role->target, role->where, role->options))
		return 2;
	if (role->keep) {
		/* Outlives its parent; ends when the test closes the pipe. */
		if (!fork()) {
			struct pollfd pfd = { .fd = end->go };

			child_say(end, 'r');
			poll(&pfd, 1, -1);
			_exit(0);
		}
	} else {
		child_say(end, 'r');
	}
	for (;;) {
		switch (child_await(end)) {
		case 'c':
			tracer_close(&tracer);
			child_say(end, 'c');
			break;
		case 'x':
			return 0;
		case 'e':
			/* The handle is closed on exec. */
			execl("/bin/sleep", "sleep", "1000", NULL);
			return 4;
		}
	}
}

FIXTURE(gone)
{
	struct child tracee;
	struct child tracer;
	struct role role;
	struct tracer look;
};

FIXTURE_VARIANT(gone)
{
	/* 'k' is SIGKILL, the others as in tracer_main(). */
	char how;
};

FIXTURE_VARIANT_ADD(gone, killed){
	.how = 'k',
};

FIXTURE_VARIANT_ADD(gone, exited){
	.how = 'x',
};

FIXTURE_VARIANT_ADD(gone, closed){
	.how = 'c',
};

FIXTURE_VARIANT_ADD(gone, executed){
	.how = 'e',
};

FIXTURE_SETUP(gone)
{
	ASSERT_EQ(0, tracer_open(&self->look, true));
	ASSERT_TRUE(new_progress());
	self->tracee = child_spawn(busy, NULL);
	self->role.target = self->tracee.pid;
	ASSERT_TRUE(goes_on());
}

FIXTURE_TEARDOWN(gone)
{
	child_end(&self->tracee);
	child_end(&self->tracer);
	tracer_close(&self->look);
}

static bool send_tracer_off(struct child *tracer, char how)
{
	if (how == 'k')
		return !kill(tracer->pid, SIGKILL);
	if (write(tracer->go, &how, 1) != 1)
		return false;
	return how != 'c' || child_heard(tracer) == 'c';
}

#define GONE_TEST(name, place)                                                 \
	TEST_F(gone, lets_a_tracee_go_that_##name)                             \
	{                                                                      \
		self->role.where = place;                                      \
		self->tracer = child_spawn(tracer_main, &self->role);          \
		ASSERT_EQ('r', child_heard(&self->tracer));                    \
		ASSERT_TRUE(spt_is_listed(self->look.fd, self->tracee.pid));   \
		ASSERT_TRUE(send_tracer_off(&self->tracer, variant->how));     \
		EXPECT_TRUE(goes_on());                                        \
		EXPECT_TRUE(WAIT_UNTIL(                                        \
			!spt_is_listed(self->look.fd, self->tracee.pid)));     \
		/* Somebody else may have it now. */                           \
		EXPECT_EQ(0, tr_seize_stop(&self->look, self->tracee.pid, 0)); \
		EXPECT_TRUE(stands_still());                                   \
		EXPECT_EQ(0, tr_ptrace(&self->look, PTRACE_DETACH,             \
				       self->tracee.pid, 0, 0));               \
		EXPECT_EQ(5 << 8, stop_busy(&self->tracee));                   \
	}

GONE_TEST(runs, RUNNING)
GONE_TEST(is_stopping, STOPPING)
GONE_TEST(is_stopped, STOPPED)
GONE_TEST(is_in_an_entry_stop, ENTRY)
GONE_TEST(is_in_an_exit_stop, EXIT)
GONE_TEST(was_resumed, RESUMED)

TEST_F(gone, kills_a_running_tracee_under_exitkill)
{
	self->role.where = RUNNING;
	self->role.options = PTRACE_O_EXITKILL;
	self->tracer = child_spawn(tracer_main, &self->role);
	ASSERT_EQ('r', child_heard(&self->tracer));
	ASSERT_TRUE(send_tracer_off(&self->tracer, variant->how));
	EXPECT_EQ(SIGKILL, child_status(&self->tracee));
}

TEST_F(gone, kills_a_stopped_tracee_under_exitkill)
{
	self->role.where = STOPPED;
	self->role.options = PTRACE_O_EXITKILL;
	self->tracer = child_spawn(tracer_main, &self->role);
	ASSERT_EQ('r', child_heard(&self->tracer));
	ASSERT_TRUE(send_tracer_off(&self->tracer, variant->how));
	EXPECT_EQ(SIGKILL, child_status(&self->tracee));
}

/* What counts is the tracer: an open file elsewhere neither holds nor lets go. */
TEST_F(gone, while_another_process_keeps_the_handle_open)
{
	self->role.where = STOPPED;
	self->role.keep = true;
	self->tracer = child_spawn(tracer_main, &self->role);
	ASSERT_EQ('r', child_heard(&self->tracer));
	ASSERT_TRUE(send_tracer_off(&self->tracer, variant->how));
	if (variant->how == 'c' || variant->how == 'e') {
		/* The tracer lives and its file is open: it still traces. */
		EXPECT_TRUE(stands_still());
		EXPECT_TRUE(spt_is_listed(self->look.fd, self->tracee.pid));
		ASSERT_EQ(0, kill(self->tracer.pid, SIGKILL));
	}
	EXPECT_TRUE(goes_on());
	EXPECT_TRUE(
		WAIT_UNTIL(!spt_is_listed(self->look.fd, self->tracee.pid)));
	EXPECT_EQ(5 << 8, stop_busy(&self->tracee));
}

/* ---- a tracee that is killed ------------------------------------------------------ */

FIXTURE_OF_BOTH_TRACERS(killed);

static const enum where places[] = { RUNNING, STOPPING, STOPPED,
				     ENTRY,   EXIT,	RESUMED };

TEST_F(killed, by_sigkill_wherever_it_stands)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(places); i++) {
		struct child child;
		struct spt_event event;
		long ret;

		ASSERT_TRUE(new_progress());
		child = child_spawn(busy, NULL);
		ASSERT_EQ(0, bring(&self->tracer, child.pid, places[i],
				   PTRACE_O_TRACESYSGOOD));
		ASSERT_EQ(0, kill(child.pid, SIGKILL));
		/* A stop may still be reported before the end. */
		do {
			ret = tr_wait(&self->tracer, child.pid, &event);
		} while (!ret && WIFSTOPPED(event.status));
		EXPECT_EQ(0, ret);
		EXPECT_EQ(SIGKILL, event.status);
		if (variant->shadow)
			EXPECT_EQ(SIGKILL, child_status(&child));
		EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, PTRACE_CONT,
					    child.pid, 0, 0));
		child_end(&child);
	}
}

TEST_F(killed, by_the_request_wherever_it_stands)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(places); i++) {
		struct child child;
		struct spt_event event;
		long ret;

		ASSERT_TRUE(new_progress());
		child = child_spawn(busy, NULL);
		ASSERT_EQ(0, bring(&self->tracer, child.pid, places[i],
				   PTRACE_O_TRACESYSGOOD));
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_KILL, child.pid, 0,
				       0));
		do {
			ret = tr_wait(&self->tracer, child.pid, &event);
		} while (!ret && WIFSTOPPED(event.status));
		EXPECT_EQ(0, ret);
		EXPECT_EQ(SIGKILL, event.status);
		child_end(&child);
	}
}

/* ---- detach -------------------------------------------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(detached);

TEST_F(detached, while_running_is_esrch_and_changes_nothing)
{
	struct child child;

	ASSERT_TRUE(new_progress());
	child = child_spawn(busy, NULL);
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_DETACH, child.pid, 0, 0));
	EXPECT_EQ(0,
		  tr_ptrace(&self->tracer, PTRACE_INTERRUPT, child.pid, 0, 0));
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, child.pid));
	child_end(&child);
}

TEST_F(detached, in_each_stop_the_program_completes)
{
	static const enum where stops[] = { STOPPED, ENTRY, EXIT };
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(stops); i++) {
		struct child child;

		ASSERT_TRUE(new_progress());
		child = child_spawn(busy, NULL);
		ASSERT_EQ(0, bring(&self->tracer, child.pid, stops[i], 0));
		EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, child.pid,
				       0, 0));
		EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, PTRACE_INTERRUPT,
					    child.pid, 0, 0));
		EXPECT_TRUE(goes_on());
		EXPECT_EQ(5 << 8, stop_busy(&child));
		child_end(&child);
	}
}

TEST_F(detached, from_a_syscall_stop_its_signal_is_sent)
{
	static const enum where stops[] = { ENTRY, EXIT };
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(stops); i++) {
		struct child child;

		ASSERT_TRUE(new_progress());
		child = child_spawn(busy, NULL);
		ASSERT_TRUE(goes_on());
		ASSERT_EQ(0, bring(&self->tracer, child.pid, stops[i], 0));
		EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, child.pid,
				       0, SIGUSR1));
		EXPECT_TRUE(WAIT_UNTIL(progress->handled == 1));
		EXPECT_TRUE(goes_on());
		EXPECT_EQ(1, progress->handled);
		EXPECT_EQ(5 << 8, stop_busy(&child));
		child_end(&child);
	}
}

TEST_F(detached, from_the_stop_event_its_signal_means_nothing)
{
	struct child child;

	ASSERT_TRUE(new_progress());
	child = child_spawn(busy, NULL);
	ASSERT_TRUE(goes_on());
	ASSERT_EQ(0, bring(&self->tracer, child.pid, STOPPED, 0));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, child.pid, 0,
			       SIGUSR1));
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(0, progress->handled);
	EXPECT_EQ(5 << 8, stop_busy(&child));
	child_end(&child);
}

TEST_F(detached, with_sigkill_from_a_syscall_stop_it_dies)
{
	struct child child;

	ASSERT_TRUE(new_progress());
	child = child_spawn(busy, NULL);
	ASSERT_EQ(0, bring(&self->tracer, child.pid, ENTRY, 0));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, child.pid, 0,
			       SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&child));
	child_end(&child);
}

TEST_F(detached, from_attachs_stop_it_runs_on)
{
	struct child child;

	ASSERT_TRUE(new_progress());
	child = child_spawn(busy, NULL);
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_ATTACH, child.pid, 0, 0));
	EXPECT_EQ(STATUS_STOP(SIGSTOP),
		  tr_wait_status(&self->tracer, child.pid));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, child.pid, 0, 0));
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(5 << 8, stop_busy(&child));
	child_end(&child);
}

/* ---- again and again ------------------------------------------------------------------ */

FIXTURE_OF_THE_SHADOW(often);

TEST_F_TIMEOUT(often, attach_and_detach_of_a_busy_process, 280)
{
	struct child child;
	int i;

	ASSERT_TRUE(new_progress());
	child = child_spawn(busy, NULL);
	for (i = 0; i < rounds(500); i++) {
		enum where where = STOPPED + i % 3;

		ASSERT_EQ(0, bring(&self->tracer, child.pid, where, 0))
		{
			TH_LOG("round %d", i);
		}
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, child.pid,
				       0, 0));
	}
	EXPECT_TRUE(goes_on());
	EXPECT_FALSE(spt_is_listed(self->fd, child.pid));
	EXPECT_EQ(5 << 8, stop_busy(&child));
	child_end(&child);
}

TEST_F_TIMEOUT(often, attach_and_detach_of_every_thread_of_a_busy_process, 280)
{
	struct child child;
	pid_t tids[4];
	int i, j;

	ASSERT_TRUE(new_progress());
	child = child_spawn(busy_with_threads, (void *)3L);
	ASSERT_TRUE(WAIT_UNTIL(tids_of(child.pid, tids, 4) == 4));
	for (i = 0; i < rounds(125); i++) {
		for (j = 0; j < 4; j++)
			ASSERT_EQ(0, bring(&self->tracer, tids[j],
					   STOPPED + (i + j) % 3, 0))
			{
				TH_LOG("round %d thread %d", i, j);
			}
		for (j = 0; j < 4; j++)
			ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH,
					       tids[j], 0, 0));
	}
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(5 << 8, stop_busy(&child));
	child_end(&child);
}

static long long now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

static int await_and_exit(const struct child_end *end, void *arg)
{
	return child_await(end) == 'g' ? 7 : 1;
}

static int compare_times(const void *a, const void *b)
{
	long long left = *(const long long *)a, right = *(const long long *)b;

	return left < right ? -1 : left > right;
}

#define ATTACHES 150

/* How long each attach takes, in microseconds, when there was a pause before it. */
static bool attach_with_gaps(const struct tracer *tracer, pid_t pid,
			     long long *median, long long *worst)
{
	static const struct timespec gap = { .tv_nsec = 20000000 };
	long long times[ATTACHES];
	int i;

	for (i = 0; i < ATTACHES; i++) {
		long long before = now_us();

		if (tr_ptrace(tracer, PTRACE_SEIZE, pid, 0, 0))
			return false;
		times[i] = now_us() - before;
		if (tr_ptrace(tracer, PTRACE_INTERRUPT, pid, 0, 0) ||
		    tr_wait_status(tracer, pid) != STATUS_INTERRUPT ||
		    tr_ptrace(tracer, PTRACE_DETACH, pid, 0, 0))
			return false;
		nanosleep(&gap, NULL);
	}
	qsort(times, ATTACHES, sizeof(times[0]), compare_times);
	*median = times[ATTACHES / 2];
	*worst = times[ATTACHES - 1];
	return true;
}

/*
 * None waits for something that an idle moment has begun, which takes hundreds
 * of milliseconds. A machine that others use, too, gets a second and a third chance.
 */
TEST_F(often, attach_and_detach_with_gaps)
{
	struct child child = child_spawn(await_and_exit, NULL);
	long long median = 0, worst = 0;
	int tries = 3;

	ASSERT_TRUE(child_waits(&child));
	do {
		ASSERT_TRUE(attach_with_gaps(&self->tracer, child.pid, &median,
					     &worst));
		TH_LOG("median %lld us, worst %lld us", median, worst);
	} while (worst > 20 * median + 150000 && --tries);
	EXPECT_LT(0, tries);
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(7 << 8, child_status(&child));
	child_end(&child);
}

TEST_F(often, open_and_close)
{
	int i, fd;

	for (i = 0; i < rounds(2000); i++) {
		fd = spt_open();
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, close(fd));
	}
}

TEST_F(often, open_and_close_with_a_tracee)
{
	struct tracer other;
	struct child child;
	int i;

	ASSERT_TRUE(new_progress());
	/* Before the fork: the child's copy would be a handle of ours still open. */
	tracer_close(&self->tracer);
	child = child_spawn(busy, NULL);
	for (i = 0; i < rounds(200); i++) {
		ASSERT_EQ(0, tracer_open(&other, true));
		ASSERT_EQ(0, bring(&other, child.pid, places[i % 6], 0))
		{
			TH_LOG("round %d", i);
		}
		tracer_close(&other);
	}
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(5 << 8, stop_busy(&child));
	child_end(&child);
}

/* ---- tracers that trace each other -------------------------------------------------- */

struct mutual {
	pid_t other;
	bool shadow;
	bool all; /* also the thread that traces */
	const struct child_end *end;
};

static void *trace_each_other(void *arg)
{
	struct mutual *self = arg;
	struct tracer tracer;
	struct dirent *entry;
	char path[32];
	DIR *threads;
	bool failed;

	child_say(self->end, 't');
	if (read(self->end->go, &self->other, sizeof(self->other)) !=
	    sizeof(self->other))
		_exit(1);
	failed = tracer_open(&tracer, self->shadow);
	snprintf(path, sizeof(path), "/proc/%d/task", self->other);
	threads = opendir(path);
	while (threads && (entry = readdir(threads))) {
		pid_t tid = atoi(entry->d_name);

		if (tid && (self->all || tid == self->other))
			failed |= tr_ptrace(&tracer, PTRACE_SEIZE, tid, 0,
					    PTRACE_O_TRACEEXIT);
	}
	child_say(self->end, failed ? 'f' : 'r');
	for (;;)
		pause();
}

/* The main thread traces nobody: natively it's the thread that must end. */
static int mutual_main(const struct child_end *end, void *arg)
{
	struct mutual *self = arg;
	pthread_t thread;

	self->end = end;
	if (pthread_create(&thread, NULL, trace_each_other, self))
		return 1;
	for (;;)
		pause();
}

FIXTURE(mutual)
{
	struct child child[2];
	struct mutual role[2];
};

FIXTURE_VARIANT(mutual)
{
	bool shadow;
	bool all;
};

FIXTURE_VARIANT_ADD(mutual, native){};

FIXTURE_VARIANT_ADD(mutual, shadow){
	.shadow = true,
};

/* Which natively they would wait for each other in. */
FIXTURE_VARIANT_ADD(mutual, shadow_all_threads){
	.shadow = true,
	.all = true,
};

FIXTURE_SETUP(mutual)
{
	int i;

	for (i = 0; i < 2; i++) {
		self->role[i].shadow = variant->shadow;
		self->role[i].all = variant->all;
		self->child[i] = child_spawn(mutual_main, &self->role[i]);
		ASSERT_EQ('t', child_heard(&self->child[i]));
	}
	for (i = 0; i < 2; i++) {
		pid_t other = self->child[!i].pid;

		ASSERT_EQ(sizeof(other),
			  write(self->child[i].go, &other, sizeof(other)));
		ASSERT_EQ('r', child_heard(&self->child[i]));
	}
}

FIXTURE_TEARDOWN(mutual)
{
	child_end(&self->child[0]);
	child_end(&self->child[1]);
}

TEST_F(mutual, both_are_killed)
{
	ASSERT_EQ(0, kill(self->child[0].pid, SIGKILL));
	ASSERT_EQ(0, kill(self->child[1].pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&self->child[0]));
	EXPECT_EQ(SIGKILL, child_status(&self->child[1]));
}

TEST_F(mutual, one_is_killed_and_then_the_other)
{
	ASSERT_EQ(0, kill(self->child[0].pid, SIGKILL));
	/* In its event, or let go of because that doesn't count any more. */
	ASSERT_TRUE(
		WAIT_UNTIL(strchr("tTZDI", proc_state(self->child[0].pid))));
	ASSERT_EQ(0, kill(self->child[1].pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&self->child[0]));
	EXPECT_EQ(SIGKILL, child_status(&self->child[1]));
}

/* ---- TRACEME ------------------------------------------------------------------------- */

FIXTURE_OF_THE_SHADOW(traceme);

static int trace_me(const struct child_end *end, void *arg)
{
	int fd = spt_open();
	long ret;

	if (fd < 0)
		return 1;
	ret = spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0);
	if (ret)
		return 2;
	if (spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0) != -EPERM)
		return 3;
	close(fd);
	child_say(end, 'r');
	child_await(end);
	return 8;
}

TEST_F(traceme, attaches_to_the_parent)
{
	struct child child = child_spawn(trace_me, NULL);
	struct spt_status status;
	struct spt_event event;

	ASSERT_EQ('r', child_heard(&child));
	ASSERT_TRUE(spt_find(self->fd, child.pid, &status));
	EXPECT_EQ(getpid(), status.tracer);
	EXPECT_EQ(0, status.flags & SPT_TRACEE_SEIZED);
	EXPECT_EQ(-EPERM, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	EXPECT_EQ(-EIO,
		  spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(8 << 8, event.status);
	child_end(&child);
}

TEST_F(traceme, needs_no_handle_in_the_parent)
{
	struct child child;
	struct spt_event event;

	tracer_close(&self->tracer);
	child = child_spawn(trace_me, NULL);
	ASSERT_EQ('r', child_heard(&child));
	/* Opened only now: there is something to wait for at once. */
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, spt_wait(self->tracer.fd, P_ALL, 0, WEXITED | WNOHANG,
			      &event));
	EXPECT_EQ(0, event.tid);
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(8 << 8, event.status);
	child_end(&child);
}

TEST_F(traceme, ends_with_the_parents_last_handle)
{
	struct child child;
	struct spt_event event;

	tracer_close(&self->tracer);
	child = child_spawn(trace_me, NULL);
	ASSERT_EQ('r', child_heard(&child));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	EXPECT_TRUE(spt_is_listed(self->tracer.fd, child.pid));
	tracer_close(&self->tracer);
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	EXPECT_EQ(-ECHILD, spt_wait(self->tracer.fd, P_ALL, 0,
				    WEXITED | WNOHANG, &event));
	EXPECT_FALSE(spt_is_listed(self->tracer.fd, child.pid));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(8 << 8, child_status(&child));
	child_end(&child);
}

/* A parent that never opens the device; its child outlives it. */
static int parent_of_trace_me(const struct child_end *end, void *arg)
{
	pid_t pid = fork();

	if (!pid)
		_exit(trace_me(end, NULL));
	progress->ready = pid;
	for (;;)
		pause();
}

TEST_F(traceme, ends_with_a_parent_that_never_opened)
{
	struct child parent;
	struct spt_status status;
	pid_t pid;

	ASSERT_TRUE(new_progress());
	parent = child_spawn(parent_of_trace_me, NULL);
	ASSERT_EQ('r', child_heard(&parent));
	ASSERT_TRUE(WAIT_UNTIL(progress->ready));
	pid = progress->ready;
	ASSERT_TRUE(spt_find(self->fd, pid, &status));
	EXPECT_EQ(parent.pid, status.tracer);
	ASSERT_EQ(0, kill(parent.pid, SIGKILL));
	ASSERT_EQ(SIGKILL, child_status(&parent));
	EXPECT_TRUE(WAIT_UNTIL(!spt_is_listed(self->fd, pid)));
	EXPECT_TRUE(WAIT_UNTIL(proc_sleeps_in(pid, SYS_read)));
	EXPECT_EQ(0, kill(pid, SIGKILL));
	child_end(&parent);
}

/* ---- races with an end ------------------------------------------------------------------ */

FIXTURE_OF_THE_SHADOW(race);

/* Attach to children that exit, execute or are killed at that very moment. */
static int attach_to_the_short_lived(int fd, int count, int salt)
{
	struct spt_event event;
	int i, status;

	for (i = 0; i < count; i++) {
		bool attached, stop = false, trap = false;
		pid_t pid = fork();
		long ret;

		if (!pid) {
			for (volatile int spin = 0;
			     spin < (i * 7919 + salt) % 20000; spin++)
				;
			if (i % 3 == 0)
				execl("/bin/true", "true", NULL);
			if (i % 3 == 1)
				kill(getpid(), SIGKILL);
			_exit(0);
		}
		ret = spt_ptrace(fd, i & 1 ? PTRACE_SEIZE : PTRACE_ATTACH, pid,
				 0, 0);
		if (ret && ret != -EPERM && ret != -ESRCH)
			return 1;
		attached = !ret;
		while (attached) {
			ret = spt_wait(fd, P_PID, pid, WEXITED | WSTOPPED,
				       &event);
			if (ret || event.tid != pid)
				return 2;
			if (!WIFSTOPPED(event.status))
				break;
			/* ATTACH's at most once, and execve(2)'s after it. */
			if (i & 1)
				return 3;
			if (event.status == STATUS_STOP(SIGSTOP) && !stop)
				stop = true;
			else if (event.status == STATUS_STOP(SIGTRAP) && !trap)
				trap = true;
			else
				return 3;
			ret = spt_ptrace(fd, PTRACE_CONT, pid, 0, 0);
			if (ret && ret != -ESRCH)
				return 4;
		}
		if (waitpid(pid, &status, 0) != pid)
			return 5;
		if (attached && status != event.status)
			return 6;
		if (spt_wait(fd, P_ALL, 0, WEXITED | WNOHANG, &event) !=
		    -ECHILD)
			return 7;
	}
	return 0;
}

TEST_F_TIMEOUT(race, of_attach_with_exit_and_exec, 280)
{
	EXPECT_EQ(0, attach_to_the_short_lived(self->fd, rounds(300), 0));
}

TEST_F_TIMEOUT(race, of_several_tracers_with_exit_and_exec, 280)
{
	pid_t pids[4];
	int i, status;

	for (i = 0; i < 4; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			int fd = spt_open();

			_exit(fd < 0 ? 100 :
				       attach_to_the_short_lived(fd, rounds(80),
								 i * 1237));
		}
	}
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(pids[i], waitpid(pids[i], &status, 0));
		EXPECT_EQ(0, status);
	}
}

/* ---- signals to those that are just being born ------------------------------------ */

#define FIRST_BORN 30000

static struct {
	volatile pid_t target; /* of whoever sends signals; 0: nobody */
} * nursery;

static __attribute__((noreturn)) int flood(const struct child_end *end,
					   void *arg)
{
	pid_t target;

	for (;;) {
		target = nursery->target;
		if (target)
			kill(target, SIGRTMIN);
	}
}

/* One child after the other, by the number that the test says. */
static __attribute__((noreturn)) int breed(const struct child_end *end,
					   void *arg)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t number, pid;

	signal(SIGCHLD, SIG_DFL);
	args.set_tid = (unsigned long)&number;
	args.set_tid_size = 1;
	for (;;) {
		child_await(end);
		number = nursery->target;
		pid = syscall(SYS_clone3, &args, sizeof(args));
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
		child_say(end, pid == number ? 'b' : 'x');
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

/*
 * Natively a child is a tracee from before it can be seen, so that no signal kills
 * it before its first stop.
 */
static void bear_one(struct __test_metadata *_metadata, struct tracer *tracer,
		     struct child *parent, pid_t number)
{
	int status;

	nursery->target = number;
	ASSERT_TRUE(child_go(parent));
	ASSERT_EQ(STATUS_EVENT(PTRACE_EVENT_FORK, SIGTRAP),
		  tr_wait_status(tracer, parent->pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, parent->pid, 0, 0));
	ASSERT_EQ('b', child_heard(parent));
	ASSERT_EQ(STATUS_INTERRUPT, tr_wait_status(tracer, number));
	nursery->target = 0;
	ASSERT_EQ(0, kill(number, SIGKILL));
	do {
		status = tr_wait_status(tracer, number);
	} while (status >= 0 && WIFSTOPPED(status));
	ASSERT_EQ(SIGKILL, status);
	/* Its parent is told, too. */
	ASSERT_EQ(STATUS_STOP(SIGCHLD), tr_wait_status(tracer, parent->pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, parent->pid, 0, SIGCHLD));
}

TEST_F_TIMEOUT(race, of_births_with_signals, 280)
{
	struct child parent, flooder;
	int i;

	nursery = mmap(NULL, sizeof(*nursery), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)nursery);
	parent = child_spawn(breed, NULL);
	flooder = child_spawn(flood, NULL);
	ASSERT_TRUE(child_waits(&parent));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, parent.pid, 0,
			       PTRACE_O_TRACEFORK));
	for (i = 0; i < rounds(1000); i++)
		bear_one(_metadata, &self->tracer, &parent, FIRST_BORN + i);
	child_end(&flooder);
	child_end(&parent);
}

/* Two tracers for one tracee: one gets it, and the other can have it after. */
TEST_F_TIMEOUT(race, of_two_tracers_for_one_tracee, 280)
{
	struct child child;
	pid_t pids[3];
	int i, status;

	ASSERT_TRUE(new_progress());
	child = child_spawn(busy, NULL);
	for (i = 0; i < 3; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			struct tracer tracer;
			int round, had = 0;

			if (tracer_open(&tracer, true))
				_exit(100);
			for (round = 0; round < 3000 && had < rounds(50);
			     round++) {
				long ret = tr_seize_stop(&tracer, child.pid, 0);

				if (ret == -EPERM)
					continue;
				if (ret)
					_exit(1);
				had++;
				if (tr_ptrace(&tracer, PTRACE_DETACH, child.pid,
					      0, 0))
					_exit(2);
			}
			_exit(0);
		}
	}
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(pids[i], waitpid(pids[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(5 << 8, stop_busy(&child));
	child_end(&child);
}

TEST_HARNESS_MAIN
