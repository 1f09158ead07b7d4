# SPDX-License-Identifier: GPL-2.0
# What the headers of the kernel that is built for have, asked of them one by one, since vendors
# backport and a version number lies. Included by both Kbuild files; each answer is a macro that one
# header of this directory looks at.

# $(call ask,MACRO,HEADER,PATTERN): defines MACRO when HEADER has a line that matches PATTERN, which
# has a dot for what make would take for its own.
ask = $(shell grep -qsE '$(3)' $(srctree)/include/$(2) && echo -D$(1))

ccflags-y += $(call ask,SPT_HAS_DEQUEUE_CURRENT,linux/sched/signal.h,dequeue_signal.sigset_t)
ccflags-y += $(call ask,SPT_HAS_FTRACE_REGS,linux/ftrace_regs.h,struct __arch_ftrace_regs)
ccflags-y += $(call ask,SPT_HAS_EXEC_STATE,linux/sched/exec_state.h,struct task_exec_state)
ccflags-y += $(call ask,SPT_HAS_LSM_PROP,linux/security.h,security_task_getlsmprop_obj)
ccflags-y += $(call ask,SPT_HAS_TRACEPOINT_SRCU,linux/tracepoint.h,guard.srcu_fast_notrace..&tracepoint_srcu)
ccflags-y += $(call ask,SPT_HAS_VM_FLAGS_SET,linux/mm.h,^static inline void vm_flags_set.struct vm_area_struct)
ccflags-y += $(call ask,SPT_HAS_EXIT_GROUP_DEAD,trace/events/sched.h,TP_PROTO.struct task_struct .p. bool group_dead)
ccflags-y += $(call ask,SPT_HAS_GUP_VMAS,linux/mm.h,struct vm_area_struct ..vmas. int .locked)
