# SPDX-License-Identifier: MIT
"""Runs inside gdb (tests/arch/unwind-all): a backtrace at each instruction of the switch.

The program is on the stub of an emulator. The driver defines SOCKET, RANGES (of the code of
switch.S), REGISTERS; it puts this folder on the path.
"""
import gdb # pylint: disable=import-error

import unwind_judge

judge = unwind_judge.Judge()


class Frame:
    def __init__(self, frame):
        self.frame = frame
        self.name = frame.name() or '?'

    def registers(self):
        found = {'pc': hex(self.frame.pc())}
        for r in REGISTERS: # noqa: F821
            try:
                value = self.frame.read_register(r)
                if r[0] == 'v' and 'd' in [f.name for f in value.type.fields()]:
                    value = value['d']['u'][0] # on aarch64 the low half is kept
                found[r] = value.format_string(format='x')
            except (ValueError, TypeError, gdb.error):
                pass
        return found


def in_switch(pc):
    return any(begin <= pc < end for begin, end in RANGES) # noqa: F821


def look(arriving=False):
    frames, frame = [], gdb.newest_frame()
    while frame is not None and frame.is_valid() and len(frames) < unwind_judge.MOST:
        frames.append(Frame(frame))
        frame = frame.older()
    judge.look(frames, arriving, lambda: gdb.execute('x/i $pc', to_string=True).strip('=> \n'))


def one_pass():
    """From an entry of the switch until it is left."""
    look(True)
    while not judge.enough():
        gdb.execute('stepi', to_string=True)
        pc = gdb.newest_frame().pc()
        if in_switch(pc):
            look()
            continue
        older = gdb.newest_frame().older()
        if older is None or not in_switch(older.pc()) or older.name() in unwind_judge.FLOORS:
            return
        gdb.Breakpoint(f'*{older.pc()}', temporary=True) # a call: of pick, of finish
        gdb.execute('continue', to_string=True)
        look()


def alive():
    return any(t.is_valid() for t in gdb.selected_inferior().threads())


def main():
    gdb.execute('set pagination off')
    gdb.execute('set confirm off')
    gdb.execute(f'target remote {SOCKET}', to_string=True) # noqa: F821
    for entry in unwind_judge.ENTRIES:
        try:
            gdb.Breakpoint(f"*{int(gdb.parse_and_eval(f'(unsigned long)&{entry}'))}")
        except gdb.error:
            pass # a port has not all of them
    entries = {int(b.location[1:]) for b in gdb.breakpoints()}
    while not judge.enough():
        gdb.execute('continue', to_string=True)
        if not alive():
            break
        if gdb.newest_frame().pc() in entries:
            one_pass()
    print(judge.report())
    if alive():
        gdb.execute('kill', to_string=True)


try:
    main()
except gdb.error as e:
    print(f'gdb: {e}')
gdb.execute('quit')
