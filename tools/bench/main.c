// SPDX-License-Identifier: GPL-2.0
/*
 * sptrace-bench: prints what one round of something costs, the least of several
 * runs.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define RUNS 5
#define TIME_LIMIT 300 /* seconds, of the whole program */

struct measure {
	const char *name;
	const char *what;
	double (*once)(void);
	int runs;
};

static const struct measure measures[] = {
	{ "call", "a system call that does nothing", measure_call, RUNS },
	{ "open", "openat(2) and close(2)", measure_open, RUNS },
	{ "prctl", "a prctl(2) that does nothing", measure_prctl, RUNS },
	{ "fork", "fork(2), exit and wait(2)", measure_fork, RUNS },
	{ "signal", "a signal to oneself, handled", measure_signal, RUNS },
	{ "pingpong", "a byte through a pipe and back", measure_pingpong,
	  RUNS },
	{ "native-stop", "from stop to stop of a tracee", measure_native_stop,
	  RUNS },
	{ "shadow-stop", "the same by the shadow", measure_shadow_stop, RUNS },
	{ "wait", "a waitpid(2) that finds nobody", measure_wait, RUNS },
	{ "strace", "strace -f of a program", measure_strace, 2 },
	{ "strace-seccomp", "strace -f --seccomp-bpf -e openat of it",
	  measure_strace_seccomp, 2 },
	{ "native-seize", "PTRACE_SEIZE", measure_native_seize, RUNS },
	{ "shadow-seize", "the same by the shadow", measure_shadow_seize,
	  RUNS },
	{ "first-seize", "the first since the module's insertion",
	  measure_first_seize, 1 },
};

#define NR_MEASURES (sizeof(measures) / sizeof(measures[0]))

static const struct option options[] = {
	{ "armed", no_argument, NULL, 'a' },
	{ "beside", required_argument, NULL, 'b' },
	{ "filtered", no_argument, NULL, 'f' },
	{ "served", no_argument, NULL, 's' },
	{ "served-beside", no_argument, NULL, 'S' },
	{ "tracees", required_argument, NULL, 't' },
	{ "passed", no_argument, NULL, 'p' },
	{ "recorded", no_argument, NULL, 'r' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

static void help(FILE *file)
{
	size_t i;

	fputs("Usage: sptrace-bench [OPTION…] MEASURE\n"
	      "\n"
	      "Prints the nanoseconds of one round, the least of several runs. Under\n"
	      "scripts/vm --icount a nanosecond is an instruction.\n"
	      "\n"
	      "  --armed      while another process traces a third, by the shadow\n"
	      "  --served-beside  the same, while that other one is served\n"
	      "  --beside N   while it traces N others, and one that is a leader\n"
	      "               and has exited before its thread\n"
	      "  --filtered   with a seccomp filter, which allows everything\n"
	      "  --passed     as a tracee whose filter lets all those calls pass\n"
	      "  --recorded   as a tracee whose calls are recorded\n"
	      "  --served     by one whose ptrace(2) and wait4(2) mean the shadow\n"
	      "  --tracees N  while having N tracees already, by the shadow\n"
	      "  --help       prints this\n"
	      "\n"
	      "Measures:\n",
	      file);
	for (i = 0; i < NR_MEASURES; i++)
		fprintf(file, "  %-17s %s\n", measures[i].name,
			measures[i].what);
}

static const struct measure *find_measure(const char *name)
{
	size_t i;

	for (i = 0; i < NR_MEASURES; i++)
		if (!strcmp(name, measures[i].name))
			return &measures[i];

	fprintf(stderr, "sptrace-bench: no measure %s; try --help\n", name);
	exit(2);
}

static double least(const struct measure *measure)
{
	double cost = measure->once(), again;
	int i;

	for (i = 1; i < measure->runs; i++) {
		again = measure->once();
		if (again < cost)
			cost = again;
	}

	return cost;
}

int main(int argc, char **argv)
{
	const struct measure *measure;
	int option, beside = 0, count = 0;
	bool filtered = false, served = false, beside_served = false;
	bool passed = false, recorded = false;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'a':
			beside = 1;
			break;
		case 'b':
			beside = atoi(optarg);
			break;
		case 'f':
			filtered = true;
			break;
		case 'S':
			beside = 1;
			beside_served = true;
			break;
		case 's':
			served = true;
			break;
		case 't':
			count = atoi(optarg);
			break;
		case 'p':
			passed = true;
			break;
		case 'r':
			recorded = true;
			break;
		case 'h':
			help(stdout);
			return 0;
		default:
			return 2;
		}
	}
	if (argc - optind != 1) {
		help(stderr);
		return 2;
	}
	measure = find_measure(argv[optind]);

	alarm(TIME_LIMIT);
	if (beside > 0)
		arm_hooks(beside, beside_served);
	if (filtered)
		be_filtered();
	if (served)
		be_served();
	if (passed)
		be_passed();
	if (recorded)
		be_recorded();
	if (count > 0)
		have_tracees(count);
	printf("%.1f\n", least(measure));
	end_passing();
	lose_tracees();
	disarm_hooks();

	return 0;
}
