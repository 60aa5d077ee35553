#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Starting with what is wrong, and stopping: in order, in time, and at once if asked twice."""
import signal
import socket
import subprocess
import sys
import threading
import time

from httpd import SLOW, Root, Server, equal, run

HOST = 'HTTP/1.1\r\nHost: h\r\n'


def serve(*options):
    root = Root()
    root.file('f', 'content')
    root.file('big', b'x' * 20000000)
    return root, Server(root.path, '-q', *options)


def test_stop_fresh():
    """A connection whose first request may be on its way gets a moment longer than an idle one."""
    root, server = serve('--stop-timeout=60', '--idle-timeout=60', '--head-timeout=60')
    with root, server, server.connect() as idle, server.connect() as fresh, \
            server.connect() as late:
        equal(idle.get('/f').status, 200)
        time.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)
        assert idle.at_end()
        late.send(f'GET /f {HOST}\r\n')
        begun = time.monotonic()
        assert fresh.at_end()
        assert time.monotonic() - begun > 0.1
        a = late.answer()
        equal((a.status, a.fields['connection']), (200, 'close'))
        for c in (idle, fresh, late):
            c.socket.close()
        equal(server.wait()[0], 0)


def refused(port):
    with socket.socket() as s:
        s.settimeout(5 * SLOW)
        return s.connect_ex(('127.0.0.1', port)) != 0


def test_stop_idle():
    """Idle connections are closed at once, whichever signal it is."""
    for sig, name in ((signal.SIGTERM, 'SIGTERM'), (signal.SIGINT, 'SIGINT')):
        root, server = serve('--stop-timeout=60', '--idle-timeout=60', '--head-timeout=60')
        with root, server:
            clients = [server.connect() for _ in range(20)]
            for c in clients[:10]:
                equal(c.get('/f').status, 200)
            begun = time.monotonic()
            code, out = server.stop(sig)
            equal(code, 0)
            assert time.monotonic() - begun < 3 * SLOW
            assert out.startswith(f'httpd: stopped by {name}: 10 requests on '), out
            assert 'cut off' not in out, out
            for c in clients:
                assert c.at_end()
                c.socket.close()
            assert refused(server.port)


def test_stop_during_transfer():
    """A transfer under way is finished; nobody new gets in; then the connection is closed."""
    root, server = serve('--stop-timeout=60')
    with root, server, server.connect(receive_buffer=65536) as c:
        c.send(f'GET /big {HOST}\r\nGET /f {HOST}\r\n')
        assert c.more()
        server.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + 10 * SLOW
        while not refused(server.port):
            assert time.monotonic() < end
            time.sleep(0.02)
        assert server.process.poll() is None, 'ended in the middle of a transfer'
        a = c.answer()
        equal((a.status, len(a.body)), (200, 20000000))
        a = c.answer()  # what was sent before is answered too
        equal((a.body, a.fields['connection']), (b'content', 'close'))
        assert c.at_end()
        c.socket.close()
        equal(server.wait()[0], 0)


def test_stop_unfinished_request():
    """A request that began before the signal is answered if it gets complete in time."""
    root, server = serve('--stop-timeout=60')
    with root, server, server.connect() as c:
        c.send('GET /f HTTP/1.1\r\n')
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        c.send('Host: h\r\n\r\n')
        a = c.answer()
        equal((a.body, a.fields['connection']), (b'content', 'close'))
        assert c.at_end()
        c.socket.close()
        equal(server.wait()[0], 0)


def test_stop_is_bounded():
    """Whoever does not come to an end is cut off; the exit status is 0 all the same."""
    root, server = serve('--stop-timeout=0.5', '--write-timeout=60', '--head-timeout=60')
    with root, server:
        stalled, unfinished = server.connect(receive_buffer=4096), server.connect()
        stalled.send(f'GET /big {HOST}\r\n')
        unfinished.send('GET /f HTTP/1.1\r\n')
        time.sleep(0.2)
        begun = time.monotonic()
        code, out = server.stop()
        took = time.monotonic() - begun
        equal(code, 0)
        assert 0.4 < took < 0.5 + 3 * SLOW, took
        assert out.endswith('; 2 connections cut off\n'), out
        stalled.socket.close()
        unfinished.socket.close()


def test_second_signal():
    root, server = serve('--stop-timeout=60', '--write-timeout=60')
    with root, server, server.connect(receive_buffer=4096) as c:
        c.send(f'GET /big {HOST}\r\n')
        time.sleep(0.2)
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert server.process.poll() is None
        begun = time.monotonic()
        code, out = server.stop(signal.SIGINT)
        equal(code, 0)
        assert time.monotonic() - begun < 3 * SLOW
        assert '1 connections cut off' in out, out


def test_stop_under_load():
    """Requests keep coming while it stops: each is answered whole, or refused; none is broken."""
    root, server = serve('--stop-timeout=20')
    broken, served = [], []

    def client():
        try:
            while True:
                try:
                    with socket.create_connection(('127.0.0.1', server.port), 10 * SLOW) as s:
                        s.sendall(f'GET /f {HOST}Connection: close\r\n\r\n'.encode())
                        data = b''
                        while more := s.recv(65536):
                            data += more
                except (ConnectionRefusedError, ConnectionResetError):
                    return  # it no longer listens, or had not taken the connection yet
                if not data.endswith(b'\r\n\r\ncontent'):
                    broken.append(data)
                    return
                served.append(1)
        except Exception as e:
            broken.append(e)
    with root, server:
        threads = [threading.Thread(target=client) for _ in range(8)]
        for t in threads:
            t.start()
        time.sleep(0.5)
        code, _ = server.stop()
        for t in threads:
            t.join()
        equal(code, 0)
        equal(broken, [])
        assert len(served) > 20


def httpd(*arguments):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True,
                          timeout=20 * SLOW, check=False)


def test_port_taken():
    with Root() as root, Server(root.path, '-q') as server:
        p = httpd('-p', str(server.port), root.path)
        equal(p.returncode, 1)
        assert f'port {server.port} on 127.0.0.1 is taken' in p.stderr, p.stderr
        assert '-p 0' in p.stderr, p.stderr
        equal(p.stdout, '')


def test_bad_command_lines():
    for arguments, code, words in (
            (['/nonexistent'], 1, '/nonexistent: No such file'), (['/dev/null'], 1, 'Not a dir'),
            (['-p', '70000'], 2, '0 to 65535'), (['-p', ''], 2, '--port ""'),
            (['-p', '8x'], 2, '--port "8x"'), (['-c', '0'], 2, '1 to'), (['--nope'], 2, '--help'),
            (['--idle-timeout', 'x'], 2, 'seconds'), (['--idle-timeout', '-1'], 2, 'seconds'),
            (['--idle-timeout', 'nan'], 2, 'seconds'), (['.', 'b'], 2, 'not also "b"'),
            (['-a', 'no such host'], 1, 'no address to listen on'),
            (['-a', '192.0.2.1', '-p', '0'], 1, 'not an address of this machine')):
        p = httpd(*arguments)
        equal(p.returncode, code, arguments)
        assert words in p.stderr, (arguments, p.stderr)
        equal(p.stdout, '')


def test_help():
    p = httpd('--help')
    equal((p.returncode, p.stderr), (0, ''))
    for option in ('--port', '--address', '--connections', '--quiet', '--stop-timeout'):
        assert option in p.stdout, option


def test_self_test():
    p = httpd('--self-test')
    equal((p.returncode, p.stderr), (0, ''))
    assert 'all as expected' in p.stdout, p.stdout


def test_ipv6():
    with Root() as root:
        root.file('f', 'content')
        p = subprocess.Popen([sys.argv[1], '-q', '-p', '0', '-a', '::1', root.path],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = p.stdout.readline()
        if line:
            assert 'on http://[::1]:' in line, line
            with socket.create_connection(('::1', int(line[:-2].rsplit(':', 1)[1]))) as s:
                s.sendall(f'GET /f {HOST}Connection: close\r\n\r\n'.encode())
                assert s.recv(10000).endswith(b'content')
            p.send_signal(signal.SIGTERM)
        _, errors = p.communicate(timeout=20 * SLOW)
        # a machine may have no IPv6
        assert (line and p.returncode == 0) or 'not an address of this machine' in errors, errors


if __name__ == '__main__':
    sys.exit(run(sys.modules[__name__]))
