// SPDX-License-Identifier: LGPL-2.1-or-later
/* Rings: what tracees do, recorded without stopping them. */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sptrace.h"

#define NSEC_PER_SEC 1000000000LL

/* What is known of a part: up to @head it may be read. */
struct part {
	struct spt_ring_part *shared;
	const char *records;
	uint64_t head;
	uint64_t tail;
};

struct sptrace_ring {
	int fd;
	void *map;
	size_t map_size;
	const struct spt_ring_header *header;
	uint64_t mask;
	int64_t clock_offset;
	/* Of what bears an earlier time, nothing is still to come. */
	uint64_t complete;
	/* Whose record the caller has, and how long it is. */
	struct part *lent;
	uint32_t lent_size;
	unsigned int nr;
	struct part parts[];
};

/* The clock of a time namespace is ahead of the machine's by so much. */
static int64_t clock_offset(void)
{
	FILE *file = fopen("/proc/self/timens_offsets", "re");
	long long seconds, nanoseconds;
	int64_t offset = 0;
	char name[32];

	if (!file)
		return 0;
	while (fscanf(file, "%31s %lld %lld", name, &seconds, &nanoseconds) ==
	       3)
		if (!strcmp(name, "monotonic"))
			offset = seconds * NSEC_PER_SEC + nanoseconds;
	fclose(file);
	return offset;
}

static uint64_t clock_now(const struct sptrace_ring *ring)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec - ring->clock_offset;
}

static void ring_find_parts(struct sptrace_ring *ring)
{
	size_t page = ring->header->page_size, size = ring->header->part_size;
	char *at = (char *)ring->map + page;
	unsigned int i;

	ring->mask = size - 1;
	for (i = 0; i < ring->nr; i++, at += page + 2 * size) {
		ring->parts[i].shared = (struct spt_ring_part *)at;
		ring->parts[i].records = at + page;
	}
}

static struct sptrace_ring *ring_make(int fd, void *map, size_t map_size)
{
	const struct spt_ring_header *header = map;
	struct sptrace_ring *ring;

	ring = calloc(1, sizeof(*ring) + header->parts * sizeof(struct part));
	if (!ring)
		return NULL;
	ring->fd = fd;
	ring->map = map;
	ring->map_size = map_size;
	ring->header = header;
	ring->nr = header->parts;
	ring->clock_offset = clock_offset();
	ring_find_parts(ring);
	return ring;
}

struct sptrace_ring *sptrace_ring_open(int fd, size_t size, size_t watermark,
				       unsigned int flags,
				       const struct spt_capture *captures,
				       size_t nr_captures)
{
	struct spt_recording args = {
		.size = size,
		.watermark = watermark,
		.flags = flags,
		.nr_captures = nr_captures,
		.captures = (uintptr_t)captures,
	};
	struct sptrace_ring *ring = NULL;
	void *map = MAP_FAILED;
	int ring_fd, error;

	if (size != args.size || watermark != args.watermark ||
	    nr_captures != args.nr_captures) {
		errno = EINVAL;
		return NULL;
	}
	ring_fd = ioctl(fd, SPT_IOC_RECORD, &args);
	if (ring_fd < 0)
		return NULL;
	map = mmap(NULL, args.map_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   ring_fd, 0);
	if (map != MAP_FAILED)
		ring = ring_make(ring_fd, map, args.map_size);
	if (ring)
		return ring;
	error = errno;
	if (map != MAP_FAILED)
		munmap(map, args.map_size);
	close(ring_fd);
	errno = error;
	return NULL;
}

void sptrace_ring_close(struct sptrace_ring *ring)
{
	if (!ring)
		return;
	munmap(ring->map, ring->map_size);
	close(ring->fd);
	free(ring);
}

int sptrace_ring_fd(const struct sptrace_ring *ring)
{
	return ring->fd;
}

uint64_t sptrace_ring_lost(const struct sptrace_ring *ring, unsigned int kind)
{
	uint64_t lost = 0;
	unsigned int i;

	if (kind >= SPT_RECORD_KINDS)
		return 0;
	for (i = 0; i < ring->nr; i++)
		lost += __atomic_load_n(&ring->parts[i].shared->lost[kind],
					__ATOMIC_RELAXED);
	return lost;
}

static const struct spt_record *part_first(const struct sptrace_ring *ring,
					   const struct part *part)
{
	return (const struct spt_record *)(part->records +
					   (part->tail & ring->mask));
}

/* A record that was begun before the clock was looked at is waited for. */
static void part_look(struct part *part)
{
	struct spt_ring_part *shared = part->shared;
	uint64_t head = __atomic_load_n(&shared->head, __ATOMIC_ACQUIRE);
	unsigned int spins = 0;

	while (__atomic_load_n(&shared->writing, __ATOMIC_ACQUIRE) &&
	       __atomic_load_n(&shared->head, __ATOMIC_ACQUIRE) == head)
		if (++spins % 64 == 0)
			sched_yield();
	part->head = __atomic_load_n(&shared->head, __ATOMIC_ACQUIRE);
}

static void ring_look(struct sptrace_ring *ring)
{
	uint64_t now = clock_now(ring);
	unsigned int i;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (i = 0; i < ring->nr; i++)
		part_look(&ring->parts[i]);
	ring->complete = now;
}

/* The part with the earliest record, of those that may be taken. */
static struct part *ring_earliest(struct sptrace_ring *ring)
{
	uint64_t earliest = ring->complete;
	struct part *found = NULL;
	unsigned int i;

	for (i = 0; i < ring->nr; i++) {
		struct part *part = &ring->parts[i];
		uint64_t at;

		if (part->tail == part->head)
			continue;
		at = part_first(ring, part)->time;
		if (at > earliest || (found && at == earliest))
			continue;
		earliest = at;
		found = part;
	}
	return found;
}

static void ring_give_back(struct sptrace_ring *ring)
{
	struct part *part = ring->lent;

	if (!part)
		return;
	part->tail += ring->lent_size;
	__atomic_store_n(&part->shared->tail, part->tail, __ATOMIC_RELEASE);
	ring->lent = NULL;
}

/* Those that wait for room look for it when the ring is polled. */
static void ring_offer_room(const struct sptrace_ring *ring)
{
	struct pollfd polled = { .fd = ring->fd, .events = POLLIN };
	int error = errno;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&ring->header->waiting, __ATOMIC_RELAXED))
		poll(&polled, 1, 0);
	errno = error;
}

const struct spt_record *sptrace_ring_next(struct sptrace_ring *ring)
{
	struct part *part;

	ring_give_back(ring);
	part = ring_earliest(ring);
	if (!part) {
		ring_offer_room(ring);
		ring_look(ring);
		part = ring_earliest(ring);
	}
	if (!part)
		return NULL;
	ring->lent = part;
	ring->lent_size = part_first(ring, part)->size;
	return part_first(ring, part);
}

const struct spt_bytes *
sptrace_record_bytes(const struct spt_record_syscall *call,
		     const struct spt_bytes *last)
{
	const char *end = (const char *)call + call->head.size;
	const char *next = (const char *)(call + 1);

	if (last)
		next = (const char *)(last + 1) + ((last->length + 7UL) & ~7UL);
	return next < end ? (const struct spt_bytes *)next : NULL;
}
