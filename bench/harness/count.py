# SPDX-License-Identifier: MIT
"""Instructions per operation, counted by callgrind: the difference between two runs that differ
only in how many operations they do. Start-up falls out, noise there is none."""

import re
import subprocess

import build
import programs
from programs import Failed
from rounds import Result


def instructions(program, args):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
               *programs.words(args)]
    process = programs.start(command, programs.LAST, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    _, err = programs.finish(process, programs.LIMIT)
    found = re.search(r"Collected : (\d+)", err)
    if not found:
        raise Failed("callgrind printed no count")
    return int(found[1])


def per_operation(bench, row):
    args = {**bench.count, **row.args}
    once, thrice = args["ops"], 3 * args["ops"]
    program = build.build(bench, row)
    few = instructions(program, {**args, "ops": once})
    many = instructions(program, {**args, "ops": thrice})
    return (many - few) / (thrice - once)


def run(bench, rows, progress):
    """{who: Result}, one value each."""
    results = {}
    for row in rows:
        if not row.count:
            continue
        progress.step(f"{bench.name} {row.who}, counting instructions")
        result = results[row.who] = Result(row.who)
        try:
            result.values.append(per_operation(bench, row))
        except (Failed, build.Failed) as failure:
            result.failed = str(failure)
    return results
