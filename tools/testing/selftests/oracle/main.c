// SPDX-License-Identifier: GPL-2.0
/*
 * The native kernel as oracle: plays each scenario natively, on the shadow by ioctls,
 * and once more by the code of the native player with a tracer that is served, and
 * compares what was seen.
 *
 * Usage: t_oracle [--player PLAYER]… [--repeat N] [--only PATTERN]… [--list]
 *                 [--show NAME]
 *
 *   --player PLAYER whom to compare with the native one: shadow, served, or native (is
 *                   the scenario deterministic?); shadow and served unless told
 *   --repeat N      N times over
 *   --only PATTERN  scenarios that the shell pattern matches
 *   --list          their names
 *   --show NAME     the transcripts of each scenario that NAME matches
 *
 * SPT_TEST_ROWS=N in the environment: of a scenario that is a long table each
 * Nth row alone, for slow kernels. SPT_TEST_SCENARIOS=N: each Nth scenario alone.
 */
#include <dirent.h>
#include <fnmatch.h>
#include <getopt.h>
#include <sys/mman.h>
#include "differences.h"
#include "stage.h"

extern const struct scenario *const __start_scenarios[];
extern const struct scenario *const __stop_scenarios[];

/* A scenario, or one row of one that is a table. */
struct play {
	char name[80];
	const struct scenario *scenario;
	int row;
};

static struct play *plays;
static int play_count;

static const char *const player_names[PLAYERS] = {
	[NATIVE] = "native",
	[SHADOW] = "shadow",
	[SERVED] = "served",
};

/* Who is compared with the native player. */
static bool plays_too[PLAYERS];
static bool show;
static int repeat = 1;
static char scratch[] = "/tmp/t_oracle.XXXXXX";

enum outcome { PLAYED, GIVEN_UP, SKIPPED, TIMED_OUT, LEFT_BEHIND };

static const char *const outcome_texts[] = {
	[PLAYED] = "played",
	[GIVEN_UP] = "given up",
	[SKIPPED] = "skipped",
	[TIMED_OUT] = "not done in time",
	[LEFT_BEHIND] = "left a process that can't be killed",
};

/* ---- one play ------------------------------------------------------------ */

/* How often the shadow may hang before the rest get less time to do so. */
#define PATIENCE 4
#define SHORT_LIMIT_MS 1500

static int hangs;

/* From here on ptrace(2) means the shadow, whatever the tracer knows of it. */
static int become_served(void)
{
	struct spt_serve serve = { 0 };
	int fd = spt_open(), err;

	if (fd < 0)
		return -errno;
	err = ioctl(fd, SPT_IOC_SERVE, &serve) ? -errno : 0;
	close(fd);
	return err;
}

static __attribute__((noreturn)) void act_as_tracer(const struct play *play,
						    enum player player,
						    struct transcript *out)
{
	struct stage stage = { .out = out, .row = play->row };
	int ret = 0;

	setpgid(0, 0);
	if (chdir(scratch))
		give_up(&stage, "%s: %s", scratch, strerror(errno));
	if (player == SERVED)
		ret = become_served();
	if (!ret)
		ret = tracer_open(&stage.tracer, player == SHADOW);
	if (ret)
		give_up(&stage, SPT_DEVICE ": %s", error_name(ret));
	play->scenario->play(&stage);
	_exit(0);
}

static bool kill_group(pid_t group)
{
	/* A dead one is of the group until it is reaped. */
	kill(-group, SIGKILL);
	while (waitpid(-1, NULL, __WALL | WNOHANG) > 0)
		;
	return kill(-group, 0) && errno == ESRCH;
}

static void empty_scratch(void)
{
	DIR *directory = opendir(scratch);
	struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		unlinkat(dirfd(directory), entry->d_name, 0);
	closedir(directory);
}

static enum outcome play_once(const struct play *play, enum player player,
			      struct transcript *out)
{
	struct pollfd end_of_play = { .events = POLLIN };
	enum outcome outcome = TIMED_OUT;
	int status = 0;
	pid_t tracer;

	out->length = 0;
	out->text[0] = 0;
	fflush(NULL);
	tracer = fork();
	if (!tracer)
		act_as_tracer(play, player, out);
	setpgid(tracer, tracer);
	end_of_play.fd = syscall(SYS_pidfd_open, tracer, 0);
	if (poll(&end_of_play, 1, 3 * wait_limit_ms) == 1 &&
	    waitpid(tracer, &status, WNOHANG) == tracer)
		outcome = !WIFEXITED(status)	   ? GIVEN_UP :
			  WEXITSTATUS(status) == 2 ? SKIPPED :
			  WEXITSTATUS(status)	   ? GIVEN_UP :
						     PLAYED;
	close(end_of_play.fd);
	if (!WAIT_UNTIL(kill_group(tracer)))
		outcome = LEFT_BEHIND;
	empty_scratch();
	return outcome;
}

/* ---- comparing ------------------------------------------------------------ */

#define LINES_MAX 400

static int split(char *text, char **lines)
{
	int count = 0;
	char *line;

	while (count < LINES_MAX && (line = strsep(&text, "\n"))) {
		if (*line || text)
			lines[count++] = line;
	}
	return count;
}

/* Both in one: lines of the first alone with -, of the second alone with +. */
static void print_both(const struct transcript *first,
		       const struct transcript *second)
{
	static int same[LINES_MAX + 1][LINES_MAX + 1];
	static char *a[LINES_MAX], *b[LINES_MAX];
	char *first_text = strdup(first->text);
	char *second_text = strdup(second->text);
	int an = split(first_text, a), bn = split(second_text, b);
	int i, j;

	memset(same, 0, sizeof(same));
	for (i = an - 1; i >= 0; i--) {
		for (j = bn - 1; j >= 0; j--)
			same[i][j] = !strcmp(a[i], b[j]) ?
					     same[i + 1][j + 1] + 1 :
				     same[i + 1][j] > same[i][j + 1] ?
					     same[i + 1][j] :
					     same[i][j + 1];
	}
	for (i = j = 0; i < an || j < bn;) {
		if (i < an && j < bn && !strcmp(a[i], b[j])) {
			printf("#    %s\n", a[i]);
			i++, j++;
		} else if (i < an &&
			   (j == bn || same[i + 1][j] >= same[i][j + 1])) {
			printf("#  - %s\n", a[i++]);
		} else {
			printf("#  + %s\n", b[j++]);
		}
	}
	free(first_text);
	free(second_text);
}

static const char *accepted_difference(const char *name, enum player player)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(differences); i++) {
		if (differences[i].players & 1 << player &&
		    !fnmatch(differences[i].name, name, 0))
			return differences[i].reason;
	}
	return NULL;
}

/* ---- the test points --------------------------------------------------------- */

static struct count {
	int equal, listed, different, skipped;
} counts[PLAYERS];

static struct transcript *native, *other;

/* Twenty characters are a line; a play of one line has seen nothing. */
static bool is_trivial(const struct transcript *transcript)
{
	return transcript->length < 20 || !strchr(transcript->text, '\n');
}

static void count_hang(enum outcome outcome, const struct transcript *out)
{
	if (outcome != TIMED_OUT && !strstr(out->text, "ETIMEDOUT") &&
	    !strstr(out->text, "given up"))
		return;
	if (++hangs == PATIENCE) {
		printf("# %d hang-ups: less patience from now on\n", hangs);
		wait_limit_ms = SHORT_LIMIT_MS;
	}
}

static void print_difference(enum outcome first, enum outcome second,
			     enum player player)
{
	const char *name = player == NATIVE ? "native again" :
					      player_names[player];

	printf("# native: %s, %s: %s; lines of one alone: - native, + %s\n",
	       outcome_texts[first], name, outcome_texts[second], name);
	print_both(native, other);
}

static int points;

static bool judge_player(const struct play *play, enum player player,
			 enum outcome first)
{
	const char *reason = accepted_difference(play->name, player);
	enum outcome second = play_once(play, player, other);
	bool equal;

	if (player != NATIVE)
		count_hang(second, other);
	equal = first == PLAYED && second == PLAYED && !is_trivial(native) &&
		!strcmp(native->text, other->text);
	if (show || equal != !reason)
		print_difference(first, second, player);
	if (equal && !reason) {
		counts[player].equal++;
		printf("ok %d %s, %s\n", ++points, play->name,
		       player_names[player]);
		return true;
	}
	if (reason && !equal && first == PLAYED) {
		counts[player].listed++;
		printf("ok %d %s, %s, different: %s\n", ++points, play->name,
		       player_names[player], reason);
		return true;
	}
	counts[player].different++;
	printf("not ok %d %s, %s%s\n", ++points, play->name,
	       player_names[player],
	       equal ? ", equal but on the list of differences" : "");
	return false;
}

static enum outcome play_natively(const struct play *play)
{
	int limit = wait_limit_ms;
	enum outcome outcome;

	/* Natively all come to an end; it is the shadow that may hang. */
	wait_limit_ms = 10000;
	outcome = play_once(play, NATIVE, native);
	wait_limit_ms = limit;
	if (outcome == SKIPPED)
		native->text[strcspn(native->text, "\n")] = 0;
	return outcome;
}

/* Returns how many of the players were different. */
static int judge(const struct play *play)
{
	enum outcome first = play_natively(play);
	enum player player;
	int failed = 0;

	for (player = 0; player < PLAYERS; player++) {
		if (!plays_too[player])
			continue;
		if (first != SKIPPED) {
			failed += !judge_player(play, player, first);
			continue;
		}
		counts[player].skipped++;
		printf("ok %d %s, %s # SKIP %s\n", ++points, play->name,
		       player_names[player], native->text);
	}
	return failed;
}

static int count_players(void)
{
	int player, sum = 0;

	for (player = 0; player < PLAYERS; player++)
		sum += plays_too[player];
	return sum;
}

static void print_counts(void)
{
	const struct count *count;
	int player;

	for (player = 0; player < PLAYERS; player++) {
		count = &counts[player];
		if (!plays_too[player])
			continue;
		printf("# %d transcripts, %s: %d equal, %d on the list, %d different",
		       play_count * repeat, player_names[player], count->equal,
		       count->listed, count->different);
		if (count->skipped)
			printf(", %d skipped", count->skipped);
		printf("\n");
	}
}

static int run(void)
{
	int failed = 0, i, times;
	size_t size = sizeof(struct transcript);

	native = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (native == MAP_FAILED || !mkdtemp(scratch)) {
		printf("Bail out! %s\n", strerror(errno));
		return 1;
	}
	other = native + 1;
	/* Orphans of a play come here, to be reaped. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);

	printf("TAP version 13\n1..%d\n",
	       play_count * repeat * count_players());
	for (times = 0; times < repeat; times++) {
		for (i = 0; i < play_count; i++) {
			failed += judge(&plays[i]);
			fflush(stdout);
		}
	}
	print_counts();
	rmdir(scratch);
	return failed ? 1 : 0;
}

/* ---- choosing ----------------------------------------------------------------- */

static void add_play(const struct scenario *scenario, int row)
{
	struct play *play;

	plays = realloc(plays, (play_count + 1) * sizeof(*plays));
	play = &plays[play_count++];
	play->scenario = scenario;
	play->row = row;
	if (scenario->row_name)
		snprintf(play->name, sizeof(play->name), "%s/%s",
			 scenario->name, scenario->row_name(row));
	else
		snprintf(play->name, sizeof(play->name), "%s", scenario->name);
}

/* Rows of a table that are played anyway. */
#define ROWS_LEAST 8

static int step_named(const char *name)
{
	const char *value = getenv(name);
	int step = value ? atoi(value) : 1;

	return step < 1 ? 1 : step;
}

static int step_for(const struct scenario *scenario)
{
	return scenario->rows <= ROWS_LEAST ? 1 : step_named("SPT_TEST_ROWS");
}

static void find_plays(void)
{
	const struct scenario *const *scenario;
	int row;

	for (scenario = __start_scenarios; scenario < __stop_scenarios;
	     scenario += step_named("SPT_TEST_SCENARIOS")) {
		if (!(*scenario)->row_name)
			add_play(*scenario, 0);
		for (row = 0; row < (*scenario)->rows;
		     row += step_for(*scenario))
			add_play(*scenario, row);
	}
}

static bool matches_any(const char *name, char **patterns, int pattern_count)
{
	int i;

	for (i = 0; i < pattern_count; i++) {
		if (!fnmatch(patterns[i], name, 0))
			return true;
	}
	return !pattern_count;
}

static void choose(char **patterns, int pattern_count)
{
	int kept = 0, i;

	for (i = 0; i < play_count; i++) {
		if (matches_any(plays[i].name, patterns, pattern_count))
			plays[kept++] = plays[i];
	}
	play_count = kept;
}

static bool names_are_unique(void)
{
	int i, j;

	for (i = 0; i < play_count; i++) {
		for (j = 0; j < i; j++) {
			if (!strcmp(plays[i].name, plays[j].name)) {
				printf("Bail out! two scenarios are called %s\n",
				       plays[i].name);
				return false;
			}
		}
	}
	return true;
}

static bool choose_player(const char *name)
{
	int player;

	for (player = 0; player < PLAYERS; player++) {
		if (!strcmp(name, player_names[player])) {
			plays_too[player] = true;
			return true;
		}
	}
	fprintf(stderr, "t_oracle: no player is called %s\n", name);
	return false;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "player", required_argument, NULL, 'w' },
		{ "repeat", required_argument, NULL, 'r' },
		{ "only", required_argument, NULL, 'o' },
		{ "show", required_argument, NULL, 's' },
		{ "list", no_argument, NULL, 'l' },
		{ "program", no_argument, NULL, 'p' },
		{},
	};
	static char *patterns[64];
	int pattern_count = 0, option, i;
	bool list = false;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p':
			return play_program();
		case 'w':
			if (!choose_player(optarg))
				return 2;
			break;
		case 'r':
			repeat = atoi(optarg);
			break;
		case 'l':
			list = true;
			break;
		case 's':
			show = true;
			/* fall through */
		case 'o':
			if (pattern_count < (int)ARRAY_LEN(patterns))
				patterns[pattern_count++] = optarg;
			break;
		default:
			return 2;
		}
	}
	if (!count_players())
		plays_too[SHADOW] = plays_too[SERVED] = true;
	find_plays();
	if (!names_are_unique())
		return 1;
	choose(patterns, pattern_count);
	if (!list)
		return run();
	for (i = 0; i < play_count; i++)
		printf("%s\n", plays[i].name);
	return 0;
}
