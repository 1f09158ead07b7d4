// SPDX-License-Identifier: LGPL-2.1-or-later
/* From one stop to the next. */
#include <sys/ioctl.h>

#include "sptrace.h"

pid_t sptrace_next(int fd, struct spt_next *next)
{
	if (ioctl(fd, SPT_IOC_NEXT, next) < 0)
		return -1;
	return next->event.tid;
}
