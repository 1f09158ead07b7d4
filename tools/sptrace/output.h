/* SPDX-License-Identifier: GPL-2.0 */
/* What is written about tracees: as text or as JSON, or not at all. */
#ifndef SPTRACE_OUTPUT_H
#define SPTRACE_OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "calls.h"
#include "tracees.h"

/* Why a call that did not return is written. */
enum unfinished {
	UNFINISHED_EXIT, /* its thread ended in it */
	UNFINISHED_DETACHED, /* its thread is no longer traced */
};

/* How a tracee made another one. */
enum creation {
	CREATION_FORK,
	CREATION_VFORK,
	CREATION_CLONE,
};

struct output;

/* How a call ended, as bits of what is to be shown. */
enum status {
	STATUS_SUCCESSFUL = 1,
	STATUS_FAILED = 2,
	STATUS_UNFINISHED = 4,
	STATUS_DETACHED = 8,
	STATUS_ALL = 15,
};

/* The time of day in front of a line. */
enum clock_style {
	CLOCK_NONE,
	CLOCK_SECONDS,
	CLOCK_MICROSECONDS,
	CLOCK_EPOCH,
};

/**
 * struct style - what a line of text has, apart from what happened
 * @clock: the time
 * @relative: the time since the line before
 * @durations: how long the call took
 * @ip: where it was made
 * @apart: each tracee has a file of its own
 * @to_file: the thread id is written as into a file
 * @color: terminal colors
 * @column: where results begin
 * @statuses: which calls to show
 * @path: of each tracee's file, before its thread id
 */
struct style {
	enum clock_style clock;
	bool relative;
	bool durations;
	bool ip;
	bool apart;
	bool to_file;
	bool color;
	unsigned int column;
	unsigned int statuses;
	const char *path;
};

/**
 * struct format - one way to write
 * @entered: the tracee entered a call, which may take long
 * @returned: it returned, after @seconds
 * @unfinished: the tracee's call did not return
 * @signalled: the tracee is about to get a signal
 * @stopped: the tracee stopped with its thread group, because of a signal
 * @created: the tracee made a process or thread, which is a tracee, too
 * @executed: the tracee executed a program; it was the thread @former before,
 *	which is another number if it took over that of its thread group
 * @ended: the tracee ended with a wait status
 * @released: the tracee executed a program that may not be traced
 * @summary: how often the calls returned, in the order given
 */
struct format {
	void (*entered)(struct output *output, struct tracee *tracee);
	void (*returned)(struct output *output, struct tracee *tracee,
			 double seconds);
	void (*unfinished)(struct output *output, struct tracee *tracee,
			   enum unfinished reason);
	void (*signalled)(struct output *output, struct tracee *tracee,
			  const siginfo_t *info);
	void (*stopped)(struct output *output, struct tracee *tracee,
			int signal);
	void (*created)(struct output *output, struct tracee *tracee,
			enum creation creation, pid_t child);
	void (*executed)(struct output *output, struct tracee *tracee,
			 pid_t former);
	void (*ended)(struct output *output, struct tracee *tracee, int status);
	void (*released)(struct output *output, struct tracee *tracee);
	void (*summary)(struct output *output, struct call *const *calls,
			size_t count);
};

/**
 * struct output - where and how to write
 * @file: to here; flushed by whoever is about to sleep
 * @format: as this
 * @style: what a line of text has
 * @with_tid: lines of text start with the thread id
 * @open: the tracee whose line hasn't ended yet, NULL for none
 * @line: the part of a line that is being written
 * @column: how far that line is
 * @last: when the line before began
 */
struct output {
	FILE *file;
	const struct format *format;
	struct style style;
	bool with_tid;
	struct tracee *open;
	struct scratch line;
	size_t column;
	struct timespec last;
};

/*
 * The line of a call that others come in between of, if it is this tracee's,
 * or anybody's with NULL.
 */
void text_suspend(struct output *output, const struct tracee *tracee);

extern const struct format text_format;
extern const struct format json_format;

/* The table of text_format's summary. */
void summary_write(FILE *file, struct call *const *calls, size_t count);

#endif /* SPTRACE_OUTPUT_H */
