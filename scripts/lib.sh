# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # variables are for those that source it
# What several scripts of this directory need; sourced, never run.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/sptrace
ME=${0##*/}

say() { printf '%s: %s\n' "$ME" "$*" >&2; }
die() { say "$*"; exit 1; }

# The --help text of a script is the comment below its SPDX line.
usage() { sed -n '3,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# run_in_group PID-VARIABLE COMMAND…: starts COMMAND in the background as the leader of a session of
# its own, so that end_group can end all it has started.
run_in_group() {
	local -n pid_ref=$1
	shift
	setsid "$@" &
	pid_ref=$!
}

# end_group PID: ends what run_in_group started, if it still runs, and waits for its leader.
end_group() {
	[ -n "$1" ] || return 0
	if kill -TERM -- "-$1" 2>/dev/null; then
		wait "$1" 2>/dev/null || return 0
	fi
}

source_dir() { printf '%s/src/linux-source-%s\n' "$CACHE" "$1"; }

# One line of text that changes with a kernel's sources or with the options asked for, and with
# nothing else: comments in a fragment may be mended without a new build.
config_lines() { grep -E '^(CONFIG_[A-Z0-9_]+=|# CONFIG_[A-Z0-9_]+ is not set$)' "$1"; }

# ---- Debian's releases, and the kernels that come from them ---------------------------------------

declare -A CODENAME=([12]=bookworm [13]=trixie)
KERNELS='6.1 6.12 6.12-deb13 7.3'

# The release that this machine runs.
host_release() {
	local id
	id=$(. /etc/os-release && echo "${ID-} ${VERSION_ID-}")
	case $id in
	'debian 12' | 'debian 13') echo "${id#debian }" ;;
	*) die "this machine runs neither Debian 12 nor 13 (/etc/os-release says: $id)" ;;
	esac
}

# The release that a kernel is packaged for, whose tools its modules are built with. 6.12 is that of
# this machine.
release_of() {
	case $1 in
	6.1) echo 12 ;;
	6.12) host_release ;;
	6.12-deb13 | 7.3) echo 13 ;;
	*) die "no kernel is called $1 (have: $KERNELS)" ;;
	esac
}

# The system with a release's tools: none in particular (an empty line) if this machine runs it, else
# a root of our own, for scripts/in-root.
release_root() { [ "$1" = "$(host_release)" ] || printf '%s/root/%s\n' "$CACHE" "$1"; }

# The newest packaged kernel of a name whose headers are there; nothing if there is none.
stock_version() {
	local series=${1%-deb*} release root
	release=$(release_of "$1")
	root=$(release_root "$release")
	if [ -n "$root" ]; then
		# Written when all of it is unpacked.
		cat "$root/kernels/$series" 2>/dev/null || :
		return
	fi
	dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "linux-headers-$series.*-amd64" 2>/dev/null |
		sed -n 's/^ii  linux-headers-//p' | stock_newest
}

# The newest of those that standard input names, one a line, leaving out those for clouds and PREEMPT_RT.
stock_newest() { { grep -vE -- '-(cloud|rt)-amd64$' || test $? = 1; } | sort -V | tail -n 1; }

# Where the image and the modules of a stock kernel are: in the system if its package is installed,
# else unpacked in the cache.
stock_root() {
	if [ -e "/boot/vmlinuz-$1" ]; then echo /; else echo "$CACHE/image/$1"; fi
}

# The image itself; newer packages have it beside the modules. Nothing if it is not there.
stock_image() {
	local image root
	root=$(stock_root "$1")
	for image in "${root%/}/boot/vmlinuz-$1" "${root%/}/lib/modules/$1/vmlinuz"; do
		[ ! -e "$image" ] || { echo "$image"; return; }
	done
}

# An apt of our own for a release, as arguments of apt-get and apt-cache: its sources, lists and
# cache are below $CACHE/apt, this machine's apt is left alone. scripts/setup makes it.
apt_of() { printf '%s\n' "-c$CACHE/apt/$1/apt.conf"; }

# ktap_of LOG: the KTAP of the KUnit modules that kunit-insert.sh ran, as kunit.py wants it: one head
# and plan for all (6.1 prints none for a module, 6.12 one for each), with as many suites announced
# as were begun, so that one that does not end is missed. Fails, saying why, when a module could not
# be inserted or the log has no end. (The end is printed too: kunit.py crashes when the last result
# is the last line.)
ktap_of() {
	local body
	body=$(sed 's/^\[ *[0-9]*\.[0-9]*\] //; s/\r$//' "$1" |
		sed -n '/^kunit-insert: begin/,/^kunit-insert: end/p' |
		sed '1d; /^KTAP version /d; /^1\.\.[0-9]*$/d')
	if grep '^kunit-insert: error' <<<"$body" >&2; then
		return 1
	elif [ "${body##*$'\n'}" != 'kunit-insert: end' ]; then
		say 'the KUnit modules did not come to their end'
		return 1
	fi
	echo 'KTAP version 1'
	echo "1..$(grep -c '^    # Subtest: ' <<<"$body")"
	awk '/^(not )?ok [0-9]+ / { sub(/ok [0-9]+/, "ok " ++suite) } { print }' <<<"$body"
}
