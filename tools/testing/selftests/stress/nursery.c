// SPDX-License-Identifier: GPL-2.0
/*
 * Process 1 of the namespace: starts workers and tracers, kills some of them,
 * takes in their orphans, and at the end looks whether all is as it should be.
 */
#include <sys/stat.h>

#include "stress.h"

/* What each step of the end may take. */
#define STEP_LIMIT_MS 40000

/* There are many workers for each tracer, and few CPUs. */
#define TRACER_NICE (-5)

#define FREEZER "/sys/fs/cgroup/stress"

/* A place for a tracer, which is started anew when it ends. */
struct place {
	pid_t pid;
	bool killed;
};

static struct prng prng;
static struct place tracers[TRACERS], natives[NATIVES];
static unsigned int incarnations;

static bool is_slow(void)
{
	return shared->pace > 4;
}

static pid_t start_worker(int slot)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	/* A process group to send signals to, with our session behind it. */
	setpgid(0, 0);
	setpriority(PRIO_PROCESS, 0, 0);
	shared->workers[slot].pid = getpid();
	worker_start(slot);
}

static void free_slot(struct worker_slot *worker)
{
	int i;

	for (i = 0; i < WORKER_THREADS; i++)
		worker->threads[i].tid = 0;
	worker->pid = 0;
}

static void tend_workers(void)
{
	struct worker_slot *worker = shared->workers;
	int i, used = 0, none, workers;

	workers = is_slow() ? SLOW_WORKERS : WORKERS;

	for (i = 0; i < WORKER_SLOTS; i++, worker++) {
		if (worker->pid > 0 && kill(worker->pid, 0) && errno == ESRCH)
			free_slot(worker);
		used += !!worker->pid;
	}
	for (i = 0; i < WORKER_SLOTS && used < workers; i++) {
		none = 0;
		if (atomic_compare_exchange_strong(&shared->workers[i].pid,
						   &none, -1)) {
			if (start_worker(i) < 0)
				shared->workers[i].pid = 0;
			used++;
			/* One at a time: the rest of the run isn't to wait. */
			break;
		}
	}
}

static void start_tracer(struct place *place)
{
	place->killed = false;
	incarnations++;
	place->pid = fork();
	if (!place->pid)
		tracer_main(place - tracers, incarnations);
	count(COUNT_tracers);
}

static void start_native(struct place *place)
{
	incarnations++;
	place->pid = fork();
	if (!place->pid)
		native_main(place - natives, incarnations);
}

static void tracer_ended(struct place *place, int status)
{
	place->pid = 0;
	if (place->killed || (WIFEXITED(status) && !WEXITSTATUS(status)))
		return;
	violation("a tracer ended with status 0x%x", status);
}

static void buried(pid_t pid, int status)
{
	int i;

	for (i = 0; i < TRACERS; i++)
		if (tracers[i].pid == pid)
			tracer_ended(&tracers[i], status);
	for (i = 0; i < NATIVES; i++)
		if (natives[i].pid == pid)
			natives[i].pid = 0;
}

static void bury(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0)
		buried(pid, status);
}

static void tend_tracers(void)
{
	int i;

	for (i = 0; i < TRACERS; i++)
		if (!tracers[i].pid)
			start_tracer(&tracers[i]);
	for (i = 0; i < NATIVES; i++)
		if (!natives[i].pid)
			start_native(&natives[i]);
}

static void kill_tracer(void)
{
	struct place *place = &tracers[prng_below(&prng, TRACERS)];

	if (!place->pid)
		return;
	place->killed = true;
	kill(place->pid, SIGKILL);
}

/* ---- the cgroup freezer -------------------------------------------------- */

static bool freezer_write(const char *name, const char *text)
{
	char path[64];
	bool done;
	int fd;

	snprintf(path, sizeof(path), FREEZER "/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) > 0;
	close(fd);
	return done;
}

static void freeze_some(bool freeze)
{
	pid_t tid = any_worker_thread(&prng);
	char pid[16];

	/* 0 would be this process. */
	snprintf(pid, sizeof(pid), "%d", tid);
	if (tid)
		freezer_write("cgroup.procs", pid);
	if (freezer_write("cgroup.freeze", freeze ? "1" : "0") && freeze)
		count(COUNT_frozen);
}

/*
 * With every check of the debug kernel on, on an emulated machine, a system
 * call takes a hundred times as long as usual: whoever naps, naps longer there,
 * so that there is time left for the others.
 */
static void measure_pace(void)
{
	long long start = now_ms();
	unsigned int pace;
	pid_t pid;
	int i;

	for (i = 0; i < 10; i++) {
		pid = fork();
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	pace = (now_ms() - start) / 40;
	shared->pace = pace < 1 ? 1 : pace > 30 ? 30 : pace;
	if (!shared->seconds)
		shared->seconds = is_slow() ? SLOW_SECONDS : SECONDS;
	fprintf(stderr, "# pace %u, %u s\n", shared->pace, shared->seconds);
}

/*
 * The first tracee has the module patch the kernel's text, and the last one has
 * it do so again. That takes half a minute on a slow machine; so that there is
 * anything else to see, one tracee stays all the time there, and for a second
 * elsewhere. Return: its tracer.
 */
static pid_t keep_one_tracee(void)
{
	pid_t pid = fork(), tracee;
	int fd;

	if (pid)
		return pid;
	tracee = fork();
	if (!tracee) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	fd = spt_open();
	if (spt_ptrace(fd, PTRACE_SEIZE, tracee, 0, 0))
		violation("a tracer can't trace its child");
	for (;;)
		pause();
}

static void let_it_go(pid_t *tracer)
{
	if (*tracer > 0)
		kill(*tracer, SIGKILL);
	*tracer = 0;
}

/* ---- the run --------------------------------------------------------------- */

static void show_progress(unsigned int seconds)
{
	_Atomic unsigned int *counts = shared->counts;

	fprintf(stderr,
		"# %u s: stops %u, forks %u, execs %u, exits %u, detaches %u, kills %u, syscalls %u, groups %u, natives %u, workers %u, violations %u\n",
		seconds, counts[COUNT_stops], counts[COUNT_forks],
		counts[COUNT_execs], counts[COUNT_exits],
		counts[COUNT_detaches], counts[COUNT_kills],
		counts[COUNT_syscalls], counts[COUNT_groups],
		counts[COUNT_natives], counts[COUNT_workers],
		shared->violations);
}

static bool everything_happened(void)
{
	int i;

	for (i = 0; i < NR_COUNTS; i++) {
		if (!shared->counts[i])
			return false;
	}
	return true;
}

/* What is rare may not have happened when the time is over on a slow machine: LONGEST has more. */
static void run(void)
{
	long long start = now_ms(), end = start + shared->seconds * 1000LL;
	long long last = start + shared->seconds * 1000LL * LONGEST;
	long long next_line = start + 10000, next_kill = start + 2000;
	unsigned int pace = 1 + shared->pace / 4;
	long long next_freeze = start + 500;
	bool frozen = false;
	pid_t kept;

	kept = keep_one_tracee();
	while (now_ms() < end || (now_ms() < last && !everything_happened())) {
		tend_tracers();
		tend_workers();
		bury();
		kill(any_worker_thread(&prng) ?: 1, SIGCONT);
		if (now_ms() > next_freeze) {
			frozen = !frozen;
			freeze_some(frozen);
			next_freeze = now_ms() + prng_below(&prng, 500 * pace);
		}
		if (now_ms() > next_kill) {
			kill_tracer();
			next_kill = now_ms() + prng_below(&prng, 3000 * pace);
		}
		if (now_ms() > next_line) {
			show_progress((now_ms() - start) / 1000);
			next_line += 10000;
		}
		if (!is_slow() && now_ms() > start + 1000)
			let_it_go(&kept);
		nap_us(20000);
	}
	let_it_go(&kept);
	freeze_some(false);
	show_progress((now_ms() - start) / 1000);
}

/* ---- the end --------------------------------------------------------------- */

#define UNTIL_LIMIT(condition)                                        \
	({                                                            \
		long long until_limit_end = now_ms() + STEP_LIMIT_MS; \
		bool until_limit_seen;                                \
		while (!(until_limit_seen = (condition)) &&           \
		       now_ms() < until_limit_end)                    \
			nap_us(10000);                                \
		until_limit_seen;                                     \
	})

static bool tracers_are_gone(void)
{
	int i;

	bury();
	for (i = 0; i < TRACERS; i++)
		if (tracers[i].pid)
			return false;
	for (i = 0; i < NATIVES; i++)
		if (natives[i].pid)
			return false;
	return true;
}

static void kill_and_show(struct place *place, const char *what)
{
	if (!place->pid)
		return;
	fprintf(stderr, "# a %s does not end\n", what);
	kill(place->pid, SIGKILL);
	place->killed = true;
}

static bool end_tracers(void)
{
	int i;

	shared->stop = 1;
	if (UNTIL_LIMIT(tracers_are_gone()))
		return true;
	show_all_tasks();
	for (i = 0; i < TRACERS; i++)
		kill_and_show(&tracers[i], "tracer");
	for (i = 0; i < NATIVES; i++)
		kill_and_show(&natives[i], "native tracer");
	UNTIL_LIMIT(tracers_are_gone());
	return false;
}

static bool nothing_is_traced(bool show)
{
	static struct spt_status entries[256];
	unsigned int total = 1, i;
	int fd = spt_open();

	if (fd < 0 || spt_list(fd, entries, ARRAY_LEN(entries), &total))
		total = 1;
	for (i = 0; show && i < total && i < ARRAY_LEN(entries); i++)
		fprintf(stderr, "# traced: %d by %d, state %u, flags 0x%x\n",
			entries[i].tid, entries[i].tracer, entries[i].state,
			entries[i].flags);
	close(fd);
	return !total;
}

/* What each thread had done when the quiet began. */
static unsigned int progress_before[WORKER_SLOTS][WORKER_THREADS];
static unsigned int nudged_before[WORKER_SLOTS][WORKER_THREADS];

static void remember_progress(void)
{
	struct thread_slot *thread;
	int i, j;

	for (i = 0; i < WORKER_SLOTS; i++) {
		for (j = 0; j < WORKER_THREADS; j++) {
			thread = &shared->workers[i].threads[j];
			progress_before[i][j] = thread->progress;
			nudged_before[i][j] = thread->nudged;
		}
	}
}

/* Has the thread made progress, and heard of a signal? */
static bool thread_is_well(pid_t pid, pid_t tid)
{
	struct worker_slot *worker;
	int i, j;

	for (i = 0; i < WORKER_SLOTS; i++) {
		worker = &shared->workers[i];
		if (worker->pid != pid)
			continue;
		for (j = 0; j < WORKER_THREADS; j++)
			if (worker->threads[j].tid == tid)
				return worker->threads[j].progress -
						       progress_before[i][j] >
					       2 &&
				       worker->threads[j].nudged !=
					       nudged_before[i][j];
	}
	return false;
}

struct census {
	bool show;
	int unwell;
};

static bool is_dead(pid_t pid, pid_t tid)
{
	char path[40], text[512], *end;

	snprintf(path, sizeof(path), "task/%d/stat", tid);
	if (proc_read(pid, path, text, sizeof(text)))
		return true;
	end = strrchr(text, ')');
	return !end || end[2] == 'Z' || end[2] == 'X';
}

static void examine_thread(pid_t pid, pid_t tid, void *data)
{
	struct census *census = data;

	if (is_dead(pid, tid) || thread_is_well(pid, tid))
		return;
	census->unwell++;
	if (census->show)
		show_task(pid, tid);
	/* It may be stopped, as any task may. */
	kill(pid, SIGCONT);
	syscall(SYS_tgkill, pid, tid, SIG_NUDGE);
}

static void examine_process(pid_t pid, void *data)
{
	if (pid != 1)
		look_at_threads(pid, examine_thread, data);
}

static bool all_are_well(bool show)
{
	struct census census = { .show = show };

	bury();
	look_at_processes(examine_process, &census);
	return !census.unwell;
}

static void show_survivor(pid_t pid, pid_t tid, void *data)
{
	show_task(pid, tid);
}

static void show_survivors(pid_t pid, void *data)
{
	if (pid != 1)
		look_at_threads(pid, show_survivor, NULL);
}

static bool all_are_reaped(void)
{
	pid_t pid;

	/* Those that are being made just now are killed the next time. */
	kill(-1, SIGKILL);
	while ((pid = waitpid(-1, NULL, WNOHANG | __WALL)) > 0)
		;
	return pid < 0 && errno == ECHILD;
}

void nursery_main(struct verdict *verdict)
{
	prng_seed(&prng, ROLE_NURSERY, 0, 0);
	mkdir(FREEZER, 0700);
	signal(SIGCONT, SIG_IGN);
	setpriority(PRIO_PROCESS, 0, TRACER_NICE);
	measure_pace();
	run();

	verdict->tracers_ended = end_tracers();
	verdict->nothing_traced = UNTIL_LIMIT(nothing_is_traced(false)) ||
				  nothing_is_traced(true);
	remember_progress();
	shared->quiet = 1;
	verdict->none_stuck = UNTIL_LIMIT(all_are_well(false)) ||
			      all_are_well(true);
	verdict->all_reaped = UNTIL_LIMIT(all_are_reaped());
	if (!verdict->all_reaped)
		look_at_processes(show_survivors, NULL);
	rmdir(FREEZER);
	_exit(0);
}
