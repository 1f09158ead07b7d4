// SPDX-License-Identifier: GPL-2.0
/*
 * Facts about the module under /sys/class/misc/sptrace, one a file:
 *
 * abi_version		SPT_ABI_VERSION
 * tracees		how many there are on this machine; for root alone, as is
 *			the next, since it tells of others' pid namespaces
 * declarations		processes with a PR_SET_PTRACER in force
 * hooks/FUNCTION	how many calls the probe of that function has missed; one
 *			that was missed is a stop that didn't happen
 */
#include <linux/device.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/sptrace.h>

#include "facts.h"
#include "kernel/hook.h"
#include "policy/ptracer.h"
#include "tracee/tracee.h"

/**
 * struct facts_hook - the file of a hook
 * @attr: the file
 * @hook: the hook
 */
struct facts_hook {
	struct device_attribute attr;
	const struct spt_hook *hook;
};

static ssize_t abi_version_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", SPT_ABI_VERSION);
}

static DEVICE_ATTR_RO(abi_version);

static void facts_count(struct spt_tracee *tracee, void *data)
{
	unsigned int *count = data;

	(*count)++;
}

static ssize_t tracees_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	unsigned int count = 0;

	spt_tracees_for_each(facts_count, &count);
	return sysfs_emit(buf, "%u\n", count);
}

static DEVICE_ATTR_ADMIN_RO(tracees);

static ssize_t declarations_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", spt_ptracer_count());
}

static DEVICE_ATTR_ADMIN_RO(declarations);

static ssize_t hook_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct facts_hook *file = container_of(attr, struct facts_hook, attr);

	return sysfs_emit(buf, "%lu\n", file->hook->kp.nmissed);
}

static struct attribute *facts_attrs[] = {
	&dev_attr_abi_version.attr,
	&dev_attr_tracees.attr,
	&dev_attr_declarations.attr,
	NULL,
};

static const struct attribute_group facts_group = { .attrs = facts_attrs };

/* Its files are made when the names of the hooks are known. */
static struct attribute_group facts_hooks_group = { .name = "hooks" };

const struct attribute_group *spt_facts_groups[] = {
	&facts_group,
	&facts_hooks_group,
	NULL,
};

/**
 * spt_facts_init - make the files of the hooks
 *
 * Context: process context, may sleep; after spt_hooks_init().
 * Return: 0 or -ENOMEM.
 */
int spt_facts_init(void)
{
	unsigned int i, nr = 0, count = spt_hook_table.nr_hooks;
	struct facts_hook *files;
	struct attribute **attrs;

	attrs = kcalloc(count + 1, sizeof(*attrs), GFP_KERNEL);
	files = kcalloc(count, sizeof(*files), GFP_KERNEL);
	if (!attrs || !files) {
		kfree(files);
		kfree(attrs);
		return -ENOMEM;
	}

	for (i = 0; i < count; i++) {
		const struct spt_hook *hook = &spt_hook_table.hooks[i];

		if (!hook->name)
			continue;
		files[nr].hook = hook;
		sysfs_attr_init(&files[nr].attr.attr);
		files[nr].attr.attr.name = hook->name;
		files[nr].attr.attr.mode = 0444;
		files[nr].attr.show = hook_show;
		attrs[nr] = &files[nr].attr.attr;
		nr++;
	}
	facts_hooks_group.attrs = attrs;

	return 0;
}

/**
 * spt_facts_exit - free them; the device is gone
 *
 * Context: process context.
 */
void spt_facts_exit(void)
{
	struct attribute **attrs = facts_hooks_group.attrs;
	struct device_attribute *first =
		container_of(attrs[0], struct device_attribute, attr);

	kfree(container_of(first, struct facts_hook, attr));
	kfree(attrs);
}
