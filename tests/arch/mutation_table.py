# SPDX-License-Identifier: MIT
"""docs/design/mutation.md: what tests/arch/mutate found, written by it."""
import collections
import os
import subprocess

import ports

PATH = 'docs/design/mutation.md'
HEAD = '''# Mutants of the switch

Written by `tests/arch/mutate --write` at commit {commit}. `tests/arch/mutants.py` says how the
mutants are made: of each instruction of each port's `switch.S` one without it, and one for each of
its operands with that operand altered; of the inline forms one without each instruction and each
clobber; of `frame.h` one without each field of the first frame; on x86-64 one without each unwind
rule. Each is run through the conformance program (`tests/arch/conform/`), foreign ports under
qemu-user, with a limit of processor time.

*Caught by* names the check that failed first; *crash* and *no end* are failures too. An equivalent
mutant changes nothing that a program may rely on; the argument is in the list below each table, and
in `tests/arch/<isa>/equivalent`, without which the tool fails.

| port | instructions in switch.S | mutants | caught | equivalent | survived |
| --- | --- | --- | --- | --- | --- |
'''


def commit():
    done = subprocess.run(['git', '-C', ports.ROOT, 'describe', '--always', '--dirty',
                           '--exclude=*'], check=False, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip() or 'unknown'


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
    caught = counts(bench.mutants)
    out = f'\n## {bench.port.isa}\n\nCaught by: {caught}.\n\n'
    out += '| where | what | mutants | caught by | equivalent |\n| --- | --- | --- | --- | --- |\n'
    out += ''.join(rows(bench))
    equal = [m for m in bench.mutants if m.verdict == 'equivalent']
    if equal:
        out += '\nEquivalent:\n\n'
        out += ''.join(f'- {code(str(m))}: {m.argument}\n' for m in equal)
    return out


def write(benches):
    text = HEAD.format(commit=commit())
    for b in benches:
        equal = sum(m.verdict == 'equivalent' for m in b.mutants)
        survived = sum(m.verdict is None for m in b.mutants)
        text += (f'| {b.port.isa} | {b.instructions} | {len(b.mutants)} | '
                 f'{len(b.mutants) - equal - survived} | {equal} | {survived} |\n')
    text += ''.join(section(b) for b in benches)
    with open(os.path.join(ports.ROOT, PATH), 'w', encoding='utf-8') as f:
        f.write(text)
