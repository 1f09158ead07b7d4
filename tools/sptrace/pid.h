/* SPDX-License-Identifier: GPL-2.0 */
/* Process ids on the command line. */
#ifndef SPTRACE_PID_H
#define SPTRACE_PID_H

#include <sys/types.h>

/* Returns 0 for what is no process id. */
pid_t pid_parse(const char *text);

#endif /* SPTRACE_PID_H */
