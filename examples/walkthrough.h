/* SPDX-License-Identifier: MIT */
/* What walkthrough.c tells, walkthrough_step.c records and walkthrough_print.c prints. */
#ifndef WALKTHROUGH_H
#define WALKTHROUGH_H

#include <faden/context.h>

typedef faden_context SP; /* a coroutine is its stack pointer */

enum { F, G, STACK_WORDS = 512, MOMENTS = 256 };

/* All that there is of <f> and <g>. */
struct world {
    SP sp[2]; /* sp_f, sp_g; NULL while the coroutine is active */
    uintptr_t stack[2][STACK_WORDS];
    const uintptr_t *local[2]; /* where its local variable lies */
    bool is_new[2];            /* created, never active */
};
extern struct world world;

/* The world and the registers, before one instruction. */
struct moment {
    uintptr_t pc, sp, rbp, rbx, r12, r13, r14, r15, rdi, rsi;
    struct world world;
};
extern struct moment moments[MOMENTS + 1]; /* the last one stays zero */
extern size_t moment_count;

/* From one RECORD to the next, each moment is kept. */
#define RECORD __asm__ volatile("int3" ::: "memory")
void step_init(void);

/* Is this the moment that shows the step (1 to 6), after the moment of the step before? */
bool step_is(int step, const struct moment *m);

/* <f> and <g> lie in a section of their own, whose bounds the linker names. While the pc is within
   it, one of them is active; between two RECORDs, elsewhere is <resume>. Their frames shall have no
   sanitizer's poison, which the copying would step on. */
#define COROUTINE __attribute__((section("coroutines"), noinline, no_sanitize("address")))
bool in_coroutine(uintptr_t address);

void print_moment(int step, const struct moment *m);

#endif
