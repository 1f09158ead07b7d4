/* SPDX-License-Identifier: GPL-2.0 */
/* Text that is made again and again, in memory that is kept. */
#ifndef SPTRACE_SCRATCH_H
#define SPTRACE_SCRATCH_H

#include <stddef.h>
#include <stdio.h>

/**
 * struct scratch - zeroed before its first use
 * @file: of open_memstream(3), which costs more than all that is written to it
 * @text: its memory
 * @size: how much of it is written
 */
struct scratch {
	FILE *file;
	char *text;
	size_t size;
};

/* To write to; what was written before is gone. The program ends without memory. */
FILE *scratch_begin(struct scratch *scratch);

/* What has been written since, until it begins anew. */
const char *scratch_end(struct scratch *scratch);

void scratch_free(struct scratch *scratch);

#endif /* SPTRACE_SCRATCH_H */
