// SPDX-License-Identifier: GPL-2.0
/*
 * What a caller can get wrong in the ioctls about scopes and declarations, and
 * that nothing comes of it.
 */
#include <sys/mman.h>
#include "people.h"

/* Large enough for a structure of a later version. */
union argument {
	struct spt_scope scope;
	struct spt_ptracer ptracer;
	struct spt_explain explain;
	__u32 words[16];
};

static const struct row {
	const char *name;
	unsigned int number;
	union argument argument;
	int error;
} rows[] = {
	{ "get: scope", SPT_IOC_GET_SCOPE, { .scope.scope = 1 }, EINVAL },
	{ "get: effective",
	  SPT_IOC_GET_SCOPE,
	  { .scope.effective = 1 },
	  EINVAL },
	{ "get: flags", SPT_IOC_GET_SCOPE, { .scope.flags = 1 }, EINVAL },
	{ "get: nobody", SPT_IOC_GET_SCOPE, { .scope.pid = 0x7fffffff }, ESRCH },
	{ "get: negative", SPT_IOC_GET_SCOPE, { .scope.pid = -1 }, ESRCH },
	{ "get: two at once",
	  SPT_IOC_GET_SCOPE,
	  { .scope = { .pid = -1, .flags = SPT_SCOPE_SET } },
	  EINVAL },
	{ "set: scope 4", SPT_IOC_SET_SCOPE, { .scope.scope = 4 }, EINVAL },
	{ "set: scope -1", SPT_IOC_SET_SCOPE, { .scope.scope = -1U }, EINVAL },
	{ "set: scope and more",
	  SPT_IOC_SET_SCOPE,
	  { .scope.scope = 0x100 },
	  EINVAL },
	{ "set: effective",
	  SPT_IOC_SET_SCOPE,
	  { .scope = { .scope = 2, .effective = 2 } },
	  EINVAL },
	{ "set: flags",
	  SPT_IOC_SET_SCOPE,
	  { .scope = { .scope = 2, .flags = SPT_SCOPE_SET } },
	  EINVAL },
	{ "set: nobody",
	  SPT_IOC_SET_SCOPE,
	  { .scope = { .pid = 0x7fffffff, .scope = 2 } },
	  ESRCH },
	{ "set: negative",
	  SPT_IOC_SET_SCOPE,
	  { .scope = { .pid = -1, .scope = 2 } },
	  ESRCH },
	{ "set: two at once",
	  SPT_IOC_SET_SCOPE,
	  { .scope = { .pid = -1, .scope = 9 } },
	  EINVAL },
	{ "ptracer: reserved",
	  SPT_IOC_SET_PTRACER,
	  { .ptracer.reserved = 1 },
	  EINVAL },
	{ "ptracer: nobody",
	  SPT_IOC_SET_PTRACER,
	  { .ptracer.pid = 0x7fffffff },
	  EINVAL },
	{ "ptracer: negative",
	  SPT_IOC_SET_PTRACER,
	  { .ptracer.pid = -2 },
	  EINVAL },
	{ "explain: rule", SPT_IOC_EXPLAIN, { .explain.rule = 1 }, EINVAL },
	{ "explain: scope", SPT_IOC_EXPLAIN, { .explain.scope = 1 }, EINVAL },
	{ "explain: flags", SPT_IOC_EXPLAIN, { .explain.flags = 1 }, EINVAL },
	{ "explain: nobody",
	  SPT_IOC_EXPLAIN,
	  { .explain.tid = 0x7fffffff },
	  ESRCH },
	{ "explain: negative", SPT_IOC_EXPLAIN, { .explain.tid = -1 }, ESRCH },
};

/* What each takes, and what it then leaves as it was. */
static const struct {
	const char *name;
	unsigned int number;
	union argument argument;
} good[] = {
	{ "get", SPT_IOC_GET_SCOPE, {} },
	{ "set", SPT_IOC_SET_SCOPE, { .scope.scope = 1 } },
	{ "ptracer", SPT_IOC_SET_PTRACER, { .ptracer.pid = SPT_PTRACER_ANY } },
	{ "explain", SPT_IOC_EXPLAIN, {} },
};

/* The test is root and has declared that anyone may trace it. */
FIXTURE(policy)
{
	struct machine machine;
	int fd;
};

FIXTURE_SETUP(policy)
{
	ASSERT_TRUE(people_begin());
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_RESTRICTED));
	self->fd = spt_open();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, do_declare(SPT_PTRACER_ANY, 0, 0));
}

FIXTURE_TEARDOWN(policy)
{
	people_end();
	machine_end(&self->machine);
	close(self->fd);
}

static int error_of(int fd, unsigned long number, void *argument)
{
	return ioctl(fd, number, argument) < 0 ? errno : 0;
}

/* The same ioctl with a structure of another size. */
static unsigned long with_size(unsigned int number, size_t size)
{
	return _IOC(_IOC_DIR(number), _IOC_TYPE(number), _IOC_NR(number), size);
}

static void check_nothing_changed(struct __test_metadata *_metadata)
{
	EXPECT_EQ(PACKED(1, 1, SPT_SCOPE_SET), do_get_scope(0, 0, 0));
	EXPECT_EQ(1, setting_read(FACTS "declarations"));
}

TEST_F(policy, mistakes_are_told_and_change_nothing)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		union argument argument = rows[i].argument;

		EXPECT_EQ(rows[i].error,
			  error_of(self->fd, rows[i].number, &argument))
		{
			TH_LOG("%s", rows[i].name);
		}
		EXPECT_EQ(0, memcmp(&argument, &rows[i].argument,
				    sizeof(argument)))
		{
			TH_LOG("%s", rows[i].name);
		}
	}
	check_nothing_changed(_metadata);
}

TEST_F(policy, pointers_that_lead_nowhere_are_efault)
{
	long size = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int i;

	ASSERT_NE(MAP_FAILED, pages);
	ASSERT_EQ(0, munmap(pages + size, size));
	for (i = 0; i < ARRAY_LEN(good); i++) {
		unsigned int number = good[i].number;

		EXPECT_EQ(EFAULT, error_of(self->fd, number, NULL));
		EXPECT_EQ(EFAULT, error_of(self->fd, number, (void *)-4096L));
		EXPECT_EQ(EFAULT, error_of(self->fd, number, pages + size - 4));
		/* All of it is needed, and not a byte more. */
		memcpy(pages + size - _IOC_SIZE(number), &good[i].argument,
		       _IOC_SIZE(number));
		EXPECT_EQ(0, error_of(self->fd, number,
				      pages + size - _IOC_SIZE(number)));
	}
	check_nothing_changed(_metadata);
}

TEST_F(policy, places_that_cant_be_written_are_efault)
{
	union argument *argument = mmap(NULL, sizeof(*argument), PROT_READ,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int i;

	ASSERT_NE(MAP_FAILED, argument);
	for (i = 0; i < ARRAY_LEN(good); i++) {
		bool writes = _IOC_DIR(good[i].number) & _IOC_READ;

		/* All zero: classic, and nobody, from the other two. */
		EXPECT_EQ(writes ? EFAULT : 0,
			  error_of(self->fd, good[i].number, argument))
		{
			TH_LOG("%s", good[i].name);
		}
	}
	EXPECT_EQ(PACKED(0, 0, SPT_SCOPE_SET), do_get_scope(0, 0, 0));
	EXPECT_EQ(0, setting_read(FACTS "declarations"));
}

TEST_F(policy, structures_of_other_sizes)
{
	union argument argument;
	unsigned int i, number;
	size_t size;

	for (i = 0; i < ARRAY_LEN(good); i++) {
		number = good[i].number;
		for (size = 0; size < _IOC_SIZE(number); size += 4) {
			argument = good[i].argument;
			EXPECT_EQ(EINVAL,
				  error_of(self->fd, with_size(number, size),
					   &argument));
		}
		EXPECT_EQ(EINVAL, error_of(self->fd, with_size(number, 8192),
					   &argument));
		/* Of a later version, using nothing of it; and using it. */
		argument = good[i].argument;
		EXPECT_EQ(0, error_of(self->fd,
				      with_size(number, sizeof(argument)),
				      &argument));
		argument = good[i].argument;
		argument.words[15] = 1;
		EXPECT_EQ(E2BIG, error_of(self->fd,
					  with_size(number, sizeof(argument)),
					  &argument));
	}
	check_nothing_changed(_metadata);
}

TEST_F(policy, mistakes_by_the_powerless_are_told_as_well)
{
	struct person *user;

	user = person_made(NULL, 0, do_become, USER, USER);
	ASSERT_NE(NULL, user);
	/* What is wrong in itself comes first. */
	EXPECT_EQ(-EINVAL, ask(user, do_set_scope, 0, 4));
	EXPECT_EQ(-ESRCH, ask(user, do_set_scope, 0x7fffffff, 2));
	EXPECT_EQ(-EPERM, ask(user, do_set_scope, 0, 2));
	EXPECT_EQ(-EPERM, ask(user, do_set_scope, 0, 1));
	check_nothing_changed(_metadata);
}

TEST_F(policy, the_feature_is_told)
{
	struct spt_info info = {};

	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_INFO, &info));
	EXPECT_TRUE(info.features & SPT_FEATURE_SCOPE);
	EXPECT_TRUE(info.features & SPT_FEATURE_INSTEAD);
}

TEST_HARNESS_MAIN
