/* SPDX-License-Identifier: MIT */
/*
 * A backtrace that is judged: two chains of callers are known,
 *
 *      base flow    ... inner, isa_frame,   on_base, ... main, ...
 *      context      ... inner, isa_frame_b, body, (faden's entry functions,) faden__context_start
 *
 * and in isa_frame and isa_frame_b every callee-saved register is known too. What lies above
 * `inner` is the machinery that is being looked at.
 *
 * Where the program is compiled without unwind tables (WITHOUT_TABLES) an unwinder ends early:
 * then only that it ends is looked at.
 */
#ifndef TESTS_ARCH_WALK_H
#define TESTS_ARCH_WALK_H

#include <unwind.h>

#include "check.h"
#include "isa.h"

enum { WALK_MAX = 48, WALK_MACHINERY = 6 };
#define WALK_BASE_SEED UINT64_C(0x1111222233334444)
#define WALK_CONTEXT_SEED UINT64_C(0x5555666677778888)

struct walk {
    uintptr_t pc; /* begin where this is: the frames above are the signal handler's */
    bool inside, endless;
    int n;
    uintptr_t function[WALK_MAX];
    const char *wrong; /* what a register was not */
};

/* Defined by the test. */
static void inner_base(void *);
static void inner_context(void *);
static void on_base(void);
int main(void);
extern void faden__context_start(void);

static inline void walk_registers(struct walk *w, struct _Unwind_Context *at, uint64_t seed)
{
    for (size_t i = 0; i < sizeof isa_frame_registers / sizeof *isa_frame_registers; i++)
        if (_Unwind_GetGR(at, isa_frame_registers[i]) != seed + i) {
            static const char *const names[] = {ISA_SENTINEL_NAMES};
            w->wrong = names[i];
        }
}

static inline _Unwind_Reason_Code walk_frame(struct _Unwind_Context *at, void *arg)
{
    struct walk *w = arg;
    int before = 0;
    uintptr_t ip = _Unwind_GetIPInfo(at, &before);
    if (ip == w->pc)
        w->inside = true;
    if (!w->inside)
        return _URC_NO_REASON;
    if (w->n == WALK_MAX) {
        w->endless = true;
        return _URC_NORMAL_STOP;
    }
    /* It looks at the byte before what it is given, as for a return address. */
    uintptr_t f = (uintptr_t)_Unwind_FindEnclosingFunction((void *)(ip + !!before));
    if (w->n && f == (uintptr_t)isa_frame) /* they are set at its call, not before */
        walk_registers(w, at, WALK_BASE_SEED);
    if (w->n && f == (uintptr_t)isa_frame_b)
        walk_registers(w, at, WALK_CONTEXT_SEED);
    w->function[w->n++] = f;
    return _URC_NO_REASON;
}

static inline int walk_find(const struct walk *w, uintptr_t function)
{
    for (int i = 0; i < w->n; i++)
        if (w->function[i] == function)
            return i;
    return -1;
}

static inline const char *walk_judge_base(const struct walk *w)
{
    int at = walk_find(w, (uintptr_t)isa_frame);
    if (at < 0 || at > WALK_MACHINERY)
        return "the base flow's frame is not there";
    if (at && w->function[at - 1] != (uintptr_t)inner_base)
        return "inner_base is not above the frame";
    if (w->n < at + 3 || w->function[at + 1] != (uintptr_t)on_base ||
        walk_find(w, (uintptr_t)main) < 0)
        return "main and on_base are not below the frame";
    return walk_find(w, (uintptr_t)isa_frame_b) >= 0 ? "the other chain is in it" : NULL;
}

/* `body` is the entry function of the context; `fresh`: it has not come to isa_frame_b yet. */
static inline const char *walk_judge_context(const struct walk *w, uintptr_t body, bool fresh)
{
    int at = walk_find(w, (uintptr_t)isa_frame_b), end = w->n - 1;
    if (walk_find(w, (uintptr_t)isa_frame) >= 0 || walk_find(w, (uintptr_t)main) >= 0)
        return "the base flow's chain is in it";
    if (w->n < 1 || w->function[end] != (uintptr_t)faden__context_start)
        return "it does not end at the floor";
    if (at < 0)
        return fresh && w->n <= WALK_MACHINERY ? NULL : "the context's frame is not there";
    if (at > WALK_MACHINERY || (at && w->function[at - 1] != (uintptr_t)inner_context && !fresh))
        return "inner_context is not above the frame";
    if (end < at + 2 || w->function[at + 1] != body)
        return "the entry function is not below the frame";
    return end <= at + 5 ? NULL : "too many frames below the entry function";
}

/* Walk from `pc` on and judge. NULL: as it must be. */
static inline const char *walk_from(struct walk *w, uintptr_t pc, bool base, uintptr_t body,
                                    bool fresh)
{
    *w = (struct walk){.pc = pc};
    _Unwind_Backtrace(walk_frame, w);
    if (w->endless)
        return "it does not end";
    if (w->n && !w->function[w->n - 1])
        w->n--; /* how the floor is reported */
#ifdef WITHOUT_TABLES
    (void)base, (void)body, (void)fresh, (void)walk_judge_base, (void)walk_judge_context;
    return NULL;
#else
    if (w->wrong)
        return "a callee-saved register is not what it was";
    return base ? walk_judge_base(w) : walk_judge_context(w, body, fresh);
#endif
}

static inline void walk_print(const struct walk *w)
{
    if (w->wrong)
        fprintf(stderr, "    register %s\n", w->wrong);
    for (int i = 0; i < w->n; i++)
        fprintf(stderr, "    function %#lx\n", (unsigned long)w->function[i]);
}

#endif
