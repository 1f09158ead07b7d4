// SPDX-License-Identifier: GPL-2.0
/*
 * A signal's particulars and the signal mask, read and written by the tracer;
 * the queues of signals that are still to come.
 */
#include "stage.h"

static void note_info(struct stage *s)
{
	siginfo_t info = { 0 };
	long ret = tr_ptrace_at(&s->tracer, PTRACE_GETSIGINFO, s->tracee, 0,
				&info);

	note(s->out, "tracer: siginfo ");
	if (ret)
		note(s->out, "%s", error_name(ret));
	else
		note_siginfo(s, &info);
	note(s->out, "\n");
}

static void set_info(struct stage *s, int signo, int code, int value)
{
	siginfo_t info = { .si_signo = signo, .si_code = code };

	info.si_pid = s->tracee;
	info.si_value.sival_int = value;
	ask(s, PTRACE_SETSIGINFO, 0, (unsigned long)&info);
}

static void in_signal_stop(struct stage *s)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
	send_and_see(s, SIGUSR1);
}

/* ---- siginfo ------------------------------------------------------------------------- */

SCENARIO(siginfo_replaced)
{
	in_signal_stop(s);
	set_info(s, SIGUSR1, SI_QUEUE, 77);
	note_info(s);
	cont(s, SIGUSR1);
	finish(s);
}

/* Another number than the one that is passed: siginfo is made anew. */
SCENARIO(siginfo_replaced_by_another_signal)
{
	in_signal_stop(s);
	set_info(s, SIGUSR2, SI_QUEUE, 78);
	note_info(s);
	cont(s, SIGUSR1);
	finish(s);
}

SCENARIO(siginfo_and_signal_replaced)
{
	in_signal_stop(s);
	set_info(s, SIGUSR2, SI_QUEUE, 79);
	cont(s, SIGUSR2);
	finish(s);
}

SCENARIO(siginfo_replaced_and_signal_dropped)
{
	in_signal_stop(s);
	set_info(s, SIGUSR1, SI_QUEUE, 80);
	cont(s, 0);
	finish(s);
}

SCENARIO(siginfo_replaced_at_interrupt)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	set_info(s, SIGUSR1, SI_QUEUE, 81);
	note_info(s);
	cont(s, SIGUSR1);
	finish(s);
}

SCENARIO(siginfo_replaced_at_syscall_exit)
{
	cast(s, act_handle, NULL);
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	set_info(s, SIGUSR1, SI_QUEUE, 82);
	note_info(s);
	note_call(s);
	finish(s);
}

SCENARIO(siginfo_faults)
{
	in_signal_stop(s);
	ask(s, PTRACE_GETSIGINFO, 0, 8);
	ask(s, PTRACE_SETSIGINFO, 0, 8);
	note_info(s);
	finish(s);
}

/* Listening is decided by the code that GETSIGINFO shows. */
SCENARIO(listen_needs_the_stop_code)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	set_info(s, SIGTRAP, SI_USER, 0);
	ask(s, PTRACE_LISTEN, 0, 0);
	finish(s);
}

/* ---- the mask -------------------------------------------------------------------------- */

static void note_mask(struct stage *s)
{
	uint64_t mask = 0;
	long ret = tr_ptrace_at(&s->tracer, PTRACE_GETSIGMASK, s->tracee,
				sizeof(mask), &mask);

	if (ret)
		note(s->out, "tracer: mask %s\n", error_name(ret));
	else
		note(s->out, "tracer: mask %llx\n", (unsigned long long)mask);
}

static void set_mask(struct stage *s, uint64_t mask)
{
	ask(s, PTRACE_SETSIGMASK, sizeof(mask), (unsigned long)&mask);
}

#define BIT_OF(signo) (1ULL << ((signo)-1))

SCENARIO(mask_set)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	note_mask(s);
	set_mask(s, BIT_OF(SIGUSR1) | BIT_OF(SIGKILL) | BIT_OF(SIGSTOP) |
			    BIT_OF(64));
	note_mask(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	signal_tracee(s, SIGUSR1);
	send_and_see(s, SIGUSR2);
	set_mask(s, 0);
	note_mask(s);
	pass_on(s);
	see(s);
	finish(s);
}

static int act_mask(const struct child_end *end, void *arg)
{
	block(SIG_BLOCK, SIGUSR1);
	block(SIG_BLOCK, SIGRTMIN + 3);
	await_end(end);
	return 5;
}

SCENARIO(mask_read)
{
	cast(s, act_mask, NULL);
	seize_stop(s, 0);
	note_mask(s);
	finish(s);
}

SCENARIO(mask_unblocks_what_is_pending)
{
	cast(s, act_mask, NULL);
	seize(s, 0);
	signal_tracee(s, SIGUSR1);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	set_mask(s, 0);
	cont(s, 0);
	see(s);
	cont(s, 0);
	finish(s);
}

static int act_suspend(const struct child_end *end, void *arg)
{
	sigset_t set;

	handle(end, SIGUSR1, 0);
	handle(end, SIGUSR2, 0);
	block(SIG_BLOCK, SIGUSR1);
	sigfillset(&set);
	sigdelset(&set, SIGUSR1);
	child_await(end);
	sigsuspend(&set);
	say_line(end, "is back from sigsuspend");
	await_end(end);
	return 5;
}

/* In sigsuspend the mask to be restored is what is shown and set. */
SCENARIO(mask_in_sigsuspend)
{
	cast(s, act_suspend, NULL);
	seize(s, 0);
	cue(s);
	until_asleep_in(s, s->tracee, SYS_rt_sigsuspend);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	note_mask(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_rt_sigsuspend);
	send_and_see(s, SIGUSR1);
	note_mask(s);
	pass_on(s);
	hear(s);
	hear(s);
	finish(s);
}

SCENARIO(mask_set_in_sigsuspend)
{
	cast(s, act_suspend, NULL);
	seize(s, 0);
	cue(s);
	until_asleep_in(s, s->tracee, SYS_rt_sigsuspend);
	send_and_see(s, SIGUSR1);
	set_mask(s, BIT_OF(SIGUSR2));
	note_mask(s);
	pass_on(s);
	hear(s);
	hear(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	note_mask(s);
	finish(s);
}

/* ---- queues ------------------------------------------------------------------------------ */

static void peek(struct stage *s, unsigned long offset, unsigned int flags,
		 int count)
{
	struct ptrace_peeksiginfo_args args = {
		.off = offset,
		.flags = flags,
		.nr = count,
	};
	siginfo_t infos[8] = {};
	long ret, i;

	ret = tr_ptrace_at(&s->tracer, PTRACE_PEEKSIGINFO, s->tracee, &args,
			   infos);
	note(s->out, "tracer: PEEKSIGINFO at %lu flags %u count %d: %s\n",
	     offset, flags, count, error_name(ret));
	for (i = 0; i < ret; i++) {
		note(s->out, "tracer:   ");
		note_siginfo(s, &infos[i]);
		note(s->out, "\n");
	}
}

static void send_value(struct stage *s, int signo, int number)
{
	union sigval value = { .sival_int = number };

	sigqueue(s->tracee, signo, value);
}

static void fill_queues(struct stage *s)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	send_value(s, SIGRTMIN + 1, 1);
	send_value(s, SIGRTMIN + 1, 2);
	send_value(s, SIGUSR1, 3);
	syscall(SYS_tgkill, s->tracee, s->tracee, SIGUSR2);
	syscall(SYS_tgkill, s->tracee, s->tracee, SIGRTMIN + 1);
}

SCENARIO(peek_private)
{
	fill_queues(s);
	peek(s, 0, 0, 8);
	peek(s, 1, 0, 8);
	peek(s, 2, 0, 8);
	peek(s, 0, 0, 1);
	finish(s);
}

SCENARIO(peek_shared)
{
	fill_queues(s);
	peek(s, 0, PTRACE_PEEKSIGINFO_SHARED, 8);
	peek(s, 1, PTRACE_PEEKSIGINFO_SHARED, 1);
	peek(s, 3, PTRACE_PEEKSIGINFO_SHARED, 8);
	finish(s);
}

SCENARIO(peek_arguments)
{
	struct ptrace_peeksiginfo_args args = { .nr = 8 };

	fill_queues(s);
	peek(s, 0, 0, 0);
	peek(s, 0, 0, -1);
	peek(s, 0, 2, 8);
	peek(s, -1UL, 0, 8);
	ask(s, PTRACE_PEEKSIGINFO, 8, 0);
	ask(s, PTRACE_PEEKSIGINFO, (unsigned long)&args, 8);
	finish(s);
}

SCENARIO(peek_in_signal_stop)
{
	in_signal_stop(s);
	peek(s, 0, 0, 8);
	peek(s, 0, PTRACE_PEEKSIGINFO_SHARED, 8);
	signal_tracee(s, SIGUSR2);
	peek(s, 0, PTRACE_PEEKSIGINFO_SHARED, 8);
	finish(s);
}
