// SPDX-License-Identifier: GPL-2.0
/*
 * What a tracer does with its tracee's memory: a piece of 1 MiB, and sixteen words.
 */
#include <linux/ptrace.h>
#include <linux/sptrace.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench.h"

#define MIB (1 << 20)
#define READS 20
#define WORDS 16
#define WORD_ROUNDS 1000

/* At the same place in the child. Its words are not neighbours. */
static char *theirs, *mine;

static void *memory(char byte)
{
	char *bytes = aligned_alloc(4096, MIB);

	if (!bytes)
		die("memory");
	memset(bytes, byte, MIB);
	return bytes;
}

/* A stopped child that has memory of its own. */
static pid_t child_with_memory(const struct tracing *how)
{
	pid_t child;

	if (!theirs) {
		theirs = memory('t');
		mine = memory('m');
	}
	child = spawn(call_forever);
	how->seize(child);
	how->resume(PTRACE_INTERRUPT, child);
	return child;
}

static uintptr_t word_at(int i)
{
	return (uintptr_t)(theirs + i * 72);
}

static void native_read(pid_t child)
{
	struct iovec local = { mine, MIB }, remote = { theirs, MIB };

	if (process_vm_readv(child, &local, 1, &remote, 1, 0) != MIB)
		die("process_vm_readv");
}

static void shadow_ranges(pid_t child, const struct spt_range *ranges,
			  unsigned int count, uint64_t size)
{
	struct spt_memory memory = {
		.tid = child,
		.ranges = (uintptr_t)ranges,
		.count = count,
	};

	if (ioctl(device(), SPT_IOC_MEMORY, &memory) || memory.done != size)
		die("SPT_IOC_MEMORY");
}

static void shadow_read(pid_t child)
{
	struct spt_range range = {
		.addr = (uintptr_t)theirs,
		.buffer = (uintptr_t)mine,
		.size = MIB,
	};

	shadow_ranges(child, &range, 1, MIB);
}

static void native_words(pid_t child)
{
	int i;

	for (i = 0; i < WORDS; i++)
		if (syscall(SYS_ptrace, PTRACE_PEEKDATA, child, word_at(i),
			    mine + i * sizeof(long)))
			die("PTRACE_PEEKDATA");
}

static void shadow_words(pid_t child)
{
	struct spt_range ranges[WORDS];
	int i;

	for (i = 0; i < WORDS; i++)
		ranges[i] = (struct spt_range){
			.addr = word_at(i),
			.buffer = (uintptr_t)(mine + i * sizeof(long)),
			.size = sizeof(long),
		};
	shadow_ranges(child, ranges, WORDS, WORDS * sizeof(long));
}

static double measure(const struct tracing *how, void (*read)(pid_t), int times)
{
	pid_t child = child_with_memory(how);
	double start;
	int i;

	read(child); /* every page is there */
	start = now();
	for (i = 0; i < times; i++)
		read(child);
	start = (now() - start) / times;

	how->detach(child);
	end(child);
	if (*mine != 't')
		die("other memory");
	return start;
}

double measure_native_read(void)
{
	return measure(&native, native_read, READS);
}

double measure_shadow_read(void)
{
	return measure(&shadow, shadow_read, READS);
}

double measure_native_words(void)
{
	return measure(&native, native_words, WORD_ROUNDS);
}

double measure_shadow_words(void)
{
	return measure(&shadow, shadow_words, WORD_ROUNDS);
}
