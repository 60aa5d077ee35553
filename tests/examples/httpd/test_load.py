#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A thousand connections kept busy by wrk: no socket error, no answer but 200.

HTTPD_TEST_SECONDS says for how long (5); HTTPD_TEST_VERBOSE prints what wrk measured.
"""
import os
import re
import subprocess
import sys

from httpd import Root, Server, equal, need, run

SECONDS = int(os.environ.get('HTTPD_TEST_SECONDS', '5'))
CONNECTIONS = 1000


def load(server, path, connections, *options):
    p = subprocess.run(['wrk', '-c', str(connections), '-t', '1', '-d', str(SECONDS),
                        '--timeout', '20s', *options, f'http://127.0.0.1:{server.port}{path}'],
                       capture_output=True, text=True, timeout=SECONDS + 60, check=False)
    equal(p.returncode, 0, p.stderr)
    if os.environ.get('HTTPD_TEST_VERBOSE'):
        print(p.stdout)
    assert 'Socket errors' not in p.stdout and 'Non-2xx' not in p.stdout, p.stdout
    requests = int(re.search(r'(\d+) requests in', p.stdout).group(1))
    assert requests > connections, p.stdout
    return requests


def counters(server):
    import json
    return json.loads(server.get('/_faden.json').body)


def test_small_file():
    with Root() as root:
        root.file('hello', 'hello, world\n')
        with Server(root.path, '-q') as server:
            seen = load(server, '/hello', CONNECTIONS)
            d = counters(server)
            assert d['requests'] >= seen and d['connections']['total'] >= CONNECTIONS, d


def test_large_file():
    with Root() as root:
        root.file('large', os.urandom(300000))
        with Server(root.path, '-q') as server:
            load(server, '/large', 200)


def test_live_page():
    with Root() as root, Server(root.path, '-q') as server:
        load(server, '/_faden.json', 50)


def test_close_each():
    """A connection per request."""
    with Root() as root:
        root.file('hello', 'hello, world\n')
        with Server(root.path, '-q') as server:
            load(server, '/hello', 100, '-H', 'Connection: close')


if __name__ == '__main__':
    need('wrk', 'wrk')
    sys.exit(run(sys.modules[__name__], patience=4 * SECONDS + 120))
