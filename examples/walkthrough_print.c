/* SPDX-License-Identifier: MIT */
/*
 * A picture of both stacks, as they are in the moment's copy of the memory. At which place of a
 * suspended frame which register lies is the library's private business: no program has a use for
 * it, so no public header says it. But this program draws that frame, so it reads frame.h.
 */
#include "frame.h"
#include "walkthrough.h"

#include <stdio.h>
#include <string.h>

struct field {
    uintptr_t offset;
    const char *name;
};

static const struct field suspended[] = {
    {FRAME_RESUME, " resume address"}, {FRAME_RBP, " rbp"},    {FRAME_RBX, " rbx"},
    {FRAME_MXCSR, " mxcsr"},           {FRAME_X87CW, " fpcw"}, {FRAME_R12, " r12"},
    {FRAME_R13, " r13"},               {FRAME_R14, " r14"},    {FRAME_R15, " r15"},
    {FRAME_RETURN, " return address"}, {0, NULL},
};
static const struct field created[] = {
    {FRAME_RESUME, " resume address"}, {FRAME_RBP, " rbp"},    {FRAME_RBX, " rbx"},
    {FRAME_MXCSR, " mxcsr"},           {FRAME_X87CW, " fpcw"}, {FRAME_ENTRY, " start"},
    {FRAME_ARG, " param"},             {0, NULL},
};

/* The live part of a stack begins at the SP, or where the stored SP says. */
static uintptr_t lowest(const struct moment *m, int side)
{
    uintptr_t begin = (uintptr_t)world.stack[side], end = begin + sizeof world.stack[side];
    if (m->sp >= begin && m->sp <= end)
        return m->sp;
    return m->world.sp[side].sp ? (uintptr_t)m->world.sp[side].sp : end;
}

/* One word of a stack, and what it is; nothing below the live part. */
static void word_line(char line[80], int step, const struct moment *m, int side, size_t index)
{
    uintptr_t address = (uintptr_t)&world.stack[side][index], low = lowest(m, side);
    uintptr_t value = m->world.stack[side][index], stored = (uintptr_t)m->world.sp[side].sp;
    const struct field *field = m->world.is_new[side] ? created : suspended;
    line[0] = '\0';
    if (address < low)
        return;
    int n = snprintf(line, 80, "%4s%012lx %12lx", address == m->sp ? "SP> " : "", address, value);
    for (; stored == low && field->name; field++)
        if (field->offset / 8 == (address - stored) / 8) /* two may share a word */
            strcat(line, field->name);
    if (line[n] == '\0')
        strcat(line, address == (uintptr_t)m->world.local[side] ? " local variable"
                     : address == m->sp && step == 2            ? " return address"
                                                                : " frame");
}

void print_moment(int step, const struct moment *m)
{
    static const char *const steps[] = {
        "create: <f> and <g> are suspended, as if start had called resume.",
        "1. <f> is active, <g> is suspended.",
        "2. <f> calls resume: its parameters (&sp_f in rdi, &sp_g in rsi) and return address.",
        "3. resume has saved <f>'s nonvolatile registers on <f>'s stack and the SP in sp_f.",
        "4. The SP has changed: resume runs on <g>'s stack.",
        "5. resume has fetched <g>'s nonvolatile registers from <g>'s stack.",
        "6. resume has returned: <g> is active, <f> is suspended.",
        "destroy: sp_f and sp_g are forgotten; the stacks may be used for something else.",
    };
    printf("%s\n", steps[step]);
    if (m->pc)
        printf("    pc %lx in <%s>, sp %lx, rdi %lx, rsi %lx\n"
               "    rbp %lx, rbx %lx, r12 %lx, r13 %lx, r14 %lx, r15 %lx\n",
               m->pc, !in_coroutine(m->pc) ? "resume" : step == 1 ? "f" : "g", m->sp, m->rdi,
               m->rsi, m->rbp, m->rbx, m->r12, m->r13, m->r14, m->r15);
    char f[80], g[80];
    size_t low_f = (lowest(m, F) - (uintptr_t)world.stack[F]) / 8;
    size_t low_g = (lowest(m, G) - (uintptr_t)world.stack[G]) / 8;
    printf("    stack of <f>, sp_f = %-12lx               stack of <g>, sp_g = %lx\n",
           (uintptr_t)m->world.sp[F].sp, (uintptr_t)m->world.sp[G].sp);
    for (size_t i = STACK_WORDS; i-- > (low_f < low_g ? low_f : low_g);) {
        word_line(f, step, m, F, i);
        word_line(g, step, m, G, i);
        printf("%-52s%s\n", f, g);
    }
}
