// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that set a tracee going, or stop it.
 */
#include <linux/bits.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>

#include "bond/detach.h"
#include "kernel/hook.h"
#include "kernel/symbol.h"
#include "requests/resume.h"
#include "stops/dispatch.h"
#include "stops/stop.h"

/* Under tracer->lock: may the tracee be resumed with this signal? */
static int resume_check(struct spt_tracee *tracee, u64 signal)
{
	int err;

	err = spt_stop_wait_idle(tracee);
	if (err)
		return err;
	if (!spt_stop_served(tracee))
		return -ESRCH;

	return valid_signal(signal) ? 0 : -EIO;
}

static void resume_go(struct spt_tracee *tracee, int signal, bool handover)
{
	/* A report that wasn't waited for is gone, as natively. */
	spt_stop_drop_report(tracee);
	tracee->resume_signal = signal;
	/* The caller won't sleep when another has something to tell already. */
	tracee->handover = handover && list_empty(&tracee->tracer->reports);
	WRITE_ONCE(tracee->status, signal ? SPT_STATUS_CONTINUING :
					    SPT_STATUS_DEFAULT);
	spt_stop_set_state(tracee, SPT_WAKING);
}

/* How a tracee is resumed. */
#define RESUME_SYSCALLS		BIT(0)	/* stop at system calls */
#define RESUME_EMULATE		BIT(1)	/* stop at entries, and begin none */
#define RESUME_STEP		BIT(2)	/* for an instruction */
#define RESUME_BLOCK		BIT(3)	/* up to a branch */
#define RESUME_AT_EXIT		BIT(4)	/* not at entries, with RESUME_SYSCALLS */
#define RESUME_HANDOVER		BIT(5)	/* the caller is about to sleep */

#define RESUME_STEPS		(RESUME_STEP | RESUME_BLOCK)
#define RESUME_ENTRIES		(RESUME_SYSCALLS | RESUME_EMULATE)

/* Stop, or don't, at the next entry or exit of a system call. */
static void resume_trace_syscalls(struct spt_tracee *tracee, unsigned int how)
{
	bool on = how & RESUME_ENTRIES;

	lockdep_assert_held(&tracee->tracer->lock);

	WRITE_ONCE(tracee->emulate, how & RESUME_EMULATE);
	WRITE_ONCE(tracee->at_exit, how & RESUME_AT_EXIT);
	WRITE_ONCE(tracee->trace_syscall, on);
	spt_dispatch_ask(tracee, on);
}

/* Off its CPU: block steps are in a register that a context switch sets. */
static void resume_set_step(struct spt_tracee *tracee, unsigned int how)
{
	struct task_struct *task = tracee->task;

	if (how & RESUME_BLOCK)
		spt_user_enable_block_step(task);
	else if (how & RESUME_STEP)
		spt_user_enable_single_step(task);
	else
		spt_user_disable_single_step(task);
	WRITE_ONCE(tracee->stepping, how & RESUME_STEPS);
}

/*
 * As ptrace_resume(), which leaves the stepping of a task that it resumes as the
 * request has it. What isn't of this tracer's making is left alone.
 */
static int resume_step(struct spt_tracee *tracee, unsigned int how)
{
	unsigned long switches;
	int err;

	err = spt_stop_hold(tracee);
	if (err)
		return err;
	err = spt_stop_off_cpu(tracee, &switches);
	if (!err)
		resume_set_step(tracee, how);
	spt_stop_release(tracee);

	return err;
}

static int resume_tracing(struct spt_tracee *tracee, u64 signal,
			  unsigned int how)
{
	struct spt_tracer *tracer = tracee->tracer;
	int err = 0;

	if (how & RESUME_ENTRIES && !spt_hooks_work())
		return -EOPNOTSUPP;

	if (valid_signal(signal) &&
	    (how & RESUME_STEPS || READ_ONCE(tracee->stepping)))
		err = resume_step(tracee, how);
	if (err)
		return err;

	spin_lock(&tracer->lock);
	err = resume_check(tracee, signal);
	if (!err) {
		resume_trace_syscalls(tracee, how);
		resume_go(tracee, signal, how & RESUME_HANDOVER);
	}
	spin_unlock(&tracer->lock);

	return err;
}

/**
 * spt_resume_cont - PTRACE_CONT
 * @tracee: the tracee
 * @addr: ignored
 * @data: the signal to resume with, or 0
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH when the tracee isn't stopped; -EIO for no valid signal.
 */
int spt_resume_cont(struct spt_tracee *tracee, u64 addr, u64 data)
{
	return resume_tracing(tracee, data, 0);
}

/**
 * spt_resume_syscall - PTRACE_SYSCALL: go on to the next syscall-stop
 * @tracee: the tracee
 * @addr: ignored
 * @data: the signal to resume with, or 0
 *
 * Context: process context, may sleep.
 * Return: as spt_resume_cont(); -EOPNOTSUPP when it couldn't stop, since kprobes
 * are switched off.
 */
int spt_resume_syscall(struct spt_tracee *tracee, u64 addr, u64 data)
{
	return resume_tracing(tracee, data, RESUME_SYSCALLS);
}

/**
 * spt_resume_step - PTRACE_SINGLESTEP: go on for one instruction
 * @tracee: the tracee
 * @addr: ignored
 * @data: the signal to resume with, or 0
 *
 * Two threads of a tracer that resume one tracee at once have it go on in either
 * way.
 *
 * Context: process context, may sleep.
 * Return: as spt_resume_cont().
 */
int spt_resume_step(struct spt_tracee *tracee, u64 addr, u64 data)
{
	return resume_tracing(tracee, data, RESUME_STEP);
}

/**
 * spt_resume_block - PTRACE_SINGLEBLOCK: go on up to the next branch
 * @tracee: the tracee
 * @addr: ignored
 * @data: the signal to resume with, or 0
 *
 * Context: process context, may sleep.
 * Return: as spt_resume_cont().
 */
int spt_resume_block(struct spt_tracee *tracee, u64 addr, u64 data)
{
	return resume_tracing(tracee, data, RESUME_BLOCK);
}

/**
 * spt_resume_emulate - PTRACE_SYSEMU: go on to the next syscall-enter-stop, and
 *	leave the call to the tracer
 * @tracee: the tracee
 * @addr: ignored
 * @data: the signal to resume with, or 0
 *
 * Context: process context, may sleep.
 * Return: as spt_resume_syscall().
 */
int spt_resume_emulate(struct spt_tracee *tracee, u64 addr, u64 data)
{
	return resume_tracing(tracee, data, RESUME_EMULATE);
}

/**
 * spt_resume_emulate_step - PTRACE_SYSEMU_SINGLESTEP: whichever comes first
 * @tracee: the tracee
 * @addr: ignored
 * @data: the signal to resume with, or 0
 *
 * Context: process context, may sleep.
 * Return: as spt_resume_syscall().
 */
int spt_resume_emulate_step(struct spt_tracee *tracee, u64 addr, u64 data)
{
	return resume_tracing(tracee, data, RESUME_EMULATE | RESUME_STEP);
}

/**
 * spt_resume_detach - PTRACE_DETACH
 * @tracee: the tracee
 * @addr: ignored
 * @data: the signal to resume with, or 0
 *
 * Where Starnix detaches a running tracee and answers EIO, Linux answers
 * ESRCH and does nothing; debuggers rely on that.
 *
 * Context: process context, may sleep.
 * Return: as spt_resume_cont().
 */
int spt_resume_detach(struct spt_tracee *tracee, u64 addr, u64 data)
{
	struct spt_tracer *tracer = tracee->tracer;
	int err;

	spin_lock(&tracer->lock);
	err = resume_check(tracee, data);
	if (!err) {
		resume_go(tracee, data, false);
		spt_tracee_forget(tracee);
	}
	spin_unlock(&tracer->lock);

	return err;
}

/**
 * spt_resume_interrupt - PTRACE_INTERRUPT
 * @tracee: the tracee
 * @addr: ignored
 * @data: ignored
 *
 * A tracee that is stopped will stop again when it is resumed.
 *
 * Context: process context.
 * Return: 0, also for one that is dead but not waited for, as natively; -EIO
 * when the tracee was attached, not seized; -ESRCH when it was let go.
 */
int spt_resume_interrupt(struct spt_tracee *tracee, u64 addr, u64 data)
{
	struct spt_tracer *tracer = tracee->tracer;
	int err = 0;

	spin_lock(&tracer->lock);
	if (tracee->phase > SPT_EXITED)
		err = -ESRCH;
	else if (!tracee->seized)
		err = -EIO;
	else if (tracee->phase == SPT_TRACED)
		/* One that is past its last task work dies, and won't stop. */
		(void)spt_stop_trap(tracee);
	spin_unlock(&tracer->lock);

	return err;
}

static bool resume_may_listen(struct spt_tracee *tracee)
{
	const kernel_siginfo_t *info = tracee->task->last_siginfo;

	return tracee->seized && info &&
	       info->si_code >> 8 == PTRACE_EVENT_STOP;
}

/**
 * spt_resume_listen - PTRACE_LISTEN: let it be stopped, and tell what happens
 * @tracee: the tracee
 * @addr: ignored
 * @data: ignored
 *
 * Context: process context, may sleep.
 * Return: 0; -ESRCH when the tracee isn't stopped; -EIO when it was attached,
 * not seized, or is not in a stop with the Stop event.
 */
int spt_resume_listen(struct spt_tracee *tracee, u64 addr, u64 data)
{
	struct spt_tracer *tracer = tracee->tracer;
	int err;

	spin_lock(&tracer->lock);
	err = resume_check(tracee, 0);
	if (!err && !resume_may_listen(tracee))
		err = -EIO;
	if (!err) {
		tracee->handover = false;
		WRITE_ONCE(tracee->status, SPT_STATUS_LISTENING);
		/* Pairs with that of spt_jobctl_notify(): one of the two sees it. */
		smp_mb();
		if (test_bit(SPT_NOTIFY, &tracee->bits) && tracee->asleep)
			spt_wake_up_state(tracee->task, __TASK_TRACED);
	}
	spin_unlock(&tracer->lock);

	return err;
}

static int resume_how(u32 request)
{
	switch (request) {
	case PTRACE_CONT:
		return 0;
	case PTRACE_SYSCALL:
		return RESUME_SYSCALLS;
	case PTRACE_SINGLESTEP:
		return RESUME_STEP;
	case PTRACE_SINGLEBLOCK:
		return RESUME_BLOCK;
	case PTRACE_SYSEMU:
		return RESUME_EMULATE;
	case PTRACE_SYSEMU_SINGLESTEP:
		return RESUME_EMULATE | RESUME_STEP;
	default:
		return -EINVAL;
	}
}

/**
 * spt_resume_checked - is that a request by which SPT_IOC_NEXT may resume
 * @request: PTRACE_*
 * @at_exit: SPT_NEXT_AT_EXIT goes with it
 *
 * Context: any.
 * Return: 0, or -EINVAL.
 */
int spt_resume_checked(u32 request, bool at_exit)
{
	if (at_exit)
		return request == PTRACE_SYSCALL ? 0 : -EINVAL;

	return request == PTRACE_LISTEN ? 0 : min(resume_how(request), 0);
}

/**
 * spt_resume_next - for SPT_IOC_NEXT
 * @tracee: the tracee
 * @request: PTRACE_*, which spt_resume_checked() let pass
 * @signal: the signal to resume with, or 0
 * @at_exit: stop at no entry
 * @handover: the caller is about to sleep until the tracee stops
 *
 * Context: process context, may sleep.
 * Return: as spt_resume_syscall(), or as spt_resume_listen().
 */
int spt_resume_next(struct spt_tracee *tracee, u32 request, u32 signal,
		    bool at_exit, bool handover)
{
	if (request == PTRACE_LISTEN)
		return spt_resume_listen(tracee, 0, signal);

	return resume_tracing(tracee, signal,
			      resume_how(request) |
			      (at_exit ? RESUME_AT_EXIT : 0) |
			      (handover ? RESUME_HANDOVER : 0));
}

/**
 * spt_resume_kill - PTRACE_KILL
 * @tracee: the tracee
 * @addr: ignored
 * @data: ignored
 *
 * Context: process context.
 * Return: 0, also for one that is dead already, as natively.
 */
int spt_resume_kill(struct spt_tracee *tracee, u64 addr, u64 data)
{
	struct spt_tracer *tracer = tracee->tracer;

	/* One that was detached may have gained privileges: no signal. */
	spin_lock(&tracer->lock);
	if (tracee->phase <= SPT_EXITED)
		send_sig(SIGKILL, tracee->task, 0);
	spin_unlock(&tracer->lock);

	return 0;
}
