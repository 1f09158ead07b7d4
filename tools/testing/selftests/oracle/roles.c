// SPDX-License-Identifier: GPL-2.0
/*
 * The roles beside the tracer: how they come to the stage, take their cues and
 * tell what they saw. All are of one process group, which ends with the play.
 */
#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include "stage.h"

int wait_limit_ms = 10000;

void give_up(struct stage *s, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	note(s->out, "given up: %s\n", text);
	_exit(1);
}

void skip(struct stage *s, const char *reason)
{
	note(s->out, "%s\n", reason);
	_exit(2);
}

/* ---- the parent ------------------------------------------------------------ */

enum parent_command {
	PARENT_SEE = 's',
	PARENT_LOOK = 'l',
	PARENT_HEAR = 'h',
};

struct parent_saw {
	bool signalled;
	siginfo_t signal;
	int wait_error;
	siginfo_t waited;
};

static int take_signal(siginfo_t *info, int limit_ms)
{
	struct timespec limit = { .tv_sec = limit_ms / 1000,
				  .tv_nsec = limit_ms % 1000 * 1000000L };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return sigtimedwait(&set, info, &limit);
}

static void take_wait(pid_t pid, struct parent_saw *saw)
{
	memset(&saw->waited, 0, sizeof(saw->waited));
	saw->wait_error = waitid(P_PID, pid, &saw->waited,
				 WEXITED | WSTOPPED | WCONTINUED | WNOHANG) ?
				  errno :
				  0;
}

static void take_what_comes(pid_t pid, struct parent_saw *saw)
{
	saw->signalled = take_signal(&saw->signal, wait_limit_ms) == SIGCHLD;
	WAIT_UNTIL(
		(take_wait(pid, saw), saw->wait_error || saw->waited.si_pid));
}

static void take_what_is_there(pid_t pid, struct parent_saw *saw)
{
	saw->signalled = take_signal(&saw->signal, 0) == SIGCHLD;
	take_wait(pid, saw);
}

static __attribute__((noreturn)) void play_parent(int line, pid_t child)
{
	struct parent_saw saw;
	char command;

	while (read(line, &command, 1) == 1) {
		memset(&saw, 0, sizeof(saw));
		if (command == PARENT_SEE)
			take_what_comes(child, &saw);
		else if (command == PARENT_LOOK)
			take_what_is_there(child, &saw);
		else
			saw.signalled = take_signal(&saw.signal,
						    wait_limit_ms) == SIGCHLD;
		if (write(line, &saw, sizeof(saw)) != sizeof(saw))
			break;
	}
	_exit(0);
}

static void ask_parent(struct stage *s, char command, struct parent_saw *saw)
{
	struct pollfd answer = { .fd = s->line, .events = POLLIN };

	if (write(s->line, &command, 1) != 1 ||
	    poll(&answer, 1, 3 * wait_limit_ms) != 1 ||
	    read(s->line, saw, sizeof(*saw)) != sizeof(*saw))
		give_up(s, "the parent doesn't answer");
}

static void note_parent_signal(struct stage *s, const struct parent_saw *saw)
{
	if (saw->signalled)
		note(s->out, "parent: SIGCHLD %s of %s",
		     child_text(&saw->signal), name_of(s, saw->signal.si_pid));
	else
		note(s->out, "parent: no SIGCHLD");
}

static void follow_parent(struct stage *s, const siginfo_t *info)
{
	if (info->si_code == CLD_STOPPED)
		s->parent_knows_stop = true;
	else if (info->si_code == CLD_CONTINUED)
		s->parent_knows_stop = false;
}

static void note_parent(struct stage *s, const struct parent_saw *saw)
{
	follow_parent(s, &saw->signal);
	follow_parent(s, &saw->waited);
	note_parent_signal(s, saw);
	note(s->out, ", ");
	if (saw->wait_error)
		note(s->out, "wait: %s\n", error_name(-saw->wait_error));
	else if (!saw->waited.si_pid)
		note(s->out, "nothing to wait for\n");
	else
		note(s->out, "wait: %s of %s\n", child_text(&saw->waited),
		     name_of(s, saw->waited.si_pid));
}

void parent_sees(struct stage *s)
{
	struct parent_saw saw;

	ask_parent(s, PARENT_SEE, &saw);
	note_parent(s, &saw);
	if (!saw.signalled || !saw.waited.si_pid)
		give_up(s, "the parent has waited for more");
}

void parent_sees_nothing(struct stage *s)
{
	struct parent_saw saw;

	ask_parent(s, PARENT_LOOK, &saw);
	note_parent(s, &saw);
}

void parent_hears(struct stage *s)
{
	struct parent_saw saw;

	ask_parent(s, PARENT_HEAR, &saw);
	note_parent_signal(s, &saw);
	note(s->out, "\n");
}

/* ---- casting ----------------------------------------------------------------- */

static void make_pipes(struct stage *s, struct child_end *end)
{
	int go[2], said[2];

	if (pipe2(go, O_CLOEXEC) || pipe2(said, O_CLOEXEC))
		give_up(s, "no pipes: %s", strerror(errno));
	s->go = go[1];
	s->said = said[0];
	end->go = go[0];
	end->say = said[1];
}

static bool tracee_on_shadow;

void trace_me(const struct child_end *end)
{
	struct tracer own;
	long ret = tracer_open(&own, tracee_on_shadow);

	if (!ret)
		ret = tr_ptrace(&own, PTRACE_TRACEME, 0, 0, 0);
	tracer_close(&own);
	say_line(end, "TRACEME: %s", error_name(ret));
}

/* In the process that becomes the parent; the tracee does not return. */
static pid_t fork_tracee(struct stage *s, const struct child_end *end,
			 child_main act, void *arg)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	tracee_on_shadow = s->tracer.shadow;
	close(s->go);
	close(s->said);
	_exit(act(end, arg));
}

static void await_tracee(struct stage *s)
{
	name_pid(s, getpid(), "tracer");
	name_pid(s, s->tracee, "tracee");
	if (s->parent)
		name_pid(s, s->parent, "parent");
	until_asleep_in(s, s->tracee, SYS_read);
}

void cast_child(struct stage *s, child_main act, void *arg)
{
	struct child_end end;

	make_pipes(s, &end);
	s->tracee = fork_tracee(s, &end, act, arg);
	/* end.go stays open: a cue for a dead tracee is no SIGPIPE. */
	close(end.say);
	await_tracee(s);
}

void cast(struct stage *s, child_main act, void *arg)
{
	struct child_end end;
	int line[2];
	sigset_t set;

	make_pipes(s, &end);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line))
		give_up(s, "no socket pair: %s", strerror(errno));
	s->line = line[0];
	s->parent = fork();
	if (!s->parent) {
		close(line[0]);
		s->tracee = fork_tracee(s, &end, act, arg);
		sigemptyset(&set);
		sigaddset(&set, SIGCHLD);
		sigprocmask(SIG_BLOCK, &set, NULL);
		close(end.go);
		close(end.say);
		close(s->go);
		close(s->said);
		if (write(line[1], &s->tracee, sizeof(s->tracee)) < 0)
			_exit(1);
		play_parent(line[1], s->tracee);
	}
	close(line[1]);
	close(end.say);
	if (read(s->line, &s->tracee, sizeof(s->tracee)) != sizeof(s->tracee))
		give_up(s, "no tracee");
	await_tracee(s);
}

/* ---- cues and lines ---------------------------------------------------------- */

static void give_cue(struct stage *s, char byte)
{
	if (write(s->go, &byte, 1) != 1)
		give_up(s, "the tracee takes no cue: %s", strerror(errno));
}

void cue(struct stage *s)
{
	give_cue(s, NEXT_CUE);
}

void cue_end(struct stage *s)
{
	give_cue(s, END_CUE);
}

static bool next_byte(struct stage *s, char *byte, int limit_ms)
{
	struct pollfd said = { .fd = s->said, .events = POLLIN };

	return poll(&said, 1, limit_ms) == 1 && read(s->said, byte, 1) == 1;
}

static bool take_line(struct stage *s, int limit_ms)
{
	char line[256], *at, *end;
	size_t length = 0;

	while (length < sizeof(line) - 1) {
		if (!next_byte(s, line + length, limit_ms))
			break;
		if (line[length++] == '\n')
			break;
	}
	if (!length)
		return false;
	line[length] = 0;
	note(s->out, "tracee: ");
	for (at = line; *at; at++) {
		if (*at != '{') {
			note(s->out, "%c", *at);
			continue;
		}
		note(s->out, "%s", name_of(s, strtol(at + 1, &end, 10)));
		at = end;
	}
	return true;
}

void hear(struct stage *s)
{
	if (!take_line(s, wait_limit_ms))
		give_up(s, "the tracee is silent");
}

void hear_rest(struct stage *s)
{
	while (take_line(s, 0))
		;
}

static pid_t look_for_child(pid_t parent)
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	while (!found && directory && (entry = readdir(directory))) {
		pid_t pid = strtol(entry->d_name, NULL, 10);
		char status[2048], *field;

		if (pid <= 0 ||
		    proc_read(pid, "status", status, sizeof(status)))
			continue;
		field = strstr(status, "\nPPid:");
		if (field && strtol(field + 6, NULL, 10) == parent)
			found = pid;
	}
	if (directory)
		closedir(directory);
	return found;
}

/*
 * Stopped: copy_process() shows a child in /proc, as running, before the tracer
 * can wait for it; wake_up_new_task() comes after that.
 */
pid_t find_stopped_child(struct stage *s, pid_t parent)
{
	pid_t child = 0;

	if (!WAIT_UNTIL((child = look_for_child(parent)) &&
			proc_state(child) != 'R'))
		give_up(s, "%s has no child that is stopped",
			name_of(s, parent));
	return child;
}

void until_asleep_in(struct stage *s, pid_t tid, long nr)
{
	if (!WAIT_UNTIL(proc_sleeps_in(tid, nr)))
		give_up(s, "%s is not in %s but %c in %ld", name_of(s, tid),
			call_name(nr), proc_state(tid) ?: '?',
			proc_syscall(tid));
}

static bool is_settled(pid_t pid)
{
	char state = proc_state(pid);

	return !state || state == 'T' || state == 'Z' ||
	       proc_sleeps_in(pid, SYS_read);
}

void note_settled(struct stage *s)
{
	char state;

	if (!WAIT_UNTIL(is_settled(s->tracee)))
		give_up(s, "the tracee stays %c", proc_state(s->tracee) ?: '?');
	state = proc_state(s->tracee);
	note(s->out, "tracee: is %s\n",
	     state == 'T' ? "stopped" :
	     state == 'S' ? "waiting" :
			    "dead");
}

/* ---- more tracers ---------------------------------------------------------- */

pid_t other_tracer(struct stage *s, void (*play)(struct stage *s))
{
	int ready[2];
	pid_t pid;
	char byte;

	if (pipe2(ready, O_CLOEXEC))
		give_up(s, "no pipe: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		bool shadow = s->tracer.shadow;

		name_pid(s, getpid(), "tracer2");
		tracer_close(&s->tracer);
		if (tracer_open(&s->tracer, shadow))
			give_up(s, "no second tracer");
		play(s);
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		while (true)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) < 0)
		give_up(s, "no second tracer");
	close(ready[0]);
	name_pid(s, pid, "tracer2");
	return pid;
}

void kill_other_tracer(struct stage *s, pid_t pid)
{
	struct child child = { .pid = pid };

	kill(pid, SIGKILL);
	note(s->out, "tracer2: %s\n", status_text(child_status(&child)));
}

struct thread_play {
	struct stage *stage;
	void (*play)(struct stage *s);
	bool stays;
	pid_t tid;
	sem_t played;
};

static void *play_in_thread(void *arg)
{
	struct thread_play *thread = arg;
	bool stays = thread->stays;

	thread->tid = gettid();
	thread->play(thread->stage);
	sem_post(&thread->played);
	while (stays)
		pause();
	return NULL;
}

static void play_thread(struct thread_play *thread)
{
	pthread_t id;

	sem_init(&thread->played, 0, 0);
	if (pthread_create(&id, NULL, play_in_thread, thread))
		give_up(thread->stage, "no thread");
	if (thread->stays) {
		sem_wait(&thread->played);
		return;
	}
	/* Joined, it has yet to let go of what it traces. */
	pthread_join(id, NULL);
	if (!WAIT_UNTIL(!proc_state(thread->tid)))
		give_up(thread->stage, "a thread doesn't end");
}

void in_other_thread(struct stage *s, void (*play)(struct stage *s))
{
	struct thread_play thread = { .stage = s, .play = play };

	play_thread(&thread);
}

void in_lasting_thread(struct stage *s, void (*play)(struct stage *s))
{
	struct thread_play thread = {
		.stage = s,
		.play = play,
		.stays = true,
	};

	play_thread(&thread);
}
