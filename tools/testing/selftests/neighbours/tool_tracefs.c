// SPDX-License-Identifier: GPL-2.0
/*
 * What a person does in tracefs: a kprobe event on each function, or the
 * function tracer on all of them. Each in an instance of its own, where
 * nothing but the worker's calls are recorded.
 */
#include <sys/stat.h>

#include "neighbours.h"

#define TRACEFS "/sys/kernel/tracing"
#define INSTANCE TRACEFS "/instances/t_neighbours"
#define GROUP "t_neighbours"

static const char *tracefs_missing(void)
{
	return access(TRACEFS "/instances", W_OK) ? "no tracefs" : NULL;
}

static const char *kprobe_missing(void)
{
	return access(TRACEFS "/kprobe_events", W_OK) ? "no kprobe_events" :
							tracefs_missing();
}

static const char *function_missing(void)
{
	return access(TRACEFS "/set_ftrace_filter", W_OK) ?
		       "no function tracer" :
		       tracefs_missing();
}

static __attribute__((format(printf, 2, 3))) int put(const char *path,
						     const char *format, ...)
{
	char text[512];
	va_list args;
	int fd, length, err = 0;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, length) != length)
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/*
 * Each line of the record is one call: ": NAME" after the time, where NAME is
 * the function's, or "f" and its number for the events that we named.
 */
static bool record_count(struct watch *watch, unsigned long *counts)
{
	const struct functions *functions = watch->functions;
	FILE *file = fopen(INSTANCE "/trace", "r");
	char line[512];
	unsigned int i;

	if (!file)
		return false;
	memset(counts, 0, sizeof(*counts) * functions->count);
	while (fgets(line, sizeof(line), file)) {
		char *name = strstr(line, ": ");

		if (line[0] == '#' || !name)
			continue;
		name += 2;
		name[strcspn(name, ": \n")] = 0;
		for (i = 0; i < functions->count; i++) {
			char number[16];

			snprintf(number, sizeof(number), "f%u", i);
			if (!strcmp(name, number) ||
			    !strcmp(name, functions->names[i]))
				counts[i]++;
		}
	}
	fclose(file);
	return true;
}

static bool kprobe_attach(struct watch *watch)
{
	bool any = false;
	unsigned int i;

	if (mkdir(INSTANCE, 0700))
		return false;
	for (i = 0; i < watch->functions->count; i++) {
		watch->errors[i] = put(TRACEFS "/kprobe_events",
				       "p:" GROUP "/f%u %s\n", i,
				       watch->functions->names[i]);
		any |= !watch->errors[i];
	}
	if (!any || put(INSTANCE "/events/" GROUP "/filter",
			"comm ~ \"" WORKER_NAME "*\"\n"))
		return false;
	/* One by one: all at once, the group would not say which failed. */
	for (i = 0; i < watch->functions->count; i++) {
		char path[128];

		snprintf(path, sizeof(path),
			 INSTANCE "/events/" GROUP "/f%u/enable", i);
		if (!watch->errors[i])
			watch->errors[i] = put(path, "1\n");
	}
	return true;
}

static void kprobe_detach(struct watch *watch)
{
	unsigned int i;

	put(INSTANCE "/events/" GROUP "/enable", "0\n");
	rmdir(INSTANCE);
	for (i = 0; i < watch->functions->count; i++)
		put(TRACEFS "/kprobe_events", "-:" GROUP "/f%u\n", i);
}

static bool function_attach(struct watch *watch)
{
	bool any = false;
	unsigned int i;

	if (mkdir(INSTANCE, 0700))
		return false;
	for (i = 0; i < watch->functions->count; i++) {
		watch->errors[i] = put(INSTANCE "/set_ftrace_filter", "%s\n",
				       watch->functions->names[i]);
		any |= !watch->errors[i];
	}
	return any && !put(INSTANCE "/options/function-fork", "1\n") &&
	       !put(INSTANCE "/set_ftrace_pid", "%d\n", watch->worker) &&
	       !put(INSTANCE "/current_tracer", "function\n");
}

static void function_detach(struct watch *watch)
{
	put(INSTANCE "/current_tracer", "nop\n");
	rmdir(INSTANCE);
}

const struct tool tool_tracefs = {
	.name = "tracefs kprobe",
	.missing = kprobe_missing,
	.attach = kprobe_attach,
	.count = record_count,
	.detach = kprobe_detach,
};

const struct tool tool_function = {
	.name = "function tracer",
	.missing = function_missing,
	.attach = function_attach,
	.count = record_count,
	.detach = function_detach,
};
