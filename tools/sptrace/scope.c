// SPDX-License-Identifier: GPL-2.0
/* sptrace scope: who may attach in a pid namespace. */
#include <argp.h>
#include <errno.h>
#include <json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "diag.h"
#include "explain.h"
#include "json_line.h"
#include "pid.h"
#include "sptrace.h"

/* Beyond any letter. */
enum { OPTION_INSTEAD = 0x100 };

/* Room for "of the pid namespace of process 2147483647". */
#define WHERE_SIZE 64

/**
 * struct job - what the command line asks for
 * @set: set a scope, instead of printing it
 * @complete: the scope to set was given
 * @scope: to set
 * @instead: it is to count in place of Yama's
 * @pid: a process of the pid namespace meant, 0 for sptrace itself
 * @json: print JSON
 */
struct job {
	bool set;
	bool complete;
	unsigned int scope;
	bool instead;
	pid_t pid;
	bool json;
};

static bool parse_scope(const char *text, unsigned int *scope)
{
	unsigned int i;

	for (i = 0; i <= SPT_SCOPE_NO_ATTACH; i++) {
		if (!strcmp(text, sptrace_scope_name(i)) ||
		    (text[0] == '0' + (int)i && !text[1])) {
			*scope = i;
			return true;
		}
	}
	return false;
}

static int complain(const struct job *job)
{
	int error = errno;
	char where[WHERE_SIZE] = "this pid namespace";

	if (job->pid)
		snprintf(where, sizeof(where),
			 "the pid namespace of process %d", job->pid);
	fprintf(stderr, "sptrace: can't %s the scope of %s: %s\n",
		job->set ? "set" : "get", where, strerror(error));
	if (error == ESRCH)
		explain_no_process();
	else if (error == ENOTTY || (error == EINVAL && job->instead))
		explain_old_module();
	else if (error == EOPNOTSUPP)
		explain_no_instead();
	return EXIT_FAILURE;
}

static void print_text(const struct spt_scope *scope)
{
	printf("%u (%s), %s%s\n", scope->scope,
	       sptrace_scope_name(scope->scope),
	       scope->flags & SPT_SCOPE_SET ? "own" : "inherited",
	       scope->flags & SPT_SCOPE_INSTEAD ? ", in place of Yama's" : "");
	if (scope->flags & SPT_SCOPE_ENCLOSED)
		printf("effective: %u (%s), from an enclosing pid namespace\n",
		       scope->effective, sptrace_scope_name(scope->effective));
}

static void add_scope(struct json_object *object, const char *key,
		      const char *name_key, unsigned int scope)
{
	json_add(object, key, json_object_new_int(scope));
	json_add(object, name_key,
		 json_object_new_string(sptrace_scope_name(scope)));
}

static void print_json(const struct spt_scope *scope)
{
	struct json_object *object = json_object_new_object();

	add_scope(object, "scope", "name", scope->scope);
	json_add(object, "own",
		 json_object_new_boolean(!!(scope->flags & SPT_SCOPE_SET)));
	add_scope(object, "effective", "effective_name", scope->effective);
	json_add(
		object, "enclosed",
		json_object_new_boolean(!!(scope->flags & SPT_SCOPE_ENCLOSED)));
	json_add(object, "instead_of_yama",
		 json_object_new_boolean(!!(scope->flags & SPT_SCOPE_INSTEAD)));
	json_write_line(stdout, object);
}

static int get_scope(int fd, const struct job *job)
{
	struct spt_scope scope;

	if (sptrace_get_scope(fd, job->pid, &scope) < 0)
		return complain(job);
	if (job->json)
		print_json(&scope);
	else
		print_text(&scope);
	return EXIT_SUCCESS;
}

static int complain_set(int fd, const struct job *job)
{
	bool refused = errno == EPERM;
	struct spt_scope current;

	complain(job);
	if (refused && !sptrace_get_scope(fd, job->pid, &current))
		explain_set_scope(&current, job->scope, job->instead);
	return EXIT_FAILURE;
}

static int set_scope(int fd, const struct job *job)
{
	struct spt_scope now;
	int ret;

	if (job->instead)
		ret = sptrace_set_scope_instead(fd, job->pid, job->scope);
	else
		ret = sptrace_set_scope(fd, job->pid, job->scope);
	if (ret < 0)
		return complain_set(fd, job);
	if (!sptrace_get_scope(fd, job->pid, &now) &&
	    now.flags & SPT_SCOPE_ENCLOSED)
		fprintf(stderr,
			"sptrace: note: an enclosing pid namespace has "
			"%u (%s), which is stricter and counts\n",
			now.effective, sptrace_scope_name(now.effective));
	return EXIT_SUCCESS;
}

static void take_argument(struct job *job, const char *arg,
			  struct argp_state *state)
{
	if (state->arg_num == 0 && !strcmp(arg, "set")) {
		job->set = true;
	} else if (state->arg_num == 0 && strcmp(arg, "get")) {
		argp_error(state, "'%s' is neither get nor set", arg);
	} else if (state->arg_num == 1 && job->set) {
		if (!parse_scope(arg, &job->scope))
			argp_error(state,
				   "'%s' is no scope: 0 (%s), 1 (%s), 2 (%s) "
				   "and 3 (%s) are",
				   arg, sptrace_scope_name(0),
				   sptrace_scope_name(1), sptrace_scope_name(2),
				   sptrace_scope_name(3));
		job->complete = true;
	} else if (state->arg_num) {
		argp_error(state, "what is '%s' for?", arg);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct job *job = state->input;

	switch (key) {
	case 'p':
		job->pid = pid_parse(arg);
		if (!job->pid)
			argp_error(state, "'%s' is no process id", arg);
		return 0;
	case 'j':
		job->json = true;
		return 0;
	case OPTION_INSTEAD:
		job->instead = true;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(job, arg, state);
		return 0;
	case ARGP_KEY_END:
		if (job->set && !job->complete)
			argp_error(state, "set to what?");
		if (job->set && job->json)
			argp_error(state, "set prints nothing, so --json "
					  "makes no sense");
		if (!job->set && job->instead)
			argp_error(state, "--instead-of-yama is for set");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int command_scope(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "pid", 'p', "PID", 0,
		  "Of the pid namespace that process PID is in, instead of "
		  "this one",
		  0 },
		{ "json", 'j', NULL, 0, "Print a JSON object", 0 },
		{ "instead-of-yama", OPTION_INSTEAD, NULL, 0,
		  "With set: the scope counts in place of the number that Yama "
		  "has for the whole machine, unless that is 3",
		  0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[get]\nset SCOPE",
		.doc = "Print or set who may attach through /dev/sptrace to "
		       "the processes of a pid namespace and of those that it "
		       "encloses.\v"
		       "SCOPE is a number or a name:\n"
		       "  0 classic      whoever native ptrace would let\n"
		       "  1 restricted   of these, only ancestors, and whom the "
		       "process declared\n"
		       "                 (see 'sptrace allow'), and those with "
		       "CAP_SYS_PTRACE\n"
		       "  2 admin-only   only those with CAP_SYS_PTRACE\n"
		       "  3 no-attach    nobody, and this can't be taken back\n\n"
		       "The strictest of the namespace's own and of those that "
		       "enclose it counts, beside what Yama says. One that was set "
		       "with --instead-of-yama, by an administrator of the "
		       "machine, counts in place of that and of those that "
		       "enclose it, but for a 3.",
	};
	struct job job = { 0 };
	int fd, ret;

	if (argp_parse(&argp, argc, argv, 0, NULL, &job))
		return EXIT_FAILURE;
	fd = sptrace_open(NULL);
	if (fd < 0) {
		diag_open(errno);
		return EXIT_FAILURE;
	}
	ret = job.set ? set_scope(fd, &job) : get_scope(fd, &job);
	sptrace_close(fd);
	return fflush(stdout) ? EXIT_FAILURE : ret;
}
