// SPDX-License-Identifier: GPL-2.0
/*
 * The probe engine and its table.
 *
 * Probes are registered when the module loads, so that a kernel without one
 * of the functions refuses it, and armed only while there is a tracee, but for
 * that of prctl(2): a program names its tracer before there is one.
 *
 * A *flight* is a task that is, or will be, in code of this module without
 * holding a reference on it: redirected into a hook, on its way to a queued
 * task work, or due at the syscall-exit hook. The module is not unloaded, and
 * hooks armed WHILE_BUSY are not disarmed, while there are flights. The few
 * instructions after a flight's end are covered by synchronize_rcu_tasks():
 * they contain no voluntary context switch.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "hook.h"
#include "jobctl.h"
#include "lifecycle.h"
#include "policy.h"
#include "signal.h"
#include "sigwait.h"
#include "symbol.h"
#include "syscall.h"

static bool hook_concerns_all(const struct pt_regs *regs)
{
	return true;
}

NOKPROBE_SYMBOL(hook_concerns_all);

#define HOOK_SYMBOLS(...)	((const char *const[]){ __VA_ARGS__, NULL })

static struct spt_hook hooks[] = {
	{
		.symbols = HOOK_SYMBOLS("syscall_trace_enter",
					"syscall_trace_enter.constprop.0",
					"syscall_trace_enter.isra.0"),
		.why = "syscall-enter-stops",
		.concerns = spt_syscall_enter_concerns,
		.before = spt_syscall_before_enter,
	},
	{
		.symbols = HOOK_SYMBOLS("user_single_step_report"),
		.why = "syscall-exit-stops",
		.concerns = hook_concerns_all,
		.before = spt_syscall_before_exit,
		.when = SPT_WHILE_BUSY,
	},
	{
		.symbols = HOOK_SYMBOLS("user_disable_single_step"),
		.why = "syscall-exit-stops beside a native tracer",
		.concerns = spt_syscall_unstep_concerns,
		.before = spt_syscall_before_unstep,
		.when = SPT_WHILE_BUSY,
	},
	{
		.symbols = HOOK_SYMBOLS("syscall_regfunc"),
		.why = "sharing a flag with the syscall tracepoints",
		.concerns = hook_concerns_all,
		.before = spt_syscall_before_regfunc,
	},
	{
		.symbols = HOOK_SYMBOLS("syscall_unregfunc"),
		.why = "sharing a flag with the syscall tracepoints",
		.concerns = hook_concerns_all,
		.before = spt_syscall_before_unregfunc,
	},
	{
		.symbols = HOOK_SYMBOLS("get_signal"),
		.why = "signal-delivery-stops and group-stops",
		.concerns = spt_signal_get_concerns,
		.before = spt_signal_before_get,
	},
	{
		.symbols = HOOK_SYMBOLS("dequeue_signal"),
		.why = "attaching to a task that is stopped",
		.concerns = spt_signal_dequeue_concerns,
		.before = spt_signal_before_dequeue,
	},
	{
		.symbols = HOOK_SYMBOLS("cgroup_enter_frozen"),
		.why = "attaching to a task that is being stopped",
		.concerns = spt_jobctl_frozen_concerns,
		.before = spt_jobctl_before_frozen,
	},
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_SYSCALL("rt_sigtimedwait")),
		.why = "signals during sigtimedwait(2)",
		.concerns = spt_sigwait_concerns,
		.before = spt_sigwait_before,
	},
#ifdef CONFIG_COMPAT
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_COMPAT_SYSCALL("rt_sigtimedwait_time32")),
		.why = "signals during a 32-bit sigtimedwait(2)",
		.concerns = spt_sigwait_concerns,
		.before = spt_sigwait_before_time32,
	},
	{
		.symbols = HOOK_SYMBOLS(SPT_ARCH_COMPAT_SYSCALL("rt_sigtimedwait_time64")),
		.why = "signals during a 32-bit sigtimedwait(2)",
		.concerns = spt_sigwait_concerns,
		.before = spt_sigwait_before_time64,
	},
#endif
	{
		.symbols = HOOK_SYMBOLS("kernel_clone"),
		.why = "events of fork, vfork and clone",
		.concerns = spt_lifecycle_concerns_self,
		.before = spt_lifecycle_before_clone,
	},
	{
		.symbols = HOOK_SYMBOLS("wake_up_new_task"),
		.why = "events of fork, vfork and clone",
		.concerns = spt_lifecycle_concerns_child,
		.before = spt_lifecycle_before_wake,
	},
	{
		.symbols = HOOK_SYMBOLS("do_exit"),
		.why = "the message of PTRACE_EVENT_EXIT",
		.concerns = spt_lifecycle_concerns_self,
		.before = spt_lifecycle_before_exit,
	},
	{
		.symbols = HOOK_SYMBOLS("exit_signals"),
		.why = "PTRACE_EVENT_EXIT",
		.concerns = spt_lifecycle_concerns_self,
		.before = spt_lifecycle_before_exit_signals,
	},
	{
		.symbols = HOOK_SYMBOLS("security_task_prctl"),
		.why = "PR_SET_PTRACER of prctl(2)",
		.concerns = spt_policy_prctl_concerns,
		.before = spt_policy_before_prctl,
		.when = SPT_ALWAYS,
	},
};

enum { TP_GENERATE, TP_EXEC, TP_EXIT, TP_SYS_ENTER, TP_SYS_EXIT };

static struct spt_tracepoint tracepoints[] = {
	[TP_GENERATE] = {
		.name = "signal_generate",
		.probe = spt_jobctl_probe_generate,
	},
	[TP_EXEC] = {
		.name = "sched_process_exec",
		.probe = spt_lifecycle_probe_exec,
	},
	[TP_EXIT] = {
		.name = "sched_process_exit",
		.probe = spt_lifecycle_probe_exit,
		.when = SPT_WHILE_BUSY,
	},
	/* Not probed: looked at, since they share a flag with us. */
	[TP_SYS_ENTER] = { .name = "sys_enter" },
	[TP_SYS_EXIT] = { .name = "sys_exit" },
};

static DEFINE_MUTEX(hook_mutex);	/* arming and disarming */
static bool hook_armed[SPT_NR_WHEN];	/* by spt_hook.when; hook_mutex */
static atomic_t hook_users = ATOMIC_INIT(0);
static atomic_t hook_flights = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(hook_landed);

static void hook_disarm_idle(struct work_struct *work);
static DECLARE_DELAYED_WORK(hook_disarm_work, hook_disarm_idle);

/*
 * Arming patches the kernel's text, which costs milliseconds: a debugger that
 * goes from one process to the next should not pay that each time.
 */
#define HOOK_DISARM_DELAY	(HZ / 2)

static int hook_pre_handler(struct kprobe *kp, struct pt_regs *regs)
{
	struct spt_hook *hook = container_of(kp, struct spt_hook, kp);

	if (!hook->concerns(regs))
		return 0;

	spt_hooks_enter_flight();
	spt_arch_redirect(regs, hook);
	return 1;
}

NOKPROBE_SYMBOL(hook_pre_handler);

/*
 * Its presence tells the kernel that the probe changes the instruction
 * pointer; without it the jump optimiser would ignore the change.
 */
static void hook_post_handler(struct kprobe *kp, struct pt_regs *regs,
			      unsigned long flags)
{
}

NOKPROBE_SYMBOL(hook_post_handler);

/**
 * spt_hook_enter - a redirected task arrives
 * @args: the registers that the trampoline saved, and the hook
 *
 * Called by spt_arch_trampoline alone.
 *
 * Context: the hooked function's.
 * Return: where the task goes on, or NULL to return to the caller.
 */
void *spt_hook_enter(struct spt_arch_args *args)
{
	struct spt_hook *hook = args->hook;
	void *onward = NULL;

	switch (hook->before(args)) {
	case SPT_HOOK_CALL:
		onward = spt_arch_body(hook->kp.addr);
		break;
	case SPT_HOOK_JUMP:
		onward = args->hook;
		break;
	case SPT_HOOK_RETURN:
		break;
	}

	spt_hooks_leave_flight();
	return onward;
}

/**
 * spt_hooks_enter_flight - a task is about to need this module's code
 *
 * Context: any.
 */
void spt_hooks_enter_flight(void)
{
	atomic_inc(&hook_flights);
}

NOKPROBE_SYMBOL(spt_hooks_enter_flight);

/**
 * spt_hooks_leave_flight - and no longer does
 *
 * Context: any but a probe's handler.
 */
void spt_hooks_leave_flight(void)
{
	if (!atomic_dec_and_test(&hook_flights))
		return;

	wake_up(&hook_landed);
	/* Nothing was ever armed for a prctl(2) alone. */
	if (!atomic_read(&hook_users) && READ_ONCE(hook_armed[SPT_WHILE_BUSY]))
		schedule_delayed_work(&hook_disarm_work, HOOK_DISARM_DELAY);
}

/**
 * spt_syscall_tracepoint_used - does anyone listen to sys_enter or sys_exit
 *
 * Context: any.
 * Return: true when the kernel's syscall tracepoints have listeners, who
 * need SYSCALL_WORK_SYSCALL_TRACEPOINT on every task.
 */
bool spt_syscall_tracepoint_used(void)
{
	return rcu_access_pointer(tracepoints[TP_SYS_ENTER].tp->funcs) ||
	       rcu_access_pointer(tracepoints[TP_SYS_EXIT].tp->funcs);
}

static void hook_disarm_kprobes(enum spt_hook_when when, int n)
{
	while (n--)
		if (hooks[n].when == when)
			disable_kprobe(&hooks[n].kp);
}

static int hook_arm_kprobes(enum spt_hook_when when)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (hooks[i].when != when)
			continue;
		err = enable_kprobe(&hooks[i].kp);
		if (err) {
			pr_warn_ratelimited("can't arm %s: error %d\n",
					    hooks[i].kp.symbol_name, err);
			hook_disarm_kprobes(when, i);
			return err;
		}
	}

	return 0;
}

static void hook_disarm_tracepoints(enum spt_hook_when when, int n)
{
	while (n--)
		if (tracepoints[n].probe && tracepoints[n].when == when)
			tracepoint_probe_unregister(tracepoints[n].tp,
						    tracepoints[n].probe, NULL);
}

static int hook_arm_tracepoints(enum spt_hook_when when)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(tracepoints); i++) {
		if (!tracepoints[i].probe || tracepoints[i].when != when)
			continue;
		err = tracepoint_probe_register(tracepoints[i].tp,
						tracepoints[i].probe, NULL);
		if (err) {
			pr_warn_ratelimited("can't listen to %s: error %d\n",
					    tracepoints[i].name, err);
			hook_disarm_tracepoints(when, i);
			return err;
		}
	}

	return 0;
}

static int hook_arm(enum spt_hook_when when)
{
	int err;

	lockdep_assert_held(&hook_mutex);

	if (hook_armed[when])
		return 0;

	err = hook_arm_tracepoints(when);
	if (err)
		return err;

	err = hook_arm_kprobes(when);
	if (err) {
		hook_disarm_tracepoints(when, ARRAY_SIZE(tracepoints));
		return err;
	}

	WRITE_ONCE(hook_armed[when], true);
	return 0;
}

static void hook_disarm(enum spt_hook_when when)
{
	lockdep_assert_held(&hook_mutex);

	if (!hook_armed[when])
		return;

	hook_disarm_kprobes(when, ARRAY_SIZE(hooks));
	hook_disarm_tracepoints(when, ARRAY_SIZE(tracepoints));
	WRITE_ONCE(hook_armed[when], false);
}

/*
 * A handler that runs yet may still start a flight, so flights are counted
 * only after a grace period.
 */
static void hook_disarm_idle(struct work_struct *work)
{
	mutex_lock(&hook_mutex);
	if (!atomic_read(&hook_users)) {
		hook_disarm(SPT_WHILE_TRACING);
		synchronize_rcu();
		if (!atomic_read(&hook_flights))
			hook_disarm(SPT_WHILE_BUSY);
	}
	mutex_unlock(&hook_mutex);
}

/**
 * spt_hooks_get - arm the hooks for one more tracee
 *
 * Context: process context, may sleep.
 * Return: 0, or -EAGAIN when they can't be armed.
 */
int spt_hooks_get(void)
{
	int err;

	mutex_lock(&hook_mutex);
	if (!hook_armed[SPT_WHILE_TRACING])
		spt_syscall_watch();
	err = hook_arm(SPT_WHILE_BUSY);
	if (!err)
		err = hook_arm(SPT_WHILE_TRACING);
	if (!err)
		atomic_inc(&hook_users);
	else
		schedule_delayed_work(&hook_disarm_work, HOOK_DISARM_DELAY);
	mutex_unlock(&hook_mutex);

	return err ? -EAGAIN : 0;
}

/**
 * spt_hooks_put - one tracee less; half a second after the last, disarm
 *
 * Context: any but a probe's handler.
 */
void spt_hooks_put(void)
{
	if (atomic_dec_and_test(&hook_users))
		schedule_delayed_work(&hook_disarm_work, HOOK_DISARM_DELAY);
}

/**
 * spt_hooks_count - how many hooks there are
 *
 * Context: any.
 */
unsigned int spt_hooks_count(void)
{
	return ARRAY_SIZE(hooks);
}

/**
 * spt_hooks_nth - a hook, to look at
 * @n: less than spt_hooks_count()
 *
 * Context: any.
 */
const struct spt_hook *spt_hooks_nth(unsigned int n)
{
	return &hooks[n];
}

static int hook_register(struct spt_hook *hook)
{
	const char *const *symbol;
	int err;

	for (symbol = hook->symbols; *symbol; symbol++) {
		if (spt_symbol_hidden(*symbol))
			continue;

		memset(&hook->kp, 0, sizeof(hook->kp));
		hook->kp.symbol_name = *symbol;
		hook->kp.flags = KPROBE_FLAG_DISABLED;
		hook->kp.pre_handler = hook_pre_handler;
		hook->kp.post_handler = hook_post_handler;

		err = register_kprobe(&hook->kp);
		if (err)
			continue;
		if (hook->kp.flags & KPROBE_FLAG_FTRACE)
			return 0;

		/* spt_arch_body() knows no other way past a probe. */
		unregister_kprobe(&hook->kp);
	}

	pr_err("this kernel has no traceable %s (%s); not loading\n",
	       hook->symbols[0], hook->why);
	return -ENOENT;
}

/* Together: each removal alone would wait for a grace period of its own. */
static void hook_unregister(int n)
{
	struct kprobe *kps[ARRAY_SIZE(hooks)];
	int i;

	for (i = 0; i < n; i++)
		kps[i] = &hooks[i].kp;
	unregister_kprobes(kps, n);
}

static void hook_match_tracepoint(struct tracepoint *tp, void *data)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(tracepoints); i++)
		if (!strcmp(tp->name, tracepoints[i].name) &&
		    !spt_symbol_hidden(tp->name))
			tracepoints[i].tp = tp;
}

static int hook_find_tracepoints(void)
{
	int i;

	for_each_kernel_tracepoint(hook_match_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(tracepoints); i++) {
		if (!tracepoints[i].tp) {
			pr_err("this kernel has no tracepoint %s; not loading\n",
			       tracepoints[i].name);
			return -ENOENT;
		}
	}

	return 0;
}

/**
 * spt_hooks_init - find everything that the table names
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOENT after a message that names what is missing; another errno
 * when what is always armed can't be.
 */
int spt_hooks_init(void)
{
	int i, err;

	err = hook_find_tracepoints();
	if (err)
		return err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = hook_register(&hooks[i]);
		if (err) {
			hook_unregister(i);
			return err;
		}
	}

	mutex_lock(&hook_mutex);
	err = hook_arm(SPT_ALWAYS);
	mutex_unlock(&hook_mutex);
	if (err)
		hook_unregister(ARRAY_SIZE(hooks));

	return err;
}

/**
 * spt_hooks_exit - disarm everything and wait for everyone
 *
 * No tracee may be left, and nobody who could make one.
 *
 * Context: process context, may sleep.
 */
void spt_hooks_exit(void)
{
	cancel_delayed_work_sync(&hook_disarm_work);

	mutex_lock(&hook_mutex);
	hook_disarm(SPT_ALWAYS);
	hook_disarm(SPT_WHILE_TRACING);
	synchronize_rcu();
	mutex_unlock(&hook_mutex);

	/* While the exits of those that die in a flight are still heard of. */
	spt_syscall_revoke_exits();
	wait_event_idle(hook_landed, !atomic_read(&hook_flights));

	mutex_lock(&hook_mutex);
	hook_disarm(SPT_WHILE_BUSY);
	mutex_unlock(&hook_mutex);

	hook_unregister(ARRAY_SIZE(hooks));
	tracepoint_synchronize_unregister();

	wait_event_idle(hook_landed, !atomic_read(&hook_flights));
	synchronize_rcu_tasks();
	cancel_delayed_work_sync(&hook_disarm_work);
}
