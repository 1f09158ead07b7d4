// SPDX-License-Identifier: GPL-2.0
/*
 * Another process's memory. It is that of a child, which has it where its parent has.
 */
#include <linux/ptrace.h>
#include <string.h>
#include <sys/uio.h>

#include "bench.h"

#define LARGE (1 << 20)
#define SMALL 64
#define WORDS 16
#define COPIES 200

static unsigned long theirs[LARGE / sizeof(unsigned long)];
static char ours[LARGE];

/* All of it is in place on both sides. */
static pid_t start_owner(void)
{
	memset(theirs, 1, sizeof(theirs));
	memset(ours, 1, sizeof(ours));
	return spawn(sleep_forever);
}

static double measure_readv(size_t length)
{
	struct iovec local = { ours, length }, remote = { theirs, length };
	pid_t child = start_owner();
	double start;
	int i;

	start = now();
	for (i = 0; i < COPIES; i++) {
		if (process_vm_readv(child, &local, 1, &remote, 1, 0) !=
		    (ssize_t)length)
			die("process_vm_readv");
	}
	start = (now() - start) / COPIES;

	end(child);
	return start;
}

double measure_readv_large(void)
{
	return measure_readv(LARGE);
}

double measure_readv_small(void)
{
	return measure_readv(SMALL);
}

static double measure_peek(const struct tracing *how)
{
	pid_t child = start_owner();
	double start;
	int i, j;

	how->seize(child);
	how->resume(PTRACE_INTERRUPT, child);

	start = now();
	for (i = 0; i < COPIES; i++)
		for (j = 0; j < WORDS; j++)
			how->peek(child, &theirs[j]);
	start = (now() - start) / COPIES;

	end(child);
	return start;
}

double measure_native_peek(void)
{
	return measure_peek(&native);
}

double measure_shadow_peek(void)
{
	return measure_peek(&shadow);
}
