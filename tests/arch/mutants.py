# SPDX-License-Identifier: MIT
"""Mutants of the switch, made mechanically.

Of switch.S: in the linked conformance program each instruction is overwritten with no-operations
(dropped), and, for each of its operands, with the same instruction that differs in one bit of that
operand: another register, another offset, another constant. Of a list of registers each one is left
out. So a mutant needs neither compiler nor linker, and a macro that saves ten registers gives ten.

Of the inline forms (arch.h): each instruction and each clobber is left out. Of frame.h: each field
of the first frame. Of switch.S: each unwind rule, where a test steps through it.
"""
import os
import re
import subprocess

import ports

NOP = {'x86_64': '90', 'i386': '90', 'm68k': '4e71', 'aarch64': '1f2003d5', 'riscv64': '0100',
       'ppc64le': '00000060', 's390x': '0700', 'mips64el': '00000000', 'mipsel': '00000000',
       'arm': '00f020e3', 'thumb': '00bf'}
RISCV_NOP = bytes.fromhex('13000000')
RAW = {'x86_64': ['-m', 'i386:x86-64'], 'i386': ['-m', 'i386'], 'm68k': ['-m', 'm68k:68040'],
       'aarch64': ['-m', 'aarch64'], 'arm': ['-m', 'arm'], 'riscv64': ['-m', 'riscv:rv64'],
       'thumb': ['-m', 'arm', '-M', 'force-thumb'],
       'ppc64le': ['-m', 'powerpc:common64', '-EL', '-M', 'power8'],
       's390x': ['-m', 's390:64-bit'],
       'mips64el': ['-m', 'mips:isa64r2', '-EL', '-M', 'gpr-names=64'],
       'mipsel': ['-m', 'mips:isa32r2', '-EL']}
NO_INSTRUCTION = re.compile(r'nop|xchg +%ax,%ax|data16|cs nop|lea +(0x0)?\(%esi|\.|udf')
BASE, SLOT = 0x40000000, 32  # where candidates lie when they are disassembled
DROPPED = 'dropped'


class Mutant:
    """`patch`: bytes at `at` in the program's file; or `text` in the place of the source `path`."""

    def __init__(self, where, old, new, at=0, patch=None, path=None, text=None):
        self.where, self.old, self.new = where, old, new
        self.at, self.patch, self.path, self.text = at, patch, path, text
        self.verdict = None
        self.argument = None

    def __str__(self):
        return f'{self.where}: {self.old} -> {self.new}'


def tidy(text):
    """An instruction without what depends on its address."""
    text = re.sub(r'\s*[#!;|/]+ .*$', '', text)
    text = re.sub(r'(0x)?[0-9a-f]+ <([^>+]+)(\+0x[0-9a-f]+)?>', r'<\2\3>', text)
    return ' '.join(text.split())


def disassembly(tool, args, path):
    """Yield (address, function, text); a last one without text."""
    done = subprocess.run([tool, *args, path], check=True, stdout=subprocess.PIPE, text=True,
                          errors='replace')
    function = ''
    for line in done.stdout.splitlines():
        m = re.match(r'([0-9a-f]+) <(.*)>:$', line)
        if m:
            function = m.group(2)
            continue
        m = re.match(r' *([0-9a-f]+):\t(?:[0-9a-f]+ ?)+ *\t(.*)$', line)
        if m:
            yield int(m.group(1), 16), function, m.group(2)


class Program:
    """The linked conformance program of a port, and where its switch.S lies."""

    def __init__(self, port, folder, link_options=()):
        self.port = port
        self.map = os.path.join(folder, 'map')
        self.path = port.build(folder, link_options=['-Wl,-Map=' + self.map, *link_options])
        with open(self.path, 'rb') as f:
            self.bytes = f.read()
        self.ranges = list(self.switch_ranges())
        self.code = self.instructions()
        self.kind = port.isa
        if port.isa == 'arm' and any(n == 2 for _, n, *_ in self.code):
            self.kind = 'thumb'

    def switch_ranges(self):
        """(from, to, what to add to get the place in the file) of each section with its code."""
        with open(self.map, encoding='utf-8', errors='replace') as f:
            text = f.read()
        name = self.port.object_name(f'{self.port.arch}/switch.S')
        for m in re.finditer(r'^ (\.text|faden_\w+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) \S*' +
                             re.escape(name), text, re.M):
            begin, size = int(m.group(2), 16), int(m.group(3), 16)
            if size:
                yield begin, begin + size, self.file_shift(begin)

    def file_shift(self, address):
        done = subprocess.run([self.port.prefix + 'objdump', '-hw', self.path], check=True,
                              stdout=subprocess.PIPE, text=True)
        for m in re.finditer(r'^ *\d+ \S+ +(\w+) +(\w+) +\w+ +(\w+) ', done.stdout, re.M):
            size, begin, place = (int(n, 16) for n in m.groups())
            if begin <= address < begin + size:
                return place - begin
        raise ports.Failed(f'{address:#x} is in no section')

    def instructions(self):
        """(address, length, function, text, place in the file) of each; padding and constants are
        not among them."""
        tool, sizes, found = self.port.prefix + 'objdump', self.functions(), []
        for begin, end, shift in self.ranges:
            lines = list(disassembly(tool, ['-dw', f'--start-address={begin}',
                                            f'--stop-address={end}'], self.path))
            ends = [line[0] for line in lines[1:]] + [end]
            found += [(at, end - at, function, text, at + shift)
                      for (at, function, text), end in zip(lines, ends)
                      if not NO_INSTRUCTION.match(text) and any(a <= at < b for a, b in sizes)]
        return found

    def functions(self):
        """Where they begin and end; what lies between is padding."""
        done = subprocess.run([self.port.prefix + 'nm', '-S', self.path], check=True,
                              stdout=subprocess.PIPE, text=True)
        found = re.findall(r'^([0-9a-f]+) ([0-9a-f]+) [tTwW] ', done.stdout, re.M)
        return [(int(at, 16) & ~1, int(at, 16) + int(size, 16)) for at, size in found]

    def nops(self, length):
        nop = bytes.fromhex(NOP[self.kind])
        if self.kind == 'riscv64' and length == 4:
            nop = RISCV_NOP
        return nop * (length // len(nop))

    def mutants(self):
        altered = self.alterations()
        for i, (_, length, function, text, place) in enumerate(self.code):
            yield Mutant(function, tidy(text), DROPPED, place, self.nops(length))
            for new, patch in altered[i]:
                yield Mutant(function, tidy(text), new, place, patch)

    def alterations(self):
        """For each instruction: (text, bytes) of those to try in its place."""
        blob, slots = bytearray(), []
        for i, (_, length, _, _, place) in enumerate(self.code):
            own = self.bytes[place:place + length]
            for bit in range(-1, 8 * length):
                candidate = bytearray(own)
                if bit >= 0:
                    candidate[bit // 8] ^= 1 << bit % 8
                slots.append((i, length, bytes(candidate)))
                blob += candidate + self.nops((SLOT - length) // 4 * 4)
                blob += self.nops(-len(blob) % SLOT)
        text = self.texts(bytes(blob))
        found = [[] for _ in self.code]
        own, seen = None, set()
        for n, (i, length, patch) in enumerate(slots):
            here = text.get(BASE + n * SLOT)
            if n == 0 or slots[n - 1][0] != i:
                own, seen = here, set()
                continue
            after = min((a for a in text if BASE + n * SLOT < a <= BASE + (n + 1) * SLOT),
                        default=0) if self.kind in ('x86_64', 'i386', 'm68k', 's390x') else None
            if not own or not here or (after and after != BASE + n * SLOT + length):
                continue
            key = difference(own, here)
            if key is not None and key not in seen:
                seen.add(key)
                found[i].append((here, patch))
        return found

    def texts(self, blob):
        """Address: text, with targets of jumps relative to it."""
        path = self.path + '.blob'
        with open(path, 'wb') as f:
            f.write(blob)
        args = ['-Dwz', '-b', 'binary', *RAW[self.kind], f'--adjust-vma={BASE}']
        found = {}
        for at, _, text in disassembly(self.port.prefix + 'objdump', args, path):
            slot = BASE + (at - BASE) // SLOT * SLOT

            def relative(m, slot=slot):
                n = int(m.group(), 16)
                return f'.{n - slot:+d}' if BASE - 0x1000000 < n < BASE + 0x8000000 else m.group()

            found[at] = tidy(re.sub(r'\b(0x)?[0-9a-f]{7,}\b', relative, text))
        os.unlink(path)
        return found


def expand(text):
    """The set of registers in a list, in the syntax of arm or m68k; None: there is no list."""
    m = re.search(r'\{(.*)\}', text)
    if m:
        return set(re.findall(r'\w+', m.group(1)))
    m = re.search(r'%\w+(?:[-/]%\w+)+', text)
    if not m or not re.match(r'f?movem', text):
        return None
    registers = set()
    for part in m.group().replace('%fp,', '%a6,').split('/'):
        ends = [re.sub(r'%fp$', 'a6', e).strip('%') for e in part.split('-')]
        first, last = ends[0], ends[-1]
        if not (first[-1] + last[-1]).isdigit():
            return None  # %sp has a number too, but nobody saves it in a list
        for n in range(int(first[-1]), int(last[-1]) + 1):
            registers.add(first[:-1] + str(n))
    return registers


def difference(old, new):
    """Which operand differs, as a key; None: another instruction, or more than one operand."""
    if old == new or old.split()[0] != new.split()[0] or '(bad)' in new:
        return None
    before, after = expand(old), expand(new)
    if before and after and before != after:
        missing = before - after
        return ('without', *missing) if len(missing) == 1 and after < before else None
    a, b = (re.findall(r'[%$]?[a-z_][\w.]*|[-+]?\w+|[^\s\w]', t) for t in (old, new))
    if len(a) != len(b):
        return None
    places = [i for i in range(len(a)) if a[i] != b[i]]
    return places[0] if len(places) == 1 else None


def read(path):
    with open(os.path.join(ports.ROOT, path), encoding='utf-8') as f:
        return f.read()


def blank_comments(text):
    return re.sub(r'/\*.*?\*/', lambda m: re.sub(r'[^\n]', ' ', m.group()), text, flags=re.S)


def line_of(text, at):
    return text.count('\n', 0, at) + 1


def source_mutant(path, text, start, end, what, put=''):
    return Mutant(f'{os.path.basename(path)}:{line_of(text, start)}', what, DROPPED, path=path,
                  text=text[:start] + put + text[end:])


def stub_mutants(port):
    """Leave out each instruction of the inline stubs, and each clobber."""
    path = f'{port.arch}/include/faden/arch.h'
    text = read(path)
    code = blank_comments(text)
    for m in re.finditer(r'"[ \t]*([a-z][\w.]*[ \t]+[^"\n]*?|endbr64|nop)(?:\\n(?:\\t)?)?"'
                         r'(?:[ \t]+(?:frame|target|size)\b(?:[ \t]+"[^"]*")?)*', code):
        if re.match(r'"(this|C)\b', m.group()) or m.group(1).startswith('.'):
            continue
        what = ' '.join(re.sub(r'\\n(\\t)?|"', '', m.group()).split())
        yield source_mutant(path, text, *m.span(), what, '""')
    for m in re.finditer(r'(?<!__asm__\()"((?:xmm|mm|k|r|x|v|q|d|p|z|ft|fa|fs|f|t|a|s)\d+|ffr|'
                         r'vl|vtype|ra|rcx|rax|rdx|lr|fp|st(?:\(\d\))?|memory|cc)"', code):
        before = re.search(r',[\s\\]*$', code[:m.start()])
        after = re.match(r' *,', code[m.end():])
        begin, end = m.span()
        if after:
            end += after.end()
        elif before:
            begin = before.start()
        yield source_mutant(path, text, begin, end, f'clobber "{m.group(1)}"')


def frame_mutants(port):
    """Leave out each field of the first frame."""
    path = f'{port.arch}/frame.h'
    text = read(path)
    start = text.index('*arch_frame_prepare(')
    end = text.index('\n}\n', start)
    for m in re.finditer(r'(?<!\w)\.[\w.]+ = [^,}]*,?|^ +f->\w+(?: = f->\w+)* = [^;]*;',
                         text[start:end], re.M):
        what = ' '.join(m.group().rstrip(',;').split())
        yield source_mutant(path, text, start + m.start(), start + m.end(), what)


def unwind_mutants(port):
    """Leave out each unwind rule of switch.S and of what it includes."""
    for name in ('switch.S', 'calls.S'):
        yield from unwind_mutants_of(f'{port.arch}/{name}')


def unwind_mutants_of(path):
    text = read(path)
    for m in re.finditer(r'^[ \t]+(\.cfi_\w+[^\n]*|cfi_at_frame)$', blank_comments(text), re.M):
        what = ' '.join(m.group(1).split())
        if not re.match(r'\.cfi_(startproc|endproc|remember_state|restore_state)', what):
            yield source_mutant(path, text, *m.span(1), what)


def has_inline_form(port):
    return 'arch/outline.h' not in read(f'{port.arch}/include/faden/arch.h')


class Equivalent:
    """A line of tests/arch/<isa>/equivalent: how many at most | which | why."""

    def __init__(self, line):
        left, pattern, why = (part.strip() for part in line.split(' | ', maxsplit=2))
        self.left, self.pattern, self.why = int(left), re.compile(pattern), why


def equivalents(port):
    path = f'tests/arch/{port.isa}/equivalent'
    if not os.path.exists(os.path.join(ports.ROOT, path)):
        return []
    return [Equivalent(line) for line in read(path).splitlines()
            if line and not line.startswith('#')]
