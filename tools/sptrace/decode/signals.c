// SPDX-License-Identifier: GPL-2.0
/* Signals, sets of them and what is done about them. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "siginfo.h"
#include "print.h"

#define SIGNALS 64

void print_signal(struct decode_call *call, uint64_t value,
		  const struct param *param)
{
	char name[NAMES_SIGNAL_SIZE];
	int signal = value;

	(void)param;
	if (signal > 0 && signal <= SIGNALS)
		print(call, "%s", names_signal(signal, name));
	else
		print(call, "%d", signal);
}

/* Of a set with most signals in it, those that it lacks. */
const char *signal_set_text(uint64_t set, char *buffer, size_t size)
{
	bool inverted = __builtin_popcountll(set) > SIGNALS * 2 / 3;
	uint64_t listed = inverted ? ~set : set;
	char name[NAMES_SIGNAL_SIZE];
	const char *separator = "";
	size_t used;
	int signal;

	used = snprintf(buffer, size, "%s[", inverted ? "~" : "");
	for (signal = 1; signal <= SIGNALS; signal++) {
		if (!(listed >> (signal - 1) & 1))
			continue;
		used += snprintf(buffer + used, size - used, "%s%s", separator,
				 names_signal(signal, name) + strlen("SIG"));
		separator = " ";
	}
	snprintf(buffer + used, size - used, "]");
	return buffer;
}

static void print_set(struct decode_call *call, uint64_t set)
{
	char text[SIGNALS * NAMES_SIGNAL_SIZE];

	print(call, "%s", signal_set_text(set, text, sizeof(text)));
}

void print_sigset(struct decode_call *call, uint64_t value,
		  const struct param *param)
{
	uint64_t set;

	(void)param;
	if (fetch(call, value, &set, sizeof(set)))
		print_set(call, set);
}

static void print_handler(struct decode_call *call, uint64_t handler)
{
	if (handler == (uintptr_t)SIG_DFL)
		print(call, "SIG_DFL");
	else if (handler == (uintptr_t)SIG_IGN)
		print(call, "SIG_IGN");
	else
		print(call, "%#" PRIx64, handler);
}

/* The kernel's, which is not that of the C library: four longs but for the set. */
static void print_sigaction(struct decode_call *call, uint64_t value,
			    const struct param *param)
{
	unsigned int word = call->type->word, i;
	uint64_t members[3] = { 0 }, set = 0;
	char bytes[32];

	(void)param;
	if (!fetch(call, value, bytes, 3 * word + sizeof(set)))
		return;
	for (i = 0; i < ARRAY_SIZE(members); i++)
		memcpy(&members[i], bytes + i * word, word);
	memcpy(&set, bytes + 3 * word, sizeof(set));
	print(call, "{sa_handler=");
	print_handler(call, members[0]);
	print(call, ", sa_mask=");
	print_set(call, set);
	print(call, ", sa_flags=");
	print_flags_of(call, "sigaction_flags", members[1]);
	if (members[1] & 0x04000000)
		print(call, ", sa_restorer=%#" PRIx64, members[2]);
	print(call, "}");
}

static void print_altstack(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	stack_t stack;

	(void)param;
	if (!fetch(call, value, &stack, sizeof(stack)))
		return;
	print(call, "{ss_sp=");
	print_address(call, (uintptr_t)stack.ss_sp);
	print(call, ", ss_flags=");
	print_flags_of(call, "sigaltstack_flags", (unsigned int)stack.ss_flags);
	print(call, ", ss_size=%zu}", stack.ss_size);
}

static void print_siginfo(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	struct siginfo_members found;
	siginfo_t info;
	size_t i;

	(void)param;
	/* waitid(2) leaves it empty when there was nothing to report. */
	if (!fetch(call, value, &info, sizeof(info)))
		return;
	if (!info.si_signo) {
		print(call, "{}");
		return;
	}
	siginfo_describe(&info, &found);
	print(call, "{");
	for (i = 0; i < found.count; i++)
		print(call, "%s%s=%s", i ? ", " : "", found.members[i].name,
		      found.members[i].value);
	print(call, "}");
}

/* How a timer tells of its end. */
static void print_sigevent(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	struct sigevent event;

	if (!fetch(call, value, &event, sizeof(event)))
		return;
	print(call, "{");
	if (event.sigev_value.sival_ptr)
		print(call, "sigev_value={sival_int=%d, sival_ptr=%p}, ",
		      event.sigev_value.sival_int, event.sigev_value.sival_ptr);
	print(call, "sigev_signo=");
	print_signal(call, event.sigev_signo, param);
	print(call, ", sigev_notify=");
	print_one_of(call, "sigev_notify", event.sigev_notify);
	print(call, "}");
}

/* pselect6(2) has a set and its size behind one pointer. */
static void print_sigset_and_size(struct decode_call *call, uint64_t value,
				  const struct param *param)
{
	uint64_t pair[2];

	if (call->type->word != 8 || !fetch(call, value, pair, sizeof(pair))) {
		if (call->type->word != 8)
			print_address(call, value);
		return;
	}
	print(call, "{sigmask=");
	print_sigset(call, pair[0], param);
	print(call, ", sigsetsize=%" PRIu64 "}", pair[1]);
}

const struct kind kinds_signals[] = {
	KIND("signal", print_signal),
	KIND_OF_MEMORY("sigset", print_sigset),
	KIND_OF_MEMORY("sigaction", print_sigaction),
	KIND_OF_64("altstack", print_altstack),
	KIND_OF_64("sigevent", print_sigevent),
	KIND_OF_64("siginfo", print_siginfo),
	KIND_OF_MEMORY("sigset_and_size", print_sigset_and_size),
	{ 0 },
};
