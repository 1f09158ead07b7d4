// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into user-mode Linux by scripts/uml.
 *
 * UML of 6.1 has room for the register state up to AVX-512 and PKRU (2696
 * bytes), and writes that much with PTRACE_SETREGSET. On a CPU with more, such
 * as AMX, the host takes nothing but its whole state and answers EFAULT, and
 * UML dies before its first instruction. What UML writes is here completed with
 * what is there.
 */
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

/* More than any CPU has: AMX makes it 11008 bytes. */
#define STATE_SIZE 65536

typedef long (*ptrace_function)(int request, pid_t pid, void *addr, void *data);

static ptrace_function next;

/* Two processes of UML's never are in here at once, nor two threads of one. */
static char state[STATE_SIZE];

static long set_xstate(pid_t pid, void *addr, struct iovec *part)
{
	struct iovec whole = { .iov_base = state, .iov_len = sizeof(state) };

	if (next(PTRACE_GETREGSET, pid, addr, &whole) < 0)
		return -1;
	if (part->iov_len < whole.iov_len)
		memcpy(state, part->iov_base, part->iov_len);
	else
		whole = *part;
	return next(PTRACE_SETREGSET, pid, addr, &whole);
}

long ptrace(enum __ptrace_request request, ...)
{
	void *addr, *data;
	va_list args;
	pid_t pid;

	va_start(args, request);
	pid = va_arg(args, pid_t);
	addr = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);

	if (!next)
		next = (ptrace_function)dlsym(RTLD_NEXT, "ptrace");
	if (request == PTRACE_SETREGSET && addr == (void *)NT_X86_XSTATE)
		return set_xstate(pid, addr, data);
	return next(request, pid, addr, data);
}
