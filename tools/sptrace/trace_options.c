// SPDX-License-Identifier: GPL-2.0
/* The command line of sptrace trace. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "pid.h"
#include "trace.h"

/* The key of an option without a letter. */
#define KEY_KILL 256

const struct argp_option trace_options[] = {
	{ "follow-forks", 'f', NULL, 0,
	  "Trace the processes and threads, too, that tracees start", 0 },
	{ "attach", 'p', "PID", 0,
	  "Trace all threads of the running process PID; may be repeated", 0 },
	{ "kill-on-exit", KEY_KILL, NULL, 0,
	  "Kill what is traced when sptrace ends before it", 0 },
	{ "output", 'o', "FILE", 0, "Write to FILE instead of standard error",
	  0 },
	{ "trace", 'e', "NAMES", 0,
	  "Show only the system calls in NAMES, separated by commas; "
	  "all others when NAMES begins with '!'. Like strace's, it may be "
	  "written -e trace=NAMES",
	  0 },
	{ "summary-only", 'c', NULL, 0,
	  "Count the calls, errors and time of each system call, and print a "
	  "table at the end",
	  0 },
	{ "json", 'j', NULL, 0, "Write one JSON object a line", 0 },
	{ 0 },
};

static void add_pid(struct options *options, const char *text,
		    struct argp_state *state)
{
	pid_t pid = pid_parse(text), *pids;

	if (!pid)
		argp_error(state, "'%s' is no process id", text);
	pids = reallocarray(options->pids, options->pid_count + 1,
			    sizeof(*pids));
	if (!pids)
		argp_failure(state, EXIT_FAILURE, ENOMEM, "-p");
	pids[options->pid_count++] = pid;
	options->pids = pids;
}

static void set_filter(struct options *options, const char *expression,
		       struct argp_state *state)
{
	char *problem = NULL;

	if (filter_parse(&options->filter, expression, &problem) < 0)
		argp_error(state, "-e: %s", problem ?: strerror(ENOMEM));
}

static void set_command(struct options *options, struct argp_state *state)
{
	options->command = state->argv + state->next - 1;
	/* Its own options are none of ours. */
	state->next = state->argc;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'f':
		options->follow = true;
		return 0;
	case KEY_KILL:
		options->kill = true;
		return 0;
	case 'p':
		add_pid(options, arg, state);
		return 0;
	case 'o':
		options->output = arg;
		return 0;
	case 'e':
		set_filter(options, arg, state);
		return 0;
	case 'c':
		options->summary = true;
		return 0;
	case 'j':
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		set_command(options, state);
		return 0;
	case ARGP_KEY_END:
		if (!options->command && !options->pid_count)
			argp_error(state, "neither a COMMAND nor -p PID given");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int command_trace(int argc, char **argv)
{
	static const struct argp argp = {
		.options = trace_options,
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]\n-p PID...",
		.doc = "Print the system calls of a command, or of running "
		       "processes.\v"
		       "With a COMMAND, the exit status is the command's. "
		       "Ctrl-C detaches; what was traced runs on, unless "
		       "--kill-on-exit is given.",
	};
	struct options options = { 0 };
	int ret;

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options))
		return EXIT_FAILURE;
	ret = trace_run(&options);
	filter_free(&options.filter);
	free(options.pids);
	return ret;
}
