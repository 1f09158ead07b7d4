// SPDX-License-Identifier: GPL-2.0
/*
 * SPT_IOC_NEXT: what comes with a report, that a tracee is resumed once and no more, and
 * who is told what when something else happens meanwhile.
 */
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include "slow.h"
#include "spt.h"

#ifdef __i386__
#define regs_nr orig_eax
#define regs_ip eip
#else
#define regs_nr orig_rax
#define regs_ip rip
#endif

FIXTURE_OF_THE_SHADOW(next);

/* ---- calls ------------------------------------------------------------- */

static struct spt_next next_of(pid_t tid, unsigned int request,
			       unsigned int flags)
{
	struct spt_next next = {
		.request = request,
		.flags = SPT_NEXT_SYSCALL_INFO | flags,
		.idtype = P_PID,
		.id = tid,
		.options = WEXITED | WSTOPPED,
		.tid = tid,
	};

	/* What isn't there is left as it was. */
	memset(&next.event, 0xee, sizeof(next.event));
	memset(&next.syscall, 0xee, sizeof(next.syscall));
	memset(&next.entry, 0xee, sizeof(next.entry));
	return next;
}

static long do_next(int fd, struct spt_next *next)
{
	return ioctl(fd, SPT_IOC_NEXT, next) ? -errno : 0;
}

/* The status of the report, or a negative errno. */
static long status_of(int fd, struct spt_next *next)
{
	long ret = do_next(fd, next);

	return ret ? ret : next->event.status;
}

static long resume(int fd, pid_t tid, unsigned int request, unsigned int flags,
		   struct spt_next *next)
{
	*next = next_of(tid, request, flags);
	return status_of(fd, next);
}

static bool is_untouched(const void *what, size_t size)
{
	const unsigned char *bytes = what;

	while (size--)
		if (*bytes++ != 0xee)
			return false;
	return true;
}

/* Stopped, and a tracee of the caller. */
static bool is_stopped(int fd, pid_t tid)
{
	unsigned long message;

	return !spt_ptrace(fd, PTRACE_GETEVENTMSG, tid, 0,
			   (unsigned long)&message);
}

/* ---- a tracee ---------------------------------------------------------- */

static char path[] = "/nowhere/at/all";
static char text[] = "wwww\0www";

/* Reads a byte, and then makes calls whose arguments and results are known. */
static int call_known(const struct child_end *end, void *arg)
{
	static char bytes[64];

	child_await(end);
	syscall(SYS_prctl, 99, 2, 3, 4, 5, 6);
	syscall(SYS_open, path, O_RDONLY, 0);
	syscall(SYS_write, end->say, text, 8);
	syscall(SYS_read, end->go, bytes, sizeof(bytes));
	syscall(SYS_write, -1, text, 3);
	child_await(end);
	return 5;
}

/* In front of the first of these calls. */
static struct child known_child(struct __test_metadata *_metadata, int fd)
{
	struct child child = child_spawn(call_known, NULL);
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct spt_next next;

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, tr_seize_stop(&tracer, child.pid, PTRACE_O_TRACESYSGOOD));
	EXPECT_TRUE(child_go(&child));
	EXPECT_EQ(STATUS_SYSGOOD, resume(fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	EXPECT_EQ(SYS_read, next.entry.nr);
	EXPECT_EQ(1, next.syscall.exit.rval);
	return child;
}

/* Asleep in a read(2), seized. */
static struct child waiting_child(struct __test_metadata *_metadata, int fd)
{
	struct child child = child_spawn(call_known, NULL);

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, spt_ptrace(fd, PTRACE_SEIZE, child.pid, 0,
				PTRACE_O_TRACESYSGOOD));
	return child;
}

/* ---- what is resumed, and to where -------------------------------------- */

TEST_F(next, a_call_is_told_whole_at_its_exit)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next;
	int i;

	ASSERT_EQ(STATUS_SYSGOOD, resume(self->fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	EXPECT_EQ(0, next.tid);
	EXPECT_EQ(child.pid, next.event.tid);
	EXPECT_EQ(child.pid, next.event.tgid);
	EXPECT_EQ(CLD_TRAPPED, next.event.cause);
	EXPECT_EQ(PTRACE_EVENTMSG_SYSCALL_EXIT, next.event.message);
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO | SPT_EVENT_ENTRY, next.event.flags);
	EXPECT_EQ(SYS_prctl, next.entry.nr);
	EXPECT_EQ(99, next.entry.args[0]);
	for (i = 1; i < (sizeof(long) == 8 ? 6 : 5); i++)
		EXPECT_EQ(i + 1, next.entry.args[i]);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, next.syscall.op);
	EXPECT_EQ(-EINVAL, next.syscall.exit.rval);
	EXPECT_EQ(1, next.syscall.exit.is_error);

	/* The report is taken, and each such resume meets one call. */
	next.options |= WNOHANG;
	EXPECT_EQ(0, status_of(self->fd, &next));
	EXPECT_EQ(0, next.event.tid);
	ASSERT_EQ(STATUS_SYSGOOD, resume(self->fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	EXPECT_EQ(SYS_open, next.entry.nr);
	EXPECT_EQ(spt_ptr(path), next.entry.args[0]);
	EXPECT_EQ(-ENOENT, next.syscall.exit.rval);
	child_end(&child);
}

TEST_F(next, two_stops_have_no_entry_at_the_exit)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next;

	ASSERT_EQ(STATUS_SYSGOOD,
		  resume(self->fd, child.pid, PTRACE_SYSCALL, 0, &next));
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO, next.event.flags);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, next.syscall.op);
	EXPECT_EQ(SYS_prctl, next.syscall.entry.nr);
	ASSERT_EQ(STATUS_SYSGOOD,
		  resume(self->fd, child.pid, PTRACE_SYSCALL, 0, &next));
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO, next.event.flags);
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, next.syscall.op);
	EXPECT_TRUE(is_untouched(&next.entry, sizeof(next.entry)));
	/* And one that came by a former resume isn't told again. */
	ASSERT_EQ(STATUS_SYSGOOD, resume(self->fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	ASSERT_EQ(STATUS_SYSGOOD,
		  resume(self->fd, child.pid, PTRACE_SYSCALL, 0, &next));
	ASSERT_EQ(STATUS_SYSGOOD,
		  resume(self->fd, child.pid, PTRACE_SYSCALL, 0, &next));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, next.syscall.op);
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO, next.event.flags);
	child_end(&child);
}

TEST_F(next, inside_of_a_call_the_exit_is_that_calls)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next;

	ASSERT_EQ(STATUS_SYSGOOD,
		  resume(self->fd, child.pid, PTRACE_SYSCALL, 0, &next));
	EXPECT_EQ(SYS_prctl, next.syscall.entry.nr);
	ASSERT_EQ(STATUS_SYSGOOD, resume(self->fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO | SPT_EVENT_ENTRY, next.event.flags);
	EXPECT_EQ(SYS_prctl, next.entry.nr);
	EXPECT_EQ(-EINVAL, next.syscall.exit.rval);
	child_end(&child);
}

TEST_F(next, without_what_nobody_asks_for)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next = next_of(child.pid, PTRACE_SYSCALL, 0);

	next.flags = 0;
	ASSERT_EQ(STATUS_SYSGOOD, status_of(self->fd, &next));
	EXPECT_EQ(0, next.event.flags);
	EXPECT_TRUE(is_untouched(&next.syscall, sizeof(next.syscall)));
	EXPECT_TRUE(is_untouched(&next.entry, sizeof(next.entry)));
	child_end(&child);
}

TEST_F(next, each_way_to_resume)
{
	struct child child = known_child(_metadata, self->fd);
	struct user_regs_struct before, after;
	struct spt_next next;

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_GETREGS, child.pid, 0,
				(unsigned long)&before));
	EXPECT_EQ(STATUS_STOP(SIGTRAP),
		  resume(self->fd, child.pid, PTRACE_SINGLESTEP, 0, &next));
	EXPECT_EQ(TRAP_TRACE, next.event.code);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_GETREGS, child.pid, 0,
				(unsigned long)&after));
	EXPECT_NE(before.regs_ip, after.regs_ip);
	EXPECT_EQ(STATUS_STOP(SIGTRAP),
		  resume(self->fd, child.pid, PTRACE_SINGLEBLOCK, 0, &next));
	EXPECT_EQ(STATUS_SYSGOOD,
		  resume(self->fd, child.pid, PTRACE_SYSEMU, 0, &next));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, next.syscall.op);
	EXPECT_EQ(SYS_prctl, next.syscall.entry.nr);
	EXPECT_EQ(STATUS_STOP(SIGTRAP),
		  resume(self->fd, child.pid, PTRACE_SYSEMU_SINGLESTEP, 0,
			 &next));
	/* There is nothing more to read. */
	close(child.go);
	child.go = -1;
	EXPECT_EQ(121 << 8, resume(self->fd, child.pid, PTRACE_CONT, 0, &next));
	EXPECT_EQ(CLD_EXITED, next.event.cause);
	EXPECT_EQ(0, next.event.flags);
	child_end(&child);
}

static const struct child_end *teller;

static void tell_signal(int number)
{
	child_say(teller, number);
}

static int handle_signals(const struct child_end *end, void *arg)
{
	teller = end;
	signal(SIGUSR1, tell_signal);
	while (child_await(end))
		child_say(end, 'g');
	return 0;
}

TEST_F(next, a_signal_is_passed_on_or_not)
{
	struct child child = child_spawn(handle_signals, NULL);
	struct spt_next next;

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	kill(child.pid, SIGUSR1);
	next = next_of(child.pid, 0, 0);
	next.tid = 0;
	ASSERT_EQ(STATUS_STOP(SIGUSR1), status_of(self->fd, &next));
	/* Suppressed; the next one, which ends this wait, is passed on. */
	kill(child.pid, SIGUSR1);
	ASSERT_EQ(STATUS_STOP(SIGUSR1),
		  resume(self->fd, child.pid, PTRACE_CONT, 0, &next));
	EXPECT_EQ(child.pid, next.event.tid);
	next = next_of(child.pid, PTRACE_CONT, 0);
	next.signal = SIGUSR1;
	next.options |= WNOHANG;
	ASSERT_EQ(0, status_of(self->fd, &next));
	EXPECT_EQ(SIGUSR1, child_heard(&child));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ('g', child_heard(&child));
	child_end(&child);
}

TEST_F(next, listening_in_a_group_stop)
{
	struct child child = waiting_child(_metadata, self->fd);
	struct spt_next next;

	kill(child.pid, SIGSTOP);
	next = next_of(child.pid, 0, 0);
	next.tid = 0;
	ASSERT_EQ(STATUS_STOP(SIGSTOP), status_of(self->fd, &next));
	next = next_of(child.pid, PTRACE_CONT, 0);
	next.signal = SIGSTOP;
	ASSERT_EQ(STATUS_EVENT(PTRACE_EVENT_STOP, SIGSTOP),
		  status_of(self->fd, &next));
	/* What the wait is for comes from a third. */
	if (!fork()) {
		WAIT_UNTIL(proc_state(child.pid) == 't' ||
			   proc_state(child.pid) == 'T');
		kill(child.pid, SIGCONT);
		_exit(0);
	}
	EXPECT_EQ(STATUS_INTERRUPT,
		  resume(self->fd, child.pid, PTRACE_LISTEN, 0, &next));
	wait(NULL);
	child_end(&child);
}

static int fork_once(const struct child_end *end, void *arg)
{
	child_await(end);
	if (!syscall(SYS_fork))
		_exit(0);
	syscall(SYS_umask, 022);
	child_await(end);
	return 0;
}

/* With the event of a fork in the middle of the call. */
static struct child forking_child(struct __test_metadata *_metadata, int fd)
{
	struct child child = child_spawn(fork_once, NULL);
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct spt_next next;

	EXPECT_TRUE(child_waits(&child));
	EXPECT_EQ(0, tr_seize_stop(&tracer, child.pid,
				   PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
					   PTRACE_O_EXITKILL));
	EXPECT_TRUE(child_go(&child));
	EXPECT_EQ(STATUS_SYSGOOD, resume(fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	EXPECT_EQ(STATUS_EVENT(PTRACE_EVENT_FORK, SIGTRAP),
		  resume(fd, child.pid, PTRACE_SYSCALL, SPT_NEXT_AT_EXIT,
			 &next));
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO, next.event.flags);
	return child;
}

TEST_F(next, an_event_within_a_call_and_then_its_exit)
{
	struct child child = forking_child(_metadata, self->fd);
	struct spt_next next;

	ASSERT_EQ(STATUS_SYSGOOD, resume(self->fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO | SPT_EVENT_ENTRY, next.event.flags);
	EXPECT_EQ(SYS_fork, next.entry.nr);
	EXPECT_LT(0, next.syscall.exit.rval);
	child_end(&child);
}

TEST_F(next, no_entry_is_told_with_another_calls_exit)
{
	struct child child = forking_child(_metadata, self->fd);
	struct spt_next next;

	/* Without the exit of fork(2). */
	next = next_of(child.pid, PTRACE_CONT, 0);
	next.options |= WNOHANG;
	ASSERT_EQ(0, status_of(self->fd, &next));
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	next = next_of(child.pid, 0, 0);
	next.tid = 0;
	ASSERT_EQ(STATUS_INTERRUPT, status_of(self->fd, &next));
	ASSERT_EQ(STATUS_SYSGOOD,
		  resume(self->fd, child.pid, PTRACE_SYSCALL, 0, &next));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, next.syscall.op);
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(STATUS_SYSGOOD,
		  resume(self->fd, child.pid, PTRACE_SYSCALL, 0, &next));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, next.syscall.op);
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO, next.event.flags);
	child_end(&child);
}

/* ---- registers and memory ------------------------------------------------ */

TEST_F(next, registers_come_with_the_stop)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next = next_of(child.pid, PTRACE_SYSCALL, 0);
	struct user_regs_struct regs[2] = {};

	next.regs = spt_ptr(regs);
	next.regs_type = NT_PRSTATUS;
	next.regs_size = sizeof(regs);
	ASSERT_EQ(STATUS_SYSGOOD, status_of(self->fd, &next));
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO | SPT_EVENT_REGS, next.event.flags);
	EXPECT_EQ(sizeof(regs[0]), next.regs_size);
	EXPECT_EQ(SYS_prctl, regs[0].regs_nr);
	EXPECT_EQ(next.syscall.instruction_pointer,
		  (unsigned long)regs[0].regs_ip);
	EXPECT_EQ(0, regs[1].regs_nr);
	/* Only the first ones. */
	next = next_of(child.pid, PTRACE_SYSCALL, SPT_NEXT_AT_EXIT);
	next.regs = spt_ptr(regs);
	next.regs_type = NT_PRSTATUS;
	next.regs_size = 2 * sizeof(long);
	ASSERT_EQ(STATUS_SYSGOOD, status_of(self->fd, &next));
	EXPECT_EQ(2 * sizeof(long), next.regs_size);
	/* Of an end there are none. */
	next = next_of(child.pid, PTRACE_CONT, 0);
	next.regs = spt_ptr(regs);
	next.regs_type = NT_PRSTATUS;
	next.regs_size = 4096;
	next.tid = 0;
	kill(child.pid, SIGKILL);
	EXPECT_EQ(SIGKILL, status_of(self->fd, &next));
	EXPECT_EQ(0, next.event.flags);
	EXPECT_EQ(4096, next.regs_size);
	child_end(&child);
}

/* After a report that can't be told whole: it is there, for who asks for less. */
static void expect_waitable(struct __test_metadata *_metadata, int fd,
			    struct spt_next *next, int error, long status)
{
	pid_t tid = next->tid;

	EXPECT_EQ(error, do_next(fd, next));
	EXPECT_EQ(0, next->tid);
	next->regs = 0;
	next->gather_count = 0;
	EXPECT_EQ(status, status_of(fd, next));
	EXPECT_EQ(tid, next->event.tid);
	next->tid = tid;
}

TEST_F(next, registers_that_there_are_not_leave_the_report)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next = next_of(child.pid, PTRACE_SYSCALL, 0);
	char regs[4096];

	next.regs = spt_ptr(regs);
	next.regs_size = sizeof(regs);
	next.regs_type = 0x7777;
	expect_waitable(_metadata, self->fd, &next, -EINVAL, STATUS_SYSGOOD);
	next.regs = spt_ptr(regs);
	next.regs_type = NT_PRSTATUS;
	next.regs_size = sizeof(long) - 1;
	expect_waitable(_metadata, self->fd, &next, -EINVAL, STATUS_SYSGOOD);
	next.regs = 8;
	next.regs_size = sizeof(long);
	expect_waitable(_metadata, self->fd, &next, -EFAULT, STATUS_SYSGOOD);
	/* No port was ever permitted. */
	next.regs = spt_ptr(regs);
	next.regs_type = NT_386_IOPERM;
	next.regs_size = sizeof(regs);
	expect_waitable(_metadata, self->fd, &next, -ENXIO, STATUS_SYSGOOD);
	child_end(&child);
}

static struct spt_gather piece(int base, int length, unsigned int size,
			       void *buffer)
{
	return (struct spt_gather){
		.buffer = spt_ptr(buffer),
		.size = size,
		.got = 0xeeee,
		.base = base,
		.length = length,
	};
}

static long gather(int fd, pid_t tid, unsigned int flags,
		   struct spt_gather *pieces, unsigned int count,
		   struct spt_next *next)
{
	*next = next_of(tid, PTRACE_SYSCALL, flags);
	next->gather = spt_ptr(pieces);
	next->gather_count = count;
	return status_of(fd, next);
}

TEST_F(next, memory_at_an_entry)
{
	struct child child = known_child(_metadata, self->fd);
	char string[64], part[5], stack[16], code[2];
	struct spt_gather pieces[] = {
		piece(SPT_VALUE_ARG1, SPT_VALUE_NONE, sizeof(string), string),
		piece(SPT_VALUE_ARG1, SPT_VALUE_NONE, sizeof(part), part),
		piece(SPT_VALUE_SP, SPT_VALUE_NONE, sizeof(stack), stack),
		piece(SPT_VALUE_IP, SPT_VALUE_NONE, 2, code),
		piece(SPT_VALUE_RESULT, SPT_VALUE_NONE, 4, code),
		piece(SPT_VALUE_ARG2, SPT_VALUE_NONE, 4, code),
	};
	struct spt_next next;

	pieces[0].flags = SPT_GATHER_STRING;
	pieces[1].flags = SPT_GATHER_STRING;
	pieces[3].addr = -2ULL;
	memset(string, 's', sizeof(string));
	/* The exit of prctl(2), and then the entry of open(2). */
	ASSERT_EQ(STATUS_SYSGOOD, resume(self->fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	ASSERT_EQ(STATUS_SYSGOOD,
		  gather(self->fd, child.pid, 0, pieces, 6, &next));
	EXPECT_EQ(SYS_open, next.syscall.entry.nr);
	EXPECT_EQ(sizeof(path), pieces[0].got);
	EXPECT_EQ(0, memcmp(string, path, sizeof(path)));
	EXPECT_EQ('s', string[sizeof(path)]);
	EXPECT_EQ(sizeof(part), pieces[1].got);
	EXPECT_EQ(0, memcmp(part, path, sizeof(part)));
	EXPECT_EQ(sizeof(stack), pieces[2].got);
	EXPECT_EQ(2, pieces[3].got);
	/* syscall; int $0x80 or sysenter, of which the call is in the vdso. */
	if (sizeof(long) == 8)
		EXPECT_EQ(0, memcmp(code, "\x0f\x05", 2));
	/* No result yet, and O_RDONLY is no address. */
	EXPECT_EQ(0, pieces[4].got);
	EXPECT_EQ(0, pieces[5].got);
	child_end(&child);
}

TEST_F(next, memory_at_an_exit)
{
	struct child child = known_child(_metadata, self->fd);
	char bytes[64], whole[64];
	struct spt_gather pieces[] = {
		piece(SPT_VALUE_ARG2, SPT_VALUE_RESULT, sizeof(bytes), bytes),
		piece(SPT_VALUE_ARG2, SPT_VALUE_ARG3, sizeof(whole), whole),
	};
	struct spt_next next;
	int i;

	/* prctl(2), open(2). */
	for (i = 0; i < 2; i++)
		ASSERT_EQ(STATUS_SYSGOOD,
			  resume(self->fd, child.pid, PTRACE_SYSCALL,
				 SPT_NEXT_AT_EXIT, &next));
	/* write(2) of eight bytes, a NUL among them. */
	ASSERT_EQ(STATUS_SYSGOOD, gather(self->fd, child.pid, SPT_NEXT_AT_EXIT,
					 pieces, 2, &next));
	EXPECT_EQ(SYS_write, next.entry.nr);
	EXPECT_EQ(8, pieces[0].got);
	EXPECT_EQ(8, pieces[1].got);
	EXPECT_EQ(0, memcmp(bytes, text, 8));
	EXPECT_EQ(0, memcmp(whole, text, 8));
	/* read(2) of one byte where there is room for 64. */
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(STATUS_SYSGOOD, gather(self->fd, child.pid, SPT_NEXT_AT_EXIT,
					 pieces, 2, &next));
	EXPECT_EQ(SYS_read, next.entry.nr);
	EXPECT_EQ(1, pieces[0].got);
	EXPECT_EQ('g', bytes[0]);
	EXPECT_EQ(64, pieces[1].got);
	/* write(2) that fails has no result. */
	ASSERT_EQ(STATUS_SYSGOOD, gather(self->fd, child.pid, SPT_NEXT_AT_EXIT,
					 pieces, 2, &next));
	EXPECT_EQ(-EBADF, next.syscall.exit.rval);
	EXPECT_EQ(0, pieces[0].got);
	EXPECT_EQ(3, pieces[1].got);
	child_end(&child);
}

TEST_F(next, memory_in_other_stops)
{
	struct child child = known_child(_metadata, self->fd);
	char bytes[64];
	struct spt_gather pieces[] = {
		piece(SPT_VALUE_NONE, SPT_VALUE_NONE, sizeof(path), bytes),
		piece(SPT_VALUE_ARG1, SPT_VALUE_NONE, 8, bytes + 32),
		piece(SPT_VALUE_SP, SPT_VALUE_ARG1, 8, bytes + 40),
	};
	struct spt_next next = next_of(child.pid, PTRACE_SINGLESTEP, 0);

	pieces[0].addr = spt_ptr(path);
	next.gather = spt_ptr(pieces);
	next.gather_count = 3;
	ASSERT_EQ(STATUS_STOP(SIGTRAP), status_of(self->fd, &next));
	EXPECT_EQ(sizeof(path), pieces[0].got);
	EXPECT_EQ(0, memcmp(bytes, path, sizeof(path)));
	EXPECT_EQ(0, pieces[1].got);
	EXPECT_EQ(0, pieces[2].got);
	/* Of an end there is none. */
	kill(child.pid, SIGKILL);
	ASSERT_EQ(SIGKILL, status_of(self->fd, &next));
	EXPECT_EQ(0, pieces[0].got);
	child_end(&child);
}

TEST_F(next, memory_of_the_caller_that_is_not_there_leaves_the_report)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_gather pieces[] = {
		piece(SPT_VALUE_SP, SPT_VALUE_NONE, 8, (void *)8),
	};
	struct spt_next next = next_of(child.pid, PTRACE_SYSCALL, 0);
	struct spt_gather *readonly =
		mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	next.gather = spt_ptr(pieces);
	next.gather_count = 1;
	expect_waitable(_metadata, self->fd, &next, -EFAULT, STATUS_SYSGOOD);
	/* It can't be told how much was read. */
	ASSERT_NE(MAP_FAILED, readonly);
	next.gather = spt_ptr(readonly);
	next.gather_count = 1;
	expect_waitable(_metadata, self->fd, &next, -EFAULT, STATUS_SYSGOOD);
	munmap(readonly, 4096);
	child_end(&child);
}

TEST_F(next, a_structure_that_can_not_be_written_leaves_the_report)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next *readonly = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct spt_event event;

	ASSERT_NE(MAP_FAILED, readonly);
	*readonly = next_of(child.pid, PTRACE_SYSCALL, 0);
	ASSERT_EQ(0, mprotect(readonly, 4096, PROT_READ));
	EXPECT_EQ(-EFAULT, do_next(self->fd, readonly));
	EXPECT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &event));
	EXPECT_EQ(child.pid, event.tid);
	EXPECT_EQ(STATUS_SYSGOOD, event.status);
	munmap(readonly, 4096);
	EXPECT_EQ(-EFAULT, do_next(self->fd, readonly));
	child_end(&child);
}

/* ---- errors ------------------------------------------------------------- */

TEST_F(next, what_is_refused_resumes_nobody)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_gather good = piece(0, 0, 0, NULL), bad[6];
	const struct spt_next base = next_of(child.pid, PTRACE_CONT, 0);
	const struct {
		const char *what;
		size_t offset;
		unsigned int value;
		int error;
	} cases[] = {
#define MEMBER(name) offsetof(struct spt_next, name)
		{ "request", MEMBER(request), 0x7777, -EINVAL },
		{ "attach", MEMBER(request), PTRACE_ATTACH, -EINVAL },
		{ "detach", MEMBER(request), PTRACE_DETACH, -EINVAL },
		{ "kill", MEMBER(request), PTRACE_KILL, -EINVAL },
		{ "signal", MEMBER(signal), 65, -EIO },
		{ "negative signal", MEMBER(signal), -1, -EIO },
		{ "at exit of cont", MEMBER(flags), SPT_NEXT_AT_EXIT, -EINVAL },
		{ "flag", MEMBER(flags), 1U << 3, -EINVAL },
		{ "flag", MEMBER(flags), 1U << 31, -EINVAL },
		{ "idtype", MEMBER(idtype), 7, -EINVAL },
		{ "id", MEMBER(id), 0, -EINVAL },
		{ "no options", MEMBER(options), 0, -EINVAL },
		{ "option", MEMBER(options), WEXITED | 1U << 30, -EINVAL },
		{ "count", MEMBER(gather_count), SPT_GATHER_MAX + 1, -EINVAL },
		{ "no array", MEMBER(gather_count), 1, -EFAULT },
		{ "nobody", MEMBER(tid), getpid(), -ESRCH },
		{ "negative", MEMBER(tid), -1, -ESRCH },
	};
	struct spt_next next;
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		next = base;
		memcpy((char *)&next + cases[i].offset, &cases[i].value, 4);
		EXPECT_EQ(cases[i].error, do_next(self->fd, &next))
		{
			TH_LOG("%s", cases[i].what);
		}
		EXPECT_NE(0, next.tid);
		EXPECT_TRUE(is_untouched(&next.event, sizeof(next.event)));
		EXPECT_TRUE(is_stopped(self->fd, child.pid))
		{
			TH_LOG("%s", cases[i].what);
		}
	}

	for (i = 0; i < ARRAY_LEN(bad); i++)
		bad[i] = good;
	bad[0].base = SPT_VALUE_IP + 1;
	bad[1].length = SPT_VALUE_RESULT + 1;
	bad[2].flags = 2;
	bad[3].flags = 0x8000;
	bad[4].reserved = 1;
	bad[5].length = 255;
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		struct spt_gather two[] = { good, bad[i] };

		next = base;
		next.gather = spt_ptr(two);
		next.gather_count = 2;
		EXPECT_EQ(-EINVAL, do_next(self->fd, &next))
		{
			TH_LOG("piece %u", i);
		}
		EXPECT_TRUE(is_stopped(self->fd, child.pid));
	}
	child_end(&child);
}

TEST_F(next, one_that_runs_is_esrch)
{
	struct child child = waiting_child(_metadata, self->fd);
	struct spt_next next;

	EXPECT_EQ(-ESRCH, resume(self->fd, child.pid, PTRACE_CONT, 0, &next));
	EXPECT_EQ(child.pid, next.tid);
	/* Dead, and to be waited for. */
	kill(child.pid, SIGKILL);
	ASSERT_TRUE(WAIT_UNTIL(proc_state(child.pid) == 'Z'));
	EXPECT_EQ(-ESRCH, resume(self->fd, child.pid, PTRACE_CONT, 0, &next));
	next.tid = 0;
	EXPECT_EQ(SIGKILL, status_of(self->fd, &next));
	EXPECT_EQ(-ECHILD, status_of(self->fd, &next));
	child_end(&child);
}

TEST_F(next, an_error_of_the_wait_says_that_it_was_resumed)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next = next_of(child.pid, PTRACE_CONT, 0);

	next.id = getpid();
	EXPECT_EQ(-ECHILD, do_next(self->fd, &next));
	EXPECT_EQ(0, next.tid);
	EXPECT_FALSE(is_stopped(self->fd, child.pid));
	child_end(&child);
}

TEST_F(next, without_a_hang_it_is_resumed)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next = next_of(child.pid, PTRACE_CONT, 0);

	next.options |= WNOHANG;
	EXPECT_EQ(0, do_next(self->fd, &next));
	EXPECT_EQ(0, next.tid);
	EXPECT_EQ(0, next.event.tid);
	EXPECT_FALSE(is_stopped(self->fd, child.pid));
	child_end(&child);
}

TEST_F(next, with_wnowait_the_report_stays)
{
	struct child child = known_child(_metadata, self->fd);
	struct spt_next next = next_of(child.pid, PTRACE_SYSCALL, 0);

	next.options |= WNOWAIT;
	EXPECT_EQ(STATUS_SYSGOOD, status_of(self->fd, &next));
	EXPECT_EQ(STATUS_SYSGOOD, status_of(self->fd, &next));
	EXPECT_EQ(child.pid, next.event.tid);
	child_end(&child);
}

TEST_F(next, another_tracees_report_comes_first)
{
	struct child child = known_child(_metadata, self->fd),
		     other = waiting_child(_metadata, self->fd);
	struct spt_next next = next_of(child.pid, PTRACE_SYSCALL, 0);

	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, other.pid, 0, 0));
	ASSERT_TRUE(WAIT_UNTIL(is_stopped(self->fd, other.pid)));
	next.idtype = P_ALL;
	EXPECT_EQ(STATUS_INTERRUPT, status_of(self->fd, &next));
	EXPECT_EQ(other.pid, next.event.tid);
	EXPECT_EQ(0, next.tid);
	EXPECT_EQ(STATUS_SYSGOOD, status_of(self->fd, &next));
	EXPECT_EQ(child.pid, next.event.tid);
	child_end(&child);
	child_end(&other);
}

/* ---- in another thread ---------------------------------------------------- */

struct call {
	int fd;
	struct spt_next next;
	long result;
	bool done;
	pid_t tid; /* of the thread */
	pthread_t thread;
};

static void *make_call(void *arg)
{
	struct call *call = arg;

	__atomic_store_n(&call->tid, syscall(SYS_gettid), __ATOMIC_RELEASE);
	call->result = do_next(call->fd, &call->next);
	__atomic_store_n(&call->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool is_done(const struct call *call)
{
	return __atomic_load_n(&call->done, __ATOMIC_ACQUIRE);
}

static bool sleeps_in_ioctl(const struct call *call)
{
	pid_t tid = __atomic_load_n(&call->tid, __ATOMIC_ACQUIRE);

	return tid && proc_sleeps_in(tid, SYS_ioctl);
}

/* It sleeps in its wait when this returns. */
static void begin_call(struct __test_metadata *_metadata, struct call *call)
{
	call->tid = 0;
	EXPECT_EQ(0, pthread_create(&call->thread, NULL, make_call, call));
	EXPECT_TRUE(WAIT_UNTIL(sleeps_in_ioctl(call)));
}

static long end_call(struct __test_metadata *_metadata, struct call *call)
{
	EXPECT_EQ(0, pthread_join(call->thread, NULL));
	return call->result ? call->result : call->next.event.status;
}

/* Resumed, and asleep in a read(2). */
static struct child called_child(struct __test_metadata *_metadata, int fd,
				 struct call *call)
{
	struct child child = waiting_child(_metadata, fd);

	EXPECT_EQ(0, spt_ptrace(fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	EXPECT_TRUE(WAIT_UNTIL(is_stopped(fd, child.pid)));
	*call = (struct call){
		.fd = fd,
		.next = next_of(child.pid, PTRACE_CONT, 0),
	};
	begin_call(_metadata, call);
	EXPECT_TRUE(child_waits(&child));
	return child;
}

TEST_F(next, killed_meanwhile)
{
	struct call call;
	struct child child = called_child(_metadata, self->fd, &call);

	kill(child.pid, SIGKILL);
	EXPECT_EQ(SIGKILL, end_call(_metadata, &call));
	EXPECT_EQ(CLD_KILLED, call.next.event.cause);
	EXPECT_EQ(child.pid, call.next.event.tid);
	EXPECT_EQ(0, call.next.tid);
	EXPECT_EQ(0, call.next.event.flags);
	child_end(&child);
}

TEST_F(next, two_threads_and_one_tracee)
{
	struct call call, other;
	struct child child = called_child(_metadata, self->fd, &call);
	struct spt_next next;

	/* Who comes second resumes nobody. */
	EXPECT_EQ(-ESRCH, resume(self->fd, child.pid, PTRACE_CONT, 0, &next));
	EXPECT_EQ(child.pid, next.tid);
	/* Of two that wait one has the report. */
	other = (struct call){ .fd = self->fd, .next = next };
	other.next.tid = 0;
	begin_call(_metadata, &other);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_TRUE(WAIT_UNTIL(is_stopped(self->fd, child.pid)));
	ASSERT_TRUE(WAIT_UNTIL(is_done(&call) || is_done(&other)));
	EXPECT_FALSE(is_done(&call) && is_done(&other));
	/* And the other its end. */
	kill(child.pid, SIGKILL);
	EXPECT_EQ(STATUS_INTERRUPT ^ SIGKILL,
		  end_call(_metadata, &call) ^ end_call(_metadata, &other));
	child_end(&child);
}

TEST_F(next, detached_meanwhile_by_another_thread)
{
	struct child child = known_child(_metadata, self->fd);
	struct call call = {
		.fd = self->fd,
		.next = next_of(child.pid, 0, 0),
	};

	call.next.tid = 0;
	begin_call(_metadata, &call);
	EXPECT_EQ(0, spt_ptrace(self->fd, PTRACE_DETACH, child.pid, 0, 0));
	EXPECT_EQ(-ECHILD, end_call(_metadata, &call));
	child_end(&child);
}

TEST_F(next, stopped_by_another_thread_with_all_that_is_asked_for)
{
	struct child child = known_child(_metadata, self->fd);
	struct user_regs_struct regs;
	char stack[8];
	struct spt_gather pieces[] = {
		piece(SPT_VALUE_SP, SPT_VALUE_NONE, sizeof(stack), stack),
	};
	struct call call = {
		.fd = self->fd,
		.next = next_of(child.pid, PTRACE_CONT, 0),
	};

	call.next.regs = spt_ptr(&regs);
	call.next.regs_type = NT_PRSTATUS;
	call.next.regs_size = sizeof(regs);
	call.next.gather = spt_ptr(pieces);
	call.next.gather_count = 1;
	begin_call(_metadata, &call);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	EXPECT_EQ(STATUS_INTERRUPT, end_call(_metadata, &call));
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO | SPT_EVENT_REGS,
		  call.next.event.flags);
	EXPECT_EQ(sizeof(stack), pieces[0].got);
	child_end(&child);
}

/*
 * While the report of one stop is told, another thread has the tracee go on to its next:
 * nothing of that one comes with the former's report.
 */
TEST_F(next, resumed_by_another_thread_while_the_report_is_told)
{
	struct child child = known_child(_metadata, self->fd);
	char *slow = mmap(NULL, SLOW_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char stack[8];
	struct spt_gather pieces[] = {
		piece(SPT_VALUE_SP, SPT_VALUE_NONE, 8, slow),
		piece(SPT_VALUE_SP, SPT_VALUE_NONE, 8, stack),
	};
	struct call call = {
		.fd = self->fd,
		.next = next_of(child.pid, PTRACE_SYSCALL, 0),
	};
	struct spt_event event;
	int fd;

	ASSERT_NE(MAP_FAILED, slow);
	fd = make_slow(slow);
	if (fd < 0)
		SKIP(goto out, "no userfaultfd(2)");
	call.next.gather = spt_ptr(pieces);
	call.next.gather_count = 2;
	ASSERT_EQ(0, pthread_create(&call.thread, NULL, make_call, &call));
	ASSERT_TRUE(await_touch(fd));
	/* Nobody else is given the report meanwhile. */
	ASSERT_EQ(0, spt_wait(self->fd, P_ALL, 0, WSTOPPED | WNOHANG, &event));
	EXPECT_EQ(0, event.tid);
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SYSCALL, child.pid, 0, 0));
	ASSERT_TRUE(WAIT_UNTIL(is_stopped(self->fd, child.pid)));
	ASSERT_TRUE(end_slowness(fd, slow));
	EXPECT_EQ(STATUS_SYSGOOD, end_call(_metadata, &call));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_ENTRY, call.next.syscall.op);
	EXPECT_EQ(0, pieces[0].got);
	EXPECT_EQ(0, pieces[1].got);
	/* The other's is there as ever. */
	call.next.tid = 0;
	call.next.gather_count = 0;
	EXPECT_EQ(STATUS_SYSGOOD, status_of(self->fd, &call.next));
	EXPECT_EQ(PTRACE_SYSCALL_INFO_EXIT, call.next.syscall.op);
	close(fd);
out:
	munmap(slow, SLOW_PAGE);
	child_end(&child);
}

/* ---- signals of the tracer ------------------------------------------------- */

static void nothing(int number)
{
}

static void handle(void (*handler)(int), int flags)
{
	struct sigaction action = {
		.sa_handler = handler,
		.sa_flags = flags,
	};

	sigaction(SIGUSR2, &action, NULL);
}

TEST_F(next, a_handler_ends_the_wait_and_resumes_nobody_twice)
{
	struct call call;
	struct child child;

	handle(nothing, 0);
	child = called_child(_metadata, self->fd, &call);
	syscall(SYS_tgkill, getpid(), call.tid, SIGUSR2);
	EXPECT_EQ(-EINTR, end_call(_metadata, &call));
	EXPECT_EQ(0, call.next.tid);
	/* Stopped meanwhile: the same structure takes the report. */
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_TRUE(WAIT_UNTIL(is_stopped(self->fd, child.pid)));
	EXPECT_EQ(STATUS_INTERRUPT, status_of(self->fd, &call.next));
	EXPECT_EQ(child.pid, call.next.event.tid);
	EXPECT_TRUE(is_stopped(self->fd, child.pid));
	child_end(&child);
}

static int stopper_fd;
static pid_t stopper_tid;
static bool stopper_done;

/* The report is there when the call goes on: one that resumed again would lose it. */
static void stop_tracee(int number)
{
	spt_ptrace(stopper_fd, PTRACE_INTERRUPT, stopper_tid, 0, 0);
	stopper_done = WAIT_UNTIL(is_stopped(stopper_fd, stopper_tid));
}

TEST_F(next, a_call_that_is_restarted_resumes_nobody_twice)
{
	struct call call;
	struct child child;

	handle(stop_tracee, SA_RESTART);
	stopper_fd = self->fd;
	child = called_child(_metadata, self->fd, &call);
	stopper_tid = child.pid;
	syscall(SYS_tgkill, getpid(), call.tid, SIGUSR2);
	EXPECT_EQ(STATUS_INTERRUPT, end_call(_metadata, &call));
	EXPECT_TRUE(stopper_done);
	EXPECT_EQ(child.pid, call.next.event.tid);
	EXPECT_TRUE(is_stopped(self->fd, child.pid));
	child_end(&child);
}

/* ---- the ends of either side ------------------------------------------------ */

/* A tracer of its own; says when its tracee runs and it sleeps in a call. */
static int trace_forever(const struct child_end *end, void *arg)
{
	struct child *tracee = arg;
	struct tracer tracer;
	struct spt_next next;

	if (tracer_open(&tracer, true) ||
	    tr_seize_stop(&tracer, tracee->pid, 0))
		return 1;
	child_say(end, 't');
	return resume(tracer.fd, tracee->pid, PTRACE_CONT, 0, &next) ? 2 : 3;
}

TEST_F(next, the_tracers_group_is_killed_meanwhile)
{
	struct child tracee = child_spawn(call_known, NULL), tracer;

	ASSERT_TRUE(child_waits(&tracee));
	tracer = child_spawn(trace_forever, &tracee);
	ASSERT_EQ('t', child_heard(&tracer));
	ASSERT_TRUE(WAIT_UNTIL(proc_sleeps_in(tracer.pid, SYS_ioctl)));
	ASSERT_TRUE(child_waits(&tracee));
	child_end(&tracer);
	/* It runs on, and belongs to nobody. */
	EXPECT_FALSE(spt_is_listed(self->fd, tracee.pid));
	ASSERT_TRUE(child_go(&tracee));
	EXPECT_EQ('w', child_heard(&tracee));
	child_end(&tracee);
}

static char thread_stack[65536];

static int execute_as_thread(void *arg)
{
	const struct child_end *end = arg;

	child_say(end, 'T');
	child_await(end);
	execute_sibling(end, (void *)"h_calls");
	return 0;
}

/* Whose second thread executes a program when it is told to. */
static int execute_by_thread(const struct child_end *end, void *arg)
{
	pid_t *tid = arg;

	if (clone(execute_as_thread, thread_stack + sizeof(thread_stack),
		  CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_FILES |
			  CLONE_FS | CLONE_PARENT_SETTID,
		  (void *)end, tid) < 0)
		return 1;
	for (;;)
		pause();
}

static struct child executing_child(struct __test_metadata *_metadata,
				    pid_t **thread)
{
	struct child child;

	*thread = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	EXPECT_NE(MAP_FAILED, *thread);
	child = child_spawn(execute_by_thread, *thread);
	EXPECT_EQ('T', child_heard(&child));
	EXPECT_TRUE(WAIT_UNTIL(proc_sleeps_in(**thread, SYS_read)));
	return child;
}

TEST_F(next, a_thread_that_executes_a_program_has_another_number)
{
	struct tracer tracer = { .shadow = true, .fd = self->fd };
	pid_t *thread;
	struct child child = executing_child(_metadata, &thread);
	struct call call = { .fd = self->fd };

	ASSERT_EQ(0, tr_seize_stop(&tracer, *thread, 0));
	call.next = next_of(*thread, PTRACE_CONT, 0);
	begin_call(_metadata, &call);
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ(-ECHILD, end_call(_metadata, &call));
	EXPECT_EQ(0, call.next.tid);
	EXPECT_EQ('r', child_heard(&child));
	EXPECT_TRUE(spt_is_listed(self->fd, child.pid));
	munmap(thread, 4096);
	child_end(&child);
}

TEST_F(next, an_execve_is_told_with_its_entry)
{
	struct tracer tracer = { .shadow = true, .fd = self->fd };
	pid_t *thread;
	struct child child = executing_child(_metadata, &thread);
	struct spt_next next;

	ASSERT_EQ(0, tr_seize_stop(&tracer, *thread,
				   PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC));
	ASSERT_TRUE(child_go(&child));
	next = next_of(*thread, PTRACE_SYSCALL, SPT_NEXT_AT_EXIT);
	next.idtype = P_ALL;
	while (status_of(self->fd, &next) == STATUS_SYSGOOD) {
		EXPECT_NE(SYS_execve, next.entry.nr);
		next.tid = *thread;
	}
	EXPECT_EQ(STATUS_EVENT(PTRACE_EVENT_EXEC, SIGTRAP), next.event.status);
	EXPECT_EQ(child.pid, next.event.tid);
	EXPECT_EQ(*thread, next.event.message);
	ASSERT_EQ(STATUS_SYSGOOD, resume(self->fd, child.pid, PTRACE_SYSCALL,
					 SPT_NEXT_AT_EXIT, &next));
	EXPECT_EQ(SPT_EVENT_SYSCALL_INFO | SPT_EVENT_ENTRY, next.event.flags);
	EXPECT_EQ(SYS_execve, next.entry.nr);
	EXPECT_EQ(0, next.syscall.exit.rval);
	munmap(thread, 4096);
	child_end(&child);
}

/* ---- again and again -------------------------------------------------------- */

/* Each call returns what the one before it was given. */
static int umask_forever(const struct child_end *end, void *arg)
{
	long i;

	syscall(SYS_umask, 0);
	child_await(end);
	for (i = 1; getppid() != 1; i++)
		syscall(SYS_umask, i & 0777);
	return 0;
}

static int storm_tid;
static bool storm_over;

static void *storm(void *arg)
{
	const pid_t *tracee = arg;

	while (!__atomic_load_n(&storm_over, __ATOMIC_ACQUIRE)) {
		syscall(SYS_tgkill, getpid(), storm_tid, SIGUSR2);
		/* Ignored by the tracee, but reported. */
		kill(*tracee, SIGURG);
		nap();
	}
	return NULL;
}

/*
 * No call is missed, none is told twice, and each with what it was entered with,
 * whatever signals interrupt the wait.
 */
static void trace_in_storm(struct __test_metadata *_metadata, int fd,
			   unsigned int flags)
{
	struct child child = child_spawn(umask_forever, NULL);
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct spt_next next;
	int i, interrupted = 0, calls = 0, count = rounds(5000);
	long last = 0, ret;
	pthread_t thread;

	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tr_seize_stop(&tracer, child.pid, PTRACE_O_TRACESYSGOOD));
	ASSERT_TRUE(child_go(&child));
	handle(nothing, 0);
	storm_tid = syscall(SYS_gettid);
	storm_over = false;
	ASSERT_EQ(0, pthread_create(&thread, NULL, storm, &child.pid));

	next = next_of(child.pid, PTRACE_SYSCALL, SPT_NEXT_AT_EXIT | flags);
	for (i = 0; i < count; i++) {
		ret = do_next(fd, &next);
		if (ret == -EINTR) {
			interrupted++;
			EXPECT_EQ(0, next.tid);
			continue;
		}
		ASSERT_EQ(0, ret);
		next.tid = child.pid;
		if (next.event.status == STATUS_STOP(SIGURG))
			continue;
		ASSERT_EQ(STATUS_SYSGOOD, next.event.status);
		ASSERT_TRUE(next.event.flags & SPT_EVENT_ENTRY);
		if (next.entry.nr != SYS_umask)
			continue;
		ASSERT_EQ(last, next.syscall.exit.rval);
		ASSERT_EQ((last + 1) & 0777, next.entry.args[0]);
		last = next.entry.args[0];
		calls++;
	}
	__atomic_store_n(&storm_over, true, __ATOMIC_RELEASE);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_LT(count / 20, calls);
	TH_LOG("%d calls, %d times interrupted", calls, interrupted);
	child_end(&child);
}

TEST_F(next, no_call_is_missed_in_a_storm_of_signals)
{
	trace_in_storm(_metadata, self->fd, 0);
}

TEST_F(next, nor_where_the_scheduler_chooses_processors)
{
	trace_in_storm(_metadata, self->fd, SPT_NEXT_STAY);
}

static void *kill_soon(void *arg)
{
	kill(*(pid_t *)arg, SIGKILL);
	return NULL;
}

/* At whatever moment: the end is told, once, and nothing hangs. */
TEST_F(next, killed_at_any_moment)
{
	struct user_regs_struct regs;
	char bytes[4096];
	struct spt_gather pieces[] = {
		piece(SPT_VALUE_SP, SPT_VALUE_NONE, sizeof(bytes), bytes),
	};
	int i;

	for (i = 0; i < rounds(100); i++) {
		struct child child = child_spawn(umask_forever, NULL);
		struct tracer tracer = { .shadow = true, .fd = self->fd };
		struct spt_next next;
		pthread_t thread;
		long ret;

		ASSERT_TRUE(child_go(&child));
		ASSERT_EQ(0, tr_seize_stop(&tracer, child.pid,
					   PTRACE_O_TRACESYSGOOD));
		next = next_of(child.pid, PTRACE_SYSCALL, SPT_NEXT_AT_EXIT);
		next.regs = spt_ptr(&regs);
		next.regs_type = NT_PRSTATUS;
		next.gather = spt_ptr(pieces);
		next.gather_count = 1;
		ASSERT_EQ(0,
			  pthread_create(&thread, NULL, kill_soon, &child.pid));
		do {
			next.tid = child.pid;
			next.regs_size = sizeof(regs);
			ret = do_next(self->fd, &next);
			/* Killed in front of the resume: only waited for. */
			if (ret == -ESRCH) {
				next.tid = 0;
				ret = do_next(self->fd, &next);
			}
		} while (!ret && next.event.cause == CLD_TRAPPED);
		EXPECT_EQ(0, ret);
		EXPECT_EQ(SIGKILL, next.event.status);
		EXPECT_EQ(-ECHILD, do_next(self->fd, &next));
		ASSERT_EQ(0, pthread_join(thread, NULL));
		child_end(&child);
	}
}

TEST_HARNESS_MAIN
