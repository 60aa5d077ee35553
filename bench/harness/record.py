# SPDX-License-Identifier: MIT
"""Keeps the figures in build/bench.jsonl, and makes the README's table of the newest ones."""

import json
import platform
import subprocess
from datetime import datetime, timezone

import build
from catalogue import BENCHES
from table import number, verdict

FILE = build.BUILD / "bench.jsonl"


def machine():
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, Linux {platform.release().split('-')[0]}"


def commit():
    done = subprocess.run(["git", "-C", str(build.ROOT), "describe", "--always", "--dirty"],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip()


def stamp():
    """What all lines of one run share: ratios compare only figures of one run."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"run": now, "commit": commit(), "machine": machine()}


def append(lines):
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with open(FILE, "a", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line) + "\n")


def result_line(key, unit, result, shared):
    line = {"bench": key, "who": result.who, "unit": unit}
    if result.failed:
        line.update(median=None, min=None, max=None, n=len(result.values), failed=result.failed)
    else:
        line.update(median=result.median, min=min(result.values), max=max(result.values),
                    n=len(result.values))
    if result.void:
        line["void"] = result.void
    if result.notes:
        line["notes"] = result.notes
    return {**line, **shared}


def keep(outcome, shared):
    append(result_line(outcome.bench.key(figure), figure.unit, result, shared)
           for figure in outcome.bench.figures
           for result in outcome.results[figure.name].values())


class Kept:
    """A result read back; the same to look at as rounds.Result."""

    def __init__(self, line):
        self.who, self.median = line["who"], line["median"]
        self.min, self.max = line["min"], line["max"]
        self.failed, self.void = line.get("failed", ""), line.get("void", "")
        self.good = not self.failed and not self.void


def newest():
    """{figure key: (shared, {who: Kept})}, of the newest run that has the figure."""
    found = {}
    if not FILE.exists():
        return found
    with open(FILE, encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            shared, results = found.get(line["bench"], (None, None))
            if shared is None or shared["run"] != line["run"]:
                shared, results = {k: line[k] for k in ("run", "commit", "machine")}, {}
                found[line["bench"]] = (shared, results)
            results[line["who"]] = Kept(line)
    return found


def shown(result, mine):
    name = result.who.removeprefix("faden").strip() if mine else result.who
    value = "failed" if result.failed else number(result.median)
    if not result.failed and number(result.min) != number(result.max):
        value += f" ({number(result.min)}–{number(result.max)})"
    value += " (void)" if result.void else ""
    return f"{name} {value}".strip()


def readme_row(bench, figure, results):
    order = sorted(results.values(), key=lambda r: (bool(r.failed), r.median or 0))
    ours = "; ".join(shown(r, True) for r in results.values() if r.who.startswith("faden"))
    peers = ", ".join(shown(r, False) for r in order if not r.who.startswith("faden"))
    targets = "; ".join(verdict(t, results, figure.unit)[1] for t in figure.targets)
    return f"| {bench.name}: {figure.unit} {figure.title} | {ours} | {peers} | {targets} |"


def readme():
    """The lines of the README's table. Empty if nothing was recorded."""
    found = newest()
    rows, origins = [], {}
    for bench in BENCHES:
        for figure in bench.figures:
            shared, results = found.get(bench.key(figure), (None, None))
            if results:
                rows.append(readme_row(bench, figure, results))
                origin = f"{shared['machine']}, {shared['run'][:10]}, commit {shared['commit']}"
                origins.setdefault(origin, set()).add(bench.name)
    if not rows:
        return []
    lines = ["| what | faden | peers | targets |", "| --- | --- | --- | --- |", *rows, ""]
    for origin, names in origins.items():
        which = "" if len(origins) == 1 else f" ({', '.join(sorted(names))})"
        lines.append(f"Medians of interleaved runs on one machine: {origin}{which}.")
    return lines
