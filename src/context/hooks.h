/* SPDX-License-Identifier: MIT */
/*
 * Telling sanitizers which stack we are on. They are looked for once, as weak references: a
 * sanitized program gets this from the library it was linked with, whether that is sanitized or
 * not. Where there is none, the switch is not touched.
 *
 * AddressSanitizer must be told before a switch where the new stack lies, and afterwards that we
 * have arrived; and it keeps a "fake stack" for each flow, whose handle we store while the flow is
 * suspended.
 */
#ifndef FADEN_CONTEXT_HOOKS_H
#define FADEN_CONTEXT_HOOKS_H

#include <faden/arch.h>

/* For what runs between the announcement of a switch and the switch, wherever it is compiled, and
   for frames that never end. clang's no_sanitize alone still tells ThreadSanitizer of each call. */
#ifdef __clang__
#define UNSEEN __attribute__((disable_sanitizer_instrumentation))
#else
#define UNSEEN __attribute__((no_sanitize("address", "thread", "undefined")))
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

/* If a sanitizer is there, go in front of these ops. Gives whether there is one. */
bool hooks_install(struct faden__switch_ops *const *ops, size_t n);

#endif
