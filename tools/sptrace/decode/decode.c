// SPDX-License-Identifier: GPL-2.0
/* A call from its entry to its return, argument by argument. */
#include <err.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "print.h"

void print(struct decode_call *call, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(call->file, format, args);
	va_end(args);
}

void print_note(struct decode_call *call, const char *format, ...)
{
	char *more, *note;
	va_list args;

	va_start(args, format);
	if (vasprintf(&more, format, args) < 0)
		err(EXIT_FAILURE, NULL);
	va_end(args);
	if (asprintf(&note, "%s%s", call->note ?: "", more) < 0)
		err(EXIT_FAILURE, NULL);
	free(more);
	free(call->note);
	call->note = note;
}

void print_address(struct decode_call *call, uint64_t value)
{
	if (value)
		print(call, "%#" PRIx64, value);
	else
		print(call, "NULL");
}

bool read_memory(struct decode_call *call, uint64_t address, void *buffer,
		 size_t size)
{
	const struct decode_source *source = call->source;

	return source->read &&
	       source->read(source->closure, address, buffer, size) == size;
}

bool fetch(struct decode_call *call, uint64_t address, void *buffer,
	   size_t size)
{
	bool stored = !call->out || !call->returned || !call->failed;

	if (address && stored && read_memory(call, address, buffer, size))
		return true;
	print_address(call, address);
	return false;
}

bool fetch_word(struct decode_call *call, uint64_t address, uint64_t *word)
{
	*word = 0;
	return fetch(call, address, word, call->type->word);
}

/* No structure that is found in arrays is longer. */
#define ARRAY_MEMBER_LIMIT 64

/* As strace: of long arrays the beginning. */
void print_array(struct decode_call *call, uint64_t address, uint64_t count,
		 size_t size,
		 void (*print_one)(struct decode_call *call, uint64_t address))
{
	char bytes[ARRAY_MEMBER_LIMIT];
	uint64_t i;

	if (!count && address) {
		print(call, "[]");
		return;
	}
	if (!fetch(call, address, bytes, size))
		return;
	print(call, "[");
	for (i = 0; i < count; i++) {
		if (i)
			print(call, ", ");
		if (i == call->options->string_size) {
			print(call, "...");
			break;
		}
		if (!read_memory(call, address + i * size, bytes, size)) {
			print(call, "... /* %#" PRIx64 " */",
			      address + i * size);
			break;
		}
		print_one(call, address + i * size);
	}
	print(call, "]");
}

static unsigned int count_shown(const struct decode_call *call)
{
	return call->type->shown ? call->type->shown(call) : call->type->count;
}

static bool is_stored(const struct decode_call *call, unsigned int i)
{
	const struct decode_type *type = call->type;

	return type->args[i].out && (!type->stores || type->stores(call));
}

static void print_arg(struct decode_call *call, unsigned int i)
{
	const struct decode_arg *arg = &call->type->args[i];

	call->out = is_stored(call, i);
	arg->kind->print(call, call->args[i], &arg->param);
}

/* What is read now, since the call may change it, or end its program. */
static void keep_arg(struct decode_call *call, unsigned int i)
{
	FILE *file = call->file;
	size_t size;

	call->file = open_memstream(&call->kept[i], &size);
	if (call->file) {
		print_arg(call, i);
		fclose(call->file);
	}
	call->file = file;
}

void decode_entry(struct decode_call *call, FILE *file)
{
	const struct decode_type *type = call->type;
	unsigned int count = count_shown(call), i;

	decode_reset(call);
	call->file = file;
	if (type->begin)
		type->begin(call);
	for (i = 0; i < count && !is_stored(call, i); i++) {
		print_arg(call, i);
		if (i + 1 < count)
			print(call, ", ");
	}
	call->next = i;
	for (; i < count; i++) {
		if (type->args[i].kind->before)
			type->args[i].kind->before(call, call->args[i]);
		else if (!is_stored(call, i) && type->args[i].kind->reads)
			keep_arg(call, i);
	}
}

void decode_exit(struct decode_call *call, FILE *file)
{
	unsigned int count = count_shown(call), i;

	call->file = file;
	call->returned = true;
	for (i = call->next; i < count; i++) {
		if (call->kept[i])
			print(call, "%s", call->kept[i]);
		else
			print_arg(call, i);
		if (i + 1 < count)
			print(call, ", ");
	}
	call->next = count;
	if (call->type->end)
		call->type->end(call);
}

bool decode_is_whole(const struct decode_call *call)
{
	return call->next >= count_shown(call);
}

static void print_error(struct decode_call *call)
{
	int error = -call->rval;
	const char *name = names_errno(error);

	if (names_errno_restarts(error))
		print(call, "? %s (%s)", name, names_errno_text(error));
	else if (name)
		print(call, "-1 %s (%s)", name, names_errno_text(error));
	else
		print(call, "-1 (errno %d)", error);
}

void decode_result(struct decode_call *call, FILE *file)
{
	call->file = file;
	call->out = false;
	if (call->failed)
		print_error(call);
	else if (!call->type->finish || !call->type->finish(call))
		print(call, "%" PRId64, call->rval);
	if (call->note)
		print(call, " (%s)", call->note);
}

static bool path_matches(struct decode_call *call, const struct decode_arg *arg,
			 uint64_t value,
			 bool (*matches)(const char *path, void *closure),
			 void *closure)
{
	const struct decode_source *source = call->source;
	char *path = NULL;
	bool whole, found;

	if (arg->kind->print == print_path)
		path = read_string(call, value, 4096, &whole);
	else if (source->fd_path && (arg->kind->print == print_fd ||
				     arg->kind->print == print_dirfd))
		path = source->fd_path(source->closure, value);
	found = path && matches(path, closure);
	free(path);
	return found;
}

bool decode_paths(struct decode_call *call,
		  bool (*matches)(const char *path, void *closure),
		  void *closure)
{
	unsigned int i;

	for (i = 0; i < call->type->count; i++) {
		if (path_matches(call, &call->type->args[i], call->args[i],
				 matches, closure))
			return true;
	}
	return false;
}

void decode_reset(struct decode_call *call)
{
	unsigned int i;

	for (i = 0; i < DECODE_ARGS; i++) {
		free(call->kept[i]);
		call->kept[i] = NULL;
	}
	call->next = 0;
	call->returned = false;
	free(call->note);
	call->note = NULL;
}
