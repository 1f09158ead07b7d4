# shellcheck shell=bash disable=SC2154 # $tmp is for those that read it in to set
# SPDX-License-Identifier: GPL-2.0
# For tests written in bash, which read it in: a line of TAP for each check. They have a folder $tmp,
# and may name files of which a failed check is to show the end.

tests=0
failed=0
evidence=()

# check NAME COMMAND…
check() {
	local name=$1
	shift
	tests=$((tests + 1))
	if "$@" >"$tmp/check" 2>&1; then
		echo "ok $tests $name"
		return
	fi
	echo "not ok $tests $name"
	failed=1
	{ echo "failed: $*"; tail -n 30 "$tmp/check" "${evidence[@]}"; } 2>/dev/null | sed 's/^/# /'
}

# skip NAME REASON
skip() {
	tests=$((tests + 1))
	echo "ok $tests $1 # SKIP $2"
}

# eventually COMMAND…: whether it succeeds within a minute.
eventually() {
	local deadline=$((SECONDS + 60))
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

# The plan, and the status to end with.
end_tests() {
	echo "1..$tests"
	exit "$failed"
}
