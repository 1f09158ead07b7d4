// SPDX-License-Identifier: GPL-2.0
/* A kprobe of perf on each function, counting on every CPU. */
#include <linux/perf_event.h>

#include "neighbours.h"

#define PMU "/sys/bus/event_source/devices/kprobe/type"

static const char *perf_missing(void)
{
	return access(PMU, R_OK) ? "no " PMU : NULL;
}

static int probe_type(void)
{
	FILE *file = fopen(PMU, "r");
	int type = -1;

	if (file) {
		if (fscanf(file, "%d", &type) != 1)
			type = -1;
		fclose(file);
	}
	return type;
}

static int open_one(int type, const char *name, int cpu)
{
	struct perf_event_attr attr = {
		.type = type,
		.size = sizeof(attr),
		.kprobe_func = spt_ptr(name),
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
			 PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (ioctl(fd, PERF_EVENT_IOC_SET_FILTER,
		  "comm ~ \"" WORKER_NAME "*\"")) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

static unsigned int cpus(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < (long)ARRAY_LEN(((struct watch *)NULL)->fds[0]) ?
		       count :
		       ARRAY_LEN(((struct watch *)NULL)->fds[0]);
}

static int attach_one(struct watch *watch, unsigned int i, int type)
{
	const char *name = watch->functions->names[i];
	unsigned int cpu;

	for (cpu = 0; cpu < cpus(); cpu++) {
		int fd = open_one(type, name, cpu);

		if (fd < 0) {
			while (cpu--)
				close(watch->fds[i][cpu]);
			return fd;
		}
		watch->fds[i][cpu] = fd;
	}
	return 0;
}

static bool perf_attach(struct watch *watch)
{
	int type = probe_type();
	bool any = false;
	unsigned int i;

	for (i = 0; i < watch->functions->count; i++) {
		watch->errors[i] = attach_one(watch, i, type);
		any |= !watch->errors[i];
	}
	return any;
}

static bool perf_count(struct watch *watch, unsigned long *counts)
{
	unsigned int i, cpu;
	__u64 count;

	for (i = 0; i < watch->functions->count; i++) {
		counts[i] = 0;
		if (watch->errors[i])
			continue;
		for (cpu = 0; cpu < cpus(); cpu++) {
			if (read(watch->fds[i][cpu], &count, sizeof(count)) !=
			    sizeof(count))
				return false;
			counts[i] += count;
		}
	}
	return true;
}

static void perf_detach(struct watch *watch)
{
	unsigned int i, cpu;

	for (i = 0; i < watch->functions->count; i++)
		for (cpu = 0; !watch->errors[i] && cpu < cpus(); cpu++)
			close(watch->fds[i][cpu]);
}

const struct tool tool_perf = {
	.name = "perf kprobe",
	.missing = perf_missing,
	.attach = perf_attach,
	.count = perf_count,
	.detach = perf_detach,
};
