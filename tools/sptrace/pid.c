// SPDX-License-Identifier: GPL-2.0
/* Process ids on the command line. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "pid.h"

pid_t pid_parse(const char *text)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 10);
	return errno || *end || pid <= 0 || pid > INT_MAX ? 0 : pid;
}
