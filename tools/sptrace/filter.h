/* SPDX-License-Identifier: GPL-2.0 */
/* Which system calls to show: -e trace=NAMES. */
#ifndef SPTRACE_FILTER_H
#define SPTRACE_FILTER_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct filter - a set of system calls
 * @names: their names; every call passes while it is empty
 * @count: how many names there are
 * @negated: pass those that are not in @names
 */
struct filter {
	char **names;
	size_t count;
	bool negated;
};

/**
 * filter_parse() - take over an expression such as "trace=!read,write"
 * @filter: replaced, zeroed before its first use
 * @expression: [trace=][!]NAME[,NAME]...
 * @problem: on failure set to an allocated text that says what is wrong
 *
 * Return: 0 or -1.
 */
int filter_parse(struct filter *filter, const char *expression, char **problem);

/* Whether the system call of that name is to be shown. */
bool filter_passes(const struct filter *filter, const char *name);

void filter_free(struct filter *filter);

#endif /* SPTRACE_FILTER_H */
