/* SPDX-License-Identifier: GPL-2.0 */
/* Inserting and removing the module, and what the kernel says meanwhile. */
#ifndef SPT_MODULE_H
#define SPT_MODULE_H

#include "spt.h"

/* scripts/vm puts it there. */
#define MODULE "/run/vm/sptrace.ko"

static maybe_unused bool is_inserted(void)
{
	return !access("/sys/module/sptrace/refcnt", F_OK);
}

static maybe_unused long insert(const char *parameters)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);
	long ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return ret;
}

/* As rmmod(8): refused while it is in use. */
static maybe_unused long take_out(void)
{
	return syscall(SYS_delete_module, "sptrace", O_NONBLOCK) ? -errno : 0;
}

/* The removal in a process of its own, which may not come back from it. */
static maybe_unused int take_out_and_exit(const struct child_end *end,
					  void *arg)
{
	return -take_out();
}

static maybe_unused void show_stack(pid_t pid)
{
	char text[4096];

	if (proc_read(pid, "stack", text, sizeof(text)))
		return;
	fprintf(stderr, "# task %d sleeps in\n", pid);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		fprintf(stderr, "#   %s\n", line);
}

/* The same within a limit: -ETIMEDOUT, and where it stays, when it never ends. */
static maybe_unused long take_out_in_time(void)
{
	struct child remover = child_spawn(take_out_and_exit, NULL);
	int status = child_status(&remover);

	if (status < 0) {
		show_stack(remover.pid);
		return -ETIMEDOUT;
	}
	close(remover.go);
	close(remover.said);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

/* The kernel's log from now on. */
static maybe_unused int log_open(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

/*
 * Whether a record since log_open(), or since the last look, has all of the
 * words in it. A NULL ends them.
 */
static maybe_unused bool log_has(int log, const char *const *words)
{
	char record[8192];
	ssize_t length;
	bool has = false;

	while ((length = read(log, record, sizeof(record) - 1)) > 0 ||
	       (length < 0 && errno == EPIPE)) {
		const char *const *word = words;

		record[length > 0 ? length : 0] = 0;
		while (*word && strstr(record, *word))
			word++;
		has |= !*word;
	}
	return has;
}

/* Whether the kernel has reported a fault of its own; shows it. */
static maybe_unused bool log_has_report(int log)
{
	static const char *const signs[] = {
		"WARNING:", "BUG:",	"Oops",
		"KASAN",    "possible", "inconsistent lock state",
	};
	char record[8192];
	ssize_t length;
	bool has = false;
	unsigned int i;

	while ((length = read(log, record, sizeof(record) - 1)) > 0) {
		record[length] = 0;
		for (i = 0; i < ARRAY_LEN(signs); i++) {
			if (!strstr(record, signs[i]))
				continue;
			fprintf(stderr, "# the kernel says: %s", record);
			has = true;
		}
	}
	return has;
}

#endif /* SPT_MODULE_H */
