// SPDX-License-Identifier: GPL-2.0
/*
 * What those do who are not traced.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define CALLS 20000
#define OPENS 4000
#define SIGNALS 4000
#define FORKS 400
#define BYTES 2000

double measure_call(void)
{
	double start = now();
	int i;

	for (i = 0; i < CALLS; i++)
		syscall(SYS_getppid);

	return (now() - start) / CALLS;
}

/* And one of a file by its path, with the close(2) after it. */
double measure_open(void)
{
	double start = now();
	int i;

	for (i = 0; i < OPENS; i++)
		syscall(SYS_close,
			syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY));

	return (now() - start) / OPENS;
}

/* The one call whose hook is always armed, by someone it isn't for. */
double measure_prctl(void)
{
	double start = now();
	int i;

	for (i = 0; i < CALLS; i++)
		syscall(SYS_prctl, PR_GET_DUMPABLE, 0, 0, 0, 0);

	return (now() - start) / CALLS;
}

double measure_fork(void)
{
	double start = now();
	pid_t child;
	int i;

	for (i = 0; i < FORKS; i++) {
		child = fork();
		if (!child)
			_exit(0);
		if (child < 0 || waitpid(child, NULL, 0) != child)
			die("fork");
	}

	return (now() - start) / FORKS;
}

static void handle(int number)
{
	(void)number;
}

double measure_signal(void)
{
	struct sigaction action = { .sa_handler = handle };
	pid_t self = getpid();
	double start;
	int i;

	sigaction(SIGUSR1, &action, NULL);
	start = now();
	for (i = 0; i < SIGNALS; i++)
		syscall(SYS_kill, self, SIGUSR1);

	return (now() - start) / SIGNALS;
}

static int there[2], back[2];

static void pass_on(int from, int to)
{
	char byte;

	if (read(from, &byte, 1) != 1 || write(to, "x", 1) != 1)
		die("pipe");
}

static void pass_on_forever(void)
{
	for (;;)
		pass_on(there[0], back[1]);
}

double measure_pingpong(void)
{
	double start;
	pid_t child;
	int i;

	if (pipe(there) || pipe(back))
		die("pipe");
	child = spawn(pass_on_forever);
	if (write(there[1], "x", 1) != 1)
		die("pipe");

	start = now();
	for (i = 0; i < BYTES; i++)
		pass_on(back[0], there[1]);
	start = (now() - start) / BYTES;

	end(child);
	close(there[0]);
	close(there[1]);
	close(back[0]);
	close(back[1]);
	return start;
}

/* Of one who has nobody to wait for. */
double measure_wait(void)
{
	double start = now();
	int i;

	for (i = 0; i < CALLS; i++)
		waitpid(-1, NULL, WNOHANG);

	return (now() - start) / CALLS;
}
