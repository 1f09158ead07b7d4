// SPDX-License-Identifier: GPL-2.0
/*
 * What a caller can get wrong: pointers, numbers, tasks that it may not name,
 * and several of these at once, where the order of the checks shows.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include "spt.h"

#define PTRACE_UNKNOWN 0x7fff

/* A bit that no version has taken for an option. */
#define OPTION_UNKNOWN 0x80000000UL

static int wait_then_exit(const struct child_end *end, void *arg)
{
	child_await(end);
	return 0;
}

/* A page with nothing behind it, so that a structure can lie half outside. */
static char *page_at_the_edge(void)
{
	long size = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || munmap(pages + size, size))
		return NULL;
	return pages + size;
}

/* ---- pointers ---------------------------------------------------------- */

FIXTURE_OF_THE_SHADOW(pointer);

TEST_F(pointer, bad_argument_is_efault)
{
	static const unsigned int numbers[] = {
		SPT_IOC_INFO,	   SPT_IOC_PTRACE,	SPT_IOC_WAIT,
		SPT_IOC_STATUS,	   SPT_IOC_SET_FLAGS,	SPT_IOC_GET_SCOPE,
		SPT_IOC_SET_SCOPE, SPT_IOC_SET_PTRACER, SPT_IOC_EXPLAIN,
	};
	char *edge = page_at_the_edge();
	unsigned int i;

	ASSERT_NE(NULL, edge);
	for (i = 0; i < ARRAY_LEN(numbers); i++) {
		EXPECT_EQ(-1, ioctl(self->fd, numbers[i], NULL));
		EXPECT_EQ(EFAULT, errno);
		EXPECT_EQ(-1, ioctl(self->fd, numbers[i], (void *)-4096L));
		EXPECT_EQ(EFAULT, errno);
		/* The first half is there. */
		EXPECT_EQ(-1, ioctl(self->fd, numbers[i], edge - 4));
		EXPECT_EQ(EFAULT, errno);
	}
}

TEST_F(pointer, fault_while_a_wait_copies_out_loses_no_event)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct spt_wait arg = { .idtype = P_ALL,
				.options = WEXITED | WSTOPPED };
	struct pollfd pfd = { .fd = self->fd, .events = POLLIN };
	struct spt_event event;
	struct spt_wait *readonly;
	int i;

	ASSERT_LT(0, child.pid);
	readonly = mmap(NULL, sizeof(*readonly), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, readonly);
	*readonly = arg;
	ASSERT_EQ(0, mprotect(readonly, sizeof(*readonly), PROT_READ));

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(1, poll(&pfd, 1, WAIT_LIMIT_MS));

	/* The arguments can be read, the event can't be written. */
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_WAIT, readonly));
		EXPECT_EQ(EFAULT, errno);
	}
	EXPECT_EQ(1, poll(&pfd, 1, 0));
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(child.pid, event.tid);
	EXPECT_EQ(STATUS_INTERRUPT, event.status);
	/* And it was there once. */
	EXPECT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &event));
	EXPECT_EQ(0, event.tid);
	child_end(&child);
}

TEST_F(pointer, fault_while_an_exit_is_copied_out_loses_no_exit)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct spt_wait arg = { .idtype = P_ALL, .options = WEXITED };
	struct pollfd pfd = { .fd = self->fd, .events = POLLIN };
	struct spt_event event;
	struct spt_wait *readonly;

	ASSERT_LT(0, child.pid);
	readonly = mmap(NULL, sizeof(*readonly), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, readonly);
	*readonly = arg;
	ASSERT_EQ(0, mprotect(readonly, sizeof(*readonly), PROT_READ));

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(1, poll(&pfd, 1, WAIT_LIMIT_MS));
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_WAIT, readonly));
	EXPECT_EQ(EFAULT, errno);
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(CLD_EXITED, event.cause);
	EXPECT_EQ(0, event.status);
	EXPECT_EQ(-ECHILD,
		  spt_wait(self->fd, P_ALL, 0, WEXITED | WNOHANG, &event));
	EXPECT_EQ(0, child_status(&child));
}

TEST_F(pointer, fault_while_entries_are_copied_out_is_efault)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct spt_list list = {
		.entries = 8,
		.capacity = 4,
		.entry_size = sizeof(struct spt_status),
	};

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_STATUS, &list));
	EXPECT_EQ(EFAULT, errno);
	child_end(&child);
}

/* ---- requests on a stopped tracee, wrong in what they carry ------------- */

FIXTURE_OF_BOTH_TRACERS(stopped);

TEST_F(stopped, bad_data_pointers_are_efault)
{
	static const unsigned int requests[] = {
		PTRACE_GETEVENTMSG, PTRACE_GETREGS,   PTRACE_SETREGS,
		PTRACE_GETFPREGS,   PTRACE_SETFPREGS, PTRACE_GETREGSET,
		PTRACE_SETREGSET,   PTRACE_PEEKUSR,
	};
	struct child child = child_spawn(wait_then_exit, NULL);
	struct iovec iov = { .iov_base = (void *)8, .iov_len = 64 };
	unsigned int i;

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	for (i = 0; i < ARRAY_LEN(requests); i++) {
		unsigned long addr = 0;

		if (requests[i] == PTRACE_GETREGSET ||
		    requests[i] == PTRACE_SETREGSET)
			addr = NT_PRSTATUS;
		EXPECT_EQ(-EFAULT, tr_ptrace(&self->tracer, requests[i],
					     child.pid, addr, 8))
		{
			TH_LOG("request 0x%x", requests[i]);
		}
	}
	EXPECT_EQ(-EFAULT,
		  tr_ptrace(&self->tracer, PTRACE_GET_SYSCALL_INFO, child.pid,
			    sizeof(struct ptrace_syscall_info), 8));
	/* The vector is there, what it points to isn't. */
	EXPECT_EQ(-EFAULT, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET,
					child.pid, NT_PRSTATUS, &iov));
	EXPECT_EQ(-EFAULT, tr_ptrace_at(&self->tracer, PTRACE_SETREGSET,
					child.pid, NT_PRSTATUS, &iov));
	/* The tracee's word is there, its place here isn't. */
	EXPECT_EQ(-EFAULT, tr_ptrace_at(&self->tracer, PTRACE_PEEKDATA,
					child.pid, &iov, 8));
	child_end(&child);
}

TEST_F(stopped, unknown_requests_are_eio)
{
	static const unsigned int requests[] = {
		PTRACE_UNKNOWN, 10, 11, 0x4100, 0x42ff, 0x7fffffff,
	};
	struct child child = child_spawn(wait_then_exit, NULL);
	unsigned int i;

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	for (i = 0; i < ARRAY_LEN(requests); i++)
		EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, requests[i], child.pid,
					  0, 0))
		{
			TH_LOG("request 0x%x", requests[i]);
		}
	child_end(&child);
}

TEST_F(stopped, invalid_signals_are_eio_and_change_nothing)
{
	static const unsigned int requests[] = {
		PTRACE_CONT,
		PTRACE_SYSCALL,
		PTRACE_DETACH,
	};
	static const long signals[] = { 65, 66, 1000, 0x10000, -1 };
	struct child child = child_spawn(wait_then_exit, NULL);
	struct user_regs_struct regs;
	unsigned int i, j;

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	for (i = 0; i < ARRAY_LEN(requests); i++)
		for (j = 0; j < ARRAY_LEN(signals); j++)
			EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, requests[i],
						  child.pid, 0, signals[j]))
			{
				TH_LOG("request %u, signal %ld", requests[i],
				       signals[j]);
			}
	/* It stands as it stood. */
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &regs));
	child_end(&child);
}

TEST_F(stopped, unknown_options_are_einval_and_change_nothing)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct spt_status status;

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid,
				   PTRACE_O_TRACESYSGOOD));
	EXPECT_EQ(-EINVAL, tr_ptrace(&self->tracer, PTRACE_SETOPTIONS,
				     child.pid, 0, OPTION_UNKNOWN));
	EXPECT_EQ(-EINVAL,
		  tr_ptrace(&self->tracer, PTRACE_SETOPTIONS, child.pid, 0,
			    PTRACE_O_EXITKILL | OPTION_UNKNOWN));
	if (variant->shadow) {
		ASSERT_TRUE(spt_find(self->tracer.fd, child.pid, &status));
		EXPECT_EQ(PTRACE_O_TRACESYSGOOD, status.options);
	}
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SETOPTIONS, child.pid, 0,
			       PTRACE_O_EXITKILL));
	if (variant->shadow) {
		ASSERT_TRUE(spt_find(self->tracer.fd, child.pid, &status));
		EXPECT_EQ(PTRACE_O_EXITKILL, status.options);
	}
	child_end(&child);
}

/* ---- requests on a running tracee --------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(running);

/* Every request that needs a stop, with arguments that a stop would take. */
static const struct needs_stop {
	const char *name;
	unsigned int request;
	unsigned long addr;
} needs_stop[] = {
	{ "CONT", PTRACE_CONT, 0 },
	{ "SYSCALL", PTRACE_SYSCALL, 0 },
	{ "DETACH", PTRACE_DETACH, 0 },
	{ "SETOPTIONS", PTRACE_SETOPTIONS, 0 },
	{ "GETEVENTMSG", PTRACE_GETEVENTMSG, 0 },
	{ "GET_SYSCALL_INFO", PTRACE_GET_SYSCALL_INFO, 8 },
	{ "PEEKTEXT", PTRACE_PEEKTEXT, 0 },
	{ "PEEKDATA", PTRACE_PEEKDATA, 0 },
	{ "PEEKUSER", PTRACE_PEEKUSR, 0 },
	{ "POKETEXT", PTRACE_POKETEXT, 0 },
	{ "POKEDATA", PTRACE_POKEDATA, 0 },
	{ "POKEUSER", PTRACE_POKEUSR, 0 },
	{ "GETREGS", PTRACE_GETREGS, 0 },
	{ "SETREGS", PTRACE_SETREGS, 0 },
	{ "GETFPREGS", PTRACE_GETFPREGS, 0 },
	{ "SETFPREGS", PTRACE_SETFPREGS, 0 },
	{ "GETREGSET", PTRACE_GETREGSET, NT_PRSTATUS },
	{ "SETREGSET", PTRACE_SETREGSET, NT_PRSTATUS },
	{ "LISTEN", PTRACE_LISTEN, 0 },
	{ "SINGLESTEP", PTRACE_SINGLESTEP, 0 },
	{ "GETSIGINFO", PTRACE_GETSIGINFO, 0 },
	{ "SETSIGINFO", PTRACE_SETSIGINFO, 0 },
	{ "PEEKSIGINFO", PTRACE_PEEKSIGINFO, 0 },
	{ "GETSIGMASK", PTRACE_GETSIGMASK, 8 },
	{ "SETSIGMASK", PTRACE_SETSIGMASK, 8 },
	{ "unknown", PTRACE_UNKNOWN, 0 },
};

/* Do all of them, and count those that were not answered with the error. */
static int other_answers(const struct tracer *tracer, pid_t tid, int error)
{
	static unsigned long data[512];
	unsigned int i;
	int others = 0;

	for (i = 0; i < ARRAY_LEN(needs_stop); i++) {
		const struct needs_stop *need = &needs_stop[i];
		bool resumes = need->request == PTRACE_CONT ||
			       need->request == PTRACE_SYSCALL ||
			       need->request == PTRACE_DETACH ||
			       need->request == PTRACE_SETOPTIONS ||
			       need->request == PTRACE_SINGLESTEP;
		struct iovec iov = { .iov_base = data,
				     .iov_len =
					     sizeof(struct user_regs_struct) };
		unsigned long place = (unsigned long)data;
		long ret;

		if (need->request == PTRACE_GETREGSET ||
		    need->request == PTRACE_SETREGSET)
			place = (unsigned long)&iov;
		ret = tr_ptrace(tracer, need->request, tid, need->addr,
				resumes ? 0 : place);
		if (ret == error)
			continue;
		fprintf(stderr, "# %s: %ld instead of %d\n", need->name, ret,
			error);
		others++;
	}
	return others;
}

TEST_F(running, whatever_needs_a_stop_is_esrch)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	EXPECT_EQ(0, other_answers(&self->tracer, child.pid, -ESRCH));
	/* It runs on untouched. */
	EXPECT_TRUE(child_waits(&child));
	child_end(&child);
}

TEST_F(running, whatever_needs_a_stop_is_esrch_after_cont)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_TRUE(child_waits(&child));
	EXPECT_EQ(0, other_answers(&self->tracer, child.pid, -ESRCH));
	child_end(&child);
}

TEST_F(running, whatever_needs_a_tracer_is_esrch_without_one)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_TRUE(child_waits(&child));
	EXPECT_EQ(0, other_answers(&self->tracer, child.pid, -ESRCH));
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_INTERRUPT, child.pid, 0, 0));
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_KILL, child.pid, 0, 0));
	/* KILL killed nobody. */
	EXPECT_TRUE(child_waits(&child));
	child_end(&child);
}

TEST_F(running, another_tracers_tracee_is_esrch)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct tracer other;
	pid_t pid;
	int status;

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	pid = fork();
	if (!pid) {
		if (tracer_open(&other, variant->shadow))
			_exit(1);
		if (other_answers(&other, child.pid, -ESRCH))
			_exit(2);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	child_end(&child);
}

TEST_F(running, whatever_needs_a_stop_is_esrch_on_the_dead)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct spt_event event;
	siginfo_t info;

	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	kill(child.pid, SIGKILL);
	/* Dead, and nobody has asked yet. */
	if (!variant->shadow) {
		ASSERT_EQ(0,
			  waitid(P_PID, child.pid, &info, WEXITED | WNOWAIT));
	} else {
		ASSERT_EQ(0, spt_wait(self->tracer.fd, P_PID, child.pid,
				      WEXITED | WNOWAIT, &event));
		EXPECT_EQ(SIGKILL, event.status);
	}
	EXPECT_EQ(0, other_answers(&self->tracer, child.pid, -ESRCH));
	child_end(&child);
}

/* ---- whom one may name --------------------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(target);

static const unsigned int attaches[] = { PTRACE_ATTACH, PTRACE_SEIZE };

static pid_t gone_pid(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

TEST_F(target, no_such_tid_is_esrch)
{
	const pid_t tids[] = { 0, -1, INT_MIN, INT_MAX, gone_pid() };
	unsigned int i, j;

	for (i = 0; i < ARRAY_LEN(tids); i++) {
		for (j = 0; j < ARRAY_LEN(attaches); j++)
			EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, attaches[j],
						    tids[i], 0, 0))
			{
				TH_LOG("tid %d", tids[i]);
			}
		EXPECT_EQ(-ESRCH,
			  tr_ptrace(&self->tracer, PTRACE_CONT, tids[i], 0, 0));
		EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, PTRACE_INTERRUPT,
					    tids[i], 0, 0));
		EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, PTRACE_UNKNOWN,
					    tids[i], 0, 0));
	}
}

TEST_F(target, oneself_is_eperm)
{
	EXPECT_EQ(-EPERM,
		  tr_ptrace(&self->tracer, PTRACE_ATTACH, getpid(), 0, 0));
	EXPECT_EQ(-EPERM,
		  tr_ptrace(&self->tracer, PTRACE_SEIZE, getpid(), 0, 0));
}

static void *thread_reads(void *arg)
{
	int *pipes = arg;
	char byte;

	*(volatile pid_t *)&pipes[2] = syscall(SYS_gettid);
	if (read(pipes[0], &byte, 1) < 0)
		abort();
	return NULL;
}

TEST_F(target, a_thread_of_ones_own_is_eperm)
{
	pthread_t thread;
	int pipes[3] = {};

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(0, pthread_create(&thread, NULL, thread_reads, pipes));
	ASSERT_TRUE(WAIT_UNTIL(*(volatile pid_t *)&pipes[2]));
	EXPECT_EQ(-EPERM,
		  tr_ptrace(&self->tracer, PTRACE_ATTACH, pipes[2], 0, 0));
	EXPECT_EQ(-EPERM,
		  tr_ptrace(&self->tracer, PTRACE_SEIZE, pipes[2], 0, 0));
	close(pipes[1]);
	pthread_join(thread, NULL);
}

/* kthreadd is 2 wherever pid 1 is the machine's own init. */
TEST_F(target, a_kernel_thread_is_eperm)
{
	char text[64];

	if (proc_read(2, "comm", text, sizeof(text)) ||
	    strcmp(text, "kthreadd\n"))
		SKIP(return, "no kthreadd in this pid namespace");
	EXPECT_EQ(-EPERM, tr_ptrace(&self->tracer, PTRACE_ATTACH, 2, 0, 0));
	EXPECT_EQ(-EPERM, tr_ptrace(&self->tracer, PTRACE_SEIZE, 2, 0, 0));
}

TEST_F(target, a_zombie_is_eperm)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	ASSERT_TRUE(WAIT_UNTIL(proc_state(pid) == 'Z'));
	EXPECT_EQ(-EPERM, tr_ptrace(&self->tracer, PTRACE_ATTACH, pid, 0, 0));
	EXPECT_EQ(-EPERM, tr_ptrace(&self->tracer, PTRACE_SEIZE, pid, 0, 0));
	waitpid(pid, NULL, 0);
}

TEST_F(target, a_tracee_of_ones_own_is_eperm)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	EXPECT_EQ(-EPERM,
		  tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	EXPECT_EQ(-EPERM,
		  tr_ptrace(&self->tracer, PTRACE_ATTACH, child.pid, 0, 0));
	child_end(&child);
}

TEST_F(target, a_tracee_of_another_is_eperm)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct tracer other;
	pid_t pid;
	int status;

	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	pid = fork();
	if (!pid) {
		if (tracer_open(&other, variant->shadow))
			_exit(1);
		_exit(tr_ptrace(&other, PTRACE_SEIZE, child.pid, 0, 0) !=
		      -EPERM);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	child_end(&child);
}

TEST_F(target, where_the_access_check_refuses_is_eperm)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct tracer other;
	pid_t pid;
	int status;

	/* Opened before the privileges go: the file grants nothing. */
	ASSERT_TRUE(child_waits(&child));
	pid = fork();
	if (!pid) {
		if (tracer_open(&other, variant->shadow))
			_exit(1);
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(2);
		if (tr_ptrace(&other, PTRACE_SEIZE, child.pid, 0, 0) != -EPERM)
			_exit(3);
		if (tr_ptrace(&other, PTRACE_ATTACH, child.pid, 0, 0) != -EPERM)
			_exit(4);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	/* And it was not disturbed. */
	EXPECT_TRUE(child_waits(&child));
	child_end(&child);
}

/* A tracer in a pid namespace of its own, where the child outside has no number. */
static int in_a_pid_namespace(struct __test_metadata *_metadata, bool shadow)
{
	struct child outside = child_spawn(wait_then_exit, NULL);
	int status = -1;
	pid_t pid;

	pid = fork();
	if (!pid) {
		struct tracer tracer;
		pid_t inner;

		if (unshare(CLONE_NEWPID))
			_exit(100);
		inner = fork();
		if (!inner) {
			if (tracer_open(&tracer, shadow))
				_exit(1);
			/* A number of the outer namespace. */
			if (tr_ptrace(&tracer, PTRACE_SEIZE, outside.pid, 0,
				      0) != -ESRCH)
				_exit(2);
			/* 1 is the caller itself here. */
			if (tr_ptrace(&tracer, PTRACE_SEIZE, 1, 0, 0) != -EPERM)
				_exit(3);
			_exit(0);
		}
		waitpid(inner, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 101);
	}
	waitpid(pid, &status, 0);
	child_end(&outside);
	return status;
}

TEST_F(target, a_tid_of_another_pid_namespace_is_esrch)
{
	int status = in_a_pid_namespace(_metadata, variant->shadow);

	if (WIFEXITED(status) && WEXITSTATUS(status) == 100)
		SKIP(return, "no pid namespaces");
	EXPECT_EQ(0, status);
}

/* ---- arguments of an attach ---------------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(attach);

TEST_F(attach, seize_with_an_address_is_eio)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	EXPECT_EQ(-EIO,
		  tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 1, 0));
	EXPECT_EQ(-EIO,
		  tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, -1, 0));
	/* Nothing was attached. */
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_INTERRUPT, child.pid, 0, 0));
	child_end(&child);
}

TEST_F(attach, seize_with_an_unknown_option_is_eio)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0,
				  OPTION_UNKNOWN));
	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0,
				  PTRACE_O_TRACESYSGOOD | OPTION_UNKNOWN));
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_INTERRUPT, child.pid, 0, 0));
	child_end(&child);
}

TEST_F(attach, attach_does_not_look_at_address_and_data)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_ATTACH, child.pid, 1,
			       OPTION_UNKNOWN));
	child_end(&child);
}

TEST_F(attach, interrupt_without_seize_is_eio)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_ATTACH, child.pid, 0, 0));
	EXPECT_EQ(-EIO,
		  tr_ptrace(&self->tracer, PTRACE_INTERRUPT, child.pid, 0, 0));
	child_end(&child);
}

/* ---- two faults in one request: which is told ----------------------------- */

FIXTURE_OF_BOTH_TRACERS(order);

TEST_F(order, seize_arguments_come_before_the_target)
{
	/* A kernel thread, oneself: EPERM, had the arguments been right. */
	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_SEIZE, 2, 1, 0));
	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_SEIZE, getpid(), 1, 0));
	EXPECT_EQ(-EIO, tr_ptrace(&self->tracer, PTRACE_SEIZE, getpid(), 0,
				  OPTION_UNKNOWN));
}

TEST_F(order, the_tid_comes_before_seize_arguments)
{
	EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, PTRACE_SEIZE, -1, 1,
				    OPTION_UNKNOWN));
}

TEST_F(order, the_tid_comes_before_the_request)
{
	EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, PTRACE_UNKNOWN, -1, 0, 0));
}

TEST_F(order, the_stop_comes_before_the_request)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_UNKNOWN, child.pid, 0, 0));
	child_end(&child);
}

TEST_F(order, the_stop_comes_before_the_arguments)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	/* EIO, EINVAL, EFAULT, had it been stopped. */
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 1000));
	EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, PTRACE_SETOPTIONS, child.pid,
				    0, OPTION_UNKNOWN));
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_GETREGS, child.pid, 0, 8));
	EXPECT_EQ(-ESRCH, tr_ptrace(&self->tracer, PTRACE_GETREGSET, child.pid,
				    0x7777, 8));
	child_end(&child);
}

TEST_F(order, the_vector_comes_before_the_regset)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	EXPECT_EQ(-EFAULT, tr_ptrace(&self->tracer, PTRACE_GETREGSET, child.pid,
				     0x7777, 8));
	child_end(&child);
}

TEST_F(order, the_regset_comes_before_its_buffer)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct iovec iov = { .iov_base = (void *)8, .iov_len = 16 };

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	EXPECT_EQ(-EINVAL, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET,
					child.pid, 0x7777, &iov));
	iov.iov_len = 7;
	EXPECT_EQ(-EINVAL, tr_ptrace_at(&self->tracer, PTRACE_GETREGSET,
					child.pid, NT_PRSTATUS, &iov));
	child_end(&child);
}

TEST_F(order, peekuser_offset_comes_before_its_place)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	EXPECT_EQ(-EIO,
		  tr_ptrace(&self->tracer, PTRACE_PEEKUSR, child.pid, 3, 8));
	/* And the tracee's memory before its place. */
	EXPECT_EQ(-EIO,
		  tr_ptrace(&self->tracer, PTRACE_PEEKDATA, child.pid, 8, 8));
	child_end(&child);
}

/* ---- handles ---------------------------------------------------------------- */

FIXTURE_OF_THE_SHADOW(handle);

/* Whether every ioctl of a file is refused with EPERM, from a process that isn't its opener. */
static int refused_everywhere(int fd)
{
	struct spt_wait wait = { .idtype = P_ALL,
				 .options = WEXITED | WNOHANG };
	struct spt_list list = { .entry_size = sizeof(struct spt_status) };
	struct spt_scope scope = { .pid = 1 };
	struct spt_ptracer ptracer = { .pid = SPT_PTRACER_ANY };
	struct spt_explain explain = { .tid = 1 };
	struct spt_flags flags = {};
	struct spt_info info;

	if (spt_ptrace(fd, PTRACE_CONT, 1, 0, 0) != -EPERM)
		return 1;
	if (spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0) != -EPERM)
		return 2;
	if (ioctl(fd, SPT_IOC_WAIT, &wait) != -1 || errno != EPERM)
		return 3;
	if (ioctl(fd, SPT_IOC_STATUS, &list) != -1 || errno != EPERM)
		return 4;
	if (ioctl(fd, SPT_IOC_INFO, &info) != -1 || errno != EPERM)
		return 5;
	if (ioctl(fd, SPT_IOC_SET_FLAGS, &flags) != -1 || errno != EPERM)
		return 6;
	if (ioctl(fd, SPT_IOC_GET_SCOPE, &scope) != -1 || errno != EPERM)
		return 7;
	if (ioctl(fd, SPT_IOC_SET_SCOPE, &scope) != -1 || errno != EPERM)
		return 8;
	if (ioctl(fd, SPT_IOC_SET_PTRACER, &ptracer) != -1 || errno != EPERM)
		return 9;
	if (ioctl(fd, SPT_IOC_EXPLAIN, &explain) != -1 || errno != EPERM)
		return 10;
	return 0;
}

TEST_F(handle, inherited_over_fork_is_eperm)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(refused_everywhere(self->fd));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	/* The opener's still works. */
	EXPECT_EQ(-ESRCH, spt_ptrace(self->fd, PTRACE_CONT, -1, 0, 0));
}

TEST_F(handle, passed_over_a_socket_is_eperm)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {};
	char byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int sockets[2], status, fd;
	pid_t pid;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets));
	pid = fork();
	if (!pid) {
		close(self->fd);
		if (recvmsg(sockets[1], &message, 0) != 1)
			_exit(100);
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
		_exit(refused_everywhere(fd));
	}
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &self->fd, sizeof(int));
	ASSERT_EQ(1, sendmsg(sockets[0], &message, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(handle, of_another_group_is_told_before_anything_else)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct spt_wait wait = { .idtype = 77 };

		/* ESRCH, EINVAL, EFAULT from the opener. */
		if (spt_ptrace(self->fd, PTRACE_SEIZE, -1, 1, 0) != -EPERM)
			_exit(1);
		if (ioctl(self->fd, SPT_IOC_WAIT, &wait) != -1 ||
		    errno != EPERM)
			_exit(2);
		if (ioctl(self->fd, SPT_IOC_PTRACE, NULL) != -1 ||
		    errno != EPERM)
			_exit(3);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

static void *seize_from_a_thread(void *arg)
{
	long *args = arg;

	args[2] = spt_ptrace(args[0], PTRACE_SEIZE, args[1], 0, 0);
	return NULL;
}

TEST_F(handle, works_for_every_thread_of_the_opener)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	long args[3] = { self->fd, child.pid, -1 };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, seize_from_a_thread, args));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, args[2]);
	/* The thread that attached is gone; the tracer is the group. */
	EXPECT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, child.pid));
	child_end(&child);
}

TEST_F(handle, a_second_one_of_the_same_group_sees_the_same_tracees)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct tracer second;

	ASSERT_EQ(0, tracer_open(&second, true));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	EXPECT_EQ(0, spt_ptrace(second.fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(&second, child.pid));
	/* Closing one of two detaches nobody. */
	tracer_close(&second);
	EXPECT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, child.pid, 0, 0));
	child_end(&child);
}

TEST_HARNESS_MAIN
