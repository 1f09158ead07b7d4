/* SPDX-License-Identifier: GPL-2.0 */
/* Memory whose first touch takes as long as a test likes (userfaultfd(2)). */
#ifndef SPT_SLOW_H
#define SPT_SLOW_H

#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/mman.h>
#include "spt.h"

#define SLOW_PAGE 4096

/*
 * From then on whoever touches the page, which nobody has yet, sleeps until the
 * fault is answered or the descriptor, which is returned, is closed; -1 when
 * there is no userfaultfd(2).
 */
static maybe_unused int make_slow(void *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = (uintptr_t)page, .len = SLOW_PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	/* Without that poll(2) says nothing of it (userfaultfd_poll()). */
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0 && !ioctl(fd, UFFDIO_API, &api) &&
	    !ioctl(fd, UFFDIO_REGISTER, &range))
		return fd;
	close(fd);
	return -1;
}

/* Until somebody has touched it; false when nobody does. */
static maybe_unused bool await_touch(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct uffd_msg message;

	return poll(&pfd, 1, WAIT_LIMIT_MS) == 1 &&
	       read(fd, &message, sizeof(message)) == sizeof(message) &&
	       message.event == UFFD_EVENT_PAGEFAULT;
}

/* Let them go on, with a page of zeros. */
static maybe_unused bool end_slowness(int fd, void *page)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (uintptr_t)page, .len = SLOW_PAGE },
	};

	return !ioctl(fd, UFFDIO_ZEROPAGE, &zero);
}

#endif /* SPT_SLOW_H */
