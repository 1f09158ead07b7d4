// SPDX-License-Identifier: GPL-2.0
/* Text that is made again and again, in memory that is kept. */
#include <err.h>
#include <stdlib.h>

#include "scratch.h"

FILE *scratch_begin(struct scratch *scratch)
{
	if (scratch->file) {
		rewind(scratch->file);
		return scratch->file;
	}
	scratch->file = open_memstream(&scratch->text, &scratch->size);
	if (!scratch->file)
		err(EXIT_FAILURE, NULL);
	return scratch->file;
}

const char *scratch_end(struct scratch *scratch)
{
	/* What is left of a longer text comes behind it. */
	putc('\0', scratch->file);
	if (fflush(scratch->file))
		err(EXIT_FAILURE, NULL);
	return scratch->text;
}

void scratch_free(struct scratch *scratch)
{
	if (!scratch->file)
		return;
	fclose(scratch->file);
	free(scratch->text);
	*scratch = (struct scratch){ 0 };
}
