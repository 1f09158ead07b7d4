/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stage on which a scenario is played: a tracee, its real parent and a
 * tracer, and the transcript of what each of them saw. The tracer runs the
 * scenario's function. Whether it traces natively or on the shadow is decided
 * by stage->tracer and known to nothing else.
 *
 * Whatever is done to the tracee through ask() is written down with its result,
 * and so is each report that see() waits for, each line that hear() takes from
 * the tracee, and what the parent was told. Numbers that differ from run to run
 * are replaced: a pid by the name of the role that it has.
 */
#ifndef STAGE_H
#define STAGE_H

/* How long one wait may take; less once the shadow has shown that it hangs. */
extern int wait_limit_ms;
#define WAIT_LIMIT_MS wait_limit_ms

#define SPT_WITHOUT_HARNESS
#include <stddef.h>
#include "../spt.h"
#include "widths.h"

#define NAMES_MAX 32

struct name {
	pid_t pid;
	char text[16];
};

struct stage {
	struct tracer tracer;
	struct transcript *out;
	/* The row of a scenario that is a table. */
	int row;

	pid_t tracee;
	int go; /* a byte written here is a cue for the tracee */
	int said; /* what the tracee writes */

	/* 0 when the tracer is the parent. */
	pid_t parent;
	int line; /* to and from the parent */
	bool parent_knows_stop; /* has been told that the tracee is stopped */

	/* Of the tracee, as far as the tracer knows. */
	bool stopped;
	bool listening;
	bool let_go;
	bool dead;
	/* The last report that was waited for, and its siginfo or none. */
	struct spt_event event;
	siginfo_t info;
	bool has_info;

	struct name names[NAMES_MAX];
	int name_count;
};

/* ---- scenarios --------------------------------------------------------- */

struct scenario {
	const char *name;
	void (*play)(struct stage *stage);
	/* A table: how many rows, and the name of each. */
	int rows;
	const char *(*row_name)(int row);
};

/* Every scenario of every file is found by the section that it is in. */
#define REGISTER(id)                                                  \
	static const struct scenario *const registered_##id           \
		__attribute__((section("scenarios"), used, retain)) = \
			&scenario_##id

/* SCENARIO(id) { … }: played with the stage in @s. */
#define SCENARIO(id)                                                 \
	static void id(struct stage *s);                             \
	static const struct scenario scenario_##id = { .name = #id,  \
						       .play = id }; \
	REGISTER(id);                                                \
	static void id(struct stage *s)

/* SCENARIOS(id, count of rows, name of a row) { … }: the row is s->row. */
#define SCENARIOS(id, count, name_of_row)                                     \
	static void id(struct stage *s);                                      \
	static const struct scenario scenario_##id = { .name = #id,           \
						       .play = id,            \
						       .rows = count,         \
						       .row_name =            \
							       name_of_row }; \
	REGISTER(id);                                                         \
	static void id(struct stage *s)

/* ---- names (names.c) ------------------------------------------------------ */

const char *signal_name(int signo);
const char *request_name(unsigned int request);
const char *error_name(long error);
const char *call_name(long nr);
const char *event_name(unsigned int event);
/* As wait4(2) gives it. */
const char *status_text(int status);
/* As waitid(2) and SIGCHLD give it. */
const char *child_text(const siginfo_t *info);

/* Give a pid a name, and find it; a new task is named for what it is. */
void name_pid(struct stage *s, pid_t pid, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
const char *name_of(struct stage *s, pid_t pid);
/* The pid of a name, 0 when nothing is called so. */
pid_t pid_of(const struct stage *s, const char *name);

/* ---- roles (roles.c) -------------------------------------------------- */

/* Put a parent and its child, the tracee, on the stage. */
void cast(struct stage *s, child_main act, void *arg);
/* The same with the tracer as the parent. */
void cast_child(struct stage *s, child_main act, void *arg);
/* End the scenario: it makes no sense to go on. */
void give_up(struct stage *s, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));
/* End the scenario as one that this machine can't play. */
void skip(struct stage *s, const char *reason) __attribute__((noreturn));

#define NEXT_CUE 'n'
#define END_CUE 'e'

/* Give the tracee a cue, or the last one. */
void cue(struct stage *s);
void cue_end(struct stage *s);
/* The tracee's next line, its end, or all the lines that are left. */
void hear(struct stage *s);
void hear_rest(struct stage *s);
/* The parent takes its next SIGCHLD and waits for what it is about. */
void parent_sees(struct stage *s);
/* The parent takes its next SIGCHLD, of whatever child. */
void parent_hears(struct stage *s);
/* The parent has neither a SIGCHLD nor anything to wait for. */
void parent_sees_nothing(struct stage *s);
/* A child that nothing announces. */
pid_t find_stopped_child(struct stage *s, pid_t parent);
/* Wait for the tracee to be asleep in a system call, traced or not. */
void until_asleep_in(struct stage *s, pid_t tid, long nr);
/* Wait for an untraced tracee to settle, and say in which state. */
void note_settled(struct stage *s);

/*
 * A second tracer, a process, plays @play up to its end and then stays until
 * it is killed; what it knows of the tracee is its own.
 */
pid_t other_tracer(struct stage *s, void (*play)(struct stage *s));
void kill_other_tracer(struct stage *s, pid_t pid);
/* Another thread of this tracer plays @play, and then ends or stays. */
void in_other_thread(struct stage *s, void (*play)(struct stage *s));
void in_lasting_thread(struct stage *s, void (*play)(struct stage *s));

/* ---- for the tracee ------------------------------------------------------ */

/* A line to hear; a pid in it is of one length, for the length is seen. */
#define PID_FORMAT "{%07d}"
void say_line(const struct child_end *end, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* PTRACE_TRACEME, from the tracee, with a line about its result (roles.c). */
void trace_me(const struct child_end *end);
/* Say what was handled; the handler of every act that has one. */
void say_handled(int signo, siginfo_t *info, void *context);
void handle(const struct child_end *end, int signo, int flags);
void block(int how, int signo);
/* Execute a program that says a line, awaits a cue and exits with 7. */
void execute_program(const struct child_end *end);
int play_program(void);

/* What an act does last: wait for the last cue, whatever others come. */
void await_end(const struct child_end *end);

/* Acts that many scenarios use; each waits for its end and exits with 5. */
int act_wait(const struct child_end *end, void *arg);
/* With a handler (SA_RESTART) for SIGUSR1, SIGUSR2 and SIGRTMIN+1. */
int act_handle(const struct child_end *end, void *arg);

/* ---- the tracer (tracer.c) ------------------------------------------- */

void note_siginfo(struct stage *s, const siginfo_t *info);

/* One request, with its result written down. */
long ask_of(struct stage *s, pid_t tid, unsigned int request,
	    unsigned long addr, unsigned long data);
long ask(struct stage *s, unsigned int request, unsigned long addr,
	 unsigned long data);
/* The next report of a task, written down; its status. */
int see_of(struct stage *s, pid_t tid);
int see(struct stage *s);
/* The same without a look at the siginfo. */
int see_status_of(struct stage *s, pid_t tid);
/* Wait for the tracee's death without consuming the report. */
void until_dead(struct stage *s);
void until_dead_of(struct stage *s, pid_t tid);
/* Wait for a report of the tracee that may not be the tracer's yet. */
void until_report(struct stage *s);
/* Nothing is to be waited for at this moment. */
void see_nothing(struct stage *s);
void see_nothing_of(struct stage *s, pid_t tid);

/* What PTRACE_GET_SYSCALL_INFO says: which call, its result. */
void note_call_of(struct stage *s, pid_t tid);
void note_call(struct stage *s);
/* Whom the tracee's event is about. */
pid_t announced_child(struct stage *s);
/* From asleep in a read(2), stopped, over its cue to the entry of its next call. */
void run_to_next_call(struct stage *s);

/* Attach; with a stop at once. */
void seize(struct stage *s, unsigned long options);
void seize_stop(struct stage *s, unsigned long options);
void attach(struct stage *s);

void cont(struct stage *s, int signo);
void cont_of(struct stage *s, pid_t tid, int signo);
/* Resume from the last stop as a tracer does that changes nothing. */
void pass_on(struct stage *s);
void pass_on_of(struct stage *s, pid_t tid);
/* Send a signal, and see its delivery. */
void signal_tracee(struct stage *s, int signo);
int send_and_see(struct stage *s, int signo);
/* From whatever state to the tracee's end, with all that comes in between. */
void finish(struct stage *s);
/* The same for one that isn't traced any more. */
void finish_untraced(struct stage *s);

#endif /* STAGE_H */
