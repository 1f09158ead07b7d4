// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: h_decode ACT
 *
 * Makes system calls of one kind with arguments of all sorts, good and bad, for
 * strace and sptrace trace to write the same of (t_strace). What they return
 * doesn't matter here.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* What no program has at this address. */
static void *volatile nowhere = (void *)0x10;
static void *volatile null;

static void do_files(void)
{
	struct iovec parts[] = { { "first", 5 }, { "second part", 11 } };
	struct timespec times[] = { { 1, 2 }, { 0, UTIME_OMIT } };
	char buffer[100];
	struct stat stat;
	struct statx statx_;
	struct statfs fs;
	int fd;

	fd = open("file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	write(fd, "\001\0027\"\\\n\t\xff text that is longer than it is shown",
	      46);
	writev(fd, parts, 2);
	pwrite(fd, "x", 1, 7);
	lseek(fd, 0, SEEK_SET);
	lseek(fd, -5, SEEK_END);
	lseek(fd, -500, SEEK_CUR);
	read(fd, buffer, sizeof(buffer));
	read(fd, buffer, 0);
	read(fd, nowhere, 10);
	read(-1, buffer, 10);
	pread(fd, buffer, 5, 3);
	lseek(fd, 0, SEEK_SET);
	readv(fd, parts, 0);
	preadv(fd, (struct iovec[]){ { buffer, 3 }, { buffer + 10, 100 } }, 2,
	       1);
	fstat(fd, &stat);
	lstat("file", &stat);
	fstatat(AT_FDCWD, "/dev/null", &stat, AT_SYMLINK_NOFOLLOW);
	fstatat(AT_FDCWD, "none", &stat, 0);
	statx(AT_FDCWD, "file", AT_STATX_SYNC_AS_STAT | AT_NO_AUTOMOUNT,
	      STATX_BASIC_STATS, &statx_);
	statfs("/proc", &fs);
	fstatfs(fd, &fs);
	ftruncate(fd, 100);
	fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 4096);
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	futimens(fd, times);
	utimensat(AT_FDCWD, "file", NULL, AT_SYMLINK_NOFOLLOW);
	fsync(fd);
	fdatasync(fd);
	flock(fd, LOCK_EX | LOCK_NB);
	fchmod(fd, 04755);
	fchown(fd, -1, 0);
	fcntl(fd, F_GETFD);
	fcntl(fd, F_SETFD, 0);
	fcntl(fd, F_GETFL);
	fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK);
	fcntl(fd, F_DUPFD_CLOEXEC, 50);
	fcntl(fd, F_SETLK, &(struct flock){ F_WRLCK, SEEK_SET, 1, 2, 0 });
	fcntl(fd, F_GETLK, &(struct flock){ F_RDLCK, SEEK_SET, 0, 0, 0 });
	dup2(fd, 60);
	dup3(fd, 61, O_CLOEXEC);
	dup(-1);
	copy_file_range(fd, NULL, 61, NULL, 5, 0);
	sendfile(61, fd, &(off_t){ 3 }, 5);
	fsetxattr(fd, "user.name", "value", 5, XATTR_CREATE);
	fgetxattr(fd, "user.name", buffer, sizeof(buffer));
	close(fd);
	close(-1);
}

static void do_names(void)
{
	char buffer[300];
	char many[600];

	memset(many, 'n', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	mkdir("directory", 0755);
	mkdirat(AT_FDCWD, "directory", 01777);
	chdir("directory");
	getcwd(buffer, sizeof(buffer));
	getcwd(buffer, 2);
	chdir("..");
	symlink("target", "link");
	readlink("link", buffer, sizeof(buffer));
	readlink("directory", buffer, sizeof(buffer));
	link("link", "other");
	linkat(AT_FDCWD, "link", AT_FDCWD, "third", AT_SYMLINK_FOLLOW);
	rename("other", "another");
	renameat(AT_FDCWD, "none", AT_FDCWD, "other");
	syscall(SYS_renameat2, AT_FDCWD, "link", AT_FDCWD, "another", 2);
	unlink("another");
	unlinkat(AT_FDCWD, "directory", AT_REMOVEDIR);
	unlink("link");
	rmdir("directory");
	rmdir("");
	rmdir(null);
	rmdir(nowhere);
	access("f", R_OK | W_OK);
	access("f", F_OK);
	faccessat(AT_FDCWD, "f", X_OK, AT_EACCESS);
	chmod("none", 0644);
	fchmodat(AT_FDCWD, "none", 0, 0);
	chown("none", 1, -1);
	fchownat(AT_FDCWD, "none", 1, 2, AT_SYMLINK_NOFOLLOW);
	mknod("fifo", S_IFIFO | 0600, 0);
	mknod("device", S_IFCHR | 0600, 0x103);
	unlink("fifo");
	unlink("device");
	truncate("none", 5);
	open(many, O_RDONLY);
	open("\377\001x", O_WRONLY | O_DIRECTORY | O_PATH);
	open(".", O_TMPFILE | O_RDWR, 0600);
	open("none", 0xffff0000 | O_RDWR, 0);
	creat("none/none", 0666);
	umask(022);
	umask(0);
	umask(0777);
	close(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
	inotify_add_watch(-1, ".", IN_CREATE | IN_DELETE);
	getxattr("none", "user.x", buffer, 5);
	umount2("none", MNT_DETACH);
}

static int bind_unix(const char *path, size_t length)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(name.sun_path, path, length);
	bind(fd, (void *)&name,
	     offsetof(struct sockaddr_un, sun_path) + length);
	return fd;
}

static void send_descriptor(int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control = { .header = { CMSG_LEN(sizeof(int)), SOL_SOCKET,
				  SCM_RIGHTS } };
	struct iovec part = { "with", 4 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	memcpy(CMSG_DATA(&control.header), &(int){ 1 }, sizeof(int));
	sendmsg(fd, &message, MSG_NOSIGNAL);
}

static void do_sockets(void)
{
	struct sockaddr_in in = {
		AF_INET, htons(80), { htonl(0x7f000001) }, { 0 }
	};
	struct sockaddr_in6 in6 = { AF_INET6, htons(81), htonl(1),
				    IN6ADDR_LOOPBACK_INIT, 5 };
	struct sockaddr_nl netlink = { .nl_family = AF_NETLINK,
				       .nl_groups = 5 };
	struct sockaddr_storage name;
	socklen_t size = sizeof(name);
	char bytes[100], control[100];
	struct iovec part = { bytes, sizeof(bytes) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int pair[2], fd, one = 1;

	socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_UDP);
	fd = socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 2 },
		   sizeof(struct linger));
	size = sizeof(one);
	getsockopt(fd, SOL_SOCKET, SO_TYPE, &one, &size);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &one, &size);
	bind(-1, (void *)&in6, sizeof(in6));
	connect(-1, (void *)&in, sizeof(in));
	close(fd);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bind(-1, (void *)&netlink, sizeof(netlink));
	close(fd);
	fd = bind_unix("named", sizeof("named"));
	listen(fd, 5);
	size = sizeof(name);
	getsockname(fd, (void *)&name, &size);
	size = sizeof(name);
	getpeername(fd, (void *)&name, &size);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	size = sizeof(name);
	accept4(fd, (void *)&name, &size, SOCK_CLOEXEC);
	close(fd);
	unlink("named");
	close(bind_unix("\0abstract", 9));
	close(bind_unix("", 0));
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	send(pair[0], "sent", 4, MSG_DONTWAIT);
	recv(pair[1], bytes, sizeof(bytes), MSG_PEEK);
	recvfrom(pair[1], bytes, sizeof(bytes), 0, NULL, NULL);
	recv(pair[1], bytes, sizeof(bytes), MSG_DONTWAIT);
	sendto(-1, "x", 1, 0, (void *)&in, sizeof(in));
	send_descriptor(pair[0]);
	recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC);
	recvmsg(-1, &message, 0);
	recvmsg(pair[1], nowhere, 0);
	shutdown(pair[0], SHUT_RDWR);
	ioctl(pair[0], FIONREAD, &one);
	ioctl(pair[0], FIONBIO, &one);
}

static void do_waits(void)
{
	struct epoll_event event = { EPOLLIN | EPOLLET, { .u64 = 5 } },
			   events[4];
	struct pollfd polls[] = { { 1, POLLOUT, 0 },
				  { -1, 0, 0 },
				  { 0, POLLIN | POLLPRI, 0 } };
	struct timespec none = { 0, 0 }, some = { 0, 1000 };
	struct timeval time = { 0, 0 };
	sigset_t set;
	fd_set in, out;
	int pair[2], fd;

	pipe2(pair, O_CLOEXEC | O_NONBLOCK);
	polls[2].fd = pair[0];
	polls[0].fd = pair[1];
	poll(polls, 3, 0);
	poll(polls + 2, 1, 0);
	poll(nowhere, 1, 0);
	poll(NULL, 0, 1);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	ppoll(polls, 3, &none, &set);
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(pair[0], &in);
	FD_SET(pair[1], &out);
	select(pair[1] + 1, &in, &out, NULL, &time);
	FD_SET(pair[0], &in);
	select(pair[0] + 1, &in, NULL, NULL, &time);
	pselect(0, NULL, NULL, NULL, &some, &set);
	fd = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(fd, EPOLL_CTL_ADD, pair[0], &event);
	event.events = EPOLLOUT;
	epoll_ctl(fd, EPOLL_CTL_ADD, pair[1], &event);
	epoll_wait(fd, events, 4, 0);
	epoll_pwait(fd, events, 4, 0, &set);
	epoll_ctl(fd, EPOLL_CTL_DEL, pair[0], NULL);
	epoll_ctl(-1, EPOLL_CTL_MOD, pair[0], &event);
	close(eventfd(5, EFD_NONBLOCK | EFD_CLOEXEC));
	close(signalfd(-1, &set, SFD_CLOEXEC));
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	timerfd_settime(fd, TFD_TIMER_ABSTIME,
			&(struct itimerspec){ { 1, 2 }, { 3, 4 } }, NULL);
	close(fd);
	syscall(SYS_futex, &fd, FUTEX_WAIT_PRIVATE, fd + 1, NULL);
	syscall(SYS_futex, &fd, FUTEX_WAIT, fd, &some);
	syscall(SYS_futex, &fd, FUTEX_WAKE_PRIVATE, 1);
	syscall(SYS_futex, &fd, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME,
		fd + 1, NULL, NULL, -1);
	syscall(SYS_futex, &fd, FUTEX_CMP_REQUEUE, 1, 2, &pair, fd);
	syscall(SYS_futex, &fd, 99, 1, 2, &pair, fd);
}

static void do_times(void)
{
	struct timespec time = { 0, 1000 }, left;
	struct itimerval timer = { { 1, 2 }, { 100, 5 } };
	struct rusage usage;
	struct rlimit limit;
	struct timeval now;
	struct tms ticks;

	nanosleep(&time, &left);
	nanosleep(&(struct timespec){ -1, 0 }, &left);
	nanosleep(nowhere, NULL);
	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL);
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC_RAW, &time);
	syscall(SYS_clock_gettime, CLOCK_BOOTTIME, NULL);
	syscall(SYS_clock_getres, CLOCK_REALTIME, &time);
	syscall(SYS_gettimeofday, &now, NULL);
	syscall(SYS_time, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	getitimer(ITIMER_REAL, &timer);
	setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, &timer);
	times(&ticks);
	getrusage(RUSAGE_CHILDREN, &usage);
	getrlimit(RLIMIT_NOFILE, &limit);
	syscall(SYS_getrlimit, RLIMIT_CORE, &limit);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, RLIM_INFINITY });
	prlimit(0, RLIMIT_STACK, NULL, NULL);
	getpriority(PRIO_PROCESS, 0);
	setpriority(PRIO_PROCESS, 0, 0);
	sched_yield();
}

static volatile sig_atomic_t handled;

static void handle(int signal)
{
	handled = signal;
}

static void do_signals(void)
{
	struct sigaction action = { .sa_handler = handle,
				    .sa_flags = SA_RESTART };
	sigset_t set, old;

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGCHLD, NULL, &action);
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGKILL, &action, NULL);
	kill(getpid(), SIGUSR1);
	raise(SIGUSR1);
	sigfillset(&set);
	sigdelset(&set, SIGTERM);
	sigprocmask(SIG_SETMASK, &set, &old);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 1);
	sigaddset(&set, SIGIO);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	kill(getpid(), SIGUSR1);
	sigpending(&set);
	sigtimedwait(&set, NULL, &(struct timespec){ 0, 0 });
	kill(getpid(), SIGUSR1);
	sigsuspend(&old);
	sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
	kill(0x7fffffff, 0);
	kill(getpid(), 100);
}

static void do_processes(void)
{
	struct sched_param param = { 0 };
	struct utsname name;
	struct sysinfo info;
	cpu_set_t cpus;
	siginfo_t siginfo;
	struct rusage usage;
	char text[16];
	int status;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(3);
	waitpid(pid, &status, 0);
	waitpid(pid, &status, WNOHANG);
	pid = fork();
	/* Killed in no call, whenever that is. */
	while (!pid)
		;
	waitpid(pid, &status, WNOHANG | WUNTRACED);
	kill(pid, SIGKILL);
	wait4(pid, &status, 0, &usage);
	pid = vfork();
	if (!pid)
		_exit(0);
	waitid(P_PID, pid, &siginfo, WEXITED);
	waitid(P_ALL, 0, &siginfo, WEXITED | WNOHANG);
	getpid();
	setpgid(0, 0);
	getsid(0);
	getuid();
	setgid(0);
	getgroups(0, NULL);
	uname(&name);
	sysinfo(&info);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	sched_getscheduler(0);
	sched_getparam(0, &param);
	sched_setscheduler(0, SCHED_OTHER, &param);
	prctl(PR_SET_NAME, "a name that is longer");
	prctl(PR_GET_NAME, text);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
	prctl(PR_CAPBSET_READ, 1);
	prctl(PR_GET_DUMPABLE);
	getrandom(text, sizeof(text), GRND_NONBLOCK);
	unshare(0);
	syscall(SYS_close_range, 100, 200, 4);
	syscall(SYS_pidfd_open, getpid(), 0);
	execve("none", (char *[]){ "one", "two words", NULL },
	       (char *[]){ "A=b", NULL });
	execve("none", null, null);
	syscall(1000, 1, 2, 3, 4, 5, 6);
}

static void do_memory(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *memory;

	memory = mmap(NULL, 4 * page, PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	mprotect(memory, page, PROT_READ | PROT_WRITE);
	madvise(memory, page, MADV_DONTNEED);
	madvise(memory, page, 12345);
	msync(memory, page, MS_SYNC | MS_INVALIDATE);
	mlock(memory, page);
	munlock(memory, page);
	mremap(memory, page, 2 * page, MREMAP_MAYMOVE);
	mremap(memory, 0, 0, 0);
	munmap(memory, page);
	mmap(NULL, 0, PROT_EXEC, MAP_SHARED, 50, page);
	mincore(memory, 0, NULL);
	memfd_create("name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	/* A string that ends where memory does. */
	memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(memory + page, page);
	memory[page - 2] = 'e';
	memory[page - 1] = '\0';
	mkdir(memory + page - 2, 0);
	memory[page - 1] = 'x';
	mkdir(memory + page - 2, 0);
	write(-1, memory + page - 2, 10);
}

static const struct {
	const char *name;
	void (*act)(void);
} acts[] = {
	{ "files", do_files },	       { "names", do_names },
	{ "sockets", do_sockets },     { "waits", do_waits },
	{ "times", do_times },	       { "signals", do_signals },
	{ "processes", do_processes }, { "memory", do_memory },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc == 2 && i < ARRAY_SIZE(acts); i++) {
		if (strcmp(acts[i].name, argv[1]))
			continue;
		acts[i].act();
		return EXIT_SUCCESS;
	}
	return 2;
}
