// SPDX-License-Identifier: GPL-2.0
/* Signals to sptrace itself, taken from a descriptor between two reports. */
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "signals.h"

static bool is_ignored(int signal)
{
	struct sigaction action;

	return !sigaction(signal, NULL, &action) &&
	       action.sa_handler == SIG_IGN;
}

int signals_take(struct signals *signals)
{
	struct sigaction child = { .sa_handler = SIG_DFL };
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGQUIT);
	sigaddset(&mask, SIGCHLD);
	/* Started by nohup(1), sptrace stays when its terminal goes. */
	if (!is_ignored(SIGHUP))
		sigaddset(&mask, SIGHUP);
	signals->fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals->fd < 0)
		return -1;
	/* Ignored, it would have the kernel drop the command's exit status. */
	sigaction(SIGCHLD, &child, &signals->old_child);
	sigprocmask(SIG_BLOCK, &mask, &signals->old_mask);
	return 0;
}

int signals_read(struct signals *signals)
{
	struct signalfd_siginfo info;

	while (read(signals->fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGCHLD)
			return info.ssi_signo;
	}
	return 0;
}

void signals_restore(const struct signals *signals)
{
	sigaction(SIGCHLD, &signals->old_child, NULL);
	sigprocmask(SIG_SETMASK, &signals->old_mask, NULL);
}

void signals_die(int signal)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	struct rlimit no_core = { 0, 0 };
	sigset_t mask;

	setrlimit(RLIMIT_CORE, &no_core);
	sigaction(signal, &action, NULL);
	sigemptyset(&mask);
	sigaddset(&mask, signal);
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	raise(signal);
	/* Not reached but by a signal that does not end a program. */
	_exit(128 + signal);
}
