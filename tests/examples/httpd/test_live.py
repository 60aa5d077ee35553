#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/_faden: the scheduler seen from a browser, and as JSON."""
import html.parser
import json
import sys
import time

from httpd import DESCRIPTORS, SLOW, Root, Server, equal, run, wait_until

HOST = 'HTTP/1.1\r\nHost: h\r\n'
NUMBERS = ('uptime_ns spawned finished switches switches_per_second idles timers stacks '
           'stacks_cached stack_largest_bytes stack_size_bytes blocking_threads requests '
           'requests_per_second bytes').split()


def serve(*options):
    root = Root()
    root.file('f', 'content')
    return root, Server(root.path, '-q', *options)


def live(server):
    return json.loads(server.get('/_faden.json').body)


def test_json():
    root, server = serve()
    with root, server:
        for _ in range(10):
            server.get('/f')
        a = server.get('/_faden.json')
        equal((a.status, a.fields['content-type']), (200, 'application/json'))
        equal(a.fields['cache-control'], 'no-store')
        d = json.loads(a.body)
        for name in NUMBERS:
            assert isinstance(d[name], int) and d[name] >= 0, name
        equal(set(d['tasks']), {'new', 'ready', 'running', 'parked', 'done'})
        equal(d['tasks']['running'], 1)  # the one that makes the page
        equal((d['connections']['now'], d['connections']['total'], d['requests']), (1, 11, 10))
        assert d['bytes'] > 10 * len('content') and d['spawned'] >= 11
        assert 256 <= d['stack_largest_bytes'] <= d['stack_size_bytes'] < 1 << 30, d
        waits = d['longest_waits']
        assert {'acceptor', 'log'} <= {w['name'] for w in waits}, waits
        assert all('.c:' in w['site'] or w['name'] == 'main' for w in waits), waits
        assert all(w['reason'] for w in waits), waits
        equal([w['ns'] for w in waits], sorted((w['ns'] for w in waits), reverse=True))


def test_rates():
    root, server = serve()
    with root, server, server.connect() as c:
        live(server)
        time.sleep(0.6)
        begun = time.monotonic()
        for _ in range(300):
            c.get('/f')
        time.sleep(max(0, 0.6 - (time.monotonic() - begun)))
        d = live(server)
        wanted = 300 / (time.monotonic() - begun)
        assert 0.3 * wanted < d['requests_per_second'] < 2 * wanted, (d, wanted)
        assert d['switches_per_second'] > 100, d


def test_longest_waits():
    """Twenty at most, longest first: the connections that have been idle for longest."""
    root, server = serve('--idle-timeout=60')
    with root, server:
        clients = []
        for _ in range(40):
            clients.append(server.connect())
            clients[-1].get('/f')
        time.sleep(0.3)
        clients[0].get('/f')  # the first one waits anew
        d = live(server)
        waits = [w for w in d['longest_waits']]
        equal(len(waits), 20)
        assert all(w['ns'] >= 0.25e9 for w in waits), waits
        equal(d['tasks']['parked'] >= 42, True)
        equal(sum(w['name'] == 'connection' for w in waits) >= 16, True)
        for c in clients:
            c.socket.close()


class Checker(html.parser.HTMLParser):
    """Collects the text of cells; what loads something from elsewhere is an error."""

    def __init__(self):
        super().__init__()
        self.cells, self.refresh = [], False

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        assert tag not in ('script', 'link', 'img', 'iframe'), tag
        assert not (values.get('href') or '').startswith('http'), values
        self.refresh |= values.get('http-equiv') == 'refresh'
        if tag in ('td', 'th'):
            self.cells.append('')

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data


def test_page():
    root, server = serve()
    with root, server:
        a = server.get('/_faden')
        equal((a.status, a.fields['content-type']), (200, 'text/html; charset=utf-8'))
        page = Checker()
        page.feed(a.body.decode())
        assert page.refresh
        cells = [c.strip() for c in page.cells]
        for wanted in ('switches per second', 'connections now', 'acceptor', 'waits for', 'parked'):
            assert wanted in cells, (wanted, cells)


def test_negotiation():
    root, server = serve()
    with root, server:
        for accept, kind in (('application/json', 'application/json'),
                             ('text/html', 'text/html; charset=utf-8'),
                             ('*/*', 'text/html; charset=utf-8'),
                             ('text/html, application/json', 'text/html; charset=utf-8'),
                             ('application/json;q=0.9, text/html', 'application/json'),
                             ('application/jsonx', 'text/html; charset=utf-8')):
            equal(server.get('/_faden', f'Accept: {accept}\r\n').fields['content-type'], kind)
        equal(server.get('/_faden/').status, 404)
        equal(server.get('/_fadenx').status, 404)
        equal(server.get('/_faden', method='POST').status, 405)


def test_not_served():
    root, server = serve('--no-live')
    with root, server:
        equal(server.get('/_faden').status, 404)
        equal(server.get('/_faden.json').status, 404)


def test_quick_with_many():
    """With 1,000 connections open the page still comes at once."""
    root, server = serve('--idle-timeout=60')
    many = min(1000, (DESCRIPTORS - 100) // 2)
    with root, server:
        clients = [server.connect() for _ in range(many)]
        for c in clients:
            c.send(f'GET /f {HOST}\r\n')
        for c in clients:
            c.answer()
        took = []
        for _ in range(10):
            begun = time.monotonic()
            d = live(server)
            took.append(time.monotonic() - begun)
            equal(d['connections']['now'], many + 1)
        took.sort()
        assert took[5] < 0.05 * SLOW, took
        for c in clients:
            c.socket.close()
        wait_until(lambda: live(server)['connections']['now'] == 1, 'all closed')


if __name__ == '__main__':
    sys.exit(run(sys.modules[__name__]))
