// SPDX-License-Identifier: GPL-2.0
/* Processes: how they begin and end, what they run on and may do. */
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "names.h"
#include "print.h"

static void print_status_of(struct decode_call *call, int status)
{
	char name[NAMES_SIGNAL_SIZE];

	if (WIFEXITED(status))
		print(call, "{WIFEXITED(s) && WEXITSTATUS(s) == %d}",
		      WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		print(call, "{WIFSIGNALED(s) && WTERMSIG(s) == %s%s}",
		      names_signal(WTERMSIG(status), name),
		      WCOREDUMP(status) ? " && WCOREDUMP(s)" : "");
	else if (WIFCONTINUED(status))
		print(call, "{WIFCONTINUED(s)}");
	else
		print(call, "{WIFSTOPPED(s) && WSTOPSIG(s) == %s}",
		      names_signal(WSTOPSIG(status) & 0x7f, name));
	if (WIFSTOPPED(status) && status >> 16)
		print(call, " | %#x", status >> 16 << 16);
}

static void print_status(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	int status;

	(void)param;
	/* Nothing was there to wait for. */
	if (!call->failed && !call->rval) {
		print_address(call, value);
		return;
	}
	if (!fetch(call, value, &status, sizeof(status)))
		return;
	print(call, "[");
	print_status_of(call, status);
	print(call, "]");
}

/* Stored only when something was reported. */
static void print_child_usage(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	(void)param;
	if (!call->failed && !call->rval)
		print_address(call, value);
	else
		print_as(call, "rusage", value);
}

/* clone(2) names its arguments, as strace does, since their order differs. */
static void print_named(struct decode_call *call, const char *name)
{
	print(call, "%s=", name);
}

static void print_stack(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	(void)param;
	print_named(call, "child_stack");
	print_address(call, value);
}

/* All of clone(2) but the addresses that it may store to later. */
static void print_clone(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	bool is_32 = call->type->is_32;
	uint64_t child = call->args[is_32 ? 4 : 3];
	uint64_t tls = call->args[is_32 ? 3 : 4];

	print_stack(call, call->args[1], param);
	print(call, ", flags=");
	print_as(call, "clone_flags", (uint32_t)value);
	if (value & (CLONE_PARENT_SETTID | CLONE_PIDFD)) {
		print(call, ", parent_tid=");
		call->out = true;
		if (call->returned)
			print_as(call, "int_at", call->args[2]);
		else
			print_address(call, call->args[2]);
	}
	if (value & CLONE_SETTLS) {
		print(call, ", tls=");
		print_address(call, tls);
	}
	if (value & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)) {
		print(call, ", child_tidptr=");
		print_address(call, child);
	}
}

static void print_clone_members(struct decode_call *call,
				const struct clone_args *args)
{
	print(call, "{flags=");
	if (args->flags)
		print_flags_of(call, "clone_flags", args->flags);
	else
		print(call, "0");
	if (args->flags & CLONE_PIDFD)
		print(call, ", pidfd=%#" PRIx64, (uint64_t)args->pidfd);
	if (args->flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
		print(call, ", child_tid=%#" PRIx64, (uint64_t)args->child_tid);
	if (args->flags & CLONE_PARENT_SETTID)
		print(call, ", parent_tid=%#" PRIx64,
		      (uint64_t)args->parent_tid);
	print(call, ", exit_signal=");
	print_signal(call, args->exit_signal, NULL);
	print(call, ", stack=");
	print_address(call, args->stack);
	print(call, ", stack_size=");
	print(call, args->stack_size ? "%#" PRIx64 : "0",
	      (uint64_t)args->stack_size);
	if (args->flags & CLONE_SETTLS)
		print(call, ", tls=%#" PRIx64, (uint64_t)args->tls);
	print(call, "}");
}

/* What is written at the entry; what the call stores, by end_clone3(). */
static void print_clone_args(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	struct clone_args args = { 0 };
	uint64_t size = call->args[1];

	(void)param;
	if (size > sizeof(args))
		size = sizeof(args);
	if (size < CLONE_ARGS_SIZE_VER0)
		print_address(call, value);
	else if (fetch(call, value, &args, size))
		print_clone_members(call, &args);
}

/* The call's second argument, behind what it has stored by way of the first. */
void end_clone3(struct decode_call *call)
{
	struct clone_args args;
	int tid;

	if (!call->failed &&
	    read_memory(call, call->args[0], &args, CLONE_ARGS_SIZE_VER0) &&
	    args.flags & CLONE_PARENT_SETTID &&
	    read_memory(call, args.parent_tid, &tid, sizeof(tid)))
		print(call, " => {parent_tid=[%d]}", tid);
	print(call, ", %" PRIu64, call->args[1]);
}

static void print_cpus(struct decode_call *call, uint64_t value,
		       const struct param *param)
{
	uint64_t size = call->args[param->length];
	const char *separator = "";
	cpu_set_t set;
	size_t cpu;

	if (call->out && !call->failed)
		size = call->rval;
	CPU_ZERO(&set);
	if (size > sizeof(set))
		size = sizeof(set);
	if (!fetch(call, value, &set, size))
		return;
	print(call, "[");
	for (cpu = 0; cpu < 8 * sizeof(set); cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		print(call, "%s%zu", separator, cpu);
		separator = " ";
	}
	print(call, "]");
}

static void print_sched_param(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	int priority;

	(void)param;
	if (fetch(call, value, &priority, sizeof(priority)))
		print(call, "[%d]", priority);
}

static void print_utsname(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	struct utsname name;

	(void)param;
	if (!fetch(call, value, &name, sizeof(name)))
		return;
	print(call, "{sysname=");
	print_quoted(call, name.sysname, strnlen(name.sysname, 65), false);
	print(call, ", nodename=");
	print_quoted(call, name.nodename, strnlen(name.nodename, 65), false);
	print(call, ", ...}");
}

static void print_capability_header(struct decode_call *call, uint64_t value,
				    const struct param *param)
{
	struct __user_cap_header_struct header;

	(void)param;
	if (!fetch(call, value, &header, sizeof(header)))
		return;
	if (header.version == _LINUX_CAPABILITY_VERSION_3)
		print(call, "{version=_LINUX_CAPABILITY_VERSION_3, pid=%d}",
		      header.pid);
	else
		print(call, "{version=%#x, pid=%d}", header.version,
		      header.pid);
}

static void print_capability_set(struct decode_call *call, const char *name,
				 uint32_t low, uint32_t high)
{
	uint64_t set = low | (uint64_t)high << 32;
	const char *separator = "", *text;
	unsigned int i;

	print(call, "%s=", name);
	for (i = 0; i < 64; i++) {
		if (!(set >> i & 1))
			continue;
		text = constants_name("capabilities", i);
		if (text)
			print(call, "%s1<<%s", separator, text);
		else
			print(call, "%s1<<%u", separator, i);
		separator = "|";
	}
	if (!set)
		print(call, "0");
}

static void print_capabilities(struct decode_call *call, uint64_t value,
			       const struct param *param)
{
	struct __user_cap_data_struct data[2];

	(void)param;
	if (!fetch(call, value, data, sizeof(data)))
		return;
	print_capability_set(call, "{effective", data[0].effective,
			     data[1].effective);
	print_capability_set(call, ", permitted", data[0].permitted,
			     data[1].permitted);
	print_capability_set(call, ", inheritable", data[0].inheritable,
			     data[1].inheritable);
	print(call, "}");
}

static void print_capability(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	(void)param;
	print_one_of(call, "capabilities", value);
}

const struct kind kinds_processes[] = {
	KIND_OF_MEMORY("status", print_status),
	KIND_OF_64("child_usage", print_child_usage),
	KIND_OF_MEMORY("clone", print_clone),
	KIND_OF_MEMORY("clone_args", print_clone_args),
	KIND_OF_MEMORY("cpus", print_cpus),
	KIND_OF_MEMORY("sched_param", print_sched_param),
	KIND_OF_MEMORY("utsname", print_utsname),
	KIND_OF_MEMORY("capability_header", print_capability_header),
	KIND_OF_MEMORY("capability_set", print_capabilities),
	KIND("capability", print_capability),
	{ 0 },
};
