/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_CHILDREN_H
#define SPT_CHILDREN_H

#include <linux/types.h>
#include <uapi/linux/wait.h>

#include "kernel/compat/wait.h"

struct pid;
struct spt_tracer;
struct task_struct;

/* What stops and continuations of children are asked for with. */
#define SPT_JOB_CONTROL		(WSTOPPED | WCONTINUED)

bool spt_children_match(struct task_struct *task, struct pid *tid,
			const struct spt_wait_opts *wo);
struct pid *spt_children_find(struct spt_tracer *tracer,
			      const struct spt_wait_opts *wo, int *news);
bool spt_children_are_tracees(struct spt_tracer *tracer);

#endif /* SPT_CHILDREN_H */
