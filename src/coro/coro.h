/* SPDX-License-Identifier: MIT */
/* Coroutines, for the layer that gives them stacks. */
#ifndef FADEN_CORO_CORO_H
#define FADEN_CORO_CORO_H

#include <faden/coro.h>

/* Make `c` a new coroutine on a stack of any size the caller vouches for. */
void faden__coro_prepare(faden_coro *c, char *stack, size_t size, void *(*fn)(void *),
                         const faden_coro_attr *attr, const char *site);

/* `c` will not run again. Panics if it is running or resuming another: its stack is in use. */
void faden__coro_retire(faden_coro *c, const char *call);

#endif
