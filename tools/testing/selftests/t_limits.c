// SPDX-License-Identifier: GPL-2.0
/*
 * How much tracing one may do: tracees by user and pid namespace, tracers by pid
 * namespace and user, and memory, which counts for the cgroup of who causes it.
 */
#include <linux/capability.h>
#include <sched.h>
#include <sys/stat.h>
#include "people.h"

#define MAX_TRACEES PARAMETERS "max_tracees"
#define MAX_TRACERS PARAMETERS "max_tracers"
#define LIMIT 3

FIXTURE(limits)
{
	struct machine machine;
	long tracees, tracers;
};

FIXTURE_SETUP(limits)
{
	ASSERT_TRUE(people_begin());
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_CLASSIC));
	self->tracees = setting_read(MAX_TRACEES);
	self->tracers = setting_read(MAX_TRACERS);
	ASSERT_LT(0, self->tracees);
	ASSERT_LT(0, self->tracers);
}

FIXTURE_TEARDOWN(limits)
{
	people_end();
	EXPECT_TRUE(setting_write(MAX_TRACEES, self->tracees));
	EXPECT_TRUE(setting_write(MAX_TRACERS, self->tracers));
	machine_end(&self->machine);
}

static struct person *user_in(struct person *parent, uid_t uid)
{
	return person_made(parent, 0, do_become, uid, uid);
}

static struct person *user(void)
{
	return user_in(NULL, USER);
}

/* ---- tracees of a user ----------------------------------------------------------- */

#define TARGETS (LIMIT + 2)

/* A user with as many tracees as may be, and more to be had. */
struct household {
	struct person *tracer;
	struct person *targets[TARGETS];
};

static void fill_household(struct __test_metadata *_metadata,
			   struct household *house, struct person *tracer)
{
	int i;

	house->tracer = tracer;
	ASSERT_NE(NULL, tracer);
	for (i = 0; i < TARGETS; i++) {
		house->targets[i] = user();
		ASSERT_NE(NULL, house->targets[i]);
	}
	ASSERT_TRUE(setting_write(MAX_TRACEES, LIMIT));
	for (i = 0; i < LIMIT; i++)
		ASSERT_EQ(0, ask(tracer, do_seize, house->targets[i]->pid));
}

/* Whether exactly one more is to be had; it is had for a moment. */
static bool has_room(const struct household *house)
{
	long first, second;

	first = ask(house->tracer, do_seize, house->targets[LIMIT]->pid);
	if (first)
		return false;
	second = ask(house->tracer, do_seize, house->targets[LIMIT + 1]->pid);
	return second == -EAGAIN;
}

TEST_F(limits, of_tracees_is_eagain)
{
	struct household house;
	struct person *child;

	fill_household(_metadata, &house, user());
	EXPECT_EQ(-EAGAIN,
		  ask(house.tracer, do_seize, house.targets[LIMIT]->pid));
	EXPECT_EQ(-EAGAIN,
		  ask(house.tracer, do_try_attach, house.targets[LIMIT]->pid));
	child = person_new(house.tracer, 0);
	EXPECT_EQ(-EAGAIN, ask(child, do_traceme));
	/* What is refused anyhow is refused as before. */
	EXPECT_EQ(-EPERM, ask(house.tracer, do_seize, house.targets[0]->pid));
	EXPECT_EQ(-EPERM, ask(house.tracer, do_seize, getpid()));
	EXPECT_EQ(LIMIT, setting_read(FACTS "tracees"));
	/* One that grows is felt at once, one that shrinks hurts nobody. */
	ASSERT_TRUE(setting_write(MAX_TRACEES, LIMIT + 1));
	EXPECT_TRUE(has_room(&house));
	ASSERT_TRUE(setting_write(MAX_TRACEES, 1));
	EXPECT_EQ(0, ask(house.tracer, do_request, PTRACE_INTERRUPT,
			 house.targets[0]->pid));
	EXPECT_EQ(STATUS_INTERRUPT,
		  ask(house.tracer, do_wait, house.targets[0]->pid));
}

TEST_F(limits, of_tracees_can_be_none)
{
	struct person *tracer = user(), *target = user();

	ASSERT_NE(NULL, target);
	ASSERT_TRUE(setting_write(MAX_TRACEES, 0));
	EXPECT_EQ(-EAGAIN, ask(tracer, do_seize, target->pid));
}

TEST_F(limits, of_tracees_has_room_after_a_detach)
{
	struct household house;
	pid_t pid;

	fill_household(_metadata, &house, user());
	pid = house.targets[0]->pid;
	ASSERT_EQ(0, ask(house.tracer, do_request, PTRACE_INTERRUPT, pid));
	ASSERT_EQ(STATUS_INTERRUPT, ask(house.tracer, do_wait, pid));
	ASSERT_EQ(0, ask(house.tracer, do_request, PTRACE_DETACH, pid));
	EXPECT_TRUE(WAIT_UNTIL(has_room(&house)));
}

/* The dead count until their end is taken. */
TEST_F(limits, of_tracees_has_room_after_an_end)
{
	struct household house;
	pid_t pid;

	fill_household(_metadata, &house, user());
	pid = house.targets[0]->pid;
	kill(pid, SIGKILL);
	EXPECT_EQ(SIGKILL, ask(house.tracer, do_wait, pid));
	EXPECT_TRUE(WAIT_UNTIL(has_room(&house)));
}

TEST_F(limits, of_tracees_has_room_after_the_tracer)
{
	struct household house;

	fill_household(_metadata, &house, user());
	ASSERT_EQ(0, ask(house.tracer, do_close));
	EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "tracees")));
	fill_household(_metadata, &house, house.tracer);
	person_end(house.tracer);
	EXPECT_TRUE(WAIT_UNTIL(!setting_read(FACTS "tracees")));
	fill_household(_metadata, &house, user());
}

TEST_F(limits, of_tracees_is_the_users_and_not_the_tracers)
{
	struct person *other = user_in(NULL, OTHER), *others_target;
	struct household house;
	struct person *second = user();

	others_target = user_in(NULL, OTHER);
	ASSERT_NE(NULL, others_target);
	fill_household(_metadata, &house, user());
	EXPECT_EQ(-EAGAIN, ask(second, do_seize, house.targets[LIMIT]->pid));
	EXPECT_EQ(0, ask(other, do_seize, others_target->pid));
	/* A second tracer's count, too. */
	ASSERT_TRUE(setting_write(MAX_TRACEES, LIMIT + 1));
	EXPECT_EQ(0, ask(second, do_seize, house.targets[LIMIT]->pid));
	EXPECT_EQ(-EAGAIN,
		  ask(house.tracer, do_seize, house.targets[LIMIT + 1]->pid));
	ASSERT_EQ(0, ask(second, do_let_go));
	EXPECT_TRUE(WAIT_UNTIL(
		!ask(house.tracer, do_seize, house.targets[LIMIT + 1]->pid)));
}

TEST_F(limits, of_tracees_is_none_for_the_admin)
{
	struct person *admin = person_new(NULL, 0), *rootless, *weak_root;
	struct household house;
	struct person *targets[LIMIT + 1];
	int i;

	fill_household(_metadata, &house, user());
	for (i = 0; i <= LIMIT; i++) {
		targets[i] = person_new(NULL, 0);
		EXPECT_EQ(0, ask(admin, do_seize, targets[i]->pid));
	}
	/* Root in a namespace of its own is the user that it is outside. */
	rootless = person_rootless(NULL, 0);
	targets[0] = person_new(rootless, 0);
	ASSERT_NE(NULL, targets[0]);
	EXPECT_EQ(-EAGAIN, ask(rootless, do_seize, targets[0]->pid));
	/* Without the capability root is a user, and the admin's don't count. */
	weak_root = person_new(NULL, 0);
	ASSERT_EQ(0, ask(weak_root, do_limit_capabilities, 1L << CAP_SYS_PTRACE,
			 1L << CAP_SYS_PTRACE));
	for (i = 0; i <= LIMIT; i++) {
		targets[i] = person_new(NULL, 0);
		EXPECT_EQ(i < LIMIT ? 0 : -EAGAIN,
			  ask(weak_root, do_seize, targets[i]->pid));
	}
}

/* ---- tracees of those who ask for it themselves -------------------------------------- */

/* A child that is its parent's tracer's, by no option of his; for the test to kill. */
static long do_clone_traced(long a, long b, long c)
{
	pid_t pid = syscall(SYS_clone, CLONE_PTRACE | SIGCHLD, 0L, 0L, 0L, 0L);

	while (!pid)
		pause();
	return pid < 0 ? -errno : pid;
}

TEST_F(limits, of_tracees_by_themselves_is_their_own)
{
	struct person *admin = person_new(NULL, 0), *child, *second;
	long pids[LIMIT] = {};
	int i;

	child = person_made(admin, 0, do_become, USER, USER);
	second = person_made(admin, 0, do_become, USER, USER);
	ASSERT_NE(NULL, second);
	ASSERT_EQ(0, ask(admin, do_open));
	ASSERT_TRUE(setting_write(MAX_TRACEES, LIMIT));
	ASSERT_EQ(0, ask(child, do_traceme));
	for (i = 0; i < LIMIT; i++) {
		pids[i] = ask(child, do_clone_traced);
		if (i < LIMIT - 1)
			EXPECT_LT(0, pids[i]);
	}
	EXPECT_EQ(-EAGAIN, pids[LIMIT - 1]);
	EXPECT_EQ(-EAGAIN, ask(second, do_traceme));
	EXPECT_EQ(LIMIT, setting_read(FACTS "tracees"));
	/* What the admin asks for is the admin's. */
	EXPECT_EQ(0, ask(admin, do_seize, second->pid));
	for (i = 0; i < LIMIT; i++) {
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
	}
	EXPECT_EQ(0, ask(admin, do_close));
}

/* ---- tracees in containers ------------------------------------------------------------- */

/* A tracer of USER's attaches to so many in its pid namespace: what the last gets. */
static long attach_in(struct person *home, int count)
{
	struct person *tracer = user_in(home, USER), *target;
	long ret = 0;

	while (count-- && !ret) {
		target = user_in(home, USER);
		ret = target ? ask(tracer, do_seize,
				   number_for(tracer, target)) :
			       -ECHILD;
	}
	return ret;
}

TEST_F(limits, of_tracees_is_a_users_in_a_container)
{
	struct person *one = person_new(NULL, CLONE_NEWPID);
	struct person *two = person_new(NULL, CLONE_NEWPID);
	struct person *nested = person_new(one, CLONE_NEWPID);

	ASSERT_NE(NULL, nested);
	ASSERT_TRUE(setting_write(MAX_TRACEES, LIMIT));
	EXPECT_EQ(0, attach_in(one, LIMIT - 1));
	/* What a container holds is all in it, in whatever namespace. */
	EXPECT_EQ(0, attach_in(nested, 1));
	EXPECT_EQ(-EAGAIN, attach_in(nested, 1));
	EXPECT_EQ(-EAGAIN, attach_in(one, 1));
	/* One that is full is nothing to another. */
	EXPECT_EQ(0, attach_in(two, LIMIT));
	EXPECT_EQ(-EAGAIN, attach_in(two, 1));
	EXPECT_EQ(0, attach_in(NULL, LIMIT));
	EXPECT_EQ(-EAGAIN, attach_in(NULL, 1));
}

/* A user can make as many namespaces as he likes. */
TEST_F(limits, of_tracees_is_eight_times_that_everywhere)
{
	struct person *home = NULL;
	int i;

	ASSERT_TRUE(setting_write(MAX_TRACEES, 1));
	for (i = 0; i < 8; i++) {
		home = person_new(NULL, CLONE_NEWPID);
		ASSERT_NE(NULL, home);
		EXPECT_EQ(0, attach_in(home, 1));
	}
	EXPECT_EQ(-EAGAIN, attach_in(person_new(NULL, CLONE_NEWPID), 1));
	person_end(home);
	EXPECT_TRUE(WAIT_UNTIL(!attach_in(person_new(NULL, CLONE_NEWPID), 1)));
}

/* ---- forks of tracees --------------------------------------------------------------- */

/* A child that is there until its parent ends. */
static long do_fork(long a, long b, long c)
{
	pid_t parent = getpid(), pid = fork();

	if (!pid) {
		/* One that is stopped first of all may be too late for it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	return pid < 0 ? -errno : pid;
}

/* A tracee that never stops for a signal. */
static long do_block(long signal, long b, long c)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	return sigprocmask(SIG_BLOCK, &set, NULL) ? -errno : 0;
}

/* The answer of a person that may stop on its way to it. */
static long hear_of_fork(struct person *tracer, struct person *tracee)
{
	long status = ask(tracer, do_wait, tracee->pid);

	if (status != STATUS_EVENT(PTRACE_EVENT_FORK, SIGTRAP))
		return -EPROTO;
	if (ask(tracer, do_request, PTRACE_CONT, tracee->pid))
		return -EPROTO;
	return person_hear(tracee);
}

TEST_F(limits, of_tracees_holds_for_their_children)
{
	struct person *tracer = person_new(NULL, 0), *tracee = user();
	long child = 0;
	int i;

	/* The user that counts is the tracer's, whoever forks. */
	ASSERT_EQ(0, ask(tracer, do_become_capable, OTHER, 1L << CAP_SYS_PTRACE,
			 1L << CAP_SYS_PTRACE));
	ASSERT_NE(NULL, tracee);
	ASSERT_EQ(0, ask(tracee, do_block, SIGCHLD));
	ASSERT_TRUE(setting_write(MAX_TRACEES, LIMIT));
	ASSERT_EQ(0, ask(tracer, do_seize, tracee->pid, PTRACE_O_TRACEFORK));
	for (i = 1; i < LIMIT; i++) {
		ASSERT_TRUE(person_tell(tracee, do_fork, 0, 0));
		child = hear_of_fork(tracer, tracee);
		ASSERT_LT(0, child);
		EXPECT_EQ(STATUS_INTERRUPT, ask(tracer, do_wait, child));
	}
	/* No stop, no child, and again. */
	EXPECT_EQ(-EAGAIN, ask(tracee, do_fork));
	EXPECT_EQ(-EAGAIN, ask(tracee, do_fork));
	EXPECT_EQ(LIMIT, setting_read(FACTS "tracees"));
	/* One of them ends: there is room for another. */
	kill(child, SIGKILL);
	EXPECT_EQ(SIGKILL, ask(tracer, do_wait, child));
	ASSERT_EQ(SIGKILL, ask(tracee, do_reap, child));
	ASSERT_TRUE(person_tell(tracee, do_fork, 0, 0));
	ASSERT_LT(0, hear_of_fork(tracer, tracee));
	EXPECT_EQ(-EAGAIN, ask(tracee, do_fork));
}

/* Children that aren't followed are nobody's tracees. */
TEST_F(limits, of_tracees_is_nothing_to_children_that_arent_followed)
{
	struct household house;

	fill_household(_metadata, &house, user());
	EXPECT_LT(0, ask(house.targets[0], do_fork));
	EXPECT_LT(0, ask(house.targets[0], do_fork));
	EXPECT_EQ(LIMIT, setting_read(FACTS "tracees"));
}

/* ---- tracers of a pid namespace ------------------------------------------------------ */

static long do_open_another(long a, long b, long c)
{
	int fd = spt_open();

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

TEST_F(limits, of_tracers_is_enospc)
{
	struct person *root = person_new(NULL, CLONE_NEWPID);
	struct person *users[LIMIT + 1], *elsewhere = user();
	struct person *inner, *child;
	int i;

	/* Two users, since one may have but half of them. */
	for (i = 0; i <= LIMIT; i++)
		users[i] = user_in(root, i % 2 ? OTHER : USER);
	ASSERT_NE(NULL, users[LIMIT]);
	ASSERT_TRUE(setting_write(MAX_TRACERS, LIMIT));
	for (i = 0; i < LIMIT; i++)
		EXPECT_EQ(0, ask(users[i], do_open));
	EXPECT_EQ(-ENOSPC, ask(users[LIMIT], do_open));
	/* Whoever is one has as many handles as it likes. */
	EXPECT_EQ(0, ask(users[0], do_open_another));
	/* Another namespace, in there and out here, has its own. */
	inner = person_new(users[LIMIT], CLONE_NEWUSER | CLONE_NEWPID);
	ASSERT_NE(NULL, inner);
	EXPECT_EQ(0, ask(inner, do_open));
	EXPECT_EQ(0, ask(elsewhere, do_open));
	/* By TRACEME nobody becomes a tracer either. */
	child = person_new(users[LIMIT], 0);
	ASSERT_EQ(0, ask(users[0], do_close));
	ASSERT_TRUE(WAIT_UNTIL(!ask(child, do_open)));
	EXPECT_EQ(-ENOSPC, ask(child, do_traceme));
	EXPECT_EQ(0, setting_read(FACTS "tracees"));
	/* The machine's admin exceeds them. */
	EXPECT_EQ(0, ask(root, do_open));
	/* And one that ends makes room. */
	EXPECT_EQ(-ENOSPC, ask(users[LIMIT], do_open));
	ASSERT_EQ(0, ask(root, do_close));
	person_end(users[1]);
	EXPECT_TRUE(WAIT_UNTIL(!ask(users[LIMIT], do_open)));
}

TEST_F(limits, of_tracers_leaves_half_of_them_to_others)
{
	struct person *root = person_new(NULL, CLONE_NEWPID);
	struct person *users[3], *others[3];
	int i;

	for (i = 0; i < 3; i++) {
		users[i] = user_in(root, USER);
		others[i] = user_in(root, OTHER);
	}
	ASSERT_NE(NULL, others[2]);
	ASSERT_TRUE(setting_write(MAX_TRACERS, 4));
	EXPECT_EQ(0, ask(users[0], do_open));
	EXPECT_EQ(0, ask(users[1], do_open));
	EXPECT_EQ(-ENOSPC, ask(users[2], do_open));
	EXPECT_EQ(0, ask(others[0], do_open));
	EXPECT_EQ(0, ask(others[1], do_open));
	EXPECT_EQ(-ENOSPC, ask(others[2], do_open));
	/* Of an odd number, the greater half. */
	ASSERT_EQ(0, ask(others[0], do_close));
	ASSERT_TRUE(setting_write(MAX_TRACERS, 5));
	EXPECT_TRUE(WAIT_UNTIL(!ask(users[2], do_open)));
}

/* ---- memory ------------------------------------------------------------------------------ */

#define CGROUPS "/sys/fs/cgroup"
#define GROUP_OF(who) CGROUPS "/spt-" who

/*
 * Kernel memory of a cgroup in slab objects, when it is known: the kernel adds
 * up small changes every two seconds (mm/memcontrol.c, FLUSH_TIME) at most.
 */
#define FLUSH_SECONDS 3

static long slab_of(const char *group)
{
	char path[128], text[8192], *found;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%s/memory.stat", group);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length <= 0)
		return -1;
	text[length] = 0;
	found = strstr(text, "\nslab_unreclaimable ");
	return found ? atol(found + strlen("\nslab_unreclaimable ")) : -1;
}

static bool make_group(const char *path)
{
	int fd = open(CGROUPS "/cgroup.subtree_control", O_WRONLY | O_CLOEXEC);
	bool enabled = fd >= 0 && write(fd, "+memory", 7) == 7;

	close(fd);
	return enabled && (!mkdir(path, 0755) || errno == EEXIST);
}

static bool move_to(const char *group, const struct person *person)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	return setting_write(path, person->pid);
}

FIXTURE(memory)
{
	struct machine machine;
	struct person *tracer, *tracee;
};

FIXTURE_SETUP(memory)
{
	ASSERT_TRUE(people_begin());
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_CLASSIC));
	if (!make_group(GROUP_OF("tracer")) || !make_group(GROUP_OF("tracee")))
		SKIP(return, "no memory cgroups");
	self->tracer = person_new(NULL, 0);
	self->tracee = person_new(NULL, 0);
	ASSERT_NE(NULL, self->tracee);
	ASSERT_TRUE(move_to(GROUP_OF("tracer"), self->tracer));
	ASSERT_TRUE(move_to(GROUP_OF("tracee"), self->tracee));
	ASSERT_LE(0, slab_of(GROUP_OF("tracer")));
}

FIXTURE_TEARDOWN(memory)
{
	people_end();
	WAIT_UNTIL(!rmdir(GROUP_OF("tracer")) || errno == ENOENT);
	WAIT_UNTIL(!rmdir(GROUP_OF("tracee")) || errno == ENOENT);
	machine_end(&self->machine);
}

/* Enough to tell from what else is made meanwhile: what a tracee takes is more. */
#define MANY 200
#define LEAST 256

/* Families of which none asks for anything but to be there. */
static long do_fork_many(long count, long b, long c)
{
	long i, pid;

	for (i = 0; i < count; i++) {
		pid = do_fork(0, 0, 0);
		if (pid < 0)
			return pid;
	}
	return 0;
}

/* Numbers of a new family follow each other. */
static long do_seize_from(long first, long last, long c)
{
	long pid, seized = 0;

	for (pid = first; pid <= last; pid++)
		seized += !do_seize(pid, 0, 0);
	return seized;
}

/*
 * What a group's slabs have grown by, once it is told: an idle machine puts off
 * the flush of its statistics for as long as it sleeps.
 */
static long growth_of(const char *group, long before, long least)
{
	int seconds;

	for (seconds = 0; seconds < 40; seconds++) {
		if (slab_of(group) - before > least)
			break;
		sleep(1);
	}
	return slab_of(group) - before;
}

TEST_F(memory, for_tracees_is_the_tracers)
{
	long first, of_tracer, of_tracee, seized;

	/* The first takes what all share. */
	ASSERT_EQ(0, ask(self->tracer, do_try_seize, self->tracee->pid));
	first = ask(self->tracee, do_fork);
	ASSERT_LT(0, first);
	ASSERT_EQ(0, ask(self->tracee, do_fork_many, MANY));
	sleep(FLUSH_SECONDS);
	of_tracer = slab_of(GROUP_OF("tracer"));
	of_tracee = slab_of(GROUP_OF("tracee"));
	seized = ask(self->tracer, do_seize_from, first + 1, first + MANY + 20);
	EXPECT_LE(MANY, seized);
	sleep(FLUSH_SECONDS);
	of_tracer = growth_of(GROUP_OF("tracer"), of_tracer, MANY * LEAST);
	of_tracee = slab_of(GROUP_OF("tracee")) - of_tracee;
	TH_LOG("tracer's: %ld, tracees': %ld", of_tracer, of_tracee);
	EXPECT_LT(MANY * LEAST, of_tracer);
	EXPECT_GT(MANY * LEAST / 4, of_tracee);
}

/* Let a family go on until so many were born, each of whom stops. */
static long do_follow(long births, long b, long c)
{
	struct spt_event event = {};
	long reports, ret;

	for (reports = 0; reports < 2 * births; reports++) {
		ret = spt_wait(own_handle(), P_ALL, 0, WSTOPPED, &event);
		if (!ret && !WIFSTOPPED(event.status))
			ret = -EPROTO;
		if (!ret)
			ret = do_request(PTRACE_CONT, event.tid, 0);
		if (ret)
			return ret;
	}
	return 0;
}

TEST_F(memory, for_tracees_that_tracees_make_is_the_tracers)
{
	long of_tracer, untraced, traced;

	ASSERT_EQ(0, ask(self->tracer, do_try_seize, self->tracee->pid));
	/* What forks themselves take, of the one who forks. */
	sleep(FLUSH_SECONDS);
	untraced = slab_of(GROUP_OF("tracee"));
	ASSERT_EQ(0, ask(self->tracee, do_fork_many, MANY));
	sleep(FLUSH_SECONDS);
	untraced = slab_of(GROUP_OF("tracee")) - untraced;

	of_tracer = slab_of(GROUP_OF("tracer"));
	traced = slab_of(GROUP_OF("tracee"));
	ASSERT_EQ(0, ask(self->tracer, do_seize, self->tracee->pid,
			 PTRACE_O_TRACEFORK));
	ASSERT_TRUE(person_tell(self->tracee, do_fork_many, MANY, 0));
	ASSERT_EQ(0, ask(self->tracer, do_follow, MANY));
	ASSERT_EQ(0, person_hear(self->tracee));
	sleep(FLUSH_SECONDS);
	of_tracer = growth_of(GROUP_OF("tracer"), of_tracer, MANY * LEAST);
	traced = slab_of(GROUP_OF("tracee")) - traced;
	TH_LOG("tracer's: %ld, tracees': %ld, untraced: %ld", of_tracer, traced,
	       untraced);
	EXPECT_LT(MANY * LEAST, of_tracer);
	EXPECT_GT(untraced + of_tracer / 2, traced);
}

TEST_HARNESS_MAIN
