#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What strace and sptrace trace write of the same programs, compared call by call: strace_like.py
# says what is not looked at, and which differences there may be. Prints TAP.
#
# Usage: t_strace [PROGRAM…], names of those below
#
# SPT_KEEP=DIRECTORY: keep what both wrote there.

# shellcheck disable=SC2317 # programs are called by name
set -u
export LC_ALL=C TZ=UTC0
# Each directory in it costs every program some calls.
unset LD_LIBRARY_PATH

here=$(dirname "$(readlink -f "$0")")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Seconds that one may take, and how often both run until two are the same: where two processes run at once,
# a call may return before or after another's, and be interrupted or not.
LIMIT=60
TRIES=3

# A pid that is like no other number.
PID_FIRST=20000

# Name and command of each.
programs=(
	'files' "$here/h_decode files"
	'names' "$here/h_decode names"
	'sockets' "$here/h_decode sockets"
	'waits' "$here/h_decode waits"
	'times' "$here/h_decode times"
	'signals' "$here/h_decode signals"
	'processes' "$here/h_decode processes"
	'memory' "$here/h_decode memory"
	'32-bit' "$here/h_decode_32 names"
	'threads' "$here/h_session threads"
	'exec' "$here/h_session exec-thread"
	'ls' 'ls -l /usr'
	'cat' 'cat text'
	'cp' 'cp -p text other'
	'sort' 'sort text'
	'find' 'find /usr/share/doc/bash'
	'tar' 'tar -cf archive.tar text'
	'df' 'df /'
	'id' 'id'
	'pipeline' 'cat text | wc -l'
	'python' 'python3 -S -c "print(1)"'
)

# run_in_stage COMMAND…: in a directory that is the same for both.
run_in_stage() {
	rm -rf "$tmp/stage"
	mkdir "$tmp/stage"
	(
		cd "$tmp/stage" || exit
		echo "$PID_FIRST" >/proc/sys/kernel/ns_last_pid
		printf '%s\n' hello world >text
		touch -d '2020-01-01' text
		timeout -k 5 "$LIMIT" "$@" </dev/null >/dev/null 2>&1
	)
}

# any_same NAME COUNT: of so many runs of each.
any_same() {
	local i j
	for ((i = 1; i <= $2; i++)); do
		for ((j = 1; j <= $2; j++)); do
			"$here/strace_like.py" "$tmp/$1.strace.$i" "$tmp/$1.sptrace.$j" >"$tmp/said" 2>&1 && return
		done
	done
	return 1
}

# compare NAME COMMAND OPTION…
compare() {
	local name=$1 command=(sh -c "exec $2") try
	[ "$name" != pipeline ] || command=(sh -c "$2")
	shift 2
	for ((try = 1; try <= TRIES; try++)); do
		run_in_stage strace -f "$@" -o "$tmp/$name.strace.$try" "${command[@]}"
		run_in_stage sptrace trace -f "$@" -o "$tmp/$name.sptrace.$try" "${command[@]}"
		any_same "$name" "$try" && return
	done
	return 1
}

tests=0
failed=0
# play NAME COMMAND OPTION…
play() {
	tests=$((tests + 1))
	if compare "$@"; then
		echo "# $1: $(tail -n 1 "$tmp/said")"
		echo "ok $tests $1"
	else
		failed=1
		sed 's/^/# /' "$tmp/said"
		echo "not ok $tests $1"
	fi
	[ -z "${SPT_KEEP:-}" ] || cp "$tmp/$1".{strace,sptrace}.1 "$SPT_KEEP"
}

is_chosen() { [ $# = 1 ] || [[ " ${*:2} " == *" $1 "* ]]; }

echo 'TAP version 13'
for ((i = 0; i < ${#programs[@]}; i += 2)); do
	! is_chosen "${programs[i]}" "$@" || play "${programs[i]}" "${programs[i + 1]}"
done
if [ $# = 0 ]; then
	# By their options.
	play y 'cat text' -y
	play s 'cat text' -s 3
	play filtered "$here/h_decode files" -e trace=%file,read
	play classes "$here/h_decode sockets" -e 'trace=!%network,%desc'
	play failed "$here/h_decode names" -e status=failed
	play path 'cat text' -P text
	play hushed "$here/h_decode signals" -e signal=none
fi
echo "1..$tests"
exit "$failed"
