# SPDX-License-Identifier: MIT
"""A program in a pseudo-terminal, and a terminal that keeps what was written where."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

ESCAPE = re.compile(r"\x1b\[(\?\d+)?((?:\d+;?)*)([A-Za-z])")


class Terminal:
    """Runs `command`; .grid maps (row, column), from 1, to the character last written there."""

    def __init__(self, command, rows, columns):
        self.grid, self.modes, self.row, self.column, self.text = {}, {}, 1, 1, ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self.resize(rows, columns, 0)
            self.wait_for_parent()
            os.execv(command[0], command)
        self.before = termios.tcgetattr(self.fd)
        os.write(self.fd, b"\n")

    @staticmethod
    def wait_for_parent():
        """The parent looks at the terminal's state first; its newline says that it has."""
        os.read(0, 1)
        termios.tcflush(0, termios.TCIFLUSH)

    def resize(self, rows, columns, fd=None):
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.fd if fd is None else fd, termios.TIOCSWINSZ, size)

    def read_until(self, condition, seconds=20):
        """Take output until condition() or the end of the program; true if it was the former."""
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                return False
            try:
                data = os.read(self.fd, 4096)
            except OSError:  # the last one who had it open is gone
                return condition()
            if not data:
                return condition()
            self.write(data.decode())
        return True

    def write(self, data):
        self.text += data
        while data:
            escape = ESCAPE.match(data)
            if escape:
                data = data[escape.end() :]
                self.command(*escape.groups())
                continue
            if data[0] == "\x1b" and "\x1b" not in data[1:] and len(data) < 12:
                rest = os.read(self.fd, 4096).decode()  # an escape sequence cut in two
                self.text += rest
                data += rest
                continue
            if data[0] == "\r":
                self.column = 1
            elif data[0] == "\n":
                self.row += 1
            else:
                self.grid[self.row, self.column] = data[0]
                self.column += 1
            data = data[1:]

    def command(self, mode, numbers, letter):
        if mode:
            self.modes[mode] = letter
        elif letter == "H":
            self.row, self.column = (int(n) for n in (numbers or "1;1").split(";"))
        elif letter == "J":
            self.grid.clear()

    def line(self, row, first, last):
        """The text of some columns of a row."""
        return "".join(self.grid.get((row, c), " ") for c in range(first, last + 1)).rstrip()

    def end(self):
        """Wait for the program; gives its exit status, or minus the signal that ended it."""
        self.read_until(lambda: False)
        status = os.waitpid(self.pid, 0)[1]
        return os.waitstatus_to_exitcode(status)
