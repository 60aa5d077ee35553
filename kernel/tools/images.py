#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts user programs into the kernel: each at a page of its own.

usage: images.py OUTPUT.S PROGRAM...       programs are called user-NAME
"""
import os
import sys


def main():
    output, programs = sys.argv[1], sys.argv[2:]
    word = '.quad' if os.environ.get('WORD') != '4' else '.long'
    with open(output, 'w', encoding='ascii') as f:
        f.write('/* SPDX-License-Identifier: MIT */\n        .section .images, "a"\n')
        for i, path in enumerate(programs):
            f.write(f'        .balign 4096\nimage_{i}:\n        .incbin "{path}"\nimage_{i}_end:\n')
        f.write('        .balign 4096\n        .section .rodata, "a"\n        .balign 8\n'
                '        .globl images\nimages:\n')
        for i, path in enumerate(programs):
            f.write(f'        {word} name_{i}, image_{i}, image_{i}_end\n')
        f.write(f'        {word} 0, 0, 0\n')
        for i, path in enumerate(programs):
            name = os.path.basename(path).removeprefix('user-')
            f.write(f'name_{i}:\n        .asciz "{name}"\n')


if __name__ == '__main__':
    main()
