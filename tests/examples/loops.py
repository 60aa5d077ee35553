#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""loops: lines in turn; on a terminal two regions at once, and the terminal as before after it."""
import os
import signal
import sys
import termios

from common import expect, expect_usage, run
from screen import Terminal

loops = sys.argv[1]


def lines(count):
    return "".join(f"Coroutine {id}: {i}\n" for i in range(count) for id in (1, 2))


for arguments, count in ([], 10), (["3"], 3), (["--lines"], 10), (["--lines", "1000"], 1000):
    r = run(loops, *arguments)
    expect(f"{arguments}", (r.returncode, r.stdout, r.stderr), (0, lines(count), ""))
expect_usage(loops, ["x"], ["0"], ["-1"], ["1", "2"], ["--lines", "1", "2"], ["--screen", "x"])


def check_restored(terminal, how):
    expect(f"{how}: the terminal's mode", termios.tcgetattr(terminal.fd), terminal.before)
    expect(f"{how}: cursor shown, first screen", terminal.modes, {"?1049": "l", "?25": "h"})


# Forced lines on a terminal.
t = Terminal([loops, "--lines", "2"], 24, 80)
expect("--lines on a terminal: status", t.end(), 0)
expect("--lines on a terminal", t.text.replace("\r\n", "\n").lstrip("\n"), lines(2))

# Nine rows for the text: round i is in row 1 + i % 9, loop 1 on the left, loop 2 on the right.
t = Terminal([loops, "9"], 10, 40)
expect("first screen left", t.read_until(lambda: t.modes.get("?1049") == "h"), True)
expect("both regions written to the end", t.read_until(lambda: t.line(9, 21, 40) != ""), True)
for i in range(9):
    expect(f"row {1 + i}, left", t.line(1 + i, 1, 20), f"Coroutine 1: {i}")
    expect(f"row {1 + i}, right", t.line(1 + i, 21, 40), f"Coroutine 2: {i}")
expect("last row", t.line(10, 1, 40), "q quits")
expect("9 rounds: status", t.end(), 0)

# Without a count until q; the rows are used again from the top.
t = Terminal([loops], 4, 30)
expect("begins again at the top", t.read_until(lambda: t.line(1, 1, 15) == "Coroutine 1: 3"), True)
raw = termios.tcgetattr(t.fd)
expect("keys are not shown", raw[3] & (termios.ECHO | termios.ICANON), 0)
os.write(t.fd, b"x")
drawn = len(t.text)
expect("x is not q", t.read_until(lambda: len(t.text) > drawn + 200), True)
os.write(t.fd, b"q")
expect("q ends it", t.read_until(lambda: t.modes.get("?1049") == "l"), True)
check_restored(t, "q")
expect("q: status", t.end(), 0)

# Interrupted by the terminal's own key, and by the signal.
for how in "Ctrl-C", "SIGINT":
    t = Terminal([loops], 24, 80)
    expect(f"{how}: runs", t.read_until(lambda: t.line(3, 41, 80) == "Coroutine 2: 2"), True)
    if how == "SIGINT":
        os.kill(t.pid, signal.SIGINT)
    else:
        os.write(t.fd, b"\x03")
    expect(f"{how}: ends", t.read_until(lambda: t.modes.get("?1049") == "l"), True)
    check_restored(t, how)
    expect(f"{how}: status", t.end(), 0)

# A window that gets smaller: from the next clearing on, nothing lies outside of it.
t = Terminal([loops], 24, 80)
expect("runs", t.read_until(lambda: t.line(2, 41, 80) == "Coroutine 2: 1"), True)
t.resize(4, 20)
expect("gets to the top", t.read_until(lambda: "\x1b[2J" in t.text[t.text.find("2: 1") :]), True)
t.grid.clear()
expect("goes on", t.read_until(lambda: t.line(1, 1, 9) != "" and t.line(3, 11, 20) != ""), True)
outside = [place for place in t.grid if place[0] > 4 or place[1] > 20]
expect("nothing outside of the smaller window", outside, [])
os.write(t.fd, b"q")
expect("smaller: status", t.end(), 0)

# A forced screen where there is no terminal: 24 rows of 80 columns, and it ends.
r = run(loops, "--screen", "2")
expect("--screen into a pipe: status", r.returncode, 0)
expect("--screen into a pipe", "\x1b[2;41HCoroutine 2: 1" in r.stdout, True)
