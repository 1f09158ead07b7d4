// SPDX-License-Identifier: GPL-2.0
/*
 * When a signal is delivered, and in which order: masks, queues, handlers that
 * block or go, senders, and calls that take a signal before it is delivered.
 */
#include "stage.h"

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
