// SPDX-License-Identifier: GPL-2.0
/*
 * The hook engine.
 *
 * Functions are looked up when the module loads, so that a kernel without one of
 * them refuses it. They are armed together with the first tracee, by one
 * ftrace_ops of the module's own. Always armed are that of prctl(2), since a program
 * names its tracer before there is one, and those of system calls' entry and exit,
 * which are kprobes: only tasks come there that use Syscall User Dispatch, or are
 * single-stepped over a system call. Our ops shares a function with whatever
 * else uses ftrace: kprobes, BPF trampolines, the function tracer. What excludes
 * it is another FTRACE_OPS_FL_IPMODIFY, of a livepatch or of a kprobe that has a
 * post_handler. PERMANENT keeps ftrace from being switched off meanwhile.
 *
 * A *flight* is a task that is, or will be, in code of this module without
 * holding a reference on it: in a hook, on its way to a queued
 * task work, due at the syscall-exit hook, or in a fork(2) whose end is hooked.
 * While there is one the hooks stay armed, and the module loaded. What comes before
 * a flight, between the function's entry and the target, and the few instructions
 * after it, are covered by spt_hooks_grace().
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_trace.h>
#include <linux/sched/signal.h>
#include <linux/stacktrace.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "kernel/compat/ftrace.h"
#include "kernel/hook.h"
#include "kernel/mark.h"
#include "kernel/symbol.h"

/**
 * struct hook_set - the functions that one ftrace_ops redirects
 * @ops: the ops
 * @nr: how many functions it has
 * @nr_others: how many of them may concern a task that isn't marked; these come
 *	first
 * @sites: the functions; constant once @ops is registered
 */
struct hook_set {
	struct ftrace_ops ops;
	unsigned int nr;
	unsigned int nr_others;
	struct hook_site {
		unsigned long ip;
		struct spt_hook *hook;
	} sites[SPT_MAX_HOOKS];
};

static const struct spt_hook_table *hook_table;

static DEFINE_MUTEX(hook_mutex);	/* arming and disarming */
static bool hook_armed;			/* the mutex */
static bool hook_armed_serving;		/* the mutex; not without the former */
static bool hook_armed_instead;		/* the mutex */
static unsigned int hook_instead_users;	/* the mutex */
static atomic_t hook_users = ATOMIC_INIT(0);
static atomic_t hook_flights = ATOMIC_INIT(0);
static unsigned long hook_used;		/* jiffies of the last use */
static DECLARE_WAIT_QUEUE_HEAD(hook_landed);

static void hook_disarm_idle(struct work_struct *work);
static DECLARE_DELAYED_WORK(hook_disarm_work, hook_disarm_idle);

static void hook_disarm_instead(struct work_struct *work);
static DECLARE_DELAYED_WORK(hook_instead_work, hook_disarm_instead);

/*
 * Arming costs milliseconds, being armed next to nothing: debuggers come and
 * go, and should not pay for it each time.
 */
#define HOOK_DISARM_DELAY	(10 * HZ)

/* Removal says whom it waits for when it has waited this long. */
#define HOOK_LANDING_PATIENCE	(2 * HZ)

/*
 * No flight begins yet: a BPF program (fmod_ret) may answer in the function's
 * place, so that the task never comes to the target. See spt_hooks_grace().
 */
static bool hook_redirect(struct spt_hook *hook, struct pt_regs *regs)
{
	if (hook->answers && hook->answers(regs)) {
		spt_arch_answer_zero(regs);
		return true;
	}
	if (hook->concerns && !hook->concerns(regs))
		return false;

	spt_arch_redirect(regs, hook - hook_table->hooks);
	return true;
}

NOKPROBE_SYMBOL(hook_redirect);

/*
 * At the entry of every hooked function, by every task. Anything that takes a
 * task from here to its target may run other code in between, and may be
 * preempted. It doesn't guard against recursion: it calls nothing that is hooked.
 */
static void notrace hook_called(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops,
				struct ftrace_regs *fregs)
{
	const struct hook_set *set = container_of(ops, struct hook_set, ops);
	unsigned int nr = spt_marked(current) ? set->nr : set->nr_others;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (set->sites[i].ip == ip) {
			/* As for a kprobe's handler; the ops itself is called with it enabled. */
			preempt_disable_notrace();
			hook_redirect(set->sites[i].hook, spt_ftrace_regs(fregs));
			preempt_enable_notrace();
			return;
		}
	}
}

NOKPROBE_SYMBOL(hook_called);

#define HOOK_OPS_FLAGS	(FTRACE_OPS_FL_IPMODIFY | SPT_FTRACE_OPS_FL_REGS)

static struct hook_set hook_tracing = {
	.ops = {
		.func = hook_called,
		.flags = HOOK_OPS_FLAGS | FTRACE_OPS_FL_PERMANENT,
	},
};

/* Apart, since others call wait4(2) and ptrace(2) as well, and pay for it. */
static struct hook_set hook_serving = {
	.ops = {
		.func = hook_called,
		.flags = HOOK_OPS_FLAGS | FTRACE_OPS_FL_PERMANENT,
	},
};

/*
 * For as long as a container may live, so they don't keep ftrace from being switched
 * off: Yama answers then.
 */
static struct hook_set hook_instead = {
	.ops = {
		.func = hook_called,
		.flags = HOOK_OPS_FLAGS,
	},
};

/* What a program declares while ftrace is off isn't heard, so it grants nothing. */
static struct hook_set hook_always = {
	.ops = {
		.func = hook_called,
		.flags = HOOK_OPS_FLAGS,
	},
};

static int hook_pre_handler(struct kprobe *kp, struct pt_regs *regs)
{
	return hook_redirect(container_of(kp, struct spt_hook, kp), regs);
}

NOKPROBE_SYMBOL(hook_pre_handler);

/*
 * Its presence tells the kernel that the probe changes the instruction
 * pointer (FTRACE_OPS_FL_IPMODIFY), of which BPF trampolines must know.
 */
static void hook_post_handler(struct kprobe *kp, struct pt_regs *regs,
			      unsigned long flags)
{
}

NOKPROBE_SYMBOL(hook_post_handler);

/**
 * spt_hook_enter - a redirected task arrives
 * @args: the registers that the target saved, and the hook's number
 *
 * Called by the targets in arch/ alone.
 *
 * Context: the hooked function's.
 * Return: where the task goes on, or NULL to return to the caller.
 */
void *spt_hook_enter(struct spt_arch_args *args)
{
	struct spt_hook *hook = &hook_table->hooks[args->hook];
	void *onward = NULL;

	spt_hooks_enter_flight();
	switch (hook->before(args)) {
	case SPT_HOOK_CALL:
		onward = spt_arch_body(hook->site);
		break;
	case SPT_HOOK_JUMP:
		onward = (void *)args->hook;
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
	/* Ordered with who waits, who goes to the queue before it reads the count. */
	if (waitqueue_active(&hook_landed))
		wake_up(&hook_landed);
}

/**
 * spt_hooks_pin - a task may stay in a flight for as long as somebody else likes
 *
 * Removal is refused meanwhile (EWOULDBLOCK, "in use"), since it couldn't be
 * ended while it waited.
 *
 * Context: any.
 * Return: false when removal has begun: there is no tracee any more, so the caller
 * is to let go of what it thought was one.
 */
bool spt_hooks_pin(void)
{
	return try_module_get(THIS_MODULE);
}

/**
 * spt_hooks_pin_more - the same, for one who has a pin to share
 *
 * Context: any; somebody else's pin lasts for as long as the call.
 */
void spt_hooks_pin_more(void)
{
	__module_get(THIS_MODULE);
}

/**
 * spt_hooks_unpin - and no longer does
 *
 * Context: any; the flight goes on, or covers the caller.
 */
void spt_hooks_unpin(void)
{
	module_put(THIS_MODULE);
}

/**
 * spt_hooks_grace - whoever is on the way to a target arrives, or goes elsewhere
 *
 * There is no voluntary context switch on the way but in a sleepable BPF program,
 * of a trampoline or of a syscall tracepoint.
 *
 * Context: process context, sleeps for up to seconds.
 */
void spt_hooks_grace(void)
{
	synchronize_rcu_tasks_trace();
	synchronize_rcu_tasks();
}

static bool hook_idle(void)
{
	return !atomic_read(&hook_users) && !atomic_read(&hook_flights);
}

static bool hook_kprobes_off(void)
{
	return READ_ONCE(*(bool *)spt_symbols[SPT_SYM_KPROBES_ALL_DISARMED]);
}

static bool hook_ftrace_off(void)
{
	return !READ_ONCE(*(int *)spt_symbols[SPT_SYM_FTRACE_ENABLED]);
}

/*
 * Does a BPF trampoline, or another direct caller, stand at the function? It must
 * be asked to share it with what changes the instruction pointer, which
 * register_ftrace_function() does and arm_kprobe() doesn't (where it isn't the
 * first of its kind). One that comes later asks itself.
 */
static bool hook_has_direct(const struct spt_hook *hook)
{
	return spt_arch_call(spt_symbols[SPT_SYM_FTRACE_FIND_REC_DIRECT],
			     (long)hook->site, 0, 0, 0, 0);
}

static void hook_set_add(struct hook_set *set, enum spt_hook_when when,
			 bool others)
{
	unsigned int i;

	for (i = 0; i < hook_table->nr_hooks; i++) {
		struct spt_hook *hook = &hook_table->hooks[i];

		if (!hook->name || hook->probed || hook->when != when ||
		    hook->others != others)
			continue;
		set->sites[set->nr++] = (struct hook_site){
			.ip = (unsigned long)hook->site,
			.hook = hook,
		};
	}
}

static int hook_set_fill(struct hook_set *set, enum spt_hook_when when)
{
	unsigned long ips[SPT_MAX_HOOKS];
	unsigned int i;

	set->nr = 0;
	hook_set_add(set, when, true);
	set->nr_others = set->nr;
	hook_set_add(set, when, false);

	for (i = 0; i < set->nr; i++)
		ips[i] = set->sites[i].ip;

	return ftrace_set_filter_ips(&set->ops, ips, set->nr, 0, 1);
}

static void hook_disarm_tracepoints(unsigned int n)
{
	while (n--) {
		struct spt_tracepoint *tp = &hook_table->tracepoints[n];

		tracepoint_probe_unregister(tp->tp, tp->probe, NULL);
	}
}

static int hook_arm_tracepoints(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < hook_table->nr_tracepoints; i++) {
		struct spt_tracepoint *tp = &hook_table->tracepoints[i];

		err = tracepoint_probe_register(tp->tp, tp->probe, NULL);
		if (err) {
			pr_warn_ratelimited("can't listen to %s: error %d\n",
					    tp->name, err);
			hook_disarm_tracepoints(i);
			return err;
		}
	}

	return 0;
}

/* BPF, which is asked to share, may be busy with the same function. */
static int hook_register_ops(struct hook_set *set)
{
	int err, tries = 100;

	do {
		err = register_ftrace_function(&set->ops);
	} while (err == -EAGAIN && --tries);

	return err;
}

static const char *hook_lost(enum spt_hook_when when)
{
	return when == SPT_WHILE_INSTEAD ?
	       "no scope can count in place of Yama's" :
	       "nothing can be traced";
}

static int hook_arm_functions(struct hook_set *set, enum spt_hook_when when)
{
	int err;

	err = hook_set_fill(set, when);
	if (err)
		return err;

	err = hook_register_ops(set);
	if (err && hook_ftrace_off())
		pr_warn_ratelimited("ftrace is off (sysctl kernel.ftrace_enabled): nothing can be traced\n");
	else if (err == -EBUSY)
		pr_warn_ratelimited("a livepatch or a kprobe that redirects holds a function that is to be hooked (an I in tracing/enabled_functions): %s\n",
				    hook_lost(when));
	else if (err)
		pr_warn_ratelimited("can't hook functions: error %d\n", err);

	return err;
}

/*
 * A probe that has a post_handler must be the first at its function: the kernel
 * doesn't arm a probe anew that it joins to such a one (register_aggr_kprobe()),
 * and later disarms it from where it never was.
 */
static bool hook_has_kprobe(const struct spt_hook *hook)
{
	bool has;

	/* get_kprobe() walks a list that RCU protects. */
	preempt_disable();
	has = spt_arch_call(spt_symbols[SPT_SYM_GET_KPROBE], (long)hook->site,
			    0, 0, 0, 0);
	preempt_enable();

	return has;
}

static int hook_register_kprobe(struct spt_hook *hook)
{
	memset(&hook->kp, 0, sizeof(hook->kp));
	hook->kp.symbol_name = hook->name;
	hook->kp.pre_handler = hook_pre_handler;
	hook->kp.post_handler = hook_post_handler;

	return register_kprobe(&hook->kp);
}

/*
 * Where others are at the function already, the ops has it. Whoever calls it
 * directly is looked for again when the probe is armed: who comes after that asks
 * itself to share. A probe stays, since arming one costs as much as arming all
 * other hooks together.
 */
static int hook_settle_kprobe(struct spt_hook *hook)
{
	int err;

	if (!hook->probed) {
		if (hook_has_direct(hook) || hook_has_kprobe(hook))
			return 0;
		err = hook_register_kprobe(hook);
		if (err)
			return err;
	}

	hook->probed = !hook_has_direct(hook);
	if (!hook->probed)
		unregister_kprobe(&hook->kp);

	return 0;
}

static int hook_settle_kprobes(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < hook_table->nr_hooks && !err; i++) {
		struct spt_hook *hook = &hook_table->hooks[i];

		if (hook->kprobe)
			err = hook_settle_kprobe(hook);
		if (err)
			pr_warn_ratelimited("can't arm the probe of %s: error %d\n",
					    hook->name, err);
	}

	return err;
}

static int hook_arm(void)
{
	int err;

	lockdep_assert_held(&hook_mutex);

	if (hook_armed)
		return 0;

	err = hook_settle_kprobes();
	if (!err)
		err = hook_arm_functions(&hook_tracing, SPT_WHILE_TRACING);
	if (err)
		return err;

	err = hook_arm_tracepoints();
	if (err)
		unregister_ftrace_function(&hook_tracing.ops);
	else
		WRITE_ONCE(hook_armed, true);

	return err;
}

static int hook_arm_serving(void)
{
	int err;

	lockdep_assert_held(&hook_mutex);

	err = hook_arm();
	if (err || hook_armed_serving)
		return err;

	err = hook_arm_functions(&hook_serving, SPT_WHILE_SERVING);
	hook_armed_serving = !err;

	return err;
}

static void hook_disarm(void)
{
	lockdep_assert_held(&hook_mutex);

	if (!hook_armed)
		return;

	hook_disarm_tracepoints(hook_table->nr_tracepoints);
	if (hook_armed_serving)
		unregister_ftrace_function(&hook_serving.ops);
	hook_armed_serving = false;
	unregister_ftrace_function(&hook_tracing.ops);
	WRITE_ONCE(hook_armed, false);
	hook_table->after_disarming();
}

static bool hook_unused(void)
{
	return !atomic_read(&hook_users) &&
	       time_after_eq(jiffies, READ_ONCE(hook_used) + HOOK_DISARM_DELAY);
}

static bool hook_rested(void)
{
	return hook_idle() && hook_unused();
}

/*
 * A task that has seen a mark which is gone may yet start a flight, so flights
 * are counted only after a grace period, for which nobody waits.
 */
static void hook_disarm_idle(struct work_struct *work)
{
	if (atomic_read(&hook_users))
		return;

	if (hook_unused())
		hook_table->while_unused();
	if (hook_rested()) {
		spt_hooks_grace();
		mutex_lock(&hook_mutex);
		if (hook_rested())
			hook_disarm();
		mutex_unlock(&hook_mutex);
	}
	if (READ_ONCE(hook_armed) && !atomic_read(&hook_users))
		schedule_delayed_work(&hook_disarm_work, HOOK_DISARM_DELAY);
}

/**
 * spt_hooks_work - can a tracee be stopped, as things are
 *
 * Kprobes may be switched off at any time, other than ftrace, which then stays
 * on (FTRACE_OPS_FL_PERMANENT).
 *
 * Context: any.
 * Return: false after a line in the log that says what is switched off.
 */
bool spt_hooks_work(void)
{
	if (likely(!hook_kprobes_off()))
		return true;

	pr_warn_ratelimited("kprobes are off (debugfs kprobes/enabled): nothing can be traced\n");
	return false;
}

/**
 * spt_hooks_get - arm the hooks for one more tracee, or served process
 * @when: SPT_WHILE_TRACING, or SPT_WHILE_SERVING, which includes it
 *
 * Context: process context, may sleep.
 * Return: 0, or -EOPNOTSUPP when they can't be armed, after a line in the log
 * that says why.
 */
int spt_hooks_get(enum spt_hook_when when)
{
	int err = -EOPNOTSUPP;

	mutex_lock(&hook_mutex);
	if (spt_hooks_work())
		err = when == SPT_WHILE_SERVING ? hook_arm_serving() :
						  hook_arm();
	if (!err)
		atomic_inc(&hook_users);
	mutex_unlock(&hook_mutex);

	return err ? -EOPNOTSUPP : 0;
}

/**
 * spt_hooks_get_more - the same, where they are armed for another
 *
 * Context: any but a probe's handler; that other use lasts for as long as the call.
 */
void spt_hooks_get_more(void)
{
	atomic_inc(&hook_users);
}

/**
 * spt_hooks_put - one tracee less; a while after the last, disarm
 *
 * Context: any but a probe's handler.
 */
void spt_hooks_put(void)
{
	WRITE_ONCE(hook_used, jiffies);
	if (atomic_dec_and_test(&hook_users))
		schedule_delayed_work(&hook_disarm_work, HOOK_DISARM_DELAY);
}

/**
 * spt_hooks_found - are there functions to be hooked
 * @when: at what time
 *
 * Context: any.
 * Return: true when this kernel has any of those that are armed @when.
 */
bool spt_hooks_found(enum spt_hook_when when)
{
	unsigned int i;

	for (i = 0; i < hook_table->nr_hooks; i++)
		if (hook_table->hooks[i].when == when &&
		    hook_table->hooks[i].name)
			return true;

	return false;
}

static bool hook_lacks(enum spt_hook_when when)
{
	unsigned int i;

	for (i = 0; i < hook_table->nr_hooks; i++) {
		struct spt_hook *hook = &hook_table->hooks[i];

		if (hook->when == when && !hook->name) {
			pr_warn_ratelimited("this kernel has no traceable %s (%s)\n",
					    hook->symbols[0], hook->why);
			return true;
		}
	}

	return false;
}

static int hook_arm_instead(void)
{
	int err;

	lockdep_assert_held(&hook_mutex);

	if (hook_ftrace_off()) {
		pr_warn_ratelimited("ftrace is off (sysctl kernel.ftrace_enabled): no scope can count in place of Yama's\n");
		return -EOPNOTSUPP;
	}
	if (hook_armed_instead)
		return 0;
	if (hook_lacks(SPT_WHILE_INSTEAD))
		return -EOPNOTSUPP;

	err = hook_arm_functions(&hook_instead, SPT_WHILE_INSTEAD);
	hook_armed_instead = !err;

	return err;
}

/**
 * spt_hooks_get_instead - arm the hooks of SPT_WHILE_INSTEAD for one more use
 *
 * Context: process context, may sleep.
 * Return: 0, or -EOPNOTSUPP when not all of them can be armed, after a line in the
 * log that says why.
 */
int spt_hooks_get_instead(void)
{
	int err;

	mutex_lock(&hook_mutex);
	err = hook_arm_instead();
	if (!err)
		hook_instead_users++;
	mutex_unlock(&hook_mutex);

	return err ? -EOPNOTSUPP : 0;
}

/**
 * spt_hooks_put_instead - one use less; a while after the last, disarm
 *
 * Context: process context, may sleep; not after spt_hooks_exit().
 */
void spt_hooks_put_instead(void)
{
	mutex_lock(&hook_mutex);
	if (!--hook_instead_users)
		schedule_delayed_work(&hook_instead_work, HOOK_DISARM_DELAY);
	mutex_unlock(&hook_mutex);
}

static void hook_disarm_instead(struct work_struct *work)
{
	mutex_lock(&hook_mutex);
	if (hook_armed_instead && !hook_instead_users) {
		unregister_ftrace_function(&hook_instead.ops);
		hook_armed_instead = false;
	}
	mutex_unlock(&hook_mutex);
}

/* A kprobe knows where a function calls ftrace; it is never armed. */
static int hook_find(struct spt_hook *hook)
{
	const char *const *symbol;

	for (symbol = hook->symbols; *symbol; symbol++) {
		if (spt_symbol_hidden(*symbol))
			continue;

		memset(&hook->kp, 0, sizeof(hook->kp));
		hook->kp.symbol_name = *symbol;
		hook->kp.flags = KPROBE_FLAG_DISABLED;
		if (register_kprobe(&hook->kp))
			continue;
		if (hook->kp.flags & KPROBE_FLAG_FTRACE) {
			hook->name = *symbol;
			hook->site = hook->kp.addr;
			return 0;
		}

		/* spt_arch_body() knows no other way past an entry. */
		unregister_kprobe(&hook->kp);
	}

	if (hook->optional)
		return 0;

	pr_err("this kernel has no traceable %s (%s); not loading\n",
	       hook->symbols[0], hook->why);
	return -ENOENT;
}

/* Together: each removal alone would wait for a grace period of its own. */
static void hook_unregister(bool (*which)(const struct spt_hook *hook))
{
	struct kprobe *kps[SPT_MAX_HOOKS];
	unsigned int i, nr = 0;

	for (i = 0; i < hook_table->nr_hooks; i++)
		if (which(&hook_table->hooks[i]))
			kps[nr++] = &hook_table->hooks[i].kp;
	unregister_kprobes(kps, nr);
}

static bool hook_is_found(const struct spt_hook *hook)
{
	return hook->name;
}

static bool hook_is_probed(const struct spt_hook *hook)
{
	return hook->probed;
}

static int hook_find_functions(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < hook_table->nr_hooks && !err; i++)
		err = hook_find(&hook_table->hooks[i]);
	hook_unregister(hook_is_found);

	return err;
}

static void hook_match_tracepoint(struct tracepoint *tp, void *data)
{
	unsigned int i;

	for (i = 0; i < hook_table->nr_tracepoints; i++)
		if (!strcmp(tp->name, hook_table->tracepoints[i].name) &&
		    !spt_symbol_hidden(tp->name))
			hook_table->tracepoints[i].tp = tp;
}

static int hook_find_tracepoints(void)
{
	unsigned int i;

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

static bool hook_task_is_here(struct task_struct *task)
{
	unsigned long entries[32];
	unsigned int i, nr;

	nr = spt_stack_trace_save_tsk(task, entries, ARRAY_SIZE(entries));
	for (i = 0; i < nr; i++)
		if (within_module(entries[i], THIS_MODULE))
			return true;

	return false;
}

static void hook_name_tasks(void)
{
	struct task_struct *process, *task;

	rcu_read_lock();
	for_each_process_thread(process, task)
		if (task != current && hook_task_is_here(task))
			pr_info("removal waits for %s[%d]\n", task->comm,
				task_pid_nr(task));
	rcu_read_unlock();
}

static void hook_wait_for_landing(void)
{
	while (!wait_event_idle_timeout(hook_landed, !atomic_read(&hook_flights),
					HOOK_LANDING_PATIENCE)) {
		pr_info("removal waits for %d tasks in its code\n",
			atomic_read(&hook_flights));
		hook_name_tasks();
	}
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
	int err;

	hook_table = table;
	err = hook_find_tracepoints();
	if (err)
		return err;

	err = hook_find_functions();
	if (err)
		return err;

	err = hook_settle_kprobes();
	if (err)
		goto unregister;

	err = hook_set_fill(&hook_always, SPT_ALWAYS);
	if (!err)
		err = hook_register_ops(&hook_always);
	if (!err)
		return 0;

	pr_err("can't hook prctl(2): error %d; not loading\n", err);
	ftrace_free_filter(&hook_always.ops);

unregister:
	hook_unregister(hook_is_probed);
	/* A task that hit a probe meanwhile may still be in the module's code. */
	spt_hooks_grace();
	hook_wait_for_landing();
	synchronize_rcu_tasks();
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
	unregister_ftrace_function(&hook_always.ops);
	cancel_delayed_work_sync(&hook_instead_work);
	hook_disarm_instead(NULL);
	/* After it, whoever saw a mark has begun its flight. */
	spt_hooks_grace();

	/* It calls while_unused(), which drops exits as before_landing() does. */
	cancel_delayed_work_sync(&hook_disarm_work);

	/* Until here sched_process_exit is probed, for those that die in a flight. */
	hook_table->before_landing();
	hook_wait_for_landing();
	cancel_delayed_work_sync(&hook_disarm_work);

	mutex_lock(&hook_mutex);
	hook_disarm();
	mutex_unlock(&hook_mutex);

	hook_unregister(hook_is_probed);
	tracepoint_synchronize_unregister();
	ftrace_free_filter(&hook_instead.ops);
	ftrace_free_filter(&hook_serving.ops);
	ftrace_free_filter(&hook_tracing.ops);
	ftrace_free_filter(&hook_always.ops);

	spt_hooks_grace();
	hook_wait_for_landing();
	synchronize_rcu_tasks();
}
