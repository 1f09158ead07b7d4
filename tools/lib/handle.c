// SPDX-License-Identifier: LGPL-2.1-or-later
/* Handles: files opened on the device. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sptrace.h"

static const char *device_path(void)
{
	const char *path = secure_getenv(SPTRACE_DEVICE_ENV);

	return path && *path ? path : SPTRACE_DEVICE;
}

static int check_abi(int fd)
{
	struct spt_info info;

	if (sptrace_info(fd, &info) < 0)
		return -1;
	if (info.abi_version == SPT_ABI_VERSION)
		return 0;
	errno = EPROTONOSUPPORT;
	return -1;
}

static void close_keeping_errno(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

/* In place of a closed standard stream it would get what is meant for that. */
static int leave_standard_streams(int fd)
{
	int moved;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	/* The limit leaves room for the streams alone. */
	if (moved < 0 && errno == EINVAL)
		errno = EMFILE;
	close_keeping_errno(fd);
	return moved;
}

int sptrace_open(const char *path)
{
	int fd = open(path ? path : device_path(), O_RDWR | O_CLOEXEC);

	fd = leave_standard_streams(fd);
	if (fd >= 0 && check_abi(fd) < 0) {
		close_keeping_errno(fd);
		return -1;
	}
	return fd;
}

int sptrace_close(int fd)
{
	return close(fd);
}

int sptrace_info(int fd, struct spt_info *info)
{
	memset(info, 0, sizeof(*info));
	return ioctl(fd, SPT_IOC_INFO, info);
}

int sptrace_set_flags(int fd, unsigned int flags)
{
	struct spt_flags args = { .flags = flags };

	return ioctl(fd, SPT_IOC_SET_FLAGS, &args);
}

int sptrace_serve(int fd, unsigned int flags)
{
	struct spt_serve args = { .flags = flags };

	return ioctl(fd, SPT_IOC_SERVE, &args);
}
