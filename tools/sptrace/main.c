// SPDX-License-Identifier: GPL-2.0
/* sptrace: chooses the sub-command. */
#include <argp.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "diag.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The exit status for a command line that makes no sense. */
#define USAGE_ERROR 2

/**
 * struct command - a sub-command
 * @name: what it is called by
 * @program: the name that its own help and its errors show
 * @summary: what it does, for the list of all
 * @run: does it
 */
struct command {
	const char *name;
	char *program;
	const char *summary;
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{ "trace", (char[]){ "sptrace trace" },
	  "print the system calls of a command or of running processes",
	  command_trace },
	{ "run", (char[]){ "sptrace run" },
	  "execute a debugger that is to trace through /dev/sptrace",
	  command_run },
	{ "status", (char[]){ "sptrace status" },
	  "list what is being traced, and who is served", command_status },
	{ "scope", (char[]){ "sptrace scope" },
	  "print or set who may attach in a pid namespace", command_scope },
	{ "allow", (char[]){ "sptrace allow" },
	  "execute a command that others may attach to", command_allow },
};

/**
 * struct choice - what the command line asks for
 * @command: the sub-command
 * @early: there are options before it
 * @argc: the number of @argv
 * @argv: the sub-command's own arguments
 */
struct choice {
	const struct command *command;
	bool early;
	int argc;
	char **argv;
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

/* Their names, separated by commas; NULL without memory. */
static char *command_names(void)
{
	const char *separator = "";
	char *names = NULL;
	size_t size, i;
	FILE *file = open_memstream(&names, &size);

	if (!file)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		fprintf(file, "%s%s", separator, commands[i].name);
		separator = ", ";
	}
	fclose(file);
	return names;
}

/* Puts the list of commands before the end of the help. */
static char *filter_help(int key, const char *text, void *input)
{
	char *help = NULL;
	size_t size, i;
	FILE *file;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	file = open_memstream(&help, &size);
	if (!file)
		return (char *)text;
	fputs("Commands:\n", file);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(file, "  %-8s %s\n", commands[i].name,
			commands[i].summary);
	fprintf(file, "\n%s", text);
	fclose(file);
	return help;
}

static void choose(struct choice *choice, char *name, struct argp_state *state)
{
	choice->command = find_command(name);
	if (!choice->command)
		argp_error(state,
			   "'%s' is not a command; these are: %s; "
			   "to trace it: %s",
			   name, command_names(),
			   diag_trace_line(state->argv + 1));
	if (choice->early)
		argp_error(state, "the options of '%s' come after it", name);
	choice->argc = state->argc - state->next + 1;
	choice->argv = state->argv + state->next - 1;
	choice->argv[0] = choice->command->program;
	/* The rest is the sub-command's. */
	state->next = state->argc;
}

static void miss_command(const struct choice *choice, struct argp_state *state)
{
	if (choice->early)
		argp_error(state, "which command? To trace: %s",
			   diag_trace_line(state->argv + 1));
	else
		argp_error(state, "which command?");
}

static bool is_option_of_trace(int key)
{
	const struct argp_option *option;

	for (option = trace_options; option->name; option++) {
		if (option->key == key)
			return true;
	}
	return false;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		choose(choice, arg, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		miss_command(choice, state);
		return 0;
	default:
		if (!is_option_of_trace(key))
			return ARGP_ERR_UNKNOWN;
		choice->early = true;
		return 0;
	}
}

/*
 * Those of sptrace trace, in order to say where they belong; the help doesn't
 * show them. NULL without memory.
 */
static struct argp_option *hidden_options(void)
{
	struct argp_option *hidden;
	size_t count = 0, i;

	while (trace_options[count].name)
		count++;
	hidden = calloc(count + 1, sizeof(*hidden));
	if (!hidden)
		return NULL;
	for (i = 0; i < count; i++) {
		hidden[i] = trace_options[i];
		hidden[i].flags |= OPTION_HIDDEN;
	}
	return hidden;
}

/*
 * Files of our own would take the place of standard streams that are closed,
 * get what is meant for these, and be found there by the command. What is put
 * there can be neither read nor written, and is closed again on exec.
 */
static int occupy_standard_streams(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH | O_CLOEXEC) < 0)
			return -1;
	}
	return 0;
}

static error_t parse_arguments(int argc, char **argv, struct choice *choice)
{
	struct argp_option *options = hidden_options();
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Trace processes through /dev/sptrace, a ptrace of its "
		       "own beside the native one.\v"
		       "'sptrace COMMAND --help' explains one.",
		.help_filter = filter_help,
	};
	error_t error;

	argp_program_version = "sptrace " SPTRACE_VERSION;
	argp_err_exit_status = USAGE_ERROR;
	error = argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, choice);
	free(options);
	return error;
}

int main(int argc, char **argv)
{
	struct choice choice = { 0 };

	if (occupy_standard_streams() < 0) {
		perror("sptrace: can't open /");
		return EXIT_FAILURE;
	}
	if (parse_arguments(argc, argv, &choice))
		return EXIT_FAILURE;
	return choice.command->run(choice.argc, choice.argv);
}
