/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdnoreturn.h>
#include <sys/types.h>

/* common.c */

noreturn void die(const char *what);

/* Nanoseconds; under scripts/vm --icount, instructions. */
double now(void);

/* A child that runs @run until it is killed, and dies with its parent. */
pid_t spawn(void (*run)(void));
void end(pid_t child);

/* What a child may run: nothing at all, or calls without an end. */
void sleep_forever(void);
void call_forever(void);

/* quiet.c: what the whole machine does because of something */

noreturn void spin(void); /* in all the time that nobody else wants */

/* Of a process that spins. */
void leave_idle_time_to(pid_t pid);

/* now(), less the time of that process if there is one. */
double spent(void);

/* Until there is hardly anything that others than that process do. */
void settle(void);

void set_command(char *const *arguments); /* for measure_command() */

/* requests.c: what a tracer does, natively and by the shadow */

struct tracing {
	void (*seize)(pid_t tid);
	void (*resume)(int request, pid_t tid); /* and wait for the next stop */
	void (*detach)(pid_t tid);
};

/* The last resumes by SPT_IOC_NEXT, and with PTRACE_SYSCALL to the exit of the next call. */
extern const struct tracing native, shadow, next, next_exit;

/* The shadow's handle: opened once. */
int device(void);

/* conditions.c: what is so while something is measured */

/*
 * By a process of its own, which has so many idle tracees until disarm_hooks(), and
 * is served where that is asked for; with several, another one that is a leader and has exited before its thread.
 */
void arm_hooks(int count, bool served);
void disarm_hooks(void);
void be_filtered(void); /* the caller, by seccomp */
void be_served(void); /* the caller and its children */
void end_passing(void);
void be_passed(void); /* the caller, as a tracee whose filter passes all calls */
void be_recorded(void); /* the same, whose filter has them recorded */
void have_tracees(int count); /* the caller, idle ones */
void lose_tracees(void);

/* How many calls measure_call() and measure_open() make. */
extern int nr_calls;

/* What can be measured: each function does it once, and returns the nanoseconds
 * of one round.
 */

/* quiet.c */
double measure_spin(void);
double measure_command(void);

/* untraced.c */
double measure_call(void);
double measure_open(void);
double measure_prctl(void);
double measure_fork(void);
double measure_signal(void);
double measure_pingpong(void);
double measure_wait(void);

/* stops.c */
double measure_native_stop(void);
double measure_shadow_stop(void);
double measure_next_stop(void);
double measure_native_traced_call(void);
double measure_next_traced_call(void);
double measure_strace(void);
double measure_strace_seccomp(void);

/* memory.c */
double measure_native_read(void);
double measure_shadow_read(void);
double measure_native_words(void);
double measure_shadow_words(void);

/* bonds.c */
double measure_first_seize(void);
double measure_native_seize(void);
double measure_shadow_seize(void);

/* notify.c */
double measure_notified_call(void);

#endif
