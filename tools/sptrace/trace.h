/* SPDX-License-Identifier: GPL-2.0 */
/* One run of sptrace trace. */
#ifndef SPTRACE_TRACE_H
#define SPTRACE_TRACE_H

#include <linux/sptrace.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "calls.h"
#include "filter.h"
#include "launch.h"
#include "output.h"
#include "screen.h"
#include "signals.h"
#include "tracees.h"

/**
 * struct options - what the command line asks for
 * @pids: processes to attach to
 * @pid_count: how many there are
 * @command: a command to start, NULL for none
 * @output: a file to write to, NULL for standard error
 * @filter: which system calls to show
 * @follow: trace what tracees start, too
 * @kill: tracees are killed when tracing ends early
 * @summary: count the calls instead of printing them
 * @summary_and_calls: and print them, too
 * @order: of the summary
 * @json: write JSON
 * @style: what lines of text have
 * @color: "auto", "always" or "never"
 * @decode: how arguments are written
 * @paths: only calls about these
 * @path_count: how many there are, 0 for all calls
 * @hushed: signals that aren't shown, as bits
 */
struct options {
	pid_t *pids;
	size_t pid_count;
	char **command;
	const char *output;
	struct filter filter;
	bool follow;
	bool kill;
	bool summary;
	bool summary_and_calls;
	enum calls_order order;
	bool json;
	struct style style;
	const char *color;
	struct decode_options decode;
	char **paths;
	size_t path_count;
	uint64_t hushed;
};

/**
 * struct trace - its state
 * @options: what to do
 * @fd: the handle, -1 once nothing is traced any more
 * @output: where lines go
 * @tracees: the threads that are traced
 * @calls: the system calls that they made
 * @screen: which of them stop at all
 * @signals: the signals that end the run
 * @launch: the command
 * @hidden: the command has not been executed yet, so nothing is shown
 * @interrupted: the signal that ended the run early, 0 for none
 * @broken: the output can't be written, which ends the run too
 */
struct trace {
	const struct options *options;
	int fd;
	struct output output;
	struct tracees tracees;
	struct calls calls;
	struct screen screen;
	struct signals signals;
	struct launch launch;
	bool hidden;
	bool broken;
	int interrupted;
};

/* trace.c: the whole run. Returns the exit status. */
int trace_run(const struct options *options);

/* attach.c: returns 0, or -1 when the attempt was refused with errno set. */
int attach_thread(struct trace *trace, pid_t tid, pid_t tgid);

/*
 * attach.c: attaches to all threads of a process. Returns 0, or -1 when there
 * was none to attach to, having said why.
 */
int attach_process(struct trace *trace, pid_t pid);

/* progress.c: a tracee stopped at the entry or the exit of a system call. */
void progress_step(struct trace *trace, struct tracee *tracee,
		   const struct spt_syscall_info *info);

/* progress.c: the call that a tracee is in, if any, will not return. */
void progress_abandon(struct trace *trace, struct tracee *tracee,
		      enum unfinished reason);

/* progress.c: the call that one tracee is in is another's. */
void progress_move(struct trace *trace, struct tracee *from, struct tracee *to);

/* stops.c: prints what a tracee reports and lets it go on. */
void stops_handle(struct trace *trace, const struct spt_wait *wait);

/* stops.c: prints the calls that tracees are in when tracing ends. */
void stops_finish(struct trace *trace);

#endif /* SPTRACE_TRACE_H */
