// SPDX-License-Identifier: GPL-2.0
/* A BPF program in front of (fentry) or behind (fexit) each function. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include "neighbours.h"

#define INSN(c, d, s, o, i)                                              \
	{                                                                \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), \
		.imm = (i)                                               \
	}

#define MOVE(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define CALL(i) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, i)

/* In two instructions, the second of which has the upper half. */
#define SET_64(d, s, i)                                                    \
	INSN(BPF_LD | BPF_DW | BPF_IMM, d, s, 0, (__s32)((i)&0xffffffff)), \
		INSN(0, 0, 0, 0, (__s32)((__u64)(i) >> 32))

/* counters[index]++, where the current task is a worker. */
static int load(enum bpf_attach_type type, int btf_id, int map, int index)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = type,
		    .attach_btf_id = btf_id);
	__u64 name;

	/* As many bytes of the name as one register holds. */
	memcpy(&name, WORKER_NAME, sizeof(name));

	struct bpf_insn program[] = {
		MOVE(BPF_REG_1, BPF_REG_10),
		ADD(BPF_REG_1, -16),
		SET(BPF_REG_2, 16),
		CALL(BPF_FUNC_get_current_comm),
		INSN(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10, -16, 0),
		SET_64(BPF_REG_2, 0, name),
		INSN(BPF_JMP | BPF_JNE | BPF_X, BPF_REG_1, BPF_REG_2, 9, 0),
		INSN(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -20, index),
		MOVE(BPF_REG_2, BPF_REG_10),
		ADD(BPF_REG_2, -20),
		SET_64(BPF_REG_1, BPF_PSEUDO_MAP_FD, map),
		CALL(BPF_FUNC_map_lookup_elem),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 2, 0),
		SET(BPF_REG_1, 1),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_0, BPF_REG_1, 0,
		     BPF_ADD),
		SET(BPF_REG_0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, "neighbour", "GPL", program,
			     ARRAY_LEN(program), &opts);
}

static const char *bpf_missing(void)
{
	return access("/sys/kernel/btf/vmlinux", R_OK) ?
		       "this kernel has no BTF" :
		       NULL;
}

/* Parsed once: it takes an emulated machine seconds. */
static const struct btf *kernel_btf(void)
{
	static struct btf *btf;

	if (!btf)
		btf = btf__load_vmlinux_btf();
	return btf;
}

/*
 * A trampoline waits for all who are in it; a call that never returns stays in
 * fexit's for ever. Newer kernels refuse to put it on these.
 */
static bool never_returns(const char *name)
{
	return !strcmp(name, "do_exit");
}

/* Of struct watch: what there is for each function. */
enum { LINK, PROGRAM };

static int attach_one(struct watch *watch, unsigned int i,
		      enum bpf_attach_type type)
{
	const char *name = watch->functions->names[i];
	int btf_id, program, link;

	if (type == BPF_TRACE_FEXIT && never_returns(name))
		return -EINVAL;
	btf_id = btf__find_by_name_kind(kernel_btf(), name, BTF_KIND_FUNC);
	if (btf_id < 0)
		return btf_id;
	program = load(type, btf_id, watch->map, i);
	if (program < 0)
		return program;
	link = bpf_raw_tracepoint_open(NULL, program);
	if (link < 0) {
		link = -errno;
		close(program);
		return link;
	}
	watch->fds[i][LINK] = link;
	watch->fds[i][PROGRAM] = program;
	return 0;
}

static bool bpf_attach(struct watch *watch, enum bpf_attach_type type)
{
	bool any = false;
	unsigned int i;

	watch->map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "counters",
				    sizeof(__u32), sizeof(__u64), MAX_FUNCTIONS,
				    NULL);
	if (watch->map < 0 || !kernel_btf())
		return false;
	for (i = 0; i < watch->functions->count; i++) {
		watch->errors[i] = attach_one(watch, i, type);
		any |= !watch->errors[i];
	}
	return any;
}

static bool fentry_attach(struct watch *watch)
{
	return bpf_attach(watch, BPF_TRACE_FENTRY);
}

static bool fexit_attach(struct watch *watch)
{
	return bpf_attach(watch, BPF_TRACE_FEXIT);
}

/*
 * A task that is preempted while its program runs keeps the next task on that CPU
 * from running the same one (the kernel's __bpf_prog_enter_recur()). The program
 * was called nevertheless, and the kernel tells how often.
 */
static bool count_missed(int program, __u64 *missed)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(program, &info, &size))
		return false;
	*missed = info.recursion_misses;
	return true;
}

static bool bpf_count(struct watch *watch, unsigned long *counts)
{
	__u32 i;

	for (i = 0; i < watch->functions->count; i++) {
		__u64 count, missed = 0;

		if (bpf_map_lookup_elem(watch->map, &i, &count) ||
		    (!watch->errors[i] &&
		     !count_missed(watch->fds[i][PROGRAM], &missed)))
			return false;
		counts[i] = count + missed;
	}
	return true;
}

static void bpf_detach(struct watch *watch)
{
	unsigned int i;

	for (i = 0; i < watch->functions->count; i++) {
		if (watch->errors[i])
			continue;
		close(watch->fds[i][LINK]);
		close(watch->fds[i][PROGRAM]);
	}
	close(watch->map);
}

/* The first argument is the option; the answer is the function's result. */
int bpf_answer_prctl(int option, int error)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = BPF_MODIFY_RETURN);
	struct bpf_insn instructions[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_1, 0, 0),
		SET(BPF_REG_0, 0),
		INSN(BPF_JMP32 | BPF_JNE | BPF_K, BPF_REG_1, 0, 1, option),
		SET(BPF_REG_0, error),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int btf_id = btf__find_by_name_kind(kernel_btf(), "security_task_prctl",
					    BTF_KIND_FUNC);
	int program, link;

	if (btf_id < 0)
		return btf_id;
	opts.attach_btf_id = btf_id;
	program = bpf_prog_load(BPF_PROG_TYPE_TRACING, "answer", "GPL",
				instructions, ARRAY_LEN(instructions), &opts);
	if (program < 0)
		return program;
	link = bpf_raw_tracepoint_open(NULL, program);
	close(program);
	return link;
}

const struct tool tool_fentry = {
	.name = "fentry",
	.missing = bpf_missing,
	.attach = fentry_attach,
	.count = bpf_count,
	.detach = bpf_detach,
};

const struct tool tool_fexit = {
	.name = "fexit",
	.missing = bpf_missing,
	.attach = fexit_attach,
	.count = bpf_count,
	.detach = bpf_detach,
};
