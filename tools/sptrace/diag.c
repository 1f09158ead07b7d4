// SPDX-License-Identifier: GPL-2.0
/* What went wrong, and what can be done about it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "sptrace.h"

static const char *device_path(void)
{
	const char *path = getenv(SPTRACE_DEVICE_ENV);

	return path && *path ? path : SPTRACE_DEVICE;
}

static const char *open_hint(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return "Load the module with 'modprobe sptrace'. In a container, "
		       "the device must also be passed in,\n"
		       "for instance with 'docker run --device /dev/sptrace'.";
	case EACCES:
		return "Whoever may trace here needs permission to read and "
		       "write the device: see 'ls -l' of it.";
	case EPERM:
		return "The container's device policy refuses it: pass the "
		       "device in,\n"
		       "for instance with 'docker run --device /dev/sptrace'.";
	case ENOTTY:
		return "This is not the device of the sptrace module: check the "
		       "variable " SPTRACE_DEVICE_ENV ".";
	case EPROTONOSUPPORT:
		return "The loaded module speaks another version of the ABI than "
		       "this program: install both from the same release.";
	default:
		return NULL;
	}
}

void diag_open(int error)
{
	const char *hint = open_hint(error);

	fprintf(stderr, "sptrace: can't open %s: %s\n", device_path(),
		strerror(error));
	if (hint)
		fprintf(stderr, "%s\n", hint);
}

/* Another tracer of the task; 0 for none that the caller can see. */
static pid_t find_tracer(int fd, pid_t tid)
{
	struct spt_status *list;
	size_t count, i;
	pid_t tracer = 0;

	if (sptrace_list(fd, &list, &count) < 0)
		return 0;
	for (i = 0; i < count; i++) {
		if (list[i].tid == tid)
			tracer = list[i].tracer;
	}
	free(list);
	return tracer;
}

static void hint_refused(int fd, pid_t tid)
{
	pid_t tracer = find_tracer(fd, tid);

	if (tracer) {
		fprintf(stderr, "Process %d traces it already.\n", tracer);
		return;
	}
	fputs("The kernel's ptrace access check refuses it. You may trace "
	      "processes of your own user\n"
	      "that have no more privileges than you have; others need "
	      "CAP_SYS_PTRACE. A process can also\n"
	      "have one sptrace tracer only: see 'sptrace status'.\n",
	      stderr);
}

void diag_attach(int fd, pid_t tid, int error)
{
	fprintf(stderr, "sptrace: can't trace process %d: %s\n", tid,
		strerror(error));
	if (error == EPERM)
		hint_refused(fd, tid);
	else if (error == ESRCH)
		fputs("It has ended, or is not visible in this pid "
		      "namespace.\n",
		      stderr);
}
