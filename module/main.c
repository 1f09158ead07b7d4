// SPDX-License-Identifier: GPL-2.0
/*
 * sptrace: a shadow ptrace for containers.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "bond/detach.h"
#include "device.h"
#include "facts.h"
#include "kernel/hook.h"
#include "kernel/symbol.h"
#include "kernel/tracepoint.h"
#include "policy/ptracer.h"
#include "policy/scope.h"
#include "policy/yama.h"
#include "record/filter.h"
#include "stops/seccomp.h"
#include "tracee/limit.h"

static int __init sptrace_init(void)
{
	int err;

	/* Tracepoints' probes, where spinlocks must not sleep, take some. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		pr_err("this kernel is PREEMPT_RT; not loading\n");
		return -EOPNOTSUPP;
	}

	err = spt_scope_init(spt_yama_get, spt_yama_put);
	if (err)
		return err;

	spt_ptracer_init();
	err = spt_symbols_resolve() ?: spt_tracepoints_find();
	if (err)
		return err;

	spt_seccomp_init();
	err = spt_hooks_init(&spt_hook_table);
	if (err)
		return err;

	err = spt_facts_init();
	if (err)
		goto exit_hooks;

	err = spt_device_init();
	if (err)
		goto exit_facts;

	return 0;

exit_facts:
	spt_facts_exit();
exit_hooks:
	spt_hooks_exit();
	spt_ptracer_exit();
	return err;
}

static void __exit sptrace_exit(void)
{
	spt_device_exit();
	spt_facts_exit();
	spt_tracers_let_go();
	/* Scopes in place of Yama's use hooks. */
	spt_scope_exit();
	spt_hooks_exit();
	spt_filter_exit();
	spt_ptracer_exit();
	spt_limit_exit();
}

module_init(sptrace_init);
module_exit(sptrace_exit);

MODULE_DESCRIPTION("A shadow ptrace for containers");
MODULE_LICENSE("GPL");
