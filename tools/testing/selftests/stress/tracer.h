/* SPDX-License-Identifier: GPL-2.0 */
/* A tracer's threads. */
#ifndef STRESS_TRACER_H
#define STRESS_TRACER_H

#include "stress.h"

/* One thread; its own. @ours are the tracees as last listed. */
struct hunter {
	struct prng prng;
	pid_t ours[64];
	unsigned int nr_ours;
};

/* The handle, -1 while there is none. Any thread may close it. */
extern _Atomic int tracer_fd;

/* hunt.c: what a tracer does with whom */
void hunt_attach(struct hunter *hunter);
void hunt_wait(struct hunter *hunter);
void hunt_request(struct hunter *hunter);
void hunt_inspect(struct hunter *hunter);
void hunt_sweep(struct hunter *hunter);
void hunt_check(struct hunter *hunter);
void hunt_drain(struct hunter *hunter);

/* request.c: single requests, and what they may answer */
long request(unsigned int request, pid_t tid, unsigned long addr,
	     unsigned long data);
void request_look(struct hunter *hunter, pid_t tid);
void request_put_back(struct hunter *hunter, pid_t tid);
void request_resume(struct hunter *hunter, pid_t tid, int status);
void request_any(struct hunter *hunter, pid_t tid);

#endif /* STRESS_TRACER_H */
