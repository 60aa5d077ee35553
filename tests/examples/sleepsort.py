#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sleepsort: sorts; a timeout ends those that sleep too long, -n those not waited for."""
import sys
import time

from common import expect, expect_usage, run

sleepsort = sys.argv[1]


def check(arguments, status, out, err):
    begin = time.monotonic()
    r = run(sleepsort, *arguments.split())
    got = (r.returncode, r.stdout.split("\n"), sorted(r.stderr.split("\n")))
    expect(arguments, got, (status, out + [""], sorted(err + [""])))
    return time.monotonic() - begin


check("90 30 150 60 0 120", 0, ["0", "30", "60", "90", "120", "150"], [])
check("7", 0, ["7"], [])
took = check(
    "-t 600 40000 10 50000",
    1,
    ["10"],
    ["40000 timed out", "50000 timed out", "sleepsort: Connection timed out"],
)
expect("-t 600 waits 600 ms and not for the sleepers", 0.6 <= took < 10, True)
took = check(
    "-n 2 40000 100 10 50000", 0, ["10", "100"], ["40000 was cancelled", "50000 was cancelled"]
)
expect("-n 2 waits for two", 0.1 <= took < 10, True)
check("-n 2 -t 20000 5 50", 0, ["5", "50"], [])
expect_usage(sleepsort, [], ["x"], ["-1"], ["1", ""], ["-z", "1"], ["-t"], ["99999999999"])
