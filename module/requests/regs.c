// SPDX-License-Identifier: GPL-2.0
/*
 * The tracee's registers. Read and written only while the tracee is off its
 * CPU; what passes through the caller's memory is copied while the tracee is
 * not held, so that a page fault there can't keep a killed tracee alive.
 */
#include <linux/compat.h>
#include <linux/mm.h>
#include <linux/regset.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "kernel/symbol.h"
#include "requests/regs.h"
#include "stops/stop.h"

/**
 * struct regs_transfer - a regset on its way
 * @view: whose layout
 * @regset: which one
 * @size: bytes to move
 * @buf: from or to where
 * @set: whether to write the tracee's
 */
struct regs_transfer {
	const struct user_regset_view *view;
	const struct user_regset *regset;
	unsigned int size;
	void *buf;
	bool set;
};

static int regs_move(struct spt_tracee *tracee, struct regs_transfer *move)
{
	const struct user_regset *regset = move->regset;
	int ret;

	if (move->set) {
		if (!regset->set)
			return -EOPNOTSUPP;
		return regset->set(tracee->task, regset, 0, move->size,
				   move->buf, NULL);
	}

	ret = regset_get(tracee->task, regset, move->size, move->buf);
	if (ret < 0)
		return ret;

	move->size = ret;
	return 0;
}

/*
 * A chance wake-up in the middle has the context switch save over what was
 * just written, or read half of each: do it again.
 */
static int regs_move_off_cpu(struct spt_tracee *tracee,
			     struct regs_transfer *move)
{
	unsigned long before, after;
	int err;

	do {
		err = spt_stop_off_cpu(tracee, &before);
		if (!err)
			err = regs_move(tracee, move);
		if (!err)
			err = spt_stop_off_cpu(tracee, &after);
	} while (!err && before != after);

	return err;
}

static int regs_held_move(struct spt_tracee *tracee, struct regs_transfer *move)
{
	int err;

	err = spt_stop_hold(tracee);
	if (err)
		return err;
	err = regs_move_off_cpu(tracee, move);
	spt_stop_release(tracee);

	return err;
}

static const struct user_regset *
regs_find(const struct user_regset_view *view, unsigned int type)
{
	unsigned int i;

	for (i = 0; i < view->n; i++)
		if (view->regsets[i].core_note_type == type)
			return &view->regsets[i];

	return NULL;
}

static int regs_to_user(struct spt_tracee *tracee, struct regs_transfer *move,
			void __user *to)
{
	unsigned int size = move->size;
	int err;

	/* Natively even no bytes at all are asked of the regset. */
	move->buf = kvzalloc(max(size, 1U), GFP_KERNEL_ACCOUNT);
	if (!move->buf)
		return -ENOMEM;

	err = regs_held_move(tracee, move);
	if (!err && copy_to_user(to, move->buf, move->size))
		err = -EFAULT;

	kvfree(move->buf);
	return err;
}

static int regs_from_user(struct spt_tracee *tracee, struct regs_transfer *move,
			  const void __user *from)
{
	int err;

	move->buf = vmemdup_user(from, move->size);
	if (IS_ERR(move->buf))
		return PTR_ERR(move->buf);

	err = regs_held_move(tracee, move);

	kvfree(move->buf);
	return err;
}

static int regs_transfer(struct spt_tracee *tracee, struct regs_transfer *move,
			 void __user *user)
{
	if (move->set)
		return regs_from_user(tracee, move, user);

	return regs_to_user(tracee, move, user);
}

static int regs_get_iovec(struct iovec *iov, u64 data)
{
	struct compat_iovec compat;

	if (!in_compat_syscall())
		return copy_from_user(iov, u64_to_user_ptr(data), sizeof(*iov)) ?
		       -EFAULT : 0;

	if (copy_from_user(&compat, u64_to_user_ptr(data), sizeof(compat)))
		return -EFAULT;

	iov->iov_base = compat_ptr(compat.iov_base);
	iov->iov_len = compat.iov_len;
	return 0;
}

static int regs_put_iovec_len(u64 data, size_t len)
{
	struct compat_iovec __user *compat = u64_to_user_ptr(data);
	struct iovec __user *native = u64_to_user_ptr(data);

	if (in_compat_syscall())
		return put_user(len, &compat->iov_len);

	return put_user(len, &native->iov_len);
}

/* As the kernel's ptrace_regset(). */
static int regs_of_type(struct spt_tracee *tracee, unsigned int type,
			struct iovec *iov, bool set)
{
	struct regs_transfer move = { .set = set };
	int err;

	/* Held: a dead task has no registers to tell its view by. */
	err = spt_stop_hold(tracee);
	if (err)
		return err;
	move.view = task_user_regset_view(tracee->task);
	spt_stop_release(tracee);

	move.regset = regs_find(move.view, type);
	if (!move.regset || iov->iov_len % move.regset->size)
		return -EINVAL;

	move.size = min_t(size_t, iov->iov_len,
			  move.regset->n * move.regset->size);
	iov->iov_len = move.size;

	return regs_transfer(tracee, &move, iov->iov_base);
}

static int regs_by_type(struct spt_tracee *tracee, unsigned int type, u64 data,
			bool set)
{
	struct iovec iov;
	int err;

	err = regs_get_iovec(&iov, data);
	if (!err)
		err = regs_of_type(tracee, type, &iov, set);
	if (err)
		return err;

	return regs_put_iovec_len(data, iov.iov_len);
}

/**
 * spt_regs_read - a register set for SPT_IOC_NEXT
 * @tracee: the tracee
 * @type: its ELF note type
 * @buffer: where to store it in the caller's memory
 * @size: how many bytes there are; out: how many were stored
 *
 * Context: process context, may sleep.
 * Return: as spt_regs_getset().
 */
int spt_regs_read(struct spt_tracee *tracee, u32 type, u64 buffer, u32 *size)
{
	struct iovec iov = {
		.iov_base = u64_to_user_ptr(buffer),
		.iov_len = *size,
	};
	int err = regs_of_type(tracee, type, &iov, false);

	if (!err)
		*size = iov.iov_len;
	return err;
}

/* The checks of @data come after that of the stop, as natively. */
static int regs_check_stopped(struct spt_tracee *tracee)
{
	int err;

	err = spt_stop_hold(tracee);
	if (!err)
		spt_stop_release(tracee);

	return err;
}

/**
 * spt_regs_getset - PTRACE_GETREGSET
 * @tracee: the tracee
 * @addr: the regset's ELF note type
 * @data: the caller's struct iovec
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH when the tracee isn't stopped; -EINVAL when it has no such
 * regset or the length is no multiple of its element; -EFAULT; -ENODEV;
 * -ENOMEM.
 */
int spt_regs_getset(struct spt_tracee *tracee, u64 addr, u64 data)
{
	int err = regs_check_stopped(tracee);

	return err ?: regs_by_type(tracee, addr, data, false);
}

/**
 * spt_regs_setset - PTRACE_SETREGSET
 * @tracee: the tracee
 * @addr: the regset's ELF note type
 * @data: the caller's struct iovec
 *
 * Context: process context, may sleep.
 * Return: as spt_regs_getset(), and -EOPNOTSUPP when the regset can't be set.
 */
int spt_regs_setset(struct spt_tracee *tracee, u64 addr, u64 data)
{
	int err = regs_check_stopped(tracee);

	return err ?: regs_by_type(tracee, addr, data, true);
}

/**
 * spt_regs_all - PTRACE_GETREGS and its kin: a register file in one piece
 * @tracee: the tracee
 * @request: the request
 * @data: the caller's buffer
 *
 * The layout is the caller's, whatever the tracee's, as natively.
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH when the tracee isn't stopped; -EFAULT; -ENOMEM; -EIO.
 */
int spt_regs_all(struct spt_tracee *tracee, u32 request, u64 data)
{
	struct regs_transfer move = {
		.view = task_user_regset_view(current),
	};
	unsigned int type = spt_arch_regset_of(request, &move.set);
	int err = regs_check_stopped(tracee);

	if (err)
		return err;

	move.regset = regs_find(move.view, type);
	if (!move.regset)
		return -EIO;
	move.size = move.regset->n * move.regset->size;

	return regs_transfer(tracee, &move, u64_to_user_ptr(data));
}

/**
 * spt_regs_arch - requests of the architecture that the kernel's own code serves
 * @tracee: the tracee
 * @request: PTRACE_PEEKUSER, PTRACE_POKEUSER; of x86 also PTRACE_GET_THREAD_AREA,
 *	PTRACE_SET_THREAD_AREA and PTRACE_ARCH_PRCTL
 * @addr: as for ptrace(2)
 * @data: as for ptrace(2)
 *
 * Context: process context, may sleep.
 * Return: what ptrace(2) does; -ESRCH when the tracee isn't stopped.
 */
int spt_regs_arch(struct spt_tracee *tracee, u32 request, u64 addr, u64 data)
{
	unsigned long before, after;
	int err;

	err = spt_stop_hold(tracee);
	if (err)
		return err;

	do {
		err = spt_stop_off_cpu(tracee, &before);
		if (!err)
			err = spt_arch_ptrace(tracee->task, request, addr,
					      data);
		if (!err)
			err = spt_stop_off_cpu(tracee, &after);
	} while (!err && before != after);

	spt_stop_release(tracee);
	return err;
}
