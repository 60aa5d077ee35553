#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boots a kernel several times and looks at what it says.

usage: check.py MACHINE KERNEL [NAME...]
       check.py MACHINE KERNEL repeat FIRST COUNT
       check.py MACHINE KERNEL soak SECONDS [CPUS [SEED]]

Prints a line "name<TAB>passed|failed<TAB>why" for each test, those in the image too. The time
limits are for what hangs; nothing is decided by time.
"""
import re
import resource
import sys
import time

import emulator

HANG = 60  # seconds; the suites have their own limit within the kernel, too
HAS_SCREEN = ('pc', 'pc-i386')
ONE_PROCESSOR = ('virt-m68k',)
EXECUTES_ALL = ('virt-m68k',)  # its pages have no protection from execution
KEPT_FROM_USER_PAGES = ('pc', 'pc-i386', 'virt-riscv64', 'virt-aarch64')
# The single-threaded mode of the emulator that counts instructions: it repeats itself.
COUNTED = ('-accel', 'tcg,thread=single', '-icount', 'shift=1,sleep=off', '-rtc',
           'clock=vm,base=2020-01-01')
# In it not all processors sleep at a time (docs/kernel.md); on this machine a spin loop does not
# give way to other processors.
AWAKE = ('awake=1',)
COUNTED_WORDS = {'virt-riscv64': ('turns=20', *AWAKE)}
# All suites on four processors in real time, too: on the others it takes twice as long.
REAL_TIME_MACHINES = ('virt-riscv64', 'virt-aarch64')
RACES = ('exit-and-wait', 'fork-tree', 'orphans', 'kill', 'registers', 'pipe-many-writers')
# All tests of processes but `overlap`: what overlaps where one processor is emulated at a time, for
# many instructions, says nothing.
COUNTED_USER = ('bad-accesses', 'kernel-pages', 'protected-pages', 'instructions', 'thread-pointer',
                'stack', 'bad-arguments', 'bad-descriptors', 'bad-calls', 'pipe-in-order',
                'pipe-ends', 'pipe-reader-leaves', 'pipe-duplicates', 'pipe-many-writers',
                'pipe-ping-pong', 'statuses', 'exit-and-wait', 'fork-tree', 'fork-storm', 'orphans',
                'zombies', 'own-memory', 'exec', 'kill', 'kill-parent', 'sleep-in-order',
                'sbrk-limits', 'exhausted', 'preempt', 'registers', 'flags')
# Suites of which every test holds on any number of cpus.
MANY_AT_ONCE = ('sched/cancel-race', 'sched/join', 'sched/scope', 'sched/torture', 'sched/keys',
                'chan/sieve')
# With processors that change as seldom as the emulator lets them, its tasks arrive one after the
# other.
ORDERLY = ('chan/select-model',)


def is_shown(rows, colours):
    """A character has two colours, a blank one; the two regions have one of their own each. The
    cursor is in line 2."""
    for line in [0, 1, *range(3, 25)]:
        for column, c in enumerate(rows[line]):
            if len(colours[line][column]) != (1 if c in ' \0' else 2):
                return False
    left, right, between = (colours[10][column] for column in (20, 60, 38))
    return left != right and left != between and right != between


class Check:
    def __init__(self, machine, kernel):
        self.machine, self.kernel, self.failed = machine, kernel, 0
        self.counted_words = COUNTED_WORDS.get(machine, AWAKE)

    def note(self, name, ok, why=''):
        self.failed += not ok
        print(f'{self.machine}/{name}\t{"passed" if ok else "failed"}\t{why if not ok else ""}',
              flush=True)

    def boot(self, *words, **options):
        return emulator.boot(self.machine, self.kernel, words, HANG, **options)

    # ---- demos -------------------------------------------------------------------------------

    def demo_foobar(self):
        r = self.boot('foobar', 'switch')
        want, foo, bar = [], 42, 23
        while foo:
            foo -= 1
            want.append(f'foo {foo}')
            if bar:
                bar -= 1
                want.append(f'bar {bar}')
        got = [x for x in r.lines() if re.match(r'(foo|bar) \d+$', x)]
        self.note('foobar', r.status == 0 and got == want, r.said())

    def demo_walkthrough(self):
        r = self.boot('walkthrough')
        steps = [int(x[0]) for x in r.lines() if re.match(r'\d\. ', x)]
        both_gone = r.text.count('is active or gone') >= 2
        ok = r.status == 0 and steps == [1, 2, 3, 4, 5, 6] and both_gone
        # The names are those of the addresses.
        ok = ok and all(re.search(rf'^ +0x\w+  {name}\+0$', r.text, re.M)
                        for name in ('faden__context_first', 'f', 'g'))
        way_back = r'<g> is active, <f> is suspended(.|\n)*\n +0x\w+  (f|resume)\+\d+'
        ok = ok and re.search(way_back, r.text)
        self.note('walkthrough', bool(ok), r.said())

    def demo_tasks(self):
        r = self.boot('tasks')
        ok = r.status == 0 and 'received 4' in r.text and 'slept long enough' in r.text
        self.note('tasks', ok, r.said())

    def demo_loops(self):
        """Both regions of the screen were written in turn: a row has the same number in either; and
        a picture of the screen shows the same, each region in a colour of its own."""
        if self.machine not in HAS_SCREEN:
            r = self.boot('loops')
            ok = r.status == 0 and r.text.count('Coroutine 1: ') == r.text.count('Coroutine 2: ')
            self.note('loops', ok, r.said())
            return
        cells, picture = emulator.screen_of(self.machine, self.kernel, ('loops', '200', 'hold'),
                                            'loops: 200 rounds', HANG)
        rows = [cells[i:i + 160:2].decode('latin-1') for i in range(0, 4000, 160)] if cells else []
        seen = set()
        for row in rows:
            m = re.match(r'Coroutine 1: (\d+) +Coroutine 2: (\d+)', row)
            if m and m.group(1) == m.group(2):
                seen.add(int(m.group(1)))
        self.note('loops', seen == set(range(178, 200)), f'the screen: {rows}')
        self.note('loops-picture', bool(picture) and is_shown(rows, emulator.colours(picture)),
                  f'the screen: {rows}')

    def shell(self):
        """Typed at the shell: programs in front and behind, ps, kill, a boot program; and what it
        says of lines that are wrong."""
        many = 'echo ' + ' '.join(str(i) for i in range(1, 17))
        with emulator.Session(self.machine, self.kernel, ('shell',), HANG) as s:
            missing = [] if s.expect('> ') else ['a prompt']
            for typed, *parts in (
                    ('hello one', 'hello from process 1, 2 arguments'),
                    ('spin 100000 &', r'\[2\]'),
                    ('ps', r' 2 +spin'),
                    ('tasks', 'tasks wants the machine for itself'),
                    ('kill 2x', "'2x' is not the number of a process"),
                    ('kill 7', 'there is no process 7'),
                    ('kill 2\rwait', r'\[2 ended with 512\]'),
                    ('tasks', r'received 4\n(.|\n)*?exit code 0'),
                    ('echo a b', r'\na b\nstatus 2'),
                    (many.rsplit(' ', 1)[0], r'\n1 2 .* 15\nstatus 15'),
                    (many, 'echo: too many arguments: 15 at most'),
                    ('nothing', 'nothing: no such program'),
                    ('spin 1s', "'1s' is not a number\nstatus 2"),
                    ('loops 2x', r'usage: loops .*\nexit code 2'),
                    ('tests sched/join nothing', "there is no test 'nothing'\nexit code 2"),
                    ('user nothing', "there is no test 'nothing'\n(.|\n)*exit code 1"),
                    ('run', 'usage: run NAME')):
                s.send(typed + '\r')
                for part in (*parts, '> '):
                    if not missing and not s.expect(part):
                        missing.append(part)
            s.send('exit\r')
            ok = not missing and s.status() == 0
            self.note('shell', ok, f'without {missing}: ...{s.text[-1500:]}')
        for words, why in ((('cpus=2x', 'foobar'), 'cpus=2x: that is not a number'),
                           (('tests', *['sched/join'] * 50), 'the command line is too long')):
            r = self.boot(*words)
            self.note(f'command-line-{words[0][:4]}', r.status not in (0, None) and why in r.text,
                      r.said())

    def watching(self):
        """The live view: a screen each second, until a key; then kill what was seen there."""
        cpus = 1 if self.machine in ONE_PROCESSOR else 2
        with emulator.Session(self.machine, self.kernel, ('shell',), HANG, cpus=cpus) as s:
            said = True
            for typed, *parts in (('', '> '), ('spin 100000 &\r', r'\[1\]\n', '> '),
                                  ('top\r', r'\d s up, \d processes', r'processor 0: +\d+ % busy',
                                   r' 1 +spin .*ticks  processor \d', r'\d s up',
                                   f'processor {cpus - 1}: +\\d+ % busy', ' 1 +spin'),
                                  ('q', '> '), ('ps\r', ' 1 +spin', 'shell|main', '> '),
                                  ('kill 1\r', r'\[1 ended with 512\]'),
                                  ('ps\r', r'program\n +task', '> '),
                                  ('tests kernel/memory\r', r'1 passed, 0 failed', 'exit code 0'),
                                  ('exit\r',)):
                s.send(typed)
                for part in parts:
                    said = said and s.expect(part)
            self.note('watching', said and s.status() == 0, f'...{s.text[-1500:]}')

    def idle(self):
        """The emulator's own processor time while the shell waits for a character: < 5 %."""
        cpus = 1 if self.machine in ONE_PROCESSOR else 4
        with emulator.Session(self.machine, self.kernel, ('shell',), HANG, cpus=cpus) as s:
            if not s.expect('> '):
                self.note('idle', False, s.text[-1500:])
                return
            time.sleep(0.5)
            used, begin = s.cpu_seconds(), time.monotonic()
            time.sleep(3)
            used, took = s.cpu_seconds() - used, time.monotonic() - begin
            self.note('idle', used < 0.05 * took, f'{used:.2f} s of {took:.2f} s')
            s.send('exit\r')

    def boot_time(self):
        """In processor time, which does not depend on what else this machine does; the emulator's
        own start and the end of the machine are in it."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        r = self.boot('foobar', 'switch')
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.note('boot-time', r.status == 0 and used < 2, f'{used:.2f} s: {r.said()}')
        if self.machine == 'pc':  # the emulator's own choice: without SMEP, SMAP and more
            r = self.boot('tasks', extra=('-cpu', 'qemu64'))
            self.note('plain-processor', r.status == 0 and 'received 4' in r.text, r.said())

    # ---- faults ------------------------------------------------------------------------------

    def fault(self, kind, *parts, **options):
        r = self.boot('fault', kind, **options)
        missing = [p for p in parts if not re.search(p, r.text)]
        ok = r.status not in (0, None) and not missing
        self.note(f'fault-{kind}', ok, f'status {r.status}, without {missing}: {r.text[-1500:]}')

    def faults(self):
        trace = r'fault\+\d+\n(.|\n)*call_main\+\d+\n(.|\n)*faden__context_\w+\+\d+'
        self.fault('pointer', r'0x1000', trace)
        self.fault('stack', r"stack overflow in task 'main'", r'it used all 12288 bytes', r'dig\+')
        if self.machine not in ONE_PROCESSOR:
            self.fault('far', r'processor 1\n', r'(dig\+.*\n.*){20}', cpus=2)
        self.fault('text', trace)
        self.fault('direct', trace)
        if self.machine not in EXECUTES_ALL:
            self.fault('data', r'call_main')
        if self.machine in KEPT_FROM_USER_PAGES:
            self.fault('user-data', r'page fault at address 0x10000,', r'call_main\+')
            self.fault('user-code', r'page fault at address 0x10000,', r'call_main\+')
        self.fault('irq', 'irq_pop: interrupts are on', trace)
        self.fault('panic', 'faden: as asked for', trace)
        self.hangs()

    def hangs(self):
        """Who holds what. Two processors: the other one is asleep, or it is the one that tells."""
        cpus = 1 if self.machine in ONE_PROCESSOR else 2
        self.hang('hang', r'processor 0, kernel:\n(.|\n)*hang\+',
                  r'waiter +\S+\n +waits for a mutex.*, which task 1 can end', cpus=cpus)
        if cpus > 1:
            self.hang('hang-locked', r'processor [01] does not answer: it has interrupts off\n'
                      r'  holds 1 spin lock, taken at fault\+', cpus=cpus)

    def hang(self, kind, *parts, **options):
        r = self.boot('limit=3', 'fault', kind, **options)  # so long may a busy host be away
        missing = [p for p in parts if not re.search(p, r.text)]
        self.note(f'fault-{kind}', r.status not in (0, None) and not missing,
                  f'status {r.status}, without {missing}: {r.text[-1500:]}')

    # ---- suites ------------------------------------------------------------------------------

    def suites(self, name, *words, **options):
        r = emulator.boot(self.machine, self.kernel, words, 120, **options)
        tests = re.findall(r'^(\w+/[\w-]+): (passed|failed|skipped)', '\n'.join(r.lines()), re.M)
        for test, outcome in tests:
            self.note(f'{name}/{test}', outcome != 'failed', r.text[-1500:])
        started = f', {options.get("cpus", 1)} processor' in r.text
        self.note(name, r.status == 0 and tests and started, r.said())
        return r

    def counted(self, name, *words):
        """The time within is that of instructions, no machine is too busy for it: all of these take
        less than a second. More is a timer that was lost until another one came."""
        r = self.suites(name, *self.counted_words, *words, cpus=4, memory='64M', extra=COUNTED)
        took = re.search(r'(\d+) us since the boot', r.text)
        self.note(f'{name}-time', took and int(took.group(1)) < 10_000_000, r.said())

    def processors(self):
        """Four processors; two that must overlap in real time."""
        if self.machine in ONE_PROCESSOR:
            return
        self.suites('processors', 'tests', 'kernel/platform', cpus=4)
        self.suites('two', 'user', *RACES, 'overlap', cpus=2)
        if self.machine == 'pc-i386':  # the processor that the emulator takes by itself
            self.suites('without-nx', 'tests', 'arch', 'kernel', cpus=2, extra=('-cpu', 'qemu32'))
        if self.machine in REAL_TIME_MACHINES:
            self.suites('four-suites', 'tests', cpus=4)
            self.suites('four-at-once', 'tests', '-a', *MANY_AT_ONCE, cpus=4)
            self.suites('four-user', 'user', cpus=4, memory='64M')
        suites = MANY_AT_ONCE + ORDERLY
        self.suites('four-counted', *self.counted_words, 'tests', '-a', *suites, cpus=4,
                    extra=COUNTED)
        for i in range(0, len(COUNTED_USER), 10):  # a program takes so many
            self.counted(f'four-counted-{i // 10}', 'user', *COUNTED_USER[i:i + 10])

    def repeats(self):
        self.repeat(0, 8)

    def repeat(self, first, count):
        """Each N gives another order of events, which a second boot repeats byte for byte."""
        different = set()
        cpus = 1 if self.machine in ONE_PROCESSOR else 4
        for n in range(first, first + count):
            said = [self.boot(*self.counted_words, f'stir={n}', 'user', *RACES, cpus=cpus,
                              memory='64M', extra=COUNTED) for _ in range(2)]
            same = said[0].text == said[1].text
            different.add(said[0].text)
            differ = [f'{a!r} {b!r}' for a, b in zip(said[0].lines(), said[1].lines()) if a != b]
            self.note(f'repeat-{n}', same and said[0].status == 0,
                      f'stir={n}, the same twice: {same} {differ[:3]}: {said[0].said()}')
        self.note('repeat-differs', len(different) > 1 or count == 1, 'all orders are the same')

    # ---- for a long time -----------------------------------------------------------------------

    def soak_sample(self):
        if self.machine == 'pc':
            self.soak(6)

    def soak(self, seconds, cpus=2, seed=1):
        """What it says in the end is printed, too: processes, overlaps, free pages."""
        late = seconds + 120
        r = emulator.boot(self.machine, self.kernel,
                          (f'limit={late}', 'run', 'soak', str(seconds), str(seed)), late + 60,
                          cpus=cpus)
        last = re.findall(r'^soak: .*at the end$', r.text, re.M)
        overlaps = [int(n) for n in re.findall(r'(\d+) time slices overlapped', r.text)]
        ok = r.status == 0 and last and overlaps and (overlaps[0] > 0 or cpus == 1)
        self.note('soak', bool(ok), r.said())
        if last and seconds >= 60:
            print(f'{self.machine}, {cpus} processors, {last[0]}')

    def all(self, only):
        by_hand = {'repeat': self.repeat, 'soak': self.soak}
        if only and only[0] in by_hand:
            by_hand[only[0]](*(int(n) for n in only[1:]))
            return
        for name, run in (('demos', self.demos), ('faults', self.faults),
                          ('user', lambda: self.suites('user', 'user')),
                          ('processors', self.processors),
                          ('repeats', self.repeats),
                          ('soak-sample', self.soak_sample),
                          ('suites', lambda: self.suites('suites', 'tests'))):
            if not only or name in only:
                run()

    def demos(self):
        self.demo_foobar()
        self.demo_walkthrough()
        self.demo_tasks()
        self.demo_loops()
        self.shell()
        self.watching()
        self.idle()
        self.boot_time()


def main():
    check = Check(sys.argv[1], sys.argv[2])
    check.all(sys.argv[3:])
    return 1 if check.failed else 0


if __name__ == '__main__':
    sys.exit(main())
