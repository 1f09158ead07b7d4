/* SPDX-License-Identifier: GPL-2.0 */
/* How many functions can be hooked; also read by the assembler. */
#ifndef SPT_ARCH_TARGETS_H
#define SPT_ARCH_TARGETS_H

#define SPT_ARCH_TARGETS	32

#endif /* SPT_ARCH_TARGETS_H */
