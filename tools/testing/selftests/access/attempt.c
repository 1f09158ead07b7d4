// SPDX-License-Identifier: GPL-2.0
/* What actors try, in their own processes. */
#include <sys/mman.h>
#include "matrix.h"

struct attempt *attempts;

bool attempts_begin(void)
{
	attempts =
		mmap(NULL, (TARGETS_MAX + CHILDREN_MAX + 1) * sizeof(*attempts),
		     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return attempts != MAP_FAILED;
}

/* Those seized are let go together, since closing is what takes time. */
static long seize_each(long count)
{
	bool seized = false;
	long i;

	for (i = 0; i < count; i++) {
		if (!(attempts[i].requests & TRY_SEIZE))
			continue;
		attempts[i].seize = do_seize(attempts[i].number, 0, 0);
		seized |= !attempts[i].seize;
	}
	return seized ? do_let_go(0, 0, 0) : 0;
}

static void try_rest(struct attempt *attempt)
{
	if (attempt->requests & TRY_EXPLAIN)
		attempt->explain = do_explain(attempt->number, 0, 0);
	if (attempt->requests & TRY_ATTACH)
		attempt->attach = do_try_attach(attempt->number, 0, 0);
	if (attempt->requests & TRY_NATIVE_SEIZE)
		attempt->native_seize =
			do_try_native_seize(attempt->number, 0, 0);
	if (attempt->requests & TRY_NATIVE_ATTACH)
		attempt->native_attach =
			do_try_native_attach(attempt->number, 0, 0);
}

/* One at a time, so that no target has two tracers. */
static long do_attempts(long count, long b, long c)
{
	long i, ret = seize_each(count);

	for (i = 0; i < count; i++)
		try_rest(&attempts[i]);
	return ret;
}

bool attempts_make(const struct actor *actor, int count)
{
	return !ask(actor->person, do_attempts, count);
}

long attempt_traceme(const struct actor *actor, const struct target *child)
{
	long ret = ask(child->person, do_traceme);

	if (!ret && ask(actor->person, do_let_go))
		return -EPROTO;
	return ret;
}

static long do_native_release(long pid, long b, long c)
{
	struct tracer tracer = { .shadow = false };

	if (kill(pid, SIGSTOP) ||
	    tr_wait_status(&tracer, pid) != STATUS_STOP(SIGSTOP))
		return -EPROTO;
	return tr_ptrace(&tracer, PTRACE_DETACH, pid, 0, 0);
}

static long do_native_traceme(long a, long b, long c)
{
	long ret = syscall(SYS_ptrace, (long)PTRACE_TRACEME, 0L, 0L, 0L);

	return ret < 0 ? -errno : 0;
}

long attempt_native_traceme(const struct actor *actor,
			    const struct target *child)
{
	long ret = ask(child->person, do_native_traceme);

	if (!ret && ask(actor->person, do_native_release,
			facts_number(child->facts, actor->facts->pid_ns)))
		return -EPROTO;
	return ret;
}
