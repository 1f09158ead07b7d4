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
		.args = { 0xffffff9c, 0, 3, 4, 5, 6 },
	};
	struct output output = { .format = format, .with_tid = rval == -EPERM };
	char *text = NULL;
	size_t size;

	output.file = open_memstream(&text, &size);
	format->returned(&output, &tracee, rval, failed, 0.5);
	fclose(output.file);
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
		   "[pid 7] --- stopped by SIGTSTP ---\n"
		   "[pid 7] +++ superseded by execve in pid 8 +++\n",
		   "group-stop and exec");
	free(text);
}

static void check_filter(const char *expression, const char *call, bool passes)
{
	struct filter filter = { 0 };
	char *problem = NULL;
	bool parsed = !filter_parse(&filter, expression, &problem);

	check(parsed && filter_passes(&filter, call) == passes, expression);
	filter_free(&filter);
	free(problem);
}

static void check_refused(const char *expression, const char *expected)
{
	struct filter filter = { 0 };
	char *problem = NULL;
	bool refused = filter_parse(&filter, expression, &problem) < 0;

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
	check(names_args(AUDIT_ARCH_X86_64, "mmap") == 6, "mmap of x86_64");
	check(names_args(AUDIT_ARCH_I386, "mmap") == 1, "mmap of i386");
	check(names_args(AUDIT_ARCH_X86_64, "getppid") == 0, "no arguments");
	check(names_args(AUDIT_ARCH_X86_64, "?") == NAMES_MAX_ARGS,
	      "unknown number of arguments");
	check(!strcmp(names_signal(SIGKILL, signal), "SIGKILL"), "SIGKILL");
	check(!strcmp(names_signal(33, signal), "SIGRT_1"), "SIGRT_1");
}

static void test_text(void)
{
	check_return(AUDIT_ARCH_X86_64, 3, 0, false, "close(0xffffff9c) = 0\n",
		     "success");
	check_return(AUDIT_ARCH_X86_64, 12, 0x5000, false,
		     "brk(0xffffff9c) = 0x5000\n", "address");
	check_return(AUDIT_ARCH_X86_64, 3, -ENOENT, true,
		     "close(0xffffff9c) = -1 ENOENT "
		     "(No such file or directory)\n",
		     "error");
	check_return(AUDIT_ARCH_X86_64, 3, -EPERM, true,
		     "[pid 7] close(0xffffff9c) = -1 EPERM "
		     "(Operation not permitted)\n",
		     "thread id");
	check_return(AUDIT_ARCH_X86_64, 0, -512, true,
		     "read(0xffffff9c, 0, 0x3) = ? ERESTARTSYS "
		     "(To be restarted if SA_RESTART is set)\n",
		     "restart");
	check_return(AUDIT_ARCH_X86_64, 3, -4000, true,
		     "close(0xffffff9c) = -1 (errno 4000)\n", "unknown error");
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
	check_refused("signal=all", "unknown expression 'signal=all': only "
				    "trace=NAMES is known");
}

int main(void)
{
	puts("TAP version 13");
	test_names();
	test_text();
	test_signals();
	test_json();
	test_filter();
	printf("1..%u\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
