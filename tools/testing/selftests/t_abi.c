// SPDX-License-Identifier: GPL-2.0
/* The ioctls as an interface: numbers, sizes, flags and reserved fields. */
#include "spt.h"

FIXTURE_OF_THE_SHADOW(abi);

/* An ioctl of ours with another size in its number. */
static int sized_ioctl(int fd, unsigned int number, unsigned int size,
		       void *arg)
{
	unsigned int dir = _IOC_DIR(number);

	number = _IOC(dir, _IOC_TYPE(number), _IOC_NR(number), size);
	return ioctl(fd, number, arg) < 0 ? -errno : 0;
}

/* Larger than any structure of today, zero-filled. */
union grown {
	char bytes[1024];
	struct spt_info info;
	struct spt_ptrace ptrace;
	struct spt_wait wait;
	struct spt_list list;
	struct spt_flags flags;
	struct spt_scope scope;
	struct spt_ptracer ptracer;
	struct spt_explain explain;
	struct spt_next next;
	struct spt_memory memory;
	struct spt_recording recording;
};

static const struct sized {
	const char *name;
	unsigned int number;
	unsigned int size;
	unsigned int known; /* if larger than that */
	/* What the ioctl answers to this argument when its size is right. */
	union grown arg;
	int answer;
} sized[] = {
	{
		.name = "INFO",
		.number = SPT_IOC_INFO,
		.size = SPT_INFO_SIZE_VER0,
		.answer = 0,
	},
	{
		.name = "PTRACE",
		.number = SPT_IOC_PTRACE,
		.size = SPT_PTRACE_SIZE_VER0,
		.arg.ptrace = { .request = PTRACE_CONT, .tid = -1 },
		.answer = -ESRCH,
	},
	{
		.name = "WAIT",
		.number = SPT_IOC_WAIT,
		.size = SPT_WAIT_SIZE_VER0,
		.known = SPT_WAIT_SIZE_VER1,
		.arg.wait = { .idtype = P_ALL, .options = WEXITED | WNOHANG },
		.answer = -ECHILD,
	},
	{
		.name = "STATUS",
		.number = SPT_IOC_STATUS,
		.size = SPT_LIST_SIZE_VER0,
		.arg.list = { .entry_size = sizeof(struct spt_status) },
		.answer = 0,
	},
	{
		.name = "SET_FLAGS",
		.number = SPT_IOC_SET_FLAGS,
		.size = SPT_FLAGS_SIZE_VER0,
		.arg.flags = { .flags = 0 },
		.answer = 0,
	},
	{
		.name = "GET_SCOPE",
		.number = SPT_IOC_GET_SCOPE,
		.size = SPT_SCOPE_SIZE_VER0,
		.answer = 0,
	},
	{
		.name = "SET_SCOPE",
		.number = SPT_IOC_SET_SCOPE,
		.size = SPT_SCOPE_SIZE_VER0,
		.arg.scope = { .pid = -1 },
		.answer = -ESRCH,
	},
	{
		.name = "SET_PTRACER",
		.number = SPT_IOC_SET_PTRACER,
		.size = SPT_PTRACER_SIZE_VER0,
		.answer = 0,
	},
	{
		.name = "EXPLAIN",
		.number = SPT_IOC_EXPLAIN,
		.size = SPT_EXPLAIN_SIZE_VER0,
		.arg.explain = { .tid = 1 },
		.answer = 0,
	},
	{
		.name = "NEXT",
		.number = SPT_IOC_NEXT,
		.size = SPT_NEXT_SIZE_VER0,
		.arg.next = { .idtype = P_ALL, .options = WEXITED | WNOHANG },
		.answer = -ECHILD,
	},
	{
		.name = "MEMORY",
		.number = SPT_IOC_MEMORY,
		.size = SPT_MEMORY_SIZE_VER0,
		.arg.memory = { .tid = -1 },
		.answer = -ESRCH,
	},
	{
		.name = "RECORD",
		.number = SPT_IOC_RECORD,
		.size = SPT_RECORDING_SIZE_VER0,
		.arg.recording = { .size = 65536, .nr_captures = 1 },
		.answer = -EFAULT,
	},
};

/* The size that the module knows: of the last version, if there are several. */
static unsigned int known_size(unsigned int i)
{
	return sized[i].known ?: sized[i].size;
}

TEST_F(abi, unknown_ioctl_is_enotty)
{
	char arg[64] = {};

	EXPECT_EQ(-1, ioctl(self->fd, _IO(SPT_IOC_MAGIC, 255), arg));
	EXPECT_EQ(ENOTTY, errno);
	/* A known number of another magic. */
	EXPECT_EQ(-1, ioctl(self->fd, _IOR('T', 0, struct spt_info), arg));
	EXPECT_EQ(ENOTTY, errno);
	/* TCGETS, which every program asks of every file. */
	EXPECT_EQ(-1, ioctl(self->fd, 0x5401, arg));
	EXPECT_EQ(ENOTTY, errno);
}

TEST_F(abi, known_number_of_another_direction_is_enotty)
{
	char arg[sizeof(struct spt_wait)] = {};

	EXPECT_EQ(-1, ioctl(self->fd, _IOW(SPT_IOC_MAGIC, 0, struct spt_info),
			    arg));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(-1, ioctl(self->fd, _IOR(SPT_IOC_MAGIC, 2, struct spt_wait),
			    arg));
	EXPECT_EQ(ENOTTY, errno);
}

TEST_F(abi, own_size_is_taken)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(sized); i++) {
		union grown arg = sized[i].arg;

		EXPECT_EQ(sized[i].answer,
			  sized_ioctl(self->fd, sized[i].number, sized[i].size,
				      &arg))
		{
			TH_LOG("%s", sized[i].name);
		}
	}
}

TEST_F(abi, smaller_than_the_first_version_is_einval)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(sized); i++) {
		union grown arg = sized[i].arg;

		EXPECT_EQ(-EINVAL, sized_ioctl(self->fd, sized[i].number,
					       sized[i].size - 1, &arg))
		{
			TH_LOG("%s", sized[i].name);
		}
		EXPECT_EQ(-EINVAL,
			  sized_ioctl(self->fd, sized[i].number, 4, &arg))
		{
			TH_LOG("%s", sized[i].name);
		}
	}
}

TEST_F(abi, larger_with_a_zero_tail_is_taken)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(sized); i++) {
		union grown arg = sized[i].arg;

		EXPECT_EQ(sized[i].answer,
			  sized_ioctl(self->fd, sized[i].number,
				      known_size(i) + 8, &arg))
		{
			TH_LOG("%s", sized[i].name);
		}
		/* What came out must not go in again. */
		arg = sized[i].arg;
		EXPECT_EQ(sized[i].answer,
			  sized_ioctl(self->fd, sized[i].number, sizeof(arg),
				      &arg))
		{
			TH_LOG("%s", sized[i].name);
		}
	}
}

TEST_F(abi, larger_with_a_tail_that_is_not_zero_is_e2big)
{
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(sized); i++) {
		union grown arg = sized[i].arg;

		/* What only goes out can't ask for something unknown. */
		if (!(_IOC_DIR(sized[i].number) & _IOC_WRITE))
			continue;
		arg.bytes[known_size(i) + 7] = 1;
		EXPECT_EQ(-E2BIG, sized_ioctl(self->fd, sized[i].number,
					      known_size(i) + 8, &arg))
		{
			TH_LOG("%s", sized[i].name);
		}
	}
}

TEST_F(abi, larger_info_has_its_tail_cleared)
{
	union grown arg;
	unsigned int i;

	memset(&arg, 0xff, sizeof(arg));
	ASSERT_EQ(0, sized_ioctl(self->fd, SPT_IOC_INFO, 64, &arg));
	for (i = sizeof(struct spt_info); i < 64; i++)
		EXPECT_EQ(0, arg.bytes[i]);
	/* What lies behind is the caller's. */
	EXPECT_EQ((char)0xff, arg.bytes[64]);
}

TEST_F(abi, info_tells_the_version_and_what_there_is)
{
	struct spt_info info;

	memset(&info, 0xff, sizeof(info));
	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_INFO, &info));
	EXPECT_EQ(SPT_ABI_VERSION, info.abi_version);
	EXPECT_EQ(0, info.reserved);
	EXPECT_EQ(SPT_FEATURE_SYSCALL, info.features & SPT_FEATURE_SYSCALL);
	EXPECT_EQ(PTRACE_O_TRACESYSGOOD, info.options & PTRACE_O_TRACESYSGOOD);
	EXPECT_EQ(PTRACE_O_EXITKILL, info.options & PTRACE_O_EXITKILL);
	/* Nothing that native ptrace has no name for. */
	EXPECT_EQ(0, info.options & ~(__u64)PTRACE_O_MASK);
}

TEST_F(abi, options_outside_info_are_refused)
{
	struct spt_info info;
	unsigned int bit;

	ASSERT_EQ(0, ioctl(self->fd, SPT_IOC_INFO, &info));
	for (bit = 0; bit < 8 * sizeof(long); bit++) {
		unsigned long option = 1UL << bit;

		if (info.options & option)
			continue;
		/* Options are judged before the target: init isn't touched. */
		EXPECT_EQ(-EIO,
			  spt_ptrace(self->fd, PTRACE_SEIZE, 1, 0, option))
		{
			TH_LOG("option 0x%lx", option);
		}
	}
}

TEST_F(abi, unknown_wait_flags_are_einval)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		struct spt_wait arg = {
			.idtype = P_ALL,
			.options = WEXITED | WNOHANG,
			.flags = 1U << bit,
		};
		int known = arg.flags &
			    (SPT_WAIT_SYSCALL_INFO | SPT_WAIT_RUSAGE);

		EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_WAIT, &arg));
		EXPECT_EQ(known ? ECHILD : EINVAL, errno)
		{
			TH_LOG("flag 0x%x", 1U << bit);
		}
	}
}

TEST_F(abi, unknown_handle_flags_are_einval)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		struct spt_flags arg = { .flags = 1U << bit };
		int ret = ioctl(self->fd, SPT_IOC_SET_FLAGS, &arg);

		if (arg.flags == SPT_HANDLE_SIGCHLD) {
			EXPECT_EQ(0, ret);
			continue;
		}
		EXPECT_EQ(-1, ret);
		EXPECT_EQ(EINVAL, errno);
	}
}

TEST_F(abi, reserved_handle_flags_are_einval)
{
	struct spt_flags arg = { .reserved = 1 };

	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_SET_FLAGS, &arg));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(abi, unknown_wait_options_are_einval)
{
	unsigned int known = WEXITED | WSTOPPED | WCONTINUED | WNOHANG |
			     WNOWAIT;
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		struct spt_wait arg = {
			.idtype = P_ALL,
			.options = WEXITED | WNOHANG | 1U << bit,
		};
		int ok = !!(known & 1U << bit);

		EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_WAIT, &arg));
		EXPECT_EQ(ok ? ECHILD : EINVAL, errno)
		{
			TH_LOG("option 0x%x", 1U << bit);
		}
	}
}

TEST_F(abi, wait_for_nothing_is_einval)
{
	struct spt_event event;

	EXPECT_EQ(-EINVAL, spt_wait(self->fd, P_ALL, 0, 0, &event));
	EXPECT_EQ(-EINVAL, spt_wait(self->fd, P_ALL, 0, WNOHANG, &event));
	EXPECT_EQ(-EINVAL,
		  spt_wait(self->fd, P_ALL, 0, WNOHANG | WNOWAIT, &event));
}

TEST_F(abi, unknown_idtype_is_einval)
{
	struct spt_event event;

	/* 3 is P_PIDFD, of which the header does not speak. */
	EXPECT_EQ(-EINVAL, spt_wait(self->fd, 3, 1, WEXITED | WNOHANG, &event));
	EXPECT_EQ(-EINVAL, spt_wait(self->fd, 4, 1, WEXITED | WNOHANG, &event));
	EXPECT_EQ(-EINVAL,
		  spt_wait(self->fd, -1, 1, WEXITED | WNOHANG, &event));
}

TEST_F(abi, wait_id_out_of_range_is_einval)
{
	struct spt_event event;

	EXPECT_EQ(-EINVAL,
		  spt_wait(self->fd, P_PID, 0, WEXITED | WNOHANG, &event));
	EXPECT_EQ(-EINVAL,
		  spt_wait(self->fd, P_PID, -1, WEXITED | WNOHANG, &event));
	EXPECT_EQ(-EINVAL,
		  spt_wait(self->fd, P_PGID, -1, WEXITED | WNOHANG, &event));
	/* 0 is the caller's own group. */
	EXPECT_EQ(-ECHILD,
		  spt_wait(self->fd, P_PGID, 0, WEXITED | WNOHANG, &event));
	/* P_ALL does not look at it. */
	EXPECT_EQ(-ECHILD,
		  spt_wait(self->fd, P_ALL, -1, WEXITED | WNOHANG, &event));
}

TEST_F(abi, wait_without_a_tracee_is_echild_even_if_it_may_block)
{
	struct spt_event event;

	EXPECT_EQ(-ECHILD,
		  spt_wait(self->fd, P_ALL, 0, WEXITED | WSTOPPED, &event));
	/* One's own child is no tracee. */
	EXPECT_EQ(-ECHILD,
		  spt_wait(self->fd, P_PID, getpid(), WEXITED, &event));
}

TEST_F(abi, list_with_reserved_or_total_set_is_einval)
{
	struct spt_list list = { .entry_size = sizeof(struct spt_status) };

	list.reserved = 1;
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_STATUS, &list));
	EXPECT_EQ(EINVAL, errno);
	list.reserved = 0;
	list.total = 1;
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_STATUS, &list));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(abi, list_with_entries_too_small_is_einval)
{
	struct spt_list list = { .entry_size = SPT_STATUS_SIZE_VER0 - 1 };

	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_STATUS, &list));
	EXPECT_EQ(EINVAL, errno);
	list.entry_size = 0;
	EXPECT_EQ(-1, ioctl(self->fd, SPT_IOC_STATUS, &list));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(abi, reading_and_writing_are_refused)
{
	char byte = 0;

	EXPECT_EQ(-1, read(self->fd, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(self->fd, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(abi, the_device_opens_for_reading_alone)
{
	int fd = open(SPT_DEVICE, O_RDONLY | O_CLOEXEC);
	struct spt_info info;

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, ioctl(fd, SPT_IOC_INFO, &info));
	close(fd);
}

TEST_HARNESS_MAIN
