// SPDX-License-Identifier: GPL-2.0
/*
 * What tracees are made of, and the acts that several scenarios share. An act
 * prepares itself and then waits for its cue in read(2): that is the state in
 * which its tracer finds it.
 */
#include "stage.h"

/* A handler has no argument to get it by. */
static struct child_end handler_end;

void say_line(const struct child_end *end, const char *format, ...)
{
	char line[200];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	line[length++] = '\n';
	if (write(end->say, line, length) != length)
		_exit(120);
}

void say_handled(int signo, siginfo_t *info, void *context)
{
	const char *name = signal_name(signo);
	int saved = errno;

	if (info->si_code == SI_QUEUE)
		say_line(&handler_end,
			 "handles %s code %d from " PID_FORMAT " value %d",
			 name, info->si_code, info->si_pid,
			 info->si_value.sival_int);
	else if (info->si_code <= 0 && info->si_code != SI_TIMER)
		say_line(&handler_end, "handles %s code %d from " PID_FORMAT "",
			 name, info->si_code, info->si_pid);
	else
		say_line(&handler_end, "handles %s code %d", name,
			 info->si_code);
	errno = saved;
}

void handle(const struct child_end *end, int signo, int flags)
{
	struct sigaction action = {
		.sa_sigaction = say_handled,
		.sa_flags = SA_SIGINFO | flags,
	};

	handler_end = *end;
	sigaction(signo, &action, NULL);
}

void block(int how, int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(how, &set, NULL);
}

void execute_program(const struct child_end *end)
{
	char *argv[] = { "t_oracle", "--program", NULL }, *envp[] = { NULL };

	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0)
		_exit(120);
	execve("/proc/self/exe", argv, envp);
	_exit(111);
}

void await_end(const struct child_end *end)
{
	while (child_await(end) != END_CUE)
		;
}

int play_program(void)
{
	struct child_end end = { .go = 0, .say = 1 };

	say_line(&end, "is the program");
	await_end(&end);
	return 7;
}

int act_wait(const struct child_end *end, void *arg)
{
	await_end(end);
	return 5;
}

int act_handle(const struct child_end *end, void *arg)
{
	handle(end, SIGUSR1, SA_RESTART);
	handle(end, SIGUSR2, SA_RESTART);
	handle(end, SIGRTMIN + 1, SA_RESTART);
	await_end(end);
	return 5;
}
