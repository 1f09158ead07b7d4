// SPDX-License-Identifier: GPL-2.0
/*
 * Running a tracee's seccomp filters; see seccomp.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/btf.h>

#include "kernel/compat/seccomp.h"
#include "kernel/seccomp_data.h"
#include "kernel/symbol.h"
#include "stops/seccomp.h"

/* Of a kernel without BTF that is built from the source the copy is compared with. */
#ifndef SPT_TRUST_SECCOMP_LAYOUT
#define SPT_TRUST_SECCOMP_LAYOUT	0
#endif

static bool seccomp_known __ro_after_init;

/* Where the kernel's BTF has a member, in bits; -ENOENT. */
static long __init seccomp_member(const struct btf *btf,
				  const struct btf_type *type, const char *name)
{
	void *name_by_offset = spt_symbol_find("btf_name_by_offset");
	const struct btf_member *member;
	const char *found;
	u32 i;

	if (!name_by_offset)
		return -ENOENT;

	for_each_member(i, type, member) {
		found = (const char *)spt_arch_call(name_by_offset, (long)btf,
						    member->name_off, 0, 0, 0);
		if (!IS_ERR_OR_NULL(found) && !strcmp(found, name))
			return __btf_member_bit_offset(type, member);
	}

	return -ENOENT;
}

static const struct btf_type *__init seccomp_type(const struct btf *btf)
{
	void *find = spt_symbol_find("btf_find_by_name_kind");
	void *by_id = spt_symbol_find("btf_type_by_id");
	long id;

	if (!find || !by_id)
		return NULL;

	id = (s32)spt_arch_call(find, (long)btf, (long)"seccomp_filter",
				BTF_KIND_STRUCT, 0, 0);
	if (id <= 0)
		return NULL;

	return (void *)spt_arch_call(by_id, (long)btf, id, 0, 0, 0);
}

/* Is struct spt_seccomp_filter what the running kernel has? */
static bool __init seccomp_fits(void)
{
	void *get_btf = spt_symbol_find("bpf_get_btf_vmlinux");
	const struct btf_type *type;
	const struct btf *btf;

	if (SPT_TRUST_SECCOMP_LAYOUT)
		return true;
	if (!get_btf)
		return false;

	btf = (void *)spt_arch_call(get_btf, 0, 0, 0, 0, 0);
	if (IS_ERR_OR_NULL(btf))
		return false;
	type = seccomp_type(btf);
	if (!type)
		return false;

	return seccomp_member(btf, type, "prev") ==
	       BITS_PER_BYTE * offsetof(struct spt_seccomp_filter, prev) &&
	       seccomp_member(btf, type, "prog") ==
	       BITS_PER_BYTE * offsetof(struct spt_seccomp_filter, prog);
}

/**
 * spt_seccomp_init - find out whether filters can be run
 *
 * Context: the module's init, after spt_symbols_resolve().
 */
void __init spt_seccomp_init(void)
{
	seccomp_known = seccomp_fits();
	if (!seccomp_known)
		pr_info("this kernel's BTF doesn't say how seccomp filters are kept: no PTRACE_O_TRACESECCOMP\n");
}

/**
 * spt_seccomp_offered - are PTRACE_O_TRACESECCOMP and _SUSPEND_SECCOMP to be had
 *
 * Context: any.
 * Return: true when they are, which doesn't change.
 */
bool spt_seccomp_offered(void)
{
	return seccomp_known;
}

/* As the kernel's ACTION_ONLY(): the least of these is what counts. */
static s32 seccomp_action(u32 verdict)
{
	return verdict & SECCOMP_RET_ACTION_FULL;
}

/**
 * spt_seccomp_traces - is a tracer to be told of a system call
 * @filter: the last of the current task's filters, which are never taken away
 * @regs: the call
 * @data: filled with what the filter has for the tracer
 *
 * As the kernel's seccomp_run_filters().
 *
 * Context: the task itself, at the entry of the call; spt_seccomp_offered().
 * Return: true when SECCOMP_RET_TRACE is what counts.
 */
bool spt_seccomp_traces(const void *filter, struct pt_regs *regs, u16 *data)
{
	const struct spt_seccomp_filter *f;
	u32 verdict = SECCOMP_RET_ALLOW, one;
	struct seccomp_data sd;

	spt_seccomp_data(&sd, regs);
	/* Pairs with seccomp_attach_filter()'s store of a filter that is complete. */
	for (f = filter; f; f = READ_ONCE(f->prev)) {
		one = bpf_prog_run_pin_on_cpu(f->prog, &sd);
		if (seccomp_action(one) < seccomp_action(verdict))
			verdict = one;
	}
	*data = verdict & SECCOMP_RET_DATA;

	return seccomp_action(verdict) == SECCOMP_RET_TRACE;
}
