# SPDX-License-Identifier: MIT
"""Runs the rows of a bench in turns: each row once, then each row again, so that what disturbs the
machine for a while disturbs them all."""

import time
from dataclasses import dataclass, field
from statistics import median

import build
import load
import programs
from programs import Failed

# Seconds before each run. A million threads that have just ended are still being freed on that
# processor: the next program there took 22 to 26 ns where it takes 20.7.
SETTLE = 0.1
DISTURBED = 0.05  # of the time and of a second: a busy program that lost more was disturbed


@dataclass
class Result:
    """What the runs of one row gave for one figure."""
    who: str
    values: list = field(default_factory=list)
    notes: list = field(default_factory=list)  # of the last run
    failed: str = ""
    void: str = ""

    @property
    def median(self):
        return median(self.values)

    @property
    def good(self):
        """It may be compared with."""
        return bool(self.values) and not self.failed and not self.void


@dataclass
class Outcome:
    """All that one bench gave: results[figure name][who], in the order of the rows."""
    bench: object
    rounds: int
    results: dict
    runs: int = 0
    disturbed: int = 0


def wants(bench, shape, row):
    return not row.shapes or shape.name in row.shapes


def arguments(shape, row, quick):
    args = dict(shape.quick if quick else shape.args)
    if "ops" in args:
        args["ops"] = max(args["ops"] // row.slow, 2)
    args.update(row.quick if quick and row.quick else row.args)
    return args


def figures_of(bench, shape):
    """The figures that a shape gives: the one of its name, or all that no shape is named for."""
    named = [f for f in bench.figures if f.name == shape.name]
    others = {s.name for s in bench.shapes}
    return named or [f for f in bench.figures if f.name not in others]


def plan(bench, rows, rounds):
    """(round, shape, row) in the order they are run."""
    return [(turn, shape, row)
            for turn in range(rounds)
            for shape in bench.shapes
            for row in rows
            if wants(bench, shape, row) and not (row.rounds and turn >= row.rounds)]


def built(bench, rows, progress):
    """[program of each row, or why there is none]: nothing is compiled while others are timed."""
    programs_of = []
    for row in rows:
        progress.note(f"building {bench.name} {row.who}")
        try:
            programs_of.append(build.build(bench, row))
        except build.Failed as failure:
            programs_of.append(Failed(str(failure)))
    return programs_of


def once(bench, shape, row, program, quick):
    """One run: figures, notes, and whether others took its cpu (None: one cannot tell)."""
    if isinstance(program, Failed):
        raise program
    args = arguments(shape, row, quick)
    if not quick:
        time.sleep(SETTLE)
    if bench.server:
        return (*load.run(program, args), None)
    memory = 0 if quick else row.memory
    figures, notes, wall, idle = programs.run(program, args, not row.all_cpus, memory)
    if row.all_cpus or not bench.busy:
        return figures, notes, None
    return figures, notes, idle > DISTURBED * (1 + wall)


def run(bench, rows, rounds, quick, progress):
    outcome = Outcome(bench, rounds, {f.name: {} for f in bench.figures})
    for shape in bench.shapes:
        for figure in figures_of(bench, shape):
            for row in rows:
                if wants(bench, shape, row):
                    outcome.results[figure.name].setdefault(row.who, Result(row.who))
    programs_of = built(bench, rows, progress)
    for turn, shape, row in plan(bench, rows, rounds):
        progress.step(f"{bench.name} {shape.name} {row.who}, round {turn + 1} of {rounds}")
        results = {f.name: outcome.results[f.name][row.who] for f in figures_of(bench, shape)}
        if any(r.failed for r in results.values()):
            continue
        try:
            figures, notes, disturbed = once(
                bench, shape, row, programs_of[rows.index(row)], quick)
            missing = [name for name in results if name not in figures]
            if missing:
                raise Failed(f"printed no figure {missing[0]}")
        except Failed as failure:
            for result in results.values():
                result.failed = f"{failure} (round {turn + 1})"
            continue
        for name, result in results.items():
            result.values.append(figures[name])
            result.notes = notes
        if disturbed is not None:
            outcome.runs += 1
            outcome.disturbed += disturbed
    judge(outcome)
    return outcome


def judge(outcome):
    """Marks void what is no sound baseline."""
    for figure in outcome.bench.figures:
        if not figure.sound:
            continue
        results = outcome.results[figure.name]
        a, b = (results.get(who) for who in figure.sound)
        if a and b and a.good and b.good and not a.median < b.median:
            a.void = f"it does not beat {b.who}"
