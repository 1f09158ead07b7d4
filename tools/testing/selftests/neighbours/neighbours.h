/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other tools on the functions that the module hooks: what each sees of the
 * same piece of work, with and without the module.
 */
#ifndef SPT_NEIGHBOURS_H
#define SPT_NEIGHBOURS_H

#ifndef NEIGHBOURS_MAIN
#define SPT_WITHOUT_HARNESS
#endif
#include "../spt.h"

#define MAX_FUNCTIONS 32

/*
 * The task that works, and all that descends from it, go by this name, also
 * once they have executed: it is that of the program that they execute. By it
 * the tools tell them from the rest of the machine.
 */
#define WORKER_NAME "h_neighbours"

/* ---- the functions ---------------------------------------------------- */

struct functions {
	unsigned int count;
	char names[MAX_FUNCTIONS][256];
};

/* The functions that the inserted module hooks; false when there are none. */
bool functions_read(struct functions *functions);

/* ---- the tools -------------------------------------------------------- */

/* A tool that stands on every function that it can be put on. */
struct watch {
	const struct tool *tool;
	const struct functions *functions;
	pid_t worker;
	int errors[MAX_FUNCTIONS]; /* negative errno where it isn't */
	int map; /* of counters, for BPF */
	int fds[MAX_FUNCTIONS][8];
};

struct tool {
	const char *name;
	/* Why this kernel hasn't it, or NULL. */
	const char *(*missing)(void);
	/* Set the errors; false when it could be put on nothing at all. */
	bool (*attach)(struct watch *watch);
	/* How many calls of each it has seen since then. */
	bool (*count)(struct watch *watch, unsigned long *counts);
	void (*detach)(struct watch *watch);
};

/*
 * A BPF program (fmod_ret) answers prctl(2) with that option in the place of
 * security_task_prctl(): a descriptor, as long as which is open.
 */
int bpf_answer_prctl(int option, int error);

extern const struct tool tool_nobody;
extern const struct tool tool_fentry;
extern const struct tool tool_fexit;
extern const struct tool tool_perf;
extern const struct tool tool_tracefs;
extern const struct tool tool_function;

/* ---- the work ---------------------------------------------------------- */

/* A child that does the same piece of work again for each byte it gets. */
int work(const struct child_end *end, void *arg);

/* Have it done once; false when it doesn't come to its end. */
bool work_once(const struct child *worker);

/* ---- its tracer -------------------------------------------------------- */

/* How many of what a tracer was told of one piece of work. */
struct tally {
	unsigned int calls; /* syscall stops, each of the two */
	unsigned int events[PTRACE_EVENT_STOP + 1];
	unsigned int groups; /* group-stops */
	unsigned int signals;
	unsigned int ends;
};

/* Seize it; it stands in the Stop event's stop. */
long worker_seize(const struct tracer *tracer, const struct child *worker);

/* From there on to where it sleeps, waiting for work. */
long worker_resume(const struct tracer *tracer, const struct child *worker);

/* And to a stop at the exit of the call that it sleeps in. */
long worker_interrupt(const struct tracer *tracer, const struct child *worker);

/* Have the work done and count what the tracer is told. */
long worker_trace(const struct tracer *tracer, const struct child *worker,
		  struct tally *tally);

void tally_print(const struct tally *tally, char *text, size_t size);

#endif /* SPT_NEIGHBOURS_H */
