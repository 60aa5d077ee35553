#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hello: greets three, in any order, and stops after 100 ms; it is as short as it says."""
import sys
import time

from common import expect, run

hello, source = sys.argv[1:]
begin = time.monotonic()
r = run(hello)
took = time.monotonic() - begin
expect("status and errors", (r.returncode, r.stderr), (0, ""))
expect("greetings", sorted(r.stdout.splitlines()), ["hello Ada", "hello Barbara", "hello Grace"])
expect("waits 100 ms", took >= 0.1, True)

with open(source, encoding="utf-8") as f:
    code = [line for line in f if line.strip() and not line.startswith("/*")]
expect("lines of code, at most 20", len(code) <= 20, True)
