/* SPDX-License-Identifier: MIT */
/*
 * The switch between tasks: who is next, and what must be done on either side.
 *
 * Each way to give up the processor is a pick function: it runs on the outgoing stack, leaves its
 * task in its new state and place, and names the next one. What may only be done when nobody is on
 * the outgoing stack any more is left in the cpu (handed_over, dead_stack), and finish_switch does
 * it: the first C that runs on the incoming stack. When nothing is left, it is not called.
 *
 * On the direct route the next one is a ready task where there is one. The scheduler context is
 * next when there is none, when it is time to look around, and always on the scheduler route.
 */
#include "sched/sched.h"

#include "frame.h"

#include "context/context.h"
#include "context/hooks.h"
#include "sched/domain.h"
#include "sched/exchange.h"
#include "sched/move.h"
#include "sched/next.h"
#include "sched/park.h"
#include "sched/preempt.h"

/* Of so many ready tasks the records and the tops of the stacks are in the nearest cache: asking
   for them costs 0.2 ns of 6.4 there. From 256 tasks on it gains. */
enum { READY_NEAR = 128 };

/* `next` is the first ready one: its stack, and the task behind it, are far away when many are. */
static inline void prefetch(const struct cpu *cpu, const faden_task *next)
{
    if (unlikely(cpu->ready.count > READY_NEAR)) {
        __builtin_prefetch(next->sp, 1);
        __builtin_prefetch(next->next, 1);
    }
}

static inline struct faden__next hand_over(struct cpu *cpu, faden_task *from, faden_task *to,
                                           bool unfinished)
{
    exchange_state(cpu, from, to);
    if (likely(to != &cpu->scheduler)) {
        ASSERT(to->state == FADEN_TASK_READY || to->state == FADEN_TASK_NEW,
               "hand_over: the next task is ready or new");
        set_state(to, FADEN_TASK_RUNNING);
        prefetch(cpu, cpu->ready.first);
    }
    ASSERT(cpu->depth == unfinished, "hand_over: preempt depth");
    return (struct faden__next){to->sp, unfinished ? cpu : NULL};
}

/* The scheduler context is next: to look around, or because it always is. */
static inline bool through_scheduler(struct cpu *cpu)
{
    return unlikely(cpu->switches >= cpu->look_at || load_relaxed(&cpu->inbox));
}

/* Who follows the current task, which has its new state and place. */
static inline faden_task *next_task(struct cpu *cpu)
{
    faden_task *next;
    if (through_scheduler(cpu))
        return &cpu->scheduler;
    next = choose(cpu);
    return likely(next) ? next : &cpu->scheduler;
}

/* The shortest way: `next`, the first ready task, is next indeed, and there is nothing but the
   stack and errno to exchange. Nobody traces (ATTEND_TRACE). */
static inline bool short_way(struct cpu *cpu, const faden_task *next)
{
    return likely(!cpu->attention && next && cpu->switches < cpu->look_at &&
                  !load_relaxed(&cpu->inbox) &&
                  !has_extra(cpu, cpu->current, next, TASK_EXTRA | TASK_LONG_WAYS));
}

/* ---- the incoming side ------------------------------------------------------------------- */

void *faden__finish_switch(void *value)
{
    struct cpu *cpu = value;
    if (cpu->handed_over) {
        uint32_t *lock = cpu->handed_over;
        cpu->handed_over = NULL;
        if (unlikely(cpu->left))
            let_loose(cpu);
        lock_release(cpu, lock);
    }
    if (cpu->dead_stack) {
        struct stack *s = cpu->dead_stack;
        cpu->dead_stack = NULL;
        stack_put(&cpu->stacks, s);
        if (unlikely(cpu->stack_wait.first))
            make_new(cpu, queue_pop(&cpu->stack_wait));
        cpu->depth--;
    }
    return NULL;
}

/* ---- yield ------------------------------------------------------------------------------- */

static FADEN_NORETURN void not_while_disabled(const struct cpu *cpu, const char *what)
{
    faden_panic("task '%s' %s while it has preemption disabled (since %s); enable it before, or "
                "use a try_ call",
                task_name(cpu->current), what, cpu->disabled_at ? cpu->disabled_at : "?");
}

static __attribute__((noinline)) struct faden__next yield_slow(struct cpu *cpu, void *own_sp)
{
    faden_task *self;
    if (!cpu)
        return (struct faden__next){own_sp, NULL};
    if (cpu->depth)
        not_while_disabled(cpu, "yields");
    self = cpu->current;
    ASSERT(self->state == FADEN_TASK_RUNNING, "yield: the caller runs");
    self->sp = own_sp;
    self->wait = NULL; /* it does not roam (share.c) */
    set_state(self, FADEN_TASK_READY);
    if (unlikely(self->flags & TASK_URGENT)) {
        make_urgent(cpu, self);
    } else {
        queue_push(&cpu->ready, self);
        if (cpu->fresh.newest)
            let_begin(cpu);
    }
    return hand_over(cpu, self, next_task(cpu), false);
}

static struct faden__next pick_yield(void *a, void *b, void *own_sp, struct faden__switch_ops *ops)
{
    struct cpu *cpu = mycpu();
    faden_task *self, *next, *second;
    (void)a;
    (void)b;
    (void)ops;
    if (unlikely(!cpu || !short_way(cpu, next = cpu->ready.first)))
        return yield_slow(cpu, own_sp);
    ASSERT(cpu->depth == 0, "yield: no lock is held");
    self = cpu->current;
    self->sp = own_sp;
    state_store(self, FADEN_TASK_READY);
    second = queue_rotate(&cpu->ready, self, next);
    state_store(next, FADEN_TASK_RUNNING);
    exchange_plain(cpu, self, next);
    prefetch(cpu, second);
    return (struct faden__next){next->sp, NULL};
}

struct faden__switch_ops faden__yield_ops = {.pick = pick_yield, .finish = faden__finish_switch};

/* Preempted: the scheduler context is next, to look for those whose time has come meanwhile. */
static struct faden__next pick_preempted(void *a, void *b, void *own_sp,
                                         struct faden__switch_ops *ops)
{
    struct cpu *cpu = mycpu();
    faden_task *self = cpu->current;
    ASSERT(self->state == FADEN_TASK_RUNNING, "preempted: it runs");
    self->sp = own_sp;
    self->wait = NULL; /* it does not roam (share.c) */
    set_state(self, FADEN_TASK_READY);
    queue_push(&cpu->spent, self);
    return hand_over(cpu, self, &cpu->scheduler, false);
}

struct faden__switch_ops faden__preempted_ops = {.pick = pick_preempted,
                                                 .finish = faden__finish_switch};

/* ---- park -------------------------------------------------------------------------------- */

/* The caller, a movable task, is loose when its stack is left. There must be something to finish:
   the lock, if that is to be held so long, or one that is nobody's. */
static struct faden__next park_loose(struct cpu *cpu, uint32_t *lock)
{
    if (!lock || cpu->look_every) {
        if (lock)
            lock_release(cpu, lock);
        lock = &cpu->no_lock;
        store_relaxed(lock, 1);
        store_relaxed(&cpu->depth, cpu->depth + 1);
    }
    cpu->left = cpu->current;
    cpu->handed_over = lock;
    return hand_over(cpu, cpu->current, next_task(cpu), true);
}

static __attribute__((noinline)) struct faden__next park_slow(struct cpu *cpu, uint32_t *lock)
{
    faden_task *self = cpu->current;
    if (cpu->depth >= DEPTH_USER)
        not_while_disabled(cpu, "waits");
    set_state(self, FADEN_TASK_PARKED);
    if (self->flags & TASK_LONG_WAYS)
        store_relaxed(&self->wait->home, NULL); /* who wakes it looks where it is (park.c) */
    if (unlikely(may_move(cpu, self)))
        return park_loose(cpu, lock);
    self->wait->stays = true;
    if (lock && !cpu->look_every) {
        cpu->handed_over = lock;
        return hand_over(cpu, self, next_task(cpu), true);
    }
    if (lock)
        lock_release(cpu, lock);
    return hand_over(cpu, self, next_task(cpu), false);
}

struct faden__next faden__pick_park(void *a, void *b, void *own_sp, struct faden__switch_ops *ops)
{
    struct faden__wait *w = a;
    uint32_t *lock = b;
    struct cpu *cpu = mycpu();
    faden_task *self = cpu->current, *next;
    (void)ops;
    ASSERT(cpu->depth % DEPTH_USER == (lock != NULL),
           "park: no lock is held but the one handed over");
    ASSERT(self->state == FADEN_TASK_RUNNING, "park: the caller runs");
    self->sp = own_sp;
    self->wait = w;
    self->since = cpu->since;
    cpu->outside += w->outside;
    if (unlikely(!short_way(cpu, cpu->ready.first)))
        return park_slow(cpu, lock);
    state_store(self, FADEN_TASK_PARKED);
    if (lock)
        lock_release(cpu, lock);
    next = queue_pop(&cpu->ready);
    state_store(next, FADEN_TASK_RUNNING);
    exchange_plain(cpu, self, next);
    prefetch(cpu, cpu->ready.first);
    return (struct faden__next){next->sp, NULL};
}

struct faden__switch_ops faden__park_ops = {.pick = faden__pick_park,
                                            .finish = faden__finish_switch};

/* ---- birth and end ----------------------------------------------------------------------- */

static struct faden__next pick_end(void *a, void *b, void *own_sp, struct faden__switch_ops *ops)
{
    struct cpu *cpu = mycpu();
    faden_task nobody; /* the record may be gone: what is saved here is not needed */
    nobody.flags = 0;
    cpu->depth++; /* finish_switch lowers it */
    return hand_over(cpu, &nobody, next_task(cpu), true);
}

struct faden__switch_ops faden__end_ops = {
    .pick = pick_end, .finish = faden__finish_switch, .last = 1};

/*
 * The task whose code ran on `stack` is done. If it is the turn of a new one that wants such a
 * stack, make it the running one, here. As many as before have started and not ended.
 */
static faden_task *next_on_this_stack(struct cpu *cpu, struct stack *stack)
{
    faden_task *t = cpu->fresh.newest;
    if (!t || t->stack || t->shift != stack->shift || !cpu->reuse_stacks ||
        t->flags & TASK_PREEMPTIBLE || through_scheduler(cpu) || cpu->oldest_in == 0 ||
        cpu->attention & ATTEND_URGENT ||
        (cpu->quota == 0 && cpu->ready.first))
        return NULL;
    take_fresh(cpu, turn_of_new(cpu)); /* it is the newest one's turn */
    if (likely(!faden__fp_fixed))
        arch_fp_control_set(t->fp_control);
    __atomic_store_n(&t->state, FADEN_TASK_NEW, __ATOMIC_RELEASE);
    if (unlikely(load_seq_cst(&t->place) & PLACE_TOLD))
        domain_refresh(t);
    t->stack = stack;
    stack->owner = t;
    if (unlikely(has_extra(cpu, t, t, 0)))
        wipe_extra(cpu->platform.eh, &faden__here);
    ASSERT(fp_control_as_promised(), FP_PROMISED);
    become(cpu, t);
    set_state(t, FADEN_TASK_RUNNING);
    return t;
}

/* The record of who runs here is not ours any more, another cpu may have it by now. */
static void leave_for_good(struct cpu *cpu, struct stack *stack)
{
    store_relaxed(&cpu->started, cpu->started - 1);
    cpu->dead_stack = stack;
    cpu->ending.stack = stack;
    cpu->current = &cpu->ending;
}

/*
 * The first frame of a task. When it ends and the next one is new and wants such a stack, the next
 * one begins here at once: no stack changes hands.
 *
 * Not instrumented for ThreadSanitizer: its frame never ends, and a stack that many tasks use would
 * fill the sanitizer's own stack of calls.
 */
static UNSEEN TASK_FLOOR void task_entry(void *arg)
{
    faden_task *t = arg;
    struct stack *stack = t->stack;
    struct cpu *cpu;
    for (;;) {
        void *(*fn)(void *) = t->fn;
        void *result;
        t->keys = NULL;
        if (unlikely(t->flags & TASK_PREEMPTIBLE))
            preempt_wipe_own();
        result = fn(t->arg);
        if (unlikely(t->keys))
            keys_destroy(t);
        cpu = mycpu_after_wait();
        task_done(cpu, t, result);
        t = next_on_this_stack(cpu, stack);
        if (!t)
            break;
    }
    leave_for_good(cpu, stack);
    faden__arch_switch_call(&faden__end_ops, NULL, NULL);
    faden_panic("a task went on after its end");
}

/* ---- the scheduler context --------------------------------------------------------------- */

static struct faden__next pick_run(void *a, void *b, void *own_sp, struct faden__switch_ops *ops)
{
    struct cpu *cpu = mycpu();
    (void)b;
    cpu->scheduler.sp = own_sp;
    return hand_over(cpu, &cpu->scheduler, a, false);
}

struct faden__switch_ops faden__run_ops = {.pick = pick_run, .finish = faden__finish_switch};

void scheduler(struct cpu *cpu)
{
    bool looked = false;
    while (!load_acquire(&cpu->runtime->over)) {
        faden_task *t;
        if (!looked || cpu->switches >= cpu->look_at)
            look_around(cpu);
        t = choose(cpu);
        looked = !t && idle(cpu);
        if (t)
            faden__arch_switch_call(&faden__run_ops, t, NULL);
    }
}
