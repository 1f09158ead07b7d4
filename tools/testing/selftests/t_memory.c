// SPDX-License-Identifier: GPL-2.0
/*
 * PEEK and POKE, and the ranges of SPT_IOC_MEMORY: every kind of mapping, and the edges
 * of one.
 */
#include <pthread.h>
#include <sys/mman.h>
#include "slow.h"
#include "spt.h"

#define WORD sizeof(long)
#define PATTERN ((long)0x5a6b7c8d)

FIXTURE_OF_BOTH_TRACERS(memory);
FIXTURE_OF_THE_SHADOW(ranges);

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

/* ---- SPT_IOC_MEMORY --------------------------------------------------- */

static struct spt_range range_of(const void *where, const void *buffer,
				 __u64 size)
{
	return (struct spt_range){
		.addr = spt_ptr(where),
		.buffer = spt_ptr(buffer),
		.size = size,
	};
}

/* How many bytes were moved, or a negative errno. */
static long long move(int fd, pid_t tid, unsigned int flags,
		      const struct spt_range *ranges, unsigned int count)
{
	struct spt_memory arg = {
		.tid = tid,
		.flags = flags,
		.ranges = spt_ptr(ranges),
		.count = count,
		.done = 0x0ddba11,
	};

	if (ioctl(fd, SPT_IOC_MEMORY, &arg))
		return arg.done == 0x0ddba11 ? -errno : -EPROTO;
	return arg.done;
}

static long long move_one(int fd, pid_t tid, unsigned int flags,
			  const void *where, const void *buffer, __u64 size)
{
	struct spt_range range = range_of(where, buffer, size);

	return move(fd, tid, flags, &range, 1);
}

TEST_F(ranges, every_readable_kind_is_read_in_one_call)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	long words[6] = {};
	struct spt_range ranges[] = {
		range_of(&in_data, &words[0], WORD),
		range_of(&in_rodata, &words[1], WORD),
		range_of(map.private, &words[2], WORD),
		range_of(map.none, &words[3], 0),
		range_of(map.none, &words[3], WORD),
		range_of(map.shared_readonly, &words[4], WORD),
		range_of(in_text, &words[5], WORD),
	};

	EXPECT_EQ(sizeof(words),
		  move(self->fd, child.pid, 0, ranges, ARRAY_LEN(ranges)));
	EXPECT_EQ(0x11223344, words[0]);
	EXPECT_EQ(0x55667788, words[1]);
	EXPECT_EQ(PATTERN, words[2]);
	EXPECT_EQ(PATTERN, words[3]);
	EXPECT_EQ(0, words[4]);
	EXPECT_EQ(0, memcmp(&words[5], (const void *)in_text, WORD));
	child_end(&child);
}

TEST_F(ranges, what_is_written_reaches_the_tracee)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	/* mov $0x39, %eax; ret */
	static const unsigned char code[] = { 0xb8, 0x39, 0, 0, 0, 0xc3 };
	long words[] = { 0x30, 0x31, 0x32, 0x33, 0x34 };
	struct spt_range ranges[] = {
		range_of(&in_data, &words[0], WORD),
		range_of(map.private, &words[1], WORD),
		range_of(map.shared, &words[2], WORD),
		range_of(map.readonly, &words[3], WORD),
		range_of(map.none, &words[4], WORD),
		range_of(in_text, code, sizeof(code)),
	};
	unsigned int i;

	EXPECT_EQ(sizeof(words) + sizeof(code),
		  move(self->fd, child.pid, SPT_MEMORY_WRITE, ranges,
		       ARRAY_LEN(ranges)));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	for (i = 0; i < ARRAY_LEN(words); i++)
		EXPECT_EQ(words[i], child_heard(&child));
	EXPECT_EQ(0x39, child_heard(&child));
	/* Private pages were the tracee's own, the shared one is everybody's. */
	EXPECT_EQ(0x11223344, in_data);
	EXPECT_EQ(PATTERN, *map.private);
	EXPECT_EQ(0x32, *map.shared);
	EXPECT_EQ(2, in_text(1));
	child_end(&child);
}

TEST_F(ranges, a_read_only_shared_mapping_is_not_written)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	long word = 1;

	EXPECT_EQ(-EIO, move_one(self->fd, child.pid, SPT_MEMORY_WRITE,
				 map.shared_readonly, &word, WORD));
	EXPECT_EQ(0, *map.shared_readonly);
	child_end(&child);
}

TEST_F(ranges, a_range_that_runs_into_a_hole_ends_there)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[4 * 4096], later = 'l';
	struct spt_range ranges[] = {
		range_of(map.edge + map.page + 1, bytes, 2 * map.page),
		range_of(&in_data, &later, 1),
	};

	memset(bytes, 'b', sizeof(bytes));
	EXPECT_EQ(map.page - 1, move(self->fd, child.pid, 0, ranges, 2));
	EXPECT_EQ(0x77, bytes[map.page - 2]);
	/* Nothing else is touched, nor the next range read. */
	EXPECT_EQ('b', bytes[map.page - 1]);
	EXPECT_EQ('b', bytes[sizeof(bytes) - 1]);
	EXPECT_EQ('l', later);
	/* It goes on from there, where there is nothing. */
	EXPECT_EQ(-EIO, move_one(self->fd, child.pid, 0,
				 map.edge + 2 * map.page, bytes, 1));
	child_end(&child);
}

TEST_F(ranges, a_write_that_runs_into_a_hole_ends_there)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[2 * 4096], back;

	memset(bytes, 'w', sizeof(bytes));
	EXPECT_EQ(map.page - 1,
		  move_one(self->fd, child.pid, SPT_MEMORY_WRITE,
			   map.edge + map.page + 1, bytes, 2 * map.page));
	EXPECT_EQ(1, move_one(self->fd, child.pid, 0, map.edge + map.page,
			      &back, 1));
	EXPECT_EQ(0x77, back);
	EXPECT_EQ(1, move_one(self->fd, child.pid, 0,
			      map.edge + 2 * map.page - 1, &back, 1));
	EXPECT_EQ('w', back);
	child_end(&child);
}

TEST_F(ranges, ranges_that_wrap_are_eio_or_end)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[16];
	struct spt_range wraps = {
		.addr = -8ULL,
		.buffer = spt_ptr(bytes),
		.size = sizeof(bytes),
	};
	/* As much as there may be: what there is of it is read. */
	struct spt_range endless = {
		.addr = spt_ptr(map.edge + 2 * map.page - 5),
		.buffer = spt_ptr(bytes),
		.size = INT64_MAX,
	};

	EXPECT_EQ(-EIO, move(self->fd, child.pid, 0, &wraps, 1));
	EXPECT_EQ(-EIO, move(self->fd, child.pid, SPT_MEMORY_WRITE, &wraps, 1));
	EXPECT_EQ(5, move(self->fd, child.pid, 0, &endless, 1));
	child_end(&child);
}

TEST_F(ranges, kernel_memory_is_eio_on_their_side_and_efault_on_ours)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char byte = 'b';
	const __u64 kernel[] = { 0xffffffff81000000ULL, 0xffff888000000000ULL,
				 0x8000000000000000ULL };
	unsigned int i, flags;

	for (i = 0; i < ARRAY_LEN(kernel); i++) {
		for (flags = 0; flags <= SPT_MEMORY_WRITE; flags++) {
			struct spt_range theirs = {
				.addr = kernel[i],
				.buffer = spt_ptr(&byte),
				.size = 1,
			};
			struct spt_range ours = {
				.addr = spt_ptr(map.private),
				.buffer = kernel[i],
				.size = 1,
			};

			EXPECT_EQ(-EIO,
				  move(self->fd, child.pid, flags, &theirs, 1));
			EXPECT_EQ(-EFAULT,
				  move(self->fd, child.pid, flags, &ours, 1));
		}
	}
	EXPECT_EQ('b', byte);
	child_end(&child);
}

TEST_F(ranges, overlapping_ranges_are_moved_in_their_order)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char bytes[8] = "abcdefg";
	struct spt_range write[] = {
		range_of(map.private, "11111111", 8),
		range_of((char *)map.private + 2, "2222", 4),
		range_of((char *)map.private + 4, "3", 1),
	};
	/* The same bytes twice, the second time over the first. */
	struct spt_range read[] = {
		range_of(map.private, bytes, 6),
		range_of((char *)map.private + 3, bytes + 1, 3),
	};

	EXPECT_EQ(13, move(self->fd, child.pid, SPT_MEMORY_WRITE, write, 3));
	EXPECT_EQ(9, move(self->fd, child.pid, 0, read, 2));
	EXPECT_EQ(0, memcmp(bytes, "123232", 6));
	EXPECT_EQ('g', bytes[6]);
	child_end(&child);
}

TEST_F(ranges, of_a_buffer_that_ends_what_fits_is_read)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char *mine = mmap(NULL, 2 * map.page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, mine);
	ASSERT_EQ(0, munmap(mine + map.page, map.page));
	EXPECT_EQ(7, move_one(self->fd, child.pid, 0, map.edge,
			      mine + map.page - 7, 100));
	EXPECT_EQ(0x77, mine[map.page - 1]);
	EXPECT_EQ(-EFAULT, move_one(self->fd, child.pid, 0, map.edge,
				    mine + map.page, 100));
	EXPECT_EQ(7, move_one(self->fd, child.pid, SPT_MEMORY_WRITE, map.edge,
			      mine + map.page - 7, 100));
	EXPECT_EQ(-EFAULT, move_one(self->fd, child.pid, SPT_MEMORY_WRITE,
				    map.edge, mine + map.page, 100));
	/* Neither may a buffer be written that the caller can't. */
	ASSERT_EQ(0, mprotect(mine, map.page, PROT_READ));
	EXPECT_EQ(-EFAULT, move_one(self->fd, child.pid, 0, map.edge, mine, 8));
	munmap(mine, map.page);
	child_end(&child);
}

/* More than is moved at a time, at an odd place of either side, untouched memory. */
#define LARGE ((3 << 20) + 4567)

static char *large;

TEST_F(ranges, much_is_moved_whole)
{
	struct child child;
	char *mine, *back;
	int i;

	large = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mine = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	back = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_TRUE(large != MAP_FAILED && mine != MAP_FAILED &&
		    back != MAP_FAILED);
	child = stopped_child(_metadata, &self->tracer);
	for (i = 0; i < LARGE; i++)
		mine[i] = i * 7 + (i >> 8);

	EXPECT_EQ(LARGE - 100, move_one(self->fd, child.pid, SPT_MEMORY_WRITE,
					large + 1, mine + 30, LARGE - 100));
	EXPECT_EQ(LARGE - 100, move_one(self->fd, child.pid, 0, large + 1,
					back + 77, LARGE - 100));
	EXPECT_EQ(0, memcmp(back + 77, mine + 30, LARGE - 100));
	EXPECT_EQ(0, back[76]);
	EXPECT_EQ(0, back[LARGE - 23]);
	EXPECT_EQ(0, large[1]);
	child_end(&child);
	munmap(large, LARGE);
	munmap(mine, LARGE);
	munmap(back, LARGE);
}

TEST_F(ranges, as_many_ranges_as_there_may_be)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct spt_range ranges[SPT_MEMORY_MAX_RANGES + 1];
	char bytes[SPT_MEMORY_MAX_RANGES + 1] = {};
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(ranges); i++)
		ranges[i] = range_of(map.edge + i, bytes + i, 1);
	EXPECT_EQ(SPT_MEMORY_MAX_RANGES,
		  move(self->fd, child.pid, 0, ranges, SPT_MEMORY_MAX_RANGES));
	EXPECT_EQ(0x77, bytes[SPT_MEMORY_MAX_RANGES - 1]);
	EXPECT_EQ(-EINVAL, move(self->fd, child.pid, 0, ranges,
				SPT_MEMORY_MAX_RANGES + 1));
	EXPECT_EQ(-EINVAL, move(self->fd, child.pid, 0, ranges, UINT_MAX));
	/* None at all. */
	EXPECT_EQ(0, move(self->fd, child.pid, 0, NULL, 0));
	child_end(&child);
}

TEST_F(ranges, bad_arguments_are_einval_or_efault)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char byte;
	struct spt_range range = range_of(map.private, &byte, 1);
	struct spt_memory arg = {
		.tid = child.pid,
		.ranges = spt_ptr(&range),
		.count = 1,
	}, bad;
	struct spt_range sizes[] = {
		range_of(map.private, &byte, INT64_MAX),
		range_of(map.private, &byte, 1),
	};
	struct spt_range sums[] = {
		range_of(map.private, &byte, UINT64_MAX),
		range_of(map.private, &byte, 2),
	};
	unsigned int bit;

	for (bit = 1; bit < 32; bit++) {
		bad = arg;
		bad.flags = 1U << bit;
		EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_MEMORY, &bad));
		EXPECT_EQ(EINVAL, errno);
	}
	bad = arg;
	bad.reserved = 1;
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_MEMORY, &bad));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-EINVAL, move(self->fd, child.pid, 0, sizes, 2));
	EXPECT_EQ(-EINVAL, move(self->fd, child.pid, 0, sums, 2));

	EXPECT_EQ(-EFAULT, move(self->fd, child.pid, 0, NULL, 1));
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_MEMORY, NULL));
	EXPECT_EQ(EFAULT, errno);
	child_end(&child);
}

TEST_F(ranges, what_is_no_stopped_tracee_of_the_caller_is_esrch)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	char byte;

	EXPECT_EQ(-ESRCH, move_one(self->fd, getpid(), 0, &in_data, &byte, 1));
	EXPECT_EQ(-ESRCH, move_one(self->fd, 0, 0, &in_data, &byte, 1));
	EXPECT_EQ(-ESRCH, move_one(self->fd, -1, 0, &in_data, &byte, 1));
	EXPECT_EQ(0, tr_ptrace(&self->tracer, PTRACE_CONT, child.pid, 0, 0));
	EXPECT_EQ(-ESRCH, move_one(self->fd, child.pid, 0, &in_data, &byte, 1));
	EXPECT_EQ(-ESRCH, move(self->fd, child.pid, 0, NULL, 0));
	EXPECT_EQ(-ESRCH, move_one(self->fd, child.pid, SPT_MEMORY_WRITE,
				   &in_data, &byte, 1));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(SIGKILL, tr_wait_status(&self->tracer, child.pid));
	EXPECT_EQ(-ESRCH, move_one(self->fd, child.pid, 0, &in_data, &byte, 1));
	child_end(&child);
}

TEST_F(ranges, of_a_tracee_turned_undumpable_are_eio_without_privileges)
{
	int status;
	pid_t pid;

	ASSERT_TRUE(map_all());
	pid = fork();
	if (!pid) {
		struct tracer other;
		struct child child;
		struct spt_event event;
		long word;

		if (tracer_open(&other, true))
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
		if (move_one(other.fd, child.pid, 0, map.private, &word,
			     WORD) != -EIO)
			_exit(6);
		if (move_one(other.fd, child.pid, SPT_MEMORY_WRITE, map.private,
			     &word, WORD) != -EIO)
			_exit(7);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

/* One call by another thread, into memory that is slow. */
struct slow_move {
	int fd;
	pid_t tid;
	unsigned int flags;
	char *slow;
	long long done;
};

static void *move_slowly(void *arg)
{
	struct slow_move *slow = arg;
	struct spt_range ranges[] = {
		range_of(map.edge, slow->slow + SLOW_PAGE, 10),
		range_of(map.edge, slow->slow, 10),
	};

	slow->done = move(slow->fd, slow->tid, slow->flags, ranges, 2);
	return NULL;
}

/*
 * Memory of the caller that takes its time holds no tracee: it dies when it is killed,
 * and what was moved before that counts.
 */
static void kill_during_slow_move(struct __test_metadata *_metadata,
				  struct tracer *tracer, unsigned int flags)
{
	struct child child = stopped_child(_metadata, tracer);
	struct slow_move slow = {
		.fd = tracer->fd,
		.tid = child.pid,
		.flags = flags,
	};
	pthread_t thread;
	int fd;

	slow.slow = mmap(NULL, 2 * SLOW_PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, slow.slow);
	slow.slow[SLOW_PAGE] = 'p';
	fd = make_slow(slow.slow);
	if (fd < 0)
		SKIP(goto out, "no userfaultfd(2)");
	ASSERT_EQ(0, pthread_create(&thread, NULL, move_slowly, &slow));
	ASSERT_TRUE(await_touch(fd));
	kill(child.pid, SIGKILL);
	EXPECT_EQ(SIGKILL, tr_wait_status(tracer, child.pid));
	EXPECT_TRUE(end_slowness(fd, slow.slow));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(10, slow.done);
	close(fd);
out:
	munmap(slow.slow, 2 * SLOW_PAGE);
	child_end(&child);
}

/* Long calls by another thread, one after the other. */
struct long_moves {
	int fd;
	pid_t tid;
	char *bytes;
	volatile bool end;
	volatile unsigned int moves;
};

static void *move_on(void *arg)
{
	static struct spt_range ranges[SPT_MEMORY_MAX_RANGES];
	struct long_moves *moves = arg;
	size_t i;

	for (i = 0; i < ARRAY_LEN(ranges); i++)
		ranges[i] = range_of(map.edge, moves->bytes, 2 * map.page);
	while (!moves->end) {
		move(moves->fd, moves->tid, 0, ranges, ARRAY_LEN(ranges));
		moves->moves++;
	}
	return NULL;
}

/* A request that waits while the tracee is held comes before the call's next hold. */
TEST_F(ranges, requests_of_other_threads_come_in_between)
{
	struct child child = stopped_child(_metadata, &self->tracer);
	struct long_moves moves = { .fd = self->fd, .tid = child.pid };
	struct user_regs_struct regs;
	unsigned int before, within = 0;
	pthread_t thread;
	int i;

	moves.bytes = malloc(2 * map.page);
	ASSERT_NE(NULL, moves.bytes);
	ASSERT_EQ(0, pthread_create(&thread, NULL, move_on, &moves));
	ASSERT_TRUE(WAIT_UNTIL(moves.moves > 0));
	for (i = 0; i < rounds(40); i++) {
		before = moves.moves;
		ASSERT_EQ(0, tr_ptrace_at(&self->tracer, PTRACE_GETREGS,
					  child.pid, 0, &regs));
		within += moves.moves == before;
	}
	moves.end = true;
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_LT(i / 2, within) TH_LOG("%u of %d", within, i);
	child_end(&child);
	free(moves.bytes);
}

TEST_F(ranges, killed_while_the_caller_faults_in_what_is_read)
{
	kill_during_slow_move(_metadata, &self->tracer, 0);
}

TEST_F(ranges, killed_while_the_caller_faults_in_what_is_written)
{
	kill_during_slow_move(_metadata, &self->tracer, SPT_MEMORY_WRITE);
}

TEST_HARNESS_MAIN
