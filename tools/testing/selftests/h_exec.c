// SPDX-License-Identifier: GPL-2.0
/*
 * A program to be executed under a tracer: says with whose privileges it runs,
 * waits for a byte, makes a call or two and exits with 7.
 */
#include <unistd.h>
#include <sys/syscall.h>

int main(void)
{
	char privileges = geteuid() == 0 ? 'R' : getegid() == 0 ? 'G' : 'U';
	char byte;

	if (write(1, &privileges, 1) != 1 || read(0, &byte, 1) != 1)
		return 1;
	syscall(SYS_umask, 022);
	syscall(SYS_umask, 027);
	return 7;
}
