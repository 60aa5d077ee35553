# SPDX-License-Identifier: MIT
"""Unwind tables, as readelf shows them, and a frame found from the next newer one by them."""
import bisect
import re
import subprocess

SAME, UNDEFINED = ('same',), ('undefined',)


class Row:
    """What holds at one instruction: how to find the CFA, and each register of the caller."""

    def __init__(self):
        self.cfa = (None, 0) # (register, offset), with a third: it lies there
        # register: ('at', offset from the CFA), ('is', offset), ('in', register),
        # ('there', register, offset), or one of the above
        self.rules = {}

    def copy(self):
        other = Row()
        other.cfa, other.rules = self.cfa, dict(self.rules)
        return other


class Tables:
    """Those of a program. Registers are DWARF's numbers."""

    def __init__(self, readelf, program):
        text = subprocess.run([readelf, '--debug-dump=frames', '-wN', program], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        self.functions = [] # (from, to, operations, of the CIE, return address's register)
        for section in re.split(r'^Contents of the .*\n', text, flags=re.M)[1:]:
            self.read(section)
        self.functions.sort(key=lambda f: f[0])
        self.begins = [f[0] for f in self.functions]

    def read(self, section):
        cies = {}
        for part in re.split(r'\n(?=[0-9a-f]{8} )', section):
            head, *lines = part.strip().splitlines() or ['']
            operations = [line.strip() for line in lines if line.strip().startswith('DW_CFA')]
            m = re.match(r'([0-9a-f]+) .* FDE cie=([0-9a-f]+) pc=([0-9a-f]+)\.\.([0-9a-f]+)', head)
            if m:
                begin, end = int(m.group(3), 16), int(m.group(4), 16)
                self.functions.append((begin, end, operations, *cies[int(m.group(2), 16)]))
            elif head.endswith(' CIE'):
                m = re.search(r'Return address column: (\d+)', part)
                cies[int(head.split()[0], 16)] = (operations, int(m.group(1)))

    def at(self, pc):
        """(the row that holds there, the return address's register), or None."""
        i = bisect.bisect_right(self.begins, pc) - 1
        if i < 0 or pc >= self.functions[i][1]:
            return None
        _, _, operations, first, ra = self.functions[i]
        row = interpret(Row(), first, None, None)
        return interpret(row.copy(), operations, row, pc), ra


def interpret(row, operations, initial, pc):
    """Follow the operations up to `pc`."""
    remembered = []
    for line in operations:
        name, _, rest = line.partition(':')
        name = re.sub(r'^DW_CFA_|_extended|_sf$', '', name.split()[0]).removesuffix('_sf')
        numbers = [int(n) for n in re.findall(r'(?<!\w)(?:r|cfa)?([-+]?\d+)(?!\w)',
                                              re.sub(r'\([^)]*\)', '', rest))]
        if re.match(r'advance_loc|set_loc', name):
            if int(rest.split()[-1], 16) > pc:
                break
        elif name == 'remember_state':
            remembered.append(row.copy())
        elif name == 'restore_state':
            row = remembered.pop()
        elif name.endswith('expression'):
            m = re.search(r'\(DW_OP_breg(\d+) \(\w+\): (-?\d+)(; DW_OP_deref)?\)', line)
            if m and name == 'def_cfa_expression':
                row.cfa = (int(m.group(1)), int(m.group(2)), *m.groups()[2:])
            elif m and name == 'expression':
                row.rules[numbers[0]] = ('there', int(m.group(1)), int(m.group(2)))
        elif not operate(row, name, numbers, initial):
            raise ValueError(f'{line}: what is that?')
    return row


def operate(row, name, numbers, initial):
    """One that sets a rule. False: it is not known."""
    if name == 'def_cfa':
        row.cfa = tuple(numbers)
    elif name == 'def_cfa_register':
        row.cfa = (numbers[0], row.cfa[1])
    elif name == 'def_cfa_offset':
        row.cfa = (row.cfa[0], numbers[0])
    elif name == 'offset':
        row.rules[numbers[0]] = ('at', numbers[1])
    elif name == 'val_offset':
        row.rules[numbers[0]] = ('is', numbers[1])
    elif name == 'register':
        row.rules[numbers[0]] = ('in', numbers[1])
    elif name == 'undefined':
        row.rules[numbers[0]] = UNDEFINED
    elif name == 'same_value':
        row.rules[numbers[0]] = SAME
    elif name == 'restore':
        row.rules.pop(numbers[0], None)
        if numbers[0] in initial.rules:
            row.rules[numbers[0]] = initial.rules[numbers[0]]
    elif name not in ('nop', 'GNU_args_size'):
        return False
    return True


class Frame:
    """`values(register)`: its bytes in that frame, or None. `machine`: see registers.py.
    `memory(address, size)`: bytes, or None. `newest`: nobody was called from it."""

    def __init__(self, tables, machine, memory, pc, values, newest=True):
        self.tables, self.machine, self.memory = tables, machine, memory
        self.pc, self.values, self.newest = pc, values, newest

    def number(self, value):
        return int.from_bytes(value, self.machine.order)

    def older(self):
        """The caller's, or None: there is no rule, or no caller."""
        found = self.tables.at(self.pc if self.newest else self.pc - 1)
        if not found:
            return None
        row, ra = found
        base = self.values(row.cfa[0])
        if base is None:
            return None
        cfa = self.number(base) + row.cfa[1]
        if row.cfa[2:] and row.cfa[2]:
            cfa = self.number(self.memory(cfa, self.machine.word))

        def values(register):
            rule = row.rules.get(register, SAME)
            size = self.machine.size(register)
            if rule == UNDEFINED:
                return None
            if rule == SAME and register == self.machine.sp:
                return cfa.to_bytes(size, self.machine.order)
            if rule == SAME:
                return self.values(register)
            if rule[0] == 'at':
                return self.memory(cfa + rule[1], size)
            if rule[0] == 'is':
                return (cfa + rule[1]).to_bytes(size, self.machine.order)
            if rule[0] == 'in':
                return self.values(rule[1])
            return self.memory(self.number(self.values(rule[1])) + rule[2], size)

        back = values(ra)
        if back is None or not self.number(back):
            return None
        pc = self.number(back) & self.machine.pc_bits
        return Frame(self.tables, self.machine, self.memory, pc, values, False)
