// SPDX-License-Identifier: GPL-2.0
/* Attaching to running processes. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>

#include "diag.h"
#include "sptrace.h"
#include "trace.h"

/**
 * struct attempt - attaching to the threads of one process
 * @attached: how many threads were attached to
 * @fresh: how many of them in this pass over the threads
 * @tid: the last thread that refused
 * @error: why it did
 */
struct attempt {
	size_t attached;
	size_t fresh;
	pid_t tid;
	int error;
};

static unsigned int ptrace_options(const struct options *options)
{
	unsigned int bits = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC;

	if (options->follow)
		bits |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			PTRACE_O_TRACECLONE;
	if (options->kill)
		bits |= PTRACE_O_EXITKILL;
	return bits;
}

int attach_thread(struct trace *trace, pid_t tid, pid_t tgid)
{
	unsigned int bits = ptrace_options(trace->options);

	if (sptrace_seize(trace->fd, tid, bits) < 0)
		return -1;
	screen_apply(&trace->screen, trace->fd, tid);
	tracees_get(&trace->tracees, tid, tgid);
	if (trace->tracees.count > 1)
		trace->output.with_tid = true;
	/* A thread that has died since reports its end. */
	sptrace_interrupt(trace->fd, tid);
	return 0;
}

static void try_thread(struct trace *trace, struct attempt *attempt, pid_t tid,
		       pid_t tgid)
{
	if (tracees_find(&trace->tracees, tid))
		return;
	if (attach_thread(trace, tid, tgid) < 0) {
		attempt->tid = tid;
		attempt->error = errno;
		return;
	}
	attempt->attached++;
	attempt->fresh++;
}

static void try_threads(struct trace *trace, struct attempt *attempt, DIR *dir,
			pid_t pid)
{
	struct dirent *entry;

	attempt->fresh = 0;
	rewinddir(dir);
	while ((entry = readdir(dir))) {
		if (isdigit(entry->d_name[0]))
			try_thread(trace, attempt, atoi(entry->d_name), pid);
	}
}

/*
 * Threads not yet attached to may start others: goes on until none is new.
 * With @follow those of attached threads are tracees from their start, and
 * refuse.
 */
static void try_process(struct trace *trace, struct attempt *attempt, pid_t pid)
{
	char path[sizeof("/proc/2147483647/task")];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir) {
		attempt->error = errno == ENOENT ? ESRCH : errno;
		return;
	}
	do {
		try_threads(trace, attempt, dir, pid);
	} while (attempt->fresh);
	closedir(dir);
}

int attach_process(struct trace *trace, pid_t pid)
{
	struct attempt attempt = { .tid = pid, .error = ESRCH };

	/* Named twice on the command line. */
	if (tracees_find(&trace->tracees, pid))
		return 0;
	try_process(trace, &attempt, pid);
	if (!attempt.attached) {
		diag_attach(trace->fd, attempt.tid, attempt.error);
		return -1;
	}
	if (attempt.attached == 1)
		fprintf(stderr, "sptrace: Process %d attached\n", pid);
	else
		fprintf(stderr,
			"sptrace: Process %d attached with %zu threads\n", pid,
			attempt.attached);
	return 0;
}
