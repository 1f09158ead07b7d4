// SPDX-License-Identifier: GPL-2.0
/*
 * Signals that the tracee causes itself by what it executes. They are forced:
 * no mask and no SIG_IGN keeps them away, and they come before all others.
 */
#include <sys/mman.h>
#include "stage.h"

static int act_breakpoint(const struct child_end *end, void *arg)
{
	handle(end, SIGUSR1, SA_RESTART);
	handle(end, SIGTRAP, SA_RESTART);
	child_await(end);
	block(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	asm volatile("int3");
	say_line(end, "is behind the breakpoint");
	block(SIG_UNBLOCK, SIGUSR1);
	await_end(end);
	return 5;
}

SCENARIO(breakpoint)
{
	cast(s, act_breakpoint, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	cont(s, 0);
	see(s);
	finish(s);
}

SCENARIO(breakpoint_passed_to_its_handler)
{
	cast(s, act_breakpoint, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	cont(s, SIGTRAP);
	see(s);
	finish(s);
}

static volatile int *volatile nowhere = (volatile int *)16;

static int act_fault(const struct child_end *end, void *arg)
{
	child_await(end);
	*nowhere = 1;
	return 5;
}

SCENARIO(fault)
{
	cast(s, act_fault, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	finish(s);
}

SCENARIO(fault_dropped_comes_again)
{
	cast(s, act_fault, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	cont(s, 0);
	see(s);
	finish(s);
}

static int act_fault_blocked(const struct child_end *end, void *arg)
{
	handle(end, SIGSEGV, 0);
	block(SIG_BLOCK, SIGSEGV);
	return act_fault(end, arg);
}

/* Forced: the mask and the handler are undone. */
SCENARIO(fault_while_blocked)
{
	cast(s, act_fault_blocked, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	finish(s);
}

static int act_fault_ignored(const struct child_end *end, void *arg)
{
	signal(SIGSEGV, SIG_IGN);
	return act_fault(end, arg);
}

SCENARIO(fault_while_ignored)
{
	cast(s, act_fault_ignored, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	finish(s);
}

/* A fault comes before what was pending already, whatever its number. */
SCENARIO(fault_before_others)
{
	cast(s, act_fault, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	cont(s, 0);
	see(s);
	signal_tracee(s, SIGHUP);
	signal_tracee(s, SIGINT);
	cont(s, 0);
	see(s);
	cont(s, 0);
	see(s);
	cont(s, 0);
	see(s);
	finish(s);
}

static volatile int zero, one = 1;

static int act_divide(const struct child_end *end, void *arg)
{
	handle(end, SIGFPE, SA_RESETHAND);
	child_await(end);
	return one / zero;
}

SCENARIO(division_by_zero)
{
	cast(s, act_divide, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	pass_on(s);
	see(s);
	finish(s);
}

static int act_bad_instruction(const struct child_end *end, void *arg)
{
	child_await(end);
	asm volatile("ud2");
	return 5;
}

SCENARIO(bad_instruction)
{
	cast(s, act_bad_instruction, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	finish(s);
}

static int act_bus_error(const struct child_end *end, void *arg)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);
	volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	child_await(end);
	return *page;
}

SCENARIO(bus_error)
{
	cast(s, act_bus_error, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	finish(s);
}
