/* SPDX-License-Identifier: MIT */
/*
 * Who runs here: the one thread-local of the library. It is read at the entry of a call and never
 * kept across a switch: a flow may go on in another thread, and compilers keep addresses derived
 * from the thread pointer.
 *
 * In every world the platform sees to it that each cpu has its own; initial-exec, so that the
 * address is one load away in the shared object too.
 */
#ifndef FADEN_CORO_HERE_H
#define FADEN_CORO_HERE_H

#include <stdint.h>

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

struct cpu;
struct faden_coro;

struct here {
    struct cpu *cpu;         /* NULL: a plain thread */
    struct faden_coro *coro; /* the running coroutine of the running flow, or NULL */
    struct exceptions *exceptions; /* the C++ runtime's for this thread; NULL: not asked yet */
    uint32_t number;         /* of this thread, for the owners of locks; 0: it has none yet */
};

extern _Thread_local struct here faden__here __attribute__((tls_model("initial-exec")));

#pragma GCC visibility pop

#endif
