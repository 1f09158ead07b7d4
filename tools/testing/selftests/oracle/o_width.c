// SPDX-License-Identifier: GPL-2.0
/*
 * A tracer and a tracee of unlike widths: the tracee executes the oracle that is
 * compiled for the other one. What a request then shows is the tracer's view of the
 * other's registers and structures (native ptrace: compat_arch_ptrace() and
 * task_user_regset_view()).
 */
#include "stage.h"

static int act_execute_other(const struct child_end *end, void *arg)
{
	char *argv[] = { "oracle", "--program", NULL }, *envp[] = { NULL };

	child_await(end);
	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0)
		_exit(120);
	execve(arg, argv, envp);
	_exit(111);
}

/* Is there such a program, and does this kernel run it? */
static void need_other_width(struct stage *s, char *path)
{
	char *argv[] = { "oracle", "--list", "--only", "none", NULL };
	char *envp[] = { NULL };
	pid_t pid = fork();
	int status = -1;

	if (!pid) {
		execve(path, argv, envp);
		_exit(1);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		skip(s, "no program of the other width runs here");
}

/* At the first instruction of the other program, in the exec event's stop. */
static void become_other_width(struct stage *s, unsigned long options)
{
	char *path = sibling(OTHER_WIDTH);

	need_other_width(s, path);
	cast(s, act_execute_other, path);
	seize(s, PTRACE_O_TRACEEXEC | options);
	cue(s);
	see(s);
}

/* In the stop of an INTERRUPT, out of the read(2) for its cue. */
static void wait_as_other_width(struct stage *s, unsigned long options)
{
	become_other_width(s, options);
	cont(s, 0);
	hear(s);
	if (!WAIT_UNTIL(proc_state(s->tracee) == 'S'))
		give_up(s, "it doesn't wait");
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
}

/* The numbers of its table, not of the tracer's. */
static void note_call_number(struct stage *s)
{
	struct ptrace_syscall_info info = { 0 };
	long size = tr_ptrace_at(&s->tracer, PTRACE_GET_SYSCALL_INFO, s->tracee,
				 sizeof(info), &info);

	note(s->out, "tracer: %ld bytes, op %d of %x", size, info.op,
	     info.arch);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		note(s->out, ", number %d, %x bytes", (int)info.entry.nr,
		     (unsigned int)info.entry.args[2]);
	if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		note(s->out, ", value %d, error %d", (int)info.exit.rval,
		     info.exit.is_error);
	note(s->out, "\n");
}

SCENARIO(other_width_executed)
{
	become_other_width(s, PTRACE_O_TRACESYSGOOD);
	note_call_number(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(other_width_calls)
{
	wait_as_other_width(s, PTRACE_O_TRACESYSGOOD);
	note_call_number(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call_number(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue_end(s);
	see(s);
	note_call_number(s);
	finish(s);
}

/* ---- registers ------------------------------------------------------------------------ */

static char buffer[8192];

static const unsigned int sets[] = { NT_PRSTATUS, NT_PRFPREG, NT_X86_XSTATE,
				     NT_386_TLS, NT_PRXFPREG };

static const char *set_name(int row)
{
	static const char *const names[] = { "prstatus", "fp", "xstate", "tls",
					     "fxsr" };

	return names[row];
}

SCENARIOS(other_width_regset, ARRAY_LEN(sets), set_name)
{
	struct iovec place = { buffer, sizeof(buffer) };

	wait_as_other_width(s, 0);
	ask(s, PTRACE_GETREGSET, sets[s->row], (unsigned long)&place);
	note(s->out, "tracer: %zu bytes\n", place.iov_len);
	ask(s, PTRACE_SETREGSET, sets[s->row], (unsigned long)&place);
	note(s->out, "tracer: %zu bytes\n", place.iov_len);
	cont(s, 0);
	finish(s);
}

/* Of what the tracer calls its registers: the call, the segments, an address. */
SCENARIO(other_width_registers)
{
	struct user_regs_struct regs = { 0 };
	struct user_fpregs_struct fp = { 0 };

	wait_as_other_width(s, 0);
	if (!ask(s, PTRACE_GETREGS, 0, (unsigned long)&regs))
		note(s->out, "tracer: call %lx ax %lx cs %lx ss %lx ds %lx\n",
		     (unsigned long)regs.REG_CALL, (unsigned long)regs.REG(ax),
		     (unsigned long)regs.SEGMENT(cs),
		     (unsigned long)regs.SEGMENT(ss),
		     (unsigned long)regs.SEGMENT(ds));
	ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
	ask(s, PTRACE_GETFPREGS, 0, (unsigned long)&fp);
	ask(s, PTRACE_SETFPREGS, 0, (unsigned long)&fp);
	cont(s, 0);
	finish(s);
}

/* Another's system call is changed in the registers of one's own width. */
SCENARIO(other_width_registers_written)
{
	struct user_regs_struct regs = { 0 };

	wait_as_other_width(s, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call_number(s);
	ask(s, PTRACE_GETREGS, 0, (unsigned long)&regs);
	regs.REG_CALL = -1;
	regs.REG(ax) = -EDOM;
	ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
	note_call_number(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call_number(s);
	cont(s, 0);
	see(s);
}

static const unsigned long offsets[] = {
	0,
	1,
	AT(REG(bx)),
	AT(REG_CALL),
	AT(SEGMENT(cs)),
	sizeof(struct user_regs_struct) - sizeof(long),
	sizeof(struct user_regs_struct),
	offsetof(struct user, u_debugreg[0]),
	offsetof(struct user, u_debugreg[7]),
	sizeof(struct user) - sizeof(long),
	sizeof(struct user),
	-8UL,
};

SCENARIO(other_width_words)
{
	unsigned long value;
	size_t i;

	wait_as_other_width(s, 0);
	for (i = 0; i < ARRAY_LEN(offsets); i++) {
		value = 0;
		note(s->out, "tracer: at %lx\n", offsets[i]);
		if (!ask(s, PTRACE_PEEKUSR, offsets[i], (unsigned long)&value))
			ask(s, PTRACE_POKEUSR, offsets[i], value);
	}
	cont(s, 0);
	finish(s);
}

/* ---- signals -------------------------------------------------------------------------- */

SCENARIO(other_width_siginfo)
{
	union sigval value = { .sival_int = 0x12345 };
	siginfo_t info;

	wait_as_other_width(s, 0);
	cont(s, 0);
	if (sigqueue(s->tracee, SIGURG, value))
		give_up(s, "sigqueue: %s", strerror(errno));
	see(s);
	if (!ask(s, PTRACE_GETSIGINFO, 0, (unsigned long)&info)) {
		info.si_value.sival_int = 0x54321;
		ask(s, PTRACE_SETSIGINFO, 0, (unsigned long)&info);
		ask(s, PTRACE_GETSIGINFO, 0, (unsigned long)&info);
		note_siginfo(s, &info);
		note(s->out, "\n");
	}
	pass_on(s);
	finish(s);
}

SCENARIO(other_width_signals)
{
	struct ptrace_peeksiginfo_args peek = { .nr = 2 };
	siginfo_t infos[2] = { 0 };
	uint64_t mask = 0;
	long count;

	wait_as_other_width(s, 0);
	signal_tracee(s, SIGURG);
	peek.flags = PTRACE_PEEKSIGINFO_SHARED;
	count = ask(s, PTRACE_PEEKSIGINFO, (unsigned long)&peek,
		    (unsigned long)infos);
	if (count > 0) {
		note_siginfo(s, &infos[0]);
		note(s->out, "\n");
	}
	ask(s, PTRACE_GETSIGMASK, sizeof(mask), (unsigned long)&mask);
	ask(s, PTRACE_SETSIGMASK, sizeof(mask), (unsigned long)&mask);
	cont(s, 0);
	see(s);
	pass_on(s);
	finish(s);
}

/* Its addresses, and those that it can't have. */
SCENARIO(other_width_memory)
{
	static const unsigned long places[] = { 0, 8, -8UL, 0xffffe000,
						0xfffff000 };
	unsigned long value;
	size_t i;

	wait_as_other_width(s, 0);
	for (i = 0; i < ARRAY_LEN(places); i++) {
		value = 0;
		note(s->out, "tracer: at %lx\n", places[i]);
		ask(s, PTRACE_PEEKDATA, places[i], (unsigned long)&value);
	}
	cont(s, 0);
	finish(s);
}
