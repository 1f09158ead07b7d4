/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scenarios in which the shadow differs from native ptrace, and is meant
 * to. One that is listed here and does not differ any more fails, so that the
 * list never says more than what is true.
 */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

static const struct difference {
	const char *name;
	const char *reason;
} differences[] = {
	{ "request_from_another_thread",
	  "the shadow's tracer is a thread group, each thread may ask" },
	{ "attaching_thread_ends",
	  "the shadow's tracer is a thread group, which lives on" },
	{ "siginfo_from_another_namespace",
	  "the shadow shows no number of a pid namespace but the tracer's" },
	{ "seize_with/bit_7", "TRACESECCOMP is not offered" },
	{ "setoptions_with/bit_7", "TRACESECCOMP is not offered" },
	{ "seize_with/bit_21", "SUSPEND_SECCOMP is not offered" },
	{ "setoptions_with/bit_21", "SUSPEND_SECCOMP is not offered" },
};

#endif /* DIFFERENCES_H */
