/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One part of a ring, as its writer sees it: which bytes are whose, what was lost, and
 * what is told to the reader. A pure part: it knows nothing of tasks, clocks or pages.
 *
 * The kernel's own trace ring buffer isn't used: what maps it isn't exported, and came
 * with 6.10; its memory counts for nobody's cgroup or limit; a record must fit into a
 * page. Nor is relay, which has no reader's position that could be checked, wants files
 * in debugfs, and drops whole sub-buffers. BPF's ring buffer has one lock for all CPUs.
 * What is taken over from that one is mapping the records twice.
 *
 * A part has one writer at a time: who has preemption disabled on its CPU, in a task.
 * What the reader can write is one number, spt_ring_part.tail, which says how much is
 * free. It is read once for each record, and whatever it is the record is written at
 * spt_part.head, which is nobody else's, and modulo the size.
 */
#ifndef SPT_RING_H
#define SPT_RING_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/sptrace.h>
#include <linux/types.h>

/**
 * struct spt_part - a part's writer
 * @shared: the page that the reader maps
 * @data: the records, mapped twice in a row
 * @size: how many bytes of records there can be, a power of two
 * @open: somebody is writing, on this CPU
 * @head: how many bytes were ever written
 * @lost: how many records were ever lost, by kind
 * @missed: how many since the last record that tells of it
 * @since: the time of the first of those
 * @missing: whether there are any
 *
 * Changed by the writer alone. @head is also read by others.
 */
struct spt_part {
	struct spt_ring_part *shared;
	u8 *data;
	u32 size;
	bool open;
	bool missing;
	u64 head;
	u64 since;
	u64 lost[SPT_RECORD_KINDS];
	u64 missed[SPT_RECORD_KINDS];
};

/* What the writer of one record says of itself. */
struct spt_writer {
	u64 time;
	s32 tid;
	s32 tgid;
	u32 cpu;
};

void spt_part_init(struct spt_part *part, struct spt_ring_part *shared,
		   void *data, u32 size, u32 cpu);
void spt_part_write_missed(struct spt_part *part,
			   const struct spt_writer *writer);
void spt_part_lose(struct spt_part *part, u16 kind, u64 time);

/**
 * spt_part_used - how much the reader has yet to read, as it says
 * @part: the part
 *
 * Context: any; of another CPU's part it is true for a moment.
 * Return: a number of bytes up to the size; the size, too, for a reader that says what
 * can't be.
 */
static __always_inline u32 spt_part_used(const struct spt_part *part)
{
	/* Pairs with the reader's release: what it has read may be overwritten. */
	u64 tail = smp_load_acquire(&part->shared->tail);
	u64 used = READ_ONCE(part->head) - tail;

	return min_t(u64, used, part->size);
}

/**
 * spt_part_room - how much can be written
 * @part: the part
 *
 * Context: any; of another CPU's part it is true for a moment.
 * Return: how long a record may be, up to the size, beside one that tells of losses.
 */
static __always_inline u32 spt_part_room(const struct spt_part *part)
{
	u32 room = part->size - spt_part_used(part);

	if (!READ_ONCE(part->missing))
		return room;

	return room - min_t(u32, room, sizeof(struct spt_record_lost));
}

/**
 * spt_part_open - begin to write
 * @part: the current CPU's part
 *
 * The time of what is written is to be taken after this, which is a full memory
 * barrier: see struct spt_ring_part for what the reader makes of it.
 *
 * Context: a task, with preemption disabled until spt_part_close().
 * Return: false when somebody is writing already, whom the caller has interrupted.
 */
static __always_inline bool spt_part_open(struct spt_part *part)
{
	if (part->open)
		return false;

	part->open = true;
	xchg(&part->shared->writing, 1);
	return true;
}

/**
 * spt_part_begin - where a record is to be written
 * @part: an open part
 * @writer: who writes, and when
 * @kind: SPT_RECORD_*
 * @size: how long it may become; a multiple of 8
 * @keep: how much room is to be left
 *
 * Where some were lost, a record that says so comes first.
 *
 * Context: as spt_part_open().
 * Return: the record, of which nothing but the head is filled, for spt_part_commit();
 * or NULL when there is no room for it.
 */
static __always_inline struct spt_record *
spt_part_begin(struct spt_part *part, const struct spt_writer *writer, u16 kind,
	       u32 size, u32 keep)
{
	struct spt_record *record;

	if (spt_part_room(part) < size + keep)
		return NULL;

	if (unlikely(part->missing))
		spt_part_write_missed(part, writer);

	record = (void *)(part->data + (part->head & (part->size - 1)));
	record->kind = kind;
	record->flags = 0;
	record->time = writer->time;
	record->tid = writer->tid;
	record->tgid = writer->tgid;
	record->cpu = writer->cpu;
	record->reserved = 0;

	return record;
}

/**
 * spt_part_commit - the record is written
 * @part: an open part
 * @record: what spt_part_begin() returned
 * @size: how long it has become, a multiple of 8
 *
 * Context: as spt_part_open().
 */
static __always_inline void spt_part_commit(struct spt_part *part,
					    struct spt_record *record, u32 size)
{
	u64 head = part->head + size;

	record->size = size;
	WRITE_ONCE(part->head, head);
	/* Pairs with the reader's acquire: the record is there. */
	smp_store_release(&part->shared->head, head);
}

/**
 * spt_part_close - end writing
 * @part: an open part
 *
 * A full memory barrier: who looks for a sleeping reader does so after this.
 *
 * Context: as spt_part_open().
 */
static __always_inline void spt_part_close(struct spt_part *part)
{
	/* Then a look for who sleeps; pairs with that of the ring's poll(2). */
	smp_store_mb(part->shared->writing, 0);
	part->open = false;
}

#endif /* SPT_RING_H */
