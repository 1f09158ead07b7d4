/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel functions that the module needs and the kernel does not export.
 * Each call goes through spt_arch_call(), never through a plain pointer; see
 * there for the reason.
 */
#ifndef SPT_SYMBOL_H
#define SPT_SYMBOL_H

#include <linux/audit.h>
#include <linux/compat.h>
#include <linux/cred.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/task_work.h>
#include <linux/uaccess.h>

#include "arch/arch.h"

/* The first one is needed to find those that are no functions. */
enum spt_symbol_id {
	SPT_SYM_KALLSYMS_LOOKUP_NAME,
	SPT_SYM_PTRACE_MAY_ACCESS,
	SPT_SYM_SECURITY_PTRACE_TRACEME,
	SPT_SYM_SECURITY_CAPABLE,
	SPT_SYM_WAKE_UP_STATE,
	SPT_SYM_WAIT_TASK_INACTIVE,
	SPT_SYM_SCHEDULE_PREEMPT_DISABLED,
	SPT_SYM_TASK_WORK_CANCEL_MATCH,
	SPT_SYM_CGROUP_ENTER_FROZEN,
	SPT_SYM_CGROUP_LEAVE_FROZEN,
	SPT_SYM_ARCH_PTRACE,
	SPT_SYM_COMPAT_ARCH_PTRACE,
	SPT_SYM_PTRACE_NOTIFY,
	SPT_SYM_USER_ENABLE_SINGLE_STEP,
	SPT_SYM_USER_ENABLE_BLOCK_STEP,
	SPT_SYM_USER_DISABLE_SINGLE_STEP,
	SPT_SYM_TASK_WORK_RUN,
	SPT_SYM_UPROBE_DENY_SIGNAL,
	SPT_SYM_DO_NOTIFY_PARENT_CLDSTOP,
	SPT_SYM_TASK_PARTICIPATE_GROUP_STOP,
	SPT_SYM_TASK_SET_JOBCTL_PENDING,
	SPT_SYM_SIGNAL_WAKE_UP_STATE,
	SPT_SYM_SEND_SIGNAL_LOCKED,
	SPT_SYM_DO_SEND_SIG_INFO,
	SPT_SYM_LOCK_TASK_SIGHAND,
	SPT_SYM_IS_CURRENT_PGRP_ORPHANED,
	SPT_SYM_DO_GROUP_EXIT,
	SPT_SYM_SET_CURRENT_BLOCKED,
	SPT_SYM_GETRUSAGE,
	SPT_SYM_COPY_SIGINFO_TO_USER,
#ifdef CONFIG_COMPAT
	SPT_SYM_COPY_SIGINFO_TO_USER32,
#endif
	SPT_SYM_SECURITY_PTRACE_ACCESS_CHECK,
	SPT_SYM_SIGINFO_LAYOUT,
	SPT_SYM_STACK_TRACE_SAVE_TSK,
#ifdef CONFIG_AUDITSYSCALL
	SPT_SYM_AUDIT_PTRACE,
#endif
	SPT_SYM_FTRACE_FIND_REC_DIRECT,
	SPT_SYM_GET_KPROBE,
	SPT_SYM_TASKLIST_LOCK,
	SPT_SYM_FTRACE_ENABLED,
	SPT_SYM_KPROBES_ALL_DISARMED,
	SPT_SYM_ACCESS_REMOTE_VM,
	SPT_SYM_WAKE_UP_ON_CURRENT_CPU,	/* optional */
	SPT_SYM_YAMA_PTRACE_SCOPE,	/* optional */
	SPT_SYM_PROC_MEM_FORCE_OVERRIDE,	/* optional */
	SPT_NR_SYMBOLS,
};

extern void *spt_symbols[SPT_NR_SYMBOLS];

int spt_symbols_resolve(void);
bool spt_symbol_hidden(const char *name);
void *spt_symbol_find(const char *name);

static inline bool spt_ptrace_may_access(struct task_struct *task,
					 unsigned int mode)
{
	/* A function that returns bool leaves rubbish above the low byte. */
	return (u8)spt_arch_call(spt_symbols[SPT_SYM_PTRACE_MAY_ACCESS],
				 (long)task, mode, 0, 0, 0);
}

static inline int spt_security_ptrace_traceme(struct task_struct *parent)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_SECURITY_PTRACE_TRACEME],
				  (long)parent, 0, 0, 0, 0);
}

static inline int spt_security_capable(const struct cred *cred,
				       struct user_namespace *ns, int cap,
				       unsigned int opts)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_SECURITY_CAPABLE],
				  (long)cred, (long)ns, cap, opts, 0);
}

static inline int spt_wake_up_state(struct task_struct *task,
				    unsigned int state)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_WAKE_UP_STATE],
				  (long)task, state, 0, 0, 0);
}

static inline unsigned long spt_wait_task_inactive(struct task_struct *task,
						   unsigned int state)
{
	return spt_arch_call(spt_symbols[SPT_SYM_WAIT_TASK_INACTIVE],
			     (long)task, state, 0, 0, 0);
}

static inline void spt_schedule_preempt_disabled(void)
{
	spt_arch_call(spt_symbols[SPT_SYM_SCHEDULE_PREEMPT_DISABLED],
		      0, 0, 0, 0, 0);
}

static inline struct callback_head *
spt_task_work_cancel_match(struct task_struct *task,
			   bool (*match)(struct callback_head *cb, void *data),
			   void *data)
{
	return (struct callback_head *)
		spt_arch_call(spt_symbols[SPT_SYM_TASK_WORK_CANCEL_MATCH],
			      (long)task, (long)match, (long)data, 0, 0);
}

/* Behind the probe on it, which concerns the kernel's own calls alone. */
static inline void spt_cgroup_enter_frozen(void)
{
	spt_arch_call(spt_arch_body(spt_symbols[SPT_SYM_CGROUP_ENTER_FROZEN]),
		      0, 0, 0, 0, 0);
}

static inline void spt_cgroup_leave_frozen(bool always)
{
	spt_arch_call(spt_symbols[SPT_SYM_CGROUP_LEAVE_FROZEN],
		      always, 0, 0, 0, 0);
}

/* The caller's own flavour: a 32-bit caller means 32-bit words and offsets. */
static inline long spt_arch_ptrace(struct task_struct *task, long request,
				   unsigned long addr, unsigned long data)
{
	enum spt_symbol_id id = in_compat_syscall() ?
				SPT_SYM_COMPAT_ARCH_PTRACE : SPT_SYM_ARCH_PTRACE;

	return spt_arch_call(spt_symbols[id], (long)task, request, addr, data,
			     0);
}

static inline int spt_ptrace_notify(int exit_code, unsigned long message)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_PTRACE_NOTIFY],
				  exit_code, message, 0, 0, 0);
}

/* Reads the instruction that comes next, and so may sleep. */
static inline void spt_user_enable_single_step(struct task_struct *task)
{
	spt_arch_call(spt_symbols[SPT_SYM_USER_ENABLE_SINGLE_STEP], (long)task,
		      0, 0, 0, 0);
}

static inline void spt_user_enable_block_step(struct task_struct *task)
{
	spt_arch_call(spt_symbols[SPT_SYM_USER_ENABLE_BLOCK_STEP], (long)task,
		      0, 0, 0, 0);
}

/* By its hook, which keeps the flag of a syscall-exit-stop. */
static inline void spt_user_disable_single_step(struct task_struct *task)
{
	spt_arch_call(spt_symbols[SPT_SYM_USER_DISABLE_SINGLE_STEP], (long)task,
		      0, 0, 0, 0);
}

static inline void spt_task_work_run(void)
{
	spt_arch_call(spt_symbols[SPT_SYM_TASK_WORK_RUN], 0, 0, 0, 0, 0);
}

static inline bool spt_uprobe_deny_signal(void)
{
	return (u8)spt_arch_call(spt_symbols[SPT_SYM_UPROBE_DENY_SIGNAL],
				 0, 0, 0, 0, 0);
}

/* Takes tasklist_lock, which that function wants held. */
static inline void spt_notify_parent_cldstop(struct task_struct *task,
					     bool for_ptracer, int why)
{
	rwlock_t *tasklist = spt_symbols[SPT_SYM_TASKLIST_LOCK];

	read_lock(tasklist);
	spt_arch_call(spt_symbols[SPT_SYM_DO_NOTIFY_PARENT_CLDSTOP],
		      (long)task, for_ptracer, why, 0, 0);
	read_unlock(tasklist);
}

static inline bool spt_task_participate_group_stop(struct task_struct *task)
{
	return (u8)spt_arch_call(spt_symbols[SPT_SYM_TASK_PARTICIPATE_GROUP_STOP],
				 (long)task, 0, 0, 0, 0);
}

static inline bool spt_task_set_jobctl_pending(struct task_struct *task,
					       unsigned long mask)
{
	return (u8)spt_arch_call(spt_symbols[SPT_SYM_TASK_SET_JOBCTL_PENDING],
				 (long)task, mask, 0, 0, 0);
}

static inline void spt_signal_wake_up_state(struct task_struct *task,
					    unsigned int state)
{
	spt_arch_call(spt_symbols[SPT_SYM_SIGNAL_WAKE_UP_STATE],
		      (long)task, state, 0, 0, 0);
}

static inline int spt_send_signal_locked(int signr, kernel_siginfo_t *info,
					 struct task_struct *task,
					 enum pid_type type)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_SEND_SIGNAL_LOCKED],
				  signr, (long)info, (long)task, type, 0);
}

static inline int spt_do_send_sig_info(int signr, kernel_siginfo_t *info,
				       struct task_struct *task,
				       enum pid_type type)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_DO_SEND_SIG_INFO],
				  signr, (long)info, (long)task, type, 0);
}

/* Of current, whose doesn't change under it, or of a task locked as below. */
static inline struct sighand_struct *spt_sighand(struct task_struct *task)
{
	return (__force struct sighand_struct *)task->sighand;
}

/* lock_task_sighand(): false, and nothing locked, for a task that is gone. */
static inline bool spt_lock_task_sighand(struct task_struct *task,
					 unsigned long *flags)
{
	return spt_arch_call(spt_symbols[SPT_SYM_LOCK_TASK_SIGHAND],
			     (long)task, (long)flags, 0, 0, 0);
}

static inline void spt_unlock_task_sighand(struct task_struct *task,
					   unsigned long *flags)
{
	/* Sparse does not see that it was locked by address. */
	__acquire(&spt_sighand(task)->siglock);
	spin_unlock_irqrestore(&spt_sighand(task)->siglock, *flags);
}

static inline bool spt_is_current_pgrp_orphaned(void)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_IS_CURRENT_PGRP_ORPHANED],
				  0, 0, 0, 0, 0);
}

static inline void spt_set_current_blocked(const sigset_t *mask)
{
	spt_arch_call(spt_symbols[SPT_SYM_SET_CURRENT_BLOCKED], (long)mask,
		      0, 0, 0, 0);
}

static inline int spt_copy_siginfo_to_user(siginfo_t __user *user,
					   const kernel_siginfo_t *info)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_COPY_SIGINFO_TO_USER],
				  (__force long)user, (long)info, 0, 0, 0);
}

#ifdef CONFIG_COMPAT
static inline int
spt_copy_siginfo_to_user32(struct compat_siginfo __user *user,
			   const kernel_siginfo_t *info)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_COPY_SIGINFO_TO_USER32],
				  (__force long)user, (long)info, 0, 0, 0);
}
#endif

static inline int spt_security_ptrace_access_check(struct task_struct *task,
						   unsigned int mode)
{
	return (int)spt_arch_call(spt_symbols[SPT_SYM_SECURITY_PTRACE_ACCESS_CHECK],
				  (long)task, mode, 0, 0, 0);
}

static inline enum siginfo_layout spt_siginfo_layout(unsigned int signr,
						     int code)
{
	return spt_arch_call(spt_symbols[SPT_SYM_SIGINFO_LAYOUT], signr, code,
			     0, 0, 0);
}

static inline unsigned int spt_stack_trace_save_tsk(struct task_struct *task,
						    unsigned long *store,
						    unsigned int size)
{
	return spt_arch_call(spt_symbols[SPT_SYM_STACK_TRACE_SAVE_TSK],
			     (long)task, (long)store, size, 0, 0);
}

/* audit_ptrace(): whom the current system call is about, if it is audited. */
static inline void spt_audit_ptrace(struct task_struct *task)
{
#ifdef CONFIG_AUDITSYSCALL
	if (unlikely(!audit_dummy_context()))
		spt_arch_call(spt_symbols[SPT_SYM_AUDIT_PTRACE], (long)task,
			      0, 0, 0, 0);
#endif
}

static inline int spt_access_remote_vm(struct mm_struct *mm, unsigned long addr,
				       void *buf, int len,
				       unsigned int gup_flags)
{
	return spt_arch_call(spt_symbols[SPT_SYM_ACCESS_REMOTE_VM], (long)mm,
			     addr, (long)buf, len, gup_flags);
}

static inline void spt_getrusage(struct task_struct *task, int who,
				 struct rusage *rusage)
{
	spt_arch_call(spt_symbols[SPT_SYM_GETRUSAGE], (long)task, who,
		      (long)rusage, 0, 0);
}

#endif /* SPT_SYMBOL_H */
