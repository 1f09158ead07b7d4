// SPDX-License-Identifier: GPL-2.0
/* The threads that are traced, by thread id. */
#include <err.h>
#include <search.h>
#include <stdlib.h>

#include "tracees.h"

struct visitor {
	void (*visit)(struct tracee *tracee, void *closure);
	void *closure;
};

static int compare_tids(const void *left, const void *right)
{
	const struct tracee *a = left, *b = right;

	return (a->tid > b->tid) - (a->tid < b->tid);
}

struct tracee *tracees_find(const struct tracees *tracees, pid_t tid)
{
	struct tracee key = { .tid = tid };
	struct tracee **found = tfind(&key, &tracees->tree, compare_tids);

	return found ? *found : NULL;
}

struct tracee *tracees_get(struct tracees *tracees, pid_t tid, pid_t tgid)
{
	struct tracee *tracee = tracees_find(tracees, tid);

	if (tracee)
		return tracee;
	tracee = calloc(1, sizeof(*tracee));
	if (!tracee)
		err(EXIT_FAILURE, NULL);
	tracee->tid = tid;
	tracee->tgid = tgid;
	tracee->memory.tid = tid;
	tracee->source = memory_source(&tracee->memory);
	if (!tsearch(tracee, &tracees->tree, compare_tids))
		err(EXIT_FAILURE, NULL);
	tracees->count++;
	return tracee;
}

static void free_tracee(void *node)
{
	struct tracee *tracee = node;

	decode_reset(&tracee->decode);
	if (tracee->file)
		fclose(tracee->file);
	scratch_free(&tracee->scratch);
	free(tracee);
}

void tracees_remove(struct tracees *tracees, struct tracee *tracee)
{
	tdelete(tracee, &tracees->tree, compare_tids);
	tracees->count--;
	free_tracee(tracee);
}

static void visit_node(const void *node, VISIT visit, void *closure)
{
	struct visitor *visitor = closure;

	if (visit == postorder || visit == leaf)
		visitor->visit(*(struct tracee *const *)node, visitor->closure);
}

void tracees_each(const struct tracees *tracees,
		  void (*visit)(struct tracee *tracee, void *closure),
		  void *closure)
{
	struct visitor visitor = { .visit = visit, .closure = closure };

	twalk_r(tracees->tree, visit_node, &visitor);
}

void tracees_free(struct tracees *tracees)
{
	tdestroy(tracees->tree, free_tracee);
	*tracees = (struct tracees){ 0 };
}
