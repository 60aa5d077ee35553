# SPDX-License-Identifier: MIT
"""What the tests of the examples share. A test prints only what is wrong and exits 0, 1 or 77."""
import os
import subprocess
import sys


def run(*command, **options):
    """Run a program to its end, as text, in the C locale; a hang is a failure."""
    options.setdefault("env", dict(os.environ, LC_ALL="C"))
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=60, **options
    )


def expect(what, got, wanted):
    """Fail unless got == wanted; shows the first lines that differ."""
    if got == wanted:
        return
    print(f"{what}:")
    if isinstance(got, str) and isinstance(wanted, str):
        lines = zip((got + "\n").splitlines() + [None], (wanted + "\n").splitlines() + [None])
        for number, (g, w) in enumerate(lines, 1):
            if g != w:
                print(f"  line {number}: got {g!r}, wanted {w!r}")
                break
    print(f"  got    {got!r:.2000}\n  wanted {wanted!r:.2000}")
    sys.exit(1)


def expect_usage(program, *wrong):
    """--help shows the usage, with status 0; wrong arguments show it as an error, with 2."""
    name = os.path.basename(program)
    shown = run(program, "--help")
    expect(f"{name} --help: status", shown.returncode, 0)
    expect(f"{name} --help: begins with usage", shown.stdout.startswith(f"usage: {name}"), True)
    for arguments in wrong:
        r = run(program, *arguments)
        expect(f"{name} {arguments}: status", r.returncode, 2)
        expect(f"{name} {arguments}: output", (r.stdout, r.stderr), ("", shown.stdout))
