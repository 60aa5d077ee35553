/* SPDX-License-Identifier: MIT */
/* What a fault in the kernel says. */
#include <faden/faden.h>

#include "kernel.h"
#include "proc/process.h"
#include "processor.h"
#include "program.h"

static const char *kind;

__attribute__((noinline)) static int dig(int depth)
{
    volatile char room[512];
    room[0] = (char)depth;
    return depth ? dig(depth + 1) + room[0] : 0;
}

/* On the stack that a processor has for itself. */
static void far(void *arg, unsigned index)
{
    dig(1);
}

static void nothing(void)
{
}

/* What the processor has against the kernel's use of pages of a process. If it has nothing this
   comes back: the page has the code of a function, too. */
static void reach(uintptr_t at, unsigned access)
{
    enum { CODE = 64 };
    pte_t *space = space_new();
    if (!space || memory_map(space, at, at + PAGE_SIZE, access | SPACE_WRITE))
        return;
    memory_out(space, at, (const char *)(uintptr_t)nothing, CODE);
    irq_disable();
    space_load(physical(space));
    if (access == SPACE_EXEC)
        ((void (*)(void))at)();
    else
        *(volatile char *)at = 1;
}

/* One task has the mutex and never comes back, the other one waits for it. */
static faden_mutex taken;

static void *waiter(void *arg)
{
    faden_mutex_lock(&taken);
    faden_mutex_unlock(&taken);
    return NULL;
}

__attribute__((noinline)) static void hang(void)
{
    static const faden_task_attr attr = {.name = "waiter"};
    faden_mutex_lock(&taken);
    if (faden_spawn(NULL, waiter, NULL, &attr) < 0)
        return;
    faden_sleep(FADEN_MSEC);
    for (;;)
        __asm__ volatile("");
}

static int fault(void *arg)
{
    if (!strcmp(kind, "user-data"))
        reach(USER_BEGIN, SPACE_WRITE);
    if (!strcmp(kind, "user-code"))
        reach(USER_BEGIN, SPACE_EXEC);
    if (!strcmp(kind, "stack"))
        return dig(1);
    if (!strcmp(kind, "pointer"))
        *(volatile int *)(uintptr_t)0x1000 = 1;
    if (!strcmp(kind, "text"))
        *(volatile char *)text_begin = 0;
    if (!strcmp(kind, "direct"))
        *(volatile char *)direct((uintptr_t)text_begin - KERNEL_BASE) = 0;
    if (!strcmp(kind, "data")) {
        static char code[16] = {(char)0xc3};
        ((void (*)(void))(uintptr_t)code)();
    }
    if (!strcmp(kind, "irq"))
        irq_pop();
    if (!strcmp(kind, "hang"))
        hang();
    if (!strcmp(kind, "hang-locked")) {
        static struct spinlock lock;
        spin_lock(&lock);
        spin_lock(&lock);
    }
    if (!strcmp(kind, "panic"))
        faden_panic("as asked for");
    return 3;
}

int demo_fault(int argc, char **argv)
{
    static const char *const kinds[] = {"pointer",     "stack",     "far",       "text", "direct",
                                        "data",        "user-data", "user-code", "irq",  "hang",
                                        "hang-locked", "panic",     NULL};
    faden_config config = {.stack_size = 12288};
    const char *const *known = kinds;
    kind = argc > 1 ? argv[1] : "pointer";
    while (*known && strcmp(*known, kind))
        known++;
    if (!*known) {
        print("fault: there is no kind '%s'; help lists them\n", kind);
        return 2;
    }
    if (!strcmp(kind, "far") && processors_count > 1) {
        processor_give(1, far, NULL);
        for (;;)
            irq_disable(), irq_wait();
    }
    return faden_run(fault, NULL, &config, NULL) ? 1 : 3;
}
