// SPDX-License-Identifier: LGPL-2.1-or-later
/* Waiting for reports of tracees. */
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "sptrace.h"

pid_t sptrace_wait(int fd, struct spt_wait *wait)
{
	if (ioctl(fd, SPT_IOC_WAIT, wait) < 0)
		return -1;
	return wait->event.tid;
}

static struct timeval timeval_of(uint64_t usec)
{
	return (struct timeval){
		.tv_sec = usec / 1000000,
		.tv_usec = usec % 1000000,
	};
}

static struct rusage rusage_of(const struct spt_rusage *usage)
{
	return (struct rusage){
		.ru_utime = timeval_of(usage->utime_usec),
		.ru_stime = timeval_of(usage->stime_usec),
		.ru_maxrss = usage->maxrss_kib,
		.ru_minflt = usage->minflt,
		.ru_majflt = usage->majflt,
		.ru_inblock = usage->inblock,
		.ru_oublock = usage->oublock,
		.ru_nvcsw = usage->nvcsw,
		.ru_nivcsw = usage->nivcsw,
	};
}

static void choose(struct spt_wait *wait, pid_t pid)
{
	if (pid == -1) {
		wait->idtype = P_ALL;
	} else if (pid > 0) {
		wait->idtype = P_PID;
		wait->id = pid;
	} else {
		wait->idtype = P_PGID;
		wait->id = -pid;
	}
}

/*
 * A task that was let go is none of the tracer's any more, of which wait4(2)
 * says nothing; the report is taken all the same.
 */
static pid_t wait_for_tracee(int fd, struct spt_wait *wait)
{
	pid_t tid;

	do {
		tid = sptrace_wait(fd, wait);
	} while (tid > 0 && wait->event.flags & SPT_EVENT_DETACHED);
	return tid;
}

pid_t sptrace_wait4(int fd, pid_t pid, int *status, int options,
		    struct rusage *usage)
{
	struct spt_wait wait = {
		.options = WEXITED | WSTOPPED | options,
		.flags = usage ? SPT_WAIT_RUSAGE : 0,
	};
	pid_t tid;

	/* As natively; one that is passed over would stay as well. */
	if (options & WNOWAIT) {
		errno = EINVAL;
		return -1;
	}
	choose(&wait, pid);
	tid = wait_for_tracee(fd, &wait);
	if (tid <= 0)
		return tid;
	if (status)
		*status = wait.event.status;
	if (usage)
		*usage = rusage_of(&wait.rusage);
	return tid;
}
