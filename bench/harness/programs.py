# SPDX-License-Identifier: MIT
"""Runs one program once and reads what it prints."""

import os
import resource
import signal
import subprocess
import time

LIMIT = 120  # seconds; a program that takes longer hangs


class Failed(Exception):
    """Why a program gave no figures."""


def cpus():
    return sorted(os.sched_getaffinity(0))


ALL = cpus()
FIRST, LAST = ALL[0], ALL[-1]


def prepare(cpu):
    """What the child does before the program: one cpu (None: all), many descriptors, no core."""
    def child():
        if cpu is not None:
            os.sched_setaffinity(0, {cpu})
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return child


def environment(one_cpu):
    env = dict(os.environ)
    env.pop("GOMAXPROCS", None)
    if one_cpu:
        env["GOMAXPROCS"] = "1"
    return env


def words(args):
    return [f"{name}={value}" for name, value in args.items()]


def start(command, cpu, **options):
    return subprocess.Popen(
        [str(c) for c in command], preexec_fn=prepare(cpu), env=environment(cpu is not None),
        start_new_session=True, text=True, **options)


def finish(process, seconds):
    """The output of a process that ends by itself. Raises Failed."""
    try:
        out, err = process.communicate(timeout=seconds)
    except BaseException as end:  # an interrupt too: a terminal does not reach the program
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(end, subprocess.TimeoutExpired):
            raise Failed(f"not done after {seconds} s") from None
        raise
    if process.returncode:
        raise Failed(why(process.returncode, err))
    return out, err


def why(code, err):
    """A line that says how a process failed."""
    lines = [line for line in err.strip().splitlines() if line.strip()]
    end = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
    # A runtime that crashes says so in its first line, then dumps.
    return f"{lines[0].strip()} ({end})" if lines else end


def available():
    """MB of memory that could be had now."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return 0


def parse(out):
    """{name: value} and the notes of what a program printed."""
    figures, notes = {}, []
    for line in out.splitlines():
        if line.startswith("note "):
            notes.append(line[5:])
        else:
            name, value, _unit = line.split()
            figures[name] = float(value)
    return figures, notes


def spent():
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


def run(program, args, one_cpu, memory):
    """Figures, notes, its wall time, and how much of it it did not run. Raises Failed."""
    if memory and available() < memory:
        raise Failed(f"needs {memory} MB of memory, {available()} are available")
    cpu0, t0 = spent(), time.monotonic()
    process = start([program, *words(args)], LAST if one_cpu else None,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, _ = finish(process, LIMIT)
    wall = time.monotonic() - t0
    idle = wall - (spent() - cpu0)
    figures, notes = parse(out)
    if not figures:
        raise Failed("printed no figure")
    return figures, notes, wall, idle
