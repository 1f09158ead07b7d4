// SPDX-License-Identifier: GPL-2.0
/* No tool at all, which is on no function and sees nothing. */
#include "neighbours.h"

static const char *nobody_missing(void)
{
	return NULL;
}

static bool nobody_attach(struct watch *watch)
{
	unsigned int i;

	for (i = 0; i < watch->functions->count; i++)
		watch->errors[i] = -ENOENT;
	return true;
}

static bool nobody_count(struct watch *watch, unsigned long *counts)
{
	memset(counts, 0, sizeof(*counts) * watch->functions->count);
	return true;
}

static void nobody_detach(struct watch *watch)
{
}

const struct tool tool_nobody = {
	.name = "nobody",
	.missing = nobody_missing,
	.attach = nobody_attach,
	.count = nobody_count,
	.detach = nobody_detach,
};
