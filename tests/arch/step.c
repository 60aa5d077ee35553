/* SPDX-License-Identifier: MIT */
/*
 * An unwinder sees the right callers at every instruction of every switch: SIGTRAP comes after
 * each one, and its handler, on a stack of its own, takes a backtrace and judges it (walk.h). And
 * the stack pointer lies inside a valid stack each time.
 */
#define _GNU_SOURCE
#include <ucontext.h>

#include "walk.h"

#include <faden/coro.h>

#include "frame.h"

enum { STACKS = 2, SIZE = 65536 };

static char stack[STACKS][SIZE];
static bool fresh[STACKS];
static uintptr_t base_high;
static struct walk_chains chains;
static const char *doing;
static volatile int steps;

static faden_context base, other;
static faden_coro coro[STACKS];

static int stack_of(uintptr_t sp)
{
    for (int i = 0; i < STACKS; i++)
        if (sp >= (uintptr_t)stack[i] && sp <= (uintptr_t)stack[i] + SIZE)
            return i;
    return -1;
}

static void on_step(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    uintptr_t pc = ISA_PC(uc), sp = ISA_SP(uc);
    int at = stack_of(sp);
    struct walk w;
    bool on_base = at < 0;
    EXPECT(!on_base || (sp <= base_high && sp > base_high - SIZE),
           "%s, step %d: the stack pointer %#lx is in no stack", doing, steps, (unsigned long)sp);
    const char *wrong = walk_from(&w, pc, &chains, at, !on_base && fresh[at]);
    if (wrong) {
        fprintf(stderr, "%s, step %d at %#lx (the floor is at %#lx), %s: %s\n", doing, steps,
                (unsigned long)pc, (unsigned long)(uintptr_t)faden__context_start,
                on_base ? "base flow" : "context", wrong);
        walk_print(&w);
        _exit(1);
    }
    walk_note(&w);
    steps = steps + 1;
}

/* What the context does: come back, again and again, in its own form. */
enum form { PLAIN, OUT_OF_LINE, INLINE, CALL, WAIT, CORO, TRANSFER };
static enum form base_form, context_form;

/* The call form with all its parts: a value, and what is to be done on the incoming side. */
static struct faden__next pick(void *from, void *to, void *own_sp, struct faden__switch_ops *ops)
{
    ((faden_context *)from)->sp = own_sp;
    return (struct faden__next){((faden_context *)to)->sp, to};
}

static void *finish(void *value)
{
    return value;
}

static struct faden__switch_ops ops = {.pick = pick, .finish = finish};

/* The call that may wait: each one fails, so that its room is left. */
static struct faden__next pick_wait(void *from, void *to, void *own_sp, struct faden__switch_ops *o)
{
    *(int *)arch_room(own_sp) = -1;
    return pick(from, to, own_sp, o);
}

static struct faden__switch_ops wait_ops = {.pick = pick_wait};

/* And one that need not wait. */
static struct faden__next pick_stay(void *from, void *to, void *own_sp, struct faden__switch_ops *o)
{
    *(int *)arch_room(own_sp) = 0;
    return (struct faden__next){own_sp, NULL};
}

static struct faden__switch_ops stay_ops = {.pick = pick_stay};

void faden__wait_leave(void *room)
{
}

/* Leaf functions, which need not keep the stack aligned: what they save is odd. */
static NOINLINE uintptr_t leaf_call(faden_context *from, faden_context *to, uintptr_t kept)
{
    return (uintptr_t)faden__arch_switch_call(&ops, from, to) + kept;
}

static NOINLINE int leaf_wait(faden_context *from, faden_context *to, int kept)
{
    return faden__arch_wait_call(&wait_ops, from, to) + kept;
}

/* With nothing but a call, and so no more registers saved and no frame pointer than need be. */
static NOINLINE void plain_context(void *arg)
{
    for (;;) {
        fresh[0] = false;
        faden_context_switch(&other, &base);
    }
}

static NOINLINE void inner_context(void *arg)
{
    int self = (int)(intptr_t)arg;
    for (;;) {
        fresh[self] = false;
        switch (context_form) {
        case OUT_OF_LINE:
            faden_context_switch(&other, &base);
            break;
        case INLINE:
            faden_context_switch_inline(&other, &base);
            break;
        case CALL:
            leaf_call(&other, &base, 1);
            break;
        case WAIT:
            leaf_wait(&other, &base, 1);
            break;
        case CORO:
            faden_coro_yield(NULL);
            break;
        default:
            if (self == 0)
                faden_coro_transfer(&coro[1], (void *)1);
            else
                faden_coro_yield(NULL);
        }
    }
}

static NOINLINE void context_body(void *arg)
{
    isa_frame_b(context_form == PLAIN ? plain_context : inner_context, arg, WALK_CONTEXT_SEED);
    abort();
}

static NOINLINE void *coro_body(void *arg)
{
    isa_frame_b(inner_context, arg, WALK_CONTEXT_SEED);
    abort();
}

static NOINLINE void plain_base(void *arg)
{
    isa_step_on();
    faden_context_switch(&base, &other);
    faden_context_switch(&base, &other);
    isa_step_off();
    __asm__ volatile(""); /* the call above is not the last thing here: no jump instead */
}

/* The first visit starts the context, the others resume it. */
static NOINLINE void inner_base(void *arg)
{
    isa_step_on();
    for (int i = 0; i < 3; i++) {
        if (base_form == OUT_OF_LINE)
            faden_context_switch(&base, &other);
        else if (base_form == INLINE)
            faden_context_switch_inline(&base, &other);
        else if (base_form == CALL)
            faden__arch_switch_call(&ops, &base, &other);
        else if (base_form == WAIT)
            faden__arch_wait_call(faden__arch_wait_call(&stay_ops, &base, &other) == 0 ? &wait_ops
                                                                                       : NULL,
                                  &base, &other);
        else if (base_form == CORO)
            faden_coro_resume(&coro[0], (void *)0);
        else
            faden_coro_resume(&coro[i & 1], (void *)(intptr_t)(i & 1));
    }
    isa_step_off();
    __asm__ volatile(""); /* likewise */
}

static NOINLINE void on_base(void)
{
    isa_frame(base_form == PLAIN ? plain_base : inner_base, NULL, WALK_BASE_SEED);
    __asm__ volatile(""); /* likewise */
}

static void run(enum form in_base, enum form in_context, const char *name)
{
    doing = name;
    base_form = in_base;
    context_form = in_context;
    for (int i = 0; i < STACKS; i++) {
        fresh[i] = true;
        EXPECT(faden_coro_init(&coro[i], stack[i], SIZE, coro_body, NULL) == 0, "init");
    }
    chains = (struct walk_chains){
        .inner_base = base_form == PLAIN ? plain_base : inner_base,
        .inner_context = context_form == PLAIN ? plain_context : inner_context,
        .on_base = on_base,
        .body = coro_body,
    };
    if (context_form <= WAIT) {
        chains.body = context_body;
        faden_context_init(&other, stack[0], SIZE, context_body, (void *)0);
    }
    steps = 0;
    on_base();
    EXPECT(steps > 60, "%s: only %d steps", name, steps);
}

extern void faden__switch(void);
extern void faden__switch_leave(void);

int main(void)
{
    static char alternate[65536];
    struct sigaction sa = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    if (!ISA_CAN_STEP)
        SKIP("this processor cannot single-step itself");
    NOT_UNDER_VALGRIND("no single steps");
    alarm(30);
    base_high = (uintptr_t)__builtin_frame_address(0);
    sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = sizeof alternate}, NULL);
    sigaction(SIGTRAP, &sa, NULL);
    run(PLAIN, PLAIN, "plain");
    run(PLAIN, INLINE, "plain, inline in the context");
    run(INLINE, PLAIN, "inline, plain in the context");
    run(PLAIN, CALL, "plain, call in the context");
    run(CALL, PLAIN, "call, plain in the context");
    run(OUT_OF_LINE, OUT_OF_LINE, "out of line");
    run(INLINE, INLINE, "inline");
    run(OUT_OF_LINE, INLINE, "out of line, inline in the context");
    run(INLINE, OUT_OF_LINE, "inline, out of line in the context");
    /* the call form cannot resume the inline one: forms.c */
    run(CALL, CALL, "call");
    run(CALL, OUT_OF_LINE, "call, out of line in the context");
    run(OUT_OF_LINE, CALL, "out of line, call in the context");
    run(WAIT, WAIT, "wait");
    run(CORO, CORO, "resume and yield");
    run(TRANSFER, TRANSFER, "transfer");
    walk_expect_seen(faden_context_switch, "faden_context_switch");
    walk_expect_seen(faden__switch, "faden__switch");
    walk_expect_seen(faden__switch_leave, "faden__switch_leave");
    walk_expect_seen(faden__context_start, "faden__context_start");
    return 0;
}
