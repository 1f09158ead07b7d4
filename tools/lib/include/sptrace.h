/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libsptrace: the shadow ptrace of /dev/sptrace as C functions.
 *
 * A handle is a file descriptor, so that it can be polled: POLLIN when a wait
 * for any tracee would return at once, POLLHUP when there is no tracee left.
 * It belongs to the thread group that opened it: every thread of that group
 * may issue requests and wait. After fork(2) the child opens its own.
 *
 * Unless said otherwise a function returns 0, or -1 with errno set; besides
 * the errors named at each function:
 *
 * * EPERM: the handle was opened by another thread group.
 * * EBADF, ENOTTY: @fd is no handle. ENOTTY may also come from a module that
 *   is older than the function; sptrace_info() tells what it has.
 *
 * Those that issue a request (sptrace_ptrace() and the functions after it, up
 * to sptrace_setsigmask()) fail with the errors of ptrace(2). A signal doesn't
 * end them: one that waits is restarted behind the handler.
 *
 * Neither <sys/ptrace.h> nor <linux/ptrace.h> is included, since a program
 * can't have both: include the one of your choice for the PTRACE_* constants.
 */
#ifndef _SPTRACE_H
#define _SPTRACE_H

#include <linux/sptrace.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The device that sptrace_open() opens unless the environment names one. */
#define SPTRACE_DEVICE "/dev/sptrace"

/* The variable of the environment that names it. */
#define SPTRACE_DEVICE_ENV "SPTRACE_DEVICE"

/**
 * sptrace_version() - the release that the library is of
 *
 * Not that of the module, nor of the header that a program was compiled with.
 *
 * Return: three numbers such as "1.2.3". Never NULL.
 */
const char *sptrace_version(void);

/**
 * sptrace_open() - open a handle for the calling thread group
 * @path: the device; NULL for the one that the environment variable
 *	SPTRACE_DEVICE names (ignored in set-user-ID programs), else
 *	/dev/sptrace
 *
 * The descriptor is closed on exec, and is 3 or more even where a standard
 * stream is closed. A process that handed it to nobody and closes it, or ends,
 * lets go of all its tracees.
 *
 * Return: the handle, or -1 with the errors of open(2), and
 *
 * * ENOENT, ENODEV, ENXIO: the module isn't loaded, or the device wasn't
 *   given to this container.
 * * EACCES, EPERM: the caller may not open the device.
 * * ENOSPC: there are as many tracers in the caller's pid namespace, or of its
 *   user there, as the module's parameter max_tracers allows.
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
 * sptrace_set_flags() - what the handle asks for
 * @fd: the handle
 * @flags: SPT_HANDLE_* bits, in place of those set before
 *
 * With SPT_HANDLE_SIGCHLD every report sends SIGCHLD to the caller, as a
 * native tracer gets it; otherwise the handle is to be waited on or polled.
 *
 * Errors: EINVAL (unknown flag).
 */
int sptrace_set_flags(int fd, unsigned int flags);

/**
 * sptrace_serve() - have the ptrace(2) of the calling process mean the shadow
 * @fd: a handle of the caller's own
 * @flags: SPT_SERVE_* bits
 *
 * From now on the system calls ptrace(2), wait4(2) and waitid(2) of the caller
 * mean the shadow, with the arguments, results and signals of the native ones,
 * so that a debugger needn't know of the device. One call waits for children
 * and for tracees. The handle may be closed afterwards. Children inherit that,
 * and it is kept by execve(2), unless the program gains privileges by it; it
 * can't be taken back. The module can't be removed meanwhile.
 *
 * SPT_SERVE_PAST_FILTERS serves a ptrace(2) that a seccomp filter would refuse, at a
 * cost for every system call. To call it again adds what @flags asks for.
 *
 * Return: 0, or -1 with
 *
 * * EOPNOTSUPP: nothing can be stopped on this machine at present; the kernel's
 *   log says why.
 * * ENOTTY: the module is too old to serve.
 * * EINVAL: an unknown flag.
 * * ENOMEM: no memory.
 */
int sptrace_serve(int fd, unsigned int flags);

struct sock_fprog;

/**
 * sptrace_set_filter() - have a filter say which system calls of a tracee stop
 * @fd: the handle
 * @tid: the tracee, running or stopped
 * @program: classic BPF over struct seccomp_data, by the rules of seccomp(2), of which
 *	seccomp_export_bpf(3) writes the instructions; NULL takes the filter away
 *
 * The value that the program returns is SECCOMP_RET_TRACE with SPT_FILTER_* bits for a
 * call that is to stop, and SECCOMP_RET_ALLOW for one that isn't: SCMP_ACT_TRACE() and
 * SCMP_ACT_ALLOW of libseccomp. A tracee with a filter stops where that says so, after
 * PTRACE_CONT as after PTRACE_SYSCALL; a call that passes costs about 250 instructions,
 * where two stops are 28,000. Children that become tracees inherit it, and execve(2)
 * keeps it.
 *
 * Return: 0, or -1 with
 *
 * * ESRCH: @tid isn't a living tracee of the caller.
 * * EINVAL: the program is empty, too long (BPF_MAXINSNS) or malformed.
 * * EFAULT: the instructions can't be read.
 * * EOPNOTSUPP: nothing can be stopped on this machine at present; the kernel's
 *   log says why.
 * * ENOTTY: the module is too old for filters.
 * * ENOMEM: no memory.
 */
int sptrace_set_filter(int fd, pid_t tid, const struct sock_fprog *program);

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
 * Return: 0; for PTRACE_GET_SYSCALL_INFO the number of bytes that there are,
 * for PTRACE_PEEKSIGINFO the number of signals copied; or -1 with
 *
 * * EPERM: the tracee may not be attached to; sptrace_explain() tells why.
 * * ESRCH: no such @tid, not a tracee of the caller, or not stopped where
 *   @request needs a stop.
 * * EIO: unknown request, bad signal number or address, INTERRUPT or LISTEN
 *   of a tracee that was not seized, LISTEN in another stop than that of
 *   PTRACE_EVENT_STOP, SEIZE with an unknown option.
 * * EINVAL: unknown option or register set, or a length that doesn't fit it;
 *   GETSIGINFO or SETSIGINFO in a stop that no signal caused; GETSIGMASK or
 *   SETSIGMASK with another size than 8; PEEKSIGINFO with an unknown flag or
 *   a negative count.
 * * EFAULT: @addr or @data is not the caller's memory.
 * * EOPNOTSUPP: attaching, or SYSCALL, found that a tracee can't be stopped on
 *   this machine at present, since ftrace or kprobes are switched off, or a
 *   livepatch is in the way; the kernel's log says which.
 * * EAGAIN: attaching, the caller's user has as many tracees as the module's
 *   parameter max_tracees allows.
 * * ENOSPC: TRACEME would make the parent a tracer, and there are as many in
 *   its pid namespace, or caused by the caller's user, as max_tracers allows.
 * * ENOMEM: attaching lacked memory.
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
 * Errors: EPERM (traced already, or the parent may not trace the caller;
 * sptrace_explain() of thread 0 tells which), EOPNOTSUPP, EAGAIN, ENOMEM and ENOSPC as for
 * sptrace_ptrace().
 */
int sptrace_traceme(int fd);

/**
 * sptrace_attach() - attach to a thread and stop it by SIGSTOP
 * @fd: the handle
 * @tid: the thread
 *
 * Returns before the thread has stopped; sptrace_wait() reports the stop.
 *
 * Errors: EPERM, ESRCH, EOPNOTSUPP, EAGAIN and ENOMEM as for sptrace_ptrace().
 */
int sptrace_attach(int fd, pid_t tid);

/**
 * sptrace_seize() - attach to a thread without stopping it
 * @fd: the handle
 * @tid: the thread
 * @options: PTRACE_O_* bits
 *
 * Errors: EIO (unknown option), EPERM, ESRCH, EOPNOTSUPP, EAGAIN and ENOMEM as
 * for sptrace_ptrace().
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
 * To be used instead of sptrace_cont() when a stop of PTRACE_EVENT_STOP has
 * another signal than SIGTRAP: SIGCONT then works as without a tracer.
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
 * sptrace_poke() - write one word of a stopped tracee
 * @fd: the handle
 * @request: PTRACE_POKETEXT, PTRACE_POKEDATA or PTRACE_POKEUSER
 * @tid: the tracee
 * @addr: address in the tracee's memory, or offset in its struct user, in bytes
 * @word: the word, of the caller's size
 *
 * Memory that the tracee can't write, such as its text, is written too unless
 * it is a shared mapping: the tracee gets a copy of the page.
 *
 * Errors: EIO (nothing that can be written at @addr, a @word that the register
 * can't have, or another @request), ESRCH; for a debug register also EINVAL
 * (an address or a kind of breakpoint that can't be), ENOSPC (no breakpoint
 * left) and ENOMEM.
 */
int sptrace_poke(int fd, unsigned int request, pid_t tid, uintptr_t addr,
		 unsigned long word);

/**
 * sptrace_read_memory() - read many pieces of a stopped tracee's memory
 * @fd: the handle
 * @tid: the tracee
 * @ranges: where each begins in the tracee, how long it is, and where to store it
 * @count: how many, at most SPT_MEMORY_MAX_RANGES
 *
 * What can be read is what sptrace_peek() can read. Where one piece ends early,
 * nothing of those after it is read.
 *
 * Return: how many bytes were read, less than asked for where the memory of
 * either side ends, or when the tracee was resumed or killed meanwhile; or,
 * when there were none, -1 with
 *
 * * EIO: nothing at the first address.
 * * EFAULT: the first buffer, or @ranges, is not the caller's memory.
 * * EINVAL: too many ranges, or bytes.
 * * ESRCH: not a tracee of the caller, or not stopped.
 * * ENOMEM: no memory for the ranges.
 */
ssize_t sptrace_read_memory(int fd, pid_t tid, const struct spt_range *ranges,
			    size_t count);

/**
 * sptrace_write_memory() - write many pieces of a stopped tracee's memory
 * @fd: the handle
 * @tid: the tracee
 * @ranges: where each begins in the tracee, how long it is, and where it is
 *	taken from
 * @count: how many, at most SPT_MEMORY_MAX_RANGES
 *
 * What can be written is what sptrace_poke() can write.
 *
 * Return: as sptrace_read_memory(), of bytes written; EIO also for what can't
 * be.
 */
ssize_t sptrace_write_memory(int fd, pid_t tid, const struct spt_range *ranges,
			     size_t count);

/**
 * sptrace_getregset() - read registers of a stopped tracee
 * @fd: the handle
 * @tid: the tracee
 * @type: which ones: NT_PRSTATUS for the general ones, or another of the
 *	NT_* in <elf.h>
 * @iov: where to store them, and for how many bytes there is room; iov_len
 *	becomes the number of bytes that there are, or stays when there was
 *	less room
 *
 * The layout is that of the tracee: struct user_regs_struct for NT_PRSTATUS
 * of a 64-bit one. Where there is less room, the first ones are stored.
 *
 * Return: 0, or -1 with
 *
 * * EINVAL: the tracee has no registers of that @type, or iov_len is no
 *   multiple of the size of one.
 * * EFAULT: @iov, or what it leads to, is not the caller's memory.
 * * ENODEV: this processor hasn't these registers.
 * * ENXIO: there is nothing to read: no port was ever permitted, for
 *   NT_386_IOPERM.
 * * ESRCH: not a tracee of the caller, or not stopped.
 * * ENOMEM: no memory.
 */
int sptrace_getregset(int fd, pid_t tid, unsigned int type, struct iovec *iov);

/**
 * sptrace_setregset() - change registers of a stopped tracee
 * @fd: the handle
 * @tid: the tracee
 * @type: as for sptrace_getregset()
 * @iov: what to store there, and how many bytes of it; iov_len becomes the
 *	number of bytes taken, which is less when there were more than fit
 *
 * With fewer bytes than there are, the first of the general registers are
 * changed; others can be changed together only.
 *
 * Return: 0, or -1 with
 *
 * * EINVAL: as for sptrace_getregset(), or a value that the registers can't
 *   have, or not all of those that can be changed together only.
 * * EIO: a value that a general register can't have.
 * * EFAULT: as for sptrace_getregset(), or not all of NT_X86_XSTATE.
 * * EOPNOTSUPP: registers of that @type can't be changed.
 * * ENODEV, ESRCH, ENOMEM: as for sptrace_getregset().
 */
int sptrace_setregset(int fd, pid_t tid, unsigned int type, struct iovec *iov);

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
 * sptrace_getsiginfo() - what is known of the signal that a tracee stopped for
 * @fd: the handle
 * @tid: the tracee
 * @info: filled
 *
 * Errors: EINVAL (a group-stop of a tracee that was attached, not seized),
 * EFAULT, ESRCH.
 */
int sptrace_getsiginfo(int fd, pid_t tid, siginfo_t *info);

/**
 * sptrace_setsiginfo() - change what the tracee learns of the signal
 * @fd: the handle
 * @tid: the tracee
 * @info: what a handler of the signal will see
 *
 * Which signal is delivered is said by the call that resumes the tracee; it
 * comes with @info when it is @info->si_signo.
 *
 * Errors: EINVAL (as for sptrace_getsiginfo()), EFAULT, ESRCH.
 */
int sptrace_setsiginfo(int fd, pid_t tid, const siginfo_t *info);

/**
 * sptrace_peeksiginfo() - look at signals that are pending
 * @fd: the handle
 * @tid: the tracee
 * @offset: how many signals of the queue to pass over
 * @flags: PTRACE_PEEKSIGINFO_SHARED for the queue of the thread group, 0 for
 *	the thread's own
 * @infos: filled
 * @count: how many fit there
 *
 * The signals stay pending.
 *
 * Return: the number of signals stored, 0 when there is none at @offset, or -1
 * with EINVAL (unknown flag, negative @count), EFAULT or ESRCH.
 */
int sptrace_peeksiginfo(int fd, pid_t tid, uint64_t offset, unsigned int flags,
			siginfo_t *infos, int count);

/**
 * sptrace_getsigmask() - which signals a stopped tracee blocks
 * @fd: the handle
 * @tid: the tracee
 * @mask: filled
 *
 * Errors: EFAULT, ESRCH.
 */
int sptrace_getsigmask(int fd, pid_t tid, sigset_t *mask);

/**
 * sptrace_setsigmask() - change which signals a stopped tracee blocks
 * @fd: the handle
 * @tid: the tracee
 * @mask: the signals; SIGKILL and SIGSTOP in it are ignored
 *
 * Errors: EFAULT, ESRCH.
 */
int sptrace_setsigmask(int fd, pid_t tid, const sigset_t *mask);

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
 * sptrace_next() - resume a tracee, and wait for and consume the next report
 * @fd: the handle
 * @next: tid, request and signal say how to resume; idtype, id and options for
 *	whose report to wait; flags, regs and gather what to tell with it, as
 *	described at struct spt_next; event and what was asked for are filled
 *
 * What sptrace_syscall() or its kin, sptrace_wait(), sptrace_getregset() and
 * sptrace_read_memory() do, in one call. @next->tid is 0 from the moment that the
 * tracee was resumed, whatever is returned: after EINTR the same structure goes on
 * waiting, and for the next resume tid is to be set again.
 *
 * Return: the thread id of the tracee whose report it is; 0 when WNOHANG found
 * no report; or -1 with
 *
 * * ESRCH: @next->tid is not a tracee of the caller, or not stopped.
 * * EIO: no such signal, or a PTRACE_LISTEN that can't be.
 * * EOPNOTSUPP: as for sptrace_syscall().
 * * ECHILD: there is no tracee that @next names.
 * * EINVAL: an unknown request, flag, option or idtype; an id that doesn't fit
 *   that; none of WEXITED, WSTOPPED and WCONTINUED; more pieces of memory than
 *   SPT_GATHER_MAX; no such registers.
 * * EINTR: a signal handler ran.
 * * EFAULT: @next, or what it leads to, is not the caller's memory.
 * * ENODEV, ENXIO, ENOMEM: as for sptrace_getregset().
 *
 * The last three, and EINVAL for the registers, leave the report waitable.
 */
pid_t sptrace_next(int fd, struct spt_next *next);

/**
 * sptrace_wait4() - sptrace_wait() in the form of wait4(2)
 * @fd: the handle
 * @pid: the thread id of a tracee; -1 for any, 0 for those in the caller's
 *	process group, or a process group with its sign reversed
 * @status: filled with the wait status unless NULL
 * @options: WNOHANG, or 0
 * @usage: filled with what the tracee has used unless NULL
 *
 * Stops and exits are reported; a stop of PTRACE_EVENT_* has its number in
 * bits 16 and up of the status. A tracee that was let go because it executed a
 * program which may not be traced isn't reported, since it is none any more:
 * the wait goes on for others. sptrace_wait() tells of it. A handle that was
 * polled may have no other report, so WNOHANG is what goes with poll(2).
 *
 * Return: as sptrace_wait(); ECHILD also when the last tracee that @pid names
 * was let go during the wait, EINVAL also for WNOWAIT.
 */
pid_t sptrace_wait4(int fd, pid_t pid, int *status, int options,
		    struct rusage *usage);

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
 * sptrace_list_served() - list all served processes that the caller may see
 * @fd: the handle
 * @list: filled with an array, to be freed with free(3); NULL when it is empty
 * @count: filled with the number of its elements
 *
 * Served are those that called sptrace_serve(), and what they started since. The
 * list is a snapshot.
 *
 * Errors: ENOMEM; ENOTTY, from a module that is too old to serve anybody.
 */
int sptrace_list_served(int fd, struct spt_served **list, size_t *count);

/**
 * sptrace_state_name() - the name of a stop state
 * @state: SPT_STATE_*
 *
 * Return: a name such as "SyscallEnterStopped", "Unknown" for a number that
 * the library does not know. Never NULL.
 */
const char *sptrace_state_name(unsigned int state);

/**
 * sptrace_get_scope() - the scope of a pid namespace
 * @fd: the handle
 * @pid: a process or thread in the namespace meant, by its number in the
 *	caller's; 0 for the caller
 * @scope: filled: the namespace's own scope, the one that counts there (the
 *	strictest of its own and those of the namespaces that enclose it), and
 *	SPT_SCOPE_* bits as flags
 *
 * Errors: ESRCH (no such @pid in the caller's pid namespace).
 */
int sptrace_get_scope(int fd, pid_t pid, struct spt_scope *scope);

/**
 * sptrace_set_scope() - give a pid namespace a scope
 * @fd: the handle
 * @pid: as for sptrace_get_scope()
 * @scope: SPT_SCOPE_CLASSIC, _RESTRICTED, _ADMIN or _NO_ATTACH
 *
 * It holds for attaches to come, there and in the namespaces enclosed, until
 * the namespace ends. Where an enclosing one is stricter that one counts, which
 * is no error. SPT_SCOPE_NO_ATTACH can't be taken back.
 *
 * Return: 0, or -1 with
 *
 * * EPERM: the caller lacks CAP_SYS_PTRACE in the user namespace that owns the
 *   pid namespace; or the scope there is SPT_SCOPE_NO_ATTACH, which
 *   sptrace_get_scope() tells; or it would be lower than an administrator of
 *   an enclosing pid namespace has set it.
 * * ESRCH: no such @pid in the caller's pid namespace.
 * * EINVAL: no such @scope.
 * * ENOMEM: no memory.
 */
int sptrace_set_scope(int fd, pid_t pid, unsigned int scope);

/**
 * sptrace_set_scope_instead() - give one that counts in place of Yama's number
 * @fd: the handle
 * @pid: as for sptrace_get_scope()
 * @scope: SPT_SCOPE_CLASSIC, _RESTRICTED, _ADMIN or _NO_ATTACH
 *
 * As sptrace_set_scope(), and for attaches through the device the scope counts,
 * there and in the namespaces enclosed, in place of the number that Yama has for
 * the whole machine, unless that is 3. Of the scopes of enclosing namespaces
 * SPT_SCOPE_NO_ATTACH alone counts. sptrace_set_scope() takes this away.
 *
 * Return: 0, or -1 with the errors of sptrace_set_scope(), and
 *
 * * EPERM: the caller lacks CAP_SYS_PTRACE in the initial user namespace, or is
 *   in another pid namespace than the initial one.
 * * EOPNOTSUPP: Yama can't be passed over on this machine.
 * * EINVAL: the module doesn't have this: no SPT_FEATURE_INSTEAD.
 */
int sptrace_set_scope_instead(int fd, pid_t pid, unsigned int scope);

/**
 * sptrace_set_ptracer() - declare who may trace the calling process
 * @fd: a handle of the caller's own
 * @pid: a process, by its number in the caller's pid namespace, which may
 *	attach to the caller together with its descendants; SPT_PTRACER_ANY, or
 *	SPT_PTRACER_NONE to withdraw the declaration
 *
 * For where the scope is SPT_SCOPE_RESTRICTED; the other rules stay. What
 * prctl(PR_SET_PTRACER) does, too, where there is no handle. The declaration
 * takes the place of an earlier one, isn't inherited by fork(2) and is kept by
 * execve(2). The handle may be closed afterwards.
 *
 * Errors: EINVAL (no such @pid), ENOMEM.
 */
int sptrace_set_ptracer(int fd, pid_t pid);

/**
 * sptrace_explain() - may the caller attach to a thread, and if not, why
 * @fd: the handle
 * @tid: the thread; 0 asks whether sptrace_traceme() would be refused
 * @explain: filled: the rule that refuses, SPT_RULE_NONE for none, and the
 *	scope that counts for the thread
 *
 * Nothing is attached to. The answer is of the moment: after a refusal it may
 * be SPT_RULE_NONE, for instance because another tracer has gone meanwhile.
 *
 * Errors: ESRCH (no such @tid in the caller's pid namespace).
 */
int sptrace_explain(int fd, pid_t tid, struct spt_explain *explain);

/**
 * sptrace_scope_name() - the name of a scope
 * @scope: SPT_SCOPE_*
 *
 * Return: "classic", "restricted", "admin-only" or "no-attach"; "unknown" for
 * a number that the library does not know. Never NULL.
 */
const char *sptrace_scope_name(unsigned int scope);

/*
 * A ring is where the caller's tracees are recorded without being stopped: which
 * of their system calls, their filters say (SPT_FILTER_RECORD). It may be used by
 * one thread at a time, of the thread group that opened it.
 */
struct sptrace_ring;

/**
 * sptrace_ring_open() - have tracees recorded
 * @fd: the handle, which may be closed before the ring is
 * @size: bytes of records for each CPU, a power of two, a page at least
 * @watermark: how many of them there must be for the ring to poll readable; 0
 *	is any
 * @flags: SPT_RECORD_BLOCK to have system calls wait for room; else what finds
 *	none is lost, and counted
 * @captures: what is to be recorded of what arguments point to; see struct
 *	spt_capture
 * @nr_captures: how many those are
 *
 * Return: the ring, for sptrace_ring_close(); or NULL with
 *
 * * EBUSY: the caller has one already.
 * * EINVAL: a number out of range, an unknown flag, a capture that can't be.
 * * EPERM: RLIMIT_MEMLOCK; see sptrace(4).
 * * EMFILE, ENFILE, ENOMEM.
 */
struct sptrace_ring *sptrace_ring_open(int fd, size_t size, size_t watermark,
				       unsigned int flags,
				       const struct spt_capture *captures,
				       size_t nr_captures);

/**
 * sptrace_ring_close() - end recording
 * @ring: the ring; NULL does nothing
 *
 * Tracees that wait for room go on.
 */
void sptrace_ring_close(struct sptrace_ring *ring);

/**
 * sptrace_ring_fd() - what to poll for a ring
 * @ring: the ring
 *
 * Return: a descriptor, for nothing but poll(2) and the like: POLLIN when there
 * is something to read.
 */
int sptrace_ring_fd(const struct sptrace_ring *ring);

/**
 * sptrace_ring_next() - the next record
 * @ring: the ring
 *
 * In the order of their time, those of all CPUs. Who has got NULL is to poll; what
 * was written meanwhile makes that return at once.
 *
 * Return: the record, which is valid until the next call; NULL when there is none
 * for now.
 */
const struct spt_record *sptrace_ring_next(struct sptrace_ring *ring);

/**
 * sptrace_ring_lost() - how many records there was no room for
 * @ring: the ring
 * @kind: SPT_RECORD_*: of which kind
 *
 * Return: how many since the ring was opened, whether or not a record has told of
 * them yet.
 */
uint64_t sptrace_ring_lost(const struct sptrace_ring *ring, unsigned int kind);

/**
 * sptrace_record_bytes() - what a call's arguments point to
 * @call: a record of a system call
 * @last: what this returned last, NULL for the first
 *
 * Return: the next, whose bytes follow the structure; NULL when there is no more.
 */
const struct spt_bytes *
sptrace_record_bytes(const struct spt_record_syscall *call,
		     const struct spt_bytes *last);

#ifdef __cplusplus
}
#endif

#endif /* _SPTRACE_H */
