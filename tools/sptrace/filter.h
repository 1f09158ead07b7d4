/* SPDX-License-Identifier: GPL-2.0 */
/* Which system calls to show: -e trace=NAMES and its like. */
#ifndef SPTRACE_FILTER_H
#define SPTRACE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct filter - a set of system calls
 * @words: names, %classes and /regular expressions; all pass while it is empty
 * @count: how many there are
 * @negated: pass those that none of @words is about
 */
struct filter {
	char **words;
	size_t count;
	bool negated;
};

/**
 * struct filter_others - what an expression may be about beside names
 * @statuses: -e status=, STATUS_* of output.h
 * @hushed: -e signal=, the signals that are not in it
 */
struct filter_others {
	unsigned int *statuses;
	uint64_t *hushed;
};

/**
 * filter_parse() - take over an expression such as "trace=!read,%file"
 * @filter: replaced, zeroed before its first use
 * @others: set where the expression is about them
 * @expression: [trace=][!]WORD[,WORD]..., status=..., signal=...
 * @problem: on failure set to an allocated text that says what is wrong
 *
 * Return: 0 or -1.
 */
int filter_parse(struct filter *filter, const struct filter_others *others,
		 const char *expression, char **problem);

/* Whether the system call of that name is to be shown. */
bool filter_passes(const struct filter *filter, const char *name);

void filter_free(struct filter *filter);

/* classes.c: whether a class of that name exists, and has the call. */
bool class_exists(const char *class);
bool class_has(const char *class, const char *name);

#endif /* SPTRACE_FILTER_H */
