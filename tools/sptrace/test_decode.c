// SPDX-License-Identifier: GPL-2.0
/* What the decoder says of calls whose memory is at hand: a few bytes at a few addresses. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "decode/decode.h"
#include "names.h"

/* Where the program's memory is, to its end; nothing is outside. */
#define BASE 0x10000
#define SIZE 8192

static char memory[SIZE];
static unsigned int tests, failures;

static size_t read_some(void *closure, uint64_t address, void *buffer,
			size_t size)
{
	(void)closure;
	if (address < BASE || address >= BASE + SIZE)
		return 0;
	if (size > BASE + SIZE - address)
		size = BASE + SIZE - address;
	memcpy(buffer, memory + (address - BASE), size);
	return size;
}

static char *name_fd(void *closure, int fd)
{
	(void)closure;
	if (fd == AT_FDCWD)
		return strdup("/home");
	return fd == 3 ? strdup("/etc/hosts") : NULL;
}

static struct decode_options options = { .string_size = 32 };
static const struct decode_source source = { read_some, name_fd, NULL };

static uint64_t put(size_t at, const void *bytes, size_t size)
{
	memcpy(memory + at, bytes, size);
	return BASE + at;
}

static uint64_t put_text(size_t at, const char *text)
{
	return put(at, text, strlen(text) + 1);
}

static void check_text(const char *got, const char *expected)
{
	bool same = !strcmp(got, expected);

	tests++;
	failures += !same;
	if (!same)
		printf("# expected: %s\n# got: %s\n", expected, got);
	printf("%sok %u %s\n", same ? "" : "not ", tests, expected);
}

/* As the call is written at its entry, and by @entry alone, or to its end. */
static char *decode(uint32_t arch, long nr, const uint64_t args[6],
		    int64_t rval, bool entry)
{
	char *name = names_syscall(arch, nr), *text = NULL;
	struct decode_type *type = decode_type(arch, nr, name);
	struct decode_call call = {
		.type = type,
		.rval = rval,
		.failed = rval < 0 && rval > -4096,
		.source = &source,
		.options = &options,
	};
	size_t size;
	FILE *file = open_memstream(&text, &size);

	memcpy(call.args, args, sizeof(call.args));
	fprintf(file, "%s(", name);
	decode_entry(&call, file);
	if (!entry) {
		/* What was there before must not be read any more. */
		decode_exit(&call, file);
		fputs(") = ", file);
		decode_result(&call, file);
	}
	fclose(file);
	decode_reset(&call);
	free(type);
	free(name);
	return text;
}

#define ARGS(...) ((const uint64_t[6]){ __VA_ARGS__ })

static void check(long nr, const uint64_t args[6], int64_t rval,
		  const char *expected)
{
	char *text = decode(AUDIT_ARCH_X86_64, nr, args, rval, false);

	check_text(text, expected);
	free(text);
}

static void check_entry(long nr, const uint64_t args[6], const char *expected)
{
	char *text = decode(AUDIT_ARCH_X86_64, nr, args, 0, true);

	check_text(text, expected);
	free(text);
}

static void check_32(long nr, const uint64_t args[6], int64_t rval,
		     const char *expected)
{
	char *text = decode(AUDIT_ARCH_I386, nr, args, rval, false);

	check_text(text, expected);
	free(text);
}

static void test_strings(void)
{
	uint64_t path = put_text(0, "/etc/hosts");
	uint64_t odd = put(100, "\0\1\0017\"\\\n\177\377", 10);
	uint64_t last = put_text(SIZE - 4, "end");

	check(SYS_openat, ARGS(AT_FDCWD, path, O_RDONLY | O_CLOEXEC), 3,
	      "openat(AT_FDCWD, \"/etc/hosts\", O_RDONLY|O_CLOEXEC) = 3");
	check(SYS_write, ARGS(1, odd, 10), 10,
	      "write(1, \"\\0\\1\\0017\\\"\\\\\\n\\177\\377\\0\", 10) = 10");
	check(SYS_rmdir, ARGS(last), -ENOENT,
	      "rmdir(\"end\") = -1 ENOENT (No such file or directory)");
	memory[SIZE - 1] = 'x';
	check(SYS_rmdir, ARGS(last), -EFAULT,
	      "rmdir(0x11ffc) = -1 EFAULT (Bad address)");
	check(SYS_rmdir, ARGS(0), -EFAULT,
	      "rmdir(NULL) = -1 EFAULT (Bad address)");
	check(SYS_write, ARGS(1, last, 100), -EFAULT,
	      "write(1, 0x11ffc, 100) = -1 EFAULT (Bad address)");
	options.string_size = 4;
	check(SYS_write, ARGS(1, path, 10), 10,
	      "write(1, \"/etc\"..., 10) = 10");
	check(SYS_rmdir, ARGS(path), 0, "rmdir(\"/etc/hosts\") = 0");
	options.string_size = 32;
}

/* What a call stores isn't there at its entry, nor when it fails. */
static void test_directions(void)
{
	uint64_t text = put_text(0, "read");
	struct stat stat = { .st_mode = S_IFREG | 0644, .st_size = 5 };
	struct sigaction action = { .sa_handler = SIG_IGN };
	uint64_t at = put(200, &stat, sizeof(stat));
	uint64_t act = put(400, &action, 32);

	check_entry(SYS_read, ARGS(3, text, 4), "read(3, ");
	check_entry(SYS_close, ARGS(3), "close(3");
	check_entry(SYS_rt_sigaction, ARGS(2, act, 0, 8),
		    "rt_sigaction(SIGINT, {sa_handler=SIG_IGN, sa_mask=[], "
		    "sa_flags=0}, ");
	check(SYS_read, ARGS(3, text, 100), 4, "read(3, \"read\", 100) = 4");
	check(SYS_read, ARGS(3, text, 100), 0, "read(3, \"\", 100) = 0");
	check(SYS_read, ARGS(-1, text, 100), -EBADF,
	      "read(-1, 0x10000, 100) = -1 EBADF (Bad file descriptor)");
	check(SYS_fstat, ARGS(3, at), 0,
	      "fstat(3, {st_mode=S_IFREG|0644, st_size=5, ...}) = 0");
	check(SYS_fstat, ARGS(3, at), -EBADF,
	      "fstat(3, 0x100c8) = -1 EBADF (Bad file descriptor)");
	check(SYS_fstat, ARGS(3, 0x10), 0, "fstat(3, 0x10) = 0");
}

static void test_paths(void)
{
	uint64_t path = put_text(0, "x");

	options.fd_paths = true;
	check(SYS_openat, ARGS(AT_FDCWD, path, O_WRONLY), 3,
	      "openat(AT_FDCWD</home>, \"x\", O_WRONLY) = 3</etc/hosts>");
	check(SYS_close, ARGS(3), 0, "close(3</etc/hosts>) = 0");
	check(SYS_close, ARGS(4), 0, "close(4) = 0");
	options.fd_paths = false;
}

static void test_flags(void)
{
	uint64_t path = put_text(0, "x");

	check(SYS_openat, ARGS(3, path, O_RDWR | O_CREAT, 0640), 4,
	      "openat(3, \"x\", O_RDWR|O_CREAT, 0640) = 4");
	check(SYS_open, ARGS(path, 0x40000000 | O_APPEND), 4,
	      "open(\"x\", O_RDONLY|O_APPEND|0x40000000) = 4");
	check(SYS_mmap, ARGS(0, 4096, 3, 0x22, -1, 0), 0x7000,
	      "mmap(NULL, 4096, PROT_READ|PROT_WRITE, "
	      "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7000");
	check(SYS_mprotect, ARGS(0x1000, 4096, 0), 0,
	      "mprotect(0x1000, 4096, PROT_NONE) = 0");
	check(SYS_mprotect, ARGS(0x1000, 4096, 0x100), 0,
	      "mprotect(0x1000, 4096, 0x100 /* PROT_??? */) = 0");
	check(SYS_lseek, ARGS(3, -5, SEEK_END), 2,
	      "lseek(3, -5, SEEK_END) = 2");
	check(SYS_lseek, ARGS(3, 0, 77), -EINVAL,
	      "lseek(3, 0, 0x4d /* SEEK_??? */) = -1 EINVAL (Invalid argument)");
	check(SYS_access, ARGS(path, 6), 0, "access(\"x\", R_OK|W_OK) = 0");
	check(SYS_umask, ARGS(022), 02, "umask(022) = 002");
	check(SYS_fcntl, ARGS(3, F_GETFL), O_RDWR,
	      "fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)");
	check(SYS_fcntl, ARGS(3, F_DUPFD, 9), 9, "fcntl(3, F_DUPFD, 9) = 9");
	check(SYS_kill, ARGS(-5, SIGTERM), 0, "kill(-5, SIGTERM) = 0");
	check(SYS_exit_group, ARGS(0x100), 0, "exit_group(256) = 0");
}

static void test_structures(void)
{
	struct sockaddr_un name = { AF_UNIX, "/run/x" };
	struct pollfd polls[] = { { 3, POLLIN, POLLIN | POLLHUP },
				  { 4, POLLOUT, 0 } };
	uint64_t parts[] = { BASE, 2, BASE, 100 };
	int status = SIGKILL;
	uint64_t set = ~0ULL & ~(1ULL << (SIGINT - 1));

	put_text(0, "abcdef");
	put(1000, &name, sizeof(name));
	put(1200, polls, sizeof(polls));
	put(1400, parts, sizeof(parts));
	put(1600, &status, sizeof(status));
	put(1700, &set, sizeof(set));
	memset(memory + SIZE - 8, 0, 8);
	check(SYS_connect, ARGS(3, BASE + 1000, sizeof(name)), 0,
	      "connect(3, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 110) = 0");
	check(SYS_connect, ARGS(3, BASE + 1000, 2), 0,
	      "connect(3, {sa_family=AF_UNIX}, 2) = 0");
	check(SYS_connect, ARGS(3, BASE + 1000, 0), -EINVAL,
	      "connect(3, 0x103e8, 0) = -1 EINVAL (Invalid argument)");
	check(SYS_poll, ARGS(BASE + 1200, 2, -1), 1,
	      "poll([{fd=3, events=POLLIN}, {fd=4, events=POLLOUT}], 2, -1) = "
	      "1 ([{fd=3, revents=POLLIN|POLLHUP}])");
	check(SYS_poll, ARGS(BASE + 1200, 1, 5), 0,
	      "poll([{fd=3, events=POLLIN}], 1, 5) = 0 (Timeout)");
	check(SYS_poll, ARGS(BASE + SIZE - 4, 5, 0), -EFAULT,
	      "poll(0x11ffc, 5, 0) = -1 EFAULT (Bad address)");
	check(SYS_poll, ARGS(BASE + SIZE - 8, 5, 0), -EFAULT,
	      "poll([{fd=0, events=0}, ... /* 0x12000 */], 5, 0) = "
	      "-1 EFAULT (Bad address)");
	check(SYS_readv, ARGS(3, BASE + 1400, 2), 4,
	      "readv(3, [{iov_base=\"ab\", iov_len=2}, {iov_base=\"ab\", "
	      "iov_len=100}], 2) = 4");
	check(SYS_writev, ARGS(3, BASE + 1400, 1), 2,
	      "writev(3, [{iov_base=\"ab\", iov_len=2}], 1) = 2");
	check(SYS_wait4, ARGS(-1, BASE + 1600, 0, 0), 7,
	      "wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, "
	      "NULL) = 7");
	check(SYS_wait4, ARGS(-1, BASE + 1600, WNOHANG, 0), 0,
	      "wait4(-1, 0x10640, WNOHANG, NULL) = 0");
	check(SYS_rt_sigprocmask, ARGS(SIG_SETMASK, BASE + 1700, 0, 8), 0,
	      "rt_sigprocmask(SIG_SETMASK, ~[INT], NULL, 8) = 0");
}

/* Longs of 4 bytes; what differs otherwise stays an address. */
static void test_32(void)
{
	uint32_t parts[] = { BASE, 3 };

	put_text(0, "abcdef");
	put(1400, parts, sizeof(parts));
	check_32(5, ARGS(BASE, 0x241, 0600), 3,
		 "open(\"abcdef\", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 3");
	check_32(146, ARGS(1, BASE + 1400, 1), 3,
		 "writev(1, [{iov_base=\"abc\", iov_len=3}], 1) = 3");
	check_32(195, ARGS(BASE, BASE + 100), 0,
		 "stat64(\"abcdef\", 0x10064) = 0");
	check_32(192, ARGS(0, 4096, 1, 2, 3, 0), 0xf7000000,
		 "mmap2(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = "
		 "0xf7000000");
	check_32(90, ARGS(BASE), 0, "mmap(0x10000) = 0");
	check_32(221, ARGS(3, 13, BASE), 0,
		 "fcntl64(3, F_SETLK64, 0x10000) = 0");
}

/* Of all calls with these arguments the longest text, or @longest. */
static size_t longest_of(const uint64_t args[6], int64_t rval, size_t longest)
{
	static const uint32_t archs[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386 };
	unsigned int nr, i;
	char *text;

	for (nr = 0; nr < 470; nr++) {
		for (i = 0; i < 2; i++) {
			text = decode(archs[i], nr, args, rval, false);
			if (strlen(text) > longest)
				longest = strlen(text);
			if (strlen(text) > 100000)
				printf("# %.60s\n", text);
			free(text);
		}
	}
	return longest;
}

/* An unknown call, and one whose arguments are all wild, are no harm. */
static void test_wild(void)
{
	static const uint64_t wild[][6] = {
		{ -1, -1, -1, -1, -1, -1 },
		{ BASE, BASE, BASE, BASE, BASE, BASE },
		{ BASE + SIZE - 1, BASE + SIZE - 1, BASE + SIZE - 1,
		  BASE + SIZE - 1, BASE + SIZE - 1, BASE + SIZE - 1 },
		{ 1ULL << 63, 1ULL << 63, 1ULL << 63, 1ULL << 63, 1ULL << 63,
		  1ULL << 63 },
		{ 0 },
	};
	static const int64_t results[] = { 0, 1, -1, -4095, 100, INT64_MAX };
	size_t i, j, longest = 0;

	memset(memory, 0xff, sizeof(memory));
	check(1000, ARGS(1, 2, 3, 4, 5, 6), -ENOSYS,
	      "syscall_0x3e8(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = "
	      "-1 ENOSYS (Function not implemented)");
	for (i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		for (j = 0; j < sizeof(results) / sizeof(results[0]); j++)
			longest = longest_of(wild[i], results[j], longest);
	}
	check_text(longest > 100000 ? "endless" : "bounded", "bounded");
}

int main(void)
{
	puts("TAP version 13");
	test_strings();
	test_directions();
	test_paths();
	test_flags();
	test_structures();
	test_32();
	test_wild();
	printf("1..%u\n", tests);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
