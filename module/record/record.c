// SPDX-License-Identifier: GPL-2.0
/*
 * Making records of what the current task does; see record.h.
 */
#include <linux/err.h>
#include <linux/kprobes.h>
#include <linux/memcontrol.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <asm/seccomp.h>
#include <asm/syscall.h>

#include "record/bytes.h"
#include "record/capture.h"
#include "record/record.h"
#include "record/stream.h"
#include "tracee/tracee.h"

/* ---- one record ------------------------------------------------------------------ */

/* A record that is being written, with preemption disabled. */
struct record_slot {
	struct spt_stream *stream;
	struct spt_part *part;
	struct spt_writer writer;
};

/* Without lockdep, which a probe's handler is no place for. */
static __always_inline struct spt_stream *
record_stream(const struct spt_tracee *tracee)
{
	return rcu_dereference_raw(tracee->tracer->stream);
}

/*
 * Not of one that was let go, nor of a program that the tracer isn't known to be
 * allowed to trace.
 */
static __always_inline bool record_may(const struct spt_tracee *tracee)
{
	return spt_traced(tracee) && tracee->own.exec_id == current->self_exec_id;
}

static __always_inline bool record_open(struct record_slot *slot,
					const struct spt_tracee *tracee)
{
	struct pid_namespace *ns = ns_of_pid(tracee->tracer->tgid);

	slot->stream = record_stream(tracee);
	if (!slot->stream)
		return false;

	slot->part = raw_cpu_ptr(slot->stream->parts);
	if (!spt_part_open(slot->part))
		return false;

	slot->writer = (struct spt_writer){
		.time = ktime_get_ns(),
		.tid = pid_nr_ns(tracee->tid, ns),
		.tgid = pid_nr_ns(tracee->tgid, ns),
		.cpu = raw_smp_processor_id(),
	};

	return true;
}

static __always_inline void record_close(struct record_slot *slot)
{
	spt_part_close(slot->part);
	spt_stream_written(slot->stream, slot->part);
}

/* ---- what arguments point to ----------------------------------------------------- */

static enum spt_capture_abi record_abi(u32 arch)
{
	return arch == SECCOMP_ARCH_NATIVE ? SPT_CAPTURE_NATIVE :
					     SPT_CAPTURE_COMPAT;
}

static const struct spt_capture *
record_captures(const struct spt_stream *stream,
		const struct spt_recorded *recorded)
{
	return spt_captures_of(stream->captures, record_abi(recorded->arch),
			       recorded->nr);
}

/* How long a buffer is; false when that can't be read. */
static bool record_length(const struct spt_capture *capture,
			  const struct spt_recorded *recorded, long result,
			  u64 *length)
{
	u32 pointed;

	switch (capture->length) {
	case SPT_LENGTH_MAX:
		*length = capture->max;
		return true;
	case SPT_LENGTH_RESULT:
		*length = result;
		return true;
	case SPT_LENGTH_ARG(0)...SPT_LENGTH_ARG(5):
		*length = recorded->args[capture->length - SPT_LENGTH_ARG(0)];
		return true;
	default:
		if (spt_bytes_copy(&pointed,
				   recorded->args[capture->length -
						  SPT_LENGTH_AT(0)],
				   sizeof(pointed)) != sizeof(pointed))
			return false;
		*length = pointed;
		return true;
	}
}

NOKPROBE_SYMBOL(record_length);

/* Return: how many bytes, behind @bytes, which says what they are. */
static u32 record_buffer(const struct spt_capture *capture,
			 const struct spt_recorded *recorded, long result,
			 struct spt_bytes *bytes, u8 *flags)
{
	u32 limit, copied;
	u64 says;

	if (!record_length(capture, recorded, result, &says)) {
		*flags |= SPT_BYTES_MISSING;
		return 0;
	}

	limit = spt_capture_limit(capture, says);
	copied = spt_bytes_copy(bytes + 1, recorded->args[capture->arg], limit);
	if (copied < limit)
		*flags |= SPT_BYTES_MISSING;
	if (says > limit)
		*flags |= SPT_BYTES_TRUNCATED;

	return copied;
}

NOKPROBE_SYMBOL(record_buffer);

static u32 record_string(const struct spt_capture *capture,
			 const struct spt_recorded *recorded,
			 struct spt_bytes *bytes, u8 *flags)
{
	u32 copied;
	bool ended;

	copied = spt_bytes_copy_string((char *)(bytes + 1),
				       recorded->args[capture->arg],
				       capture->max, &ended);
	if (!ended)
		*flags |= copied == capture->max ? SPT_BYTES_TRUNCATED :
						   SPT_BYTES_MISSING;

	return copied;
}

NOKPROBE_SYMBOL(record_string);

/*
 * Whoever maps a ring may change what is there while it is written, so nothing is read
 * back from it, here or in bytes.c. Return: how long it has become.
 */
static u32 record_take(const struct spt_capture *capture,
		       const struct spt_recorded *recorded, u8 flags,
		       long result, bool allowed, void *to)
{
	struct spt_bytes *bytes = to;
	u32 length = 0, size;

	if (!allowed)
		flags |= SPT_BYTES_MISSING;
	else if (capture->kind == SPT_CAPTURE_STRING)
		length = record_string(capture, recorded, bytes, &flags);
	else
		length = record_buffer(capture, recorded, result, bytes,
				       &flags);

	size = spt_capture_size(length);
	memset(to + sizeof(*bytes) + length, 0, size - sizeof(*bytes) - length);
	*bytes = (struct spt_bytes){
		.arg = capture->arg,
		.flags = flags,
		.length = length,
	};

	return size;
}

NOKPROBE_SYMBOL(record_take);

/* All that is taken at a call's entry. Return: how long it has become. */
static u32 record_take_entry(const struct spt_stream *stream,
			     const struct spt_capture *capture,
			     const struct spt_tracee *tracee, void *to)
{
	bool allowed = spt_bytes_allowed(tracee);
	u32 size = 0;

	for (; capture && capture->when == SPT_CAPTURE_AT_ENTRY;
	     capture = spt_captures_next(stream->captures, capture))
		size += record_take(capture, &tracee->own.recorded, 0, 0,
				    allowed, to + size);

	return size;
}

NOKPROBE_SYMBOL(record_take_entry);

/* ---- system calls ---------------------------------------------------------------- */

static __always_inline bool record_is_pending(const struct spt_tracee *tracee)
{
	return tracee->own.recorded.phase == SPT_RECORDED_PENDING;
}

static __always_inline void record_note(struct spt_stream *stream,
					struct spt_tracee *tracee,
					struct pt_regs *regs)
{
	struct spt_recorded *recorded = &tracee->own.recorded;

	recorded->arch = syscall_get_arch(current);
	recorded->nr = (unsigned int)syscall_get_nr(current, regs);
	syscall_get_arguments(current, regs, recorded->args);
	recorded->exec_id = current->self_exec_id;
	recorded->mm = current->mm;
	recorded->stream = stream->id;
	recorded->filled = 0;
	recorded->end = 0;
}

/* False when there is no memory for what is to be taken; see record_prepare(). */
static bool record_enter(struct spt_stream *stream, struct spt_tracee *tracee,
			 struct pt_regs *regs)
{
	struct spt_recorded *recorded = &tracee->own.recorded;
	const struct spt_capture *capture;

	record_note(stream, tracee, regs);
	capture = stream->captures->nr ? record_captures(stream, recorded) :
					 NULL;
	recorded->captured = capture;
	if (capture && capture->when == SPT_CAPTURE_AT_ENTRY) {
		if (recorded->capacity < stream->captures->entry_bytes)
			return false;
		recorded->filled = record_take_entry(stream, capture, tracee,
						     recorded->bytes);
	}
	recorded->begin = ktime_get_ns();
	recorded->phase = SPT_RECORDED_PENDING;

	return true;
}

NOKPROBE_SYMBOL(record_enter);

/**
 * spt_record_enter_quick - a call that is to be recorded is entered
 * @tracee: the current task, which has an entry in the exits' table
 * @regs: the call
 *
 * Context: a probe's handler.
 * Return: false when it is to be done by spt_record_enter().
 */
bool spt_record_enter_quick(struct spt_tracee *tracee, struct pt_regs *regs)
{
	struct spt_stream *stream = record_stream(tracee);

	if (!record_may(tracee))
		return false;

	return !stream || record_enter(stream, tracee, regs);
}

NOKPROBE_SYMBOL(spt_record_enter_quick);

/* It counts for the tracer's memory cgroup, in which nobody is to be killed for it. */
static void record_alloc(struct spt_tracee *tracee, u32 wanted)
{
	struct spt_recorded *recorded = &tracee->own.recorded;
	struct mem_cgroup *saved;

	kfree(recorded->bytes);
	saved = set_active_memcg(tracee->tracer->memcg);
	recorded->bytes = kmalloc(wanted, GFP_KERNEL_ACCOUNT | __GFP_NOWARN |
						  __GFP_NORETRY);
	set_active_memcg(saved);
	recorded->capacity = recorded->bytes ? wanted : 0;
}

/*
 * Memory for the ring that there is now; without it, bytes are taken at the call's exit.
 * It is asked for once for each ring: not each call is to wait for what can't be.
 */
static void record_prepare(struct spt_tracee *tracee)
{
	struct spt_recorded *recorded = &tracee->own.recorded;
	struct spt_stream *stream = spt_stream_get(tracee->tracer);
	u32 wanted;
	u64 id;

	if (!stream)
		return;
	wanted = stream->captures->entry_bytes;
	id = stream->id;
	spt_stream_put(stream);
	if (wanted <= recorded->capacity || recorded->prepared == id)
		return;

	recorded->prepared = id;
	record_alloc(tracee, wanted);
}

/**
 * spt_record_enter - a call that is to be recorded is entered
 * @tracee: the current task
 * @regs: the call, as it will be begun
 *
 * Context: the task itself, at the entry hook; may sleep.
 */
void spt_record_enter(struct spt_tracee *tracee, struct pt_regs *regs)
{
	struct spt_recorded *recorded = &tracee->own.recorded;
	struct spt_stream *stream;

	record_prepare(tracee);

	preempt_disable();
	stream = record_stream(tracee);
	if (stream && record_may(tracee) &&
	    !record_enter(stream, tracee, regs)) {
		recorded->begin = ktime_get_ns();
		recorded->phase = SPT_RECORDED_PENDING;
	}
	preempt_enable();
}

static __always_inline u32
record_call_size(const struct spt_stream *stream,
		 const struct spt_recorded *recorded)
{
	u32 size = sizeof(struct spt_record_syscall);

	return recorded->captured ? size + stream->captures->call_bytes : size;
}

static bool record_is_error(long result)
{
	return IS_ERR_VALUE(result);
}

/*
 * What a capture has taken at the entry, which is at @from. What was missing then is
 * looked for again, since the call itself may have read it: a path that nobody had
 * touched is there now.
 */
static u32 record_keep(const struct spt_capture *capture,
		       const struct spt_recorded *recorded, bool again,
		       const struct spt_bytes *from, void *to)
{
	u32 size = spt_capture_size(from->length);

	if (again && from->flags & SPT_BYTES_MISSING)
		return record_take(capture, recorded, SPT_BYTES_AT_EXIT, 0,
				   true, to);

	memcpy(to, from, size);
	return size;
}

NOKPROBE_SYMBOL(record_keep);

/* What a call's arguments point to, behind it. Return: the size of that. */
static noinline u32 record_call_bytes(const struct spt_stream *stream,
				      const struct spt_tracee *tracee,
				      long result, bool returned, void *to)
{
	const struct spt_recorded *recorded = &tracee->own.recorded;
	const struct spt_capture *capture = record_captures(stream, recorded);
	/* After an execve(2), which may have failed, another program's memory is there. */
	bool there = returned && recorded->mm == current->mm &&
		     recorded->exec_id == current->self_exec_id;
	bool allowed = capture && there && spt_bytes_allowed(tracee);
	u32 from = 0, size = 0;

	if (recorded->stream != stream->id)
		return 0;

	for (; capture; capture = spt_captures_next(stream->captures, capture)) {
		if (capture->when == SPT_CAPTURE_AT_EXIT) {
			if (there && !record_is_error(result))
				size += record_take(capture, recorded,
						    SPT_BYTES_AT_EXIT, result,
						    allowed, to + size);
		} else if (from < recorded->filled) {
			struct spt_bytes *bytes =
				(void *)(recorded->bytes + from);

			size += record_keep(capture, recorded, allowed, bytes,
					    to + size);
			from += spt_capture_size(bytes->length);
		} else {
			/* There was no memory for it; see record_prepare(). */
			size += record_take(capture, recorded,
					    allowed ? SPT_BYTES_AT_EXIT : 0, 0,
					    allowed, to + size);
		}
	}

	return size;
}

NOKPROBE_SYMBOL(record_call_bytes);

/* Of a 32-bit call, an error is extended to 64 bits. */
static __always_inline long record_result(void)
{
	struct pt_regs *regs = task_pt_regs(current);

	return syscall_get_error(current, regs) ?:
	       syscall_get_return_value(current, regs);
}

static __always_inline void
record_fill_call(const struct record_slot *slot,
		 const struct spt_tracee *tracee, bool returned,
		 struct spt_record_syscall *call)
{
	const struct spt_recorded *recorded = &tracee->own.recorded;
	long result = returned ? record_result() : 0;
	u64 end = recorded->end ?: slot->writer.time;
	u32 size = sizeof(*call);
	int i;

	if (!returned)
		call->head.flags = SPT_RECORD_NO_EXIT;
	call->arch = recorded->arch;
	call->reserved = 0;
	call->nr = recorded->nr;
	for (i = 0; i < ARRAY_SIZE(call->args); i++)
		call->args[i] = recorded->args[i];
	call->result = result;
	call->begin = recorded->begin;
	call->duration = returned ? end - recorded->begin : 0;
	if (recorded->captured)
		size += record_call_bytes(slot->stream, tracee, result,
					  returned, call + 1);

	spt_part_commit(slot->part, &call->head, size);
}

/* What became of a record. */
enum record_fate {
	RECORD_WRITTEN,
	RECORD_LOST,
	RECORD_NOWHERE,
	RECORD_WAITS,
};

/*
 * The call that is pending; with preemption disabled. It stays pending when it is to
 * wait, and only then.
 */
static enum record_fate record_call(struct spt_tracee *tracee, bool returned,
				    bool may_wait)
{
	struct spt_recorded *recorded = &tracee->own.recorded;
	enum record_fate fate = RECORD_WRITTEN;
	struct spt_record *record;
	struct record_slot slot;
	bool blocks;

	if (!spt_traced(tracee) || !record_open(&slot, tracee)) {
		recorded->phase = SPT_RECORDED_OVER;
		return RECORD_NOWHERE;
	}

	blocks = may_wait && slot.stream->flags & SPT_RECORD_BLOCK;
	record = spt_part_begin(slot.part, &slot.writer, SPT_RECORD_SYSCALL,
				record_call_size(slot.stream, recorded),
				may_wait ? slot.stream->keep : 0);
	if (record) {
		record_fill_call(&slot, tracee, returned,
				 container_of(record, struct spt_record_syscall,
					      head));
	} else if (blocks) {
		fate = RECORD_WAITS;
		if (!recorded->end)
			recorded->end = slot.writer.time;
	} else {
		fate = RECORD_LOST;
		spt_part_lose(slot.part, SPT_RECORD_SYSCALL, slot.writer.time);
	}
	if (fate != RECORD_WAITS)
		recorded->phase = SPT_RECORDED_OVER;
	record_close(&slot);

	return fate;
}

NOKPROBE_SYMBOL(record_call);

/**
 * spt_record_exit_quick - a call that was entered has returned
 * @tracee: the current task
 *
 * Context: a probe's handler.
 * Return: false when there is none, or it is to be done by spt_record_exit().
 */
bool spt_record_exit_quick(struct spt_tracee *tracee)
{
	if (!record_is_pending(tracee) ||
	    tracee->own.exec_id != current->self_exec_id)
		return false;

	return record_call(tracee, true, true) != RECORD_WAITS;
}

NOKPROBE_SYMBOL(spt_record_exit_quick);

static enum record_fate record_call_anywhere(struct spt_tracee *tracee,
					     bool returned, bool may_wait)
{
	enum record_fate fate;

	preempt_disable();
	fate = record_call(tracee, returned, may_wait);
	preempt_enable();

	return fate;
}

/**
 * spt_record_returned - a call that was entered has just returned
 * @tracee: the current task
 *
 * What comes before spt_record_exit() isn't part of it: stops that may last.
 *
 * Context: the task itself, at the exit hook.
 */
void spt_record_returned(struct spt_tracee *tracee)
{
	struct spt_recorded *recorded = &tracee->own.recorded;

	if (record_is_pending(tracee) && !recorded->end)
		recorded->end = ktime_get_ns();
}

/**
 * spt_record_exit - a call that was entered has returned
 * @tracee: the current task
 *
 * Where the ring asks for it, waits until there is room for its record. One that is
 * killed meanwhile is recorded if there is room for what can't wait.
 *
 * Context: the task itself, at the exit hook; may sleep.
 */
void spt_record_exit(struct spt_tracee *tracee)
{
	struct spt_recorded *recorded = &tracee->own.recorded;
	struct spt_stream *stream;

	while (record_is_pending(tracee) &&
	       record_call_anywhere(tracee, true, true) == RECORD_WAITS) {
		stream = spt_stream_get(tracee->tracer);
		if (stream) {
			spt_stream_wait_room(stream, tracee,
					     record_call_size(stream,
							      recorded));
			spt_stream_put(stream);
		}
		if (fatal_signal_pending(current))
			record_call_anywhere(tracee, true, false);
	}
}

/**
 * spt_record_unfinished - a call that was entered will not return
 * @tracee: the current task
 *
 * Context: the task itself; doesn't sleep.
 */
void spt_record_unfinished(struct spt_tracee *tracee)
{
	if (record_is_pending(tracee))
		record_call_anywhere(tracee, false, false);
}

/* ---- events ---------------------------------------------------------------------- */

/*
 * One that has no bytes, and is written at once or lost. @body is what follows the
 * head.
 */
static void record_event(struct spt_tracee *tracee, u16 kind, const void *body,
			 u32 length)
{
	struct spt_record *record;
	struct record_slot slot;

	preempt_disable();
	if (!record_may(tracee) || !record_open(&slot, tracee))
		goto enable;

	record = spt_part_begin(slot.part, &slot.writer, kind,
				sizeof(*record) + length, 0);
	if (record) {
		memcpy(record + 1, body, length);
		spt_part_commit(slot.part, record, sizeof(*record) + length);
	} else {
		spt_part_lose(slot.part, kind, slot.writer.time);
	}
	record_close(&slot);
enable:
	preempt_enable();
}

#define RECORD_EVENT(tracee, kind, event)				\
	record_event(tracee, kind, &(event).head + 1,			\
		     sizeof(event) - sizeof((event).head))

/* As the kernel's siginfo_layout(), of what is worth a record. */
static bool record_signal_has_sender(const kernel_siginfo_t *info)
{
	switch (info->si_code) {
	case SI_USER:
	case SI_TKILL:
	case SI_QUEUE:
		return true;
	default:
		return info->si_signo == SIGCHLD && info->si_code > SI_USER &&
		       info->si_code != SI_KERNEL;
	}
}

static bool record_signal_has_address(const kernel_siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGILL:
	case SIGBUS:
	case SIGFPE:
	case SIGTRAP:
	case SIGSEGV:
		return info->si_code > SI_USER && info->si_code != SI_KERNEL;
	default:
		return false;
	}
}

/**
 * spt_record_signal - a signal is about to be delivered, or to stop the task
 * @tracee: the current task
 * @info: the signal
 *
 * Context: the task itself; doesn't sleep.
 */
void spt_record_signal(struct spt_tracee *tracee, const kernel_siginfo_t *info)
{
	struct spt_record_signal event = {
		.signo = info->si_signo,
		.code = info->si_code,
	};

	if (!spt_record_wanted(tracee))
		return;
	if (record_signal_has_sender(info)) {
		event.pid = info->si_pid;
		event.uid = info->si_uid;
	} else if (record_signal_has_address(info)) {
		event.addr = (unsigned long)info->si_addr;
	}
	RECORD_EVENT(tracee, SPT_RECORD_SIGNAL, event);
}

/**
 * spt_record_fork - a new task is about to run
 * @tracee: the current task
 * @child: the new one
 *
 * Context: the task itself; doesn't sleep.
 */
void spt_record_fork(struct spt_tracee *tracee, struct task_struct *child)
{
	struct pid_namespace *ns = ns_of_pid(tracee->tracer->tgid);
	struct spt_record_fork event = {
		.child = task_pid_nr_ns(child, ns),
		.child_tgid = task_tgid_nr_ns(child, ns),
	};

	RECORD_EVENT(tracee, SPT_RECORD_FORK, event);
}

/**
 * spt_record_exec - a program was executed, and may be traced
 * @tracee: the current task
 * @former: its number in the tracer's pid namespace before it was
 *
 * Context: the task itself; doesn't sleep.
 */
void spt_record_exec(struct spt_tracee *tracee, pid_t former)
{
	struct spt_record_exec event = { .former = former };

	RECORD_EVENT(tracee, SPT_RECORD_EXEC, event);
}

/**
 * spt_record_end - the task ends
 * @tracee: the current task
 * @status: its wait status
 *
 * Context: the task itself; doesn't sleep.
 */
void spt_record_end(struct spt_tracee *tracee, int status)
{
	struct spt_record_exit event = { .status = status };

	spt_record_unfinished(tracee);
	RECORD_EVENT(tracee, SPT_RECORD_EXIT, event);
}
