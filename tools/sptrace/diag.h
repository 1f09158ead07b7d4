/* SPDX-License-Identifier: GPL-2.0 */
/* What went wrong, and what can be done about it. */
#ifndef SPTRACE_DIAG_H
#define SPTRACE_DIAG_H

#include <sys/types.h>

/* What sptrace_open() opens. */
const char *diag_device(void);

/* sptrace_open() failed with @error. */
void diag_open(int error);

/* Attaching to @tid failed with @error; @fd is the handle. */
void diag_attach(int fd, pid_t tid, int error);

/* Likewise for @tid, which is to execute @command. */
void diag_start(int fd, pid_t tid, const char *command, int error);

/*
 * "sptrace trace" and these arguments, as one types them into a shell; NULL
 * without memory.
 */
char *diag_trace_line(char **args);

#endif /* SPTRACE_DIAG_H */
