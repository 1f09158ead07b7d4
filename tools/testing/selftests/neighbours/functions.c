// SPDX-License-Identifier: GPL-2.0
/* Which functions the module hooks, as it says itself. */
#include <dirent.h>

#include "neighbours.h"

#define HOOKS "/sys/class/misc/sptrace/hooks"

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

bool functions_read(struct functions *functions)
{
	struct dirent **entries;
	int i, count = scandir(HOOKS, &entries, is_visible, alphasort);

	functions->count = 0;
	for (i = 0; i < count; i++) {
		if (functions->count < MAX_FUNCTIONS)
			snprintf(functions->names[functions->count++],
				 sizeof(functions->names[0]), "%s",
				 entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return count > 0 && count <= MAX_FUNCTIONS;
}
