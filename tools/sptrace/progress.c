// SPDX-License-Identifier: GPL-2.0
/* The system call that a tracee is in, from its entry to its return. */
#include <string.h>
#include <sys/ptrace.h>

#include "names.h"
#include "trace.h"

/* Whether its calls are written, not only counted. */
static bool is_printed(const struct trace *trace)
{
	return !trace->options->summary || trace->options->summary_and_calls;
}

static bool is_shown(const struct trace *trace, const struct tracee *tracee)
{
	return tracee->call && tracee->call->shown && tracee->passed &&
	       !trace->hidden;
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec +
	       (now.tv_nsec - start->tv_nsec) / 1e9;
}

static void count(struct call *call, bool error, double seconds)
{
	call->count++;
	call->errors += error;
	call->seconds += seconds;
}

static void forget(struct tracee *tracee)
{
	tracee->call = NULL;
	tracee->begun = false;
	tracee->suspended = false;
	tracee->held = NULL;
	decode_reset(&tracee->decode);
}

static bool is_traced_path(const char *path, void *closure)
{
	const struct options *options = closure;
	size_t i;

	for (i = 0; i < options->path_count; i++) {
		if (!strcmp(options->paths[i], path))
			return true;
	}
	return false;
}

static bool passes_paths(const struct trace *trace, struct tracee *tracee)
{
	return !trace->options->path_count ||
	       decode_paths(&tracee->decode, is_traced_path,
			    (void *)trace->options);
}

/* The arguments that are known at the entry, as text. */
static void keep_entry(struct tracee *tracee)
{
	decode_entry(&tracee->decode, scratch_begin(&tracee->scratch));
	tracee->held = scratch_end(&tracee->scratch);
}

static void begin(struct trace *trace, struct tracee *tracee)
{
	if (!tracee->begun)
		trace->output.format->entered(&trace->output, tracee);
	tracee->begun = true;
}

static void enter(struct trace *trace, struct tracee *tracee,
		  const struct spt_syscall_info *info)
{
	struct decode_call *decode = &tracee->decode;

	forget(tracee);
	tracee->call = calls_get(&trace->calls, info->arch, info->entry.nr);
	tracee->ip = info->instruction_pointer;
	tracee->memory.fd = trace->fd;
	decode->type = tracee->call->type;
	decode->source = &tracee->source;
	decode->options = &trace->options->decode;
	decode->sp = info->stack_pointer;
	memcpy(decode->args, info->entry.args, sizeof(decode->args));
	tracee->passed = !tracee->call->shown || passes_paths(trace, tracee);
	/* An execve(2) that isn't shown yet may turn out to be the command's. */
	if (is_printed(trace) && tracee->call->shown && tracee->passed)
		keep_entry(tracee);
	if (is_printed(trace) && is_shown(trace, tracee))
		begin(trace, tracee);
	clock_gettime(CLOCK_MONOTONIC, &tracee->start);
}

static void leave(struct trace *trace, struct tracee *tracee,
		  const struct spt_syscall_info *info)
{
	bool failed = info->exit.is_error;
	double seconds;

	/* It may have begun before its thread was attached to. */
	if (is_shown(trace, tracee)) {
		seconds = seconds_since(&tracee->start);
		tracee->decode.rval = info->exit.rval;
		tracee->decode.failed = failed;
		count(tracee->call,
		      failed && !names_errno_restarts(-info->exit.rval),
		      seconds);
		if (is_printed(trace)) {
			begin(trace, tracee);
			trace->output.format->returned(&trace->output, tracee,
						       seconds);
		}
	}
	forget(tracee);
}

void progress_step(struct trace *trace, struct tracee *tracee,
		   const struct spt_syscall_info *info)
{
	if (info->op == PTRACE_SYSCALL_INFO_ENTRY)
		enter(trace, tracee, info);
	else if (info->op == PTRACE_SYSCALL_INFO_EXIT)
		leave(trace, tracee, info);
}

void progress_abandon(struct trace *trace, struct tracee *tracee,
		      enum unfinished reason)
{
	if (is_shown(trace, tracee) && is_printed(trace)) {
		begin(trace, tracee);
		trace->output.format->unfinished(&trace->output, tracee,
						 reason);
	}
	forget(tracee);
}

void progress_move(struct trace *trace, struct tracee *from, struct tracee *to)
{
	progress_abandon(trace, to, UNFINISHED_EXIT);
	text_suspend(&trace->output, from);
	to->call = from->call;
	to->start = from->start;
	to->ip = from->ip;
	scratch_free(&to->scratch);
	to->scratch = from->scratch;
	to->held = from->held;
	to->passed = from->passed;
	to->begun = from->begun;
	to->suspended = from->suspended;
	to->memory.fd = from->memory.fd;
	to->decode = from->decode;
	to->decode.source = &to->source;
	/* What was kept is the other's now. */
	memset(&from->scratch, 0, sizeof(from->scratch));
	memset(&from->decode, 0, sizeof(from->decode));
	forget(from);
}
