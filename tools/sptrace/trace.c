// SPDX-License-Identifier: GPL-2.0
/* The run of sptrace trace: start, wait for reports, end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag.h"
#include "sptrace.h"
#include "trace.h"

static int complain(const char *what)
{
	fprintf(stderr, "sptrace: %s: %s\n", what, strerror(errno));
	return -1;
}

/* A stream of its own, so that a line is one write; none of the command's. */
static FILE *open_standard_error(void)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	FILE *file;

	if (fd < 0)
		return NULL;
	file = fdopen(fd, "w");
	if (!file)
		close(fd);
	return file;
}

/* https://no-color.org: what the variable says doesn't matter, but "". */
static bool wants_color(const struct options *options)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (strcmp(options->color, "auto"))
		return !strcmp(options->color, "always");
	return !options->output && isatty(STDERR_FILENO) &&
	       !(no_color && *no_color) && terminal && strcmp(terminal, "dumb");
}

static int open_output(struct trace *trace)
{
	const struct options *options = trace->options;
	struct output *output = &trace->output;

	output->format = options->json ? &json_format : &text_format;
	output->style = options->style;
	output->style.to_file = options->output;
	output->style.path = options->output;
	output->with_tid = options->follow && options->output;
	output->style.color = wants_color(options);
	/* With a file for each tracee, only messages go to this one. */
	output->file = options->output && !options->style.apart ?
			       fopen(options->output, "we") :
			       open_standard_error();
	if (!output->file)
		return complain(options->output ?: "standard error");
	setvbuf(output->file, NULL, _IOFBF, BUFSIZ);
	return 0;
}

static int start_command(struct trace *trace)
{
	struct launch *launch = &trace->launch;
	int error;

	if (!trace->options->command)
		return 0;
	trace->hidden = true;
	if (launch_start(launch, trace->options->command, &trace->signals) < 0)
		return complain("can't start a process");
	if (!attach_thread(trace, launch->pid, launch->pid))
		return 0;
	error = errno;
	diag_start(trace->fd, launch->pid, trace->options->command[0], error);
	launch_abandon(launch);
	return -1;
}

/* Goes on with the processes that could be attached to. */
static int attach_processes(struct trace *trace)
{
	const struct options *options = trace->options;
	size_t i;

	if (!options->pid_count)
		return 0;
	for (i = 0; i < options->pid_count; i++)
		attach_process(trace, options->pids[i]);
	return trace->tracees.count ? 0 : -1;
}

static void stop_tracing(struct trace *trace)
{
	sptrace_close(trace->fd);
	trace->fd = -1;
}

static void take_report(struct trace *trace, short revents)
{
	struct spt_wait wait = {
		.idtype = P_ALL,
		.options = WEXITED | WSTOPPED | WNOHANG,
		.flags = SPT_WAIT_SYSCALL_INFO,
	};
	pid_t tid = sptrace_wait(trace->fd, &wait);

	if (tid > 0) {
		stops_handle(trace, &wait);
	} else if (tid < 0 && errno != EINTR) {
		if (errno != ECHILD)
			complain("can't wait for tracees");
		stop_tracing(trace);
	} else if (!tid && revents & ~POLLIN) {
		stop_tracing(trace);
	}
}

static void flush_tracee(struct tracee *tracee, void *closure)
{
	int *ret = closure;

	if (tracee->file && fflush(tracee->file))
		*ret = -1;
}

/* In a file nobody waits for the rest of a line. */
static int flush(struct trace *trace)
{
	bool is_whole = !trace->output.open || !trace->output.style.to_file;
	int ret = is_whole && fflush(trace->output.file) ? -1 : 0;

	if (trace->output.style.apart)
		tracees_each(&trace->tracees, flush_tracee, &ret);
	return ret;
}

/* Waits until something happens, and handles it. */
static void step(struct trace *trace)
{
	struct pollfd fds[] = {
		{ .fd = trace->signals.fd, .events = POLLIN },
		{ .fd = trace->fd, .events = POLLIN },
	};

	if (flush(trace) < 0) {
		complain("can't write the output");
		trace->broken = true;
		return;
	}
	if (poll(fds, 2, -1) < 0)
		return;
	if (fds[0].revents) {
		trace->interrupted = signals_read(&trace->signals);
		launch_reap(&trace->launch);
	}
	if (fds[1].revents && !trace->interrupted)
		take_report(trace, fds[1].revents);
}

static void say_fate(struct tracee *tracee, void *closure)
{
	const struct options *options = closure;

	if (tracee->tid == tracee->tgid)
		fprintf(stderr, "sptrace: Process %d %s\n", tracee->tid,
			options->kill ? "killed" : "detached");
}

/* Whether to end although there is something left to trace. */
static bool is_ended(const struct trace *trace)
{
	return trace->interrupted || trace->broken;
}

/* Closing the handle lets all tracees go, or kills them. */
static void finish(struct trace *trace)
{
	struct call **calls;
	size_t count;

	if (trace->fd >= 0)
		stop_tracing(trace);
	stops_finish(trace);
	launch_release(&trace->launch);
	if (trace->options->summary && !trace->hidden) {
		calls = calls_sorted(&trace->calls, trace->options->order,
				     &count);
		trace->output.format->summary(&trace->output, calls, count);
		free(calls);
	}
	if (flush(trace) < 0 && !trace->broken) {
		complain("can't write the output");
		trace->broken = true;
	}
	if (is_ended(trace))
		tracees_each(&trace->tracees, say_fate, (void *)trace->options);
}

static int exit_status(const struct trace *trace)
{
	int status = trace->launch.status;

	if (trace->interrupted)
		signals_die(trace->interrupted);
	if (trace->broken)
		return EXIT_FAILURE;
	if (!trace->launch.pid)
		return EXIT_SUCCESS;
	if (WIFSIGNALED(status))
		signals_die(WTERMSIG(status));
	return WEXITSTATUS(status);
}

static int follow(struct trace *trace)
{
	if (start_command(trace) < 0 || attach_processes(trace) < 0)
		return EXIT_FAILURE;
	while (!is_ended(trace) && (trace->fd >= 0 || trace->launch.running))
		step(trace);
	finish(trace);
	return exit_status(trace);
}

int trace_run(const struct options *options)
{
	struct trace trace = {
		.options = options,
		.calls = { .filter = &options->filter },
		.launch = { .gate = -1 },
	};
	int ret = EXIT_FAILURE;

	trace.fd = sptrace_open(NULL);
	if (trace.fd < 0) {
		diag_open(errno);
		return EXIT_FAILURE;
	}
	if (open_output(&trace) < 0)
		goto close_handle;
	if (signals_take(&trace.signals) < 0) {
		complain("can't receive signals");
		goto close_output;
	}
	screen_make(&trace.screen, trace.fd, &options->filter);
	ret = follow(&trace);
	screen_free(&trace.screen);
	tracees_free(&trace.tracees);
	calls_free(&trace.calls);
	close(trace.signals.fd);
close_output:
	scratch_free(&trace.output.line);
	fclose(trace.output.file);
close_handle:
	if (trace.fd >= 0)
		sptrace_close(trace.fd);
	return ret;
}
