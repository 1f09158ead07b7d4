/* SPDX-License-Identifier: GPL-2.0 */
/* What system calls take, as the kernel's source declares it. */
#ifndef SPTRACE_PROTOTYPES_H
#define SPTRACE_PROTOTYPES_H

#include <stddef.h>

#define PROTOTYPE_ARGS 6

/**
 * struct prototype - one system call
 * @name: as in the system call table
 * @count: how many arguments it has
 * @args: each declaration, such as "const char *filename"
 */
struct prototype {
	const char *name;
	unsigned int count;
	const char *args[PROTOTYPE_ARGS];
};

/* Of 64-bit and of 32-bit programs, sorted by name. */
extern const struct prototype prototypes_64[], prototypes_32[];
extern const size_t prototypes_64_count, prototypes_32_count;

#endif /* SPTRACE_PROTOTYPES_H */
