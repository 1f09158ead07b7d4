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
    (re.compile(r"(getrandom\().*?, (\d+, )"), r"\1RANDOM, \2"),
    (re.compile(r"tv_(sec|nsec|usec)=\d+(\}?)( /\*.*?\*/)?"), r"tv_\1=N\2"),
    # Of the machine, which is used meanwhile.
    (re.compile(r"(si_utime|si_stime|tms_\w+|uptime|loads|totalram|freeram|sharedram|bufferram|totalswap"
                r"|freeswap|procs|f_bfree|f_bavail|f_ffree)=(\d+|\[.*?\])(?: /\*.*?\*/)?"), r"\1=N"),
    (re.compile(r"^((?:\d+ )?(?:times|time|gettimeofday)\(.*?\)) = .*"), r"\1 = N"),
    # Of /proc/PID.
    (re.compile(r'\bread\((\d+), "\d+ .*?"(\.\.\.)?, (\d+)\) = \d+'), r'read(\1, STAT, \3) = N'),
    (re.compile(r"(/proc/)\d+"), r"\1PID"),
    # Names that a program makes up.
    (re.compile(r"/tmp/(cc|tmp\.?|sort|sh-thd\.?)\w+"), r"/tmp/\1X"),
    (re.compile(r"\b\d+ vars"), "N vars"),
    # It ends what the signal came after, whatever that was.
    (re.compile(r"^((?:\d+ )?rt_sigreturn\(.*?\)) = .*"), r"\1 = N"),
    # No two tracers are the same process.
    (re.compile(r"getppid\(\) = \d+"), "getppid() = N"),
]

# What strace writes, what sptrace trace does, and why. Both are regular expressions of a whole line.
DIFFERENCES = [
    (r".*BTRFS_IOC_CLONE or FICLONE.*", r".*FICLONE.*", "one number, of which the second name is the new one"),
    (r".*set_thread_area\(\{.*", r".*set_thread_area\(ADDR\) = 0", "once in each 32-bit program, and nobody's own"),
]


def sort_flags(match):
    """In which order bits are named is a table's."""
    return "|".join(sorted(match[0].split("|")))


def put_ends_last(lines):
    """When a child's end is noticed is nobody's doing: SIGCHLD comes after the process's calls."""
    groups = {}
    for line in lines:
        groups.setdefault(line.split(" ")[0], []).append(line)
    for group in groups.values():
        late = [line for line in group if "--- SIGCHLD {" in line]
        yield from (line for line in group if line not in late)
        yield from late


def normalise(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = list(put_ends_last(sessions.split_by_process(file.read().splitlines())))
    names = {}
    for line in lines:
        names.setdefault(line.split(" ")[0], f"P{len(names) + 1}")
    # They begin where no other number is like them.
    pids = re.compile(r"(?<![\w.\\])(" + "|".join(names) + r")(?![\w.*])")
    result = []
    for line in lines:
        line = re.sub(r"\) += ", ") = ", line)
        for pattern, replacement in REPLACED:
            line = pattern.sub(replacement, line)
        line = re.sub(r"\b[A-Z_]\w*(\|[A-Z_]\w*)+", sort_flags, line)
        result.append(pids.sub(lambda match: names[match[0]], line))
    return result


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
