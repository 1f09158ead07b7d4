// SPDX-License-Identifier: GPL-2.0
/* PEEK and POKE: every kind of mapping, and the edges of one. */
#include <sys/mman.h>
#include "spt.h"

#define WORD sizeof(long)
#define PATTERN ((long)0x5a6b7c8d)

FIXTURE_OF_BOTH_TRACERS(memory);

/* What the child has mapped; the same addresses in the parent, which forked it. */
static struct mappings {
	long page;
	long *private, *shared, *readonly, *none, *hole, *file;
	long *shared_readonly;
	/* Two pages with nothing behind them. */
	char *edge;
} map;

static long in_data = 0x11223344;
static const long in_rodata = 0x55667788;

static __attribute__((noinline)) int in_text(int x)
{
	asm volatile("" : "+r"(x));
	return x + 1;
}

static void *map_page(int prot, int flags)
{
	void *page = mmap(NULL, map.page, prot, flags | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? NULL : page;
}

static bool map_all(void)
{
	char *edge;

	map.page = sysconf(_SC_PAGESIZE);
	map.private = map_page(PROT_READ | PROT_WRITE, MAP_PRIVATE);
	map.shared = map_page(PROT_READ | PROT_WRITE, MAP_SHARED);
	map.readonly = map_page(PROT_READ | PROT_WRITE, MAP_PRIVATE);
	map.shared_readonly = map_page(PROT_READ, MAP_SHARED);
	map.none = map_page(PROT_READ | PROT_WRITE, MAP_PRIVATE);
	map.hole = map_page(PROT_READ, MAP_PRIVATE);
	edge = mmap(NULL, 3 * map.page, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!map.private || !map.shared || !map.readonly ||
	    !map.shared_readonly || !map.none || !map.hole ||
	    edge == MAP_FAILED)
		return false;
	*map.private = *map.shared = *map.readonly = *map.none = PATTERN;
	memset(edge, 0x77, 2 * map.page);
	map.edge = edge;
	return !munmap(map.hole, map.page) &&
	       !munmap(edge + 2 * map.page, map.page) &&
	       !mprotect(map.readonly, map.page, PROT_READ) &&
	       !mprotect(map.none, map.page, PROT_NONE);
}

/* Answers, one byte each, what it finds in its memory now. */
static int look(const struct child_end *end, void *arg)
{
	child_await(end);
	child_say(end, in_data);
	child_say(end, *map.private);
	child_say(end, *map.shared);
	child_say(end, *map.readonly);
	child_say(end, mprotect(map.none, map.page, PROT_READ) ? 0 : *map.none);
	child_say(end, in_text(1));
	return 0;
}

static struct child stopped_child(struct __test_metadata *_metadata,
				  const struct tracer *tracer)
{
	struct child child;

	EXPECT_TRUE(map_all());
	child = child_spawn(look, NULL);
	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, tr_seize_stop(tracer, child.pid, 0));
	return child;
}

static long peek(const struct tracer *tracer, pid_t tid, const void *where,
		 long *word)
{
	*word = 0x0ddba11;
	return tr_ptrace_at(tracer, PTRACE_PEEKDATA, tid, where, word);
}

TEST_F(memory, every_readable_kind_is_peeked)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	const struct {
		const char *what;
		const void *where;
		long value;
	} kinds[] = {
		{ "data", &in_data, 0x11223344 },
		{ "rodata", &in_rodata, 0x55667788 },
		{ "private", map.private, PATTERN },
		{ "shared", map.shared, PATTERN },
		{ "read-only", map.readonly, PATTERN },
		{ "read-only shared", map.shared_readonly, 0 },
		/* Nobody may read it but a debugger. */
		{ "PROT_NONE", map.none, PATTERN },
	};
	unsigned int i;
	long word;

	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		EXPECT_EQ(0,
			  peek(&self->tracer, child.pid, kinds[i].where, &word))
		{
			TH_LOG("%s", kinds[i].what);
		}
		EXPECT_EQ(kinds[i].value, word)
		{
			TH_LOG("%s", kinds[i].what);
		}
	}
	child_end(&child);
}

TEST_F(memory, text_is_peeked_as_it_is)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	long word;

	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_PEEKTEXT, child.pid,
				  in_text, &word));
	EXPECT_EQ(0, memcmp(&word, (const void *)in_text, sizeof(word)));
	child_end(&child);
}

TEST_F(memory, what_is_poked_reaches_the_tracee)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	long *const places[] = { &in_data, map.private, map.shared,
				 map.readonly, map.none };
	unsigned int i;
	long word;

	for (i = 0; i < ARRAY_LEN(places); i++) {
		EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_POKEDATA,
					  child.pid, places[i], 0x30 + i));
		EXPECT_EQ(0, peek(&self->tracer, child.pid, places[i], &word));
		EXPECT_EQ(0x30 + i, word);
	}
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	for (i = 0; i < ARRAY_LEN(places); i++)
		EXPECT_EQ(0x30 + i, child_heard(&child));
	/* Private pages were the tracee's own, the shared one is everybody's. */
	EXPECT_EQ(0x11223344, in_data);
	EXPECT_EQ(PATTERN, *map.private);
	EXPECT_EQ(0x32, *map.shared);
	child_end(&child);
}

TEST_F(memory, text_poked_is_run_and_is_the_tracees_alone)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	/* mov $0x39, %eax; ret */
	static const unsigned char code[] = { 0xb8, 0x39, 0,	0,
					      0,    0xc3, 0x90, 0x90 };
	unsigned int i;
	long word;

	for (i = 0; i < sizeof(code); i += WORD) {
		memcpy(&word, code + i, WORD);
		EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_POKETEXT,
					  child.pid, (const char *)in_text + i,
					  word));
	}
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	for (i = 0; i < 5; i++)
		EXPECT_LE(0, child_heard(&child));
	EXPECT_EQ(0x39, child_heard(&child));
	EXPECT_EQ(2, in_text(1));
	child_end(&child);
}

TEST_F(memory, a_read_only_shared_mapping_is_not_poked)
{
	struct child child = stopped_child(_metadata, &self->tracer);

	EXPECT_EQ(-EIO, tr_ptrace_at(&self->tracer, PTRACE_POKEDATA, child.pid,
				     map.shared_readonly, 1));
	EXPECT_EQ(0, *map.shared_readonly);
	child_end(&child);
}

TEST_F(memory, what_is_not_mapped_is_eio)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	const void *const places[] = { NULL, (void *)8, map.hole, (void *)-WORD,
				       (void *)(~0UL / 2) };
	unsigned int i;
	long word;

	for (i = 0; i < ARRAY_LEN(places); i++) {
		EXPECT_EQ(-EIO,
			  peek(&self->tracer, child.pid, places[i], &word))
		{
			TH_LOG("%p", places[i]);
		}
		EXPECT_EQ(0x0ddba11, word);
		EXPECT_EQ(-EIO, tr_ptrace_at(&self->tracer, PTRACE_POKEDATA,
					     child.pid, places[i], 0))
		{
			TH_LOG("%p", places[i]);
		}
	}
	child_end(&child);
}

TEST_F(memory, kernel_memory_is_eio)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	long word;

	if (WORD == 4)
		SKIP(goto out, "a 32-bit tracer can't name it");
	EXPECT_EQ(-EIO, peek(&self->tracer, child.pid,
			     (void *)0xffffffff81000000ULL, &word));
	EXPECT_EQ(-EIO, tr_ptrace_at(&self->tracer, PTRACE_POKEDATA, child.pid,
				     0xffffffff81000000ULL, 0));
	EXPECT_EQ(-EIO, peek(&self->tracer, child.pid,
			     (void *)0xffff888000000000ULL, &word));
out:
	child_end(&child);
}

TEST_F(memory, a_word_over_two_pages_is_whole)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char *where = map.edge + map.page - WORD / 2;
	long word;

	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_POKEDATA, child.pid,
				  where, PATTERN));
	EXPECT_EQ(0, peek(&self->tracer, child.pid, where, &word));
	EXPECT_EQ(PATTERN, word);
	/* Neighbours are as they were. */
	EXPECT_EQ(0, peek(&self->tracer, child.pid, where - WORD, &word));
	EXPECT_EQ((char)0x77, ((char *)&word)[WORD - 1]);
	EXPECT_EQ(0, peek(&self->tracer, child.pid, where + WORD, &word));
	EXPECT_EQ((char)0x77, ((char *)&word)[0]);
	child_end(&child);
}

TEST_F(memory, the_last_word_before_a_hole_is_there)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char *end = map.edge + 2 * map.page;
	long word;

	EXPECT_EQ(0, peek(&self->tracer, child.pid, end - WORD, &word));
	EXPECT_EQ((char)0x77, ((char *)&word)[0]);
	child_end(&child);
}

TEST_F(memory, a_word_that_runs_into_a_hole_is_eio)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char *end = map.edge + 2 * map.page;
	unsigned int over;
	long word;

	for (over = 1; over < WORD; over++) {
		EXPECT_EQ(-EIO, peek(&self->tracer, child.pid,
				     end - WORD + over, &word));
		EXPECT_EQ(0x0ddba11, word);
		EXPECT_EQ(-EIO, tr_ptrace_at(&self->tracer, PTRACE_POKEDATA,
					     child.pid, end - WORD + over, 0));
	}
	child_end(&child);
}

TEST_F(memory, unaligned_words_are_taken)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char *where = (char *)map.private + 101;
	long word;

	EXPECT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_POKEDATA, child.pid,
				  where, PATTERN));
	EXPECT_EQ(0, peek(&self->tracer, child.pid, where, &word));
	EXPECT_EQ(PATTERN, word);
	child_end(&child);
}

TEST_F(memory, a_tracer_without_privileges_reads_its_child)
{
	struct tracer other;
	int status;
	pid_t pid;

	ASSERT_TRUE(map_all());
	pid = fork();
	if (!pid) {
		struct child child;
		long word;

		if (tracer_open(&other, variant->shadow))
			_exit(1);
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(2);
		/* The change of ids made this process undumpable. */
		prctl(PR_SET_DUMPABLE, 1);
		child = child_spawn(look, NULL);
		if (tr_seize_stop(&other, child.pid, 0))
			_exit(3);
		if (peek(&other, child.pid, map.private, &word) ||
		    word != PATTERN)
			_exit(4);
		if (tr_ptrace_at(&other, PTRACE_POKEDATA, child.pid,
				 map.readonly, 5))
			_exit(5);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

static int turn_undumpable(const struct child_end *end, void *arg)
{
	child_await(end);
	prctl(PR_SET_DUMPABLE, 0);
	child_say(end, 'u');
	child_await(end);
	return 0;
}

TEST_F(memory, of_a_tracee_turned_undumpable_is_eio_without_privileges)
{
	struct tracer other;
	int status;
	pid_t pid;

	ASSERT_TRUE(map_all());
	pid = fork();
	if (!pid) {
		struct child child;
		struct spt_event event;
		long word;

		if (tracer_open(&other, variant->shadow))
			_exit(1);
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(2);
		prctl(PR_SET_DUMPABLE, 1);
		child = child_spawn(turn_undumpable, NULL);
		if (tr_ptrace(&other, PTRACE_SEIZE, child.pid, 0, 0))
			_exit(3);
		child_go(&child);
		if (child_heard(&child) != 'u')
			_exit(4);
		if (tr_ptrace(&other, PTRACE_INTERRUPT, child.pid, 0, 0) ||
		    tr_wait(&other, child.pid, &event))
			_exit(5);
		if (peek(&other, child.pid, map.private, &word) != -EIO)
			_exit(6);
		if (tr_ptrace_at(&other, PTRACE_POKEDATA, child.pid,
				 map.private, 5) != -EIO)
			_exit(7);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
