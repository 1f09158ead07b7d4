# SPDX-License-Identifier: GPL-2.0
# Start here: make help

MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

O := $(CURDIR)/build

# Which kernel the module is for: a directory to build against, a kernel of this project's by name,
# or the running one. Each has a build directory of its own, with a copy of the sources, since
# Kbuild puts objects beside them.
ifneq ($(KDIR),)
kernel := $(notdir $(patsubst %/build,%,$(KDIR:%/=%)))
else ifneq ($(KVER),)
kernel := $(KVER)
else
kernel := $(shell uname -r)
endif
M := $(O)/$(kernel)

# Evaluated in recipes alone: the debug kernel is built when its path is asked for. Sets $$release too,
# where the kernel is one of another Debian release than this machine's.
find_kdir = $(if $(KDIR),kdir=$(KDIR),$(if $(KVER),paths=$$(scripts/kernel-path $(KVER)) && eval "$$paths",\
	kdir=/lib/modules/$(kernel)/build))

# Copies sources, leaves objects and deletes what has no source any more.
sync = rsync -a --delete --exclude='*.o' --exclude='*.ko' --exclude='*.mod*' --exclude='.*' \
	--exclude='Module.symvers' --exclude='modules.order'

# Modules are built with the tools of the kernel's own release. Another make's job server means nothing
# in there, hence the -j.
in_root = $${release:+scripts/in-root $$release} $(MAKE) $${release:+-j$$(nproc)}

# The debug kernel has no BTF that would tell how its seccomp filters look; its source does.
KBUILD_FLAGS += $(if $(filter debug,$(KVER)),KCFLAGS=-DSPT_TRUST_SECCOMP_LAYOUT=1)

# $(call kbuild,DIRECTORY,SUBDIRECTORY,KDIR): one at a time for each directory.
kbuild = flock -w 1800 $(1)/.lock $(in_root) -C $(3) M=$(1)$(2) $(KBUILD_FLAGS) modules

# Make would take a failed command in a list for a success.
.SHELLFLAGS := -e -o pipefail -c

.PHONY: all
all: tools
	@$(find_kdir); if [ -n "$$release" ] || [ -e "$$kdir/Makefile" ]; then \
		$(MAKE) --no-print-directory module; \
	else \
		echo "The tools are built, the module is not: this machine's kernel, $(kernel), has no headers here."; \
		echo "Build it for another with make KVER=6.12 (6.1, 7.3), or with make KDIR=<kernel build directory>."; \
	fi

## module    the module alone; KVER=6.1, 6.12, 6.12-deb13, 7.3 or debug, or KDIR=, choose the kernel
.PHONY: module
module:
	@mkdir -p $(M)
	@$(find_kdir); \
	[ -n "$$release" ] || [ -e "$$kdir/Makefile" ] || { echo "$$kdir has no kernel to build against; try KVER=6.12" >&2; exit 1; }; \
	flock -w 1800 $(M)/.lock $(sync) Kbuild module include $(M)/; \
	$(call kbuild,$(M),,"$$kdir"); \
	echo "built $(M:$(CURDIR)/%=%)/sptrace.ko"

## tools     the programs and libraries, into build/bin and build/lib
.PHONY: tools
tools:
	@$(MAKE) --no-print-directory -C tools O=$(O)

## kunit     the KUnit modules; KVER=uml or debug chooses the kernel
.PHONY: kunit
kunit:
	@mkdir -p $(O)/kunit-$(KVER)
	@paths=$$(scripts/kernel-path $(KVER)); eval "$$paths"; \
	flock -w 1800 $(O)/kunit-$(KVER)/.lock $(sync) kunit module include $(O)/kunit-$(KVER)/; \
	$(call kbuild,$(O)/kunit-$(KVER),/kunit,"$$kdir") $(if $(filter uml,$(KVER)),ARCH=um)

## install   the tools, what a system must know, and the module's source for dkms; PREFIX=, DESTDIR=
.PHONY: install uninstall
install uninstall:
	@$(MAKE) --no-print-directory -C tools O=$(O) $@
	@$(MAKE) --no-print-directory -C packaging $@

## uninstall removes what install installed; wants the same variables

## modules_install the module where modprobe finds it, for the kernel that make module is for
.PHONY: modules_install
modules_install: module
	@$(find_kdir); \
	[ -z "$$release" ] || { echo "$(kernel) is not a kernel of this machine's Debian release" >&2; exit 1; }; \
	[ -e "$$kdir/certs/signing_key.pem" ] || unsigned=CONFIG_MODULE_SIG_ALL=; \
	$(MAKE) -C "$$kdir" M=$(M) $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) $$unsigned $@; \
	$(if $(DESTDIR),,depmod "$$(cat "$$kdir/include/config/kernel.release")")

## demo      containers and traced programs in a virtual machine, on one screen
.PHONY: demo
demo:
	@scripts/demo

## check     every test; SUITE= and KERNEL= narrow it (scripts/check --help)
.PHONY: check
check: python
	@scripts/check

## bench     the benchmarks, and build/bench.json
.PHONY: bench
bench: python
	@scripts/bench

# A new machine may lack what these two are written in; they see to the rest themselves.
.PHONY: python
python:
	@[ -x /usr/bin/python3 ] || scripts/setup

## lint      the style checks; no output means no finding
.PHONY: lint
lint:
	@scripts/lint

## clean     removes what was built, but keeps the kernels in the cache folder
.PHONY: clean
clean:
	rm -rf $(O)

## distclean removes the cache folder's kernels too
.PHONY: distclean
distclean: clean
	rm -rf $${XDG_CACHE_HOME:-$$HOME/.cache}/sptrace

.PHONY: help
help:
	@echo 'make [all] builds the module for the running kernel, and the tools. Other targets:'
	@sed -n 's/^## //p' Makefile | while read -r target text; do \
		printf '  make %-15s %s\n' "$$target" "$$text"; done
