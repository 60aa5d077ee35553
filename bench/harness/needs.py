# SPDX-License-Identifier: MIT
"""The Debian packages that the chosen rows need, and how they come here."""

import os
import subprocess
import sys

ALWAYS = ("gcc", "g++", "libc6-dev", "meson", "ninja-build", "gnuplot-nox")

# By the beginning of a row's source file.
BY_LIBRARY = {
    "boost": ("libboost-context-dev", "libboost-coroutine-dev", "libboost-fiber-dev"),
    "state-threads": ("libst-dev",),
    "pth": ("libpth-dev",),
    "go": ("golang-go",),
    "nginx": ("nginx-light",),
}


class Missing(Exception):
    """Packages are missing and cannot be had."""


def library(source):
    """The library that a source file is about: boost for boost-fiber.cc. None: nothing special."""
    stem = source.rsplit(".", 1)[0]
    for name in (*BY_LIBRARY, "faden"):
        if stem == name or stem.startswith(name + "-"):
            return name
    return None


def packages(chosen, count):
    """For [(bench, its rows to run)]."""
    wanted = list(ALWAYS)
    for bench, rows in chosen:
        if bench.server and rows:
            wanted.append("wrk")
        for row in rows:
            wanted += BY_LIBRARY.get(library(row.source), ())
    if count:
        wanted.append("valgrind")
    return sorted(set(wanted))


def installed(package):
    query = ["dpkg-query", "-W", "-f", "${Status}", package]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Missing("this needs Debian's package tools (dpkg-query, apt-get)") from None
    return answer.stdout == "install ok installed"


def provide(wanted):
    """Installs those of `wanted` that are missing; raises Missing."""
    missing = [p for p in wanted if not installed(p)]
    if not missing:
        return
    names = " ".join(missing)
    command = f"apt-get install --no-install-recommends {names}"
    if os.geteuid() != 0:
        raise Missing(f"missing packages: {names}\nas root: {command}")
    print(f"installing {names}", file=sys.stderr)
    # RUNLEVEL=1: a server that is installed for its program is not to be started.
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    for step in (["apt-get", "update"], [*command.split()[:2], "-y", *command.split()[2:]]):
        done = subprocess.run(step, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing(f"{' '.join(step)} failed:\n{done.stderr.strip()}")
