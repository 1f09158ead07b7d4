// SPDX-License-Identifier: GPL-2.0
/* Classes of system calls, as strace has them: %file, %network and others. */
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"

/* Of the decoder's own knowledge, by the kinds of a call's arguments. */
#include "decode/decode.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Those that arguments don't tell. Names are searched with a blank on each side. */
static const struct {
	const char *class;
	const char *names;
} classes[] = {
	{ "process",
	  " clone clone3 execve execveat exit exit_group fork kill"
	  " pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo tgkill tkill"
	  " unshare vfork wait4 waitid waitpid " },
	{ "network",
	  " accept accept4 bind connect getpeername getpmsg getsockname"
	  " getsockopt listen putpmsg recv recvfrom recvmmsg recvmmsg_time64"
	  " recvmsg send sendfile sendfile64 sendmmsg sendmsg sendto"
	  " setsockopt shutdown socket socketcall socketpair " },
	{ "signal",
	  " kill pause rt_sigaction rt_sigpending rt_sigprocmask"
	  " rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait"
	  " rt_sigtimedwait_time64 rt_tgsigqueueinfo sgetmask sigaction"
	  " sigaltstack signal signalfd signalfd4 sigpending sigprocmask"
	  " sigreturn sigsuspend ssetmask tgkill tkill pidfd_send_signal " },
	{ "ipc",
	  " ipc msgctl msgget msgrcv msgsnd semctl semget semop semtimedop"
	  " semtimedop_time64 shmat shmctl shmdt shmget " },
	{ "memory",
	  " brk get_mempolicy madvise map_shadow_stack mbind migrate_pages"
	  " mincore mlock mlock2 mlockall mmap mmap2 move_pages mprotect"
	  " mremap mseal msync munlock munlockall munmap pkey_mprotect"
	  " process_madvise remap_file_pages set_mempolicy"
	  " set_mempolicy_home_node shmat shmdt " },
	{ "creds",
	  " capget capset getegid getegid32 geteuid geteuid32 getgid getgid32"
	  " getgroups getgroups32 getresgid getresgid32 getresuid"
	  " getresuid32 getuid getuid32 prctl setfsgid setfsgid32 setfsuid"
	  " setfsuid32 setgid setgid32 setgroups setgroups32 setregid"
	  " setregid32 setresgid setresgid32 setresuid setresuid32 setreuid"
	  " setreuid32 setuid setuid32 " },
	{ "clock",
	  " adjtimex clock_adjtime clock_adjtime64 clock_getres"
	  " clock_getres_time64 clock_gettime clock_gettime64 clock_settime"
	  " clock_settime64 gettimeofday settimeofday stime time " },
	{ "stat", " oldstat stat stat64 " },
	{ "lstat", " lstat lstat64 oldlstat " },
	{ "fstat", " fstat fstat64 fstatat64 newfstatat oldfstat statx " },
	{ "%stat",
	  " fstat fstat64 fstatat64 lstat lstat64 newfstatat oldfstat oldlstat"
	  " oldstat stat stat64 statx " },
	{ "statfs", " statfs statfs64 " },
	{ "fstatfs", " fstatfs fstatfs64 " },
	{ "%statfs", " fstatfs fstatfs64 statfs statfs64 ustat " },
	{ "pure",
	  " arch_prctl getegid getegid32 geteuid geteuid32 getgid getgid32"
	  " getpgrp getpid getppid gettid getuid getuid32 " },
};

static const char *find_class(const char *class)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		if (!strcmp(classes[i].class, class))
			return classes[i].names;
	}
	return NULL;
}

/* %file is about names of files, %desc about descriptors. */
static bool is_derived(const char *class)
{
	return !strcmp(class, "file") || !strcmp(class, "desc");
}

bool class_exists(const char *class)
{
	return is_derived(class) || find_class(class);
}

static bool derives(uint32_t arch, const char *class, const char *name)
{
	struct decode_type *type = decode_type(arch, 0, name);
	bool has = !strcmp(class, "file") ? decode_takes_path(type) :
					    decode_is_of_fd(type);

	free(type);
	return has;
}

bool class_has(const char *class, const char *name)
{
	const char *names = find_class(class);
	char word[64];

	if (!names)
		return derives(AUDIT_ARCH_X86_64, class, name) ||
		       derives(AUDIT_ARCH_I386, class, name);
	snprintf(word, sizeof(word), " %s ", name);
	return strstr(names, word);
}
