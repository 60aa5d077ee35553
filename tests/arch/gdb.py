#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A debugger sees the right callers at every instruction of every switch.

usage: gdb.py PROGRAM     PROGRAM is gdb-target.c. Exit: 0 passed, 1 failed, 77 no gdb here.
"""
import re
import shutil
import subprocess
import sys
import tempfile

BASE = ['inner_base', 'isa_frame', 'on_base', 'main']
CONTEXT = ['inner_context', 'isa_frame_b']
BODIES = ('context_body', 'coro_body')
FLOOR = 'faden__context_start'
MACHINERY = 8  # at most so many frames above those

COMMANDS = '''
set pagination off
set width 0
set print frame-arguments none
set print entry-values no
break target_begin
run
printf "stacks %lu %lu\\n", (unsigned long)&target_stack, (unsigned long)sizeof target_stack
break inner_base
set $round = 0
while $round < 3
  continue
  while target_on == 0
    stepi
  end
  while target_on == 1
    printf "step %lu %lu\\n", (unsigned long)$sp, (unsigned long)$pc
    bt 20
    stepi
  end
  set $round = $round + 1
  if $round < 3
    continue
  end
end
printf "end\\n"
kill
'''


def run_gdb(program):
    with tempfile.NamedTemporaryFile('w', suffix='.gdb') as script:
        script.write(COMMANDS)
        script.flush()
        return subprocess.run(['gdb', '-nx', '-batch', '-x', script.name, program],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=110,
                              check=False).stdout


def backtraces(out):
    """(sp, [function, ...], text) of each step."""
    for part in re.split(r'^step ', out, flags=re.M)[1:]:
        lines = part.split('\n')
        text = [line for line in lines[1:] if re.match(r'#\d+ |\(More|Backtrace|warning', line)]
        # Without a language of its own a symbol with "__" passes for Ada.
        names = [m.group(1).replace('faden.', 'faden__') for m in
                 (re.match(r'#\d+ +(?:0x[0-9a-f]+ in )?(\S+) \(', line) for line in text) if m]
        yield int(lines[0].split()[0]), names, '\n'.join(text)


def wrong_with(names, text, on_base):
    """None, or what is wrong with the backtrace."""
    if re.search(r'corrupt|\?\?|More stack|Backtrace stopped|[Cc]annot', text):
        return 'gdb is lost'
    if on_base:
        for i in range(min(len(names), MACHINERY + 1)):
            if names[i:] in (BASE, BASE[1:] if i == 0 else None):
                return None
        return 'not the callers of the base flow'
    if not names or names[-1] != FLOOR:
        return 'it does not end at the floor'
    if 'isa_frame' in names or 'main' in names:
        return "the base flow's callers are in it"
    if 'isa_frame_b' not in names:
        return 'inner_context has no caller' if CONTEXT[0] in names else None
    at = names.index('isa_frame_b')
    if at > MACHINERY or at + 1 >= len(names) or names[at + 1] not in BODIES:
        return 'not the callers of the context'
    if at and names[at - 1] != CONTEXT[0]:
        return 'inner_context is not above its frame'
    return None


def judge(out):
    m = re.search(r'^stacks (\d+) (\d+)$', out, flags=re.M)
    low, high = int(m.group(1)), int(m.group(1)) + int(m.group(2))
    steps, seen = 0, set()
    for sp, names, text in backtraces(out):
        on_base = not low < sp <= high
        wrong = wrong_with(names, text, on_base)
        steps += 1
        seen.update(names[:1])
        if wrong:
            print(f'step {steps}: {wrong}\n{text}')
            return 1
    for name in ('faden_context_switch', 'faden__switch', FLOOR):
        if name not in seen:
            print(f'{steps} steps, none in {name}')
            return 1
    return 0


def main():
    if not shutil.which('gdb'):
        print('no gdb')
        return 77
    out = run_gdb(sys.argv[1])
    if re.search(r'ptrace: Operation not permitted|Couldn.t get CS register', out):
        print('this process may not debug others')
        return 77
    if not out.rstrip().endswith('end') and '\nend\n' not in out:
        print('gdb did not come to the end; its last words:\n' + out[-2000:])
        return 1
    return judge(out)


if __name__ == '__main__':
    sys.exit(main())
