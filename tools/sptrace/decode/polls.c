// SPDX-License-Identifier: GPL-2.0
/* Waiting for descriptors, and for other threads. */
#include <inttypes.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "print.h"

static void print_pollfd_at(struct decode_call *call, uint64_t address)
{
	struct pollfd poll = { 0 };

	read_memory(call, address, &poll, sizeof(poll));
	print(call, "{fd=");
	print_fd(call, poll.fd, NULL);
	if (poll.fd >= 0) {
		print(call, ", events=");
		print_flags_of(call, "poll_events",
			       (unsigned short)poll.events);
	}
	print(call, "}");
}

static void print_pollfds(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	print_array(call, value, (uint32_t)call->args[param->length],
		    sizeof(struct pollfd), print_pollfd_at);
}

static void print_event_at(struct decode_call *call, uint64_t address)
{
	struct epoll_event event = { 0 };

	if (!fetch(call, address, &event, sizeof(event)))
		return;
	print(call, "{events=");
	print_flags_of(call, "epoll_events", event.events);
	print(call, ", data={u32=%" PRIu32 ", u64=%" PRIu64 "}}",
	      event.data.u32, event.data.u64);
}

static void print_event(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	(void)param;
	print_event_at(call, value);
}

static void print_events(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	(void)param;
	if (call->failed)
		print_address(call, value);
	else
		print_array(call, value, call->rval, sizeof(struct epoll_event),
			    print_event_at);
}

static void print_set_of(struct decode_call *call, const fd_set *set,
			 unsigned int count)
{
	const char *separator = "";
	unsigned int fd;

	print(call, "[");
	for (fd = 0; fd < count; fd++) {
		if (!FD_ISSET(fd, set))
			continue;
		print(call, "%s", separator);
		print_fd(call, fd, NULL);
		separator = " ";
	}
	print(call, "]");
}

/* The kernel reads and writes whole longs. */
static bool read_set(struct decode_call *call, uint64_t address, fd_set *set,
		     unsigned int *count)
{
	unsigned int bits = 8 * call->type->word;
	int limit = call->args[0];

	FD_ZERO(set);
	*count = limit < 0 ? 0 : limit > FD_SETSIZE ? FD_SETSIZE : limit;
	return address && read_memory(call, address, set,
				      (*count + bits - 1) / bits * bits / 8);
}

static void print_fd_set(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	unsigned int count;
	fd_set set;

	(void)param;
	if (read_set(call, value, &set, &count))
		print_set_of(call, &set, count);
	else
		print_address(call, value);
}

/* "ready" of a set goes behind the result. */
static void note_text(struct decode_call *call, const char *prefix,
		      void (*print_it)(struct decode_call *call, void *closure),
		      void *closure)
{
	FILE *file = call->file;
	char *text = NULL;
	size_t size;

	call->file = open_memstream(&text, &size);
	if (call->file) {
		print_it(call, closure);
		fclose(call->file);
		print_note(call, "%s%s%s", call->note ? ", " : "", prefix,
			   text);
	}
	free(text);
	call->file = file;
}

struct ready {
	fd_set set;
	unsigned int count;
};

static void print_ready_set(struct decode_call *call, void *closure)
{
	struct ready *ready = closure;

	print_set_of(call, &ready->set, ready->count);
}

static bool is_empty(const struct ready *ready)
{
	unsigned int fd;

	for (fd = 0; fd < ready->count; fd++) {
		if (FD_ISSET(fd, &ready->set))
			return false;
	}
	return true;
}

static void print_left(struct decode_call *call, void *closure)
{
	const struct kind *kind = closure;

	kind->print(call, call->args[4], NULL);
}

bool finish_select(struct decode_call *call)
{
	static const char *const prefixes[] = { "in ", "out ", "exc " };
	struct ready ready;
	unsigned int i;

	if (!call->rval)
		print_note(call, "Timeout");
	for (i = 0; call->rval && i < ARRAY_SIZE(prefixes); i++) {
		if (read_set(call, call->args[1 + i], &ready.set,
			     &ready.count) &&
		    !is_empty(&ready))
			note_text(call, prefixes[i], print_ready_set, &ready);
	}
	if (call->rval && call->args[4])
		note_text(call, "left ", print_left,
			  (void *)call->type->args[4].kind);
	return false;
}

static void print_revents(struct decode_call *call, void *closure)
{
	uint64_t count = (uint32_t)call->args[1], i;
	const char *separator = "";
	struct pollfd poll;
	size_t shown = 0;

	(void)closure;
	print(call, "[");
	for (i = 0; i < count; i++) {
		if (!read_memory(call, call->args[0] + i * sizeof(poll), &poll,
				 sizeof(poll)))
			break;
		if (!poll.revents)
			continue;
		if (shown++ == call->options->string_size) {
			print(call, ", ...");
			break;
		}
		print(call, "%s{fd=", separator);
		print_fd(call, poll.fd, NULL);
		print(call, ", revents=");
		print_flags_of(call, "poll_events",
			       (unsigned short)poll.revents);
		print(call, "}");
		separator = ", ";
	}
	print(call, "]");
}

static void print_left_poll(struct decode_call *call, void *closure)
{
	(void)closure;
	print_timespec(call, call->args[2], NULL);
}

bool finish_poll(struct decode_call *call)
{
	bool has_left = call->type->args[2].kind->print == print_timespec;

	if (call->rval)
		note_text(call, "", print_revents, NULL);
	else
		print_note(call, "Timeout");
	if (call->rval && has_left && call->args[2])
		note_text(call, "left ", print_left_poll, NULL);
	return false;
}

/* Which arguments there are depends on the operation. */
unsigned int count_futex(const struct decode_call *call)
{
	switch (call->args[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAKE:
	case FUTEX_FD:
		return 3;
	case FUTEX_UNLOCK_PI:
	case FUTEX_TRYLOCK_PI:
		return 2;
	case FUTEX_WAIT:
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
	case FUTEX_WAKE_BITSET:
		return 4;
	case FUTEX_WAIT_BITSET:
	case FUTEX_REQUEUE:
		return 5;
	default:
		return 6;
	}
}

static bool futex_waits(const struct decode_call *call)
{
	switch (call->args[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
	case FUTEX_WAIT_REQUEUE_PI:
		return true;
	default:
		return false;
	}
}

static void print_futex_timeout(struct decode_call *call, uint64_t value,
				const struct param *param)
{
	unsigned int op = call->args[1] & FUTEX_CMD_MASK;

	if (op == FUTEX_WAKE_BITSET)
		print_as(call, "futex_bits", call->args[5]);
	else if (!constants_name("futex_op", op))
		print(call, "%#" PRIx64, value);
	else if (!futex_waits(call))
		print(call, "%u", (unsigned int)value);
	else if (!call->type->is_32 || strcmp(call->type->name, "futex"))
		print_timespec(call, value, param);
	else
		print_as(call, "timespec32", value);
}

static void print_futex_value(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	(void)param;
	print(call, "%u", (unsigned int)value);
}

/* Of a wait for bits these stand in the place of what isn't used. */
static void print_futex_other(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	(void)param;
	if ((call->args[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET)
		print_as(call, "futex_bits", call->args[5]);
	else
		print_address(call, value);
}

static void print_futex_last(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	unsigned int op = call->args[1] & FUTEX_CMD_MASK;

	(void)param;
	if (op == FUTEX_CMP_REQUEUE || op == FUTEX_CMP_REQUEUE_PI)
		print(call, "%u", (unsigned int)value);
	else
		print(call, "%#x", (unsigned int)value);
}

const struct kind kinds_polls[] = {
	KIND_OF_MEMORY("pollfds", print_pollfds),
	KIND_OF_MEMORY("event", print_event),
	KIND_OF_MEMORY("events", print_events),
	KIND_OF_MEMORY("fd_set", print_fd_set),
	KIND_OF_MEMORY("futex_timeout", print_futex_timeout),
	KIND("futex_value", print_futex_value),
	KIND("futex_other", print_futex_other),
	KIND("futex_last", print_futex_last),
	{ 0 },
};
