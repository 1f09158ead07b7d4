// SPDX-License-Identifier: GPL-2.0
/* SPT_IOC_STATUS: what the list says, how it grows, and who sees whom. */
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "slow.h"

FIXTURE_OF_THE_SHADOW(list);

static int wait_then_exit(const struct child_end *end, void *arg)
{
	child_await(end);
	return 0;
}

static struct child seized_child(struct __test_metadata *_metadata, int fd)
{
	struct child child = child_spawn(wait_then_exit, NULL);

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, spt_ptrace(fd, PTRACE_SEIZE, child.pid, 0, 0));
	return child;
}

TEST_F(list, without_room_the_total_is_told)
{
	struct child first = seized_child(_metadata, self->fd);
	struct child second = seized_child(_metadata, self->fd);
	unsigned int total = 0;

	/* No room and no place. */
	ASSERT_EQ(0, spt_list(self->fd, NULL, 0, &total));
	EXPECT_EQ(2, total);
	child_end(&first);
	child_end(&second);
}

TEST_F(list, with_too_little_room_the_first_are_stored)
{
	struct child children[3];
	struct spt_status entries[3], untouched;
	unsigned int total = 0;
	int i;

	for (i = 0; i < 3; i++)
		children[i] = seized_child(_metadata, self->fd);
	memset(entries, 0xee, sizeof(entries));
	memset(&untouched, 0xee, sizeof(untouched));
	ASSERT_EQ(0, spt_list(self->fd, entries, 2, &total));
	EXPECT_EQ(3, total);
	EXPECT_EQ(getpid(), entries[0].tracer);
	EXPECT_EQ(getpid(), entries[1].tracer);
	EXPECT_EQ(0, memcmp(&entries[2], &untouched, sizeof(untouched)));
	for (i = 0; i < 3; i++)
		child_end(&children[i]);
}

TEST_F(list, without_tracees_is_empty)
{
	struct spt_status entry;
	unsigned int total = 1;

	ASSERT_EQ(0, spt_list(self->fd, &entry, 1, &total));
	EXPECT_EQ(0, total);
}

TEST_F(list, larger_entries_are_spaced_and_their_tails_cleared)
{
	struct child children[2];
	unsigned char bytes[3][64];
	struct spt_list list = {
		.entries = spt_ptr(bytes),
		.capacity = 3,
		.entry_size = 64,
	};
	unsigned int i, j;
	int first, second;

	for (i = 0; i < 2; i++)
		children[i] = seized_child(_metadata, self->fd);
	memset(bytes, 0xee, sizeof(bytes));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_STATUS, &list));
	EXPECT_EQ(2, list.total);
	first = *(int *)bytes[0];
	second = *(int *)bytes[1];
	EXPECT_TRUE((first == children[0].pid && second == children[1].pid) ||
		    (first == children[1].pid && second == children[0].pid));
	for (i = 0; i < 2; i++)
		for (j = sizeof(struct spt_status); j < 64; j++)
			EXPECT_EQ(0, bytes[i][j]);
	EXPECT_EQ(0xee, bytes[2][0]);
	for (i = 0; i < 2; i++)
		child_end(&children[i]);
}

TEST_F(list, an_entry_says_who_and_whose)
{
	struct child child = seized_child(_metadata, self->fd);
	struct spt_status status = {};
	struct stat ns;
	char path[64];

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, child.pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SETOPTIONS, child.pid, 0,
				PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", child.pid);
	ASSERT_EQ(0, stat(path, &ns));
	ASSERT_TRUE(spt_find(self->fd, child.pid, &status));
	EXPECT_EQ(child.pid, status.tgid);
	EXPECT_EQ(getpid(), status.tracer);
	EXPECT_EQ(SPT_STATE_PTRACE_EVENT_STOPPED, status.state);
	EXPECT_EQ(SPT_TRACEE_SEIZED, status.flags);
	EXPECT_EQ(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL, status.options);
	EXPECT_EQ(ns.st_ino, status.pid_ns);
	child_end(&child);
}

static unsigned int state_of(int fd, pid_t tid)
{
	struct spt_status status = { .state = 99 };

	return spt_find(fd, tid, &status) ? status.state : 99;
}

TEST_F(list, the_state_is_the_one_it_is_in)
{
	struct child child = seized_child(_metadata, self->fd);

	EXPECT_EQ(SPT_STATE_AWAKE, state_of(self->fd, child.pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_LT(0, tr_wait_status(&self->tracer, child.pid));
	EXPECT_EQ(SPT_STATE_PTRACE_EVENT_STOPPED,
		  state_of(self->fd, child.pid));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SYSCALL, child.pid, 0, 0));
	ASSERT_LT(0, tr_wait_status(&self->tracer, child.pid));
	EXPECT_EQ(SPT_STATE_SYSCALL_ENTER_STOPPED,
		  state_of(self->fd, child.pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SYSCALL, child.pid, 0, 0));
	ASSERT_LT(0, tr_wait_status(&self->tracer, child.pid));
	EXPECT_EQ(SPT_STATE_SYSCALL_EXIT_STOPPED,
		  state_of(self->fd, child.pid));
	child_end(&child);
}

TEST_F(list, attachs_stop_is_a_signal_delivery_stop)
{
	struct child child = child_spawn(wait_then_exit, NULL);
	struct spt_status status = {};

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_ATTACH, child.pid, 0, 0));
	ASSERT_EQ(STATUS_STOP(SIGSTOP),
		  tr_wait_status(&self->tracer, child.pid));
	ASSERT_TRUE(spt_find(self->fd, child.pid, &status));
	EXPECT_EQ(SPT_STATE_SIGNAL_DELIVERY_STOPPED, status.state);
	EXPECT_EQ(0, status.flags);
	child_end(&child);
}

TEST_F(list, a_pending_report_shows_until_it_is_taken)
{
	struct child child = seized_child(_metadata, self->fd);
	struct spt_status status = {};
	struct spt_event event;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOWAIT, &event));
	ASSERT_TRUE(spt_find(self->fd, child.pid, &status));
	EXPECT_EQ(SPT_TRACEE_SEIZED | SPT_TRACEE_REPORT, status.flags);
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED, &event));
	ASSERT_TRUE(spt_find(self->fd, child.pid, &status));
	EXPECT_EQ(SPT_TRACEE_SEIZED, status.flags);
	child_end(&child);
}

TEST_F(list, the_dead_are_listed_until_their_end_is_taken)
{
	struct child child = seized_child(_metadata, self->fd);
	struct spt_status status = {};
	struct spt_event event;

	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED | WNOWAIT, &event));
	EXPECT_TRUE(spt_find(self->fd, child.pid, &status));
	EXPECT_EQ(SPT_TRACEE_SEIZED | SPT_TRACEE_REPORT | SPT_TRACEE_EXITED,
		  status.flags);
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED, &event));
	EXPECT_FALSE(spt_find(self->fd, child.pid, &status));
	child_end(&child);
}

/* ---- who sees whom ---------------------------------------------------------- */

/* ---- somebody who is slow to take the list ------------------------------------------ */

/* Its fault is never answered. */
static int list_slowly(const struct child_end *end, void *arg)
{
	struct spt_status *page = mmap(NULL, SLOW_PAGE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int total;
	int fd = spt_open();

	if (page == MAP_FAILED || fd < 0 || make_slow(page) < 0)
		return 1;
	child_await(end);
	spt_list(fd, page, SLOW_PAGE / sizeof(*page), &total);
	return 2;
}

/* Freed ones that lie about for a CPU's next use count, unless they are swept. */
static long nr_tasks(void)
{
	int sweep = open("/sys/kernel/slab/task_struct/shrink",
			 O_WRONLY | O_CLOEXEC);
	bool swept = write(sweep, "1", 1) == 1;
	FILE *file = swept ? fopen("/proc/slabinfo", "re") : NULL;
	char line[256];
	long count = -1;

	while (file && count < 0 && fgets(line, sizeof(line), file))
		sscanf(line, "task_struct %ld", &count);
	if (file)
		fclose(file);
	close(sweep);
	return count;
}

/* KASAN keeps what was freed for a while. */
static bool frees_late(void)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[512];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, " kasan_quarantine_put") != NULL;
	if (file)
		fclose(file);
	return found;
}

#define MANY 300

TEST_F(list, nobody_is_kept_by_a_slow_reader)
{
	struct child slow, *children = calloc(MANY, sizeof(*children));
	struct spt_event event;
	long before;
	int i;

	if (nr_tasks() < 0 || frees_late())
		SKIP(return,
			   "this kernel doesn't tell how many tasks there are");
	slow = child_spawn(list_slowly, NULL);
	ASSERT_TRUE(child_waits(&slow));
	before = nr_tasks();
	for (i = 0; i < MANY; i++)
		children[i] = seized_child(_metadata, self->fd);
	ASSERT_TRUE(child_go(&slow));
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(slow.pid, SYS_ioctl)));
	for (i = 0; i < MANY; i++) {
		child_end(&children[i]);
		EXPECT_EQ(0, spt_wait(self->fd, P_ALL, 0, WEXITED, &event));
	}
	/* Whoever else comes and goes meanwhile, it isn't as many. */
	EXPECT_TRUE(WAIT_UNTIL(nr_tasks() < before + MANY / 2))
	{
		TH_LOG("%ld tasks before, %ld now", before, nr_tasks());
	}
	EXPECT_EQ(SYS_ioctl, proc_syscall(slow.pid));
	child_end(&slow);
	free(children);
}

FIXTURE_OF_THE_SHADOW(seen);

TEST_F(seen, anothers_tracees_by_root)
{
	struct child child = seized_child(_metadata, self->fd);
	pid_t tracer = getpid(), pid;
	int status;

	pid = fork();
	if (!pid) {
		struct spt_status found;
		int fd = spt_open();

		if (!spt_find(fd, child.pid, &found))
			_exit(1);
		_exit(found.tracer != tracer);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	child_end(&child);
}

TEST_F(seen, not_roots_tracees_by_another_user)
{
	struct child child = seized_child(_metadata, self->fd);
	int status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		unsigned int total = 99;
		struct child own;
		int fd = spt_open();

		if (fd < 0)
			_exit(1);
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(2);
		if (spt_list(fd, NULL, 0, &total) || total != 0)
			_exit(3);
		/* But one's own. */
		prctl(PR_SET_DUMPABLE, 1);
		own = child_spawn(wait_then_exit, NULL);
		if (spt_ptrace(fd, PTRACE_SEIZE, own.pid, 0, 0))
			_exit(4);
		if (!spt_is_listed(fd, own.pid))
			_exit(5);
		if (spt_list(fd, NULL, 0, &total) || total != 1)
			_exit(6);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	child_end(&child);
}

/* Written at once, since two write to one pipe. */
struct told {
	char what;
	pid_t pid;
};

static int live_in_a_namespace(const struct child_end *end, void *arg)
{
	struct told told = {};
	pid_t inner;

	if (unshare(CLONE_NEWPID))
		return 100;
	inner = fork();
	if (!inner) {
		unsigned int total = 99;
		struct spt_status found = {};
		int fd = spt_open();

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (fd < 0)
			_exit(1);
		/* Nobody of the outer namespace has a number here. */
		if (spt_list(fd, NULL, 0, &total) || total != 0)
			_exit(2);
		told.what = 'l';
		if (write(end->say, &told, sizeof(told)) != sizeof(told))
			_exit(5);
		child_await(end);
		/* Pid 1 here is traced from outside, where no number here leads. */
		if (!spt_find(fd, 1, &found) || found.tgid != 1 ||
		    found.tracer != 0)
			_exit(3);
		if (spt_list(fd, NULL, 0, &total) || total != 1)
			_exit(4);
		_exit(0);
	}
	told.what = 'p';
	told.pid = inner;
	if (write(end->say, &told, sizeof(told)) != sizeof(told))
		return 101;
	return waitpid(inner, &inner, 0) < 0 ? 102 : WEXITSTATUS(inner);
}

/* They tell of everybody's namespaces. */
TEST_F(seen, the_counts_of_the_machine_by_root_alone)
{
	static const char *const names[] = { "tracees", "declarations" };
	struct stat facts;
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		char path[64];

		snprintf(path, sizeof(path), "/sys/class/misc/sptrace/%s",
			 names[i]);
		ASSERT_EQ(0, stat(path, &facts));
		EXPECT_EQ(0400, facts.st_mode & 07777);
	}
}

TEST_F(seen, from_inside_a_pid_namespace_only_what_is_inside)
{
	struct child outside = seized_child(_metadata, self->fd);
	struct child child = child_spawn(live_in_a_namespace, NULL);
	struct told told;
	bool listed = false;
	pid_t inner = 0;

	while (!listed || !inner) {
		if (read(child.said, &told, sizeof(told)) != sizeof(told)) {
			int status = child_status(&child);

			if (WIFEXITED(status) && WEXITSTATUS(status) == 100)
				SKIP(return, "no pid namespaces");
			ASSERT_EQ(0, status);
		}
		if (told.what == 'l')
			listed = true;
		else
			inner = told.pid;
	}
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(inner, SYS_read)));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, inner, 0, 0));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(0, child_status(&child));
	child_end(&child);
	child_end(&outside);
}

TEST_HARNESS_MAIN
