// SPDX-License-Identifier: GPL-2.0
/* Files, file systems, directories and what is read and written. */
#include <asm/stat.h>
#include <asm/statfs.h>
#include <inttypes.h>
#include <linux/fcntl.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "print.h"

#define MODE_TYPE 0170000
#define MODE_CHARACTER 0020000
#define MODE_BLOCK 0060000

static void print_stat(struct decode_call *call, uint64_t value,
		       const struct param *param)
{
	unsigned int type;
	struct stat stat;

	if (!fetch(call, value, &stat, sizeof(stat)))
		return;
	print(call, "{st_mode=");
	print_mode(call, stat.st_mode, param);
	type = stat.st_mode & MODE_TYPE;
	if (type == MODE_CHARACTER || type == MODE_BLOCK)
		print(call, ", st_rdev=makedev(%#x, %#x), ...}",
		      major(stat.st_rdev), minor(stat.st_rdev));
	else
		print(call, ", st_size=%ld, ...}", (long)stat.st_size);
}

static void print_statx(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	struct statx stat;

	if (!fetch(call, value, &stat, sizeof(stat)))
		return;
	print(call, "{stx_mask=");
	print_flags_of(call, "statx_mask", stat.stx_mask);
	print(call, ", stx_attributes=");
	print_flags_of(call, "statx_attributes", stat.stx_attributes);
	print(call, ", stx_mode=");
	print_mode(call, stat.stx_mode, param);
	print(call, ", stx_size=%llu, ...}", (unsigned long long)stat.stx_size);
}

static void print_statx_flags(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	(void)param;
	if (!(value & AT_STATX_SYNC_TYPE))
		print(call, "AT_STATX_SYNC_AS_STAT%s", value ? "|" : "");
	if (value)
		print_flags_of(call, "at_flags", value);
}

static void print_mount_bits(struct decode_call *call, unsigned long flags)
{
	static const struct constant members[] = {
		{ 0x20, "ST_VALID" },	   { 0x1, "ST_RDONLY" },
		{ 0x2, "ST_NOSUID" },	   { 0x4, "ST_NODEV" },
		{ 0x8, "ST_NOEXEC" },	   { 0x10, "ST_SYNCHRONOUS" },
		{ 0x40, "ST_MANDLOCK" },   { 0x80, "ST_WRITE" },
		{ 0x100, "ST_APPEND" },	   { 0x200, "ST_IMMUTABLE" },
		{ 0x400, "ST_NOATIME" },   { 0x800, "ST_NODIRATIME" },
		{ 0x1000, "ST_RELATIME" }, { 0x2000, "ST_NOSYMFOLLOW" },
	};
	const char *separator = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		if (!(flags & members[i].value))
			continue;
		print(call, "%s%s", separator, members[i].name);
		separator = "|";
		flags &= ~members[i].value;
	}
	if (flags || !*separator)
		print(call, flags ? "%s%#lx" : "%s0", separator, flags);
}

static void print_statfs(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	struct statfs stat;

	(void)param;
	if (!fetch(call, value, &stat, sizeof(stat)))
		return;
	print(call, "{f_type=");
	print_one_of(call, "magic", stat.f_type);
	print(call,
	      ", f_bsize=%ld, f_blocks=%ld, f_bfree=%ld, f_bavail=%ld, "
	      "f_files=%ld, f_ffree=%ld, f_fsid={val=[%#x, %#x]}, "
	      "f_namelen=%ld, f_frsize=%ld, f_flags=",
	      (long)stat.f_bsize, (long)stat.f_blocks, (long)stat.f_bfree,
	      (long)stat.f_bavail, (long)stat.f_files, (long)stat.f_ffree,
	      stat.f_fsid.val[0], stat.f_fsid.val[1], (long)stat.f_namelen,
	      (long)stat.f_frsize);
	print_mount_bits(call, stat.f_flags);
	print(call, "}");
}

/* A buffer that nobody has. */
#define ENTRIES_LIMIT (16 << 20)

/* How many there are in what getdents64(2) has read. */
static unsigned int count_entries(const char *buffer, size_t size)
{
	const size_t head = 8 + 8;
	unsigned int count = 0;
	uint16_t length;
	size_t at;

	for (at = 0; at + head + sizeof(length) <= size; at += length) {
		memcpy(&length, buffer + at + head, sizeof(length));
		if (!length)
			break;
		count++;
	}
	return count;
}

static void print_entries(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	size_t size = call->rval < 0 ? 0 : call->rval;
	unsigned int count = 0;
	char *buffer;

	(void)param;
	print_address(call, value);
	if (call->failed || size > ENTRIES_LIMIT)
		return;
	buffer = malloc(size + 1);
	if (buffer && size && read_memory(call, value, buffer, size))
		count = count_entries(buffer, size);
	free(buffer);
	print(call, " /* %u entr%s */", count, count == 1 ? "y" : "ies");
}

/* One part of what is read or written; of all parts @limit bytes count. */
static uint64_t print_part(struct decode_call *call, uint64_t address,
			   uint64_t limit)
{
	unsigned int word = call->type->word;
	uint64_t base = 0, length = 0, size;

	read_memory(call, address, &base, word);
	read_memory(call, address + word, &length, word);
	size = length < limit ? length : limit;
	print(call, "{iov_base=");
	print_buffer(call, base, size);
	print(call, ", iov_len=%" PRIu64 "}", length);
	return size;
}

void print_iovec(struct decode_call *call, uint64_t address, uint64_t count,
		 uint64_t limit)
{
	unsigned int size = 2 * call->type->word;
	uint64_t i;
	char parts[16];

	if (!count && address) {
		print(call, "[]");
		return;
	}
	if (!fetch(call, address, parts, size))
		return;
	print(call, "[");
	for (i = 0; i < count; i++) {
		if (i)
			print(call, ", ");
		if (i == call->options->string_size ||
		    !read_memory(call, address + i * size, parts, size)) {
			print(call, "...");
			break;
		}
		limit -= print_part(call, address + i * size, limit);
	}
	print(call, "]");
}

static void print_parts(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	print_iovec(call, value, call->args[param->length],
		    call->out ? (uint64_t)call->rval : UINT64_MAX);
}

/* Addresses and lengths only, as of another process's memory. */
static void print_range_at(struct decode_call *call, uint64_t address)
{
	uint64_t base = 0, length = 0;
	unsigned int word = call->type->word;

	read_memory(call, address, &base, word);
	read_memory(call, address + word, &length, word);
	print(call, "{iov_base=");
	print_address(call, base);
	print(call, ", iov_len=%" PRIu64 "}", length);
}

static void print_ranges(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	print_array(call, value, call->args[param->length],
		    2 * call->type->word, print_range_at);
}

static void print_how(struct decode_call *call, uint64_t value,
		      const struct param *param)
{
	struct open_how how;

	if (!fetch(call, value, &how, sizeof(how)))
		return;
	print(call, "{flags=");
	/* The bits of open(2) are written by its own kind. */
	print_as(call, "open_flags", how.flags);
	if (how.flags & (0100 | 020000000)) {
		print(call, ", mode=");
		print_mode(call, how.mode, param);
	}
	print(call, ", resolve=");
	print_flags_of(call, "resolve_flags", how.resolve);
	print(call, "}");
}

static void print_device(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	(void)param;
	print(call, "makedev(%#x, %#x)", major(value), minor(value));
}

const struct kind kinds_files[] = {
	KIND_OF_64("stat", print_stat),
	KIND_OF_MEMORY("statx", print_statx),
	KIND("statx_flags", print_statx_flags),
	KIND_OF_64("statfs", print_statfs),
	KIND_OF_MEMORY("entries", print_entries),
	KIND_OF_MEMORY("parts", print_parts),
	KIND_OF_MEMORY("ranges", print_ranges),
	KIND_OF_MEMORY("how", print_how),
	KIND("device", print_device),
	{ 0 },
};
