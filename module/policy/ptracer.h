/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PR_SET_PTRACER: whom a process declares to be welcome as its tracer.
 */
#ifndef SPT_PTRACER_H
#define SPT_PTRACER_H

#include <linux/pid.h>

int spt_ptracer_set(struct pid *declarer, int number);
bool spt_ptracer_covers(struct pid *declarer, struct pid *tracer);
unsigned int spt_ptracer_count(void);
void spt_ptracer_init(void);
void spt_ptracer_exit(void);

#endif /* SPT_PTRACER_H */
