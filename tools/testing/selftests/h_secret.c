// SPDX-License-Identifier: GPL-2.0
/*
 * A program with privileges and a secret, at addresses that everyone knows.
 * Says that it is there, works until it is told to end, and then looks whether
 * anybody has touched its memory or its registers.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>
#include <sys/syscall.h>
#include "secret.h"

#define FOUR_WORDS(i)                                               \
	SECRET_WORD(i), SECRET_WORD((i) + 1), SECRET_WORD((i) + 2), \
		SECRET_WORD((i) + 3)
#define SIXTEEN_WORDS(i)                                         \
	FOUR_WORDS(i), FOUR_WORDS((i) + 4), FOUR_WORDS((i) + 8), \
		FOUR_WORDS((i) + 12)

static volatile struct secret secret __attribute__((section(".secret"))) = {
	.constant = { SIXTEEN_WORDS(0), SIXTEEN_WORDS(16), SIXTEEN_WORDS(32),
		      SIXTEEN_WORDS(48) },
};

static __u64 loaded[SECRET_WORDS];

static bool load(const char *path)
{
	int fd = open(path, O_RDONLY);
	unsigned int i;

	if (fd < 0 || read(fd, loaded, sizeof(loaded)) != sizeof(loaded))
		return false;
	for (i = 0; i < SECRET_WORDS; i++)
		secret.loaded[i] = loaded[i];
	return !close(fd);
}

static bool is_intact(void)
{
	unsigned int i;

	for (i = 0; i < SECRET_WORDS; i++) {
		if (secret.constant[i] != SECRET_WORD(i) ||
		    secret.loaded[i] != loaded[i])
			return false;
	}
	return true;
}

/* A system call with a secret in registers; whether they came back with it. */
static bool work(void)
{
	__u64 differences;
	long nr = SYS_getpid;

	asm volatile("mov %[word], %%r12\n\t"
		     "mov %[word], %%r13\n\t"
		     "mov %[word], %%r14\n\t"
		     "mov %[word], %%r15\n\t"
		     "syscall\n\t"
		     "xor %[word], %%r12\n\t"
		     "xor %[word], %%r13\n\t"
		     "xor %[word], %%r14\n\t"
		     "xor %[word], %%r15\n\t"
		     "or %%r13, %%r12\n\t"
		     "or %%r14, %%r12\n\t"
		     "or %%r15, %%r12\n\t"
		     "mov %%r12, %[differences]"
		     : "+a"(nr), [differences] "=&r"(differences)
		     : [word] "r"(SECRET_WORD(0))
		     : "rcx", "r11", "r12", "r13", "r14", "r15", "memory");
	return !differences;
}

/* Its input is a pipe that doesn't block. */
int main(int argc, char **argv)
{
	bool kept = true;
	char byte;

	if (argc > 1 && !load(argv[1]))
		return SECRET_MISSING;
	if (write(1, "r", 1) != 1)
		return SECRET_MISSING;
	while (read(0, &byte, 1) < 0)
		kept &= work();
	return kept && is_intact() ? SECRET_KEPT : SECRET_ALTERED;
}
