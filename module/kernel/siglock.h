/* SPDX-License-Identifier: GPL-2.0 */
/* The lock of the current task's signals. */
#ifndef SPT_SIGLOCK_H
#define SPT_SIGLOCK_H

#include <linux/sched.h>
#include <linux/spinlock.h>

#include "kernel/symbol.h"

static inline void spt_siglock(void)
	__acquires(siglock)
{
	spin_lock_irq(&spt_sighand(current)->siglock);
}

static inline void spt_sigunlock(void)
	__releases(siglock)
{
	spin_unlock_irq(&spt_sighand(current)->siglock);
}

#endif /* SPT_SIGLOCK_H */
