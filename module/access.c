// SPDX-License-Identifier: GPL-2.0
/*
 * May this happen? Never weaker than native ptrace.
 */
#include <linux/capability.h>
#include <linux/ptrace.h>
#include <linux/sched/coredump.h>
#include <linux/sched/signal.h>
#include <linux/security.h>

#include "access.h"
#include "compat.h"
#include "symbol.h"

/**
 * spt_access_attach - may the caller attach to @task
 * @task: whom to trace
 *
 * The order of the checks is native ptrace_attach()'s.
 *
 * Context: process context; decides for good only with @task's
 * cred_guard_mutex held.
 * Return: 0 or -EPERM.
 */
int spt_access_attach(struct task_struct *task)
{
	if (task->flags & SPT_PF_WORKER)
		return -EPERM;
	if (same_thread_group(task, current))
		return -EPERM;
	if (!spt_ptrace_may_access(task, PTRACE_MODE_ATTACH_REALCREDS))
		return -EPERM;

	return 0;
}

/**
 * spt_access_traceme - may @parent become the caller's tracer
 * @parent: the caller's real parent
 *
 * Context: process context.
 * Return: 0, -EPERM, or what an LSM says.
 */
int spt_access_traceme(struct task_struct *parent)
{
	if (parent->flags & SPT_PF_WORKER)
		return -EPERM;

	return spt_security_ptrace_traceme(parent);
}

static bool access_capable(const struct cred *tracer, struct user_namespace *ns)
{
	return !spt_security_capable(tracer, ns, CAP_SYS_PTRACE,
				     CAP_OPT_NOAUDIT);
}

static bool access_dumpable(struct mm_struct *mm)
{
	return __get_dumpable(mm->flags) == SUID_DUMP_USER;
}

/* The kernel's __ptrace_may_access(), for other credentials than current's. */
static bool access_same_ids(const struct cred *tracer, const struct cred *cred)
{
	return uid_eq(tracer->uid, cred->euid) &&
	       uid_eq(tracer->uid, cred->suid) &&
	       uid_eq(tracer->uid, cred->uid) &&
	       gid_eq(tracer->gid, cred->egid) &&
	       gid_eq(tracer->gid, cred->sgid) &&
	       gid_eq(tracer->gid, cred->gid);
}

/* The kernel's cap_ptrace_access_check(), likewise. */
static bool access_no_more_caps(const struct cred *tracer,
				const struct cred *cred)
{
	return tracer->user_ns == cred->user_ns &&
	       cap_issubset(cred->cap_permitted, tracer->cap_permitted);
}

/*
 * Security modules tell the tracer by current's credentials, and the tracee by
 * the task's own: lend current those that the tracer has now. Like the kernel's
 * ptrace_may_access() this may not sleep.
 */
static bool access_security(struct pid *tracer)
{
	const struct cred *cred = NULL, *saved;
	struct task_struct *task;
	int err;

	rcu_read_lock();
	task = pid_task(tracer, PIDTYPE_TGID);
	if (task)
		cred = get_task_cred(task);
	rcu_read_unlock();
	if (!cred)
		return false;

	saved = override_creds(cred);
	err = spt_security_ptrace_access_check(current,
					       PTRACE_MODE_ATTACH_REALCREDS);
	revert_creds(saved);
	put_cred(cred);

	return !err;
}

/**
 * spt_access_keep - may a tracer go on tracing the program just executed
 * @tracer: its credentials at the attach
 * @tgid: its thread group
 *
 * Asked by the tracee itself, with its new credentials and before the first
 * instruction of the new image. What is asked is what an attach would be.
 *
 * Context: the tracee, any context.
 * Return: false when it must be let go.
 */
bool spt_access_keep(const struct cred *tracer, struct pid *tgid)
{
	const struct cred *cred = current_cred();
	struct mm_struct *mm = current->mm;

	if (!access_dumpable(mm) && !access_capable(tracer, mm->user_ns))
		return false;

	if (!(access_same_ids(tracer, cred) &&
	      access_no_more_caps(tracer, cred)) &&
	    !access_capable(tracer, cred->user_ns))
		return false;

	return access_security(tgid);
}

/**
 * spt_access_memory - may a tracer read and write this address space
 * @tracer: its credentials at the attach
 * @mm: the tracee's
 *
 * As the kernel's ptrace_access_vm().
 *
 * Context: any.
 * Return: true when it may.
 */
bool spt_access_memory(const struct cred *tracer, struct mm_struct *mm)
{
	return access_dumpable(mm) || access_capable(tracer, mm->user_ns);
}

/**
 * spt_access_see - may the caller know about this tracee
 * @task: the tracee's task
 *
 * Context: process context.
 * Return: true when the caller could inspect it under /proc.
 */
bool spt_access_see(struct task_struct *task)
{
	return spt_ptrace_may_access(task, PTRACE_MODE_READ_FSCREDS |
					   PTRACE_MODE_NOAUDIT);
}
