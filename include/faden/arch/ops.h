/* SPDX-License-Identifier: MIT */
/* faden/arch/ops.h: what <faden/arch.h> has in common on all processors. Not for direct use. */
#ifndef FADEN_ARCH_OPS_H
#define FADEN_ARCH_OPS_H

#include <faden/base.h>

FADEN_BEGIN

/* The least stack of a context; <faden/arch.h> of a processor with larger frames has its own. */
#ifndef FADEN__STACK_MIN
#define FADEN__STACK_MIN 512
#endif

struct faden_context;

/* What a switch does before it leaves the old stack and after it came to the new one. */
struct faden__next {
    void *sp;    /* the context to go on with */
    void *value; /* what its call gives */
};
struct faden__switch_ops {
    struct faden__next (*pick)(void *a, void *b, void *own_sp, struct faden__switch_ops *ops);
    void *(*finish)(void *value);
    /* for src/context/hooks.c, which puts itself in front of the two above */
    struct faden__next (*own_pick)(void *, void *, void *, struct faden__switch_ops *);
    void *(*own_finish)(void *value);
    uint32_t last; /* the outgoing side never runs again */
};

/*
 * A call that may wait has room for what is put on an object's list. The room begins with the
 * result, an int, which pick or the waker sets; if it is negative, faden__wait_leave(room) runs
 * before the room is given up.
 */
#define FADEN__ROOM 144
/* "used": link-time optimisation does not see what assembly calls. */
FADEN_API __attribute__((used)) void faden__wait_leave(void *room);

FADEN_END

#endif
