# SPDX-License-Identifier: MIT
"""What tests/sim/mutate breaks."""

# Files in which each seq_cst is weakened.
ORDERINGS = ['src/sched/deque.h', 'src/sched/inbox.c', 'src/sched/idle.c', 'src/sched/hope.h',
             'src/sched/steal.c', 'src/sched/park.c', 'src/sched/domain.c', 'src/sched/stop.c',
             'src/sched/sched.c', 'src/sched/join.c', 'src/sched/run.c', 'src/sched/spin.c',
             'src/sched/table.h', 'src/sched/move.h']

# path, text (once in the file), what it becomes, what is broken
EDITS = [
    ('src/sched/sched.c', '        set_state(to, FADEN_TASK_RUNNING);\n        prefetch(',
     '        prefetch(', 'invariant 1: the next task is not RUNNING'),
    ('src/sched/sched.c',
     '    set_state(self, FADEN_TASK_PARKED);\n    if (self->flags', '    if (self->flags',
     'invariants 1, 4: who parks is still RUNNING'),
    ('src/sched/sched.h', '    ready_arrow(cpu, t);\n    queue_push(&cpu->ready, t);',
     '    ready_arrow(cpu, t);', 'invariant 2: a task that is made ready is in no queue'),
    ('src/sched/slot.c',
     '    else /* so it stays empty until one of the others has had its turn */\n'
     '        queue_push(&cpu->ready, t);', '    else\n        queue_push_first(&cpu->ready, t);',
     'the slot has no cap: who talks starves who yields'),
    ('src/sched/slot.c', '        queue_push_first(&cpu->ready, t);', '        ;',
     'invariant 2: a task that is put into the slot is in no queue'),
    ('src/sched/share.c', '    domain_refresh(t);\n', '',
     'a task that is given away misses the end of its scope'),
    ('src/sched/share.c', 't->wait != &faden__roams) {', '!(t->flags & TASK_MOVABLE)) {',
     'a movable task is given away that has yielded'),
    ('src/sched/share.c',
     'was & ~(uint32_t)PLACE_CPU) | to->index))\n        ;',
     'was & ~(uint32_t)PLACE_CPU) | from->index))\n        ;',
     'a task that is given away does not say where it is'),
    ('src/sched/sched.c', '    self->sp = own_sp;\n    self->wait = w;', '    self->wait = w;',
     'invariant 3: a parked task\'s stack pointer is an old one'),
    ('src/sched/sched.c', '        cpu->handed_over = lock;\n'
     '        return hand_over(cpu, self, next_task(cpu), true);',
     '        lock_release(cpu, lock);\n'
     '        return hand_over(cpu, self, next_task(cpu), false);',
     'invariant 4: the lock is not handed over, but opened before the switch'),
    ('src/sched/sched.c', '            let_loose(cpu);\n        lock_release(cpu, lock);',
     '            let_loose(cpu);\n        cpu->depth--;',
     'invariant 5: finish_switch does not open the lock'),
    ('src/sched/sched.c', '            let_loose(cpu);\n        lock_release(cpu, lock);',
     '            let_loose(cpu);\n        lock_open(lock);',
     'invariant 4: the preempt depth is not lowered by who is resumed'),
    ('src/sched/sched.c', '    if (lock)\n        lock_release(cpu, lock);\n'
     '    next = queue_pop(&cpu->ready);',
     '    next = queue_pop(&cpu->ready);\n    if (lock)\n        cpu->depth--;',
     'invariant 4: a lock is still held behind the switch'),
    ('src/sync/cond.c', '    waitlist_join(&c->waiters, &me);\n    faden_mutex_unlock(m);',
     '    lock_release(cpu, &c->lock);\n    faden_mutex_unlock(m);\n'
     '    lock_acquire(cpu, &c->lock);\n    waitlist_join(&c->waiters, &me);',
     'invariant 6: the waiter is not on its list before the mutex is free'),
    ('src/sched/park.h', '    return !exchange_acq_rel(&w->claimed, 1);',
     '    if (load_relaxed(&w->claimed))\n        return false;\n'
     '    store_relaxed(&w->claimed, 1);\n    return true;',
     'invariant 6: two can claim a wait'),
    ('src/sched/inbox.c', '    if (!first && load_seq_cst(&cpu->sleeping))\n        rouse',
     '    if (0)\n        rouse', 'invariant 8: who pushes does not kick'),
    ('src/sched/idle.c', '    if (!load_seq_cst(&cpu->inbox) && !others_offer(cpu)) {',
     '    if (!others_offer(cpu)) {', 'invariant 8: no second look at the inbox'),
    ('src/sched/idle.c', '    if (!load_seq_cst(&cpu->inbox) && !others_offer(cpu)) {',
     '    if (!load_seq_cst(&cpu->inbox)) {', 'invariant 8: no second look at what others offer'),
    ('src/sched/idle.c', '    int64_t t = wheel_next_time(&cpu->timers);',
     '    int64_t t = FADEN_FOREVER;', 'invariant 8: no look at the timers'),
    ('src/sched/idle.c', '    store_seq_cst(&cpu->sleeping, CPU_ASLEEP);\n'
     '    fetch_add_seq_cst(&rt->idlers, 1);\n'
     '    if (!load_seq_cst(&cpu->inbox) && !others_offer(cpu)) {\n',
     '    if (!load_seq_cst(&cpu->inbox) && !others_offer(cpu)) {\n'
     '        store_seq_cst(&cpu->sleeping, CPU_ASLEEP);\n'
     '        fetch_add_seq_cst(&rt->idlers, 1);\n',
     'invariant 8: it looks first and announces then'),
    ('src/sched/run.c', '            if (rt->cpus[i] != cpu)\n'
     '                platform_kick(&rt->cpus[i]->platform);\n', '            ;\n',
     'invariant 8: who ends the run does not kick'),
    ('src/sched/idle.c', '        store_release(&rt->reporting, 0);', '        ;',
     'who reports a deadlock never ends that'),
    ('src/sched/idle.c', '    hope_again(cpu);\n    if (exchange_acq_rel',
     '    if (exchange_acq_rel', 'a cpu that steals says that it has no hope'),
    ('src/sched/hope.h',
     '    store_release(&cpu->wants_stack, cpu->stack_wait.first != NULL);\n', '',
     'who gives up hope does not say that a task wants a stack'),
    ('src/sched/idle.c', '    if (!all_hopeless(cpu->runtime, &now) || now != sum)',
     '    (void)now, (void)sum;\n    if (0)', 'a deadlock is reported twice'),
    ('src/sched/idle.c', '    on_cpu_of_caller(find_stack, t);\n', '',
     'a stack that lies in the cache of another cpu is not found'),
    ('src/sched/deadlock.c', '    on_cpu_of_caller(end_all_waits, &some);',
     '    end_all_waits(rt, &some);', 'the cpus do not hold still for who ends all waits'),
    ('src/sched/hope.h', '    return first == again;\n',
     '    for (i = 0; i < rt->n; i++)\n        if (!(load_seq_cst(&rt->cpus[i]->hope) & 1))\n'
     '            return false;\n    return true;\n',
     'whoever looks for hope asks twice, but not whether there was some in between'),
    ('src/sched/hope.h',
     '        if (load_seq_cst(&rt->cpus[i]->inbox) || deque_offers(&rt->cpus[i]->offers))\n'
     '            return false;\n        again += load_relaxed(&rt->cpus[i]->hope);\n',
     '        again += load_relaxed(&rt->cpus[i]->hope);\n'
     '        if (load_seq_cst(&rt->cpus[i]->inbox) || deque_offers(&rt->cpus[i]->offers))\n'
     '            return false;\n',
     'whoever looks for hope looks into the inboxes last'),
    ('src/sched/inbox.c', 'exchange_acq_rel(&cpu->inbox, NULL)',
     'faden_sim_exchange(&cpu->inbox, NULL, SIM_CORE(__ATOMIC_ACQUIRE))',
     'who takes its inbox does not publish that it has hope again'),
    ('src/sched/deque.h', '    return cas_seq_cst(&d->top, &t, t + 1) ? task : NULL;',
     '    store_seq_cst(&d->top, t + 1);\n    return task;',
     'invariant 9: two thieves get one task'),
    ('src/sched/deque.h', '    if (!cas_seq_cst(&d->top, &t, t + 1))\n        task = NULL;',
     '    store_seq_cst(&d->top, t + 1);',
     'invariant 9: owner and thief get one task'),
    ('src/sched/park.c', '        inbox_push(home, t);', '        make_ready(home, t);',
     'invariant 9: another cpu touches the ready queue'),
    ('src/sync/sem.c', '    lock_release(cpu, &s->lock); /* who was served may free it: no touch '
     'from here */\n    if (w)\n        hand(cpu, w, 0);',
     '    if (w)\n        hand(cpu, w, 0);\n    lock_release(cpu, &s->lock);',
     'invariant 10: a semaphore is touched after its hand-over'),
    ('src/sched/table.h', '    while (load_seq_cst(&faden__cpus_visitors))\n'
     '        platform_thread_wait(NULL, 0, 0);\n', '',
     'invariant 10: a cpu\'s record ends under who looks through the table'),
    ('src/sched/run.c', '    wait_for_others(cpu->runtime);\n    scope_release',
     '    scope_release', 'invariant 10: a cpu ends under another one that may kick it'),
    ('src/sync/mutex.c', '    lock_release(cpu, &m->lock); /* who gets it may free it: no touch '
     'from here */\n    if (w)\n        hand(cpu, w, 0);',
     '    if (w)\n        hand(cpu, w, 0);\n    lock_release(cpu, &m->lock);',
     'invariant 10: a mutex is touched after its hand-over'),
    ('src/sched/park.c', '    platform_barrier();\n', '', 'alone: no barrier in the cpus'),
    ('src/sched/park.c', 'while (cpu && load_acquire(&cpu->depth) & (DEPTH_USER - 1))',
     'while (0)', 'alone: sections that began alone are not waited for'),
    ('src/sched/lock.h', '    depth_raise(cpu);\n    if (!shared())\n        return true;\n'
     '    depth_lower(cpu);\n    return false;\n}\n\n'
     'static inline void alone_end(struct cpu *cpu)\n{\n'
     '    ASSERT(!load_relaxed(&faden__settled), '
     '"alone_end: who comes has waited for the section");\n    depth_lower(cpu);\n',
     '    (void)cpu;\n    return !shared();\n}\n\n'
     'static inline void alone_end(struct cpu *cpu)\n{\n    (void)cpu;\n'
     '    ASSERT(!load_relaxed(&faden__settled), '
     '"alone_end: who comes has waited for the section");\n',
     'alone: a section without a lock does not say that it goes on'),
    ('src/sched/join.c', '    if (unlikely(shared() || !alone_begin(cpu)))\n'
     '        return exchange_acq_rel(&t->joiner, w);\n    was = load_relaxed(&t->joiner);\n'
     '    store_relaxed(&t->joiner, w);\n    alone_end(cpu);\n',
     '    if (shared())\n        return exchange_acq_rel(&t->joiner, w);\n    (void)cpu;\n'
     '    was = load_relaxed(&t->joiner);\n    store_relaxed(&t->joiner, w);\n',
     'alone: the joiner is exchanged while a thread comes'),
    ('src/sched/park.h', '    depth_raise(cpu);\n    won = claim(w);\n    depth_lower(cpu);\n',
     '    (void)cpu;\n    if (shared())\n        return !load_relaxed(&w->claimed) && '
     '!exchange_acq_rel(&w->claimed, 1);\n'
     '    won = !load_relaxed(&w->claimed);\n    store_relaxed(&w->claimed, 1);\n',
     'alone: a wait is claimed while a thread comes'),
    ('src/sched/spawn.c', ' || !goes_on(cpu, s) ||', ' ||',
     'a task is born into a scope that has ended'),
    ('src/sched/join.c', ' || s->live == 1)) {', ')) {',
     'the last end of a scope is told to nobody'),
    ('src/sched/sched.c', '    cpu->left = cpu->current;\n',
     '    task_mark(cpu->current, PLACE_LOOSE);\n',
     'movable: it is loose while its cpu is still on its stack'),
    ('src/sched/move.h',
     '    } while (!cas_seq_cst(&t->place, &was, was & ~(uint32_t)PLACE_LOOSE));\n',
     '    } while (0);\n', 'movable: its cpu ends its wait and leaves it loose'),
    ('src/sched/move.h', ' && !t->wait->outside', '',
     'movable: it moves while it waits for outside'),
    ('src/sched/move.h', ' && !t->wait->stays', '',
     'movable: it moves while its cpu has its timer'),
    ('src/sched/move.h', '           t->domain->owner != t && ', '           ',
     'movable: it moves with a timeout or a scope of its own open'),
    ('src/sched/park.c', '    if (from->runtime != cpu->runtime)\n        return false;\n', '',
     'movable: a cpu of another run takes it along'),
    ('src/sched/park.c', '    fetch_add_relaxed(&cpu->coming, 1);\n    domain_refresh(t);\n',
     '    fetch_add_relaxed(&cpu->coming, 1);\n',
     'movable: who takes it along does not look whether it has ended'),
    ('src/sched/park.c', '    } while (!cas_seq_cst(&t->place, &was,\n'
     '                          (was & ~(uint32_t)(PLACE_CPU | PLACE_LOOSE)) | cpu->index));\n',
     '    } while (0);\n'
     '    store_relaxed(&t->place, (was & ~(uint32_t)(PLACE_CPU | PLACE_LOOSE)) | cpu->index);\n',
     'movable: who takes it along does not see that its cpu holds it'),
    ('src/sched/sched.c', '    if (self->flags & TASK_LONG_WAYS)\n'
     '        store_relaxed(&self->wait->home, NULL); '
     '/* who wakes it looks where it is (park.c) */\n',
     '', 'movable, urgent: who wakes it takes the short way'),
    ('src/sched/park.h', '        struct cpu *now = mycpu_after_wait();\n',
     '        struct cpu *now = cpu;\n',
     'invariant 7: after a wait it believes to be on the cpu where it was before'),
    ('src/sched/steal.c', '    if (load_relaxed(&t->place) & PLACE_PINNED) {\n', '    if (0) {\n',
     'pinned: it is offered to others'),
    ('src/sched/spawn.c', '        *home = rt->cpus[attr->cpu - 1];\n', '        ;\n',
     'pinned: it is born where it was spawned'),
    ('src/sched/turn.h', '    cpu->kept_next = !kept;\n', '    cpu->kept_next = true;\n',
     'pinned: what is offered waits until no pinned one is left'),
    ('src/sched/next.h', 'if (cpu->urgent_run >= URGENT_RUN && (', 'if (0 && (',
     'urgent: the others starve'),
    ('src/sched/next.h', '        if (t->state == FADEN_TASK_READY || start(cpu, t)) {\n'
     '            cpu->urgent_run++;\n',
     '        if (t->state == FADEN_TASK_READY || start(cpu, t)) {\n'
     '            cpu->urgent_run = URGENT_RUN;\n',
     'urgent: it takes turns with the others'),
    ('src/sched/sched.h', '    cpu->attention |= ATTEND_URGENT;\n', '    ;\n',
     'urgent: nobody looks for it'),
    ('src/sched/park.c',
     '    if (t->flags & TASK_URGENT)\n        make_urgent(cpu, t);\n    else\n', '',
     'urgent: who wakes it puts it among the others'),
]

# path, part of the change or of the line, why the simulator does not see it
AT_ONCE = 'in each model a read-modify-write takes the newest and is done at once for all; ' \
          'it publishes '
MISSED = [
    ('src/sched/move.h', 'while its cpu has its timer',
     'equivalent for a sleep: only its own cpu ends that; it is for descriptors'),
    ('src/sched/move.h', 'while it waits for outside',
     'what is outside is a plain thread here, and takes nobody along; there are no descriptors'),
    ('src/sched/run.c', 'a cpu ends under another one',
     'virtual cpus have no descriptor that is closed, and their records lie in one block that '
     'lasts; under Linux it matters'),
    ('src/sched/inbox.c', 'a cpu may end under a thread',
     'the same; `idle.pml` has that mutant, and Spin rejects it'),
    ('src/sched/join.c', 'cas_relaxed(&t->joiner', AT_ONCE + 'nothing: it takes back'),
    ('src/sched/stop.c', 'exchange_relaxed(&cpu->noted',
     AT_ONCE + 'what a read-modify-write made'),
    ('src/sched/stop.c', 'cas_relaxed(&rt->stop', AT_ONCE + 'nothing'),
    ('src/sched/domain.c', 'cas_relaxed(&to->visits',
     AT_ONCE + 'a scope whose members are plain memory, under its lock'),
    ('src/sched/domain.c', 'exchange_relaxed(&cpu->visits', 'likewise'),
    ('src/sched/domain.c', 'load_acquire(&d->ended',
     'equivalent for a new task, which is marked; for the owner: it stores that itself'),
    ('src/sched/domain.c', 'store_release(&d->ended',
     'equivalent: the lock of the scope, or the mark, is a read-modify-write that follows'),
    ('src/sched/table.h', 'cas_relaxed(&faden__cpus',
     AT_ONCE + 'a record that the barrier publishes'),
    ('src/sched/park.c', 'load_acquire(&faden__cpus[i]',
     'equivalent where there is a barrier: it has told of all; seq_cst is for worlds without'),
    ('src/sched/sched.c', 'opened before the switch',
     'equivalent: a wake takes effect on the waiter\'s own cpu, which is still in the park'),
    ('src/sync/mutex.c', 'after its hand-over',
     'equivalent: who was woken needs its lock before it is through'),
    ('src/sched/deque.h', 'cas_relaxed(&d->top, &t, t + 1))',
     'equivalent for the owner: ' + AT_ONCE + 'nothing'),
    ('src/sched/deque.h', 'cas_relaxed(&d->top, &t, t + 1) ?',
     'the slot must be read before: late loads are in no model here; `deque.pml` has that mutant'),
    ('src/sched/idle.c', 'store_release(&cpu->sleeping, CPU_ASLEEP);',
     'equivalent among peers: the increment of idlers follows, and empties the buffer'),
    ('src/sched/idle.c', 'fetch_add_relaxed(&rt->idlers, 1)',
     AT_ONCE + 'nothing, and the load of the inbox waits for `sleeping`'),
    ('src/sched/idle.c', 'fetch_add_relaxed(&rt->idlers, (uint32_t)-1)',
     'equivalent: one idler too many makes others look for a sleeper in vain'),
    ('src/sched/idle.c', 'cas_relaxed(&rt->reporting',
     AT_ONCE + 'nothing: what others did while they reported is looked at again, by seq_cst loads'),
    ('src/sched/steal.c', 'cas_relaxed(&other->sleeping',
     AT_ONCE + 'nothing that the kick does not'),
    ('src/sched/steal.c', 'cas_relaxed(&rt->searchers', AT_ONCE + 'nothing'),
    ('src/sched/steal.c', 'cas_relaxed(&t->place', AT_ONCE + 'nothing: the task is the thief\'s'),
    ('src/sched/park.c', 'load_acquire(&t->place',
     'equivalent: who has claimed the wait knows where it began; if it does not see the mark, the '
     'task goes through the inbox of its cpu; if that has taken it away, the cas fails'),
    ('src/sched/park.c', 'cas_relaxed(&t->place', AT_ONCE + 'nothing: what the task wrote is under '
     'the lock or was claimed'),
    ('src/sched/park.c', 'fetch_add_relaxed(&faden__cpus_visitors',
     'equivalent where there is a barrier, which follows; seq_cst is for worlds without'),
    ('src/sched/domain.c', 'cas_relaxed(&t->place', AT_ONCE + 'a mark that is the word itself'),
    ('src/sched/move.h', 'load_acquire(&t->place',
     'equivalent: a cpu knows its own marks, and what others made of them the cas finds'),
    ('src/sched/move.h', 'cas_relaxed(&t->place', AT_ONCE + 'nothing'),
    ('src/sched/domain.c', 'load_acquire(&owner->place',
     'equivalent: `place` is marked by read-modify-writes, and a task asks for its own'),
    ('src/sched/domain.c', 'load_acquire(&t->place',
     'equivalent: who takes a task for new marks its place, by a read-modify-write, which has the '
     'newest'),
    ('src/sched/sched.c', 'load_acquire(&t->place',
     'equivalent: who starts the task has written its place last, or the mark is newer, and then '
     'the round comes here'),
]

# The same, where there is no argument: not noticed so far.
OPEN = []
