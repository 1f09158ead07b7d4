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
	{ "open", "an openat(2) and a close(2)", measure_open, RUNS },
	{ "prctl", "a prctl(2) that does nothing", measure_prctl, RUNS },
	{ "fork", "fork(2), exit and wait(2)", measure_fork, RUNS },
	{ "signal", "a signal to oneself, handled", measure_signal, RUNS },
	{ "pingpong", "a byte through a pipe and back", measure_pingpong,
	  RUNS },
	{ "native-stop", "from stop to stop of a tracee", measure_native_stop,
	  RUNS },
	{ "shadow-stop", "the same by the shadow", measure_shadow_stop, RUNS },
	{ "next-stop", "the same by SPT_IOC_NEXT", measure_next_stop, RUNS },
	{ "native-traced-call", "a call with two stops",
	  measure_native_traced_call, RUNS },
	{ "next-traced-call", "a call with one, by SPT_IOC_NEXT",
	  measure_next_traced_call, RUNS },
	{ "wait", "a waitpid(2) that finds nobody", measure_wait, RUNS },
	{ "strace", "strace -f of a program", measure_strace, 2 },
	{ "strace-seccomp", "strace -f --seccomp-bpf -e openat of it",
	  measure_strace_seccomp, 2 },
	{ "native-read", "process_vm_readv(2) of 1 MiB", measure_native_read,
	  RUNS },
	{ "shadow-read", "the same by SPT_IOC_MEMORY", measure_shadow_read,
	  RUNS },
	{ "native-words", "16 times PTRACE_PEEKDATA", measure_native_words,
	  RUNS },
	{ "shadow-words", "16 words by SPT_IOC_MEMORY", measure_shadow_words,
	  RUNS },
	{ "notified-call", "a call that seccomp asks another process about",
	  measure_notified_call, RUNS },
	{ "native-seize", "PTRACE_SEIZE", measure_native_seize, RUNS },
	{ "shadow-seize", "the same by the shadow", measure_shadow_seize,
	  RUNS },
	{ "first-seize", "the first since the module's insertion",
	  measure_first_seize, 1 },
	{ "command", "the COMMAND that follows", measure_command, 3 },
	{ "spin", "nothing: for --idle, until it is killed", measure_spin, 1 },
};

#define NR_MEASURES (sizeof(measures) / sizeof(measures[0]))

static const struct option options[] = {
	{ "calls", required_argument, NULL, 'c' },
	{ "idle", required_argument, NULL, 'i' },
	{ "to", required_argument, NULL, 'o' },
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

	fputs("Usage: sptrace-bench [OPTION…] MEASURE [COMMAND…]\n"
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
	      "  --calls N    of call and open: so many in a run\n"
	      "  --idle PID   counts all that the machine does in call, open and command,\n"
	      "               and until it is quiet, but for the process PID, which spins\n"
	      "  --to FILE    writes the number to FILE\n"
	      "  --help       prints this\n"
	      "\n"
	      "Measures:\n",
	      file);
	for (i = 0; i < NR_MEASURES; i++)
		fprintf(file, "  %-18s %s\n", measures[i].name,
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

static FILE *open_output(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		die(path);
	return file;
}

int main(int argc, char **argv)
{
	const struct measure *measure;
	int option, beside = 0, count = 0;
	bool filtered = false, served = false, beside_served = false;
	bool passed = false, recorded = false;
	FILE *output = stdout;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
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
		case 'c':
			nr_calls = atoi(optarg);
			break;
		case 'i':
			leave_idle_time_to(atoi(optarg));
			break;
		case 'o':
			output = open_output(optarg);
			break;
		case 'h':
			help(stdout);
			return 0;
		default:
			return 2;
		}
	}
	measure = find_measure(argc > optind ? argv[optind] : "");
	set_command(argv + optind + 1);
	if ((argc - optind > 1) != (measure->once == measure_command)) {
		help(stderr);
		return 2;
	}

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
	fprintf(output, "%.1f\n", least(measure));
	end_passing();
	lose_tracees();
	disarm_hooks();

	return 0;
}
