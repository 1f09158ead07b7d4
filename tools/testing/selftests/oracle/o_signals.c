// SPDX-License-Identifier: GPL-2.0
/*
 * Signal-delivery-stops: which signals cause one, in which order, and what
 * becomes of a signal that the tracer passes, drops or replaces.
 */
#include <sys/mman.h>
#include "stage.h"

/* All but SIGKILL; of the real-time signals two. */
#define STANDARD_SIGNALS 31
#define SIGNALS (STANDARD_SIGNALS + 2)

/* Row 0 is SIGHUP; SIGKILL's place is SIGRTMIN's; glibc keeps 32 and 33. */
static int signal_of(int row)
{
	if (row + 1 == SIGKILL)
		return SIGRTMIN;
	return row < STANDARD_SIGNALS ? row + 1 :
					SIGRTMIN + 1 + row - STANDARD_SIGNALS;
}

static const char *signal_row(int row)
{
	return signal_name(signal_of(row));
}

/* ---- each signal --------------------------------------------------------------- */

static int act_default(const struct child_end *end, void *arg)
{
	struct rlimit none = { 0 };

	setrlimit(RLIMIT_CORE, &none);
	await_end(end);
	return 5;
}

static int act_dump(const struct child_end *end, void *arg)
{
	struct rlimit large = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_CORE, &large);
	await_end(end);
	return 5;
}

/* Its default action, with the tracer passing it on. */
SCENARIOS(pass_signal, SIGNALS, signal_row)
{
	cast(s, act_default, NULL);
	seize(s, 0);
	send_and_see(s, signal_of(s->row));
	finish(s);
}

SCENARIOS(drop_signal, SIGNALS, signal_row)
{
	cast(s, act_default, NULL);
	seize(s, 0);
	send_and_see(s, signal_of(s->row));
	cont(s, 0);
	finish(s);
}

static int act_handle_any(const struct child_end *end, void *arg)
{
	handle(end, *(int *)arg, SA_RESTART);
	await_end(end);
	return 5;
}

SCENARIOS(handle_signal, SIGNALS, signal_row)
{
	int signo = signal_of(s->row);

	cast(s, act_handle_any, &signo);
	seize(s, 0);
	send_and_see(s, signo);
	finish(s);
}

static int act_ignore(const struct child_end *end, void *arg)
{
	signal(*(int *)arg, SIG_IGN);
	await_end(end);
	return 5;
}

SCENARIOS(ignore_signal, SIGNALS, signal_row)
{
	int signo = signal_of(s->row);

	cast(s, act_ignore, &signo);
	seize(s, 0);
	send_and_see(s, signo);
	finish(s);
}

/* ---- default actions ---------------------------------------------------------------- */

static const int dumping[] = { SIGQUIT, SIGILL, SIGABRT, SIGFPE,  SIGSEGV,
			       SIGBUS,	SIGSYS, SIGTRAP, SIGXCPU, SIGXFSZ };

static const char *dumping_name(int row)
{
	return signal_name(dumping[row]);
}

SCENARIOS(dump_core, ARRAY_LEN(dumping), dumping_name)
{
	cast(s, act_dump, NULL);
	seize(s, 0);
	send_and_see(s, dumping[s->row]);
	cont(s, dumping[s->row]);
	see(s);
	parent_sees(s);
}

static const int stopping[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };

static const char *stopping_name(int row)
{
	return signal_name(stopping[row]);
}

SCENARIOS(stop_and_continue, ARRAY_LEN(stopping), stopping_name)
{
	cast(s, act_wait, NULL);
	seize(s, 0);
	send_and_see(s, stopping[s->row]);
	cont(s, stopping[s->row]);
	see(s);
	parent_sees(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	send_and_see(s, SIGCONT);
	cont(s, 0);
	parent_sees(s);
	see(s);
	finish(s);
}

/* ---- replacing -------------------------------------------------------------------- */

static const struct replacement {
	const char *name;
	int sent, passed;
} replacements[] = {
	{ "handled_by_handled", SIGUSR1, SIGUSR2 },
	{ "handled_by_rt", SIGUSR1, 35 },
	{ "handled_by_fatal", SIGUSR1, SIGTERM },
	{ "handled_by_kill", SIGUSR1, SIGKILL },
	{ "handled_by_ignored", SIGUSR1, SIGWINCH },
	{ "handled_by_stop", SIGUSR1, SIGSTOP },
	{ "fatal_by_handled", SIGTERM, SIGUSR2 },
	{ "ignored_by_handled", SIGCHLD, SIGUSR1 },
	{ "stop_by_handled", SIGSTOP, SIGUSR1 },
	{ "stop_by_cont", SIGTSTP, SIGCONT },
};

static const char *replacement_name(int row)
{
	return replacements[row].name;
}

SCENARIOS(replace, ARRAY_LEN(replacements), replacement_name)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, replacements[s->row].sent);
	cont(s, replacements[s->row].passed);
	finish(s);
}

/* A signal given at a stop that no signal caused is ignored. */
SCENARIO(signal_given_at_interrupt)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	cont(s, SIGUSR1);
	finish(s);
}

SCENARIO(signal_given_at_syscall_entry)
{
	cast(s, act_handle, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, SIGUSR1);
	see(s);
	finish(s);
}

SCENARIO(signal_given_at_syscall_exit)
{
	cast(s, act_handle, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	cont(s, SIGUSR1);
	see(s);
	finish(s);
}

/* ---- blocked signals ---------------------------------------------------------------- */

static int act_blocked(const struct child_end *end, void *arg)
{
	handle(end, SIGUSR1, SA_RESTART);
	block(SIG_BLOCK, SIGUSR1);
	child_await(end);
	say_line(end, "unblocks");
	block(SIG_UNBLOCK, SIGUSR1);
	say_line(end, "has unblocked");
	await_end(end);
	return 5;
}

SCENARIO(blocked_until_unblocked)
{
	cast(s, act_blocked, NULL);
	seize(s, 0);
	signal_tracee(s, SIGUSR1);
	see_nothing(s);
	until_asleep_in(s, s->tracee, SYS_read);
	cue(s);
	see(s);
	hear(s);
	see_nothing(s);
	finish(s);
}

/* SIG_IGN and blocked: it is dropped only once it is unblocked. */
static int act_blocked_ignored(const struct child_end *end, void *arg)
{
	signal(SIGUSR1, SIG_IGN);
	block(SIG_BLOCK, SIGUSR1);
	child_await(end);
	block(SIG_UNBLOCK, SIGUSR1);
	await_end(end);
	return 5;
}

SCENARIO(blocked_and_ignored)
{
	cast(s, act_blocked_ignored, NULL);
	seize(s, 0);
	signal_tracee(s, SIGUSR1);
	see_nothing(s);
	cue(s);
	see(s);
	finish(s);
}

SCENARIO(given_signal_is_blocked)
{
	cast(s, act_blocked, NULL);
	seize(s, 0);
	send_and_see(s, SIGUSR2);
	/* Replaced by one that is blocked: queued, to come once it isn't. */
	cont(s, SIGUSR1);
	until_asleep_in(s, s->tracee, SYS_read);
	see_nothing(s);
	cue(s);
	see(s);
	finish(s);
}

SCENARIO(stop_signal_while_blocked)
{
	cast(s, act_blocked, NULL);
	seize(s, 0);
	send_and_see(s, SIGSTOP);
	cont(s, 0);
	cue(s);
	finish(s);
}

/* ---- the order of several ------------------------------------------------------------ */

static void send_value(struct stage *s, int signo, int number)
{
	union sigval value = { .sival_int = number };

	sigqueue(s->tracee, signo, value);
}

SCENARIO(real_time_in_order)
{
	int i;

	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	for (i = 1; i <= 4; i++)
		send_value(s, SIGRTMIN + 1, i);
	cont(s, 0);
	for (i = 1; i <= 4; i++) {
		see(s);
		pass_on(s);
	}
	finish(s);
}

SCENARIO(lower_numbers_first)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	send_value(s, SIGRTMIN + 1, 7);
	signal_tracee(s, SIGUSR2);
	signal_tracee(s, SIGUSR1);
	signal_tracee(s, SIGCHLD);
	signal_tracee(s, SIGUSR1);
	finish(s);
}

/* A thread's own come before those of its process. */
SCENARIO(private_before_shared)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	signal_tracee(s, SIGUSR1);
	syscall(SYS_tgkill, s->tracee, s->tracee, SIGUSR2);
	finish(s);
}

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

/* ---- what a handler changes -------------------------------------------------------- */

static int act_once(const struct child_end *end, void *arg)
{
	handle(end, SIGUSR1, SA_RESETHAND | SA_RESTART);
	await_end(end);
	return 5;
}

SCENARIO(handler_for_one_delivery)
{
	cast(s, act_once, NULL);
	seize(s, 0);
	send_and_see(s, SIGUSR1);
	pass_on(s);
	hear(s);
	send_and_see(s, SIGUSR1);
	finish(s);
}

/* A signal that the tracer drops doesn't use up the handler. */
SCENARIO(dropped_signal_keeps_the_handler)
{
	cast(s, act_once, NULL);
	seize(s, 0);
	send_and_see(s, SIGUSR1);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	send_and_see(s, SIGUSR1);
	pass_on(s);
	hear(s);
	finish(s);
}

static void raise_again(int signo, siginfo_t *info, void *context)
{
	static int times;

	say_handled(signo, info, context);
	if (!times++)
		raise(signo);
}

static int act_raise_in_handler(const struct child_end *end, void *arg)
{
	struct sigaction action = {
		.sa_sigaction = raise_again,
		.sa_flags = SA_SIGINFO | SA_RESTART | *(int *)arg,
	};

	handle(end, SIGUSR1, 0);
	sigaction(SIGUSR1, &action, NULL);
	await_end(end);
	return 5;
}

/* Blocked while it is handled: delivered at the handler's end. */
SCENARIO(raised_in_its_handler)
{
	int flags = 0;

	cast(s, act_raise_in_handler, &flags);
	seize(s, 0);
	send_and_see(s, SIGUSR1);
	pass_on(s);
	hear(s);
	see(s);
	finish(s);
}

SCENARIO(raised_in_its_nodefer_handler)
{
	int flags = SA_NODEFER;

	cast(s, act_raise_in_handler, &flags);
	seize(s, 0);
	send_and_see(s, SIGUSR1);
	pass_on(s);
	hear(s);
	see(s);
	finish(s);
}

/* ---- who sent it ------------------------------------------------------------------- */

static int act_raise(const struct child_end *end, void *arg)
{
	handle(end, SIGUSR1, SA_RESTART);
	child_await(end);
	raise(SIGUSR1);
	kill(getpid(), SIGUSR1);
	sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 9 });
	await_end(end);
	return 5;
}

SCENARIO(signals_to_itself)
{
	cast(s, act_raise, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	pass_on(s);
	see(s);
	pass_on(s);
	see(s);
	finish(s);
}

static int act_child_dies(const struct child_end *end, void *arg)
{
	pid_t pid;

	handle(end, SIGCHLD, SA_RESTART);
	child_await(end);
	pid = fork();
	if (!pid)
		_exit(3);
	await_end(end);
	waitpid(pid, NULL, 0);
	return 5;
}

SCENARIO(sigchld_of_a_child)
{
	cast(s, act_child_dies, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	finish(s);
}

static int act_sigpipe(const struct child_end *end, void *arg)
{
	int ends[2];

	child_await(end);
	if (pipe(ends))
		return 1;
	close(ends[0]);
	return write(ends[1], "x", 1) == 1;
}

SCENARIO(sigpipe)
{
	cast(s, act_sigpipe, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	cont(s, 0);
	finish(s);
}

SCENARIO(sigpipe_kills)
{
	cast(s, act_sigpipe, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	finish(s);
}

/* ---- waiting for signals ------------------------------------------------------------- */

static int act_take(const struct child_end *end, void *arg)
{
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	handle(end, SIGUSR2, 0);
	child_await(end);
	if (sigwaitinfo(&set, &info) == SIGUSR1)
		say_line(end, "takes SIGUSR1 code %d", info.si_code);
	else
		say_line(end, "takes nothing: %s", strerrorname_np(errno));
	await_end(end);
	return 5;
}

/* Taken by sigwaitinfo(2), so never delivered: no stop. */
SCENARIO(taken_by_sigwaitinfo)
{
	cast(s, act_take, NULL);
	seize(s, 0);
	cue(s);
	until_asleep_in(s, s->tracee, SYS_rt_sigtimedwait);
	signal_tracee(s, SIGUSR1);
	hear(s);
	see_nothing(s);
	finish(s);
}

SCENARIO(sigwaitinfo_interrupted)
{
	cast(s, act_take, NULL);
	seize(s, 0);
	cue(s);
	until_asleep_in(s, s->tracee, SYS_rt_sigtimedwait);
	send_and_see(s, SIGUSR2);
	pass_on(s);
	hear(s);
	hear(s);
	finish(s);
}

/* Ignored, but waited for. */
static int act_take_ignored(const struct child_end *end, void *arg)
{
	signal(SIGUSR1, SIG_IGN);
	return act_take(end, arg);
}

SCENARIO(ignored_taken_by_sigwaitinfo)
{
	cast(s, act_take_ignored, NULL);
	seize(s, 0);
	cue(s);
	until_asleep_in(s, s->tracee, SYS_rt_sigtimedwait);
	signal_tracee(s, SIGUSR1);
	hear(s);
	finish(s);
}
