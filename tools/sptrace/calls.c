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

static double average(const struct call *call)
{
	return call->count ? call->seconds / call->count : 0;
}

static int compare_in_order(const void *left, const void *right, void *closure)
{
	const struct call *a = *(struct call *const *)left;
	const struct call *b = *(struct call *const *)right;
	const enum calls_order *order = closure;
	double difference = 0;

	switch (*order) {
	case CALLS_BY_TIME:
		difference = b->seconds - a->seconds;
		break;
	case CALLS_BY_COUNT:
		difference = (double)b->count - (double)a->count;
		break;
	case CALLS_BY_ERRORS:
		difference = (double)b->errors - (double)a->errors;
		break;
	case CALLS_BY_AVERAGE:
		difference = average(b) - average(a);
		break;
	default:
		break;
	}
	if (difference)
		return difference > 0 ? 1 : -1;
	return strcmp(a->name, b->name);
}

static const char *const executing[] = { "execve", "execveat", NULL };

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
	call->type = decode_type(key->arch, key->nr, call->name);
	call->shown = filter_passes(calls->filter, call->name);
	call->executes = is_among(call->name, executing);
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

struct call **calls_sorted(const struct calls *calls, enum calls_order order,
			   size_t *count)
{
	struct list list = { 0 };

	twalk_r(calls->tree, collect, &list);
	if (list.count && order != CALLS_UNSORTED)
		qsort_r(list.calls, list.count, sizeof(*list.calls),
			compare_in_order, &order);
	*count = list.count;
	return list.calls;
}

bool calls_parse_order(const char *name, enum calls_order *order)
{
	/* Some have several, as with strace. */
	static const struct {
		const char *name;
		enum calls_order order;
	} orders[] = {
		{ "time", CALLS_BY_TIME },
		{ "time-total", CALLS_BY_TIME },
		{ "total-time", CALLS_BY_TIME },
		{ "calls", CALLS_BY_COUNT },
		{ "count", CALLS_BY_COUNT },
		{ "errors", CALLS_BY_ERRORS },
		{ "error", CALLS_BY_ERRORS },
		{ "avg-time", CALLS_BY_AVERAGE },
		{ "time-avg", CALLS_BY_AVERAGE },
		{ "name", CALLS_BY_NAME },
		{ "syscall", CALLS_BY_NAME },
		{ "syscall-name", CALLS_BY_NAME },
		{ "none", CALLS_UNSORTED },
		{ "nothing", CALLS_UNSORTED },
	};
	size_t i;

	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(orders[i].name, name))
			continue;
		*order = orders[i].order;
		return true;
	}
	return false;
}

static void free_call(void *node)
{
	struct call *call = node;

	free(call->type);
	free(call->name);
	free(call);
}

void calls_free(struct calls *calls)
{
	tdestroy(calls->tree, free_call);
	calls->tree = NULL;
}
