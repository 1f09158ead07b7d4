// SPDX-License-Identifier: GPL-2.0
/*
 * Names for numbers, so that transcripts can be read and compared. The texts
 * are in buffers that take turns: a few may be used in one call of note().
 */
#include "stage.h"

static char *next_text(size_t *size)
{
	static char texts[16][128];
	static unsigned int next;

	*size = sizeof(texts[0]);
	return texts[next++ % ARRAY_LEN(texts)];
}

static __attribute__((format(printf, 1, 2))) const char *
text_of(const char *format, ...)
{
	size_t size;
	char *text = next_text(&size);
	va_list args;

	va_start(args, format);
	vsnprintf(text, size, format, args);
	va_end(args);
	return text;
}

const char *signal_name(int signo)
{
	const char *abbreviation = sigabbrev_np(signo);

	if (abbreviation)
		return text_of("SIG%s", abbreviation);
	if (signo >= SIGRTMIN && signo <= SIGRTMAX)
		return text_of("SIGRTMIN+%d", signo - SIGRTMIN);
	return text_of("%d", signo);
}

struct number_name {
	long number;
	const char *name;
};

static const char *find_name(const struct number_name *names, size_t count,
			     long number)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (names[i].number == number)
			return names[i].name;
	}
	return text_of("%ld", number);
}

#define REQUEST(name)                \
	{                            \
		PTRACE_##name, #name \
	}

static const struct number_name requests[] = {
	REQUEST(TRACEME),
	REQUEST(PEEKTEXT),
	REQUEST(PEEKDATA),
	REQUEST(POKETEXT),
	REQUEST(POKEDATA),
	REQUEST(CONT),
	REQUEST(KILL),
	REQUEST(ATTACH),
	REQUEST(DETACH),
	REQUEST(SYSCALL),
	REQUEST(SETOPTIONS),
	REQUEST(GETEVENTMSG),
	REQUEST(GETSIGINFO),
	REQUEST(SETSIGINFO),
	REQUEST(GETREGSET),
	REQUEST(SETREGSET),
	REQUEST(SEIZE),
	REQUEST(INTERRUPT),
	REQUEST(LISTEN),
	REQUEST(PEEKSIGINFO),
	REQUEST(GETSIGMASK),
	REQUEST(SETSIGMASK),
	REQUEST(GETREGS),
	REQUEST(SETREGS),
	REQUEST(GETFPREGS),
	REQUEST(SETFPREGS),
	REQUEST(GET_SYSCALL_INFO),
	{ 3, "PEEKUSER" },
	{ 6, "POKEUSER" },
	{ 9, "SINGLESTEP" },
	{ 18, "GETFPXREGS" },
	{ 19, "SETFPXREGS" },
	{ 25, "GET_THREAD_AREA" },
	{ 26, "SET_THREAD_AREA" },
	{ 30, "ARCH_PRCTL" },
	{ 31, "SYSEMU" },
	{ 32, "SYSEMU_SINGLESTEP" },
	{ 33, "SINGLEBLOCK" },
	{ 0x420c, "SECCOMP_GET_FILTER" },
	{ 0x420d, "SECCOMP_GET_METADATA" },
	{ 0x420f, "GET_RSEQ_CONFIGURATION" },
	{ 0x4210, "SET_SYSCALL_USER_DISPATCH_CONFIG" },
	{ 0x4211, "GET_SYSCALL_USER_DISPATCH_CONFIG" },
	{ 0x4212, "SET_SYSCALL_INFO" },
};

const char *request_name(unsigned int request)
{
	return find_name(requests, ARRAY_LEN(requests), request);
}

const char *error_name(long error)
{
	const char *name = error < 0 ? strerrorname_np(-error) : NULL;

	return name ? name : text_of("%ld", error);
}

#define CALL_NAME(name)           \
	{                         \
		SYS_##name, #name \
	}

static const struct number_name calls[] = {
	CALL_NAME(read),
	CALL_NAME(write),
	CALL_NAME(poll),
	CALL_NAME(rt_sigreturn),
	CALL_NAME(pause),
	CALL_NAME(nanosleep),
	CALL_NAME(getpid),
	CALL_NAME(clone),
	CALL_NAME(vfork),
	CALL_NAME(execve),
	CALL_NAME(exit),
	CALL_NAME(exit_group),
	CALL_NAME(rt_sigsuspend),
	CALL_NAME(rt_sigtimedwait),
	CALL_NAME(ppoll),
	CALL_NAME(restart_syscall),
	CALL_NAME(futex),
	CALL_NAME(clock_nanosleep),
	CALL_NAME(getppid),
	CALL_NAME(close),
	CALL_NAME(umask),
	CALL_NAME(epoll_wait),
	CALL_NAME(wait4),
	CALL_NAME(dup2),
	CALL_NAME(set_robust_list),
	{ SYS_OF_SELECT, "select" },
};

const char *call_name(long nr)
{
	return find_name(calls, ARRAY_LEN(calls), nr);
}

#define EVENT_NAME(name)                   \
	{                                  \
		PTRACE_EVENT_##name, #name \
	}

static const struct number_name events[] = {
	EVENT_NAME(FORK),    EVENT_NAME(VFORK),	     EVENT_NAME(CLONE),
	EVENT_NAME(EXEC),    EVENT_NAME(VFORK_DONE), EVENT_NAME(EXIT),
	EVENT_NAME(SECCOMP), EVENT_NAME(STOP),
};

const char *event_name(unsigned int event)
{
	return find_name(events, ARRAY_LEN(events), event);
}

const char *status_text(int status)
{
	int signo;

	if (WIFEXITED(status))
		return text_of("exited %d", WEXITSTATUS(status));
	if (WIFSIGNALED(status))
		return text_of("%s by %s",
			       WCOREDUMP(status) ? "dumped" : "killed",
			       signal_name(WTERMSIG(status)));
	if (WIFCONTINUED(status))
		return "continued";
	if (!WIFSTOPPED(status))
		return text_of("status %#x", status);
	if (status >> 16)
		return text_of("event %s with %s",
			       event_name((unsigned int)status >> 16),
			       signal_name(WSTOPSIG(status)));
	signo = WSTOPSIG(status);
	return text_of("stopped by %s%s", signal_name(signo & 0x7f),
		       signo & 0x80 ? "|0x80" : "");
}

static const struct number_name child_codes[] = {
	{ CLD_EXITED, "exited" },   { CLD_KILLED, "killed" },
	{ CLD_DUMPED, "dumped" },   { CLD_TRAPPED, "trapped" },
	{ CLD_STOPPED, "stopped" }, { CLD_CONTINUED, "continued" },
};

const char *child_text(const siginfo_t *info)
{
	const char *code =
		find_name(child_codes, ARRAY_LEN(child_codes), info->si_code);

	if (info->si_code == CLD_EXITED)
		return text_of("%s %d", code, info->si_status);
	return text_of("%s %s", code, signal_name(info->si_status & 0x7f));
}

/* ---- pids -------------------------------------------------------------- */

void name_pid(struct stage *s, pid_t pid, const char *format, ...)
{
	struct name *name;
	va_list args;

	if (s->name_count == NAMES_MAX)
		give_up(s, "too many tasks");
	name = &s->names[s->name_count++];
	name->pid = pid;
	va_start(args, format);
	vsnprintf(name->text, sizeof(name->text), format, args);
	va_end(args);
}

static const char *find_pid(const struct stage *s, pid_t pid)
{
	int i;

	for (i = s->name_count - 1; i >= 0; i--) {
		if (s->names[i].pid == pid)
			return s->names[i].text;
	}
	return NULL;
}

static long status_field(const char *status, const char *field)
{
	const char *at = strstr(status, field);

	return at ? strtol(at + strlen(field), NULL, 10) : -1;
}

static int count_named(const struct stage *s, const char *kind)
{
	int count = 0, i;

	for (i = 0; i < s->name_count; i++) {
		if (!strncmp(s->names[i].text, kind, strlen(kind)))
			count++;
	}
	return count;
}

/*
 * Only a task that belongs to the play gets a name: a number that leaked from
 * elsewhere must not look like a child.
 */
const char *name_of(struct stage *s, pid_t pid)
{
	const char *known = find_pid(s, pid), *kind;
	char status[2048];

	if (known)
		return known;
	if (pid <= 0)
		return pid ? "negative" : "0";
	if (proc_read(pid, "status", status, sizeof(status)))
		return "nobody";
	if (status_field(status, "\nTgid:") != pid)
		kind = "thread";
	else if (find_pid(s, status_field(status, "\nPPid:")))
		kind = "child";
	else
		return "stranger";
	name_pid(s, pid, "%s%d", kind, count_named(s, kind) + 1);
	return find_pid(s, pid);
}

pid_t pid_of(const struct stage *s, const char *name)
{
	int i;

	for (i = s->name_count - 1; i >= 0; i--) {
		if (!strcmp(s->names[i].text, name))
			return s->names[i].pid;
	}
	return 0;
}
