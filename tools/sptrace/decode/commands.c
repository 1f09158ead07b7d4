// SPDX-License-Identifier: GPL-2.0
/* Calls of which one argument says what the others are. */
#include <asm/prctl.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <linux/prctl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "names.h"
#include "print.h"

/* Of 32-bit programs, whose file sizes are wider than their longs. */
#define GETLK64 12
#define SETLK64 13
#define SETLKW64 14

#define COMMAND(call) ((int)(call)->args[1])

static void print_command(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	static const char *const wide[] = { "F_GETLK64", "F_SETLK64",
					    "F_SETLKW64" };

	(void)param;
	if (call->type->is_32 && value >= GETLK64 && value <= SETLKW64)
		print(call, "%s", wide[value - GETLK64]);
	else
		print_one_of(call, "fcntl_cmd", value);
}

static void print_lock(struct decode_call *call, uint64_t value)
{
	struct flock lock;

	if (call->type->is_32) {
		print_address(call, value);
		return;
	}
	if (!fetch(call, value, &lock, sizeof(lock)))
		return;
	print(call, "{l_type=");
	print_one_of(call, "lock_type", (unsigned short)lock.l_type);
	print(call, ", l_whence=");
	print_one_of(call, "seek_whence", (unsigned short)lock.l_whence);
	print(call, ", l_start=%ld, l_len=%ld", lock.l_start, lock.l_len);
	if (COMMAND(call) == F_GETLK || COMMAND(call) == F_OFD_GETLK)
		print(call, ", l_pid=%d", lock.l_pid);
	print(call, "}");
}

bool fcntl_stores(const struct decode_call *call)
{
	return COMMAND(call) == F_GETLK || COMMAND(call) == F_OFD_GETLK;
}

unsigned int count_fcntl(const struct decode_call *call)
{
	switch (COMMAND(call)) {
	case F_GETFD:
	case F_GETFL:
	case F_GETOWN:
	case F_GETSIG:
	case F_GETLEASE:
	case F_GETPIPE_SZ:
	case F_GET_SEALS:
		return 2;
	default:
		return 3;
	}
}

static void print_fcntl(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	switch (COMMAND(call)) {
	case F_SETFD:
		print_flags_of(call, "fd_flags", value);
		return;
	case F_SETFL:
		print_as(call, "open_flags", value);
		return;
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		print_lock(call, value);
		return;
	case F_SETSIG:
		print_signal(call, value, param);
		return;
	case F_ADD_SEALS:
		print_flags_of(call, "seals", value);
		return;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
	case F_SETOWN:
	case F_SETPIPE_SZ:
		print_int(call, value, param);
		return;
	default:
		print(call, "%#" PRIx64, value);
	}
}

static void print_text_flags(struct decode_call *call, const char *kind)
{
	FILE *file = call->file;
	char *text = NULL;
	size_t size;

	call->file = open_memstream(&text, &size);
	if (call->file) {
		print_as(call, kind, call->rval);
		fclose(call->file);
		print_note(call, "flags %s", text);
	}
	free(text);
	call->file = file;
}

bool finish_fcntl(struct decode_call *call)
{
	switch (COMMAND(call)) {
	case F_GETFD:
		if (call->rval) {
			print(call, "%#x", (int)call->rval);
			print_note(call, "flags FD_CLOEXEC");
			return true;
		}
		return false;
	case F_GETFL:
		print(call, "%#x", (int)call->rval);
		print_text_flags(call, "open_flags");
		return true;
	case F_GET_SEALS:
		print(call, "%#x", (int)call->rval);
		return true;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		print_fd(call, call->rval, NULL);
		return true;
	default:
		return false;
	}
}

/* ---- ioctl ---------------------------------------------------------------- */

static const char *ioctl_name(unsigned int request)
{
	static const char *const groups[] = { "ioctl", "ioctl_socket",
					      "ioctl_block" };
	const char *name = NULL;
	size_t i;

	for (i = 0; !name && i < ARRAY_SIZE(groups); i++)
		name = constants_name(groups[i], request);
	return name;
}

/* Of one that isn't known its parts. */
static void print_request(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	static const char *const directions[] = { "_IOC_NONE", "_IOC_WRITE",
						  "_IOC_READ",
						  "_IOC_READ|_IOC_WRITE" };
	unsigned int request = value;
	const char *name = ioctl_name(request);

	(void)param;
	if (name)
		print(call, "%s", name);
	else
		print(call, "_IOC(%s, %#x, %#x, %#x)",
		      directions[_IOC_DIR(request)], _IOC_TYPE(request),
		      _IOC_NR(request), _IOC_SIZE(request));
}

static const char *speed_name(tcflag_t flags)
{
	static const char *const names[] = {
		"0",   "50",   "75",   "110",  "134",  "150",  "200",	"300",
		"600", "1200", "1800", "2400", "4800", "9600", "19200", "38400",
	};
	tcflag_t speed = flags & CBAUD;

	return speed < ARRAY_SIZE(names) ? names[speed] : "?";
}

static void print_termios(struct decode_call *call, uint64_t value)
{
	/* The kernel's, which ends earlier than the C library's. */
	struct {
		tcflag_t input, output, control, local;
	} termios;

	if (!fetch(call, value, &termios, sizeof(termios)))
		return;
	print(call, "{B%s %sopost %sisig %sicanon %secho ...}",
	      speed_name(termios.control), termios.output & OPOST ? "" : "-",
	      termios.local & ISIG ? "" : "-",
	      termios.local & ICANON ? "" : "-",
	      termios.local & ECHO ? "" : "-");
}

static void print_winsize(struct decode_call *call, uint64_t value)
{
	struct winsize size;

	if (fetch(call, value, &size, sizeof(size)))
		print(call,
		      "{ws_row=%u, ws_col=%u, ws_xpixel=%u, ws_ypixel=%u}",
		      size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel);
}

bool ioctl_stores(const struct decode_call *call)
{
	switch (COMMAND(call)) {
	case TCGETS:
	case TIOCGWINSZ:
	case TIOCGPGRP:
	case TIOCGSID:
	case FIONREAD:
	case TIOCGPTN:
		return true;
	default:
		return false;
	}
}

unsigned int count_ioctl(const struct decode_call *call)
{
	switch (COMMAND(call)) {
	case FIOCLEX:
	case FIONCLEX:
	case TIOCNOTTY:
		return 2;
	default:
		return 3;
	}
}

static void print_ioctl(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	switch (COMMAND(call)) {
	case TCGETS:
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		print_termios(call, value);
		return;
	case TIOCGWINSZ:
	case TIOCSWINSZ:
		print_winsize(call, value);
		return;
	case TIOCGPGRP:
	case TIOCSPGRP:
	case TIOCGSID:
	case FIONREAD:
	case FIONBIO:
	case FIOASYNC:
	case TIOCGPTN:
	case TIOCSPTLCK:
		print_as(call, "int_at", value);
		return;
	case TIOCSCTTY:
	case FICLONE:
		print_int(call, value, param);
		return;
	default:
		/* Some take a number here. */
		print(call, "%#" PRIx64, value);
	}
}

/* ---- prctl and arch_prctl ------------------------------------------------- */

bool prctl_stores(const struct decode_call *call)
{
	return call->args[0] == PR_GET_NAME ||
	       call->args[0] == PR_GET_PDEATHSIG;
}

unsigned int count_prctl(const struct decode_call *call)
{
	switch (call->args[0]) {
	case PR_GET_DUMPABLE:
	case PR_GET_KEEPCAPS:
	case PR_GET_SECCOMP:
	case PR_GET_TIMERSLACK:
		return 1;
	case PR_SET_NAME:
	case PR_GET_NAME:
	case PR_SET_PDEATHSIG:
	case PR_GET_PDEATHSIG:
	case PR_SET_DUMPABLE:
	case PR_SET_KEEPCAPS:
	case PR_CAPBSET_READ:
	case PR_CAPBSET_DROP:
	case PR_SET_TIMERSLACK:
	case PR_SET_CHILD_SUBREAPER:
		return 2;
	default:
		return 5;
	}
}

/* How much of a name the kernel keeps. */
#define NAME_LENGTH 15

static void print_prctl(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	switch (call->args[0]) {
	case PR_SET_NAME:
	case PR_GET_NAME:
		print_string_of(call, value, NAME_LENGTH);
		return;
	case PR_SET_PDEATHSIG:
		print_signal(call, value, param);
		return;
	case PR_GET_PDEATHSIG:
		print_as(call, "int_at", value);
		return;
	case PR_CAPBSET_READ:
	case PR_CAPBSET_DROP:
		print_as(call, "capability", value);
		return;
	case PR_SET_NO_NEW_PRIVS:
	case PR_SET_DUMPABLE:
	case PR_SET_KEEPCAPS:
	case PR_SET_TIMERSLACK:
	case PR_SET_CHILD_SUBREAPER:
		print(call, "%" PRIu64, value);
		return;
	default:
		print(call, value ? "%#" PRIx64 : "0", value);
	}
}

bool finish_prctl(struct decode_call *call)
{
	static const char *const dumpable[] = { "SUID_DUMP_DISABLE",
						"SUID_DUMP_USER",
						"SUID_DUMP_ROOT" };

	if (call->args[0] == PR_GET_DUMPABLE &&
	    call->rval < (int64_t)ARRAY_SIZE(dumpable))
		print_note(call, "%s", dumpable[call->rval]);
	return false;
}

bool arch_prctl_stores(const struct decode_call *call)
{
	return call->args[0] == ARCH_GET_FS || call->args[0] == ARCH_GET_GS;
}

static void print_arch_prctl(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	if (arch_prctl_stores(call))
		print_as(call, "word_at", value);
	else
		print(call, "%#" PRIx64, value);
	(void)param;
}

const struct kind kinds_commands[] = {
	KIND("fcntl_cmd", print_command),
	KIND_OF_MEMORY("fcntl", print_fcntl),
	KIND("request", print_request),
	KIND_OF_MEMORY("ioctl", print_ioctl),
	KIND_OF_MEMORY("prctl", print_prctl),
	KIND_OF_MEMORY("arch_prctl", print_arch_prctl),
	{ 0 },
};
