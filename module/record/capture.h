/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is to be recorded of that to which arguments point, by call. A pure part.
 */
#ifndef SPT_CAPTURE_H
#define SPT_CAPTURE_H

#include <linux/sptrace.h>
#include <linux/types.h>

#define SPT_CAPTURE_CALLS	512
#define SPT_CAPTURE_MAX_BYTES	4096

/* The ABIs that a kernel's programs can have. */
enum spt_capture_abi {
	SPT_CAPTURE_NATIVE,
	SPT_CAPTURE_COMPAT,
	SPT_CAPTURE_ABIS,
};

/**
 * struct spt_captures - a table of what is to be taken
 * @nr: how many entries there are
 * @entry_bytes: the most that any call takes at its entry, with a struct spt_bytes for
 *	each
 * @call_bytes: the most that any takes in all, likewise
 * @first: by ABI and number of the call: where its entries begin, plus one; 0 for none
 * @entries: by ABI, number, and when they are taken, entries first
 */
struct spt_captures {
	u32 nr;
	u32 entry_bytes;
	u32 call_bytes;
	u16 first[SPT_CAPTURE_ABIS][SPT_CAPTURE_CALLS];
	struct spt_capture entries[];
};

int spt_captures_index(struct spt_captures *captures, u32 native, u32 compat);
const struct spt_capture *spt_captures_of(const struct spt_captures *captures,
					  enum spt_capture_abi abi, u64 nr);
const struct spt_capture *
spt_captures_next(const struct spt_captures *captures,
		  const struct spt_capture *capture);
u32 spt_capture_limit(const struct spt_capture *capture, u64 says);

/* What one takes in a record at most. */
static inline u32 spt_capture_size(u32 bytes)
{
	return sizeof(struct spt_bytes) + ALIGN(bytes, 8);
}

#endif /* SPT_CAPTURE_H */
