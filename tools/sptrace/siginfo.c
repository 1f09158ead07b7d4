// SPDX-License-Identifier: GPL-2.0
/* What a siginfo_t says; which members it has is the kernel's siginfo_layout(). */
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "names.h"
#include "siginfo.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Newer than some C libraries. */
#ifndef SI_DETHREAD
#define SI_DETHREAD (-7)
#endif
#ifndef SEGV_CPERR
#define SEGV_CPERR 10
#endif
#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif
#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif
#ifndef TRAP_PERF
#define TRAP_PERF 6
#endif

/* The C library has no names of these; psiginfo(3) describes them in words. */
#define CODE(signal, code)          \
	{                           \
		signal, code, #code \
	}
static const struct {
	int signal; /* 0 for any */
	int code;
	const char *name;
} codes[] = {
	CODE(0, SI_USER),
	CODE(0, SI_KERNEL),
	CODE(0, SI_QUEUE),
	CODE(0, SI_TIMER),
	CODE(0, SI_MESGQ),
	CODE(0, SI_ASYNCIO),
	CODE(0, SI_SIGIO),
	CODE(0, SI_TKILL),
	CODE(0, SI_DETHREAD),
	CODE(0, SI_ASYNCNL),
	CODE(SIGCHLD, CLD_EXITED),
	CODE(SIGCHLD, CLD_KILLED),
	CODE(SIGCHLD, CLD_DUMPED),
	CODE(SIGCHLD, CLD_TRAPPED),
	CODE(SIGCHLD, CLD_STOPPED),
	CODE(SIGCHLD, CLD_CONTINUED),
	CODE(SIGSEGV, SEGV_MAPERR),
	CODE(SIGSEGV, SEGV_ACCERR),
	CODE(SIGSEGV, SEGV_BNDERR),
	CODE(SIGSEGV, SEGV_PKUERR),
	CODE(SIGSEGV, SEGV_CPERR),
	CODE(SIGBUS, BUS_ADRALN),
	CODE(SIGBUS, BUS_ADRERR),
	CODE(SIGBUS, BUS_OBJERR),
	CODE(SIGBUS, BUS_MCEERR_AR),
	CODE(SIGBUS, BUS_MCEERR_AO),
	CODE(SIGILL, ILL_ILLOPC),
	CODE(SIGILL, ILL_ILLOPN),
	CODE(SIGILL, ILL_ILLADR),
	CODE(SIGILL, ILL_ILLTRP),
	CODE(SIGILL, ILL_PRVOPC),
	CODE(SIGILL, ILL_PRVREG),
	CODE(SIGILL, ILL_COPROC),
	CODE(SIGILL, ILL_BADSTK),
	CODE(SIGFPE, FPE_INTDIV),
	CODE(SIGFPE, FPE_INTOVF),
	CODE(SIGFPE, FPE_FLTDIV),
	CODE(SIGFPE, FPE_FLTOVF),
	CODE(SIGFPE, FPE_FLTUND),
	CODE(SIGFPE, FPE_FLTRES),
	CODE(SIGFPE, FPE_FLTINV),
	CODE(SIGFPE, FPE_FLTSUB),
	CODE(SIGTRAP, TRAP_BRKPT),
	CODE(SIGTRAP, TRAP_TRACE),
	CODE(SIGTRAP, TRAP_BRANCH),
	CODE(SIGTRAP, TRAP_HWBKPT),
	CODE(SIGTRAP, TRAP_PERF),
	CODE(SIGPOLL, POLL_IN),
	CODE(SIGPOLL, POLL_OUT),
	CODE(SIGPOLL, POLL_MSG),
	CODE(SIGPOLL, POLL_ERR),
	CODE(SIGPOLL, POLL_PRI),
	CODE(SIGPOLL, POLL_HUP),
	CODE(SIGSYS, SYS_SECCOMP),
	CODE(SIGSYS, SYS_USER_DISPATCH),
};

__attribute__((format(printf, 4, 5))) static void
add(struct siginfo_members *members, const char *name, bool is_number,
    const char *format, ...)
{
	struct siginfo_member *member = &members->members[members->count++];
	va_list args;

	member->name = name;
	member->is_number = is_number;
	va_start(args, format);
	vsnprintf(member->value, sizeof(member->value), format, args);
	va_end(args);
}

static void add_number(struct siginfo_members *members, const char *name,
		       int64_t number)
{
	add(members, name, true, "%" PRId64, number);
}

static void add_address(struct siginfo_members *members, const char *name,
			const void *address)
{
	add(members, name, false, "%#" PRIxPTR, (uintptr_t)address);
}

static void add_signal(struct siginfo_members *members, const char *name,
		       int signal)
{
	char buffer[NAMES_SIGNAL_SIZE];

	add(members, name, false, "%s", names_signal(signal, buffer));
}

static void add_code(struct siginfo_members *members, const siginfo_t *info)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		if (codes[i].code != info->si_code ||
		    (codes[i].signal && codes[i].signal != info->si_signo))
			continue;
		add(members, "si_code", false, "%s", codes[i].name);
		return;
	}
	add_number(members, "si_code", info->si_code);
}

static void add_sender(struct siginfo_members *members, const siginfo_t *info)
{
	add_number(members, "si_pid", info->si_pid);
	add_number(members, "si_uid", info->si_uid);
}

static void add_value(struct siginfo_members *members, const siginfo_t *info)
{
	add_number(members, "si_int", info->si_int);
	add_address(members, "si_ptr", info->si_ptr);
}

static void add_timer(struct siginfo_members *members, const siginfo_t *info)
{
	add_number(members, "si_timerid", info->si_timerid);
	add_number(members, "si_overrun", info->si_overrun);
	add_value(members, info);
}

static void add_poll(struct siginfo_members *members, const siginfo_t *info)
{
	add_number(members, "si_band", info->si_band);
	add_number(members, "si_fd", info->si_fd);
}

static void add_child(struct siginfo_members *members, const siginfo_t *info)
{
	add_sender(members, info);
	if (info->si_code == CLD_EXITED)
		add_number(members, "si_status", info->si_status);
	else
		add_signal(members, "si_status", info->si_status);
	add_number(members, "si_utime", info->si_utime);
	add_number(members, "si_stime", info->si_stime);
}

static void add_syscall(struct siginfo_members *members, const siginfo_t *info)
{
	add_address(members, "si_call_addr", info->si_call_addr);
	add_number(members, "si_syscall", info->si_syscall);
	add(members, "si_arch", false, "%s", names_arch(info->si_arch));
}

/* Of a signal that something other than the kernel sent. */
static void add_sent(struct siginfo_members *members, const siginfo_t *info)
{
	switch (info->si_code) {
	case SI_TIMER:
		add_timer(members, info);
		return;
	case SI_SIGIO:
		add_poll(members, info);
		return;
	case SI_USER:
	case SI_TKILL:
		add_sender(members, info);
		return;
	default:
		add_sender(members, info);
		add_value(members, info);
	}
}

static void add_caused(struct siginfo_members *members, const siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGCHLD:
		add_child(members, info);
		return;
	case SIGPOLL:
		add_poll(members, info);
		return;
	case SIGSYS:
		add_syscall(members, info);
		return;
	case SIGSEGV:
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGTRAP:
		add_address(members, "si_addr", info->si_addr);
		return;
	}
}

void siginfo_describe(const siginfo_t *info, struct siginfo_members *members)
{
	members->count = 0;
	add_signal(members, "si_signo", info->si_signo);
	add_code(members, info);
	if (info->si_code <= 0)
		add_sent(members, info);
	else if (info->si_code < SI_KERNEL)
		add_caused(members, info);
}
