// SPDX-License-Identifier: GPL-2.0
/*
 * How programs and administrators say who may trace whom, and are told: the
 * ioctls, and prctl(PR_SET_PTRACER).
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/prctl.h>
#include <linux/sched/task.h>
#include <linux/sptrace.h>
#include <linux/uaccess.h>

#include "policy/access.h"
#include "policy/policy.h"
#include "policy/process.h"
#include "policy/ptracer.h"
#include "policy/scope.h"

static bool policy_prctl = true;
module_param_named(prctl, policy_prctl, bool, 0644);
MODULE_PARM_DESC(prctl,
		 "prctl(PR_SET_PTRACER) succeeds where no security module handles it (default Y)");

/* Who is meant by a number that may be 0 for the caller. */
static struct task_struct *policy_task(pid_t pid)
{
	return pid ? spt_process_find(pid) : get_task_struct(current);
}

/*
 * Return: the pid namespace of a process with a reference taken, or -ESRCH. A
 * number in the caller's namespace is of one that is in it or below it.
 */
static struct pid_namespace *policy_namespace(pid_t pid)
{
	struct task_struct *task = policy_task(pid);
	struct pid_namespace *ns;

	if (!task)
		return ERR_PTR(-ESRCH);

	rcu_read_lock();
	ns = task_active_pid_ns(task);
	if (ns)
		get_pid_ns(ns);
	rcu_read_unlock();
	put_task_struct(task);

	return ns ?: ERR_PTR(-ESRCH);
}

static u32 policy_scope_flags(const struct spt_scope_view *view)
{
	return (view->set ? SPT_SCOPE_SET : 0) |
	       (view->effective > view->own ? SPT_SCOPE_ENCLOSED : 0) |
	       (view->instead ? SPT_SCOPE_INSTEAD : 0);
}

/**
 * spt_policy_get_scope - SPT_IOC_GET_SCOPE
 * @handle: whose; isn't looked at
 * @user: the caller's struct spt_scope
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH; -EINVAL; -E2BIG; -EFAULT.
 */
int spt_policy_get_scope(struct spt_handle *handle, void __user *user,
			 size_t size)
{
	struct spt_scope_view view;
	struct pid_namespace *ns;
	struct spt_scope args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);
	if (err)
		return err;
	if (args.scope || args.effective || args.flags)
		return -EINVAL;

	ns = policy_namespace(args.pid);
	if (IS_ERR(ns))
		return PTR_ERR(ns);
	spt_scope_view(ns, &view);
	put_pid_ns(ns);

	args.scope = view.own;
	args.effective = view.effective;
	args.flags = policy_scope_flags(&view);

	return copy_to_user(user, &args, min(size, sizeof(args))) ? -EFAULT : 0;
}

/*
 * From how far out does the caller speak, as an administrator of @ns or of one
 * that encloses it? It must be in that one, and have the right there: the owner
 * of a container's user namespace has it over the container alone, wherever he is.
 */
static unsigned int policy_level(struct pid_namespace *ns)
{
	struct pid_namespace *active = task_active_pid_ns(current);
	unsigned int level = ns->level;

	while (ns != active && ns != &init_pid_ns) {
		ns = ns->parent;
		if (ns_capable_noaudit(ns->user_ns, CAP_SYS_PTRACE))
			level = ns->level;
	}

	return level;
}

/*
 * Whoever may write Yama's number, as far as that is a matter of capabilities. From
 * the outermost pid namespace: from any other he would loosen what holds outside of it.
 */
static bool policy_rules_yama(void)
{
	return task_active_pid_ns(current) == &init_pid_ns &&
	       ns_capable(&init_user_ns, CAP_SYS_PTRACE);
}

static int policy_give_scope(struct pid_namespace *ns, u32 scope, bool instead)
{
	if (!ns_capable(ns->user_ns, CAP_SYS_PTRACE) ||
	    (instead && !policy_rules_yama()))
		return -EPERM;

	return spt_scope_set(ns, policy_level(ns), scope, instead);
}

/**
 * spt_policy_set_scope - SPT_IOC_SET_SCOPE
 * @handle: whose; isn't looked at
 * @user: the caller's struct spt_scope
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0; -EPERM; -EOPNOTSUPP; -ESRCH; -EINVAL; -E2BIG; -EFAULT; -ENOMEM.
 */
int spt_policy_set_scope(struct spt_handle *handle, void __user *user,
			 size_t size)
{
	struct pid_namespace *ns;
	struct spt_scope args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);
	if (err)
		return err;
	if (args.scope > SPT_SCOPE_NO_ATTACH || args.effective ||
	    args.flags & ~SPT_SCOPE_INSTEAD)
		return -EINVAL;

	ns = policy_namespace(args.pid);
	if (IS_ERR(ns))
		return PTR_ERR(ns);
	err = policy_give_scope(ns, args.scope, args.flags & SPT_SCOPE_INSTEAD);
	put_pid_ns(ns);

	return err;
}

/**
 * spt_policy_set_ptracer - SPT_IOC_SET_PTRACER
 * @handle: whose; isn't looked at
 * @user: the caller's struct spt_ptracer
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL; -E2BIG; -EFAULT; -ENOMEM.
 */
int spt_policy_set_ptracer(struct spt_handle *handle, void __user *user,
			   size_t size)
{
	struct spt_ptracer args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);
	if (err)
		return err;
	if (args.reserved)
		return -EINVAL;

	return spt_ptracer_set(task_tgid(current), args.pid);
}

static void policy_explain_attach(struct spt_explain *args,
				  struct task_struct *task)
{
	spt_access_attach(task, false, &args->rule);

	/* What becomes of a task is for those who may look at it. */
	if ((args->rule == SPT_RULE_EXITING || args->rule == SPT_RULE_TRACED) &&
	    !spt_access_see(task))
		args->rule = SPT_RULE_ACCESS;
}

static void policy_explain_traceme(struct spt_explain *args)
{
	struct task_struct *parent = spt_process_parent();

	spt_access_traceme(parent, &args->rule);
	put_task_struct(parent);
}

/**
 * spt_policy_explain - SPT_IOC_EXPLAIN
 * @handle: whose; isn't looked at
 * @user: the caller's struct spt_explain
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH; -EINVAL; -E2BIG; -EFAULT.
 */
int spt_policy_explain(struct spt_handle *handle, void __user *user,
		       size_t size)
{
	struct spt_scope_view view;
	struct task_struct *task;
	struct spt_explain args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);
	if (err)
		return err;
	if (args.rule || args.scope || args.flags)
		return -EINVAL;

	task = policy_task(args.tid);
	if (!task)
		return -ESRCH;
	if (args.tid)
		policy_explain_attach(&args, task);
	else
		policy_explain_traceme(&args);
	spt_scope_view_task(task, &view);
	put_task_struct(task);

	args.scope = view.effective;
	args.flags = policy_scope_flags(&view);

	return copy_to_user(user, &args, min(size, sizeof(args))) ? -EFAULT : 0;
}

bool spt_policy_prctl_concerns(const struct pt_regs *regs)
{
	return (int)spt_arch_entry_arg(regs, 0) == PR_SET_PTRACER;
}

NOKPROBE_SYMBOL(spt_policy_prctl_concerns);

/*
 * As Yama reads the number: all of it for 0, an int for everything else, a
 * 32-bit program's PR_SET_PTRACER_ANY included.
 */
static int policy_declare(unsigned long number)
{
	if (number && !(int)number)
		return -EINVAL;

	return spt_ptracer_set(task_tgid(current), (int)number);
}

/*
 * In place of security_task_prctl(option, arg2, …), where an LSM may handle an
 * option that the kernel itself knows nothing of. -ENOSYS says that none does.
 * What a security module refuses isn't recorded here either.
 */
enum spt_hook_verdict spt_policy_before_prctl(struct spt_arch_args *args)
{
	unsigned long number = spt_arch_arg(args, 1);
	int native = (int)spt_hook_call(args);
	int err;

	if (!native || native == -ENOSYS) {
		err = policy_declare(number);
		/* The program was told that the last one is no longer in force. */
		if (!native && err)
			spt_ptracer_set(task_tgid(current), SPT_PTRACER_NONE);
		if (native && READ_ONCE(policy_prctl))
			native = err;
	}

	spt_hook_return(args, native);
	return SPT_HOOK_RETURN;
}
