# SPDX-License-Identifier: MIT
"""Builds libfaden in release mode, and each row's program."""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from needs import library

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
BUILD = ROOT / "build"
OUT = BUILD / "bench"
LIB = BUILD / "bench-lib"

# The same for all rows. NDEBUG: Boost checks itself without it.
COMMON = ["-O2", "-g", "-DNDEBUG", "-Wall", "-Wextra"]
C = ["gcc", *COMMON, "-std=gnu11"]
CXX = ["g++", *COMMON, "-std=gnu++17"]

# Static, as libfaden is: a call through a procedure linkage table would be charged to the peers.
LINK = {
    "boost": ["-l:libboost_fiber.a", "-l:libboost_context.a"],
    "state-threads": ["-l:libst.a", "-Wl,--no-warn-execstack"],
    "pth": ["-l:libpth.a"],
}


class Failed(Exception):
    """What could not be built, and why."""


@contextmanager
def alone(name):
    """One process at a time goes past here; the others wait."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / f"{name}.lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another bench/run ({name})", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(command, cwd=None, env=None):
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        text = (done.stderr.strip() or done.stdout.strip()).splitlines()
        telling = [line for line in text if "undefined reference" in line]
        telling = telling or [line for line in text if "rror" in line] or text or ["failed"]
        raise Failed(f"{command[0]}: {telling[0].replace(str(ROOT), '.')}")
    return done.stdout


class Library:
    """libfaden.a and where its headers are; built once, when the first row asks."""

    def __init__(self):
        self.result = None

    def flags(self):
        if self.result is None:
            try:
                with alone("bench-lib"):
                    self.result = self.build()
            except Failed as failure:
                self.result = Failed(f"libfaden: {failure}")
        if isinstance(self.result, Failed):
            raise self.result
        return self.result

    def build(self):
        if not (ROOT / "meson.build").exists():
            raise Failed("no meson.build")
        if not (LIB / "build.ninja").exists():
            shutil.rmtree(LIB, ignore_errors=True)
            run(["meson", "setup", LIB, ROOT, "--buildtype=release", "-Ddefault_library=static"])
        targets = run(["ninja", "-C", LIB, "-t", "targets", "all"]).splitlines()
        names = [t.split(":")[0] for t in targets]
        archives = [n for n in names if n.split("/")[-1] == "libfaden.a"]
        if not archives:
            raise Failed("meson.build makes no libfaden.a")
        run(["ninja", "-C", LIB, archives[0]])
        return [LIB / archives[0]], includes()


def includes():
    arch = ROOT / "src" / "arch" / platform.machine() / "include"
    return [f"-I{ROOT / 'include'}", f"-I{arch}"]


LIBFADEN = Library()


def newer(target, sources):
    """True if `target` is there and no older than any of `sources`."""
    if not target.exists():
        return False
    made = target.stat().st_mtime_ns
    return all(Path(s).stat().st_mtime_ns <= made for s in sources)


def sources(directory, source):
    """The file, and what it may include."""
    found = [directory / source, *directory.glob("*.h"), *directory.glob("*.S")]
    return found + list(BENCH.glob("common.*")) + list(BENCH.glob("*.h")) + [Path(__file__)]


def build_go(directory, source, target):
    """Go wants the files of a program in one directory."""
    with tempfile.TemporaryDirectory() as work:
        for file in (directory / source, BENCH / "common.go"):
            shutil.copy(file, work)
        env = dict(os.environ, GO111MODULE="off", CGO_ENABLED="0")
        env.setdefault("GOCACHE", str(OUT / "go-cache"))
        run(["go", "build", "-o", target, "."], cwd=work, env=env)


def build_c(directory, source, target):
    compiler = CXX if source.endswith(".cc") else C
    link, extra = list(LINK.get(library(source), [])), []
    if library(source) == "faden":
        link, extra = LIBFADEN.flags()
    files = [directory / source]
    assembly = (directory / source).with_suffix(".S")
    if assembly.exists():
        files.append(assembly)
    run([*compiler, *extra, *files, "-o", target, *link, "-lpthread"])


def build(bench, row):
    """The program of a row, built if it must be. A configuration file is its own program."""
    directory = BENCH / bench.name
    if row.source.endswith(".conf"):
        return directory / row.source
    target = OUT / bench.name / row.source.rsplit(".", 1)[0]
    target.parent.mkdir(parents=True, exist_ok=True)
    needs = sources(directory, row.source)
    if library(row.source) == "faden":
        archive, _ = LIBFADEN.flags()
        needs += archive
    if not newer(target, needs):
        make = build_go if row.source.endswith(".go") else build_c
        fresh = target.with_suffix(f".{os.getpid()}")
        make(directory, row.source, fresh)
        fresh.rename(target)  # at once: somebody may be running the old one
    return target
