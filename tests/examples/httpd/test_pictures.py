#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The documentation and the live page in a browser: neither is blank.

test_pictures.py HTTPD RENDER-DOCS FOLDER-FOR-PICTURES
"""
import glob
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

from httpd import SLOW, Root, Server, equal, need, run

WIDTH, HEIGHT = 1100, 1400


def colours(path):
    """How many different colours the picture has, and how much of it is not the commonest one."""
    with open(path, 'rb') as f:
        data = f.read()
    equal(data[:8], b'\x89PNG\r\n\x1a\n')
    at, packed = 8, b''
    while at < len(data):
        n, kind = struct.unpack('>I4s', data[at:at + 8])
        if kind == b'IHDR':
            width, height, depth, colour, _, _, interlace = struct.unpack('>IIBBBBB',
                                                                          data[at + 8:at + 21])
        if kind == b'IDAT':
            packed += data[at + 8:at + 8 + n]
        at += n + 12
    size = {2: 3, 6: 4}[colour]
    assert depth == 8 and interlace == 0
    raw, stride = zlib.decompress(packed), width * size
    before, counts = bytearray(stride), {}
    for y in range(height):
        begin = y * (stride + 1)
        row = unfilter(raw[begin], bytearray(raw[begin + 1:begin + 1 + stride]), before, size)
        for x in range(0, stride, size):
            pixel = bytes(row[x:x + 3])
            counts[pixel] = counts.get(pixel, 0) + 1
        before = row
    return len(counts), 1 - max(counts.values()) / (width * height)


def unfilter(kind, row, above, size):
    """Undo the filter of one row, PNG specification section 9."""
    for x in range(len(row)):
        a = row[x - size] if x >= size else 0
        b = above[x]
        c = above[x - size] if x >= size else 0
        if kind == 1:
            add = a
        elif kind == 2:
            add = b
        elif kind == 3:
            add = (a + b) // 2
        elif kind == 4:
            p = a + b - c
            add = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        else:
            return row
        row[x] = (row[x] + add) & 255
    return row


def picture(url, name):
    path = os.path.join(sys.argv[3], name)
    profile = tempfile.mkdtemp(prefix='httpd-test-')
    try:
        p = subprocess.run(
            ['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
             '--no-first-run', '--disable-background-networking', '--disable-component-update',
             '--disable-sync', f'--user-data-dir={profile}', '--hide-scrollbars',
             f'--window-size={WIDTH},{HEIGHT}', f'--screenshot={path}', url],
            capture_output=True, text=True, timeout=60 * SLOW, check=False)
        assert os.path.exists(path), p.stderr
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    different, drawn = colours(path)
    assert different > 8 and drawn > 0.01, f'{name}: {different} colours, {drawn:.1%} drawn'


def test_live():
    os.makedirs(sys.argv[3], exist_ok=True)
    with Root() as root, Server(root.path, '-q', '--idle-timeout=60') as server:
        clients = [server.connect() for _ in range(30)]
        for c in clients:
            c.get('/')
        picture(f'http://127.0.0.1:{server.port}/_faden', 'live.png')
        for c in clients:
            c.socket.close()


def test_docs():
    with Root() as root:
        p = subprocess.run([sys.argv[2], root.path + '/site'], capture_output=True, text=True,
                           timeout=120 * SLOW, check=False)
        if p.returncode == 77:
            print('skipped: ' + p.stderr, file=sys.stderr)
            return
        equal(p.returncode, 0, p.stderr)
        assert glob.glob(root.path + '/site/*.html')
        with Server(root.path + '/site', '-q') as server:
            picture(f'http://127.0.0.1:{server.port}/', 'docs.png')


def test_blank_is_seen():
    """The check itself: an empty page counts as blank."""
    with Root() as root:
        root.file('index.html', '<!doctype html><title>nothing</title>')
        with Server(root.path, '-q') as server:
            try:
                picture(f'http://127.0.0.1:{server.port}/', 'blank.png')
            except AssertionError as e:
                assert 'blank.png: 1 colours' in str(e), e
            else:
                raise AssertionError('an empty page passed')
            finally:
                os.unlink(os.path.join(sys.argv[3], 'blank.png'))


if __name__ == '__main__':
    need('chromium', 'chromium')
    sys.exit(run(sys.modules[__name__], patience=240))
