# SPDX-License-Identifier: MIT
"""One line on the terminal that says what runs now, while nothing else is to be seen."""

import sys
import time


class Progress:
    def __init__(self, total):
        self.total, self.done, self.began = total, 0, time.monotonic()
        self.shown = sys.stderr.isatty()

    def note(self, what):
        """Says what is going on."""
        if self.shown:
            minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
            text = f"[{self.done}/{self.total}] {minutes}:{seconds:02} {what}"
            print(f"\r\033[K{text[:100]}", end="", file=sys.stderr, flush=True)

    def step(self, what):
        """A run begins."""
        self.note(what)
        self.done += 1

    def clear(self):
        if self.shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
