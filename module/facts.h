/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Facts about the module under /sys/class/misc/sptrace.
 */
#ifndef SPT_FACTS_H
#define SPT_FACTS_H

#include <linux/sysfs.h>

extern const struct attribute_group *spt_facts_groups[];

int spt_facts_init(void);
void spt_facts_exit(void);

#endif /* SPT_FACTS_H */
