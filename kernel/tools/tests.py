#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of the tests in the image.

usage: tests.py OUTPUT.c SUITE/TEST...
"""
import re
import sys


def main():
    output, names = sys.argv[1], sys.argv[2:]
    with open(output, 'w', encoding='ascii') as f:
        f.write('/* SPDX-License-Identifier: MIT */\n'
                '#include "runner.h"\n\n#include <stddef.h>\n\n')
        symbols = ['test_' + re.sub(r'\W', '_', name) for name in names]
        f.writelines(f'int {s}(int argc, char **argv);\n' for s in symbols)
        f.write('const struct test tests[] = {\n')
        f.writelines(f'    {{"{n}", {s}}},\n' for n, s in zip(names, symbols))
        f.write('    {NULL, NULL},\n};\n')


if __name__ == '__main__':
    main()
