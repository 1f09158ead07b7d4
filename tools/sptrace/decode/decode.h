/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a system call's arguments and result say, as text.
 *
 * Where a call's data comes from is its user's business: a stopped tracee, or
 * a record of a call that is long over. Both fill a struct decode_call.
 */
#ifndef SPTRACE_DECODE_H
#define SPTRACE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define DECODE_ARGS 6

struct decode_type;

/**
 * struct decode_source - what is known beside the registers
 * @read: copies bytes at an address of the program; returns how many there
 *	are, which may be less than asked for, or 0
 * @fd_path: an allocated name of what the descriptor is, or of the working
 *	directory for AT_FDCWD; NULL when not known. May be NULL itself
 * @closure: passed to both
 */
struct decode_source {
	size_t (*read)(void *closure, uint64_t address, void *buffer,
		       size_t size);
	char *(*fd_path)(void *closure, int fd);
	void *closure;
};

/**
 * struct decode_options - how to write
 * @string_size: how much of a string is shown
 * @fd_paths: descriptors with what they are
 */
struct decode_options {
	size_t string_size;
	bool fd_paths;
};

/**
 * struct decode_call - one call, from its entry to its return
 * @type: which, of decode_type()
 * @args: arguments
 * @sp: the stack pointer, 0 where it isn't known
 * @rval: result, a negated errno with @failed; set before decode_exit()
 * @failed: it is an error
 * @source: the rest of its data
 * @options: how to write it
 * @next: the first argument that has not been written yet
 * @file: where to write to at this moment
 * @returned: the call is over, so that what it has stored is there
 * @out: the argument that is being written is one that the call stores to
 * @kept: arguments as text that had to be read at the entry but come later
 * @kept_size: what the call's last pointer had there at its entry
 * @note: what is known of the result beside @rval, NULL for nothing
 */
struct decode_call {
	const struct decode_type *type;
	uint64_t args[DECODE_ARGS];
	uint64_t sp;
	int64_t rval;
	bool failed;
	const struct decode_source *source;
	const struct decode_options *options;
	/* The decoder's own. */
	unsigned int next;
	FILE *file;
	bool returned;
	bool out;
	char *kept[DECODE_ARGS];
	uint32_t kept_size;
	char *note;
};

/**
 * decode_type() - what is known of a system call
 * @arch: AUDIT_ARCH_*
 * @nr: its number there
 * @name: its name
 *
 * The program ends when memory runs out.
 *
 * Return: to be freed by free(3).
 */
struct decode_type *decode_type(uint32_t arch, uint64_t nr, const char *name);

/* How many arguments the call has, as declared; all where that isn't known. */
unsigned int decode_count(const struct decode_type *type);

/* Whether it takes the name of a file, and whether a descriptor is involved. */
bool decode_takes_path(const struct decode_type *type);
bool decode_is_of_fd(const struct decode_type *type);

/**
 * decode_entry() - write the arguments that are known at the entry
 * @call: with the arguments
 * @file: where to
 *
 * Those up to the first that the call stores to; a comma follows them if there
 * are more.
 */
void decode_entry(struct decode_call *call, FILE *file);

/* Writes the arguments that decode_entry() has left, which may be none. */
void decode_exit(struct decode_call *call, FILE *file);

/* Whether all arguments have been written. */
bool decode_is_whole(const struct decode_call *call);

/* Writes the result and what belongs to it, without an end of line. */
void decode_result(struct decode_call *call, FILE *file);

/**
 * decode_paths() - look at the paths and descriptors that the call is about
 * @call: with the arguments
 * @matches: asked about each, with what a descriptor is, until it is true
 * @closure: passed to it
 *
 * Return: whether it was true of any.
 */
bool decode_paths(struct decode_call *call,
		  bool (*matches)(const char *path, void *closure),
		  void *closure);

/* Forgets what was kept at the entry. */
void decode_reset(struct decode_call *call);

#endif /* SPTRACE_DECODE_H */
