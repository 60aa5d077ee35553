# SPDX-License-Identifier: MIT
"""No pointer to the cpu from before a wait is used behind it, and mycpu() is not asked there: a
movable task may be on another cpu by then, and compilers keep addresses derived from the thread
pointer, also across a call that they expand in place. mycpu_after_wait() is right there.

Looked at are the layers whose waits may end elsewhere: a sleep and a wait for a descriptor keep the
task where it is. A function is read from its top to its bottom, loops are not followed; a wait that
is returned has nothing behind it. A static function of the same file that waits, or asks mycpu(),
counts where it is called, unless it says noinline."""
import re

LAYERS = re.compile(r'src/(sched|sync|chan)/\w+\.[ch]$')
WAIT = (r'park|wait_in|fn|keys_destroy|faden_(?:mutex_lock|rwlock_rdlock|rwlock_wrlock|cond_wait|'
        r'sem_wait|event_wait|barrier_wait|waitgroup_wait|once_call|join|scope_close|chan_send|'
        r'chan_recv|select)')
HEAD = re.compile(r'^\w.*?\b(\w+)\(')


def functions(lines):
    """(name, whether it may be expanded in place, number of the first line, lines of the body)"""
    head, start = None, None
    for n, line in enumerate(lines, 1):
        if line == '{':
            start = n
        elif line.startswith('}') and start:
            if head:
                text, name = head
                yield name, 'static' in text and 'noinline' not in text, start, lines[start:n - 1]
            head, start = None, None
        elif not start and HEAD.match(line) and not line.startswith(('#', '/')):
            name = [w for w in re.findall(r'\b(\w+)\(', line) if w != '__attribute__']
            head = (line, name[0]) if name else head


def called(names):
    return re.compile(r'(?<![>.\w])(?:' + '|'.join(names) + r')\(')


def without_comments(body):
    text = '\n'.join(body)
    text = re.sub(r'/\*.*?\*/', lambda m: '\n' * m.group(0).count('\n'), text, flags=re.S)
    return text.split('\n')


def findings(lines):
    """(line, text) of each."""
    all_of = [(name, inline, start, without_comments(body))
              for name, inline, start, body in functions(lines)]
    waits, asks = [WAIT], [r'mycpu']
    for name, inline, _, body in all_of:
        text = '\n'.join(body)
        if inline and called([WAIT]).search(text):
            waits.append(name)
        if inline and called(['mycpu']).search(text):
            asks.append(name)
    wait, ask = called(waits), called(asks)
    for _, _, start, body in all_of:
        since = None
        for n, line in enumerate(body, start + 1):
            if 'mycpu_after_wait()' in line:
                since = None
            elif since and (ask.search(line) or re.search(r'\bcpu\b', line)):
                yield n, f'a cpu from before the wait in line {since}; see mycpu_after_wait'
            m = wait.search(line)
            if m and not re.search(r'\breturn\b', line[:m.start()]):
                since = n


def check_after_wait(path, lines, found):
    if LAYERS.match(path):
        for n, text in findings(lines):
            found.add(path, n, text)
