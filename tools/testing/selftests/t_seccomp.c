// SPDX-License-Identifier: GPL-2.0
/*
 * A tracee's seccomp filters hold, whatever its tracers do: come and go, are killed
 * while it stands in a stop, send signals; and whatever its threads add to them.
 *
 * What a tracer sees is compared with native ptrace by the oracle's o_seccomp.c.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "slow.h"
#include "spt.h"

/* What the tracee tells of itself. */
struct record {
	volatile bool end;
	volatile bool suspended; /* by the tracer: refused calls may work */
	volatile bool denied; /* a filter that refuses getuid(2) is there */
	volatile unsigned long rounds;
	volatile unsigned long told; /* getppid(2) was begun */
	volatile unsigned long handled;
	volatile int broken; /* the line of what should never be */
};

static struct record *record;

static void add_filter(long nr, unsigned int action, unsigned int flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_LEN(code), code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program))
		record->broken = __LINE__;
}

#define MUST(condition)                                 \
	do {                                            \
		if (!(condition) && !record->suspended) \
			record->broken = __LINE__;      \
	} while (0)

/* getpgrp(2) is refused, getppid(2) is the tracer's. */
static void call_both(void)
{
	long ret;

	ret = syscall(SYS_getpgrp);
	MUST(ret == -1 && errno == EXDEV);
	ret = syscall(SYS_getppid);
	MUST(ret > 0 || errno == ENOSYS);
	if (ret > 0)
		record->told++;
	if (record->denied) {
		ret = syscall(SYS_getuid);
		MUST(ret == -1 && errno == EACCES);
	}
}

static void on_signal(int signo)
{
	int saved = errno;

	call_both();
	record->handled++;
	errno = saved;
}

static void *deny_later(void *arg)
{
	unsigned long rounds = record->rounds;

	while (record->rounds < rounds + 50 && !record->end)
		nap();
	add_filter(SYS_getuid, SECCOMP_RET_ERRNO | EACCES,
		   SECCOMP_FILTER_FLAG_TSYNC);
	record->denied = true;
	while (!record->end)
		nap();
	return NULL;
}

static int call_on(const struct child_end *end, void *arg)
{
	bool deny = arg;
	pthread_t thread;

	signal(SIGUSR1, on_signal);
	add_filter(SYS_getpgrp, SECCOMP_RET_ERRNO | EXDEV, 0);
	add_filter(SYS_getppid, SECCOMP_RET_TRACE | 5, 0);
	if (deny)
		pthread_create(&thread, NULL, deny_later, NULL);
	child_say(end, 'r');
	while (!record->end) {
		call_both();
		record->rounds++;
	}
	if (deny)
		pthread_join(thread, NULL);
	return record->broken ? 1 : 0;
}

static bool offered(int fd)
{
	struct spt_info info = { 0 };

	return !ioctl(fd, SPT_IOC_INFO, &info) &&
	       info.features & SPT_FEATURE_SECCOMP;
}

FIXTURE(filtered)
{
	struct tracer tracer;
	struct child child;
};

FIXTURE_SETUP(filtered)
{
	memset(self, 0, sizeof(*self));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	if (!offered(self->tracer.fd))
		SKIP(return, "this kernel's filters can't be read");
	record = mmap(NULL, sizeof(*record), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, record);
}

FIXTURE_TEARDOWN(filtered)
{
	child_end(&self->child);
	tracer_close(&self->tracer);
}

static bool start(struct child *child, bool deny)
{
	*child = child_spawn(call_on, (void *)(long)deny);
	return child_heard(child) == 'r';
}

static bool goes_on(void)
{
	unsigned long rounds = record->rounds;

	return WAIT_UNTIL(record->rounds > rounds + 3);
}

static int end_status(struct child *child)
{
	int status;

	record->end = true;
	status = child_status(child);
	child->pid = 0;
	return status;
}

/* From stop to stop, so many times; the last one stays. */
static long follow(const struct tracer *tracer, pid_t pid, int stops)
{
	struct spt_event event;
	long ret = 0;

	while (stops--) {
		ret = tr_wait(tracer, pid, &event);
		if (ret || !WIFSTOPPED(event.status))
			return ret ?: -ECHILD;
		if (!stops)
			break;
		ret = tr_ptrace(
			tracer, PTRACE_CONT, pid, 0,
			event.signal == SIGUSR1 && !event.event ? SIGUSR1 : 0);
		if (ret)
			return ret;
	}
	return ret;
}

static long trace_for_a_while(const struct tracer *tracer, pid_t pid, int stops)
{
	long ret;

	ret = tr_ptrace(tracer, PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESECCOMP);
	if (!ret)
		ret = follow(tracer, pid, stops);
	if (!ret)
		ret = tr_ptrace(tracer, PTRACE_DETACH, pid, 0, 0);
	return ret;
}

TEST_F(filtered, tracers_come_and_go)
{
	int i, count = rounds(100);

	ASSERT_TRUE(start(&self->child, false));
	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, trace_for_a_while(&self->tracer, self->child.pid,
					       1 + i % 7));
		if (i % 8 == 0)
			ASSERT_TRUE(goes_on());
	}
	EXPECT_TRUE(goes_on());
	EXPECT_LT(0, record->told);
	EXPECT_EQ(0, record->broken);
	EXPECT_EQ(0, end_status(&self->child));
}

/* ---- tracers that are killed ----------------------------------------------------- */

static int trace_until_killed(const struct child_end *end, void *arg)
{
	struct spt_event event;
	struct tracer tracer;
	pid_t pid = (long)arg;

	if (tracer_open(&tracer, true) ||
	    tr_ptrace(&tracer, PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESECCOMP))
		return 1;
	child_say(end, 'r');
	for (;;) {
		if (tr_wait(&tracer, pid, &event) ||
		    tr_ptrace(&tracer, PTRACE_CONT, pid, 0,
			      event.event ? 0 : event.signal))
			return 2;
	}
}

static void expect_kills_to_do_no_harm(struct __test_metadata *_metadata,
				       pid_t pid)
{
	int i, count = rounds(60);

	for (i = 0; i < count; i++) {
		unsigned long told = record->told;
		struct child tracer =
			child_spawn(trace_until_killed, (void *)(long)pid);

		ASSERT_EQ('r', child_heard(&tracer));
		ASSERT_TRUE(WAIT_UNTIL(record->told > told + i % 5));
		child_end(&tracer);
		ASSERT_TRUE(goes_on());
		ASSERT_EQ(0, record->broken);
	}
}

TEST_F(filtered, tracers_are_killed)
{
	ASSERT_TRUE(start(&self->child, false));
	expect_kills_to_do_no_harm(_metadata, self->child.pid);
	EXPECT_EQ(0, end_status(&self->child));
}

/* ---- signals, whose handler makes the same calls --------------------------------- */

static int send_signals(const struct child_end *end, void *arg)
{
	pid_t pid = (long)arg;

	for (;;) {
		unsigned long handled = record->handled;

		if (kill(pid, SIGUSR1))
			return 0;
		/* One at a time, so that the tracee does something else, too. */
		WAIT_UNTIL(record->handled != handled || record->end);
	}
}

TEST_F(filtered, signals_come_all_the_time)
{
	struct child sender;
	unsigned long handled;

	ASSERT_TRUE(start(&self->child, false));
	sender = child_spawn(send_signals, (void *)(long)self->child.pid);
	expect_kills_to_do_no_harm(_metadata, self->child.pid);
	handled = record->handled;
	EXPECT_LT(0, handled);
	/* One that got lost would keep the others, of the same number, away. */
	EXPECT_TRUE(WAIT_UNTIL(record->handled > handled + 3));
	child_end(&sender);
	EXPECT_EQ(0, end_status(&self->child));
}

/* ---- filters that come meanwhile --------------------------------------------------- */

TEST_F(filtered, a_thread_adds_a_filter_for_all)
{
	int i, count = rounds(20);

	for (i = 0; i < count; i++) {
		memset(record, 0, sizeof(*record));
		ASSERT_TRUE(start(&self->child, true));
		ASSERT_EQ(0,
			  tr_ptrace(&self->tracer, PTRACE_SEIZE,
				    self->child.pid, 0, PTRACE_O_TRACESECCOMP));
		while (!record->denied)
			ASSERT_EQ(0,
				  follow(&self->tracer, self->child.pid, 1) ?:
					  tr_ptrace(&self->tracer, PTRACE_CONT,
						    self->child.pid, 0, 0));
		ASSERT_EQ(0, follow(&self->tracer, self->child.pid, 20));
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH,
				       self->child.pid, 0, 0));
		ASSERT_TRUE(goes_on());
		ASSERT_EQ(0, record->broken);
		ASSERT_EQ(0, end_status(&self->child));
	}
}

/* ---- suspended --------------------------------------------------------------------- */

static int suspend_until_killed(const struct child_end *end, void *arg)
{
	struct tracer tracer;
	pid_t pid = (long)arg;

	if (tracer_open(&tracer, true) ||
	    tr_ptrace(&tracer, PTRACE_SEIZE, pid, 0, PTRACE_O_SUSPEND_SECCOMP))
		return 1;
	child_say(end, 'r');
	pause();
	return 0;
}

TEST_F(filtered, the_end_of_a_suspension)
{
	int i, count = rounds(30);

	ASSERT_TRUE(start(&self->child, false));
	for (i = 0; i < count; i++) {
		struct child tracer;
		unsigned long told;

		record->suspended = true;
		tracer = child_spawn(suspend_until_killed,
				     (void *)(long)self->child.pid);
		ASSERT_EQ('r', child_heard(&tracer));
		told = record->told;
		/* Nobody is told, and the call is begun. */
		EXPECT_TRUE(WAIT_UNTIL(record->told > told + 2));
		child_end(&tracer);
		/* Its last calls may have been begun before. */
		ASSERT_TRUE(goes_on());
		record->suspended = false;
		ASSERT_TRUE(goes_on());
		ASSERT_EQ(0, record->broken);
	}
	EXPECT_EQ(0, end_status(&self->child));
}

/* ---- a native tracer beside ------------------------------------------------------- */

static int trace_natively(const struct child_end *end, void *arg)
{
	struct spt_event event;
	struct tracer tracer;
	pid_t pid = (long)arg;
	int events = 0;

	if (tracer_open(&tracer, false) ||
	    tr_ptrace(&tracer, PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESECCOMP))
		return 1;
	child_say(end, 'r');
	while (!tr_wait(&tracer, pid, &event) && WIFSTOPPED(event.status)) {
		events += event.event == PTRACE_EVENT_SECCOMP;
		tr_ptrace(&tracer, PTRACE_CONT, pid, 0, 0);
		if (events == 20)
			child_say(end, 'e');
	}
	return 0;
}

TEST_F(filtered, a_native_tracer_is_told)
{
	struct child native;
	unsigned long told;

	ASSERT_TRUE(start(&self->child, false));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, self->child.pid, 0,
			       PTRACE_O_TRACESECCOMP));
	ASSERT_EQ(0, follow(&self->tracer, self->child.pid, 5));
	native = child_spawn(trace_natively, (void *)(long)self->child.pid);
	ASSERT_EQ('r', child_heard(&native));
	ASSERT_EQ(0,
		  tr_ptrace(&self->tracer, PTRACE_CONT, self->child.pid, 0, 0));
	EXPECT_EQ('e', child_heard(&native));
	told = record->told;
	EXPECT_TRUE(WAIT_UNTIL(record->told > told + 5));
	child_end(&native);
	EXPECT_EQ(0, record->broken);
	/* The shadow's is told again. */
	EXPECT_EQ(0, follow(&self->tracer, self->child.pid, 3));
}

TEST_F(filtered, killed_in_the_stop)
{
	struct spt_event event;

	ASSERT_TRUE(start(&self->child, false));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, self->child.pid, 0,
			       PTRACE_O_TRACESECCOMP));
	ASSERT_EQ(0, follow(&self->tracer, self->child.pid, 3));
	kill(self->child.pid, SIGKILL);
	ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
	EXPECT_TRUE(WIFSIGNALED(event.status));
}

/* ---- a handler in the midst of a call that the tracer was told of -------------- */

/* A page with one system call instruction. */
static char *stub;

static void open_stub(int signo)
{
	long ret = syscall(SYS_getpgrp);

	MUST(ret == -1 && errno == EXDEV);
	record->handled++;
	mprotect(stub, 4096, PROT_READ | PROT_EXEC);
}

static long call_by_stub(long nr)
{
	long ret;

	asm volatile("call *%2"
		     : "=a"(ret)
		     : "0"(nr), "r"(stub)
		     : "rcx", "r11", "memory");
	return ret;
}

/* The other thread closes the page when it is told to. */
static void *close_stub(void *arg)
{
	const struct child_end *end = arg;

	for (;;) {
		child_await(end);
		mprotect(stub, 4096, PROT_NONE);
		child_say(end, 'c');
	}
	return NULL;
}

static int call_through_stub(const struct child_end *end, void *arg)
{
	struct child_end own = *end;
	pthread_t thread;

	stub = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(stub, "\x0f\x05\xc3", 3);
	mprotect(stub, 4096, PROT_READ | PROT_EXEC);
	signal(SIGSEGV, open_stub);
	add_filter(SYS_getpgrp, SECCOMP_RET_ERRNO | EXDEV, 0);
	add_filter(SYS_getppid, SECCOMP_RET_TRACE | 5, 0);
	pthread_create(&thread, NULL, close_stub, &own);
	child_say(end, 'r');
	while (!record->end) {
		MUST(call_by_stub(SYS_getppid) > 0);
		record->rounds++;
	}
	return record->broken ? 1 : 0;
}

/*
 * The instruction that enters the call again is gone: the handler of the fault runs
 * where the task is between the two entries.
 */
TEST_F(filtered, a_fault_in_between)
{
	struct spt_event event;
	int i, count = rounds(50);

	self->child = child_spawn(call_through_stub, NULL);
	ASSERT_EQ('r', child_heard(&self->child));
	record->suspended = true; /* up to the tracer's coming */
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, self->child.pid, 0,
			       PTRACE_O_TRACESECCOMP));
	ASSERT_EQ(0, follow(&self->tracer, self->child.pid, 3));
	record->suspended = false;
	record->broken = 0;
	for (i = 0; i < count; i++) {
		ASSERT_TRUE(child_go(&self->child));
		ASSERT_EQ('c', child_heard(&self->child));
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT,
				       self->child.pid, 0, 0));
		ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
		ASSERT_EQ(STATUS_STOP(SIGSEGV), event.status);
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT,
				       self->child.pid, 0, SIGSEGV));
		ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
		ASSERT_EQ(STATUS_EVENT(PTRACE_EVENT_SECCOMP, SIGTRAP),
			  event.status);
		ASSERT_EQ(i + 1, record->handled);
		ASSERT_EQ(0, record->broken);
	}
}

/* ---- the vsyscall page between the two entries ------------------------------------ */

static bool has_vsyscall(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	bool found = false;
	char line[512];

	while (maps && fgets(line, sizeof(line), maps))
		found |= strstr(line, "[vsyscall]") != NULL;
	if (maps)
		fclose(maps);
	return found;
}

/* time(2), which the kernel emulates in the fault of an instruction there. */
#define VSYSCALL_TIME 0xffffffffff600400

static void ask_the_time(int signo)
{
	long (*vsyscall)(long *) = (void *)VSYSCALL_TIME;

	MUST(vsyscall(NULL) == -EXDEV);
	open_stub(signo);
}

static volatile bool replaced;

/* push %rdi; xor %edi, %edi; mov $VSYSCALL_TIME, %rax; call *%rax; pop %rdi; ret */
static const char vsyscall_code[] = "\x57\x31\xff\x48\xc7\xc0\x00\x04\x60"
				    "\xff\xff\xd0\x5f\xc3";

/* The other thread takes away the instruction that enters the call again. */
static void *replace_stub(void *arg)
{
	const struct child_end *end = arg;

	for (;;) {
		child_await(end);
		memcpy(stub, vsyscall_code, sizeof(vsyscall_code));
		replaced = true;
		child_say(end, 'c');
	}
	return NULL;
}

static int ask_the_time_in_between(const struct child_end *end, void *arg)
{
	struct child_end own = *end;
	bool faults = arg;
	pthread_t thread;
	long ret;

	stub = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(stub, "\x0f\x05\xc3", 3);
	signal(SIGSEGV, ask_the_time);
	add_filter(SYS_getpgrp, SECCOMP_RET_ERRNO | EXDEV, 0);
	add_filter(SYS_time, SECCOMP_RET_ERRNO | EXDEV, 0);
	add_filter(SYS_getppid, SECCOMP_RET_TRACE | 5, 0);
	pthread_create(&thread, NULL, faults ? close_stub : replace_stub, &own);
	child_say(end, 'r');
	while (!record->end) {
		ret = call_by_stub(SYS_getppid);
		if (replaced) {
			MUST(ret == -EXDEV);
			record->handled++;
			memcpy(stub, "\x0f\x05\xc3", 3);
			replaced = false;
		} else {
			MUST(ret > 0);
		}
		record->rounds++;
	}
	return record->broken ? 1 : 0;
}

/* From a stop of getppid(2) to the next, with the instruction taken away. */
static void go_by_way_of_vsyscall(struct __test_metadata *_metadata,
				  const struct tracer *tracer,
				  const struct child *child, bool faults)
{
	struct spt_event event;

	ASSERT_TRUE(child_go(child));
	ASSERT_EQ('c', child_heard(child));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, child->pid, 0, 0));
	ASSERT_EQ(0, tr_wait(tracer, child->pid, &event));
	if (faults) {
		ASSERT_EQ(STATUS_STOP(SIGSEGV), event.status);
		ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, child->pid, 0,
				       SIGSEGV));
		ASSERT_EQ(0, tr_wait(tracer, child->pid, &event));
	}
	ASSERT_EQ(STATUS_EVENT(PTRACE_EVENT_SECCOMP, SIGTRAP), event.status);
}

static void expect_vsyscalls_to_be_filtered(struct __test_metadata *_metadata,
					    const struct tracer *tracer,
					    struct child *child, bool faults)
{
	int i, count = rounds(20);

	*child = child_spawn(ask_the_time_in_between, (void *)(long)faults);
	ASSERT_EQ('r', child_heard(child));
	record->suspended = true; /* up to the tracer's coming */
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SEIZE, child->pid, 0,
			       PTRACE_O_TRACESECCOMP));
	ASSERT_EQ(0, follow(tracer, child->pid, 3));
	record->suspended = false;
	record->broken = 0;
	for (i = 0; i < count; i++) {
		go_by_way_of_vsyscall(_metadata, tracer, child, faults);
		ASSERT_EQ(i + 1, record->handled);
		ASSERT_EQ(0, record->broken);
	}
}

TEST_F(filtered, a_vsyscall_in_the_handler_of_a_fault)
{
	if (!has_vsyscall())
		SKIP(return, "this kernel has no vsyscall page (vsyscall=)");
	expect_vsyscalls_to_be_filtered(_metadata, &self->tracer, &self->child,
					true);
}

TEST_F(filtered, a_vsyscall_in_place_of_the_call)
{
	if (!has_vsyscall())
		SKIP(return, "this kernel has no vsyscall page (vsyscall=)");
	expect_vsyscalls_to_be_filtered(_metadata, &self->tracer, &self->child,
					false);
}

/* ---- arguments that change between the two entries ------------------------------ */

static volatile bool faulted, opened;

/* getppid(2) with this argument is refused, with another it is the tracer's. */
#define REFUSED_ARG 1

static void add_filter_of_argument(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, REFUSED_ARG, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXDEV),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
	};
	struct sock_fprog program = { ARRAY_LEN(code), code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
		record->broken = __LINE__;
}

/* Back to the system call's instruction, by no system call. */
static void go_with_argument(int signo, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;

	record->handled++;
	faulted = true;
	while (!opened)
		;
	asm volatile("movq %c[bx](%%rsi), %%rbx\n\t"
		     "movq %c[bp](%%rsi), %%rbp\n\t"
		     "movq %c[r12](%%rsi), %%r12\n\t"
		     "movq %c[r13](%%rsi), %%r13\n\t"
		     "movq %c[r14](%%rsi), %%r14\n\t"
		     "movq %c[r15](%%rsi), %%r15\n\t"
		     "movq %c[sp](%%rsi), %%rsp\n\t"
		     "jmp *%%rdx"
		     :
		     : "S"(uc->uc_mcontext.gregs), [bx] "i"(REG_RBX * 8),
		       [bp] "i"(REG_RBP * 8), [r12] "i"(REG_R12 * 8),
		       [r13] "i"(REG_R13 * 8), [r14] "i"(REG_R14 * 8),
		       [r15] "i"(REG_R15 * 8), [sp] "i"(REG_RSP * 8),
		       "a"((long)SYS_getppid), "d"(stub), "D"((long)REFUSED_ARG)
		     : "memory");
	__builtin_unreachable();
}

static void *close_and_open(void *arg)
{
	const struct child_end *end = arg;

	for (;;) {
		child_await(end);
		opened = false;
		faulted = false;
		mprotect(stub, 4096, PROT_NONE);
		child_say(end, 'c');
		while (!faulted)
			nap();
		mprotect(stub, 4096, PROT_READ | PROT_EXEC);
		opened = true;
	}
	return NULL;
}

__attribute__((noinline)) static long call_by_stub_with(long nr, long first)
{
	asm volatile("subq $128, %%rsp\n\t"
		     "call *%%rdx\n\t"
		     "addq $128, %%rsp"
		     : "+a"(nr), "+D"(first)
		     : "d"(stub)
		     : "rcx", "rsi", "r8", "r9", "r10", "r11", "cc", "memory");
	return nr;
}

static int call_with_arguments(const struct child_end *end, void *arg)
{
	struct sigaction action = { .sa_sigaction = go_with_argument,
				    .sa_flags = SA_SIGINFO | SA_NODEFER };
	struct child_end own = *end;
	pthread_t thread;

	stub = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(stub, "\x0f\x05\xc3", 3);
	mprotect(stub, 4096, PROT_READ | PROT_EXEC);
	sigaction(SIGSEGV, &action, NULL);
	pthread_create(&thread, NULL, close_and_open, &own);
	add_filter_of_argument();
	child_say(end, 'r');
	while (!record->end) {
		unsigned long handled = record->handled;
		long ret = call_by_stub_with(SYS_getppid, 0);

		if (record->handled != handled)
			MUST(ret == -EXDEV);
		record->rounds++;
	}
	return record->broken ? 1 : 0;
}

/*
 * The handler goes back to the instruction without a system call of its own, so the
 * call that is begun may be another one than the tracer was told of.
 */
TEST_F(filtered, other_arguments)
{
	struct spt_event event;
	int i, count = rounds(30);

	self->child = child_spawn(call_with_arguments, NULL);
	ASSERT_EQ('r', child_heard(&self->child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, self->child.pid, 0,
			       PTRACE_O_TRACESECCOMP));
	ASSERT_EQ(0, follow(&self->tracer, self->child.pid, 3));
	for (i = 0; i < count; i++) {
		ASSERT_TRUE(child_go(&self->child));
		ASSERT_EQ('c', child_heard(&self->child));
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT,
				       self->child.pid, 0, 0));
		ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
		ASSERT_EQ(STATUS_STOP(SIGSEGV), event.status);
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT,
				       self->child.pid, 0, SIGSEGV));
		ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
		ASSERT_EQ(STATUS_EVENT(PTRACE_EVENT_SECCOMP, SIGTRAP),
			  event.status);
		ASSERT_EQ(i + 1, record->handled);
		ASSERT_EQ(0, record->broken);
	}
}

/* ---- put off to the second entry, which takes its time --------------------------- */

static const char stub_code[] = "\x0f\x05\xc3";

static void *slow_stub(void *arg)
{
	const struct child_end *end = arg;
	static char page[4096] __attribute__((aligned(4096)));
	struct uffdio_copy copy = {
		.dst = (uintptr_t)stub,
		.src = (uintptr_t)page,
		.len = sizeof(page),
	};
	int fd;

	memcpy(page, stub_code, sizeof(stub_code));
	for (;;) {
		child_await(end);
		madvise(stub, sizeof(page), MADV_DONTNEED);
		fd = make_slow(stub);
		child_say(end, fd >= 0 ? 'c' : 'n');
		child_say(end, await_touch(fd) ? 't' : 'n');
		child_await(end);
		MUST(!ioctl(fd, UFFDIO_COPY, &copy));
		close(fd);
	}
	return NULL;
}

static void on_signal_put_off(int signo)
{
	long ret = syscall(SYS_getpgrp);

	MUST(ret == -1 && errno == EXDEV);
	record->handled++;
}

static int call_through_slow_stub(const struct child_end *end, void *arg)
{
	struct child_end own = *end;
	pthread_t thread;
	long ret;

	stub = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(stub, stub_code, sizeof(stub_code));
	signal(SIGUSR1, on_signal_put_off);
	pthread_create(&thread, NULL, slow_stub, &own);
	add_filter(SYS_getpgrp, SECCOMP_RET_ERRNO | EXDEV, 0);
	add_filter(SYS_getppid, SECCOMP_RET_TRACE | 5, 0);
	child_say(end, 'r');
	while (!record->end) {
		ret = call_by_stub(SYS_getppid);
		MUST(ret > 0 || ret == -ENOSYS);
		record->told += ret > 0;
		record->rounds++;
	}
	return record->broken ? 1 : 0;
}

/* Bring it to the stop, and let it go on when told to. */
static int resume_once(const struct child_end *end, void *arg)
{
	struct tracer tracer;
	pid_t pid = (long)arg;

	if (tracer_open(&tracer, true) ||
	    tr_ptrace(&tracer, PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESECCOMP) ||
	    follow(&tracer, pid, 3))
		return 1;
	child_say(end, 's');
	child_await(end);
	if (tr_ptrace(&tracer, PTRACE_CONT, pid, 0, 0))
		return 2;
	pause();
	return 0;
}

TEST_F(filtered, a_signal_put_off_outlives_the_bond)
{
	struct child tracer;

	self->child = child_spawn(call_through_slow_stub, NULL);
	ASSERT_EQ('r', child_heard(&self->child));
	tracer = child_spawn(resume_once, (void *)(long)self->child.pid);
	ASSERT_EQ('s', child_heard(&tracer));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('c', child_heard(&self->child));
	ASSERT_EQ(0, syscall(SYS_tgkill, self->child.pid, self->child.pid,
			     SIGUSR1));
	ASSERT_TRUE(child_go(&tracer));
	ASSERT_EQ('t', child_heard(&self->child));
	EXPECT_EQ(0, record->handled);
	child_end(&tracer);
	EXPECT_TRUE(WAIT_UNTIL(record->handled == 1));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(0, record->broken);
}

TEST_F(filtered, an_interrupt_put_off)
{
	self->child = child_spawn(call_through_slow_stub, NULL);
	ASSERT_EQ('r', child_heard(&self->child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, self->child.pid, 0,
			       PTRACE_O_TRACESECCOMP));
	ASSERT_EQ(0, follow(&self->tracer, self->child.pid, 3));
	ASSERT_TRUE(child_go(&self->child));
	ASSERT_EQ('c', child_heard(&self->child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_INTERRUPT, self->child.pid,
			       0, 0));
	ASSERT_EQ(0,
		  tr_ptrace(&self->tracer, PTRACE_CONT, self->child.pid, 0, 0));
	ASSERT_EQ('t', child_heard(&self->child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_INTERRUPT, self->child.pid,
			       0, 0));
	EXPECT_EQ(STATUS_INTERRUPT,
		  tr_wait_status(&self->tracer, self->child.pid));
	/* Let go here, the task has its call refused. */
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, self->child.pid, 0,
			       0));
	ASSERT_TRUE(child_go(&self->child));
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(0, record->broken);
}

/* ---- Syscall User Dispatch, the tracee's own ------------------------------------- */

static volatile char selector;
static volatile int dispatched;

static void on_dispatch(int signo)
{
	selector = 0;
	dispatched++;
}

/*
 * Calls that the tracer is told of don't harm the setting; as a user of that feature
 * it has them refused, which natively it hasn't.
 */
static int dispatch_own(const struct child_end *end, void *arg)
{
	int i;

	signal(SIGSYS, on_dispatch);
	add_filter(SYS_getppid, SECCOMP_RET_TRACE, 0);
	if (prctl(59, 1, 0, 0, &selector))
		return 1;
	child_say(end, 'r');
	child_await(end);
	for (i = 0; i < 10; i++) {
		if (syscall(SYS_getppid) >= 0 || errno != ENOSYS)
			return 2;
		selector = 1;
		syscall(SYS_getpid);
		if (dispatched != i + 1)
			return 3;
	}
	return 0;
}

TEST_F(filtered, own_dispatch_survives)
{
	struct spt_event event;
	int events = 0;

	self->child = child_spawn(dispatch_own, NULL);
	ASSERT_EQ('r', child_heard(&self->child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, self->child.pid, 0,
			       PTRACE_O_TRACESECCOMP));
	child_go(&self->child);
	do {
		ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
		events += event.event == PTRACE_EVENT_SECCOMP;
		if (WIFSTOPPED(event.status))
			tr_ptrace(&self->tracer, PTRACE_CONT, self->child.pid,
				  0, event.event ? 0 : event.signal);
	} while (WIFSTOPPED(event.status));
	EXPECT_EQ(10, events);
	EXPECT_EQ(0, event.status);
}

static int dispatch_on_and_off(const struct child_end *end, void *arg)
{
	long pid = getpid();
	int before;

	signal(SIGSYS, on_dispatch);
	add_filter(SYS_getppid, SECCOMP_RET_TRACE, 0);
	child_say(end, 'r');
	while (!record->end) {
		MUST(!prctl(59, 1, 0, 0, &selector));
		before = dispatched;
		selector = 1;
		syscall(SYS_getpid);
		selector = 0;
		MUST(dispatched == before + 1);
		MUST(!prctl(59, 0, 0, 0, 0));
		MUST(syscall(SYS_getpid) == pid && dispatched == before + 1);
		record->rounds++;
	}
	return record->broken ? 1 : 0;
}

/* Who comes while the setting is being made changes nothing of it. */
TEST_F(filtered, own_dispatch_while_tracers_come)
{
	int i, count = rounds(150);
	struct spt_event event;
	pid_t pid;

	self->child = child_spawn(dispatch_on_and_off, NULL);
	pid = self->child.pid;
	ASSERT_EQ('r', child_heard(&self->child));
	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, pid, 0,
				       PTRACE_O_TRACESECCOMP));
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_INTERRUPT, pid, 0,
				       0));
		ASSERT_EQ(0, tr_wait(&self->tracer, pid, &event));
		/* As natively, that of a signal takes the trap's place. */
		while (event.status != STATUS_INTERRUPT) {
			ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_INTERRUPT,
					       pid, 0, 0));
			ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, pid,
					       0, event.signal));
			ASSERT_EQ(0, tr_wait(&self->tracer, pid, &event));
		}
		ASSERT_EQ(0,
			  tr_ptrace(&self->tracer, PTRACE_DETACH, pid, 0, 0));
		ASSERT_EQ(0, record->broken);
	}
	EXPECT_TRUE(goes_on());
	EXPECT_EQ(0, record->broken);
	EXPECT_EQ(0, end_status(&self->child));
}

/* ---- a native tracer that asks for syscall-stops ------------------------------------ */

static int trace_calls_natively(const struct child_end *end, void *arg)
{
	struct spt_event event;
	struct tracer tracer;
	pid_t pid = (long)arg;
	int stops = 0;

	if (tracer_open(&tracer, false) ||
	    tr_seize_stop(&tracer, pid, PTRACE_O_TRACESYSGOOD))
		return 1;
	do {
		tr_ptrace(&tracer, PTRACE_SYSCALL, pid, 0, 0);
		if (++stops == 50)
			child_say(end, 'e');
	} while (!tr_wait(&tracer, pid, &event) && WIFSTOPPED(event.status));
	return 0;
}

/*
 * The kernel looks at its flags anew after that tracer's stop, which may have changed
 * the call: it refuses what it would refuse without the shadow, and no more is begun.
 */
TEST_F(filtered, a_native_tracer_of_calls)
{
	struct child native;
	struct spt_event event;
	int i, events = 0;

	ASSERT_TRUE(start(&self->child, false));
	native = child_spawn(trace_calls_natively,
			     (void *)(long)self->child.pid);
	ASSERT_EQ('e', child_heard(&native));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, self->child.pid, 0,
			       PTRACE_O_TRACESECCOMP));
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, tr_wait(&self->tracer, self->child.pid, &event));
		events += event.event == PTRACE_EVENT_SECCOMP;
		ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT,
				       self->child.pid, 0, 0));
	}
	EXPECT_EQ(20, events);
	EXPECT_EQ(0, record->told) TH_LOG("told %lu", record->told);
	child_end(&native);
	EXPECT_EQ(0, record->broken);
	/* That tracer's end has the call begun again. */
	EXPECT_EQ(0, follow(&self->tracer, self->child.pid, 5));
	EXPECT_LT(0, record->told);
	EXPECT_EQ(0, record->broken);
}

TEST_HARNESS_MAIN
