/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_SIGINFO_H
#define SPT_SIGINFO_H

#include <linux/types.h>

struct spt_tracee;

bool spt_siginfo_serves(u32 request);
int spt_siginfo_request(struct spt_tracee *tracee, u32 request, u64 addr,
			u64 data);

#endif /* SPT_SIGINFO_H */
