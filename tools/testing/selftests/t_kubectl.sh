#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: t_kubectl, with sptrace in PATH and packaging/ beside this program
#
# What `kubectl debug --target` makes, by crun: a program as process 1 of a container, and a debugger in
# a second one, which has the pid namespace of the first and its own of everything else. Both run as user
# 1000, without any capability and without a way to get one, and no seccomp filter refuses ptrace(2). It
# is Yama then that decides about native ptrace, and the pid namespace's scope that decides about the
# shadow's, with the reads of /proc/PID/mem that gdb's attach is of no use without.
#
# With the argument "inside" this is what runs in the second container.

# shellcheck disable=SC2317 # what is checked is called by name
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

# ---- in the debugger's container: each tool on process 1; says what came of it ---------------------

if [ "${1-}" = inside ]; then
	tmp=$(mktemp -d)
	# From the build, whose directory is shown here.
	export PATH=$here/../bin:$PATH LD_LIBRARY_PATH=$here/../lib

	until_there() {
		until grep -q "$1" "$2" 2>/dev/null || ! kill -0 "$3" 2>/dev/null; do sleep 0.1; done
	}

	# stays NAME COMMAND…: a tracer that stays until it is told to go.
	stays() {
		local name=$1 tracer
		shift
		"$@" -o "$tmp/log" -p 1 2>"$tmp/said" &
		tracer=$!
		until_there attached "$tmp/said" "$tracer"
		kill -INT "$tracer" 2>/dev/null
		wait "$tracer"
		judge "$name" "$tmp/log" '^read(0'
	}

	# debugs NAME COMMAND…
	debugs() {
		local name=$1
		shift
		"$@" gdb -q -nx -batch -iex 'set debuginfod enabled off' -ex 'attach 1' \
			-ex 'print add(4)' -ex 'print add(1)' -ex detach "$here/h_session" \
			</dev/null >"$tmp/log" 2>"$tmp/said"
		# shellcheck disable=SC2016 # gdb's own variable
		judge "$name" "$tmp/log" '^\$2 = [0-9][0-9]*$'
	}

	judge() {
		if grep -q "$3" "$2" 2>/dev/null; then
			echo "$1 works"
		elif grep -q 'Operation not permitted' "$tmp/said"; then
			echo "$1 refused"
		else
			echo "$1 fails:"
			tail -n 20 "$tmp/said" "$2"
		fi
		rm -f "$2" "$tmp/said"
	}

	grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
	for kind in pid mnt uts; do readlink "/proc/self/ns/$kind"; done
	echo "first $(tr '\0' ' ' </proc/1/cmdline)"
	stays native-strace strace
	stays strace sptrace run strace
	stays trace sptrace trace
	[ "${2-}" != gdb ] || {
		debugs native-gdb env
		debugs gdb sptrace run
	}
	exit 0
fi

# ---- outside ---------------------------------------------------------------------------------------

# shellcheck source=tools/testing/selftests/tap.sh
. "$here/tap.sh"
says() { grep -qE -- "$1" "$out"; }

# config DIRECTORY UID PID-NAMESPACE ARGUMENT…: an OCI configuration: that of packaging/ as a Kubernetes
# has it, without a user namespace and without a filter. A PID-NAMESPACE of - is a new one.
config() {
	python3 - "$rootfs" "$here" "$@" <<-'END'
		import json, os, sys
		rootfs, here, directory, user, namespace, *arguments = sys.argv[1:]
		with open(f"{here}/packaging/oci/config.json", encoding="utf-8") as file:
		    config = json.load(file)
		config["root"]["path"] = rootfs
		config["process"]["args"] = arguments
		config["process"]["user"] = {"uid": int(user), "gid": int(user)}
		linux = config["linux"]
		for name in "seccomp", "uidMappings", "gidMappings":
		    del linux[name]
		linux["namespaces"] = [kind for kind in linux["namespaces"] if kind["type"] != "user"]
		if namespace != "-":
		    linux["namespaces"][0]["path"] = namespace
		status = os.stat("/dev/sptrace")
		numbers = {"major": os.major(status.st_rdev), "minor": os.minor(status.st_rdev)}
		linux["devices"][0].update(numbers, fileMode=0o666)
		linux["resources"]["devices"][1].update(numbers)
		if namespace == "-":
		    # Only the debugger's container has the device.
		    linux["devices"] = []
		    del linux["resources"]
		os.makedirs(directory, exist_ok=True)
		with open(f"{directory}/config.json", "w", encoding="utf-8") as file:
		    json.dump(config, file)
	END
}

# start_app NAME COMMAND…: as process 1 of a container; its number here is $app.
start_app() {
	local name=$1
	shift
	config "$tmp/$name" 1000 - "$@"
	mkfifo "$tmp/$name/input"
	crun run --bundle "$tmp/$name" --pid-file "$tmp/$name/pid" "$name" <"$tmp/$name/input" \
		>"$tmp/$name/said" 2>&1 &
	exec 9>"$tmp/$name/input"
	eventually grep -q ready "$tmp/$name/said" || { cat "$tmp/$name/said"; return 1; }
	app=$(cat "$tmp/$name/pid")
}

# It must have survived all that was done to it.
end_app() {
	exec 9>&-
	eventually grep -q '^the sum is' "$tmp/$1/said"
	check "$1: it ends by itself" grep '^the sum is' "$tmp/$1/said"
}

# debug NAME [gdb]: with the app's pid namespace; its answer is in $out.
debug() {
	local name=$1
	shift
	out=$tmp/$name.said
	config "$tmp/$name" 1000 "/proc/$app/ns/pid" /mnt/tests/t_kubectl inside "$@"
	timeout "${SPT_TEST_LIMIT:-600}" crun run --bundle "$tmp/$name" "$name" </dev/null >"$out" 2>&1
	evidence=("$out")
}

# expect WHAT TOOL… (works|refused)
expect() {
	local what=$1 answer=${*: -1} tool
	shift
	set -- "${@:1:$#-1}"
	for tool; do
		check "$what: $tool $answer" says "^$tool $answer\$"
	done
}

yama=/proc/sys/kernel/yama/ptrace_scope
if [ ! -e $yama ] || [ ! -x "$(command -v crun)" ]; then
	skip kubectl 'neither Yama nor crun may be missing here'
	end_tests
fi
# The number can't be lowered from 3 alone.
read -r yama_before <$yama
tmp=$(mktemp -d)
rootfs=$(mktemp -d)
cleanup() {
	echo "$yama_before" >"$yama"
	crun delete --force plain
	crun delete --force declared
	umount "$rootfs/mnt" "$rootfs"
	rmdir "$rootfs"
	rm -rf "$tmp"
} 2>/dev/null
trap cleanup EXIT
make_rootfs() { mount --bind / "$rootfs" && mount --bind "$here/.." "$rootfs/mnt"; }
make_rootfs || { echo 'Bail out! no root for a container'; exit 1; }

native=(native-strace)
shadow=(strace trace)

# A program that has said nothing.
start_app plain /mnt/tests/h_session read
echo 1 >"$yama"
debug plain-1
check 'the debugger has no capability' says '^CapEff:.0000000000000000$'
check 'nor one to be had' says '^CapBnd:.0000000000000000$'
check 'nor new privileges' says '^NoNewPrivs:.1$'
check 'it has no filter' says '^Seccomp:.0$'
check 'it is user 1000' says '^Uid:.1000'
check 'it has the pid namespace of the program' says "^$(readlink "/proc/$app/ns/pid" | sed 's/[][]/\\&/g')\$"
check 'and a mount namespace of its own' test "$(grep -cxF "$(readlink "/proc/$app/ns/mnt")" "$out")" = 0
check 'the program is process 1' says '^first /mnt/tests/h_session read'
expect 'Yama 1' "${native[@]}" "${shadow[@]}" refused

sptrace scope set classic --instead-of-yama --pid "$app"
debug plain-1-classic
expect 'Yama 1, classic instead' "${native[@]}" refused
expect 'Yama 1, classic instead' "${shadow[@]}" works
echo 2 >"$yama"
debug plain-2-classic gdb
expect 'Yama 2, classic instead' "${native[@]}" native-gdb refused
expect 'Yama 2, classic instead' "${shadow[@]}" gdb works

sptrace scope set restricted --instead-of-yama --pid "$app"
debug plain-2-restricted
expect 'Yama 2, restricted instead' "${native[@]}" "${shadow[@]}" refused
end_app plain

# One that has called prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY), by a command that needs no device.
start_app declared /mnt/bin/sptrace allow any /mnt/tests/h_session read
debug declared-2
expect 'declared, Yama 2' "${native[@]}" "${shadow[@]}" refused
echo 1 >"$yama"
debug declared-1 gdb
expect 'declared, Yama 1' "${native[@]}" native-gdb "${shadow[@]}" gdb works
echo 2 >"$yama"
sptrace scope set restricted --instead-of-yama --pid "$app"
debug declared-2-restricted gdb
expect 'declared, Yama 2, restricted instead' "${native[@]}" native-gdb refused
expect 'declared, Yama 2, restricted instead' "${shadow[@]}" gdb works
end_app declared

end_tests
