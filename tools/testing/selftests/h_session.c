// SPDX-License-Identifier: GPL-2.0
/*
 * What is traced in everyday sessions (t_sessions): does the same each time, one thing
 * after the other, so that two outputs of a tracer can be compared.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int total;
static char *self;

__attribute__((noinline)) int add(int value)
{
	int sum = total + value;

	total = sum;
	return sum;
}

static int do_sum(void)
{
	int i;

	for (i = 1; i <= 5; i++)
		add(i);
	printf("the sum is %d\n", total);
	return total == 15 ? 0 : 1;
}

static volatile int handled;

static void on_signal(int signo)
{
	handled += signo;
}

static int do_signals(void)
{
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, SIG_IGN);
	raise(SIGUSR1);
	raise(SIGUSR2);
	raise(SIGUSR1);
	printf("handled %d\n", handled);
	return 3;
}

static void *work(void *arg)
{
	add((int)(long)arg);
	getppid();
	return NULL;
}

/* One at a time. */
static int do_threads(void)
{
	pthread_t thread;
	long i;

	for (i = 1; i <= 3; i++) {
		pthread_create(&thread, NULL, work, (void *)i);
		pthread_join(thread, NULL);
	}
	printf("the sum is %d\n", total);
	return 0;
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	printf("the child exited with %d\n", WEXITSTATUS(status));
	return 0;
}

static int do_fork(void)
{
	pid_t pid = fork();

	if (!pid) {
		add(7);
		_exit(total);
	}
	return wait_for(pid);
}

static int do_vfork(void)
{
	pid_t pid = vfork();

	if (!pid) {
		execl(self, self, "sum", NULL);
		_exit(111);
	}
	return wait_for(pid);
}

static int do_exec(void)
{
	execl(self, self, "sum", NULL);
	return 111;
}

static void *exec_thread(void *arg)
{
	(void)arg;
	do_exec();
	return NULL;
}

static int do_exec_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, exec_thread, NULL);
	pause();
	return 111;
}

static int do_crash(void)
{
	volatile int *nowhere = NULL;

	add(1);
	*nowhere = 1;
	return 111;
}

static void *wait_in_thread(void *arg)
{
	char byte;

	if (read((int)(long)arg, &byte, 1) < 0)
		perror("read");
	return NULL;
}

/* Up to the end of the standard input. */
static int do_wait(void)
{
	pthread_t thread;
	char byte;
	int ends[2];

	if (pipe(ends))
		return 1;
	pthread_create(&thread, NULL, wait_in_thread, (void *)(long)ends[0]);
	printf("ready\n");
	fflush(stdout);
	while (read(0, &byte, 1) == 1)
		add(1);
	close(ends[1]);
	pthread_join(thread, NULL);
	printf("the sum is %d\n", total);
	return 0;
}

/* As do_wait(), by one thread alone. */
static int do_read(void)
{
	char byte;

	printf("ready\n");
	fflush(stdout);
	while (read(0, &byte, 1) == 1)
		add(1);
	printf("the sum is %d\n", total);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(void);
} acts[] = {
	{ "sum", do_sum },	   { "signals", do_signals },
	{ "threads", do_threads }, { "fork", do_fork },
	{ "vfork", do_vfork },	   { "exec", do_exec },
	{ "crash", do_crash },	   { "exec-thread", do_exec_thread },
	{ "wait", do_wait },	   { "read", do_read },
};

int main(int argc, char **argv)
{
	size_t i;

	self = argv[0];
	for (i = 0; argc == 2 && i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (!strcmp(argv[1], acts[i].name))
			return acts[i].run();
	}
	fprintf(stderr, "usage: h_session ACT\n");
	return 2;
}
