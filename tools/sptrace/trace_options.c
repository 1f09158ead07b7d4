// SPDX-License-Identifier: GPL-2.0
/* The command line of sptrace trace. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "pid.h"
#include "trace.h"

/* The keys of options without a letter. */
enum {
	KEY_KILL = 256,
	KEY_COLOR,
};

/* As strace has it. */
#define STRING_SIZE 32
#define RESULT_COLUMN 40

const struct argp_option trace_options[] = {
	{ "follow-forks", 'f', NULL, 0,
	  "Trace the processes and threads, too, that tracees start; twice, "
	  "with a file FILE.TID for each",
	  0 },
	{ "attach", 'p', "PID", 0,
	  "Trace all threads of the running process PID; may be repeated", 0 },
	{ "kill-on-exit", KEY_KILL, NULL, 0,
	  "Kill what is traced when sptrace ends before it", 0 },
	{ "output", 'o', "FILE", 0, "Write to FILE instead of standard error",
	  0 },
	{ "trace", 'e', "NAMES", 0,
	  "Show only the system calls in NAMES, separated by commas; "
	  "all others when NAMES begins with '!'. A name may be a class such "
	  "as %file, or /REGEX. Like strace's, it may be written -e "
	  "trace=NAMES; further ones are -e status=STATUSES (successful, "
	  "failed, unfinished, detached) and -e signal=SIGNALS",
	  0 },
	{ "trace-path", 'P', "PATH", 0,
	  "Show only calls about PATH; may be repeated", 0 },
	{ "successful-only", 'z', NULL, 0, "Show only calls that succeed", 0 },
	{ "failed-only", 'Z', NULL, 0, "Show only calls that fail", 0 },
	{ "string-limit", 's', "SIZE", 0,
	  "Show so many bytes of a string, 32 otherwise", 0 },
	{ "decode-fds", 'y', NULL, 0, "Show what descriptors are", 0 },
	{ "absolute-timestamps", 't', NULL, 0,
	  "Begin lines with the time of day; with microseconds if given twice, "
	  "as seconds since the epoch if given thrice",
	  0 },
	{ "relative-timestamps", 'r', NULL, 0,
	  "Begin lines with the time since the line before", 0 },
	{ "syscall-times", 'T', NULL, 0, "Show how long each call took", 0 },
	{ "instruction-pointer", 'i', NULL, 0,
	  "Show where in the program each call is made", 0 },
	{ "columns", 'a', "COLUMN", 0,
	  "Let results begin in this column, 40 otherwise", 0 },
	{ "summary-only", 'c', NULL, 0,
	  "Count the calls, errors and time of each system call, and print a "
	  "table at the end",
	  0 },
	{ "summary", 'C', NULL, 0, "Likewise, and print the calls as well", 0 },
	{ "summary-sort-by", 'S', "ORDER", 0,
	  "Sort the table by time, calls, errors, avg-time, name or nothing",
	  0 },
	{ "color", KEY_COLOR, "WHEN", 0,
	  "Use colors always, never, or auto, which is on a terminal unless "
	  "NO_COLOR is set",
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

/* What it is called in full as well, as descriptors are known by that. */
static void add_path(struct options *options, const char *path,
		     struct argp_state *state)
{
	char *name = strdup(path), *full = realpath(path, NULL);
	char **paths = reallocarray(options->paths, options->path_count + 2,
				    sizeof(*paths));

	if (!paths || !name)
		argp_failure(state, EXIT_FAILURE, ENOMEM, "-P");
	paths[options->path_count++] = name;
	if (full)
		paths[options->path_count++] = full;
	options->paths = paths;
}

static void free_paths(struct options *options)
{
	size_t i;

	for (i = 0; i < options->path_count; i++)
		free(options->paths[i]);
	free(options->paths);
}

static void set_filter(struct options *options, const char *expression,
		       struct argp_state *state)
{
	struct filter_others others = {
		.statuses = &options->style.statuses,
		.hushed = &options->hushed,
	};
	char *problem = NULL;

	if (filter_parse(&options->filter, &others, expression, &problem) < 0)
		argp_error(state, "-e: %s", problem ?: strerror(ENOMEM));
}

static unsigned long parse_number(const char *text, const char *what,
				  struct argp_state *state)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || number > INT32_MAX)
		argp_error(state, "'%s' is no %s", text, what);
	return number;
}

static void set_color(struct options *options, const char *when,
		      struct argp_state *state)
{
	if (strcmp(when, "auto") && strcmp(when, "always") &&
	    strcmp(when, "never"))
		argp_error(state, "--color: auto, always or never, not '%s'",
			   when);
	options->color = when;
}

static void set_command(struct options *options, struct argp_state *state)
{
	options->command = state->argv + state->next - 1;
	/* Its own options are none of ours. */
	state->next = state->argc;
}

static void check(const struct options *options, struct argp_state *state)
{
	if (!options->command && !options->pid_count)
		argp_error(state, "neither a COMMAND nor -p PID given");
	if (options->style.apart && !options->output)
		argp_error(state, "-ff needs -o FILE");
	if (options->style.apart && (options->json || options->summary))
		argp_error(state, "-ff writes neither JSON nor a table");
}

/* What lines look like; false for another option. */
static bool parse_style(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;
	struct style *style = &options->style;

	switch (key) {
	case 's':
		options->decode.string_size = parse_number(arg, "size", state);
		return true;
	case 'a':
		style->column = parse_number(arg, "column", state);
		return true;
	case 'y':
		options->decode.fd_paths = true;
		return true;
	case 't':
		if (style->clock < CLOCK_EPOCH)
			style->clock++;
		return true;
	case 'r':
		style->relative = true;
		return true;
	case 'T':
		style->durations = true;
		return true;
	case 'i':
		style->ip = true;
		return true;
	case KEY_COLOR:
		set_color(options, arg, state);
		return true;
	default:
		return false;
	}
}

/* Which calls are shown, or counted; false for another option. */
static bool parse_choice(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'e':
		set_filter(options, arg, state);
		return true;
	case 'P':
		add_path(options, arg, state);
		return true;
	case 'z':
		options->style.statuses = STATUS_SUCCESSFUL;
		return true;
	case 'Z':
		options->style.statuses = STATUS_FAILED;
		return true;
	case 'C':
		options->summary_and_calls = true;
		/* Fall through. */
	case 'c':
		options->summary = true;
		return true;
	case 'S':
		if (!calls_parse_order(arg, &options->order))
			argp_error(state, "-S: '%s' is no order", arg);
		return true;
	default:
		return false;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	if (parse_style(key, arg, state) || parse_choice(key, arg, state))
		return 0;
	switch (key) {
	case 'f':
		options->style.apart = options->follow;
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
	case 'j':
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		set_command(options, state);
		return 0;
	case ARGP_KEY_END:
		check(options, state);
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
	struct options options = {
		.style = { .column = RESULT_COLUMN, .statuses = STATUS_ALL },
		.decode = { .string_size = STRING_SIZE },
		.color = "auto",
	};
	int ret;

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options))
		return EXIT_FAILURE;
	ret = trace_run(&options);
	filter_free(&options.filter);
	free_paths(&options);
	free(options.pids);
	return ret;
}
