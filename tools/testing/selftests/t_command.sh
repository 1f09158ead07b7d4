#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: t_command, with sptrace in PATH, and h_calls and sptrace.bash beside
# this program
#
# The sptrace command from end to end: what it prints of a program whose calls
# are known (h_calls), with what status it ends, what it leaves behind, and what
# it says when something is refused.

# shellcheck disable=SC2317 # tests, and conditions to wait for, are called by name
set -u
here=$(cd "$(dirname "$0")" && pwd)
all=$(mktemp -d)
started=()
undo=()
trap 'rm -rf "$all"' EXIT

# Somebody without privileges, who may not be let into the tree that is tested.
install -D -t "$all/bin" "$(command -v sptrace)"
install -D -t "$all/lib" "$(dirname "$(command -v sptrace)")"/../lib/libsptrace.so.*
chmod 755 "$all"
user=(setpriv --reuid 1000 --regid 1000 --clear-groups env "PATH=$all/bin:$PATH")

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

# traces PID: it has a tracee.
traces() { sptrace status | awk -v tracer="$1" '$5 == tracer { found = 1 } END { exit !found }'; }

expect_untraced() {
	expect_status 0 sptrace status
	expect_no_line "$tmp/out" "^ *$1 "
}

# expect_text FILE: it has exactly the text of standard input.
expect_text() {
	diff -u --label wanted --label "$(basename "$1")" - "$1" >"$tmp/difference" && return
	cat "$tmp/difference" >&2
	exit 1
}

# expect_output TEXT COMMAND…: it succeeds and says that, and nothing else.
expect_output() {
	local wanted=$1
	shift
	expect_status 0 "$@"
	expect_text "$tmp/out" <<<"$wanted"
	expect_text "$tmp/err" </dev/null
}

# Every line an object; then an expression over the list of them, `rows`.
expect_json() {
	python3 -c 'import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
assert rows and '"$2"', rows' "$1" && return
	echo "not so: $2" >&2
	exit 1
}

# write_descriptors FILE COMMAND…: what a program that COMMAND… executes has open.
write_descriptors() {
	local file=$1
	shift
	# shellcheck disable=SC2016 # the inner shell's own
	expect "$@" sh -c 'find /proc/$$/fd -mindepth 1 -fprintf "$0" "%f %l\n"; exit 0' "$file"
}

# expect_own_descriptors REDIRECTION COMMAND…: under it the same as without COMMAND….
expect_own_descriptors() {
	local redirection=$1
	shift
	eval "write_descriptors \"\$tmp/wanted\" env $redirection"
	eval "write_descriptors \"\$tmp/found\" \"\$@\" $redirection"
	# It may be empty.
	expect [ -e "$tmp/wanted" ]
	expect_text "$tmp/found" <"$tmp/wanted"
}

# The calls of h_calls as they are written, from the first umask on.
expect_calls() {
	expect_line "$1" '^umask\(022\) += 0[0-7]+$'
	expect_line "$1" '^umask\(027\) += 022$'
	expect_line "$1" '^close\(-1\) += -1 EBADF \(Bad file descriptor\)$'
	expect_line "$1" '^syscall_0x3e8\(0x1, 0x2, 0x3, 0x4, 0x5, 0x6\) += -1 ENOSYS '
	expect_line "$1" '^mmap\(0x10000000, 4096, PROT_READ, MAP_PRIVATE\|MAP_ANONYMOUS, -1, 0\) += 0x10000000$'
	expect_line "$1" '^munmap\(0x10000000, 4096\) += 0$'
	expect_line "$1" '^exit_group\(7\) += \?$'
	expect [ "$(tail -n 1 "$1")" = '+++ exited with 7 +++' ]
}

# child_of PID: its child, as soon as there is one; sets $child.
child_of() {
	expect until_true grep -q . "/proc/$1/task/$1/children"
	read -r child <"/proc/$1/task/$1/children"
	# setpriv(1) undoes what unshare(1) does to end it.
	started+=("$child")
}

# Two pid namespaces, one in the other, and a process in each: $outer, $inner.
start_namespaces() {
	start unshare --pid --fork --kill-child unshare --pid --fork --kill-child sleep 1000
	child_of "$pid"
	outer=$child
	child_of "$outer"
	inner=$child
	expect until_true comm_is "$inner" sleep
}

# In the outer one somebody without privileges, in place of the inner one.
start_user_in_namespace() {
	start unshare --pid --fork --kill-child "${user[@]}" sleep 1000
	child_of "$pid"
	inner=$child
	expect until_true comm_is "$inner" sleep
}

comm_is() { [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]; }

# start_user COMMAND…: a COMMAND… sleep 1000 without privileges, as it sleeps.
start_user() {
	start "${user[@]}" "$@" sleep 1000 2>>"$tmp/user"
	expect until_true comm_is "$pid" sleep
}

# For everybody.
open_device() {
	undo+=('chmod 600 /dev/sptrace')
	expect chmod 666 /dev/sptrace
}

# write_for_now TEXT FILE: until the end of the test.
write_for_now() {
	undo+=("echo $(cat "$2") >$2")
	echo "$1" >"$2"
}

# use_scope SCOPE: of this pid namespace, until the end of the test.
use_scope() {
	undo+=("sptrace scope set $(sptrace scope | cut -d' ' -f1)")
	expect sptrace scope set "$1"
}

# expect_traceable PID: by somebody without privileges.
expect_traceable() {
	start "${user[@]}" sptrace trace -p "$1" 2>"$tmp/err"
	trace=$pid
	expect until_true grep -q '^sptrace: Process .* attached' "$tmp/err"
	expect kill -INT "$trace"
	expect_end 130 "$trace"
}

# expect_refused PID: likewise; and why is the text of standard input.
expect_refused() {
	expect_status 1 "${user[@]}" sptrace trace -p "$1"
	{
		echo "sptrace: can't trace process $1: Operation not permitted"
		cat
	} >"$tmp/wanted"
	expect_text "$tmp/err" <"$tmp/wanted"
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
	expect_line "$tmp/err" '^umask\(027\) += 022$'
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

sorts_what_it_counts() {
	expect_status 7 sptrace trace -c -S name -o "$tmp/file" "$here/h_calls"
	awk '/^ *[0-9]/ && $NF != "total" { print $NF }' "$tmp/file" >"$tmp/names"
	expect grep -qx umask "$tmp/names"
	LC_ALL=C sort -c "$tmp/names" || exit 1
	expect_status 7 sptrace trace -C "$here/h_calls"
	expect_line "$tmp/err" '^umask\(027\) += 022$'
	expect_line "$tmp/err" ' total$'
	expect_status 2 sptrace trace -S size true
}

# The clock of each line: seconds, microseconds, or since the epoch.
tells_when_and_where() {
	expect_status 7 sptrace trace -t "$here/h_calls"
	expect_line "$tmp/err" '^[0-9]{2}:[0-9]{2}:[0-9]{2} umask\(027\) += 022$'
	expect_status 7 sptrace trace -tt -T "$here/h_calls"
	expect_line "$tmp/err" '^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} umask\(027\) += 022 <[0-9]+\.[0-9]{6}>$'
	expect_status 7 sptrace trace -f -ttt -T -o "$tmp/file" "$here/h_calls"
	expect_line "$tmp/file" '^[0-9]+ +[0-9]{10,}\.[0-9]{6} umask\(027\) += 022 <[0-9]+\.[0-9]{6}>$'
	expect_no_line "$tmp/file" '^[^0-9]'
	expect_status 7 sptrace trace -r -i "$here/h_calls"
	expect_line "$tmp/err" '^ +[0-9]+\.[0-9]{6} \[[0-9a-f]{16}\] umask\(027\) += 022$'
	expect_line "$tmp/err" '^ +[0-9]+\.[0-9]{6} \[ +\?\] \+\+\+ exited with 7 \+\+\+$'
}

writes_a_file_for_each_process() {
	expect_status 3 sptrace trace -ff -o "$tmp/file" sh -c '(exit 5); exit 3'
	expect [ ! -e "$tmp/file" ]
	expect [ "$(cat "$tmp"/file.* | grep -c '^+++ exited with')" = 2 ]
	expect [ "$(grep -l '^exit_group(5) *= ?$' "$tmp"/file.* | wc -l)" = 1 ]
	expect_no_line "$(grep -l '^exit_group(5)' "$tmp"/file.*)" 'unfinished|execve'
	expect_status 2 sptrace trace -ff true
	expect_line "$tmp/err" '[-]ff needs -o FILE'
}

shows_only_the_results_asked_for() {
	expect_status 7 sptrace trace -e status=failed "$here/h_calls"
	expect_line "$tmp/err" '^close\(-1\) += -1 EBADF'
	expect_no_line "$tmp/err" '^(umask|exit_group)'
	expect_status 7 sptrace trace -e status=unfinished "$here/h_calls"
	expect_line "$tmp/err" '^exit_group\(7\) += \?$'
	expect_no_line "$tmp/err" '^(umask|close)'
	expect_status 7 sptrace trace -z "$here/h_calls"
	expect_no_line "$tmp/err" ' = -1 '
	expect_line "$tmp/err" '^umask'
}

shows_only_the_paths_asked_for() {
	expect_status 0 sptrace trace -y -P /etc/passwd cat /etc/passwd
	expect_line "$tmp/err" '^openat\(AT_FDCWD<.*>, "/etc/passwd", O_RDONLY\) += 3</etc/passwd>$'
	expect_line "$tmp/err" '^read\(3</etc/passwd>, "root:x:0:0'
	expect_line "$tmp/err" '^close\(3</etc/passwd>\) += 0$'
	expect_no_line "$tmp/err" '^(write|mmap\(NULL, [0-9]+, PROT_READ, MAP_PRIVATE, 3<.*ld.so)'
}

# Colors are for terminals, and for those who want them.
uses_colors_on_a_terminal() {
	local escape=$'\033'
	expect_status 7 sptrace trace "$here/h_calls"
	expect_no_line "$tmp/err" "$escape"
	expect_status 7 sptrace trace --color=always "$here/h_calls"
	expect_line "$tmp/err" "^$escape\[36mumask$escape\[m\(027\) += 022$"
	expect_status 0 script -qec 'TERM=xterm sptrace trace true' "$tmp/terminal"
	expect_line "$tmp/terminal" "$escape\[36mexecve$escape"
	expect_status 0 script -qec 'NO_COLOR=1 TERM=xterm sptrace trace true' "$tmp/terminal"
	expect_no_line "$tmp/terminal" "$escape"
	expect_status 2 sptrace trace --color=blue true
}

writes_json() {
	expect_status 7 sptrace trace --json -o "$tmp/file" "$here/h_calls"
	expect_json "$tmp/file" '[r["args"] for r in rows if r.get("name") == "umask"] == [["0x12"], ["0x17"]]'
	expect_json "$tmp/file" '[r["text"] for r in rows if r.get("name") == "umask"][1] == "umask(027) = 022"'
	expect_json "$tmp/file" '[r["error"] for r in rows if r.get("nr") == 1000] == ["ENOSYS"]'
	expect_json "$tmp/file" 'all(r["pid"] == r["tid"] == rows[0]["pid"] for r in rows)'
	expect_json "$tmp/file" 'rows[-1]["type"] == "exited" and rows[-1]["status"] == 7'
	expect_status 7 sptrace trace --json -c -o "$tmp/file" "$here/h_calls"
	expect_json "$tmp/file" '[r["calls"] for r in rows if r["name"] == "umask"] == [2]'
	expect_json "$tmp/file" 'all(r["type"] == "summary" for r in rows)'
}

gives_a_command_none_of_its_descriptors() {
	local closed
	for closed in '' '0<&-' '1>&-' '0<&- 1>&-'; do
		expect_own_descriptors "$closed 2>/dev/null" sptrace trace
	done
	for closed in '' '0<&-' '1>&-' '2>&-' '0<&- 1>&- 2>&-'; do
		expect_own_descriptors "$closed" sptrace trace -o "$tmp/file"
		expect_own_descriptors "$closed" sptrace allow any
		expect_own_descriptors "$closed" sptrace run
		expect_own_descriptors "$closed" env SPTRACE_DEVICE=/nonexistent sptrace run --or-native
	done
}

# Nor a file of its own in their place.
writes_no_messages_where_standard_error_is_closed() {
	start_calls
	start sptrace trace -o "$tmp/file" -p "$calls" >&- 2>&- 9>&-
	trace=$pid
	expect until_true traces "$trace"
	go
	expect_end 7 "$calls"
	expect_end 0 "$trace"
	expect_calls "$tmp/file"
	expect_no_line "$tmp/file" '^sptrace:'
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
	expect_status 2 sptrace ls -l
	expect [ "$(head -n 1 "$tmp/err")" = "sptrace: 'ls' is not a command; these are: \
trace, run, status, scope, allow; to trace it: sptrace trace ls -l" ]
	expect_status 0 sptrace --help
	expect_line "$tmp/out" '^  run      execute a debugger that is to trace through /dev/sptrace$'
	expect_line "$tmp/out" '^  status   list what is being traced, and who is served$'
	expect_line "$tmp/out" '^  allow    execute a command that others may attach to$'
	expect_status 2 sptrace trace
	expect_status 2 sptrace trace -p nobody
	expect_status 1 sptrace trace -p 2147483647
	expect_text "$tmp/err" <<-END
		sptrace: can't trace process 2147483647: No such process
		It has ended, or is not visible in this pid namespace.
	END
	expect_status 1 env SPTRACE_DEVICE=/nonexistent sptrace status
	expect_line "$tmp/err" "can't open /nonexistent: No such file or directory"
}

says_where_options_belong() {
	local options
	for options in '-p 1' '-f ls' '-e read -o file ls -l' '-cj' '--attach=1' '--kill-on-exit'; do
		# shellcheck disable=SC2086 # words
		expect_status 2 sptrace $options
		expect_line "$tmp/err" "^sptrace: .*: sptrace trace $options$"
	done
	expect_status 2 sptrace -e "!umask" "it's"
	expect_line "$tmp/err" ": sptrace trace -e '!umask' 'it'\\\\''s'$"
	expect_status 2 sptrace -j status
	expect [ "$(head -n 1 "$tmp/err")" = "sptrace: the options of 'status' come after it" ]
	expect_status 2 sptrace -x
	expect [ "$(head -n 1 "$tmp/err")" = "sptrace: invalid option -- 'x'" ]
	expect_status 0 sptrace --help
	expect_no_line "$tmp/out" 'attach=PID|--json'
}

# ---- running processes -----------------------------------------------------------

attaches_to_a_running_process() {
	start_calls
	start_trace -o "$tmp/file" -p "$calls" -p "$calls"
	expect until_true sleeps "$trace"
	expect_text "$tmp/err" <<<"sptrace: Process $calls attached"
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
	expect_line "$tmp/file" "^$calls +umask\(027\) += 022$"
	expect_line "$tmp/file" "^$calls +\+\+\+ exited with 7 \+\+\+$"
	expect kill -KILL "$other"
	expect_end 0 "$trace"
	expect_line "$tmp/file" "^$other +\+\+\+ killed by SIGKILL \+\+\+$"
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
	expect_text "$tmp/err" <<-END
		sptrace: can't trace process $calls: Operation not permitted
		Process $trace traces it already, and it can have one sptrace tracer only.
		It is free once that process has detached or ended.
	END
	go
	expect_end 7 "$calls"
	expect_end 0 "$trace"
	expect_untraced "$calls"
}

lists_who_is_served() {
	start_calls
	start sptrace run sptrace trace -o "$tmp/file" -p "$calls" 2>"$tmp/err" 9>&-
	trace=$pid
	expect until_true grep -q ' attached' "$tmp/err"
	expect_status 0 sptrace status
	expect_line "$tmp/out" '^ *PID COMM {12}TRACEES      PIDNS$'
	expect_line "$tmp/out" "^ *$trace sptrace +1 +[0-9]+$"
	expect_no_line "$tmp/out" "^ *$calls h_calls"
	# The first table, an empty line, and the second one.
	expect [ "$(grep -nx '' "$tmp/out" | cut -d: -f1)" = 3 ]
	expect_status 0 sptrace status --json
	expect_json "$tmp/out" "[r['pid'] for r in rows if r.get('served') is True] == [$trace]"
	expect_json "$tmp/out" "[(r['comm'], r['tracees']) for r in rows if r.get('pid') == $trace] == [('sptrace', 1)]"
	expect_json "$tmp/out" "len(set(r['pid_ns'] for r in rows)) == 1"
	expect_json "$tmp/out" "[r['tid'] for r in rows if 'served' not in r] == [$calls]"
	go
	expect_end 7 "$calls"
	expect_end 0 "$trace"
	expect_status 0 sptrace status
	expect_no_line "$tmp/out" 'PID COMM|^$'
}

# The caller has no number for who is outside of its pid namespace.
lists_who_is_served_as_far_as_one_may_see() {
	open_device
	start sptrace run sleep 1000
	expect until_true comm_is "$pid" sleep
	expect_status 0 "${user[@]}" sptrace status
	expect_no_line "$tmp/out" ' sleep '
	expect_status 0 unshare --pid --fork sptrace status
	expect_no_line "$tmp/out" ' sleep '
	expect_status 0 sptrace status
	expect_line "$tmp/out" "^ *$pid sleep +0 "
}

# SPT_IOC_SERVE and SPT_IOC_SERVED, which an old module doesn't have.
serve_request=0x4008b909
served_request=0xc018b90a

lists_nobody_where_the_module_is_too_old() {
	start sptrace run sleep 1000
	expect until_true comm_is "$pid" sleep
	expect_status 0 "$all/bin/without" ioctl 1 "$served_request" ENOTTY sptrace status
	expect_text "$tmp/err" </dev/null
	expect_no_line "$tmp/out" 'PID COMM|^$'
	expect_status 1 "$all/bin/without" ioctl 1 "$served_request" ENOMEM sptrace status
	expect_text "$tmp/err" <<<"sptrace: can't list who is served: Cannot allocate memory"
}

# ---- sptrace run -----------------------------------------------------------------------

# serves COMMAND…: COMMAND… executes what is served.
serves() { "$@" sptrace status --json | grep -q '"served":true'; }

serves_nobody() { ! serves "$@"; }

becomes_the_command() {
	start sptrace run sleep 1000
	expect until_true comm_is "$pid" sleep
	expect_status 0 sptrace status
	expect_line "$tmp/out" "^ *$pid sleep +0 "
	expect kill -TERM "$pid"
	expect_end 143 "$pid"
	expect_status 3 sptrace run sh -c 'exit 3'
	# Its input, output and error.
	expect_status 0 sptrace run sh -c 'cat; echo e >&2'
	expect_text "$tmp/out" <<<g
	expect_text "$tmp/err" <<<e
	expect_status 127 sptrace run no-such-command
	expect_text "$tmp/err" <<<"sptrace: no-such-command: command not found"
	expect_status 127 sptrace run /no-such-command
	expect_text "$tmp/err" <<<"sptrace: /no-such-command: No such file or directory"
	expect_status 126 sptrace run "$tmp"
	expect_text "$tmp/err" <<<"sptrace: $tmp: Permission denied"
}

# signals_of COMMAND…: what a program that COMMAND… executes blocks, ignores and catches.
signals_of() { (trap '' INT; exec "$@" grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status); }

leaves_signals_as_they_are() {
	local status=0
	# shellcheck disable=SC2016 # the inner shell's own
	sptrace run sh -c 'kill -KILL $$' || status=$?
	expect [ "$status" = 137 ]
	signals_of env >"$tmp/wanted"
	expect_line "$tmp/wanted" '^SigIgn:.*[1-9a-f]'
	signals_of sptrace run >"$tmp/found"
	expect_text "$tmp/found" <"$tmp/wanted"
}

leaves_options_to_the_command() {
	expect_output '--or-native -- -x' sptrace run echo --or-native -- -x
	expect_output '-x' sptrace run -- echo -x
	expect_output '-x' sptrace run --or-native -- echo -x
	expect serves sptrace run
	expect serves sptrace run --or-native
	# What it starts, too.
	# shellcheck disable=SC2016 # the inner shell's own
	expect serves sptrace run sh -c '"$@" && true' -
	expect serves_nobody env
	expect_status 0 sptrace run --help
	expect_line "$tmp/out" '^Usage: sptrace run \[OPTION\.\.\.\] COMMAND \[ARGUMENT\.\.\.\]$'
	expect_line "$tmp/out" '^ +--or-native  '
	expect_status 2 sptrace run
	expect_line "$tmp/err" '^sptrace run: run what\?$'
	expect_status 2 sptrace run --or-native
	expect_status 2 sptrace run -x true
}

says_why_a_command_is_not_served() {
	expect_status 1 env SPTRACE_DEVICE=/nonexistent sptrace run touch "$tmp/made"
	expect_text "$tmp/err" <<-END
		sptrace: can't open /nonexistent: No such file or directory
		Load the module with 'modprobe sptrace'. In a container, the device must also be passed in,
		for instance with 'docker run --device /dev/sptrace'.
	END
	expect_status 1 "${user[@]}" sptrace run touch "$tmp/made"
	expect_text "$tmp/err" <<-END
		sptrace: can't open /dev/sptrace: Permission denied
		Whoever may trace here needs permission to read and write the device: see 'ls -l' of it.
	END
	expect_status 1 "$all/bin/without" ioctl 1 "$serve_request" ENOTTY sptrace run touch "$tmp/made"
	expect_text "$tmp/err" <<-END
		sptrace: can't serve touch: the loaded module is too old to serve
		The loaded module is older than this program and has no such request: install both from
		the same release.
	END
	expect_status 1 "$all/bin/without" ioctl 1 "$serve_request" EOPNOTSUPP sptrace run touch "$tmp/made"
	expect_text "$tmp/err" <<-END
		sptrace: can't serve touch: Operation not supported
		Nothing can be stopped on this machine at present: ftrace or kprobes are switched
		off, or a livepatch is in the way. The kernel's log says which.
	END
	expect [ ! -e "$tmp/made" ]
}

runs_natively_where_told() {
	expect_status 3 env SPTRACE_DEVICE=/nonexistent sptrace run --or-native sh -c 'exit 3'
	expect_text "$tmp/err" <<-END
		sptrace: sh runs natively: can't open /nonexistent: No such file or directory
	END
	expect_status 0 "${user[@]}" sptrace run --or-native true
	expect_text "$tmp/err" <<-END
		sptrace: true runs natively: can't open /dev/sptrace: Permission denied
	END
	expect_status 3 "$all/bin/without" ioctl 1 "$serve_request" ENOTTY sptrace run --or-native sh -c 'exit 3'
	expect_text "$tmp/err" <<-END
		sptrace: sh runs natively: the loaded module is too old to serve
	END
	expect serves_nobody "$all/bin/without" ioctl 1 "$serve_request" ENOTTY sptrace run --or-native 2>/dev/null
}

# calls_of FILE: the names of the calls that strace wrote there, and how it ended.
calls_of() { sed -n 's/^\([a-z0-9_]*\)(.*/\1/p; /^+++/p' "$1"; }

serves_strace() {
	[ -n "$(command -v strace)" ] || skip 'no strace here'
	expect_output hello strace -o "$tmp/native" echo hello
	expect_output hello sptrace run strace -o "$tmp/served" echo hello
	calls_of "$tmp/native" >"$tmp/wanted"
	calls_of "$tmp/served" >"$tmp/calls"
	expect [ "$(wc -l <"$tmp/wanted")" -gt 10 ]
	expect_text "$tmp/calls" <"$tmp/wanted"
	# The same of a child, and the status of the command.
	# shellcheck disable=SC2016 # the inner shell's own
	expect_status 7 sptrace run strace -f -o "$tmp/served" sh -c '"$0"; exit $?' "$here/h_calls"
	expect_line "$tmp/served" ' \+\+\+ exited with 7 \+\+\+$'
	expect_line "$tmp/served" ' umask\(027\) += 022$'
}

# without_attaching COMMAND…: PTRACE_TRACEME, PTRACE_ATTACH and PTRACE_SEIZE are refused.
without_attaching() {
	"$all/bin/without" ptrace 0 0 EPERM "$all/bin/without" ptrace 0 16 EPERM \
		"$all/bin/without" ptrace 0 0x4206 EPERM "$@"
}

serves_where_a_filter_refuses() {
	[ -n "$(command -v strace)" ] || skip 'no strace here'
	without_attaching strace true 2>"$tmp/err" && expect false
	expect without_attaching sptrace run strace -o "$tmp/served" true
	expect_line "$tmp/served" '^\+\+\+ exited with 0 \+\+\+$'
	# Also by one that comes later.
	expect sptrace run "$all/bin/without" ptrace 0 0x4206 EPERM strace -o "$tmp/later" true
	expect_line "$tmp/later" '^\+\+\+ exited with 0 \+\+\+$'
}

serves_what_has_no_native_tracer() {
	[ -n "$(command -v strace)" ] || skip 'no strace here'
	expect_output 'TracerPid:	0' sptrace run strace -o "$tmp/served" grep TracerPid /proc/self/status
}

# ---- sptrace scope ---------------------------------------------------------------------

prints_and_sets_scopes() {
	local own
	own=$(sptrace scope)
	start_namespaces
	use_scope 0
	expect_output '0 (classic), own' sptrace scope
	expect_output '0 (classic), inherited' sptrace scope get --pid "$outer"
	use_scope restricted
	expect_output '1 (restricted), own' sptrace scope
	expect_output '1 (restricted), inherited' sptrace scope -p "$inner"

	expect_status 0 sptrace scope set 2 --pid "$outer"
	expect_text "$tmp/err" </dev/null
	expect_text "$tmp/out" </dev/null
	expect_output '2 (admin-only), own' sptrace scope -p "$outer"
	expect_output '2 (admin-only), inherited' sptrace scope -p "$inner"
	expect_output '1 (restricted), own' sptrace scope

	expect_status 0 sptrace scope set classic -p "$inner"
	expect_text "$tmp/err" <<-END
		sptrace: note: an enclosing pid namespace has 2 (admin-only), which is stricter and counts
	END
	expect_output '0 (classic), own
effective: 2 (admin-only), from an enclosing pid namespace' sptrace scope -p "$inner"
	expect_status 0 sptrace scope set no-attach -p "$inner"
	expect_text "$tmp/err" </dev/null
	expect_output '3 (no-attach), own' sptrace scope -p "$inner"
	expect_output '2 (admin-only), own' sptrace scope -p "$outer"
	expect sptrace scope set "${own%% *}"
	expect_output "$own" sptrace scope
}

prints_scopes_as_json() {
	use_scope 2
	start_namespaces
	expect_status 0 sptrace scope set 1 -p "$outer"
	expect_output '{"scope":1,"name":"restricted","own":true,"effective":2,"effective_name":"admin-only","enclosed":true,"instead_of_yama":false}' \
		sptrace scope --json -p "$outer"
	expect_output '{"scope":1,"name":"restricted","own":false,"effective":2,"effective_name":"admin-only","enclosed":true,"instead_of_yama":false}' \
		sptrace scope get -j -p "$inner"
	expect_output '{"scope":2,"name":"admin-only","own":true,"effective":2,"effective_name":"admin-only","enclosed":false,"instead_of_yama":false}' \
		sptrace scope -j
}

sets_scopes_in_place_of_yamas() {
	start_namespaces
	use_scope 1
	expect_status 0 sptrace scope set 0 --instead-of-yama -p "$outer"
	expect_text "$tmp/err" </dev/null
	expect_output "0 (classic), own, in place of Yama's" sptrace scope -p "$outer"
	expect_output "0 (classic), inherited, in place of Yama's" sptrace scope -p "$inner"
	expect_output '{"scope":0,"name":"classic","own":false,"effective":0,"effective_name":"classic","enclosed":false,"instead_of_yama":true}' \
		sptrace scope -j -p "$inner"
	expect_output '1 (restricted), own' sptrace scope
	# Stricter ones inside count, beside it.
	expect_status 0 sptrace scope set 2 -p "$inner"
	expect_output "2 (admin-only), own, in place of Yama's" sptrace scope -p "$inner"
	expect_status 0 sptrace scope set --instead-of-yama -p "$inner" 1
	expect_status 0 sptrace scope set 3 -p "$outer"
	expect_output "1 (restricted), own, in place of Yama's
effective: 3 (no-attach), from an enclosing pid namespace" sptrace scope -p "$inner"
}

lets_the_machines_administrator_pass_over_yama() {
	open_device
	expect_status 1 "${user[@]}" sptrace scope set 2 --instead-of-yama
	expect_text "$tmp/err" <<-END
		sptrace: can't set the scope of this pid namespace: Operation not permitted
		That it counts in place of Yama's is for an administrator of the machine to say, with
		CAP_SYS_PTRACE in the initial user namespace and from the initial pid namespace.
	END
	expect_status 1 "${user[@]}" unshare --user --map-root-user --pid --fork \
		sptrace scope set 2 --instead-of-yama
	expect_line "$tmp/err" '^CAP_SYS_PTRACE in the initial user namespace '
	expect_status 1 unshare --pid --fork sptrace scope set 2 --instead-of-yama
	expect_line "$tmp/err" '^CAP_SYS_PTRACE in the initial user namespace '
	# Taken away by whoever sets it anew.
	start_namespaces
	expect_status 0 sptrace scope set 1 --instead-of-yama -p "$outer"
	expect_status 0 sptrace scope set 1 -p "$outer"
	expect_output '1 (restricted), own' sptrace scope -p "$outer"
}

lets_administrators_set_scopes() {
	open_device
	expect_status 1 "${user[@]}" sptrace scope set 0
	expect_text "$tmp/err" <<-END
		sptrace: can't set the scope of this pid namespace: Operation not permitted
		Setting it needs CAP_SYS_PTRACE in the user namespace that owns the pid namespace,
		which an administrator of the container, or of the machine, has.
		Or 1 (restricted) was set by an administrator further out, who alone can lower it.
	END
	expect_output "$(sptrace scope)" "${user[@]}" sptrace scope
	# The administrator of a container is one there.
	expect_output '2 (admin-only), own' "${user[@]}" unshare --user --map-root-user --pid --fork \
		sh -c 'sptrace scope set 2 && sptrace scope'
	# And nowhere else: the pid namespace is still the machine's.
	expect_status 1 "${user[@]}" unshare --user --map-root-user sptrace scope set 0
	expect_line "$tmp/err" '^Setting it needs CAP_SYS_PTRACE '
}

# A container's root is its administrator: it may go above what the machine's has set, and back.
keeps_what_an_outer_administrator_has_set() {
	open_device
	# shellcheck disable=SC2016 # the $ are the inner shell's
	start "${user[@]}" unshare --user --map-root-user --pid --fork --kill-child sh -c '
		while [ ! -e "$0" ]; do sleep 0.1; done
		sptrace scope set 2 && sptrace scope && sptrace scope set 1 && sptrace scope
		sptrace scope set 0 || sptrace scope' "$tmp/go" >"$tmp/scopes" 2>"$tmp/said"
	child_of "$pid"
	inner=$child
	expect until_true comm_is "$inner" sh
	expect_status 0 sptrace scope set 1 -p "$inner"
	touch "$tmp/go"
	expect_end 0 "$pid"
	expect_text "$tmp/scopes" <<-END
		2 (admin-only), own
		1 (restricted), own
		1 (restricted), own
	END
	expect_text "$tmp/said" <<-END
		sptrace: can't set the scope of this pid namespace: Operation not permitted
		Setting it needs CAP_SYS_PTRACE in the user namespace that owns the pid namespace,
		which an administrator of the container, or of the machine, has.
		Or 1 (restricted) was set by an administrator further out, who alone can lower it.
	END
}

keeps_the_strictest_scope() {
	start_namespaces
	expect_status 0 sptrace scope set 3 -p "$outer"
	expect_status 0 sptrace scope set 3 -p "$outer"
	expect_status 1 sptrace scope set 2 -p "$outer"
	expect_text "$tmp/err" <<-END
		sptrace: can't set the scope of the pid namespace of process $outer: Operation not permitted
		It is 3 (no-attach), which can't be lowered for as long as the namespace lives.
	END
	expect_output '3 (no-attach), own' sptrace scope -p "$outer"
}

says_what_is_no_scope() {
	expect_status 1 sptrace scope -p 2147483647
	expect_text "$tmp/err" <<-END
		sptrace: can't get the scope of the pid namespace of process 2147483647: No such process
		It has ended, or is not visible in this pid namespace.
	END
	expect_status 1 sptrace scope set 1 -p 2147483647
	expect_line "$tmp/err" "^sptrace: can't set the scope of .* 2147483647: No such process$"
	expect_line "$tmp/err" '^It has ended, or is not visible in this pid namespace\.$'
	for arguments in 'set 4' 'set -p 1 01' 'set' 'set 1 2' 'get 1' 'lower' '-p none' 'set 1 -j' \
		'get --instead-of-yama'; do
		# shellcheck disable=SC2086 # words
		expect_status 2 sptrace scope $arguments
		head -n 1 "$tmp/err"
	done >"$tmp/said"
	expect_text "$tmp/said" <<-END
		sptrace scope: '4' is no scope: 0 (classic), 1 (restricted), 2 (admin-only) and 3 (no-attach) are
		sptrace scope: '01' is no scope: 0 (classic), 1 (restricted), 2 (admin-only) and 3 (no-attach) are
		sptrace scope: set to what?
		sptrace scope: what is '2' for?
		sptrace scope: what is '1' for?
		sptrace scope: 'lower' is neither get nor set
		sptrace scope: 'none' is no process id
		sptrace scope: set prints nothing, so --json makes no sense
		sptrace scope: --instead-of-yama is for set
	END
	expect_status 1 env SPTRACE_DEVICE=/dev/null sptrace scope
	expect_line "$tmp/err" "^sptrace: can't open /dev/null: Inappropriate ioctl for device$"
}

# ---- sptrace allow ---------------------------------------------------------------------

executes_what_others_may_trace() {
	expect_status 3 sptrace allow any sh -c 'exit 3'
	expect_text "$tmp/err" </dev/null
	# In place of itself, and with its own arguments.
	# shellcheck disable=SC2016 # the inner shell's own
	start sptrace allow none sh -c 'echo $$ "$0" >"$1"' -n "$tmp/said"
	expect_end 0 "$pid"
	expect_text "$tmp/said" <<<"$pid -n"
	# With nothing open but what it was started with.
	expect_status 0 sptrace allow any ls -l /proc/self/fd
	expect_line "$tmp/out" ' 0 -> '
	expect_no_line "$tmp/out" sptrace
	expect_status 127 sptrace allow any no-such-command
	expect_text "$tmp/err" <<<'sptrace: no-such-command: command not found'
	expect_status 126 sptrace allow any "$tmp"
	expect_text "$tmp/err" <<<"sptrace: $tmp: Permission denied"
}

executes_a_shell_by_default() {
	printf '#!/bin/sh\necho shell of $#\n' >"$tmp/shell"
	expect chmod 755 "$tmp/shell"
	expect_output 'shell of 0' env "SHELL=$tmp/shell" sptrace allow any
	# It reads a g, from expect_status.
	expect_status 127 env -u SHELL sptrace allow any
	expect_line "$tmp/err" '^/bin/sh: .*g: not found$'
	expect_status 127 env SHELL= sptrace allow any
	expect_line "$tmp/err" '^/bin/sh: .*g: not found$'
}

lets_the_declared_attach() {
	local target
	open_device
	use_scope 1
	start_user
	target=$pid
	expect_refused "$target" < <(refusal_by_scope 1 "$target")
	start_user sptrace allow any
	expect_traceable "$pid"
	start_user sptrace allow any sptrace allow none
	target=$pid
	expect_refused "$target" < <(refusal_by_scope 1 "$target")
	expect_text "$tmp/user" </dev/null
}

# start_waiting COMMAND…: "COMMAND… sptrace trace -p" of what will be in $tmp/target.
start_waiting() {
	# shellcheck disable=SC2016 # the inner shell's own
	start "$@" sh -c 'until [ -s "$1/target" ]; do sleep 0.05; done
		sptrace trace -o /dev/null -p "$(cat "$1/target")"; exit $?' - "$tmp" 2>"$tmp/waiting"
	waiting=$pid
}

lets_one_declared_process_attach() {
	local target
	open_device
	use_scope 1
	start_waiting "${user[@]}"
	start_user sptrace allow "$waiting"
	target=$pid
	expect_refused "$target" < <(refusal_by_scope 1 "$target")
	# The shell has been declared, and sptrace is its child.
	echo "$target" >"$tmp/target"
	expect until_true grep -q " attached$" "$tmp/waiting"
	expect kill -KILL "$target"
	expect_end 0 "$waiting"
}

declares_for_one_process_alone() {
	local target
	open_device
	use_scope 1
	start "${user[@]}" sptrace allow any sh -c 'sleep 1000 & wait'
	child_of "$pid"
	target=$child
	expect_traceable "$pid"
	expect until_true comm_is "$target" sleep
	expect_refused "$target" < <(refusal_by_scope 1 "$target")
}

declares_without_the_device() {
	open_device
	use_scope 1
	start_user env SPTRACE_DEVICE=/nonexistent sptrace allow any
	expect_traceable "$pid"
	expect_text "$tmp/user" </dev/null
	expect_status 1 env SPTRACE_DEVICE=/nonexistent sptrace allow 2147483647 true
	expect_text "$tmp/err" <<-END
		sptrace: can't allow process 2147483647: No such process
		It has ended, or is not visible in this pid namespace.
	END
	# Where prctl(PR_SET_PTRACER) isn't to be had either.
	expect_status 1 "$all/bin/without" prctl 0 0x59616d61 EPERM env SPTRACE_DEVICE=/nonexistent sptrace allow any true
	expect_text "$tmp/err" <<-END
		sptrace: can't open /nonexistent: No such file or directory
		Load the module with 'modprobe sptrace'. In a container, the device must also be passed in,
		for instance with 'docker run --device /dev/sptrace'.
		prctl(PR_SET_PTRACER), which would do as well, says: Operation not permitted
	END
}

# without CALL ARGUMENT VALUE ERROR COMMAND…: under a seccomp filter that refuses a system call which
# has this value for an argument, counted from 0.
write_without() {
	cat >"$all/bin/without" <<-'END'
		#!/usr/bin/python3
		import ctypes, errno, os, platform, struct, sys
		PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
		libc = ctypes.CDLL(None, use_errno=True)
		call, argument, value, error = sys.argv[1:5]
		nr = {"x86_64": {"ioctl": 16, "ptrace": 101, "prctl": 157}}[platform.machine()][call]
		code = [(0x20, 0, 0, 0), (0x15, 0, 3, nr), (0x20, 0, 0, 16 + 8 * int(argument)),
		        (0x15, 0, 1, int(value, 0)), (0x06, 0, 0, 0x00050000 | getattr(errno, error)),
		        (0x06, 0, 0, 0x7fff0000)]
		text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
		program = struct.pack("HxxxxxxP", len(code), ctypes.addressof(text))
		assert not libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
		assert not libc.prctl(PR_SET_SECCOMP, FILTER, program, 0, 0)
		os.execvp(sys.argv[5], sys.argv[5:])
	END
	chmod 755 "$all/bin/without"
}

says_what_is_no_declaration() {
	expect_status 1 sptrace allow 2147483647 true
	expect_text "$tmp/err" <<-END
		sptrace: can't allow process 2147483647: No such process
		It has ended, or is not visible in this pid namespace.
	END
	expect_status 2 sptrace allow
	expect_line "$tmp/err" '^sptrace allow: allow whom\?$'
	expect_status 2 sptrace allow all true
	expect_line "$tmp/err" "^sptrace allow: 'all' is neither a process id nor any or none$"
	use_scope 2
	expect_status 0 sptrace allow any true
	expect_text "$tmp/err" <<-END
		sptrace: note: the scope here is 2 (admin-only), under which a declaration permits nothing
	END
	expect_status 0 sptrace allow none true
	expect_text "$tmp/err" </dev/null
}

# ---- why something is refused ------------------------------------------------------------

# refusal_by_scope SCOPE PID
refusal_by_scope() {
	if [ "$1" = 1 ]; then
		cat <<-END
			The scope of its pid namespace is 1 (restricted):
			only its ancestors, and whom it declared, may attach.
			Any of these permits it:
			  - it is started by sptrace, which is then its ancestor: sptrace trace COMMAND
			  - it is started with a declaration: sptrace allow any COMMAND
			  - it calls prctl(PR_SET_PTRACER) itself
		END
	else
		cat <<-END
			The scope of its pid namespace is 2 (admin-only):
			only those with CAP_SYS_PTRACE may attach.
			Any of these permits it:
		END
	fi
	cat <<-END
		  - you have CAP_SYS_PTRACE in its user namespace
		  - an administrator of its pid namespace says: sptrace scope set 0 --pid $2
	END
}

explains_scopes() {
	open_device
	use_scope 0
	start_user_in_namespace
	expect_traceable "$inner"
	expect_status 0 sptrace scope set 1 -p "$inner"
	expect_refused "$inner" < <(refusal_by_scope 1 "$inner")
	expect_status 0 sptrace scope set 2 -p "$inner"
	expect_refused "$inner" < <(refusal_by_scope 2 "$inner")
	# As it says.
	expect_status 0 sptrace scope set 0 --pid "$inner"
	expect_traceable "$inner"
	expect_status 0 sptrace scope set 3 -p "$inner"
	expect_status 1 sptrace trace -p "$inner"
	expect_text "$tmp/err" <<-END
		sptrace: can't trace process $inner: Operation not permitted
		The scope of its pid namespace is 3 (no-attach):
		nobody may attach.
		Nothing permits it for as long as that namespace lives.
	END
}

explains_scopes_of_enclosing_namespaces() {
	open_device
	start_user_in_namespace
	use_scope 1
	# Inherited, and stricter than its own.
	expect_refused "$inner" < <(refusal_from_outside 1)
	use_scope 2
	expect_status 0 sptrace scope set 1 -p "$inner"
	expect_refused "$inner" < <(refusal_from_outside 2)
}

# refusal_from_outside SCOPE: the same of an enclosing namespace's scope.
refusal_from_outside() {
	refusal_by_scope "$1" 0 | sed -e '1s/of its pid/of a pid/; 1s/namespace/& that encloses its own/' \
		-e 's/of its \(pid namespace says\): \(.*\) --pid 0/of the enclosing \1 there: \2/'
}

explains_why_a_command_is_not_traced() {
	open_device
	use_scope 2
	expect_status 1 "${user[@]}" sptrace trace true
	expect_text "$tmp/err" <<-END
		sptrace: can't trace true: Operation not permitted
		The scope of its pid namespace is 2 (admin-only):
		only those with CAP_SYS_PTRACE may attach.
		Any of these permits it:
		  - you have CAP_SYS_PTRACE in its user namespace
		  - an administrator of this pid namespace says: sptrace scope set 0
	END
	# shellcheck disable=SC2016 # the inner shell's own
	expect_status 1 unshare --pid --fork sh -c 'sptrace scope set 3 && sptrace trace touch "$0"' "$tmp/made"
	expect_text "$tmp/err" <<-END
		sptrace: can't trace touch: Operation not permitted
		The scope of its pid namespace is 3 (no-attach):
		nobody may attach.
		Nothing permits it for as long as that namespace lives.
	END
	expect [ ! -e "$tmp/made" ]
	use_scope 1
	expect_status 0 "${user[@]}" sptrace trace true
}

explains_the_kernels_check() {
	open_device
	start sleep 1000
	expect until_true comm_is "$pid" sleep
	expect_refused "$pid" < <(kernels_check)
}

kernels_check() {
	cat <<-END
		The kernel's own ptrace access check refuses it: it belongs to another user, has more
		privileges than you have, is not dumpable, or a security module forbids it.
		Being its user with no fewer privileges permits it, or having CAP_SYS_PTRACE in its user
		namespace; a security module may go on refusing.
	END
}

names_yama() {
	local yama=/proc/sys/kernel/yama/ptrace_scope target
	[ -e "$yama" ] || skip 'no Yama here'
	open_device
	use_scope 1
	write_for_now 1 "$yama"
	start_user
	target=$pid
	expect_refused "$target" < <(
		kernels_check
		echo "One is Yama, whose scope for the whole machine ($yama) is 1:"
		echo 'only its ancestors, and whom it declared, may attach.'
		echo 'An administrator of the machine can have the scope of a pid namespace count in its place:'
		echo "sptrace scope set 0 --instead-of-yama --pid $target"
	)
	# The declaration reaches it as well.
	start_user sptrace allow any
	expect_traceable "$pid"
	write_for_now 2 "$yama"
	expect_status 1 "${user[@]}" sptrace trace -p "$target"
	expect_line "$tmp/err" '^One is Yama, .* is 2:$'
	expect_line "$tmp/err" '^only those with CAP_SYS_PTRACE may attach\.$'
}

explains_scopes_in_place_of_yamas() {
	local yama=/proc/sys/kernel/yama/ptrace_scope
	[ -e "$yama" ] || skip 'no Yama here'
	open_device
	use_scope 2
	write_for_now 2 "$yama"
	start_user_in_namespace
	expect_status 0 sptrace scope set 1 --instead-of-yama -p "$inner"
	expect_refused "$inner" < <(
		refusal_by_scope 1 "$inner" | sed -e "1s/namespace/&, which counts in place of Yama's,/" \
			-e 's/of its pid namespace says: .* set 0/of the machine says: sptrace scope set 0 --instead-of-yama/'
	)
	# As it says.
	expect_status 0 sptrace scope set 0 --instead-of-yama --pid "$inner"
	expect_traceable "$inner"
	# What is refused for another reason isn't put down to Yama.
	start_namespaces
	expect_status 0 sptrace scope set 0 --instead-of-yama --pid "$inner"
	expect_refused "$inner" < <(kernels_check)
}

explains_what_nobody_may_trace() {
	# shellcheck disable=SC2016 # the inner shell's own
	expect_status 1 sh -c 'exec sptrace trace -p $$'
	expect_line "$tmp/err" "^sptrace: can't trace process [0-9]+: Operation not permitted$"
	expect_line "$tmp/err" '^It is sptrace itself, and nothing can trace itself\.$'
	expect_status 1 sptrace trace -p 2
	expect_text "$tmp/err" <<-END
		sptrace: can't trace process 2: Operation not permitted
		It is a thread of the kernel's own or an io_uring worker: nothing permits it.
	END
	start sh -c 'true & exec sleep 1000'
	child_of "$pid"
	expect until_true ended "$child"
	expect_status 1 sptrace trace -p "$child"
	expect_text "$tmp/err" <<-END
		sptrace: can't trace process $child: Operation not permitted
		It is exiting, or has exited and waits for its parent to take notice.
	END
}

explains_a_tracer_that_is_not_visible() {
	start unshare --pid --mount-proc --fork --kill-child sleep 1000
	child_of "$pid"
	expect until_true comm_is "$child" sleep
	start_trace -p "$child"
	expect_status 1 nsenter --pid --mount --target "$child" sptrace trace -p 1
	expect_text "$tmp/err" <<-END
		sptrace: can't trace process 1: Operation not permitted
		A process that isn't visible here traces it already, and it can have one sptrace tracer only.
		It is free once that process has detached or ended.
	END
}

explains_limits() {
	local parameters=/sys/module/sptrace/parameters
	open_device
	write_for_now 0 "$parameters/max_tracees"
	expect_status 1 "${user[@]}" sptrace trace true
	expect_text "$tmp/err" <<-END
		sptrace: can't trace true: Resource temporarily unavailable
		Your user traces as many threads here as the module's parameter max_tracees allows: 0.
		An administrator of the machine can raise $parameters/max_tracees.
		Those with CAP_SYS_RESOURCE on the machine have no such limit.
	END
	expect_status 0 sptrace trace true
	write_for_now 0 "$parameters/max_tracers"
	expect_status 1 "${user[@]}" sptrace status
	expect_text "$tmp/err" <<-END
		sptrace: can't open /dev/sptrace: No space left on device
		There are as many tracers in this pid namespace, or of your user in it, as the module's parameter max_tracers allows: 0.
		An administrator of the machine can raise $parameters/max_tracers.
		Those with CAP_SYS_RESOURCE on the machine have no such limit.
	END
	expect_status 0 sptrace status
}

# ---- completion ------------------------------------------------------------------------

# complete_words WORD…: what the last word may become, in $COMPREPLY.
complete_words() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_sptrace sptrace "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
}

# expect_completion REPLY… -- WORD…
expect_completion() {
	local replies=()
	while [ "$1" != -- ]; do
		replies+=("$1")
		shift
	done
	shift
	complete_words "$@"
	[ "${COMPREPLY[*]}" = "${replies[*]}" ] && return
	echo "$* becomes ${COMPREPLY[*]}, not ${replies[*]}" >&2
	exit 1
}

# expect_process WORD…: this one comes first among those that begin alike.
expect_process() {
	complete_words "$@" $$
	expect [ "${COMPREPLY[0]}" = $$ ]
}

completes_the_command_line() {
	# shellcheck source=/dev/null
	. "$here/sptrace.bash"
	expect complete -p sptrace >/dev/null
	expect_completion trace run status scope allow --help --usage --version -- sptrace ''
	expect_completion status scope -- sptrace s
	expect_completion --json --help --usage --version -- sptrace status -
	expect_completion --summary-only --summary-sort-by -- sptrace trace --summary-
	expect_completion time -- sptrace trace -cS ti
	expect_completion auto always -- sptrace trace --color = a
	expect_completion failed -- sptrace trace -e status = fa
	expect_completion successful,failed -- sptrace trace -e status = successful,fa
	expect_completion SIGUSR1 SIGUSR2 -- sptrace trace -e signal = SIGUS
	expect_completion setpriv -- sptrace trace -ttTs 5 setpri
	expect_completion --attach -- sptrace trace -f -o file --at
	expect_completion get set -- sptrace scope ''
	expect_completion 0 classic 1 restricted 2 admin-only 3 no-attach -- sptrace scope set ''
	expect_completion no-attach -- sptrace scope --pid = 1 set n
	expect_completion --instead-of-yama -- sptrace scope set 0 --in
	expect_completion classic -- sptrace scope set --instead-of-yama cl
	expect_completion -- sptrace scope set 1 ''
	expect_process sptrace scope --pid
	expect_process sptrace scope --pid =
	expect_process sptrace trace -fp
	expect_process sptrace trace --attach =
	expect_completion any -- sptrace allow a
	expect_completion none -- sptrace allow n
	expect_process sptrace allow
	expect_completion setpriv -- sptrace allow any setpri
	expect_completion setpriv -- sptrace trace -e trace = read -p 1 setpri
	expect_completion -- sptrace trace true --s
	expect_completion --or-native -- sptrace run --or
	expect_completion setpriv -- sptrace run setpri
	expect_completion setpriv -- sptrace run --or-native -- setpri
	expect_completion -- sptrace run true --or
}

completes_system_calls() {
	[ -n "$(ls /usr/include/asm/unistd_64.h /usr/include/*-linux-gnu/asm/unistd_64.h 2>/dev/null)" ] ||
		skip 'no headers of the C library here'
	# shellcheck source=/dev/null
	. "$here/sptrace.bash"
	expect_completion unlink unlinkat -- sptrace trace -e unl
	expect_completion unlink unlinkat -- sptrace trace -e trace = unl
	expect_completion unlink unlinkat -- sptrace trace --trace = unl
	expect_completion read,openat read,openat2 -- sptrace trace -ce read,openat
	expect_completion %file -- sptrace trace -e %fi
	expect_completion read,%network -- sptrace trace -e trace = read,%n
	expect_completion '!umask' -- sptrace trace -e '!uma'
}

tests=(
	prints_each_call_of_a_command
	writes_to_a_file_and_nothing_else
	shows_only_the_calls_asked_for
	counts_calls_and_errors
	sorts_what_it_counts
	tells_when_and_where
	writes_a_file_for_each_process
	shows_only_the_results_asked_for
	shows_only_the_paths_asked_for
	uses_colors_on_a_terminal
	writes_json
	gives_a_command_none_of_its_descriptors
	writes_no_messages_where_standard_error_is_closed
	ends_as_the_command_does
	dies_of_the_commands_signal
	says_what_is_wrong
	says_where_options_belong
	attaches_to_a_running_process
	names_the_process_where_there_are_several
	detaches_when_interrupted
	leaves_an_interrupted_command_running
	leaves_no_trace_when_killed
	lists_what_is_traced
	lists_who_is_served
	lists_who_is_served_as_far_as_one_may_see
	lists_nobody_where_the_module_is_too_old
	becomes_the_command
	leaves_signals_as_they_are
	leaves_options_to_the_command
	says_why_a_command_is_not_served
	runs_natively_where_told
	serves_strace
	serves_where_a_filter_refuses
	serves_what_has_no_native_tracer
	prints_and_sets_scopes
	prints_scopes_as_json
	sets_scopes_in_place_of_yamas
	lets_the_machines_administrator_pass_over_yama
	lets_administrators_set_scopes
	keeps_what_an_outer_administrator_has_set
	keeps_the_strictest_scope
	says_what_is_no_scope
	executes_what_others_may_trace
	executes_a_shell_by_default
	lets_the_declared_attach
	lets_one_declared_process_attach
	declares_for_one_process_alone
	declares_without_the_device
	says_what_is_no_declaration
	explains_scopes
	explains_scopes_of_enclosing_namespaces
	explains_why_a_command_is_not_traced
	explains_the_kernels_check
	names_yama
	explains_scopes_in_place_of_yamas
	explains_what_nobody_may_trace
	explains_a_tracer_that_is_not_visible
	explains_limits
	completes_the_command_line
	completes_system_calls
)

# skip REASON: for want of something that this machine lacks.
skip() {
	echo "$*" >"$all/skipped"
	exit 0
}

# What the test started ends, and what it changed is as before, last first.
tidy() {
	local i
	[ ${#started[@]} = 0 ] || kill -KILL "${started[@]}" 2>/dev/null
	for ((i = ${#undo[@]} - 1; i >= 0; i--)); do
		eval "${undo[i]}"
	done
}

# In a shell of its own.
run_test() (
	tmp=$all/$1
	mkdir "$tmp"
	trap tidy EXIT
	"$1"
)

write_without
echo TAP version 13
echo "1..${#tests[@]}"
number=0
failed=0
for name in "${tests[@]}"; do
	number=$((number + 1))
	rm -f "$all/skipped"
	if run_test "$name" 2>"$all/said"; then
		echo "ok $number $name$([ ! -e "$all/skipped" ] || echo " # SKIP $(cat "$all/skipped")")"
	else
		sed 's/^/# /' "$all/said"
		echo "not ok $number $name"
		failed=1
	fi
done
exit $failed
