// SPDX-License-Identifier: GPL-2.0
/*
 * What the system calls of x86 take: the SYSCALL_DEFINEs of its tables, by name.
 *
 * Written by tools/sptrace/decode/generate linux-source-6.12
 * which is to be run again rather than this to be edited.
 */
#include "prototypes.h"

/* clang-format off */
const struct prototype prototypes_64[] = {
	{ "_sysctl", 0, { } },
	{ "accept", 3, {
		"int fd",
		"struct sockaddr *upeer_sockaddr",
		"int *upeer_addrlen" } },
	{ "accept4", 4, {
		"int fd",
		"struct sockaddr *upeer_sockaddr",
		"int *upeer_addrlen",
		"int flags" } },
	{ "access", 2, {
		"const char *filename",
		"int mode" } },
	{ "acct", 1, {
		"const char *name" } },
	{ "add_key", 5, {
		"const char *_type",
		"const char *_description",
		"const void *_payload",
		"size_t plen",
		"key_serial_t ringid" } },
	{ "adjtimex", 1, {
		"struct __kernel_timex *txc_p" } },
	{ "alarm", 1, {
		"unsigned int seconds" } },
	{ "arch_prctl", 2, {
		"int option",
		"unsigned long arg2" } },
	{ "bind", 3, {
		"int fd",
		"struct sockaddr *umyaddr",
		"int addrlen" } },
	{ "bpf", 3, {
		"int cmd",
		"union bpf_attr *uattr",
		"unsigned int size" } },
	{ "brk", 1, {
		"unsigned long brk" } },
	{ "cachestat", 4, {
		"unsigned int fd",
		"struct cachestat_range *cstat_range",
		"struct cachestat *cstat",
		"unsigned int flags" } },
	{ "capget", 2, {
		"cap_user_header_t header",
		"cap_user_data_t dataptr" } },
	{ "capset", 2, {
		"cap_user_header_t header",
		"const cap_user_data_t data" } },
	{ "chdir", 1, {
		"const char *filename" } },
	{ "chmod", 2, {
		"const char *filename",
		"umode_t mode" } },
	{ "chown", 3, {
		"const char *filename",
		"uid_t user",
		"gid_t group" } },
	{ "chroot", 1, {
		"const char *filename" } },
	{ "clock_adjtime", 2, {
		"const clockid_t which_clock",
		"struct __kernel_timex *utx" } },
	{ "clock_getres", 2, {
		"const clockid_t which_clock",
		"struct __kernel_timespec *tp" } },
	{ "clock_gettime", 2, {
		"const clockid_t which_clock",
		"struct __kernel_timespec *tp" } },
	{ "clock_nanosleep", 4, {
		"const clockid_t which_clock",
		"int flags",
		"const struct __kernel_timespec *rqtp",
		"struct __kernel_timespec *rmtp" } },
	{ "clock_settime", 2, {
		"const clockid_t which_clock",
		"const struct __kernel_timespec *tp" } },
	{ "clone", 5, {
		"unsigned long clone_flags",
		"unsigned long newsp",
		"int *parent_tidptr",
		"int *child_tidptr",
		"unsigned long tls" } },
	{ "clone3", 2, {
		"struct clone_args *uargs",
		"size_t size" } },
	{ "close", 1, {
		"unsigned int fd" } },
	{ "close_range", 3, {
		"unsigned int fd",
		"unsigned int max_fd",
		"unsigned int flags" } },
	{ "connect", 3, {
		"int fd",
		"struct sockaddr *uservaddr",
		"int addrlen" } },
	{ "copy_file_range", 6, {
		"int fd_in",
		"loff_t *off_in",
		"int fd_out",
		"loff_t *off_out",
		"size_t len",
		"unsigned int flags" } },
	{ "creat", 2, {
		"const char *pathname",
		"umode_t mode" } },
	{ "delete_module", 2, {
		"const char *name_user",
		"unsigned int flags" } },
	{ "dup", 1, {
		"unsigned int fildes" } },
	{ "dup2", 2, {
		"unsigned int oldfd",
		"unsigned int newfd" } },
	{ "dup3", 3, {
		"unsigned int oldfd",
		"unsigned int newfd",
		"int flags" } },
	{ "epoll_create", 1, {
		"int size" } },
	{ "epoll_create1", 1, {
		"int flags" } },
	{ "epoll_ctl", 4, {
		"int epfd",
		"int op",
		"int fd",
		"struct epoll_event *event" } },
	{ "epoll_pwait", 6, {
		"int epfd",
		"struct epoll_event *events",
		"int maxevents",
		"int timeout",
		"const sigset_t *sigmask",
		"size_t sigsetsize" } },
	{ "epoll_pwait2", 6, {
		"int epfd",
		"struct epoll_event *events",
		"int maxevents",
		"const struct __kernel_timespec *timeout",
		"const sigset_t *sigmask",
		"size_t sigsetsize" } },
	{ "epoll_wait", 4, {
		"int epfd",
		"struct epoll_event *events",
		"int maxevents",
		"int timeout" } },
	{ "eventfd", 1, {
		"unsigned int count" } },
	{ "eventfd2", 2, {
		"unsigned int count",
		"int flags" } },
	{ "execve", 3, {
		"const char *filename",
		"const char *const *argv",
		"const char *const *envp" } },
	{ "execveat", 5, {
		"int fd",
		"const char *filename",
		"const char *const *argv",
		"const char *const *envp",
		"int flags" } },
	{ "exit", 1, {
		"int error_code" } },
	{ "exit_group", 1, {
		"int error_code" } },
	{ "faccessat", 3, {
		"int dfd",
		"const char *filename",
		"int mode" } },
	{ "faccessat2", 4, {
		"int dfd",
		"const char *filename",
		"int mode",
		"int flags" } },
	{ "fadvise64", 4, {
		"int fd",
		"loff_t offset",
		"size_t len",
		"int advice" } },
	{ "fallocate", 4, {
		"int fd",
		"int mode",
		"loff_t offset",
		"loff_t len" } },
	{ "fanotify_init", 2, {
		"unsigned int flags",
		"unsigned int event_f_flags" } },
	{ "fanotify_mark", 5, {
		"int fanotify_fd",
		"unsigned int flags",
		"__u64 mask",
		"int dfd",
		"const char *pathname" } },
	{ "fchdir", 1, {
		"unsigned int fd" } },
	{ "fchmod", 2, {
		"unsigned int fd",
		"umode_t mode" } },
	{ "fchmodat", 3, {
		"int dfd",
		"const char *filename",
		"umode_t mode" } },
	{ "fchmodat2", 4, {
		"int dfd",
		"const char *filename",
		"umode_t mode",
		"unsigned int flags" } },
	{ "fchown", 3, {
		"unsigned int fd",
		"uid_t user",
		"gid_t group" } },
	{ "fchownat", 5, {
		"int dfd",
		"const char *filename",
		"uid_t user",
		"gid_t group",
		"int flag" } },
	{ "fcntl", 3, {
		"unsigned int fd",
		"unsigned int cmd",
		"unsigned long arg" } },
	{ "fdatasync", 1, {
		"unsigned int fd" } },
	{ "fgetxattr", 4, {
		"int fd",
		"const char *name",
		"void *value",
		"size_t size" } },
	{ "finit_module", 3, {
		"int fd",
		"const char *uargs",
		"int flags" } },
	{ "flistxattr", 3, {
		"int fd",
		"char *list",
		"size_t size" } },
	{ "flock", 2, {
		"unsigned int fd",
		"unsigned int cmd" } },
	{ "fork", 0, { } },
	{ "fremovexattr", 2, {
		"int fd",
		"const char *name" } },
	{ "fsconfig", 5, {
		"int fd",
		"unsigned int cmd",
		"const char *_key",
		"const void *_value",
		"int aux" } },
	{ "fsetxattr", 5, {
		"int fd",
		"const char *name",
		"const void *value",
		"size_t size",
		"int flags" } },
	{ "fsmount", 3, {
		"int fs_fd",
		"unsigned int flags",
		"unsigned int attr_flags" } },
	{ "fsopen", 2, {
		"const char *_fs_name",
		"unsigned int flags" } },
	{ "fspick", 3, {
		"int dfd",
		"const char *path",
		"unsigned int flags" } },
	{ "fstat", 2, {
		"unsigned int fd",
		"struct stat *statbuf" } },
	{ "fstatfs", 2, {
		"unsigned int fd",
		"struct statfs *buf" } },
	{ "fsync", 1, {
		"unsigned int fd" } },
	{ "ftruncate", 2, {
		"unsigned int fd",
		"off_t length" } },
	{ "futex", 6, {
		"u32 *uaddr",
		"int op",
		"u32 val",
		"const struct __kernel_timespec *utime",
		"u32 *uaddr2",
		"u32 val3" } },
	{ "futex_requeue", 4, {
		"struct futex_waitv *waiters",
		"unsigned int flags",
		"int nr_wake",
		"int nr_requeue" } },
	{ "futex_wait", 6, {
		"void *uaddr",
		"unsigned long val",
		"unsigned long mask",
		"unsigned int flags",
		"struct __kernel_timespec *timeout",
		"clockid_t clockid" } },
	{ "futex_waitv", 5, {
		"struct futex_waitv *waiters",
		"unsigned int nr_futexes",
		"unsigned int flags",
		"struct __kernel_timespec *timeout",
		"clockid_t clockid" } },
	{ "futex_wake", 4, {
		"void *uaddr",
		"unsigned long mask",
		"int nr",
		"unsigned int flags" } },
	{ "futimesat", 3, {
		"int dfd",
		"const char *filename",
		"struct __kernel_old_timeval *utimes" } },
	{ "get_mempolicy", 5, {
		"int *policy",
		"unsigned long *nmask",
		"unsigned long maxnode",
		"unsigned long addr",
		"unsigned long flags" } },
	{ "get_robust_list", 3, {
		"int pid",
		"struct robust_list_head * *head_ptr",
		"size_t *len_ptr" } },
	{ "getcpu", 3, {
		"unsigned *cpup",
		"unsigned *nodep",
		"struct getcpu_cache *unused" } },
	{ "getcwd", 2, {
		"char *buf",
		"unsigned long size" } },
	{ "getdents", 3, {
		"unsigned int fd",
		"struct linux_dirent *dirent",
		"unsigned int count" } },
	{ "getdents64", 3, {
		"unsigned int fd",
		"struct linux_dirent64 *dirent",
		"unsigned int count" } },
	{ "getegid", 0, { } },
	{ "geteuid", 0, { } },
	{ "getgid", 0, { } },
	{ "getgroups", 2, {
		"int gidsetsize",
		"gid_t *grouplist" } },
	{ "getitimer", 2, {
		"int which",
		"struct __kernel_old_itimerval *value" } },
	{ "getpeername", 3, {
		"int fd",
		"struct sockaddr *usockaddr",
		"int *usockaddr_len" } },
	{ "getpgid", 1, {
		"pid_t pid" } },
	{ "getpgrp", 0, { } },
	{ "getpid", 0, { } },
	{ "getppid", 0, { } },
	{ "getpriority", 2, {
		"int which",
		"int who" } },
	{ "getrandom", 3, {
		"char *ubuf",
		"size_t len",
		"unsigned int flags" } },
	{ "getresgid", 3, {
		"gid_t *rgidp",
		"gid_t *egidp",
		"gid_t *sgidp" } },
	{ "getresuid", 3, {
		"uid_t *ruidp",
		"uid_t *euidp",
		"uid_t *suidp" } },
	{ "getrlimit", 2, {
		"unsigned int resource",
		"struct rlimit *rlim" } },
	{ "getrusage", 2, {
		"int who",
		"struct rusage *ru" } },
	{ "getsid", 1, {
		"pid_t pid" } },
	{ "getsockname", 3, {
		"int fd",
		"struct sockaddr *usockaddr",
		"int *usockaddr_len" } },
	{ "getsockopt", 5, {
		"int fd",
		"int level",
		"int optname",
		"char *optval",
		"int *optlen" } },
	{ "gettid", 0, { } },
	{ "gettimeofday", 2, {
		"struct __kernel_old_timeval *tv",
		"struct timezone *tz" } },
	{ "getuid", 0, { } },
	{ "getxattr", 4, {
		"const char *pathname",
		"const char *name",
		"void *value",
		"size_t size" } },
	{ "init_module", 3, {
		"void *umod",
		"unsigned long len",
		"const char *uargs" } },
	{ "inotify_add_watch", 3, {
		"int fd",
		"const char *pathname",
		"u32 mask" } },
	{ "inotify_init", 0, { } },
	{ "inotify_init1", 1, {
		"int flags" } },
	{ "inotify_rm_watch", 2, {
		"int fd",
		"__s32 wd" } },
	{ "io_cancel", 3, {
		"aio_context_t ctx_id",
		"struct iocb *iocb",
		"struct io_event *result" } },
	{ "io_destroy", 1, {
		"aio_context_t ctx" } },
	{ "io_getevents", 5, {
		"aio_context_t ctx_id",
		"long min_nr",
		"long nr",
		"struct io_event *events",
		"struct __kernel_timespec *timeout" } },
	{ "io_pgetevents", 6, {
		"aio_context_t ctx_id",
		"long min_nr",
		"long nr",
		"struct io_event *events",
		"struct __kernel_timespec *timeout",
		"const struct __aio_sigset *usig" } },
	{ "io_setup", 2, {
		"unsigned nr_events",
		"aio_context_t *ctxp" } },
	{ "io_submit", 3, {
		"aio_context_t ctx_id",
		"long nr",
		"struct iocb * *iocbpp" } },
	{ "io_uring_enter", 6, {
		"unsigned int fd",
		"u32 to_submit",
		"u32 min_complete",
		"u32 flags",
		"const void *argp",
		"size_t argsz" } },
	{ "io_uring_register", 4, {
		"unsigned int fd",
		"unsigned int opcode",
		"void *arg",
		"unsigned int nr_args" } },
	{ "io_uring_setup", 2, {
		"u32 entries",
		"struct io_uring_params *params" } },
	{ "ioctl", 3, {
		"unsigned int fd",
		"unsigned int cmd",
		"unsigned long arg" } },
	{ "ioperm", 3, {
		"unsigned long from",
		"unsigned long num",
		"int turn_on" } },
	{ "iopl", 1, {
		"unsigned int level" } },
	{ "ioprio_get", 2, {
		"int which",
		"int who" } },
	{ "ioprio_set", 3, {
		"int which",
		"int who",
		"int ioprio" } },
	{ "kcmp", 5, {
		"pid_t pid1",
		"pid_t pid2",
		"int type",
		"unsigned long idx1",
		"unsigned long idx2" } },
	{ "kexec_file_load", 5, {
		"int kernel_fd",
		"int initrd_fd",
		"unsigned long cmdline_len",
		"const char *cmdline_ptr",
		"unsigned long flags" } },
	{ "kexec_load", 4, {
		"unsigned long entry",
		"unsigned long nr_segments",
		"struct kexec_segment *segments",
		"unsigned long flags" } },
	{ "keyctl", 5, {
		"int option",
		"unsigned long arg2",
		"unsigned long arg3",
		"unsigned long arg4",
		"unsigned long arg5" } },
	{ "kill", 2, {
		"pid_t pid",
		"int sig" } },
	{ "landlock_add_rule", 4, {
		"const int ruleset_fd",
		"const enum landlock_rule_type rule_type",
		"const void *const rule_attr",
		"const __u32 flags" } },
	{ "landlock_create_ruleset", 3, {
		"const struct landlock_ruleset_attr *const attr",
		"const size_t size",
		"const __u32 flags" } },
	{ "landlock_restrict_self", 2, {
		"const int ruleset_fd",
		"const __u32 flags" } },
	{ "lchown", 3, {
		"const char *filename",
		"uid_t user",
		"gid_t group" } },
	{ "lgetxattr", 4, {
		"const char *pathname",
		"const char *name",
		"void *value",
		"size_t size" } },
	{ "link", 2, {
		"const char *oldname",
		"const char *newname" } },
	{ "linkat", 5, {
		"int olddfd",
		"const char *oldname",
		"int newdfd",
		"const char *newname",
		"int flags" } },
	{ "listen", 2, {
		"int fd",
		"int backlog" } },
	{ "listmount", 4, {
		"const struct mnt_id_req *req",
		"u64 *mnt_ids",
		"size_t nr_mnt_ids",
		"unsigned int flags" } },
	{ "listxattr", 3, {
		"const char *pathname",
		"char *list",
		"size_t size" } },
	{ "llistxattr", 3, {
		"const char *pathname",
		"char *list",
		"size_t size" } },
	{ "lremovexattr", 2, {
		"const char *pathname",
		"const char *name" } },
	{ "lseek", 3, {
		"unsigned int fd",
		"off_t offset",
		"unsigned int whence" } },
	{ "lsetxattr", 5, {
		"const char *pathname",
		"const char *name",
		"const void *value",
		"size_t size",
		"int flags" } },
	{ "lsm_get_self_attr", 4, {
		"unsigned int attr",
		"struct lsm_ctx *ctx",
		"u32 *size",
		"u32 flags" } },
	{ "lsm_list_modules", 3, {
		"u64 *ids",
		"u32 *size",
		"u32 flags" } },
	{ "lsm_set_self_attr", 4, {
		"unsigned int attr",
		"struct lsm_ctx *ctx",
		"u32 size",
		"u32 flags" } },
	{ "lstat", 2, {
		"const char *filename",
		"struct stat *statbuf" } },
	{ "madvise", 3, {
		"unsigned long start",
		"size_t len_in",
		"int behavior" } },
	{ "map_shadow_stack", 3, {
		"unsigned long addr",
		"unsigned long size",
		"unsigned int flags" } },
	{ "mbind", 6, {
		"unsigned long start",
		"unsigned long len",
		"unsigned long mode",
		"const unsigned long *nmask",
		"unsigned long maxnode",
		"unsigned int flags" } },
	{ "membarrier", 3, {
		"int cmd",
		"unsigned int flags",
		"int cpu_id" } },
	{ "memfd_create", 2, {
		"const char *uname",
		"unsigned int flags" } },
	{ "memfd_secret", 1, {
		"unsigned int flags" } },
	{ "migrate_pages", 4, {
		"pid_t pid",
		"unsigned long maxnode",
		"const unsigned long *old_nodes",
		"const unsigned long *new_nodes" } },
	{ "mincore", 3, {
		"unsigned long start",
		"size_t len",
		"unsigned char *vec" } },
	{ "mkdir", 2, {
		"const char *pathname",
		"umode_t mode" } },
	{ "mkdirat", 3, {
		"int dfd",
		"const char *pathname",
		"umode_t mode" } },
	{ "mknod", 3, {
		"const char *filename",
		"umode_t mode",
		"unsigned dev" } },
	{ "mknodat", 4, {
		"int dfd",
		"const char *filename",
		"umode_t mode",
		"unsigned int dev" } },
	{ "mlock", 2, {
		"unsigned long start",
		"size_t len" } },
	{ "mlock2", 3, {
		"unsigned long start",
		"size_t len",
		"int flags" } },
	{ "mlockall", 1, {
		"int flags" } },
	{ "mmap", 6, {
		"unsigned long addr",
		"unsigned long len",
		"unsigned long prot",
		"unsigned long flags",
		"unsigned long fd",
		"unsigned long off" } },
	{ "modify_ldt", 3, {
		"int func",
		"void *ptr",
		"unsigned long bytecount" } },
	{ "mount", 5, {
		"char *dev_name",
		"char *dir_name",
		"char *type",
		"unsigned long flags",
		"void *data" } },
	{ "mount_setattr", 5, {
		"int dfd",
		"const char *path",
		"unsigned int flags",
		"struct mount_attr *uattr",
		"size_t usize" } },
	{ "move_mount", 5, {
		"int from_dfd",
		"const char *from_pathname",
		"int to_dfd",
		"const char *to_pathname",
		"unsigned int flags" } },
	{ "move_pages", 6, {
		"pid_t pid",
		"unsigned long nr_pages",
		"const void * *pages",
		"const int *nodes",
		"int *status",
		"int flags" } },
	{ "mprotect", 3, {
		"unsigned long start",
		"size_t len",
		"unsigned long prot" } },
	{ "mq_getsetattr", 3, {
		"mqd_t mqdes",
		"const struct mq_attr *u_mqstat",
		"struct mq_attr *u_omqstat" } },
	{ "mq_notify", 2, {
		"mqd_t mqdes",
		"const struct sigevent *u_notification" } },
	{ "mq_open", 4, {
		"const char *u_name",
		"int oflag",
		"umode_t mode",
		"struct mq_attr *u_attr" } },
	{ "mq_timedreceive", 5, {
		"mqd_t mqdes",
		"char *u_msg_ptr",
		"size_t msg_len",
		"unsigned int *u_msg_prio",
		"const struct __kernel_timespec *u_abs_timeout" } },
	{ "mq_timedsend", 5, {
		"mqd_t mqdes",
		"const char *u_msg_ptr",
		"size_t msg_len",
		"unsigned int msg_prio",
		"const struct __kernel_timespec *u_abs_timeout" } },
	{ "mq_unlink", 1, {
		"const char *u_name" } },
	{ "mremap", 5, {
		"unsigned long addr",
		"unsigned long old_len",
		"unsigned long new_len",
		"unsigned long flags",
		"unsigned long new_addr" } },
	{ "mseal", 3, {
		"unsigned long start",
		"size_t len",
		"unsigned long flags" } },
	{ "msgctl", 3, {
		"int msqid",
		"int cmd",
		"struct msqid_ds *buf" } },
	{ "msgget", 2, {
		"key_t key",
		"int msgflg" } },
	{ "msgrcv", 5, {
		"int msqid",
		"struct msgbuf *msgp",
		"size_t msgsz",
		"long msgtyp",
		"int msgflg" } },
	{ "msgsnd", 4, {
		"int msqid",
		"struct msgbuf *msgp",
		"size_t msgsz",
		"int msgflg" } },
	{ "msync", 3, {
		"unsigned long start",
		"size_t len",
		"int flags" } },
	{ "munlock", 2, {
		"unsigned long start",
		"size_t len" } },
	{ "munlockall", 0, { } },
	{ "munmap", 2, {
		"unsigned long addr",
		"size_t len" } },
	{ "name_to_handle_at", 5, {
		"int dfd",
		"const char *name",
		"struct file_handle *handle",
		"void *mnt_id",
		"int flag" } },
	{ "nanosleep", 2, {
		"struct __kernel_timespec *rqtp",
		"struct __kernel_timespec *rmtp" } },
	{ "newfstatat", 4, {
		"int dfd",
		"const char *filename",
		"struct stat *statbuf",
		"int flag" } },
	{ "open", 3, {
		"const char *filename",
		"int flags",
		"umode_t mode" } },
	{ "open_by_handle_at", 3, {
		"int mountdirfd",
		"struct file_handle *handle",
		"int flags" } },
	{ "open_tree", 3, {
		"int dfd",
		"const char *filename",
		"unsigned flags" } },
	{ "openat", 4, {
		"int dfd",
		"const char *filename",
		"int flags",
		"umode_t mode" } },
	{ "openat2", 4, {
		"int dfd",
		"const char *filename",
		"struct open_how *how",
		"size_t usize" } },
	{ "pause", 0, { } },
	{ "perf_event_open", 5, {
		"struct perf_event_attr *attr_uptr",
		"pid_t pid",
		"int cpu",
		"int group_fd",
		"unsigned long flags" } },
	{ "personality", 1, {
		"unsigned int personality" } },
	{ "pidfd_getfd", 3, {
		"int pidfd",
		"int fd",
		"unsigned int flags" } },
	{ "pidfd_open", 2, {
		"pid_t pid",
		"unsigned int flags" } },
	{ "pidfd_send_signal", 4, {
		"int pidfd",
		"int sig",
		"siginfo_t *info",
		"unsigned int flags" } },
	{ "pipe", 1, {
		"int *fildes" } },
	{ "pipe2", 2, {
		"int *fildes",
		"int flags" } },
	{ "pivot_root", 2, {
		"const char *new_root",
		"const char *put_old" } },
	{ "pkey_alloc", 2, {
		"unsigned long flags",
		"unsigned long init_val" } },
	{ "pkey_free", 1, {
		"int pkey" } },
	{ "pkey_mprotect", 4, {
		"unsigned long start",
		"size_t len",
		"unsigned long prot",
		"int pkey" } },
	{ "poll", 3, {
		"struct pollfd *ufds",
		"unsigned int nfds",
		"int timeout_msecs" } },
	{ "ppoll", 5, {
		"struct pollfd *ufds",
		"unsigned int nfds",
		"struct __kernel_timespec *tsp",
		"const sigset_t *sigmask",
		"size_t sigsetsize" } },
	{ "prctl", 5, {
		"int option",
		"unsigned long arg2",
		"unsigned long arg3",
		"unsigned long arg4",
		"unsigned long arg5" } },
	{ "pread64", 4, {
		"unsigned int fd",
		"char *buf",
		"size_t count",
		"loff_t pos" } },
	{ "preadv", 5, {
		"unsigned long fd",
		"const struct iovec *vec",
		"unsigned long vlen",
		"unsigned long pos_l",
		"unsigned long pos_h" } },
	{ "preadv2", 6, {
		"unsigned long fd",
		"const struct iovec *vec",
		"unsigned long vlen",
		"unsigned long pos_l",
		"unsigned long pos_h",
		"rwf_t flags" } },
	{ "prlimit64", 4, {
		"pid_t pid",
		"unsigned int resource",
		"const struct rlimit64 *new_rlim",
		"struct rlimit64 *old_rlim" } },
	{ "process_madvise", 5, {
		"int pidfd",
		"const struct iovec *vec",
		"size_t vlen",
		"int behavior",
		"unsigned int flags" } },
	{ "process_mrelease", 2, {
		"int pidfd",
		"unsigned int flags" } },
	{ "process_vm_readv", 6, {
		"pid_t pid",
		"const struct iovec *lvec",
		"unsigned long liovcnt",
		"const struct iovec *rvec",
		"unsigned long riovcnt",
		"unsigned long flags" } },
	{ "process_vm_writev", 6, {
		"pid_t pid",
		"const struct iovec *lvec",
		"unsigned long liovcnt",
		"const struct iovec *rvec",
		"unsigned long riovcnt",
		"unsigned long flags" } },
	{ "pselect6", 6, {
		"int n",
		"fd_set *inp",
		"fd_set *outp",
		"fd_set *exp",
		"struct __kernel_timespec *tsp",
		"void *sig" } },
	{ "ptrace", 4, {
		"long request",
		"long pid",
		"unsigned long addr",
		"unsigned long data" } },
	{ "pwrite64", 4, {
		"unsigned int fd",
		"const char *buf",
		"size_t count",
		"loff_t pos" } },
	{ "pwritev", 5, {
		"unsigned long fd",
		"const struct iovec *vec",
		"unsigned long vlen",
		"unsigned long pos_l",
		"unsigned long pos_h" } },
	{ "pwritev2", 6, {
		"unsigned long fd",
		"const struct iovec *vec",
		"unsigned long vlen",
		"unsigned long pos_l",
		"unsigned long pos_h",
		"rwf_t flags" } },
	{ "quotactl", 4, {
		"unsigned int cmd",
		"const char *special",
		"qid_t id",
		"void *addr" } },
	{ "quotactl_fd", 4, {
		"unsigned int fd",
		"unsigned int cmd",
		"qid_t id",
		"void *addr" } },
	{ "read", 3, {
		"unsigned int fd",
		"char *buf",
		"size_t count" } },
	{ "readahead", 3, {
		"int fd",
		"loff_t offset",
		"size_t count" } },
	{ "readlink", 3, {
		"const char *path",
		"char *buf",
		"int bufsiz" } },
	{ "readlinkat", 4, {
		"int dfd",
		"const char *pathname",
		"char *buf",
		"int bufsiz" } },
	{ "readv", 3, {
		"unsigned long fd",
		"const struct iovec *vec",
		"unsigned long vlen" } },
	{ "reboot", 4, {
		"int magic1",
		"int magic2",
		"unsigned int cmd",
		"void *arg" } },
	{ "recvfrom", 6, {
		"int fd",
		"void *ubuf",
		"size_t size",
		"unsigned int flags",
		"struct sockaddr *addr",
		"int *addr_len" } },
	{ "recvmmsg", 5, {
		"int fd",
		"struct mmsghdr *mmsg",
		"unsigned int vlen",
		"unsigned int flags",
		"struct __kernel_timespec *timeout" } },
	{ "recvmsg", 3, {
		"int fd",
		"struct user_msghdr *msg",
		"unsigned int flags" } },
	{ "remap_file_pages", 5, {
		"unsigned long start",
		"unsigned long size",
		"unsigned long prot",
		"unsigned long pgoff",
		"unsigned long flags" } },
	{ "removexattr", 2, {
		"const char *pathname",
		"const char *name" } },
	{ "rename", 2, {
		"const char *oldname",
		"const char *newname" } },
	{ "renameat", 4, {
		"int olddfd",
		"const char *oldname",
		"int newdfd",
		"const char *newname" } },
	{ "renameat2", 5, {
		"int olddfd",
		"const char *oldname",
		"int newdfd",
		"const char *newname",
		"unsigned int flags" } },
	{ "request_key", 4, {
		"const char *_type",
		"const char *_description",
		"const char *_callout_info",
		"key_serial_t destringid" } },
	{ "restart_syscall", 0, { } },
	{ "rmdir", 1, {
		"const char *pathname" } },
	{ "rseq", 4, {
		"struct rseq *rseq",
		"u32 rseq_len",
		"int flags",
		"u32 sig" } },
	{ "rt_sigaction", 4, {
		"int sig",
		"const struct sigaction *act",
		"struct sigaction *oact",
		"size_t sigsetsize" } },
	{ "rt_sigpending", 2, {
		"sigset_t *uset",
		"size_t sigsetsize" } },
	{ "rt_sigprocmask", 4, {
		"int how",
		"sigset_t *nset",
		"sigset_t *oset",
		"size_t sigsetsize" } },
	{ "rt_sigqueueinfo", 3, {
		"pid_t pid",
		"int sig",
		"siginfo_t *uinfo" } },
	{ "rt_sigreturn", 0, { } },
	{ "rt_sigsuspend", 2, {
		"sigset_t *unewset",
		"size_t sigsetsize" } },
	{ "rt_sigtimedwait", 4, {
		"const sigset_t *uthese",
		"siginfo_t *uinfo",
		"const struct __kernel_timespec *uts",
		"size_t sigsetsize" } },
	{ "rt_tgsigqueueinfo", 4, {
		"pid_t tgid",
		"pid_t pid",
		"int sig",
		"siginfo_t *uinfo" } },
	{ "sched_get_priority_max", 1, {
		"int policy" } },
	{ "sched_get_priority_min", 1, {
		"int policy" } },
	{ "sched_getaffinity", 3, {
		"pid_t pid",
		"unsigned int len",
		"unsigned long *user_mask_ptr" } },
	{ "sched_getattr", 4, {
		"pid_t pid",
		"struct sched_attr *uattr",
		"unsigned int usize",
		"unsigned int flags" } },
	{ "sched_getparam", 2, {
		"pid_t pid",
		"struct sched_param *param" } },
	{ "sched_getscheduler", 1, {
		"pid_t pid" } },
	{ "sched_rr_get_interval", 2, {
		"pid_t pid",
		"struct __kernel_timespec *interval" } },
	{ "sched_setaffinity", 3, {
		"pid_t pid",
		"unsigned int len",
		"unsigned long *user_mask_ptr" } },
	{ "sched_setattr", 3, {
		"pid_t pid",
		"struct sched_attr *uattr",
		"unsigned int flags" } },
	{ "sched_setparam", 2, {
		"pid_t pid",
		"struct sched_param *param" } },
	{ "sched_setscheduler", 3, {
		"pid_t pid",
		"int policy",
		"struct sched_param *param" } },
	{ "sched_yield", 0, { } },
	{ "seccomp", 3, {
		"unsigned int op",
		"unsigned int flags",
		"void *uargs" } },
	{ "select", 5, {
		"int n",
		"fd_set *inp",
		"fd_set *outp",
		"fd_set *exp",
		"struct __kernel_old_timeval *tvp" } },
	{ "semctl", 4, {
		"int semid",
		"int semnum",
		"int cmd",
		"unsigned long arg" } },
	{ "semget", 3, {
		"key_t key",
		"int nsems",
		"int semflg" } },
	{ "semop", 3, {
		"int semid",
		"struct sembuf *tsops",
		"unsigned nsops" } },
	{ "semtimedop", 4, {
		"int semid",
		"struct sembuf *tsops",
		"unsigned int nsops",
		"const struct __kernel_timespec *timeout" } },
	{ "sendfile", 4, {
		"int out_fd",
		"int in_fd",
		"loff_t *offset",
		"size_t count" } },
	{ "sendmmsg", 4, {
		"int fd",
		"struct mmsghdr *mmsg",
		"unsigned int vlen",
		"unsigned int flags" } },
	{ "sendmsg", 3, {
		"int fd",
		"struct user_msghdr *msg",
		"unsigned int flags" } },
	{ "sendto", 6, {
		"int fd",
		"void *buff",
		"size_t len",
		"unsigned int flags",
		"struct sockaddr *addr",
		"int addr_len" } },
	{ "set_mempolicy", 3, {
		"int mode",
		"const unsigned long *nmask",
		"unsigned long maxnode" } },
	{ "set_mempolicy_home_node", 4, {
		"unsigned long start",
		"unsigned long len",
		"unsigned long home_node",
		"unsigned long flags" } },
	{ "set_robust_list", 2, {
		"struct robust_list_head *head",
		"size_t len" } },
	{ "set_tid_address", 1, {
		"int *tidptr" } },
	{ "setdomainname", 2, {
		"char *name",
		"int len" } },
	{ "setfsgid", 1, {
		"gid_t gid" } },
	{ "setfsuid", 1, {
		"uid_t uid" } },
	{ "setgid", 1, {
		"gid_t gid" } },
	{ "setgroups", 2, {
		"int gidsetsize",
		"gid_t *grouplist" } },
	{ "sethostname", 2, {
		"char *name",
		"int len" } },
	{ "setitimer", 3, {
		"int which",
		"struct __kernel_old_itimerval *value",
		"struct __kernel_old_itimerval *ovalue" } },
	{ "setns", 2, {
		"int fd",
		"int flags" } },
	{ "setpgid", 2, {
		"pid_t pid",
		"pid_t pgid" } },
	{ "setpriority", 3, {
		"int which",
		"int who",
		"int niceval" } },
	{ "setregid", 2, {
		"gid_t rgid",
		"gid_t egid" } },
	{ "setresgid", 3, {
		"gid_t rgid",
		"gid_t egid",
		"gid_t sgid" } },
	{ "setresuid", 3, {
		"uid_t ruid",
		"uid_t euid",
		"uid_t suid" } },
	{ "setreuid", 2, {
		"uid_t ruid",
		"uid_t euid" } },
	{ "setrlimit", 2, {
		"unsigned int resource",
		"struct rlimit *rlim" } },
	{ "setsid", 0, { } },
	{ "setsockopt", 5, {
		"int fd",
		"int level",
		"int optname",
		"char *optval",
		"int optlen" } },
	{ "settimeofday", 2, {
		"struct __kernel_old_timeval *tv",
		"struct timezone *tz" } },
	{ "setuid", 1, {
		"uid_t uid" } },
	{ "setxattr", 5, {
		"const char *pathname",
		"const char *name",
		"const void *value",
		"size_t size",
		"int flags" } },
	{ "shmat", 3, {
		"int shmid",
		"char *shmaddr",
		"int shmflg" } },
	{ "shmctl", 3, {
		"int shmid",
		"int cmd",
		"struct shmid_ds *buf" } },
	{ "shmdt", 1, {
		"char *shmaddr" } },
	{ "shmget", 3, {
		"key_t key",
		"size_t size",
		"int shmflg" } },
	{ "shutdown", 2, {
		"int fd",
		"int how" } },
	{ "sigaltstack", 2, {
		"const stack_t *uss",
		"stack_t *uoss" } },
	{ "signalfd", 3, {
		"int ufd",
		"sigset_t *user_mask",
		"size_t sizemask" } },
	{ "signalfd4", 4, {
		"int ufd",
		"sigset_t *user_mask",
		"size_t sizemask",
		"int flags" } },
	{ "socket", 3, {
		"int family",
		"int type",
		"int protocol" } },
	{ "socketpair", 4, {
		"int family",
		"int type",
		"int protocol",
		"int *usockvec" } },
	{ "splice", 6, {
		"int fd_in",
		"loff_t *off_in",
		"int fd_out",
		"loff_t *off_out",
		"size_t len",
		"unsigned int flags" } },
	{ "stat", 2, {
		"const char *filename",
		"struct stat *statbuf" } },
	{ "statfs", 2, {
		"const char *pathname",
		"struct statfs *buf" } },
	{ "statmount", 4, {
		"const struct mnt_id_req *req",
		"struct statmount *buf",
		"size_t bufsize",
		"unsigned int flags" } },
	{ "statx", 5, {
		"int dfd",
		"const char *filename",
		"unsigned flags",
		"unsigned int mask",
		"struct statx *buffer" } },
	{ "swapoff", 1, {
		"const char *specialfile" } },
	{ "swapon", 2, {
		"const char *specialfile",
		"int swap_flags" } },
	{ "symlink", 2, {
		"const char *oldname",
		"const char *newname" } },
	{ "symlinkat", 3, {
		"const char *oldname",
		"int newdfd",
		"const char *newname" } },
	{ "sync", 0, { } },
	{ "sync_file_range", 4, {
		"int fd",
		"loff_t offset",
		"loff_t nbytes",
		"unsigned int flags" } },
	{ "syncfs", 1, {
		"int fd" } },
	{ "sysfs", 3, {
		"int option",
		"unsigned long arg1",
		"unsigned long arg2" } },
	{ "sysinfo", 1, {
		"struct sysinfo *info" } },
	{ "syslog", 3, {
		"int type",
		"char *buf",
		"int len" } },
	{ "tee", 4, {
		"int fdin",
		"int fdout",
		"size_t len",
		"unsigned int flags" } },
	{ "tgkill", 3, {
		"pid_t tgid",
		"pid_t pid",
		"int sig" } },
	{ "time", 1, {
		"__kernel_old_time_t *tloc" } },
	{ "timer_create", 3, {
		"const clockid_t which_clock",
		"struct sigevent *timer_event_spec",
		"timer_t *created_timer_id" } },
	{ "timer_delete", 1, {
		"timer_t timer_id" } },
	{ "timer_getoverrun", 1, {
		"timer_t timer_id" } },
	{ "timer_gettime", 2, {
		"timer_t timer_id",
		"struct __kernel_itimerspec *setting" } },
	{ "timer_settime", 4, {
		"timer_t timer_id",
		"int flags",
		"const struct __kernel_itimerspec *new_setting",
		"struct __kernel_itimerspec *old_setting" } },
	{ "timerfd_create", 2, {
		"int clockid",
		"int flags" } },
	{ "timerfd_gettime", 2, {
		"int ufd",
		"struct __kernel_itimerspec *otmr" } },
	{ "timerfd_settime", 4, {
		"int ufd",
		"int flags",
		"const struct __kernel_itimerspec *utmr",
		"struct __kernel_itimerspec *otmr" } },
	{ "times", 1, {
		"struct tms *tbuf" } },
	{ "tkill", 2, {
		"pid_t pid",
		"int sig" } },
	{ "truncate", 2, {
		"const char *path",
		"long length" } },
	{ "umask", 1, {
		"int mask" } },
	{ "umount2", 2, {
		"char *name",
		"int flags" } },
	{ "uname", 1, {
		"struct new_utsname *name" } },
	{ "unlink", 1, {
		"const char *pathname" } },
	{ "unlinkat", 3, {
		"int dfd",
		"const char *pathname",
		"int flag" } },
	{ "unshare", 1, {
		"unsigned long unshare_flags" } },
	{ "uretprobe", 0, { } },
	{ "userfaultfd", 1, {
		"int flags" } },
	{ "ustat", 2, {
		"unsigned dev",
		"struct ustat *ubuf" } },
	{ "utime", 2, {
		"char *filename",
		"struct utimbuf *times" } },
	{ "utimensat", 4, {
		"int dfd",
		"const char *filename",
		"struct __kernel_timespec *utimes",
		"int flags" } },
	{ "utimes", 2, {
		"char *filename",
		"struct __kernel_old_timeval *utimes" } },
	{ "vfork", 0, { } },
	{ "vhangup", 0, { } },
	{ "vmsplice", 4, {
		"int fd",
		"const struct iovec *uiov",
		"unsigned long nr_segs",
		"unsigned int flags" } },
	{ "wait4", 4, {
		"pid_t upid",
		"int *stat_addr",
		"int options",
		"struct rusage *ru" } },
	{ "waitid", 5, {
		"int which",
		"pid_t upid",
		"struct siginfo *infop",
		"int options",
		"struct rusage *ru" } },
	{ "write", 3, {
		"unsigned int fd",
		"const char *buf",
		"size_t count" } },
	{ "writev", 3, {
		"unsigned long fd",
		"const struct iovec *vec",
		"unsigned long vlen" } },
};
/* clang-format on */

const size_t prototypes_64_count =
	sizeof(prototypes_64) / sizeof(prototypes_64[0]);

/* clang-format off */
const struct prototype prototypes_32[] = {
	{ "_llseek", 5, {
		"unsigned int fd",
		"unsigned long offset_high",
		"unsigned long offset_low",
		"loff_t *result",
		"unsigned int whence" } },
	{ "_newselect", 5, {
		"int n",
		"compat_ulong_t *inp",
		"compat_ulong_t *outp",
		"compat_ulong_t *exp",
		"struct old_timeval32 *tvp" } },
	{ "_sysctl", 0, { } },
	{ "accept4", 4, {
		"int fd",
		"struct sockaddr *upeer_sockaddr",
		"int *upeer_addrlen",
		"int flags" } },
	{ "access", 2, {
		"const char *filename",
		"int mode" } },
	{ "acct", 1, {
		"const char *name" } },
	{ "add_key", 5, {
		"const char *_type",
		"const char *_description",
		"const void *_payload",
		"size_t plen",
		"key_serial_t ringid" } },
	{ "adjtimex", 1, {
		"struct old_timex32 *utp" } },
	{ "alarm", 1, {
		"unsigned int seconds" } },
	{ "arch_prctl", 2, {
		"int option",
		"unsigned long arg2" } },
	{ "bdflush", 0, { } },
	{ "bind", 3, {
		"int fd",
		"struct sockaddr *umyaddr",
		"int addrlen" } },
	{ "bpf", 3, {
		"int cmd",
		"union bpf_attr *uattr",
		"unsigned int size" } },
	{ "brk", 1, {
		"unsigned long brk" } },
	{ "cachestat", 4, {
		"unsigned int fd",
		"struct cachestat_range *cstat_range",
		"struct cachestat *cstat",
		"unsigned int flags" } },
	{ "capget", 2, {
		"cap_user_header_t header",
		"cap_user_data_t dataptr" } },
	{ "capset", 2, {
		"cap_user_header_t header",
		"const cap_user_data_t data" } },
	{ "chdir", 1, {
		"const char *filename" } },
	{ "chmod", 2, {
		"const char *filename",
		"umode_t mode" } },
	{ "chown", 3, {
		"const char *filename",
		"old_uid_t user",
		"old_gid_t group" } },
	{ "chown32", 3, {
		"const char *filename",
		"uid_t user",
		"gid_t group" } },
	{ "chroot", 1, {
		"const char *filename" } },
	{ "clock_adjtime", 2, {
		"clockid_t which_clock",
		"struct old_timex32 *utp" } },
	{ "clock_adjtime64", 2, {
		"const clockid_t which_clock",
		"struct __kernel_timex *utx" } },
	{ "clock_getres", 2, {
		"clockid_t which_clock",
		"struct old_timespec32 *tp" } },
	{ "clock_getres_time64", 2, {
		"const clockid_t which_clock",
		"struct __kernel_timespec *tp" } },
	{ "clock_gettime", 2, {
		"clockid_t which_clock",
		"struct old_timespec32 *tp" } },
	{ "clock_gettime64", 2, {
		"const clockid_t which_clock",
		"struct __kernel_timespec *tp" } },
	{ "clock_nanosleep", 4, {
		"clockid_t which_clock",
		"int flags",
		"struct old_timespec32 *rqtp",
		"struct old_timespec32 *rmtp" } },
	{ "clock_nanosleep_time64", 4, {
		"const clockid_t which_clock",
		"int flags",
		"const struct __kernel_timespec *rqtp",
		"struct __kernel_timespec *rmtp" } },
	{ "clock_settime", 2, {
		"clockid_t which_clock",
		"struct old_timespec32 *tp" } },
	{ "clock_settime64", 2, {
		"const clockid_t which_clock",
		"const struct __kernel_timespec *tp" } },
	{ "clone", 5, {
		"unsigned long clone_flags",
		"unsigned long newsp",
		"int *parent_tidptr",
		"unsigned long tls_val",
		"int *child_tidptr" } },
	{ "clone3", 2, {
		"struct clone_args *uargs",
		"size_t size" } },
	{ "close", 1, {
		"unsigned int fd" } },
	{ "close_range", 3, {
		"unsigned int fd",
		"unsigned int max_fd",
		"unsigned int flags" } },
	{ "connect", 3, {
		"int fd",
		"struct sockaddr *uservaddr",
		"int addrlen" } },
	{ "copy_file_range", 6, {
		"int fd_in",
		"loff_t *off_in",
		"int fd_out",
		"loff_t *off_out",
		"size_t len",
		"unsigned int flags" } },
	{ "creat", 2, {
		"const char *pathname",
		"umode_t mode" } },
	{ "delete_module", 2, {
		"const char *name_user",
		"unsigned int flags" } },
	{ "dup", 1, {
		"unsigned int fildes" } },
	{ "dup2", 2, {
		"unsigned int oldfd",
		"unsigned int newfd" } },
	{ "dup3", 3, {
		"unsigned int oldfd",
		"unsigned int newfd",
		"int flags" } },
	{ "epoll_create", 1, {
		"int size" } },
	{ "epoll_create1", 1, {
		"int flags" } },
	{ "epoll_ctl", 4, {
		"int epfd",
		"int op",
		"int fd",
		"struct epoll_event *event" } },
	{ "epoll_pwait", 6, {
		"int epfd",
		"struct epoll_event *events",
		"int maxevents",
		"int timeout",
		"const sigset_t *sigmask",
		"size_t sigsetsize" } },
	{ "epoll_pwait2", 6, {
		"int epfd",
		"struct epoll_event *events",
		"int maxevents",
		"const struct __kernel_timespec *timeout",
		"const compat_sigset_t *sigmask",
		"compat_size_t sigsetsize" } },
	{ "epoll_wait", 4, {
		"int epfd",
		"struct epoll_event *events",
		"int maxevents",
		"int timeout" } },
	{ "eventfd", 1, {
		"unsigned int count" } },
	{ "eventfd2", 2, {
		"unsigned int count",
		"int flags" } },
	{ "execve", 3, {
		"const char *filename",
		"const compat_uptr_t *argv",
		"const compat_uptr_t *envp" } },
	{ "execveat", 5, {
		"int fd",
		"const char *filename",
		"const compat_uptr_t *argv",
		"const compat_uptr_t *envp",
		"int flags" } },
	{ "exit", 1, {
		"int error_code" } },
	{ "exit_group", 1, {
		"int error_code" } },
	{ "faccessat", 3, {
		"int dfd",
		"const char *filename",
		"int mode" } },
	{ "faccessat2", 4, {
		"int dfd",
		"const char *filename",
		"int mode",
		"int flags" } },
	{ "fadvise64", 5, {
		"int fd",
		"unsigned int offset_lo",
		"unsigned int offset_hi",
		"size_t len",
		"int advice" } },
	{ "fadvise64_64", 6, {
		"int fd",
		"__u32 offset_low",
		"__u32 offset_high",
		"__u32 len_low",
		"__u32 len_high",
		"int advice" } },
	{ "fallocate", 6, {
		"int fd",
		"int mode",
		"unsigned int offset_lo",
		"unsigned int offset_hi",
		"unsigned int len_lo",
		"unsigned int len_hi" } },
	{ "fanotify_init", 2, {
		"unsigned int flags",
		"unsigned int event_f_flags" } },
	{ "fanotify_mark", 5, {
		"int fanotify_fd",
		"unsigned int flags",
		"__u64 mask",
		"int dfd",
		"const char *pathname" } },
	{ "fchdir", 1, {
		"unsigned int fd" } },
	{ "fchmod", 2, {
		"unsigned int fd",
		"umode_t mode" } },
	{ "fchmodat", 3, {
		"int dfd",
		"const char *filename",
		"umode_t mode" } },
	{ "fchmodat2", 4, {
		"int dfd",
		"const char *filename",
		"umode_t mode",
		"unsigned int flags" } },
	{ "fchown", 3, {
		"unsigned int fd",
		"old_uid_t user",
		"old_gid_t group" } },
	{ "fchown32", 3, {
		"unsigned int fd",
		"uid_t user",
		"gid_t group" } },
	{ "fchownat", 5, {
		"int dfd",
		"const char *filename",
		"uid_t user",
		"gid_t group",
		"int flag" } },
	{ "fcntl", 3, {
		"unsigned int fd",
		"unsigned int cmd",
		"compat_ulong_t arg" } },
	{ "fcntl64", 3, {
		"unsigned int fd",
		"unsigned int cmd",
		"compat_ulong_t arg" } },
	{ "fdatasync", 1, {
		"unsigned int fd" } },
	{ "fgetxattr", 4, {
		"int fd",
		"const char *name",
		"void *value",
		"size_t size" } },
	{ "finit_module", 3, {
		"int fd",
		"const char *uargs",
		"int flags" } },
	{ "flistxattr", 3, {
		"int fd",
		"char *list",
		"size_t size" } },
	{ "flock", 2, {
		"unsigned int fd",
		"unsigned int cmd" } },
	{ "fork", 0, { } },
	{ "fremovexattr", 2, {
		"int fd",
		"const char *name" } },
	{ "fsconfig", 5, {
		"int fd",
		"unsigned int cmd",
		"const char *_key",
		"const void *_value",
		"int aux" } },
	{ "fsetxattr", 5, {
		"int fd",
		"const char *name",
		"const void *value",
		"size_t size",
		"int flags" } },
	{ "fsmount", 3, {
		"int fs_fd",
		"unsigned int flags",
		"unsigned int attr_flags" } },
	{ "fsopen", 2, {
		"const char *_fs_name",
		"unsigned int flags" } },
	{ "fspick", 3, {
		"int dfd",
		"const char *path",
		"unsigned int flags" } },
	{ "fstat", 2, {
		"unsigned int fd",
		"struct compat_stat *statbuf" } },
	{ "fstat64", 2, {
		"unsigned int fd",
		"struct stat64 *statbuf" } },
	{ "fstatat64", 4, {
		"unsigned int dfd",
		"const char *filename",
		"struct stat64 *statbuf",
		"int flag" } },
	{ "fstatfs", 2, {
		"unsigned int fd",
		"struct compat_statfs *buf" } },
	{ "fstatfs64", 3, {
		"unsigned int fd",
		"compat_size_t sz",
		"struct compat_statfs64 *buf" } },
	{ "fsync", 1, {
		"unsigned int fd" } },
	{ "ftruncate", 2, {
		"unsigned int fd",
		"compat_off_t length" } },
	{ "ftruncate64", 3, {
		"unsigned int fd",
		"unsigned long offset_low",
		"unsigned long offset_high" } },
	{ "futex", 6, {
		"u32 *uaddr",
		"int op",
		"u32 val",
		"const struct old_timespec32 *utime",
		"u32 *uaddr2",
		"u32 val3" } },
	{ "futex_requeue", 4, {
		"struct futex_waitv *waiters",
		"unsigned int flags",
		"int nr_wake",
		"int nr_requeue" } },
	{ "futex_time64", 6, {
		"u32 *uaddr",
		"int op",
		"u32 val",
		"const struct __kernel_timespec *utime",
		"u32 *uaddr2",
		"u32 val3" } },
	{ "futex_wait", 6, {
		"void *uaddr",
		"unsigned long val",
		"unsigned long mask",
		"unsigned int flags",
		"struct __kernel_timespec *timeout",
		"clockid_t clockid" } },
	{ "futex_waitv", 5, {
		"struct futex_waitv *waiters",
		"unsigned int nr_futexes",
		"unsigned int flags",
		"struct __kernel_timespec *timeout",
		"clockid_t clockid" } },
	{ "futex_wake", 4, {
		"void *uaddr",
		"unsigned long mask",
		"int nr",
		"unsigned int flags" } },
	{ "futimesat", 3, {
		"unsigned int dfd",
		"const char *filename",
		"struct old_timeval32 *t" } },
	{ "get_mempolicy", 5, {
		"int *policy",
		"unsigned long *nmask",
		"unsigned long maxnode",
		"unsigned long addr",
		"unsigned long flags" } },
	{ "get_robust_list", 3, {
		"int pid",
		"compat_uptr_t *head_ptr",
		"compat_size_t *len_ptr" } },
	{ "get_thread_area", 1, {
		"struct user_desc *user_desc" } },
	{ "getcpu", 3, {
		"unsigned *cpup",
		"unsigned *nodep",
		"struct getcpu_cache *unused" } },
	{ "getcwd", 2, {
		"char *buf",
		"unsigned long size" } },
	{ "getdents", 3, {
		"unsigned int fd",
		"struct compat_linux_dirent *dirent",
		"unsigned int count" } },
	{ "getdents64", 3, {
		"unsigned int fd",
		"struct linux_dirent64 *dirent",
		"unsigned int count" } },
	{ "getegid", 0, { } },
	{ "getegid32", 0, { } },
	{ "geteuid", 0, { } },
	{ "geteuid32", 0, { } },
	{ "getgid", 0, { } },
	{ "getgid32", 0, { } },
	{ "getgroups", 2, {
		"int gidsetsize",
		"old_gid_t *grouplist" } },
	{ "getgroups32", 2, {
		"int gidsetsize",
		"gid_t *grouplist" } },
	{ "getitimer", 2, {
		"int which",
		"struct old_itimerval32 *value" } },
	{ "getpeername", 3, {
		"int fd",
		"struct sockaddr *usockaddr",
		"int *usockaddr_len" } },
	{ "getpgid", 1, {
		"pid_t pid" } },
	{ "getpgrp", 0, { } },
	{ "getpid", 0, { } },
	{ "getppid", 0, { } },
	{ "getpriority", 2, {
		"int which",
		"int who" } },
	{ "getrandom", 3, {
		"char *ubuf",
		"size_t len",
		"unsigned int flags" } },
	{ "getresgid", 3, {
		"old_gid_t *rgidp",
		"old_gid_t *egidp",
		"old_gid_t *sgidp" } },
	{ "getresgid32", 3, {
		"gid_t *rgidp",
		"gid_t *egidp",
		"gid_t *sgidp" } },
	{ "getresuid", 3, {
		"old_uid_t *ruidp",
		"old_uid_t *euidp",
		"old_uid_t *suidp" } },
	{ "getresuid32", 3, {
		"uid_t *ruidp",
		"uid_t *euidp",
		"uid_t *suidp" } },
	{ "getrlimit", 2, {
		"unsigned int resource",
		"struct compat_rlimit *rlim" } },
	{ "getrusage", 2, {
		"int who",
		"struct compat_rusage *ru" } },
	{ "getsid", 1, {
		"pid_t pid" } },
	{ "getsockname", 3, {
		"int fd",
		"struct sockaddr *usockaddr",
		"int *usockaddr_len" } },
	{ "getsockopt", 5, {
		"int fd",
		"int level",
		"int optname",
		"char *optval",
		"int *optlen" } },
	{ "gettid", 0, { } },
	{ "gettimeofday", 2, {
		"struct old_timeval32 *tv",
		"struct timezone *tz" } },
	{ "getuid", 0, { } },
	{ "getuid32", 0, { } },
	{ "getxattr", 4, {
		"const char *pathname",
		"const char *name",
		"void *value",
		"size_t size" } },
	{ "init_module", 3, {
		"void *umod",
		"unsigned long len",
		"const char *uargs" } },
	{ "inotify_add_watch", 3, {
		"int fd",
		"const char *pathname",
		"u32 mask" } },
	{ "inotify_init", 0, { } },
	{ "inotify_init1", 1, {
		"int flags" } },
	{ "inotify_rm_watch", 2, {
		"int fd",
		"__s32 wd" } },
	{ "io_cancel", 3, {
		"aio_context_t ctx_id",
		"struct iocb *iocb",
		"struct io_event *result" } },
	{ "io_destroy", 1, {
		"aio_context_t ctx" } },
	{ "io_getevents", 5, {
		"__u32 ctx_id",
		"__s32 min_nr",
		"__s32 nr",
		"struct io_event *events",
		"struct old_timespec32 *timeout" } },
	{ "io_pgetevents", 6, {
		"compat_aio_context_t ctx_id",
		"compat_long_t min_nr",
		"compat_long_t nr",
		"struct io_event *events",
		"struct old_timespec32 *timeout",
		"const struct __compat_aio_sigset *usig" } },
	{ "io_pgetevents_time64", 6, {
		"compat_aio_context_t ctx_id",
		"compat_long_t min_nr",
		"compat_long_t nr",
		"struct io_event *events",
		"struct __kernel_timespec *timeout",
		"const struct __compat_aio_sigset *usig" } },
	{ "io_setup", 2, {
		"unsigned nr_events",
		"u32 *ctx32p" } },
	{ "io_submit", 3, {
		"compat_aio_context_t ctx_id",
		"int nr",
		"compat_uptr_t *iocbpp" } },
	{ "io_uring_enter", 6, {
		"unsigned int fd",
		"u32 to_submit",
		"u32 min_complete",
		"u32 flags",
		"const void *argp",
		"size_t argsz" } },
	{ "io_uring_register", 4, {
		"unsigned int fd",
		"unsigned int opcode",
		"void *arg",
		"unsigned int nr_args" } },
	{ "io_uring_setup", 2, {
		"u32 entries",
		"struct io_uring_params *params" } },
	{ "ioctl", 3, {
		"unsigned int fd",
		"unsigned int cmd",
		"compat_ulong_t arg" } },
	{ "ioperm", 3, {
		"unsigned long from",
		"unsigned long num",
		"int turn_on" } },
	{ "iopl", 1, {
		"unsigned int level" } },
	{ "ioprio_get", 2, {
		"int which",
		"int who" } },
	{ "ioprio_set", 3, {
		"int which",
		"int who",
		"int ioprio" } },
	{ "ipc", 6, {
		"u32 call",
		"int first",
		"int second",
		"u32 third",
		"compat_uptr_t ptr",
		"u32 fifth" } },
	{ "kcmp", 5, {
		"pid_t pid1",
		"pid_t pid2",
		"int type",
		"unsigned long idx1",
		"unsigned long idx2" } },
	{ "kexec_load", 4, {
		"compat_ulong_t entry",
		"compat_ulong_t nr_segments",
		"struct compat_kexec_segment *segments",
		"compat_ulong_t flags" } },
	{ "keyctl", 5, {
		"u32 option",
		"u32 arg2",
		"u32 arg3",
		"u32 arg4",
		"u32 arg5" } },
	{ "kill", 2, {
		"pid_t pid",
		"int sig" } },
	{ "landlock_add_rule", 4, {
		"const int ruleset_fd",
		"const enum landlock_rule_type rule_type",
		"const void *const rule_attr",
		"const __u32 flags" } },
	{ "landlock_create_ruleset", 3, {
		"const struct landlock_ruleset_attr *const attr",
		"const size_t size",
		"const __u32 flags" } },
	{ "landlock_restrict_self", 2, {
		"const int ruleset_fd",
		"const __u32 flags" } },
	{ "lchown", 3, {
		"const char *filename",
		"old_uid_t user",
		"old_gid_t group" } },
	{ "lchown32", 3, {
		"const char *filename",
		"uid_t user",
		"gid_t group" } },
	{ "lgetxattr", 4, {
		"const char *pathname",
		"const char *name",
		"void *value",
		"size_t size" } },
	{ "link", 2, {
		"const char *oldname",
		"const char *newname" } },
	{ "linkat", 5, {
		"int olddfd",
		"const char *oldname",
		"int newdfd",
		"const char *newname",
		"int flags" } },
	{ "listen", 2, {
		"int fd",
		"int backlog" } },
	{ "listmount", 4, {
		"const struct mnt_id_req *req",
		"u64 *mnt_ids",
		"size_t nr_mnt_ids",
		"unsigned int flags" } },
	{ "listxattr", 3, {
		"const char *pathname",
		"char *list",
		"size_t size" } },
	{ "llistxattr", 3, {
		"const char *pathname",
		"char *list",
		"size_t size" } },
	{ "lremovexattr", 2, {
		"const char *pathname",
		"const char *name" } },
	{ "lseek", 3, {
		"unsigned int fd",
		"compat_off_t offset",
		"unsigned int whence" } },
	{ "lsetxattr", 5, {
		"const char *pathname",
		"const char *name",
		"const void *value",
		"size_t size",
		"int flags" } },
	{ "lsm_get_self_attr", 4, {
		"unsigned int attr",
		"struct lsm_ctx *ctx",
		"u32 *size",
		"u32 flags" } },
	{ "lsm_list_modules", 3, {
		"u64 *ids",
		"u32 *size",
		"u32 flags" } },
	{ "lsm_set_self_attr", 4, {
		"unsigned int attr",
		"struct lsm_ctx *ctx",
		"u32 size",
		"u32 flags" } },
	{ "lstat", 2, {
		"const char *filename",
		"struct compat_stat *statbuf" } },
	{ "lstat64", 2, {
		"const char *filename",
		"struct stat64 *statbuf" } },
	{ "madvise", 3, {
		"unsigned long start",
		"size_t len_in",
		"int behavior" } },
	{ "map_shadow_stack", 3, {
		"unsigned long addr",
		"unsigned long size",
		"unsigned int flags" } },
	{ "mbind", 6, {
		"unsigned long start",
		"unsigned long len",
		"unsigned long mode",
		"const unsigned long *nmask",
		"unsigned long maxnode",
		"unsigned int flags" } },
	{ "membarrier", 3, {
		"int cmd",
		"unsigned int flags",
		"int cpu_id" } },
	{ "memfd_create", 2, {
		"const char *uname",
		"unsigned int flags" } },
	{ "memfd_secret", 1, {
		"unsigned int flags" } },
	{ "migrate_pages", 4, {
		"pid_t pid",
		"unsigned long maxnode",
		"const unsigned long *old_nodes",
		"const unsigned long *new_nodes" } },
	{ "mincore", 3, {
		"unsigned long start",
		"size_t len",
		"unsigned char *vec" } },
	{ "mkdir", 2, {
		"const char *pathname",
		"umode_t mode" } },
	{ "mkdirat", 3, {
		"int dfd",
		"const char *pathname",
		"umode_t mode" } },
	{ "mknod", 3, {
		"const char *filename",
		"umode_t mode",
		"unsigned dev" } },
	{ "mknodat", 4, {
		"int dfd",
		"const char *filename",
		"umode_t mode",
		"unsigned int dev" } },
	{ "mlock", 2, {
		"unsigned long start",
		"size_t len" } },
	{ "mlock2", 3, {
		"unsigned long start",
		"size_t len",
		"int flags" } },
	{ "mlockall", 1, {
		"int flags" } },
	{ "mmap", 1, {
		"struct mmap_arg_struct32 *arg" } },
	{ "mmap2", 6, {
		"unsigned long addr",
		"unsigned long len",
		"unsigned long prot",
		"unsigned long flags",
		"unsigned long fd",
		"unsigned long pgoff" } },
	{ "modify_ldt", 3, {
		"int func",
		"void *ptr",
		"unsigned long bytecount" } },
	{ "mount", 5, {
		"char *dev_name",
		"char *dir_name",
		"char *type",
		"unsigned long flags",
		"void *data" } },
	{ "mount_setattr", 5, {
		"int dfd",
		"const char *path",
		"unsigned int flags",
		"struct mount_attr *uattr",
		"size_t usize" } },
	{ "move_mount", 5, {
		"int from_dfd",
		"const char *from_pathname",
		"int to_dfd",
		"const char *to_pathname",
		"unsigned int flags" } },
	{ "move_pages", 6, {
		"pid_t pid",
		"unsigned long nr_pages",
		"const void * *pages",
		"const int *nodes",
		"int *status",
		"int flags" } },
	{ "mprotect", 3, {
		"unsigned long start",
		"size_t len",
		"unsigned long prot" } },
	{ "mq_getsetattr", 3, {
		"mqd_t mqdes",
		"const struct compat_mq_attr *u_mqstat",
		"struct compat_mq_attr *u_omqstat" } },
	{ "mq_notify", 2, {
		"mqd_t mqdes",
		"const struct compat_sigevent *u_notification" } },
	{ "mq_open", 4, {
		"const char *u_name",
		"int oflag",
		"compat_mode_t mode",
		"struct compat_mq_attr *u_attr" } },
	{ "mq_timedreceive", 5, {
		"mqd_t mqdes",
		"char *u_msg_ptr",
		"unsigned int msg_len",
		"unsigned int *u_msg_prio",
		"const struct old_timespec32 *u_abs_timeout" } },
	{ "mq_timedreceive_time64", 5, {
		"mqd_t mqdes",
		"char *u_msg_ptr",
		"size_t msg_len",
		"unsigned int *u_msg_prio",
		"const struct __kernel_timespec *u_abs_timeout" } },
	{ "mq_timedsend", 5, {
		"mqd_t mqdes",
		"const char *u_msg_ptr",
		"unsigned int msg_len",
		"unsigned int msg_prio",
		"const struct old_timespec32 *u_abs_timeout" } },
	{ "mq_timedsend_time64", 5, {
		"mqd_t mqdes",
		"const char *u_msg_ptr",
		"size_t msg_len",
		"unsigned int msg_prio",
		"const struct __kernel_timespec *u_abs_timeout" } },
	{ "mq_unlink", 1, {
		"const char *u_name" } },
	{ "mremap", 5, {
		"unsigned long addr",
		"unsigned long old_len",
		"unsigned long new_len",
		"unsigned long flags",
		"unsigned long new_addr" } },
	{ "mseal", 3, {
		"unsigned long start",
		"size_t len",
		"unsigned long flags" } },
	{ "msgctl", 3, {
		"int msqid",
		"int cmd",
		"void *uptr" } },
	{ "msgget", 2, {
		"key_t key",
		"int msgflg" } },
	{ "msgrcv", 5, {
		"int msqid",
		"compat_uptr_t msgp",
		"compat_ssize_t msgsz",
		"compat_long_t msgtyp",
		"int msgflg" } },
	{ "msgsnd", 4, {
		"int msqid",
		"compat_uptr_t msgp",
		"compat_ssize_t msgsz",
		"int msgflg" } },
	{ "msync", 3, {
		"unsigned long start",
		"size_t len",
		"int flags" } },
	{ "munlock", 2, {
		"unsigned long start",
		"size_t len" } },
	{ "munlockall", 0, { } },
	{ "munmap", 2, {
		"unsigned long addr",
		"size_t len" } },
	{ "name_to_handle_at", 5, {
		"int dfd",
		"const char *name",
		"struct file_handle *handle",
		"void *mnt_id",
		"int flag" } },
	{ "nanosleep", 2, {
		"struct old_timespec32 *rqtp",
		"struct old_timespec32 *rmtp" } },
	{ "nice", 1, {
		"int increment" } },
	{ "oldfstat", 2, {
		"unsigned int fd",
		"struct __old_kernel_stat *statbuf" } },
	{ "oldlstat", 2, {
		"const char *filename",
		"struct __old_kernel_stat *statbuf" } },
	{ "oldolduname", 1, {
		"struct oldold_utsname *name" } },
	{ "oldstat", 2, {
		"const char *filename",
		"struct __old_kernel_stat *statbuf" } },
	{ "olduname", 1, {
		"struct old_utsname *name" } },
	{ "open", 3, {
		"const char *filename",
		"int flags",
		"umode_t mode" } },
	{ "open_by_handle_at", 3, {
		"int mountdirfd",
		"struct file_handle *handle",
		"int flags" } },
	{ "open_tree", 3, {
		"int dfd",
		"const char *filename",
		"unsigned flags" } },
	{ "openat", 4, {
		"int dfd",
		"const char *filename",
		"int flags",
		"umode_t mode" } },
	{ "openat2", 4, {
		"int dfd",
		"const char *filename",
		"struct open_how *how",
		"size_t usize" } },
	{ "pause", 0, { } },
	{ "perf_event_open", 5, {
		"struct perf_event_attr *attr_uptr",
		"pid_t pid",
		"int cpu",
		"int group_fd",
		"unsigned long flags" } },
	{ "personality", 1, {
		"unsigned int personality" } },
	{ "pidfd_getfd", 3, {
		"int pidfd",
		"int fd",
		"unsigned int flags" } },
	{ "pidfd_open", 2, {
		"pid_t pid",
		"unsigned int flags" } },
	{ "pidfd_send_signal", 4, {
		"int pidfd",
		"int sig",
		"siginfo_t *info",
		"unsigned int flags" } },
	{ "pipe", 1, {
		"int *fildes" } },
	{ "pipe2", 2, {
		"int *fildes",
		"int flags" } },
	{ "pivot_root", 2, {
		"const char *new_root",
		"const char *put_old" } },
	{ "pkey_alloc", 2, {
		"unsigned long flags",
		"unsigned long init_val" } },
	{ "pkey_free", 1, {
		"int pkey" } },
	{ "pkey_mprotect", 4, {
		"unsigned long start",
		"size_t len",
		"unsigned long prot",
		"int pkey" } },
	{ "poll", 3, {
		"struct pollfd *ufds",
		"unsigned int nfds",
		"int timeout_msecs" } },
	{ "ppoll", 5, {
		"struct pollfd *ufds",
		"unsigned int nfds",
		"struct old_timespec32 *tsp",
		"const compat_sigset_t *sigmask",
		"compat_size_t sigsetsize" } },
	{ "ppoll_time64", 5, {
		"struct pollfd *ufds",
		"unsigned int nfds",
		"struct __kernel_timespec *tsp",
		"const compat_sigset_t *sigmask",
		"compat_size_t sigsetsize" } },
	{ "prctl", 5, {
		"int option",
		"unsigned long arg2",
		"unsigned long arg3",
		"unsigned long arg4",
		"unsigned long arg5" } },
	{ "pread64", 5, {
		"unsigned int fd",
		"char *ubuf",
		"u32 count",
		"u32 poslo",
		"u32 poshi" } },
	{ "preadv", 5, {
		"compat_ulong_t fd",
		"const struct iovec *vec",
		"compat_ulong_t vlen",
		"u32 pos_low",
		"u32 pos_high" } },
	{ "preadv2", 6, {
		"compat_ulong_t fd",
		"const struct iovec *vec",
		"compat_ulong_t vlen",
		"u32 pos_low",
		"u32 pos_high",
		"rwf_t flags" } },
	{ "prlimit64", 4, {
		"pid_t pid",
		"unsigned int resource",
		"const struct rlimit64 *new_rlim",
		"struct rlimit64 *old_rlim" } },
	{ "process_madvise", 5, {
		"int pidfd",
		"const struct iovec *vec",
		"size_t vlen",
		"int behavior",
		"unsigned int flags" } },
	{ "process_mrelease", 2, {
		"int pidfd",
		"unsigned int flags" } },
	{ "process_vm_readv", 6, {
		"pid_t pid",
		"const struct iovec *lvec",
		"unsigned long liovcnt",
		"const struct iovec *rvec",
		"unsigned long riovcnt",
		"unsigned long flags" } },
	{ "process_vm_writev", 6, {
		"pid_t pid",
		"const struct iovec *lvec",
		"unsigned long liovcnt",
		"const struct iovec *rvec",
		"unsigned long riovcnt",
		"unsigned long flags" } },
	{ "pselect6", 6, {
		"int n",
		"compat_ulong_t *inp",
		"compat_ulong_t *outp",
		"compat_ulong_t *exp",
		"struct old_timespec32 *tsp",
		"void *sig" } },
	{ "pselect6_time64", 6, {
		"int n",
		"compat_ulong_t *inp",
		"compat_ulong_t *outp",
		"compat_ulong_t *exp",
		"struct __kernel_timespec *tsp",
		"void *sig" } },
	{ "ptrace", 4, {
		"compat_long_t request",
		"compat_long_t pid",
		"compat_long_t addr",
		"compat_long_t data" } },
	{ "pwrite64", 5, {
		"unsigned int fd",
		"const char *ubuf",
		"u32 count",
		"u32 poslo",
		"u32 poshi" } },
	{ "pwritev", 5, {
		"compat_ulong_t fd",
		"const struct iovec *vec",
		"compat_ulong_t vlen",
		"u32 pos_low",
		"u32 pos_high" } },
	{ "pwritev2", 6, {
		"compat_ulong_t fd",
		"const struct iovec *vec",
		"compat_ulong_t vlen",
		"u32 pos_low",
		"u32 pos_high",
		"rwf_t flags" } },
	{ "quotactl", 4, {
		"unsigned int cmd",
		"const char *special",
		"qid_t id",
		"void *addr" } },
	{ "quotactl_fd", 4, {
		"unsigned int fd",
		"unsigned int cmd",
		"qid_t id",
		"void *addr" } },
	{ "read", 3, {
		"unsigned int fd",
		"char *buf",
		"size_t count" } },
	{ "readahead", 4, {
		"int fd",
		"unsigned int off_lo",
		"unsigned int off_hi",
		"size_t count" } },
	{ "readdir", 3, {
		"unsigned int fd",
		"struct compat_old_linux_dirent *dirent",
		"unsigned int count" } },
	{ "readlink", 3, {
		"const char *path",
		"char *buf",
		"int bufsiz" } },
	{ "readlinkat", 4, {
		"int dfd",
		"const char *pathname",
		"char *buf",
		"int bufsiz" } },
	{ "readv", 3, {
		"unsigned long fd",
		"const struct iovec *vec",
		"unsigned long vlen" } },
	{ "reboot", 4, {
		"int magic1",
		"int magic2",
		"unsigned int cmd",
		"void *arg" } },
	{ "recvfrom", 6, {
		"int fd",
		"void *buf",
		"compat_size_t len",
		"unsigned int flags",
		"struct sockaddr *addr",
		"int *addrlen" } },
	{ "recvmmsg", 5, {
		"int fd",
		"struct compat_mmsghdr *mmsg",
		"unsigned int vlen",
		"unsigned int flags",
		"struct old_timespec32 *timeout" } },
	{ "recvmmsg_time64", 5, {
		"int fd",
		"struct compat_mmsghdr *mmsg",
		"unsigned int vlen",
		"unsigned int flags",
		"struct __kernel_timespec *timeout" } },
	{ "recvmsg", 3, {
		"int fd",
		"struct compat_msghdr *msg",
		"unsigned int flags" } },
	{ "remap_file_pages", 5, {
		"unsigned long start",
		"unsigned long size",
		"unsigned long prot",
		"unsigned long pgoff",
		"unsigned long flags" } },
	{ "removexattr", 2, {
		"const char *pathname",
		"const char *name" } },
	{ "rename", 2, {
		"const char *oldname",
		"const char *newname" } },
	{ "renameat", 4, {
		"int olddfd",
		"const char *oldname",
		"int newdfd",
		"const char *newname" } },
	{ "renameat2", 5, {
		"int olddfd",
		"const char *oldname",
		"int newdfd",
		"const char *newname",
		"unsigned int flags" } },
	{ "request_key", 4, {
		"const char *_type",
		"const char *_description",
		"const char *_callout_info",
		"key_serial_t destringid" } },
	{ "restart_syscall", 0, { } },
	{ "rmdir", 1, {
		"const char *pathname" } },
	{ "rseq", 4, {
		"struct rseq *rseq",
		"u32 rseq_len",
		"int flags",
		"u32 sig" } },
	{ "rt_sigaction", 4, {
		"int sig",
		"const struct compat_sigaction *act",
		"struct compat_sigaction *oact",
		"compat_size_t sigsetsize" } },
	{ "rt_sigpending", 2, {
		"compat_sigset_t *uset",
		"compat_size_t sigsetsize" } },
	{ "rt_sigprocmask", 4, {
		"int how",
		"compat_sigset_t *nset",
		"compat_sigset_t *oset",
		"compat_size_t sigsetsize" } },
	{ "rt_sigqueueinfo", 3, {
		"compat_pid_t pid",
		"int sig",
		"struct compat_siginfo *uinfo" } },
	{ "rt_sigreturn", 0, { } },
	{ "rt_sigsuspend", 2, {
		"compat_sigset_t *unewset",
		"compat_size_t sigsetsize" } },
	{ "rt_sigtimedwait", 4, {
		"compat_sigset_t *uthese",
		"struct compat_siginfo *uinfo",
		"struct old_timespec32 *uts",
		"compat_size_t sigsetsize" } },
	{ "rt_sigtimedwait_time64", 4, {
		"compat_sigset_t *uthese",
		"struct compat_siginfo *uinfo",
		"struct __kernel_timespec *uts",
		"compat_size_t sigsetsize" } },
	{ "rt_tgsigqueueinfo", 4, {
		"compat_pid_t tgid",
		"compat_pid_t pid",
		"int sig",
		"struct compat_siginfo *uinfo" } },
	{ "sched_get_priority_max", 1, {
		"int policy" } },
	{ "sched_get_priority_min", 1, {
		"int policy" } },
	{ "sched_getaffinity", 3, {
		"compat_pid_t pid",
		"unsigned int len",
		"compat_ulong_t *user_mask_ptr" } },
	{ "sched_getattr", 4, {
		"pid_t pid",
		"struct sched_attr *uattr",
		"unsigned int usize",
		"unsigned int flags" } },
	{ "sched_getparam", 2, {
		"pid_t pid",
		"struct sched_param *param" } },
	{ "sched_getscheduler", 1, {
		"pid_t pid" } },
	{ "sched_rr_get_interval", 2, {
		"pid_t pid",
		"struct old_timespec32 *interval" } },
	{ "sched_rr_get_interval_time64", 2, {
		"pid_t pid",
		"struct __kernel_timespec *interval" } },
	{ "sched_setaffinity", 3, {
		"compat_pid_t pid",
		"unsigned int len",
		"compat_ulong_t *user_mask_ptr" } },
	{ "sched_setattr", 3, {
		"pid_t pid",
		"struct sched_attr *uattr",
		"unsigned int flags" } },
	{ "sched_setparam", 2, {
		"pid_t pid",
		"struct sched_param *param" } },
	{ "sched_setscheduler", 3, {
		"pid_t pid",
		"int policy",
		"struct sched_param *param" } },
	{ "sched_yield", 0, { } },
	{ "seccomp", 3, {
		"unsigned int op",
		"unsigned int flags",
		"void *uargs" } },
	{ "select", 1, {
		"struct compat_sel_arg_struct *arg" } },
	{ "semctl", 4, {
		"int semid",
		"int semnum",
		"int cmd",
		"int arg" } },
	{ "semget", 3, {
		"key_t key",
		"int nsems",
		"int semflg" } },
	{ "semtimedop_time64", 4, {
		"int semid",
		"struct sembuf *tsops",
		"unsigned int nsops",
		"const struct __kernel_timespec *timeout" } },
	{ "sendfile", 4, {
		"int out_fd",
		"int in_fd",
		"compat_off_t *offset",
		"compat_size_t count" } },
	{ "sendfile64", 4, {
		"int out_fd",
		"int in_fd",
		"loff_t *offset",
		"size_t count" } },
	{ "sendmmsg", 4, {
		"int fd",
		"struct compat_mmsghdr *mmsg",
		"unsigned int vlen",
		"unsigned int flags" } },
	{ "sendmsg", 3, {
		"int fd",
		"struct compat_msghdr *msg",
		"unsigned int flags" } },
	{ "sendto", 6, {
		"int fd",
		"void *buff",
		"size_t len",
		"unsigned int flags",
		"struct sockaddr *addr",
		"int addr_len" } },
	{ "set_mempolicy", 3, {
		"int mode",
		"const unsigned long *nmask",
		"unsigned long maxnode" } },
	{ "set_mempolicy_home_node", 4, {
		"unsigned long start",
		"unsigned long len",
		"unsigned long home_node",
		"unsigned long flags" } },
	{ "set_robust_list", 2, {
		"struct compat_robust_list_head *head",
		"compat_size_t len" } },
	{ "set_thread_area", 1, {
		"struct user_desc *user_desc" } },
	{ "set_tid_address", 1, {
		"int *tidptr" } },
	{ "setdomainname", 2, {
		"char *name",
		"int len" } },
	{ "setfsgid", 1, {
		"old_gid_t gid" } },
	{ "setfsgid32", 1, {
		"gid_t gid" } },
	{ "setfsuid", 1, {
		"old_uid_t uid" } },
	{ "setfsuid32", 1, {
		"uid_t uid" } },
	{ "setgid", 1, {
		"old_gid_t gid" } },
	{ "setgid32", 1, {
		"gid_t gid" } },
	{ "setgroups", 2, {
		"int gidsetsize",
		"old_gid_t *grouplist" } },
	{ "setgroups32", 2, {
		"int gidsetsize",
		"gid_t *grouplist" } },
	{ "sethostname", 2, {
		"char *name",
		"int len" } },
	{ "setitimer", 3, {
		"int which",
		"struct old_itimerval32 *value",
		"struct old_itimerval32 *ovalue" } },
	{ "setns", 2, {
		"int fd",
		"int flags" } },
	{ "setpgid", 2, {
		"pid_t pid",
		"pid_t pgid" } },
	{ "setpriority", 3, {
		"int which",
		"int who",
		"int niceval" } },
	{ "setregid", 2, {
		"old_gid_t rgid",
		"old_gid_t egid" } },
	{ "setregid32", 2, {
		"gid_t rgid",
		"gid_t egid" } },
	{ "setresgid", 3, {
		"old_gid_t rgid",
		"old_gid_t egid",
		"old_gid_t sgid" } },
	{ "setresgid32", 3, {
		"gid_t rgid",
		"gid_t egid",
		"gid_t sgid" } },
	{ "setresuid", 3, {
		"old_uid_t ruid",
		"old_uid_t euid",
		"old_uid_t suid" } },
	{ "setresuid32", 3, {
		"uid_t ruid",
		"uid_t euid",
		"uid_t suid" } },
	{ "setreuid", 2, {
		"old_uid_t ruid",
		"old_uid_t euid" } },
	{ "setreuid32", 2, {
		"uid_t ruid",
		"uid_t euid" } },
	{ "setrlimit", 2, {
		"unsigned int resource",
		"struct compat_rlimit *rlim" } },
	{ "setsid", 0, { } },
	{ "setsockopt", 5, {
		"int fd",
		"int level",
		"int optname",
		"char *optval",
		"int optlen" } },
	{ "settimeofday", 2, {
		"struct old_timeval32 *tv",
		"struct timezone *tz" } },
	{ "setuid", 1, {
		"old_uid_t uid" } },
	{ "setuid32", 1, {
		"uid_t uid" } },
	{ "setxattr", 5, {
		"const char *pathname",
		"const char *name",
		"const void *value",
		"size_t size",
		"int flags" } },
	{ "sgetmask", 0, { } },
	{ "shmat", 3, {
		"int shmid",
		"compat_uptr_t shmaddr",
		"int shmflg" } },
	{ "shmctl", 3, {
		"int shmid",
		"int cmd",
		"void *uptr" } },
	{ "shmdt", 1, {
		"char *shmaddr" } },
	{ "shmget", 3, {
		"key_t key",
		"size_t size",
		"int shmflg" } },
	{ "shutdown", 2, {
		"int fd",
		"int how" } },
	{ "sigaction", 3, {
		"int sig",
		"const struct compat_old_sigaction *act",
		"struct compat_old_sigaction *oact" } },
	{ "sigaltstack", 2, {
		"const compat_stack_t *uss_ptr",
		"compat_stack_t *uoss_ptr" } },
	{ "signal", 2, {
		"int sig",
		"__sighandler_t handler" } },
	{ "signalfd", 3, {
		"int ufd",
		"const compat_sigset_t *user_mask",
		"compat_size_t sigsetsize" } },
	{ "signalfd4", 4, {
		"int ufd",
		"const compat_sigset_t *user_mask",
		"compat_size_t sigsetsize",
		"int flags" } },
	{ "sigpending", 1, {
		"compat_old_sigset_t *set32" } },
	{ "sigprocmask", 3, {
		"int how",
		"compat_old_sigset_t *nset",
		"compat_old_sigset_t *oset" } },
	{ "sigreturn", 0, { } },
	{ "sigsuspend", 3, {
		"int unused1",
		"int unused2",
		"old_sigset_t mask" } },
	{ "socket", 3, {
		"int family",
		"int type",
		"int protocol" } },
	{ "socketcall", 2, {
		"int call",
		"u32 *args" } },
	{ "socketpair", 4, {
		"int family",
		"int type",
		"int protocol",
		"int *usockvec" } },
	{ "splice", 6, {
		"int fd_in",
		"loff_t *off_in",
		"int fd_out",
		"loff_t *off_out",
		"size_t len",
		"unsigned int flags" } },
	{ "ssetmask", 1, {
		"int newmask" } },
	{ "stat", 2, {
		"const char *filename",
		"struct compat_stat *statbuf" } },
	{ "stat64", 2, {
		"const char *filename",
		"struct stat64 *statbuf" } },
	{ "statfs", 2, {
		"const char *pathname",
		"struct compat_statfs *buf" } },
	{ "statfs64", 3, {
		"const char *pathname",
		"compat_size_t sz",
		"struct compat_statfs64 *buf" } },
	{ "statmount", 4, {
		"const struct mnt_id_req *req",
		"struct statmount *buf",
		"size_t bufsize",
		"unsigned int flags" } },
	{ "statx", 5, {
		"int dfd",
		"const char *filename",
		"unsigned flags",
		"unsigned int mask",
		"struct statx *buffer" } },
	{ "stime", 1, {
		"old_time32_t *tptr" } },
	{ "swapoff", 1, {
		"const char *specialfile" } },
	{ "swapon", 2, {
		"const char *specialfile",
		"int swap_flags" } },
	{ "symlink", 2, {
		"const char *oldname",
		"const char *newname" } },
	{ "symlinkat", 3, {
		"const char *oldname",
		"int newdfd",
		"const char *newname" } },
	{ "sync", 0, { } },
	{ "sync_file_range", 6, {
		"int fd",
		"unsigned int off_low",
		"unsigned int off_hi",
		"unsigned int n_low",
		"unsigned int n_hi",
		"int flags" } },
	{ "syncfs", 1, {
		"int fd" } },
	{ "sysfs", 3, {
		"int option",
		"unsigned long arg1",
		"unsigned long arg2" } },
	{ "sysinfo", 1, {
		"struct compat_sysinfo *info" } },
	{ "syslog", 3, {
		"int type",
		"char *buf",
		"int len" } },
	{ "tee", 4, {
		"int fdin",
		"int fdout",
		"size_t len",
		"unsigned int flags" } },
	{ "tgkill", 3, {
		"pid_t tgid",
		"pid_t pid",
		"int sig" } },
	{ "time", 1, {
		"old_time32_t *tloc" } },
	{ "timer_create", 3, {
		"clockid_t which_clock",
		"struct compat_sigevent *timer_event_spec",
		"timer_t *created_timer_id" } },
	{ "timer_delete", 1, {
		"timer_t timer_id" } },
	{ "timer_getoverrun", 1, {
		"timer_t timer_id" } },
	{ "timer_gettime", 2, {
		"timer_t timer_id",
		"struct old_itimerspec32 *setting" } },
	{ "timer_gettime64", 2, {
		"timer_t timer_id",
		"struct __kernel_itimerspec *setting" } },
	{ "timer_settime", 4, {
		"timer_t timer_id",
		"int flags",
		"struct old_itimerspec32 *new",
		"struct old_itimerspec32 *old" } },
	{ "timer_settime64", 4, {
		"timer_t timer_id",
		"int flags",
		"const struct __kernel_itimerspec *new_setting",
		"struct __kernel_itimerspec *old_setting" } },
	{ "timerfd_create", 2, {
		"int clockid",
		"int flags" } },
	{ "timerfd_gettime", 2, {
		"int ufd",
		"struct old_itimerspec32 *otmr" } },
	{ "timerfd_gettime64", 2, {
		"int ufd",
		"struct __kernel_itimerspec *otmr" } },
	{ "timerfd_settime", 4, {
		"int ufd",
		"int flags",
		"const struct old_itimerspec32 *utmr",
		"struct old_itimerspec32 *otmr" } },
	{ "timerfd_settime64", 4, {
		"int ufd",
		"int flags",
		"const struct __kernel_itimerspec *utmr",
		"struct __kernel_itimerspec *otmr" } },
	{ "times", 1, {
		"struct compat_tms *tbuf" } },
	{ "tkill", 2, {
		"pid_t pid",
		"int sig" } },
	{ "truncate", 2, {
		"const char *path",
		"compat_off_t length" } },
	{ "truncate64", 3, {
		"const char *filename",
		"unsigned long offset_low",
		"unsigned long offset_high" } },
	{ "ugetrlimit", 2, {
		"unsigned int resource",
		"struct compat_rlimit *rlim" } },
	{ "umask", 1, {
		"int mask" } },
	{ "umount", 1, {
		"char *name" } },
	{ "umount2", 2, {
		"char *name",
		"int flags" } },
	{ "uname", 1, {
		"struct new_utsname *name" } },
	{ "unlink", 1, {
		"const char *pathname" } },
	{ "unlinkat", 3, {
		"int dfd",
		"const char *pathname",
		"int flag" } },
	{ "unshare", 1, {
		"unsigned long unshare_flags" } },
	{ "uselib", 1, {
		"const char *library" } },
	{ "userfaultfd", 1, {
		"int flags" } },
	{ "ustat", 2, {
		"unsigned dev",
		"struct compat_ustat *u" } },
	{ "utime", 2, {
		"const char *filename",
		"struct old_utimbuf32 *t" } },
	{ "utimensat", 4, {
		"unsigned int dfd",
		"const char *filename",
		"struct old_timespec32 *t",
		"int flags" } },
	{ "utimensat_time64", 4, {
		"int dfd",
		"const char *filename",
		"struct __kernel_timespec *utimes",
		"int flags" } },
	{ "utimes", 2, {
		"const char *filename",
		"struct old_timeval32 *t" } },
	{ "vfork", 0, { } },
	{ "vhangup", 0, { } },
	{ "vm86", 0, { } },
	{ "vm86old", 0, { } },
	{ "vmsplice", 4, {
		"int fd",
		"const struct iovec *uiov",
		"unsigned long nr_segs",
		"unsigned int flags" } },
	{ "wait4", 4, {
		"compat_pid_t pid",
		"compat_uint_t *stat_addr",
		"int options",
		"struct compat_rusage *ru" } },
	{ "waitid", 5, {
		"int which",
		"compat_pid_t pid",
		"struct compat_siginfo *infop",
		"int options",
		"struct compat_rusage *uru" } },
	{ "waitpid", 3, {
		"pid_t pid",
		"int *stat_addr",
		"int options" } },
	{ "write", 3, {
		"unsigned int fd",
		"const char *buf",
		"size_t count" } },
	{ "writev", 3, {
		"unsigned long fd",
		"const struct iovec *vec",
		"unsigned long vlen" } },
};
/* clang-format on */

const size_t prototypes_32_count =
	sizeof(prototypes_32) / sizeof(prototypes_32[0]);
