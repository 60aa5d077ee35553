/* SPDX-License-Identifier: MIT */
/* The forms of the switch as functions of one shape. */
#include "conform.h"
#include "probe.h"

#include "frame.h"

const char *const conform_form_names[DIRECT_FORMS] = {
    "out of line", "inline", "call", "wait",
#ifdef FADEN_ARCH_OUTLINE_H
    "direct",
#endif
};

static void out_of_line(void *from, void *to)
{
    faden_context_switch(from, to);
}

static void inlined(void *from, void *to)
{
    faden_context_switch_inline(from, to);
}

ZEROING static struct faden__next pick(void *from, void *to, void *own_sp,
                                       struct faden__switch_ops *ops)
{
    ((faden_context *)from)->sp = own_sp;
    return (struct faden__next){((faden_context *)to)->sp, to};
}

ZEROING static void *finish(void *value)
{
    return value;
}

ZEROING static struct faden__next pick_wait(void *from, void *to, void *own_sp,
                                            struct faden__switch_ops *ops)
{
    *(int *)arch_room(own_sp) = 7;
    return pick(from, to, own_sp, ops);
}

/* At an address whose low byte is zero: it is not taken for something else. */
static _Alignas(256) struct faden__switch_ops call_ops = {.pick = pick, .finish = finish};
static struct faden__switch_ops wait_ops = {.pick = pick_wait};

static void call(void *from, void *to)
{
    faden__arch_switch_call(&call_ops, from, to);
}

static void wait(void *from, void *to)
{
    int result = faden__arch_wait_call(&wait_ops, from, to);
    EXPECT(result == 7, "a wait gave %d instead of 7", result);
}

void (*const conform_switch[FORMS])(void *, void *) = {out_of_line, inlined, call, wait};

#ifdef FADEN_ARCH_OUTLINE_H
static faden_context *direct_to;

ZEROING static struct faden__next pick_direct(void *from, void *junk, void *own_sp,
                                              struct faden__switch_ops *ops)
{
    return pick(from, direct_to, own_sp, ops);
}

static _Alignas(256) struct faden__switch_ops direct_ops = {.pick = pick_direct, .finish = finish};

static void probe_direct(struct probe *p, faden_context *from, faden_context *to)
{
    direct_to = to;
    p->fn = (void (*)(void *, void *))(uintptr_t)faden__switch;
    p->a = &direct_ops;
    p->b = from;
}
#else
static void probe_direct(struct probe *p, faden_context *from, faden_context *to)
{
}
#endif

void conform_probe_switch(struct probe *p, enum conform_form form, faden_context *from,
                          faden_context *to)
{
    p->fn = (void (*)(void *, void *))faden_context_switch;
    p->a = from;
    p->b = to;
    if (form < FORMS && form != OUT_OF_LINE)
        p->fn = conform_switch[form];
    else if (form == DIRECT)
        probe_direct(p, from, to);
}
