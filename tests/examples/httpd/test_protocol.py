#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Connections, methods, bodies, and requests that are refused."""
import sys
import time

from httpd import Root, Server, equal, run

HOST = 'HTTP/1.1\r\nHost: h\r\n'


def serve(*options):
    root = Root()
    root.file('f', 'content')
    root.file('big', b'x' * 3000000)
    return root, Server(root.path, '-q', *options)


def test_keep_alive():
    root, server = serve()
    with root, server, server.connect() as c:
        for _ in range(300):
            a = c.get('/f')
            equal((a.status, a.body), (200, b'content'))
            assert 'connection' not in a.fields
        a = c.get('/f', 'Connection: close\r\n')
        equal(a.fields['connection'], 'close')
        assert c.at_end()


def test_old_clients():
    root, server = serve()
    with root, server:
        with server.connect() as c:
            c.send('GET /f HTTP/1.0\r\n\r\n')
            equal(c.answer().fields['connection'], 'close')
            assert c.at_end()
        with server.connect() as c:
            for _ in range(3):
                c.send('GET /f HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
                a = c.answer()
                equal((a.body, a.fields['connection']), (b'content', 'keep-alive'))


def test_pipelining():
    root, server = serve()
    with root, server:
        for size in (1, 7, 100000):  # bytes per send
            with server.connect() as c:
                paths = ['/f', '/nothing', '/big', '/f'] * 10
                stream = '\r\n'.join(f'GET {p} {HOST}\r\n' for p in paths)  # an empty line between
                if size == 1:
                    stream = stream[:200]
                for i in range(0, len(stream), size):
                    c.send(stream[i:i + size])
                for path in paths[:stream.count('\r\n\r\n')]:
                    a = c.answer()
                    equal(a.status, 404 if path == '/nothing' else 200)
                    equal(path == '/big', len(a.body) == 3000000)


def test_pipelined_bodies():
    root, server = serve()
    with root, server, server.connect() as c:
        one = f'GET /f {HOST}Content-Length: 5\r\n\r\nGET /'
        two = f'GET /f {HOST}Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nGET\r\n0\r\nA: b\r\n\r\n'
        post = f'POST /f {HOST}Content-Length: 3\r\n\r\nabc'
        c.send((one + two + post) * 50)
        for i in range(150):
            equal(c.answer().status, 405 if i % 3 == 2 else 200)
        assert c.silent(0.1)


def test_methods():
    root, server = serve()
    with root, server, server.connect() as c:
        for method in ('POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'):
            c.send(f'{method} /f {HOST}\r\n')
            a = c.answer()
            equal((a.status, a.fields['allow']), (405, 'GET, HEAD, OPTIONS'), method)
        for method in ('BREW', 'get', 'X-Y'):
            c.send(f'{method} /f {HOST}\r\n')
            equal(c.answer().status, 501, method)
        for target in ('*', '/f', '/nothing'):
            c.send(f'OPTIONS {target} {HOST}\r\n')
            a = c.answer()
            equal((a.status, a.fields['allow']), (204, 'GET, HEAD, OPTIONS'))
        c.send('CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n')
        equal(c.answer().status, 405)
        assert c.at_end()


REFUSED = [
    (400, 'GET / HTTP/1.1\r\n\r\n'),
    (400, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'),
    (400, 'GET /\r\n\r\n'),
    (400, 'nonsense\r\n\r\n'),
    (400, '\x16\x03\x01\x02\x00'),
    (400, f'GET /f {HOST}Bad name: x\r\n\r\n'),
    (400, f'GET /f {HOST}Name : x\r\n\r\n'),
    (400, f'GET /f {HOST}A: b\r\n folded\r\n\r\n'),
    (400, 'GET /f HTTP/1.1\nHost: h\n\n'),
    (400, 'GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n'),
    (505, 'GET / HTTP/2.0\r\nHost: h\r\n\r\n'),
    (414, 'GET /' + 'x' * 9000 + f' {HOST}\r\n'),
    (431, f'GET /f {HOST}A: ' + 'x' * 17000 + '\r\n\r\n'),
    (431, f'GET /f {HOST}' + 'A: b\r\n' * 101 + '\r\n'),
    (413, f'GET /f {HOST}Content-Length: 9999999\r\n\r\n'),
    (413, f'GET /f {HOST}Content-Length: 99999999999999999999999\r\n\r\n'),
    (413, f'POST /f {HOST}Transfer-Encoding: chunked\r\n\r\n999999\r\n'),
    (431, f'POST /f {HOST}Transfer-Encoding: chunked\r\n\r\n0;' + 'x' * 9000),
    (417, f'GET /f {HOST}Expect: the best\r\n\r\n'),
    # two readings of where the request ends
    (400, f'POST /f {HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    (400, f'POST /f {HOST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n'),
    (400, f'POST /f {HOST}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd'),
    (400, f'POST /f {HOST}Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd'),
    (400, f'POST /f {HOST}Content-Length: 4, 4\r\n\r\nabcd'),
    (400, f'POST /f {HOST}Content-Length: +4\r\n\r\nabcd'),
    (400, f'POST /f {HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'),
    (400, f'POST /f {HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n'),
    (400, f'POST /f {HOST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'),
    (400, 'POST /f HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    (501, f'POST /f {HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'),
    (400, f'POST /f {HOST}Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n'),
    (400, f'POST /f {HOST}Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n'),
    (400, f'POST /f {HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n'),
    (400, f'POST /f {HOST}Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n'),
]


def test_refused():
    """Each with its status, in whole and byte by byte; nothing after it is taken for a request."""
    root, server = serve()
    with root, server:
        for status, text in REFUSED:
            for step in (len(text), 1) if len(text) < 300 else (len(text), 1000):
                with server.connect() as c:
                    try:
                        for i in range(0, len(text), step):
                            c.send(text[i:i + step])
                        if status not in (417,):
                            c.send(f'GET /smuggled {HOST}\r\n')
                    except (BrokenPipeError, ConnectionResetError):
                        pass  # it was refused before its end
                    a = c.answer()
                    equal(a.status, status, text[:150])
                    if text.startswith('GET /%zz') or status == 417:
                        continue  # the request is sound: the connection goes on
                    equal(a.fields['connection'], 'close', text[:150])
                    assert c.at_end(), text[:150]


def test_refused_but_sound():
    """After these the next request is served."""
    root, server = serve()
    with root, server, server.connect() as c:
        for target in ('/%zz', '/..', '/%00', '/' + 'a/' * 2100):
            c.send(f'GET {target} {HOST}\r\n')
            assert c.answer().status in (400, 414), target[:50]
        equal(c.get('/f').body, b'content')


def test_expect_continue():
    root, server = serve()
    with root, server:
        with server.connect() as c:
            c.send(f'GET /f {HOST}Expect: 100-continue\r\nContent-Length: 4\r\n\r\n')
            equal(c.answer().status, 100)
            assert c.silent(0.1)
            c.send('body')
            equal(c.answer().body, b'content')
            equal(c.get('/f').status, 200)
            c.send(f'GET /f {HOST}Expect: 100-continue\r\nContent-Length: 4\r\n\r\nbody')
            equal(c.answer().status, 200)  # it is there already: nothing to continue
            c.send(f'GET /f {HOST}Expect: 100-continue\r\n\r\n')
            equal(c.answer().status, 200)  # there is no body
        with server.connect() as c:  # the final answer instead; the body will not come
            c.send(f'PUT /f {HOST}Expect: 100-continue\r\nContent-Length: 4\r\n\r\n')
            a = c.answer()
            equal((a.status, a.fields['connection']), (405, 'close'))
            assert c.at_end()
        with server.connect() as c:
            c.send(f'GET /f {HOST}Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n')
            equal(c.answer().status, 413)
            assert c.at_end()


def test_body_limit():
    root, server = serve('--max-body', '1000')
    with root, server:
        with server.connect() as c:
            c.send(f'GET /f {HOST}Content-Length: 1000\r\n\r\n' + 'x' * 1000)
            equal(c.answer().status, 200)
            c.send(f'GET /f {HOST}Transfer-Encoding: chunked\r\n\r\n1f4\r\n' + 'x' * 500
                   + '\r\n1F4\r\n' + 'x' * 500 + '\r\n0\r\n\r\n')
            equal(c.answer().status, 200)
            c.send(f'GET /f {HOST}Content-Length: 1001\r\n\r\n')
            equal(c.answer().status, 413)
        with server.connect() as c:
            c.send(f'GET /f {HOST}Transfer-Encoding: chunked\r\n\r\n1f4\r\n' + 'x' * 500
                   + '\r\n1f5\r\n')
            equal(c.answer().status, 413)


def test_answer_survives():
    """A peer that goes on sending after it was refused still gets the answer: no reset."""
    root, server = serve()
    with root, server:
        with server.connect() as c:
            c.send(f'PUT /f {HOST}Content-Length: 2000000\r\n\r\n')
            assert not c.silent(5)  # the answer is there, but not read yet
            try:
                for _ in range(10):
                    c.send(b'x' * 20000)
                    time.sleep(0.02)
            except (BrokenPipeError, ConnectionResetError):
                raise AssertionError('reset before the answer was read') from None
            equal(c.answer().status, 413)
            assert c.at_end()


def test_half_closed():
    """A client that ends its side still gets its answers."""
    root, server = serve()
    with root, server, server.connect() as c:
        c.send(f'GET /big {HOST}\r\nGET /f {HOST}\r\n')
        c.socket.shutdown(1)
        equal(len(c.answer().body), 3000000)
        equal(c.answer().body, b'content')
        assert c.at_end()


def test_log():
    root = Root()
    root.file('f', 'content')
    with root, Server(root.path) as server:
        server.get('/f?a="b"')
        with server.connect() as c:
            c.send('nonsense\r\n\r\n')
            c.answer()
        code, out = server.stop()
        equal(code, 0)
        first, second, last = out.splitlines()
        assert first.startswith('127.0.0.1 "GET /f?a=\\"b\\" HTTP/1.1" 200 '), first
        assert second.startswith('127.0.0.1 "" 400 '), second
        assert last.startswith('httpd: stopped by SIGTERM: 2 requests on 2 connections, '), last


if __name__ == '__main__':
    sys.exit(run(sys.modules[__name__]))
