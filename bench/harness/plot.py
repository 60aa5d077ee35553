# SPDX-License-Identifier: MIT
"""One SVG for each bench: a chart for each figure, a bar for each row, whiskers from the least to
the greatest run."""

import subprocess

import build

WIDTH, HEIGHT = 640, 420
LOG = 30  # where the bars differ more than this, the axis is logarithmic

STYLE = """
set style fill solid 0.85 noborder
set boxwidth 0.7
set grid ytics lc rgb '#dddddd'
set border 3 lc rgb '#888888'
set xtics nomirror rotate by -35 scale 0 font ',10' textcolor rgb '#333333'
set ytics nomirror textcolor rgb '#333333'
unset key
"""


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', "'") + '"'


def chart(bench, figure, results):
    """The gnuplot commands for one figure; none if it has no bars."""
    rows = [r for r in results.values() if r.values and not r.failed]
    if not rows:
        return []
    values = [r.median for r in rows]
    low, high = min(values), max(max(r.values) for r in rows)
    log = low > 0 and high / low > LOG
    bottom = low / 3 if log else min(0, low * 1.1)
    data = []
    for i, r in enumerate(rows):
        colour = 0x1f6f8b if r.who.startswith("faden") else 0xb0b0b0
        name = quoted(r.who + (" (void)" if r.void else ""))
        data.append(f"{i} {r.median} {min(r.values)} {max(r.values)} {colour} {name} "
                    f"{quoted(f'{r.median:.3g}' if r.median < 1000 else f'{r.median:,.0f}')}")
    top = high * 3 if log else high * 1.15
    return ["$rows << EOD", *data, "EOD",
            "set logscale y" if log else "unset logscale y",
            f"set title {quoted(f'{bench.key(figure)}: {figure.unit} {figure.title}')} noenhanced",
            f"set ylabel {quoted(figure.unit)}",
            f"set xrange [-0.6:{len(rows) - 0.4}]",
            f"set yrange [{bottom}:{top}]",
            "plot $rows using 1:2:5:xtic(6) with boxes lc rgb variable, "
            "$rows using 1:3:(0):($4-$3) with vectors heads size graph 0.008,90 lc rgb '#333333', "
            "$rows using 1:4:7 with labels offset 0,0.7 font ',9'"]


def draw(outcome):
    """Writes build/bench/NAME.svg. Raises build.Failed."""
    bench = outcome.bench
    charts = [c for c in (chart(bench, f, outcome.results[f.name]) for f in bench.figures) if c]
    if not charts:
        return
    columns = 1 if len(charts) == 1 else 2
    rows = -(-len(charts) // columns)
    target = build.OUT / f"{bench.name}.svg"
    script = [f"set terminal svg size {WIDTH * columns},{HEIGHT * rows} background rgb 'white' "
              "font 'sans-serif,12' noenhanced",
              f"set output '{target}'", STYLE, f"set multiplot layout {rows},{columns}",
              *(line for c in charts for line in c), "unset multiplot"]
    target.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["gnuplot"], input="\n".join(script) + "\n", capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise build.Failed(f"gnuplot: {done.stderr.strip().splitlines()[0]}")
