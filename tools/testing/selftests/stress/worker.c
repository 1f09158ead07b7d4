// SPDX-License-Identifier: GPL-2.0
/*
 * Workers: what is traced. Nothing that they do sleeps for ever, so a thread
 * that makes no progress once nobody traces it any more is stuck.
 */
#include <poll.h>
#include <linux/futex.h>

#include "worker.h"

#define STACK_SIZE (128 << 10)

static struct actor actors[WORKER_THREADS];

static void act_naps(struct actor *actor)
{
	struct timespec ts = {
		.tv_nsec =
			prng_below(&actor->prng, 40 * shared->pace) * 800000L,
	};
	int word = 0;

	switch (prng_below(&actor->prng, 4)) {
	case 0:
		/* Resumed by restart_syscall(2), as is the next. */
		nanosleep(&ts, NULL);
		break;
	case 1:
		poll(NULL, 0, prng_below(&actor->prng, 40 * shared->pace));
		break;
	case 2:
		syscall(SYS_futex, &word, FUTEX_WAIT, 0, &ts, NULL, 0);
		break;
	default:
		clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
	}
}

static void act_calls(struct actor *actor)
{
	unsigned int i;

	for (i = prng_below(&actor->prng, 20); i; i--)
		syscall(SYS_getppid);
}

/* How the thread ends; the others may go on. */
static void act_end(struct actor *actor)
{
	actor->slot->tid = 0;
	if (prng_one_in(&actor->prng, 3))
		syscall(SYS_exit_group, 1);
	if (actor == actors || prng_one_in(&actor->prng, 2))
		syscall(SYS_exit, 2);
	pthread_exit(NULL);
}

/* In thousandths; what is left over is done by act_calls(). */
static const struct {
	unsigned int weight;
	void (*act)(struct actor *actor);
} acts[] = {
	{ 270, act_naps },	{ 180, act_send },
	{ 40, act_fault },	{ 40, act_disposition },
	{ 40, act_block },	{ 50, act_sigtimedwait },
	{ 40, act_sigsuspend }, { 40, act_ppoll },
	{ 30, act_timer },	{ 20, act_fork },
	{ 15, act_vfork },	{ 15, act_clone },
	{ 3, act_namespace },	{ 10, act_exec },
	{ 40, act_reap },	{ 20, worker_start_thread },
	{ 10, act_end },
};

static void act(struct actor *actor)
{
	unsigned int dice = prng_below(&actor->prng, 1000), i;

	for (i = 0; i < ARRAY_LEN(acts); i++) {
		if (dice < acts[i].weight) {
			acts[i].act(actor);
			return;
		}
		dice -= acts[i].weight;
	}
	act_calls(actor);
}

static void *thread_main(void *data) __attribute__((noreturn));

static void *thread_main(void *data)
{
	struct actor *actor = data;

	actor->tid = syscall(SYS_gettid);
	prng_seed(&actor->prng, ROLE_WORKER, actor - actors,
		  atomic_fetch_add(&shared->incarnations, 1));
	actor->slot->tid = actor->tid;
	signals_enter(actor);
	while (!shared->quiet) {
		act(actor);
		actor->slot->progress++;
	}
	for (;;) {
		nap_us(2000);
		actor->slot->progress++;
		act_reap(actor);
	}
}

static void prepare_actor(int index, struct worker_slot *worker)
{
	actors[index].worker = worker;
	actors[index].slot = &worker->threads[index];
}

void worker_start_thread(struct actor *actor)
{
	int index = 1 + prng_below(&actor->prng, WORKER_THREADS - 1);
	struct thread_slot *slot = &actor->worker->threads[index];
	pthread_attr_t attr;
	pthread_t thread;
	int none = 0;

	if (!atomic_compare_exchange_strong(&slot->tid, &none, -1))
		return;
	prepare_actor(index, actor->worker);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	if (pthread_create(&thread, &attr, thread_main, &actors[index]))
		slot->tid = 0;
	pthread_attr_destroy(&attr);
}

static void allow_core_dumps(void)
{
	struct rlimit limit = { .rlim_cur = 64 << 10, .rlim_max = 64 << 10 };

	setrlimit(RLIMIT_CORE, &limit);
}

void worker_start(int slot)
{
	static unsigned int generations;
	struct worker_slot *worker = &shared->workers[slot];
	int i;

	/* Each fork goes on on the stack that it found. */
	if (++generations > 20) {
		worker->pid = 0;
		_exit(0);
	}
	count(COUNT_workers);
	allow_core_dumps();
	signals_setup();
	for (i = 1; i < WORKER_THREADS; i++)
		worker->threads[i].tid = 0;
	prepare_actor(0, worker);
	thread_main(&actors[0]);
}

/* After an execve(2), with the number of the process that did it. */
void worker_resume(void)
{
	int i;

	for (i = 0; i < WORKER_SLOTS; i++)
		if (shared->workers[i].pid == getpid())
			worker_start(i);
	_exit(0);
}
