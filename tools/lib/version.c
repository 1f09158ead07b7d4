// SPDX-License-Identifier: LGPL-2.1-or-later
/* The release that the library is of. */
#include "sptrace.h"

const char *sptrace_version(void)
{
	return SPTRACE_VERSION;
}
