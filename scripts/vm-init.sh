#!/run/vm/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC1091,SC3045 # busybox has read -t; settings is written at boot
# Process 1 of scripts/vm's guest: mounts what a system has, inserts the module, runs the command,
# and then looks for what it did to the kernel. scripts/vm counts nothing as a success unless the
# last line says so.

b=/run/vm/busybox
. /run/vm/settings

mount_kernel_filesystems() {
	$b mount -t proc proc /proc
	$b mount -t sysfs sys /sys
	$b mkdir -p /dev/pts /dev/shm /dev/mqueue
	$b mount -t devpts -o ptmxmode=666,mode=620,gid=5 devpts /dev/pts
	$b mount -t tmpfs -o mode=1777,nosuid,nodev shm /dev/shm
	$b mount -t mqueue mqueue /dev/mqueue
	$b mount -t debugfs debug /sys/kernel/debug
	$b mount -t tracefs tracing /sys/kernel/tracing
	$b mount -t securityfs security /sys/kernel/security
	$b mount -t cgroup2 cgroup /sys/fs/cgroup
	$b ln -sfn /proc/self/fd /dev/fd
	$b ln -sfn fd/0 /dev/stdin
	$b ln -sfn fd/1 /dev/stdout
	$b ln -sfn fd/2 /dev/stderr
}

# Ports come up in their own time.
find_port() {
	local tries=0 name
	while [ $tries -lt 1000 ]; do
		for name in /sys/class/virtio-ports/*/name; do
			if [ -e "$name" ] && [ "$($b cat "$name")" = "$1" ]; then
				name=${name%/name}
				found=/dev/${name##*/}
				return
			fi
		done
		$b usleep 10000
		tries=$((tries + 1))
	done
	echo "vm-init: port $1 did not come up" >/dev/kmsg
	exit 1
}

found_any=
finding() {
	found_any=y
	echo "finding $*" >&3
}

# finding_text: every line of standard input, up to a screenful or two.
finding_text() {
	$b head -n 150 | while IFS= read -r line; do echo "finding   $line" >&3; done
}

# Sets $now to the seconds since boot.
now() {
	IFS=. read -r now _ </proc/uptime
}

# Processes are named, not counted: what each one sleeps in tells more than that it does.
describe_processes() {
	find_left_behind
	for pid in $pids; do
		{
			echo "$pid $($b tr '\0' ' ' <"/proc/$pid/cmdline"): $($b grep '^State' "/proc/$pid/status")"
			for task in "/proc/$pid/task"/*; do
				echo " thread ${task##*/}:"
				$b sed 's/^/  /' "$task/stack"
			done
		} 2>/dev/null | finding_text
	done
}

# Some seconds before scripts/vm ends the machine: what is it that doesn't end? Sleeps in a read,
# since a child of its own would be taken for one that the command left behind.
watch_time() {
	now
	# shellcheck disable=SC2154 # settings sets it
	read -r -t $((limit - now)) _ <>/run/vm/never
	echo 'finding time runs out; the processes:' >&3
	describe_processes
	echo timeout >&3
}

prepare_machine() {
	$b hostname sptrace-vm
	$b ip link set lo up
	if [ -n "$modules_from" ] && [ "${modules_from%/*}" != /lib/modules ]; then
		$b mkdir -p "/lib/modules/${modules_from##*/}"
		$b mount --bind "$modules_from" "/lib/modules/${modules_from##*/}"
	fi
	echo 60 >/proc/sys/kernel/hung_task_timeout_secs
	echo 1 >/proc/sys/kernel/hung_task_panic
	if [ -e /run/vm/sptrace.ko ]; then
		# shellcheck disable=SC2086,SC2154 # parameters are words; settings sets them
		if ! $b insmod /run/vm/sptrace.ko $module_args; then
			finding 'the module could not be inserted; the end of the kernel log:'
			$b dmesg | $b tail -n 15 | finding_text
		fi
	fi
}

run_command() {
	$b mkfifo /run/vm/out /run/vm/err /run/vm/never
	find_port stdout
	$b cat /run/vm/out >"$found" &
	cats=$!
	find_port stderr
	$b cat /run/vm/err >"$found" &
	cats="$cats $!"
	watch_time &
	watchdog=$!
	(
		exec >/run/vm/out 2>/run/vm/err 3>&- </dev/null
		# shellcheck disable=SC2154 # settings sets it
		export HOME=/root TERM=dumb LANG=C.UTF-8 USER=root SHELL=/bin/bash \
			PATH="$build/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
			LD_LIBRARY_PATH="$build/lib"
		# shellcheck disable=SC2154 # settings sets it
		cd "$directory" || exit 126
		# shellcheck disable=SC2154 # settings sets it
		eval "exec $b setsid $command"
	)
	echo "exit $?" >&3
}

# Sets $pids to the processes other than this one and those that pass on the output. A kernel thread
# has no command line, nor has a zombie, which is its parent's business. Runs no subshell, which
# would find itself.
find_left_behind() {
	local pid line
	pids=
	for pid in /proc/[0-9]*; do
		pid=${pid#/proc/}
		case " 1 $cats $watchdog " in *" $pid "*) continue ;; esac
		line=
		{ IFS= read -r line <"/proc/$pid/cmdline"; } 2>/dev/null
		[ -z "$line" ] || pids="$pids $pid"
	done
}

kill_left_behind() {
	local tries=0 pid
	find_left_behind
	while [ -n "$pids" ]; do
		if [ $tries = 1000 ]; then
			for pid in $pids; do
				finding "process $pid ($($b tr '\0' ' ' <"/proc/$pid/cmdline")) survives SIGKILL:"
				$b cat "/proc/$pid/stack" 2>&1 | finding_text
			done
			return
		fi
		# shellcheck disable=SC2086 # numbers
		kill -9 $pids 2>/dev/null
		$b usleep 10000
		tries=$((tries + 1))
		find_left_behind
	done
	# With every writer gone these end by themselves.
	# shellcheck disable=SC2086 # numbers
	wait $cats
}

# Tries again while it is refused: what a killed process had open is closed in its own time.
remove_module() {
	local deadline
	[ -e /sys/module/sptrace ] || return
	while [ -e /sys/module/sptrace ]; do
		$b rmmod sptrace 2>/run/vm/rmmod.err || $b usleep 100000
	done &
	now
	deadline=$((now + 20))
	while [ -e /sys/module/sptrace ]; do
		if [ "$now" -ge $deadline ]; then
			finding "the module can't be removed: $($b cat /run/vm/rmmod.err)"
			$b grep '^sptrace ' /proc/modules | finding_text
			describe_processes
			return
		fi
		$b usleep 10000
		now
	done
	wait $!
}

# An object counts as leaked when two scans in a row find it unreferenced and it is older than five
# seconds, hence the time between.
look_for_leaks() {
	local leaks=/sys/kernel/debug/kmemleak
	[ -e $leaks ] || return
	echo scan >$leaks
	$b sleep 6
	echo scan >$leaks
	if [ -n "$($b head -c 1 $leaks)" ]; then
		finding 'kernel memory leaks:'
		$b cat $leaks | finding_text
	fi
}

look_at_log() {
	local reports='WARNING:|BUG:|Oops|INFO: possible|KASAN|UBSAN|inconsistent lock state'
	reports="$reports|suspicious RCU|hung_task|blocked for more than|unreferenced object"
	reports="$reports|detected stalls|general protection fault[,:]|ODEBUG"
	$b dmesg >/run/vm/log
	if $b grep -qE "$reports" /run/vm/log; then
		finding 'the kernel log has a report:'
		$b grep -E -A 60 "$reports" /run/vm/log | finding_text
	fi
}

mount_kernel_filesystems
find_port control
exec 3>"$found"
prepare_machine
[ -n "$found_any" ] || run_command
kill_left_behind
remove_module
look_for_leaks
look_at_log
if [ -z "$found_any" ]; then echo success >&3; else echo failure >&3; fi
# scripts/vm ends the machine; process 1 must not.
$b sleep 600
