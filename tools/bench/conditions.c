// SPDX-License-Identifier: GPL-2.0
/*
 * What is so while something is measured.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static int armed_pipe[2];
static pid_t armer;

static void trace_a_sleeper(void)
{
	shadow.seize(spawn(sleep_forever));
	if (write(armed_pipe[1], "x", 1) != 1)
		die("pipe");
	sleep_forever();
}

void arm_hooks(void)
{
	char byte;

	if (pipe(armed_pipe))
		die("pipe");
	armer = spawn(trace_a_sleeper);
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

void be_filtered(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = 1, .filter = &allow };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("seccomp");
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
