// SPDX-License-Identifier: GPL-2.0
/*
 * Filters: which calls stop, what becomes of one that is replaced, and that nothing
 * but a tracee's stops changes by it.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include "spt.h"

#ifndef PTRACE_SYSEMU
#define PTRACE_SYSEMU 31
#define PTRACE_SYSEMU_SINGLESTEP 32
#endif
#ifndef PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG
#define PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG 0x4211
#endif

#define BOTH (SPT_FILTER_ENTRY | SPT_FILTER_EXIT)
#define STOP(where) (SECCOMP_RET_TRACE | (where))
#define LOAD(member)                       \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 offsetof(struct seccomp_data, member))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)
#define IF_EQUAL(value, yes, no) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)

static long set_filter(int fd, pid_t tid, const struct sock_filter *program,
		       size_t length)
{
	struct spt_set_filter arg = {
		.tid = tid,
		.length = length,
		.program = spt_ptr(program),
	};

	return ioctl(fd, SPT_IOC_SET_FILTER, &arg) ? -errno : 0;
}

#define SET_FILTER(fd, tid, ...)                                          \
	({                                                                \
		const struct sock_filter set_program[] = { __VA_ARGS__ }; \
		set_filter(fd, tid, set_program, ARRAY_LEN(set_program)); \
	})

/* One call stops, by its number alone, which is known beforehand. */
static long filter_call(int fd, pid_t tid, long nr, unsigned int where)
{
	return SET_FILTER(fd, tid, LOAD(nr), IF_EQUAL(nr, 0, 1),
			  RETURN(STOP(where)), RETURN(SECCOMP_RET_ALLOW));
}

/* That it stops depends on its first argument. */
static long filter_argument(int fd, pid_t tid, long nr, unsigned int argument,
			    unsigned int where)
{
	return SET_FILTER(fd, tid, LOAD(nr), IF_EQUAL(nr, 0, 3), LOAD(args[0]),
			  IF_EQUAL(argument, 0, 1), RETURN(STOP(where)),
			  RETURN(SECCOMP_RET_ALLOW));
}

/* The same, too long for the probe's handler. */
static long filter_at_length(int fd, pid_t tid, long nr, unsigned int argument,
			     unsigned int where)
{
	struct sock_filter program[512];
	size_t length = 0, i;

	program[length++] = (struct sock_filter)LOAD(args[0]);
	for (i = 0; i < 400; i++)
		program[length++] = (struct sock_filter)BPF_STMT(
			BPF_ALU | BPF_ADD | BPF_K, i % 2 ? -1 : 1);
	program[length++] = (struct sock_filter)IF_EQUAL(argument, 0, 3);
	program[length++] = (struct sock_filter)LOAD(nr);
	program[length++] = (struct sock_filter)IF_EQUAL(nr, 0, 1);
	program[length++] = (struct sock_filter)RETURN(STOP(where));
	program[length++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
	return set_filter(fd, tid, program, length);
}

/* ---- what the tracee does -------------------------------------------------- */

/* A round of calls whenever it is let go. */
static int call_rounds(const struct child_end *end, void *arg)
{
	for (;;) {
		child_await(end);
		syscall(SYS_getppid);
		syscall(SYS_getuid);
		syscall(SYS_getpriority, 0, 0);
		syscall(SYS_getpriority, 7, 0);
		child_say(end, 'd');
	}
	return 0;
}

/* Call on without ever sleeping. */
static int call_on(const struct child_end *end, void *arg)
{
	child_say(end, 'r');
	for (;;)
		syscall(SYS_getppid);
	return 0;
}

FIXTURE(filter)
{
	struct tracer tracer;
	int fd;
	struct child child;
};

FIXTURE_SETUP(filter)
{
	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	self->fd = self->tracer.fd;
}

FIXTURE_TEARDOWN(filter)
{
	child_end(&self->child);
	tracer_close(&self->tracer);
}

/* The next stop, as "ENTRY 110", "EXIT -3", "event 1" or "signal 5". */
static const char *next_stop(int fd, pid_t tid, unsigned int resume)
{
	static char text[64];
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct ptrace_syscall_info info;
	struct spt_event event;

	if (resume && spt_ptrace(fd, resume, tid, 0, 0))
		return "can't resume";
	if (tr_wait(&tracer, tid, &event))
		return "no report";
	if (event.cause != CLD_TRAPPED)
		return "end";
	if (event.event)
		snprintf(text, sizeof(text), "event %u", event.event);
	else if (event.signal != SIGTRAP || event.code != (SIGTRAP | 0x80))
		snprintf(text, sizeof(text), "signal %d", event.signal);
	else if (spt_ptrace(fd, PTRACE_GET_SYSCALL_INFO, tid, sizeof(info),
			    (unsigned long)&info) <= 0)
		return "no info";
	else if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		snprintf(text, sizeof(text), "entry %llu",
			 (unsigned long long)info.entry.nr);
	else
		snprintf(text, sizeof(text), "exit %lld",
			 (long long)info.exit.rval);
	return text;
}

/* "entry 110", with a number that the C library knows by name. */
static const char *entry_of(long nr)
{
	static char text[64];

	snprintf(text, sizeof(text), "entry %ld", nr);
	return text;
}

static const char *exit_with(long value)
{
	static char text[64];

	snprintf(text, sizeof(text), "exit %ld", value);
	return text;
}

#define EXPECT_STOP(text, resume) \
	EXPECT_STREQ(text, next_stop(self->fd, self->child.pid, resume))
#define ASSERT_STOP(text, resume) \
	ASSERT_STREQ(text, next_stop(self->fd, self->child.pid, resume))

static bool stop_child(int fd, struct child *child, child_main run,
		       unsigned long options)
{
	struct tracer tracer = { .shadow = true, .fd = fd };

	*child = child_spawn(run, NULL);
	if (run == call_on ? child_heard(child) != 'r' : !child_waits(child))
		return false;
	return !tr_seize_stop(&tracer, child->pid,
			      options | PTRACE_O_TRACESYSGOOD);
}

/* Nothing stops it from here up to the end of its round. */
static bool runs_through(int fd, const struct child *child)
{
	struct spt_event event;

	return child_heard(child) == 'd' && child_waits(child) &&
	       !spt_wait(fd, P_PID, child->pid, WSTOPPED | WNOHANG, &event) &&
	       !event.tid;
}

/* ---- which calls stop --------------------------------------------------------- */

TEST_F(filter, says_where_a_call_stops)
{
	static const unsigned int resumes[] = { PTRACE_CONT, PTRACE_SYSCALL };
	int i;

	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getppid,
					 BOTH));
		ASSERT_TRUE(child_go(&self->child));
		EXPECT_STOP(entry_of(SYS_getppid), resumes[i]);
		EXPECT_STOP(exit_with(getpid()), resumes[i]);
		ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid,
					 SPT_FILTER_EXIT));
		EXPECT_STOP(exit_with(getuid()), resumes[i]);
		ASSERT_EQ(0, filter_call(self->fd, self->child.pid,
					 SYS_getpriority, SPT_FILTER_ENTRY));
		EXPECT_STOP(entry_of(SYS_getpriority), resumes[i]);
		EXPECT_STOP(entry_of(SYS_getpriority), resumes[i]);
		ASSERT_EQ(0, spt_ptrace(self->fd, resumes[i], self->child.pid,
					0, 0));
		ASSERT_TRUE(runs_through(self->fd, &self->child));
		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT,
					self->child.pid, 0, 0));
		ASSERT_STOP("event 128", 0);
	}
}

TEST_F(filter, passes_all_calls_after_PTRACE_SYSCALL)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	ASSERT_EQ(0, SET_FILTER(self->fd, self->child.pid,
				RETURN(SECCOMP_RET_ALLOW)));
	ASSERT_EQ(0,
		  spt_ptrace(self->fd, PTRACE_SYSCALL, self->child.pid, 0, 0));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_TRUE(runs_through(self->fd, &self->child));
}

/* libseccomp's programs kill a call of an architecture that they weren't told of. */
TEST_F(filter, passes_what_it_would_kill_or_has_no_verdict_for)
{
	static const unsigned int values[] = {
		SECCOMP_RET_KILL_THREAD,
		SECCOMP_RET_KILL_PROCESS,
		SECCOMP_RET_TRACE,
		SECCOMP_RET_TRACE | 0xfff8,
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(values); i++) {
		ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
		ASSERT_EQ(0, SET_FILTER(self->fd, self->child.pid,
					RETURN(values[i])));
		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid,
					0, 0));
		ASSERT_TRUE(child_go(&self->child));
		EXPECT_TRUE(runs_through(self->fd, &self->child));
		child_end(&self->child);
	}
}

FIXTURE(filter_by_argument)
{
	struct tracer tracer;
	int fd;
	struct child child;
};

FIXTURE_VARIANT(filter_by_argument)
{
	long (*set)(int fd, pid_t tid, long nr, unsigned int argument,
		    unsigned int where);
};

FIXTURE_VARIANT_ADD(filter_by_argument, short_one){
	.set = filter_argument,
};

FIXTURE_VARIANT_ADD(filter_by_argument, long_one){
	.set = filter_at_length,
};

FIXTURE_SETUP(filter_by_argument)
{
	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	self->fd = self->tracer.fd;
}

FIXTURE_TEARDOWN(filter_by_argument)
{
	child_end(&self->child);
	tracer_close(&self->tracer);
}

TEST_F(filter_by_argument, sees_the_arguments)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	ASSERT_EQ(0, variant->set(self->fd, self->child.pid, SYS_getpriority, 7,
				  BOTH));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_STOP(entry_of(SYS_getpriority), PTRACE_CONT);
	EXPECT_STOP(exit_with(-EINVAL), PTRACE_CONT);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	EXPECT_TRUE(runs_through(self->fd, &self->child));
}

#ifdef __x86_64__
/* getpid(2) of the 32-bit ABI, whose number is writev(2)'s here. */
static int call_by_int80(const struct child_end *end, void *arg)
{
	long ret;

	child_await(end);
	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(20)
		     : "r8", "r9", "r10", "r11", "memory");
	child_say(end, ret == getpid() ? 'd' : 'x');
	child_await(end);
	return 0;
}

TEST_F(filter, tells_the_two_ABIs_apart)
{
	if (!program_runs("h_calls_32"))
		SKIP(return, "this kernel runs no 32-bit programs");
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_by_int80, 0));
	ASSERT_EQ(0, SET_FILTER(self->fd, self->child.pid, LOAD(arch),
				IF_EQUAL(AUDIT_ARCH_I386, 0, 3), LOAD(nr),
				IF_EQUAL(20, 0, 1), RETURN(STOP(BOTH)),
				RETURN(SECCOMP_RET_ALLOW)));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_STOP("entry 20", PTRACE_CONT);
	EXPECT_STOP(exit_with(self->child.pid), PTRACE_CONT);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	EXPECT_TRUE(runs_through(self->fd, &self->child));
}
#endif

/* ---- when it is set, replaced and taken away --------------------------------- */

TEST_F(filter, is_set_while_the_tracee_sleeps)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid, BOTH));
	/* The call that it sleeps in isn't disturbed. */
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_STOP(entry_of(SYS_getuid), 0);
	EXPECT_STOP(exit_with(getuid()), PTRACE_CONT);
}

TEST_F(filter, is_set_while_the_tracee_runs)
{
	int i;

	ASSERT_TRUE(stop_child(self->fd, &self->child, call_on, 0));
	for (i = 0; i < rounds(100); i++) {
		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid,
					0, 0));
		ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getppid,
					 SPT_FILTER_ENTRY));
		ASSERT_STOP(entry_of(SYS_getppid), 0);
		ASSERT_EQ(0, set_filter(self->fd, self->child.pid, NULL, 0));
	}
}

/* A call whose exit the former filter wanted: of the new one, it isn't judged. */
TEST_F(filter, replaced_at_an_entry_has_no_say_at_the_exit)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getppid, BOTH));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_STOP(entry_of(SYS_getppid), PTRACE_CONT);
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid, BOTH));
	EXPECT_STOP(entry_of(SYS_getuid), PTRACE_CONT);
	EXPECT_STOP(exit_with(getuid()), PTRACE_CONT);
}

TEST_F(filter, taken_away_leaves_the_exit_to_the_resume)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getppid, BOTH));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_STOP(entry_of(SYS_getppid), PTRACE_CONT);
	ASSERT_EQ(0, set_filter(self->fd, self->child.pid, NULL, 0));
	EXPECT_STOP(exit_with(getpid()), PTRACE_SYSCALL);
	EXPECT_STOP(entry_of(SYS_getuid), PTRACE_SYSCALL);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	EXPECT_TRUE(runs_through(self->fd, &self->child));
}

static int fork_once(const struct child_end *end, void *arg)
{
	pid_t child;

	child_await(end);
	child = syscall(SYS_fork);
	if (!child) {
		syscall(SYS_getuid);
		_exit(0);
	}
	waitpid(child, NULL, __WALL);
	child_say(end, 'd');
	child_await(end);
	return 0;
}

/*
 * That of a filter which is gone by the event: the call's exit hook is there for the
 * fork's sake, and finds a verdict of old.
 */
TEST_F(filter, another_set_in_an_event_has_no_say_at_the_exit)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, fork_once,
			       PTRACE_O_TRACEFORK));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_fork,
				 SPT_FILTER_EXIT));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_STOP("event 1", PTRACE_CONT);
	ASSERT_EQ(0, set_filter(self->fd, self->child.pid, NULL, 0));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_wait4,
				 SPT_FILTER_ENTRY));
	EXPECT_STOP(entry_of(SYS_wait4), PTRACE_CONT);
}

/* A passed call's exit hook, for a fork's sake, after a call that stopped at its exit. */
TEST_F(filter, verdict_ends_with_its_call)
{
	struct user_regs_struct regs;
	const char *stop;

	ASSERT_TRUE(stop_child(self->fd, &self->child, fork_once, 0));
	ASSERT_EQ(0, SET_FILTER(self->fd, self->child.pid, LOAD(nr),
				IF_EQUAL(SYS_fork, 1, 0),
				RETURN(STOP(SPT_FILTER_EXIT)),
				RETURN(SECCOMP_RET_ALLOW)));
	ASSERT_TRUE(child_go(&self->child));
	/* The read(2) that it was seized in is entered anew. */
	ASSERT_STOP("exit 1", PTRACE_CONT);
	/* fork(2) doesn't stop, but the wait for the child does; SIGCHLD may come first. */
	do
		stop = next_stop(self->fd, self->child.pid, PTRACE_CONT);
	while (!strcmp(stop, "signal 17"));
	EXPECT_EQ(0, strncmp(stop, "exit ", 5)) TH_LOG("%s", stop);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_GETREGS, self->child.pid, 0,
				(unsigned long)&regs));
	EXPECT_EQ(SYS_wait4, regs.orig_rax);
}

/* ---- who has it --------------------------------------------------------------- */

TEST_F(filter, is_inherited_by_traced_children)
{
	struct spt_event event;
	pid_t grandchild;

	ASSERT_TRUE(stop_child(self->fd, &self->child, fork_once,
			       PTRACE_O_TRACEFORK));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid, BOTH));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_STOP("event 1", PTRACE_CONT);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_GETEVENTMSG, self->child.pid,
				0, (unsigned long)&event.message));
	grandchild = event.message;
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	EXPECT_STREQ("event 128", next_stop(self->fd, grandchild, 0));
	EXPECT_STREQ(entry_of(SYS_getuid),
		     next_stop(self->fd, grandchild, PTRACE_CONT));
	EXPECT_STREQ(exit_with(getuid()),
		     next_stop(self->fd, grandchild, PTRACE_CONT));
	EXPECT_STREQ("end", next_stop(self->fd, grandchild, PTRACE_CONT));
}

static int fork_untraced(const struct child_end *end, void *arg)
{
	pid_t child;

	child_await(end);
	child = fork();
	if (!child) {
		child_await(end);
		_exit(syscall(SYS_getuid) == getuid() ? 0 : 1);
	}
	if (write(end->say, &child, sizeof(child)) != sizeof(child))
		return 1;
	child_await(end);
	return 0;
}

struct dispatch_config {
	__u64 mode, selector, offset, len;
};

/* Nothing of the tracee's configuration is left in a child that isn't traced. */
TEST_F(filter, leaves_nothing_in_an_untraced_child)
{
	struct dispatch_config config = { .selector = 1 };
	struct tracer native = { .shadow = false };
	long ret;
	pid_t grandchild;
	int status;

	ASSERT_TRUE(stop_child(self->fd, &self->child, fork_untraced, 0));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid, BOTH));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ(sizeof(grandchild),
		  read(self->child.said, &grandchild, sizeof(grandchild)));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_ATTACH, grandchild, 0, 0));
	ASSERT_EQ(grandchild, waitpid(grandchild, &status, __WALL));
	ret = tr_ptrace_at(&native, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG,
			   grandchild, sizeof(config), &config);
	if (ret) {
		ASSERT_EQ(-EIO, ret);
		SKIP(return, "this kernel doesn't show the configuration");
	}
	EXPECT_EQ(0, config.mode);
	EXPECT_EQ(0, config.selector);
	EXPECT_EQ(0, config.offset);
	EXPECT_EQ(0, config.len);
	kill(grandchild, SIGKILL);
}

static int execute_when_let_go(const struct child_end *end, void *arg)
{
	child_await(end);
	return execute_sibling(end, "h_calls");
}

TEST_F(filter, is_kept_over_execve)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, execute_when_let_go,
			       PTRACE_O_TRACEEXEC));
	ASSERT_EQ(0, SET_FILTER(self->fd, self->child.pid, LOAD(nr),
				IF_EQUAL(SYS_execve, 1, 0),
				IF_EQUAL(SYS_write, 0, 1), RETURN(STOP(BOTH)),
				RETURN(SECCOMP_RET_ALLOW)));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_STOP(entry_of(SYS_execve), PTRACE_CONT);
	EXPECT_STOP("event 4", PTRACE_CONT);
	EXPECT_STOP(exit_with(0), PTRACE_CONT);
	EXPECT_STOP(entry_of(SYS_write), PTRACE_CONT);
	EXPECT_STOP(exit_with(1), PTRACE_CONT);
}

TEST_F(filter, ends_with_the_bond)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid, BOTH));
	ASSERT_EQ(0,
		  spt_ptrace(self->fd, PTRACE_DETACH, self->child.pid, 0, 0));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, self->child.pid, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_TRUE(runs_through(self->fd, &self->child));
}

/* ---- beside the rest ------------------------------------------------------------ */

TEST_F(filter, has_SYSEMU_skip_what_stops)
{
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getpriority,
				 BOTH));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_STOP(entry_of(SYS_getpriority), PTRACE_SYSEMU);
	/* Skipped, and so without an exit; then the second one. */
	EXPECT_STOP(entry_of(SYS_getpriority), PTRACE_SYSEMU);
	ASSERT_EQ(0,
		  spt_ptrace(self->fd, PTRACE_SYSEMU, self->child.pid, 0, 0));
	EXPECT_TRUE(runs_through(self->fd, &self->child));
}

/* A step ends behind a call that the filter lets pass, whatever began it. */
TEST_F(filter, lets_steps_pass_over_calls)
{
	static const unsigned int steps[] = { PTRACE_SINGLESTEP,
					      PTRACE_SYSEMU_SINGLESTEP };
	struct user_regs_struct regs;
	int i, left;

	for (i = 0; i < 2; i++) {
		ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
		ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid,
					 SPT_FILTER_ENTRY));
		ASSERT_TRUE(child_go(&self->child));
		ASSERT_STOP(entry_of(SYS_getuid), PTRACE_CONT);
		ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getpid,
					 BOTH));
		/* Up to the result of the first getpriority(2). */
		for (left = 2000; left; left--) {
			ASSERT_STOP("signal 5", steps[i]);
			ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_GETREGS,
						self->child.pid, 0,
						(unsigned long)&regs));
			if ((long)regs.orig_rax == SYS_getpriority &&
			    (long)regs.rax > 0)
				break;
		}
		EXPECT_NE(0, left);
		child_end(&self->child);
	}
}

static char selector;

/* Its own use of Syscall User Dispatch, with a selector of its own. */
static int dispatch_itself(const struct child_end *end, void *arg)
{
	int before, after;

	child_await(end);
	selector = 0;
	before = prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0,
		       &selector);
	syscall(SYS_getuid);
	after = prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0,
		      0);
	syscall(SYS_getuid);
	child_say(end, before || after ? 'x' : 'd');
	child_await(end);
	return 0;
}

TEST_F(filter, leaves_the_tracees_own_dispatch_alone)
{
	int i;

	ASSERT_TRUE(stop_child(self->fd, &self->child, dispatch_itself, 0));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid, BOTH));
	ASSERT_TRUE(child_go(&self->child));
	for (i = 0; i < 2; i++) {
		EXPECT_STOP(entry_of(SYS_getuid), PTRACE_CONT);
		EXPECT_STOP(exit_with(getuid()), PTRACE_CONT);
	}
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	EXPECT_TRUE(runs_through(self->fd, &self->child));
}

/* A native tracer sees what is the tracee's own. */
TEST_F(filter, isnt_seen_in_the_tracees_configuration)
{
	struct dispatch_config config = { .selector = 1 };
	struct tracer native = { .shadow = false };
	long ret;
	int status;

	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getuid, BOTH));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_SEIZE, self->child.pid, 0, 0));
	ASSERT_EQ(0,
		  tr_ptrace(&native, PTRACE_INTERRUPT, self->child.pid, 0, 0));
	ASSERT_EQ(self->child.pid, waitpid(self->child.pid, &status, __WALL));
	ret = tr_ptrace_at(&native, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG,
			   self->child.pid, sizeof(config), &config);
	if (ret) {
		ASSERT_EQ(-EIO, ret);
		SKIP(return, "this kernel doesn't show the configuration");
	}
	EXPECT_EQ(0, config.mode);
	EXPECT_EQ(0, config.selector);
	EXPECT_EQ(0, config.offset);
	EXPECT_EQ(0, config.len);
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_DETACH, self->child.pid, 0, 0));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_STOP(entry_of(SYS_getuid), 0);
}

static volatile sig_atomic_t handled;

static void call_in_handler(int number)
{
	syscall(SYS_getuid);
	handled = 1;
}

/* A seccomp filter that a tracer is told of: the call is entered twice. */
static int call_filtered(const struct child_end *end, void *arg)
{
	struct sock_filter code[] = {
		LOAD(nr),
		IF_EQUAL(SYS_getppid, 0, 1),
		RETURN(SECCOMP_RET_TRACE | 9),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_LEN(code), code };

	signal(SIGUSR1, call_in_handler);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 1;
	child_say(end, 'r');
	child_await(end);
	syscall(SYS_getppid);
	child_say(end, 'd');
	child_await(end);
	return 0;
}

TEST_F(filter, comes_before_the_tracees_seccomp_filters)
{
	struct spt_info info = { 0 };

	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_INFO, &info));
	if (!(info.features & SPT_FEATURE_SECCOMP))
		SKIP(return, "this kernel's filters can't be read");
	self->child = child_spawn(call_filtered, NULL);
	ASSERT_EQ('r', child_heard(&self->child));
	ASSERT_TRUE(child_waits(&self->child));
	ASSERT_EQ(0,
		  tr_seize_stop(&self->tracer, self->child.pid,
				PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD));
	ASSERT_EQ(0, filter_call(self->fd, self->child.pid, SYS_getppid, BOTH));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_STOP(entry_of(SYS_getppid), PTRACE_CONT);
	EXPECT_STOP("event 7", PTRACE_CONT);
	/* Its second entry keeps what the filter has said of the first. */
	EXPECT_STOP(exit_with(getpid()), PTRACE_CONT);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid, 0, 0));
	EXPECT_TRUE(runs_through(self->fd, &self->child));
}

/* ---- bad input -------------------------------------------------------------------- */

TEST_F(filter, refuses_a_malformed_program)
{
	static const struct {
		const char *what;
		struct sock_filter program[3];
		size_t length;
	} bad[] = {
		{ "no return", { LOAD(nr) }, 1 },
		{ "a jump over the end", { IF_EQUAL(1, 9, 0), RETURN(0) }, 2 },
		{ "an unaligned load",
		  { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), RETURN(0) },
		  2 },
		{ "a load behind the end",
		  { BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			     sizeof(struct seccomp_data)),
		    RETURN(0) },
		  2 },
		{ "a load of ancillary data",
		  { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF), RETURN(0) },
		  2 },
		{ "a byte's load",
		  { BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), RETURN(0) },
		  2 },
		{ "an indexed load",
		  { BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), RETURN(0) },
		  2 },
		{ "an unknown instruction",
		  { { 0xffff, 0, 0, 0 }, RETURN(0) },
		  2 },
		{ "a division by zero",
		  { BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RETURN(0) },
		  2 },
		{ "memory that isn't there",
		  { BPF_STMT(BPF_LD | BPF_MEM, 16), RETURN(0) },
		  2 },
	};
	size_t i;

	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	for (i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT_EQ(-EINVAL, set_filter(self->fd, self->child.pid,
					      bad[i].program, bad[i].length))
	TH_LOG("it has %s", bad[i].what ?: "?");
}

TEST_F(filter, refuses_what_isnt_a_program)
{
	static struct sock_filter program[BPF_MAXINSNS + 1];
	struct spt_set_filter arg = { 0 };
	pid_t tid;
	size_t i;

	for (i = 0; i < ARRAY_LEN(program); i++)
		program[i] = (struct sock_filter)RETURN(0);
	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	tid = self->child.pid;
	EXPECT_EQ(0, set_filter(self->fd, tid, program, BPF_MAXINSNS));
	EXPECT_EQ(-EINVAL,
		  set_filter(self->fd, tid, program, BPF_MAXINSNS + 1));
	EXPECT_EQ(-EINVAL, set_filter(self->fd, tid, program, 0x10001));
	EXPECT_EQ(-EINVAL, set_filter(self->fd, tid, program, 0));
	EXPECT_EQ(-EFAULT, set_filter(self->fd, tid, (void *)8, 1));
	EXPECT_EQ(-EINVAL, set_filter(self->fd, tid, NULL, 1));
	EXPECT_EQ(-ESRCH, set_filter(self->fd, getpid(), program, 1));
	EXPECT_EQ(-ESRCH, set_filter(self->fd, 0, program, 1));
	EXPECT_EQ(-ESRCH, set_filter(self->fd, -1, NULL, 0));

	arg.tid = tid;
	arg.flags = 1;
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_SET_FILTER, &arg));
	EXPECT_EQ(EINVAL, errno);
	arg.flags = 0;
	arg.reserved = 1;
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_SET_FILTER, &arg));
	EXPECT_EQ(EINVAL, errno);
	/* The first filter is still there. */
	arg.reserved = 0;
	EXPECT_EQ(0, ioctl(self->fd, SPT_IOC_SET_FILTER, &arg));
}

TEST_F(filter, refuses_the_dead)
{
	struct spt_event event;

	ASSERT_TRUE(stop_child(self->fd, &self->child, call_rounds, 0));
	kill(self->child.pid, SIGKILL);
	ASSERT_TRUE(WAIT_UNTIL(!spt_wait(self->fd, P_PID, self->child.pid,
					 WEXITED | WNOHANG | WNOWAIT, &event) &&
			       event.cause == CLD_KILLED));
	EXPECT_EQ(-ESRCH, SET_FILTER(self->fd, self->child.pid,
				     RETURN(SECCOMP_RET_ALLOW)));
	EXPECT_EQ(-ESRCH, set_filter(self->fd, self->child.pid, NULL, 0));
}

/* ---- races -------------------------------------------------------------------------- */

static volatile bool racing;
static int racing_fd;
static pid_t racing_tid;

static void *replace_filters(void *arg)
{
	unsigned long i;

	for (i = 0; racing; i++) {
		switch (i % 4) {
		case 0:
			filter_call(racing_fd, racing_tid, SYS_getppid, 0);
			break;
		case 1:
			filter_argument(racing_fd, racing_tid, SYS_getuid, 7,
					BOTH);
			break;
		case 2:
			filter_at_length(racing_fd, racing_tid, SYS_getuid, 7,
					 BOTH);
			break;
		default:
			set_filter(racing_fd, racing_tid, NULL, 0);
		}
	}
	return NULL;
}

static bool makes_calls(const struct child *child)
{
	char text[64];

	return !proc_read(child->pid, "stat", text, sizeof(text)) &&
	       proc_state(child->pid) == 'R';
}

/* Filters come and go, and bonds end, while the tracee makes calls without a pause. */
TEST_F(filter, is_replaced_while_calls_are_made)
{
	pthread_t threads[2];
	int i, j;

	for (i = 0; i < rounds(40); i++) {
		ASSERT_TRUE(stop_child(self->fd, &self->child, call_on, 0));
		racing_fd = self->fd;
		racing_tid = self->child.pid;
		racing = true;
		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, self->child.pid,
					0, 0));
		for (j = 0; j < 2; j++)
			ASSERT_EQ(0, pthread_create(&threads[j], NULL,
						    replace_filters, NULL));
		for (j = 0; j < 10; j++)
			nap();
		if (i % 2) {
			kill(self->child.pid, SIGKILL);
		} else {
			ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT,
						self->child.pid, 0, 0));
			ASSERT_STOP("event 128", 0);
			ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH,
						self->child.pid, 0, 0));
			EXPECT_TRUE(makes_calls(&self->child));
		}
		racing = false;
		for (j = 0; j < 2; j++)
			pthread_join(threads[j], NULL);
		child_end(&self->child);
	}
}

TEST_HARNESS_MAIN
