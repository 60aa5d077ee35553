/* SPDX-License-Identifier: MIT */
/*
 * Telling sanitizers which stack we are on. They are looked for once, as weak references: a
 * sanitized program gets this from the library it was linked with, whether that is sanitized or
 * not. Where there is none, the switch is not touched.
 *
 * AddressSanitizer must be told before a switch where the new stack lies, and afterwards that we
 * have arrived; and it keeps a "fake stack" for each flow, whose handle we store while the flow is
 * suspended. MemorySanitizer wants to know the bounds of the stack, and that arguments which come
 * out of assembly are good. ThreadSanitizer has a fiber for each flow.
 */
#ifndef FADEN_CONTEXT_HOOKS_H
#define FADEN_CONTEXT_HOOKS_H

#include <faden/arch.h>

/*
 * UNSEEN: for what runs between the announcement of a switch and the switch, and for frames that
 * never end. clang's no_sanitize alone still tells ThreadSanitizer of each call. FROM_ASM: for what
 * assembly calls, which says nothing to MemorySanitizer about the arguments; clang then takes them
 * for good, and says so to whom it passes them on.
 */
#if !defined __clang__
#define UNSEEN __attribute__((no_sanitize("address", "thread", "undefined")))
#define FROM_ASM
#elif __has_feature(memory_sanitizer)
#define UNSEEN __attribute__((no_sanitize("memory")))
#define FROM_ASM UNSEEN
#else
#define UNSEEN __attribute__((disable_sanitizer_instrumentation))
#define FROM_ASM
#endif

/* Where a flow runs, and where its handle is kept. */
struct side {
    const void *low; /* NULL: the stack that the thread came with */
    size_t size;
    void **handle; /* AddressSanitizer's */
    void **fiber;  /* ThreadSanitizer's; made when it is first needed */
};

/* The side that runs here now, as the layers know it; each is asked until one gives true. */
typedef bool (*side_source)(struct side *out);
enum { SIDE_CORO, SIDE_TASK, SIDE_SOURCES };
extern side_source faden__side_sources[SIDE_SOURCES];

/* Somebody begins on this memory, in which frames may have been forgotten: what they had poisoned
   is good again. */
void hooks_new_stack(const void *low, size_t size);

/* The flow is gone for good and its record too: so is its fiber. */
void hooks_forget(void **fiber);

/* A tool checks that threads order what they do: nobody may rely on barriers that it cannot see. */
bool hooks_see_order(void);
/* It has fibers now. */
bool hooks_have_fibers(void);

/* If a sanitizer is there, go in front of these ops. Gives whether there is one. */
bool hooks_install(struct faden__switch_ops *const *ops, size_t n);

#endif
