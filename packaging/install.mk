# SPDX-License-Identifier: GPL-2.0
# Where things are installed, and as which version; for every Makefile that installs. They set TOP
# before. DESTDIR= is put before every path, and PREFIX=/usr is what a distribution says, with
# LIBDIR=/usr/lib/x86_64-linux-gnu or the like.

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
DOCDIR ?= $(DATADIR)/doc/sptrace
COMPLETIONSDIR ?= $(DATADIR)/bash-completion/completions
# udev, sysusers, modprobe and modules-load look in these three and in no other.
CONFDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),$(PREFIX)/lib,/etc)
# Container engines and dkms look nowhere else, whatever the prefix.
CDIDIR ?= /etc/cdi
DKMSDIR ?= /usr/src

# dkms.conf is the one place that has it, since dkms takes nothing but a literal word.
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' $(TOP)/dkms.conf)
