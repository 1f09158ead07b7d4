// SPDX-License-Identifier: GPL-2.0
/*
 * What a tracer knows of its tracees.
 *
 * A tracer's threads act on the same tracees at once. What resumes a tracee, or
 * lets it go, holds its lock shared; what must not be disturbed by that holds
 * it alone. The sums are simple because no number comes twice in a run.
 */
#include "stress.h"

enum { UNKNOWN, LIVE, EXITED };

/* LIVE counts in the generation only in which it was written. */
struct entry {
	_Atomic unsigned char state;
	_Atomic unsigned int generation;
};

#define LOCKS 64

static struct entry entries[TIDS];
static pthread_rwlock_t locks[LOCKS] = {
	[0 ... LOCKS - 1] = PTHREAD_RWLOCK_INITIALIZER,
};
static _Atomic unsigned int generation;
/* A few that were LIVE not long ago. */
static _Atomic int recent[32];
static _Atomic unsigned int recent_next;

void violation(const char *format, ...)
{
	unsigned int n = atomic_fetch_add(&shared->violations, 1);
	va_list args;

	if (n >= VIOLATIONS)
		return;
	va_start(args, format);
	vsnprintf(shared->violation[n], sizeof(shared->violation[n]), format,
		  args);
	va_end(args);
}

static pthread_rwlock_t *lock_of(pid_t tid)
{
	return &locks[tid % LOCKS];
}

void ledger_lock(pid_t tid)
{
	pthread_rwlock_wrlock(lock_of(tid));
}

void ledger_lock_shared(pid_t tid)
{
	pthread_rwlock_rdlock(lock_of(tid));
}

bool ledger_try_lock_shared(pid_t tid)
{
	return !pthread_rwlock_tryrdlock(lock_of(tid));
}

void ledger_unlock(pid_t tid)
{
	pthread_rwlock_unlock(lock_of(tid));
}

/* It is a tracee of ours for sure; its lock is held alone. */
void ledger_attached(pid_t tid)
{
	unsigned char state = UNKNOWN;

	entries[tid].generation = generation;
	atomic_compare_exchange_strong(&entries[tid].state, &state, LIVE);
	recent[recent_next++ % ARRAY_LEN(recent)] = tid;
}

/* Perhaps it is no more; its lock is held, if shared. */
void ledger_let_go(pid_t tid)
{
	unsigned char state = LIVE;

	atomic_compare_exchange_strong(&entries[tid].state, &state, UNKNOWN);
}

/* Its exit was reported. */
void ledger_exited(pid_t tid)
{
	unsigned char before = atomic_exchange(&entries[tid].state, EXITED);

	if (before == EXITED)
		violation("the exit of %d came twice to one tracer", tid);
	else if (atomic_fetch_add(&shared->exit_reports[tid], 1))
		violation("the exit of %d came to two tracers", tid);
}

bool ledger_exit_seen(pid_t tid)
{
	return entries[tid].state == EXITED;
}

bool ledger_is_live(pid_t tid)
{
	return entries[tid].state == LIVE &&
	       entries[tid].generation == generation;
}

/* One that is LIVE, if there is one among the latest; 0. */
pid_t ledger_any_live(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(recent); i++) {
		pid_t tid = recent[i];

		if (tid && ledger_is_live(tid))
			return tid;
	}
	return 0;
}

static void unlock_first(int n)
{
	while (n--)
		pthread_rwlock_unlock(&locks[n]);
}

/* Waits for none, since whoever has one may be waiting for another. */
bool ledger_try_lock_all(void)
{
	int i;

	for (i = 0; i < LOCKS; i++) {
		if (!pthread_rwlock_trywrlock(&locks[i]))
			continue;
		unlock_first(i);
		return false;
	}
	return true;
}

/* A handle was closed: nothing is for sure. All locks are held. */
void ledger_closed(void)
{
	generation++;
}

void ledger_unlock_all(void)
{
	unlock_first(LOCKS);
}
