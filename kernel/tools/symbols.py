#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The names of a kernel's functions as assembly, for its backtraces.

usage: symbols.py NM KERNEL OUTPUT.S
"""
import subprocess
import sys


def main():
    nm, kernel, output = sys.argv[1:]
    text = subprocess.run([nm, '-n', kernel], capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in text.splitlines()]
    all_symbols = [(int(f[0], 16), f[1], f[2]) for f in lines if len(f) == 3]
    begin = next(at for at, _, name in all_symbols if name == 'text_begin')
    end = next(at for at, _, name in all_symbols if name == 'text_end')
    symbols = [(at - begin, name) for at, kind, name in all_symbols
               if kind in 'tT' and begin <= at < end and name != 'text_begin'
               and not name.startswith(('.L', '$'))]
    symbols.sort(key=lambda s: s[0])
    with open(output, 'w', encoding='ascii') as f:
        f.write('/* SPDX-License-Identifier: MIT */\n'
                '        .section .symbols, "a"\n        .balign 4\n'
                '        .globl symbols\nsymbols:\n')
        f.write(f'        .long {len(symbols)}\n')
        offset = 0
        for at, name in symbols:
            f.write(f'        .long {at}, {offset}\n')
            offset += len(name) + 1
        for _, name in symbols:
            f.write(f'        .asciz "{name}"\n')


if __name__ == '__main__':
    main()
