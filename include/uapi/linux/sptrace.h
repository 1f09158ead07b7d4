/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * sptrace: a shadow ptrace for containers, by ioctl on /dev/sptrace.
 *
 * The layout is the same for 32-bit and 64-bit callers: fixed-width fields,
 * pointers as __u64. A structure grows at its end only; the size in the ioctl
 * number says which version the caller was built with. A larger structure
 * than the module knows is accepted when what the module does not know is
 * zero (E2BIG otherwise), a smaller one than the first version is EINVAL.
 *
 * A file opened on /dev/sptrace is a handle to the opener's thread group, the
 * tracer. Every thread of that group may use it; any other thread group that
 * got hold of the file is refused with EPERM by every ioctl. Closing a
 * tracer's last handle, or the end of its thread group, detaches all its
 * tracees, or kills them where PTRACE_O_EXITKILL was set.
 *
 * Beside the errors of open(2) itself, opening fails with ENOSPC when there are
 * as many tracers in the caller's pid namespace, or of its user there, as the
 * module's parameter max_tracers allows (holders of CAP_SYS_RESOURCE in the
 * initial user namespace are exempt), and with ENOMEM.
 */
#ifndef _UAPI_LINUX_SPTRACE_H
#define _UAPI_LINUX_SPTRACE_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Version of this header; changes only when old programs would break. */
#define SPT_ABI_VERSION		1

/* spt_info.features */
#define SPT_FEATURE_SYSCALL	(1ULL << 0)	/* syscall-stops */
#define SPT_FEATURE_IA32	(1ULL << 1)	/* 32-bit tracees and callers */
#define SPT_FEATURE_SIGNAL	(1ULL << 2)	/* signals and group-stops */
#define SPT_FEATURE_EVENTS	(1ULL << 3)	/* PTRACE_EVENT_* stops */
#define SPT_FEATURE_SCOPE	(1ULL << 4)	/* scopes and PR_SET_PTRACER */
#define SPT_FEATURE_SERVE	(1ULL << 5)	/* served tracers */
#define SPT_FEATURE_SECCOMP	(1ULL << 6)	/* PTRACE_O_TRACESECCOMP, _SUSPEND_SECCOMP */
#define SPT_FEATURE_INSTEAD	(1ULL << 7)	/* SPT_SCOPE_INSTEAD */
#define SPT_FEATURE_FILTER	(1ULL << 8)	/* SPT_IOC_SET_FILTER */
#define SPT_FEATURE_NEXT	(1ULL << 9)	/* SPT_IOC_NEXT */
#define SPT_FEATURE_MEMORY	(1ULL << 10)	/* SPT_IOC_MEMORY */
#define SPT_FEATURE_RECORD	(1ULL << 11)	/* SPT_IOC_RECORD */

/**
 * struct spt_info - what this module offers (SPT_IOC_INFO)
 * @abi_version: SPT_ABI_VERSION of the module
 * @reserved: zero
 * @features: SPT_FEATURE_* bits
 * @options: the PTRACE_O_* bits that PTRACE_SEIZE and PTRACE_SETOPTIONS take
 */
struct spt_info {
	__u32 abi_version;
	__u32 reserved;
	__u64 features;
	__u64 options;
};

#define SPT_INFO_SIZE_VER0	24

/**
 * struct spt_ptrace - one ptrace(2) request (SPT_IOC_PTRACE)
 * @request: a PTRACE_* request of linux/ptrace.h or asm/ptrace.h
 * @tid: the tracee, in the caller's pid namespace; ignored by PTRACE_TRACEME
 * @addr: the request's third argument, as for the raw ptrace(2) system call
 * @data: the request's fourth argument, as for the raw ptrace(2) system call
 */
struct spt_ptrace {
	__u32 request;
	__s32 tid;
	__u64 addr;
	__u64 data;
};

#define SPT_PTRACE_SIZE_VER0	24

/* spt_event.flags */
#define SPT_EVENT_SYSCALL_INFO	(1U << 0)	/* spt_wait.syscall is filled */
#define SPT_EVENT_DETACHED	(1U << 1)	/* the module let the tracee go */
#define SPT_EVENT_RUSAGE	(1U << 2)	/* spt_wait.rusage is filled */
#define SPT_EVENT_ENTRY		(1U << 3)	/* spt_next.entry is filled */
#define SPT_EVENT_REGS		(1U << 4)	/* spt_next.regs is filled */

/**
 * struct spt_event - one report of a tracee
 * @tid: the tracee's thread id in the waiter's pid namespace, 0 for no event
 * @tgid: its thread group id in the waiter's pid namespace
 * @status: the wait status, as wait4(2) would store it; 0 with
 *	SPT_EVENT_DETACHED
 * @cause: CLD_TRAPPED, CLD_EXITED, CLD_KILLED or CLD_DUMPED as in waitid(2);
 *	0 with SPT_EVENT_DETACHED
 * @signal: si_signo of the stop, 0 for an exit
 * @code: si_code of the stop, 0 for an exit
 * @event: the PTRACE_EVENT_* of the stop, 0 for none
 * @flags: SPT_EVENT_* bits
 * @message: what PTRACE_GETEVENTMSG returns
 *
 * SPT_EVENT_DETACHED reports a tracee that executed a program which its
 * tracer may not trace: it was detached before the first instruction of the
 * new image and runs on, untraced; or dies, when the execve(2) failed after it
 * had taken on the new credentials. It is the last report of that tracee.
 */
struct spt_event {
	__s32 tid;
	__s32 tgid;
	__s32 status;
	__s32 cause;
	__s32 signal;
	__s32 code;
	__u32 event;
	__u32 flags;
	__u64 message;
};

/**
 * struct spt_syscall_info - struct ptrace_syscall_info, padded alike everywhere
 * @op: PTRACE_SYSCALL_INFO_NONE, _ENTRY, _EXIT, _SECCOMP
 * @pad: zero
 * @arch: AUDIT_ARCH_* of the system call
 * @instruction_pointer: of the tracee
 * @stack_pointer: of the tracee
 * @entry: valid for PTRACE_SYSCALL_INFO_ENTRY
 * @entry.nr: system call number
 * @entry.args: system call arguments
 * @exit: valid for PTRACE_SYSCALL_INFO_EXIT
 * @exit.rval: return value, a negated errno with @exit.is_error
 * @exit.is_error: whether the system call failed
 * @exit.pad: zero
 * @seccomp: valid for PTRACE_SYSCALL_INFO_SECCOMP
 * @seccomp.nr: system call number
 * @seccomp.args: system call arguments
 * @seccomp.ret_data: the SECCOMP_RET_DATA portion of the filter's result
 * @seccomp.pad: zero
 *
 * Offsets are those of struct ptrace_syscall_info in linux/ptrace.h.
 */
struct spt_syscall_info {
	__u8 op;
	__u8 pad[3];
	__u32 arch;
	__u64 instruction_pointer;
	__u64 stack_pointer;
	union {
		struct {
			__u64 nr;
			__u64 args[6];
		} entry;
		struct {
			__s64 rval;
			__u8 is_error;
			__u8 pad[7];
		} exit;
		struct {
			__u64 nr;
			__u64 args[6];
			__u32 ret_data;
			__u32 pad;
		} seccomp;
	};
};

/**
 * struct spt_rusage - what a tracee has used, as struct rusage of wait4(2)
 * @utime_usec: user time in microseconds, of its whole thread group
 * @stime_usec: system time in microseconds, likewise
 * @maxrss_kib: largest resident set, in KiB
 * @minflt: page faults without input or output
 * @majflt: page faults with
 * @inblock: blocks read
 * @oublock: blocks written
 * @nvcsw: voluntary context switches
 * @nivcsw: involuntary context switches
 */
struct spt_rusage {
	__u64 utime_usec;
	__u64 stime_usec;
	__u64 maxrss_kib;
	__u64 minflt;
	__u64 majflt;
	__u64 inblock;
	__u64 oublock;
	__u64 nvcsw;
	__u64 nivcsw;
};

/* spt_wait.flags */
#define SPT_WAIT_SYSCALL_INFO	(1U << 0)	/* fill spt_wait.syscall */
#define SPT_WAIT_RUSAGE		(1U << 1)	/* fill spt_wait.rusage */

/**
 * struct spt_wait - wait for a report of a tracee (SPT_IOC_WAIT)
 * @idtype: P_ALL, P_PID or P_PGID, as for waitid(2); P_PID names one thread
 * @id: the thread id or process group id in the caller's pid namespace;
 *	for P_PGID, 0 is the caller's own group; ignored for P_ALL
 * @options: WEXITED, WSTOPPED, WCONTINUED (at least one), WNOHANG, WNOWAIT
 * @flags: SPT_WAIT_* bits
 * @event: out: the report; all zero when WNOHANG found none
 * @syscall: out: the system call, when SPT_WAIT_SYSCALL_INFO asked for it and
 *	the report is a stop; SPT_EVENT_SYSCALL_INFO says that it is there
 * @rusage: out: the resources used, when SPT_WAIT_RUSAGE asked for them and the
 *	report is a stop or an exit; SPT_EVENT_RUSAGE says that they are there
 *
 * What was asked for and isn't there is zero. Without its flag a member is left as it
 * was, or zero when a later one was asked for.
 */
struct spt_wait {
	__u32 idtype;
	__s32 id;
	__u32 options;
	__u32 flags;
	struct spt_event event;
	struct spt_syscall_info syscall;
	struct spt_rusage rusage;
};

#define SPT_WAIT_SIZE_VER0	144	/* up to syscall */
#define SPT_WAIT_SIZE_VER1	216	/* up to rusage */

/* spt_status.state, the fourteen stop states; see Documentation/sptrace.rst */
#define SPT_STATE_WAKING			0
#define SPT_STATE_AWAKE				1
#define SPT_STATE_FORCE_WAKING			2
#define SPT_STATE_FORCE_AWAKE			3
#define SPT_STATE_GROUP_STOPPING		4
#define SPT_STATE_GROUP_STOPPED			5
#define SPT_STATE_SIGNAL_DELIVERY_STOPPING	6
#define SPT_STATE_SIGNAL_DELIVERY_STOPPED	7
#define SPT_STATE_PTRACE_EVENT_STOPPING		8
#define SPT_STATE_PTRACE_EVENT_STOPPED		9
#define SPT_STATE_SYSCALL_ENTER_STOPPING	10
#define SPT_STATE_SYSCALL_ENTER_STOPPED		11
#define SPT_STATE_SYSCALL_EXIT_STOPPING		12
#define SPT_STATE_SYSCALL_EXIT_STOPPED		13

/* spt_status.flags */
#define SPT_TRACEE_SEIZED	(1U << 0)	/* attached by PTRACE_SEIZE */
#define SPT_TRACEE_LISTENING	(1U << 1)	/* after PTRACE_LISTEN */
#define SPT_TRACEE_REPORT	(1U << 2)	/* a report waits for its tracer */
#define SPT_TRACEE_EXITED	(1U << 3)	/* dead; its report isn't consumed */

/**
 * struct spt_status - one tracee, as SPT_IOC_STATUS lists it
 * @tid: thread id, in the caller's pid namespace
 * @tgid: thread group id, in the caller's pid namespace
 * @tracer: the tracer's thread group id in the caller's pid namespace,
 *	0 when it has none there
 * @state: SPT_STATE_*
 * @flags: SPT_TRACEE_* bits
 * @options: PTRACE_O_* bits in force
 * @pid_ns: inode number of the tracee's pid namespace, as in /proc/TID/ns/pid
 */
struct spt_status {
	__s32 tid;
	__s32 tgid;
	__s32 tracer;
	__u32 state;
	__u32 flags;
	__u32 options;
	__u64 pid_ns;
};

/**
 * struct spt_list - list tracees (SPT_IOC_STATUS)
 * @entries: pointer to an array of struct spt_status
 * @capacity: how many entries fit there
 * @total: out: how many tracees the caller may see; when it exceeds
 *	@capacity, the first @capacity were stored
 * @entry_size: sizeof(struct spt_status) of the caller
 * @reserved: zero
 *
 * Listed are the tracees that have a number in the caller's pid namespace and
 * that the caller could inspect under /proc (PTRACE_MODE_READ_FSCREDS).
 */
struct spt_list {
	__u64 entries;
	__u32 capacity;
	__u32 total;
	__u32 entry_size;
	__u32 reserved;
};

#define SPT_LIST_SIZE_VER0	24
#define SPT_STATUS_SIZE_VER0	32

/* spt_flags.flags */
#define SPT_HANDLE_SIGCHLD	(1U << 0)	/* SIGCHLD with each report */

/**
 * struct spt_flags - what a handle asks for (SPT_IOC_SET_FLAGS)
 * @flags: SPT_HANDLE_* bits; replace those set before
 * @reserved: zero
 *
 * With SPT_HANDLE_SIGCHLD the tracer gets SIGCHLD with each report, as natively:
 * si_code is CLD_TRAPPED, or CLD_STOPPED for a group-stop and for every stop with
 * the event PTRACE_EVENT_STOP, or the cause of an exit; si_pid is the tracee's
 * thread id; SA_NOCLDSTOP and SIG_IGN are respected. Any handle of the tracer may
 * ask for it, until it is closed.
 */
struct spt_flags {
	__u32 flags;
	__u32 reserved;
};

#define SPT_FLAGS_SIZE_VER0	8

/* spt_scope.scope: who may attach, with the meanings of Yama's ptrace_scope */
#define SPT_SCOPE_CLASSIC	0	/* whoever native ptrace's check lets */
#define SPT_SCOPE_RESTRICTED	1	/* ancestors, PR_SET_PTRACER, admins */
#define SPT_SCOPE_ADMIN		2	/* only with CAP_SYS_PTRACE */
#define SPT_SCOPE_NO_ATTACH	3	/* nobody, and for good */

/* spt_scope.flags and spt_explain.flags */
#define SPT_SCOPE_SET		(1U << 0)	/* the namespace was given one */
#define SPT_SCOPE_ENCLOSED	(1U << 1)	/* an enclosing one is stricter */
#define SPT_SCOPE_INSTEAD	(1U << 2)	/* it counts in place of Yama's */

/**
 * struct spt_scope - a pid namespace's scope (SPT_IOC_GET_SCOPE, _SET_SCOPE)
 * @pid: a process or thread in the namespace meant, by its number in the
 *	caller's; 0 for the caller
 * @scope: SPT_SCOPE_*: to set, or the namespace's own; one that was never given
 *	one has its parent's
 * @effective: get: out: the strictest of the namespace's and of those that
 *	enclose it, which is what counts; set: zero
 * @flags: get: out: SPT_SCOPE_* bits; set: zero or SPT_SCOPE_INSTEAD
 *
 * A scope that is set with SPT_SCOPE_INSTEAD counts for attaches by the shadow in
 * place of the number that Yama has for the whole machine, in the namespace and in
 * those that it encloses. There the strictest of it and of the scopes further in is
 * what counts; of those further out only SPT_SCOPE_NO_ATTACH does, as does Yama's
 * number where it is 3. Nothing else changes: neither what Yama says of native
 * ptrace, nor any other check; but a served tracer may open its tracee's
 * /proc/PID/mem, and the like, where the scope that counts is at most
 * SPT_SCOPE_RESTRICTED. Without Yama there is nothing whose place it takes. Setting a
 * scope without the flag takes it away.
 */
struct spt_scope {
	__s32 pid;
	__u32 scope;
	__u32 effective;
	__u32 flags;
};

#define SPT_SCOPE_SIZE_VER0	16

/* spt_ptracer.pid */
#define SPT_PTRACER_NONE	0	/* withdraw the declaration */
#define SPT_PTRACER_ANY		(-1)	/* whom the other rules let */

/**
 * struct spt_ptracer - who may trace the caller (SPT_IOC_SET_PTRACER)
 * @pid: a process, by its number in the caller's pid namespace; or
 *	SPT_PTRACER_NONE or SPT_PTRACER_ANY
 * @reserved: zero
 */
struct spt_ptracer {
	__s32 pid;
	__u32 reserved;
};

#define SPT_PTRACER_SIZE_VER0	8

/* spt_explain.rule: which rule refuses, the first in the order of this list */
#define SPT_RULE_NONE		0	/* none: an attach is allowed */
#define SPT_RULE_SELF		1	/* the caller's own thread group */
#define SPT_RULE_KERNEL		2	/* a kernel thread or io_uring worker */
#define SPT_RULE_EXITING	3	/* it is exiting */
#define SPT_RULE_TRACED		4	/* it has a shadow tracer */
#define SPT_RULE_ACCESS		5	/* native ptrace's access check, or an LSM */
#define SPT_RULE_SCOPE		6	/* the scope of its pid namespace */

/**
 * struct spt_explain - may the caller attach, and if not, why (SPT_IOC_EXPLAIN)
 * @tid: the thread, by its number in the caller's pid namespace; 0 asks whether
 *	PTRACE_TRACEME would be refused
 * @rule: out: SPT_RULE_*
 * @scope: out: the scope that counts for that thread
 * @flags: out: SPT_SCOPE_* bits of the thread's pid namespace
 *
 * The input is @tid alone, the other fields are zero then. The answer is of the
 * moment. Nothing else happens, but that security modules may log a refusal of
 * PTRACE_TRACEME. That a task is exiting or traced is for those who could inspect
 * it under /proc; to others the answer is SPT_RULE_ACCESS.
 */
struct spt_explain {
	__s32 tid;
	__u32 rule;
	__u32 scope;
	__u32 flags;
};

#define SPT_EXPLAIN_SIZE_VER0	16

/* spt_serve.flags */
#define SPT_SERVE_PAST_FILTERS	(1U << 0)	/* seccomp may refuse ptrace(2) */

/**
 * struct spt_serve - have the caller's ptrace(2) mean the shadow (SPT_IOC_SERVE)
 * @flags: SPT_SERVE_* bits
 * @reserved: zero
 */
struct spt_serve {
	__u32 flags;
	__u32 reserved;
};

#define SPT_SERVE_SIZE_VER0	8

/**
 * struct spt_served - one served process, as SPT_IOC_SERVED lists it
 * @tgid: thread group id, in the caller's pid namespace
 * @tracees: how many it traces
 * @pid_ns: inode number of its pid namespace, as in /proc/PID/ns/pid
 */
struct spt_served {
	__s32 tgid;
	__u32 tracees;
	__u64 pid_ns;
};

#define SPT_SERVED_SIZE_VER0	16

/* What a filter says of a system call: bits of SECCOMP_RET_DATA, 0 lets it pass */
#define SPT_FILTER_ENTRY	(1U << 0)	/* stop at its entry */
#define SPT_FILTER_EXIT		(1U << 1)	/* stop at its exit */
#define SPT_FILTER_RECORD	(1U << 2)	/* record it */

/**
 * struct spt_set_filter - which system calls of a tracee stop (SPT_IOC_SET_FILTER)
 * @tid: the tracee, in the caller's pid namespace
 * @length: how many instructions @program has; 0 takes the filter away
 * @program: pointer to an array of struct sock_filter (linux/filter.h): classic BPF
 *	over struct seccomp_data (linux/seccomp.h), by the rules of seccomp(2); 0 with
 *	a @length of 0
 * @flags: zero
 * @reserved: zero
 *
 * The program is asked at the entry of each call. Of the value that it returns the low
 * 16 bits, SECCOMP_RET_DATA, count; of those the SPT_FILTER_* bits, others are ignored.
 * So SECCOMP_RET_TRACE with such bits, of which libseccomp makes programs
 * (SCMP_ACT_TRACE), has the call stop, and SECCOMP_RET_ALLOW lets it pass; so does
 * SECCOMP_RET_KILL, for a call of an architecture that the program doesn't know.
 *
 * A tracee that has a filter stops at the entries and exits that the filter says,
 * whether it was resumed by PTRACE_CONT or PTRACE_SYSCALL, and at no others. After
 * PTRACE_SYSEMU a call that stops at its entry isn't begun, others are, and none has an
 * exit-stop.
 *
 * The filter holds until another takes its place, by any handle of the tracer, or the
 * tracee is detached; over execve(2), too. Children that become tracees by an option or
 * CLONE_PTRACE inherit it. It may be set at any time. One that is set while the tracee
 * runs counts from the next call on, or from that after it when that is being entered
 * already. Of the call that a tracee is in when its filter is replaced, the new one
 * says nothing, so there is no exit-stop. When it is taken away, the last resume counts
 * again, but a call that the filter let pass has no exit-stop any more.
 */
struct spt_set_filter {
	__s32 tid;
	__u32 length;
	__u64 program;
	__u32 flags;
	__u32 reserved;
};

#define SPT_SET_FILTER_SIZE_VER0	24

/**
 * struct spt_range - a piece of a tracee's memory (SPT_IOC_MEMORY)
 * @addr: where it begins in the tracee
 * @buffer: pointer to where the caller has it, or is to have it
 * @size: how many bytes
 */
struct spt_range {
	__u64 addr;
	__u64 buffer;
	__u64 size;
};

#define SPT_RANGE_SIZE_VER0	24

/* spt_memory.flags */
#define SPT_MEMORY_WRITE	(1U << 0)	/* to the tracee, not from it */

/* How many ranges one call takes. */
#define SPT_MEMORY_MAX_RANGES	1024

/**
 * struct spt_memory - read or write a tracee's memory (SPT_IOC_MEMORY)
 * @tid: the tracee, in the caller's pid namespace
 * @flags: zero, or SPT_MEMORY_WRITE
 * @ranges: pointer to an array of struct spt_range
 * @count: how many there are, at most SPT_MEMORY_MAX_RANGES
 * @reserved: zero
 * @done: out: how many bytes were read or written, in the order of the ranges
 */
struct spt_memory {
	__s32 tid;
	__u32 flags;
	__u64 ranges;
	__u32 count;
	__u32 reserved;
	__u64 done;
};

#define SPT_MEMORY_SIZE_VER0	32

/* spt_gather.base, and up to SPT_VALUE_RESULT spt_gather.length */
#define SPT_VALUE_NONE		0
#define SPT_VALUE_ARG1		1	/* the system call's arguments */
#define SPT_VALUE_ARG2		2
#define SPT_VALUE_ARG3		3
#define SPT_VALUE_ARG4		4
#define SPT_VALUE_ARG5		5
#define SPT_VALUE_ARG6		6
#define SPT_VALUE_RESULT	7	/* its result, which it has at its exit */
#define SPT_VALUE_SP		8	/* the stack pointer */
#define SPT_VALUE_IP		9	/* the instruction pointer */

/* spt_gather.flags: up to the first NUL, which is read and is the last byte then */
#define SPT_GATHER_STRING	(1U << 0)

/* How many pieces of memory one call gathers. */
#define SPT_GATHER_MAX		16

/**
 * struct spt_gather - a piece of memory that a report's registers point to
 * @addr: where it begins in the tracee, from @base
 * @buffer: pointer to where to store it
 * @size: the most bytes to read
 * @got: out: how many were read; zero where it isn't known what to read
 * @base: SPT_VALUE_*, to which @addr is added
 * @length: SPT_VALUE_* of those up to SPT_VALUE_RESULT: read no more bytes than
 *	that value says, and none when it is negative
 * @flags: SPT_GATHER_* bits
 * @reserved: zero
 *
 * Arguments and the result are known in stops of a system call, the result at its
 * exit alone, and none where the call failed. In a stop at an exit the arguments are
 * those that the call was entered with, where spt_next.entry tells them, and otherwise
 * what the registers hold then. Other threads may write there while it is read: a string's
 * last byte need not be the NUL.
 */
struct spt_gather {
	__u64 addr;
	__u64 buffer;
	__u32 size;
	__u32 got;
	__u8 base;
	__u8 length;
	__u16 flags;
	__u32 reserved;
};

#define SPT_GATHER_SIZE_VER0	32

/**
 * struct spt_entry - what a system call was entered with
 * @nr: system call number
 * @args: system call arguments
 */
struct spt_entry {
	__u64 nr;
	__u64 args[6];
};

/* spt_next.flags */
#define SPT_NEXT_SYSCALL_INFO	(1U << 0)	/* fill spt_next.syscall */
#define SPT_NEXT_AT_EXIT	(1U << 1)	/* PTRACE_SYSCALL stops at no entry */
#define SPT_NEXT_STAY		(1U << 2)	/* hand no processor over */

/**
 * struct spt_next - resume a tracee, and wait for the next report (SPT_IOC_NEXT)
 * @request: PTRACE_CONT, PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_SINGLEBLOCK,
 *	PTRACE_SYSEMU, PTRACE_SYSEMU_SINGLESTEP or PTRACE_LISTEN; not looked at
 *	where @tid is 0
 * @signal: the signal to resume with, or 0; likewise
 * @flags: SPT_NEXT_* bits
 * @idtype: whose report to wait for, as of struct spt_wait
 * @id: likewise
 * @options: likewise
 * @regs_type: ELF note type of the register set to fill, as for PTRACE_GETREGSET
 * @gather_count: how many pieces of memory to read, at most SPT_GATHER_MAX
 * @regs: pointer to where to store the registers, or 0
 * @gather: pointer to an array of struct spt_gather
 * @tid: the tracee to resume, or 0 to wait only; out: 0 as soon as it was resumed
 * @regs_size: how many bytes there are for the registers; out: how many were
 *	stored, when SPT_EVENT_REGS says that they are there
 * @event: out: the report, as of struct spt_wait
 * @syscall: out: the system call, when SPT_EVENT_SYSCALL_INFO says that it is there
 * @entry: out: what the system call was entered with, when SPT_EVENT_ENTRY says so
 *
 * With SPT_NEXT_AT_EXIT the one syscall-stop that PTRACE_SYSCALL arms is the next call's
 * exit, and its report has the entry. One that is stopped inside of a call has it at that
 * call's exit; SPT_EVENT_ENTRY tells whether the entry of that one is known. So it is at
 * the exits that a filter has stop. A filter's stops at entries are left out as well.
 *
 * Registers and memory are those of the tracee whose report it is, and of a stop. Where the
 * tracee has been killed or resumed meanwhile they aren't there, which is no error; nor is
 * memory that isn't mapped. What isn't there is left as it was.
 *
 * Until the report comes the caller sleeps. So the tracee is woken on the caller's processor,
 * and the tracer is woken on the tracee's when it stops, where the kernel can do that (since 6.6)
 * and the sleepers may run there: that spares caches, and processors to wake. With
 * SPT_NEXT_STAY, or WNOHANG, the scheduler chooses.
 */
struct spt_next {
	__u32 request;
	__u32 signal;
	__u32 flags;
	__u32 idtype;
	__s32 id;
	__u32 options;
	__u32 regs_type;
	__u32 gather_count;
	__u64 regs;
	__u64 gather;
	__s32 tid;
	__u32 regs_size;
	struct spt_event event;
	struct spt_syscall_info syscall;
	struct spt_entry entry;
};

#define SPT_NEXT_SIZE_VER0	240

/* spt_record.kind, and an index of spt_ring_part.lost and spt_record_lost.counts */
#define SPT_RECORD_LOST		0	/* struct spt_record_lost */
#define SPT_RECORD_SYSCALL	1	/* struct spt_record_syscall */
#define SPT_RECORD_SIGNAL	2	/* struct spt_record_signal */
#define SPT_RECORD_FORK		3	/* struct spt_record_fork */
#define SPT_RECORD_EXEC		4	/* struct spt_record_exec */
#define SPT_RECORD_EXIT		5	/* struct spt_record_exit */
#define SPT_RECORD_KINDS	8	/* some for later */

/* spt_record.flags */
#define SPT_RECORD_NO_EXIT	(1U << 0)	/* the call hasn't returned, and won't */

/**
 * struct spt_record - how each record begins
 * @size: of the whole record, a multiple of 8
 * @kind: SPT_RECORD_*; a kind that the reader doesn't know is to be skipped
 * @flags: SPT_RECORD_* flags
 * @time: when it was written, in nanoseconds of CLOCK_MONOTONIC as the machine has it,
 *	whatever time namespace anybody is in
 * @tid: the thread, by its number in the tracer's pid namespace
 * @tgid: its thread group, likewise
 * @cpu: where it was written
 * @reserved: zero
 */
struct spt_record {
	__u32 size;
	__u16 kind;
	__u16 flags;
	__u64 time;
	__s32 tid;
	__s32 tgid;
	__u32 cpu;
	__u32 reserved;
};

/**
 * struct spt_record_lost - there was no room
 * @head: how each record begins; the thread is that of the next record
 * @since: the time of the first record that was lost
 * @counts: how many were lost, by kind, since the last such record of this part
 */
struct spt_record_lost {
	struct spt_record head;
	__u64 since;
	__u64 counts[SPT_RECORD_KINDS];
};

/**
 * struct spt_record_syscall - a system call
 * @head: how each record begins
 * @arch: AUDIT_ARCH_* of the call
 * @reserved: zero
 * @nr: its number
 * @args: its arguments
 * @result: what it returned, a negated errno when it failed; 0 with
 *	SPT_RECORD_NO_EXIT
 * @begin: when it was entered, as spt_record.time
 * @duration: from then to its return, in nanoseconds, without any stop then or wait for
 *	room in the ring; 0 with SPT_RECORD_NO_EXIT
 *
 * What its arguments point to follows, as struct spt_bytes, up to the record's end.
 */
struct spt_record_syscall {
	struct spt_record head;
	__u32 arch;
	__u32 reserved;
	__u64 nr;
	__u64 args[6];
	__s64 result;
	__u64 begin;
	__u64 duration;
};

/* spt_bytes.flags */
#define SPT_BYTES_MISSING	(1U << 0)	/* not all, or none: the rest can't be read */
#define SPT_BYTES_TRUNCATED	(1U << 1)	/* there is more than was asked for */
#define SPT_BYTES_AT_EXIT	(1U << 2)	/* taken at the call's exit */

/**
 * struct spt_bytes - what an argument points to, in a struct spt_record_syscall
 * @arg: which argument, from 0
 * @flags: SPT_BYTES_* bits
 * @reserved: zero
 * @length: how many bytes follow; the next struct spt_bytes is at a multiple of 8. A
 *	string is without the NUL that ends it
 *
 * Missing is what isn't in memory at that moment, since nobody waits for it; what may be
 * a device's memory, or is of a file on persistent memory; and all,
 * where PTRACE_PEEKDATA by the tracer would be refused. What was missing at a call's
 * entry is looked for again at its exit, and has SPT_BYTES_AT_EXIT then. A call that
 * was entered when its tracer had another ring has no struct spt_bytes.
 */
struct spt_bytes {
	__u8 arg;
	__u8 flags;
	__u16 reserved;
	__u32 length;
};

/**
 * struct spt_record_signal - a signal, before it is delivered or its stop
 * @head: how each record begins
 * @signo: si_signo
 * @code: si_code
 * @pid: si_pid in the tracee's pid namespace, where the signal has one; else 0
 * @uid: si_uid in the tracee's user namespace, likewise
 * @addr: si_addr of a fault; else 0
 */
struct spt_record_signal {
	struct spt_record head;
	__s32 signo;
	__s32 code;
	__s32 pid;
	__u32 uid;
	__u64 addr;
};

/**
 * struct spt_record_fork - a new task, before it has run
 * @head: how each record begins; the parent's
 * @child: its thread id, in the tracer's pid namespace
 * @child_tgid: its thread group id, likewise: the parent's own for a new thread
 */
struct spt_record_fork {
	struct spt_record head;
	__s32 child;
	__s32 child_tgid;
};

/**
 * struct spt_record_exec - a program was executed
 * @head: how each record begins
 * @former: the thread's number before it was; its own, where that was its group's leader
 * @reserved: zero
 */
struct spt_record_exec {
	struct spt_record head;
	__s32 former;
	__u32 reserved;
};

/**
 * struct spt_record_exit - a thread ends
 * @head: how each record begins
 * @status: the wait status
 * @reserved: zero
 */
struct spt_record_exit {
	struct spt_record head;
	__s32 status;
	__u32 reserved;
};

/**
 * struct spt_ring_header - the first page of a mapped ring; the kernel's to write
 * @parts: how many parts there are, one for each possible CPU
 * @page_size: of the pages below
 * @part_size: how many bytes of records a part has, a power of two
 * @waiting: how many tracees wait for room. Who has read makes a full memory barrier
 *	after writing spt_ring_part.tail, looks here, and calls poll(2) if it isn't 0
 *
 * Part i begins at page_size + i * (page_size + 2 * part_size): a page with struct
 * spt_ring_part, and the records, mapped twice in a row so that none is ever in two
 * pieces.
 *
 * Whatever is written to a mapped ring harms its reader alone: the kernel reads nothing
 * back but spt_ring_part.tail, and that only to know how much room there is.
 */
struct spt_ring_header {
	__u32 parts;
	__u32 page_size;
	__u32 part_size;
	__u32 waiting;
};

/**
 * struct spt_ring_part - what reader and writer of a part know of each other
 * @head: how many bytes were ever written; the kernel's. Read it with acquire order
 * @writing: a record is being written; the kernel's
 * @cpu: which CPU writes here
 * @lost: how many records were ever lost, by kind; the kernel's
 * @pad: to another cache line
 * @tail: how many bytes were ever read; the reader's. Write it with release order
 *
 * Records are in the order of their time in each part. Who wants them in the order of
 * their time in all looks at the clock, makes a full memory barrier, waits in each part
 * for @writing to be 0 or @head to move on, and reads @head: then whatever bears a time
 * before that of the clock is there.
 */
struct spt_ring_part {
	__u64 head;
	__u32 writing;
	__u32 cpu;
	__u64 lost[SPT_RECORD_KINDS];
	__u64 pad[6];
	__u64 tail;
};

/* spt_capture.kind */
#define SPT_CAPTURE_STRING	0	/* up to a NUL, or spt_capture.max bytes */
#define SPT_CAPTURE_BUFFER	1	/* as many bytes as spt_capture.length says */

/* spt_capture.when */
#define SPT_CAPTURE_AT_ENTRY	0
#define SPT_CAPTURE_AT_EXIT	1	/* of a call that didn't fail */

/* spt_capture.length of a buffer; spt_capture.max is the most in any case */
#define SPT_LENGTH_MAX		0	/* spt_capture.max */
#define SPT_LENGTH_ARG(n)	(1 + (n))	/* what argument n says */
#define SPT_LENGTH_RESULT	7	/* what the call returned; at its exit */
#define SPT_LENGTH_AT(n)	(8 + (n))	/* the __u32 that argument n points to */

/**
 * struct spt_capture - record what an argument of a call points to
 * @arch: AUDIT_ARCH_* of the call: that of the kernel's own or of its 32-bit programs
 * @nr: the call's number, below 512
 * @arg: the argument, from 0
 * @kind: SPT_CAPTURE_STRING or SPT_CAPTURE_BUFFER
 * @when: SPT_CAPTURE_AT_ENTRY or SPT_CAPTURE_AT_EXIT
 * @length: SPT_LENGTH_*; SPT_LENGTH_MAX for a string
 * @max: no more bytes than this, from 1 to 4096
 *
 * There is at most one for the same @arch, @nr, @arg and @when.
 */
struct spt_capture {
	__u32 arch;
	__u32 nr;
	__u8 arg;
	__u8 kind;
	__u8 when;
	__u8 length;
	__u32 max;
};

/* spt_recording.flags */
#define SPT_RECORD_BLOCK	(1U << 0)	/* tracees wait for room */

/* The most that spt_recording.size and spt_recording.nr_captures may be */
#define SPT_RECORD_MAX_SIZE	(1U << 26)
#define SPT_RECORD_MAX_CAPTURES	2048

/**
 * struct spt_recording - record what tracees do (SPT_IOC_RECORD)
 * @size: how many bytes of records each part of the ring has: a power of two, from a
 *	page to SPT_RECORD_MAX_SIZE
 * @watermark: how many bytes must be there to read before poll(2) says so, at most
 *	@size; 0 is any. A part that is half full, or has lost a record, or for whose
 *	room a tracee waits, counts in any case
 * @flags: SPT_RECORD_BLOCK: calls wait for room, on their way back to user space,
 *	where they can be killed and frozen, and stop for nothing else. Else what finds
 *	no room is lost, and counted
 * @nr_captures: how many @captures there are
 * @captures: pointer to an array of struct spt_capture
 * @reserved: zero
 * @map_size: out: how many bytes are to be mapped
 *
 * With SPT_RECORD_BLOCK signals, forks, execs and exits never wait, and a quarter of
 * each part is kept for them; should that be full, too, they are lost.
 */
struct spt_recording {
	__u32 size;
	__u32 watermark;
	__u32 flags;
	__u32 nr_captures;
	__u64 captures;
	__u64 reserved;
	__u64 map_size;
};

#define SPT_RECORDING_SIZE_VER0	40

#define SPT_IOC_MAGIC		0xB9

/**
 * DOC: SPT_IOC_INFO
 *
 * _IOR, struct spt_info: the module's ABI version and what it offers.
 *
 * Errors: EFAULT, EINVAL (size).
 */
#define SPT_IOC_INFO		_IOR(SPT_IOC_MAGIC, 0, struct spt_info)

/**
 * DOC: SPT_IOC_PTRACE
 *
 * _IOW, struct spt_ptrace: one request with the meaning, the results and the
 * errors of the raw ptrace(2) system call (PTRACE_PEEK* store through @data).
 * The word and register layouts are those of the caller: a 32-bit caller
 * sees 32-bit words, as natively.
 *
 * Requests: TRACEME, ATTACH, SEIZE, INTERRUPT, LISTEN, DETACH, KILL, CONT,
 * SYSCALL, SINGLESTEP, SINGLEBLOCK, SYSEMU, SYSEMU_SINGLESTEP, SETOPTIONS,
 * GETEVENTMSG, GETSIGINFO, SETSIGINFO, PEEKSIGINFO, GETSIGMASK, SETSIGMASK,
 * GET_SYSCALL_INFO, SET_SYSCALL_INFO (as of Linux 6.16, on every kernel), PEEKTEXT,
 * PEEKDATA, PEEKUSER, POKETEXT, POKEDATA, POKEUSER, GETREGS, SETREGS, GETFPREGS,
 * SETFPREGS, GETREGSET, SETREGSET, SECCOMP_GET_FILTER, SECCOMP_GET_METADATA,
 * GET_RSEQ_CONFIGURATION, GET_ and SET_SYSCALL_USER_DISPATCH_CONFIG (of kernels that
 * have them); on x86 ARCH_PRCTL, GET_THREAD_AREA, SET_THREAD_AREA, and by 32-bit
 * callers GETFPXREGS and SETFPXREGS.
 *
 * Returns 0; for GET_SYSCALL_INFO, SECCOMP_GET_FILTER, SECCOMP_GET_METADATA and
 * GET_RSEQ_CONFIGURATION the number of bytes, or of instructions, that there are, and
 * for PEEKSIGINFO the number of signals copied.
 *
 * Errors:
 *
 * * EPERM: PTRACE_O_SUSPEND_SECCOMP by a caller without CAP_SYS_ADMIN in the initial
 *   user namespace, or one that has a filter itself; attaching to oneself, to a
 *   thread of one's own group, to a kernel thread or an io_uring worker, to a task
 *   that has a shadow tracer, to one that is exiting, or where the kernel's ptrace
 *   access check or the scope of the task's pid namespace refuses; SPT_IOC_EXPLAIN
 *   tells which. TRACEME where the same is true of the caller and its parent.
 * * ESRCH: no such tid in the caller's pid namespace, not a tracee of the
 *   caller, or a request that needs a stop on a tracee that is not stopped.
 * * EIO: an unknown request, an invalid signal number, memory that is not
 *   there, INTERRUPT or LISTEN on a tracee that was not seized, LISTEN in a
 *   stop without the Stop event, SEIZE with a non-zero @addr or an unknown
 *   option.
 * * EINVAL: SETOPTIONS with an unknown option, or it or SEIZE with one of seccomp's
 *   where SPT_FEATURE_SECCOMP is off; GETREGSET or SETREGSET with a
 *   type that the tracee does not have, or a length that is no multiple of
 *   the register size; GETSIGINFO or SETSIGINFO in a group-stop of a tracee
 *   that was attached; GETSIGMASK or SETSIGMASK with an @addr that isn't 8;
 *   PEEKSIGINFO with an unknown flag or a negative count; SET_SYSCALL_INFO in
 *   another stop than the one that it describes.
 * * ERANGE: SET_SYSCALL_INFO with what doesn't fit a register.
 * * EFAULT: @data or @addr points to memory that isn't the caller's.
 * * EOPNOTSUPP: ATTACH, SEIZE, TRACEME, SYSCALL, SYSEMU, or SETOPTIONS with one of
 *   seccomp's options found that a tracee can't be
 *   stopped on this machine at present: ftrace or kprobes are switched off, or a
 *   livepatch holds a kernel function that the module hooks. The kernel's log
 *   says which.
 * * EAGAIN: by ATTACH, SEIZE or TRACEME the caller's user would have more tracees
 *   than the module's parameter max_tracees allows, in the caller's pid namespace
 *   or eight times as many in all. Those with CAP_SYS_RESOURCE in the initial user
 *   namespace are exempt.
 * * ENOSPC: by TRACEME the parent would count as a tracer, and there are as many
 *   in its pid namespace, or caused by the caller's user, as the parameter
 *   max_tracers allows; exempt are the same.
 * * ENOMEM: no memory for the tracee's state, which counts for the tracer's
 *   memory cgroup, by TRACEME for the caller's.
 *
 * TRACEME may return another error that a security module chose. A signal does
 * not end a request: one that waits is restarted behind the handler, or ends
 * with the caller.
 *
 * A tracee whose child would be a tracee, too, has EAGAIN and ENOMEM for the
 * same reasons from its fork(2), vfork(2) or clone(2): counted is the tracer's
 * user, or its own where CLONE_PTRACE alone makes the child one.
 */
#define SPT_IOC_PTRACE		_IOW(SPT_IOC_MAGIC, 1, struct spt_ptrace)

/**
 * DOC: SPT_IOC_WAIT
 *
 * _IOWR, struct spt_wait: wait for, and consume, the oldest report of a
 * matching tracee. Any thread of the tracer may wait, several at a time. The
 * file is pollable: EPOLLIN when a P_ALL wait would return at once, EPOLLHUP
 * when there is nothing left to wait for.
 *
 * Errors:
 *
 * * ECHILD: the tracer has no tracee that @idtype and @id name.
 * * EINVAL: unknown @idtype, option or flag; none of WEXITED, WSTOPPED and
 *   WCONTINUED; P_PID with an @id that is not positive; a negative P_PGID.
 * * EFAULT: the structure can't be written; the report stays waitable.
 * * EINTR: a signal handler ran.
 */
#define SPT_IOC_WAIT		_IOWR(SPT_IOC_MAGIC, 2, struct spt_wait)

/**
 * DOC: SPT_IOC_STATUS
 *
 * _IOWR, struct spt_list: every tracee of the machine that the caller may see,
 * its own and others'.
 *
 * Errors: EFAULT, ENOMEM, EINVAL (@entry_size smaller than the first version
 * of struct spt_status, @reserved or @total not zero).
 */
#define SPT_IOC_STATUS		_IOWR(SPT_IOC_MAGIC, 3, struct spt_list)

/**
 * DOC: SPT_IOC_SET_FLAGS
 *
 * _IOW, struct spt_flags: what this handle asks for.
 *
 * Errors: EFAULT, EINVAL (size, unknown flag, @reserved not zero).
 */
#define SPT_IOC_SET_FLAGS	_IOW(SPT_IOC_MAGIC, 4, struct spt_flags)

/**
 * DOC: SPT_IOC_GET_SCOPE
 *
 * _IOWR, struct spt_scope: the scope of a pid namespace. For whoever can name
 * a process in it.
 *
 * Errors:
 *
 * * ESRCH: no such @pid in the caller's pid namespace.
 * * EINVAL: size; @scope, @effective or @flags not zero.
 * * EFAULT: the structure can't be read or written.
 */
#define SPT_IOC_GET_SCOPE	_IOWR(SPT_IOC_MAGIC, 5, struct spt_scope)

/**
 * DOC: SPT_IOC_SET_SCOPE
 *
 * _IOW, struct spt_scope: give a pid namespace a scope. It holds for attaches
 * to come, in the namespace and in those that it encloses, until the namespace
 * ends. Tracees stay tracees.
 *
 * Errors:
 *
 * * EPERM: the caller lacks CAP_SYS_PTRACE in the user namespace that owns the
 *   pid namespace, or for SPT_SCOPE_INSTEAD in the initial one, or isn't in the
 *   initial pid namespace for that; or the scope there is SPT_SCOPE_NO_ATTACH, which can't be
 *   lowered; or it would be lower than an administrator of an enclosing pid
 *   namespace, who has the capability there, has set it.
 * * ESRCH: no such @pid in the caller's pid namespace, or the namespace ends.
 * * EINVAL: size; unknown @scope or flag; @effective not zero.
 * * EOPNOTSUPP: SPT_SCOPE_INSTEAD, and Yama can't be passed over on this machine:
 *   ftrace is off, or a livepatch holds Yama's checks; the log says which.
 * * EFAULT: the structure can't be read.
 * * ENOMEM: no memory.
 */
#define SPT_IOC_SET_SCOPE	_IOW(SPT_IOC_MAGIC, 6, struct spt_scope)

/**
 * DOC: SPT_IOC_SET_PTRACER
 *
 * _IOW, struct spt_ptracer: what prctl(PR_SET_PTRACER) declares: under
 * SPT_SCOPE_RESTRICTED, that process and its descendants may attach to the
 * caller's thread group, as far as the other rules let them. A second
 * declaration takes the place of the first. It isn't inherited by fork(2), is
 * kept by execve(2), and ends with either thread group.
 *
 * Errors:
 *
 * * EINVAL: size; no such @pid in the caller's pid namespace; @reserved not
 *   zero.
 * * EFAULT: the structure can't be read.
 * * ENOMEM: no memory.
 */
#define SPT_IOC_SET_PTRACER	_IOW(SPT_IOC_MAGIC, 7, struct spt_ptracer)

/**
 * DOC: SPT_IOC_EXPLAIN
 *
 * _IOWR, struct spt_explain: may the caller attach to a thread, and if not,
 * which rule refuses.
 *
 * Errors:
 *
 * * ESRCH: no such @tid in the caller's pid namespace.
 * * EINVAL: size; @rule, @scope or @flags not zero.
 * * EFAULT: the structure can't be read or written.
 */
#define SPT_IOC_EXPLAIN		_IOWR(SPT_IOC_MAGIC, 8, struct spt_explain)

/**
 * DOC: SPT_IOC_SERVE
 *
 * _IOW, struct spt_serve: from now on the ptrace(2), wait4(2) and waitid(2) of the
 * caller's thread group, and of its threads' 32-bit forms of them, mean the shadow,
 * with the arguments, results, errors and signals of the native calls. One call
 * waits for children and for tracees. The group is a tracer whether or not it has
 * a handle open.
 *
 * Children inherit that by fork(2), and it is kept over execve(2), but for a
 * program that gains privileges by it (AT_SECURE). It ends with the group. A
 * PTRACE_TRACEME of a served child of a served parent attaches it to that parent;
 * of one whose parent isn't served it is native ptrace's.
 *
 * With SPT_SERVE_PAST_FILTERS, a ptrace(2) that a seccomp filter would refuse is
 * served all the same, since the same task may do the same by ioctl. The filter counts
 * that the task has now, or has when it was forked or has executed a program. Every
 * system call of such a task costs more.
 *
 * The module can't be removed while somebody is served; SPT_IOC_SERVED tells who.
 * To serve who is served already does nothing, but adds what @flags asks for.
 *
 * Errors:
 *
 * * EOPNOTSUPP: nothing can be traced on this machine at present, as by
 *   SPT_IOC_PTRACE.
 * * EINVAL: size; an unknown flag; @reserved not zero.
 * * EFAULT: the structure can't be read.
 * * ENOMEM: no memory.
 */
#define SPT_IOC_SERVE		_IOW(SPT_IOC_MAGIC, 9, struct spt_serve)

/**
 * DOC: SPT_IOC_SERVED
 *
 * _IOWR, struct spt_list, with entries of struct spt_served: every served process
 * that the caller may see, by the rule of SPT_IOC_STATUS.
 *
 * Errors: as SPT_IOC_STATUS.
 */
#define SPT_IOC_SERVED		_IOWR(SPT_IOC_MAGIC, 10, struct spt_list)

/**
 * DOC: SPT_IOC_SET_FILTER
 *
 * _IOW, struct spt_set_filter: have a tracee's system calls judged by a filter, or not
 * any more. A filter counts for the caller's memory cgroup, its machine code for the
 * kernel's limit on that (/proc/sys/net/core/bpf_jit_limit).
 *
 * Errors:
 *
 * * ESRCH: no such tid in the caller's pid namespace, or not a living tracee of the
 *   caller.
 * * EINVAL: size; an unknown flag; @reserved not zero; one of @program and @length
 *   without the other; more than 4096 instructions (BPF_MAXINSNS), or one that
 *   seccomp(2) would not take.
 * * EFAULT: the structure, or the program, can't be read.
 * * EOPNOTSUPP: a tracee can't be stopped on this machine at present, as by
 *   SPT_IOC_PTRACE.
 * * ENOMEM: no memory for the program, or for its compiled form.
 */
#define SPT_IOC_SET_FILTER	_IOW(SPT_IOC_MAGIC, 11, struct spt_set_filter)

/**
 * DOC: SPT_IOC_NEXT
 *
 * _IOWR, struct spt_next: resume a tracee, and wait for and consume the next report of
 * it or of another. What SPT_IOC_PTRACE does to resume and SPT_IOC_WAIT to wait, in one
 * call, with what a tracer then asks for.
 *
 * An error tells by @tid what was done: it is as it was when nothing was resumed, and 0 when
 * the tracee runs. So the same structure may be used again to go on waiting, as the kernel does
 * itself when it restarts the call behind a signal's handler. EFAULT of the structure itself
 * can't tell. An error that comes after the
 * report, of the arguments that say what to fill, leaves it waitable.
 *
 * Errors:
 *
 * * ESRCH: no such @tid in the caller's pid namespace, not a tracee of the caller, or not
 *   stopped.
 * * EIO: an invalid signal number; PTRACE_LISTEN where it can't be.
 * * EOPNOTSUPP: PTRACE_SYSCALL and its kin on a machine where no tracee can be stopped at
 *   present, as for SPT_IOC_PTRACE.
 * * ECHILD: the tracer has no tracee that @idtype and @id name.
 * * EINVAL: size; an unknown @request, flag, option, @idtype, base or length; options and
 *   @id as for SPT_IOC_WAIT; SPT_NEXT_AT_EXIT without PTRACE_SYSCALL; more than SPT_GATHER_MAX
 *   pieces; a reserved member that isn't zero. Of the tracee that reported: no registers of
 *   @regs_type, or @regs_size is no multiple of their size.
 * * EFAULT: the structure, the array or a buffer isn't the caller's memory.
 * * EINTR: a signal handler ran during the wait.
 * * ENODEV: this processor hasn't these registers.
 * * ENXIO: there is nothing to read of them, as of NT_386_IOPERM before a port was permitted.
 * * ENOMEM: no memory for the registers, or for @gather.
 */
#define SPT_IOC_NEXT		_IOWR(SPT_IOC_MAGIC, 12, struct spt_next)

/**
 * DOC: SPT_IOC_MEMORY
 *
 * _IOWR, struct spt_memory: read or write many pieces of a stopped tracee's memory in
 * one call. What may be read and written is what PTRACE_PEEKDATA and PTRACE_POKEDATA
 * may, private pages that the tracee itself can't write among it.
 *
 * Ends early, and returns 0, where the tracee's memory or the caller's does, or when the
 * tracee is resumed or killed meanwhile: @done is less than the sum of the sizes then. What
 * comes first in a range is moved first, and nothing of a later one before all of an earlier
 * one. The errors below are for calls that moved nothing at all. A signal for the caller
 * ends it early, too, once something was moved. The tracee may be killed meanwhile: it is
 * held in its stop for a few hundred pages at a time, or until one comes that is waited for.
 *
 * Errors:
 *
 * * ESRCH: no such tid in the caller's pid namespace, not a tracee of the caller, or not
 *   stopped.
 * * EIO: the first byte isn't mapped in the tracee, may not be written, or the tracee's
 *   memory isn't for the caller any more.
 * * EFAULT: the first byte isn't the caller's memory, or the array of ranges or the
 *   structure isn't.
 * * EINVAL: size; an unknown flag; @reserved not zero; more than SPT_MEMORY_MAX_RANGES
 *   ranges, or sizes whose sum doesn't fit 63 bits.
 * * EINTR: the caller is being killed.
 * * ENOMEM: no memory for the ranges.
 */
#define SPT_IOC_MEMORY		_IOWR(SPT_IOC_MAGIC, 13, struct spt_memory)

/**
 * DOC: SPT_IOC_RECORD
 *
 * _IOWR, struct spt_recording: from now on, have what the caller's tracees do written
 * to a ring: each system call of which a tracee's filter says SPT_FILTER_RECORD, and
 * each signal, fork, execve(2) and exit of all of them, in order. Returns a new file
 * descriptor, closed on exec, which mmap(2) maps (MAP_SHARED, the whole of @map_size
 * from the beginning, readable and writable), and poll(2) says of (EPOLLIN) that there
 * is something to read. The mapping isn't inherited by fork(2), unless madvise(2) says so
 * (MADV_DOFORK, which newer kernels refuse). Recording ends when it is closed and unmapped by
 * everybody who has it, among them a child that was forked and has executed nothing.
 * Other thread groups can't map or poll it (EPERM, EPOLLERR).
 *
 * The ring's pages count for RLIMIT_MEMLOCK of the caller's user, unless the caller has
 * CAP_IPC_LOCK, and for its memory cgroup. There is a part for each possible CPU.
 *
 * Errors:
 *
 * * EBUSY: the tracer has a ring already.
 * * EINVAL: size; @size, @watermark or @nr_captures out of range; an unknown flag;
 *   @reserved or @map_size not zero; a capture that can't be, or two of the same
 *   argument at the same time; a record of a call with all that is captured of it might
 *   take more than half of a part.
 * * EFAULT: the structure, or the captures, can't be read or written.
 * * EMFILE, ENFILE: too many open files.
 * * EPERM: RLIMIT_MEMLOCK.
 * * ENOMEM: no memory.
 */
#define SPT_IOC_RECORD		_IOWR(SPT_IOC_MAGIC, 14, struct spt_recording)

#endif /* _UAPI_LINUX_SPTRACE_H */
