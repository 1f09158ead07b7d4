/* SPDX-License-Identifier: GPL-2.0 */
/* A program with privileges, on a file system that honours them. */
#ifndef SPT_PROGRAM_H
#define SPT_PROGRAM_H

#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include "spt.h"

static char program_directory[] = "/tmp/sptrace-exec-XXXXXX";
static char program[64];

static maybe_unused bool program_copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY),
	    out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	char bytes[65536];
	ssize_t length;

	if (in < 0 || out < 0)
		return false;
	while ((length = read(in, bytes, sizeof(bytes))) > 0)
		if (write(out, bytes, length) != length)
			return false;
	return !close(in) && !close(out) && !length;
}

/* A place for it, in a mount namespace of our own. */
static maybe_unused bool program_begin(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return false;
	if (!mkdtemp(program_directory) ||
	    mount("tmpfs", program_directory, "tmpfs", 0, "mode=755"))
		return false;
	snprintf(program, sizeof(program), "%s/program", program_directory);
	return true;
}

static maybe_unused bool program_make(const char *name, mode_t mode,
				      uid_t owner, gid_t group)
{
	return program_begin() && program_copy(sibling(name), program) &&
	       !chown(program, owner, group) && !chmod(program, mode);
}

static maybe_unused bool program_add_capability(int capability)
{
	struct vfs_cap_data cap = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data[0].permitted = 1 << capability,
	};

	return !setxattr(program, "security.capability", &cap, XATTR_CAPS_SZ_2,
			 0);
}

static maybe_unused void program_remove(void)
{
	umount2(program_directory, MNT_DETACH);
	rmdir(program_directory);
}

#endif /* SPT_PROGRAM_H */
