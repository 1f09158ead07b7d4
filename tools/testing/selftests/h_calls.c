// SPDX-License-Identifier: GPL-2.0
/*
 * A program for tracers to look at: once a byte has come on its standard input
 * it makes system calls whose numbers, arguments and results never vary, with
 * six arguments or none, successful or not, known to the kernel or not.
 */
#include <fcntl.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifdef __i386__
#define SYS_MAP SYS_mmap2
#else
#define SYS_MAP SYS_mmap
#endif

int main(void)
{
	char byte;
	long map;

	if (write(1, "r", 1) != 1 || read(0, &byte, 1) != 1)
		return 1;
	syscall(SYS_umask, 022);
	syscall(SYS_umask, 027);
	syscall(SYS_close, -1);
	/* ENOSYS, with every argument set. */
	syscall(1000, 1, 2, 3, 4, 5, 6);
	/* A number that only looks negative to a 32-bit reader. */
	syscall(SYS_lseek, 0, -1L, 5);
	map = syscall(SYS_MAP, 0x10000000, 4096, PROT_READ,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	syscall(SYS_munmap, map, 4096);
	syscall(SYS_read, -1, 0x12345678, 0x7fffffff);
	syscall(SYS_exit_group, 7);
	return 2;
}
