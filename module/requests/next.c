// SPDX-License-Identifier: GPL-2.0
/*
 * SPT_IOC_NEXT: one call from stop to stop, with what a tracer asks for there.
 */
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <uapi/linux/wait.h>
#include <asm/syscall.h>

#include "requests/memory.h"
#include "requests/next.h"
#include "requests/regs.h"
#include "requests/resume.h"
#include "requests/wait.h"
#include "stops/stop.h"
#include "tracee/tracee.h"

#define NEXT_FLAGS	(SPT_NEXT_SYSCALL_INFO | SPT_NEXT_AT_EXIT | SPT_NEXT_STAY)

/* What a caller gives, and what it gets. The two members in between are both. */
#define NEXT_GIVEN	offsetof(struct spt_next, event)
#define NEXT_TAKEN	offsetof(struct spt_next, tid)

/**
 * struct next_call - a call on its way
 * @args: the caller's structure
 * @wait: what it says of the wait
 * @gather: the pieces of memory; NULL for none
 * @tracee: whose report it is, with a reference held; NULL for none
 * @seq: which report of it
 */
struct next_call {
	struct spt_next args;
	struct spt_wait_for wait;
	struct spt_gather *gather;
	struct spt_tracee *tracee;
	u64 seq;
};

static int next_copy_in(struct spt_next *args, struct spt_next __user *user,
			size_t size)
{
	int zeroed;

	/* As copy_struct_from_user(), without what is only for copying out. */
	if (unlikely(size > sizeof(*args))) {
		zeroed = check_zeroed_user((void __user *)(user + 1),
					   size - sizeof(*args));
		if (zeroed <= 0)
			return zeroed ?: -E2BIG;
	}

	return copy_from_user(args, user, NEXT_GIVEN) ? -EFAULT : 0;
}

static int next_check(struct next_call *call)
{
	const struct spt_next *args = &call->args;
	bool at_exit = args->flags & SPT_NEXT_AT_EXIT;

	if (args->flags & ~NEXT_FLAGS || args->gather_count > SPT_GATHER_MAX)
		return -EINVAL;
	if (args->tid && spt_resume_checked(args->request, at_exit))
		return -EINVAL;

	call->wait = (struct spt_wait_for){
		.idtype = args->idtype,
		.id = args->id,
		.options = args->options,
		.flags = args->flags & SPT_NEXT_SYSCALL_INFO ?
				 SPT_WAIT_SYSCALL_INFO : 0,
		.event = &call->args.event,
		.syscall = &call->args.syscall,
	};

	return spt_wait_check(&call->wait);
}

static int next_check_gather(const struct spt_gather *gather)
{
	if (gather->base > SPT_VALUE_IP || gather->length > SPT_VALUE_RESULT ||
	    gather->flags & ~SPT_GATHER_STRING || gather->reserved)
		return -EINVAL;

	return 0;
}

static int next_get_gather(struct next_call *call)
{
	const struct spt_next *args = &call->args;
	unsigned int i;
	int err = 0;

	if (!args->gather_count)
		return 0;

	call->gather = memdup_user(u64_to_user_ptr(args->gather),
				   args->gather_count * sizeof(*call->gather));
	if (IS_ERR(call->gather)) {
		err = PTR_ERR(call->gather);
		call->gather = NULL;
	}
	for (i = 0; !err && i < args->gather_count; i++)
		err = next_check_gather(&call->gather[i]);

	return err;
}

static int next_resume(struct spt_tracer *tracer, struct spt_next *args)
{
	bool handover = !(args->flags & SPT_NEXT_STAY) &&
			!(args->options & WNOHANG);
	struct spt_tracee *tracee;
	int err;

	tracee = args->tid > 0 ? spt_tracee_of(tracer, args->tid) : NULL;
	if (!tracee)
		return -ESRCH;

	err = spt_resume_next(tracee, args->request, args->signal,
			      args->flags & SPT_NEXT_AT_EXIT, handover);
	spt_tracee_put(tracee);
	if (!err)
		args->tid = 0;

	return err;
}

/* Under tracer->lock: is it still that report, and of a stop? */
static bool next_is_current(const struct next_call *call)
{
	return call->tracee->report_seq == call->seq &&
	       spt_stop_served(call->tracee);
}

/*
 * Asked after something was read of the tracee: another thread may have resumed it, and it
 * may be in its next stop by now, of which this report must not tell.
 */
static bool next_is_still_current(const struct next_call *call)
{
	bool is;

	spin_lock(&call->tracee->tracer->lock);
	is = next_is_current(call);
	spin_unlock(&call->tracee->tracer->lock);

	return is;
}

static void next_tell_entry(struct next_call *call)
{
	struct spt_tracee *tracee = call->tracee;

	if (!READ_ONCE(tracee->entry_known))
		return;

	spin_lock(&tracee->tracer->lock);
	if (tracee->entry_known && next_is_current(call) &&
	    tracee->state == SPT_SYSCALL_EXIT_STOPPED) {
		call->args.entry = tracee->entry;
		call->args.event.flags |= SPT_EVENT_ENTRY;
	}
	spin_unlock(&tracee->tracer->lock);
}

/* A tracee that was killed, or that another thread has resumed, has nothing to tell. */
static int next_tell_regs(struct next_call *call)
{
	struct spt_next *args = &call->args;
	u32 size = args->regs_size;
	int err;

	if (!args->regs)
		return 0;

	err = spt_regs_read(call->tracee, args->regs_type, args->regs, &size);
	if (err)
		return err == -ESRCH ? 0 : err;
	if (!next_is_still_current(call))
		return 0;

	args->regs_size = size;
	args->event.flags |= SPT_EVENT_REGS;
	return 0;
}

/**
 * struct next_values - what pieces of memory are named by
 * @value: by SPT_VALUE_*
 * @known: bits by SPT_VALUE_*
 */
struct next_values {
	u64 value[SPT_VALUE_IP + 1];
	unsigned int known;
};

static void next_set(struct next_values *values, unsigned int which, u64 value)
{
	values->value[which] = value;
	values->known |= BIT(which);
}

static bool next_in_syscall(const struct spt_tracee *tracee)
{
	return tracee->state == SPT_SYSCALL_ENTER_STOPPED ||
	       tracee->state == SPT_SYSCALL_EXIT_STOPPED ||
	       (tracee->state == SPT_PTRACE_EVENT_STOPPED &&
		tracee->report.event == PTRACE_EVENT_SECCOMP);
}

static void next_set_arguments(struct spt_tracee *tracee, struct pt_regs *regs,
			       struct next_values *values)
{
	bool exit = tracee->state == SPT_SYSCALL_EXIT_STOPPED;
	unsigned long args[ARRAY_SIZE(tracee->entry.args)];
	int i;

	syscall_get_arguments(tracee->task, regs, args);
	for (i = 0; i < ARRAY_SIZE(args); i++)
		next_set(values, SPT_VALUE_ARG1 + i,
			 exit && tracee->entry_known ? tracee->entry.args[i] :
						       args[i]);
	if (exit && !syscall_get_error(tracee->task, regs))
		next_set(values, SPT_VALUE_RESULT,
			 syscall_get_return_value(tracee->task, regs));
}

/* Return: false when the tracee isn't in that stop any more. */
static bool next_get_values(struct next_call *call, struct next_values *values)
{
	struct spt_tracee *tracee = call->tracee;
	struct pt_regs *regs;
	bool current_stop;

	values->known = 0;
	next_set(values, SPT_VALUE_NONE, 0);
	spin_lock(&tracee->tracer->lock);
	current_stop = next_is_current(call);
	if (current_stop) {
		regs = task_pt_regs(tracee->task);
		next_set(values, SPT_VALUE_SP, user_stack_pointer(regs));
		next_set(values, SPT_VALUE_IP, instruction_pointer(regs));
		if (next_in_syscall(tracee))
			next_set_arguments(tracee, regs, values);
	}
	spin_unlock(&tracee->tracer->lock);

	return current_stop;
}

static u64 next_length(const struct next_values *values,
		       const struct spt_gather *gather)
{
	s64 most = values->value[gather->length];

	if (gather->length == SPT_VALUE_NONE)
		return gather->size;

	return clamp_t(s64, most, 0, gather->size);
}

/* What isn't there is no error, but that the caller's own memory isn't is one. */
static int next_gather_one(struct next_call *call,
			   const struct next_values *values,
			   struct spt_gather *gather)
{
	unsigned int needed = BIT(gather->base) | BIT(gather->length);
	struct spt_range range;
	u64 done = 0;
	int err;

	gather->got = 0;
	if ((values->known & needed) != needed)
		return 0;

	range = (struct spt_range){
		.addr = values->value[gather->base] + gather->addr,
		.buffer = gather->buffer,
		.size = next_length(values, gather),
	};
	err = spt_memory_read(call->tracee, &range,
			      gather->flags & SPT_GATHER_STRING, call->seq,
			      &done);
	if (next_is_still_current(call))
		gather->got = done;

	return err == -EIO || err == -ESRCH ? 0 : err;
}

static int next_tell_memory(struct next_call *call)
{
	struct spt_gather __user *user = u64_to_user_ptr(call->args.gather);
	struct next_values values;
	unsigned int i;
	int err = 0;

	if (!next_get_values(call, &values))
		values.known = 0;

	for (i = 0; !err && i < call->args.gather_count; i++) {
		err = next_gather_one(call, &values, &call->gather[i]);
		if (!err)
			err = put_user(call->gather[i].got, &user[i].got);
	}

	return err;
}

/*
 * The caller is given up to the last member that is there: a word at a time, which is
 * faster than a copy of a length that the compiler can't see.
 */
static int next_copy_out(struct spt_next __user *user,
			 const struct spt_next *args)
{
	size_t end = offsetof(struct spt_next, syscall), at;

	if (args->event.flags & SPT_EVENT_ENTRY)
		end = sizeof(*args);
	else if (args->event.flags & SPT_EVENT_SYSCALL_INFO)
		end = offsetof(struct spt_next, entry);

	if (!user_write_access_begin(user, sizeof(*user)))
		return -EFAULT;
	for (at = NEXT_TAKEN; at < end; at += sizeof(u64))
		unsafe_put_user(*(const u64 *)((const char *)args + at),
				(u64 __user *)((char __user *)user + at),
				fault);
	user_write_access_end();

	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

static int next_tell(struct next_call *call)
{
	struct spt_next *args = &call->args;
	int err = 0;

	if (args->event.cause == CLD_TRAPPED) {
		next_tell_entry(call);
		err = next_tell_regs(call);
	}
	if (!err && call->gather && call->tracee)
		err = next_tell_memory(call);

	return err;
}

static int next_wait(struct spt_tracer *tracer, struct next_call *call,
		     bool resumed, struct spt_next __user *user)
{
	int err;

	err = spt_wait_take(tracer, &call->wait, resumed, &call->tracee,
			    &call->seq);
	if (err)
		return err;

	err = next_tell(call);
	if (!err)
		err = next_copy_out(user, &call->args);
	if (call->tracee)
		spt_wait_finish(call->tracee, &call->wait, call->seq, err);

	return err;
}

/*
 * By its tid the caller is told, and the kernel when it restarts the call, that it isn't to be
 * resumed again.
 */
static int next_failed(struct spt_next __user *user, bool resumed, int err)
{
	return resumed && put_user(0, &user->tid) ? -EFAULT : err;
}

/**
 * spt_next - SPT_IOC_NEXT
 * @tracer: the caller's thread group
 * @user: the caller's structure
 * @size: its size, checked
 *
 * Context: process context, may sleep.
 * Return: 0, or an errno as SPT_IOC_NEXT in the ABI's header tells.
 */
int spt_next(struct spt_tracer *tracer, struct spt_next __user *user,
	     size_t size)
{
	struct next_call call = {};
	bool resume;
	int err;

	err = next_copy_in(&call.args, user, size);
	if (err)
		return err;
	resume = call.args.tid;
	err = next_check(&call) ?: next_get_gather(&call);
	if (!err && resume)
		err = next_resume(tracer, &call.args);
	if (!err) {
		err = next_wait(tracer, &call, resume, user);
		if (err)
			err = next_failed(user, resume, err);
	}

	kfree(call.gather);
	return err;
}
