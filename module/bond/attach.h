/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a task becomes a tracee: ATTACH, SEIZE, TRACEME, and being born to one.
 */
#ifndef SPT_ATTACH_H
#define SPT_ATTACH_H

#include "tracee/tracee.h"

int spt_attach(struct spt_tracer *tracer, struct task_struct *task, bool seize,
	       unsigned int options);
int spt_attach_traceme(void);
struct spt_tracee *spt_attach_prepare_child(struct spt_tracee *parent,
					    bool by_itself);
void spt_attach_adopt_child(struct spt_tracee *parent, struct spt_tracee *child,
			    struct task_struct *task);

#endif /* SPT_ATTACH_H */
