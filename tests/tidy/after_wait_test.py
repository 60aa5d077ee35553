#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the rule of after_wait.py finds, and what it leaves alone."""
import sys

from after_wait import findings

# source, lines with a finding
CASES = [
    ('the variable', '''
int f(faden_cond *c)
{
    struct cpu *cpu = mycpu();
    result = park(cpu, &w, &c->lock);
    lock_acquire(cpu, &c->lock);
    lock_release(cpu, &c->lock);
}
''', [6, 7]),
    ('asked again', '''
int f(faden_cond *c)
{
    faden_mutex_lock(&m);
    lock_acquire(mycpu(), &c->lock);
}
''', [5]),
    ('asked in the right way', '''
int f(faden_cond *c)
{
    struct cpu *cpu = mycpu();
    result = park(cpu, &w, &c->lock);
    cpu = mycpu_after_wait();
    lock_acquire(cpu, &c->lock);
}
''', []),
    ('nothing behind it; the next function is another one', '''
int f(faden_cond *c)
{
    struct cpu *cpu = mycpu();
    if (x)
        return wait_in(cpu, &me, &c->waiters, &c->lock);
    lock_release(cpu, &c->lock);
}

void g(void)
{
    struct cpu *cpu = mycpu();
}
''', []),
    ('in a static function, which may be expanded', '''
static void leave(faden_cond *c)
{
    lock_acquire(mycpu(), &c->lock);
}

static int wait(struct cpu *cpu)
{
    return park(cpu, &w, NULL);
}

int f(faden_cond *c)
{
    int err = wait(mycpu());
    leave(c);
}
''', [15]),
    ('in one that is not', '''
static __attribute__((noinline)) void leave(faden_cond *c)
{
    lock_acquire(mycpu(), &c->lock);
}

int f(faden_cond *c)
{
    faden_sem_wait(&s);
    leave(c); /* asks for the cpu itself */
}
''', []),
]

failed = False
for what, source, lines in CASES:
    got = [n for n, _ in findings(source.split('\n'))]
    if got != lines:
        print(f'{what}: lines {got}, not {lines}')
        failed = True
sys.exit(failed)
