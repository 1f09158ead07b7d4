/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a filter says of a system call whatever the call's arguments are, found out
 * once when the filter is made, so that most calls need no run of its program.
 */
#ifndef SPT_FORESEE_H
#define SPT_FORESEE_H

#include <linux/types.h>

struct sock_filter;

/* spt_foresee(): it depends on more than the call's number */
#define SPT_FORESEE_DEPENDS	U32_MAX

u32 spt_foresee(const struct sock_filter *program, unsigned int length, int nr,
		u32 arch);

#endif /* SPT_FORESEE_H */
