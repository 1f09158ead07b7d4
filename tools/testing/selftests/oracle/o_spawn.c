// SPDX-License-Identifier: GPL-2.0
/*
 * New processes as libraries make them: posix_spawn(3), and clone3(2) with a
 * number that was asked for.
 */
#include <linux/sched.h>
#include <spawn.h>
#include "stage.h"

#define ALL_EVENTS                                                        \
	(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
	 PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXEC)

static const struct choice {
	const char *name;
	unsigned long options;
} choices[] = {
	{ "none", 0 },
	{ "TRACEFORK", PTRACE_O_TRACEFORK },
	{ "TRACEVFORK", PTRACE_O_TRACEVFORK },
	{ "TRACECLONE", PTRACE_O_TRACECLONE },
	{ "TRACEVFORKDONE", PTRACE_O_TRACEVFORKDONE },
	{ "TRACEEXEC", PTRACE_O_TRACEEXEC },
	{ "all", ALL_EVENTS },
};

static const char *choice_name(int row)
{
	return choices[row].name;
}

static void see_child_to_its_end(struct stage *s, pid_t child,
				 unsigned long options)
{
	see_of(s, child);
	cont_of(s, child, 0);
	if (options & PTRACE_O_TRACEEXEC) {
		see_of(s, child);
		cont_of(s, child, 0);
	}
	see_of(s, child);
}

/* ---- posix_spawn(3): a vfork, whatever it is made by -------------------------------------- */

static int act_spawn(const struct child_end *end, void *arg)
{
	char *argv[] = { "true", NULL }, *envp[] = { NULL };
	int status = -1, error;
	pid_t pid = 0;

	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	error = posix_spawn(&pid, "/bin/true", NULL, NULL, argv, envp);
	say_line(end, "has spawned: %s", error ? strerrorname_np(error) : "0");
	waitpid(pid, &status, 0);
	say_line(end, "has waited: %x", status);
	await_end(end);
	return 5;
}

SCENARIOS(spawn, ARRAY_LEN(choices), choice_name)
{
	unsigned long options = choices[s->row].options;
	pid_t child = 0;

	cast(s, act_spawn, NULL);
	seize(s, options);
	cue(s);
	if (options & PTRACE_O_TRACEVFORK) {
		see(s);
		child = announced_child(s);
		cont(s, 0);
		see_child_to_its_end(s, child, options);
	}
	if (options & PTRACE_O_TRACEVFORKDONE) {
		see(s);
		cont(s, 0);
	}
	hear(s);
	hear(s);
	see_nothing(s);
	finish(s);
}

/* ---- a number that was asked for ------------------------------------------------------------ */

#define FURTHER 5000

static int act_clone3(const struct child_end *end, void *arg)
{
	pid_t number = getpid() + FURTHER, pid;
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (unsigned long)&number,
		.set_tid_size = 1,
	};

	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(3);
	say_line(end, "has the number: %s", pid == number ? "yes" : "no");
	waitpid(pid, NULL, 0);
	/* It is somebody's once more: EEXIST. */
	number = getpid();
	pid = syscall(SYS_clone3, &args, sizeof(args));
	say_line(end, "has another: %s", strerrorname_np(errno));
	await_end(end);
	return 5;
}

SCENARIOS(clone_with_a_number, ARRAY_LEN(choices), choice_name)
{
	unsigned long options = choices[s->row].options;
	pid_t child;

	cast(s, act_clone3, NULL);
	seize(s, options);
	cue(s);
	if (options & PTRACE_O_TRACEFORK) {
		see(s);
		child = announced_child(s);
		note(s->out, "tracer: the number is %s\n",
		     child == s->tracee + FURTHER ? "right" : "wrong");
		cont(s, 0);
		see_child_to_its_end(s, child, options & ~PTRACE_O_TRACEEXEC);
	}
	hear(s);
	hear(s);
	see_nothing(s);
	finish(s);
}
