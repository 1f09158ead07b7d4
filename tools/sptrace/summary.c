// SPDX-License-Identifier: GPL-2.0
/* The table of -c, laid out as strace's. */
#include <inttypes.h>

#include "output.h"

static const char rule[] =
	"------ ----------- ----------- --------- --------- ----------------";

static void write_row(FILE *file, const struct call *row, double total)
{
	double percent = total > 0 ? 100 * row->seconds / total : 0;
	uint64_t usecs = row->count ? row->seconds * 1e6 / row->count : 0;

	fprintf(file, "%6.2f %11.6f %11" PRIu64 " %9" PRIu64, percent,
		row->seconds, usecs, row->count);
	if (row->errors)
		fprintf(file, " %9" PRIu64 " %s\n", row->errors, row->name);
	else
		fprintf(file, " %9s %s\n", "", row->name);
}

void summary_write(FILE *file, struct call *const *calls, size_t count)
{
	struct call total = { .name = "total" };
	size_t i;

	for (i = 0; i < count; i++) {
		total.seconds += calls[i]->seconds;
		total.count += calls[i]->count;
		total.errors += calls[i]->errors;
	}
	fprintf(file, "%6s %11s %11s %9s %9s %s\n%s\n", "% time", "seconds",
		"usecs/call", "calls", "errors", "syscall", rule);
	for (i = 0; i < count; i++)
		write_row(file, calls[i], total.seconds);
	fprintf(file, "%s\n", rule);
	write_row(file, &total, total.seconds);
}
