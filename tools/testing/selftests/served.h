/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Served tracers: debuggers that know ptrace(2), wait4(2) and waitid(2) alone. Each
 * scenario is a process of its own; where the same may happen natively, it is run
 * natively first, which tells what is right.
 */
#ifndef SERVED_H
#define SERVED_H

#include "module.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

#define USER 1000

/* ---- debuggers ------------------------------------------------------------ */

/* What has to be so in a debugger; else it says where it wasn't, and ends. */
#define MUST(condition)                                               \
	do {                                                          \
		if (condition)                                        \
			break;                                        \
		fprintf(stderr, "# line %d: not %s (%s)\n", __LINE__, \
			#condition, strerror(errno));                 \
		_exit(1);                                             \
	} while (0)

#define MUST_BE(expected, actual) must_be(__LINE__, #actual, expected, actual)

static maybe_unused void must_be(int line, const char *what, long expected,
				 long actual)
{
	if (expected == actual)
		return;
	fprintf(stderr, "# line %d: %s is %ld (%#lx), not %ld (%#lx)\n", line,
		what, actual, actual, expected, expected);
	_exit(1);
}

/* What a debugger is told. */
struct scene {
	bool served;
	pid_t tracee; /* a process that isn't its child, if any */
	pid_t second; /* another one */
	long kind; /* which of several scenarios that are nearly the same */
	struct transcript *transcript; /* in shared memory */
};

static maybe_unused int serve(unsigned int flags)
{
	struct spt_serve arg = { .flags = flags };
	int fd = spt_open(), ret;

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, SPT_IOC_SERVE, &arg) ? -errno : 0;
	close(fd);
	return ret;
}

static maybe_unused void begin(const struct scene *scene)
{
	if (scene->served)
		MUST_BE(0, serve(0));
}

static maybe_unused long trace_with(unsigned int request, pid_t tid,
				    unsigned long addr, const void *data)
{
	return syscall(SYS_ptrace, (long)request, (long)tid, addr, data) < 0 ?
		       -errno :
		       0;
}

static maybe_unused long trace(unsigned int request, pid_t tid,
			       unsigned long data)
{
	return trace_with(request, tid, 0, (void *)data);
}

static maybe_unused long look(pid_t pid, int *status, int options)
{
	long ret = syscall(SYS_wait4, (long)pid, status, (long)options, NULL);

	return ret < 0 ? -errno : ret;
}

static maybe_unused long look_id(int type, pid_t id, siginfo_t *info,
				 int options)
{
	memset(info, 0, sizeof(*info));
	return syscall(SYS_waitid, (long)type, (long)id, info, (long)options,
		       NULL) ?
		       -errno :
		       0;
}

/* Sleeps until there is one. */
static maybe_unused long status_of(pid_t pid)
{
	int status = -1;
	long ret = look(pid, &status, __WALL);

	return ret == pid ? status : ret;
}

/* The exit status of a debugger, with all that it has to say. */
static maybe_unused int outcome_of(child_main run, struct scene *scene)
{
	struct child debugger = child_spawn(run, scene);
	int status = child_status(&debugger);

	if (status < 0) {
		fprintf(stderr, "# the debugger doesn't end\n");
		show_stack(debugger.pid);
		child_end(&debugger);
		return status;
	}
	close(debugger.go);
	close(debugger.said);
	return status;
}

static maybe_unused int outcome(child_main run, bool served)
{
	struct scene scene = { .served = served };

	return outcome_of(run, &scene);
}

FIXTURE(debugger)
{
	bool served;
};

FIXTURE_VARIANT(debugger)
{
	bool served;
};

FIXTURE_VARIANT_ADD(debugger, native){
	.served = false,
};

FIXTURE_VARIANT_ADD(debugger, served){
	.served = true,
};

FIXTURE_SETUP(debugger)
{
	self->served = variant->served;
}

FIXTURE_TEARDOWN(debugger)
{
}

/* ---- tracees ---------------------------------------------------------------- */

static maybe_unused int wait_then_exit(const struct child_end *end, void *arg)
{
	child_await(end);
	return (long)arg;
}

/* One that doesn't mind when its pipes are closed. */
static maybe_unused int pause_for_ever(const struct child_end *end, void *arg)
{
	for (;;)
		pause();
	return 0;
}

static maybe_unused int stop_then_exit(const struct child_end *end, void *arg)
{
	MUST_BE(0, trace(PTRACE_TRACEME, 0, 0));
	raise(SIGUSR1);
	return (long)arg;
}

/* A signal for each number, which the tracer keeps from it. */
static maybe_unused int queue_numbers(const struct child_end *end, void *arg)
{
	union sigval number = {};

	MUST_BE(0, trace(PTRACE_TRACEME, 0, 0));
	for (; number.sival_int < (long)arg; number.sival_int++)
		MUST(!sigqueue(getpid(), SIGUSR1, number));
	return 5;
}

static maybe_unused void seize_and_stop(pid_t tid)
{
	MUST_BE(0, trace(PTRACE_SEIZE, tid, 0));
	MUST_BE(0, trace(PTRACE_INTERRUPT, tid, 0));
	MUST_BE(STATUS_INTERRUPT, status_of(tid));
}

/* From its stop to its end, and each of them is told. */
static maybe_unused void play_out(pid_t pid)
{
	MUST_BE(0, trace(PTRACE_CONT, pid, 0));
	MUST(!kill(pid, SIGTERM));
	MUST_BE(STATUS_STOP(SIGTERM), status_of(pid));
	MUST_BE(0, trace(PTRACE_CONT, pid, SIGTERM));
	MUST_BE(SIGTERM, status_of(pid));
}

static maybe_unused void stop_and_leave_the_report(pid_t pid)
{
	siginfo_t info;

	MUST_BE(0, trace(PTRACE_SEIZE, pid, 0));
	MUST_BE(0, trace(PTRACE_INTERRUPT, pid, 0));
	MUST_BE(0, look_id(P_PID, pid, &info, WSTOPPED | WNOWAIT | __WALL));
	MUST_BE(pid, info.si_pid);
}

#endif /* SERVED_H */
