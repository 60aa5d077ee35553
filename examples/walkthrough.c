/* SPDX-License-Identifier: MIT */
/*
 * walkthrough: coroutine <f> hands over to coroutine <g> by resume, in six steps, with both stacks
 * at each of them. Each word is what the memory held at that step, read between two instructions.
 */
#include "walkthrough.h"

#include <stdio.h>
#include <string.h>

struct world world;
static SP sp_main;
static bool g_is_new; /* at the six steps; else it has called resume before */

/* As if `start` had called resume, which will return to its beginning. */
static void create(int which, void (*start)(void *), void *param)
{
    void *stack = world.stack[which];
    faden_context_init(&world.sp[which], stack, sizeof world.stack[which], start, param);
    world.is_new[which] = true;
}

#define resume(from, to) faden_context_switch(&(from), &(to))

/* Release the context: the stack may be used for something else. */
static void destroy(int which)
{
    world.sp[which].sp = NULL;
}

/* Values to recognize in the nonvolatile registers: 12 in r12 and so on, behind the mark. */
#define FILL_REGISTERS(mark)                                                                 \
    __asm__ volatile("lea 0xb(%0), %%rbx\n\tlea 0x12(%0), %%r12\n\tlea 0x13(%0), %%r13\n\t"  \
                     "lea 0x14(%0), %%r14\n\tlea 0x15(%0), %%r15" ::"a"((uintptr_t)(mark))   \
                     : "rbx", "r12", "r13", "r14", "r15")

static COROUTINE void activate(int which, const volatile uintptr_t *local)
{
    world.is_new[which] = false;
    world.local[which] = (const uintptr_t *)local;
    world.sp[which].sp = NULL;
}

static COROUTINE void f(void *param)
{
    volatile uintptr_t local = (uintptr_t)param;
    activate(F, &local);
    RECORD;
    FILL_REGISTERS(0xf00);
    resume(world.sp[F], world.sp[G]);
}

static COROUTINE void g(void *param)
{
    volatile uintptr_t local = (uintptr_t)param;
    FILL_REGISTERS(0x900);
    if (!g_is_new) {
        activate(G, &local);
        resume(world.sp[G], sp_main);
    }
    RECORD;
    resume(world.sp[G], sp_main);
}

int main(int argc, char **argv)
{
    g_is_new = argc == 2 && !strcmp(argv[1], "new");
    if (argc > 1 && !g_is_new) {
        bool help = argc == 2 && !strcmp(argv[1], "--help");
        fputs("usage: walkthrough [new]\n", help ? stdout : stderr);
        return help ? 0 : 2;
    }
    create(F, f, (void *)0xf1);
    create(G, g, (void *)0x91);
    print_moment(0, &(struct moment){.world = world});
    if (!g_is_new)
        resume(sp_main, world.sp[G]);
    step_init();
    resume(sp_main, world.sp[F]);

    int step = 1;
    for (size_t i = 0; i < moment_count && step <= 6; i++)
        if (step_is(step, &moments[i]))
            print_moment(step++, &moments[i]);
    if (step <= 6)
        fprintf(stderr, "walkthrough: step %d was not seen\n", step);
    destroy(F);
    destroy(G);
    print_moment(7, &(struct moment){.world = world});
    return step <= 6;
}
