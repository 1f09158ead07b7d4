// SPDX-License-Identifier: GPL-2.0
/* The system call that a tracee is in, from its entry to its return. */
#include <string.h>
#include <sys/ptrace.h>

#include "names.h"
#include "trace.h"

static bool is_shown(const struct trace *trace, const struct call *call)
{
	return call && call->shown && !trace->hidden;
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

static void enter(struct trace *trace, struct tracee *tracee,
		  const struct spt_syscall_info *info)
{
	tracee->call = calls_get(&trace->calls, info->arch, info->entry.nr);
	memcpy(tracee->args, info->entry.args, sizeof(tracee->args));
	clock_gettime(CLOCK_MONOTONIC, &tracee->start);
}

static void leave(struct trace *trace, struct tracee *tracee,
		  const struct spt_syscall_info *info)
{
	bool failed = info->exit.is_error;
	struct call *call = tracee->call;
	double seconds;

	/* It may have begun before its thread was attached to. */
	if (is_shown(trace, call)) {
		seconds = seconds_since(&tracee->start);
		count(call, failed && !names_errno_restarts(-info->exit.rval),
		      seconds);
		if (!trace->options->summary)
			trace->output.format->returned(&trace->output, tracee,
						       info->exit.rval, failed,
						       seconds);
	}
	tracee->call = NULL;
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
	if (is_shown(trace, tracee->call) && !trace->options->summary)
		trace->output.format->unfinished(&trace->output, tracee,
						 reason);
	tracee->call = NULL;
}

void progress_move(struct trace *trace, struct tracee *from, struct tracee *to)
{
	progress_abandon(trace, to, UNFINISHED_EXIT);
	to->call = from->call;
	to->start = from->start;
	memcpy(to->args, from->args, sizeof(to->args));
	from->call = NULL;
}
