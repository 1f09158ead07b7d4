// SPDX-License-Identifier: GPL-2.0
/* Integers of all sizes and meanings. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "print.h"

void print_int(struct decode_call *call, uint64_t value,
	       const struct param *param)
{
	(void)param;
	print(call, "%d", (int)value);
}

static void print_unsigned(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	(void)param;
	print(call, "%u", (unsigned int)value);
}

static void print_long(struct decode_call *call, uint64_t value,
		       const struct param *param)
{
	(void)param;
	if (call->type->word == 4)
		print(call, "%d", (int)value);
	else
		print(call, "%" PRId64, (int64_t)value);
}

static void print_size(struct decode_call *call, uint64_t value,
		       const struct param *param)
{
	(void)param;
	print(call, "%" PRIu64, value);
}

static void print_hex(struct decode_call *call, uint64_t value,
		      const struct param *param)
{
	(void)param;
	print(call, value ? "%#" PRIx64 : "0", value);
}

/* An offset that a call takes in pages of 4096 bytes. */
static void print_pages(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	print_hex(call, value << 12, param);
}

static void print_hex_32(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	print_hex(call, (uint32_t)value, param);
}

static void print_pointer(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	(void)param;
	print_address(call, value);
}

static void print_fd_path(struct decode_call *call, int fd)
{
	const struct decode_source *source = call->source;
	char *path = NULL;

	if (call->options->fd_paths && source->fd_path)
		path = source->fd_path(source->closure, fd);
	if (path)
		print(call, "<%s>", path);
	free(path);
}

void print_fd(struct decode_call *call, uint64_t value,
	      const struct param *param)
{
	(void)param;
	print(call, "%d", (int)value);
	if ((int)value >= 0)
		print_fd_path(call, value);
}

/* Where a relative path begins. */
void print_dirfd(struct decode_call *call, uint64_t value,
		 const struct param *param)
{
	if ((int)value != AT_FDCWD) {
		print_fd(call, value, param);
		return;
	}
	print(call, "AT_FDCWD");
	print_fd_path(call, value);
}

/* -1 leaves it as it is. */
static void print_owner(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	if ((uint32_t)value == UINT32_MAX)
		print(call, "-1");
	else
		print_unsigned(call, value, param);
}

static void print_umask(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	(void)param;
	print(call, "%#03o", (unsigned int)value & 0xffff);
}

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "S_IFREG";
	case S_IFDIR:
		return "S_IFDIR";
	case S_IFCHR:
		return "S_IFCHR";
	case S_IFBLK:
		return "S_IFBLK";
	case S_IFIFO:
		return "S_IFIFO";
	case S_IFLNK:
		return "S_IFLNK";
	case S_IFSOCK:
		return "S_IFSOCK";
	default:
		return NULL;
	}
}

/* With the type of a file, as stat(2) and mknod(2) have it. */
void print_mode(struct decode_call *call, uint64_t value,
		const struct param *param)
{
	unsigned int mode = value;
	const char *type = type_name(mode);

	(void)param;
	if (!type) {
		print(call, "%#03o", mode);
		return;
	}
	print(call, "%s%s%s%s|%#03o", type, mode & S_ISUID ? "|S_ISUID" : "",
	      mode & S_ISGID ? "|S_ISGID" : "",
	      mode & S_ISVTX ? "|S_ISVTX" : "", mode & 0777);
}

static void print_int_at(struct decode_call *call, uint64_t address)
{
	int value = 0;

	read_memory(call, address, &value, sizeof(value));
	print(call, "%d", value);
}

static void print_unsigned_at(struct decode_call *call, uint64_t address)
{
	unsigned int value = 0;

	read_memory(call, address, &value, sizeof(value));
	print(call, "%u", value);
}

/* A pointer to one. */
static void print_ints(struct decode_call *call, uint64_t value,
		       const struct param *param)
{
	(void)param;
	print_array(call, value, 1, sizeof(int), print_int_at);
}

static void print_owners(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	(void)param;
	print_array(call, value, 1, sizeof(int), print_unsigned_at);
}

static void print_groups(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	uint64_t count = param->length == LENGTH_IS_RESULT ?
				 (uint64_t)call->rval :
				 call->args[param->length];

	print_array(call, value, (int)count, sizeof(gid_t), print_unsigned_at);
}

static void print_pair(struct decode_call *call, uint64_t value,
		       const struct param *param)
{
	int pair[2];

	if (!fetch(call, value, pair, sizeof(pair)))
		return;
	print(call, "[");
	print_fd(call, pair[0], param);
	print(call, ", ");
	print_fd(call, pair[1], param);
	print(call, "]");
}

static void print_offset_at(struct decode_call *call, uint64_t value,
			    const struct param *param)
{
	int64_t offset;

	(void)param;
	if (fetch(call, value, &offset, sizeof(offset)))
		print(call, "[%" PRId64 "]", offset);
}

static void print_word_at(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	uint64_t word;

	(void)param;
	if (!fetch_word(call, value, &word))
		return;
	if (word)
		print(call, "[%#" PRIx64 "]", word);
	else
		print(call, "[NULL]");
}

/* Where a 32-bit call has it in two registers it isn't known as one. */
const struct kind kinds_numbers[] = {
	KIND("int", print_int),
	KIND("unsigned", print_unsigned),
	KIND("long", print_long),
	KIND("size", print_size),
	KIND("hex", print_hex),
	KIND("pages", print_pages),
	KIND("hex32", print_hex_32),
	KIND("address", print_pointer),
	KIND("fd", print_fd),
	KIND("dirfd", print_dirfd),
	KIND("owner", print_owner),
	KIND("umask", print_umask),
	KIND("mode", print_mode),
	KIND_OF_MEMORY("int_at", print_ints),
	KIND_OF_MEMORY("owner_at", print_owners),
	KIND_OF_MEMORY("groups", print_groups),
	KIND_OF_MEMORY("pair", print_pair),
	KIND_OF_MEMORY("offset_at", print_offset_at),
	KIND_OF_MEMORY("word_at", print_word_at),
	{ 0 },
};
