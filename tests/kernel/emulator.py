# SPDX-License-Identifier: MIT
"""Booting a kernel in the emulator, for the tests."""
import bisect
import json
import os
import re
import select
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Result:
    def __init__(self, status, text):
        self.status, self.text = status, text.replace('\r', '')

    def said(self):
        return f'status {self.status}: ...{self.text[-1500:]}'

    def lines(self):
        return self.text.splitlines()


def command(machine, kernel, words, cpus=1, memory='512M', extra=()):
    call = [os.path.join(ROOT, 'kernel', 'boot'), '-n', str(cpus), '-m', memory, machine, kernel]
    return call + list(words) + (['--', *extra] if extra else [])


def boot(machine, kernel, words, seconds, extra=(), **options):
    """The exit status (None: it did not end) and what it said on the serial line. If it did not
    end, then also where its processors were: they may have interrupts off, so it cannot say so."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'qmp')
        call = command(machine, kernel, words,
                       extra=(*extra, '-qmp', f'unix:{path},server=on,wait=off'), **options)
        with subprocess.Popen(['setsid', *call], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as p:
            try:
                out, _ = p.communicate(timeout=seconds)
                return Result(p.returncode, out.decode('utf-8', 'replace'))
            except subprocess.TimeoutExpired:
                where = places(path, kernel)
                os.killpg(p.pid, 9)
                out, _ = p.communicate()
                return Result(None, out.decode('utf-8', 'replace') + where)


def symbols_of(kernel):
    text = subprocess.run(['nm', kernel], capture_output=True, text=True, check=False).stdout
    fields = [line.split() for line in text.splitlines()]
    return sorted((int(f[0], 16), f[2]) for f in fields
                  if len(f) == 3 and f[1] in 'tT' and f[2][0] != '$')


def places(path, kernel):
    """Where each processor is, by the emulator's own account."""
    try:
        monitor = Monitor(path, 5)
        text = monitor.ask('human-monitor-command', **{'command-line': 'info registers -a'})
        monitor.close()
    except (OSError, ValueError) as e:
        return f'\nhangs; the emulator does not tell where: {e}\n'
    said, symbols = '', symbols_of(kernel)
    for number, part in re.findall(r'CPU#(\d+)(.*?)(?=CPU#|\Z)', text.get('return', ''), re.S):
        m = re.search(r'\b(?:[RE]IP|PC|pc)\s*=?\s*([0-9a-fA-F]+)', part)
        pc = int(m.group(1), 16) if m else 0
        at = bisect.bisect_right(symbols, (pc, '~')) - 1
        name = symbols[at][1] if at >= 0 else '?'
        said += f'\nhangs: processor {number} at {pc:#x} {name}'
    return said + '\n'


class Monitor:
    """QEMU's machine protocol, for what only the emulator can see."""

    def __init__(self, path, seconds):
        end = time.monotonic() + seconds
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.socket.settimeout(seconds)
        self.file = self.socket.makefile('rw', encoding='utf-8')
        self.file.readline()
        self.ask('qmp_capabilities')

    def ask(self, execute, **arguments):
        self.file.write(json.dumps({'execute': execute, 'arguments': arguments}) + '\n')
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if 'return' in answer or 'error' in answer:
                return answer

    def close(self):
        self.file.close()
        self.socket.close()


class Session:
    """A kernel with somebody at its serial line."""

    def __init__(self, machine, kernel, words, seconds, **options):
        self.seconds, self.text, self.at = seconds, '', 0
        self.folder = tempfile.TemporaryDirectory()
        self.pid_file = os.path.join(self.folder.name, 'pid')
        call = command(machine, kernel, words, extra=('-pidfile', self.pid_file), **options)
        self.process = subprocess.Popen(['setsid', *call], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.process.communicate(timeout=1)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.communicate()
        self.folder.cleanup()

    def send(self, line):
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()

    def expect(self, pattern):
        """Wait until it is said, behind what was expected before; None: it was not."""
        late, out = time.monotonic() + self.seconds, self.process.stdout
        while True:
            m = re.compile(pattern).search(self.text, self.at)
            if m:
                self.at = m.end()
                return m
            left = late - time.monotonic()
            if left <= 0 or not select.select([out], [], [], left)[0]:
                return None
            more = os.read(out.fileno(), 65536)
            if not more:
                return None
            self.text += more.decode('utf-8', 'replace').replace('\r', '')

    def status(self):
        return self.process.wait(timeout=self.seconds)

    def cpu_seconds(self):
        """What the emulator has used of the host's processors, on behalf of the kernel too."""
        with open(self.pid_file, encoding='ascii') as f:
            pid = int(f.read())
        with open(f'/proc/{pid}/stat', encoding='ascii') as f:
            fields = f.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def screen_of(machine, kernel, words, until, seconds):
    """Boot, wait for the line `until` on the serial line, and give the text screen's memory and a
    picture of it (PPM)."""
    with tempfile.TemporaryDirectory() as folder:
        path, dump = os.path.join(folder, 'qmp'), os.path.join(folder, 'memory')
        picture = os.path.join(folder, 'picture')
        call = command(machine, kernel, words, extra=['-qmp', f'unix:{path},server=on,wait=off'])
        with subprocess.Popen(['setsid', *call], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True) as p:
            try:
                for line in p.stdout:
                    if until in line:
                        break
                else:
                    return None, None
                monitor = Monitor(path, seconds)
                monitor.ask('pmemsave', val=0xb8000, size=4000, filename=dump)
                monitor.ask('screendump', filename=picture)
                monitor.ask('quit')
                monitor.close()
            finally:
                try:
                    p.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    os.killpg(p.pid, 9)
        with open(dump, 'rb') as f, open(picture, 'rb') as g:
            return f.read(), g.read()


def colours(picture):
    """Of a picture with 25 lines of 80 characters: the colours of each character's points."""
    _, width, _, _, points = re.match(rb'(P6)\s(\d+)\s(\d+)\s(\d+)\s(.*)', picture, re.S).groups()
    across = int(width)
    wide, high = across // 80, len(points) // 3 // across // 25

    def at(x, y):
        return points[(y * across + x) * 3:(y * across + x + 1) * 3]

    return [[{at(column * wide + x, line * high + y) for x in range(wide) for y in range(high)}
             for column in range(80)] for line in range(25)]
