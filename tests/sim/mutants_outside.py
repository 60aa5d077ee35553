#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Mutants of the scheduler by someone who did not write the simulator.

Each is a path, a text that stands in that file once, what it becomes, and what that breaks. Run as
a program, it sees that they still apply."""
import os
import sys

from mutations import EDITS

OUTSIDE = [
    ('src/sched/join.c',
     '    *release = false;\n    store_release(&w->object, NULL);\n',
     '    store_release(&w->object, NULL);\n',
     'a task whose joiner has just been cancelled gives its record back: nobody may join it again'),
    ('src/sched/join.c',
     '    *release = false;\n    store_release(&w->object, NULL);\n',
     '    *release = false;\n',
     'a cancelled joiner is not told that the task has unlinked it'),
    ('src/sched/stop.c',
     '    store_seq_cst(&cpu->noted, 0);\n    hold_still(cpu);\n',
     '    hold_still(cpu);\n    store_seq_cst(&cpu->noted, 0);\n',
     'a note that comes while the cpu looks is forgotten'),
    ('src/sched/steal.c',
     '    } while (load_seq_cst(&rt->idlers) && '
     '(deque_offers(&cpu->offers) || others_offer(cpu)));\n',
     '    } while (false);\n',
     'a summoner that finds nobody asleep does not look again: an offer that relied on it is '
     'missed'),
    ('src/sched/deque.h',
     '    if (b != t)\n        return task;\n    if (!cas_seq_cst(&d->top, &t, t + 1))\n'
     '        task = NULL;\n    store_relaxed(&d->bottom, b + 1);\n    return task;\n',
     '    return task;\n',
     'the owner takes the last new task without asking whether a thief has it'),
    ('src/sched/park.h',
     '        lock_acquire(now, lock);\n        waitlist_leave(me);\n'
     '        lock_release(now, lock);\n',
     '        (void)now;\n',
     'an ended waiter leaves its frame and stays on the list'),
    ('src/sched/inbox.c',
     '    fetch_add_acq_rel(&cpu->guests, 1);\n    push(cpu, t);\n'
     '    fetch_add_acq_rel(&cpu->guests, (uint32_t)-1);\n',
     '    push(cpu, t);\n',
     'a cpu may end under a thread that has pushed the last task and is about to kick'),
    ('src/sched/hope.h',
     '    return first == again;\n',
     '    return true;\n',
     'a cpu that was woken between two looks counts as without hope: deadlock is cried too early'),
    ('src/sched/spawn.c',
     '        runtime_hold(cpu->runtime);\n',
     '        ;\n',
     'a part of the root scope that fills again does not hold the run: it ends under its tasks'),
    ('src/sync/cond.c',
     '    waitlist_join(&c->waiters, &me);\n    faden_mutex_unlock(m);\n'
     '    result = park(cpu, &w, &c->lock);\n',
     '    lock_release(cpu, &c->lock);\n    faden_mutex_unlock(m);\n    cpu = mycpu();\n'
     '    lock_acquire(cpu, &c->lock);\n    waitlist_join(&c->waiters, &me);\n'
     '    result = park(cpu, &w, &c->lock);\n',
     'a signal between the unlock of the mutex and the join is lost'),
    ('src/sync/barrier.c',
     'wake_taken(cpu, others, all ? 0 : AGAIN);',
     'wake_taken(cpu, others, 0);',
     'a barrier lets go with one party too few when one was ended just then'),
    ('src/sync/rwlock.c',
     '    return !l->writer && !l->waiting_writers.first;\n',
     '    return !l->writer;\n',
     'readers overtake a writer that waits: it starves'),
]


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
    wrong = 0
    for path, text, becomes, what in OUTSIDE + EDITS:
        with open(os.path.join(root, path), encoding='utf-8') as f:
            count = f.read().count(text)
        if count != 1 or text == becomes:
            print(f'{path}: {what}: its text stands there {count} times')
            wrong = 1
    return wrong


if __name__ == '__main__':
    sys.exit(main())
