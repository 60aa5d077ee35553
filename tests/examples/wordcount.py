#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""wordcount: the numbers of wc -w; failing files are named with the reason, the others counted."""
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile

from common import expect, expect_usage, run
from screen import Terminal

wordcount = sys.argv[1]
ENVIRONMENTS = [dict(os.environ, LC_ALL=locale) for locale in ("C", "C.UTF-8")]


def numbers(text):
    """Lines of a count and a name, whatever the width of the columns."""
    return [line.split(None, 1) for line in text.splitlines()]


def check(what, files, **options):
    for env in ENVIRONMENTS:
        wc = run("wc", "-w", *files, env=env)
        ours = run(wordcount, *files, env=env, **options)
        expect(f"{what}: status and errors", (ours.returncode, ours.stderr), (0, ""))
        expect(what, numbers(ours.stdout), numbers(wc.stdout))


def noise(n):
    """Text in which words, spaces and characters of all kinds begin and end everywhere."""
    parts = [
        b" ",
        b"\n",
        b"a",
        b"bc",
        b"\0",
        b"\1",
        b"\t",
        b"\x1c",
        b"\xc3\xa9",
        b"\xc2\xa0",
        b"\xe2\x82",
        b"\xf0\x9f",
        b"\xac",
        b"\xe2\x80\xa8",
        b"\xe3\x80\x80",
        b"\xff",
        b"\x85",
        b"\xe2\x80\xaf",
    ]
    return b"".join(random.choices(parts, k=n))


def limit_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def become_nobody():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


random.seed(1)
with tempfile.TemporaryDirectory() as d:
    os.chmod(d, 0o755)

    def file(name, content):
        path = os.path.join(d, name)
        with open(path, "wb") as f:
            f.write(content)
        return path

    empty, one = file("empty", b""), file("one", b"  one\n")
    no_newline, long = file("no newline", b"a b c"), file("long", b"word" * 100000 + b" end")
    mixed = [file(f"noise{i}", noise(60000)) for i in range(3)]  # more than one block each
    check("one file", [one])
    check("an empty file", [empty])
    check("text", [one, empty, no_newline, long])
    check("binary files", [wordcount, sys.executable, *mixed])
    check("the same file twice", [one, one])

    # The blocks that it reads end at a multiple of 64 KiB: within a character, and within none.
    block = b" " * ((64 << 10) - 1)
    check("a character across blocks", [file("across", block + "é".encode() + b" b")])
    check("the begin of one, then another", [file("broken", block + b"\xe2b")])

    # More files than may be open, and than there are descriptors.
    many = [file(f"many{i}", b"w " * (i % 7)) for i in range(3000)]
    check("3,000 files, 64 descriptors", many, preexec_fn=limit_descriptors)

    # Those that cannot be read are named, in the order of the arguments, and the others counted.
    missing, locked = os.path.join(d, "missing"), file("locked", b"secret words")
    os.chmod(locked, 0)
    r = run(wordcount, missing, one, d, no_newline, "/proc/self/mem", "")
    expect("missing and unreadable: status", r.returncode, 1)
    expect(
        "missing and unreadable: the others",
        numbers(r.stdout),
        [["1", one], ["3", no_newline], ["4", "total"]],
    )
    expect(
        "missing and unreadable: reasons",
        r.stderr.splitlines(),
        [
            f"wordcount: {missing}: No such file or directory",
            f"wordcount: {d}: Is a directory",
            "wordcount: /proc/self/mem: Input/output error",
            "wordcount: : No such file or directory",
        ],
    )
    expect("only a missing one", run(wordcount, missing).stdout, "")

    # Root can read everything, so it becomes somebody else, who can run the program from here.
    if os.geteuid() == 0:
        program = shutil.copy(wordcount, d)
        r = run(program, locked, one, preexec_fn=become_nobody)
    else:
        r = run(wordcount, locked, one)
    expect("locked: status", r.returncode, 1)
    expect("locked: the other", numbers(r.stdout), [["1", one], ["1", "total"]])
    expect("locked: reason", r.stderr, f"wordcount: {locked}: Permission denied\n")

    # A result that nobody got is a failure.
    with open("/dev/full", "w", encoding="utf-8") as full:
        r = subprocess.run([wordcount, one], stdout=full, stderr=subprocess.DEVNULL, timeout=60)
        expect("full disk: status", r.returncode, 1)

    # On a terminal it says how far it is, and clears that before the result.
    t = Terminal([wordcount, *many[:50]], 24, 200)
    expect("progress: status", t.end(), 0)
    expect("progress", "\r1 of 50 files" in t.text and "\r49 of 50 files" in t.text, True)
    expect(
        "progress: result on a cleared line", t.text.split("\r\x1b[K")[1].lstrip().split()[0], "0"
    )
    expect("no progress elsewhere", run(wordcount, *many[:50]).stderr, "")
expect_usage(wordcount, [])
