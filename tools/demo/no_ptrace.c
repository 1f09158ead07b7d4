// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to standard output a seccomp filter that answers ptrace(2) with EPERM
 * and allows everything else, in the form that bwrap --seccomp reads.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <seccomp.h>

static int refuse_ptrace(scmp_filter_ctx filter)
{
	int err;

	/* 32-bit and x32 programs make the same call by other numbers. */
	err = seccomp_arch_add(filter, SCMP_ARCH_X86);
	if (!err)
		err = seccomp_arch_add(filter, SCMP_ARCH_X32);
	if (!err)
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
				       SCMP_SYS(ptrace), 0);
	if (!err)
		err = seccomp_export_bpf(filter, STDOUT_FILENO);

	return err;
}

int main(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int err = filter ? refuse_ptrace(filter) : -ENOMEM;

	if (err)
		fprintf(stderr, "no_ptrace: %s\n", strerror(-err));
	seccomp_release(filter);

	return err ? 1 : 0;
}
