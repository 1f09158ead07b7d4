// SPDX-License-Identifier: GPL-2.0
/*
 * Writing to one part of a ring; see ring.h.
 */
#include <linux/build_bug.h>
#include <linux/kprobes.h>
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
 * spt_part_write_missed - the record that tells of those that were lost
 * @part: an open part, with room for it
 * @writer: who writes, and when
 *
 * The reader sees it with the next record.
 *
 * Context: as spt_part_open().
 */
void spt_part_write_missed(struct spt_part *part,
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
	WRITE_ONCE(part->head, part->head + sizeof(*lost));
}

NOKPROBE_SYMBOL(spt_part_write_missed);

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

