/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Security modules: the label of a task, kept to see whether it has changed.
 *
 * A number up to 6.12, a struct lsm_prop since 6.13, which has one for each
 * module.
 */
#ifndef SPT_COMPAT_SECURITY_H
#define SPT_COMPAT_SECURITY_H

#include <linux/security.h>
#include <linux/string.h>

#ifdef SPT_HAS_LSM_PROP
struct spt_label {
	struct lsm_prop prop;
};

static inline void spt_label_get(struct task_struct *task,
				 struct spt_label *label)
{
	/* Padding is compared, too. */
	memset(label, 0, sizeof(*label));
	security_task_getlsmprop_obj(task, &label->prop);
}
#else
struct spt_label {
	u32 secid;
};

static inline void spt_label_get(struct task_struct *task,
				 struct spt_label *label)
{
	security_task_getsecid_obj(task, &label->secid);
}
#endif

static inline bool spt_label_same(const struct spt_label *a,
				  const struct spt_label *b)
{
	return !memcmp(a, b, sizeof(*a));
}

#endif /* SPT_COMPAT_SECURITY_H */
