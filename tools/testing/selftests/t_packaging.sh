#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: t_packaging, with sptrace in PATH and packaging/ beside this program
#
# What is installed for a system, on a system: sysusers makes the group, udev gives
# it the device, its members can trace with it, in containers of their own too, and
# others can't open it; and the parameters that modprobe.d shows are the module's,
# with the module's defaults.

# shellcheck disable=SC2317 # what is checked is called by name
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
packaging=$here/packaging
tmp=$(mktemp -d)
# Not in $tmp: what is mounted there must never be removed with it.
rootfs=$(mktemp -d)
cleanup() {
	# The engine leaves a process that keeps its namespaces.
	pkill -KILL -U sptrace-test
	umount "$rootfs/mnt" "$rootfs"
	rmdir "$rootfs"
	rm -rf "$tmp"
	# Others find the device as it was.
	chown root:root /dev/sptrace
	chmod 600 /dev/sptrace
} 2>/dev/null
trap cleanup EXIT
# shellcheck source=tools/testing/selftests/tap.sh
. "$(dirname "$0")/tap.sh"

is() { [ "$1" = "$2" ] || { echo "$1 instead of $2"; false; }; }

device() { stat -c '%U %G %a' /dev/sptrace; }

# as_user GROUPS COMMAND…: a user without any privilege, in these groups beside its own.
as_user() {
	local groups=$1
	shift
	setpriv --reuid 4711 --regid 4711 --groups "4711${groups:+,$groups}" --inh-caps=-all \
		--no-new-privs "$@"
}

# ---- the parameters ---------------------------------------------------------------

parameters() {
	local file
	for file in /sys/module/sptrace/parameters/*; do
		[ "${file##*/}" = hide_symbol ] || echo "${file##*/}=$(cat "$file")"
	done
}

shown() { sed -n 's/^#options sptrace //p' "$packaging/modprobe.d/sptrace.conf" | sort; }

check 'modprobe.d shows the parameters and their defaults' is "$(shown)" "$(parameters | sort)"

# ---- the device ---------------------------------------------------------------------

check "without a rule the device is root's alone" is "$(device)" 'root root 600'

# By udev, of which nothing is left then.
apply_rule() {
	local tries=0 status=0
	mkdir -p /etc/udev/rules.d
	cp "$packaging/udev/60-sptrace.rules" /etc/udev/rules.d/
	/lib/systemd/systemd-udevd &
	until udevadm control --ping; do
		tries=$((tries + 1))
		[ "$tries" -lt 300 ] || break
		sleep 0.2
	done
	timeout 60 udevadm trigger --action=add --settle /sys/class/misc/sptrace || status=1
	timeout 60 udevadm control --exit || kill -KILL $!
	wait $! || status=1
	return "$status"
}

check 'udev applies the rule where there is no group' apply_rule
check "it stays root's" is "$(device)" 'root root 660'

check 'sysusers makes the group' systemd-sysusers "$packaging/sysusers.d/sptrace.conf"
check 'that is there' getent group sptrace
check 'udev applies the rule' apply_rule
check 'the device is the group'\''s, too' is "$(device)" 'root sptrace 660'

group=$(getent group sptrace | cut -d: -f3)
chmod 777 "$tmp"
check 'a member of the group traces' \
	as_user "$group" sptrace trace -o "$tmp/log" true
check 'to the end' grep -qxF '+++ exited with 0 +++' "$tmp/log"
as_user '' sptrace status >"$tmp/refused" 2>&1
check 'who is no member may not open it' \
	grep -qF "can't open /dev/sptrace: Permission denied" "$tmp/refused"

# ---- a member's own containers -----------------------------------------------------------

# by_podman ARGUMENT…: traces in a container of that user's. No tmpfs is filled with
# what is there outside: that may be more than fits in memory.
by_podman() {
	setpriv --reuid sptrace-test --regid sptrace-test --init-groups \
		env -C / HOME=/home/sptrace-test USER=sptrace-test XDG_RUNTIME_DIR="$tmp/runtime" \
		timeout 300 podman --cgroup-manager cgroupfs --storage-driver vfs --events-backend none \
		run --rm --log-driver none --cgroups disabled --network none --cap-drop all \
		--device sptrace/ptrace=shadow "$@" --read-only --tmpfs /tmp:notmpcopyup \
		--tmpfs /var/tmp:notmpcopyup --tmpfs /run:notmpcopyup \
		--rootfs "$rootfs" /mnt/bin/sptrace trace true
}

# A root for it of one file system and what was built.
make_rootfs() {
	useradd --create-home --groups sptrace sptrace-test &&
		install -d -o sptrace-test "$tmp/runtime" &&
		install -D -m 644 -t /etc/cdi "$packaging/cdi/sptrace.json" &&
		mount --bind / "$rootfs" && mount --bind "$here/.." "$rootfs/mnt"
}

if [ -x "$(command -v podman)" ]; then
	check 'a user in the group' make_rootfs
	by_podman >"$tmp/refused" 2>&1
	check 'a container that drops the group may not open the device' \
		grep -qF "can't open /dev/sptrace: Permission denied" "$tmp/refused"
	by_podman --group-add keep-groups >"$tmp/traced" 2>&1
	check 'one that keeps it traces' grep -qxF '+++ exited with 0 +++' "$tmp/traced"
else
	skip "a member's own containers" 'podman is not installed'
fi

end_tests
