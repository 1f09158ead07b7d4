/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The randomised stress test: tracers, native tracers and workers, all at
 * random, in a pid namespace of their own.
 *
 * What they have in common is a memory file, which survives an execve(2):
 * counts, who is there, and what the oracle needs to know across tracers.
 */
#ifndef STRESS_H
#define STRESS_H

#define SPT_WITHOUT_HARNESS
#include "../spt.h"

#include <pthread.h>
#include <stdatomic.h>

#define SECONDS 30
#define SLOW_SECONDS 120

/* So many times shared->seconds, until everything has happened once. */
#define LONGEST 5

#define TRACERS 4
#define TRACER_THREADS 4
#define NATIVES 1
#define WORKERS 50 /* as many are kept going; forks of theirs come on top */
#define SLOW_WORKERS 16 /* where all is slow */
#define WORKER_SLOTS 64
#define WORKER_THREADS 4

/* As large as Linux lets pid_max be: no number comes twice in a run. */
#define TIDS (1 << 22)

/*
 * Never blocked, never ignored and always with a handler in a worker: it ends
 * what sleeps, and a thread that it does not reach has lost its signal mask.
 */
#define SIG_NUDGE (SIGRTMIN + 2)

/* What happened how often. */
#define COUNTS(count)                                                          \
	count(attaches) count(seizes) count(stops) count(signals)              \
		count(groups) count(syscalls) count(traps) count(forks) count( \
			vforks) count(clones) count(execs) count(vforkdones)   \
			count(exitings) count(exits) count(detaches) count(    \
				kills) count(interrupts) count(listens)        \
				count(injections) count(registers) count(      \
					words) count(siginfos) count(masks)    \
					count(options) count(traceme) count(   \
						polls) count(reopens)          \
						count(tracers) count(natives)  \
							count(workers)         \
								count(frozen)

enum {
#define AS_ENUM(name) COUNT_##name,
	COUNTS(AS_ENUM)
#undef AS_ENUM
		NR_COUNTS,
};

/* One thread of a worker; @tid is 0 where there is none, -1 for one to come. */
struct thread_slot {
	_Atomic int tid;
	_Atomic unsigned int progress;
	_Atomic unsigned int nudged;
};

/* @pid is 0 for a free slot. */
struct worker_slot {
	_Atomic int pid;
	struct thread_slot threads[WORKER_THREADS];
};

#define VIOLATIONS 16

struct shared {
	unsigned long long seed;
	unsigned int seconds; /* 0 until it is known how slow all is */
	unsigned int pace; /* 1, or more where all is slow */
	_Atomic int stop; /* tracers are to end */
	_Atomic int quiet; /* workers are to do nothing but live */
	_Atomic unsigned int incarnations; /* of workers, for their seeds */
	_Atomic unsigned int counts[NR_COUNTS];
	struct worker_slot workers[WORKER_SLOTS];

	_Atomic unsigned int violations;
	char violation[VIOLATIONS][240];

	/* By number. It called execve(2), which may change the number. */
	_Atomic unsigned char executed[TIDS];
	/* How often a tracer was told of its exit. */
	_Atomic unsigned char exit_reports[TIDS];
};

extern struct shared *shared;
extern int shared_fd;

static inline void count(int what)
{
	atomic_fetch_add(&shared->counts[what], 1);
}

/* ---- random numbers: each actor has a stream of its own ----------------- */

enum { ROLE_NURSERY, ROLE_WORKER, ROLE_TRACER, ROLE_NATIVE };

struct prng {
	unsigned long long state;
};

static inline unsigned long long prng_mix(unsigned long long x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static inline void prng_seed(struct prng *prng, unsigned int role,
			     unsigned int index, unsigned int incarnation)
{
	prng->state =
		prng_mix(shared->seed ^ prng_mix(role) ^ prng_mix(index << 8) ^
			 prng_mix((unsigned long long)incarnation << 32));
}

static inline unsigned int prng_below(struct prng *prng, unsigned int limit)
{
	prng->state = prng_mix(prng->state);
	return (prng->state >> 32) % limit;
}

static inline bool prng_one_in(struct prng *prng, unsigned int n)
{
	return !prng_below(prng, n);
}

/* A thread of a worker, any; 0 when that slot has none. */
static inline pid_t any_worker_thread(struct prng *prng)
{
	struct worker_slot *worker;
	pid_t tid;

	worker = &shared->workers[prng_below(prng, WORKER_SLOTS)];
	if (prng_one_in(prng, 2))
		tid = worker->pid;
	else
		tid = worker->threads[prng_below(prng, WORKER_THREADS)].tid;
	return tid > 1 ? tid : 0;
}

static inline void nap_us(unsigned int us)
{
	struct timespec ts = { .tv_nsec = us * 1000L };

	nanosleep(&ts, NULL);
}

/* ---- the parts ------------------------------------------------------------ */

/* nursery.c: process 1 of the namespace. What the end looked like: */
struct verdict {
	bool tracers_ended;
	bool nothing_traced;
	bool none_stuck;
	bool all_reaped;
};

void nursery_main(struct verdict *verdict) __attribute__((noreturn));

/* look.c: at processes */
int look_at_processes(void (*look)(pid_t pid, void *data), void *data);
int look_at_threads(pid_t pid, void (*look)(pid_t pid, pid_t tid, void *data),
		    void *data);
void show_task(pid_t pid, pid_t tid);
void show_all_tasks(void);

/* worker.c */
void worker_start(int slot) __attribute__((noreturn));
void worker_resume(void) __attribute__((noreturn));

/* tracer.c and native.c */
void tracer_main(int index, unsigned int incarnation) __attribute__((noreturn));
void native_main(int index, unsigned int incarnation) __attribute__((noreturn));

/* ledger.c: what a tracer knows of its tracees, and what must be true */
__attribute__((format(printf, 1, 2))) void violation(const char *format, ...);
void ledger_lock(pid_t tid);
void ledger_lock_shared(pid_t tid);
bool ledger_try_lock_shared(pid_t tid);
void ledger_unlock(pid_t tid);
void ledger_attached(pid_t tid);
void ledger_let_go(pid_t tid);
void ledger_exited(pid_t tid);
bool ledger_exit_seen(pid_t tid);
bool ledger_is_live(pid_t tid);
pid_t ledger_any_live(void);
bool ledger_try_lock_all(void);
void ledger_closed(void);
void ledger_unlock_all(void);

#endif /* STRESS_H */
