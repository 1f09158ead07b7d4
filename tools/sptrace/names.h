/* SPDX-License-Identifier: GPL-2.0 */
/* Names of system calls, errors, signals and architectures. */
#ifndef SPTRACE_NAMES_H
#define SPTRACE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Room for any name of a signal. */
#define NAMES_SIGNAL_SIZE 24

/**
 * names_syscall() - the name of a system call
 * @arch: AUDIT_ARCH_* of the call
 * @nr: its number there
 *
 * Return: an allocated string, "syscall_0x1f4" for a number without a name.
 */
char *names_syscall(uint32_t arch, uint64_t nr);

/* Whether a system call of that name exists on any architecture. */
bool names_syscall_exists(const char *name);

/* The name of a call that libseccomp may lack; NULL behind the last. */
const char *names_late_syscall(unsigned int index);

/* "x86_64" for AUDIT_ARCH_X86_64, "unknown" where no name is known. */
const char *names_arch(uint32_t arch);

/* "ENOENT" for 2, also for the kernel's own ERESTART*; NULL when unknown. */
const char *names_errno(int error);

/* What the error says in words. */
const char *names_errno_text(int error);

/* Whether the call will be restarted, so that user space never sees @error. */
bool names_errno_restarts(int error);

/* "SIGINT" for 2, "SIGRTMIN" for 32, "SIGRT_1" for 33; written to @buffer when it is a number. */
const char *names_signal(int signal, char buffer[NAMES_SIGNAL_SIZE]);

#endif /* SPTRACE_NAMES_H */
