// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/sptrace: file operations.
 */
#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "device.h"
#include "request.h"
#include "status.h"
#include "tracer.h"
#include "wait.h"

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
	BUILD_BUG_ON(sizeof(struct spt_event) != 40);
	BUILD_BUG_ON(sizeof(struct spt_syscall_info) != 88);
	BUILD_BUG_ON(offsetof(struct spt_wait, event) != 16);
	BUILD_BUG_ON(offsetof(struct spt_wait, syscall) != 56);
	BUILD_BUG_ON(offsetof(struct spt_syscall_info, entry) !=
		     offsetof(struct ptrace_syscall_info, entry));
}

static int ioctl_info(void __user *user, size_t size)
{
	static const struct spt_info info = {
		.abi_version = SPT_ABI_VERSION,
		.features = SPT_FEATURE_SYSCALL | SPT_FEATURE_SIGNAL |
			    SPT_FEATURE_EVENTS |
			    (IS_ENABLED(CONFIG_IA32_EMULATION) ?
			     SPT_FEATURE_IA32 : 0),
		.options = SPT_OPTIONS,
	};

	if (size > sizeof(info) &&
	    clear_user(user + sizeof(info), size - sizeof(info)))
		return -EFAULT;

	return copy_to_user(user, &info, min(size, sizeof(info))) ? -EFAULT : 0;
}

static int ioctl_ptrace(struct spt_tracer *tracer, void __user *user,
			size_t size)
{
	struct spt_ptrace args;
	int err;

	err = copy_struct_from_user(&args, sizeof(args), user, size);

	return err ?: spt_request(tracer, &args);
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

static long fop_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct spt_handle *handle = file->private_data;
	struct spt_tracer *tracer = handle->tracer;
	void __user *user = (void __user *)arg;
	size_t size = _IOC_SIZE(cmd);
	size_t least;

	if (tracer->tgid != task_tgid(current))
		return -EPERM;

	switch (EA_IOCTL(cmd)) {
	case EA_IOCTL(SPT_IOC_INFO):
		least = SPT_INFO_SIZE_VER0;
		break;
	case EA_IOCTL(SPT_IOC_PTRACE):
		least = SPT_PTRACE_SIZE_VER0;
		break;
	case EA_IOCTL(SPT_IOC_WAIT):
		least = SPT_WAIT_SIZE_VER0;
		break;
	case EA_IOCTL(SPT_IOC_STATUS):
		least = SPT_LIST_SIZE_VER0;
		break;
	case EA_IOCTL(SPT_IOC_SET_FLAGS):
		least = SPT_FLAGS_SIZE_VER0;
		break;
	default:
		return -ENOTTY;
	}
	if (size < least || size > PAGE_SIZE)
		return -EINVAL;

	switch (EA_IOCTL(cmd)) {
	case EA_IOCTL(SPT_IOC_INFO):
		return ioctl_info(user, size);
	case EA_IOCTL(SPT_IOC_PTRACE):
		return ioctl_ptrace(tracer, user, size);
	case EA_IOCTL(SPT_IOC_WAIT):
		return spt_wait(tracer, user, size);
	case EA_IOCTL(SPT_IOC_SET_FLAGS):
		return ioctl_set_flags(handle, user, size);
	default:
		return spt_status(user, size);
	}
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

	handle = kzalloc(sizeof(*handle), GFP_KERNEL_ACCOUNT);
	if (!handle)
		return -ENOMEM;

	tracer = spt_tracer_of(task_tgid(current));
	if (!tracer) {
		kfree(handle);
		return -ENOMEM;
	}

	spt_tracer_open(handle, tracer);
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
