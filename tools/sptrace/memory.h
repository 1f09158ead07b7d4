/* SPDX-License-Identifier: GPL-2.0 */
/* The memory and the descriptors of a stopped tracee. */
#ifndef SPTRACE_MEMORY_H
#define SPTRACE_MEMORY_H

#include <sys/types.h>

#include "decode/decode.h"

/**
 * struct memory - whose
 * @fd: the handle that traces it
 * @tid: the thread
 */
struct memory {
	int fd;
	pid_t tid;
};

/* What the decoder reads of a stopped tracee. */
struct decode_source memory_source(struct memory *memory);

#endif /* SPTRACE_MEMORY_H */
