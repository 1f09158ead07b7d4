/* SPDX-License-Identifier: GPL-2.0 */
/*
 * People: processes that live as long as a test wants and run errands for it,
 * each with ids, namespaces and parents of its own. What a person is made of
 * is what errands made of it: a new one is a copy of its parent.
 *
 * An errand is a function of this program, run in the person's process. What
 * it returns comes back: 0 or more, or a negative errno.
 */
#ifndef PEOPLE_H
#define PEOPLE_H

#include "spt.h"

#define USER 1000
#define OTHER 1001

/* A number that nobody has. */
#define NOBODY 0x3fffff

struct person {
	struct person *next;
	struct person *parent; /* NULL: the test */
	pid_t pid; /* in the test's pid namespace */
	pid_t number; /* in the parent's */
	int line; /* orders and answers */
};

typedef long (*errand)(long a, long b, long c);

/* The test itself; those who are left at its end are killed and reaped. */
bool people_begin(void);
void people_end(void);

/* A child of a person or of the test, by clone(2) with more flags. */
struct person *person_new(struct person *parent, unsigned long flags);
/* Kill, and reap where the parent lives. */
void person_end(struct person *person);
/* The ids of a person's new user namespace: its root is one outer id. */
bool person_map(const struct person *person, uid_t root, uid_t others);

/* -ETIMEDOUT or -EPIPE when no answer comes. */
long person_ask(struct person *person, errand errand, long a, long b, long c,
		bool in_a_thread);
#define ASK_3(person, errand, a, b, c, ...) \
	person_ask(person, errand, (long)(a), (long)(b), (long)(c), false)
#define ask(person, ...) ASK_3(person, __VA_ARGS__, 0, 0, 0, 0)
/* The same by a thread that ends with it. */
#define ASK_THREAD_3(person, errand, a, b, c, ...) \
	person_ask(person, errand, (long)(a), (long)(b), (long)(c), true)
#define ask_thread(person, ...) ASK_THREAD_3(person, __VA_ARGS__, 0, 0, 0, 0)

/* The two halves of it, for an errand that takes its time or never ends. */
bool person_tell(struct person *person, errand errand, long a, long b);
long person_hear(struct person *person);

/* The number that one has where another lives, 0 when it has none. */
pid_t number_for(const struct person *reader, const struct person *named);

/* A person made by one errand after the birth; NULL when that failed. */
struct person *person_made(struct person *parent, unsigned long flags,
			   errand errand, long a, long b);
/* As USER with another user namespace, as its root. */
struct person *person_rootless(struct person *parent, unsigned long flags);

/* ---- errands ---------------------------------------------------------- */

/* Any system call with two arguments. */
long do_call(long nr, long a, long b);
/* All ids, no groups, no capabilities but for root's; dumpable. */
long do_become(long uid, long gid, long unused);
/* The same, keeping capabilities: masks of the first 32. */
long do_become_capable(long uid, long permitted, long effective);
long do_limit_capabilities(long permitted, long effective, long unused);
/* The one id that may be mapped without privileges, after unshare(2). */
long do_map_self(long inside, long outside, long unused);
/* Execute this program; the person lives on in it. */
long do_execute(long a, long b, long c);
long do_reap(long pid, long b, long c);
/* A child that dies at once and is not reaped; its number. */
long do_leave_zombie(long a, long b, long c);

/* What the person does on its own handle, opened when first needed. */
int own_handle(void);
long do_open(long a, long b, long c);
long do_close(long a, long b, long c);
long do_traceme(long a, long b, long c);
long do_seize(long pid, long options, long c);
/* Let go of all: close the handle. */
long do_let_go(long a, long b, long c);
/* Attach, and let go again in case. */
long do_try_seize(long pid, long b, long c);
long do_try_attach(long pid, long b, long c);
long do_try_native_seize(long pid, long b, long c);
long do_try_native_attach(long pid, long b, long c);
/* Take the next report of a tracee: its status, or -EREMCHG for DETACHED. */
long do_wait(long pid, long b, long c);
long do_request(long request, long pid, long data);
long do_set_scope(long pid, long scope, long c);
long do_set_instead(long pid, long scope, long c);
long do_get_scope(long pid, long b, long c);
long do_explain(long tid, long b, long c);
long do_declare(long pid, long b, long c);
/* prctl(2) with its argument as it is. */
long do_prctl_declare(long pid, long b, long c);

/* What do_get_scope and do_explain return. */
#define PACKED(first, second, flags) \
	((long)(first) | (long)(second) << 8 | (long)(flags) << 16)
#define FIRST_OF(packed) ((unsigned int)(packed)&0xff)
#define SECOND_OF(packed) ((unsigned int)(packed) >> 8 & 0xff)
#define FLAGS_OF(packed) ((unsigned int)(packed) >> 16)

/* ---- the machine's settings --------------------------------------------- */

#define YAMA_SCOPE "/proc/sys/kernel/yama/ptrace_scope"
#define PARAMETERS "/sys/module/sptrace/parameters/"
#define FACTS "/sys/class/misc/sptrace/"

/* The number in a file, -1 when there is none; Y is 1, N is 0. */
long setting_read(const char *path);
bool setting_write(const char *path, long value);

/*
 * A machine on which everybody may open the device, Yama has no say and the
 * initial pid namespace has the scope that it should; and back.
 */
struct machine {
	mode_t mode;
	long yama;
	long scope;
};

bool machine_begin(struct machine *machine, unsigned int scope);
void machine_end(const struct machine *machine);

#endif /* PEOPLE_H */
