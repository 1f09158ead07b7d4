/* SPDX-License-Identifier: GPL-2.0 */
/* The threads that are traced, by thread id. */
#ifndef SPTRACE_TRACEES_H
#define SPTRACE_TRACEES_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "names.h"

/**
 * struct tracee - a traced thread
 * @tid: thread id
 * @tgid: thread group id
 * @call: the system call that it is in, NULL for none
 * @args: the arguments of @call
 * @start: when @call was entered
 */
struct tracee {
	pid_t tid;
	pid_t tgid;
	struct call *call;
	uint64_t args[NAMES_MAX_ARGS];
	struct timespec start;
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
