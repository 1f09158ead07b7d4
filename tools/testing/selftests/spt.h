/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every test needs: raw ioctls on /dev/sptrace, children in a known
 * state, and a tracer that is either the kernel's own ptrace or the shadow, so
 * that a scenario written once is judged by both.
 *
 * No function here waits without a limit, and none sleeps to let something
 * happen: each polls for the state it needs until a deadline.
 */
#ifndef SPT_H
#define SPT_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <elf.h>
#include <linux/ptrace.h>
#include <linux/sptrace.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <asm/ptrace.h>

/* The harness has a main() and is for programs of one file. */
#ifndef SPT_WITHOUT_HARNESS
#include "kselftest_harness.h"

/* An emulated machine with every check of the debug kernel on is slow. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 300
#endif

#define SPT_DEVICE "/dev/sptrace"
#ifndef WAIT_LIMIT_MS
#define WAIT_LIMIT_MS 60000
#endif

#ifndef __WALL
#define __WALL 0x40000000
#endif

#define maybe_unused __attribute__((unused))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* The wait statuses that stops have. */
#define STATUS_STOP(sig) (((sig) << 8) | 0x7f)
#define STATUS_EVENT(event, sig) (((event) << 16) | STATUS_STOP(sig))
#define STATUS_SYSGOOD STATUS_STOP(SIGTRAP | 0x80)
#define STATUS_INTERRUPT STATUS_EVENT(PTRACE_EVENT_STOP, SIGTRAP)

static maybe_unused long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* A nap between two looks at a state that nothing announces. */
static maybe_unused void nap(void)
{
	struct timespec ts = { .tv_nsec = 500000 };

	nanosleep(&ts, NULL);
}

/* Poll for a condition until the deadline; false when it never came. */
#define WAIT_UNTIL(condition)                                        \
	({                                                           \
		long long wait_until_end = now_ms() + WAIT_LIMIT_MS; \
		bool wait_until_seen;                                \
		while (!(wait_until_seen = !!(condition)) &&         \
		       now_ms() < wait_until_end)                    \
			nap();                                       \
		wait_until_seen;                                     \
	})

/* How often to do what is done again and again: fewer times on slow kernels. */
static maybe_unused int rounds(int full)
{
	const char *percent = getenv("SPT_TEST_ROUNDS");
	int count = percent ? full * atoi(percent) / 100 : full;

	return count > 0 ? count : 1;
}

/* ---- the ioctls, raw ------------------------------------------------- */

static maybe_unused int spt_open(void)
{
	return open(SPT_DEVICE, O_RDWR | O_CLOEXEC);
}

static maybe_unused __u64 spt_ptr(const void *pointer)
{
	return (__u64)(unsigned long)pointer;
}

static maybe_unused long spt_ptrace(int fd, unsigned int request, pid_t tid,
				    unsigned long addr, unsigned long data)
{
	struct spt_ptrace arg = {
		.request = request,
		.tid = tid,
		.addr = addr,
		.data = data,
	};
	int ret = ioctl(fd, SPT_IOC_PTRACE, &arg);

	return ret < 0 ? -errno : ret;
}

static maybe_unused long spt_wait(int fd, int idtype, pid_t id, int options,
				  struct spt_event *event)
{
	struct spt_wait arg = {
		.idtype = idtype,
		.id = id,
		.options = options,
	};
	int ret = ioctl(fd, SPT_IOC_WAIT, &arg);

	if (ret < 0)
		return -errno;
	*event = arg.event;
	return 0;
}

static maybe_unused long spt_list(int fd, struct spt_status *entries,
				  unsigned int capacity, unsigned int *total)
{
	struct spt_list arg = {
		.entries = spt_ptr(entries),
		.capacity = capacity,
		.entry_size = sizeof(*entries),
	};
	int ret = ioctl(fd, SPT_IOC_STATUS, &arg);

	if (ret < 0)
		return -errno;
	*total = arg.total;
	return 0;
}

/* Of the caller's pid namespace, by a handle of its own. */
static maybe_unused long spt_set_scope(unsigned int scope, unsigned int flags)
{
	struct spt_scope arg = { .scope = scope, .flags = flags };
	int fd = spt_open();
	long ret = ioctl(fd, SPT_IOC_SET_SCOPE, &arg) ? -errno : 0;

	close(fd);
	return ret;
}

/* The listing's entry of one tracee; false when it is not listed. */
static maybe_unused bool spt_find(int fd, pid_t tid, struct spt_status *found)
{
	struct spt_status entries[256];
	unsigned int total = 0, i;

	if (spt_list(fd, entries, ARRAY_LEN(entries), &total))
		return false;
	for (i = 0; i < total && i < ARRAY_LEN(entries); i++) {
		if (entries[i].tid != tid)
			continue;
		*found = entries[i];
		return true;
	}
	return false;
}

static maybe_unused bool spt_is_listed(int fd, pid_t tid)
{
	struct spt_status status;

	return spt_find(fd, tid, &status);
}

/* ---- a tracer of either kind ------------------------------------------ */

struct tracer {
	bool shadow;
	int fd;
};

static maybe_unused int tracer_open(struct tracer *tracer, bool shadow)
{
	tracer->shadow = shadow;
	/* A file in any case, so that twins have the same descriptors. */
	tracer->fd = shadow ? spt_open() :
			      open("/dev/null", O_RDWR | O_CLOEXEC);
	return tracer->fd < 0 ? -errno : 0;
}

static maybe_unused void tracer_close(struct tracer *tracer)
{
	if (tracer->fd >= 0)
		close(tracer->fd);
	tracer->fd = -1;
}

static maybe_unused long tr_ptrace(const struct tracer *tracer,
				   unsigned int request, pid_t tid,
				   unsigned long addr, unsigned long data)
{
	long ret;

	if (tracer->shadow)
		return spt_ptrace(tracer->fd, request, tid, addr, data);

	ret = syscall(SYS_ptrace, (long)request, (long)tid, addr, data);
	return ret < 0 ? -errno : ret;
}

#define tr_ptrace_at(tracer, request, tid, addr, data)         \
	tr_ptrace(tracer, request, tid, (unsigned long)(addr), \
		  (unsigned long)(data))

static maybe_unused void native_event(pid_t tid, int status,
				      struct spt_event *event)
{
	siginfo_t info;
	unsigned long message = 0;

	memset(event, 0, sizeof(*event));
	event->tid = tid;
	event->status = status;
	if (WIFEXITED(status)) {
		event->cause = CLD_EXITED;
	} else if (WIFSIGNALED(status)) {
		event->cause = WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED;
	} else {
		event->cause = CLD_TRAPPED;
		event->event = (unsigned int)status >> 16;
		if (!syscall(SYS_ptrace, (long)PTRACE_GETSIGINFO, (long)tid, 0L,
			     &info)) {
			event->signal = info.si_signo;
			event->code = info.si_code;
		}
		syscall(SYS_ptrace, (long)PTRACE_GETEVENTMSG, (long)tid, 0L,
			&message);
		event->message = message;
	}
}

/*
 * Wait for a report of one tracee, -ETIMEDOUT when none comes. The tgid is
 * filled by the shadow alone.
 */
static maybe_unused long tr_wait(const struct tracer *tracer, pid_t tid,
				 struct spt_event *event)
{
	long long end = now_ms() + WAIT_LIMIT_MS;
	int status, ret;

	memset(event, 0, sizeof(*event));
	do {
		if (tracer->shadow) {
			ret = spt_wait(tracer->fd, P_PID, tid,
				       WEXITED | WSTOPPED | WNOHANG, event);
			if (ret)
				return ret;
			if (event->tid)
				return 0;
		} else {
			ret = waitpid(tid, &status, __WALL | WNOHANG);
			if (ret < 0)
				return -errno;
			if (ret) {
				native_event(tid, status, event);
				return 0;
			}
		}
		nap();
	} while (now_ms() < end);

	return -ETIMEDOUT;
}

/* The status of the next report, or a negative errno. */
static maybe_unused long tr_wait_status(const struct tracer *tracer, pid_t tid)
{
	struct spt_event event;
	long ret = tr_wait(tracer, tid, &event);

	return ret ? ret : event.status;
}

/* Seize and stop a tracee; 0 when it stands in the Stop event's stop. */
static maybe_unused long tr_seize_stop(const struct tracer *tracer, pid_t tid,
				       unsigned long options)
{
	struct spt_event event;
	long ret;

	ret = tr_ptrace(tracer, PTRACE_SEIZE, tid, 0, options);
	if (ret)
		return ret;
	ret = tr_ptrace(tracer, PTRACE_INTERRUPT, tid, 0, 0);
	if (ret)
		return ret;
	ret = tr_wait(tracer, tid, &event);
	if (ret)
		return ret;
	return event.status == STATUS_INTERRUPT ? 0 : -EPROTO;
}

/* Fixtures that are run by either tracer: ".native" tells what is right. */
#define FIXTURE_OF_BOTH_TRACERS(name)                                        \
	FIXTURE(name)                                                        \
	{                                                                    \
		struct tracer tracer;                                        \
	};                                                                   \
	FIXTURE_VARIANT(name)                                                \
	{                                                                    \
		bool shadow;                                                 \
	};                                                                   \
	FIXTURE_VARIANT_ADD(name, native){                                   \
		.shadow = false,                                             \
	};                                                                   \
	FIXTURE_VARIANT_ADD(name, shadow){                                   \
		.shadow = true,                                              \
	};                                                                   \
	FIXTURE_SETUP(name)                                                  \
	{                                                                    \
		int ret = tracer_open(&self->tracer, variant->shadow);       \
                                                                             \
		ASSERT_EQ(0, ret) TH_LOG(SPT_DEVICE ": %s", strerror(-ret)); \
	}                                                                    \
	FIXTURE_TEARDOWN(name)                                               \
	{                                                                    \
		tracer_close(&self->tracer);                                 \
	}

#define FIXTURE_OF_THE_SHADOW(name)                                          \
	FIXTURE(name)                                                        \
	{                                                                    \
		struct tracer tracer;                                        \
		int fd;                                                      \
	};                                                                   \
	FIXTURE_SETUP(name)                                                  \
	{                                                                    \
		int ret = tracer_open(&self->tracer, true);                  \
                                                                             \
		ASSERT_EQ(0, ret) TH_LOG(SPT_DEVICE ": %s", strerror(-ret)); \
		self->fd = self->tracer.fd;                                  \
	}                                                                    \
	FIXTURE_TEARDOWN(name)                                               \
	{                                                                    \
		tracer_close(&self->tracer);                                 \
	}

/* ---- children in a known state ---------------------------------------- */

struct child {
	pid_t pid;
	int go; /* a byte written here lets the child go on */
	int said; /* bytes that the child wrote to its parent */
};

/* What a child holds of its pipes. */
struct child_end {
	int go;
	int say;
};

static maybe_unused void child_say(const struct child_end *end, char byte)
{
	if (write(end->say, &byte, 1) != 1)
		_exit(120);
}

/* Block in read(2) until the parent lets the child go. */
static maybe_unused char child_await(const struct child_end *end)
{
	char byte;

	if (read(end->go, &byte, 1) != 1)
		_exit(121);
	return byte;
}

typedef int (*child_main)(const struct child_end *end, void *arg);

/* A child that dies with its parent, whatever happens to that. */
static maybe_unused struct child child_spawn(child_main run, void *arg)
{
	struct child child = { .pid = -1 };
	int go[2], say[2];
	pid_t parent = getpid();

	if (pipe2(go, O_CLOEXEC) || pipe2(say, O_CLOEXEC))
		return child;
	fflush(NULL);
	child.pid = fork();
	if (!child.pid) {
		struct child_end end = { .go = go[0], .say = say[1] };

		close(go[1]);
		close(say[0]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(122);
		_exit(run(&end, arg));
	}
	close(go[0]);
	close(say[1]);
	child.go = go[1];
	child.said = say[0];
	return child;
}

static maybe_unused bool child_go(const struct child *child)
{
	return write(child->go, "g", 1) == 1;
}

/* The next byte that the child said, -1 at its end or after the limit. */
static maybe_unused int child_heard(const struct child *child)
{
	struct pollfd pfd = { .fd = child->said, .events = POLLIN };
	char byte;

	if (poll(&pfd, 1, WAIT_LIMIT_MS) != 1 ||
	    read(child->said, &byte, 1) != 1)
		return -1;
	return (unsigned char)byte;
}

/* The child's exit status as wait4(2) gives it, -1 when it never came. */
static maybe_unused int child_status(const struct child *child)
{
	int status = -1;

	if (!WAIT_UNTIL(waitpid(child->pid, &status, WNOHANG | __WALL) != 0))
		return -1;
	return status;
}

/* Kill and reap, whether or not it is there any more. */
static maybe_unused void child_end(struct child *child)
{
	if (child->pid <= 0)
		return;
	kill(child->pid, SIGKILL);
	child_status(child);
	close(child->go);
	close(child->said);
	child->pid = -1;
}

/* ---- what /proc says of a task ---------------------------------------- */

static maybe_unused int proc_read(pid_t tid, const char *name, char *text,
				  size_t size)
{
	char path[64];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read(fd, text, size - 1);
	close(fd);
	if (length < 0)
		return -errno;
	text[length] = 0;
	return 0;
}

/* The state letter of /proc/TID/stat, 0 when there is no such task. */
static maybe_unused char proc_state(pid_t tid)
{
	char text[512], *end;

	if (proc_read(tid, "stat", text, sizeof(text)))
		return 0;
	end = strrchr(text, ')');
	return end && end[1] == ' ' ? end[2] : 0;
}

/* The system call that the task sleeps in, -1 when in none. */
static maybe_unused long proc_syscall(pid_t tid)
{
	char text[256];

	if (proc_read(tid, "syscall", text, sizeof(text)) || text[0] < '0' ||
	    text[0] > '9')
		return -1;
	return strtol(text, NULL, 10);
}

static maybe_unused bool proc_sleeps_in(pid_t tid, long nr)
{
	return proc_state(tid) == 'S' && proc_syscall(tid) == nr;
}

/* A child asleep in the read(2) of child_await. */
static maybe_unused bool child_waits(const struct child *child)
{
	return WAIT_UNTIL(proc_sleeps_in(child->pid, SYS_read));
}

/* ---- programs beside this one ------------------------------------------ */

/* The path of another program of the directory that this one was run from. */
static maybe_unused char *sibling(const char *name)
{
	static char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 64);
	char *slash;

	if (length < 0)
		return NULL;
	path[length] = 0;
	slash = strrchr(path, '/');
	strcpy(slash + 1, name);
	return path;
}

static maybe_unused int execute_sibling(const struct child_end *end, void *arg)
{
	char *argv[] = { "program", NULL }, *envp[] = { NULL };

	/* Twins have their memory at the same places. */
	personality(ADDR_NO_RANDOMIZE);
	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0)
		return 120;
	execve(sibling(arg), argv, envp);
	return 111;
}

/* A child that executed a program and heard it say that it is there. */
static maybe_unused struct child child_execute(const char *name)
{
	struct child child = child_spawn(execute_sibling, (void *)name);

	if (child.pid > 0 && child_heard(&child) != 'r')
		child_end(&child);
	return child;
}

/* 32-bit programs need a kernel that runs them. */
static maybe_unused bool program_runs(const char *name)
{
	struct child child = child_execute(name);
	bool runs = child.pid > 0;

	child_end(&child);
	return runs;
}

/* ---- transcripts ------------------------------------------------------ */

/* What a tracer saw, as text, so that two tracers can be compared. */
struct transcript {
	char text[65536];
	size_t length;
};

static maybe_unused __attribute__((format(printf, 2, 3))) void
note(struct transcript *transcript, const char *format, ...)
{
	size_t room = sizeof(transcript->text) - transcript->length;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(transcript->text + transcript->length, room, format,
			   args);
	va_end(args);
	if (length > 0)
		transcript->length += (size_t)length < room ? (size_t)length :
							      room - 1;
}

/* Show where two transcripts part. */
static maybe_unused void show_difference(const char *native, const char *shadow)
{
	int line = 1;

	while (*native && *native == *shadow) {
		if (*native == '\n')
			line++;
		native++;
		shadow++;
	}
	while (native[-1] && native[-1] != '\n' && line > 1) {
		native--;
		shadow--;
	}
	fprintf(stderr, "# line %d, native: %.*s\n", line,
		(int)strcspn(native, "\n"), native);
	fprintf(stderr, "# line %d, shadow: %.*s\n", line,
		(int)strcspn(shadow, "\n"), shadow);
}

#endif /* SPT_H */
