# SPDX-License-Identifier: MIT
"""A client of the debugging stub of qemu-user (GDB Remote Serial Protocol).

The numbers of registers come from the description that the stub gives; where it gives none, from a
table here.
"""
import os
import re
import socket
import subprocess
import time

SECONDS = 60 # for one answer
BLOCK = 512 # of memory, read at once

# Of those that qemu does not describe: it gives all registers at once, each as wide as a word.
MIPS = {**{f'r{n}': n for n in range(32)}, 'pc': 37, **{f'f{n}': 38 + n for n in range(32)}}
UNDESCRIBED = {'mips64el': (MIPS, 8), 'mipsel': (MIPS, 4)}


class Stopped(Exception):
    """The program has ended, or the stub says nothing any more."""


class Stub:
    """A program on the emulator, stopped at its first instruction."""

    def __init__(self, isa, emulator, folder, program, *args):
        path = os.path.join(folder, 'stub')
        self.emulator = subprocess.Popen([emulator[0], '-g', path, *emulator[1:], program, *args],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
        self.socket = self.connected(path)
        self.buffer = b''
        self.ask('qSupported:xmlRegisters=i386,arm;multiprocess-')
        self.numbers, self.word = UNDESCRIBED.get(isa, (None, None))
        self.all = None # registers, as the stub gave them where it gives them at once
        self.blocks = {} # of memory, since the program stands
        if not self.numbers:
            self.numbers = self.described('target.xml', [0])

    def connected(self, path):
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self.emulator.poll() is None:
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(SECONDS)
            try:
                s.connect(path)
                return s
            except OSError:
                s.close()
                time.sleep(0.02)
        self.emulator.kill()
        raise Stopped('there is no stub')

    def close(self):
        self.socket.close()
        self.emulator.kill()
        self.emulator.wait()

    # ---- packets -----------------------------------------------------------------------------

    def ask(self, text):
        """Send a packet, give the answer."""
        data = text.encode()
        self.socket.sendall(b'$%b#%02x' % (data, sum(data) % 256))
        return self.answer()

    def answer(self):
        while True:
            m = re.search(rb'\$([^#]*)#..', self.buffer)
            if m:
                self.buffer = self.buffer[m.end():]
                self.socket.sendall(b'+')
                return self.plain(m.group(1))
            try:
                more = self.socket.recv(65536)
            except OSError as e:
                raise Stopped(str(e)) from e
            if not more:
                raise Stopped('the stub is gone')
            self.buffer += more

    @staticmethod
    def plain(data):
        """Without what the protocol puts in front of its own characters."""
        return re.sub(rb'}(.)', lambda m: bytes([m.group(1)[0] ^ 0x20]), data, flags=re.S).decode()

    def described(self, name, at):
        """{register: number} of a description and those that it includes; `at`: [the next one]."""
        text, more = '', 'm'
        while more == 'm':
            got = self.ask(f'qXfer:features:read:{name}:{len(text):x},1000')
            more, text = got[:1], text + got[1:]
        numbers = {}
        for m in re.finditer(r'<(reg|xi:include)\s([^>]*)>', text):
            word = dict(re.findall(r'(\w+)="([^"]*)"', m.group(2)))
            if m.group(1) == 'reg':
                at[0] = int(word.get('regnum', at[0]))
                numbers[word['name']] = at[0]
                at[0] += 1
            else:
                numbers.update(self.described(word['href'], at))
        return numbers

    # ---- the program -------------------------------------------------------------------------

    def register(self, name):
        if self.word:
            self.all = self.all or bytes.fromhex(self.ask('g'))
            at = self.numbers[name] * self.word
            return self.all[at:at + self.word]
        got = self.ask(f'p{self.numbers[name]:x}')
        if not got or got[0] == 'E':
            raise Stopped(f'no register {name}: {got}')
        return bytes.fromhex(got)

    def memory(self, address, size):
        """Or None: there is none."""
        begin = address // BLOCK * BLOCK
        if address + size > begin + BLOCK:
            return self.block(address, size)
        if begin not in self.blocks:
            self.blocks[begin] = self.block(begin, BLOCK)
        data = self.blocks[begin]
        return data and data[address - begin:address - begin + size]

    def block(self, address, size):
        got = self.ask(f'm{address:x},{size:x}')
        return None if got[:1] in ('E', '') else bytes.fromhex(got)

    def go(self, how):
        """'s': one instruction; 'c': until a breakpoint. False: the program has ended."""
        self.all, self.blocks = None, {}
        return self.ask(how)[:1] == 'T'

    def breakpoint(self, address, put=True, kind=1):
        self.ask(f'{"Z" if put else "z"}0,{address:x},{kind}')
