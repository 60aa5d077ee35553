# SPDX-License-Identifier: MIT
"""The ports of the switch: how a program for each is compiled and run here."""
import ast
import configparser
import glob
import os
import platform
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ALL = ['x86_64', 'i386', 'm68k', 'aarch64', 'arm', 'riscv64', 'ppc64le', 's390x', 'mips64el',
       'mipsel']

CLANG = [isa for isa in ALL if isa != 'm68k'] # clang 14 knows no floating point there

# Unwind tables: arm has none by default.
FLAGS = ['-std=gnu11', '-g1', '-w', '-D_GNU_SOURCE', '-funwind-tables']
CORE = ['src/context/context.c', 'src/context/panic.c', 'src/context/hooks.c', 'src/coro/coro.c']

# tests/arch/<isa>/wide.c: vector registers that only code compiled for them has. gcc 12 has none of
# riscv64's.
WIDE = [('aarch64', 'gcc', ['-O2', '-march=armv8.2-a+sve']),
        ('aarch64', 'clang', ['-O2', '-march=armv8.2-a+sve']),
        ('riscv64', 'clang', ['-O2', '-march=rv64gcv'])]
WIDE_CPU = {'riscv64': ['-cpu', 'rv64,v=true,vext_spec=v1.0']}


class Failed(Exception):
    """A program does not compile; the text is the compiler's."""


class Port:
    """What a port needs; `cc` and `wrapper` are lists of words."""

    def __init__(self, isa, clang=False):
        self.isa = isa
        self.arch = f'src/arch/{isa}'
        path = os.path.join(ROOT, 'tests/cross', isa + '.ini')
        with open(path, encoding='utf-8') as f:
            text = f.read()
        ini = configparser.ConfigParser()
        ini.read_string(text)
        self.cc = [ast.literal_eval(ini['binaries']['c'])]
        self.wrapper = ast.literal_eval(ini['binaries']['exe_wrapper'])
        self.prefix = self.cc[0].removesuffix('gcc') # of the binutils
        self.packages = re.search(r'# Debian: ([^,\n]*)', text).group(1).split()
        self.native = platform.machine() == isa
        if self.native:
            self.cc, self.wrapper, self.prefix = ['gcc'], [], ''
        if clang: # one for all ports; assembler, linker and C library are those of gcc
            target = [] if self.native else ['--target=' + self.prefix.removesuffix('-')]
            self.cc = ['clang', *target, '-Wno-unused-command-line-argument']
        self.includes = [f'{self.arch}/include', self.arch, 'include', 'src', f'tests/arch/{isa}',
                         'tests/arch/conform']

    def exists(self):
        return (os.path.exists(os.path.join(ROOT, self.arch, 'switch.S')) and
                os.path.exists(os.path.join(ROOT, f'tests/arch/{self.isa}/probe.S')))

    def needs(self):
        """Packages, beyond the compiler of this machine."""
        return [] if self.native else self.packages

    def sources(self):
        """Of the conformance program."""
        tests = sorted(glob.glob('tests/arch/conform/*.c', root_dir=ROOT))
        return [f'{self.arch}/switch.S', f'tests/arch/{self.isa}/probe.S', *CORE, *tests]

    def compile(self, source, target, options=(), first=()):
        """`first`: folders to look for headers before the others."""
        folders = [*first, *(os.path.join(ROOT, i) for i in self.includes)]
        command = [*self.cc, *FLAGS, *(options or ['-O2']), *('-I' + f for f in folders),
                   '-c', os.path.join(ROOT, source), '-o', target]
        self.call(command)
        return target

    def link(self, objects, target, options=()):
        self.call([*self.cc, *objects, '-o', target, '-pthread', *options])
        return target

    def build(self, folder, options=(), link_options=()):
        """The conformance program; gives its path. Its objects stay in the folder."""
        objects = [self.compile(s, os.path.join(folder, self.object_name(s)), options)
                   for s in self.sources()]
        return self.link(objects, os.path.join(folder, 'conform'), link_options)

    @staticmethod
    def object_name(source):
        return source.replace('/', '-') + '.o'

    @staticmethod
    def call(command):
        done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors='replace')
        if done.returncode:
            raise Failed(done.stdout)
        return done.stdout


def wide_port(isa, compiler):
    """For a program with more of the processor's registers."""
    port = Port(isa, compiler == 'clang')
    port.includes.append('tests/arch')
    port.wrapper = port.wrapper[:1] + WIDE_CPU.get(isa, []) + port.wrapper[1:]
    return port
