// SPDX-License-Identifier: GPL-2.0
/* Names of bits and of choices. */
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "names.h"
#include "print.h"

static int compare_groups(const void *key, const void *group)
{
	return strcmp(key, ((const struct constants *)group)->name);
}

const struct constants *constants_find(const char *name)
{
	return bsearch(name, constants, constants_count, sizeof(*constants),
		       compare_groups);
}

static const char *find_name(const struct constants *group, uint64_t value)
{
	const struct constant *constant;

	for (constant = group->members; constant->name; constant++) {
		/* Of an int only the lower half says something. */
		if ((uint32_t)constant->value == (uint32_t)value)
			return constant->name;
	}
	return NULL;
}

const char *constants_name(const char *group, uint64_t value)
{
	return find_name(constants_find(group), value);
}

/*
 * The names of all bits, those without one as a number; @begun when something
 * stands in front already.
 */
static void print_bits(struct decode_call *call, const struct constants *group,
		       uint64_t value, bool begun)
{
	const struct constant *constant;
	uint64_t left = value;

	for (constant = group->members; constant->name; constant++) {
		if (!constant->value ||
		    (left & constant->value) != constant->value)
			continue;
		print(call, "%s%s", begun ? "|" : "", constant->name);
		begun = true;
		left &= ~constant->value;
	}
	if (left || !begun)
		print(call, left ? "%s%#" PRIx64 : "%s0", begun ? "|" : "",
		      left);
}

/* What the names of a group begin with, behind a number that isn't one of them. */
static void print_prefix(struct decode_call *call,
			 const struct constants *group)
{
	const struct constant *constant = group->members;
	size_t length = strlen(constant->name);

	for (; constant->name; constant++) {
		while (strncmp(constant->name, group->members->name, length))
			length--;
	}
	while (length && group->members->name[length - 1] != '_')
		length--;
	if (length)
		print(call, " /* %.*s??? */", (int)length,
		      group->members->name);
}

static bool has_bit_of(const struct constants *group, uint64_t value)
{
	const struct constant *constant;

	for (constant = group->members; constant->name; constant++) {
		if (constant->value &&
		    (value & constant->value) == constant->value)
			return true;
	}
	return false;
}

static void print_flags_in(struct decode_call *call,
			   const struct constants *group, uint64_t value)
{
	print_bits(call, group, value, false);
	if (value && !has_bit_of(group, value))
		print_prefix(call, group);
}

void print_flags_of(struct decode_call *call, const char *group, uint64_t value)
{
	print_flags_in(call, constants_find(group), value);
}

static void print_one_in(struct decode_call *call,
			 const struct constants *group, uint64_t value)
{
	const char *name = find_name(group, value);

	if (name) {
		print(call, "%s", name);
		return;
	}
	print(call, value ? "%#x" : "%u", (unsigned int)value);
	print_prefix(call, group);
}

void print_one_of(struct decode_call *call, const char *group, uint64_t value)
{
	print_one_in(call, constants_find(group), value);
}

static void print_flags(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	print_flags_in(call, param->constants, value);
}

/* Flags that are an int. */
static void print_flags_32(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	print_flags_in(call, param->constants, (uint32_t)value);
}

static void print_one(struct decode_call *call, uint64_t value,
		      const struct param *param)
{
	print_one_in(call, param->constants, value);
}

static void print_open_flags(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR",
					     "O_ACCMODE" };
	uint64_t bits = (uint32_t)value & ~(uint64_t)O_ACCMODE;

	(void)param;
	print(call, "%s", modes[value & O_ACCMODE]);
	if (bits)
		print_bits(call, constants_find("open_flags"), bits, true);
}

/* Those of open(2) that other calls take, which have no way to open. */
static void print_open_bits(struct decode_call *call, uint64_t value,
			    const struct param *param)
{
	(void)param;
	print_flags_of(call, "open_flags", (uint32_t)value);
}

static void print_protection(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	(void)param;
	if (value)
		print_flags_of(call, "mmap_prot", value);
	else
		print(call, "PROT_NONE");
}

static void print_mmap_flags(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	const char *type = constants_name("mmap_type", value & MAP_TYPE);
	uint64_t bits = value & ~(uint64_t)MAP_TYPE;

	(void)param;
	if (type)
		print(call, "%s", type);
	else
		print(call, "%#x", (unsigned int)(value & MAP_TYPE));
	if (bits)
		print_bits(call, constants_find("mmap_flags"), bits, true);
}

static void print_access(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	static const struct constant members[] = {
		{ 4, "R_OK" }, { 2, "W_OK" }, { 1, "X_OK" }, { 0, NULL }
	};
	static const struct constants group = { "access", members };

	(void)param;
	if ((uint32_t)value)
		print_flags_in(call, &group, (uint32_t)value);
	else
		print(call, "F_OK");
}

static void print_clone_flags(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	uint64_t bits = value & ~(uint64_t)CSIGNAL;
	int signal = value & CSIGNAL;

	if (bits)
		print_bits(call, constants_find("clone_flags"), bits, false);
	if (bits && signal)
		print(call, "|");
	if (signal)
		print_signal(call, signal, param);
	else if (!bits)
		print(call, "0");
}

static void print_futex_op(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	const char *name = constants_name("futex_op", value & FUTEX_CMD_MASK);

	(void)param;
	if (!name) {
		print(call, "%#x", (unsigned int)value);
		print_prefix(call, constants_find("futex_op"));
		return;
	}
	print(call, "%s%s%s", name,
	      value & FUTEX_PRIVATE_FLAG ? "_PRIVATE" : "",
	      value & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : "");
}

static void print_futex_bits(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	(void)param;
	if ((uint32_t)value == FUTEX_BITSET_MATCH_ANY)
		print(call, "FUTEX_BITSET_MATCH_ANY");
	else
		print(call, "%#x", (unsigned int)value);
}

static void print_socket_type(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	uint64_t bits = (uint32_t)value & ~(uint64_t)0xf;

	print_one_of(call, "socket_type", value & 0xf);
	(void)param;
	if (bits)
		print_bits(call, constants_find("socket_flags"), bits, true);
}

/* Which protocol a number is depends on the family. */
static void print_protocol(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	(void)param;
	switch (call->args[0]) {
	case 2: /* AF_INET */
	case 10: /* AF_INET6 */
		print_one_of(call, "ip_protocol", value);
		return;
	case 16: /* AF_NETLINK */
		print_one_of(call, "netlink_protocol", value);
		return;
	default:
		print(call, "%d", (int)value);
	}
}

const struct kind kinds_flags[] = {
	KIND("flags", print_flags),
	KIND("flags32", print_flags_32),
	KIND("one", print_one),
	KIND("open_flags", print_open_flags),
	KIND("open_bits", print_open_bits),
	KIND("protection", print_protection),
	KIND("mmap_flags", print_mmap_flags),
	KIND("access", print_access),
	KIND("clone_flags", print_clone_flags),
	KIND("futex_op", print_futex_op),
	KIND("futex_bits", print_futex_bits),
	KIND("socket_type", print_socket_type),
	KIND("protocol", print_protocol),
	{ 0 },
};
