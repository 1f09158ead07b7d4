// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/PID/mem of a served tracer's tracees.
 *
 * By it a debugger writes breakpoints into memory that the program itself may only
 * read. Kernels with proc_mem.force_override=ptrace (CONFIG_PROC_MEM_FORCE_PTRACE) let
 * a process's native tracer do so and nobody else: proc_mem_foll_force(). There the
 * shadow's may, too, as it may by PTRACE_POKEDATA.
 *
 * To open it, a debugger passes the kernel's check of an attach once more, Yama's
 * included; so it does for process_vm_readv(2) and whatever else asks for
 * PTRACE_MODE_ATTACH. Where a scope counts in place of Yama's number, it does so for
 * these checks, too, as long as the task is the served tracer's tracee.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/sptrace.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "kernel/symbol.h"
#include "policy/access.h"
#include "policy/scope.h"
#include "policy/yama.h"
#include "serve/memory.h"
#include "serve/served.h"
#include "tracee/tracee.h"
#include "tracee/tracer.h"

/* Of fs/proc/base.c's enum proc_mem_force: only a tracer's access is forced. */
#define MEMORY_FORCE_PTRACE	1

/* Does the kernel ask who the tracer is? */
static __always_inline bool memory_asks_tracer(void)
{
	const int *force = spt_symbols[SPT_SYM_PROC_MEM_FORCE_OVERRIDE];

	return force && READ_ONCE(*force) == MEMORY_FORCE_PTRACE;
}

bool spt_memory_concerns(const struct pt_regs *regs)
{
	return memory_asks_tracer() && spt_served_concerns(regs);
}

NOKPROBE_SYMBOL(spt_memory_concerns);

/* Return: a tracee of the caller's that has this memory, with a reference, or NULL. */
static struct spt_tracee *memory_tracee(const struct mm_struct *mm)
{
	struct spt_tracer *tracer = spt_tracer_find(task_tgid(current));
	struct spt_tracee *tracee, *found = NULL;

	if (!tracer)
		return NULL;

	spin_lock(&tracer->lock);
	list_for_each_entry(tracee, &tracer->tracees, of_tracer) {
		if (tracee->phase == SPT_TRACED &&
		    READ_ONCE(tracee->task->mm) == mm) {
			found = spt_tracee_get(tracee);
			break;
		}
	}
	spin_unlock(&tracer->lock);
	spt_tracer_put(tracer);

	return found;
}

/* As the kernel's mem_rw(), a page at a time. */
static ssize_t memory_copy(struct mm_struct *mm, char __user *buf,
			   size_t count, loff_t *ppos, bool write)
{
	unsigned int flags = FOLL_FORCE | (write ? FOLL_WRITE : 0);
	unsigned long addr = *ppos;
	ssize_t copied = 0;
	size_t size;
	char *page;

	page = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!page)
		return -ENOMEM;

	while (count > 0) {
		size = min_t(size_t, count, PAGE_SIZE);
		if (write && copy_from_user(page, buf, size)) {
			copied = -EFAULT;
			break;
		}
		size = spt_access_remote_vm(mm, addr, page, size, flags);
		if (!size) {
			copied = copied ?: -EIO;
			break;
		}
		if (!write && copy_to_user(buf, page, size)) {
			copied = -EFAULT;
			break;
		}
		buf += size;
		addr += size;
		copied += size;
		count -= size;
	}
	*ppos = addr;
	kfree(page);

	return copied;
}

/*
 * In place of mem_rw(), of a file that was opened with PTRACE_MODE_ATTACH; the
 * caller's being served keeps the module, whatever a fault in its memory takes.
 */
enum spt_hook_verdict spt_memory_before_mem_rw(struct spt_arch_args *args)
{
	struct file *file = (void *)spt_arch_arg(args, 0);
	char __user *buf = (void __user *)spt_arch_arg(args, 1);
	size_t count = spt_arch_arg(args, 2);
	loff_t *ppos = (void *)spt_arch_arg(args, 3);
	bool write = spt_arch_arg(args, 4);
	struct mm_struct *mm = file->private_data;
	struct spt_tracee *tracee = NULL;
	bool allowed = false;

	if (mm)
		tracee = memory_tracee(mm);
	if (!tracee)
		return SPT_HOOK_CALL;

	if (mmget_not_zero(mm)) {
		allowed = spt_access_memory(tracee->tracer_cred, tracee->task,
					    mm);
		if (allowed)
			spt_hook_return(args, memory_copy(mm, buf, count, ppos,
							  write));
		mmput(mm);
	}
	spt_tracee_put(tracee);

	return allowed ? SPT_HOOK_RETURN : SPT_HOOK_CALL;
}

bool spt_memory_yama_concerns(const struct pt_regs *regs)
{
	const void *other = (const void *)spt_arch_entry_arg(regs, 0);

	return (spt_yama_is_passed(other) ||
		(spt_arch_entry_arg(regs, 1) & PTRACE_MODE_ATTACH &&
		 spt_served_concerns(regs))) &&
	       spt_yama_yields();
}

NOKPROBE_SYMBOL(spt_memory_yama_concerns);

static bool memory_is_tracees(struct task_struct *task)
{
	struct spt_tracee *tracee;
	bool is;

	rcu_read_lock();
	tracee = spt_tracee_find_rcu(task);
	is = tracee && READ_ONCE(tracee->phase) == SPT_TRACED &&
	     tracee->tracer->tgid == task_tgid(current);
	rcu_read_unlock();

	return is;
}

/*
 * A native tracer passes Yama by its number being 0 or, as the tracee's ptracer, 1; so
 * a shadow one does by a scope in its place, as it counts now.
 */
static bool memory_scope_lets(struct task_struct *task)
{
	struct spt_scope_view view;

	spt_scope_view_task(task, &view);

	return view.instead && view.effective <= SPT_SCOPE_RESTRICTED;
}

/*
 * In place of yama_ptrace_access_check(), whose caller may hold task_lock(). All other
 * checks of __ptrace_may_access() are made: credentials, dumpable, the security
 * modules that aren't Yama. A native ptrace(2) that began before the task was served
 * is Yama's.
 */
enum spt_hook_verdict spt_memory_before_yama(struct spt_arch_args *args)
{
	struct task_struct *task = (void *)spt_arch_arg(args, 0);

	if (spt_yama_is_passed(task))
		return spt_yama_before_check(args);
	if (spt_arch_is_ptrace(task_pt_regs(current)) ||
	    !memory_is_tracees(task) || !memory_scope_lets(task))
		return SPT_HOOK_CALL;

	return spt_yama_before_check(args);
}
