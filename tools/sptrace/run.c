// SPDX-License-Identifier: GPL-2.0
/* sptrace run: executes a program whose ptrace(2) means the shadow. */
#include <argp.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "diag.h"
#include "explain.h"
#include "launch.h"
#include "sptrace.h"

/* The key of an option without a letter. */
#define KEY_NATIVE 256

/**
 * struct job - what the command line asks for
 * @or_native: execute the command unserved where it can't be served
 * @command: what to execute
 */
struct job {
	bool or_native;
	char **command;
};

static const char *serve_problem(int error)
{
	return error == ENOTTY ? "the loaded module is too old to serve" :
				 strerror(error);
}

/* Returns 0 when the command is to be executed all the same. */
static int fail_to_open(const struct job *job, int error)
{
	if (!job->or_native) {
		diag_open(error);
		return -1;
	}
	fprintf(stderr, "sptrace: %s runs natively: can't open %s: %s\n",
		job->command[0], diag_device(), strerror(error));
	return 0;
}

static int fail_to_serve(const struct job *job, int error)
{
	if (job->or_native) {
		fprintf(stderr, "sptrace: %s runs natively: %s\n",
			job->command[0], serve_problem(error));
		return 0;
	}
	fprintf(stderr, "sptrace: can't serve %s: %s\n", job->command[0],
		serve_problem(error));
	if (error == ENOTTY)
		explain_old_module();
	else if (error == EOPNOTSUPP)
		explain_no_hooks();
	return -1;
}

/* Nobody is process 0, so that a call which no filter refuses finds no tracee. */
static bool request_is_refused(long request)
{
	return ptrace(request, 0, NULL, NULL) >= 0 || errno != ESRCH;
}

static _Noreturn void try_ptrace(void)
{
	static const struct rlimit no_core;

	/* A filter may kill who calls it. */
	setrlimit(RLIMIT_CORE, &no_core);
	_exit(request_is_refused(PTRACE_CONT) ||
	      request_is_refused(PTRACE_ATTACH) ||
	      request_is_refused(PTRACE_SEIZE) ||
	      ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0);
}

/*
 * Does a seccomp filter refuse ptrace(2), or one of the requests that begin? To be
 * served in spite of it makes every system call cost more.
 */
static bool ptrace_is_refused(void)
{
	int status;
	pid_t pid;

	if (prctl(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER)
		return false;
	pid = fork();
	if (!pid)
		try_ptrace();
	return pid < 0 || waitpid(pid, &status, 0) != pid || status;
}

static int serve(const struct job *job)
{
	unsigned int flags = ptrace_is_refused() ? SPT_SERVE_PAST_FILTERS : 0;
	int fd = sptrace_open(NULL), ret = 0;

	if (fd < 0)
		return fail_to_open(job, errno);
	if (sptrace_serve(fd, flags) < 0)
		ret = fail_to_serve(job, errno);
	sptrace_close(fd);
	return ret;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct job *job = state->input;

	(void)arg;
	switch (key) {
	case KEY_NATIVE:
		job->or_native = true;
		return 0;
	case ARGP_KEY_ARG:
		job->command = state->argv + state->next - 1;
		/* Its own options are none of ours. */
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "run what?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int command_run(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "or-native", KEY_NATIVE, NULL, 0,
		  "Where COMMAND can't be served, say so and execute it with "
		  "the native ptrace(2)",
		  0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Execute COMMAND, such as strace or gdb, so that it "
		       "traces through /dev/sptrace without knowing of it: its "
		       "ptrace(2), wait4(2) and waitid(2), and those of all "
		       "that it starts, mean the shadow.\v"
		       "COMMAND takes the place of sptrace, so that the "
		       "process, the terminal, the signals and the exit status "
		       "are its own. Programs that gain privileges when they "
		       "are executed, such as sudo, have the native calls.",
	};
	struct job job = { 0 };

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &job))
		return EXIT_FAILURE;
	if (serve(&job) < 0)
		return EXIT_FAILURE;
	launch_execute(job.command);
}
