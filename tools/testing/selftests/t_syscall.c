// SPDX-License-Identifier: GPL-2.0
/*
 * System-call stops: what a tracer sees of a call, what it may change, and
 * what the tracee notices. Native ptrace, run on a twin, says what is right.
 */
#include <stddef.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include "spt.h"

#ifdef __i386__
#define REG_NR offsetof(struct user_regs_struct, orig_eax)
#define REG_ARG0 offsetof(struct user_regs_struct, ebx)
#define REG_RESULT offsetof(struct user_regs_struct, eax)
#define regs_nr orig_eax
#define regs_arg0 ebx
#define regs_result eax
#else
#define REG_NR offsetof(struct user_regs_struct, orig_rax)
#define REG_ARG0 offsetof(struct user_regs_struct, rdi)
#define REG_RESULT offsetof(struct user_regs_struct, rax)
#define regs_nr orig_rax
#define regs_arg0 rdi
#define regs_result rax
#endif

/* All six arguments, or those left out show whatever was on the stack. */
#define CALL(nr, a, b, c, d, e, f) syscall(nr, a, b, c, d, e, f)

/* ---- a tracer that writes down what it sees ------------------------------- */

static void note_event(struct transcript *transcript,
		       const struct spt_event *event)
{
	note(transcript,
	     "status %x cause %d signal %d code %x event %u message %llx",
	     event->status, event->cause, event->signal, event->code,
	     event->event, (unsigned long long)event->message);
}

static void note_syscall(struct transcript *transcript,
			 const struct tracer *tracer, pid_t tid)
{
	struct ptrace_syscall_info info;
	int i;
	long ret;

	memset(&info, 0xee, sizeof(info));
	ret = tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, tid, sizeof(info),
			   &info);
	note(transcript, " info %ld", ret);
	if (ret < 0)
		return;
	note(transcript, " op %d pad %d %d %d arch %x ip %llx sp %llx", info.op,
	     info.pad[0], info.pad[1], info.pad[2], info.arch,
	     (unsigned long long)info.instruction_pointer,
	     (unsigned long long)info.stack_pointer);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		note(transcript, " nr %lld", (long long)info.entry.nr);
		for (i = 0; i < 6; i++)
			note(transcript, " %llx",
			     (unsigned long long)info.entry.args[i]);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		note(transcript, " rval %lld is_error %d",
		     (long long)info.exit.rval, info.exit.is_error);
	}
}

/* Wait for one report and write it down. */
static long observe(struct transcript *transcript, const struct tracer *tracer,
		    pid_t tid, struct spt_event *event)
{
	long ret = tr_wait(tracer, tid, event);

	if (ret) {
		note(transcript, "wait: %ld\n", ret);
		return ret;
	}
	note_event(transcript, event);
	if (WIFSTOPPED(event->status))
		note_syscall(transcript, tracer, tid);
	note(transcript, "\n");
	return 0;
}

/* Resume with SYSCALL from stop to stop until the tracee is dead. */
static void observe_to_the_end(struct transcript *transcript,
			       const struct tracer *tracer, pid_t tid)
{
	struct spt_event event;
	int signal = 0;
	long ret;

	do {
		ret = tr_ptrace(tracer, PTRACE_SYSCALL, tid, 0, signal);
		if (ret) {
			note(transcript, "resume: %ld\n", ret);
			return;
		}
		if (observe(transcript, tracer, tid, &event))
			return;
		signal = 0;
		if (WIFSTOPPED(event.status) && !event.event &&
		    (WSTOPSIG(event.status) & ~0x80) != SIGTRAP)
			signal = WSTOPSIG(event.status);
	} while (WIFSTOPPED(event.status));
}

struct scenario {
	unsigned long options;
	/* What the child does, or the program that it executes. */
	child_main run;
	const char *program;
	int read_nr;
	/* What is done to it once it stands in the Stop event's stop. */
	void (*trace)(struct transcript *transcript,
		      const struct tracer *tracer, const struct child *child);
};

static struct child start(const struct scenario *scenario)
{
	if (scenario->program)
		return child_execute(scenario->program);
	return child_spawn(scenario->run, NULL);
}

static bool run(const struct scenario *scenario, bool shadow,
		struct transcript *transcript)
{
	long nr = scenario->program ? scenario->read_nr : SYS_read;
	struct tracer tracer;
	struct child child;
	long ret;

	memset(transcript, 0, sizeof(*transcript));
	if (tracer_open(&tracer, shadow))
		return false;
	child = start(scenario);
	if (child.pid < 0 || !WAIT_UNTIL(proc_sleeps_in(child.pid, nr)))
		return false;
	ret = tr_seize_stop(&tracer, child.pid, scenario->options);
	note(transcript, "stop: %ld\n", ret);
	if (!ret)
		scenario->trace(transcript, &tracer, &child);
	child_end(&child);
	tracer_close(&tracer);
	return true;
}

static struct transcript native, shadow;

static bool same_transcripts(const struct scenario *scenario)
{
	if (!run(scenario, false, &native) || !run(scenario, true, &shadow)) {
		fprintf(stderr, "# could not be run\n");
		return false;
	}
	if (native.length < 50) {
		fprintf(stderr, "# native: %s", native.text);
		return false;
	}
	if (!strcmp(native.text, shadow.text))
		return true;
	show_difference(native.text, shadow.text);
	return false;
}

/* ---- the same as natively --------------------------------------------------- */

static void go_and_observe(struct transcript *transcript,
			   const struct tracer *tracer,
			   const struct child *child)
{
	child_go(child);
	observe_to_the_end(transcript, tracer, child->pid);
}

FIXTURE(as_native){};

FIXTURE_VARIANT(as_native)
{
	unsigned long options;
};

FIXTURE_VARIANT_ADD(as_native, sysgood){
	.options = PTRACE_O_TRACESYSGOOD,
};

FIXTURE_VARIANT_ADD(as_native, plain){
	.options = 0,
};

FIXTURE_SETUP(as_native)
{
	int fd = spt_open();

	ASSERT_LE(0, fd);
	close(fd);
}

FIXTURE_TEARDOWN(as_native)
{
}

TEST_F(as_native, calls_of_a_64_bit_program)
{
	struct scenario scenario = {
		.options = variant->options,
		.program = "h_calls",
		.read_nr = 0,
		.trace = go_and_observe,
	};

	EXPECT_TRUE(same_transcripts(&scenario));
}

TEST_F(as_native, calls_of_a_32_bit_program)
{
	struct scenario scenario = {
		.options = variant->options,
		.program = "h_calls_32",
		.read_nr = 3,
		.trace = go_and_observe,
	};

	if (!program_runs("h_calls_32"))
		SKIP(return, "this kernel runs no 32-bit programs");
	EXPECT_TRUE(same_transcripts(&scenario));
}

/* Stop a blocked call by INTERRUPT, twice, then let it come to its end. */
static void interrupt_and_observe(struct transcript *transcript,
				  const struct tracer *tracer,
				  const struct child *child)
{
	struct spt_event event;
	long ret;
	int i, j;

	child_go(child);
	/* The rest of read(2), then up to the entry of the call that blocks. */
	for (i = 0; i < 3; i++) {
		ret = tr_ptrace(tracer, PTRACE_SYSCALL, child->pid, 0, 0);
		if (ret || observe(transcript, tracer, child->pid, &event))
			return;
	}
	for (i = 0; i < 2; i++) {
		ret = tr_ptrace(tracer, PTRACE_SYSCALL, child->pid, 0, 0);
		if (ret || !WAIT_UNTIL(proc_state(child->pid) == 'S')) {
			note(transcript, "does not sleep\n");
			return;
		}
		ret = tr_ptrace(tracer, PTRACE_INTERRUPT, child->pid, 0, 0);
		note(transcript, "interrupt: %ld\n", ret);
		/*
		 * The call's end, and on to its entry again. Natively the exit
		 * stop stands for the Stop event where there is one.
		 */
		if (observe(transcript, tracer, child->pid, &event))
			return;
		for (j = 0;
		     j < 4 && event.message != PTRACE_EVENTMSG_SYSCALL_ENTRY;
		     j++) {
			ret = tr_ptrace(tracer, PTRACE_SYSCALL, child->pid, 0,
					0);
			if (ret ||
			    observe(transcript, tracer, child->pid, &event))
				return;
		}
	}
}

static void interrupt_then_end(struct transcript *transcript,
			       const struct tracer *tracer,
			       const struct child *child)
{
	interrupt_and_observe(transcript, tracer, child);
	child_go(child);
	observe_to_the_end(transcript, tracer, child->pid);
}

static int read_again(const struct child_end *end, void *arg)
{
	child_await(end);
	child_await(end);
	return 3;
}

TEST_F(as_native, interrupted_read_restarts)
{
	struct scenario scenario = {
		.options = variant->options,
		.run = read_again,
		.trace = interrupt_then_end,
	};

	EXPECT_TRUE(same_transcripts(&scenario));
	/* The child saw two bytes and no error. */
	EXPECT_NE(NULL, strstr(shadow.text, "status 300 "));
}

static int pause_for_ever(const struct child_end *end, void *arg)
{
	child_await(end);
	CALL(SYS_pause, 0L, 0L, 0L, 0L, 0L, 0L);
	return 4;
}

TEST_F(as_native, interrupted_pause_restarts)
{
	struct scenario scenario = {
		.options = variant->options,
		.run = pause_for_ever,
		.trace = interrupt_and_observe,
	};

	EXPECT_TRUE(same_transcripts(&scenario));
}

static int sleep_long_enough(const struct child_end *end, void *arg)
{
	struct timespec left = { 77, 77 }, ts = { .tv_sec = 2 };
	long ret;

	child_await(end);
	ret = CALL(SYS_nanosleep, &ts, &left, 0L, 0L, 0L, 0L);
	if (ret)
		return 5;
	return 6;
}

TEST_F(as_native, interrupted_nanosleep_restarts)
{
	struct scenario scenario = {
		.options = variant->options,
		.run = sleep_long_enough,
		.trace = interrupt_then_end,
	};

	EXPECT_TRUE(same_transcripts(&scenario));
	if (!strstr(native.text, "status 600 "))
		SKIP(return, "natively the sleep is not restarted here either");
	EXPECT_NE(NULL, strstr(shadow.text, "status 600 "));
}

/* ---- seccomp ------------------------------------------------------------------ */

/* A filter that answers getppid(2) with one action and allows the rest. */
static bool filter(unsigned int action)
{
	struct sock_filter lines[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = ARRAY_LEN(lines),
				      .filter = lines };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static volatile sig_atomic_t trapped;

static void on_sigsys(int signal)
{
	trapped++;
}

static unsigned int filter_action;

static int filtered_getppid(const struct child_end *end, void *arg)
{
	struct rlimit none = { 0, 0 };
	long ret;

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGSYS, on_sigsys);
	if (!filter(filter_action))
		return 100;
	child_await(end);
	ret = CALL(SYS_getppid, 0L, 0L, 0L, 0L, 0L, 0L);
	if (trapped)
		return 10;
	if (ret < 0)
		return errno == EXDEV ? 11 : 12;
	return 13;
}

TEST_F(as_native, seccomp_allow)
{
	struct scenario scenario = {
		.options = variant->options,
		.run = filtered_getppid,
		.trace = go_and_observe,
	};

	filter_action = SECCOMP_RET_ALLOW;
	EXPECT_TRUE(same_transcripts(&scenario));
	EXPECT_NE(NULL, strstr(shadow.text, "status d00 "));
}

TEST_F(as_native, seccomp_errno_comes_after_the_entry_stop)
{
	struct scenario scenario = {
		.options = variant->options,
		.run = filtered_getppid,
		.trace = go_and_observe,
	};

	filter_action = SECCOMP_RET_ERRNO | EXDEV;
	EXPECT_TRUE(same_transcripts(&scenario));
	EXPECT_NE(NULL, strstr(shadow.text, "status b00 "));
}

TEST_F(as_native, seccomp_kill_comes_after_the_entry_stop)
{
	struct scenario scenario = {
		.options = variant->options,
		.run = filtered_getppid,
		.trace = go_and_observe,
	};

	filter_action = SECCOMP_RET_KILL_PROCESS;
	EXPECT_TRUE(same_transcripts(&scenario));
	EXPECT_NE(NULL, strstr(shadow.text, "cause 2 "));
}

/* ---- by either tracer ------------------------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(call);

static bool is_syscall_stop(int status)
{
	return WIFSTOPPED(status) && (status == STATUS_SYSGOOD);
}

/*
 * From stop to stop up to the entry of one system call, or its exit; passes
 * signals on. 0 when it is there.
 */
static long run_to(const struct tracer *tracer, pid_t tid, int op, long nr)
{
	struct ptrace_syscall_info info;
	struct spt_event event = {};
	bool entered = false;
	int signal = 0;
	long ret;

	for (;;) {
		ret = tr_ptrace(tracer, PTRACE_SYSCALL, tid, 0, signal);
		if (ret)
			return ret;
		ret = tr_wait(tracer, tid, &event);
		if (ret)
			return ret;
		if (!WIFSTOPPED(event.status))
			return -ENODATA;
		signal = 0;
		if (!is_syscall_stop(event.status)) {
			if (!event.event && WSTOPSIG(event.status) != SIGTRAP)
				signal = WSTOPSIG(event.status);
			continue;
		}
		ret = tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, tid,
				   sizeof(info), &info);
		if (ret < 0)
			return ret;
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
			entered = (long)info.entry.nr == nr;
			if (entered && op == PTRACE_SYSCALL_INFO_ENTRY)
				return 0;
		} else if (entered && info.op == op) {
			return 0;
		}
	}
}

static int getppid_is_pid(const struct child_end *end, void *arg)
{
	pid_t pid = getpid();
	long ret;

	child_await(end);
	ret = CALL(SYS_getppid, 0L, 0L, 0L, 0L, 0L, 0L);
	if (ret == pid)
		return 1;
	if (ret == 4242)
		return 2;
	if (ret < 0)
		return errno == ENOSYS ? 3 : 4;
	return 0;
}

/* A child in the entry stop of its getppid(2). */
static struct child at_getppid(struct __test_metadata *_metadata,
			       const struct tracer *tracer, int op)
{
	struct child child = child_spawn(getppid_is_pid, NULL);

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, tr_seize_stop(tracer, child.pid, PTRACE_O_TRACESYSGOOD));
	EXPECT_TRUE(child_go(&child));
	EXPECT_EQ(0, run_to(tracer, child.pid, op, SYS_getppid));
	return child;
}

/* Let it run to its end and give its exit status. */
static int finish(const struct tracer *tracer, struct child *child)
{
	struct spt_event event;
	long ret;

	ret = tr_ptrace(tracer, PTRACE_CONT, child->pid, 0, 0);
	if (ret)
		return ret;
	ret = tr_wait(tracer, child->pid, &event);
	if (ret)
		return ret;
	child_end(child);
	return event.status;
}

TEST_F(call, left_alone_returns_what_it_should)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);

	EXPECT_EQ(0, finish(&self->tracer, &child));
}

TEST_F(call, number_poked_at_entry_takes_effect)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid, REG_NR,
			       SYS_getpid));
	EXPECT_EQ(1 << 8, finish(&self->tracer, &child));
}

TEST_F(call, number_set_at_entry_takes_effect)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);
	struct user_regs_struct regs;

	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &regs));
	EXPECT_EQ(SYS_getppid, (long)regs.regs_nr);
	EXPECT_EQ(-ENOSYS, (long)regs.regs_result);
	regs.regs_nr = SYS_getpid;
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_SETREGS, child.pid, 0,
				  &regs));
	EXPECT_EQ(1 << 8, finish(&self->tracer, &child));
}

TEST_F(call, skipped_by_number_minus_one_is_enosys)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid, REG_NR,
			       -1));
	EXPECT_EQ(3 << 8, finish(&self->tracer, &child));
}

TEST_F(call, skipped_with_a_result_returns_it)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid, REG_NR,
			       -1));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
			       REG_RESULT, 4242));
	EXPECT_EQ(2 << 8, finish(&self->tracer, &child));
}

TEST_F(call, skipped_one_still_has_an_exit_stop)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);
	struct ptrace_syscall_info info;

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid, REG_NR,
			       -1));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SYSCALL, child.pid, 0, 0));
	EXPECT_EQ(STATUS_SYSGOOD, tr_wait_status(&self->tracer, child.pid));
	EXPECT_LT(0, tr_ptrace_at(&self->tracer, PTRACE_GET_SYSCALL_INFO,
				  child.pid, sizeof(info), &info));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, info.op);
	EXPECT_EQ(-ENOSYS, info.exit.rval);
	EXPECT_EQ(1, info.exit.is_error);
	EXPECT_EQ(3 << 8, finish(&self->tracer, &child));
}

TEST_F(call, result_changed_at_exit_takes_effect)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_EXIT);

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
			       REG_RESULT, 4242));
	EXPECT_EQ(2 << 8, finish(&self->tracer, &child));
}

TEST_F(call, cont_after_the_entry_stop_has_no_exit_stop)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);

	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 0));
	/* The next report is its end. */
	EXPECT_EQ(0, tr_wait_status(&self->tracer, child.pid));
	child_end(&child);
}

TEST_F(call, syscall_after_cont_starts_with_an_entry)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_EXIT);
	struct ptrace_syscall_info info;

	/* exit_group(2) is next. */
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SYSCALL, child.pid, 0, 0));
	EXPECT_EQ(STATUS_SYSGOOD, tr_wait_status(&self->tracer, child.pid));
	EXPECT_LT(0, tr_ptrace_at(&self->tracer, PTRACE_GET_SYSCALL_INFO,
				  child.pid, sizeof(info), &info));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, info.op);
	EXPECT_EQ(SYS_exit_group, info.entry.nr);
	EXPECT_EQ(0, finish(&self->tracer, &child));
}

TEST_F(call, argument_changed_at_entry_takes_effect)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);

	EXPECT_EQ(0, run_to(&self->tracer, child.pid, PTRACE_SYSCALL_INFO_ENTRY,
			    SYS_exit_group));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_POKEUSR, child.pid,
			       REG_ARG0, 99));
	EXPECT_EQ(99 << 8, finish(&self->tracer, &child));
}

TEST_F(call, syscall_info_fits_what_it_is_given)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);
	unsigned char bytes[128];
	unsigned int size, i;

	/* The answer is what there is, whatever room the caller has. */
	for (size = 0; size <= 96; size += 8) {
		unsigned int stored = size < 80 ? size : 80;

		memset(bytes, 0xee, sizeof(bytes));
		EXPECT_EQ(80,
			  tr_ptrace_at(&self->tracer, PTRACE_GET_SYSCALL_INFO,
				       child.pid, size, bytes));
		for (i = stored; i < sizeof(bytes); i++)
			EXPECT_EQ(0xee, bytes[i]);
	}
	child_end(&child);
}

TEST_F(call, seccomp_trap_after_the_entry_stop_runs_the_handler)
{
	struct child child;

	filter_action = SECCOMP_RET_TRAP;
	child = child_spawn(filtered_getppid, NULL);
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid,
				   PTRACE_O_TRACESYSGOOD));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(0, run_to(&self->tracer, child.pid, PTRACE_SYSCALL_INFO_ENTRY,
			    SYS_getppid));
	/* On through the handler to the last call. */
	EXPECT_EQ(0, run_to(&self->tracer, child.pid, PTRACE_SYSCALL_INFO_ENTRY,
			    SYS_exit_group));
	EXPECT_EQ(10 << 8, finish(&self->tracer, &child));
}

TEST_F(call, sigkill_in_an_entry_stop_kills)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);

	kill(child.pid, SIGKILL);
	EXPECT_EQ(SIGKILL, tr_wait_status(&self->tracer, child.pid));
	child_end(&child);
}

TEST_F(call, sigkill_in_an_exit_stop_kills)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_EXIT);

	kill(child.pid, SIGKILL);
	EXPECT_EQ(SIGKILL, tr_wait_status(&self->tracer, child.pid));
	child_end(&child);
}

TEST_F(call, interrupt_in_an_entry_stop_waits_for_the_resume)
{
	struct child child =
		at_getppid(_metadata, &self->tracer, PTRACE_SYSCALL_INFO_ENTRY);
	struct user_regs_struct regs;

	EXPECT_EQ(0,
		  tr_ptrace(&self->tracer, PTRACE_INTERRUPT, child.pid, 0, 0));
	/* The stop that it is in stays. */
	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS, child.pid, 0,
				  &regs));
	EXPECT_EQ(-ENOSYS, (long)regs.regs_result);
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 0));
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, child.pid));
	EXPECT_EQ(0, finish(&self->tracer, &child));
}

/* ---- the shadow's own: SPT_WAIT_SYSCALL_INFO --------------------------------- */

FIXTURE_OF_THE_SHADOW(wait_info);

TEST_F(wait_info, says_what_get_syscall_info_says)
{
	struct child child = child_spawn(getppid_is_pid, NULL);
	struct ptrace_syscall_info info;
	int seen = 0;

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid,
				   PTRACE_O_TRACESYSGOOD));
	ASSERT_TRUE(child_go(&child));
	for (;;) {
		struct spt_wait wait = {
			.idtype = P_PID,
			.id = child.pid,
			.options = WEXITED | WSTOPPED,
			.flags = SPT_WAIT_SYSCALL_INFO,
		};

		ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SYSCALL, child.pid, 0,
					0));
		memset(&wait.syscall, 0xee, sizeof(wait.syscall));
		ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_WAIT, &wait));
		if (!WIFSTOPPED(wait.event.status)) {
			EXPECT_EQ(0, wait.event.flags & SPT_EVENT_SYSCALL_INFO);
			break;
		}
		ASSERT_EQ(SPT_EVENT_SYSCALL_INFO, wait.event.flags);
		memset(&info, 0, sizeof(info));
		ASSERT_LT(0,
			  tr_ptrace_at(&self->tracer, PTRACE_GET_SYSCALL_INFO,
				       child.pid, sizeof(info), &info));
		EXPECT_EQ(0, memcmp(&info, &wait.syscall, sizeof(info)));
		seen++;
	}
	EXPECT_LT(4, seen);
	child_end(&child);
}

TEST_F(wait_info, is_not_filled_without_the_flag)
{
	struct child child = child_spawn(getppid_is_pid, NULL);
	struct spt_wait wait = {
		.idtype = P_PID,
		.id = child.pid,
		.options = WEXITED | WSTOPPED,
	};
	struct spt_syscall_info zero = {};

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_WAIT, &wait));
	EXPECT_EQ(0, wait.event.flags & SPT_EVENT_SYSCALL_INFO);
	EXPECT_EQ(0, memcmp(&wait.syscall, &zero, sizeof(zero)));
	child_end(&child);
}

TEST_HARNESS_MAIN
