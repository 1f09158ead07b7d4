/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Address spaces and their mappings.
 *
 * Up to 6.4 get_user_pages_remote() had another argument, for the pages' mappings.
 * vm_flags_set() and vm_flags_clear() came with 6.3.
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

#ifdef SPT_HAS_VM_FLAGS_SET
static inline void spt_vm_flags_set(struct vm_area_struct *vma,
				    unsigned long flags)
{
	vm_flags_set(vma, flags);
}

static inline void spt_vm_flags_clear(struct vm_area_struct *vma,
				      unsigned long flags)
{
	vm_flags_clear(vma, flags);
}
#else
static inline void spt_vm_flags_set(struct vm_area_struct *vma,
				    unsigned long flags)
{
	vma->vm_flags |= flags;
}

static inline void spt_vm_flags_clear(struct vm_area_struct *vma,
				      unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#endif /* SPT_COMPAT_MM_H */
