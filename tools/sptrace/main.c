// SPDX-License-Identifier: GPL-2.0
/* sptrace: chooses the sub-command. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The exit status for a command line that makes no sense. */
#define USAGE_ERROR 2

/* A sub-command, with the name that its help and its errors show. */
static const struct command {
	const char *name;
	char *program;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "trace", (char[]){ "sptrace trace" }, command_trace },
	{ "status", (char[]){ "sptrace status" }, command_status },
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

static void choose(struct choice *choice, char *name, struct argp_state *state)
{
	choice->command = find_command(name);
	if (!choice->command)
		argp_error(state,
			   "'%s' is not a command; 'trace' and 'status' "
			   "are",
			   name);
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

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Trace processes through /dev/sptrace, a ptrace of its "
		       "own beside the native one.\v"
		       "Commands:\n"
		       "  trace    print the system calls of a command or of "
		       "running processes\n"
		       "  status   list what is being traced\n\n"
		       "'sptrace COMMAND --help' explains one.",
	};
	struct choice choice = { 0 };

	argp_program_version = "sptrace " SPTRACE_VERSION;
	argp_err_exit_status = USAGE_ERROR;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice))
		return EXIT_FAILURE;
	return choice.command->run(choice.argc, choice.argv);
}
