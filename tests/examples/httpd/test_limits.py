#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many connections, too many, no descriptors left, and peers that vanish."""
import json
import os
import socket
import struct
import sys
import threading
import time

from httpd import DESCRIPTORS, SLOW, Root, Server, equal, run, sanitized, wait_until

HOST = 'HTTP/1.1\r\nHost: h\r\n'


def serve(*options, **more):
    root = Root()
    root.file('f', 'content')
    root.file('big', b'x' * 5000000)
    return root, Server(root.path, '-q', *options, **more)


def live(server):
    return json.loads(server.get('/_faden.json').body)


def descriptors(server):
    return len(os.listdir(f'/proc/{server.pid}/fd'))


def test_limit():
    """Past the limit clients wait, in the kernel's queue; none is turned away."""
    root, server = serve('-c', '3', '--head-timeout=60')
    with root, server:
        busy = [server.connect() for _ in range(3)]
        for c in busy:
            c.send('GET /f HTTP/1.1\r\n')  # an unfinished head: a request under way
        time.sleep(0.1)
        waiting = [server.connect() for _ in range(20)]
        for c in waiting:
            c.send(f'GET /f {HOST}Connection: close\r\n\r\n')
        assert all(c.silent(0.02) for c in waiting)
        busy[0].send('Host: h\r\n\r\n')
        a = busy[0].answer()
        equal((a.body, a.fields['connection']), (b'content', 'close'))  # others wait: no keep-alive
        for c in waiting:
            equal(c.answer().body, b'content')
        for c in busy[1:]:
            c.send('Host: h\r\n\r\n')
            equal(c.answer().status, 200)
        for c in busy + waiting:
            c.socket.close()


def test_idle_makes_room():
    """At the limit, the connection that has been idle for longest is closed for one that waits."""
    root, server = serve('-c', '3', '--idle-timeout=60')
    with root, server:
        idle = [server.connect() for _ in range(3)]
        for c in idle:
            equal(c.get('/f').status, 200)
            time.sleep(0.05)
        equal(server.get('/f').body, b'content')
        assert idle[0].at_end()
        equal(idle[1].get('/f').status, 200)
        equal(idle[2].get('/f').status, 200)
        for c in idle:
            c.socket.close()


def test_no_descriptors():
    """accept fails with EMFILE: the server goes on when descriptors are there again."""
    root, server = serve('-c', '1000', '--head-timeout=60', limit=40)
    with root, server:
        clients = [server.connect() for _ in range(60)]
        wait_until(lambda: 'cannot accept' in server.stderr(), 'a word about EMFILE')
        for c in clients[:30]:
            c.socket.close()
        for c in clients[30:]:
            c.send(f'GET /f {HOST}Connection: close\r\n\r\n')
        statuses = [c.answer().status for c in clients[30:]]
        for c in clients[30:]:
            c.socket.close()
        assert set(statuses) <= {200, 503}, statuses  # 503: none left for the file
        wait_until(lambda: server.get('/f').status == 200, 'service as usual')
        time.sleep(0.1 * SLOW)
        before = server.stderr().count('cannot accept')
        assert before < 20, 'the same words too often'


def test_few_descriptors():
    """Without -c, the limit is lowered to what the descriptors allow."""
    root, server = serve(limit=64)
    with root, server:
        equal(live(server)['connections']['limit'], (64 - 32) // 2)


def test_short_connections():
    """Thousands of connections with one request each, from several clients at once."""
    root, server = serve()
    with root, server:
        server.get('/f')
        before = descriptors(server)
        errors = []

        def client():
            try:
                for _ in range(750):
                    equal(server.get('/f').body, b'content')
            except Exception as e:
                errors.append(e)
        threads = [threading.Thread(target=client) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        equal(errors, [])
        equal(live(server)['connections']['total'], 3002)
        wait_until(lambda: descriptors(server) <= before, 'all descriptors closed')


def test_many_connections():
    """3,000 idle connections, each of which still works; and what one costs."""
    root, server = serve('--idle-timeout=60')
    half = min(1500, (DESCRIPTORS - 100) // 4)

    def kilobytes():
        with open(f'/proc/{server.pid}/status') as f:
            fields = dict(line.split(':', 1) for line in f)
        return int(fields['VmRSS'].split()[0]) + int(fields['VmPTE'].split()[0])

    def each():
        before = kilobytes()
        for _ in range(half):
            clients.append(server.connect())
            equal(clients[-1].get('/f').status, 200)
        return (kilobytes() - before) / half
    with root, server:
        server.get('/f')
        clients = []
        first = each()
        time.sleep(1.5)  # they give their buffers back after a second: to the next ones
        second = each()
        if os.environ.get('HTTPD_TEST_VERBOSE'):
            print(f'KiB per connection: {first:.2f}, reusing buffers {second:.2f}')
        assert sanitized() or (first < 12 and second < first - 1), (first, second)
        for c in clients:
            equal(c.get('/f').body, b'content')
        for c in clients:
            c.socket.close()
        wait_until(lambda: live(server)['connections']['now'] == 1, 'all closed')


def test_reset():
    """Peers that reset in the middle of anything; the server goes on and keeps no descriptor."""
    root, server = serve()
    with root, server:
        server.get('/f')
        before = descriptors(server)
        starts = [f'GET /big {HOST}\r\n', f'GET /f {HOST}\r\n' * 5, 'GET /f HT', '',
                  f'PUT /f {HOST}Content-Length: 100\r\n\r\nx', f'GET /big {HOST}\r\n']
        for i in range(300):
            with server.connect() as c:
                c.send(starts[i % 6])
                if i % 6 == 0:
                    c.socket.recv(1000)
                c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        equal(server.get('/f').body, b'content')
        wait_until(lambda: descriptors(server) <= before, 'all descriptors closed')
        wait_until(lambda: live(server)['connections']['now'] == 1, 'all connections ended')


def test_two_at_once():
    """A large transfer does not hold up small ones."""
    root, server = serve()
    with root, server, server.connect(receive_buffer=4096) as c:
        c.send(f'GET /big {HOST}\r\n')
        for _ in range(20):
            begun = time.monotonic()
            equal(server.get('/f').body, b'content')
            assert time.monotonic() - begun < 1 * SLOW
        equal(len(c.answer().body), 5000000)


if __name__ == '__main__':
    sys.exit(run(sys.modules[__name__]))
