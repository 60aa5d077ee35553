/* SPDX-License-Identifier: MIT */
/* The end of tasks, and who waits for it. */
#include "sched/spawn.h"

#include "frame.h"

#include "sched/domain.h"
#include "sched/park.h"
#include "sched/record.h"

/*
 * The joiner of a task is one atomic word:
 *
 *      NULL ──────> a wait ──────> &over       somebody joins it; it is done
 *        └──> &faden__nobody ────> &over       it is detached; it is done
 *
 * Who puts something else there by exchange and finds a wait answers for that wait: it clears
 * wait->object when it will not touch it any more. A joiner whose wait was ended (cancelled) takes
 * its wait out by itself, or if another one has found it waits until it has let go of it.
 */
struct faden__wait faden__nobody = {.claimed = 1};
static struct faden__wait over = {.claimed = 1};

/* No cpu is alone for a plain thread, which has entered before. */
static inline struct faden__wait *set_joiner(struct cpu *cpu, faden_task *t, struct faden__wait *w)
{
    struct faden__wait *was;
    if (unlikely(shared() || !alone_begin(cpu)))
        return exchange_acq_rel(&t->joiner, w);
    was = load_relaxed(&t->joiner);
    store_relaxed(&t->joiner, w);
    alone_end(cpu);
    return was;
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

/* ---- the end ----------------------------------------------------------------------------- */

static inline void release_here(struct cpu *cpu, faden_task *t)
{
    faden_scope *s = (faden_scope *)t->domain;
    lock_acquire(cpu, &s->lock);
    scope_remove(s, t);
    lock_release(cpu, &s->lock);
    record_put(cpu, t);
}

/* By others than the run's cpus, which do not hold still for who looks at the tree. */
static __attribute__((noinline)) void release_outside(struct cpu *cpu, struct runtime *rt,
                                                      faden_task *t)
{
    lock_acquire(cpu, &rt->tree_lock);
    release_here(cpu, t);
    lock_release(cpu, &rt->tree_lock);
}

static inline void release(struct cpu *cpu, faden_task *t)
{
    struct runtime *rt;
    if (likely(cpu && !shared())) {
        release_here(cpu, t);
        return;
    }
    rt = runtime_of_tasks((faden_scope *)t->domain);
    if (cpu && cpu->runtime == rt)
        release_here(cpu, t);
    else
        release_outside(cpu, rt, t);
}

struct faden__wait *scope_emptied(faden_scope *s)
{
    struct faden__wait *closer = s->closer;
    s->closer = NULL;
    return closer && claim(closer) ? closer : NULL;
}

/* `t` is done and says so. Gives the wait of its joiner, if that can be ended; the record is then
   released, as that of a detached task is: *release. Else others may release it from now on. */
static inline struct faden__wait *tell_joiner(struct cpu *cpu, faden_task *t, bool *release)
{
    struct faden__wait *w = set_joiner(cpu, t, &over);
    *release = w != NULL;
    if (!w || w == &faden__nobody)
        return NULL;
    if (likely(claim_unlocked(cpu, w)))
        return w;
    *release = false;
    store_release(&w->object, NULL);
    return NULL;
}

void part_emptied(const struct cpu *cpu, faden_scope *part)
{
    struct cpu *home = (struct cpu *)((char *)part - offsetof(struct cpu, root));
    if (home != cpu)
        cpu_note(home);
}

/* The rest of end(), apart: most tasks end with nobody who waits. */
static __attribute__((noinline)) void wake_both(struct cpu *cpu, struct faden__wait *joiner,
                                                int error, struct faden__wait *closer)
{
    if (joiner)
        wake(cpu, joiner, error);
    if (closer)
        wake(cpu, closer, 0);
}

/* The last task of `s` has ended. Gives who closes it, to be woken; the scope's lock is open then,
   and the scope may be gone. */
static __attribute__((noinline)) struct faden__wait *last_ended(struct cpu *cpu, faden_scope *s)
{
    struct faden__wait *closer = scope_emptied(s);
    bool part = !s->domain.owner;
    lock_release(cpu, &s->lock);
    if (part)
        part_emptied(cpu, s);
    return closer;
}

/* `t` is done; tell the one who joins it and the one who closes its scope. The joiner gets the
   result in its wait: the record is released before it wakes. Nothing of the record or the scope is
   touched after that. */
static __attribute__((noinline)) void end(struct cpu *cpu, faden_task *t, int error, void *result)
{
    faden_scope *s = (faden_scope *)t->domain;
    struct faden__wait *joiner, *closer = NULL;
    bool release;
    t->error = error;
    t->result = result;
    set_state(t, FADEN_TASK_DONE);
    cpu->finished++;
    joiner = tell_joiner(cpu, t, &release);
    if (joiner)
        joiner->which = result;
    lock_acquire(cpu, &s->lock);
    if (release)
        scope_remove(s, t);
    if (error && !s->error)
        s->error = error;
    if (unlikely(--s->live == 0))
        closer = last_ended(cpu, s);
    else
        lock_release(cpu, &s->lock);
    if (release)
        record_put(cpu, t);
    if (unlikely(joiner || closer))
        wake_both(cpu, joiner, error, closer);
}

/* The same for most: nobody waits for the task, others of its scope live, and the cpu is alone.
   false: nothing is done yet, it takes the long way. */
static inline bool end_short(struct cpu *cpu, faden_task *t, void *result)
{
    faden_scope *s = (faden_scope *)t->domain;
    bool release;
    if (unlikely(cpu->peers || !record_fits(cpu) || cpu->attention & ATTEND_TRACE ||
                 !alone_begin(cpu)))
        return false;
    release = t->joiner == &faden__nobody;
    if (unlikely((t->joiner && !release) || s->live == 1)) {
        alone_end(cpu);
        return false;
    }
    ASSERT(!load_relaxed(&s->lock), "end_short: the scope is not locked");
    state_store(t, FADEN_TASK_DONE);
    cpu->finished++;
    s->live--;
    if (release) {
        scope_remove(s, t);
        record_keep(cpu, t);
    } else {
        t->error = 0;
        t->result = result;
        store_relaxed(&t->joiner, &over);
    }
    alone_end(cpu);
    return true;
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
    if (!end_short(cpu, t, result))
        end(cpu, t, 0, result);
}

void task_unrun(struct cpu *cpu, faden_task *t)
{
    end(cpu, t, -ENOMEM, NULL);
}

/* ---- join and detach --------------------------------------------------------------------- */

static faden_task *join_holder(const void *object)
{
    return (faden_task *)(uintptr_t)object;
}
static const struct reason joining = {"the end of a task (faden_join)", join_holder};

/* What `t`, which is done, has left: its result, and 0 or its error. */
static inline int left_by(const faden_task *t, void **result)
{
    if (result)
        *result = t->result;
    return t->error;
}

/* Take what `t` left, and release it. */
static int collect(struct cpu *cpu, faden_task *t, void **result)
{
    int error = left_by(t, result);
    release(cpu, t);
    return error;
}

/* We have taken the place of `was` as the joiner of `t`. */
static void supplant(const faden_task *t, struct faden__wait *was, const char *call,
                     const char *again)
{
    CHECK(load_relaxed(&was->claimed), "%s: task '%s' (spawned at %s) is being joined%s", call,
          task_name(t), t->site, again); /* one whose wait has been ended joins no more */
    store_release(&was->object, NULL);
}

/* The wait `w` for the end of `t` was ended; take it out. */
static void withdraw(faden_task *t, struct faden__wait *w)
{
    struct faden__wait *mine = w;
    if (cas_seq_cst(&t->joiner, &mine, NULL))
        return;
    while (load_acquire(&w->object)) /* who found it lets go of it in a moment */
        arch_relax();
}

/* Wait until `t` is done, and released. */
__attribute__((always_inline)) static inline int await_end(struct cpu *cpu, faden_task *t,
                                                           void **result)
{
    struct faden__wait w, *was;
    int err;
    wait_init(cpu, &w, &joining, t);
    was = set_joiner(cpu, t, &w);
    if (unlikely(was == &over)) {
        store_release(&t->joiner, &over);
        return collect(cpu, t, result);
    }
    if (unlikely(was))
        supplant(t, was, "faden_join", " already: a task is joined once");
    err = park(cpu, &w, NULL);
    if (unlikely(err && err != -ENOMEM)) {
        withdraw(t, &w);
        return err;
    }
    if (result)
        *result = w.which;
    return err;
}

/* Called at the end of faden_join, so no level of call for the return after the switch. */
static __attribute__((noinline)) int join_long(faden_task *t, void **result)
{
    struct cpu *cpu = mycpu();
    struct faden__wait *joiner;
    if (t == mytask())
        return -EDEADLK;
    if (unlikely(!cpu && !load_relaxed(&faden__plain_threads)))
        faden__plain_thread_enters();
    joiner = load_acquire(&t->joiner);
    CHECK(joiner != &faden__nobody, "faden_join: task '%s' (spawned at %s) is detached",
          task_name(t), t->site);
    if (joiner == &over)
        return collect(cpu, t, result);
    if (unlikely(cpu && cpu->current->flags & TASK_ENDED)) {
        int err = ended(cpu);
        if (err)
            return err;
    }
    return await_end(cpu, t, result);
}

/* The same for most: `t` is done, and the cpu is alone. false: it takes the long way. */
static inline bool join_short(struct cpu *cpu, faden_task *t, void **result, int *error)
{
    faden_scope *s;
    if (unlikely(!cpu || cpu->peers || load_acquire(&t->joiner) != &over || !record_fits(cpu) ||
                 !alone_begin(cpu)))
        return false;
    *error = left_by(t, result);
    s = (faden_scope *)t->domain;
    ASSERT(!load_relaxed(&s->lock), "join_short: the scope is not locked");
    scope_remove(s, t);
    record_keep(cpu, t);
    alone_end(cpu);
    return true;
}

int faden_join(faden_task *t, void **result)
{
    int error;
    return join_short(mycpu(), t, result, &error) ? error : join_long(t, result);
}

int faden_detach(faden_task *t)
{
    struct cpu *cpu = mycpu();
    struct faden__wait *was;
    if (unlikely(!cpu && !load_relaxed(&faden__plain_threads)))
        faden__plain_thread_enters();
    was = set_joiner(cpu, t, &faden__nobody);
    if (was == &over)
        release(cpu, t);
    else if (was)
        supplant(t, was, "faden_detach", "");
    return 0;
}

/* ---- names ------------------------------------------------------------------------------- */

faden_task *faden_self(void)
{
    return mytask();
}

unsigned faden_cpu(void)
{
    const struct cpu *cpu = mycpu();
    return cpu ? cpu->rank + 1 : 0;
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
