/* SPDX-License-Identifier: GPL-2.0 */
/* What a program with privileges knows, and where; see h_secret.c. */
#ifndef SPT_SECRET_H
#define SPT_SECRET_H

#include <linux/types.h>

/* The linker puts it there, and whoever is curious knows it. */
#define SECRET_ADDRESS 0x10000000UL
#define SECRET_WORDS 64

/* Of the program's file, which nobody but its owner may read. */
#define SECRET_WORD(i) (0x5ec7e7c0de000000ULL | (i))

struct secret {
	__u64 constant[SECRET_WORDS];
	/* Read from another such file. */
	__u64 loaded[SECRET_WORDS];
};

/* What is at the address before the program is executed. */
#define OPEN_WORD 0x0bea0bea0bea0beaULL

/* The program's text; a tracee was elsewhere before. */
#define PROGRAM_BEGIN 0x400000UL
#define PROGRAM_END 0x600000UL

/* How it ends. */
#define SECRET_KEPT 7
#define SECRET_ALTERED 8
#define SECRET_MISSING 9

#endif /* SPT_SECRET_H */
