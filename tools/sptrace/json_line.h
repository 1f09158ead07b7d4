/* SPDX-License-Identifier: GPL-2.0 */
/* JSON, one object a line. */
#ifndef SPTRACE_JSON_LINE_H
#define SPTRACE_JSON_LINE_H

#include <stdio.h>

struct json_object;

/* Adds a member and takes over the value. Ends the program without memory. */
void json_add(struct json_object *object, const char *key,
	      struct json_object *value);

/* Writes the object and frees it. */
void json_write_line(FILE *file, struct json_object *object);

#endif /* SPTRACE_JSON_LINE_H */
