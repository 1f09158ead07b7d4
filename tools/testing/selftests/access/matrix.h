/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The matrix of who may trace whom: actors and their targets, what the kernel
 * says of each of them, and the rule that tells from it what is right.
 */
#ifndef MATRIX_H
#define MATRIX_H

#define SPT_WITHOUT_HARNESS
#include "../people.h"

/* ---- facts (facts.c) ----------------------------------------------------- */

struct user_ns {
	ino_t inode;
	int parent; /* -1 for the initial one */
	int level;
	uid_t owner;
};

struct pid_ns {
	ino_t inode;
	int parent; /* -1 for the initial one */
	int scope; /* -1 as long as it was given none */
	bool instead; /* it counts in place of Yama's */
};

enum { INITIAL_NS = 0 };

#define NAMESPACES_MAX 256
extern struct user_ns user_nses[NAMESPACES_MAX];
extern struct pid_ns pid_nses[NAMESPACES_MAX];

/* Whom a process declared: a pid, 0 for nobody, -1 for anyone. */
struct declared {
	pid_t to_shadow;
	pid_t to_yama;
};

#define LEVELS_MAX 8

struct facts {
	pid_t pid, parent_pid;
	struct facts *parent;
	uid_t uid, euid, suid;
	gid_t gid, egid, sgid;
	__u64 permitted, effective;
	int user_ns, mm_user_ns, pid_ns;
	bool dumpable;
	bool kernel, exiting, traced;
	struct declared declared;
	/* In each pid namespace that it is in, the initial one first. */
	pid_t numbers[LEVELS_MAX];
};

/* Forget all; namespaces as well, but for the initial ones. */
void facts_begin(void);
/* What /proc says of a process; NULL when it says nothing. */
struct facts *facts_read(pid_t pid);
/* And what only the person itself can say. */
struct facts *facts_of_person(struct person *person);
struct facts *facts_find(pid_t pid);
/* Once all are known: who is whose parent. */
void facts_relate(void);
/* The number that one has in a namespace, 0 when it has none. */
pid_t facts_number(const struct facts *facts, int pid_ns);
/* One to call it by there: its own, or else one that is nobody's. */
pid_t facts_name(const struct facts *facts, int pid_ns);

/* ---- the rule (rule.c) ------------------------------------------------------ */

struct verdict {
	int error; /* of an attach, 0 when it is granted */
	unsigned int rule; /* that refuses it */
	/* Of an explanation, which doesn't tell everybody everything. */
	int explain_error;
	unsigned int explained, scope, flags;
};

/* With Yama's own scope, 0 where there is no Yama. */
void rule_attach(const struct facts *actor, const struct facts *target,
		 int yama, struct verdict *verdict);
void rule_traceme(const struct facts *child, int yama, struct verdict *verdict);
int rule_native_attach(const struct facts *actor, const struct facts *target,
		       int yama);
int rule_native_traceme(const struct facts *child, int yama);
/* The scope of Yama that counts for attaches by the shadow to a task. */
int rule_yama_of(const struct facts *target, int yama);

/* ---- the cast (cast.c) -------------------------------------------------------- */

enum place { INSIDE, OUTSIDE, SIBLING, HOST, PLACES };

#define CHILDREN_MAX 6
#define TARGETS_MAX 64
#define ACTORS_MAX 64

struct target {
	const char *name;
	enum place place;
	struct person *person; /* NULL for one that takes no orders */
	struct facts *facts;
};

struct actor {
	const char *name;
	enum place place;
	struct person *person;
	struct facts *facts;
	struct target children[CHILDREN_MAX];
	int child_count;
	/* Of each target; its children come after the others, itself last. */
	pid_t numbers[TARGETS_MAX + CHILDREN_MAX + 1];
	int native[TARGETS_MAX + CHILDREN_MAX + 1];
};

struct cast {
	struct person *first[PLACES]; /* of each pid namespace */
	struct facts *shell[PLACES]; /* the actors' parent */
	struct facts *bystander[PLACES];
	struct actor actors[ACTORS_MAX];
	int actor_count;
	struct target targets[TARGETS_MAX];
	int target_count;
};

extern struct cast cast;
extern const char *const place_names[PLACES];

/* Whether there is time for the essential alone. */
bool is_slow(void);
/* And for each other setting alone. */
bool is_very_slow(void);
/* Everybody, in pid namespaces that are new. */
bool cast_begin(void);
void cast_end(void);

/* ---- attempts (attempt.c) ------------------------------------------------------ */

enum request {
	TRY_EXPLAIN = 1,
	TRY_SEIZE = 2,
	TRY_ATTACH = 4,
	TRY_NATIVE_SEIZE = 8,
	TRY_NATIVE_ATTACH = 16,
};

/* What an actor is to try on one number, and what came of it. */
struct attempt {
	pid_t number;
	int requests;
	long explain, seize, attach, native_seize, native_attach;
};

/* Shared with all who were made after attempts_begin(). */
extern struct attempt *attempts;

bool attempts_begin(void);
bool attempts_make(const struct actor *actor, int count);
/* A child asks for its parent as a tracer, and is let go again. */
long attempt_traceme(const struct actor *actor, const struct target *child);
long attempt_native_traceme(const struct actor *actor,
			    const struct target *child);

#endif /* MATRIX_H */
