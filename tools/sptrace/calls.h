/* SPDX-License-Identifier: GPL-2.0 */
/* The system calls that were met, each looked up by name once. */
#ifndef SPTRACE_CALLS_H
#define SPTRACE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/decode.h"
#include "filter.h"

/**
 * struct call - a system call of one architecture
 * @arch: AUDIT_ARCH_*
 * @nr: number
 * @name: name
 * @type: what it takes
 * @shown: it passes the filter
 * @executes: execve and its like
 * @count: how often it returned
 * @errors: how often it failed
 * @seconds: time between its entries and its returns, added up
 */
struct call {
	uint32_t arch;
	uint64_t nr;
	char *name;
	struct decode_type *type;
	bool shown;
	bool executes;
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

/* What a summary is sorted by. */
enum calls_order {
	CALLS_BY_TIME,
	CALLS_BY_COUNT,
	CALLS_BY_ERRORS,
	CALLS_BY_AVERAGE,
	CALLS_BY_NAME,
	CALLS_UNSORTED,
};

/**
 * calls_sorted() - the calls that returned
 * @calls: where to look
 * @order: the largest first, names by the alphabet
 * @count: set to the length of the array
 *
 * Return: an allocated array.
 */
struct call **calls_sorted(const struct calls *calls, enum calls_order order,
			   size_t *count);

/* Reads an order's name; false for one that isn't known. */
bool calls_parse_order(const char *name, enum calls_order *order);

void calls_free(struct calls *calls);

#endif /* SPTRACE_CALLS_H */
