// SPDX-License-Identifier: GPL-2.0
/*
 * What a tracer does, natively and by the shadow.
 */
#include <fcntl.h>
#include <linux/ptrace.h>
#include <linux/sptrace.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static void native_request(int request, pid_t tid, unsigned long data)
{
	if (syscall(SYS_ptrace, request, tid, 0, data))
		die("ptrace");
}

static void native_seize(pid_t tid)
{
	native_request(PTRACE_SEIZE, tid, PTRACE_O_TRACESYSGOOD);
}

static void native_resume(int request, pid_t tid)
{
	struct ptrace_syscall_info info;
	int status;

	native_request(request, tid, 0);
	if (waitpid(tid, &status, __WALL) != tid || !WIFSTOPPED(status))
		die("waitpid");
	if (syscall(SYS_ptrace, PTRACE_GET_SYSCALL_INFO, tid, sizeof(info),
		    &info) < 0)
		die("PTRACE_GET_SYSCALL_INFO");
}

static void native_peek(pid_t tid, unsigned long *address)
{
	unsigned long word;

	if (syscall(SYS_ptrace, PTRACE_PEEKDATA, tid, address, &word))
		die("PTRACE_PEEKDATA");
}

static void native_detach(pid_t tid)
{
	native_request(PTRACE_DETACH, tid, 0);
}

const struct tracing native = {
	.seize = native_seize,
	.resume = native_resume,
	.peek = native_peek,
	.detach = native_detach,
};

int device(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/sptrace", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("/dev/sptrace");
	return fd;
}

static void shadow_request(int request, pid_t tid, unsigned long data)
{
	struct spt_ptrace ptrace = {
		.request = request,
		.tid = tid,
		.data = data,
	};

	if (ioctl(device(), SPT_IOC_PTRACE, &ptrace))
		die("SPT_IOC_PTRACE");
}

static void shadow_seize(pid_t tid)
{
	shadow_request(PTRACE_SEIZE, tid, PTRACE_O_TRACESYSGOOD);
}

static void shadow_resume(int request, pid_t tid)
{
	struct spt_wait wait = {
		.idtype = P_PID,
		.id = tid,
		.options = WEXITED | WSTOPPED,
		.flags = SPT_WAIT_SYSCALL_INFO,
	};

	shadow_request(request, tid, 0);
	if (ioctl(device(), SPT_IOC_WAIT, &wait) || wait.event.tid != tid)
		die("SPT_IOC_WAIT");
}

static void shadow_peek(pid_t tid, unsigned long *address)
{
	unsigned long word;
	struct spt_ptrace ptrace = {
		.request = PTRACE_PEEKDATA,
		.tid = tid,
		.addr = (unsigned long)address,
		.data = (unsigned long)&word,
	};

	if (ioctl(device(), SPT_IOC_PTRACE, &ptrace))
		die("SPT_IOC_PTRACE");
}

static void shadow_detach(pid_t tid)
{
	shadow_request(PTRACE_DETACH, tid, 0);
}

const struct tracing shadow = {
	.seize = shadow_seize,
	.resume = shadow_resume,
	.peek = shadow_peek,
	.detach = shadow_detach,
};
