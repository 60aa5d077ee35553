# SPDX-License-Identifier: MIT
"""gdb and the tasks and coroutines of faden.

    (gdb) source faden-gdb.py       unless gdb has loaded it with the library
    (gdb) info tasks                all tasks: state, name, where spawned, what each waits for
    (gdb) task 3 bt                 any command in the frames of a task
    (gdb) task apply all bt         ... of all of them; or of some: task apply 3 5 bt

With it, `bt` in a coroutine goes on into who resumed it. Works live and on core files. What it
knows of the library: the table faden__debug in it (src/sched/debug.h), struct faden_coro, and the
frame of a suspended context (src/arch/<isa>/frame.h), of which FRAMES has what unwinding needs.
"""
import re

import gdb
from gdb.unwinder import Unwinder

# Where the frame at the saved sp has the registers; the stack pointer at the resume address is
# `sp` bytes above it.
FRAMES = {
    'i386:x86-64': {'pc': ('rip', 0), 'sp': ('rsp', 0), 'saved': {'rbp': 8, 'rbx': 16}},
    'aarch64': {'pc': ('pc', 0), 'sp': ('sp', 0), 'saved': {'x29': 8, 'x19': 16}},
    'riscv:rv64': {'pc': ('pc', 0), 'sp': ('sp', 0), 'saved': {'fp': 8, 's1': 16}},
}
STATES = ('new', 'ready', 'running', 'parked', 'done')
RUNNING, PARKED, DONE = 2, 3, 4
# struct faden_coro, in words.
CORO = {'resumer_sp': 1, 'stack': 4, 'size': 5, 'state': 12}
CORO_GOES_ON = (2, 3)  # running or resuming another: who resumed it waits below
FLOOR_SIZE = 128  # more than the code of faden__context_start
FLOOR_WORDS = 16  # so far above the floor frame's sp lies the pointer to the coroutine


# ---- memory --------------------------------------------------------------------------------

def number(address, size):
    order = 'big' if 'big' in gdb.execute('show endian', to_string=True) else 'little'
    return int.from_bytes(bytes(gdb.selected_inferior().read_memory(address, size)), order)


def word_size():
    return gdb.lookup_type('char').pointer().sizeof


def word(address):
    return number(address, word_size())


def text(address):
    if not address:
        return None
    out = b''
    while b'\0' not in out and len(out) < 4096:
        out += bytes(gdb.selected_inferior().read_memory(address + len(out), 1))
    return out.rstrip(b'\0').decode(errors='replace')


def symbol(name):
    """The address of a symbol of the library, or None."""
    try:
        return int(gdb.parse_and_eval(f'(unsigned long)&{name}'))
    except gdb.error:
        return None


def table():
    """{name: value} of faden__debug."""
    at, found = symbol('faden__debug'), {}
    if at is None:
        raise gdb.GdbError('There are no tasks: the program is not linked with libfaden.')
    while True:
        name = text(at)
        if not name:
            return found
        found[name] = word(at + 24)
        at += 24 + word_size()


# ---- tasks ---------------------------------------------------------------------------------

class Task:
    """One task; `t` is the table."""

    def __init__(self, t, address):
        self.address = address
        self.id = number(address + t['task.id'], 8)
        self.state = number(address + t['task.state'], 1)
        self.name = text(word(address + t['task.name']))
        self.site = text(word(address + t['task.site']))
        self.sp = word(address + t['task.sp'])
        self.low = self.high = 0
        stack = word(address + t['task.stack'])
        if stack and self.state not in (0, DONE):
            self.high = word(stack + t['stack.top'])
            self.low = self.high - (1 << number(stack + t['stack.shift'], 1))
        self.wait = word(address + t['task.wait']) if self.state == PARKED else 0

    def reason(self, t):
        if not self.wait:
            return ''
        what = text(word(word(self.wait + t['wait.reason']) + t['reason.text']))
        thing = word(self.wait + t['wait.object'])
        return f'{what} {thing:#x}' if thing else what


def stacks_of_tasks(t):
    """Addresses of tasks that have a stack."""
    for i in range(t['pool.count']):
        chunk = word(t['pool.classes'] + i * t['class.size'] + t['class.newest'])
        while chunk:
            for k in range(number(chunk + t['chunk.given'], 4)):
                stack = chunk + t['chunk.records'] + k * t['stack.size']
                owner = word(stack + t['stack.owner'])
                if number(stack + t['stack.use'], 1) == t['use.task'] and owner and \
                        word(owner + t['task.stack']) == stack:
                    yield owner
            chunk = word(chunk + t['chunk.next'])


def scopes(t, task):
    """The scopes that are open in a task."""
    domain = word(task + t['task.domain'])
    while domain and word(domain + t['domain.owner']) == task:
        if number(domain + t['domain.kind'], 4) & t['kind.scope']:
            yield domain
        domain = word(domain + t['domain.outer'])


def root_scopes(t):
    for i in range(t['cpus.max']):
        cpu = word(t['cpus'] + i * word_size())
        if cpu:
            yield cpu + t['cpu.root']
            yield word(cpu + t['cpu.runtime']) + t['runtime.root']


def all_tasks(t):
    """All tasks, oldest first: those with a stack, and those in a scope, which may be new."""
    found = {address: Task(t, address) for address in stacks_of_tasks(t)}
    todo = list(root_scopes(t))
    for task in list(found.values()):
        if task.state != DONE:
            todo += scopes(t, task.address)
    for scope in todo:
        address = word(scope + t['scope.first'])
        while address:
            if address not in found:
                found[address] = Task(t, address)
            address = word(address + t['task.younger'])
    return sorted(found.values(), key=lambda task: task.id)


# ---- unwinding -----------------------------------------------------------------------------

class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = (gdb.Value(n).cast(gdb.lookup_type('unsigned long')) for n in (sp, pc))


def frame_layout(architecture):
    layout = FRAMES.get(architecture.name())
    if not layout:
        raise gdb.GdbError(f'Suspended frames of {architecture.name()} are not known here.')
    return layout


class ContextUnwinder(Unwinder):
    """From the newest frame of a thread into a suspended task, while `target` says so; and from the
    floor frame of a coroutine into who resumed it."""

    def __init__(self):
        super().__init__('faden')
        self.target = None  # (pc, sp) of the newest frame, sp of the task

    def __call__(self, pending):
        pc, sp = (int(pending.read_register(name)) & (1 << 8 * word_size()) - 1
                  for name in ('pc', 'sp'))
        if self.target and self.target[0] == (pc, sp):
            return self.suspended(pending, FrameId(self.target[1], pc), self.target[1])
        floor = symbol('faden__context_start')
        if floor and floor <= pc < floor + FLOOR_SIZE and self.in_floor(pc):
            return self.resumer(pending, FrameId(sp, pc), sp)
        return None

    @staticmethod
    def in_floor(pc):
        """No other function lies between. A name with "__" may be shown with '.', as Ada's."""
        return re.match(r'faden(__|\.)context_(start|first)\b',
                        gdb.execute(f'info symbol {pc:#x}', to_string=True))

    @staticmethod
    def suspended(pending, frame_id, sp):
        layout = frame_layout(pending.architecture())
        info = pending.create_unwind_info(frame_id)

        def save(name, value):
            kind = pending.read_register(name).type
            info.add_saved_register(name, gdb.Value(value).cast(kind))
        name, offset = layout['pc']
        save(name, word(sp + offset))
        name, offset = layout['sp']
        save(name, sp + offset)
        for name, offset in layout['saved'].items():
            save(name, word(sp + offset))
        return info

    def resumer(self, pending, frame_id, sp):
        """The coroutine's record is pointed to from the top of its stack."""
        size = word_size()
        for i in range(FLOOR_WORDS):
            try:
                coro = word(sp + i * size)
                low, length, state, resumer_sp = (
                    word(coro + CORO[name] * size) for name in ('stack', 'size', 'state',
                                                                'resumer_sp'))
            except gdb.MemoryError:
                continue
            if low < sp <= low + length:
                if state & 0xffffffff not in CORO_GOES_ON:
                    return None
                return self.suspended(pending, frame_id, resumer_sp)
        return None


UNWINDER = ContextUnwinder()
gdb.unwinder.register_unwinder(None, UNWINDER, replace=True)


# ---- commands ------------------------------------------------------------------------------

def thread_on(task):
    """The thread that runs on the task's stack."""
    before = gdb.selected_thread()
    try:
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            if task.low < int(gdb.newest_frame().read_register('sp')) <= task.high:
                return thread
    finally:
        before.switch()
    return None


def renumbered(out):
    """A backtrace without its first frame."""
    lines = out.split('\n')
    while lines and not lines[0].startswith('#1 '):
        lines.pop(0)
    return '\n'.join(re.sub(r'^#(\d+)( *)', lambda m: f'#{int(m[1]) - 1}'.ljust(len(m[0])), line)
                     for line in lines)


def is_backtrace(command):
    return command.split()[0] in ('bt', 'backtrace', 'where')


def one_more(command):
    """A backtrace of so many frames needs one more, which is not the task's."""
    return re.sub(r'(?<=\s)\d+(?=\s|$)', lambda m: str(int(m[0]) + 1), command)


def execute_suspended(task, command):
    newest = gdb.newest_frame()
    UNWINDER.target = ((int(newest.pc()), int(newest.read_register('sp'))), task.sp)
    try:
        gdb.invalidate_cached_frames()
        first = gdb.newest_frame().older()
        if not first or int(first.read_register('sp')) < task.sp:
            raise gdb.GdbError(f'Task {task.id} cannot be unwound.')
        first.select()
        out = gdb.execute(one_more(command) if is_backtrace(command) else command, to_string=True)
    finally:
        UNWINDER.target = None
        gdb.invalidate_cached_frames()
    gdb.write(renumbered(out) if is_backtrace(command) else out)


def execute_running(task, command):
    thread, before = thread_on(task), gdb.selected_thread()
    if not thread:
        raise gdb.GdbError(f'No thread is on the stack of task {task.id}; see info threads.')
    try:
        thread.switch()
        gdb.execute(command)
    finally:
        before.switch()


def execute_in(task, command):
    if task.state == RUNNING:
        execute_running(task, command)
    elif task.sp and task.low:
        execute_suspended(task, command)
    else:
        gdb.write('It has not begun: there are no frames.\n' if task.state != DONE else
                  'It has ended: there are no frames.\n')


def headline(task):
    return f'Task {task.id} "{task.name or "unnamed"}", {STATES[task.state]}'


class InfoTasks(gdb.Command):
    """List the tasks of faden: number, state, name, where spawned, what each waits for."""

    def __init__(self):
        super().__init__('info tasks', gdb.COMMAND_STATUS)

    def invoke(self, _argument, _from_tty):
        t = table()
        tasks = all_tasks(t)
        if not tasks:
            gdb.write('No tasks: faden_run is not going on.\n')
            return
        sp = int(gdb.newest_frame().read_register('sp'))
        gdb.write('  Id     State    Name              Spawned at\n')
        for task in tasks:
            mark = '*' if task.state == RUNNING and task.low < sp <= task.high else ' '
            line = f'{mark} {task.id:<6} {STATES[task.state]:<8} {task.name or "-":<17} {task.site}'
            if task.wait:
                line += f'\n         waits for {task.reason(t)}'
            gdb.write(line + '\n')


class TaskCommand(gdb.Command):
    """Run a gdb command in the frames of a task of faden: task NUMBER COMMAND"""

    def __init__(self):
        super().__init__('task', gdb.COMMAND_STACK, gdb.COMPLETE_NONE, True)

    def invoke(self, argument, _from_tty):
        m = re.match(r'(\d+)\s+(\S.*)$', argument)
        if not m:
            raise gdb.GdbError('Usage: task NUMBER COMMAND')
        for task in all_tasks(table()):
            if task.id == int(m[1]):
                execute_in(task, m[2])
                return
        raise gdb.GdbError(f'There is no task {m[1]}.')


class TaskApply(gdb.Command):
    """Run a gdb command in the frames of tasks of faden: task apply all|NUMBER... COMMAND"""

    def __init__(self):
        super().__init__('task apply', gdb.COMMAND_STACK)

    def invoke(self, argument, _from_tty):
        m = re.match(r'(all|\d+(?:\s+\d+)*)\s+(\D.*)$', argument)
        if not m:
            raise gdb.GdbError('Usage: task apply all|NUMBER... COMMAND')
        for task in all_tasks(table()):
            if m[1] != 'all' and str(task.id) not in m[1].split():
                continue
            gdb.write(f'\n{headline(task)}\n')
            try:
                execute_in(task, m[2])
            except gdb.error as error:
                gdb.write(f'{error}\n')


InfoTasks()
TaskCommand()
TaskApply()
