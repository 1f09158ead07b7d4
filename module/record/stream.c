// SPDX-License-Identifier: GPL-2.0
/*
 * The ring of a tracer; see stream.h.
 */
#include <linux/anon_inodes.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/seccomp.h>

#include "kernel/compat/mm.h"
#include "kernel/symbol.h"
#include "record/capture.h"
#include "record/stream.h"
#include "tracee/tracee.h"

static atomic64_t stream_ids = ATOMIC64_INIT(0);

/* ---- memory ---------------------------------------------------------------------- */

static unsigned long stream_data_pages(const struct spt_stream *stream)
{
	return stream->size >> PAGE_SHIFT;
}

/* Its page with struct spt_ring_part, which those of its records follow. */
static struct page **stream_part_pages(const struct spt_stream *stream,
				       unsigned int part)
{
	return stream->pages + 1 + part * (1 + stream_data_pages(stream));
}

static unsigned long stream_map_size(const struct spt_stream *stream)
{
	return PAGE_SIZE * (1 + (unsigned long)num_possible_cpus() *
				(1 + 2 * stream_data_pages(stream)));
}

/* As io_uring and perf count what they lock. */
static int stream_account(struct spt_stream *stream)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	struct user_struct *user = current_user();
	long locked, wanted;

	if (capable(CAP_IPC_LOCK))
		return 0;

	locked = atomic_long_read(&user->locked_vm);
	do {
		wanted = locked + stream->nr_pages;
		if (wanted > limit)
			return -EPERM;
	} while (!atomic_long_try_cmpxchg(&user->locked_vm, &locked, wanted));

	stream->user = get_uid(user);
	return 0;
}

static void stream_unaccount(struct spt_stream *stream)
{
	if (!stream->user)
		return;

	atomic_long_sub(stream->nr_pages, &stream->user->locked_vm);
	free_uid(stream->user);
}

static int stream_alloc_pages(struct spt_stream *stream)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN;
	unsigned long i;

	stream->pages = kvcalloc(stream->nr_pages, sizeof(*stream->pages),
				 GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!stream->pages)
		return -ENOMEM;

	for (i = 0; i < stream->nr_pages; i++) {
		stream->pages[i] = alloc_page(gfp);
		if (!stream->pages[i])
			return -ENOMEM;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	stream->header = page_address(stream->pages[0]);

	return 0;
}

static void stream_free_pages(struct spt_stream *stream)
{
	unsigned long i;

	if (!stream->pages)
		return;

	for (i = 0; i < stream->nr_pages && stream->pages[i]; i++) {
		put_page(stream->pages[i]);
		cond_resched();
	}
	kvfree(stream->pages);
}

/* One mapping in the kernel: the part's page, its records, and the records again. */
static int stream_map_part(struct spt_stream *stream, struct page **scratch,
			   unsigned int number, unsigned int cpu)
{
	struct page **pages = stream_part_pages(stream, number);
	unsigned long nr = stream_data_pages(stream);
	void *address;

	memcpy(scratch, pages, (1 + nr) * sizeof(*pages));
	memcpy(scratch + 1 + nr, pages + 1, nr * sizeof(*pages));
	address = vmap(scratch, 1 + 2 * nr, VM_MAP, PAGE_KERNEL);
	if (!address)
		return -ENOMEM;

	spt_part_init(per_cpu_ptr(stream->parts, cpu), address,
		      address + PAGE_SIZE, stream->size, cpu);
	return 0;
}

static int stream_map_parts(struct spt_stream *stream)
{
	unsigned long nr = 1 + 2 * stream_data_pages(stream);
	unsigned int cpu, number = 0;
	struct page **scratch;
	int err = 0;

	stream->parts = alloc_percpu_gfp(struct spt_part,
					 GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!stream->parts)
		return -ENOMEM;
	scratch = kvmalloc_array(nr, sizeof(*scratch), GFP_KERNEL_ACCOUNT);
	if (!scratch)
		return -ENOMEM;

	for_each_possible_cpu(cpu) {
		err = stream_map_part(stream, scratch, number++, cpu);
		if (err)
			break;
	}
	kvfree(scratch);

	return err;
}

static void stream_unmap_parts(struct spt_stream *stream)
{
	unsigned int cpu;

	if (!stream->parts)
		return;

	for_each_possible_cpu(cpu)
		vunmap(per_cpu_ptr(stream->parts, cpu)->shared);
	free_percpu(stream->parts);
}

static void stream_free(struct spt_stream *stream)
{
	stream_unmap_parts(stream);
	stream_free_pages(stream);
	stream_unaccount(stream);
	kvfree(stream->captures);
	spt_tracer_put(stream->tracer);
	kfree(stream);
}

/**
 * spt_stream_get - the ring of a tracer
 * @tracer: the tracer
 *
 * Context: any but interrupts.
 * Return: the ring with a reference taken, or NULL.
 */
struct spt_stream *spt_stream_get(struct spt_tracer *tracer)
{
	struct spt_stream *stream;

	rcu_read_lock();
	stream = rcu_dereference(tracer->stream);
	if (stream && !refcount_inc_not_zero(&stream->refs))
		stream = NULL;
	rcu_read_unlock();

	return stream;
}

/**
 * spt_stream_put - drop a reference
 * @stream: the ring
 *
 * Context: process context, may sleep.
 */
void spt_stream_put(struct spt_stream *stream)
{
	if (refcount_dec_and_test(&stream->refs))
		stream_free(stream);
}

/* ---- the reader ------------------------------------------------------------------ */

static void stream_wake_readers(struct irq_work *work)
{
	struct spt_stream *stream = container_of(work, struct spt_stream, wake);

	wake_up_interruptible_poll(&stream->readers, EPOLLIN | EPOLLRDNORM);
}

/* Is there enough to read? See struct spt_recording. */
static bool stream_part_is_ripe(const struct spt_stream *stream,
				const struct spt_part *part)
{
	u32 used = spt_part_used(part);

	return used && (used >= stream->watermark || used >= stream->size / 2 ||
			READ_ONCE(part->missing) || READ_ONCE(stream->waiting));
}

NOKPROBE_SYMBOL(stream_part_is_ripe);

/**
 * spt_stream_wake - wake a sleeping reader, if there is enough for it to read
 * @stream: the ring
 * @part: where something was written
 *
 * Context: any, with preemption disabled.
 */
void spt_stream_wake(struct spt_stream *stream, const struct spt_part *part)
{
	if (!stream_part_is_ripe(stream, part))
		return;

	WRITE_ONCE(stream->asleep, false);
	irq_work_queue(&stream->wake);
}

NOKPROBE_SYMBOL(spt_stream_wake);

static bool stream_is_ripe(const struct spt_stream *stream)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (stream_part_is_ripe(stream, per_cpu_ptr(stream->parts, cpu)))
			return true;

	return false;
}

static bool stream_is_callers(const struct spt_stream *stream)
{
	return stream->tracer->tgid == task_tgid(current);
}

/*
 * Only who wakes says that nobody sleeps any more: others may sleep beside the caller,
 * and who asked for edges sleeps next without coming here again.
 */
static __poll_t fop_poll(struct file *file, struct poll_table_struct *table)
{
	struct spt_stream *stream = file->private_data;

	if (!stream_is_callers(stream))
		return EPOLLERR;

	poll_wait(file, &stream->readers, table);
	WRITE_ONCE(stream->asleep, true);
	/*
	 * Pairs with that of spt_part_close(); and, between what the reader has read and
	 * its look at who waits, with that of stream_count_waiting().
	 */
	smp_mb();
	/* The reader may have made room. */
	if (READ_ONCE(stream->waiting))
		wake_up_all(&stream->room);

	return stream_is_ripe(stream) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int stream_insert(struct vm_area_struct *vma, unsigned long *address,
			 struct page **pages, unsigned long nr)
{
	unsigned long left = nr;
	int err;

	err = vm_insert_pages(vma, *address, pages, &left);
	*address += nr << PAGE_SHIFT;

	return err;
}

static int stream_insert_all(const struct spt_stream *stream,
			     struct vm_area_struct *vma)
{
	unsigned long nr = stream_data_pages(stream);
	unsigned long address = vma->vm_start;
	unsigned int part;
	int err;

	err = stream_insert(vma, &address, stream->pages, 1);
	for (part = 0; part < num_possible_cpus() && !err; part++) {
		struct page **pages = stream_part_pages(stream, part);

		err = stream_insert(vma, &address, pages, 1 + nr) ?:
		      stream_insert(vma, &address, pages + 1, nr);
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}

	return err;
}

static int fop_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct spt_stream *stream = file->private_data;

	if (!stream_is_callers(stream))
		return -EPERM;
	if (vma->vm_pgoff || !(vma->vm_flags & VM_SHARED) ||
	    vma->vm_flags & VM_EXEC ||
	    vma->vm_end - vma->vm_start != stream_map_size(stream))
		return -EINVAL;

	spt_vm_flags_set(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	spt_vm_flags_clear(vma, VM_MAYEXEC);

	return stream_insert_all(stream, vma);
}

static int fop_release(struct inode *inode, struct file *file)
{
	struct spt_stream *stream = file->private_data;
	struct spt_tracer *tracer = stream->tracer;

	spin_lock(&tracer->lock);
	if (rcu_access_pointer(tracer->stream) == stream)
		rcu_assign_pointer(tracer->stream, NULL);
	spin_unlock(&tracer->lock);

	WRITE_ONCE(stream->closed, true);
	wake_up_all(&stream->room);
	/* Whoever writes is done after that, and so with waking readers. */
	synchronize_rcu();
	irq_work_sync(&stream->wake);
	spt_stream_put(stream);

	return 0;
}

static const struct file_operations stream_fops = {
	.owner = THIS_MODULE,
	.poll = fop_poll,
	.mmap = fop_mmap,
	.release = fop_release,
	.llseek = noop_llseek,
};

/* ---- who waits for room ---------------------------------------------------------- */

static void stream_count_waiting(struct spt_stream *stream, int change)
{
	spin_lock(&stream->lock);
	WRITE_ONCE(stream->waiting, stream->waiting + change);
	WRITE_ONCE(stream->header->waiting, stream->waiting);
	spin_unlock(&stream->lock);
	/* The reader's store of its position, then its look at who waits. */
	smp_mb();
}

static bool stream_has_room(const struct spt_stream *stream, u32 size)
{
	return spt_part_room(raw_cpu_ptr(stream->parts)) >=
	       size + stream->keep;
}

static bool stream_waits(const struct spt_stream *stream,
			 const struct spt_tracee *tracee, u32 size)
{
	return !READ_ONCE(stream->closed) && spt_traced(tracee) &&
	       !fatal_signal_pending(current) && !stream_has_room(stream, size);
}

/**
 * spt_stream_wait_room - sleep until a record fits in, or needn't any more
 * @stream: the ring; the caller holds a reference
 * @tracee: the current task
 * @size: how long the record may become
 *
 * Another may take the room before the caller does. Asleep the task counts as frozen,
 * as in a stop; a signal other than SIGKILL waits.
 *
 * Context: process context; sleeps.
 */
void spt_stream_wait_room(struct spt_stream *stream, struct spt_tracee *tracee,
			  u32 size)
{
	DEFINE_WAIT(wait);

	stream_count_waiting(stream, 1);
	/* A reader that had left the rest for later is told. */
	wake_up_interruptible_poll(&stream->readers, EPOLLIN | EPOLLRDNORM);

	WRITE_ONCE(tracee->waits_room, true);
	for (;;) {
		prepare_to_wait(&stream->room, &wait,
				TASK_KILLABLE | TASK_FREEZABLE);
		if (!stream_waits(stream, tracee, size))
			break;
		spt_cgroup_enter_frozen();
		schedule();
		spt_cgroup_leave_frozen(true);
	}
	finish_wait(&stream->room, &wait);
	WRITE_ONCE(tracee->waits_room, false);
	stream_count_waiting(stream, -1);
	cond_resched();
}

/**
 * spt_stream_let_go - a tracee that is let go waits for no room any more
 * @tracee: the tracee, which isn't traced any more
 *
 * It alone is woken, not all that wait: a tracer that ends lets go of one after another.
 *
 * Context: any but interrupts; tracer->lock may be held.
 */
void spt_stream_let_go(struct spt_tracee *tracee)
{
	/* Pairs with that of prepare_to_wait(): either sees what the other has done. */
	smp_mb();
	if (READ_ONCE(tracee->waits_room))
		spt_wake_up_state(tracee->task, TASK_KILLABLE);
}

/* ---- making one ------------------------------------------------------------------ */

static int stream_check(const struct spt_recording *args)
{
	if (args->reserved || args->map_size || args->flags & ~SPT_RECORD_BLOCK)
		return -EINVAL;
	if (!is_power_of_2(args->size) || args->size < PAGE_SIZE ||
	    args->size > SPT_RECORD_MAX_SIZE || args->watermark > args->size)
		return -EINVAL;
	if (args->nr_captures > SPT_RECORD_MAX_CAPTURES)
		return -EINVAL;

	return 0;
}

static int stream_read_captures(struct spt_stream *stream,
				const struct spt_recording *args)
{
	struct spt_captures *captures;
	u32 compat = SECCOMP_ARCH_NATIVE;
	int err;

	captures = kvzalloc(struct_size(captures, entries, args->nr_captures),
			    GFP_KERNEL_ACCOUNT);
	if (!captures)
		return -ENOMEM;

	stream->captures = captures;
	captures->nr = args->nr_captures;
	if (copy_from_user(captures->entries, u64_to_user_ptr(args->captures),
			   captures->nr * sizeof(captures->entries[0])))
		return -EFAULT;
#ifdef SECCOMP_ARCH_COMPAT
	compat = SECCOMP_ARCH_COMPAT;
#endif
	err = spt_captures_index(captures, SECCOMP_ARCH_NATIVE, compat);
	if (err)
		return err;

	return sizeof(struct spt_record_syscall) + captures->call_bytes >
			       stream->size / 2 ? -EINVAL : 0;
}

static int stream_fill(struct spt_stream *stream,
		       const struct spt_recording *args)
{
	int err;

	err = stream_read_captures(stream, args);
	if (err)
		return err;

	stream->nr_pages = 1 + (unsigned long)num_possible_cpus() *
			       (1 + stream_data_pages(stream));
	err = stream_account(stream) ?: stream_alloc_pages(stream) ?:
	      stream_map_parts(stream);
	if (err)
		return err;

	*stream->header = (struct spt_ring_header){
		.parts = num_possible_cpus(),
		.page_size = PAGE_SIZE,
		.part_size = stream->size,
	};

	return 0;
}

static struct spt_stream *stream_alloc(struct spt_tracer *tracer,
				       const struct spt_recording *args)
{
	struct spt_stream *stream;
	int err;

	stream = kzalloc(sizeof(*stream), GFP_KERNEL_ACCOUNT);
	if (!stream)
		return ERR_PTR(-ENOMEM);

	refcount_set(&stream->refs, 1);
	refcount_inc(&tracer->refs);
	stream->tracer = tracer;
	stream->id = atomic64_inc_return(&stream_ids);
	stream->flags = args->flags;
	stream->size = args->size;
	stream->watermark = args->watermark;
	if (args->flags & SPT_RECORD_BLOCK)
		stream->keep = args->size / 4;
	init_waitqueue_head(&stream->readers);
	init_waitqueue_head(&stream->room);
	init_irq_work(&stream->wake, stream_wake_readers);
	spin_lock_init(&stream->lock);

	err = stream_fill(stream, args);
	if (err) {
		stream_free(stream);
		return ERR_PTR(err);
	}

	return stream;
}

/* Writers see it from here on. */
static int stream_publish(struct spt_stream *stream)
{
	struct spt_tracer *tracer = stream->tracer;
	int err = 0;

	spin_lock(&tracer->lock);
	if (rcu_access_pointer(tracer->stream))
		err = -EBUSY;
	else
		rcu_assign_pointer(tracer->stream, stream);
	spin_unlock(&tracer->lock);

	return err;
}

/* Return: the descriptor; the file has taken over the stream then. */
static int stream_install(struct spt_stream *stream, void __user *user)
{
	u64 map_size = stream_map_size(stream);
	struct file *file;
	int fd, err;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;

	file = anon_inode_getfile("[sptrace]", &stream_fops, stream, O_RDWR);
	err = PTR_ERR_OR_ZERO(file);
	if (err)
		goto put_fd;

	err = stream_publish(stream);
	if (err)
		goto put_file;

	/* Last, so that the same structure can be used again after any error. */
	err = -EFAULT;
	if (copy_to_user(user + offsetof(struct spt_recording, map_size),
			 &map_size, sizeof(map_size)))
		goto put_file;

	fd_install(fd, file);
	return fd;

put_file:
	/* Its release, which ends recording, comes at the way to user space. */
	refcount_inc(&stream->refs);
	fput(file);
put_fd:
	put_unused_fd(fd);
	return err;
}

/**
 * spt_stream_make - SPT_IOC_RECORD
 * @tracer: the caller's thread group
 * @user: its struct spt_recording
 * @size: that one's size
 *
 * Context: process context, may sleep.
 * Return: a descriptor, or a negative errno; see the ABI's header.
 */
int spt_stream_make(struct spt_tracer *tracer, void __user *user, size_t size)
{
	struct spt_recording args;
	struct spt_stream *stream;
	int ret;

	ret = copy_struct_from_user(&args, sizeof(args), user, size) ?:
	      stream_check(&args);
	if (ret)
		return ret;
	if (rcu_access_pointer(tracer->stream))
		return -EBUSY;

	stream = stream_alloc(tracer, &args);
	if (IS_ERR(stream))
		return PTR_ERR(stream);

	ret = stream_install(stream, user);
	if (ret < 0)
		spt_stream_put(stream);

	return ret;
}
