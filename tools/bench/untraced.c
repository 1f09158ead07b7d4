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
#define OPENED "/dev/shm/sptrace-bench" /* in memory */
#define SIGNALS 4000
#define FORKS 400
#define BYTES 2000

int nr_calls = CALLS;

double measure_call(void)
{
	double start = spent();
	int i;

	for (i = 0; i < nr_calls; i++)
		syscall(SYS_getppid);

	settle();
	return (spent() - start) / nr_calls;
}

/* openat(2) and close(2) */
double measure_open(void)
{
	double start;
	int i;

	if (close(open(OPENED, O_RDONLY | O_CREAT, 0600)))
		die(OPENED);

	start = spent();
	for (i = 0; i < nr_calls; i++)
		close(open(OPENED, O_RDONLY));
	settle();
	start = spent() - start;

	unlink(OPENED);
	return start / nr_calls;
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
