/* SPDX-License-Identifier: MIT */
/*
 * faden/arch/outline.h: the three forms of the switch for a processor whose port has no inline
 * form. Not for direct use. Each is a call into switch.S, which keeps the whole ABI.
 */
#ifndef FADEN_ARCH_OUTLINE_H
#define FADEN_ARCH_OUTLINE_H

#include <faden/arch/ops.h>

FADEN_BEGIN

/* In switch.S. faden__switch keeps `room` where arch_room (frame.h) finds it. */
FADEN_API void faden_context_switch(struct faden_context *from, const struct faden_context *to);
FADEN_API void *faden__switch(struct faden__switch_ops *ops, void *a, void *b, void *room);

/* faden_context_switch_inline: see context.h. */
__attribute__((always_inline)) static inline void faden__arch_switch(struct faden_context *from,
                                                                     const struct faden_context *to)
{
    faden_context_switch(from, to);
}

/* Run ops->pick(a, b, sp) and go on with the context it names; gives the value it is resumed
   with. */
__attribute__((always_inline)) static inline void *faden__arch_switch_call(
    struct faden__switch_ops *ops, void *a, void *b)
{
    return faden__switch(ops, a, b, NULL);
}

/* The same for a call that may wait; gives its result. */
__attribute__((always_inline)) static inline int faden__arch_wait_call(
    struct faden__switch_ops *ops, void *a, void *b)
{
    struct {
        int result;
        char rest[FADEN__ROOM - sizeof(int)];
    } __attribute__((aligned(16))) room;
    faden__switch(ops, a, b, &room);
    if (room.result < 0)
        faden__wait_leave(&room);
    return room.result;
}

FADEN_END

#endif
