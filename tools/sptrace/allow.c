// SPDX-License-Identifier: GPL-2.0
/* sptrace allow: executes a program that others may attach to. */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "commands.h"
#include "diag.h"
#include "explain.h"
#include "launch.h"
#include "pid.h"
#include "sptrace.h"

/**
 * struct job - what the command line asks for
 * @tracer: whom to declare
 * @command: what to execute, NULL for a shell
 */
struct job {
	pid_t tracer;
	char **command;
};

static int complain(const struct job *job, int error)
{
	if (job->tracer > 0)
		fprintf(stderr, "sptrace: can't allow process %d: %s\n",
			job->tracer, strerror(error));
	else
		fprintf(stderr, "sptrace: can't %s: %s\n",
			job->tracer == SPT_PTRACER_ANY ?
				"allow any process" :
				"withdraw the declaration",
			strerror(error));
	if (error == ESRCH)
		explain_no_process();
	else if (error == ENOTTY)
		explain_old_module();
	return -1;
}

static bool is_missing(pid_t pid)
{
	return pid > 0 && kill(pid, 0) < 0 && errno == ESRCH;
}

static int declare_natively(const struct job *job)
{
	return prctl(PR_SET_PTRACER, (long)job->tracer, 0, 0, 0);
}

/* Without the device: the module hears of prctl(2), too. */
static int declare_without_device(const struct job *job, int open_error)
{
	int error;

	if (!declare_natively(job))
		return 0;
	error = errno;
	if (is_missing(job->tracer))
		return complain(job, ESRCH);
	diag_open(open_error);
	fprintf(stderr,
		"prctl(PR_SET_PTRACER), which would do as well, says: %s\n",
		strerror(error));
	return -1;
}

/* Under a stricter scope than that which declarations are for. */
static void note_scope(int fd)
{
	struct spt_scope scope;

	if (!sptrace_get_scope(fd, 0, &scope) &&
	    scope.effective > SPT_SCOPE_RESTRICTED)
		fprintf(stderr,
			"sptrace: note: the scope here is %u (%s), under which "
			"a declaration permits nothing\n",
			scope.effective, sptrace_scope_name(scope.effective));
}

static int declare_by_device(const struct job *job, int fd)
{
	if (sptrace_set_ptracer(fd, job->tracer) < 0)
		return complain(job, errno == EINVAL ? ESRCH : errno);
	if (job->tracer != SPT_PTRACER_NONE)
		note_scope(fd);
	/* Where Yama is in force it wants to know as well. */
	declare_natively(job);
	return 0;
}

static int declare(const struct job *job)
{
	int fd = sptrace_open(NULL), ret;

	if (fd < 0)
		return declare_without_device(job, errno);
	ret = declare_by_device(job, fd);
	sptrace_close(fd);
	return ret;
}

static _Noreturn void execute(char **command)
{
	char *shell = getenv("SHELL");
	char *only_shell[] = { shell && *shell ? shell : "/bin/sh", NULL };

	launch_execute(command ?: only_shell);
}

static pid_t parse_tracer(const char *text, struct argp_state *state)
{
	pid_t pid;

	if (!strcmp(text, "any"))
		return SPT_PTRACER_ANY;
	if (!strcmp(text, "none"))
		return SPT_PTRACER_NONE;
	pid = pid_parse(text);
	if (!pid)
		argp_error(state,
			   "'%s' is neither a process id nor any or "
			   "none",
			   text);
	return pid;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct job *job = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (!state->arg_num) {
			job->tracer = parse_tracer(arg, state);
			return 0;
		}
		job->command = state->argv + state->next - 1;
		/* Its own options are none of ours. */
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "allow whom?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int command_allow(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "PID|any|none [COMMAND [ARGUMENT...]]",
		.doc = "Execute COMMAND, or a shell, declaring who may attach "
		       "to it where the scope is 1 (restricted): process PID "
		       "and its descendants, or any process that the other "
		       "rules let.\v"
		       "With 'none' an earlier declaration is withdrawn.\n\n"
		       "The declaration is that of one process. It stays when "
		       "the process executes another program, and the "
		       "processes that it starts don't have it. Programs "
		       "declare tracers by prctl(PR_SET_PTRACER) themselves.",
	};
	struct job job = { 0 };

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &job))
		return EXIT_FAILURE;
	if (declare(&job) < 0)
		return EXIT_FAILURE;
	execute(job.command);
}
