// SPDX-License-Identifier: LGPL-2.1-or-later
/* Waiting for reports of tracees. */
#include <sys/ioctl.h>

#include "sptrace.h"

pid_t sptrace_wait(int fd, struct spt_wait *wait)
{
	if (ioctl(fd, SPT_IOC_WAIT, wait) < 0)
		return -1;
	return wait->event.tid;
}
