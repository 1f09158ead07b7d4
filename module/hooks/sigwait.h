/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_SIGWAIT_H
#define SPT_SIGWAIT_H

#include "kernel/hook.h"

enum spt_hook_verdict spt_sigwait_before(struct spt_arch_args *args);
enum spt_hook_verdict spt_sigwait_before_time32(struct spt_arch_args *args);
enum spt_hook_verdict spt_sigwait_before_time64(struct spt_arch_args *args);

#endif /* SPT_SIGWAIT_H */
