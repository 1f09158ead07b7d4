// SPDX-License-Identifier: GPL-2.0
/*
 * What the worker of t_neighbours executes: as a 32-bit program, which is what
 * reaches the other two sigtimedwait(2)s.
 */
#define SPT_WITHOUT_HARNESS
#include "spt.h"

int main(void)
{
	static const int none[4];
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	syscall(SYS_rt_sigtimedwait, &set, NULL, none, 8);
#ifdef SYS_rt_sigtimedwait_time64
	syscall(SYS_rt_sigtimedwait_time64, &set, NULL, none, 8);
#endif
	return 4;
}
