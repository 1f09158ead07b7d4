// SPDX-License-Identifier: GPL-2.0
/* Which tasks there are, and what a stuck one is doing. */
#include <dirent.h>

#include "stress.h"

/* Return: how many. */
static int look_at(const char *path, void (*look)(pid_t id, void *data),
		   void *data)
{
	struct dirent *entry;
	int found = 0;
	DIR *directory;

	directory = opendir(path);
	if (!directory)
		return 0;
	while ((entry = readdir(directory))) {
		pid_t id = atoi(entry->d_name);

		if (id <= 0)
			continue;
		found++;
		look(id, data);
	}
	closedir(directory);
	return found;
}

/* Every process but this one. */
int look_at_processes(void (*look)(pid_t pid, void *data), void *data)
{
	return look_at("/proc", look, data) - 1;
}

struct thread_look {
	void (*look)(pid_t pid, pid_t tid, void *data);
	void *data;
	pid_t pid;
};

static void look_at_thread(pid_t tid, void *data)
{
	struct thread_look *look = data;

	look->look(look->pid, tid, look->data);
}

int look_at_threads(pid_t pid, void (*look)(pid_t pid, pid_t tid, void *data),
		    void *data)
{
	struct thread_look thread_look = { look, data, pid };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	return look_at(path, look_at_thread, &thread_look);
}

static void show_file(pid_t pid, pid_t tid, const char *name)
{
	char path[48], text[4096], *line, *rest = text;

	snprintf(path, sizeof(path), "task/%d/%s", tid, name);
	if (proc_read(pid, path, text, sizeof(text)))
		return;
	while ((line = strsep(&rest, "\n")))
		if (*line)
			fprintf(stderr, "#   %s: %s\n", name, line);
}

static void show_status(pid_t pid, pid_t tid)
{
	static const char *const fields[] = {
		"State:",  "PPid:",   "TracerPid:", "SigPnd:",
		"ShdPnd:", "SigBlk:", "SigIgn:",    "SigCgt:"
	};
	char path[48], text[4096], *line, *rest = text;
	unsigned int i;

	snprintf(path, sizeof(path), "task/%d/status", tid);
	if (proc_read(pid, path, text, sizeof(text)))
		return;
	while ((line = strsep(&rest, "\n")))
		for (i = 0; i < ARRAY_LEN(fields); i++)
			if (!strncmp(line, fields[i], strlen(fields[i])))
				fprintf(stderr, "#   %s\n", line);
}

void show_task(pid_t pid, pid_t tid)
{
	char comm[64] = "";

	proc_read(pid, "comm", comm, sizeof(comm));
	comm[strcspn(comm, "\n")] = 0;
	fprintf(stderr, "# process %d (%s) thread %d:\n", pid, comm, tid);
	show_status(pid, tid);
	show_file(pid, tid, "wchan");
	show_file(pid, tid, "syscall");
	show_file(pid, tid, "stack");
}

static void show_thread(pid_t pid, pid_t tid, void *data)
{
	show_task(pid, tid);
}

static void show_process(pid_t pid, void *data)
{
	look_at_threads(pid, show_thread, NULL);
}

void show_all_tasks(void)
{
	look_at_processes(show_process, NULL);
}
