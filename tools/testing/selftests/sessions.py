#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Makes two outputs of a tracer comparable (t_sessions): reads one, prints it normalised.

Usage: sessions.py PID_FIRST <OUTPUT

What differs from run to run is replaced: addresses, times, inodes, random bytes, and the numbers of
processes, which count from PID_FIRST, by P1, P2, … in their order. The lines of strace -f are sorted
by process, and a call that was unfinished and resumed is made one, since when two processes run at
once, which of their calls comes first is nobody's doing.
"""

import re
import sys

# How many processes one session may start.
PIDS = 900

LINE_OF_PROCESS = re.compile(r"^(?:\[pid +(\d+)\]|(\d+)) (.*)$")
UNFINISHED = re.compile(r"^(.*?),? *<unfinished \.\.\.>$")
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>,? *(.*)$")

# gdb's news of threads come when it notices, between whatever else.
LEFT_OUT = re.compile(r"^\[(New Thread .*|Thread .* exited|Switching to Thread .*)\]$\n?", re.MULTILINE)

REPLACED = [
    (re.compile(r"0x[0-9a-f]{5,}"), "ADDR"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{8,}\b"), "RANGE"),
    (re.compile(r"(pipe|socket|anon_inode):\[\d+\]"), r"\1:[N]"),
    (re.compile(r"si_utime=\d+(?: /\*.*?\*/)?, si_stime=\d+(?: /\*.*?\*/)?"), "si_TIMES"),
    (re.compile(r"(getrandom\()\".*?\"\.*"), r"\1RANDOM"),
    (re.compile(r"/tmp/(cc|tmp\.|gdb)\w+"), r"/tmp/\1X"),
    (re.compile(r"\d+\.\d{6}"), "TIME"),
    # Each of Go's processors has numbers to give of its own.
    (re.compile(r"\b([Gg]oroutine[ (])\d+"), r"\1N"),
    (re.compile(r"(Remote debugging from host .*, port )\d+"), r"\1N"),
    # Space that a column of numbers needs, of which a process's is one.
    (re.compile(r" +$", re.MULTILINE), ""),
]


def join(begun, done):
    """The two parts of a call; the first ends at an argument, or at the parenthesis."""
    if done.startswith(")") or begun.endswith("("):
        return begun + done
    return begun + (" " if done.startswith("=>") else ", ") + done


def split_by_process(lines):
    """The lines of strace -f in groups, by process; what is no such line stays where it is."""
    groups = {}
    order = []
    pending = {}
    for line in lines:
        match = LINE_OF_PROCESS.match(line)
        pid = (match[1] or match[2]) if match else ""
        text = match[3].lstrip() if match else line
        if pid not in groups:
            groups[pid] = []
            order.append(pid)
        if begun := UNFINISHED.match(text):
            pending[pid] = begun[1]
            continue
        if (done := RESUMED.match(text)) and pid in pending:
            text = join(pending.pop(pid), done[2])
        groups[pid].append(re.sub(r"\) += ", ") = ", text))
    for pid, text in pending.items():
        groups[pid].append(text + " <unfinished>")
    for pid in sorted(order, key=lambda pid: int(pid or 0)):
        prefix = f"{pid} " if pid else ""
        yield from (prefix + text for text in groups[pid])


def name_pids(text, first):
    names = {}

    def name(match):
        pid = int(match[0])
        if not first < pid <= first + PIDS:
            return match[0]
        return names.setdefault(pid, f"P{len(names) + 1}")
    return re.sub(r"\b\d{4,7}\b", name, text)


def main():
    first = int(sys.argv[1])
    text = sys.stdin.buffer.read().decode(errors="replace")
    text = "\n".join(split_by_process(text.splitlines()))
    text = re.sub(LEFT_OUT, "", text)
    for pattern, replacement in REPLACED:
        text = re.sub(pattern, replacement, text)
    print(name_pids(text, first))


if __name__ == "__main__":
    main()
