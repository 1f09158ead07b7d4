// SPDX-License-Identifier: GPL-2.0
/*
 * What a tracer and its tracee do: from one stop to the next, at a system call.
 */
#include <linux/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define STOPS 2000
#define RUNS 4
#define COPIES "1000" /* two calls each */

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

	how->detach(child);
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

double measure_next_stop(void)
{
	return measure_stop(&next);
}

/* A call has two of them. */
double measure_native_traced_call(void)
{
	return 2 * measure_stop(&native);
}

double measure_next_traced_call(void)
{
	return measure_stop(&next_exit);
}

static double run_tracer(char *const *arguments)
{
	double start = now();
	pid_t strace;
	int status;

	strace = fork();
	if (strace < 0)
		die("fork");
	if (!strace) {
		execvp("strace", arguments);
		_exit(127);
	}
	if (waitpid(strace, &status, 0) != strace || status)
		die("strace");

	return now() - start;
}

/*
 * An unmodified tracer, of a program that does little but system calls. The first one
 * waits for the files of both to be read.
 */
static double measure_tracer(char *const *arguments)
{
	double least = run_tracer(arguments), one;
	int i;

	for (i = 1; i < RUNS; i++) {
		one = run_tracer(arguments);
		if (one < least)
			least = one;
	}

	return least;
}

#define PROGRAM                                                        \
	"dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=" COPIES, \
		"status=none", NULL

double measure_strace(void)
{
	static char *const arguments[] = { "strace", "-f",	  "-qq",
					   "-o",     "/dev/null", PROGRAM };

	return measure_tracer(arguments);
}

/* Of whose calls the tracer is told of a few. */
double measure_strace_seccomp(void)
{
	static char *const arguments[] = {
		"strace",	 "-f", "-qq",	 "-o",	 "/dev/null",
		"--seccomp-bpf", "-e", "openat", PROGRAM
	};

	return measure_tracer(arguments);
}
