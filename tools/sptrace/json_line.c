// SPDX-License-Identifier: GPL-2.0
/* JSON, one object a line. */
#include <err.h>
#include <json.h>
#include <stdlib.h>

#include "json_line.h"

void json_add(struct json_object *object, const char *key,
	      struct json_object *value)
{
	/* A value of NULL is JSON's null. */
	if (json_object_object_add(object, key, value) < 0)
		err(EXIT_FAILURE, NULL);
}

void json_write_line(FILE *file, struct json_object *object)
{
	int flags = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;

	fputs(json_object_to_json_string_ext(object, flags), file);
	fputc('\n', file);
	json_object_put(object);
}
