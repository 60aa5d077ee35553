#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
walkthrough: each step shows what it says, and shows memory, not a drawing.

The words of a picture are checked against the registers of the steps around it. Then the program is
built again with another frame: where switch.S and frame.h agree on it the picture changes and still
fits; where only switch.S has it, exactly the registers that lie elsewhere are wrong.
"""
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

from common import expect, expect_usage, run

SAVED = ["rbp", "rbx", "r12", "r13", "r14", "r15"]
WORD = re.compile(r"(SP> |    )([0-9a-f]{12}) +([0-9a-f]+) (.+?) *$")


class Step:
    """One picture: registers, sp_f and sp_g, and the words of each stack, lowest address first."""

    def __init__(self, text):
        lines = text.splitlines()
        self.title, numbers = lines[0], [line for line in lines if re.match(" +(pc|rbp) ", line)]
        self.register = {
            n: int(v, 16) for n, v in re.findall(r"(\w+) ([0-9a-f]+)\b", " ".join(numbers))
        }
        self.where = re.findall(r" in <(\w+)>", text)
        self.stored = [int(v, 16) for v in re.findall(r"sp_[fg] = ([0-9a-f]+)", text)]
        self.stack, self.sp_on = ([], []), None
        for line in lines:
            for side, part in enumerate((line[:52], line[52:])):
                word = WORD.match(part)
                if word:
                    self.stack[side].insert(0, (int(word[2], 16), int(word[3], 16), word[4]))
                    if word[1] == "SP> ":
                        self.sp_on = (side, int(word[2], 16))

    def named(self, side):
        return {name: value for _, value, name in self.stack[side]}


def read(program, *arguments):
    r = run(program, *arguments)
    expect(f"{arguments}: status and errors", (r.returncode, r.stderr), (0, ""))
    expect(
        f"{arguments}: lines of at most 100 columns",
        max(map(len, r.stdout.splitlines())) <= 100,
        True,
    )
    return [
        Step(text) for text in re.split(r"^(?=create|destroy|\d)", r.stdout, flags=re.M)[1:]
    ], r.stdout


def wrong(program):
    """What does not fit in the six steps, and the order of the words on <f>'s stack."""
    steps, _ = read(program)
    found = []

    def check(what, got, wanted):
        if got != wanted:
            found.append(what)

    check(
        "steps",
        [s.title.split()[0] for s in steps],
        ["create:", "1.", "2.", "3.", "4.", "5.", "6.", "destroy:"],
    )
    created, one, two, three, four, five, six, destroyed = steps
    f, g = 0, 1
    check(
        "pc",
        [s.where for s in steps[1:7]],
        [["f"], ["resume"], ["resume"], ["resume"], ["resume"], ["g"]],
    )
    check("create: param", [created.named(i)["param"] for i in (f, g)], [0xF1, 0x91])
    check("create: stored SP", created.stored, [s[0][0] for s in created.stack])
    check("destroy: stored SP", destroyed.stored, [0, 0])
    check("SP is on", [s.sp_on[0] for s in steps[1:7]], [f, f, f, g, g, g])
    check(
        "SP is the register",
        [s.sp_on[1] for s in steps[1:7]],
        [s.register["sp"] for s in steps[1:7]],
    )
    check(
        "addresses are those of words in a row",
        [[b[0] - a[0] for a, b in zip(s.stack[i], s.stack[i][1:])] for s in steps for i in (f, g)],
        [[8] * (len(s.stack[i]) - 1) if s.stack[i] else [] for s in steps for i in (f, g)],
    )
    check("1: sp_f while <f> is active", one.stored[f], 0)
    for i in f, g:
        check(
            "local variable",
            [s.named(i).get("local variable") for s in steps[1:7]],
            [[0xF1, 0x91][i]] * 6,
        )
    check("2: one word more", two.stack[f][1:], one.stack[f])
    check("2: return address", two.stack[f][0][2], "return address")
    check("2: parameters", (two.register["rsi"] - two.register["rdi"]), 8)
    check("3: sp_f", three.stored[f], three.register["sp"])
    check("3: return address", three.named(f).get("return address"), two.stack[f][0][1])
    for name in SAVED:
        check(f"3: {name}", three.named(f).get(name), two.register[name])
        check(f"5: {name}", five.register[name], four.named(g).get(name))
    check("3: control words", three.named(f).get("mxcsr fpcw", 0) & 0xFFFFFFFFFFC0, 0x037F00001F80)
    check(
        "4: only the SP changed",
        (four.stack[f], four.register["sp"]),
        (three.stack[f], four.stored[g]),
    )
    names = [name for _, _, name in four.stack[g]]
    check("5: the frame is gone", five.stack[g], four.stack[g][names.index("return address") + 1 :])
    check("6: registers", [six.register[n] for n in SAVED], [five.register[n] for n in SAVED])
    check("6: return address", six.register["pc"], four.named(g).get("return address"))
    check("6: stack of <f>", six.stack[f], three.stack[f])
    return found, [name for _, _, name in three.stack[f]]


def build(directory, program_includes, library_includes):
    """The program and the switch from their sources, each with its own frame.h."""
    compiler, source = shlex.split(sys.argv[2]), sys.argv[3]
    arch = os.path.join(source, "src/arch/x86_64")
    public = ["-I" + os.path.join(source, "include"), "-I" + os.path.join(arch, "include")]
    objects = []
    report = os.path.join(directory, "report.c")
    with open(report, "w", encoding="utf-8") as out:
        out.write(
            "#include <base/report.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
            "void platform_report(const char *text, size_t n, bool fatal)\n"
            "{ if (write(2, text, n) < 0 || fatal) abort(); }\n"
        )
    context = sorted(glob.glob(os.path.join(source, "src/context/*.c")))
    for includes, files in (
        (
            program_includes,
            [
                os.path.join(source, "examples", n)
                for n in ("walkthrough.c", "walkthrough_step.c", "walkthrough_print.c")
            ],
        ),
        (library_includes, [os.path.join(library_includes, "switch.S"), *context, report]),
    ):
        for file in files:
            objects.append(os.path.join(directory, f"{len(objects)}.o"))
            subprocess.run(
                [
                    *compiler,
                    "-std=gnu11",
                    "-O2",
                    "-I" + includes,
                    *public,
                    "-I" + os.path.join(source, "src"),
                    "-c",
                    file,
                    "-o",
                    objects[-1],
                ],
                check=True,
            )
    program = os.path.join(directory, "walkthrough")
    subprocess.run([*compiler, *objects, "-o", program], check=True)
    return program


def other_arch(directory, changes):
    """src/arch/x86_64 with other offsets."""
    arch = os.path.join(sys.argv[3], "src/arch/x86_64")
    for name in "switch.S", "calls.S", "frame.h":
        with open(os.path.join(arch, name), encoding="utf-8") as original:
            text = original.read()
        for field, offset in changes.items() if name == "frame.h" else ():
            text, times = re.subn(rf"(#define FRAME_{field}) \d+\b", rf"\1 {offset}", text)
            expect(f"frame.h defines FRAME_{field} once", times, 1)
        with open(os.path.join(directory, name), "w", encoding="utf-8") as changed:
            changed.write(text)
    return directory


walkthrough = sys.argv[1]
found, order = wrong(walkthrough)
expect("what does not fit", found, [])

# A <g> that never ran: it begins at its start, in the state that create laid on its stack.
steps, text = read(walkthrough, "new")
expect("new: steps", len(steps), 8)
expect("new: <g>'s stack before", steps[4].stack[1], steps[0].stack[1])
expect("new: begins at its start", steps[6].register["pc"], steps[0].named(1)["start"])
expect("new: param", steps[6].register["rdi"], 0x91)
expect_usage(walkthrough, ["other"], ["new", "new"])

original = os.path.join(sys.argv[3], "src/arch/x86_64")
with tempfile.TemporaryDirectory() as d:
    # r14 and r15 change places, and two words lie unused below the return address.
    wider = other_arch(d, {"R14": 56, "R15": 48, "RETURN": 80})
    found, other_order = wrong(build(d, wider, wider))
    expect("another frame in all: what does not fit", found, [])
    moved = order[: order.index("r14")] + ["r15", "r14", "frame", "frame", "return address"]
    expect("another frame in all: the order of the words", other_order[: len(moved)], moved)

    swapped = other_arch(d, {"R14": 56, "R15": 48, "RETURN": 64})
    found, _ = wrong(build(d, original, swapped))
    expect(
        "another frame in switch.S only: what does not fit",
        found,
        ["3: r14", "5: r14", "3: r15", "5: r15"],
    )
