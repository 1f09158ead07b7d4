// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: t_stress [--seed N] [--seconds S]
 *
 * The environment's SPT_STRESS_SEED and SPT_STRESS_SECONDS say the same. With
 * the same seed, every actor makes the same choices as far as what it sees is
 * the same.
 */
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "stress.h"

/* What the end may take, on a machine that is emulated and debugged. */
#define END_LIMIT_MS 200000

struct shared *shared;
int shared_fd;

static int points;
static int failures;

static void point(bool good, const char *name)
{
	printf("%sok %d %s\n", good ? "" : "not ", ++points, name);
	failures += !good;
}

static bool share_memory(int fd)
{
	shared_fd = fd;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	return shared != MAP_FAILED;
}

static bool make_shared_memory(void)
{
	int fd = memfd_create("stress", 0);

	return fd >= 0 && !ftruncate(fd, sizeof(*shared)) && share_memory(fd);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "# %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* Core dumps, of which there will be many, go where the memory is. */
static bool enter_directory(void)
{
	return !mkdir("/dev/shm/stress", 0700) && !chdir("/dev/shm/stress");
}

static void leave_directory(void)
{
	unlink("core");
	rmdir("/dev/shm/stress");
}

static pid_t start_nursery(struct verdict *verdict)
{
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS))
		return -1;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("proc", "/proc", "proc", 0, NULL))
			_exit(1);
		nursery_main(verdict);
	}
	return pid;
}

/* Return: the nursery's wait status, -1 when it did not end. */
static int await_nursery(pid_t pid)
{
	long long last = now_ms() + END_LIMIT_MS;
	int status = -1;

	while (!waitpid(pid, &status, WNOHANG) &&
	       now_ms() < last + shared->seconds * 1000LL * LONGEST)
		nap_us(100000);
	if (status != -1)
		return status;

	fprintf(stderr, "# no end; the processes:\n");
	show_all_tasks();
	kill(pid, SIGKILL);
	if (!WAIT_UNTIL(waitpid(pid, &status, WNOHANG)))
		fprintf(stderr, "# not even by SIGKILL\n");
	return -1;
}

static void show_violations(void)
{
	unsigned int i;

	for (i = 0; i < shared->violations && i < VIOLATIONS; i++)
		printf("# %s\n", shared->violation[i]);
	if (shared->violations)
		printf("# %u in all\n", shared->violations);
}

static bool counts_moved(void)
{
	static const char *const names[] = {
#define AS_NAME(name) #name,
		COUNTS(AS_NAME)
#undef AS_NAME
	};
	bool all = true;
	int i;

	for (i = 0; i < NR_COUNTS; i++) {
		printf("# %u %s\n", shared->counts[i], names[i]);
		all = all && shared->counts[i];
	}
	return all;
}

static unsigned long long setting(const char *name,
				  unsigned long long otherwise)
{
	const char *value = getenv(name);

	return value && *value ? strtoull(value, NULL, 0) : otherwise;
}

static bool parse_arguments(int argc, char **argv)
{
	struct timespec ts;
	int i;

	clock_gettime(CLOCK_REALTIME, &ts);
	shared->seed = setting("SPT_STRESS_SEED",
			       prng_mix(ts.tv_nsec ^ ts.tv_sec) >> 40);
	shared->seconds = setting("SPT_STRESS_SECONDS", 0);
	for (i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--seed"))
			shared->seed = strtoull(argv[i + 1], NULL, 0);
		else if (!strcmp(argv[i], "--seconds"))
			shared->seconds = strtoul(argv[i + 1], NULL, 0);
		else
			return false;
	}
	return i == argc;
}

int main(int argc, char **argv)
{
	struct verdict *verdict;
	int status;
	pid_t pid;

	if (argc == 3 && !strcmp(argv[1], "--worker")) {
		if (share_memory(atoi(argv[2])))
			worker_resume();
		return 1;
	}

	setbuf(stdout, NULL);
	verdict = mmap(NULL, sizeof(*verdict), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (verdict == MAP_FAILED || !make_shared_memory()) {
		printf("Bail out! no memory to share\n");
		return 1;
	}
	if (!parse_arguments(argc, argv)) {
		fprintf(stderr, "Usage: t_stress [--seed N] [--seconds S]\n");
		return 2;
	}
	printf("TAP version 13\n1..7\n# seed %llu\n", shared->seed);

	write_file("/proc/sys/kernel/pid_max", "4194304");
	if (!enter_directory()) {
		printf("Bail out! /dev/shm/stress: %s\n", strerror(errno));
		return 1;
	}
	pid = start_nursery(verdict);
	if (pid < 0) {
		printf("Bail out! no pid namespace: %s\n", strerror(errno));
		return 1;
	}
	status = await_nursery(pid);
	leave_directory();

	point(status == 0, "the run came to its end");
	point(verdict->tracers_ended, "tracers end");
	point(verdict->nothing_traced, "no leaked tracee");
	point(verdict->none_stuck, "no stuck task");
	point(verdict->all_reaped, "all are reaped");
	show_violations();
	point(!shared->violations, "no report lost or doubled");
	point(counts_moved(), "everything happened");
	return failures ? 1 : 0;
}
