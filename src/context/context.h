/* SPDX-License-Identifier: MIT */
/* What the layers above build contexts with. */
#ifndef FADEN_CONTEXT_CONTEXT_H
#define FADEN_CONTEXT_CONTEXT_H

#include <faden/context.h>

/* As faden_context_init, for any size the caller vouches for; gives the stack pointer. */
void *faden__context_prepare(char *stack, size_t size, void (*entry)(void *), void *arg,
                             uint64_t fp_control);

/* Where faden__context_start (switch.S) enters C. Nothing that a compiler sees calls it. */
__attribute__((used)) FADEN_NORETURN void faden__context_entry(void (*entry)(void *), void *arg);

#endif
