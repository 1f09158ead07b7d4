// SPDX-License-Identifier: LGPL-2.1-or-later
/* Many pieces of a tracee's memory in one call. */
#include <sys/ioctl.h>

#include "sptrace.h"

static ssize_t move(int fd, pid_t tid, unsigned int flags,
		    const struct spt_range *ranges, size_t count)
{
	struct spt_memory args = {
		.tid = tid,
		.flags = flags,
		.ranges = (uintptr_t)ranges,
		.count = count > SPT_MEMORY_MAX_RANGES ?
				 SPT_MEMORY_MAX_RANGES + 1 :
				 count,
	};

	if (ioctl(fd, SPT_IOC_MEMORY, &args) < 0)
		return -1;
	return args.done;
}

ssize_t sptrace_read_memory(int fd, pid_t tid, const struct spt_range *ranges,
			    size_t count)
{
	return move(fd, tid, 0, ranges, count);
}

ssize_t sptrace_write_memory(int fd, pid_t tid, const struct spt_range *ranges,
			     size_t count)
{
	return move(fd, tid, SPT_MEMORY_WRITE, ranges, count);
}
