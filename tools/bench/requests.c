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

static void native_detach(pid_t tid)
{
	native_request(PTRACE_DETACH, tid, 0);
}

const struct tracing native = {
	.seize = native_seize,
	.resume = native_resume,
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

static void shadow_detach(pid_t tid)
{
	shadow_request(PTRACE_DETACH, tid, 0);
}

const struct tracing shadow = {
	.seize = shadow_seize,
	.resume = shadow_resume,
	.detach = shadow_detach,
};

static void next_resume_with(int request, pid_t tid, unsigned int flags)
{
	static struct spt_next args = {
		.idtype = P_PID,
		.options = WEXITED | WSTOPPED,
	};

	args.request = request;
	args.flags = SPT_NEXT_SYSCALL_INFO | flags;
	args.id = args.tid = tid;
	if (request == PTRACE_INTERRUPT) {
		shadow_request(request, tid, 0);
		args.tid = 0;
	}
	if (ioctl(device(), SPT_IOC_NEXT, &args) || args.event.tid != tid)
		die("SPT_IOC_NEXT");
	if (flags & SPT_NEXT_AT_EXIT &&
	    (!(args.event.flags & SPT_EVENT_ENTRY) ||
	     args.syscall.op != PTRACE_SYSCALL_INFO_EXIT))
		die("no exit, or one without its entry");
}

static void next_resume(int request, pid_t tid)
{
	next_resume_with(request, tid, 0);
}

static void next_exit_resume(int request, pid_t tid)
{
	next_resume_with(request, tid,
			 request == PTRACE_SYSCALL ? SPT_NEXT_AT_EXIT : 0);
}

const struct tracing next = {
	.seize = shadow_seize,
	.resume = next_resume,
	.detach = shadow_detach,
};

const struct tracing next_exit = {
	.seize = shadow_seize,
	.resume = next_exit_resume,
	.detach = shadow_detach,
};
