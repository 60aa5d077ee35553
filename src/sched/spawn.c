/* SPDX-License-Identifier: MIT */
/* Birth and end of tasks. */
#include "sched/spawn.h"

#include "frame.h"

#include "sched/domain.h"
#include "sched/park.h"
#include "sched/preempt.h"
#include "sched/record.h"

/* The joiner of a detached task: a wait that has ended. Not a flag, since other threads detach. */
static struct faden__wait nobody = {.claimed = 1};

static void scope_add(faden_scope *s, faden_task *t)
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

static void scope_remove(faden_scope *s, faden_task *t)
{
    if (t->older)
        t->older->younger = t->younger;
    else
        s->first = t->younger;
    if (t->younger)
        t->younger->older = t->older;
    else
        s->last = t->older;
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

/* What ends waits in `s`: 0 or the code. Where its opener has opened nothing within it, the
   opener's flag tells. Tree lock held. */
static inline int scope_code(faden_scope *s)
{
    const faden_task *owner = s->domain.owner;
    struct faden__domain *decider;
    if (likely(!owner || (owner->domain == &s->domain && !(owner->flags & TASK_ENDED))))
        return s->domain.ended;
    return domain_code(owner, &s->domain, &decider);
}

/* Make the record and put it into the scope. Tree lock held. */
static inline int born(struct cpu *cpu, struct runtime *rt, faden_scope *s,
                       const faden_task_attr *attr, unsigned shift, faden_task **out)
{
    faden_task *t;
    int code = scope_code(s);
    if (unlikely(code || rt->over))
        return code ? code : -ESRCH;
    t = record_get(cpu);
    if (unlikely(!t))
        return -ENOMEM;
    t->stack = NULL;
    if (unlikely(attr && attr->prefault) && take_stack(cpu, t, shift) < 0) {
        record_put(cpu, t);
        return -ENOMEM;
    }
    t->id = ++rt->spawned;
    t->domain = &s->domain;
    scope_add(s, t);
    *out = t;
    return 0;
}

static inline void fill(faden_task *t, const struct cpu *cpu, void *(*fn)(void *), void *arg,
                        const faden_task_attr *attr, unsigned shift, const char *site)
{
    t->sp = NULL;
    t->fp_control = arch_fp_control();
    t->joiner = NULL;
    t->shift = shift;
    t->error = 0;
    t->state = FADEN_TASK_NEW;
    t->flags = attr && attr->preemptible ? TASK_PREEMPTIBLE : 0;
    t->cpu = (uint16_t)cpu->index;
    t->since = cpu->since;
    t->fn = fn;
    t->arg = arg;
    t->name = attr ? attr->name : NULL;
    t->site = site;
}

__attribute__((always_inline)) static inline int spawn(struct runtime *rt, faden_scope *s,
                                                       faden_task **task, void *(*fn)(void *),
                                                       void *arg, const faden_task_attr *attr,
                                                       const char *site)
{
    struct cpu *cpu = mycpu(), *home = rt->cpu;
    int shift = attr && attr->stack_size ? stack_shift_for(attr->stack_size) : home->stacks.shift;
    faden_task *t;
    int err;
    if (unlikely(shift < 0 || (attr && attr->detached && task)))
        return -EINVAL;
    if (unlikely(attr && attr->preemptible)) {
        err = preempt_begin(rt);
        if (err < 0)
            return err;
    }
    lock_acquire(cpu, &faden__tree_lock);
    err = born(cpu == home ? cpu : NULL, rt, s, attr, (unsigned)shift, &t);
    if (unlikely(err)) {
        lock_release(cpu, &faden__tree_lock);
        return err;
    }
    fill(t, home, fn, arg, attr, (unsigned)shift, site);
    if (task)
        *task = t;
    else
        t->joiner = &nobody;
    if (unlikely(faden__trace_fn != NULL))
        set_state(t, FADEN_TASK_NEW);
    lock_release(cpu, &faden__tree_lock);
    if (likely(cpu == home))
        make_fresh(cpu, t);
    else
        inbox_push(home, t);
    return 0;
}

int faden_scope_spawn_at(faden_scope *s, faden_task **task, void *(*fn)(void *), void *arg,
                         const faden_task_attr *attr, const char *site)
{
    return spawn(runtime_of(s), s, task, fn, arg, attr, site);
}

int faden_spawn_at(faden_task **task, void *(*fn)(void *arg), void *arg,
                   const faden_task_attr *attr, const char *site)
{
    struct cpu *cpu = mycpu();
    struct runtime *rt = cpu ? cpu->runtime : runtime_enter();
    int err;
    if (unlikely(!rt))
        return -ESRCH;
    err = spawn(rt, &rt->root, task, fn, arg, attr, site);
    if (unlikely(!cpu))
        runtime_leave(rt);
    return err;
}

/* ---- the end ----------------------------------------------------------------------------- */

static inline struct faden__wait *take_claimed(struct faden__wait **w)
{
    struct faden__wait *taken = *w;
    *w = NULL;
    return taken && claim(taken) ? taken : NULL;
}

/* The joiner's wait is linked to the record until the end, or until the joiner leaves because its
   wait was ended. Who unlinks it in its place sets its object to NULL: the record may be gone
   before the joiner runs, and it must not touch it. */
static inline struct faden__wait *unlink_joiner(faden_task *t)
{
    if (t->joiner)
        t->joiner->object = NULL;
    return take_claimed(&t->joiner);
}

static inline void release(struct cpu *cpu, faden_scope *s, faden_task *t)
{
    scope_remove(s, t);
    t->id = 0; /* a lock that it left held is found to be nobody's any more (sync/owner.h) */
    record_put(cpu, t);
}

/* `t` is done; tell the one who joins it and the one who closes its scope. The joiner gets the
   result in its wait: the record is released before it wakes. Nothing of the record or the scope is
   touched after that. */
static void end(struct cpu *cpu, faden_task *t, int error, void *result)
{
    faden_scope *s = (faden_scope *)t->domain;
    struct faden__wait *joiner, *closer = NULL;
    bool detached;
    lock_acquire(cpu, &faden__tree_lock);
    detached = t->joiner == &nobody;
    joiner = unlink_joiner(t);
    if (joiner)
        joiner->which = result;
    t->error = error;
    t->result = result;
    set_state(t, FADEN_TASK_DONE);
    cpu->runtime->finished++;
    if (error && !s->error)
        s->error = error;
    if (joiner || detached)
        release(cpu, s, t);
    if (--s->live == 0)
        closer = take_claimed(&s->closer);
    lock_release(cpu, &faden__tree_lock);
    if (joiner)
        wake(cpu, joiner, error);
    if (closer)
        wake(cpu, closer, 0);
}

void task_done(struct cpu *cpu, faden_task *t, void *result)
{
    CHECK(t->domain->owner != t,
          "task '%s' (spawned at %s) returned with a scope, timeout or shield open: the one opened "
          "at %s",
          task_name(t), t->site, t->domain->site);
    CHECK(cpu->depth < DEPTH_USER,
          "task '%s' (spawned at %s) returned with preemption disabled (since %s)", task_name(t),
          t->site, cpu->disabled_at);
    end(cpu, t, 0, result);
}

void task_unrun(struct cpu *cpu, faden_task *t)
{
    end(cpu, t, -ENOMEM, NULL);
}

/* ---- join, detach, cancel ---------------------------------------------------------------- */

static faden_task *join_holder(const void *object)
{
    return (faden_task *)(uintptr_t)object;
}
static const struct reason joining = {"the end of a task (faden_join)", join_holder};

/* Wait until `t` is done, and released. Tree lock held; it is not when this returns. */
__attribute__((always_inline)) static inline int await_end(struct cpu *cpu, faden_task *t,
                                                           void **result)
{
    struct faden__wait w, *before = t->joiner;
    int err;
    /* one whose wait has just been cancelled joins no more */
    CHECK(!before || load_relaxed(&before->claimed),
          "faden_join: task '%s' (spawned at %s) is joined twice", task_name(t), t->site);
    unlink_joiner(t);
    wait_init(cpu, &w, &joining, t);
    t->joiner = &w;
    err = park(cpu, &w, &faden__tree_lock);
    if (likely(err == 0 || err == -ENOMEM)) {
        if (result)
            *result = w.which;
        return err;
    }
    cpu = mycpu();
    lock_acquire(cpu, &faden__tree_lock);
    if (w.object)
        t->joiner = NULL;
    lock_release(cpu, &faden__tree_lock);
    return err;
}

int faden_join(faden_task *t, void **result)
{
    struct cpu *cpu = mycpu();
    int err;
    if (t == mytask())
        return -EDEADLK;
    lock_acquire(cpu, &faden__tree_lock);
    CHECK(t->joiner != &nobody, "faden_join: task '%s' (spawned at %s) is detached", task_name(t),
          t->site);
    if (t->state != FADEN_TASK_DONE) {
        if (unlikely(cpu && cpu->current->flags & TASK_ENDED)) {
            lock_release(cpu, &faden__tree_lock);
            err = ended(cpu);
            if (err)
                return err;
            lock_acquire(cpu, &faden__tree_lock);
        }
        return await_end(cpu, t, result);
    }
    err = t->error;
    if (result)
        *result = t->result;
    release(cpu, (faden_scope *)t->domain, t);
    lock_release(cpu, &faden__tree_lock);
    return err;
}

static void nobody_joins(faden_task *t)
{
    CHECK(!t->joiner || load_relaxed(&t->joiner->claimed),
          "faden_detach: task '%s' (spawned at %s) is being joined", task_name(t), t->site);
    unlink_joiner(t);
    t->joiner = &nobody;
}

int faden_detach(faden_task *t)
{
    struct cpu *cpu = mycpu();
    lock_acquire(cpu, &faden__tree_lock);
    if (t->state == FADEN_TASK_DONE)
        release(cpu, (faden_scope *)t->domain, t);
    else
        nobody_joins(t);
    lock_release(cpu, &faden__tree_lock);
    return 0;
}

/* ---- names ------------------------------------------------------------------------------- */

faden_task *faden_self(void)
{
    return mytask();
}

const char *faden_task_name(const faden_task *t)
{
    if (!t)
        t = mytask();
    return t ? t->name : NULL;
}

void faden_task_set_name(const char *name)
{
    faden_task *t = mytask();
    if (t)
        t->name = name;
}

uint64_t faden_task_id(const faden_task *t)
{
    if (!t)
        t = mytask();
    return t ? t->id : 0;
}
