/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory mappings. vm_flags_set() and vm_flags_clear() came with 6.3.
 */
#ifndef SPT_COMPAT_MM_H
#define SPT_COMPAT_MM_H

#include <linux/mm.h>

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
