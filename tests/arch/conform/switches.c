/* SPDX-License-Identifier: MIT */
/* The forms of the switch as functions of one shape. */
#include "conform.h"

#include "frame.h"

const char *const conform_form_names[FORMS] = {"out of line", "inline", "call", "wait"};

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

static struct faden__switch_ops call_ops = {.pick = pick, .finish = finish};
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
