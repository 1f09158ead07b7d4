/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the seccomp filters of a tracee say of a system call, for
 * PTRACE_O_TRACESECCOMP.
 *
 * The kernel's __seccomp_filter() asks task->ptrace, which is the native tracer's,
 * whether a tracer is to be told (SECCOMP_RET_TRACE), and refuses the call when there
 * is none. So the filters are run in front of it, at the entry hook. A call that the
 * tracer has been told of is then begun without the kernel's look at the filters;
 * see "withheld" in stops/dispatch.h.
 */
#ifndef SPT_SECCOMP_H
#define SPT_SECCOMP_H

#include <linux/ptrace.h>
#include <linux/sched.h>

/* Those of the options for which a tracee comes to the entry hook at each call. */
#define SPT_SECCOMP_OPTIONS	(PTRACE_O_TRACESECCOMP | PTRACE_O_SUSPEND_SECCOMP)

#ifdef CONFIG_SECCOMP_FILTER
void spt_seccomp_init(void);
bool spt_seccomp_offered(void);
bool spt_seccomp_traces(const void *filter, struct pt_regs *regs, u16 *data);

static inline bool spt_seccomp_filters(const struct task_struct *task)
{
	return READ_ONCE(task->seccomp.mode) == SECCOMP_MODE_FILTER;
}

static inline const void *spt_seccomp_filter(const struct task_struct *task)
{
	return READ_ONCE(task->seccomp.filter);
}
#else
static inline void spt_seccomp_init(void)
{
}

static inline bool spt_seccomp_offered(void)
{
	return false;
}

static inline bool spt_seccomp_traces(const void *filter, struct pt_regs *regs,
				      u16 *data)
{
	return false;
}

static inline bool spt_seccomp_filters(const struct task_struct *task)
{
	return false;
}

static inline const void *spt_seccomp_filter(const struct task_struct *task)
{
	return NULL;
}
#endif

#endif /* SPT_SECCOMP_H */
