// SPDX-License-Identifier: GPL-2.0
/*
 * Writing to one part of a ring; see ring.h.
 */
#include <linux/build_bug.h>
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "record/ring.h"

/**
 * spt_part_init - a part that is empty
 * @part: the part
 * @shared: the page that the reader maps, zeroed
 * @data: the records' memory, mapped twice in a row
 * @size: its size, a power of two
 * @cpu: which CPU writes here
 */
void spt_part_init(struct spt_part *part, struct spt_ring_part *shared,
		   void *data, u32 size, u32 cpu)
{
	BUILD_BUG_ON(sizeof(struct spt_record) % 8);
	BUILD_BUG_ON(sizeof(struct spt_record_lost) % 8);

	*part = (struct spt_part){
		.shared = shared,
		.data = data,
		.size = size,
	};
	shared->cpu = cpu;
}

/**
 * spt_part_used - how much the reader has yet to read, as it says
 * @part: the part
 *
 * Context: any; of another CPU's part it is true for a moment.
 * Return: a number of bytes up to the size; the size, too, for a reader that says what
 * can't be.
 */
u32 spt_part_used(const struct spt_part *part)
{
	/* Pairs with the reader's release: what it has read may be overwritten. */
	u64 tail = smp_load_acquire(&part->shared->tail);
	u64 used = READ_ONCE(part->head) - tail;

	return min_t(u64, used, part->size);
}

NOKPROBE_SYMBOL(spt_part_used);

/**
 * spt_part_room - how much can be written
 * @part: the part
 *
 * Context: any; of another CPU's part it is true for a moment.
 * Return: how long a record may be, up to the size, beside one that tells of losses.
 */
u32 spt_part_room(const struct spt_part *part)
{
	u32 room = part->size - spt_part_used(part);

	if (!READ_ONCE(part->missing))
		return room;

	return room - min_t(u32, room, sizeof(struct spt_record_lost));
}

NOKPROBE_SYMBOL(spt_part_room);

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
bool spt_part_open(struct spt_part *part)
{
	if (part->open)
		return false;

	part->open = true;
	xchg(&part->shared->writing, 1);
	return true;
}

NOKPROBE_SYMBOL(spt_part_open);

static u32 part_write_missed(struct spt_part *part,
			     const struct spt_writer *writer)
{
	struct spt_record_lost *lost;

	lost = (void *)(part->data + (part->head & (part->size - 1)));
	lost->head = (struct spt_record){
		.size = sizeof(*lost),
		.kind = SPT_RECORD_LOST,
		.time = writer->time,
		.tid = writer->tid,
		.tgid = writer->tgid,
		.cpu = writer->cpu,
	};
	lost->since = part->since;
	memcpy(lost->counts, part->missed, sizeof(lost->counts));
	memset(part->missed, 0, sizeof(part->missed));
	WRITE_ONCE(part->missing, false);

	return sizeof(*lost);
}

NOKPROBE_SYMBOL(part_write_missed);

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
struct spt_record *spt_part_begin(struct spt_part *part,
				  const struct spt_writer *writer, u16 kind,
				  u32 size, u32 keep)
{
	struct spt_record *record;

	if (spt_part_room(part) < size + keep)
		return NULL;

	/* With the next store of head in spt_part_commit() the reader sees it. */
	if (part->missing)
		WRITE_ONCE(part->head,
			   part->head + part_write_missed(part, writer));

	record = (void *)(part->data + (part->head & (part->size - 1)));
	*record = (struct spt_record){
		.kind = kind,
		.time = writer->time,
		.tid = writer->tid,
		.tgid = writer->tgid,
		.cpu = writer->cpu,
	};

	return record;
}

NOKPROBE_SYMBOL(spt_part_begin);

/**
 * spt_part_commit - the record is written
 * @part: an open part
 * @record: what spt_part_begin() returned
 * @size: how long it has become, a multiple of 8
 *
 * Context: as spt_part_open().
 */
void spt_part_commit(struct spt_part *part, struct spt_record *record,
		     u32 size)
{
	u64 head = part->head + size;

	record->size = size;
	WRITE_ONCE(part->head, head);
	smp_store_release(&part->shared->head, head);
}

NOKPROBE_SYMBOL(spt_part_commit);

/**
 * spt_part_lose - there was no room
 * @part: an open part
 * @kind: SPT_RECORD_* of the record
 * @time: when
 *
 * Context: as spt_part_open().
 */
void spt_part_lose(struct spt_part *part, u16 kind, u64 time)
{
	if (!part->missing) {
		part->since = time;
		WRITE_ONCE(part->missing, true);
	}
	part->missed[kind]++;
	part->lost[kind]++;
	WRITE_ONCE(part->shared->lost[kind], part->lost[kind]);
}

NOKPROBE_SYMBOL(spt_part_lose);

/**
 * spt_part_close - end writing
 * @part: an open part
 *
 * A full memory barrier: who looks for a sleeping reader does so after this.
 *
 * Context: as spt_part_open().
 */
void spt_part_close(struct spt_part *part)
{
	smp_store_mb(part->shared->writing, 0);
	part->open = false;
}

NOKPROBE_SYMBOL(spt_part_close);
