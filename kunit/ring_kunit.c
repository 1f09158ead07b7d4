// SPDX-License-Identifier: GPL-2.0
/*
 * The ring's writer against readers of every kind, and the table of captures.
 */
#include <kunit/test.h>
#include <linux/audit.h>
#include <linux/slab.h>

#include "record/capture.h"
#include "record/ring.h"

#define SIZE 1024
#define GUARD 0xa5

/* A part whose records are between guards, and are not mapped twice. */
struct ring_fixture {
	struct spt_part part;
	struct spt_ring_part shared;
	u8 before[64];
	u8 data[2 * SIZE];
	u8 behind[64];
};

static int ring_begin(struct kunit *test)
{
	struct ring_fixture *ring;

	ring = kunit_kzalloc(test, sizeof(*ring), GFP_KERNEL);
	if (!ring)
		return -ENOMEM;
	memset(ring->before, GUARD, sizeof(ring->before));
	memset(ring->behind, GUARD, sizeof(ring->behind));
	spt_part_init(&ring->part, &ring->shared, ring->data, SIZE, 3);
	test->priv = ring;
	return 0;
}

static const struct spt_writer writer = {
	.time = 100,
	.tid = 7,
	.tgid = 6,
	.cpu = 3,
};

static struct spt_record *put(struct ring_fixture *ring, u16 kind, u32 size,
			      u32 keep)
{
	struct spt_record *record;

	if (!spt_part_open(&ring->part))
		return NULL;
	record = spt_part_begin(&ring->part, &writer, kind, size, keep);
	if (record)
		spt_part_commit(&ring->part, record, size);
	else
		spt_part_lose(&ring->part, kind, writer.time);
	spt_part_close(&ring->part);
	return record;
}

static void expect_guards(struct kunit *test, const struct ring_fixture *ring)
{
	KUNIT_EXPECT_PTR_EQ(test, (void *)NULL,
			    memchr_inv(ring->before, GUARD,
				       sizeof(ring->before)));
	KUNIT_EXPECT_PTR_EQ(test, (void *)NULL,
			    memchr_inv(ring->behind, GUARD,
				       sizeof(ring->behind)));
}

/* A record has its writer's data, and the reader is told of it. */
static void a_record_is_there(struct kunit *test)
{
	struct ring_fixture *ring = test->priv;
	struct spt_record *record = put(ring, SPT_RECORD_EXIT, 40, 0);

	KUNIT_ASSERT_PTR_EQ(test, (void *)record, (void *)ring->data);
	KUNIT_EXPECT_EQ(test, record->size, 40U);
	KUNIT_EXPECT_EQ(test, (int)record->kind, SPT_RECORD_EXIT);
	KUNIT_EXPECT_EQ(test, record->time, 100ULL);
	KUNIT_EXPECT_EQ(test, record->tid, 7);
	KUNIT_EXPECT_EQ(test, record->tgid, 6);
	KUNIT_EXPECT_EQ(test, record->cpu, 3U);
	KUNIT_EXPECT_EQ(test, ring->shared.head, 40ULL);
	KUNIT_EXPECT_EQ(test, ring->shared.writing, 0U);
	KUNIT_EXPECT_EQ(test, ring->shared.cpu, 3U);
	KUNIT_EXPECT_EQ(test, spt_part_used(&ring->part), 40U);
}

/* Who interrupts a writer writes nothing. */
static void there_is_one_writer(struct kunit *test)
{
	struct ring_fixture *ring = test->priv;

	KUNIT_ASSERT_TRUE(test, spt_part_open(&ring->part));
	KUNIT_EXPECT_EQ(test, ring->shared.writing, 1U);
	KUNIT_EXPECT_FALSE(test, spt_part_open(&ring->part));
	spt_part_close(&ring->part);
	KUNIT_EXPECT_TRUE(test, spt_part_open(&ring->part));
	spt_part_close(&ring->part);
}

/* A part can be filled to its last byte, and not beyond. */
static void a_part_is_filled(struct kunit *test)
{
	struct ring_fixture *ring = test->priv;
	int i;

	for (i = 0; i < SIZE / 64; i++)
		KUNIT_EXPECT_TRUE(test, put(ring, SPT_RECORD_EXIT, 64, 0));
	KUNIT_EXPECT_EQ(test, spt_part_room(&ring->part), 0U);
	KUNIT_EXPECT_FALSE(test, put(ring, SPT_RECORD_EXIT, 64, 0));
	KUNIT_EXPECT_EQ(test, ring->shared.head, (u64)SIZE);
	expect_guards(test, ring);
}

/* What is read makes room, behind which the records go on. */
static void reading_makes_room(struct kunit *test)
{
	struct ring_fixture *ring = test->priv;
	struct spt_record *record;
	int i;

	for (i = 0; i < 1000; i++) {
		record = put(ring, SPT_RECORD_EXIT, 200, 0);
		KUNIT_ASSERT_PTR_EQ(test, (u8 *)record,
				    ring->data + i * 200 % SIZE);
		ring->shared.tail += 200;
	}
	expect_guards(test, ring);
}

/* Room that is kept isn't taken, but by who keeps none. */
static void room_is_kept(struct kunit *test)
{
	struct ring_fixture *ring = test->priv;

	KUNIT_EXPECT_TRUE(test, put(ring, SPT_RECORD_SYSCALL, 768, 256));
	KUNIT_ASSERT_TRUE(test, spt_part_open(&ring->part));
	KUNIT_EXPECT_PTR_EQ(test, (struct spt_record *)NULL,
			    spt_part_begin(&ring->part, &writer,
					   SPT_RECORD_SYSCALL, 64, 256));
	spt_part_close(&ring->part);
	KUNIT_EXPECT_TRUE(test, put(ring, SPT_RECORD_EXIT, 256, 0));
}

/* Losses are counted by kind, and told of once, before what comes next. */
static void losses_are_told(struct kunit *test)
{
	struct ring_fixture *ring = test->priv;
	const struct spt_record_lost *lost;

	put(ring, SPT_RECORD_SYSCALL, SIZE, 0);
	put(ring, SPT_RECORD_SYSCALL, 120, 0);
	put(ring, SPT_RECORD_SYSCALL, 120, 0);
	put(ring, SPT_RECORD_FORK, 40, 0);
	KUNIT_EXPECT_EQ(test, ring->shared.lost[SPT_RECORD_SYSCALL], 2ULL);
	KUNIT_EXPECT_EQ(test, ring->shared.lost[SPT_RECORD_FORK], 1ULL);

	/* Not without room for both. */
	ring->shared.tail = sizeof(*lost) + 32;
	KUNIT_EXPECT_FALSE(test, put(ring, SPT_RECORD_EXIT, 40, 0));
	ring->shared.tail = sizeof(*lost) + 40;
	KUNIT_EXPECT_TRUE(test, put(ring, SPT_RECORD_EXIT, 40, 0));
	KUNIT_EXPECT_EQ(test, spt_part_room(&ring->part), 0U);
	lost = (void *)ring->data;
	KUNIT_EXPECT_EQ(test, (int)lost->head.kind, SPT_RECORD_LOST);
	KUNIT_EXPECT_EQ(test, lost->head.size, (u32)sizeof(*lost));
	KUNIT_EXPECT_EQ(test, lost->since, 100ULL);
	KUNIT_EXPECT_EQ(test, lost->counts[SPT_RECORD_SYSCALL], 2ULL);
	KUNIT_EXPECT_EQ(test, lost->counts[SPT_RECORD_FORK], 1ULL);
	KUNIT_EXPECT_EQ(test, lost->counts[SPT_RECORD_EXIT], 1ULL);
	KUNIT_EXPECT_EQ(test, ring->shared.head,
			(u64)(SIZE + sizeof(*lost) + 40));

	ring->shared.tail = ring->shared.head;
	put(ring, SPT_RECORD_EXIT, 40, 0);
	KUNIT_EXPECT_EQ(test, ring->shared.head,
			(u64)(SIZE + sizeof(*lost) + 80));
	/* The sums stay. */
	KUNIT_EXPECT_EQ(test, ring->shared.lost[SPT_RECORD_SYSCALL], 2ULL);
}

/* Whatever a reader writes, no byte outside of the ring is touched. */
static void no_reader_leads_astray(struct kunit *test)
{
	static const u64 tails[] = {
		0, 1, 7, SIZE - 1, SIZE, SIZE + 1, 1ULL << 31, 1ULL << 32,
		1ULL << 63, ~0ULL, ~0ULL - SIZE, ~0ULL << 3,
	};
	struct ring_fixture *ring = test->priv;
	int i, k;

	for (i = 0; i < 2000; i++) {
		ring->shared.tail = tails[i % ARRAY_SIZE(tails)];
		if (i % 3 == 0)
			ring->shared.tail += ring->part.head;
		/* What is the kernel's in there is nothing to it. */
		ring->shared.head = tails[(i + 5) % ARRAY_SIZE(tails)];
		ring->shared.writing = i;
		for (k = 0; k < SPT_RECORD_KINDS; k++)
			ring->shared.lost[k] = ~0ULL;
		put(ring, SPT_RECORD_SYSCALL, 8 * (5 + i % 120), i % 2 ? 256 : 0);
		KUNIT_ASSERT_LE(test, spt_part_used(&ring->part), (u32)SIZE);
		KUNIT_ASSERT_LE(test, spt_part_room(&ring->part), (u32)SIZE);
		expect_guards(test, ring);
	}
}

/* A reader that says more than was ever written leaves no room. */
static void a_tail_before_the_head_is_no_room(struct kunit *test)
{
	struct ring_fixture *ring = test->priv;

	ring->shared.tail = 8;
	KUNIT_EXPECT_EQ(test, spt_part_room(&ring->part), 0U);
	KUNIT_EXPECT_FALSE(test, put(ring, SPT_RECORD_EXIT, 40, 0));
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(a_record_is_there),
	KUNIT_CASE(there_is_one_writer),
	KUNIT_CASE(a_part_is_filled),
	KUNIT_CASE(reading_makes_room),
	KUNIT_CASE(room_is_kept),
	KUNIT_CASE(losses_are_told),
	KUNIT_CASE(no_reader_leads_astray),
	KUNIT_CASE(a_tail_before_the_head_is_no_room),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "sptrace_ring",
	.init = ring_begin,
	.test_cases = ring_cases,
};

#define NATIVE AUDIT_ARCH_X86_64
#define COMPAT AUDIT_ARCH_I386

static struct spt_captures *captures_of(struct kunit *test,
					const struct spt_capture *entries,
					u32 nr)
{
	struct spt_captures *captures;

	captures = kunit_kzalloc(test, struct_size(captures, entries, nr),
				 GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, captures);
	captures->nr = nr;
	memcpy(captures->entries, entries, nr * sizeof(*entries));
	return captures;
}

/* Each call finds its own, those of its entry first. */
static void captures_are_found(struct kunit *test)
{
	static const struct spt_capture entries[] = {
		{ .arch = NATIVE, .nr = 5, .arg = 1, .max = 16,
		  .when = SPT_CAPTURE_AT_EXIT },
		{ .arch = COMPAT, .nr = 5, .arg = 2, .max = 1 },
		{ .arch = NATIVE, .nr = 511, .arg = 3, .max = 4096 },
		{ .arch = NATIVE, .nr = 5, .arg = 4, .max = 9 },
	};
	struct spt_captures *captures =
		captures_of(test, entries, ARRAY_SIZE(entries));
	const struct spt_capture *found;

	KUNIT_ASSERT_EQ(test, spt_captures_index(captures, NATIVE, COMPAT), 0);
	KUNIT_EXPECT_EQ(test, captures->entry_bytes, 8U + 4096);
	KUNIT_EXPECT_EQ(test, captures->call_bytes, 8U + 4096);
	found = spt_captures_of(captures, SPT_CAPTURE_NATIVE, 5);
	KUNIT_ASSERT_NOT_NULL(test, found);
	KUNIT_EXPECT_EQ(test, (int)found->arg, 4);
	found = spt_captures_next(captures, found);
	KUNIT_ASSERT_NOT_NULL(test, found);
	KUNIT_EXPECT_EQ(test, (int)found->arg, 1);
	KUNIT_EXPECT_NULL(test, spt_captures_next(captures, found));
	found = spt_captures_of(captures, SPT_CAPTURE_COMPAT, 5);
	KUNIT_ASSERT_NOT_NULL(test, found);
	KUNIT_EXPECT_EQ(test, (int)found->arg, 2);
	KUNIT_EXPECT_NULL(test, spt_captures_next(captures, found));
	KUNIT_EXPECT_NOT_NULL(test, spt_captures_of(captures, SPT_CAPTURE_NATIVE,
						    511));
	KUNIT_EXPECT_NULL(test,
			  spt_captures_of(captures, SPT_CAPTURE_NATIVE, 512));
	KUNIT_EXPECT_NULL(test, spt_captures_of(captures, SPT_CAPTURE_NATIVE,
						~0ULL));
	KUNIT_EXPECT_NULL(test,
			  spt_captures_of(captures, SPT_CAPTURE_COMPAT, 511));
}

/* What a length says is never more than the maximum. */
static void captures_have_a_limit(struct kunit *test)
{
	const struct spt_capture capture = { .max = 16 };

	KUNIT_EXPECT_EQ(test, spt_capture_limit(&capture, 0), 0U);
	KUNIT_EXPECT_EQ(test, spt_capture_limit(&capture, 16), 16U);
	KUNIT_EXPECT_EQ(test, spt_capture_limit(&capture, 17), 16U);
	KUNIT_EXPECT_EQ(test, spt_capture_limit(&capture, 1ULL << 32), 16U);
	KUNIT_EXPECT_EQ(test, spt_capture_limit(&capture, ~0ULL), 16U);
}

/* What can't be is refused. */
static void captures_are_checked(struct kunit *test)
{
	static const struct spt_capture bad[] = {
		{ .arch = 1, .nr = 1, .max = 1 },
		{ .arch = NATIVE, .nr = 512, .max = 1 },
		{ .arch = NATIVE, .arg = 6, .max = 1 },
		{ .arch = NATIVE, .kind = 2, .max = 1 },
		{ .arch = NATIVE, .when = 2, .max = 1 },
		{ .arch = NATIVE, .max = 0 },
		{ .arch = NATIVE, .max = 4097 },
		{ .arch = NATIVE, .max = ~0U },
		{ .arch = NATIVE, .max = 1, .length = SPT_LENGTH_ARG(0) },
		{ .arch = NATIVE, .max = 1, .kind = SPT_CAPTURE_BUFFER,
		  .length = SPT_LENGTH_RESULT },
		{ .arch = NATIVE, .max = 1, .kind = SPT_CAPTURE_BUFFER,
		  .length = SPT_LENGTH_AT(6) },
		{ .arch = NATIVE, .max = 1, .kind = SPT_CAPTURE_BUFFER,
		  .length = 255 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    spt_captures_index(captures_of(test, &bad[i],
								   1),
						       NATIVE, COMPAT),
				    -EINVAL, "entry %d", i);
}

/* An argument is taken once at the entry and once at the exit. */
static void captures_are_not_repeated(struct kunit *test)
{
	static const struct spt_capture once[] = {
		{ .arch = NATIVE, .nr = 5, .arg = 1, .max = 16 },
		{ .arch = NATIVE, .nr = 5, .arg = 1, .max = 16,
		  .when = SPT_CAPTURE_AT_EXIT },
		{ .arch = COMPAT, .nr = 5, .arg = 1, .max = 16 },
		{ .arch = NATIVE, .nr = 6, .arg = 1, .max = 16 },
	};
	static const struct spt_capture twice[] = {
		{ .arch = NATIVE, .nr = 5, .arg = 1, .max = 16 },
		{ .arch = NATIVE, .nr = 5, .arg = 2, .max = 16 },
		{ .arch = NATIVE, .nr = 5, .arg = 1, .max = 8,
		  .kind = SPT_CAPTURE_BUFFER },
	};

	KUNIT_EXPECT_EQ(test,
			spt_captures_index(captures_of(test, once,
						       ARRAY_SIZE(once)),
					   NATIVE, COMPAT), 0);
	KUNIT_EXPECT_EQ(test,
			spt_captures_index(captures_of(test, twice,
						       ARRAY_SIZE(twice)),
					   NATIVE, COMPAT), -EINVAL);
}

static struct kunit_case capture_cases[] = {
	KUNIT_CASE(captures_are_found),
	KUNIT_CASE(captures_have_a_limit),
	KUNIT_CASE(captures_are_checked),
	KUNIT_CASE(captures_are_not_repeated),
	{}
};

static struct kunit_suite capture_suite = {
	.name = "sptrace_captures",
	.test_cases = capture_cases,
};

kunit_test_suites(&ring_suite, &capture_suite);
