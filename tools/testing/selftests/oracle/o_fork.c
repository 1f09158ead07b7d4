// SPDX-License-Identifier: GPL-2.0
/*
 * New tasks: the events that announce them, which are attached automatically,
 * and how these begin.
 */
#include <linux/sched.h>
#include <pthread.h>
#include "stage.h"

/* ---- each kind of clone under each set of options ---------------------------------- */

static const struct kind {
	const char *name;
	unsigned long flags;
} kinds[] = {
	{ "fork", SIGCHLD },
	{ "vfork", CLONE_VFORK | CLONE_VM | SIGCHLD },
	{ "vfork_of_a_copy", CLONE_VFORK | SIGCHLD },
	{ "clone", 0 },
	{ "clone_usr1", SIGUSR1 },
	{ "vfork_usr1", CLONE_VFORK | SIGUSR1 },
	{ "fork_ptrace", CLONE_PTRACE | SIGCHLD },
	{ "vfork_ptrace", CLONE_PTRACE | CLONE_VFORK | SIGCHLD },
	{ "clone_ptrace", CLONE_PTRACE },
	{ "fork_untraced", CLONE_UNTRACED | SIGCHLD },
	{ "vfork_untraced", CLONE_UNTRACED | CLONE_VFORK | SIGCHLD },
	{ "ptrace_untraced", CLONE_PTRACE | CLONE_UNTRACED | SIGCHLD },
	{ "parent", CLONE_PARENT | SIGCHLD },
};

#define ALL_CLONES                                                        \
	(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
	 PTRACE_O_TRACEVFORKDONE)

static const struct choice {
	const char *name;
	unsigned long options;
	unsigned int how;
} choices[] = {
	{ "none", 0, PTRACE_SEIZE },
	{ "TRACEFORK", PTRACE_O_TRACEFORK, PTRACE_SEIZE },
	{ "TRACEVFORK", PTRACE_O_TRACEVFORK, PTRACE_SEIZE },
	{ "TRACEVFORKDONE", PTRACE_O_TRACEVFORKDONE, PTRACE_SEIZE },
	{ "TRACECLONE", PTRACE_O_TRACECLONE, PTRACE_SEIZE },
	{ "all", ALL_CLONES, PTRACE_SEIZE },
	{ "none_attached", 0, PTRACE_ATTACH },
	{ "all_attached", ALL_CLONES, PTRACE_ATTACH },
};

#define CHOICES ((int)ARRAY_LEN(choices))
#define ROWS ((int)ARRAY_LEN(kinds) * CHOICES)

static const char *row_name(int row)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s/%s", kinds[row / CHOICES].name,
		 choices[row % CHOICES].name);
	return name;
}

static const char *choice_name(int row)
{
	return choices[row].name;
}

static const struct choice fork_choices[] = {
	{ "seized", PTRACE_O_TRACEFORK, PTRACE_SEIZE },
	{ "attached", PTRACE_O_TRACEFORK, PTRACE_ATTACH },
};

static const char *fork_choice_name(int row)
{
	return fork_choices[row].name;
}

/* glibc's vfork can't be used: the flags are the point. */
static long raw_clone(unsigned long flags)
{
	char stack[4096] __attribute__((aligned(16)));
	long ret;

	if (!(flags & CLONE_VM))
		return syscall(SYS_clone, flags, 0, 0, 0, 0);
		/* With the parent's memory: on a stack of its own, and no more calls. */
#ifdef __x86_64__
	asm volatile("syscall\n\t"
		     "test %%eax, %%eax\n\t"
		     "jnz 1f\n\t"
		     "mov $3, %%edi\n\t"
		     "mov %[exit], %%eax\n\t"
		     "syscall\n\t"
		     "1:"
		     : "=a"(ret)
		     : "a"(SYS_clone), "D"(flags), "S"(stack + sizeof(stack)),
		       "d"(0), [exit] "i"(SYS_exit_group)
		     : "rcx", "r11", "r10", "r8", "memory");
#else
	asm volatile("int $0x80\n\t"
		     "test %%eax, %%eax\n\t"
		     "jnz 1f\n\t"
		     "mov $3, %%ebx\n\t"
		     "mov %[exit], %%eax\n\t"
		     "int $0x80\n\t"
		     "1:"
		     : "=a"(ret)
		     : "a"(SYS_clone), "b"(flags), "c"(stack + sizeof(stack)),
		       "d"(0), [exit] "i"(SYS_exit_group)
		     : "memory");
#endif
	return ret;
}

/*
 * Signals of a child's end are blocked, for they come when they come. Where
 * nothing waits for that end, and the parent needs none, the child stays.
 */
struct clone_act {
	unsigned long flags;
	bool stay;
};

static int act_clone(const struct child_end *end, void *arg)
{
	const struct clone_act *act = arg;
	long pid;

	block(SIG_BLOCK, SIGCHLD);
	block(SIG_BLOCK, SIGUSR1);
	child_await(end);
	pid = raw_clone(act->flags);
	while (!pid && act->stay)
		pause();
	if (!pid)
		_exit(3);
	say_line(end, "has made " PID_FORMAT, (int)pid);
	pause();
	return 5;
}

/* The option whose event such a clone causes. */
static unsigned long option_of(const struct kind *kind)
{
	if (kind->flags & CLONE_UNTRACED)
		return 0;
	if (kind->flags & CLONE_VFORK)
		return PTRACE_O_TRACEVFORK;
	if ((kind->flags & CSIGNAL) == SIGCHLD)
		return PTRACE_O_TRACEFORK;
	return PTRACE_O_TRACECLONE;
}

static void start(struct stage *s, const struct choice *choice, child_main act,
		  void *arg)
{
	cast(s, act, arg);
	if (choice->how == PTRACE_SEIZE) {
		seize(s, choice->options);
		return;
	}
	attach(s);
	ask(s, PTRACE_SETOPTIONS, 0, choice->options);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
}

SCENARIOS(new_task, ROWS, row_name)
{
	const struct kind *kind = &kinds[s->row / CHOICES];
	const struct choice *choice = &choices[s->row % CHOICES];
	bool announced = choice->options & option_of(kind);
	bool traced = announced || kind->flags & CLONE_PTRACE;
	struct clone_act act = {
		.flags = kind->flags,
		.stay = !traced && !(kind->flags & CLONE_VFORK),
	};
	pid_t child = 0;

	start(s, choice, act_clone, &act);
	cue(s);
	if (announced) {
		see(s);
		child = announced_child(s);
		see_nothing(s);
		cont(s, 0);
	} else if (traced) {
		child = find_stopped_child(s, s->tracee);
	}
	if (child) {
		see_of(s, child);
		cont_of(s, child, 0);
		see_of(s, child);
		if (kind->flags & CLONE_PARENT)
			parent_hears(s);
	}
	if (kind->flags & CLONE_VFORK &&
	    choice->options & PTRACE_O_TRACEVFORKDONE) {
		see(s);
		cont(s, 0);
	}
	hear(s);
	until_asleep_in(s, s->tracee, SYS_pause);
	see_nothing(s);
	signal_tracee(s, SIGKILL);
	finish(s);
}

/* ---- resumed otherwise at the event than before it ------------------------------------ */

#define ANNOUNCED_KINDS 6 /* of kinds[], at its beginning */

static const char *resume_name(int row)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s/%s", kinds[row / 2].name,
		 row % 2 ? "SYSCALL_then_CONT" : "CONT_then_SYSCALL");
	return name;
}

/* Whether there is a syscall-exit-stop is decided by the last resume. */
SCENARIOS(resumed_otherwise_at_the_event, 2 * ANNOUNCED_KINDS, resume_name)
{
	struct clone_act act = { .flags = kinds[s->row / 2].flags };
	bool syscall_first = s->row % 2;
	pid_t child;

	cast(s, act_clone, &act);
	seize_stop(s, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
			      PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE);
	if (syscall_first) {
		run_to_next_call(s);
		ask(s, PTRACE_SYSCALL, 0, 0);
	} else {
		cont(s, 0);
		cue(s);
	}
	see(s);
	child = announced_child(s);
	ask(s, syscall_first ? PTRACE_CONT : PTRACE_SYSCALL, 0, 0);
	see_of(s, child);
	cont_of(s, child, 0);
	see_of(s, child);
	if (!syscall_first) {
		see(s);
		note_call(s);
		cont(s, 0);
	}
	hear(s);
	until_asleep_in(s, s->tracee, SYS_pause);
	see_nothing(s);
	signal_tracee(s, SIGKILL);
	finish(s);
}

/* ---- threads ---------------------------------------------------------------------- */

static void *play_thread(void *arg)
{
	const struct child_end *end = arg;

	child_await(end);
	say_line(end, "in its thread");
	await_end(end);
	_exit(5);
}

static int act_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	child_await(end);
	pthread_create(&thread, NULL, play_thread, (void *)end);
	pthread_join(thread, NULL);
	return 5;
}

SCENARIOS(new_thread, CHOICES, choice_name)
{
	const struct choice *choice = &choices[s->row];
	bool traced = choice->options & PTRACE_O_TRACECLONE;
	pid_t thread = 0;

	start(s, choice, act_thread, NULL);
	cue(s);
	if (traced) {
		see(s);
		thread = announced_child(s);
		cont(s, 0);
		see_of(s, thread);
		cont_of(s, thread, 0);
	}
	until_asleep_in(s, s->tracee, SYS_futex);
	cue(s);
	hear(s);
	cue_end(s);
	if (thread)
		see_of(s, thread);
	see(s);
	parent_sees(s);
}

/* ---- what the child inherits ----------------------------------------------------------- */

static int act_grandchild(const struct child_end *end, void *arg)
{
	sigset_t none;
	pid_t pid;

	block(SIG_BLOCK, SIGCHLD);
	sigemptyset(&none);
	child_await(end);
	pid = fork();
	if (!pid) {
		pid = fork();
		if (!pid) {
			handle(end, SIGUSR1, 0);
			block(SIG_BLOCK, SIGUSR1);
			sigsuspend(&none);
			say_line(end, "in the grandchild after sigsuspend");
			_exit(2);
		}
		waitpid(pid, NULL, 0);
		_exit(3);
	}
	waitpid(pid, NULL, 0);
	await_end(end);
	return 5;
}

static pid_t follow_fork(struct stage *s, pid_t parent)
{
	unsigned long message = 0;

	see_of(s, parent);
	tr_ptrace_at(&s->tracer, PTRACE_GETEVENTMSG, parent, 0, &message);
	cont_of(s, parent, 0);
	see_of(s, message);
	cont_of(s, message, 0);
	return message;
}

SCENARIOS(grandchild_in_sigsuspend, 2, fork_choice_name)
{
	pid_t child, grandchild;

	start(s, &fork_choices[s->row], act_grandchild, NULL);
	cue(s);
	child = follow_fork(s, s->tracee);
	grandchild = follow_fork(s, child);
	until_asleep_in(s, grandchild, SYS_rt_sigsuspend);
	kill(grandchild, SIGUSR1);
	see_of(s, grandchild);
	pass_on_of(s, grandchild);
	hear(s);
	hear(s);
	see_of(s, grandchild);
	see_of(s, child);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

static int act_fork(const struct child_end *end, void *arg)
{
	pid_t pid;

	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	/* The call alone: newer C libraries block signals around it. */
	pid = syscall(SYS_fork);
	if (!pid) {
		syscall(SYS_getppid);
		_exit(3);
	}
	waitpid(pid, NULL, 0);
	await_end(end);
	return 5;
}

/* SYSCALL is not inherited: the child runs on until it is asked. */
SCENARIO(fork_with_syscall_stops)
{
	pid_t child;

	cast(s, act_fork, NULL);
	seize_stop(s, PTRACE_O_TRACEFORK | PTRACE_O_TRACESYSGOOD);
	run_to_next_call(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
	child = announced_child(s);
	see_of(s, child);
	note_call_of(s, child);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask_of(s, child, PTRACE_SYSCALL, 0, 0);
	see_of(s, child);
	note_call_of(s, child);
	ask_of(s, child, PTRACE_CONT, 0, 0);
	see_of(s, child);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

/* The tracee is let go at the event; its child stays. */
SCENARIOS(detach_at_the_fork, 2, fork_choice_name)
{
	pid_t child;

	start(s, &fork_choices[s->row], act_fork, NULL);
	cue(s);
	see(s);
	child = announced_child(s);
	ask(s, PTRACE_DETACH, 0, 0);
	see_of(s, child);
	cont_of(s, child, 0);
	see_of(s, child);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

SCENARIOS(detach_the_child, 2, fork_choice_name)
{
	pid_t child;

	start(s, &fork_choices[s->row], act_fork, NULL);
	cue(s);
	see(s);
	child = announced_child(s);
	see_of(s, child);
	ask_of(s, child, PTRACE_DETACH, 0, 0);
	see_nothing_of(s, child);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

SCENARIOS(kill_at_the_fork, 2, fork_choice_name)
{
	pid_t child;

	start(s, &fork_choices[s->row], act_fork, NULL);
	cue(s);
	see(s);
	child = announced_child(s);
	see_of(s, child);
	signal_tracee(s, SIGKILL);
	see(s);
	parent_sees(s);
	cont_of(s, child, 0);
	see_of(s, child);
}

SCENARIOS(kill_the_child, 2, fork_choice_name)
{
	pid_t child;

	start(s, &fork_choices[s->row], act_fork, NULL);
	cue(s);
	see(s);
	child = announced_child(s);
	see_of(s, child);
	kill(child, SIGKILL);
	see_of(s, child);
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

/* The child's first stop counts as any other. */
SCENARIOS(first_stop_of_a_child, 2, fork_choice_name)
{
	pid_t child;

	start(s, &fork_choices[s->row], act_fork, NULL);
	cue(s);
	see(s);
	child = announced_child(s);
	see_of(s, child);
	note_call_of(s, child);
	ask_of(s, child, PTRACE_LISTEN, 0, 0);
	ask_of(s, child, PTRACE_INTERRUPT, 0, 0);
	if (!s->row)
		see_of(s, child);
	ask_of(s, child, PTRACE_SETOPTIONS, 0, PTRACE_O_TRACEEXIT);
	cont_of(s, child, s->row ? SIGSTOP : 0);
	see_of(s, child);
	cont_of(s, child, 0);
	see_of(s, child);
	if (s->row) {
		cont_of(s, child, 0);
		see_of(s, child);
	}
	cont(s, 0);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

/* The option taken back between two forks. */
static int act_fork_twice(const struct child_end *end, void *arg)
{
	act_fork(end, arg);
	return act_fork(end, arg);
}

SCENARIO(option_taken_back)
{
	cast(s, act_fork_twice, NULL);
	seize(s, PTRACE_O_TRACEFORK);
	cue(s);
	see_of(s, follow_fork(s, s->tracee));
	until_asleep_in(s, s->tracee, SYS_read);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
	ask(s, PTRACE_SETOPTIONS, 0, 0);
	cont(s, 0);
	cue_end(s);
	cue(s);
	finish(s);
}

/* ---- whose numbers ------------------------------------------------------------------- */

/* Reaps on its cue: of an init's end the tracer isn't told first by the shadow. */
static int act_new_namespace(const struct child_end *end, void *arg)
{
	pid_t pid;

	block(SIG_BLOCK, SIGCHLD);
	child_await(end);
	if (unshare(CLONE_NEWPID))
		return 1;
	child_await(end);
	pid = syscall(SYS_fork);
	if (!pid) {
		syscall(SYS_getppid);
		_exit(3);
	}
	child_await(end);
	waitpid(pid, NULL, 0);
	await_end(end);
	return 5;
}

static pid_t fork_in_new_namespace(struct stage *s)
{
	cast(s, act_new_namespace, NULL);
	seize(s, PTRACE_O_TRACEFORK);
	cue(s);
	cue(s);
	see(s);
	return announced_child(s);
}

/* The child is number 1 there and another number here. */
SCENARIO(message_in_the_tracers_namespace)
{
	pid_t child = fork_in_new_namespace(s);

	note(s->out, "tracer: the message is a number of the %s\n",
	     child == 1 ? "child's" : "tracer's");
	cont(s, 0);
	see_status_of(s, child);
	cont_of(s, child, 0);
	see_of(s, child);
	cue(s);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}

SCENARIO(siginfo_from_another_namespace)
{
	pid_t child = fork_in_new_namespace(s);

	see_of(s, child);
	note(s->out, "tracer: siginfo has a number of the %s\n",
	     s->info.si_pid == 1 ? "child's" : "tracer's");
	ask_of(s, child, PTRACE_DETACH, 0, 0);
	cont(s, 0);
	cue(s);
	until_asleep_in(s, s->tracee, SYS_read);
	finish(s);
}
