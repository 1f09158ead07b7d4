#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The first process of scripts/vm's guest: builds its root from the host's files and an overlay in
# memory, and hands over to vm-init.sh there. Any failure here ends it, thus panics the guest.

set -e
b=/bin/busybox

$b mount -t devtmpfs dev /dev
for module in /modules/*; do
	[ ! -e "$module" ] || $b insmod "$module"
done

$b mkdir /host /memory /new
$b mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose root /host
$b mount -t tmpfs -o size=80%,mode=755 memory /memory
$b mkdir /memory/upper /memory/work
$b mount -t overlay -o lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work overlay /new

$b mount --move /dev /new/dev
$b mount -t tmpfs -o mode=755,nosuid,nodev run /new/run
$b cp -r /payload /new/run/vm
$b cp $b /new/run/vm/busybox
exec $b switch_root /new /run/vm/init
