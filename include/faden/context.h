/* SPDX-License-Identifier: MIT */
/*
 * faden/context.h: suspended control flows and the switch between them.
 *
 *      static faden_context main_ctx, foo_ctx;
 *
 *      static void foo(void *arg)
 *      {
 *          for (;;) {
 *              printf("%s\n", (const char *)arg);
 *              faden_context_switch(&foo_ctx, &main_ctx);
 *          }
 *      }
 *
 *      int main(void)
 *      {
 *          static _Alignas(16) char stack[65536];
 *          faden_context_init(&foo_ctx, stack, sizeof stack, foo, "hello");
 *          for (int i = 0; i < 3; i++)
 *              faden_context_switch(&main_ctx, &foo_ctx);
 *      }
 *
 * A context is a control flow that does not run now: its registers lie on its stack, so a stack
 * pointer is all there is to it. This is the lowest layer: no allocation, no thread-local
 * state, no operating system. Nothing here blocks; everything may be called from a task, a
 * plain thread, or an interrupt handler with a stack of its own.
 *
 * Rules. A context is resumed once for each time it was suspended. It may be resumed by another
 * thread than the one that suspended it, if the program orders the two. To forget a suspended
 * context, do not switch to it again; its stack may then be used for something else.
 */
#ifndef FADEN_CONTEXT_H
#define FADEN_CONTEXT_H

#include <faden/arch.h>
#include <faden/base.h>

FADEN_BEGIN

typedef struct faden_context {
    void *sp; /* where the saved registers lie; meaningless while the context runs */
} faden_context;

/* The least stack faden_context_init takes, in bytes: 512, and more where there are more registers
   to save. What the entry function needs comes on top: printf alone wants several KiB. */
#define FADEN_CONTEXT_STACK_MIN FADEN__STACK_MIN

/*
 * Prepare `ctx` so that the first switch to it calls entry(arg) on the `size` bytes at `stack`
 * (any alignment; the context aligns within them and never touches memory outside). The
 * floating-point control state of the new context is the creator's at this moment.
 *
 * entry must not return: there is nobody to return to. If it does, faden_context_returned()
 * panics. Panics if size < FADEN_CONTEXT_STACK_MIN. Does not allocate. There is no guard below
 * the stack; take one from faden_coro_new, or map one.
 */
FADEN_API void faden_context_init(faden_context *ctx, void *stack, size_t size,
                                  void (*entry)(void *arg), void *arg);

/*
 * Suspend the running control flow in `from` and go on with `to`. Keeps the whole ABI state:
 * callee-saved registers and the floating-point control state (mxcsr control bits and x87
 * control word; the sticky exception flags are not part of it). Returns when somebody switches
 * to `from`.
 *
 * To start the very first context, give any faden_context as `from`: it receives the running
 * control flow, and switching back to it returns here.
 */
FADEN_API void faden_context_switch(faden_context *from, const faden_context *to);

/*
 * The same, expanded at the place of the call: the compiler saves what is live, about a third of
 * the time. Does NOT keep the floating-point control state: use it where all contexts share one
 * rounding mode. Either form resumes what either form suspended.
 */
__attribute__((always_inline)) static inline void faden_context_switch_inline(
    faden_context *from, const faden_context *to)
{
    faden__arch_switch(from, to);
}

/* Where a context lands whose entry returned: panics with "context returned". */
FADEN_API FADEN_NORETURN void faden_context_returned(void);

/*
 * Every panic of the library ends here: one report on the error stream, then abort(). A program
 * with no operating system says itself what becomes of it (docs/context-library.md).
 */
FADEN_API FADEN_NORETURN void faden_panic(const char *format, ...) FADEN_FORMAT(1, 2);

FADEN_END

#endif
