// SPDX-License-Identifier: GPL-2.0
/*
 * Timers, which start anew when their signal is delivered: to the tracer's
 * stop, whatever it then does with it. How often they ran out is timing and
 * not written down; each play ends with a kill.
 */
#include <sys/time.h>
#include "stage.h"

enum timer { POSIX, POSIX_THREAD, POSIX_RT, REAL, VIRTUAL, PROFILE };

static const struct {
	const char *name;
	int signo;
} timers[] = {
	[POSIX] = { "posix", SIGUSR1 },
	[POSIX_THREAD] = { "posix_thread", SIGUSR1 },
	[POSIX_RT] = { "posix_rt", 35 },
	[REAL] = { "real", SIGALRM },
	[VIRTUAL] = { "virtual", SIGVTALRM },
	[PROFILE] = { "profile", SIGPROF },
};

enum treatment { PASS, DROP, IGNORED, BLOCKED };

static const char *const treatments[] = { "pass", "drop", "ignored",
					  "blocked" };

#define TREATMENTS ((int)ARRAY_LEN(treatments))
#define ROWS ((int)ARRAY_LEN(timers) * TREATMENTS)

static const char *row_name(int row)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s/%s", timers[row / TREATMENTS].name,
		 treatments[row % TREATMENTS]);
	return name;
}

static void arm_posix(enum timer timer)
{
	struct itimerspec every = { { .tv_nsec = 2000000 },
				    { .tv_nsec = 2000000 } };
	struct sigevent event = {
		.sigev_notify = timer == POSIX_THREAD ? SIGEV_THREAD_ID :
							SIGEV_SIGNAL,
		.sigev_signo = timers[timer].signo,
		.sigev_value.sival_int = 42,
	};
	timer_t id;

	event._sigev_un._tid = getpid();
	if (timer_create(CLOCK_MONOTONIC, &event, &id) ||
	    timer_settime(id, 0, &every, NULL))
		_exit(1);
}

static void arm_interval(int which)
{
	struct itimerval every = { { .tv_usec = 2000 }, { .tv_usec = 2000 } };

	if (setitimer(which, &every, NULL))
		_exit(1);
}

static void do_nothing(int signo)
{
}

static void arm(enum timer timer)
{
	switch (timer) {
	case REAL:
		arm_interval(ITIMER_REAL);
		break;
	case VIRTUAL:
		arm_interval(ITIMER_VIRTUAL);
		break;
	case PROFILE:
		arm_interval(ITIMER_PROF);
		break;
	default:
		arm_posix(timer);
	}
}

static int act_timer(const struct child_end *end, void *arg)
{
	int row = *(int *)arg;
	enum timer timer = row / TREATMENTS;
	enum treatment treatment = row % TREATMENTS;

	signal(timers[timer].signo,
	       treatment == IGNORED ? SIG_IGN : do_nothing);
	if (treatment == BLOCKED)
		block(SIG_BLOCK, timers[timer].signo);
	child_await(end);
	arm(timer);
	if (treatment == BLOCKED)
		block(SIG_UNBLOCK, timers[timer].signo);
	/* Time of its own for the timers that count that. */
	for (;;)
		asm volatile("");
	return 5;
}

SCENARIOS(timer, ROWS, row_name)
{
	int i;

	cast(s, act_timer, &s->row);
	seize(s, 0);
	cue(s);
	for (i = 0; i < 4; i++) {
		see(s);
		cont(s, s->row % TREATMENTS == DROP ?
				0 :
				WSTOPSIG(s->event.status));
	}
	see(s);
	signal_tracee(s, SIGKILL);
	finish(s);
}

static int act_alarm(const struct child_end *end, void *arg)
{
	struct itimerval once = { .it_value.tv_usec = 1000 };

	child_await(end);
	setitimer(ITIMER_REAL, &once, NULL);
	await_end(end);
	return 5;
}

SCENARIO(alarm_kills)
{
	cast(s, act_alarm, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	finish(s);
}

SCENARIO(alarm_dropped)
{
	cast(s, act_alarm, NULL);
	seize(s, 0);
	cue(s);
	see(s);
	cont(s, 0);
	finish(s);
}
