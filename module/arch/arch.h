/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_ARCH_ARCH_H
#define SPT_ARCH_ARCH_H

#if defined(CONFIG_X86_64)
#include "x86.h"
#else
#error "sptrace: this architecture isn't supported yet"
#endif

#endif /* SPT_ARCH_ARCH_H */
