// SPDX-License-Identifier: GPL-2.0
/*
 * A call that another process is asked about, by seccomp's user notification.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define NOTIFICATIONS 4000

/* Newer than some headers, Linux 6.6. */
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif

static int listener_pipe[2];

/* The parent learns which of its child's files it is. */
static void call_and_ask(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};
	int listener;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		die("PR_SET_NO_NEW_PRIVS");
	listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			   SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	if (listener < 0 ||
	    write(listener_pipe[1], &listener, sizeof(listener)) < 0)
		die("seccomp");
	call_forever();
}

static int get_listener(pid_t child)
{
	int listener, pidfd = syscall(SYS_pidfd_open, child, 0);

	if (pidfd < 0)
		die("pidfd_open");
	if (read(listener_pipe[0], &listener, sizeof(listener)) !=
	    sizeof(listener))
		exit(1); /* the child has said why */
	listener = syscall(SYS_pidfd_getfd, pidfd, listener, 0);
	if (listener < 0)
		die("pidfd_getfd");
	close(pidfd);
	return listener;
}

static void answer(int listener)
{
	struct seccomp_notif asked = {};
	struct seccomp_notif_resp answer = {
		.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE,
	};

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked))
		die("SECCOMP_IOCTL_NOTIF_RECV");
	answer.id = asked.id;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer))
		die("SECCOMP_IOCTL_NOTIF_SEND");
}

double measure_notified_call(void)
{
	int i, listener;
	double start;
	pid_t child;

	if (pipe(listener_pipe))
		die("pipe");
	child = spawn(call_and_ask);
	close(listener_pipe[1]);
	listener = get_listener(child);
	close(listener_pipe[0]);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS,
		  SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP) &&
	    errno != EINVAL)
		die("SECCOMP_IOCTL_NOTIF_SET_FLAGS");

	start = now();
	for (i = 0; i < NOTIFICATIONS; i++)
		answer(listener);
	start = (now() - start) / NOTIFICATIONS;

	end(child);
	close(listener);
	return start;
}
