/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tracer's ring: its memory, the file by which it is mapped and polled, and who waits
 * at its ends. ring.h is about what is written to it.
 *
 * Writers find it by spt_tracer.stream with preemption disabled, and are done with it
 * before a grace period has passed. Those that wait for room have a reference.
 */
#ifndef SPT_STREAM_H
#define SPT_STREAM_H

#include <linux/irq_work.h>
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "record/ring.h"

struct spt_captures;
struct spt_tracee;
struct spt_tracer;
struct user_struct;

/**
 * struct spt_stream - a ring
 * @refs: one for the file, one for each that waits for room
 * @tracer: whose it is; constant, a reference is held
 * @id: tells it from every other that there ever was
 * @user: for whose RLIMIT_MEMLOCK it counts, NULL for none; a reference is held
 * @flags: SPT_RECORD_BLOCK; constant
 * @size: of each part's records; constant
 * @watermark: how many bytes make poll(2) return; constant
 * @keep: room in each part that only what can't wait may take; constant
 * @captures: what is to be taken of what arguments point to; constant
 * @nr_pages: how many pages it has, the first one for the header
 * @pages: those, part by part
 * @header: the first
 * @parts: the writers
 * @readers: who polls
 * @asleep: somebody does, and may sleep
 * @wake: wakes them, since a probe's handler can't
 * @room: tracees that wait for room
 * @lock: @waiting, and its copy in the header
 * @waiting: how many they are
 * @closed: nobody will ever read
 */
struct spt_stream {
	refcount_t refs;
	struct spt_tracer *tracer;
	u64 id;
	struct user_struct *user;
	u32 flags;
	u32 size;
	u32 watermark;
	u32 keep;
	struct spt_captures *captures;
	unsigned long nr_pages;
	struct page **pages;
	struct spt_ring_header *header;
	struct spt_part __percpu *parts;

	wait_queue_head_t readers;
	bool asleep;
	struct irq_work wake;

	wait_queue_head_t room;
	/* Of the next. */
	spinlock_t lock;
	unsigned int waiting;
	bool closed;
};

int spt_stream_make(struct spt_tracer *tracer, void __user *user, size_t size);
struct spt_stream *spt_stream_get(struct spt_tracer *tracer);
void spt_stream_put(struct spt_stream *stream);
void spt_stream_wake(struct spt_stream *stream, const struct spt_part *part);
void spt_stream_wait_room(struct spt_stream *stream, struct spt_tracee *tracee,
			  u32 size);
void spt_stream_let_go(struct spt_tracee *tracee);

/*
 * Something was written, or lost, in a part that is closed again; with preemption
 * disabled. Readers are woken once after each poll(2), whatever that has told them.
 */
static __always_inline void spt_stream_written(struct spt_stream *stream,
					       const struct spt_part *part)
{
	if (unlikely(READ_ONCE(stream->asleep)))
		spt_stream_wake(stream, part);
}

#endif /* SPT_STREAM_H */
