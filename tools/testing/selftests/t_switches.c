// SPDX-License-Identifier: GPL-2.0
/*
 * ftrace and kprobes switched off by the administrator, before there is a
 * tracee, while there is one, and after: what can't work says so, and nobody
 * dies of what nobody is there to catch.
 *
 * Every test leaves both switched on, and the module inserted.
 */
#include "busy.h"
#include "module.h"

#define FTRACE "/proc/sys/kernel/ftrace_enabled"
#define KPROBES "/sys/kernel/debug/kprobes/enabled"

static long switch_set(const char *path, bool on)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	long ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, on ? "1" : "0", 1) == 1 ? 0 : -errno;
	close(fd);
	return ret;
}

/* The harness tears nothing down after a failed assertion or a time-out. */
static __attribute__((destructor)) void switch_all_on(void)
{
	switch_set(FTRACE, true);
	switch_set(KPROBES, true);
}

/* 7.3 answers so to whoever tries (ftrace_enable_sysctl()). */
static bool ftrace_stays_on(void)
{
	long ret = switch_set(FTRACE, false);

	switch_set(FTRACE, true);
	return ret == -EOPNOTSUPP;
}

#define NEEDS_FTRACE_SWITCH                                                           \
	do {                                                                          \
		if (ftrace_stays_on())                                                \
			SKIP(return,                                                  \
				   "this kernel doesn't let ftrace be switched off"); \
	} while (0)

FIXTURE(off)
{
	struct tracer tracer;
	struct child child;
	int log;
	int reports; /* the same, read once */
};

FIXTURE_SETUP(off)
{
	self->tracer.fd = -1;
	self->child.pid = -1;
	if (access(MODULE, R_OK))
		SKIP(return, "no " MODULE);
	if (access(FTRACE, W_OK) || access(KPROBES, W_OK))
		SKIP(return, "this kernel has not both switches");
	switch_all_on();
	/* Hooks that an earlier test has used stay armed for a while. */
	if (is_inserted())
		ASSERT_EQ(0, take_out_in_time());
	ASSERT_EQ(0, insert(""));
	ASSERT_TRUE(new_progress());
	self->log = log_open();
	self->reports = log_open();
	ASSERT_LE(0, self->log);
	ASSERT_LE(0, self->reports);
}

FIXTURE_TEARDOWN(off)
{
	EXPECT_EQ(0, switch_set(FTRACE, true));
	EXPECT_EQ(0, switch_set(KPROBES, true));
	tracer_close(&self->tracer);
	child_end(&self->child);
	if (!is_inserted())
		EXPECT_EQ(0, insert(""));
	EXPECT_FALSE(log_has_report(self->reports));
	close(self->reports);
	close(self->log);
}

/* ---- before there is a tracee ------------------------------------------------- */

static bool log_says(int log, const char *words)
{
	const char *const all[] = { ";sptrace: ", words, NULL };

	return log_has(log, all);
}

static int await_then_exit(const struct child_end *end, void *arg)
{
	return child_await(end) == 'g' ? 7 : 1;
}

/* Says how TRACEME ended, as a positive errno. */
static int try_traceme(const struct child_end *end, void *arg)
{
	int fd = spt_open();

	if (fd < 0)
		return 255;
	return -spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0);
}

static long traceme(void)
{
	struct child child = child_spawn(try_traceme, NULL);
	int status = child_status(&child);

	child_end(&child);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

/* Each way to be traced fails, and the log says why. */
static void check_refused(struct __test_metadata *_metadata,
			  FIXTURE_DATA(off) * self, const char *words)
{
	pid_t pid = self->child.pid;
	int fd = self->tracer.fd;

	log_says(self->log, "");
	EXPECT_EQ(-EOPNOTSUPP, spt_ptrace(fd, PTRACE_SEIZE, pid, 0, 0));
	EXPECT_TRUE(log_says(self->log, words));
	EXPECT_EQ(-EOPNOTSUPP, spt_ptrace(fd, PTRACE_ATTACH, pid, 0, 0));
	EXPECT_TRUE(log_says(self->log, words));
	EXPECT_EQ(-EOPNOTSUPP, traceme());
	EXPECT_TRUE(log_says(self->log, words));
	EXPECT_FALSE(spt_is_listed(fd, pid));
	EXPECT_TRUE(child_waits(&self->child));
}

/* Entry and exit of a call, with its number and result, and the end. */
static void check_works(struct __test_metadata *_metadata,
			FIXTURE_DATA(off) * self)
{
	struct tracer *tracer = &self->tracer;
	pid_t pid = self->child.pid;

	EXPECT_EQ(0, traceme());
	ASSERT_EQ(0, tr_seize_stop(tracer, pid, PTRACE_O_TRACESYSGOOD));
	/* read(2) goes on, by being entered again. */
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SYSCALL, pid, 0, 0));
	ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(tracer, pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SYSCALL, pid, 0, 0));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(tracer, pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, pid, 0, 0));
	EXPECT_EQ(7 << 8, tr_wait_status(tracer, pid));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

/* In this order: a child's copy of the handle would keep it open. */
#define START(run)                                              \
	do {                                                    \
		self->child = child_spawn(run, NULL);           \
		ASSERT_TRUE(child_waits(&self->child));         \
		ASSERT_EQ(0, tracer_open(&self->tracer, true)); \
	} while (0)

TEST_F(off, ftrace_before)
{
	NEEDS_FTRACE_SWITCH;
	START(await_then_exit);
	ASSERT_EQ(0, switch_set(FTRACE, false));
	check_refused(_metadata, self, "ftrace is off");
	ASSERT_EQ(0, switch_set(FTRACE, true));
	check_works(_metadata, self);
}

TEST_F(off, kprobes_before)
{
	START(await_then_exit);
	ASSERT_EQ(0, switch_set(KPROBES, false));
	check_refused(_metadata, self, "kprobes are off");
	ASSERT_EQ(0, switch_set(KPROBES, true));
	check_works(_metadata, self);
}

TEST_F(off, both_before)
{
	NEEDS_FTRACE_SWITCH;
	START(await_then_exit);
	ASSERT_EQ(0, switch_set(KPROBES, false));
	ASSERT_EQ(0, switch_set(FTRACE, false));
	check_refused(_metadata, self, "are off");
	ASSERT_EQ(0, switch_set(KPROBES, true));
	check_refused(_metadata, self, "ftrace is off");
	ASSERT_EQ(0, switch_set(FTRACE, true));
	check_works(_metadata, self);
}

/* Yama is what they would have to pass over; and they don't keep ftrace on. */
TEST_F(off, ftrace_before_a_scope_in_place_of_yamas)
{
	NEEDS_FTRACE_SWITCH;
	if (access("/proc/sys/kernel/yama", F_OK))
		SKIP(return, "no Yama");
	log_says(self->log, "");
	ASSERT_EQ(0, switch_set(FTRACE, false));
	EXPECT_EQ(-EOPNOTSUPP, spt_set_scope(1, SPT_SCOPE_INSTEAD));
	EXPECT_TRUE(log_says(self->log, "ftrace is off"));
	EXPECT_EQ(0, spt_set_scope(1, 0));
	ASSERT_EQ(0, switch_set(FTRACE, true));
	EXPECT_EQ(0, spt_set_scope(1, SPT_SCOPE_INSTEAD));
	EXPECT_EQ(0, switch_set(FTRACE, false));
	EXPECT_EQ(-EOPNOTSUPP, spt_set_scope(0, SPT_SCOPE_INSTEAD));
	EXPECT_EQ(0, switch_set(FTRACE, true));
	/* Taken out while it is in force. */
	EXPECT_EQ(0, take_out_in_time());
}

/* An insertion may be refused then; if it isn't, all works once they are on. */
static void insert_while_off(struct __test_metadata *_metadata,
			     FIXTURE_DATA(off) * self, const char *path,
			     const char *words)
{
	long ret;

	ASSERT_EQ(0, take_out_in_time());
	ASSERT_EQ(0, switch_set(path, false));
	ret = insert("");
	TH_LOG("inserting: %s", strerror(-ret));
	if (ret) {
		EXPECT_TRUE(log_says(self->log, "not loading"));
		ASSERT_EQ(0, switch_set(path, true));
		ASSERT_EQ(0, insert(""));
	}
	START(await_then_exit);
	if (!ret) {
		check_refused(_metadata, self, words);
		ASSERT_EQ(0, switch_set(path, true));
	}
	check_works(_metadata, self);
}

TEST_F(off, ftrace_when_the_module_comes)
{
	NEEDS_FTRACE_SWITCH;
	insert_while_off(_metadata, self, FTRACE, "ftrace is off");
}

TEST_F(off, kprobes_when_the_module_comes)
{
	insert_while_off(_metadata, self, KPROBES, "kprobes are off");
}

TEST_F(off, ftrace_when_the_module_goes)
{
	NEEDS_FTRACE_SWITCH;
	ASSERT_EQ(0, switch_set(FTRACE, false));
	EXPECT_EQ(0, take_out_in_time());
	EXPECT_EQ(0, switch_set(FTRACE, true));
}

TEST_F(off, kprobes_when_the_module_goes)
{
	START(await_then_exit);
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, self->child.pid, 0));
	ASSERT_EQ(0, switch_set(KPROBES, false));
	tracer_close(&self->tracer);
	EXPECT_EQ(0, take_out_in_time());
	EXPECT_EQ(0, switch_set(KPROBES, true));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

/* ---- while there is one ---------------------------------------------------------- */

TEST_F(off, ftrace_is_refused_while_there_is_a_tracee)
{
	NEEDS_FTRACE_SWITCH;
	START(await_then_exit);
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, self->child.pid, 0,
			       PTRACE_O_TRACESYSGOOD));
	EXPECT_EQ(-EBUSY, switch_set(FTRACE, false));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_INTERRUPT, self->child.pid,
			       0, 0));
	EXPECT_EQ(STATUS_INTERRUPT,
		  tr_wait_status(&self->tracer, self->child.pid));
	EXPECT_EQ(-EBUSY, switch_set(FTRACE, false));
	tracer_close(&self->tracer);
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, child_status(&self->child));
	/* Also with nothing left, the module goes. */
	EXPECT_EQ(0, take_out_in_time());
	EXPECT_EQ(0, switch_set(FTRACE, false));
	EXPECT_EQ(0, switch_set(FTRACE, true));
}

/* Its SIGTRAP has the default action, so that one kills it. */
static int calls_then_exit(const struct child_end *end, void *arg)
{
	pid_t pid = getpid();
	int i;

	if (child_await(end) != 'g')
		return 1;
	for (i = 0; i < 100; i++)
		if (syscall(SYS_getpid) != pid)
			return 2;
	child_await(end);
	return 7;
}

/* It sleeps in read(2), behind the entry-stop and before the exit-stop. */
static void resume_into_read(struct __test_metadata *_metadata,
			     FIXTURE_DATA(off) * self, child_main run)
{
	struct tracer *tracer = &self->tracer;
	pid_t pid;

	START(run);
	pid = self->child.pid;
	ASSERT_EQ(0, tr_seize_stop(tracer, pid, PTRACE_O_TRACESYSGOOD));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SYSCALL, pid, 0, 0));
	ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(tracer, pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SYSCALL, pid, 0, 0));
	ASSERT_TRUE(child_waits(&self->child));
}

static void check_exit_of_read(struct __test_metadata *_metadata,
			       FIXTURE_DATA(off) * self, long long result)
{
	struct ptrace_syscall_info info = {};

	ASSERT_EQ(STATUS_SYSGOOD,
		  tr_wait_status(&self->tracer, self->child.pid));
	EXPECT_LT(0, tr_ptrace_at(&self->tracer, PTRACE_GET_SYSCALL_INFO,
				  self->child.pid, sizeof(info), &info));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, info.op);
	EXPECT_EQ(result, info.exit.rval);
}

TEST_F(off, kprobes_while_a_tracee_is_in_a_call)
{
	struct spt_next next = {
		.request = PTRACE_SYSCALL,
		.idtype = P_ALL,
		.options = WEXITED | WSTOPPED,
	};
	struct tracer *tracer = &self->tracer;
	pid_t pid;

	resume_into_read(_metadata, self, calls_then_exit);
	pid = self->child.pid;
	ASSERT_EQ(0, switch_set(KPROBES, false));
	ASSERT_TRUE(child_go(&self->child));
	check_exit_of_read(_metadata, self, 1);

	next.tid = pid;
	EXPECT_EQ(-EOPNOTSUPP, tr_ptrace(tracer, PTRACE_SYSCALL, pid, 0, 0));
	EXPECT_TRUE(log_says(self->log, "kprobes are off"));
	EXPECT_EQ(-1, ioctl(tracer->fd, SPT_IOC_NEXT, &next));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(pid, next.tid);
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, pid, 0, 0));
	/* On to the next read(2), without a stop. */
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, tr_wait_status(tracer, pid));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

TEST_F(off, kprobes_and_on_again_while_a_tracee_is_in_a_call)
{
	struct tracer *tracer = &self->tracer;
	pid_t pid;

	resume_into_read(_metadata, self, calls_then_exit);
	pid = self->child.pid;
	ASSERT_EQ(0, switch_set(KPROBES, false));
	ASSERT_TRUE(child_go(&self->child));
	check_exit_of_read(_metadata, self, 1);
	ASSERT_EQ(0, switch_set(KPROBES, true));
	/* The entry of getpid(2), and its exit. */
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SYSCALL, pid, 0, 0));
	EXPECT_EQ(STATUS_SYSGOOD, tr_wait_status(tracer, pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SYSCALL, pid, 0, 0));
	check_exit_of_read(_metadata, self, pid);
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, pid, 0, 0));
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, tr_wait_status(tracer, pid));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

/* The call ends by the request to stop, and goes on after it. */
TEST_F(off, kprobes_while_a_call_is_interrupted)
{
	struct tracer *tracer = &self->tracer;
	pid_t pid;

	resume_into_read(_metadata, self, await_then_exit);
	pid = self->child.pid;
	ASSERT_EQ(0, switch_set(KPROBES, false));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_INTERRUPT, pid, 0, 0));
	/* ERESTARTSYS; any stop is the one that was asked for, as natively. */
	check_exit_of_read(_metadata, self, -512);
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, pid, 0, 0));
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, tr_wait_status(tracer, pid));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

TEST_F(off, kprobes_before_a_signal_ends_the_call)
{
	struct tracer *tracer = &self->tracer;
	pid_t pid;

	resume_into_read(_metadata, self, await_then_exit);
	pid = self->child.pid;
	ASSERT_EQ(0, switch_set(KPROBES, false));
	ASSERT_EQ(0, kill(pid, SIGUSR2));
	check_exit_of_read(_metadata, self, -512);
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, pid, 0, 0));
	EXPECT_EQ(STATUS_STOP(SIGUSR2), tr_wait_status(tracer, pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, pid, 0, 0));
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, tr_wait_status(tracer, pid));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

/* A program's own settings of SIGTRAP, which a forced one would undo. */
static int with_sigtrap_ignored(const struct child_end *end, void *arg)
{
	struct sigaction action;

	signal(SIGTRAP, SIG_IGN);
	if (child_await(end) != 'g')
		return 1;
	if (sigaction(SIGTRAP, NULL, &action) || action.sa_handler != SIG_IGN)
		return 2;
	raise(SIGTRAP);
	return 7;
}

static int with_sigtrap_blocked(const struct child_end *end, void *arg)
{
	sigset_t trap, now;

	sigemptyset(&trap);
	sigaddset(&trap, SIGTRAP);
	sigprocmask(SIG_BLOCK, &trap, NULL);
	if (child_await(end) != 'g')
		return 1;
	if (sigprocmask(SIG_BLOCK, NULL, &now) || !sigismember(&now, SIGTRAP))
		return 2;
	if (sigpending(&now) || sigismember(&now, SIGTRAP))
		return 3;
	return 7;
}

static void check_settings_stay(struct __test_metadata *_metadata,
				FIXTURE_DATA(off) * self, child_main run)
{
	resume_into_read(_metadata, self, run);
	ASSERT_EQ(0, switch_set(KPROBES, false));
	ASSERT_TRUE(child_go(&self->child));
	check_exit_of_read(_metadata, self, 1);
	ASSERT_EQ(0,
		  tr_ptrace(&self->tracer, PTRACE_CONT, self->child.pid, 0, 0));
	tracer_close(&self->tracer);
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

TEST_F(off, kprobes_and_sigtrap_stays_ignored)
{
	check_settings_stay(_metadata, self, with_sigtrap_ignored);
}

TEST_F(off, kprobes_and_sigtrap_stays_blocked)
{
	check_settings_stay(_metadata, self, with_sigtrap_blocked);
}

/* ---- and then the tracer goes ------------------------------------------------------ */

/* It isn't in a stop, so nobody is told of a call's end. */
static void check_lives(struct __test_metadata *_metadata,
			FIXTURE_DATA(off) * self)
{
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

TEST_F(off, kprobes_and_the_tracer_closes)
{
	resume_into_read(_metadata, self, calls_then_exit);
	ASSERT_EQ(0, switch_set(KPROBES, false));
	tracer_close(&self->tracer);
	check_lives(_metadata, self);
}

TEST_F(off, kprobes_after_the_tracer_has_closed)
{
	resume_into_read(_metadata, self, calls_then_exit);
	tracer_close(&self->tracer);
	ASSERT_EQ(0, switch_set(KPROBES, false));
	check_lives(_metadata, self);
}

TEST_F(off, kprobes_after_the_tracer_has_closed_and_on_again)
{
	resume_into_read(_metadata, self, calls_then_exit);
	tracer_close(&self->tracer);
	ASSERT_EQ(0, switch_set(KPROBES, false));
	ASSERT_EQ(0, switch_set(KPROBES, true));
	check_lives(_metadata, self);
	EXPECT_EQ(0, take_out_in_time());
}

/* A tracer that dies in the middle of it. */
static int trace_and_wait(const struct child_end *end, void *arg)
{
	const struct child *target = arg;
	struct tracer tracer;
	pid_t pid = target->pid;

	if (tracer_open(&tracer, true) ||
	    tr_seize_stop(&tracer, pid, PTRACE_O_TRACESYSGOOD) ||
	    tr_ptrace(&tracer, PTRACE_SYSCALL, pid, 0, 0) ||
	    tr_wait_status(&tracer, pid) != STATUS_SYSGOOD ||
	    tr_ptrace(&tracer, PTRACE_SYSCALL, pid, 0, 0))
		return 1;
	child_say(end, 'r');
	for (;;)
		pause();
}

TEST_F(off, kprobes_and_the_tracer_dies)
{
	struct child tracer;

	self->child = child_spawn(calls_then_exit, NULL);
	ASSERT_TRUE(child_waits(&self->child));
	tracer = child_spawn(trace_and_wait, &self->child);
	ASSERT_EQ('r', child_heard(&tracer));
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, switch_set(KPROBES, false));
	ASSERT_EQ(0, kill(tracer.pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&tracer));
	child_end(&tracer);
	check_lives(_metadata, self);
}

TEST_F(off, kprobes_and_the_module_goes)
{
	resume_into_read(_metadata, self, calls_then_exit);
	ASSERT_EQ(0, switch_set(KPROBES, false));
	tracer_close(&self->tracer);
	ASSERT_EQ(0, take_out_in_time());
	check_lives(_metadata, self);
}

/* Runs all the while, in and out of calls. */
TEST_F(off, kprobes_under_a_busy_tracee_again_and_again)
{
	struct spt_event event;
	int i;

	self->child = child_spawn(busy, NULL);
	ASSERT_TRUE(goes_on());
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, self->child.pid,
				   PTRACE_O_TRACESYSGOOD));
	for (i = 0; i < rounds(10); i++) {
		long ret;

		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SYSCALL,
				       self->child.pid, 0, 0));
		ASSERT_EQ(0, switch_set(KPROBES, false));
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_INTERRUPT,
				       self->child.pid, 0, 0));
		ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
		ASSERT_TRUE(event.status == STATUS_SYSGOOD ||
			    event.status == STATUS_INTERRUPT)
		{
			TH_LOG("status %x", event.status);
		}
		ret = tr_ptrace(&self->tracer, PTRACE_SYSCALL, self->child.pid,
				0, 0);
		ASSERT_EQ(-EOPNOTSUPP, ret);
		ASSERT_EQ(0, switch_set(KPROBES, true));
	}
	tracer_close(&self->tracer);
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(5 << 8, stop_busy(&self->child));
}

TEST_HARNESS_MAIN
