#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients that take their time: each kind is shut out after its limit, and not before."""
import socket
import sys
import threading
import time

from httpd import SLOW, Root, Server, equal, run

HOST = 'HTTP/1.1\r\nHost: h\r\n'
LATE = 3 * SLOW  # seconds after the limit


def serve(*options):
    root = Root()
    root.file('f', 'content')
    root.file('big', b'x' * 30000000)
    return root, Server(root.path, '-q', *options)


def within(begun, least, most):
    took = time.monotonic() - begun
    assert least <= took <= most, f'after {took:.2f} s, not {least} to {most}'


def test_no_request():
    """A new connection that never says anything is closed without a word."""
    root, server = serve('--head-timeout=0.5', '--idle-timeout=60')
    with root, server, server.connect() as c:
        begun = time.monotonic()
        assert c.at_end()
        within(begun, 0.4, 0.5 + LATE)


def test_idle():
    root, server = serve('--idle-timeout=0.5', '--head-timeout=60')
    with root, server, server.connect() as c:
        equal(c.get('/f').status, 200)
        time.sleep(0.3)
        begun = time.monotonic()
        equal(c.get('/f').status, 200)  # in time
        assert c.at_end()
        within(begun, 0.4, 0.5 + LATE)


def test_idle_long():
    """Longer than a connection keeps its buffer: it gets a new one."""
    root, server = serve('--idle-timeout=60')
    with root, server, server.connect() as c:
        for _ in range(2):
            equal(c.get('/f').body, b'content')
            time.sleep(1.4)
        equal(c.get('/f').body, b'content')


def test_idle_long_end():
    root, server = serve('--idle-timeout=1.5')
    with root, server, server.connect() as c:
        equal(c.get('/f').status, 200)
        begun = time.monotonic()
        assert c.at_end()
        within(begun, 1.4, 1.5 + LATE)


def test_slow_head():
    """The head as a whole has a limit: a byte now and then does not move it."""
    root, server = serve('--head-timeout=0.8', '--idle-timeout=60')
    with root, server, server.connect() as c:
        begun = time.monotonic()
        c.send(f'GET /f {HOST}X: ')
        try:
            while c.silent(0.1):
                c.send('x')
        except OSError:
            pass
        a = c.answer()
        equal((a.status, a.fields['connection']), (408, 'close'))
        within(begun, 0.7, 0.8 + LATE)
        assert c.at_end()


def test_slow_but_in_time():
    root, server = serve('--head-timeout=5')
    with root, server, server.connect() as c:
        for byte in f'GET /f {HOST}\r\n':
            c.send(byte)
            time.sleep(0.02)
        equal(c.answer().body, b'content')


def test_slow_body():
    """A body that stops, and one that only trickles."""
    root, server = serve('--write-timeout=0.5', '--min-rate=1000')
    with root, server:
        with server.connect() as c:
            begun = time.monotonic()
            c.send(f'GET /f {HOST}Content-Length: 1000\r\n\r\nxyz')
            equal(c.answer().status, 408)
            within(begun, 0.4, 0.5 + LATE)
            assert c.at_end()
        with server.connect() as c:
            begun = time.monotonic()
            c.send(f'GET /f {HOST}Content-Length: 1000\r\n\r\n')
            try:
                while c.silent(0.1):
                    c.send('x')
            except OSError:
                pass
            equal(c.answer().status, 408)
            within(begun, 0.4, 0.6 + LATE)


def read_slowly(c, bytes_per_second, seconds):
    """False: the server ended the connection."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if not c.socket.recv(bytes_per_second // 10):
                return False
        except OSError:
            return False
        time.sleep(0.1)
    return True


def open_connections(server):
    import json
    return json.loads(server.get('/_faden.json').body)['connections']['now'] - 1


def test_stalled_reader():
    """A client that asks for much and reads nothing does not hold its connection for ever."""
    root, server = serve('--write-timeout=0.5')
    with root, server, server.connect(receive_buffer=4096) as c:
        c.send(f'GET /big {HOST}\r\n')
        time.sleep(0.2)
        equal(open_connections(server), 1)
        begun = time.monotonic()
        while open_connections(server) > 0:
            within(begun, 0, 0.5 + LATE)
            time.sleep(0.05)
        total = 0
        try:
            while data := c.socket.recv(1 << 20):
                total += len(data)
        except ConnectionResetError:
            pass
        assert total < 30000000


def test_trickling_reader():
    """Some progress, but less than the least rate."""
    root, server = serve('--write-timeout=1', '--min-rate=100000000')
    with root, server, server.connect(receive_buffer=65536) as c:
        c.send(f'GET /big {HOST}\r\n')
        begun = time.monotonic()
        assert not read_slowly(c, 1000000, 10 * SLOW)
        within(begun, 0.2, 3 + LATE)


def test_slow_reader_served():
    """Slow, but fast enough: longer than the write timeout in all, and complete."""
    root, server = serve('--write-timeout=0.5', '--min-rate=1000')
    with root, server, server.connect(receive_buffer=65536) as c:
        c.send(f'GET /big {HOST}Connection: close\r\n\r\n')
        total, begun = 0, time.monotonic()
        while data := c.socket.recv(400000):
            total += len(data)
            time.sleep(0.015)
        assert total > 30000000, total
        within(begun, 0.6, 60 * SLOW)


def test_slowloris():
    """Hundreds of slow heads at once do not keep others from being served, and all are ended."""
    root, server = serve('--head-timeout=1')
    with root, server:
        slow = [server.connect() for _ in range(500)]
        stop = threading.Event()

        def trickle():
            while not stop.wait(0.1):
                for c in slow:
                    try:
                        c.socket.send(b'x')
                    except OSError:
                        pass
        for c in slow:
            c.send('GET / HTTP/1.1\r\nX: ')
        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            for _ in range(50):
                begun = time.monotonic()
                equal(server.get('/f').body, b'content')
                within(begun, 0, 1 * SLOW)
            for c in slow:
                equal(c.answer().status, 408)
        finally:
            stop.set()
            thread.join()
        for c in slow:
            c.socket.close()


def test_pipelining_without_reading():
    """A client that only sends requests cannot make the server hold answers without bound."""
    root, server = serve('--write-timeout=0.5')
    with root, server, server.connect(receive_buffer=4096) as c:
        c.socket.settimeout(5 * SLOW)
        ended = False
        try:
            for _ in range(100000):
                c.send(f'GET /f {HOST}\r\n' * 100)
        except (BrokenPipeError, ConnectionResetError, socket.timeout):
            ended = True
        assert ended
        equal(server.get('/f').body, b'content')


if __name__ == '__main__':
    sys.exit(run(sys.modules[__name__]))
