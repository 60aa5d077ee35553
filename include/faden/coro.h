/* SPDX-License-Identifier: MIT */
/*
 * faden/coro.h: coroutines, contexts that hand values to each other.
 *
 *      static void *squares(void *first)
 *      {
 *          for (intptr_t i = (intptr_t)first;; i++)
 *              faden_coro_yield((void *)(i * i));
 *          return NULL;
 *      }
 *
 *      faden_coro *c;
 *      int err = faden_coro_new(&c, squares, NULL);
 *      if (err < 0)
 *          ...
 *      for (int i = 0; i < 5; i++)
 *          printf("%ld\n", (long)faden_coro_resume(c, (void *)1));     // 1 4 9 16 25
 *      faden_coro_delete(c);
 *
 * Two models in one. Asymmetric: resume() runs a coroutine until it yields or returns, as a call
 * runs a function. Symmetric: transfer() goes on with another coroutine, which takes over the
 * resumer: when it yields or returns, control comes to whoever resumed the first of them.
 *
 *                resume                    yield
 *      NEW ------------------> RUNNING --------------> SUSPENDED
 *                              ^  |  ^ <-------------- resume, transfer to it
 *           the coroutine it   |  |  |
 *           resumed came back  |  |  +-- return --> DONE
 *                              |  v
 *                            RESUMING (it resumed another one and waits for it)
 *
 * Any thread and any task may use coroutines, each as many as it likes; one coroutine is used by
 * one of them at a time. Nothing here blocks. A coroutine keeps the floating-point control state
 * across switches (but see faden_fp_control_fix); a new one starts with its creator's. C++
 * exceptions that are being handled belong to the coroutine. Within a task, a coroutine may call
 * everything that a task may: the task waits, with the coroutine in it.
 */
#ifndef FADEN_CORO_H
#define FADEN_CORO_H

#include <faden/context.h>

FADEN_BEGIN

typedef enum faden_coro_state {
    FADEN_CORO_NEW,       /* never resumed */
    FADEN_CORO_SUSPENDED, /* yielded or transferred away */
    FADEN_CORO_RUNNING,
    FADEN_CORO_RESUMING, /* waits for one it resumed */
    FADEN_CORO_DONE,     /* its function returned */
} faden_coro_state;

/* A coroutine. The members are private; the size is public so that one can lie anywhere. It must
   not move while it lives. */
typedef struct faden_coro {
    void *sp;                   /* where it goes on */
    void *resumer_sp;           /* where its resumer goes on */
    struct faden_coro *resumer; /* NULL: not a coroutine */
    void *(*fn)(void *);
    char *stack; /* lowest address */
    size_t stack_size;
    const char *name;
    const char *site; /* "file:line" where it was made */
    void *pool;       /* its stack in the pool, or NULL: the caller's memory */
    void *hooks[3];   /* for sanitizers */
    uint32_t state;
} faden_coro;

typedef struct faden_coro_attr {
    const char *name;  /* for reports; not copied, must outlive the coroutine. NULL: none */
    size_t stack_size; /* bytes wanted. 0: 192 KiB */
} faden_coro_attr;

#define FADEN__STR2(x) #x
#define FADEN__STR(x) FADEN__STR2(x)
#define FADEN__HERE __FILE__ ":" FADEN__STR(__LINE__)

/*
 * Make a coroutine that will call fn(first value resumed with), on a stack of its own with a
 * guard below it. `attr` may be NULL. Gives 0, -EINVAL (stack_size too large) or -ENOMEM (no
 * memory, or no more mappings). Release it with faden_coro_delete.
 */
#define faden_coro_new(c, fn, attr) faden_coro_new_at((c), (fn), (attr), FADEN__HERE)
FADEN_API FADEN_CHECK int faden_coro_new_at(faden_coro **c, void *(*fn)(void *first),
                                            const faden_coro_attr *attr, const char *site);

/*
 * The same in place: `c` and the `size` bytes at `stack` are the caller's, and stay so until
 * faden_coro_destroy. No guard. Gives 0, or -EINVAL if size < FADEN_CONTEXT_STACK_MIN.
 * attr->stack_size is not used.
 */
#define faden_coro_init(c, stack, size, fn, attr) \
    faden_coro_init_at((c), (stack), (size), (fn), (attr), FADEN__HERE)
FADEN_API FADEN_CHECK int faden_coro_init_at(faden_coro *c, void *stack, size_t size,
                                             void *(*fn)(void *first), const faden_coro_attr *attr,
                                             const char *site);

/*
 * Release a coroutine that is new, suspended or done. What its frames own is not released:
 * nothing on its stack runs any more. Panics if it is running (or waits for one it resumed).
 * _delete is for those made by _new and accepts NULL; _destroy is for those made by _init.
 */
FADEN_API void faden_coro_delete(faden_coro *c);
FADEN_API void faden_coro_destroy(faden_coro *c);

/* Private: see src/coro/coro.c. */
FADEN_API extern struct faden__switch_ops faden__coro_resume_ops, faden__coro_yield_ops,
    faden__coro_transfer_ops;

/*
 * Run `c` until it yields or returns; gives the value it yielded or returned. `value` is what
 * its yield gives, or its function's argument if it is new. Panics, naming the coroutine, if it
 * is running, resuming another, or done.
 */
__attribute__((always_inline)) static inline void *faden_coro_resume(faden_coro *c, void *value)
{
    return faden__arch_switch_call(&faden__coro_resume_ops, c, value);
}

/*
 * From within a coroutine: go back to the resumer, whose resume gives `value`. Gives what the
 * next resume passes. Panics outside of a coroutine.
 */
__attribute__((always_inline)) static inline void *faden_coro_yield(void *value)
{
    return faden__arch_switch_call(&faden__coro_yield_ops, NULL, value);
}

/*
 * Suspend the running coroutine and go on with `to`, which takes over its resumer. Outside of a
 * coroutine it is the same as resume. Gives what the one that comes back passes. Transfer to
 * oneself gives `value` at once. Panics as resume does.
 */
__attribute__((always_inline)) static inline void *faden_coro_transfer(faden_coro *to, void *value)
{
    return faden__arch_switch_call(&faden__coro_transfer_ops, to, value);
}

FADEN_API faden_coro_state faden_coro_state_of(const faden_coro *c);

/* The running coroutine, or NULL outside of one. */
FADEN_API faden_coro *faden_coro_self(void);

FADEN_API const char *faden_coro_name(const faden_coro *c); /* NULL if it has none */

/*
 * fix: the program promises that from now on it leaves the floating-point control state as the
 * caller has it now, in all threads that use coroutines or tasks: no fesetround, feenableexcept,
 * _MM_SET_FLUSH_ZERO_MODE and the like, but where it is set back before the next switch. Switches
 * of coroutines and tasks then need not keep it for each. On x86-64 they do not, which takes a
 * third off their time, and a checked build (meson -Dchecked=true) panics if the promise is broken;
 * elsewhere nothing changes. What they would have kept is undefined then. faden_context_switch
 * keeps it always.
 *
 * !fix: the promise ends. Either may be called at any time at which no other thread uses coroutines
 * or tasks, best first of all.
 */
FADEN_API void faden_fp_control_fix(bool fix);

FADEN_END

#endif
