// SPDX-License-Identifier: GPL-2.0
/*
 * A tracer on the shadow: threads that issue requests and wait on the same
 * handle, and one that never sleeps in a request, so that somebody takes the
 * reports that others wait for (an attach waits for an execve(2), which waits
 * for the threads of its group to be buried by their tracers).
 */
#include "tracer.h"

_Atomic int tracer_fd;

static _Atomic int running;

static void handle(int signal)
{
}

static void poll_handle(struct hunter *hunter)
{
	struct pollfd pfd = { .fd = tracer_fd, .events = POLLIN };

	poll(&pfd, 1, prng_below(&hunter->prng, 5));
	count(COUNT_polls);
}

/* Close in the middle, and begin anew; or just have another one for a while. */
static void reopen(struct hunter *hunter)
{
	struct spt_flags flags = {
		.flags = prng_one_in(&hunter->prng, 2) ? SPT_HANDLE_SIGCHLD : 0,
	};
	int fd, old;

	if (prng_one_in(&hunter->prng, 2)) {
		fd = spt_open();
		ioctl(fd, SPT_IOC_SET_FLAGS, &flags);
		nap_us(prng_below(&hunter->prng, 2000));
		close(fd);
		return;
	}

	if (!ledger_try_lock_all())
		return;
	old = atomic_exchange(&tracer_fd, -1);
	/* What a sleeping wait still holds is not let go yet. */
	close(old);
	ledger_closed();
	if (prng_one_in(&hunter->prng, 3))
		nap_us(prng_below(&hunter->prng, 3000));
	tracer_fd = spt_open();
	ioctl(tracer_fd, SPT_IOC_SET_FLAGS, &flags);
	ledger_unlock_all();
	count(COUNT_reopens);
}

/* By system calls alone: the others' locks are as they were at the fork. */
static void live_traced(unsigned int what, pid_t tracer)
{
	int fd;

	/* Process 1, who might become the parent, would not care for it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if ((pid_t)syscall(SYS_getppid) != tracer)
		syscall(SYS_exit_group, 0);
	close_range(3, ~0U, 0);
	setpriority(PRIO_PROCESS, 0, 0);
	fd = spt_open();
	spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, 0);
	if (what & 1)
		close(fd);
	if (what & 2)
		syscall(SYS_kill, (int)syscall(SYS_getpid),
			what & 4 ? SIGSTOP : SIGUSR2);
	for (; what & 15; what--)
		syscall(SYS_getppid);
	if (what & 16)
		nap_us(5000);
	if (what & 32)
		execl("/bin/true", "true", NULL);
	syscall(SYS_exit_group, 0);
}

static void start_traceme(struct hunter *hunter)
{
	unsigned int what = prng_below(&hunter->prng, 64);
	pid_t self = getpid();
	long pid = syscall(SYS_clone, (long)SIGCHLD, NULL, NULL, NULL, NULL);

	if (!pid)
		live_traced(what, self);
	if (pid > 0)
		count(COUNT_traceme);
}

static void reap(struct hunter *hunter)
{
	while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
		;
}

/* In thousandths; what is left over is spent with inspecting. */
static const struct {
	unsigned int weight;
	void (*act)(struct hunter *hunter);
} acts[] = {
	{ 150, hunt_attach },  { 250, hunt_wait }, { 200, hunt_request },
	{ 40, poll_handle },   { 20, hunt_sweep }, { 10, reopen },
	{ 10, start_traceme }, { 10, reap },	   { 20, hunt_check },
};

static void act(struct hunter *hunter)
{
	unsigned int dice = prng_below(&hunter->prng, 1000), i;

	for (i = 0; i < ARRAY_LEN(acts); i++) {
		if (dice < acts[i].weight) {
			acts[i].act(hunter);
			return;
		}
		dice -= acts[i].weight;
	}
	hunt_inspect(hunter);
}

static void *hunter_main(void *data)
{
	struct hunter *hunter = data;

	while (!shared->stop) {
		act(hunter);
		if (prng_one_in(&hunter->prng, 4))
			nap_us(300 * shared->pace);
	}
	running--;
	return NULL;
}

void tracer_main(int index, unsigned int incarnation)
{
	static struct hunter hunters[TRACER_THREADS + 1];
	struct sigaction action = { .sa_handler = handle };
	pthread_t threads[TRACER_THREADS];
	int i;

	/* Ends a wait that sleeps. */
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGCHLD, &action, NULL);
	tracer_fd = spt_open();
	if (tracer_fd < 0)
		_exit(1);
	for (i = 0; i <= TRACER_THREADS; i++)
		prng_seed(&hunters[i].prng, ROLE_TRACER,
			  index * (TRACER_THREADS + 1) + i, incarnation);
	running = TRACER_THREADS;
	for (i = 0; i < TRACER_THREADS; i++)
		if (pthread_create(&threads[i], NULL, hunter_main, &hunters[i]))
			_exit(2);

	while (running) {
		hunt_drain(&hunters[TRACER_THREADS]);
		nap_us(5000 + 1000 * shared->pace);
		/* Otherwise all could wait for tracees that do nothing. */
		i = prng_below(&hunters[TRACER_THREADS].prng, TRACER_THREADS);
		if (running == TRACER_THREADS || shared->stop)
			pthread_kill(threads[i], SIGUSR1);
	}
	if (incarnation % 2)
		close(tracer_fd);
	_exit(0);
}
