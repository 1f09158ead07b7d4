// SPDX-License-Identifier: GPL-2.0
/* Which system calls to show: -e trace=NAMES. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "names.h"

__attribute__((format(printf, 2, 3))) static int refuse(char **problem,
							const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (vasprintf(problem, format, args) < 0)
		*problem = NULL;
	va_end(args);
	return -1;
}

static int add_name(struct filter *filter, const char *name, char **problem)
{
	char **names;

	if (!names_syscall_exists(name))
		return refuse(problem, "unknown system call: '%s'", name);
	names = reallocarray(filter->names, filter->count + 1, sizeof(*names));
	if (!names)
		return refuse(problem, "out of memory");
	filter->names = names;
	names[filter->count] = strdup(name);
	if (!names[filter->count])
		return refuse(problem, "out of memory");
	filter->count++;
	return 0;
}

static int add_names(struct filter *filter, char *list, char **problem)
{
	char *name;

	while ((name = strsep(&list, ","))) {
		if (add_name(filter, name, problem) < 0)
			return -1;
	}
	return 0;
}

int filter_parse(struct filter *filter, const char *expression, char **problem)
{
	const char *equals = strchr(expression, '=');
	const char *names = equals ? equals + 1 : expression;
	char *list;
	int ret;

	if (equals && strncmp(expression, "trace=", strlen("trace=")))
		return refuse(problem,
			      "unknown expression '%s': only "
			      "trace=NAMES is known",
			      expression);
	filter_free(filter);
	filter->negated = *names == '!';
	list = strdup(names + filter->negated);
	if (!list)
		return refuse(problem, "out of memory");
	ret = add_names(filter, list, problem);
	free(list);
	return ret;
}

bool filter_passes(const struct filter *filter, const char *name)
{
	size_t i;

	if (!filter->count)
		return true;
	for (i = 0; i < filter->count; i++) {
		if (!strcmp(filter->names[i], name))
			return !filter->negated;
	}
	return filter->negated;
}

void filter_free(struct filter *filter)
{
	size_t i;

	for (i = 0; i < filter->count; i++)
		free(filter->names[i]);
	free(filter->names);
	*filter = (struct filter){ 0 };
}
