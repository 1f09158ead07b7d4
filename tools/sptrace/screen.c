// SPDX-License-Identifier: GPL-2.0
/* Only the calls that are shown stop; libseccomp makes the program. */
#include <errno.h>
#include <linux/sptrace.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "names.h"
#include "screen.h"
#include "sptrace.h"

#define STOP SCMP_ACT_TRACE(SPT_FILTER_ENTRY | SPT_FILTER_EXIT)

/* Above every number that libseccomp has a name for, but x32's. */
#define NUMBERS 1024

#ifdef __x86_64__
static const uint32_t archs[] = { SCMP_ARCH_X86_64, SCMP_ARCH_X86,
				  SCMP_ARCH_X32 };
#else
static const uint32_t archs[] = { SCMP_ARCH_NATIVE };
#endif

#define NR_ARCHS (sizeof(archs) / sizeof(archs[0]))

/* Who executes a program has to be known, whatever is shown; see stops.c. */
static bool stops(const struct filter *filter, const char *name)
{
	return !strcmp(name, "execve") || !strcmp(name, "execveat") ||
	       filter_passes(filter, name);
}

/* One that is shown among few is asked for, one that is hidden among many is let pass. */
static int add_call(scmp_filter_ctx context, const struct filter *filter,
		    const char *name)
{
	int ret;

	if (stops(filter, name) == filter->negated)
		return 0;
	ret = seccomp_rule_add(context, filter->negated ? SCMP_ACT_ALLOW : STOP,
			       seccomp_syscall_resolve_name(name), 0);
	/* Another architecture has it, too. */
	return ret == -EEXIST ? 0 : ret;
}

static int add_calls(scmp_filter_ctx context, const struct filter *filter,
		     uint32_t arch)
{
	char *name;
	int nr, ret = 0;

	for (nr = 0; nr < NUMBERS && !ret; nr++) {
		name = seccomp_syscall_resolve_num_arch(arch, nr);
		if (name)
			ret = add_call(context, filter, name);
		free(name);
	}
	return ret;
}

static int add_all(scmp_filter_ctx context, const struct filter *filter)
{
	size_t i;
	int ret;

	ret = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, STOP);
	for (i = 0; i < NR_ARCHS && !ret; i++) {
		ret = seccomp_arch_add(context, archs[i]);
		if (ret == -EEXIST)
			ret = 0;
	}
	for (i = 0; i < NR_ARCHS && !ret; i++)
		ret = add_calls(context, filter, archs[i]);
	return ret;
}

/* seccomp_export_bpf() writes to a file. */
static int take_program(scmp_filter_ctx context, struct sock_fprog *program)
{
	int file = memfd_create("filter", MFD_CLOEXEC);
	off_t size;

	if (file < 0)
		return -1;
	if (!seccomp_export_bpf(context, file)) {
		size = lseek(file, 0, SEEK_END);
		program->filter = malloc(size);
		if (program->filter &&
		    pread(file, program->filter, size, 0) == size)
			program->len = size / sizeof(*program->filter);
	}
	close(file);
	return program->len ? 0 : -1;
}

/* One that libseccomp lacks can't be asked for: all calls stop then. */
static bool wants_unknown(const struct filter *filter)
{
	const char *name;
	unsigned int i;

	for (i = 0; (name = names_late_syscall(i)); i++) {
		if (filter_passes(filter, name) &&
		    seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR)
			return true;
	}
	return false;
}

static bool offers_filters(int fd)
{
	struct spt_info info;

	return !sptrace_info(fd, &info) && info.features & SPT_FEATURE_FILTER;
}

void screen_make(struct screen *screen, int fd, const struct filter *filter)
{
	scmp_filter_ctx context;

	if (!filter->count || !offers_filters(fd) ||
	    (!filter->negated && wants_unknown(filter)))
		return;
	context = seccomp_init(filter->negated ? STOP : SCMP_ACT_ALLOW);
	if (!context)
		return;
	if (add_all(context, filter) ||
	    take_program(context, &screen->program) < 0)
		screen_free(screen);
	seccomp_release(context);
}

void screen_apply(const struct screen *screen, int fd, pid_t tid)
{
	/* One that fails is of a tracee that dies; any other stops at every call. */
	if (screen->program.len)
		sptrace_set_filter(fd, tid, &screen->program);
}

void screen_free(struct screen *screen)
{
	free(screen->program.filter);
	*screen = (struct screen){ 0 };
}
