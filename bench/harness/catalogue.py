# SPDX-License-Identifier: MIT
"""What is measured: the benches, their shapes, their rows, and the targets of the faden rows."""

import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """The figure of `who` must be <= limit x that of `against` in the same run; with no `against`,
    <= limit."""
    who: str
    limit: float
    against: str = ""


@dataclass(frozen=True)
class Figure:
    """One number that programs print, under `name`."""
    name: str
    unit: str
    title: str
    targets: tuple = ()
    # (a, b): row a is void unless its median is below that of row b.
    sound: tuple = ()


@dataclass(frozen=True)
class Shape:
    """One way to run each row's program. `quick` replaces arguments in a smoke run."""
    name: str
    args: dict
    quick: dict


@dataclass(frozen=True)
class Row:
    """One program. `who` begins with the library's name."""
    who: str
    source: str
    args: dict = field(default_factory=dict)  # instead of the shape's
    quick: dict = field(default_factory=dict)
    slow: int = 1                # do so many times fewer operations
    shapes: tuple = ()           # only in these
    rounds: int = 0              # at most so many
    all_cpus: bool = False       # else pinned to one
    memory: int = 0              # MB that must be available, but for a smoke run
    count: bool = False          # also counts instructions


@dataclass(frozen=True)
class Bench:
    name: str
    title: str
    reference: str               # the row that the ratios in the table are to
    figures: tuple
    shapes: tuple
    rows: tuple
    server: bool = False         # rows are HTTP servers, put under load
    busy: bool = True            # rows use the cpu all the time
    count: dict = field(default_factory=dict)  # the arguments for counting instructions

    def key(self, figure):
        """The figure's name in records: yield/10, or just switch."""
        return self.name if figure.name == self.name else f"{self.name}/{figure.name}"


ALL_CPUS = len(os.sched_getaffinity(0))


def million(n):
    return int(n * 1_000_000)


# faden_fp_control_fix: Go and State Threads do not keep the control state either.
FIXED_FP = {"fp": "fixed"}

SWITCH = Bench(
    "switch", "one switch between two contexts", "boost.context",
    figures=(Figure("switch", "ns", "per switch, one way", (
        Target("faden", 1.0, "boost.context"),
        Target("faden inline", 0.5, "boost.context"))),),
    shapes=(Shape("", {"ops": million(100)}, {"ops": million(5)}),),
    count={"ops": 100_000},
    rows=(
        Row("faden", "faden.c", count=True),
        Row("faden inline", "faden-inline.c", count=True),
        Row("boost.context", "boost-context.cc", count=True),
        Row("indirect call", "call.c"),
        Row("ret switch", "ret.c", slow=2),
        Row("ucontext", "ucontext.c", slow=50),
        Row("pthread", "pthread.c", slow=300),
    ))

CORO = Bench(
    "coro", "coroutines: resume and yield", "boost.coroutine2",
    figures=(Figure("coro", "ns", "per switch: half of a resume and its yield", (
        Target("faden", 0.9, "boost.coroutine2"),)),),
    shapes=(Shape("", {"ops": million(100)}, {"ops": million(5)}),),
    count={"ops": 100_000},
    rows=(
        Row("faden", "faden.c", count=True),
        Row("faden fixed fp", "faden.c", FIXED_FP, count=True),
        Row("boost.coroutine2", "boost-coroutine2.cc", count=True),
        Row("boost.coroutine2 with a value", "boost-coroutine2-value.cc", slow=2),
        Row("ucontext", "ucontext.c", slow=50),
    ))

YIELD_TARGETS = (Target("faden", 0.12, "go"), Target("faden", 0.3, "state-threads"),
                 Target("faden fixed fp", 0.12, "go"),
                 Target("faden fixed fp", 0.3, "state-threads"))

YIELD = Bench(
    "yield", "task yield on one cpu", "go",
    figures=(
        Figure("2", "ns", "per yield, 2 tasks ready", YIELD_TARGETS),
        Figure("10", "ns", "per yield, 10 tasks ready", YIELD_TARGETS),
        Figure("1000", "ns", "per yield, 1,000 tasks ready"),
        Figure("100000", "ns", "per yield, 100,000 tasks ready", (Target("faden", 0.25, "go"),)),
    ),
    shapes=tuple(Shape(str(n), {"n": n, "ops": ops}, {"n": n, "ops": quick})
                 for n, ops, quick in ((2, million(20), million(1)),
                                       (10, million(20), million(1)),
                                       (1000, million(20), million(1)),
                                       (100_000, million(4), million(0.4)))),
    count={"n": 2, "ops": 100_000},
    rows=(
        Row("faden", "faden.c", count=True),
        Row("faden fixed fp", "faden.c", FIXED_FP, count=True),
        Row("faden scheduler route", "faden.c", {"route": "scheduler"}, slow=2, count=True),
        Row("go", "go.go", slow=2),
        Row("boost.fiber", "boost-fiber.cc", slow=2, count=True),
        Row("state-threads", "state-threads.c"),
        Row("state-threads sleep(0)", "state-threads-sleep.c", slow=5, shapes=("2", "10", "1000")),
        Row("pth", "pth.c", slow=200, shapes=("2", "10", "1000")),
        Row("pthread", "pthread.c", slow=50, shapes=("2",)),
    ))

SPAWN = Bench(
    "spawn", "making tasks", "go",
    figures=(
        Figure("reuse", "ns", "per task made, run and finished, one at a time", (
            Target("faden", 0.05, "go"), Target("faden", 0.12, "state-threads"))),
        Figure("waves", "ns", "per task made and joined, 1,000,000 in waves of 1,000", (
            Target("faden", 0.15, "go"),)),
    ),
    shapes=(
        Shape("reuse", {"shape": "reuse", "ops": million(5)},
              {"shape": "reuse", "ops": million(0.2)}),
        Shape("waves", {"shape": "waves", "ops": million(1)},
              {"shape": "waves", "ops": million(0.1)}),
    ),
    rows=(
        Row("faden", "faden.c"),
        Row("faden fixed fp", "faden.c", FIXED_FP),
        Row("go", "go.go"),
        Row("boost.fiber", "boost-fiber.cc"),
        Row("state-threads", "state-threads.c"),
        Row("pth", "pth.c", slow=20),
        Row("pthread", "pthread.c", slow=50),
    ))

CHAN = Bench(
    "chan", "channels between two tasks on one cpu", "go",
    figures=(
        Figure("roundtrip", "ns", "per round trip, no buffer", (
            Target("faden", 0.15, "go"), Target("faden", 1.2, "state-threads mailbox"))),
        Figure("buffered", "ns", "per element, one way, room for 128"),
    ),
    shapes=(
        Shape("roundtrip", {"shape": "roundtrip", "ops": million(5)},
              {"shape": "roundtrip", "ops": million(0.2)}),
        Shape("buffered", {"shape": "buffered", "ops": million(20)},
              {"shape": "buffered", "ops": million(1)}),
    ),
    count={"shape": "roundtrip", "ops": 20_000},
    rows=(
        Row("faden", "faden.c", count=True),
        Row("faden fixed fp", "faden.c", FIXED_FP, count=True),
        Row("faden mailbox", "faden-mailbox.c", shapes=("roundtrip",), count=True),
        Row("go", "go.go"),
        Row("boost.fiber", "boost-fiber.cc", count=True),
        Row("state-threads mailbox", "state-threads.c", shapes=("roundtrip",)),
    ))

CROSS = Bench(
    "cross", "channels between two tasks on two cpus", "flag",
    figures=(
        Figure("roundtrip", "ns", "per round trip, no buffer", (
            Target("faden", 2.5, "flag"), Target("faden movable", 0.5, "go"))),
        Figure("wake", "us", "from the send until a cpu that sleeps has the number"),
    ),
    shapes=(
        Shape("roundtrip", {"shape": "roundtrip", "ops": million(1)},
              {"shape": "roundtrip", "ops": 20_000}),
        Shape("wake", {"shape": "wake", "ops": 1000}, {"shape": "wake", "ops": 100}),
    ),
    busy=False,
    rows=(
        Row("flag", "flag.c", shapes=("roundtrip",), all_cpus=True),
        Row("faden", "faden.c", all_cpus=True),
        Row("faden movable", "faden.c", {"place": "movable"}, all_cpus=True),
        Row("go", "go.go", all_cpus=True),
        Row("boost.fiber", "boost-fiber.cc", slow=2, all_cpus=True),
        Row("epoll", "epoll.c", slow=10, shapes=("roundtrip",), all_cpus=True),
        Row("epoll", "epoll.c", shapes=("wake",), all_cpus=True),
    ))

SCALE = Bench(
    "scale", "independent work on two cpus", "faden one cpu",
    figures=(Figure("scale", "ms", "for 64 jobs that compute", (
        Target("faden", 1 / 1.9, "faden one cpu"), Target("faden", 1 / 0.95, "processes"))),),
    shapes=(Shape("", {"ops": million(500)}, {"ops": million(10)}),),
    busy=False,
    rows=(
        Row("faden", "faden.c", {"cpus": 2}, all_cpus=True),
        Row("faden one cpu", "faden.c", {"cpus": 1}, all_cpus=True),
        Row("processes", "processes.c", all_cpus=True),
        Row("go", "go.go", all_cpus=True),
    ))

LATE_LOAD = Bench(
    "late-load", "1,000 tasks that wait, then all compute at once", "faden one cpu",
    figures=(Figure("late-load", "ms", "from the wake to the last end", (
        Target("faden", 1 / 1.7, "faden one cpu"),)),),
    shapes=(Shape("", {"ops": million(500)}, {"ops": million(10)}),),
    busy=False,
    rows=(
        Row("faden", "faden.c", {"cpus": 2}, all_cpus=True),
        Row("faden one cpu", "faden.c", {"cpus": 1}, all_cpus=True),
        Row("go", "go.go", all_cpus=True),
    ))

IDLE = Bench(
    "idle", "what sleeping costs", "go",
    figures=(Figure("idle", "%", "of a cpu, 100 tasks that sleep a second at a time, four cpus", (
        Target("faden", 1.0),)),),
    shapes=(Shape("", {"seconds": 5}, {"seconds": 1}),),
    busy=False,
    rows=(
        Row("faden", "faden.c", all_cpus=True),
        Row("go", "go.go", all_cpus=True),
    ))

MEMORY = Bench(
    "memory", "memory of a parked task", "go",
    figures=(Figure("memory", "B", "per parked task, resident pages and page tables", (
        Target("faden at 64 KiB slots", 4400), Target("faden", 4800))),),
    shapes=(Shape("", {"n": million(1)}, {"n": 100_000}),),
    rows=(
        Row("faden", "faden.c", memory=6000),
        Row("faden at 64 KiB slots", "faden.c", {"stack": 48 << 10}, memory=6000),
        Row("go", "go.go", memory=4000),
        Row("boost.fiber", "boost-fiber.cc", {"n": 30_000}, {"n": 10_000}),
        Row("boost.fiber with guards", "boost-fiber-guarded.cc", memory=6000),
        Row("state-threads", "state-threads.c", {"n": 30_000}, {"n": 10_000}),
        Row("pth", "pth.c", {"n": 3000}, {"n": 1000}),
    ))

TIMERS = Bench(
    "timers", "1,000,000 sleepers, and timers that do not fire", "go",
    figures=(
        Figure("cpu", "ns", "of cpu per timer armed and fired"),
        Figure("late", "us", "late, at the 99th percentile"),
        Figure("cancel", "ns", "per timer armed and cancelled"),
    ),
    shapes=(
        Shape("sleep", {"shape": "sleep", "n": million(1)}, {"shape": "sleep", "n": 20_000}),
        Shape("cancel", {"shape": "cancel", "ops": million(5)},
              {"shape": "cancel", "ops": million(0.5)}),
    ),
    busy=False,
    rows=(
        Row("faden", "faden.c", shapes=("sleep",), memory=6000),
        Row("faden", "faden-cancel.c", shapes=("cancel",)),
        Row("go", "go.go", shapes=("sleep",), memory=4000),
        Row("go", "go.go", shapes=("cancel",)),
        Row("boost.fiber with 100,000", "boost-fiber.cc", {"n": 100_000}, {"n": 20_000},
            shapes=("sleep",)),
        Row("state-threads with 100,000", "state-threads.c", {"n": 100_000}, {"n": 20_000},
            shapes=("sleep",)),
    ))

SKYNET = Bench(
    "skynet", "1,000,000 leaves, fan-out 10", "go one cpu",
    figures=(
        Figure("wall", "ms", "from the first task to the sum",
               (Target("faden", 0.25, "go one cpu"),)),
        Figure("rss", "MB", "resident at most", (Target("faden", 1.0, "go one cpu"),)),
    ),
    shapes=(Shape("", {"leaves": million(1)}, {"leaves": 100_000}),),
    rows=(
        Row("faden", "faden.c", memory=3000),
        Row("faden all cpus", "faden.c", {"cpus": ALL_CPUS}, all_cpus=True, memory=3000),
        Row("go one cpu", "go.go"),
        Row("go all cpus", "go.go", all_cpus=True),
        Row("boost.fiber", "boost-fiber.cc", rounds=2, memory=8000),
    ))

HTTP_TARGETS = (Target("faden", 1.1, "epoll"), Target("faden", 0.35, "go net/http"))

HTTP = Bench(
    "http", "hello world over keep-alive: what a request costs the server", "epoll",
    figures=(
        Figure("64", "us", "of server cpu per request, 64 connections", HTTP_TARGETS,
               sound=("epoll", "nginx")),
        Figure("1024", "us", "of server cpu per request, 1,024 connections", HTTP_TARGETS,
               sound=("epoll", "nginx")),
    ),
    shapes=(
        Shape("64", {"connections": 64, "seconds": 5}, {"connections": 64, "seconds": 1}),
        Shape("1024", {"connections": 1024, "seconds": 5}, {"connections": 1024, "seconds": 1}),
    ),
    server=True, busy=False,
    rows=(
        Row("epoll", "epoll.c"),
        Row("faden", "faden.c"),
        Row("state-threads", "state-threads.c"),
        Row("nginx", "nginx.conf"),
        Row("go raw", "go-raw.go"),
        Row("go net/http", "go-net-http.go"),
    ))

BENCHES = (SWITCH, CORO, YIELD, SPAWN, CHAN, CROSS, SCALE, LATE_LOAD, IDLE, MEMORY, TIMERS, SKYNET,
           HTTP)
