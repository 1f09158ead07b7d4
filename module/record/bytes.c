// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the current task's memory in a probe's handler; see bytes.h.
 */
#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "policy/access.h"
#include "record/bytes.h"
#include "tracee/tracee.h"

/**
 * spt_bytes_allowed - may the tracer read the current task's memory
 * @tracee: the current task
 *
 * As PTRACE_PEEKDATA asks each time, since the task may become undumpable at any
 * time. Nor that of a program for which nobody has asked yet: an execve(2) that fails
 * late has put it there.
 *
 * Context: the task itself, at a probe's handler or not.
 * Return: true when it may.
 */
bool spt_bytes_allowed(const struct spt_tracee *tracee)
{
	return current->mm && tracee->own.exec_id == current->self_exec_id &&
	       spt_access_memory(tracee->tracer_cred, current, current->mm);
}

NOKPROBE_SYMBOL(spt_bytes_allowed);

/*
 * What get_user_pages() gives nobody, a tracer among them: devices' memory, where a
 * read may have effects, and that of memfd_secret(2). A mixed mapping may have pages of
 * a device among others, which can't be told apart here: only files on persistent memory
 * (DAX) and rings like those of this module's own are lost by it.
 */
static bool bytes_are_memory(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP))
		return false;

	return !vma->vm_file ||
	       file_inode(vma->vm_file)->i_sb->s_magic != SECRETMEM_MAGIC;
}

/* How many of the bytes from @addr on are in one mapping that may be read. */
static u32 bytes_mapped(unsigned long addr, u32 length)
{
	const struct vm_area_struct *vma = find_vma(current->mm, addr);

	if (!vma || vma->vm_start > addr || !bytes_are_memory(vma))
		return 0;

	return min_t(unsigned long, length, vma->vm_end - addr);
}

NOKPROBE_SYMBOL(bytes_mapped);

/* Page by page, since how much of a copy that faults is there isn't told. */
static u32 bytes_present(void *to, unsigned long addr, u32 length)
{
	u32 done = 0, part;

	while (done < length) {
		part = min_t(u32, length - done,
			     PAGE_SIZE - offset_in_page(addr + done));
		if (copy_from_user_nofault(to + done,
					   (void __user *)(addr + done), part))
			break;
		done += part;
	}

	return done;
}

NOKPROBE_SYMBOL(bytes_present);

/**
 * spt_bytes_copy - copy what is there
 * @to: where to; nothing behind what was copied is defined
 * @addr: where from, in the current task's memory; any number
 * @length: how many bytes
 *
 * The address space is locked for it, lest a mapping be replaced by one of a device.
 * Nothing is there when somebody else has it locked.
 *
 * Context: the task itself, with no lock held, preemptible or not; doesn't sleep.
 * Return: how many were copied.
 */
u32 spt_bytes_copy(void *to, unsigned long addr, u32 length)
{
	u32 done = 0, mapped, part;

	if (!mmap_read_trylock(current->mm))
		return 0;

	while (done < length && addr + done >= addr) {
		mapped = bytes_mapped(addr + done, length - done);
		part = bytes_present(to + done, addr + done, mapped);
		done += part;
		if (!part || part < mapped)
			break;
	}
	mmap_read_unlock(current->mm);

	return done;
}

NOKPROBE_SYMBOL(spt_bytes_copy);

#define BYTES_STRING_STEP	64

/*
 * Up to @length bytes of a string, which are mapped. @to may be changed by others
 * meanwhile, so it is in the copy here that the NUL is looked for. Return: how many were
 * copied, without the NUL.
 */
static u32 bytes_string_present(char *to, unsigned long addr, u32 length,
				bool *ended)
{
	char step[BYTES_STRING_STEP];
	u32 done = 0, wanted, part;
	const char *nul;

	while (done < length) {
		/* Up to a multiple, so that none is of two pages. */
		wanted = min_t(u32, length - done, BYTES_STRING_STEP -
			       (addr + done) % BYTES_STRING_STEP);
		if (copy_from_user_nofault(step, (void __user *)(addr + done),
					   wanted))
			break;
		nul = memchr(step, 0, wanted);
		part = nul ? nul - step : wanted;
		memcpy(to + done, step, part);
		done += part;
		*ended = nul;
		if (nul)
			break;
	}

	return done;
}

NOKPROBE_SYMBOL(bytes_string_present);

/**
 * spt_bytes_copy_string - copy what is there of a string
 * @to: where to
 * @addr: where from, in the current task's memory; any number
 * @length: how many bytes at most
 * @ended: set to whether its NUL came within them
 *
 * Context: as spt_bytes_copy().
 * Return: how many were copied, without the NUL.
 */
u32 spt_bytes_copy_string(char *to, unsigned long addr, u32 length,
			  bool *ended)
{
	u32 done = 0, mapped, part;

	*ended = false;
	if (!mmap_read_trylock(current->mm))
		return 0;

	while (done < length && addr + done >= addr) {
		mapped = bytes_mapped(addr + done, length - done);
		part = bytes_string_present(to + done, addr + done, mapped,
					    ended);
		done += part;
		if (*ended || !part || part < mapped)
			break;
	}
	mmap_read_unlock(current->mm);

	return done;
}

NOKPROBE_SYMBOL(spt_bytes_copy_string);
