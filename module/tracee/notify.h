/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_NOTIFY_H
#define SPT_NOTIFY_H

#include <linux/poll.h>

struct spt_tracee;

void spt_notify_tracer(struct spt_tracee *tracee);
void spt_notify_wake(struct spt_tracee *tracee, __poll_t events);
void spt_notify_wake_sync(struct spt_tracee *tracee, __poll_t events);

#endif /* SPT_NOTIFY_H */
