// SPDX-License-Identifier: GPL-2.0
/*
 * One tracee, two tracers: the kernel's own ptrace and the shadow. Each sees
 * what it would see alone.
 */
#include <sys/mman.h>
#include "spt.h"

static struct transcript alone, beside;

/* ---- the other tracer: loops in a process of its own ------------------------- */

struct other {
	bool shadow;
	pid_t target;
	/* Stop the tracee at every system call, or only watch it. */
	bool syscalls;
};

static int other_main(const struct child_end *end, void *arg)
{
	const struct other *other = arg;
	struct tracer tracer;
	struct spt_event event;
	long ret;

	if (tracer_open(&tracer, other->shadow))
		return 1;
	if (tr_ptrace(&tracer, PTRACE_SEIZE, other->target, 0,
		      PTRACE_O_TRACESYSGOOD) ||
	    tr_ptrace(&tracer, PTRACE_INTERRUPT, other->target, 0, 0))
		return 2;
	child_say(end, 'r');
	for (int stops = 0;; stops++) {
		if (tr_wait(&tracer, other->target, &event))
			return 3;
		if (!WIFSTOPPED(event.status))
			/* It saw the calls, too: an entry and an exit of each. */
			return stops > 10 || !other->syscalls ? 0 : 4;
		ret = tr_ptrace(&tracer,
				other->syscalls ? PTRACE_SYSCALL : PTRACE_CONT,
				other->target, 0, 0);
		if (ret && ret != -ESRCH)
			return 5;
	}
}

static bool start_other(struct child *child, struct other *other)
{
	*child = child_spawn(other_main, other);
	return child_heard(child) == 'r';
}

/* ---- the one that is watched: writes down what it sees --------------------------- */

static void observe_to_the_end(struct transcript *transcript,
			       const struct tracer *tracer, pid_t tid)
{
	struct ptrace_syscall_info info;
	struct spt_event event;
	long ret;

	do {
		ret = tr_ptrace(tracer, PTRACE_SYSCALL, tid, 0, 0);
		if (!ret)
			ret = tr_wait(tracer, tid, &event);
		note(transcript, "%ld", ret);
		if (ret)
			break;
		note(transcript,
		     " status %x cause %d signal %d code %x event %u message %llx",
		     event.status, event.cause, event.signal, event.code,
		     event.event, (unsigned long long)event.message);
		memset(&info, 0, sizeof(info));
		if (WIFSTOPPED(event.status))
			ret = tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, tid,
					   sizeof(info), &info);
		note(transcript, " info %ld op %d ip %llx nr %lld %llx %llx\n",
		     ret, info.op, (unsigned long long)info.instruction_pointer,
		     (long long)info.entry.nr,
		     (unsigned long long)info.entry.args[0],
		     (unsigned long long)info.entry.args[1]);
	} while (WIFSTOPPED(event.status));
}

enum company {
	NOBODY,
	OTHER_FIRST,
	OTHER_SECOND,
};

/* 0 when the transcript was written and the other tracer was content, too. */
static int observe(bool by_shadow, enum company company, bool syscalls,
		   struct transcript *transcript)
{
	struct other role = { .shadow = !by_shadow, .syscalls = syscalls };
	struct tracer tracer;
	struct child child, other = { .pid = -1 };
	int ret = 0;

	memset(transcript, 0, sizeof(*transcript));
	child = child_execute("h_calls");
	if (child.pid < 0 || !child_waits(&child))
		return 1;
	role.target = child.pid;
	if (company == OTHER_FIRST && !start_other(&other, &role))
		ret = 2;
	if (!ret && tracer_open(&tracer, by_shadow))
		ret = 3;
	if (!ret && tr_seize_stop(&tracer, child.pid, PTRACE_O_TRACESYSGOOD))
		ret = 4;
	if (!ret && company == OTHER_SECOND && !start_other(&other, &role))
		ret = 5;
	if (!ret) {
		child_go(&child);
		observe_to_the_end(transcript, &tracer, child.pid);
		tracer_close(&tracer);
	}
	/* By its parent too, where the tracer did not reap it. */
	if (!ret && company != NOBODY)
		ret = child_status(&other) ? 6 : 0;
	child_end(&child);
	child_end(&other);
	return ret;
}

FIXTURE(cotrace){};

FIXTURE_VARIANT(cotrace)
{
	/* Who is watched; the other one is beside it. */
	bool shadow;
	bool syscalls;
};

FIXTURE_VARIANT_ADD(cotrace, native_beside_a_shadow_that_stops){
	.shadow = false,
	.syscalls = true,
};

FIXTURE_VARIANT_ADD(cotrace, native_beside_a_shadow_that_watches){
	.shadow = false,
	.syscalls = false,
};

FIXTURE_VARIANT_ADD(cotrace, shadow_beside_a_native_that_stops){
	.shadow = true,
	.syscalls = true,
};

FIXTURE_VARIANT_ADD(cotrace, shadow_beside_a_native_that_watches){
	.shadow = true,
	.syscalls = false,
};

FIXTURE_SETUP(cotrace)
{
	int fd = spt_open();

	ASSERT_LE(0, fd);
	close(fd);
}

FIXTURE_TEARDOWN(cotrace)
{
}

TEST_F(cotrace, sees_its_own_stops_alone_when_it_came_second)
{
	ASSERT_EQ(0, observe(variant->shadow, NOBODY, false, &alone));
	EXPECT_LT(1000, alone.length);
	EXPECT_EQ(0, observe(variant->shadow, OTHER_FIRST, variant->syscalls,
			     &beside));
	EXPECT_EQ(0, strcmp(alone.text, beside.text))
	{
		show_difference(alone.text, beside.text);
	}
}

TEST_F(cotrace, sees_its_own_stops_alone_when_it_came_first)
{
	ASSERT_EQ(0, observe(variant->shadow, NOBODY, false, &alone));
	EXPECT_EQ(0, observe(variant->shadow, OTHER_SECOND, variant->syscalls,
			     &beside));
	EXPECT_EQ(0, strcmp(alone.text, beside.text))
	{
		show_difference(alone.text, beside.text);
	}
}

/* ---- one leaves, the other stays --------------------------------------------------- */

FIXTURE_OF_THE_SHADOW(leaving);

static int wait_then_exit(const struct child_end *end, void *arg)
{
	child_await(end);
	child_await(end);
	return 4;
}

TEST_F(leaving, of_the_native_tracer_leaves_the_shadow)
{
	struct tracer native = { .shadow = false, .fd = -1 };
	struct child child = child_spawn(wait_then_exit, NULL);
	struct spt_event event;

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(STATUS_INTERRUPT, tr_wait_status(&native, child.pid));
	/* A stop of the one is none of the other. */
	EXPECT_EQ(-ESRCH, spt_ptrace(self->fd, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_DETACH, child.pid, 0, 0));
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, child.pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(4 << 8, event.status);
	child_end(&child);
}

TEST_F(leaving, of_the_shadow_leaves_the_native_tracer)
{
	struct tracer native = { .shadow = false, .fd = -1 };
	struct child child = child_spawn(wait_then_exit, NULL);

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_SEIZE, child.pid, 0, 0));
	/* In the shadow's stop it is running to the native tracer. */
	EXPECT_EQ(-ESRCH, tr_ptrace(&native, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH, child.pid, 0, 0));
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(STATUS_INTERRUPT, tr_wait_status(&native, child.pid));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(4 << 8, tr_wait_status(&native, child.pid));
	child_end(&child);
}

TEST_F(leaving, of_the_shadow_by_closing_leaves_a_native_stop)
{
	struct tracer native = { .shadow = false, .fd = -1 };
	struct user_regs_struct regs;
	struct child child;

	tracer_close(&self->tracer);
	child = child_spawn(wait_then_exit, NULL);
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tracer_open(&self->tracer, true));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_EQ(0, tr_seize_stop(&native, child.pid, 0));
	ASSERT_EQ(0,
		  tr_ptrace(&self->tracer, PTRACE_INTERRUPT, child.pid, 0, 0));
	tracer_close(&self->tracer);
	/* It stands where the native tracer holds it. */
	EXPECT_EQ(0,
		  tr_ptrace_at(&native, PTRACE_GETREGS, child.pid, 0, &regs));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(4 << 8, tr_wait_status(&native, child.pid));
	child_end(&child);
}

/* The signal that it lets pass is the native tracer's then. */
TEST_F(leaving, of_the_shadow_at_a_signal_leaves_that)
{
	struct tracer native = { .shadow = false, .fd = -1 };
	struct child child = child_spawn(wait_then_exit, NULL);
	pid_t pid = child.pid;

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_SEIZE, pid, 0, 0));
	ASSERT_EQ(0, kill(pid, SIGUSR1));
	ASSERT_EQ(STATUS_STOP(SIGUSR1), tr_wait_status(&self->tracer, pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH, pid, 0, SIGUSR1));
	ASSERT_EQ(STATUS_STOP(SIGUSR1), tr_wait_status(&native, pid));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_CONT, pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(4 << 8, tr_wait_status(&native, pid));
	child_end(&child);
}

TEST_F(leaving, nothing_shows_in_tracerpid)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	char text[4096];

	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid, 0));
	ASSERT_EQ(0, proc_read(child.pid, "status", text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "TracerPid:\t0\n"));
	child_end(&child);
}

/* ---- programs that use the kernel's own ------------------------------------------------ */

FIXTURE_OF_THE_SHADOW(program);

static bool has_native_tracer(pid_t tid)
{
	char text[4096];

	return !proc_read(tid, "status", text, sizeof(text)) &&
	       !strstr(text, "TracerPid:\t0\n");
}

static bool lists(const char *text, const char *line)
{
	if (strstr(text, line))
		return true;
	fprintf(stderr, "# '%s' is not in:\n%s\n", line, text);
	return false;
}

TEST_F(program, strace_of_a_shadow_traced_process_lists_every_call)
{
	static const char *const lines[] = {
		"umask(022)",	 "umask(027)",
		"close(-1)",	 "syscall_0x3e8(0x1, 0x2, 0x3, 0x4, 0x5, 0x6)",
		"lseek(0, ",	 "mmap(0x10000000, 4096",
		"munmap(",	 "read(-1, ",
		"exit_group(7)", "+++ exited with 7 +++",
	};
	char listing[] = "/tmp/sptrace-strace-XXXXXX", pid_text[16];
	struct child child, other;
	struct other role = { .shadow = true, .syscalls = true };
	static char text[65536];
	int fd = mkstemp(listing), status;
	unsigned int i;
	pid_t strace;

	if (access("/usr/bin/strace", X_OK))
		SKIP(return, "no strace");
	child = child_execute("h_calls");
	ASSERT_TRUE(child_waits(&child));
	role.target = child.pid;
	ASSERT_TRUE(start_other(&other, &role));
	strace = fork();
	if (!strace) {
		snprintf(pid_text, sizeof(pid_text), "%d", child.pid);
		execl("/usr/bin/strace", "strace", "-f", "-q", "-o", listing,
		      "-p", pid_text, NULL);
		_exit(1);
	}
	/*
	 * Between attaching and its first wait strace interrupts the tracee,
	 * whose next sleep is one that strace has seen begin.
	 */
	ASSERT_TRUE(WAIT_UNTIL(has_native_tracer(child.pid) &&
			       proc_sleeps_in(strace, SYS_wait4) &&
			       proc_sleeps_in(child.pid, SYS_read)));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(strace, waitpid(strace, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(7 << 8, child_status(&child));
	EXPECT_EQ(0, child_status(&other));
	ASSERT_LT(0, pread(fd, text, sizeof(text) - 1, 0));
	for (i = 0; i < ARRAY_LEN(lines); i++)
		EXPECT_TRUE(lists(text, lines[i]));
	close(fd);
	unlink(listing);
	child_end(&child);
	child_end(&other);
}

/* Calls, and instructions between them that can be counted. */
static int loop(const struct child_end *end, void *arg)
{
	child_say(end, 'r');
	for (;;)
		syscall(SYS_getppid);
	return 0;
}

/* The shadow goes on seeing every call, entry and exit in turn. */
static bool sees_calls_in_turn(const struct tracer *tracer, pid_t tid,
			       int count)
{
	struct ptrace_syscall_info info;
	int op = PTRACE_SYSCALL_INFO_ENTRY;

	while (count--) {
		if (tr_ptrace(tracer, PTRACE_SYSCALL, tid, 0, 0) ||
		    tr_wait_status(tracer, tid) != STATUS_SYSGOOD ||
		    tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, tid,
				 sizeof(info), &info) < 0 ||
		    info.op != op)
			return false;
		if (op == PTRACE_SYSCALL_INFO_ENTRY &&
		    info.entry.nr != SYS_getppid)
			return false;
		if (op == PTRACE_SYSCALL_INFO_EXIT &&
		    info.exit.rval != getpid())
			return false;
		op = op == PTRACE_SYSCALL_INFO_ENTRY ?
			     PTRACE_SYSCALL_INFO_EXIT :
			     PTRACE_SYSCALL_INFO_ENTRY;
	}
	return true;
}

TEST_F(program, strace_comes_and_goes_and_the_shadows_stops_stay)
{
	struct child child = child_spawn(loop, NULL);
	char listing[] = "/tmp/sptrace-strace-XXXXXX", pid_text[16];
	static char text[65536];
	int fd = mkstemp(listing), status = -1, round;
	pid_t strace;

	if (access("/usr/bin/strace", X_OK))
		SKIP(return, "no strace");
	ASSERT_EQ('r', child_heard(&child));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, child.pid,
				   PTRACE_O_TRACESYSGOOD));
	ASSERT_TRUE(sees_calls_in_turn(&self->tracer, child.pid, 10));
	strace = fork();
	if (!strace) {
		snprintf(pid_text, sizeof(pid_text), "%d", child.pid);
		execl("/usr/bin/strace", "strace", "-q", "-o", listing, "-p",
		      pid_text, NULL);
		_exit(1);
	}
	/* Until it has listed calls, and then until it has gone. */
	while (lseek(fd, 0, SEEK_END) < 200)
		ASSERT_TRUE(sees_calls_in_turn(&self->tracer, child.pid, 2));
	ASSERT_EQ(0, kill(strace, SIGINT));
	while (!waitpid(strace, &status, WNOHANG))
		ASSERT_TRUE(sees_calls_in_turn(&self->tracer, child.pid, 2));
	EXPECT_FALSE(has_native_tracer(child.pid));
	for (round = 0; round < 100; round++)
		ASSERT_TRUE(sees_calls_in_turn(&self->tracer, child.pid, 2));
	/* Of the shadow's stops strace has listed nothing. */
	ASSERT_LT(0, pread(fd, text, sizeof(text) - 1, 0));
	EXPECT_NE(NULL, strstr(text, "getppid()"));
	EXPECT_EQ(NULL, strstr(text, "---"));
	close(fd);
	unlink(listing);
	child_end(&child);
}

TEST_F(program, native_single_steps_beside_the_shadows_syscall_stops)
{
	struct tracer native = { .shadow = false, .fd = -1 };
	struct other role = { .shadow = true, .syscalls = true };
	struct child child = child_spawn(loop, NULL), other;
	struct user_regs_struct regs;
	unsigned long long last = 0;
	struct spt_event event;
	int i, moved = 0;

	role.target = child.pid;
	ASSERT_EQ('r', child_heard(&child));
	ASSERT_TRUE(start_other(&other, &role));
	ASSERT_EQ(0, tr_seize_stop(&native, child.pid, PTRACE_O_TRACESYSGOOD));
	for (i = 0; i < 200; i++) {
		ASSERT_EQ(0, tr_ptrace(&native, PTRACE_SINGLESTEP, child.pid, 0,
				       0));
		ASSERT_EQ(0, tr_wait(&native, child.pid, &event));
		/* Every stop is a step's. */
		ASSERT_EQ(STATUS_STOP(SIGTRAP), event.status);
		ASSERT_EQ(0, tr_ptrace_at(&native, PTRACE_GETREGS, child.pid, 0,
					  &regs));
		moved += regs.rip != last;
		last = regs.rip;
	}
	EXPECT_LE(199, moved);
	EXPECT_EQ(0, tr_ptrace(&native, PTRACE_DETACH, child.pid, 0, 0));
	/* The shadow's tracee goes on for it. */
	EXPECT_EQ(0, kill(child.pid, SIGKILL));
	EXPECT_EQ(0, child_status(&other));
	child_end(&child);
	child_end(&other);
}

/* ---- PTRACE_SYSEMU ------------------------------------------------------------- */

static int call_then_exit(const struct child_end *end, void *arg)
{
	if (child_await(end) != 'g')
		return 1;
	syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1);
	return syscall(SYS_getppid) == -1 && errno == ENOSYS ? 7 : 8;
}

TEST_F(program, a_native_tracer_emulates_a_call)
{
	struct tracer native = { .shadow = false, .fd = -1 };
	struct child child = child_spawn(call_then_exit, NULL);
	struct ptrace_syscall_info info = {};
	pid_t pid = child.pid;

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, pid, 0,
			       PTRACE_O_TRACESYSGOOD));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_SEIZE, pid, 0,
			       PTRACE_O_TRACESYSGOOD));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(STATUS_STOP(SIGUSR1), tr_wait_status(&self->tracer, pid));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SYSCALL, pid, 0, SIGUSR1));
	ASSERT_EQ(STATUS_STOP(SIGUSR1), tr_wait_status(&native, pid));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_SYSEMU, pid, 0, 0));
	/* The entry, which the shadow sees first. */
	ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(&self->tracer, pid));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SYSCALL, pid, 0, 0));
	ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(&native, pid));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_CONT, pid, 0, 0));

	/* There is no exit, but the next entry. */
	ASSERT_EQ(STATUS_SYSGOOD, tr_wait_status(&self->tracer, pid));
	ASSERT_LT(0, tr_ptrace_at(&self->tracer, PTRACE_GET_SYSCALL_INFO, pid,
				  sizeof(info), &info));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, info.op);
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, pid, 0, 0));
	EXPECT_EQ(7 << 8, tr_wait_status(&self->tracer, pid));
	EXPECT_EQ(7 << 8, tr_wait_status(&native, pid));
	child_end(&child);
}

/* ---- Syscall User Dispatch ------------------------------------------------------ */

#ifndef PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG
#define PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG 0x4210
#define PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG 0x4211
#endif

/* struct ptrace_sud_config */
struct dispatch_config {
	__u64 mode;
	__u64 selector;
	__u64 offset;
	__u64 len;
};

static const struct dispatch_config dispatch_off;
/* On, with every address let pass. */
static const struct dispatch_config dispatch_on = { .mode = 1,
						    .len = 1UL << 47 };

static bool has_config(const struct tracer *native, pid_t tid,
		       const struct dispatch_config *expected)
{
	struct dispatch_config config = { .mode = 7 };

	return !tr_ptrace_at(native, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG,
			     tid, sizeof(config), &config) &&
	       !memcmp(&config, expected, sizeof(config));
}

static long set_config(const struct tracer *native, pid_t tid,
		       const struct dispatch_config *config)
{
	return tr_ptrace_at(native, PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG,
			    tid, sizeof(*config), (void *)config);
}

/*
 * From one of the shadow's exit-stops into a native stop, on whose end the shadow
 * waits for the next entry.
 */
static bool stop_natively(const struct tracer *shadow,
			  const struct tracer *native, pid_t tid)
{
	struct spt_event event;

	return !tr_ptrace(native, PTRACE_INTERRUPT, tid, 0, 0) &&
	       !tr_ptrace(shadow, PTRACE_SYSCALL, tid, 0, 0) &&
	       !tr_wait(native, tid, &event) && WIFSTOPPED(event.status);
}

static bool goes_on_to_an_entry(const struct tracer *shadow,
				const struct tracer *native, pid_t tid)
{
	return !tr_ptrace(native, PTRACE_CONT, tid, 0, 0) &&
	       tr_wait_status(shadow, tid) == STATUS_SYSGOOD &&
	       !tr_ptrace(shadow, PTRACE_SYSCALL, tid, 0, 0) &&
	       tr_wait_status(shadow, tid) == STATUS_SYSGOOD;
}

TEST_F(program, a_native_tracer_sees_and_sets_the_tracees_own_user_dispatch)
{
	struct tracer *shadow = &self->tracer;
	struct tracer native = { .shadow = false, .fd = -1 };
	struct child child = child_spawn(loop, NULL);

	ASSERT_EQ('r', child_heard(&child));
	ASSERT_EQ(0, tr_seize_stop(shadow, child.pid, PTRACE_O_TRACESYSGOOD));
	ASSERT_TRUE(sees_calls_in_turn(shadow, child.pid, 2));
	ASSERT_EQ(0, tr_ptrace(&native, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_TRUE(stop_natively(shadow, &native, child.pid));
	if (tr_ptrace_at(&native, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG,
			 child.pid, 0, NULL) == -EIO) {
		child_end(&child);
		SKIP(return, "came with 6.4");
	}
	EXPECT_TRUE(has_config(&native, child.pid, &dispatch_off));
	EXPECT_EQ(-EFAULT,
		  tr_ptrace_at(&native, PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG,
			       child.pid, sizeof(dispatch_off), NULL));
	EXPECT_EQ(0, set_config(&native, child.pid, &dispatch_on));
	EXPECT_TRUE(has_config(&native, child.pid, &dispatch_on));
	ASSERT_TRUE(goes_on_to_an_entry(shadow, &native, child.pid));
	EXPECT_TRUE(sees_calls_in_turn(shadow, child.pid, 10));

	ASSERT_TRUE(stop_natively(shadow, &native, child.pid));
	EXPECT_TRUE(has_config(&native, child.pid, &dispatch_on));
	EXPECT_EQ(0, set_config(&native, child.pid, &dispatch_off));
	EXPECT_TRUE(has_config(&native, child.pid, &dispatch_off));
	ASSERT_TRUE(goes_on_to_an_entry(shadow, &native, child.pid));
	EXPECT_TRUE(sees_calls_in_turn(shadow, child.pid, 10));

	/* With the shadow gone nothing is left of it. */
	ASSERT_TRUE(stop_natively(shadow, &native, child.pid));
	tracer_close(shadow);
	EXPECT_TRUE(has_config(&native, child.pid, &dispatch_off));
	EXPECT_EQ(0, set_config(&native, child.pid, &dispatch_on));
	EXPECT_EQ(0, tr_ptrace(&native, PTRACE_DETACH, child.pid, 0, 0));
	child_end(&child);
}

TEST_HARNESS_MAIN
