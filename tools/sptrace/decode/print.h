/* SPDX-License-Identifier: GPL-2.0 */
/* Inside of the decoder: what writes an argument of one kind. */
#ifndef SPTRACE_PRINT_H
#define SPTRACE_PRINT_H

#include "constants.h"
#include "decode.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The length of a buffer is the call's result. */
#define LENGTH_IS_RESULT (-1)
#define LENGTH_UNKNOWN (-2)

/**
 * struct param - what a kind is told
 * @constants: names
 * @length: the argument that has the length of this one, or LENGTH_*
 */
struct param {
	const struct constants *constants;
	int length;
};

typedef void print_fn(struct decode_call *call, uint64_t value,
		      const struct param *param);

/**
 * struct kind - a way to write arguments
 * @name: what meanings.c calls it
 * @print: does it
 * @reads: it reads memory
 * @both: a 32-bit program's is the same, or @print knows the difference
 * @before: looks at what a call will overwrite, at its entry
 */
struct kind {
	const char *name;
	print_fn *print;
	bool reads;
	bool both;
	void (*before)(struct decode_call *call, uint64_t value);
};

/* A value alone; what it points to; and that, but for 64-bit programs only. */
#define KIND(kind, function)                                      \
	{                                                         \
		.name = (kind), .print = (function), .both = true \
	}
#define KIND_OF_MEMORY(kind, function)                              \
	{                                                           \
		.name = (kind), .print = (function), .reads = true, \
		.both = true                                        \
	}
#define KIND_OF_64(kind, function)                                 \
	{                                                          \
		.name = (kind), .print = (function), .reads = true \
	}

/* Each file has its own, ended by a NULL name. */
extern const struct kind kinds_numbers[], kinds_strings[], kinds_flags[],
	kinds_files[], kinds_times[], kinds_sockets[], kinds_signals[],
	kinds_processes[], kinds_polls[], kinds_commands[];

/**
 * struct decode_type - a system call
 * @name: its name
 * @is_32: it is one of a 32-bit program
 * @word: how long a long of the program is
 * @count: how many arguments are declared
 * @shown: how many are written, if it doesn't depend on them
 * @args: each
 * @finish: writes the result in a way of its own, or returns false
 * @begin: writes what comes before the arguments
 * @end: writes what comes behind them, when the call is over
 * @stores: whether an @out argument is one, where that depends on others
 */
struct decode_type {
	const char *name;
	bool is_32;
	unsigned int word;
	unsigned int count;
	struct decode_arg {
		const struct kind *kind;
		struct param param;
		bool out;
	} args[DECODE_ARGS];
	unsigned int (*shown)(const struct decode_call *call);
	bool (*finish)(struct decode_call *call);
	bool (*stores)(const struct decode_call *call);
	void (*begin)(struct decode_call *call);
	void (*end)(struct decode_call *call);
};

/* decode.c */
__attribute__((format(printf, 2, 3))) void print(struct decode_call *call,
						 const char *format, ...);
__attribute__((format(printf, 2, 3))) void print_note(struct decode_call *call,
						      const char *format, ...);

/* An address, or NULL. */
void print_address(struct decode_call *call, uint64_t value);

/* Whether all of it could be read. */
bool read_memory(struct decode_call *call, uint64_t address, void *buffer,
		 size_t size);

/*
 * Likewise for what an argument points to; if not, or if the call has failed
 * and stored nothing there, the address has been written.
 */
bool fetch(struct decode_call *call, uint64_t address, void *buffer,
	   size_t size);

/* A long of the program, a pointer for one. */
bool fetch_word(struct decode_call *call, uint64_t address, uint64_t *word);

/* Writes an array; @print_one gets the address of each. */
void print_array(struct decode_call *call, uint64_t address, uint64_t count,
		 size_t size,
		 void (*print_one)(struct decode_call *call, uint64_t address));

/* strings.c */
void print_quoted(struct decode_call *call, const void *bytes, size_t size,
		  bool cut);
void print_buffer(struct decode_call *call, uint64_t address, uint64_t size);
void print_path(struct decode_call *call, uint64_t value,
		const struct param *param);
void print_string(struct decode_call *call, uint64_t value,
		  const struct param *param);
void print_string_of(struct decode_call *call, uint64_t address, size_t limit);
char *read_string(struct decode_call *call, uint64_t address, size_t limit,
		  bool *whole);

/* flags.c */
const struct constants *constants_find(const char *name);
const char *constants_name(const char *group, uint64_t value);
/* @text gets it; @fallback is the prefix of a comment about an unknown one. */
void print_flags_of(struct decode_call *call, const char *group,
		    uint64_t value);
void print_one_of(struct decode_call *call, const char *group, uint64_t value);

/* numbers.c */
void print_int(struct decode_call *call, uint64_t value,
	       const struct param *param);
void print_fd(struct decode_call *call, uint64_t value,
	      const struct param *param);
void print_dirfd(struct decode_call *call, uint64_t value,
		 const struct param *param);
void print_mode(struct decode_call *call, uint64_t value,
		const struct param *param);

/* times.c */
void print_timespec(struct decode_call *call, uint64_t value,
		    const struct param *param);

/* signals.c */
void print_signal(struct decode_call *call, uint64_t value,
		  const struct param *param);
void print_sigset(struct decode_call *call, uint64_t value,
		  const struct param *param);
const char *signal_set_text(uint64_t set, char *buffer, size_t size);

/* files.c */
void print_iovec(struct decode_call *call, uint64_t address, uint64_t count,
		 uint64_t limit);

/* polls.c */
bool finish_poll(struct decode_call *call);
bool finish_select(struct decode_call *call);
unsigned int count_futex(const struct decode_call *call);

/* processes.c */
void end_clone3(struct decode_call *call);

/* commands.c: calls of which one argument says what the others are. */
bool fcntl_stores(const struct decode_call *call);
unsigned int count_fcntl(const struct decode_call *call);
bool finish_fcntl(struct decode_call *call);
bool ioctl_stores(const struct decode_call *call);
unsigned int count_ioctl(const struct decode_call *call);
bool prctl_stores(const struct decode_call *call);
unsigned int count_prctl(const struct decode_call *call);
bool finish_prctl(struct decode_call *call);
bool arch_prctl_stores(const struct decode_call *call);

/* specials.c: what is special about a call by its name. */
void special_set(struct decode_type *type);
bool returns_fd(const struct decode_type *type);

/* meanings.c: what the declarations don't tell of a call, NULL for nothing. */
const char *meaning_of(const char *name);

/* types.c: as the kind of that name does, which needs no param. */
void print_as(struct decode_call *call, const char *kind, uint64_t value);

#endif /* SPTRACE_PRINT_H */
