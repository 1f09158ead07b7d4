// SPDX-License-Identifier: GPL-2.0
/*
 * The table of captures: checked, and indexed by call; see capture.h.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/sort.h>

#include "record/capture.h"

#define CAPTURE_ARGS	6

static bool capture_length_is_of_arg(u8 length)
{
	return length >= SPT_LENGTH_ARG(0) &&
	       length <= SPT_LENGTH_ARG(CAPTURE_ARGS - 1);
}

static bool capture_length_is_at_arg(u8 length)
{
	return length >= SPT_LENGTH_AT(0) &&
	       length <= SPT_LENGTH_AT(CAPTURE_ARGS - 1);
}

static bool capture_length_is_valid(const struct spt_capture *capture)
{
	if (capture->length == SPT_LENGTH_MAX)
		return true;
	if (capture->kind == SPT_CAPTURE_STRING)
		return false;
	if (capture->length == SPT_LENGTH_RESULT)
		return capture->when == SPT_CAPTURE_AT_EXIT;

	return capture_length_is_of_arg(capture->length) ||
	       capture_length_is_at_arg(capture->length);
}

static bool capture_is_valid(const struct spt_capture *capture, u32 native,
			     u32 compat)
{
	return (capture->arch == native || capture->arch == compat) &&
	       capture->nr < SPT_CAPTURE_CALLS &&
	       capture->arg < CAPTURE_ARGS &&
	       capture->kind <= SPT_CAPTURE_BUFFER &&
	       capture->when <= SPT_CAPTURE_AT_EXIT && capture->max &&
	       capture->max <= SPT_CAPTURE_MAX_BYTES &&
	       capture_length_is_valid(capture);
}

static bool capture_same_call(const struct spt_capture *a,
			      const struct spt_capture *b)
{
	return a->arch == b->arch && a->nr == b->nr;
}

static int capture_compare(const void *left, const void *right)
{
	const struct spt_capture *a = left, *b = right;

	if (a->arch != b->arch)
		return a->arch < b->arch ? -1 : 1;
	if (a->nr != b->nr)
		return a->nr < b->nr ? -1 : 1;
	if (a->when != b->when)
		return a->when < b->when ? -1 : 1;
	if (a->arg != b->arg)
		return a->arg < b->arg ? -1 : 1;

	return 0;
}

/* All of one call, from @first; which is where the next call's begin. */
static u32 capture_index_call(struct spt_captures *captures, u32 first,
			      u32 native)
{
	const struct spt_capture *call = &captures->entries[first];
	enum spt_capture_abi abi = call->arch == native ? SPT_CAPTURE_NATIVE :
							  SPT_CAPTURE_COMPAT;
	u32 entry = 0, all = 0, i;

	for (i = first; i < captures->nr; i++) {
		const struct spt_capture *capture = &captures->entries[i];

		if (!capture_same_call(capture, call))
			break;
		all += spt_capture_size(capture->max);
		if (capture->when == SPT_CAPTURE_AT_ENTRY)
			entry = all;
	}

	captures->first[abi][call->nr] = first + 1;
	captures->entry_bytes = max(captures->entry_bytes, entry);
	captures->call_bytes = max(captures->call_bytes, all);

	return i;
}

/**
 * spt_captures_index - check a table, and make it one that can be asked
 * @captures: zeroed but for its entries, and how many there are
 * @native: AUDIT_ARCH_* of the kernel's own programs
 * @compat: that of its 32-bit ones, or @native where there are none
 *
 * An argument is taken once at a call's entry and once at its exit at most: that limits
 * how long a probe's handler may take.
 *
 * Return: 0, or -EINVAL when an entry can't be, or two are of the same.
 */
int spt_captures_index(struct spt_captures *captures, u32 native, u32 compat)
{
	u32 i;

	for (i = 0; i < captures->nr; i++)
		if (!capture_is_valid(&captures->entries[i], native, compat))
			return -EINVAL;

	sort(captures->entries, captures->nr, sizeof(captures->entries[0]),
	     capture_compare, NULL);

	for (i = 1; i < captures->nr; i++)
		if (!capture_compare(&captures->entries[i - 1],
				     &captures->entries[i]))
			return -EINVAL;

	for (i = 0; i < captures->nr;)
		i = capture_index_call(captures, i, native);

	return 0;
}

/**
 * spt_captures_of - what is to be taken of a call
 * @captures: the table
 * @abi: whose call it is
 * @nr: its number, whatever it is
 *
 * Context: any.
 * Return: the first entry, or NULL; see spt_captures_next() for the others.
 */
const struct spt_capture *spt_captures_of(const struct spt_captures *captures,
					  enum spt_capture_abi abi, u64 nr)
{
	u16 first;

	if (nr >= SPT_CAPTURE_CALLS)
		return NULL;

	/* As the kernel's table of system calls: the task chooses it. */
	nr = array_index_nospec(nr, SPT_CAPTURE_CALLS);
	first = captures->first[abi][nr];

	return first ? &captures->entries[first - 1] : NULL;
}

NOKPROBE_SYMBOL(spt_captures_of);

/**
 * spt_captures_next - what else is to be taken of the same call
 * @captures: the table
 * @capture: one of the call's entries
 *
 * Context: any.
 * Return: the next one, or NULL.
 */
const struct spt_capture *
spt_captures_next(const struct spt_captures *captures,
		  const struct spt_capture *capture)
{
	const struct spt_capture *next = capture + 1;

	if (next == &captures->entries[captures->nr] ||
	    !capture_same_call(next, capture))
		return NULL;

	return next;
}

NOKPROBE_SYMBOL(spt_captures_next);

/**
 * spt_capture_limit - how many bytes to take
 * @capture: the entry
 * @says: what its length says, as an unsigned number of any size
 *
 * Return: @says or the entry's maximum.
 */
u32 spt_capture_limit(const struct spt_capture *capture, u64 says)
{
	return min_t(u64, says, capture->max);
}

NOKPROBE_SYMBOL(spt_capture_limit);
