// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctl ABI: sizes, offsets and numbers as literals, so that no change of
 * the header goes unnoticed.
 */
#include <kunit/test.h>
#include <linux/ptrace.h>
#include <linux/sptrace.h>
#include <linux/stddef.h>

#define EXPECT_FIELD(test, type, field, at, size)			\
do {									\
	KUNIT_EXPECT_EQ((test), (int)offsetof(type, field), (at));	\
	KUNIT_EXPECT_EQ((test), (int)sizeof_field(type, field), (size));\
} while (0)

static void info_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_info), 24);
	KUNIT_EXPECT_EQ(test, SPT_INFO_SIZE_VER0, 24);
	EXPECT_FIELD(test, struct spt_info, abi_version, 0, 4);
	EXPECT_FIELD(test, struct spt_info, reserved, 4, 4);
	EXPECT_FIELD(test, struct spt_info, features, 8, 8);
	EXPECT_FIELD(test, struct spt_info, options, 16, 8);
}

static void ptrace_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_ptrace), 24);
	KUNIT_EXPECT_EQ(test, SPT_PTRACE_SIZE_VER0, 24);
	EXPECT_FIELD(test, struct spt_ptrace, request, 0, 4);
	EXPECT_FIELD(test, struct spt_ptrace, tid, 4, 4);
	EXPECT_FIELD(test, struct spt_ptrace, addr, 8, 8);
	EXPECT_FIELD(test, struct spt_ptrace, data, 16, 8);
}

static void event_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_event), 40);
	EXPECT_FIELD(test, struct spt_event, tid, 0, 4);
	EXPECT_FIELD(test, struct spt_event, tgid, 4, 4);
	EXPECT_FIELD(test, struct spt_event, status, 8, 4);
	EXPECT_FIELD(test, struct spt_event, cause, 12, 4);
	EXPECT_FIELD(test, struct spt_event, signal, 16, 4);
	EXPECT_FIELD(test, struct spt_event, code, 20, 4);
	EXPECT_FIELD(test, struct spt_event, event, 24, 4);
	EXPECT_FIELD(test, struct spt_event, flags, 28, 4);
	EXPECT_FIELD(test, struct spt_event, message, 32, 8);
}

static void syscall_info_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_syscall_info), 88);
	EXPECT_FIELD(test, struct spt_syscall_info, op, 0, 1);
	EXPECT_FIELD(test, struct spt_syscall_info, pad, 1, 3);
	EXPECT_FIELD(test, struct spt_syscall_info, arch, 4, 4);
	EXPECT_FIELD(test, struct spt_syscall_info, instruction_pointer, 8, 8);
	EXPECT_FIELD(test, struct spt_syscall_info, stack_pointer, 16, 8);
	EXPECT_FIELD(test, struct spt_syscall_info, entry, 24, 56);
	EXPECT_FIELD(test, struct spt_syscall_info, entry.nr, 24, 8);
	EXPECT_FIELD(test, struct spt_syscall_info, entry.args, 32, 48);
	EXPECT_FIELD(test, struct spt_syscall_info, exit, 24, 16);
	EXPECT_FIELD(test, struct spt_syscall_info, exit.rval, 24, 8);
	EXPECT_FIELD(test, struct spt_syscall_info, exit.is_error, 32, 1);
	EXPECT_FIELD(test, struct spt_syscall_info, exit.pad, 33, 7);
	EXPECT_FIELD(test, struct spt_syscall_info, seccomp, 24, 64);
	EXPECT_FIELD(test, struct spt_syscall_info, seccomp.nr, 24, 8);
	EXPECT_FIELD(test, struct spt_syscall_info, seccomp.args, 32, 48);
	EXPECT_FIELD(test, struct spt_syscall_info, seccomp.ret_data, 80, 4);
	EXPECT_FIELD(test, struct spt_syscall_info, seccomp.pad, 84, 4);
}

/* A debugger may hand its struct ptrace_syscall_info to either. */
#define EXPECT_AS_NATIVE(test, field)					\
do {									\
	KUNIT_EXPECT_EQ((test),						\
			(int)offsetof(struct spt_syscall_info, field),	\
			(int)offsetof(struct ptrace_syscall_info, field));\
	KUNIT_EXPECT_EQ((test),						\
			(int)sizeof_field(struct spt_syscall_info, field),\
			(int)sizeof_field(struct ptrace_syscall_info, field));\
} while (0)

static void syscall_info_is_as_native(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct ptrace_syscall_info), 88);
	EXPECT_AS_NATIVE(test, op);
	/* The padding has other names in newer kernels; arch is behind it. */
	EXPECT_AS_NATIVE(test, arch);
	EXPECT_AS_NATIVE(test, instruction_pointer);
	EXPECT_AS_NATIVE(test, stack_pointer);
	EXPECT_AS_NATIVE(test, entry.nr);
	EXPECT_AS_NATIVE(test, entry.args);
	EXPECT_AS_NATIVE(test, exit.rval);
	EXPECT_AS_NATIVE(test, exit.is_error);
	EXPECT_AS_NATIVE(test, seccomp.nr);
	EXPECT_AS_NATIVE(test, seccomp.args);
	EXPECT_AS_NATIVE(test, seccomp.ret_data);
}

static void wait_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_wait), 216);
	KUNIT_EXPECT_EQ(test, SPT_WAIT_SIZE_VER0, 144);
	KUNIT_EXPECT_EQ(test, SPT_WAIT_SIZE_VER1, 216);
	EXPECT_FIELD(test, struct spt_wait, idtype, 0, 4);
	EXPECT_FIELD(test, struct spt_wait, id, 4, 4);
	EXPECT_FIELD(test, struct spt_wait, options, 8, 4);
	EXPECT_FIELD(test, struct spt_wait, flags, 12, 4);
	EXPECT_FIELD(test, struct spt_wait, event, 16, 40);
	EXPECT_FIELD(test, struct spt_wait, syscall, 56, 88);
	EXPECT_FIELD(test, struct spt_wait, rusage, 144, 72);
}

static void rusage_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_rusage), 72);
	EXPECT_FIELD(test, struct spt_rusage, utime_usec, 0, 8);
	EXPECT_FIELD(test, struct spt_rusage, stime_usec, 8, 8);
	EXPECT_FIELD(test, struct spt_rusage, maxrss_kib, 16, 8);
	EXPECT_FIELD(test, struct spt_rusage, minflt, 24, 8);
	EXPECT_FIELD(test, struct spt_rusage, majflt, 32, 8);
	EXPECT_FIELD(test, struct spt_rusage, inblock, 40, 8);
	EXPECT_FIELD(test, struct spt_rusage, oublock, 48, 8);
	EXPECT_FIELD(test, struct spt_rusage, nvcsw, 56, 8);
	EXPECT_FIELD(test, struct spt_rusage, nivcsw, 64, 8);
}

static void flags_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_flags), 8);
	KUNIT_EXPECT_EQ(test, SPT_FLAGS_SIZE_VER0, 8);
	EXPECT_FIELD(test, struct spt_flags, flags, 0, 4);
	EXPECT_FIELD(test, struct spt_flags, reserved, 4, 4);
}

static void status_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_status), 32);
	KUNIT_EXPECT_EQ(test, SPT_STATUS_SIZE_VER0, 32);
	EXPECT_FIELD(test, struct spt_status, tid, 0, 4);
	EXPECT_FIELD(test, struct spt_status, tgid, 4, 4);
	EXPECT_FIELD(test, struct spt_status, tracer, 8, 4);
	EXPECT_FIELD(test, struct spt_status, state, 12, 4);
	EXPECT_FIELD(test, struct spt_status, flags, 16, 4);
	EXPECT_FIELD(test, struct spt_status, options, 20, 4);
	EXPECT_FIELD(test, struct spt_status, pid_ns, 24, 8);
}

static void list_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_list), 24);
	KUNIT_EXPECT_EQ(test, SPT_LIST_SIZE_VER0, 24);
	EXPECT_FIELD(test, struct spt_list, entries, 0, 8);
	EXPECT_FIELD(test, struct spt_list, capacity, 8, 4);
	EXPECT_FIELD(test, struct spt_list, total, 12, 4);
	EXPECT_FIELD(test, struct spt_list, entry_size, 16, 4);
	EXPECT_FIELD(test, struct spt_list, reserved, 20, 4);
}

static void scope_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_scope), 16);
	KUNIT_EXPECT_EQ(test, SPT_SCOPE_SIZE_VER0, 16);
	EXPECT_FIELD(test, struct spt_scope, pid, 0, 4);
	EXPECT_FIELD(test, struct spt_scope, scope, 4, 4);
	EXPECT_FIELD(test, struct spt_scope, effective, 8, 4);
	EXPECT_FIELD(test, struct spt_scope, flags, 12, 4);
}

static void ptracer_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_ptracer), 8);
	KUNIT_EXPECT_EQ(test, SPT_PTRACER_SIZE_VER0, 8);
	EXPECT_FIELD(test, struct spt_ptracer, pid, 0, 4);
	EXPECT_FIELD(test, struct spt_ptracer, reserved, 4, 4);
}

static void explain_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_explain), 16);
	KUNIT_EXPECT_EQ(test, SPT_EXPLAIN_SIZE_VER0, 16);
	EXPECT_FIELD(test, struct spt_explain, tid, 0, 4);
	EXPECT_FIELD(test, struct spt_explain, rule, 4, 4);
	EXPECT_FIELD(test, struct spt_explain, scope, 8, 4);
	EXPECT_FIELD(test, struct spt_explain, flags, 12, 4);
}

static void set_filter_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_set_filter), 24);
	KUNIT_EXPECT_EQ(test, SPT_SET_FILTER_SIZE_VER0, 24);
	EXPECT_FIELD(test, struct spt_set_filter, tid, 0, 4);
	EXPECT_FIELD(test, struct spt_set_filter, length, 4, 4);
	EXPECT_FIELD(test, struct spt_set_filter, program, 8, 8);
	EXPECT_FIELD(test, struct spt_set_filter, flags, 16, 4);
	EXPECT_FIELD(test, struct spt_set_filter, reserved, 20, 4);
}

static void memory_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_range), 24);
	KUNIT_EXPECT_EQ(test, SPT_RANGE_SIZE_VER0, 24);
	EXPECT_FIELD(test, struct spt_range, addr, 0, 8);
	EXPECT_FIELD(test, struct spt_range, buffer, 8, 8);
	EXPECT_FIELD(test, struct spt_range, size, 16, 8);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_memory), 32);
	KUNIT_EXPECT_EQ(test, SPT_MEMORY_SIZE_VER0, 32);
	EXPECT_FIELD(test, struct spt_memory, tid, 0, 4);
	EXPECT_FIELD(test, struct spt_memory, flags, 4, 4);
	EXPECT_FIELD(test, struct spt_memory, ranges, 8, 8);
	EXPECT_FIELD(test, struct spt_memory, count, 16, 4);
	EXPECT_FIELD(test, struct spt_memory, reserved, 20, 4);
	EXPECT_FIELD(test, struct spt_memory, done, 24, 8);
}

static void gather_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_gather), 32);
	KUNIT_EXPECT_EQ(test, SPT_GATHER_SIZE_VER0, 32);
	EXPECT_FIELD(test, struct spt_gather, addr, 0, 8);
	EXPECT_FIELD(test, struct spt_gather, buffer, 8, 8);
	EXPECT_FIELD(test, struct spt_gather, size, 16, 4);
	EXPECT_FIELD(test, struct spt_gather, got, 20, 4);
	EXPECT_FIELD(test, struct spt_gather, base, 24, 1);
	EXPECT_FIELD(test, struct spt_gather, length, 25, 1);
	EXPECT_FIELD(test, struct spt_gather, flags, 26, 2);
	EXPECT_FIELD(test, struct spt_gather, reserved, 28, 4);
}

static void next_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_next), 240);
	KUNIT_EXPECT_EQ(test, SPT_NEXT_SIZE_VER0, 240);
	EXPECT_FIELD(test, struct spt_next, request, 0, 4);
	EXPECT_FIELD(test, struct spt_next, signal, 4, 4);
	EXPECT_FIELD(test, struct spt_next, flags, 8, 4);
	EXPECT_FIELD(test, struct spt_next, idtype, 12, 4);
	EXPECT_FIELD(test, struct spt_next, id, 16, 4);
	EXPECT_FIELD(test, struct spt_next, options, 20, 4);
	EXPECT_FIELD(test, struct spt_next, regs_type, 24, 4);
	EXPECT_FIELD(test, struct spt_next, gather_count, 28, 4);
	EXPECT_FIELD(test, struct spt_next, regs, 32, 8);
	EXPECT_FIELD(test, struct spt_next, gather, 40, 8);
	EXPECT_FIELD(test, struct spt_next, tid, 48, 4);
	EXPECT_FIELD(test, struct spt_next, regs_size, 52, 4);
	EXPECT_FIELD(test, struct spt_next, event, 56, 40);
	EXPECT_FIELD(test, struct spt_next, syscall, 96, 88);
	EXPECT_FIELD(test, struct spt_next, entry, 184, 56);
	EXPECT_FIELD(test, struct spt_entry, nr, 0, 8);
	EXPECT_FIELD(test, struct spt_entry, args, 8, 48);
}

static void recording_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_recording), 40);
	KUNIT_EXPECT_EQ(test, SPT_RECORDING_SIZE_VER0, 40);
	EXPECT_FIELD(test, struct spt_recording, size, 0, 4);
	EXPECT_FIELD(test, struct spt_recording, watermark, 4, 4);
	EXPECT_FIELD(test, struct spt_recording, flags, 8, 4);
	EXPECT_FIELD(test, struct spt_recording, nr_captures, 12, 4);
	EXPECT_FIELD(test, struct spt_recording, captures, 16, 8);
	EXPECT_FIELD(test, struct spt_recording, reserved, 24, 8);
	EXPECT_FIELD(test, struct spt_recording, map_size, 32, 8);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_capture), 16);
	EXPECT_FIELD(test, struct spt_capture, arch, 0, 4);
	EXPECT_FIELD(test, struct spt_capture, nr, 4, 4);
	EXPECT_FIELD(test, struct spt_capture, arg, 8, 1);
	EXPECT_FIELD(test, struct spt_capture, kind, 9, 1);
	EXPECT_FIELD(test, struct spt_capture, when, 10, 1);
	EXPECT_FIELD(test, struct spt_capture, length, 11, 1);
	EXPECT_FIELD(test, struct spt_capture, max, 12, 4);
}

static void ring_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_ring_header), 16);
	EXPECT_FIELD(test, struct spt_ring_header, parts, 0, 4);
	EXPECT_FIELD(test, struct spt_ring_header, page_size, 4, 4);
	EXPECT_FIELD(test, struct spt_ring_header, part_size, 8, 4);
	EXPECT_FIELD(test, struct spt_ring_header, waiting, 12, 4);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_ring_part), 136);
	EXPECT_FIELD(test, struct spt_ring_part, head, 0, 8);
	EXPECT_FIELD(test, struct spt_ring_part, writing, 8, 4);
	EXPECT_FIELD(test, struct spt_ring_part, cpu, 12, 4);
	EXPECT_FIELD(test, struct spt_ring_part, lost, 16, 64);
	EXPECT_FIELD(test, struct spt_ring_part, tail, 128, 8);
}

static void record_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_record), 32);
	EXPECT_FIELD(test, struct spt_record, size, 0, 4);
	EXPECT_FIELD(test, struct spt_record, kind, 4, 2);
	EXPECT_FIELD(test, struct spt_record, flags, 6, 2);
	EXPECT_FIELD(test, struct spt_record, time, 8, 8);
	EXPECT_FIELD(test, struct spt_record, tid, 16, 4);
	EXPECT_FIELD(test, struct spt_record, tgid, 20, 4);
	EXPECT_FIELD(test, struct spt_record, cpu, 24, 4);
	EXPECT_FIELD(test, struct spt_record, reserved, 28, 4);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_record_lost), 104);
	EXPECT_FIELD(test, struct spt_record_lost, since, 32, 8);
	EXPECT_FIELD(test, struct spt_record_lost, counts, 40, 64);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_record_syscall), 120);
	EXPECT_FIELD(test, struct spt_record_syscall, arch, 32, 4);
	EXPECT_FIELD(test, struct spt_record_syscall, nr, 40, 8);
	EXPECT_FIELD(test, struct spt_record_syscall, args, 48, 48);
	EXPECT_FIELD(test, struct spt_record_syscall, result, 96, 8);
	EXPECT_FIELD(test, struct spt_record_syscall, begin, 104, 8);
	EXPECT_FIELD(test, struct spt_record_syscall, duration, 112, 8);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_bytes), 8);
	EXPECT_FIELD(test, struct spt_bytes, arg, 0, 1);
	EXPECT_FIELD(test, struct spt_bytes, flags, 1, 1);
	EXPECT_FIELD(test, struct spt_bytes, length, 4, 4);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_record_signal), 56);
	EXPECT_FIELD(test, struct spt_record_signal, signo, 32, 4);
	EXPECT_FIELD(test, struct spt_record_signal, code, 36, 4);
	EXPECT_FIELD(test, struct spt_record_signal, pid, 40, 4);
	EXPECT_FIELD(test, struct spt_record_signal, uid, 44, 4);
	EXPECT_FIELD(test, struct spt_record_signal, addr, 48, 8);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_record_fork), 40);
	EXPECT_FIELD(test, struct spt_record_fork, child, 32, 4);
	EXPECT_FIELD(test, struct spt_record_fork, child_tgid, 36, 4);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_record_exec), 40);
	EXPECT_FIELD(test, struct spt_record_exec, former, 32, 4);
	KUNIT_EXPECT_EQ(test, (int)sizeof(struct spt_record_exit), 40);
	EXPECT_FIELD(test, struct spt_record_exit, status, 32, 4);
}

static void record_constants(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, SPT_RECORD_LOST, 0);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_SYSCALL, 1);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_SIGNAL, 2);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_FORK, 3);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_EXEC, 4);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_EXIT, 5);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_KINDS, 8);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_NO_EXIT, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_BLOCK, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_MAX_SIZE, 0x4000000U);
	KUNIT_EXPECT_EQ(test, SPT_RECORD_MAX_CAPTURES, 2048);
	KUNIT_EXPECT_EQ(test, SPT_BYTES_MISSING, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_BYTES_TRUNCATED, 0x2U);
	KUNIT_EXPECT_EQ(test, SPT_BYTES_AT_EXIT, 0x4U);
	KUNIT_EXPECT_EQ(test, SPT_CAPTURE_STRING, 0);
	KUNIT_EXPECT_EQ(test, SPT_CAPTURE_BUFFER, 1);
	KUNIT_EXPECT_EQ(test, SPT_CAPTURE_AT_ENTRY, 0);
	KUNIT_EXPECT_EQ(test, SPT_CAPTURE_AT_EXIT, 1);
	KUNIT_EXPECT_EQ(test, SPT_LENGTH_MAX, 0);
	KUNIT_EXPECT_EQ(test, SPT_LENGTH_ARG(0), 1);
	KUNIT_EXPECT_EQ(test, SPT_LENGTH_ARG(5), 6);
	KUNIT_EXPECT_EQ(test, SPT_LENGTH_RESULT, 7);
	KUNIT_EXPECT_EQ(test, SPT_LENGTH_AT(0), 8);
	KUNIT_EXPECT_EQ(test, SPT_LENGTH_AT(5), 13);
}

static void ioctl_numbers(struct kunit *test)
{
	/* Direction, size, magic 0xB9, number. */
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_INFO, 0x8018B900U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_PTRACE, 0x4018B901U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_WAIT, 0xC0D8B902U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_STATUS, 0xC018B903U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_SET_FLAGS, 0x4008B904U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_GET_SCOPE, 0xC010B905U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_SET_SCOPE, 0x4010B906U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_SET_PTRACER, 0x4008B907U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_EXPLAIN, 0xC010B908U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_SERVE, 0x4008B909U);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_SERVED, 0xC018B90AU);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_SET_FILTER, 0x4018B90BU);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_NEXT, 0xC0F0B90CU);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_MEMORY, 0xC020B90DU);
	KUNIT_EXPECT_EQ(test, (unsigned int)SPT_IOC_RECORD, 0xC028B90EU);
}

static void constants(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, SPT_ABI_VERSION, 1);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_SYSCALL, 0x1ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_IA32, 0x2ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_SIGNAL, 0x4ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_EVENTS, 0x8ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_SCOPE, 0x10ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_SERVE, 0x20ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_SECCOMP, 0x40ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_INSTEAD, 0x80ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_FILTER, 0x100ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_NEXT, 0x200ULL);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_MEMORY, 0x400ULL);
	KUNIT_EXPECT_EQ(test, SPT_MEMORY_WRITE, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_MEMORY_MAX_RANGES, 1024);
	KUNIT_EXPECT_EQ(test, SPT_EVENT_ENTRY, 0x8U);
	KUNIT_EXPECT_EQ(test, SPT_EVENT_REGS, 0x10U);
	KUNIT_EXPECT_EQ(test, SPT_NEXT_SYSCALL_INFO, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_NEXT_AT_EXIT, 0x2U);
	KUNIT_EXPECT_EQ(test, SPT_NEXT_STAY, 0x4U);
	KUNIT_EXPECT_EQ(test, SPT_GATHER_STRING, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_GATHER_MAX, 16);
	KUNIT_EXPECT_EQ(test, SPT_VALUE_NONE, 0);
	KUNIT_EXPECT_EQ(test, SPT_VALUE_ARG1, 1);
	KUNIT_EXPECT_EQ(test, SPT_VALUE_ARG6, 6);
	KUNIT_EXPECT_EQ(test, SPT_VALUE_RESULT, 7);
	KUNIT_EXPECT_EQ(test, SPT_VALUE_SP, 8);
	KUNIT_EXPECT_EQ(test, SPT_VALUE_IP, 9);
	KUNIT_EXPECT_EQ(test, SPT_FEATURE_RECORD, 0x800ULL);
	KUNIT_EXPECT_EQ(test, SPT_EVENT_SYSCALL_INFO, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_EVENT_DETACHED, 0x2U);
	KUNIT_EXPECT_EQ(test, SPT_EVENT_RUSAGE, 0x4U);
	KUNIT_EXPECT_EQ(test, SPT_WAIT_SYSCALL_INFO, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_WAIT_RUSAGE, 0x2U);
	KUNIT_EXPECT_EQ(test, SPT_HANDLE_SIGCHLD, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_TRACEE_SEIZED, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_TRACEE_LISTENING, 0x2U);
	KUNIT_EXPECT_EQ(test, SPT_TRACEE_REPORT, 0x4U);
	KUNIT_EXPECT_EQ(test, SPT_TRACEE_EXITED, 0x8U);
	KUNIT_EXPECT_EQ(test, SPT_SCOPE_CLASSIC, 0);
	KUNIT_EXPECT_EQ(test, SPT_SCOPE_RESTRICTED, 1);
	KUNIT_EXPECT_EQ(test, SPT_SCOPE_ADMIN, 2);
	KUNIT_EXPECT_EQ(test, SPT_SCOPE_NO_ATTACH, 3);
	KUNIT_EXPECT_EQ(test, SPT_SCOPE_SET, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_SCOPE_ENCLOSED, 0x2U);
	KUNIT_EXPECT_EQ(test, SPT_SCOPE_INSTEAD, 0x4U);
	KUNIT_EXPECT_EQ(test, SPT_PTRACER_NONE, 0);
	KUNIT_EXPECT_EQ(test, SPT_PTRACER_ANY, -1);
	KUNIT_EXPECT_EQ(test, SPT_RULE_NONE, 0);
	KUNIT_EXPECT_EQ(test, SPT_RULE_SELF, 1);
	KUNIT_EXPECT_EQ(test, SPT_RULE_KERNEL, 2);
	KUNIT_EXPECT_EQ(test, SPT_RULE_EXITING, 3);
	KUNIT_EXPECT_EQ(test, SPT_RULE_TRACED, 4);
	KUNIT_EXPECT_EQ(test, SPT_RULE_ACCESS, 5);
	KUNIT_EXPECT_EQ(test, SPT_RULE_SCOPE, 6);
	KUNIT_EXPECT_EQ(test, SPT_FILTER_ENTRY, 0x1U);
	KUNIT_EXPECT_EQ(test, SPT_FILTER_EXIT, 0x2U);
	KUNIT_EXPECT_EQ(test, SPT_FILTER_RECORD, 0x4U);
}

static struct kunit_case abi_cases[] = {
	KUNIT_CASE(info_layout),
	KUNIT_CASE(ptrace_layout),
	KUNIT_CASE(event_layout),
	KUNIT_CASE(syscall_info_layout),
	KUNIT_CASE(syscall_info_is_as_native),
	KUNIT_CASE(wait_layout),
	KUNIT_CASE(rusage_layout),
	KUNIT_CASE(flags_layout),
	KUNIT_CASE(status_layout),
	KUNIT_CASE(list_layout),
	KUNIT_CASE(scope_layout),
	KUNIT_CASE(ptracer_layout),
	KUNIT_CASE(explain_layout),
	KUNIT_CASE(set_filter_layout),
	KUNIT_CASE(memory_layout),
	KUNIT_CASE(gather_layout),
	KUNIT_CASE(next_layout),
	KUNIT_CASE(recording_layout),
	KUNIT_CASE(ring_layout),
	KUNIT_CASE(record_layout),
	KUNIT_CASE(record_constants),
	KUNIT_CASE(ioctl_numbers),
	KUNIT_CASE(constants),
	{}
};

static struct kunit_suite abi_suite = {
	.name = "sptrace_abi",
	.test_cases = abi_cases,
};

kunit_test_suite(abi_suite);
