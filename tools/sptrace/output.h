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

/**
 * struct format - one way to write
 * @returned: the tracee's call returned @rval, a negated errno with @failed,
 *	after @seconds
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
	void (*returned)(struct output *output, const struct tracee *tracee,
			 int64_t rval, bool failed, double seconds);
	void (*unfinished)(struct output *output, const struct tracee *tracee,
			   enum unfinished reason);
	void (*signalled)(struct output *output, const struct tracee *tracee,
			  const siginfo_t *info);
	void (*stopped)(struct output *output, const struct tracee *tracee,
			int signal);
	void (*created)(struct output *output, const struct tracee *tracee,
			enum creation creation, pid_t child);
	void (*executed)(struct output *output, const struct tracee *tracee,
			 pid_t former);
	void (*ended)(struct output *output, const struct tracee *tracee,
		      int status);
	void (*released)(struct output *output, const struct tracee *tracee);
	void (*summary)(struct output *output, struct call *const *calls,
			size_t count);
};

/**
 * struct output - where and how to write
 * @file: to here; flushed by whoever is about to sleep
 * @format: as this
 * @with_tid: lines of text start with the thread id
 */
struct output {
	FILE *file;
	const struct format *format;
	bool with_tid;
};

extern const struct format text_format;
extern const struct format json_format;

/* The table of text_format's summary. */
void summary_write(FILE *file, struct call *const *calls, size_t count);

#endif /* SPTRACE_OUTPUT_H */
