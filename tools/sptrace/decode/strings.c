// SPDX-License-Identifier: GPL-2.0
/* Strings and buffers, quoted as in C. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

#define PAGE 4096

/* Beyond what a path may be. */
#define PATH_LIMIT 4096

static void print_byte(FILE *file, unsigned char byte, int next)
{
	static const char letters[] = "t\tn\nv\vf\fr\r";
	const char *escape = memchr(letters, byte, sizeof(letters) - 1);

	if (byte == '"' || byte == '\\')
		fprintf(file, "\\%c", byte);
	else if (byte < ' ' && escape)
		fprintf(file, "\\%c", escape[-1]);
	else if (byte >= ' ' && byte < 0x7f)
		putc(byte, file);
	else if (next >= '0' && next <= '7')
		fprintf(file, "\\%03o", byte);
	else
		fprintf(file, "\\%o", byte);
}

void print_quoted(struct decode_call *call, const void *bytes, size_t size,
		  bool cut)
{
	const unsigned char *byte = bytes;
	size_t i;

	putc('"', call->file);
	for (i = 0; i < size; i++)
		print_byte(call->file, byte[i],
			   i + 1 < size ? byte[i + 1] : -1);
	print(call, "\"%s", cut ? "..." : "");
}

void print_buffer(struct decode_call *call, uint64_t address, uint64_t size)
{
	size_t limit = call->options->string_size;
	size_t shown = size < limit ? size : limit;
	char *bytes = malloc(shown + 1);

	/* An address that nothing is at is found out with one byte. */
	if (!shown && address)
		print(call, "\"\"%s", size ? "..." : "");
	else if (!bytes)
		print_address(call, address);
	else if (fetch(call, address, bytes, shown))
		print_quoted(call, bytes, shown, shown < size);
	free(bytes);
}

/*
 * The bytes up to the string's end, or its first @limit ones; what isn't there
 * may begin at the next page.
 */
char *read_string(struct decode_call *call, uint64_t address, size_t limit,
		  bool *whole)
{
	char *text = malloc(limit + 1);
	size_t have = 0, part;

	*whole = false;
	while (text && have < limit) {
		part = PAGE - (address + have) % PAGE;
		if (part > limit - have)
			part = limit - have;
		if (part > 256)
			part = 256;
		if (!read_memory(call, address + have, text + have, part)) {
			free(text);
			return NULL;
		}
		*whole = memchr(text + have, '\0', part);
		if (*whole)
			return text;
		have += part;
	}
	if (text)
		text[have] = '\0';
	return text;
}

void print_string_of(struct decode_call *call, uint64_t address, size_t limit)
{
	bool stored = !call->out || !call->failed;
	char *text = NULL;
	bool whole;

	if (address && stored)
		text = read_string(call, address, limit + 1, &whole);
	if (!text)
		print_address(call, address);
	else if (whole)
		print_quoted(call, text, strlen(text), false);
	else
		print_quoted(call, text, limit, true);
	free(text);
}

void print_path(struct decode_call *call, uint64_t value,
		const struct param *param)
{
	(void)param;
	print_string_of(call, value, PATH_LIMIT);
}

void print_string(struct decode_call *call, uint64_t value,
		  const struct param *param)
{
	(void)param;
	print_string_of(call, value, call->options->string_size);
}

static void print_bytes(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	if (param->length == LENGTH_IS_RESULT)
		print_buffer(call, value, call->rval);
	else
		print_buffer(call, value, call->args[param->length]);
}

/* What is random looks like nothing when it is half text. */
static void print_random(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	size_t limit = call->options->string_size, i, shown;
	unsigned char bytes[256];

	(void)param;
	shown = call->rval < (int64_t)limit ? (size_t)call->rval : limit;
	if (shown > sizeof(bytes))
		shown = sizeof(bytes);
	if (!fetch(call, value, bytes, shown))
		return;
	putc('"', call->file);
	for (i = 0; i < shown; i++)
		print(call, "\\x%02x", bytes[i]);
	print(call, "\"%s", (int64_t)shown < call->rval ? "..." : "");
}

/* A list of strings, as execve(2) takes. */
static void print_strings(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	unsigned int word = call->type->word;
	uint64_t text;
	size_t i;

	if (!fetch_word(call, value, &text))
		return;
	print(call, "[");
	for (i = 0; text; i++) {
		if (i)
			print(call, ", ");
		if (i == call->options->string_size) {
			print(call, "...");
			break;
		}
		print_string(call, text, param);
		text = 0;
		if (!read_memory(call, value + (i + 1) * word, &text, word)) {
			print(call, ", ... /* %#" PRIx64 " */",
			      value + (i + 1) * word);
			break;
		}
	}
	print(call, "]");
}

/* Nobody wants to read an environment again and again. */
static void print_environment(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	unsigned int word = call->type->word;
	uint64_t text = 0;
	size_t count;

	(void)param;
	print_address(call, value);
	if (!value)
		return;
	for (count = 0;; count++, text = 0) {
		if (!read_memory(call, value + count * word, &text, word)) {
			if (count)
				print(call, " /* %zu vars, unterminated */",
				      count);
			return;
		}
		if (!text)
			break;
	}
	print(call, " /* %zu var%s */", count, count == 1 ? "" : "s");
}

const struct kind kinds_strings[] = {
	KIND_OF_MEMORY("path", print_path),
	KIND_OF_MEMORY("string", print_string),
	KIND_OF_MEMORY("bytes", print_bytes),
	KIND_OF_MEMORY("random", print_random),
	KIND_OF_MEMORY("strings", print_strings),
	KIND_OF_MEMORY("environment", print_environment),
	{ 0 },
};
