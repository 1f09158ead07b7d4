// SPDX-License-Identifier: GPL-2.0
/*
 * How many arguments each system call of x86 has: from the SYSCALL_DEFINEn
 * of Linux 6.12, by the names of its system call tables.
 */
#include <linux/audit.h>
#include <stdio.h>
#include <string.h>

#include "names.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Names are searched with a blank on either side. */
static const char *const names_by_count[] = {
	[0] = " _sysctl bdflush fork getegid getegid32 geteuid geteuid32"
	      " getgid getgid32 getpgrp getpid getppid gettid getuid getuid32"
	      " inotify_init munlockall pause restart_syscall rt_sigreturn"
	      " sched_yield setsid sgetmask sigreturn sync uretprobe vfork"
	      " vhangup vm86 vm86old ",
	[1] = " acct adjtimex alarm brk chdir chroot close dup epoll_create"
	      " epoll_create1 eventfd exit exit_group fchdir fdatasync fsync"
	      " get_thread_area getpgid getsid inotify_init1 io_destroy iopl"
	      " memfd_secret mlockall mq_unlink nice oldolduname olduname"
	      " personality pipe pkey_free rmdir sched_get_priority_max"
	      " sched_get_priority_min sched_getscheduler set_thread_area"
	      " set_tid_address setfsgid setfsgid32 setfsuid setfsuid32 setgid"
	      " setgid32 setuid setuid32 shmdt sigpending ssetmask stime"
	      " swapoff syncfs sysinfo time timer_delete timer_getoverrun"
	      " times umask umount uname unlink unshare uselib userfaultfd ",
	[2] = " access arch_prctl capget capset chmod clock_adjtime"
	      " clock_adjtime64 clock_getres clock_getres_time64 clock_gettime"
	      " clock_gettime64 clock_settime clock_settime64 clone3 creat"
	      " delete_module dup2 eventfd2 fanotify_init fchmod flock"
	      " fremovexattr fsopen fstat fstat64 fstatfs ftruncate getcwd"
	      " getgroups getgroups32 getitimer getpriority getrlimit"
	      " getrusage gettimeofday inotify_rm_watch io_setup"
	      " io_uring_setup ioprio_get kill landlock_restrict_self link"
	      " listen lremovexattr lstat lstat64 memfd_create mkdir mlock"
	      " mq_notify msgget munlock munmap nanosleep oldfstat oldlstat"
	      " oldstat pidfd_open pipe2 pivot_root pkey_alloc"
	      " process_mrelease removexattr rename rt_sigpending"
	      " rt_sigsuspend sched_getparam sched_rr_get_interval"
	      " sched_rr_get_interval_time64 sched_setparam set_robust_list"
	      " setdomainname setgroups setgroups32 sethostname setns setpgid"
	      " setregid setregid32 setreuid setreuid32 setrlimit settimeofday"
	      " shutdown sigaltstack signal socketcall stat stat64 statfs"
	      " swapon symlink timer_gettime timer_gettime64 timerfd_create"
	      " timerfd_gettime timerfd_gettime64 tkill truncate ugetrlimit"
	      " umount2 ustat utime utimes ",
	[3] = " accept bind bpf chown chown32 close_range connect dup3 execve"
	      " faccessat fchmodat fchown fchown32 fcntl fcntl64 finit_module"
	      " flistxattr fsmount fspick fstatfs64 ftruncate64 futimesat"
	      " get_robust_list getcpu getdents getdents64 getpeername"
	      " getrandom getresgid getresgid32 getresuid getresuid32"
	      " getsockname init_module inotify_add_watch io_cancel io_submit"
	      " ioctl ioperm ioprio_set landlock_create_ruleset lchown"
	      " lchown32 listxattr llistxattr lseek lsm_list_modules madvise"
	      " map_shadow_stack membarrier mincore mkdirat mknod mlock2"
	      " modify_ldt mprotect mq_getsetattr mseal msgctl msync open"
	      " open_by_handle_at open_tree pidfd_getfd poll read readahead"
	      " readdir readlink readv recvmsg rt_sigqueueinfo"
	      " sched_getaffinity sched_setaffinity sched_setattr"
	      " sched_setscheduler seccomp semget semop sendmsg set_mempolicy"
	      " setitimer setpriority setresgid setresgid32 setresuid"
	      " setresuid32 shmat shmctl shmget sigaction signalfd sigprocmask"
	      " sigsuspend socket statfs64 symlinkat sysfs syslog tgkill"
	      " timer_create truncate64 unlinkat waitpid write writev ",
	[4] = " accept4 cachestat clock_nanosleep clock_nanosleep_time64"
	      " epoll_ctl epoll_wait faccessat2 fadvise64 fallocate fchmodat2"
	      " fgetxattr fstatat64 futex_requeue futex_wake getxattr"
	      " io_uring_register kexec_load landlock_add_rule lgetxattr"
	      " listmount lsm_get_self_attr lsm_set_self_attr migrate_pages"
	      " mknodat mq_open msgsnd newfstatat openat openat2"
	      " pidfd_send_signal pkey_mprotect pread64 prlimit64 ptrace"
	      " pwrite64 quotactl quotactl_fd readlinkat reboot renameat"
	      " request_key rseq rt_sigaction rt_sigprocmask rt_sigtimedwait"
	      " rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_getattr semctl"
	      " semtimedop semtimedop_time64 sendfile sendfile64 sendmmsg"
	      " set_mempolicy_home_node signalfd4 socketpair statmount"
	      " sync_file_range tee timer_settime timer_settime64"
	      " timerfd_settime timerfd_settime64 utimensat utimensat_time64"
	      " vmsplice wait4 ",
	[5] = " _llseek _newselect add_key clone execveat fanotify_mark"
	      " fchownat fsconfig fsetxattr futex_waitv get_mempolicy"
	      " getsockopt io_getevents kcmp kexec_file_load keyctl linkat"
	      " lsetxattr mount mount_setattr move_mount mq_timedreceive"
	      " mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mremap"
	      " msgrcv name_to_handle_at perf_event_open ppoll ppoll_time64"
	      " prctl preadv process_madvise pwritev recvmmsg recvmmsg_time64"
	      " remap_file_pages renameat2 select setsockopt setxattr statx"
	      " waitid ",
	[6] = " copy_file_range epoll_pwait epoll_pwait2 fadvise64_64 futex"
	      " futex_time64 futex_wait io_pgetevents io_pgetevents_time64"
	      " io_uring_enter ipc mbind mmap mmap2 move_pages preadv2"
	      " process_vm_readv process_vm_writev pselect6 pselect6_time64"
	      " pwritev2 recvfrom sendto splice ",
};

/* 32-bit calls that take a 64-bit value in two registers, or a structure. */
static const struct {
	const char *name;
	unsigned int count;
} i386_counts[] = {
	{ "fadvise64", 5 }, { "fallocate", 6 }, { "fanotify_mark", 6 },
	{ "mmap", 1 },	    { "pread64", 5 },	{ "pwrite64", 5 },
	{ "readahead", 4 }, { "select", 1 },	{ "sync_file_range", 6 },
};

unsigned int names_args(uint32_t arch, const char *name)
{
	char word[64];
	size_t i;

	if (arch == AUDIT_ARCH_I386) {
		for (i = 0; i < ARRAY_SIZE(i386_counts); i++) {
			if (!strcmp(i386_counts[i].name, name))
				return i386_counts[i].count;
		}
	}
	snprintf(word, sizeof(word), " %s ", name);
	for (i = 0; i < ARRAY_SIZE(names_by_count); i++) {
		if (strstr(names_by_count[i], word))
			return i;
	}
	return NAMES_MAX_ARGS;
}
