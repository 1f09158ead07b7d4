// SPDX-License-Identifier: GPL-2.0
/* The system calls that were met, each looked up by name once. */
#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "names.h"

struct list {
	struct call **calls;
	size_t count;
};

static int compare_numbers(const void *left, const void *right)
{
	const struct call *a = left, *b = right;

	if (a->arch != b->arch)
		return a->arch < b->arch ? -1 : 1;
	return (a->nr > b->nr) - (a->nr < b->nr);
}

static int compare_times(const void *left, const void *right)
{
	const struct call *a = *(struct call *const *)left;
	const struct call *b = *(struct call *const *)right;

	if (a->seconds != b->seconds)
		return a->seconds > b->seconds ? -1 : 1;
	return strcmp(a->name, b->name);
}

static const char *const executing[] = { "execve", "execveat", NULL };
static const char *const mapping[] = { "brk",	 "mmap",  "mmap2",
				       "mremap", "shmat", NULL };

static bool is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name))
		names++;
	return *names;
}

static struct call *add_call(struct calls *calls, const struct call *key)
{
	struct call *call = malloc(sizeof(*call));

	if (!call)
		err(EXIT_FAILURE, NULL);
	*call = *key;
	call->name = names_syscall(key->arch, key->nr);
	if (!call->name || !tsearch(call, &calls->tree, compare_numbers))
		err(EXIT_FAILURE, NULL);
	call->args = names_args(key->arch, call->name);
	call->shown = filter_passes(calls->filter, call->name);
	call->executes = is_among(call->name, executing);
	call->maps = is_among(call->name, mapping);
	return call;
}

struct call *calls_get(struct calls *calls, uint32_t arch, uint64_t nr)
{
	struct call key = { .arch = arch, .nr = nr };
	struct call **found = tfind(&key, &calls->tree, compare_numbers);

	return found ? *found : add_call(calls, &key);
}

static void collect(const void *node, VISIT visit, void *closure)
{
	struct call *call = *(struct call *const *)node;
	struct list *list = closure;

	if ((visit != postorder && visit != leaf) || !call->count)
		return;
	list->calls = reallocarray(list->calls, list->count + 1,
				   sizeof(*list->calls));
	if (!list->calls)
		err(EXIT_FAILURE, NULL);
	list->calls[list->count++] = call;
}

struct call **calls_by_time(const struct calls *calls, size_t *count)
{
	struct list list = { 0 };

	twalk_r(calls->tree, collect, &list);
	if (list.count)
		qsort(list.calls, list.count, sizeof(*list.calls),
		      compare_times);
	*count = list.count;
	return list.calls;
}

static void free_call(void *node)
{
	struct call *call = node;

	free(call->name);
	free(call);
}

void calls_free(struct calls *calls)
{
	tdestroy(calls->tree, free_call);
	calls->tree = NULL;
}
