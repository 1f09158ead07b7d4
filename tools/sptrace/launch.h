/* SPDX-License-Identifier: GPL-2.0 */
/* The command that sptrace starts, held back until it is traced. */
#ifndef SPTRACE_LAUNCH_H
#define SPTRACE_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "signals.h"

/**
 * struct launch - the command
 * @pid: its process, 0 when there is no command
 * @gate: what it waits for before it executes; -1 once it was let through
 * @running: it has not been waited for
 * @status: its wait status, when it was
 */
struct launch {
	pid_t pid;
	int gate;
	bool running;
	int status;
};

/* Forks the process that will execute @argv. Returns 0, or -1 with errno. */
int launch_start(struct launch *launch, char **argv,
		 const struct signals *signals);

/* Lets it execute. */
void launch_release(struct launch *launch);

/* Ends it instead, and waits for it. */
void launch_abandon(struct launch *launch);

/* Waits for it natively, without blocking. */
void launch_reap(struct launch *launch);

/* Executes @argv in place of the caller; says why and exits where it can't. */
_Noreturn void launch_execute(char **argv);

#endif /* SPTRACE_LAUNCH_H */
