// SPDX-License-Identifier: GPL-2.0
/* What the kernel says of a process. */
#include <linux/nsfs.h>
#include <sys/stat.h>
#include "matrix.h"

struct user_ns user_nses[NAMESPACES_MAX];
struct pid_ns pid_nses[NAMESPACES_MAX];

static int user_ns_count, pid_ns_count;

#define FACTS_MAX 1024
static struct facts all[FACTS_MAX];
static int count;

/* ---- namespaces ------------------------------------------------------------ */

static ino_t inode_of(int fd)
{
	struct stat stat;

	return fstat(fd, &stat) ? 0 : stat.st_ino;
}

/* Closes what it is given; the parents come before their children. */
static int user_ns_known(int fd)
{
	ino_t inode = inode_of(fd);
	uid_t owner = 0;
	int i, parent;

	for (i = 0; i < user_ns_count; i++) {
		if (user_nses[i].inode == inode) {
			close(fd);
			return i;
		}
	}
	parent = ioctl(fd, NS_GET_PARENT);
	if (user_ns_count)
		ioctl(fd, NS_GET_OWNER_UID, &owner);
	close(fd);
	if (parent >= 0)
		parent = user_ns_known(parent);
	if (user_ns_count == NAMESPACES_MAX)
		return INITIAL_NS;
	user_nses[user_ns_count] = (struct user_ns){
		.inode = inode,
		.parent = parent,
		.level = parent < 0 ? 0 : user_nses[parent].level + 1,
		.owner = owner,
	};
	return user_ns_count++;
}

static int pid_ns_known(int fd)
{
	ino_t inode = inode_of(fd);
	int i, parent;

	for (i = 0; i < pid_ns_count; i++) {
		if (pid_nses[i].inode == inode) {
			close(fd);
			return i;
		}
	}
	parent = ioctl(fd, NS_GET_PARENT);
	close(fd);
	if (parent >= 0)
		parent = pid_ns_known(parent);
	if (pid_ns_count == NAMESPACES_MAX)
		return INITIAL_NS;
	pid_nses[pid_ns_count] = (struct pid_ns){
		.inode = inode,
		.parent = parent,
		.scope = -1,
	};
	return pid_ns_count++;
}

static int open_ns(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

void facts_begin(void)
{
	count = 0;
	user_ns_count = 0;
	pid_ns_count = 0;
	/* The test's, which are the first of each. */
	user_ns_known(open_ns(getpid(), "user"));
	pid_ns_known(open_ns(getpid(), "pid"));
}

/* ---- processes ---------------------------------------------------------------- */

static const char *field(const char *text, const char *name)
{
	const char *found = strstr(text, name);

	return found ? found + strlen(name) : "";
}

static void read_numbers(const char *text, pid_t *numbers)
{
	int i, length;

	for (i = 0; i < LEVELS_MAX; i++) {
		if (sscanf(text, "%d%n", &numbers[i], &length) != 1)
			break;
		text += length;
	}
}

struct facts *facts_find(pid_t pid)
{
	int i;

	for (i = 0; i < count; i++) {
		if (all[i].pid == pid)
			return &all[i];
	}
	return NULL;
}

struct facts *facts_read(pid_t pid)
{
	struct facts *facts = facts_find(pid) ?: &all[count];
	char text[4096];
	int fd;

	if (count == FACTS_MAX || proc_read(pid, "status", text, sizeof(text)))
		return NULL;
	memset(facts, 0, sizeof(*facts));
	facts->pid = pid;
	facts->exiting = *field(text, "\nState:\t") == 'Z';
	facts->dumpable = true;
	sscanf(field(text, "\nPPid:"), "%d", &facts->parent_pid);
	sscanf(field(text, "\nUid:"), "%u%u%u", &facts->uid, &facts->euid,
	       &facts->suid);
	sscanf(field(text, "\nGid:"), "%u%u%u", &facts->gid, &facts->egid,
	       &facts->sgid);
	sscanf(field(text, "\nCapPrm:"), "%llx", &facts->permitted);
	sscanf(field(text, "\nCapEff:"), "%llx", &facts->effective);
	read_numbers(field(text, "\nNSpid:"), facts->numbers);

	/* The dead have none. */
	fd = open_ns(pid, "user");
	if (fd >= 0)
		facts->user_ns = user_ns_known(fd);
	fd = open_ns(pid, "pid");
	if (fd >= 0)
		facts->pid_ns = pid_ns_known(fd);
	if (facts == &all[count])
		count++;
	return facts;
}

/*
 * An address space belongs to the user namespace in which its program was
 * executed, and nothing tells which that was.
 */
static ino_t mm_user_ns;

static __attribute__((constructor(101))) void note_mm_user_ns(void)
{
	struct stat ns;

	if (!stat("/proc/self/ns/user", &ns))
		mm_user_ns = ns.st_ino;
}

static long do_say_mm_user_ns(long a, long b, long c)
{
	return mm_user_ns;
}

struct facts *facts_of_person(struct person *person)
{
	struct facts *facts = facts_read(person->pid);
	ino_t inode = ask(person, do_say_mm_user_ns);
	int i;

	if (!facts)
		return NULL;
	facts->dumpable = ask(person, do_call, SYS_prctl, PR_GET_DUMPABLE) == 1;
	for (i = 0; i < user_ns_count; i++) {
		if (user_nses[i].inode == inode)
			facts->mm_user_ns = i;
	}
	return facts;
}

void facts_relate(void)
{
	int i;

	for (i = 0; i < count; i++)
		all[i].parent = facts_find(all[i].parent_pid);
}

pid_t facts_number(const struct facts *facts, int pid_ns)
{
	int level = 0, ns;

	for (ns = facts->pid_ns; ns != pid_ns; ns = pid_nses[ns].parent) {
		if (ns < 0)
			return 0;
	}
	for (; pid_nses[ns].parent >= 0; ns = pid_nses[ns].parent)
		level++;
	return facts->numbers[level];
}

pid_t facts_name(const struct facts *facts, int pid_ns)
{
	pid_t number = facts_number(facts, pid_ns);
	int i;

	if (number)
		return number;
	/* The number that it has on the machine, but for another's. */
	for (i = 0; i < count; i++) {
		if (facts_number(&all[i], pid_ns) == facts->pid)
			return NOBODY;
	}
	return facts->pid;
}
