/* SPDX-License-Identifier: MIT */
/*
 * Coroutines. coro.h draws the states.
 *
 * Invariants
 *  1. here.coro is the coroutine that runs; it is the only RUNNING one of its flow.
 *  2. A RESUMING coroutine is on the chain of resumers that begins at here.coro; the chain ends
 *     at the flow itself (a thread or a task), which has no record: where it goes on lies in
 *     resumer_sp of the last coroutine of the chain.
 *  3. sp is where it goes on only while it is NEW or SUSPENDED. From a resume on it holds the
 *     value that was passed, which is how the first one reaches the function. resumer and
 *     resumer_sp mean something only while it is RUNNING or RESUMING.
 *
 * The pick functions run on the outgoing stack: they check, change the states, and name the stack
 * pointer to go on with. There is nothing left to do on the other side.
 */
#include "coro/coro.h"

#include "frame.h"

#include "base/assert.h"
#include "context/context.h"
#include "context/hooks.h"
#include "context/valgrind.h"
#include "coro/here.h"

_Thread_local struct here faden__here;

static const char *state_name(uint32_t state)
{
    static const char *const names[] = {"new", "suspended", "running", "resuming another", "done"};
    return state < 5 ? names[state] : "not a coroutine state: the record is damaged";
}

static FADEN_NORETURN void misuse(const char *call, const faden_coro *c)
{
    faden_panic("%s: coroutine '%s' (made at %s) is %s; only a new or suspended one can be "
                "gone on with",
                call, c->name ? c->name : "unnamed", c->site, state_name(c->state));
}

static inline bool can_go_on(const faden_coro *c)
{
    return c->state <= FADEN_CORO_SUSPENDED;
}

/*
 * No resumer, or no coroutine: a NULL that does not depend on what was just read. From here->coro
 * to c->resumer at a resume and back at the yield, a load waiting for a store each time, these two
 * words would be the longest way through a switch. Volatile: a compiler that knows it to be NULL
 * takes the register that it has just found to be.
 */
static faden_coro *const volatile nobody = NULL;

static inline struct faden__next enter(struct here *here, faden_coro *c, void *value)
{
    void *sp = c->sp;
    ASSERT(fp_control_as_promised(), FP_PROMISED);
    c->sp = value;
    c->state = FADEN_CORO_RUNNING;
    here->coro = c;
    return (struct faden__next){sp, value};
}

static struct faden__next pick_resume(void *a, void *value, void *own_sp,
                                      struct faden__switch_ops *ops)
{
    faden_coro *c = a;
    struct here *here = &faden__here;
    if (unlikely(!can_go_on(c)))
        misuse("faden_coro_resume", c);
    if (here->coro) {
        c->resumer = here->coro;
        here->coro->state = FADEN_CORO_RESUMING;
    } else {
        c->resumer = nobody;
    }
    c->resumer_sp = own_sp;
    return enter(here, c, value);
}

/* Hand control back from the running coroutine, which is left in `state`. */
static inline struct faden__next leave(struct here *here, faden_coro *c, uint32_t state,
                                       void *value)
{
    faden_coro *resumer = c->resumer;
    ASSERT(fp_control_as_promised(), FP_PROMISED);
    c->state = state;
    if (resumer) {
        here->coro = resumer;
        resumer->state = FADEN_CORO_RUNNING;
    } else {
        here->coro = nobody;
    }
    return (struct faden__next){c->resumer_sp, value};
}

static struct faden__next pick_yield(void *unused, void *value, void *own_sp,
                                     struct faden__switch_ops *ops)
{
    struct here *here = &faden__here;
    faden_coro *c = here->coro;
    (void)unused;
    CHECK(c, "faden_coro_yield: called outside of a coroutine: there is no resumer to go back to");
    c->sp = own_sp;
    return leave(here, c, FADEN_CORO_SUSPENDED, value);
}

static struct faden__next pick_transfer(void *a, void *value, void *own_sp,
                                        struct faden__switch_ops *ops)
{
    faden_coro *to = a;
    struct here *here = &faden__here;
    faden_coro *from = here->coro;
    if (!from && can_go_on(to))
        return pick_resume(a, value, own_sp, ops);
    if (unlikely(to == from))
        return (struct faden__next){own_sp, value};
    if (unlikely(!can_go_on(to)))
        misuse("faden_coro_transfer", to);
    from->sp = own_sp;
    from->state = FADEN_CORO_SUSPENDED;
    to->resumer = from->resumer;
    to->resumer_sp = from->resumer_sp;
    return enter(here, to, value);
}

static struct faden__next pick_done(void *unused, void *value, void *own_sp,
                                    struct faden__switch_ops *ops)
{
    struct here *here = &faden__here;
    (void)unused;
    (void)own_sp;
    return leave(here, here->coro, FADEN_CORO_DONE, value);
}

struct faden__switch_ops faden__coro_resume_ops = {.pick = pick_resume};
struct faden__switch_ops faden__coro_yield_ops = {.pick = pick_yield};
struct faden__switch_ops faden__coro_transfer_ops = {.pick = pick_transfer};
static struct faden__switch_ops done_ops = {.pick = pick_done, .last = 1};

/*
 * C++ exceptions. The runtime keeps for each thread those that are being handled, newest first, and
 * how many are under way. A coroutine has its own: while it runs, its slot holds what its resumer
 * had, and otherwise what it will go on with; so each switch is an exchange. Programs without C++
 * do not have these functions in their way.
 */
struct exceptions { /* as __cxa_eh_globals is in the Itanium C++ ABI */
    void *caught;
    unsigned uncaught;
};

extern struct exceptions *__cxa_get_globals(void) __attribute__((weak));

/* At the high end of the stack, above the first frame. Debuggers find the coroutine by it. */
struct top {
    struct exceptions exceptions;
    faden_coro *coro;
};
enum { TOP_ROOM = 2 * ARCH_STACK_ALIGN };
_Static_assert(sizeof(struct top) <= TOP_ROOM, "it needs more room");

static inline void exchange_exceptions(faden_coro *c)
{
    struct here *here = &faden__here;
    struct exceptions *own = c->hooks[2], *now = here->exceptions;
    if (unlikely(!now))
        now = here->exceptions = __cxa_get_globals();
    if (unlikely(now->caught || now->uncaught || own->caught || own->uncaught)) {
        struct exceptions was = *now;
        *now = *own;
        *own = was;
    }
}

static struct faden__next pick_resume_cxx(void *a, void *value, void *own_sp,
                                          struct faden__switch_ops *ops)
{
    struct faden__next next = pick_resume(a, value, own_sp, ops);
    exchange_exceptions(a);
    return next;
}

static struct faden__next pick_yield_cxx(void *unused, void *value, void *own_sp,
                                         struct faden__switch_ops *ops)
{
    faden_coro *c = faden__here.coro;
    struct faden__next next = pick_yield(unused, value, own_sp, ops);
    exchange_exceptions(c);
    return next;
}

static struct faden__next pick_transfer_cxx(void *a, void *value, void *own_sp,
                                            struct faden__switch_ops *ops)
{
    faden_coro *from = faden__here.coro;
    struct faden__next next = pick_transfer(a, value, own_sp, ops);
    if (from) /* what the resumer had goes through the runtime into the slot of `a` */
        exchange_exceptions(from);
    exchange_exceptions(a);
    return next;
}

static struct faden__next pick_done_cxx(void *unused, void *value, void *own_sp,
                                        struct faden__switch_ops *ops)
{
    faden_coro *c = faden__here.coro;
    struct faden__next next = pick_done(unused, value, own_sp, ops);
    exchange_exceptions(c);
    return next;
}

static UNSEEN void coro_entry(void *arg)
{
    faden_coro *c = arg;
    void *result = c->fn(c->sp);
    faden__arch_switch_call(&done_ops, NULL, result);
    faden_panic("coroutine '%s' went on after its end", c->name ? c->name : "unnamed");
}

static bool coro_side(struct side *out)
{
    faden_coro *c = faden__here.coro;
    if (c)
        *out = (struct side){c->stack, c->stack_size, &c->hooks[0], &c->hooks[1]};
    return c;
}

/* Sanitizers and C++, if they are there, are so before main: this asks once. */
__attribute__((constructor)) static void install_hooks(void)
{
    static struct faden__switch_ops *const all[] = {&faden__coro_resume_ops, &faden__coro_yield_ops,
                                                    &faden__coro_transfer_ops, &done_ops};
    if (__cxa_get_globals) {
        faden__coro_resume_ops.pick = pick_resume_cxx;
        faden__coro_yield_ops.pick = pick_yield_cxx;
        faden__coro_transfer_ops.pick = pick_transfer_cxx;
        done_ops.pick = pick_done_cxx;
    }
    faden__side_sources[SIDE_CORO] = coro_side;
    hooks_install(all, sizeof all / sizeof *all);
}

void faden__coro_prepare(faden_coro *c, char *stack, size_t size, void *(*fn)(void *),
                         const faden_coro_attr *attr, const char *site)
{
    uintptr_t top = (uintptr_t)(stack + size) & ~(uintptr_t)(ARCH_STACK_ALIGN - 1);
    struct top *own = (struct top *)(top - TOP_ROOM);
    *own = (struct top){.coro = c};
    *c = (faden_coro){
        .sp = faden__context_prepare(stack, (size_t)((char *)own - stack), coro_entry, c,
                                     fp_control_now()),
        .fn = fn,
        .stack = stack,
        .stack_size = size,
        .name = attr ? attr->name : NULL,
        .site = site,
        .hooks[2] = &own->exceptions,
        .state = FADEN_CORO_NEW,
    };
}

int faden_coro_init_at(faden_coro *c, void *stack, size_t size, void *(*fn)(void *),
                       const faden_coro_attr *attr, const char *site)
{
    if (size < FADEN_CONTEXT_STACK_MIN)
        return -EINVAL;
    valgrind_stack_tell(stack, size);
    faden__coro_prepare(c, stack, size, fn, attr, site);
    return 0;
}

void faden__coro_retire(faden_coro *c, const char *call)
{
    CHECK(c->state == FADEN_CORO_DONE || can_go_on(c),
          "%s: coroutine '%s' (made at %s) is %s: its stack is in use", call,
          c->name ? c->name : "unnamed", c->site, state_name(c->state));
    hooks_forget(&c->hooks[1]);
}

void faden_coro_destroy(faden_coro *c)
{
    faden__coro_retire(c, "faden_coro_destroy");
    CHECK(!c->pool,
          "faden_coro_destroy: coroutine '%s' was made by faden_coro_new; use "
          "faden_coro_delete",
          c->name ? c->name : "unnamed");
    valgrind_stack_forget(c->stack, c->stack_size);
    c->state = FADEN_CORO_DONE;
}

void faden_fp_control_fix(bool fix)
{
    faden__fp_fixed = fix ? arch_fp_control() : 0;
}

faden_coro_state faden_coro_state_of(const faden_coro *c)
{
    return (faden_coro_state)c->state;
}

faden_coro *faden_coro_self(void)
{
    return faden__here.coro;
}

const char *faden_coro_name(const faden_coro *c)
{
    return c->name;
}
