// SPDX-License-Identifier: GPL-2.0
/*
 * To be run in a container, as the only process of its pid namespace, with
 * /dev/sptrace and, on standard input, the numbers of all threads outside: tries
 * every ioctl with every number. Each must be answered as a number that names
 * nobody, but those that name a process of the container, too: these must mean
 * that one.
 *
 * Prints what was wrong, and at the end how much was tried.
 */
#define SPT_WITHOUT_HARNESS
#include "spt.h"

#define MAX_NUMBERS 65536

/* Requests have numbers in these two ranges; unknown ones are tried as well. */
static const struct {
	unsigned int from;
	unsigned int to;
} requests[] = {
	{ 0, 40 },
	{ 0x4200, 0x4220 },
};

static pid_t numbers[MAX_NUMBERS];
static int count;
static int fd;
static long tried;
static int wrong;

static void judge(const char *what, unsigned int request, pid_t number,
		  long got, long expected)
{
	tried++;
	if (got == expected)
		return;
	wrong++;
	printf("%s %#x of %d: %ld instead of %ld\n", what, request, number, got,
	       expected);
}

static long do_ioctl(unsigned long command, void *arg)
{
	return ioctl(fd, command, arg) < 0 ? -errno : 0;
}

static bool is_outside(pid_t number)
{
	int i;

	for (i = 0; i < count; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

static void read_numbers(void)
{
	while (count < MAX_NUMBERS && scanf("%d", &numbers[count]) == 1)
		count++;
}

/*
 * The expectations for a number that names nobody. For one that names the
 * caller: a tracer is never its own tracee, and an unprivileged one of a
 * container sets no scope.
 */
static void try_ptrace(pid_t number, bool own)
{
	char buffer[4096] = "";
	unsigned int i, request;

	for (i = 0; i < ARRAY_LEN(requests); i++) {
		for (request = requests[i].from; request <= requests[i].to;
		     request++) {
			bool attach = request == PTRACE_ATTACH ||
				      request == PTRACE_SEIZE;
			void *data = request == PTRACE_SEIZE ? NULL : buffer;

			/* It takes no number. */
			if (request == PTRACE_TRACEME)
				continue;
			judge("ptrace", request, number,
			      spt_ptrace(fd, request, number, 0,
					 (unsigned long)data),
			      own && attach ? -EPERM : -ESRCH);
		}
	}
}

static void try_wait(pid_t number)
{
	static const int options[] = {
		WEXITED,
		WSTOPPED,
		WCONTINUED,
		WEXITED | WSTOPPED | WCONTINUED,
	};
	struct spt_event event;
	unsigned int i;

	for (i = 0; i < ARRAY_LEN(options); i++) {
		judge("wait P_PID", options[i], number,
		      spt_wait(fd, P_PID, number, options[i] | WNOHANG, &event),
		      -ECHILD);
		judge("wait P_PGID", options[i], number,
		      spt_wait(fd, P_PGID, number, options[i] | WNOHANG,
			       &event),
		      -ECHILD);
	}
}

static void try_scope(pid_t number, bool own)
{
	struct spt_scope scope = { .pid = number };
	struct spt_explain explain = { .tid = number };
	struct spt_ptracer ptracer = { .pid = number };
	unsigned int value;

	judge("get scope", 0, number, do_ioctl(SPT_IOC_GET_SCOPE, &scope),
	      own ? 0 : -ESRCH);

	for (value = SPT_SCOPE_CLASSIC; value <= SPT_SCOPE_NO_ATTACH; value++) {
		scope = (struct spt_scope){ .pid = number, .scope = value };
		judge("set scope", value, number,
		      do_ioctl(SPT_IOC_SET_SCOPE, &scope),
		      own ? -EPERM : -ESRCH);
	}

	judge("explain", 0, number, do_ioctl(SPT_IOC_EXPLAIN, &explain),
	      own ? 0 : -ESRCH);
	if (own)
		judge("rule", 0, number, explain.rule, SPT_RULE_SELF);

	judge("declare", 0, number, do_ioctl(SPT_IOC_SET_PTRACER, &ptracer),
	      own ? 0 : -EINVAL);
}

/* Those without a number: what they say must not be of the outside either. */
static void try_rest(pid_t child)
{
	struct spt_ptracer none = { .pid = SPT_PTRACER_NONE };
	struct spt_flags flags = { 0 };
	struct spt_status list[64];
	struct spt_event event;
	struct spt_info info;
	unsigned int total = 0, i;

	judge("info", 0, 0, do_ioctl(SPT_IOC_INFO, &info), 0);
	judge("flags", 0, 0, do_ioctl(SPT_IOC_SET_FLAGS, &flags), 0);
	judge("declare", 0, 0, do_ioctl(SPT_IOC_SET_PTRACER, &none), 0);
	judge("wait P_ALL", 0, 0,
	      spt_wait(fd, P_ALL, 0, WEXITED | WSTOPPED | WNOHANG, &event),
	      child ? 0 : -ECHILD);
	if (child)
		judge("report", 0, 0, event.tid, 0);

	judge("status", 0, 0, spt_list(fd, list, ARRAY_LEN(list), &total), 0);
	judge("tracees", 0, 0, total, child ? 1 : 0);
	for (i = 0; i < total && i < ARRAY_LEN(list); i++) {
		judge("tracee", i, 0, list[i].tid, child);
		judge("tracer", i, 0, list[i].tracer, getpid());
	}
}

/* Return: whether it names a process of the container, too. */
static bool try_number(pid_t number)
{
	bool own = number == getpid();

	/* There must be nobody else; a test of that one would prove nothing. */
	if (!own && !kill(number, 0)) {
		wrong++;
		printf("%d is in the container\n", number);
		return true;
	}
	try_ptrace(number, own);
	try_wait(number);
	try_scope(number, own);
	return own;
}

/* Sleeps until it is killed; its number names nobody outside. */
static pid_t make_child(void)
{
	pid_t child;
	int status;

	for (;;) {
		child = fork();
		if (!child)
			for (;;)
				pause();
		if (child < 0 || !is_outside(child))
			return child;
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
	}
}

/* With a tracee of one's own, ECHILD says more than that there is none. */
static void try_with_child(void)
{
	pid_t child = make_child();
	int i, status;

	judge("fork", 0, 0, child > 0, 1);
	if (child <= 0)
		return;
	judge("seize", 0, child, spt_ptrace(fd, PTRACE_SEIZE, child, 0, 0), 0);
	for (i = 0; i < count; i++)
		if (numbers[i] != getpid())
			try_wait(numbers[i]);
	try_rest(child);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

int main(void)
{
	int i, both = 0;

	/* Elsewhere it would do harm: it sets the scope of where it is. */
	if (getpid() != 1) {
		printf("not the first process of a container\n");
		return 1;
	}
	fd = spt_open();
	if (fd < 0) {
		printf(SPT_DEVICE ": %s\n", strerror(errno));
		return 1;
	}

	read_numbers();
	for (i = 0; i < count; i++)
		both += try_number(numbers[i]);
	try_rest(0);
	try_with_child();

	printf("%d numbers, %d of them here, too; %ld answers, %d wrong\n",
	       count, both, tried, wrong);
	return wrong || !count;
}
