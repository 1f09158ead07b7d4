/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_SYSCALL_INFO_H
#define SPT_SYSCALL_INFO_H

#include <linux/sptrace.h>

struct spt_tracee;

unsigned int spt_syscall_info(struct spt_tracee *tracee,
			      struct spt_syscall_info *info);
int spt_syscall_info_set(struct spt_tracee *tracee,
			 const struct spt_syscall_info *info);

#endif /* SPT_SYSCALL_INFO_H */
