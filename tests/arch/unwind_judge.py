# SPDX-License-Identifier: MIT
"""What an unwinder must find at each instruction of the switch, whoever unwinds.

The program is the conformance program's check `registers`. Two flows call the switch from
probe_call, with a pattern of their own in every callee-saved register. At each instruction one of
them must be found, whole: probe_call with the registers it had when its flow came to the switch, in
a frame at the same place, then the right callers up to main, or to the floor.
"""
BASE, CONTEXT = ('conform_registers', 'main'), ('entry', 'faden__context_entry')
FLOORS = ('faden__context_start', 'faden__context_first')
# `inlined` is the program's own: on x86-64 its switch does not come by any of the others.
ENTRIES = ('faden_context_switch', 'faden__switch', 'faden__switch_tail', 'faden__switch_wait',
           'inlined')
MACHINERY = 5  # frames above probe_call, at most
MOST = 24
ENOUGH = 10 # failures


class Judge:
    """A frame has `name` and `registers()`, {name: what is equal if the register is}."""

    def __init__(self):
        self.steps, self.passes, self.failures = 0, 0, []
        self.known = {}  # of each flow: what its probe_call has

    def wrong(self, frames, arriving):
        """What is not as it must be, or None. `arriving`: the pass has just begun."""
        names = [f.name for f in frames]
        if len(frames) >= MOST:
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
        now = frames[at].registers()
        if arriving:
            self.known[flow] = now
        for r, value in now.items():
            if flow in self.known and self.known[flow].get(r) != value:
                return f'{r} of the {flow} is {value}, not {self.known[flow].get(r)}'
        return None

    def look(self, frames, arriving, where):
        """`where`: a function that says which instruction it is."""
        self.steps += 1
        self.passes += arriving
        why = self.wrong(frames, arriving)
        if why:
            self.failures.append(f'=> {where()}: {why}\n    ' + ' < '.join(f.name for f in frames))

    def enough(self):
        return len(self.failures) >= ENOUGH

    def report(self):
        lines = [*self.failures, f'steps {self.steps} failures {len(self.failures)} '
                                 f'passes {self.passes}']
        return '\n'.join(lines) + '\n'
