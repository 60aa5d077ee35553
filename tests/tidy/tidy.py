#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rules of the house, checked: layers, lengths, architecture #ifs, a freestanding core, the
cpu after a wait.

usage: tidy.py SOURCE_DIR [BUILD_DIR]     without BUILD_DIR the archive is not looked at
"""
import os
import re
import subprocess
import sys

from after_wait import check_after_wait

FILE_LINES = 400
FUNCTION_LINES = 70
COLUMNS = 100

PORT_LINES = 150 # of each file of a port

# From left to right; a file includes its own layer and those to its left.
LAYERS = ['base', 'arch', 'context', 'coro', 'stack', 'sched', 'time', 'sync', 'chan', 'io']
PLATFORM_FROM = 'stack'
# <faden/…> headers belong to layers too. They are the interface, and may be named by any layer that
# implements a part of it or lies to its right.
ARCH_WORDS = re.compile(
    r'#\s*(?:el)?if.*\b(__x86_64__|__i386__|__aarch64__|__arm__|__riscv|__m68k__|__powerpc|'
    r'__s390|__mips)')
CORE_MAY_NEED = re.compile(
    r'^(platform_\w+|arch_\w+|mem(cpy|set|move|cmp)|__stack_chk_\w+|__sanitizer_\w+|__asan_\w+|'
    r'__tsan_\w+|__ubsan_\w+|__msan_\w+|__gcov_\w+|_GLOBAL_OFFSET_TABLE_|__tls_get_addr|'
    r'__(u)?(div|mod|mul|popcount|clz|ctz)\w*)$')
UNFINISHED = re.compile(r'\b(TODO|FIXME|XXX)\b')


class Findings:
    def __init__(self):
        self.lines = []

    def add(self, path, line, text):
        self.lines.append(f'{path}:{line}: {text}')


def source_files(root):
    out = subprocess.run(['git', '-C', root, 'ls-files', '-co', '--exclude-standard'],
                         capture_output=True, text=True, check=True).stdout
    return [f for f in out.splitlines() if os.path.exists(os.path.join(root, f))]


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8', errors='replace') as f:
        return f.read().split('\n')


def check_text(path, lines, found):
    most = PORT_LINES if re.match(r'src/arch/[^/]+/[^/]+\.[Sh]$', path) else FILE_LINES
    if len(lines) - 1 > most:
        found.add(path, len(lines), f'{len(lines) - 1} lines; {most} at most: split it')
    if 'SPDX-License-Identifier: MIT' not in '\n'.join(lines[:3]):
        found.add(path, 1, 'no SPDX line')
    for n, line in enumerate(lines, 1):
        if len(line) > COLUMNS:
            found.add(path, n, f'{len(line)} columns; {COLUMNS} at most')
        if line.rstrip() != line:
            found.add(path, n, 'space at the end of the line')
        if UNFINISHED.search(line) and not path.startswith('tests/tidy'):
            found.add(path, n, 'unfinished')


def check_functions(path, lines, found):
    """A function body lies between a '{' and a '}' in column 0."""
    start = None
    for n, line in enumerate(lines, 1):
        if line == '{':
            start = n
        elif line.startswith('}') and start:
            if n - start - 1 > FUNCTION_LINES:
                found.add(path, start, f'a function of {n - start - 1} lines; '
                                       f'{FUNCTION_LINES} at most')
            start = None


def check_arch(path, lines, found):
    if path.startswith(('src/arch/', 'tests/arch/')):
        return
    for n, line in enumerate(lines, 1):
        if ARCH_WORDS.search(line):
            found.add(path, n, 'an #if on the architecture outside of src/arch')


def check_layers(path, lines, found):
    parts = path.split('/')
    if parts[0] != 'src' or parts[1] not in LAYERS:
        return
    own = LAYERS.index(parts[1])
    for n, line in enumerate(lines, 1):
        m = re.match(r'#\s*include "([^"]+)"', line)
        if not m:
            continue
        target = m.group(1).split('/')
        if target[0] == 'platform':
            if own < LAYERS.index(PLATFORM_FROM):
                found.add(path, n, f'{parts[1]} is below the platform')
            if len(target) > 2:
                found.add(path, n, 'includes a concrete platform')
        elif target[0] in LAYERS and LAYERS.index(target[0]) > own:
            found.add(path, n, f'{parts[1]} includes {target[0]}, which lies to its right')


def core_members(root, archive):
    """Names of the archive's objects that come from base…chan."""
    names = subprocess.run(['ar', 't', archive], capture_output=True, text=True,
                           check=True).stdout.split()
    core = tuple(layer + '_' for layer in LAYERS if layer != 'io') + ('.._src_arch',)
    return [n for n in names if n.startswith(core) or 'switch' in n]


def check_freestanding(root, build, found):
    archive = os.path.join(build, 'src', 'libfaden.a')
    if not os.path.exists(archive):
        found.add(archive, 0, 'no archive: build first')
        return
    out = subprocess.run(['nm', '--format=posix', archive], capture_output=True, text=True,
                         check=True).stdout
    core = set(core_members(root, archive))
    if len(core) < 10:
        found.add(archive, 0, 'the archive has not the members of the core')
    member, defined, needed = '', set(), []
    for line in out.splitlines():
        m = re.match(r'.*\[(.+)\]:$', line)
        if m:
            member = m.group(1)
            continue
        fields = line.split()
        if len(fields) < 2 or member not in core:
            continue
        if fields[1] == 'U':
            needed.append((member, fields[0]))
        elif fields[1] not in 'wv':
            defined.add(fields[0])
    for who, symbol in needed:
        if symbol not in defined and not CORE_MAY_NEED.match(symbol):
            found.add(archive, 0, f'{who} needs {symbol}: the core is not freestanding')


def public_functions(root):
    names = set()
    for path in source_files(root):
        if re.match(r'include/faden/\w+\.h$', path):
            text = '\n'.join(read(root, path))
            text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
            names |= set(re.findall(r'\b(faden_[a-z0-9_]+)\s*\(', text))
    return {n for n in names if '__' not in n and not n.endswith('_at')}


def check_manual(root, found):
    pages = ''
    for path in source_files(root):
        if re.match(r'man/.*\.[37]$', path):
            pages += '\n'.join(read(root, path))
    for name in sorted(public_functions(root)):
        if not re.search(r'\b' + name + r'\b', pages):
            found.add('man', 0, f'{name} is in no page')


def check_readme(root, found):
    """The program in the README is examples/hello.c, which the tests compile and run."""
    readme = '\n'.join(read(root, 'README.md'))
    if '```c\n' + '\n'.join(read(root, 'examples/hello.c')).strip() + '\n```' not in readme:
        found.add('README.md', 0, 'its program is not examples/hello.c')


def main():
    root = sys.argv[1]
    found = Findings()
    for path in source_files(root):
        if not path.endswith(('.c', '.h', '.S', '.cc', '.py', '.go')):
            continue
        lines = read(root, path)
        check_text(path, lines, found)
        if path.endswith(('.c', '.h', '.cc')):
            check_functions(path, lines, found)
            check_arch(path, lines, found)
            check_layers(path, lines, found)
            check_after_wait(path, lines, found)
    check_manual(root, found)
    check_readme(root, found)
    if len(sys.argv) > 2:
        check_freestanding(root, sys.argv[2], found)
    for line in found.lines:
        print(line)
    return 1 if found.lines else 0


if __name__ == '__main__':
    sys.exit(main())
