#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: tutorial.py [--write] DOC WORK_DIR LIBRARY INCLUDE ARCH_INCLUDE CC...

The tutorial is true: its programs are built as it says, and print what it shows. What depends on
the scheduler's code is not compared: numbers (of runs, steps, seeds), and in which column and order
the program's steps stand. --write puts what they print now into the document."""
import os
import re
import subprocess
import sys

WIDTH = 116  # of a shown line


def compile_and_run(name, text, work, library, includes, compiler):
    source, program = (os.path.join(work, name + end) for end in ('.c', ''))
    with open(source, 'w', encoding='utf-8') as f:
        f.write(text)
    subprocess.run([*compiler, '-g', '-Wall', '-Werror', *includes, name + '.c', library,
                    '-o', program], cwd=work, check=True)
    env = {k: v for k, v in os.environ.items() if k != 'FADEN_SEED'}
    r = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                       env={**env, 'FADEN_SIM_TRACE': name + '.c'})
    lines = [line.rstrip()[:WIDTH] for line in r.stdout.splitlines()]
    differ = replays_differ(name, work, r.stdout)
    return -1 if differ else r.returncode, '\n'.join(lines) + '\n'


def replayed(name, work, seed):
    """What a replay prints: the same each time, in whatever process."""
    env = {**os.environ, 'FADEN_SEED': seed}
    return subprocess.run([os.path.join(work, name)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=env)


def replays_differ(name, work, output):
    """Of the seeds that a failure printed, each fails again, byte for byte."""
    bad = False
    for seed in re.findall(r'FADEN_SEED=(\S*)', output):
        first, second = (replayed(name, work, seed) for _ in range(2))
        if first.returncode != 1 or 'the run failed' not in first.stdout:
            print(f'{name}: {seed} does not fail again')
            bad = True
        if first.stdout != second.stdout:
            print(f'{name}: two replays of {seed} differ')
            bad = True
    return bad


def comparable(text):
    """The lines, each without numbers and blanks, in some order."""
    lines = re.sub(r'0x[0-9a-f]+', 'ADDRESS', re.sub(r'FADEN_SEED=\S*', '', text)).splitlines()
    return sorted(re.sub(r'[ ]+', ' ', re.sub(r'\d+', 'N', line)).strip() for line in lines)


def main():
    args = sys.argv[1:]
    write = args[0] == '--write'
    doc, work, library, include, arch_include, *compiler = args[write:]
    os.makedirs(work, exist_ok=True)
    includes = ['-I' + os.path.realpath(include), '-I' + os.path.realpath(arch_include)]
    with open(doc, encoding='utf-8') as f:
        text = f.read()
    broken, mended_wait = re.findall(r'```c\n(.*?)```', text, flags=re.S)
    old = re.search(r'static int gate_wait.*?\n}\n', broken, flags=re.S).group(0)
    mended = broken.replace(old, mended_wait)
    weak = mended.replace('SC __ATOMIC_SEQ_CST', 'SC __ATOMIC_RELAXED')
    shown = re.findall(r'```text\n(.*?)```', text, flags=re.S)
    failed = False
    for place, (name, program, code) in enumerate(
            [('gate', broken, 1), ('mended', mended, 0), ('weak', weak, 1)]):
        program = program.replace('gate.c', name + '.c')
        status, output = compile_and_run(name, program, work, os.path.realpath(library), includes,
                                         compiler)
        if status != code:
            print(f'{name}: exit status {status}\n{output}')
            failed = True
        if write:
            parts = re.split(r'(```text\n.*?```)', text, flags=re.S)
            parts[2 * place + 1] = '```text\n' + output + '```'
            text = ''.join(parts)
        elif comparable(shown[place]) != comparable(output):
            print(f'{name}: the document shows\n{shown[place]}but it printed\n{output}')
            failed = True
    if write:
        with open(doc, 'w', encoding='utf-8') as f:
            f.write(text)
    return failed


if __name__ == '__main__':
    sys.exit(main())
