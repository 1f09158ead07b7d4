// SPDX-License-Identifier: GPL-2.0
/*
 * System calls that a signal or a tracer interrupts: what each stop shows,
 * which calls are made again and which fail with EINTR.
 */
#include <elf.h>
#include <linux/futex.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include "stage.h"

/* ---- calls that block ----------------------------------------------------------- */

static const struct timespec long_time = { .tv_sec = 1000 };

static long call_read(void)
{
	int ends[2];
	char byte;

	if (pipe(ends))
		return -1;
	return syscall(SYS_read, ends[0], &byte, 1);
}

static long call_pause(void)
{
	return syscall(SYS_pause);
}

static long call_nanosleep(void)
{
	struct timespec left;

	return syscall(SYS_nanosleep, &long_time, &left);
}

static long call_clock_nanosleep(void)
{
	struct timespec when;

	clock_gettime(CLOCK_MONOTONIC, &when);
	when.tv_sec += 1000;
	return syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME,
		       &when, NULL);
}

static long call_poll(void)
{
	return syscall(SYS_poll, NULL, 0, -1);
}

static long call_poll_with_limit(void)
{
	return syscall(SYS_poll, NULL, 0, 1000000);
}

static long call_ppoll(void)
{
	uint64_t mask = 0;

	return syscall(SYS_ppoll, NULL, 0, NULL, &mask, sizeof(mask));
}

static long call_select(void)
{
	return syscall(SYS_OF_SELECT, 0, NULL, NULL, NULL, NULL);
}

static long call_epoll_wait(void)
{
	struct epoll_event event;

	return syscall(SYS_epoll_wait, epoll_create1(0), &event, 1, -1);
}

static int futex_word;

static long call_futex(void)
{
	return syscall(SYS_futex, &futex_word, FUTEX_WAIT, 0, NULL);
}

static long call_futex_with_limit(void)
{
	return syscall(SYS_futex, &futex_word, FUTEX_WAIT, 0, &long_time);
}

static long call_rt_sigsuspend(void)
{
	uint64_t mask = 0;

	return syscall(SYS_rt_sigsuspend, &mask, sizeof(mask));
}

static long call_rt_sigtimedwait(void)
{
	uint64_t set = 1ULL << (SIGTERM - 1);

	return syscall(SYS_rt_sigtimedwait, &set, NULL, &long_time,
		       sizeof(set));
}

static long call_wait4(void)
{
	pid_t pid = fork();

	if (!pid) {
		while (true)
			pause();
	}
	return syscall(SYS_wait4, pid, NULL, 0, NULL);
}

static const struct blocking_call {
	const char *name;
	long nr;
	long (*make)(void);
} calls[] = {
	{ "read", SYS_read, call_read },
	{ "pause", SYS_pause, call_pause },
	{ "nanosleep", SYS_nanosleep, call_nanosleep },
	{ "clock_nanosleep", SYS_clock_nanosleep, call_clock_nanosleep },
	{ "poll", SYS_poll, call_poll },
	{ "poll_with_limit", SYS_poll, call_poll_with_limit },
	{ "ppoll", SYS_ppoll, call_ppoll },
	{ "select", SYS_OF_SELECT, call_select },
	{ "epoll_wait", SYS_epoll_wait, call_epoll_wait },
	{ "futex", SYS_futex, call_futex },
	{ "futex_with_limit", SYS_futex, call_futex_with_limit },
	{ "rt_sigsuspend", SYS_rt_sigsuspend, call_rt_sigsuspend },
	{ "rt_sigtimedwait", SYS_rt_sigtimedwait, call_rt_sigtimedwait },
	{ "wait4", SYS_wait4, call_wait4 },
};

/* ---- what interrupts them --------------------------------------------------------- */

static const struct way {
	const char *name;
	int flags; /* of SIGUSR1's handler */
	bool drop;
	bool interrupt;
} ways[] = {
	{ "handled", .flags = 0 },
	{ "handled_with_restart", .flags = SA_RESTART },
	{ "dropped", .drop = true },
	{ "interrupted", .interrupt = true },
};

#define WAYS ((int)ARRAY_LEN(ways))
#define ROWS ((int)ARRAY_LEN(calls) * WAYS)

static const char *row_name(int row)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s/%s", calls[row / WAYS].name,
		 ways[row % WAYS].name);
	return name;
}

static int act_block(const struct child_end *end, void *arg)
{
	int row = *(int *)arg;
	long ret;

	handle(end, SIGUSR1, ways[row % WAYS].flags);
	child_await(end);
	say_line(end, "makes the call");
	errno = 0;
	ret = calls[row / WAYS].make();
	say_line(end, "has made the call: %ld %s", ret,
		 errno ? strerrorname_np(errno) : "");
	await_end(end);
	return 5;
}

/* Asleep in the call or in the one that makes it again. */
static bool blocks_in(pid_t pid, long nr)
{
	return proc_sleeps_in(pid, nr) ||
	       proc_sleeps_in(pid, SYS_restart_syscall);
}

/* Not before the line: the read(2) that waits for a cue blocks as well. */
static void until_called(struct stage *s, long nr)
{
	hear(s);
	if (!WAIT_UNTIL(blocks_in(s->tracee, nr)))
		give_up(s, "the call doesn't block");
}

static void strike(struct stage *s, const struct way *way)
{
	if (way->interrupt)
		ask(s, PTRACE_INTERRUPT, 0, 0);
	else
		signal_tracee(s, SIGUSR1);
}

/* The entry of the last read(2) or, once more, of the call that blocks. */
static bool comes_to_rest(struct stage *s, long nr)
{
	struct ptrace_syscall_info info = { 0 };

	if (tr_ptrace_at(&s->tracer, PTRACE_GET_SYSCALL_INFO, s->tracee,
			 sizeof(info), &info) < 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return false;
	return (long)info.entry.nr == nr || info.entry.nr == SYS_read ||
	       info.entry.nr == SYS_restart_syscall;
}

static int choose_signal(struct stage *s, const struct way *way)
{
	return WSTOPSIG(s->event.status) == SIGUSR1 && !way->drop ? SIGUSR1 : 0;
}

/* Every system call of it, traced. */
SCENARIOS(restart_traced, ROWS, row_name)
{
	const struct blocking_call *call = &calls[s->row / WAYS];
	const struct way *way = &ways[s->row % WAYS];
	int stops;

	cast(s, act_block, &s->row);
	seize(s, PTRACE_O_TRACESYSGOOD);
	cue(s);
	until_called(s, call->nr);
	strike(s, way);
	see(s);
	note_call(s);
	for (stops = 0; stops < 12; stops++) {
		ask(s, PTRACE_SYSCALL, 0, choose_signal(s, way));
		see(s);
		note_call(s);
		if (comes_to_rest(s, call->nr))
			break;
	}
	cont(s, 0);
	if (!WAIT_UNTIL(blocks_in(s->tracee, call->nr) ||
			blocks_in(s->tracee, SYS_read)))
		give_up(s, "it doesn't come to rest");
	hear_rest(s);
	signal_tracee(s, SIGKILL);
	finish(s);
}

/* From the entry of the call to its end, with exit stops. */
SCENARIOS(restart_from_entry, ROWS, row_name)
{
	const struct blocking_call *call = &calls[s->row / WAYS];
	const struct way *way = &ways[s->row % WAYS];
	int stops;

	cast(s, act_block, &s->row);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	/* Some calls need another one first. */
	do {
		ask(s, PTRACE_SYSCALL, 0, 0);
		see(s);
		note_call(s);
	} while (!comes_to_rest(s, call->nr));
	ask(s, PTRACE_SYSCALL, 0, 0);
	if (!WAIT_UNTIL(blocks_in(s->tracee, call->nr)))
		give_up(s, "the call doesn't block");
	strike(s, way);
	see(s);
	note_call(s);
	for (stops = 0; stops < 12; stops++) {
		ask(s, PTRACE_SYSCALL, 0, choose_signal(s, way));
		see(s);
		note_call(s);
		if (comes_to_rest(s, call->nr))
			break;
	}
	hear_rest(s);
	signal_tracee(s, SIGKILL);
	finish(s);
}

/* Set as they are: to the kernel the call is one that may be restarted, still. */
static void set_same_registers(struct stage *s)
{
	struct user_regs_struct regs;
	struct iovec iov = { .iov_base = &regs, .iov_len = sizeof(regs) };

	ask(s, PTRACE_GETREGSET, NT_PRSTATUS, (unsigned long)&iov);
	ask(s, PTRACE_SETREGSET, NT_PRSTATUS, (unsigned long)&iov);
}

static const char *call_name_of(int row)
{
	return calls[row].name;
}

SCENARIOS(registers_set_unchanged, ARRAY_LEN(calls), call_name_of)
{
	const struct blocking_call *call = &calls[s->row];
	int row = s->row * WAYS, stops;

	cast(s, act_block, &row);
	seize(s, PTRACE_O_TRACESYSGOOD);
	cue(s);
	until_called(s, call->nr);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	note_call(s);
	set_same_registers(s);
	for (stops = 0; stops < 6; stops++) {
		ask(s, PTRACE_SYSCALL, 0, 0);
		see(s);
		note_call(s);
		set_same_registers(s);
		if (comes_to_rest(s, call->nr))
			break;
	}
	cont(s, 0);
	if (!WAIT_UNTIL(blocks_in(s->tracee, call->nr) ||
			blocks_in(s->tracee, SYS_read)))
		give_up(s, "it doesn't come to rest");
	hear_rest(s);
	signal_tracee(s, SIGKILL);
	finish(s);
}

/* ---- restarts and what else may happen -------------------------------------------- */

static int act_pause(const struct child_end *end, void *arg)
{
	handle(end, SIGUSR1, 0);
	handle(end, SIGUSR2, SA_RESTART);
	child_await(end);
	pause();
	say_line(end, "is back from pause");
	await_end(end);
	return 5;
}

static void in_pause(struct stage *s)
{
	cast(s, act_pause, NULL);
	seize(s, 0);
	cue(s);
	until_asleep_in(s, s->tracee, SYS_pause);
}

SCENARIO(group_stop_in_pause)
{
	in_pause(s);
	send_and_see(s, SIGSTOP);
	pass_on(s);
	see(s);
	parent_sees(s);
	ask(s, PTRACE_LISTEN, 0, 0);
	send_and_see(s, SIGCONT);
	pass_on(s);
	see(s);
	pass_on(s);
	until_asleep_in(s, s->tracee, SYS_pause);
	send_and_see(s, SIGUSR1);
	pass_on(s);
	hear(s);
	hear(s);
	finish(s);
}

/* Dropped, so that pause goes on; then another that ends it. */
SCENARIO(two_signals_in_pause)
{
	in_pause(s);
	send_and_see(s, SIGUSR1);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_pause);
	send_and_see(s, SIGUSR1);
	pass_on(s);
	hear(s);
	hear(s);
	finish(s);
}

SCENARIO(detach_in_pause)
{
	in_pause(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	ask(s, PTRACE_DETACH, 0, 0);
	until_asleep_in(s, s->tracee, SYS_pause);
	signal_tracee(s, SIGUSR1);
	hear(s);
	hear(s);
	finish(s);
}

SCENARIO(detach_with_signal_in_pause)
{
	in_pause(s);
	send_and_see(s, SIGTERM);
	ask(s, PTRACE_DETACH, 0, SIGUSR1);
	hear(s);
	hear(s);
	finish(s);
}

/* ATTACH's own signal: most calls don't notice it. */
SCENARIOS(attach_in_call, ARRAY_LEN(calls), call_name_of)
{
	int row = s->row * WAYS;

	cast(s, act_block, &row);
	cue(s);
	until_called(s, calls[s->row].nr);
	attach(s);
	cont(s, 0);
	/* Those that can't be restarted have come to the read(2) behind. */
	if (!WAIT_UNTIL(blocks_in(s->tracee, calls[s->row].nr) ||
			blocks_in(s->tracee, SYS_read)))
		give_up(s, "it doesn't come to rest");
	send_and_see(s, SIGUSR1);
	pass_on(s);
	hear(s);
	hear(s);
	finish(s);
}
