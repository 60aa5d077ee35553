#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What curl makes of the server: a client that was not written together with it."""
import os
import subprocess
import sys

from httpd import Root, Server, equal, need, run

DATA = os.urandom(1000000)


def serve():
    root = Root()
    root.file('www/f.txt', 'content')
    root.file('www/data', DATA)
    root.file('www/dir/g.txt', 'more')
    return root, Server(root.path + '/www', '-q')


def curl(*arguments):
    p = subprocess.run(['curl', '-sS', '--noproxy', '*', '--max-time', '30', *arguments],
                       capture_output=True, check=False)
    assert p.returncode == 0, (arguments, p.returncode, p.stderr)
    return p.stdout


def test_get():
    root, server = serve()
    with root, server:
        url = f'http://127.0.0.1:{server.port}'
        equal(curl(f'{url}/f.txt'), b'content')
        equal(curl(f'{url}/data'), DATA)
        equal(curl('-0', f'{url}/data'), DATA)
        equal(curl('-L', f'{url}/dir/g.txt'), b'more')
        assert b'g.txt' in curl('-L', f'{url}/dir')
        assert b'HTTP/1.1 200 OK' in curl('-I', f'{url}/f.txt')


def test_reuse():
    root, server = serve()
    with root, server:
        url = f'http://127.0.0.1:{server.port}/f.txt'
        out = curl(*['-w', '%{num_connects} ', *['-o', '/dev/null', url] * 5])
        equal(out, b'1 0 0 0 0 ')


def test_resume():
    root, server = serve()
    with root, server:
        url = f'http://127.0.0.1:{server.port}/data'
        part = root.file('part', DATA[:300001])
        curl('-C', '-', '-o', part, url)
        with open(part, 'rb') as f:
            equal(f.read() == DATA, True)
        equal(curl('-r', '-100', url), DATA[-100:])
        equal(curl('-r', '999999-', url), DATA[-1:])


def test_conditional():
    root, server = serve()
    with root, server:
        url = f'http://127.0.0.1:{server.port}/f.txt'
        tags, out = root.path + '/tags', root.path + '/out'
        curl('--etag-save', tags, '-o', out, url)
        equal(curl('--etag-compare', tags, '-o', out, '-w', '%{http_code}', url), b'304')
        equal(curl('-z', root.path + '/www/f.txt', '-o', out, '-w', '%{http_code}', url), b'304')


def test_upload_refused():
    root, server = serve()
    with root, server:
        url = f'http://127.0.0.1:{server.port}/f.txt'
        data = root.path + '/www/data'
        code = ['-o', '/dev/null', '-w', '%{http_code}']
        equal(curl('-T', data, *code, url), b'405')  # with Expect: 100-continue
        equal(curl('-d', 'x=y', *code, url), b'405')
        equal(curl('-H', 'Transfer-Encoding: chunked', '-d', 'x=y', *code, url), b'405')
        equal(curl('-X', 'GET', '-H', 'Transfer-Encoding: chunked', '-d', 'x=y', url), b'content')


def test_parallel():
    root, server = serve()
    with root, server:
        url = f'http://127.0.0.1:{server.port}/data'
        out = curl('-Z', '--parallel-max', '50', '-w', '%{http_code} %{size_download}\n',
                   *['-o', '/dev/null', url] * 100)
        equal(out.split(b'\n')[:-1], [b'200 1000000'] * 100)


if __name__ == '__main__':
    need('curl', 'curl')
    sys.exit(run(sys.modules[__name__]))
