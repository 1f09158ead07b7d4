// SPDX-License-Identifier: GPL-2.0
/* Single requests at random, and what they may answer. */
#include "tracer.h"

/* What a word of every worker's text is worth: any function will do. */
#define TEXT ((unsigned long)&request_look)

/* Unexpected answers are violations; these are not. */
static bool answer_is_right(unsigned int request, long answer)
{
	switch (-answer) {
	case EBADF:
	case ENOTTY:
		/* Another thread closed the handle. */
	case ESRCH:
		return true;
	case EPERM:
		return request == PTRACE_SEIZE || request == PTRACE_ATTACH;
	case EIO:
		/* Memory that isn't there after an execve(2), for one. */
		return request != PTRACE_CONT && request != PTRACE_SYSCALL &&
		       request != PTRACE_DETACH && request != PTRACE_SEIZE;
	case EINVAL:
		return request == PTRACE_GETSIGINFO ||
		       request == PTRACE_SETSIGINFO;
	default:
		return answer >= 0;
	}
}

long request(unsigned int request, pid_t tid, unsigned long addr,
	     unsigned long data)
{
	long answer = spt_ptrace(tracer_fd, request, tid, addr, data);

	if (!answer_is_right(request, answer))
		violation("request 0x%x of %d: %s", request, tid,
			  strerror(-answer));
	return answer;
}

static unsigned long address(const void *pointer)
{
	return (unsigned long)pointer;
}

/* Whatever only reads. */
void request_look(struct hunter *hunter, pid_t tid)
{
	struct ptrace_peeksiginfo_args peek = {
		.flags = prng_below(&hunter->prng, 2),
		.nr = 4,
	};
	unsigned long message, mask, word;
	struct user_regs_struct regs;
	struct ptrace_syscall_info call;
	struct user_fpregs_struct fpregs;
	siginfo_t infos[4];

	switch (prng_below(&hunter->prng, 8)) {
	case 0:
		if (!request(PTRACE_GETREGS, tid, 0, address(&regs)))
			count(COUNT_registers);
		break;
	case 1:
		request(PTRACE_GETFPREGS, tid, 0, address(&fpregs));
		break;
	case 2:
		request(PTRACE_GETSIGINFO, tid, 0, address(infos));
		break;
	case 3:
		request(PTRACE_GETEVENTMSG, tid, 0, address(&message));
		break;
	case 4:
		request(PTRACE_GETSIGMASK, tid, sizeof(mask), address(&mask));
		break;
	case 5:
		request(PTRACE_PEEKSIGINFO, tid, address(&peek),
			address(infos));
		break;
	case 6:
		request(PTRACE_GET_SYSCALL_INFO, tid, sizeof(call),
			address(&call));
		break;
	default:
		if (!request(PTRACE_PEEKTEXT, tid, TEXT, address(&word)))
			count(COUNT_words);
	}
}

static void put_back_siginfo(struct hunter *hunter, pid_t tid)
{
	siginfo_t info;

	if (request(PTRACE_GETSIGINFO, tid, 0, address(&info)))
		return;
	if (info.si_code == SI_QUEUE)
		info.si_value.sival_int++;
	if (!request(PTRACE_SETSIGINFO, tid, 0, address(&info)))
		count(COUNT_siginfos);
}

static void put_mask(struct hunter *hunter, pid_t tid)
{
	unsigned long mask;

	if (request(PTRACE_GETSIGMASK, tid, sizeof(mask), address(&mask)))
		return;
	if (prng_one_in(&hunter->prng, 3)) {
		mask = hunter->prng.state;
		mask &= ~(1UL << (SIG_NUDGE - 1));
		mask &= ~(1UL << (SIGSEGV - 1) | 1UL << (SIGTRAP - 1) |
			  1UL << (SIGILL - 1) | 1UL << (SIGFPE - 1));
	}
	if (!request(PTRACE_SETSIGMASK, tid, sizeof(mask), address(&mask)))
		count(COUNT_masks);
}

static unsigned int any_options(struct prng *prng)
{
	static const unsigned int bits[] = {
		PTRACE_O_TRACESYSGOOD, PTRACE_O_TRACEFORK,
		PTRACE_O_TRACEVFORK,   PTRACE_O_TRACEVFORKDONE,
		PTRACE_O_TRACECLONE,   PTRACE_O_TRACEEXEC,
		PTRACE_O_TRACEEXIT,
	};
	unsigned int options = 0, i;

	for (i = 0; i < ARRAY_LEN(bits); i++)
		if (!prng_one_in(prng, 3))
			options |= bits[i];
	if (prng_one_in(prng, 8))
		options |= PTRACE_O_EXITKILL;
	return options;
}

/* Nobody may resume it meanwhile: its lock is held alone. */
void request_put_back(struct hunter *hunter, pid_t tid)
{
	struct user_regs_struct regs;
	unsigned long word;

	switch (prng_below(&hunter->prng, 5)) {
	case 0:
		if (!request(PTRACE_GETREGS, tid, 0, address(&regs)))
			request(PTRACE_SETREGS, tid, 0, address(&regs));
		break;
	case 1:
		if (!request(PTRACE_PEEKTEXT, tid, TEXT, address(&word)))
			request(PTRACE_POKETEXT, tid, TEXT, word);
		break;
	case 2:
		put_back_siginfo(hunter, tid);
		break;
	case 3:
		put_mask(hunter, tid);
		break;
	default:
		if (!request(PTRACE_SETOPTIONS, tid, 0,
			     any_options(&hunter->prng)))
			count(COUNT_options);
	}
}

static int signal_of(struct hunter *hunter, int status)
{
	static const int others[] = { SIGUSR1, SIGSTOP, SIGCONT, SIGTSTP,
				      SIGCHLD, SIGURG,	SIGQUIT, SIGTERM };
	int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;

	if (status >> 16 || signal == (SIGTRAP | 0x80))
		signal = 0;
	if (prng_one_in(&hunter->prng, 15)) {
		count(COUNT_injections);
		return others[prng_below(&hunter->prng, ARRAY_LEN(others))];
	}
	if (prng_one_in(&hunter->prng, 10))
		return 0;
	return signal;
}

static void detach(pid_t tid, int signal)
{
	if (request(PTRACE_DETACH, tid, 0, signal))
		return;
	ledger_let_go(tid);
	count(COUNT_detaches);
}

/* Its lock is held, if shared. */
void request_resume(struct hunter *hunter, pid_t tid, int status)
{
	int signal = signal_of(hunter, status);
	unsigned int dice = prng_below(&hunter->prng, 100);

	if (status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP &&
	    dice < 60) {
		if (!request(PTRACE_LISTEN, tid, 0, 0))
			count(COUNT_listens);
	} else if (dice < 5) {
		detach(tid, signal);
	} else if (dice < 50) {
		request(PTRACE_SYSCALL, tid, 0, signal);
	} else {
		request(PTRACE_CONT, tid, 0, signal);
	}
}

/* Any request, whatever the tracee is doing. Its lock is held shared. */
void request_any(struct hunter *hunter, pid_t tid)
{
	unsigned int dice = prng_below(&hunter->prng, 100);

	if (dice < 30) {
		request_look(hunter, tid);
	} else if (dice < 60) {
		if (!request(PTRACE_INTERRUPT, tid, 0, 0))
			count(COUNT_interrupts);
	} else if (dice < 65) {
		if (!request(PTRACE_LISTEN, tid, 0, 0))
			count(COUNT_listens);
	} else if (dice < 66) {
		if (!request(PTRACE_KILL, tid, 0, 0))
			count(COUNT_kills);
	} else if (dice < 70) {
		detach(tid, signal_of(hunter, 0));
	} else {
		request_resume(hunter, tid, 0);
	}
}
