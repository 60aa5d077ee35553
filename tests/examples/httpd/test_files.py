#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which file a path means, and that no path leads out of the root."""
import os
import re
import sys

from httpd import Root, Server, equal, run


def serve(*options):
    """A root with a bit of everything; beside it a folder with secrets."""
    root = Root()
    root.file('outer/secret.txt', 'secret')
    root.file('outer/dir/inner.txt', 'secret')
    root.file('www/hello.txt', 'hello\n')
    root.file('www/empty.txt', '')
    root.file('www/a b%c+ä.html', '<p>')
    root.file('www/dir/x.css', 'x')
    root.file('www/site/index.html', 'the index')
    root.file('www/.hidden', 'hidden')
    root.file('www/.git/config', 'hidden')
    root.file('www/.well-known/acme', 'public')
    root.file('www/big.bin', bytes(range(256)) * 20000)
    os.makedirs(root.path + '/www/odd/index.html')
    root.file('www/odd/y.png', 'y')
    os.symlink('hello.txt', root.path + '/www/inside')
    os.symlink('dir', root.path + '/www/linked')
    os.symlink('../outer/secret.txt', root.path + '/www/up')
    os.symlink('../outer', root.path + '/www/updir')
    os.symlink(root.path + '/outer/secret.txt', root.path + '/www/absolute')
    os.symlink('loop', root.path + '/www/loop')
    os.symlink('/proc/self/root', root.path + '/www/magic')
    os.mkfifo(root.path + '/www/pipe')
    return root, Server(root.path + '/www', '-q', *options)


def test_found():
    root, server = serve()
    with root, server:
        a = server.get('/hello.txt')
        equal((a.status, a.body), (200, b'hello\n'))
        equal(a.fields['content-type'], 'text/plain; charset=utf-8')
        equal(a.fields['content-length'], '6')
        assert re.fullmatch(r'\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT', a.fields['date'])
        equal(server.get('/empty.txt').body, b'')
        equal(server.get('/a%20b%25c+%C3%A4.html').body, b'<p>')
        equal(server.get('/hello.txt?query=1').body, b'hello\n')
        equal(server.get('//./hello.txt').body, b'hello\n')
        equal(server.get('http://other:99/hello.txt').body, b'hello\n')
        equal(server.get('/big.bin').body, bytes(range(256)) * 20000)
        equal(server.get('/.well-known/acme').body, b'public')
        equal(server.get('/big.bin').fields['content-type'], 'application/octet-stream')
        equal(server.get('/dir/x.css').fields['content-type'], 'text/css; charset=utf-8')


def test_not_found():
    root, server = serve()
    with root, server:
        for path in ('/nothing', '/dir/nothing', '/hello.txt/', '/hello.txt/x', '/pipe',
                     '/nothing/', '/.hidden', '/.git/config', '/.git/', '/' + 'x' * 300,
                     '/x/' * 500):
            a = server.get(path)
            equal(a.status, 404, path[:40])
            assert b'404' in a.body and 'text/html' in a.fields['content-type']
        equal(server.get('/' + 'x/' * 2500).status, 414)


def test_head():
    root, server = serve()
    with root, server:
        for path in ('/hello.txt', '/big.bin', '/', '/site/', '/nothing', '/_faden', '/dir'):
            get, head = server.get(path), server.get(path, method='HEAD')
            equal(head.status, get.status, path)
            equal(head.body, b'')
            if path != '/_faden':  # its numbers change
                get.fields.pop('date'), head.fields.pop('date')
                equal(head.fields, get.fields, path)


def test_directories():
    root, server = serve()
    with root, server:
        equal(server.get('/site/').body, b'the index')
        a = server.get('/dir?a=b')
        equal((a.status, a.fields['location']), (301, '/dir/?a=b'))
        equal(server.get('//dir').fields['location'], '/dir/')
        equal(server.get('/odd').fields['location'], '/odd/')
        a = server.get('/dir/')
        assert b'x.css' in a.body and b'href="../"' in a.body, a
        assert b'y.png' in server.get('/odd/').body
        a = server.get('/')
        equal(a.status, 200)
        for name in (b'hello.txt', b'href="./dir/"', b'a%20b%25c%2b%c3%a4.html', b'.well-known'):
            assert name in a.body, name
        for name in (b'.hidden', b'.git', b'href="../"'):
            assert name not in a.body, name


def test_listing_escapes():
    with Root() as root:
        root.file('<script>alert(1)<', '')
        root.file('"quoted"&\'', '')
        root.file('java:script', '')
        with Server(root.path, '-q') as server:
            body = server.get('/').body
            assert b'<script' not in body and b'&lt;script&gt;' in body
            assert b'&quot;quoted&quot;&amp;&#39;' in body and b'href="java' not in body
            for href in re.findall(rb'href="\./([^"]*)"', body):
                equal(server.get('/' + href.decode()).status, 200, href)


def test_large_listing():
    with Root() as root:
        for i in range(10050):
            root.file(f'{i:05}')
        with Server(root.path, '-q') as server:
            body = server.get('/').body
            equal(body.count(b'<tr>'), 10000)
            assert b'not listed' in body


OUTSIDE = ['/up', '/updir/secret.txt', '/updir/dir/inner.txt', '/updir/', '/updir', '/absolute',
           '/magic/etc/passwd', '/magic/', '/loop']


def test_traversal():
    root, server = serve()
    with root, server:
        for path in ('/..', '/../outer/secret.txt', '/%2e%2e/outer/secret.txt', '/dir/../hello.txt',
                     '/dir/%2e%2E/%2e./outer/secret.txt', '/..%2fouter%2fsecret.txt', '/%00',
                     '/hello.txt%00.png', '/dir/..', '/.%2e/', '/updir/..%2f..%2fouter'):
            equal(server.get(path).status, 400, path)
        for path in ('/..\\outer\\secret.txt', '/%252e%252e/outer/secret.txt', '/%2fetc/passwd'):
            a = server.get(path)
            assert a.status in (400, 404), (path, a)
        for path in OUTSIDE:
            a = server.get(path)
            equal(a.status, 404, path)
            assert b'secret' not in a.body
        # the listing tells nothing about where a link leads
        body = server.get('/').body
        assert b'secret' not in body
        for name in (b'up', b'updir', b'absolute', b'inside'):
            assert re.search(rb'>' + name + rb'</a><td>link<', body), name


def test_symlinks():
    root, server = serve()
    with root, server:
        equal(server.get('/inside').body, b'hello\n')
        equal(server.get('/linked/x.css').body, b'x')
        equal(server.get('/linked').fields['location'], '/linked/')
    root, server = serve('--no-symlinks')
    with root, server:
        for path in OUTSIDE + ['/inside', '/linked/x.css', '/linked', '/linked/']:
            equal(server.get(path).status, 404, path)
        equal(server.get('/hello.txt').body, b'hello\n')
        equal(server.get('/dir/x.css').body, b'x')
        equal(server.get('/site/').body, b'the index')
        assert b'hello.txt' in server.get('/').body and b'x.css' in server.get('/dir/').body
        equal(server.get('/dir').status, 301)
        equal(server.get('/hello.txt/x').status, 404)
        equal(server.get('/' + 'x' * 300).status, 404)


def test_forbidden():
    if os.geteuid() == 0:
        return  # nothing is forbidden to root
    root, server = serve()
    with root, server:
        os.chmod(root.path + '/www/hello.txt', 0)
        equal(server.get('/hello.txt').status, 403)


def test_changed_file():
    """A file replaced while it is served: each answer is one version."""
    root, server = serve()
    with root, server, server.connect() as c:
        equal(c.get('/hello.txt').body, b'hello\n')
        root.file('www/new', 'other content')
        os.rename(root.path + '/www/new', root.path + '/www/hello.txt')
        equal(c.get('/hello.txt').body, b'other content')
        os.unlink(root.path + '/www/hello.txt')
        equal(c.get('/hello.txt').status, 404)


if __name__ == '__main__':
    sys.exit(run(sys.modules[__name__]))
