// SPDX-License-Identifier: GPL-2.0
/* sptrace: chooses the sub-command. */
#include <argp.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

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
	{ "status", (char[]){ "sptrace status" }, "list what is being traced",
	  command_status },
	{ "scope", (char[]){ "sptrace scope" },
	  "print or set who may attach in a pid namespace", command_scope },
	{ "allow", (char[]){ "sptrace allow" },
	  "execute a command that others may attach to", command_allow },
};

struct choice {
	const struct command *command;
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
		argp_error(state, "'%s' is not a command; these are: %s", name,
			   command_names());
	choice->argc = state->argc - state->next + 1;
	choice->argv = state->argv + state->next - 1;
	choice->argv[0] = choice->command->program;
	/* The rest is the sub-command's. */
	state->next = state->argc;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_ARG:
		choose(state->input, arg, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which command?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
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

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Trace processes through /dev/sptrace, a ptrace of its "
		       "own beside the native one.\v"
		       "'sptrace COMMAND --help' explains one.",
		.help_filter = filter_help,
	};
	struct choice choice = { 0 };

	if (occupy_standard_streams() < 0) {
		perror("sptrace: can't open /");
		return EXIT_FAILURE;
	}
	argp_program_version = "sptrace " SPTRACE_VERSION;
	argp_err_exit_status = USAGE_ERROR;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice))
		return EXIT_FAILURE;
	return choice.command->run(choice.argc, choice.argv);
}
