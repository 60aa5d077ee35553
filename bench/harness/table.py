# SPDX-License-Identifier: MIT
"""Prints what a bench gave, and whether the targets are met."""


def number(value):
    """Three significant digits or so, and none that mean nothing."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def verdict(target, results, unit):
    """(state, sentence) for a target: state is met, missed, or open (nothing to compare)."""
    goal = f"{target.who} <= {target.limit:g}"
    goal += f" x {target.against}" if target.against else f" {unit}"
    mine = results.get(target.who)
    if not mine or not mine.good:
        return "open", f"{goal}: no figure of {target.who}"
    if not target.against:
        value, shown = mine.median, f"{number(mine.median)} {unit}"
    else:
        base = results.get(target.against)
        if base and base.void:
            return "open", f"{goal}: {target.against} is void, {base.void}"
        if not base or not base.good:
            return "open", f"{goal}: no figure of {target.against}"
        value = mine.median / base.median
        shown = f"{value:.3g}"
    state = "met" if value <= target.limit else "missed"
    return state, f"{goal}: {shown}, {state}"


def line(who, median, low, high, ratio):
    return f"  {who:<30} {median:>10} {low:>10} {high:>10} {ratio:>9}"


def figure_lines(bench, figure, results):
    """The table of one figure."""
    reference = results.get(bench.reference)
    base = reference.median if reference and reference.good else None
    yield f"{bench.key(figure)}: {figure.unit} {figure.title}"
    yield line("who", "median", "min", "max", "ratio")
    for result in results.values():
        if result.failed:
            yield f"  {result.who:<30} failed: {result.failed}"
            continue
        ratio = f"{result.median / base:.3f}" if base else "-"
        mark = f"  void: {result.void}" if result.void else ""
        yield line(result.who, number(result.median), number(min(result.values)),
                   number(max(result.values)), ratio) + mark
    for result in results.values():
        if result.notes and not result.failed:
            yield f"  {result.who}: {'; '.join(result.notes)}"
    for target in figure.targets:
        yield f"  target: {verdict(target, results, figure.unit)[1]}"


def lines(outcome):
    bench = outcome.bench
    yield f"== {bench.name}: {bench.title} (rounds: {outcome.rounds}, ratio to {bench.reference})"
    for figure in bench.figures:
        results = outcome.results[figure.name]
        if results:
            yield ""
            yield from figure_lines(bench, figure, results)
    if outcome.disturbed:
        yield ""
        yield f"{outcome.disturbed} of {outcome.runs} runs got less than 95 % of their cpu"
    yield ""


def tally(outcomes):
    """How many targets were met, missed, and open; and whether any row failed."""
    states, failed = {"met": 0, "missed": 0, "open": 0}, 0
    for outcome in outcomes:
        for figure in outcome.bench.figures:
            results = outcome.results[figure.name]
            failed += sum(1 for r in results.values() if r.failed)
            for target in figure.targets:
                states[verdict(target, results, figure.unit)[0]] += 1
    return states, failed
