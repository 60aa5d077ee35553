# SPDX-License-Identifier: MIT
"""Each port's registers: DWARF's numbers for them, and the names that emulators' stubs have."""


def numbered(prefix, numbers, first=0):
    """{DWARF's number: name}"""
    return {first + i: f'{prefix}{n}' for i, n in enumerate(numbers)}


def listed(names, first=0):
    return {first + i: name for i, name in enumerate(names.split())}


def called(prefix, first, count):
    """{what the conformance program says: DWARF's number}"""
    return {f'{prefix}{n}': first + n for n in range(count)}


R32 = range(32)
S390X_FPRS = [0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15]
MIPS = {**numbered('r', R32), **numbered('f', R32, 32)}
CR_FIELDS = 0x00fff000 # of ppc64le's: the three that a call keeps

# `sp`: the stack pointer, where a caller's is the CFA if no rule says otherwise. `words`: registers
# as wide as a word. `wide`: others, of `wide_size` bytes. `aliases`: what the conformance program
# calls otherwise.
TABLE = {
    'x86_64': {'sp': 7, 'pc': 'rip',
               'words': listed('rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 '
                               'rip')},
    'i386': {'word': 4, 'sp': 4, 'pc': 'eip',
             'words': listed('eax ecx edx ebx esp ebp esi edi eip')},
    'm68k': {'order': 'big', 'word': 4, 'sp': 15,
             'words': {**numbered('d', range(8)), **numbered('a', range(6), 8), 14: 'fp', 15: 'sp',
                       24: 'pc'},
             'wide': numbered('fp', range(8), 16), 'wide_size': 12, 'aliases': {'a6': 14}},
    'aarch64': {'sp': 31, 'words': {**numbered('x', range(31)), 31: 'sp'},
                'wide': numbered('v', R32, 64), 'wide_size': 8, 'aliases': called('d', 64, 32)},
    'arm': {'word': 4, 'sp': 13, 'pc_bits': -2, # a return to Thumb has the lowest bit set
            'words': {**numbered('r', range(13)), 13: 'sp', 14: 'lr', 15: 'pc'},
            'wide': numbered('d', R32, 256), 'wide_size': 8},
    'riscv64': {'sp': 2,
                'words': {**listed('zero ra sp gp tp t0 t1 t2 fp s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 '
                                   's4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'),
                          **listed('ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 '
                                   'fa5 fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 '
                                   'ft10 ft11', 32)},
                'aliases': {'s0': 8}},
    'ppc64le': {'sp': 1,
                'words': {**numbered('r', R32), **numbered('f', R32, 32), 65: 'lr', 70: 'cr'},
                'wide': numbered('vr', R32, 77), 'wide_size': 16,
                # of r2 unwinders are not told: they look for the instruction behind the call
                'aliases': {'cr2_to_cr4': 70, **called('v', 77, 32), 'r2': None}},
    's390x': {'order': 'big', 'pc': 'pswa',
              'words': {**numbered('r', range(16)), **numbered('f', S390X_FPRS, 16)}},
    'mips64el': {'sp': 29, 'words': MIPS,
                 'aliases': {**called('s', 16, 8), 'gp': 28, 'sp': 29, 'fp': 30}},
    'mipsel': {'word': 4, 'sp': 29, 'words': MIPS,
               'aliases': {**called('s', 16, 8), 'sp': 29, 'fp': 30}},
}


class Machine:
    def __init__(self, isa):
        row = TABLE[isa]
        self.order, self.word = row.get('order', 'little'), row.get('word', 8)
        self.sp, self.pc = row.get('sp'), row.get('pc', 'pc')
        self.pc_bits = row.get('pc_bits', -1)
        self.wide, self.wide_size = row.get('wide', {}), row.get('wide_size')
        self.names = {**row['words'], **self.wide}
        self.numbers = {**{name: n for n, name in self.names.items()}, **row.get('aliases', {})}

    def size(self, register):
        if self.names.get(register) == 'cr':
            return 4
        return self.wide_size if register in self.wide else self.word

    def number(self, name):
        """Of a register as the conformance program calls it, or None."""
        return self.numbers.get(name)

    def value(self, register, data):
        """What is compared."""
        if self.names[register] == 'cr' and data:
            return hex(int.from_bytes(data, self.order) & CR_FIELDS)
        return data and data.hex()
