// SPDX-License-Identifier: GPL-2.0
/*
 * The tracee's memory: a word at a time, which is the caller's word, as natively; or
 * many ranges in one call.
 */
#include <linux/compat.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "kernel/compat/mm.h"
#include "policy/access.h"
#include "requests/memory.h"
#include "stops/stop.h"

static int memory_word_size(void)
{
	return in_compat_syscall() ? sizeof(compat_ulong_t) :
				     sizeof(unsigned long);
}

/* Return: how many of the bytes there were, or -EIO when none. */
static int memory_access(struct spt_tracee *tracee, unsigned long addr,
			 void *bytes, int size, unsigned int flags)
{
	struct mm_struct *mm = get_task_mm(tracee->task);
	bool allowed;

	if (!mm)
		return -EIO;
	allowed = spt_access_memory(tracee->tracer_cred, tracee->task, mm);
	mmput(mm);
	if (!allowed)
		return -EIO;

	return access_process_vm(tracee->task, addr, bytes, size,
				 flags | FOLL_FORCE) ?: -EIO;
}

static int memory_held_access(struct spt_tracee *tracee, unsigned long addr,
			      void *bytes, int size, unsigned int flags)
{
	int ret;

	ret = spt_stop_hold(tracee);
	if (ret)
		return ret;
	ret = memory_access(tracee, addr, bytes, size, flags);
	spt_stop_release(tracee);

	return ret;
}

static int memory_word(struct spt_tracee *tracee, unsigned long addr,
		       unsigned long *word, int size, unsigned int flags)
{
	int ret = memory_held_access(tracee, addr, word, size, flags);

	if (ret < 0)
		return ret;

	return ret == size ? 0 : -EIO;
}

/**
 * spt_memory_peek - PTRACE_PEEKTEXT and PTRACE_PEEKDATA
 * @tracee: the tracee
 * @addr: where to read
 * @data: where in the caller's memory to store the word
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH when the tracee isn't stopped; -EIO when there is no such
 * memory; -EFAULT when @data can't be written.
 */
int spt_memory_peek(struct spt_tracee *tracee, u64 addr, u64 data)
{
	int size = memory_word_size();
	unsigned long word = 0;
	int err;

	err = memory_word(tracee, addr, &word, size, 0);
	if (err)
		return err;

	return copy_to_user(u64_to_user_ptr(data), &word, size) ? -EFAULT : 0;
}

/**
 * spt_memory_poke - PTRACE_POKETEXT and PTRACE_POKEDATA
 * @tracee: the tracee
 * @addr: where to write
 * @data: the word
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH when the tracee isn't stopped; -EIO when there is no such
 * memory.
 */
int spt_memory_poke(struct spt_tracee *tracee, u64 addr, u64 data)
{
	int size = memory_word_size();
	unsigned long word = data;

	return memory_word(tracee, addr, &word, size, FOLL_WRITE);
}

/* At most so many pieces are moved while a tracee is held, for whom SIGKILL waits. */
#define MEMORY_HELD_PIECES	256

/* So many pages are looked up at a time. */
#define MEMORY_PAGES		32

/* So many bytes that no page stands behind, such as a device's. */
#define MEMORY_BYTES		128

/**
 * struct memory_move - ranges on their way
 * @tracee: whose memory it is
 * @ranges: the ranges
 * @count: how many
 * @write: to the tracee
 * @string: up to the first byte that is zero, of one range
 * @seq: which report's stop it is of; 0 before the tracee has been held
 * @index: the range that is next
 * @offset: how far in it
 * @done: how many bytes have been moved
 * @mm: the tracee's, locked, while it is held
 * @first: where the first of @pages is in the tracee
 * @nr_pages: how many there are
 * @pages: pages that have been looked up while it is held
 */
struct memory_move {
	struct spt_tracee *tracee;
	const struct spt_range *ranges;
	unsigned int count;
	bool write;
	bool string;
	u64 seq;
	unsigned int index;
	u64 offset;
	u64 done;
	struct mm_struct *mm;
	unsigned long first;
	unsigned int nr_pages;
	struct page *pages[MEMORY_PAGES];
};

/* What is next: where in the tracee, where in the caller, and how much. */
static struct spt_range memory_rest(const struct memory_move *move)
{
	const struct spt_range *range = &move->ranges[move->index];

	return (struct spt_range){
		.addr = range->addr + move->offset,
		.buffer = range->buffer + move->offset,
		.size = range->size - move->offset,
	};
}

/* Return: false when there is nothing left. */
static bool memory_settle(struct memory_move *move)
{
	while (move->index < move->count &&
	       move->offset >= move->ranges[move->index].size) {
		move->index++;
		move->offset = 0;
	}

	return move->index < move->count;
}

static void memory_advance(struct memory_move *move, size_t size, bool ended)
{
	move->done += size;
	move->offset += size;
	if (ended)
		move->index = move->count;
}

/* How much of these bytes is to be moved, and whether that is the end of it. */
static size_t memory_length(const struct memory_move *move, const char *bytes,
			    size_t size, bool *ended)
{
	size_t length = move->string ? strnlen(bytes, size) : size;

	*ended = length < size;
	return length + *ended;
}

static void memory_put_pages(struct memory_move *move)
{
	while (move->nr_pages) {
		struct page *page = move->pages[--move->nr_pages];

		if (move->write)
			set_page_dirty_lock(page);
		put_page(page);
	}
}

/*
 * With mmap_lock held, as access_process_vm() has it while it copies, so that no
 * fork(2) of another thread shares the page meanwhile.
 *
 * Return: the page that has this address, NULL when there is none.
 */
static struct page *memory_page(struct memory_move *move,
				const struct spt_range *rest)
{
	unsigned int flags = FOLL_FORCE | (move->write ? FOLL_WRITE : 0);
	unsigned long addr = rest->addr, first = addr & PAGE_MASK;
	struct vm_area_struct *vma;
	u64 want;
	long got;

	if (first - move->first < (unsigned long)move->nr_pages << PAGE_SHIFT)
		return move->pages[(first - move->first) >> PAGE_SHIFT];

	memory_put_pages(move);
	vma = vma_lookup(move->mm, addr);
	if (!vma)
		return NULL;

	/* Not beyond the mapping, where the kernel's log would tell of a stack. */
	want = min3((offset_in_page(addr) + rest->size - 1) / PAGE_SIZE + 1,
		    (u64)(vma->vm_end - first) >> PAGE_SHIFT,
		    (u64)MEMORY_PAGES);
	got = spt_get_user_pages_remote(move->mm, first, want, flags,
					move->pages);
	if (got <= 0)
		return NULL;

	move->first = first;
	move->nr_pages = got;
	return move->pages[0];
}

/*
 * The byte that ends a string is stored as what it was, whatever another thread has
 * written there meanwhile.
 */
static int memory_copy_out(char __user *user, const char *at, size_t size,
			   bool ended)
{
	static const char end;
	int err;

	err = copy_to_user_nofault(user, at, size - ended);
	if (!err && ended)
		err = copy_to_user_nofault(user + size - 1, &end, 1);

	return err;
}

/*
 * A piece lies in one page of either side. The caller's isn't faulted in here: that
 * may take as long as the caller likes, while the tracee is held.
 */
static int memory_piece(struct memory_move *move)
{
	struct spt_range rest = memory_rest(move);
	void __user *user = u64_to_user_ptr(rest.buffer);
	struct page *page = memory_page(move, &rest);
	size_t size;
	bool ended;
	char *at;
	int err;

	if (!page)
		return -EIO;

	size = min3((u64)(PAGE_SIZE - offset_in_page(rest.addr)),
		    (u64)(PAGE_SIZE - offset_in_page(rest.buffer)), rest.size);
	at = kmap_local_page(page);
	at += offset_in_page(rest.addr);
	size = memory_length(move, at, size, &ended);
	if (move->write) {
		err = copy_from_user_nofault(at, user, size);
		flush_dcache_page(page);
	} else {
		err = memory_copy_out(user, at, size, ended);
	}
	kunmap_local(at);

	if (!err)
		memory_advance(move, size, ended);
	return err;
}

static int memory_pieces(struct memory_move *move)
{
	int pieces = MEMORY_HELD_PIECES, err = 0;

	/* A page may take its time to come, and both may be killed meanwhile. */
	while (!err && pieces-- && memory_settle(move) &&
	       !__fatal_signal_pending(move->tracee->task) &&
	       !fatal_signal_pending(current))
		err = memory_piece(move);
	memory_put_pages(move);

	return err;
}

static int memory_of_mm(struct memory_move *move)
{
	int err = -EIO;

	move->mm = get_task_mm(move->tracee->task);
	if (!move->mm)
		return err;

	if (!spt_access_memory(move->tracee->tracer_cred, move->tracee->task,
			       move->mm))
		goto put_mm;

	err = -EINTR;
	if (mmap_read_lock_killable(move->mm))
		goto put_mm;
	err = memory_pieces(move);
	mmap_read_unlock(move->mm);

put_mm:
	mmput(move->mm);
	return err;
}

/* One that was resumed and has stopped again may execute another program by now. */
static int memory_hold(struct memory_move *move)
{
	int err;

	err = spt_stop_hold(move->tracee);
	if (err)
		return err;

	if (!move->seq)
		move->seq = move->tracee->report_seq;
	if (move->seq == move->tracee->report_seq)
		return 0;

	spt_stop_release(move->tracee);
	return -ESRCH;
}

static int memory_held(struct memory_move *move)
{
	int err;

	err = memory_hold(move);
	if (err)
		return err;
	if (memory_settle(move))
		err = memory_of_mm(move);
	spt_stop_release(move->tracee);

	return err;
}

/* What has no page, or isn't there. Not held while the caller's memory is touched. */
static int memory_bytes(struct memory_move *move)
{
	struct spt_range rest = memory_rest(move);
	void __user *user = u64_to_user_ptr(rest.buffer);
	size_t size = min_t(u64, rest.size, MEMORY_BYTES);
	char bytes[MEMORY_BYTES];
	size_t left = 0;
	bool ended;
	int got;

	if (move->write)
		size -= copy_from_user(bytes, user, size);
	if (!size)
		return -EFAULT;

	got = memory_hold(move);
	if (got)
		return got;
	got = memory_access(move->tracee, rest.addr, bytes, size,
			    move->write ? FOLL_WRITE : 0);
	spt_stop_release(move->tracee);
	if (got < 0)
		return got;

	size = memory_length(move, bytes, got, &ended);
	if (!move->write)
		left = copy_to_user(user, bytes, size);
	if (left == size)
		return -EFAULT;

	memory_advance(move, size - left, ended && !left);
	return 0;
}

static int memory_fault_in(struct memory_move *move)
{
	struct spt_range rest = memory_rest(move);
	void __user *user = u64_to_user_ptr(rest.buffer);
	size_t size = min(rest.size, (u64)MEMORY_PAGES * PAGE_SIZE), left;

	/* Safe: what isn't read after all stays as it was. */
	left = move->write ? fault_in_readable(user, size) :
			     fault_in_safe_writeable(user, size);

	return left < size ? 0 : -EFAULT;
}

static int memory_some(struct memory_move *move)
{
	int err = memory_held(move);

	/* A page that is there may still not be for such a copy: so bytes come next. */
	if (err == -EFAULT)
		err = memory_fault_in(move) ?: memory_bytes(move);
	else if (err == -EIO)
		err = memory_bytes(move);

	return err;
}

/* Return: 0 when anything was moved, or nothing was to be. */
static int memory_move(struct memory_move *move)
{
	int err;

	do {
		cond_resched();
		/* Any signal ends what is long; only SIGKILL what has moved nothing. */
		if (spt_stop_let_others(move->tracee) ||
		    fatal_signal_pending(current) ||
		    (move->done && signal_pending(current)))
			err = -EINTR;
		else
			err = memory_some(move);
	} while (!err && memory_settle(move));

	return move->done ? 0 : err;
}

/**
 * spt_memory_read - read a piece of a tracee's memory
 * @tracee: the tracee
 * @range: what, and to where in the caller's memory
 * @string: no further than the first byte that is zero
 * @seq: tracee->report_seq of the stop that is meant
 * @done: out: how many bytes were read, whatever is returned
 *
 * Context: process context, may sleep.
 * Return: 0 when anything was read or nothing was to be; else an errno as
 * SPT_IOC_MEMORY in the ABI's header tells.
 */
int spt_memory_read(struct spt_tracee *tracee, const struct spt_range *range,
		    bool string, u64 seq, u64 *done)
{
	struct memory_move move = {
		.tracee = tracee,
		.ranges = range,
		.count = 1,
		.string = string,
		.seq = seq,
	};
	int err = memory_move(&move);

	*done = move.done;
	return err;
}

static int memory_check_ranges(const struct spt_range *ranges,
			       unsigned int count)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (check_add_overflow(sum, ranges[i].size, &sum) ||
		    sum > S64_MAX)
			return -EINVAL;

	return 0;
}

static int memory_of(struct spt_tracer *tracer, const struct spt_memory *args,
		     struct memory_move *move)
{
	struct spt_range *ranges;
	int err;

	ranges = vmemdup_user(u64_to_user_ptr(args->ranges),
			      args->count * sizeof(*ranges));
	if (IS_ERR(ranges))
		return PTR_ERR(ranges);

	err = memory_check_ranges(ranges, args->count);
	if (err)
		goto free_ranges;

	err = -ESRCH;
	move->tracee = spt_tracee_of(tracer, args->tid);
	if (!move->tracee)
		goto free_ranges;

	move->ranges = ranges;
	move->count = args->count;
	err = memory_move(move);
	spt_tracee_put(move->tracee);

free_ranges:
	kvfree(ranges);
	return err;
}

/**
 * spt_memory - SPT_IOC_MEMORY
 * @tracer: the caller's thread group
 * @user: the caller's structure
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0, or an errno as SPT_IOC_MEMORY in the ABI's header tells.
 */
int spt_memory(struct spt_tracer *tracer, struct spt_memory __user *user,
	       size_t size)
{
	struct memory_move move = {};
	struct spt_memory args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);
	if (err)
		return err;
	if (args.flags & ~SPT_MEMORY_WRITE || args.reserved ||
	    args.count > SPT_MEMORY_MAX_RANGES)
		return -EINVAL;

	move.write = args.flags & SPT_MEMORY_WRITE;
	err = memory_of(tracer, &args, &move);
	if (err)
		return err;

	return put_user(move.done, &user->done);
}
