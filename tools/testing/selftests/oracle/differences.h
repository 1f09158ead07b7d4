/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scenarios in which the shadow differs from native ptrace, and is meant
 * to. One that is listed here and does not differ any more fails, so that the
 * list never says more than what is true.
 */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

enum player { NATIVE, SHADOW, SERVED, PLAYERS };

#define BOTH (1 << SHADOW | 1 << SERVED)

static const struct difference {
	int players;
	const char *name;
	const char *reason;
} differences[] = {
	{ BOTH, "request_from_another_thread",
	  "the shadow's tracer is a thread group, each thread may ask" },
	{ BOTH, "attaching_thread_ends",
	  "the shadow's tracer is a thread group, which lives on" },
	{ BOTH, "siginfo_from_another_namespace",
	  "the shadow shows no number of a pid namespace but the tracer's" },
};

#endif /* DIFFERENCES_H */
