// SPDX-License-Identifier: GPL-2.0
/* How workers make processes, and execute programs. */
#include <sched.h>

#include "worker.h"

/* Return: a slot that is the caller's now, -1 when there is none. */
static int claim_slot(struct prng *prng)
{
	unsigned int first = prng_below(prng, WORKER_SLOTS), i;

	for (i = 0; i < WORKER_SLOTS; i++) {
		unsigned int slot = (first + i) % WORKER_SLOTS;
		int none = 0;

		if (atomic_compare_exchange_strong(&shared->workers[slot].pid,
						   &none, getpid()))
			return slot;
	}
	return -1;
}

/* A life without a place in the table: by system calls alone. */
static void live_shortly(unsigned int what)
{
	unsigned int i;

	for (i = 0; i < what % 20; i++)
		syscall(SYS_getppid);
	if (what & 32)
		syscall(SYS_kill, (int)syscall(SYS_getpid),
			what & 64 ? SIGUSR1 : SIGCONT);
	if (what & 128)
		nap_us(what % 4096);
	if (what & 4096)
		syscall(SYS_exit, 3);
	syscall(SYS_exit_group, 4);
}

void act_fork(struct actor *actor)
{
	unsigned int what = prng_below(&actor->prng, 1 << 16);
	int slot;

	if (fork())
		return;
	slot = claim_slot(&actor->prng);
	if (slot < 0)
		live_shortly(what);
	if (!(what & 7))
		setpgid(0, 0);
	worker_start(slot);
}

static void execute(void)
{
	char fd[16], *argv[] = { "t_stress", "--worker", fd, NULL };

	snprintf(fd, sizeof(fd), "%d", shared_fd);
	execve("/proc/self/exe", argv, NULL);
}

static void execute_nothing(bool fail)
{
	char *argv[] = { "true", NULL };

	execve(fail ? "/nonexistent" : "/bin/true", argv, NULL);
}

void act_vfork(struct actor *actor)
{
	unsigned int what = prng_below(&actor->prng, 16);

	if (vfork())
		return;
	if (!(what & 3))
		execute_nothing(what & 4);
	if (what & 8)
		syscall(SYS_getppid);
	_exit(0);
}

/* Return: 0 in the child. Without a stack of its own it isn't CLONE_VM. */
static long raw_clone(unsigned long flags)
{
	return syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
}

void act_clone(struct actor *actor)
{
	static const unsigned long flags[] = {
		0,
		SIGCHLD,
		SIGUSR1,
		CLONE_PTRACE | SIGCHLD,
		CLONE_UNTRACED | SIGCHLD,
		CLONE_PARENT | SIGCHLD,
		CLONE_FILES | CLONE_FS | SIGCHLD,
		CLONE_VFORK | SIGCHLD,
	};
	unsigned int what = prng_below(&actor->prng, 1 << 16);

	if (!raw_clone(flags[what % ARRAY_LEN(flags)]))
		live_shortly(what >> 3);
}

/* The first process of a pid namespace, which takes another one with it. */
void act_namespace(struct actor *actor)
{
	unsigned int what = prng_below(&actor->prng, 1 << 16);

	if (raw_clone(CLONE_NEWPID | SIGCHLD))
		return;
	if (!raw_clone(SIGCHLD))
		for (;;)
			nap_us(1000);
	nap_us(what % 2048);
	live_shortly(what);
}

void act_exec(struct actor *actor)
{
	/* Before it may not be called by this number any more. */
	shared->executed[actor->tid] = 1;
	shared->executed[getpid()] = 1;
	if (prng_one_in(&actor->prng, 5))
		execute_nothing(prng_one_in(&actor->prng, 2));
	else
		execute();
}

void act_reap(struct actor *actor)
{
	int options = WNOHANG | __WALL;

	if (prng_one_in(&actor->prng, 3))
		options |= WUNTRACED | WCONTINUED;
	while (waitpid(-1, NULL, options) > 0)
		;
}
