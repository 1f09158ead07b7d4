// SPDX-License-Identifier: GPL-2.0
/* A tracer by native ptrace, beside the others. */
#include "stress.h"

static long native(unsigned int request, pid_t tid, unsigned long addr,
		   unsigned long data)
{
	return syscall(SYS_ptrace, (long)request, (long)tid, addr, data);
}

/* Return: false when the task is ours no more. */
static bool native_go_on(struct prng *prng, pid_t tid, int status)
{
	int request = prng_one_in(prng, 3) ? PTRACE_CONT : PTRACE_SYSCALL;
	int signal = WSTOPSIG(status);

	count(COUNT_natives);
	if (status >> 16 || signal == (SIGTRAP | 0x80))
		signal = 0;
	if (prng_one_in(prng, 20))
		signal = 0;
	if (prng_one_in(prng, 30)) {
		native(PTRACE_DETACH, tid, 0, signal);
		return false;
	}
	if (status >> 16 == PTRACE_EVENT_STOP && signal != SIGTRAP &&
	    !prng_one_in(prng, 4))
		request = PTRACE_LISTEN;
	return !native(request, tid, 0, signal) || errno == ESRCH;
}

static void native_trace(struct prng *prng, pid_t tid)
{
	long long end = now_ms() + 50 + prng_below(prng, 300 * shared->pace);
	int status, ret;

	if (native(PTRACE_SEIZE, tid, 0, PTRACE_O_TRACESYSGOOD))
		return;
	native(PTRACE_INTERRUPT, tid, 0, 0);
	while (now_ms() < end && !shared->stop) {
		ret = waitpid(tid, &status, __WALL | WNOHANG);
		if (ret < 0)
			return;
		if (!ret) {
			nap_us(300);
			if (prng_one_in(prng, 50))
				native(PTRACE_INTERRUPT, tid, 0, 0);
			continue;
		}
		if (!WIFSTOPPED(status) || !native_go_on(prng, tid, status))
			return;
	}
	/* What is traced still is let go by our exit. */
}

/* A process for each victim, since natively only an exit detaches for sure. */
void native_main(int index, unsigned int incarnation)
{
	struct prng prng;
	pid_t tid = 0;

	prng_seed(&prng, ROLE_NATIVE, index, incarnation);
	while (!tid && !shared->stop) {
		tid = any_worker_thread(&prng);
		nap();
	}
	if (tid)
		native_trace(&prng, tid);
	_exit(0);
}
