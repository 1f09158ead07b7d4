// SPDX-License-Identifier: GPL-2.0
/* Tracing tasks of a frozen cgroup, as who checkpoints a container does. */
#include <sys/stat.h>

#include "spt.h"

#define GROUP "/sys/fs/cgroup/t_freezer"

static bool group_write(const char *name, const char *text)
{
	char path[64];
	bool done;
	int fd;

	snprintf(path, sizeof(path), GROUP "/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) > 0;
	close(fd);
	return done;
}

static bool group_is_frozen(void)
{
	char text[256] = "";
	int fd = open(GROUP "/cgroup.events", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return strstr(text, "frozen 1");
}

static bool freeze(bool on)
{
	return group_write("cgroup.freeze", on ? "1" : "0") &&
	       WAIT_UNTIL(group_is_frozen() == on);
}

/* A child in the group, asleep. */
static struct child group_child(child_main run)
{
	struct child child = child_spawn(run, NULL);
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", child.pid);
	if (!child_waits(&child) || !group_write("cgroup.procs", pid))
		child_end(&child);
	return child;
}

static int await_and_exit(const struct child_end *end, void *arg)
{
	return child_await(end) == 'g' ? 7 : 1;
}

FIXTURE(frozen)
{
	struct tracer tracer;
	struct child child;
};

FIXTURE_VARIANT(frozen)
{
	bool shadow;
};

FIXTURE_VARIANT_ADD(frozen, native){
	.shadow = false,
};

FIXTURE_VARIANT_ADD(frozen, shadow){
	.shadow = true,
};

FIXTURE_SETUP(frozen)
{
	ASSERT_EQ(0, tracer_open(&self->tracer, variant->shadow));
	if (mkdir(GROUP, 0700) && errno != EEXIST)
		SKIP(return, "no cgroup2 at /sys/fs/cgroup");
	if (!freeze(false))
		SKIP(return, "no cgroup.freeze");
	self->child = group_child(await_and_exit);
	ASSERT_LT(0, self->child.pid);
}

FIXTURE_TEARDOWN(frozen)
{
	tracer_close(&self->tracer);
	freeze(false);
	child_end(&self->child);
	rmdir(GROUP);
}

#define expect_end(self)                                         \
	do {                                                     \
		EXPECT_TRUE(freeze(false));                      \
		EXPECT_TRUE(child_go(&(self)->child));           \
		EXPECT_EQ(7 << 8, child_status(&(self)->child)); \
		(self)->child.pid = -1;                          \
	} while (0)

/* Seized and interrupted while frozen, it stops; let go, it is frozen still. */
TEST_F(frozen, interrupt)
{
	struct user_regs_struct regs;
	pid_t pid = self->child.pid;

	ASSERT_TRUE(freeze(true));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, pid, 0));
	EXPECT_EQ(0,
		  tr_ptrace_at(&self->tracer, PTRACE_GETREGS, pid, 0, &regs));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, pid, 0, 0));
	EXPECT_TRUE(WAIT_UNTIL(group_is_frozen()));
	expect_end(self);
}

/* Twice, with a resume between that doesn't lead out of the freezer. */
TEST_F(frozen, interrupt_again)
{
	pid_t pid = self->child.pid;

	ASSERT_TRUE(freeze(true));
	ASSERT_EQ(0, tr_seize_stop(&self->tracer, pid, 0));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, pid, 0, 0));
	EXPECT_TRUE(WAIT_UNTIL(proc_state(pid) == 'S'));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_INTERRUPT, pid, 0, 0));
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, pid));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, pid, 0, 0));
	expect_end(self);
}

/* Stopped by job control before: the attach itself waits for its trap. */
TEST_F(frozen, attach_stopped)
{
	pid_t pid = self->child.pid;

	ASSERT_EQ(0, kill(pid, SIGSTOP));
	ASSERT_TRUE(WAIT_UNTIL(proc_state(pid) == 'T'));
	ASSERT_TRUE(freeze(true));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, pid, 0, 0));
	EXPECT_EQ(STATUS_EVENT(PTRACE_EVENT_STOP, SIGSTOP),
		  tr_wait_status(&self->tracer, pid));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, pid, 0, 0));
	EXPECT_EQ(0, kill(pid, SIGCONT));
	expect_end(self);
}

/* A signal that came before waits for the thaw. */
TEST_F(frozen, attach)
{
	struct spt_event event;
	pid_t pid = self->child.pid;

	ASSERT_TRUE(freeze(true));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_ATTACH, pid, 0, 0));
	EXPECT_TRUE(WAIT_UNTIL(group_is_frozen()));
	EXPECT_TRUE(freeze(false));
	ASSERT_EQ(0, tr_wait(&self->tracer, pid, &event));
	EXPECT_EQ(STATUS_STOP(SIGSTOP), event.status);
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_DETACH, pid, 0, 0));
	expect_end(self);
}

TEST_HARNESS_MAIN
