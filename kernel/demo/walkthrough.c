/* SPDX-License-Identifier: MIT */
/*
 * create, resume, destroy: <f> hands over to <g>, with both stacks at each step. A continuation is
 * a stack pointer; what a suspended one has on its stack is what brings it back.
 */
#include <faden/context.h>

#include "kernel.h"
#include "program.h"
#include "trap.h"

typedef faden_context SP;

enum { F, G, STACK_WORDS = 2048 / sizeof(uintptr_t), SHOWN = 40 };

static uintptr_t stack[2][STACK_WORDS] __attribute__((aligned(64)));
static SP sp_f, sp_g, sp_main;

static void create(SP *sp, int which, void (*start)(void *), void *param)
{
    faden_context_init(sp, stack[which], sizeof stack[which], start, param);
}

static void resume(SP *from, SP *to)
{
    SP next = *to;
    to->sp = NULL; /* it is active: it has no continuation */
    faden_context_switch(from, &next);
}

/* The stack may be used for something else. */
static void destroy(SP *sp)
{
    sp->sp = NULL;
}

static void show_word(const uintptr_t *word)
{
    size_t offset;
    const char *name = symbol_name(*word, &offset);
    if (name)
        print("      %p  %s+%lu\n", (const void *)word, name, (unsigned long)offset);
    else
        print("      %p  0x%lx\n", (const void *)word, (unsigned long)*word);
}

static void show(const char *name, int which, const SP *sp)
{
    const uintptr_t *from = sp->sp, *end = stack[which] + STACK_WORDS;
    if (!from) {
        print("    <%s> is active or gone: no continuation\n", name);
        return;
    }
    print("    sp_%s = %p, %lu words on its stack\n", name, sp->sp, (unsigned long)(end - from));
    for (int i = 0; i < SHOWN && from < end; i++)
        show_word(from++);
}

static void step(int n, const char *text)
{
    print("%d. %s\n", n, text);
    show("f", F, &sp_f);
    show("g", G, &sp_g);
}

static void f(void *param)
{
    step(3, "<f> is active: resume has taken its continuation off");
    resume(&sp_f, &sp_g);
    step(5, "<f> again: it returned from its call of resume");
    resume(&sp_f, &sp_main);
}

static void g(void *param)
{
    step(4, "<g> is active, <f> is suspended in resume");
    resume(&sp_g, &sp_f);
}

int demo_walkthrough(int argc, char **argv)
{
    create(&sp_f, F, f, (void *)0xf1);
    step(1, "create <f>: as if it had already called resume");
    create(&sp_g, G, g, (void *)0x91);
    step(2, "create <g>");
    resume(&sp_main, &sp_f);
    destroy(&sp_f);
    destroy(&sp_g);
    step(6, "destroy both");
    return 0;
}
