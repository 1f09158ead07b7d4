// SPDX-License-Identifier: GPL-2.0
/*
 * The tracee's memory, a word at a time. A word is the caller's, as natively.
 */
#include <linux/compat.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#include "policy/access.h"
#include "requests/memory.h"
#include "stops/stop.h"

static int memory_word_size(void)
{
	return in_compat_syscall() ? sizeof(compat_ulong_t) :
				     sizeof(unsigned long);
}

static int memory_access(struct spt_tracee *tracee, unsigned long addr,
			 void *word, int size, unsigned int flags)
{
	struct mm_struct *mm = get_task_mm(tracee->task);
	bool allowed;

	if (!mm)
		return -EIO;
	allowed = spt_access_memory(tracee->tracer_cred, tracee->task, mm);
	mmput(mm);
	if (!allowed)
		return -EIO;

	if (access_process_vm(tracee->task, addr, word, size,
			      flags | FOLL_FORCE) != size)
		return -EIO;

	return 0;
}

static int memory_held_access(struct spt_tracee *tracee, unsigned long addr,
			      void *word, int size, unsigned int flags)
{
	int err;

	err = spt_stop_hold(tracee);
	if (err)
		return err;
	err = memory_access(tracee, addr, word, size, flags);
	spt_stop_release(tracee);

	return err;
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

	err = memory_held_access(tracee, addr, &word, size, 0);
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

	return memory_held_access(tracee, addr, &word, size, FOLL_WRITE);
}
