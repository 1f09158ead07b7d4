// SPDX-License-Identifier: GPL-2.0
/* One JSON object a line for everything that a tracee does. */
#include <err.h>
#include <inttypes.h>
#include <json.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "json_line.h"
#include "names.h"
#include "output.h"
#include "siginfo.h"

static struct json_object *new_object(const char *type)
{
	struct json_object *object = json_object_new_object();

	if (!object)
		err(EXIT_FAILURE, NULL);
	json_add(object, "type", json_object_new_string(type));
	return object;
}

static struct json_object *new_seconds(double seconds)
{
	struct json_object *number = json_object_new_double(seconds);

	json_object_set_serializer(number, json_object_double_to_json_string,
				   (void *)"%.6f", NULL);
	return number;
}

static struct json_object *new_event(const char *type,
				     const struct tracee *tracee)
{
	struct json_object *object = new_object(type);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	json_add(object, "time", new_seconds(now.tv_sec + now.tv_nsec / 1e9));
	json_add(object, "pid", json_object_new_int(tracee->tgid));
	json_add(object, "tid", json_object_new_int(tracee->tid));
	return object;
}

/* Strings, since many readers keep numbers as doubles. */
static struct json_object *new_args(const struct tracee *tracee)
{
	struct json_object *args = json_object_new_array();
	char text[sizeof("0x0123456789abcdef")];
	unsigned int i;

	if (!args)
		err(EXIT_FAILURE, NULL);
	for (i = 0; i < decode_count(tracee->call->type); i++) {
		snprintf(text, sizeof(text), "%#" PRIx64,
			 tracee->decode.args[i]);
		json_object_array_add(args, json_object_new_string(text));
	}
	return args;
}

static struct json_object *new_call(const struct tracee *tracee)
{
	struct json_object *object = new_event("syscall", tracee);
	const struct call *call = tracee->call;

	json_add(object, "arch",
		 json_object_new_string(names_arch(call->arch)));
	json_add(object, "nr", json_object_new_int64(call->nr));
	json_add(object, "name", json_object_new_string(call->name));
	json_add(object, "args", new_args(tracee));
	return object;
}

/* One line tells both. */
static void json_entered(struct output *output, struct tracee *tracee)
{
	(void)output;
	(void)tracee;
}

static char *call_text(struct tracee *tracee, bool returned)
{
	struct decode_call *decode = &tracee->decode;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		err(EXIT_FAILURE, NULL);
	fprintf(file, "%s(%s", tracee->call->name, tracee->held ?: "");
	if (returned) {
		decode_exit(decode, file);
		fputs(") = ", file);
		decode_result(decode, file);
	}
	fclose(file);
	return text;
}

static void add_text(struct json_object *object, struct tracee *tracee,
		     bool returned)
{
	char *text = call_text(tracee, returned);

	json_add(object, "text", json_object_new_string(text));
	free(text);
}

static void json_returned(struct output *output, struct tracee *tracee,
			  double seconds)
{
	struct json_object *object = new_call(tracee);
	bool failed = tracee->decode.failed;
	int64_t rval = tracee->decode.rval;
	const char *name = failed ? names_errno(-rval) : NULL;

	json_add(object, "result", json_object_new_int64(rval));
	if (name)
		json_add(object, "error", json_object_new_string(name));
	json_add(object, "seconds", new_seconds(seconds));
	add_text(object, tracee, true);
	json_write_line(output->file, object);
}

static void json_unfinished(struct output *output, struct tracee *tracee,
			    enum unfinished reason)
{
	const char *why = reason == UNFINISHED_EXIT ? "exit" : "detached";
	struct json_object *object = new_call(tracee);

	json_add(object, "result", NULL);
	json_add(object, "unfinished", json_object_new_string(why));
	add_text(object, tracee, false);
	json_write_line(output->file, object);
}

static struct json_object *new_signal(const char *type,
				      const struct tracee *tracee, int signal)
{
	struct json_object *object = new_event(type, tracee);
	char name[NAMES_SIGNAL_SIZE];

	json_add(object, "signal",
		 json_object_new_string(names_signal(signal, name)));
	return object;
}

static struct json_object *new_siginfo(const siginfo_t *info)
{
	struct json_object *object = json_object_new_object();
	const struct siginfo_member *member;
	struct siginfo_members found;

	if (!object)
		err(EXIT_FAILURE, NULL);
	siginfo_describe(info, &found);
	for (member = found.members; member < found.members + found.count;
	     member++)
		json_add(object, member->name,
			 member->is_number ?
				 json_object_new_int64(
					 strtoll(member->value, NULL, 10)) :
				 json_object_new_string(member->value));
	return object;
}

static void json_signalled(struct output *output, struct tracee *tracee,
			   const siginfo_t *info)
{
	struct json_object *object =
		new_signal("signal", tracee, info->si_signo);

	json_add(object, "info", new_siginfo(info));
	json_write_line(output->file, object);
}

static void json_stopped(struct output *output, struct tracee *tracee,
			 int signal)
{
	json_write_line(output->file, new_signal("stopped", tracee, signal));
}

static void json_created(struct output *output, struct tracee *tracee,
			 enum creation creation, pid_t child)
{
	static const char *const types[] = {
		[CREATION_FORK] = "fork",
		[CREATION_VFORK] = "vfork",
		[CREATION_CLONE] = "clone",
	};
	struct json_object *object = new_event(types[creation], tracee);

	json_add(object, "child", json_object_new_int(child));
	json_write_line(output->file, object);
}

static void json_executed(struct output *output, struct tracee *tracee,
			  pid_t former)
{
	struct json_object *object = new_event("exec", tracee);

	json_add(object, "former_tid", json_object_new_int(former));
	json_write_line(output->file, object);
}

static void json_ended(struct output *output, struct tracee *tracee, int status)
{
	struct json_object *object;

	if (WIFSIGNALED(status)) {
		object = new_signal("killed", tracee, WTERMSIG(status));
		json_add(object, "core",
			 json_object_new_boolean(WCOREDUMP(status)));
	} else {
		object = new_event("exited", tracee);
		json_add(object, "status",
			 json_object_new_int(WEXITSTATUS(status)));
	}
	json_write_line(output->file, object);
}

static void json_released(struct output *output, struct tracee *tracee)
{
	json_write_line(output->file, new_event("detached", tracee));
}

static void json_summary(struct output *output, struct call *const *calls,
			 size_t count)
{
	struct json_object *object;
	size_t i;

	for (i = 0; i < count; i++) {
		object = new_object("summary");
		json_add(object, "arch",
			 json_object_new_string(names_arch(calls[i]->arch)));
		json_add(object, "nr", json_object_new_int64(calls[i]->nr));
		json_add(object, "name",
			 json_object_new_string(calls[i]->name));
		json_add(object, "calls",
			 json_object_new_int64(calls[i]->count));
		json_add(object, "errors",
			 json_object_new_int64(calls[i]->errors));
		json_add(object, "seconds", new_seconds(calls[i]->seconds));
		json_write_line(output->file, object);
	}
}

const struct format json_format = {
	.entered = json_entered,
	.returned = json_returned,
	.unfinished = json_unfinished,
	.signalled = json_signalled,
	.stopped = json_stopped,
	.created = json_created,
	.executed = json_executed,
	.ended = json_ended,
	.released = json_released,
	.summary = json_summary,
};
