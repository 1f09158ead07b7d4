// SPDX-License-Identifier: LGPL-2.1-or-later
/* Who may trace whom: scopes, declared tracers, and why an attach is refused. */
#include <sys/ioctl.h>

#include "sptrace.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const char *const scope_names[] = {
	[SPT_SCOPE_CLASSIC] = "classic",
	[SPT_SCOPE_RESTRICTED] = "restricted",
	[SPT_SCOPE_ADMIN] = "admin-only",
	[SPT_SCOPE_NO_ATTACH] = "no-attach",
};

int sptrace_get_scope(int fd, pid_t pid, struct spt_scope *scope)
{
	*scope = (struct spt_scope){ .pid = pid };
	return ioctl(fd, SPT_IOC_GET_SCOPE, scope);
}

int sptrace_set_scope(int fd, pid_t pid, unsigned int scope)
{
	struct spt_scope args = { .pid = pid, .scope = scope };

	return ioctl(fd, SPT_IOC_SET_SCOPE, &args);
}

int sptrace_set_scope_instead(int fd, pid_t pid, unsigned int scope)
{
	struct spt_scope args = {
		.pid = pid,
		.scope = scope,
		.flags = SPT_SCOPE_INSTEAD,
	};

	return ioctl(fd, SPT_IOC_SET_SCOPE, &args);
}

int sptrace_set_ptracer(int fd, pid_t pid)
{
	struct spt_ptracer args = { .pid = pid };

	return ioctl(fd, SPT_IOC_SET_PTRACER, &args);
}

int sptrace_explain(int fd, pid_t tid, struct spt_explain *explain)
{
	*explain = (struct spt_explain){ .tid = tid };
	return ioctl(fd, SPT_IOC_EXPLAIN, explain);
}

const char *sptrace_scope_name(unsigned int scope)
{
	return scope < ARRAY_SIZE(scope_names) ? scope_names[scope] : "unknown";
}
