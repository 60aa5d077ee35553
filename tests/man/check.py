#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
check.py SOURCE OUTPUT ARCH_INCLUDE LIBRARY SIM_LIBRARY CC [ARGUMENT ...]: the manual against the
headers.

Each public function of include/faden is in the NAME and the SYNOPSIS of one page in man/; each
prototype is the header's; each page has the sections that all have, and refers to pages that exist;
each example compiles with CC without a warning, runs with LIBRARY, prints something and succeeds.
"""
import glob
import os
import re
import subprocess
import sys

source_root, output, arch_include, library, sim_library, *compiler = sys.argv[1:]
man, include = (os.path.join(source_root, folder) for folder in ("man", "include"))
includes = ["-I" + include, "-I" + os.path.join(source_root, arch_include)]
SECTIONS = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "WHO MAY CALL",
    "RETURN VALUES",
    "EXAMPLES",
    "SEE ALSO",
]
WARNINGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"]
# Macros that have no function of their prototype behind them.
NO_DECLARATION = ["faden_go"] + [
    "faden_sim_" + name
    for name in "check point load store exchange fetch_add fetch_or fetch_and cas fence".split()
]
NO_OUTPUT = ["faden_panic"]  # its example ends well when it prints nothing
problems = []


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def public_functions():
    """The functions that the headers declare or define, and the macros that look like functions."""
    functions, macros = set(), set()
    for path in glob.glob(os.path.join(include, "faden", "*.h")):
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", read(path), flags=re.S)
        macros |= set(re.findall(r"^#define (faden_\w+)\(", text, flags=re.M))
        text = re.sub(r"^ *#.*(?:\\\n.*)*", "", text, flags=re.M)
        text = re.sub(r"\{[^{}]*\}", "{}", text)  # the bodies of inline functions
        functions |= set(re.findall(r"\b(faden_[a-z0-9_]*)\s*\((?!\*)", text))
    functions = {name for name in functions if "__" not in name}
    return {name for name in functions if not name.endswith("_at")} | macros, macros


def section(text, name):
    found = re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", text, flags=re.M | re.S)
    return found[1] if found else ""


def prototypes(synopsis):
    """(type, name, arguments) of each function in a SYNOPSIS."""
    kind = name = None
    fields = []
    for line in synopsis.splitlines():
        macro, *words = [quoted or word for quoted, word in re.findall(r'"([^"]*)"|(\S+)', line)]
        if macro == ".Ft":
            kind = words[0]
        elif macro == ".Fn":
            yield kind, words[0], words[1:]
        elif macro == ".Fo":
            name, fields = words[0], []
        elif macro == ".Fa":
            fields.append(words[0])
        elif macro == ".Fc":
            yield kind, name, fields


def compile_program(what, text, *arguments):
    """True if the program compiles without a warning."""
    source = os.path.join(output, what + ".c")
    with open(source, "w", encoding="utf-8") as f:
        f.write(text)
    command = [*compiler, *WARNINGS, *includes, source, *arguments]
    r = subprocess.run(command, capture_output=True, text=True)
    if r.returncode != 0:
        problems.append(f"{what} does not compile:\n{r.stderr}")
    return r.returncode == 0


def check_prototypes(page, synopsis, macros):
    """Declare what the page says behind what the headers say: a difference does not compile."""
    text = "".join(
        f"#include <{header}>\n" for header in re.findall(r"^\.In (\S+)", synopsis, re.M)
    )
    for kind, name, fields in prototypes(synopsis):
        if name in macros:
            name, fields = name + "_at", [f for f in fields if f != "void"] + ["const char *site"]
        if name[: -len("_at")] not in NO_DECLARATION:
            text += f"{kind} {name}({', '.join(fields)});\n"
    compile_program(page + ".synopsis", text, "-fsyntax-only")


def check_examples(page, examples):
    blocks = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed", examples, flags=re.M | re.S)
    if not blocks:
        problems.append(f"{page}: no example")
    for number, block in enumerate(blocks, 1):
        what = f"{page}.example{number}"
        program = os.path.join(output, what)
        library_of = sim_library if "<faden/sim.h>" in block else library
        if not compile_program(what, block.replace("\\e", "\\"), library_of, "-o", program):
            continue
        try:
            r = subprocess.run([program], capture_output=True, text=True, timeout=30)
        except subprocess.TimeoutExpired:
            problems.append(f"{what} does not end")
            continue
        if r.returncode != 0 or bool(r.stdout) == (page in NO_OUTPUT):
            problems.append(f"{what}: status {r.returncode}, output {r.stdout!r}\n{r.stderr}")


def names_in(text):
    return re.findall(r"^\.Nm (\w+)", section(text, "NAME"), flags=re.M)


def check_page(file, text, existing, macros):
    page, number = file.split(".")
    for name in SECTIONS:
        needed = number == "3" or name not in ("WHO MAY CALL", "RETURN VALUES")
        if needed and not section(text, name).strip():
            problems.append(f"{file}: no section {name}")
    for name in re.findall(r"\bXr (faden\w* \d)", text):
        if name not in existing:
            problems.append(f"{file} refers to {name}, which is no page")
    if max(map(len, text.splitlines())) > 100:
        problems.append(f"{file}: a line of more than 100 columns")
    check_examples(page, section(text, "EXAMPLES"))
    if number == "3":
        synopsis = section(text, "SYNOPSIS")
        check_prototypes(page, synopsis, macros)
        differ = set(names_in(text)) ^ {name for _, name, _ in prototypes(synopsis)}
        if differ:
            problems.append(f"{file}: NAME and SYNOPSIS differ in {sorted(differ)}")


pages = {os.path.basename(path): read(path) for path in glob.glob(os.path.join(man, "faden*.[37]"))}
public, macros = public_functions()
documented = sorted(
    name for file, text in pages.items() if file.endswith(".3") for name in names_in(text)
)
for name in public - set(documented):
    problems.append(f"{name} has no page")
for name in set(documented) - public:
    problems.append(f"{name} has a page, but no header has it")
for name in {name for name in documented if documented.count(name) > 1}:
    problems.append(f"{name} is in the NAME of several pages")
existing = {f"{name} 3" for name in documented} | {file.replace(".", " ") for file in pages}
for file, text in sorted(pages.items()):
    check_page(file, text, existing, macros)
print("\n".join(problems), end="\n" if problems else "")
sys.exit(1 if problems else 0)
