/* SPDX-License-Identifier: GPL-2.0 */
/* A worker: what its threads share, and what they do. */
#ifndef STRESS_WORKER_H
#define STRESS_WORKER_H

#include "stress.h"

/* One thread; its own. */
struct actor {
	struct prng prng;
	struct worker_slot *worker;
	struct thread_slot *slot;
	pid_t tid;
};

/* signals.c */
void signals_setup(void);
void signals_enter(struct actor *actor);
void act_send(struct actor *actor);
void act_fault(struct actor *actor);
void act_disposition(struct actor *actor);
void act_block(struct actor *actor);
void act_sigtimedwait(struct actor *actor);
void act_sigsuspend(struct actor *actor);
void act_ppoll(struct actor *actor);
void act_timer(struct actor *actor);

/* births.c */
void act_fork(struct actor *actor);
void act_vfork(struct actor *actor);
void act_clone(struct actor *actor);
void act_namespace(struct actor *actor);
void act_exec(struct actor *actor);
void act_reap(struct actor *actor);

/* worker.c */
void worker_start_thread(struct actor *actor);

#endif /* STRESS_WORKER_H */
