/* SPDX-License-Identifier: GPL-2.0 */
/* What a siginfo_t says: its members that have a meaning, with their values. */
#ifndef SPTRACE_SIGINFO_H
#define SPTRACE_SIGINFO_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* More members than any signal has. */
#define SIGINFO_MAX_MEMBERS 8

/**
 * struct siginfo_member - one of them
 * @name: as in sigaction(2), for instance "si_pid"
 * @value: as text
 * @is_number: @value is a decimal number, not a name or an address
 */
struct siginfo_member {
	const char *name;
	char value[32];
	bool is_number;
};

/**
 * struct siginfo_members - all of them
 * @count: how many there are
 * @members: the first is si_signo, the second si_code
 */
struct siginfo_members {
	size_t count;
	struct siginfo_member members[SIGINFO_MAX_MEMBERS];
};

void siginfo_describe(const siginfo_t *info, struct siginfo_members *members);

#endif /* SPTRACE_SIGINFO_H */
