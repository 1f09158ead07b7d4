#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: t_command, with sptrace in PATH and h_calls beside this program
#
# The sptrace command from end to end: what it prints of a program whose calls
# are known (h_calls), with what status it ends, and what it leaves behind.

# shellcheck disable=SC2317 # tests, and conditions to wait for, are called by name
set -u
here=$(cd "$(dirname "$0")" && pwd)
all=$(mktemp -d)
started=()
trap 'rm -rf "$all"' EXIT

# until_true COMMAND…: polls for it, up to 20 seconds.
until_true() {
	local end=$((SECONDS + 20))
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# The rest of a test that has failed is of no use.
expect() {
	"$@" && return
	echo "failed: $*" >&2
	exit 1
}

expect_line() {
	grep -qE "$2" "$1" && return
	echo "no line of $(basename "$1") is like: $2" >&2
	sed 's/^/  /' "$1" >&2
	exit 1
}

expect_no_line() {
	grep -qE "$2" "$1" || return 0
	echo "a line of $(basename "$1") is like: $2" >&2
	grep -E "$2" "$1" | sed 's/^/  /' >&2
	exit 1
}

# expect_status STATUS COMMAND…: with what it said in $tmp/out and $tmp/err.
expect_status() {
	local wanted=$1 status=0
	shift
	timeout 60 "$@" <<<g >"$tmp/out" 2>"$tmp/err" || status=$?
	[ "$status" = "$wanted" ] && return
	echo "status $status instead of $wanted: $*" >&2
	sed 's/^/  /' "$tmp/err" >&2
	exit 1
}

# start COMMAND…: in the background, with this standard input, sets $pid.
start() {
	"$@" <&0 &
	pid=$!
	started+=("$pid")
}

# expect_end STATUS PID: it ends by itself, within 20 seconds.
expect_end() {
	local status=0
	expect until_true ended "$2"
	wait "$2" || status=$?
	expect [ "$status" = "$1" ]
}

ended() { case $(state_of "$1") in Z | '') ;; *) false ;; esac; }

state_of() { sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null; }

sleeps() { [ "$(state_of "$1")" = S ]; }

# A h_calls that waits for a byte: sets $calls, and descriptor 9 leads to it.
start_calls() {
	mkfifo "$tmp/go"
	exec 9<>"$tmp/go"
	start "$here/h_calls" <&9 >"$tmp/said" 9>&-
	calls=$pid
	expect until_true test -s "$tmp/said"
	expect until_true sleeps "$calls"
}

# Lets it go on.
go() { echo g >&9; }

# start_trace ARGUMENT…: sptrace trace, until it has attached; sets $trace.
start_trace() {
	start sptrace trace "$@" 2>"$tmp/err" 9>&-
	trace=$pid
	expect until_true grep -q ' attached' "$tmp/err"
}

expect_untraced() {
	expect_status 0 sptrace status
	expect_no_line "$tmp/out" "^ *$1 "
}

# Every line an object; then an expression over the list of them, `rows`.
expect_json() {
	python3 -c 'import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
assert rows and '"$2"', rows' "$1" && return
	echo "not so: $2" >&2
	exit 1
}

# The calls of h_calls as they are written, from the first umask on.
expect_calls() {
	expect_line "$1" '^umask\(0x12\) = [0-9]+$'
	expect_line "$1" '^umask\(0x17\) = 18$'
	expect_line "$1" '^close\(0xffffffff[f]*\) = -1 EBADF \(Bad file descriptor\)$'
	expect_line "$1" '^syscall_0x3e8\(0x1, 0x2, 0x3, 0x4, 0x5, 0x6\) = -1 ENOSYS '
	expect_line "$1" '^mmap\(0x10000000, 0x1000, 0x1, 0x22, .*\) = 0x10000000$'
	expect_line "$1" '^munmap\(0x10000000, 0x1000\) = 0$'
	expect_line "$1" '^exit_group\(0x7\) = \?$'
	expect [ "$(tail -n 1 "$1")" = '+++ exited with 7 +++' ]
}

# ---- what it prints -----------------------------------------------------------

prints_each_call_of_a_command() {
	expect_status 7 sptrace trace "$here/h_calls"
	expect [ "$(cat "$tmp/out")" = r ]
	expect [ "$(head -n 1 "$tmp/err" | cut -d'(' -f1)" = execve ]
	expect_calls "$tmp/err"
	# Of the time before the program, nothing.
	expect [ "$(grep -c '^execve' "$tmp/err")" = 1 ]
}

writes_to_a_file_and_nothing_else() {
	expect_status 7 sptrace trace -o "$tmp/file" "$here/h_calls"
	expect [ ! -s "$tmp/err" ]
	expect_calls "$tmp/file"
}

shows_only_the_calls_asked_for() {
	expect_status 7 sptrace trace -e trace=umask,close "$here/h_calls"
	expect_line "$tmp/err" '^umask\(0x17\) = 18$'
	expect_line "$tmp/err" '^close\('
	expect_no_line "$tmp/err" '^(mmap|exit_group|execve)'
	expect_status 7 sptrace trace -e '!umask' "$here/h_calls"
	expect_no_line "$tmp/err" '^umask'
	expect_line "$tmp/err" '^mmap\('
}

counts_calls_and_errors() {
	expect_status 7 sptrace trace -c "$here/h_calls"
	expect_line "$tmp/err" '^% time +seconds +usecs/call +calls +errors syscall$'
	expect_line "$tmp/err" '^ *[0-9.]+ +[0-9.]+ +[0-9]+ +2 +umask$'
	expect_line "$tmp/err" '^ *[0-9.]+ +[0-9.]+ +[0-9]+ +1 +1 syscall_0x3e8$'
	expect_line "$tmp/err" ' total$'
	expect_no_line "$tmp/err" '^umask'
}

writes_json() {
	expect_status 7 sptrace trace --json -o "$tmp/file" "$here/h_calls"
	expect_json "$tmp/file" '[r["args"] for r in rows if r.get("name") == "umask"] == [["0x12"], ["0x17"]]'
	expect_json "$tmp/file" '[r["error"] for r in rows if r.get("nr") == 1000] == ["ENOSYS"]'
	expect_json "$tmp/file" 'all(r["pid"] == r["tid"] == rows[0]["pid"] for r in rows)'
	expect_json "$tmp/file" 'rows[-1]["type"] == "exited" and rows[-1]["status"] == 7'
	expect_status 7 sptrace trace --json -c -o "$tmp/file" "$here/h_calls"
	expect_json "$tmp/file" '[r["calls"] for r in rows if r["name"] == "umask"] == [2]'
	expect_json "$tmp/file" 'all(r["type"] == "summary" for r in rows)'
}

# ---- how it ends ---------------------------------------------------------------

ends_as_the_command_does() {
	expect_status 0 sptrace trace -o "$tmp/file" true
	expect_status 3 sptrace trace -o "$tmp/file" sh -c 'exit 3'
	expect_status 127 sptrace trace no-such-command
	expect_line "$tmp/err" 'no-such-command'
	expect_status 126 sptrace trace "$tmp"
}

dies_of_the_commands_signal() {
	local status=0
	# shellcheck disable=SC2016 # the inner shell's own
	sptrace trace -o "$tmp/file" sh -c 'kill -KILL $$' || status=$?
	expect [ "$status" = 137 ]
	expect_line "$tmp/file" '^\+\+\+ killed by SIGKILL \+\+\+$'
}

says_what_is_wrong() {
	expect_status 2 sptrace
	expect_status 2 sptrace trace
	expect_status 2 sptrace trace -p nobody
	expect_status 1 sptrace trace -p 2147483647
	expect_line "$tmp/err" "can't trace process 2147483647"
	expect_status 1 env SPTRACE_DEVICE=/nonexistent sptrace status
	expect_line "$tmp/err" "can't open /nonexistent: No such file or directory"
}

# ---- running processes -----------------------------------------------------------

attaches_to_a_running_process() {
	start_calls
	start_trace -o "$tmp/file" -p "$calls"
	go
	expect_end 7 "$calls"
	expect_end 0 "$trace"
	expect_calls "$tmp/file"
}

names_the_process_where_there_are_several() {
	start_calls
	start sleep 1000
	local other=$pid
	start_trace -o "$tmp/file" -p "$calls" -p "$other"
	go
	expect_end 7 "$calls"
	expect_line "$tmp/file" "^\[pid $calls\] umask\(0x17\) = 18$"
	expect_line "$tmp/file" "^\[pid $calls\] \+\+\+ exited with 7 \+\+\+$"
	expect kill -KILL "$other"
	expect_end 0 "$trace"
	expect_line "$tmp/file" "^\[pid $other\] \+\+\+ killed by SIGKILL \+\+\+$"
}

detaches_when_interrupted() {
	start_calls
	start_trace -o "$tmp/file" -p "$calls"
	expect kill -INT "$trace"
	expect_end 130 "$trace"
	expect_line "$tmp/err" "^sptrace: Process $calls detached$"
	expect_untraced "$calls"
	expect until_true sleeps "$calls"
	go
	# Its calls succeed, and nobody writes them down.
	expect_end 7 "$calls"
	expect_no_line "$tmp/file" '^umask'
}

leaves_an_interrupted_command_running() {
	local command
	start sptrace trace -o "$tmp/file" sleep 1000 2>"$tmp/err"
	trace=$pid
	expect until_true grep -q '^execve' "$tmp/file"
	command=$(sptrace status | awk -v tracer="$trace" '$5 == tracer { print $1 }')
	expect [ -n "$command" ]
	started+=("$command")
	expect until_true sleeps "$command"
	expect kill -INT "$trace"
	expect_end 130 "$trace"
	expect_line "$tmp/err" "^sptrace: Process $command detached$"
	expect_untraced "$command"
	expect until_true sleeps "$command"
	expect [ "$(cat "/proc/$command/comm")" = sleep ]
}

leaves_no_trace_when_killed() {
	start_calls
	start_trace -o "$tmp/file" -p "$calls"
	expect kill -KILL "$trace"
	expect_end 137 "$trace"
	expect_untraced "$calls"
	go
	expect_end 7 "$calls"
}

# ---- sptrace status -----------------------------------------------------------------

lists_what_is_traced() {
	start_calls
	start_trace -o "$tmp/file" -p "$calls"
	expect until_true sleeps "$calls"
	expect_status 0 sptrace status
	expect_line "$tmp/out" '^ *TID +TGID +COMM +STATE +TRACER +PIDNS +OPTIONS$'
	expect_line "$tmp/out" "^ *$calls +$calls +h_calls +Awake +$trace +[0-9]+ tracesysgood,traceexec$"
	expect_status 0 sptrace status --json
	expect_json "$tmp/out" "[r['tracer'] for r in rows if r['tid'] == $calls] == [$trace]"
	expect_json "$tmp/out" "[r['flags'] for r in rows if r['tid'] == $calls] == [['seized']]"
	expect_status 1 sptrace trace -p "$calls"
	expect_line "$tmp/err" "Process $trace traces it already"
	go
	expect_end 7 "$calls"
	expect_end 0 "$trace"
	expect_untraced "$calls"
}

tests=(
	prints_each_call_of_a_command
	writes_to_a_file_and_nothing_else
	shows_only_the_calls_asked_for
	counts_calls_and_errors
	writes_json
	ends_as_the_command_does
	dies_of_the_commands_signal
	says_what_is_wrong
	attaches_to_a_running_process
	names_the_process_where_there_are_several
	detaches_when_interrupted
	leaves_an_interrupted_command_running
	leaves_no_trace_when_killed
	lists_what_is_traced
)

# In a shell of its own, whose end is the end of what it started.
run_test() (
	tmp=$all/$1
	mkdir "$tmp"
	trap '[ ${#started[@]} = 0 ] || kill -KILL "${started[@]}" 2>/dev/null' EXIT
	"$1"
)

echo TAP version 13
echo "1..${#tests[@]}"
number=0
failed=0
for name in "${tests[@]}"; do
	number=$((number + 1))
	if run_test "$name" 2>"$all/said"; then
		echo "ok $number $name"
	else
		sed 's/^/# /' "$all/said"
		echo "not ok $number $name"
		failed=1
	fi
done
exit $failed
