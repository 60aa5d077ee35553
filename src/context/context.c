/* SPDX-License-Identifier: MIT */
/*
 * Preparing a stack, and the one C function that every context begins in.
 *
 *      stack + size  ->  +--------------------------+  rounded down to ARCH_STACK_ALIGN
 *                        | struct frame: resume at  |
 *                        | faden__context_start,    |
 *                        | entry, argument          |
 *               sp   ->  +--------------------------+
 *                        | free                     |
 *            stack   ->  +--------------------------+
 *
 * The first switch resumes faden__context_start, which drops the frame and calls
 * faden__context_entry on the empty stack: the floor. Nothing lies above it to return to.
 */
#include "frame.h"

#include "base/assert.h"
#include "context/context.h"
#include "context/hooks.h"
#include "context/valgrind.h"

#ifdef RUNNING_ON_VALGRIND
struct valgrind_stack faden__valgrind_stacks[VALGRIND_STACKS];
#endif

__attribute__((used)) uint64_t faden__fp_fixed; /* link-time optimisation does not see switch.S */

/* Its frame never ends: ThreadSanitizer must not count it (task_entry, coro_entry likewise). */
UNSEEN void faden__context_entry(void (*entry)(void *), void *arg)
{
    entry(arg);
    faden_context_returned();
}

void faden_context_returned(void)
{
    faden_panic("context returned: the entry function of a context ended, but a context has no "
                "caller. Let it switch to another context for good, or use a coroutine.");
}

void *faden__context_prepare(char *stack, size_t size, void (*entry)(void *), void *arg,
                             uint64_t fp_control)
{
    uintptr_t top = (uintptr_t)(stack + size) & ~(uintptr_t)(ARCH_STACK_ALIGN - 1);
    hooks_new_stack(stack, size);
    void *sp = arch_frame_prepare((void *)top, entry, arg, fp_control);
#ifdef ARCH_FRAME_BOUNDS /* the system wants to know where a stack pointer may be */
    arch_frame_bounds(sp, stack, stack + size);
#endif
    return sp;
}

void faden_context_init(faden_context *ctx, void *stack, size_t size, void (*entry)(void *),
                        void *arg)
{
    CHECK(size >= FADEN_CONTEXT_STACK_MIN,
          "faden_context_init: a stack of %zu bytes is too small; %d is the least", size,
          FADEN_CONTEXT_STACK_MIN);
    valgrind_stack_tell(stack, size);
    ctx->sp = faden__context_prepare(stack, size, entry, arg, fp_control_now());
}
