// SPDX-License-Identifier: GPL-2.0
/*
 * Who is served, and what becomes of it: the call, the tracer's end and its other
 * selves, PTRACE_TRACEME, programs that gain privileges. What a wait tells is
 * t_served_wait.c's.
 */
#include "served.h"
#include <grp.h>
#include <pthread.h>
#include "program.h"

#define MAX_PROCESSES 256

/* The number of tracees that the listing says, -1 when it hasn't that process. */
static int served_tracees(pid_t pid)
{
	struct spt_served entries[MAX_PROCESSES];
	struct spt_list list = {
		.entries = spt_ptr(entries),
		.capacity = MAX_PROCESSES,
		.entry_size = sizeof(entries[0]),
	};
	int fd = spt_open(), found = -1;
	unsigned int i;

	if (fd < 0 || ioctl(fd, SPT_IOC_SERVED, &list))
		return -2;
	close(fd);
	for (i = 0; i < list.total && i < MAX_PROCESSES; i++) {
		if (entries[i].tgid != pid)
			continue;
		if (found >= 0)
			return -3;
		found = entries[i].tracees;
	}
	return found;
}

/* ---- the call ------------------------------------------------------------------ */

static int serve_badly(const struct child_end *end, void *arg)
{
	struct spt_serve serve[2] = {};
	int fd = spt_open();

	MUST(fd >= 0);
	serve->flags = 1U << 31;
	MUST(ioctl(fd, SPT_IOC_SERVE, serve) == -1 && errno == EINVAL);
	serve->flags = SPT_SERVE_PAST_FILTERS << 1;
	MUST(ioctl(fd, SPT_IOC_SERVE, serve) == -1 && errno == EINVAL);
	serve->flags = 0;
	serve->reserved = 1;
	MUST(ioctl(fd, SPT_IOC_SERVE, serve) == -1 && errno == EINVAL);
	serve->reserved = 0;
	MUST(ioctl(fd, _IOC(_IOC_WRITE, SPT_IOC_MAGIC, 9, 4), serve) == -1 &&
	     errno == EINVAL);
	serve[1].flags = 1;
	MUST(ioctl(fd, _IOC(_IOC_WRITE, SPT_IOC_MAGIC, 9, sizeof(serve)),
		   serve) == -1 &&
	     errno == E2BIG);
	MUST(ioctl(fd, SPT_IOC_SERVE, NULL) == -1 && errno == EFAULT);
	/* None of them had an effect. */
	MUST_BE(-1, served_tracees(getpid()));
	return 0;
}

TEST(the_call_refuses_what_it_does_not_know)
{
	EXPECT_EQ(0, outcome(serve_badly, true));
}

static int serve_twice(const struct child_end *end, void *arg)
{
	struct child child;

	MUST_BE(0, serve(0));
	MUST_BE(0, serve(SPT_SERVE_PAST_FILTERS));
	MUST_BE(0, served_tracees(getpid()));
	child = child_spawn(pause_for_ever, NULL);
	seize_and_stop(child.pid);
	MUST_BE(0, serve(0));
	MUST_BE(1, served_tracees(getpid()));
	play_out(child.pid);
	MUST_BE(0, served_tracees(getpid()));
	return 0;
}

TEST(who_is_served_already_may_ask_again)
{
	EXPECT_EQ(0, outcome(serve_twice, true));
}

static int be_served(const struct child_end *end, void *arg)
{
	begin(arg);
	child_say(end, 'r');
	child_await(end);
	return 0;
}

static int module_references(void)
{
	char text[32] = "";
	int fd = open("/sys/module/sptrace/refcnt", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return -1;
	close(fd);
	return atoi(text);
}

TEST(the_module_stays_while_somebody_is_served)
{
	struct scene scene = { .served = true };
	int before = module_references();
	struct child debugger = child_spawn(be_served, &scene);

	ASSERT_EQ('r', child_heard(&debugger));
	/* No file is open, and there is no tracee. */
	EXPECT_EQ(0, served_tracees(debugger.pid));
	EXPECT_LT(before, module_references());
	EXPECT_EQ(-EWOULDBLOCK, take_out_in_time());
	EXPECT_TRUE(is_inserted());
	ASSERT_TRUE(child_go(&debugger));
	EXPECT_EQ(0, child_status(&debugger));
	EXPECT_EQ(-1, served_tracees(debugger.pid));
	EXPECT_TRUE(WAIT_UNTIL(module_references() == before));
	child_end(&debugger);
}

/* ---- the tracer's end, and its other selves ------------------------------------- */

static int hold_two(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;

	begin(scene);
	seize_and_stop(scene->tracee);
	MUST_BE(0, trace(PTRACE_SEIZE, scene->second, PTRACE_O_EXITKILL));
	child_say(end, 'r');
	return pause_for_ever(end, arg);
}

TEST_F(debugger, that_is_killed_lets_its_tracees_go)
{
	struct scene scene = { .served = self->served };
	struct child tracee = child_spawn(wait_then_exit, (void *)3);
	struct child killed = child_spawn(pause_for_ever, NULL);
	struct child debugger;

	scene.tracee = tracee.pid;
	scene.second = killed.pid;
	debugger = child_spawn(hold_two, &scene);
	ASSERT_EQ('r', child_heard(&debugger));
	EXPECT_EQ(self->served ? 2 : -1, served_tracees(debugger.pid));
	ASSERT_EQ(0, kill(debugger.pid, SIGKILL));
	EXPECT_EQ(SIGKILL, child_status(&debugger));
	EXPECT_EQ(-1, served_tracees(debugger.pid));
	ASSERT_TRUE(child_go(&tracee));
	EXPECT_EQ(3 << 8, child_status(&tracee));
	EXPECT_EQ(SIGKILL, child_status(&killed));
	child_end(&tracee);
	child_end(&killed);
	child_end(&debugger);
}

#define AGAIN "--again"

/* This program again: its tracees are the rest of the arguments, each with a report. */
static void execute_again(bool served, pid_t first, pid_t second)
{
	char numbers[2][16];
	char *argv[] = { "t_served", AGAIN,	 served ? "served" : "native",
			 numbers[0], numbers[1], NULL };

	snprintf(numbers[0], sizeof(numbers[0]), "%d", first);
	snprintf(numbers[1], sizeof(numbers[1]), "%d", second);
	execv("/proc/self/exe", argv);
	_exit(119);
}

static int go_on_tracing(char **argv)
{
	bool served = !strcmp(argv[2], "served");
	int status, i;

	MUST_BE(served ? 2 : -1, served_tracees(getpid()));
	for (i = 3; i < 5; i++) {
		MUST_BE(STATUS_INTERRUPT, status_of(atoi(argv[i])));
		play_out(atoi(argv[i]));
	}
	MUST_BE(-ECHILD, look(-1, &status, __WALL | WNOHANG));
	return 0;
}

enum { EXECUTES, EXECUTES_IN_A_THREAD, BECOMES_A_DAEMON };

static void *trace_and_execute(void *arg)
{
	struct scene *scene = arg;
	struct child own = child_spawn(pause_for_ever, NULL);

	stop_and_leave_the_report(own.pid);
	stop_and_leave_the_report(scene->tracee);
	if (scene->kind == BECOMES_A_DAEMON) {
		MUST(setsid() > 0);
		MUST(!syscall(SYS_close_range, 3, ~0U, 0));
		MUST_BE('t', proc_state(own.pid));
		MUST_BE('t', proc_state(scene->tracee));
		MUST_BE(STATUS_INTERRUPT, status_of(own.pid));
		play_out(own.pid);
		own = child_spawn(pause_for_ever, NULL);
		stop_and_leave_the_report(own.pid);
		MUST(!syscall(SYS_close_range, 3, ~0U, 0));
	}
	execute_again(scene->served, own.pid, scene->tracee);
	return NULL;
}

static int trace_then_execute(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	pthread_t thread;

	begin(scene);
	if (scene->kind != EXECUTES_IN_A_THREAD) {
		trace_and_execute(scene);
		return 1;
	}
	MUST(!pthread_create(&thread, NULL, trace_and_execute, scene));
	return pause_for_ever(end, arg);
}

static int outcome_of_execution(bool served, long kind)
{
	struct child tracee = child_spawn(pause_for_ever, NULL);
	struct scene scene = {
		.served = served,
		.tracee = tracee.pid,
		.kind = kind,
	};
	int status = outcome_of(trace_then_execute, &scene);

	child_end(&tracee);
	return status;
}

TEST_F(debugger, that_executes_a_program_keeps_its_tracees)
{
	EXPECT_EQ(0, outcome_of_execution(self->served, EXECUTES));
}

TEST_F(debugger, that_executes_a_program_in_a_thread_keeps_its_tracees)
{
	EXPECT_EQ(0, outcome_of_execution(self->served, EXECUTES_IN_A_THREAD));
}

TEST_F(debugger, that_closes_its_files_keeps_its_tracees)
{
	EXPECT_EQ(0, outcome_of_execution(self->served, BECOMES_A_DAEMON));
}

static void *trace_without_leader(void *arg)
{
	struct scene *scene = arg;
	struct child own;
	int status;

	MUST(WAIT_UNTIL(proc_state(getpid()) == 'Z'));
	own = child_spawn(stop_then_exit, (void *)5);
	MUST_BE(STATUS_STOP(SIGUSR1), status_of(own.pid));
	seize_and_stop(scene->tracee);
	MUST_BE(scene->served ? 2 : -1, served_tracees(getpid()));
	MUST_BE(0, trace(PTRACE_CONT, own.pid, 0));
	MUST_BE(5 << 8, status_of(own.pid));
	play_out(scene->tracee);
	MUST_BE(-ECHILD, look(-1, &status, __WALL | WNOHANG));
	_exit(0);
}

static int exit_of_leader(const struct child_end *end, void *arg)
{
	pthread_t thread;

	begin(arg);
	MUST(!pthread_create(&thread, NULL, trace_without_leader, arg));
	syscall(SYS_exit, 2);
	return 1;
}

TEST_F(debugger, whose_leader_has_exited_goes_on_tracing)
{
	struct child tracee = child_spawn(pause_for_ever, NULL);
	struct scene scene = { .served = self->served, .tracee = tracee.pid };

	EXPECT_EQ(0, outcome_of(exit_of_leader, &scene));
	child_end(&tracee);
}

/* The tracer is the thread group. */
static void *take_over(void *arg)
{
	struct scene *scene = arg;

	MUST(WAIT_UNTIL(proc_state(getpid()) == 'Z'));
	MUST_BE(STATUS_INTERRUPT, status_of(scene->tracee));
	play_out(scene->tracee);
	_exit(0);
}

static int exit_of_tracing_leader(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	pthread_t thread;

	begin(scene);
	stop_and_leave_the_report(scene->tracee);
	MUST(!pthread_create(&thread, NULL, take_over, scene));
	syscall(SYS_exit, 2);
	return 1;
}

TEST(the_leaders_tracees_are_the_other_threads_after_it)
{
	struct child tracee = child_spawn(pause_for_ever, NULL);
	struct scene scene = { .served = true, .tracee = tracee.pid };

	EXPECT_EQ(0, outcome_of(exit_of_tracing_leader, &scene));
	child_end(&tracee);
}

struct waiter {
	pthread_t thread;
	pid_t tid;
	pid_t waited_for;
	long status;
};

static void *wait_for_one(void *arg)
{
	struct waiter *waiter = arg;

	__atomic_store_n(&waiter->tid, syscall(SYS_gettid), __ATOMIC_SEQ_CST);
	waiter->status = status_of(waiter->waited_for);
	return NULL;
}

/* Begins to wait, and sleeps. */
static void waiter_begin(struct waiter *waiter, pid_t pid)
{
	*waiter = (struct waiter){ .waited_for = pid };
	MUST(!pthread_create(&waiter->thread, NULL, wait_for_one, waiter));
	MUST(WAIT_UNTIL(__atomic_load_n(&waiter->tid, __ATOMIC_SEQ_CST)));
	MUST(WAIT_UNTIL(proc_sleeps_in(waiter->tid, SYS_wait4)));
}

static long waiter_end(struct waiter *waiter)
{
	pthread_join(waiter->thread, NULL);
	return waiter->status;
}

static int trace_nobody(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct child own;
	int status;

	MUST_BE(scene->served ? 0 : -1, served_tracees(getpid()));
	MUST_BE(-ECHILD, look(-1, &status, __WALL | WNOHANG));
	MUST_BE(-ECHILD, look(scene->tracee, &status, __WALL | WNOHANG));
	MUST_BE(-ESRCH, trace(PTRACE_INTERRUPT, scene->tracee, 0));
	MUST_BE(-ESRCH, trace(PTRACE_CONT, scene->tracee, 0));
	MUST_BE(-EPERM, trace(PTRACE_SEIZE, scene->tracee, 0));
	/* It may have its own. */
	own = child_spawn(stop_then_exit, (void *)5);
	MUST_BE(STATUS_STOP(SIGUSR1), status_of(own.pid));
	MUST_BE(scene->served ? 1 : -1, served_tracees(getpid()));
	MUST_BE(0, trace(PTRACE_CONT, own.pid, 0));
	MUST_BE(5 << 8, status_of(own.pid));
	return 7;
}

static int fork_while_waiting(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct waiter waiter;
	struct child twin;

	begin(scene);
	MUST_BE(0, trace(PTRACE_SEIZE, scene->tracee, 0));
	waiter_begin(&waiter, scene->tracee);
	twin = child_spawn(trace_nobody, scene);
	MUST_BE(7 << 8, status_of(twin.pid));
	MUST_BE(scene->served ? 1 : -1, served_tracees(getpid()));
	MUST(WAIT_UNTIL(proc_sleeps_in(waiter.tid, SYS_wait4)));
	MUST_BE(0, trace(PTRACE_INTERRUPT, scene->tracee, 0));
	MUST_BE(STATUS_INTERRUPT, waiter_end(&waiter));
	play_out(scene->tracee);
	return 0;
}

TEST_F(debugger, that_forks_while_it_waits_keeps_its_tracees_to_itself)
{
	struct child tracee = child_spawn(pause_for_ever, NULL);
	struct scene scene = { .served = self->served, .tracee = tracee.pid };

	EXPECT_EQ(0, outcome_of(fork_while_waiting, &scene));
	child_end(&tracee);
}

/* ---- PTRACE_TRACEME -------------------------------------------------------------- */

static pid_t tracer_pid(pid_t pid)
{
	char text[4096], *line;

	if (proc_read(pid, "status", text, sizeof(text)))
		return -1;
	line = strstr(text, "TracerPid:");
	return line ? atoi(line + 10) : -1;
}

static pid_t shadow_tracer(pid_t pid)
{
	struct spt_status status = {};
	int fd = spt_open();

	spt_find(fd, pid, &status);
	close(fd);
	return status.tracer;
}

static int have_a_tracee(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct child own;

	begin(scene);
	own = child_spawn(stop_then_exit, (void *)5);
	MUST_BE(STATUS_STOP(SIGUSR1), status_of(own.pid));
	MUST_BE(scene->served ? 0 : getpid(), tracer_pid(own.pid));
	MUST_BE(scene->served ? getpid() : 0, shadow_tracer(own.pid));
	MUST_BE(0, trace(PTRACE_CONT, own.pid, 0));
	MUST_BE(5 << 8, status_of(own.pid));
	return 0;
}

TEST_F(debugger, has_a_child_that_asks_to_be_traced)
{
	EXPECT_EQ(0, outcome(have_a_tracee, self->served));
}

/* One that is served, and whose parent isn't: that waits natively. */
static int ask_a_native_parent(const struct child_end *end, void *arg)
{
	begin(arg);
	return stop_then_exit(end, (void *)5);
}

TEST_F(debugger, is_a_tracee_of_its_parent_that_is_not_served)
{
	struct scene scene = { .served = self->served };
	struct child child = child_spawn(ask_a_native_parent, &scene);

	ASSERT_EQ(STATUS_STOP(SIGUSR1), child_status(&child));
	EXPECT_EQ(getpid(), tracer_pid(child.pid));
	EXPECT_EQ(0, shadow_tracer(child.pid));
	EXPECT_EQ(0, trace(PTRACE_CONT, child.pid, 0));
	EXPECT_EQ(5 << 8, child_status(&child));
	child_end(&child);
}

/* ---- programs that gain privileges ------------------------------------------------- */

static int execute_the_program(const struct child_end *end, void *arg)
{
	char *argv[] = { "program", NULL }, *envp[] = { NULL };

	/* It leaves the parent's death out of account, but not that of its pipe. */
	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0)
		return 120;
	execve(program, argv, envp);
	return 121;
}

/* A user, who may not open the device on every machine. */
static int execute_as_a_user(const struct child_end *end, void *arg)
{
	struct child child;
	char privileges;

	begin(arg);
	MUST(!setgroups(0, NULL) && !setresgid(USER, USER, USER) &&
	     !setresuid(USER, USER, USER));
	child = child_spawn(execute_the_program, NULL);
	privileges = child_heard(&child);
	MUST(write(end->say, &child.pid, sizeof(child.pid)) ==
	     sizeof(child.pid));
	child_say(end, privileges);
	child_await(end);
	child_go(&child);
	MUST_BE(7 << 8, status_of(child.pid));
	return 0;
}

static void program_is_served(struct __test_metadata *_metadata, mode_t mode,
			      char privileges, int tracees)
{
	struct scene scene = { .served = true };
	struct child debugger;
	pid_t pid;

	ASSERT_TRUE(program_make("h_exec", mode, 0, 0));
	debugger = child_spawn(execute_as_a_user, &scene);
	ASSERT_EQ(sizeof(pid), read(debugger.said, &pid, sizeof(pid)));
	EXPECT_EQ(privileges, child_heard(&debugger));
	EXPECT_EQ(tracees, served_tracees(pid));
	EXPECT_EQ(0, served_tracees(debugger.pid));
	ASSERT_TRUE(child_go(&debugger));
	EXPECT_EQ(0, child_status(&debugger));
	child_end(&debugger);
	program_remove();
}

TEST(a_program_of_a_served_process_is_served)
{
	program_is_served(_metadata, 0755, 'U', 0);
}

TEST(a_set_uid_program_is_not_served)
{
	program_is_served(_metadata, 04755, 'R', -1);
}

TEST(a_set_gid_program_is_not_served)
{
	program_is_served(_metadata, 02755, 'G', -1);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], AGAIN))
		return go_on_tracing(argv);
	return test_harness_run(argc, argv);
}
