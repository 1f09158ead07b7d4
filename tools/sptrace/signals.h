/* SPDX-License-Identifier: GPL-2.0 */
/* Signals to sptrace itself, taken from a descriptor between two reports. */
#ifndef SPTRACE_SIGNALS_H
#define SPTRACE_SIGNALS_H

#include <signal.h>

/**
 * struct signals - how signals were and are received
 * @fd: a signalfd(2)
 * @old_mask: what the caller of sptrace had blocked
 * @old_child: what it did about SIGCHLD
 */
struct signals {
	int fd;
	sigset_t old_mask;
	struct sigaction old_child;
};

/* Returns 0, or -1 with errno set. */
int signals_take(struct signals *signals);

/* Returns the signal that asks sptrace to end, 0 for none (it may be SIGCHLD). */
int signals_read(struct signals *signals);

/* Undoes signals_take(), for the program that is to be executed. */
void signals_restore(const struct signals *signals);

/* Ends sptrace by the signal, without a core dump. */
_Noreturn void signals_die(int signal);

#endif /* SPTRACE_SIGNALS_H */
