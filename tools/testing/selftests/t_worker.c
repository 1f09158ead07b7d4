// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel runs for a process is no thread of it to a tracer. (Natively
 * an attach to one succeeds, and what comes of it is never a stop.)
 */
#include <dirent.h>
#include <linux/io_uring.h>

#include "spt.h"

FIXTURE_OF_THE_SHADOW(worker);

/* An io_uring whose queue a thread of the kernel's polls. */
static int make_worker(const struct child_end *end, void *arg)
{
	struct io_uring_params params = { .flags = IORING_SETUP_SQPOLL };

	child_await(end);
	if (syscall(SYS_io_uring_setup, 4, &params) < 0)
		return 100;
	child_say(end, 'r');
	child_await(end);
	return 3;
}

/* The thread that isn't the leader, 0 when there is none. */
static pid_t other_thread(pid_t pid)
{
	struct dirent *entry;
	char path[64];
	pid_t tid = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while ((entry = readdir(dir)))
		if (atoi(entry->d_name) > 0 && atoi(entry->d_name) != pid)
			tid = atoi(entry->d_name);
	closedir(dir);
	return tid;
}

TEST_F(worker, of_io_uring_is_never_a_tracee)
{
	struct child child = child_spawn(make_worker, NULL);
	struct spt_event event;
	pid_t tid;

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0,
			       PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
				       PTRACE_O_TRACEVFORK));
	ASSERT_TRUE(child_go(&child));
	if (child_heard(&child) != 'r') {
		tr_wait(&self->tracer, child.pid, &event);
		child_end(&child);
		SKIP(return, "no io_uring");
	}
	tid = other_thread(child.pid);
	ASSERT_LT(0, tid);
	/* Not followed, though made by clone, and not to be attached to. */
	EXPECT_FALSE(spt_is_listed(self->fd, tid));
	EXPECT_EQ(-EPERM, tr_ptrace(&self->tracer, PTRACE_SEIZE, tid, 0, 0));
	EXPECT_EQ(-EPERM, tr_ptrace(&self->tracer, PTRACE_ATTACH, tid, 0, 0));
	/* The first report is that of the end. */
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(3 << 8, event.status);
	child_end(&child);
}

TEST_HARNESS_MAIN
