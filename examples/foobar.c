/* SPDX-License-Identifier: MIT */
/* foobar: foo counts down from 42 and bar from 23: three ways to let them share the processor. */
#include <faden/context.h>

#include <stdio.h>
#include <string.h>

static void call_bar(void)
{
    for (int b = 23; b--;)
        printf("bar %d\n", b);
}

static void call_foo(void)
{
    for (int f = 42; f--;)
        printf("foo %d\n", f);
    call_bar();
}

/* Each call goes one deeper and none returns. The counters pass zero without ending it: one of
   them is always not zero. So that this program ends, they stop at DEPTH. */
enum { DEPTH = 100 };
static int f = 42, b = 23, depth;
static char *bottom; /* main's frame: the stack's first byte that they use */

static void print_round(const char *name, int count)
{
    ptrdiff_t used = bottom - (char *)__builtin_frame_address(0);
    printf("%s %-4d depth %3d, %5td bytes of stack\n", name, count, ++depth, used);
}

static void mutual_bar(void);

__attribute__((noinline)) static void mutual_foo(void)
{
    while (depth < DEPTH && f--) {
        print_round("foo", f);
        mutual_bar();
    }
}

__attribute__((noinline)) static void mutual_bar(void)
{
    while (depth < DEPTH && b--) {
        print_round("bar", b);
        mutual_foo();
    }
}

static faden_context stack_foo, stack_bar, dummy;

static void switch_foo(void *count)
{
    for (int n = *(int *)count; n--; faden_context_switch(&stack_foo, &stack_bar))
        printf("foo %d\n", n);
    faden_context_switch(&stack_foo, &dummy);
}

static void switch_bar(void *count)
{
    for (int n = *(int *)count; n--; faden_context_switch(&stack_bar, &stack_foo))
        printf("bar %d\n", n);
    for (;;) /* done; but nobody called bar, so there is nobody to return to */
        faden_context_switch(&stack_bar, &stack_foo);
}

/* The first switch of all saves a control flow that nobody prepared, this one: in a dummy. */
static void switch_start(void)
{
    static char foo_memory[64 << 10], bar_memory[64 << 10];
    faden_context_init(&stack_foo, foo_memory, sizeof foo_memory, switch_foo, &(int){42});
    faden_context_init(&stack_bar, bar_memory, sizeof bar_memory, switch_bar, &(int){23});
    faden_context_switch(&dummy, &stack_foo);
}

static const struct form {
    const char *name, *what;
    void (*run)(void);
} forms[] = {
    {"call", "one-way call: one after the other, not concurrent", call_foo},
    {"mutual", "mutual call: in turn, but the stack only grows", mutual_foo},
    {"switch", "context switch: in turn, each on its own stack, as we want it", switch_start},
};

int main(int argc, char **argv)
{
    bottom = __builtin_frame_address(0);
    int shown = 0;
    for (const struct form *p = forms; p < forms + 3; p++)
        if (argc == 1 || (argc == 2 && !strcmp(argv[1], p->name))) {
            printf("%s# %s\n", shown++ ? "\n" : "", p->what);
            p->run();
        }
    bool help = argc == 2 && !strcmp(argv[1], "--help");
    if (!shown)
        fputs("usage: foobar [call | mutual | switch]\n", help ? stdout : stderr);
    return shown || help ? 0 : 2;
}
