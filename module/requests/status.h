/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_STATUS_H
#define SPT_STATUS_H

#include <linux/sptrace.h>

int spt_status(struct spt_list __user *user, size_t size);

#endif /* SPT_STATUS_H */
