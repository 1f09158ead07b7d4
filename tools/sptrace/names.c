// SPDX-License-Identifier: GPL-2.0
/* Names of system calls, errors, signals and architectures. */
#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define X32_SYSCALL_BIT 0x40000000

/*
 * Newer than some releases of libseccomp; from number 424 on, the numbers are
 * those of every architecture.
 */
#define FIRST_LATE_SYSCALL 449
static const char *const late_syscalls[] = {
	"futex_waitv",	     "set_mempolicy_home_node",
	"cachestat",	     "fchmodat2",
	"map_shadow_stack",  "futex_wake",
	"futex_wait",	     "futex_requeue",
	"statmount",	     "listmount",
	"lsm_get_self_attr", "lsm_set_self_attr",
	"lsm_list_modules",  "mseal",
};

/* Errors inside the kernel: the call is restarted once signals are handled. */
static const struct {
	int error;
	const char *name;
	const char *text;
} restarts[] = {
	{ 512, "ERESTARTSYS", "To be restarted if SA_RESTART is set" },
	{ 513, "ERESTARTNOINTR", "To be restarted" },
	{ 514, "ERESTARTNOHAND", "To be restarted if no handler" },
	{ 516, "ERESTART_RESTARTBLOCK", "Interrupted by signal" },
};

static const struct {
	uint32_t arch;
	const char *name;
} archs[] = {
	{ AUDIT_ARCH_X86_64, "x86_64" },   { AUDIT_ARCH_I386, "i386" },
	{ AUDIT_ARCH_AARCH64, "aarch64" }, { AUDIT_ARCH_ARM, "arm" },
	{ AUDIT_ARCH_RISCV64, "riscv64" },
};

static const char *late_syscall(uint64_t nr)
{
	if (nr < FIRST_LATE_SYSCALL ||
	    nr - FIRST_LATE_SYSCALL >= ARRAY_SIZE(late_syscalls))
		return NULL;
	return late_syscalls[nr - FIRST_LATE_SYSCALL];
}

char *names_syscall(uint32_t arch, uint64_t nr)
{
	/* libseccomp's numbers are int, its pseudo ones negative. */
	bool resolvable = nr <= INT32_MAX;
	const char *late = late_syscall(nr);
	char *name = NULL;

	if (arch == AUDIT_ARCH_X86_64 && resolvable && nr & X32_SYSCALL_BIT)
		arch = SCMP_ARCH_X32;
	if (resolvable)
		name = seccomp_syscall_resolve_num_arch(arch, nr);
	if (!name && late)
		name = strdup(late);
	if (!name &&
	    asprintf(&name, "syscall_%#llx", (unsigned long long)nr) < 0)
		name = NULL;
	return name;
}

bool names_syscall_exists(const char *name)
{
	size_t i;

	if (seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR)
		return true;
	for (i = 0; i < ARRAY_SIZE(late_syscalls); i++) {
		if (!strcmp(late_syscalls[i], name))
			return true;
	}
	return false;
}

const char *names_late_syscall(unsigned int index)
{
	return index < ARRAY_SIZE(late_syscalls) ? late_syscalls[index] : NULL;
}

const char *names_arch(uint32_t arch)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(archs); i++) {
		if (archs[i].arch == arch)
			return archs[i].name;
	}
	return "unknown";
}

static int restart_index(int error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(restarts); i++) {
		if (restarts[i].error == error)
			return i;
	}
	return -1;
}

bool names_errno_restarts(int error)
{
	return restart_index(error) >= 0;
}

const char *names_errno(int error)
{
	int i = restart_index(error);

	return i >= 0 ? restarts[i].name : strerrorname_np(error);
}

const char *names_errno_text(int error)
{
	int i = restart_index(error);

	return i >= 0 ? restarts[i].text : strerror(error);
}

const char *names_signal(int signal, char buffer[NAMES_SIGNAL_SIZE])
{
	const char *name = sigabbrev_np(signal);

	/* The C library has the other of its two names. */
	if (signal == SIGIO)
		snprintf(buffer, NAMES_SIGNAL_SIZE, "SIGIO");
	else if (name)
		snprintf(buffer, NAMES_SIGNAL_SIZE, "SIG%s", name);
	else if (signal == __SIGRTMIN)
		snprintf(buffer, NAMES_SIGNAL_SIZE, "SIGRTMIN");
	else if (signal > __SIGRTMIN && signal <= SIGRTMAX)
		snprintf(buffer, NAMES_SIGNAL_SIZE, "SIGRT_%d",
			 signal - __SIGRTMIN);
	else
		snprintf(buffer, NAMES_SIGNAL_SIZE, "signal %d", signal);
	return buffer;
}
