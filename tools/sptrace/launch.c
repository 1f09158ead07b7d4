// SPDX-License-Identifier: GPL-2.0
/* The command that sptrace starts, held back until it is traced. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"

/* As shells have it. */
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127

void launch_execute(char **argv)
{
	int error;

	execvp(argv[0], argv);
	error = errno;
	if (error == ENOENT && !strchr(argv[0], '/'))
		fprintf(stderr, "sptrace: %s: command not found\n", argv[0]);
	else
		fprintf(stderr, "sptrace: %s: %s\n", argv[0], strerror(error));
	_exit(error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

static _Noreturn void run_child(int gate, char **argv,
				const struct signals *signals)
{
	char byte;

	signals_restore(signals);
	/* An end of file: sptrace gave up, or was killed. */
	if (read(gate, &byte, sizeof(byte)) != sizeof(byte))
		_exit(EXIT_FAILURE);
	launch_execute(argv);
}

int launch_start(struct launch *launch, char **argv,
		 const struct signals *signals)
{
	int gate[2];

	if (pipe2(gate, O_CLOEXEC) < 0)
		return -1;
	launch->pid = fork();
	if (!launch->pid) {
		close(gate[1]);
		run_child(gate[0], argv, signals);
	}
	close(gate[0]);
	launch->gate = gate[1];
	if (launch->pid < 0) {
		close(gate[1]);
		return -1;
	}
	launch->running = true;
	return 0;
}

static void close_gate(struct launch *launch)
{
	close(launch->gate);
	launch->gate = -1;
}

void launch_release(struct launch *launch)
{
	if (!launch->pid || launch->gate < 0)
		return;
	/* Fails when the process was killed, which its wait status tells. */
	while (write(launch->gate, "", 1) < 0 && errno == EINTR)
		;
	close_gate(launch);
}

void launch_abandon(struct launch *launch)
{
	close_gate(launch);
	waitpid(launch->pid, &launch->status, 0);
	launch->running = false;
}

void launch_reap(struct launch *launch)
{
	if (launch->running &&
	    waitpid(launch->pid, &launch->status, WNOHANG) == launch->pid)
		launch->running = false;
}
