/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libsptrace: the shadow ptrace of /dev/sptrace as C functions.
 *
 * A handle is a file descriptor, so that it can be polled: POLLIN when a wait
 * for any tracee would return at once, POLLHUP when there is no tracee left.
 * It belongs to the thread group that opened it: every thread of that group
 * may issue requests and wait. After fork(2) the child opens its own.
 *
 * Unless said otherwise a function returns 0, or -1 with errno set. Those
 * that issue a request (everything but sptrace_open(), sptrace_close(),
 * sptrace_info(), sptrace_wait(), sptrace_list() and sptrace_state_name())
 * fail with the errors of ptrace(2); besides those named at each function:
 *
 * * EPERM: the handle was opened by another thread group.
 * * EBADF, ENOTTY: @fd is no handle.
 * * EINTR: a signal came while another thread's request on the same tracee
 *   was running.
 *
 * Neither <sys/ptrace.h> nor <linux/ptrace.h> is included, since a program
 * can't have both: include the one of your choice for the PTRACE_* constants.
 */
#ifndef _SPTRACE_H
#define _SPTRACE_H

#include <linux/sptrace.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The device that sptrace_open() opens unless the environment names one. */
#define SPTRACE_DEVICE "/dev/sptrace"

/* The variable of the environment that names it. */
#define SPTRACE_DEVICE_ENV "SPTRACE_DEVICE"

/**
 * sptrace_open() - open a handle for the calling thread group
 * @path: the device; NULL for the one that the environment variable
 *	SPTRACE_DEVICE names (ignored in set-user-ID programs), else
 *	/dev/sptrace
 *
 * The descriptor is closed on exec. A process that handed it to nobody and
 * closes it, or ends, lets go of all its tracees.
 *
 * Return: the handle, or -1 with the errors of open(2), and
 *
 * * ENOENT, ENODEV, ENXIO: the module isn't loaded, or the device wasn't
 *   given to this container.
 * * EACCES, EPERM: the caller may not open the device.
 * * ENOTTY: @path is not an sptrace device.
 * * EPROTONOSUPPORT: the module speaks another version of the ABI.
 */
int sptrace_open(const char *path);

/**
 * sptrace_close() - close a handle
 * @fd: the handle
 *
 * When it was the tracer's last one, its tracees are detached and run on, or
 * are killed where PTRACE_O_EXITKILL was set.
 */
int sptrace_close(int fd);

/**
 * sptrace_info() - what the module offers
 * @fd: the handle
 * @info: filled with the ABI version, features and options
 *
 * Errors: EFAULT.
 */
int sptrace_info(int fd, struct spt_info *info);

/**
 * sptrace_ptrace() - issue one request
 * @fd: the handle
 * @request: a PTRACE_* request
 * @tid: the tracee, in the caller's pid namespace
 * @addr: the request's third argument
 * @data: the request's fourth argument
 *
 * As the raw system call does, and ptrace(3) of the C library does not,
 * PTRACE_PEEK* stores the word through @data. See sptrace_peek().
 *
 * Return: 0, the number of bytes that there are for
 * PTRACE_GET_SYSCALL_INFO, or -1 with
 *
 * * EPERM: the tracee may not be attached to, or has a shadow tracer already.
 * * ESRCH: no such @tid, not a tracee of the caller, or not stopped where
 *   @request needs a stop.
 * * EIO: unknown request, bad signal number or address, INTERRUPT of a tracee
 *   that was not seized, SEIZE with an unknown option.
 * * EINVAL: unknown option or register set, or a length that doesn't fit it.
 * * EFAULT: @addr or @data is not the caller's memory.
 * * EAGAIN, ENOMEM: attaching lacked kernel resources.
 * * EINTR: a signal came while attaching waited for an execve(2) of @tid.
 */
long sptrace_ptrace(int fd, unsigned int request, pid_t tid, void *addr,
		    void *data);

/**
 * sptrace_traceme() - be traced by the parent
 * @fd: a handle of the caller's own; the parent needs none at this moment
 *
 * The caller becomes a tracee of its real parent, attached as by
 * PTRACE_TRACEME. The handle may be closed afterwards.
 *
 * Errors: EPERM (traced already, or the parent may not trace the caller),
 * EAGAIN, ENOMEM.
 */
int sptrace_traceme(int fd);

/**
 * sptrace_attach() - attach to a thread and stop it by SIGSTOP
 * @fd: the handle
 * @tid: the thread
 *
 * Returns before the thread has stopped; sptrace_wait() reports the stop.
 *
 * Errors: EPERM, ESRCH, EAGAIN, ENOMEM, EINTR as for sptrace_ptrace().
 */
int sptrace_attach(int fd, pid_t tid);

/**
 * sptrace_seize() - attach to a thread without stopping it
 * @fd: the handle
 * @tid: the thread
 * @options: PTRACE_O_* bits
 *
 * Errors: EIO (unknown option), EPERM, ESRCH, EAGAIN, ENOMEM, EINTR as for
 * sptrace_ptrace().
 */
int sptrace_seize(int fd, pid_t tid, unsigned int options);

/**
 * sptrace_interrupt() - stop a seized tracee
 * @fd: the handle
 * @tid: the tracee
 *
 * Returns before the tracee has stopped; sptrace_wait() reports
 * PTRACE_EVENT_STOP. A system call that it sleeps in is restarted later, as
 * for a signal without a handler.
 *
 * Errors: EIO (attached, not seized), ESRCH.
 */
int sptrace_interrupt(int fd, pid_t tid);

/**
 * sptrace_detach() - let a stopped tracee go
 * @fd: the handle
 * @tid: the tracee
 * @signal: the signal to deliver in place of the one it stopped for, 0 none
 *
 * A tracee that is not stopped is let go by closing the handle.
 *
 * Errors: EIO (no such signal), ESRCH.
 */
int sptrace_detach(int fd, pid_t tid, int signal);

/**
 * sptrace_cont() - resume a stopped tracee
 * @fd: the handle
 * @tid: the tracee
 * @signal: the signal to deliver in place of the one it stopped for, 0 none
 *
 * Errors: EIO (no such signal), ESRCH.
 */
int sptrace_cont(int fd, pid_t tid, int signal);

/**
 * sptrace_syscall() - resume a stopped tracee until its next syscall-stop
 * @fd: the handle
 * @tid: the tracee
 * @signal: the signal to deliver in place of the one it stopped for, 0 none
 *
 * Errors: EIO (no such signal), ESRCH.
 */
int sptrace_syscall(int fd, pid_t tid, int signal);

/**
 * sptrace_listen() - let a seized tracee stay in its group-stop, and report
 *	the end of it
 * @fd: the handle
 * @tid: the tracee, stopped with PTRACE_EVENT_STOP
 *
 * Errors: EIO (attached, or another stop), ESRCH.
 */
int sptrace_listen(int fd, pid_t tid);

/**
 * sptrace_setoptions() - replace the options of a stopped tracee
 * @fd: the handle
 * @tid: the tracee
 * @options: PTRACE_O_* bits
 *
 * Errors: EINVAL (unknown option), ESRCH.
 */
int sptrace_setoptions(int fd, pid_t tid, unsigned int options);

/**
 * sptrace_peek() - read one word of a stopped tracee
 * @fd: the handle
 * @request: PTRACE_PEEKTEXT, PTRACE_PEEKDATA or PTRACE_PEEKUSER
 * @tid: the tracee
 * @addr: address in the tracee's memory, or offset in its struct user
 * @word: filled with the word
 *
 * Unlike ptrace(3) this can tell a word of all ones from a failure.
 *
 * Errors: EIO (nothing at @addr, or another @request), ESRCH.
 */
int sptrace_peek(int fd, unsigned int request, pid_t tid, uintptr_t addr,
		 unsigned long *word);

/**
 * sptrace_get_syscall_info() - which system call a tracee is stopped at
 * @fd: the handle
 * @tid: the tracee
 * @info: filled; @info->op is PTRACE_SYSCALL_INFO_NONE at other stops
 *
 * sptrace_wait() with SPT_WAIT_SYSCALL_INFO delivers the same with the stop
 * and saves this call.
 *
 * Errors: ESRCH.
 */
int sptrace_get_syscall_info(int fd, pid_t tid, struct spt_syscall_info *info);

/**
 * sptrace_wait() - wait for, and consume, the oldest report of a tracee
 * @fd: the handle
 * @wait: idtype, id, options and flags say what to wait for, as described at
 *	struct spt_wait; event and syscall are filled
 *
 * Several threads may wait at a time; each report goes to one of them.
 *
 * Return: the tracee's thread id; 0 when WNOHANG found no report; or -1 with
 *
 * * ECHILD: there is no tracee that @wait names.
 * * EINVAL: unknown idtype, option or flag; an id that doesn't fit the
 *   idtype; none of WEXITED, WSTOPPED and WCONTINUED.
 * * EINTR: a signal handler ran.
 * * EFAULT: @wait can't be written; the report stays waitable.
 */
pid_t sptrace_wait(int fd, struct spt_wait *wait);

/**
 * sptrace_list() - list all tracees that the caller may see
 * @fd: the handle
 * @list: filled with an array, to be freed with free(3); NULL when it is empty
 * @count: filled with the number of its elements
 *
 * Other tracers' tracees are among them. The list is a snapshot.
 *
 * Errors: ENOMEM.
 */
int sptrace_list(int fd, struct spt_status **list, size_t *count);

/**
 * sptrace_state_name() - the name of a stop state
 * @state: SPT_STATE_*
 *
 * Return: a name such as "SyscallEnterStopped", "Unknown" for a number that
 * the library does not know. Never NULL.
 */
const char *sptrace_state_name(unsigned int state);

#ifdef __cplusplus
}
#endif

#endif /* _SPTRACE_H */
