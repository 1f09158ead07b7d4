/* SPDX-License-Identifier: GPL-2.0 */
/* Why something was refused, and what would permit it, in words. */
#ifndef SPTRACE_EXPLAIN_H
#define SPTRACE_EXPLAIN_H

#include <linux/sptrace.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Which rule refuses an attach to @tid. @started says that sptrace made it,
 * so that it is about to end and in the pid namespace of sptrace.
 */
void explain_attach(int fd, pid_t tid, bool started);

/*
 * Why a pid namespace can't be given another scope than @current. @instead says
 * that it was to count in place of Yama's.
 */
void explain_set_scope(const struct spt_scope *current, unsigned int wanted,
		       bool instead);
/* Nor one that counts in place of Yama's, on this machine. */
void explain_no_instead(void);

/* A limit that was reached, a parameter of the module. */
void explain_max_tracers(void);
void explain_max_tracees(void);

/* A process was not found. */
void explain_no_process(void);
void explain_no_hooks(void);

/* The module doesn't have a request. */
void explain_old_module(void);

#endif /* SPTRACE_EXPLAIN_H */
