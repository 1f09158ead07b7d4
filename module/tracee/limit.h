/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many tracees and tracers there may be.
 *
 * Tracees count for who causes them: the tracer by attaching or by its options, the
 * task itself by PTRACE_TRACEME or CLONE_PTRACE alone. They count for his user and
 * pid namespace, so that users of two containers who have the same uid don't take
 * room from each other. For tracees in a pid namespace, those in the namespaces below
 * it count as well; and a user has a limit over all namespaces, since he can make more
 * of them. Of a pid namespace's tracers, half at most are one user's.
 *
 * Memory is not counted here: it is accounted to the memory cgroup of who causes it.
 */
#ifndef SPT_LIMIT_H
#define SPT_LIMIT_H

#include <linux/cred.h>
#include <linux/pid_namespace.h>

struct spt_count;

struct spt_count *spt_limit_tracee(const struct cred *cred,
				   struct pid_namespace *ns);
struct spt_count *spt_limit_tracer(const struct cred *cred,
				   struct pid_namespace *ns);
void spt_limit_uncharge(struct spt_count *count);
void spt_limit_exit(void);

#endif /* SPT_LIMIT_H */
