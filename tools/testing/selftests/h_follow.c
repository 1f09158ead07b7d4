// SPDX-License-Identifier: GPL-2.0
/*
 * Programs for tracers that follow: the first argument says which. Their calls
 * of umask(2) have arguments that tell who made them.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_THREADS 16

static char *self;

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		exit(1);
}

/* Waits for a byte, or for the end of the standard input. */
static void wait_for_input(void)
{
	char byte;

	while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR)
		;
}

static void *mask_on_input(void *mask)
{
	wait_for_input();
	umask((long)mask);
	return NULL;
}

/* 0101, 0102 and so on at once; then a late one with 0700. */
static int run_threads(int count)
{
	pthread_t threads[MAX_THREADS], late;
	int i;

	for (i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, mask_on_input,
			       (void *)(0101L + i));
	say("ready\n");
	for (i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	pthread_create(&late, NULL, mask_on_input, (void *)0700L);
	return pthread_join(late, NULL);
}

static int run_vfork(void)
{
	pid_t child = vfork();
	int status;

	if (!child) {
		umask(0107);
		_exit(4);
	}
	umask(0101);
	if (waitpid(child, &status, 0) != child)
		return 1;
	return WEXITSTATUS(status);
}

static void note_signal(int signal)
{
	(void)signal;
	umask(0111);
}

static int run_signals(void)
{
	union sigval value = { .sival_int = 42 };

	signal(SIGUSR1, note_signal);
	signal(SIGUSR2, SIG_IGN);
	kill(getpid(), SIGUSR1);
	sigqueue(getpid(), SIGUSR2, value);
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return 1;
}

static void *execute(void *unused)
{
	execl(self, self, "exit", "5", NULL);
	return unused;
}

static int run_exec_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, execute, NULL);
	pthread_join(thread, NULL);
	return 1;
}

/* What the parent of a process under job control is told. */
static void tell(pid_t child, int options)
{
	int status;
	char text[64] = "lost\n";

	if (waitpid(child, &status, options) != child)
		snprintf(text, sizeof(text), "%s\n", strerror(errno));
	else if (WIFSTOPPED(status))
		snprintf(text, sizeof(text), "stopped by %s\n",
			 sigabbrev_np(WSTOPSIG(status)));
	else if (WIFCONTINUED(status))
		snprintf(text, sizeof(text), "continued\n");
	else if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "killed by %s\n",
			 sigabbrev_np(WTERMSIG(status)));
	say(text);
}

static int handled[2];

static void on_sigcont(int number)
{
	if (write(handled[1], "c", 1) != 1)
		_exit(1);
}

/* A stop signal takes away a SIGCONT that has not been delivered yet. */
static void wait_for_sigcont(void)
{
	char byte;

	if (read(handled[0], &byte, 1) != 1)
		_exit(1);
}

static int run_jobs(void)
{
	pid_t child;

	if (pipe(handled))
		return 1;
	child = fork();
	if (!child) {
		setpgid(0, 0);
		signal(SIGCONT, on_sigcont);
		if (write(handled[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	setpgid(child, child);
	wait_for_sigcont(); /* is ready for it */
	say("ready\n");
	wait_for_input();
	kill(-child, SIGTSTP);
	tell(child, WUNTRACED);
	kill(-child, SIGCONT);
	tell(child, WCONTINUED);
	wait_for_sigcont();
	kill(-child, SIGSTOP);
	tell(child, WUNTRACED);
	kill(-child, SIGTERM);
	kill(-child, SIGCONT);
	tell(child, 0);
	return 0;
}

int main(int argc, char **argv)
{
	const char *which = argc > 1 ? argv[1] : "";
	int number = argc > 2 ? atoi(argv[2]) : 0;

	self = argv[0];
	if (!strcmp(which, "threads") && number <= MAX_THREADS)
		return run_threads(number);
	if (!strcmp(which, "vfork"))
		return run_vfork();
	if (!strcmp(which, "signals"))
		return run_signals();
	if (!strcmp(which, "exec-thread"))
		return run_exec_thread();
	if (!strcmp(which, "jobs"))
		return run_jobs();
	if (!strcmp(which, "exit"))
		return number;
	return 2;
}
