// SPDX-License-Identifier: GPL-2.0
/*
 * The rule, over facts alone: what the kernel's access check says, what Yama
 * adds, and what the scope of the pid namespaces adds to both, or does in place of
 * Yama's.
 */
#include <linux/capability.h>
#include "matrix.h"

/* ---- the kernel's part ------------------------------------------------------ */

static bool has_capability(const struct facts *facts, int capability)
{
	return facts->effective >> capability & 1;
}

/* security/commoncap.c, cap_capable() */
static bool capable_over(const struct facts *actor, int ns)
{
	while (ns != actor->user_ns) {
		const struct user_ns *target = &user_nses[ns];

		if (target->level <= user_nses[actor->user_ns].level)
			return false;
		if (target->parent == actor->user_ns &&
		    target->owner == actor->euid)
			return true;
		ns = target->parent;
	}
	return has_capability(actor, CAP_SYS_PTRACE);
}

static bool same_ids(uid_t uid, gid_t gid, const struct facts *target)
{
	return uid == target->uid && uid == target->euid &&
	       uid == target->suid && gid == target->gid &&
	       gid == target->egid && gid == target->sgid;
}

/* security/commoncap.c, cap_ptrace_access_check() */
static bool no_more_capabilities(const struct facts *actor, __u64 capabilities,
				 const struct facts *target)
{
	return actor->user_ns == target->user_ns &&
	       !(target->permitted & ~capabilities);
}

/*
 * kernel/ptrace.c, __ptrace_may_access(): with the real ids and the permitted
 * capabilities for an attach, with those for files for a look.
 */
static bool may_access(const struct facts *actor, const struct facts *target,
		       bool attach)
{
	bool capable = capable_over(actor, target->user_ns);
	uid_t uid = attach ? actor->uid : actor->euid;
	gid_t gid = attach ? actor->gid : actor->egid;

	if (!same_ids(uid, gid, target) && !capable)
		return false;
	if (!target->dumpable && !capable_over(actor, target->mm_user_ns))
		return false;
	return capable || no_more_capabilities(actor,
					       attach ? actor->permitted :
							actor->effective,
					       target);
}

static bool may_attach(const struct facts *actor, const struct facts *target)
{
	return may_access(actor, target, true);
}

static bool may_look(const struct facts *actor, const struct facts *target)
{
	return target->pid == actor->pid || may_access(actor, target, false);
}

/* ---- relations ----------------------------------------------------------------- */

static bool descends(const struct facts *facts, pid_t ancestor)
{
	while (facts) {
		if (facts->pid == ancestor)
			return true;
		facts = facts->parent;
	}
	return false;
}

static bool declared_to(pid_t declared, const struct facts *actor)
{
	return declared == -1 || (declared && descends(actor, declared));
}

/* ---- Yama's part ------------------------------------------------------------------ */

static bool yama_lets(const struct facts *actor, const struct facts *target,
		      int yama)
{
	switch (yama) {
	case 0:
		return true;
	case 1:
		return descends(target, actor->pid) ||
		       declared_to(target->declared.to_yama, actor) ||
		       capable_over(actor, target->user_ns);
	case 2:
		return capable_over(actor, target->user_ns);
	}
	return false;
}

/* ---- the scope's ------------------------------------------------------------------- */

static unsigned int scope_of(int ns, unsigned int *flags)
{
	int own = -1, strictest = 0, outer;
	bool instead = false;

	for (outer = ns; outer >= 0; outer = pid_nses[outer].parent) {
		int scope = pid_nses[outer].scope;

		if (own < 0)
			own = scope;
		if (scope > strictest &&
		    (!instead || scope == SPT_SCOPE_NO_ATTACH))
			strictest = scope;
		instead |= pid_nses[outer].instead;
	}
	*flags = (pid_nses[ns].scope >= 0 ? SPT_SCOPE_SET : 0) |
		 (strictest > own ? SPT_SCOPE_ENCLOSED : 0) |
		 (instead ? SPT_SCOPE_INSTEAD : 0);
	return strictest;
}

int rule_yama_of(const struct facts *target, int yama)
{
	unsigned int flags;

	scope_of(target->pid_ns, &flags);
	return flags & SPT_SCOPE_INSTEAD && yama < 3 ? 0 : yama;
}

static bool scope_lets(const struct facts *actor, const struct facts *target,
		       unsigned int scope)
{
	bool capable = capable_over(actor, target->user_ns);

	switch (scope) {
	case SPT_SCOPE_CLASSIC:
		return true;
	case SPT_SCOPE_RESTRICTED:
		return capable || descends(target, actor->pid) ||
		       declared_to(target->declared.to_shadow, actor);
	case SPT_SCOPE_ADMIN:
		return capable;
	}
	return false;
}

/* ---- all of it ------------------------------------------------------------------------ */

static unsigned int refusal(const struct facts *actor,
			    const struct facts *target, int yama,
			    unsigned int scope)
{
	if (target->pid == actor->pid)
		return SPT_RULE_SELF;
	if (target->kernel)
		return SPT_RULE_KERNEL;
	if (target->exiting)
		return SPT_RULE_EXITING;
	if (target->traced)
		return SPT_RULE_TRACED;
	if (!may_attach(actor, target) || !yama_lets(actor, target, yama))
		return SPT_RULE_ACCESS;
	if (!scope_lets(actor, target, scope))
		return SPT_RULE_SCOPE;
	return SPT_RULE_NONE;
}

void rule_attach(const struct facts *actor, const struct facts *target,
		 int yama, struct verdict *verdict)
{
	memset(verdict, 0, sizeof(*verdict));
	if (!facts_number(target, actor->pid_ns)) {
		verdict->error = verdict->explain_error = -ESRCH;
		return;
	}
	verdict->scope = scope_of(target->pid_ns, &verdict->flags);
	verdict->rule = refusal(actor, target, rule_yama_of(target, yama),
				verdict->scope);
	verdict->error = verdict->rule == SPT_RULE_NONE ? 0 : -EPERM;
	/* What becomes of a task is for those who may look at it. */
	verdict->explained = verdict->rule;
	if ((verdict->rule == SPT_RULE_EXITING ||
	     verdict->rule == SPT_RULE_TRACED) &&
	    !may_look(actor, target))
		verdict->explained = SPT_RULE_ACCESS;
}

int rule_native_attach(const struct facts *actor, const struct facts *target,
		       int yama)
{
	if (!facts_number(target, actor->pid_ns))
		return -ESRCH;
	if (target->pid == actor->pid || target->kernel || target->exiting ||
	    !may_attach(actor, target) || !yama_lets(actor, target, yama))
		return -EPERM;
	return 0;
}

int rule_native_traceme(const struct facts *child, int yama)
{
	const struct facts *parent = child->parent;
	bool capable = capable_over(parent, child->user_ns);

	if (!no_more_capabilities(parent, parent->permitted, child) && !capable)
		return -EPERM;
	return yama > 2 || (yama == 2 && !capable) ? -EPERM : 0;
}

void rule_traceme(const struct facts *child, int yama, struct verdict *verdict)
{
	const struct facts *parent = child->parent;
	bool capable = capable_over(parent, child->user_ns);

	memset(verdict, 0, sizeof(*verdict));
	verdict->scope = scope_of(child->pid_ns, &verdict->flags);
	if (rule_native_traceme(child, rule_yama_of(child, yama)))
		verdict->rule = SPT_RULE_ACCESS;
	else if (verdict->scope == SPT_SCOPE_NO_ATTACH ||
		 (verdict->scope == SPT_SCOPE_ADMIN && !capable))
		verdict->rule = SPT_RULE_SCOPE;
	verdict->error = verdict->rule == SPT_RULE_NONE ? 0 : -EPERM;
	verdict->explained = verdict->rule;
}
