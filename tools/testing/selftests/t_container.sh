#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: t_container, with sptrace in PATH and packaging/ beside this program
#
# The device in containers: that of the OCI bundle, run by crun, and one that
# podman is asked for by the device's CDI name. Native ptrace is refused in both.
# Programs of the container can be traced in it, and of the processes outside
# nothing can be found, touched or learnt.
#
# With the argument "inside" this is what runs in a container.

# shellcheck disable=SC2317 # what is checked is called by name
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

# ---- inside: says what it finds, and what comes of it ---------------------------

if [ "${1-}" = inside ]; then
	sptrace=$here/../bin/sptrace
	readlink /proc/self/ns/pid /proc/self/ns/mnt /proc/self/ns/ipc /proc/self/ns/uts
	grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
	echo "device $(stat -c '%F %t:%T' /dev/sptrace 2>&1)"
	strace -o /dev/null true >/tmp/native 2>&1
	echo "native $? $(grep -F PTRACE_TRACEME /tmp/native | tail -n 1)"
	"$sptrace" trace -o /tmp/log cat /etc/passwd >/tmp/said 2>/tmp/err
	echo "shadow $? $(grep -cE '^[a-z0-9_]+\(.*\) += ' /tmp/log)"
	cat /tmp/err
	echo "read $(sed -n 's/^read(.* = \([0-9]*\)$/\1/p' /tmp/log | sort -n | tail -n 1)"
	cmp /tmp/said /etc/passwd && echo same
	tail -n 1 /tmp/log
	"$sptrace" trace -f -o /tmp/log sh -c 'sleep 0; sleep 0; exit 7'
	echo "followed $? $(grep -c 'execve.* = 0$' /tmp/log)"
	echo "listed $("$sptrace" status 2>&1 | tail -n +2)"
	# As process 1, and the only one.
	exec "$here/h_container"
fi

# ---- outside --------------------------------------------------------------------

# shellcheck source=tools/testing/selftests/tap.sh
. "$(dirname "$0")/tap.sh"
says() { grep -qE -- "$1" "$out"; }

# own_namespace KIND: whether the container has another than this process.
own_namespace() {
	local here
	here=$(readlink "/proc/self/ns/$1")
	says "^$1:\\[[0-9]+\\]\$" && ! grep -qxF -- "$here" "$out"
}

# Every process but those of the kernel's that come and go: its number, when it
# started, whether it is stopped, and by whom it is traced.
describe_processes() {
	local pid line
	for pid in /proc/[0-9]*; do
		pid=${pid#/proc/}
		[ "$pid" != "$BASHPID" ] || continue
		line=
		{ read -r line <"/proc/$pid/stat"; } 2>/dev/null
		case $line in
		'' | *'(kworker/'*) continue ;;
		esac
		line=${line##*) }
		# shellcheck disable=SC2086 # words
		set -- $line
		case $1 in
		[RSDI]) echo "$pid ${20} runs $(traced_by "$pid")" ;;
		*) echo "$pid ${20} $1 $(traced_by "$pid")" ;;
		esac
	done
}

traced_by() { sed -n 's/^TracerPid:\t*//p' "/proc/$1/status" 2>/dev/null; }

# Those that are still there are as they were; and of ours, none is missing.
unaffected() {
	describe_processes >"$tmp/after"
	join -j 1 <(sort -k 1b,1 "$tmp/before") <(sort -k 1b,1 "$tmp/after") |
		awk '$2 != $5 || $3 != $6 || $4 != $7 { print; wrong = 1 } END { exit wrong }' \
			>"$tmp/err" &&
		[ "$(ours "$tmp/after")" = "$(ours "$tmp/before")" ]
}

ours() { grep -E "^(1|$$|$sleeper|$victim|$tracer) " "$1" | sort; }

# The one tracee outside, as its tracer has it.
traced_as_before() {
	[ "$(sptrace status | awk 'NR > 1 { print $1, $3, $4, $5 }')" = "$victim sleep Awake $tracer" ]
}

# In clock_nanosleep(2), which is call 230.
sleeps() { grep -q '^230 ' "/proc/$1/syscall"; }

# Or says what is in it.
is_empty() { [ ! -s "$1" ] || ! cat "$1"; }

all_numbers() {
	local thread
	for thread in /proc/[0-9]*/task/[0-9]*; do echo "${thread##*/}"; done
}

# Where the container's root is shown: no other file system but the build's.
make_rootfs() {
	mount --bind / "$rootfs" && mount --bind "$here/.." "$rootfs/mnt"
}

by_crun() { timeout 120 "$here/packaging/oci/run" "$rootfs" "$@"; }

# Neither tmpfs is filled with what is there outside: that may be more than fits in memory.
by_podman() {
	timeout 300 podman --root "$tmp/podman" --runroot /run/t_container --storage-driver vfs \
		--cgroup-manager cgroupfs --events-backend none \
		run --rm --interactive --log-driver none --network none --cap-drop all \
		--security-opt no-new-privileges --security-opt "seccomp=$tmp/seccomp.json" \
		--read-only --tmpfs /tmp:notmpcopyup --tmpfs /var/tmp:notmpcopyup "$@"
}

# run ENGINE COMMAND…: into $out, with the numbers outside on standard input.
run() {
	out=$tmp/said.$1
	shift
	all_numbers >"$tmp/numbers"
	status=0
	"$@" <"$tmp/numbers" >"$out" 2>"$tmp/err" || status=$?
}

check_container() {
	local kind
	for kind in pid mnt ipc uts; do
		check "$1: a $kind namespace of its own" own_namespace "$kind"
	done
	check "$1: no capabilities" says '^CapEff:.0000000000000000$'
	check "$1: none to be had" says '^CapBnd:.0000000000000000$'
	check "$1: no new privileges" says '^NoNewPrivs:.1$'
	check "$1: a seccomp filter" says '^Seccomp:.2$'
	check "$1: the device" says "^device character special file a:$(stat -c %T /dev/sptrace)\$"
	check "$1: native ptrace is refused" \
		says '^native 1 .*PTRACE_TRACEME.*Operation not permitted$'
	check "$1: a program is traced" says '^shadow 0 [0-9]{2,}$'
	check "$1: it reads what there is" says "^read $(stat -c %s /etc/passwd)\$"
	check "$1: and says it" says '^same$'
	check "$1: its end is seen" says '^\+\+\+ exited with 0 \+\+\+$'
	check "$1: children are followed" says '^followed 7 3$'
	check "$1: tracees outside aren't listed" says '^listed $'
}

# Process 1 there is the program that asks, and has the number of process 1 here.
check_numbers() {
	local many
	many=$(wc -l <"$tmp/numbers")
	check "$1: numbers of $many threads outside name nobody" \
		says "^$many numbers, 1 of them here, too; [0-9]+ answers, 0 wrong\$"
	check "$1: there were some" [ "$many" -gt 20 ]
	check "$1: status" [ "$status" = 0 ]
	check "$1: processes outside are as they were" unaffected
	check "$1: so is the tracee there" traced_as_before
	check "$1: its tracer saw nothing" is_empty "$tmp/log"
}

tmp=$(mktemp -d)
# Not in $tmp: what is mounted there must never be removed with it.
rootfs=$(mktemp -d)
out=$tmp/err
evidence=("$tmp/err")
sleeper=
victim=
tracer=
cleanup() {
	# shellcheck disable=SC2086 # numbers
	kill -KILL $sleeper $victim $tracer
	umount "$rootfs/mnt" "$rootfs"
	rmdir "$rootfs"
	rm -rf "$tmp"
} 2>/dev/null
trap cleanup EXIT

make_rootfs || { echo "Bail out! no root for a container"; exit 1; }
sleep 1000 &
sleeper=$!
sleep 1001 &
victim=$!
# Attached before, it would be seen to start.
check 'a process outside sleeps' eventually sleeps "$victim"
sptrace trace -o "$tmp/log" -p "$victim" 2>"$tmp/attached" &
tracer=$!
check 'a process outside is traced' eventually grep -q ' attached' "$tmp/attached"
check 'and is listed there' eventually traced_as_before
describe_processes >"$tmp/before"

run crun by_crun /mnt/tests/t_container inside
check_container crun
check_numbers crun

run crun32 by_crun /mnt/tests/h_container_32
check_numbers 'crun, 32-bit'

if [ -x "$(command -v podman)" ]; then
	mkdir -p /etc/cdi
	cp "$here/packaging/cdi/sptrace.json" /etc/cdi/
	python3 -c 'import json, sys
json.dump(json.load(sys.stdin)["linux"]["seccomp"], sys.stdout)' \
		<"$here/packaging/oci/config.json" >"$tmp/seccomp.json"

	run podman by_podman --device sptrace/ptrace=shadow --rootfs "$rootfs" \
		/mnt/tests/t_container inside
	check_container podman
	check_numbers podman

	run podman-path by_podman --device /dev/sptrace:/dev/sptrace:rw --rootfs "$rootfs" \
		/mnt/bin/sptrace trace true
	check 'podman: the device by its path' [ "$status" = 0 ]
	check 'podman: a program is traced' grep -qxF '+++ exited with 0 +++' "$tmp/err"

	run podman-without by_podman --rootfs "$rootfs" /mnt/bin/sptrace status
	check 'podman: without the device there is none' \
		grep -q "can't open /dev/sptrace: No such file or directory" "$tmp/err"
else
	skip podman 'podman is not installed'
fi

kill -INT "$tracer"
wait "$tracer"
check 'the tracer outside ends' [ "$?" = 130 ]
check 'and its tracee sleeps on' [ "$(ps -o stat= -p "$victim")" = S ]

end_tests
