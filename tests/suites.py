# SPDX-License-Identifier: MIT
"""The tests of a build directory, and one of them run: for tests/ports and tests/musl."""
import json
import os
import subprocess


def listed(folder, suites):
    """[(suite/name, command, environment)] of the tests in `suites` that were built there."""
    text = subprocess.run(['meson', 'introspect', folder, '--tests'], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    found = []
    for test in json.loads(text):
        suite = test['suite'][0].split(':')[-1]
        if suite in suites and test['cmd'][0].startswith(os.path.abspath(folder)):
            found.append((f'{suite}/{test["name"]}', test['cmd'], test['env']))
    return sorted(found)


def targets(folder, tests):
    """What ninja calls their programs."""
    return sorted({os.path.relpath(command[0], folder) for _, command, _ in tests})


def run(test, seconds, wrapper=(), more_env=()):
    """On one cpu. Give (name, outcome, text)."""
    name, command, env = test
    env = {**os.environ, 'FADEN_CPUS': '1', **env, **dict(more_env)}
    try:
        done = subprocess.run([*wrapper, *command], check=False, timeout=seconds, env=env,
                              text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, errors='replace')
    except subprocess.TimeoutExpired:
        return name, 'failed', f'no end after {seconds} s'
    outcome = {0: 'passed', 77: 'skipped'}.get(done.returncode, 'failed')
    text = done.stdout.strip()
    if outcome == 'failed':
        text = f'status {done.returncode}: {text[-600:]}'
    return name, outcome, text.splitlines()[-1] if outcome == 'skipped' else text
