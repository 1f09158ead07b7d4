/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's struct seccomp_filter, which kernel/seccomp.c keeps to itself: as far
 * as stops/seccomp.c reads it, which compares it with the kernel's own BTF.
 */
#ifndef SPT_COMPAT_SECCOMP_H
#define SPT_COMPAT_SECCOMP_H

#include <linux/filter.h>
#include <linux/refcount.h>
#include <linux/seccomp.h>

struct spt_seccomp_filter {
	refcount_t refs;
	refcount_t users;
	bool log;
	bool wait_killable_recv;
	struct {
#ifdef SECCOMP_ARCH_NATIVE
		DECLARE_BITMAP(allow_native, SECCOMP_ARCH_NATIVE_NR);
#ifdef SECCOMP_ARCH_COMPAT
		DECLARE_BITMAP(allow_compat, SECCOMP_ARCH_COMPAT_NR);
#endif
#endif
	} cache;
	struct spt_seccomp_filter *prev;
	struct bpf_prog *prog;
};

#endif /* SPT_COMPAT_SECCOMP_H */
