// SPDX-License-Identifier: GPL-2.0
/*
 * execve(2) under a tracer: a program that the tracer could not have attached
 * to runs with its privileges and without the tracer; any other stays traced.
 */
#include <elf.h>
#include <grp.h>
#include <pthread.h>
#include "program.h"
#include "slow.h"

#define USER 1000

static bool make_program(mode_t mode, uid_t owner, gid_t group)
{
	return program_make("h_exec", mode, owner, group);
}

static int execute(const struct child_end *end, void *arg)
{
	char *argv[] = { "program", NULL }, *envp[] = { NULL };

	personality(ADDR_NO_RANDOMIZE);
	child_await(end);
	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0)
		return 120;
	execve(arg ? arg : program, argv, envp);
	return 121;
}

static int execute_without_new_privileges(const struct child_end *end,
					  void *arg)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return execute(end, arg);
}

static void become_user(void)
{
	if (getuid() == USER)
		return;
	if (setgroups(0, NULL) || setresgid(USER, USER, USER) ||
	    setresuid(USER, USER, USER))
		_exit(99);
	/* The change of ids made this process undumpable. */
	prctl(PR_SET_DUMPABLE, 1);
}

/* What may follow an execve(2): 0 for the tracee's last report, and a program with these privileges. */
static int is_let_go(const struct tracer *tracer, const struct child *child,
		     char privileges)
{
	struct spt_event event;

	if (tr_wait(tracer, child->pid, &event) ||
	    event.flags != SPT_EVENT_DETACHED)
		return 51;
	if (child_heard(child) != privileges)
		return 52;
	child_go(child);
	return child_status(child) == 7 << 8 ? 0 : 53;
}

/*
 * A tracer without privileges, its child executes the program. 0 when the
 * child was detached and says that it runs with these privileges.
 */
static int traced_by_a_user_is_detached(int fd, char privileges, bool syscalls)
{
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct spt_event event, none = {};
	struct child child;
	int stops = 0;

	become_user();
	child = child_spawn(execute, NULL);
	if (tr_seize_stop(&tracer, child.pid, PTRACE_O_TRACESYSGOOD))
		return 1;
	child_go(&child);
	for (;;) {
		if (spt_ptrace(fd, syscalls ? PTRACE_SYSCALL : PTRACE_CONT,
			       child.pid, 0, 0))
			return 2;
		if (tr_wait(&tracer, child.pid, &event))
			return 3;
		if (!WIFSTOPPED(event.status))
			break;
		stops++;
		if (!syscalls || event.status != STATUS_SYSGOOD)
			return 4;
	}
	if (event.flags != SPT_EVENT_DETACHED || event.tid != child.pid ||
	    event.tgid != child.pid)
		return 5;
	none.tid = none.tgid = child.pid;
	none.flags = SPT_EVENT_DETACHED;
	if (memcmp(&event, &none, sizeof(none)))
		return 6;
	/* The calls up to execve(2)'s entry were seen, and nothing of the new image. */
	if (syscalls && (stops < 5 || stops % 2 != 1))
		return 7;
	if (child_heard(&child) != privileges)
		return 8;
	if (spt_wait(fd, P_ALL, 0, WEXITED | WSTOPPED, &event) != -ECHILD)
		return 9;
	if (spt_ptrace(fd, PTRACE_INTERRUPT, child.pid, 0, 0) != -ESRCH)
		return 10;
	/* A new attach is refused as a first one would be. */
	if (spt_ptrace(fd, PTRACE_SEIZE, child.pid, 0, 0) != -EPERM)
		return 11;
	child_go(&child);
	return child_status(&child) == 7 << 8 ? 0 : 12;
}

/* Attached and not seized: an execve(2) means SIGTRAP, but to a tracee. */
static int attached_by_a_user_is_detached(int fd)
{
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct child child;

	become_user();
	child = child_spawn(execute, NULL);
	if (spt_ptrace(fd, PTRACE_ATTACH, child.pid, 0, 0) ||
	    tr_wait_status(&tracer, child.pid) != STATUS_STOP(SIGSTOP) ||
	    spt_ptrace(fd, PTRACE_CONT, child.pid, 0, 0))
		return 1;
	child_go(&child);
	return is_let_go(&tracer, &child, 'R');
}

static int traced_by_a_user_stays(int fd, child_main main, char privileges)
{
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct spt_event event;
	struct child child;

	become_user();
	child = child_spawn(main, NULL);
	if (tr_seize_stop(&tracer, child.pid, PTRACE_O_TRACESYSGOOD) ||
	    spt_ptrace(fd, PTRACE_CONT, child.pid, 0, 0))
		return 1;
	child_go(&child);
	if (child_heard(&child) != privileges)
		return 2;
	if (spt_ptrace(fd, PTRACE_INTERRUPT, child.pid, 0, 0) ||
	    tr_wait(&tracer, child.pid, &event) ||
	    event.status != STATUS_INTERRUPT)
		return 3;
	if (spt_ptrace(fd, PTRACE_CONT, child.pid, 0, 0))
		return 4;
	child_go(&child);
	if (tr_wait(&tracer, child.pid, &event) || event.status != 7 << 8)
		return 5;
	return 0;
}

FIXTURE_OF_THE_SHADOW(exec);

/* In a process of its own, which gives up its privileges. */
#define IN_A_PROCESS(call)                                          \
	({                                                          \
		int in_status = -1;                                 \
		pid_t in_pid = fork();                              \
                                                                    \
		if (!in_pid) {                                      \
			/* A handle of its own. */                  \
			int fd = spt_open();                        \
                                                                    \
			_exit(fd < 0 ? 98 : (call));                \
		}                                                   \
		waitpid(in_pid, &in_status, 0);                     \
		WIFEXITED(in_status) ? WEXITSTATUS(in_status) : -1; \
	})

TEST_F(exec, of_a_set_uid_program_detaches_a_user)
{
	ASSERT_TRUE(make_program(04755, 0, 0));
	EXPECT_EQ(0,
		  IN_A_PROCESS(traced_by_a_user_is_detached(fd, 'R', false)));
	EXPECT_EQ(0, IN_A_PROCESS(traced_by_a_user_is_detached(fd, 'R', true)));
	program_remove();
}

TEST_F(exec, of_a_set_uid_program_leaves_no_trap_behind)
{
	ASSERT_TRUE(make_program(04755, 0, 0));
	EXPECT_EQ(0, IN_A_PROCESS(attached_by_a_user_is_detached(fd)));
	program_remove();
}

TEST_F(exec, of_a_set_gid_program_detaches_a_user)
{
	ASSERT_TRUE(make_program(02755, 0, 0));
	EXPECT_EQ(0,
		  IN_A_PROCESS(traced_by_a_user_is_detached(fd, 'G', false)));
	program_remove();
}

TEST_F(exec, of_an_unreadable_program_detaches_a_user)
{
	ASSERT_TRUE(make_program(0711, 0, 0));
	EXPECT_EQ(0,
		  IN_A_PROCESS(traced_by_a_user_is_detached(fd, 'U', false)));
	EXPECT_EQ(0, IN_A_PROCESS(traced_by_a_user_is_detached(fd, 'U', true)));
	program_remove();
}

TEST_F(exec, of_a_program_with_capabilities_detaches_a_user)
{
	ASSERT_TRUE(make_program(0755, 0, 0));
	if (!program_add_capability(CAP_NET_RAW))
		SKIP(return, "no file capabilities on tmpfs: %s",
			   strerror(errno));
	EXPECT_EQ(0,
		  IN_A_PROCESS(traced_by_a_user_is_detached(fd, 'U', false)));
	program_remove();
}

TEST_F(exec, of_an_ordinary_program_stays_a_users)
{
	ASSERT_TRUE(make_program(0755, 0, 0));
	EXPECT_EQ(0, IN_A_PROCESS(traced_by_a_user_stays(fd, execute, 'U')));
	program_remove();
}

TEST_F(exec, of_a_set_uid_program_without_new_privileges_stays_a_users)
{
	ASSERT_TRUE(make_program(04755, 0, 0));
	EXPECT_EQ(0, IN_A_PROCESS(traced_by_a_user_stays(
			     fd, execute_without_new_privileges, 'U')));
	program_remove();
}

TEST_F(exec, by_a_user_who_opened_the_device_himself)
{
	struct stat before;
	int status;
	pid_t pid;

	ASSERT_TRUE(make_program(04755, 0, 0));
	ASSERT_EQ(0, stat(SPT_DEVICE, &before));
	ASSERT_EQ(0, chmod(SPT_DEVICE, 0666));
	pid = fork();
	if (!pid) {
		int fd;

		become_user();
		fd = spt_open();
		_exit(fd < 0 ? 98 :
			       traced_by_a_user_is_detached(fd, 'R', false));
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, chmod(SPT_DEVICE, before.st_mode & 0777));
	EXPECT_EQ(0, status);
	program_remove();
}

static int execute_as_a_user(const struct child_end *end, void *arg)
{
	become_user();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return execute(end, arg);
}

TEST_F(exec, of_a_set_uid_program_stays_roots)
{
	struct spt_event event;
	struct child child;

	ASSERT_TRUE(make_program(04755, 0, 0));
	child = child_spawn(execute_as_a_user, NULL);
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	EXPECT_EQ('R', child_heard(&child));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_INTERRUPT, child.pid, 0, 0));
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(&self->tracer, child.pid));
	ASSERT_EQ(0, spt_ptrace(self->fd, PTRACE_CONT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, tr_wait(&self->tracer, child.pid, &event));
	EXPECT_EQ(7 << 8, event.status);
	program_remove();
	child_end(&child);
}

/* ---- the same as natively ------------------------------------------------------ */

static struct transcript native, shadow;

/* Every system call of a program, over its exec, and GETEVENTMSG beside it. */
static bool trace_an_exec(bool by_shadow, struct transcript *transcript)
{
	struct ptrace_syscall_info info;
	struct spt_event event;
	struct tracer tracer;
	struct child child;
	long ret;

	memset(transcript, 0, sizeof(*transcript));
	if (tracer_open(&tracer, by_shadow))
		return false;
	child = child_spawn(execute, sibling("h_exec"));
	if (!child_waits(&child) ||
	    tr_seize_stop(&tracer, child.pid, PTRACE_O_TRACESYSGOOD))
		return false;
	/* One for each of the two that wait. */
	child_go(&child);
	child_go(&child);
	do {
		ret = tr_ptrace(&tracer, PTRACE_SYSCALL, child.pid, 0, 0);
		if (!ret)
			ret = tr_wait(&tracer, child.pid, &event);
		note(transcript, "%ld status %x event %u message %llx", ret,
		     event.status, event.event,
		     (unsigned long long)event.message);
		if (ret)
			break;
		memset(&info, 0, sizeof(info));
		if (WIFSTOPPED(event.status))
			ret = tr_ptrace_at(&tracer, PTRACE_GET_SYSCALL_INFO,
					   child.pid, sizeof(info), &info);
		/* A result; the twins' thread ids differ. */
		if (info.op == PTRACE_SYSCALL_INFO_EXIT &&
		    (pid_t)info.exit.rval == child.pid)
			info.entry.nr = 0;
		note(transcript, " info %ld op %d ip %llx sp %llx %lld %llx\n",
		     ret, info.op, (unsigned long long)info.instruction_pointer,
		     (unsigned long long)info.stack_pointer,
		     (long long)info.entry.nr,
		     info.op == PTRACE_SYSCALL_INFO_ENTRY ?
			     (unsigned long long)info.entry.args[0] :
			     0);
	} while (WIFSTOPPED(event.status));
	child_end(&child);
	tracer_close(&tracer);
	return true;
}

TEST_F(exec, shows_the_calls_of_both_images_as_natively)
{
	ASSERT_TRUE(trace_an_exec(false, &native));
	ASSERT_TRUE(trace_an_exec(true, &shadow));
	EXPECT_LT(1000, native.length);
	EXPECT_NE(NULL, strstr(native.text, "status 700 "));
	EXPECT_EQ(0, strcmp(native.text, shadow.text))
	{
		show_difference(native.text, shadow.text);
	}
}

/* ---- rights that have changed since the attach ----------------------------------- */

static int be_traced_and_execute(const struct child_end *end, void *arg)
{
	int fd = spt_open();

	become_user();
	if (fd < 0 || spt_ptrace(fd, PTRACE_TRACEME, 0, 0, 0))
		return 119;
	return execute(end, arg);
}

/*
 * Root for the moment of TRACEME, and then no longer, as a set-uid parent would
 * be: what it could do then doesn't count.
 */
static int traced_by_one_who_was_root_is_detached(int fd)
{
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct child child = child_spawn(be_traced_and_execute, NULL);

	if (!child_waits(&child))
		return 1;
	become_user();
	child_go(&child);
	return is_let_go(&tracer, &child, 'G');
}

TEST_F(exec, after_traceme_to_one_who_was_root_detaches)
{
	ASSERT_TRUE(make_program(02755, 0, 0));
	EXPECT_EQ(0, IN_A_PROCESS(traced_by_one_who_was_root_is_detached(fd)));
	program_remove();
}

/* The same with an attach; the program is one that the tracer can't run itself. */
static int attached_by_one_who_was_root_is_detached(int fd)
{
	struct tracer tracer = { .shadow = true, .fd = fd };
	struct child child = child_spawn(execute_as_a_user, NULL);

	if (!child_waits(&child) ||
	    spt_ptrace(fd, PTRACE_SEIZE, child.pid, 0, 0))
		return 1;
	become_user();
	child_go(&child);
	return is_let_go(&tracer, &child, 'R');
}

TEST_F(exec, of_a_set_uid_program_detaches_one_who_was_root)
{
	ASSERT_TRUE(make_program(04755, 0, 0));
	EXPECT_EQ(0,
		  IN_A_PROCESS(attached_by_one_who_was_root_is_detached(fd)));
	program_remove();
}

#define YAMA "/proc/sys/kernel/yama/ptrace_scope"

static bool write_yama(char scope)
{
	int fd = open(YAMA, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, &scope, 1) == 1;

	close(fd);
	return done;
}

/* Says when it traces, and whether it still does after that. */
static int trace_as_a_user(const struct child_end *end, void *arg)
{
	struct tracer tracer = { .shadow = true, .fd = spt_open() };
	struct child child;

	become_user();
	child = child_spawn(execute, NULL);
	if (!child_waits(&child) ||
	    spt_ptrace(tracer.fd, PTRACE_SEIZE, child.pid, 0, 0))
		return 1;
	child_say(end, 'r');
	child_await(end);
	child_go(&child);
	if (child_heard(&child) != 'U')
		return 2;
	child_go(&child);
	return tr_wait_status(&tracer, child.pid) == 7 << 8 ? 0 : 3;
}

/* As natively: security modules are asked at an attach, and for another label. */
TEST_F(exec, of_an_ordinary_program_stays_whatever_yama_has_become)
{
	struct child tracer;

	if (access(YAMA, W_OK))
		SKIP(return, "no Yama");
	ASSERT_TRUE(make_program(0755, 0, 0));
	tracer = child_spawn(trace_as_a_user, NULL);
	ASSERT_EQ('r', child_heard(&tracer));
	ASSERT_TRUE(write_yama('2'));
	child_go(&tracer);
	EXPECT_EQ(0, child_status(&tracer));
	EXPECT_TRUE(write_yama('0'));
	child_end(&tracer);
	program_remove();
}

static int be_traced_by(const struct child_end *end, void *arg)
{
	const bool *by_shadow = arg;
	struct tracer tracer;

	if (tracer_open(&tracer, *by_shadow))
		return 118;
	become_user();
	if (tr_ptrace(&tracer, PTRACE_TRACEME, 0, 0, 0))
		return 119;
	return execute(end, NULL);
}

/* The tracee's end, as its parent is told. */
static long traceme_and_execute(const struct tracer *tracer, bool by_shadow)
{
	struct child child = child_spawn(be_traced_by, &by_shadow);
	long status = -1;

	if (child_waits(&child) && child_go(&child))
		status = tr_wait_status(tracer, child.pid);
	if (status == STATUS_STOP(SIGTRAP) &&
	    !tr_ptrace(tracer, PTRACE_CONT, child.pid, 0, 0) &&
	    child_heard(&child) == 'U' && child_go(&child))
		status = tr_wait_status(tracer, child.pid);
	child_end(&child);
	return status;
}

/* Yama wants the tracer's capability; the tracee's own rights are what counts then. */
TEST_F(exec, after_traceme_to_one_with_the_capability_stays)
{
	struct tracer native = { .fd = -1 };

	if (access(YAMA, W_OK))
		SKIP(return, "no Yama");
	ASSERT_TRUE(make_program(0755, 0, 0));
	ASSERT_TRUE(write_yama('2'));
	EXPECT_EQ(7 << 8, traceme_and_execute(&native, false));
	EXPECT_EQ(7 << 8, traceme_and_execute(&self->tracer, true));
	EXPECT_TRUE(write_yama('0'));
	program_remove();
}

static int set_scope(int fd, unsigned int scope)
{
	struct spt_scope arg = { .scope = scope };

	return ioctl(fd, SPT_IOC_SET_SCOPE, &arg) ? -errno : 0;
}

static int trace_a_set_uid_program(void)
{
	struct tracer tracer = { .shadow = true, .fd = spt_open() };
	struct child child = child_spawn(execute_as_a_user, NULL);

	if (!child_waits(&child) ||
	    spt_ptrace(tracer.fd, PTRACE_SEIZE, child.pid, 0, 0))
		return 1;
	/* For good, so in a pid namespace that ends with this process. */
	if (set_scope(tracer.fd, SPT_SCOPE_NO_ATTACH))
		return 2;
	child_go(&child);
	return is_let_go(&tracer, &child, 'R');
}

/* But not of an ordinary one: what is traced stays traced. */
static int trace_a_plain_program(void)
{
	struct tracer tracer = { .shadow = true, .fd = spt_open() };
	struct child child = child_spawn(execute_as_a_user, sibling("h_exec"));
	struct spt_event event;

	if (!child_waits(&child) ||
	    spt_ptrace(tracer.fd, PTRACE_SEIZE, child.pid, 0, 0) ||
	    set_scope(tracer.fd, SPT_SCOPE_NO_ATTACH))
		return 1;
	child_go(&child);
	if (child_heard(&child) != 'U')
		return 2;
	child_go(&child);
	if (tr_wait(&tracer, child.pid, &event) || event.status != 7 << 8)
		return 3;
	return 0;
}

/* As the init of a pid namespace, with a /proc that knows the same numbers. */
static int trace_in_a_namespace(int (*trace)(void))
{
	int status = -1;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return 96;
	pid = fork();
	if (!pid)
		_exit(mount("proc", "/proc", "proc", 0, NULL) ? 97 : trace());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 95;
}

/* Even root, who could attach to it as far as the kernel is concerned. */
TEST_F(exec, of_a_set_uid_program_detaches_whom_the_scope_refuses)
{
	ASSERT_TRUE(make_program(04755, 0, 0));
	EXPECT_EQ(0,
		  IN_A_PROCESS((close(fd), trace_in_a_namespace(
						   trace_a_set_uid_program))));
	program_remove();
}

TEST_F(exec, of_an_ordinary_program_stays_whatever_the_scope_has_become)
{
	EXPECT_EQ(0, IN_A_PROCESS((close(fd), trace_in_a_namespace(
						      trace_a_plain_program))));
}

/* ---- a parent that never asks ---------------------------------------------------- */

#define MAX_TRACEES "/sys/module/sptrace/parameters/max_tracees"

static bool write_number(const char *path, int number)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return false;
	fprintf(file, "%d", number);
	return !fclose(file);
}

/* As a user without a handle, of more children than it may have tracees. */
static int children_by_traceme_are_lost(int fd)
{
	struct child child;
	int i;

	close(fd);
	become_user();
	/* Opened by a child each: the parent never was a tracer by itself. */
	for (i = 0; i < 6; i++) {
		child = child_spawn(be_traced_and_execute, NULL);
		child_go(&child);
		if (child_heard(&child) != 'U')
			return 1 + i;
		child_go(&child);
		if (child_status(&child) != 7 << 8)
			return 11 + i;
	}
	return 0;
}

/* Each is let go at its execve(2), which nobody will ever take notice of. */
TEST_F(exec, of_a_tracee_without_a_handle_anywhere_leaves_nothing)
{
	struct stat before;

	ASSERT_TRUE(make_program(0711, 0, 0));
	ASSERT_EQ(0, stat(SPT_DEVICE, &before));
	ASSERT_EQ(0, chmod(SPT_DEVICE, 0666));
	ASSERT_TRUE(write_number(MAX_TRACEES, 3));
	EXPECT_EQ(0, IN_A_PROCESS(children_by_traceme_are_lost(fd)));
	EXPECT_TRUE(write_number(MAX_TRACEES, 4096));
	EXPECT_EQ(0, chmod(SPT_DEVICE, before.st_mode & 0777));
	program_remove();
}

/* ---- an execve(2) that fails too late ------------------------------------------- */

/* The kernel notices that this can't be loaded when the old image is gone. */
static bool make_broken_program(mode_t mode)
{
	struct {
		Elf64_Ehdr header;
		Elf64_Phdr load;
	} broken = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
				     ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_entry = 0x400000,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1,
		},
		.load = {
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_X,
			.p_vaddr = 0x400000,
			.p_filesz = 0x1000,
			.p_memsz = 0x800,
			.p_align = 0x1000,
		},
	};
	int fd;

	if (!make_program(mode, 0, 0))
		return false;
	fd = open(program, O_WRONLY | O_TRUNC | O_CLOEXEC);
	return fd >= 0 && write(fd, &broken, sizeof(broken)) > 0 &&
	       !close(fd) && !chmod(program, mode);
}

static bool run_to_execve(const struct tracer *tracer, pid_t tid)
{
	struct ptrace_syscall_info info;

	do {
		if (tr_ptrace(tracer, PTRACE_SYSCALL, tid, 0, 0) ||
		    tr_wait_status(tracer, tid) != STATUS_SYSGOOD ||
		    tr_ptrace_at(tracer, PTRACE_GET_SYSCALL_INFO, tid,
				 sizeof(info), &info) <= 0)
			return false;
	} while (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
		 info.entry.nr != SYS_execve);
	return true;
}

/* With a trap due and every event asked for, to its end. */
static bool fail_late(bool by_shadow, unsigned int resume,
		      struct transcript *transcript)
{
	struct spt_event event;
	struct tracer tracer;
	struct child child;
	int signal = 0;

	memset(transcript, 0, sizeof(*transcript));
	if (tracer_open(&tracer, by_shadow))
		return false;
	become_user();
	child = child_spawn(execute, NULL);
	if (!child_waits(&child) ||
	    tr_seize_stop(&tracer, child.pid,
			  PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT))
		return false;
	child_go(&child);
	if (!run_to_execve(&tracer, child.pid) ||
	    tr_ptrace(&tracer, PTRACE_INTERRUPT, child.pid, 0, 0))
		return false;
	do {
		if (tr_ptrace(&tracer, resume, child.pid, 0, signal) ||
		    tr_wait(&tracer, child.pid, &event))
			break;
		/* Suppressed, it would let what there is of the image run. */
		signal = event.status == STATUS_STOP(SIGSEGV) ? SIGSEGV : 0;
		note(transcript, "status %x event %u flags %x\n", event.status,
		     event.event, event.flags & SPT_EVENT_DETACHED);
	} while (WIFSTOPPED(event.status));
	/* Natively it is reaped by now. */
	if (by_shadow)
		note(transcript, "parent %x\n", child_status(&child));
	return true;
}

static int set_uid_fails_late(unsigned int resume)
{
	if (!fail_late(true, resume, &shadow))
		return 1;
	return strcmp(shadow.text, "status 0 event 0 flags 2\nparent b\n") ? 2 :
									     0;
}

static int fails_late_as_natively(unsigned int resume)
{
	if (!fail_late(true, resume, &shadow) ||
	    !fail_late(false, resume, &native))
		return 1;
	note(&native, "parent b\n");
	if (!strcmp(native.text, shadow.text))
		return 0;
	show_difference(native.text, shadow.text);
	return 2;
}

TEST_F(exec, of_a_set_uid_program_that_fails_late_detaches)
{
	ASSERT_TRUE(make_broken_program(04755));
	EXPECT_EQ(0,
		  IN_A_PROCESS((close(fd), set_uid_fails_late(PTRACE_CONT))));
	EXPECT_EQ(0, IN_A_PROCESS(
			     (close(fd), set_uid_fails_late(PTRACE_SYSCALL))));
	program_remove();
}

TEST_F(exec, that_fails_late_stops_as_natively)
{
	ASSERT_TRUE(make_broken_program(0755));
	EXPECT_EQ(0, IN_A_PROCESS(
			     (close(fd), fails_late_as_natively(PTRACE_CONT))));
	EXPECT_EQ(0, IN_A_PROCESS((close(fd),
				   fails_late_as_natively(PTRACE_SYSCALL))));
	program_remove();
}

/* ---- exec by one who was another tracer's when it began --------------------------- */

struct fault {
	const struct child_end *end;
	int fd;
	char *page;
};

/* Says when the page is wanted, and brings it when told to. */
static void *bring_page(void *arg)
{
	static const char page[SLOW_PAGE] = "argument";
	const struct fault *fault = arg;
	struct uffdio_copy copy = {
		.dst = (uintptr_t)fault->page,
		.src = (uintptr_t)page,
		.len = sizeof(page),
	};

	if (!await_touch(fault->fd))
		_exit(118);
	child_say(fault->end, 'f');
	child_await(fault->end);
	if (ioctl(fault->fd, UFFDIO_COPY, &copy))
		_exit(117);
	return NULL;
}

static bool watch_page(struct fault *fault)
{
	fault->page = mmap(NULL, SLOW_PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fault->page == MAP_FAILED)
		return false;
	fault->fd = make_slow(fault->page);
	return fault->fd >= 0;
}

/* An execve(2) that waits for an argument, where attaching is still possible. */
static int execute_with_a_late_argument(const struct child_end *end, void *arg)
{
	struct fault fault = { .end = end };
	char *argv[] = { "program", NULL, NULL }, *envp[] = { NULL };
	pthread_t thread;

	if (!watch_page(&fault) ||
	    pthread_create(&thread, NULL, bring_page, &fault))
		return 119;
	argv[1] = fault.page;
	child_await(end);
	execve(arg, argv, envp);
	return 121;
}

TEST_F(exec, is_reported_to_one_who_attached_during_the_call)
{
	struct tracer *tracer = &self->tracer;
	struct spt_event event;
	struct child child;

	/* Before the fork: the child's copy would be a handle of ours still open. */
	tracer_close(tracer);
	child = child_spawn(execute_with_a_late_argument, sibling("h_exec"));
	ASSERT_TRUE(child_waits(&child));
	ASSERT_EQ(0, tracer_open(tracer, true));
	ASSERT_EQ(0, tr_seize_stop(tracer, child.pid, PTRACE_O_TRACESYSGOOD));
	ASSERT_TRUE(child_go(&child));
	ASSERT_TRUE(run_to_execve(tracer, child.pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SYSCALL, child.pid, 0, 0));
	ASSERT_EQ('f', child_heard(&child));
	tracer_close(tracer);

	ASSERT_EQ(0, tracer_open(tracer, true));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_SEIZE, child.pid, 0,
			       PTRACE_O_TRACEEXEC));
	ASSERT_TRUE(child_go(&child));
	ASSERT_EQ(0, tr_wait(tracer, child.pid, &event));
	EXPECT_EQ(STATUS_EVENT(PTRACE_EVENT_EXEC, SIGTRAP), event.status);
	EXPECT_EQ(child.pid, event.message);
	child_end(&child);
}

/* ---- exec by a thread that isn't the leader ------------------------------------- */

FIXTURE_OF_BOTH_TRACERS(thread);

struct both {
	const struct child_end *end;
	char *path;
};

static void *execute_in_a_thread(void *arg)
{
	const struct both *both = arg;
	pid_t tid = syscall(SYS_gettid);

	if (write(both->end->say, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	_exit(execute(both->end, both->path));
}

static int with_a_thread(const struct child_end *end, void *arg)
{
	struct both both = { .end = end, .path = arg };
	pthread_t thread;

	if (pthread_create(&thread, NULL, execute_in_a_thread, &both))
		return 1;
	for (;;)
		pause();
}

static struct child child_with_a_thread(struct __test_metadata *_metadata,
					pid_t *tid)
{
	struct child child = child_spawn(with_a_thread, sibling("h_exec"));

	EXPECT_EQ(sizeof(*tid), read(child.said, tid, sizeof(*tid)));
	return child;
}

/* What is traced after the exec is the leader's number, and it stops when asked. */
static void check_after_exec(struct __test_metadata *_metadata,
			     const struct tracer *tracer, struct child *child,
			     pid_t old)
{
	struct spt_event event;

	ASSERT_TRUE(child_go(child));
	EXPECT_LT(0, child_heard(child));
	EXPECT_EQ(-ESRCH, tr_ptrace(tracer, PTRACE_INTERRUPT, old, 0, 0));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_INTERRUPT, child->pid, 0, 0));
	EXPECT_EQ(STATUS_INTERRUPT, tr_wait_status(tracer, child->pid));
	ASSERT_EQ(0, tr_ptrace(tracer, PTRACE_CONT, child->pid, 0, 0));
	ASSERT_TRUE(child_go(child));
	ASSERT_EQ(0, tr_wait(tracer, child->pid, &event));
	EXPECT_EQ(7 << 8, event.status);
	EXPECT_EQ(-ECHILD, tr_wait(tracer, old, &event));
}

TEST_F(thread, executes_and_takes_over_the_leaders_number)
{
	struct child child;
	pid_t tid = 0;

	child = child_with_a_thread(_metadata, &tid);
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, tid, 0, 0));
	check_after_exec(_metadata, &self->tracer, &child, tid);
	child_end(&child);
}

TEST_F(thread, executes_with_the_leader_traced_too)
{
	struct child child;
	pid_t tid = 0;

	child = child_with_a_thread(_metadata, &tid);
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, tid, 0, 0));
	check_after_exec(_metadata, &self->tracer, &child, tid);
	child_end(&child);
}

/* The leader is killed by the exec; the thread goes on untraced. */
TEST_F(thread, executes_with_the_leader_alone_traced)
{
	struct child child;
	struct spt_event event;
	pid_t tid = 0;
	long ret;

	child = child_with_a_thread(_metadata, &tid);
	ASSERT_EQ(0, tr_ptrace(&self->tracer, PTRACE_SEIZE, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	EXPECT_LT(0, child_heard(&child));
	EXPECT_EQ(-ESRCH,
		  tr_ptrace(&self->tracer, PTRACE_INTERRUPT, child.pid, 0, 0));
	ASSERT_TRUE(child_go(&child));
	if (variant->shadow) {
		ret = tr_wait(&self->tracer, child.pid, &event);
		EXPECT_EQ(-ECHILD, ret);
	}
	EXPECT_EQ(7 << 8, child_status(&child));
	child_end(&child);
}

TEST_HARNESS_MAIN
