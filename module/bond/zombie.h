/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_ZOMBIE_H
#define SPT_ZOMBIE_H

#include <linux/types.h>

struct spt_tracee;

void spt_zombie_queue(struct spt_tracee *tracee);
bool spt_zombie_is_ignored(const struct spt_tracee *tracee);

#endif /* SPT_ZOMBIE_H */
