// SPDX-License-Identifier: GPL-2.0
/*
 * The tracee's memory, word by word: mappings of every protection, private and
 * shared, of memory and of a file.
 */
#include <sys/mman.h>
#include "stage.h"

#define PLACE 0x10000000UL
#define SIZE 4096UL

static const struct protection {
	const char *name;
	int bits;
} protections[] = {
	{ "none", PROT_NONE },
	{ "r", PROT_READ },
	{ "w", PROT_WRITE },
	{ "x", PROT_EXEC },
	{ "rw", PROT_READ | PROT_WRITE },
	{ "rx", PROT_READ | PROT_EXEC },
	{ "rwx", PROT_READ | PROT_WRITE | PROT_EXEC },
};

enum backing { PRIVATE, SHARED, PRIVATE_FILE, SHARED_FILE, SHARED_FILE_RO };

static const char *const backings[] = {
	[PRIVATE] = "private",
	[SHARED] = "shared",
	[PRIVATE_FILE] = "private_file",
	[SHARED_FILE] = "shared_file",
	[SHARED_FILE_RO] = "shared_file_opened_to_read",
};

#define BACKINGS ((int)ARRAY_LEN(backings))
#define ROWS ((int)ARRAY_LEN(protections) * BACKINGS)

static const char *row_name(int row)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s/%s", protections[row / BACKINGS].name,
		 backings[row % BACKINGS]);
	return name;
}

static int make_file(enum backing backing)
{
	static const long words[4] = { 0x1111, 0x2222, 0x3333, 0x4444 };
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600), again;

	if (fd < 0 || pwrite(fd, words, sizeof(words), 0) != sizeof(words) ||
	    ftruncate(fd, SIZE))
		_exit(1);
	if (backing != SHARED_FILE_RO)
		return fd;
	again = open("file", O_RDONLY);
	close(fd);
	return again;
}

static int map(int row)
{
	int bits = protections[row / BACKINGS].bits;
	enum backing backing = row % BACKINGS;
	int flags = MAP_FIXED_NOREPLACE, fd = -1;
	void *at;

	flags |= backing == PRIVATE || backing == PRIVATE_FILE ? MAP_PRIVATE :
								 MAP_SHARED;
	if (backing == PRIVATE || backing == SHARED)
		flags |= MAP_ANONYMOUS;
	else
		fd = make_file(backing);
	at = mmap((void *)PLACE, SIZE, bits, flags, fd, 0);
	return at == (void *)PLACE ? 0 : errno;
}

/* What the tracee itself finds there, and what a file has of it. */
static void say_word(const struct child_end *end, int row)
{
	long word = 0;
	int fd;

	if (protections[row / BACKINGS].bits & PROT_READ)
		say_line(end, "reads %lx", *(volatile long *)PLACE);
	if (row % BACKINGS >= PRIVATE_FILE) {
		fd = open("file", O_RDONLY);
		if (pread(fd, &word, sizeof(word), 0) != sizeof(word))
			_exit(1);
		say_line(end, "reads %lx from the file", word);
	}
}

static int act_map(const struct child_end *end, void *arg)
{
	int row = *(int *)arg;

	say_line(end, "maps: %s", strerrorname_np(map(row)) ?: "done");
	child_await(end);
	say_word(end, row);
	await_end(end);
	return 5;
}

static void peek(struct stage *s, unsigned int request, unsigned long at)
{
	long value = 0;

	if (!ask(s, request, at, (unsigned long)&value))
		note(s->out, "tracer: the word is %lx\n", value);
}

SCENARIOS(poke, ROWS, row_name)
{
	cast(s, act_map, &s->row);
	hear(s);
	seize_stop(s, 0);
	peek(s, PTRACE_PEEKDATA, PLACE);
	ask(s, PTRACE_POKEDATA, PLACE, 0x5555);
	peek(s, PTRACE_PEEKTEXT, PLACE);
	ask(s, PTRACE_POKETEXT, PLACE + 8, 0x6666);
	peek(s, PTRACE_PEEKDATA, PLACE + 8);
	cont(s, 0);
	cue(s);
	finish(s);
}

/* ---- places that are special ------------------------------------------------------- */

static int act_map_page(const struct child_end *end, void *arg)
{
	void *at = mmap((void *)PLACE, SIZE, PROT_READ | PROT_WRITE,
			MAP_FIXED_NOREPLACE | MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);

	memset(at, 0x5a, SIZE);
	await_end(end);
	say_line(end, "reads %lx", *(volatile long *)PLACE);
	return 5;
}

SCENARIO(words_at_odd_places)
{
	cast(s, act_map_page, NULL);
	seize_stop(s, 0);
	peek(s, PTRACE_PEEKDATA, PLACE + 1);
	ask(s, PTRACE_POKEDATA, PLACE + 3,
	    (unsigned long)0x0102030405060708ULL);
	peek(s, PTRACE_PEEKDATA, PLACE);
	peek(s, PTRACE_PEEKDATA, PLACE + 8);
	finish(s);
}

/* Half of the word is behind the mapping's end. */
SCENARIO(words_across_the_end)
{
	cast(s, act_map_page, NULL);
	seize_stop(s, 0);
	peek(s, PTRACE_PEEKDATA, PLACE + SIZE - sizeof(long));
	peek(s, PTRACE_PEEKDATA, PLACE + SIZE - sizeof(long) / 2);
	ask(s, PTRACE_POKEDATA, PLACE + SIZE - sizeof(long) / 2, -1);
	peek(s, PTRACE_PEEKDATA, PLACE + SIZE - sizeof(long));
	peek(s, PTRACE_PEEKDATA, PLACE + SIZE);
	finish(s);
}

SCENARIO(words_at_no_place)
{
	static const unsigned long places[] = { 0,
						8,
						-8UL,
						-1UL,
#ifdef __x86_64__
						0x7ffffffff000,
						0x800000000000,
						0xffffffff81000000,
						0xffffffffff600000
#else
						0xffffe000, 0xfffff000
#endif
	};
	size_t i;

	cast(s, act_map_page, NULL);
	seize_stop(s, 0);
	for (i = 0; i < ARRAY_LEN(places); i++) {
		note(s->out, "tracer: at %lx\n", places[i]);
		peek(s, PTRACE_PEEKDATA, places[i]);
		ask(s, PTRACE_POKEDATA, places[i], 0);
	}
	finish(s);
}

SCENARIO(result_at_no_place)
{
	cast(s, act_map_page, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_PEEKDATA, PLACE, 8);
	ask(s, PTRACE_GETEVENTMSG, 0, 8);
	ask(s, PTRACE_GETREGS, 0, 8);
	ask(s, PTRACE_SETREGS, 0, 8);
	ask(s, PTRACE_GETREGSET, NT_PRSTATUS, 8);
	ask(s, PTRACE_GETSIGMASK, 8, 8);
	ask(s, PTRACE_SETSIGMASK, 8, 8);
	ask(s, PTRACE_GET_SYSCALL_INFO, 24, 8);
	finish(s);
}

/* A breakpoint set, hit and taken away again. */
static int act_step_on(const struct child_end *end, void *arg)
{
	await_end(end);
	asm volatile(".globl oracle_breakpoint\n"
		     "oracle_breakpoint: nop\n\tnop\n\tnop");
	return 5;
}

extern const char oracle_breakpoint[];

SCENARIO(breakpoint_by_poketext)
{
	unsigned long at = (unsigned long)oracle_breakpoint;
	struct user_regs_struct regs;
	long text = 0;

	cast(s, act_step_on, NULL);
	seize_stop(s, 0);
	ask(s, PTRACE_PEEKTEXT, at, (unsigned long)&text);
	ask(s, PTRACE_POKETEXT, at, (text & ~0xffL) | 0xcc);
	cont(s, 0);
	cue_end(s);
	see(s);
	if (!ask(s, PTRACE_GETREGS, 0, (unsigned long)&regs))
		note(s->out, "tracer: behind the breakpoint: %s\n",
		     regs.REG(ip) == at + 1 ? "yes" : "no");
	regs.REG(ip) = at;
	ask(s, PTRACE_SETREGS, 0, (unsigned long)&regs);
	ask(s, PTRACE_POKETEXT, at, text);
	cont(s, 0);
	finish(s);
}
