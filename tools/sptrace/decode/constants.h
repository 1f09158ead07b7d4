/* SPDX-License-Identifier: GPL-2.0 */
/* Names of constants that system calls take. */
#ifndef SPTRACE_CONSTANTS_H
#define SPTRACE_CONSTANTS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct constant - one of a group
 * @value: what is passed
 * @name: NULL ends the group
 */
struct constant {
	uint64_t value;
	const char *name;
};

/**
 * struct constants - a group
 * @name: what meanings.c calls it
 * @members: bits that belong together come before each of them
 */
struct constants {
	const char *name;
	const struct constant *members;
};

/* All groups, sorted by name. */
extern const struct constants constants[];
extern const size_t constants_count;

#endif /* SPTRACE_CONSTANTS_H */
