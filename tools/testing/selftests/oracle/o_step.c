// SPDX-License-Identifier: GPL-2.0
/*
 * Single steps, block steps and emulated system calls: where each of them ends, and
 * what the tracee notices.
 */
#include <ucontext.h>
#include "stage.h"

#ifdef __x86_64__
#define ENTER_CALL "syscall"
#define A "%rax"
#define SP "(%rsp)"
#else
#define ENTER_CALL "int $0x80"
#define A "%eax"
#define SP "(%esp)"
#endif

#define NR_TEXT_(nr) #nr
#define NR_TEXT(nr) NR_TEXT_(nr)

/*
 * Each piece is a function that begins with a breakpoint, where its tracer finds it.
 */
#define PIECE(name, code)                        \
	void piece_##name(void);                 \
	void piece_##name##_end(void);           \
	asm(".pushsection .text\n"               \
	    ".type piece_" #name ", @function\n" \
	    "piece_" #name ":\n"                 \
	    "int3\n" code "\n"                   \
	    "ret\n"                              \
	    "piece_" #name "_end:\n"             \
	    ".popsection\n")

/* clang-format off */
PIECE(nops, "nop\n nop\n nop\n");
PIECE(jumps, "nop\n jmp 1f\n nop\n 1: mov $3, %ecx\n 2: nop\n loop 2b\n nop\n");
PIECE(pushf, "pushf\n pop " A "\n nop\n");
PIECE(popf, "pushf\n nop\n popf\n nop\n");
PIECE(own_trap, "pushf\n orl $0x100, " SP "\n popf\n nop\n pushf\n andl $~0x100, " SP "\n"
	       " popf\n nop\n");
PIECE(iterations, "push " A "\n mov $3, %ecx\n"
	       " 1: rep lodsb\n pop " A "\n nop\n");
PIECE(call, "mov $" NR_TEXT(__NR_getppid) ", %eax\n " ENTER_CALL "\n nop\n nop\n");
PIECE(calls, "mov $" NR_TEXT(__NR_getppid) ", %eax\n " ENTER_CALL "\n"
	     " mov $" NR_TEXT(__NR_getppid) ", %eax\n " ENTER_CALL "\n nop\n nop\n");
PIECE(no_call, "mov $9999, %eax\n " ENTER_CALL "\n nop\n");
PIECE(breakpoint, "nop\n int3\n nop\n");
PIECE(fault, "nop\n ud2\n nop\n");
/* clang-format on */

static const struct piece {
	const char *name;
	void (*begin)(void);
	void (*end)(void);
} pieces[] = {
#define PIECE_OF(name)                                  \
	{                                               \
#name, piece_##name, piece_##name##_end \
	}
	PIECE_OF(nops),	      PIECE_OF(jumps),	  PIECE_OF(pushf),
	PIECE_OF(popf),	      PIECE_OF(own_trap), PIECE_OF(iterations),
	PIECE_OF(call),	      PIECE_OF(calls),	  PIECE_OF(no_call),
	PIECE_OF(breakpoint), PIECE_OF(fault),
};

#define PIECES ((int)ARRAY_LEN(pieces))
enum { NOPS, JUMPS, PUSHF, POPF, OWN_TRAP, ITERATIONS, CALL, CALLS, NO_CALL };

static const char *piece_name(int row)
{
	return pieces[row].name;
}

static void on_fault(int signo, siginfo_t *info, void *context)
{
	ucontext_t *at = context;

	/* Over the instruction, which has two bytes. */
	at->uc_mcontext.gregs[
#ifdef __x86_64__
		REG_RIP
#else
		REG_EIP
#endif
	] += 2;
	say_handled(signo, info, context);
}

static int act_piece(const struct child_end *end, void *arg)
{
	const struct piece *piece = arg;
	struct sigaction action = { .sa_sigaction = on_fault,
				    .sa_flags = SA_SIGINFO };
	static char bytes[8];

	handle(end, SIGUSR1, SA_RESTART);
	/* Also one that a breakpoint of its own meets, when nobody is there. */
	handle(end, SIGTRAP, 0);
	sigaction(SIGILL, &action, NULL);
	child_await(end);
#ifdef __x86_64__
	asm volatile("call *%0"
		     :
		     : "r"(piece->begin), "S"(bytes)
		     : "rax", "rcx", "r11", "memory", "cc");
#else
	asm volatile("call *%0"
		     :
		     : "r"(piece->begin), "S"(bytes)
		     : "eax", "ecx", "memory", "cc");
#endif
	say_line(end, "is through");
	await_end(end);
	return 5;
}

/* ---- what the tracer does and sees ------------------------------------------- */

static const struct piece *playing;

static void take_registers(struct stage *s, struct user_regs_struct *regs)
{
	if (tr_ptrace_at(&s->tracer, PTRACE_GETREGS, s->tracee, 0, regs))
		give_up(s, "no registers");
}

static unsigned long instruction(struct stage *s)
{
	struct user_regs_struct regs = { 0 };

	take_registers(s, &regs);
	return regs.REG(ip);
}

static bool is_in_piece(unsigned long ip)
{
	return ip >= (unsigned long)playing->begin &&
	       ip < (unsigned long)playing->end;
}

static void note_place(struct stage *s)
{
	struct user_regs_struct regs = { 0 };
	unsigned long ip;

	take_registers(s, &regs);
	ip = regs.REG(ip);
	if (is_in_piece(ip))
		note(s->out, "tracer: at +%lu",
		     ip - (unsigned long)playing->begin);
	else if (ip == (unsigned long)say_handled)
		note(s->out, "tracer: at the handler");
	else
		note(s->out, "tracer: elsewhere");
	note(s->out, ", flags %#lx\n", (unsigned long)regs.eflags & 0x100);
}

static void to_the_piece(struct stage *s, int piece, unsigned long options)
{
	playing = &pieces[piece];
	cast(s, act_piece, (void *)playing);
	seize(s, options);
	cue(s);
	see(s);
	note_place(s);
}

/* A signal that isn't a step's trap goes on to the tracee. */
static int pending_signal(struct stage *s)
{
	int signo = WSTOPSIG(s->event.status);

	return signo == SIGTRAP || s->event.event || signo & 0x80 ? 0 : signo;
}

#define STEPS_MAX 40

static void step_through(struct stage *s, unsigned int request)
{
	int steps = 0;

	while (s->stopped && steps++ < STEPS_MAX &&
	       is_in_piece(instruction(s))) {
		ask(s, request, 0, pending_signal(s));
		see(s);
		if (s->stopped)
			note_place(s);
	}
}

static void end_by_kill(struct stage *s)
{
	signal_tracee(s, SIGKILL);
	see(s);
	parent_sees(s);
}

/* One that has the trap flag for its own has no end of traps. */
static void through_and_end(struct stage *s, unsigned int request)
{
	struct user_regs_struct regs = { 0 };

	step_through(s, request);
	if (s->stopped)
		take_registers(s, &regs);
	if (regs.eflags & 0x100) {
		end_by_kill(s);
		return;
	}
	if (s->stopped)
		cont(s, pending_signal(s));
	hear(s);
	finish(s);
}

SCENARIOS(single_steps, PIECES, piece_name)
{
	to_the_piece(s, s->row, 0);
	through_and_end(s, PTRACE_SINGLESTEP);
}

SCENARIOS(single_steps_with_syscall_stops, PIECES, piece_name)
{
	bool step = true;
	int steps = 0;

	to_the_piece(s, s->row, PTRACE_O_TRACESYSGOOD);
	while (s->stopped && steps++ < STEPS_MAX &&
	       is_in_piece(instruction(s))) {
		ask(s, step ? PTRACE_SINGLESTEP : PTRACE_SYSCALL, 0,
		    pending_signal(s));
		see(s);
		if (!s->stopped)
			break;
		note_place(s);
		note_call(s);
		step = !step;
	}
	end_by_kill(s);
}

SCENARIOS(block_steps, PIECES, piece_name)
{
	to_the_piece(s, s->row, 0);
	through_and_end(s, PTRACE_SINGLEBLOCK);
}

/* The call is the tracer's to do: it gives a result. */
static void give_result(struct stage *s)
{
	struct user_regs_struct regs = { 0 };

	take_registers(s, &regs);
	if (regs.REG_CALL != __NR_getppid)
		return;
	regs.REG(ax) = 4711;
	ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
}

static void emulate(struct stage *s, unsigned int request)
{
	int steps = 0;

	while (s->stopped && steps++ < STEPS_MAX &&
	       is_in_piece(instruction(s))) {
		ask(s, request, 0, pending_signal(s));
		see(s);
		if (!s->stopped)
			break;
		note_place(s);
		note_call(s);
		give_result(s);
	}
}

SCENARIOS(emulation_of_steps, PIECES, piece_name)
{
	to_the_piece(s, s->row, PTRACE_O_TRACESYSGOOD);
	emulate(s, PTRACE_SYSEMU_SINGLESTEP);
	end_by_kill(s);
}

/* A call of the act's end comes too: it is emulated, and nothing written. */
static const unsigned int after_emulation[] = {
	PTRACE_SYSEMU,	PTRACE_SYSEMU_SINGLESTEP,
	PTRACE_SYSCALL, PTRACE_SINGLESTEP,
	PTRACE_CONT,
};

static const char *after_name(int row)
{
	return request_name(after_emulation[row]);
}

SCENARIOS(emulation_and_then, (int)ARRAY_LEN(after_emulation), after_name)
{
	int i;

	to_the_piece(s, CALLS, PTRACE_O_TRACESYSGOOD);
	ask(s, PTRACE_SYSEMU, 0, 0);
	see(s);
	note_call(s);
	note_place(s);
	give_result(s);
	for (i = 0; i < 4 && after_emulation[s->row] != PTRACE_CONT &&
		    is_in_piece(instruction(s));
	     i++) {
		ask(s, after_emulation[s->row], 0, 0);
		see(s);
		note_call(s);
		note_place(s);
		give_result(s);
	}
	if (!is_in_piece(instruction(s))) {
		end_by_kill(s);
		return;
	}
	cont(s, 0);
	hear(s);
	finish(s);
}

/* From an entry, by whatever it was reached, to what ends there. */
static const unsigned int before_emulation[] = {
	PTRACE_SYSCALL,
	PTRACE_SINGLESTEP,
};

static const char *before_name(int row)
{
	return request_name(before_emulation[row]);
}

SCENARIOS(emulation_from_elsewhere, (int)ARRAY_LEN(before_emulation),
	  before_name)
{
	to_the_piece(s, CALLS, PTRACE_O_TRACESYSGOOD);
	ask(s, before_emulation[s->row], 0, 0);
	see(s);
	note_call(s);
	note_place(s);
	ask(s, PTRACE_SYSEMU, 0, 0);
	see(s);
	note_call(s);
	note_place(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* ---- a step and other things --------------------------------------------------- */

static const unsigned int step_requests[] = {
	PTRACE_SINGLESTEP,
	PTRACE_SINGLEBLOCK,
	PTRACE_SYSEMU_SINGLESTEP,
};

#define STEP_REQUESTS ((int)ARRAY_LEN(step_requests))

static const char *step_name(int row)
{
	return request_name(step_requests[row]);
}

static void step(struct stage *s)
{
	ask(s, PTRACE_SINGLESTEP, 0, 0);
	see(s);
	note_place(s);
}

SCENARIOS(step_into_a_handler, STEP_REQUESTS, step_name)
{
	to_the_piece(s, NOPS, 0);
	step(s);
	signal_tracee(s, SIGUSR1);
	ask(s, step_requests[s->row], 0, 0);
	see(s);
	note_place(s);
	ask(s, step_requests[s->row], 0, SIGUSR1);
	see(s);
	note_place(s);
	ask(s, step_requests[s->row], 0, 0);
	see(s);
	note_place(s);
	cont(s, 0);
	hear(s);
	hear(s);
	finish(s);
}

SCENARIO(step_with_a_signal_from_nowhere)
{
	to_the_piece(s, NOPS, 0);
	ask(s, PTRACE_SINGLESTEP, 0, SIGUSR1);
	see(s);
	note_place(s);
	step(s);
	cont(s, 0);
	hear(s);
	hear(s);
	finish(s);
}

/* The trap is a signal, that the tracer may pass on. */
SCENARIO(step_whose_trap_is_delivered)
{
	to_the_piece(s, NOPS, 0);
	ask(s, PTRACE_SINGLESTEP, 0, 0);
	see(s);
	cont(s, SIGTRAP);
	hear(s);
	hear(s);
	finish(s);
}

SCENARIO(step_and_detach)
{
	to_the_piece(s, NOPS, 0);
	step(s);
	ask(s, PTRACE_DETACH, 0, 0);
	hear(s);
	finish(s);
}

SCENARIO(step_and_interrupt)
{
	to_the_piece(s, NOPS, 0);
	ask(s, PTRACE_SINGLESTEP, 0, 0);
	see(s);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	step(s);
	step(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(step_with_a_pending_stop)
{
	to_the_piece(s, NOPS, 0);
	signal_tracee(s, SIGSTOP);
	step(s);
	step(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(step_and_kill)
{
	to_the_piece(s, NOPS, 0);
	ask(s, PTRACE_SINGLESTEP, 0, 0);
	see(s);
	signal_tracee(s, SIGKILL);
	see(s);
	parent_sees(s);
}

/* From asleep in a call: the step ends when that does. */
static void out_of_a_call(struct stage *s, unsigned int request)
{
	playing = &pieces[NOPS];
	seize_stop(s, PTRACE_O_TRACESYSGOOD);
	ask(s, request, 0, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	cue(s);
	see(s);
	note_call(s);
	ask(s, request, 0, 0);
	see(s);
	note_call(s);
	finish(s);
}

SCENARIOS(step_out_of_a_call, 2, step_name)
{
	cast(s, act_wait, NULL);
	out_of_a_call(s, step_requests[s->row]);
}

SCENARIO(step_with_a_signal_that_ends_a_call)
{
	playing = &pieces[NOPS];
	cast(s, act_handle, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_SINGLESTEP, 0, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	send_and_see(s, SIGUSR1);
	ask(s, PTRACE_SINGLESTEP, 0, SIGUSR1);
	see(s);
	note_place(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* ---- a step over what makes or becomes something else ----------------------------- */

static int act_fork(const struct child_end *end, void *arg)
{
	pid_t pid;

	handle(end, SIGTRAP, 0);
	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	asm volatile("int3");
	pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (!pid)
		_exit(3);
	waitpid(pid, NULL, __WALL);
	say_line(end, "is through");
	await_end(end);
	return 5;
}

static bool enters_a_child(const struct stage *s)
{
	return s->event.event == PTRACE_EVENT_FORK;
}

/* Up to the call's end, whatever the way there. */
static void over_a_fork(struct stage *s, unsigned long options)
{
	pid_t child = 0;
	int steps = 0;

	cast(s, act_fork, NULL);
	seize(s, options);
	cue(s);
	see(s);
	while (steps++ < 200) {
		struct user_regs_struct regs = { 0 };
		struct spt_event event;

		tr_ptrace(&s->tracer, PTRACE_SINGLESTEP, s->tracee, 0, 0);
		if (tr_wait(&s->tracer, s->tracee, &event))
			give_up(s, "no step");
		s->event = event;
		take_registers(s, &regs);
		if (enters_a_child(s) || (long)regs.REG_CALL == SYS_clone)
			break;
	}
	note(s->out, "tracer: %s\n", status_text(s->event.status));
	if (enters_a_child(s)) {
		child = announced_child(s);
		see_of(s, child);
		cont_of(s, child, 0);
		see_of(s, child);
	}
	ask(s, PTRACE_SINGLESTEP, 0, 0);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

SCENARIO(step_over_a_fork)
{
	over_a_fork(s, 0);
}

SCENARIO(step_over_a_fork_that_is_followed)
{
	over_a_fork(s, PTRACE_O_TRACEFORK);
}

static int act_exec(const struct child_end *end, void *arg)
{
	child_await(end);
	execute_program(end);
	return 1;
}

static const unsigned long exec_options[] = { 0, PTRACE_O_TRACEEXEC,
					      PTRACE_O_TRACESYSGOOD };

static const char *exec_name(int row)
{
	static const char *const names[] = { "none", "TRACEEXEC",
					     "TRACESYSGOOD" };

	return names[row];
}

/* To the entry of execve(2), and over it. */
SCENARIOS(step_over_an_exec, 3, exec_name)
{
	struct user_regs_struct regs = { 0 };
	int stops = 0;

	playing = &pieces[NOPS];
	cast(s, act_exec, NULL);
	seize_stop(s, exec_options[s->row] | PTRACE_O_TRACESYSGOOD);
	run_to_next_call(s);
	do {
		ask(s, PTRACE_SYSCALL, 0, 0);
		see(s);
		note_call(s);
		take_registers(s, &regs);
	} while (stops++ < 10 && regs.REG_CALL != SYS_execve);
	ask(s, PTRACE_SINGLESTEP, 0, 0);
	see(s);
	ask(s, PTRACE_SINGLESTEP, 0, 0);
	see(s);
	cont(s, 0);
	hear(s);
	finish(s);
}

/* ---- bad signals, and states ------------------------------------------------------ */

static const unsigned int resuming[] = {
	PTRACE_SINGLESTEP,
	PTRACE_SINGLEBLOCK,
	PTRACE_SYSEMU,
	PTRACE_SYSEMU_SINGLESTEP,
};

static const char *resuming_name(int row)
{
	return request_name(resuming[row]);
}

SCENARIOS(step_with_no_signal, (int)ARRAY_LEN(resuming), resuming_name)
{
	cast(s, act_wait, NULL);
	ask(s, resuming[s->row], 0, 0);
	seize(s, 0);
	ask(s, resuming[s->row], 0, 0);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	ask(s, resuming[s->row], 0, 65);
	ask(s, resuming[s->row], 0, -1UL);
	end_by_kill(s);
}
