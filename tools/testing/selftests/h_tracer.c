// SPDX-License-Identifier: GPL-2.0
/*
 * A tracer that is linked statically and makes its system calls without any library's
 * ptrace(): prints the calls of a program, by number, and how it ended.
 *
 * Usage: h_tracer COMMAND…
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__
#define NUMBER(regs) ((long)(regs).orig_rax)
#define RESULT(regs) ((long)(regs).rax)
#else
#define NUMBER(regs) ((long)(regs).orig_eax)
#define RESULT(regs) ((long)(regs).eax)
#endif

static long trace(long request, pid_t pid, long addr, void *data)
{
	return syscall(SYS_ptrace, request, pid, addr, data);
}

static void print_call(pid_t pid)
{
	struct user_regs_struct regs;

	if (trace(PTRACE_GETREGS, pid, 0, &regs))
		exit(1);
	if (RESULT(regs) > -4096 && RESULT(regs) < 4096)
		printf("call %ld: %ld\n", NUMBER(regs), RESULT(regs));
	else
		printf("call %ld\n", NUMBER(regs));
}

int main(int argc, char **argv)
{
	long signo = 0;
	int status;
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = fork();
	if (!pid) {
		if (trace(PTRACE_TRACEME, 0, 0, NULL))
			perror("PTRACE_TRACEME");
		execv(argv[1], argv + 1);
		_exit(127);
	}
	while (syscall(SYS_wait4, pid, &status, 0, NULL) == pid &&
	       WIFSTOPPED(status)) {
		signo = WSTOPSIG(status);
		if (signo == SIGTRAP) {
			print_call(pid);
			signo = 0;
		}
		trace(PTRACE_SYSCALL, pid, 0, (void *)signo);
	}
	printf("status %#x\n", status);
	return 0;
}
