# SPDX-License-Identifier: MIT
"""Runs inside gdb (tests/arch/unwind-all): a backtrace at each instruction of the switch.

The program is the conformance program's check `registers`, on the stub of an emulator. Two flows
call the switch from probe_call, with a pattern of their own in every callee-saved register. At each
instruction the unwinder must find one of them, whole: probe_call with the registers it had when its
flow came to the switch, in a frame at the same place, then the right callers up to main, or to the
floor.

The driver defines SOCKET, RANGES (of the code of switch.S), REGISTERS.
"""
import gdb # pylint: disable=import-error

BASE, CONTEXT = ('conform_registers', 'main'), ('entry', 'faden__context_entry')
FLOORS = ('faden__context_start', 'faden__context_first')
MACHINERY = 5  # frames above probe_call, at most
MOST = 24

steps = 0
failures = []
known = {}  # of each flow: what its probe_call has
passes = 0


def in_switch(pc):
    return any(begin <= pc < end for begin, end in RANGES) # noqa: F821


def walk():
    """The frames, newest first."""
    frames, frame = [], gdb.newest_frame()
    while frame is not None and frame.is_valid() and len(frames) < MOST:
        frames.append(frame)
        frame = frame.older()
    return frames


def name(frame):
    return frame.name() or '?'


def registers(frame):
    found = {'pc': hex(frame.pc())}
    for r in REGISTERS: # noqa: F821
        try:
            value = frame.read_register(r)
            if r[0] == 'v' and 'd' in [f.name for f in value.type.fields()]:
                value = value['d']['u'][0] # on aarch64 the low half is kept
            found[r] = value.format_string(format='x')
        except (ValueError, TypeError, gdb.error):
            pass
    return found


def wrong(frames, arriving):
    """What is not as it must be, or None. `arriving`: the pass has just begun."""
    names = [name(f) for f in frames]
    if len(frames) == MOST:
        return 'it does not end'
    if 'probe_call' not in names[:MACHINERY + 1]:
        fresh = names[-1] in FLOORS and len(frames) <= 4  # a context that begins
        return None if fresh else 'probe_call is not there'
    at = names.index('probe_call')
    flow, chain = ('context', CONTEXT) if CONTEXT[0] in names else ('base', BASE)
    if not all(n in names[at:] for n in chain):
        return 'the callers of probe_call are not there'
    if flow == 'context' and names[-1] not in (*FLOORS, chain[-1]):
        return 'it does not end at the floor'
    now = registers(frames[at])
    if arriving:
        known[flow] = now
    for r, value in now.items():
        if flow in known and known[flow].get(r) != value:
            return f'{r} of the {flow} is {value}, not {known[flow].get(r)}'
    return None


def judge(arriving):
    global steps
    steps += 1
    frames = walk()
    why = wrong(frames, arriving)
    if why:
        where = gdb.execute('x/i $pc', to_string=True).strip()
        failures.append(f'{where}: {why}\n    ' + ' < '.join(name(f) for f in frames))


def one_pass():
    """From an entry of the switch until it is left."""
    judge(True)
    while len(failures) < 10:
        gdb.execute('stepi', to_string=True)
        pc = gdb.newest_frame().pc()
        if in_switch(pc):
            judge(False)
            continue
        older = gdb.newest_frame().older()
        if older is None or not in_switch(older.pc()) or name(older) in FLOORS:
            return
        gdb.Breakpoint(f'*{older.pc()}', temporary=True) # a call: of pick, of finish
        gdb.execute('continue', to_string=True)
        judge(False)


def alive():
    return any(t.is_valid() for t in gdb.selected_inferior().threads())


def main():
    global passes
    gdb.execute('set pagination off')
    gdb.execute('set confirm off')
    gdb.execute(f'target remote {SOCKET}', to_string=True) # noqa: F821
    for entry in ('faden_context_switch', 'faden__switch', 'faden__switch_tail'):
        try:
            gdb.Breakpoint(f"*{int(gdb.parse_and_eval(f'(unsigned long)&{entry}'))}")
        except gdb.error:
            pass # only ports with an inline form have the last one
    entries = {int(b.location[1:]) for b in gdb.breakpoints()}
    while len(failures) < 10:
        gdb.execute('continue', to_string=True)
        if not alive():
            break
        if gdb.newest_frame().pc() in entries:
            passes += 1
            one_pass()
    for f in failures:
        print(f)
    print(f'steps {steps} failures {len(failures)} passes {passes}')
    if alive():
        gdb.execute('kill', to_string=True)


try:
    main()
except gdb.error as e:
    print(f'gdb: {e}')
gdb.execute('quit')
