// SPDX-License-Identifier: GPL-2.0
/*
 * Recording: what a record says, in which order, what becomes of those for which there
 * is no room, whose memory is read, and that no reader can harm the kernel.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include "program.h"
#include "sptrace.h"

#ifndef PTRACE_SYSEMU
#define PTRACE_SYSEMU 31
#endif

#define SIZE 65536

#define LOAD_NR \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define RECORD_IF(nr)                                    \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SPT_FILTER_RECORD)
#define PASS BPF_STMT(BPF_RET | BPF_K, 0)

static long set_filter(int fd, pid_t tid, const struct sock_filter *program,
		       size_t length)
{
	struct spt_set_filter arg = {
		.tid = tid,
		.length = length,
		.program = spt_ptr(program),
	};

	return ioctl(fd, SPT_IOC_SET_FILTER, &arg) ? -errno : 0;
}

/* Which calls are recorded. */
#define RECORD(fd, tid, ...)                                              \
	({                                                                \
		const struct sock_filter set_program[] = { LOAD_NR,       \
							   __VA_ARGS__,   \
							   PASS };        \
		set_filter(fd, tid, set_program, ARRAY_LEN(set_program)); \
	})

static long native_ptrace(unsigned int request, pid_t tid, long addr, long data)
{
	const struct tracer native = { .shadow = false };

	return tr_ptrace(&native, request, tid, addr, data);
}

FIXTURE(record)
{
	struct tracer tracer;
	int fd;
	struct child child;
	struct sptrace_ring *ring;
};

FIXTURE_SETUP(record)
{
	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	self->fd = self->tracer.fd;
}

FIXTURE_TEARDOWN(record)
{
	sptrace_ring_close(self->ring);
	child_end(&self->child);
	tracer_close(&self->tracer);
}

/* A child that waits to be let go, seized, with a ring. */
#define START(self, run, arg, size, flags, captures)                         \
	do {                                                                 \
		(self)->child = child_spawn(run, arg);                       \
		ASSERT_LT(0, (self)->child.pid);                             \
		ASSERT_TRUE(child_waits(&(self)->child));                    \
		ASSERT_EQ(0, spt_ptrace((self)->fd, PTRACE_SEIZE,            \
					(self)->child.pid, 0, 0));           \
		(self)->ring = sptrace_ring_open((self)->fd, size, 0, flags, \
						 captures,                   \
						 ARRAY_LEN(captures));       \
		ASSERT_NE(NULL, (self)->ring);                               \
	} while (0)

static const struct spt_capture nothing[] = {};

/* The next record; NULL when none came. Let others' records pass. */
static const struct spt_record *next_record(struct sptrace_ring *ring)
{
	struct pollfd pfd = { .fd = sptrace_ring_fd(ring), .events = POLLIN };
	long long end = now_ms() + WAIT_LIMIT_MS;
	const struct spt_record *record;

	while (!(record = sptrace_ring_next(ring)))
		if (now_ms() > end || poll(&pfd, 1, 1000) < 0)
			return NULL;
	return record;
}

static const struct spt_record *next_of(struct sptrace_ring *ring,
					unsigned int kind)
{
	const struct spt_record *record;

	do
		record = next_record(ring);
	while (record && record->kind != kind);
	return record;
}

static const struct spt_record_syscall *next_call(struct sptrace_ring *ring,
						  long nr)
{
	const struct spt_record_syscall *call;

	do
		call = (const void *)next_of(ring, SPT_RECORD_SYSCALL);
	while (call && (long)call->nr != nr);
	return call;
}

/* ---- calls ------------------------------------------------------------------ */

static int call_rounds(const struct child_end *end, void *arg)
{
	for (;;) {
		child_await(end);
		syscall(SYS_getpriority, 1, 2, 3, 4, 5, 6);
		syscall(SYS_getuid);
		syscall(SYS_getppid);
		child_say(end, 'd');
	}
	return 0;
}

TEST_F(record, calls)
{
	const struct spt_record_syscall *call;
	uint64_t last = 0;
	int i, arg;

	START(self, call_rounds, NULL, SIZE, 0, nothing);
	ASSERT_EQ(0,
		  RECORD(self->fd, self->child.pid, RECORD_IF(SYS_getpriority),
			 RECORD_IF(SYS_getppid)));
	for (i = 0; i < 5; i++) {
		ASSERT_TRUE(child_go(&self->child));
		ASSERT_EQ('d', child_heard(&self->child));
		call = (const void *)next_record(self->ring);
		ASSERT_NE(NULL, call);
		EXPECT_EQ(SPT_RECORD_SYSCALL, call->head.kind);
		EXPECT_EQ(sizeof(*call), call->head.size);
		EXPECT_EQ(0, call->head.flags);
		EXPECT_EQ(self->child.pid, call->head.tid);
		EXPECT_EQ(self->child.pid, call->head.tgid);
		EXPECT_EQ(AUDIT_ARCH_X86_64, call->arch);
		EXPECT_EQ(SYS_getpriority, call->nr);
		for (arg = 0; arg < 6; arg++)
			EXPECT_EQ(arg + 1, call->args[arg]);
		EXPECT_EQ(-ESRCH, call->result);
		EXPECT_LE(last, call->begin);
		EXPECT_LE(call->begin + call->duration, call->head.time);
		last = call->head.time;

		call = (const void *)next_record(self->ring);
		ASSERT_NE(NULL, call);
		EXPECT_EQ(SYS_getppid, call->nr);
		EXPECT_EQ(getpid(), call->result);
		EXPECT_LE(last, call->begin);
		last = call->head.time;
	}
	EXPECT_EQ(NULL, sptrace_ring_next(self->ring));
	EXPECT_EQ(0, sptrace_ring_lost(self->ring, SPT_RECORD_SYSCALL));
}

/* The clock is the machine's, and a call's duration is that of its sleep. */
TEST_F(record, time)
{
	const struct spt_record_syscall *call;
	long long before, after;

	START(self, call_rounds, NULL, SIZE, 0, nothing);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid, RECORD_IF(SYS_read)));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('d', child_heard(&self->child));
	ASSERT_TRUE(child_waits(&self->child));
	before = now_ms();
	while (now_ms() < before + 20)
		nap();
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('d', child_heard(&self->child));
	after = now_ms();
	/* Not that in which it was when it got its filter. */
	call = next_call(self->ring, SYS_read);
	ASSERT_NE(NULL, call);
	EXPECT_LE(20000000, call->duration);
	EXPECT_GE(after + 1, call->head.time / 1000000);
}

/* A call that stops as well is recorded as the tracer has made it. */
TEST_F(record, beside_stops)
{
	const struct sock_filter both[] = {
		LOAD_NR,
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SPT_FILTER_RECORD | SPT_FILTER_ENTRY |
						  SPT_FILTER_EXIT),
		PASS,
	};
	const struct spt_record_syscall *call;
	struct user_regs_struct regs;
	pid_t pid;

	START(self, call_rounds, NULL, SIZE, 0, nothing);
	pid = self->child.pid;
	ASSERT_EQ(0, set_filter(self->fd, pid, both, ARRAY_LEN(both)));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(STATUS_STOP(SIGTRAP), tr_wait_status(&self->tracer, pid));
	ASSERT_EQ(0,
		  tr_ptrace_at(&self->tracer, PTRACE_GETREGS, pid, 0, &regs));
	EXPECT_EQ(SYS_getppid, regs.orig_rax);
	regs.rdi = 77;
	ASSERT_EQ(0,
		  tr_ptrace_at(&self->tracer, PTRACE_SETREGS, pid, 0, &regs));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, pid, 0, 0));
	ASSERT_EQ(STATUS_STOP(SIGTRAP), tr_wait_status(&self->tracer, pid));
	call = next_call(self->ring, SYS_getppid);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(77, call->args[0]);
	EXPECT_EQ(getpid(), call->result);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, pid, 0, 0));
	ASSERT_EQ('d', child_heard(&self->child));
}

static int call_emulated(const struct child_end *end, void *arg)
{
	child_await(end);
	syscall(SYS_getppid);
	syscall(SYS_getppid);
	child_say(end, 'd');
	return 0;
}

/* One that a native tracer emulates has no exit. */
TEST_F(record, emulated)
{
	const struct spt_record_syscall *call;
	struct user_regs_struct regs;
	pid_t pid;
	int status;

	START(self, call_emulated, NULL, SIZE, 0, nothing);
	pid = self->child.pid;
	ASSERT_EQ(0, RECORD(self->fd, pid, RECORD_IF(SYS_getppid)));
	ASSERT_EQ(0, native_ptrace(PTRACE_SEIZE, pid, 0, 0));
	ASSERT_EQ(0, native_ptrace(PTRACE_INTERRUPT, pid, 0, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, __WALL));
	ASSERT_TRUE(child_go(&self->child));
	/* To the end of the read in which it is. */
	do {
		ASSERT_EQ(0, native_ptrace(PTRACE_SYSCALL, pid, 0, 0));
		ASSERT_EQ(pid, waitpid(pid, &status, __WALL));
		ASSERT_EQ(0,
			  native_ptrace(PTRACE_GETREGS, pid, 0, (long)&regs));
	} while (regs.orig_rax != SYS_read || regs.rax != 1);
	ASSERT_EQ(0, native_ptrace(PTRACE_SYSEMU, pid, 0, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, __WALL));
	ASSERT_EQ(0, native_ptrace(PTRACE_GETREGS, pid, 0, (long)&regs));
	ASSERT_EQ(SYS_getppid, regs.orig_rax);
	ASSERT_EQ(0, native_ptrace(PTRACE_DETACH, pid, 0, 0));
	ASSERT_EQ('d', child_heard(&self->child));
	call = next_call(self->ring, SYS_getppid);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(SPT_RECORD_NO_EXIT, call->head.flags);
	EXPECT_EQ(0, call->duration);
	call = next_call(self->ring, SYS_getppid);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(0, call->head.flags);
	EXPECT_EQ(getpid(), call->result);
}

/* Calls go on, and nothing is written, once a tracee is let go. */
TEST_F(record, detached)
{
	pid_t pid;

	START(self, call_rounds, NULL, SIZE, 0, nothing);
	pid = self->child.pid;
	ASSERT_EQ(0, RECORD(self->fd, pid, RECORD_IF(SYS_getppid)));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('d', child_heard(&self->child));
	ASSERT_NE(NULL, next_call(self->ring, SYS_getppid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, pid, 0, 0));
	ASSERT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH, pid, 0, 0));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('d', child_heard(&self->child));
	EXPECT_EQ(NULL, sptrace_ring_next(self->ring));
}

/* ---- what arguments point to --------------------------------------------------- */

#define CAPTURE(call, which, what, at, says, most)                       \
	{                                                                \
		.arch = AUDIT_ARCH_X86_64, .nr = (call), .arg = (which), \
		.kind = SPT_CAPTURE_##what, .when = SPT_CAPTURE_AT_##at, \
		.length = (says), .max = (most)                          \
	}

static const struct spt_capture captures[] = {
	CAPTURE(SYS_read, 1, BUFFER, EXIT, SPT_LENGTH_RESULT, 16),
	CAPTURE(SYS_openat, 1, STRING, ENTRY, 0, 256),
	CAPTURE(SYS_getsockname, 1, BUFFER, EXIT, SPT_LENGTH_AT(2), 128),
	CAPTURE(SYS_write, 1, BUFFER, ENTRY, SPT_LENGTH_ARG(2), 16),
	CAPTURE(SYS_renameat2, 3, STRING, ENTRY, 0, 64),
	CAPTURE(SYS_renameat2, 1, STRING, ENTRY, 0, 64),
	CAPTURE(SYS_bind, 1, BUFFER, ENTRY, SPT_LENGTH_MAX, 8),
};

#define NAME "/tmp/nowhere/file"

static char *map_pages(int pages)
{
	return mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

static char name_there[sizeof(NAME)];

/* What each of these calls is to show, in this order. */
static int call_with_bytes(const struct child_end *end, void *arg)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX,
				    .sun_path = "\0t_record" };
	socklen_t length = sizeof(sa_family_t) + 9;
	int fd, null = open("/dev/null", O_RDWR),
		zero = open("/dev/zero", O_RDONLY);
	char *pages = map_pages(3), buffer[32];

	munmap(pages + 4096, 4096);
	strcpy(pages + 4096 - 4, "end");
	memset(pages + 2 * 4096 - 8 + 8, 'x', 8);
	memcpy(pages + 4096 - 12, "straddle", 8);
	/* Nobody waits for what isn't there, and these are to be there. */
	strcpy(name_there, NAME);
	child_await(end);
	syscall(SYS_openat, AT_FDCWD, name_there, O_RDONLY);
	syscall(SYS_openat, AT_FDCWD, pages + 4096 - 4, O_RDONLY);
	memset(pages + 4096 - 4, 'e', 4);
	syscall(SYS_openat, AT_FDCWD, pages + 4096 - 4, O_RDONLY);
	syscall(SYS_openat, AT_FDCWD, NULL, O_RDONLY);
	syscall(SYS_openat, AT_FDCWD, -1L, O_RDONLY);
	syscall(SYS_openat, AT_FDCWD, 1UL << 63, O_RDONLY);
	syscall(SYS_write, null, strcpy(buffer, "hello"), 5);
	syscall(SYS_write, null, strcpy(buffer, "more than sixteen bytes"), 23);
	syscall(SYS_write, null, pages + 4096 - 8, 12);
	syscall(SYS_write, null, NULL, 0);
	syscall(SYS_read, zero, memset(buffer, 1, 32), 5);
	syscall(SYS_read, -1, buffer, 5);
	syscall(SYS_renameat2, -1, strcpy(buffer, "one"), -1,
		strcpy(buffer + 8, "two"), 0);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	syscall(SYS_bind, fd, &name, length);
	length = sizeof(name);
	syscall(SYS_getsockname, fd, &name, &length);
	child_say(end, 'd');
	return 0;
}

struct expected_bytes {
	long nr;
	int arg;
	unsigned int flags;
	unsigned int length;
	const char *bytes;
};

#define STILL_MISSING (SPT_BYTES_MISSING | SPT_BYTES_AT_EXIT)

static const struct expected_bytes expected[] = {
	{ SYS_openat, 1, 0, sizeof(NAME) - 1, NAME },
	{ SYS_openat, 1, 0, 3, "end" },
	{ SYS_openat, 1, STILL_MISSING, 4, "eeee" },
	{ SYS_openat, 1, STILL_MISSING, 0, "" },
	{ SYS_openat, 1, STILL_MISSING, 0, "" },
	{ SYS_openat, 1, STILL_MISSING, 0, "" },
	{ SYS_write, 1, 0, 5, "hello" },
	{ SYS_write, 1, SPT_BYTES_TRUNCATED, 16, "more than sixtee" },
	{ SYS_write, 1, STILL_MISSING, 8, "ddleeeee" },
	{ SYS_write, 1, 0, 0, "" },
	{ SYS_read, 1, SPT_BYTES_AT_EXIT, 5, "\0\0\0\0" },
	{ SYS_read, -1 },
	{ SYS_renameat2, 1, 0, 3, "one" },
	{ SYS_renameat2, 3, 0, 3, "two" },
	{ SYS_bind, 1, 0, 8, "\1\0\0t_rec" },
	{ SYS_getsockname, 1, SPT_BYTES_AT_EXIT, 11, "\1\0\0t_record" },
};

static const struct sock_filter calls_with_bytes[] = {
	LOAD_NR,
	RECORD_IF(SYS_openat),
	RECORD_IF(SYS_write),
	RECORD_IF(SYS_read),
	RECORD_IF(SYS_renameat2),
	RECORD_IF(SYS_bind),
	RECORD_IF(SYS_getsockname),
	PASS,
};

TEST_F(record, bytes)
{
	const struct spt_record_syscall *call = NULL;
	const struct spt_bytes *bytes = NULL;
	size_t i;

	START(self, call_with_bytes, NULL, SIZE, 0, captures);
	ASSERT_EQ(0, set_filter(self->fd, self->child.pid, calls_with_bytes,
				ARRAY_LEN(calls_with_bytes)));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('d', child_heard(&self->child));
	/* It was in that one when the filter came, or came back to it. */
	for (i = 0; i < ARRAY_LEN(expected); i++) {
		const struct expected_bytes *right = &expected[i];

		TH_LOG("%zu: call %ld", i, right->nr);
		if (bytes)
			bytes = sptrace_record_bytes(call, bytes);
		if (!bytes) {
			call = next_call(self->ring, right->nr);
			ASSERT_NE(NULL, call);
			bytes = sptrace_record_bytes(call, NULL);
		}
		if (right->arg < 0) {
			EXPECT_EQ(NULL, bytes);
			continue;
		}
		ASSERT_NE(NULL, bytes);
		EXPECT_EQ(right->arg, bytes->arg);
		EXPECT_EQ(right->flags, bytes->flags);
		ASSERT_EQ(right->length, bytes->length);
		EXPECT_EQ(0, memcmp(bytes + 1, right->bytes, right->length));
	}
	EXPECT_EQ(NULL, sptrace_record_bytes(call, bytes));
}

/* A path that nobody has read before the call is there at its exit. */
static int call_untouched(const struct child_end *end, void *arg)
{
	char template[] = "/tmp/t_record.XXXXXX", *page;
	int fd = mkstemp(template);

	if (fd < 0 || write(fd, NAME, sizeof(NAME)) != sizeof(NAME))
		return 110;
	unlink(template);
	page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	child_await(end);
	syscall(SYS_openat, AT_FDCWD, page, O_RDONLY);
	child_say(end, 'd');
	return 0;
}

TEST_F(record, bytes_that_come_late)
{
	const struct spt_record_syscall *call;
	const struct spt_bytes *bytes;

	START(self, call_untouched, NULL, SIZE, 0, captures);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid, RECORD_IF(SYS_openat)));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('d', child_heard(&self->child));
	call = next_call(self->ring, SYS_openat);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(-ENOENT, call->result);
	bytes = sptrace_record_bytes(call, NULL);
	ASSERT_NE(NULL, bytes);
	EXPECT_EQ(SPT_BYTES_AT_EXIT, bytes->flags);
	ASSERT_EQ(sizeof(NAME) - 1, bytes->length);
	EXPECT_EQ(0, memcmp(bytes + 1, NAME, sizeof(NAME) - 1));
}

/* What PTRACE_PEEKDATA by this tracer wouldn't give. */
static int call_in_secret(const struct child_end *end, void *arg)
{
	char *plain = map_pages(1), *secret = MAP_FAILED;
	int fd = syscall(447 /* memfd_secret */, 0);

	if (fd >= 0 && !ftruncate(fd, 4096))
		secret = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
			      fd, 0);
	strcpy(plain, "plain");
	if (secret != MAP_FAILED)
		strcpy(secret, "secret");
	child_await(end);
	syscall(SYS_openat, AT_FDCWD, plain, O_RDONLY);
	if (secret != MAP_FAILED)
		syscall(SYS_openat, AT_FDCWD, secret, O_RDONLY);
	child_say(end, secret != MAP_FAILED ? 's' : 'n');
	return 0;
}

TEST_F(record, secret_memory)
{
	const struct spt_record_syscall *call;
	const struct spt_bytes *bytes;

	START(self, call_in_secret, NULL, SIZE, 0, captures);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid, RECORD_IF(SYS_openat)));
	ASSERT_TRUE(child_go(&self->child));
	if (child_heard(&self->child) != 's')
		SKIP(return, "no memfd_secret(2)");
	call = next_call(self->ring, SYS_openat);
	ASSERT_NE(NULL, call);
	bytes = sptrace_record_bytes(call, NULL);
	ASSERT_NE(NULL, bytes);
	EXPECT_EQ(5, bytes->length);
	call = next_call(self->ring, SYS_openat);
	ASSERT_NE(NULL, call);
	bytes = sptrace_record_bytes(call, NULL);
	ASSERT_NE(NULL, bytes);
	EXPECT_TRUE(bytes->flags & SPT_BYTES_MISSING);
	EXPECT_EQ(0, bytes->length);
}

#define USER 1000

static int become_user(void)
{
	return setresgid(USER, USER, USER) || setresuid(USER, USER, USER) ||
	       prctl(PR_SET_DUMPABLE, 1) || prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static int call_undumpable(const struct child_end *end, void *arg)
{
	int dumpable;

	if (become_user())
		return 110;
	for (dumpable = 1; dumpable >= 0; dumpable--) {
		child_await(end);
		syscall(SYS_openat, AT_FDCWD, NAME, O_RDONLY);
		prctl(PR_SET_DUMPABLE, 0);
		child_say(end, 'd');
	}
	return 0;
}

/* One that became undumpable is no longer read by a tracer without privileges. */
static void record_undumpable(struct __test_metadata *_metadata, int fd)
{
	const struct spt_record_syscall *call;
	const struct spt_bytes *bytes;
	struct sptrace_ring *ring;
	struct child child;
	int i;

	child = child_spawn(call_undumpable, NULL);
	ASSERT_LT(0, child.pid);
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, become_user());
	ASSERT_EQ(0, spt_ptrace(fd, PTRACE_SEIZE, child.pid, 0, 0));
	ring = sptrace_ring_open(fd, 4096, 0, 0, captures, ARRAY_LEN(captures));
	ASSERT_NE(NULL, ring);
	ASSERT_EQ(0, RECORD(fd, child.pid, RECORD_IF(SYS_openat)));
	for (i = 0; i < 2; i++) {
		ASSERT_TRUE(child_go(&child));
		ASSERT_EQ('d', child_heard(&child));
		call = next_call(ring, SYS_openat);
		ASSERT_NE(NULL, call);
		bytes = sptrace_record_bytes(call, NULL);
		ASSERT_NE(NULL, bytes);
		EXPECT_EQ(i ? 0 : sizeof(NAME) - 1, bytes->length);
		EXPECT_EQ(!!i, !!(bytes->flags & SPT_BYTES_MISSING));
	}
	sptrace_ring_close(ring);
	child_end(&child);
}

TEST(undumpable)
{
	int fd = spt_open();

	ASSERT_LE(0, fd);
	record_undumpable(_metadata, fd);
}

/* ---- events -------------------------------------------------------------------- */

static int do_much(const struct child_end *end, void *arg)
{
	char *argv[] = { "program", NULL }, *envp[] = { NULL };
	int status;
	pid_t pid;

	signal(SIGUSR1, SIG_IGN);
	child_await(end);
	syscall(SYS_getppid);
	raise(SIGUSR1);
	pid = fork();
	if (!pid)
		_exit(3);
	waitpid(pid, &status, 0);
	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0)
		return 120;
	execve(sibling("h_calls"), argv, envp);
	return 111;
}

/* Signal and exit of the child stop nobody: its tracer has to pass them on. */
static void *pass_on(void *arg)
{
	int fd = *(int *)arg;
	struct spt_event event;

	while (!spt_wait(fd, P_ALL, 0, WEXITED | WSTOPPED, &event))
		if (WIFSTOPPED(event.status))
			spt_ptrace(fd, PTRACE_CONT, event.tid, 0,
				   event.status >> 16 ? 0 :
							WSTOPSIG(event.status));
	return NULL;
}

TEST_F(record, events)
{
	const struct spt_record_syscall *call;
	const struct spt_record_signal *sig;
	const struct spt_record_fork *fork_event;
	const struct spt_record_exit *end;
	const struct spt_record_exec *exec;
	const struct spt_record *record;
	pthread_t thread;
	uint64_t last = 0;
	pid_t forked;

	self->child = child_spawn(do_much, NULL);
	ASSERT_LT(0, self->child.pid);
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, self->child.pid, 0,
				PTRACE_O_TRACEFORK));
	self->ring = sptrace_ring_open(self->fd, SIZE, 0, 0, NULL, 0);
	ASSERT_NE(NULL, self->ring);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid, RECORD_IF(SYS_getppid),
			    RECORD_IF(SYS_clone), RECORD_IF(SYS_execve),
			    RECORD_IF(SYS_exit_group)));
	ASSERT_EQ(0, pthread_create(&thread, NULL, pass_on, &self->fd));
	ASSERT_TRUE(child_go(&self->child));

	call = (const void *)next_record(self->ring);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(SYS_getppid, call->nr);
	last = call->head.time;

	sig = (const void *)next_record(self->ring);
	ASSERT_NE(NULL, sig);
	ASSERT_EQ(SPT_RECORD_SIGNAL, sig->head.kind);
	EXPECT_EQ(SIGUSR1, sig->signo);
	EXPECT_EQ(SI_TKILL, sig->code);
	EXPECT_EQ(self->child.pid, sig->pid);
	EXPECT_LE(last, sig->head.time);
	last = sig->head.time;

	fork_event = (const void *)next_record(self->ring);
	ASSERT_NE(NULL, fork_event);
	ASSERT_EQ(SPT_RECORD_FORK, fork_event->head.kind);
	EXPECT_EQ(self->child.pid, fork_event->head.tid);
	forked = fork_event->child;
	EXPECT_EQ(forked, fork_event->child_tgid);
	EXPECT_LE(last, fork_event->head.time);
	last = fork_event->head.time;

	/* Parent and child run beside each other from here on. */
	bool clone_seen = false, exit_seen = false, call_seen = false;

	while (!clone_seen || !exit_seen) {
		record = next_record(self->ring);
		ASSERT_NE(NULL, record);
		EXPECT_LE(last, record->time);
		last = record->time;
		call = (const void *)record;
		end = (const void *)record;
		if (record->kind == SPT_RECORD_SYSCALL &&
		    call->nr == SYS_clone) {
			EXPECT_EQ(forked, call->result);
			clone_seen = true;
		} else if (record->kind == SPT_RECORD_SYSCALL &&
			   call->nr == SYS_exit_group) {
			EXPECT_EQ(forked, record->tid);
			EXPECT_EQ(SPT_RECORD_NO_EXIT, record->flags);
			EXPECT_EQ(3, call->args[0]);
			call_seen = true;
		} else if (record->kind == SPT_RECORD_EXIT) {
			EXPECT_TRUE(call_seen);
			EXPECT_EQ(forked, record->tid);
			EXPECT_EQ(3 << 8, end->status);
			exit_seen = true;
		}
	}

	exec = (const void *)next_of(self->ring, SPT_RECORD_EXEC);
	ASSERT_NE(NULL, exec);
	EXPECT_EQ(self->child.pid, exec->head.tid);
	EXPECT_EQ(self->child.pid, exec->former);
	call = (const void *)next_record(self->ring);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(SYS_execve, call->nr);
	EXPECT_EQ(0, call->result);
	ASSERT_EQ('r', child_heard(&self->child));
	kill(self->child.pid, SIGKILL);
	end = (const void *)next_of(self->ring, SPT_RECORD_EXIT);
	ASSERT_NE(NULL, end);
	EXPECT_EQ(SIGKILL, end->status);
	ASSERT_EQ(0, pthread_join(thread, NULL));
}

static int call_execve(const struct child_end *end, void *arg)
{
	char *argv[] = { "program", NULL }, *envp[] = { NULL };

	child_await(end);
	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0)
		return 120;
	execve(sibling("h_calls"), argv, envp);
	return 111;
}

/* A stop at the end of a call is no part of how long it took. */
TEST_F(record, duration_without_stops)
{
	const struct spt_record_syscall *call;
	struct timespec now;
	pid_t pid;

	self->child = child_spawn(call_execve, NULL);
	pid = self->child.pid;
	ASSERT_LT(0, pid);
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, pid, 0,
				PTRACE_O_TRACEEXEC));
	self->ring = sptrace_ring_open(self->fd, SIZE, 0, 0, NULL, 0);
	ASSERT_NE(NULL, self->ring);
	ASSERT_EQ(0, RECORD(self->fd, pid, RECORD_IF(SYS_execve)));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(STATUS_EVENT(PTRACE_EVENT_EXEC, SIGTRAP),
		  tr_wait_status(&self->tracer, pid));
	clock_gettime(CLOCK_MONOTONIC, &now);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, pid, 0, 0));
	call = next_call(self->ring, SYS_execve);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(0, call->result);
	EXPECT_LT(0, call->duration);
	EXPECT_GE(now.tv_sec * 1000000000ULL + now.tv_nsec,
		  call->begin + call->duration);
	EXPECT_LE(call->begin + call->duration, call->head.time);
	ASSERT_EQ('r', child_heard(&self->child));
}

/* ---- no room --------------------------------------------------------------------- */

#define SMALL 4096
#define IN_SMALL (SMALL / sizeof(struct spt_record_syscall))

struct flood {
	int calls;
	int threads;
	int close; /* the tracer's handle, of which the child has a copy */
};

static void *call_often(void *arg)
{
	const struct flood *flood = arg;
	int i;

	for (i = 0; i < flood->calls; i++)
		syscall(SYS_getpriority, 7, i, getpid());
	return NULL;
}

/* Threads that call together, and then the first one says that they are done. */
static int call_flood(const struct child_end *end, void *arg)
{
	struct flood *flood = arg;
	pthread_t threads[16];
	int i;

	/* By one CPU, where a test wants to know how much fits. */
	if (flood->threads == 1) {
		cpu_set_t cpus;

		CPU_ZERO(&cpus);
		CPU_SET(0, &cpus);
		sched_setaffinity(0, sizeof(cpus), &cpus);
	}
	if (flood->close)
		close(flood->close);
	child_await(end);
	for (i = 1; i < flood->threads; i++)
		pthread_create(&threads[i], NULL, call_often, arg);
	call_often(arg);
	for (i = 1; i < flood->threads; i++)
		pthread_join(threads[i], NULL);
	child_say(end, 'd');
	return child_await(end) == 'g' ? 7 : 1;
}

/* What finds no room is counted, and told of before what comes next. */
TEST_F(record, lost)
{
	struct flood flood = { .calls = 100, .threads = 1 };
	const struct spt_record_lost *lost;
	const struct spt_record *record;
	uint64_t last = 0;
	size_t i;

	START(self, call_flood, &flood, SMALL, 0, nothing);
	ASSERT_EQ(0,
		  RECORD(self->fd, self->child.pid, RECORD_IF(SYS_getpriority),
			 RECORD_IF(SYS_exit_group)));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('d', child_heard(&self->child));
	EXPECT_EQ(100 - IN_SMALL,
		  sptrace_ring_lost(self->ring, SPT_RECORD_SYSCALL));
	for (i = 0; i < IN_SMALL; i++) {
		record = next_record(self->ring);
		ASSERT_NE(NULL, record);
		ASSERT_EQ(SPT_RECORD_SYSCALL, record->kind);
		last = record->time;
	}
	EXPECT_EQ(NULL, sptrace_ring_next(self->ring));
	ASSERT_TRUE(child_go(&self->child));
	lost = (const void *)next_record(self->ring);
	ASSERT_NE(NULL, lost);
	ASSERT_EQ(SPT_RECORD_LOST, lost->head.kind);
	EXPECT_EQ(100 - IN_SMALL, lost->counts[SPT_RECORD_SYSCALL]);
	EXPECT_EQ(0, lost->counts[SPT_RECORD_EXIT]);
	EXPECT_LE(last, lost->since);
	EXPECT_LE(lost->since, lost->head.time);
	record = next_record(self->ring);
	ASSERT_NE(NULL, record);
	EXPECT_EQ(SPT_RECORD_SYSCALL, record->kind);
	record = next_record(self->ring);
	ASSERT_NE(NULL, record);
	EXPECT_EQ(SPT_RECORD_EXIT, record->kind);
}

static bool waits_for_room(pid_t tid)
{
	char text[4096];

	/* proc_state() would be D of a killable sleep, and S of one in poll. */
	return !proc_read(tid, "stack", text, sizeof(text)) &&
	       strstr(text, "spt_stream_wait_room");
}

/* The same flood, to a ring for whose room tracees wait, until one of them does. */
#define START_WAITING(self, flood)                                          \
	do {                                                                \
		START(self, call_flood, flood, SMALL, SPT_RECORD_BLOCK,     \
		      nothing);                                             \
		ASSERT_EQ(0, RECORD((self)->fd, (self)->child.pid,          \
				    RECORD_IF(SYS_getpriority)));           \
		ASSERT_TRUE(child_go(&(self)->child));                      \
		ASSERT_TRUE(WAIT_UNTIL(waits_for_room((self)->child.pid))); \
	} while (0)

/* With who waits for room, all are there, in order, and no call seems to last. */
TEST_F(record, waits)
{
	struct flood flood = { .calls = 100, .threads = 1 };
	const struct spt_record_syscall *call;
	long long before = now_ms();
	int i;

	START_WAITING(self, &flood);
	while (now_ms() < before + 200)
		nap();
	for (i = 0; i < 100; i++) {
		call = next_call(self->ring, SYS_getpriority);
		ASSERT_NE(NULL, call);
		ASSERT_EQ(i, call->args[1]);
		EXPECT_GT(100000000, call->duration);
	}
	ASSERT_EQ('d', child_heard(&self->child));
	EXPECT_EQ(0, sptrace_ring_lost(self->ring, SPT_RECORD_SYSCALL));
}

TEST_F(record, waits_until_killed)
{
	struct flood flood = { .calls = 100, .threads = 1 };
	struct spt_event event;

	START_WAITING(self, &flood);
	ASSERT_EQ(0, kill(self->child.pid, SIGKILL));
	ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
	EXPECT_EQ(SIGKILL, event.status);
}

TEST_F(record, waits_until_closed)
{
	struct flood flood = { .calls = 100, .threads = 1 };

	START_WAITING(self, &flood);
	sptrace_ring_close(self->ring);
	self->ring = NULL;
	EXPECT_EQ('d', child_heard(&self->child));
	/* And another ring takes its place. */
	self->ring = sptrace_ring_open(self->fd, SMALL, 0, 0, NULL, 0);
	EXPECT_NE(NULL, self->ring);
}

TEST_F(record, waits_until_let_go)
{
	struct flood flood = { .calls = 100, .threads = 1, .close = self->fd };

	START_WAITING(self, &flood);
	tracer_close(&self->tracer);
	EXPECT_EQ('d', child_heard(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, child_status(&self->child));
	self->child.pid = -1;
}

/* A tracer that ends holds nobody. */
TEST(waits_until_the_tracer_ends)
{
	struct flood flood = { .calls = 100, .threads = 1 };
	struct child child = child_spawn(call_flood, &flood);
	pid_t tracer;

	ASSERT_LT(0, child.pid);
	ASSERT_TRUE(child_waits(&child));
	tracer = fork();
	if (!tracer) {
		int fd = spt_open();

		if (spt_ptrace(fd, PTRACE_SEIZE, child.pid, 0, 0) ||
		    !sptrace_ring_open(fd, SMALL, 0, SPT_RECORD_BLOCK, NULL,
				       0) ||
		    RECORD(fd, child.pid, RECORD_IF(SYS_getpriority)))
			_exit(1);
		child_go(&child);
		pause();
		_exit(1);
	}
	EXPECT_TRUE(WAIT_UNTIL(waits_for_room(child.pid)));
	kill(tracer, SIGKILL);
	EXPECT_EQ('d', child_heard(&child));
	waitpid(tracer, NULL, 0);
	child_end(&child);
}

#define GROUP "/sys/fs/cgroup/t_record"

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

TEST_F(record, waits_frozen)
{
	struct flood flood = { .calls = 100, .threads = 1 };
	char pid[16];
	int i;

	if (mkdir(GROUP, 0700) && errno != EEXIST)
		SKIP(return, "no cgroup2 at /sys/fs/cgroup");
	START_WAITING(self, &flood);
	snprintf(pid, sizeof(pid), "%d", self->child.pid);
	ASSERT_TRUE(group_write("cgroup.procs", pid));
	if (!group_write("cgroup.freeze", "1"))
		SKIP(return, "no cgroup.freeze");
	EXPECT_TRUE(WAIT_UNTIL(group_is_frozen()));
	/* Room or no room, it stays frozen. */
	for (i = 0; i < 20; i++)
		ASSERT_NE(NULL, next_call(self->ring, SYS_getpriority));
	while (sptrace_ring_next(self->ring))
		i++;
	EXPECT_TRUE(WAIT_UNTIL(!waits_for_room(self->child.pid)));
	EXPECT_TRUE(WAIT_UNTIL(group_is_frozen()));
	ASSERT_TRUE(group_write("cgroup.freeze", "0"));
	while (i < 100 && next_call(self->ring, SYS_getpriority))
		i++;
	EXPECT_EQ(100, i);
	EXPECT_EQ('d', child_heard(&self->child));
	child_end(&self->child);
	rmdir(GROUP);
}

/* Many threads, and a reader that keeps up: none is lost, and each one's are in order. */
TEST_F(record, keeps_up)
{
	struct flood flood = { .calls = rounds(2000), .threads = 8 };
	const struct spt_record_syscall *call;
	long next[8] = {};
	pid_t tids[8] = {};
	uint64_t last = 0;
	int i, k;

	self->child = child_spawn(call_flood, &flood);
	ASSERT_LT(0, self->child.pid);
	ASSERT_TRUE(child_waits(&self->child));
	/* Threads are seized as they come: a clone that is traced stops at first. */
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, self->child.pid, 0,
				PTRACE_O_TRACECLONE));
	self->ring = sptrace_ring_open(self->fd, 1 << 22, 1 << 20, 0, NULL, 0);
	ASSERT_NE(NULL, self->ring);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid,
			    RECORD_IF(SYS_getpriority)));
	{
		pthread_t thread;

		ASSERT_EQ(0, pthread_create(&thread, NULL, pass_on, &self->fd));
		pthread_detach(thread);
	}
	ASSERT_TRUE(child_go(&self->child));
	for (i = 0; i < flood.calls * 8; i++) {
		call = next_call(self->ring, SYS_getpriority);
		ASSERT_NE(NULL, call);
		ASSERT_LE(last, call->head.time);
		last = call->head.time;
		for (k = 0; k < 8 && tids[k] && tids[k] != call->head.tid; k++)
			;
		ASSERT_GT(8, k);
		tids[k] = call->head.tid;
		ASSERT_EQ(next[k], call->args[1]);
		next[k]++;
	}
	for (k = 0; k < 8; k++)
		EXPECT_EQ(flood.calls, next[k]);
	EXPECT_EQ('d', child_heard(&self->child));
	EXPECT_EQ(0, sptrace_ring_lost(self->ring, SPT_RECORD_SYSCALL));
}

/* ---- kprobes off ------------------------------------------------------------------ */

#define KPROBES "/sys/kernel/debug/kprobes/enabled"

static bool set_kprobes(bool on)
{
	int fd = open(KPROBES, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, on ? "1" : "0", 1) == 1;

	close(fd);
	return done;
}

/* The harness tears nothing down after a failed assertion or a time-out. */
static __attribute__((destructor)) void switch_kprobes_on(void)
{
	set_kprobes(true);
}

struct computing {
	volatile bool begun;
	volatile sig_atomic_t signalled;
};

static struct computing *computing;

static void note_signal(int sig)
{
	computing->signalled = 1;
}

/* From a recorded call to the end of a signal's handler there is no other call. */
static int compute(const struct child_end *end, void *arg)
{
	signal(SIGALRM, note_signal);
	child_await(end);
	syscall(SYS_getppid);
	computing->begun = true;
	while (!computing->signalled)
		;
	syscall(SYS_getppid);
	child_say(end, 'd');
	child_await(end);
	syscall(SYS_getppid);
	child_say(end, 'd');
	return child_await(end) == 'g' ? 7 : 1;
}

static void start_computing(struct __test_metadata *_metadata,
			    FIXTURE_DATA(record) * self)
{
	const struct spt_record_syscall *call;

	computing = mmap(NULL, sizeof(*computing), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, computing);
	START(self, compute, NULL, SIZE, 0, nothing);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid, RECORD_IF(SYS_getppid)));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_TRUE(WAIT_UNTIL(computing->begun));
	call = next_call(self->ring, SYS_getppid);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(getpid(), call->result);
}

/*
 * The first call since the recorded one is rt_sigreturn(2), whose exit no probe sees and
 * which doesn't look like a call any more when it ends.
 */
TEST_F(record, kprobes_off)
{
	const struct spt_record_syscall *call;
	pid_t pid;

	if (access(KPROBES, W_OK))
		SKIP(return, "no " KPROBES);
	start_computing(_metadata, self);
	pid = self->child.pid;
	ASSERT_TRUE(set_kprobes(false));
	ASSERT_EQ(0, kill(pid, SIGALRM));
	ASSERT_EQ(STATUS_STOP(SIGALRM), tr_wait_status(&self->tracer, pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, pid, 0, SIGALRM));
	/* No SIGTRAP has stopped it. */
	EXPECT_EQ('d', child_heard(&self->child));
	ASSERT_TRUE(set_kprobes(true));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ('d', child_heard(&self->child));
	call = next_call(self->ring, SYS_getppid);
	ASSERT_NE(NULL, call);
	EXPECT_EQ(getpid(), call->result);
	EXPECT_EQ(0, call->head.flags);
}

/* The same of one that was let go meanwhile. */
TEST_F(record, kprobes_off_and_detached)
{
	pid_t pid;

	if (access(KPROBES, W_OK))
		SKIP(return, "no " KPROBES);
	start_computing(_metadata, self);
	pid = self->child.pid;
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, pid, 0, 0));
	ASSERT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, pid));
	ASSERT_TRUE(set_kprobes(false));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH, pid, 0, 0));
	ASSERT_EQ(0, kill(pid, SIGALRM));
	EXPECT_EQ('d', child_heard(&self->child));
	ASSERT_TRUE(set_kprobes(true));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ('d', child_heard(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_EQ(7 << 8, child_status(&self->child));
	self->child.pid = -1;
}

/* ---- poll(2) ---------------------------------------------------------------------- */

static bool ring_polls(const struct sptrace_ring *ring, int timeout)
{
	struct pollfd pfd = { .fd = sptrace_ring_fd(ring), .events = POLLIN };

	return poll(&pfd, 1, timeout) == 1 && pfd.revents == POLLIN;
}

TEST_F(record, watermark)
{
	struct flood flood = { .calls = 10, .threads = 1 };

	self->child = child_spawn(call_flood, &flood);
	ASSERT_LT(0, self->child.pid);
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, self->child.pid, 0, 0));
	self->ring = sptrace_ring_open(self->fd, SIZE,
				       11 * sizeof(struct spt_record_syscall),
				       0, NULL, 0);
	ASSERT_NE(NULL, self->ring);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid,
			    RECORD_IF(SYS_getpriority), RECORD_IF(SYS_read)));
	EXPECT_FALSE(ring_polls(self->ring, 0));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('d', child_heard(&self->child));
	EXPECT_FALSE(ring_polls(self->ring, 0));
	/* The read in which it sleeps ends, and it exits. */
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_TRUE(ring_polls(self->ring, WAIT_LIMIT_MS));
}

/* One that a full part never reaches counts for half of one. */
TEST_F(record, watermark_of_a_full_part)
{
	struct flood flood = { .calls = 1000, .threads = 1 };

	self->child = child_spawn(call_flood, &flood);
	ASSERT_LT(0, self->child.pid);
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, self->child.pid, 0, 0));
	self->ring = sptrace_ring_open(self->fd, SMALL, SMALL, 0, NULL, 0);
	ASSERT_NE(NULL, self->ring);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid,
			    RECORD_IF(SYS_getpriority)));
	EXPECT_FALSE(ring_polls(self->ring, 0));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_TRUE(ring_polls(self->ring, WAIT_LIMIT_MS));
}

#define EDGES 50

/* Who asked for edges isn't polled between two of them, and is told of each all the same. */
TEST_F(record, edges)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int poller = epoll_create1(EPOLL_CLOEXEC), i;

	START(self, call_rounds, NULL, SIZE, 0, nothing);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid, RECORD_IF(SYS_getppid)));
	ASSERT_EQ(0, epoll_ctl(poller, EPOLL_CTL_ADD,
			       sptrace_ring_fd(self->ring), &event));
	EXPECT_EQ(0, epoll_wait(poller, &event, 1, 0));
	for (i = 0; i < EDGES; i++) {
		ASSERT_TRUE(child_go(&self->child));
		ASSERT_EQ(1, epoll_wait(poller, &event, 1, WAIT_LIMIT_MS));
		EXPECT_EQ(EPOLLIN, event.events);
		ASSERT_EQ('d', child_heard(&self->child));
		ASSERT_NE(NULL, sptrace_ring_next(self->ring));
		ASSERT_EQ(NULL, sptrace_ring_next(self->ring));
	}
	close(poller);
}

struct looker {
	struct sptrace_ring *ring;
	volatile bool over;
};

static void *look_often(void *arg)
{
	struct looker *looker = arg;

	while (!looker->over)
		ring_polls(looker->ring, 0);
	return NULL;
}

/* One who looks and doesn't sleep takes no wake-up from another who does. */
TEST_F(record, one_sleeps_and_one_looks)
{
	struct looker looker = {};
	pthread_t thread;
	int i;

	START(self, call_rounds, NULL, SIZE, 0, nothing);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid, RECORD_IF(SYS_getppid)));
	looker.ring = self->ring;
	ASSERT_EQ(0, pthread_create(&thread, NULL, look_often, &looker));
	for (i = 0; i < rounds(500); i++) {
		ASSERT_TRUE(child_go(&self->child));
		ASSERT_TRUE(ring_polls(self->ring, WAIT_LIMIT_MS));
		ASSERT_EQ('d', child_heard(&self->child));
		ASSERT_NE(NULL, next_call(self->ring, SYS_getppid));
		ASSERT_EQ(NULL, sptrace_ring_next(self->ring));
	}
	looker.over = true;
	ASSERT_EQ(0, pthread_join(thread, NULL));
}

struct sleeper {
	const struct sptrace_ring *ring;
	pthread_t thread;
	volatile pid_t tid;
	bool woken;
};

static void *sleep_until_ripe(void *arg)
{
	struct sleeper *sleeper = arg;

	sleeper->tid = syscall(SYS_gettid);
	sleeper->woken = ring_polls(sleeper->ring, WAIT_LIMIT_MS);
	return NULL;
}

/* All that sleep are woken. */
TEST_F(record, two_sleep)
{
	struct sleeper sleepers[2] = {};
	int i;

	START(self, call_rounds, NULL, SIZE, 0, nothing);
	ASSERT_EQ(0, RECORD(self->fd, self->child.pid, RECORD_IF(SYS_getppid)));
	for (i = 0; i < 2; i++) {
		sleepers[i].ring = self->ring;
		ASSERT_EQ(0, pthread_create(&sleepers[i].thread, NULL,
					    sleep_until_ripe, &sleepers[i]));
		ASSERT_TRUE(
			WAIT_UNTIL(sleepers[i].tid &&
				   proc_sleeps_in(sleepers[i].tid, SYS_poll)));
	}
	ASSERT_TRUE(child_go(&self->child));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_join(sleepers[i].thread, NULL));
		EXPECT_TRUE(sleepers[i].woken);
	}
	ASSERT_EQ('d', child_heard(&self->child));
}

/* ---- bad input --------------------------------------------------------------------- */

static const struct spt_recording good = { .size = SMALL };

static int record_ioctl(int fd, struct spt_recording recording)
{
	int ring = ioctl(fd, SPT_IOC_RECORD, &recording);

	if (ring < 0)
		return -errno;
	close(ring);
	return 0;
}

#define GOOD_BUT(member, value)                  \
	({                                       \
		struct spt_recording but = good; \
		but.member = (value);            \
		record_ioctl(self->fd, but);     \
	})

static int record_capture(int fd, struct spt_capture capture)
{
	struct spt_recording recording = good;

	recording.captures = spt_ptr(&capture);
	recording.nr_captures = 1;
	return record_ioctl(fd, recording);
}

#define CAPTURE_BUT(member, value)                                 \
	({                                                         \
		struct spt_capture but =                           \
			CAPTURE(SYS_read, 1, BUFFER, EXIT, 0, 16); \
		but.member = (value);                              \
		record_capture(self->fd, but);                     \
	})

TEST_F(record, bad_input)
{
	struct spt_recording many = good;
	struct spt_capture filling[12];
	size_t i;

	EXPECT_EQ(0, record_ioctl(self->fd, good));
	EXPECT_EQ(-EINVAL, GOOD_BUT(size, 0));
	EXPECT_EQ(-EINVAL, GOOD_BUT(size, SMALL / 2));
	EXPECT_EQ(-EINVAL, GOOD_BUT(size, SMALL + 8));
	EXPECT_EQ(-EINVAL, GOOD_BUT(size, 3 * SMALL));
	EXPECT_EQ(-EINVAL, GOOD_BUT(size, 2 * SPT_RECORD_MAX_SIZE));
	EXPECT_EQ(-EINVAL, GOOD_BUT(size, 1U << 31));
	EXPECT_EQ(0, GOOD_BUT(watermark, SMALL));
	EXPECT_EQ(-EINVAL, GOOD_BUT(watermark, SMALL + 1));
	EXPECT_EQ(-EINVAL, GOOD_BUT(flags, SPT_RECORD_BLOCK << 1));
	EXPECT_EQ(-EINVAL, GOOD_BUT(reserved, 1));
	EXPECT_EQ(-EINVAL, GOOD_BUT(map_size, 1));
	EXPECT_EQ(-EFAULT, GOOD_BUT(nr_captures, 1));
	EXPECT_EQ(-EINVAL, GOOD_BUT(nr_captures, SPT_RECORD_MAX_CAPTURES + 1));

	EXPECT_EQ(0, CAPTURE_BUT(max, 16));
	EXPECT_EQ(-EINVAL, CAPTURE_BUT(max, 0));
	EXPECT_EQ(-EINVAL, CAPTURE_BUT(max, 4097));
	EXPECT_EQ(-EINVAL, CAPTURE_BUT(arch, 0));
	EXPECT_EQ(-EINVAL, CAPTURE_BUT(nr, 512));
	EXPECT_EQ(-EINVAL, CAPTURE_BUT(arg, 6));
	EXPECT_EQ(-EINVAL, CAPTURE_BUT(kind, 2));
	EXPECT_EQ(-EINVAL, CAPTURE_BUT(when, 2));
	EXPECT_EQ(0, CAPTURE_BUT(length, SPT_LENGTH_AT(5)));
	EXPECT_EQ(-EINVAL, CAPTURE_BUT(length, SPT_LENGTH_AT(6)));
	EXPECT_EQ(0, CAPTURE_BUT(length, SPT_LENGTH_RESULT));

	/* As many of a call as there can be, and as much as half of a part has room for. */
	for (i = 0; i < ARRAY_LEN(filling); i++) {
		filling[i] = (struct spt_capture)CAPTURE(SYS_read, i % 6,
							 STRING, EXIT, 0, 152);
		if (i >= 6)
			filling[i].when = SPT_CAPTURE_AT_ENTRY;
	}
	filling[0].max += 8;
	ASSERT_EQ(SMALL / 2, sizeof(struct spt_record_syscall) + 12 * 160 + 8);
	many.captures = spt_ptr(filling);
	many.nr_captures = ARRAY_LEN(filling);
	EXPECT_EQ(0, record_ioctl(self->fd, many));
	filling[0].max++;
	EXPECT_EQ(-EINVAL, record_ioctl(self->fd, many));
	filling[0].max--;

	/* None twice, wherever it is in the array. */
	filling[11].when = SPT_CAPTURE_AT_EXIT;
	EXPECT_EQ(-EINVAL, record_ioctl(self->fd, many));
	filling[11].nr = SYS_write;
	EXPECT_EQ(0, record_ioctl(self->fd, many));
}

TEST_F(record, one_ring_for_a_tracer)
{
	int other = spt_open();

	self->ring = sptrace_ring_open(self->fd, SMALL, 0, 0, NULL, 0);
	ASSERT_NE(NULL, self->ring);
	EXPECT_EQ(-EBUSY, record_ioctl(self->fd, good));
	EXPECT_EQ(-EBUSY, record_ioctl(other, good));
	close(other);
}

/* After an error there is no ring, and the same structure is as good as before. */
TEST_F(record, errors_leave_nothing)
{
	struct spt_recording again = good;
	struct spt_recording *fixed = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd;

	ASSERT_NE(MAP_FAILED, fixed);
	*fixed = good;
	ASSERT_EQ(0, mprotect(fixed, 4096, PROT_READ));
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_RECORD, fixed));
	EXPECT_EQ(EFAULT, errno);
	self->ring = sptrace_ring_open(self->fd, SMALL, 0, 0, NULL, 0);
	ASSERT_NE(NULL, self->ring);
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_RECORD, &again));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(0, again.map_size);
	sptrace_ring_close(self->ring);
	self->ring = NULL;
	fd = ioctl(self->fd, SPT_IOC_RECORD, &again);
	EXPECT_LE(0, fd);
	EXPECT_LT(0, again.map_size);
	close(fd);
}

static int map_errno(size_t size, int prot, int flags, int fd, off_t offset)
{
	void *map = mmap(NULL, size, prot, flags, fd, offset);

	if (map == MAP_FAILED)
		return errno;
	munmap(map, size);
	return 0;
}

TEST_F(record, mapping)
{
	struct spt_recording args = good;
	int prot = PROT_READ | PROT_WRITE, fd, status;
	size_t size;
	pid_t pid;
	char *map;

	fd = ioctl(self->fd, SPT_IOC_RECORD, &args);
	ASSERT_LE(0, fd);
	size = args.map_size;
	EXPECT_EQ(0, map_errno(size, prot, MAP_SHARED, fd, 0));
	EXPECT_EQ(EINVAL, map_errno(size, prot, MAP_PRIVATE, fd, 0));
	EXPECT_EQ(EINVAL, map_errno(size - 4096, prot, MAP_SHARED, fd, 0));
	EXPECT_EQ(EINVAL, map_errno(size + 4096, prot, MAP_SHARED, fd, 0));
	EXPECT_EQ(EINVAL, map_errno(size, prot, MAP_SHARED, fd, 4096));
	EXPECT_NE(0, map_errno(size, prot | PROT_EXEC, MAP_SHARED, fd, 0));
	EXPECT_NE(0, ftruncate(fd, 0));

	map = mmap(NULL, size, prot, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, map);
	EXPECT_EQ(MAP_FAILED, mremap(map, size, size + 4096, MREMAP_MAYMOVE));
	EXPECT_NE(0, mprotect(map, size, PROT_READ | PROT_EXEC));
	pid = fork();
	if (!pid) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };

		if (map_errno(size, prot, MAP_SHARED, fd, 0) != EPERM)
			_exit(1);
		if (poll(&pfd, 1, 0) != 1 || pfd.revents != POLLERR)
			_exit(2);
		signal(SIGSEGV, SIG_DFL);
		/* It isn't there. */
		*(volatile char *)map = 1;
		_exit(3);
	}
	waitpid(pid, &status, 0);
	EXPECT_EQ(SIGSEGV, status & 0x7f);
	/* In pieces, while it is open. */
	EXPECT_EQ(0, munmap(map + 4096, 4096));
	EXPECT_EQ(0, munmap(map, size));
	close(fd);
	EXPECT_EQ(0, record_ioctl(self->fd, good));
}

/* The pages count for RLIMIT_MEMLOCK, of a user that has no more. */
TEST(memlock)
{
	struct rlimit limit = { 3 * 4096, 3 * 4096 };
	int fd = spt_open();

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &limit));
	EXPECT_EQ(0, record_ioctl(fd, good));
	ASSERT_EQ(0, become_user());
	EXPECT_EQ(-EPERM, record_ioctl(fd, good));
}

/* ---- hostile readers ----------------------------------------------------------------- */

struct hostile {
	char *map;
	size_t size;
	int fd;
	volatile bool over;
};

/* Scribble over all that is mapped, and say what can't be of what was read. */
static void *scribble(void *arg)
{
	struct hostile *hostile = arg;
	const struct spt_ring_header *header = (void *)hostile->map;
	struct pollfd pfd = { .fd = hostile->fd, .events = POLLIN };
	unsigned int part, seed = 1;
	size_t at, step;

	step = 4096 + 2 * SMALL;
	(void)header;
	while (!hostile->over) {
		for (part = 0; 4096 + part * step < hostile->size; part++) {
			struct spt_ring_part *shared =
				(void *)(hostile->map + 4096 + part * step);

			switch (rand_r(&seed) % 4) {
			case 0:
				shared->tail = shared->head;
				break;
			case 1:
				shared->tail = ~0ULL << (rand_r(&seed) % 64);
				break;
			case 2:
				shared->tail =
					shared->head - rand_r(&seed) % 8192;
				break;
			default:
				shared->tail =
					shared->head + rand_r(&seed) % 8192;
			}
		}
		for (at = 0; at < hostile->size;
		     at += 8 * (1 + rand_r(&seed) % 64))
			*(uint64_t *)(hostile->map + at) =
				rand_r(&seed) % 2 ? ~0ULL :
						    (uint64_t)rand_r(&seed);
		poll(&pfd, 1, 0);
	}
	return NULL;
}

FIXTURE(hostile)
{
	int fd;
	struct child child;
};

FIXTURE_VARIANT(hostile)
{
	unsigned int flags;
};

FIXTURE_VARIANT_ADD(hostile, lost){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(hostile, waits){
	.flags = SPT_RECORD_BLOCK,
};

FIXTURE_SETUP(hostile)
{
	memset(self, 0, sizeof(*self));
	self->fd = spt_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(hostile)
{
	child_end(&self->child);
	close(self->fd);
}

static int write_on(const struct child_end *end, void *arg)
{
	char buffer[64] = "some bytes";
	int i, null = open("/dev/null", O_WRONLY), count = *(int *)arg;

	child_await(end);
	for (i = 0; i < count; i++) {
		syscall(SYS_write, null, buffer, i % 64);
		syscall(SYS_openat, AT_FDCWD, NAME, O_RDONLY);
	}
	child_say(end, 'd');
	return child_await(end) == 'g' ? 7 : 1;
}

TEST_F(hostile, scribbles)
{
	struct spt_recording args = good;
	struct hostile hostile = {};
	int count = rounds(4000);
	pthread_t threads[2];
	int i;

	self->child = child_spawn(write_on, &count);
	ASSERT_LT(0, self->child.pid);
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, self->child.pid, 0, 0));
	args.flags = variant->flags;
	args.captures = spt_ptr(captures);
	args.nr_captures = ARRAY_LEN(captures);
	hostile.fd = ioctl(self->fd, SPT_IOC_RECORD, &args);
	ASSERT_LE(0, hostile.fd);
	hostile.size = args.map_size;
	hostile.map = mmap(NULL, hostile.size, PROT_READ | PROT_WRITE,
			   MAP_SHARED, hostile.fd, 0);
	ASSERT_NE(MAP_FAILED, hostile.map);
	ASSERT_EQ(0, set_filter(self->fd, self->child.pid, calls_with_bytes,
				ARRAY_LEN(calls_with_bytes)));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, scribble,
					    &hostile));
	ASSERT_TRUE(child_go(&self->child));
	/* With such a reader, who waits for room may wait for ever; but can be killed. */
	if (variant->flags & SPT_RECORD_BLOCK) {
		EXPECT_TRUE(WAIT_UNTIL(waits_for_room(self->child.pid)));
	} else {
		EXPECT_EQ('d', child_heard(&self->child));
	}
	EXPECT_EQ(0, kill(self->child.pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&self->child));
	self->child.pid = -1;
	hostile.over = true;
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	close(hostile.fd);
	munmap(hostile.map, hostile.size);
}

/* The ring is opened and closed again while tracees write to it. */
TEST_F(record, closed_again_and_again)
{
	int count = 1 << 30, i;

	self->child = child_spawn(write_on, &count);
	ASSERT_LT(0, self->child.pid);
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, self->child.pid, 0, 0));
	ASSERT_EQ(0, set_filter(self->fd, self->child.pid, calls_with_bytes,
				ARRAY_LEN(calls_with_bytes)));
	ASSERT_TRUE(child_go(&self->child));
	for (i = 0; i < rounds(50); i++) {
		self->ring = sptrace_ring_open(self->fd, SMALL << i % 3, 0,
					       i % 2 ? SPT_RECORD_BLOCK : 0,
					       captures, ARRAY_LEN(captures));
		ASSERT_NE(NULL, self->ring);
		ASSERT_NE(NULL, next_of(self->ring, SPT_RECORD_SYSCALL));
		sptrace_ring_close(self->ring);
	}
	self->ring = NULL;
}

TEST_HARNESS_MAIN
