// SPDX-License-Identifier: GPL-2.0
/* What went wrong, and what can be done about it. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "explain.h"
#include "sptrace.h"

/* What a shell takes as it is. */
#define PLAIN_CHARACTERS                                       \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789%+,-./:=@_"

const char *diag_device(void)
{
	const char *path = getenv(SPTRACE_DEVICE_ENV);

	return path && *path ? path : SPTRACE_DEVICE;
}

static const char *open_hint(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return "Load the module with 'modprobe sptrace'. In a container, "
		       "the device must also be passed in,\n"
		       "for instance with 'docker run --device /dev/sptrace'.";
	case EACCES:
		return "Whoever may trace here needs permission to read and "
		       "write the device: see 'ls -l' of it.";
	case EPERM:
		return "The container's device policy refuses it: pass the "
		       "device in,\n"
		       "for instance with 'docker run --device /dev/sptrace'.";
	case ENOTTY:
		return "This is not the device of the sptrace module: check the "
		       "variable " SPTRACE_DEVICE_ENV ".";
	case EPROTONOSUPPORT:
		return "The loaded module speaks another version of the ABI than "
		       "this program: install both from the same release.";
	default:
		return NULL;
	}
}

void diag_open(int error)
{
	const char *hint = open_hint(error);

	fprintf(stderr, "sptrace: can't open %s: %s\n", diag_device(),
		strerror(error));
	if (hint)
		fprintf(stderr, "%s\n", hint);
	if (error == ENOSPC)
		explain_max_tracers();
}

static void diag_refused(int fd, pid_t tid, int error, bool started)
{
	switch (error) {
	case EPERM:
		explain_attach(fd, tid, started);
		break;
	case EAGAIN:
		explain_max_tracees();
		break;
	case EOPNOTSUPP:
		explain_no_hooks();
		break;
	case ESRCH:
		explain_no_process();
		break;
	}
}

void diag_attach(int fd, pid_t tid, int error)
{
	fprintf(stderr, "sptrace: can't trace process %d: %s\n", tid,
		strerror(error));
	diag_refused(fd, tid, error, false);
}

void diag_start(int fd, pid_t tid, const char *command, int error)
{
	fprintf(stderr, "sptrace: can't trace %s: %s\n", command,
		strerror(error));
	diag_refused(fd, tid, error, true);
}

static void put_word(FILE *file, const char *word)
{
	if (*word && !word[strspn(word, PLAIN_CHARACTERS)]) {
		fprintf(file, " %s", word);
		return;
	}
	fputs(" '", file);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", file);
		else
			fputc(*word, file);
	}
	fputc('\'', file);
}

char *diag_trace_line(char **args)
{
	char *line = NULL;
	size_t size;
	FILE *file = open_memstream(&line, &size);

	if (!file)
		return NULL;
	fputs("sptrace trace", file);
	for (; *args; args++)
		put_word(file, *args);
	fclose(file);
	return line;
}
