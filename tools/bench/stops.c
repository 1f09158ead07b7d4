// SPDX-License-Identifier: GPL-2.0
/*
 * What a tracer and its tracee do: from one stop to the next, at a system call.
 */
#include <linux/ptrace.h>

#include "bench.h"

#define STOPS 2000

static double measure_stop(const struct tracing *how)
{
	pid_t child = spawn(call_forever);
	double start;
	int i;

	how->seize(child);
	how->resume(PTRACE_INTERRUPT, child);

	start = now();
	for (i = 0; i < STOPS; i++)
		how->resume(PTRACE_SYSCALL, child);
	start = (now() - start) / STOPS;

	end(child);
	return start;
}

double measure_native_stop(void)
{
	return measure_stop(&native);
}

double measure_shadow_stop(void)
{
	return measure_stop(&shadow);
}
