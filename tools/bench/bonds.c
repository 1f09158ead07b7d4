// SPDX-License-Identifier: GPL-2.0
/*
 * How a tracer comes by its tracee.
 */
#include <linux/ptrace.h>
#include <unistd.h>

#include "bench.h"

#define BONDS 500

/* Who arms hooks sleeps meanwhile, and others work for it. */
double measure_first_seize(void)
{
	pid_t child = spawn(sleep_forever), spinner = spawn(spin);
	double cost;

	usleep(200000); /* they have started, and what insmod began is over */
	leave_idle_time_to(spinner);
	cost = spent();
	shadow.seize(child);
	cost = spent() - cost;

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
