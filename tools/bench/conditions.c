// SPDX-License-Identifier: GPL-2.0
/*
 * What is so while something is measured.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sptrace.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

void be_filtered(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = 1, .filter = &allow };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("seccomp");
}

void be_served(void)
{
	struct spt_serve args = {};

	if (ioctl(device(), SPT_IOC_SERVE, &args))
		die("serve");
}

/* A program that looks at the number, as all do. */
static void set_filter(pid_t tid, unsigned int nr, unsigned int others)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | SPT_FILTER_ENTRY),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | others),
	};
	struct spt_set_filter args = {
		.tid = tid,
		.length = sizeof(code) / sizeof(code[0]),
		.program = (unsigned long)code,
	};

	if (ioctl(device(), SPT_IOC_SET_FILTER, &args))
		die("SPT_IOC_SET_FILTER");
}

#define RING_SIZE (4 << 20)

/* Whatever comes is taken for read. */
static void take_all(struct pollfd *ring, char *map)
{
	const struct spt_ring_header *header = (void *)map;
	size_t step = header->page_size + 2UL * header->part_size;
	unsigned int i;

	while (poll(ring, 1, -1) == 1) {
		for (i = 0; i < header->parts; i++) {
			struct spt_ring_part *part =
				(void *)(map + header->page_size + i * step);

			__atomic_store_n(&part->tail,
					 __atomic_load_n(&part->head,
							 __ATOMIC_ACQUIRE),
					 __ATOMIC_RELEASE);
		}
	}
}

static struct pollfd ring;
static char *ring_map;

static void open_ring(void)
{
	const struct spt_capture path = {
		.arch = AUDIT_ARCH_X86_64,
		.nr = SYS_openat,
		.arg = 1,
		.kind = SPT_CAPTURE_STRING,
		.max = 256,
	};
	struct spt_recording args = {
		.size = RING_SIZE,
		.watermark = RING_SIZE / 2,
		.captures = (unsigned long)&path,
		.nr_captures = 1,
	};

	ring.events = POLLIN;
	ring.fd = ioctl(device(), SPT_IOC_RECORD, &args);
	if (ring.fd < 0)
		die("SPT_IOC_RECORD");
	ring_map = mmap(NULL, args.map_size, PROT_READ | PROT_WRITE, MAP_SHARED,
			ring.fd, 0);
	if (ring_map == MAP_FAILED)
		die("mmap");
}

static int passed_pipe[2];
static pid_t passer;

static void filter_parent(void)
{
	pid_t parent = getppid();

	shadow.seize(parent);
	set_filter(parent, SYS_openat, 0);
	if (write(passed_pipe[1], "x", 1) != 1)
		die("pipe");
	sleep_forever();
}

static void record_parent(void)
{
	pid_t parent = getppid();

	shadow.seize(parent);
	open_ring();
	set_filter(parent, SYS_mkdir, SPT_FILTER_RECORD);
	if (write(passed_pipe[1], "x", 1) != 1)
		die("pipe");
	take_all(&ring, ring_map);
}

static void be_filtered_by(void (*tracer)(void))
{
	char byte;

	if (pipe(passed_pipe))
		die("pipe");
	passer = spawn(tracer);
	close(passed_pipe[1]);
	if (read(passed_pipe[0], &byte, 1) != 1)
		exit(1);
	close(passed_pipe[0]);
}

void be_passed(void)
{
	be_filtered_by(filter_parent);
}

void be_recorded(void)
{
	be_filtered_by(record_parent);
}

/* Before the caller ends: a tracer that doesn't wait for it would hold its exit. */
void end_passing(void)
{
	if (passer)
		end(passer);
}

#define STACK 16384

static pid_t *tracees;
static int nr_tracees;

static int sleep_as_tracee(void *parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == *(pid_t *)parent)
		sleep_forever();
	return 1;
}

/* Processes, but of one address space, so that thousands find room. */
void have_tracees(int count)
{
	static pid_t parent;
	char *stacks;
	pid_t pid;

	parent = getpid();
	stacks = aligned_alloc(16, (size_t)count * STACK);
	tracees = calloc(count, sizeof(*tracees));
	if (!tracees || !stacks)
		die("memory");

	for (; nr_tracees < count; nr_tracees++) {
		stacks += STACK;
		pid = clone(sleep_as_tracee, stacks, CLONE_VM | SIGCHLD,
			    &parent);
		if (pid < 0)
			die("clone");
		tracees[nr_tracees] = pid;
		shadow.seize(pid);
	}
}

void lose_tracees(void)
{
	while (nr_tracees)
		end(tracees[--nr_tracees]);
}

/* A thread that outlives its leader, which exits when it is traced. */
static int sleep_as_thread(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sleep_forever();
	return 1;
}

static int traced_pipe[2];

static int exit_before_thread(void *stack)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (clone(sleep_as_thread, stack,
		  CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, NULL) < 0)
		return 1;
	if (read(traced_pipe[0], &byte, 1) != 1)
		return 1;
	syscall(SYS_exit, 0);
	return 1;
}

static bool is_dead(pid_t pid)
{
	char path[32], line[256], *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		die(path);
	fclose(file);
	state = strrchr(line, ')');
	return state && state[2] == 'Z';
}

static void have_dead_leader(void)
{
	char *stacks = aligned_alloc(16, 2 * STACK);
	pid_t pid;

	if (!stacks || pipe(traced_pipe))
		die("leader");
	pid = clone(exit_before_thread, stacks + STACK, CLONE_VM | SIGCHLD,
		    stacks + 2 * STACK);
	if (pid < 0)
		die("clone");
	shadow.seize(pid);
	if (write(traced_pipe[1], "x", 1) != 1)
		die("pipe");
	while (!is_dead(pid))
		usleep(1000);
}

static int armed_pipe[2];
static int armed_count;
static bool armed_served;
static pid_t armer;

static void trace_others(void)
{
	if (armed_served)
		be_served();
	have_tracees(armed_count);
	if (armed_count > 1)
		have_dead_leader();
	if (write(armed_pipe[1], "x", 1) != 1)
		die("pipe");
	sleep_forever();
}

void arm_hooks(int count, bool served)
{
	char byte;

	armed_count = count;
	armed_served = served;
	if (pipe(armed_pipe))
		die("pipe");
	armer = spawn(trace_others);
	/* The end of the file tells of its failure, too. */
	close(armed_pipe[1]);
	if (read(armed_pipe[0], &byte, 1) != 1)
		exit(1);
	close(armed_pipe[0]);
}

void disarm_hooks(void)
{
	if (armer)
		end(armer);
}
