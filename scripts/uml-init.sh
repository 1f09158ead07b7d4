#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The first process of scripts/uml's kernel: runs the KUnit modules it is given, then ends the
# machine.

b=/bin/busybox
$b mount -t tmpfs dev /dev
$b mknod /dev/kmsg c 1 11
$b mount -t proc proc /proc
# The kernel adds arguments of its own.
modules=
for argument; do
	case $argument in *.ko) modules="$modules $argument" ;; esac
done
# shellcheck disable=SC2086 # paths without spaces, as everything on a kernel's command line
"${0%/*}/kunit-insert.sh" $modules
$b poweroff -f
