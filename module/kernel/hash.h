/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPT_HASH_H
#define SPT_HASH_H

#include <linux/hashtable.h>

/*
 * A look at a table of <linux/hashtable.h> without its lock: true says that nothing
 * with that key was there at some moment. Exiting tasks that nobody traces come
 * by many tables, and would meet in their locks. @bits is HASH_BITS().
 */
static __always_inline bool spt_hash_lacks(const struct hlist_head *table,
					   unsigned int bits, const void *key)
{
	return hlist_empty(&table[hash_min((unsigned long)key, bits)]);
}

#endif /* SPT_HASH_H */
