#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""foobar: the three forms print what the course's foo and bar print."""
import re
import sys

from common import expect, expect_usage, run

foobar = sys.argv[1]


def lines(form):
    r = run(foobar, form)
    expect(f"foobar {form}: status and errors", (r.returncode, r.stderr), (0, ""))
    return r.stdout.splitlines()[1:]  # without the heading


foo = [f"foo {i}" for i in range(41, -1, -1)]
bar = [f"bar {i}" for i in range(22, -1, -1)]
expect("one-way call", lines("call"), foo + bar)

in_turn = [line for pair in zip(foo, bar) for line in pair] + foo[len(bar) :]
expect("context switch", lines("switch"), in_turn)

# The mutual call: the same in turn, as long as bar's count lasts; deeper by one each time, past
# the end of both counts, with more stack each time that one calls the other.
rounds = [
    re.fullmatch(r"(foo|bar) (-?\d+) +depth +(\d+), +(\d+) bytes of stack", line)
    for line in lines("mutual")
]
expect("mutual call: the form of the lines", all(rounds), True)
expect("mutual call: the first 46", [f"{r[1]} {r[2]}" for r in rounds[:46]], in_turn[:46])
expect("mutual call: depths", [int(r[3]) for r in rounds], list(range(1, 101)))
expect("mutual call: goes past zero", min(int(r[2]) for r in rounds) < 0, True)
used = [int(r[4]) for r in rounds]
expect("mutual call: the stack only grows", used, sorted(used))
expect("mutual call: by a frame for each call", used[-1] - used[0] >= 97 * 16, True)

every = run(foobar)
expect(
    "all in turn",
    every.stdout,
    "\n".join(run(foobar, form).stdout for form in ("call", "mutual", "switch")),
)
expect_usage(foobar, ["other"], ["call", "mutual"], [""])
