#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# Usage: kunit-insert.sh MODULE.ko…
#
# Inserts and removes KUnit modules in a guest. The marks in the kernel's log are for ktap_of in
# lib.sh: what stands between them is the modules' results.

b=/bin/busybox
echo 'kunit-insert: begin' >/dev/kmsg
for module; do
	error=$($b insmod "$module" 2>&1) || echo "kunit-insert: error: $error" >/dev/kmsg
done
for module; do
	name=${module##*/}
	error=$($b rmmod "${name%.ko}" 2>&1) || echo "kunit-insert: error: $error" >/dev/kmsg
done
echo 'kunit-insert: end' >/dev/kmsg
