// SPDX-License-Identifier: GPL-2.0
/*
 * Every request in every state that a tracee can be in: what it returns, and
 * what becomes of the tracee.
 */
#include "stage.h"

/* ---- the states -------------------------------------------------------------- */

static void running(struct stage *s)
{
	cast(s, act_handle, NULL);
	seize(s, 0);
}

static void running_attached(struct stage *s)
{
	cast(s, act_handle, NULL);
	attach(s);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
}

static void in_signal_stop(struct stage *s)
{
	running(s);
	send_and_see(s, SIGUSR1);
}

static void in_attach_stop(struct stage *s)
{
	cast(s, act_handle, NULL);
	attach(s);
}

static void in_group_stop(struct stage *s)
{
	running(s);
	send_and_see(s, SIGSTOP);
	cont(s, SIGSTOP);
	see(s);
	parent_sees(s);
}

static void in_group_stop_attached(struct stage *s)
{
	running_attached(s);
	send_and_see(s, SIGTSTP);
	cont(s, SIGTSTP);
	see(s);
	parent_sees(s);
}

static void interrupted(struct stage *s)
{
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
}

static int act_vfork(const struct child_end *end, void *arg)
{
	pid_t pid;

	/* Which comes when it likes. */
	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	pid = vfork();
	if (!pid)
		_exit(3);
	await_end(end);
	waitpid(pid, NULL, 0);
	return 5;
}

static void in_event_stop(struct stage *s)
{
	cast(s, act_vfork, NULL);
	seize(s, PTRACE_O_TRACEVFORKDONE);
	cue(s);
	see(s);
}

static void in_exit_stop(struct stage *s)
{
	cast(s, act_wait, NULL);
	seize(s, PTRACE_O_TRACEEXIT);
	cue_end(s);
	see(s);
}

static void in_syscall_entry(struct stage *s)
{
	interrupted(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
}

static void in_syscall_exit(struct stage *s)
{
	in_syscall_entry(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	note_call(s);
}

static void listening(struct stage *s)
{
	in_group_stop(s);
	ask(s, PTRACE_LISTEN, 0, 0);
}

static void listening_interrupted(struct stage *s)
{
	interrupted(s);
	ask(s, PTRACE_LISTEN, 0, 0);
}

static void dead(struct stage *s)
{
	running(s);
	cue_end(s);
	until_dead(s);
}

static void reaped(struct stage *s)
{
	running(s);
	cue_end(s);
	see(s);
	parent_sees(s);
}

static void untraced(struct stage *s)
{
	cast(s, act_handle, NULL);
	s->let_go = true;
}

#define STATE(name)         \
	{                   \
#name, name \
	}

static const struct state {
	const char *name;
	void (*enter)(struct stage *s);
} states[] = {
	STATE(running),
	STATE(running_attached),
	STATE(in_signal_stop),
	STATE(in_attach_stop),
	STATE(in_group_stop),
	STATE(in_group_stop_attached),
	STATE(interrupted),
	STATE(in_event_stop),
	STATE(in_exit_stop),
	STATE(in_syscall_entry),
	STATE(in_syscall_exit),
	STATE(listening),
	STATE(listening_interrupted),
	STATE(dead),
	STATE(reaped),
	STATE(untraced),
};

/* ---- requests that change nothing --------------------------------------------- */

static const char *state_name(int row)
{
	return states[row].name;
}

/* A word of the tracee's that is at the same place in the tracer. */
static long word = 0x5050;

static void ask_about_signals(struct stage *s)
{
	struct ptrace_peeksiginfo_args peek = { .nr = 1 };
	siginfo_t info = { 0 };
	sigset_t set;

	ask(s, PTRACE_GETSIGINFO, 0, (unsigned long)&info);
	ask(s, PTRACE_SETSIGINFO, 0, (unsigned long)&info);
	sigemptyset(&set);
	ask(s, PTRACE_GETSIGMASK, 4, (unsigned long)&set);
	ask(s, PTRACE_GETSIGMASK, 8, (unsigned long)&set);
	ask(s, PTRACE_SETSIGMASK, 8, (unsigned long)&set);
	ask(s, PTRACE_SETSIGMASK, 16, (unsigned long)&set);
	ask(s, PTRACE_PEEKSIGINFO, (unsigned long)&peek, (unsigned long)&info);
	peek.flags = 2;
	ask(s, PTRACE_PEEKSIGINFO, (unsigned long)&peek, (unsigned long)&info);
}

static void ask_about_registers(struct stage *s)
{
	struct user_fpregs_struct fp = { 0 };
	struct user_regs_struct regs = { 0 };
	struct iovec set = { &regs, sizeof(regs) };
	unsigned long offset = AT(REG_UNUSED);
	long value = 0;

	if (!ask(s, PTRACE_GETREGS, 0, (unsigned long)&regs))
		ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
	if (!ask(s, PTRACE_GETFPREGS, 0, (unsigned long)&fp))
		ask(s, PTRACE_SETFPREGS, 0, (unsigned long)&fp);
	if (!ask(s, PTRACE_GETREGSET, NT_PRSTATUS, (unsigned long)&set))
		ask(s, PTRACE_SETREGSET, NT_PRSTATUS, (unsigned long)&set);
	ask(s, PTRACE_GETREGSET, 12345, (unsigned long)&set);
	if (!ask(s, 3, offset, (unsigned long)&value))
		ask(s, 6, offset, value);
	ask(s, 3, 3, (unsigned long)&value);
	ask(s, 6, 100000, 0);
}

static void ask_about_memory(struct stage *s)
{
	unsigned long at = (unsigned long)&word;
	long value = 0;

	ask(s, PTRACE_PEEKTEXT, at, (unsigned long)&value);
	ask(s, PTRACE_PEEKDATA, at, (unsigned long)&value);
	note(s->out, "tracer: the word is %lx\n", value);
	ask(s, PTRACE_POKETEXT, at, 0x6060);
	ask(s, PTRACE_POKEDATA, at, 0x7070);
	ask(s, PTRACE_PEEKDATA, at, (unsigned long)&value);
	note(s->out, "tracer: the word is %lx\n", value);
	ask(s, PTRACE_PEEKDATA, 8, (unsigned long)&value);
	ask(s, PTRACE_POKEDATA, 8, 0);
}

static void ask_about_calls(struct stage *s)
{
	struct ptrace_rseq_configuration rseq;
	uint64_t config[4], metadata[2] = { 0 };

	note_call(s);
	ask(s, PTRACE_GET_SYSCALL_INFO, 0, (unsigned long)config);
	ask(s, PTRACE_SECCOMP_GET_FILTER, 0, 0);
	ask(s, PTRACE_SECCOMP_GET_METADATA, sizeof(metadata),
	    (unsigned long)metadata);
	ask(s, PTRACE_GET_RSEQ_CONFIGURATION, sizeof(rseq),
	    (unsigned long)&rseq);
	/* PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, of newer kernels. */
	ask(s, 0x4211, sizeof(config), (unsigned long)config);
}

SCENARIOS(inspect, ARRAY_LEN(states), state_name)
{
	unsigned long message = 0;

	states[s->row].enter(s);
	ask(s, PTRACE_SETOPTIONS, 0, 1UL << 30);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
	ask(s, PTRACE_GETEVENTMSG, 0, (unsigned long)&message);
	ask_about_signals(s);
	ask_about_registers(s);
	ask_about_memory(s);
	ask_about_calls(s);
	ask(s, PTRACE_ATTACH, 0, 0);
	if (s->let_go)
		see(s);
	s->let_go = false;
	ask(s, PTRACE_SEIZE, 0, 0);
	ask(s, PTRACE_CONT, 0, 65);
	ask(s, 0x4eee, 0, 0);
	if (!s->dead)
		finish(s);
}

/* ---- requests that set it going ------------------------------------------------- */

static const struct move {
	const char *name;
	unsigned int request;
	int signo;
} moves[] = {
	{ "CONT", PTRACE_CONT, 0 },
	{ "CONT_USR2", PTRACE_CONT, SIGUSR2 },
	{ "SYSCALL", PTRACE_SYSCALL, 0 },
	{ "SINGLESTEP", PTRACE_SINGLESTEP, 0 },
	{ "SINGLESTEP_USR2", PTRACE_SINGLESTEP, SIGUSR2 },
	{ "SYSEMU", PTRACE_SYSEMU, 0 },
	{ "DETACH", PTRACE_DETACH, 0 },
	{ "DETACH_USR2", PTRACE_DETACH, SIGUSR2 },
	{ "DETACH_STOP", PTRACE_DETACH, SIGSTOP },
	{ "KILL", PTRACE_KILL, 0 },
	{ "INTERRUPT", PTRACE_INTERRUPT, 0 },
	{ "LISTEN", PTRACE_LISTEN, 0 },
	{ "sigkill", 0, SIGKILL },
	{ "sigcont", 0, SIGCONT },
};

#define MOVES ((int)ARRAY_LEN(moves))
/* The two last states are those of tasks that nothing can be asked of. */
#define STATES ((int)ARRAY_LEN(states) - 2)

static const char *move_name(int row)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s/%s", states[row / MOVES].name,
		 moves[row % MOVES].name);
	return name;
}

SCENARIOS(move, STATES *MOVES, move_name)
{
	const struct move *move = &moves[s->row % MOVES];

	states[s->row / MOVES].enter(s);
	if (move->request)
		ask(s, move->request, 0, move->signo);
	else
		signal_tracee(s, move->signo);
	finish(s);
}

static void ask_of_nobody(struct stage *s)
{
	int i;

	for (i = 0; i < MOVES; i++) {
		if (moves[i].request)
			ask(s, moves[i].request, 0, moves[i].signo);
	}
}

SCENARIO(move_untraced)
{
	cast(s, act_handle, NULL);
	ask_of_nobody(s);
	finish_untraced(s);
}

SCENARIO(move_reaped)
{
	reaped(s);
	ask_of_nobody(s);
}
