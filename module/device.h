/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_DEVICE_H
#define SPT_DEVICE_H

int spt_device_init(void);
void spt_device_exit(void);

#endif /* SPT_DEVICE_H */
