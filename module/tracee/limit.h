/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many tracees a user may have, and how many tracers a pid namespace.
 */
#ifndef SPT_LIMIT_H
#define SPT_LIMIT_H

#include <linux/cred.h>
#include <linux/pid_namespace.h>

int spt_limit_tracee(const struct cred *user);
void spt_limit_tracee_gone(const struct cred *user);
int spt_limit_tracer(struct pid_namespace *ns, const struct cred *cred);
void spt_limit_tracer_gone(struct pid_namespace *ns);

#endif /* SPT_LIMIT_H */
