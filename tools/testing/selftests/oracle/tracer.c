// SPDX-License-Identifier: GPL-2.0
/*
 * The tracer: what it asks and what it sees, with every answer written down.
 */
#include "stage.h"

/* ---- siginfo ------------------------------------------------------------ */

/* A stop that ptrace itself made: its code has the event or the 0x80. */
static bool is_notification(const siginfo_t *info)
{
	return info->si_code > SI_KERNEL || info->si_code == SIGTRAP;
}

static bool is_fault(const siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGSEGV:
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGTRAP:
		return info->si_code > 0 && info->si_code < SI_KERNEL;
	}
	return false;
}

void note_siginfo(struct stage *s, const siginfo_t *info)
{
	unsigned long address = (unsigned long)info->si_addr;

	note(s->out, "%s code ", signal_name(info->si_signo));
	if (is_notification(info)) {
		note(s->out, "%#x from %s", info->si_code,
		     name_of(s, info->si_pid));
		return;
	}
	note(s->out, "%d", info->si_code);
	if (is_fault(info))
		note(s->out, " at %s",
		     !address	     ? "0" :
		     address < 65536 ? "the first page" :
				       "an address");
	else if (info->si_signo == SIGCHLD && info->si_code > 0)
		note(s->out, " %s of %s", child_text(info),
		     name_of(s, info->si_pid));
	else if (info->si_code == SI_TIMER)
		note(s->out, " value %d", info->si_value.sival_int);
	else if (info->si_code <= 0)
		note(s->out, " from %s uid %d", name_of(s, info->si_pid),
		     info->si_uid);
	if (info->si_code == SI_QUEUE)
		note(s->out, " value %d", info->si_value.sival_int);
}

static void note_message(struct stage *s, const struct spt_event *event,
			 unsigned long message)
{
	switch (event->event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_VFORK_DONE:
	case PTRACE_EVENT_CLONE:
	case PTRACE_EVENT_EXEC:
		note(s->out, "message %s", name_of(s, message));
		return;
	case PTRACE_EVENT_EXIT:
		note(s->out, "message %s", status_text(message));
		return;
	}
	note(s->out, "message %lu", message);
}

/* ---- requests -------------------------------------------------------------- */

/*
 * A dying tracee takes no signal any more, not even SIGKILL: it is to be
 * resumed from the exit event's stop.
 */
static void follow_kill(struct stage *s)
{
	s->listening = false;
	if (s->event.event != PTRACE_EVENT_EXIT)
		s->stopped = false;
}

static bool resumes(unsigned int request)
{
	switch (request) {
	case PTRACE_CONT:
	case PTRACE_SYSCALL:
	case PTRACE_SINGLESTEP:
	case PTRACE_SINGLEBLOCK:
	case PTRACE_SYSEMU:
	case PTRACE_SYSEMU_SINGLESTEP:
		return true;
	}
	return false;
}

static void follow(struct stage *s, unsigned int request)
{
	if (resumes(request))
		s->stopped = false;
	switch (request) {
	case PTRACE_KILL:
		follow_kill(s);
		break;
	case PTRACE_INTERRUPT:
		s->listening = false;
		break;
	case PTRACE_LISTEN:
		s->stopped = false;
		s->listening = true;
		break;
	case PTRACE_DETACH:
		s->stopped = false;
		s->let_go = true;
		break;
	}
}

static bool takes_signal(unsigned int request)
{
	return resumes(request) || request == PTRACE_DETACH;
}

long ask_of(struct stage *s, pid_t tid, unsigned int request,
	    unsigned long addr, unsigned long data)
{
	long ret = tr_ptrace(&s->tracer, request, tid, addr, data);

	note(s->out, "tracer: %s %s", request_name(request), name_of(s, tid));
	if (takes_signal(request))
		note(s->out, " with %s", data ? signal_name(data) : "none");
	note(s->out, ": %s\n", error_name(ret));
	if (tid == s->tracee && ret >= 0)
		follow(s, request);
	return ret;
}

long ask(struct stage *s, unsigned int request, unsigned long addr,
	 unsigned long data)
{
	return ask_of(s, s->tracee, request, addr, data);
}

void cont_of(struct stage *s, pid_t tid, int signo)
{
	ask_of(s, tid, PTRACE_CONT, 0, signo);
}

void cont(struct stage *s, int signo)
{
	cont_of(s, s->tracee, signo);
}

void pass_on_of(struct stage *s, pid_t tid)
{
	int signo = WSTOPSIG(s->event.status);

	/* A group-stop of an attached tracee has no siginfo. */
	if (s->event.event || !s->has_info || (signo & 0x7f) == SIGTRAP)
		signo = 0;
	cont_of(s, tid, signo);
}

void pass_on(struct stage *s)
{
	pass_on_of(s, s->tracee);
}

/* ---- reports ----------------------------------------------------------------- */

/* Where the tracer is the parent, one wait does both jobs natively. */
static void reap(struct stage *s, pid_t tid)
{
	struct child child = { .pid = tid };
	int status;

	if (!s->tracer.shadow || s->parent)
		return;
	status = child_status(&child);
	if (status != -1 && status != s->event.status)
		note(s->out, "tracer: as its parent: %s\n",
		     status_text(status));
}

static void note_stop(struct stage *s, pid_t tid)
{
	unsigned long message = 0;
	long ret;

	memset(&s->info, 0, sizeof(s->info));
	ret = tr_ptrace_at(&s->tracer, PTRACE_GETSIGINFO, tid, 0, &s->info);
	s->has_info = !ret;
	note(s->out, "; siginfo ");
	if (ret)
		note(s->out, "%s", error_name(ret));
	else
		note_siginfo(s, &s->info);
	ret = tr_ptrace_at(&s->tracer, PTRACE_GETEVENTMSG, tid, 0, &message);
	note(s->out, "; ");
	if (ret)
		note(s->out, "message %s", error_name(ret));
	else
		note_message(s, &s->event, message);
}

static void note_report(struct stage *s, pid_t tid)
{
	siginfo_t cause = { .si_code = s->event.cause };
	int status = s->event.status;
	bool stopped = WIFSTOPPED(status);

	note(s->out, "tracer: %s %s", name_of(s, tid), status_text(status));
	if (stopped) {
		note_stop(s, tid);
	} else {
		cause.si_status = WIFEXITED(status) ? WEXITSTATUS(status) :
						      WTERMSIG(status);
		note(s->out, "; waitid %s", child_text(&cause));
	}
	note(s->out, "\n");
	if (!stopped)
		reap(s, tid);
	if (tid == s->tracee) {
		s->stopped = stopped;
		s->dead = !stopped;
		s->listening = false;
	}
}

int see_status_of(struct stage *s, pid_t tid)
{
	long ret = tr_wait(&s->tracer, tid, &s->event);

	if (ret)
		give_up(s, "waiting for %s: %s", name_of(s, tid),
			error_name(ret));
	note(s->out, "tracer: %s %s\n", name_of(s, tid),
	     status_text(s->event.status));
	return s->event.status;
}

int see_of(struct stage *s, pid_t tid)
{
	long ret = tr_wait(&s->tracer, tid, &s->event);

	if (ret)
		give_up(s, "waiting for %s: %s", name_of(s, tid),
			error_name(ret));
	note_report(s, tid);
	return s->event.status;
}

int see(struct stage *s)
{
	return see_of(s, s->tracee);
}

/* What a wait would return, left there; 0 when it would block. */
static long peek_report(const struct stage *s, pid_t tid, bool *exited)
{
	struct spt_event event = { 0 };
	siginfo_t info = { 0 };
	long ret;

	if (s->tracer.shadow) {
		ret = spt_wait(s->tracer.fd, P_PID, tid,
			       WEXITED | WSTOPPED | WNOHANG | WNOWAIT, &event);
		*exited = event.cause == CLD_EXITED ||
			  event.cause == CLD_KILLED ||
			  event.cause == CLD_DUMPED;
		return ret ?: event.tid;
	}
	ret = waitid(P_PID, tid, &info,
		     WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL);
	*exited = info.si_code == CLD_EXITED || info.si_code == CLD_KILLED ||
		  info.si_code == CLD_DUMPED;
	return ret ? -errno : info.si_pid;
}

void until_dead_of(struct stage *s, pid_t tid)
{
	bool exited = false;
	long ret = 0;

	if (!WAIT_UNTIL((ret = peek_report(s, tid, &exited)) < 0 || exited) ||
	    ret < 0)
		give_up(s, "%s doesn't die: %s", name_of(s, tid),
			error_name(ret));
	note(s->out, "tracer: %s is dead\n", name_of(s, tid));
}

void until_dead(struct stage *s)
{
	until_dead_of(s, s->tracee);
}

void until_report(struct stage *s)
{
	bool exited;

	if (!WAIT_UNTIL(peek_report(s, s->tracee, &exited) > 0))
		give_up(s, "%s has nothing to report", name_of(s, s->tracee));
}

void see_nothing_of(struct stage *s, pid_t tid)
{
	bool exited;
	long ret = peek_report(s, tid, &exited);

	note(s->out, "tracer: %s, to wait for: %s\n", name_of(s, tid),
	     ret < 0 ? error_name(ret) :
	     ret     ? "something" :
		       "nothing");
}

void see_nothing(struct stage *s)
{
	see_nothing_of(s, s->tracee);
}

void note_call_of(struct stage *s, pid_t tid)
{
	struct ptrace_syscall_info info;
	long ret;

	memset(&info, 0, sizeof(info));
	ret = tr_ptrace_at(&s->tracer, PTRACE_GET_SYSCALL_INFO, tid,
			   sizeof(info), &info);
	note(s->out, "tracer: %s, call: ", name_of(s, tid));
	if (ret < 0)
		note(s->out, "%s\n", error_name(ret));
	else if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		note(s->out, "enters %s\n", call_name(info.entry.nr));
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.is_error)
		note(s->out, "fails with %s\n", error_name(info.exit.rval));
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.rval < 64)
		note(s->out, "returns %lld\n", (long long)info.exit.rval);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		note(s->out, "returns a large number\n");
	else
		note(s->out, "op %d\n", info.op);
}

void note_call(struct stage *s)
{
	note_call_of(s, s->tracee);
}

void run_to_next_call(struct stage *s)
{
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	cue(s);
	see(s);
	ask(s, PTRACE_SYSCALL, 0, 0);
	see(s);
	note_call(s);
}

pid_t announced_child(struct stage *s)
{
	unsigned long message = 0;

	tr_ptrace_at(&s->tracer, PTRACE_GETEVENTMSG, s->tracee, 0, &message);
	return message;
}

/* ---- usual beginnings ------------------------------------------------------- */

void seize(struct stage *s, unsigned long options)
{
	ask(s, PTRACE_SEIZE, 0, options);
}

void seize_stop(struct stage *s, unsigned long options)
{
	seize(s, options);
	ask(s, PTRACE_INTERRUPT, 0, 0);
	see(s);
}

void attach(struct stage *s)
{
	ask(s, PTRACE_ATTACH, 0, 0);
	see(s);
}

void signal_tracee(struct stage *s, int signo)
{
	if (kill(s->tracee, signo))
		note(s->out, "tracer: kill %s: %s\n", signal_name(signo),
		     error_name(-errno));
	/* A listening tracee reports that its group was continued. */
	if (signo == SIGCONT)
		s->listening = false;
	if (signo == SIGKILL)
		follow_kill(s);
}

int send_and_see(struct stage *s, int signo)
{
	signal_tracee(s, signo);
	return see(s);
}

/* ---- the end ------------------------------------------------------------------ */

static void end_group_stop(struct stage *s)
{
	if (proc_state(s->tracee) != 'T')
		return;
	/* It tells the parent last of all, and of a stop that is still there. */
	if (s->parent && !s->parent_knows_stop)
		parent_sees(s);
	signal_tracee(s, SIGCONT);
	until_asleep_in(s, s->tracee, SYS_read);
	if (s->parent)
		parent_sees(s);
}

void finish_untraced(struct stage *s)
{
	struct child child = { .pid = s->tracee };

	note_settled(s);
	end_group_stop(s);
	if (proc_state(s->tracee) == 'S')
		cue_end(s);
	if (s->parent)
		parent_sees(s);
	else
		note(s->out, "tracer: as its parent: %s\n",
		     status_text(child_status(&child)));
	hear_rest(s);
}

void finish(struct stage *s)
{
	if (s->let_go) {
		finish_untraced(s);
		return;
	}
	if (!s->dead)
		cue_end(s);
	if (s->listening)
		ask(s, PTRACE_INTERRUPT, 0, 0);
	while (!s->dead) {
		if (s->stopped)
			pass_on(s);
		see(s);
	}
	if (s->parent)
		parent_sees(s);
	hear_rest(s);
}
