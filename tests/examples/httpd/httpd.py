# SPDX-License-Identifier: MIT
"""What the black-box tests of httpd share: starting the server, speaking raw HTTP, running tests.

Each test file is a program: the path of httpd is its first argument; exit 0, 1 or 77 (skipped);
it prints only what failed.
"""
import os
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

SLOW = float(os.environ.get('HTTPD_TEST_SLOW', '1'))  # multiply all patience, for emulators

# As many descriptors as we may have; the server inherits this.
DESCRIPTORS = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


class Server:
    """httpd on a free port, ended by its own pid."""

    def __init__(self, root, *options, limit=None, stdout=None):
        def limits():
            if limit:
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        self.process = subprocess.Popen(
            [sys.argv[1], '-p', '0', *options, root], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limits)
        self.pid = self.process.pid
        self.errors = []
        self.reader = threading.Thread(target=self.read_errors, daemon=True)
        self.reader.start()
        line = self.process.stdout.readline().decode()
        found = re.fullmatch(r'httpd: serving .* on http://127\.0\.0\.1:(\d+)/\n', line)
        if not found:
            self.process.kill()
            self.process.wait()
            self.reader.join()
            raise AssertionError(f'no port line: {line!r}\n{self.stderr()}')
        self.port = int(found.group(1))

    def read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.decode(errors='replace'))

    def stderr(self):
        return ''.join(self.errors)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            if kind is None:
                code, out = self.stop()
                assert code == 0, f'exit status {code}: {out}\n{self.stderr()}'
            else:
                self.process.kill()
                self.process.wait()
        self.reader.join(5)
        if kind is not None and self.errors:
            print('stderr of httpd:\n' + self.stderr(), file=sys.stderr)

    def stop(self, sig=signal.SIGTERM, patience=20):
        """Ask it to stop. Gives its exit status and what it had printed since the port line."""
        self.process.send_signal(sig)
        return self.wait(patience)

    def wait(self, patience=20):
        out = []
        reader = threading.Thread(target=lambda: out.append(self.process.stdout.read()),
                                  daemon=True)
        reader.start()
        try:
            code = self.process.wait(patience * SLOW)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f'httpd did not stop within {patience} s') from None
        reader.join(5)
        return code, (out[0] if out else b'').decode()

    def connect(self, **options):
        return Client(self.port, **options)

    def get(self, target, fields='', method='GET'):
        """One request on a connection of its own."""
        with self.connect() as c:
            c.send(f'{method} {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{fields}\r\n')
            answer = c.answer(head=method == 'HEAD')
            assert c.at_end(), f'{target}: more bytes than announced'
            return answer


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def __repr__(self):
        return f'{self.status} {self.fields} {self.body[:200]!r}'


class Client:
    """A connection on which bytes are sent as they are."""

    def __init__(self, port, receive_buffer=None, patience=10):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(patience * SLOW)
        self.socket.connect(('127.0.0.1', port))
        self.buffer = b''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode('latin-1') if isinstance(data, str) else data)

    def more(self):
        data = self.socket.recv(65536)
        self.buffer += data
        return len(data) > 0

    def answer(self, head=False):
        """The next answer; its body by Content-Length."""
        while b'\r\n\r\n' not in self.buffer:
            if not self.more():
                raise EOFError(f'the connection ended after {self.buffer!r}')
        text, self.buffer = self.buffer.split(b'\r\n\r\n', 1)
        first, *lines = text.decode('latin-1').split('\r\n')
        found = re.fullmatch(r'HTTP/1\.1 (\d{3}) [ -~]+', first)
        assert found, first
        fields = {}
        for line in lines:
            name, value = line.split(': ', 1)
            assert name.lower() not in fields, f'{name} twice'
            fields[name.lower()] = value
        status = int(found.group(1))
        n = 0 if head or status in (100, 204, 304) else int(fields['content-length'])
        while len(self.buffer) < n:
            if not self.more():
                raise EOFError(f'{n - len(self.buffer)} bytes of the body missing')
        body, self.buffer = self.buffer[:n], self.buffer[n:]
        return Answer(status, fields, body)

    def get(self, target, fields=''):
        self.send(f'GET {target} HTTP/1.1\r\nHost: h\r\n{fields}\r\n')
        return self.answer()

    def at_end(self):
        """Does the stream end here?"""
        try:
            return self.buffer == b'' and not self.more()
        except ConnectionResetError:
            return True

    def silent(self, seconds):
        """Does nothing arrive for so long?"""
        return not self.buffer and not select.select([self.socket], [], [], seconds)[0]


class Root:
    """A folder to serve, removed at the end."""

    def __init__(self, **files):
        self.path = tempfile.mkdtemp(prefix='httpd-test-')
        for name, content in files.items():
            self.file(name, content)

    def file(self, name, content=b''):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(content.encode() if isinstance(content, str) else content)
        return path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)


def wait_until(condition, what, patience=10):
    end = time.monotonic() + patience * SLOW
    while not condition():
        assert time.monotonic() < end, f'not within {patience} s: {what}'
        time.sleep(0.02)


def need(program, package):
    if not shutil.which(program):
        print(f'skipped: {program} is not there (apt-get install {package})', file=sys.stderr)
        sys.exit(77)


def sanitized():
    """Is the server built with a sanitizer? What memory it uses says nothing then."""
    with open(sys.argv[1], 'rb') as f:
        program = f.read()
    return b'__asan_init' in program or b'__tsan_init' in program


def equal(got, wanted, note=''):
    assert got == wanted, f'{got!r}, not {wanted!r} {note}'


def run(module, patience=120):
    """Run its test functions; the exit status of the program."""
    failed = 0
    for name, test in list(vars(module).items()):
        if not name.startswith('test_'):
            continue
        signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(
            AssertionError(f'more than {patience} s')))
        signal.alarm(int(patience * SLOW))
        try:
            test()
        except Exception:
            failed += 1
            print(f'{os.path.basename(sys.argv[0])}: {name}:', file=sys.stderr)
            traceback.print_exc()
        signal.alarm(0)
    return failed > 0
