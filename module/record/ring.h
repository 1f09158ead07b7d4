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
u32 spt_part_used(const struct spt_part *part);
u32 spt_part_room(const struct spt_part *part);
bool spt_part_open(struct spt_part *part);
struct spt_record *spt_part_begin(struct spt_part *part,
				  const struct spt_writer *writer, u16 kind,
				  u32 size, u32 keep);
void spt_part_commit(struct spt_part *part, struct spt_record *record,
		     u32 size);
void spt_part_lose(struct spt_part *part, u16 kind, u64 time);
void spt_part_close(struct spt_part *part);

#endif /* SPT_RING_H */
