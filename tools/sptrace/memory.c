// SPDX-License-Identifier: GPL-2.0
/* The memory and the descriptors of a stopped tracee. */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include "memory.h"
#include "sptrace.h"

/* Word by word: where only the tracer may read, or nothing else is left. */
static size_t peek(const struct memory *memory, uint64_t address, char *buffer,
		   size_t size)
{
	unsigned long word;
	size_t done = 0, offset, part;

	while (done < size) {
		offset = (address + done) % sizeof(word);
		part = sizeof(word) - offset;
		if (part > size - done)
			part = size - done;
		if (sptrace_peek(memory->fd, PTRACE_PEEKDATA, memory->tid,
				 address + done - offset, &word) < 0)
			break;
		memcpy(buffer + done, (char *)&word + offset, part);
		done += part;
	}
	return done;
}

static size_t read_memory(void *closure, uint64_t address, void *buffer,
			  size_t size)
{
	const struct memory *memory = closure;
	struct iovec here = { buffer, size };
	struct iovec there = { (void *)(uintptr_t)address, size };
	ssize_t done;

	done = process_vm_readv(memory->tid, &here, 1, &there, 1, 0);
	if (done == (ssize_t)size)
		return size;
	return peek(memory, address, buffer, size);
}

static char *fd_path(void *closure, int fd)
{
	const struct memory *memory = closure;
	char link[sizeof("/proc/2147483647/fd/2147483647")];
	char path[PATH_MAX];
	ssize_t length;

	if (fd == AT_FDCWD)
		snprintf(link, sizeof(link), "/proc/%d/cwd", memory->tid);
	else
		snprintf(link, sizeof(link), "/proc/%d/fd/%d", memory->tid, fd);
	length = readlink(link, path, sizeof(path));
	return length > 0 ? strndup(path, length) : NULL;
}

struct decode_source memory_source(struct memory *memory)
{
	return (struct decode_source){
		.read = read_memory,
		.fd_path = fd_path,
		.closure = memory,
	};
}
