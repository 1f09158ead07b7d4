/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_EXIT_WORK_H
#define SPT_EXIT_WORK_H

#include <linux/task_work.h>

struct spt_tracee;

void spt_exit_work_queue(struct spt_tracee *tracee, task_work_func_t run);
bool spt_exit_work_postpone(struct spt_tracee *tracee);
void spt_exit_work_ran(struct spt_tracee *tracee);
void spt_exit_work_cancel(struct spt_tracee *tracee);

#endif /* SPT_EXIT_WORK_H */
