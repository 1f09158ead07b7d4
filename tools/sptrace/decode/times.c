// SPDX-License-Identifier: GPL-2.0
/* Times, limits and what has been used. */
#include <inttypes.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

#include "print.h"

/* Two longs of the program, or of 64 bits. */
static bool fetch_pair(struct decode_call *call, uint64_t address,
		       unsigned int word, int64_t pair[2])
{
	int32_t narrow[2];

	if (word == sizeof(int64_t))
		return fetch(call, address, pair, 2 * sizeof(pair[0]));
	if (!fetch(call, address, narrow, sizeof(narrow)))
		return false;
	pair[0] = narrow[0];
	pair[1] = narrow[1];
	return true;
}

static void print_pair_of(struct decode_call *call, uint64_t address,
			  unsigned int word, const char *fraction)
{
	int64_t pair[2];

	if (fetch_pair(call, address, word, pair))
		print(call, "{tv_sec=%" PRId64 ", tv_%s=%" PRId64 "}", pair[0],
		      fraction, pair[1]);
}

/* Of 64 bits in all programs, where the call is declared with it. */
void print_timespec(struct decode_call *call, uint64_t value,
		    const struct param *param)
{
	(void)param;
	print_pair_of(call, value, 8, "nsec");
}

static void print_timespec_32(struct decode_call *call, uint64_t value,
			      const struct param *param)
{
	(void)param;
	print_pair_of(call, value, 4, "nsec");
}

static void print_timeval(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	(void)param;
	print_pair_of(call, value, call->type->word, "usec");
}

/* What is left of the time: only stored when the call was interrupted. */
static void print_remaining(struct decode_call *call, uint64_t value,
			    const struct param *param)
{
	/* EINTR, and the kernel's own for a call that goes on later. */
	if (!call->failed || (call->rval != -4 && call->rval != -516)) {
		print_address(call, value);
		return;
	}
	call->out = false;
	print_timespec(call, value, param);
}

/* Of a file: with the date that it is. */
static void print_moment(struct decode_call *call, const int64_t pair[2])
{
	char date[64], zone[16];
	time_t seconds = pair[0];
	struct tm local;

	print(call, "{tv_sec=%" PRId64 ", tv_nsec=%" PRId64 "}", pair[0],
	      pair[1]);
	if (!localtime_r(&seconds, &local) || pair[1] < 0 ||
	    pair[1] > 999999999)
		return;
	strftime(date, sizeof(date), "%FT%T", &local);
	strftime(zone, sizeof(zone), "%z", &local);
	if (pair[1])
		print(call, " /* %s.%09" PRId64 "%s */", date, pair[1], zone);
	else
		print(call, " /* %s%s */", date, zone);
}

static void print_utime_at(struct decode_call *call, uint64_t address)
{
	int64_t pair[2];

	if (!fetch_pair(call, address, 8, pair))
		return;
	if (pair[1] == UTIME_NOW)
		print(call, "UTIME_NOW");
	else if (pair[1] == UTIME_OMIT)
		print(call, "UTIME_OMIT");
	else
		print_moment(call, pair);
}

static void print_utimes(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	(void)param;
	if (value)
		print_array(call, value, 2, 16, print_utime_at);
	else
		print(call, "NULL");
}

static void print_timeval_at(struct decode_call *call, uint64_t address)
{
	print_timeval(call, address, NULL);
}

static void print_timevals(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	(void)param;
	if (value)
		print_array(call, value, 2, 2 * call->type->word,
			    print_timeval_at);
	else
		print(call, "NULL");
}

static void print_interval(struct decode_call *call, uint64_t value,
			   unsigned int word, const char *fraction)
{
	int64_t pair[2];

	if (!fetch_pair(call, value, word, pair))
		return;
	print(call,
	      "{it_interval={tv_sec=%" PRId64 ", tv_%s=%" PRId64 "}, it_value=",
	      pair[0], fraction, pair[1]);
	print_pair_of(call, value + 2 * word, word, fraction);
	print(call, "}");
}

static void print_itimerspec(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	(void)param;
	print_interval(call, value, 8, "nsec");
}

static void print_itimerval(struct decode_call *call, uint64_t value,
			    const struct param *param)
{
	(void)param;
	print_interval(call, value, call->type->word, "usec");
}

static void print_limit(struct decode_call *call, uint64_t limit,
			const char *infinity)
{
	if (limit == UINT64_MAX)
		print(call, "%s", infinity);
	else if (limit > 1024 && limit % 1024 == 0)
		print(call, "%" PRIu64 "*1024", limit / 1024);
	else
		print(call, "%" PRIu64, limit);
}

static void print_limits(struct decode_call *call, const uint64_t limits[2],
			 const char *infinity)
{
	print(call, "{rlim_cur=");
	print_limit(call, limits[0], infinity);
	print(call, ", rlim_max=");
	print_limit(call, limits[1], infinity);
	print(call, "}");
}

static void print_rlimit64(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	uint64_t limits[2];

	(void)param;
	if (fetch(call, value, limits, sizeof(limits)))
		print_limits(call, limits, "RLIM64_INFINITY");
}

static void print_rlimit(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	uint64_t limits[2];
	uint32_t narrow[2];

	(void)param;
	if (call->type->word == 8) {
		if (fetch(call, value, limits, sizeof(limits)))
			print_limits(call, limits, "RLIM64_INFINITY");
	} else if (fetch(call, value, narrow, sizeof(narrow))) {
		limits[0] = narrow[0] == UINT32_MAX ? UINT64_MAX : narrow[0];
		limits[1] = narrow[1] == UINT32_MAX ? UINT64_MAX : narrow[1];
		print_limits(call, limits, "RLIM_INFINITY");
	}
}

static void print_rusage(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	struct rusage usage;

	(void)param;
	if (fetch(call, value, &usage, sizeof(usage)))
		print(call,
		      "{ru_utime={tv_sec=%ld, tv_usec=%ld}, "
		      "ru_stime={tv_sec=%ld, tv_usec=%ld}, ...}",
		      usage.ru_utime.tv_sec, usage.ru_utime.tv_usec,
		      usage.ru_stime.tv_sec, usage.ru_stime.tv_usec);
}

static void print_sysinfo(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	struct sysinfo info;

	(void)param;
	if (!fetch(call, value, &info, sizeof(info)))
		return;
	print(call,
	      "{uptime=%ld, loads=[%lu, %lu, %lu], totalram=%lu, freeram=%lu, "
	      "sharedram=%lu, bufferram=%lu, totalswap=%lu, freeswap=%lu, "
	      "procs=%u, totalhigh=%lu, freehigh=%lu, mem_unit=%u}",
	      info.uptime, info.loads[0], info.loads[1], info.loads[2],
	      info.totalram, info.freeram, info.sharedram, info.bufferram,
	      info.totalswap, info.freeswap, info.procs, info.totalhigh,
	      info.freehigh, info.mem_unit);
}

static void print_times(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	uint64_t ticks[4];

	(void)param;
	if (fetch(call, value, ticks, sizeof(ticks)))
		print(call,
		      "{tms_utime=%" PRIu64 ", tms_stime=%" PRIu64
		      ", tms_cutime=%" PRIu64 ", tms_cstime=%" PRIu64 "}",
		      ticks[0], ticks[1], ticks[2], ticks[3]);
}

const struct kind kinds_times[] = {
	KIND_OF_MEMORY("timespec", print_timespec),
	KIND_OF_MEMORY("timespec32", print_timespec_32),
	KIND_OF_MEMORY("timeval", print_timeval),
	KIND_OF_64("remaining", print_remaining),
	KIND_OF_64("utimes", print_utimes),
	KIND_OF_MEMORY("timevals", print_timevals),
	KIND_OF_MEMORY("itimerspec", print_itimerspec),
	KIND_OF_MEMORY("itimerval", print_itimerval),
	KIND_OF_MEMORY("rlimit64", print_rlimit64),
	KIND_OF_MEMORY("rlimit", print_rlimit),
	KIND_OF_64("rusage", print_rusage),
	KIND_OF_64("sysinfo", print_sysinfo),
	KIND_OF_64("times", print_times),
	{ 0 },
};
