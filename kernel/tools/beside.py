#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Several kernels that run the same bench, by turns.

usage: beside.py [-r ROUNDS] NAME=COMMAND...

A COMMAND (for the shell) boots a kernel and runs kernel/user/bench.c there. The table has the
median of its ROUNDS runs (default: 5), the least and the most, in microseconds. What one of the
commands does not print is left empty.
"""
import argparse
import re
import statistics
import subprocess
import sys

RESULT = re.compile(r'^(\S.*?) +(\d+) ns each', re.MULTILINE)


def measure(name, command):
    run = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         text=True, errors='replace', check=False)
    results = RESULT.findall(run.stdout)
    if run.returncode or not results:
        sys.exit(f'{name}: exit code {run.returncode}\n{run.stdout[-1000:]}')
    return {what: int(ns) / 1000 for what, ns in results}


def cell(times):
    if not times:
        return ''
    return f'{statistics.median(times):,.1f} ({min(times):,.1f} to {max(times):,.1f})'


def table(names, runs):
    print('| us |', ' | '.join(names), '|')
    print('| --- |', ' | '.join('---' for _ in names), '|')
    rows = dict.fromkeys(what for name in names for run in runs[name] for what in run)
    for what in rows:
        cells = [cell([run[what] for run in runs[name] if what in run]) for name in names]
        print(f'| {what} |', ' | '.join(cells), '|')


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('-r', type=int, default=5)
    parser.add_argument('kernels', nargs='+')
    args = parser.parse_args()
    kernels = dict(k.split('=', 1) for k in args.kernels)
    runs = {name: [] for name in kernels}
    for _ in range(args.r):
        for name, command in kernels.items():
            runs[name].append(measure(name, command))
    table(list(kernels), runs)


if __name__ == '__main__':
    main()
