#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/stack-need against what tasks really used, and what it says where there is no bound.

usage: stack-need.py LIBRARY INCLUDE_DIR...
Exit: 0 passed, 1 failed, 77: gcc here cannot write .ci files.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCE = os.path.join(ROOT, 'tests/debug/stack-need.c')
SLACK = 6144  # how much more than the use is still a useful answer
NO_BOUND = {'recursive': r'a recursion: (even > odd > even|odd > even > odd)',
            'indirect': r'an indirect call at \S*stack-need\.c:\d+',
            'dynamic': r'an array of variable length in variable',
            'unknown': r'nothing is known of puts'}


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=60)


def build(folder, level, library, includes):
    program = os.path.join(folder, 'program')
    done = run('gcc', level, '-std=gnu11', '-w', '-fcallgraph-info=su', '-c', SOURCE, '-o',
               program + '.o', *(f'-I{i}' for i in includes))
    if 'unrecognized' in done.stdout:
        print(done.stdout.strip())
        sys.exit(77)
    done = run('gcc', program + '.o', library, '-pthread', '-o', program)
    if done.returncode:
        sys.exit(done.stdout)
    return program


def need_of(folder, *options):
    return run(os.path.join(ROOT, 'tools/stack-need'), *options, folder)


def wrong_with(level, library, includes):
    with tempfile.TemporaryDirectory() as folder:
        program = build(folder, level, library, includes)
        used = {}
        for line in run(program).stdout.splitlines():
            name, size = line.split()
            used[name] = max(int(size), used.get(name, 0))
        done = need_of(folder, '-q')
        need = {name: size for size, name in (line.split() for line in done.stdout.splitlines())}
        if sorted(used) != ['calls', 'deep', 'shallow']:
            return f'it ran {used}'
        if not set(used) | set(NO_BOUND) <= set(need):
            return f'not all entries were found: {sorted(need)}'
        for name, size in used.items():
            if not need[name].isdigit() or not size <= int(need[name]) <= size + SLACK:
                return f'{name} used {size} bytes, stack-need says {need[name]}\n{done.stdout}'
        out = need_of(folder).stdout
        for name, why in NO_BOUND.items():
            if not re.search(rf'^{name} \(.*: unbounded: {why}', out, flags=re.M):
                return f'nothing like "{why}" of {name}:\n{out}'
        done = need_of(folder, '-a', '*=3000', '-a', 'even=100', '-a', 'variable=64', '-i',
                       'indirect=fill,fill_more')
        if done.returncode or 'unbounded' in done.stdout:
            return f'what it is told does not help:\n{done.stdout}'
    return None


def main():
    for level in ('-O0', '-O1', '-O2'):
        wrong = wrong_with(level, sys.argv[1], sys.argv[2:])
        if wrong:
            print(f'{level}: {wrong}')
            return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
