// SPDX-License-Identifier: GPL-2.0
/* Which kind each argument of a call is: what is known by hand, then its declaration. */
#include <err.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"
#include "prototypes.h"

#define X32_SYSCALL_BIT 0x40000000

/* Of a word in parentheses, and of a kind. */
#define WORD_SIZE 64

static const struct kind *const lists[] = {
	kinds_numbers, kinds_strings,  kinds_flags,   kinds_files,
	kinds_times,   kinds_sockets,  kinds_signals, kinds_processes,
	kinds_polls,   kinds_commands,
};

/* By the declaration; the first that fits counts. */
static const struct {
	const char *declaration; /* the beginning of it */
	const char *kind;
} declared[] = {
	{ "struct __kernel_timespec *", "timespec" },
	{ "const struct __kernel_timespec *", "timespec" },
	{ "struct old_timespec32 *", "timespec32" },
	{ "const struct old_timespec32 *", "timespec32" },
	{ "struct __kernel_old_timeval *", "timeval" },
	{ "struct old_timeval32 *", "timeval" },
	{ "struct stat *", "stat" },
	{ "struct statfs *", "statfs" },
	{ "struct statx *", "statx" },
	{ "struct rlimit *", "rlimit" },
	{ "struct compat_rlimit *", "rlimit" },
	{ "const struct rlimit64 *", "rlimit64" },
	{ "struct rlimit64 *", "rlimit64" },
	{ "struct rusage *", "rusage" },
	{ "struct __kernel_itimerspec *", "itimerspec" },
	{ "const struct __kernel_itimerspec *", "itimerspec" },
	{ "struct __kernel_old_itimerval *", "itimerval" },
	{ "struct old_itimerval32 *", "itimerval" },
	{ "const char *", "string" },
	{ "umode_t ", "umask" },
	{ "compat_mode_t ", "umask" },
	{ "uid_t ", "owner" },
	{ "gid_t ", "owner" },
	{ "old_uid_t ", "owner" },
	{ "old_gid_t ", "owner" },
	{ "size_t ", "size" },
	{ "compat_size_t ", "unsigned" },
	{ "loff_t ", "long" },
	{ "off_t ", "long" },
	{ "compat_off_t ", "int" },
	{ "pid_t ", "int" },
	{ "long ", "long" },
	{ "unsigned int ", "unsigned" },
	{ "unsigned ", "size" },
	{ "u64 ", "size" },
	{ "u32 ", "unsigned" },
	{ "__u32 ", "unsigned" },
	{ "compat_uint_t ", "unsigned" },
	{ "compat_ulong_t ", "unsigned" },
	{ "int ", "int" },
	{ "clockid_t ", "int" },
	{ "const clockid_t ", "int" },
	{ "timer_t ", "int" },
	{ "compat_int_t ", "int" },
	{ "compat_pid_t ", "int" },
	{ "key_t ", "int" },
	{ "__s32 ", "int" },
	{ "key_serial_t ", "int" },
	{ "mqd_t ", "fd" },
};

/* Names of integers that are descriptors. */
static const char descriptors[] =
	" fd fildes oldfd newfd epfd ufd fd_in fd_out in_fd out_fd pidfd mdfd kernel_fd group_fd mnt_fd"
	" fs_fd cgroup_fd ruleset_fd fdin fdout ";

/* And of directories'. */
static const char directories[] = " dfd olddfd newdfd from_dfd to_dfd ";

/* Names of pointers to names of files. */
static const char paths[] =
	" dev_name dir_name filename from_pathname library name newname new_root"
	" oldname path pathname path_name put_old special specialfile"
	" to_pathname ";

/* And to what is no string: how long it is must be known by hand. */
static const char buffers[] = " buf ubuf u_msg_ptr ";

/* And of integers that are addresses. */
static const char addresses[] =
	" addr start addr_start vmaddr newsp brk new_addr mem arg ";

static const struct kind *find_kind(const char *name)
{
	const struct kind *kind;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		for (kind = lists[i]; kind->name; kind++) {
			if (!strcmp(kind->name, name))
				return kind;
		}
	}
	return NULL;
}

void print_as(struct decode_call *call, const char *kind, uint64_t value)
{
	find_kind(kind)->print(call, value, NULL);
}

static bool is_among(const char *list, const char *name)
{
	char word[WORD_SIZE];

	snprintf(word, sizeof(word), " %s ", name);
	return strstr(list, word);
}

static const char *name_of(const char *declaration)
{
	const char *name = declaration + strlen(declaration);

	while (name > declaration && name[-1] != ' ' && name[-1] != '*')
		name--;
	return name;
}

static const char *declared_kind(const char *declaration)
{
	const char *name = name_of(declaration);
	bool points = strchr(declaration, '*');
	bool is_text = !strncmp(declaration, "const char *", 12);
	size_t i;

	if (!points && is_among(directories, name))
		return "dirfd";
	if (!points && is_among(descriptors, name))
		return "fd";
	if (!points && is_among(addresses, name))
		return "address";
	if (is_text && is_among(paths, name))
		return "path";
	if (is_text && is_among(buffers, name))
		return "address";
	for (i = 0; i < ARRAY_SIZE(declared); i++) {
		if (points != !!strchr(declared[i].declaration, '*'))
			continue;
		if (!strncmp(declaration, declared[i].declaration,
			     strlen(declared[i].declaration)))
			return declared[i].kind;
	}
	return points ? "address" : "hex";
}

/* Splits a word: its kind into @kind, what stands in parentheses into @inner. */
static void split(const char *word, char kind[WORD_SIZE], char inner[WORD_SIZE])
{
	size_t length = strcspn(word, "(");

	snprintf(kind, WORD_SIZE, "%.*s", (int)length, word);
	inner[0] = '\0';
	if (word[length])
		snprintf(inner, WORD_SIZE, "%.*s",
			 (int)strcspn(word + length + 1, ")"),
			 word + length + 1);
}

static void set_param(struct param *param, const char *inner)
{
	param->length = LENGTH_UNKNOWN;
	if (!strcmp(inner, "ret"))
		param->length = LENGTH_IS_RESULT;
	else if (*inner >= '0' && *inner <= '5')
		param->length = *inner - '0';
	else if (*inner)
		param->constants = constants_find(inner);
}

/* Where nothing is known by hand, @word is "-". */
static void set_arg(struct decode_type *type, struct decode_arg *arg,
		    const char *word, const char *declaration)
{
	char kind[WORD_SIZE], inner[WORD_SIZE];

	arg->out = *word == '>';
	if (*word == '>' || *word == '<')
		word++;
	split(word, kind, inner);
	set_param(&arg->param, inner);
	arg->kind = find_kind(strcmp(kind, "-") ? kind :
						  declared_kind(declaration));
	if (!strcmp(kind, "fd") && is_among(directories, name_of(declaration)))
		arg->kind = find_kind("dirfd");
	/* A 32-bit program's structure differs. */
	if (!arg->kind || (type->word == 4 && !arg->kind->both))
		arg->kind = find_kind("address");
}

static int compare_names(const void *key, const void *prototype)
{
	return strcmp(key, ((const struct prototype *)prototype)->name);
}

static const struct prototype *find_prototype(const struct decode_type *type)
{
	bool is_32 = type->is_32;

	return bsearch(type->name, is_32 ? prototypes_32 : prototypes_64,
		       is_32 ? prototypes_32_count : prototypes_64_count,
		       sizeof(struct prototype), compare_names);
}

/* Calls of 32-bit programs that take a 64-bit value in two registers, or less. */
static bool differs_32(const char *name)
{
	return is_among(
		" fadvise64 fallocate fanotify_mark mmap pread64 pwrite64"
		" readahead select sync_file_range clock_nanosleep"
		" nanosleep time getrlimit ",
		name);
}

/* Of a call that isn't known all registers are shown. */
static void set_unknown(struct decode_type *type)
{
	unsigned int i;

	type->count = DECODE_ARGS;
	for (i = 0; i < DECODE_ARGS; i++)
		type->args[i].kind = find_kind("hex");
}

/* What nothing is known of by hand may be stored to unless it is constant. */
static const char *direction_of(const char *declaration)
{
	bool points = strchr(declaration, '*');

	return points && strncmp(declaration, "const ", 6) ? ">-" : "-";
}

static void set_args(struct decode_type *type,
		     const struct prototype *prototype)
{
	const char *meaning = meaning_of(type->name);
	char *words = strdup(meaning ?: ""), *rest = words;
	const char *word;
	unsigned int i;

	if (!words)
		err(EXIT_FAILURE, NULL);
	/*
	 * An argument that is in two registers, or a structure, is not where
	 * the 64-bit call has it.
	 */
	if (type->is_32 && differs_32(type->name))
		*words = '\0';
	type->count = prototype->count;
	for (i = 0; i < prototype->count; i++) {
		word = strsep(&rest, " ");
		if (!word || !*word)
			word = direction_of(prototype->args[i]);
		set_arg(type, &type->args[i], word, prototype->args[i]);
	}
	free(words);
}

struct decode_type *decode_type(uint32_t arch, uint64_t nr, const char *name)
{
	struct decode_type *type = calloc(1, sizeof(*type));
	const struct prototype *prototype = NULL;

	if (!type)
		err(EXIT_FAILURE, NULL);
	type->name = name;
	type->is_32 = arch == AUDIT_ARCH_I386;
	type->word = type->is_32 || (nr & X32_SYSCALL_BIT) ? 4 : 8;
	if (arch == AUDIT_ARCH_X86_64 || arch == AUDIT_ARCH_I386)
		prototype = find_prototype(type);
	if (prototype) {
		set_args(type, prototype);
		/* It returns an address in any case. */
		if (!type->is_32 || !differs_32(name) || !strcmp(name, "mmap"))
			special_set(type);
	} else {
		set_unknown(type);
	}
	return type;
}

unsigned int decode_count(const struct decode_type *type)
{
	return type->count;
}

static bool has_kind(const struct decode_type *type, const char *name)
{
	const struct kind *kind = find_kind(name);
	unsigned int i;

	for (i = 0; i < type->count; i++) {
		if (type->args[i].kind == kind)
			return true;
	}
	return false;
}

bool decode_takes_path(const struct decode_type *type)
{
	return has_kind(type, "path");
}

bool decode_is_of_fd(const struct decode_type *type)
{
	static const char *const by[] = { "fd", "dirfd", "pair", "pollfds",
					  "fd_set" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(by); i++) {
		if (has_kind(type, by[i]))
			return true;
	}
	return returns_fd(type);
}
