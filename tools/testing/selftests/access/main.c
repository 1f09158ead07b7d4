// SPDX-License-Identifier: GPL-2.0
/*
 * Who may trace whom: every actor tries to attach to every target, under each
 * scope, with each declaration, and beside Yama's own scopes or in place of them.
 * What should come of it is computed by the rule in rule.c from facts that the kernel
 * tells. And nobody is ever granted on the shadow what native ptrace would refuse with
 * Yama's scope at 0, nor natively what Yama refuses.
 */
#include "matrix.h"

/* ---- the settings ------------------------------------------------------------ */

enum { FOR_EVER = 3, UNSET = -1 };

#define IN(place) (1U << (place))

/*
 * Scopes of Yama, and of the machine and the two pid namespaces in it, some of which
 * count in place of Yama's. What is extra isn't for slow kernels, and on very slow ones each other
 * of the rest is played.
 */
struct setting {
	int yama, host, outside, inside;
	unsigned int instead; /* IN() of places */
	bool all_declarations;
	bool all_requests;
	bool extra;
};

/* Those in one cast; a scope of 3 stays. */
static const struct setting first_settings[] = {
	{ 0, 0, UNSET, UNSET, .all_requests = true },
	{ 0, 1, UNSET, UNSET },
	{ 0, 2, UNSET, UNSET },
	{ 0, 0, 1, UNSET },
	{ 0, 0, 2, UNSET, .extra = true },
	{ 0, 0, 0, 0, .extra = true },
	{ 0, 0, 0, 1, .all_declarations = true },
	{ 0, 0, 0, 1, .all_requests = true, .extra = true },
	{ 0, 0, 0, 2 },
	{ 0, 0, 0, 2, .all_requests = true, .extra = true },
	{ 0, 0, 1, 0, .all_declarations = true },
	{ 0, 0, 1, 1, .extra = true },
	{ 0, 0, 1, 2, .extra = true },
	{ 0, 0, 2, 0 },
	{ 0, 0, 2, 1, .extra = true },
	{ 0, 0, 2, 2, .extra = true },
	{ 0, 1, 0, 0 },
	{ 0, 2, 1, 0, .extra = true },
	{ 1, 0, 0, 0, .all_declarations = true },
	{ 1, 0, 0, 1, .all_declarations = true, .extra = true },
	{ 1, 0, 0, 2 },
	{ 1, 0, 1, 0, .extra = true },
	{ 2, 0, 0, 0 },
	{ 2, 0, 0, 1 },
	{ 2, 0, 0, 2, .extra = true },
	{ 0, 2, 1, 0, IN(INSIDE) },
	{ 1, 1, 1, 0, IN(INSIDE) },
	{ 1, 1, 0, 1, IN(OUTSIDE) },
	{ 1, 0, 1, 0, IN(HOST), .extra = true },
	{ 2, 1, 0, 0, IN(OUTSIDE), .all_requests = true },
	{ 1, 1, 1, 0, IN(INSIDE), .all_declarations = true, .extra = true },
	{ 2, 1, 0, 1, IN(OUTSIDE) | IN(INSIDE), .all_declarations = true },
	{ 2, 0, 0, 2, IN(INSIDE), .extra = true },
	{ 2, 0, 0, 0, IN(HOST) },
	{ 0, 0, 0, FOR_EVER, .all_requests = true },
	{ 0, 0, 1, FOR_EVER, .extra = true },
	{ 0, 0, 2, FOR_EVER, .extra = true },
	{ 1, 0, 0, FOR_EVER, .extra = true },
	{ 2, 0, 0, FOR_EVER, .extra = true },
	{ 0, 0, FOR_EVER, FOR_EVER },
};

/* And in another. */
static const struct setting second_settings[] = {
	{ 0, 0, 0, 0 },
	{ 0, 0, FOR_EVER, 0 },
	{ 0, 0, FOR_EVER, 1 },
	{ 0, 0, FOR_EVER, 2, .extra = true },
	{ 2, 0, FOR_EVER, 0, IN(INSIDE) },
};

enum declaration {
	NONE,
	ANYONE,
	ANYONE_BY_IOCTL,
	BYSTANDER,
	ANCESTOR,
	ACTOR,
	DECLARATIONS,
};

static const char *const declaration_names[DECLARATIONS] = {
	[NONE] = "nobody",
	[ANYONE] = "anyone",
	[ANYONE_BY_IOCTL] = "anyone to the shadow alone",
	[BYSTANDER] = "somebody else",
	[ANCESTOR] = "the actor's parent",
	[ACTOR] = "the actor",
};

static struct setting now;
static enum declaration declaration;
static bool yama_is_there;

/* ---- counting ------------------------------------------------------------------ */

/* A group of combinations: an actor at a place. */
struct group {
	const char *name;
	enum place place;
	int attaches, tracemes, wrong;
};

static struct group groups[ACTORS_MAX];
static int group_count;

static struct {
	int combinations;
	int by_rule[SPT_RULE_SCOPE + 1];
	int invisible;
	int native, native_granted;
	int tracemes, tracemes_granted;
	int casts;
} counts;

/* Enough of them to see what is wrong, and no more. */
#define COMPLAINTS_MAX 12

static __attribute__((format(printf, 4, 5))) void
complain(struct group *group, const struct actor *actor,
	 const struct target *target, const char *format, ...)
{
	char text[160];
	va_list args;

	if (++group->wrong > COMPLAINTS_MAX)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printf("# %s %s -> %s %s (pid %d -> %d); scopes: machine %d, outside %d, inside %d, Yama %d, in place of it %#x; declared: %s: %s\n",
	       actor->name, place_names[actor->place], target->name,
	       place_names[target->place], actor->facts->pid,
	       target->facts->pid, now.host, now.outside, now.inside, now.yama,
	       now.instead, declaration_names[declaration], text);
}

/* ---- comparing -------------------------------------------------------------------- */

static void check_explanation(struct group *group, const struct actor *actor,
			      const struct target *target, long explained,
			      const struct verdict *right)
{
	long expected =
		right->explain_error ?:
			PACKED(right->explained, right->scope, right->flags);

	if (explained == expected)
		return;
	if (explained < 0 || expected < 0)
		complain(group, actor, target, "explained %ld, right is %ld",
			 explained, expected);
	else
		complain(
			group, actor, target,
			"explained rule %u, scope %u, flags %u; right is %u, %u, %u",
			FIRST_OF(explained), SECOND_OF(explained),
			FLAGS_OF(explained), right->explained, right->scope,
			right->flags);
}

static void check_native(struct group *group, const struct actor *actor,
			 const struct target *target, const char *name,
			 long native)
{
	int right = rule_native_attach(actor->facts, target->facts, now.yama);

	counts.native++;
	counts.native_granted += !native;
	/* What the kernel itself says proves this side's understanding of it. */
	if (native != right)
		complain(group, actor, target, "native %s: %ld, expected %d",
			 name, native, right);
}

static void check_shadow(struct group *group, const struct actor *actor,
			 const struct target *target, const char *name,
			 long shadow, const struct verdict *right, int native)
{
	if (shadow != right->error)
		complain(group, actor, target,
			 "%s: %ld, right is %d (rule %u, scope %u)", name,
			 shadow, right->error, right->rule, right->scope);
	if (!shadow && native)
		complain(group, actor, target,
			 "%s is granted, and natively refused (%d)", name,
			 native);
}

static void check_attempt(struct group *group, struct actor *actor,
			  const struct target *target, int index)
{
	const struct attempt *attempt = &attempts[index];
	int requests = attempt->requests;
	struct verdict right;

	if (requests & TRY_NATIVE_SEIZE) {
		check_native(group, actor, target, "SEIZE",
			     attempt->native_seize);
		if (!now.yama)
			actor->native[index] = attempt->native_seize;
	}
	if (requests & TRY_NATIVE_ATTACH)
		check_native(group, actor, target, "ATTACH",
			     attempt->native_attach);
	rule_attach(actor->facts, target->facts, now.yama, &right);
	check_explanation(group, actor, target, attempt->explain, &right);
	check_shadow(group, actor, target, "SEIZE", attempt->seize, &right,
		     actor->native[index]);
	if (requests & TRY_ATTACH)
		check_shadow(group, actor, target, "ATTACH", attempt->attach,
			     &right, actor->native[index]);
	group->attaches++;
	counts.combinations++;
	if (right.explain_error)
		counts.invisible++;
	else
		counts.by_rule[right.rule]++;
}

/* ---- one actor ---------------------------------------------------------------------- */

/* Itself comes last. */
static int targets_of(struct actor *actor, const struct target **targets)
{
	static struct target itself;
	int count = 0, i;

	for (i = 0; i < cast.target_count; i++)
		targets[count++] = &cast.targets[i];
	for (i = 0; i < actor->child_count; i++)
		targets[count++] = &actor->children[i];
	itself = (struct target){ .name = "itself",
				  .place = actor->place,
				  .facts = actor->facts };
	targets[count++] = &itself;
	return count;
}

/* What is traced by the shadow stops for it, whoever attaches. */
static int requests_for(const struct target *target, int requests)
{
	return target->facts->traced ? requests & ~TRY_NATIVE_ATTACH : requests;
}

static void play_actor(struct group *group, struct actor *actor, int requests)
{
	const struct target *targets[TARGETS_MAX + CHILDREN_MAX + 1];
	int count = targets_of(actor, targets), i;

	for (i = 0; i < count; i++) {
		if (!actor->numbers[i])
			actor->numbers[i] = facts_name(targets[i]->facts,
						       actor->facts->pid_ns);
		attempts[i].number = actor->numbers[i];
		attempts[i].requests = requests_for(targets[i], requests);
	}
	if (!attempts_make(actor, count)) {
		group->wrong++;
		printf("# %s %s doesn't answer\n", actor->name,
		       place_names[actor->place]);
		return;
	}
	for (i = 0; i < count; i++)
		check_attempt(group, actor, targets[i], i);
}

static void play_traceme(struct group *group, struct actor *actor,
			 const struct target *child, bool natively)
{
	int native = rule_native_traceme(child->facts, now.yama);
	int widest = rule_native_traceme(child->facts,
					 rule_yama_of(child->facts, now.yama));
	struct verdict right;
	long ret;

	rule_traceme(child->facts, now.yama, &right);
	check_explanation(group, actor, child, ask(child->person, do_explain),
			  &right);
	check_shadow(group, actor, child, "TRACEME",
		     attempt_traceme(actor, child), &right, widest);
	if (natively) {
		ret = attempt_native_traceme(actor, child);
		if (ret != native)
			complain(group, actor, child,
				 "native TRACEME: %ld, expected %d", ret,
				 native);
	}
	group->tracemes++;
	counts.tracemes++;
	counts.tracemes_granted += !right.error;
}

static void play_tracemes(struct group *group, struct actor *actor,
			  bool natively)
{
	int i;

	for (i = 0; i < actor->child_count; i++) {
		if (actor->children[i].facts->parent == actor->facts)
			play_traceme(group, actor, &actor->children[i],
				     natively);
	}
}

/* ---- declarations ---------------------------------------------------------------------- */

static bool declare_to_both(const struct target *target, pid_t number,
			    pid_t pid)
{
	target->facts->declared = (struct declared){ pid, pid };
	return !ask(target->person, do_prctl_declare, number);
}

/* One's number where the target lives is needed to name it. */
static bool declare_one(const struct target *target,
			const struct facts *nominee)
{
	pid_t number = facts_number(nominee, target->facts->pid_ns);

	return !number || declare_to_both(target, number, nominee->pid);
}

static bool declare(const struct target *target, const struct actor *actor)
{
	switch (declaration) {
	case ANYONE:
		return declare_to_both(target, -1, -1);
	case ANYONE_BY_IOCTL:
		if (!declare_to_both(target, 0, 0))
			return false;
		target->facts->declared.to_shadow = -1;
		return !ask(target->person, do_declare, SPT_PTRACER_ANY);
	case BYSTANDER:
		return declare_one(target, cast.bystander[target->place]);
	case ANCESTOR:
		return declare_one(target, cast.shell[target->place]);
	case ACTOR:
		return declare_one(target, actor->facts);
	default:
		return declare_to_both(target, 0, 0);
	}
}

static bool declare_all(const struct actor *actor)
{
	int i;

	for (i = 0; i < cast.target_count; i++) {
		if (cast.targets[i].person &&
		    !declare(&cast.targets[i], actor)) {
			printf("# %s can't declare %s\n", cast.targets[i].name,
			       declaration_names[declaration]);
			return false;
		}
	}
	return true;
}

/* ---- the plays ---------------------------------------------------------------------------- */

static bool set_scope(enum place place, int scope)
{
	struct person *first = cast.first[place];
	struct pid_ns *ns = &pid_nses[facts_find(first->pid)->pid_ns];
	bool instead = now.instead & IN(place);

	if (scope == UNSET || (ns->scope == scope && ns->instead == instead))
		return true;
	ns->scope = scope;
	ns->instead = instead;
	if (instead)
		return !do_set_instead(first->pid, scope, 0);
	return !do_set_scope(first->pid, scope, 0);
}

static bool set_scopes(void)
{
	return set_scope(HOST, now.host) && set_scope(OUTSIDE, now.outside) &&
	       set_scope(INSIDE, now.inside) &&
	       (!yama_is_there || setting_write(YAMA_SCOPE, now.yama));
}

/* What native ptrace says depends on Yama and on what Yama was told alone. */
static int requests_now(bool first_of_yama)
{
	int requests = TRY_EXPLAIN | TRY_SEIZE;

	if (now.all_requests && declaration <= ANYONE)
		requests |= TRY_ATTACH;
	if (first_of_yama)
		requests |= TRY_NATIVE_SEIZE;
	if (first_of_yama && now.all_requests)
		requests |= TRY_NATIVE_ATTACH;
	return requests;
}

static bool play_declaration(bool first_of_yama)
{
	int requests = requests_now(first_of_yama), i;

	if (declaration != ACTOR && !declare_all(NULL))
		return false;
	for (i = 0; i < cast.actor_count; i++) {
		if (declaration == ACTOR && !declare_all(&cast.actors[i]))
			return false;
		play_actor(&groups[i], &cast.actors[i], requests);
		if (declaration == NONE)
			play_tracemes(&groups[i], &cast.actors[i],
				      first_of_yama);
	}
	return true;
}

static bool play_setting(bool first_of_yama)
{
	if (!set_scopes()) {
		printf("# can't set the scopes %d, %d, %d and %d\n", now.yama,
		       now.host, now.outside, now.inside);
		return false;
	}
	for (declaration = NONE; declaration < DECLARATIONS; declaration++) {
		if (declaration > ANYONE && !now.all_declarations)
			break;
		if (!play_declaration(first_of_yama))
			return false;
		/* Natively, declarations matter to Yama alone. */
		first_of_yama &= now.yama > 0;
	}
	declaration = NONE;
	return declare_all(NULL);
}

/* Where all is very slow, each @step-th setting alone. */
static bool play(const struct setting *settings, int count, int step)
{
	unsigned int seen = 0, bit;
	bool played;
	int i;

	if (!cast_begin()) {
		printf("# the cast is not complete\n");
		return false;
	}
	counts.casts++;
	for (i = 0; i < cast.actor_count; i++) {
		groups[i].name = cast.actors[i].name;
		groups[i].place = cast.actors[i].place;
	}
	group_count = cast.actor_count;
	played = true;
	for (i = 0; i < count && played; i++) {
		now = settings[i];
		if ((now.yama && !yama_is_there) || (now.extra && is_slow()) ||
		    (i % step && is_very_slow()))
			continue;
		/* In place of it: native ptrace asks it all the same. */
		bit = 1U << (now.yama + (now.instead ? 8 : 0));
		played = play_setting(!(seen & bit));
		seen |= bit;
	}
	cast_end();
	return played;
}

/* ---- the test points ---------------------------------------------------------------------- */

static int number;

static bool point(bool passed, const char *name)
{
	printf("%s %d %s\n", passed ? "ok" : "not ok", ++number, name);
	return passed;
}

/* A rule that never refused anybody was not tested. */
static bool everything_happened(void)
{
	unsigned int rule;

	for (rule = 0; rule < ARRAY_LEN(counts.by_rule); rule++) {
		if (!counts.by_rule[rule])
			return false;
	}
	return counts.invisible && counts.native_granted &&
	       counts.native_granted < counts.native &&
	       counts.tracemes_granted &&
	       counts.tracemes_granted < counts.tracemes;
}

static void show(void)
{
	unsigned int rule;

	printf("# %d combinations compared: %d granted,",
	       counts.combinations + counts.tracemes,
	       counts.by_rule[SPT_RULE_NONE] + counts.tracemes_granted);
	for (rule = SPT_RULE_SELF; rule <= SPT_RULE_SCOPE; rule++)
		printf(" %d refused by rule %u,", counts.by_rule[rule], rule);
	printf(" %d invisible, %d of TRACEME; %d native attaches, %d granted\n",
	       counts.invisible, counts.tracemes, counts.native,
	       counts.native_granted);
}

int main(void)
{
	struct machine machine;
	bool played, passed;
	char name[160];
	int i;

	setbuf(stdout, NULL);
	yama_is_there = setting_read(YAMA_SCOPE) >= 0;
	if (!people_begin() || !attempts_begin() ||
	    !machine_begin(&machine, SPT_SCOPE_CLASSIC)) {
		printf("Bail out! %s\n", strerror(errno));
		return 1;
	}
	printf("TAP version 13\n");
	played = play(first_settings, ARRAY_LEN(first_settings), 3) &&
		 play(second_settings, ARRAY_LEN(second_settings), 2);
	machine_end(&machine);

	printf("1..%d\n", group_count + 2);
	passed = point(played, "the whole matrix was played");
	for (i = 0; i < group_count; i++) {
		snprintf(name, sizeof(name),
			 "%s %s: %d attaches and %d by TRACEME, %d wrong",
			 groups[i].name, place_names[groups[i].place],
			 groups[i].attaches, groups[i].tracemes,
			 groups[i].wrong);
		passed &= point(!groups[i].wrong && groups[i].attaches, name);
	}
	passed &= point(everything_happened(), "everything happened");
	show();
	return passed ? 0 : 1;
}
