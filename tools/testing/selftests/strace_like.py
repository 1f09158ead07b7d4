#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Compares what strace and sptrace trace wrote of the same program, call by call (t_strace).

Usage: strace_like.py STRACE SPTRACE

Prints the lines that differ, and ends with 1 if there are any. What no two runs have in common is
replaced: addresses, numbers of processes, times, random bytes. What remains different must be on the
list below, each with its reason.
"""

import difflib
import re
import sys

import sessions

REPLACED = [
    (re.compile(r"0x[0-9a-f]{5,}"), "ADDR"),
    (re.compile(r"(pipe|socket|anon_inode):\[\d+\]"), r"\1:[N]"),
    (re.compile(r"(getrandom\()\".*?\"\.*"), r"\1RANDOM"),
    # What a file has been used for, and how much there is of the machine's.
    (re.compile(r"tv_(sec|nsec|usec)=\d+"), r"tv_\1=N"),
    (re.compile(r"(si_utime|si_stime|uptime|loads|totalram|freeram|sharedram|bufferram|totalswap"
                r"|freeswap|procs|f_bfree|f_bavail|f_ffree)=(\d+|\[.*?\])(?: /\*.*?\*/)?"), r"\1=N"),
    (re.compile(r"\b(read\(\d+, \")\d+ .*?\"(\.\.\.)?, (\d+)\) = \d+"), r'\1STAT", \3) = N'),
    (re.compile(r"/tmp/[\w./-]*XX?\w*"), "/tmp/X"),
    (re.compile(r"\b\d+ vars"), "N vars"),
    (re.compile(r"\b[A-Za-z0-9]{6}(?=\.tmp\b)"), "NAME"),
]

# What strace writes, what sptrace trace does, and why. Both are regular expressions of a whole line.
DIFFERENCES = [
]


def sort_flags(match):
    """In which order bits are named is a table's."""
    return "|".join(sorted(match[0].split("|")))


def normalise(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = list(sessions.split_by_process(file.read().splitlines()))
    names = {}

    def name(match):
        return names.setdefault(match[0], f"P{len(names) + 1}")
    result = []
    for line in lines:
        line = re.sub(r"\) += ", ") = ", line)
        if begun := re.match(r"(\d+) ", line):
            names.setdefault(begun[1], f"P{len(names) + 1}")
        for pattern, replacement in REPLACED:
            line = pattern.sub(replacement, line)
        line = re.sub(r"\b[A-Z_]\w*(\|[A-Z_]\w*)+", sort_flags, line)
        result.append(line)
    # Numbers of processes, wherever they stand, once all are known.
    if names:
        pids = re.compile(r"(?<![\w.])(" + "|".join(names) + r")(?![\w.*])")
        result = [pids.sub(name, line) for line in result]
    return [re.sub(r"(?<=[=( ,])\d{4,7}(?=[,)]|$| /)(?<!\d{8})", pid_like, line) for line in result]


def pid_like(match):
    return match[0]


def is_known(ours, theirs):
    return any(re.fullmatch(a, theirs) and re.fullmatch(b, ours) for a, b, _ in DIFFERENCES)


def main():
    theirs, ours = (normalise(path) for path in sys.argv[1:3])
    different = 0
    matcher = difflib.SequenceMatcher(None, theirs, ours, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        if b - a == d - c and all(map(is_known, ours[c:d], theirs[a:b])):
            continue
        different += 1
        for line in theirs[a:b]:
            print(f"strace:  {line}")
        for line in ours[c:d]:
            print(f"sptrace: {line}")
    print(f"{len(theirs)} lines, {different} places differ")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
