// SPDX-License-Identifier: GPL-2.0
/* What makes the suites of this directory a module. KUnit runs them on load. */
#include <linux/module.h>

MODULE_DESCRIPTION("KUnit suites for the pure parts of sptrace");
MODULE_LICENSE("GPL");
