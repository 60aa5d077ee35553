# SPDX-License-Identifier: MIT
"""docs/design/mutation.md: what tests/arch/mutate found, written by it."""
import collections
import os
import re
import subprocess

import ports

PATH = 'docs/design/mutation.md'
HEAD = '''# Mutants of the switch

Written by `tests/arch/mutate --write`; the last column is the commit it was made at.
`tests/arch/mutants.py` says how the mutants are made: of each instruction of each port's `switch.S`
one without it, and one for each of its operands with that operand altered; of the inline forms one
without each instruction and clobber; of `frame.h` one without each field of the first frame; on
x86-64 one without each unwind rule. Each is run through the conformance program
(`tests/arch/conform/`), foreign ports under qemu-user, with a limit of processor time; clobbers
also through programs compiled for more registers (`tests/arch/clobber.c`, and
`tests/arch/<isa>/wide.c`).

*Caught by* names the check that failed first; *crash* and *no end* are failures too. An equivalent
mutant changes nothing that a program may rely on; the argument is in the list below each table, and
in `tests/arch/<isa>/equivalent`, without which the tool fails.

| port | instructions in switch.S | mutants | caught | equivalent | survived | commit |
| --- | --- | --- | --- | --- | --- | --- |
'''


def git(*args):
    return subprocess.run(['git', '-C', ports.ROOT, *args], check=False, stdout=subprocess.PIPE,
                          text=True).stdout.strip()


def commit():
    """What was looked at; equivalents and tools may have changed since."""
    changed = git('status', '--porcelain', '--', 'src/arch', 'tests/arch/conform',
                  'tests/arch/*/probe.*')
    return git('rev-parse', '--short', 'HEAD') + ('-dirty' if changed else '')


def code(text):
    return '`' + text.replace('|', '\\|') + '`'


def counts(group):
    """'3 registers, 1 crash', the most frequent first."""
    n = collections.Counter(m.verdict or 'SURVIVED' for m in group if m.verdict != 'equivalent')
    return ', '.join(f'{v} {k}' for k, v in n.most_common())


def rows(bench):
    """One for each instruction or line, in their order."""
    groups = collections.defaultdict(list)
    for m in bench.mutants:
        groups[(m.where, m.old, m.at)].append(m)
    where = None
    for (here, old, _), group in groups.items():
        equal = sum(m.verdict == 'equivalent' for m in group)
        name = '' if here == where else code(here)
        where = here
        yield f'| {name} | {code(old)} | {len(group)} | {counts(group)} | {equal or ""} |\n'


def section(bench):
    """The part of a port, without its heading. Its first line is what the summary is made of."""
    equal = [m for m in bench.mutants if m.verdict == 'equivalent']
    survived = sum(m.verdict is None for m in bench.mutants)
    caught = len(bench.mutants) - len(equal) - survived
    out = (f'At commit {commit()}: {bench.instructions} instructions, '
           f'{len(bench.mutants)} mutants, {caught} caught, {len(equal)} equivalent, '
           f'{survived} survived.\n\nCaught by: {counts(bench.mutants)}.\n\n')
    out += '| where | what | mutants | caught by | equivalent |\n| --- | --- | --- | --- | --- |\n'
    out += ''.join(rows(bench))
    if equal:
        out += '\nEquivalent:\n\n'
        out += ''.join(f'- {code(str(m))}: {m.argument}\n' for m in equal)
    return out


def summary(isa, text):
    commit_of, *numbers = re.match(r'At commit (\S+): ' + ', '.join([r'(\d+) \w+'] * 5),
                                   text).groups()
    return f'| {isa} | ' + ' | '.join((*numbers, commit_of)) + ' |\n'


def write(benches):
    """Replace the sections of these ports."""
    path = os.path.join(ports.ROOT, PATH)
    sections = {}
    if os.path.exists(path):
        with open(path, encoding='utf-8') as f:
            parts = re.split(r'^## (\w+)\n\n', f.read(), flags=re.M)
        sections = {isa: text.strip() + '\n' for isa, text in zip(parts[1::2], parts[2::2])}
    sections.update({b.port.isa: section(b) for b in benches})
    order = [isa for isa in ports.ALL if isa in sections]
    text = HEAD + ''.join(summary(isa, sections[isa]) for isa in order)
    text += ''.join(f'\n## {isa}\n\n{sections[isa]}' for isa in order)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
