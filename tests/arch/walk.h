/* SPDX-License-Identifier: MIT */
/*
 * A backtrace that is judged: two chains of callers are known,
 *
 *      base flow    ... inner, isa_frame,   on_base, ... main, ...
 *      context      ... inner, isa_frame_b, body, (faden's entry functions,) faden__context_start
 *
 * and in isa_frame and isa_frame_b every callee-saved register is known, and that their frames
 * stay where they are. What lies above `inner` is the machinery that is being looked at.
 *
 * Where the program is compiled without unwind tables (WITHOUT_TABLES) an unwinder ends early:
 * then only that it ends is looked at.
 */
#ifndef TESTS_ARCH_WALK_H
#define TESTS_ARCH_WALK_H

#include <unwind.h>

#include "check.h"
#include "isa.h"

#ifdef WITHOUT_TABLES
#define WALK_WITHOUT_TABLES true
#else
#define WALK_WITHOUT_TABLES false
#endif

enum { WALK_MAX = 48, WALK_MACHINERY = 6 };
#define WALK_BASE_SEED UINT64_C(0x1111222233334444)
#define WALK_CONTEXT_SEED UINT64_C(0x5555666677778888)

struct walk {
    uintptr_t pc; /* begin where this is: the frames above are the signal handler's */
    bool inside, endless;
    int n;
    uintptr_t function[WALK_MAX];
    uintptr_t base_frame, context_frame;
    const char *wrong; /* what a register was not */
};

/* Set by the test. */
struct walk_chains {
    void *inner_base, *inner_context, *on_base, *body;
    uintptr_t base_frame, context_frame[2]; /* 0: not seen yet; of the context's stack */
};
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
    if (w->n && f == (uintptr_t)isa_frame) { /* they are set at its call, not before */
        walk_registers(w, at, WALK_BASE_SEED);
        w->base_frame = _Unwind_GetCFA(at);
    }
    if (w->n && f == (uintptr_t)isa_frame_b) {
        walk_registers(w, at, WALK_CONTEXT_SEED);
        w->context_frame = _Unwind_GetCFA(at);
    }
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

/* Whether a frame is where it was when it was first seen. */
static inline bool walk_frame_stays(uintptr_t *known, uintptr_t now)
{
    if (now && !*known)
        *known = now;
    return !now || *known == now;
}

static inline const char *walk_judge_base(const struct walk *w, struct walk_chains *c)
{
    int at = walk_find(w, (uintptr_t)isa_frame);
    if (at < 0 || at > WALK_MACHINERY)
        return "the base flow's frame is not there";
    if (at && w->function[at - 1] != (uintptr_t)c->inner_base)
        return "inner_base is not above the frame";
    if (w->n < at + 3 || w->function[at + 1] != (uintptr_t)c->on_base ||
        walk_find(w, (uintptr_t)main) < 0)
        return "main and on_base are not below the frame";
    if (!walk_frame_stays(&c->base_frame, w->base_frame))
        return "the frame is at another place";
    return walk_find(w, (uintptr_t)isa_frame_b) >= 0 ? "the other chain is in it" : NULL;
}

/* `fresh`: the context has not come to inner_context yet. */
static inline const char *walk_judge_context(const struct walk *w, struct walk_chains *c, int stack,
                                             bool fresh)
{
    int at = walk_find(w, (uintptr_t)isa_frame_b), end = w->n - 1;
    if (walk_find(w, (uintptr_t)isa_frame) >= 0 || walk_find(w, (uintptr_t)main) >= 0)
        return "the base flow's chain is in it";
    if (w->n < 1 || w->function[end] != (uintptr_t)faden__context_start)
        return "it does not end at the floor";
    if (at < 0)
        return fresh && w->n <= WALK_MACHINERY ? NULL : "the context's frame is not there";
    if (at > WALK_MACHINERY ||
        (at && w->function[at - 1] != (uintptr_t)c->inner_context && !fresh))
        return "inner_context is not above the frame";
    if (end < at + 2 || w->function[at + 1] != (uintptr_t)c->body)
        return "the entry function is not below the frame";
    if (!walk_frame_stays(&c->context_frame[stack], w->context_frame))
        return "the frame is at another place";
    return end <= at + 5 ? NULL : "too many frames below the entry function";
}

/* Walk from `pc` on, on a context's stack or (-1) the base flow's, and judge. NULL: as it must
   be. */
static inline const char *walk_from(struct walk *w, uintptr_t pc, struct walk_chains *c, int stack,
                                    bool fresh)
{
    *w = (struct walk){.pc = pc};
    _Unwind_Backtrace(walk_frame, w);
    if (w->endless)
        return "it does not end";
    if (w->n && !w->function[w->n - 1])
        w->n--; /* how the floor is reported */
    if (WALK_WITHOUT_TABLES)
        return NULL;
    if (w->wrong)
        return "a callee-saved register is not what it was";
    return stack < 0 ? walk_judge_base(w, c) : walk_judge_context(w, c, stack, fresh);
}

/* The functions that walks began in. */
static uintptr_t walk_seen[64];

static inline void walk_note(const struct walk *w)
{
    for (int i = 0; w->n && i < 64; i++) {
        if (!walk_seen[i])
            walk_seen[i] = w->function[0];
        if (walk_seen[i] == w->function[0])
            return;
    }
}

static inline void walk_expect_seen(void *function, const char *name)
{
    bool seen = WALK_WITHOUT_TABLES; /* the unwinder does not know where it is */
    for (int i = 0; i < 64; i++)
        seen |= walk_seen[i] == (uintptr_t)function;
    EXPECT(seen, "no step was in %s", name);
}

static inline void walk_print(const struct walk *w)
{
    if (w->wrong)
        fprintf(stderr, "    register %s\n", w->wrong);
    for (int i = 0; i < w->n; i++)
        fprintf(stderr, "    function %#lx\n", (unsigned long)w->function[i]);
}

#endif
