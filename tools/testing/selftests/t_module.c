// SPDX-License-Identifier: GPL-2.0
/*
 * Removing and inserting the module, with tracees in every place until just
 * before, and refusing to load where the kernel lacks something.
 *
 * Every test leaves the module inserted.
 */
#include "busy.h"
#include <dirent.h>
#include <sys/stat.h>
#include "module.h"

#define PROBES "/sys/kernel/debug/kprobes/list"

FIXTURE(module)
{
	struct child tracee;
	struct tracer tracer;
};

FIXTURE_SETUP(module)
{
	self->tracer.fd = -1;
	self->tracee.pid = -1;
	if (access(MODULE, R_OK))
		SKIP(return, "no " MODULE);
	ASSERT_TRUE(is_inserted());
	ASSERT_TRUE(new_progress());
}

FIXTURE_TEARDOWN(module)
{
	tracer_close(&self->tracer);
	child_end(&self->tracee);
	if (!is_inserted())
		EXPECT_EQ(0, insert(""));
}

/* ---- in use or not ------------------------------------------------------- */

TEST_F(module, stays_while_a_handle_is_open)
{
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	EXPECT_EQ(-EAGAIN, take_out());
	tracer_close(&self->tracer);
	EXPECT_EQ(0, take_out());
	EXPECT_FALSE(is_inserted());
	EXPECT_EQ(-1, access(SPT_DEVICE, F_OK));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(0, insert(""));
	EXPECT_EQ(0, tracer_open(&self->tracer, true));
}

TEST_F(module, stays_while_another_process_holds_a_handle)
{
	struct child holder;

	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	/* It inherits the file, which means nothing to it. */
	self->tracee = holder = child_spawn(busy, NULL);
	tracer_close(&self->tracer);
	EXPECT_EQ(-EAGAIN, take_out());
	EXPECT_EQ(5 << 8, stop_busy(&holder));
	EXPECT_EQ(0, take_out());
}

TEST_F(module, stays_while_a_tracee_stands_and_disturbs_nobody)
{
	self->tracee = child_spawn(busy, NULL);
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, bring(&self->tracer, self->tracee.pid, ENTRY,
			   PTRACE_O_TRACESYSGOOD));
	EXPECT_EQ(-EAGAIN, take_out());
	EXPECT_TRUE(stands_still());
	EXPECT_EQ(0, spt_ptrace(self->tracer.fd, PTRACE_SYSCALL,
				self->tracee.pid, 0, 0));
	EXPECT_EQ(STATUS_SYSGOOD,
		  tr_wait_status(&self->tracer, self->tracee.pid));
	tracer_close(&self->tracer);
	EXPECT_EQ(0, take_out());
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(5 << 8, stop_busy(&self->tracee));
}

TEST_F(module, inserted_twice_is_eexist_and_works_on)
{
	self->tracee = child_spawn(busy, NULL);
	EXPECT_EQ(-EEXIST, insert(""));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	EXPECT_EQ(0, bring(&self->tracer, self->tracee.pid, EXIT, 0));
}

/* ---- taken out from under tracees ------------------------------------------ */

/* Traced by a parent that has no handle: nothing holds the module. */
static int be_traced_by_the_parent(const struct child_end *end, void *arg)
{
	int fd = spt_open();

	if (fd < 0 || spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0))
		return 1;
	close(fd);
	child_say(end, 'r');
	if (arg)
		return busy(end, NULL);
	child_await(end);
	return 8;
}

TEST_F(module, goes_with_a_traceme_tracee_that_sleeps)
{
	self->tracee = child_spawn(be_traced_by_the_parent, NULL);
	ASSERT_EQ('r', child_heard(&self->tracee));
	ASSERT_TRUE(child_waits(&self->tracee));
	ASSERT_EQ(0, take_out());
	EXPECT_TRUE(child_waits(&self->tracee));
	ASSERT_TRUE(child_go(&self->tracee));
	EXPECT_EQ(8 << 8, child_status(&self->tracee));
}

TEST_F(module, goes_with_a_traceme_tracee_that_runs)
{
	self->tracee = child_spawn(be_traced_by_the_parent, progress);
	ASSERT_EQ('r', child_heard(&self->tracee));
	ASSERT_EQ(0, take_out());
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(5 << 8, stop_busy(&self->tracee));
}

TEST_F(module, goes_with_the_dead_whose_end_nobody_took)
{
	struct spt_event event;

	self->tracee = child_spawn(be_traced_by_the_parent, NULL);
	ASSERT_EQ('r', child_heard(&self->tracee));
	ASSERT_TRUE(child_go(&self->tracee));
	EXPECT_EQ(8 << 8, child_status(&self->tracee));
	ASSERT_EQ(0, take_out());
	ASSERT_EQ(0, insert(""));
	/* And came back without them. */
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	EXPECT_EQ(-ECHILD, spt_wait(self->tracer.fd, P_ALL, 0,
				    WEXITED | WNOHANG, &event));
}

/* ---- in each place where a tracee sleeps -------------------------------------- */

static void on_usr2(int signal)
{
}

/* Comes by all of them. */
static int walk(const struct child_end *end, void *arg)
{
	pid_t pid;
	int status;

	signal(SIGUSR2, on_usr2);
	child_await(end);
	if (syscall(SYS_getppid) != getppid())
		return 1;
	raise(SIGUSR2);
	raise(SIGSTOP);
	pid = syscall(SYS_clone, SIGCHLD, 0, NULL, NULL, 0);
	if (!pid)
		_exit(3);
	if (syscall(SYS_wait4, pid, &status, 0, NULL) != pid ||
	    status != 3 << 8)
		return 2;
	return 7;
}

static const struct place {
	const char *name;
	child_main run;
	void *arg;
	unsigned int request;
	unsigned long option;
	int status;
	int op; /* of getppid(2), where it is a syscall-stop */
} places[] = {
	{ "syscall-enter", walk, NULL, PTRACE_SYSCALL, 0, STATUS_SYSGOOD,
	  PTRACE_SYSCALL_INFO_ENTRY },
	{ "syscall-exit", walk, NULL, PTRACE_SYSCALL, 0, STATUS_SYSGOOD,
	  PTRACE_SYSCALL_INFO_EXIT },
	{ "signal-delivery", walk, NULL, PTRACE_CONT, 0, STATUS_STOP(SIGUSR2) },
	{ "group-stop", walk, NULL, PTRACE_CONT, 0,
	  STATUS_EVENT(PTRACE_EVENT_STOP, SIGSTOP) },
	{ "fork event", walk, NULL, PTRACE_CONT, PTRACE_O_TRACEFORK,
	  STATUS_EVENT(PTRACE_EVENT_FORK, SIGTRAP) },
	{ "exec event", execute_sibling, "h_exec", PTRACE_CONT,
	  PTRACE_O_TRACEEXEC, STATUS_EVENT(PTRACE_EVENT_EXEC, SIGTRAP) },
	{ "exit event", walk, NULL, PTRACE_CONT, PTRACE_O_TRACEEXIT,
	  STATUS_EVENT(PTRACE_EVENT_EXIT, SIGTRAP) },
};

static bool stands_there(const struct tracer *tracer, pid_t pid,
			 const struct place *place, long status, long *nr)
{
	struct ptrace_syscall_info info = {};

	if (status != place->status)
		return false;
	if (!place->op)
		return true;
	tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		*nr = info.entry.nr;
	return info.op == place->op && *nr == SYS_getppid;
}

/* From the Stop event's stop to that place. */
static bool walk_to(const struct tracer *tracer, pid_t pid,
		    const struct place *place)
{
	long status = STATUS_INTERRUPT, nr = -1;

	while (!stands_there(tracer, pid, place, status, &nr)) {
		int signal = status >> 16 || status == STATUS_SYSGOOD ?
				     0 :
				     WSTOPSIG(status);

		if (!WIFSTOPPED(status))
			return false;
		/* Of a group-stop that isn't the place. */
		if (status >> 16 == PTRACE_EVENT_STOP &&
		    status != STATUS_INTERRUPT)
			kill(pid, SIGCONT);
		if (tr_ptrace(tracer, place->request, pid, 0, signal))
			return false;
		status = tr_wait_status(tracer, pid);
		if (status < 0)
			return false;
	}
	return true;
}

static int await_and_execute(const struct child_end *end, void *arg)
{
	child_await(end);
	return execute_sibling(end, arg);
}

static void go_from(struct __test_metadata *_metadata,
		    FIXTURE_DATA(module) * self, const struct place *place)
{
	bool executes = place->run == execute_sibling;
	pid_t pid;

	self->tracee = child_spawn(executes ? await_and_execute : place->run,
				   place->arg);
	pid = self->tracee.pid;
	ASSERT_TRUE(child_waits(&self->tracee));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, pid,
				   PTRACE_O_TRACESYSGOOD | place->option));
	ASSERT_TRUE(child_go(&self->tracee));
	ASSERT_TRUE(walk_to(&self->tracer, pid, place))
	{
		TH_LOG("to %s", place->name);
	}
	tracer_close(&self->tracer);
	EXPECT_EQ(0, take_out_in_time())
	{
		TH_LOG("in %s", place->name);
	}
	/* A stop that is the group's isn't the tracer's. */
	EXPECT_TRUE(WAIT_UNTIL(strchr("TSZ", proc_state(pid))));
	EXPECT_EQ(0, kill(pid, SIGCONT));
	if (executes)
		EXPECT_TRUE(child_go(&self->tracee));
	/* Its own stop may be yet to come. */
	EXPECT_TRUE(WAIT_UNTIL((proc_state(pid) == 'T' && kill(pid, SIGCONT)) ||
			       proc_state(pid) == 'Z'));
	EXPECT_EQ(7 << 8, child_status(&self->tracee))
	{
		TH_LOG("from %s", place->name);
	}
	child_end(&self->tracee);
	ASSERT_EQ(0, insert(""));
}

TEST_F(module, goes_with_a_task_in_each_stop)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(places); i++)
		go_from(_metadata, self, &places[i]);
}

/* Its parent has never been its tracer by an open handle, and hears of nothing. */
static int stop_for_a_signal(const struct child_end *end, void *arg)
{
	int fd = spt_open();

	if (fd < 0 || spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0))
		return 1;
	close(fd);
	signal(SIGUSR2, on_usr2);
	child_say(end, 'r');
	raise(SIGUSR2);
	return 8;
}

TEST_F(module, goes_with_a_traceme_tracee_in_a_signals_stop)
{
	self->tracee = child_spawn(stop_for_a_signal, NULL);
	ASSERT_EQ('r', child_heard(&self->tracee));
	ASSERT_TRUE(WAIT_UNTIL(proc_state(self->tracee.pid) == 't'));
	ASSERT_EQ(0, take_out_in_time());
	EXPECT_EQ(8 << 8, child_status(&self->tracee));
}

/* The argument: whether by TRACEME. */
static int wait_for_a_signal(const struct child_end *end, void *arg)
{
	static const struct timespec long_time = { .tv_sec = 1000 };
	sigset_t usr2;
	int fd;

	sigemptyset(&usr2);
	sigaddset(&usr2, SIGUSR2);
	sigprocmask(SIG_BLOCK, &usr2, NULL);
	if (arg) {
		fd = spt_open();
		if (fd < 0 || spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0))
			return 1;
		close(fd);
	} else {
		child_await(end);
	}
	/* Ignored: it ends nothing. */
	signal(SIGUSR1, SIG_IGN);
	return sigtimedwait(&usr2, NULL, &long_time) == SIGUSR2 ? 7 : 2;
}

static void check_wait_for_a_signal(struct __test_metadata *_metadata,
				    const struct child *child)
{
	EXPECT_TRUE(
		WAIT_UNTIL(proc_sleeps_in(child->pid, SYS_rt_sigtimedwait)));
	EXPECT_EQ(0, kill(child->pid, SIGUSR1));
	EXPECT_TRUE(
		WAIT_UNTIL(proc_sleeps_in(child->pid, SYS_rt_sigtimedwait)));
	EXPECT_EQ(0, kill(child->pid, SIGUSR2));
	EXPECT_EQ(7 << 8, child_status(child));
}

TEST_F(module, goes_with_a_tracee_in_sigtimedwait)
{
	pid_t pid;

	self->tracee = child_spawn(wait_for_a_signal, NULL);
	pid = self->tracee.pid;
	ASSERT_TRUE(child_waits(&self->tracee));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, pid, 0));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, pid, 0, 0));
	ASSERT_TRUE(child_go(&self->tracee));
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(pid, SYS_rt_sigtimedwait)));
	tracer_close(&self->tracer);
	ASSERT_EQ(0, take_out_in_time());
	check_wait_for_a_signal(_metadata, &self->tracee);
}

TEST_F(module, goes_with_a_traceme_tracee_in_sigtimedwait)
{
	self->tracee = child_spawn(wait_for_a_signal, "by TRACEME");
	ASSERT_TRUE(WAIT_UNTIL(
		proc_sleeps_in(self->tracee.pid, SYS_rt_sigtimedwait)));
	ASSERT_EQ(0, take_out_in_time());
	check_wait_for_a_signal(_metadata, &self->tracee);
}

/* Dead, and kept from its parent until its tracer has heard of it. */
static int parent_of_one(const struct child_end *end, void *arg)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_await(end);
		_exit(3);
	}
	progress->ready = pid;
	if (syscall(SYS_wait4, pid, &status, 0, NULL) != pid ||
	    status != 3 << 8)
		return 2;
	return 7;
}

TEST_F(module, goes_with_a_dead_tracee_that_is_held)
{
	struct spt_event event;
	pid_t pid;

	self->tracee = child_spawn(parent_of_one, NULL);
	ASSERT_TRUE(WAIT_UNTIL(progress->ready));
	pid = progress->ready;
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(pid, SYS_read)));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, spt_ptrace(self->tracer.fd, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_TRUE(child_go(&self->tracee));
	ASSERT_EQ(0, spt_wait(self->tracer.fd, P_ALL, 0, WEXITED | WNOWAIT,
			      &event));
	EXPECT_EQ(pid, event.tid);
	tracer_close(&self->tracer);
	ASSERT_EQ(0, take_out_in_time());
	EXPECT_EQ(7 << 8, child_status(&self->tracee));
}

#define GROUP "/sys/fs/cgroup/t_module"

static bool group_write(const char *name, const char *text)
{
	char path[64];
	bool done;
	int fd;

	snprintf(path, sizeof(path), GROUP "/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) > 0;
	close(fd);
	return done;
}

static bool group_is_frozen(void)
{
	char text[256] = "";
	int fd = open(GROUP "/cgroup.events", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return strstr(text, "frozen 1");
}

/* Frozen while traced, it is frozen still, and thaws. */
static void check_frozen(struct __test_metadata *_metadata,
			 FIXTURE_DATA(module) * self, bool traceme)
{
	pid_t pid = self->tracee.pid;
	char number[16];

	if (mkdir(GROUP, 0700) && errno != EEXIST)
		SKIP(return, "no cgroup2 at /sys/fs/cgroup");
	if (!group_write("cgroup.freeze", "0"))
		SKIP(return, "no cgroup.freeze");
	snprintf(number, sizeof(number), "%d", pid);
	ASSERT_TRUE(group_write("cgroup.procs", number));
	if (!traceme) {
		ASSERT_EQ(0, tracer_open(&self->tracer, true));
		ASSERT_EQ(0,
			  spt_ptrace(self->tracer.fd, PTRACE_SEIZE, pid, 0, 0));
	}
	EXPECT_TRUE(group_write("cgroup.freeze", "1"));
	EXPECT_TRUE(WAIT_UNTIL(group_is_frozen()));
	tracer_close(&self->tracer);
	EXPECT_EQ(0, take_out_in_time());
	EXPECT_TRUE(WAIT_UNTIL(group_is_frozen()));
	EXPECT_TRUE(child_go(&self->tracee));
	nap();
	EXPECT_TRUE(group_is_frozen());
	EXPECT_TRUE(group_write("cgroup.freeze", "0"));
	EXPECT_EQ(8 << 8, child_status(&self->tracee));
	rmdir(GROUP);
}

static int await_only(const struct child_end *end, void *arg)
{
	child_await(end);
	return 8;
}

TEST_F(module, goes_with_a_frozen_tracee)
{
	self->tracee = child_spawn(await_only, NULL);
	ASSERT_TRUE(child_waits(&self->tracee));
	check_frozen(_metadata, self, false);
}

TEST_F(module, goes_with_a_frozen_traceme_tracee)
{
	self->tracee = child_spawn(be_traced_by_the_parent, NULL);
	ASSERT_EQ('r', child_heard(&self->tracee));
	ASSERT_TRUE(child_waits(&self->tracee));
	check_frozen(_metadata, self, true);
}

/* ---- asleep in a call whose exit was to be a stop -------------------------- */

static void sleep_in_readv(const struct child_end *end)
{
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };

	if (readv(end->go, &iov, 1) != 1 || byte != 'g')
		_exit(1);
}

/* Goes on by a restart_syscall(2), where it is interrupted. */
static void sleep_in_poll(const struct child_end *end)
{
	struct pollfd pfd = { .fd = end->go, .events = POLLIN };

	if (poll(&pfd, 1, 1000 * 1000) != 1)
		_exit(2);
}

/* Not to be interrupted by anything but SIGKILL. */
static void sleep_in_vfork(const struct child_end *end)
{
	int status;
	char byte;
	pid_t pid = vfork();

	if (!pid)
		_exit(read(end->go, &byte, 1) == 1 ? 9 : 3);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 9 << 8)
		_exit(4);
}

static const struct sleeper {
	const char *name;
	long nr;
	void (*sleep)(const struct child_end *end);
	bool interruptible;
} sleepers[] = {
	{ "readv", SYS_readv, sleep_in_readv, true },
	{ "poll", SYS_poll, sleep_in_poll, true },
	{ "vfork", SYS_vfork, sleep_in_vfork, false },
};

static int sleep_in_a_call(const struct child_end *end, void *arg)
{
	const struct sleeper *sleeper = arg;

	child_await(end);
	sleeper->sleep(end);
	return 9;
}

static bool sleeps_in(const struct child *child, const struct sleeper *sleeper)
{
	char state = proc_state(child->pid);

	return (state == 'S' || state == 'D') &&
	       proc_syscall(child->pid) == sleeper->nr;
}

/* Trace its calls up to the entry of that one, and let it go on from there. */
static long trace_into(const struct tracer *tracer, const struct child *child,
		       const struct sleeper *sleeper)
{
	struct ptrace_syscall_info info = { .op = PTRACE_SYSCALL_INFO_NONE };
	long ret;

	ret = tr_seize_stop(tracer, child->pid, PTRACE_O_TRACESYSGOOD);
	if (ret)
		return ret;
	child_go(child);
	do {
		ret = tr_ptrace(tracer, PTRACE_SYSCALL, child->pid, 0, 0);
		if (ret)
			return ret;
		ret = tr_wait_status(tracer, child->pid);
		if (ret != STATUS_SYSGOOD)
			return ret < 0 ? ret : -EPROTO;
		ret = tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, child->pid,
				   sizeof(info), &info);
		if (ret < 0)
			return ret;
	} while (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
		 (long)info.entry.nr != sleeper->nr);

	return tr_ptrace(tracer, PTRACE_SYSCALL, child->pid, 0, 0);
}

/* A child that sleeps there, on its way to a stop at the exit. */
static struct child sleeping_child(struct __test_metadata *_metadata,
				   struct tracer *tracer,
				   const struct sleeper *sleeper)
{
	struct child child = child_spawn(sleep_in_a_call, (void *)sleeper);

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, tracer_open(tracer, true));
	EXPECT_EQ(0, trace_into(tracer, &child, sleeper))
	{
		TH_LOG("in %s", sleeper->name);
	}
	EXPECT_TRUE(WAIT_UNTIL(sleeps_in(&child, sleeper)))
	{
		TH_LOG("in %s", sleeper->name);
	}
	return child;
}

/* It sleeps on without the module, and the call ends as if untraced. */
static void check_sleeper(struct __test_metadata *_metadata,
			  const struct child *child,
			  const struct sleeper *sleeper)
{
	EXPECT_TRUE(WAIT_UNTIL(sleeps_in(child, sleeper)))
	{
		TH_LOG("in %s", sleeper->name);
	}
	EXPECT_TRUE(child_go(child));
	EXPECT_EQ(9 << 8, child_status(child))
	{
		TH_LOG("in %s", sleeper->name);
	}
}

TEST_F(module, goes_after_close_with_a_task_asleep_in_a_traced_call)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(sleepers); i++) {
		self->tracee =
			sleeping_child(_metadata, &self->tracer, &sleepers[i]);
		tracer_close(&self->tracer);
		ASSERT_EQ(0, take_out());
		check_sleeper(_metadata, &self->tracee, &sleepers[i]);
		child_end(&self->tracee);
		ASSERT_EQ(0, insert(""));
	}
}

TEST_F(module, goes_after_detach_with_a_task_asleep_in_a_traced_call)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(sleepers); i++) {
		if (!sleepers[i].interruptible)
			continue;
		self->tracee =
			sleeping_child(_metadata, &self->tracer, &sleepers[i]);
		ASSERT_EQ(0, spt_ptrace(self->tracer.fd, PTRACE_INTERRUPT,
					self->tracee.pid, 0, 0));
		/* The interrupted call's exit comes first. */
		ASSERT_EQ(STATUS_SYSGOOD,
			  tr_wait_status(&self->tracer, self->tracee.pid));
		ASSERT_EQ(0, spt_ptrace(self->tracer.fd, PTRACE_DETACH,
					self->tracee.pid, 0, 0));
		tracer_close(&self->tracer);
		ASSERT_EQ(0, take_out());
		ASSERT_TRUE(child_go(&self->tracee));
		EXPECT_EQ(9 << 8, child_status(&self->tracee))
		{
			TH_LOG("in %s", sleepers[i].name);
		}
		child_end(&self->tracee);
		ASSERT_EQ(0, insert(""));
	}
}

/* Killed in the call, it never comes to the exit; there is nothing to wait for. */
TEST_F(module, goes_with_a_task_killed_in_a_traced_call)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(sleepers); i++) {
		self->tracee =
			sleeping_child(_metadata, &self->tracer, &sleepers[i]);
		tracer_close(&self->tracer);
		ASSERT_EQ(0, kill(self->tracee.pid, SIGKILL));
		ASSERT_EQ(0, take_out());
		EXPECT_EQ(SIGKILL, child_status(&self->tracee));
		child_end(&self->tracee);
		ASSERT_EQ(0, insert(""));
	}
}

/* ---- the hooks, when nobody is traced any more ---------------------------------- */

#define HOOKED "/sys/kernel/tracing/enabled_functions"

static bool is_hooked(const char *function)
{
	FILE *file = fopen(HOOKED, "re");
	size_t length = strlen(function);
	char line[512];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = !strncmp(line, function, length) && line[length] == ' ';
	if (file)
		fclose(file);
	return found;
}

/* They stay for ten seconds; what the task was due at is dropped then. */
TEST_F(module, disarms_though_a_task_sleeps_in_a_traced_call)
{
	int tries = 4;

	if (access(HOOKED, R_OK))
		SKIP(return, "no " HOOKED);
	self->tracee = sleeping_child(_metadata, &self->tracer, &sleepers[0]);
	ASSERT_TRUE(is_hooked("kernel_clone"));
	tracer_close(&self->tracer);
	while (tries-- && !WAIT_UNTIL(!is_hooked("kernel_clone")))
		;
	EXPECT_FALSE(is_hooked("kernel_clone"));
	check_sleeper(_metadata, &self->tracee, &sleepers[0]);
}

/* ---- again and again ---------------------------------------------------------- */

/* Stops at every call of every thread, until it is killed. */
static int trace_every_call(const struct child_end *end, void *arg)
{
	const struct child *target = arg;
	struct tracer tracer;
	struct spt_event event;
	pid_t tids[4];
	int i, count = tids_of(target->pid, tids, ARRAY_LEN(tids));

	if (tracer_open(&tracer, true))
		return 1;
	for (i = 0; i < count; i++)
		if (tr_ptrace(&tracer, PTRACE_SEIZE, tids[i], 0, 0) ||
		    tr_ptrace(&tracer, PTRACE_INTERRUPT, tids[i], 0, 0))
			return 2;
	for (i = 0;; i++) {
		if (spt_wait(tracer.fd, P_ALL, 0, WSTOPPED, &event) ||
		    spt_ptrace(tracer.fd, PTRACE_SYSCALL, event.tid, 0, 0))
			return 3;
		if (i == 40)
			child_say(end, 'r');
	}
}

/* The tracer is killed in the middle of it all. */
static void trace_and_die(struct __test_metadata *_metadata,
			  const struct child *target)
{
	struct child tracer = child_spawn(trace_every_call, (void *)target);

	EXPECT_EQ('r', child_heard(&tracer));
	EXPECT_EQ(0, kill(tracer.pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&tracer));
	child_end(&tracer);
}

/* What is left, and must go on as if nothing had been, when the module goes. */
enum left {
	/* The busy program, in a place of enum where; then: */
	TRACER_DIED = RESUMED + 1,
	SLEEPER,
	TRACEME,
	NOTHING,
	NR_LEFT,
};

static void leave(struct __test_metadata *_metadata,
		  FIXTURE_DATA(module) * self, enum left left,
		  const struct sleeper *sleeper, struct child *other)
{
	switch (left) {
	case TRACER_DIED:
		trace_and_die(_metadata, &self->tracee);
		break;
	case SLEEPER:
		*other = sleeping_child(_metadata, &self->tracer, sleeper);
		break;
	case TRACEME:
		*other = child_spawn(be_traced_by_the_parent, NULL);
		EXPECT_EQ('r', child_heard(other));
		break;
	case NOTHING:
		break;
	default:
		EXPECT_EQ(0, tracer_open(&self->tracer, true));
		EXPECT_EQ(0, bring(&self->tracer, self->tracee.pid,
				   (enum where)left, 0));
	}
	tracer_close(&self->tracer);
}

static void check_left(struct __test_metadata *_metadata, enum left left,
		       const struct sleeper *sleeper, struct child *other)
{
	EXPECT_TRUE(goes_on());
	if (left == SLEEPER)
		check_sleeper(_metadata, other, sleeper);
	if (left == TRACEME) {
		EXPECT_TRUE(child_go(other));
		EXPECT_EQ(8 << 8, child_status(other));
	}
	child_end(other);
}

TEST_F_TIMEOUT(module, is_inserted_and_removed_a_hundred_times, 800)
{
	int round, full = rounds(100);

	self->tracee = child_spawn(busy_with_threads, (void *)1L);
	ASSERT_TRUE(goes_on());
	for (round = 0; round < full && _metadata->exit_code == KSFT_PASS;
	     round++) {
		const struct sleeper *sleeper =
			&sleepers[round / NR_LEFT % ARRAY_LEN(sleepers)];
		struct child other = { .pid = -1 };
		enum left left = round % NR_LEFT;

		leave(_metadata, self, left, sleeper, &other);
		ASSERT_EQ(0, take_out())
		{
			TH_LOG("round %d", round);
		}
		check_left(_metadata, left, sleeper, &other);
		/* It would slow the insertion down to no purpose. */
		ASSERT_EQ(0, kill(self->tracee.pid, SIGSTOP));
		ASSERT_EQ(0, insert(""))
		{
			TH_LOG("round %d", round);
		}
		ASSERT_EQ(0, kill(self->tracee.pid, SIGCONT));
	}
	EXPECT_EQ(full, round);
	EXPECT_EQ(5 << 8, stop_busy(&self->tracee));
}

/* ---- on a kernel that lacks something -------------------------------------------- */

/* What the module looks for beside the functions that it hooks. */
static const char *const names[] = {
	/* its table of symbols */
	"kallsyms_lookup_name",
	"ptrace_may_access",
	"security_ptrace_traceme",
	"security_capable",
	"wake_up_state",
	"wait_task_inactive",
	"schedule_preempt_disabled",
	"task_work_cancel_match",
	"cgroup_enter_frozen",
	"cgroup_leave_frozen",
	"arch_ptrace",
	"compat_arch_ptrace",
	"ptrace_notify",
	"task_work_run",
	"uprobe_deny_signal",
	"do_notify_parent_cldstop",
	"task_participate_group_stop",
	"task_set_jobctl_pending",
	"signal_wake_up_state",
	"send_signal_locked",
	"do_send_sig_info",
	"is_current_pgrp_orphaned",
	"do_group_exit",
	"__set_current_blocked",
	"getrusage",
	"copy_siginfo_to_user",
	"copy_siginfo_to_user32",
	"security_ptrace_access_check",
	"siginfo_layout",
	"stack_trace_save_tsk",
	"ftrace_find_rec_direct",
	"get_kprobe",
	"tasklist_lock",
	"ftrace_enabled",
	"kprobes_all_disarmed",
	"__audit_ptrace",
	/* and of tracepoints */
	"signal_generate",
	"signal_deliver",
	"sched_process_exec",
	"sched_process_exit",
};

static void read_probes(struct transcript *probes)
{
	int fd = open(PROBES, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	memset(probes, 0, sizeof(*probes));
	while ((length = read(fd, probes->text + probes->length,
			      sizeof(probes->text) - 1 - probes->length)) > 0)
		probes->length += length;
	close(fd);
}

/* Whether the kernel's log has a refusal that names it, from there on. */
static bool refusal_is_logged(int log, const char *name)
{
	char record[2048];
	ssize_t length;
	/* Of a function's several names, the compiler's are not told. */
	int told = strcspn(name, ".");
	bool logged = false;

	while ((length = read(log, record, sizeof(record) - 1)) > 0) {
		char *found;

		record[length] = 0;
		found = strstr(record, ";sptrace: ");
		if (found && strstr(found, "; not loading"))
			found = strstr(found, " has no ");
		else
			found = NULL;
		while (found && (found = strstr(found + 1, " ")))
			if (!strncmp(found + 1, name, told) &&
			    strchr(" ;\n", found[1 + told]))
				logged = true;
	}
	return logged;
}

static struct transcript probes_before, probes_after;

static void check_refusal(struct __test_metadata *_metadata, const char *name)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char parameter[128];

	ASSERT_LE(0, log);
	ASSERT_LE(0, lseek(log, 0, SEEK_END));
	snprintf(parameter, sizeof(parameter), "hide_symbol=%s", name);
	read_probes(&probes_before);
	EXPECT_EQ(-ENOENT, insert(parameter))
	{
		TH_LOG("%s", parameter);
	}
	EXPECT_TRUE(refusal_is_logged(log, name))
	{
		TH_LOG("%s", parameter);
	}
	close(log);
	EXPECT_FALSE(is_inserted());
	EXPECT_EQ(-1, access(SPT_DEVICE, F_OK));
	read_probes(&probes_after);
	EXPECT_EQ(0, strcmp(probes_before.text, probes_after.text))
	{
		TH_LOG("%s leaves %s", parameter, probes_after.text);
	}
}

/* A kernel without audit has no use for it; it has no such file either. */
static bool is_needed(const char *name)
{
	return strcmp(name, "__audit_ptrace") ||
	       !access("/proc/self/loginuid", F_OK);
}

TEST_F(module, is_refused_without_any_symbol_or_tracepoint)
{
	unsigned int i;

	ASSERT_EQ(0, take_out());
	for (i = 0; i < ARRAY_LEN(names); i++) {
		if (is_needed(names[i]))
			check_refusal(_metadata, names[i]);
	}
	EXPECT_EQ(0, insert(""));
}

/* Those that a kernel may lack, since older ones have no such thing, or no Yama. */
static bool is_optional(const char *name)
{
	return !strcmp(name, "mem_rw") ||
	       !strcmp(name, "syscall_user_dispatch_get_config") ||
	       !strcmp(name, "syscall_user_dispatch_set_config") ||
	       !strncmp(name, "yama_", strlen("yama_"));
}

static void check_optional(struct __test_metadata *_metadata, const char *name)
{
	char parameter[300];

	snprintf(parameter, sizeof(parameter), "hide_symbol=%s", name);
	EXPECT_EQ(0, insert(parameter));
	EXPECT_EQ(0, take_out());
}

#define HOOKS "/sys/class/misc/sptrace/hooks"

TEST_F(module, is_refused_without_any_hooked_function)
{
	struct dirent **hooks;
	int count, i;

	count = scandir(HOOKS, &hooks, NULL, NULL);
	/* And "." and "..". */
	ASSERT_LE(2 + 12, count);
	ASSERT_EQ(0, take_out());
	for (i = 0; i < count; i++) {
		const char *name = hooks[i]->d_name;

		if (is_optional(name))
			check_optional(_metadata, name);
		else if (name[0] != '.')
			check_refusal(_metadata, name);
		free(hooks[i]);
	}
	free(hooks);
	EXPECT_EQ(0, insert(""));
}

/* With only a part of what it takes to pass over Yama, it isn't passed over. */
TEST_F(module, has_no_scopes_in_place_of_yamas_without_its_symbols)
{
	static const char *const symbols[] = {
		"yama_ptrace_access_check",
		"yama_ptrace_traceme",
		"ptrace_scope",
	};
	char parameter[64];
	unsigned int i;

	if (access("/proc/sys/kernel/yama", F_OK))
		SKIP(return, "no Yama");
	for (i = 0; i < ARRAY_LEN(symbols); i++) {
		ASSERT_EQ(0, take_out());
		snprintf(parameter, sizeof(parameter), "hide_symbol=%s",
			 symbols[i]);
		ASSERT_EQ(0, insert(parameter));
		EXPECT_EQ(-EOPNOTSUPP, spt_set_scope(0, SPT_SCOPE_INSTEAD))
		{
			TH_LOG("%s", parameter);
		}
		EXPECT_EQ(0, spt_set_scope(0, 0));
	}
	ASSERT_EQ(0, take_out());
	ASSERT_EQ(0, insert(""));
	EXPECT_EQ(0, spt_set_scope(0, SPT_SCOPE_INSTEAD));
	/* It goes with the module, in force or not. */
	EXPECT_EQ(0, take_out());
	EXPECT_EQ(0, insert(""));
	EXPECT_EQ(-EINVAL, spt_set_scope(0, SPT_SCOPE_SET));
}

TEST_F(module, is_inserted_when_what_is_hidden_is_not_needed)
{
	ASSERT_EQ(0, take_out());
	EXPECT_EQ(0, insert("hide_symbol=no_such_symbol"));
	EXPECT_EQ(0, access(SPT_DEVICE, F_OK));
}

TEST_HARNESS_MAIN
