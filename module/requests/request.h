/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_REQUEST_H
#define SPT_REQUEST_H

#include <linux/ptrace.h>
#include <linux/sptrace.h>

#include "tracee/tracer.h"

/* What PTRACE_SEIZE and PTRACE_SETOPTIONS take, but for SPT_SECCOMP_OPTIONS. */
#define SPT_OPTIONS	(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | \
			 PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
			 PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACECLONE | \
			 PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT)

u32 spt_request_options(void);
int spt_request(struct spt_tracer *tracer, const struct spt_ptrace *args);

#endif /* SPT_REQUEST_H */
