// SPDX-License-Identifier: GPL-2.0
/* People and their errands; see people.h. */
#define SPT_WITHOUT_HARNESS
#include <grp.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "people.h"

/* Orders are answered at once, but for a slow machine. */
#define ANSWER_LIMIT_MS (3 * WAIT_LIMIT_MS)

struct order {
	__u64 errand; /* from people_anchor(), since execve(2) moves both */
	__s64 a, b, c;
	__u32 in_a_thread;
};

static struct person *people;

/* Of a person's own process. */
static int own_line = -1, handle = -1;
static int line_of_child = -1;

static void people_anchor(void)
{
}

/* ---- life --------------------------------------------------------------- */

static long run(const struct order *order)
{
	errand errand = (void *)((unsigned long)&people_anchor +
				 (unsigned long)order->errand);

	return errand(order->a, order->b, order->c);
}

/* An order and its thread. */
struct deed {
	const struct order *order;
	long result;
	volatile pid_t tid; /* when it is done */
};

static void *run_in_a_thread(void *arg)
{
	struct deed *deed = arg;

	deed->result = run(deed->order);
	deed->tid = syscall(SYS_gettid);
	return NULL;
}

/*
 * Until the thread is gone. Not by pthread_join(3), which 32-bit programs can't
 * use where the kernel has no futex(2) with 32-bit times for them.
 */
static long run_by_a_thread(const struct order *order)
{
	struct deed deed = { .order = order };
	pthread_t thread;

	if (pthread_create(&thread, NULL, run_in_a_thread, &deed))
		return -EAGAIN;
	pthread_detach(thread);
	while (!deed.tid || !syscall(SYS_tgkill, getpid(), deed.tid, 0))
		nap();
	return deed.result;
}

static long obey(const struct order *order)
{
	return order->in_a_thread ? run_by_a_thread(order) : run(order);
}

/* An order may bring a descriptor, the line of a child to be. */
static bool receive(struct order *order)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = order, .iov_len = sizeof(*order) };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *part;

	if (recvmsg(own_line, &message, MSG_CMSG_CLOEXEC) != sizeof(*order))
		return false;
	part = CMSG_FIRSTHDR(&message);
	if (part && part->cmsg_type == SCM_RIGHTS)
		memcpy(&line_of_child, CMSG_DATA(part), sizeof(int));
	return true;
}

static bool answer(__s64 result)
{
	return send(own_line, &result, sizeof(result), MSG_NOSIGNAL) ==
	       sizeof(result);
}

/* Until nobody holds the other end, which is the test's alone. */
static __attribute__((noreturn)) void live(int line)
{
	struct order order;

	own_line = line;
	if (!answer(0))
		_exit(1);
	while (receive(&order)) {
		if (!answer(obey(&order)))
			break;
	}
	_exit(0);
}

/* What a new process inherited is not its own. */
static __attribute__((noreturn)) void begin_life(int line)
{
	if (line > 3)
		close_range(3, line - 1, 0);
	close_range(line + 1, ~0U, 0);
	handle = -1;
	live(line);
}

static long do_give_birth(long flags, long b, long c)
{
	long pid;

	fflush(NULL);
	pid = syscall(SYS_clone, flags | SIGCHLD, 0L, 0L, 0L, 0L);
	if (!pid)
		begin_life(line_of_child);
	if (pid < 0)
		pid = -errno;
	close(line_of_child);
	return pid;
}

/* The program that do_execute() executes: this one, in a person's process. */
static __attribute__((constructor)) void live_on(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[0], "person"))
		live(atoi(argv[1]));
}

long do_execute(long a, long b, long c)
{
	char line[16];
	char *argv[] = { "person", line, NULL }, *envp[] = { NULL };

	snprintf(line, sizeof(line), "%d", own_line);
	fcntl(own_line, F_SETFD, 0);
	execve("/proc/self/exe", argv, envp);
	return -errno;
}

/* ---- orders ------------------------------------------------------------- */

long person_hear(struct person *person)
{
	struct pollfd pfd = { .fd = person->line, .events = POLLIN };
	__s64 result;

	if (poll(&pfd, 1, ANSWER_LIMIT_MS) != 1) {
		fprintf(stderr, "# person %d doesn't answer\n", person->pid);
		return -ETIMEDOUT;
	}
	if (recv(person->line, &result, sizeof(result), 0) != sizeof(result))
		return -EPIPE;
	return result;
}

static bool give_order(const struct person *person, struct order *order,
		       int descriptor)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec iov = { .iov_base = order, .iov_len = sizeof(*order) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (descriptor >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
	}
	return sendmsg(person->line, &message, MSG_NOSIGNAL) == sizeof(*order);
}

static struct order order_of(errand errand, long a, long b, long c)
{
	struct order order = {
		.errand = (unsigned long)errand - (unsigned long)&people_anchor,
		.a = a,
		.b = b,
		.c = c,
	};

	return order;
}

bool person_tell(struct person *person, errand errand, long a, long b)
{
	struct order order = order_of(errand, a, b, 0);

	return person && give_order(person, &order, -1);
}

long person_ask(struct person *person, errand errand, long a, long b, long c,
		bool in_a_thread)
{
	struct order order = order_of(errand, a, b, c);

	order.in_a_thread = in_a_thread;
	if (!person || !give_order(person, &order, -1))
		return -EPIPE;
	return person_hear(person);
}

/* ---- birth and death ------------------------------------------------------ */

bool people_begin(void)
{
	/* Orphans come to the test, which reaps them at its end. */
	return !prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* The first message says who sent it, in the reader's numbers. */
static pid_t await_birth(int line)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct pollfd pfd = { .fd = line, .events = POLLIN };
	__s64 hello;
	struct iovec iov = { .iov_base = &hello, .iov_len = sizeof(hello) };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct ucred sender;

	if (poll(&pfd, 1, ANSWER_LIMIT_MS) != 1 ||
	    recvmsg(line, &message, 0) != sizeof(hello) ||
	    !CMSG_FIRSTHDR(&message))
		return -1;
	memcpy(&sender, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(sender));
	return sender.pid;
}

static long give_birth(struct person *parent, unsigned long flags, int line)
{
	struct order order = order_of(do_give_birth, flags, 0, 0);

	if (parent)
		return give_order(parent, &order, line) ? person_hear(parent) :
							  -EPIPE;
	line_of_child = dup(line);
	return do_give_birth(flags, 0, 0);
}

struct person *person_new(struct person *parent, unsigned long flags)
{
	struct person *person = calloc(1, sizeof(*person));
	int lines[2], on = 1, off = 0;

	if (!person ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, lines))
		return NULL;
	setsockopt(lines[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	person->parent = parent;
	person->line = lines[0];
	person->number = give_birth(parent, flags, lines[1]);
	close(lines[1]);
	if (person->number > 0)
		person->pid = await_birth(person->line);
	if (person->pid <= 0) {
		close(person->line);
		free(person);
		return NULL;
	}
	setsockopt(lines[0], SOL_SOCKET, SO_PASSCRED, &off, sizeof(off));
	person->next = people;
	people = person;
	return person;
}

static void forget(struct person *person)
{
	struct person **place, *other;

	for (place = &people; *place != person; place = &(*place)->next)
		;
	*place = person->next;
	for (other = people; other; other = other->next) {
		if (other->parent == person)
			other->parent = NULL;
	}
	close(person->line);
	free(person);
}

void person_end(struct person *person)
{
	struct child child = { .pid = person->pid };

	kill(person->pid, SIGKILL);
	if (person->parent)
		ask(person->parent, do_reap, person->number);
	else
		child_status(&child);
	forget(person);
}

/* Those of a pid namespace end with its first. */
void people_end(void)
{
	struct person *person;

	for (person = people; person; person = person->next)
		kill(person->pid, SIGKILL);
	while (people)
		forget(people);
	WAIT_UNTIL(waitpid(-1, NULL, WNOHANG | __WALL) < 0);
}

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(text);
	bool written;

	if (fd < 0)
		return false;
	written = write(fd, text, length) == length;
	close(fd);
	return written;
}

bool person_map(const struct person *person, uid_t root, uid_t others)
{
	static const char *const names[] = { "uid_map", "gid_map" };
	char path[64], text[64];
	unsigned int i;

	snprintf(text, sizeof(text), "0 %u 1\n1 %u 5000\n", root, others);
	for (i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", person->pid,
			 names[i]);
		if (!write_text(path, text))
			return false;
	}
	return true;
}

struct person *person_made(struct person *parent, unsigned long flags,
			   errand errand, long a, long b)
{
	struct person *person = person_new(parent, flags);

	if (person && ask(person, errand, a, b)) {
		person_end(person);
		person = NULL;
	}
	return person;
}

/* The namespace belongs to who makes it: by way of one who is USER. */
struct person *person_rootless(struct person *parent, unsigned long flags)
{
	struct person *owner = person_made(parent, 0, do_become, USER, USER);
	struct person *person =
		owner ? person_new(owner, flags | CLONE_NEWUSER) : NULL;

	if (person && (!person_map(person, USER, 100001) ||
		       ask(person, do_become, 0, 0))) {
		person_end(person);
		person = NULL;
	}
	return person;
}

/* ---- numbers -------------------------------------------------------------- */

/* A pid in each namespace that it is in, the outermost first. */
static int numbers_of(pid_t pid, pid_t *numbers, int room)
{
	char text[4096], *at;
	int count = 0, length;

	if (proc_read(pid, "status", text, sizeof(text)))
		return 0;
	at = strstr(text, "\nNSpid:");
	if (!at)
		return 0;
	at += strlen("\nNSpid:");
	while (count < room &&
	       sscanf(at, "%d%n", &numbers[count], &length) == 1) {
		at += length;
		count++;
	}
	return count;
}

static ino_t inode_of(int fd)
{
	struct stat stat;

	return fstat(fd, &stat) ? 0 : stat.st_ino;
}

/* The pid namespace so many levels above that of a process. */
static ino_t pid_ns_above(pid_t pid, int levels)
{
	char path[64];
	ino_t inode;
	int fd, up;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && levels-- > 0) {
		up = ioctl(fd, NS_GET_PARENT);
		close(fd);
		fd = up;
	}
	if (fd < 0)
		return 0;
	inode = inode_of(fd);
	close(fd);
	return inode;
}

pid_t number_for(const struct person *reader, const struct person *named)
{
	pid_t of_reader[32], of_named[32];
	int level = numbers_of(reader->pid, of_reader, 32) - 1;
	int levels = numbers_of(named->pid, of_named, 32) - 1;

	/* 32-bit programs can't ask for parents on Linux 6.1. */
	if (pid_ns_above(reader->pid, 0) == pid_ns_above(getpid(), 0))
		return named->pid;
	if (level < 0 || levels < level ||
	    pid_ns_above(reader->pid, 0) !=
		    pid_ns_above(named->pid, levels - level))
		return 0;
	return of_named[level];
}

/* ---- errands: who one is --------------------------------------------------- */

long do_call(long nr, long a, long b)
{
	long ret = syscall(nr, a, b, 0L, 0L, 0L);

	return ret < 0 ? -errno : ret;
}

long do_become(long uid, long gid, long unused)
{
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid))
		return -errno;
	/* The change of ids made this process undumpable. */
	return prctl(PR_SET_DUMPABLE, 1) ? -errno : 0;
}

long do_limit_capabilities(long permitted, long effective, long unused)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .permitted = permitted, .effective = effective },
	};

	if (syscall(SYS_capset, &header, data))
		return -errno;
	return prctl(PR_SET_DUMPABLE, 1) ? -errno : 0;
}

long do_become_capable(long uid, long permitted, long effective)
{
	long ret;

	if (prctl(PR_SET_KEEPCAPS, 1))
		return -errno;
	ret = do_become(uid, uid, 0);
	return ret ?: do_limit_capabilities(permitted, effective, 0);
}

long do_map_self(long inside, long outside, long unused)
{
	char text[64];

	snprintf(text, sizeof(text), "%ld %ld 1\n", inside, outside);
	if (!write_text("/proc/self/setgroups", "deny") ||
	    !write_text("/proc/self/gid_map", text) ||
	    !write_text("/proc/self/uid_map", text))
		return -errno;
	return 0;
}

long do_reap(long pid, long b, long c)
{
	struct child child = { .pid = pid };

	return child_status(&child);
}

long do_leave_zombie(long a, long b, long c)
{
	siginfo_t info;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (pid < 0 || waitid(P_PID, pid, &info, WEXITED | WNOWAIT))
		return -errno;
	return pid;
}

/* ---- errands: what one does -------------------------------------------------- */

int own_handle(void)
{
	return handle;
}

long do_open(long a, long b, long c)
{
	if (handle < 0)
		handle = spt_open();
	return handle < 0 ? -errno : 0;
}

long do_close(long a, long b, long c)
{
	if (handle >= 0)
		close(handle);
	handle = -1;
	return 0;
}

long do_let_go(long a, long b, long c)
{
	do_close(0, 0, 0);
	return do_open(0, 0, 0);
}

long do_traceme(long a, long b, long c)
{
	return do_open(0, 0, 0) ?: spt_ptrace(handle, PTRACE_TRACEME, 0, 0, 0);
}

long do_seize(long pid, long options, long c)
{
	return do_open(0, 0, 0) ?:
		       spt_ptrace(handle, PTRACE_SEIZE, pid, 0, options);
}

long do_request(long request, long pid, long data)
{
	return do_open(0, 0, 0) ?: spt_ptrace(handle, request, pid, 0, data);
}

long do_wait(long pid, long b, long c)
{
	struct tracer tracer = { .shadow = true };
	struct spt_event event;
	long ret = do_open(0, 0, 0);

	tracer.fd = handle;
	if (!ret)
		ret = tr_wait(&tracer, pid, &event);
	if (ret)
		return ret;
	return event.flags & SPT_EVENT_DETACHED ? -EREMCHG : event.status;
}

long do_try_seize(long pid, long b, long c)
{
	long ret = do_seize(pid, 0, 0);

	return ret ?: do_let_go(0, 0, 0);
}

/* An attach that is taken back leaves no SIGSTOP behind. */
static long try_attach(const struct tracer *tracer, pid_t pid)
{
	long ret = tr_ptrace(tracer, PTRACE_ATTACH, pid, 0, 0);

	if (ret)
		return ret;
	if (tr_wait_status(tracer, pid) != STATUS_STOP(SIGSTOP))
		return -EPROTO;
	return tr_ptrace(tracer, PTRACE_DETACH, pid, 0, 0);
}

long do_try_attach(long pid, long b, long c)
{
	struct tracer tracer = { .shadow = true };
	long ret = do_open(0, 0, 0);

	tracer.fd = handle;
	return ret ?: try_attach(&tracer, pid);
}

long do_try_native_attach(long pid, long b, long c)
{
	struct tracer tracer = { .shadow = false };

	return try_attach(&tracer, pid);
}

long do_try_native_seize(long pid, long b, long c)
{
	struct tracer tracer = { .shadow = false };
	long ret = tr_ptrace(&tracer, PTRACE_SEIZE, pid, 0, 0);

	if (ret)
		return ret;
	if (tr_ptrace(&tracer, PTRACE_INTERRUPT, pid, 0, 0) ||
	    tr_wait_status(&tracer, pid) != STATUS_INTERRUPT)
		return -EPROTO;
	return tr_ptrace(&tracer, PTRACE_DETACH, pid, 0, 0);
}

static long set_scope(long pid, long scope, unsigned int flags)
{
	struct spt_scope arg = {
		.pid = pid,
		.scope = scope,
		.flags = flags,
	};
	long ret = do_open(0, 0, 0);

	if (ret)
		return ret;
	return ioctl(handle, SPT_IOC_SET_SCOPE, &arg) ? -errno : 0;
}

long do_set_scope(long pid, long scope, long c)
{
	return set_scope(pid, scope, 0);
}

long do_set_instead(long pid, long scope, long c)
{
	return set_scope(pid, scope, SPT_SCOPE_INSTEAD);
}

long do_get_scope(long pid, long b, long c)
{
	struct spt_scope arg = { .pid = pid };
	long ret = do_open(0, 0, 0);

	if (ret)
		return ret;
	if (ioctl(handle, SPT_IOC_GET_SCOPE, &arg))
		return -errno;
	return PACKED(arg.scope, arg.effective, arg.flags);
}

long do_explain(long tid, long b, long c)
{
	struct spt_explain arg = { .tid = tid };
	long ret = do_open(0, 0, 0);

	if (ret)
		return ret;
	if (ioctl(handle, SPT_IOC_EXPLAIN, &arg))
		return -errno;
	return PACKED(arg.rule, arg.scope, arg.flags);
}

long do_declare(long pid, long b, long c)
{
	struct spt_ptracer arg = { .pid = pid };
	long ret = do_open(0, 0, 0);

	if (ret)
		return ret;
	return ioctl(handle, SPT_IOC_SET_PTRACER, &arg) ? -errno : 0;
}

long do_prctl_declare(long pid, long b, long c)
{
	return do_call(SYS_prctl, PR_SET_PTRACER, pid);
}

/* ---- the machine's settings ------------------------------------------------- */

long setting_read(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (read(fd, text, sizeof(text) - 1) < 1)
		text[0] = 0;
	close(fd);
	if (*text == 'Y' || *text == 'N')
		return *text == 'Y';
	return *text ? strtol(text, NULL, 10) : -1;
}

bool setting_write(const char *path, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", value);
	return write_text(path, text);
}

bool machine_begin(struct machine *machine, unsigned int scope)
{
	struct stat stat_of_device;
	long now;

	machine->yama = setting_read(YAMA_SCOPE);
	if (machine->yama > 0 && !setting_write(YAMA_SCOPE, 0))
		return false;
	if (stat(SPT_DEVICE, &stat_of_device) || chmod(SPT_DEVICE, 0666))
		return false;
	machine->mode = stat_of_device.st_mode & 0777;
	now = do_get_scope(0, 0, 0);
	machine->scope = FIRST_OF(now);
	return now >= 0 && !do_set_scope(0, scope, 0);
}

void machine_end(const struct machine *machine)
{
	if (machine->yama >= 0)
		setting_write(YAMA_SCOPE, machine->yama);
	do_set_scope(0, machine->scope, 0);
	do_close(0, 0, 0);
	chmod(SPT_DEVICE, machine->mode);
}
