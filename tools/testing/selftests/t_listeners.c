// SPDX-License-Identifier: GPL-2.0
/*
 * Who listens to what tracers do, by audit or by tracepoints, hears of the
 * shadow's what he hears of the native ones.
 */
#include <linux/audit.h>
#include <linux/netlink.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "spt.h"

#define NOBODY_UID 65534

static struct transcript native, shadow;

static void compare(struct __test_metadata *_metadata, const char *least)
{
	if (strcmp(native.text, shadow.text))
		show_difference(native.text, shadow.text);
	EXPECT_EQ(0, strcmp(native.text, shadow.text));
	/* Not just twice nothing. */
	EXPECT_TRUE(strstr(native.text, least));
}

/* ---- audit: whom a system call was about ------------------------------------------ */

/* Receives records as any reader of the log does, beside a daemon. */
static int audit_open(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = 1 << (AUDIT_NLGRP_READLOG - 1),
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (fd >= 0 && bind(fd, (void *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

struct audit_message {
	struct nlmsghdr header;
	char text[8192];
};

static bool audit_hear(int fd, struct audit_message *message)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	ssize_t length;

	if (poll(&pfd, 1, WAIT_LIMIT_MS) != 1)
		return false;
	length = recv(fd, message, sizeof(*message) - 1, 0);
	if (length < (ssize_t)sizeof(message->header))
		return false;
	((char *)message)[length] = 0;
	return true;
}

/* A request to the kernel; what it answers, a negative errno. */
static int audit_tell(int type, const void *payload, size_t size)
{
	struct audit_message message = {
		.header = {
			.nlmsg_len = NLMSG_LENGTH(size),
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	int error = -EIO;

	memcpy(message.text, payload, size);
	if (send(fd, &message, message.header.nlmsg_len, 0) < 0)
		error = -errno;
	while (error == -EIO && audit_hear(fd, &message)) {
		if (message.header.nlmsg_type != NLMSG_ERROR)
			continue;
		error = ((struct nlmsgerr *)message.text)->error;
		break;
	}
	close(fd);
	return error;
}

static int audit_enable(bool enabled)
{
	struct audit_status status = {
		.mask = AUDIT_STATUS_ENABLED,
		.enabled = enabled,
	};

	return audit_tell(AUDIT_SET, &status, sizeof(status));
}

/* Each ptrace(2) and ioctl(2) of a process. */
static int audit_rule(int type, pid_t pid)
{
	struct audit_rule_data rule = {
		.flags = AUDIT_FILTER_EXIT,
		.action = AUDIT_ALWAYS,
		.field_count = 1,
		.fields = { AUDIT_PID },
		.values = { pid },
		.fieldflags = { AUDIT_EQUAL },
	};

	rule.mask[AUDIT_WORD(SYS_ptrace)] |= AUDIT_BIT(SYS_ptrace);
	rule.mask[AUDIT_WORD(SYS_ioctl)] |= AUDIT_BIT(SYS_ioctl);
	return audit_tell(type, &rule, sizeof(rule));
}

/* What one tracer does: attach to one that it may, and to one that it may not. */
struct attempt {
	bool by_shadow;
	pid_t allowed, refused;
};

static int attempt_both(const struct child_end *end, void *arg)
{
	const struct attempt *attempt = arg;
	struct tracer tracer;

	if (tracer_open(&tracer, attempt->by_shadow) ||
	    setresgid(NOBODY_UID, NOBODY_UID, NOBODY_UID) ||
	    setresuid(NOBODY_UID, NOBODY_UID, NOBODY_UID))
		return 1;
	child_await(end);
	if (tr_ptrace(&tracer, PTRACE_SEIZE, attempt->refused, 0, 0) != -EPERM)
		return 2;
	if (tr_ptrace(&tracer, PTRACE_SEIZE, attempt->allowed, 0, 0))
		return 3;
	return 0;
}

static int wait_as_nobody(const struct child_end *end, void *arg)
{
	if (setresgid(NOBODY_UID, NOBODY_UID, NOBODY_UID) ||
	    setresuid(NOBODY_UID, NOBODY_UID, NOBODY_UID))
		return 1;
	prctl(PR_SET_DUMPABLE, 1);
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	child_await(end);
	return 0;
}

static int wait_as_root(const struct child_end *end, void *arg)
{
	child_await(end);
	return 0;
}

/* The objects in the records until the one of the last attempt. */
static void hear_objects(int fd, const struct attempt *attempt,
			 struct transcript *transcript)
{
	struct audit_message message;
	char *object;
	pid_t pid;

	while (audit_hear(fd, &message)) {
		if (message.header.nlmsg_type != AUDIT_OBJ_PID)
			continue;
		object = strstr(message.text, "opid=");
		note(transcript, "%s\n", object ? object : message.text);
		pid = object ? atoi(object + strlen("opid=")) : 0;
		if (pid == attempt->allowed)
			break;
	}
}

static void audit_attempts(struct __test_metadata *_metadata, int fd,
			   struct attempt *attempt,
			   struct transcript *transcript)
{
	struct child tracer = child_spawn(attempt_both, attempt);

	memset(transcript, 0, sizeof(*transcript));
	ASSERT_TRUE(child_waits(&tracer));
	ASSERT_EQ(0, audit_rule(AUDIT_ADD_RULE, tracer.pid));
	EXPECT_TRUE(child_go(&tracer));
	EXPECT_EQ(0, child_status(&tracer));
	hear_objects(fd, attempt, transcript);
	EXPECT_EQ(0, audit_rule(AUDIT_DEL_RULE, tracer.pid));
	child_end(&tracer);
}

TEST(audit_names_whom_an_attach_was_about)
{
	struct child allowed, refused;
	struct attempt attempt = {};
	int fd = audit_open();

	if (fd < 0)
		SKIP(return, "no audit in this kernel");
	ASSERT_EQ(0, chmod(SPT_DEVICE, 0666));
	/* Only tasks that are born from now on have a context for it. */
	ASSERT_EQ(0, audit_enable(true));
	allowed = child_spawn(wait_as_nobody, NULL);
	refused = child_spawn(wait_as_root, NULL);
	ASSERT_TRUE(child_waits(&allowed) && child_waits(&refused));
	attempt.allowed = allowed.pid;
	attempt.refused = refused.pid;
	audit_attempts(_metadata, fd, &attempt, &native);
	attempt.by_shadow = true;
	audit_attempts(_metadata, fd, &attempt, &shadow);
	compare(_metadata, "opid=");
	EXPECT_EQ(0, audit_enable(false));
	EXPECT_EQ(0, chmod(SPT_DEVICE, 0600));
	child_end(&allowed);
	child_end(&refused);
	close(fd);
}

/* ---- signal_deliver: what signals a task took ---------------------------------------- */

#define TRACEFS "/sys/kernel/tracing"
#define INSTANCE TRACEFS "/instances/t_listeners"

static bool put(const char *path, const char *text)
{
	/* Opened like this, a record is emptied. */
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t length = strlen(text), written;

	if (fd < 0)
		return false;
	written = write(fd, text, length);
	close(fd);
	return written == length;
}

static void do_nothing(int signo)
{
}

/* A signal of each kind: a handler, ignored in both ways; the rest by default. */
static __attribute__((noreturn)) int act(const struct child_end *end, void *arg)
{
	static const struct rlimit none;
	struct sigaction handled = { .sa_handler = do_nothing };

	setrlimit(RLIMIT_CORE, &none);
	sigaction(SIGUSR1, &handled, NULL);
	handled.sa_flags = SA_RESETHAND;
	sigaction(SIGHUP, &handled, NULL);
	signal(SIGUSR2, SIG_IGN);
	child_say(end, 'r');
	for (;;)
		pause();
}

static const int kinds[] = { SIGUSR1, SIGHUP, SIGUSR2, SIGWINCH, SIGSTOP };

/* From its delivery on; a stop of the group is left as a debugger does. */
static long deliver(const struct tracer *tracer, pid_t pid, int signo)
{
	long status;

	if (kill(pid, signo))
		return -errno;
	status = tr_wait_status(tracer, pid);
	if (status != STATUS_STOP(signo))
		return status < 0 ? status : -EPROTO;
	status = tr_ptrace(tracer, PTRACE_CONT, pid, 0, signo);
	if (status || signo != SIGSTOP)
		return status;
	status = tr_wait_status(tracer, pid);
	if (status != STATUS_EVENT(PTRACE_EVENT_STOP, SIGSTOP))
		return status < 0 ? status : -EPROTO;
	return tr_ptrace(tracer, PTRACE_CONT, pid, 0, 0);
}

/* What comes after the name in each line of the instance's record. */
static bool note_deliveries(struct transcript *transcript)
{
	static const char name[] = "signal_deliver: ";
	FILE *file = fopen(INSTANCE "/trace", "re");
	char line[512], *found;

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		found = strstr(line, name);
		if (found)
			note(transcript, "%s", found + strlen(name));
	}
	fclose(file);
	return true;
}

static void trace_deliveries(struct __test_metadata *_metadata, bool by_shadow,
			     int last, struct transcript *transcript)
{
	struct child child = child_spawn(act, NULL);
	struct tracer tracer;
	unsigned int i;
	char pid[16];

	memset(transcript, 0, sizeof(*transcript));
	ASSERT_EQ('r', child_heard(&child));
	snprintf(pid, sizeof(pid), "%d\n", child.pid);
	ASSERT_TRUE(put(INSTANCE "/set_event_pid", pid));
	ASSERT_TRUE(put(INSTANCE "/events/signal/signal_deliver/enable", "1"));
	ASSERT_EQ(0, tracer_open(&tracer, by_shadow));
	ASSERT_EQ(0, tr_ptrace(&tracer, PTRACE_SEIZE, child.pid, 0, 0));
	for (i = 0; i < ARRAY_LEN(kinds); i++)
		EXPECT_EQ(0, deliver(&tracer, child.pid, kinds[i]));
	EXPECT_EQ(0, deliver(&tracer, child.pid, last));
	EXPECT_EQ(last, tr_wait_status(&tracer, child.pid));
	child_end(&child);
	tracer_close(&tracer);
	ASSERT_TRUE(put(INSTANCE "/events/signal/signal_deliver/enable", "0"));
	EXPECT_TRUE(note_deliveries(transcript));
	ASSERT_TRUE(put(INSTANCE "/trace", "\n"));
}

static void compare_deliveries(struct __test_metadata *_metadata, int last)
{
	rmdir(INSTANCE);
	if (access(TRACEFS "/events/signal", F_OK) || mkdir(INSTANCE, 0700))
		SKIP(return, "no tracefs");
	trace_deliveries(_metadata, false, last, &native);
	trace_deliveries(_metadata, true, last, &shadow);
	compare(_metadata, "sig=12 ");
	EXPECT_EQ(0, rmdir(INSTANCE));
}

TEST(signal_deliver_tells_of_each_signal)
{
	compare_deliveries(_metadata, SIGTERM);
}

TEST(signal_deliver_tells_of_one_that_dumps_core)
{
	compare_deliveries(_metadata, SIGQUIT);
}

TEST_HARNESS_MAIN
