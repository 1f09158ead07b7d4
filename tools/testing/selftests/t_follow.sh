#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# sptrace trace on programs that start others, get signals, are stopped and
# continued, and outlive the tracer or don't.
#
# shellcheck disable=SC2317 # conditions are called by name

# Each job has a process group of its own, and SIGINT isn't ignored in it.
set -um
export LC_ALL=C
# Each directory in it costs every program some calls, and thereby time.
unset LD_LIBRARY_PATH

helper=$(dirname "$0")/h_follow
tmp=$(mktemp -d)
log=$tmp/log
out=$tmp/out
trap 'rm -rf "$tmp"' EXIT

# Seconds that anything may take.
LIMIT=60

# shellcheck source=tools/testing/selftests/tap.sh
. "$(dirname "$0")/tap.sh"
evidence=("$log" "$out" "$tmp/err")

mkfifo "$tmp/in"

# trace OPTION… COMMAND…: traces to its end. Sets $status.
trace() {
	status=0
	: >"$log"
	# Braces: what the shell says of a signal is not wanted.
	{
		timeout --foreground "$LIMIT" sptrace trace -o "$log" "$@" \
			</dev/null >"$out" 2>"$tmp/err" || status=$?
	} 2>"$tmp/shell"
}

# start OPTION… COMMAND…: traces as a job, whose standard input is descriptor 9.
start() {
	: >"$log"
	: >"$out"
	exec 9<>"$tmp/in"
	sptrace trace -o "$log" "$@" <"$tmp/in" >"$out" 2>"$tmp/err" 9>&- &
	tracer=$!
}

# run COMMAND…: the same, not traced.
run() {
	: >"$log"
	: >"$out"
	exec 9<>"$tmp/in"
	"$@" <"$tmp/in" >"$out" 2>"$tmp/err" 9>&- &
	program=$!
}

# attach OPTION…: traces $program, once that can be traced.
attach() {
	sptrace trace -o "$log" "$@" -p "$program" 2>"$tmp/err" </dev/null &
	tracer=$!
	eventually grep -q attached "$tmp/err"
}

# ended PID: waits for a job. Sets $status.
ended() {
	status=0
	eventually gone "$1" || return 1
	wait "$1" 2>"$tmp/shell" || status=$?
}

has() { grep -qE -- "$1" "$log"; }
lacks() { ! grep -qE -- "$1" "$log"; }
count() { grep -cE -- "$1" "$log"; }
printed() { grep -qxF -- "$1" "$out"; }
log_reaches() { [ "$(wc -l <"$log")" -ge "$1" ]; }
pids() { sed -n 's/^\([0-9]*\) .*/\1/p' "$log" | sort -u; }
child_of() { pgrep -P "$1" | head -n 1; }
# get_state PID: sets $state, to nothing for a process that isn't there.
get_state() {
	local key value
	state=
	{
		while read -r key value _; do
			[ "$key" != State: ] || state=$value
		done <"/proc/$1/status"
	} 2>"$tmp/shell"
}
# A zombie is gone, too: nothing of it runs.
gone() { get_state "$1"; [[ "$state" =~ ^(Z|X|)$ ]]; }
is_in() { get_state "$1"; [ "$state" = "$2" ]; }
none_traced() { [ -z "$(sptrace status | tail -n +2)" ]; }

# echoes WORD: whether the cat that has our descriptor 9 still copies.
echoes() {
	echo "$1" >&9
	eventually printed "$1"
}

# --- Processes and threads

trace -f -e trace=execve,exit_group bash -c '/bin/cat /etc/passwd | /usr/bin/wc -l | /bin/cat'
check 'a pipeline prints what it prints untraced' [ "$(cat "$out")" = "$(wc -l </etc/passwd)" ]
check 'every process of a pipeline executes' [ "$(count '^[0-9]+ +(<\.\.\. )?execve(\(| resumed>).*\) += 0$')" = 4 ]
check 'every process of a pipeline ends' [ "$(count '\+\+\+ exited with 0 \+\+\+$')" = 4 ]
check 'the lines of a pipeline tell four processes apart' \
	[ "$({ pids; sed -n '$s/^\([0-9]*\) .*/\1/p' "$log"; } | sort -u | wc -l)" = 4 ]
check 'a child of the shell is told of by SIGCHLD' \
	has '^[0-9]+ +--- SIGCHLD \{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=[0-9]+, si_uid=0, si_status=0, si_utime=[0-9]+, si_stime=[0-9]+\} ---$'
check 'the exit status is that of the command' [ "$status" = 0 ]

trace -e trace=execve bash -c '/bin/true; /bin/true; exit 3'
check 'without -f children are not shown' [ "$(count 'execve')" = 1 ]
check 'without -f lines have no thread id' lacks '^\[pid'
check 'an exit is shown with its status' has '^\+\+\+ exited with 3 \+\+\+$'
check 'the exit status is passed on' [ "$status" = 3 ]

trace -f -e trace=umask "$helper" threads 4
check 'each thread shows its call' \
	[ "$(grep -oE 'umask\(010[1-4]' "$log" | sort -u | wc -l)" = 4 ]
check 'a thread started later, too' has '^[0-9]+ +umask\(0700'
check 'each thread shows its end' [ "$(count '^[0-9]+ +\+\+\+ exited with 0')" = 6 ]

trace -f -e trace=umask,vfork,clone,clone3 "$helper" vfork
check 'the child of vfork is followed' has '^[0-9]+ +umask\(0107'
check 'the parent goes on when the child of vfork ends' has '^[0-9]+ +umask\(0101'
check 'vfork returns the child' \
	[ "$(sed -n 's/.*\(vfork\|clone3\?\)\((\| resumed>\).*= \([0-9]*\)$/\3/p' "$log")" = \
		"$(sed -n 's/^\([0-9]*\) *umask(0107.*/\1/p' "$log")" ]
check 'the child of vfork ends' has '^[0-9]+ +\+\+\+ exited with 4'
check 'and its parent gets its status' [ "$status" = 4 ]

trace -f -e trace=execve "$helper" exec-thread
leader=$(sed -n 's/^\([0-9]*\) *+++ superseded by execve in pid [0-9]* +++$/\1/p' "$log")
check 'an exec by a thread supersedes its leader' [ -n "$leader" ]
check 'its call returns in the leader' has "^$leader +(<\\.\\.\\. )?execve(\\(| resumed>).*\\) += 0\$"
check 'the thread that executed has no end of its own' [ "$(count '\+\+\+ exited')" = 1 ]
check 'the leader ends' has "^$leader +\\+\\+\\+ exited with 5 "
check 'an exec by a thread leaves the exit status' [ "$status" = 5 ]

# --- Signals

trace -e trace=umask "$helper" signals
check 'a signal that was sent' \
	has '^--- SIGUSR1 \{si_signo=SIGUSR1, si_code=SI_USER, si_pid=[0-9]+, si_uid=0\} ---$'
check 'its handler runs' has '^umask\(0111\)'
check 'a queued signal, although ignored' \
	has '^--- SIGUSR2 \{si_signo=SIGUSR2, si_code=SI_QUEUE, si_pid=[0-9]+, si_uid=0, si_int=42, si_ptr=0x2a\} ---$'
check 'a fatal signal' has '^--- SIGSEGV \{si_signo=SIGSEGV, si_code=SI_TKILL,'
check 'the end by a signal' has '^\+\+\+ killed by SIGSEGV( \(core dumped\))? \+\+\+$'
check 'sptrace ends by the same signal' [ "$status" = 139 ]

start -f "$helper" jobs
eventually printed ready
command=$(child_of "$tracer")
job=$(child_of "$command")
echo >&9
check 'a followed job ends' ended "$tracer"
check 'its parent is told what happened' \
	[ "$(cat "$out")" = "$(printf '%s\n' ready 'stopped by TSTP' continued 'stopped by STOP' 'killed by TERM')" ]
check 'the stop by SIGTSTP is shown' has "^$job +--- stopped by SIGTSTP ---\$"
check 'SIGCONT is shown' has "^$job +--- SIGCONT \\{si_signo=SIGCONT, si_code=SI_USER"
check 'the stop by SIGSTOP is shown' has "^$job +--- stopped by SIGSTOP ---\$"
check 'the end of the job is shown' has "^$job +\\+\\+\\+ killed by SIGTERM \\+\\+\\+\$"

run "$helper" jobs
eventually printed ready
parent=$program
program=$(child_of "$parent")
attach
echo >&9
check 'an attached job ends' ended "$parent"
check 'its parent is told the same' \
	[ "$(cat "$out")" = "$(printf '%s\n' ready 'stopped by TSTP' continued 'stopped by STOP' 'killed by TERM')" ]
check 'sptrace ends with the last tracee' ended "$tracer"

# Ctrl-Z reaches both; whichever acts first, both stop and both go on.
start cat
check 'a traced program runs' echoes before
command=$(child_of "$tracer")
kill -TSTP -- "-$tracer"
check 'Ctrl-Z stops sptrace' eventually is_in "$tracer" T
kill -CONT -- "-$tracer"
check 'fg continues the program' echoes after
check 'the program is still traced' [ -n "$(sptrace status | grep " $command ")" ]
kill -TERM "$command"
check 'a signal to the program ends both' ended "$tracer"
check 'by the same signal' [ "$status" = 143 ]

run cat
check 'a program to stop runs' echoes before
kill -STOP "$program"
eventually is_in "$program" T
attach
check 'the stop of a stopped program is shown' eventually has '^--- stopped by SIGSTOP ---$'
kill -INT "$tracer"
check 'sptrace lets it go' ended "$tracer"
check 'it stays stopped, as it was' is_in "$program" T
kill -CONT "$program"
check 'it can be continued' echoes after
exec 9>&-
kill -KILL "$program"
ended "$program"

# --- Ends of the tracer

for signal in INT TERM HUP; do
	start -f bash -c "cat; :"
	check "SIG$signal: the program runs" echoes "one $signal"
	command=$(child_of "$tracer")
	child=$(child_of "$command")
	kill -"$signal" "$tracer"
	check "SIG$signal ends sptrace" ended "$tracer"
	check "SIG$signal: by that signal" [ "$(kill -l "$status")" = "$signal" ]
	check "SIG$signal: it says so" grep -qx "sptrace: Process $child detached" "$tmp/err"
	check "SIG$signal: the call is shown" has "^$child +(<\\.\\.\\. )?read(\\(| resumed>).* <detached \\.\\.\\.>\$"
	check "SIG$signal: the program runs on" echoes "two $signal"
	check "SIG$signal: nothing is traced" none_traced
	kill -KILL "$child" "$command"
	eventually gone "$command"
done

start cat
check 'Ctrl-C: the program runs' echoes before
command=$(child_of "$tracer")
kill -INT -- "-$tracer"
check 'Ctrl-C ends sptrace' ended "$tracer"
check 'Ctrl-C reaches the program' eventually gone "$command"

# Wherever forks, execs, signals and exits are at that moment.
for lines in 1 100 300; do
	start -f bash -c 'for i in {1..8}; do (kill -CHLD $$ | /bin/true); done; echo finished'
	eventually log_reaches "$lines"
	command=$(child_of "$tracer")
	kill -INT "$tracer"
	check "let go after $lines lines: sptrace ends" ended "$tracer"
	check "let go after $lines lines: the command ends" eventually printed finished
	eventually gone "$command"
done

for signal in INT KILL; do
	start -f --kill-on-exit bash -c "cat; :"
	check "--kill-on-exit, SIG$signal: the program runs" echoes "three $signal"
	command=$(child_of "$tracer")
	child=$(child_of "$command")
	kill -"$signal" "$tracer"
	check "--kill-on-exit, SIG$signal: sptrace ends" ended "$tracer"
	check "--kill-on-exit, SIG$signal: so does the command" eventually gone "$command"
	check "--kill-on-exit, SIG$signal: and its child" eventually gone "$child"
done

# --- Attaching

run "$helper" threads 4
eventually printed ready
attach -f -e trace=umask
check 'all threads are attached to' grep -qE 'attached with 5 threads' "$tmp/err"
printf 12345 >&9
check 'a process with threads ends' ended "$program"
check 'sptrace ends with it' ended "$tracer"
check 'each attached thread shows its call' \
	[ "$(grep -oE '^[0-9]+ +umask\(010[1-4]' "$log" | sort -u | wc -l)" = 4 ]
check 'a thread that they start is followed' has '^[0-9]+ +umask\(0700'

run "$helper" threads 4
eventually printed ready
attach -f
kill -INT "$tracer"
check 'sptrace lets threads go' ended "$tracer"
printf 12345 >&9
check 'they run on' ended "$program"
check 'to their end' [ "$status" = 0 ]

# --- Other outputs

trace -c -f -e trace=umask "$helper" threads 4
check '-c counts the calls of all tracees' has ' 5 +umask$'
check '-c shows no other line' lacks '^\[pid|\+\+\+|---.*\{'

trace --json -f bash -c '/bin/true; kill -USR1 $$'
check '--json: each line is JSON' \
	python3 -c 'import json, sys; [json.loads(line) for line in open(sys.argv[1])]' "$log"
check '--json: a child' has '^\{"type":"(fork|vfork|clone)",.*"child":[0-9]+\}$'
check '--json: an exec' has '^\{"type":"exec",.*"former_tid":[0-9]+\}$'
check '--json: a signal' \
	has '^\{"type":"signal",.*"signal":"SIGUSR1","info":\{"si_signo":"SIGUSR1","si_code":"SI_USER","si_pid":[0-9]+,"si_uid":0\}\}$'
check '--json: an exit' has '^\{"type":"exited",.*"status":0\}$'
check '--json: an end by a signal' has '^\{"type":"killed",.*"signal":"SIGUSR1","core":false\}$'

check 'nothing is left traced' none_traced
end_tests
