/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_RESUME_H
#define SPT_RESUME_H

#include "tracee/tracee.h"

int spt_resume_cont(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_syscall(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_step(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_block(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_emulate(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_emulate_step(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_detach(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_interrupt(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_listen(struct spt_tracee *tracee, u64 addr, u64 data);
int spt_resume_checked(u32 request, bool at_exit);
int spt_resume_next(struct spt_tracee *tracee, u32 request, u32 signal,
		    bool at_exit, bool handover);
int spt_resume_kill(struct spt_tracee *tracee, u64 addr, u64 data);

#endif /* SPT_RESUME_H */
