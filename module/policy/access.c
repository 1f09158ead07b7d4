// SPDX-License-Identifier: GPL-2.0
/*
 * May this happen? Never weaker than native ptrace.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/ptrace.h>
#include <linux/ratelimit.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/sptrace.h>
#include <linux/string_helpers.h>

#include "kernel/compat/exec.h"
#include "kernel/compat/sched.h"
#include "kernel/symbol.h"
#include "policy/access.h"
#include "policy/scope.h"
#include "policy/yama.h"
#include "tracee/tracee.h"

static const char *access_rule_name(u32 rule)
{
	return rule == SPT_RULE_SCOPE ? "scope" : "access check";
}

static bool access_capable_now(struct task_struct *task, bool audit)
{
	bool capable;

	rcu_read_lock();
	capable = audit ? ns_capable(__task_cred(task)->user_ns, CAP_SYS_PTRACE)
			: ns_capable_noaudit(__task_cred(task)->user_ns,
					     CAP_SYS_PTRACE);
	rcu_read_unlock();

	return capable;
}

static bool access_traced(struct task_struct *task)
{
	bool traced;

	rcu_read_lock();
	traced = spt_tracee_find_rcu(task);
	rcu_read_unlock();

	return traced;
}

/*
 * The kernel's own checks, all security modules among them. Where the scope that
 * counts does so in place of Yama's, its number isn't asked about.
 */
static bool access_kernel_attach(struct task_struct *task, unsigned int mode,
				 const struct spt_scope_view *view)
{
	bool allowed;

	if (!view->instead)
		return spt_ptrace_may_access(task, mode);

	spt_yama_pass_begin(task);
	allowed = spt_ptrace_may_access(task, mode);
	spt_yama_pass_end();

	return allowed;
}

static int access_kernel_traceme(struct task_struct *parent,
				 const struct spt_scope_view *view)
{
	int err;

	if (!view->instead)
		return spt_security_ptrace_traceme(parent);

	spt_yama_pass_begin(parent);
	err = spt_security_ptrace_traceme(parent);
	spt_yama_pass_end();

	return err;
}

static int access_kernel_modules(struct task_struct *task, unsigned int mode,
				 const struct spt_scope_view *view)
{
	int err;

	if (!view->instead)
		return spt_security_ptrace_access_check(task, mode);

	spt_yama_pass_begin(task);
	err = spt_security_ptrace_access_check(task, mode);
	spt_yama_pass_end();

	return err;
}

/* The capability is asked for last, since asking counts as using it. */
static bool access_attach_scope(struct task_struct *task, bool audit,
				const struct spt_scope_view *view)
{
	switch (spt_scope_attach(view->effective, task, task_tgid(current))) {
	case SPT_SCOPE_LETS:
		return true;
	case SPT_SCOPE_LETS_CAPABLE:
		return access_capable_now(task, audit);
	default:
		return false;
	}
}

static u32 access_attach_rule(struct task_struct *task, bool audit)
{
	unsigned int mode = PTRACE_MODE_ATTACH_REALCREDS;
	struct spt_scope_view view;

	if (!audit)
		mode |= PTRACE_MODE_NOAUDIT;

	if (same_thread_group(task, current))
		return SPT_RULE_SELF;
	if (task->flags & SPT_PF_WORKER)
		return SPT_RULE_KERNEL;
	if (READ_ONCE(task->flags) & PF_EXITING)
		return SPT_RULE_EXITING;
	if (access_traced(task))
		return SPT_RULE_TRACED;

	/* Once: the scope that counts is the one that Yama is passed over for. */
	spt_scope_view_task(task, &view);
	if (!access_kernel_attach(task, mode, &view))
		return SPT_RULE_ACCESS;
	if (!access_attach_scope(task, audit, &view))
		return SPT_RULE_SCOPE;

	return SPT_RULE_NONE;
}

/**
 * spt_access_attach - may the caller attach to @task
 * @task: whom to trace
 * @audit: whether security modules may log a refusal
 * @rule: set to the SPT_RULE_* that refuses
 *
 * The one place that decides it, by the first of these that refuses:
 *
 * ==================  ========================================================
 * SPT_RULE_SELF       @task is of the caller's own thread group
 * SPT_RULE_KERNEL     the kernel runs it for itself or on behalf of a process
 * SPT_RULE_EXITING    it is exiting
 * SPT_RULE_TRACED     it has a shadow tracer, or its exit is still to be
 *                     reported to one
 * SPT_RULE_ACCESS     the kernel's ptrace_may_access(), which native ptrace
 *                     asks, with all security modules and Yama among them,
 *                     unless a scope counts in place of Yama's
 * SPT_RULE_SCOPE      the strictest scope among its pid namespace and those
 *                     that enclose it (spt_scope_view(), spt_scope_attach())
 * ==================  ========================================================
 *
 * Context: process context; decides for good only with @task's
 * cred_guard_mutex held, and about EXITING and TRACED only when the two are
 * linked (attach_link()).
 * Return: 0 or -EPERM.
 */
int spt_access_attach(struct task_struct *task, bool audit, u32 *rule)
{
	*rule = access_attach_rule(task, audit);

	return *rule == SPT_RULE_NONE ? 0 : -EPERM;
}

static bool access_capable(const struct cred *tracer, struct user_namespace *ns)
{
	return !spt_security_capable(tracer, ns, CAP_SYS_PTRACE,
				     CAP_OPT_NOAUDIT);
}

static bool access_traceme_scope(struct task_struct *parent,
				 const struct spt_scope_view *view)
{
	const struct cred *cred;
	bool capable;

	switch (spt_scope_traceme(view->effective)) {
	case SPT_SCOPE_LETS:
		return true;
	case SPT_SCOPE_LETS_CAPABLE:
		break;
	default:
		return false;
	}

	cred = get_task_cred(parent);
	capable = access_capable(cred, current_user_ns());
	put_cred(cred);
	return capable;
}

/**
 * spt_access_traceme - may @parent become the caller's tracer
 * @parent: the caller's real parent
 * @rule: set to the SPT_RULE_* that refuses
 *
 * The same question the other way round. The kernel's check is the one that
 * native PTRACE_TRACEME makes.
 *
 * Context: process context.
 * Return: 0, -EPERM, or what a security module says.
 */
int spt_access_traceme(struct task_struct *parent, u32 *rule)
{
	struct spt_scope_view view;
	int err = -EPERM;

	*rule = SPT_RULE_NONE;
	if (parent->flags & SPT_PF_WORKER)
		*rule = SPT_RULE_KERNEL;
	else if (access_traced(current))
		*rule = SPT_RULE_TRACED;
	if (*rule != SPT_RULE_NONE)
		return err;

	spt_scope_view_task(current, &view);
	err = access_kernel_traceme(parent, &view);
	if (err) {
		*rule = SPT_RULE_ACCESS;
	} else if (!access_traceme_scope(parent, &view)) {
		*rule = SPT_RULE_SCOPE;
		err = -EPERM;
	}

	return err;
}

/**
 * spt_access_report - log a refused attach
 * @access: "attach" or "traceme"
 * @tracee: who would have been traced
 * @tracer: and by whom
 * @rule: SPT_RULE_*; only refusals by a policy are worth a line
 *
 * In the words of Yama's report_access(), with the name that a task has instead
 * of its command line: that would be read from the memory of whoever is
 * attacked, or attacks, and may take as long as they please.
 *
 * Context: process context, may sleep.
 */
void spt_access_report(const char *access, struct task_struct *tracee,
		       struct task_struct *tracer, u32 rule)
{
	static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL,
				      DEFAULT_RATELIMIT_BURST);
	char comm[TASK_COMM_LEN], *target, *agent;

	if (rule < SPT_RULE_ACCESS || !__ratelimit(&limit))
		return;

	target = kstrdup_quotable(get_task_comm(comm, tracee), GFP_KERNEL);
	agent = kstrdup_quotable(get_task_comm(comm, tracer), GFP_KERNEL);
	pr_notice("%s of \"%s\"[%d] was attempted by \"%s\"[%d], refused by the %s\n",
		  access, target, task_pid_nr(tracee), agent,
		  task_pid_nr(tracer), access_rule_name(rule));
	kfree(agent);
	kfree(target);
}

/* May @tracer look into the memory of @task: the kernel's ptrace_access_vm(). */
static bool access_program(const struct cred *tracer, struct task_struct *task,
			   struct mm_struct *mm)
{
	struct spt_program program;
	bool allowed;

	rcu_read_lock();
	program = spt_program_of(task, mm);
	allowed = program.readable || access_capable(tracer, program.user_ns);
	rcu_read_unlock();

	return allowed;
}

static bool access_readable(struct task_struct *task, struct mm_struct *mm)
{
	bool readable;

	rcu_read_lock();
	readable = spt_program_of(task, mm).readable;
	rcu_read_unlock();

	return readable;
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

/* What __ptrace_may_access() and cap_ptrace_access_check() say of the caller. */
static bool access_cred(const struct cred *tracer)
{
	const struct cred *cred = current_cred();

	if (!access_program(tracer, current, current->mm))
		return false;

	return (access_same_ids(tracer, cred) &&
		access_no_more_caps(tracer, cred)) ||
	       access_capable(tracer, cred->user_ns);
}

/*
 * What security modules say of the tracer as it was at the attach. They tell it by
 * current's credentials, and the tracee by the task's own: lend current the
 * tracer's. Under task_lock() and without sleeping, as ptrace_may_access() does it.
 * A refusal isn't logged: the line would name the tracee twice. Landlock and Smack
 * look at the task's own for the tracer as well, so they agree.
 */
static bool access_security_then(const struct cred *tracer,
				 const struct spt_scope_view *view)
{
	const struct cred *saved = override_creds(tracer);
	int err;

	task_lock(current);
	err = access_kernel_modules(current,
				    PTRACE_MODE_ATTACH_REALCREDS |
				    PTRACE_MODE_NOAUDIT, view);
	task_unlock(current);
	revert_creds(saved);

	return !err;
}

/*
 * And of the tracer as it is now: PTRACE_TRACEME has them tell it by its task, and
 * the tracee by current, which has its new credentials. ptrace_traceme() asks with
 * tasklist_lock held, so nobody sleeps.
 */
static bool access_security_now(struct task_struct *tracer,
				const struct spt_scope_view *view)
{
	return !access_kernel_traceme(tracer, view);
}

static struct task_struct *access_get_task(struct pid *tgid)
{
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(tgid, PIDTYPE_TGID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();

	return task;
}

static bool access_exec_scope(const struct cred *tracer, struct pid *tgid,
			      const struct spt_scope_view *view)
{
	switch (spt_scope_attach(view->effective, current, tgid)) {
	case SPT_SCOPE_LETS:
		return true;
	case SPT_SCOPE_LETS_CAPABLE:
		return access_capable(tracer, current_user_ns());
	default:
		return false;
	}
}

static bool access_privileged(const struct cred *attached,
			      struct task_struct *tracer,
			      const struct spt_scope_view *view)
{
	const struct cred *now = get_task_cred(tracer);
	bool allowed;

	allowed = access_security_then(attached, view) && access_cred(now) &&
		  access_exec_scope(now, task_tgid(tracer), view);
	put_cred(now);

	return allowed;
}

/**
 * spt_access_keep - may a tracer go on tracing the program just executed
 * @attached: the credentials that count for it since the attach
 * @tgid: its thread group
 * @secure: the program was executed with privileges (AT_SECURE), or may have been
 * @relabelled: a security module has given the caller another label for it
 *
 * Asked by the tracee itself, with its new credentials and before the first
 * instruction of the new image. What is asked is what an attach would be. But
 * the scope, the security modules and what the tracer may do today count only for
 * a program that has privileges or can't be read: one that follows a daemon is no
 * longer an ancestor of it, one that started as root may have dropped that, Yama may
 * have been made stricter, and none must lose its tracees for an ordinary program.
 * For one with another label the modules are asked about the tracer's of today, as
 * they ask natively.
 *
 * Context: the tracee, any context.
 * Return: false when it must be let go.
 */
bool spt_access_keep(const struct cred *attached, struct pid *tgid, bool secure,
		     bool relabelled)
{
	struct spt_scope_view view;
	struct task_struct *tracer;
	bool keep;

	if (!access_cred(attached))
		return false;
	if (!access_readable(current, current->mm))
		secure = true;
	if (!secure && !relabelled)
		return true;

	tracer = access_get_task(tgid);
	if (!tracer)
		return false;
	spt_scope_view_task(current, &view);
	keep = access_security_now(tracer, &view) &&
	       (!secure || access_privileged(attached, tracer, &view));
	put_task_struct(tracer);

	return keep;
}

/**
 * spt_access_memory - may a tracer read and write a tracee's memory
 * @tracer: its credentials at the attach
 * @task: the tracee
 * @mm: its address space; the caller holds a reference
 *
 * As the kernel's ptrace_access_vm().
 *
 * Context: any.
 * Return: true when it may.
 */
bool spt_access_memory(const struct cred *tracer, struct task_struct *task,
		       struct mm_struct *mm)
{
	return access_program(tracer, task, mm);
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
