// SPDX-License-Identifier: GPL-2.0
/* Lines of text for everything that a tracee does, as strace writes them. */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "names.h"
#include "output.h"
#include "siginfo.h"

#define COLOR_CALL "\033[36m"
#define COLOR_ERROR "\033[31m"
#define COLOR_EVENT "\033[33m"
#define COLOR_END "\033[m"

static FILE *file_of(struct output *output, struct tracee *tracee)
{
	char *path;

	if (!output->style.apart)
		return output->file;
	if (tracee->file)
		return tracee->file;
	if (asprintf(&path, "%s.%d", output->style.path, tracee->tid) < 0)
		err(EXIT_FAILURE, NULL);
	tracee->file = fopen(path, "we");
	if (!tracee->file)
		err(EXIT_FAILURE, "%s", path);
	free(path);
	return tracee->file;
}

static const char *colored(const struct output *output, const char *color)
{
	return output->style.color ? color : "";
}

void text_suspend(struct output *output, const struct tracee *tracee)
{
	if (!output->open || (tracee && output->open != tracee))
		return;
	fputs(" <unfinished ...>\n", output->file);
	output->open->suspended = true;
	output->open = NULL;
}

static void write_clock(struct output *output, FILE *file,
			const struct timespec *now)
{
	struct tm local;
	char text[16];

	if (output->style.clock == CLOCK_NONE)
		return;
	if (output->style.clock == CLOCK_EPOCH) {
		fprintf(file, "%lld.%06ld ", (long long)now->tv_sec,
			now->tv_nsec / 1000);
		return;
	}
	localtime_r(&now->tv_sec, &local);
	strftime(text, sizeof(text), "%T", &local);
	if (output->style.clock == CLOCK_SECONDS)
		fprintf(file, "%s ", text);
	else
		fprintf(file, "%s.%06ld ", text, now->tv_nsec / 1000);
}

static void write_relative(struct output *output, FILE *file)
{
	struct timespec now, *last = &output->last;
	int64_t nsecs = 0;

	if (!output->style.relative)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (last->tv_sec || last->tv_nsec)
		nsecs = (now.tv_sec - last->tv_sec) * 1000000000LL +
			now.tv_nsec - last->tv_nsec;
	*last = now;
	fprintf(file, "%6lld.%06lld ", (long long)(nsecs / 1000000000),
		(long long)(nsecs % 1000000000 / 1000));
}

/* What begins each line; whoever has begun one is told that it goes on later. */
static void write_head(struct output *output, struct tracee *tracee, FILE *file)
{
	const struct style *style = &output->style;
	struct timespec now;

	if (style->to_file && output->with_tid && !style->apart)
		fprintf(file, "%-5d ", tracee->tid);
	else if (output->with_tid && !style->apart)
		fprintf(file, "[pid %5d] ", tracee->tid);
	write_relative(output, file);
	if (style->clock != CLOCK_NONE) {
		clock_gettime(CLOCK_REALTIME, &now);
		write_clock(output, file, &now);
	}
	if (style->ip && tracee->call)
		fprintf(file, "[%016" PRIx64 "] ", tracee->ip);
	else if (style->ip)
		fprintf(file, "[%16s] ", "?");
}

/* The beginning of a line that is no call's. */
static FILE *begin_event(struct output *output, struct tracee *tracee)
{
	FILE *file = file_of(output, tracee);

	text_suspend(output, NULL);
	write_head(output, tracee, file);
	fputs(colored(output, COLOR_EVENT), file);
	return file;
}

static void end_event(struct output *output, FILE *file)
{
	fprintf(file, "%s\n", colored(output, COLOR_END));
}

/* How wide it is: without what is for the terminal alone. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++) {
		if (*text == '\033')
			text += strcspn(text, "m");
		else
			width++;
	}
	return width;
}

static void write_counted(struct output *output, FILE *file, const char *text)
{
	fputs(text, file);
	output->column += width_of(text);
}

static void begin_line(struct output *output, struct tracee *tracee, FILE *file)
{
	text_suspend(output, NULL);
	output->column = 0;
	write_head(output, tracee, file);
}

/* The call's name and the arguments that are known. */
static const char *entry_text(struct output *output, struct tracee *tracee)
{
	FILE *file = scratch_begin(&output->line);

	begin_line(output, tracee, file);
	fprintf(file, "%s%s%s(%s", colored(output, COLOR_CALL),
		tracee->call->name, colored(output, COLOR_END),
		tracee->held ?: "");
	return scratch_end(&output->line);
}

static bool shows_all(const struct output *output)
{
	return output->style.statuses == STATUS_ALL;
}

/* Where only some results count it waits for the result. */
static void text_entered(struct output *output, struct tracee *tracee)
{
	const char *text;

	/* Of a call before this one nothing is to come any more. */
	text_suspend(output, tracee);
	tracee->suspended = false;
	text = entry_text(output, tracee);
	if (!shows_all(output)) {
		fputs(text, scratch_begin(&tracee->scratch));
		tracee->held = scratch_end(&tracee->scratch);
		return;
	}
	write_counted(output, file_of(output, tracee), text);
	if (!output->style.apart)
		output->open = tracee;
}

/* The call's line, up to where it was left. */
static void go_on(struct output *output, struct tracee *tracee, FILE *line)
{
	if (!shows_all(output)) {
		text_suspend(output, NULL);
		output->column = 0;
		fputs(tracee->held ?: "", line);
	} else if (tracee->suspended) {
		begin_line(output, tracee, line);
		fprintf(line, "<... %s%s%s resumed>",
			colored(output, COLOR_CALL), tracee->call->name,
			colored(output, COLOR_END));
	}
}

static void end_line(struct output *output, struct tracee *tracee)
{
	tracee->suspended = false;
	output->open = NULL;
}

/* Results stand below each other where there is room. */
static void write_gap(struct output *output, FILE *file)
{
	while (output->column + 1 < output->style.column) {
		putc(' ', file);
		output->column++;
	}
	fputs(" = ", file);
}

static void write_end_of(struct output *output, struct tracee *tracee,
			 double seconds)
{
	FILE *file = file_of(output, tracee);

	fputs(colored(output, tracee->decode.failed ? COLOR_ERROR : ""), file);
	decode_result(&tracee->decode, file);
	fputs(colored(output, tracee->decode.failed ? COLOR_END : ""), file);
	if (output->style.durations)
		fprintf(file, " <%.6f>", seconds);
	putc('\n', file);
}

static bool is_wanted(const struct output *output, enum status status)
{
	return output->style.statuses & status;
}

static void text_returned(struct output *output, struct tracee *tracee,
			  double seconds)
{
	bool failed = tracee->decode.failed;
	FILE *line;

	if (!is_wanted(output, failed ? STATUS_FAILED : STATUS_SUCCESSFUL))
		return;
	line = scratch_begin(&output->line);
	go_on(output, tracee, line);
	decode_exit(&tracee->decode, line);
	putc(')', line);
	write_counted(output, file_of(output, tracee),
		      scratch_end(&output->line));
	write_gap(output, file_of(output, tracee));
	write_end_of(output, tracee, seconds);
	end_line(output, tracee);
}

static void text_unfinished(struct output *output, struct tracee *tracee,
			    enum unfinished reason)
{
	bool detached = reason == UNFINISHED_DETACHED;
	FILE *file = file_of(output, tracee);
	FILE *line;

	if (!is_wanted(output, detached ? STATUS_DETACHED : STATUS_UNFINISHED))
		return;
	line = scratch_begin(&output->line);
	go_on(output, tracee, line);
	if (detached)
		fputs(" <detached ...>", line);
	else if (decode_is_whole(&tracee->decode))
		putc(')', line);
	else
		fputs(" <unfinished ...>)", line);
	write_counted(output, file, scratch_end(&output->line));
	if (!detached) {
		write_gap(output, file);
		putc('?', file);
	}
	putc('\n', file);
	end_line(output, tracee);
}

static void text_signalled(struct output *output, struct tracee *tracee,
			   const siginfo_t *info)
{
	FILE *file = begin_event(output, tracee);
	char name[NAMES_SIGNAL_SIZE];
	struct siginfo_members found;
	size_t i;

	siginfo_describe(info, &found);
	fprintf(file, "--- %s {", names_signal(info->si_signo, name));
	for (i = 0; i < found.count; i++)
		fprintf(file, "%s%s=%s", i ? ", " : "", found.members[i].name,
			found.members[i].value);
	fputs("} ---", file);
	end_event(output, file);
}

static void text_stopped(struct output *output, struct tracee *tracee,
			 int signal)
{
	FILE *file = begin_event(output, tracee);
	char name[NAMES_SIGNAL_SIZE];

	fprintf(file, "--- stopped by %s ---", names_signal(signal, name));
	end_event(output, file);
}

/* The result of the call, which follows, says it all. */
static void text_created(struct output *output, struct tracee *tracee,
			 enum creation creation, pid_t child)
{
	(void)output;
	(void)tracee;
	(void)creation;
	(void)child;
}

static void text_executed(struct output *output, struct tracee *tracee,
			  pid_t former)
{
	FILE *file;

	if (former == tracee->tid)
		return;
	file = begin_event(output, tracee);
	fprintf(file, "+++ superseded by execve in pid %d +++", former);
	end_event(output, file);
}

static void text_ended(struct output *output, struct tracee *tracee, int status)
{
	FILE *file = begin_event(output, tracee);
	char name[NAMES_SIGNAL_SIZE];

	if (WIFSIGNALED(status))
		fprintf(file, "+++ killed by %s%s +++",
			names_signal(WTERMSIG(status), name),
			WCOREDUMP(status) ? " (core dumped)" : "");
	else
		fprintf(file, "+++ exited with %d +++", WEXITSTATUS(status));
	end_event(output, file);
}

static void text_released(struct output *output, struct tracee *tracee)
{
	FILE *file = begin_event(output, tracee);

	fputs("+++ detached: the program that it executed gained privileges, "
	      "so tracing stopped +++",
	      file);
	end_event(output, file);
}

static void text_summary(struct output *output, struct call *const *calls,
			 size_t count)
{
	summary_write(output->file, calls, count);
}

const struct format text_format = {
	.entered = text_entered,
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
