/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What do_wait() of kernel/exit.c is told by wait4(2) and waitid(2), and answers.
 *
 * The kernel keeps both structures to itself: up to 6.6 in kernel/exit.c, since then
 * in kernel/exit.h, unchanged so far. scripts/copied compares do_wait(), which
 * takes them, and what fills them.
 */
#ifndef SPT_COMPAT_WAIT_H
#define SPT_COMPAT_WAIT_H

#include <linux/pid.h>
#include <linux/resource.h>
#include <linux/wait.h>

/**
 * struct spt_waitid_info - the kernel's struct waitid_info
 * @pid: whose report it is
 * @uid: that process's real user id
 * @status: si_status
 * @cause: si_code
 */
struct spt_waitid_info {
	pid_t pid;
	uid_t uid;
	int status;
	int cause;
};

/**
 * struct spt_wait_opts - the kernel's struct wait_opts
 * @wo_type: what @wo_pid is; PIDTYPE_MAX for any
 * @wo_flags: the options of waitid(2), and __WALL and its kin
 * @wo_pid: for whom to wait
 * @wo_info: filled for waitid(2); NULL for wait4(2)
 * @wo_stat: out: the wait status
 * @wo_rusage: filled unless NULL
 * @child_wait: do_wait()'s own
 * @notask_error: likewise
 */
struct spt_wait_opts {
	enum pid_type wo_type;
	int wo_flags;
	struct pid *wo_pid;

	struct spt_waitid_info *wo_info;
	int wo_stat;
	struct rusage *wo_rusage;

	wait_queue_entry_t child_wait;
	int notask_error;
};

#endif /* SPT_COMPAT_WAIT_H */
