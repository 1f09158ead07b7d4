/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tracee that never rests and whose progress can be seen, and what brings it
 * to each place where a tracee can be.
 */
#ifndef SPT_BUSY_H
#define SPT_BUSY_H

#include <dirent.h>
#include <pthread.h>
#include <sys/mman.h>
#include "spt.h"

struct progress {
	volatile unsigned long count;
	volatile unsigned long thread_count;
	volatile int stop;
	volatile int wrong;
	volatile int handled;
	volatile pid_t ready;
};

static struct progress *progress;

static maybe_unused bool new_progress(void)
{
	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return progress != MAP_FAILED;
}

static maybe_unused void on_usr1(int signal)
{
	progress->handled++;
}

/* System calls without end, each checked; 5 when told to stop. */
static maybe_unused int busy(const struct child_end *end, void *arg)
{
	pid_t pid = getpid();

	signal(SIGUSR1, on_usr1);
	while (!progress->stop) {
		if (syscall(SYS_getpid) != pid || syscall(SYS_close, -1) != -1)
			progress->wrong++;
		progress->count++;
	}
	return progress->wrong ? 6 : 5;
}

static maybe_unused void *busy_thread(void *arg)
{
	while (!progress->stop) {
		if (syscall(SYS_close, -1) != -1 || errno != EBADF)
			progress->wrong++;
		progress->thread_count++;
	}
	return NULL;
}

/* The same with more threads, as many as the argument says. */
static maybe_unused int busy_with_threads(const struct child_end *end,
					  void *arg)
{
	long i, more = (long)arg;
	pthread_t threads[8];
	int ret;

	for (i = 0; i < more; i++)
		if (pthread_create(&threads[i], NULL, busy_thread, NULL))
			return 1;
	ret = busy(end, NULL);
	for (i = 0; i < more; i++)
		pthread_join(threads[i], NULL);
	return ret;
}

/* The threads of a process, as many as there is room for; -1 without it. */
static maybe_unused int tids_of(pid_t pid, pid_t *tids, int room)
{
	struct dirent *entry;
	char path[64];
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return -1;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && count < room)
			tids[count++] = atoi(entry->d_name);
	closedir(dir);
	return count;
}

/* Whether it makes headway: a good many more calls than it may be in the middle of. */
static maybe_unused bool goes_on(void)
{
	unsigned long from = progress->count;

	return WAIT_UNTIL(progress->count > from + 1000);
}

static maybe_unused bool stands_still(void)
{
	unsigned long from = progress->count;

	nap();
	return progress->count == from;
}

static maybe_unused int stop_busy(const struct child *child)
{
	progress->stop = 1;
	return child_status(child);
}

enum where {
	RUNNING, /* seized, never stopped */
	STOPPING, /* told to stop, nobody looked whether it did */
	STOPPED, /* in the Stop event's stop */
	ENTRY, /* in a syscall-entry stop */
	EXIT, /* in a syscall-exit stop */
	RESUMED, /* on from there to the next syscall stop */
};

/* Seize it and bring it there. */
static maybe_unused long bring(const struct tracer *tracer, pid_t tid,
			       enum where where, unsigned long options)
{
	long ret;
	int stops;

	if (where <= STOPPING) {
		ret = tr_ptrace(tracer, PTRACE_SEIZE, tid, 0, options);
		if (!ret && where == STOPPING)
			ret = tr_ptrace(tracer, PTRACE_INTERRUPT, tid, 0, 0);
		return ret;
	}
	ret = tr_seize_stop(tracer, tid, options);
	/* One syscall stop for ENTRY, two for EXIT and for what follows it. */
	stops = where == ENTRY ? 1 : where >= EXIT ? 2 : 0;
	while (!ret && stops--) {
		ret = tr_ptrace(tracer, PTRACE_SYSCALL, tid, 0, 0);
		if (!ret)
			ret = tr_wait_status(tracer, tid);
		ret = ret < 0 ? ret : 0;
	}
	if (!ret && where == RESUMED)
		ret = tr_ptrace(tracer, PTRACE_SYSCALL, tid, 0, 0);
	return ret;
}

#endif /* SPT_BUSY_H */
