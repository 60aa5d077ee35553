#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""generator: two walks in step find where two trees differ, whatever their shapes."""
import sys

from common import expect, expect_usage, run

generator = sys.argv[1]


def check(left, right, common, same):
    r = run(generator, *map(str, left), "-", *map(str, right))
    wanted = [str(n) for n in common] + ["the same numbers" if same else "here the trees differ"]
    expect(f"{left[:9]} - {right[:9]}", (r.returncode, r.stdout.splitlines()), (not same, wanted))


check([3, 1, 2], [2, 3, 1], [1, 2, 3], True)
check([3, 1, 2], [2, 3, 1, 9], [1, 2, 3], False)
check([3, 1, 2, 9], [2, 3, 1], [1, 2, 3], False)
check([5, -4, 7], [5, -4, 8], [-4, 5], False)
check([1], [2], [], False)
check([7, 7, 7], [7, 7], [7, 7], False)
check([], [], [], True)
check([], [1], [], False)
many = list(range(5000))  # each tree one long branch: the recursion is as deep
check(many, many[::-1], many, True)
expect_usage(generator, [], ["1"], ["1", "x", "-", "2"], ["1", "-", "1", "-", "1"], ["", "-"])
