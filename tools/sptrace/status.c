// SPDX-License-Identifier: GPL-2.0
/* sptrace status: what is being traced, and who is served. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>

#include "commands.h"
#include "diag.h"
#include "json_line.h"
#include "sptrace.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* TASK_COMM_LEN, or a little more for kernel threads. */
#define COMM_SIZE 64

struct bit_name {
	uint32_t bit;
	const char *name;
};

static const struct bit_name option_names[] = {
	{ PTRACE_O_TRACESYSGOOD, "tracesysgood" },
	{ PTRACE_O_TRACEFORK, "tracefork" },
	{ PTRACE_O_TRACEVFORK, "tracevfork" },
	{ PTRACE_O_TRACECLONE, "traceclone" },
	{ PTRACE_O_TRACEEXEC, "traceexec" },
	{ PTRACE_O_TRACEVFORKDONE, "tracevforkdone" },
	{ PTRACE_O_TRACEEXIT, "traceexit" },
	{ PTRACE_O_TRACESECCOMP, "traceseccomp" },
	{ PTRACE_O_EXITKILL, "exitkill" },
	{ PTRACE_O_SUSPEND_SECCOMP, "suspend_seccomp" },
};

static const struct bit_name flag_names[] = {
	{ SPT_TRACEE_SEIZED, "seized" },
	{ SPT_TRACEE_LISTENING, "listening" },
	{ SPT_TRACEE_REPORT, "report" },
	{ SPT_TRACEE_EXITED, "exited" },
};

static void read_comm(pid_t tid, char comm[COMM_SIZE])
{
	char path[sizeof("/proc/2147483647/comm")];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", tid);
	file = fopen(path, "re");
	if (!file || !fgets(comm, COMM_SIZE, file))
		memcpy(comm, "?", sizeof("?"));
	comm[strcspn(comm, "\n")] = '\0';
	if (file)
		fclose(file);
}

static const char *state_of(const struct spt_status *status)
{
	if (status->flags & SPT_TRACEE_EXITED)
		return "Exited";
	return sptrace_state_name(status->state);
}

static void print_options(uint32_t options)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(option_names); i++) {
		if (options & option_names[i].bit) {
			printf("%s%s", separator, option_names[i].name);
			separator = ",";
		}
	}
	puts(*separator ? "" : "-");
}

static void print_row(const struct spt_status *status)
{
	char comm[COMM_SIZE], tracer[sizeof("2147483647")] = "-";

	read_comm(status->tid, comm);
	if (status->tracer)
		snprintf(tracer, sizeof(tracer), "%d", status->tracer);
	printf("%7d %7d %-15s %-22s %7s %10" PRIu64 " ", status->tid,
	       status->tgid, comm, state_of(status), tracer,
	       (uint64_t)status->pid_ns);
	print_options(status->options);
}

static struct json_object *bit_array(uint32_t bits,
				     const struct bit_name *names, size_t count)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < count; i++) {
		if (bits & names[i].bit)
			json_object_array_add(
				array, json_object_new_string(names[i].name));
	}
	return array;
}

static void print_json(const struct spt_status *status)
{
	struct json_object *row = json_object_new_object();
	char comm[COMM_SIZE];

	read_comm(status->tid, comm);
	json_add(row, "tid", json_object_new_int(status->tid));
	json_add(row, "tgid", json_object_new_int(status->tgid));
	json_add(row, "comm", json_object_new_string(comm));
	json_add(row, "state", json_object_new_string(state_of(status)));
	json_add(row, "tracer",
		 status->tracer ? json_object_new_int(status->tracer) : NULL);
	json_add(row, "pid_ns", json_object_new_uint64(status->pid_ns));
	json_add(row, "options",
		 bit_array(status->options, option_names,
			   ARRAY_SIZE(option_names)));
	json_add(row, "flags",
		 bit_array(status->flags, flag_names, ARRAY_SIZE(flag_names)));
	json_write_line(stdout, row);
}

static int list_tracees(int fd, bool json)
{
	struct spt_status *list;
	size_t count, i;

	if (sptrace_list(fd, &list, &count) < 0) {
		fprintf(stderr, "sptrace: can't list tracees: %s\n",
			strerror(errno));
		return -1;
	}
	if (!json)
		printf("%7s %7s %-15s %-22s %7s %10s %s\n", "TID", "TGID",
		       "COMM", "STATE", "TRACER", "PIDNS", "OPTIONS");
	for (i = 0; i < count; i++) {
		if (json)
			print_json(&list[i]);
		else
			print_row(&list[i]);
	}
	free(list);
	return 0;
}

static void print_served_row(const struct spt_served *served)
{
	char comm[COMM_SIZE];

	read_comm(served->tgid, comm);
	printf("%7d %-15s %7" PRIu32 " %10" PRIu64 "\n", served->tgid, comm,
	       (uint32_t)served->tracees, (uint64_t)served->pid_ns);
}

static void print_served_json(const struct spt_served *served)
{
	struct json_object *row = json_object_new_object();
	char comm[COMM_SIZE];

	read_comm(served->tgid, comm);
	json_add(row, "served", json_object_new_boolean(true));
	json_add(row, "pid", json_object_new_int(served->tgid));
	json_add(row, "comm", json_object_new_string(comm));
	json_add(row, "tracees", json_object_new_int64(served->tracees));
	json_add(row, "pid_ns", json_object_new_uint64(served->pid_ns));
	json_write_line(stdout, row);
}

static int list_served(int fd, bool json)
{
	struct spt_served *list;
	size_t count, i;

	if (sptrace_list_served(fd, &list, &count) < 0) {
		/* A module that is too old serves nobody. */
		if (errno == ENOTTY)
			return 0;
		fprintf(stderr, "sptrace: can't list who is served: %s\n",
			strerror(errno));
		return -1;
	}
	if (!json && count)
		printf("\n%7s %-15s %7s %10s\n", "PID", "COMM", "TRACEES",
		       "PIDNS");
	for (i = 0; i < count; i++) {
		if (json)
			print_served_json(&list[i]);
		else
			print_served_row(&list[i]);
	}
	free(list);
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	bool *json = state->input;

	switch (key) {
	case 'j':
		*json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "what is '%s' for?", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int command_status(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "json", 'j', NULL, 0, "Print one JSON object a line", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "List the threads that are traced through /dev/sptrace, "
		       "by anybody, and then the processes that are served "
		       "(sptrace run), as far as you may inspect them.",
	};
	bool json = false;
	int fd, ret = EXIT_SUCCESS;

	if (argp_parse(&argp, argc, argv, 0, NULL, &json))
		return EXIT_FAILURE;
	fd = sptrace_open(NULL);
	if (fd < 0) {
		diag_open(errno);
		return EXIT_FAILURE;
	}
	if (list_tracees(fd, json) < 0 || list_served(fd, json) < 0)
		ret = EXIT_FAILURE;
	sptrace_close(fd);
	return fflush(stdout) ? EXIT_FAILURE : ret;
}
