#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# The first process of scripts/uml's kernel: inserts the modules it is given, then ends the machine.
# What it has to say goes to the kernel's log, since that is what scripts/uml prints.

b=/bin/busybox
$b mount -t devtmpfs dev /dev 2>/dev/null || $b mount -t tmpfs dev /dev
[ -c /dev/kmsg ] || $b mknod /dev/kmsg c 1 11
$b mount -t proc proc /proc
for module; do
	error=$($b insmod "$module" 2>&1) || echo "uml-init: $error" >/dev/kmsg
done
echo 'uml-init: done' >/dev/kmsg
$b poweroff -f
