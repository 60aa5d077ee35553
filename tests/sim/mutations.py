# SPDX-License-Identifier: MIT
"""What tests/sim/mutate breaks."""

# Files in which each seq_cst is weakened.
ORDERINGS = ['src/sched/deque.h', 'src/sched/inbox.c', 'src/sched/idle.c', 'src/sched/steal.c',
             'src/sched/park.c']

# path, text (once in the file), what it becomes, what is broken
EDITS = [
    ('src/sched/sched.h', '    set_state(t, FADEN_TASK_READY);\n    queue_push(&cpu->ready, t);',
     '    set_state(t, FADEN_TASK_READY);',
     'invariant 2: a task that is made ready is in no queue'),
    ('src/sched/sched.c', '    self->sp = own_sp;\n    self->wait = w;', '    self->wait = w;',
     'invariant 3: a parked task\'s stack pointer is an old one'),
    ('src/sched/sched.c', '        cpu->handed_over = lock;\n'
     '        return hand_over(cpu, self, next_task(cpu), true);',
     '        lock_release(cpu, lock);\n'
     '        return hand_over(cpu, self, next_task(cpu), false);',
     'invariant 4: the lock is not handed over, but opened before the switch'),
    ('src/sched/sched.c', '        cpu->handed_over = NULL;\n        lock_release(cpu, lock);',
     '        cpu->handed_over = NULL;\n        cpu->depth--;',
     'invariant 5: finish_switch does not open the lock'),
    ('src/sync/cond.c', '    waitlist_join(&c->waiters, &me);\n    faden_mutex_unlock(m);',
     '    lock_release(cpu, &c->lock);\n    faden_mutex_unlock(m);\n'
     '    lock_acquire(cpu, &c->lock);\n    waitlist_join(&c->waiters, &me);',
     'invariant 6: the waiter is not on its list before the mutex is free'),
    ('src/sched/park.h', '    return !exchange_acq_rel(&w->claimed, 1);',
     '    if (load_relaxed(&w->claimed))\n        return false;\n'
     '    store_relaxed(&w->claimed, 1);\n    return true;',
     'invariant 6: two can claim a wait'),
    ('src/sched/inbox.c', '    if (load_seq_cst(&cpu->sleeping))\n        platform_kick',
     '    if (0)\n        platform_kick', 'invariant 8: who pushes does not kick'),
    ('src/sched/idle.c', '    if (!load_seq_cst(&cpu->inbox) && !others_offer(cpu) &&',
     '    if (!others_offer(cpu) &&', 'invariant 8: no second look at the inbox'),
    ('src/sched/idle.c', '    if (!load_seq_cst(&cpu->inbox) && !others_offer(cpu) &&',
     '    if (!load_seq_cst(&cpu->inbox) &&', 'invariant 8: no second look at what others offer'),
    ('src/sched/idle.c', ' && !load_seq_cst(&rt->over)) {', ') {',
     'invariant 8: no second look whether the run is over'),
    ('src/sched/idle.c', '    hope_again(cpu);\n    if (exchange_seq_cst',
     '    if (exchange_seq_cst', 'a cpu that steals says that it has no hope'),
    ('src/sched/idle.c', '        again = !all_hopeless(rt) || end_somehow(cpu, others);',
     '        again = end_somehow(cpu, others);', 'a deadlock is reported twice'),
    ('src/sched/idle.c', 'for (look = 0; look < 2; look++)', 'for (look = 1; look < 2; look++)',
     'the look for hope is not repeated'),
    ('src/sched/deque.h', '    return cas_seq_cst(&d->top, &t, t + 1) ? task : NULL;',
     '    store_seq_cst(&d->top, t + 1);\n    return task;',
     'invariant 9: two thieves get one task'),
    ('src/sched/deque.h', '    if (!cas_seq_cst(&d->top, &t, t + 1))\n        task = NULL;',
     '    store_seq_cst(&d->top, t + 1);',
     'invariant 9: owner and thief get one task'),
    ('src/sync/mutex.c', '    lock_release(cpu, &m->lock); /* who gets it may free it: no touch '
     'from here */\n    if (w)\n        wake(cpu, w, 0);',
     '    if (w)\n        wake(cpu, w, 0);\n    lock_release(cpu, &m->lock);',
     'invariant 10: a mutex is touched after its hand-over'),
    ('src/sched/park.c', '    platform_barrier();\n', '', 'alone: no barrier in the cpus'),
    ('src/sched/park.c', 'while (cpu && load_acquire(&cpu->depth) & (DEPTH_USER - 1))',
     'while (0)', 'alone: sections that began alone are not waited for'),
]

# path, part of the description, why the simulator cannot see it
MISSED = []
