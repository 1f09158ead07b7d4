/* SPDX-License-Identifier: GPL-2.0 */
/* Only the calls that are shown stop: a filter in the tracee (SPT_IOC_SET_FILTER). */
#ifndef SPTRACE_SCREEN_H
#define SPTRACE_SCREEN_H

#include <linux/filter.h>
#include <sys/types.h>

#include "filter.h"

/**
 * struct screen - the filter's program
 * @program: its instructions, none when every call stops
 */
struct screen {
	struct sock_fprog program;
};

/**
 * screen_make() - a program for what is to be shown
 * @screen: zeroed; has no program when all calls are shown, when a wanted one is newer
 *	than libseccomp, or when there is no memory
 * @fd: the handle; of a module without filters nothing is made
 * @filter: what is to be shown
 */
void screen_make(struct screen *screen, int fd, const struct filter *filter);

/* Have a tracee stop by it; children inherit it. Without it, all its calls stop. */
void screen_apply(const struct screen *screen, int fd, pid_t tid);

void screen_free(struct screen *screen);

#endif /* SPTRACE_SCREEN_H */
