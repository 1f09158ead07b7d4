// SPDX-License-Identifier: GPL-2.0
/*
 * The probe engine.
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
#include "symbol.h"

static const struct spt_hook_table *hook_table;

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
 * spt_hooks_tracepoint_used - does anyone listen to a tracepoint
 * @name: the tracepoint, one of the table
 *
 * Context: any.
 * Return: true when someone does.
 */
bool spt_hooks_tracepoint_used(const char *name)
{
	const struct spt_tracepoint *tp = hook_table->tracepoints;
	const struct spt_tracepoint *end = tp + hook_table->nr_tracepoints;

	for (; tp < end; tp++)
		if (!strcmp(tp->name, name))
			return rcu_access_pointer(tp->tp->funcs);

	return false;
}

static void hook_disarm_kprobes(enum spt_hook_when when, int n)
{
	while (n--)
		if (hook_table->hooks[n].when == when)
			disable_kprobe(&hook_table->hooks[n].kp);
}

static int hook_arm_kprobes(enum spt_hook_when when)
{
	int i, err;

	for (i = 0; i < hook_table->nr_hooks; i++) {
		struct spt_hook *hook = &hook_table->hooks[i];

		if (hook->when != when)
			continue;
		err = enable_kprobe(&hook->kp);
		if (err) {
			pr_warn_ratelimited("can't arm %s: error %d\n",
					    hook->kp.symbol_name, err);
			hook_disarm_kprobes(when, i);
			return err;
		}
	}

	return 0;
}

static void hook_disarm_tracepoints(enum spt_hook_when when, int n)
{
	while (n--) {
		struct spt_tracepoint *tp = &hook_table->tracepoints[n];

		if (tp->probe && tp->when == when)
			tracepoint_probe_unregister(tp->tp, tp->probe, NULL);
	}
}

static int hook_arm_tracepoints(enum spt_hook_when when)
{
	int i, err;

	for (i = 0; i < hook_table->nr_tracepoints; i++) {
		struct spt_tracepoint *tp = &hook_table->tracepoints[i];

		if (!tp->probe || tp->when != when)
			continue;
		err = tracepoint_probe_register(tp->tp, tp->probe, NULL);
		if (err) {
			pr_warn_ratelimited("can't listen to %s: error %d\n",
					    tp->name, err);
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
		hook_disarm_tracepoints(when, hook_table->nr_tracepoints);
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

	hook_disarm_kprobes(when, hook_table->nr_hooks);
	hook_disarm_tracepoints(when, hook_table->nr_tracepoints);
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
		hook_table->before_arming();
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
	struct kprobe *kps[SPT_MAX_HOOKS];
	int i;

	for (i = 0; i < n; i++)
		kps[i] = &hook_table->hooks[i].kp;
	unregister_kprobes(kps, n);
}

static void hook_match_tracepoint(struct tracepoint *tp, void *data)
{
	int i;

	for (i = 0; i < hook_table->nr_tracepoints; i++)
		if (!strcmp(tp->name, hook_table->tracepoints[i].name) &&
		    !spt_symbol_hidden(tp->name))
			hook_table->tracepoints[i].tp = tp;
}

static int hook_find_tracepoints(void)
{
	int i;

	for_each_kernel_tracepoint(hook_match_tracepoint, NULL);
	for (i = 0; i < hook_table->nr_tracepoints; i++) {
		if (!hook_table->tracepoints[i].tp) {
			pr_err("this kernel has no tracepoint %s; not loading\n",
			       hook_table->tracepoints[i].name);
			return -ENOENT;
		}
	}

	return 0;
}

/**
 * spt_hooks_init - find everything that the table names
 * @table: the table
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOENT after a message that names what is missing; another errno
 * when what is always armed can't be.
 */
int spt_hooks_init(const struct spt_hook_table *table)
{
	int i, err;

	hook_table = table;
	err = hook_find_tracepoints();
	if (err)
		return err;

	for (i = 0; i < hook_table->nr_hooks; i++) {
		err = hook_register(&hook_table->hooks[i]);
		if (err) {
			hook_unregister(i);
			return err;
		}
	}

	mutex_lock(&hook_mutex);
	err = hook_arm(SPT_ALWAYS);
	mutex_unlock(&hook_mutex);
	if (err)
		hook_unregister(hook_table->nr_hooks);

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
	hook_table->before_landing();
	wait_event_idle(hook_landed, !atomic_read(&hook_flights));

	mutex_lock(&hook_mutex);
	hook_disarm(SPT_WHILE_BUSY);
	mutex_unlock(&hook_mutex);

	hook_unregister(hook_table->nr_hooks);
	tracepoint_synchronize_unregister();

	wait_event_idle(hook_landed, !atomic_read(&hook_flights));
	synchronize_rcu_tasks();
	cancel_delayed_work_sync(&hook_disarm_work);
}
