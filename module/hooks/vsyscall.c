// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of the vsyscall page, which the kernel emulates in a fault: no entry of a
 * system call, and so without the entry hook.
 */
#include <linux/sched.h>
#include <linux/thread_info.h>

#include "hooks/vsyscall.h"
#include "stops/dispatch.h"
#include "tracee/tracee.h"

/*
 * The emulate_vsyscall tracepoint, in front of emulate_vsyscall()'s own question to
 * seccomp, which tests the flag. A tracee that runs its own code between the two
 * entries of a call (a fault's handler, what another thread has put in the
 * instruction's place) is without that flag, but for this.
 */
void spt_vsyscall_probe_emulate(void *data, int nr)
{
	struct spt_tracee *tracee;

	if (test_syscall_work(SECCOMP))
		return;

	tracee = spt_tracee_find(current);
	if (!tracee)
		return;

	spt_dispatch_filter(tracee);
	spt_tracee_put(tracee);
}
