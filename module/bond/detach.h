/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a bond ends.
 */
#ifndef SPT_DETACH_H
#define SPT_DETACH_H

#include <linux/resource.h>

struct spt_handle;
struct spt_tracee;
struct spt_tracer;

/* What comes behind the report of a tracee's end. */
enum spt_end {
	SPT_END,		/* its zombie */
	SPT_END_HELD,		/* its zombie, when the bond has ended */
	SPT_END_OF_CHILD,	/* its zombie, for the tracer, which is the parent */
};

void spt_tracee_forget(struct spt_tracee *tracee);
void spt_tracee_let_go(struct spt_tracee *tracee);
void spt_tracee_exited(struct spt_tracee *tracee, int code,
		       const struct rusage *rusage, enum spt_end end);
void spt_tracee_dying(struct spt_tracee *tracee);
void spt_tracee_exits(struct spt_tracee *tracee);
void spt_tracee_lost(struct spt_tracee *tracee);

void spt_tracer_let_go(struct spt_tracer *tracer);
void spt_tracer_close(struct spt_handle *handle);
void spt_tracers_let_go(void);

#endif /* SPT_DETACH_H */
