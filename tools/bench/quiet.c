// SPDX-License-Identifier: GPL-2.0
/*
 * What is spent on something by the whole machine: by who does it, and by all that work for or
 * because of it. A process of the idle class takes the time that they leave; what isn't that
 * process's is theirs.
 */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define MOMENT 10000 /* microseconds */
#define QUIET_MOMENTS 2
#define QUIET 0.9 /* of a moment is the idle process's */
#define LONGEST 1000 /* moments */

static pid_t idler;

void spin(void)
{
	struct sched_param none = { 0 };

	if (sched_setscheduler(0, SCHED_IDLE, &none))
		die("SCHED_IDLE");
	for (;;)
		continue;
}

/* Until there is something to settle. */
double measure_spin(void)
{
	raise(SIGSTOP);
	spin();
}

static double cpu_time(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts))
		die("clock_getcpuclockid");
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

void leave_idle_time_to(pid_t pid)
{
	idler = pid;
}

double spent(void)
{
	return idler ? now() - cpu_time(idler) : now();
}

/*
 * A tool may look at what it was left with some time later. The idle process only runs meanwhile: a
 * second one that can run makes each switch dearer.
 */
void settle(void)
{
	double start, busy;
	int i, quiet = 0;

	for (i = 0; idler && quiet < QUIET_MOMENTS; i++) {
		if (i == LONGEST)
			die("the machine doesn't become quiet");
		kill(idler, SIGCONT);
		start = now();
		busy = spent();
		usleep(MOMENT);
		busy = spent() - busy;
		quiet = busy < (1 - QUIET) * (now() - start) ? quiet + 1 : 0;
	}
	if (idler)
		kill(idler, SIGSTOP);
}

static char *const *command;

void set_command(char *const *arguments)
{
	command = arguments;
}

double measure_command(void)
{
	double start;
	pid_t child;
	int status;

	if (idler)
		kill(idler, SIGCONT);
	start = spent();
	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		execvp(command[0], command);
		_exit(127);
	}
	if (waitpid(child, &status, 0) != child || status)
		die(command[0]);

	settle();
	return spent() - start;
}
