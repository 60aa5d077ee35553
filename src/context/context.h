/* SPDX-License-Identifier: MIT */
/* What the layers above build contexts with. */
#ifndef FADEN_CONTEXT_CONTEXT_H
#define FADEN_CONTEXT_CONTEXT_H

#include <faden/context.h>

#include "frame.h"

/* As faden_context_init, for any size the caller vouches for; gives the stack pointer. */
void *faden__context_prepare(char *stack, size_t size, void (*entry)(void *), void *arg,
                             uint64_t fp_control);

/* The control state that the program promised to leave alone; 0: it did not. A port whose state may
   be 0 makes no use of the promise then, and nobody looks whether it is kept. */
extern uint64_t faden__fp_fixed;

/* What a new context begins with. */
static inline uint64_t fp_control_now(void)
{
    uint64_t fixed = faden__fp_fixed;
    return fixed ? fixed : arch_fp_control();
}

/* In checked builds, where one coroutine or task leaves and another comes: the promise is kept. */
#define FP_PROMISED "nobody has changed the floating-point control state since faden_fp_control_fix"
static inline bool fp_control_as_promised(void)
{
    return !faden__fp_fixed || arch_fp_control() == faden__fp_fixed;
}

/* Where faden__context_start (switch.S) enters C. Nothing that a compiler sees calls it. */
__attribute__((used)) FADEN_NORETURN void faden__context_entry(void (*entry)(void *), void *arg);

#endif
