// SPDX-License-Identifier: GPL-2.0
/* What is special about a call, by its name: its result, or how many arguments it has. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "names.h"
#include "print.h"

static bool finish_address(struct decode_call *call)
{
	print(call, "%#" PRIx64, (uint64_t)call->rval);
	return true;
}

static bool finish_time(struct decode_call *call)
{
	time_t seconds = call->rval;
	struct tm local;
	char text[64];

	print(call, "%" PRId64, call->rval);
	if (localtime_r(&seconds, &local) &&
	    strftime(text, sizeof(text), "%FT%T%z", &local))
		print_note(call, "%s", text);
	return true;
}

static bool finish_policy(struct decode_call *call)
{
	const char *name = constants_name("sched_policy", call->rval);

	if (name)
		print_note(call, "%s", name);
	return false;
}

static unsigned int count_mremap(const struct decode_call *call)
{
	return call->args[3] & (MREMAP_FIXED | MREMAP_DONTUNMAP) ? 5 : 4;
}

static unsigned int count_membarrier(const struct decode_call *call)
{
	return call->args[1] ? 3 : 2;
}

static bool finish_octal(struct decode_call *call)
{
	print(call, "%#03o", (unsigned int)call->rval);
	return true;
}

static bool finish_fd(struct decode_call *call)
{
	print_fd(call, call->rval, NULL);
	return true;
}

static bool finish_signal(struct decode_call *call)
{
	char name[NAMES_SIGNAL_SIZE];

	print(call, "%" PRId64, call->rval);
	print_note(call, "%s", names_signal(call->rval, name));
	return true;
}

/* The mask that is restored, as it lies in a frame of x86-64. */
#define FRAME_MASK 296

/* It has no arguments: all is on the stack. */
static void before_sigreturn(struct decode_call *call)
{
	uint64_t set;
	char text[1024];

	if (call->sp && !call->type->is_32 &&
	    read_memory(call, call->sp + FRAME_MASK, &set, sizeof(set)))
		print(call, "{mask=%s}",
		      signal_set_text(set, text, sizeof(text)));
}

/* The mode is taken only where a file may be made. */
static unsigned int count_open(const struct decode_call *call)
{
	unsigned int at = call->type->count - 2;
	bool creates = call->args[at] & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY));

	return call->type->count - !creates;
}

/* A device's number is taken only where one is made. */
static unsigned int count_mknod(const struct decode_call *call)
{
	unsigned int type = call->args[call->type->count - 2] & 0170000;
	bool is_device = type == 0020000 || type == 0060000;

	return call->type->count - !is_device;
}

/* The upper half of an offset is in the lower one, where a long is so wide. */
static unsigned int count_vector(const struct decode_call *call)
{
	return call->type->word == 8 ? 4 : 5;
}

/* All of it is written as one. */
static unsigned int count_clone(const struct decode_call *call)
{
	(void)call;
	return 1;
}

static const struct {
	const char *names;
	bool (*finish)(struct decode_call *call);
	unsigned int (*shown)(const struct decode_call *call);
	bool (*stores)(const struct decode_call *call);
	void (*begin)(struct decode_call *call);
	void (*end)(struct decode_call *call);
} specials[] = {
	{ " brk mmap mmap2 shmat ", finish_address, NULL, NULL, NULL, NULL },
	{ " mremap ", finish_address, count_mremap, NULL, NULL, NULL },
	{ " membarrier ", NULL, count_membarrier, NULL, NULL, NULL },
	{ " sched_getscheduler ", finish_policy, NULL, NULL, NULL, NULL },
	{ " time ", finish_time, NULL, NULL, NULL, NULL },
	{ " umask ", finish_octal, NULL, NULL, NULL, NULL },
	{ " open openat ", finish_fd, count_open, NULL, NULL, NULL },
	{ " openat2 creat socket accept accept4 dup dup2 dup3"
	  " epoll_create epoll_create1 eventfd eventfd2 inotify_init"
	  " inotify_init1 timerfd_create signalfd signalfd4 memfd_create"
	  " pidfd_open pidfd_getfd perf_event_open userfaultfd fanotify_init"
	  " fsopen fsmount open_tree fspick io_uring_setup memfd_secret"
	  " open_by_handle_at mq_open ",
	  finish_fd, NULL, NULL, NULL, NULL },
	{ " fcntl fcntl64 ", finish_fcntl, count_fcntl, fcntl_stores, NULL,
	  NULL },
	{ " ioctl ", NULL, count_ioctl, ioctl_stores, NULL, NULL },
	{ " prctl ", finish_prctl, count_prctl, prctl_stores, NULL, NULL },
	{ " arch_prctl ", NULL, NULL, arch_prctl_stores, NULL, NULL },
	{ " futex futex_time64 ", NULL, count_futex, NULL, NULL, NULL },
	{ " poll ppoll ppoll_time64 ", finish_poll, NULL, NULL, NULL, NULL },
	{ " select pselect6 _newselect pselect6_time64 ", finish_select, NULL,
	  NULL, NULL, NULL },
	{ " rt_sigtimedwait rt_sigtimedwait_time64 ", finish_signal, NULL, NULL,
	  NULL, NULL },
	{ " mknod mknodat ", NULL, count_mknod, NULL, NULL, NULL },
	{ " preadv pwritev ", NULL, count_vector, NULL, NULL, NULL },
	{ " clone ", NULL, count_clone, NULL, NULL, NULL },
	{ " clone3 ", NULL, count_clone, NULL, NULL, end_clone3 },
	{ " rt_sigreturn ", NULL, NULL, NULL, before_sigreturn, NULL },
};

void special_set(struct decode_type *type)
{
	char word[64];
	size_t i;

	snprintf(word, sizeof(word), " %s ", type->name);
	for (i = 0; i < ARRAY_SIZE(specials); i++) {
		if (!strstr(specials[i].names, word))
			continue;
		type->finish = specials[i].finish;
		type->shown = specials[i].shown;
		type->stores = specials[i].stores;
		type->begin = specials[i].begin;
		type->end = specials[i].end;
		return;
	}
}

bool returns_fd(const struct decode_type *type)
{
	return type->finish == finish_fd;
}
