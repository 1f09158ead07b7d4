// SPDX-License-Identifier: GPL-2.0
/*
 * Everybody who plays: in a container, in the pid namespace around it, in
 * another one beside it, and on the machine itself.
 *
 *	machine > outside > inside
 *	                  > sibling
 *
 * Where there are actors they are children of a "shell", and the targets are
 * those of a "daemon", so that nobody but an actor's own children descend from
 * it.
 */
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include "matrix.h"

#define CAP(name) (1L << (name))
#define ALL_CAPS 0xffffffffL

const char *const place_names[PLACES] = {
	[INSIDE] = "inside",
	[OUTSIDE] = "outside",
	[SIBLING] = "in a sibling",
	[HOST] = "on the machine",
};

struct cast cast;

/* Who holds the user namespaces that others join: USER's and OTHER's. */
static struct person *users_home, *others_home;

/* ---- what one is made of ------------------------------------------------------- */

static long do_join(long pid, long uid, long c)
{
	char path[64];
	int fd, ret;

	snprintf(path, sizeof(path), "/proc/%ld/ns/user", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = setns(fd, CLONE_NEWUSER) ? -errno : 0;
	close(fd);
	return ret ?: do_become(uid, uid, 0);
}

/* Its own user namespace below the one it is in. */
static long do_nest(long a, long b, long c)
{
	uid_t uid = geteuid();

	return unshare(CLONE_NEWUSER) ? -errno : do_map_self(0, uid, 0);
}

/* Ids that differ from each other, with the group's. */
static long do_mix_ids(long real, long effective, long saved)
{
	if (setgroups(0, NULL) || setresgid(USER, USER, USER) ||
	    setresuid(real, effective, saved))
		return -errno;
	return prctl(PR_SET_DUMPABLE, 1) ? -errno : 0;
}

static long make_root(struct person *person)
{
	return 0;
}

static long make_user(struct person *person)
{
	return ask(person, do_become, USER, USER);
}

static long make_other(struct person *person)
{
	return ask(person, do_become, OTHER, OTHER);
}

static long make_user_without_new_privileges(struct person *person)
{
	return make_user(person) ?:
		       ask(person, do_call, SYS_prctl, PR_SET_NO_NEW_PRIVS, 1);
}

static long make_capable_user(struct person *person)
{
	return ask(person, do_become_capable, USER, CAP(CAP_SYS_PTRACE),
		   CAP(CAP_SYS_PTRACE));
}

static long make_dormant_user(struct person *person)
{
	return ask(person, do_become_capable, USER, CAP(CAP_SYS_PTRACE), 0);
}

static long make_chowning_user(struct person *person)
{
	return ask(person, do_become_capable, USER, CAP(CAP_CHOWN), 0);
}

static long make_root_without_ptrace(struct person *person)
{
	return ask(person, do_limit_capabilities,
		   ALL_CAPS & ~CAP(CAP_SYS_PTRACE),
		   ALL_CAPS & ~CAP(CAP_SYS_PTRACE));
}

static long make_powerless_root(struct person *person)
{
	return ask(person, do_limit_capabilities, 0, 0);
}

static long make_home_root(struct person *person)
{
	return ask(person, do_join, users_home->pid, 0);
}

static long make_home_powerless(struct person *person)
{
	return make_home_root(person) ?:
					ask(person, do_limit_capabilities, 0, 0);
}

static long make_home_other(struct person *person)
{
	return ask(person, do_join, users_home->pid, 5);
}

static long make_nested_root(struct person *person)
{
	return make_home_root(person) ?: ask(person, do_nest);
}

static long make_foreign_root(struct person *person)
{
	return ask(person, do_join, others_home->pid, 0);
}

static long make_saved_root(struct person *person)
{
	return ask(person, do_mix_ids, USER, USER, 0);
}

static long make_effective_other(struct person *person)
{
	return ask(person, do_mix_ids, USER, OTHER, USER);
}

static long make_user_of_another_group(struct person *person)
{
	return ask(person, do_become, USER, OTHER);
}

struct maker {
	const char *name;
	long (*make)(struct person *person);
	bool executes;
	bool undumpable;
	bool essential; /* and so everywhere on a slow kernel, too */
};

static const struct maker actor_makers[] = {
	{ "root", make_root, .essential = true },
	{ "user", make_user, .essential = true },
	{ "other user", make_other },
	{ "user without new privileges", make_user_without_new_privileges },
	{ "user with CAP_SYS_PTRACE", make_capable_user, .essential = true },
	{ "user with CAP_SYS_PTRACE not in effect", make_dormant_user },
	{ "root without CAP_SYS_PTRACE", make_root_without_ptrace },
	{ "root without capabilities", make_powerless_root },
	{ "user namespace's root", make_home_root, .essential = true },
	{ "user namespace's root without capabilities", make_home_powerless },
	{ "nested user namespace's root", make_nested_root },
	{ "other user namespace's root", make_foreign_root },
};

static const struct maker target_makers[] = {
	{ "user", make_user },
	{ "undumpable user", make_user, .undumpable = true },
	{ "other user", make_other },
	{ "user with a capability", make_chowning_user },
	{ "user with root's saved id", make_saved_root },
	{ "user with another's effective id", make_effective_other },
	{ "user of another group", make_user_of_another_group },
	{ "root", make_root },
	{ "undumpable root", make_root, .undumpable = true },
	{ "root without capabilities", make_powerless_root },
	{ "user namespace's root", make_home_root },
	{ "user namespace's undumpable root", make_home_root,
	  .undumpable = true },
	{ "user namespace's undumpable root by its own program", make_home_root,
	  .executes = true, .undumpable = true },
	{ "user namespace's root without capabilities", make_home_powerless },
	{ "user namespace's other user", make_home_other },
	{ "nested user namespace's root", make_nested_root },
	{ "other user namespace's root", make_foreign_root },
};

static struct person *make(const struct maker *maker, struct person *parent)
{
	struct person *person = person_new(parent, 0);

	if (!person || maker->make(person) ||
	    (maker->executes && ask(person, do_execute)) ||
	    (maker->undumpable &&
	     ask(person, do_call, SYS_prctl, PR_SET_DUMPABLE, 0))) {
		printf("# no %s\n", maker->name);
		return NULL;
	}
	return person;
}

/* ---- an actor's children ------------------------------------------------------------ */

static struct person *plain_child(struct person *parent)
{
	return person_new(parent, 0);
}

static struct person *undumpable_child(struct person *parent)
{
	struct person *child = person_new(parent, 0);

	if (child && ask(child, do_call, SYS_prctl, PR_SET_DUMPABLE, 0))
		return NULL;
	return child;
}

/*
 * In a container without anybody's help. A root without CAP_SETFCAP may not map
 * its id, and the child does without.
 */
static struct person *contained_child(struct person *parent)
{
	struct person *child = person_new(parent, CLONE_NEWUSER | CLONE_NEWPID);

	if (child)
		ask(child, do_map_self, 0, ask(parent, do_call, SYS_geteuid));
	return child;
}

static struct person *grandchild(struct person *parent)
{
	return person_new(person_new(parent, 0), 0);
}

/* Only some may give away what they are. */
static struct person *lesser_child(struct person *parent)
{
	struct person *child = person_new(parent, 0);

	if (child && ask(child, do_become, 5, 5)) {
		person_end(child);
		return NULL;
	}
	return child;
}

static const struct {
	const char *name;
	struct person *(*make)(struct person *parent);
	bool may_fail;
} child_makers[CHILDREN_MAX] = {
	{ "its child", plain_child },
	{ "its undumpable child", undumpable_child },
	{ "its child in a container", contained_child },
	{ "its grandchild", grandchild },
	{ "its child of less", lesser_child, .may_fail = true },
};

static bool add_children(struct actor *actor)
{
	struct target *child;
	unsigned int i;

	for (i = 0; i < CHILDREN_MAX && child_makers[i].make; i++) {
		child = &actor->children[actor->child_count];
		child->name = child_makers[i].name;
		child->place = actor->place;
		child->person = child_makers[i].make(actor->person);
		if (child->person) {
			actor->child_count++;
		} else if (!child_makers[i].may_fail) {
			printf("# %s has no %s: %s\n", actor->name, child->name,
			       strerror(errno));
			return false;
		}
	}
	return true;
}

/* ---- everybody --------------------------------------------------------------------- */

static bool add_actors(enum place place)
{
	struct person *shell = person_new(cast.first[place], 0);
	struct actor *actor;
	unsigned int i;

	if (!shell)
		return false;
	for (i = 0; i < ARRAY_LEN(actor_makers); i++) {
		if (place > OUTSIDE && is_slow() && !actor_makers[i].essential)
			continue;
		actor = &cast.actors[cast.actor_count++];
		actor->name = actor_makers[i].name;
		actor->place = place;
		actor->person = make(&actor_makers[i], shell);
		if (!actor->person || !add_children(actor))
			return false;
	}
	cast.shell[place] = facts_of_person(shell);
	return cast.shell[place];
}

static struct target *add_target(const char *name, enum place place)
{
	struct target *target = &cast.targets[cast.target_count++];

	target->name = name;
	target->place = place;
	return target;
}

static bool add_traced(enum place place, struct person *daemon)
{
	struct target *target = add_target("somebody's tracee", place);
	struct person *person = person_made(daemon, 0, do_become, USER, USER);

	/* The test is its tracer; one without it would arm hooks each time. */
	if (!person || do_seize(person->pid, 0, 0))
		return false;
	target->facts = facts_of_person(person);
	target->facts->traced = true;
	return true;
}

/* A zombie has no name outside of /proc but its number. */
static bool add_zombie(enum place place, struct person *daemon)
{
	struct target *target = add_target("user's zombie", place);
	struct person *person = person_made(daemon, 0, do_become, USER, USER);
	int pid_ns;

	if (!person)
		return false;
	pid_ns = facts_of_person(person)->pid_ns;
	kill(person->pid, SIGKILL);
	if (!WAIT_UNTIL(proc_state(person->pid) == 'Z'))
		return false;
	target->facts = facts_read(person->pid);
	target->facts->pid_ns = pid_ns;
	return true;
}

static bool add_targets(enum place place)
{
	struct person *daemon = person_new(cast.first[place], 0);
	struct person *bystander = person_new(daemon, 0);
	struct target *target;
	unsigned int i;

	if (!bystander)
		return false;
	for (i = 0; i < ARRAY_LEN(target_makers); i++) {
		target = add_target(target_makers[i].name, place);
		target->person = make(&target_makers[i], daemon);
		if (!target->person)
			return false;
		target->facts = facts_of_person(target->person);
	}
	facts_of_person(daemon);
	cast.bystander[place] = facts_of_person(bystander);
	return add_traced(place, daemon) && add_zombie(place, daemon);
}

/* kthreadd */
static bool add_kernel_thread(void)
{
	struct target *target = add_target("kernel thread", HOST);

	target->facts = facts_read(2);
	if (!target->facts)
		return false;
	target->facts->kernel = true;
	return true;
}

static bool note_actors(void)
{
	int i, j;

	for (i = 0; i < cast.actor_count; i++) {
		struct actor *actor = &cast.actors[i];

		actor->facts = facts_of_person(actor->person);
		if (!actor->facts)
			return false;
		for (j = 0; j < actor->child_count; j++) {
			struct target *child = &actor->children[j];

			child->facts = facts_of_person(child->person);
			if (!child->facts ||
			    !facts_of_person(child->person->parent))
				return false;
		}
	}
	return true;
}

static bool make_homes(void)
{
	struct person *owner;

	users_home = person_rootless(NULL, 0);
	owner = person_made(NULL, 0, do_become, OTHER, OTHER);
	others_home = person_new(owner, CLONE_NEWUSER);
	return users_home && others_home &&
	       person_map(others_home, OTHER, 200001);
}

bool is_slow(void)
{
	return rounds(100) < 100;
}

bool is_very_slow(void)
{
	return rounds(100) < 20;
}

bool cast_begin(void)
{
	enum place place;

	memset(&cast, 0, sizeof(cast));
	facts_begin();
	cast.first[HOST] = person_new(NULL, 0);
	cast.first[OUTSIDE] = person_new(NULL, CLONE_NEWPID);
	cast.first[INSIDE] = person_new(cast.first[OUTSIDE], CLONE_NEWPID);
	cast.first[SIBLING] = person_new(cast.first[OUTSIDE], CLONE_NEWPID);
	if (!make_homes())
		return false;
	for (place = 0; place < PLACES; place++) {
		if (!cast.first[place] || !add_actors(place))
			return false;
		facts_of_person(cast.first[place]);
	}
	if (!add_targets(INSIDE) || !add_targets(OUTSIDE) ||
	    !add_kernel_thread() || !note_actors())
		return false;
	facts_relate();
	return true;
}

void cast_end(void)
{
	/* Those who have a tracer are reaped when it has let them go. */
	do_let_go(0, 0, 0);
	people_end();
}
