/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_NOTIFY_H
#define SPT_NOTIFY_H

struct spt_tracee;

void spt_notify_tracer(struct spt_tracee *tracee);

#endif /* SPT_NOTIFY_H */
