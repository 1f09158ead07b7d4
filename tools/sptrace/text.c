// SPDX-License-Identifier: GPL-2.0
/* One line of text for everything that a tracee does. */
#include <inttypes.h>
#include <sys/wait.h>

#include "names.h"
#include "output.h"
#include "siginfo.h"

static void write_tid(struct output *output, const struct tracee *tracee)
{
	if (output->with_tid)
		fprintf(output->file, "[pid %d] ", tracee->tid);
}

static void write_call(struct output *output, const struct tracee *tracee)
{
	unsigned int i;

	write_tid(output, tracee);
	fprintf(output->file, "%s(", tracee->call->name);
	for (i = 0; i < tracee->call->args; i++)
		fprintf(output->file, "%s%#" PRIx64, i ? ", " : "",
			tracee->args[i]);
	fputs(") = ", output->file);
}

static void write_error(FILE *file, int error)
{
	const char *name = names_errno(error);

	if (names_errno_restarts(error))
		fprintf(file, "? %s (%s)\n", name, names_errno_text(error));
	else if (name)
		fprintf(file, "-1 %s (%s)\n", name, names_errno_text(error));
	else
		fprintf(file, "-1 (errno %d)\n", error);
}

static void text_returned(struct output *output, const struct tracee *tracee,
			  int64_t rval, bool failed, double seconds)
{
	(void)seconds;
	write_call(output, tracee);
	if (failed)
		write_error(output->file, -rval);
	else if (tracee->call->maps)
		fprintf(output->file, "%#" PRIx64 "\n", (uint64_t)rval);
	else
		fprintf(output->file, "%" PRId64 "\n", rval);
}

static void text_unfinished(struct output *output, const struct tracee *tracee,
			    enum unfinished reason)
{
	write_call(output, tracee);
	fprintf(output->file, "?%s\n",
		reason == UNFINISHED_DETACHED ? " <detached ...>" : "");
}

static void text_signalled(struct output *output, const struct tracee *tracee,
			   const siginfo_t *info)
{
	char name[NAMES_SIGNAL_SIZE];
	struct siginfo_members found;
	size_t i;

	siginfo_describe(info, &found);
	write_tid(output, tracee);
	fprintf(output->file, "--- %s {", names_signal(info->si_signo, name));
	for (i = 0; i < found.count; i++)
		fprintf(output->file, "%s%s=%s", i ? ", " : "",
			found.members[i].name, found.members[i].value);
	fputs("} ---\n", output->file);
}

static void text_stopped(struct output *output, const struct tracee *tracee,
			 int signal)
{
	char name[NAMES_SIGNAL_SIZE];

	write_tid(output, tracee);
	fprintf(output->file, "--- stopped by %s ---\n",
		names_signal(signal, name));
}

/* The result of the call, which follows, says it all. */
static void text_created(struct output *output, const struct tracee *tracee,
			 enum creation creation, pid_t child)
{
	(void)output;
	(void)tracee;
	(void)creation;
	(void)child;
}

static void text_executed(struct output *output, const struct tracee *tracee,
			  pid_t former)
{
	if (former == tracee->tid)
		return;
	write_tid(output, tracee);
	fprintf(output->file, "+++ superseded by execve in pid %d +++\n",
		former);
}

static void text_ended(struct output *output, const struct tracee *tracee,
		       int status)
{
	char name[NAMES_SIGNAL_SIZE];

	write_tid(output, tracee);
	if (WIFSIGNALED(status))
		fprintf(output->file, "+++ killed by %s%s +++\n",
			names_signal(WTERMSIG(status), name),
			WCOREDUMP(status) ? " (core dumped)" : "");
	else
		fprintf(output->file, "+++ exited with %d +++\n",
			WEXITSTATUS(status));
}

static void text_released(struct output *output, const struct tracee *tracee)
{
	write_tid(output, tracee);
	fputs("+++ detached: the program that it executed gained privileges, "
	      "so tracing stopped +++\n",
	      output->file);
}

static void text_summary(struct output *output, struct call *const *calls,
			 size_t count)
{
	summary_write(output->file, calls, count);
}

const struct format text_format = {
	.returned = text_returned,
	.unfinished = text_unfinished,
	.signalled = text_signalled,
	.stopped = text_stopped,
	.created = text_created,
	.executed = text_executed,
	.ended = text_ended,
	.released = text_released,
	.summary = text_summary,
};
