/* SPDX-License-Identifier: MIT */
/* Birth of tasks. */
#include "sched/spawn.h"

#include "frame.h"

#include "context/context.h"
#include "sched/domain.h"
#include "sched/park.h"
#include "sched/preempt.h"
#include "sched/record.h"

/* The first task in a cpu's part of the root scope: the run goes on because of it. The part's lock
   is held. */
static void hold_for(faden_scope *part)
{
    struct cpu *cpu = (struct cpu *)((char *)part - offsetof(struct cpu, root));
    if (!cpu->holds) {
        cpu->holds = true;
        runtime_hold(cpu->runtime);
    }
}

static inline void scope_link(faden_scope *s, faden_task *t)
{
    t->younger = NULL;
    t->older = s->last;
    if (s->last)
        s->last->younger = t;
    else
        s->first = t;
    s->last = t;
    s->live++;
}

static void scope_add(faden_scope *s, faden_task *t)
{
    if (unlikely(s->live == 0 && !s->domain.owner))
        hold_for(s);
    scope_link(s, t);
}

static int take_stack(struct cpu *cpu, faden_task *t, unsigned shift)
{
    t->stack = cpu ? stack_get(&cpu->stacks, shift) : stack_get_slow(NULL, shift);
    if (!t->stack)
        return -ENOMEM;
    t->stack->use = STACK_TASK;
    t->stack->owner = t;
    return 0;
}

/* Nothing has ended that ends waits in `s`. Where its opener asks and has opened nothing within it,
   the opener's flag tells. false: perhaps. */
static inline bool goes_on(const struct cpu *cpu, const faden_scope *s)
{
    const faden_task *owner = s->domain.owner;
    if (likely(!owner))
        return !load_seq_cst(&s->domain.outer->ended);
    return owner == cpu->current && owner->domain == &s->domain && !(owner->flags & TASK_ENDED) &&
           !load_relaxed(&s->domain.ended);
}

/* What ends waits in `s`: 0 or the code. */
static inline int scope_code(const struct cpu *cpu, faden_scope *s)
{
    const faden_task *owner = s->domain.owner;
    struct faden__domain *decider;
    if (likely(cpu && goes_on(cpu, s)))
        return 0;
    return owner ? domain_code(owner, &s->domain, &decider)
                 : (int)load_seq_cst(&s->domain.outer->ended);
}

static uint64_t number_outside(struct cpu *cpu, struct runtime *rt)
{
    uint64_t id;
    lock_acquire(cpu, &faden__runs_lock);
    id = rt->next_id++;
    lock_release(cpu, &faden__runs_lock);
    return id;
}

static void more_numbers(struct cpu *cpu, struct runtime *rt)
{
    lock_acquire(cpu, &faden__runs_lock);
    cpu->next_id = rt->next_id;
    cpu->last_id = rt->next_id += 64;
    lock_release(cpu, &faden__runs_lock);
}

/* There is one. */
static inline uint64_t number_take(struct cpu *cpu)
{
    cpu->spawned++;
    return cpu->next_id++;
}

static inline uint64_t number(struct cpu *cpu)
{
    if (unlikely(cpu->next_id == cpu->last_id))
        more_numbers(cpu, cpu->runtime);
    return number_take(cpu);
}

/* Put the new task into the scope, unless that has ended. */
static inline int born(struct cpu *cpu, faden_scope *s, faden_task *t)
{
    int code;
    lock_acquire(cpu, &s->lock);
    code = scope_code(cpu, s);
    if (likely(!code))
        scope_add(s, t);
    lock_release(cpu, &s->lock);
    return code;
}

/* The same by others than the run's cpus, which do not hold still for who looks at the tree. */
static __attribute__((noinline)) int born_outside(struct cpu *cpu, struct runtime *rt,
                                                  faden_scope *s, faden_task *t)
{
    int code;
    lock_acquire(cpu, &rt->tree_lock);
    rt->born_outside++;
    code = born(cpu, s, t);
    lock_release(cpu, &rt->tree_lock);
    return code;
}

static inline void fill(faden_task *t, const struct cpu *home, void *(*fn)(void *), void *arg,
                        unsigned shift, const char *site)
{
    t->sp = NULL;
    t->fp_control = fp_control_now();
    t->stack = NULL;
    t->shift = (uint16_t)shift;
    t->error = 0;
    t->state = FADEN_TASK_NEW;
    t->flags = 0;
    store_relaxed(&t->place, home->index);
    t->since = load_relaxed(&home->since);
    t->fn = fn;
    t->arg = arg;
    t->name = NULL;
    t->site = site;
}

/* Where a task goes that somebody outside of the run spawns into `s`. */
static struct cpu *home_for_outside(struct runtime *rt, const faden_scope *s)
{
    return s->domain.owner ? faden__cpus[task_cpu(s->domain.owner)]
                           : rt->cpus[fetch_add_relaxed(&rt->turn_outside, 1) % rt->n];
}

/* ---- attributes: all that a spawn without them need not look at --------------------------- */

static __attribute__((noinline)) int heed(struct runtime *rt, faden_task **task,
                                          const faden_task_attr *attr, struct cpu **home,
                                          int *shift)
{
    if ((attr->detached && task) || attr->cpu > rt->n || (attr->cpu && attr->movable))
        return -EINVAL;
    if (attr->cpu)
        *home = rt->cpus[attr->cpu - 1];
    *shift = attr->stack_size ? stack_shift_for(attr->stack_size) : (*home)->stacks.shift;
    if (*shift < 0)
        return -EINVAL;
    return attr->preemptible ? preempt_begin(rt) : 0;
}

static __attribute__((noinline)) int fill_more(struct cpu *cpu, faden_task *t,
                                               const faden_task_attr *attr)
{
    t->name = attr->name;
    t->flags = (attr->preemptible ? TASK_PREEMPTIBLE : 0) | (attr->urgent ? TASK_URGENT : 0) |
               (attr->movable ? TASK_MOVABLE : 0);
    if (attr->cpu)
        store_relaxed(&t->place, load_relaxed(&t->place) | PLACE_PINNED);
    return attr->prefault ? take_stack(cpu, t, t->shift) : 0;
}

/* The record is not needed: the task is not born. */
static int stillborn(struct cpu *cpu, faden_task *t, int code)
{
    if (t->stack)
        cpu ? stack_put(&cpu->stacks, t->stack) : stack_put_slow(NULL, t->stack);
    record_put(cpu, t);
    return code;
}

static void send_new(struct cpu *home, faden_task *t)
{
    fetch_add_relaxed(&home->coming, 1);
    inbox_push(home, t);
}

/* `own` is the caller's cpu if it belongs to the run `rt`, else NULL. */
__attribute__((always_inline)) static inline int spawn(struct cpu *own, struct runtime *rt,
                                                       faden_scope *s, faden_task **task,
                                                       void *(*fn)(void *), void *arg,
                                                       const faden_task_attr *attr,
                                                       const char *site)
{
    struct cpu *cpu = likely(own != NULL) ? own : mycpu();
    struct cpu *home = likely(own != NULL) ? place(own) : home_for_outside(rt, s);
    int shift = home->stacks.shift, code;
    faden_task *t;
    if (unlikely(attr) && (code = heed(rt, task, attr, &home, &shift)) < 0)
        return code;
    if (s == &rt->root)
        s = own ? &own->root : &home->root;
    t = record_get(cpu);
    if (unlikely(!t))
        return -ENOMEM;
    fill(t, home, fn, arg, (unsigned)shift, site);
    if (unlikely(attr) && fill_more(cpu, t, attr) < 0)
        return stillborn(cpu, t, -ENOMEM);
    t->id = likely(own != NULL) ? number(own) : number_outside(cpu, rt);
    t->domain = &s->domain;
    t->joiner = task ? NULL : &faden__nobody;
    code = likely(own != NULL) ? born(own, s, t) : born_outside(cpu, rt, s, t);
    if (unlikely(code))
        return stillborn(cpu, t, code);
    if (task)
        *task = t;
    if (unlikely(faden__trace_fn != NULL))
        set_state(t, FADEN_TASK_NEW);
    if (unlikely(home != own))
        send_new(home, t);
    else if (unlikely(attr && attr->urgent))
        make_urgent(own, t);
    else
        make_fresh(own, t);
    return 0;
}

/* By a plain thread, or a task of another run: this one must not end meanwhile. */
static __attribute__((noinline)) int spawn_from_outside(struct runtime *rt, faden_scope *s,
                                                        faden_task **task, void *(*fn)(void *),
                                                        void *arg, const faden_task_attr *attr,
                                                        const char *site)
{
    int err;
    if (!runtime_hold(rt))
        return -ESRCH;
    err = spawn(NULL, rt, s, task, fn, arg, attr, site);
    runtime_release(rt);
    return err;
}

/* In no run, so into the oldest. */
static __attribute__((noinline)) int spawn_from_thread(faden_task **task, void *(*fn)(void *),
                                                       void *arg, const faden_task_attr *attr,
                                                       const char *site)
{
    struct runtime *rt = runtime_enter();
    int err;
    if (!rt)
        return -ESRCH;
    err = spawn_from_outside(rt, &rt->root, task, fn, arg, attr, site);
    runtime_leave(rt);
    return err;
}

/* By a task of the run that `s` belongs to. */
static __attribute__((noinline)) int spawn_long(faden_task **task, void *(*fn)(void *), void *arg,
                                                const faden_task_attr *attr, const char *site,
                                                faden_scope *s)
{
    struct cpu *cpu = mycpu();
    return spawn(cpu, cpu->runtime, s, task, fn, arg, attr, site);
}

/*
 * The same for most: a task of the run spawns without attributes, on the only cpu, which has all at
 * hand. Nothing is called, so nothing is saved. false: nothing is done yet, it takes the long way.
 */
static inline bool spawn_short(struct cpu *cpu, faden_scope *s, faden_task **task,
                               void *(*fn)(void *), void *arg, const char *site)
{
    faden_task *t = cpu->records;
    if (unlikely(cpu->peers || !t || cpu->next_id == cpu->last_id || !goes_on(cpu, s) ||
                 cpu->attention & ATTEND_TRACE || !alone_begin(cpu)))
        return false;
    ASSERT(s->live || s->domain.owner, "spawn_short: the spawner holds the run");
    ASSERT(!load_relaxed(&s->lock), "spawn_short: the scope is not locked");
    record_take(cpu, t);
    fill(t, cpu, fn, arg, cpu->stacks.shift, site);
    t->id = number_take(cpu);
    t->domain = &s->domain;
    t->joiner = task ? NULL : &faden__nobody;
    scope_link(s, t);
    alone_end(cpu);
    if (task)
        *task = t;
    cpu->attention |= ATTEND_NEW;
    fresh_push(&cpu->fresh, t);
    return true;
}

int faden_scope_spawn_at(faden_scope *s, faden_task **task, void *(*fn)(void *), void *arg,
                         const faden_task_attr *attr, const char *site)
{
    struct runtime *rt = runtime_of(s);
    struct cpu *cpu = mycpu();
    if (unlikely(!cpu || cpu->runtime != rt))
        return spawn_from_outside(rt, s, task, fn, arg, attr, site);
    if (s->domain.owner && !attr && spawn_short(cpu, s, task, fn, arg, site))
        return 0;
    return spawn_long(task, fn, arg, attr, site, s);
}

int faden_spawn_at(faden_task **task, void *(*fn)(void *arg), void *arg,
                   const faden_task_attr *attr, const char *site)
{
    struct cpu *cpu = mycpu();
    if (unlikely(!cpu))
        return spawn_from_thread(task, fn, arg, attr, site);
    if (!attr && spawn_short(cpu, &cpu->root, task, fn, arg, site))
        return 0;
    return spawn_long(task, fn, arg, attr, site, &cpu->root);
}
