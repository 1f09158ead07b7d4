// SPDX-License-Identifier: GPL-2.0
/*
 * wait4(2) and waitid(2) of served tracers: each report once, orphans, signals, what is
 * told, and how one may ask.
 */
#include "served.h"
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

/* A report is had by this question, as long as one likes. */
#define MAY_ASK(pid, type, id, options)                             \
	do {                                                        \
		siginfo_t may_ask;                                  \
		MUST_BE(0, look_id(type, id, &may_ask,              \
				   (options) | WNOWAIT | WNOHANG)); \
		MUST_BE(pid, may_ask.si_pid);                       \
	} while (0)

/* ---- each report once ---------------------------------------------------------------- */

struct report {
	pid_t tid;
	int status;
};

/* A thread that waits for whoever comes, and passes it on, until nobody is left. */
struct reporter {
	pthread_t thread;
	int to;
};

static void *report_all(void *arg)
{
	const struct reporter *reporter = arg;
	struct report report;

	while ((report.tid = look(-1, &report.status, __WALL)) > 0)
		MUST(write(reporter->to, &report, sizeof(report)) ==
		     sizeof(report));
	MUST_BE(-ECHILD, report.tid);
	return NULL;
}

#define NUMBERS 200

/* The tracee's next number was reported: it goes on. */
static void take_number(pid_t pid, int expected)
{
	siginfo_t info;

	MUST_BE(0, trace_with(PTRACE_GETSIGINFO, pid, 0, &info));
	MUST_BE(SIGUSR1, info.si_signo);
	MUST_BE(expected, info.si_value.sival_int);
	MUST_BE(0, trace(PTRACE_CONT, pid, 0));
}

static struct report next_report(int from)
{
	struct pollfd polled = { .fd = from, .events = POLLIN };
	struct report report;

	MUST_BE(1, poll(&polled, 1, WAIT_LIMIT_MS));
	MUST(read(from, &report, sizeof(report)) == sizeof(report));
	return report;
}

static int wait_in_two_threads(const struct child_end *end, void *arg)
{
	int count = rounds(NUMBERS), next[2] = {}, ends = 0, i;
	struct reporter reporters[2];
	struct child tracees[2];
	int reports[2];

	begin(arg);
	MUST(!pipe2(reports, O_CLOEXEC));
	for (i = 0; i < 2; i++)
		tracees[i] = child_spawn(queue_numbers, (void *)(long)count);
	for (i = 0; i < 2; i++) {
		reporters[i].to = reports[1];
		MUST(!pthread_create(&reporters[i].thread, NULL, report_all,
				     &reporters[i]));
	}
	while (ends < 2) {
		struct report report = next_report(reports[0]);

		i = report.tid == tracees[1].pid;
		MUST_BE(tracees[i].pid, report.tid);
		if (WIFSTOPPED(report.status)) {
			MUST_BE(STATUS_STOP(SIGUSR1), report.status);
			take_number(report.tid, next[i]++);
			continue;
		}
		MUST_BE(5 << 8, report.status);
		MUST_BE(count, next[i]);
		ends++;
	}
	for (i = 0; i < 2; i++)
		pthread_join(reporters[i].thread, NULL);
	close(reports[1]);
	MUST_BE(0, read(reports[0], next, 1));
	return 0;
}

TEST_F(debugger, that_waits_in_two_threads_has_each_report_once)
{
	EXPECT_EQ(0, outcome(wait_in_two_threads, self->served));
}

#define AT_ONCE 8

/* Of some it is a tracer, by either way, or by none since they were faster. */
static pid_t spawn_short_lived(int i)
{
	pid_t pid = fork();
	long ret;

	if (!pid) {
		if (i % 4 == 1)
			trace(PTRACE_TRACEME, 0, 0);
		_exit(i + 1);
	}
	MUST(pid > 0);
	if (i % 4 == 2) {
		ret = trace(PTRACE_SEIZE, pid, 0);
		MUST(!ret || ret == -EPERM);
	}
	return pid;
}

static void reap_all(const pid_t *pids, int options)
{
	bool had[AT_ONCE] = {};
	int count = 0, status, i;
	long pid;

	while ((pid = look(-1, &status, options)) >= 0) {
		if (!pid) {
			sched_yield();
			continue;
		}
		for (i = 0; i < AT_ONCE && pids[i] != pid; i++)
			;
		MUST(i < AT_ONCE && !had[i]);
		had[i] = true;
		MUST_BE((i + 1) << 8, status);
		count++;
	}
	MUST_BE(-ECHILD, pid);
	MUST_BE(AT_ONCE, count);
}

static int have_short_lived_children(const struct child_end *end, void *arg)
{
	static const int options[] = { 0, __WALL, WNOHANG, __WALL | WNOHANG };
	int i, j, count = rounds(100);
	pid_t pids[AT_ONCE];

	begin(arg);
	for (i = 0; i < count; i++) {
		for (j = 0; j < AT_ONCE; j++)
			pids[j] = spawn_short_lived(j);
		reap_all(pids, options[i % ARRAY_LEN(options)]);
	}
	return 0;
}

TEST_F(debugger, has_each_short_lived_childs_end_once)
{
	EXPECT_EQ(0, outcome(have_short_lived_children, self->served));
}

#define THREADS 4

static void *exit_when_told(void *arg)
{
	const struct child_end *end = arg;
	pid_t tid = syscall(SYS_gettid);

	MUST(write(end->say, &tid, sizeof(tid)) == sizeof(tid));
	child_await(end);
	return NULL;
}

static int team(const struct child_end *end, void *arg)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		MUST(!pthread_create(&threads[i], NULL, exit_when_told,
				     (void *)end));
	/* None of them is joined: that of a traced thread ends with its report. */
	while (proc_state(getpid()))
		pause();
	return 0;
}

enum { THREADS_ALONE, WITH_THE_LEADER };

static int trace_threads(const struct child_end *end, void *arg)
{
	static const int options[] = { 0, __WALL };
	struct scene *scene = arg;
	pid_t tids[THREADS];
	struct child child;
	int i, j, status;

	begin(scene);
	for (j = 0; j < ARRAY_LEN(options); j++) {
		child = child_spawn(team, NULL);
		for (i = 0; i < THREADS; i++) {
			MUST(read(child.said, &tids[i], sizeof(tids[i])) ==
			     sizeof(tids[i]));
			MUST_BE(0, trace(PTRACE_SEIZE, tids[i], 0));
		}
		if (scene->kind == WITH_THE_LEADER)
			MUST_BE(0, trace(PTRACE_SEIZE, child.pid, 0));
		for (i = 0; i < THREADS; i++)
			child_go(&child);
		/* In any order. */
		for (i = 0; i < THREADS; i++) {
			pid_t tid = look(-1, &status, options[j]);
			int k = 0;

			while (k < THREADS && tids[k] != tid)
				k++;
			MUST(k < THREADS);
			MUST_BE(0, status);
			tids[k] = 0;
		}
		MUST_BE(0, look(-1, &status, options[j] | WNOHANG));
		MUST(!kill(child.pid, SIGKILL));
		MUST_BE(child.pid, look(-1, &status, options[j]));
		MUST_BE(SIGKILL, status);
		MUST_BE(-ECHILD, look(-1, &status, options[j]));
	}
	return 0;
}

TEST_F(debugger, has_the_end_of_each_thread_once)
{
	struct scene scene = { .served = self->served, .kind = THREADS_ALONE };

	EXPECT_EQ(0, outcome_of(trace_threads, &scene));
	scene.kind = WITH_THE_LEADER;
	EXPECT_EQ(0, outcome_of(trace_threads, &scene));
}

/* ---- orphans ---------------------------------------------------------------------- */

enum {
	ORPHAN_DIES,
	DEAD_IS_ORPHANED,
	REPORTED_IS_ORPHANED,
	IGNORED_IS_ORPHANED,
};

/* A parent that has a child, and leaves it. */
static int leave_a_child(const struct child_end *end, void *arg)
{
	pid_t pid = fork();

	while (!pid)
		pause();
	MUST(write(end->say, &pid, sizeof(pid)) == sizeof(pid));
	child_await(end);
	return 9;
}

static pid_t parent_of(pid_t pid)
{
	char text[4096], *line;

	if (proc_read(pid, "status", text, sizeof(text)))
		return -1;
	line = strstr(text, "PPid:");
	return line ? atoi(line + 5) : -1;
}

static int inherit_a_tracee(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	int status, ends = 0;
	struct child parent;
	pid_t pid;
	long ret;

	begin(scene);
	MUST(!prctl(PR_SET_CHILD_SUBREAPER, 1));
	if (scene->kind == IGNORED_IS_ORPHANED)
		MUST(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
	parent = child_spawn(leave_a_child, NULL);
	MUST(read(parent.said, &pid, sizeof(pid)) == sizeof(pid));
	seize_and_stop(pid);
	if (scene->kind != ORPHAN_DIES) {
		MUST(!kill(pid, SIGKILL));
		MUST(WAIT_UNTIL(proc_state(pid) == 'Z'));
	}
	if (scene->kind == REPORTED_IS_ORPHANED)
		MUST_BE(SIGKILL, status_of(pid));
	child_go(&parent);
	if (scene->kind != IGNORED_IS_ORPHANED)
		MUST_BE(9 << 8, status_of(parent.pid));
	MUST(WAIT_UNTIL(parent_of(pid) == getpid()));
	if (scene->kind == ORPHAN_DIES)
		MUST(!kill(pid, SIGKILL));
	while ((ret = look(-1, &status, __WALL)) > 0) {
		MUST_BE(pid, ret);
		MUST_BE(SIGKILL, status);
		ends++;
	}
	MUST_BE(-ECHILD, ret);
	/* Natively, whoever is told as its tracer is told as its parent, too. */
	MUST_BE(1, ends);
	MUST(WAIT_UNTIL(!proc_state(pid)));
	return 0;
}

TEST_F(debugger, that_inherits_its_tracee_has_its_end_once)
{
	struct scene scene = { .served = self->served };

	for (scene.kind = ORPHAN_DIES; scene.kind <= IGNORED_IS_ORPHANED;
	     scene.kind++) {
		EXPECT_EQ(0, outcome_of(inherit_a_tracee, &scene))
		{
			TH_LOG("scenario %ld", scene.kind);
		}
	}
}

/* ---- signals ---------------------------------------------------------------------- */

static int handled;

static void count_signal(int signal)
{
	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static int has_handled(void)
{
	return __atomic_load_n(&handled, __ATOMIC_SEQ_CST);
}

static void handle(int signal, int flags)
{
	struct sigaction action = {
		.sa_handler = count_signal,
		.sa_flags = flags,
	};

	MUST(!sigaction(signal, &action, NULL));
}

enum { BY_WAIT4, BY_WAITID };

static long wait_number(const struct scene *scene)
{
	return scene->kind == BY_WAITID ? SYS_waitid : SYS_wait4;
}

/* The stop's signal. */
static long wait_for_stop(const struct scene *scene, pid_t pid)
{
	siginfo_t info;
	int status = 0;
	long ret;

	if (scene->kind == BY_WAITID) {
		ret = look_id(P_PID, pid, &info, WSTOPPED | WEXITED);
		return ret ? ret : info.si_status;
	}
	ret = look(pid, &status, 0);
	return ret < 0 ? ret : WSTOPSIG(status);
}

struct disturber {
	const struct scene *scene;
	pthread_t thread;
	pid_t waiter;
	pid_t tracee;
	bool restarts;
};

static void *disturb(void *arg)
{
	struct disturber *disturber = arg;
	long number = wait_number(disturber->scene);

	MUST(WAIT_UNTIL(proc_sleeps_in(disturber->waiter, number)));
	MUST(!syscall(SYS_tgkill, getpid(), disturber->waiter, SIGUSR2));
	if (!disturber->restarts)
		return NULL;
	MUST(WAIT_UNTIL(has_handled() == 1 &&
			proc_sleeps_in(disturber->waiter, number)));
	MUST(!kill(disturber->tracee, SIGTERM));
	return NULL;
}

static void disturbed(const struct scene *scene, pid_t tracee, bool restarts)
{
	struct disturber disturber = {
		.scene = scene,
		.waiter = syscall(SYS_gettid),
		.tracee = tracee,
		.restarts = restarts,
	};
	long expected = restarts ? SIGTERM : -EINTR;

	handle(SIGUSR2, restarts ? SA_RESTART : 0);
	handled = 0;
	MUST(!pthread_create(&disturber.thread, NULL, disturb, &disturber));
	MUST_BE(expected, wait_for_stop(scene, tracee));
	MUST_BE(1, has_handled());
	pthread_join(disturber.thread, NULL);
}

static int be_disturbed(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct child child;

	begin(scene);
	child = child_spawn(pause_for_ever, NULL);
	MUST_BE(0, trace(PTRACE_SEIZE, child.pid, 0));
	disturbed(scene, child.pid, false);
	disturbed(scene, child.pid, true);
	MUST_BE(0, trace(PTRACE_CONT, child.pid, SIGTERM));
	MUST_BE(SIGTERM, status_of(child.pid));
	return 0;
}

TEST_F(debugger, is_disturbed_in_wait4_by_a_signal)
{
	struct scene scene = { .served = self->served, .kind = BY_WAIT4 };

	EXPECT_EQ(0, outcome_of(be_disturbed, &scene));
}

TEST_F(debugger, is_disturbed_in_waitid_by_a_signal)
{
	struct scene scene = { .served = self->served, .kind = BY_WAITID };

	EXPECT_EQ(0, outcome_of(be_disturbed, &scene));
}

/* Says when it is about to wait, and what it had. */
static int wait_once(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;

	begin(scene);
	MUST_BE(0, trace(PTRACE_SEIZE, scene->tracee, 0));
	child_say(end, 'r');
	MUST_BE(STATUS_STOP(SIGUSR1), status_of(scene->tracee));
	play_out(scene->tracee);
	return 0;
}

TEST_F(debugger, waits_on_after_it_was_stopped)
{
	struct child tracee = child_spawn(pause_for_ever, NULL);
	struct scene scene = { .served = self->served, .tracee = tracee.pid };
	struct child child = child_spawn(wait_once, &scene);

	ASSERT_EQ('r', child_heard(&child));
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(child.pid, SYS_wait4)));
	ASSERT_EQ(0, kill(child.pid, SIGSTOP));
	ASSERT_TRUE(WAIT_UNTIL(proc_state(child.pid) == 'T'));
	/* There is news of the tracee meanwhile. */
	ASSERT_EQ(0, kill(tracee.pid, SIGUSR1));
	ASSERT_TRUE(WAIT_UNTIL(proc_state(tracee.pid) == 't'));
	EXPECT_EQ('T', proc_state(child.pid));
	ASSERT_EQ(0, kill(child.pid, SIGCONT));
	EXPECT_EQ(0, child_status(&child));
	child_end(&tracee);
	child_end(&child);
}

#define EVENTS 50

static int handle_sigchld(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	int i, stops = !(scene->kind & SA_NOCLDSTOP);
	struct child child;

	begin(scene);
	handle(SIGCHLD, SA_RESTART | scene->kind);
	child = child_spawn(queue_numbers, (void *)EVENTS);
	for (i = 0; i < EVENTS; i++) {
		MUST_BE(STATUS_STOP(SIGUSR1), status_of(child.pid));
		/* It may come a little later than the report. */
		MUST(WAIT_UNTIL(has_handled() == (i + 1) * stops));
		take_number(child.pid, i);
	}
	MUST_BE(5 << 8, status_of(child.pid));
	MUST(WAIT_UNTIL(has_handled() == EVENTS * stops + 1));
	return 0;
}

TEST_F(debugger, handles_a_sigchld_an_event)
{
	struct scene scene = { .served = self->served };

	EXPECT_EQ(0, outcome_of(handle_sigchld, &scene));
}

TEST_F(debugger, handles_no_sigchld_of_a_stop_with_sa_nocldstop)
{
	struct scene scene = { .served = self->served, .kind = SA_NOCLDSTOP };

	EXPECT_EQ(0, outcome_of(handle_sigchld, &scene));
}

/* What SIGCHLD does, so that children reap themselves. */
enum { IGNORES, DEFAULT_NOCLDWAIT, HANDLES_NOCLDWAIT };

static void ignore_ends(long kind)
{
	struct sigaction action = {
		.sa_handler = kind == IGNORES		? SIG_IGN :
			      kind == DEFAULT_NOCLDWAIT ? SIG_DFL :
							  count_signal,
		.sa_flags = kind == IGNORES ?
				    0 :
				    SA_NOCLDWAIT | SA_NOCLDSTOP | SA_RESTART,
	};

	MUST(!sigaction(SIGCHLD, &action, NULL));
}

/* Its children reap themselves, but for tracees. */
static int ignore_children(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct child tracee, other, last;
	int status;

	begin(scene);
	ignore_ends(scene->kind);
	tracee = child_spawn(wait_then_exit, (void *)3);
	other = child_spawn(wait_then_exit, (void *)4);
	seize_and_stop(tracee.pid);
	MUST_BE(0, look(-1, &status, __WALL | WNOHANG));
	MUST_BE(0, trace(PTRACE_CONT, tracee.pid, 0));
	child_go(&other);
	MUST(WAIT_UNTIL(!proc_state(other.pid)));
	MUST_BE(-ECHILD, look(other.pid, &status, __WALL | WNOHANG));
	child_go(&tracee);
	MUST_BE(tracee.pid, look(-1, &status, __WALL));
	MUST_BE(3 << 8, status);
	MUST_BE(-ECHILD, look(-1, &status, __WALL));
	/* One that is stopped when it dies, and one that is waited for by nobody. */
	tracee = child_spawn(pause_for_ever, NULL);
	last = child_spawn(wait_then_exit, (void *)6);
	seize_and_stop(tracee.pid);
	MUST(!kill(tracee.pid, SIGKILL));
	MUST(WAIT_UNTIL(proc_state(tracee.pid) == 'Z'));
	MUST_BE(0, look(last.pid, &status, __WALL | WNOHANG));
	MUST_BE(SIGKILL, status_of(tracee.pid));
	child_go(&last);
	MUST_BE(-ECHILD, look(-1, &status, __WALL));
	return 0;
}

TEST_F(debugger, that_ignores_sigchld_has_its_tracees_ends)
{
	struct scene scene = { .served = self->served };

	for (scene.kind = IGNORES; scene.kind <= HANDLES_NOCLDWAIT;
	     scene.kind++) {
		EXPECT_EQ(0, outcome_of(ignore_children, &scene))
		{
			TH_LOG("scenario %ld", scene.kind);
		}
	}
}

/* A handler that reaps who has ended, as shells' do: it mustn't miss one. */
static volatile int ends_reaped;

static void reap_in_handler(int signal)
{
	int status, saved = errno;

	while (look(-1, &status, WNOHANG | __WALL) > 0)
		ends_reaped++;
	errno = saved;
}

static int reap_ignored_in_handler(const struct child_end *end, void *arg)
{
	struct sigaction action = {
		.sa_handler = reap_in_handler,
		.sa_flags = SA_NOCLDWAIT | SA_NOCLDSTOP | SA_RESTART,
	};
	int i, count = rounds(100);
	struct child tracee;

	begin(arg);
	MUST(!sigaction(SIGCHLD, &action, NULL));
	for (i = 0; i < count; i++) {
		tracee = child_spawn(wait_then_exit, (void *)3);
		MUST_BE(0, trace(PTRACE_SEIZE, tracee.pid, 0));
		child_go(&tracee);
		MUST(WAIT_UNTIL(ends_reaped == i + 1));
		/* Not even the process's number is left. */
		MUST(WAIT_UNTIL(kill(tracee.pid, 0) && errno == ESRCH));
		close(tracee.go);
		close(tracee.said);
	}
	return 0;
}

TEST_F(debugger, that_ignores_its_children_reaps_tracees_in_a_handler)
{
	EXPECT_EQ(0, outcome(reap_ignored_in_handler, self->served));
}

/* ---- what is told -------------------------------------------------------------------- */

/* Plays a scene twice, natively and served, and compares what the debuggers noted. */
static void both_note_the_same(struct __test_metadata *_metadata,
			       child_main run, long kind)
{
	struct transcript *notes = mmap(NULL, 2 * sizeof(*notes),
					PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i;

	ASSERT_NE(MAP_FAILED, notes);
	for (i = 0; i < 2; i++) {
		struct scene scene = {
			.served = i == 1,
			.kind = kind,
			.transcript = &notes[i],
		};

		EXPECT_EQ(0, outcome_of(run, &scene));
	}
	EXPECT_LT(0, notes[0].length);
	EXPECT_EQ(0, strcmp(notes[0].text, notes[1].text))
	{
		show_difference(notes[0].text, notes[1].text);
	}
	munmap(notes, 2 * sizeof(*notes));
}

static void note_info(struct transcript *transcript, const char *what,
		      const siginfo_t *info, pid_t pid)
{
	note(transcript, "%s: signo %d errno %d code %d %s uid %d status %#x\n",
	     what, info->si_signo, info->si_errno, info->si_code,
	     info->si_pid == pid ? "of the tracee" :
	     info->si_pid	 ? "of another" :
				   "of nobody",
	     info->si_uid, info->si_status);
}

/* SIGCHLD, or that there is none; one more is never right. */
static void note_sigchld(struct transcript *transcript, pid_t pid)
{
	struct timespec limit = { .tv_sec = 20 }, none = {};
	siginfo_t info = {};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigtimedwait(&set, &info, &limit) == SIGCHLD)
		note_info(transcript, "SIGCHLD", &info, pid);
	else
		note(transcript, "no SIGCHLD\n");
	if (sigtimedwait(&set, &info, &none) == SIGCHLD)
		note_info(transcript, "one more", &info, pid);
}

/*
 * The report that comes, by all that may be asked with, and then it is gone. Its
 * SIGCHLD may come a little later, but before a request has been granted.
 */
static void note_report(struct transcript *transcript, pid_t pid)
{
	int options = WEXITED | WSTOPPED, status = -1;
	siginfo_t info;
	long ret;

	ret = look_id(P_PID, pid, &info, options | WNOWAIT);
	if (info.si_code == CLD_TRAPPED)
		MUST_BE(0, trace(PTRACE_GETEVENTMSG, pid,
				 (unsigned long)&(unsigned long){ 0 }));
	note_sigchld(transcript, pid);
	note(transcript, "waitid: %ld ", ret);
	note_info(transcript, "", &info, pid);
	ret = look_id(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
	note(transcript, "waitid, ends: %ld ", ret);
	note_info(transcript, "", &info, pid);
	ret = look(-1, &status, 0);
	note(transcript, "wait4: %s, status %#x\n",
	     ret == pid ? "the tracee" : "another", status);
	status = -1;
	ret = look(-1, &status, WNOHANG | WUNTRACED | __WALL);
	note(transcript, "then: %ld, status %#x\n", ret, status);
}

static void block_sigchld(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	MUST(!sigprocmask(SIG_BLOCK, &set, NULL));
}

/* A tracee that is another user's. */
static int ask_then_do_this_and_that(const struct child_end *end, void *arg)
{
	MUST_BE(0, trace(PTRACE_TRACEME, 0, 0));
	raise(SIGSTOP);
	MUST(!setresuid(USER, USER, USER));
	raise(SIGUSR1);
	if (arg)
		raise(SIGKILL);
	return 5;
}

static int note_a_tracee_that_asked(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct transcript *transcript = scene->transcript;
	struct child child;
	int i;

	begin(scene);
	block_sigchld();
	child = child_spawn(ask_then_do_this_and_that, (void *)scene->kind);
	note_report(transcript, child.pid);
	MUST_BE(0, trace(PTRACE_SETOPTIONS, child.pid,
			 PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT));
	/* setresuid(2), and with glibc nothing else. */
	for (i = 0; i < 2; i++) {
		MUST_BE(0, trace(PTRACE_SYSCALL, child.pid, 0));
		note_report(transcript, child.pid);
	}
	/* SIGUSR1, the exit's stop unless it is killed, and the end. */
	for (i = 0; i < 2 + !scene->kind; i++) {
		MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
		note_report(transcript, child.pid);
	}
	return 0;
}

TEST(served_a_tracee_that_asked_is_told_of_as_natively)
{
	both_note_the_same(_metadata, note_a_tracee_that_asked, 0);
}

TEST(served_a_tracee_that_is_killed_is_told_of_as_natively)
{
	both_note_the_same(_metadata, note_a_tracee_that_asked, 1);
}

/* Stops of the group: each is told of by the tracee alone, and once. */
static int note_job_control(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct transcript *transcript = scene->transcript;
	struct child child;

	begin(scene);
	block_sigchld();
	child = child_spawn(pause_for_ever, NULL);
	MUST_BE(0, trace(PTRACE_SEIZE, child.pid, 0));
	MUST_BE(0, trace(PTRACE_INTERRUPT, child.pid, 0));
	note_report(transcript, child.pid);
	MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
	MUST(!kill(child.pid, SIGTSTP));
	note_report(transcript, child.pid);
	MUST_BE(0, trace(PTRACE_CONT, child.pid, SIGTSTP));
	note_report(transcript, child.pid);
	MUST_BE(0, trace(PTRACE_LISTEN, child.pid, 0));
	MUST(!kill(child.pid, SIGCONT));
	/* The end of the stop, and then the signal itself. */
	note_report(transcript, child.pid);
	MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
	note_report(transcript, child.pid);
	MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
	MUST(!kill(child.pid, SIGKILL));
	note_report(transcript, child.pid);
	return 0;
}

TEST(served_job_control_is_told_of_as_natively)
{
	both_note_the_same(_metadata, note_job_control, 0);
}

/* What waitid(2) has at this moment. */
static void note_news(struct transcript *transcript, pid_t pid, int options)
{
	siginfo_t info;
	long ret = look_id(P_PID, pid, &info, options | WNOHANG);

	note(transcript, "%#x: %ld ", options, ret);
	note_info(transcript, "", &info, pid);
}

/* Of the group there is one continuation, which is told to who asks first. */
static void note_continuation(struct transcript *transcript, pid_t pid)
{
	int status = -1;

	note_news(transcript, pid, WSTOPPED | WEXITED);
	note_news(transcript, pid, WCONTINUED | WNOWAIT);
	note_news(transcript, pid, WCONTINUED | WNOWAIT | __WCLONE);
	MUST_BE(pid, look(-1, &status, WCONTINUED | WUNTRACED));
	note(transcript, "status %#x\n", status);
	note_news(transcript, pid, WCONTINUED | WSTOPPED);
}

enum { SEIZED, ATTACHED };

static void *stay_alone(void *arg)
{
	while (proc_state(getpid()) != 'Z')
		nap();
	for (;;)
		pause();
	return NULL;
}

static int exit_but_for_a_thread(const struct child_end *end, void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, stay_alone, NULL))
		return 1;
	syscall(SYS_exit, 0);
	return 1;
}

static void begin_to_trace(const struct scene *scene, pid_t pid)
{
	if (scene->kind != ATTACHED) {
		seize_and_stop(pid);
		return;
	}
	MUST_BE(0, trace(PTRACE_ATTACH, pid, 0));
	MUST_BE(STATUS_STOP(SIGSTOP), status_of(pid));
}

/* A tracee's group stops and goes on; waits are told of both, once. */
static int note_continuations(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct transcript *transcript = scene->transcript;
	struct child child;
	long stop;

	begin(scene);
	block_sigchld();
	child = child_spawn(pause_for_ever, NULL);
	begin_to_trace(scene, child.pid);
	note_news(transcript, child.pid, WCONTINUED);
	MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
	MUST(!kill(child.pid, SIGTSTP));
	MUST_BE(STATUS_STOP(SIGTSTP), status_of(child.pid));
	MUST_BE(0, trace(PTRACE_CONT, child.pid, SIGTSTP));
	note(transcript, "stop %#lx\n", status_of(child.pid));
	note_news(transcript, child.pid, WCONTINUED);

	/* While it is stopped still, and the tracer hears nothing else. */
	MUST(!kill(child.pid, SIGCONT));
	note_continuation(transcript, child.pid);
	/* What the tracer hears next, up to the signal itself, is no continuation. */
	do {
		MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
		stop = status_of(child.pid);
		note(transcript, "stop %#lx\n", stop);
	} while (stop != STATUS_STOP(SIGCONT));
	MUST_BE(0, trace(PTRACE_CONT, child.pid, SIGCONT));
	note_news(transcript, child.pid, WCONTINUED);
	MUST(!kill(child.pid, SIGKILL));
	MUST_BE(SIGKILL, status_of(child.pid));
	return 0;
}

TEST(served_a_seized_tracees_continuation_is_told_of_as_natively)
{
	both_note_the_same(_metadata, note_continuations, SEIZED);
}

TEST(served_an_attached_tracees_continuation_is_told_of_as_natively)
{
	both_note_the_same(_metadata, note_continuations, ATTACHED);
}

struct sigcont {
	pthread_t thread;
	pid_t waiter;
	pid_t pid;
};

static void *continue_it(void *arg)
{
	const struct sigcont *sigcont = arg;

	MUST(WAIT_UNTIL(proc_sleeps_in(sigcont->waiter, SYS_waitid)));
	MUST(!kill(sigcont->pid, SIGCONT));
	return NULL;
}

/* Who sleeps until there is one is woken: the tracee runs, though its group is stopped. */
static int await_continuation(const struct child_end *end, void *arg)
{
	struct sigcont sigcont = { .waiter = syscall(SYS_gettid) };
	struct child child;
	siginfo_t info;

	begin(arg);
	child = child_spawn(pause_for_ever, NULL);
	sigcont.pid = child.pid;
	MUST_BE(0, trace(PTRACE_SEIZE, child.pid, 0));
	MUST(!kill(child.pid, SIGSTOP));
	MUST_BE(STATUS_STOP(SIGSTOP), status_of(child.pid));
	MUST_BE(0, trace(PTRACE_CONT, child.pid, SIGSTOP));
	MUST_BE(STATUS_EVENT(PTRACE_EVENT_STOP, SIGSTOP), status_of(child.pid));
	MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
	MUST(!pthread_create(&sigcont.thread, NULL, continue_it, &sigcont));
	/* The one or the other comes first. */
	MUST_BE(0, look_id(P_PID, child.pid, &info, WCONTINUED));
	if (info.si_code != CLD_CONTINUED) {
		MUST_BE(CLD_TRAPPED, info.si_code);
		MUST_BE(0, look_id(P_PID, child.pid, &info, WCONTINUED));
	}
	MUST_BE(CLD_CONTINUED, info.si_code);
	MUST_BE(SIGCONT, info.si_status);
	pthread_join(sigcont.thread, NULL);
	MUST(!kill(child.pid, SIGKILL));
	return 0;
}

TEST_F(debugger, is_woken_by_its_tracees_continuation)
{
	EXPECT_EQ(0, outcome(await_continuation, self->served));
}

/* Of a leader that has exited, job control is told of while it has threads. */
static int have_child_without_leader(const struct child_end *end, void *arg)
{
	struct child child, tracee;
	siginfo_t info;
	int status;

	begin(arg);
	tracee = child_spawn(pause_for_ever, NULL);
	seize_and_stop(tracee.pid);
	child = child_spawn(exit_but_for_a_thread, NULL);
	MUST(WAIT_UNTIL(proc_state(child.pid) == 'Z'));
	MUST_BE(0, look(-1, &status, WNOHANG | WUNTRACED));
	MUST(!kill(child.pid, SIGSTOP));
	MUST_BE(0, look_id(P_PID, child.pid, &info, WSTOPPED));
	MUST_BE(CLD_STOPPED, info.si_code);
	MUST(!kill(child.pid, SIGCONT));
	MUST_BE(child.pid, look(-1, &status, WCONTINUED));
	MUST_BE(0xffff, status);
	MUST(!kill(child.pid, SIGKILL));
	MUST_BE(SIGKILL, status_of(child.pid));
	play_out(tracee.pid);
	return 0;
}

TEST_F(debugger, has_a_child_whose_leader_has_exited)
{
	EXPECT_EQ(0, outcome(have_child_without_leader, self->served));
}

/* ---- how one may ask -------------------------------------------------------------------- */

static int ask_without_children(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	siginfo_t info;
	int status, i;

	begin(scene);
	/* Before it was a tracer, and after that. */
	for (i = 0; i < 2; i++) {
		MUST_BE(-ECHILD, look(-1, &status, 0));
		MUST_BE(-ECHILD, look(-1, &status, __WALL));
		MUST_BE(-ECHILD, look(-1, &status, __WCLONE));
		MUST_BE(-ECHILD, look(-1, &status, WNOHANG));
		MUST_BE(-ECHILD, look(0, &status, WNOHANG));
		MUST_BE(-ECHILD, look(getpid(), &status, 0));
		MUST_BE(-ECHILD, look(scene->tracee, &status, 0));
		MUST_BE(-ECHILD, look_id(P_ALL, 0, &info, WEXITED));
		MUST_BE(-ECHILD, look_id(P_PID, scene->tracee, &info,
					 WSTOPPED | WNOHANG));
		MUST_BE(-EINVAL, look(-1, &status, 1 << 20));
		MUST_BE(-ESRCH, look(INT_MIN, &status, 0));
		MUST_BE(-EINVAL, look_id(P_ALL, 0, &info, WNOHANG));
		MUST_BE(-EINVAL, look_id(9, 0, &info, WEXITED));
		MUST_BE(-EINVAL, look_id(P_PID, 0, &info, WEXITED));
		MUST_BE(-EBADF, look_id(P_PIDFD, 1000, &info, WEXITED));
		if (i)
			break;
		seize_and_stop(scene->tracee);
		MUST_BE(0, look(-1, &status, WNOHANG));
		MUST_BE(0, trace(PTRACE_DETACH, scene->tracee, 0));
	}
	return 0;
}

TEST_F(debugger, that_has_nobody_is_told_so)
{
	struct child tracee = child_spawn(pause_for_ever, NULL);
	struct scene scene = { .served = self->served, .tracee = tracee.pid };

	EXPECT_EQ(0, outcome_of(ask_without_children, &scene));
	child_end(&tracee);
}

static int ask_in_many_ways(const struct child_end *end, void *arg)
{
	struct child first, second;
	struct rusage rusage;
	int status, pidfd;
	siginfo_t info;

	begin(arg);
	first = child_spawn(pause_for_ever, NULL);
	second = child_spawn(pause_for_ever, NULL);
	MUST(!setpgid(second.pid, second.pid));
	pidfd = syscall(SYS_pidfd_open, second.pid, 0);
	MUST(pidfd >= 0);
	MUST_BE(0, trace(PTRACE_SEIZE, first.pid, 0));
	MUST_BE(0, trace(PTRACE_SEIZE, second.pid, 0));
	MAY_ASK(0, P_ALL, 0, WEXITED | WSTOPPED | WCONTINUED);
	MAY_ASK(0, P_PIDFD, pidfd, WEXITED | WSTOPPED);

	MUST_BE(0, trace(PTRACE_INTERRUPT, second.pid, 0));
	MUST_BE(0, look_id(P_PID, second.pid, &info, WSTOPPED | WNOWAIT));
	MAY_ASK(second.pid, P_ALL, 0, WSTOPPED);
	MAY_ASK(second.pid, P_ALL, 0, WSTOPPED | __WALL);
	MAY_ASK(second.pid, P_ALL, 0, WSTOPPED | __WCLONE);
	MAY_ASK(second.pid, P_ALL, 0, WSTOPPED | __WNOTHREAD);
	MAY_ASK(second.pid, P_PIDFD, pidfd, WSTOPPED);
	MAY_ASK(second.pid, P_PGID, second.pid, WSTOPPED);
	/* Whatever is asked for, a tracer is told of stops. */
	MAY_ASK(second.pid, P_ALL, 0, WEXITED);
	MAY_ASK(second.pid, P_ALL, 0, WCONTINUED);
	/* The other's isn't there. */
	MAY_ASK(0, P_PID, first.pid, WSTOPPED);
	MAY_ASK(0, P_PGID, 0, WSTOPPED);
	MAY_ASK(0, P_PGID, getpgrp(), WSTOPPED);
	MUST_BE(0, look(0, &status, WNOHANG));
	MUST_BE(0, look(-getpgrp(), &status, WNOHANG));
	MUST_BE(-ECHILD, look(-first.pid, &status, WNOHANG));

	memset(&rusage, 0, sizeof(rusage));
	MUST_BE(second.pid,
		syscall(SYS_wait4, -second.pid, &status, __WCLONE, &rusage));
	MUST_BE(STATUS_INTERRUPT, status);
	MUST(rusage.ru_minflt > 0);
	MUST_BE(0, look(-1, &status, WNOHANG | __WALL));

	/* Its end, of which the same is true. */
	MUST(!kill(second.pid, SIGKILL));
	MUST_BE(0, look_id(P_PIDFD, pidfd, &info, WEXITED | WNOWAIT));
	MUST_BE(CLD_KILLED, info.si_code);
	MAY_ASK(0, P_ALL, 0, WSTOPPED);
	MUST_BE(-ECHILD, look_id(P_PID, second.pid, &info, WSTOPPED | WNOHANG));
	MUST_BE(-ECHILD,
		look_id(P_PID, second.pid, &info, WCONTINUED | WNOHANG));
	MAY_ASK(second.pid, P_ALL, 0, WEXITED);
	MAY_ASK(second.pid, P_ALL, 0, WEXITED | __WCLONE);
	MAY_ASK(second.pid, P_ALL, 0, WEXITED | __WNOTHREAD);
	MAY_ASK(second.pid, P_PGID, second.pid, WEXITED);
	MAY_ASK(0, P_PID, first.pid, WEXITED);
	memset(&rusage, 0, sizeof(rusage));
	MUST_BE(second.pid,
		syscall(SYS_wait4, second.pid, &status, 0, &rusage));
	MUST_BE(SIGKILL, status);
	MUST(rusage.ru_minflt > 0);
	MUST_BE(-ECHILD, look(second.pid, &status, WNOHANG));
	MUST_BE(-ECHILD, look_id(P_PIDFD, pidfd, &info, WEXITED | WNOHANG));
	MUST(!kill(first.pid, SIGKILL));
	MUST_BE(first.pid, look(-1, NULL, 0));
	return 0;
}

TEST_F(debugger, may_ask_in_many_ways)
{
	EXPECT_EQ(0, outcome(ask_in_many_ways, self->served));
}

static pid_t clone_silently(void)
{
	pid_t pid = syscall(SYS_clone, 0, 0, 0, 0, 0);

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		syscall(SYS_exit, 8);
	}
	return pid;
}

/* Beside a tracee: children that are none are waited for as ever. */
static int ask_for_children(const struct child_end *end, void *arg)
{
	struct scene *scene = arg;
	struct child child, tracee;
	siginfo_t info;
	pid_t silent;
	int status;

	begin(scene);
	tracee = child_spawn(pause_for_ever, NULL);
	seize_and_stop(tracee.pid);
	child = child_spawn(pause_for_ever, NULL);

	MUST(!kill(child.pid, SIGSTOP));
	MUST_BE(0, look_id(P_PID, child.pid, &info, WSTOPPED | WNOWAIT));
	MUST_BE(CLD_STOPPED, info.si_code);
	MUST_BE(SIGSTOP, info.si_status);
	MUST_BE(0, look(-1, &status, WNOHANG));
	MUST_BE(0, look(-1, &status, WNOHANG | WUNTRACED | __WCLONE));
	MUST_BE(child.pid, look(-1, &status, WUNTRACED));
	MUST_BE(STATUS_STOP(SIGSTOP), status);
	MUST_BE(0, look(-1, &status, WNOHANG | WUNTRACED));
	MUST(!kill(child.pid, SIGCONT));
	MUST_BE(child.pid, look(-1, &status, WCONTINUED));
	MUST_BE(0xffff, status);
	MUST_BE(0, look(-1, &status, WNOHANG | WCONTINUED | WUNTRACED));

	silent = clone_silently();
	MUST(WAIT_UNTIL(proc_state(silent) == 'Z'));
	MUST_BE(0, look(-1, &status, WNOHANG));
	MUST_BE(-ECHILD, look(silent, &status, WNOHANG));
	MUST_BE(silent, look(-1, &status, __WCLONE));
	MUST_BE(8 << 8, status);
	silent = clone_silently();
	MUST_BE(silent, look(-1, &status, __WALL));
	MUST_BE(8 << 8, status);

	MUST(!kill(child.pid, SIGKILL));
	MUST_BE(0, look_id(P_PID, child.pid, &info, WEXITED | WNOWAIT));
	MUST_BE(-ECHILD, look(child.pid, &status, __WCLONE));
	MUST_BE(child.pid, look(-1, &status, 0));
	MUST_BE(SIGKILL, status);
	play_out(tracee.pid);
	MUST_BE(-ECHILD, look(-1, &status, __WALL));
	return 0;
}

TEST_F(debugger, has_children_beside_its_tracees)
{
	EXPECT_EQ(0, outcome(ask_for_children, self->served));
}

/* Other threads' children, and the tracees that they are. */
static void *wait_with_wnothread(void *arg)
{
	struct scene *scene = arg;
	int status;

	MUST_BE(-ECHILD,
		look(scene->second, &status, WNOHANG | __WALL | __WNOTHREAD));
	MUST_BE(0, look(scene->second, &status, WNOHANG | __WALL));
	MUST_BE(scene->served ? scene->tracee : -ECHILD,
		look(scene->tracee, &status, WNOHANG | __WALL | __WNOTHREAD));
	return NULL;
}

static int have_children_of_threads(const struct child_end *end, void *arg)
{
	struct scene scene = *(struct scene *)arg;
	struct child child, tracee;
	pthread_t thread;

	begin(&scene);
	tracee = child_spawn(pause_for_ever, NULL);
	child = child_spawn(pause_for_ever, NULL);
	scene.tracee = tracee.pid;
	scene.second = child.pid;
	stop_and_leave_the_report(tracee.pid);
	MUST(!pthread_create(&thread, NULL, wait_with_wnothread, &scene));
	pthread_join(thread, NULL);
	if (!scene.served)
		MUST_BE(STATUS_INTERRUPT, status_of(tracee.pid));
	play_out(tracee.pid);
	return 0;
}

/* That the tracer is the thread group is all that differs. */
TEST_F(debugger, has_threads_that_wait_for_their_own_children)
{
	EXPECT_EQ(0, outcome(have_children_of_threads, self->served));
}

/* The report is gone with the attempt. */
static int wait_with_bad_pointers(const struct child_end *end, void *arg)
{
	void *bad = (void *)8;
	struct child child;
	int status, i;

	begin(arg);
	child = child_spawn(queue_numbers, (void *)3);
	for (i = 0; i < 3; i++) {
		siginfo_t info;

		MUST_BE(0, look_id(P_PID, child.pid, &info,
				   WEXITED | WSTOPPED | WNOWAIT));
		errno = 0;
		if (i == 0)
			MUST_BE(-EFAULT, look(child.pid, bad, 0));
		else if (i == 1)
			MUST(syscall(SYS_wait4, child.pid, &status, 0, bad) ==
				     -1 &&
			     errno == EFAULT);
		else
			MUST(syscall(SYS_waitid, P_PID, child.pid, bad,
				     WSTOPPED, NULL) == -1 &&
			     errno == EFAULT);
		MUST_BE(0, look(child.pid, &status, WNOHANG));
		MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
	}
	MUST_BE(-EFAULT, look(child.pid, bad, 0));
	MUST_BE(-ECHILD, look(child.pid, &status, 0));
	/* And requests with them. */
	child = child_spawn(stop_then_exit, (void *)5);
	MUST_BE(STATUS_STOP(SIGUSR1), status_of(child.pid));
	MUST_BE(-EFAULT, trace_with(PTRACE_GETSIGINFO, child.pid, 0, bad));
	MUST_BE(-EIO, trace_with(PTRACE_PEEKDATA, child.pid, 8, &status));
	MUST_BE(0, trace(PTRACE_CONT, child.pid, 0));
	MUST_BE(5 << 8, status_of(child.pid));
	return 0;
}

TEST_F(debugger, loses_a_report_to_a_bad_pointer)
{
	EXPECT_EQ(0, outcome(wait_with_bad_pointers, self->served));
}

TEST_HARNESS_MAIN
