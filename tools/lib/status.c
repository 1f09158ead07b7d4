// SPDX-License-Identifier: LGPL-2.1-or-later
/* The lists of tracees and of served processes, and the names of stop states. */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "sptrace.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* More may come while the list is taken: a buffer has this many spare. */
#define SPARE_ENTRIES 16

static const char *const state_names[] = {
	[SPT_STATE_WAKING] = "Waking",
	[SPT_STATE_AWAKE] = "Awake",
	[SPT_STATE_FORCE_WAKING] = "ForceWaking",
	[SPT_STATE_FORCE_AWAKE] = "ForceAwake",
	[SPT_STATE_GROUP_STOPPING] = "GroupStopping",
	[SPT_STATE_GROUP_STOPPED] = "GroupStopped",
	[SPT_STATE_SIGNAL_DELIVERY_STOPPING] = "SignalDeliveryStopping",
	[SPT_STATE_SIGNAL_DELIVERY_STOPPED] = "SignalDeliveryStopped",
	[SPT_STATE_PTRACE_EVENT_STOPPING] = "PtraceEventStopping",
	[SPT_STATE_PTRACE_EVENT_STOPPED] = "PtraceEventStopped",
	[SPT_STATE_SYSCALL_ENTER_STOPPING] = "SyscallEnterStopping",
	[SPT_STATE_SYSCALL_ENTER_STOPPED] = "SyscallEnterStopped",
	[SPT_STATE_SYSCALL_EXIT_STOPPING] = "SyscallExitStopping",
	[SPT_STATE_SYSCALL_EXIT_STOPPED] = "SyscallExitStopped",
};

/* Takes a list by @request into a buffer for it, whose entries have @size. */
static int fill_list(int fd, unsigned long request, void *entries, size_t size,
		     size_t capacity, size_t *total)
{
	struct spt_list list = {
		.entries = (uintptr_t)entries,
		.capacity = capacity,
		.entry_size = size,
	};

	if (ioctl(fd, request, &list) < 0)
		return -1;
	*total = list.total;
	return 0;
}

/* The array is NULL when there is nothing in the list. */
static int take_list(int fd, unsigned long request, size_t size, void **list,
		     size_t *count)
{
	void *entries = NULL, *larger;
	size_t capacity = 0, total;
	int error;

	do {
		capacity += SPARE_ENTRIES;
		larger = reallocarray(entries, capacity, size);
		if (!larger)
			goto free_entries;
		entries = larger;
		if (fill_list(fd, request, entries, size, capacity, &total) < 0)
			goto free_entries;
		if (total <= capacity)
			break;
		capacity = total;
	} while (1);

	if (!total) {
		free(entries);
		entries = NULL;
	}
	*list = entries;
	*count = total;
	return 0;

free_entries:
	error = errno;
	free(entries);
	errno = error;
	return -1;
}

int sptrace_list(int fd, struct spt_status **list, size_t *count)
{
	void *entries;

	if (take_list(fd, SPT_IOC_STATUS, sizeof(**list), &entries, count) < 0)
		return -1;
	*list = entries;
	return 0;
}

int sptrace_list_served(int fd, struct spt_served **list, size_t *count)
{
	void *entries;

	if (take_list(fd, SPT_IOC_SERVED, sizeof(**list), &entries, count) < 0)
		return -1;
	*list = entries;
	return 0;
}

const char *sptrace_state_name(unsigned int state)
{
	return state < ARRAY_SIZE(state_names) ? state_names[state] : "Unknown";
}
