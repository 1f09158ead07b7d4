#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Everyday sessions of unmodified debuggers, each played natively and by `sptrace run`: the two
# outputs must be equal once addresses, numbers of processes and times are replaced. Prints TAP, and at
# its end a table.
#
# Usage: t_sessions [SESSION…]
#
# Without a SESSION, which is a shell pattern, those of SPT_TEST_SESSIONS in the environment, or all. One
# that begins with ! leaves out what it matches.
# Those whose name begins with 13_ are played with the programs of Debian 13, in the root of it that
# scripts/setup makes where this machine runs another release.
# SPT_TEST_ROOT: where that is.
# SPT_TEST_LIMIT: seconds that all may take together; one tracer may take a 20th.
# SPT_KEEP=DIRECTORY: keep what was printed there.
# shellcheck disable=SC2317 # sessions are called by their names
set -u
shopt -s nullglob

here=$(dirname "$(readlink -f "$0")")
tmp=$(mktemp -d)
trap clean_up EXIT
prog=$here/h_session

# A pid that is like no other number, and the same for both players where nothing comes between.
PID_FIRST=20000
LIMIT=$((${SPT_TEST_LIMIT:-800} / 20))
# When two outputs differ, they are played again: what natively isn't the same twice is not compared.
# (Natively gdb looks for leaders that are zombies when it is woken, and finds one that a thread's
# execve(2) is about to take the place of in three of eight runs.)
TRIES=6

sessions=()
declare -A patterns

# session NAME PATTERN: a function of that name plays it, with "${run[@]}" in front of the tracer; the
# native output has the pattern, or else the session itself is broken.
session() {
	sessions+=("$1")
	patterns[$1]=$2
}

# not_everywhere REASON: where the last session doesn't work natively, it is skipped.
declare -A reasons
not_everywhere() { reasons[${sessions[-1]}]=$1; }

# In front of each program of a session: where it is, and who serves it, which is nothing if it is on
# this machine and plays natively.
root=()
serve=()
run=()

# ---- another Debian's programs -------------------------------------------------------------

root_13=${SPT_TEST_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/sptrace/root/13}
mounted=()

clean_up() {
	# shellcheck disable=SC2015 # umount complains by itself
	[ ${#mounted[@]} = 0 ] || umount "${mounted[@]}"
	rm -rf "$tmp"
}

# show DIRECTORY: at the same place in the other root.
show() {
	mkdir -p "$root_13$1" && mount --bind "$1" "$root_13$1" && mounted=("$root_13$1" "${mounted[@]}")
}

# in_13 NAME…: these are played with Debian 13's programs, too.
in_13() {
	local name
	for name; do
		session "13_$name" "${patterns[$name]}"
	done
}

# Fails where that root isn't.
enter_13() {
	local directory
	[ -e "$root_13/usr/bin/strace" ] || return
	[ ${#mounted[@]} != 0 ] || for directory in /proc /sys /dev /tmp "$here" "${here%/*}/bin" "${here%/*}/lib"
	do
		show "$directory" || return
	done
	root=(chroot "$root_13" env)
}

# traced COMMAND…: by the player of this session, who has a limited time.
traced() { timeout --foreground -k 5 "$LIMIT" "${run[@]}" "$@" </dev/null; }

# by_gdb COMMANDS [ARGUMENT…]: by a gdb that has a server to trace.
by_gdb() {
	{
		echo 'set width 0'
		echo 'set debuginfod enabled off'
		echo 'set sysroot /'
		# Of 2 s otherwise, after which it sends again, and takes the first answer for the second's.
		echo 'set remotetimeout 60'
		echo "$1"
	} >gdb.commands
	shift
	timeout -k 5 "$LIMIT" "${root[@]}" gdb -q -nx -batch -x gdb.commands "$@" </dev/null
	rm gdb.commands
}

# gdb_of COMMANDS [ARGUMENT…]
gdb_of() {
	local commands=$1
	shift
	{
		echo 'set confirm off'
		echo 'set pagination off'
		echo 'set width 0'
		echo 'set debuginfod enabled off'
		# A watch by hardware is for real machines: an emulated one reports it in the kernel, too.
		echo 'set can-use-hw-watchpoints 0'
		echo "$commands"
	} >gdb.commands
	traced gdb -q -nx -batch -x gdb.commands "$@"
	rm gdb.commands
}

# start_waiting ACT: the program waits for the end of its standard input; $target is its pid.
start_waiting() {
	mkfifo input
	"${root[@]}" "$prog" "$1" <input >target.out 2>&1 &
	target=$!
	exec 9>input
	until_there ready target.out
	rm input
}

end_waiting() {
	exec 9>&-
	wait "$target"
	echo "the target's status: $?"
}

# until_there PATTERN FILE
until_there() {
	local deadline=$((SECONDS + 60))
	until grep -q "$1" "$2" 2>/dev/null; do
		[ "$SECONDS" -lt "$deadline" ] || { echo "no '$1' in $2"; return 1; }
		sleep 0.05
	done
}

# ---- strace --------------------------------------------------------------------------------

session strace_plain 'the sum is 15'
strace_plain() { traced strace -o out "$prog" sum; }

session strace_f 'exited with 7'
strace_f() { traced strace -f -o out "$prog" fork; }

session strace_ff 'exited with 7'
strace_ff() {
	traced strace -ff -o out "$prog" fork
	# Named for their processes.
	cat out.* >all
	rm out.*
}

session strace_pipeline 'exited with 0'
strace_pipeline() {
	traced strace -f -e signal=none -e trace=execve,dup2,exit_group,pipe2 -o out sh -c 'echo one two | cat | wc -w'
}

session strace_threads 'clone3'
strace_threads() { traced strace -f -e trace=!futex,madvise,munmap,mprotect,mmap -o out "$prog" threads; }

session strace_vfork 'vfork'
strace_vfork() { traced strace -f -o out "$prog" vfork; }

session strace_exec_thread 'superseded by execve'
strace_exec_thread() {
	traced strace -f -e trace=execve,exit_group,getppid,write -o out "$prog" exec-thread
}

session strace_signals 'SIGUSR1 {si_signo=SIGUSR1'
strace_signals() { traced strace -o out "$prog" signals; }

session strace_crash 'killed by SIGSEGV'
strace_crash() { traced strace -o out "$prog" crash; }

session strace_c 'execve'
strace_c() {
	traced strace -f -c -o out "$prog" fork
	# Times vary, and the order that they make.
	awk 'NR > 2 { print $4, $5, $NF }' out | sort >counts
	rm out
}

session strace_k 'add\|main'
strace_k() { traced strace -k -e trace=write -o out "$prog" sum; }

session strace_y 'write(1</tmp'
strace_y() { traced strace -y -e trace=read,write,close,openat -o out "$prog" sum; }

session strace_seccomp 'openat'
strace_seccomp() { traced strace -f --seccomp-bpf -e trace=openat,execve -o out "$prog" vfork; }

session strace_b 'vfork() = P2'
strace_b() { traced strace -f -b execve -o out "$prog" vfork; }

session strace_inject 'INJECTED'
strace_inject() {
	traced strace -e trace=getppid,write -e inject=getppid:retval=4711 -o out "$prog" threads
	traced strace -e trace=write -e inject=write:error=ENOSPC:when=1 -o error "$prog" sum
	traced strace -f -e trace=getppid -e inject=getppid:signal=SIGUSR2 -o signal "$prog" threads
}

session strace_tampers 'getppid'
strace_tampers() { traced strace -f -e trace=getppid -e inject=getppid:delay_enter=1000 -o out "$prog" threads; }

session strace_D 'the sum is 15'
strace_D() {
	traced strace -D -o out "$prog" sum
	until_there '+++ exited' out
}

session strace_daemonize 'the sum is 15'
strace_daemonize() {
	traced strace --daemonize=session -o out "$prog" sum
	until_there '+++ exited' out
}

session strace_p 'attached'
strace_p() {
	start_waiting read
	traced strace -p "$target" -o out 2>said 9>&- &
	until_there attached said
	printf x >&9
	end_waiting
	wait $!
}

session strace_p_threads 'attached'
strace_p_threads() {
	start_waiting wait
	traced strace -f -p "$target" -e trace=read,write,exit_group,close -o out 2>said 9>&- &
	until_there 'with 2 threads' said
	printf x >&9
	end_waiting
	wait $!
}

session strace_p_interrupted 'detached'
strace_p_interrupted() {
	local strace
	start_waiting read
	"${run[@]}" strace -p "$target" -o out 2>said </dev/null 9>&- &
	strace=$!
	until_there attached said
	kill -INT "$strace"
	wait "$strace"
	echo "strace's status: $?"
	printf x >&9
	end_waiting
}

session strace_32 'the sum is 15'
strace_32() { traced strace -f -o out "$here/h_session_32" fork; traced strace -o sum "$here/h_session_32" sum; }

session strace_python 'hello'
strace_python() { traced strace -f -e trace=execve,write,exit_group -o out python3 -S -c 'print("hello")'; }

session strace_gcc 'cc1'
strace_gcc() {
	echo 'int main(void) { return 0; }' >x.c
	traced strace -f -e trace=execve,vfork,exit_group -o out gcc -c x.c
	[ -s x.o ] && echo compiled
	rm -f x.o
}

session strace_of_strace 'exited with 0'
strace_of_strace() {
	# The inner one is a tracer, the outer one traces it natively.
	timeout -k 5 "$LIMIT" "${root[@]}" strace -e trace=ptrace -o outer "${serve[@]}" \
		strace -o out "$prog" sum
	grep -q PTRACE_SYSCALL outer && echo 'the outer one has seen the requests of the inner one'
	rm outer
}

# ---- gdb -------------------------------------------------------------------------------------

session gdb_run 'Breakpoint 1, add'
gdb_run() {
	# shellcheck disable=SC2016 # gdb's own variables
	gdb_of 'break add
		run
		bt
		info args
		print total
		finish
		next
		step
		info locals
		stepi
		stepi
		nexti
		x/3i $pc
		up
		frame
		down
		print $pc == 0
		tbreak add if value == 4
		delete 1
		continue
		print value
		return 9
		next
		print total
		print add(100)
		until
		advance do_sum
		set var total = 5
		info breakpoints
		continue' --args "$prog" sum
}

session gdb_watch 'Watchpoint 2: total'
gdb_watch() {
	gdb_of 'break do_sum
		run
		watch total
		continue
		continue
		delete
		continue' --args "$prog" sum
}

session gdb_signals 'received signal SIGUSR1'
gdb_signals() {
	gdb_of 'handle SIGUSR1 stop print pass
		run
		bt 2
		continue
		handle SIGUSR1 nostop noprint
		continue
		catch signal SIGUSR1
		run
		stepi
		signal 0
		signal SIGUSR2
		kill' --args "$prog" signals
}

session gdb_crash 'Program received signal SIGSEGV'
gdb_crash() {
	gdb_of 'run
		bt
		print total
		generate-core-file core
		kill
		core-file core
		bt
		info threads' --args "$prog" crash
	rm -f core
}

session gdb_fork 'Catchpoint 1 (forked'
gdb_fork() {
	gdb_of 'catch fork
		catch vfork
		catch exec
		run
		continue
		set follow-fork-mode child
		break add
		run
		continue
		bt
		info inferiors
		continue' --args "$prog" fork
}

session gdb_vfork 'Catchpoint 2 (exec'
gdb_vfork() {
	gdb_of 'catch vfork
		catch exec
		set follow-fork-mode child
		run
		continue
		continue
		info inferiors' --args "$prog" vfork
}

session gdb_keeps_both 'Inferior 2'
gdb_keeps_both() {
	gdb_of 'set detach-on-fork off
		set schedule-multiple off
		catch fork
		run
		next
		info inferiors
		inferior 2
		break add
		continue
		bt
		continue
		inferior 1
		continue' --args "$prog" fork
}

session gdb_exec 'is executing new program'
gdb_exec() {
	# shellcheck disable=SC2016 # gdb's own variables
	gdb_of 'break add
		run
		bt
		delete
		continue' --args "$prog" exec
}

session gdb_threads 'Thread 2'
gdb_threads() {
	gdb_of 'break work
		run
		info threads
		thread apply all bt 3
		continue
		set scheduler-locking on
		next
		next
		step
		set scheduler-locking off
		delete
		continue' --args "$prog" threads
}

session gdb_exec_thread 'is executing new program'
gdb_exec_thread() {
	# shellcheck disable=SC2016 # gdb's own variables
	gdb_of 'break add
		run
		info threads
		delete
		continue' --args "$prog" exec-thread
}

session gdb_catches_calls 'call to syscall write'
gdb_catches_calls() {
	gdb_of 'catch syscall write
		run
		bt 1
		continue
		continue' --args "$prog" sum
}

session gdb_attach 'Inferior 1 (process P2) detached'
gdb_attach() {
	start_waiting wait
	gdb_of "attach $target
		info threads
		thread apply all bt 1
		print total
		set var total = 30
		print add(1)
		detach" "$prog"
	printf x >&9
	end_waiting
}

session gdb_p_kill 'killed'
gdb_p_kill() {
	start_waiting read
	gdb_of 'bt 1
		kill' "$prog" -p "$target"
	end_waiting 2>/dev/null
}

session gdb_registers '= 4711'
gdb_registers() {
	# shellcheck disable=SC2016 # gdb's own variables
	gdb_of 'break add
		run
		set var $rbx = 4711
		print $rbx
		info registers rip cs eflags
		set var $xmm3.uint128 = 77
		print $xmm3.uint128
		print $_siginfo.si_signo
		set var *(char *)&total = 3
		print total
		info auxv
		info proc cmdline
		finish
		continue' --args "$prog" sum
}

session gdb_checkpoint 'Switching to Thread'
gdb_checkpoint() {
	# shellcheck disable=SC2016 # gdb's own variables
	gdb_of 'break add
		run
		checkpoint
		continue
		print total
		restart 1
		print total
		info checkpoints
		delete
		continue' --args "$prog" sum
}

session gdb_non_stop 'Thread 2'
gdb_non_stop() {
	gdb_of 'set non-stop on
		break work
		run
		thread 2
		bt 1
		delete
		continue' --args "$prog" threads
}

# ---- gdbserver -------------------------------------------------------------------------------

session gdbserver_stdio 'Breakpoint 1, add'
gdbserver_stdio() {
	# gdb itself doesn't trace.
	by_gdb "target remote | ${serve[*]} gdbserver - $prog threads
		break add
		continue
		info threads
		bt
		stepi
		finish
		delete
		continue" "$prog"
}

session gdbserver_multi 'Breakpoint 1, add'
gdbserver_multi() {
	by_gdb "target extended-remote | ${serve[*]} gdbserver --multi -
		set remote exec-file $prog
		file $prog
		break add
		run sum
		bt
		kill
		run sum
		continue
		delete
		continue"
}

session gdbserver_attach 'Attached; pid'
gdbserver_attach() {
	start_waiting wait
	by_gdb "target remote | ${serve[*]} gdbserver --attach - $target
		info threads
		print total
		detach" "$prog"
	printf x >&9
	end_waiting
}

session gdbserver_socket 'Breakpoint 1, add'
gdbserver_socket() {
	ip link set lo up 2>/dev/null
	traced gdbserver --once localhost:2345 "$prog" sum >server 2>&1 &
	until_there 'Listening on port' server
	by_gdb 'target remote localhost:2345
		break add
		continue
		bt
		delete
		continue' "$prog"
	wait $!
}

# ---- others ------------------------------------------------------------------------------------

session static_tracer 'status 0'
static_tracer() { traced "$here/h_tracer" "$prog" sum; }

session static_tracer_32 'status 0'
static_tracer_32() { traced "$here/h_tracer_32" "$here/h_session_32" sum; }

session ltrace 'exited (status 0)'
ltrace() { traced ltrace -o out "$prog" sum; }

session lldb 'stop reason = breakpoint'
lldb() {
	# Its own server is what traces.
	traced lldb --no-lldbinit --batch -o 'settings set target.disable-aslr true' -o 'breakpoint set -n add' -o run -o bt -o 'frame variable' \
		-o 'thread step-inst' -o finish -o 'breakpoint delete 1' -o continue -- "$prog" sum
}

session delve 'main.add'
delve() {
	printf '%s\n' 'break main.add' continue 'print value' next step stepout 'goroutine' \
		'clear 1' continue exit >commands
	traced dlv exec --allow-non-terminal-interactive=true --check-go-version=false \
		--init commands "$here/h_go" 2>&1
	rm commands
}

# vgdb traces valgrind where that sleeps in a system call.
session valgrind_vgdb 'n_errs_found 0'
valgrind_vgdb() {
	local target
	mkfifo input
	valgrind -q --vgdb=yes --vgdb-prefix="$PWD/vgdb" "$prog" read <input >target.out 2>&1 &
	target=$!
	exec 9>input
	until_there ready target.out
	rm input
	traced vgdb --vgdb-prefix="$PWD/vgdb" --pid="$target" v.info n_errs_found
	printf x >&9
	end_waiting
	rm -f vgdb*
}

session criu_dump '^dumped'
not_everywhere 'this criu knows no kernel as new as this'
criu_dump() {
	start_waiting read
	mkdir images
	traced criu dump -t "$target" -D images --shell-job -v0 --leave-running && echo dumped
	rm -rf images
	printf x >&9
	end_waiting
}

# On terminals of their own: the program is started on one and goes on on the other.
session reptyr 'the sum is 2'
reptyr() {
	local target old before deadline=$((SECONDS + 60))
	mkfifo old.input new.input
	script -qfc "echo \$\$ >number; exec $prog read" /dev/null <old.input >old.output 2>&1 &
	old=$!
	exec 8>old.input
	until_there ready old.output
	read -r target <number
	before=$(readlink "/proc/$target/fd/0")
	script -qfc "exec timeout --foreground -k 5 $LIMIT ${run[*]} reptyr $*$target" /dev/null \
		<new.input >new.output 2>&1 8>&- &
	exec 9>new.input
	until [ "$(readlink "/proc/$target/fd/0")" != "$before" ]; do
		[ "$SECONDS" -lt "$deadline" ] || { echo 'it stays on its terminal'; break; }
		sleep 0.05
	done
	printf 'x\n\004' >&9
	until_there 'the sum is' new.output
	exec 8>&- 9>&-
	# It stops itself when its child does, for good.
	kill -KILL "$old"
	wait
	rm old.input new.input number
}

# ---- the kernel's own tests ------------------------------------------------------------------

# kselftest PROGRAM [ARGUMENT…]: under the scope that Yama has, which some of them look up.
kselftest() {
	local scope=0
	{ read -r scope </proc/sys/kernel/yama/ptrace_scope; } 2>/dev/null
	sptrace scope set "$scope"
	traced "$here/kselftests/$1" "${@:2}" 2>&1
	echo "status $?"
	sptrace scope set 1
}

session kselftest_get_set_sud '^ok 1'
not_everywhere 'PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG is of Linux 6.4'
kselftest_get_set_sud() { kselftest get_set_sud; }

session kselftest_get_syscall_info '^ok 1'
kselftest_get_syscall_info() { kselftest get_syscall_info; }

session kselftest_set_syscall_info '^ok 1'
not_everywhere 'PTRACE_SET_SYSCALL_INFO is of Linux 6.16'
kselftest_set_syscall_info() { kselftest set_syscall_info; }

session kselftest_peeksiginfo '^PASS'
kselftest_peeksiginfo() { kselftest peeksiginfo; }

# Its other test fails natively, after half a minute.
session kselftest_vmaccess '^ok 1'
kselftest_vmaccess() { kselftest vmaccess -t vmaccess; }

# Those that trace; the first two are fixtures of many tests.
session kselftest_seccomp 'ok .*TRACE_syscall.ptrace'
kselftest_seccomp() {
	kselftest seccomp_bpf -f TRACE_poke -f TRACE_syscall -f O_SUSPEND_SECCOMP -t get_metadata -t syscall_restart
}

session kselftest_landlock '^ok 1'
kselftest_landlock() { kselftest ptrace_test; }

session kselftest_memfd_secret '^ok 5 ptrace is blocked'
kselftest_memfd_secret() { kselftest memfd_secret; }

session kselftest_empty_vm '^status 0'
kselftest_empty_vm() { kselftest proc-empty-vm; }

session kselftest_fsgsbase 'Tracee was resumed'
kselftest_fsgsbase() { kselftest fsgsbase; kselftest fsgsbase_restore; }

session kselftest_avx 'inject xstate via ptrace'
kselftest_avx() { kselftest avx; }

session kselftest_ptrace_syscall 'Restart the syscall'
kselftest_ptrace_syscall() { kselftest ptrace_syscall; kselftest ptrace_syscall_32; }

session kselftest_breakpoints '^ok 1'
kselftest_breakpoints() { kselftest breakpoint_test; }

# ---- both on one process --------------------------------------------------------------------

# The other player's: where the session's tracer is native, this one is served.
other() { if [ ${#serve[@]} = 0 ]; then sptrace run "$@"; else "$@"; fi; }

session strace_beside_gdb 'attached'
strace_beside_gdb() {
	local gdb strace
	start_waiting read
	printf '%s\n' "attach $target" 'shell echo attached >held' continue >commands
	other timeout -k 5 "$LIMIT" gdb -q -nx -batch -iex 'set debuginfod enabled off' -x commands \
		"$prog" </dev/null >gdb.out 2>&1 9>&- &
	gdb=$!
	until_there . held
	until_there ') S ' "/proc/$target/stat"
	traced strace -p "$target" -o out 2>said 9>&- &
	strace=$!
	until_there attached said
	printf x >&9
	end_waiting
	wait "$strace" "$gdb"
	rm held commands
}

# ---- with Debian 13's programs -----------------------------------------------------------------

in_13 strace_f strace_ff strace_threads strace_exec_thread strace_signals strace_p strace_seccomp \
	strace_inject strace_of_strace gdb_run gdb_watch gdb_signals gdb_fork gdb_threads gdb_catches_calls \
	gdb_attach gdb_checkpoint gdbserver_stdio gdbserver_socket ltrace

# ---- playing ----------------------------------------------------------------------------------

declare -A table

# print_all DIRECTORY: what the session wrote, and then each file that it made.
print_all() {
	local file
	cat "$1.output"
	for file in "$1"/*; do
		echo "== ${file##*/}"
		cat "$file"
	done
}

# play NAME PLAYER NUMBER
play() {
	local place=$tmp/$1.$2.$3 name=${1#13_}
	serve=()
	[ "$2" = native ] || serve=(sptrace run)
	# The two players' own paths must not differ.
	rm -rf "$tmp/stage"
	mkdir "$tmp/stage"
	(
		cd "$tmp/stage" || exit
		[ "$1" = "$name" ] || root+=(-C "$PWD")
		run=("${root[@]}" "${serve[@]}")
		echo "$PID_FIRST" >/proc/sys/kernel/ns_last_pid
		"$name"
		echo "status $?"
	) >"$tmp/output" 2>&1
	mv "$tmp/output" "$place.output"
	mv "$tmp/stage" "$place"
	print_all "$place" | "$here/sessions.py" "$PID_FIRST" >"$place.normal"
}

same() { cmp -s "$tmp/$1.native.$2.normal" "$tmp/$1.served.$3.normal"; }

# any_same NAME COUNT: of so many plays of each player.
any_same() {
	local i j
	for ((i = 1; i <= $2; i++)); do
		for ((j = 1; j <= $2; j++)); do
			same "$1" "$i" "$j" && return
		done
	done
	return 1
}

has_pattern() { grep -q -e "$2" "$tmp/$1.native.1.normal"; }

# compare NAME PATTERN
compare() {
	local name=$1 try lines started=$SECONDS
	root=()
	if [[ $name == 13_* ]] && ! enter_13; then
		reasons[$name]="there is no root of Debian 13 at $root_13"
		table[$name]='- - 0 skipped'
		return
	fi
	for ((try = 1; try <= TRIES; try++)); do
		play "$name" native "$try"
		if [ -n "${reasons[$name]:-}" ] && ! has_pattern "$name" "$2"; then
			table[$name]="$(wc -l <"$tmp/$name.native.1.normal") - $((SECONDS - started)) skipped"
			return
		fi
		play "$name" served "$try"
		any_same "$name" "$try" && break
	done
	lines="$(wc -l <"$tmp/$name.native.1.normal") $(wc -l <"$tmp/$name.served.1.normal") $((SECONDS - started))"
	if ! has_pattern "$name" "$2"; then
		echo "natively there is no '$2':"
		cat "$tmp/$name.native.1.normal"
		table[$name]="$lines broken"
		return 1
	fi
	if [ "$try" -gt "$TRIES" ]; then
		diff -U 2 --label native --label served "$tmp/$name.native.1.normal" \
			"$tmp/$name.served.1.normal"
		table[$name]="$lines different"
		return 1
	fi
	table[$name]="$lines equal"
}

# As the last word that matches says; without any, as if the opposite of the first came before it.
is_chosen() {
	local word answer=0
	[[ ${chosen[0]-!} == !* ]] || answer=1
	for word in "${chosen[@]}"; do
		# shellcheck disable=SC2053 # a pattern
		if [[ $word == !* && $1 == ${word#!} ]]; then
			answer=1
		elif [[ $1 == $word ]]; then
			answer=0
		fi
	done
	return "$answer"
}

chosen=("$@")
[ $# -gt 0 ] || read -r -a chosen <<<"${SPT_TEST_SESSIONS:-}"
playing=()
for name in "${sessions[@]}"; do
	! is_chosen "$name" || playing+=("$name")
done

echo 'TAP version 13'
echo "1..${#playing[@]}"
failed=0
for i in "${!playing[@]}"; do
	name=${playing[i]}
	if compare "$name" "${patterns[$name]}" >"$tmp/said"; then
		reason=
		[[ ${table[$name]} != *skipped ]] || reason=" # SKIP ${reasons[$name]}"
		echo "ok $((i + 1)) $name$reason"
	else
		sed 's/^/# /' "$tmp/said"
		echo "not ok $((i + 1)) $name"
		failed=1
	fi
	[ -z "${SPT_KEEP:-}" ] || cp "$tmp/$name".*.normal "$SPT_KEEP"
done
printf '# session %-24s %6s %6s %6s  %s\n' '(lines of output)' native served seconds outputs
for name in "${playing[@]}"; do
	# shellcheck disable=SC2086 # four words
	printf '# session %-24s %6s %6s %6s  %s\n' "$name" ${table[$name]}
done
exit "$failed"
