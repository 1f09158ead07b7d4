/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel remembers of the program that a task executes: whether others
 * may read it, and the user namespace in which that was decided.
 *
 * Of the address space up to 7.2, of the task's exec_state in 7.3.
 */
#ifndef SPT_COMPAT_EXEC_H
#define SPT_COMPAT_EXEC_H

#include <linux/mm_types.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/coredump.h>

/**
 * struct spt_program - what is remembered
 * @readable: others may read it, as far as its file goes
 * @user_ns: the user namespace; valid while the RCU read lock is held
 */
struct spt_program {
	bool readable;
	struct user_namespace *user_ns;
};

#ifdef SPT_HAS_EXEC_STATE
#include <linux/sched/exec_state.h>

/* With the RCU read lock held. */
static inline struct spt_program spt_program_of(struct task_struct *task,
						struct mm_struct *mm)
{
	struct task_exec_state *state = rcu_dereference(task->exec_state);

	return (struct spt_program){
		.readable = READ_ONCE(state->dumpable) == TASK_DUMPABLE_OWNER,
		.user_ns = state->user_ns,
	};
}
#else
/* With a reference to @mm held, which is @task's. */
static inline struct spt_program spt_program_of(struct task_struct *task,
						struct mm_struct *mm)
{
	return (struct spt_program){
		.readable = __get_dumpable(mm->flags) == SUID_DUMP_USER,
		.user_ns = mm->user_ns,
	};
}
#endif

#endif /* SPT_COMPAT_EXEC_H */
