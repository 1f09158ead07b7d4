// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/sptrace: file operations.
 */
#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "bond/detach.h"
#include "device.h"
#include "facts.h"
#include "policy/policy.h"
#include "record/stream.h"
#include "requests/filter.h"
#include "requests/memory.h"
#include "requests/next.h"
#include "requests/request.h"
#include "requests/status.h"
#include "requests/syscall_info.h"
#include "requests/wait.h"
#include "serve/served.h"
#include "stops/seccomp.h"
#include "tracee/tracer.h"

/* Ioctls whose structure may grow are told apart without its size. */
#define EA_IOCTL(cmd)	((cmd) & ~(_IOC_SIZEMASK << _IOC_SIZESHIFT))

static void build_check_abi(void)
{
	BUILD_BUG_ON(sizeof(struct spt_info) != SPT_INFO_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_ptrace) != SPT_PTRACE_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_wait) != SPT_WAIT_SIZE_VER1);
	BUILD_BUG_ON(offsetof(struct spt_wait, rusage) != SPT_WAIT_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_flags) != SPT_FLAGS_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_list) != SPT_LIST_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_status) != SPT_STATUS_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_scope) != SPT_SCOPE_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_ptracer) != SPT_PTRACER_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_explain) != SPT_EXPLAIN_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_serve) != SPT_SERVE_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_served) != SPT_SERVED_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_set_filter) != SPT_SET_FILTER_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_gather) != SPT_GATHER_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_next) != SPT_NEXT_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_range) != SPT_RANGE_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_memory) != SPT_MEMORY_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_recording) != SPT_RECORDING_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct spt_event) != 40);
	BUILD_BUG_ON(sizeof(struct spt_syscall_info) != 88);
	BUILD_BUG_ON(offsetof(struct spt_wait, event) != 16);
	BUILD_BUG_ON(offsetof(struct spt_wait, syscall) != 56);
	BUILD_BUG_ON(offsetof(struct spt_syscall_info, entry) !=
		     offsetof(struct ptrace_syscall_info, entry));
}

/* What is in a mapped ring, where nothing has a size of its own. */
static void build_check_ring(void)
{
	BUILD_BUG_ON(sizeof(struct spt_capture) != 16);
	BUILD_BUG_ON(sizeof(struct spt_ring_header) != 16);
	BUILD_BUG_ON(sizeof(struct spt_ring_part) != 136);
	BUILD_BUG_ON(offsetof(struct spt_ring_part, tail) != 128);
	BUILD_BUG_ON(sizeof(struct spt_record) != 32);
	BUILD_BUG_ON(sizeof(struct spt_record_lost) != 104);
	BUILD_BUG_ON(sizeof(struct spt_record_syscall) != 120);
	BUILD_BUG_ON(sizeof(struct spt_bytes) != 8);
	BUILD_BUG_ON(sizeof(struct spt_record_signal) != 56);
	BUILD_BUG_ON(sizeof(struct spt_record_fork) != 40);
	BUILD_BUG_ON(sizeof(struct spt_record_exec) != 40);
	BUILD_BUG_ON(sizeof(struct spt_record_exit) != 40);
}

static int ioctl_info(struct spt_handle *handle, void __user *user, size_t size)
{
	const struct spt_info info = {
		.abi_version = SPT_ABI_VERSION,
		.features = SPT_FEATURE_SYSCALL | SPT_FEATURE_SIGNAL |
			    SPT_FEATURE_EVENTS | SPT_FEATURE_SCOPE |
			    SPT_FEATURE_SERVE | SPT_FEATURE_INSTEAD |
			    SPT_FEATURE_FILTER | SPT_FEATURE_NEXT |
			    SPT_FEATURE_MEMORY | SPT_FEATURE_RECORD |
			    (spt_seccomp_offered() ? SPT_FEATURE_SECCOMP : 0) |
			    (IS_ENABLED(CONFIG_IA32_EMULATION) ?
			     SPT_FEATURE_IA32 : 0),
		.options = spt_request_options(),
	};

	if (size > sizeof(info) &&
	    clear_user(user + sizeof(info), size - sizeof(info)))
		return -EFAULT;

	return copy_to_user(user, &info, min(size, sizeof(info))) ? -EFAULT : 0;
}

static int ioctl_ptrace(struct spt_handle *handle, void __user *user,
			size_t size)
{
	struct spt_ptrace args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);

	return err ?: spt_request(handle->tracer, &args);
}

static int ioctl_set_flags(struct spt_handle *handle, void __user *user,
			   size_t size)
{
	struct spt_flags args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);
	if (err)
		return err;
	if (args.flags & ~SPT_HANDLE_SIGCHLD || args.reserved)
		return -EINVAL;

	spt_tracer_set_flags(handle, args.flags);
	return 0;
}

static int ioctl_wait(struct spt_handle *handle, void __user *user, size_t size)
{
	return spt_wait(handle->tracer, user, size);
}

static int ioctl_next(struct spt_handle *handle, void __user *user, size_t size)
{
	return spt_next(handle->tracer, user, size);
}

static int ioctl_memory(struct spt_handle *handle, void __user *user,
			size_t size)
{
	return spt_memory(handle->tracer, user, size);
}

static int ioctl_status(struct spt_handle *handle, void __user *user,
			size_t size)
{
	return spt_status(user, size);
}

static int ioctl_serve(struct spt_handle *handle, void __user *user,
		       size_t size)
{
	struct spt_serve args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);
	if (err)
		return err;
	if (args.flags & ~SPT_SERVE_PAST_FILTERS || args.reserved)
		return -EINVAL;

	return spt_served_begin(args.flags);
}

static int ioctl_served(struct spt_handle *handle, void __user *user,
			size_t size)
{
	return spt_served_list(user, size);
}

static int ioctl_set_filter(struct spt_handle *handle, void __user *user,
			    size_t size)
{
	struct spt_set_filter args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);

	return err ?: spt_request_set_filter(handle->tracer, &args);
}

static int ioctl_record(struct spt_handle *handle, void __user *user,
			size_t size)
{
	return spt_stream_make(handle->tracer, user, size);
}

/* With the smallest size that there ever was. */
static const struct device_ioctl {
	unsigned int cmd;
	size_t least;
	int (*serve)(struct spt_handle *handle, void __user *user, size_t size);
} ioctls[] = {
	[_IOC_NR(SPT_IOC_INFO)] = {
		SPT_IOC_INFO, SPT_INFO_SIZE_VER0, ioctl_info,
	},
	[_IOC_NR(SPT_IOC_PTRACE)] = {
		SPT_IOC_PTRACE, SPT_PTRACE_SIZE_VER0, ioctl_ptrace,
	},
	[_IOC_NR(SPT_IOC_WAIT)] = {
		SPT_IOC_WAIT, SPT_WAIT_SIZE_VER0, ioctl_wait,
	},
	[_IOC_NR(SPT_IOC_STATUS)] = {
		SPT_IOC_STATUS, SPT_LIST_SIZE_VER0, ioctl_status,
	},
	[_IOC_NR(SPT_IOC_SET_FLAGS)] = {
		SPT_IOC_SET_FLAGS, SPT_FLAGS_SIZE_VER0, ioctl_set_flags,
	},
	[_IOC_NR(SPT_IOC_GET_SCOPE)] = {
		SPT_IOC_GET_SCOPE, SPT_SCOPE_SIZE_VER0, spt_policy_get_scope,
	},
	[_IOC_NR(SPT_IOC_SET_SCOPE)] = {
		SPT_IOC_SET_SCOPE, SPT_SCOPE_SIZE_VER0, spt_policy_set_scope,
	},
	[_IOC_NR(SPT_IOC_SET_PTRACER)] = {
		SPT_IOC_SET_PTRACER, SPT_PTRACER_SIZE_VER0, spt_policy_set_ptracer,
	},
	[_IOC_NR(SPT_IOC_EXPLAIN)] = {
		SPT_IOC_EXPLAIN, SPT_EXPLAIN_SIZE_VER0, spt_policy_explain,
	},
	[_IOC_NR(SPT_IOC_SERVE)] = {
		SPT_IOC_SERVE, SPT_SERVE_SIZE_VER0, ioctl_serve,
	},
	[_IOC_NR(SPT_IOC_SERVED)] = {
		SPT_IOC_SERVED, SPT_LIST_SIZE_VER0, ioctl_served,
	},
	[_IOC_NR(SPT_IOC_SET_FILTER)] = {
		SPT_IOC_SET_FILTER, SPT_SET_FILTER_SIZE_VER0,
		ioctl_set_filter,
	},
	[_IOC_NR(SPT_IOC_NEXT)] = {
		SPT_IOC_NEXT, SPT_NEXT_SIZE_VER0, ioctl_next,
	},
	[_IOC_NR(SPT_IOC_MEMORY)] = {
		SPT_IOC_MEMORY, SPT_MEMORY_SIZE_VER0, ioctl_memory,
	},
	[_IOC_NR(SPT_IOC_RECORD)] = {
		SPT_IOC_RECORD, SPT_RECORDING_SIZE_VER0, ioctl_record,
	},
};

static long fop_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct spt_handle *handle = file->private_data;
	const struct device_ioctl *ioctl;
	size_t size = _IOC_SIZE(cmd);

	if (handle->tracer->tgid != task_tgid(current))
		return -EPERM;
	if (_IOC_NR(cmd) >= ARRAY_SIZE(ioctls))
		return -ENOTTY;

	ioctl = &ioctls[array_index_nospec(_IOC_NR(cmd), ARRAY_SIZE(ioctls))];
	if (!ioctl->serve || EA_IOCTL(ioctl->cmd) != EA_IOCTL(cmd))
		return -ENOTTY;
	if (size < ioctl->least || size > PAGE_SIZE)
		return -EINVAL;

	return ioctl->serve(handle, (void __user *)arg, size);
}

static __poll_t fop_poll(struct file *file, struct poll_table_struct *table)
{
	struct spt_handle *handle = file->private_data;
	struct spt_tracer *tracer = handle->tracer;

	if (tracer->tgid != task_tgid(current))
		return EPOLLERR;

	return spt_wait_poll(tracer, file, table);
}

static int fop_open(struct inode *inode, struct file *file)
{
	struct spt_tracer *tracer;
	struct spt_handle *handle;
	int err;

	handle = kzalloc(sizeof(*handle), GFP_KERNEL_ACCOUNT);
	if (!handle)
		return -ENOMEM;

	tracer = spt_tracer_of(current);
	if (IS_ERR(tracer)) {
		kfree(handle);
		return PTR_ERR(tracer);
	}

	err = spt_tracer_open(handle, tracer);
	if (err) {
		spt_tracer_put(tracer);
		kfree(handle);
		return err;
	}

	file->private_data = handle;
	return stream_open(inode, file);
}

static int fop_release(struct inode *inode, struct file *file)
{
	struct spt_handle *handle = file->private_data;

	spt_tracer_close(handle);
	kfree(handle);
	return 0;
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = fop_open,
	.release = fop_release,
	.unlocked_ioctl = fop_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = fop_poll,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "sptrace",
	.fops = &device_fops,
	.mode = 0600,
	.groups = spt_facts_groups,
};

/**
 * spt_device_init - make /dev/sptrace appear
 *
 * Context: process context, may sleep.
 * Return: 0 or the driver core's errno.
 */
int spt_device_init(void)
{
	build_check_abi();
	build_check_ring();
	return misc_register(&device);
}

/**
 * spt_device_exit - and disappear; nobody has it open
 *
 * Context: process context, may sleep.
 */
void spt_device_exit(void)
{
	misc_deregister(&device);
}
