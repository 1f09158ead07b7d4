// SPDX-License-Identifier: GPL-2.0
/* What sptrace trace writes, and what -e takes, without a device. */
#include <errno.h>
#include <json.h>
#include <linux/audit.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "output.h"

static unsigned int tests, failures;

static void check(bool passed, const char *name)
{
	tests++;
	failures += !passed;
	printf("%sok %u %s\n", passed ? "" : "not ", tests, name);
}

static void check_text(const char *got, const char *expected, const char *name)
{
	bool same = !strcmp(got, expected);

	if (!same)
		printf("# expected: %s# got: %s", expected, got);
	check(same, name);
}

static void check_name(uint32_t arch, uint64_t nr, const char *expected)
{
	char *name = names_syscall(arch, nr);

	check(name && !strcmp(name, expected), expected);
	free(name);
}

/* No memory: addresses stay addresses. */
static const struct decode_source nothing;
static const struct decode_options options = { .string_size = 32 };

/* What a call of the given architecture and result is written as. */
static char *write_return(const struct format *format, uint32_t arch,
			  uint64_t nr, int64_t rval, bool failed)
{
	static const struct filter filter;
	struct calls calls = { .filter = &filter };
	struct tracee tracee = {
		.tid = 7,
		.tgid = 6,
		.call = calls_get(&calls, arch, nr),
		.decode = {
			.args = { 0xffffff9c, 0, 3, 4, 5, 6 },
			.rval = rval,
			.failed = failed,
			.source = &nothing,
			.options = &options,
		},
	};
	struct output output = {
		.format = format,
		.style = { .column = 40, .statuses = STATUS_ALL },
		.with_tid = rval == -EPERM,
	};
	char *text = NULL;
	size_t size;

	tracee.decode.type = tracee.call->type;
	decode_entry(&tracee.decode, scratch_begin(&tracee.scratch));
	tracee.held = scratch_end(&tracee.scratch);
	output.file = open_memstream(&text, &size);
	format->entered(&output, &tracee);
	format->returned(&output, &tracee, 0.5);
	fclose(output.file);
	decode_reset(&tracee.decode);
	scratch_free(&tracee.scratch);
	scratch_free(&output.line);
	calls_free(&calls);
	return text;
}

static void check_return(uint32_t arch, uint64_t nr, int64_t rval, bool failed,
			 const char *expected, const char *name)
{
	char *text = write_return(&text_format, arch, nr, rval, failed);

	check_text(text, expected, name);
	free(text);
}

static void check_ended(int status, const char *expected, const char *name)
{
	struct tracee tracee = { .tid = 7 };
	struct output output = { 0 };
	char *text = NULL;
	size_t size;

	output.file = open_memstream(&text, &size);
	text_format.ended(&output, &tracee, status);
	fclose(output.file);
	check_text(text, expected, name);
	free(text);
}

static void check_signal(const siginfo_t *info, const char *expected)
{
	struct tracee tracee = { .tid = 7 };
	struct output output = { 0 };
	char *text = NULL;
	size_t size;

	output.file = open_memstream(&text, &size);
	text_format.signalled(&output, &tracee, info);
	fclose(output.file);
	check_text(text, expected,
		   names_signal(info->si_signo,
				(char[NAMES_SIGNAL_SIZE]){ 0 }));
	free(text);
}

/* A stop and an exec, the latter by the leader of threads or by another. */
static void check_events(void)
{
	struct tracee tracee = { .tid = 7 };
	struct output output = { .with_tid = true };
	char *text = NULL;
	size_t size;

	output.file = open_memstream(&text, &size);
	text_format.stopped(&output, &tracee, SIGTSTP);
	text_format.executed(&output, &tracee, 7);
	text_format.executed(&output, &tracee, 8);
	fclose(output.file);
	check_text(text,
		   "[pid     7] --- stopped by SIGTSTP ---\n"
		   "[pid     7] +++ superseded by execve in pid 8 +++\n",
		   "group-stop and exec");
	free(text);
}

static unsigned int statuses;
static uint64_t hushed;
static const struct filter_others others = { &statuses, &hushed };

static void check_filter(const char *expression, const char *call, bool passes)
{
	struct filter filter = { 0 };
	char *problem = NULL;
	bool parsed = !filter_parse(&filter, &others, expression, &problem);

	check(parsed && filter_passes(&filter, call) == passes, expression);
	filter_free(&filter);
	free(problem);
}

static void check_refused(const char *expression, const char *expected)
{
	struct filter filter = { 0 };
	char *problem = NULL;
	bool refused = filter_parse(&filter, &others, expression, &problem) < 0;

	check(refused && problem && !strcmp(problem, expected), expected);
	filter_free(&filter);
	free(problem);
}

static void test_names(void)
{
	char signal[NAMES_SIGNAL_SIZE];

	check_name(AUDIT_ARCH_X86_64, 257, "openat");
	check_name(AUDIT_ARCH_I386, 5, "open");
	check_name(AUDIT_ARCH_X86_64, 462, "mseal");
	check_name(AUDIT_ARCH_X86_64, 0x1f4, "syscall_0x1f4");
	check_name(AUDIT_ARCH_X86_64, -1, "syscall_0xffffffffffffffff");
	check(!strcmp(names_signal(SIGKILL, signal), "SIGKILL"), "SIGKILL");
	check(!strcmp(names_signal(32, signal), "SIGRTMIN"), "SIGRTMIN");
	check(!strcmp(names_signal(33, signal), "SIGRT_1"), "SIGRT_1");
	check(!strcmp(names_signal(SIGIO, signal), "SIGIO"), "SIGIO");
}

static void test_text(void)
{
	check_return(AUDIT_ARCH_X86_64, 3, 0, false,
		     "close(-100)                             = 0\n",
		     "success");
	check_return(AUDIT_ARCH_X86_64, 12, 0x5000, false,
		     "brk(0xffffff9c)                         = 0x5000\n",
		     "address");
	check_return(AUDIT_ARCH_X86_64, 3, -ENOENT, true,
		     "close(-100)                             = -1 ENOENT "
		     "(No such file or directory)\n",
		     "error");
	check_return(AUDIT_ARCH_X86_64, 3, -EPERM, true,
		     "[pid     7] close(-100)                 = -1 EPERM "
		     "(Operation not permitted)\n",
		     "thread id");
	check_return(AUDIT_ARCH_X86_64, 0, -512, true,
		     "read(-100, NULL, 3)                     = ? ERESTARTSYS "
		     "(To be restarted if SA_RESTART is set)\n",
		     "restart");
	check_return(
		AUDIT_ARCH_X86_64, 3, -4000, true,
		"close(-100)                             = -1 (errno 4000)\n",
		"unknown error");
	check_ended(3 << 8, "+++ exited with 3 +++\n", "exit status");
	check_ended(SIGKILL, "+++ killed by SIGKILL +++\n", "killed");
	check_ended(SIGSEGV | 0x80, "+++ killed by SIGSEGV (core dumped) +++\n",
		    "core dump");
}

static void test_signals(void)
{
	siginfo_t info = { .si_signo = SIGUSR1, .si_code = SI_USER };

	info.si_pid = 5;
	info.si_uid = 1000;
	check_signal(&info, "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, "
			    "si_pid=5, si_uid=1000} ---\n");
	info.si_signo = SIGINT;
	info.si_code = SI_KERNEL;
	check_signal(&info,
		     "--- SIGINT {si_signo=SIGINT, si_code=SI_KERNEL} ---\n");
	info.si_signo = SIGSEGV;
	info.si_code = SEGV_ACCERR;
	info.si_addr = (void *)0x1000;
	check_signal(&info, "--- SIGSEGV {si_signo=SIGSEGV, "
			    "si_code=SEGV_ACCERR, si_addr=0x1000} ---\n");
	info.si_code = 99;
	check_signal(&info, "--- SIGSEGV {si_signo=SIGSEGV, si_code=99, "
			    "si_addr=0x1000} ---\n");
	info = (siginfo_t){ .si_signo = SIGCHLD, .si_code = CLD_KILLED };
	info.si_pid = 5;
	info.si_status = SIGKILL;
	check_signal(&info, "--- SIGCHLD {si_signo=SIGCHLD, "
			    "si_code=CLD_KILLED, si_pid=5, si_uid=0, "
			    "si_status=SIGKILL, si_utime=0, si_stime=0} ---\n");
	info = (siginfo_t){ .si_signo = 34, .si_code = SI_TIMER };
	info.si_timerid = 2;
	info.si_overrun = 3;
	info.si_int = 4;
	check_signal(&info, "--- SIGRT_2 {si_signo=SIGRT_2, si_code=SI_TIMER, "
			    "si_timerid=2, si_overrun=3, si_int=4, "
			    "si_ptr=0x4} ---\n");
	check_events();
}

static const char *member(struct json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key));
}

static void test_json(void)
{
	char *text =
		write_return(&json_format, AUDIT_ARCH_I386, 6, -EBADF, true);
	struct json_object *line = json_tokener_parse(text);

	check(!strcmp(member(line, "tid"), "7"), "JSON number");
	check(!strcmp(member(line, "error"), "EBADF"), "JSON error");
	check(!strcmp(member(line, "args"), "[ \"0xffffff9c\" ]"),
	      "JSON arguments");
	check(!strcmp(member(line, "text"),
		      "close(-100) = -1 EBADF (Bad file descriptor)"),
	      "JSON text");
	json_object_put(line);
	free(text);
}

static void test_filter(void)
{
	check_filter("trace=read,write", "write", true);
	check_filter("trace=read,write", "close", false);
	check_filter("trace=!read,write", "write", false);
	check_filter("!read", "close", true);
	check_filter("cachestat", "cachestat", true);
	check_refused("trace=read,nonsense", "unknown system call: 'nonsense'");
	check_refused("trace=", "unknown system call: ''");
	check_refused("trace=%nonsense", "unknown class: '%nonsense'");
	check_refused("trace=/(", "no regular expression: '('");
	check_refused("raw=all", "unknown expression 'raw=all': only "
				 "trace=NAMES, status=STATUSES and "
				 "signal=SIGNALS are known");
	check_refused("status=good", "unknown status: 'good'");
	check_refused("signal=SIGNONE", "unknown signal: 'SIGNONE'");
}

/* Classes are told by arguments, or listed. */
static void test_classes(void)
{
	check_filter("trace=%file", "openat", true);
	check_filter("trace=%file", "chown32", true);
	check_filter("trace=%file", "read", false);
	check_filter("trace=%desc", "read", true);
	check_filter("%desc", "pipe2", true);
	check_filter("%desc", "poll", true);
	check_filter("%desc", "epoll_create1", true);
	check_filter("%desc", "mmap", true);
	check_filter("%desc", "getpid", false);
	check_filter("%network", "sendmsg", true);
	check_filter("!%memory,close", "brk", false);
	check_filter("!%memory,close", "read", true);
	check_filter("%%stat", "fstatat64", true);
	check_filter("/^open", "openat", true);
	check_filter("/^open", "reopen", false);
	check_filter("?nonsense,read", "read", true);
	check_filter("all", "read", true);
	check_filter("none", "read", false);
}

static void test_others(void)
{
	struct filter filter = { 0 };
	char *problem = NULL;

	filter_parse(&filter, &others, "status=failed,unfinished", &problem);
	check(statuses == (STATUS_FAILED | STATUS_UNFINISHED), "statuses");
	filter_parse(&filter, &others, "status=!failed", &problem);
	check(statuses == (STATUS_ALL & ~STATUS_FAILED), "statuses but one");
	filter_parse(&filter, &others, "signal=none", &problem);
	check(hushed == UINT64_MAX, "no signals");
	filter_parse(&filter, &others, "signal=!SIGCHLD,int", &problem);
	check(hushed == (1 << (SIGCHLD - 1) | 1 << (SIGINT - 1)),
	      "signals but two");
	check(!filter.count && !problem, "nothing else");
}

int main(void)
{
	puts("TAP version 13");
	test_names();
	test_text();
	test_signals();
	test_json();
	test_filter();
	test_classes();
	test_others();
	printf("1..%u\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
