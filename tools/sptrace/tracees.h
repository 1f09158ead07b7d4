/* SPDX-License-Identifier: GPL-2.0 */
/* The threads that are traced, by thread id. */
#ifndef SPTRACE_TRACEES_H
#define SPTRACE_TRACEES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#include "decode/decode.h"
#include "memory.h"
#include "scratch.h"

/**
 * struct tracee - a traced thread
 * @tid: thread id
 * @tgid: thread group id
 * @call: the system call that it is in, NULL for none
 * @start: when @call was entered, by the monotonic clock
 * @ip: where @call was made
 * @decode: @call's arguments and result
 * @memory: where these point to
 * @source: reads @memory
 * @file: it has a file of its own, NULL for none
 * @held: @call's line as far as it is known, which isn't written yet
 * @scratch: the memory of @held
 * @passed: @call passes the filters that look at arguments
 * @begun: its entry was told
 * @suspended: @call's line was ended before the call was over
 */
struct tracee {
	pid_t tid;
	pid_t tgid;
	struct call *call;
	struct timespec start;
	uint64_t ip;
	struct decode_call decode;
	struct memory memory;
	struct decode_source source;
	FILE *file;
	const char *held;
	struct scratch scratch;
	bool passed;
	bool begun;
	bool suspended;
};

/**
 * struct tracees - all of them
 * @tree: of tsearch(3), by @tid
 * @count: how many there are
 */
struct tracees {
	void *tree;
	size_t count;
};

/* NULL when there is no such tracee. */
struct tracee *tracees_find(const struct tracees *tracees, pid_t tid);

/* Finds a tracee, or adds it. The program ends when memory runs out. */
struct tracee *tracees_get(struct tracees *tracees, pid_t tid, pid_t tgid);

void tracees_remove(struct tracees *tracees, struct tracee *tracee);

void tracees_each(const struct tracees *tracees,
		  void (*visit)(struct tracee *tracee, void *closure),
		  void *closure);

void tracees_free(struct tracees *tracees);

#endif /* SPTRACE_TRACEES_H */
