// SPDX-License-Identifier: GPL-2.0
/*
 * How a tracer comes by its tracee.
 */
#include <linux/ptrace.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define BONDS 500

static void spin(void)
{
	struct sched_param none = { 0 };

	if (sched_setscheduler(0, SCHED_IDLE, &none))
		die("SCHED_IDLE");
	for (;;)
		continue;
}

static double cpu_time(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts))
		die("clock_getcpuclockid");
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

/*
 * Who arms hooks sleeps meanwhile, and others work for it. A process takes all the
 * time that they leave, so that what isn't that process's is what they did.
 */
double measure_first_seize(void)
{
	pid_t child = spawn(sleep_forever), spinner = spawn(spin);
	double cost, spun;

	usleep(200000); /* they have started, and what insmod began is over */
	cost = now();
	spun = cpu_time(spinner);
	shadow.seize(child);
	spun = cpu_time(spinner) - spun;
	cost = now() - cost - spun;

	end(spinner);
	end(child);
	return cost;
}

static double measure_seize(const struct tracing *how)
{
	pid_t child = spawn(sleep_forever);
	double start, cost = 0;
	int i;

	for (i = 0; i < BONDS; i++) {
		start = now();
		how->seize(child);
		cost += now() - start;
		how->resume(PTRACE_INTERRUPT, child);
		how->detach(child);
	}

	end(child);
	return cost / BONDS;
}

double measure_native_seize(void)
{
	return measure_seize(&native);
}

double measure_shadow_seize(void)
{
	return measure_seize(&shadow);
}
