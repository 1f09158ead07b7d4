// SPDX-License-Identifier: GPL-2.0
/* What workers do with signals. */
#include <setjmp.h>
#include <sys/time.h>

#include "worker.h"

static __thread struct actor *self;
static __thread sigjmp_buf after_fault;
static __thread volatile sig_atomic_t faulting;

/* Signals that workers send; some come more often, SIGCONT above all. */
static const int sendable[] = {
	SIGUSR1, SIGUSR2, SIGCHLD, SIGWINCH, SIGURG,  SIGALRM,	 SIGHUP,
	SIGTERM, SIGTSTP, SIGTTIN, SIGSTOP,  SIGCONT, SIGCONT,	 SIGCONT,
	SIGCONT, SIGSEGV, SIGTRAP, SIGIO,    SIGPIPE, SIGVTALRM,
};

static int any_signal(struct prng *prng)
{
	if (prng_one_in(prng, 150))
		return SIGKILL;
	if (prng_one_in(prng, 4))
		return SIGRTMIN + 3 + prng_below(prng, 5);
	return sendable[prng_below(prng, ARRAY_LEN(sendable))];
}

static void handle(int signal, siginfo_t *info, void *context)
{
}

static void handle_nudge(int signal, siginfo_t *info, void *context)
{
	/* A child of vfork(2) borrows the thread's memory, not its number. */
	if (self && self->tid == (pid_t)syscall(SYS_gettid))
		self->slot->nudged++;
}

static void handle_fault(int signal, siginfo_t *info, void *context)
{
	if (faulting) {
		faulting = 0;
		siglongjmp(after_fault, 1);
	}
	/* Not ours, and it would come again and again. */
	if (info->si_code > 0)
		_exit(99);
}

static void set_handler(int signal, void (*handler)(int, siginfo_t *, void *),
			int flags)
{
	struct sigaction action = { .sa_sigaction = handler };

	/* Nothing is blocked meanwhile, so that no mask of that time stays. */
	action.sa_flags = flags | SA_SIGINFO | SA_NODEFER;
	sigaction(signal, &action, NULL);
}

void signals_setup(void)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE };
	unsigned int i;
	int signal;

	for (i = 0; i < ARRAY_LEN(sendable); i++)
		set_handler(sendable[i], handle, i % 2 ? SA_RESTART : 0);
	for (signal = SIGRTMIN + 3; signal < SIGRTMIN + 8; signal++)
		set_handler(signal, handle, signal % 2 ? SA_RESTART : 0);
	for (i = 0; i < ARRAY_LEN(faults); i++)
		set_handler(faults[i], handle_fault, 0);
	set_handler(SIG_NUDGE, handle_nudge, 0);
}

void signals_enter(struct actor *actor)
{
	sigset_t none;

	self = actor;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void send_to_thread(struct actor *actor, pid_t tid, int signal)
{
	union sigval value = { .sival_int = (int)actor->prng.state };
	siginfo_t info = {
		.si_signo = signal,
		.si_code = SI_QUEUE,
		.si_pid = getpid(),
		.si_value = value,
	};

	switch (prng_below(&actor->prng, 3)) {
	case 0:
		syscall(SYS_tkill, tid, signal);
		break;
	case 1:
		syscall(SYS_rt_sigqueueinfo, tid, signal, &info);
		break;
	default:
		kill(tid, signal);
	}
}

void act_send(struct actor *actor)
{
	int signal = any_signal(&actor->prng);
	pid_t tid;

	if (prng_one_in(&actor->prng, 12)) {
		/* A group of their own, see nursery.c. */
		kill(0, prng_one_in(&actor->prng, 4) ? SIGTSTP : SIGCONT);
		return;
	}
	tid = any_worker_thread(&actor->prng);
	if (tid)
		send_to_thread(actor, tid, signal);
}

static volatile int *nowhere;

static void fault(unsigned int kind)
{
	switch (kind) {
	case 0:
		*nowhere = 1;
		break;
	case 1:
		__asm__ volatile("int3");
		break;
	case 2:
		__asm__ volatile("ud2");
		break;
	default:
		__asm__ volatile("idivl %2"
				 :
				 : "a"(1), "d"(0), "r"(0)
				 : "memory", "cc");
	}
}

void act_fault(struct actor *actor)
{
	unsigned int kind = prng_below(&actor->prng, 4);

	if (!sigsetjmp(after_fault, 0)) {
		faulting = 1;
		fault(kind);
	}
	faulting = 0;
}

void act_disposition(struct actor *actor)
{
	static const int signals[] = { SIGUSR1,	  SIGUSR2, SIGCHLD, SIGURG,
				       SIGWINCH,  SIGTSTP, SIGTTIN, SIGCONT,
				       SIGVTALRM, SIGALRM, SIGTRAP };
	int which = signals[prng_below(&actor->prng, ARRAY_LEN(signals))];
	struct sigaction action = { .sa_handler = SIG_IGN };

	switch (prng_below(&actor->prng, 6)) {
	case 0:
		sigaction(which, &action, NULL);
		break;
	case 1:
		action.sa_handler = SIG_DFL;
		sigaction(which, &action, NULL);
		break;
	case 2:
		set_handler(which, handle, 0);
		break;
	default:
		set_handler(which, handle, SA_RESTART);
	}
}

static void random_set(struct prng *prng, sigset_t *set)
{
	const int never[] = { SIG_NUDGE, SIGSEGV, SIGTRAP,
			      SIGILL,	 SIGFPE,  SIGBUS };
	unsigned int i;

	sigemptyset(set);
	for (i = 0; i < 6; i++)
		sigaddset(set, any_signal(prng));
	for (i = 0; i < ARRAY_LEN(never); i++)
		sigdelset(set, never[i]);
}

static struct timespec short_time(struct actor *actor)
{
	struct timespec ts = {
		.tv_nsec = prng_below(&actor->prng, 20) * 1000000L,
	};

	return ts;
}

void act_block(struct actor *actor)
{
	sigset_t set, before;

	random_set(&actor->prng, &set);
	sigprocmask(SIG_BLOCK, &set, &before);
	nap_us(prng_below(&actor->prng, 3000));
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void act_sigtimedwait(struct actor *actor)
{
	struct timespec ts = short_time(actor);
	sigset_t set, before;
	siginfo_t info;

	random_set(&actor->prng, &set);
	/* What isn't blocked meanwhile can be waited for all the same. */
	sigprocmask(SIG_BLOCK, prng_one_in(&actor->prng, 4) ? NULL : &set,
		    &before);
	sigtimedwait(&set, &info, &ts);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Nudges this thread again and again. Return: whether it does. */
static bool begin_nudges(timer_t *timer)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIG_NUDGE,
	};
	struct itimerspec spec = {
		.it_value.tv_nsec = 10000000,
		.it_interval.tv_nsec = 30000000,
	};

	event._sigev_un._tid = syscall(SYS_gettid);
	if (timer_create(CLOCK_MONOTONIC, &event, timer))
		return false;
	timer_settime(*timer, 0, &spec, NULL);
	return true;
}

void act_sigsuspend(struct actor *actor)
{
	timer_t timer;
	sigset_t set;

	if (!begin_nudges(&timer))
		return;
	random_set(&actor->prng, &set);
	sigsuspend(&set);
	timer_delete(timer);
}

void act_ppoll(struct actor *actor)
{
	struct timespec ts = short_time(actor);
	sigset_t set;

	random_set(&actor->prng, &set);
	ppoll(NULL, 0, &ts, &set);
}

void act_timer(struct actor *actor)
{
	struct itimerval value = {
		.it_value.tv_usec = 1 + prng_below(&actor->prng, 9000),
	};

	setitimer(prng_one_in(&actor->prng, 3) ? ITIMER_VIRTUAL : ITIMER_REAL,
		  &value, NULL);
}
