// SPDX-License-Identifier: GPL-2.0
/*
 * Filters as data: made, shared, asked, freed; see filter.h.
 */
#include <linux/atomic.h>
#include <linux/audit.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/kprobes.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/seccomp.h>
#include <linux/slab.h>
#include <linux/sptrace.h>
#include <asm/seccomp.h>

#include "kernel/seccomp_data.h"
#include "record/filter.h"
#include "record/foresee.h"
#include "tracee/tracee.h"

/* The rest of a verdict is left for later versions. */
#define FILTER_VERDICTS	(SPT_FILTER_ENTRY | SPT_FILTER_EXIT | SPT_FILTER_RECORD)

/*
 * What is run in the probe's handler keeps the CPU from being preempted, and other
 * tools' kprobes from being hit there by an interrupt. This many instructions take
 * less time than the handler itself.
 */
#define FILTER_QUICK_LENGTH	64

static atomic64_t filter_ids = ATOMIC64_INIT(0);

/* Of a value that a program returns, as of SECCOMP_RET_TRACE, the data counts. */
static u32 filter_verdict(u32 value)
{
	return value & SECCOMP_RET_DATA & FILTER_VERDICTS;
}

NOKPROBE_SYMBOL(filter_verdict);

/*
 * As the kernel's seccomp_check_filter(), after bpf_check_classic(): loads are of
 * struct seccomp_data, in the form in which bpf_convert_filter() knows them, and
 * nothing is left that speaks of a packet.
 */
static int filter_check_insn(struct sock_filter *insn)
{
	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		insn->code = BPF_LDX | BPF_W | BPF_ABS;
		if (insn->k >= sizeof(struct seccomp_data) || insn->k & 3)
			return -EINVAL;
		return 0;
	case BPF_LD | BPF_W | BPF_LEN:
		insn->code = BPF_LD | BPF_IMM;
		insn->k = sizeof(struct seccomp_data);
		return 0;
	case BPF_LDX | BPF_W | BPF_LEN:
		insn->code = BPF_LDX | BPF_IMM;
		insn->k = sizeof(struct seccomp_data);
		return 0;
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
	case BPF_ALU | BPF_ADD | BPF_K:
	case BPF_ALU | BPF_ADD | BPF_X:
	case BPF_ALU | BPF_SUB | BPF_K:
	case BPF_ALU | BPF_SUB | BPF_X:
	case BPF_ALU | BPF_MUL | BPF_K:
	case BPF_ALU | BPF_MUL | BPF_X:
	case BPF_ALU | BPF_DIV | BPF_K:
	case BPF_ALU | BPF_DIV | BPF_X:
	case BPF_ALU | BPF_AND | BPF_K:
	case BPF_ALU | BPF_AND | BPF_X:
	case BPF_ALU | BPF_OR | BPF_K:
	case BPF_ALU | BPF_OR | BPF_X:
	case BPF_ALU | BPF_XOR | BPF_K:
	case BPF_ALU | BPF_XOR | BPF_X:
	case BPF_ALU | BPF_LSH | BPF_K:
	case BPF_ALU | BPF_LSH | BPF_X:
	case BPF_ALU | BPF_RSH | BPF_K:
	case BPF_ALU | BPF_RSH | BPF_X:
	case BPF_ALU | BPF_NEG:
	case BPF_LD | BPF_IMM:
	case BPF_LDX | BPF_IMM:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
	case BPF_JMP | BPF_JA:
	case BPF_JMP | BPF_JEQ | BPF_K:
	case BPF_JMP | BPF_JEQ | BPF_X:
	case BPF_JMP | BPF_JGE | BPF_K:
	case BPF_JMP | BPF_JGE | BPF_X:
	case BPF_JMP | BPF_JGT | BPF_K:
	case BPF_JMP | BPF_JGT | BPF_X:
	case BPF_JMP | BPF_JSET | BPF_K:
	case BPF_JMP | BPF_JSET | BPF_X:
		return 0;
	default:
		return -EINVAL;
	}
}

static int filter_check(struct sock_filter *program, unsigned int length)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < length && !err; i++)
		err = filter_check_insn(&program[i]);

	return err;
}

static void filter_foresee(struct spt_filter *filter, enum spt_filter_abi abi,
			   u32 arch)
{
	const struct sock_fprog_kern *orig = filter->prog->orig_prog;
	u32 value;
	int nr;

	for (nr = 0; nr < SPT_FILTER_CALLS; nr++) {
		value = spt_foresee(orig->filter, orig->len, nr, arch);
		filter->foreseen[abi][nr] = value == SPT_FORESEE_DEPENDS ?
					    SPT_VERDICT_DEPENDS :
					    filter_verdict(value);
		/* A run has as many steps as the program has instructions. */
		cond_resched();
	}
}

static void filter_foresee_all(struct spt_filter *filter)
{
	BUILD_BUG_ON(FILTER_VERDICTS >= SPT_VERDICT_DEPENDS);

	filter_foresee(filter, SPT_FILTER_NATIVE, SECCOMP_ARCH_NATIVE);
#ifdef SECCOMP_ARCH_COMPAT
	filter_foresee(filter, SPT_FILTER_COMPAT, SECCOMP_ARCH_COMPAT);
#endif
}

/* As the kernel's bpf_release_orig_filter(); it counts for nobody's cgroup. */
static void filter_forget_source(struct bpf_prog *prog)
{
	struct sock_fprog_kern *orig = prog->orig_prog;

	prog->orig_prog = NULL;
	kfree(orig->filter);
	kfree(orig);
}

/* ENOTSUPP, which user space doesn't know, is a JIT that lacks memory or is off. */
static int filter_compile(struct spt_filter *filter,
			  const struct spt_set_filter *args)
{
	struct sock_fprog program = {
		.len = args->length,
		.filter = u64_to_user_ptr(args->program),
	};
	int err;

	err = bpf_prog_create_from_user(&filter->prog, &program, filter_check,
					true);

	return err == -ENOTSUPP ? -ENOMEM : err;
}

/**
 * spt_filter_make - check and compile a filter
 * @args: where the program is
 *
 * Context: process context, may sleep.
 * Return: the filter, with a reference for the caller; -EINVAL when it has no
 * instruction, too many, or such as a filter can't have; -EFAULT; -ENOMEM.
 */
struct spt_filter *spt_filter_make(const struct spt_set_filter *args)
{
	struct spt_filter *filter;
	int err;

	if (!args->length || args->length > BPF_MAXINSNS)
		return ERR_PTR(-EINVAL);

	filter = kzalloc(sizeof(*filter), GFP_KERNEL_ACCOUNT);
	if (!filter)
		return ERR_PTR(-ENOMEM);

	err = filter_compile(filter, args);
	if (err) {
		kfree(filter);
		return ERR_PTR(err);
	}

	refcount_set(&filter->refs, 1);
	filter->id = atomic64_inc_return(&filter_ids);
	filter->quick = args->length <= FILTER_QUICK_LENGTH;
	filter_foresee_all(filter);
	filter_forget_source(filter->prog);

	return filter;
}

static void filter_free(struct rcu_head *rcu)
{
	struct spt_filter *filter = container_of(rcu, struct spt_filter, rcu);

	bpf_prog_destroy(filter->prog);
	kfree(filter);
}

/**
 * spt_filter_put - drop a reference
 * @filter: a filter
 *
 * Context: any.
 */
void spt_filter_put(struct spt_filter *filter)
{
	if (refcount_dec_and_test(&filter->refs))
		call_rcu(&filter->rcu, filter_free);
}

/**
 * spt_filter_give - from the next call on, a tracee is judged by this filter
 * @tracee: the tracee, wherever it is
 * @filter: the filter, whose reference is taken over; NULL for none
 *
 * Whether the task comes to be asked at all is dispatch's matter.
 *
 * Context: tracer->lock held.
 */
void spt_filter_give(struct spt_tracee *tracee, struct spt_filter *filter)
{
	struct spt_filter *former;

	lockdep_assert_held(&tracee->tracer->lock);

	former = rcu_replace_pointer(tracee->filter, filter,
				     lockdep_is_held(&tracee->tracer->lock));
	if (former)
		spt_filter_put(former);
}

/**
 * spt_filter_inherit - a child is judged as its parent is
 * @child: the child's tracee object, which has none
 * @parent: the current task
 *
 * Context: tracer->lock held.
 */
void spt_filter_inherit(struct spt_tracee *child,
			const struct spt_tracee *parent)
{
	struct spt_filter *filter;

	lockdep_assert_held(&parent->tracer->lock);

	filter = rcu_dereference_protected(parent->filter,
					   lockdep_is_held(&parent->tracer->lock));
	if (!filter)
		return;

	refcount_inc(&filter->refs);
	spt_filter_give(child, filter);
}

/**
 * spt_filter_drop - a tracee is let go
 * @tracee: the tracee, which handlers find no more (spt_dispatch_drop())
 *
 * Context: tracer->lock held.
 */
void spt_filter_drop(struct spt_tracee *tracee)
{
	spt_filter_give(tracee, NULL);
}

/**
 * spt_filter_id - which filter a tracee has
 * @tracee: the tracee
 *
 * Context: any.
 * Return: the number of its filter, 0 for none; another one's the next moment.
 */
u64 spt_filter_id(const struct spt_tracee *tracee)
{
	const struct spt_filter *filter;
	u64 id;

	rcu_read_lock();
	filter = rcu_dereference(tracee->filter);
	id = filter ? filter->id : 0;
	rcu_read_unlock();

	return id;
}

/**
 * spt_filter_run_quick - what a tracee's filter says of a call, in a probe's handler
 * @tracee: the current task
 * @regs: the call, of which spt_filter_look() can't tell
 *
 * Context: a probe's handler, with preemption disabled, which keeps the filter.
 * Return: SPT_FILTER_* bits, or -EAGAIN when the filter is to be asked at the entry
 * hook.
 */
int spt_filter_run_quick(const struct spt_tracee *tracee, struct pt_regs *regs)
{
	const struct spt_filter *filter = rcu_dereference_raw(tracee->filter);
	struct seccomp_data data;

	if (!filter || !filter->quick)
		return -EAGAIN;

	spt_seccomp_data(&data, regs);
	return filter_verdict(bpf_prog_run(filter->prog, &data));
}

NOKPROBE_SYMBOL(spt_filter_run_quick);

/**
 * spt_filter_judge - what a tracee's filter says of a call
 * @tracee: the current task
 * @regs: the call
 * @verdict: set to SPT_FILTER_* bits, 0 without a filter
 *
 * Context: the task itself, at the entry hook.
 * Return: spt_filter_id() of the filter that was asked.
 */
u64 spt_filter_judge(const struct spt_tracee *tracee, struct pt_regs *regs,
		     u32 *verdict)
{
	const struct spt_filter *filter;
	struct seccomp_data data;
	u64 id = 0;

	*verdict = 0;
	rcu_read_lock();
	filter = rcu_dereference(tracee->filter);
	if (filter) {
		id = filter->id;
		*verdict = spt_filter_foreseen(filter, regs);
	}
	if (*verdict == SPT_VERDICT_DEPENDS) {
		spt_seccomp_data(&data, regs);
		*verdict = filter_verdict(bpf_prog_run_pin_on_cpu(filter->prog,
								  &data));
	}
	rcu_read_unlock();

	return id;
}

/**
 * spt_filter_exit - wait for the last filters to be freed
 *
 * Context: the module's removal, when there is no tracee any more; may sleep.
 */
void spt_filter_exit(void)
{
	rcu_barrier();
}
