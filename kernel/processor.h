/* SPDX-License-Identifier: MIT */
/*
 * A processor, as the kernel sees it: one record each, found through the compiler's thread pointer.
 *
 * Interrupt depth, as xv6 has it: irq_push turns interrupts off, irq_pop turns them on again when
 * as many pops as pushes have come and they were on before the first. Handlers run with them off.
 */
#ifndef KERNEL_PROCESSOR_H
#define KERNEL_PROCESSOR_H

#include "arch.h"

struct process;

enum { PROCESSORS_MAX = 64 };

struct processor {
    unsigned index;
    void *tp;        /* its thread pointer */
    char *stack_top; /* of the stack that its scheduler context runs on */
    uint32_t irq_depth;
    bool irq_was_on;         /* before the outermost irq_push */
    uint32_t locks;          /* spin locks that it holds */
    uintptr_t locked_at;     /* where it took the last one */
    bool reports;            /* it tells how all ends: it waits for no lock */
    struct process *process; /* whose address space is loaded; NULL: the kernel's */
    int64_t slice_end;       /* of that process */
    int64_t timer_at;        /* when the timer will interrupt; FADEN_FOREVER: it will not */
    uint64_t interrupts;     /* so far */
    int64_t asleep;          /* for so long altogether */
    int64_t asleep_since;    /* 0: it is awake */

    /* others */
    _Alignas(64) uint32_t kicked; /* the next sleep ends at once */
    uint32_t fence_wanted;        /* it has to pass a barrier; another one may wait for that */
    uint32_t dozes;               /* it will look at fence_wanted before anything else */
    uint32_t online;
    void (*work)(void *arg, unsigned index); /* what it runs now; NULL: nothing */
    void *work_arg;
};

/* The calling processor's. While interrupts are on it may be asked only by who cannot move to
   another processor: tasks that have begun stay where they are. */
extern _Thread_local struct processor *this_processor;

extern struct processor processors[PROCESSORS_MAX];
extern unsigned processors_count; /* found in this machine */

void irq_push(void);
void irq_pop(void);

/* Start up to `wanted` processors (0: all there are), which then wait for work. */
void processors_start(unsigned wanted);
bool processor_is_free(unsigned index);
void processor_give(unsigned index, void (*work)(void *arg, unsigned index), void *arg);

/*
 * irq_wait, by the calling processor. With the word "awake=1" the last one that is awake does not
 * sleep but lets time pass: where all sleep, an emulator that counts instructions moves its clock
 * on from another thread, by more if that comes before the last instructions have been counted.
 */
void processor_wait(struct processor *p);

/* Interrupt it, for no reason but that it looks around on its way back to user mode. */
void processor_nudge(unsigned index);

/* See to it that the timer of `p`, which is the calling one, interrupts by `deadline`. */
void processor_timer_until(struct processor *p, int64_t deadline);

/* The first C function: gives the boot processor its TLS, and goes on in kernel_main. */
__attribute__((noreturn)) void kernel_start(uintptr_t boot_information);

#endif
