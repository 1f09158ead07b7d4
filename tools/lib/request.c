// SPDX-License-Identifier: LGPL-2.1-or-later
/* ptrace requests, all of them through SPT_IOC_PTRACE. */
#include <errno.h>
#include <linux/filter.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>

#include "sptrace.h"

/* The kernel's sigset_t, which the C library's begins with. */
#define SIGMASK_SIZE 8

static long issue(int fd, unsigned int request, pid_t tid, uintptr_t addr,
		  uintptr_t data)
{
	struct spt_ptrace args = {
		.request = request,
		.tid = tid,
		.addr = addr,
		.data = data,
	};

	return ioctl(fd, SPT_IOC_PTRACE, &args);
}

long sptrace_ptrace(int fd, unsigned int request, pid_t tid, void *addr,
		    void *data)
{
	return issue(fd, request, tid, (uintptr_t)addr, (uintptr_t)data);
}

int sptrace_set_filter(int fd, pid_t tid, const struct sock_fprog *program)
{
	struct spt_set_filter args = { .tid = tid };

	if (program) {
		args.length = program->len;
		args.program = (uintptr_t)program->filter;
	}
	/* One without instructions isn't how a filter is taken away. */
	if (program && !program->len) {
		errno = EINVAL;
		return -1;
	}
	return ioctl(fd, SPT_IOC_SET_FILTER, &args);
}

int sptrace_traceme(int fd)
{
	return issue(fd, PTRACE_TRACEME, 0, 0, 0);
}

int sptrace_attach(int fd, pid_t tid)
{
	return issue(fd, PTRACE_ATTACH, tid, 0, 0);
}

int sptrace_seize(int fd, pid_t tid, unsigned int options)
{
	return issue(fd, PTRACE_SEIZE, tid, 0, options);
}

int sptrace_interrupt(int fd, pid_t tid)
{
	return issue(fd, PTRACE_INTERRUPT, tid, 0, 0);
}

int sptrace_detach(int fd, pid_t tid, int signal)
{
	return issue(fd, PTRACE_DETACH, tid, 0, signal);
}

int sptrace_cont(int fd, pid_t tid, int signal)
{
	return issue(fd, PTRACE_CONT, tid, 0, signal);
}

int sptrace_syscall(int fd, pid_t tid, int signal)
{
	return issue(fd, PTRACE_SYSCALL, tid, 0, signal);
}

int sptrace_listen(int fd, pid_t tid)
{
	return issue(fd, PTRACE_LISTEN, tid, 0, 0);
}

int sptrace_setoptions(int fd, pid_t tid, unsigned int options)
{
	return issue(fd, PTRACE_SETOPTIONS, tid, 0, options);
}

int sptrace_peek(int fd, unsigned int request, pid_t tid, uintptr_t addr,
		 unsigned long *word)
{
	switch (request) {
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSER:
		return issue(fd, request, tid, addr, (uintptr_t)word);
	default:
		errno = EIO;
		return -1;
	}
}

int sptrace_poke(int fd, unsigned int request, pid_t tid, uintptr_t addr,
		 unsigned long word)
{
	switch (request) {
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA:
	case PTRACE_POKEUSER:
		return issue(fd, request, tid, addr, word);
	default:
		errno = EIO;
		return -1;
	}
}

int sptrace_getregset(int fd, pid_t tid, unsigned int type, struct iovec *iov)
{
	return issue(fd, PTRACE_GETREGSET, tid, type, (uintptr_t)iov);
}

int sptrace_setregset(int fd, pid_t tid, unsigned int type, struct iovec *iov)
{
	return issue(fd, PTRACE_SETREGSET, tid, type, (uintptr_t)iov);
}

int sptrace_get_syscall_info(int fd, pid_t tid, struct spt_syscall_info *info)
{
	/* What the kernel's structure lacks at its end stays zero. */
	memset(info, 0, sizeof(*info));
	if (issue(fd, PTRACE_GET_SYSCALL_INFO, tid, sizeof(*info),
		  (uintptr_t)info) < 0)
		return -1;
	return 0;
}

int sptrace_getsiginfo(int fd, pid_t tid, siginfo_t *info)
{
	return issue(fd, PTRACE_GETSIGINFO, tid, 0, (uintptr_t)info);
}

int sptrace_setsiginfo(int fd, pid_t tid, const siginfo_t *info)
{
	return issue(fd, PTRACE_SETSIGINFO, tid, 0, (uintptr_t)info);
}

int sptrace_peeksiginfo(int fd, pid_t tid, uint64_t offset, unsigned int flags,
			siginfo_t *infos, int count)
{
	struct __ptrace_peeksiginfo_args args = {
		.off = offset,
		.flags = flags,
		.nr = count,
	};

	return issue(fd, PTRACE_PEEKSIGINFO, tid, (uintptr_t)&args,
		     (uintptr_t)infos);
}

int sptrace_getsigmask(int fd, pid_t tid, sigset_t *mask)
{
	sigemptyset(mask);
	return issue(fd, PTRACE_GETSIGMASK, tid, SIGMASK_SIZE, (uintptr_t)mask);
}

int sptrace_setsigmask(int fd, pid_t tid, const sigset_t *mask)
{
	return issue(fd, PTRACE_SETSIGMASK, tid, SIGMASK_SIZE, (uintptr_t)mask);
}
