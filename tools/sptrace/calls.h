/* SPDX-License-Identifier: GPL-2.0 */
/* The system calls that were met, each looked up by name once. */
#ifndef SPTRACE_CALLS_H
#define SPTRACE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filter.h"

/**
 * struct call - a system call of one architecture
 * @arch: AUDIT_ARCH_*
 * @nr: number
 * @name: name
 * @args: how many arguments it has
 * @shown: it passes the filter
 * @executes: execve and its like
 * @maps: it returns an address
 * @count: how often it returned
 * @errors: how often it failed
 * @seconds: time between its entries and its returns, added up
 */
struct call {
	uint32_t arch;
	uint64_t nr;
	char *name;
	unsigned int args;
	bool shown;
	bool executes;
	bool maps;
	uint64_t count;
	uint64_t errors;
	double seconds;
};

/**
 * struct calls - all of them
 * @tree: of tsearch(3), by @arch and @nr
 * @filter: tells which are shown
 */
struct calls {
	void *tree;
	const struct filter *filter;
};

/* Finds a call, or adds it. The program ends when memory runs out. */
struct call *calls_get(struct calls *calls, uint32_t arch, uint64_t nr);

/**
 * calls_by_time() - the calls that returned, those that took longest first
 * @calls: where to look
 * @count: set to the length of the array
 *
 * Return: an allocated array.
 */
struct call **calls_by_time(const struct calls *calls, size_t *count);

void calls_free(struct calls *calls);

#endif /* SPTRACE_CALLS_H */
