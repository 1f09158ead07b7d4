// SPDX-License-Identifier: GPL-2.0
/*
 * Many threads of one or two tracers go for a tracee all the time while it
 * executes a program that they may not trace: nothing of that program is ever
 * read, written or stopped, and its tracer is told once that it has lost it.
 *
 * The tracee has a page at the address of the program's secret, and is always
 * in the same few instructions before it executes it, so that memory and
 * registers may be written at any time before that without doing harm.
 */
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/random.h>
#include "people.h"
#include "program.h"
#include "secret.h"

/* ---- the race's state, shared by all -------------------------------------------- */

enum kind {
	SEIZE,
	INTERRUPT,
	LISTEN,
	CONT,
	SYSCALL,
	SETOPTIONS,
	DETACH,
	PEEKTEXT,
	PEEKDATA,
	POKETEXT,
	POKEDATA,
	PEEKUSER,
	POKEUSER,
	GETREGS,
	SETREGS,
	GETREGSET,
	GETFPREGS,
	GETSIGINFO,
	GETSIGMASK,
	GETEVENTMSG,
	SYSCALLINFO,
	KINDS,
};

struct plan {
	const char *name;
	mode_t mode;
	bool capable; /* by its file's capabilities */
	bool fails; /* behind the point of no return */
	bool by_thread; /* not by the leader */
	bool both; /* which is traced as well */
	int tracers; /* the second one makes them let go, too */
};

struct race {
	struct plan plan;
	volatile bool over;
	/* Of the round that is run; 0 between rounds. */
	volatile int round;
	volatile pid_t numbers[2];
	volatile bool spinning; /* in the few instructions */
	volatile int executed; /* the round in which the program was heard of */
	volatile int attached, detached, exited;
	/* Of all rounds. */
	long taken[KINDS]; /* how many of each were not ESRCH */
	volatile int leaks, late, exec_stops, exit_stops, surprises;
	__u64 loaded[SECRET_WORDS]; /* the program's other secret */
};

static struct race *race;

static void count(volatile int *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

/* ---- the tracers' threads ----------------------------------------------------------- */

static int device;

static void look_at_word(__u64 word)
{
	unsigned int i;

	if (word == OPEN_WORD)
		return;
	for (i = 0; i < SECRET_WORDS; i++) {
		if (word == SECRET_WORD(i) || word == race->loaded[i])
			count(&race->leaks);
	}
	count(&race->surprises);
}

static void look_at_regs(const struct user_regs_struct *regs)
{
	if ((regs->rip >= PROGRAM_BEGIN && regs->rip < PROGRAM_END) ||
	    regs->r12 == SECRET_WORD(0))
		count(&race->leaks);
}

#define WORD(i) (SECRET_ADDRESS + (i) % (2 * SECRET_WORDS) * 8)

/* The requests of which the answer shows something. */
static long read_something(enum kind kind, pid_t tid, unsigned int turn)
{
	struct user_regs_struct regs = {};
	struct iovec iov = { .iov_base = &regs, .iov_len = sizeof(regs) };
	__u64 word = OPEN_WORD;
	long ret;

	switch (kind) {
	case PEEKTEXT:
	case PEEKDATA:
		ret = spt_ptrace(device,
				 kind == PEEKTEXT ? PTRACE_PEEKTEXT :
						    PTRACE_PEEKDATA,
				 tid, WORD(turn), (unsigned long)&word);
		if (!ret)
			look_at_word(word);
		return ret;
	case PEEKUSER:
		ret = spt_ptrace(device, PTRACE_PEEKUSR, tid,
				 offsetof(struct user_regs_struct, rip),
				 (unsigned long)&regs.rip);
		break;
	case GETREGS:
		ret = spt_ptrace(device, PTRACE_GETREGS, tid, 0,
				 (unsigned long)&regs);
		break;
	default:
		ret = spt_ptrace(device, PTRACE_GETREGSET, tid, NT_PRSTATUS,
				 (unsigned long)&iov);
	}
	if (!ret)
		look_at_regs(&regs);
	return ret;
}

static unsigned long options_of(unsigned int turn)
{
	static const unsigned long options[] = {
		PTRACE_O_TRACEEXIT,
		PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC,
		PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC,
		PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT,
	};

	return options[turn % ARRAY_LEN(options)];
}

/* What would be written anywhere else does harm: a bad place will do. */
static long request(enum kind kind, pid_t tid, unsigned int turn)
{
	static const unsigned int numbers[KINDS] = {
		[SEIZE] = PTRACE_SEIZE,
		[INTERRUPT] = PTRACE_INTERRUPT,
		[LISTEN] = PTRACE_LISTEN,
		[CONT] = PTRACE_CONT,
		[SYSCALL] = PTRACE_SYSCALL,
		[SETOPTIONS] = PTRACE_SETOPTIONS,
		[DETACH] = PTRACE_DETACH,
		[POKETEXT] = PTRACE_POKETEXT,
		[POKEDATA] = PTRACE_POKEDATA,
		[POKEUSER] = PTRACE_POKEUSR,
		[SETREGS] = PTRACE_SETREGS,
		[GETFPREGS] = PTRACE_GETFPREGS,
		[GETSIGINFO] = PTRACE_GETSIGINFO,
		[GETSIGMASK] = PTRACE_GETSIGMASK,
		[GETEVENTMSG] = PTRACE_GETEVENTMSG,
		[SYSCALLINFO] = PTRACE_GET_SYSCALL_INFO,
	};
	static __thread __u64 room[128];
	unsigned long addr = 0, data = (unsigned long)room;

	switch (kind) {
	case PEEKTEXT:
	case PEEKDATA:
	case PEEKUSER:
	case GETREGS:
	case GETREGSET:
		return read_something(kind, tid, turn);
	case SEIZE:
	case SETOPTIONS:
		data = options_of(turn);
		break;
	case INTERRUPT:
	case LISTEN:
	case CONT:
	case SYSCALL:
	case DETACH:
		data = 0;
		break;
	case POKETEXT:
	case POKEDATA:
		addr = WORD(turn);
		data = OPEN_WORD;
		break;
	case POKEUSER:
		if (!race->spinning)
			return -ESRCH;
		addr = offsetof(struct user_regs_struct, r15);
		data = OPEN_WORD;
		break;
	case SETREGS:
		data = 8;
		break;
	case GETSIGMASK:
		addr = 8;
		break;
	case SYSCALLINFO:
		addr = sizeof(struct ptrace_syscall_info);
		break;
	default:
		break;
	}
	return spt_ptrace(device, numbers[kind], tid, addr, data);
}

/* Anything but ESRCH was done to a tracee, and EPERM to none. */
static void try_one(enum kind kind, unsigned int turn)
{
	int round = race->round, executed = race->executed;
	pid_t tid = race->numbers[turn % 2];
	long ret;

	if (!round || !tid || (kind == DETACH && race->plan.tracers == 1))
		return;
	ret = request(kind, tid, turn);
	if (ret == -ESRCH || ret == -EPERM)
		return;
	__atomic_add_fetch(&race->taken[kind], 1, __ATOMIC_RELAXED);
	if (executed == round)
		count(&race->late);
	if (kind == SEIZE && !ret)
		count(&race->attached);
}

struct hammer {
	const enum kind *kinds;
	unsigned int count;
};

#define HAMMER(...)                                            \
	{                                                      \
		(const enum kind[]){ __VA_ARGS__ },            \
			sizeof((enum kind[]){ __VA_ARGS__ }) / \
				sizeof(enum kind),             \
	}

static const struct hammer hammers[] = {
	HAMMER(SEIZE, SETOPTIONS, GETSIGINFO, GETSIGMASK, GETEVENTMSG),
	HAMMER(INTERRUPT, LISTEN, INTERRUPT, CONT, DETACH),
	HAMMER(PEEKDATA, POKEDATA, PEEKTEXT, POKETEXT, PEEKDATA),
	HAMMER(GETREGS, GETREGSET, POKEUSER, PEEKUSER, SETREGS, POKEUSER,
	       GETFPREGS),
	HAMMER(SYSCALL, SYSCALLINFO, PEEKDATA, GETREGS),
};

static void *swing(void *arg)
{
	const struct hammer *hammer = arg;
	unsigned int turn = 0;

	while (!race->over) {
		try_one(hammer->kinds[turn % hammer->count],
			turn / hammer->count);
		/* The tracee is to come to something, too. */
		if (!race->round || turn % 64 == 0)
			nap();
		turn++;
	}
	return NULL;
}

/*
 * A leader may stop on its way out, when another thread's exec has ended it. It
 * may have been resumed since.
 */
static bool is_before_exec(pid_t tid)
{
	__u64 word = OPEN_WORD;
	long ret = spt_ptrace(device, PTRACE_PEEKDATA, tid, SECRET_ADDRESS,
			      (unsigned long)&word);

	return ret == -ESRCH || (!ret && word == OPEN_WORD);
}

static void take_report(const struct spt_event *event, bool late)
{
	if (event->flags & SPT_EVENT_DETACHED) {
		count(&race->detached);
		return;
	}
	if (!WIFSTOPPED(event->status)) {
		count(&race->exited);
		return;
	}
	if (late)
		count(&race->late);
	if (event->event == PTRACE_EVENT_EXEC)
		count(&race->exec_stops);
	if (event->event == PTRACE_EVENT_EXIT && !is_before_exec(event->tid))
		count(&race->exit_stops);
	spt_ptrace(device, PTRACE_CONT, event->tid, 0, 0);
}

/* By the tracer's first thread: takes every report there is. */
static int watch(void)
{
	struct spt_event event;

	while (!race->over) {
		int executed = race->executed, round = race->round;

		if (spt_wait(device, P_ALL, 0, WEXITED | WSTOPPED | WNOHANG,
			     &event) ||
		    !event.tid) {
			nap();
			continue;
		}
		take_report(&event, round && executed == round);
	}
	return 0;
}

static int run_tracer(void)
{
	pthread_t thread;
	unsigned int i;

	device = spt_open();
	if (device < 0)
		return 1;
	for (i = 0; i < ARRAY_LEN(hammers); i++) {
		if (pthread_create(&thread, NULL, swing, (void *)&hammers[i]))
			return 2;
	}
	return watch();
}

/* ---- the tracee ------------------------------------------------------------------------ */

static char secret_path[80];

static __attribute__((noreturn)) void spin_and_execute(long spins)
{
	char *argv[] = { "program", race->plan.fails ? NULL : secret_path,
			 NULL };
	char *envp[] = { NULL };

	asm volatile("movb $1, (%%rcx)\n\t"
		     "1:\n\t"
		     "mov %[getpid], %%eax\n\t"
		     "syscall\n\t"
		     "dec %%rbx\n\t"
		     "jnz 1b\n\t"
		     "mov %[execve], %%eax\n\t"
		     "syscall\n\t"
		     "mov $121, %%edi\n\t"
		     "mov %[exit], %%eax\n\t"
		     "syscall\n\t"
		     :
		     : "D"(program), "S"(argv), "d"(envp), "b"(spins),
		       "c"(&race->spinning), [getpid] "i"(SYS_getpid),
		       [execve] "i"(SYS_execve), [exit] "i"(SYS_exit_group)
		     : "rax", "r11", "r12", "r13", "r14", "r15", "memory");
	__builtin_unreachable();
}

static bool map_open_words(void)
{
	__u64 *words = mmap((void *)SECRET_ADDRESS, sizeof(struct secret),
			    PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			    -1, 0);
	unsigned int i;

	if (words != (void *)SECRET_ADDRESS)
		return false;
	for (i = 0; i < 2 * SECRET_WORDS; i++)
		words[i] = OPEN_WORD;
	return true;
}

/* What takes part in the race, by itself or as a thread. */
static void *race_along(void *arg)
{
	const struct child_end *end = arg;
	pid_t tid = syscall(SYS_gettid);

	if (write(end->say, &tid, sizeof(tid)) != sizeof(tid))
		_exit(120);
	child_await(end);
	if (dup2(end->go, 0) < 0 || dup2(end->say, 1) < 0 ||
	    fcntl(0, F_SETFL, O_NONBLOCK))
		_exit(120);
	spin_and_execute(1 + tid * 37 % 2000);
}

static int run_tracee(const struct child_end *end, void *arg)
{
	pthread_t thread;

	/* The change of ids before this made it undumpable. */
	prctl(PR_SET_DUMPABLE, 1);
	if (!map_open_words())
		return 120;
	if (!race->plan.by_thread)
		race_along((void *)end);
	if (pthread_create(&thread, NULL, race_along, (void *)end))
		return 120;
	for (;;)
		pause();
}

/* ---- the rounds ------------------------------------------------------------------------- */

/* Begin a round with the tracee attached, and it alone or its leader as well. */
static bool begin_round(struct child *child, int round)
{
	pid_t tid;

	*child = child_spawn(run_tracee, NULL);
	if (child->pid < 0 ||
	    read(child->said, &tid, sizeof(tid)) != sizeof(tid))
		return false;
	race->spinning = false;
	race->attached = 0;
	race->detached = 0;
	race->exited = 0;
	race->numbers[0] = tid;
	race->numbers[1] = race->plan.both ? child->pid : tid;
	race->round = round;
	return WAIT_UNTIL(race->attached > race->plan.both) && child_go(child);
}

static int end_of_program(struct child *child, int round)
{
	int i;

	if (race->plan.fails) {
		race->numbers[1] = child->pid;
		return child_status(child) == SIGSEGV ? 0 : 20;
	}
	if (child_heard(child) != 'r')
		return 21;
	race->numbers[0] = child->pid;
	race->numbers[1] = child->pid;
	race->executed = round;
	/* It works, and they go on. */
	for (i = 0; i < 4; i++)
		nap();
	child_go(child);
	return child_status(child) == SECRET_KEPT << 8 ? 0 : 22;
}

static int judge_round(void)
{
	/* Dead before it could be let go, or let go. */
	bool lost = race->detached + (race->plan.fails ? race->exited : 0) == 1;

	if (race->plan.tracers > 1)
		return 0;
	return lost && (race->plan.fails || !race->exited) ? 0 : 23;
}

static int play_round(int round)
{
	struct child child;
	int ret;

	if (!begin_round(&child, round))
		return 10;
	ret = end_of_program(&child, round);
	if (race->plan.tracers == 1)
		WAIT_UNTIL(race->detached || race->exited);
	race->round = 0;
	if (!ret)
		ret = judge_round();
	close(child.go);
	close(child.said);
	return ret;
}

/*
 * DETACH is tried by two tracers alone, and rarely finds a stopped tracee: they
 * play on until it did. Every other kind is tried in all variants' rounds.
 */
static bool goes_on(int round)
{
	if (race->plan.tracers > 1 && !race->taken[DETACH])
		return round <= 20 * rounds(15);
	return round <= rounds(15);
}

/* The tracee's parent, who traces nobody. Its status is 0, or tells what failed. */
static int play_rounds(void)
{
	int round, i, ret = 0;

	if (do_become(USER, USER, 0))
		return 99;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; i < race->plan.tracers; i++) {
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			_exit(run_tracer());
		}
	}
	for (round = 1; goes_on(round) && !ret; round++)
		ret = play_round(round);
	if (ret)
		fprintf(stderr,
			"# round %d: attached %d, detached %d, exited %d\n",
			round - 1, race->attached, race->detached,
			race->exited);
	race->over = true;
	for (i = 0; i < race->plan.tracers; i++)
		wait(NULL);
	return ret;
}

/* ---- the programs ------------------------------------------------------------------------ */

static bool write_file(const char *path, const void *bytes, size_t size,
		       mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	return fd >= 0 && write(fd, bytes, size) == (ssize_t)size &&
	       !fchmod(fd, mode) && !close(fd);
}

/*
 * A program of which the first segment has the secret and the second can't be
 * mapped: by then the old address space and the old credentials are gone.
 */
static bool make_failing_program(mode_t mode)
{
	static struct {
		Elf64_Ehdr header;
		Elf64_Phdr segments[2];
		char rest[4096 - sizeof(Elf64_Ehdr) - 2 * sizeof(Elf64_Phdr)];
		__u64 words[512];
	} file;
	unsigned int i;

	file.header = (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = SECRET_ADDRESS,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 2,
	};
	file.segments[0] = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_W,
		.p_offset = 4096,
		.p_vaddr = SECRET_ADDRESS,
		.p_filesz = sizeof(file.words),
		.p_memsz = sizeof(file.words),
		.p_align = 4096,
	};
	file.segments[1] = file.segments[0];
	file.segments[1].p_offset = 1;
	file.segments[1].p_vaddr = 2 * SECRET_ADDRESS;
	for (i = 0; i < ARRAY_LEN(file.words); i++)
		file.words[i] = SECRET_WORD(i % SECRET_WORDS);
	return program_begin() &&
	       write_file(program, &file, sizeof(file), mode);
}

static bool make_program(const struct plan *plan)
{
	bool made = plan->fails ? make_failing_program(plan->mode) :
				  program_make("h_secret", plan->mode, 0, 0);

	if (!made || (plan->capable && !program_add_capability(CAP_NET_RAW)))
		return false;
	if (getrandom(race->loaded, sizeof(race->loaded), 0) !=
	    sizeof(race->loaded))
		return false;
	snprintf(secret_path, sizeof(secret_path), "%s/secret",
		 program_directory);
	/* Only who is root by the program's mode can read it. */
	return write_file(secret_path, race->loaded, sizeof(race->loaded),
			  plan->mode & S_ISUID ? 0600 : 0644);
}

/* ---- the tests ------------------------------------------------------------------------------ */

FIXTURE(race)
{
	struct machine machine;
};

FIXTURE_VARIANT(race)
{
	struct plan plan;
};

#define VARIANT(id, ...)                                            \
	FIXTURE_VARIANT_ADD(race, id)                               \
	{                                                           \
		.plan = { .name = #id, .tracers = 1, __VA_ARGS__ }, \
	}

VARIANT(set_uid, .mode = 04755);
VARIANT(set_uid_unreadable, .mode = 04711);
VARIANT(set_gid, .mode = 02755);
VARIANT(unreadable, .mode = 0711);
VARIANT(capable, .mode = 0755, .capable = true);
VARIANT(set_uid_by_a_thread, .mode = 04755, .by_thread = true);
VARIANT(set_uid_by_a_thread_beside_its_leader, .mode = 04755, .by_thread = true,
	.both = true);
VARIANT(unreadable_by_a_thread, .mode = 0711, .by_thread = true);
VARIANT(set_uid_that_fails, .mode = 04711, .fails = true);
VARIANT(unreadable_that_fails, .mode = 0711, .fails = true);
VARIANT(set_uid_that_fails_by_a_thread, .mode = 04711, .fails = true,
	.by_thread = true);

/* The later of two settings of one field counts. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
VARIANT(set_uid_of_two, .mode = 04755, .tracers = 2);
VARIANT(set_uid_of_two_by_a_thread, .mode = 04755, .by_thread = true,
	.tracers = 2);
VARIANT(unreadable_of_two, .mode = 0711, .tracers = 2);
VARIANT(set_uid_of_two_that_fails, .mode = 04711, .fails = true, .tracers = 2);
#pragma GCC diagnostic pop

FIXTURE_SETUP(race)
{
	race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, race);
	race->plan = variant->plan;
	ASSERT_TRUE(make_program(&variant->plan))
	{
		TH_LOG("%s: %s", program, strerror(errno));
	}
	/* No tracer is an ancestor. */
	ASSERT_TRUE(machine_begin(&self->machine, SPT_SCOPE_CLASSIC));
}

FIXTURE_TEARDOWN(race)
{
	machine_end(&self->machine);
	program_remove();
}

/* Of all races; made before the tests' processes are. */
static long *totals;

static __attribute__((constructor)) void make_totals(void)
{
	totals = mmap(NULL, KINDS * sizeof(*totals), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void add_to_totals(void)
{
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		totals[kind] += race->taken[kind];
}

TEST_F(race, is_never_won)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(play_rounds());
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status)
	{
		TH_LOG("failed with %d", WEXITSTATUS(status));
	}
	EXPECT_EQ(0, race->leaks);
	EXPECT_EQ(0, race->surprises);
	EXPECT_EQ(0, race->late);
	EXPECT_EQ(0, race->exec_stops);
	EXPECT_EQ(0, race->exit_stops);
	add_to_totals();
}

FIXTURE(races){};

FIXTURE_SETUP(races)
{
}

FIXTURE_TEARDOWN(races)
{
}

/* Nothing was tested that was never done. */
TEST_F(races, are_of_everything)
{
	int kind;

	for (kind = 0; kind < KINDS; kind++) {
		EXPECT_LT(0, totals[kind])
		{
			TH_LOG("kind %d", kind);
		}
	}
}

TEST_HARNESS_MAIN
