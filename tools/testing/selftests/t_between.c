// SPDX-License-Identifier: GPL-2.0
/*
 * What lies between two hooks (module/tracee/between.h): forks that take long or
 * fail, a leader that is dead before its threads, a filter that comes during a
 * stop. Whatever becomes of the tracer meanwhile, nothing is left behind.
 *
 * Every test leaves the module inserted.
 */
#include <dirent.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include "busy.h"
#include "module.h"
#include "slow.h"

/* Where a child puts a descriptor that its parent is to take. */
#define HANDED_OVER 100

static int take_descriptor(pid_t pid)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	int fd = syscall(SYS_pidfd_getfd, pidfd, HANDED_OVER, 0);

	close(pidfd);
	return fd;
}

static bool is_readable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, WAIT_LIMIT_MS) == 1;
}

static void sleep_ms(int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

/* ---- a fork that a page holds --------------------------------------------------- */

#define EVENTS                                                              \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
	 PTRACE_O_TRACECLONE | PTRACE_O_TRACEVFORKDONE)

FIXTURE(slow_fork)
{
	struct child child;
	struct tracer tracer;
	int log;
	int fault;
	char *page;
	unsigned long flags;
};

FIXTURE_VARIANT(slow_fork)
{
	unsigned long flags; /* of clone(2): what is written to the page */
	unsigned int request; /* how the tracer has let it go on */
	int hold_ms;
};

/* The new task is there, but doesn't run yet. */
FIXTURE_VARIANT_ADD(slow_fork, parent_tid){
	.flags = CLONE_PARENT_SETTID,
	.request = PTRACE_CONT,
	/* Longer than hooks stay armed for nobody. */
	.hold_ms = 12000,
};

FIXTURE_VARIANT_ADD(slow_fork, parent_tid_syscalls){
	.flags = CLONE_PARENT_SETTID,
	.request = PTRACE_SYSCALL,
	.hold_ms = 600,
};

/* In the middle of the copying. */
FIXTURE_VARIANT_ADD(slow_fork, pidfd){
	.flags = CLONE_PIDFD,
	.request = PTRACE_CONT,
	.hold_ms = 600,
};

FIXTURE_VARIANT_ADD(slow_fork, pidfd_syscalls){
	.flags = CLONE_PIDFD,
	.request = PTRACE_SYSCALL,
	.hold_ms = 600,
};

static bool watch_page(char *page)
{
	int fd = make_slow(page);

	return fd >= 0 && dup3(fd, HANDED_OVER, O_CLOEXEC) == HANDED_OVER &&
	       !close(fd);
}

static int grandchild(void)
{
	prctl(PR_SET_PDEATHSIG, 0);
	progress->ready = getpid();
	for (;;)
		pause();
	return 0;
}

static int fork_slowly(const struct child_end *end, void *arg)
{
	const FIXTURE_DATA(slow_fork) *self = arg;
	pid_t pid;

	signal(SIGUSR1, SIG_IGN);
	if (!watch_page(self->page))
		return 1;
	child_say(end, 'u');
	child_await(end);
	pid = syscall(SYS_clone, SIGCHLD | self->flags, 0, self->page, NULL, 0);
	if (!pid)
		_exit(grandchild());
	if (pid < 0 && errno != EAGAIN)
		return 2;
	child_say(end, pid < 0 ? 'f' : 'd');
	for (;;)
		pause();
}

/* Up to where nothing of the child's copies of the handle keeps it open. */
FIXTURE_SETUP(slow_fork)
{
	self->tracer.fd = -1;
	self->fault = -1;
	self->child.pid = -1;
	self->flags = variant->flags;
	if (access(MODULE, R_OK))
		SKIP(return, "no " MODULE);
	if (!is_inserted())
		ASSERT_EQ(0, insert(""));
	ASSERT_TRUE(new_progress());
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	self->log = log_open();
	self->page = mmap(NULL, SLOW_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	self->child = child_spawn(fork_slowly, self);
	ASSERT_EQ('u', child_heard(&self->child));
	ASSERT_TRUE(child_waits(&self->child));
	self->fault = take_descriptor(self->child.pid);
	ASSERT_LE(0, self->fault);
}

FIXTURE_TEARDOWN(slow_fork)
{
	tracer_close(&self->tracer);
	close(self->fault);
	child_end(&self->child);
	if (progress->ready > 0)
		kill(progress->ready, SIGKILL);
	if (!is_inserted())
		EXPECT_EQ(0, insert(""));
	EXPECT_FALSE(log_has_report(self->log));
	close(self->log);
}

/* The child is in clone(2) and stays there. */
static void hold(struct __test_metadata *_metadata,
		 FIXTURE_DATA(slow_fork) * self)
{
	ASSERT_TRUE(await_touch(self->fault));
	ASSERT_EQ(SYS_clone, proc_syscall(self->child.pid));
}

static void release(struct __test_metadata *_metadata,
		    FIXTURE_DATA(slow_fork) * self)
{
	ASSERT_TRUE(end_slowness(self->fault, self->page));
}

/* Seized, with all events wanted, into that. */
static void trace_into_fork(struct __test_metadata *_metadata,
			    FIXTURE_DATA(slow_fork) * self,
			    unsigned int request)
{
	struct ptrace_syscall_info info = { .op = PTRACE_SYSCALL_INFO_NONE };
	struct tracer *tracer = &self->tracer;
	pid_t pid = self->child.pid;

	ASSERT_EQ(0, tracer_open(tracer, true));
	ASSERT_EQ(0, tr_seize_stop(tracer, pid, EVENTS));
	ASSERT_TRUE(child_go(&self->child));
	while (request == PTRACE_SYSCALL &&
	       (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
		info.entry.nr != SYS_clone)) {
		ASSERT_EQ(0, tr_ptrace(tracer, request, pid, 0, 0));
		ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(tracer, pid));
		ASSERT_LT(0, tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, pid,
					  sizeof(info), &info));
	}
	ASSERT_EQ(0, tr_ptrace(tracer, request, pid, 0, 0));
	hold(_metadata, self);
}

/* The pending signals that /proc shows under that name. */
static unsigned long long pending(pid_t pid, const char *name)
{
	char text[4096], *line;

	if (proc_read(pid, "status", text, sizeof(text)))
		return -1ULL;
	line = strstr(text, name);
	return line ? strtoull(line + strlen(name), NULL, 16) : -1ULL;
}

/* What its parent is to be told by; the 38th field. */
static int exit_signal(pid_t pid)
{
	char text[1024], *field;
	int i;

	if (proc_read(pid, "stat", text, sizeof(text)))
		return 0;
	field = strrchr(text, ')');
	for (i = 2; field && i < 38; i++)
		field = strchr(field + 1, ' ');
	return field ? atoi(field) : 0;
}

/* Nothing waits and nothing is kept that nobody would deliver. */
static void check_signals(struct __test_metadata *_metadata, pid_t pid)
{
	EXPECT_EQ(0, kill(pid, SIGUSR1));
	EXPECT_EQ(0, pending(pid, "\nSigPnd:"));
	EXPECT_EQ(0, pending(pid, "\nShdPnd:"));
}

#ifndef PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG
#define PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG 0x4211
#endif

/* A new task has no Syscall User Dispatch, of its parent's or anybody's. */
static void check_dispatch(struct __test_metadata *_metadata, pid_t pid)
{
	struct {
		__u64 mode, selector, offset, len;
	} config;
	struct tracer native = { .fd = -1 };
	long ret;

	ASSERT_EQ(0, tr_seize_stop(&native, pid, 0));
	ret = tr_ptrace_at(&native, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG,
			   pid, sizeof(config), &config);
	if (!ret) {
		EXPECT_EQ(PR_SYS_DISPATCH_OFF, config.mode);
		EXPECT_EQ(0, config.selector);
		EXPECT_EQ(0, config.offset);
		EXPECT_EQ(0, config.len);
	} else {
		/* Older kernels. */
		EXPECT_EQ(-EIO, ret);
	}
	EXPECT_EQ(0, tr_ptrace(&native, PTRACE_DETACH, pid, 0, 0));
}

static void check_shadow(struct __test_metadata *_metadata, pid_t pid)
{
	struct tracer tracer;

	ASSERT_EQ(0, tracer_open(&tracer, true));
	EXPECT_EQ(0, tr_seize_stop(&tracer, pid, 0));
	EXPECT_EQ(0, tr_ptrace(&tracer, PTRACE_DETACH, pid, 0, 0));
	tracer_close(&tracer);
}

/* It dies of it at once; stays a zombie. */
static void check_dies(struct __test_metadata *_metadata, pid_t pid)
{
	EXPECT_EQ(0, kill(pid, SIGTERM));
	EXPECT_TRUE(WAIT_UNTIL(proc_state(pid) == 'Z'));
}

/* Both as if nobody had ever been traced. */
static void check_clean(struct __test_metadata *_metadata,
			FIXTURE_DATA(slow_fork) * self)
{
	pid_t pid;

	ASSERT_EQ('d', child_heard(&self->child));
	ASSERT_TRUE(WAIT_UNTIL(progress->ready > 0));
	pid = progress->ready;
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(pid, SYS_pause)));
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(self->child.pid, SYS_pause)));
	check_signals(_metadata, self->child.pid);
	check_signals(_metadata, pid);
	check_dispatch(_metadata, self->child.pid);
	check_dispatch(_metadata, pid);
	if (is_inserted()) {
		check_shadow(_metadata, self->child.pid);
		check_shadow(_metadata, pid);
	}
	check_signals(_metadata, self->child.pid);
	check_signals(_metadata, pid);
	check_dies(_metadata, pid);
	check_dies(_metadata, self->child.pid);
	EXPECT_EQ(SIGTERM, child_status(&self->child));
	self->child.pid = -1;
}

TEST_F(slow_fork, while_the_tracer_closes)
{
	trace_into_fork(_metadata, self, variant->request);
	tracer_close(&self->tracer);
	sleep_ms(variant->hold_ms);
	release(_metadata, self);
	check_clean(_metadata, self);
}

/* Whoever comes now has nothing to do with the fork, as natively. */
TEST_F(slow_fork, while_another_tracer_comes)
{
	struct tracer *tracer = &self->tracer;

	trace_into_fork(_metadata, self, variant->request);
	tracer_close(tracer);
	ASSERT_EQ(0, tracer_open(tracer, true));
	ASSERT_EQ(0,
		  tr_ptrace(tracer, PTRACE_SEIZE, self->child.pid, 0, EVENTS));
	ASSERT_EQ(0,
		  tr_ptrace(tracer, PTRACE_INTERRUPT, self->child.pid, 0, 0));
	sleep_ms(600);
	release(_metadata, self);
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(tracer, self->child.pid));
	ASSERT_TRUE(WAIT_UNTIL(progress->ready > 0));
	EXPECT_FALSE(spt_is_listed(tracer->fd, progress->ready));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_DETACH, self->child.pid, 0, 0));
	tracer_close(tracer);
	check_clean(_metadata, self);
}

/* And one that comes stays, and has the next stops. */
TEST_F(slow_fork, while_another_tracer_comes_and_stays)
{
	struct tracer *tracer = &self->tracer;

	trace_into_fork(_metadata, self, variant->request);
	tracer_close(tracer);
	ASSERT_EQ(0, tracer_open(tracer, true));
	ASSERT_EQ(0,
		  tr_ptrace(tracer, PTRACE_SEIZE, self->child.pid, 0, EVENTS));
	release(_metadata, self);
	ASSERT_EQ('d', child_heard(&self->child));
	ASSERT_EQ(0, kill(self->child.pid, SIGUSR1));
	EXPECT_EQ(STATUS_STOP(SIGUSR1),
		  tr_wait_status(tracer, self->child.pid));
	ASSERT_EQ(0,
		  tr_ptrace(tracer, PTRACE_CONT, self->child.pid, 0, SIGTERM));
	EXPECT_EQ(SIGTERM, tr_wait_status(tracer, self->child.pid));
	EXPECT_EQ(SIGTERM, child_status(&self->child));
	ASSERT_TRUE(WAIT_UNTIL(progress->ready > 0));
	check_signals(_metadata, progress->ready);
	check_dies(_metadata, progress->ready);
}

/* The child of a process that is there, 0 when there is none. */
static pid_t child_of(pid_t parent)
{
	DIR *tasks = opendir("/proc");
	struct dirent *entry;
	char text[512], *end;
	pid_t found = 0;

	while (tasks && !found && (entry = readdir(tasks))) {
		if (atoi(entry->d_name) <= 0 ||
		    proc_read(atoi(entry->d_name), "stat", text, sizeof(text)))
			continue;
		end = strrchr(text, ')');
		if (end && atoi(end + strlen(") S ")) == parent)
			found = atoi(entry->d_name);
	}
	closedir(tasks);
	return found;
}

/* Whoever comes to the child before it runs has it, with all that a tracer has. */
TEST_F(slow_fork, while_somebody_attaches_to_the_child)
{
	struct tracer *tracer = &self->tracer;
	pid_t pid;

	ASSERT_EQ(0, tracer_open(tracer, true));
	ASSERT_EQ(0, tr_seize_stop(tracer, self->child.pid, 0));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, self->child.pid, 0, 0));
	hold(_metadata, self);
	pid = child_of(self->child.pid);
	if (!(variant->flags & CLONE_PARENT_SETTID)) {
		/* In the middle of the copying there is none to be seen. */
		EXPECT_EQ(0, pid);
		tracer_close(tracer);
		release(_metadata, self);
		check_clean(_metadata, self);
		return;
	}
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SEIZE, pid, 0, 0));
	release(_metadata, self);
	ASSERT_TRUE(WAIT_UNTIL(progress->ready > 0));
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(pid, SYS_pause)));
	/* Ignored, and told all the same. */
	EXPECT_EQ(0, kill(pid, SIGUSR1));
	EXPECT_EQ(STATUS_STOP(SIGUSR1), tr_wait_status(tracer, pid));
	EXPECT_EQ(0, tr_ptrace(tracer, PTRACE_DETACH, pid, 0, 0));
	tracer_close(tracer);
	check_clean(_metadata, self);
}

static int seize_and_end(pid_t pid)
{
	int fd = spt_open();

	return fd >= 0 && !spt_ptrace(fd, PTRACE_SEIZE, pid, 0, 0) ? 0 : 1;
}

/* Another tracer of the child, where it is to be seen already. */
static void come_and_go(struct __test_metadata *_metadata, pid_t pid)
{
	pid_t helper;
	int status;

	if (!pid)
		return;
	helper = fork();
	if (!helper)
		_exit(seize_and_end(pid));
	ASSERT_EQ(helper, waitpid(helper, &status, 0));
	ASSERT_EQ(0, status);
}

/* A filter under which nothing stops but getppid(2), which nobody calls. */
static long filter_calls(const struct tracer *tracer, pid_t pid)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | SPT_FILTER_ENTRY),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct spt_set_filter args = {
		.tid = pid,
		.length = ARRAY_LEN(code),
		.program = spt_ptr(code),
	};

	return ioctl(tracer->fd, SPT_IOC_SET_FILTER, &args) ? -errno : 0;
}

/*
 * It takes away what the child has copied of its parent's mark: the fork is an event all
 * the same, and nothing of the parent's filter is left in the child.
 */
TEST_F(slow_fork, while_somebody_attaches_to_the_child_and_ends)
{
	struct tracer *tracer = &self->tracer;
	unsigned long message = 0;
	pid_t pid;

	trace_into_fork(_metadata, self, variant->request);
	ASSERT_EQ(0, filter_calls(tracer, self->child.pid));
	come_and_go(_metadata, child_of(self->child.pid));
	release(_metadata, self);
	EXPECT_EQ(STATUS_EVENT(PTRACE_EVENT_FORK, SIGTRAP),
		  tr_wait_status(tracer, self->child.pid));
	ASSERT_EQ(0, tr_ptrace_at(tracer, PTRACE_GETEVENTMSG, self->child.pid,
				  0, &message));
	pid = message;
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(tracer, pid));
	EXPECT_EQ(0, tr_ptrace(tracer, PTRACE_DETACH, pid, 0, 0));
	EXPECT_EQ(0, tr_ptrace(tracer, PTRACE_DETACH, self->child.pid, 0, 0));
	tracer_close(tracer);
	check_clean(_metadata, self);
}

/* Of a tracee that makes calls by a filter's leave. */
TEST_F(slow_fork, by_one_that_has_a_filter)
{
	struct tracer *tracer = &self->tracer;

	ASSERT_EQ(0, tracer_open(tracer, true));
	ASSERT_EQ(0, tr_seize_stop(tracer, self->child.pid, 0));
	ASSERT_EQ(0, filter_calls(tracer, self->child.pid));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, self->child.pid, 0, 0));
	hold(_metadata, self);
	come_and_go(_metadata, child_of(self->child.pid));
	tracer_close(tracer);
	release(_metadata, self);
	check_clean(_metadata, self);
}

/* Somebody who kills the process must not wait for the page. */
TEST_F(slow_fork, while_it_is_killed)
{
	trace_into_fork(_metadata, self, variant->request);
	ASSERT_EQ(0, kill(self->child.pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&self->child));
	tracer_close(&self->tracer);
	if (variant->flags & CLONE_PARENT_SETTID) {
		ASSERT_TRUE(WAIT_UNTIL(progress->ready > 0));
		check_signals(_metadata, progress->ready);
		check_dies(_metadata, progress->ready);
	}
	EXPECT_EQ(0, take_out_in_time());
}

TEST_F(slow_fork, while_it_is_killed_untraced)
{
	trace_into_fork(_metadata, self, variant->request);
	tracer_close(&self->tracer);
	ASSERT_EQ(0, kill(self->child.pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&self->child));
	if (variant->flags & CLONE_PARENT_SETTID) {
		ASSERT_TRUE(WAIT_UNTIL(progress->ready > 0));
		check_signals(_metadata, progress->ready);
		check_dies(_metadata, progress->ready);
	}
	EXPECT_EQ(0, take_out_in_time());
}

/* The child must be put right first; and nobody waits for somebody else. */
TEST_F(slow_fork, while_the_module_is_to_go)
{
	long long before;

	trace_into_fork(_metadata, self, variant->request);
	tracer_close(&self->tracer);
	before = now_ms();
	EXPECT_EQ(-EAGAIN, take_out());
	EXPECT_GT(5000, now_ms() - before);
	sleep_ms(600);
	EXPECT_EQ(-EAGAIN, take_out());
	release(_metadata, self);
	ASSERT_TRUE(WAIT_UNTIL(progress->ready > 0));
	EXPECT_EQ(0, take_out_in_time());
	check_clean(_metadata, self);
}

/* ---- a fork that is held and then fails -------------------------------------------- */

#define GROUP "/sys/fs/cgroup/t_between"

static bool group_write(const char *file, const char *text)
{
	char path[128];
	ssize_t written;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", GROUP, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	written = write(fd, text, strlen(text));
	close(fd);
	return written == (ssize_t)strlen(text);
}

/* A process alone in a group that may have no more. */
static bool group_of_one(pid_t pid)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", pid);
	return (!mkdir(GROUP, 0755) || errno == EEXIST) &&
	       group_write("../cgroup.subtree_control", "+pids") &&
	       group_write("cgroup.procs", number) &&
	       group_write("pids.max", "1");
}

/*
 * copy_process() asks cgroup_can_fork() behind the page: so there is no child for
 * whose sake the fork would have come to its second hook, and the tracer, by whom
 * the task would be due at its system call's exit, is gone for longer than hooks
 * stay armed for nobody.
 */
TEST_F(slow_fork, that_fails_when_the_tracer_has_gone)
{
	pid_t pid = self->child.pid;

	if (!(variant->flags & CLONE_PIDFD))
		return;
	if (!group_of_one(pid))
		SKIP(return, "no cgroup2 that limits pids");
	trace_into_fork(_metadata, self, variant->request);
	tracer_close(&self->tracer);
	sleep_ms(variant->request == PTRACE_CONT ? 12000 : 600);
	release(_metadata, self);
	ASSERT_EQ('f', child_heard(&self->child));
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(pid, SYS_pause)));
	check_signals(_metadata, pid);
	check_dispatch(_metadata, pid);
	EXPECT_EQ(0, take_out_in_time());
	check_dies(_metadata, pid);
	EXPECT_EQ(SIGTERM, child_status(&self->child));
	self->child.pid = -1;
	EXPECT_EQ(0, rmdir(GROUP));
}

/* ---- a tracee by TRACEME, and no handle anywhere ------------------------------------ */

static int traceme_and_fork_slowly(const struct child_end *end, void *arg)
{
	int fd = spt_open();

	if (fd < 0 || spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0))
		return 3;
	close(fd);
	return fork_slowly(end, arg);
}

TEST_F(slow_fork, of_one_that_only_a_parent_traces)
{
	child_end(&self->child);
	close(self->fault);
	self->child = child_spawn(traceme_and_fork_slowly, self);
	ASSERT_EQ('u', child_heard(&self->child));
	self->fault = take_descriptor(self->child.pid);
	ASSERT_TRUE(child_go(&self->child));
	hold(_metadata, self);
	EXPECT_EQ(-EAGAIN, take_out());
	release(_metadata, self);
	ASSERT_TRUE(WAIT_UNTIL(progress->ready > 0));
	EXPECT_EQ(0, take_out_in_time());
	check_clean(_metadata, self);
}

/* ---- other places where a task stays below the module ------------------------------- */

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
#ifndef PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG
#define PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG 0x4211
#endif

FIXTURE(slow_call)
{
	struct child tracee;
	struct child slow; /* a native tracer of it, or the tracee itself */
	struct tracer tracer;
	int log;
	int fault;
	char *page;
};

FIXTURE_VARIANT(slow_call)
{
	child_main run;
	bool of_a_native_tracer;
};

static bool get_ready(const struct child_end *end, char *page)
{
	if (!watch_page(page))
		return false;
	child_say(end, 'u');
	return child_await(end) == 'g';
}

/* Whose selector is read at the entry of its next system call. */
static int read_selector(const struct child_end *end, void *arg)
{
	const FIXTURE_DATA(slow_call) *self = arg;

	if (!get_ready(end, self->page) ||
	    prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0, 0, self->page))
		return 1;
	return syscall(SYS_getpid) > 0 ? 7 : 2;
}

static int read_timeout(const struct child_end *end, void *arg)
{
	const FIXTURE_DATA(slow_call) *self = arg;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	if (!get_ready(end, self->page))
		return 1;
	/* Which says no time at all. */
	return syscall(SYS_rt_sigtimedwait, &set, NULL, self->page, 8) == -1 &&
			       errno == EAGAIN ?
		       7 :
		       2;
}

static int write_config(const struct child_end *end, void *arg)
{
	const FIXTURE_DATA(slow_call) *self = arg;
	struct tracer native = { .shadow = false, .fd = -1 };
	pid_t pid = self->tracee.pid;

	if (tr_seize_stop(&native, pid, 0) || !get_ready(end, self->page))
		return 1;
	return tr_ptrace_at(&native, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG,
			    pid, 32, self->page) ?
		       2 :
		       7;
}

FIXTURE_VARIANT_ADD(slow_call, selector){
	.run = read_selector,
};

FIXTURE_VARIANT_ADD(slow_call, timeout){
	.run = read_timeout,
};

FIXTURE_VARIANT_ADD(slow_call, config){
	.run = write_config,
	.of_a_native_tracer = true,
};

static int only_wait(const struct child_end *end, void *arg)
{
	child_await(end);
	return 8;
}

FIXTURE_SETUP(slow_call)
{
	struct utsname kernel;

	self->tracer.fd = -1;
	self->fault = -1;
	self->tracee.pid = -1;
	self->slow.pid = -1;
	if (access(MODULE, R_OK))
		SKIP(return, "no " MODULE);
	if (variant->of_a_native_tracer && !uname(&kernel) &&
	    !strncmp(kernel.release, "6.1.", 4))
		SKIP(return, "native ptrace has no such request before 6.4");
	if (!is_inserted())
		ASSERT_EQ(0, insert(""));
	self->log = log_open();
	self->page = mmap(NULL, SLOW_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	if (variant->of_a_native_tracer) {
		self->tracee = child_spawn(only_wait, NULL);
		ASSERT_TRUE(child_waits(&self->tracee));
	}
	self->slow = child_spawn(variant->run, self);
	ASSERT_EQ('u', child_heard(&self->slow));
	ASSERT_TRUE(child_waits(&self->slow));
	self->fault = take_descriptor(self->slow.pid);
	ASSERT_LE(0, self->fault);
}

FIXTURE_TEARDOWN(slow_call)
{
	tracer_close(&self->tracer);
	close(self->fault);
	child_end(&self->slow);
	child_end(&self->tracee);
	if (!is_inserted())
		EXPECT_EQ(0, insert(""));
	EXPECT_FALSE(log_has_report(self->log));
	close(self->log);
}

TEST_F(slow_call, while_the_module_is_to_go)
{
	pid_t pid = variant->of_a_native_tracer ? self->tracee.pid :
						  self->slow.pid;

	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_TRUE(child_go(&self->slow));
	ASSERT_TRUE(await_touch(self->fault));
	tracer_close(&self->tracer);
	EXPECT_EQ(-EAGAIN, take_out());
	ASSERT_TRUE(end_slowness(self->fault, self->page));
	EXPECT_EQ(7 << 8, child_status(&self->slow));
	EXPECT_EQ(0, take_out_in_time());
}

/* Killed there, it goes at once. */
TEST_F(slow_call, and_is_killed_in_it)
{
	pid_t pid = variant->of_a_native_tracer ? self->tracee.pid :
						  self->slow.pid;

	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_TRUE(child_go(&self->slow));
	ASSERT_TRUE(await_touch(self->fault));
	ASSERT_EQ(0, kill(self->slow.pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&self->slow));
	tracer_close(&self->tracer);
	EXPECT_EQ(0, take_out_in_time());
}

/* ---- forks that fail ------------------------------------------------------------------ */

#define USER 1000

static struct transcript native, shadow;

static void limit_processes(rlim_t limit)
{
	struct rlimit rlimit = { .rlim_cur = limit, .rlim_max = 1000 };

	setrlimit(RLIMIT_NPROC, &rlimit);
}

static const struct attempt {
	unsigned long flags;
	void *pointer;
	int error;
	bool limited;
} attempts[] = {
	{ .flags = SIGCHLD, .error = EAGAIN, .limited = true },
	{ .flags = SIGCHLD | CLONE_PIDFD,
	  .pointer = (void *)1,
	  .error = EFAULT },
	{ .flags = SIGCHLD | CLONE_SIGHAND, .error = EINVAL },
	{ .flags = SIGCHLD },
	/* Of another kind each time, so that none has its event of the one before. */
	{ .flags = CLONE_VFORK | SIGCHLD, .error = EAGAIN, .limited = true },
	{ .flags = SIGCHLD },
	{ .flags = SIGCHLD, .error = EAGAIN, .limited = true },
	{ .flags = CLONE_VFORK | SIGCHLD },
	{ .flags = CLONE_PIDFD, .pointer = (void *)1, .error = EFAULT },
	{ .flags = 0 },
	{ .flags = SIGCHLD, .error = EAGAIN, .limited = true },
	/* Of one that nobody holds the end comes at any time: no signal then. */
	{ .flags = CLONE_UNTRACED },
	/* Natively nobody hears that there is no such address. */
	{ .flags = SIGCHLD | CLONE_PARENT_SETTID, .pointer = (void *)1 },
	{ .flags = SIGCHLD, .error = EAGAIN, .limited = true },
};

static int attempt_all(const struct child_end *end, void *arg)
{
	unsigned int i;
	int status;
	pid_t pid;

	if (setresgid(USER, USER, USER) || setresuid(USER, USER, USER))
		return 1;
	prctl(PR_SET_DUMPABLE, 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	child_await(end);
	for (i = 0; i < ARRAY_LEN(attempts); i++) {
		const struct attempt *attempt = &attempts[i];

		if (attempt->limited)
			limit_processes(0);
		pid = syscall(SYS_clone, attempt->flags, 0, attempt->pointer,
			      NULL, 0);
		if (!pid)
			_exit(3);
		if (attempt->limited)
			limit_processes(1000);
		if (pid < 0 ? errno != attempt->error : attempt->error)
			return 10 + i;
		if (pid > 0 &&
		    (syscall(SYS_wait4, pid, &status, __WALL, NULL) != pid ||
		     status != 3 << 8))
			return 30 + i;
	}
	return 9;
}

/*
 * A new tracee, to its end and the signal that tells its parent, which is stopped:
 * /proc shows a zombie from before its tracer hears of it.
 */
static void note_new(const struct tracer *tracer, pid_t parent, pid_t pid,
		     struct transcript *transcript)
{
	note(transcript, "  new %lx", tr_wait_status(tracer, pid));
	note(transcript, " %ld", tr_ptrace(tracer, PTRACE_CONT, pid, 0, 0));
	note(transcript, " %lx\n", tr_wait_status(tracer, pid));
	if (exit_signal(pid) == SIGCHLD)
		WAIT_UNTIL(pending(parent, "\nShdPnd:") >> (SIGCHLD - 1) & 1);
}

/* All that a tracer of them is told. */
static bool trace_attempts(bool by_shadow, unsigned int request,
			   struct transcript *transcript)
{
	struct ptrace_syscall_info info;
	struct spt_event event;
	struct tracer tracer;
	struct child child;
	pid_t last = 0;
	long ret;

	memset(transcript, 0, sizeof(*transcript));
	child = child_spawn(attempt_all, NULL);
	if (!child_waits(&child) || tracer_open(&tracer, by_shadow) ||
	    tr_seize_stop(&tracer, child.pid, EVENTS))
		return false;
	child_go(&child);
	event.status = 0;
	do {
		int signal = event.status >> 8 == SIGCHLD ? SIGCHLD : 0;

		ret = tr_ptrace(&tracer, request, child.pid, 0, signal);
		if (!ret)
			ret = tr_wait(&tracer, child.pid, &event);
		if (ret)
			break;
		memset(&info, 0, sizeof(info));
		if (WIFSTOPPED(event.status))
			tr_ptrace_at(&tracer, PTRACE_GET_SYSCALL_INFO,
				     child.pid, sizeof(info), &info);
		if (event.status >> 16)
			last = event.message;
		/* The numbers of twins differ. */
		if (info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.rval > 0)
			info.exit.rval = 1;
		note(transcript, "status %x op %d nr %llu\n", event.status,
		     info.op, (unsigned long long)info.entry.nr);
		if (event.status >> 16 &&
		    event.status >> 16 != PTRACE_EVENT_VFORK_DONE)
			note_new(&tracer, child.pid, last, transcript);
	} while (WIFSTOPPED(event.status));
	note(transcript, "end %ld\n", ret);
	tracer_close(&tracer);
	child_end(&child);
	return !ret && event.status == 9 << 8;
}

static void check_attempts(struct __test_metadata *_metadata,
			   unsigned int request)
{
	EXPECT_TRUE(trace_attempts(false, request, &native));
	EXPECT_TRUE(trace_attempts(true, request, &shadow));
	if (strcmp(native.text, shadow.text))
		show_difference(native.text, shadow.text);
	EXPECT_EQ(0, strcmp(native.text, shadow.text));
	/* Not just twice nothing. */
	EXPECT_TRUE(strstr(native.text, "  new "));
}

TEST(forks_that_fail_and_some_that_do_not)
{
	check_attempts(_metadata, PTRACE_CONT);
}

TEST(forks_that_fail_and_some_that_do_not_with_every_call)
{
	check_attempts(_metadata, PTRACE_SYSCALL);
}

/* ---- a leader that is dead before its threads ------------------------------------------- */

static void *last_thread(void *arg)
{
	const struct child_end *end = arg;
	pid_t tid = syscall(SYS_gettid);

	if (write(end->say, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	child_await(end);
	return NULL;
}

static int leader_ends_first(const struct child_end *end, void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, last_thread, (void *)end))
		return 1;
	while (!progress->stop)
		nap();
	syscall(SYS_exit, 0);
	return 2;
}

FIXTURE_OF_THE_SHADOW(leader);

/* Both dead for a while when their tracer, who is their parent, looks. */
static int leader_is_waited_for_late(struct tracer *tracer)
{
	struct spt_event event;
	struct child child;
	pid_t tid;

	progress->stop = 0;
	child = child_spawn(leader_ends_first, NULL);
	if (read(child.said, &tid, sizeof(tid)) != sizeof(tid))
		return 1;
	if (tr_ptrace(tracer, PTRACE_SEIZE, child.pid, 0, 0) ||
	    tr_ptrace(tracer, PTRACE_SEIZE, tid, 0, 0))
		return 2;
	progress->stop = 1;
	if (!WAIT_UNTIL(proc_state(child.pid) == 'Z'))
		return 3;
	child_go(&child);
	sleep_ms(200);
	if (tr_wait(tracer, tid, &event) || event.status)
		return 4;
	sleep_ms(200);
	if (tr_wait(tracer, child.pid, &event) || event.status)
		return 5;
	if (child_status(&child))
		return 6;
	close(child.go);
	close(child.said);
	return 0;
}

TEST_F(leader, dies_before_its_thread_and_is_waited_for_late)
{
	int log = log_open(), i;

	ASSERT_TRUE(new_progress());
	for (i = 0; i < rounds(20); i++)
		ASSERT_EQ(0, leader_is_waited_for_late(&self->tracer))
		{
			TH_LOG("round %d", i);
		}
	EXPECT_FALSE(log_has_report(log));
	close(log);
}

/* ---- a filter that comes during a stop, and asks somebody ------------------------------- */

#define ANSWER 1234

static int install_filter(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = ARRAY_LEN(filter),
		.filter = filter,
	};

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_TSYNC |
			       SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
			       SECCOMP_FILTER_FLAG_NEW_LISTENER,
		       &program);
}

static void *filter_all_threads(void *arg)
{
	int fd;

	while (!progress->stop)
		nap();
	fd = install_filter();
	if (fd < 0 || dup2(fd, HANDED_OVER) < 0)
		progress->wrong = errno;
	else
		close(fd);
	progress->ready = 1;
	return NULL;
}

static int ask_for_parent(const struct child_end *end, void *arg)
{
	pthread_t thread;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (pthread_create(&thread, NULL, filter_all_threads, NULL))
		return 1;
	child_await(end);
	return syscall(SYS_getppid) == ANSWER ? 7 : 2;
}

FIXTURE(filter)
{
	struct tracer tracer;
	struct child child;
	int listener;
	int log;
};

/* The child stands at the entry of getppid(2), and has a filter since then. */
FIXTURE_SETUP(filter)
{
	struct ptrace_syscall_info info = { .op = PTRACE_SYSCALL_INFO_NONE };
	struct tracer *tracer = &self->tracer;
	pid_t pid;

	tracer->fd = -1;
	self->listener = -1;
	self->child.pid = -1;
	if (access(MODULE, R_OK))
		SKIP(return, "no " MODULE);
	if (!is_inserted())
		ASSERT_EQ(0, insert(""));
	ASSERT_TRUE(new_progress());
	self->log = log_open();
	self->child = child_spawn(ask_for_parent, NULL);
	pid = self->child.pid;
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, tracer_open(tracer, true));
	ASSERT_EQ(0, tr_seize_stop(tracer, pid, PTRACE_O_TRACESYSGOOD));
	ASSERT_TRUE(child_go(&self->child));
	while (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
	       info.entry.nr != SYS_getppid) {
		ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SYSCALL, pid, 0, 0));
		ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(tracer, pid));
		ASSERT_LT(0, tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, pid,
					  sizeof(info), &info));
	}
	progress->stop = 1;
	ASSERT_TRUE(WAIT_UNTIL(progress->ready));
	ASSERT_EQ(0, progress->wrong);
	self->listener = take_descriptor(pid);
	ASSERT_LE(0, self->listener);
}

FIXTURE_TEARDOWN(filter)
{
	tracer_close(&self->tracer);
	close(self->listener);
	child_end(&self->child);
	if (!is_inserted())
		EXPECT_EQ(0, insert(""));
	EXPECT_FALSE(log_has_report(self->log));
	close(self->log);
}

static __u64 receive(struct __test_metadata *_metadata,
		     FIXTURE_DATA(filter) * self)
{
	struct seccomp_notif notification = {};

	EXPECT_TRUE(is_readable(self->listener));
	EXPECT_EQ(0, ioctl(self->listener, SECCOMP_IOCTL_NOTIF_RECV,
			   &notification));
	EXPECT_EQ(self->child.pid, notification.pid);
	EXPECT_EQ(SYS_getppid, notification.data.nr);
	return notification.id;
}

static void answer(struct __test_metadata *_metadata,
		   FIXTURE_DATA(filter) * self, __u64 id)
{
	struct seccomp_notif_resp response = { .id = id, .val = ANSWER };

	EXPECT_EQ(0,
		  ioctl(self->listener, SECCOMP_IOCTL_NOTIF_SEND, &response));
}

/* Who waits for a supervisor does so in the kernel's own code. */
static void check_removal(struct __test_metadata *_metadata)
{
	long long before = now_ms();

	EXPECT_EQ(0, take_out_in_time());
	EXPECT_GT(10000, now_ms() - before);
}

TEST_F(filter, asks_a_supervisor_and_the_module_goes)
{
	__u64 id;

	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SYSCALL, self->child.pid,
			       0, 0));
	id = receive(_metadata, self);
	tracer_close(&self->tracer);
	check_removal(_metadata);
	answer(_metadata, self, id);
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

/* Nobody has resumed it: that it is let go does. */
TEST_F(filter, asks_a_supervisor_after_the_tracer_has_gone)
{
	__u64 id;

	tracer_close(&self->tracer);
	id = receive(_metadata, self);
	check_removal(_metadata);
	answer(_metadata, self, id);
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

TEST_F(filter, asks_a_supervisor_after_the_module_has_gone)
{
	tracer_close(&self->tracer);
	check_removal(_metadata);
	answer(_metadata, self, receive(_metadata, self));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

/* Asked once, and the tracer sees the exit with what the supervisor said. */
TEST_F(filter, asks_a_supervisor_once_and_the_exit_is_seen)
{
	struct ptrace_syscall_info info = {};
	pid_t pid = self->child.pid;
	struct pollfd again = { .fd = self->listener, .events = POLLIN };

	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SYSCALL, pid, 0, 0));
	answer(_metadata, self, receive(_metadata, self));
	ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(&self->tracer, pid));
	ASSERT_LT(0, tr_ptrace_at(&self->tracer, PTRACE_GET_SYSCALL_INFO, pid,
				  sizeof(info), &info));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, info.op);
	EXPECT_EQ(ANSWER, info.exit.rval);
	EXPECT_EQ(0, poll(&again, 1, 0));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, pid, 0, 0));
	EXPECT_EQ(7 << 8, tr_wait_status(&self->tracer, pid));
	EXPECT_EQ(7 << 8, child_status(&self->child));
}

TEST_HARNESS_MAIN
