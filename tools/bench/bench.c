// SPDX-License-Identifier: GPL-2.0
/*
 * sptrace-bench MEASURE: prints nanoseconds for one round of it, the least of
 * several runs. Under scripts/vm --icount a nanosecond is an instruction.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <linux/sptrace.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 5
#define STOPS 2000
#define CALLS 20000
#define TIME_LIMIT 300 /* seconds, of the whole program */

static pid_t child;

static void die(const char *what)
{
	fprintf(stderr, "sptrace-bench: %s: %s\n", what, strerror(errno));
	if (child > 0)
		kill(child, SIGKILL);
	exit(1);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void spawn_caller(void)
{
	child = fork();
	if (child < 0)
		die("fork");
	if (child)
		return;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		syscall(SYS_getppid);
}

static void end_child(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, __WALL);
}

static long native(long request, unsigned long addr, void *data)
{
	return syscall(SYS_ptrace, request, child, addr, data);
}

static void native_round(int request)
{
	struct ptrace_syscall_info info;
	int status;

	if (native(request, 0, NULL))
		die("ptrace");
	if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
		die("waitpid");
	if (native(PTRACE_GET_SYSCALL_INFO, sizeof(info), &info) < 0)
		die("PTRACE_GET_SYSCALL_INFO");
}

static void shadow_round(int fd, int request)
{
	struct spt_ptrace resume = { .request = request, .tid = child };
	struct spt_wait wait = {
		.idtype = P_ALL,
		.options = WEXITED | WSTOPPED,
		.flags = SPT_WAIT_SYSCALL_INFO,
	};

	if (ioctl(fd, SPT_IOC_PTRACE, &resume))
		die("SPT_IOC_PTRACE");
	if (ioctl(fd, SPT_IOC_WAIT, &wait) || wait.event.tid != child)
		die("SPT_IOC_WAIT");
}

static double measure_native(void)
{
	double start;
	int i;

	spawn_caller();
	if (native(PTRACE_SEIZE, 0, (void *)PTRACE_O_TRACESYSGOOD))
		die("PTRACE_SEIZE");
	native_round(PTRACE_INTERRUPT);

	start = now();
	for (i = 0; i < STOPS; i++)
		native_round(PTRACE_SYSCALL);
	start = (now() - start) / STOPS;

	end_child();
	return start;
}

static int open_device(void)
{
	int fd = open("/dev/sptrace", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("/dev/sptrace");
	return fd;
}

static void shadow_seize(int fd)
{
	struct spt_ptrace seize = {
		.request = PTRACE_SEIZE,
		.tid = child,
		.data = PTRACE_O_TRACESYSGOOD,
	};

	if (ioctl(fd, SPT_IOC_PTRACE, &seize))
		die("PTRACE_SEIZE");
	shadow_round(fd, PTRACE_INTERRUPT);
}

static double measure_shadow(void)
{
	double start;
	int fd, i;

	fd = open_device();
	spawn_caller();
	shadow_seize(fd);

	start = now();
	for (i = 0; i < STOPS; i++)
		shadow_round(fd, PTRACE_SYSCALL);
	start = (now() - start) / STOPS;

	end_child();
	close(fd);
	return start;
}

static void pass_on(int from, int to)
{
	char byte;

	if (read(from, &byte, 1) != 1 || write(to, "x", 1) != 1)
		die("pipe");
}

static double measure_pingpong(void)
{
	int there[2], back[2], i;
	double start;

	if (pipe(there) || pipe(back))
		die("pipe");
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pass_on(there[0], back[1]);
	}

	if (write(there[1], "x", 1) != 1)
		die("pipe");
	start = now();
	for (i = 0; i < STOPS; i++)
		pass_on(back[0], there[1]);
	start = (now() - start) / STOPS;

	end_child();
	close(there[0]);
	close(there[1]);
	close(back[0]);
	close(back[1]);
	return start;
}

static double measure_call(void)
{
	double start = now();
	int i;

	for (i = 0; i < CALLS; i++)
		syscall(SYS_getppid);

	return (now() - start) / CALLS;
}

static void allow_all(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = 1, .filter = &allow };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("seccomp");
}

/* The one call whose hook is always armed, by someone it isn't for. */
static double measure_prctl(void)
{
	double start = now();
	int i;

	for (i = 0; i < CALLS; i++)
		syscall(SYS_prctl, PR_GET_DUMPABLE, 0, 0, 0, 0);

	return (now() - start) / CALLS;
}

/* A call of an untraced task; with @armed, while another task is traced. */
static double measure_untraced(bool armed)
{
	double cost;
	int fd;

	if (!armed)
		return measure_call();

	fd = open_device();
	spawn_caller();
	shadow_seize(fd);
	cost = measure_call();
	end_child();
	close(fd);

	return cost;
}

static double measure(const char *name)
{
	if (!strcmp(name, "native"))
		return measure_native();
	if (!strcmp(name, "shadow"))
		return measure_shadow();
	if (!strcmp(name, "pingpong"))
		return measure_pingpong();
	/* Whether the module is there makes the difference. */
	if (!strcmp(name, "prctl") || !strcmp(name, "prctl-hooked"))
		return measure_prctl();
	if (!strcmp(name, "call") || !strcmp(name, "call-filtered"))
		return measure_untraced(false);
	if (!strcmp(name, "armed") || !strcmp(name, "armed-filtered"))
		return measure_untraced(true);

	fprintf(stderr, "sptrace-bench: no measure %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	double cost, least = 0;
	int i;

	if (argc != 2) {
		fputs("usage: sptrace-bench native|shadow|pingpong|call|armed|call-filtered|armed-filtered|prctl|prctl-hooked\n",
		      stderr);
		return 2;
	}

	alarm(TIME_LIMIT);
	if (strstr(argv[1], "-filtered"))
		allow_all();
	for (i = 0; i < RUNS; i++) {
		cost = measure(argv[1]);
		if (!i || cost < least)
			least = cost;
	}

	printf("%s %.1f\n", argv[1], least);
	return 0;
}
