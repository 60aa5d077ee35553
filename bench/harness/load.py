# SPDX-License-Identifier: MIT
"""Puts an HTTP server under load and says what a request cost it."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import programs
from programs import Failed

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def family(pid):
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [pid, *(int(child) for child in children.split())]


def cpu_time(pid):
    """Seconds, user and system, that the server and its workers have used."""
    total = 0
    for member in family(pid):
        stat = Path(f"/proc/{member}/stat").read_text(encoding="ascii")
        fields = stat.rsplit(")", 1)[1].split()  # from the third on: the state
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def ask(port):
    """One request; the response. Raises OSError."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b""
        while data := s.recv(4096):
            answer += data
    return answer


def wait_until_up(server, port):
    """Raises Failed unless the server says hello."""
    for _ in range(100):
        if server.poll() is not None:
            raise Failed("the server ended")
        try:
            answer = ask(port)
        except OSError:
            time.sleep(0.05)
            continue
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 ") or body != b"hello":
            raise Failed(f"a wrong answer: {answer[:60]!r}")
        return
    raise Failed("the server does not answer")


def wrk(port, connections, seconds):
    """How many requests were served. Raises Failed."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"http://127.0.0.1:{port}/"]
    process = programs.start(command, programs.LAST, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    out, _ = programs.finish(process, seconds + 30)
    for bad in ("Socket errors", "Non-2xx"):
        if bad in out:
            raise Failed(next(l.strip() for l in out.splitlines() if bad in l))
    found = re.search(r"(\d+) requests in", out)
    if not found or int(found[1]) == 0:
        raise Failed("wrk counted no request")
    return int(found[1])


def command(program, port, directory):
    """How the server is started; nginx takes a configuration with the port in it."""
    if program.suffix != ".conf":
        return [program, f"port={port}"]
    conf = Path(directory) / "nginx.conf"
    conf.write_text(program.read_text(encoding="ascii").replace("PORT", str(port)),
                    encoding="ascii")
    return [shutil.which("nginx") or "/usr/sbin/nginx", "-p", directory, "-c", conf]


def died(server, errors):
    """What the server said when it ended by itself; nothing if it runs."""
    if server.poll() is None:
        return ""
    errors.seek(0)
    return "the server: " + programs.why(server.returncode, errors.read())


def run(program, args):
    """{figure: us of server cpu per request} and notes. Raises Failed."""
    connections, seconds = args["connections"], args["seconds"]
    port = free_port()
    with tempfile.TemporaryDirectory() as directory, \
            open(f"{directory}/stderr", "w+", encoding="utf-8", errors="replace") as errors:
        os.chmod(directory, 0o755)  # nginx's worker is another user
        server = programs.start(command(program, port, directory), programs.FIRST,
                                stdout=subprocess.DEVNULL, stderr=errors)
        try:
            wait_until_up(server, port)
            before = cpu_time(server.pid)
            t0 = time.monotonic()
            requests = wrk(port, connections, seconds)
            wall = time.monotonic() - t0
            used = cpu_time(server.pid) - before
        except (Failed, OSError) as failure:
            raise Failed(died(server, errors) or str(failure)) from None
        finally:
            server.terminate()
            server.wait()
    note = f"{requests / wall:,.0f} requests/s, server cpu {100 * used / wall:.0f} %"
    return {str(connections): used / requests * 1e6}, [note]
