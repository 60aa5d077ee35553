#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ranges and conditional requests."""
import os
import sys
import time
from email.utils import formatdate

from httpd import Root, Server, equal, run

DATA = bytes(i * 7 % 251 for i in range(100000))


def serve():
    root = Root()
    root.file('f.txt', '0123456789')
    root.file('empty', '')
    root.file('big', DATA)
    for name in ('f.txt', 'empty', 'big'):
        os.utime(f'{root.path}/{name}', (1e9, 1e9))
    return root, Server(root.path, '-q')


def test_ranges():
    root, server = serve()
    with root, server, server.connect() as c:
        equal(c.get('/f.txt').fields['accept-ranges'], 'bytes')
        for value, first, last in (('0-0', 0, 0), ('0-9', 0, 9), ('2-4', 2, 4), ('5-', 5, 9),
                                   ('9-', 9, 9), ('-1', 9, 9), ('-10', 0, 9), ('-11', 0, 9),
                                   ('5-99999999999999999999999', 5, 9), ('-99999999999999', 0, 9)):
            a = c.get('/f.txt', f'Range: bytes={value}\r\n')
            equal((a.status, a.body), (206, b'0123456789'[first:last + 1]), value)
            equal(a.fields['content-range'], f'bytes {first}-{last}/10', value)
            equal(a.fields['content-length'], str(last - first + 1))
        for first, last in ((0, 99999), (1, 99998), (50000, 50000), (16384, 99999), (12, 20000)):
            a = c.get('/big', f'Range: bytes={first}-{last}\r\n')
            equal((a.status, a.body), (206, DATA[first:last + 1]))


def test_unsatisfiable():
    root, server = serve()
    with root, server, server.connect() as c:
        for path, size, value in (('/f.txt', 10, '10-'), ('/f.txt', 10, '10-20'),
                                  ('/f.txt', 10, '-0'), ('/empty', 0, '0-'),
                                  ('/f.txt', 10, '99999999999999999999-')):
            a = c.get(path, f'Range: bytes={value}\r\n')
            equal(a.status, 416, value)
            equal(a.fields['content-range'], f'bytes */{size}', value)


def test_ignored():
    """What is no range, or several, is answered with everything."""
    root, server = serve()
    with root, server, server.connect() as c:
        for fields in ('Range: bytes=4-2', 'Range: bytes=', 'Range: bytes=-', 'Range: bytes=a-b',
                       'Range: bytes=0-1,3-4', 'Range: lines=1-2', 'Range: bytes 1-2', 'Range:',
                       'Range: bytes=1-2\r\nRange: bytes=3-4', 'Range: bytes=1 - 2'):
            a = c.get('/f.txt', fields + '\r\n')
            equal((a.status, a.body), (200, b'0123456789'), fields)
            assert 'content-range' not in a.fields
        equal(c.get('/empty', 'Range: bytes=-5\r\n').status, 200)
        c.send('HEAD /f.txt HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2\r\n\r\n')
        a = c.answer(head=True)
        equal((a.status, a.fields['content-length']), (200, '10'))  # ranges are for GET only


def test_conditions():
    root, server = serve()
    with root, server, server.connect() as c:
        a = c.get('/f.txt')
        tag, date = a.fields['etag'], a.fields['last-modified']
        equal(date, formatdate(1e9, usegmt=True))
        for fields, status in ((f'If-None-Match: {tag}', 304), (f'If-None-Match: W/{tag}', 304),
                               (f'If-None-Match: "a", {tag}', 304), ('If-None-Match: *', 304),
                               ('If-None-Match: "a"', 200), (f'If-Modified-Since: {date}', 304),
                               (f'If-Modified-Since: {formatdate(1e9 + 1, usegmt=True)}', 304),
                               (f'If-Modified-Since: {formatdate(1e9 - 1, usegmt=True)}', 200),
                               ('If-Modified-Since: Sunday, 09-Sep-01 01:46:40 GMT', 304),
                               ('If-Modified-Since: Sun Sep  9 01:46:40 2001', 304),
                               ('If-Modified-Since: nonsense', 200),
                               (f'If-None-Match: "a"\r\nIf-Modified-Since: {date}', 200),
                               (f'If-Match: {tag}', 200), ('If-Match: "a"', 412),
                               (f'If-Match: W/{tag}', 412), ('If-Match: *', 200),
                               (f'If-Unmodified-Since: {date}', 200),
                               (f'If-Unmodified-Since: {formatdate(1e9 - 1, usegmt=True)}', 412),
                               (f'If-None-Match: {tag}\r\nRange: bytes=0-1', 304)):
            a = c.get('/f.txt', fields + '\r\n')
            equal(a.status, status, fields)
            if status in (200, 304):
                equal((a.fields['etag'], a.fields['last-modified']), (tag, date))
            if status == 304:
                assert 'content-length' not in a.fields or a.fields['content-length'] == '10'


def test_if_range():
    root, server = serve()
    with root, server, server.connect() as c:
        a = c.get('/f.txt')
        tag, date = a.fields['etag'], a.fields['last-modified']
        for value, status in ((tag, 206), (f'W/{tag}', 200), ('"a"', 200), (date, 206),
                              (formatdate(1e9 + 5, usegmt=True), 200), ('', 200)):
            a = c.get('/f.txt', f'Range: bytes=1-2\r\nIf-Range: {value}\r\n')
            equal(a.status, status, value)
            equal(a.body, b'12' if status == 206 else b'0123456789')
        # a file changed this very second has no date that could identify it
        os.utime(root.path + '/f.txt', (time.time(), time.time()))
        date = c.get('/f.txt').fields['last-modified']
        equal(c.get('/f.txt', f'Range: bytes=1-2\r\nIf-Range: {date}\r\n').status, 200)


def test_tag_changes():
    root, server = serve()
    with root, server, server.connect() as c:
        tag = c.get('/f.txt').fields['etag']
        os.utime(root.path + '/f.txt', ns=(10**18, 10**18 + 1))  # a nanosecond later
        a = c.get('/f.txt', f'If-None-Match: {tag}\r\n')
        assert a.status == 200 and a.fields['etag'] != tag
        root.file('f.txt', '01234567890')
        os.utime(root.path + '/f.txt', ns=(10**18, 10**18 + 1))
        assert c.get('/f.txt').fields['etag'] != a.fields['etag']


def test_future_file():
    root, server = serve()
    with root, server:
        os.utime(root.path + '/f.txt', (4e9, 4e9))
        a = server.get('/f.txt')
        equal(a.fields['last-modified'], a.fields['date'])  # never later than now


if __name__ == '__main__':
    sys.exit(run(sys.modules[__name__]))
