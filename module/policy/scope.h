/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scopes: who may attach beyond what the kernel's own access check says, with
 * Yama's rules, for each pid namespace.
 */
#ifndef SPT_SCOPE_H
#define SPT_SCOPE_H

#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/types.h>

/**
 * struct spt_scope_view - a pid namespace's scope
 * @own: its own, or that of the nearest enclosing one that was given one
 * @effective: the strictest of its own and those of all that enclose it; but of
 *	what encloses one that counts in place of Yama's, SPT_SCOPE_NO_ATTACH alone
 * @set: it was given one itself
 * @instead: the effective one counts in place of Yama's
 */
struct spt_scope_view {
	u32 own;
	u32 effective;
	bool set;
	bool instead;
};

/* Whom a scope lets attach. */
enum spt_scope_answer {
	SPT_SCOPE_REFUSES,
	SPT_SCOPE_LETS,
	SPT_SCOPE_LETS_CAPABLE,	/* with CAP_SYS_PTRACE over the tracee */
};

int spt_scope_init(int (*get)(void), void (*put)(void));
void spt_scope_exit(void);
void spt_scope_view(struct pid_namespace *ns, struct spt_scope_view *view);
int spt_scope_set(struct pid_namespace *ns, unsigned int level, u32 scope,
		  bool instead);
void spt_scope_view_task(struct task_struct *task, struct spt_scope_view *view);
enum spt_scope_answer spt_scope_attach(u32 scope, struct task_struct *tracee,
				       struct pid *tracer);
enum spt_scope_answer spt_scope_traceme(u32 scope);

#endif /* SPT_SCOPE_H */
