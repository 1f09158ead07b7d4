// SPDX-License-Identifier: GPL-2.0
/* Why something was refused, and what would permit it, in words. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "explain.h"
#include "sptrace.h"

#define YAMA_SCOPE "/proc/sys/kernel/yama/ptrace_scope"
#define PARAMETERS "/sys/module/sptrace/parameters/"

/* The number that a file has; -1 when it can't be read. */
static int read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	int number;

	if (!file)
		return -1;
	if (fscanf(file, "%d", &number) != 1)
		number = -1;
	fclose(file);
	return number;
}

/* Whom a scope lets attach, as far as the other rules let them. */
static const char *scope_meaning(unsigned int scope)
{
	switch (scope) {
	case SPT_SCOPE_CLASSIC:
		return "whom the other rules let may attach";
	case SPT_SCOPE_RESTRICTED:
		return "only its ancestors, and whom it declared, may attach";
	case SPT_SCOPE_ADMIN:
		return "only those with CAP_SYS_PTRACE may attach";
	case SPT_SCOPE_NO_ATTACH:
		return "nobody may attach";
	default:
		return "this program doesn't know what it means";
	}
}

/* Another tracer of the task; 0 for none that the caller can see. */
static pid_t find_tracer(int fd, pid_t tid)
{
	struct spt_status *list;
	size_t count, i;
	pid_t tracer = 0;

	if (sptrace_list(fd, &list, &count) < 0)
		return 0;
	for (i = 0; i < count; i++) {
		if (list[i].tid == tid)
			tracer = list[i].tracer;
	}
	free(list);
	return tracer;
}

static void explain_traced(int fd, pid_t tid)
{
	pid_t tracer = find_tracer(fd, tid);

	if (tracer)
		fprintf(stderr, "Process %d traces it already", tracer);
	else
		fputs("A process that isn't visible here traces it already",
		      stderr);
	fputs(", and it can have one sptrace tracer only.\n"
	      "It is free once that process has detached or ended.\n",
	      stderr);
}

/* Is Yama one of those who may have refused it? */
static bool is_up_to_yama(int yama, const struct spt_explain *explain)
{
	if (explain->flags & SPT_SCOPE_INSTEAD)
		return yama >= SPT_SCOPE_NO_ATTACH;
	return yama > SPT_SCOPE_CLASSIC;
}

static void explain_yama(int yama, pid_t tid, bool started)
{
	fprintf(stderr,
		"One is Yama, whose scope for the whole machine "
		"(" YAMA_SCOPE ") is %d:\n"
		"%s.\n",
		yama, scope_meaning(yama));
	if (yama >= SPT_SCOPE_NO_ATTACH)
		return;
	fputs("An administrator of the machine can have the scope of a pid "
	      "namespace count in its place:\n"
	      "sptrace scope set 0 --instead-of-yama",
	      stderr);
	if (!started)
		fprintf(stderr, " --pid %d", tid);
	fputc('\n', stderr);
}

static void explain_access(const struct spt_explain *explain, bool started)
{
	int yama = read_number(YAMA_SCOPE);

	fputs("The kernel's own ptrace access check refuses it: it belongs to "
	      "another user, has more\n"
	      "privileges than you have, is not dumpable, or a security module "
	      "forbids it.\n"
	      "Being its user with no fewer privileges permits it, or having "
	      "CAP_SYS_PTRACE in its user\n"
	      "namespace; a security module may go on refusing.\n",
	      stderr);
	if (is_up_to_yama(yama, explain))
		explain_yama(yama, explain->tid, started);
}

/* Whether the scope that counts is that of another, enclosing namespace. */
static bool is_from_outside(unsigned int flags)
{
	return flags & SPT_SCOPE_ENCLOSED || !(flags & SPT_SCOPE_SET);
}

static void suggest_lower_scope(const struct spt_explain *explain, bool started)
{
	/* Without the option that would be over. */
	if (explain->flags & SPT_SCOPE_INSTEAD) {
		fputs("  - an administrator of the machine says: "
		      "sptrace scope set 0 --instead-of-yama",
		      stderr);
		if (!started)
			fprintf(stderr, " --pid %d", explain->tid);
		fputc('\n', stderr);
		return;
	}
	if (is_from_outside(explain->flags))
		fputs("  - an administrator of the enclosing pid namespace "
		      "says there: sptrace scope set 0\n",
		      stderr);
	else if (started)
		fputs("  - an administrator of this pid namespace says: "
		      "sptrace scope set 0\n",
		      stderr);
	else
		fprintf(stderr,
			"  - an administrator of its pid namespace says: "
			"sptrace scope set 0 --pid %d\n",
			explain->tid);
}

static void suggest_scope(const struct spt_explain *explain, bool started)
{
	if (explain->scope == SPT_SCOPE_NO_ATTACH) {
		fputs("Nothing permits it for as long as that namespace "
		      "lives.\n",
		      stderr);
		return;
	}
	fputs("Any of these permits it:\n", stderr);
	if (explain->scope == SPT_SCOPE_RESTRICTED)
		fputs("  - it is started by sptrace, which is then its "
		      "ancestor: sptrace trace COMMAND\n"
		      "  - it is started with a declaration: sptrace allow any "
		      "COMMAND\n"
		      "  - it calls prctl(PR_SET_PTRACER) itself\n",
		      stderr);
	fputs("  - you have CAP_SYS_PTRACE in its user namespace\n", stderr);
	suggest_lower_scope(explain, started);
}

static void explain_scope(const struct spt_explain *explain, bool started)
{
	fprintf(stderr, "The scope of %s%s is %u (%s):\n%s.\n",
		is_from_outside(explain->flags) ?
			"a pid namespace that encloses its own" :
			"its pid namespace",
		explain->flags & SPT_SCOPE_INSTEAD ?
			", which counts in place of Yama's," :
			"",
		explain->scope, sptrace_scope_name(explain->scope),
		scope_meaning(explain->scope));
	suggest_scope(explain, started);
}

void explain_attach(int fd, pid_t tid, bool started)
{
	struct spt_explain explain;

	if (sptrace_explain(fd, tid, &explain) < 0) {
		if (errno == ESRCH)
			explain_no_process();
		else if (errno == ENOTTY)
			explain_old_module();
		return;
	}
	switch (explain.rule) {
	case SPT_RULE_NONE:
		fputs("What refused it is over: try again.\n", stderr);
		break;
	case SPT_RULE_SELF:
		fputs("It is sptrace itself, and nothing can trace itself.\n",
		      stderr);
		break;
	case SPT_RULE_KERNEL:
		fputs("It is a thread of the kernel's own or an io_uring "
		      "worker: nothing permits it.\n",
		      stderr);
		break;
	case SPT_RULE_EXITING:
		fputs("It is exiting, or has exited and waits for its parent "
		      "to take notice.\n",
		      stderr);
		break;
	case SPT_RULE_TRACED:
		explain_traced(fd, tid);
		break;
	case SPT_RULE_ACCESS:
		explain_access(&explain, started);
		break;
	case SPT_RULE_SCOPE:
		explain_scope(&explain, started);
		break;
	}
}

void explain_set_scope(const struct spt_scope *current, unsigned int wanted,
		       bool instead)
{
	if (current->scope == SPT_SCOPE_NO_ATTACH) {
		fprintf(stderr,
			"It is %u (%s), which can't be lowered for as long as "
			"the namespace lives.\n",
			current->scope, sptrace_scope_name(current->scope));
		return;
	}
	if (instead) {
		fputs("That it counts in place of Yama's is for an "
		      "administrator of the machine to say, with\n"
		      "CAP_SYS_PTRACE in the initial user namespace and from "
		      "the initial pid namespace.\n",
		      stderr);
		return;
	}
	fputs("Setting it needs CAP_SYS_PTRACE in the user namespace "
	      "that owns the pid namespace,\n"
	      "which an administrator of the container, or of the "
	      "machine, has.\n",
	      stderr);
	if (wanted < current->scope)
		fprintf(stderr,
			"Or %u (%s) was set by an administrator further out, "
			"who alone can lower it.\n",
			current->scope, sptrace_scope_name(current->scope));
}

static void explain_limit(const char *what, const char *name, const char *path)
{
	int limit = read_number(path);

	fprintf(stderr, "%s as the module's parameter %s allows", what, name);
	if (limit >= 0)
		fprintf(stderr, ": %d", limit);
	fprintf(stderr,
		".\nAn administrator of the machine can raise %s.\n"
		"Those with CAP_SYS_RESOURCE on the machine have no such "
		"limit.\n",
		path);
}

void explain_max_tracers(void)
{
	explain_limit("There are as many tracers in this pid namespace, or of "
		      "your user in it,",
		      "max_tracers", PARAMETERS "max_tracers");
}

void explain_max_tracees(void)
{
	explain_limit("Your user traces as many threads here", "max_tracees",
		      PARAMETERS "max_tracees");
}

void explain_no_hooks(void)
{
	fputs("Nothing can be stopped on this machine at present: ftrace or "
	      "kprobes are switched\noff, or a livepatch is in the way. "
	      "The kernel's log says which.\n",
	      stderr);
}

void explain_no_instead(void)
{
	fputs("Yama can't be passed over on this machine at present: ftrace "
	      "is switched off, or a livepatch\n"
	      "is in the way. The kernel's log says which.\n",
	      stderr);
}

void explain_no_process(void)
{
	fputs("It has ended, or is not visible in this pid namespace.\n",
	      stderr);
}

void explain_old_module(void)
{
	fputs("The loaded module is older than this program and has no such "
	      "request: install both from\n"
	      "the same release.\n",
	      stderr);
}
