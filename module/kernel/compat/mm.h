/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Address spaces.
 *
 * Up to 6.4 get_user_pages_remote() had another argument, for the pages' mappings.
 */
#ifndef SPT_COMPAT_MM_H
#define SPT_COMPAT_MM_H

#include <linux/mm.h>

/* With mmap_lock held for reading, which isn't let go of meanwhile. */
static inline long spt_get_user_pages_remote(struct mm_struct *mm,
					     unsigned long start,
					     unsigned long count,
					     unsigned int flags,
					     struct page **pages)
{
#ifdef SPT_HAS_GUP_VMAS
	return get_user_pages_remote(mm, start, count, flags, pages, NULL,
				     NULL);
#else
	return get_user_pages_remote(mm, start, count, flags, pages, NULL);
#endif
}

#endif /* SPT_COMPAT_MM_H */
