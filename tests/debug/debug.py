#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gdb sees coroutines and tasks, with tools/gdb/faden-gdb.py and without.

usage: debug.py TASKS COROUTINES [EMULATOR...]
       tasks.c and coroutines.c as programs; with an emulator (qemu-user), by gdb-multiarch
Exit: 0 passed, 1 failed, 77: no gdb here, or it may not debug.
"""
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, 'tools/gdb/faden-gdb.py')
FLOOR = 'faden__context_start'
LOST = re.compile(r'corrupt|\?\?|Backtrace stopped|[Cc]annot access|Python Exception|Traceback')
RECEIVER = ['receive_deep'] * 4 + ['receiver']
SLEEPER = ['in_coro', FLOOR, 'resume_inner', 'sleeper', FLOOR]


class Failed(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def gdb(program, commands, script=True, core=None, arguments=(), emulator=(),
        guards_are_mappings=False):
    """What gdb prints for the commands at the breakpoint in stop_here."""
    start = ['set pagination off', 'set width 0', 'set print frame-arguments none',
             'set print entry-values no']
    start += [f'source {SCRIPT}'] if script else []
    start += ['set environment FADEN_GUARD mprotect'] if guards_are_mappings else []
    server = None
    if emulator:
        port = free_port()
        server = subprocess.Popen([*emulator[:1], '-g', str(port), *emulator[1:], program,
                                   *arguments], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        start += ['set tcp connect-timeout 20', f'target remote 127.0.0.1:{port}',
                  'break stop_here', 'continue']
    elif not core:
        start += ['break stop_here', 'run ' + ' '.join(arguments)]
    name = 'gdb-multiarch' if emulator else 'gdb'
    line = [name, '-nx', '-batch', *(x for c in start + commands for x in ('-ex', c)), program]
    try:
        done = subprocess.run(line + ([core] if core else []), stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              timeout=60, errors='replace')
    finally:
        if server:
            server.kill()
            server.wait()
    if re.search(r'ptrace: Operation not permitted|Couldn.t get CS register', done.stdout):
        print('this process may not debug others')
        sys.exit(77)
    return done.stdout


def functions(out):
    names = re.findall(r'^#\d+ +(?:0x[0-9a-f]+ in )?(\S+) \(', out, flags=re.M)
    return [re.sub(r'\.(isra|constprop|part)\b.*', '', name.replace('faden.', 'faden__'))
            for name in names]


def expect(condition, what, out):
    if not condition:
        raise Failed(f'{what}\n{out}')


def expect_order(out, names, last):
    """The names are in the backtrace in this order, and `last` ends it."""
    found = functions(out)
    expect(not LOST.search(out), 'gdb is lost', out)
    expect(found and found[-1] == last, f'{last} does not end it', out)
    rest = iter(found)
    for name in names:
        expect(name in rest, f'{name} is not in it, or not there', out)


def parts(out):
    """{task: what `task apply` prints for it}."""
    found = re.split(r'^Task (\d+) .*\n', out, flags=re.M)
    return dict(zip(map(int, found[1::2]), found[2::2]))


# ---- the tests -----------------------------------------------------------------------------

def coroutines(program, emulator):
    for arguments in ([], ['x']):
        out = gdb(program, ['bt'], False, arguments=arguments, emulator=emulator)
        expect_order(out, ['in_inner', FLOOR], FLOOR)
        expect('in_outer' not in out, 'it goes on without the script', out)
        out = gdb(program, ['bt'], arguments=arguments, emulator=emulator)
        expect_order(out, ['in_inner', FLOOR, 'in_outer', FLOOR, 'in_main', 'main'], 'main')


def check_list(out):
    lines = [' '.join(line.split()) for line in out.splitlines()]
    for wanted in (r'1 parked main faden_run', r'2 parked receiver .*tasks\.c:\d+',
                   r'waits for an element from a channel \(recv\) 0x[0-9a-f]+',
                   r'3 parked - .*tasks\.c:\d+', r'waits for a time \(faden_sleep\)',
                   r'4 ready - .*tasks\.c:\d+', r'\* 5 running running .*tasks\.c:\d+',
                   r'6 new - .*tasks\.c:\d+', r'7 new - .*tasks\.c:\d+'):
        expect(any(re.fullmatch(wanted, line) for line in lines), f'no line {wanted}', out)


def check_backtraces(out, bare=False):
    found = parts(out)
    expect(sorted(found) == [1, 2, 3, 4, 5, 6, 7], 'not all tasks', out)
    expect_order(found[1], ['start'], FLOOR)
    expect_order(found[2], RECEIVER, FLOOR)
    if bare:  # gdb wants the resumer's stack above, unless it sees the inlined call
        expect('resume_inner' in functions(found[3]), 'not into the resumer', found[3])
    else:
        expect_order(found[3], SLEEPER, FLOOR)
    expect_order(found[4], ['yielder'], FLOOR)
    expect_order(found[5], ['nested_scope', 'running'], FLOOR)
    expect('has not begun' in found[6], 'a new task has no frames', out)


def tasks(program, emulator, core=None):
    check_list(gdb(program, ['info tasks'], core=core, emulator=emulator))
    check_backtraces(gdb(program, ['task apply all bt'], core=core, emulator=emulator))
    out = gdb(program, ['task 2 bt', 'task apply 3 4 bt'], core=core, emulator=emulator)
    expect(sorted(parts(out)) == [3, 4], 'task apply 3 4', out)
    expect_order(out.split('\nTask')[0], RECEIVER, FLOOR)
    out = gdb(program, ['task 2 bt 2', 'bt', 'task 9 bt'], core=core, emulator=emulator)
    expect(functions(out)[-1] == FLOOR and 'nested_scope' in out, 'the thread is not restored', out)
    expect('There is no task 9' in out, 'no error for task 9', out)


def task_locals(program):
    out = gdb(program, ['task 2 up 5'])
    expect('receive_deep' in out or 'receiver' in out, 'not in the frames of the task', out)


def make_core(program, folder):
    """The kernel's, where it puts them here; else gdb's, which stops reading a mapping at a guard:
    so there the guards have to be mappings of their own."""
    def allow_cores():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    with open('/proc/sys/kernel/core_pattern', encoding='utf-8') as f:
        if not f.read().startswith(('|', '/')):
            try:
                subprocess.run([program], cwd=folder, preexec_fn=allow_cores, timeout=60,
                               check=False)
            except (OSError, ValueError):  # a hard limit
                pass
            for name in os.listdir(folder):
                return os.path.join(folder, name)
    core = os.path.join(folder, 'core')
    out = gdb(program, [f'generate-core-file {core}'], script=False, guards_are_mappings=True)
    expect(os.path.exists(core), 'no core file', out)
    return core


def main():
    task_program, coro_program = map(os.path.abspath, sys.argv[1:3])
    emulator = sys.argv[3:]
    if not shutil.which('gdb-multiarch' if emulator else 'gdb'):
        print('no gdb')
        return 77
    try:
        coroutines(coro_program, emulator)
        tasks(task_program, emulator)
        out = gdb(task_program, ['info tasks'], script=False, emulator=emulator)
        expect('receiver' not in out, 'tasks without the script', out)
        if emulator:
            return 0
        task_locals(task_program)
        with tempfile.TemporaryDirectory() as folder:
            tasks(task_program, [], make_core(task_program, folder))
            bare = os.path.join(folder, 'bare')
            # without any debug information there are still names
            subprocess.run(['objcopy', '--strip-debug', task_program, bare], check=True)
            check_list(gdb(bare, ['info tasks']))
            check_backtraces(gdb(bare, ['task apply all bt']), bare=True)
    except Failed as failed:
        print(failed)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
