/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wait4(2) and waitid(2) of a served tracer.
 */
#ifndef SPT_SERVE_WAIT_H
#define SPT_SERVE_WAIT_H

#include "kernel/hook.h"

enum spt_hook_verdict spt_wait_before_do_wait(struct spt_arch_args *args);

#endif /* SPT_SERVE_WAIT_H */
