/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_VSYSCALL_H
#define SPT_VSYSCALL_H

void spt_vsyscall_probe_emulate(void *data, int nr);

#endif /* SPT_VSYSCALL_H */
